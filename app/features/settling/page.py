"""Settlements with brands: the months on the left, the picked one with its lines and what is to do on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.core import formats
from app.core.brand_codes import SettlementKind, SettlementState
from app.core.changes import Changes, Kind
from app.core.enums import Command, PaperKind
from app.core.errors import Reason, Refusal
from app.core.labels import category_name, label
from app.core.money import ZERO
from app.core.words import _, ngettext, pgettext
from app.features.brands.brand_field import brand_field
from app.features.brands.service import Brands
from app.features.claims.words import reason_text
from app.features.settling.service import Settlements, last_month
from app.features.settling.snapshots import LineEntry, SettlementCard, SettlementLineRow, SettlementRow
from app.features.settling.workbook import workbook
from app.features.sheets.writing import write_whole
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import LineField, MoneyField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.saving import ask_where
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

_CHIPS = {
    SettlementState.DRAFT: (Tone.WAITS, "list-checks"),
    SettlementState.AGREED: (Tone.INFO, "handshake"),
    SettlementState.POSTED: (Tone.DONE, "coins"),
}


class SettlementsPage(Page):
    """A brand's month from its first draft to the books."""

    key = "settlements"

    def __init__(self, settlements: Settlements, brands: Brands, desk: Desk) -> None:
        super().__init__()
        self._settlements = settlements
        self._brands = brands
        self.desk = desk
        self.shown: SettlementCard | None = None
        self.new_button = QPushButton(_("New settlement … (Ctrl+N)"))
        self.new_button.setShortcut("Ctrl+N")
        self.new_button.clicked.connect(self.make)
        top = QHBoxLayout()
        top.addStretch(1)
        top.addWidget(self.new_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=112, bold=True),
                Column("brand", _("Brand"), lambda row: row.brand, width=100, stretch=True),
                Column("month", _("Month"), lambda row: row.month, width=72),
                Column(
                    "payable",
                    pgettext("settlement", "The brand pays"),
                    lambda row: formats.money(row.payable, sign=False),
                    sort=lambda row: row.payable,
                    align=RIGHT,
                    width=104,
                ),
                Column("state", _("State"), lambda row: label(row.state), width=164, chip=_chip),
            ],
            name="brand_settlements",
            empty=Empty(
                _("No settlements yet. After a month's last day its claims are settled with each brand."),
                _("New settlement … (Ctrl+N)"),
                self.make,
                icon="handshake",
            ),
        )
        self.list.view.setAccessibleName(_("Settlements"))
        self.list.picked.connect(self._picked)
        self.lines = Table(
            [
                Column("what", _("Claim"), _what, width=112, bold=True),
                Column("device", _("Device"), _about, width=130, stretch=True, spare=True),
                Column(
                    "claimed",
                    pgettext("settlement", "Claimed"),
                    lambda row: formats.money(row.by_table, sign=False) if row.claim_id else "",
                    sort=lambda row: row.by_table,
                    align=RIGHT,
                    width=84,
                ),
                Column(
                    "paid",
                    pgettext("settlement", "Paid by the brand"),
                    lambda row: formats.money(row.accepted, sign=False),
                    sort=lambda row: row.accepted,
                    align=RIGHT,
                    width=124,
                ),
                Column(
                    "difference",
                    _("Difference"),
                    lambda row: formats.money(-row.difference, sign=False) if row.difference else "",
                    sort=lambda row: row.difference,
                    align=RIGHT,
                    width=84,
                ),
                Column("reason", _("Reason"), lambda row: reason_text(row.reason), width=120, spare=True),
            ],
            name="settlement_lines",
            empty=Empty(_("The brand has answered no claim of this month yet."), icon="shield-check"),
        )
        self.lines.view.setAccessibleName(_("Lines of the settlement"))
        self.lines.picked.connect(lambda _row: self._dress())
        self.lines.opened.connect(lambda _row: self.edit_line())
        self.card = SideCard(_("Choose a settlement on the left."), self.lines)
        card = self.card
        self.agree_button = card.button(_("Agreed with the brand …"), self.agree, primary=True)
        self.post_button = card.button(_("Book it … (F9)"), self.save_and_print, primary=True)
        self.deduct_button = card.button(_("Deduction …"), lambda: self.add_line(SettlementKind.DEDUCTION))
        self.bonus_button = card.button(_("Bonus …"), lambda: self.add_line(SettlementKind.BONUS))
        self.line_button = card.button(_("Change the line …"), self.edit_line)
        self.remove_button = card.button(_("Take the line out"), self.remove_line, danger=True)
        self.dispute_button = card.button(_("Dispute …"), self.dispute)
        self.again_button = card.button(_("Back to work"), self.open_again)
        self.print_button = card.button(_("Print"), self.print_paper)
        self.excel_button = card.button(_("Save as Excel …"), self.save_workbook)
        self.body.addWidget(beside(self.list, card, wide=560, narrow=640), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Settlements")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+N", _("new settlement")),
            KeyHint("F9", _("book it")),
            KeyHint("Ctrl+P", _("settlement paper")),
        )

    def first_focus(self) -> QWidget | None:
        return self.list.view

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.SETTLEMENT) or changes.has(Kind.CLAIM) or changes.has(Kind.BRAND)

    def refresh(self) -> None:
        self.new_button.setVisible(self.desk.may(Command.SAVE_SETTLEMENT))
        self.list.show_source(
            lambda after, limit: self._settlements.page(self.desk.actor, None, after, limit),
            key=lambda row: row.id,
        )
        if self.shown is not None:
            self._open(self.shown.row.id)

    def open_with(self, subject: Any) -> None:
        """A settlement's id."""
        self._open(int(subject))
        self.list.select(int(subject))

    def print_paper(self) -> None:
        if self.shown is not None:
            self.desk.papers.preview(PaperKind.BRAND_SETTLEMENT, self.shown.row.number)

    def save_and_print(self) -> None:
        """F9: what is agreed goes into the books."""
        card = self.shown
        if card is None:
            return
        if not self._offered(card)[self.post_button]:
            if card.row.state is not SettlementState.AGREED:
                self.refused(Refusal(Reason.SETTLEMENT_STATE, state=card.row.state))
            return
        row = card.row
        lost = row.by_table - row.payable
        text = _("{amount} stays as receivable from {brand}.").format(
            amount=formats.money(row.payable), brand=row.brand
        )
        if lost:
            text += " " + _("The difference of {amount} is booked. This cannot be undone.").format(
                amount=formats.money(lost)
            )
        self._ask(
            _("Book {number}").format(number=row.number),
            [],
            _("Book it"),
            lambda ctx: self._settlements.post(ctx, row.id, row.version),
            text,
        )

    # -- commands --------------------------------------------------------------------------------------

    def make(self) -> None:
        """Begin a month of a brand."""
        if not self.desk.may(Command.SAVE_SETTLEMENT):
            return
        brand = brand_field(self._brands)
        month = LineField(_("Month, like 2026-11"), required=True)
        month.set_value(last_month(self._settlements.today()))
        note = LineField(_("Note"))
        self._ask(
            _("New settlement"),
            [brand, month, note],
            pgettext("settlement", "Begin"),
            lambda ctx: self._settlements.make(
                ctx, int(brand.value() or 0), month.value().strip(), note.value()
            ),
            _("It takes in every claim delivered until the end of the month that is not settled yet."),
        )

    def add_line(self, kind: SettlementKind) -> None:
        """What the brand takes off, or adds, beside the claims."""
        if self.shown is not None:
            self._line(kind, None)

    def edit_line(self) -> None:
        """The picked deduction or bonus; a claim's line opens its order."""
        line = self.lines.current()
        if line is None:
            return
        if line.kind is SettlementKind.CLAIM:
            self.wants.emit("orders", line.order_id)
        elif self._draft():
            self._line(line.kind, line)

    def remove_line(self) -> None:
        """Take the picked deduction or bonus out."""
        card, line = self.shown, self.lines.current()
        if card is None or line is None or line.kind is SettlementKind.CLAIM or not self._draft():
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._settlements.remove_line(ctx, card.row.id, card.row.version, line.id), self._changed
        )

    def agree(self) -> None:
        """Both sides say the same."""
        card = self.shown
        if card is None:
            return
        row, open_ones = card.row, card.unanswered
        text = _("{amount}: {brand} pays so much for {month}.").format(
            amount=formats.money(row.payable), brand=row.brand, month=row.month
        )
        if open_ones:
            text += " " + _left_out(len(open_ones))
        self._ask(
            _("Agree {number}").format(number=row.number),
            [],
            _("Agreed"),
            lambda ctx: self._settlements.agree(ctx, row.id, row.version, leave_out=bool(open_ones)),
            text,
        )

    def dispute(self) -> None:
        """Tell the head office what we see otherwise."""
        card = self.shown
        if card is None:
            return
        note = LineField(_("What is wrong with it"), required=True)
        self._ask(
            _("Dispute {number}").format(number=card.row.number),
            [note],
            _("Send"),
            lambda ctx: self._settlements.dispute(ctx, card.row.id, card.row.version, note.value()),
            _("The differences go to the head office line by line."),
        )

    def open_again(self) -> None:
        """An agreed settlement is worked on again."""
        card = self.shown
        if card is not None:
            ctx = self.desk.gesture()
            self.run(lambda: self._settlements.open_again(ctx, card.row.id, card.row.version), self._changed)

    def save_workbook(self) -> None:
        """The settlement as a workbook."""
        card = self.shown
        if card is None:
            return
        title = _("Brand settlement")
        file = ask_where(self, _("Save as Excel"), f"{title} {card.row.brand} {card.row.month}")
        if file is None:
            return
        self.run(
            lambda: write_whole(file, workbook(card)),
            lambda _nothing: self.confirm_done(_("Saved: {name}").format(name=file.name)),
        )

    # -- inside ----------------------------------------------------------------------------------------

    def _ask(
        self,
        title: str,
        fields: Sequence[QWidget],
        button: str,
        command: Callable[[Any], SettlementCard],
        text: str = "",
    ) -> None:
        ctx = self.desk.gesture()
        done: list[SettlementCard] = []
        if ask(title, fields, button, lambda: done.append(command(ctx)), text=text, parent=self):
            self._changed(done[0])

    def _line(self, kind: SettlementKind, line: SettlementLineRow | None) -> None:
        card = self.shown
        if card is None:
            return
        words = LineField(_("What for"), required=True)
        amount = MoneyField(_("Amount"), required=True)
        why = LineField(_("Reason"))
        if line is not None:
            words.set_value(line.description)
            amount.set_value(-line.accepted if line.accepted < ZERO else line.accepted)
            why.set_value(line.reason)
        self._ask(
            label(kind),
            [words, amount, why],
            _("Save"),
            lambda ctx: self._settlements.save_line(
                ctx,
                card.row.id,
                card.row.version,
                None if line is None else line.id,
                LineEntry(kind, words.value(), amount.value() or ZERO, why.value()),
            ),
        )

    def _picked(self, row: SettlementRow | None) -> None:
        if row is not None and (self.shown is None or self.shown.row.id != row.id):
            self.run(lambda: self._open(row.id))

    def _open(self, settlement_id: int) -> None:
        """Show one; a draft is brought up to date first."""
        card = self._settlements.card(self.desk.actor, settlement_id)
        if card.stale and self.desk.may(Command.SAVE_SETTLEMENT):
            card = self._settlements.bring_up_to_date(self.desk.gesture(), card.row.id, card.row.version)
        self._show(card)

    def _changed(self, card: SettlementCard) -> None:
        self.list.reload()
        self._show(card)
        self.list.select(card.row.id)
        self.confirm_done(f"{card.row.number}: {label(card.row.state)}")

    def _show(self, card: SettlementCard) -> None:
        self.shown = card
        row = card.row
        lost = row.by_table - row.accepted
        says = ""
        if card.says is not None:
            says = f"{formats.money(card.says.total)}  {card.says.statement}"
            if card.gap:
                differs = _("differs by {amount}").format(amount=formats.money(card.gap))
                says = f"{says}  ({differs})"
        self.card.show_record(
            f"{row.number}  {row.brand}  {row.month}",
            [
                (_("Claimed by the fee table"), formats.money(row.by_table)),
                (_("Not accepted"), formats.money(-lost) if lost else ""),
                (_("Bonuses less deductions"), formats.money(-row.deductions) if row.deductions else ""),
                (pgettext("settlement", "The brand pays"), formats.money(row.payable)),
                (_("Its own statement"), says),
                (
                    pgettext("settlement", "Left out"),
                    _left_out(len(card.unanswered)) if card.unanswered else "",
                ),
                (_("Note"), row.note),
                (_("By"), row.made_by),
            ],
            _chip(row),
        )
        self.lines.show_rows(card.lines)
        self._dress()

    def _draft(self) -> bool:
        return (
            self.shown is not None
            and self.shown.row.state is SettlementState.DRAFT
            and self.desk.may(Command.SAVE_SETTLEMENT)
        )

    def _offered(self, card: SettlementCard) -> dict[QPushButton, bool]:
        draft = self._draft()
        agreed = card.row.state is SettlementState.AGREED
        line = self.lines.current()
        own = draft and line is not None and line.kind is not SettlementKind.CLAIM
        return {
            self.agree_button: draft,
            self.post_button: agreed and self.desk.may(Command.POST_SETTLEMENT),
            self.deduct_button: draft,
            self.bonus_button: draft,
            self.line_button: own,
            self.remove_button: own,
            self.dispute_button: draft and card.linked and bool(card.gap),
            self.again_button: agreed and self.desk.may(Command.SAVE_SETTLEMENT),
            self.print_button: True,
            self.excel_button: True,
        }

    def _dress(self) -> None:
        if self.shown is not None:
            offered = self._offered(self.shown)
            self.card.offer(*(button if there else None for button, there in offered.items()))


def _chip(row: SettlementRow) -> Chip:
    tone, icon = _CHIPS[row.state]
    return Chip(label(row.state), tone, icon)


def _what(row: SettlementLineRow) -> str:
    return row.claim or label(row.kind)


def _about(row: SettlementLineRow) -> str:
    return row.description or row.model or category_name(row.category)


def _left_out(count: int) -> str:
    return ngettext(
        "{n} claim is not answered yet; it comes into the next settlement.",
        "{n} claims are not answered yet; they come into the next settlement.",
        count,
    ).format(n=count)
