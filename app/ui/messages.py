"""What the program says: banners in the page, the status line, the one question dialog."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core.words import _
from app.ui import icons, theme


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

    def action(self) -> str:
        """The word of the way out that is offered now; empty if none."""
        return self._action.text() if self._message is not None else ""

    def act(self) -> None:
        """Take the way out, as its button does; nothing where none is offered."""
        if self.action():
            self._act()

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
        self,
        question: str,
        yes_word: str,
        danger: bool,
        detail: str,
        parent: QWidget | None,
        no_word: str = "",
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
        self.no = QPushButton(no_word or _("Cancel"))
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
    question: str,
    yes_word: str,
    *,
    danger: bool = False,
    detail: str = "",
    no_word: str = "",
    parent: QWidget | None = None,
) -> bool:
    """Ask before what cannot be undone. ``yes_word`` is the deed itself ("Delete"), never "OK".

    With ``danger`` the harmless answer has the focus. ``no_word`` is for a *no* that is a deed too ("Keep as credit").
    """
    return Question(question, yes_word, danger, detail, parent, no_word).exec() == QDialog.DialogCode.Accepted
