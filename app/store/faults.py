"""What the database's own errors mean for the person at the counter (design.md §8)."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.core.errors import EnvironmentFault, Fault, UnreadableValue
from app.store.search import speaks_of_index

#: SQLite's result codes (its low byte) that say something about the world outside.
_MEANINGS = {
    5: Fault.BUSY,  # SQLITE_BUSY
    6: Fault.BUSY,  # SQLITE_LOCKED
    8: Fault.READ_ONLY,  # SQLITE_READONLY
    10: Fault.DISK_ERROR,  # SQLITE_IOERR
    11: Fault.DAMAGED,  # SQLITE_CORRUPT
    13: Fault.DISK_FULL,  # SQLITE_FULL
    14: Fault.READ_ONLY,  # SQLITE_CANTOPEN
    26: Fault.DAMAGED,  # SQLITE_NOTADB
}
_READONLY_DBMOVED = 1032
#: What reading a file that may be damaged raises. SQLite quotes the damaged bytes in what it says (``malformed database
#: schema (…)``), and where they are no UTF-8 the error is about those.
UNREADABLE = (sqlite.DatabaseError, UnicodeDecodeError, UnreadableValue)
#: With less than this the disk counts as full: SQLite says so as an I/O error when it maps its shared memory.
_FULL_BYTES = 1 << 20


def meaning_of(error: BaseException, path: Path) -> EnvironmentFault | None:
    """The fault behind a database error, or None where the program itself is at fault.

    A broken constraint or a wrong statement is the program's own mistake: it passes as it is, the
    transaction is rolled back, and the last-resort handler says ``core.sentences.unexpected``.
    """
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, UnicodeDecodeError | UnreadableValue):
        return EnvironmentFault(Fault.DAMAGED, path=path.parent)
    if isinstance(error, PoolTimeout):
        return EnvironmentFault(Fault.BUSY, path=path.parent)
    code = getattr(error, "sqlite_errorcode", None)
    fault = _MEANINGS.get(code & 0xFF) if isinstance(code, int) else None
    if code == _READONLY_DBMOVED:
        fault = Fault.FILE_GONE
    if fault is Fault.DISK_ERROR and _free(path.parent) < _FULL_BYTES:
        fault = Fault.DISK_FULL
    elif fault is Fault.READ_ONLY and not path.exists():
        fault = Fault.FILE_GONE
    elif fault is Fault.DAMAGED and speaks_of_index(str(error)):
        fault = Fault.INDEX_DAMAGED
    return None if fault is None else EnvironmentFault(fault, path=path.parent)


def _free(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return _FULL_BYTES


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's errors into faults that have a sentence; everything else passes."""
    try:
        yield
    except (DBAPIError, PoolTimeout, *UNREADABLE) as error:
        fault = meaning_of(error, path)
        if fault is None:
            raise
        raise fault from error
