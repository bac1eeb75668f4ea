"""Putting a backup in the place of the records: whole or not at all, with what was replaced kept beside.

    staged = stage(folder, path, key_for)      # unpacked and checked; the shop is untouched and may stay open
    losses(folder, staged)                     # what the present records have and the backup has not
    commit(folder, staged, now)                # under the folder's lock, with nobody connected

``commit`` writes down what is to be done and does it; cut off at any moment, ``finish`` does the rest at the next start
of the program. Until the plan lies on the disk the old records count, from then on the new ones: there is no mixture.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pysqlite3.dbapi2 as sqlite

from app.core.clock import to_microseconds
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.store.backup.container import PhotoName, Tell, flush, opened, quiet
from app.store.backup.locked import Header, LockKey, is_locked, read_header
from app.store.backup.manifest import Manifest, parse_manifest
from app.store.backup.places import Place
from app.store.backup.snapshot import Records, check_copy
from app.store.file_faults import fault_of_file
from app.store.folder import DataFolder
from app.store.marks import HEAD
from app.store.schema import sync_folder

_STAGING, _PLAN, _RESTORED, _REPLACED = ".restoring", "plan.json", "restored.json", "replaced"
#: What may lie beside a database: left beside another one, its pages would be mixed into it without a word.
_BESIDE = ("-wal", "-shm", "-journal")
#: Numbers of lost orders and invoices that are named; the rest is counted.
NAMED = 20
#: The records that so many restores replaced are kept.
REPLACED = 3

KeyFor = Callable[[Header], LockKey]


@dataclass(frozen=True, slots=True)
class Staged:
    """A backup that was unpacked and found whole, ready to take the place of the records."""

    source: Path
    manifest: Manifest
    records: Records
    database: Path


@dataclass(frozen=True, slots=True)
class Losses:
    """What the present records have and a backup has not. ``readable`` is False where they cannot be read: nobody knows
    then. ``moved``: orders that went on since; ``other_shop``: the records are another shop's; ``new``: there is no
    shop yet, only its empty file."""

    readable: bool
    other_shop: bool = False
    orders: int = 0
    order_numbers: tuple[str, ...] = ()
    moved: int = 0
    payments: int = 0
    paid: Money = ZERO
    invoices: int = 0
    invoice_numbers: tuple[str, ...] = ()
    billed: Money = ZERO
    entries: int = 0
    new: bool = False

    @property
    def nothing(self) -> bool:
        """Whether the backup has all that the records have."""
        return self.readable and not (
            self.orders or self.moved or self.payments or self.invoices or self.other_shop
        )


@dataclass(frozen=True, slots=True)
class Restored:
    """What was done, until the shop's journal says so."""

    operation: UUID
    at: datetime
    manifest: Manifest
    replaced: Path | None


def stage(folder: DataFolder, path: Path, key_for: KeyFor | None = None, tell: Tell = quiet) -> Staged:
    """Unpack a backup beside the records and check all of it; the records stay as they are.

    Raises ``Refusal``: BACKUP_NOT_WHOLE, BACKUP_NEWER, BACKUP_PASSWORD_NEEDED, BACKUP_PASSWORD_WRONG;
    ``EnvironmentFault``.
    """
    place = folder.root / _STAGING
    if (place / _PLAN).exists():
        raise EnvironmentFault(Fault.RESTORE_UNFINISHED, path=folder.root)
    drop_stage(folder)
    try:
        place.mkdir(parents=True)
        with opened(path, key_for) as box:
            if box.manifest.schema > HEAD:
                raise Refusal(Reason.BACKUP_NEWER)
            database = place / folder.database.name
            box.unpack_database(database, tell)
            try:
                records = check_copy(database)
            except EnvironmentFault as error:
                raise Refusal(Reason.BACKUP_NOT_WHOLE, file=path.name) from error
            if records.schema > HEAD:
                raise Refusal(Reason.BACKUP_NEWER)
            if records.journal_head != box.manifest.journal_head or records.shop_id != box.manifest.shop_id:
                raise Refusal(Reason.BACKUP_NOT_WHOLE, file=path.name)
            return Staged(path, box.manifest, records, database)
    except OSError as error:
        drop_stage(folder)
        raise fault_of_file(error, folder.database) from error
    except BaseException:
        drop_stage(folder)
        raise


def drop_stage(folder: DataFolder) -> None:
    """Forget a backup that was staged and is not wanted."""
    if not (folder.root / _STAGING / _PLAN).exists():
        shutil.rmtree(folder.root / _STAGING, ignore_errors=True)


