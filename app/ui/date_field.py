"""A day, typed the way people write it: 2026-11-22, 11-22, 1122, 22, +3; or picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.days import read_day
from app.core.errors import Refusal
from app.core.words import _
from app.ui import icons, theme
from app.ui.field import Field


class DateField(Field):
    """A day. ``value() -> date | None``. ``today`` is injected (the shop's business day, not the system's)."""

    def __init__(
        self,
        label: str,
        today: Callable[[], date],
        *,
        required: bool = False,
        past: bool = False,
        hint: str = "",
        parent: QWidget | None = None,
    ) -> None:
        hint = hint or _("Type 2026-11-22, 1122 or +3; ↓ opens the calendar.")
        super().__init__(label, required=required, hint=hint, parent=parent)
        self._today = today
        self.past = past
        self.line = QLineEdit()
        self.line.setMaxLength(20)
        self.line.textChanged.connect(self._touched)
        self.line.returnPressed.connect(self.entered)
        self.line.installEventFilter(self)
        self.button = QToolButton()
        self.button.setIcon(icons.icon("calendar", "ink_2", 16))
        self.button.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.button.setAccessibleName(_("Open the calendar"))
        self.button.setToolTip(_("Open the calendar"))
        self.button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.button.clicked.connect(self.open_calendar)
        holder = QWidget()
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        row.addWidget(self.line, 1)
        row.addWidget(self.button)
        self._put(self.line, holder)
        self.line.editingFinished.connect(self._left)
        self._popup: CalendarPopup | None = None

    def value(self) -> date | None:
        text = self.line.text().strip()
        return read_day(text, self._today(), past=self.past) if text else None

    def set_value(self, value: date | None) -> None:
        self.line.setText("" if value is None else formats.day(value))
        self.mark_clean()

    def raw(self) -> object:
        return self.line.text().strip()

    def open_calendar(self) -> None:
        """Show the calendar at the typed day, or at today."""
        try:
            start = self.value() or self._today()
        except Refusal:
            start = self._today()
        self._popup = CalendarPopup(start, self._today(), self._picked, self)
        self._popup.move(self.line.mapToGlobal(QPoint(0, self.line.height())))
        self._popup.show()
        self._popup.calendar.setFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        down = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress
        if down and isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Down:
            self.open_calendar()
            return True
        return super().eventFilter(watched, event)

    def _picked(self, day: date) -> None:
        self.line.setText(formats.day(day))
        self.line.setFocus()

    def _left(self) -> None:
        if self.line.text().strip() and self.check():
            day = self.value()
            if day is not None and self.line.text() != formats.day(day):
                self.line.setText(formats.day(day))


class CalendarPopup(QWidget):
    """A month to pick a day from; arrows and Enter, Esc closes."""

    def __init__(self, start: date, today: date, on_pick: Callable[[date], None], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._on_pick = on_pick
        self.calendar = QCalendarWidget()
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.calendar.setSelectedDate(QDate(start.year, start.month, start.day))
        mark = self.calendar.dateTextFormat(QDate(today.year, today.month, today.day))
        mark.setFontWeight(700)
        mark.setForeground(theme.colour("accent_ink"))
        self.calendar.setDateTextFormat(QDate(today.year, today.month, today.day), mark)
        self.calendar.activated.connect(self._take)
        self.calendar.clicked.connect(self._take)
        box = QVBoxLayout(self)
        box.setContentsMargins(1, 1, 1, 1)
        box.addWidget(self.calendar)

    def _take(self, day: QDate) -> None:
        picked = date(day.year(), day.month(), day.day())
        self.close()
        self._on_pick(picked)
