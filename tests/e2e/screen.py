"""A virtual screen, the real program on it, and a pair of hands and a scanner on its keyboard (xdotool).

Nothing here knows the program's inside: what happens is read from its window, its database and its log
(``XIUHU_TRACE``, see ``app/ui/trace.py``).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import pysqlite3.dbapi2 as sqlite

ROOT = Path(__file__).resolve().parents[2]
#: The smallest screen a counter has.
WIDTH, HEIGHT = 1366, 768
TOOLS = ("Xvfb", "xdotool", "nice")
MISSING = [tool for tool in TOOLS if shutil.which(tool) is None]
#: Generous: other work may share the machine.
PATIENCE = float(os.environ.get("XIUHU_PATIENCE", "40"))
#: A scanner keeps its pace however busy the computer is; so do these, where they may.
HURRY = ("nice", "-n", "-10")
T = TypeVar("T")


def until(ask: Callable[[], T], what: str, patience: float = PATIENCE) -> T:
    """Ask again and again until the answer is true; fails saying ``what`` did not come."""
    end = time.monotonic() + patience
    while True:
        answer = ask()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not come within {patience:.0f} s")
        time.sleep(0.02)


class Screen:
    """An X server without a screen; ``display`` is its name."""

    def __init__(self) -> None:
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                *HURRY,
                "Xvfb",
                "-displayfd",
                str(writing),
                "-screen",
                "0",
                f"{WIDTH}x{HEIGHT}x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
            pass_fds=(writing,),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as pipe:
            self.display = f":{pipe.readline().strip()}"

    def close(self) -> None:
        self._server.terminate()
        self._server.wait(10)

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "DISPLAY": self.display,
            "QT_QPA_PLATFORM": "xcb",
            # The machine's own input method and desktop have no say in a test.
            "QT_IM_MODULE": "none",
            "XMODIFIERS": "",
            "QT_STYLE_OVERRIDE": "",
            "CUPS_SERVER": "127.0.0.1:1",
        }

    def xdotool(self, *words: str) -> str:
        made = subprocess.run(
            [*HURRY, "xdotool", *words],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        return made.stdout

    def shoot(self, name: str) -> None:
        """A picture of the screen into the folder ``XIUHU_SHOTS``, if that is set (needs ImageMagick)."""
        folder = os.environ.get("XIUHU_SHOTS")
        if not folder:
            return
        time.sleep(0.5)  # only for the picture: what was asked for may still be painted
        Path(folder).mkdir(parents=True, exist_ok=True)
        picture = str(Path(folder) / f"{name}.png")
        subprocess.run(["import", "-window", "root", picture], env=self.environment(), timeout=60, check=True)


class Program:
    """The program, running in a window on ``screen`` over the data in ``root``."""

    def __init__(self, screen: Screen, root: Path, language: str) -> None:
        self.screen = screen
        self.root = root
        self._mark = 0
        self._log = root / "log" / "xiuhu.log"
        self.skip_log()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app", "--data", str(root), "--lang", language],
            cwd=ROOT,
            env={**screen.environment(), "XIUHU_TRACE": "1"},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    # -- the window ------------------------------------------------------------------------------------

    def windows(self) -> list[str]:
        """The visible windows of the program, by X number."""
        return self.screen.xdotool(
            "search", "--all", "--onlyvisible", "--pid", str(self.process.pid), "--name", ".*"
        ).split()

    def focus(self) -> None:
        """Give the keyboard to the newest window, as a window manager would."""
        window = until(self.windows, "a window")[-1]
        self.screen.xdotool("windowfocus", "--sync", window)

    def title(self) -> str:
        """The name of the window that has the keyboard."""
        return self.screen.xdotool("getwindowfocus", "getwindowname").strip()

    def wait_for_dialog(self) -> None:
        """A dialog opened: it gets the keyboard."""
        until(lambda: len(self.windows()) > 1, "a dialog")
        self.focus()

    def wait_for_no_dialog(self) -> None:
        """The last dialog closed: the window has the keyboard again."""
        until(lambda: len(self.windows()) == 1, "the end of the dialog")
        self.focus()

    # -- keyboard and scanner --------------------------------------------------------------------------

    def keys(self, *names: str) -> None:
        """Press keys one after the other, as a hand does: 60 ms apart."""
        self.screen.xdotool("key", "--clearmodifiers", "--delay", "60", *names)

    def type(self, text: str) -> None:
        """Type as a hand does: 60 ms between signs."""
        self.screen.xdotool("type", "--delay", "60", text)

    def scan(self, code: str, end: str = "Return") -> None:
        """What a scanner sends: every digit and the end key, 5 ms apart."""
        self.screen.xdotool("key", "--delay", "5", *code, *([end] if end else []))

    def walk(self, key: str, to: str, most: int = 60) -> None:
        """Press ``key`` (Tab, Down …) until the focus stands on ``to``, the beginning of what the trace calls it."""
        self.settle()
        for _step in range(most):
            self.skip_log()
            self.keys(key)
            line = self.wait_line("focus ")
            if line.startswith(f"focus {to}"):
                return
        raise AssertionError(f"{key} does not lead to {to}")

    # -- what came of it -------------------------------------------------------------------------------

    def skip_log(self) -> None:
        """Look only at what is logged from now on."""
        self._mark = self._log.stat().st_size if self._log.exists() else 0

    def settle(self) -> None:
        """Wait until the keys pressed before have been worked off: nothing more is written down."""
        size, since = -1, 0.0

        def quiet() -> bool:
            nonlocal size, since
            now = self._log.stat().st_size
            if now != size:
                size, since = now, time.monotonic()
            return time.monotonic() - since > 0.2

        until(quiet, "rest")

    def lines(self) -> list[str]:
        """What the trace says since then: "scan order", "page bench", "said ok" …"""
        if not self._log.exists():
            return []
        with self._log.open("rb") as file:
            file.seek(self._mark)
            text = file.read().decode("utf-8", "replace")
        rows = (line.split(" DEBUG app.ui.", 1) for line in text.splitlines())
        return [row[1].partition(" ")[2] for row in rows if len(row) == 2]

    def wait_line(self, start: str) -> str:
        """Wait for a trace line that begins so."""

        def found() -> str:
            self.alive()
            return next((line for line in self.lines() if line.startswith(start)), "")

        try:
            return until(found, f"“{start}”")
        except AssertionError as error:
            raise AssertionError(f"{error}; the trace says {self.lines()}") from None

    def wait_lines(self, *starts: str) -> None:
        """Wait for trace lines that begin so, in any order."""

        def found() -> bool:
            self.alive()
            lines = self.lines()
            return all(any(line.startswith(start) for line in lines) for start in starts)

        try:
            until(found, " and ".join(starts))
        except AssertionError as error:
            raise AssertionError(f"{error}; the trace says {self.lines()}") from None

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Ask the shop's database, beside the program."""
        path = (self.root / "shop.sqlite").absolute().as_uri()
        connection = sqlite.connect(f"{path}?mode=ro", uri=True)
        try:
            return list(connection.execute(sql, values))
        finally:
            connection.close()

    def wait_rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Wait until the database answers with something."""
        self.alive()
        try:
            return until(lambda: self.rows(sql, *values), f"{sql} {values}")
        except AssertionError as error:
            raise AssertionError(f"{error}; the trace says {self.lines()}") from None

    # -- its end ---------------------------------------------------------------------------------------

    def alive(self) -> None:
        """Fails with what the program said when it has ended."""
        if self.process.poll() is not None:
            said = self.process.stderr.read().decode("utf-8", "replace") if self.process.stderr else ""
            raise AssertionError(f"the program ended with {self.process.returncode}: {said}")

    def kill(self) -> None:
        """The power is gone."""
        self.process.kill()
        self.process.wait(10)
        self._close_pipe()

    def close(self) -> None:
        """End the program, politely first."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(5)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait(10)
        self._close_pipe()

    def _close_pipe(self) -> None:
        if self.process.stderr is not None:
            self.process.stderr.close()


@contextmanager
def running(screen: Screen, root: Path, language: str = "en", *, ready: str = "page ") -> Iterator[Program]:
    """The program, from its first page (or whatever ``ready`` names) to its end."""
    program = Program(screen, root, language)
    try:
        if ready:
            program.wait_line(ready)
        else:
            until(program.windows, "a window")
        program.focus()
        yield program
    finally:
        program.close()
