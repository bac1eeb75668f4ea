"""Paints table cells. Asks each column once per cell; Qt's own delegate asks seven times (limits.md)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui import icons, theme
from app.ui.chips import Chip
from app.ui.columns import RowsModel

_SELECTED = QStyle.StateFlag.State_Selected
_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class CellPainter(QStyledItemDelegate):
    """Draws text, icon or chip straight from the model's columns. Fonts and colours are looked up once a theme."""

    def __init__(self, model: RowsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        theme.watch().changed.connect(self._look_again)
        self._look_again()

    def _look_again(self) -> None:
        tokens = theme.current()
        self._font, self._bold, self._small = theme.font(), theme.font(bold=True), theme.font(theme.SECONDARY)
        self._metrics, self._bold_metrics = QFontMetrics(self._font), QFontMetrics(self._bold)
        self._small_metrics = QFontMetrics(self._small)
        self._pad, self._gap = theme.px(8), theme.px(4)
        self._ink, self._chosen = QColor(tokens.ink), QColor(tokens.accent_soft)
        self._line, self._accent = QColor(tokens.line), QColor(tokens.accent)
        self._colours: dict[str, QColor] = {}
        self._widths: dict[tuple[str, int], int] = {}

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        at = index.column()
        column = self._model.columns[at]
        row = self._model.row(index.row())
        rect: QRect = option.rect  # type: ignore[attr-defined]
        if option.state & _SELECTED:  # type: ignore[attr-defined]
            painter.fillRect(rect, self._chosen)
            if at == 0:
                painter.fillRect(rect.x(), rect.y(), 3, rect.height(), self._accent)
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, self._line)
        if row is None:
            return
        x, width = rect.x() + self._pad, rect.width() - 2 * self._pad
        if column.chip is not None:
            chip = column.chip(row)
            if chip is not None:
                self._paint_chip(painter, chip, x, width, rect)
                return
        if column.icon is not None:
            name = column.icon(row)
            if name:
                drawn = icons.pixmap(name, "ink_2", 16)
                self._put(painter, drawn, x, rect)
                x += theme.px(16) + self._gap
                width -= theme.px(16) + self._gap
        text = column.display(row)
        if not text:
            return
        bold = column.bold
        metrics = self._bold_metrics if bold else self._metrics
        if self._width(text, bold, metrics) > width:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
        tone = column.tone(row) if column.tone is not None else None
        painter.setPen(self._colour(tone) if tone else self._ink)
        painter.setFont(self._bold if bold else self._font)
        painter.drawText(x, rect.y(), width, rect.height(), int(column.align.value) | _MIDDLE, text)

    def _paint_chip(self, painter: QPainter, chip: Chip, x: int, width: int, rect: QRect) -> None:
        height = self._small_metrics.height() + theme.px(4)
        icon = icons.pixmap(chip.icon, f"{chip.tone}_ink", 14) if chip.icon else None
        icon_width = theme.px(14) + self._gap if icon is not None else 0
        text, pad = chip.text, theme.px(8)
        room = width - icon_width - 2 * pad
        text_width = self._width(text, None, self._small_metrics)
        if text_width > room:
            text = self._small_metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0, room))
            text_width = min(text_width, max(0, room))
        box = QRect(x, rect.y() + (rect.height() - height) // 2, icon_width + text_width + 2 * pad, height)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(f"{chip.tone}_soft"))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.restore()
        if icon is not None:
            self._put(painter, icon, x + pad, rect)
        painter.setPen(self._colour(f"{chip.tone}_ink"))
        painter.setFont(self._small)
        painter.drawText(
            x + pad + icon_width, rect.y(), text_width + 2, rect.height(), int(Qt.AlignmentFlag.AlignLeft.value) | _MIDDLE, text
        )

    def _put(self, painter: QPainter, pixmap: QPixmap, x: int, rect: QRect) -> None:
        size = pixmap.deviceIndependentSize().toSize()
        painter.drawPixmap(x, rect.y() + (rect.height() - size.height()) // 2, pixmap)

    def _colour(self, token: str) -> QColor:
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = theme.colour(token)
        return found

    def _width(self, text: str, bold: bool | None, metrics: QFontMetrics) -> int:
        """Text widths repeat (statuses, brands, days); measuring costs more than remembering."""
        key = (text, 2 if bold is None else int(bold))
        found = self._widths.get(key)
        if found is None:
            if len(self._widths) > 20_000:
                self._widths.clear()
            found = self._widths[key] = metrics.horizontalAdvance(text)
        return found

    def sizeHint(self, option: QStyleOptionViewItem, index: Any) -> QSize:
        row = self._model.row(index.row())
        text = self._model.columns[index.column()].display(row) if row is not None else ""
        return QSize(self._metrics.horizontalAdvance(text) + 2 * self._pad, theme.px(32))
