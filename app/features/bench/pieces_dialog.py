"""Which pieces of a part with serial numbers: marked in the list of what lies in stock, typed, or scanned."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.codes import Code, CodeKind, Foreign, Scan, command_of
from app.core.enums import BenchCommand
from app.core.errors import Conflict, Reason, Refusal, ShopError
from app.core.sentences import sentence
from app.core.words import _, ngettext
from app.features.bench.view import PieceQuestion
from app.features.stock.shelf_snapshots import PieceRow
from app.ui import theme
from app.ui.fields import LineField
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import Column, Empty, Table


class PiecesDialog(QDialog):
    """Enter on a row, a typed number or a scan names a piece; with the last one the command is given."""

    def __init__(
        self,
        question: PieceQuestion,
        submit: Callable[[Sequence[str]], None],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._question = question
        self._submit = submit
        self.chosen: list[str] = []
        self.setWindowTitle(_("Which piece?"))
        self.setModal(True)
        self.resize(theme.px(620), theme.px(440))
        heading = QLabel(_("Which piece of “{part}”?").format(part=question.part))
        heading.setWordWrap(True)
        theme.role_of(heading, "heading")
        self.banner = Banner()
        self._left = QLabel()
        self._left.setFont(theme.font(theme.HEADING))
        self.number = LineField(
            _("Serial number"), placeholder=_("Scan the piece, or type its number and press Enter"), most=64
        )
        self.number.entered.connect(self._typed)
        self.table = Table(
            [
                Column(
                    "serial", _("Serial number"), lambda row: row.serial, stretch=True, width=200, bold=True
                ),
                Column("place", _("Place"), lambda row: row.place.title, width=140),
                Column("since", _("In since"), lambda row: formats.day(row.received_on), width=110),
            ],
            name="bench-pieces",
            empty=Empty(_("No piece is within reach. Receive it first, or request it."), icon="package"),
        )
        self.table.opened.connect(lambda row: self.name(row.serial))
        no = QPushButton(_("Cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        self.yes = QPushButton(_("Take this piece"))
        self.yes.setAutoDefault(False)
        theme.role_of(self.yes, "primary")
        self.yes.clicked.connect(self._marked)
        parts = (heading, self.banner, self.number, self.table)
        lay_out(self, *parts, tall=self.table, left=[self._left], right=[no, self.yes])
        self._show()
        self.number.take_focus()

    def name(self, serial: str) -> None:
        """One more piece; with the last one asked for the command is given, and may be refused."""
        if serial in self.chosen:
            self.banner.say(sentence(Refusal(Reason.SERIAL_TWICE, serial=serial)), Mood.ERROR)
            return
        self.chosen.append(serial)
        self.banner.clear()
        self.number.set_value("")
        if len(self.chosen) >= self._question.count:
            try:
                self._submit(tuple(self.chosen))
            except (ShopError, Conflict) as error:
                self.chosen.pop()
                self.banner.say(sentence(error), Mood.ERROR)
            else:
                self.accept()
                return
        self._show()

    def take_scan(self, scan: Scan) -> bool:
        """The label of a piece, the maker's number on it, or “close” from the command sheet."""
        if isinstance(scan, Foreign):
            self.name(scan.text)
        elif isinstance(scan, Code) and scan.kind is CodeKind.SERIAL_PART:
            row = next((each for each in self._question.pieces if each.id == scan.number), None)
            if row is None:
                self.banner.say(sentence(Refusal(Reason.CODE_UNKNOWN, text=scan.digits)), Mood.ERROR)
            else:
                self.name(row.serial)
        elif isinstance(scan, Code) and command_of(scan) is BenchCommand.CLOSE_CARD:
            self.reject()
        else:
            return False
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.number.line.hasFocus():
            self.table.view.setFocus(Qt.FocusReason.TabFocusReason)
            self.table.select_first()
        else:
            super().keyPressEvent(event)

    def _typed(self) -> None:
        if self.number.value():
            self.name(str(self.number.value()))
        else:
            self._marked()

    def _marked(self) -> None:
        row: PieceRow | None = self.table.current()
        if row is not None:
            self.name(row.serial)

    def _show(self) -> None:
        rest = self._question.count - len(self.chosen)
        self._left.setText(
            ngettext("{n} piece still to name", "{n} pieces still to name", rest).format(n=rest)
        )
        self.table.show_rows([each for each in self._question.pieces if each.serial not in self.chosen])
        self.table.select_first()
