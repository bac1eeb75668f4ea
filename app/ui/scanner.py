"""The scanner: an application-wide filter that turns bursts of keys into scans, wherever the focus is.

    scanner = Scanner(app)
    scanner.scanned.connect(shell.take_scan)        # Code or DamagedCode
    scanner.foreign.connect(shell.take_foreign)     # another barcode, and no text field waited for it

It stands before every field, and so it is also what keeps the program's own keys from being taken by one.

Keys arrive in three shapes, and all three are read: key presses (caught at the window, before the focused widget),
shortcuts of a single digit (Qt sends those instead of the key), and an input method's committed digits.
``bursts.BurstReader`` decides; this module holds keys back and gives them back unchanged.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QShortcutEvent, QWindow
from PySide6.QtWidgets import QApplication, QWidget

from app.core.words import N_
from app.ui import keep
from app.ui.bursts import GAP, PAUSE, BurstReader, Outcome, Scanned, Stranger, Stroke, Typed
from app.ui.page import typing_in

_WATCHED = {
    QEvent.Type.KeyPress,
    QEvent.Type.KeyRelease,
    QEvent.Type.ShortcutOverride,
    QEvent.Type.Shortcut,
    QEvent.Type.InputMethod,
    QEvent.Type.MouseButtonPress,
}
_ENDS = {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab}
_MODIFIER_KEYS = {
    Qt.Key.Key_Shift,
    Qt.Key.Key_Control,
    Qt.Key.Key_Alt,
    Qt.Key.Key_Meta,
    Qt.Key.Key_AltGr,
    Qt.Key.Key_CapsLock,
    Qt.Key.Key_NumLock,
}
_HARMLESS = (
    Qt.KeyboardModifier.ShiftModifier
    | Qt.KeyboardModifier.KeypadModifier
    | Qt.KeyboardModifier.GroupSwitchModifier
)

#: Keys with Ctrl that pages give a meaning, and that a text field would take for itself: the end of the line and delete
#: up to its start under X11, undo what was undone (Ctrl+Shift+Z does it, too) under Windows.
_OURS = {Qt.Key.Key_E, Qt.Key.Key_U, Qt.Key.Key_Y}

#: A timer this late (seconds) says that the computer is busy; then keys get so many milliseconds more to arrive.
_HUNGRY, _MERCY_MS = 0.010, 25

_Send = Callable[[QObject, QEvent], None]

#: (code, word, gap, pause in seconds): Bluetooth scanners send their keys more slowly and less evenly.
SPEEDS: tuple[tuple[str, str, float, float], ...] = (
    ("normal", N_("By cable or USB receiver"), GAP, PAUSE),
    ("slow", N_("Bluetooth (slower)"), 2 * GAP, 2 * PAUSE),
)


def kept_speed() -> str:
    """The speed chosen for this computer's scanner, by its code in ``SPEEDS``."""
    kept = keep.text("scanner")
    return kept if kept in {code for code, *_rest in SPEEDS} else SPEEDS[0][0]


def keep_speed(code: str) -> None:
    """Remember the scanner's speed on this computer."""
    keep.put("scanner", code)


