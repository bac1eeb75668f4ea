"""Many stories at once, step by step in the order of their moments: the clock never runs backwards."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.core.clock import SetClock, business_day
from app.core.errors import Conflict, Refusal
from app.features.orders.snapshots import OrderCard
from app.features.sample.evenings import Evenings
from app.features.sample.hours import OpeningHours
from app.features.sample.player import Player
from app.features.sample.story import Story

Progress = Callable[[int, int], None]
#: What is called with a story that has come to its end and its order.
Ended = Callable[[Story, OrderCard], None]


@dataclass(slots=True)
class Tally:
    """How a schedule went."""

    begun: int = 0
    ended: int = 0
    steps: int = 0
    cancelled: bool = False


def play(
    player: Player,
    stories: Iterable[Story],
    clock: SetClock,
    hours: OpeningHours,
    *,
    total: int,
    until: datetime | None = None,
    evenings: Evenings | None = None,
    on_end: Ended | None = None,
    on_refusal: Callable[[Story, Refusal | Conflict], None] | None = None,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Tally:
    """Play ``stories`` (sorted by arrival) to their ends, or until the moment ``until``.

    Where a service refuses a step, ``on_refusal`` is told and that order stays as it is; without it the
    refusal is raised. ``cancelled`` is asked before every step. ``evenings`` closes the days in between.
    """
    tally = Tally()
    waiting: list[tuple[datetime, int, Story, OrderCard | None]] = []
    coming = iter(stories)
    upcoming = next(coming, None)
    while upcoming is not None or waiting:
        if cancelled is not None and cancelled():
            tally.cancelled = True
            break
        # Only what has arrived by the next moment enters the heap: it stays as small as the open orders.
        if upcoming is not None and (not waiting or upcoming.arrives <= waiting[0][0]):
            tally.begun += 1
            heapq.heappush(waiting, (upcoming.arrives, tally.begun + tally.steps, upcoming, None))
            upcoming = next(coming, None)
            continue
        moment, _at, story, card = heapq.heappop(waiting)
        if until is not None and moment > until:
            break
        if evenings is not None:
            _close_evenings(evenings, clock, hours, moment)
        if moment > clock.now():
            clock.set(moment)
        try:
            played = player.begin(story) if card is None else player.step(story, card)
        except (Refusal, Conflict) as refused:
            if on_refusal is None:
                raise
            on_refusal(story, refused)
            played = None
            card = None
        tally.steps += 1
        if played is None:
            tally.ended += 1
            if card is not None and on_end is not None:
                on_end(story, card)
            if progress is not None:
                progress(tally.ended, total)
            continue
        since = moment if played.since is None else max(moment, played.since)
        next_moment = hours.within(since + played.pause)
        heapq.heappush(waiting, (next_moment, tally.begun + tally.steps, story, played.card))
    return tally


def _close_evenings(evenings: Evenings, clock: SetClock, hours: OpeningHours, moment: datetime) -> None:
    """Every evening between the last step and the one at ``moment``."""
    day, next_day = business_day(clock.now(), hours.zone), business_day(moment, hours.zone)
    while day < next_day:
        if evenings.wanted(day):
            clock.set(max(clock.now(), hours.at(day, 1)))
            evenings.close(day)
        day += timedelta(days=1)
