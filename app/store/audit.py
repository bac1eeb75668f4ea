"""Checking the journal's chain of digests (design.md §4): what was edited, deleted or swapped is found.

Rows cut off at the end leave a sound chain behind; only a head printed before (on a day close) shows them.
"""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, text

from app.core.clock import from_microseconds
from app.store.door import chained

#: Read as they lie there, not through the model: a damaged row must be named, not raise.
_ROWS = text(
    "SELECT id, digest, at, detail, actor_id, command, order_id, action, from_status, to_status, operation_id"
    " FROM journal ORDER BY id"
)
_HEAD = text("SELECT digest FROM journal ORDER BY id DESC LIMIT 1")
_HOLDS = text("SELECT count(*) FROM journal WHERE digest = :digest")
_PIECE = 1000
_UUID_BYTES = 16


def first_broken_entry(connection: Connection) -> int | None:
    """Id of the first journal entry that does not follow from those before it; None when all are sound.

    Reads in pieces: a million entries take seconds and no memory to speak of.
    """
    digest, last = b"", 0
    for entry_id, kept, *content in connection.execute(_ROWS).yield_per(_PIECE):
        # Ids count up by one: an entry taken out shows here even before its neighbour's digest does.
        if entry_id != last + 1 or _digest(digest, *content) != kept:
            return int(entry_id)
        digest, last = kept, entry_id
    return None


def journal_head(connection: Connection) -> bytes:
    """The newest digest: printed on the day close, it vouches for everything before it. b"" for a new shop."""
    return bytes(connection.execute(_HEAD).scalar() or b"")


def holds(connection: Connection, head: bytes) -> bool:
    """Whether the journal still reaches to a head that was printed earlier."""
    return head == b"" or connection.execute(_HOLDS, {"digest": head}).scalar_one() == 1


def _digest(before: bytes, at: int, detail: str, *content: Any) -> bytes | None:
    try:
        *codes, operation = content
        moment = from_microseconds(at)
        if len(operation) != _UUID_BYTES:
            return None
        return chained(before, moment, *codes, json.loads(detail), operation)
    except (ValueError, TypeError, OverflowError):
        return None
