"""A copy of a shop's database that stands for one moment, made beside its writers, emptied of passcodes and checked.

SQLite's backup interface under one reading transaction that we hold. (Left to itself it begins again at every commit
unless all pages are one step, and never ends under writes, promises.md.) In steps, what is written reaches the disk
little by little: a gigabyte at once would keep the next commit at the counter waiting for the disk.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from app.core.errors import EnvironmentFault, Fault
from app.store.backup.container import SPARE, PhotoName, is_photo, settle
from app.store.engine import BUSY_MS, check_sqlite
from app.store.faults import UNREADABLE, meaning_of, translated
from app.store.marks import APPLICATION_ID
from app.store.search import speaks_of_index

_CHUNK = 1 << 20
_CACHE_KIB = 128 * 1024
_MAPPED = 1 << 31
#: What is wrong, at most: the search index has two tables, one line each.
_LINES = 10
#: Pages that are copied between two flushes.
_STEP = 512
_PHOTOS = "SELECT sha256, suffix FROM photo"
_PICTURES = "SELECT picture_sha256, picture_suffix FROM part WHERE picture_sha256 != ''"


@dataclass(frozen=True, slots=True)
class Records:
    """What a copy holds, for its manifest."""

    shop_id: str
    shop_name: str
    schema: str
    journal_id: int
    journal_head: str
    orders: int
    last_order: str
    payments: int
    invoices: int
    photos: tuple[PhotoName, ...]


def copy_records(source: Path, target: Path) -> None:
    """Copy all of ``source`` as it is at this moment to the new file ``target``; its writers are not kept waiting.

    Raises ``EnvironmentFault``.
    """
    check_sqlite()
    with translated(source):
        raw = sqlite.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
        try:
            raw.execute(f"PRAGMA busy_timeout={BUSY_MS}")
            copy = sqlite.connect(str(target), isolation_level=None)
            try:
                # What is cut off here is thrown away: nothing needs to be taken back or to reach the disk.
                copy.execute("PRAGMA journal_mode=OFF")
                copy.execute("PRAGMA synchronous=OFF")
                # One reading transaction over all steps: that is what makes it one moment, not the size of a step.
                raw.execute("BEGIN")
                raw.execute("SELECT count(*) FROM sqlite_master").fetchone()
                raw.backup(copy, pages=_STEP, progress=lambda *_counts: settle(target), sleep=0)
                raw.execute("COMMIT")
            except UNREADABLE as error:
                raise _not_copied(error, source) from error
            finally:
                copy.close()
            _stand_alone(target)
            _empty_passcodes(target)
        finally:
            raw.close()


def _not_copied(error: Exception, source: Path) -> EnvironmentFault:
    """What stopped a copy: the backup interface says less than SQLite's other calls."""
    found = meaning_of(error, source)
    if found is not None:
        return found
    full = shutil.disk_usage(source.parent).free < SPARE
    return EnvironmentFault(Fault.DISK_FULL if full else Fault.DAMAGED, path=source.parent)


def _stand_alone(copy: Path) -> None:
    """Without a log beside it: the copy of a database that keeps one says that it has one."""
    raw = sqlite.connect(str(copy), isolation_level=None)
    try:
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA journal_mode=DELETE").fetchone()
    finally:
        raw.close()


def _empty_passcodes(copy: Path) -> None:
    """No passcode leaves the records, not even sealed (design.md §4): its bytes are written over."""
    raw = sqlite.connect(str(copy), isolation_level=None)
    try:
        raw.execute("PRAGMA journal_mode=OFF")
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("PRAGMA secure_delete=ON")
        columns = {row[1] for row in raw.execute("PRAGMA table_info(repair_order)")}
        if "passcode" in columns:
            day = ", passcode_at = NULL" if "passcode_at" in columns else ""
            raw.execute(f"UPDATE repair_order SET passcode = NULL{day} WHERE passcode IS NOT NULL")
        raw.execute("PRAGMA journal_mode=DELETE").fetchone()
    finally:
        raw.close()


def check_copy(copy: Path, *, thorough: bool = True) -> Records:
    """Look at every page of a copy that nobody writes to, and say what it holds. ``thorough`` compares every entry of
    every index with its row, too, which takes three times as long.

    Raises ``EnvironmentFault``: BACKUP_UNSOUND with what is wrong. A copy that was cut short opens as an empty database
    in which every page is in order: what it is must be asked for by name.
    """
    raw = open_alone(copy)
    try:
        if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise _unsound("application_id")
        found = raw.execute(f"PRAGMA {'integrity' if thorough else 'quick'}_check({_LINES})")
        # A torn search index is made anew after a restore: for its sake no record stays without a backup.
        if any(said != "ok" and not speaks_of_index(said) for (said,) in found):
            raise _unsound("integrity_check")
        return _read(raw)
    except UNREADABLE as error:
        raise _unsound(type(error).__name__) from error
    finally:
        raw.close()


def open_alone(database: Path) -> Any:
    """A raw connection that only reads a file which nobody writes to."""
    address = f"{database.absolute().as_uri()}?mode=ro&immutable=1"
    raw = sqlite.connect(address, uri=True, isolation_level=None)
    raw.execute("PRAGMA cell_size_check=ON")
    raw.execute("PRAGMA trusted_schema=OFF")
    # Nobody else writes to it: mapped into memory, a look at every page takes a fifth of the time.
    raw.execute(f"PRAGMA cache_size={-_CACHE_KIB}")
    raw.execute(f"PRAGMA mmap_size={_MAPPED}")
    return raw


def _read(raw: Any) -> Records:
    def one(question: str) -> Any:
        return raw.execute(question).fetchone()

    schema = one("SELECT version_num FROM alembic_version")
    if schema is None:
        raise _unsound("alembic_version")
    journal = one("SELECT id, digest FROM journal ORDER BY id DESC LIMIT 1")
    order = one("SELECT number FROM repair_order ORDER BY id DESC LIMIT 1")
    return Records(
        shop_id=setting(raw, "shop_id"),
        shop_name=setting(raw, "shop_name"),
        schema=str(schema[0]),
        journal_id=journal[0] if journal else 0,
        journal_head=bytes(journal[1]).hex() if journal else "",
        orders=one("SELECT count(*) FROM repair_order")[0],
        last_order=str(order[0]) if order else "",
        payments=one("SELECT count(*) FROM payment")[0],
        invoices=one("SELECT count(*) FROM invoice")[0],
        photos=_photos(raw),
    )


def _photos(raw: Any) -> tuple[PhotoName, ...]:
    """Of devices and of parts; what is not named like a photo is none."""
    found = set(raw.execute(_PHOTOS))
    if "picture_sha256" in {row[1] for row in raw.execute("PRAGMA table_info(part)")}:
        found |= set(raw.execute(_PICTURES))
    return tuple(PhotoName(*row) for row in sorted(found) if is_photo(*row))


def setting(raw: Any, key: str) -> str:
    """A text among the settings; "" where it is none."""
    row = raw.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
    try:
        value = json.loads(row[0]) if row else ""
    except ValueError:
        value = ""
    return value if isinstance(value, str) else ""


def digest_of(path: Path, tell: Callable[[int], None] = lambda _bytes: None) -> str:
    """SHA-256 of a file, in hex; ``tell`` hears how many bytes are done."""
    digest, done = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            done += len(chunk)
            tell(done)
    return digest.hexdigest()


def _unsound(why: str) -> EnvironmentFault:
    return EnvironmentFault(Fault.BACKUP_UNSOUND, why=why)
