"""The pickup receipt as it will print, imitated while one types: the same words in the same order, no PDF per key.

Paper is white and ink is black in either theme, so this is the one widget that does not follow the tokens.
"""

# ruff: noqa: ARG002 - unused arguments are Qt's signatures

from __future__ import annotations

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QScrollArea, QSizePolicy, QWidget

from app.core import formats
from app.core.labels import category_name, label
from app.core.words import Language, _, parse_language, pgettext, speaking
from app.papers.forms_of_orders import PickupReceipt
from app.ui import theme

_PAPER, _INK, _FAINT, _EDGE = QColor("#ffffff"), QColor("#111111"), QColor("#6b6b6b"), QColor("#c9ced6")
_WRAP = int((Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere).value)
_LEFT, _RIGHT = int(Qt.AlignmentFlag.AlignLeft.value), int(Qt.AlignmentFlag.AlignRight.value)
_CENTRE = int(Qt.AlignmentFlag.AlignHCenter.value)
#: Stands where nothing is typed yet.
_GAP = "…"


@dataclass(slots=True)
class _Pen:
    """Goes down the paper; without a painter it only measures."""

    width: float
    painter: QPainter | None = None
    y: float = 0.0
    said: list[str] = field(default_factory=list)

    def text(
        self, words: str, font: QFont, *, x: float = 0.0, width: float | None = None, flags: int = _LEFT,
        ink: QColor = _INK, move: bool = True,
    ) -> float:  # fmt: skip
        """Write ``words``; returns their height and goes below them unless told to stay."""
        room = self.width - x if width is None else width
        box = QFontMetricsF(font).boundingRect(QRectF(0, 0, room, 10_000), flags | _WRAP, words)
        if self.painter is not None:
            self.painter.setFont(font)
            self.painter.setPen(ink)
            self.painter.drawText(QRectF(x, self.y, room, box.height() + 2), flags | _WRAP, words)
        else:
            self.said.append(words)
        if move:
            self.y += box.height()
        return box.height()

    def rule(self, *, dotted: bool = False) -> None:
        """A line across."""
        if self.painter is not None:
            pen = QPen(_INK, 1)
            pen.setStyle(Qt.PenStyle.DotLine if dotted else Qt.PenStyle.SolidLine)
            self.painter.setPen(pen)
            self.painter.drawLine(QPointF(0, self.y), QPointF(self.width, self.y))
        self.y += 1

    def gap(self, size: int) -> None:
        """Leave room, in design pixels."""
        self.y += theme.px(size)


