"""Pay 提成: a month of everybody, what it is made of, the rules behind it; anybody but the owner sees his own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QStackedWidget, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command, CommissionKind, PaperKind, PayItemKind
from app.core.labels import category_name, label
from app.core.money import Money
from app.core.sentences import sentence
from app.core.words import _, pgettext
from app.features.pay.forms import print_day, write_item, write_rule
from app.features.pay.service import Pay
from app.features.pay.snapshots import MonthPay, PayMonth, RuleRow
from app.features.pay.workbook import workbook
from app.features.sheets.writing import write_whole
from app.ui import theme
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup
from app.ui.messages import confirm
from app.ui.month_picker import MonthPicker
from app.ui.page import KeyHint, Page
from app.ui.saving import ask_where
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table
from app.ui.tasks import Progress

STATEMENTS, RULES = "statements", "rules"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of a statement as it is listed: commission, bonus or deduction."""

    id: tuple[object, ...]
    day: date
    what: str
    order_id: int | None
    order_number: str
    document: str
    amount: Money


class PayPage(Page):
    """Months are worked out beside the window."""

    key = "pay"

    def __init__(self, pay: Pay, desk: Desk) -> None:
        super().__init__()
        self._pay = pay
        self.desk = desk
        self._asked = 0
        self.shown: MonthPay | None = None
        self._head()
        self._lists()

    # -- building --------------------------------------------------------------------------------------

    def _head(self) -> None:
        self.month = MonthPicker(lambda: self._pay.today)
        self.month.changed.connect(lambda _month: self._load())
        self.view = ChipGroup(
            "",
            [(STATEMENTS, _("Statements")), (RULES, _("Rules"))],
            single=True,
            required=True,
            numbers=False,
        )
        self.view.setMinimumWidth(theme.px(220))
        self.view.set_value(STATEMENTS)
        self.view.changed.connect(self._turned)
        self.chip = ChipLabel()
        self.day_button = QPushButton(_("Day report … (Ctrl+D)"))
        self.day_button.setShortcut("Ctrl+D")
        self.day_button.clicked.connect(lambda: print_day(self._pay, self.desk, self))
        self.rule_button = QPushButton(_("New rule … (Ctrl+N)"))
        self.rule_button.setShortcut("Ctrl+N")
        self.rule_button.clicked.connect(self.add_rule)
        self.excel_button = QPushButton(_("Excel … (Ctrl+E)"))
        self.excel_button.setShortcut("Ctrl+E")
        self.excel_button.clicked.connect(self.export)
        self.approve_button = QPushButton(_("Approve month …"))
        self.approve_button.clicked.connect(self.approve)
        row = QHBoxLayout()
        low = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.month, 0, low)
        row.addWidget(self.view, 0, low)
        row.addStretch(1)
        row.addWidget(self.chip, 0, low)
        for button in (self.rule_button, self.day_button, self.excel_button, self.approve_button):
            row.addWidget(button, 0, low)
        self.body.addLayout(row)

    def _lists(self) -> None:
        self.people = Table(
            [
                Column("name", _("Name"), lambda row: row.name, width=110, stretch=True, bold=True),
                Column("jobs", pgettext("pay", "Jobs"), lambda row: str(row.jobs), _jobs, RIGHT, width=56, spare=True),
                Column(
                    "time", _("Time"), lambda row: formats.minutes(row.minutes.total),
                    lambda row: row.minutes.total, RIGHT, width=68, spare=True,
                ),
                _money("commission", _("Commission")),
                _money("bonus", _("Bonus in all")),
                _money("deducted", _("Kept back")),
                _money("carried", _("Carried over")),
                _money("payable", _("To pay out"), bold=True),
            ],
            name="pay_people",
            empty=Empty(_("Nobody works here yet."), icon="users"),
        )  # fmt: skip
        self.people.picked.connect(self._picked)
        self.lines = Table(
            [
                Column("day", _("Date"), lambda row: formats.short_day(row.day), width=56),
                Column("what", _("What"), lambda row: row.what, width=130, stretch=True),
                Column("order", _("Order"), lambda row: row.order_number, width=92),
                Column("document", _("Document"), lambda row: row.document, width=100, spare=True),
                _money("amount", _("Amount"), width=84),
            ],
            name="pay_lines",
            empty=Empty(_("Nothing earned in this month."), icon="coins"),
        )
        self.lines.opened.connect(self._go)
        self.card = SideCard(_("Choose somebody on the left."), self.lines)
        self.item_button = self.card.button(
            _("Bonus or deduction … (Ctrl+B)"), self.add_item, primary=True, key="Ctrl+B"
        )
        self.paper_button = self.card.button(_("Print … (Ctrl+P)"), self.print_paper)
        self.rules = Table(
            [
                Column("who", _("For whom"), lambda row: row.staff or _("Everybody"), width=110, bold=True),
                Column("kind", _("Rule"), lambda row: label(row.kind), width=180, stretch=True),
                Column("category", _("Category"), _category, width=210),
                Column("pays", _("Pays"), _pays, _pays_sort, RIGHT, width=90),
                Column("from", _("Valid from"), lambda row: formats.day(row.valid_from), width=100),
                Column("state", _("State"), lambda row: _rule_chip(row).text, width=120, chip=_rule_chip),
                Column("by", _("By"), lambda row: row.made_by, width=90, spare=True),
            ],
            name="pay_rules",
            empty=Empty(
                _("No rules yet: nobody earns commission."), _("New rule …"), self.add_rule, icon="percent"
            ),
        )
        self.rules.opened.connect(lambda row: self.add_rule(row))
        self.stack = QStackedWidget()
        self.stack.addWidget(beside(self.people, self.card, wide=640, narrow=560))
        self.stack.addWidget(self.rules)
        self.body.addWidget(self.stack, 1)

    # -- what a page says about itself -----------------------------------------------------------------

    def title(self) -> str:
        return _("Pay") if self._owner() else _("My pay")

    def keys_here(self) -> Sequence[KeyHint]:
        hints = [
            KeyHint("Ctrl+P", _("print")),
            KeyHint("Ctrl+D", _("day report")),
            KeyHint("↵", _("open the order")),
        ]
        if self._owner():
            hints += [KeyHint("Ctrl+B", _("bonus or deduction")), KeyHint("Ctrl+N", _("new rule"))]
        return hints

    def manual(self) -> str:
        return "pay"

    def first_focus(self) -> QWidget | None:
        return self.people

    def concerns(self, changes: Changes) -> bool:
        return any(changes.has(kind) for kind in (Kind.PAY, Kind.MONEY, Kind.STAFF))

    def refresh(self) -> None:
        owner = self._owner()
        for widget in (self.view, self.rule_button, self.excel_button, self.approve_button):
            widget.setVisible(owner)
        if not owner:
            self.view.set_value(STATEMENTS)
            self.stack.setCurrentIndex(0)
        self._load()

    def print_paper(self) -> None:
        """The statement of the person in front."""
        row = self.people.current()
        if isinstance(row, PayMonth):
            self.desk.papers.preview(PaperKind.PAY_STATEMENT, f"{row.month}-{row.staff_id}")

    # -- what is done here -----------------------------------------------------------------------------

    def add_rule(self, like: object = None) -> None:
        """Write a rule, as the one in front is."""
        if self._owner() and write_rule(
            self._pay, self.desk, like if isinstance(like, RuleRow) else None, self
        ):
            self.view.set_value(RULES)
            self._turned()
            self.confirm_done(_("The rule is saved."))

    def add_item(self) -> None:
        """A bonus or deduction of the person in front."""
        row = self.people.current()
        if not isinstance(row, PayMonth) or not self._owner():
            return
        if write_item(self._pay, self.desk, row.staff_id, row.name, row.month, self):
            self.confirm_done(_("Saved: {name}").format(name=row.name))
            self._load()

    def approve(self) -> None:
        """Freeze the month; asked once, as nothing takes it back."""
        month = self.month.value()
        detail = _("The statements of {month} are kept for good. What comes later counts in the next month.")
        if not confirm(
            _("Approve this month?"), _("Approve"), detail=detail.format(month=month), parent=self
        ):
            return
        ctx = self.desk.gesture()
        self.run(lambda: self._pay.approve(ctx, month), lambda _count: self._approved(month))

    def export(self) -> None:
        """The month of everybody as a workbook."""
        month, actor = self.month.value(), self.desk.actor
        file = ask_where(self, _("Save as Excel"), _("Pay {month}").format(month=month))
        if file is None:
            return

        def work(progress: Progress) -> Path:
            content = workbook(self._pay.month(actor, month))
            progress.check()
            write_whole(file, content)
            return file

        self.desk.tasks.run(
            work,
            lambda done: self.confirm_done(_("Saved: {name}").format(name=done.name)),
            self.failed,
            _("Save as Excel"),
        )

    # -- loading ---------------------------------------------------------------------------------------

    def _owner(self) -> bool:
        return self.desk.may(Command.SAVE_COMMISSION)

    def _approved(self, month: str) -> None:
        self.confirm_done(_("{month} is approved.").format(month=month))
        self._load()

    def _turned(self) -> None:
        rules = self.view.value() == RULES
        self.stack.setCurrentIndex(1 if rules else 0)
        if rules:
            self.run(lambda: self.rules.show_rows(list(self._pay.rules(self.desk.actor))))

    def _load(self) -> None:
        self._turned()
        self._asked += 1
        asked, month, actor = self._asked, self.month.value(), self.desk.actor

        def show(found: MonthPay) -> None:
            # What was asked for before, or by somebody else, is no longer wanted.
            if asked == self._asked and actor == self.desk.actor:
                self._show(found)

        self.desk.tasks.run(lambda _progress: self._pay.month(actor, month), show, self.failed, quiet=True)

    def _show(self, found: MonthPay) -> None:
        self.shown = found
        # Who has something to look at stands first; the counter earns no commission as a rule.
        self.people.show_rows(
            sorted(found.people, key=lambda row: (not (row.lines or row.items), row.staff_id))
        )
        if self.people.current() is None:
            self.people.select_first()
        self._picked(self.people.current())
        self.chip.show_chip(
            Chip(pgettext("pay", "Approved"), Tone.DONE, "lock")
            if found.approved
            else Chip(pgettext("pay", "Open"), Tone.WAITS, "clock")
        )
        self.approve_button.setEnabled(not found.approved and found.refusal is None)
        self.approve_button.setToolTip("" if found.refusal is None else sentence(found.refusal))

    def _picked(self, row: object) -> None:
        if not isinstance(row, PayMonth):
            self.card.show_nothing()
            return
        self.card.show_record(row.name, _facts(row), None)
        self.lines.show_rows(_lines_of(row))
        open_month = row.frozen_at is None
        self.card.offer(self.item_button if open_month and self._owner() else None, self.paper_button)

    def _go(self, row: object) -> None:
        if isinstance(row, _Line) and row.order_id is not None:
            self.wants.emit("orders", row.order_id)


