"""One piece of a serialised part: which device it is in now, since when, under warranty until, its whole way."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QWidget

from app.core import formats
from app.core.codes import Code, CodeKind, Scan
from app.core.enums import MoveKind, PaperKind, SerialState
from app.core.labels import label
from app.core.words import _
from app.features.stock.shelf_snapshots import PieceCard, PieceMove
from app.ui import theme
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.desk import Desk
from app.ui.frame import lay_out
from app.ui.tables import Column, Table

_TONES = {
    SerialState.IN_STOCK: (Tone.DONE, "package-check"),
    SerialState.USED: (Tone.INFO, "wrench"),
    SerialState.RETURNED: (Tone.CALM, "undo-2"),
    SerialState.SCRAPPED: (Tone.LATE, "trash-2"),
    SerialState.LOST: (Tone.LATE, "triangle-alert"),
}


class PieceView(QDialog):
    """The card of a piece."""

    def __init__(self, piece: PieceCard, zone: str, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._piece = piece
        self._desk = desk
        self.setWindowTitle(f"{piece.part_name} {piece.serial}")
        self.setModal(True)
        self.resize(theme.px(680), theme.px(480))
        serial = QLabel(piece.serial)
        theme.role_of(serial, "title")
        serial.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        part = QLabel(f"{piece.part_number}  {piece.part_name}")
        theme.role_of(part, "secondary")
        tone, icon = _TONES[piece.state]
        chip = ChipLabel(Chip(label(piece.state), tone, icon))
        top = QHBoxLayout()
        top.addWidget(serial)
        top.addWidget(chip, 0, Qt.AlignmentFlag.AlignVCenter)
        top.addStretch(1)
        self.now = QLabel(where_words(piece, zone))
        self.now.setWordWrap(True)
        self.now.setFont(theme.font(theme.HEADING))
        self.moves = Table(
            [
                Column("at", _("When"), lambda row: formats.moment(row.at, zone), width=140),
                Column("kind", _("Move"), lambda row: label(row.kind), width=120),
                Column(
                    "place", _("Place"), lambda row: row.place or _("Main shelf"), width=110, stretch=True
                ),
                Column("order", _("Order"), lambda row: row.order_number, width=100),
                Column("staff", _("By"), lambda row: row.staff, width=80),
                Column("note", _("Note"), lambda row: row.note, width=120, spare=True),
            ],
            name="piece-moves",
            key=lambda row: (row.at, row.kind, row.place),
        )
        self.moves.show_rows(tuple(reversed(piece.moves)))
        tag = QPushButton(_("Label …"))
        tag.setShortcut("Ctrl+P")
        tag.setAutoDefault(False)
        tag.clicked.connect(self.print_label)
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        lay_out(self, part, top, self.now, self.moves, tall=self.moves, left=[tag], right=[close])
        close.setFocus(Qt.FocusReason.OtherFocusReason)

    def print_label(self) -> None:
        """The label of this very piece."""
        self._desk.papers.preview(PaperKind.PART_LABEL, self._piece.code)

    def take_scan(self, scan: Scan) -> bool:
        """The same label once more does nothing; other scans are not for here."""
        return (
            isinstance(scan, Code) and scan.kind is CodeKind.SERIAL_PART and scan.digits == self._piece.code
        )


def where_words(piece: PieceCard, zone: str) -> str:
    """Where it is now, since when, and how long its own warranty runs."""
    said = []
    since = _since(piece.moves)
    when = formats.moment(since.at, zone) if since is not None else formats.day(piece.received_on)
    if piece.order_number:
        device = piece.device or _("a device")
        said.append(
            _("In {device}, order {number}, since {when}").format(
                device=device, number=piece.order_number, when=when
            )
        )
    elif piece.place is not None:
        said.append(_("In {place} since {when}").format(place=piece.place.title, when=when))
    else:
        said.append(_("Left the shop on {when}").format(when=when))
    if piece.warranty_until is not None:
        said.append(_("Warranty of the part until {day}").format(day=formats.day(piece.warranty_until)))
    if piece.consigned:
        said.append(_("Consigned"))
    said.append(_("Received {day}").format(day=formats.day(piece.received_on)))
    return "\n".join(said)


def _since(moves: tuple[PieceMove, ...]) -> PieceMove | None:
    """The move that brought it where it is."""
    standing = [each for each in moves if each.kind not in (MoveKind.RESERVE, MoveKind.RELEASE)]
    return standing[-1] if standing else None
