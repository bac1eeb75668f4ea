"""Goods in: a purchase order, its parts scanned one by one, and one receipt for what came."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.enums import Command, PaperKind
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.core.words import _, ngettext
from app.features.purchasing.counting import Counted, Counting
from app.features.purchasing.dialogs import ask_arrived
from app.features.purchasing.snapshots import PurchaseCard, PurchaseLineRow, Received, WaitingOrder
from app.ui import theme
from app.ui.fields import ComboField, LineField
from app.ui.messages import confirm
from app.ui.page import KeyHint
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.purchasing.page import PurchasePage

#: Number keys make the next scan count so often; more is typed on the line.
_MOST_TIMES = 99


class ReceiveLook(QWidget):
    """Scan the order, scan the parts, F9."""

    def __init__(self, page: PurchasePage) -> None:
        super().__init__()
        self._page = page
        self._offices = page.offices
        self.card: PurchaseCard | None = None
        self.counting = Counting()
        self.times = 1
        self.receipt = ""
        self.order = ComboField("", placeholder=_("Scan the purchase order, or choose it"))
        self.order.combo.setAccessibleName(_("Purchase order"))
        self.order.on_pick(self._chosen)
        self.note = LineField("", placeholder=_("Delivery note number"))
        self.note.line.setAccessibleName(_("Delivery note"))
        self.all_button = QPushButton(_("All came as ordered"))
        self.all_button.clicked.connect(self.take_all)
        top = QHBoxLayout()
        top.setSpacing(theme.px(8))
        top.addWidget(self.order, 2)
        top.addWidget(self.note, 1)
        top.addWidget(self.all_button)
        self.lines = Table(self._columns(), name="receiving", empty=_no_order())
        self.lines.view.setAccessibleName(_("What comes in"))
        self.lines.opened.connect(self.edit)
        self.sum = QLabel()
        theme.role_of(self.sum, "heading")
        self.book_button = QPushButton(_("Book the receipt (F9)"))
        theme.role_of(self.book_button, "primary")
        self.book_button.clicked.connect(page.save_and_print)
        below = QHBoxLayout()
        below.addWidget(self.sum, 1)
        below.addWidget(self.book_button)
        self.ready_heading = QLabel()
        theme.role_of(self.ready_heading, "heading")
        self.ready = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=110, bold=True),
                Column("device", _("Device"), lambda row: row.device, width=180, stretch=True),
                Column("customer", _("Customer"), lambda row: row.customer, width=120),
                Column("technician", _("Technician"), lambda row: row.technician, width=120),
            ],
            name="can_go_on",
            empty=Empty(_("No repair waits for what came."), icon="wrench"),
        )
        self.ready.view.setAccessibleName(_("Repairs that can go on"))
        self.ready.opened.connect(self._open_order)
        self.ready.setMaximumHeight(theme.px(150))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(top)
        box.addWidget(self.lines, 1)
        box.addLayout(below)
        box.addWidget(self.ready_heading)
        box.addWidget(self.ready)
        self.show_ready(())

    def keys(self) -> Sequence[KeyHint]:
        """The keys of this look."""
        return (
            KeyHint("F9", _("book the receipt")),
            KeyHint("2–9", _("next scan counts so often")),
            KeyHint("↵", _("quantity, price, serial numbers")),
            KeyHint("Ctrl+P", _("print the receipt")),
        )

    def first_focus(self) -> QWidget:
        """The lines when an order is open, else the choice of one."""
        return self.lines.view if self.card is not None else self.order.combo

    def load(self) -> None:
        """Read the awaited orders anew; what was counted stays."""
        rows = self._offices.receiving.awaited()
        choices = [(row.id, f"{row.number}  {row.supplier}") for row in rows]
        self.order.set_choices(choices)
        self.order.set_value(self.card.id if self.card is not None else None)
        if self.card is not None:
            self.show_card(self._offices.purchasing.card(self.card.id))
        else:
            self._show()

    def open_order(self, card: PurchaseCard) -> None:
        """Begin to receive for an order. Raises ``Refusal(PURCHASE_STATE)``."""
        if not card.coming:
            raise Refusal(Reason.PURCHASE_STATE, number=card.number, state=card.state)
        if self.card is None or self.card.id != card.id:
            self.counting = Counting()
            self.note.set_value("")
            self.show_ready(())
        self.order.set_value(card.id)
        self.show_card(card)
        self.lines.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_card(self, card: PurchaseCard) -> None:
        """Show an order's lines with what was counted of them."""
        if not card.coming:
            self.card, self.counting = None, Counting()
            self.order.set_value(None)
        else:
            self.card = card
        self._show()

    # -- counting --------------------------------------------------------------------------------------

    def take_scan(self, scan: Scan) -> bool:
        """A purchase order opens, a part is counted."""
        match scan:
            case Code(kind=CodeKind.PURCHASE, digits=digits):
                self.open_order(self._offices.purchasing.by_code(digits))
                return True
            case Code(kind=CodeKind.PART | CodeKind.SERIAL_PART, digits=text) | Foreign(text=text):
                return self._count(text)
            case _:
                return False

    def press_digit(self, digit: int) -> None:
        """Number keys: the next scan counts so often."""
        times = self.times * 10 + digit if self.times > 1 else digit
        self.times = times if 1 <= times <= _MOST_TIMES else max(digit, 1)
        self._show()

    def back(self) -> bool:
        """Esc takes the multiplier back."""
        if self.times > 1:
            self.times = 1
            self._show()
            return True
        return False

    def take_all(self) -> None:
        """Everything came as ordered."""
        if self.card is not None:
            self.counting = self.counting.all_of(self.card)
            self._show()

    def edit(self, line: PurchaseLineRow) -> None:
        """Quantity, price and serial numbers of a line."""
        counted = self.counting.of(line)

        def submit(quantity: Quantity, price: Money, serials: Sequence[str]) -> None:
            self.counting = self.counting.put(line, Counted(quantity, price, tuple(serials)))
            self._show()

        price = line.unit_price if counted.price is None else counted.price
        quantity = counted.quantity or line.open
        ask_arrived(line, quantity, price, counted.serials, submit, self)

    def book(self) -> None:
        """Book what was counted as one receipt; more than ordered is a lead's to accept."""
        card = self.card
        if card is None:
            raise Refusal(Reason.NOTHING_RECEIVED)
        desk = self._page.desk
        more = bool(self.counting.too_many(card)) and desk.may(Command.RECEIVE_MORE)
        if more and not confirm(
            _("More came than was ordered. Accept it?"),
            _("Accept"),
            detail="\n".join(
                _("{part}: {quantity} came, {open} were to come").format(
                    part=line.description,
                    quantity=formats.quantity(self.counting.of(line).quantity),
                    open=formats.quantity(line.open),
                )
                for line in self.counting.too_many(card)
            ),
            parent=self,
        ):
            return
        done = self._offices.receiving.receive(
            desk.gesture(),
            card.id,
            card.version,
            self.counting.arrived(card),
            self.note.value(),
            accept_more=more,
        )
        self._booked(done)

    def print_receipt(self) -> None:
        """The newest receipt as a paper."""
        number = self.receipt
        if not number and self.card is not None and self.card.receipts:
            number = self.card.receipts[0].number
        if number:
            self._page.desk.papers.preview(PaperKind.GOODS_RECEIPT, number)

    def show_ready(self, orders: Sequence[WaitingOrder]) -> None:
        """Which repairs can go on by what came."""
        self.ready_heading.setText(
            ngettext("{n} repair can go on", "{n} repairs can go on", len(orders)).format(n=len(orders))
        )
        self.ready.show_rows(orders)
        for widget in (self.ready_heading, self.ready):
            widget.setVisible(bool(orders))

    # -- inside ----------------------------------------------------------------------------------------

    def _count(self, text: str) -> bool:
        if self.card is None:
            return False
        found = self._offices.receiving.scanned(text)
        line = None
        if found is not None:
            line = next((each for each in self.card.lines if each.part_id == found.part_id), None)
        if line is None:
            if found is None:
                self._note_serial(text)
                return True
            part = self._offices.stock.part(found.part_id).row
            raise Refusal(Reason.WRONG_SUPPLIER, part=part.name, number=self.card.number)
        assert line.part_id is not None
        if line.serialised and found is not None and found.serial:
            # A piece that left the shop comes back: its number is known.
            self.lines.select(line.id)
            self._note_serial(found.serial)
            return True
        if line.serialised:
            # A piece comes with its own number: the next scan is it.
            self.lines.select(line.id)
            self._page.confirm_done(_("{part}: now scan the serial number").format(part=line.description))
            return True
        self.counting = self.counting.add(self.card, line.part_id, Quantity.of(self.times))
        self.times = 1
        self._show()
        self.lines.select(line.id)
        counted = self.counting.of(line)
        self._page.confirm_done(
            _("{part}: {counted} of {open}").format(
                part=line.description,
                counted=formats.quantity(counted.quantity),
                open=formats.quantity(line.open),
            )
        )
        return True

    def _note_serial(self, text: str) -> None:
        """An unknown code is the serial number of the piece that is marked."""
        line = self.lines.current()
        assert self.card is not None
        if line is None or not line.serialised or line.part_id is None:
            raise Refusal(Reason.PART_CODE_UNKNOWN, text=text[:40])
        self.counting = self.counting.add(self.card, line.part_id, serial=text)
        self._show()
        self._page.confirm_done(f"{line.description} {text}")

    def _booked(self, done: Received) -> None:
        self.counting, self.times = Counting(), 1
        self.receipt = done.receipt.number
        self.note.set_value("")
        self.show_ready(done.can_go_on)
        self.show_card(done.purchase)
        self._page.confirm_done(_("Receipt {number} booked").format(number=done.receipt.number))
        if done.can_go_on:
            self.ready.select_first()

    def _chosen(self, purchase_id: int | None) -> None:
        if purchase_id is not None and (self.card is None or self.card.id != purchase_id):
            self._page.run(lambda: self.open_order(self._offices.purchasing.card(purchase_id)))

    def _open_order(self, row: WaitingOrder) -> None:
        self._page.wants.emit("bench", row.id)

    def _show(self) -> None:
        card = self.card
        self.lines.show_rows(card.lines if card is not None else ())
        arrived = self.counting.arrived(card) if card is not None else ()
        amount = sum(each.unit_price.times(each.quantity).fen for each in arrived)
        words = ngettext("{n} line counted", "{n} lines counted", len(arrived)).format(n=len(arrived))
        parts = [words, formats.money(Money(amount))] if card is not None else []
        if self.times > 1:
            parts.append(f"×{self.times}")
        self.sum.setText(" · ".join(parts))
        self.book_button.setEnabled(bool(arrived))
        self.all_button.setEnabled(card is not None)

    def _columns(self) -> list[Column]:
        def came(line: PurchaseLineRow) -> str:
            quantity = self.counting.of(line).quantity
            return formats.quantity(quantity) if quantity else ""

        def price(line: PurchaseLineRow) -> str:
            typed = self.counting.of(line).price
            return formats.money(line.unit_price if typed is None else typed, sign=False)

        def tone(line: PurchaseLineRow) -> str | None:
            return "late_ink" if self.counting.of(line).quantity > line.open else None

        return [
            Column("number", _("Part number"), lambda row: row.part_number, width=90),
            Column("his", _("Supplier's no."), lambda row: row.supplier_number, width=110, spare=True),
            Column("name", _("Part name"), lambda row: row.description, width=170, stretch=True, bold=True),
            Column("place", _("Location"), lambda row: row.location, width=80, spare=True),
            Column("for", _("Repair order"), lambda row: row.order_number, width=100, spare=True),
            Column(
                "open",
                _("To come"),
                lambda row: f"{formats.quantity(row.open)} {row.unit}".strip(),
                sort=lambda row: row.open,
                align=RIGHT,
                width=80,
            ),
            Column(
                "came",
                _("Came"),
                came,
                sort=lambda row: self.counting.of(row).quantity,
                align=RIGHT,
                width=80,
                bold=True,
                tone=tone,
            ),
            Column("price", _("Unit price"), price, align=RIGHT, width=90),
            Column(
                "serials",
                _("Serial numbers"),
                lambda row: formats.joined(self.counting.of(row).serials),
                width=140,
                spare=True,
            ),
        ]


def _no_order() -> Empty:
    return Empty(
        _(
            "Scan the purchase order's barcode, or choose it above. Goods without an order are received on the part."
        ),
        icon="scan-barcode",
    )
