"""Who works here: the list, add and change, badges."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.core import formats
from app.core.enums import PaperKind, Role
from app.core.labels import label
from app.core.words import _
from app.features.settings.sections import Section
from app.features.settings.staff_form import StaffDialog
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffRow
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.desk import Desk
from app.ui.messages import confirm
from app.ui.page import KeyHint
from app.ui.tables import Column, Empty, Table

if TYPE_CHECKING:
    from app.features.settings.page import SettingsPage

_ROLE_LOOK = {
    Role.OWNER: (Tone.INFO, "key-round"),
    Role.LEAD: (Tone.DONE, "badge-check"),
    Role.TECHNICIAN: (Tone.CALM, "wrench"),
    Role.COUNTER: (Tone.CALM, "store"),
}


class StaffSection(Section):
    """Staff are records of their own: every change is saved by its dialog, not by F9."""

    key = "staff"
    icon = "users"

    def __init__(self, staff: StaffService, desk: Desk, page: SettingsPage) -> None:
        super().__init__(scrolls=False)
        self._staff, self._desk, self._page = staff, desk, page
        self.new_button = _button(_("New (Ctrl+N)"), self.add_person, "primary")
        self.new_button.setShortcut("Ctrl+N")
        self.edit_button = _button(_("Change …"), self.edit_person)
        self.badges_button = _button(_("Print badges …"), self.print_badges)
        self.badge_button = _button(_("New badge …"), self.new_badge)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        for button in (self.new_button, self.edit_button, self.badges_button, self.badge_button):
            row.addWidget(button)
        row.addStretch(1)
        self.list = Table(
            [
                Column(
                    "name", _("Name"), lambda row: row.name, width=110, stretch=True, bold=True, tone=_tone
                ),
                Column("role", _("Role"), lambda row: label(row.role), width=152, chip=_role_chip),
                Column("phone", _("Phone"), lambda row: formats.phone(row.phone), width=112, tone=_tone),
                Column("pin", _("PIN"), _pin, width=60, tone=_tone),
                Column("badge", _("Badge"), lambda row: row.badge_code, width=112, tone=_tone),
                Column("trainer", _("Trainer"), lambda row: row.trainer, width=64, tone=_tone),
                Column("state", _("State"), _state, width=100, chip=_state_chip),
            ],
            name="staff",
            empty=Empty(_("Nobody works here yet."), _("New (Ctrl+N)"), self.add_person, icon="users"),
        )
        self.list.opened.connect(lambda _row: self.edit_person())
        self.list.picked.connect(lambda _row: self._may())
        self.body.addLayout(row)
        self.body.addWidget(self.list, 1)
        self._may()

    @classmethod
    def title(cls) -> str:
        return _("Staff")

    def about(self) -> str:
        return _("Roles decide who sees and does what. Who left stays in the records and signs in no more.")

    def hints(self) -> Sequence[KeyHint]:
        return (KeyHint("Ctrl+N", _("new")), KeyHint("↵", _("change")), KeyHint("Ctrl+P", _("badges")))

    def first_focus(self) -> QWidget:
        return self.list.view

    def refresh(self) -> None:
        self.list.show_rows(self._staff.list(self._desk.actor))
        if self.list.current() is None:
            self.list.select_first()
        self._may()

    # -- commands --------------------------------------------------------------------------------------

    def add_person(self) -> None:
        """Take somebody on."""
        self._ask(None)

    def edit_person(self) -> None:
        """Change what is on record about the chosen person."""
        row = self.list.current()
        if row is not None:
            self._ask(row)

    def print_badges(self) -> None:
        """The badges stand on the command sheet."""
        self._desk.papers.preview(PaperKind.COMMAND_SHEET, "1")

    def new_badge(self) -> None:
        """Another badge for a lost one."""
        row = self.list.current()
        if row is None or not confirm(
            _("Give {name} a new badge?").format(name=row.name),
            _("New badge"),
            danger=True,
            detail=_("The old badge opens nothing from now on. Print the command sheet again afterwards."),
            parent=self,
        ):
            return
        ctx = self._desk.gesture()
        self._page.run(lambda: self._staff.new_badge(ctx, row.id), self._badge_given)

    def _badge_given(self, row: StaffRow) -> None:
        text = _("{name} has a new badge: {code}")
        self._saved(row, text.format(name=row.name, code=row.badge_code))

    def _ask(self, row: StaffRow | None) -> None:
        dialog = StaffDialog(self._staff, self._desk, row, self._staff.list(self._desk.actor), parent=self)
        if dialog.exec() and dialog.saved is not None:
            self._saved(dialog.saved, _("Saved: {name}").format(name=dialog.saved.name))

    def _saved(self, row: StaffRow, text: str) -> None:
        self.refresh()
        self.list.select(row.id)
        self._page.confirm_done(text)

    def _may(self) -> None:
        row = self.list.current()
        self.edit_button.setEnabled(row is not None)
        self.badge_button.setEnabled(row is not None and row.active)


def _button(word: str, action: Callable[[], None], role: str = "") -> QPushButton:
    button = QPushButton(word)
    button.clicked.connect(lambda: action())
    if role:
        theme.role_of(button, role)
    return button


def _tone(row: StaffRow) -> str | None:
    return None if row.active else "ink_2"


def _pin(row: StaffRow) -> str:
    return _("PIN set") if row.has_pin else _("none")


def _state(row: StaffRow) -> str:
    return _("Active") if row.active else _("Has left")


def _state_chip(row: StaffRow) -> Chip:
    return Chip(
        _state(row), Tone.DONE if row.active else Tone.CALM, "circle-check" if row.active else "user-x"
    )


def _role_chip(row: StaffRow) -> Chip:
    tone, icon = _ROLE_LOOK[row.role]
    return Chip(label(row.role), tone, icon)
