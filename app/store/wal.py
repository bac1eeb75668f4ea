"""The log beside the database (WAL): brought into it beside the commands, emptied after something was erased."""

from __future__ import annotations

from app.store.door import Store
from app.store.faults import translated

#: A reader that still sees the older state keeps the log from being emptied; it ends with its query.
_TRIES = 20


def settle_log(store: Store) -> None:
    """Bring what lies in the log into the database while people work; nobody waits for it, and nothing is waited for.

    SQLite lets the command that fills the log do it, about every eightieth: on a slow disk somebody at the counter
    stands still for it. Called now and then in the background, the log never gets that long. Raises
    ``EnvironmentFault``.
    """
    with translated(store.folder.database):
        raw = store.engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
        finally:
            raw.close()


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
