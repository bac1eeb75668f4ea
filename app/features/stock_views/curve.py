"""The ABC curve, drawn by hand: what share of the parts makes up what share of the value."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from app.core.words import _
from app.features.stock_views.snapshots import AbcCurve
from app.ui import theme


class AbcCurveView(QWidget):
    """The curve with its three classes shaded; in words for those who cannot see it."""

    def __init__(self) -> None:
        super().__init__()
        self._curve: AbcCurve | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(420), theme.px(240))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(240), theme.px(160))

    def show_curve(self, curve: AbcCurve) -> None:
        """Draw this one."""
        self._curve = curve
        text = _("A: {a} % of the parts, B: to {b} %, C the rest").format(
            a=curve.a_to / 10, b=curve.b_to / 10
        )
        self.setAccessibleName(_("ABC curve"))
        self.setAccessibleDescription(text if curve.points else "")
        self.setToolTip(text if curve.points else "")
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left, top = theme.px(44), theme.px(8)
        area = QRectF(left, top, self.width() - left - theme.px(26), self.height() - top - theme.px(28))
        self._axes(painter, area)
        curve = self._curve
        if curve is None or not curve.points:
            painter.setPen(theme.colour("ink_2"))
            painter.drawText(
                area, int(Qt.AlignmentFlag.AlignCenter.value), _("No use in the last twelve months.")
            )
            return
        line = [
            QPointF(area.left() + area.width() * point.parts / 1000, _down(area, point.value))
            for point in curve.points
        ]
        starts = (0, curve.a_to, curve.b_to, 1000)
        for at, (name, token) in enumerate((("A", "done_ink"), ("B", "waits_ink"), ("C", "calm_ink"))):
            self._shade(painter, area, line, starts[at], starts[at + 1], theme.colour(token))
            middle = area.left() + area.width() * (starts[at] + starts[at + 1]) / 2000
            if starts[at + 1] - starts[at] >= 25:
                painter.setPen(theme.colour(token))
                painter.drawText(QPointF(middle - theme.px(4), area.bottom() - theme.px(6)), name)
        painter.setPen(QPen(theme.colour("accent"), theme.px(2)))
        painter.drawPolyline(QPolygonF(line))

    def _axes(self, painter: QPainter, area: QRectF) -> None:
        right = int(Qt.AlignmentFlag.AlignRight.value | Qt.AlignmentFlag.AlignVCenter.value)
        middle = int(Qt.AlignmentFlag.AlignHCenter.value | Qt.AlignmentFlag.AlignTop.value)
        for percent in (0, 50, 80, 95, 100):
            y = _down(area, percent * 10)
            painter.setPen(QPen(theme.colour("line"), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(theme.colour("ink_2"))
            if percent != 100:
                box = QRectF(0, y - theme.px(8), area.left() - theme.px(6), theme.px(16))
                painter.drawText(box, right, f"{percent} %")
        for percent in (0, 25, 50, 75, 100):
            x = area.left() + area.width() * percent / 100
            box = QRectF(x - theme.px(24), area.bottom() + theme.px(4), theme.px(48), theme.px(18))
            painter.drawText(box, middle, f"{percent} %")

    def _shade(
        self, painter: QPainter, area: QRectF, line: list[QPointF], first: int, last: int, colour: QColor
    ) -> None:
        low = area.left() + area.width() * first / 1000
        high = area.left() + area.width() * last / 1000
        inside = [point for point in line if low <= point.x() <= high]
        if not inside or high <= low:
            return
        colour.setAlpha(38)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(low, area.bottom()),
                    QPointF(low, inside[0].y()),
                    *inside,
                    QPointF(high, inside[-1].y()),
                    QPointF(high, area.bottom()),
                ]
            )
        )


def _down(area: QRectF, permille: int) -> float:
    return area.bottom() - area.height() * permille / 1000
