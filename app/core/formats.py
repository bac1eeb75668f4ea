"""How amounts, days and phone numbers are written, on screen and on paper (screens.md "The look").

The same in both languages, so plain patterns suffice: ¥1,234.50, 2026-11-22, 138 0013 8000.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from app.core.clock import DEFAULT_ZONE
from app.core.money import Money, Quantity


def money(amount: Money, *, sign: bool = True) -> str:
    """``¥1,234.50``; ``sign=False`` leaves the currency sign out (columns of amounts)."""
    minus = "-" if amount.fen < 0 else ""
    return f"{minus}{'¥' if sign else ''}{abs(amount.fen) // 100:,}.{abs(amount.fen) % 100:02d}"


def quantity(amount: Quantity) -> str:
    """``2`` or ``0.35``."""
    return str(amount)


def day(value: date) -> str:
    """``2026-11-22``."""
    return value.isoformat()


def short_day(value: date) -> str:
    """``11-22``."""
    return f"{value:%m-%d}"


def moment(value: datetime, zone: str = DEFAULT_ZONE) -> str:
    """``2026-11-22 14:05`` in the shop's zone."""
    return f"{value.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M}"


def short_moment(value: datetime, zone: str = DEFAULT_ZONE) -> str:
    """``11-22 14:05`` in the shop's zone."""
    return f"{value.astimezone(ZoneInfo(zone)):%m-%d %H:%M}"


def clock_time(value: datetime, zone: str = DEFAULT_ZONE) -> str:
    """``14:05`` in the shop's zone."""
    return f"{value.astimezone(ZoneInfo(zone)):%H:%M}"


def phone(number: str) -> str:
    """Chinese mobile numbers in 3-4-4 groups; everything else as it was given."""
    if len(number) == 11 and number.isdigit() and number.startswith("1"):
        return f"{number[:3]} {number[3:7]} {number[7:]}"
    return number


def masked_phone(number: str) -> str:
    """For papers that hang in sight of others: ``138****8000``."""
    return f"{number[:3]}****{number[-4:]}" if len(number) >= 9 else "****" + number[-2:]


def joined(items: Iterable[str]) -> str:
    """What people typed, as one line, with the comma of the language it is written in."""
    texts = list(items)
    chinese = any("\u3400" <= letter <= "\u9fff" for text in texts for letter in text)
    return ("、" if chinese else ", ").join(texts)


def minutes(count: int) -> str:
    """``1:25`` for 85 minutes."""
    return f"{count // 60}:{count % 60:02d}"
