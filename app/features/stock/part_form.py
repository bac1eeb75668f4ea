"""The form of a part: every field the basic stock room keeps."""

from __future__ import annotations

from PySide6.QtWidgets import QCheckBox, QGridLayout, QWidget

from app.core.enums import Category
from app.core.labels import label
from app.core.money import ZERO, Quantity
from app.core.words import _
from app.features.stock.snapshots import PartCard, PartEntry
from app.ui import theme
from app.ui.fields import ComboField, Field, LineField, MoneyField, QuantityField


class PartForm:
    """Fields filled from a part, or empty for a new one; ``entry()`` is what is typed."""

    def __init__(self, card: PartCard | None) -> None:
        self.name = LineField(_("Name"), required=True)
        self.number = LineField(_("Number (empty: given by the program)"))
        self.unit = LineField(_("Unit"), required=True)
        self.price = MoneyField(_("Sale price"))
        self.category = ComboField(
            _("Category"), [("", ""), *((each.value, label(each)) for each in Category)], free=True
        )
        self.brand = LineField(_("Brand"))
        self.fits = LineField(_("Fits models"))
        self.location = LineField(_("Location"))
        self.minimum = QuantityField(_("Minimum stock"), zero=True)
        self.supplier = LineField(_("Supplier"))
        self.barcodes = LineField(_("Further barcodes (EAN …), parted by spaces"))
        self.active = QCheckBox(_("In use"))
        self.active.setChecked(True)
        self.unit.set_value(_("pc"))
        if card is not None:
            row = card.row
            self.name.set_value(row.name)
            self.number.set_value(row.number)
            self.unit.set_value(row.unit)
            self.price.set_value(row.sale_price)
            self.category.set_value(row.category)
            self.brand.set_value(row.brand)
            self.fits.set_value(row.fits)
            self.location.set_value(row.location)
            self.minimum.set_value(row.minimum)
            self.supplier.set_value(card.supplier)
            self.barcodes.set_value(" ".join(card.barcodes))
            self.active.setChecked(row.active)

    @property
    def rows(self) -> list[QWidget]:
        """The widgets for a form dialog, two fields a row."""
        pairs: list[tuple[Field, Field]] = [
            (self.unit, self.price),
            (self.category, self.brand),
            (self.fits, self.supplier),
            (self.location, self.minimum),
        ]
        grid = QWidget()
        layout = QGridLayout(grid)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(theme.px(12))
        layout.setVerticalSpacing(theme.px(8))
        for at, (left, right) in enumerate(pairs):
            layout.addWidget(left, at, 0)
            layout.addWidget(right, at, 1)
        return [self.name, self.number, grid, self.barcodes, self.active]

    def entry(self) -> PartEntry:
        """What is typed. Raises ``Refusal`` of the fields inside the grid, which the dialog shows."""
        return PartEntry(
            name=self.name.value(),
            unit=self.unit.value(),
            number=self.number.value(),
            category=self.category.value() or "",
            brand=self.brand.value(),
            fits=self.fits.value(),
            sale_price=self.price.value() or ZERO,
            location=self.location.value(),
            minimum=self.minimum.value() or Quantity(0),
            supplier=self.supplier.value(),
            active=self.active.isChecked(),
            barcodes=tuple(self.barcodes.value().split()),
        )