def _lines_of(pay: PayMonth) -> list[_Line]:
    earned = [
        _Line(
            each.id,
            each.day,
            _earned_text(each.kind, each.permille),
            each.order_id,
            each.order_number,
            each.document,
            each.earned,
        )
        for each in pay.lines
    ]
    return earned + [
        _Line(
            ("item", each.id),
            each.day,
            f"{label(each.kind)}: {each.reason}",
            each.order_id,
            each.order_number,
            "",
            -each.amount if each.kind is PayItemKind.DEDUCTION else each.amount,
        )
        for each in pay.items
    ]


def _facts(pay: PayMonth) -> list[tuple[str, str]]:
    by_type = "  ".join(f"{each.value} {formats.minutes(count)}" for each, count in pay.minutes.by_type)
    amounts = [
        (_("Commission"), pay.commission),
        (_("Carried over from last month"), pay.carried_in),
        (_("Deductions of the month"), pay.deductions),
        (_("Taken back by credit notes"), pay.taken_back),
        (_("Kept back"), pay.deducted),
        (_("Carried over to next month"), pay.carried),
    ]
    running = _("{n} left running, not counted").format(n=pay.minutes.running) if pay.minutes.running else ""
    return [
        (_("To pay out"), formats.money(pay.payable)),
        *((word, formats.money(amount)) for word, amount in amounts if amount),
        (_("Working time"), formats.minutes(pay.minutes.total) + (f"  ({by_type})" if by_type else "")),
        (_("Clocks"), running),
        (pgettext("pay", "Approved"), pay.frozen_by),
    ]


