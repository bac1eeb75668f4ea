"""Finding a part by number, name, pinyin or the model it fits; a scanned one is taken at once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.formats import money
from app.core.formats import quantity as written
from app.core.money import ONE, Quantity
from app.core.sentences import sentence
from app.core.words import _
from app.features.bench.part_stock_view import PartStockView
from app.features.bench.presenter import BenchPresenter
from app.features.stock.snapshots import PartRow
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.fields import LineField, QuantityField
from app.ui.form_dialog import ask
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table


class PartDialog(QDialog):
    """Type, arrows, Enter. ``submit(part, quantity)`` raises why it is refused; Shift+Enter adds and stays open."""

    def __init__(
        self,
        presenter: BenchPresenter,
        submit: Callable[[PartRow, Quantity], None],
        parent: QWidget | None = None,
        *,
        typed: str = "",
    ) -> None:
        super().__init__(parent)
        self._presenter = presenter
        self._submit = submit
        self.setWindowTitle(_("Add a part"))
        self.setModal(True)
        self.resize(theme.px(900), theme.px(580))
        heading = QLabel(_("Add a part"))
        theme.role_of(heading, "heading")
        self.banner = Banner()
        self.search = LineField(
            _("Part"), placeholder=_("Number, name, pinyin initials or model; or scan"), most=200
        )
        self.quantity = QuantityField(_("Quantity"), required=True)
        self.quantity.set_value(Quantity.of(presenter.times))
        self.table = Table(
            [
                Column("number", _("Part number"), lambda row: row.number, width=90),
                Column("name", _("Part"), lambda row: row.name, stretch=True, width=200),
                Column("fits", _("Fits models"), lambda row: row.fits, width=150, tone=lambda _row: "ink_2"),
                Column("stock", _("Free"), lambda row: written(row.free), chip=_stock, width=110),
                Column("held", _("Reserved"), _held, align=RIGHT, width=70),
                Column("place", _("Location"), lambda row: row.location, width=80),
                Column("price", _("Price"), lambda row: money(row.sale_price), align=RIGHT, width=90),
            ],
            name="bench-parts",
            empty=_untyped(),
        )
        self.table.opened.connect(lambda row: self.add(row))
        self.table.picked.connect(self._show_stock)
        self.stock = PartStockView(presenter.parts)
        self.stock.substitute.connect(self.add_instead)
        for key, deed in (
            (self.stock.reserve, self.reserve),
            (self.stock.request, self.request),
            (self.stock.owe, self.owe),
        ):
            key.clicked.connect(deed)
        self.search.changed.connect(self._find)
        self.search.line.installEventFilter(self)
        self.quantity.line.installEventFilter(self)
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        top.addWidget(self.search, 4)
        top.addWidget(self.quantity, 1)
        no = QPushButton(_("Cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        self.yes = QPushButton(_("Add"))
        self.yes.setAutoDefault(False)
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(lambda: self.add(self.table.current()))
        hint = QLabel(_("Enter adds, Shift+Enter adds and stays here"))
        theme.role_of(hint, "secondary")
        parts = (heading, self.banner, top, self.table, self.stock)
        lay_out(self, *parts, tall=self.table, left=[hint], right=[no, self.yes])
        if typed:
            self.search.set_value(typed)
        self._find()
        self.search.take_focus()

    def add(self, row: PartRow | None, *, stay: bool = False) -> bool:
        """Add a part in the quantity typed; False, and why, where it is refused."""
        return row is not None and self._add(row, self._submit, stay)

    def add_instead(self, row: PartRow) -> bool:
        """Add a substitute of the marked part, which is then planned no more."""
        marked = self.table.current()
        if marked is None:
            return self.add(row)
        return self._add(row, lambda part, many: self._presenter.stand_in(part, many, marked.id), False)

    def _add(self, row: PartRow, submit: Callable[[PartRow, Quantity], None], stay: bool) -> bool:
        if not self.quantity.check():
            return False
        try:
            submit(row, self.quantity.value() or ONE)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return False
        self.banner.clear()
        if stay:
            self.banner.say(_("Added: {what}").format(what=row.name), Mood.OK)
            self.quantity.set_value(ONE)
            self.search.set_value("")
            self._find()
            self.search.take_focus()
        else:
            self.accept()
        return True

    def reserve(self) -> None:
        """Hold what is there of the marked part for the open order."""
        self._do(lambda row, many: self._presenter.parts.hold(row, many), _("Reserved: {what}"))

    def request(self) -> None:
        """Ask purchasing for the marked part."""
        urgent = self.stock.urgent.isChecked()
        self._do(
            lambda row, many: self._presenter.parts.request(row.id, row.name, many, urgent=urgent),
            _("Requested as urgent: {what}") if urgent else _("Requested from purchasing: {what}"),
        )

    def request_words(self) -> None:
        """Ask purchasing for what no part matches, in words."""
        what = LineField(_("What is needed"), required=True)
        what.set_value(str(self.search.raw()).strip())
        quantity = QuantityField(_("Quantity"), required=True)
        quantity.set_value(ONE)
        urgent = QCheckBox(_("Urgent: outside the plan"))
        if ask(
            _("Request from purchasing"),
            [what, quantity, urgent],
            _("Request"),
            lambda: self._presenter.parts.request_words(
                what.value(), quantity.value() or ONE, urgent=urgent.isChecked()
            ),
            parent=self,
        ):
            self.accept()

    def owe(self) -> None:
        """Use the marked part although it is not booked in."""
        self._do(
            lambda row, many: self._presenter.parts.owe(row.id, row.name, many), _("Used and owed: {what}")
        )

    def _do(self, deed: Callable[[PartRow, Quantity], None], done: str) -> None:
        row = self.table.current()
        if row is None or not self.quantity.check():
            return
        try:
            deed(row, self.quantity.value() or ONE)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        self._find()
        self.table.select(row.id)
        self.banner.say(done.format(what=row.name), Mood.OK)

    def _unmatched(self) -> Empty:
        return Empty(
            _("No part matches. The parts keeper adds new ones."),
            _("Request it in words"),
            self.request_words,
            icon="package",
        )

    def _show_stock(self, row: PartRow | None) -> None:
        try:
            self.stock.show_part(row)
        except ShopError as error:
            self.banner.say(sentence(error), Mood.ERROR)

    def take_scan(self, scan: Scan) -> bool:
        """A part's label or its maker's barcode scanned into the open form is added at once; other codes are not
        for here."""
        if isinstance(scan, Foreign):
            text, reason = scan.text, Reason.PART_CODE_UNKNOWN
        elif isinstance(scan, Code) and scan.kind in (CodeKind.PART, CodeKind.SERIAL_PART):
            text, reason = scan.digits, Reason.CODE_UNKNOWN
        else:
            return False
        row = self._presenter.part_by_code(text)
        if row is not None:
            self.add(row)
            return True
        try:
            if self._presenter.add_piece(text):
                self.accept()
                return True
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return True
        self.banner.say(sentence(Refusal(reason, text=text[:40])), Mood.ERROR)
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return super().eventFilter(watched, event)
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            rows = self.table.rows()
            row = self.table.current()
            at = next((at for at, each in enumerate(rows) if row is not None and each.id == row.id), 0)
            at = min(max(at + (1 if key == Qt.Key.Key_Down else -1), 0), len(rows) - 1)
            if rows:
                self.table.select(rows[at].id)
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            stay = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.add(self.table.current(), stay=stay)
            return True
        return super().eventFilter(watched, event)

    def _find(self) -> None:
        try:
            rows = self._presenter.search_parts(str(self.search.raw()))
        except ShopError as error:
            self.table.show_error(error, self._find)
            return
        self.table.set_empty(self._unmatched() if str(self.search.raw()).strip() else _untyped())
        self.table.show_rows(rows)
        self.table.select_first()


def _untyped() -> Empty:
    return Empty(_("Type a number, a name or a model, or scan the part."), icon="package")


def _stock(row: PartRow) -> Chip:
    if row.kit:
        return Chip(_("Kit"), Tone.INFO, "layers")
    if row.free.milli <= 0:
        held = row.on_hand + row.consigned
        return Chip(_("None") if held.milli <= 0 else _("None free"), Tone.LATE, "triangle-alert")
    return Chip(f"{written(row.free)} {row.unit}".strip(), Tone.WAITS if row.short else Tone.DONE)


def _held(row: PartRow) -> str:
    return written(row.reserved) if row.reserved.milli else ""
