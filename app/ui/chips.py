"""Chips: one colour, one icon and one word for every status, the same on every screen (screens.md "The look")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from app.core.enums import Status
from app.core.labels import label, short_label
from app.ui import icons, theme


class Tone(StrEnum):
    """What a colour means. Never shown alone: an icon or a word stands beside it."""

    DONE = "done"
    WAITS = "waits"
    LATE = "late"
    INFO = "info"
    CALM = "calm"


@dataclass(frozen=True, slots=True)
class Chip:
    """A small tinted word with its icon; ``hint`` is the long form for tooltip and screen reader."""

    text: str
    tone: Tone = Tone.CALM
    icon: str = ""
    hint: str = ""


_STATUS: Mapping[Status, tuple[Tone, str]] = {
    Status.REGISTERED: (Tone.CALM, "clipboard-list"),
    Status.DISPATCHED: (Tone.INFO, "truck"),
    Status.ON_SITE: (Tone.INFO, "map-pin"),
    Status.RECEIVED: (Tone.CALM, "package-check"),
    Status.DIAGNOSING: (Tone.INFO, "search"),
    Status.QUOTED: (Tone.WAITS, "message-square"),
    Status.APPROVED: (Tone.INFO, "thumbs-up"),
    Status.DECLINED: (Tone.WAITS, "thumbs-down"),
    Status.REPAIRING: (Tone.INFO, "wrench"),
    Status.WAITING_PARTS: (Tone.WAITS, "package"),
    Status.WAITING_CUSTOMER: (Tone.WAITS, "circle-pause"),
    Status.QC: (Tone.WAITS, "clipboard-check"),
    Status.UNREPAIRABLE: (Tone.LATE, "circle-x"),
    Status.READY: (Tone.DONE, "circle-check"),
    Status.RETURNING: (Tone.INFO, "truck"),
    Status.UNCLAIMED: (Tone.LATE, "clock"),
    Status.DELIVERED: (Tone.DONE, "check-check"),
    Status.DISPOSED: (Tone.CALM, "trash-2"),
    Status.CANCELLED: (Tone.CALM, "ban"),
}


def status_chip(status: Status) -> Chip:
    """The chip of an order's status, in the user's language."""
    tone, icon = _STATUS[status]
    return Chip(short_label(status), tone, icon, label(status))


def late_chip(text: str) -> Chip:
    """The chip of what is late: red, with its sign."""
    return Chip(text, Tone.LATE, "triangle-alert")


def icon_names() -> frozenset[str]:
    """Every icon a status uses, for the test that looks for their files."""
    return frozenset(icon for _tone, icon in _STATUS.values())


class ChipLabel(QWidget):
    """A chip on a form or card."""

    def __init__(self, chip: Chip | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._icon = QLabel()
        self._text = QLabel()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        row.addWidget(self._icon)
        row.addWidget(self._text)
        row.addStretch(1)
        self._text.setProperty("role", "chip")
        self.show_chip(chip)

    def show_chip(self, chip: Chip | None) -> None:
        """Show ``chip``; None hides."""
        self.setVisible(chip is not None)
        if chip is None:
            return
        self._icon.setVisible(bool(chip.icon))
        if chip.icon:
            self._icon.setPixmap(icons.pixmap(chip.icon, f"{chip.tone}_ink", 16))
        self._text.setText(chip.text)
        self._text.setProperty("tone", chip.tone.value)
        theme.restyle(self._text)
        self.setToolTip(chip.hint)
        self.setAccessibleName(chip.hint or chip.text)
