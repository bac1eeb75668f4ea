"""The form of a part: every field of the catalogue."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QWidget

from app.core.enums import Category, OldPartRule, PartCondition
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.money import ONE, ZERO, Quantity
from app.core.words import _
from app.features.stock.pictures import small_picture
from app.features.stock.snapshots import KitEntry, PartCard, PartEntry, PartRow
from app.store.pictures import CleanPicture
from app.ui import theme
from app.ui.field import Field
from app.ui.fields import ComboField, LineField, MoneyField, Photo, PhotoStrip, QuantityField, read_photo
from app.ui.tasks import Tasks

_BY_RULES = "by_rules"


def _knows_none(_text: str) -> PartRow | None:
    return None


class PartForm:
    """Fields filled from a part, or empty for a new one; ``entry()`` is what is typed.

    ``find`` looks a kit's components up by number or barcode. The picture is read and cleaned beside the window, by
    ``tasks``; at once without.
    """

    def __init__(
        self,
        card: PartCard | None,
        find: Callable[[str], PartRow | None] = _knows_none,
        tasks: Tasks | None = None,
    ) -> None:
        self._find = find
        categories = [("", ""), *((each.value, label(each)) for each in Category)]
        self.name = LineField(_("Part name"), required=True)
        self.number = LineField(_("Number (empty: given by the program)"))
        self.unit = LineField(_("Unit"), required=True)
        self.price = MoneyField(_("Sale price"))
        self.purchase_price = MoneyField(_("Purchase price"))
        self.category = ComboField(_("Category"), categories, free=True)
        self.brand = LineField(_("Brand"))
        self.fits = LineField(_("Fits models"))
        self.supplier = LineField(_("Supplier"))
        self.supplier_number = LineField(_("Supplier's number"))
        self.location = LineField(_("Location"))
        self.minimum = QuantityField(_("Minimum stock"), zero=True)
        self.tax = QuantityField(_("Tax % (empty: the shop's)"), zero=True)
        self.consign_price = MoneyField(_("Price of consigned goods"))
        self.old_part = ComboField(
            _("Old part"),
            [(_BY_RULES, _("As the brand's rules say")), *((each, label(each)) for each in OldPartRule)],
            required=True,
        )
        self.condition = ComboField(
            _("Condition"), [(each, label(each)) for each in PartCondition], required=True
        )
        self.season = ComboField(_("Season factors of"), categories, free=True)
        self.warranty = QuantityField(_("Warranty of a piece (months)"), zero=True)
        self.barcodes = LineField(_("Further barcodes (EAN …), parted by spaces"), most=2000)
        self.kit_lines = LineField(
            _("Parts of the kit"), placeholder=_("P00001*2 P00007: number or barcode * quantity"), most=2000
        )
        self.kit_labour = MoneyField(_("Labour of the kit"))
        self.kit_minutes = QuantityField(_("Minutes of work"), zero=True)
        self.picture = PhotoStrip(_("Picture"), most=1, take=_take_picture, tasks=tasks)
        self.active = QCheckBox(_("In use"))
        self.active.setChecked(True)
        self.serialised = QCheckBox(_("Pieces have serial numbers"))
        self.kit = QCheckBox(_("Kit: several parts as one"))
        self.unit.set_value(_("pc"))
        self.old_part.set_value(_BY_RULES)
        self.condition.set_value(PartCondition.NEW)
        if card is not None:
            self._fill(card)
        self.kit.toggled.connect(self._show_kit)
        self._show_kit(self.kit.isChecked())

    def _fill(self, card: PartCard) -> None:
        row = card.row
        self.name.set_value(row.name)
        self.number.set_value(row.number)
        self.unit.set_value(row.unit)
        self.price.set_value(row.sale_price)
        self.purchase_price.set_value(card.purchase_price or None)
        self.category.set_value(row.category)
        self.brand.set_value(row.brand)
        self.fits.set_value(row.fits)
        self.supplier.set_value(card.supplier)
        self.supplier_number.set_value(card.supplier_number)
        self.location.set_value(row.location)
        self.minimum.set_value(row.minimum)
        self.tax.set_value(None if card.tax_permille is None else Quantity(card.tax_permille * 100))
        self.consign_price.set_value(card.consign_price or None)
        self.old_part.set_value(card.old_part_rule or _BY_RULES)
        self.condition.set_value(row.condition)
        self.season.set_value(card.season)
        self.warranty.set_value(Quantity.of(card.warranty_months) if card.warranty_months else None)
        self.barcodes.set_value(" ".join(card.barcodes))
        self.active.setChecked(row.active)
        self.serialised.setChecked(row.serialised)
        self.kit.setChecked(row.kit)
        self.kit_lines.set_value(" ".join(f"{each.number}*{each.quantity}" for each in card.kit_lines))
        self.kit_labour.set_value(card.kit_labour or None)
        self.kit_minutes.set_value(Quantity.of(card.kit_minutes) if card.kit_minutes else None)
        if card.picture:
            self._show_picture(Path(card.picture))

    def _show_picture(self, file: Path) -> None:
        try:
            data = file.read_bytes()
        except OSError:
            # The part can be edited without it; ``doctor`` says that the file is missing.
            return
        self.picture.set_value((Photo(data, file.suffix, str(file)),))

    def _show_kit(self, on: bool) -> None:
        for field in (self.kit_lines, self.kit_labour, self.kit_minutes):
            field.setVisible(on)

    @property
    def rows(self) -> list[QWidget]:
        """The widgets for a form dialog, three fields a row."""
        grid = QWidget()
        layout = QGridLayout(grid)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setHorizontalSpacing(theme.px(12))
        layout.setVerticalSpacing(theme.px(4))
        layout.addWidget(self.name, 0, 0, 1, 2)
        layout.addWidget(self.number, 0, 2)
        threes: list[tuple[Field, ...]] = [
            (self.unit, self.price, self.purchase_price),
            (self.category, self.brand, self.fits),
            (self.supplier, self.supplier_number, self.location),
            (self.minimum, self.tax, self.consign_price),
            (self.old_part, self.condition, self.season),
        ]
        for at, fields in enumerate(threes, 1):
            for across, field in enumerate(fields):
                layout.addWidget(field, at, across)
        below = len(threes) + 1
        layout.addWidget(self.warranty, below, 0)
        layout.addWidget(self.barcodes, below, 1, 1, 2)
        for across in range(3):
            layout.setColumnStretch(across, 1)
            layout.setColumnMinimumWidth(across, theme.px(216))
        ticks = QWidget()
        across_ticks = QHBoxLayout(ticks)
        across_ticks.setContentsMargins(0, 0, 0, 0)
        for tick in (self.active, self.serialised, self.kit):
            across_ticks.addWidget(tick)
        across_ticks.addStretch(1)
        last = QWidget()
        beside = QGridLayout(last)
        beside.setContentsMargins(0, 0, 0, 0)
        beside.setHorizontalSpacing(theme.px(12))
        beside.addWidget(self.picture, 0, 0, 2, 1)
        beside.addWidget(self.kit_lines, 0, 1, 1, 2)
        beside.addWidget(self.kit_labour, 1, 1)
        beside.addWidget(self.kit_minutes, 1, 2)
        for column in (1, 2):
            beside.setColumnStretch(column, 1)
        return [grid, ticks, last]

    def entry(self) -> PartEntry:
        """What is typed. Raises ``Refusal`` of the fields inside the grid, which the dialog shows."""
        rule = self.old_part.value()
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
            supplier_number=self.supplier_number.value(),
            # What was not touched is left to the receipts that may have come meanwhile.
            purchase_price=(self.purchase_price.value() or ZERO) if self.purchase_price.is_dirty() else None,
            consign_price=self.consign_price.value() or ZERO,
            tax_permille=self._tax(),
            old_part_rule=None if rule == _BY_RULES else OldPartRule(rule),
            serialised=self.serialised.isChecked(),
            warranty_months=_whole(self.warranty),
            condition=PartCondition(self.condition.value()),
            season=self.season.value() or "",
            kit=self.kit.isChecked(),
            kit_labour=self.kit_labour.value() or ZERO,
            kit_minutes=_whole(self.kit_minutes) if self.kit.isChecked() else 0,
            kit_lines=self._components() if self.kit.isChecked() else (),
            picture=self._picture() if self.picture.is_dirty() else None,
        )

    def _picture(self) -> CleanPicture | bytes:
        made = next((each.made for each in self.picture.value()), None)
        return made if isinstance(made, CleanPicture) else b""

    def _tax(self) -> int | None:
        percent = self.tax.value()
        if percent is None:
            return None
        permille, rest = divmod(percent.milli, 100)
        if rest:
            raise Refusal(Reason.BAD_QUANTITY, text=str(percent))
        return permille

    def _components(self) -> tuple[KitEntry, ...]:
        found: list[KitEntry] = []
        for word in self.kit_lines.value().replace(",", " ").replace("，", " ").replace("×", "*").split():
            code, star, count = word.partition("*")
            part = self._find(code)
            if part is None:
                raise Refusal(Reason.PART_CODE_UNKNOWN, text=code[:40])
            found.append(KitEntry(part.id, Quantity.parse(count) if star else ONE))
        return tuple(found)


def _take_picture(file: Path) -> Photo:
    """In a worker: what is saved is what the form shows."""
    clean = small_picture(read_photo(file).data)
    return Photo(clean.content, clean.suffix, made=clean)


def _whole(field: QuantityField) -> int:
    """A whole number; 0 for nothing typed. Raises ``Refusal(BAD_QUANTITY)`` for half a month."""
    amount = field.value()
    if amount is None:
        return 0
    whole, rest = divmod(amount.milli, 1000)
    if rest:
        raise Refusal(Reason.BAD_QUANTITY, text=str(amount))
    return whole
