"""Checking the journal's chain of digests (design.md §4): what was edited, deleted or swapped is found.

Rows cut off at the end leave a sound chain behind; only a head printed before (on a day close) shows them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.door import journal_digest

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: Read as they lie there, not through the model: a damaged row must be named, not raise.
_ROWS = text(
    "SELECT id, at, actor_id, command, order_id, action, from_status, to_status, detail, operation_id, digest"
    " FROM journal ORDER BY id"
)
_HEAD = text("SELECT digest FROM journal ORDER BY id DESC LIMIT 1")
_HOLDS = text("SELECT count(*) FROM journal WHERE digest = :digest")
_PIECE = 1000


def first_broken_entry(connection: Connection) -> int | None:
    """Id of the first journal entry that does not follow from those before it; None when all are sound.

    Reads in pieces: a million entries take seconds and no memory to speak of.
    """
    digest = b""
    last = 0
    for row in connection.execute(_ROWS).yield_per(_PIECE).mappings():
        # Ids count up by one: an entry taken out shows here even before its neighbour's digest does.
        if row["id"] != last + 1 or _digest(digest, row) != row["digest"]:
            return int(row["id"])
        digest, last = row["digest"], row["id"]
    return None


def journal_head(connection: Connection) -> bytes:
    """The newest digest: printed on the day close, it vouches for everything before it. b"" for a new shop."""
    return bytes(connection.execute(_HEAD).scalar() or b"")


def holds(connection: Connection, head: bytes) -> bool:
    """Whether the journal still reaches to a head that was printed earlier."""
    return head == b"" or connection.execute(_HOLDS, {"digest": head}).scalar_one() == 1


def _digest(before: bytes, row: Any) -> bytes | None:
    try:
        content = {
            **row,
            "at": _EPOCH + timedelta(microseconds=row["at"]),
            "detail": json.loads(row["detail"]),
            "operation_id": UUID(bytes=row["operation_id"]),
        }
        return journal_digest(before, content)
    except (ValueError, TypeError, OverflowError):
        return None
