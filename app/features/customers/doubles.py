"""Customers who may be one and the same, found in one pass over an index or a sort: 300,000 in a few seconds,
so it runs in the background."""

from __future__ import annotations

import heapq
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, text

from app.features.customers.reading import rows_of
from app.features.customers.snapshots import Alike, CustomerRow, DuplicatePair

_SAME_PHONE = text(
    "SELECT c.phone, c.id FROM customer c"
    " JOIN (SELECT phone FROM customer WHERE phone <> '' GROUP BY phone HAVING count(*) > 1) d"
    " ON d.phone = c.phone WHERE c.merged_into_id IS NULL ORDER BY c.phone, c.id"
)
# CROSS: those few who gave a second number first, or every customer is looked up.
_SECOND_PHONE = text(
    "SELECT a.id AS one, b.id AS other FROM customer a CROSS JOIN customer b"
    " WHERE a.phone2 > '' AND b.phone = a.phone2 AND a.id <> b.id"
    " AND a.merged_into_id IS NULL AND b.merged_into_id IS NULL"
)
# One sort of all: asking first which names occur twice is a second one.
_BY_NAME = text(
    "SELECT name, id, phone, address FROM customer WHERE merged_into_id IS NULL ORDER BY name, id"
)
_SIGNS = re.compile(r"[\W_]+")
_STRENGTH = {why: at for at, why in enumerate(Alike)}
#: Neighbours compared within one block: a name as common as 王伟 with one number range stays cheap.
_MOST_IN_BLOCK = 20


def find_doubles(reading: Connection, limit: int) -> tuple[DuplicatePair, ...]:
    """At most ``limit`` pairs, the strongest reason first, then the newest customers."""
    why: dict[tuple[int, int], Alike] = {}
    for pair, reason in _all_pairs(reading):
        why.setdefault(pair, reason)
    chosen = heapq.nsmallest(limit, why, key=lambda pair: (_STRENGTH[why[pair]], -pair[1], -pair[0]))
    wanted = sorted({each for pair in chosen for each in pair})
    rows = {
        row.id: row for at in range(0, len(wanted), 500) for row in rows_of(reading, wanted[at : at + 500])
    }
    return tuple(_ordered(rows[one], rows[other], why[one, other]) for one, other in chosen)


def similar_phones(one: str, other: str) -> bool:
    """Whether one phone number may be the other mistyped: one digit wrong, missing, too many, or two
    neighbours swapped."""
    if one == other or min(len(one), len(other)) < 6 or abs(len(one) - len(other)) > 1:
        return False
    at = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if at is None:
        return True
    if len(one) == len(other):
        swapped = one[at : at + 2] == other[at : at + 2][::-1]
        return one[at + 1 :] == other[at + 1 :] or (swapped and one[at + 2 :] == other[at + 2 :])
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return longer[at + 1 :] == shorter[at:]


def same_place(address: str) -> str:
    """An address without spaces and signs, for comparing; "" when it says too little (a town's name)."""
    plain = _SIGNS.sub("", unicodedata.normalize("NFKC", address)).casefold()
    return plain if len(plain) >= 6 else ""


def _all_pairs(reading: Connection) -> Iterator[tuple[tuple[int, int], Alike]]:
    for _phone, group in groupby(reading.execute(_SAME_PHONE), key=itemgetter(0)):
        ids = [row.id for row in group]
        # Each with the oldest, not all with all: a firm's switchboard may stand on hundreds of records.
        yield from (((ids[0], each), Alike.SAME_PHONE) for each in ids[1:])
    for row in reading.execute(_SECOND_PHONE):
        yield (min(row.one, row.other), max(row.one, row.other)), Alike.SAME_PHONE
    for _name, group in groupby(reading.execute(_BY_NAME), key=itemgetter(0)):
        namesakes = list(group)
        if len(namesakes) > 1:
            yield from _namesakes(namesakes)


def _namesakes(rows: Sequence[Any]) -> Iterator[tuple[tuple[int, int], Alike]]:
    """Pairs of one name. A number with one mistake has its first or its last half in common with the right
    one, so that only those who share a half are compared."""
    places: dict[str, int] = {}
    halves: dict[str, list[tuple[int, str]]] = {}
    for _name, customer_id, phone, address in rows:
        place = same_place(address) if address else ""
        if place:
            first = places.setdefault(place, customer_id)
            if first != customer_id:
                yield (first, customer_id), Alike.SAME_NAME_SAME_ADDRESS
        for half in _halves(phone):
            block = halves.setdefault(half, [])
            for earlier_id, earlier in block[-_MOST_IN_BLOCK:]:
                if similar_phones(earlier, phone):
                    yield (earlier_id, customer_id), Alike.SAME_NAME_SIMILAR_PHONE
            block.append((customer_id, phone))


def _halves(phone: str) -> Iterable[str]:
    if len(phone) < 6:
        return ()
    # Five and five: two swapped neighbours in the middle of eleven digits leave one of them whole.
    return (f"<{phone[:5]}", f">{phone[-5:]}")


def _ordered(one: CustomerRow, other: CustomerRow, why: Alike) -> DuplicatePair:
    keep, drop = sorted((one, other), key=lambda row: (-row.orders, row.id))
    return DuplicatePair(keep, drop, why)
