"""Below the part picker: where the marked part stands, what may be used in its place, and the keys for it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core.enums import Command, PlaceKind
from app.core.formats import money
from app.core.formats import quantity as written
from app.core.words import _
from app.features.bench.part_deeds import PartDeeds
from app.features.stock.shelf_snapshots import PartStock
from app.features.stock.snapshots import KitRow, PartRow, SubstituteRow
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.tables import RIGHT, Column, Table

_ROW = 30


class PartStockView(QWidget):
    """One part's stock in words, its substitutes when nothing is free, the parts of a kit."""

    #: Take this part instead: a ``PartRow``.
    substitute = Signal(object)

    def __init__(self, deeds: PartDeeds, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._deeds = deeds
        self._facts = QLabel()
        self._facts.setWordWrap(True)
        self._facts.setFont(theme.font(theme.HEADING))
        # Two lines whatever is said, so that the list above does not jump from row to row.
        self._facts.setMinimumHeight(2 * self._facts.fontMetrics().lineSpacing())
        self._instead = QLabel(_("Instead:"))
        theme.role_of(self._instead, "strong")
        self.substitutes = Table(
            [
                Column("number", _("Part number"), lambda row: row.part.number, width=90),
                Column("name", _("Part"), lambda row: row.part.name, stretch=True, width=200),
                Column("note", _("Note"), lambda row: row.note, width=150, tone=lambda _row: "ink_2"),
                Column("stock", _("Free"), lambda row: written(row.part.free), chip=_free, width=110),
                Column("place", _("Location"), lambda row: row.part.location, width=80),
                Column("price", _("Price"), lambda row: money(row.part.sale_price), align=RIGHT, width=90),
            ],
            name="bench-substitutes",
            row_height=_ROW,
        )
        self.substitutes.view.setAccessibleName(_("Substitutes"))
        self.substitutes.opened.connect(lambda row: self.substitute.emit(row.part))
        self.take = _key(_("Take the substitute"), "Ctrl+S")
        self.take.clicked.connect(self._take)
        self.reserve = _key(_("Reserve"), "Ctrl+R")
        self.request = _key(_("Request from purchasing"), "Ctrl+B")
        self.urgent = QCheckBox(_("urgent") + "  Ctrl+U")
        self.urgent.setAccessibleName(_("Urgent: outside the plan"))
        self.urgent.setToolTip(_("Urgent: outside the plan"))
        self.urgent.setShortcut("Ctrl+U")
        self.owe = _key(_("Use and owe"), "Ctrl+O")
        keys = QHBoxLayout()
        keys.setSpacing(theme.px(8))
        for key in (self.take, self.reserve, self.request, self.urgent, self.owe):
            keys.addWidget(key)
        keys.addStretch(1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(6))
        box.addWidget(self._facts)
        box.addWidget(self._instead)
        box.addWidget(self.substitutes)
        box.addLayout(keys)
        self.show_part(None)

    def show_part(self, row: PartRow | None) -> None:
        """Show the marked part; None for none."""
        plain = row is not None and not row.kit
        instead: tuple[SubstituteRow, ...] = ()
        text = ""
        if row is not None and row.kit:
            text = _kit_words(self._deeds.kit(row))
        elif row is not None:
            stock = self._deeds.stock_of(row)
            text = stock_words(stock)
            if stock.free.milli <= 0:
                instead = self._deeds.substitutes(row)
        self._facts.setText(text)
        self.substitutes.show_rows(instead)
        self.substitutes.select_first()
        self.substitutes.setFixedHeight(theme.px(_ROW) * (1 + min(len(instead), 3)) + 6)
        for widget in (self._instead, self.substitutes, self.take):
            widget.setVisible(bool(instead))
        self.reserve.setVisible(plain and self._deeds.may(Command.RESERVE_PART))
        requesting = plain and self._deeds.may(Command.REQUEST_PART)
        self.request.setVisible(requesting)
        self.urgent.setVisible(requesting)
        self.owe.setVisible(plain and self._deeds.may(Command.OWE_PART))

    def words(self) -> str:
        """What is said of the marked part."""
        return self._facts.text()

    def _take(self) -> None:
        row = self.substitutes.current()
        if row is not None:
            self.substitute.emit(row.part)


def stock_words(stock: PartStock) -> str:
    """Free, held for whom, in whose bag, on order, where."""
    held = ", ".join(f"{each.order_number} × {written(each.quantity)}" for each in stock.reservations[:3])
    said = [_("Free {n}").format(n=written(stock.free))]
    if stock.location:
        said.append(_("Location {place}").format(place=stock.location))
    if held:
        said.append(_("reserved for {orders}").format(orders=held))
    for each in stock.places:
        if each.place.kind is PlaceKind.PERSON:
            said.append(_("{name} carries {n}").format(name=each.place.title, n=written(each.on_hand)))
        elif not each.place.main:
            said.append(f"{each.place.title} {written(each.on_hand)}")
    if stock.on_order.milli:
        said.append(_("{n} on order").format(n=written(stock.on_order)))
    owed = sum(each.quantity.milli for each in stock.debts)
    if owed:
        said.append(_("{n} owed").format(n=written(type(stock.on_hand)(owed))))
    return " · ".join(said)


def _kit_words(rows: tuple[KitRow, ...]) -> str:
    parts = [
        _("{part} × {quantity} ({n} in stock)").format(
            part=each.name, quantity=written(each.quantity), n=written(each.on_hand)
        )
        for each in rows
    ]
    return " · ".join(parts)


def _free(row: SubstituteRow) -> Chip:
    if row.part.free.milli <= 0:
        return Chip(_("None"), Tone.LATE, "triangle-alert")
    return Chip(f"{written(row.part.free)} {row.part.unit}".strip(), Tone.DONE)


def _key(text: str, keys: str) -> QPushButton:
    made = QPushButton(f"{text}  {keys}")
    made.setAccessibleName(text)
    made.setShortcut(keys)
    made.setAutoDefault(False)
    return made
