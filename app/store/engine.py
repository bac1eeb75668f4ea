"""SQLite through pysqlite3 with the pragmas and transactions of design.md §3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.pool import QueuePool

from app.core.errors import EnvironmentFault, Fault

#: The WAL-reset corruption is mended from here on; we ask for what the wheel brings.
NEEDED_SQLITE = (3, 53, 0)
BUSY_MS = 5000

_PRAGMAS = (
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MS}",
    "PRAGMA secure_delete=ON",
    "PRAGMA trusted_schema=OFF",
    "PRAGMA cell_size_check=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA mmap_size=0",
    "PRAGMA temp_store=MEMORY",
)


def check_sqlite() -> None:
    """Refuse to work on a SQLite that is known to corrupt (libraries.md)."""
    found = tuple(int(part) for part in sqlite.sqlite_version.split("."))
    if found < NEEDED_SQLITE:
        raise EnvironmentFault(
            Fault.SQLITE_TOO_OLD, version=sqlite.sqlite_version, needed=".".join(map(str, NEEDED_SQLITE))
        )


def make_engine(path: Path, *, read_only: bool = False) -> Engine:
    """An engine whose transactions are real.

    ``isolation_level=None`` hands BEGIN to us: readers say BEGIN, writers (execution option ``writing``) say
    BEGIN IMMEDIATE, so that a SELECT and the UPDATE after it see the same rows.
    """
    check_sqlite()

    def connect() -> Any:
        address = f"{path.absolute().as_uri()}?mode={'ro' if read_only else 'rw'}"
        connection = sqlite.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=512
        )
        try:
            cursor = connection.cursor()
            for pragma in _PRAGMAS:
                cursor.execute(pragma)
            cursor.close()
        except BaseException:
            # A disk that fails here must not leave half a connection behind, with its locks.
            connection.close()
            raise
        return connection

    engine = create_engine(
        "sqlite://",
        module=sqlite,
        creator=connect,
        poolclass=QueuePool,
        pool_size=4,
        max_overflow=8,
        pool_timeout=BUSY_MS / 1000,
        # An error's text must not carry what was written: it ends in logs and crash reports.
        hide_parameters=True,
    )
    # SQLAlchemy's own set-up of isolation levels would end the autocommit mode that the events below rely on.
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def relaxed(engine: Engine) -> Iterator[None]:
    """For bulk work that can be repeated from its source (played days, samples): commits are not flushed to
    the disk one by one.

    A crash of the program loses nothing; a power cut may take back the last commits, whole ones, and the work
    goes on from there. Never around what a user was told is saved.
    """

    def relax(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")

    event.listen(engine, "checkout", relax)
    try:
        yield
    finally:
        event.remove(engine, "checkout", relax)
        # New connections flush again, from the first commit on.
        engine.dispose()


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
