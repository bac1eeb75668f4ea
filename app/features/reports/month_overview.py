"""A month at a glance: its figures beside last month and last year, its days, break-downs, and why it changed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import PaymentMethod
from app.core.money import ZERO, Money
from app.core.words import _
from app.features.reports.asking import Month, parse_month
from app.features.reports.bars import DayBars
from app.features.reports.figures import DIMENSION_WORDS, GROUP_WORDS, SPECS, Dimension, Figure, Group
from app.features.reports.snapshots import MonthLook, MonthReport, Question, Share
from app.features.reports.telling import (
    change_text,
    figure_name,
    method_name,
    mover_text,
    reasons,
    share_name,
    value_text,
)
from app.ui import theme
from app.ui.fields import ChipGroup
from app.ui.tables import RIGHT, Column, Empty, Table

#: The break-down that is not one of sales.
_METHODS = "method"
_GOOD, _BAD = "done_ink", "late_ink"


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the figures: a figure, or the heading of a group."""

    id: str
    figure: Figure | None
    title: str


@dataclass(frozen=True, slots=True)
class _Part:
    """A line of a break-down, with what it was last month."""

    id: str
    name: str
    orders: int | None
    revenue: Money
    before: Money
    profit: Money | None


@dataclass(frozen=True, slots=True)
class _Reason:
    """A sentence, and the list it talks about."""

    id: int
    text: str
    question: Question | None


