"""The sample shop's evenings: purses emptied into the drawer, the drawer counted blind, the day closed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.core.money import Money
from app.core.rights import Ctx
from app.features.sample.brand_work import BrandDesk
from app.features.sample.people import dice
from app.features.sample.player import Crew
from app.features.till.closing import Closing
from app.features.till.service import Tills
from app.store.door import Store

#: What stays in the drawer over night, where there is as much.
_FLOAT = Money.yuan(300)
#: In fen, as they lie in a Chinese drawer.
_PIECES = (10000, 5000, 2000, 1000, 500, 100, 50, 10, 1)
#: One evening in so many the drawer is short of a small note.
_SHORT = 17
#: Every evening of the last weeks is closed; before that, each month's last.
_DAILY = timedelta(days=35)


class Evenings:
    """Closes what a shop closes, by the services of the counter; seals nothing."""

    def __init__(
        self, store: Store, crew: Crew, until: date, seed: int, brands: BrandDesk | None = None
    ) -> None:
        self._tills, self._closing = Tills(store), Closing(store)
        self._crew, self._until, self._seed = crew, until, seed
        self._brands = brands

    def wanted(self, day: date) -> bool:
        """Whether the evening of ``day`` is played."""
        return day < self._until and (_last_of_month(day) or self._until - day <= _DAILY)

    def close(self, day: date) -> None:
        """Count the drawer and close ``day``; the clock stands behind its last booking."""
        counter = self._crew.counter[dice("evening", self._seed, day).randrange(len(self._crew.counter))]
        tills = self._tills.tills(counter)
        main = next(each for each in tills if each.main)
        for purse in tills:
            if purse.owner_id is not None and purse.session_id is not None:
                held = self._tills.session(counter, purse.session_id).expected
                if held > Money(0):
                    self._tills.hand_in(Ctx.gesture(counter), purse.session_id, main.id, held)
        main = next(each for each in self._tills.tills(counter) if each.main)
        if main.session_id is not None:
            self._count(main.session_id, day)
        if self._brands is not None and _last_of_month(day):
            self._brands.month_end(day)
        # The story has its own clock.
        self._closing.close(Ctx.gesture(self._crew.owner), day, sure=self._crew.owner)

    def _count(self, session_id: int, day: date) -> None:
        owner = Ctx.gesture(self._crew.owner)
        expected = self._tills.session(owner.actor, session_id).expected
        short = dice("short", self._seed, day).randrange(_SHORT) == 0 and expected > Money.yuan(5)
        counted = expected - Money.yuan(5) if short else expected
        self._tills.count(owner, session_id, dict(_in_pieces(max(counted, Money(0)))))
        card = self._tills.session(owner.actor, session_id)
        self._tills.close(
            Ctx.gesture(self._crew.owner),
            session_id,
            card.version,
            kept=min(_FLOAT, max(counted, Money(0))),
            reason="找零少收一张五元" if short else "",
        )


def _last_of_month(day: date) -> bool:
    return (day + timedelta(days=1)).month != day.month


def _in_pieces(amount: Money) -> Iterator[tuple[int, int]]:
    left = amount.fen
    for piece in _PIECES:
        many, left = divmod(left, piece)
        if many:
            yield piece, many
