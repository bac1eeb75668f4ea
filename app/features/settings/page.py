"""Settings: sections on the left, one form on the right; saved section by section with F9. Only owners see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core.changes import Changes, Kind
from app.core.codes import Scan
from app.core.sentences import sentence
from app.core.words import _
from app.features.printing.service import PrintingService
from app.features.settings.desk_sections import ComputerSection, PrintersSection
from app.features.settings.presenter import values_of
from app.features.settings.sections import Section
from app.features.settings.service import SettingsService
from app.features.settings.shop_sections import PricesSection, PromisesSection, ShopSection
from app.features.settings.staff_section import StaffSection
from app.features.settings.text_sections import PapersSection, PhrasesSection
from app.features.staff.service import StaffService
from app.ui import icons, theme
from app.ui.desk import Desk
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page


class SettingsPage(Page):
    """Everything an owner may set."""

    key = "settings"

    def __init__(
        self, settings: SettingsService, staff: StaffService, printing: PrintingService, desk: Desk
    ) -> None:
        super().__init__()
        self._settings, self._staff, self._printing = settings, staff, printing
        self.desk = desk
        self._values: dict[str, Any] = values_of(settings.load())
        self.list = QListWidget()
        self.list.setAccessibleName(_("Sections of the settings"))
        self.list.setFixedWidth(theme.px(208))
        self.list.setIconSize(QSize(theme.px(18), theme.px(18)))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.currentRowChanged.connect(self._turned)
        self._title = QLabel()
        theme.role_of(self._title, "heading")
        self._about = QLabel()
        self._about.setWordWrap(True)
        theme.role_of(self._about, "secondary")
        self._state = QLabel()
        self._state.setProperty("tone", "waits")
        self.undo_button = QPushButton(_("Discard changes"))
        theme.role_of(self.undo_button, "quiet")
        self.undo_button.clicked.connect(lambda: self.discard())
        self.save_button = QPushButton(f"{_('Save')}  F9")
        theme.role_of(self.save_button, "primary")
        self.save_button.clicked.connect(lambda: self.run(self.save_and_print))
        words = QVBoxLayout()
        words.setSpacing(theme.px(2))
        words.addWidget(self._title)
        words.addWidget(self._about)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addLayout(words, 1)
        for widget in (self._state, self.undo_button, self.save_button):
            head.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)
        self._stack = QStackedWidget()
        right = QVBoxLayout()
        right.setSpacing(theme.px(12))
        right.addLayout(head)
        right.addWidget(self._stack, 1)
        across = QHBoxLayout()
        across.setSpacing(theme.px(16))
        across.addWidget(self.list)
        across.addLayout(right, 1)
        self.body.addLayout(across, 1)
        self.sections: list[Section] = []
        for section in self._made():
            self._put(section)
        for number in range(len(self.sections)):
            self.number_key(number + 1, partial(self.show_section, number))
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(lambda step=step: self.show_section(self.list.currentRow() + step))
        self.list.setCurrentRow(0)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Settings")

    def keys_here(self) -> Sequence[KeyHint]:
        saves = (KeyHint("F9", _("save")),) if self.section.saves() else ()
        return (*saves, *self.section.hints(), KeyHint("Ctrl+PgDn", _("next section")))

    def first_focus(self) -> QWidget | None:
        return self.list

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.SETTING) or changes.has(Kind.STAFF)

    def refresh(self) -> None:
        before = self._values
        self._values = values_of(self._settings.load())
        if before["categories"] != self._values["categories"]:
            self._build_anew()
        for section in self.sections:
            section.load(self._values)
            section.refresh()
        self._marks()

    def take_scan(self, scan: Scan) -> bool:
        if isinstance(self.section, ComputerSection):
            self.section.take_scan(scan)
            return True
        return False

    def save_and_print(self) -> None:
        """F9: this section, all of it or nothing; a refusal stands at its field."""
        section = self.section
        if not section.saves() or not section.check():
            return
        changes = section.changes()
        if not changes:
            self.confirm_done(_("Nothing was changed."))
            return
        for key, value in changes.items():
            refusal = self._settings.refusal(key, value)
            if refusal is not None:
                section.refuse(key, sentence(refusal))
                self.warn(sentence(refusal))
                return
        ctx = self.desk.gesture()
        self.run(lambda: self._settings.save(ctx, changes), lambda _now: self._saved(section))

    def print_paper(self) -> None:
        match self.section:
            case PapersSection() as papers:
                papers.preview.print_sample()
            case StaffSection() as staff:
                staff.print_badges()

    def back(self) -> bool:
        if self.section.is_dirty():
            self.discard()
            return True
        if not self.list.hasFocus():
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)
            return True
        return False

    def can_leave(self) -> bool:
        dirty = [section.title() for section in self.sections if section.is_dirty()]
        return not dirty or confirm(
            _("Quit without saving the settings?"),
            _("Quit without saving"),
            danger=True,
            detail=_("Not saved: {sections}").format(sections=", ".join(dirty)),
            parent=self,
        )

    def draft(self) -> Any:
        typed = {section.key: section.draft() for section in self.sections if section.is_dirty()}
        return {"front": self.section.key, "typed": typed}

    def restore(self, draft: Any) -> None:
        self.refresh()
        for section in self.sections:
            section.restore(draft["typed"].get(section.key, {}))
        self.show_section(next(at for at, each in enumerate(self.sections) if each.key == draft["front"]))
        self._marks()

    def open_with(self, subject: Any) -> None:
        """A section's key."""
        at = next((at for at, each in enumerate(self.sections) if each.key == subject), None)
        if at is not None:
            self.show_section(at)

    # -- sections --------------------------------------------------------------------------------------

    @property
    def section(self) -> Section:
        """The section in front."""
        return self.sections[max(0, self.list.currentRow())]

    def show_section(self, at: int) -> None:
        """Turn to the section number ``at``, from 0; typed text stays where it is."""
        if 0 <= at < len(self.sections):
            self.list.setCurrentRow(at)
            self.section.first_focus().setFocus(Qt.FocusReason.OtherFocusReason)

    def discard(self) -> None:
        """Ask, then show this section as it is saved."""
        section = self.section
        if section.is_dirty() and confirm(
            _("Discard what you changed in “{section}”?").format(section=section.title()),
            _("Discard changes"),
            danger=True,
            parent=self,
        ):
            section.load(self._values, over_typed=True)
            self._marks()

    # -- inside ----------------------------------------------------------------------------------------

    def _made(self) -> list[Section]:
        own = self._values["categories"]
        return [
            ShopSection(),
            PapersSection(self._printing, self.desk.tasks, self._saved_values, own),
            PrintersSection(self._printing, self._saved_values),
            PricesSection(),
            PromisesSection(own),
            PhrasesSection(own),
            StaffSection(self._staff, self.desk, self),
            ComputerSection(),
        ]

    def _saved_values(self) -> Mapping[str, Any]:
        return self._values

    def _put(self, section: Section) -> None:
        section.touched.connect(self._marks)
        self.sections.append(section)
        self._stack.addWidget(section)
        self.list.addItem(QListWidgetItem(icons.icon(section.icon, "ink_2", 18), section.title()))

    def _build_anew(self) -> None:
        """Own categories came or went: sections with a row for each are made again, with what is typed."""
        for at, fresh in enumerate(self._made()):
            old = self.sections[at]
            if not isinstance(fresh, PapersSection | PromisesSection | PhrasesSection):
                fresh.deleteLater()
                continue
            fresh.load(self._values)
            fresh.restore(old.draft())
            fresh.touched.connect(self._marks)
            self.sections[at] = fresh
            self._stack.insertWidget(at, fresh)
            self._stack.removeWidget(old)
            old.deleteLater()
        self._stack.setCurrentIndex(self.list.currentRow())

    def _turned(self, at: int) -> None:
        if not 0 <= at < len(self.sections):
            return
        section = self.sections[at]
        self._stack.setCurrentIndex(at)
        self._title.setText(section.title())
        self._about.setText(section.about())
        self.undo_button.setVisible(section.saves())
        self.save_button.setVisible(section.saves())
        section.shown()
        self._marks()
        self.look_changed.emit()

    def _saved(self, section: Section) -> None:
        section.mark_clean()
        self.refresh()
        self.confirm_done(_("Saved: {section}").format(section=section.title()))

    def _marks(self) -> None:
        """Which sections hold something that is not saved."""
        for at, section in enumerate(self.sections):
            item = self.list.item(at)
            mark = "  •" if section.is_dirty() else ""
            item.setText(section.title() + mark)
            item.setToolTip(_("Not saved yet") if mark else "")
        dirty = self.section.is_dirty()
        self._state.setText(_("● not saved") if dirty else "")
        self.save_button.setEnabled(dirty)
        self.undo_button.setEnabled(dirty)
