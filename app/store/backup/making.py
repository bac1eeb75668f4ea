"""Making a backup: copy, check, pack, read back, and only then let it count; afterwards thin out what is old.

Runs beside an open window: nothing here takes the shop's lock or writes to its records.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pysqlite3.dbapi2 as sqlite

from app.core.clock import DEFAULT_ZONE
from app.core.enums import BackupKind
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.os_words import os_words
from app.store.backup.container import SPARE, Tell, drop, lock_file, opened, pack, quiet
from app.store.backup.locked import LockKey, is_locked
from app.store.backup.manifest import Manifest
from app.store.backup.places import Place, copy_file
from app.store.backup.snapshot import Records, check_copy, copy_records, digest_of
from app.store.file_faults import fault_of_file
from app.store.folder import DataFolder
from app.store.schema import sync_folder

GIGABYTE = 1 << 30
#: Checks a copy beyond its pages: takes the path of the copy, answers the names of what found something.
Examine = Callable[[Path], tuple[str, ...]]


def nothing_more(_copy: Path) -> tuple[str, ...]:
    """Of a copy of an older version only pages are looked at: its rules are not known here."""
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """How backups are kept: the shop's time zone (hours and days are its), and bytes that a place may take."""

    zone: str = DEFAULT_ZONE
    cap: int = 20 * GIGABYTE

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that counts."""

    path: Path
    manifest: Manifest
    gone: tuple[str, ...] = ()


def changed_since(folder: DataFolder, newest: Manifest | None) -> bool:
    """Whether anything was booked since a backup: asked of the journal, whose head it carries."""
    if newest is None:
        return True
    address = f"{folder.database.absolute().as_uri()}?mode=ro"
    try:
        raw = sqlite.connect(address, uri=True, isolation_level=None)
        try:
            row = raw.execute("SELECT id, digest FROM journal ORDER BY id DESC LIMIT 1").fetchone()
        finally:
            raw.close()
    except (sqlite.Error, ValueError):
        return True
    head = (row[0], bytes(row[1]).hex()) if row else (0, "")
    return head != (newest.journal_id, newest.journal_head)


def make(
    folder: DataFolder,
    kind: BackupKind,
    now: datetime,
    *,
    rule: Rule | None = None,
    examine: Examine = nothing_more,
    tell: Tell = quiet,
) -> Made:
    """Back the shop in ``folder`` up into its own place.

    Raises ``EnvironmentFault``: NO_SHOP, DISK_FULL, BACKUP_UNSOUND …; ``Refusal(BACKUP_RUNNING)``. A backup that fails
    or is cut off at any moment leaves nothing that looks like one, and the older ones as they were.
    """
    rule = rule or Rule()
    place = Place.own(folder)
    with place.at_work():
        # Every hour each page; whatever is made for a reason, each index as well.
        copy, records = _copied(folder, place, thorough=kind is not BackupKind.HOURLY)
        try:
            findings = examine(copy)
            manifest = _manifest(place.next_number(), kind, now, records, copy, findings, folder)
            half = place.half(manifest.file_name)
            _packed(half, manifest, copy, records, None, tell)
        finally:
            drop(copy)
        with _saying(place.root):
            place.take_photos(records.photos, folder.photos, None, linked=True)
            path = place.take(half, manifest.file_name)
        gone = place.thin(rule.tz, rule.cap)
        if gone:
            place.drop_photos()
    return Made(path, manifest, gone)


def make_file(
    folder: DataFolder,
    target: Path,
    now: datetime,
    key: LockKey | None = None,
    *,
    examine: Examine = nothing_more,
    tell: Tell = quiet,
) -> Made:
    """Back the shop up into one file of the user's choice, its photos inside, locked if ``key`` is given; a file of
    that name stays until the new one is whole, and for good where it is no backup. Raises as ``make``, and
    ``Refusal(BACKUP_OVER_OTHER)``, ``EnvironmentFault(FILE_NOT_WRITABLE)``.
    """
    _refuse_other(target)
    place = Place.own(folder)
    with place.at_work():
        copy, records = _copied(folder, place, thorough=True)
        packed = place.half("file")
        half = target.with_name(f".{target.name}.half")
        try:
            findings = examine(copy)
            manifest = _manifest(
                place.next_number(), BackupKind.BY_HAND, now, records, copy, findings, folder
            )
            _packed(packed, manifest, copy, records, folder.photos, tell)
            try:
                if key is None:
                    copy_file(packed, half)
                else:
                    lock_file(packed, half, manifest, key, tell)
                with opened(half, None if key is None else lambda _header: key) as box:
                    box.verify()
                half.replace(target)
                sync_folder(target.parent)
            except OSError as error:
                why = os_words(error)
                raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=target, why=why) from error
        finally:
            for left in (copy, packed, half):
                with suppress(OSError):
                    drop(left)
    return Made(target, manifest)


def _refuse_other(target: Path) -> None:
    """A mistyped name must cost nobody's letter, nor a device of the system: only an older backup is replaced."""
    if not os.path.lexists(target):
        return
    try:
        if target.is_symlink() or not target.is_file():
            raise Refusal(Reason.BACKUP_OVER_OTHER, path=target)
        with target.open("rb") as file:
            if is_locked(file):
                return
        with opened(target):
            return
    except OSError as error:
        raise EnvironmentFault(Fault.FILE_NOT_WRITABLE, path=target, why=os_words(error)) from error
    except Refusal:
        raise Refusal(Reason.BACKUP_OVER_OTHER, path=target) from None


