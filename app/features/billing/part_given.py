"""A part out of stock that is given in exchange: typed or scanned, how many, and which pieces where it has numbers."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.core import formats
from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.errors import Refusal
from app.core.money import ONE, Quantity
from app.core.words import _
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartRow
from app.features.stock.typed import part_typed
from app.ui import theme
from app.ui.fields import LineField, QuantityField

_COLUMNS = 2


class _PartLine(LineField):
    """Takes the scan of a part's label, of one piece's label, and of a maker's barcode."""

    def take_scan(self, scan: Scan) -> bool:
        """True where it is a part's."""
        if not self.isVisible():
            return False
        match scan:
            case Code(kind=CodeKind.PART | CodeKind.SERIAL_PART, digits=digits):
                self.line.setText(digits)
            case Foreign(text=text):
                self.line.setText(text)
            case _:
                return False
        return True


class PartGiven(QWidget):
    """``row`` is the part that was typed, once it is known; ``meant`` raises why it is not."""

    #: Another part, or another quantity.
    changed = Signal()

    def __init__(self, stock: Callable[[], StockService], shelf: Callable[[], Shelf]) -> None:
        super().__init__()
        self._stock, self._shelf = stock, shelf
        self.row: PartRow | None = None
        self.part = _PartLine(_("Part number or name"), placeholder=_("type it, or scan its label"))
        self.quantity = QuantityField(_("Quantity"))
        self.quantity.set_value(ONE)
        self.about = QLabel()
        self.about.setWordWrap(True)
        theme.role_of(self.about, "secondary")
        self.pieces: dict[str, QCheckBox] = {}
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setMinimumHeight(theme.px(96))
        self._area.hide()
        top = QHBoxLayout()
        top.addWidget(self.part, 3)
        top.addWidget(self.quantity, 1)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(top)
        box.addWidget(self.about)
        box.addWidget(self._area)
        self.part.changed.connect(self._typed)
        self.quantity.changed.connect(self.changed)

    def meant(self) -> PartRow:
        """The part. Raises ``Refusal``: FIELD_REQUIRED, PART_CODE_UNKNOWN (none or several)."""
        return self.row or part_typed(self._stock(), self.part.value())

    def many(self) -> Quantity:
        """How many; pieces that are ticked count themselves. ``Refusal`` for an unreadable one."""
        if self.pieces:
            return Quantity.of(max(len(self.serials()), 1))
        return self.quantity.value() or ONE

    def serials(self) -> tuple[str, ...]:
        """The pieces that are ticked."""
        return tuple(serial for serial, tick in self.pieces.items() if tick.isChecked())

    def _typed(self) -> None:
        before = self.row
        self.row, serial = self._known()
        if self.row != before:
            self._show()
        if serial in self.pieces:
            self.pieces[serial].setChecked(True)
        if self.row != before or serial:
            self.changed.emit()

    def _known(self) -> tuple[PartRow | None, str]:
        """What is typed so far, and the piece where the scan named one."""
        text = str(self.part.raw()).strip()
        if not text:
            return None, ""
        stock = self._stock()
        try:
            found = stock.scanned(text)
            if found is not None:
                return stock.row(found.part_id), found.serial
            return part_typed(stock, text), ""
        except Refusal:
            return None, ""

    def _show(self) -> None:
        row = self.row
        self.about.setText("" if row is None else _about(row))
        self.pieces = {}
        inside = QWidget()
        grid = QGridLayout(inside)
        grid.setContentsMargins(0, 0, theme.px(4), 0)
        if row is not None and row.serialised:
            for at, each in enumerate(self._shelf().pieces(row.id)):
                tick = QCheckBox(f"{each.serial}   {each.place.title}".replace("&", "&&"))
                tick.toggled.connect(lambda _on: self.changed.emit())
                grid.addWidget(tick, at // _COLUMNS, at % _COLUMNS)
                self.pieces[each.serial] = tick
        grid.setRowStretch(len(self.pieces), 1)
        self._area.setWidget(inside)
        self._area.setVisible(bool(self.pieces))
        self.quantity.setVisible(not self.pieces)


def _about(row: PartRow) -> str:
    stock = _("{quantity} {unit} in stock").format(quantity=formats.quantity(row.free), unit=row.unit)
    words = [row.number, row.name, stock.strip(), formats.money(row.sale_price)]
    if row.serialised:
        words.append(_("tick the pieces that are given"))
    return " · ".join(filter(None, words))
