"""Quality: what is due to be reported to the brands, notices, reports that were made, the month's self-assessment."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.brand_codes import AssessmentKind, BrandReportKind, NoticeState
from app.core.changes import Changes, Kind
from app.core.enums import Command, PaperKind
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ZERO
from app.core.words import _
from app.features.brands.incident_form import ask_incident
from app.features.brands.incidents import Incidents
from app.features.brands.quality_service import Quality
from app.features.brands.quality_snapshots import (
    AssessmentEntry,
    MonthlyEntry,
    MonthScore,
    QualityCard,
    QualityLine,
    QualityRow,
    Subject,
)
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import ComboField, LineField, MoneyField, TextField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table


class QualityPage(Page):
    """What waits first; the picked one with its content on the right."""

    key = "quality"

    def __init__(self, quality: Quality, incidents: Incidents, desk: Desk) -> None:
        super().__init__()
        self._quality = quality
        self._incidents = incidents
        self.desk = desk
        self.shown: QualityCard | None = None
        about = QLabel(
            _(
                "The same model with the same fault three times in 30 days raises a notice to its brand by itself."
            )
        )
        theme.role_of(about, "secondary")
        about.setWordWrap(True)
        self.assess_button = QPushButton(_("Self-assessment … (Ctrl+N)"))
        self.assess_button.setShortcut("Ctrl+N")
        self.assess_button.clicked.connect(self.assess)
        top = QHBoxLayout()
        top.addWidget(about, 1)
        self.incident_button = QPushButton(_("Incident …"))
        self.incident_button.clicked.connect(self.record_incident)
        top.addWidget(self.incident_button)
        top.addWidget(self.assess_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("what", _("What"), _what, width=176, bold=True),
                Column("brand", _("Brand"), lambda row: row.brand, width=90),
                Column("period", _("Which period"), lambda row: row.number or row.period, width=110),
                Column("about", _("What about"), lambda row: row.about, width=120, stretch=True, spare=True),
                Column("day", _("Day"), lambda row: formats.short_day(row.day), width=84, spare=True),
                Column("state", _("State"), _state, width=156, chip=_chip),
            ],
            name="quality",
            key=lambda row: row.key,
            empty=Empty(_("Nothing is to be reported."), icon="circle-check"),
        )
        self.list.view.setAccessibleName(_("Quality"))
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.report())
        self.lines = Table(
            [
                Column("item", _("Item"), lambda line: line.item, width=150),
                Column("about", _("What about"), lambda line: line.about, width=150, stretch=True),
                Column("figure", _("Count or sum"), lambda line: line.figure, align=RIGHT, width=96),
            ],
            name="quality_lines",
            key=lambda line: (line.item, line.about),
            empty=Empty(_("Nothing happened in this time."), icon="circle-check"),
        )
        self.lines.view.setAccessibleName(_("What about"))
        self.lines.opened.connect(self.open_order)
        self.card = SideCard(_("Choose a notice or report on the left."), self.lines)
        card = self.card
        self.report_button = card.button(_("Make the report (↵)"), self.report, primary=True)
        self.hand_in_button = card.button(_("It was handed in (↵)"), self.report, primary=True)
        self.close_button = card.button(_("Close the notice …"), self.close_notice)
        self.print_button = card.button(_("Print"), self.print_paper)
        self.order_button = card.button(_("Open the order"), self.open_incident_order)
        self.body.addWidget(beside(self.list, card, wide=640, narrow=480), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Quality")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("↵", _("report")),
            KeyHint("Ctrl+N", _("self-assessment")),
            KeyHint("Ctrl+P", _("paper")),
        )

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.CLAIM) or changes.has(Kind.BRAND)

    def refresh(self) -> None:
        self.assess_button.setVisible(self.desk.may(Command.ASSESS_MONTH))
        self.incident_button.setVisible(self.desk.may(Command.REPORT_INCIDENT))
        rows = self._quality.rows()
        self.list.show_rows(rows)
        if self.shown is not None:
            key = self.shown.row.key
            row = next((each for each in rows if each.key == key), None)
            self._show(self._quality.card(row) if row is not None else None)

    # -- commands --------------------------------------------------------------------------------------

    def report(self) -> None:
        """Make the due report, or note that the notice was handed in."""
        card = self.shown
        if card is None or not card.row.waits or not self.desk.may(Command.REPORT_TO_BRAND):
            return
        if card.row.subject is Subject.MONTHLY:
            self._ask_monthly(card.row)
            return
        ctx = self.desk.gesture()
        self.run(lambda: self._quality.report(ctx, card.row), self._reported)

    def close_notice(self) -> None:
        """The brand answered, or nothing is to be done."""
        card = self.shown
        if card is None or not _closable(card.row):
            return
        why = TextField(_("What the brand said, or why nothing is to be done"), required=True, lines=3)
        ctx = self.desk.gesture()
        done: list[QualityCard] = []
        if ask(
            _("Close {number}").format(number=card.row.number),
            [why],
            _("Close the notice"),
            lambda: done.append(self._quality.close(ctx, card.row, why.value())),
            parent=self,
        ):
            self._reported(done[0])

    def assess(self) -> None:
        """One item of a month's self-assessment."""
        brands = self._quality.brands()
        if not self.desk.may(Command.ASSESS_MONTH) or not brands:
            return
        brand = ComboField(_("Brand"), list(brands), required=True)
        brand.set_value(brands[0][0])
        month = LineField(
            _("Month"), required=True, most=7, hint=_("For example {month}").format(month="2026-11")
        )
        month.set_value(f"{self._quality.today():%Y-%m}")
        kind = ComboField(_("Item"), [(each, label(each)) for each in AssessmentKind], required=True)
        points = LineField(_("Points (empty: all of the item's)"), most=3)
        basis = MoneyField(_("Amount in question (of a fraud)"))
        order = LineField(_("Order"), most=20)
        note = LineField(_("Note"))
        ctx = self.desk.gesture()
        done: list[MonthScore] = []
        if ask(
            _("Self-assessment"),
            [brand, month, kind, points, basis, order, note],
            _("Save"),
            lambda: done.append(
                self._quality.assess(
                    ctx,
                    brand.value(),
                    month.value(),
                    AssessmentEntry(
                        kind.value(),
                        _whole("points", points),
                        basis.value() or ZERO,
                        order.value(),
                        note.value(),
                    ),
                )
            ),
            text=_("Each time costs its sum; an item never costs more points in a month than it is worth."),
            parent=self,
        ):
            found = done[0]
            words = _("{money} and {n} points this month").format(
                money=formats.money(found.money), n=found.points
            )
            self.confirm_done(words)
            self.refresh()

    def record_incident(self) -> None:
        """Injury, fire, gas: written down and told at once."""
        found = ask_incident(self._incidents, self.desk.gesture(), self)
        if found is not None:
            rows = self._quality.rows()
            self.list.show_rows(rows)
            row = next(each for each in rows if each.number == found.number)
            self._show(self._quality.card(row))
            self.list.select(row.key)
            self.confirm_done(_("{number} is on record. Print it for the brand.").format(number=found.number))

    def print_paper(self) -> None:
        """The paper of the picked row; a report that was not made has none yet."""
        paper = None if self.shown is None else paper_of(self.shown.row)
        if paper is not None:
            self.desk.papers.preview(*paper)

    def open_incident_order(self) -> None:
        """The order that the picked incident is about."""
        card = self.shown
        if card is not None and card.lines:
            self.open_order(card.lines[0])

    def open_order(self, line: QualityLine) -> None:
        """The order behind a line."""
        if line.order_id is not None:
            self.wants.emit("orders", line.order_id)

    # -- inside ----------------------------------------------------------------------------------------

    def _ask_monthly(self, row: QualityRow) -> None:
        followed = LineField(_("Customers called afterwards"), most=6)
        complaints = LineField(_("Complaints"), most=6)
        satisfied = LineField(_("Satisfied customers, percent"), most=3)
        for field, text in ((followed, "0"), (complaints, "0"), (satisfied, "100")):
            field.set_value(text)
        words = TextField(_("Suggestions to the brand"), lines=3)
        ctx = self.desk.gesture()
        done: list[QualityCard] = []
        if ask(
            f"{_what(row)} {row.period}",
            [followed, complaints, satisfied, words],
            _("Make the report"),
            lambda: done.append(
                self._quality.report(
                    ctx,
                    row,
                    MonthlyEntry(
                        _whole("followed_up", followed) or 0,
                        _whole("complaints", complaints) or 0,
                        _whole("satisfied", satisfied) or 0,
                        words.value(),
                    ),
                )
            ),
            text=_("All other figures are counted from the orders."),
            parent=self,
        ):
            self._reported(done[0])

    def _reported(self, card: QualityCard) -> None:
        self.list.show_rows(self._quality.rows())
        self._show(card)
        self.list.select(card.row.key)
        text = f"{_what(card.row)} {card.row.number or card.row.period}: {_state(card.row)}"
        self.confirm_done(text)

    def _picked(self, row: QualityRow | None) -> None:
        if row is not None and (self.shown is None or self.shown.row != row):
            self.run(lambda: self._show(self._quality.card(row)))

    def _show(self, card: QualityCard | None) -> None:
        self.shown = card
        if card is None:
            self.card.show_nothing()
            return
        row = card.row
        self.card.show_record(
            f"{_what(row)}  {row.number or row.period}",
            [
                (_("Brand"), row.brand),
                (_("What about"), row.about),
                (
                    _("To be reported on"),
                    formats.day(row.day) if row.waits and row.subject is not Subject.NOTICE else "",
                ),
                (_("Goes to the brand"), _goes(card)),
                (_("Note"), card.note),
            ],
            _chip(row),
        )
        self.lines.show_rows(card.lines)
        may = self.desk.may
        notice = row.subject is Subject.NOTICE
        reports = row.waits and may(Command.REPORT_TO_BRAND)
        self.card.offer(
            self.report_button if reports and not notice else None,
            self.hand_in_button if reports and notice else None,
            self.close_button if _closable(row) and may(Command.CLOSE_NOTICE) else None,
            self.print_button if paper_of(row) is not None else None,
            self.order_button if row.subject is Subject.INCIDENT else None,
        )


