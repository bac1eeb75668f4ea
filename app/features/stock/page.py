"""Parts: the list, one part with its moves, goods in, count, label (the basic form of the stock room)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QPushButton, QSplitter, QVBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Foreign, Scan
from app.core.enums import Command, PaperKind
from app.core.errors import Reason, Refusal
from app.core.words import _, ngettext
from app.features.sheets.exchange import export_list, import_list
from app.features.sheets.preview import ListWords
from app.features.stock.goods_forms import GoodsForms
from app.features.stock.labels_dialog import ask_for_labels
from app.features.stock.part_form import PartForm
from app.features.stock.part_view import PartView
from app.features.stock.piece_view import PieceView
from app.features.stock.service import StockService
from app.features.stock.shelf_snapshots import PieceEntry, PlaceRow
from app.features.stock.snapshots import PartCard, PartRow
from app.ui import icons, theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import LineField
from app.ui.form_dialog import ask
from app.ui.page import KeyHint, Page
from app.ui.search_field import SearchField
from app.ui.tables import RIGHT, Column, Empty, Table


class PartsPage(Page):
    """What is on the shelf, what it costs, where it lies."""

    key = "parts"

    def __init__(self, stock: StockService, desk: Desk) -> None:
        super().__init__()
        self._stock = stock
        self.desk = desk
        self.search = SearchField(_("Search parts"), _("Number, name, pinyin, model or barcode"))
        self.search.searched.connect(self._load)
        self.search.entered.connect(self._found)
        self.add_button = QPushButton(_("New part (Ctrl+N)"))
        self.add_button.setShortcut("Ctrl+N")
        self.add_button.clicked.connect(self.add_part)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        self.import_button = QPushButton(_("Import …"))
        self.import_button.setToolTip(_("Price list or part list from Excel or CSV (Ctrl+I)"))
        self.import_button.setShortcut("Ctrl+I")
        self.import_button.clicked.connect(self.import_parts)
        self.export_button = QPushButton(_("Export …"))
        self.export_button.setToolTip(_("All parts as Excel or CSV (Ctrl+E)"))
        self.export_button.setShortcut("Ctrl+E")
        self.export_button.clicked.connect(self.export_parts)
        self.labels_button = QPushButton(_("Labels …"))
        self.labels_button.setToolTip(_("Labels of all parts that are found here (Ctrl+G)"))
        self.labels_button.setShortcut("Ctrl+G")
        self.labels_button.clicked.connect(self.print_labels)
        top.addWidget(self.labels_button)
        top.addWidget(self.import_button)
        top.addWidget(self.export_button)
        top.addWidget(self.add_button)
        self.body.addLayout(top)
        #: The place whose parts are shown alone, after its label was scanned.
        self.place: PlaceRow | None = None
        self.place_chip = QPushButton()
        self.place_chip.setIcon(icons.icon("x", "ink", 16))
        self.place_chip.setToolTip(_("Show all parts again (Esc)"))
        self.place_chip.clicked.connect(self.leave_place)
        self.place_chip.hide()
        self.body.addWidget(self.place_chip, 0, Qt.AlignmentFlag.AlignLeft)
        self.list = Table(
            [
                Column("number", _("Part number"), lambda row: row.number, width=110, bold=True),
                Column("name", _("Part name"), lambda row: row.name, width=180, stretch=True),
                Column("fits", _("Fits models"), lambda row: row.fits, width=130, spare=True),
                Column(
                    "hand",
                    _("On hand"),
                    _on_hand,
                    sort=lambda row: row.on_hand,
                    align=RIGHT,
                    width=84,
                    tone=_tone,
                ),
                Column("price", _("Price"), _price, sort=lambda row: row.sale_price, align=RIGHT, width=90),
                Column("place", _("Location"), lambda row: row.location, width=80),
                Column("state", _("State"), _state, width=124, chip=_state_chip, spare=True),
            ],
            name="parts",
            empty=Empty(_("No parts yet."), _("New part (Ctrl+N)"), self.add_part, icon="boxes"),
        )
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.edit_part())
        self.goods = GoodsForms(stock, stock.shelf, desk, self, self)
        self.part = PartView(stock, self)
        holder = QWidget()
        box = QVBoxLayout(holder)
        box.setContentsMargins(theme.px(12), 0, 0, 0)
        box.addWidget(self.part)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.list)
        split.addWidget(holder)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setSizes([theme.px(780), theme.px(440)])
        self.body.addWidget(split, 1)
        self._dress()

    def title(self) -> str:
        return _("Parts")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+N", _("new part")),
            KeyHint("↵", _("edit")),
            KeyHint("Ctrl+R", _("goods in")),
            KeyHint("Ctrl+P", _("label")),
            KeyHint("Ctrl+T", _("move")),
            KeyHint("Ctrl+G", _("several labels")),
            KeyHint("Ctrl+I", _("import")),
            KeyHint("Ctrl+E", _("export")),
        )

    def first_focus(self) -> QWidget | None:
        return self.search.line

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.PART)

    def refresh(self) -> None:
        self._dress()
        self._load()
        self.part.reload()

    def take_scan(self, scan: Scan) -> bool:
        text = scan.text if isinstance(scan, Foreign) else scan.digits
        if isinstance(scan, Code) and scan.kind is CodeKind.LOCATION:
            self.show_place(self._stock.shelf.place(scan.number))
            return True
        if isinstance(scan, Code) and scan.kind not in (CodeKind.PART, CodeKind.SERIAL_PART):
            return False
        found = self._stock.scanned(text)
        if found is not None and found.serial_id is not None:
            self._show(found.part_id)
            self._show_piece(found.serial_id)
            return True
        row = self._stock.find_by_code(text)
        if row is None:
            reason = Reason.PART_CODE_UNKNOWN if isinstance(scan, Foreign) else Reason.CODE_UNKNOWN
            self.refused(Refusal(reason, text=text[:40]))
            return True
        self._show(row.id)
        self.confirm_done(f"{row.number} {row.name}: {row.on_hand} {row.unit}")
        return True

    def takes_parts(self) -> bool:
        return True

    def knows_part(self, text: str) -> bool:
        return self._stock.scanned(text) is not None

    def open_with(self, subject: Any) -> None:
        """A part's id, or a scan of its code."""
        if isinstance(subject, Code):
            self.take_scan(subject)
        else:
            self._show(int(subject))

    def print_paper(self) -> None:
        if self.part.card is not None:
            self.desk.papers.preview(PaperKind.PART_LABEL, self.part.card.row.number)

    def print_labels(self) -> None:
        """Labels of several parts: those that were looked for, else the picked one."""
        if self.search.value():
            rows = [row for row in self.list.rows() if isinstance(row, PartRow)]
        else:
            rows = [self.part.card.row] if self.part.card is not None else []
        ask_for_labels(self, self.desk, self._stock.find_by_code, rows)

    def show_place(self, place: PlaceRow) -> None:
        """Only the parts that lie in a place."""
        self.search.set_value("")
        self.search.hold()
        self.place = place
        self.place_chip.setText(_("In the place: {place}").format(place=place.title))
        self.place_chip.show()
        self._load()
        self.confirm_done(_("In the place: {place}").format(place=place.title))

    def leave_place(self) -> None:
        """All parts again."""
        self.place = None
        self.place_chip.hide()
        self._load()

    def back(self) -> bool:
        if self.place is not None:
            self.leave_place()
            return True
        if self.search.value():
            self.search.set_value("")
            self._load()
            return True
        return False

    # -- commands --------------------------------------------------------------------------------------

    def add_part(self) -> None:
        """A new part; its number may be left to the program."""
        self._edit(None)

    def edit_part(self) -> None:
        """Change the picked part."""
        if self.part.card is not None and self.desk.may(Command.SAVE_PART):
            self._edit(self.part.card)

    def import_parts(self) -> None:
        """A price list or a part list from a file; the list shows what came of it."""
        if import_list(self, self._stock.sheets, self.desk, import_words()):
            self.refresh()

    def export_parts(self) -> None:
        """All parts to a file."""
        export_list(self, self.desk, _("Export parts"), _("Parts"), self._stock.sheets.export, _written)

    def shown_card(self) -> PartCard | None:
        """The part beside the list."""
        return self.part.card

    def show_again(self, part_id: int) -> None:
        """A part whose stock changed."""
        self._show(part_id)

    def open_piece(self, row: PieceEntry) -> None:
        """The card of one piece of the picked part."""
        self.run(lambda: self._show_piece(row.id))

    def add_substitute(self) -> None:
        """Name a part that may be used in place of the picked one."""
        card = self.part.card
        if card is None:
            return
        code = LineField(_("Part number or barcode"), required=True)
        note = LineField(_("Note"))
        mutual = QCheckBox(_("Also the other way round"))
        mutual.setChecked(True)
        ctx = self.desk.gesture()

        def give() -> None:
            found = self._stock.find_by_code(code.value())
            if found is None:
                raise Refusal(Reason.PART_CODE_UNKNOWN, text=code.value()[:40])
            self._stock.catalogue.add_substitute(
                ctx, card.row.id, found.id, mutual=mutual.isChecked(), note=note.value()
            )

        title = _("Substitute for {part}").format(part=card.row.name)
        if ask(title, [code, note, mutual], _("Add"), give, parent=self):
            self.part.reload()

    def remove_substitute(self) -> None:
        """The picked substitute is none any more."""
        card, row = self.part.card, self.part.substitutes.current()
        if card is None or row is None:
            return
        ctx = self.desk.gesture()
        self.run(
            lambda: self._stock.catalogue.remove_substitute(ctx, card.row.id, row.id),
            on_done=lambda _none: self.part.reload(),
        )

    def _dress(self) -> None:
        self.add_button.setVisible(self.desk.may(Command.SAVE_PART))
        for button in (self.import_button, self.export_button):
            # A list of all purchase prices is for those who may change them.
            button.setVisible(self.desk.may(Command.IMPORT_PARTS))

    # -- inside ----------------------------------------------------------------------------------------

    def _show_piece(self, serial_id: int) -> None:
        form = PieceView(self._stock.shelf.piece(serial_id), self._stock.zone, self.desk, self)
        form.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        form.open()

    def _edit(self, card: PartCard | None) -> None:
        form = PartForm(card, self._stock.find_by_code, self.desk.tasks)
        ctx = self.desk.gesture()
        saved: list[PartCard] = []
        if ask(
            _("New part") if card is None else _("Part {number}").format(number=card.row.number),
            form.rows,
            _("Save"),
            lambda: saved.append(
                self._stock.save_part(
                    ctx, card.row.id if card else None, card.version if card else None, form.entry()
                )
            ),
            parent=self,
        ):
            self._load()
            self._show(saved[0].row.id)
            self.confirm_done(_("Saved: {name}").format(name=saved[0].row.name))

    def _load(self) -> None:
        text = self.search.value()
        if text and self.place is not None:
            # What is typed is looked for everywhere.
            self.place = None
            self.place_chip.hide()
        if self.place is not None:
            place = self.place
            self.list.set_empty(
                Empty(_("Nothing lies in the place “{place}”.").format(place=place.title), icon="boxes")
            )
            self.list.show_source(
                lambda after, limit: self._stock.parts_there(place.id, after, limit).rows,
                key=lambda row: row.id,
            )
            return
        if text:
            self.list.set_empty(Empty(_("No part matches “{text}”.").format(text=text), icon="search"))
        else:
            self.list.set_empty(
                Empty(_("No parts yet."), _("New part (Ctrl+N)"), self.add_part, icon="boxes")
            )
        self.list.show_source(
            lambda after, limit: self._stock.parts_page(text, after, limit).rows, key=lambda row: row.id
        )

    def _found(self) -> None:
        self.search.hold()
        self._load()
        if self.list.rows():
            self.list.select_first()
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _picked(self, row: PartRow | None) -> None:
        if row is not None:
            self.run(lambda: self.part.show_part(row.id))

    def _show(self, part_id: int) -> None:
        if not self.list.select(part_id):
            self.list.view.clearSelection()
        self.part.show_part(part_id)


def _on_hand(row: PartRow) -> str:
    """What lies here, goods of others too; a kit has no stock of its own."""
    return _("Kit") if row.kit else f"{row.on_hand + row.consigned} {row.unit}".strip()


def _price(row: PartRow) -> str:
    return "" if row.kit else formats.money(row.sale_price, sign=False)


def _tone(row: PartRow) -> str | None:
    return "late_ink" if row.short else None


def _state(row: PartRow) -> str:
    if not row.active:
        return _("Not in use")
    return _("Below minimum") if row.short else ""


def _state_chip(row: PartRow) -> Chip | None:
    text = _state(row)
    if not text:
        return None
    return Chip(text, Tone.WAITS if row.active else Tone.CALM, "triangle-alert" if row.active else "ban")


def import_words() -> ListWords:
    """What the list of parts is called."""
    return ListWords(_("Import parts"), _("Import parts from {file}"), _("Part number"), _("Part name"))


def _written(count: int, file: str) -> str:
    return ngettext("{n} part written to {file}.", "{n} parts written to {file}.", count).format(
        n=count, file=file
    )
