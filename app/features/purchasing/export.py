"""A purchase order as a file for the supplier: XLSX or CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from app.core import formats
from app.core.words import _
from app.features.purchasing.snapshots import PurchaseCard
from app.features.sheets.files import guarded
from app.features.sheets.writing import new_workbook

_WIDTHS = (16, 14, 36, 10, 8, 12, 12, 14)
#: Columns that hold figures: quantity, unit price, amount.
_FIGURES = frozenset({3, 5, 6})


def as_csv(card: PurchaseCard) -> bytes:
    """The order's lines as CSV."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(_headings())
    writer.writerows([guarded(cell) for cell in row] for row in _rows(card))
    # With its mark, or Excel takes UTF-8 for the code page of Windows.
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(card: PurchaseCard) -> bytes:
    """The order as a workbook: its head, its lines, the total."""
    out = io.BytesIO()
    book = new_workbook(out)
    sheet = book.add_worksheet(card.number)
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "0.00"})
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    facts = (
        (_("Purchase order"), card.number),
        (_("Supplier"), card.supplier.name),
        (_("Wanted by"), formats.day(card.expected_on) if card.expected_on else ""),
        (_("Note"), card.note),
    )
    for at, (key, value) in enumerate(facts):
        sheet.write_string(at, 0, key, bold)
        sheet.write_string(at, 1, value)
    top = len(facts) + 1
    for at, heading in enumerate(_headings()):
        sheet.write_string(top, at, heading, head)
    for line, row in enumerate(_rows(card), start=top + 1):
        for at, cell in enumerate(row):
            if at in _FIGURES:
                sheet.write_number(line, at, float(cell), None if at == min(_FIGURES) else money)
            elif cell:
                sheet.write_string(line, at, cell)
    last = top + 1 + len(card.lines)
    sheet.write_string(last, 5, _("Total"), bold)
    sheet.write_number(last, 6, float(str(card.total)), money)
    sheet.freeze_panes(top + 1, 0)
    book.close()
    return out.getvalue()


def _headings() -> Sequence[str]:
    return (
        _("Supplier's no."),
        _("Number"),
        _("Description"),
        _("Quantity"),
        _("Unit"),
        _("Unit price"),
        _("Amount"),
        _("Repair order"),
    )


def _rows(card: PurchaseCard) -> list[Sequence[str]]:
    return [
        (
            line.supplier_number,
            line.part_number,
            line.description,
            str(line.quantity),
            line.unit,
            str(line.unit_price),
            str(line.amount),
            line.order_number,
        )
        for line in card.lines
    ]
