"""Looks after the backups while the shop is open: hourly, at day close, and the light in the top bar.

One for the program; everything that touches a disk runs in the background runner.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.clock import business_day
from app.core.enums import BackupKind
from app.core.errors import EnvironmentFault, Fault, Reason
from app.core.sentences import sentence
from app.core.words import _, language
from app.features.backups.service import Backups
from app.features.backups.snapshots import BackupStatus
from app.features.backups.telling import RESTORED, findings_line
from app.features.backups.worker import Run, run_backup
from app.ui.desk import Desk
from app.ui.messages import Message, Mood
from app.ui.tasks import Progress
from app.ui.watch import SetLight, Watch

log = logging.getLogger(__name__)

#: The first look after the window is open: not while the shop is just beginning to work.
FIRST_LOOK_MS = 90_000
_LOOK_MS = 60_000
HOUR = 3600.0
#: After a run that failed, in seconds.
_AGAIN = 600.0
#: What the worker calls a copy whose pages are not in order, or records that cannot be read.
_DAMAGE = frozenset({Fault.BACKUP_UNSOUND.value, Fault.DAMAGED.value})


class BackupWatch(Watch):
    """Decides when a backup is due, has it made, and shows how the shop stands."""

    #: A run came to its end, whatever its end: made by the hour, asked for, failed or stopped.
    ended = Signal()

    def __init__(
        self,
        backups: Backups,
        desk: Desk,
        set_light: SetLight,
        say: Callable[[Message], None],
        run: Callable[[Path, BackupKind, Callable[[], bool]], Run | None] | None = None,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(_LOOK_MS, parent)
        self._backups, self._desk = backups, desk
        self._set_light, self._say = set_light, say
        self._run = run or (lambda root, kind, stop: run_backup(root, kind, language(), stop))
        self._busy = False
        self._wanted: tuple[BackupKind, Callable[[Run], None] | None] | None = None
        self._next = 0.0
        self._failed = ""
        self._damaged = False
        self._looked_through = False

    def start(self) -> None:
        """Show the light now, look at the clock from soon on; say that a backup was restored until the owner has looked
        at it."""
        self.refresh()
        QTimer.singleShot(FIRST_LOOK_MS, self, self.look)
        super().start()
        if self._backups.sync_paused:
            self._say(Message(_(RESTORED), Mood.WARN))

    def changed(self, changes: Changes) -> None:
        """A closed day is carried away at once; settings may name another place."""
        if changes.has(Kind.CLOSE):
            self.day_closed()
        elif changes.has(Kind.SETTING):
            self.refresh()

    def look(self) -> None:
        """Whether an hour has passed in which something was booked; a look costs nothing where it has not."""
        if self._busy or self._damaged or self._desk.clock.monotonic() < self._next:
            return
        self._busy = True
        self._desk.tasks.run(self._due, self._looked, self._look_failed, quiet=True)

    def day_closed(self) -> None:
        """The day was closed: what it froze is carried away at once."""
        self.back_up(BackupKind.DAY_CLOSE)

    def back_up(self, kind: BackupKind, done: Callable[[Run], None] | None = None) -> None:
        """Have a backup made now; while one is being made, right after it. ``done`` hears how it ended unless it was
        stopped; ``ended`` is always said."""
        if self._damaged:
            self.ended.emit()
            return
        if self._busy:
            self._wanted = kind, done
            return
        self._busy = True
        self._begin(kind, done)

    def refresh(self) -> None:
        """Show the light anew; nothing is made."""
        self._desk.tasks.run(
            lambda _progress: self._backups.status(), self._show, lambda _fault: None, quiet=True
        )

    # -- inside ----------------------------------------------------------------------------------------

    def _due(self, _progress: Progress) -> bool:
        if not self._looked_through:
            # Once after the start every page is looked at: opening reads only a few of them.
            self._looked_through = True
            fault = self._backups.confirm_damage()
            if fault is not None:
                self._desk.tasks.call(lambda: self._judged(fault))
                return False
        status = self._backups.status()
        if status.newest_at is None:
            return True
        # By the clock only at the start; a clock that was put back counts as an hour gone by.
        age = (self._desk.clock.now() - status.newest_at).total_seconds()
        return not 0 <= age < HOUR and self._backups.changed()

    def _looked(self, due: bool) -> None:
        self._busy = False
        if due:
            self.back_up(BackupKind.HOURLY)
        elif self._wanted is not None:
            self._go_on()

    def _look_failed(self, _error: BaseException) -> None:
        self._busy = False
        self._next = self._desk.clock.monotonic() + _AGAIN
        self._go_on()

    def _begin(self, kind: BackupKind, done: Callable[[Run], None] | None) -> None:
        root = self._backups.folder.root
        by_hand = kind is BackupKind.BY_HAND
        self._desk.tasks.run(
            lambda progress: self._run(root, kind, lambda: progress.cancelled),
            lambda run: self._ended(run, done),
            self._broke,
            _("Backup") if by_hand else "",
            quiet=not by_hand,
        )

    def _ended(self, run: Run | None, done: Callable[[Run], None] | None) -> None:
        self._busy = False
        if run is None:
            self.ended.emit()
            self._go_on()
            return
        now = self._desk.clock.monotonic()
        if run.fault == Reason.BACKUP_RUNNING.value:
            self._next = now + 60
        elif run.made:
            self._next, self._failed = now + HOUR, ""
        else:
            self._next, self._failed = now + _AGAIN, run.text
            log.error("backup failed: %s", run.fault)
            if run.fault in _DAMAGE:
                self._confirm_damage()
        if done is not None:
            done(run)
        self.ended.emit()
        self.refresh()
        self._go_on()

    def _broke(self, _error: BaseException) -> None:
        self._busy = False
        self._next = self._desk.clock.monotonic() + _AGAIN
        self.ended.emit()
        self._go_on()

    def _go_on(self) -> None:
        wanted, self._wanted = self._wanted, None
        if wanted is not None:
            self.back_up(*wanted)

    def _confirm_damage(self) -> None:
        """A read error of the disk looks like damage: only what a second look finds too is believed."""
        self._desk.tasks.run(
            lambda _progress: self._backups.confirm_damage(), self._judged, lambda _fault: None, quiet=True
        )

    def _judged(self, fault: object) -> None:
        if not isinstance(fault, EnvironmentFault):
            return
        self._damaged = True
        self._backups.stop_writing(fault)
        self._set_light("backup", _("records damaged"), "late", sentence(fault))
        self._say(Message(sentence(fault), Mood.ERROR))

    def _show(self, status: BackupStatus) -> None:
        if self._damaged:
            return
        text, tone, hint = light_of(status, self._failed, self._desk.clock.now(), self._backups.zone)
        self._set_light("backup", text, tone, hint)


def light_of(status: BackupStatus, failed: str, now: datetime, zone: str) -> tuple[str, str, str]:
    """The light's words, its tone and what it says when one points at it; the gravest first."""
    if status.newest_at is None:
        return (
            _("no backup yet"),
            "late" if failed else "waits",
            failed or _("The first backup is made soon."),
        )
    same_day = business_day(status.newest_at, zone) == business_day(now, zone)
    when = (formats.clock_time if same_day else formats.short_moment)(status.newest_at, zone)
    text = _("backup {time}").format(time=when)
    if failed:
        return text, "late", failed
    if status.findings:
        return text, "waits", findings_line(status.findings)
    if status.second.key_missing:
        return (
            text,
            "waits",
            _("This computer does not know the backups' password any more. Set it again under Backups."),
        )
    if status.nag_since is not None:
        return text, "waits", nag_text(status, zone)
    if status.old:
        return text, "waits", _("The newest backup is some hours old.")
    return text, "done", _("Everything is backed up and was checked.")


def nag_text(status: BackupStatus, zone: str) -> str:
    """Why a copy on another disk is missed."""
    assert status.nag_since is not None
    if not status.second.folder:
        return _("All backups lie on this computer's own disk. Choose a second place under Owner → Backups.")
    return _("No copy at the second place since {when}. Plug the stick in, or look at the folder.").format(
        when=formats.short_moment(status.nag_since, zone)
    )