def losses(folder: DataFolder, staged: Staged) -> Losses:
    """Compare the present records with a staged backup, record by record. Never fails: what cannot be read is said."""
    if not folder.database.exists():
        # A new computer has nothing to lose; where other things of a shop lie, its records were lost already.
        return Losses(readable=not folder.orphaned())
    address = f"{folder.database.absolute().as_uri()}?mode=ro"
    try:
        raw = sqlite.connect(address, uri=True, isolation_level=None)
        try:
            kept = f"{staged.database.absolute().as_uri()}?mode=ro&immutable=1"
            raw.execute("ATTACH ? AS kept", (kept,))
            raw.execute("BEGIN")
            return _compared(raw)
        finally:
            raw.close()
    except (sqlite.Error, ValueError):
        return Losses(readable=False)


def _compared(raw: Any) -> Losses:
    def new(table: str, what: str) -> tuple[Any, ...]:
        lost = f"FROM main.{table} n WHERE NOT EXISTS (SELECT 1 FROM kept.{table} o WHERE o.uuid = n.uuid)"
        found: tuple[Any, ...] = raw.execute(f"SELECT {what} {lost}").fetchone()
        return found

    def numbers(table: str) -> tuple[str, ...]:
        rows = raw.execute(
            f"SELECT number FROM main.{table} n WHERE NOT EXISTS"
            f" (SELECT 1 FROM kept.{table} o WHERE o.uuid = n.uuid) ORDER BY n.id DESC LIMIT {NAMED}"
        )
        return tuple(str(row[0]) for row in rows)

    begun = "SELECT EXISTS (SELECT 1 FROM main.staff) OR EXISTS (SELECT 1 FROM main.repair_order)"
    if not raw.execute(begun).fetchone()[0]:
        return Losses(readable=True, new=True)
    ours = raw.execute("SELECT value FROM main.setting WHERE key = 'shop_id'").fetchone()
    theirs = raw.execute("SELECT value FROM kept.setting WHERE key = 'shop_id'").fetchone()
    moved = raw.execute(
        "SELECT count(*) FROM main.repair_order n JOIN kept.repair_order o ON o.uuid = n.uuid"
        " WHERE n.version != o.version"
    ).fetchone()
    entries = raw.execute(
        "SELECT (SELECT count(*) FROM main.journal) - (SELECT count(*) FROM kept.journal)"
    ).fetchone()
    orders, payments, invoices = (
        new("repair_order", "count(*)"),
        new("payment", "count(*), coalesce(sum(amount), 0)"),
        new("invoice", "count(*), coalesce(sum(total), 0)"),
    )
    return Losses(
        readable=True,
        other_shop=ours is not None and ours != theirs,
        orders=orders[0],
        order_numbers=numbers("repair_order"),
        moved=moved[0],
        payments=payments[0],
        paid=Money(payments[1]),
        invoices=invoices[0],
        invoice_numbers=numbers("invoice"),
        billed=Money(invoices[1]),
        entries=max(0, entries[0]),
    )


def bring_photos(
    folder: DataFolder, staged: Staged, key_for: KeyFor | None = None, tell: Tell = quiet
) -> int:
    """Bring back the photos that are missing, out of the backup or from beside it; how many cannot be had.

    A photo is named by its content: bringing it early harms nothing. Raises ``EnvironmentFault``.
    """
    beside = Place(staged.source.parent)
    places = (beside, Place.own(folder))
    missing = 0
    wanted = staged.records.photos
    with opened(staged.source, key_for) as box, staged.source.open("rb") as file:
        header = read_header(file, staged.source.name) if is_locked(file) else None
        key = key_for(header) if header is not None and key_for is not None else None
        for number, photo in enumerate(wanted):
            tell(number, len(wanted))
            if (folder.photos / photo.path).is_file():
                continue
            content = box.photo(photo) if box.holds_photo(photo) else _beside(photo, places, header, key)
            if content is None:
                missing += 1
                continue
            _keep_photo(folder, photo, content)
    return missing


def _beside(
    photo: PhotoName, places: tuple[Place, ...], header: Header | None, key: LockKey | None
) -> bytes | None:
    for place in places:
        content = place.photo(photo, header, key) or place.photo(photo, None, None)
        if content is not None:
            return content
    return None


