"""What the database's own errors mean for the person at the counter (design.md §8)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
from sqlalchemy.exc import DBAPIError

from app.core.errors import EnvironmentFault, Fault

_MEANINGS: tuple[tuple[str, Fault], ...] = (
    ("database or disk is full", Fault.DISK_FULL),
    ("locked", Fault.BUSY),
    ("readonly", Fault.READ_ONLY),
    ("malformed", Fault.DAMAGED),
    ("not a database", Fault.DAMAGED),
    ("unable to open", Fault.READ_ONLY),
    ("disk i/o error", Fault.DISK_FULL),
)


def meaning_of(error: BaseException, path: Path) -> EnvironmentFault | None:
    """The fault behind a database error, or None where the program itself is at fault."""
    if isinstance(error, DBAPIError) and error.orig is not None:
        error = error.orig
    if isinstance(error, sqlite.DatabaseError) and not isinstance(error, sqlite.IntegrityError):
        text = str(error).lower()
        for words, fault in _MEANINGS:
            if words in text:
                return EnvironmentFault(fault, path=path.parent)
    return None


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Turn the database's errors into faults that have a sentence; everything else passes."""
    try:
        yield
    except (DBAPIError, sqlite.DatabaseError) as error:
        fault = meaning_of(error, path)
        if fault is None:
            raise
        raise fault from error
