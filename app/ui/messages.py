"""What the program says: banners in the page, the status line, the one question dialog, the crash dialog."""

from __future__ import annotations

import logging
import platform
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app import __version__
from app.core.words import _
from app.ui import icons, theme

log = logging.getLogger(__name__)


class Mood(StrEnum):
    """How a message is meant; each has its colour, icon and (for ok and error) its sound."""

    INFO = "info"
    OK = "ok"
    WARN = "warn"
    ERROR = "error"


TONE = {Mood.INFO: "info", Mood.OK: "done", Mood.WARN: "waits", Mood.ERROR: "late"}
ICON = {Mood.INFO: "info", Mood.OK: "circle-check", Mood.WARN: "triangle-alert", Mood.ERROR: "circle-x"}


@dataclass(frozen=True, slots=True)
class Message:
    """One sentence for the user. ``sound`` False keeps it quiet (it was not the answer to a scan or key)."""

    text: str
    mood: Mood = Mood.INFO
    sound: bool = True


class Banner(QFrame):
    """A tinted line at the top of a page or dialog: icon, sentence, at most one way out, close. Hidden when empty."""

    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setProperty("role", "tinted")
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._action = QPushButton()
        self._action.setVisible(False)
        self._action.clicked.connect(self._act)
        self._do: Callable[[], None] | None = None
        self._close = QToolButton()
        theme.role_of(self._close, "quiet")
        self._close.setAccessibleName(_("Close message"))
        self._close.setToolTip(_("Close message"))
        self._close.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._close.clicked.connect(self.clear)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(4), theme.px(4), theme.px(4))
        row.setSpacing(theme.px(8))
        row.addWidget(self._icon, 0)
        row.addWidget(self._text, 1)
        row.addWidget(self._action, 0)
        row.addWidget(self._close, 0)
        self._message: Message | None = None
        theme.watch().changed.connect(self._paint_icon)
        self.hide()

    def say(
        self,
        text: str,
        mood: Mood = Mood.INFO,
        action: str = "",
        on_action: Callable[[], None] | None = None,
    ) -> None:
        """Show one sentence until it is closed or replaced, with at most one button."""
        self._message = Message(text, mood)
        self._text.setText(text)
        self._do = on_action
        self._action.setText(action)
        self._action.setVisible(bool(action))
        self.setProperty("tone", TONE[mood])
        self.setAccessibleName(text)
        theme.restyle(self)
        for child in (self._text, self._close):
            theme.restyle(child)
        self._paint_icon()
        self.show()

    def clear(self) -> None:
        """Take the message away."""
        if self._message is not None:
            self._message = None
            self.hide()
            self.closed.emit()

    def text(self) -> str:
        """The sentence shown now; empty if none."""
        return self._message.text if self._message else ""

    def message(self) -> Message | None:
        """The message shown now."""
        return self._message

    def mood(self) -> Mood | None:
        """How the message shown now is meant."""
        return self._message.mood if self._message else None

    def _act(self) -> None:
        do = self._do
        self.clear()
        if do is not None:
            do()

    def _paint_icon(self) -> None:
        if self._message is None:
            return
        token = f"{TONE[self._message.mood]}_ink"
        self._icon.setPixmap(icons.pixmap(ICON[self._message.mood], token, 20))
        self._close.setIcon(icons.icon("x", token, 16))
        self._close.setIconSize(QSize(theme.px(16), theme.px(16)))


class Question(QDialog):
    """The one dialog for what cannot be undone. Enter says yes unless it is dangerous; Esc says no."""

    def __init__(
        self, question: str, yes_word: str, danger: bool, detail: str, parent: QWidget | None
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Please confirm"))
        self.setModal(True)
        icon = QLabel()
        name, token = ("triangle-alert", "late_ink") if danger else ("circle-help", "accent_ink")
        icon.setPixmap(icons.pixmap(name, token, 32))
        text = QLabel(question)
        text.setWordWrap(True)
        text.setMinimumWidth(theme.px(320))
        theme.role_of(text, "strong")
        words = QVBoxLayout()
        words.setSpacing(theme.px(8))
        words.addWidget(text)
        if detail:
            more = QLabel(detail)
            more.setWordWrap(True)
            theme.role_of(more, "secondary")
            words.addWidget(more)
        top = QHBoxLayout()
        top.setSpacing(theme.px(16))
        top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        self.no = QPushButton(_("Cancel"))
        self.no.clicked.connect(self.reject)
        self.yes = QPushButton(yes_word)
        self.yes.clicked.connect(self.accept)
        theme.role_of(self.yes, "danger" if danger else "primary")
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.no)
        buttons.addWidget(self.yes)
        box = QVBoxLayout(self)
        margin = theme.px(20)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(20))
        box.addLayout(top)
        box.addLayout(buttons)
        first = self.no if danger else self.yes
        first.setDefault(True)
        first.setFocus()
        self.setAccessibleName(question)


