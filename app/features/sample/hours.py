"""Moments inside opening hours: invented work happens while the shop is open."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

from app.core.clock import business_day, day_bounds

_SPAN = re.compile(r"(\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})")
_ALL_DAY = (timedelta(hours=9), timedelta(hours=18))


class OpeningHours:
    """The shop's opening hours in its time zone, the same every day."""

    def __init__(self, hours: str, zone: str) -> None:
        self.zone = zone
        self._spans = [
            (timedelta(hours=int(a), minutes=int(b)), timedelta(hours=int(c), minutes=int(d)))
            for a, b, c, d in _SPAN.findall(hours)
        ] or [_ALL_DAY]

    def within(self, moment: datetime) -> datetime:
        """``moment`` itself while the shop is open, else shortly after it opens next."""
        day = business_day(moment, self.zone)
        start, after = day_bounds(day, self.zone)
        for opens, closes in self._spans:
            if moment < start + opens:
                # Not all at the stroke of the bell: the minutes of the asked moment spread them.
                return start + opens + timedelta(seconds=60 * moment.minute // 2 + moment.second)
            if moment < start + closes:
                return moment
        return after + self._spans[0][0] + timedelta(seconds=60 * moment.minute // 2 + moment.second)

    def at(self, day: date, share: float) -> datetime:
        """The moment of ``day`` when ``share`` (0 to 1) of its open time has passed."""
        start, _after = day_bounds(day, self.zone)
        left = sum((closes - opens for opens, closes in self._spans), timedelta(0)) * share
        for opens, closes in self._spans:
            if left < closes - opens:
                return start + opens + left
            left -= closes - opens
        return start + self._spans[-1][1]
