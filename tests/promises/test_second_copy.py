"""Promise 7: a second copy of the program on the same records refuses within 2 s and names the first; after a kill
nothing needs cleaning up."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.clock import SetClock
from app.core.errors import EnvironmentFault, Fault
from app.core.places import ROOT
from app.core.sentences import sentence
from app.store.folder import DataFolder, FolderLock
from tests.features.conftest import MORNING
from tests.promises.money import at_work, write_shop

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = [
    pytest.mark.promise(7),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the first copy is forked"),
]

SECONDS = 2.0


def first_copy(folder: Path) -> int:
    """Another process that has the shop open; its id, once it has."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            from app.store.door import Store

            store = Store.open(folder, SetClock(MORNING))
            os.write(writing, b"open" if store.settings.shop_name else b"none")
            signal.pause()
        finally:
            os._exit(1)
    os.close(writing)
    said = os.read(reading, 4)
    os.close(reading)
    assert said == b"open"
    return child


def findings(folder: Path, end: Callable[[int], None], marker: Callable[[int], None]) -> list[str]:
    """What is wrong with a second copy, while the first runs and after it has ended."""
    wrong = []
    child = first_copy(folder)
    marker(child)
    began = time.monotonic()
    try:
        with at_work(folder):
            wrong.append("two at once")
    except EnvironmentFault as fault:
        if fault.fault is not Fault.ALREADY_OPEN or str(child) not in sentence(fault):
            wrong.append(f"does not name the first: {sentence(fault)}")
    if time.monotonic() - began > SECONDS:
        wrong.append("waits too long")
    end(child)
    os.waitpid(child, 0)
    try:
        with at_work(folder) as office:
            if not office.counter.take_in().number:
                wrong.append("takes no orders")
    except EnvironmentFault as fault:
        wrong.append(f"needs cleaning up: {fault.fault}")
    return wrong


def kill(child: int) -> None:
    os.kill(child, signal.SIGKILL)


def no_marker(_child: int) -> None:
    """The lock is the operating system's."""


def test_the_second_copy_refuses_and_names_the_first(promise: Promise, tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    for each in promise.rounds(share=5, full=100):
        ways = (signal.SIGKILL, signal.SIGTERM, signal.SIGHUP)
        assert (
            findings(
                tmp_path / "shop", lambda child, way=each.dice.choice(ways): os.kill(child, way), no_marker
            )
            == []
        )


def test_a_lock_that_is_a_file_with_a_number_is_found(
    promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a lock that outlives whoever held it."""
    write_shop(tmp_path / "shop")
    note = tmp_path / "shop" / "lock.pid"

    class PidFile(FolderLock):
        def __init__(self, folder: DataFolder, now: object) -> None:
            if note.exists():
                raise EnvironmentFault(Fault.ALREADY_OPEN, owner=note.read_text())

        def release(self) -> None:
            note.unlink(missing_ok=True)

    monkeypatch.setattr("app.store.door.FolderLock", PidFile)
    found = findings(tmp_path / "shop", kill, lambda child: note.write_text(f"PID {child}") and None)
    assert found == ["needs cleaning up: already_open"]
    promise.caught("pid file")


def test_no_lock_at_all_is_found(promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control: two programs on the same records."""
    write_shop(tmp_path / "shop")
    monkeypatch.setattr("app.store.folder.try_lock", lambda _file: True)
    assert "two at once" in findings(tmp_path / "shop", kill, no_marker)
    promise.caught("no lock")


def test_the_real_program_says_so_in_a_sentence(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    command = [sys.executable, "-m", "app", "--lang", "en", "--data", str(tmp_path / "shop")]
    with at_work(tmp_path / "shop"):
        done = subprocess.run(
            command,
            cwd=ROOT,
            capture_output=True,
            text=True,
            env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        )
        note = json.loads((tmp_path / "shop" / "open.lock").read_text())
    assert done.returncode == 3
    assert "already open" in done.stderr
    assert str(note["pid"]) in done.stderr
