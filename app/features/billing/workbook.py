"""A customer's statement as an Excel workbook: amounts are numbers, texts are never formulas."""

from __future__ import annotations

import io
from datetime import date, datetime

from app.core.money import Money
from app.core.words import N_, _, pgettext
from app.features.billing.snapshots import Statement
from app.features.sheets.writing import new_workbook

#: What a line of a statement is called (``StatementRow.kind``).
KINDS = {
    "invoice": N_("Invoice"),
    "credit": N_("Credit note"),
    "write_off": N_("Write-off"),
    "deposit": N_("Deposit"),
    "payment": N_("Payment"),
    "refund": N_("Refund"),
}
_WIDTHS = (12, 14, 16, 14, 14, 14, 14)


def workbook(statement: Statement) -> bytes:
    """The account between its two days with the balance after every line."""
    out = io.BytesIO()
    book = new_workbook(out, by_rows=True)
    sheet = book.add_worksheet(_("Statement of account")[:31])
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    last = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    sheet.write_string(0, 0, statement.customer_name, bold)
    sheet.write_datetime(0, 1, _midnight(statement.first), day)
    sheet.write_datetime(0, 2, _midnight(statement.last), day)
    heads = (
        _("Date"),
        _("What"),
        _("Number"),
        _("Order no."),
        pgettext("paper", "Charged"),
        pgettext("paper", "Paid"),
        _("Balance"),
    )
    for at, word in enumerate(heads):
        sheet.write_string(2, at, word, head)
    sheet.write_string(3, 1, _("Carried forward"))
    sheet.write_number(3, 6, _yuan(statement.opening), money)
    for line, row in enumerate(statement.rows, 4):
        sheet.write_datetime(line, 0, _midnight(row.day), day)
        sheet.write_string(line, 1, _(KINDS[row.kind]) if row.kind in KINDS else row.kind)
        sheet.write_string(line, 2, row.number)
        sheet.write_string(line, 3, row.order_number)
        sheet.write_number(line, 4, _yuan(row.charged), money)
        sheet.write_number(line, 5, _yuan(row.paid), money)
        sheet.write_number(line, 6, _yuan(row.balance), money)
    end = len(statement.rows) + 4
    sheet.write_string(end, 1, _("Balance"), last)
    sheet.write_number(end, 6, _yuan(statement.closing), last)
    sheet.freeze_panes(3, 0)
    book.close()
    return out.getvalue()


def _yuan(amount: Money) -> float:
    return amount.fen / 100


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a spreadsheet's day has no zone
