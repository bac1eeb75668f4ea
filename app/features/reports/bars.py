"""A month's revenue by day as bars, last month's behind them; drawn by hand, walked by arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QHelpEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from app.core import formats
from app.core.money import ZERO, Money
from app.core.words import _
from app.features.reports.asking import Month
from app.features.reports.snapshots import DayRevenue
from app.ui import theme

_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class DayBars(QWidget):
    """Bars of a month. Enter or a click opens a day; the day in hand is said in words too."""

    #: A day of the month was opened.
    opened = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self._month: Month | None = None
        self._loading = True
        self._now: dict[int, Money] = {}
        self._before: dict[int, Money] = {}
        self.day = 1
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("Revenue by day"))

    def sizeHint(self) -> QSize:
        return QSize(theme.px(520), theme.px(190))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(300), theme.px(120))

    def show_days(self, month: Month, now: Sequence[DayRevenue], before: Sequence[DayRevenue]) -> None:
        """Draw these; ``before`` is last month's."""
        self._month = month
        self._loading = False
        self._now = {each.day: each.revenue for each in now}
        self._before = {each.day: each.revenue for each in before}
        self.day = min(self.day, self._days())
        self._say()
        self.update()

    def show_loading(self, loading: bool = True) -> None:
        """Say that the days are on their way; or no longer, where none will come."""
        self._loading = loading
        self._say()
        self.update()

    def day_text(self, day: int) -> str:
        """A day's revenue and last month's, in words."""
        if self._month is None:
            return ""
        when = formats.short_day(date(self._month.year, self._month.number, day))
        return _("{day}: {now} (last month {before})").format(
            day=when,
            now=formats.money(self._now.get(day, ZERO)),
            before=formats.money(self._before.get(day, ZERO)),
        )

    # -- keys and mouse --------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _STEPS and self._month is not None:
            self.day = min(max(self.day + _STEPS[key], 1), self._days())
            self._say()
            self.update()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._month is not None:
            self.opened.emit(self.day)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        day = self._day_at(event.position().x())
        if day is not None:
            self.day = day
            self._say()
            self.update()
            self.opened.emit(day)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            day = self._day_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.day_text(day) if day else "", self)
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    # -- painting --------------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(theme.font(12))
        area = self._area()
        most = max([0, *(each.fen for each in (*self._now.values(), *self._before.values()))])
        if self._loading or not most:
            painter.setPen(theme.colour("ink_2"))
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter.value), self._without_bars())
            self._ring(painter)
            return
        top = _rounded(most)
        self._axes(painter, area, top)
        count = self._days()
        step = area.width() / count
        for day in range(1, count + 1):
            left = area.left() + (day - 1) * step
            before, now = self._before.get(day, ZERO).fen, self._now.get(day, ZERO).fen
            self._bar(painter, QRectF(left + step * 0.08, 0, step * 0.62, 0), area, before / top, "edge", 120)
            self._bar(painter, QRectF(left + step * 0.3, 0, step * 0.62, 0), area, now / top, "accent", 255)
            if day == 1 or day % 5 == 0:
                painter.setPen(theme.colour("ink_2"))
                box = QRectF(left - step, area.bottom() + theme.px(2), step * 3, theme.px(16))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignHCenter.value), str(day))
        self._legend(painter, area)
        if self.hasFocus():
            left = area.left() + (self.day - 1) * step
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.drawRect(QRectF(left, area.top(), step, area.height()))
            painter.setPen(theme.colour("ink"))
            box = QRectF(area.left(), 0, area.width(), theme.px(18))
            painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft.value), self.day_text(self.day))
        self._ring(painter)

    def _bar(
        self, painter: QPainter, place: QRectF, area: QRectF, share: float, token: str, strength: int
    ) -> None:
        if not share:
            return
        if share < 0:
            # Credit notes outweigh the day's sales: a mark below the line; how much they are is told in words.
            painter.fillRect(
                QRectF(place.left(), area.bottom() + 1, place.width(), theme.px(3)), theme.colour("late_ink")
            )
            return
        colour = theme.colour(token)
        colour.setAlpha(strength)
        high = max(area.height() * share, 1.0)
        painter.fillRect(QRectF(place.left(), area.bottom() - high, place.width(), high), colour)

    def _axes(self, painter: QPainter, area: QRectF, top: int) -> None:
        right = int(Qt.AlignmentFlag.AlignRight.value | Qt.AlignmentFlag.AlignVCenter.value)
        for part in (0, 1, 2):
            y = area.bottom() - area.height() * part / 2
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.colour("ink_2"))
            box = QRectF(0, y - theme.px(8), area.left() - theme.px(6), theme.px(16))
            painter.drawText(box, right, f"{top * part // 200:,}")

    def _legend(self, painter: QPainter, area: QRectF) -> None:
        if self.hasFocus() or self._month is None:
            return
        metrics = painter.fontMetrics()
        x = area.left()
        for token, strength, text in (
            ("accent", 255, self._month.text),
            ("edge", 120, self._month.back(1).text),
        ):
            colour = theme.colour(token)
            colour.setAlpha(strength)
            painter.fillRect(QRectF(x, theme.px(4), theme.px(10), theme.px(10)), colour)
            painter.setPen(theme.colour("ink_2"))
            painter.drawText(QPointF(x + theme.px(14), theme.px(13)), text)
            x += theme.px(30) + metrics.horizontalAdvance(text)

    def _ring(self, painter: QPainter) -> None:
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    # -- inside ----------------------------------------------------------------------------------------

    def _area(self) -> QRectF:
        left, top = theme.px(64), theme.px(22)
        return QRectF(left, top, self.width() - left - theme.px(8), self.height() - top - theme.px(20))

    def _days(self) -> int:
        return self._month.last.day if self._month is not None else 31

    def _day_at(self, x: float) -> int | None:
        area = self._area()
        if self._month is None or not area.left() <= x < area.right():
            return None
        return min(int((x - area.left()) / area.width() * self._days()) + 1, self._days())

    def _without_bars(self) -> str:
        """Why there are none; nothing where nobody knows."""
        if self._loading:
            return _("Loading …")
        return _("Nothing was invoiced in this month.") if self._month is not None else ""

    def _say(self) -> None:
        self.setAccessibleDescription(_("Loading …") if self._loading else self.day_text(self.day))


def _rounded(fen: int) -> int:
    """The end of the scale: the next 1, 2 or 5 with noughts, in fen, never below ten yuan."""
    step = 1000
    while True:
        for times in (1, 2, 5):
            if fen <= step * times:
                return step * times
        step *= 10
