"""The tills: who holds which drawer, what moved in it, the end of a shift and of the day (domain.md §8)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command, PaperKind, TillMoveKind, TillState
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _, ngettext, pgettext
from app.features.till import forms
from app.features.till.close_dialog import CloseDialog, till_name
from app.features.till.closing import Closing
from app.features.till.service import Tills
from app.features.till.snapshots import CloseRow, MoveRow, SessionCard, TillRow
from app.ui import theme
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup
from app.ui.page import KeyHint, Page
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

SHIFTS, DAYS = "shifts", "days"


class TillPage(Page):
    """Left the tills and what was closed, right the chosen drawer with what moved in it."""

    key = "till"

    def __init__(self, tills: Tills, closing: Closing, desk: Desk, zone: Callable[[], str]) -> None:
        super().__init__()
        self._tills, self._closing, self.desk, self._zone = tills, closing, desk, zone
        self.day_word = QLabel()
        theme.role_of(self.day_word, "heading")
        self.waits = ChipLabel()
        self.new_button = QPushButton(_("New till … (Ctrl+N)"))
        self.new_button.setShortcut("Ctrl+N")
        self.new_button.clicked.connect(self.add)
        self.day_button = QPushButton(_("Close the day … (F9)"))
        theme.role_of(self.day_button, "primary")
        self.day_button.clicked.connect(self.save_and_print)
        top = QHBoxLayout()
        top.addWidget(self.day_word)
        top.addWidget(self.waits, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        for button in (self.new_button, self.day_button):
            top.addWidget(button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column(
                    "name", _("Till"), lambda row: till_name(row.name), width=130, stretch=True, bold=True
                ),
                Column("state", _("State"), lambda row: till_chip(row).text, width=120, chip=till_chip),
                Column("holder", _("Who has it"), _holder, width=96),
                Column("since", _("Since"), self._since, width=96, spare=True),
            ],
            name="tills",
            empty=Empty(_("No till yet."), _("New till … (Ctrl+N)"), self.add, icon="coins"),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.edit())
        self.list.setMaximumHeight(theme.px(190))
        self.filter = ChipGroup(
            "", [(SHIFTS, _("Shifts")), (DAYS, _("Closed days"))], single=True, required=True, numbers=False
        )
        self.filter.set_value(SHIFTS)
        self.filter.changed.connect(self._turned)
        self.shifts = self._build_shifts()
        self.days = self._build_days()
        self._faces = QStackedWidget()
        self._faces.addWidget(self.shifts)
        self._faces.addWidget(self.days)
        self.moves = self._build_moves()
        self.card = SideCard(_("Choose a till on the left."), self.moves)
        card = self.card
        self.open_button = card.button(_("Open with a float …"), self.open_till, primary=True, key="Ctrl+R")
        self.count_button = card.button(_("Count and close …"), self.close_shift, primary=True, key="Ctrl+D")
        self.over_button = card.button(_("Hand over …"), self.hand_over, key="Ctrl+H")
        self.in_button = card.button(_("Pay in …"), lambda: self.move_cash(TillMoveKind.PAY_IN), key="Ctrl++")
        self.out_button = card.button(
            _("Pay out …"), lambda: self.move_cash(TillMoveKind.PAY_OUT), key="Ctrl+-"
        )
        self.hand_button = card.button(_("Hand in …"), self.hand_in, key="Ctrl+I")
        self.drawer_button = card.button(_("Open the drawer"), self.open_drawer, key="Ctrl+O")
        self.edit_button = card.button(_("Edit …"), self.edit, key="Ctrl+E")
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self.list)
        box.addWidget(self.filter)
        box.addWidget(self._faces, 1)
        self.body.addWidget(beside(left, card, wide=720, narrow=480), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Tills")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("F9", _("close the day")),
            KeyHint("Ctrl+R", _("open the till")),
            KeyHint("Ctrl+D", _("count and close")),
            KeyHint("Ctrl +/−", _("pay in / out")),
            KeyHint("Ctrl+P", _("print again")),
        )

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def open_with(self, subject: Any) -> None:
        """``(PaperKind, number)`` of what the finder found: a closed day, a shift or a cash slip, with its paper."""
        kind, number = subject
        self.filter.set_value(DAYS if kind is PaperKind.DAY_CLOSE else SHIFTS)
        self._turned()
        table = self.days if kind is PaperKind.DAY_CLOSE else self.shifts
        found = next((row for row in table.rows() if row.number == number), None)
        if found is not None:
            table.select(found.day if kind is PaperKind.DAY_CLOSE else found.id)
            if kind is PaperKind.TILL_COUNT and found.counted is None:
                return  # open yet: it has no paper
        self.desk.papers.preview(kind, number)

    def concerns(self, changes: Changes) -> bool:
        return any(changes.has(kind) for kind in (Kind.TILL, Kind.MONEY, Kind.CLOSE, Kind.STAFF))

    def refresh(self) -> None:
        self.new_button.setVisible(self.desk.may(Command.SAVE_TILL))
        self.day_button.setVisible(self.desk.may(Command.CLOSE_DAY))
        rows = self._tills.tills(self.desk.actor)
        self.list.show_rows([row for row in rows if row.active or row.session_id is not None])
        if self.list.current() is None:
            self.list.select_first()
        self._picked(self.list.current())
        self._load_lower()
        self._show_day()

    def save_and_print(self) -> None:
        """F9: count what is open, then close the day and print it."""
        if not self.desk.may(Command.CLOSE_DAY):
            return
        open_ones = [
            row for row in self._tills.tills(self.desk.actor) if row.session_id is not None and not row.owner
        ]
        self._guide(open_ones, self._closing)

    def print_paper(self) -> None:
        """The picked shift or day once more."""
        if self.filter.value() == DAYS:
            day = self.days.current()
            if day is not None:
                self.desk.papers.preview(PaperKind.DAY_CLOSE, day.number)
            return
        shift = self.shifts.current()
        if shift is not None and shift.counted is not None:
            self.desk.papers.preview(PaperKind.TILL_COUNT, shift.number)

    # -- commands --------------------------------------------------------------------------------------

    def add(self) -> None:
        """A drawer or purse more."""
        if self.desk.may(Command.SAVE_TILL):
            self._saved(forms.edit_till(self._tills, self.desk, None, self))

    def edit(self) -> None:
        """Name, purse and drawer of the picked till."""
        row = self.list.current()
        if row is not None and self.desk.may(Command.SAVE_TILL):
            self._saved(forms.edit_till(self._tills, self.desk, row, self))

    def open_till(self) -> None:
        """Begin a shift with a counted float."""
        row = self.list.current()
        if row is None or row.session_id is not None:
            return
        card = forms.open_till(self._tills, self.desk, row, self)
        if card is not None:
            self.refresh()
            text = _("{till} opened with {amount}.")
            self.confirm_done(text.format(till=till_name(row.name), amount=formats.money(card.float_amount)))

    def close_shift(self) -> None:
        """Count the picked drawer and end its shift."""
        row = self.list.current()
        if row is not None and row.session_id is not None:
            self._guide([row], None)

    def hand_over(self) -> None:
        """Count the picked drawer; whoever comes next takes it."""
        row = self.list.current()
        if row is None or row.session_id is None:
            return
        card = forms.count_and_hand_over(self._tills, self.desk, row, self)
        if card is not None:
            self.refresh()
            self.desk.papers.print_now(PaperKind.TILL_COUNT, row.session_number)
            self.confirm_done(_("{name} has the till now.").format(name=card.holder))

    def move_cash(self, kind: TillMoveKind) -> None:
        """Cash in or out that is no payment; its slip is printed, the drawer opens."""
        row = self.list.current()
        if row is None or row.session_id is None:
            return
        card = forms.move_cash(self._tills, self.desk, row, kind, self)
        if card is not None:
            self._moved(card, row)

    def hand_in(self) -> None:
        """Cash of the picked purse or drawer into another one."""
        row = self.list.current()
        if row is None or row.session_id is None:
            return
        card = forms.hand_in(self._tills, self.desk, row, self._tills.tills(self.desk.actor), self)
        if card is not None:
            self._moved(card, row)

    def open_drawer(self) -> None:
        """Without a sale; the printer's pulse."""
        row = self.list.current()
        if row is not None:
            self.desk.drawer(row.id)

    # -- inside ----------------------------------------------------------------------------------------

    def _guide(self, rows: Sequence[TillRow], closing: Closing | None) -> None:
        if not rows and closing is None:
            return
        for row in rows:
            if row.drawer:
                self.desk.drawer(row.id)
        dialog = CloseDialog(self._tills, rows, self.desk, closing, self)
        dialog.exec()
        self.refresh()
        if dialog.day_number:
            self.filter.set_value(DAYS)
            self._turned()
            # Ctrl+P is the paper of the day that was just closed.
            self.days.select_first()
            self.confirm_done(_("The day is closed: {number}.").format(number=dialog.day_number))
        elif dialog.closed:
            self.confirm_done(
                ngettext("{n} till closed.", "{n} tills closed.", len(dialog.closed)).format(
                    n=len(dialog.closed)
                )
            )

    def _moved(self, card: SessionCard, row: TillRow) -> None:
        self.refresh()
        if not card.moves:
            return
        move = card.moves[-1]
        if row.drawer:
            self.desk.drawer(row.id)
        self.desk.papers.print_now(PaperKind.CASH_SLIP, move.number)
        self.confirm_done(f"{move.number} {label(move.kind)} {formats.money(_plain(move.amount))}")

    def _saved(self, row: TillRow | None) -> None:
        if row is not None:
            self.refresh()
            self.list.select(row.id)
            self.confirm_done(_("Saved: {name}").format(name=till_name(row.name)))

    def _show_day(self) -> None:
        totals = self._closing.day(self.desk.actor)
        self.day_word.setText(_("Business day {day}").format(day=formats.day(totals.day)))
        blocks = self._closing.blocks(self.desk.actor)
        days = self._closing.choices(self.desk.actor)
        words = [
            _("{day} is not closed yet").format(day=formats.day(min(days))) if len(days) > 1 else "",
            ngettext("{n} till open", "{n} tills open", len(blocks.tills)).format(n=len(blocks.tills))
            if blocks.tills
            else "",
            ngettext("{n} half-typed intake", "{n} half-typed intakes", len(blocks.drafts)).format(
                n=len(blocks.drafts)
            )
            if blocks.drafts
            else "",
            _("cash from visits is out") if blocks.field_cash else "",
        ]
        said = formats.joined([word for word in words if word])
        self.waits.show_chip(Chip(said, Tone.WAITS, "hourglass") if said else None)

    def _load_lower(self) -> None:
        row = self.list.current()
        till_id = row.id if row is not None else None
        self.shifts.show_source(
            lambda after, limit: self._tills.sessions(self.desk.actor, till_id, after, limit)
        )
        self.days.show_source(
            lambda after, limit: self._closing.closes(self.desk.actor, after, limit),
            key=lambda close: close.day,
        )

    def _turned(self) -> None:
        self._faces.setCurrentWidget(self.days if self.filter.value() == DAYS else self.shifts)

    def _picked(self, row: TillRow | None) -> None:
        if row is None:
            self.card.show_nothing()
            return
        session = self._tills.session(self.desk.actor, row.session_id) if row.session_id is not None else None
        facts = [
            (_("Shift"), row.session_number),
            (_("Who has it"), row.holder),
            (_("Since"), self._since(row)),
            (_("Float"), formats.money(session.float_amount) if session else ""),
            (_("Float differs"), _float_off(session)),
            (_("Opened"), _("by itself, with what was left") if row.by_itself else ""),
            (_("Left in it"), formats.money(row.left) if row.left is not None else ""),
            (_("Purse of"), row.owner),
            (_("Cash drawer"), row.drawer or _("no cash drawer on this printer")),
        ]
        self.card.show_record(till_name(row.name), facts, till_chip(row))
        self.moves.show_rows(list(session.moves) if session is not None else [])
        may = self.desk.may
        is_open = row.session_id is not None
        cash = is_open and may(Command.MOVE_CASH)
        self.card.offer(
            self.open_button if not is_open and row.active and may(Command.OPEN_TILL) else None,
            self.count_button if is_open and may(Command.CLOSE_TILL) else None,
            self.over_button
            if is_open and may(Command.CLOSE_TILL) and self.desk.approval is not None
            else None,
            self.in_button if cash else None,
            self.out_button if cash else None,
            self.hand_button if cash and len(self.list.rows()) > 1 else None,
            self.drawer_button if row.drawer else None,
            self.edit_button if may(Command.SAVE_TILL) else None,
        )
        self._load_lower()

    def _since(self, row: TillRow) -> str:
        return formats.short_moment(row.opened_at, self._zone()) if row.opened_at is not None else ""

    def _when(self, moment: Any) -> str:
        return formats.short_moment(moment, self._zone()) if moment is not None else ""

    def _build_shifts(self) -> Table:
        table = Table(
            [
                Column("number", _("Shift"), lambda row: row.number, width=104, bold=True),
                Column("holder", _("Who had it"), lambda row: row.holder, width=90, stretch=True),
                Column(
                    "from",
                    pgettext("paper", "From"),
                    lambda row: self._when(row.opened_at),
                    width=92,
                    spare=True,
                ),
                Column("until", pgettext("paper", "Until"), lambda row: self._when(row.closed_at), width=92),
                Column(
                    "counted", _("Cash counted"), lambda row: _amount(row.counted), align=RIGHT, width=100
                ),
                Column(
                    "difference",
                    _("Difference"),
                    lambda row: _amount(row.difference),
                    align=RIGHT,
                    width=84,
                    tone=lambda row: "late_ink" if row.difference else None,
                ),
                Column("kept", _("Left"), lambda row: _amount(row.kept), align=RIGHT, width=84, spare=True),
            ],
            name="till_shifts",
            empty=Empty(_("No shift yet. The till opens with a counted float."), icon="history"),
        )
        table.opened.connect(lambda _row: self.print_paper())
        return table

    def _build_days(self) -> Table:
        table = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=120, bold=True),
                Column("day", _("Business day"), _days_of, width=180, stretch=True),
                Column("at", _("Closed"), lambda row: self._when(row.closed_at), width=110),
                Column("by", _("By"), lambda row: row.closed_by, width=90),
            ],
            name="day_closes",
            key=lambda row: row.day,
            empty=Empty(_("No day was closed yet."), _("Close the day …"), self.save_and_print, icon="lock"),
        )
        table.opened.connect(lambda _row: self.print_paper())
        return table

    def _build_moves(self) -> Table:
        table = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=104),
                Column("reason", _("What for"), _why, width=130, stretch=True),
                Column("at", _("When"), lambda row: self._when(row.at), width=92, spare=True),
                Column("amount", _("Amount"), lambda row: _amount(row.amount), align=RIGHT, width=90),
            ],
            name="till_moves",
            empty=Empty(_("No cash was paid in or out in this shift."), icon="arrow-up-down"),
        )
        table.opened.connect(lambda row: self.desk.papers.preview(PaperKind.CASH_SLIP, row.number))
        return table


def till_chip(row: TillRow) -> Chip:
    """Open or closed."""
    if row.session_id is not None:
        return Chip(label(TillState.OPEN), Tone.DONE, "lock-open")
    return Chip(label(TillState.CLOSED), Tone.CALM, "lock")


def _holder(row: TillRow) -> str:
    return row.holder or row.owner


def _float_off(session: SessionCard | None) -> str:
    """What a shift began with less or more than the one before left, and why."""
    if session is None or not session.float_reason:
        return ""
    off = session.float_amount - session.float_expected
    return formats.joined([formats.money(off), session.float_reason]) if off else ""


def _amount(amount: Money | None) -> str:
    return "" if amount is None else formats.money(amount, sign=False)


def _plain(amount: Money) -> Money:
    return -amount if amount < ZERO else amount


def _why(row: MoveRow) -> str:
    if row.other_till is not None:
        words = _("Handed in to {till}") if row.amount < ZERO else _("Handed in from {till}")
        return words.format(till=till_name(row.other_till))
    return "  ".join(filter(None, (label(row.reason), row.note)))


def _days_of(row: CloseRow) -> str:
    last = formats.day(row.day)
    return last if row.first_day == row.day else f"{formats.day(row.first_day)} – {last}"
