"""The lines around the page: rail, top bar, bottom line, help. ``shell`` puts them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QTextBrowser,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from app.core import words
from app.core.places import RESOURCES
from app.core.words import _
from app.ui import icons, theme
from app.ui.messages import ICON, TONE, Message
from app.ui.page import KeyHint


@dataclass(frozen=True, slots=True)
class _Look:
    """How an entry of the rail is drawn: its icon's size, close to its neighbours, with its word."""

    icon: int
    tight: bool
    word: bool


#: From roomy to sparing: on a low screen the entries move together before they lose their words. No word is cut.
_LOOKS = (_Look(24, False, True), _Look(18, True, True), _Look(24, True, False))


class Rail(QFrame):
    """The pages this person may see: icon and word, Alt+1…9."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setFixedWidth(theme.px(76))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        self._box = QVBoxLayout(self)
        self._margin = theme.px(8)
        self._box.setContentsMargins(0, self._margin, 0, self._margin)
        self._box.setSpacing(theme.px(2))
        self._box.addStretch(1)

    def show_entries(self, entries: Sequence[tuple[str, str, str, str]]) -> None:
        """``(key, title, icon, shortcut)`` of each page, in order."""
        for button in self._buttons.values():
            self._group.removeButton(button)
            button.hide()
            button.deleteLater()
        self._buttons = {}
        for at, (key, title, icon, shortcut) in enumerate(entries):
            button = QToolButton()
            theme.role_of(button, "rail")
            button.setIcon(icons.icon(icon, "ink_2", 24))
            button.setText(title)
            button.setCheckable(True)
            button.setFixedWidth(theme.px(75))
            button.setAccessibleName(title)
            keys = " · ".join(part for part in (shortcut, f"Alt+{at + 1}" if at < 9 else "") if part)
            button.setToolTip(f"{title}  {keys}")
            button.clicked.connect(lambda _on=False, mine=key: self.picked.emit(mine))
            self._group.addButton(button)
            self._box.insertWidget(at, button)
            self._buttons[key] = button
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() != event.oldSize().height():
            self._fit()

    def _fit(self) -> None:
        """Draw the entries as roomy as the height allows."""
        buttons = list(self._buttons.values())
        if not buttons:
            return
        count = len(buttons)
        room = self.height() - 2 * self._margin - self._box.spacing() * count
        for look in _LOOKS:
            _draw(buttons[0], look)
            if buttons[0].sizeHint().height() * count <= room:
                break
        for button in buttons[1:]:
            _draw(button, look)

    def mark(self, key: str) -> None:
        """Show which page is in front."""
        button = self._buttons.get(key)
        if button is not None:
            button.setChecked(True)


def _draw(button: QToolButton, look: _Look) -> None:
    style = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
    button.setToolButtonStyle(style if look.word else Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setIconSize(QSize(theme.px(look.icon), theme.px(look.icon)))
    if button.property("tight") != look.tight:
        button.setProperty("tight", look.tight)
        theme.restyle(button)


class Light(QWidget):
    """A state of the shop's machinery in the top bar: dot and word ("● backup 10:02")."""

    def __init__(self) -> None:
        super().__init__()
        self._dot = QLabel()
        self._word = QLabel()
        theme.role_of(self._word, "secondary")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        row.addWidget(self._dot)
        row.addWidget(self._word)

    def set_state(self, text: str, tone: str, hint: str) -> None:
        icon = {"done": "circle-check", "late": "circle-x", "waits": "triangle-alert"}.get(tone, "circle-dot")
        self._dot.setPixmap(icons.pixmap(icon, f"{tone}_ink", 14))
        self._word.setText(text)
        self.setToolTip(hint or text)
        self.setAccessibleName(hint or text)


class Elided(QWidget):
    """One line of text that gives way: cut at its end instead of widening the window."""

    def __init__(self) -> None:
        super().__init__()
        self._text, self._token = "", "ink"
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(theme.px(24))

    def set_text(self, text: str, token: str = "ink") -> None:
        self._text, self._token = text, token
        self.setToolTip(text)
        self.setAccessibleName(text)
        self.update()

    def text(self) -> str:
        return self._text

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.colour(self._token))
        text = self.fontMetrics().elidedText(self._text, Qt.TextElideMode.ElideRight, self.width())
        painter.drawText(self.rect(), int(Qt.AlignmentFlag.AlignVCenter.value), text)


