"""A month chosen by arrows or out of a list: Ctrl+, goes back, Ctrl+. goes on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from app.core.words import _
from app.ui import icons, theme
from app.ui.fields import ComboField

#: Three years back can be picked; further ones are reached by the arrow.
_OFFERED = 36


class MonthPicker(QWidget):
    """``value() -> "2026-11"``; never after the month that ``today`` lies in."""

    #: Another month was chosen: its text.
    changed = Signal(str)

    def __init__(self, today: Callable[[], date], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._today = today
        self._month = f"{today():%Y-%m}"
        self.earlier = _arrow("chevron-left", _("Month before"), "Ctrl+,")
        self.later = _arrow("chevron-right", _("Month after"), "Ctrl+.")
        self.earlier.clicked.connect(lambda: self.choose(_step(self._month, -1)))
        self.later.clicked.connect(lambda: self.choose(_step(self._month, 1)))
        self.list = ComboField(_("Month"))
        self.list.setMaximumWidth(theme.px(120))
        self.list.on_pick(self._picked)
        self.list.entered.connect(self._picked)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        low = Qt.AlignmentFlag.AlignBottom
        row.addWidget(self.earlier, 0, low)
        row.addWidget(self.list, 0, low)
        row.addWidget(self.later, 0, low)
        self._show()

    def value(self) -> str:
        """The month in front."""
        return self._month

    def choose(self, month: str) -> None:
        """Go to a month, if it has begun."""
        if month == self._month or month > f"{self._today():%Y-%m}":
            return
        self._month = month
        self._show()
        self.changed.emit(month)

    def _show(self) -> None:
        now = f"{self._today():%Y-%m}"
        offered = [now]
        while len(offered) < _OFFERED:
            offered.append(_step(offered[-1], -1))
        if self._month not in offered:
            offered.append(self._month)
        self.list.set_choices([(month, month) for month in offered])
        self.list.set_value(self._month)
        self.later.setEnabled(self._month < now)

    def _picked(self, _code: object = None) -> None:
        chosen = self.list.value()
        if chosen:
            self.choose(str(chosen))


def _arrow(icon: str, word: str, key: str) -> QPushButton:
    button = QPushButton(icons.icon(icon), "")
    button.setAccessibleName(word)
    button.setToolTip(f"{word} ({key})")
    button.setShortcut(key)
    return button


def _step(month: str, months: int) -> str:
    year, number = divmod(int(month[:4]) * 12 + int(month[5:]) - 1 + months, 12)
    return f"{year:04d}-{number + 1:02d}"
