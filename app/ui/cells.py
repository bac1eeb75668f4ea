"""Paints table cells. Asks each column once per cell; Qt's own delegate asks seven times (limits.md)."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from app.ui import icons, theme
from app.ui.chips import Chip
from app.ui.columns import RowsModel

_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine)


class CellPainter(QStyledItemDelegate):
    """Draws text, icon or chip straight from the model's columns. Fonts and colours are looked up once a theme."""

    def __init__(self, model: RowsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model
        self._view = parent
        #: The row that is marked; the table sets it (asking the option's state costs 8 µs a cell).
        self.current = -1
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
        self._rise = self._metrics.ascent() - self._metrics.descent()
        self._chip_height, self._icon_side = self._small_metrics.height() + theme.px(4), theme.px(16)
        self._texts: dict[tuple[str, bool, int], tuple[str, int]] = {}
        self._icons: dict[str, QPixmap] = {}
        self._chips: dict[tuple[Chip, int], QPixmap] = {}
        # Comparing flags costs microseconds a time, so it is done once a column.
        sides = {Qt.AlignmentFlag.AlignRight: 2, Qt.AlignmentFlag.AlignHCenter: 1}
        self._sides = [sides.get(column.align, 0) for column in self._model.columns]

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        at, number = index.column(), index.row()
        column = self._model.columns[at]
        row = self._model.row(number)
        rect: QRect = option.rect
        left, top, wide, high = rect.x(), rect.y(), rect.width(), rect.height()
        if number == self.current:
            painter.fillRect(left, top, wide, high, self._chosen)
            if at == 0:
                painter.fillRect(left, top, 3, high, self._accent)
        painter.fillRect(left, top + high - 1, wide, 1, self._line)
        if row is None:
            return
        x, width = left + self._pad, wide - 2 * self._pad
        if column.chip is not None:
            chip = column.chip(row)
            if chip is not None:
                drawn = self._chip(chip, width)
                painter.drawPixmap(x, top + (high - self._chip_height) // 2, drawn)
                return
        if column.icon is not None:
            name = column.icon(row)
            if name:
                painter.drawPixmap(x, top + (high - self._icon_side) // 2, self._icon(name))
                x += self._icon_side + self._gap
                width -= self._icon_side + self._gap
        text = column.display(row)
        if not text:
            return
        text, taken = self._fitted(text, column.bold, width)
        tone = column.tone(row) if column.tone is not None else None
        painter.setPen(self._colour(tone) if tone else self._ink)
        painter.setFont(self._bold if column.bold else self._font)
        # From the base line: laying text out in a rectangle costs a fifth more.
        side = self._sides[at]
        x += 0 if side == 0 else (width - taken) // (1 if side == 2 else 2)
        painter.drawText(x, top + (high + self._rise) // 2, text)

    def _chip(self, chip: Chip, width: int) -> QPixmap:
        """The chip drawn once: rounded edges cost more than all the text of a row."""
        key = (chip, width)
        found = self._chips.get(key)
        if found is None:
            if len(self._chips) > 500:
                self._chips.clear()
            found = self._chips[key] = self._draw_chip(chip, width)
        return found

    def _draw_chip(self, chip: Chip, width: int) -> QPixmap:
        height = self._chip_height
        icon = icons.pixmap(chip.icon, f"{chip.tone}_ink", 14) if chip.icon else None
        icon_width = theme.px(14) + self._gap if icon is not None else 0
        pad = theme.px(8)
        text = self._small_metrics.elidedText(
            chip.text, Qt.TextElideMode.ElideRight, max(0, width - icon_width - 2 * pad)
        )
        text_width = self._small_metrics.horizontalAdvance(text)
        full = icon_width + text_width + 2 * pad
        ratio = self._view.devicePixelRatio()
        drawn = QPixmap(round(full * ratio), round(height * ratio))
        drawn.setDevicePixelRatio(ratio)
        drawn.fill(Qt.GlobalColor.transparent)
        painter = QPainter(drawn)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._colour(f"{chip.tone}_soft"))
        painter.drawRoundedRect(0, 0, full, height, height / 2, height / 2)
        if icon is not None:
            painter.drawPixmap(pad, (height - theme.px(14)) // 2, icon)
        painter.setPen(self._colour(f"{chip.tone}_ink"))
        painter.setFont(self._small)
        painter.drawText(pad + icon_width, 0, text_width + 2, height, _MIDDLE, text)
        painter.end()
        return drawn

    def _colour(self, token: str) -> QColor:
        found = self._colours.get(token)
        if found is None:
            found = self._colours[token] = theme.colour(token)
        return found

    def _icon(self, name: str) -> QPixmap:
        found = self._icons.get(name)
        if found is None:
            found = self._icons[name] = icons.pixmap(name, "ink_2", 16)
        return found

    def _fitted(self, text: str, bold: bool, width: int) -> tuple[str, int]:
        """``text`` cut to ``width`` and the width it takes. Statuses, brands and days repeat: remembered."""
        key = (text, bold, width)
        found = self._texts.get(key)
        if found is None:
            if len(self._texts) > 20_000:
                self._texts.clear()
            metrics = self._bold_metrics if bold else self._metrics
            taken = metrics.horizontalAdvance(text)
            if taken > width:
                text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)
                taken = metrics.horizontalAdvance(text)
            found = self._texts[key] = (text, taken)
        return found

    def sizeHint(self, _option: QStyleOptionViewItem, index: Any) -> QSize:
        row = self._model.row(index.row())
        text = self._model.columns[index.column()].display(row) if row is not None else ""
        return QSize(self._metrics.horizontalAdvance(text) + 2 * self._pad, theme.px(32))
