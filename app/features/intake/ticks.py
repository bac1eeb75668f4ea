"""Tick chips of the intake form: one stop of the Tab key for the whole group, Enter goes on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from app.ui.fields import ChipGroup


class Ticks(ChipGroup):
    """``ChipGroup`` that Tab enters and leaves in one step: nineteen accessories must not cost nineteen keys.

    ``entered`` follows Enter in any of its chips.
    """

    def set_choices(self, choices: Sequence[tuple[Any, str]]) -> None:
        super().set_choices(choices)
        for at, (_code, chip) in enumerate(self._chips):
            chip.setFocusPolicy(Qt.FocusPolicy.StrongFocus if at == 0 else Qt.FocusPolicy.ClickFocus)

    def key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            return True
        return super().key(event)

    def ticked(self) -> list[Any]:
        """The ticked codes in the order shown."""
        return self._ticked()
