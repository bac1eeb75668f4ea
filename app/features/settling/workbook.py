"""A settlement as an Excel workbook: amounts are numbers, texts are never formulas."""

from __future__ import annotations

import io
from datetime import date, datetime

from app.core.brand_codes import SettlementKind
from app.core.labels import category_name, label
from app.core.money import Money
from app.core.words import _, pgettext
from app.features.settling.snapshots import SettlementCard

_WIDTHS = (14, 12, 12, 24, 18, 12, 12, 12, 30)
#: Rows above the heads.
_TOP = 3


def workbook(card: SettlementCard) -> bytes:
    """Every line with what was claimed, what the brand pays, and the difference; then what it leaves out."""
    import xlsxwriter

    out = io.BytesIO()
    book = xlsxwriter.Workbook(
        out, {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet = book.add_worksheet(_("Brand settlement")[:31])
    bold = book.add_format({"bold": True})
    head = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    last = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, width in enumerate(_WIDTHS):
        sheet.set_column(at, at, width)
    row = card.row
    for at, text in enumerate((row.number, row.brand, row.month, label(row.state))):
        sheet.write_string(0, at, text, bold)
    sheet.write_string(1, 0, row.note)
    heads = (
        _("Claim"),
        _("Order no."),
        pgettext("settlement", "Delivered"),
        _("Device"),
        _("Serial number"),
        pgettext("settlement", "Claimed"),
        pgettext("settlement", "Paid by the brand"),
        _("Difference"),
        _("Reason"),
    )
    for at, word in enumerate(heads):
        sheet.write_string(_TOP - 1, at, word, head)
    at = _TOP
    for line in card.lines:
        if line.kind is SettlementKind.CLAIM:
            sheet.write_string(at, 0, line.claim)
            sheet.write_string(at, 1, line.order_number)
            if line.delivered_on is not None:
                sheet.write_datetime(at, 2, _midnight(line.delivered_on), day)
            sheet.write_string(at, 3, f"{category_name(line.category)} {line.model}".strip())
            sheet.write_string(at, 4, line.serial)
            sheet.write_number(at, 5, _yuan(line.by_table), money)
        else:
            sheet.write_string(at, 0, label(line.kind))
            sheet.write_string(at, 3, line.description)
        sheet.write_number(at, 6, _yuan(line.accepted), money)
        sheet.write_number(at, 7, -_yuan(line.difference), money)
        sheet.write_string(at, 8, line.reason)
        at += 1
    sheet.write_string(at, 0, _("Sum"), last)
    sheet.write_number(at, 5, _yuan(row.by_table), last)
    sheet.write_number(at, 6, _yuan(row.payable), last)
    sheet.write_number(at, 7, _yuan(row.payable - row.by_table), last)
    if card.unanswered:
        at += 2
        sheet.write_string(at, 0, _("Not answered yet: they come into the next settlement"), bold)
        for each in card.unanswered:
            at += 1
            sheet.write_string(at, 0, each.number)
            sheet.write_string(at, 1, each.order_number)
            sheet.write_datetime(at, 2, _midnight(each.delivered_on), day)
            sheet.write_string(at, 3, label(each.state))
            sheet.write_number(at, 5, _yuan(each.total), money)
    sheet.freeze_panes(_TOP, 0)
    book.close()
    return out.getvalue()


def _yuan(amount: Money) -> float:
    return amount.fen / 100


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a spreadsheet's day has no zone
