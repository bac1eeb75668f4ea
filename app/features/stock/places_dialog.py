"""Places where stock lies: shelves, vans, places for what is set apart. Bags make themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QLabel, QPushButton, QWidget

from app.core.codes import CodeKind, running_code
from app.core.enums import Command, PaperKind, PlaceKind
from app.core.errors import Conflict, ShopError
from app.core.labels import label
from app.core.sentences import sentence
from app.core.words import _
from app.features.stock.shelf_snapshots import PlaceRow
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, LineField
from app.ui.form_dialog import ask
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood
from app.ui.tables import Column, Table

if TYPE_CHECKING:
    from app.features.stock.shelf import Shelf

_KINDS = (PlaceKind.SHELF, PlaceKind.VAN, PlaceKind.QUARANTINE)


class PlacesDialog(QDialog):
    """The list; Enter renames."""

    def __init__(self, shelf: Shelf, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._desk = desk
        self.setWindowTitle(_("Places"))
        self.setModal(True)
        self.resize(theme.px(640), theme.px(440))
        heading = QLabel(_("Places"))
        theme.role_of(heading, "heading")
        self.banner = Banner()
        self.table = Table(
            [
                Column("name", _("Place"), lambda row: row.title, stretch=True, width=200, bold=True),
                Column("kind", _("Kind"), lambda row: label(row.kind), width=130),
                Column("state", _("State"), _state, width=130, chip=_state_chip),
            ],
            name="places",
        )
        self.table.opened.connect(lambda _row: self.rename())
        self.table.picked.connect(self._picked)
        self.add_button = _button(_("Add …"), "Ctrl+N", self.add)
        self.rename_button = _button(_("Rename …"), "F2", self.rename)
        self.use_button = _button(_("Out of use"), "Ctrl+D", self.turn)
        self.label_button = _button(_("Label …"), "Ctrl+P", self.print_label)
        close = QPushButton(_("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.reject)
        ways = (self.add_button, self.rename_button, self.use_button, self.label_button)
        lay_out(self, heading, self.banner, self.table, tall=self.table, left=ways, right=[close])
        may = desk.may(Command.SAVE_PLACE)
        for button in (self.add_button, self.rename_button, self.use_button):
            button.setVisible(may)
        self.table.show_rows(shelf.places())
        self.table.select_first()
        self.table.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def add(self) -> None:
        """A new place."""
        self._save(None)

    def rename(self) -> None:
        """Another name or kind for the marked place."""
        row = self._mine()
        if row is not None and self._desk.may(Command.SAVE_PLACE):
            self._save(row)

    def turn(self) -> None:
        """Take the marked place out of use, or back into it."""
        row = self._mine()
        if row is None:
            return
        ctx = self._desk.gesture()
        try:
            rows = self._shelf.save_place(ctx, row.id, row.kind, row.title, active=not row.active)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        self._show(rows, row.id)

    def print_label(self) -> None:
        """The label of the marked place, with its barcode."""
        row = self.table.current()
        if row is not None:
            self._desk.papers.preview(PaperKind.PLACE_LABEL, running_code(CodeKind.LOCATION, row.id))

    def _save(self, row: PlaceRow | None) -> None:
        name = LineField(_("Name of the place"), required=True, most=60)
        kind = ChipGroup(_("Kind"), [(each, label(each)) for each in _KINDS], single=True, required=True)
        name.set_value(row.name if row is not None else "")
        kind.set_value(row.kind if row is not None else PlaceKind.SHELF)
        ctx = self._desk.gesture()
        saved: list[tuple[PlaceRow, ...]] = []
        if ask(
            _("New place") if row is None else row.title,
            [name, kind],
            _("Save"),
            lambda: saved.append(
                self._shelf.save_place(
                    ctx,
                    row.id if row is not None else None,
                    kind.value(),
                    name.value(),
                    active=row.active if row is not None else True,
                )
            ),
            parent=self,
        ):
            new = row.id if row is not None else max(each.id for each in saved[0])
            self._show(saved[0], new)

    def _mine(self) -> PlaceRow | None:
        row: PlaceRow | None = self.table.current()
        if row is not None and row.kind is PlaceKind.PERSON:
            self.banner.say(_("A bag goes with its technician: there is nothing to change."), Mood.WARN)
            return None
        return row

    def _show(self, rows: tuple[PlaceRow, ...], place_id: int) -> None:
        self.banner.clear()
        self.table.show_rows(rows)
        self.table.select(place_id)

    def _picked(self, row: PlaceRow | None) -> None:
        gone = row is not None and not row.active
        self.use_button.setText(_("Back in use") if gone else _("Out of use"))
        self.use_button.setShortcut("Ctrl+D")


def _state(row: PlaceRow) -> str:
    if not row.active:
        return _("Not in use")
    return _("Main shelf") if row.main else ""


def _state_chip(row: PlaceRow) -> Chip | None:
    text = _state(row)
    return Chip(text, Tone.INFO if row.main else Tone.CALM, "check" if row.main else "ban") if text else None


def _button(text: str, keys: str, deed: object) -> QPushButton:
    made = QPushButton(text)
    made.setShortcut(keys)
    made.setToolTip(keys)
    made.setAutoDefault(False)
    made.clicked.connect(deed)
    return made
