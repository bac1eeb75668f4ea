"""Purchase orders: the list, one order with its lines, and its way from draft to closed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import Command, PaperKind, PurchaseState
from app.core.errors import EnvironmentFault, Fault
from app.core.labels import label
from app.core.money import ONE, Money, Quantity
from app.core.os_words import os_words
from app.core.words import _
from app.features.purchasing import export
from app.features.purchasing.dialogs import ask_head, ask_line, ask_new_line
from app.features.purchasing.snapshots import (
    OPEN_STATES,
    HeadEntry,
    LineEntry,
    PurchaseCard,
    PurchaseLineRow,
    PurchaseRow,
)
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.fields import FlowLayout
from app.ui.messages import confirm
from app.ui.page import KeyHint
from app.ui.saving import SHEETS, ask_where
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.purchasing.page import PurchasePage

_TONES = {
    PurchaseState.DRAFT: Tone.CALM,
    PurchaseState.SENT: Tone.INFO,
    PurchaseState.PART_RECEIVED: Tone.WAITS,
    PurchaseState.CLOSED: Tone.DONE,
    PurchaseState.CANCELLED: Tone.CALM,
}


class OrdersLook(QWidget):
    """The list on the left, the picked order on the right."""

    def __init__(self, page: PurchasePage) -> None:
        super().__init__()
        self._page = page
        self._offices = page.offices
        self.card: PurchaseCard | None = None
        self.open_only = QCheckBox(_("Open ones only"))
        self.open_only.setChecked(True)
        self.open_only.toggled.connect(lambda _on: self.load())
        self.new_button = QPushButton(_("New purchase order (Ctrl+N)"))
        self.new_button.clicked.connect(self.new_order)
        top = QHBoxLayout()
        top.addWidget(self.open_only, 1)
        top.addWidget(self.new_button)
        self.list = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=112, bold=True),
                Column("supplier", _("Supplier"), lambda row: row.supplier, width=120, stretch=True),
                Column("expected", _("Expected"), _expected, width=84, tone=_late, spare=True),
                Column(
                    "total",
                    _("Total"),
                    lambda row: formats.money(row.total, sign=False),
                    align=RIGHT,
                    width=84,
                ),
                Column("state", _("State"), lambda row: label(row.state), width=128, chip=_chip),
            ],
            name="purchases",
            empty=Empty(
                _("No open purchase orders."), _("New purchase order (Ctrl+N)"), self.new_order, icon="truck"
            ),
        )
        self.list.view.setAccessibleName(_("Purchase orders"))
        self.list.picked.connect(self._picked)
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(top)
        box.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(self._build_card())
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(500), theme.px(740)])
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(split)

    def _build_card(self) -> QWidget:
        holder = QFrame()
        theme.role_of(holder, "card")
        self.heading = QLabel(_("Choose an order on the left."))
        theme.role_of(self.heading, "heading")
        self.heading.setWordWrap(True)
        self.facts = QLabel()
        self.facts.setWordWrap(True)
        self.facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.lines = Table(
            [
                Column("number", _("Part number"), lambda row: row.part_number, width=84, spare=True),
                Column("name", _("Part name"), _named, width=150, stretch=True, bold=True),
                Column(
                    "quantity",
                    _("Quantity"),
                    lambda row: f"{formats.quantity(row.quantity)} {row.unit}".strip(),
                    sort=lambda row: row.quantity,
                    align=RIGHT,
                    width=76,
                ),
                Column(
                    "open",
                    _("To come"),
                    lambda row: formats.quantity(row.open) if row.open else "",
                    sort=lambda row: row.open,
                    align=RIGHT,
                    width=68,
                ),
                Column(
                    "price",
                    _("Unit price"),
                    lambda row: formats.money(row.unit_price, sign=False),
                    sort=lambda row: row.unit_price,
                    align=RIGHT,
                    width=84,
                ),
                Column(
                    "amount",
                    _("Amount"),
                    lambda row: formats.money(row.amount, sign=False),
                    sort=lambda row: row.amount,
                    align=RIGHT,
                    width=90,
                ),
            ],
            name="purchase_lines",
            empty=Empty(_("No lines yet: scan parts, or add one (Ins)."), icon="scan-barcode"),
        )
        self.lines.view.setAccessibleName(_("Lines of the order"))
        self.lines.opened.connect(self.edit_line)
        self.total = QLabel()
        theme.role_of(self.total, "heading")
        self.total.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.buttons: dict[str, QPushButton] = {}
        row = FlowLayout(gap=6)
        for key, word, act in self._acts():
            button = QPushButton(word)
            button.clicked.connect(lambda _on=False, act=act: act())
            button.hide()
            self.buttons[key] = button
            row.addWidget(button)
        theme.role_of(self.buttons["send"], "primary")
        theme.role_of(self.buttons["receive"], "primary")
        box = QVBoxLayout(holder)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        for widget in (self.heading, self.facts):
            box.addWidget(widget)
        box.addWidget(self.lines, 1)
        box.addWidget(self.total)
        box.addLayout(row)
        self.lines.hide()
        return holder

    def _acts(self) -> Sequence[tuple[str, str, Callable[[], None]]]:
        return (
            ("add", _("Add a line (Ins)"), self.add_line),
            ("remove", _("Remove line (Del)"), self.remove_line),
            ("head", _("Edit …"), self.edit_head),
            ("send", _("Send (F9)"), lambda: self._page.save_and_print()),
            ("receive", _("Receive (Ctrl+R)"), lambda: self._page.receive_current()),
            ("print", _("Print … (Ctrl+P)"), self.print_paper),
            ("export", _("Export …"), self.export_file),
            ("line_off", _("Call line off"), self.call_off_line),
            ("cancel", _("Call off …"), self.cancel),
        )

    def keys(self) -> Sequence[KeyHint]:
        """The keys of this look."""
        return (
            KeyHint("F9", _("send")),
            KeyHint("Ctrl+N", _("new order")),
            KeyHint("Ins", _("add a line")),
            KeyHint("↵", _("edit the line")),
            KeyHint("Ctrl+R", _("receive")),
            KeyHint("Ctrl+P", _("print")),
        )

    def first_focus(self) -> QWidget:
        """The list."""
        return self.list.view

    def load(self) -> None:
        """Read the list and the picked order anew."""
        open_only = self.open_only.isChecked()
        purchasing = self._offices.purchasing
        self.new_button.setVisible(self._page.desk.may(Command.SAVE_PURCHASE))
        self.list.show_source(
            lambda after, limit: purchasing.rows(after, limit, open_only=open_only), key=lambda row: row.id
        )
        if self.card is not None:
            self.show_card(purchasing.card(self.card.id))

    def show_card(self, card: PurchaseCard) -> None:
        """Show an order on the right, and mark it in the list."""
        self.card = card
        if self.list.current() is None or self.list.current().id != card.id:
            self.list.select(card.id)
        self.heading.setText(f"{card.number}  {card.supplier.name}")
        state = label(card.state)
        facts = [
            state,
            _("Urgent") if card.urgent else "",
            _("Consigned goods") if card.consigned else "",
            _("ordered {day}").format(day=formats.short_moment(card.ordered_at, self._page.zone))
            if card.ordered_at
            else "",
            _("expected {day}").format(day=formats.day(card.expected_on)) if card.expected_on else "",
            formats.phone(card.supplier.phone),
            card.note,
            _("received with {numbers}").format(numbers=formats.joined(each.number for each in card.receipts))
            if card.receipts
            else "",
        ]
        self.facts.setText(" · ".join(fact for fact in facts if fact))
        self.lines.show()
        self.lines.show_rows(card.lines)
        self.total.setText(_("Total {amount}").format(amount=formats.money(card.total)))
        may = self._page.desk.may
        edit = card.draft and may(Command.SAVE_PURCHASE)
        shown = {
            "add": edit,
            "remove": edit and bool(card.lines),
            "head": (card.draft or card.coming) and may(Command.SAVE_PURCHASE),
            "send": card.draft and may(Command.SEND_PURCHASE),
            "receive": card.coming and may(Command.RECEIVE_PART),
            "print": True,
            "export": True,
            "line_off": card.coming and may(Command.CANCEL_PURCHASE),
            "cancel": (card.draft or card.coming) and may(Command.CANCEL_PURCHASE),
        }
        for key, button in self.buttons.items():
            button.setVisible(shown[key])

    # -- commands --------------------------------------------------------------------------------------

    def new_order(self) -> None:
        """A new draft."""
        if not self._page.desk.may(Command.SAVE_PURCHASE):
            return
        ctx = self._page.desk.gesture()
        made: list[PurchaseCard] = []

        def submit(head: HeadEntry) -> None:
            made.append(self._offices.purchasing.create(ctx, head))

        if ask_head(None, self._offices.suppliers.all(), lambda: self._page.today, submit, self):
            self.load()
            self.show_card(made[0])

    def edit_head(self) -> None:
        """Supplier, date, note and kind."""
        card = self.card
        if card is None:
            return
        ctx = self._page.desk.gesture()

        def submit(head: HeadEntry) -> None:
            self.show_card(self._offices.purchasing.change(ctx, card.id, card.version, head))

        ask_head(card, self._offices.suppliers.all(), lambda: self._page.today, submit, self)

    def add_line(self) -> None:
        """A part or something in words."""
        card = self.card
        if card is None or not card.draft:
            return
        ctx = self._page.desk.gesture()

        def submit(entry: LineEntry) -> None:
            self.show_card(self._offices.purchasing.add_line(ctx, card.id, card.version, entry))

        ask_new_line(self._page.part_by_code, self._page.order_by_number, submit, self)

    def add_scanned(self, part_id: int, quantity: Quantity = ONE) -> None:
        """A scanned part on the draft in front."""
        card = self.card
        assert card is not None
        ctx = self._page.desk.gesture()
        entry = LineEntry(quantity, part_id)
        self.show_card(self._offices.purchasing.add_line(ctx, card.id, card.version, entry))

    def edit_line(self, line: PurchaseLineRow) -> None:
        """Quantity and price of a line on a draft."""
        card = self.card
        if card is None or not card.draft or not self._page.desk.may(Command.SAVE_PURCHASE):
            return
        ctx = self._page.desk.gesture()

        def submit(quantity: Quantity, price: Money, number: str) -> None:
            self.show_card(
                self._offices.purchasing.change_line(
                    ctx, card.id, card.version, line.id, quantity, price, number
                )
            )

        ask_line(line, submit, self)

    def remove_line(self) -> None:
        """Take the current line off the draft."""
        card, line = self.card, self.lines.current()
        if card is None or line is None or not card.draft:
            return
        ctx = self._page.desk.gesture()
        self._page.run(
            lambda: self._offices.purchasing.remove_line(ctx, card.id, card.version, line.id), self.show_card
        )

    def send(self) -> None:
        """The supplier has it; its paper comes up to be printed."""
        card = self.card
        if card is None or not card.draft:
            return
        sent = self._offices.purchasing.send(self._page.desk.gesture(), card.id, card.version)
        self.show_card(sent)
        self.list.reload()
        self._page.confirm_done(_("{number} is on order").format(number=sent.number))
        self.print_paper()

    def cancel(self) -> None:
        """Call off what has not come."""
        card = self.card
        if card is None or not (card.draft or card.coming):
            return
        question = _("Call off everything of {number} that has not come?").format(number=card.number)
        if not confirm(question, _("Call off"), danger=True, parent=self):
            return
        ctx = self._page.desk.gesture()
        self._page.run(lambda: self._offices.purchasing.cancel(ctx, card.id, card.version), self._changed)

    def call_off_line(self) -> None:
        """The rest of the current line will not come."""
        card, line = self.card, self.lines.current()
        if card is None or line is None or not card.coming:
            return
        ctx = self._page.desk.gesture()
        self._page.run(
            lambda: self._offices.purchasing.call_off_line(ctx, card.id, card.version, line.id),
            self._changed,
        )

    def print_paper(self) -> None:
        """The order as a paper."""
        if self.card is not None:
            self._page.desk.papers.preview(PaperKind.PURCHASE_ORDER, self.card.number)

    def export_file(self) -> None:
        """The order as a file for the supplier."""
        card = self.card
        if card is None:
            return
        path = ask_where(self, _("Export"), card.number, SHEETS)
        if path is None:
            return
        content = export.as_csv(card) if path.suffix.lower() == ".csv" else export.as_xlsx(card)

        def write() -> None:
            try:
                path.write_bytes(content)
            except OSError as error:
                raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=path, why=os_words(error)) from error

        self._page.run(
            write, lambda _done: self._page.confirm_done(_("Saved: {name}").format(name=path.name))
        )

    # -- inside ----------------------------------------------------------------------------------------

    def _changed(self, card: PurchaseCard) -> None:
        self.show_card(card)
        self.list.reload()

    def _picked(self, row: PurchaseRow | None) -> None:
        if row is not None and (self.card is None or self.card.id != row.id):
            self._page.run(lambda: self.show_card(self._offices.purchasing.card(row.id)))


def _expected(row: PurchaseRow) -> str:
    return formats.short_day(row.expected_on) if row.expected_on else ""


def _late(row: PurchaseRow) -> str | None:
    return "late_ink" if row.late else None


def _chip(row: PurchaseRow) -> Chip:
    if row.late:
        return Chip(_("Late"), Tone.LATE, "triangle-alert")
    if row.urgent and row.state in OPEN_STATES:
        return Chip(_("Urgent · {state}").format(state=label(row.state)), Tone.LATE, "zap")
    return Chip(label(row.state), _TONES[row.state])


def _named(line: PurchaseLineRow) -> str:
    return f"{line.description} · {line.order_number}" if line.order_number else line.description
