"""Looks after people's data while the shop is open: looks are written down by the minute, and every hour, at the start
and after a day close passcodes and looks whose time is over go."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject

from app.core.changes import Changes, Kind
from app.features.privacy.service import Privacy, housekeep
from app.ui.desk import Desk
from app.ui.watch import Watch

log = logging.getLogger(__name__)

_MINUTE_MS = 60_000
HOUR = 3600.0


class PrivacyWatch(Watch):
    """Who looked is written down, what is over goes."""

    def __init__(self, privacy: Callable[[], Privacy], desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(_MINUTE_MS, parent)
        self._privacy, self._desk = privacy, desk
        self._next = 0.0
        self._busy = False

    def start(self) -> None:
        """What is over goes now."""
        super().start()
        self.look()

    def look(self) -> None:
        """Once a minute; the housekeeping once an hour, by a clock that nobody sets."""
        if self._busy:
            return
        privacy = self._privacy()
        due = self._desk.clock.monotonic() >= self._next
        if not due and not privacy.waiting:
            return
        self._busy = True
        if due:
            self._next = self._desk.clock.monotonic() + HOUR

        def work(_progress: object) -> None:
            if due:
                housekeep(privacy)
            else:
                privacy.looks.flush()
                privacy.clear_index()

        self._desk.tasks.run(work, lambda _done: self._done(), self._failed, quiet=True)

    def changed(self, changes: Changes) -> None:
        """When a day is closed, everything that is due every hour is due now."""
        if changes.has(Kind.CLOSE):
            self._next = 0.0
            self.look()

    def locked(self) -> None:
        """Who looked is written down before somebody else comes."""
        self.look()

    def stop(self) -> None:
        """Nothing waits any longer."""
        super().stop()
        self._privacy().looks.flush()

    def _done(self) -> None:
        self._busy = False

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        log.warning("housekeeping of people's data: %s", type(error).__name__)
