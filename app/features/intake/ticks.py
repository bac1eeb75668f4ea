"""Tick chips of the intake form: Enter goes on."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPushButton, QWidget

from app.ui import theme
from app.ui.fields import ChipGroup


def adopt(parent: QWidget, *children: QWidget) -> None:
    """Make ``children`` those of ``parent`` in the order in which Tab is to visit them.

    ``QWidget.setTabOrder`` is no help with form rows: it moves the editor and leaves the row behind, whose focus
    proxy then is a second stop. The order in which widgets got their parent needs no mending.
    """
    for child in children:
        child.setParent(parent)


class Toggle(QPushButton):
    """One thing that is so or not so, ticked by Space, a click or its place in the row; Enter goes on."""

    entered = Signal()

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        theme.role_of(self, "chip")
        self.setCheckable(True)
        self.setAutoDefault(False)
        self.setToolTip(hint)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self.entered.emit()
            case Qt.Key.Key_1:
                self.click()
            case _:
                super().keyPressEvent(event)


class Ticks(ChipGroup):
    """``ChipGroup`` in which Enter ticks nothing and goes on: ``entered``."""

    def follow(self, before: QWidget) -> None:
        """Let Tab come to these chips behind ``before``."""
        for _code, chip in self._chips:
            QWidget.setTabOrder(before, chip)
            before = chip

    def last_stop(self) -> QWidget:
        """The last chip."""
        return self._chips[-1][1] if self._chips else self

    def key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return True
        return super().key(event)

    def ticked(self) -> list[Any]:
        """The ticked codes in the order shown."""
        return self._ticked()
