"""What may stand in an entry of the price list, and the one clear refusal where it may not."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace

from app.core.enums import PriceUse
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line
from app.core.money import MAX_FEN, ZERO, Money
from app.features.orders.lines import MOST_MINUTES
from app.features.pricing.snapshots import PriceEntry

#: The rates that Chinese VAT knows, in permille (domain.md §8).
TAX_RATES = (0, 10, 30, 60, 130)
MOST_LEVELS = 20
MOST_PACKAGE_LINES = 50
_CODE = re.compile(r"^[A-Z0-9][A-Z0-9._-]{0,19}$")


def clean_code(text: str) -> str:
    """A code as it is kept: half-width capitals. ``Refusal(BAD_CHOICE)`` but for letters, digits and ``. _ -``."""
    code = unicodedata.normalize("NFKC", text).strip().upper()
    if code and not _CODE.match(code):
        raise Refusal(Reason.BAD_CHOICE, field="code", text=text.strip()[:40])
    return code


def checked_price(price: Money) -> Money:
    """``Refusal``: AMOUNT_NEGATIVE, BAD_AMOUNT."""
    if price < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    if price.fen > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(price))
    return price


def checked_minutes(minutes: int) -> int:
    """``Refusal(OUT_OF_RANGE)``."""
    if not 0 <= minutes <= MOST_MINUTES:
        raise Refusal(Reason.OUT_OF_RANGE, field="minutes", low=0, high=MOST_MINUTES)
    return minutes


def checked_rate(permille: int | None) -> int | None:
    """None is the shop's rate of the kind of line. ``Refusal(BAD_CHOICE)`` for a rate that there is not."""
    if permille is not None and permille not in TAX_RATES:
        raise Refusal(Reason.BAD_CHOICE, field="tax_permille", text=f"{permille / 10:g} %")
    return permille


def cleaned(entry: PriceEntry) -> PriceEntry:
    """An entry as it is to be kept.

    Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_CHOICE, AMOUNT_NEGATIVE, BAD_AMOUNT, OUT_OF_RANGE,
    TOO_MANY_ENTRIES, PACKAGE_EMPTY.
    """
    package = entry.use is PriceUse.PACKAGE
    name = clean_line("name", entry.name, most=LINE, required=True)
    if package and not entry.lines:
        raise Refusal(Reason.PACKAGE_EMPTY, name=name)
    if len(entry.lines) > MOST_PACKAGE_LINES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="lines", most=MOST_PACKAGE_LINES)
    return replace(
        entry,
        code=clean_code(entry.code),
        name=name,
        price=checked_price(entry.price),
        category=clean_line("category", entry.category, most=SHORT),
        zone=clean_line("zone", entry.zone, most=SHORT),
        unit=clean_line("unit", entry.unit, most=20),
        minutes=checked_minutes(entry.minutes),
        tax_permille=checked_rate(entry.tax_permille),
        note=clean_line("note", entry.note, most=LINE),
        # What a package costs a member is settled by its lines.
        members={} if package else _members(entry.members),
        lines=entry.lines if package else (),
    )


def _members(members: Mapping[str, Money]) -> dict[str, Money]:
    if len(members) > MOST_LEVELS:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="level", most=MOST_LEVELS)
    return {
        clean_line("level", level, most=SHORT, required=True): checked_price(price)
        for level, price in members.items()
    }