def bring_to_second(
    folder: DataFolder, made: Manifest, place: Place, key: LockKey | None, rule: Rule, tell: Tell = quiet
) -> Path:
    """Copy a backup of the own place, and the photos it needs, to the second one.

    Raises ``EnvironmentFault`` where the place is missing or full, ``Refusal``: BACKUP_NOT_WHOLE where it gave back
    something else than was written, BACKUP_RUNNING.
    """
    if not place.root.parent.is_dir():
        raise EnvironmentFault(Fault.FOLDER_UNUSABLE, path=place.root.parent, why="…")
    source = Place.own(folder).root / made.file_name
    with place.at_work(), _saying(place.root):
        with opened(source) as box:
            photos = box.photos()
        place.take_photos(photos, folder.photos, key, linked=False)
        path = place.bring(source, made, key, tell)
        if place.thin(rule.tz, rule.cap):
            place.drop_photos(None if key is None else lambda _header: key)
    return path


def _copied(folder: DataFolder, place: Place, *, thorough: bool) -> tuple[Path, Records]:
    """A checked copy of the records, to be thrown away."""
    if not folder.database.exists():
        raise EnvironmentFault(Fault.NO_SHOP, path=folder.root)
    copy = place.half("copy.sqlite")
    try:
        with _saying(place.root):
            if shutil.disk_usage(place.root).free < folder.database.stat().st_size * 3 // 2 + SPARE:
                raise EnvironmentFault(Fault.DISK_FULL, path=place.root)
            copy_records(folder.database, copy)
        return copy, check_copy(copy, thorough=thorough)
    except BaseException:
        drop(copy)
        raise


def _packed(
    half: Path, manifest: Manifest, copy: Path, records: Records, photos: Path | None, tell: Tell
) -> None:
    """Packed, and read back from the disk byte by byte."""
    try:
        with _saying(half.parent):
            pack(half, manifest, copy, records.photos, photos, tell)
            with opened(half) as box:
                box.verify()
    except Refusal as error:
        half.unlink(missing_ok=True)
        raise EnvironmentFault(Fault.BACKUP_UNSOUND, why="sha256") from error
    except BaseException:
        half.unlink(missing_ok=True)
        raise


def _manifest(
    number: int,
    kind: BackupKind,
    now: datetime,
    records: Records,
    copy: Path,
    findings: tuple[str, ...],
    folder: DataFolder,
) -> Manifest:
    sizes = 0
    for photo in records.photos:
        with suppress(OSError):
            sizes += (folder.photos / photo.path).stat().st_size
    return Manifest(
        number=number,
        kind=kind,
        made_at=now,
        shop_id=records.shop_id,
        shop_name=records.shop_name,
        schema=records.schema,
        size=copy.stat().st_size,
        sha256=digest_of(copy),
        journal_id=records.journal_id,
        journal_head=records.journal_head,
        orders=records.orders,
        last_order=records.last_order,
        payments=records.payments,
        invoices=records.invoices,
        photos=len(records.photos),
        photo_bytes=sizes,
        findings=findings,
    )


@contextmanager
def _saying(folder: Path) -> Iterator[None]:
    """An error of the file system said as what it means for a folder."""
    try:
        yield
    except OSError as error:
        raise fault_of_file(error, folder / "x") from error