class Scanner(QObject):
    """Install once. ``gap`` and ``pause`` in seconds (Settings: slow Bluetooth scanners need more)."""

    #: ``Code`` or ``DamagedCode``.
    scanned = Signal(object)
    #: The text of a barcode that is not ours.
    foreign = Signal(str)

    def __init__(
        self,
        app: QApplication,
        *,
        gap: float = GAP,
        pause: float = PAUSE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(app)
        self._clock = clock
        self._reader = BurstReader(gap, pause)
        #: Events being given back at this moment, by address. Not a mere "yes": a key given back may open a dialog,
        #: and until that closes other keys and scans come in.
        self._own: set[int] = set()
        self._last_input = clock()
        self._asked_at = 0
        self._seen: tuple[int, QObject] | None = None
        self._quiet_releases: list[int] = []
        self._confirming = False
        #: Whether a burst that is not ours may be meant for the page in front (a part by its maker's barcode) even
        #: while a text field has the focus; what ``foreign_known`` then does not know is typed into the field.
        self.foreign_wanted: Callable[[], bool] = lambda: False
        self.foreign_known: Callable[[str], bool] = lambda _text: False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._overdue)
        app.installEventFilter(self)

    def set_speed(self, gap: float, pause: float) -> None:
        """Change the times (seconds), for slow scanners."""
        self._reader.gap, self._reader.pause = gap, max(pause, gap)

    def use_kept_speed(self) -> None:
        """Take the times chosen in Settings for this computer."""
        gap, pause = next((gap, pause) for code, _word, gap, pause in SPEEDS if code == kept_speed())
        self.set_speed(gap, pause)

    def idle(self) -> float:
        """Seconds since the last key, scan or press of a mouse button, for the idle lock."""
        return self._clock() - self._last_input

    def remove(self) -> None:
        """Stop filtering and leave the application (tests)."""
        app = QCoreApplication.instance()
        if app is not None:
            app.removeEventFilter(self)
        self._timer.stop()
        self.setParent(None)

    def tick(self) -> None:
        """End what is overdue by the clock; the timer calls it, tests with their own clock do too."""
        if self._act(self._reader.expire(self._clock())):
            self._reader.given_back()
        self._arm()

    # -- events ----------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind not in _WATCHED or (self._own and shiboken6.getCppPointer(event)[0] in self._own):
            return False
        self._last_input = self._clock()
        if kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # "May this key be a shortcut?" comes first and knows when the key was pressed; the shortcut does not.
            self._asked_at = event.timestamp()
            if event.key() in _OURS and event.modifiers() == Qt.KeyboardModifier.ControlModifier:
                # The field is not asked. Where no shortcut wants the key, it gets it after all.
                event.ignore()
                return True
            return False
        if kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._pressed(watched, event)
        if kind == QEvent.Type.KeyRelease and isinstance(event, QKeyEvent):
            return self._released(event)
        if kind == QEvent.Type.Shortcut and isinstance(event, QShortcutEvent):
            return self._shortcut(watched, event)
        if kind == QEvent.Type.InputMethod and isinstance(event, QInputMethodEvent):
            return self._committed(watched, event)
        return False

    def _pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        if self._on_its_way(watched, event):
            return False
        key = event.key()
        if key in _MODIFIER_KEYS:
            # A scanner holds Shift for capital letters; that does not end its burst.
            return False
        if event.isAutoRepeat():
            # A key held down repeats as fast as a slow scanner.
            self._act(self._reader.other())
            return False
        stroke = Stroke(event.text(), self._clock(), event.timestamp(), _KeyGiver(watched, event))
        plain = not event.modifiers() & ~_HARMLESS
        if key in _ENDS and plain and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            outcomes, taken = self._reader.terminator(stroke)
        elif plain and len(event.text()) == 1 and event.text().isprintable():
            outcomes, taken = self._reader.key(stroke, take_all=self._take_all())
        else:
            outcomes, taken = self._reader.other(), False
        if taken:
            self._quiet_releases.append(key)
        if self._act(outcomes) and key in _ENDS and taken:
            # The field that got a stranger's keys after all gets its Enter too, and the release of it.
            self._quiet_releases.remove(key)
            taken = False
        self._arm()
        return taken

    def _released(self, event: QKeyEvent) -> bool:
        # The release of a key that was held back or swallowed must not arrive alone.
        if event.key() in self._quiet_releases and not event.isAutoRepeat():
            self._quiet_releases.remove(event.key())
            return True
        return False

    def _shortcut(self, watched: QObject, event: QShortcutEvent) -> bool:
        sequence = event.key()
        if sequence.count() != 1:
            return False
        combination = sequence[0]  # type: ignore[index]
        key, modifiers = combination.key(), combination.keyboardModifiers()
        if modifiers & ~Qt.KeyboardModifier.KeypadModifier:
            self._act(self._reader.other())
            return False
        giver = _ShortcutGiver(watched, event)
        stamp, self._asked_at = self._asked_at, 0
        if key in _ENDS:
            outcomes, taken = self._reader.terminator(Stroke("", self._clock(), stamp, giver))
        elif Qt.Key.Key_0 <= key <= Qt.Key.Key_9:
            digit = chr(int(key))
            outcomes, taken = self._reader.key(
                Stroke(digit, self._clock(), stamp, giver), take_all=self._take_all()
            )
        else:
            outcomes, taken = self._reader.other(), False
        if self._act(outcomes) and key in _ENDS:
            taken = False
        self._arm()
        return taken

    def _committed(self, watched: QObject, event: QInputMethodEvent) -> bool:
        text = event.commitString()
        if not text:
            return False
        simple = not event.preeditString() and not event.replacementLength()
        if not simple or not all(sign.isprintable() and _keyboard_sign(sign) for sign in text):
            self._act(self._reader.other())
            self._arm()
            return False
        now, taken = self._clock(), False
        take_all = self._take_all()
        if len(text) > 1 and not take_all and not text[0].isdecimal() and not self._reader.holding():
            return False
        for sign in text:
            giver = _CommitGiver(watched, sign)
            outcomes, taken = self._reader.key(Stroke(sign, now, 0, giver), take_all=take_all)
            self._act(outcomes)
            if not taken:
                # The rest of a commit must not overtake its beginning.
                self._give(giver)
        self._arm()
        return True

    def _on_its_way(self, watched: QObject, event: QKeyEvent) -> bool:
        """Whether this very event was let through already and is now travelling inwards or to a parent.

        It comes to the window, then to the focused widget, then to each parent that is asked.
        """
        address = shiboken6.getCppPointer(event)[0]
        seen, self._seen = self._seen, (address, watched)
        if seen is None or seen[0] != address or not shiboken6.isValid(seen[1]):
            return False
        before = seen[1]
        if isinstance(watched, QWindow):
            return False
        if isinstance(before, QWindow):
            return True
        if watched is before or not (isinstance(before, QWidget) and isinstance(watched, QWidget)):
            return False  # Qt calls a widget its own ancestor
        return watched.isAncestorOf(before)

    # -- outcomes --------------------------------------------------------------------------------------

    def _take_all(self) -> bool:
        return not typing_in(QApplication.focusWidget()) or self.foreign_wanted()

    def _act(self, outcomes: list[Outcome]) -> bool:
        """Do what the reader decided; True if a foreign burst went to the focused field after all."""
        typed = False
        for outcome in outcomes:
            match outcome:
                case Typed(strokes):
                    for stroke in strokes:
                        self._give(stroke.event)
                case Scanned(scan):
                    self.scanned.emit(scan)
                case Stranger(text, strokes):
                    typed = typing_in(QApplication.focusWidget()) and not self.foreign_known(text)
                    if typed:
                        for stroke in strokes:
                            self._give(stroke.event)
                    else:
                        self.foreign.emit(text)
        return typed

    def _give(self, giver: Any) -> None:
        giver.give(self._send)

    def _send(self, to: QObject, event: QEvent) -> None:
        address = shiboken6.getCppPointer(event)[0]
        self._own.add(address)
        try:
            QCoreApplication.sendEvent(to, event)
        finally:
            self._own.discard(address)

    def _arm(self) -> None:
        deadline = self._reader.deadline()
        self._confirming = False
        if deadline is None:
            self._timer.stop()
        else:
            self._timer.start(max(0, round((deadline - self._clock()) * 1000)) + 1)

    def _overdue(self) -> None:
        if not self._confirming:
            # The program may have been busy: keys that came in time are still waiting behind this timer.
            self._confirming = True
            deadline = self._reader.deadline()
            late = deadline is not None and self._clock() - deadline > _HUNGRY
            # A program that got its turn this late may be ahead of the thread that brings it the keys.
            self._timer.start(_MERCY_MS if late else 0)
            return
        self._confirming = False
        self.tick()


