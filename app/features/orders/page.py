"""Orders: every repair order by look, newest first; the picked one with its history and papers beside the list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.clock import business_day
from app.core.codes import Code, CodeKind, Scan, order_number
from app.core.enums import AT_COUNTER, CLOSED
from app.core.labels import category_name, label
from app.core.words import N_, _
from app.features.orders.listing import OrderList
from app.features.orders.record_view import BrandWork, RecordView, no_brands
from app.features.orders.snapshots import OrderFilter, OrderRow
from app.ui import theme
from app.ui.chips import Chip, late_chip, status_chip
from app.ui.desk import Desk
from app.ui.page import KeyHint, Page
from app.ui.tables import Column, Empty, Table

if TYPE_CHECKING:
    from app.features.brands.service import Brands
    from app.features.orders.correcting import Correcting
    from app.features.orders.service import OrdersService
    from app.features.printing.service import PrintingService

_LOOKS = (
    (OrderFilter.OPEN, N_("In hand")),
    (OrderFilter.AT_COUNTER, N_("To be picked up")),
    (OrderFilter.LATE, N_("Late")),
    (OrderFilter.UNCLAIMED, N_("Unclaimed")),
    (OrderFilter.ALL, N_("All")),
)
_EMPTY = {
    OrderFilter.OPEN: N_("No open orders. Take in a device with F2."),
    OrderFilter.AT_COUNTER: N_("No device waits at the counter."),
    OrderFilter.LATE: N_("Nothing is late."),
    OrderFilter.UNCLAIMED: N_("No device was left behind."),
    OrderFilter.ALL: N_("No orders yet. Take in a device with F2."),
}


class OrdersPage(Page):
    """The list of orders and the record of one."""

    key = "orders"

    def __init__(
        self,
        listing: OrderList,
        orders: Callable[[], OrdersService],
        correcting: Callable[[], Correcting],
        printing: Callable[[], PrintingService],
        desk: Desk,
        brands: Callable[[], Brands] | None = None,
        brand_work: Callable[[], BrandWork | None] = no_brands,
    ) -> None:
        super().__init__()
        self._listing = listing
        self._orders = orders
        self.desk = desk
        self._look = OrderFilter.OPEN
        #: The order shown is not in the list.
        self._alone = False
        looks = QHBoxLayout()
        looks.setSpacing(theme.px(8))
        self._buttons = QButtonGroup(self)
        self._looks: dict[OrderFilter, QPushButton] = {}
        for number, (look, word) in enumerate(_LOOKS, start=1):
            button = QPushButton(f"{number}  {_(word)}")
            button.setCheckable(True)
            button.setChecked(look is self._look)
            button.clicked.connect(partial(self.show_look, look))
            self._buttons.addButton(button)
            self._looks[look] = button
            looks.addWidget(button)
            self.number_key(number, button.click)
        looks.addStretch(1)
        self.body.addLayout(looks)
        self.list = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=104, bold=True),
                Column(
                    "status",
                    _("Status"),
                    lambda row: label(row.status),
                    width=128,
                    chip=lambda row: status_chip(row.status),
                ),
                Column("customer", _("Customer"), lambda row: row.customer_name, width=92),
                Column("device", _("Device"), device_text, width=180, stretch=True),
                Column("technician", _("Technician"), lambda row: row.technician, width=84, spare=True),
                Column("promised", _("Promised"), self._promised, width=104, chip=self._late),
                Column("shelf", _("Shelf"), lambda row: row.shelf, width=72, spare=True),
            ],
            name="orders",
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(self._go_on_with)
        self.record = RecordView(orders, correcting, printing, desk, brands, brand_work)
        self.record.wants_claim.connect(self._show_claim)
        self.record.wants_room.connect(self.go_to_room)
        self.record.corrected.connect(self._corrected)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(theme.px(12), 0, 0, 0)
        box.addWidget(self.record)
        split.addWidget(holder)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(760), theme.px(460)])
        self.body.addWidget(split, 1)

    def title(self) -> str:
        return _("Orders")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("1–5", _("look")),
            KeyHint("↵", _("go on with it")),
            KeyHint("Ctrl+P", _("papers")),
            KeyHint("Ctrl+E", _("correct")),
        )

    def first_focus(self) -> QWidget | None:
        # A list that gets the focus picks its first row: not over an order that was asked for and is not in it.
        return None if self._alone and self.list.current() is None else self.list.view

    def concerns(self, changes: Changes) -> bool:
        return any(map(changes.has, (Kind.ORDER, Kind.MONEY, Kind.CLAIM)))

    def refresh(self) -> None:
        self._load()
        self.record.reload()

    def open_with(self, subject: Any) -> None:
        """An order's id: its record, whether the list shows it or not."""
        order_id = int(subject)
        self._alone = not self.list.select(order_id)
        if self._alone:
            self.list.view.clearSelection()
        self.record.show_order(order_id)

    def take_scan(self, scan: Scan) -> bool:
        if isinstance(scan, Code) and scan.kind is CodeKind.ORDER:
            for row in self.list.rows():
                if row.number == order_number(scan.digits):
                    self.list.select(row.id)
                    self.confirm_done(f"{row.customer_name} {label(row.status)}")
                    return True
        return False

    def print_paper(self) -> None:
        self.record.show_papers()

    def show_look(self, look: OrderFilter) -> None:
        """Show another part of the orders."""
        self._look = look
        self._looks[look].setChecked(True)
        self._load()
        self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_room(self, order_id: int) -> None:
        """Where the order is worked on: the counter or the bench."""
        card = self._orders().card(order_id, self.desk.actor)
        if card.status in AT_COUNTER or (card.status in CLOSED and card.due):
            self.wants.emit("handover", order_id)
        elif card.status not in CLOSED:
            self.wants.emit("bench", order_id)

    def _go_on_with(self, row: OrderRow) -> None:
        self.run(lambda: self.go_to_room(row.id))

    def _picked(self, row: OrderRow | None) -> None:
        if row is not None:
            # The list is painted first: it is what was asked for. Until then no key means the order shown before.
            self.record.await_order()
            self.desk.later(self, self._show_record)

    def _show_record(self) -> None:
        row = self.list.current()
        if row is not None:
            self.run(lambda: self.record.show_order(row.id))

    def _show_claim(self, claim_id: int) -> None:
        from app.ui.room import InTab

        self.wants.emit("brands", InTab("claims", claim_id))

    def _corrected(self, number: str) -> None:
        self.confirm_done(_("{number} was put right.").format(number=number))

    def _promised(self, row: OrderRow) -> str:
        if row.promised_at is None:
            return ""
        return formats.short_day(business_day(row.promised_at, self._listing.zone))

    def _late(self, row: OrderRow) -> Chip | None:
        return late_chip(self._promised(row)) if row.late else None

    def _load(self) -> None:
        look = self._look
        self.list.set_empty(Empty(_(_EMPTY[look]), icon="clipboard-list"))
        self.list.show_source(
            lambda after, limit: self._listing.page(look, after, limit).rows, key=lambda row: row.id
        )


def device_text(row: OrderRow) -> str:
    """Brand and model in one line; the category where the model is not known."""
    return " ".join(part for part in (row.brand, row.model or category_name(row.category)) if part)
