"""One part beside the list: stock, cost, codes, its moves and prices, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPushButton,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.enums import Command, PartCondition
from app.core.labels import category_name, label
from app.core.words import _
from app.features.stock.part_tables import (
    kit_table,
    lies_table,
    moves_table,
    pieces_table,
    prices_table,
    substitutes_table,
)
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartCard, SubstituteRow
from app.ui import theme
from app.ui.tabs import dress_tabs

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
        self._picture = QLabel()
        self._picture.setAccessibleName(_("Picture"))
        self._picture.hide()
        self._sums = QGridLayout()
        self._hand, self._free, self._cost, self._value = QLabel(), QLabel(), QLabel(), QLabel()
        captions = (_("On hand"), _("Free"), _("Average cost"), _("Stock value"))
        figures = (self._hand, self._free, self._cost, self._value)
        for at, (caption, figure) in enumerate(zip(captions, figures, strict=True)):
            word = QLabel(caption)
            theme.role_of(word, "caption")
            theme.role_of(figure, "heading")
            self._sums.addWidget(word, 0, at)
            self._sums.addWidget(figure, 1, at)
        self.moves = moves_table(lambda: stock.zone)
        self.prices = prices_table(lambda: stock.zone)
        self.substitutes = substitutes_table(page.add_substitute, self._open_substitute)
        self.kit = kit_table()
        self.tabs = QTabWidget()
        dress_tabs(self.tabs.tabBar(), _("More about this part"))
        self.lies = lies_table(lambda: stock.zone)
        self.pieces = pieces_table(page.open_piece)
        self.tabs.addTab(self.moves, _("Moves"))
        self.tabs.addTab(self.lies, _("Places"))
        self.tabs.addTab(self.pieces, _("Pieces"))
        self.tabs.addTab(self.prices, _("Prices"))
        self.tabs.addTab(self._substitutes_box(), _("Substitutes"))
        self.tabs.addTab(self.kit, _("Kit"))
        self._sums_box = QWidget()
        self._sums_box.setLayout(self._sums)
        self._sums.setContentsMargins(0, 0, 0, 0)
        about = QHBoxLayout()
        about.addWidget(self._facts, 1)
        about.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(8))
        box.addWidget(self._name)
        box.addLayout(about)
        box.addWidget(self._sums_box)
        for later in (self._sums_box, self.tabs):
            later.hide()
        box.addWidget(self.tabs, 1)
        box.addStretch()
        box.addLayout(self._buttons())

    def _buttons(self) -> QHBoxLayout:
        page = self._page
        self._edit = QPushButton(_("Edit …"))
        self._edit.clicked.connect(page.edit_part)
        self._receive = QPushButton(_("Goods in …"))
        theme.role_of(self._receive, "primary")
        self._receive.setShortcut("Ctrl+R")
        self._receive.clicked.connect(page.goods.receive)
        self._count = QPushButton(_("Count …"))
        self._count.clicked.connect(page.goods.count)
        self._label = QPushButton(_("Label …"))
        self._label.clicked.connect(page.print_paper)
        goods = page.goods
        self._more = QPushButton(_("More …"))
        menu = QMenu(self._more)
        self._move = _deed(menu, _("Move to another place …"), "Ctrl+T", goods.transfer)
        self._send = _deed(menu, _("Back to the supplier …"), "Ctrl+B", goods.send_back)
        self._scrap = _deed(menu, _("Scrap …"), "Ctrl+D", goods.scrap)
        self._places = _deed(menu, _("Places …"), "Ctrl+Shift+L", goods.places)
        self._more.setMenu(menu)
        # Their keys work while the menu is closed.
        self.addActions(menu.actions())
        row = QHBoxLayout()
        for button in (self._receive, self._edit, self._count, self._label, self._more):
            button.hide()
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _substitutes_box(self) -> QWidget:
        self._add_substitute = QPushButton(_("Add substitute …"))
        self._add_substitute.clicked.connect(self._page.add_substitute)
        self._drop_substitute = QPushButton(_("Remove"))
        self._drop_substitute.clicked.connect(self._page.remove_substitute)
        self._drop_substitute.setEnabled(False)
        self.substitutes.picked.connect(lambda row: self._drop_substitute.setEnabled(row is not None))
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self.substitutes, 1)
        row = QHBoxLayout()
        row.addWidget(self._add_substitute)
        row.addWidget(self._drop_substitute)
        row.addStretch(1)
        box.addLayout(row)
        return holder

    def show_part(self, part_id: int) -> None:
        """Show a part."""
        card = self._stock.part(part_id)
        self.card = card
        row = card.row
        self._name.setText(f"{row.number}  {row.name}")
        self._facts.setText(" · ".join(fact for fact in _facts(card) if fact))
        self._hand.setText(f"{row.on_hand} {row.unit}")
        self._free.setText(str(row.free))
        self._cost.setText(formats.money(card.average_cost))
        self._value.setText(formats.money(card.value))
        self._show_picture(card.picture)
        self.moves.show_source(
            lambda after, limit: self._stock.moves(part_id, after, limit).rows, key=lambda each: each.id
        )
        shelf = self._stock.shelf
        self.lies.show_rows(shelf.stock_of(part_id).places)
        # A kit lies nowhere and is not moved: its parts are.
        self.tabs.setTabVisible(self.tabs.indexOf(self.moves), not row.kit)
        self.tabs.setTabVisible(self.tabs.indexOf(self.lies), not row.kit)
        self.tabs.setTabVisible(self.tabs.indexOf(self.pieces), row.serialised)
        if row.serialised:
            self.pieces.show_source(lambda after, limit: shelf.all_pieces(part_id, after, limit))
        catalogue = self._stock.catalogue
        self.prices.show_source(lambda after, limit: catalogue.prices(part_id, after, limit))
        self.substitutes.show_rows(catalogue.substitutes(part_id))
        self.kit.show_rows(card.kit_lines)
        self.tabs.setTabVisible(self.tabs.indexOf(self.kit), row.kit)
        for later in (self._sums_box, self.tabs):
            later.show()
        self._sums_box.setVisible(not row.kit)
        desk = self._page.desk
        may_save = desk.may(Command.SAVE_PART)
        self._receive.setVisible(desk.may(Command.RECEIVE_PART) and not row.kit)
        self._edit.setVisible(may_save)
        self._add_substitute.setVisible(may_save)
        self._drop_substitute.setVisible(may_save)
        self._count.setVisible(desk.may(Command.ADJUST_STOCK) and not row.kit)
        self._label.setVisible(True)
        self._more.setVisible(not row.kit)
        for deed, command in (
            (self._move, Command.TRANSFER_PART),
            (self._send, Command.RETURN_PART),
            (self._scrap, Command.SCRAP_PART),
        ):
            deed.setVisible(desk.may(command))
            deed.setEnabled(desk.may(command) and not row.kit)

    def reload(self) -> None:
        """Show the same part as it is now."""
        if self.card is not None:
            self.show_part(self.card.row.id)

    def _show_picture(self, file: str) -> None:
        picture = QPixmap(file) if file else QPixmap()
        self._picture.setVisible(not picture.isNull())
        if not picture.isNull():
            side = theme.px(96)
            smooth = Qt.TransformationMode.SmoothTransformation
            self._picture.setPixmap(picture.scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio, smooth))

    def _open_substitute(self, row: SubstituteRow) -> None:
        self._page.open_with(row.part.id)


def _deed(menu: QMenu, text: str, keys: str, deed: Callable[[], object]) -> QAction:
    action = menu.addAction(text)
    action.setShortcut(keys)
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    action.triggered.connect(lambda _on=False: deed())
    return action


def _facts(card: PartCard) -> list[str]:
    row = card.row
    tax = card.tax_permille
    return [
        category_name(row.category) if row.category else "",
        row.brand,
        row.fits,
        _("Location {place}").format(place=row.location) if row.location else "",
        label(row.abc) if row.abc is not None else "",
        label(row.condition) if row.condition is not PartCondition.NEW else "",
        " ".join(filter(None, (card.supplier, card.supplier_number))),
        _("Last price {price}").format(price=formats.money(card.purchase_price))
        if card.purchase_price
        else "",
        _("Tax {percent} %").format(percent=f"{tax / 10:g}") if tax is not None else "",
        label(card.old_part_rule) if card.old_part_rule is not None else "",
        _("Pieces have serial numbers") if row.serialised else "",
        _("Consigned {quantity}").format(quantity=row.consigned) if row.consigned else "",
        _("Labour {price}").format(price=formats.money(card.kit_labour)) if card.kit_labour else "",
        " ".join((card.own_code, *card.barcodes)),
    ]
