"""The search box that is always in sight, and its popup: grouped, as one types, by keyboard alone."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import shiboken6
from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QVBoxLayout,
    QWidget,
)

from app.core.errors import ShopError
from app.core.words import _
from app.ui import icons, theme
from app.ui.chips import Chip

log = logging.getLogger(__name__)

#: Keys come faster than answers are needed; one look-up behind the last of them is enough (milliseconds).
DEBOUNCE = 30
_HIT = Qt.ItemDataRole.UserRole
_GROUP = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class FinderHit:
    """One record found. ``group`` is its heading, in the user's language; hits of one group follow each other."""

    group: str
    kind: str
    id: int
    title: str
    detail: str = ""
    chip: Chip | None = None
    icon: str = ""
    #: The record's own number, where it is opened by that.
    number: str = ""


class FinderBox(QLineEdit):
    """Type, look, arrow, Enter. ``find(text)`` answers within a frame; ``chosen`` carries the hit."""

    chosen = Signal(object)
    #: Esc with nothing left to close: the page gets the cursor back.
    left = Signal()

    def __init__(self, find: Callable[[str], Sequence[FinderHit]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._find = find
        self._asked: str | None = None
        self.setPlaceholderText(_("Scan or search: number, phone, name, pinyin, serial …"))
        self.setAccessibleName(_("Find"))
        self.setMaxLength(80)
        self.addAction(icons.icon("search", "ink_2", 16), QLineEdit.ActionPosition.LeadingPosition)
        self.popup = _Popup()
        self.popup.list.itemClicked.connect(self._open)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DEBOUNCE)
        self._timer.timeout.connect(self.look)
        self.textEdited.connect(lambda _text: self._timer.start())
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._focus_moved)

    def look(self) -> None:
        """Ask now for what is typed."""
        self._timer.stop()
        text = self.text().strip()
        self._asked = text
        if not text:
            self.popup.hide()
            return
        try:
            hits = self._find(text)
        except ShopError as error:
            from app.core.sentences import sentence

            self.popup.show_nothing(sentence(error))
        except Exception as error:
            log.exception("the finder failed")
            from app.core.sentences import unexpected

            self.popup.show_nothing(unexpected(error))
        else:
            if hits:
                self.popup.show_hits(hits)
            else:
                self.popup.show_nothing(_("Nothing found for “{text}”.").format(text=text))
        self._place()

    def hits(self) -> list[FinderHit]:
        """What the popup shows now, in order."""
        return self.popup.hits() if self.popup.isVisible() else []

    def forget(self) -> None:
        """Empty the box and close the popup."""
        self._timer.stop()
        self.clear()
        self._asked = None
        self.popup.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            if not self.popup.isVisible():
                self.look()
            else:
                self.popup.step(1 if key == Qt.Key.Key_Down else -1)
        elif key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.popup.step(8 if key == Qt.Key.Key_PageDown else -8)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._enter()
        elif key == Qt.Key.Key_Escape:
            if self.popup.isVisible():
                self.popup.hide()
            elif self.text():
                self.forget()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        # Esc belongs to the box while it has the cursor, not to the shell's shortcut.
        override = event.type() == QEvent.Type.ShortcutOverride
        if override and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def _enter(self) -> None:
        if self.text().strip() != self._asked or not self.popup.isVisible():
            # Whoever types fast and presses Enter means what he typed, not what was found before.
            self.look()
        item = self.popup.list.currentItem()
        if item is not None:
            self._open(item)

    def _open(self, item: QListWidgetItem) -> None:
        hit = item.data(_HIT)
        if isinstance(hit, FinderHit):
            self.forget()
            self.chosen.emit(hit)

    def _place(self) -> None:
        window = self.window()
        if self.popup.parentWidget() is not window:
            self.popup.setParent(window)
        corner = self.mapTo(window, QPoint(0, self.height() + 2))
        room = window.height() - corner.y() - theme.px(16)
        self.popup.setGeometry(corner.x(), corner.y(), max(self.width(), theme.px(480)), 10)
        self.popup.fit(room)
        self.popup.show()
        self.popup.raise_()

    def _focus_moved(self, _old: QWidget | None, now: QWidget | None) -> None:
        # A window that closes takes the popup with it, and the cursor moves on once more.
        if (
            shiboken6.isValid(self.popup)
            and self.popup.isVisible()
            and now is not self
            and now is not None
            and not self.popup.isAncestorOf(now)
        ):
            self.popup.hide()


