"""One question, large answers with number keys: the press is the answer, no second key confirms it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from app.core.errors import Conflict, ShopError
from app.core.sentences import sentence
from app.core.words import _
from app.features.bench.actions_bar import ActionKey
from app.ui import theme
from app.ui.frame import lay_out
from app.ui.messages import Banner, Mood


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer; ``reason`` is why it cannot be given now, "" when it can."""

    value: Any
    text: str
    icon: str = "check"
    reason: str = ""
    now: bool = False


class ChoiceDialog(QDialog):
    """``give(value)`` runs the command; while it refuses, the question stays and says why."""

    def __init__(
        self,
        title: str,
        choices: Sequence[Choice],
        give: Callable[[Any], object],
        *,
        text: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setModal(True)
        self.setMinimumWidth(theme.px(380))
        self._give = give
        self.banner = Banner()
        heading = QLabel(title)
        theme.role_of(heading, "heading")
        parts: list[QWidget | QLayout] = [heading, self.banner]
        if text:
            words = QLabel(text)
            words.setWordWrap(True)
            theme.role_of(words, "secondary")
            parts.append(words)
        keys = QVBoxLayout()
        keys.setSpacing(theme.px(8))
        self._choices = tuple(choices)
        self.keys: list[ActionKey] = []
        for at, choice in enumerate(choices, start=1):
            key = ActionKey(str(at) if at <= 9 else "", choice.icon)
            key.dress(choice.text, choice.reason, primary=choice.now)
            key.clicked.connect(lambda _on=False, mine=choice: self.answer(mine))
            self.keys.append(key)
            keys.addWidget(key)
        no = QPushButton(_("Cancel"))
        no.setAutoDefault(False)
        no.clicked.connect(self.reject)
        lay_out(self, *parts, keys, right=[no])
        first = next((key for key, choice in zip(self.keys, choices, strict=True) if not choice.reason), None)
        (first or no).setFocus(Qt.FocusReason.OtherFocusReason)

    def answer(self, choice: Choice) -> None:
        """Give an answer; a refused one says why."""
        if choice.reason:
            self.banner.say(choice.reason, Mood.ERROR)
            return
        try:
            self._give(choice.value)
        except (ShopError, Conflict) as error:
            self.banner.say(sentence(error), Mood.ERROR)
            return
        self.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        text = event.text()
        if len(text) == 1 and text in "123456789" and int(text) <= len(self._choices):
            self.answer(self._choices[int(text) - 1])
        elif event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.focusNextPrevChild(event.key() == Qt.Key.Key_Down)
        else:
            super().keyPressEvent(event)
