"""Checking the journal (design.md §4): what was edited, deleted, swapped or cut off is found.

Three things vouch for it. The chain of digests: each covers the one before it, so that a changed entry does not fit.
The seals (``store.sealing``): a chain that was worked out anew has none that fit. The heads printed on the day closes
and kept with the backups: a journal cut off behind one of them does not reach it any more.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, text

from app.core.clock import from_microseconds
from app.core.errors import EnvironmentFault, Fault
from app.store.door import chained
from app.store.sealing import BEFORE_ALL, Mark, Note, Seal, reaches

if TYPE_CHECKING:
    from app.store.door import Store

#: Read as they lie there, not through the model: a damaged row must be named, not raise.
_ROWS = (
    "SELECT id, digest, mac, at, detail, actor_id, command, order_id, action, from_status, to_status, operation_id"
    " FROM journal ORDER BY id"
)
_HEAD = text("SELECT id, digest FROM journal ORDER BY id DESC LIMIT 1")
_HOLDS = text("SELECT count(*) FROM journal WHERE digest = :digest")
_PRINTED = text(
    "SELECT c.number, c.journal_id FROM day_close c LEFT JOIN journal j ON j.id = c.journal_id"
    " WHERE c.journal_id > 0 AND (j.id IS NULL OR j.digest IS NOT c.journal_head) ORDER BY c.day LIMIT 1"
)
_PIECE = 5000
_UUID_BYTES = 16


class Broken(StrEnum):
    """What is wrong with a journal."""

    #: An entry does not follow from those before it.
    CHAIN = "chain"
    #: An entry bears no seal of this computer, and should.
    SEAL = "seal"
    #: The entry at which this computer began to seal is another one, or gone.
    SINCE = "since"
    #: A head that was printed or kept is not in it.
    HEAD = "head"
    #: What this computer remembers was changed, or its key is another one.
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the journal found; ``entry`` is where, or how many there are when all is sound."""

    broken: Broken | None
    entry: int
    #: The first entry that this computer vouches for; None where it has no key of this shop.
    sealed_from: int | None
    #: The day close whose printed head is not in the journal.
    close: str = ""

    @property
    def sound(self) -> bool:
        """Whether nothing was found."""
        return self.broken is None


def verify(
    connection: Connection,
    seal: Seal | None,
    *,
    heads: Iterable[Mark] = (),
    tell: Callable[[int], None] | None = None,
) -> Verdict:
    """Check the whole journal: chain, seals, the heads of the day closes and further ``heads`` (of backups).

    Reads in pieces and holds nothing; ``tell(entries)`` after each. A million entries take ten seconds.
    """
    if seal is not None:
        seal.recognise(lambda mark: reaches(connection, mark))
    since = BEFORE_ALL if seal is None else seal.since
    begun = seal is not None and seal.note is Note.GOOD
    sealed_from = since.entry + 1 if begun else None
    if seal is not None and seal.note is Note.STRANGE:
        return Verdict(Broken.NOTE, 0, None)
    broken, entry = _walk(connection, seal if begun else None, since, tell)
    if broken is not None:
        return Verdict(broken, entry, sealed_from)
    printed = connection.execute(_PRINTED).first()
    if printed is not None:
        return Verdict(Broken.HEAD, printed.journal_id, sealed_from, printed.number)
    for mark in heads:
        if not reaches(connection, mark):
            return Verdict(Broken.HEAD, mark.entry, sealed_from)
    return Verdict(None, entry, sealed_from)


def first_broken_entry(connection: Connection) -> int | None:
    """Id of the first entry that does not follow from those before it, by the chain alone; None when all do."""
    broken, entry = _walk(connection, None, BEFORE_ALL, None)
    return None if broken is None else entry


def journal_head(connection: Connection) -> bytes:
    """The newest digest: printed on the day close, it vouches for everything before it. b"" for a new shop."""
    return head_mark(connection).digest


def head_mark(connection: Connection) -> Mark:
    """The newest entry and its digest."""
    found = connection.execute(_HEAD).first()
    return BEFORE_ALL if found is None else Mark(int(found.id), bytes(found.digest))


def holds(connection: Connection, head: bytes) -> bool:
    """Whether the journal still reaches to a head that was printed earlier."""
    return head == b"" or connection.execute(_HOLDS, {"digest": head}).scalar_one() == 1


def reanchor(store: Store) -> Mark:
    """After a restore: this computer vouches from the present head on, whatever it remembered; makes the key where
    there is none. Raises ``EnvironmentFault(KEY_MISSING)`` where no key can be had."""
    seal = store.seal
    if seal is None:
        raise EnvironmentFault(Fault.KEY_MISSING)
    with store.read() as reading:
        mark = head_mark(reading)
    seal.begin_anew(mark)
    return mark


def _walk(
    connection: Connection, seal: Seal | None, since: Mark, tell: Callable[[int], None] | None
) -> tuple[Broken | None, int]:
    """The first entry that is wrong; (None, number of entries) when none is."""
    first_sealed = since.entry + 1 if seal is not None else 0
    digest, last = b"", 0
    rows: Any = connection.exec_driver_sql(_ROWS).cursor
    while piece := rows.fetchmany(_PIECE):
        for entry, kept, mac, at, detail, *content in piece:
            # Ids count up by one: an entry taken out shows here even before its neighbour's digest does.
            if entry != last + 1 or (
                _quick(digest, at, detail, *content) != kept and _slow(digest, at, detail, *content) != kept
            ):
                return Broken.CHAIN, entry
            if seal is not None and entry >= first_sealed and not seal.fits(kept, mac):
                return Broken.SEAL, entry
            if entry == since.entry and kept != since.digest:
                return Broken.SINCE, entry
            digest, last = kept, entry
        if tell is not None:
            tell(last)
    if last < since.entry:
        return Broken.SINCE, since.entry
    return None, last


def _quick(
    before: bytes,
    at: int,
    detail: str,
    actor: int,
    command: str,
    order: int | None,
    action: str | None,
    was: str | None,
    now: str | None,
    operation: bytes,
) -> bytes | None:
    """The digest, where the detail lies there as it was encoded for it: nearly always."""
    try:
        said = (
            f'["{_moment(at)}",{actor},{_code(command)},{"null" if order is None else order},{_code(action)},'
            f'{_code(was)},{_code(now)},{detail},"{operation.hex()}"]'
        )
        return hashlib.sha256(before + said.encode("ascii")).digest()
    except (ValueError, TypeError, OverflowError, AttributeError):
        return None


def _slow(before: bytes, at: int, detail: str, *content: Any) -> bytes | None:
    try:
        *codes, operation = content
        moment = from_microseconds(at)
        if len(operation) != _UUID_BYTES:
            return None
        return chained(before, moment, *codes, json.loads(detail), operation)
    except (ValueError, TypeError, OverflowError):
        return None


@lru_cache(maxsize=1024)
def _code(code: str | None) -> str:
    return json.dumps(code)


@lru_cache(maxsize=4)
def _moment(at: int) -> str:
    return from_microseconds(at).isoformat(timespec="microseconds")
