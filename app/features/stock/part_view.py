"""One part beside the list: stock, cost, codes, its moves, and what can be done with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import Command
from app.core.labels import category_name, label
from app.core.words import _
from app.features.stock.service import StockService
from app.features.stock.snapshots import MoveRow, PartCard
from app.ui import theme
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.stock.page import PartsPage


class PartView(QFrame):
    """The picked part."""

    def __init__(self, stock: StockService, page: PartsPage) -> None:
        super().__init__()
        theme.role_of(self, "card")
        self._stock = stock
        self._page = page
        self.card: PartCard | None = None
        self._name = QLabel(_("Choose a part on the left."))
        theme.role_of(self._name, "heading")
        self._name.setWordWrap(True)
        self._facts = QLabel()
        self._facts.setWordWrap(True)
        self._facts.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._sums = QGridLayout()
        self._hand, self._cost, self._value = QLabel(), QLabel(), QLabel()
        for at, (caption, figure) in enumerate(
            ((_("On hand"), self._hand), (_("Average cost"), self._cost), (_("Stock value"), self._value))
        ):
            word = QLabel(caption)
            theme.role_of(word, "caption")
            theme.role_of(figure, "heading")
            self._sums.addWidget(word, 0, at)
            self._sums.addWidget(figure, 1, at)
        self.moves = Table(
            [
                Column("at", _("When"), lambda row: formats.short_moment(row.at, stock.zone), width=92),
                Column("kind", _("Move"), _move_text, width=120, stretch=True),
                Column("quantity", _("Quantity"), lambda row: str(row.quantity), align=RIGHT, width=70),
                Column(
                    "value",
                    _("Value"),
                    lambda row: formats.money(row.value, sign=False),
                    align=RIGHT,
                    width=84,
                ),
            ],
            name="part_moves",
            empty=Empty(_("No moves yet: receive goods first."), icon="history"),
        )
        self._edit = QPushButton(_("Edit …"))
        self._edit.clicked.connect(page.edit_part)
        self._receive = QPushButton(_("Goods in …"))
        theme.role_of(self._receive, "primary")
        self._receive.setShortcut("Ctrl+R")
        self._receive.clicked.connect(page.receive)
        self._count = QPushButton(_("Count …"))
        self._count.clicked.connect(page.count)
        self._label = QPushButton(_("Label …"))
        self._label.clicked.connect(page.print_paper)
        self._sums_box = QWidget()
        self._sums_box.setLayout(self._sums)
        self._sums.setContentsMargins(0, 0, 0, 0)
        self._buttons = (self._receive, self._edit, self._count, self._label)
        row = QHBoxLayout()
        for button in self._buttons:
            button.hide()
            row.addWidget(button)
        row.addStretch(1)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addWidget(self._name)
        box.addWidget(self._facts)
        box.addWidget(self._sums_box)
        for later in (self._sums_box, self.moves):
            later.hide()
        box.addWidget(self.moves, 1)
        box.addStretch()
        box.addLayout(row)

    def show_part(self, part_id: int) -> None:
        """Show a part."""
        card = self._stock.part(part_id)
        self.card = card
        row = card.row
        self._name.setText(f"{row.number}  {row.name}")
        facts = [
            category_name(row.category) if row.category else "",
            row.brand,
            row.fits,
            _("Location {place}").format(place=row.location) if row.location else "",
            card.supplier,
            " ".join((card.own_code, *card.barcodes)),
        ]
        self._facts.setText(" · ".join(fact for fact in facts if fact))
        self._hand.setText(f"{row.on_hand} {row.unit}")
        self._cost.setText(formats.money(card.average_cost))
        self._value.setText(formats.money(card.value))
        self.moves.show_source(
            lambda after, limit: self._stock.moves(part_id, after, limit).rows, key=lambda each: each.id
        )
        for later in (self._sums_box, self.moves):
            later.show()
        desk = self._page.desk
        self._receive.setVisible(desk.may(Command.RECEIVE_PART))
        self._edit.setVisible(desk.may(Command.SAVE_PART))
        self._count.setVisible(desk.may(Command.ADJUST_STOCK))
        self._label.setVisible(True)

    def reload(self) -> None:
        """Show the same part as it is now."""
        if self.card is not None:
            self.show_part(self.card.row.id)


def _move_text(move: MoveRow) -> str:
    about = move.order_number or move.note
    return f"{label(move.kind)}  {about}" if about else label(move.kind)
