"""The price list: table, search, add and change, retire, history, files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QPushButton, QWidget

from app.core import formats
from app.core.enums import PriceUse
from app.core.labels import category_name, label
from app.core.words import _, ngettext
from app.features.pricing.service import PriceList
from app.features.pricing.snapshots import PriceRow
from app.features.settings.sections import Section
from app.features.sheets.exchange import export_list, import_list
from app.features.sheets.preview import ListWords
from app.features.stock.service import StockService
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import LineField
from app.ui.frame import lay_out
from app.ui.page import KeyHint
from app.ui.tables import RIGHT, Column, Empty, Table

if TYPE_CHECKING:
    from app.features.settings.page import SettingsPage

_USE_LOOK = {
    PriceUse.LABOUR: (Tone.CALM, "wrench"),
    PriceUse.VISIT: (Tone.CALM, "truck"),
    PriceUse.DIAGNOSIS: (Tone.CALM, "stethoscope"),
    PriceUse.OTHER: (Tone.CALM, "receipt"),
    PriceUse.PACKAGE: (Tone.INFO, "layers"),
}


class PriceListSection(Section):
    """Entries are records of their own: every change is saved by its form, not by F9."""

    key = "price_list"
    icon = "receipt-text"

    def __init__(
        self,
        prices: PriceList,
        stock: StockService,
        desk: Desk,
        page: SettingsPage,
        own_categories: Sequence[str] = (),
    ) -> None:
        super().__init__(scrolls=False)
        self._prices, self._stock, self._desk, self._page = prices, stock, desk, page
        self._own = own_categories
        self.search = LineField("", placeholder=_("Search the price list"))
        self.search.line.setAccessibleName(_("Search the price list"))
        self.search.changed.connect(self.refresh)
        self.search.entered.connect(self.edit_entry)
        self.retired = QCheckBox(_("Retired too"))
        self.retired.toggled.connect(self.refresh)
        self.new_button = _button(_("New (Ctrl+N)"), self.add_entry, "primary")
        self.new_button.setShortcut("Ctrl+N")
        self.edit_button = _button(_("Change …"), self.edit_entry)
        self.retire_button = _button(_("Retire"), self.retire_entry)
        self.history_button = _button(_("History …"), self.show_history)
        self.history_button.setShortcut("Ctrl+H")
        self.history_button.setToolTip("Ctrl+H")
        self.import_button = _button(_("Import …"), self.import_file)
        self.import_button.setShortcut("Ctrl+I")
        self.import_button.setToolTip("Ctrl+I")
        self.export_button = _button(_("Export …"), self.export_file)
        self.export_button.setShortcut("Ctrl+E")
        self.export_button.setToolTip("Ctrl+E")
        find = QHBoxLayout()
        find.setSpacing(theme.px(8))
        find.addWidget(self.search, 1)
        find.addWidget(self.retired)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for button in (self.new_button, self.edit_button, self.retire_button, self.history_button):
            row.addWidget(button)
        row.addStretch(1)
        for button in (self.import_button, self.export_button):
            row.addWidget(button)
        self.list = Table(
            [
                Column("code", _("Code"), lambda row: row.code, width=60, bold=True, tone=_tone),
                Column("use", _("Use"), lambda row: label(row.use), width=132, chip=_use_chip),
                Column("name", _("Work"), lambda row: row.name, width=200, stretch=True, tone=_tone),
                Column("price", _("Price"), _price, lambda row: row.price, RIGHT, 112, bold=True, tone=_tone),
                Column("for", _("For"), _for, width=150, tone=_tone),
                Column("minutes", _("Minutes"), _minutes, lambda row: row.minutes, RIGHT, 64, tone=_tone),
                Column("members", _("Member prices"), _members, width=110, tone=_tone),
                Column("state", _("State"), _state, width=84, chip=_state_chip),
            ],
            name="price_list",
            empty=Empty(_("The price list is empty."), _("New (Ctrl+N)"), self.add_entry, icon="coins"),
        )
        self.list.opened.connect(lambda _row: self.edit_entry())
        self.list.picked.connect(lambda _row: self._may())
        self.body.addLayout(find)
        self.body.addLayout(row)
        self.body.addWidget(self.list, 1)
        self._may()

    @classmethod
    def title(cls) -> str:
        return _("Price list")

    def about(self) -> str:
        return _("Labour, fees and packages; taken at the bench and the counter by name, initials or code.")

    def hints(self) -> Sequence[KeyHint]:
        return (KeyHint("Ctrl+N", _("new")), KeyHint("↵", _("change")))

    def first_focus(self) -> QWidget:
        return self.search.line

    def refresh(self) -> None:
        marked = self.list.current()
        typed = str(self.search.raw())
        self.list.show_rows(list(self._prices.rows(typed, retired=self.retired.isChecked())))
        if isinstance(marked, PriceRow):
            self.list.select(marked.id)
        if self.list.current() is None:
            self.list.select_first()
        self._may()

    # -- commands --------------------------------------------------------------------------------------

    def add_entry(self) -> None:
        """A new entry."""
        self._ask(None)

    def edit_entry(self) -> None:
        """Change the chosen entry."""
        row = self.list.current()
        if isinstance(row, PriceRow):
            self._ask(row)

    def retire_entry(self) -> None:
        """Out of use, or back into it."""
        row = self.list.current()
        if not isinstance(row, PriceRow):
            return
        ctx = self._desk.gesture()
        text = _("Retired: {name}") if row.active else _("In use again: {name}")
        self._page.run(
            lambda: self._prices.retire(ctx, row.id, row.version, active=not row.active),
            lambda kept: self._saved(kept, text.format(name=kept.name)),
        )

    def show_history(self) -> None:
        """What the entry cost before, and who changed it."""
        row = self.list.current()
        if isinstance(row, PriceRow):
            PriceHistory(self._prices, row, self._page.zone, self).exec()

    def import_file(self) -> None:
        """Ask for a file and show what it would do before anything is written."""
        words = ListWords(
            ask=_("Import prices"),
            title=_("Import prices from {file}"),
            number=_("Code"),
            name=_("Work"),
        )
        if import_list(self._page, self._prices.sheets, self._desk, words):
            self.refresh()

    def export_file(self) -> None:
        """Ask where to, then write beside the window."""

        def written(count: int, file: str) -> str:
            text = ngettext("{n} price written to {file}.", "{n} prices written to {file}.", count)
            return text.format(n=count, file=file)

        export = self._prices.sheets.export
        export_list(self._page, self._desk, _("Export prices"), _("Price list"), export, written)

    # -- inside ----------------------------------------------------------------------------------------

    def _ask(self, row: PriceRow | None) -> None:
        from app.features.settings.price_form import PriceForm

        form = PriceForm(self._prices, self._stock, self._desk, row, self._own, self)
        if form.exec() and form.saved is not None:
            self._saved(form.saved, _("Saved: {name}").format(name=form.saved.name))

    def _saved(self, row: PriceRow, text: str) -> None:
        self.refresh()
        self.list.select(row.id)
        self._may()
        self._page.confirm_done(text)

    def _may(self) -> None:
        row = self.list.current()
        there = isinstance(row, PriceRow)
        for button in (self.edit_button, self.retire_button, self.history_button):
            button.setEnabled(there)
        self.retire_button.setText(
            _("Put back") if isinstance(row, PriceRow) and not row.active else _("Retire")
        )


class PriceHistory(QDialog):
    """The changes of an entry's prices, newest first."""

    def __init__(self, prices: PriceList, row: PriceRow, zone: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        title = _("Price history of {name}").format(name=row.name)
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(theme.px(620), theme.px(360))
        self.table = Table(
            [
                Column("at", _("When"), lambda each: formats.moment(each.at, zone), width=150),
                Column("level", _("Level"), lambda each: each.level or _("everybody"), width=110),
                Column("old", _("Before"), lambda each: _amount(each.old), align=RIGHT, width=100),
                Column("new", _("After"), lambda each: _amount(each.new), align=RIGHT, width=100, bold=True),
                Column("staff", _("Who"), lambda each: each.staff, width=100, stretch=True),
            ],
            name="price_history",
        )
        self.table.show_source(
            lambda after, limit: prices.changes(row.id, after, limit), key=lambda each: each.id
        )
        close = QPushButton(_("Close"))
        close.clicked.connect(self.accept)
        lay_out(self, self.table, tall=self.table, right=[close])


def _button(word: str, action: Callable[[], None], role: str = "") -> QPushButton:
    button = QPushButton(word)
    button.clicked.connect(lambda: action())
    if role:
        theme.role_of(button, role)
    return button


def _amount(money: object) -> str:
    from app.core.money import Money

    return formats.money(money) if isinstance(money, Money) else "–"


def _tone(row: PriceRow) -> str | None:
    return None if row.active else "ink_2"


def _use_chip(row: PriceRow) -> Chip:
    tone, icon = _USE_LOOK[row.use]
    return Chip(label(row.use), tone, icon)


def _for(row: PriceRow) -> str:
    words = (
        category_name(row.category) if row.category else "",
        label(row.job_kind) if row.job_kind else "",
        row.zone,
    )
    return " · ".join(filter(None, words)) or _("everything")


def _minutes(row: PriceRow) -> str:
    return formats.minutes(row.minutes) if row.minutes else ""


def _price(row: PriceRow) -> str:
    price = formats.money(row.price)
    return f"{price} / {row.unit}" if row.unit else price


def _members(row: PriceRow) -> str:
    return "  ".join(f"{level} {formats.money(price, sign=False)}" for level, price in row.members)


def _state(row: PriceRow) -> str:
    return _("In use") if row.active else _("Retired")


def _state_chip(row: PriceRow) -> Chip:
    return Chip(_state(row), Tone.DONE if row.active else Tone.CALM, "circle-check" if row.active else "ban")
