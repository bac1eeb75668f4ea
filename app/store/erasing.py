"""Making erased things gone from the disk: facts that may not be changed otherwise, and the log beside the database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from app.store.door import Store
from app.store.schema import trigger_ddl

#: A reader that still sees the older state keeps the log from being emptied; it ends with its query.
_TRIES = 20


@contextmanager
def facts_unlocked(connection: Connection, tables: Iterable[str]) -> Iterator[None]:
    """Inside a command's transaction: the rows of these append-only tables may be changed; locked again afterwards.

    Dropping a trigger is part of the transaction: whatever happens, they are there for everybody else.
    """
    wanted = sorted(set(tables))
    for table in wanted:
        for verb in ("update", "delete"):
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{verb}")
    yield
    for table, statement in trigger_ddl():
        if table in wanted:
            connection.exec_driver_sql(statement)


def empty_log(store: Store) -> bool:
    """Write the log (WAL) over into the database and cut it to nothing, so that what was erased is in neither; False
    while somebody else is reading an older state. Erased cells are zeroed by ``PRAGMA secure_delete``."""
    for _turn in range(_TRIES):
        raw = store.engine.raw_connection()
        try:
            busy = raw.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        finally:
            raw.close()
        if not busy:
            return True
    return False
