"""Watches disk and clock while the shop is open: the reserve file, the log, two lights, one question.

One for the program. What touches the disk runs in the background runner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from app.core import formats
from app.core.clock import business_day
from app.core.enums import Role
from app.core.errors import EnvironmentFault, Fault
from app.core.sentences import sentence
from app.core.words import _
from app.store.door import Store
from app.store.reserve import LOW, Reserve, free_bytes
from app.store.wal import settle_log
from app.ui.desk import Desk
from app.ui.messages import Message, Mood, confirm
from app.ui.watch import SetLight, Watch

log = logging.getLogger(__name__)

_LOOK_MS = 60_000
_MB = 1 << 20


@dataclass(frozen=True, slots=True)
class _Seen:
    disk: EnvironmentFault | None
    clock: EnvironmentFault | None


class Lookout(Watch):
    """Makes the reserve, and says what is wrong with disk and clock: once when it begins, and by a light as long as
    it lasts."""

    def __init__(
        self,
        store: Store,
        desk: Desk,
        set_light: SetLight,
        say: Callable[[Message], None],
        window: QWidget | None = None,
    ) -> None:
        super().__init__(_LOOK_MS, window)
        self._store, self._desk, self._window = store, desk, window
        self._set_light, self._say = set_light, say
        self._busy = False
        self._said: set[Fault] = set()
        self._asked = False

    def start(self) -> None:
        """From now on, once a minute; without the reserve a full disk stops printing as well."""
        self._store.reserve = Reserve(self._store.folder)
        super().start()
        self.look()

    def look(self) -> None:
        """See how disk and clock stand."""
        if not self._busy:
            self._busy = True
            self._desk.tasks.run(lambda _progress: self._see(), self._show, self._failed, quiet=True)

    def _see(self) -> _Seen:
        self._settle()
        reserve = self._store.reserve
        whole = reserve is None or reserve.make()
        free = free_bytes(self._store.folder.root)
        root = self._store.folder.root
        disk = None
        if reserve is not None and reserve.given_up:
            disk = EnvironmentFault(Fault.DISK_FULL, path=root)
        elif not whole or free < LOW:
            disk = EnvironmentFault(Fault.DISK_LOW, free=free // _MB)
        return _Seen(disk, self._store.clock_watch.doubt())

    def _settle(self) -> None:
        try:
            settle_log(self._store)
        except EnvironmentFault as fault:
            # Whatever it is, the next command meets it and says so to somebody who is there.
            log.warning("log not settled: %s", fault.fault)

    def _show(self, seen: _Seen) -> None:
        self._busy = False
        full = seen.disk is not None and seen.disk.fault is Fault.DISK_FULL
        self._tell(
            "disk", _("Disk full") if full else _("Disk almost full"), "late" if full else "waits", seen.disk
        )
        self._tell("clock", _("Check the clock"), "waits", seen.clock)
        if seen.clock is not None and seen.clock.fault is Fault.CLOCK_AHEAD:
            self._ask(seen.clock)

    def _tell(self, light: str, word: str, tone: str, fault: EnvironmentFault | None) -> None:
        mine = (
            {Fault.DISK_FULL, Fault.DISK_LOW} if light == "disk" else {Fault.CLOCK_BEHIND, Fault.CLOCK_AHEAD}
        )
        if fault is None:
            self._said -= mine
            self._set_light(light, None, "calm", "")
            return
        self._set_light(light, word, tone, sentence(fault))
        if fault.fault not in self._said:
            self._said = (self._said - mine) | {fault.fault}
            self._say(Message(sentence(fault), Mood.WARN))

    def _ask(self, fault: EnvironmentFault) -> None:
        """The owner knows whether the shop rested that long; asked once, and not while somebody else is at work."""
        if self._asked or self._desk.actor.role is not Role.OWNER or not self._desk.actor.id:
            return
        self._asked = True
        today = business_day(self._store.clock.now(), self._store.settings.time_zone)
        question = _("Is today {day}?").format(day=formats.day(today))
        if confirm(question, _("Yes, the clock is right"), detail=sentence(fault), parent=self._window):
            self._store.clock_watch.confirm()
            self.look()

    def _failed(self, error: BaseException) -> None:
        self._busy = False
        log.warning("disk and clock not seen: %s", type(error).__name__)
