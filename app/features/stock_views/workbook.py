"""A view of the stock as an Excel workbook: figures are numbers, texts are never formulas."""

from __future__ import annotations

import io
from typing import Any

from app.core.money import Money, Quantity
from app.core.words import _
from app.features.sheets.writing import new_workbook
from app.features.stock_views.snapshots import VIEW_WORDS, Cell, Figures


def workbook(figures: Figures) -> bytes:
    """The figures with their sums in the last line."""
    out = io.BytesIO()
    book = new_workbook(out, by_rows=True)
    sheet = book.add_worksheet(_(VIEW_WORDS[figures.view])[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    sum_money = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
    sum_plain = book.add_format({"bold": True, "top": 1})
    for at, head in enumerate(figures.heads):
        sheet.set_column(at, at, head.width / 7)
        sheet.write_string(0, at, _(head.title), bold)
    for line, row in enumerate(figures.rows, 1):
        for at, cell in enumerate(row.cells):
            _write(sheet, line, at, cell, money, None)
    if figures.sums:
        last = len(figures.rows) + 1
        for at, cell in enumerate(figures.sums):
            _write(sheet, last, at, cell, sum_money, sum_plain)
    sheet.freeze_panes(1, 0)
    book.close()
    return out.getvalue()


def _write(sheet: Any, line: int, at: int, cell: Cell, money: Any, plain: Any) -> None:
    match cell:
        case None:
            if plain is not None:
                sheet.write_blank(line, at, None, plain)
        case Money():
            sheet.write_number(line, at, cell.fen / 100, money)
        case Quantity():
            sheet.write_number(line, at, cell.milli / 1000, plain)
        case int():
            sheet.write_number(line, at, cell, plain)
        case str():
            sheet.write_string(line, at, cell, plain)
