"""The reorder proposal and its season factors (domain.md §7). What is chosen from it is ordered by ``Purchasing``."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, insert

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, PlanKind
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.rights import Ctx
from app.features.purchasing.proposing import read_proposal, read_seasons
from app.features.purchasing.snapshots import Proposal, Season
from app.model import SeasonFactor
from app.model.purchase import AS_EVER
from app.store.door import Store, repeatable

#: Ten times an average month; more is a typing mistake.
MOST_PERCENT = 1000
MONTHS = 12


class Planning:
    """What to buy."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def proposal(self, kind: PlanKind) -> Proposal:
        """What to buy by a plan, for every part of the shop, with the working."""
        today = business_day(self._store.clock.now(), self._store.settings.time_zone)
        with self._store.read() as reading:
            return read_proposal(reading, kind, today)

    def seasons(self) -> tuple[Season, ...]:
        """The season factors of each category that has any."""
        with self._store.read() as reading:
            return read_seasons(reading)

    @repeatable(lambda self, _result: self.seasons())
    def save_season(self, ctx: Ctx, category: str, percents: Sequence[int]) -> tuple[Season, ...]:
        """Set the twelve factors of a category, in percent; 100 each is no season at all.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, OUT_OF_RANGE.
        """
        category = clean_line("category", category, most=SHORT, required=True)
        if len(percents) != MONTHS or not all(0 <= each <= MOST_PERCENT for each in percents):
            raise Refusal(Reason.OUT_OF_RANGE, field="percent", low=0, high=MOST_PERCENT)
        with self._store.write(Command.SAVE_PURCHASE, ctx) as tx:
            tx.session.execute(delete(SeasonFactor).where(SeasonFactor.category == category))
            rows = [
                {"category": category, "month": month, "percent": percent}
                for month, percent in enumerate(percents, start=1)
                if percent != AS_EVER
            ]
            if rows:
                tx.session.execute(insert(SeasonFactor), rows)
            tx.journal(season=category, percents=list(percents))
            tx.changed(Kind.PURCHASE, 0)
            return read_seasons(tx.reading())
