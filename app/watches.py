"""What looks after the shop while its window is open. A further watch is one more line in ``WATCHES``.

Nothing of them is loaded before the first page is usable.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from shiboken6 import delete, isValid

from app.core.changes import Kind

if TYPE_CHECKING:
    from app.core.changes import Changes
    from app.services import Services
    from app.ui.desk import Desk
    from app.ui.shell import Shell
    from app.ui.watch import Watch

W = TypeVar("W", bound="Watch")


@dataclass(frozen=True, slots=True)
class Post:
    """Where a watch stands: what it may ask, and where it says what it sees."""

    services: Services
    desk: Desk
    shell: Shell


def _privacy(at: Post) -> Watch:
    from app.features.privacy.watch import PrivacyWatch

    return PrivacyWatch(lambda: at.services.privacy, at.desk)


def _disk_and_clock(at: Post) -> Watch:
    from app.features.lookout.watch import Lookout

    return Lookout(at.services.store, at.desk, at.shell.set_light, at.shell.say, at.shell)


def _backups(at: Post) -> Watch:
    from app.features.backups.watch import BackupWatch

    return BackupWatch(at.services.backups, at.desk, at.shell.set_light, at.shell.say)


def _push(at: Post) -> Watch | None:
    """A shop that works for no brand loads nothing of it."""
    if not at.services.store.settings.brands:
        return None
    from app.features.sync.watch import SyncWatch

    return SyncWatch(at.services.sync, at.desk, at.shell.set_light)


#: None where the shop has no use for one as its settings stand.
WATCHES: tuple[Callable[[Post], Watch | None], ...] = (_privacy, _disk_and_clock, _backups, _push)


class Watches:
    """Those that stand."""

    def __init__(self) -> None:
        self._post: Post | None = None
        self._standing: dict[Callable[[Post], Watch | None], Watch] = {}

    def start(self, post: Post) -> None:
        """The records are open, the page is usable."""
        self._post = post
        self._set_up()

    def find(self, kind: type[W]) -> W | None:
        """The watch of this kind, where it stands."""
        return next((each for each in self._standing.values() if isinstance(each, kind)), None)

    def changed(self, changes: Changes) -> None:
        """Something was booked: in the window's thread."""
        if changes.has(Kind.SETTING):
            self._set_up()
        for each in self._standing.values():
            each.changed(changes)

    def locked(self) -> None:
        """Whoever was at work is gone."""
        for each in self._standing.values():
            each.locked()

    def stop(self) -> None:
        """The window is gone, the records are still open; their timers end with them."""
        self._post = None
        for each in self._standing.values():
            if isValid(each):
                each.stop()
                delete(each)
        self._standing.clear()

    def _set_up(self) -> None:
        for make in WATCHES:
            if self._post is not None and make not in self._standing:
                watch = make(self._post)
                if watch is not None:
                    self._standing[make] = watch
                    watch.start()
