"""One customer beside the list: how to reach him, what he owes or has with us, his devices and orders."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QTabWidget, QVBoxLayout

from app.core import formats
from app.core.enums import Command, LookKind
from app.core.labels import category_name, label
from app.core.money import ZERO
from app.core.rights import Sight
from app.core.words import _, ngettext
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import CustomerRecord, DeviceRow, UnpaidInvoice
from app.features.finder.snapshots import OrderHit
from app.features.privacy.dialogs import looks_table
from app.features.privacy.personal import NAMELESS
from app.ui import theme
from app.ui.chips import status_chip
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.customers.page import CustomersPage


class CustomerView(QFrame):
    """The picked customer."""

    def __init__(self, customers: CustomersService, page: CustomersPage) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self._customers = customers
        self._page = page
        self.record: CustomerRecord | None = None
        self._name = QLabel(_("Choose a customer on the left."))
        theme.role_of(self._name, "heading")
        self._name.setWordWrap(True)
        self._contact = _wrapping()
        self._balance = _wrapping()
        theme.role_of(self._balance, "strong")
        self._notes = _wrapping()
        theme.role_of(self._notes, "secondary")
        self.orders = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=104, bold=True),
                Column(
                    "status",
                    _("Status"),
                    lambda row: label(row.status),
                    width=128,
                    chip=lambda row: status_chip(row.status),
                ),
                Column("device", _("Device"), _order_device, width=140, stretch=True),
                Column("in", _("Taken in"), lambda row: formats.day(row.taken_in), width=92, spare=True),
            ],
            name="customer_orders",
            empty=Empty(_("No orders yet."), icon="clipboard-list"),
        )
        self.orders.opened.connect(lambda row: page.open_order(row.id))
        self.devices = Table(
            [
                Column("device", _("Device"), _device, width=160, stretch=True),
                Column("serial", _("Serial number"), lambda row: row.serial, width=130),
                Column("orders", _("Orders"), lambda row: str(row.orders), align=RIGHT, width=64),
            ],
            name="customer_devices",
            empty=Empty(_("No devices yet."), icon="package"),
        )
        self.unpaid = Table(
            [
                Column("number", _("Invoice"), lambda row: row.number, width=112, bold=True),
                Column("order", _("Order"), lambda row: row.order_number, width=104),
                Column("day", _("Issued"), lambda row: formats.day(row.issued_on), width=92),
                Column(
                    "due", _("Due"), _due, align=RIGHT, width=92, stretch=True, tone=lambda _row: "late_ink"
                ),
            ],
            name="customer_unpaid",
            empty=Empty(_("Nothing is owed."), icon="circle-check"),
        )
        self.unpaid.opened.connect(lambda row: page.wants.emit("handover", row.order_id))
        self._tabs = QTabWidget()
        self._tabs.addTab(self.orders, _("Orders"))
        self._tabs.addTab(self.devices, _("Devices"))
        self._tabs.addTab(self.unpaid, _("Owed"))
        self._edit = QPushButton(_("Edit …"))
        self._edit.clicked.connect(page.edit_customer)
        self._out = QPushButton(_("Hand out data …"))
        self._out.setToolTip(_("Everything that is held about this customer, as a file for him"))
        self._out.clicked.connect(page.hand_out)
        self._erase = QPushButton(_("Erase data …"))
        self._erase.setToolTip(_("Erase who this customer is; orders and money stay in the books"))
        self._erase.clicked.connect(page.erase_customer)
        row = QHBoxLayout()
        for button in (self._edit, self._out, self._erase):
            button.hide()
            row.addWidget(button)
        row.addStretch(1)
        self.looks = looks_table()
        self._tabs.currentChanged.connect(self._show_looks)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addWidget(self._name)
        box.addWidget(self._contact)
        box.addWidget(self._balance)
        box.addWidget(self._notes)
        self._tabs.hide()
        box.addWidget(self._tabs, 1)
        box.addStretch()
        box.addLayout(row)

    def show_customer(self, customer_id: int) -> None:
        """Show a customer's record."""
        record = self._customers.record(self._page.desk.actor, customer_id)
        if self.record is None or self.record.id != record.id:
            self._page.desk.looked_at(LookKind.CUSTOMER, record.id)
        self.record = record
        self._name.setText(record.name)
        phones = [formats.phone(phone) for phone in (record.phone, record.phone2) if phone]
        self._contact.setText("   ".join([*phones, record.level, record.address, record.tax_number]).strip())
        words = []
        if record.balance.receivable:
            words.append(_("Owes {amount}").format(amount=formats.money(record.balance.receivable)))
        if record.balance.held > ZERO:
            words.append(_("Has {amount} with us").format(amount=formats.money(record.balance.held)))
        self._balance.setText(" · ".join(words))
        self._balance.setVisible(bool(words))
        notes = [record.notes] if record.notes else []
        if record.merged:
            notes.append(
                ngettext(
                    "{n} record was merged into this one.",
                    "{n} records were merged into this one.",
                    record.merged,
                ).format(n=record.merged)
            )
        self._notes.setText("\n".join(notes))
        self._notes.setVisible(bool(notes))
        self.devices.show_rows(record.devices)
        self.unpaid.show_rows(record.balance.unpaid)
        self.orders.show_source(
            lambda after, limit: self._customers.orders(self._page.desk.actor, record.id, after, limit).rows,
            key=lambda row: row.id,
        )
        self._tabs.show()
        may = self._page.desk.may
        erased = record.name == NAMELESS
        self._edit.setVisible(may(Command.SAVE_CUSTOMER) and not erased)
        self._out.setVisible(self._page.privacy is not None and may(Command.EXPORT_PERSON) and not erased)
        self._erase.setVisible(self._page.privacy is not None and may(Command.ERASE_CUSTOMER) and not erased)
        sees = self._page.privacy is not None and self._page.desk.actor.may_see(Sight.LOOKS)
        at = self._tabs.indexOf(self.looks)
        if sees and at < 0:
            self._tabs.addTab(self.looks, _("Who looked"))
        elif not sees and at >= 0:
            self._tabs.removeTab(at)
        self._show_looks()

    def _show_looks(self, _at: int = 0) -> None:
        """Only when they are asked for: they are read from the disk."""
        privacy = self._page.privacy
        if self.record is not None and privacy is not None and self._tabs.currentWidget() is self.looks:
            rows = privacy().looks.of_customer(self._page.desk.actor, self.record.id)
            self.looks.show_rows(rows)

    def reload(self) -> None:
        """Show the same customer as he is now."""
        if self.record is not None:
            self.show_customer(self.record.id)


def _wrapping() -> QLabel:
    text = QLabel()
    text.setWordWrap(True)
    text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return text


def _order_device(row: OrderHit) -> str:
    return " ".join(part for part in (row.brand, row.model or category_name(row.category)) if part)


def _device(row: DeviceRow) -> str:
    return " ".join(part for part in (row.brand, category_name(row.category), row.model) if part)


def _due(row: UnpaidInvoice) -> str:
    return formats.money(row.due, sign=False)
