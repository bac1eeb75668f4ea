"""The base of every page, and the one way to run a command from a screen (design.md §8).

    class IntakePage(Page):
        key = "intake"
        def title(self) -> str: return _("Take in")
        def keys_here(self): return [KeyHint("F9", _("save + print"))]
        def save_and_print(self) -> None:
            self.run(lambda: self._intake.take_in(ctx, form), on_done=self._saved)

Build widgets into ``self.body`` (a ``QVBoxLayout`` below the banner).
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import Conflict, ShopError
from app.core.logbook import timed
from app.core.words import _
from app.ui import theme
from app.ui.messages import Banner, Message, Mood

if TYPE_CHECKING:
    from app.core.changes import Changes
    from app.core.codes import Scan

log = logging.getLogger(__name__)
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class KeyHint:
    """A key that works here and what it does, for the bottom line: ``KeyHint("F9", _("save + print"))``."""

    key: str
    does: str


class Page(QWidget):
    """One screen in the shell. Holds frozen snapshots, calls services through ``run``."""

    #: Name in the shell; set by the subclass.
    key: str = ""
    #: A ``Message`` for the status line ("Order 2611-00042 saved").
    said = Signal(object)
    #: Ask the shell to show another page: (key, argument for its ``open_with``).
    wants = Signal(str, object)
    #: The title, the keys or the refusal of leaving changed.
    look_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.banner = Banner()
        outer = QVBoxLayout(self)
        margin = theme.px(16)
        outer.setContentsMargins(margin, theme.px(12), margin, theme.px(12))
        outer.setSpacing(theme.px(8))
        outer.addWidget(self.banner)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.px(8))
        outer.addLayout(self.body, 1)
        self._stale = True
        self._front = False
        self._numbers: dict[int, Callable[[], object]] = {}
        #: Who had the focus when the key came that is being handled.
        self._enter_in: QWidget | None = None

    # -- what a page says about itself -----------------------------------------------------------------

    def title(self) -> str:
        """The heading, in the user's language."""
        return ""

    def keys_here(self) -> Sequence[KeyHint]:
        """The keys that work on this page, most used first; F1–F5 are the shell's own and added by it."""
        return ()

    def first_focus(self) -> QWidget | None:
        """Where the cursor stands when the page comes to the front; None leaves it where it was."""
        return None

    def manual(self) -> str:
        """Name of the chapter F1 opens (``resources/manual/<lang>/<name>.md``); the page's key by default."""
        return self.key

    # -- what happens to a page ------------------------------------------------------------------------

    def take_scan(self, _scan: Scan) -> bool:
        """Use a scan. True = used (also if refused, with its sentence); False = let the shell route it."""
        return False

    def takes_parts(self) -> bool:
        """Whether a barcode that is not ours may be a part's for this page now: ``knows_part`` is then asked before
        the focused field gets it (design.md §6)."""
        return False

    def knows_part(self, _text: str) -> bool:
        """Whether this barcode is a part's that ``take_scan`` would take."""
        return False

    def open_with(self, subject: Any) -> None:
        """Show what another page, the finder or a scan asked for."""

    def activated(self) -> None:
        """The page came to the front (after ``refresh`` if it was stale)."""

    def refresh(self) -> None:
        """Load what is shown anew; typed text stays."""

    def concerns(self, _changes: Changes) -> bool:
        """Whether these changes make the page stale; everything does unless the page knows better."""
        return True

    def save_and_print(self) -> None:
        """F9."""

    def print_paper(self) -> None:
        """Ctrl+P."""

    def back(self) -> bool:
        """Esc. True = the page used it (closed a card, left a sub-form); never throws typed text away."""
        return False

    def can_leave(self) -> bool:
        """Whether the page may be left for good (the program ends); drafts need no question."""
        return True

    def draft(self) -> Any:
        """What was typed and not saved, to live through a change of language or theme; None = nothing."""
        return None

    def restore(self, draft: Any) -> None:
        """Put a draft back."""

    # -- staleness: called by the shell ----------------------------------------------------------------

    def stale(self, changes: Changes | None = None) -> None:
        """Records changed: reload at once if in front, else when shown next."""
        if changes is not None and not self.concerns(changes):
            return
        self._stale = True
        if self._front:
            self._freshen()

    def come_to_front(self) -> None:
        """The shell shows this page now."""
        self._front = True
        if self._stale:
            self._freshen()
        self.activated()

    def go_to_back(self) -> None:
        """The shell shows another page."""
        self._front = False

    def _freshen(self) -> None:
        self._stale = False
        self.run(self.refresh)

    # -- running commands ------------------------------------------------------------------------------

    def run(self, command: Callable[[], T], on_done: Callable[[T], object] | None = None) -> bool:
        """Give a command; True if it was done.

        A refusal, conflict or fault is shown in the banner with the *wrong* sound, typed text stays; a conflict
        reloads the page; an unexpected error is logged and shown as such. ``on_done`` runs only after success.
        """
        before = self.banner.message()
        try:
            with timed(log, self.key):
                result = command()
            if self.banner.message() is before:
                # What the command said itself stays: F9 is a command that runs others.
                self.banner.clear()
            if on_done is not None:
                on_done(result)
        except (ShopError, Conflict) as error:
            self.refused(error)
            return False
        except Exception as error:
            log.exception("unexpected error on page %r", self.key)
            self._unforeseen(error)
            return False
        return True

    def refused(self, error: ShopError | Conflict) -> None:
        """Show why something was refused or failed; also what ``tasks.run(on_fault=…)`` may call."""
        from app.core.sentences import sentence

        log.debug(
            "refused on page %r: %s", self.key, error.code if isinstance(error, ShopError) else "conflict"
        )
        if isinstance(error, Conflict):
            try:
                self.refresh()
            except Exception:
                log.exception("reload after a conflict failed on page %r", self.key)
        self.warn(sentence(error))

    def failed(self, error: BaseException) -> None:
        """``on_fault`` for ``tasks.run``: any error, in its sentence."""
        if isinstance(error, ShopError | Conflict):
            self.refused(error)
        else:
            self._unforeseen(error)

    def _unforeseen(self, error: BaseException) -> None:
        """Say that it should not have happened; who wants to help reads and sends the report."""
        from app.core.sentences import unexpected
        from app.ui.crash import show_crash

        text = unexpected(error)
        self.banner.say(text, Mood.ERROR, _("Show the report …"), lambda: show_crash(error, self))
        self.said.emit(Message(text, Mood.ERROR))

    def warn(self, text: str) -> None:
        """Say what went wrong, in the page, with the *wrong* sound."""
        self.banner.say(text, Mood.ERROR)
        self.said.emit(Message(text, Mood.ERROR))

    def confirm_done(self, text: str) -> None:
        """Say what was done, in the status line (never a dialog), with the *ok* sound."""
        self.said.emit(Message(text, Mood.OK))

    # -- number keys -----------------------------------------------------------------------------------

    def number_key(self, number: int, action: Callable[[], object] | None) -> None:
        """Let the digit ``number`` (0–9) give ``action`` while no text is being typed; None takes it away."""
        if action is None:
            self._numbers.pop(number, None)
        else:
            self._numbers[number] = action

    def event(self, event: QEvent) -> bool:
        """Before a key press its focus is asked for a shortcut: who had it then is whom an Enter was meant for. A field
        that sends the focus on with Enter must not press the button it sends it to."""
        if event.type() is QEvent.Type.ShortcutOverride:
            self._enter_in = self.focusWidget()
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that the widget with the focus left alone: Enter presses a button as Space does, digits act."""
        focused = self.focusWidget()
        began, self._enter_in = self._enter_in, None
        if event.key() in _ENTER and isinstance(focused, QPushButton) and focused is began:
            if not event.isAutoRepeat():
                focused.click()
            return
        text = event.text()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and len(text) == 1 and text in "0123456789" and not typing_in(QApplication.focusWidget()):
            action = self._numbers.get(int(text))
            if action is not None:
                action()
                return
        super().keyPressEvent(event)


def typing_in(widget: QWidget | None) -> bool:
    """Whether keys typed now end up as text in ``widget``."""
    match widget:
        case QLineEdit() | QPlainTextEdit() | QTextEdit():
            return widget.isEnabled() and not widget.isReadOnly()
        case QAbstractSpinBox():
            return widget.isEnabled() and not widget.isReadOnly()
        case QComboBox():
            return widget.isEnabled() and widget.isEditable()
        case _:
            return False


def press(button: QAbstractButton) -> Callable[[], None]:
    """A number key's action that does what ``button`` does, if it is enabled."""

    def act() -> None:
        if button.isEnabled():
            button.click()

    return act
