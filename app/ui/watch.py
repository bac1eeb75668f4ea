"""What looks after something as long as the window is open: once in a while, and whenever records change."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from app.core.changes import Changes

#: A light of the top bar: (its key, words or None for none, tone, what it says when one points at it).
SetLight = Callable[[str, str | None, str, str], None]


class Watch(QObject):
    """One of each kind for the program, which keeps them in a list. What touches disk or network runs in the
    background runner."""

    def __init__(self, every_ms: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._timer = QTimer(self)
        self._timer.setInterval(every_ms)
        self._timer.timeout.connect(self.look)

    def start(self) -> None:
        """From now on ``look`` is called by itself."""
        self._timer.start()

    def look(self) -> None:
        """See how things stand, and do what is due."""
        raise NotImplementedError

    def changed(self, _changes: Changes) -> None:
        """Something was booked."""

    def locked(self) -> None:
        """Whoever was at work is gone."""

    def stop(self) -> None:
        """The program ends; the records are still open."""
        self._timer.stop()
