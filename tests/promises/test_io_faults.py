"""Promise 3: every call to the disk fails once, and from there on for good; nothing is wrong afterwards.

Twelve commands that move money (``money.STEPS``), each from a shop just opened. Every open, read, write, truncate,
sync, file size, lock and deletion that SQLite asks for during the command is failed in turn (``disks.Failing``, under
the program's own SQLite); a write that fails has written half. Not failed: giving a lock back, which no system refuses.

What must come of it: the command says either that it is done, and it is, or a sentence of ``core.sentences``, and then
nothing of it is there as long as the program runs. Given again with the same operation id on a mended disk it is there
exactly once, also in a program that was started anew.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from app.core.errors import EnvironmentFault
from app.core.rights import Ctx
from app.core.sentences import sentence
from tests.promises import file_layer
from tests.promises.disks import CALLS, Failing
from tests.promises.money import STEPS, at_work, outcome, owner, state, write_shop

if TYPE_CHECKING:
    from tests.features.billing.conftest import Office
    from tests.promises.conftest import Promise
    from tests.promises.money import Given

pytestmark = [
    pytest.mark.promise(3),
    pytest.mark.skipif(not file_layer.AVAILABLE, reason="SQLite's file layer cannot be reached here"),
]


#: Tries of each command in the default run; the calls they fail differ from command to command.
SHARE = 4
WRITES = frozenset({"write", "sync"})


@dataclass(slots=True)
class Trial:
    """One command on one failing disk."""

    step: str
    folder: Path
    disk: Failing
    #: Only these calls count.
    only: frozenset[str] = CALLS

    def calls(self) -> int:
        """How many calls the command makes."""
        self._run(0, for_good=False)
        return self.disk.count

    def findings(self, at: int, *, for_good: bool) -> list[str]:
        """What is wrong after the ``at``-th call failed."""
        return self._run(at, for_good=for_good)

    def _run(self, at: int, *, for_good: bool) -> list[str]:
        given = write_shop(self.folder)
        before, after = outcome(self.step)
        ctx = Ctx.gesture(owner())
        wrong: list[str] = []
        try:
            with self.disk.mounted():
                with at_work(self.folder) as office:
                    store = office.shop.store
                    with self.disk.armed(at, for_good=for_good, only=self.only):
                        said = self._give(office, given, ctx)
                    if state(store) != (before if said else after):
                        wrong.append(f"said {said or 'done'}, and is not")
                    again = self._give(office, given, ctx)
                    if again:
                        wrong.append(f"not usable on the mended disk: {again}")
                    elif state(store) != after:
                        wrong.append("not once after it was given again")
                with at_work(self.folder) as office:
                    if state(office.shop.store) != after:
                        wrong.append("another one after the restart")
        finally:
            shutil.rmtree(self.folder)
        return wrong

    def _give(self, office: Office, given: Given, ctx: Ctx) -> str:
        """Give the command; what it said instead of doing it."""
        try:
            STEPS[self.step](office, given, ctx)
        except EnvironmentFault as fault:
            return sentence(fault)
        return ""


@pytest.mark.parametrize("step", STEPS)
def test_every_call_fails_once_and_for_good(step: str, promise: Promise, tmp_path: Path) -> None:
    trial = Trial(step, tmp_path / "shop", Failing())
    calls = trial.calls()
    assert calls > 20, "nothing was tried"
    tries = [(at, for_good) for at in range(1, calls + 1) for for_good in (False, True)]
    if not promise.full:
        every = len(tries) // SHARE
        tries = tries[sum(step.encode()) % every :: every]
    for at, for_good in tries:
        found = trial.findings(at, for_good=for_good)
        assert found == [], f"call {at} of {calls} ({trial.disk.failed[:1]}), for good: {for_good}"
        promise.tried()


def test_what_is_saved_in_pieces_is_found(
    promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a payment that is committed before the rest of its command."""
    from app.features.handover import service

    whole = service.book_payment

    def in_pieces(tx: Any, *given: Any, **more: Any) -> Any:
        made = whole(tx, *given, **more)
        tx.reading().connection.execute("COMMIT")
        tx.reading().connection.execute("BEGIN IMMEDIATE")
        return made

    trial = Trial("take_deposit", tmp_path / "shop", Failing(), WRITES)
    outcome("take_deposit")
    monkeypatch.setattr(service, "book_payment", in_pieces)
    # The last write or flush is that of the second piece.
    found = trial.findings(trial.calls(), for_good=False)
    assert found[0].startswith("said")
    assert found[0].endswith("and is not")
    promise.caught("half saved")


def test_a_fault_that_is_swallowed_is_found(
    promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: a command that says it is done whatever the disk says."""
    give = Trial._give

    def careless(self: Trial, office: Office, given: Given, ctx: Ctx) -> str:
        give(self, office, given, ctx)
        return ""

    monkeypatch.setattr(Trial, "_give", careless)
    trial = Trial("credit", tmp_path / "shop", Failing(), WRITES)
    assert trial.findings(1, for_good=True)[0] == "said done, and is not"
    promise.caught("fault swallowed")
