"""Labels of several parts at once: on the roll, or on sheets of 24 from the first place that is still free."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from app.core.enums import PaperKind, PaperSize
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ONE, Quantity
from app.core.words import _
from app.features.stock.snapshots import PartRow
from app.ui.desk import Desk
from app.ui.fields import ComboField, QuantityField, TextField
from app.ui.form_dialog import ask
from app.ui.page import Page

#: More than these stand in nobody's list by intent.
MOST_PARTS = 200
_SIZES = (PaperSize.A4, PaperSize.LABEL_40X30, PaperSize.LABEL_50X30)


def ask_for_labels(
    page: Page, desk: Desk, find: Callable[[str], PartRow | None], rows: Sequence[PartRow]
) -> None:
    """Ask how many of which, ``rows`` proposed once each, and show the labels before they are printed."""
    parts = TextField(_("Parts and how many (one a line: number or barcode * quantity)"), required=True)
    parts.set_value("\n".join(f"{row.number}*1" for row in rows[:MOST_PARTS]))
    size = ComboField(_("Paper"), [(each, label(each)) for each in _SIZES], required=True)
    size.set_value(PaperSize.A4)
    start = QuantityField(_("First free place on the sheet (1 to 24)"), required=True)
    start.set_value(ONE)

    def give() -> None:
        number = labels_number(find, parts.value(), start.value() or ONE)
        desk.papers.preview(PaperKind.PART_LABELS, number, PaperSize(size.value()))

    ask(_("Print labels"), [parts, size, start], _("Show"), give, parent=page)


def labels_number(find: Callable[[str], PartRow | None], text: str, start: Quantity) -> str:
    """How the labels are asked for, like ``P00001=3&start=5``.

    Raises ``Refusal``: PART_CODE_UNKNOWN, BAD_QUANTITY, OUT_OF_RANGE.
    """
    if start.milli % 1000 or not 1 <= start.milli // 1000 <= 24:
        raise Refusal(Reason.OUT_OF_RANGE, field="start", low=1, high=24)
    pairs: list[tuple[str, int]] = []
    for line in filter(None, (line.strip() for line in text.replace("×", "*").splitlines())):
        # A number may hold a star itself: what follows the last one is the quantity, if it is one.
        code, star, count = line.rpartition("*")
        part = find(code.strip()) if star and count.strip().isdecimal() else None
        quantity = Quantity.parse(count) if part is not None else ONE
        part = part or find(line)
        if part is None:
            raise Refusal(Reason.PART_CODE_UNKNOWN, text=line[:40])
        if quantity.milli <= 0:
            raise Refusal(Reason.BAD_QUANTITY, text=count[:40])
        pairs.append((part.number, quantity.milli // 1000))
    if start != ONE:
        pairs.append(("start", start.milli // 1000))
    return urlencode(pairs)
