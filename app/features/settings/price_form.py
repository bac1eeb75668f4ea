"""One entry of the price list as a form: what it costs whom, and a package's lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import Category, JobKind, PriceUse
from app.core.errors import Reason, Refusal
from app.core.labels import category_name, label
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.words import _
from app.features.pricing.checks import TAX_RATES
from app.features.pricing.price_dialog import PriceDialog
from app.features.pricing.reading import entry_of
from app.features.pricing.service import PriceList
from app.features.pricing.snapshots import PackageEntry, PriceChoice, PriceEntry, PriceOffer, PriceRow
from app.features.stock.service import StockService
from app.features.stock.typed import part_typed
from app.ui import theme
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField, QuantityField
from app.ui.form_dialog import FormDialog, ask
from app.ui.tables import RIGHT, Column, Empty, Table

_MOST_LEVELS = 6


@dataclasses.dataclass(frozen=True, slots=True)
class _Line:
    """A line of the package as it is typed."""

    id: int
    entry: PackageEntry
    code: str
    description: str
    price: Money


class PriceForm:
    """Fields of an entry; ``dialog`` runs it and ``saved`` is what was kept."""

    def __init__(
        self,
        prices: PriceList,
        stock: StockService,
        desk: Desk,
        row: PriceRow | None,
        own_categories: Sequence[str],
        parent: QWidget | None = None,
    ) -> None:
        self._prices, self._row = prices, row
        self._ctx = desk.gesture()
        self.saved: PriceRow | None = None
        self.use = ChipGroup(_("Use"), [(each, label(each)) for each in PriceUse], single=True, required=True)
        self.name = LineField(_("Work"), required=True)
        self.code = LineField(_("Code"), most=20, placeholder="L01")
        categories = [("", _("Every category"))]
        categories += [
            (each, category_name(each)) for each in (*(one.value for one in Category), *own_categories)
        ]
        self.category = ComboField(_("Category"), categories)
        self.job_kind = ComboField(
            _("Kind of job"), [(None, _("Every kind")), *((each, label(each)) for each in JobKind)]
        )
        self.zone = LineField(_("Zone"), most=80)
        self.unit = LineField(_("Unit"), most=20)
        self.price = MoneyField(_("Price"), required=True)
        self.minutes = QuantityField(_("Standard minutes"), zero=True)
        rates: list[tuple[Any, str]] = [(None, _("From the shop's rate"))]
        rates += [(rate, _("{percent} %").format(percent=rate // 10)) for rate in TAX_RATES]
        self.tax = ComboField(_("Tax rate"), rates)
        self.note = LineField(_("Note"))
        self.levels = {
            level: MoneyField(_("Price for {level}").format(level=level))
            for level in prices.levels()[:_MOST_LEVELS]
        }
        self.lines = PackageLines(prices, stock)
        # The price of a package is the sum of what is in it, at once.
        self.lines.changed.connect(self._dress)
        self.use.changed.connect(self._dress)
        self._show(row)
        money = [self.price, self.minutes, self.tax]
        fields: list[QWidget] = [
            self.use,
            _across(self.name, self.code, shares=(4, 1)),
            _across(self.category, self.job_kind, shares=(3, 2)),
            _across(self.zone, self.unit, self.note, shares=(2, 1, 4)),
            _across(*money),
        ]
        members = list(self.levels.values())
        fields += [_across(*members[at : at + 3]) for at in range(0, len(members), 3)]
        fields.append(self.lines)
        title = _("New price list entry") if row is None else _("Change a price list entry")
        self.dialog = FormDialog(title, fields, _("Save"), self._save, parent=parent)
        self.dialog.setMinimumWidth(theme.px(620))
        self.name.take_focus()
        self._dress()

    def exec(self) -> bool:
        """Show it until it is saved (True) or left."""
        return bool(self.dialog.exec())

    # -- inside ----------------------------------------------------------------------------------------

    def _show(self, row: PriceRow | None) -> None:
        self.use.set_value(row.use if row is not None else PriceUse.LABOUR)
        self.category.set_value(row.category if row is not None else "")
        self.job_kind.set_value(row.job_kind if row is not None else None)
        self.tax.set_value(row.tax_permille if row is not None else None)
        if row is None:
            return
        self.name.set_value(row.name)
        self.code.set_value(row.code)
        self.zone.set_value(row.zone)
        self.unit.set_value(row.unit)
        self.price.set_value(row.price)
        self.minutes.set_value(Quantity.of(row.minutes) if row.minutes else None)
        self.note.set_value(row.note)
        members = dict(row.members)
        for level, field in self.levels.items():
            field.set_value(members.get(level))
        self.lines.show_lines(row)

    def _dress(self) -> None:
        package = self.use.value() is PriceUse.PACKAGE
        self.lines.setVisible(package)
        self.price.setEnabled(not package)
        self.minutes.setEnabled(not package)
        for field in self.levels.values():
            field.setEnabled(not package)
        if package:
            self.price.set_value(self.lines.total())

    def _save(self) -> None:
        row = self._row
        version = None if row is None else row.version
        self.saved = self._prices.save(self._ctx, None if row is None else row.id, self._entry(), version)

    def _entry(self) -> PriceEntry:
        minutes = self.minutes.value() or Quantity()
        if minutes.milli % 1000:
            raise Refusal(Reason.OUT_OF_RANGE, field="minutes", low=0, high=60_000)
        kept = {} if self._row is None else entry_of(self._row).members
        typed = {level: field.value() for level, field in self.levels.items()}
        members = {
            **{level: price for level, price in kept.items() if level not in typed},
            **{level: price for level, price in typed.items() if price is not None},
        }
        return PriceEntry(
            use=self.use.value() or PriceUse.LABOUR,
            name=self.name.value(),
            price=self.price.value() or ZERO,
            code=self.code.value(),
            category=self.category.value() or "",
            job_kind=self.job_kind.value(),
            zone=self.zone.value(),
            unit=self.unit.value(),
            minutes=minutes.milli // 1000,
            tax_permille=self.tax.value(),
            note=self.note.value(),
            active=True if self._row is None else self._row.active,
            members=members,
            lines=self.lines.entries(),
        )


class PackageLines(QWidget):
    """What a package is made of: entries of the list and parts, each at its price within it."""

    changed = Signal()

    def __init__(self, prices: PriceList, stock: StockService) -> None:
        super().__init__()
        self._prices, self._stock = prices, stock
        self._lines: list[_Line] = []
        self._last = 0
        self.table = Table(
            [
                Column("code", _("Code"), lambda line: line.code, width=84),
                Column("what", _("Description"), lambda line: line.description, width=200, stretch=True),
                Column(
                    "many",
                    _("Quantity"),
                    lambda line: formats.quantity(line.entry.quantity),
                    align=RIGHT,
                    width=64,
                ),
                Column(
                    "price", _("Price each"), lambda line: formats.money(line.price), align=RIGHT, width=96
                ),
            ],
            name="package_lines",
            empty=Empty(_("Nothing in it yet: add work and parts."), icon="layers"),
        )
        self.table.setFixedHeight(theme.px(150))
        work = QPushButton(_("Add work …"))
        work.clicked.connect(self.add_work)
        part = QPushButton(_("Add part …"))
        part.clicked.connect(self.add_part)
        off = QPushButton(_("Take off"))
        off.clicked.connect(self.take_off)
        row = QHBoxLayout()
        for button in (work, part, off):
            button.setAutoDefault(False)
            row.addWidget(button)
        row.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.table)
        box.addLayout(row)
        self._refresh()

    def show_lines(self, row: PriceRow) -> None:
        """The lines of an entry as they stand."""
        for each in row.lines:
            entry = PackageEntry(each.item_id, each.part_id, each.quantity, each.price)
            self._put(entry, each.code, each.description, each.price)

    def entries(self) -> tuple[PackageEntry, ...]:
        """What is typed."""
        return tuple(line.entry for line in self._lines)

    def total(self) -> Money:
        """What the package costs."""
        return Money(sum(line.price.times(line.entry.quantity).fen for line in self._lines))

    def add_work(self) -> None:
        """An entry of the list, perhaps at another price within the package."""

        def find(typed: str) -> list[PriceOffer]:
            rows = [row for row in self._prices.rows(typed) if row.use is not PriceUse.PACKAGE]
            return [PriceOffer(row, row.price) for row in rows]

        def take(choice: PriceChoice) -> None:
            row = self._prices.row(choice.item_id)
            price = row.price if choice.price is None else choice.price
            entry = PackageEntry(item_id=row.id, quantity=choice.quantity, price=price)
            self._put(entry, row.code, row.name, price)

        PriceDialog(find, take, self).exec()

    def add_part(self) -> None:
        """A part at its price within the package; empty takes its sale price."""
        part = LineField(_("Part number or name"), required=True)
        quantity = QuantityField(_("Quantity"), required=True)
        quantity.set_value(ONE)
        price = MoneyField(_("Price each"))

        def take() -> None:
            row = part_typed(self._stock, part.value())
            each = price.value()
            kept = row.sale_price if each is None else each
            entry = PackageEntry(part_id=row.id, quantity=quantity.value() or ONE, price=kept)
            self._put(entry, row.number, row.name, kept)

        ask(_("Add part …"), [part, quantity, price], _("Add"), take, parent=self)

    def take_off(self) -> None:
        """The marked line is not in the package."""
        marked = self.table.current()
        if isinstance(marked, _Line):
            self._lines = [line for line in self._lines if line.id != marked.id]
            self._refresh()

    def _put(self, entry: PackageEntry, code: str, description: str, price: Money) -> None:
        self._last += 1
        self._lines.append(_Line(self._last, entry, code, description, price))
        self._refresh()

    def _refresh(self) -> None:
        self.table.show_rows(list(self._lines))
        self.table.select_first()
        self.changed.emit()


def _many(line: _Line) -> str:
    return formats.quantity(line.entry.quantity)


def _across(*fields: QWidget, shares: Sequence[int] = ()) -> QWidget:
    """Fields beside each other, in reading order."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(12))
    for at, field in enumerate(fields):
        row.addWidget(field, shares[at] if shares else 1, Qt.AlignmentFlag.AlignTop)
    return holder
