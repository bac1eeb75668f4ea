"""Driving ``backing``: a process forks those that write, back up, restore and migrate, and that are killed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.core.places import ROOT


class Crew:
    """Its children do one deed each."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("backing.py")],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self._read() == "ready"

    def begin(self, deed: str, folder: Path, argument: str = "") -> int:
        """Start one; its process id."""
        self._say(deed, folder, argument)
        return int(self._read())

    def wait(self, child: int) -> int:
        """How it ended: 0, or the signal that killed it, negative."""
        self._say("wait", Path(str(child)), "")
        return int(self._read())

    def do(self, deed: str, folder: Path, argument: str = "") -> int:
        """Start one and wait for its end."""
        return self.wait(self.begin(deed, folder, argument))

    def kill_during(
        self, deed: str, folder: Path, argument: str, dice: random.Random, longest: float
    ) -> bool:
        """Kill one at any moment of its first ``longest`` seconds; False where it was done before."""
        child = self.begin(deed, folder, argument)
        time.sleep(dice.uniform(0, longest))
        os.kill(child, signal.SIGKILL)
        ended = self.wait(child)
        assert ended in (0, -signal.SIGKILL), f"{deed} failed by itself: {ended}"
        return ended != 0

    def timed(self, deed: str, folder: Path, argument: str = "") -> float:
        """How long one takes here and now, in seconds."""
        started = time.monotonic()
        assert self.do(deed, folder, argument) == 0, f"{deed} failed"
        return time.monotonic() - started

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def _say(self, *words: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write("\t".join(map(str, words)) + "\n")
        self._process.stdin.flush()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().rstrip("\n")


@contextmanager
def crew_at_work() -> Iterator[Crew]:
    """A crew, gone at the end with all that it runs."""
    made = Crew()
    try:
        yield made
    finally:
        made.close()
