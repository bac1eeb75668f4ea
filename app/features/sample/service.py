"""``xiuhu demo``: fills an empty data folder with a lively sample shop (design.md §9)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.clock import SetClock, business_day
from app.core.errors import Reason, Refusal
from app.features.sample.backroom import furnish, set_rules
from app.features.sample.brand_work import BrandDesk, in_warranty, take_up
from app.features.sample.buying import buy
from app.features.sample.evenings import Evenings
from app.features.sample.hours import OpeningHours
from app.features.sample.player import Player
from app.features.sample.schedule import Progress, play
from app.features.sample.shop import fill_stock, found_shop, hire
from app.features.sample.showcase import show_rarer_goods
from app.features.sample.stories import DAYS, invent
from app.features.sample.story import Story
from app.features.sample.supplies import supplies
from app.features.staff.pins import PinHasher
from app.store.door import Store
from app.store.engine import relaxed

ORDERS, SEED = 600, 1


@dataclass(frozen=True, slots=True)
class Filled:
    """What a sample shop was filled with."""

    orders: int
    cancelled: bool


def fill(
    store: Store,
    clock: SetClock,
    *,
    now: datetime,
    orders: int = ORDERS,
    seed: int = SEED,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
    hasher: PinHasher | None = None,
    stories: Callable[[OpeningHours], list[Story]] | None = None,
    brands: bool = False,
) -> Filled:
    """Fill the shop of ``store`` with the twelve months before ``now``; ``clock`` is the store's own.

    ``stories`` gives other stories than the invented ones (real repair records); ``brands``: the shop works under
    brands' warranties (without it it never hears of them). The same seed and the same
    ``now`` give the same shop, but for secret codes. Raises ``Refusal(FOLDER_NOT_EMPTY)`` where a shop is.
    """
    if store.settings.shop_id:
        raise Refusal(Reason.FOLDER_NOT_EMPTY, path=store.folder.root)
    stuff = supplies()
    clock.set(now - timedelta(days=DAYS))
    owner = found_shop(store, stuff, hasher)
    with relaxed(store.engine):
        crew = hire(store, owner, stuff, hasher)
        fill_stock(store, crew, stuff, seed)
        if stories is None:
            set_rules(store, crew)
        if brands:
            take_up(store, crew)
        desk = BrandDesk(store, crew, seed) if brands else None
        hours = OpeningHours(store.settings.hours, store.settings.time_zone)
        told = invent(stuff, hours, orders=orders, seed=seed, now=now) if stories is None else stories(hours)
        if brands:
            told = in_warranty(told, seed, now)
        tally = play(
            Player(store, clock, crew, stuff, seed),
            told,
            clock,
            hours,
            total=len(told),
            until=now,
            evenings=Evenings(store, crew, business_day(now, hours.zone), seed, desk)
            if stories is None
            else None,
            progress=progress,
            cancelled=cancelled,
        )
    clock.set(now)
    if stories is None and not tally.cancelled:
        buy(store, crew, seed)
        show_rarer_goods(store, crew)
        furnish(store, crew)
        if desk is not None:
            desk.today()
    return Filled(tally.begun, tally.cancelled)
