"""A part as somebody types or scans it into a form."""

from __future__ import annotations

from app.core.errors import Reason, Refusal
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartRow

#: More hits than one are a question; two are enough to know it.
_ENOUGH = 2


def part_typed(stock: StockService, text: str) -> PartRow:
    """The part that was meant: by its code or number, else the only one found by name, model or initials.

    Raises ``Refusal``: FIELD_REQUIRED, PART_CODE_UNKNOWN (none or several).
    """
    if not text.strip():
        raise Refusal(Reason.FIELD_REQUIRED, field="number")
    exact = stock.find_by_code(text)
    if exact is not None:
        return exact
    found = stock.search(text, _ENOUGH)
    if len(found) != 1:
        raise Refusal(Reason.PART_CODE_UNKNOWN, text=text.strip()[:40])
    return found[0]
