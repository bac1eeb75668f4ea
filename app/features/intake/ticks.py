"""Tick chips of the intake form: one stop of the Tab key for the whole group, Enter goes on."""

from __future__ import annotations

from collections.abc import Sequence
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
    """``ChipGroup`` that Tab enters and leaves in one step: nineteen accessories must not cost nineteen keys.

    ``entered`` follows Enter in any of its chips.
    """

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        super().set_choices(choices)
        # A focus proxy is a second stop of the Tab key, wherever the holder was built: chips are reached themselves.
        self._holder.setFocusProxy(None)  # type: ignore[arg-type]
        for at, (_code, chip) in enumerate(self._chips):
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at == 0 else Qt.FocusPolicy.ClickFocus)

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
