"""Putting a backup back, step by step, in a folder whose shop is open, closed or damaged.

prepared = prepare(folder, path, password)     # unpack, check, compare; the shop may stay open
get_ready(folder, prepared, …)                 # a backup of what goes, the photos; the shop may stay open
exchange(folder, prepared, now)                # under the folder's lock, with nobody connected
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.core.enums import BackupKind
from app.core.errors import Reason, Refusal, ShopError
from app.features.backups.verifying import examine_copy
from app.features.staff.pins import PinHasher
from app.store.backup.container import Tell, quiet
from app.store.backup.locked import Header, LockKey, kept_key
from app.store.backup.making import Rule, make
from app.store.backup.restoring import (
    KeyFor,
    Losses,
    Restored,
    Staged,
    bring_photos,
    commit,
    drop_stage,
    losses,
    stage,
)
from app.store.backup.snapshot import open_alone
from app.store.folder import DataFolder

log = logging.getLogger(__name__)
#: Whatever space the older ones take: this is no moment to throw any away.
_KEEP_ALL = Rule(cap=1 << 60)


@dataclass(frozen=True, slots=True)
class Prepared:
    """A backup that may be put back, what would be lost by it, and how its file is opened."""

    staged: Staged
    losses: Losses
    key_for: KeyFor


def prepare(folder: DataFolder, path: Path, password: str | None = None, tell: Tell = quiet) -> Prepared:
    """Unpack and check a backup. A locked one is opened with ``password``, else with the key this computer remembers.

    Raises ``Refusal``: BACKUP_PASSWORD_NEEDED, BACKUP_PASSWORD_WRONG, BACKUP_NOT_WHOLE, BACKUP_NEWER;
    ``EnvironmentFault``.
    """
    keys: dict[bytes, LockKey] = {}

    def key_for(header: Header) -> LockKey:
        # Making a key of a password takes a while on purpose: once for each lock.
        key = keys.get(header.lock.salt)
        if key is None and password is not None:
            key = LockKey.of(header.lock, password)
        elif key is None:
            key = kept_key(str(header.said.get("shop_id", "")), header.lock)
        if key is None:
            raise Refusal(Reason.BACKUP_PASSWORD_NEEDED)
        keys[header.lock.salt] = key
        return key

    staged = stage(folder, path, key_for, tell)
    return Prepared(staged, losses(folder, staged), key_for)


def get_ready(folder: DataFolder, prepared: Prepared, now: datetime, tell: Tell = quiet) -> int:
    """Back up what is about to be replaced, and bring the photos back; how many photos cannot be had.

    Damaged records cannot be backed up: their files are kept all the same. Raises ``EnvironmentFault``.
    """
    missing = bring_photos(folder, prepared.staged, prepared.key_for, tell)
    if folder.database.exists() and not prepared.losses.new:
        try:
            make(folder, BackupKind.RESTORE, now, rule=_KEEP_ALL, examine=examine_copy)
        except ShopError as error:
            log.warning("no backup before the restore: %s", error.code)
    return missing


def exchange(folder: DataFolder, prepared: Prepared, now: datetime) -> Restored:
    """Let the backup take the place of the records, whole or not at all. Raises ``EnvironmentFault``."""
    return commit(folder, prepared.staged, now)


def forget(folder: DataFolder) -> None:
    """Nothing is put back after all."""
    drop_stage(folder)


def owner_proved(prepared: Prepared, pin: str) -> bool:
    """Whether ``pin`` is an owner's in the backup: asked where the records cannot be. A shop whose owner has none is
    everybody's who sits at this computer."""
    hashes = owner_pins(prepared)
    return not hashes or any(PinHasher().matches(each, pin) for each in hashes)


def owner_pins(prepared: Prepared) -> tuple[str, ...]:
    """The kept PINs of the backup's active owners."""
    raw = open_alone(prepared.staged.database)
    try:
        rows = raw.execute(
            "SELECT pin_hash FROM staff WHERE role = 'owner' AND active AND pin_hash IS NOT NULL"
        )
        return tuple(str(row[0]) for row in rows)
    finally:
        raw.close()
