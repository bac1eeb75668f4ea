"""The small forms of the purchase page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QGridLayout, QHBoxLayout, QPushButton, QWidget

from app.core import formats
from app.core.enums import Category, Command
from app.core.labels import category_name, label
from app.core.money import ZERO, Money, Quantity
from app.core.words import N_, _
from app.features.purchasing.choices import Choice
from app.features.purchasing.snapshots import (
    HeadEntry,
    LineEntry,
    ProposalRow,
    PurchaseCard,
    PurchaseLineRow,
    SupplierEntry,
    SupplierRow,
)
from app.model.purchase import AS_EVER
from app.ui import theme
from app.ui.fields import (
    ComboField,
    DateField,
    Field,
    LineField,
    MoneyField,
    PhoneField,
    QuantityField,
    TextField,
)
from app.ui.form_dialog import ask
from app.ui.frame import lay_out
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.purchasing.page import PurchasePage

_NOTHING = Quantity(0)
_MONTHS = (
    N_("January"),
    N_("February"),
    N_("March"),
    N_("April"),
    N_("May"),
    N_("June"),
    N_("July"),
    N_("August"),
    N_("September"),
    N_("October"),
    N_("November"),
    N_("December"),
)


def supplier_field(rows: Sequence[SupplierRow], *, required: bool = True) -> ComboField:
    """A choice among the suppliers in use."""
    choices = [(row.id, row.name) for row in rows if row.active]
    return ComboField(_("Supplier"), choices, required=required)


def beside(*fields: Field) -> QWidget:
    """Fields next to each other."""
    holder = QWidget()
    box = QHBoxLayout(holder)
    box.setContentsMargins(0, 0, 0, 0)
    box.setSpacing(theme.px(12))
    for field in fields:
        box.addWidget(field, 1)
    return holder


def working(row: ProposalRow, plan_word: str) -> str:
    """The formula with its figures, as a buyer checks it by head."""
    factor = formats.joined([f"{each} %" for each in row.percents])
    return _(
        "{plan}: {average} a month × {months} months, season {factor}, − {on_hand} on hand − {on_order} on order"
        " = {result}. Reserved: {reserved}. Minimum: {minimum}."
    ).format(
        plan=plan_word,
        average=formats.quantity(row.average),
        months=len(row.percents),
        factor=factor,
        on_hand=formats.quantity(row.on_hand),
        on_order=formats.quantity(row.on_order),
        result=formats.quantity(row.result),
        reserved=formats.quantity(row.reserved),
        minimum=formats.quantity(row.minimum),
    )


def ask_choice(
    choice: Choice,
    plan_word: str,
    suppliers: Sequence[SupplierRow],
    submit: Callable[[int | None, Quantity, Money], None],
    parent: QWidget,
) -> bool:
    """Quantity, price and supplier of one row of the proposal, with its working."""
    row = choice.row
    quantity = QuantityField(_("Quantity to order"), required=True)
    quantity.set_value(choice.quantity)
    price = MoneyField(_("Unit price"))
    price.set_value(choice.price)
    supplier = supplier_field(suppliers)
    supplier.set_value(choice.supplier_id)
    text = working(row, plan_word) if isinstance(row, ProposalRow) else row.note
    return ask(
        " ".join(filter(None, (row.number, row.name))),
        [beside(quantity, price), supplier],
        _("Take over"),
        lambda: submit(supplier.value(), quantity.value() or _NOTHING, price.value() or ZERO),
        text=text,
        parent=parent,
    )


def ask_head(
    card: PurchaseCard | None,
    suppliers: Sequence[SupplierRow],
    today: Callable[[], date],
    submit: Callable[[HeadEntry], None],
    parent: QWidget,
) -> bool:
    """Supplier, date, note and kind of a purchase order."""
    supplier = supplier_field(suppliers)
    expected = DateField(_("Wanted by"), today)
    note = TextField(_("Note for the supplier"))
    urgent = QCheckBox(_("Urgent: outside the plan"))
    consigned = QCheckBox(_("Consigned goods (settled when used)"))
    if card is not None:
        supplier.set_value(card.supplier.id)
        expected.set_value(card.expected_on)
        note.set_value(card.note)
        urgent.setChecked(card.urgent)
        consigned.setChecked(card.consigned)
    return ask(
        _("New purchase order") if card is None else _("Purchase order {number}").format(number=card.number),
        [beside(supplier, expected), note, urgent, consigned],
        _("Save"),
        lambda: submit(
            HeadEntry(
                supplier.value(), urgent.isChecked(), consigned.isChecked(), note.value(), expected.value()
            )
        ),
        parent=parent,
    )


def ask_line(line: PurchaseLineRow, submit: Callable[[Quantity, Money, str], None], parent: QWidget) -> bool:
    """Quantity, price and the supplier's number of a line on a draft."""
    quantity = QuantityField(_("Quantity"), required=True)
    quantity.set_value(line.quantity)
    price = MoneyField(_("Unit price"))
    price.set_value(line.unit_price)
    number = LineField(_("Supplier's part number"))
    number.set_value(line.supplier_number)
    return ask(
        line.description,
        [beside(quantity, price), number],
        _("Save"),
        lambda: submit(quantity.value() or _NOTHING, price.value() or ZERO, number.value()),
        parent=parent,
    )


