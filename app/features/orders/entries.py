"""What is typed about a device and its job, checked the same way at intake and when it is put right later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import MAX_FEN, ZERO, Money
from app.model.settings import ShopSettings

MOST_ACCESSORIES = 40
#: A promise further away than this was mistyped.
FURTHEST_PROMISE = timedelta(days=3660)


def checked_category(settings: ShopSettings, text: str) -> str:
    """A category that the shop knows. ``Refusal``: FIELD_REQUIRED, BAD_CHOICE."""
    category = clean_line("category", text, most=SHORT, required=True)
    if category not in settings.all_categories():
        raise Refusal(Reason.BAD_CHOICE, text=category[:40], field="category")
    return category


def checked_accessories(texts: Sequence[str]) -> list[str]:
    """Each once, in their order. ``Refusal``: TOO_MANY_ENTRIES, BAD_TEXT, TEXT_TOO_LONG."""
    if len(texts) > MOST_ACCESSORIES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="accessories", most=MOST_ACCESSORIES)
    cleaned = [clean_line("accessories", each, most=SHORT) for each in texts]
    return list(dict.fromkeys(each for each in cleaned if each))


def checked_amount(field: str, amount: Money | None) -> Money | None:
    """An amount that the shop can book, or none. ``Refusal``: AMOUNT_NEGATIVE, BAD_AMOUNT."""
    if amount is None:
        return None
    if amount < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE, field=field)
    if amount.fen > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount)[:40], field=field)
    return amount


def checked_promise(day: date, today: date) -> date:
    """A promised day that is not over and within ten years. ``Refusal``: BAD_DATE."""
    if not today <= day <= today + FURTHEST_PROMISE:
        raise Refusal(Reason.BAD_DATE, text=day.isoformat(), field="promised_at")
    return day
