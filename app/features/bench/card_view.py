"""The open card, to be read from 150 cm: number, device, fault, cover; then charges, what was found, photos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QScrollBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from app.core.enums import Command, Payer, Status
from app.core.formats import money
from app.core.labels import category_name, label
from app.core.money import ZERO
from app.core.rights import Actor
from app.core.sentences import sentence
from app.core.words import _
from app.features.bench.card_facts import EarlierView, FactsView, PhotosView, Timeline, TwoColumns
from app.features.bench.lines_view import LinesView
from app.features.bench.names import diagnosis_of
from app.features.bench.offers import LINE_TOOLS, TOOL_ICONS, TOOL_KEYS, TOOL_WORDS, Tool, tool_refusal
from app.features.orders.snapshots import CardPhoto, OrderCard
from app.ui import icons, theme
from app.ui.chips import Chip, late_chip, status_chip
from app.ui.choices import FlowLayout


class CardView(QScrollArea):
    """One card at a time, in the same widgets: opening the next changes words only."""

    #: A tool's button was pressed.
    used = Signal(object)
    #: An earlier order of the device, or the order this one repairs again, is wanted.
    wanted = Signal(int)
    #: Delete on a charge: the ``CardLine``.
    remove = Signal(object)
    #: Enter on a charge: the ``CardLine``.
    line_opened = Signal(object)

    def __init__(
        self, zone: str, photo_file: Callable[[CardPhoto], Path], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBar(_QuietBar())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._tools: dict[Tool, QPushButton] = {}
        self._number = _label("big", selectable=True)
        self._status = BigChip()
        self._late = BigChip()
        self.clock = _label("title")
        self._clock_of = _label("secondary")
        self._device = _label("title", wrap=True)
        self._serial = _label("", wrap=True, selectable=True)
        self._serial.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom)
        self._fault = _label("", wrap=True, selectable=True)
        self._fault.setFont(theme.font(theme.HEADING))
        self.facts = FactsView(zone)
        self.facts.wants_passcode.connect(lambda: self.used.emit(Tool.PASSCODE))
        self.facts.wants_technician.connect(lambda: self.used.emit(Tool.ASSIGN))
        self.check = _CheckPanel()
        self.earlier = EarlierView(zone)
        self.earlier.wanted.connect(self.wanted)
        self.lines = LinesView()
        self.lines.remove.connect(self.remove)
        self.lines.opened.connect(self.line_opened)
        self._sum = _label("", wrap=True)
        self._sum.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._sum.setFont(theme.font(16))
        self.notes = Timeline(zone)
        self.photos = PhotosView(photo_file)
        self.setWidget(self._build())

    def _build(self) -> QWidget:
        inside = QWidget()
        inside.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        theme.role_of(inside, "surface")
        box = QVBoxLayout(inside)
        box.setContentsMargins(theme.px(16), theme.px(4), theme.px(16), theme.px(8))
        box.setSpacing(theme.px(6))
        top = QHBoxLayout()
        top.setSpacing(theme.px(12))
        names = QWidget()
        flow = FlowLayout(names, gap=12)
        flow.addWidget(self._number)
        for chip in (self._status, self._late):
            flow.addWidget(_centred(chip, self._number.sizeHint().height()))
        # Narrow or with large text the chips go below the number; nothing is ever cut off.
        names.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        top.addWidget(names, 1)
        running = QVBoxLayout()
        running.setSpacing(0)
        running.addWidget(self.clock, 0, Qt.AlignmentFlag.AlignRight)
        running.addWidget(self._clock_of, 0, Qt.AlignmentFlag.AlignRight)
        top.addLayout(running)
        box.addLayout(top)
        device = QHBoxLayout()
        device.addWidget(self._device, 3)
        device.addWidget(self._serial, 2)
        box.addLayout(device)
        box.addWidget(self._fault)
        box.addWidget(self.facts)
        box.addWidget(self.check)
        box.addWidget(self.earlier)
        box.addLayout(self._heading(_("Parts and labour"), (Tool.PART, Tool.LABOUR)))
        box.addWidget(self.lines)
        # The keys of the planned parts wrap below each other where the card is narrow.
        below = QHBoxLayout()
        deeds = QWidget()
        flow = FlowLayout(deeds, gap=4)
        for tool in (Tool.RESERVE, Tool.REQUEST, Tool.OWE, Tool.PRICE):
            flow.addWidget(self._tool_button(tool))
        deeds.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        below.addWidget(deeds, 1)
        below.addWidget(self._sum, 1)
        box.addLayout(below)
        notes = QVBoxLayout()
        notes.setSpacing(theme.px(4))
        notes.addLayout(self._heading(_("Findings and notes"), (Tool.DIAGNOSE, Tool.NOTE)))
        notes.addWidget(self.notes)
        notes.addStretch(1)
        photos = QVBoxLayout()
        photos.setSpacing(theme.px(4))
        photos.addLayout(self._heading(_("Photos"), (Tool.PHOTO,)))
        photos.addWidget(self.photos)
        photos.addStretch(1)
        box.addWidget(TwoColumns(notes, photos))
        box.addStretch(1)
        return inside

    def _heading(self, text: str, tools: Sequence[Tool]) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(0, theme.px(8), 0, 0)
        row.setSpacing(theme.px(4))
        heading = QLabel(text)
        theme.role_of(heading, "strong")
        row.addWidget(heading)
        row.addStretch(1)
        for tool in tools:
            row.addWidget(self._tool_button(tool))
        return row

    def _tool_button(self, tool: Tool) -> QPushButton:
        button = QPushButton(f"{_(TOOL_WORDS[tool])}  {TOOL_KEYS[tool]}")
        button.setIcon(icons.icon(TOOL_ICONS[tool], "accent_ink", 16))
        theme.role_of(button, "quiet")
        button.setAccessibleName(_(TOOL_WORDS[tool]))
        button.setAutoDefault(False)
        button.clicked.connect(lambda _on=False, mine=tool: self.used.emit(mine))
        self._tools[tool] = button
        return button

    def show_card(self, card: OrderCard, actor: Actor) -> None:
        """Show a card as it stands."""
        self._number.setText(card.number)
        self._status.show_chip(status_chip(card.status))
        self._late.show_chip(late_chip(_("Late")) if card.late else None)
        kind = category_name(card.category)
        serial = _("S/N {serial}").format(serial=card.serial) if card.serial else ""
        self._device.setText(card.device or kind)
        self._serial.setText(" · ".join(filter(None, (kind if card.device else "", serial))))
        fault = card.fault
        if card.rework_of:
            fault = _("Rework of {number}: {fault}").format(number=card.rework_of, fault=fault)
        self._fault.setText(fault)
        self.facts.show_card(card, actor)
        self.check.show_card(card, actor)
        self.earlier.show_rows(card.earlier)
        self.lines.show_rows(card.lines)
        self._sum.setText(_sums(card))
        self.notes.show_notes(card.notes)
        self.photos.show_photos(card.photos)
        for tool, button in self._tools.items():
            refused = tool_refusal(card, actor, tool)
            button.setToolTip(sentence(refused) if refused else "")
            # What is for planned parts only stands there while one is planned, and for who may do it.
            button.setVisible(refused is None or tool not in LINE_TOOLS)
        self._clock_of.setText("" if card.running_mine or not card.running_since else card.running_staff)

    def show_worked(self, worked: timedelta, running: bool) -> None:
        """The labour clock; ticks without a look into the records."""
        seconds = int(worked.total_seconds())
        text = f"{seconds // 3600}:{seconds // 60 % 60:02d}"
        self.clock.setText(f"{text}:{seconds % 60:02d}" if running else text if seconds >= 60 else "")
        tone = "done" if running else ""
        if self.clock.property("tone") != tone:
            self.clock.setProperty("tone", tone)
            theme.restyle(self.clock)
        self.clock.setAccessibleName(_("Working time {time}").format(time=self.clock.text()))


class BigChip(QWidget):
    """A chip that is read from 150 cm: 20 px, the long word. Painted by hand: a style sheet asked anew for each card
    costs more than all its words."""

    shown = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        self._chip: Chip | None = None
        self._font = theme.font(theme.HEADING, bold=True)
        self.setFixedHeight(theme.px(40))

    def show_chip(self, chip: Chip | None) -> None:
        """Show ``chip``; None hides."""
        self.setVisible(chip is not None)
        self.shown.emit(chip is not None)
        if chip is None or chip == self._chip:
            return
        self._chip = chip
        self.setAccessibleName(self._text())
        self.setFixedWidth(QFontMetrics(self._font).horizontalAdvance(self._text()) + theme.px(56))
        self.update()

    def _text(self) -> str:
        return self._chip.hint or self._chip.text if self._chip is not None else ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._chip is None:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(f"{self._chip.tone}_soft"))
        painter.drawRoundedRect(self.rect(), 6, 6)
        ink = f"{self._chip.tone}_ink"
        high = self.height()
        painter.drawPixmap(theme.px(10), (high - theme.px(24)) // 2, icons.pixmap(self._chip.icon, ink, 24))
        painter.setPen(theme.colour(ink))
        painter.setFont(self._font)
        room = self.rect().adjusted(theme.px(42), 0, 0, 0)
        painter.drawText(room, int(Qt.AlignmentFlag.AlignVCenter), self._text())


class _QuietBar(QScrollBar):
    """Keeps its place and shows only where there is something to scroll: a bar that comes and goes lays the card out
    twice."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.maximum() > self.minimum():
            super().paintEvent(event)


