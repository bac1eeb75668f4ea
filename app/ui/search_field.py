"""The line above a list that is searched while one types."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal

from app.ui.text_fields import LineField

#: Long enough not to search at every key of a fast typist, short enough not to be felt.
PAUSE_MS = 120


class SearchField(LineField):
    """``searched`` comes when the typing pauses, ``entered`` with Enter. ``title`` is what a screen reader says."""

    searched = Signal()

    def __init__(self, title: str, placeholder: str) -> None:
        super().__init__("", placeholder=placeholder)
        self.line.setAccessibleName(title)
        self.line.setClearButtonEnabled(True)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.searched)
        self.changed.connect(self._pause.start)

    def hold(self) -> None:
        """What is typed was looked for: the pause brings nothing more."""
        self._pause.stop()
