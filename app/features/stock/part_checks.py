"""What is typed about a part, checked before anything is written (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.enums import OldPartRule, PartCondition
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import MAX_FEN, MAX_MILLI, ZERO, Money, Quantity
from app.features.stock.snapshots import KitEntry, PartEntry

MOST_BARCODES = 20
MOST_KIT_LINES = 30
MOST_MONTHS = 120
MOST_MINUTES = 6000
#: Rates are in permille.
MOST_TAX = 1000


def checked_price(amount: Money) -> Money:
    """An amount from 0 to the largest the shop books. Raises ``Refusal``: AMOUNT_NEGATIVE, BAD_AMOUNT."""
    if amount < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    if amount.fen > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount)[:40])
    return amount


def checked_quantity(quantity: Quantity) -> Quantity:
    """A quantity from 0 to a million. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY."""
    if quantity.milli < 0:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if quantity.milli > MAX_MILLI:
        raise Refusal(Reason.BAD_QUANTITY, text=str(quantity)[:40])
    return quantity


def checked_range(field: str, value: int, high: int) -> int:
    """A whole number from 0 to ``high``. Raises ``Refusal(OUT_OF_RANGE)``."""
    if isinstance(value, bool) or not 0 <= value <= high:
        raise Refusal(Reason.OUT_OF_RANGE, field=field, low=0, high=high)
    return value


def clean_barcodes(typed: Sequence[str]) -> list[str]:
    """The barcodes without doubles. Raises ``Refusal``: BAD_TEXT, TEXT_TOO_LONG, TOO_MANY_ENTRIES."""
    cleaned = [clean_line("barcode", each, most=60) for each in typed]
    codes = list(dict.fromkeys(filter(None, cleaned)))
    if len(codes) > MOST_BARCODES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="barcode", most=MOST_BARCODES)
    return codes


def clean_number(typed: str) -> str:
    """A part number. They are read aloud and typed by Chinese input methods: capitals only, so that p1 is P1."""
    return clean_line("number", typed, most=40).upper()


def clean_values(entry: PartEntry) -> dict[str, Any]:
    """The columns of a part as they are to be kept, prices but the sale price left out.

    Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_QUANTITY, QUANTITY_NOT_POSITIVE, OUT_OF_RANGE,
    AMOUNT_NEGATIVE, BAD_AMOUNT, BAD_CHOICE (a kit with serial numbers).
    """
    if entry.kit and entry.serialised:
        raise Refusal(Reason.BAD_CHOICE, field="serialised", text=entry.name[:40])
    tax = entry.tax_permille
    rule = entry.old_part_rule
    return {
        "name": clean_line("name", entry.name, required=True),
        "unit": clean_line("unit", entry.unit, most=20, required=True),
        "category": clean_line("category", entry.category, most=SHORT),
        "brand": clean_line("brand", entry.brand, most=SHORT),
        "fits": clean_line("fits", entry.fits, most=1000),
        "location": clean_line("location", entry.location, most=SHORT),
        "minimum": checked_quantity(entry.minimum),
        "active": bool(entry.active),
        "supplier_number": clean_line("supplier_number", entry.supplier_number, most=SHORT),
        "tax_permille": None if tax is None else checked_range("tax_permille", tax, MOST_TAX),
        "old_part_rule": None if rule is None else OldPartRule(rule),
        "serialised": bool(entry.serialised),
        "warranty_months": checked_range("warranty_months", entry.warranty_months, MOST_MONTHS),
        "condition": PartCondition(entry.condition),
        "season": clean_line("season", entry.season, most=SHORT),
        "kit": bool(entry.kit),
        "kit_labour": checked_price(entry.kit_labour) if entry.kit else ZERO,
        "kit_minutes": checked_range("minutes", entry.kit_minutes, MOST_MINUTES) if entry.kit else 0,
    }


def clean_kit(entry: PartEntry) -> tuple[KitEntry, ...]:
    """The components of a kit; () of what is none. Raises ``Refusal``: FIELD_REQUIRED, TOO_MANY_ENTRIES,
    QUANTITY_NOT_POSITIVE, BAD_QUANTITY."""
    if not entry.kit:
        return ()
    if not entry.kit_lines:
        raise Refusal(Reason.FIELD_REQUIRED, field="kit_lines")
    if len(entry.kit_lines) > MOST_KIT_LINES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="kit_lines", most=MOST_KIT_LINES)
    summed: dict[int, Quantity] = {}
    for line in entry.kit_lines:
        if checked_quantity(line.quantity).milli == 0:
            raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
        summed[line.part_id] = checked_quantity(summed.get(line.part_id, Quantity(0)) + line.quantity)
    return tuple(KitEntry(part_id, quantity) for part_id, quantity in summed.items())
