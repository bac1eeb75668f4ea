"""A month as an Excel workbook: figures are numbers, texts are never formulas; written while it is told how far."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from app.core.labels import category_name
from app.core.money import Money
from app.core.rights import Actor
from app.core.words import _
from app.features.reports.figures import DIMENSION_WORDS, SPECS, Dimension, Figure, Unit
from app.features.reports.service import ReportService
from app.features.reports.snapshots import EVERYTHING, MonthFilter, MonthLook, MonthReport, Question, Share
from app.features.reports.telling import figure_name, method_name, reasons, share_name
from app.features.sheets.writing import new_workbook, write_whole

#: (done, of so many); may raise to stop: the file is replaced whole or not at all.
Tell = Callable[[int, int], None]
_UNITS = {Unit.MONEY: "money", Unit.COUNT: "count", Unit.SHARE: "share", Unit.TIME: "hours"}


def tell_nobody(_done: int, _total: int) -> None:
    """For whoever does not wait."""


def export_month(
    reports: ReportService,
    actor: Actor,
    file: Path,
    year: int,
    month: int,
    wanted: MonthFilter = EVERYTHING,
    tell: Tell = tell_nobody,
) -> int:
    """Write the month to ``file``: summary, a sheet for each break-down, the orders delivered with what they brought.
    How many orders. Raises ``Refusal(MONTH_UNKNOWN)``, ``EnvironmentFault(FILE_NOT_WRITABLE)``.
    """
    look = reports.look(actor, year, month, wanted)
    out = io.BytesIO()
    # Texts are shared, as Excel itself does it: names of devices and people come again and again.
    book = new_workbook(out)
    pen = _Pen(book)
    _summary(pen, look)
    for dimension in Dimension:
        _break_down(pen, look.report, dimension)
    if look.report.by_method:
        _methods(pen, look.report)
    _days(pen, look)
    count = _sales(pen, reports, actor, look, wanted, tell)
    book.close()
    write_whole(file, out.getvalue())
    return count


class _Pen:
    """Writes typed cells into a book."""

    def __init__(self, book: Any) -> None:
        self.book = book
        add = book.add_format
        self._formats = {
            "head": add({"bold": True, "bottom": 1}),
            "strong": add({"bold": True}),
            "money": add({"num_format": "#,##0.00"}),
            "count": add({"num_format": "#,##0"}),
            "share": add({"num_format": "0.0%"}),
            "hours": add({"num_format": "[h]:mm"}),
            "sum": add({"num_format": "#,##0.00", "bold": True, "top": 1}),
            "date": add({"num_format": "yyyy-mm-dd"}),
        }

    def sheet(self, title: str, heads: list[tuple[str, int]], first: int = 0) -> Any:
        sheet = self.book.add_worksheet(title[:31])
        for at, (head, width) in enumerate(heads):
            sheet.set_column(at, at, width)
            sheet.write_string(first, at, head, self._formats["head"])
        sheet.freeze_panes(first + 1, 0)
        return sheet

    def text(self, sheet: Any, line: int, at: int, text: str, form: str = "") -> None:
        sheet.write_string(line, at, text, self._formats[form] if form else None)

    def money(self, sheet: Any, line: int, at: int, amount: Money, form: str = "money") -> None:
        sheet.write_number(line, at, amount.fen / 100, self._formats[form])

    def count(self, sheet: Any, line: int, at: int, count: int) -> None:
        sheet.write_number(line, at, count, self._formats["count"])

    def day(self, sheet: Any, line: int, at: int, day: Any) -> None:
        sheet.write_datetime(line, at, day, self._formats["date"])

    def figure(self, sheet: Any, line: int, at: int, figure: Figure, value: int | None) -> None:
        if value is None:
            return
        unit = SPECS[figure].unit
        number: float = value
        match unit:
            case Unit.MONEY:
                number = value / 100
            case Unit.SHARE:
                number = value / 1000
            case Unit.TIME:
                # Excel counts days.
                number = value / (24 * 60)
        sheet.write_number(line, at, number, self._formats[_UNITS[unit]])


def _summary(pen: _Pen, look: MonthLook) -> None:
    report = look.report
    heads = [(_("Figure"), 34), (report.month, 16), (look.last_month.month, 16), (look.last_year.month, 16)]
    sheet = pen.sheet(_("Summary"), heads)
    line = 1
    for figure in SPECS:
        if not report.has(figure):
            continue
        pen.text(sheet, line, 0, figure_name(figure))
        for at, each in enumerate((report, look.last_month, look.last_year), 1):
            pen.figure(sheet, line, at, figure, each.value(figure))
        line += 1
    line += 1
    why = list(reasons(look))
    if why:
        pen.text(sheet, line, 0, _("Why it changed"), "strong")
        for sentence in why:
            line += 1
            pen.text(sheet, line, 0, sentence)
        line += 1
    if look.sealed is not None:
        pen.text(sheet, line + 1, 0, _("Sealed"), "strong")
        pen.text(sheet, line + 1, 1, look.sealed.digest)


def _break_down(pen: _Pen, report: MonthReport, dimension: Dimension) -> None:
    heads = [
        (_("Name"), 26), (_("Orders"), 10), (_("Visit fees"), 14), (_("Labour"), 14), (_("Parts"), 14),
        (_("Other, less discounts"), 18), (_("Revenue"), 16), (_("Cost of parts"), 16), (_("Gross profit"), 16),
    ]  # fmt: skip
    sheet = pen.sheet(_(DIMENSION_WORDS[dimension]), heads)
    shares = report.shares(dimension)
    for line, share in enumerate(shares, 1):
        pen.text(sheet, line, 0, share_name(dimension, share.name))
        pen.count(sheet, line, 1, share.orders)
        for at, amount in enumerate(_amounts(share), 2):
            pen.money(sheet, line, at, amount)
    last = len(shares) + 1
    pen.text(sheet, last, 0, _("Total"), "strong")
    for at, amount in enumerate(_amounts(report), 2):
        pen.money(sheet, last, at, amount, "sum")


def _amounts(of: Share | MonthReport) -> tuple[Money, ...]:
    """The columns of a break-down: the first four come to the revenue."""
    cost, profit = (of.cost, of.profit) if isinstance(of, Share) else (of.parts_cost, of.gross_profit)
    rest = of.revenue - of.visit - of.labour - of.parts
    return (of.visit, of.labour, of.parts, rest, of.revenue, cost, profit)


def _methods(pen: _Pen, report: MonthReport) -> None:
    sheet = pen.sheet(
        _("By payment method"),
        [(_("Name"), 20), (_("Money taken in"), 16), (_("Money given back"), 16), (_("Total"), 16)],
    )
    for line, each in enumerate(report.by_method, 1):
        pen.text(sheet, line, 0, method_name(each.name))
        for at, amount in enumerate((each.paid, each.refunded, each.paid - each.refunded), 1):
            pen.money(sheet, line, at, amount)


def _days(pen: _Pen, look: MonthLook) -> None:
    heads = [(_("Day"), 8), (look.report.month, 16), (look.last_month.month, 16), (look.last_year.month, 16)]
    sheet = pen.sheet(_("Revenue by day"), heads)
    for at, report in enumerate((look.report, look.last_month, look.last_year), 1):
        for each in report.days:
            sheet.write_number(each.day, 0, each.day)
            pen.money(sheet, each.day, at, each.revenue)


def _sales(
    pen: _Pen, reports: ReportService, actor: Actor, look: MonthLook, wanted: MonthFilter, tell: Tell
) -> int:
    """The rows that the revenue is the sum of, and below them that sum."""
    heads = [
        (_("Day"), 12), (_("Order"), 14), (_("Customer"), 16), (_("Category"), 16), (_("Device"), 26),
        (_("Technician"), 14), (_("Revenue"), 14),
    ]  # fmt: skip
    sheet = pen.sheet(_("Orders"), heads)
    asked = Question(look.report.month, Figure.REVENUE, wanted)
    expected = reports.total(actor, asked).count
    line, total = 0, 0
    for chunk in _told(reports.all_entries(actor, asked), expected, tell):
        for entry in chunk:
            line += 1
            if entry.day is not None:
                pen.day(sheet, line, 0, entry.day)
            texts = (
                entry.number,
                entry.customer,
                category_name(entry.category) if entry.category else "",
                entry.device,
                entry.technician,
            )
            for at, text in enumerate(texts, 1):
                pen.text(sheet, line, at, text)
            pen.money(sheet, line, 6, Money(entry.amount or 0))
            total += entry.amount or 0
    pen.text(sheet, line + 1, 0, _("Total"), "strong")
    pen.money(sheet, line + 1, 6, Money(total), "sum")
    return line


def _told(chunks: Iterator[Any], expected: int, tell: Tell) -> Iterator[Any]:
    done = 0
    tell(0, expected)
    for chunk in chunks:
        yield chunk
        done += len(chunk)
        tell(min(done, expected), expected)
