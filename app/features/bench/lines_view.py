"""Charges of the open card: parts with their stock, work with its minutes; Delete takes one off."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from app.core.enums import LineKind
from app.core.formats import minutes, money
from app.core.formats import quantity as written
from app.core.money import Quantity
from app.core.words import _
from app.features.bench.names import line_name, times_of
from app.features.orders.snapshots import CardLine
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.tables import RIGHT, Column, Table

_NOTHING = Quantity(0)
_ICONS = {
    LineKind.PART: "package",
    LineKind.LABOUR: "wrench",
    LineKind.VISIT: "truck",
    LineKind.OTHER: "receipt",
    LineKind.DISCOUNT: "percent",
}
_ROW, _HEAD, _MOST = 36, 30, 8


class LinesView(QWidget):
    """The one table, as high as its rows, so that the card scrolls as a whole."""

    remove = Signal(object)
    #: Enter or a double click on a charge.
    opened = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.table = Table(
            [
                Column("what", _("What"), _what, stretch=True, width=220, icon=lambda row: _ICONS[row.kind]),
                Column("stock", _("Stock"), lambda row: state(row).text, chip=_state_or_none, width=196),
                Column("many", _("Quantity"), times_of, align=RIGHT, width=72),
                Column(
                    "price", _("Price"), lambda row: money(row.unit_price, sign=False), align=RIGHT, width=80
                ),
                Column(
                    "sum",
                    _("Amount"),
                    lambda row: money(row.gross, sign=False),
                    align=RIGHT,
                    width=90,
                    bold=True,
                ),
            ],
            name="bench-lines",
            row_height=_ROW,
        )
        self.table.view.setAccessibleName(_("Parts and labour"))
        self.table.view.installEventFilter(self)
        self.table.opened.connect(self.opened)
        self.table.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.table)
        self._none = QLabel(_("No charges yet. Scan a part, or press / for a part and L for labour."))
        self._none.setWordWrap(True)
        theme.role_of(self._none, "secondary")
        box.addWidget(self._none)
        self.show_rows(())

    def marked(self) -> CardLine | None:
        """The charge that is marked in the table."""
        row = self.table.current()
        return row if isinstance(row, CardLine) else None

    def show_rows(self, rows: Sequence[CardLine]) -> None:
        """Show the charges of a card."""
        self.table.show_rows(rows)
        self.table.setVisible(bool(rows))
        self._none.setVisible(not rows)
        height = theme.px(_HEAD) + min(len(rows), _MOST) * theme.px(_ROW) + 6
        if rows and self.table.height() != height:
            self.table.setFixedHeight(height)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            row = self.table.current()
            if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and row is not None:
                self.remove.emit(row)
                return True
            if len(event.text()) == 1 and event.text().isprintable():
                # Letters are the page's keys, not a search for rows that begin with them: on to the parents.
                event.ignore()
                return True
        return super().eventFilter(watched, event)


def state(line: CardLine) -> Chip:
    """Where a part is: taken, owed, held for it, free, held for others, on order, missing; minutes of work."""
    if line.kind is not LineKind.PART:
        return Chip(minutes(line.minutes), Tone.CALM, "clock") if line.minutes else Chip("")
    place = f" · {line.location}" if line.location else ""
    if line.owed > _NOTHING:
        return Chip(_("Owed: {n} to book in").format(n=written(line.owed)), Tone.WAITS, "hourglass")
    if line.planned <= _NOTHING:
        return Chip(_("Taken"), Tone.DONE, "package-check")
    free = line.available or _NOTHING
    if line.planned > free:
        return _short(line, free)
    if line.reserved >= line.planned:
        return Chip(_("Reserved") + place, Tone.INFO, "bookmark")
    if line.taken > _NOTHING:
        text = _("{taken} taken, {planned} planned").format(
            taken=written(line.taken), planned=written(line.planned)
        )
        return Chip(text, Tone.WAITS, "package")
    return Chip(_("Planned · {n} free").format(n=written(free)) + place, Tone.WAITS, "package")


def _short(line: CardLine, free: Quantity) -> Chip:
    """What is on its way, then why there is too little."""
    if line.on_order > _NOTHING:
        return Chip(_("Short · {n} on order").format(n=written(line.on_order)), Tone.INFO, "truck")
    if line.requested:
        return Chip(_("Short · requested"), Tone.WAITS, "clipboard-list")
    if free > _NOTHING:
        return Chip(_("Planned · only {n} left").format(n=written(free)), Tone.LATE, "triangle-alert")
    if line.on_shelf > _NOTHING:
        return Chip(_("Reserved for others"), Tone.LATE, "bookmark")
    return Chip(_("Out of stock"), Tone.LATE, "triangle-alert")


def _state_or_none(line: CardLine) -> Chip | None:
    chip = state(line)
    return chip if chip.text else None


def _what(line: CardLine) -> str:
    name = line_name(line)
    if line.part_number:
        return f"{name}  {line.part_number}"
    return name
