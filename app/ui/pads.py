"""What is read or touched from a distance: the big amount, the PIN pad, the signature pad."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QIODevice, QPointF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.money import ZERO, Money
from app.core.words import _
from app.ui import icons, theme


class BigAmount(QWidget):
    """An amount to be read from 60 cm: 40 px, with its caption above. Tones: ``late`` due, ``done`` paid, ``""``."""

    def __init__(self, caption: str, amount: Money = ZERO, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caption = QLabel(caption)
        theme.role_of(self._caption, "secondary")
        self._figure = QLabel()
        theme.role_of(self._figure, "big")
        self._figure.setFont(theme.font(theme.BENCH, bold=True))
        self._figure.setAlignment(Qt.AlignmentFlag.AlignRight)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        box.addWidget(self._caption, 0, Qt.AlignmentFlag.AlignRight)
        box.addWidget(self._figure)
        box.addStretch(1)
        self._amount = amount
        self.set_value(amount)

    def value(self) -> Money:
        """The amount shown."""
        return self._amount

    def set_value(self, amount: Money, tone: str = "") -> None:
        """Show ``amount``; ``tone`` colours it."""
        self._amount = amount
        self._figure.setText(formats.money(amount))
        if self._figure.property("tone") != tone:
            self._figure.setProperty("tone", tone)
            theme.restyle(self._figure)
        self.setAccessibleName(f"{self._caption.text()} {self._figure.text()}")

    def set_caption(self, caption: str) -> None:
        """Change what the amount is ("Due", "Change")."""
        self._caption.setText(caption)
        self.set_value(self._amount, str(self._figure.property("tone") or ""))


class PinPad(QWidget):
    """A PIN typed on keys or screen; shows dots. ``done(pin)`` on Enter, or at ``length`` digits if it is given."""

    done = Signal(str)
    changed = Signal()

    MOST = 12

    def __init__(self, length: int = 0, parent: QWidget | None = None, *, done_word: str = "") -> None:
        super().__init__(parent)
        self._length = length
        self._pin = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("PIN"))
        self._dots = QLabel()
        theme.role_of(self._dots, "heading")
        self._dots.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._dots.setMinimumHeight(theme.px(36))
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        for at, digit in enumerate("123456789"):
            grid.addWidget(self._key(digit, digit), at // 3, at % 3)
        clear = self._key("", _("Delete the last digit"))
        clear.setIcon(icons.icon("arrow-left", "ink", 24))
        clear.setIconSize(QSize(theme.px(24), theme.px(24)))
        grid.addWidget(clear, 3, 0)
        grid.addWidget(self._key("0", "0"), 3, 1)
        self._ok = self._key("\r", done_word or _("Sign in"))
        self._ok.setIcon(icons.icon("check", "on_accent", 24))
        self._ok.setIconSize(QSize(theme.px(24), theme.px(24)))
        theme.role_of(self._ok, "pad_ok")
        grid.addWidget(self._ok, 3, 2)
        box = QVBoxLayout(self)
        margin = theme.px(12)
        box.setContentsMargins(margin, theme.px(4), margin, margin)
        box.setSpacing(theme.px(8))
        box.addWidget(self._dots)
        box.addLayout(grid)
        self._show()

    def value(self) -> str:
        """The digits typed so far."""
        return self._pin

    def clear(self) -> None:
        """Forget what was typed."""
        self._pin = ""
        self._show()

    def press(self, sign: str) -> None:
        """As if the key ``sign`` was pressed: a digit, ``"\\r"`` for done, ``""`` takes the last digit away."""
        if sign == "\r":
            if self._pin:
                self.done.emit(self._pin)
            return
        if not sign:
            self._pin = self._pin[:-1]
        elif len(self._pin) < self.MOST:
            self._pin += sign
        self._show()
        if self._length and len(self._pin) == self._length:
            self.done.emit(self._pin)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, text = event.key(), event.text()
        if len(text) == 1 and text.isdecimal():
            self.press(str(int(text)))
        elif key == Qt.Key.Key_Backspace:
            self.press("")
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.press("\r")
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)

    def focusInEvent(self, _event: object) -> None:
        self.update()

    def focusOutEvent(self, _event: object) -> None:
        self.update()

    def _key(self, text: str, name: str) -> QPushButton:
        button = QPushButton(text if text != "\r" else "")
        theme.role_of(button, "pad")
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda: self.press(text))
        return button

    def _show(self) -> None:
        self._dots.setText(" ".join("●" * len(self._pin)) if self._pin else "")
        self._dots.setAccessibleName(str(len(self._pin)))
        self.changed.emit()


class _Ink(QWidget):
    """The surface one writes on: mouse, pen (with pressure) or finger. Strokes in shares of the surface."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.strokes: list[list[tuple[float, float, float]]] = []
        self.setMinimumSize(theme.px(320), theme.px(120))
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_StaticContents)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def begin(self, at: QPointF, pressure: float = 0.5) -> None:
        self.strokes.append([])
        self.go_on(at, pressure)

    def go_on(self, at: QPointF, pressure: float = 0.5) -> None:
        if not self.strokes:
            return
        width, height = max(1, self.width()), max(1, self.height())
        point = (min(1.0, max(0.0, at.x() / width)), min(1.0, max(0.0, at.y() / height)), pressure)
        if not self.strokes[-1] or self.strokes[-1][-1][:2] != point[:2]:
            self.strokes[-1].append(point)
            self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.begin(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.go_on(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self.changed.emit()

    def tabletEvent(self, event: QTabletEvent) -> None:
        kind = event.type()
        if kind == QEvent.Type.TabletPress:
            self.begin(event.position(), event.pressure())
        elif kind == QEvent.Type.TabletMove and event.pressure() > 0:
            self.go_on(event.position(), event.pressure())
        elif kind == QEvent.Type.TabletRelease:
            self.changed.emit()
        event.accept()

    def event(self, event: QEvent) -> bool:
        touches = (QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd)
        if isinstance(event, QTouchEvent) and event.type() in touches:
            points = event.points()
            if points:
                where = points[0].position()
                if event.type() == QEvent.Type.TouchBegin:
                    self.begin(where)
                else:
                    self.go_on(where)
            if event.type() == QEvent.Type.TouchEnd:
                self.changed.emit()
            event.accept()
            return True
        return super().event(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("surface"))
        painter.setPen(QPen(theme.colour("edge"), 1))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        base = round(self.height() * 0.75)
        painter.setPen(QPen(theme.colour("line"), 1, Qt.PenStyle.DashLine))
        painter.drawLine(theme.px(16), base, self.width() - theme.px(16), base)
        self.draw(painter, self.width(), self.height(), theme.colour("ink"))

    def draw(self, painter: QPainter, width: float, height: float, colour: QColor) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for stroke in self.strokes:
            pressure = sum(point[2] for point in stroke) / max(1, len(stroke))
            pen = QPen(colour, max(1.5, height / 60 * (0.6 + 0.8 * pressure)))
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
            painter.setPen(pen)
            path = QPainterPath()
            for at, (x, y, _pressure) in enumerate(stroke):
                spot = QPointF(x * width, y * height)
                if at == 0:
                    path.moveTo(spot)
                    path.lineTo(spot + QPointF(0.1, 0))
                else:
                    path.lineTo(spot)
            painter.drawPath(path)


class SignaturePad(QWidget):
    """A signature by mouse, pen or touch. ``value()`` is a PNG (black on white, 960 × 360 pixels) or None."""

    changed = Signal()

    SIZE = QSize(960, 360)

    def __init__(self, caption: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ink = _Ink()
        self._ink.setAccessibleName(caption or _("Signature"))
        self._ink.changed.connect(self.changed)
        label = QLabel(caption or _("Signature"))
        theme.role_of(label, "label")
        clear = QPushButton(_("Clear"))
        theme.role_of(clear, "quiet")
        clear.clicked.connect(self.clear)
        head = QHBoxLayout()
        head.addWidget(label, 1)
        head.addWidget(clear)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(2))
        box.addLayout(head)
        box.addWidget(self._ink, 1)

    @property
    def surface(self) -> QWidget:
        """The widget one writes on."""
        return self._ink

    def value(self) -> bytes | None:
        """The signature as PNG bytes; None while nothing is written."""
        if not any(len(stroke) > 1 for stroke in self._ink.strokes):
            return None
        image = QImage(self.SIZE, QImage.Format.Format_Grayscale8)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        self._ink.draw(painter, self.SIZE.width(), self.SIZE.height(), QColor("black"))
        painter.end()
        data = QByteArray()
        buffer = QBuffer(data)
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        image.save(buffer, "PNG")  # type: ignore[call-overload]
        return bytes(data.data())

    def is_dirty(self) -> bool:
        """Whether anything is written."""
        return bool(self._ink.strokes)

    def clear(self) -> None:
        """Wipe the pad."""
        self._ink.strokes.clear()
        self._ink.update()
        self.changed.emit()
