"""The list behind a figure, on any page of figures: what it is the sum of, and from each row on to its order."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.labels import category_name
from app.core.money import Money
from app.core.words import _, ngettext
from app.features.reports.figures import Unit
from app.features.reports.snapshots import Entry, Total
from app.features.reports.telling import time_text
from app.ui import icons, theme
from app.ui.tables import RIGHT, Column, Empty, Table

Pages = Callable[[int | None, int], Sequence[Entry]]


class FigureList(QWidget):
    """Heading, rows, and below them what they come to. Enter opens the row's record; the arrow leads back."""

    #: (room, subject) of the row that was opened.
    opened = Signal(str, int)
    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._unit = Unit.COUNT
        self.back_button = QPushButton(icons.icon("arrow-left"), _("Back (Esc)"))
        self.back_button.clicked.connect(self.left)
        self.heading = QLabel()
        theme.role_of(self.heading, "heading")
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(self.back_button)
        top.addWidget(self.heading, 1)
        self.table = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=128, bold=True),
                Column("day", _("Day"), _day_text, sort=lambda row: row.day, width=104),
                Column("customer", _("Customer"), lambda row: row.customer, width=112),
                Column("category", _("Category"), _category_text, width=132, spare=True),
                Column("device", _("What"), lambda row: row.device, width=180, stretch=True),
                Column("technician", _("Technician"), lambda row: row.technician, width=92, spare=True),
                Column(
                    "amount", _("Amount"), self._amount_text, sort=_amount, align=RIGHT, width=116, bold=True
                ),
            ],
            name=name,
        )
        self.table.opened.connect(self._open)
        self.sums = QLabel()
        theme.role_of(self.sums, "strong")
        self.sums.setAlignment(Qt.AlignmentFlag.AlignRight)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addLayout(top)
        box.addWidget(self.table, 1)
        box.addWidget(self.sums)

    def show_list(self, title: str, unit: Unit, total: Total, pages: Pages, empty: str) -> None:
        """Show these rows; ``unit`` says what their amounts are."""
        self._unit = unit
        self.heading.setText(title)
        self.table.set_empty(Empty(empty, icon="list"))
        at = len(self.table.model.columns) - 1
        self.table.view.setColumnHidden(at, unit not in (Unit.MONEY, Unit.TIME))
        self.table.show_source(pages, key=lambda row: row.id)
        self.table.select_first()
        text = ngettext("{n} row", "{n} rows", total.count).format(n=f"{total.count:,}")
        if unit is Unit.MONEY:
            text = f"{text}   {formats.money(Money(total.amount))}"
        self.sums.setText(text)

    def _amount_text(self, row: Entry) -> str:
        if row.amount is None:
            return ""
        if self._unit is Unit.TIME:
            return time_text(row.amount)
        return formats.money(Money(row.amount), sign=False)

    def _open(self, row: Entry) -> None:
        self.opened.emit(row.room, row.subject)


def _day_text(row: Entry) -> str:
    return "" if row.day is None else formats.day(row.day)


def _category_text(row: Entry) -> str:
    return category_name(row.category) if row.category else ""


def _amount(row: Entry) -> int:
    return row.amount or 0
