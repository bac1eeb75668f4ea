"""A count by denomination: digits and Enter only, the sum grows as one types; what should be there is not told."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QEvent, QObject, QRegularExpression, Qt
from PySide6.QtGui import QKeyEvent, QRegularExpressionValidator
from PySide6.QtWidgets import QGridLayout, QLabel, QLineEdit, QWidget

from app.core import formats
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.words import _, pgettext
from app.ui import theme
from app.ui.field import Field
from app.ui.pads import BigAmount

#: What lies in a drawer of today; smaller coins are not struck any more.
PIECES = (10_000, 5_000, 2_000, 1_000, 500, 100, 50, 10)
_MOST = 99_999
_STEPS = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class CountField(Field):
    """``value()`` is fen → pieces. Enter and arrows walk through the lines; Enter in the last one is ``entered``."""

    def __init__(self, label: str = "", parent: QWidget | None = None) -> None:
        super().__init__(label, required=False, hint="", parent=parent)
        self.lines: dict[int, QLineEdit] = {}
        self._subtotals: dict[int, QLabel] = {}
        self.sum = BigAmount(pgettext("money", "Counted"))
        holder = QWidget()
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(4))
        grid.setColumnStretch(2, 1)
        digits = QRegularExpressionValidator(QRegularExpression("[0-9]{0,5}"), self)
        for at, fen in enumerate(PIECES):
            name = formats.money(Money(fen)).removesuffix(".00")
            line = QLineEdit()
            # Whatever is no digit is not taken: a sum without a line that cannot be read would mislead.
            line.setValidator(digits)
            line.setAlignment(Qt.AlignmentFlag.AlignRight)
            line.setFixedWidth(theme.px(96))
            line.setPlaceholderText("0")
            line.setAccessibleName(_("Pieces of {amount}").format(amount=name))
            line.textChanged.connect(self._typed)
            line.installEventFilter(self)
            subtotal = QLabel()
            subtotal.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(QLabel(f"{name} ×"), at, 0, Qt.AlignmentFlag.AlignRight)
            grid.addWidget(line, at, 1)
            grid.addWidget(subtotal, at, 2)
            self.lines[fen], self._subtotals[fen] = line, subtotal
        grid.addWidget(self.sum, len(PIECES), 0, 1, 3)
        self._put(self.lines[PIECES[0]], holder, grows=True)
        self._typed()

    def value(self) -> dict[int, int]:
        """Fen → pieces, only what is there. Raises ``Refusal(BAD_QUANTITY)`` for what is no whole number."""
        found = {}
        for fen, line in self.lines.items():
            text = line.text().strip()
            if not text:
                continue
            if not (text.isdecimal() and int(text) <= _MOST):
                raise Refusal(Reason.BAD_QUANTITY, text=text)
            if int(text):
                found[fen] = int(text)
        return found

    def set_value(self, value: Mapping[int, int] | None) -> None:
        for fen, line in self.lines.items():
            many = (value or {}).get(fen, 0)
            line.setText(str(many) if many else "")
        self.mark_clean()

    def raw(self) -> object:
        return tuple(line.text().strip() for line in self.lines.values())

    def counted(self) -> Money:
        """The sum of what can be read so far."""
        return Money(sum(fen * _pieces(line) for fen, line in self.lines.items()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            lines = list(self.lines.values())
            at = next((at for at, line in enumerate(lines) if line is watched), -1)
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                if at + 1 < len(lines):
                    self._go(lines[at + 1])
                else:
                    self.entered.emit()
                return True
            step = _STEPS.get(Qt.Key(event.key()))
            if step is not None and 0 <= at + step < len(lines):
                self._go(lines[at + step])
                return True
        return super().eventFilter(watched, event)

    def _go(self, line: QLineEdit) -> None:
        line.setFocus(Qt.FocusReason.OtherFocusReason)
        line.selectAll()

    def _typed(self) -> None:
        for fen, line in self.lines.items():
            many = _pieces(line)
            self._subtotals[fen].setText(formats.money(Money(fen * many)) if many else "")
        self.sum.set_value(self.counted() or ZERO)
        self._touched()


def _pieces(line: QLineEdit) -> int:
    text = line.text().strip()
    return int(text) if text.isdecimal() and int(text) <= _MOST else 0
