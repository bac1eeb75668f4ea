"""A month's pay as an Excel workbook: everybody in a line, and every line of everybody."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from app.core.labels import label
from app.core.money import Money
from app.core.words import _, pgettext
from app.features.pay.snapshots import MonthPay, PayMonth
from app.features.sheets.writing import new_workbook


def workbook(pay: MonthPay) -> bytes:
    """Two sheets: the people with their sums, and what these are made of."""
    out = io.BytesIO()
    book = new_workbook(out, by_rows=True)
    _sheet(
        book,
        _("Pay {month}").format(month=pay.month),
        [
            _("Name"), pgettext("pay", "Jobs"), _("Minutes"), _("Commission"), _("Bonus in all"),
            _("Carried over from last month"), _("Deductions of the month"), _("Kept back"),
            _("Carried over to next month"), _("To pay out"),
        ],
        [_person(each) for each in pay.people],
        sums=True,
    )  # fmt: skip
    _sheet(
        book,
        pgettext("pay", "Lines"),
        [_("Name"), _("Date"), _("What"), _("Order"), _("Document"), _("Base"), _("Amount")],
        [line for each in pay.people for line in _lines(each)],
    )
    book.close()
    return out.getvalue()


def _person(pay: PayMonth) -> list[object]:
    return [
        pay.name,
        pay.jobs,
        pay.minutes.total,
        pay.commission,
        pay.bonus,
        pay.carried_in,
        pay.deductions,
        pay.deducted,
        pay.carried,
        pay.payable,
    ]


def _lines(pay: PayMonth) -> list[list[object]]:
    earned: list[list[object]] = [
        [
            pay.name,
            each.day.isoformat(),
            label(each.kind),
            each.order_number,
            each.document,
            each.base,
            each.earned,
        ]
        for each in pay.lines
    ]
    return earned + [
        [
            pay.name,
            each.day.isoformat(),
            f"{label(each.kind)}: {each.reason}",
            each.order_number,
            "",
            "",
            each.amount,
        ]
        for each in pay.items
    ]


def _sheet(
    book: Any, title: str, heads: Sequence[str], rows: Sequence[Sequence[object]], *, sums: bool = False
) -> None:
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    total = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
    for at, head in enumerate(heads):
        sheet.set_column(at, at, 18)
        sheet.write_string(0, at, head, bold)
    for line, row in enumerate(rows, 1):
        for at, value in enumerate(row):
            match value:
                case Money():
                    sheet.write_number(line, at, value.fen / 100, money)
                case int():
                    sheet.write_number(line, at, value)
                case _:
                    sheet.write_string(line, at, str(value))
    if sums:
        last = len(rows) + 1
        sheet.write_string(last, 0, _("Total"), total)
        for at in range(1, len(heads)):
            column = [row[at] for row in rows]
            if all(isinstance(value, Money) for value in column):
                fen = sum(value.fen for value in column if isinstance(value, Money))
                sheet.write_number(last, at, fen / 100, total)
    sheet.freeze_panes(1, 1)
