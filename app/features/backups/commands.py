"""Restoring from the command line and from the start-up: nobody has the shop open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from app.core.clock import Clock
from app.core.errors import Reason, Refusal
from app.features.backups.exchange import Prepared, exchange, forget, get_ready, prepare
from app.features.backups.settling import settle
from app.store.backup.container import Tell, quiet
from app.store.backup.restoring import Restored, finish
from app.store.door import Store
from app.store.folder import DataFolder, FolderLock


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was put back; ``photos_missing`` are named by the records and can be had nowhere."""

    restored: Restored
    photos_missing: int


def restore_folder(
    root: Path,
    path: Path,
    clock: Clock,
    *,
    password: Callable[[], str],
    agree: Callable[[Prepared], bool],
    tell: Tell = quiet,
) -> Outcome:
    """Put the backup in ``path`` in the place of the shop in ``root``, which nobody has open.

    ``password`` is asked for a locked one, ``agree`` when it is known what will be lost. Raises
    ``Refusal(RESTORE_UNCONFIRMED)`` and those of ``prepare``, ``EnvironmentFault``: ALREADY_OPEN …
    """
    folder = DataFolder(root)
    folder.prepare()
    lock: FolderLock | None = FolderLock(folder, clock.now())
    try:
        finish(folder)
        try:
            prepared = prepare(folder, path, None, tell)
        except Refusal as refusal:
            if refusal.reason is not Reason.BACKUP_PASSWORD_NEEDED:
                raise
            prepared = prepare(folder, path, password(), tell)
        if not agree(prepared):
            forget(folder)
            raise Refusal(Reason.RESTORE_UNCONFIRMED)
        missing = get_ready(folder, prepared, clock.now())
        restored = exchange(folder, prepared, clock.now())
        held, lock = lock, None
        store = Store.open(root, clock, lock=held)  # brings an older version up to date, too
        try:
            settle(store)
        finally:
            store.close()
    finally:
        if lock is not None:
            lock.release()
    return Outcome(restored, missing)
