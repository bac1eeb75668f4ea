"""Repairing what a check-up found: a backup first, then one repair after the other, then a second look."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.core.enums import Command
from app.core.errors import Conflict
from app.core.rights import Ctx
from app.core.words import _
from app.features.checkup.repairs import REPAIRS
from app.features.checkup.service import Progress, examine
from app.features.checkup.snapshots import Check, Report
from app.store.door import Store


@dataclass(frozen=True, slots=True)
class Planned:
    """A repair that would be done."""

    name: str
    check: Check

    @property
    def word(self) -> str:
        """What will be done, in the user's language."""
        return _(REPAIRS[self.name].word)


@dataclass(frozen=True, slots=True)
class Repaired:
    """What was done: (check, records touched); ``failed`` names checks whose repair was not possible; ``report`` is
    the look afterwards, None where it was stopped before."""

    done: tuple[tuple[str, int], ...]
    failed: tuple[str, ...]
    report: Report | None

    @property
    def complete(self) -> bool:
        """Whether nothing was stopped or failed."""
        return self.report is not None and not self.failed


class _Stopped(Exception):
    """The user cancelled between two transactions."""


def plan(report: Report) -> tuple[Planned, ...]:
    """What of a report can be repaired, in the order it is done."""
    found = {each.name: each for each in report.checks if not each.ok}
    return tuple(Planned(name, found[name]) for name in REPAIRS if name in found)


class Repairing:
    """Does what ``plan`` says. ``backup`` makes a backup before anything is touched."""

    def __init__(self, store: Store, backup: Callable[[], object]) -> None:
        self._store = store
        self._backup = backup

    def repair(
        self,
        ctx: Ctx,
        names: Sequence[str],
        progress: Progress | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> Repaired:
        """Back up, repair, look again. Each repair is a gesture of its own: done twice it changes nothing more.

        Raises ``Refusal``: NOT_ALLOWED, whatever keeps the backup from being made; ``EnvironmentFault``. A repair
        that is not possible (two records where an index wants one) is told in the answer and leaves nothing behind.
        """
        wanted = [name for name in REPAIRS if name in set(names)]
        if not ctx.actor.may(Command.REPAIR_RECORDS):
            # The door refuses, and notes who tried.
            with self._store.write(Command.REPAIR_RECORDS, ctx):
                pass
        if not wanted:
            return Repaired((), (), None)
        tell = _teller(progress, cancelled, len(wanted))
        done: list[tuple[str, int]] = []
        failed: list[str] = []
        try:
            tell(0, 0, 1)
            self._backup()
            for at, name in enumerate(wanted):
                tell(at, 0, 1)
                try:
                    count = REPAIRS[name].run(
                        self._store,
                        Ctx.gesture(ctx.actor),
                        lambda part, whole, at=at: tell(at, part, whole),  # type: ignore[misc]
                    )
                except (SQLAlchemyError, Conflict):
                    failed.append(name)
                else:
                    done.append((name, count))
            tell(len(wanted), 0, 1)
        except _Stopped:
            return Repaired(tuple(done), tuple(failed), None)
        return Repaired(tuple(done), tuple(failed), examine(self._store))


def _teller(
    progress: Progress | None, cancelled: Callable[[], bool] | None, total: int
) -> Callable[[int, int, int], None]:
    """Progress over all repairs in thousandths; stops where the user cancelled."""

    def tell(at: int, part: int, whole: int) -> None:
        if cancelled is not None and cancelled():
            raise _Stopped
        if progress is not None:
            progress(1000 * at + 1000 * part // max(whole, 1), 1000 * total)

    return tell
