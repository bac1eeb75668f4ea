"""The open invoices of one payer, to be ticked for a payment: the oldest first, a brand's may be hundreds."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QLabel, QScrollArea, QVBoxLayout, QWidget

from app.core.money import Money
from app.core.words import _, ngettext
from app.features.billing.listing import InvoiceRow
from app.features.billing.owed_tables import offer_words
from app.ui import theme

#: More than this in one payment nobody compares with a list of the payer's; the rest is offered the next time.
_MOST = 200
#: From here on one tick for all saves keys.
_MANY = 6
_LINE, _HIGHEST = 34, 300


class InvoiceTicks(QWidget):
    """``mine`` are ticked at first. Paid in the order shown."""

    changed = Signal()

    def __init__(self, rows: Sequence[InvoiceRow], mine: Collection[int]) -> None:
        super().__init__()
        self._rows = rows[:_MOST]
        self.ticks = {each.id: QCheckBox(offer_words(each)) for each in self._rows}
        for invoice_id, tick in self.ticks.items():
            tick.setChecked(invoice_id in mine)
            tick.toggled.connect(lambda _on: self._ticked())
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        for tick in self.ticks.values():
            column.addWidget(tick)
        area = QScrollArea()
        area.setWidget(inside)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setMinimumHeight(theme.px(min(_LINE * len(self._rows) + 8, _HIGHEST)))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        self.all = QCheckBox(_("All of them"))
        self.all.setChecked(all(tick.isChecked() for tick in self.ticks.values()))
        self.all.clicked.connect(self._all)
        box.addWidget(self.all)
        # Not before it has a parent: it would be a window of its own.
        self.all.setVisible(len(self._rows) >= _MANY)
        box.addWidget(area)
        more = len(rows) - len(self._rows)
        if more:
            rest = QLabel(
                ngettext(
                    "{n} newer one is offered with the next payment.",
                    "{n} newer ones are offered with the next payment.",
                    more,
                ).format(n=more)
            )
            theme.role_of(rest, "secondary")
            box.addWidget(rest)

    def chosen(self) -> list[int]:
        """The ids of what is ticked, the oldest due first."""
        return [each.id for each in self._rows if self.ticks[each.id].isChecked()]

    def due(self) -> Money:
        """What is due on all that is ticked."""
        return Money(sum(each.due.fen for each in self._rows if self.ticks[each.id].isChecked()))

    def _all(self, on: bool) -> None:
        for tick in self.ticks.values():
            tick.blockSignals(True)
            tick.setChecked(on)
            tick.blockSignals(False)
        self.changed.emit()

    def _ticked(self) -> None:
        self.all.setChecked(all(tick.isChecked() for tick in self.ticks.values()))
        self.changed.emit()
