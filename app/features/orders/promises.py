"""What was promised for when, in the shop's days."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from app.core.clock import business_day, day_bounds
from app.core.enums import AT_COUNTER, CLOSED, Status
from app.model.settings import ShopSettings


def is_late(status: Status, promised_at: datetime | None, now: datetime) -> bool:
    """Whether the promised moment has passed and the device is neither ready nor gone."""
    return promised_at is not None and promised_at < now and status not in CLOSED and status not in AT_COUNTER


def closing_time(day: date, settings: ShopSettings) -> datetime:
    """The moment a promised day ends for the customer: when the shop closes, else midnight."""
    start, end = day_bounds(day, settings.time_zone)
    try:
        hour, minute = settings.hours.strip()[-5:].split(":")
        return start + timedelta(hours=int(hour), minutes=int(minute))
    except ValueError:
        return end


def shop_day(moment: datetime, settings: ShopSettings) -> date:
    """The shop's business day of a moment."""
    return business_day(moment, settings.time_zone)