def ask_new_line(
    find: Callable[[str], int | None],
    order_of: Callable[[str], int | None],
    submit: Callable[[LineEntry], None],
    parent: QWidget,
) -> bool:
    """A part by number or barcode, or anything in words; for one repair where its number is given."""
    part = LineField(_("Part number or barcode, or what it is in words"), required=True)
    quantity = QuantityField(_("Quantity"), required=True)
    quantity.set_value(Quantity.of(1))
    price = MoneyField(_("Unit price (empty: the last one)"))
    order = LineField(_("For repair order (number)"))

    def give() -> None:
        part_id = find(part.value())
        submit(
            LineEntry(
                quantity=quantity.value() or _NOTHING,
                part_id=part_id,
                description="" if part_id is not None else part.value(),
                unit_price=price.value(),
                order_id=order_of(order.value()),
            )
        )

    return ask(_("Add a line"), [part, beside(quantity, price), order], _("Add"), give, parent=parent)


def ask_arrived(
    line: PurchaseLineRow,
    counted: Quantity,
    price: Money,
    serials: Sequence[str],
    submit: Callable[[Quantity, Money, Sequence[str]], None],
    parent: QWidget,
) -> bool:
    """How many of a line came, at what price, and their serial numbers."""
    quantity = QuantityField(_("Came"), required=True, zero=True)
    quantity.set_value(counted)
    cost = MoneyField(_("Unit price"))
    cost.set_value(price)
    rows: list[QWidget] = [beside(quantity, cost)]
    numbers = LineField(_("Serial numbers, parted by spaces"), most=4000)
    if line.serialised:
        numbers.set_value(" ".join(serials))
        rows.append(numbers)

    def give() -> None:
        typed = tuple(numbers.value().split()) if line.serialised else ()
        submit(quantity.value() or _NOTHING, cost.value() or ZERO, typed)

    return ask(line.description, rows, _("Take over"), give, parent=parent)