class BottomLine(QFrame):
    """What the last scan or command did (icon, colour, words), and the keys that work here."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("bottom_line")
        self.setFixedHeight(theme.px(36))
        self._icon = QLabel()
        self._text = Elided()
        self._message: Message | None = None
        self._hints = QWidget()
        self._row = QHBoxLayout(self._hints)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(theme.px(4))
        box = QHBoxLayout(self)
        box.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self._icon)
        box.addWidget(self._text, 1)
        box.addWidget(self._hints)
        self._icon.hide()

    def say(self, message: Message) -> None:
        """Show the last result until the next one."""
        self._message = message
        token = f"{TONE[message.mood]}_ink"
        self._icon.setPixmap(icons.pixmap(ICON[message.mood], token, 18))
        self._icon.show()
        self._text.set_text(message.text, token)
        self._fit()

    def message(self) -> Message | None:
        """The last result."""
        return self._message

    def show_keys(self, hints: Sequence[KeyHint]) -> None:
        """The keys that work here; what does not fit is left away from the end."""
        while self._row.count():
            item = self._row.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for hint in hints:
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, theme.px(6), 0)
            row.setSpacing(theme.px(4))
            key = QLabel(hint.key)
            theme.role_of(key, "key")
            does = QLabel(hint.does)
            theme.role_of(does, "secondary")
            row.addWidget(key, 0, Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(does, 0, Qt.AlignmentFlag.AlignVCenter)
            self._row.addWidget(pair)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        # What was just done is read first: a long sentence takes the room of the last keys, half the line at most.
        said = (
            self.fontMetrics().horizontalAdvance(self._text.text()) + theme.px(64) if self._text.text() else 0
        )
        room = min(self.width() * 2 // 3, max(self.width() // 2, self.width() - said))
        for at in range(self._row.count()):
            item = self._row.itemAt(at)
            widget = item.widget() if item is not None else None
            if widget is not None:
                room -= widget.sizeHint().width() + self._row.spacing()
                widget.setVisible(room > 0)


class HelpPanel(QFrame):
    """F1: the chapter of the page in front, from ``resources/manual/<lang>/<name>.md``."""

    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        #: Keys of the rooms that this shop does not have.
        self.without: frozenset[str] = frozenset()
        theme.role_of(self, "panel")
        self.setFixedWidth(theme.px(380))
        title = QLabel(_("Help"))
        theme.role_of(title, "heading")
        close = QToolButton()
        theme.role_of(close, "quiet")
        close.setIcon(icons.icon("x", "ink_2", 16))
        close.setAccessibleName(_("Close help"))
        close.setToolTip(_("Close help"))
        close.clicked.connect(self.closed)
        head = QHBoxLayout()
        head.setContentsMargins(theme.px(16), theme.px(8), theme.px(8), 0)
        head.addWidget(title, 1)
        head.addWidget(close)
        self.browser = QTextBrowser()
        self.browser.setOpenExternalLinks(False)
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        self.browser.setAccessibleName(_("Help"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addLayout(head)
        box.addWidget(self.browser, 1)
        self.hide()

    def show_chapter(self, name: str) -> None:
        """Show a chapter; the table of contents where there is none of that name. A line that ends with
        ``<!-- room: brands -->`` is for shops with that room."""
        folder = RESOURCES / "manual" / words.language().value
        for file in (folder / f"{name}.md", folder / "index.md"):
            try:
                self.browser.setMarkdown(self._for_this_shop(file.read_text(encoding="utf-8")))
                return
            except OSError:
                continue
        self.browser.setPlainText(_("There is no help for this page."))

    def _for_this_shop(self, chapter: str) -> str:
        def kept(line: str) -> str | None:
            text, mark, room = line.partition("<!-- room: ")
            if not mark:
                return line
            return None if room.split()[0] in self.without else text.rstrip()

        return "\n".join(line for each in chapter.splitlines() if (line := kept(each)) is not None)

    def _follow(self, link: QUrl) -> None:
        name = link.path().removesuffix(".md").rpartition("/")[2]
        if name:
            self.show_chapter(name)
