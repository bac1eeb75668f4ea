"""Pushes beside the window: when something waits, when a wait is over, and once in a while to hear what was decided."""

from __future__ import annotations

import logging

from PySide6.QtCore import QObject, QTimer

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.labels import label
from app.core.words import _
from app.features.sync.service import Sync
from app.features.sync.snapshots import Pushed, SyncStatus
from app.ui.desk import Desk
from app.ui.tasks import Progress
from app.ui.watch import SetLight, Watch

log = logging.getLogger(__name__)

#: After the window is open: not while the shop is just beginning to work.
FIRST_LOOK_MS = 20_000
_LOOK_MS = 30_000
#: Decisions are asked for so often where nothing waits to be sent, in seconds.
ASK_S = 900.0


class SyncWatch(Watch):
    """One for the program. The network is touched by the background runner alone; a shop without connections costs one
    look at the settings."""

    def __init__(self, sync: Sync, desk: Desk, set_light: SetLight, parent: QObject | None = None) -> None:
        super().__init__(_LOOK_MS, parent)
        self._sync, self._desk, self._set_light = sync, desk, set_light
        self._busy = False
        self._asked: dict[int, float] = {}

    def start(self) -> None:
        """Show the light now, push from soon on."""
        self.refresh()
        QTimer.singleShot(FIRST_LOOK_MS, self, self.look)
        super().start()

    def changed(self, changes: Changes) -> None:
        """What is sent, waits or came back has changed."""
        if changes.has(Kind.SYNC):
            self.refresh()

    def look(self) -> None:
        """Push what is due; while a round runs, nothing."""
        if not self._busy:
            self._busy = True
            self._desk.tasks.run(self._round, self._done, lambda _error: self._ended(), quiet=True)

    def refresh(self) -> None:
        """Show how it stands."""
        self._desk.tasks.run(
            lambda _progress: self._sync.status(), self._show, lambda _error: None, quiet=True
        )

    def _round(self, progress: Progress) -> tuple[SyncStatus, list[Pushed]]:
        now = self._desk.clock.monotonic()
        waiting = {each.brand_id: each.waiting for each in self._sync.links()}
        rounds = []
        for brand_id in self._sync.due():
            if not waiting.get(brand_id) and now - self._asked.get(brand_id, -ASK_S) < ASK_S:
                continue
            self._asked[brand_id] = now
            rounds.append(self._sync.push(brand_id, stop=lambda: progress.cancelled, rest=progress.rest))
        return self._sync.status(), rounds

    def _done(self, found: tuple[SyncStatus, list[Pushed]]) -> None:
        status, rounds = found
        for each in rounds:
            if each.fault is not None:
                log.info("push: %s", each.fault.value)
        self._ended()
        self._show(status)

    def _ended(self) -> None:
        self._busy = False

    def _show(self, status: SyncStatus) -> None:
        if not status.links:
            self._set_light("sync", None, "calm", "")
            return
        if status.paused:
            self._set_light(
                "sync", _("push paused"), "waits", _("A backup was restored: look, then let the push go on.")
            )
        elif status.dead:
            words = _("{n} not taken").format(n=status.dead)
            self._set_light(
                "sync", words, "late", _("The head office did not take something: look at the queue.")
            )
        elif status.fault is not None:
            words = _("{n} waiting").format(n=status.waiting)
            self._set_light("sync", words, "waits", label(status.fault))
        else:
            when = (
                ""
                if status.last_contact_at is None
                else formats.clock_time(status.last_contact_at, self._sync.zone)
            )
            self._set_light(
                "sync",
                _("push {time}").format(time=when).strip(),
                "done",
                _("The head office is up to date."),
            )