def ask_season(
    categories: Sequence[str],
    known: Callable[[str], Sequence[int]],
    submit: Callable[[str, Sequence[int]], object],
    parent: QWidget,
) -> bool:
    """The twelve season factors of a category, in percent."""
    choices = [(each.value, label(each)) for each in Category]
    choices += [
        (each, category_name(each)) for each in categories if each not in {code for code, _w in choices}
    ]
    category = ComboField(_("Category"), choices, required=True, free=True)
    months = [QuantityField(_(month), required=True, zero=True) for month in _MONTHS]
    grid = QWidget()
    layout = QGridLayout(grid)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setHorizontalSpacing(theme.px(12))
    for at, field in enumerate(months):
        field.set_value(Quantity.of(AS_EVER))
        layout.addWidget(field, at // 4, at % 4)

    def show() -> None:
        percents = known(str(category.raw()) if category.value() is None else category.value())
        for field, percent in zip(months, percents, strict=True):
            field.set_value(Quantity.of(percent))

    category.on_pick(lambda _code: show())

    def give() -> None:
        submit(category.value() or "", [(field.value() or _NOTHING).milli // 1000 for field in months])

    return ask(
        _("Season factors"),
        [category, grid],
        _("Save"),
        give,
        text=_("In percent of an average month: 100 sells as ever, 250 two and a half times as much."),
        parent=parent,
    )


class SuppliersDialog(QDialog):
    """All suppliers; Enter changes one, Ctrl+N adds one."""

    def __init__(self, page: PurchasePage) -> None:
        super().__init__(page)
        self._page = page
        self._suppliers = page.offices.suppliers
        self.setWindowTitle(_("Suppliers"))
        self.setModal(True)
        self.resize(theme.px(820), theme.px(460))
        self.table = Table(
            [
                Column("name", _("Name"), lambda row: row.name, width=180, stretch=True, bold=True),
                Column("contact", _("Contact"), lambda row: row.contact, width=90),
                Column("phone", _("Phone"), lambda row: formats.phone(row.phone), width=130),
                Column(
                    "days",
                    _("Days until delivery"),
                    lambda row: str(row.lead_days),
                    sort=lambda row: row.lead_days,
                    align=RIGHT,
                    width=120,
                ),
                Column(
                    "parts",
                    _("Parts"),
                    lambda row: str(row.parts),
                    sort=lambda row: row.parts,
                    align=RIGHT,
                    width=70,
                ),
                Column("state", _("State"), _in_use, width=90, tone=lambda _row: "ink_2"),
            ],
            name="suppliers",
            empty=Empty(
                _("No suppliers yet."), _("New supplier (Ctrl+N)"), lambda: self.edit(None), icon="truck"
            ),
        )
        self.table.view.setAccessibleName(_("Suppliers"))
        self.table.opened.connect(self.edit)
        self.new = QPushButton(_("New supplier (Ctrl+N)"))
        self.new.setShortcut("Ctrl+N")
        self.new.setAutoDefault(False)
        self.new.clicked.connect(lambda: self.edit(None))
        self.change = QPushButton(_("Edit …"))
        self.change.setAutoDefault(False)
        self.change.clicked.connect(lambda: self.edit(self.table.current()))
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        may = page.desk.may(Command.SAVE_SUPPLIER)
        for button in (self.new, self.change):
            button.setEnabled(may)
        lay_out(self, self.table, tall=self.table, left=[self.new, self.change], right=[close])
        self.load()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def load(self) -> None:
        """Read the suppliers anew."""
        self.table.show_rows(self._suppliers.all())

    def edit(self, row: SupplierRow | None) -> None:
        """Add a supplier, or change one."""
        if not self._page.desk.may(Command.SAVE_SUPPLIER):
            return
        name = LineField(_("Name"), required=True)
        contact = LineField(_("Contact"))
        phone = PhoneField(_("Phone"))
        address = LineField(_("Address"))
        days = QuantityField(_("Days until delivery"), required=True, zero=True)
        days.set_value(Quantity.of(3))
        note = TextField(_("Note"))
        active = QCheckBox(_("In use"))
        active.setChecked(True)
        if row is not None:
            name.set_value(row.name)
            contact.set_value(row.contact)
            phone.set_value(row.phone)
            address.set_value(row.address)
            days.set_value(Quantity.of(row.lead_days))
            note.set_value(row.note)
            active.setChecked(row.active)
        ctx = self._page.desk.gesture()
        saved: list[SupplierRow] = []

        def give() -> None:
            entry = SupplierEntry(
                name.value(),
                contact.value(),
                phone.value(),
                address.value(),
                (days.value() or _NOTHING).milli // 1000,
                note.value(),
                active.isChecked(),
            )
            saved.append(
                self._suppliers.save(ctx, row.id if row else None, row.version if row else None, entry)
            )

        title = _("New supplier") if row is None else _("Supplier {name}").format(name=row.name)
        rows = [name, beside(contact, phone), address, days, note, active]
        if ask(title, rows, _("Save"), give, parent=self):
            self.load()
            self.table.select(saved[0].id)


def _in_use(row: SupplierRow) -> str:
    return "" if row.active else _("Not in use")