def _money(key: str, title: str, *, width: int = 92, bold: bool = False) -> Column:
    def amount(row: object) -> Money:
        value = getattr(row, key)
        assert isinstance(value, Money)
        return value

    return Column(
        key,
        title,
        lambda row: formats.money(amount(row), sign=False) if amount(row) or bold else "",
        lambda row: amount(row).fen,
        RIGHT,
        width=width,
        bold=bold,
        tone=lambda row: "late_ink" if amount(row).fen < 0 else None,
    )


def _jobs(row: PayMonth) -> int:
    return row.jobs


def _category(row: RuleRow) -> str:
    return category_name(row.category) if row.category else _("All")


def _earned_text(kind: CommissionKind, permille: int) -> str:
    return label(kind) if kind is CommissionKind.JOB else f"{label(kind)} {_percent(permille)}"


def _percent(permille: int) -> str:
    return f"{permille // 10}.{permille % 10}".removesuffix(".0") + " %"


def _pays(row: RuleRow) -> str:
    if row.as_everybody:
        return _("as everybody")
    if not row.permille and not row.amount:
        return _("nothing")
    return formats.money(row.amount) if row.kind is CommissionKind.JOB else _percent(row.permille)


def _pays_sort(row: RuleRow) -> int:
    return row.amount.fen if row.kind is CommissionKind.JOB else row.permille


def _rule_chip(row: RuleRow) -> Chip:
    if row.in_force:
        return Chip(_("In force"), Tone.DONE, "circle-check")
    return Chip(_("Not in force"), Tone.CALM, "history")
