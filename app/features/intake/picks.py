"""A short list to pick from by arrows and Enter, or by the number before a row."""

# ruff: noqa: ARG002 - unused arguments are Qt's signatures

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from app.ui import icons, theme
from app.ui.chips import Chip

_PICK = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Pick:
    """One row: two lines of text and perhaps a chip; ``key`` is the digit that picks it, "" = its place."""

    id: int
    title: str
    detail: str = ""
    chip: Chip | None = None
    key: str = ""


class PickList(QListWidget):
    """As tall as its rows (at most ``most``, then it scrolls). ``numbered`` rows answer to 1–9 while focused."""

    picked = Signal(int)

    def __init__(
        self, name: str, *, numbered: bool = True, most: int = 6, always_marked: bool = False
    ) -> None:
        super().__init__()
        #: Whether the current row is marked also while the keys go elsewhere.
        self.always_marked = always_marked
        self._most = most
        self._numbered = numbered
        self._picks: tuple[Pick, ...] = ()
        self.setAccessibleName(name)
        self.setItemDelegate(_Painter(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.itemClicked.connect(lambda item: self.picked.emit(item.data(_PICK).id))
        self.show_picks(())

    def show_picks(self, picks: Sequence[Pick]) -> None:
        """Show these rows, the first one current; hidden without any."""
        if tuple(picks) != self._picks:
            self._picks = tuple(picks)
            self.clear()
            for at, pick in enumerate(picks, start=1):
                key = pick.key or (str(at) if at <= 9 else "")
                item = QListWidgetItem(f"{pick.title} {pick.detail}".strip())
                shown = Pick(pick.id, pick.title, pick.detail, pick.chip, key if self._numbered else "")
                item.setData(_PICK, shown)
                item.setToolTip("\n".join(each for each in (pick.title, pick.detail) if each))
                self.addItem(item)
            if picks:
                self.setCurrentRow(0)
        rows = min(len(picks), self._most)
        self.setFixedHeight(rows * theme.px(44) + 2 * self.frameWidth() + theme.px(4))
        self.setVisible(bool(picks))

    def picks(self) -> tuple[Pick, ...]:
        """What is shown."""
        return self._picks

    def step(self, by: int) -> None:
        """Move the current row, staying inside."""
        self.setCurrentRow(max(0, min(self.count() - 1, self.currentRow() + by)))

    def pick_current(self) -> bool:
        """Pick the current row; False if there is none."""
        item = self.currentItem()
        if item is None or self.isHidden():
            return False
        self.picked.emit(item.data(_PICK).id)
        return True

    def marks(self) -> bool:
        """Whether the current row shows as such."""
        return self.always_marked or self.hasFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.pick_current()
            return
        if plain and self._numbered and event.text() and event.text() in "0123456789":
            for row in range(self.count()):
                if self.item(row).data(_PICK).key == event.text():
                    self.setCurrentRow(row)
                    self.pick_current()
                    return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentRow() < 0:
            self.setCurrentRow(0)


class _Painter(QStyledItemDelegate):
    def __init__(self, parent: PickList) -> None:
        super().__init__(parent)
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(0, theme.px(44))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        pick: Pick = index.data(_PICK)
        painter.save()
        box: QRect = option.rect
        state: QStyle.StateFlag = option.state
        chosen = bool(state & QStyle.StateFlag.State_Selected) and self._list.marks()
        hover = bool(state & QStyle.StateFlag.State_MouseOver)
        if chosen or hover:
            painter.fillRect(box, theme.colour("accent_soft" if chosen else "hover"))
        inner = box.adjusted(theme.px(8), theme.px(4), -theme.px(8), -theme.px(4))
        small, plain = theme.font(12), theme.font(14, bold=bool(pick.detail))
        if pick.key:
            side = theme.px(18)
            key = QRect(inner.left(), inner.center().y() - side // 2, side, side)
            painter.setPen(theme.colour("edge"))
            painter.drawRoundedRect(key, 3, 3)
            painter.setFont(small)
            painter.setPen(theme.colour("ink"))
            painter.drawText(key, Qt.AlignmentFlag.AlignCenter, pick.key)
            inner.setLeft(key.right() + theme.px(8))
        half = inner.height() // 2 if pick.detail else inner.height()
        top = QRect(inner.left(), inner.top(), inner.width(), half)
        if pick.chip is not None:
            top.setRight(self._chip(painter, pick.chip, top) - theme.px(6))
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.setFont(plain)
        painter.setPen(theme.colour("ink"))
        title = painter.fontMetrics().elidedText(pick.title, Qt.TextElideMode.ElideRight, top.width())
        painter.drawText(top, middle, title)
        if pick.detail:
            low = QRect(inner.left(), inner.top() + half, inner.width(), inner.height() - half)
            painter.setFont(small)
            painter.setPen(theme.colour("ink_2"))
            detail = painter.fontMetrics().elidedText(pick.detail, Qt.TextElideMode.ElideRight, low.width())
            painter.drawText(low, middle, detail)
        painter.restore()

    def _chip(self, painter: QPainter, chip: Chip, room: QRect) -> int:
        """Paint the chip at the right of ``room``; returns its left edge."""
        painter.setFont(theme.font(12))
        icon = theme.px(14)
        width = painter.fontMetrics().horizontalAdvance(chip.text) + theme.px(16) + icon + theme.px(4)
        height = min(room.height(), theme.px(18))
        box = QRect(room.right() - width, room.center().y() - height // 2, width, height)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{chip.tone}_soft"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        drawn = icons.pixmap(chip.icon, f"{chip.tone}_ink", 14)
        painter.drawPixmap(box.left() + theme.px(6), box.center().y() - icon // 2 + 1, drawn)
        painter.setPen(theme.colour(f"{chip.tone}_ink"))
        painter.drawText(
            box.adjusted(theme.px(10) + icon, 0, -theme.px(6), 0),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            chip.text,
        )
        return box.left()