def confirm(
    question: str, yes_word: str, *, danger: bool = False, detail: str = "", parent: QWidget | None = None
) -> bool:
    """Ask before what cannot be undone. ``yes_word`` is the deed itself ("Delete"), never "OK".

    With ``danger`` the harmless answer has the focus.
    """
    return Question(question, yes_word, danger, detail, parent).exec() == QDialog.DialogCode.Accepted


def crash_report(error: BaseException) -> str:
    """What a supporter needs and nothing about people: versions, kinds of errors, places in the program.

    Messages of exceptions are left out: they may hold names, phone numbers or paths.
    """
    from PySide6.QtCore import qVersion

    lines = [
        f"Xiuhu {__version__}",
        f"Python {platform.python_version()}, Qt {qVersion()}, {platform.system()} {platform.release()}",
        f"screen {QGuiApplication.platformName()}, scale {theme.scale()} %",
        "",
    ]
    seen: BaseException | None = error
    while seen is not None:
        lines.append(type(seen).__name__)
        for frame in traceback.extract_tb(seen.__traceback__):
            lines.append(f"  {_short(frame.filename)}:{frame.lineno} {frame.name}")
        seen = seen.__cause__ or seen.__context__
    return "\n".join(lines)


def _short(file: str) -> str:
    """The place inside the program; folders above it may tell a person's name."""
    parts = Path(file).parts
    for start in ("app", "PySide6", "site-packages"):
        if start in parts:
            return "/".join(parts[parts.index(start) :])
    return Path(file).name


class CrashDialog(QDialog):
    """Says that something went wrong, that nothing was half saved, and gives a report that can be copied."""

    def __init__(self, error: BaseException, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Something went wrong"))
        self.setMinimumSize(theme.px(560), theme.px(360))
        head = QLabel(_("Something went wrong that should not."))
        theme.role_of(head, "heading")
        text = QLabel(
            _(
                "What you had saved is safe, and what you are typing is still there. You can go on working. "
                "If it happens again, copy this report and send it to support. "
                "It holds no names and no numbers of customers."
            )
        )
        text.setWordWrap(True)
        self.report = QPlainTextEdit(crash_report(error))
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("Report for support"))
        copy = QPushButton(_("Copy the report"))
        copy.clicked.connect(self.copy)
        buttons = QDialogButtonBox()
        buttons.addButton(copy, QDialogButtonBox.ButtonRole.ActionRole)
        close = QPushButton(_("Go on working"))
        theme.role_of(close, "primary")
        close.clicked.connect(self.accept)
        close.setDefault(True)
        buttons.addButton(close, QDialogButtonBox.ButtonRole.AcceptRole)
        box = QVBoxLayout(self)
        margin = theme.px(20)
        box.setContentsMargins(margin, margin, margin, margin)
        box.setSpacing(theme.px(12))
        box.addWidget(head)
        box.addWidget(text)
        box.addWidget(self.report, 1)
        box.addWidget(buttons)
        close.setFocus()

    def copy(self) -> None:
        """Put the report on the clipboard."""
        QGuiApplication.clipboard().setText(self.report.toPlainText())


_showing = False


def show_crash(error: BaseException, parent: QWidget | None = None) -> None:
    """Log and show an unforeseen error; a second one while the dialog is open is only logged."""
    global _showing
    log.critical("unexpected error", exc_info=error)
    if _showing or QGuiApplication.instance() is None:
        return
    _showing = True
    try:
        CrashDialog(error, parent).exec()
    finally:
        _showing = False


def install_last_resort() -> None:
    """Every error nobody caught ends in the log and in the crash dialog, not in a vanished window."""

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
            return
        show_crash(error.with_traceback(trace))

    sys.excepthook = hook