def _keep_photo(folder: DataFolder, photo: PhotoName, content: bytes) -> None:
    target = folder.photos / photo.path
    half = target.with_suffix(f".{os.getpid()}.half")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with half.open("wb") as file:
            file.write(content)
            flush(file)
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise fault_of_file(error, folder.database) from error


# the exchange


def commit(folder: DataFolder, staged: Staged, now: datetime) -> Restored:
    """Let the staged backup take the place of the records. The caller holds the folder's lock and nobody is connected.

    Raises ``EnvironmentFault``; once the plan is written, the next start of the program finishes what is left.
    """
    stamp = f"{now:%Y%m%dT%H%M%S}-{to_microseconds(now) % 1_000_000:06d}"
    plan = {
        "operation": str(uuid7()),
        "at": now.isoformat(timespec="microseconds"),
        "manifest": json.loads(staged.manifest.to_json()),
        "replaced": stamp,
    }
    try:
        with staged.database.open("r+b") as file:
            flush(file)
        _write_whole(folder.root / _STAGING / _PLAN, json.dumps(plan).encode())
        sync_folder(folder.root / _STAGING)
        sync_folder(folder.root)
    except OSError as error:
        raise fault_of_file(error, folder.database) from error
    finish(folder)
    restored = read_restored(folder)
    assert restored is not None
    return restored


def unfinished(folder: DataFolder) -> bool:
    """Whether a restore was decided and cut off."""
    return (folder.root / _STAGING / _PLAN).exists()


def finish(folder: DataFolder) -> None:
    """Do what is left of a restore that was decided; nothing where none was. Called with the folder's lock, before
    anything looks at the records. Raises ``EnvironmentFault``."""
    staging = folder.root / _STAGING
    plan_file, staged = staging / _PLAN, staging / folder.database.name
    if not plan_file.exists():
        return
    try:
        plan = json.loads(plan_file.read_bytes())
        aside = folder.root / _REPLACED / str(plan["replaced"])
        if staged.exists():
            # The new records are not in their place yet: what lies there is the old ones'.
            for old in (*(_beside_of(folder.database)), folder.database):
                if old.exists():
                    aside.mkdir(parents=True, exist_ok=True)
                    old.replace(aside / old.name)
            if aside.exists():
                sync_folder(aside)
            sync_folder(folder.root)
            staged.replace(folder.database)
            sync_folder(folder.root)
        plan_file.replace(folder.root / _RESTORED)
        sync_folder(folder.root)
        shutil.rmtree(staging, ignore_errors=True)
    except OSError as error:
        raise fault_of_file(error, folder.database) from error
    except (ValueError, KeyError) as error:
        raise EnvironmentFault(Fault.DAMAGED, path=folder.root) from error


def _beside_of(database: Path) -> tuple[Path, ...]:
    return tuple(database.with_name(database.name + end) for end in _BESIDE)


def read_restored(folder: DataFolder) -> Restored | None:
    """A restore that was done and is not in the journal yet."""
    path = folder.root / _RESTORED
    try:
        found = json.loads(path.read_bytes())
        replaced = folder.root / _REPLACED / str(found["replaced"]) / folder.database.name
        return Restored(
            UUID(found["operation"]),
            datetime.fromisoformat(found["at"]),
            parse_manifest(json.dumps(found["manifest"]).encode(), path.name),
            replaced if replaced.exists() else None,
        )
    except (OSError, ValueError, KeyError, Refusal):
        return None


def thin_replaced(folder: DataFolder, restored: Restored) -> int:
    """Of what restores put aside, the newest ``REPLACED`` stay; how many went. What this restore put aside stays,
    whatever a clock says: the folders' names are moments."""
    place = folder.root / _REPLACED
    own = restored.replaced.parent if restored.replaced is not None else None
    try:
        asides = sorted(each for each in place.iterdir() if each.is_dir() and each != own)
    except OSError:
        return 0
    old = asides[: max(0, len(asides) - (REPLACED - (own is not None)))]
    for each in old:
        shutil.rmtree(each, ignore_errors=True)
    return len(old)


def forget_restored(folder: DataFolder) -> None:
    """The journal says what was restored, and everything that follows from it is done."""
    with suppress(OSError):
        (folder.root / _RESTORED).unlink(missing_ok=True)
        sync_folder(folder.root)


def _write_whole(path: Path, content: bytes) -> None:
    half = path.with_suffix(".half")
    with half.open("wb") as file:
        file.write(content)
        flush(file)
    half.replace(path)