def paper_of(row: QualityRow) -> tuple[PaperKind, str] | None:
    """The paper of a row and how it is asked for; None of a report that is not made yet."""
    match row.subject:
        case Subject.NOTICE:
            return PaperKind.QUALITY_NOTICE, row.number
        case Subject.INCIDENT:
            return PaperKind.INCIDENT_REPORT, row.number
        case Subject.ASSESSMENT:
            return PaperKind.SELF_ASSESSMENT, f"{row.brand_id}-{row.period}"
        case Subject.WEEKLY | Subject.MONTHLY if row.record_id is None:
            return None
        case Subject.WEEKLY:
            return PaperKind.WEEKLY_SUMMARY, f"{row.brand_id}-{row.period}"
        case Subject.MONTHLY:
            return PaperKind.FEEDBACK_FORM, f"{row.brand_id}-{row.period}"


def _goes(card: QualityCard) -> str:
    if card.row.subject is Subject.ASSESSMENT:
        return ""
    return _("by the push") if card.linked else _("on paper")


def _whole(name: str, field: LineField) -> int | None:
    """The number typed; None where nothing is. ``Refusal(OUT_OF_RANGE)``."""
    text = field.value()
    if not text:
        return None
    if not text.isdecimal():
        raise Refusal(Reason.OUT_OF_RANGE, field=name, low=0, high=100)
    return int(text)


def _closable(row: QualityRow) -> bool:
    return row.subject is Subject.NOTICE and row.state is not NoticeState.CLOSED


def _what(row: QualityRow) -> str:
    match row.subject:
        case Subject.WEEKLY:
            return label(BrandReportKind.WEEKLY)
        case Subject.MONTHLY:
            return label(BrandReportKind.MONTHLY)
        case Subject.NOTICE:
            return _("Quality notice")
        case Subject.ASSESSMENT:
            return _("Self-assessment")
        case Subject.INCIDENT:
            return _("Incident")


def _state(row: QualityRow) -> str:
    if row.state is not None:
        return label(row.state)
    if row.waits:
        return _("To be reported")
    if row.subject is Subject.INCIDENT:
        return _("On record")
    return "" if row.subject is Subject.ASSESSMENT else _("Already made")


def _chip(row: QualityRow) -> Chip | None:
    if row.subject is Subject.ASSESSMENT:
        return None
    if row.waits:
        return Chip(_state(row), Tone.WAITS, "triangle-alert")
    if row.subject is Subject.INCIDENT:
        return Chip(_state(row), Tone.LATE, "triangle-alert")
    return Chip(_state(row), Tone.DONE, "circle-check")
