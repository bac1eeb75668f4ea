"""Promise 4: an error, then a crash, then the same gesture again: never booked twice.

A commit that reported a failed flush may be there after the crash all the same (promises.md): what was written lies in
the disk's cache and may reach it. The gesture that is repeated brings its operation id along and is answered from what
is booked. One round is one command of ``money.STEPS``, one write or flush from which on the disk fails, one image of
what may lie on the disk after the power cut that follows, and the command again in a program started anew.
"""

from __future__ import annotations

import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.errors import EnvironmentFault, Refusal
from app.core.rights import Ctx
from tests.promises import file_layer
from tests.promises.disks import Dying
from tests.promises.money import STEPS, at_work, outcome, owner, state, write_shop

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = [
    pytest.mark.promise(4),
    pytest.mark.skipif(not file_layer.AVAILABLE, reason="SQLite's file layer cannot be reached here"),
]


class Accident:
    """One command, one failing disk, one power cut."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        #: Whether the command was there after the crash although it had said that it failed.
        self.there_all_the_same = False
        #: How many writes and flushes the command made.
        self.calls = 0

    def findings(
        self, step: str, dice: random.Random, *, same_operation: bool = True, at: int | None = None
    ) -> list[str]:
        """What is wrong after the repeat. ``same_operation=False`` is the planted bug; ``at`` fails that call."""
        working, after_cut = self.folder / "working", self.folder / "after"
        given = write_shop(working)
        before, after = outcome(step)
        ctx = Ctx.gesture(owner())
        disk = Dying()
        disk.begin(working / "shop.sqlite")
        said = False
        try:
            with disk.mounted(), at_work(working) as office:
                # Some ten writes a command: near its end the commit is whole and only the flush is missing.
                disk.die_at(dice.randrange(1, 30) if at is None else at)
                try:
                    STEPS[step](office, given, ctx)
                except EnvironmentFault:
                    said = True
                until = len(disk.events)
                self.calls = disk.count
                disk.die_at(0)
            after_cut.mkdir()
            for name, content in disk.cut(until, dice).items():
                (after_cut / Path(name).name).write_bytes(content)
            with at_work(after_cut) as office:
                now = state(office.shop.store)
                if now != after and (now != before or not said):
                    return ["neither before nor after"]
                self.there_all_the_same = said and now == after
                try:
                    STEPS[step](office, given, ctx if same_operation else Ctx.gesture(owner()))
                except Refusal:
                    # The page has reloaded: what a rule refuses is not booked a second time.
                    if same_operation:
                        raise
                if state(office.shop.store) != after:
                    return ["not once"]
                if dice.random() < 0.1:
                    office.sound()
        finally:
            shutil.rmtree(self.folder)
        return []


def test_a_repeat_after_error_and_crash_books_once(promise: Promise, tmp_path: Path) -> None:
    for each in promise.rounds(share=10, full=1_000):
        step = each.dice.choice(sorted(STEPS))
        assert Accident(tmp_path / "shop").findings(step, each.dice) == [], step


def test_a_repeat_with_another_operation_id_books_twice(promise: Promise, tmp_path: Path) -> None:
    """Control, and proof that a commit which said it failed can be there."""
    dice = random.Random(4)
    whole = Accident(tmp_path / "shop")
    assert whole.findings("move_cash", dice, at=0) == []
    for _try in range(40):
        accident = Accident(tmp_path / "shop")
        # The last call is the flush of the commit.
        found = accident.findings("move_cash", dice, same_operation=False, at=whole.calls)
        if accident.there_all_the_same and found == ["not once"]:
            promise.caught("new operation id")
            return
    pytest.fail("40 accidents did not show a command that was booked twice")
