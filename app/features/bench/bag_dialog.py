"""Technicians' bags (借件、还件): who holds what, since when; parts go in and come back by scan."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.codes import Code, CodeKind, Foreign, Scan, command_of
from app.core.enums import BenchCommand, Role
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.formats import quantity as written
from app.core.money import ONE, Quantity
from app.core.sentences import sentence
from app.core.words import _
from app.features.bench.pieces_dialog import PiecesDialog
from app.features.bench.snapshots import BagWay
from app.features.bench.view import TIMES, PieceQuestion, StockRoom
from app.features.stock.shelf_snapshots import HeldPart
from app.ui import icons, theme
from app.ui.desk import Desk
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import RIGHT, Column, Empty, Table

_SEES_ALL = frozenset({Role.LEAD, Role.OWNER})
_PARTS = (CodeKind.PART, CodeKind.SERIAL_PART)
_WAYS = {BenchCommand.TAKE_OUT: BagWay.TAKE, BenchCommand.GIVE_BACK: BagWay.GIVE_BACK}


class BagDialog(QDialog):
    """Two ways, one of them on: a scanned part goes into one's own bag, or back to the shelf."""

    #: A scan that is not for here (a repair card, a command): the bag is closed, the page goes on with it.
    passed_on = Signal(object)

    def __init__(self, room: StockRoom, desk: Desk, way: BagWay, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._room = room
        self._desk = desk
        self.all = desk.actor.role in _SEES_ALL
        #: How many the next scanned part is; 1 again after it.
        self.times = 1
        title = _("Parts that technicians carry") if self.all else _("My bag")
        self.setWindowTitle(title)
        self.setModal(True)
        self.resize(theme.px(820), theme.px(560))
        heading = QLabel(title)
        theme.role_of(heading, "title")
        self.banner = Banner()
        self._ways = {
            BagWay.TAKE: _way(_("T  Take: shelf → my bag"), "package-plus"),
            BagWay.GIVE_BACK: _way(_("B  Give back: bag → shelf"), "undo-2"),
        }
        group = QButtonGroup(self)
        ways = QHBoxLayout()
        ways.setSpacing(theme.px(8))
        for each, button in self._ways.items():
            group.addButton(button)
            button.clicked.connect(lambda _on=False, mine=each: self.turn(mine))
            ways.addWidget(button, 1)
        self._now = QLabel()
        self._now.setFont(theme.font(theme.HEADING, bold=True))
        self._now.setWordWrap(True)
        zone = room.parts.zone
        self.table = Table(
            [
                Column("who", _("Who"), lambda row: row.place.title, width=110, bold=True),
                Column("number", _("Part number"), lambda row: row.number, width=90),
                Column("name", _("Part"), lambda row: row.name, stretch=True, width=220),
                Column(
                    "many",
                    _("Quantity"),
                    lambda row: f"{written(row.on_hand)} {row.unit}".strip(),
                    align=RIGHT,
                    width=90,
                ),
                Column("since", _("Since"), lambda row: formats.short_moment(row.since, zone), width=120),
            ],
            name="bench-bags",
            empty=Empty(_("Nobody carries a part. Scan one to take it along."), icon="archive"),
        )
        self.table.opened.connect(self.give_back)
        hint = QLabel(
            _(
                "Enter on a row puts one back on the shelf; 2 to 9 before it, or “× N” scanned, moves so many at once."
                " Parts in the bag are used on an order first."
            )
        )
        hint.setWordWrap(True)
        theme.role_of(hint, "secondary")
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        parts = (heading, ways, self._now, self.banner, self.table)
        lay_out(self, *parts, tall=self.table, left=[hint], right=[close])
        self.turn(way)
        self.load()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def turn(self, way: BagWay) -> None:
        """Say what the next scanned part does."""
        self.way = way
        self._ways[way].setChecked(True)
        self.set_times(1)

    def set_times(self, times: int) -> None:
        """Say how many the next part is."""
        self.times = times
        if times > 1:
            said = (
                _("Scan a part: {n} of it go into your bag.")
                if self.way is BagWay.TAKE
                else _("Scan a part: {n} of it go from your bag back to the shelf.")
            )
        elif self.way is BagWay.TAKE:
            said = _("Scan parts: each goes into your bag.")
        else:
            said = _("Scan parts: each goes from your bag back to the shelf.")
        self._now.setText(said.format(n=times))

    def load(self) -> None:
        """Who holds what, longest first."""
        try:
            rows = self._room.shelf.held_by(None if self.all else self._desk.actor.id)
        except ShopError as error:
            self.table.show_error(error, self.load)
            return
        self.table.show_rows(rows)

    def take_scan(self, scan: Scan) -> bool:
        """A part, how many, the way, “close”; anything else closes the bag and is handed on."""
        if isinstance(scan, Foreign):
            self.book(scan.text)
        elif isinstance(scan, Code) and scan.kind in _PARTS:
            self.book(scan.digits)
        elif isinstance(scan, Code) and (command := command_of(scan)) in _WAYS:
            assert command is not None
            self.turn(_WAYS[command])
        elif isinstance(scan, Code) and (command := command_of(scan)) in TIMES:
            assert command is not None
            self.set_times(TIMES[command])
        elif isinstance(scan, Code) and command_of(scan) is BenchCommand.CLOSE_CARD:
            self.accept()
        elif isinstance(scan, Code) and scan.kind in (CodeKind.ORDER, CodeKind.COMMAND):
            self.accept()
            # After this dialog is gone: the page in front takes it like any scan.
            QTimer.singleShot(0, lambda: self._hand_on(scan))
        else:
            return False
        return True

    def book(self, text: str) -> None:
        """A scanned part moves the way that is on: one of it, or as many as was said."""
        found = self._room.parts.scanned(text)
        if found is None:
            self.banner.say(sentence(Refusal(Reason.PART_CODE_UNKNOWN, text=text[:40])), Mood.ERROR)
            return
        serials = (found.serial,) if found.serial else ()
        self._move(found.part_id, serials, self.way, None)

    def give_back(self, row: HeldPart) -> None:
        """A row's part goes back to the shelf, one or as many as was said; of parts with serial numbers the pieces
        that are named."""
        holder = row.place.staff_id
        if not self._room.parts.row(row.part_id).serialised:
            self._move(row.part_id, (), BagWay.GIVE_BACK, holder)
            return
        there = tuple(each for each in self._room.shelf.pieces(row.part_id) if each.place.id == row.place.id)
        if len(there) == 1 == self.times:
            self._move(row.part_id, (there[0].serial,), BagWay.GIVE_BACK, holder)
            return
        question = PieceQuestion(row.part_id, row.name, self.times, there)
        PiecesDialog(
            question,
            lambda serials: self._move(row.part_id, tuple(serials), BagWay.GIVE_BACK, holder),
            self,
        ).exec()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        sign = event.text().upper()
        if sign == "T":
            self.turn(BagWay.TAKE)
        elif sign == "B":
            self.turn(BagWay.GIVE_BACK)
        elif sign.isdigit() and sign.isascii() and sign != "0":
            self.set_times(int(sign))
        elif event.key() == Qt.Key.Key_Escape and self.times > 1:
            self.set_times(1)
        else:
            super().keyPressEvent(event)

    def _move(self, part_id: int, serials: tuple[str, ...], way: BagWay, holder: int | None) -> None:
        shelf, ctx = self._room.shelf, self._desk.gesture()
        # A piece that is named by its number is one, whatever was said before.
        many = Quantity.of(len(serials) or self.times)
        try:
            if way is BagWay.TAKE:
                stock = shelf.take_out(ctx, part_id, many, serials=serials)
                said = _("Into the bag: {part}")
            else:
                stock = shelf.give_back(ctx, part_id, many, staff_id=holder, serials=serials)
                said = _("Back on the shelf: {part}")
        except Refusal as refused:
            if refused.reason is Reason.SERIAL_NEEDED and not serials:
                self._ask_piece(part_id, way)
            else:
                self.banner.say(sentence(refused), Mood.ERROR)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
        else:
            name = stock.name if many == ONE else f"{stock.name} × {written(many)}"
            self.banner.say(said.format(part=name), Mood.OK)
            self.set_times(1)
            self.load()

    def _ask_piece(self, part_id: int, way: BagWay) -> None:
        mine = self._desk.actor.id
        there = tuple(
            each
            for each in self._room.shelf.pieces(part_id)
            if (each.place.staff_id == mine) is (way is BagWay.GIVE_BACK)
        )
        question = PieceQuestion(part_id, self._room.parts.row(part_id).name, self.times, there)
        form = PiecesDialog(question, lambda serials: self._move(part_id, tuple(serials), way, None), self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _hand_on(self, scan: Code) -> None:
        self.passed_on.emit(scan)


def _way(text: str, icon: str) -> QPushButton:
    made = QPushButton(text)
    made.setIcon(icons.icon(icon, "ink", 20))
    made.setCheckable(True)
    made.setAutoDefault(False)
    made.setMinimumHeight(theme.px(44))
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
