"""The journal as a file for the bookkeeper's program: CSV (UTF-8 with its mark) or Excel."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.core.money import Money
from app.core.rights import Actor
from app.core.words import N_, _
from app.features.books.service import Books
from app.features.books.snapshots import AccountSum, Journal, JournalLine, Tell, tell_nobody
from app.features.sheets.files import guarded
from app.features.sheets.writing import checked_suffix, new_workbook, write_whole

_STEP = 1000


@dataclass(frozen=True, slots=True)
class _Head:
    title: str
    value: Callable[[Any], object]
    width: int


def voucher_number(number: int) -> str:
    """How a voucher is called."""
    return _("J-{number}").format(number=f"{number:04d}")


_LINE: Sequence[_Head] = (
    _Head(N_("Date"), lambda line: line.day, 12),
    _Head(N_("Voucher"), lambda line: voucher_number(line.voucher), 10),
    _Head(N_("Line"), lambda line: line.position, 6),
    _Head(N_("Account number"), lambda line: line.number, 14),
    _Head(N_("Account name"), lambda line: line.name, 30),
    _Head(N_("Text"), lambda line: line.text, 34),
    _Head(N_("Debit amount"), lambda line: line.debit, 14),
    _Head(N_("Credit amount"), lambda line: line.credit, 14),
    _Head(N_("Document"), lambda line: line.document, 18),
)
_SUM: Sequence[_Head] = (
    _Head(N_("Account number"), lambda line: line.number, 14),
    _Head(N_("Account name"), lambda line: line.name, 30),
    _Head(N_("Debit amount"), lambda line: line.debit, 14),
    _Head(N_("Credit amount"), lambda line: line.credit, 14),
    _Head(N_("Debit less credit"), lambda line: line.balance, 16),
)


def export_books(books: Books, actor: Actor, month: str, file: Path, tell: Tell = tell_nobody) -> int:
    """Write a month's journal to ``file`` (.csv or .xlsx); how many lines. The file is replaced whole or not at all.

    Raises ``Refusal``: FILE_KIND, MONTH_UNKNOWN; ``EnvironmentFault(FILE_NOT_WRITABLE)``.
    """
    suffix = checked_suffix(file)
    journal = books.journal(actor, month, lambda done, total: tell(done * 50 // max(total, 1), 100))

    def written(done: int, total: int) -> None:
        tell(50 + done * 50 // max(total, 1), 100)

    write_whole(file, _csv(journal, written) if suffix == ".csv" else _xlsx(journal, written))
    return len(journal.lines)


def _csv(journal: Journal, tell: Tell) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_(head.title) for head in _LINE])
    for at, line in enumerate(journal.lines):
        if at % _STEP == 0:
            tell(at, len(journal.lines))
        writer.writerow([_text(head.value(line)) for head in _LINE])
    # With its mark, or Excel takes UTF-8 for the code page of Windows.
    return out.getvalue().encode("utf-8-sig")


def _text(value: object) -> str:
    match value:
        case Money():
            return str(value) if value else ""
        case int():
            return str(value)
        case str():
            return guarded(value)
        case _:
            return str(value)


def _xlsx(journal: Journal, tell: Tell) -> bytes:
    out = io.BytesIO()
    # Texts are shared, as Excel itself does it: accounts and what was booked come again and again.
    book = new_workbook(out)
    _fill(book, _("Journal {month}").format(month=journal.month), _LINE, journal.lines, journal, tell)
    _fill(book, _("Accounts"), _SUM, journal.sums, journal, lambda _done, _total: None)
    book.close()
    return out.getvalue()


def _fill(
    book: Any,
    title: str,
    heads: Sequence[_Head],
    rows: Sequence[JournalLine] | Sequence[AccountSum],
    journal: Journal,
    tell: Tell,
) -> None:
    sheet = book.add_worksheet(title[:31])
    bold = book.add_format({"bold": True, "bottom": 1})
    money = book.add_format({"num_format": "#,##0.00"})
    day = book.add_format({"num_format": "yyyy-mm-dd"})
    sums = book.add_format({"num_format": "#,##0.00", "bold": True, "top": 1})
    for at, head in enumerate(heads):
        sheet.set_column(at, at, head.width)
        sheet.write_string(0, at, _(head.title), bold)
    for line, row in enumerate(rows, 1):
        if line % _STEP == 0:
            tell(line, len(rows))
        for at, head in enumerate(heads):
            value = head.value(row)
            match value:
                case Money():
                    if value:
                        sheet.write_number(line, at, value.fen / 100, money)
                case int():
                    sheet.write_number(line, at, value)
                case str():
                    sheet.write_string(line, at, value)
                case _:
                    sheet.write_datetime(line, at, value, day)
    last = len(rows) + 1
    for at, head in enumerate(heads):
        if head.title in (_DEBIT, _CREDIT):
            total = journal.debit if head.title == _DEBIT else journal.credit
            sheet.write_number(last, at, total.fen / 100, sums)
        elif at == 0:
            sheet.write_string(last, at, _("Total"), sums)
    sheet.freeze_panes(1, 0)
    if rows:
        sheet.autofilter(0, 0, len(rows), len(heads) - 1)


_DEBIT, _CREDIT = "Debit amount", "Credit amount"
