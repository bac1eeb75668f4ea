"""Time: aware UTC moments from an injected clock, and the shop's business day."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

DEFAULT_ZONE = "Asia/Shanghai"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_microseconds(moment: datetime) -> int:
    """Whole microseconds since 1970 UTC, as the records keep a moment; it must be aware."""
    return (moment - _EPOCH) // _MICROSECOND


def from_microseconds(count: int) -> datetime:
    """The moment so many microseconds after 1970 began, in UTC."""
    return _EPOCH + timedelta(microseconds=count)


class Clock(Protocol):
    """Where services take the time from."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards, for idle locks and durations."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


class SetClock:
    """A clock that stands until it is moved: for tests, the demo shop and played days."""

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._started = self._now

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return (self._now - self._started).total_seconds()

    def set(self, moment: datetime) -> None:
        """Stand at ``moment`` (aware)."""
        self._now = moment.astimezone(UTC)

    def advance(self, step: timedelta) -> datetime:
        """Move on by ``step`` and return the new moment."""
        self._now += step
        return self._now


def business_day(moment: datetime, zone: str = DEFAULT_ZONE) -> date:
    """The shop's calendar day of an aware ``moment`` (design.md §4)."""
    return moment.astimezone(_zone(zone)).date()


def day_bounds(day: date, zone: str = DEFAULT_ZONE) -> tuple[datetime, datetime]:
    """First moment of ``day`` and of the next one in the shop's zone, as UTC."""
    start = datetime(day.year, day.month, day.day, tzinfo=_zone(zone))
    after = day + timedelta(days=1)
    end = datetime(after.year, after.month, after.day, tzinfo=_zone(zone))
    return start.astimezone(UTC), end.astimezone(UTC)


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    # Loaded at the first day that is asked for: the window's first frame needs the clock, and no zone.
    from zoneinfo import ZoneInfo

    return ZoneInfo(name)
