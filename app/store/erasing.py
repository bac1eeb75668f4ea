"""Making erased things gone from the disk: facts that may not be changed otherwise, terms in the search index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection

from app.store.door import Store
from app.store.faults import translated
from app.store.schema import trigger_ddl

_TERMS = ("order_codes", "order_words")
#: Pages of the index (4 KB each) that one step merges.
_MERGE_PAGES = 50
#: FTS5 keeps its list of struck-off rows in pages from this number on (``FTS5_TOMBSTONE_ROWID``: a segment's number
#: behind 2**16, above 37 bits of places).
_STRUCK_OFF = 1 << 53


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


def forget_terms(store: Store) -> bool:
    """Take what was erased out of the full-text tables as well; whether there was anything to take out.

    They keep no text, so that a deleted row cannot be looked up to be taken out: it is struck off, and its trigrams (of
    a phone number all nine, with their places) lie there until the parts of the index are merged. Merged in steps of
    a few tens of milliseconds, each a transaction of its own: the counter writes between them. 100,000 orders take
    seconds: not for the window's thread. Call ``wal.empty_log`` afterwards. Raises ``EnvironmentFault`` where another
    writer does not end.
    """
    with translated(store.folder.database):
        raw = store.engine.raw_connection()
        try:
            merged = [_merged(raw.cursor(), table) for table in _TERMS]
        finally:
            raw.close()
    return any(merged)


def _merged(cursor: Any, table: str) -> bool:
    struck_off = f"SELECT EXISTS (SELECT 1 FROM {table}_data WHERE id >= {_STRUCK_OFF})"
    # A negative number begins with all parts of the index, a positive one goes on.
    pages, steps = -_MERGE_PAGES, 0
    while cursor.execute(struck_off).fetchone()[0]:
        before = cursor.execute("SELECT total_changes()").fetchone()[0]
        cursor.execute(f"INSERT INTO {table}({table}, rank) VALUES ('merge', ?)", (pages,))
        if steps and cursor.execute("SELECT total_changes()").fetchone()[0] - before < 2:
            break
        pages, steps = _MERGE_PAGES, steps + 1
    return steps > 0
