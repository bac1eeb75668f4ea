"""Promise 2: after a power cut no acknowledged commit is lost, none is half there, the identities hold.

The program's own services work on a disk that remembers what was written and what was flushed (``disks.Recorder``,
under the program's own SQLite with its own pragmas). Each image is what a power cut in some moment may leave: what was
not flushed is there, or missing, or torn at 512 bytes, in any order. It is opened as the program opens a shop, and must
hold exactly what stood after the last acknowledged command, or after the one under way: every row of every table.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.errors import EnvironmentFault
from app.core.rights import Ctx
from tests.promises import file_layer
from tests.promises.disks import Kind, Recorder
from tests.promises.money import STEPS, at_work, owner, write_shop

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = [
    pytest.mark.promise(2),
    pytest.mark.skipif(not file_layer.AVAILABLE, reason="SQLite's file layer cannot be reached here"),
]


@dataclass(slots=True)
class Tape:
    """A working hour on the recording disk."""

    disk: Recorder
    place: Path
    #: The whole content after each acknowledged command; the first is what was there before.
    contents: list[str]

    def findings(self, until: int, dice: random.Random, folder: Path) -> list[str]:
        """What is wrong with the shop that a power cut before event ``until`` leaves."""
        folder.mkdir()
        for name, content in self.disk.cut(until, dice).items():
            (folder / Path(name).name).write_bytes(content)
        acknowledged = len(self.disk.marks(until))
        try:
            with at_work(folder) as office:
                with office.shop.store.read() as reading:
                    sound = reading.exec_driver_sql("PRAGMA integrity_check").scalars().all()
                found = office.shop.fingerprint()
        except EnvironmentFault as fault:
            return [f"not to be opened: {fault.fault}"]
        finally:
            shutil.rmtree(folder)
        if sound != ["ok"]:
            return ["damaged"]
        if found in self.contents[acknowledged : acknowledged + 2]:
            return []
        return ["lost" if found in self.contents else "half there"]

    def moments(self, dice: random.Random) -> int:
        """Any moment; every other one is between the last write of a commit and its flush, or near it."""
        if dice.random() < 0.5:
            return dice.randrange(len(self.disk.events) + 1)
        near = [at for at, event in enumerate(self.disk.events) if event.kind in (Kind.SYNC, Kind.MARK)]
        return min(max(dice.choice(near) + dice.randrange(-3, 4), 0), len(self.disk.events))


def record(place: Path, *, repairs: int, half: bool = False) -> Tape:
    """Play the commands of money and some repairs. With ``half``, two commands count as one."""
    given = write_shop(place)
    disk = Recorder()
    disk.begin(place / "shop.sqlite")
    with disk.mounted():
        with at_work(place) as office:
            tape = Tape(disk, place, [office.shop.fingerprint()])

            def acknowledged() -> None:
                disk.mark(len(tape.contents))
                tape.contents.append(office.shop.fingerprint())

            # The services' own commands count one by one: what changes after each of them is a content of its own.
            office.shop.store.changes.subscribe(lambda _changes: None if half else acknowledged())
            for at, step in enumerate(step for name, step in STEPS.items() if name != "close_till"):
                step(office, given, Ctx.gesture(owner()))
                if half and at % 2:
                    acknowledged()
            for _each in range(repairs):
                office.sold()
                if half:
                    acknowledged()
        # Closed, and opened again: the log is emptied into the file.
        with at_work(place) as office:
            office.sound()
    return tape


@pytest.fixture(scope="module")
def tape(tmp_path_factory: pytest.TempPathFactory) -> Tape:
    return record(tmp_path_factory.mktemp("tape") / "shop", repairs=12)


def test_a_power_cut_loses_nothing_and_leaves_nothing_half(
    tape: Tape, promise: Promise, tmp_path: Path
) -> None:
    assert any(event.kind is Kind.WRITE and event.file.endswith(".sqlite") for event in tape.disk.events)
    for each in promise.rounds(share=60, full=10_000):
        assert tape.findings(tape.moments(each.dice), each.dice, tmp_path / "cut") == []


def find_bug(tape: Tape, place: Path, wanted: tuple[str, ...]) -> str:
    """The first finding of up to 300 power cuts."""
    dice = random.Random(1)
    for _cut in range(300):
        for found in tape.findings(tape.moments(dice), dice, place):
            if found.startswith(wanted):
                return found
    pytest.fail(f"300 power cuts did not show: {wanted}")


@pytest.fixture
def pragmas(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Work with another ``synchronous``."""
    from app.store import engine

    def use(mode: str) -> None:
        changed = tuple(each.replace("synchronous=FULL", f"synchronous={mode}") for each in engine._PRAGMAS)
        assert changed != engine._PRAGMAS
        monkeypatch.setattr(engine, "_PRAGMAS", changed)

    return use


def test_commits_that_are_not_flushed_are_lost(
    pragmas: Callable[[str], None], promise: Promise, tmp_path: Path
) -> None:
    pragmas("NORMAL")
    find_bug(record(tmp_path / "shop", repairs=2), tmp_path / "cut", ("lost",))
    promise.caught("synchronous=NORMAL")


def test_a_file_that_is_never_flushed_is_damaged(
    pragmas: Callable[[str], None], promise: Promise, tmp_path: Path
) -> None:
    pragmas("OFF")
    find_bug(
        record(tmp_path / "shop", repairs=2), tmp_path / "cut", ("damaged", "half there", "not to be opened")
    )
    promise.caught("synchronous=OFF")


def test_a_command_in_two_transactions_is_half_there(promise: Promise, tmp_path: Path) -> None:
    find_bug(record(tmp_path / "shop", repairs=1, half=True), tmp_path / "cut", ("half there",))
    promise.caught("two transactions")