class MonthOverview(QSplitter):
    """Everything of a month; each row asks for the list behind it."""

    #: A ``Question``: the list behind a figure is wanted.
    asked = Signal(object)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.look: MonthLook | None = None
        self.figures = Table(
            [
                Column(
                    "title",
                    _("Figure"),
                    lambda row: row.title,
                    width=150,
                    stretch=True,
                    tone=self._title_tone,
                ),
                Column("now", _("This month"), self._now, align=RIGHT, width=112, bold=True),
                Column(
                    "month",
                    _("vs last month"),
                    self._against_month,
                    align=RIGHT,
                    width=92,
                    tone=self._tone_month,
                ),
                Column(
                    "year", _("vs last year"), self._against_year, align=RIGHT, width=92, tone=self._tone_year
                ),
            ],
            name="month_figures",
            row_height=26,
        )
        self.figures.opened.connect(self._open_figure)
        self.bars = DayBars()
        self.bars.opened.connect(self._open_day)
        self.by = ChipGroup(
            "",
            [
                *((each.value, _(DIMENSION_WORDS[each])) for each in Dimension),
                (_METHODS, _("By payment method")),
            ],
            single=True,
            required=True,
            numbers=False,
        )
        self.by.set_value(Dimension.CATEGORY.value)
        self.by.changed.connect(self._show_parts)
        self.parts = Table(
            [
                Column("name", _("Broken down by"), lambda row: row.name, width=110, stretch=True, bold=True),
                Column(
                    "orders", _("Orders"), lambda row: "" if row.orders is None else f"{row.orders:,}",
                    sort=lambda row: row.orders, align=RIGHT, width=62,
                ),
                Column(
                    "revenue", _("Revenue"), lambda row: formats.money(row.revenue, sign=False),
                    sort=lambda row: row.revenue.fen, align=RIGHT, width=104, bold=True,
                ),
                Column(
                    "before", _("Last month"), lambda row: formats.money(row.before, sign=False),
                    sort=lambda row: row.before.fen, align=RIGHT, width=104, spare=True,
                ),
                Column(
                    "profit", _("Gross profit"),
                    lambda row: "" if row.profit is None else formats.money(row.profit, sign=False),
                    sort=lambda row: 0 if row.profit is None else row.profit.fen, align=RIGHT, width=104,
                ),
            ],
            name="month_parts",
            empty=Empty(_("Nothing was sold in this month."), icon="chart-column"),
            row_height=26,
        )  # fmt: skip
        self.parts.opened.connect(self._open_part)
        self.why = Table(
            [Column("text", _("Why it changed"), lambda row: row.text, width=200, stretch=True)],
            name="month_why",
            empty=Empty(_("There is no month before to compare with."), icon="chart-line"),
            row_height=26,
        )
        self.why.opened.connect(self._open_reason)
        right = QWidget()
        box = QVBoxLayout(right)
        box.setContentsMargins(theme.px(12), 0, 0, 0)
        box.setSpacing(theme.px(6))
        box.addWidget(self.bars, 3)
        box.addWidget(self.by)
        box.addWidget(self.parts, 4)
        box.addWidget(self.why, 3)
        self.addWidget(self.figures)
        self.addWidget(right)
        self.setStretchFactor(0, 2)
        self.setStretchFactor(1, 3)
        self.setChildrenCollapsible(False)
        self.setSizes([theme.px(500), theme.px(720)])

    def show_loading(self) -> None:
        """Say that the month is on its way."""
        self.look = None
        self.bars.show_loading()
        for table in (self.figures, self.parts, self.why):
            table.show_loading()

    def show_error(self, error: BaseException, retry: Callable[[], object]) -> None:
        """Say why it does not come."""
        self.look = None
        self.bars.show_loading(False)
        for table in (self.figures, self.parts, self.why):
            table.show_error(error, retry)

    def show_look(self, look: MonthLook) -> None:
        """Show this month."""
        self.look = look
        lines: list[_Line] = []
        for group in Group:
            its = [
                figure for figure, spec in SPECS.items() if spec.group is group and look.report.has(figure)
            ]
            if its:
                lines.append(_Line(f"group {group.value}", None, _(GROUP_WORDS[group])))
                lines += [_Line(figure.value, figure, figure_name(figure)) for figure in its]
        self.figures.show_rows(lines)
        if self.figures.current() is None:
            self.figures.select("revenue")
        self.bars.show_days(Month(*parse_month(look.report.month)), look.report.days, look.last_month.days)
        self._show_parts()
        self.why.show_rows(self._reasons(look))

    def _show_parts(self) -> None:
        look, chosen = self.look, self.by.value()
        if look is None or chosen is None:
            return
        if chosen == _METHODS:
            was = {each.name: each.paid - each.refunded for each in look.last_month.by_method}
            self.parts.show_rows(
                [
                    _Part(
                        each.name, method_name(each.name), None, each.paid - each.refunded,
                        was.get(each.name, ZERO), None,
                    )
                    for each in look.report.by_method
                ]
            )  # fmt: skip
            return
        dimension = Dimension(chosen)
        before = {each.key: each for each in look.last_month.shares(dimension)}

        def was_revenue(share: Share) -> Money:
            return before[share.key].revenue if share.key in before else ZERO

        self.parts.show_rows(
            [
                _Part(
                    each.key, share_name(dimension, each.name), each.orders, each.revenue, was_revenue(each),
                    each.profit,
                )
                for each in look.report.shares(dimension)
            ]
        )  # fmt: skip

    def _reasons(self, look: MonthLook) -> list[_Reason]:
        doors = {mover_text(mover): mover for mover in look.movers}
        found = []
        for at, text in enumerate(reasons(look)):
            mover = doors.get(text)
            question = Question(look.report.month, Figure.REVENUE, look.report.wanted)
            if mover is not None and mover.dimension is not None:
                key = next(
                    (
                        each.key
                        for report in (look.report, look.last_month)
                        for each in report.shares(mover.dimension)
                        if each.name == mover.name
                    ),
                    "",
                )
                wanted = look.report.wanted.narrowed(mover.dimension, key)
                question = Question(look.report.month, mover.component, wanted)
            found.append(_Reason(at, text, question))
        return found

    # -- cells -----------------------------------------------------------------------------------------

    def _now(self, row: _Line) -> str:
        if row.figure is None or self.look is None:
            return ""
        return value_text(row.figure, self.look.report.value(row.figure))

    def _against_month(self, row: _Line) -> str:
        if row.figure is None or self.look is None:
            return ""
        return change_text(self.look, row.figure, self.look.last_month)

    def _against_year(self, row: _Line) -> str:
        if row.figure is None or self.look is None:
            return ""
        return change_text(self.look, row.figure, self.look.last_year)

    def _title_tone(self, row: _Line) -> str | None:
        return "accent_ink" if row.figure is None else None

    def _tone_month(self, row: _Line) -> str | None:
        return self._tone(row, self.look.last_month if self.look else None)

    def _tone_year(self, row: _Line) -> str | None:
        return self._tone(row, self.look.last_year if self.look else None)

    def _tone(self, row: _Line, before: MonthReport | None) -> str | None:
        if row.figure is None or self.look is None or before is None:
            return None
        change = self.look.change(row.figure, before) or 0
        towards = change * SPECS[row.figure].good
        return _GOOD if towards > 0 else _BAD if towards < 0 else None

    # -- doors ------------------------------------------------------------------------------------------

    def _open_figure(self, row: _Line) -> None:
        if row.figure is not None and self.look is not None:
            self.asked.emit(Question(self.look.report.month, row.figure, self.look.report.wanted))

    def _open_day(self, day: int) -> None:
        if self.look is not None:
            report = self.look.report
            self.asked.emit(Question(report.month, Figure.REVENUE, report.wanted, day=day))

    def _open_part(self, row: _Part) -> None:
        chosen = self.by.value()
        if self.look is None or chosen is None:
            return
        report = self.look.report
        if chosen == _METHODS:
            self.asked.emit(Question(report.month, Figure.PAID, method=PaymentMethod(row.id)))
        else:
            wanted = report.wanted.narrowed(Dimension(chosen), row.id)
            self.asked.emit(Question(report.month, Figure.REVENUE, wanted))

    def _open_reason(self, row: _Reason) -> None:
        if row.question is not None:
            self.asked.emit(row.question)
