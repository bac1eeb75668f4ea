"""Customers: the list, the record with devices, orders and balance, notes, and two who may be one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.enums import Command
from app.core.words import _, ngettext
from app.features.customers.customer_view import CustomerView
from app.features.customers.doubles_view import DoublesView
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import CustomerEntry, CustomerRecord, CustomerRow
from app.features.privacy import dialogs
from app.features.privacy.service import Privacy
from app.features.privacy.snapshots import Erased
from app.features.sheets.exchange import export_list, import_list
from app.features.sheets.preview import ListWords
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ComboField, LineField, PhoneField, TextField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.search_field import SearchField
from app.ui.tables import RIGHT, Column, Empty, Table


class CustomersPage(Page):
    """Who comes to this shop."""

    key = "customers"

    def __init__(
        self,
        customers: CustomersService,
        desk: Desk,
        privacy: Callable[[], Privacy] | None = None,
        years: Callable[[], int] = int,
    ) -> None:
        super().__init__()
        #: What becomes of people's data; ``years`` after the last visit they are put before the owner.
        self.privacy, self._years = privacy, years
        self._customers = customers
        self.desk = desk
        self.search = SearchField(_("Search customers"), _("Name, pinyin initials or digits of the phone"))
        self.search.searched.connect(self._load)
        self.search.entered.connect(self._found)
        self.add_button = QPushButton(_("New customer (Ctrl+N)"))
        self.add_button.setShortcut("Ctrl+N")
        self.add_button.clicked.connect(lambda: self._edit(None))
        self.doubles_button = QPushButton(_("Find doubles (Ctrl+D)"))
        self.doubles_button.setShortcut("Ctrl+D")
        self.doubles_button.setCheckable(True)
        self.doubles_button.toggled.connect(self._show_doubles)
        self.import_button = QPushButton(_("Import …"))
        self.import_button.setToolTip(_("Customers from Excel or CSV (Ctrl+I)"))
        self.import_button.setShortcut("Ctrl+I")
        self.import_button.clicked.connect(self.import_customers)
        self.export_button = QPushButton(_("Export …"))
        self.export_button.setToolTip(_("All customers as Excel or CSV; it is noted who took them (Ctrl+E)"))
        self.export_button.setShortcut("Ctrl+E")
        self.export_button.clicked.connect(self.export_customers)
        self.lost_button = QPushButton(_("Not seen for years …"))
        self.lost_button.setToolTip(_("Customers whose data need not be kept any longer"))
        self.lost_button.clicked.connect(self.show_lost)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.lost_button)
        top.addWidget(self.import_button)
        top.addWidget(self.export_button)
        top.addWidget(self.add_button)
        top.addWidget(self.doubles_button)
        self.body.addLayout(top)
        self.list = Table(
            [
                Column("name", _("Name"), lambda row: row.name, width=120, bold=True),
                Column("phone", _("Phone"), lambda row: formats.phone(row.phone), width=130),
                Column("address", _("Address"), lambda row: row.address, width=150, stretch=True),
                Column("orders", _("Orders"), lambda row: str(row.orders), align=RIGHT, width=64, spare=True),
                Column("last", _("Last visit"), _last_visit, width=100, spare=True),
            ],
            name="customers",
            empty=self._empty(""),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.edit_customer())
        self.doubles = DoublesView(customers, self)
        self.doubles.hide()
        self.customer = CustomerView(customers, self)
        left = QWidget()
        lists = QVBoxLayout(left)
        lists.setContentsMargins(0, 0, 0, 0)
        lists.addWidget(self.list, 1)
        lists.addWidget(self.doubles, 1)
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(theme.px(12), 0, 0, 0)
        box.addWidget(self.customer)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(left)
        split.addWidget(holder)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(680), theme.px(540)])
        self.body.addWidget(split, 1)

    def title(self) -> str:
        return _("Customers")

    def keys_here(self) -> Sequence[KeyHint]:
        hints: tuple[KeyHint, ...] = (
            KeyHint("Ctrl+N", _("new customer")),
            KeyHint("↵", _("edit")),
            KeyHint("Ctrl+D", _("find doubles")),
        )
        if self.desk.may(Command.IMPORT_CUSTOMERS):
            hints += (KeyHint("Ctrl+I", _("import")), KeyHint("Ctrl+E", _("export")))
        return hints

    def first_focus(self) -> QWidget | None:
        return self.search.line

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.CUSTOMER) or changes.has(Kind.ORDER) or changes.has(Kind.MONEY)

    def refresh(self) -> None:
        self.import_button.setVisible(self.desk.may(Command.IMPORT_CUSTOMERS))
        self.export_button.setVisible(self.desk.may(Command.EXPORT_CUSTOMERS))
        self.lost_button.setVisible(self.privacy is not None and self.desk.may(Command.ERASE_CUSTOMER))
        self._load()
        self.customer.reload()

    def open_with(self, subject: Any) -> None:
        """A customer's id."""
        self.show_customer(int(subject))

    def back(self) -> bool:
        if self.doubles_button.isChecked():
            self.doubles_button.setChecked(False)
            return True
        if self.search.value():
            self.search.set_value("")
            self._load()
            return True
        return False

    def import_customers(self) -> None:
        """Customers from a file; the list shows what came of it."""
        if import_list(self, self._customers.sheets, self.desk, import_words()):
            self.refresh()

    def export_customers(self) -> None:
        """All customers to a file."""
        ctx = self.desk.gesture()
        export_list(
            self,
            self.desk,
            _("Export customers"),
            _("Customers"),
            lambda file, tell: self._customers.sheets.export(ctx, file, tell),
            written,
        )

    # -- what the views ask ----------------------------------------------------------------------------

    def show_customer(self, customer_id: int) -> None:
        """Show a customer's record, whether the list shows him or not."""
        if not self.list.select(customer_id):
            self.list.view.clearSelection()
        self.run(lambda: self.customer.show_customer(customer_id))

    def edit_customer(self) -> None:
        """Change the customer shown."""
        if self.customer.record is not None and self.desk.may(Command.SAVE_CUSTOMER):
            self._edit(self.customer.record)

    def hand_out(self) -> None:
        """All that is held about the customer shown, as a file for him."""
        record = self.customer.record
        if record is not None and self.privacy is not None:
            dialogs.hand_out(self, self.desk, self.privacy(), record.id, record.name)

    def erase_customer(self) -> None:
        """Erase who the customer shown is."""
        record = self.customer.record
        if record is None or self.privacy is None:
            return

        def done(_erased: Erased) -> None:
            self._load()
            self.customer.reload()
            self.confirm_done(_("The data are erased."))

        dialogs.erase(self, self.desk, self.privacy(), record.id, record.version, record.name, done)

    def show_lost(self) -> None:
        """Who did not come for years."""
        if self.privacy is None:
            return
        dialog = dialogs.LostCustomersDialog(self, self.desk, self.privacy(), self._years())
        dialog.exec()
        if dialog.erased:
            self._load()
            self.customer.reload()

    def open_order(self, order_id: int) -> None:
        """Go to one of the customer's orders."""
        self.wants.emit("orders", order_id)

    # -- inside ----------------------------------------------------------------------------------------

    def _edit(self, record: CustomerRecord | None) -> None:
        name = LineField(_("Name"), required=True, most=80)
        phone = PhoneField(_("Phone"))
        phone2 = PhoneField(_("Second phone"))
        address = LineField(_("Address"))
        tax_number = LineField(_("Tax number (firms)"))
        levels = [("", _("none")), *((each, each) for each in self._customers.levels())]
        level = ComboField(_("Member level"), levels, free=True, most=80)
        notes = TextField(_("Notes"), lines=3)
        if record is not None:
            name.set_value(record.name)
            phone.set_value(record.phone)
            phone2.set_value(record.phone2)
            address.set_value(record.address)
            tax_number.set_value(record.tax_number)
            level.set_value(record.level)
            notes.set_value(record.notes)
        ctx = self.desk.gesture()
        saved: list[CustomerRecord] = []

        def save() -> None:
            entry = CustomerEntry(
                name=name.value(),
                phone=phone.value(),
                phone2=phone2.value(),
                address=address.value(),
                notes=notes.value(),
                tax_number=tax_number.value(),
                level=level.value() or "",
            )
            saved.append(
                self._customers.save(
                    ctx, record.id if record else None, record.version if record else None, entry
                )
            )

        title = _("New customer") if record is None else _("Edit {name}").format(name=record.name)
        if ask(title, [name, phone, phone2, address, tax_number, level, notes], _("Save"), save, parent=self):
            self._load()
            self.show_customer(saved[0].id)
            self.confirm_done(_("Saved: {name}").format(name=saved[0].name))

    def _show_doubles(self, on: bool) -> None:
        self.list.setVisible(not on)
        self.doubles.setVisible(on)
        if on:
            self.doubles.load()

    def _load(self) -> None:
        text = self.search.value()
        self.list.set_empty(self._empty(text))
        self.list.show_source(
            lambda after, limit: self._customers.page(self.desk.actor, text, after, limit).rows,
            key=lambda row: row.id,
        )

    def _empty(self, text: str) -> Empty:
        if text:
            return Empty(_("No customer matches “{text}”.").format(text=text), icon="search")
        return Empty(
            _("No customers yet. The first one comes with the first device."),
            _("New customer (Ctrl+N)"),
            lambda: self._edit(None),
            icon="users",
        )

    def _found(self) -> None:
        self.search.hold()
        self._load()
        if self.list.rows():
            self.list.select_first()
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _picked(self, row: CustomerRow | None) -> None:
        if row is not None:
            self.run(lambda: self.customer.show_customer(row.id))


def import_words() -> ListWords:
    """What the list of customers is called."""
    return ListWords(_("Import customers"), _("Import customers from {file}"), _("Phone"), _("Name"))


def written(count: int, file: str) -> str:
    """What came of an export."""
    return ngettext("{n} customer written to {file}.", "{n} customers written to {file}.", count).format(
        n=count, file=file
    )


def _last_visit(row: CustomerRow) -> str:
    return formats.day(row.last_order) if row.last_order is not None else ""