class _Popup(QFrame):
    """A frame inside the window, not a window of its own: the cursor stays in the box."""

    def __init__(self) -> None:
        super().__init__()
        theme.role_of(self, "popup")
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_HitPainter(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setMouseTracking(True)
        self.list.setAccessibleName(_("Found"))
        box = QVBoxLayout(self)
        box.setContentsMargins(2, 2, 2, 2)
        box.addWidget(self.list)
        self.hide()

    def show_hits(self, hits: Sequence[FinderHit]) -> None:
        self.list.clear()
        group, first = "", None
        for hit in hits:
            if hit.group != group:
                group = hit.group
                head = QListWidgetItem(group)
                head.setData(_GROUP, True)
                head.setFlags(Qt.ItemFlag.NoItemFlags)
                self.list.addItem(head)
            item = QListWidgetItem(f"{hit.title} {hit.detail}")
            item.setData(_HIT, hit)
            self.list.addItem(item)
            first = first or item
        if first is not None:
            self.list.setCurrentItem(first)

    def show_nothing(self, text: str) -> None:
        self.list.clear()
        item = QListWidgetItem(text)
        item.setFlags(Qt.ItemFlag.NoItemFlags)
        self.list.addItem(item)

    def hits(self) -> list[FinderHit]:
        found = [self.list.item(at).data(_HIT) for at in range(self.list.count())]
        return [hit for hit in found if isinstance(hit, FinderHit)]

    def step(self, by: int) -> None:
        rows = [at for at in range(self.list.count()) if self.list.item(at).data(_HIT) is not None]
        if not rows:
            return
        now = self.list.currentRow()
        at = rows.index(now) if now in rows else -1
        self.list.setCurrentRow(rows[min(len(rows) - 1, max(0, at + by))])

    def fit(self, room: int) -> None:
        wanted = sum(self.list.sizeHintForRow(at) for at in range(self.list.count())) + theme.px(10)
        self.resize(self.width(), min(max(wanted, theme.px(40)), room))


class _HitPainter(QStyledItemDelegate):
    """A hit in one line: icon, title, chip, detail."""

    def sizeHint(self, _option: object, index: object) -> QSize:
        return QSize(100, theme.px(24 if index.data(_GROUP) else 32))  # type: ignore[attr-defined]

    def paint(self, painter: QPainter, option: object, index: object) -> None:
        rect = option.rect  # type: ignore[attr-defined]
        hit = index.data(_HIT)  # type: ignore[attr-defined]
        left, right = rect.x() + theme.px(12), rect.right() - theme.px(12)
        middle = int(Qt.AlignmentFlag.AlignVCenter.value)
        painter.save()
        if not isinstance(hit, FinderHit):
            painter.setFont(theme.font(theme.SECONDARY))
            painter.setPen(theme.colour("ink_2"))
            painter.drawText(rect.adjusted(theme.px(12), 0, 0, 0), middle, index.data())  # type: ignore[attr-defined]
            painter.restore()
            return
        view = self.parent()
        if isinstance(view, QListWidget) and view.currentRow() == index.row():  # type: ignore[attr-defined]
            painter.fillRect(rect, theme.colour("accent_soft"))
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), theme.colour("accent"))
        if hit.icon:
            drawn = icons.pixmap(hit.icon, "ink_2", 16)
            painter.drawPixmap(left, rect.y() + (rect.height() - theme.px(16)) // 2, drawn)
            left += theme.px(24)
        font = theme.font(bold=True)
        painter.setFont(font)
        painter.setPen(theme.colour("ink"))
        width = QFontMetrics(font).horizontalAdvance(hit.title)
        painter.drawText(left, rect.y(), width + 2, rect.height(), middle, hit.title)
        left += width + theme.px(12)
        if hit.chip is not None:
            small = theme.font(theme.SECONDARY)
            wide = QFontMetrics(small).horizontalAdvance(hit.chip.text) + theme.px(16)
            right -= wide
            high = theme.px(20)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(f"{hit.chip.tone}_soft"))
            painter.drawRoundedRect(
                right, rect.y() + (rect.height() - high) // 2, wide, high, high / 2, high / 2
            )
            painter.setFont(small)
            painter.setPen(theme.colour(f"{hit.chip.tone}_ink"))
            centre = int((Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignHCenter).value)
            painter.drawText(right, rect.y(), wide, rect.height(), centre, hit.chip.text)
            right -= theme.px(12)
        font = theme.font()
        painter.setFont(font)
        painter.setPen(theme.colour("ink_2"))
        room = max(0, right - left)
        detail = QFontMetrics(font).elidedText(hit.detail, Qt.TextElideMode.ElideRight, room)
        painter.drawText(left, rect.y(), room, rect.height(), middle, detail)
        painter.restore()
