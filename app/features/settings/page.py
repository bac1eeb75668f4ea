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
from app.features.pricing.service import PriceList
from app.features.printing.service import PrintingService
from app.features.settings.desk_sections import ComputerSection, PrintersSection
from app.features.settings.money_section import MoneySection
from app.features.settings.presenter import values_of
from app.features.settings.price_list_section import PriceListSection
from app.features.settings.privacy_section import PrivacySection
from app.features.settings.sections import Section
from app.features.settings.service import SettingsService
from app.features.settings.shop_sections import PricesSection, PromisesSection, ShopSection
from app.features.settings.staff_section import StaffSection
from app.features.settings.text_sections import PapersSection, PhrasesSection
from app.features.staff.service import StaffService
from app.features.stock.service import StockService
from app.ui import icons, theme
from app.ui.desk import Desk
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page

#: The sections in the order of the list; the first nine answer to a number key.
KINDS: tuple[type[Section], ...] = (
    ShopSection,
    PapersSection,
    PrintersSection,
    PricesSection,
    PriceListSection,
    MoneySection,
    PromisesSection,
    PhrasesSection,
    StaffSection,
    ComputerSection,
    PrivacySection,
)
#: They have a row or a choice for each category.
_BY_CATEGORY = (PriceListSection, PapersSection, PromisesSection, PhrasesSection)


class SettingsPage(Page):
    """Everything an owner may set."""

    key = "settings"

    def __init__(
        self,
        settings: SettingsService,
        staff: StaffService,
        printing: PrintingService,
        prices: PriceList,
        stock: StockService,
        desk: Desk,
    ) -> None:
        super().__init__()
        self._settings, self._staff, self._printing = settings, staff, printing
        self._prices, self._stock = prices, stock
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
        self.save_button = QPushButton(_("Save") + "  F9")
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
        self._made: dict[int, Section] = {}
        self._rooms: list[QVBoxLayout] = []
        for kind in KINDS:
            holder = QWidget()
            room = QVBoxLayout(holder)
            room.setContentsMargins(0, 0, 0, 0)
            self._rooms.append(room)
            self._stack.addWidget(holder)
            self.list.addItem(QListWidgetItem(icons.icon(kind.icon, "ink_2", 18), kind.title()))
        for number in range(len(KINDS)):
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

    def activated(self) -> None:
        # The rows were measured before the style sheet knew this list.
        self.list.doItemsLayout()

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.SETTING) or changes.has(Kind.STAFF) or changes.has(Kind.PRICE)

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
        for at, kind in enumerate(KINDS):
            if kind.key in draft["typed"]:
                self.section_at(at).restore(draft["typed"][kind.key])
        self.open_with(draft["front"])

    def open_with(self, subject: Any) -> None:
        """A section's key."""
        at = next((at for at, kind in enumerate(KINDS) if kind.key == subject), None)
        if at is not None:
            self.show_section(at)

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return str(self._values["time_zone"])

    # -- sections --------------------------------------------------------------------------------------

    @property
    def section(self) -> Section:
        """The section in front."""
        return self.section_at(max(0, self.list.currentRow()))

    @property
    def sections(self) -> list[Section]:
        """The sections that were opened so far."""
        return [self._made[at] for at in sorted(self._made)]

    def section_at(self, at: int) -> Section:
        """The section number ``at``, from 0; made when it is first asked for, so that the page opens at once."""
        found = self._made.get(at)
        if found is None:
            found = self._made[at] = self._make(KINDS[at])
            found.load(self._values)
            found.refresh()
            found.touched.connect(self._marks)
            self._rooms[at].addWidget(found)
        return found

    def show_section(self, at: int) -> None:
        """Turn to the section number ``at``, from 0; typed text stays where it is."""
        if 0 <= at < len(KINDS):
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

    def _make(self, kind: type[Section]) -> Section:
        own = self._values["categories"]
        if kind is PapersSection:
            return PapersSection(self._printing, self.desk.tasks, self._saved_values, own)
        if kind is PrivacySection:
            return PrivacySection(self._saved_values)
        if kind is PrintersSection:
            return PrintersSection(self._printing, self._saved_values)
        if kind is StaffSection:
            return StaffSection(self._staff, self.desk, self)
        if kind is PriceListSection:
            return PriceListSection(self._prices, self._stock, self.desk, self, own)
        if kind is PromisesSection:
            return PromisesSection(own)
        if kind is PhrasesSection:
            return PhrasesSection(own)
        return kind()

    def _saved_values(self) -> Mapping[str, Any]:
        return self._values

    def _build_anew(self) -> None:
        """Own categories came or went: sections with a row for each are made again, with what is typed."""
        for at, kind in enumerate(KINDS):
            if at in self._made and kind in _BY_CATEGORY:
                old = self._made.pop(at)
                self.section_at(at).restore(old.draft())
                old.hide()
                old.deleteLater()

    def _turned(self, at: int) -> None:
        if not 0 <= at < len(KINDS):
            return
        section = self.section_at(at)
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
        for at, section in self._made.items():
            item = self.list.item(at)
            mark = "  •" if section.is_dirty() else ""
            item.setText(section.title() + mark)
            item.setToolTip(_("Not saved yet") if mark else "")
        dirty = self.section.is_dirty()
        self._state.setText(_("● not saved") if dirty else "")
        self.save_button.setEnabled(dirty)
        self.undo_button.setEnabled(dirty)
