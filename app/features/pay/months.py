"""Months as they follow each other: ``2026-11``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from app.features.till.closing import last_of


def bounds(month: str) -> tuple[date, date]:
    """The first day of a month and of the next one. ``Refusal(MONTH_UNKNOWN)``."""
    last = last_of(month)
    return last.replace(day=1), last + timedelta(days=1)


def month_of(day: date) -> str:
    """The month a day lies in."""
    return f"{day:%Y-%m}"


def following(month: str) -> str:
    """The next month."""
    return month_of(bounds(month)[1])


def months_until(start: str, month: str) -> Iterator[str]:
    """From ``start`` up to, not including, ``month``."""
    while start < month:
        yield start
        start = following(start)
