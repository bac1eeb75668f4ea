"""A day, typed the way people write it: 2026-11-22, 11-22, 1122, 22, +3; or picked from a calendar."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCalendarWidget, QHBoxLayout, QLineEdit, QToolButton, QVBoxLayout, QWidget

from app.core import formats
from app.core.errors import Reason, Refusal
from app.core.words import _
from app.ui import icons, theme
from app.ui.field import Field


def read_day(text: str, today: date, *, past: bool = False) -> date:
    """The day meant by ``text``. Raises ``Refusal(BAD_DATE)``.

    ``+3`` counts from ``today``. Without a year it is the next such day from today on (a promise), or with
    ``past`` the last one (a purchase). ``22`` alone is a day of this month by the same rule.
    """
    wanted = text.strip().replace("年", "-").replace("月", "-").replace("日", "")
    wanted = wanted.replace("/", "-").replace(".", "-").replace("－", "-")
    bad = Refusal(Reason.BAD_DATE, text=text.strip()[:40])
    if not wanted.isascii():
        raise bad
    try:
        if wanted[:1] in "+-" and wanted[1:].isdigit() and len(wanted) <= 5:
            return today + timedelta(days=int(wanted))
        parts = [part for part in wanted.split("-") if part]
        if len(parts) == 1 and wanted.isdigit():
            parts = _split(wanted)
        if not all(part.isdigit() for part in parts):
            raise bad
        numbers = [int(part) for part in parts]
        match numbers:
            case [year, month, day]:
                found = date(year + 2000 if year < 100 else year, month, day)
            case [month, day]:
                found = _nearest_year(month, day, today, past)
            case [day]:
                found = _nearest_month(day, today, past)
            case _:
                raise bad
    except (ValueError, OverflowError):
        raise bad from None
    if not 1990 <= found.year <= 2100:
        raise bad
    return found


def _split(digits: str) -> list[str]:
    match len(digits):
        case 8:
            return [digits[:4], digits[4:6], digits[6:]]
        case 6:
            return [digits[:2], digits[2:4], digits[4:]]
        case 3 | 4:
            return [digits[:-2], digits[-2:]]
        case 1 | 2:
            return [digits]
        case _:
            return []


def _nearest_year(month: int, day: int, today: date, past: bool) -> date:
    """This year's such day, or the next (last) one; 29 February may be up to eight years away."""
    for step in range(9):
        try:
            found = date(today.year + (-step if past else step), month, day)
        except ValueError:
            continue
        if (found <= today) if past else (found >= today):
            return found
    raise ValueError(day)


def _nearest_month(day: int, today: date, past: bool) -> date:
    month = today.year * 12 + today.month - 1
    for step in range(13):
        year, zero_based = divmod(month + (-step if past else step), 12)
        try:
            found = date(year, zero_based + 1, day)
        except ValueError:
            continue
        if (found <= today) if past else (found >= today):
            return found
    raise ValueError(day)


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