def _keyboard_sign(sign: str) -> bool:
    """ASCII or its full-width twin; not what an input method makes of letters."""
    return sign.isascii() or 0xFF01 <= ord(sign) <= 0xFF5E


class _KeyGiver:
    """A key press kept to be given back: press and release, unchanged, to the same window or widget."""

    __slots__ = ("_event", "_to")

    def __init__(self, to: QObject, event: QKeyEvent) -> None:
        self._to = to
        self._event = event.clone()

    def give(self, send: _Send) -> None:
        if not shiboken6.isValid(self._to):
            return
        event = self._event
        send(self._to, event)
        if shiboken6.isValid(self._to):
            release = QKeyEvent(
                QEvent.Type.KeyRelease,
                event.key(),
                event.modifiers(),
                event.nativeScanCode(),
                event.nativeVirtualKey(),
                event.nativeModifiers(),
                event.text(),
            )
            send(self._to, release)


class _ShortcutGiver:
    """A digit's shortcut kept to be given back."""

    __slots__ = ("_ambiguous", "_id", "_sequence", "_to")

    def __init__(self, to: QObject, event: QShortcutEvent) -> None:
        self._to = to
        self._sequence, self._id, self._ambiguous = event.key(), event.shortcutId(), event.isAmbiguous()

    def give(self, send: _Send) -> None:
        if shiboken6.isValid(self._to):
            send(self._to, QShortcutEvent(self._sequence, self._id, self._ambiguous))


class _CommitGiver:
    """A character from an input method kept to be given back."""

    __slots__ = ("_sign", "_to")

    def __init__(self, to: QObject, sign: str) -> None:
        self._to = to
        self._sign = sign

    def give(self, send: _Send) -> None:
        if shiboken6.isValid(self._to):
            event = QInputMethodEvent()
            event.setCommitString(self._sign)
            send(self._to, event)