class _Holder(QWidget):
    def __init__(self, chip: BigChip) -> None:
        super().__init__()
        chip.shown.connect(self.setVisible)


class _CheckPanel(QFrame):
    """What a lead looks at before he passes a device: each point with its sign (domain.md §2)."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "tinted")
        self.setProperty("tone", "info")
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        box.setSpacing(theme.px(2))
        heading = QLabel(_("Quality check"))
        theme.role_of(heading, "strong")
        box.addWidget(heading)
        self._points = [_Point() for _at in range(4)]
        for point in self._points:
            box.addWidget(point)
        self.hide()

    def show_card(self, card: OrderCard, actor: Actor) -> None:
        """Only while the check is open, and for who may make it."""
        shown = card.status is Status.QC and actor.may(Command.CHECK_QUALITY)
        self.setVisible(shown)
        if not shown:
            return
        found = diagnosis_of(card)
        planned = [line.description for line in card.lines if line.planned.milli > 0]
        agreed = max(card.approved_total or ZERO, card.spend_limit or ZERO)
        inside = card.customer_total <= agreed
        points = (
            (
                bool(found.fix),
                _("Done: {fix}").format(fix=found.fix)
                if found.fix
                else _("What was done is not written down"),
            ),
            (not planned, _("All parts taken") if not planned else ", ".join(planned)),
            (
                inside,
                _("{total} of {agreed} agreed").format(
                    total=money(card.customer_total), agreed=money(agreed)
                ),
            ),
            (
                True,
                _("To go back with it: {what}").format(what=", ".join(card.accessories))
                if card.accessories
                else _("No accessories were handed in"),
            ),
        )
        for point, (good, text) in zip(self._points, points, strict=True):
            point.say(good, text)


class _Point(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._sign = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._sign, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._text, 1)

    def say(self, good: bool, text: str) -> None:
        self._sign.setPixmap(
            icons.pixmap(
                "circle-check" if good else "triangle-alert", "done_ink" if good else "waits_ink", 20
            )
        )
        self._text.setText(text)
        self.setAccessibleName(text)


def _centred(chip: BigChip, height: int) -> QWidget:
    """A chip in the middle of a line that is ``height`` pixels high; the line closes up when the chip is away."""
    holder = _Holder(chip)
    gap = max(0, (height - chip.height()) // 2)
    box = QVBoxLayout(holder)
    box.setContentsMargins(0, gap, 0, gap)
    box.addWidget(chip)
    return holder


def _sums(card: OrderCard) -> str:
    parts = []
    if card.customer_total or card.payer is Payer.CUSTOMER:
        parts.append(_("Customer pays <b>{amount}</b>").format(amount=money(card.customer_total)))
    if card.other_total:
        parts.append(
            _("{payer} pays {amount}").format(payer=label(card.payer), amount=money(card.other_total))
        )
    # Where somebody else pays everything the customer had nothing to agree to.
    if card.approved_total is not None and (card.approved_total or card.payer is Payer.CUSTOMER):
        parts.append(_("agreed {amount}").format(amount=money(card.approved_total)))
    elif card.spend_limit is not None:
        parts.append(_("limit {amount}").format(amount=money(card.spend_limit)))
    if card.deposit_held:
        parts.append(_("deposit {amount}").format(amount=money(card.deposit_held)))
    return " · ".join(parts)


def _label(role: str, *, wrap: bool = False, selectable: bool = False) -> QLabel:
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.AutoText if not selectable else Qt.TextFormat.PlainText)
    if role:
        theme.role_of(made, role)
    if role in ("big", "title"):
        made.setFont(theme.font(theme.BENCH if role == "big" else theme.TITLE, bold=True))
        made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(wrap)
    if selectable:
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        made.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    return made
