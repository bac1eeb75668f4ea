"""Several pages under one entry of the rail, as tabs: the stock room, the office.

    room = Room("parts", [
        RoomTab("parts", N_("Parts"), "boxes", build_parts),
        RoomTab("tools", N_("Tools"), "wrench", build_tools, codes=frozenset({CodeKind.TOOL})),
    ])

For the shell a room is one page: scans, keys, Esc, changes and drafts go to the tab in front. A tab is built when it is
first shown. Ctrl+PageDown and Ctrl+PageUp change the tab.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QTabBar, QVBoxLayout, QWidget

from app.core.codes import Code, CodeKind
from app.core.errors import ShopError
from app.core.waiting import Waiting
from app.core.words import _
from app.ui import icons, theme
from app.ui.chips import Chip, ChipLabel, Tone
from app.ui.page import KeyHint, Page
from app.ui.page_stack import FrontStack
from app.ui.tabs import dress_tabs

if TYPE_CHECKING:
    from app.core.changes import Changes
    from app.core.codes import Scan

log = logging.getLogger(__name__)
T = TypeVar("T")


def _always() -> bool:
    return True


def _nothing_waits() -> Waiting | None:
    return None


@dataclass(frozen=True, slots=True)
class RoomTab:
    """One tab. ``title`` is marked English (``N_``); ``codes`` are the barcodes whose records it shows; ``shown`` says
    whether the person at work may see it, asked whenever the room comes to the front."""

    key: str
    title: str
    icon: str
    build: Callable[[], Page]
    codes: frozenset[CodeKind] = frozenset()
    shown: Callable[[], bool] = _always
    #: What waits for somebody there; asked when the room comes to the front and after every change.
    waiting: Callable[[], Waiting | None] = _nothing_waits


@dataclass(frozen=True, slots=True)
class InTab:
    """A subject for ``Room.open_with`` that names its tab; without a subject the tab is only shown."""

    key: str
    subject: Any = None


class Room(Page):
    """A page of pages. What is asked of it, it asks of the tab in front."""

    def __init__(self, key: str, tabs: Sequence[RoomTab]) -> None:
        super().__init__()
        assert tabs, "a room needs a tab"
        self.key = key
        self._tabs = tuple(tabs)
        self._pages: dict[str, Page] = {}
        self._chosen = tabs[0].key
        #: What waits behind each tab, as its chip says it.
        self._waits: dict[str, Waiting | None] = {}
        self._counting = QTimer(self)
        self._counting.setSingleShot(True)
        self._counting.timeout.connect(self.count_waiting)
        self.bar = QTabBar()
        dress_tabs(self.bar, _("Tabs"))
        self.bar.setExpanding(False)
        self.bar.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.bar.currentChanged.connect(self._picked)
        self._stack = FrontStack()
        outer = self.layout()
        assert isinstance(outer, QVBoxLayout)
        # The pages in the tabs keep their own margins.
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self.body.setSpacing(0)
        self.body.addWidget(self.bar)
        self.body.addWidget(self._stack, 1)
        self.setTabOrder(self.bar, self._stack)
        for keys, step in (("Ctrl+PgDown", 1), ("Ctrl+PgUp", -1)):
            QShortcut(QKeySequence(keys), self).activated.connect(lambda step=step: self._step(step))
        self._show_tabs()

    # -- tabs ------------------------------------------------------------------------------------------

    def front(self) -> Page | None:
        """The page in front, built if it was not yet; None if it cannot be built."""
        return self.tab(self._chosen)

    def tab(self, key: str) -> Page | None:
        """The page called ``key``, built if it was not yet; None for one that is not here or cannot be built."""
        page = self._pages.get(key)
        if page is not None:
            return page
        entry = next((each for each in self._visible() if each.key == key), None)
        return None if entry is None else self._build(entry)

    def show_tab(self, key: str) -> Page | None:
        """Bring a tab to the front; None if it is not here for this person."""
        keys = [each.key for each in self._visible()]
        if key not in keys:
            return None
        if key == self._chosen:
            return self.front()
        before = self._pages.get(self._chosen)
        if before is not None and self._front:
            before.go_to_back()
        self.banner.clear()
        self._chosen = key
        self.bar.setCurrentIndex(keys.index(key))
        page = self.front()
        if page is not None:
            self._stack.setCurrentWidget(page)
            if self._front:
                page.come_to_front()
        self.look_changed.emit()
        return page

    def _visible(self) -> list[RoomTab]:
        return [each for each in self._tabs if each.shown()]

    def _show_tabs(self) -> None:
        """Offer the tabs the person at work may see; the room keeps its tab where it can."""
        visible = self._visible()
        keys = [each.key for each in visible]
        if keys == [self.bar.tabData(at) for at in range(self.bar.count())]:
            return
        self._waits.clear()
        self.bar.blockSignals(True)
        while self.bar.count():
            self.bar.removeTab(0)
        for each in visible:
            at = self.bar.addTab(icons.icon(each.icon, "ink_2", 16), _(each.title))
            self.bar.setTabData(at, each.key)
            self.bar.setTabToolTip(at, "Ctrl+PgDn · Ctrl+PgUp")
        if self._chosen not in keys and keys:
            hidden = self._pages.get(self._chosen)
            if hidden is not None:
                hidden.go_to_back()
            self._chosen = keys[0]
        if keys:
            self.bar.setCurrentIndex(keys.index(self._chosen))
        self.bar.setVisible(len(keys) > 1)
        self.bar.blockSignals(False)

    def count_waiting(self) -> None:
        """Ask each tab in sight what waits there, and say it in a chip beside its name."""
        for at, each in enumerate(self._visible()):
            try:
                found = each.waiting()
            except ShopError as error:
                # The tab itself says what is wrong as soon as it is looked at.
                log.warning("what waits in tab %r could not be counted: %s", each.key, error.code)
                found = None
            if self._waits.get(each.key) == found:
                continue
            self._waits[each.key] = found
            chip: ChipLabel | None = None
            if found is not None:
                tone = Tone.LATE if found.late else Tone.WAITS
                sign = "triangle-alert" if found.late else ""
                chip = ChipLabel(Chip(str(found.count), tone, sign, found.words), self.bar)
            before = self.bar.tabButton(at, QTabBar.ButtonPosition.RightSide)
            if chip is not None:
                # The bar gives a button the room that it has, and asks no layout.
                chip.ensurePolished()
                chip.resize(chip.sizeHint())
            # Qt takes None for no widget; its stubs do not know.
            self.bar.setTabButton(at, QTabBar.ButtonPosition.RightSide, chip)
            if before is not None:
                before.deleteLater()
            words = f" · {found.words}" if found is not None else ""
            self.bar.setTabToolTip(at, f"Ctrl+PgDn · Ctrl+PgUp{words}")
            self.bar.setAccessibleTabName(at, f"{_(each.title)}{words}")

    def _build(self, entry: RoomTab) -> Page | None:
        try:
            page = entry.build()
        except Exception as error:
            log.exception("tab %r of page %r could not be built", entry.key, self.key)
            from app.core.sentences import unexpected

            self.warn(unexpected(error))
            return None
        self._pages[entry.key] = page
        self._stack.addWidget(page)
        page.said.connect(self.said)
        page.wants.connect(self.wants)
        page.look_changed.connect(self.look_changed)
        return page

    def _picked(self, at: int) -> None:
        key = self.bar.tabData(at)
        if key is None or key == self._chosen:
            return
        page = self.show_tab(key)
        focus = page.first_focus() if page is not None else None
        # Arrow keys walk along the tabs: the cursor goes into the page only from outside the bar.
        if focus is not None and not self.bar.hasFocus():
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def _step(self, step: int) -> None:
        if self.bar.count():
            self.bar.setCurrentIndex((self.bar.currentIndex() + step) % self.bar.count())

    # -- what the shell asks of a page -----------------------------------------------------------------

    def title(self) -> str:
        page = self.front()
        return page.title() if page is not None else ""

    def keys_here(self) -> Sequence[KeyHint]:
        page = self.front()
        own = tuple(page.keys_here()) if page is not None else ()
        return (*own, KeyHint("Ctrl+PgDn", _("next tab"))) if self.bar.count() > 1 else own

    def first_focus(self) -> QWidget | None:
        page = self.front()
        return page.first_focus() if page is not None else None

    def manual(self) -> str:
        page = self.front()
        return page.manual() if page is not None else self.key

    def take_scan(self, scan: Scan) -> bool:
        page = self.front()
        return page is not None and page.take_scan(scan)

    def takes_parts(self) -> bool:
        page = self.front()
        return page is not None and page.takes_parts()

    def knows_part(self, text: str) -> bool:
        page = self.front()
        return page is not None and page.knows_part(text)

    def open_with(self, subject: Any) -> None:
        """``InTab`` names the tab, a scan goes to the tab of its kind, anything else to the first one."""
        match subject:
            case InTab(key, inner):
                page = self.show_tab(key)
            case Code(kind=kind):
                key = next((each.key for each in self._visible() if kind in each.codes), self._tabs[0].key)
                page, inner = self.show_tab(key), subject
            case _:
                page, inner = self.show_tab(self._tabs[0].key), subject
        if page is None or inner is None:
            return
        page.open_with(inner)
        # What was asked for is what the next key is for, not the first button of its page.
        focus = page.first_focus()
        if focus is not None:
            focus.setFocus(Qt.FocusReason.OtherFocusReason)

    def refresh(self) -> None:
        page = self.front()
        if page is not None:
            page.refresh()

    def save_and_print(self) -> None:
        page = self.front()
        if page is not None:
            page.save_and_print()

    def print_paper(self) -> None:
        page = self.front()
        if page is not None:
            page.print_paper()

    def back(self) -> bool:
        page = self.front()
        return page is not None and page.back()

    def can_leave(self) -> bool:
        return all(page.can_leave() for page in self._pages.values())

    def draft(self) -> Any:
        drafts = {key: page.draft() for key, page in self._pages.items()}
        kept = {key: draft for key, draft in drafts.items() if draft is not None}
        return (self._chosen, kept) if kept or self._chosen != self._tabs[0].key else None

    def restore(self, draft: Any) -> None:
        chosen, kept = draft
        for key, each in kept.items():
            page = self.tab(key)
            if page is not None:
                page.restore(each)
        self.show_tab(chosen)

    # -- staleness and commands ------------------------------------------------------------------------

    def stale(self, changes: Changes | None = None) -> None:
        for page in list(self._pages.values()):
            page.stale(changes)
        if self._front:
            self._counting.start()

    def come_to_front(self) -> None:
        self._front = True
        self._show_tabs()
        page = self.front()
        if page is not None:
            self._stack.setCurrentWidget(page)
            page.come_to_front()
        # After the page is painted: nobody waits for the counts.
        self._counting.start()

    def go_to_back(self) -> None:
        self._front = False
        page = self._pages.get(self._chosen)
        if page is not None:
            page.go_to_back()

    def run(self, command: Callable[[], T], on_done: Callable[[T], object] | None = None) -> bool:
        """Run it as the tab in front: its banner says what went wrong, a conflict reloads it."""
        page = self._pages.get(self._chosen)
        return super().run(command, on_done) if page is None else page.run(command, on_done)
