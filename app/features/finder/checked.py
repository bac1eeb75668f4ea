"""Finding by grams, with the candidates looked at: from three characters on the pairs may stand in another
order (``丽华王丽`` has both pairs of ``王丽华``)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from app.store.search import NEWEST, Field, find_grams, fold

#: Nobody remembers more than this, and a book pasted by mistake must not become a query of a thousand words.
MOST_TYPED = 100

#: The texts of records by id, as they were indexed.
TextsOf = Callable[[Connection, Sequence[int]], Mapping[int, Iterable[str]]]


def to_look_for(typed: str) -> str:
    """What was typed, fit for a query: trimmed, not too long; "" for what no record can hold (NUL, half a
    character), which finds nothing and is no error."""
    text = typed.strip()[:MOST_TYPED].strip()
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return ""
    return "" if "\0" in text else text


def find_checked(
    connection: Connection, field: Field, typed: str, limit: int, texts_of: TextsOf, *, before: int = NEWEST
) -> list[int]:
    """Newest record ids below ``before`` with ``typed`` inside one of their texts: exactly as LIKE finds them,
    upper and lower case, full and half width alike."""
    folded = fold(typed)
    if len(folded) <= 2:
        return find_grams(connection, field, typed, limit, before=before)
    kept: list[int] = []
    size = limit
    while True:
        ids = find_grams(connection, field, typed, size, before=before)
        texts = texts_of(connection, ids) if ids else {}
        kept += [each for each in ids if any(folded in fold(text) for text in texts.get(each, ()))]
        if len(kept) >= limit or len(ids) < size:
            return kept[:limit]
        before, size = ids[-1], size * 4


def merged(limit: int, *lists: Iterable[int]) -> list[int]:
    """Several lists of ids as one, newest first, without doubles."""
    return sorted(set().union(*lists), reverse=True)[:limit]