class ReceiptPaper(QWidget):
    """The strip of paper itself; its height follows what stands on it."""

    def __init__(self, time_zone: str, language: str) -> None:
        super().__init__()
        self._zone = time_zone
        self._language = language
        self._form: PickupReceipt | None = None
        #: How far down the facts reach; below it stand terms and greetings.
        self.agreed_until = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)

    def show_form(self, form: PickupReceipt) -> bool:
        """Print anew; False if nothing changed."""
        if form == self._form:
            return False
        self._form = form
        self._measure()
        self.resize(self.width(), max(self.height(), self.minimumHeight()))
        self.update()
        return True

    def words(self) -> str:
        """Everything on the paper, for screen readers and tests."""
        return self.accessibleDescription()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(280), self.minimumHeight())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(_EDGE, 1))
        painter.setBrush(_PAPER)
        painter.drawPolygon(self._outline())
        margin = self._margin()
        painter.translate(margin, margin)
        pen = _Pen(self.width() - 2 * margin, painter)
        self._print(pen)

    def _margin(self) -> int:
        return theme.px(14)

    def _measure(self) -> None:
        margin = self._margin()
        pen = _Pen(max(80, self.width() - 2 * margin))
        self._print(pen)
        self.setMinimumHeight(round(pen.y) + 2 * margin + theme.px(6))
        self.setAccessibleDescription("\n".join(pen.said))

    def _outline(self) -> QPolygonF:
        """A strip torn off at its lower edge."""
        tooth, right, low = theme.px(6), self.width() - 1.0, self.height() - 1.0
        shape = QPolygonF([QPointF(0, 0), QPointF(right, 0), QPointF(right, low - tooth)])
        x, down = right, True
        while x > 0:
            x = max(0.0, x - tooth)
            shape.append(QPointF(x, low if down else low - tooth))
            down = not down
        return shape

    def _print(self, pen: _Pen) -> None:
        if self._form is None:
            return
        if self._language:
            with speaking(parse_language(self._language)):
                self._write(pen, self._form)
        else:
            self._write(pen, self._form)

    def _write(self, pen: _Pen, form: PickupReceipt) -> None:
        plain, small, bold = theme.font(13), theme.font(11), theme.font(13, bold=True)
        pen.text(form.shop.name, theme.font(20, bold=True), flags=_CENTRE)
        contact = " · ".join(each for each in (form.shop.address, form.shop.phone) if each)
        if contact:
            pen.text(contact, small, flags=_CENTRE, ink=_FAINT)
        pen.gap(6)
        pen.rule()
        pen.gap(6)
        pen.text(_("Pickup receipt"), theme.font(15, bold=True), flags=_CENTRE)
        self._bars(pen, small)
        pen.rule()
        pen.gap(6)
        self._pairs(pen, form, plain, bold)
        money = [
            (_("Estimate"), form.estimate),
            (_("Agreed limit"), form.limit),
            (_("Deposit"), form.deposit or None),
        ]
        if any(amount is not None for _word, amount in money):
            pen.gap(4)
            pen.rule(dotted=True)
            pen.gap(4)
        for word, amount in money:
            if amount is not None:
                pen.text(word, plain, ink=_FAINT, move=False)
                pen.text(formats.money(amount), bold, flags=_RIGHT)
        if form.promised_at is not None:
            pen.gap(8)
            pen.text(_("Promised date"), small, flags=_CENTRE, ink=_FAINT)
            pen.text(formats.moment(form.promised_at, self._zone), theme.font(18, bold=True), flags=_CENTRE)
        if pen.painter is None:
            self.agreed_until = round(pen.y) + self._margin()
        for title, text in ((_("Terms"), form.terms), (pgettext("paper", "Care"), form.care)):
            if text.strip():
                pen.gap(8)
                pen.text(title, theme.font(11, bold=True))
                pen.text(text.strip(), theme.font(10), ink=_FAINT)
        if form.shop.footer:
            pen.gap(8)
            pen.text(form.shop.footer, small, flags=_CENTRE)

    def _pairs(self, pen: _Pen, form: PickupReceipt, plain: QFont, bold: QFont) -> None:
        device = form.device
        name = " ".join(each for each in (device.brand.strip(), category_name(device.category)) if each)
        full = " · ".join(each for each in (name, device.model.strip()) if each)
        rows = [
            (_("Customer"), form.customer_name or _GAP, bold),
            (_("Phone"), formats.phone(form.customer_phone.replace(" ", "")) or _GAP, plain),
            (_("Taken in"), formats.moment(form.taken_in_at, self._zone), plain),
            (pgettext("paper", "Service"), label(form.service), plain),
            (_("Device"), full or _GAP, bold),
            (_("Serial number"), device.serial.strip(), plain),
            (_("Fault"), form.fault or _GAP, plain),
            (_("Accessories"), form.accessories, plain),
            (_("Visible damage"), form.damage, plain),
        ]
        shown = [row for row in rows if row[1]]
        widest = max(QFontMetricsF(plain).horizontalAdvance(word) for word, _value, _font in shown)
        column = min(widest + theme.px(10), pen.width * 0.46)
        for word, value, font in shown:
            key = pen.text(word, plain, width=column, ink=_FAINT, move=False)
            size = pen.text(value, font, x=column, ink=_FAINT if value == _GAP else _INK)
            pen.y += max(0.0, key - size) + theme.px(2)

    def _bars(self, pen: _Pen, small: QFont) -> None:
        """Where the barcode will stand: its number is given when the order is saved."""
        pen.gap(4)
        height = theme.px(26)
        if pen.painter is not None:
            painter, x, at = pen.painter, pen.width * 0.16, 0
            while x < pen.width * 0.84:
                wide = 1 + (at * 7 + at * at) % 3
                painter.fillRect(QRectF(x, pen.y, theme.px(wide), height), _EDGE)
                x += theme.px(wide) + theme.px(1 + (at * 5) % 3)
                at += 1
        pen.y += height
        pen.gap(2)
        pen.text(_("Number and barcode come with saving"), small, flags=_CENTRE, ink=_FAINT)
        pen.gap(6)


class ReceiptView(QScrollArea):
    """The paper in a frame that scrolls; it takes no focus, the keys belong to the form."""

    def __init__(self, time_zone: str, language: str) -> None:
        super().__init__()
        self.paper = ReceiptPaper(time_zone, _known(language))
        self.paper.setAccessibleName(_("Receipt as it will print"))
        self.setWidget(self.paper)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMinimumHeight(theme.px(120))

    def show_form(self, form: PickupReceipt) -> None:
        """Print anew."""
        if self.paper.show_form(form):
            # What is agreed stays in sight however long the fault is; the terms may stand below the edge.
            self.ensureVisible(0, self.paper.agreed_until, 0, theme.px(8))


def _known(language: str) -> str:
    try:
        return parse_language(language).value if language else ""
    except ValueError:
        return Language.ZH.value
