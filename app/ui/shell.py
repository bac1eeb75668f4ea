"""The main window: rail, finder, lights, user, the pages, the bottom line (screens.md "Shell").

    shell = Shell([PageEntry("intake", N_("Take in"), "package-plus", build_intake, COUNTER, "F2"), …], doors)
    shell.sign_in_as(actor)       # or shell.lock() to ask who is there
    curtain.adopt(shell)          # or shell.show() in tests

Pages are built when they are first shown. A change of language, theme or text scale rebuilds them and keeps drafts.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import words
from app.core.words import N_, Language, _
from app.ui import sounds, tasks, theme
from app.ui.bars import BottomLine, HelpPanel, Rail
from app.ui.messages import Message, Mood
from app.ui.page import KeyHint, Page
from app.ui.page_stack import PageStack
from app.ui.scan_routes import ScanRoutes
from app.ui.shell_keys import ShellKeys
from app.ui.sounds import Sound
from app.ui.top_bar import TopBar
from app.ui.user_menu import UserMenu

if TYPE_CHECKING:
    from app.core.changes import Changes
    from app.core.codes import Code, Scan
    from app.core.enums import Role
    from app.core.rights import Actor
    from app.ui.finder_box import FinderHit
    from app.ui.scanner import Scanner
    from app.ui.sign_in import SignIn, SignInDoors

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class PageEntry:
    """One page. ``title`` is marked English (``N_``), ``roles`` may see it, ``shortcut`` is like ``"F2"``; one that is
    not ``shown`` is for shops that do something else."""

    key: str
    title: str
    icon: str
    build: Callable[[], Page]
    roles: frozenset[Role]
    shortcut: str = ""
    shown: Callable[[], bool] = lambda: True


def _nothing(_text: str) -> Sequence[FinderHit]:
    return ()


@dataclass(slots=True)
class ShellDoors:
    """What the shell asks of the rest of the program; each may be left out in tests.

    ``route`` and ``open_hit`` answer ``(page key, subject for Page.open_with)`` or None.
    ``signed`` hears of every change of the person at work (None = locked).
    """

    sign_in: SignInDoors | None = None
    find: Callable[[str], Sequence[FinderHit]] = _nothing
    open_hit: Callable[[FinderHit], tuple[str, Any] | None] = lambda _hit: None
    route: Callable[[Code], tuple[str, Any] | None] = lambda _code: None
    signed: Callable[[Actor | None], object] = lambda _actor: None
    language_chosen: Callable[[Language], object] = lambda _language: None
    shop_name: Callable[[], str] = lambda: ""
    extra_menu: list[tuple[str, str, Callable[[], object]]] = field(default_factory=list)


#: What the shell's own keys do, shown behind the page's own.
_OWN_KEYS = (("F1", N_("help")),)


class Shell(QWidget):
    """All that stands in the window. A window by itself in tests; ``curtain.Curtain`` adopts it in the program."""

    #: The person at work changed: an ``Actor`` or None (locked).
    actor_changed = Signal(object)
    page_shown = Signal(str)
    #: A ``Message`` was shown in the bottom line.
    told = Signal(object)

    def __init__(
        self, entries: Sequence[PageEntry], doors: ShellDoors | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.doors = doors or ShellDoors()
        self._all = tuple(entries)
        self._entries: tuple[PageEntry, ...] = ()
        self._pages: dict[str, Page] = {}
        self._front = ""
        self._actor: Actor | None = None
        self._last_id = 0
        self._routes = ScanRoutes(self)
        self._lights: dict[str, tuple[str, str, str]] = {}
        self._idle_after = 0.0
        self._chapter = ""
        self._scanner: Scanner | None = None
        self._sign_in: SignIn | None = None
        self.resize(1366, 768)
        theme.role_of(self, "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._holder = QVBoxLayout(self)
        self._holder.setContentsMargins(0, 0, 0, 0)
        self._dress()
        ShellKeys(self, {entry.shortcut: entry.key for entry in self._all if entry.shortcut})
        self._idle = QTimer(self)
        self._idle.setInterval(10_000)
        self._idle.timeout.connect(self._look_idle)

    # -- people ----------------------------------------------------------------------------------------

    @property
    def actor(self) -> Actor | None:
        """Who works here now; None while locked."""
        return self._actor

    def sign_in_as(self, actor: Actor) -> None:
        """Let ``actor`` work: show the pages of that role, the same page as before if it is among them."""
        self._actor = actor
        self._last_id = actor.id
        self._show_rail(actor)
        self._top.show_person(actor.name)
        self._faces.setCurrentWidget(self._work)
        self.doors.signed(actor)
        self.actor_changed.emit(actor)
        keys = [entry.key for entry in self._entries]
        if self._front in keys:
            self.show_page(self._front)
        elif keys:
            self._front = ""
            self.show_page(keys[0])

    def look_at_rooms(self) -> None:
        """What the shop does changed in Settings: pages come and go in the rail."""
        if self._actor is not None:
            self._show_rail(self._actor)
            self._rail.mark(self._front)

    def _show_rail(self, actor: Actor) -> None:
        self._entries = tuple(entry for entry in self._all if actor.role in entry.roles and entry.shown())
        self._rail.show_entries(
            [(entry.key, _(entry.title), entry.icon, entry.shortcut) for entry in self._entries]
        )

    def lock(self) -> None:
        """Ask who is there. Pages and what is typed in them stay."""
        if self.doors.sign_in is None:
            return
        front = self.page()
        if front is not None:
            front.go_to_back()
        self._actor = None
        self.doors.signed(None)
        self.actor_changed.emit(None)
        self._ask_who(quick=False)

    def switch_user(self) -> None:
        """F12: somebody else works on; Esc leaves everything as it was."""
        if self.doors.sign_in is not None:
            self._ask_who(quick=True)

    def lock_after(self, seconds: float) -> None:
        """Lock when nothing was typed or scanned for so long; 0 = never."""
        self._idle_after = seconds
        if seconds > 0:
            self._idle.start()
        else:
            self._idle.stop()

    # -- pages -----------------------------------------------------------------------------------------

    def page(self, key: str | None = None) -> Page | None:
        """The page in front, or the one called ``key`` if it was built already."""
        return self._pages.get(self._front if key is None else key)

    def show_page(self, key: str, subject: Any = None) -> Page | None:
        """Bring a page to the front, building it if needed; ``subject`` goes to its ``open_with``.

        None if this person may not see it.
        """
        entry = next((entry for entry in self._entries if entry.key == key), None)
        if entry is None:
            return None
        before = self.page()
        page = self._pages.get(key) or self._build(entry)
        if page is None:
            return None
        if before is not None and before is not page:
            before.go_to_back()
        self._front = key
        self._stack.bring(page)
        self._rail.mark(key)
        self._set_title(entry)
        page.come_to_front()
        if subject is not None:
            page.run(lambda: page.open_with(subject))
        self._show_keys()
        if self._help.isVisible():
            self._show_chapter(page)
        focus = page.first_focus()
        if focus is not None and (before is not page or subject is None):
            focus.setFocus(Qt.FocusReason.OtherFocusReason)
        self.page_shown.emit(key)
        return page

    def rooms(self) -> Sequence[str]:
        """The keys of the pages that the person at work may see, in the rail's order."""
        return [entry.key for entry in self._entries]

    def changed(self, changes: Changes) -> None:
        """Records changed: pages become stale, the one in front reloads. Call in the GUI thread."""
        for page in list(self._pages.values()):
            page.stale(changes)

    def rebuild(self) -> None:
        """Build everything anew (language, theme or scale changed); what was typed is kept as drafts."""
        drafts = {key: page.draft() for key, page in self._pages.items()}
        front, message = self._front, self._bottom.message()
        signing = self.locked()
        for page in self._pages.values():
            page.go_to_back()
            page.deleteLater()
        self._pages = {}
        self._sign_in = None
        old = self._faces
        self._dress()
        self._holder.removeWidget(old)
        old.hide()
        old.deleteLater()
        for name, (text, tone, hint) in list(self._lights.items()):
            self.set_light(name, text, tone, hint)
        if message is not None:
            self._bottom.say(message)
        if self._actor is not None and not signing:
            actor = self._actor
            self._front = front
            self.sign_in_as(actor)
            for key, draft in drafts.items():
                if draft is None:
                    continue
                entry = next((entry for entry in self._entries if entry.key == key), None)
                page_again = self._pages.get(key) or (self._build(entry) if entry is not None else None)
                if page_again is not None:
                    page_again.restore(draft)
        elif self.doors.sign_in is not None:
            self._ask_who(quick=self._actor is not None)

    # -- scans -----------------------------------------------------------------------------------------

    def attach(self, scanner: Scanner) -> None:
        """Listen to the scanner."""
        self._scanner = scanner
        scanner.scanned.connect(self.take_scan)
        scanner.foreign.connect(self.take_foreign)
        scanner.foreign_wanted = self._routes.wants_foreign
        scanner.foreign_known = self._routes.knows_foreign

    def take_scan(self, scan: Scan) -> None:
        """A code of ours was scanned: badge, dialog in front, page in front, or the page it belongs to."""
        self._routes.take(scan)

    def take_foreign(self, text: str) -> None:
        """A barcode that is not ours, and no field waits for it: the page may know it (a part's own barcode)."""
        self._routes.take_foreign(text)

    def locked(self) -> bool:
        """Whether the sign-in stands in front of the pages."""
        return self._faces.currentWidget() is not self._work

    def take_badge(self, code: Code) -> bool:
        """Give a badge to the sign-in if that is in front; False if it is not."""
        if self._sign_in is None or self._faces.currentWidget() is not self._sign_in:
            return False
        self._sign_in.take_badge(code)
        return True

    # -- what is said ----------------------------------------------------------------------------------

    def say(self, message: Message) -> None:
        """Show a result in the bottom line, with its sound."""
        message = self._routes.with_code(message)
        self._bottom.say(message)
        self.told.emit(message)
        if message.sound and message.mood in (Mood.OK, Mood.ERROR):
            sounds.play(Sound.OK if message.mood is Mood.OK else Sound.WRONG)

    def set_light(self, name: str, text: str | None, tone: str = "calm", hint: str = "") -> None:
        """Show or change a status light ("backup", "sync"); ``text`` None hides it. Tones as in ``sheet.TONES``."""
        if text is None:
            self._lights.pop(name, None)
        else:
            self._lights[name] = (text, tone, hint)
        self._top.set_light(name, text, tone, hint)

    def toggle_help(self) -> None:
        """F1."""
        if self._help.isVisible():
            self._help.hide()
            return
        self._show_chapter(self.page())
        self._help.show()

    # -- building --------------------------------------------------------------------------------------

    def _dress(self) -> None:
        self._faces = QStackedWidget()
        self._work = QWidget()
        theme.role_of(self._work, "ground")
        self._work.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rail = Rail()
        self._rail.picked.connect(self.show_page)
        self._top = TopBar(lambda text: self.doors.find(text), lambda parent: UserMenu(self, parent))
        self._top.show_person(self._actor.name if self._actor is not None else None)
        self.finder = self._top.finder
        self.finder.chosen.connect(self._open_hit)
        self.finder.left.connect(self._focus_page)
        self._stack = PageStack()
        self._help = HelpPanel()
        self._help.closed.connect(self._help.hide)
        self._bottom = BottomLine()
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self._help)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._top)
        right.addLayout(middle, 1)
        right.addWidget(tasks.ProgressStrip())
        right.addWidget(self._bottom)
        across = QHBoxLayout(self._work)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self._rail)
        across.addLayout(right, 1)
        self._faces.addWidget(self._work)
        self._holder.addWidget(self._faces)
        self._name_window()

    def _build(self, entry: PageEntry) -> Page | None:
        try:
            page = entry.build()
        except Exception as error:
            log.exception("page %r could not be built", entry.key)
            from app.core.sentences import unexpected

            self.say(Message(unexpected(error), Mood.ERROR))
            return None
        self._pages[entry.key] = page
        self._stack.add(page)
        page.said.connect(self.say)
        page.wants.connect(lambda key, subject: self.show_page(key, subject))
        page.look_changed.connect(self._look_changed)
        return page

    # -- switching -------------------------------------------------------------------------------------

    def use_language(self, language: Language) -> None:
        """Speak another language from now on, in every open page."""
        words.set_language(language)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            theme.speak(app, language)
        self.doors.language_chosen(language)
        self.rebuild()

    def _ask_who(self, *, quick: bool) -> None:
        assert self.doors.sign_in is not None
        if self._sign_in is None:
            from app.ui.sign_in import SignIn

            self._sign_in = SignIn(self.doors.sign_in, self.doors.shop_name())
            self._sign_in.signed.connect(self.sign_in_as)
            self._sign_in.left.connect(self._stay)
            self._faces.addWidget(self._sign_in)
        self._faces.setCurrentWidget(self._sign_in)
        self._sign_in.begin(self._last_id)
        self._name_window()
        log.debug("asking who works here (quick switch: %s)", quick)

    def _stay(self) -> None:
        if self._actor is not None:
            self._faces.setCurrentWidget(self._work)
            self._focus_page()

    # -- keys ------------------------------------------------------------------------------------------

    def step_back(self) -> None:
        """Esc: out of a quick switch, the help, or what the page has open."""
        page = self.page()
        if self.locked():
            self._stay()
        elif self._help.isVisible():
            self._help.hide()
        elif page is not None:
            page.run(page.back)

    def finder_asked(self) -> None:
        """Ctrl+K."""
        self.finder.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.finder.selectAll()

    def _focus_page(self) -> None:
        page = self.page()
        if page is not None:
            wanted = page.first_focus()
            # A button that may not be pressed yet takes no keys.
            ready = wanted if wanted is not None and wanted.isEnabled() else page
            ready.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open_hit(self, hit: FinderHit) -> None:
        page = self.page()
        target = self.doors.open_hit(hit)
        if target is not None:
            self.show_page(*target)
            if self.finder.hasFocus():
                # The page was in front already: its keys are meant from here on, not the box.
                self._focus_page()
        elif page is not None:
            page.setFocus()

    def full_screen(self) -> None:
        """F11."""
        window = self.window()
        if window.isFullScreen():
            window.showNormal()
        else:
            window.showFullScreen()

    def _look_changed(self) -> None:
        self._show_keys()
        page = self.page()
        # A page of tabs has a chapter for each; a chapter that was opened by a link stays otherwise.
        if page is not None and self._help.isVisible() and page.manual() != self._chapter:
            self._show_chapter(page)

    def _show_chapter(self, page: Page | None) -> None:
        self._chapter = page.manual() if page is not None else "index"
        self._help.without = frozenset(entry.key for entry in self._all if not entry.shown())
        self._help.show_chapter(self._chapter)

    def _show_keys(self) -> None:
        page = self.page()
        if page is None:
            return
        hints = list(page.keys_here())
        hints += [
            KeyHint(entry.shortcut, _(entry.title))
            for entry in self._entries
            if entry.shortcut and entry.key != self._front
        ]
        hints += [KeyHint(key, _(word)) for key, word in _OWN_KEYS]
        self._bottom.show_keys(hints)

    # -- window ----------------------------------------------------------------------------------------

    def _name(self) -> str:
        return self.doors.shop_name() or _("Xiuhu")

    def _set_title(self, entry: PageEntry) -> None:
        self._name_window(_(entry.title))

    def _name_window(self, page: str = "") -> None:
        self.window().setWindowTitle(f"{page} — {self._name()}" if page else self._name())

    def _look_idle(self) -> None:
        if self._actor is None or self._scanner is None or self._idle_after <= 0:
            return
        if self._scanner.idle() < self._idle_after:
            return
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            self.lock()
        elif self.doors.sign_in is not None:
            self._cover(dialog, self.doors.sign_in, self._actor)

    def _cover(self, dialog: QWidget, doors: SignInDoors, actor: Actor) -> None:
        """Lock over an open dialog."""
        from app.ui.cover import Cover, leave_open_dialogs

        if isinstance(dialog, Cover):
            return

        def take_over(other: Actor) -> None:
            leave_open_dialogs()
            # The questions return to who asked them first, with nothing done.
            QTimer.singleShot(0, self, lambda: self.sign_in_as(other))

        cover = Cover(doors, self.doors.shop_name(), actor, self.window())
        cover.taken_over.connect(take_over)
        cover.open()
        log.debug("locked over an open dialog")

    def may_close(self) -> bool:
        """Whether every page lets itself be left: the window is about to close."""
        return all(page.can_leave() for page in self._pages.values())

    def closeEvent(self, event: QCloseEvent) -> None:
        if self.may_close():
            event.accept()
        else:
            event.ignore()
