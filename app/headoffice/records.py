"""The head office's PostgreSQL: connecting, and bringing the schema to its newest form."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import TupleRow

from app.core.errors import EnvironmentFault, Fault

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
#: Any number, the same for every instance: two of them must not migrate at once.
_MIGRATION_LOCK = 7_114_206_601

#: A call that waits longer than this for a lock or an answer is better tried again.
SESSION = (
    "-c lock_timeout=5s -c statement_timeout=15s -c idle_in_transaction_session_timeout=30s -c timezone=UTC"
)

Connection = psycopg.Connection[TupleRow]


@contextmanager
def connected(database: str) -> Iterator[Connection]:
    """A connection for an administrator's command; commits at the end, or undoes everything.

    ``database``: a libpq address; the password better stands in ``~/.pgpass``.
    Raises ``EnvironmentFault``.
    """
    try:
        connection = psycopg.connect(database, options="-c timezone=UTC", connect_timeout=10)
    except psycopg.Error as error:
        raise EnvironmentFault(Fault.OFFICE_UNREACHABLE, why=_first_line(error)) from None
    try:
        with connection:
            yield connection
    except psycopg.errors.UndefinedTable:
        raise EnvironmentFault(Fault.OFFICE_EMPTY) from None
    except psycopg.OperationalError as error:
        raise EnvironmentFault(Fault.OFFICE_UNREACHABLE, why=_first_line(error)) from None


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def migrations() -> tuple[tuple[int, Path], ...]:
    """Every step of the schema with its number, in order."""
    found = []
    for file in sorted(MIGRATIONS.glob("*.sql")):
        number = re.match(r"(\d{4})_", file.name)
        if number is not None:
            found.append((int(number.group(1)), file))
    return tuple(found)


def newest() -> int:
    """The schema this program works with."""
    return migrations()[-1][0]


def schema_of(connection: psycopg.Connection[Any]) -> int:
    """Number of the last step that was made; 0 for an empty database."""
    row = connection.execute("SELECT to_regclass('schema_step') IS NOT NULL").fetchone()
    if row is None or not row[0]:
        return 0
    last = connection.execute("SELECT coalesce(max(number), 0) FROM schema_step").fetchone()
    return int(last[0]) if last else 0


def migrate(connection: Connection) -> int:
    """Make the steps that are missing, all in the caller's transaction; returns how many. Two at once wait.

    Raises ``EnvironmentFault`` if the database was made by a newer program.
    """
    connection.execute("SELECT pg_advisory_xact_lock(%s)", (_MIGRATION_LOCK,))
    at = schema_of(connection)
    if at > newest():
        raise EnvironmentFault(Fault.OFFICE_NEWER)
    if at == 0:
        connection.execute(
            "CREATE TABLE schema_step (number integer PRIMARY KEY, name text NOT NULL,"
            " made_at timestamptz NOT NULL DEFAULT now())"
        )
    missing = [(number, file) for number, file in migrations() if number > at]
    for number, file in missing:
        connection.execute(file.read_bytes())
        connection.execute("INSERT INTO schema_step (number, name) VALUES (%s, %s)", (number, file.stem))
    return len(missing)
