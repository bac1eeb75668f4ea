"""今日: nine figures that say how the shop is, each a door to its list, and what should not be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.core import formats
from app.core.changes import Changes
from app.core.money import Money
from app.core.waiting import Waiting
from app.core.words import _
from app.features.reports.figure_list import FigureList
from app.features.reports.figures import Unit
from app.features.reports.morning import DOORS, TILL_ROOM, Door, Morning, MorningFigure, Mornings
from app.features.reports.telling import unit_text
from app.ui import icons, theme
from app.ui.desk import Desk
from app.ui.page import KeyHint, Page
from app.ui.room import InTab

_COLUMNS = 3
#: What waits for somebody: the room, what to show there, and the question.
Wait = tuple[str, InTab, Callable[[], Waiting | None]]


class DoorCard(QPushButton):
    """A figure as a large key: its number, what it counts, and what stands beside it."""

    def __init__(self, number: int, door: Door) -> None:
        super().__init__()
        theme.role_of(self, "key")
        self.door = door
        self._title = QLabel(f"{number}  {_(DOORS[door].title)}")
        theme.role_of(self._title, "label")
        self.value = QLabel("–")
        theme.role_of(self.value, "title")
        self.more = QLabel(_("Loading …"))
        theme.role_of(self.more, "secondary")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(10))
        box.setSpacing(theme.px(2))
        for each in (self._title, self.value, self.more):
            each.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
            box.addWidget(each)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumHeight(theme.px(104))
        self.setMinimumWidth(theme.px(180))

    def show_figure(self, figure: MorningFigure, more: str) -> None:
        """Say the figure; a grave one that is not nothing is red."""
        spec = DOORS[self.door]
        text = unit_text(spec.unit, figure.amount if spec.unit is Unit.MONEY else figure.count)
        self.value.setText(text)
        grave = spec.grave and figure.count > 0
        self.value.setStyleSheet(f"color: {theme.colour('late_ink').name()}" if grave else "")
        self.more.setText(more)
        self.setAccessibleName(f"{_(spec.title)}: {text} {more}".strip())


class MorningPage(Page):
    """One screen in the morning."""

    key = "morning"

    def __init__(self, mornings: Mornings, waits: Sequence[Wait], desk: Desk) -> None:
        super().__init__()
        self._mornings = mornings
        self._waits = tuple(waits)
        self.desk = desk
        self.cards: dict[Door, DoorCard] = {}
        grid = QGridLayout()
        grid.setSpacing(theme.px(12))
        for at, door in enumerate(Door):
            card = self.cards[door] = DoorCard(at + 1, door)
            card.clicked.connect(partial(self.open_door, door))
            self.number_key(at + 1, card.click)
            grid.addWidget(card, at // _COLUMNS, at % _COLUMNS)
        self.notes = QFrame()
        theme.role_of(self.notes, "card")
        self._notes_box = QVBoxLayout(self.notes)
        self._notes_box.setContentsMargins(theme.px(14), theme.px(12), theme.px(14), theme.px(12))
        self._notes_box.setSpacing(theme.px(8))
        heading = QLabel(_("Not to be forgotten"))
        theme.role_of(heading, "heading")
        self._notes_box.addWidget(heading)
        self.warnings = QVBoxLayout()
        self.warnings.setSpacing(theme.px(6))
        self._notes_box.addLayout(self.warnings)
        self._notes_box.addStretch(1)
        self.notes.setMinimumWidth(theme.px(280))
        self.overview = QWidget()
        across = QHBoxLayout(self.overview)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(theme.px(16))
        across.addLayout(grid, 3)
        across.addWidget(self.notes, 1)
        self.list = FigureList("morning_list")
        self.list.left.connect(self.back)
        self.list.opened.connect(self._go)
        self.stack = QStackedWidget()
        self.stack.addWidget(self.overview)
        self.stack.addWidget(self.list)
        self.body.addWidget(self.stack, 1)
        self.open_now: Door | None = None

    def title(self) -> str:
        return _("This morning")

    def keys_here(self) -> Sequence[KeyHint]:
        return (KeyHint("1–9", _("open the list")), KeyHint("↵", _("open the order")))

    def manual(self) -> str:
        return "owner"

    def first_focus(self) -> QWidget | None:
        return self.list.table if self.stack.currentWidget() is self.list else self.cards[Door.CAME_IN]

    def concerns(self, _changes: Changes) -> bool:
        return True

    def refresh(self) -> None:
        morning = self._mornings.morning(self.desk.actor)
        for figure in morning.figures:
            self.cards[figure.door].show_figure(figure, _more(figure, morning))
        self._show_warnings()
        if self.open_now is not None:
            self.list.table.reload()

    def back(self) -> bool:
        if self.open_now is None:
            return False
        door, self.open_now = self.open_now, None
        self.stack.setCurrentWidget(self.overview)
        self.cards[door].setFocus()
        return True

    def open_door(self, door: Door) -> None:
        """Show the list behind a figure."""
        self.run(lambda: self._open(door))

    def _open(self, door: Door) -> None:
        spec = DOORS[door]
        self.list.show_list(
            _(spec.title),
            spec.unit,
            self._mornings.total(self.desk.actor, door),
            lambda after, limit: self._mornings.entries(self.desk.actor, door, after, limit),
            _(spec.hint),
        )
        self.open_now = door
        self.stack.setCurrentWidget(self.list)
        self.list.table.setFocus()

    def _show_warnings(self) -> None:
        while self.warnings.count():
            item = self.warnings.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        found = [(room, at, waiting) for room, at, ask in self._waits if (waiting := ask()) is not None]
        for room, at, waiting in found:
            button = QPushButton(
                icons.icon(
                    "triangle-alert" if waiting.late else "clock", "late_ink" if waiting.late else "ink_2"
                ),
                waiting.words,
            )
            button.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            button.setToolTip(waiting.words)
            button.setStyleSheet("text-align: left")
            button.clicked.connect(partial(self._open_room, room, at))
            self.warnings.addWidget(button)
        if not found:
            nothing = QLabel(_("Nothing waits in the stock room."))
            nothing.setWordWrap(True)
            theme.role_of(nothing, "secondary")
            self.warnings.addWidget(nothing)

    def _open_room(self, room: str, at: InTab) -> None:
        self.wants.emit(room, at)

    def _go(self, room: str, subject: int) -> None:
        match room:
            case "parts":
                self.wants.emit(room, InTab("parts", subject))
            case _ if room == TILL_ROOM:
                self.wants.emit(room, None)
            case _:
                self.wants.emit(room, subject)


def _more(figure: MorningFigure, morning: Morning) -> str:
    match figure.door:
        case Door.CAME_IN | Door.WENT_OUT:
            return _("yesterday {n}").format(n=f"{figure.before or 0:,}")
        case Door.OWED:
            return _("of it customers {amount}").format(
                amount=formats.money(Money(morning.owed_by_customers))
            )
        case Door.CASH:
            return _("deposits held {amount}").format(amount=formats.money(Money(morning.held)))
        case Door.LATE:
            return _("promised for earlier and not ready")
        case Door.WAITS_CUSTOMER:
            return _("quote or answer is out")
        case Door.WAITS_PARTS:
            return _("parts are to come")
        case Door.TO_ORDER:
            return _("below minimum")
        case Door.UNCLAIMED:
            return _("ready for long")
