"""The search index: what is written for each record and how a typed text finds it (limits.md "Search").

Three schemes, each where it was measured to be best:

* ``gram``: uni- and bigrams of names, pinyin initials and part names; finds one character upwards.
* ``order_codes`` (FTS5, trigram): phone, serial number, order number, model; three characters upwards.
* ``order_words`` (FTS5, words; Chinese split into characters): the fault and what was found, by words or
  phrases.

Each query returns record ids, newest first: the rows that ``LIKE '%text%'`` would give over the same column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum

from sqlalchemy import Connection, text


class Field(StrEnum):
    """First letter of a gram: which record and which of its texts."""

    ORDER_NAME = "n"
    ORDER_PINYIN = "y"
    CUSTOMER_NAME = "N"
    CUSTOMER_PINYIN = "Y"
    PART_NAME = "P"
    PART_PINYIN = "Q"


class CodeColumn(StrEnum):
    """Columns of ``order_codes``."""

    PHONE = "phone"
    SERIAL = "serial"
    NUMBER = "number"
    MODEL = "model"


#: Made beside the mapped tables, for fresh shops and after each batch migration.
DDL = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS order_codes USING fts5("
    "phone, serial, number, model, content='', contentless_delete=1, tokenize='trigram case_sensitive 0')",
    "CREATE VIRTUAL TABLE IF NOT EXISTS order_words USING fts5("
    "words, content='', contentless_delete=1, tokenize=\"unicode61 remove_diacritics 2\")",
)
#: FTS5 keeps its data in shadow tables of these names; migrations leave them alone.
SHADOW = re.compile(r"^(order_codes|order_words)(_data|_idx|_content|_docsize|_config)?$")
_OWN_WORDS = re.compile(r"fts5.*\b(order_codes|order_words)\b", re.IGNORECASE | re.DOTALL)

#: Longer faults are indexed up to here; nobody searches for the 3,000th character.
MAX_INDEXED = 2000

#: Nobody types more to find something; what is pasted by mistake must not become a query of a thousand words.
MAX_TYPED = 100

#: Above every record id.
NEWEST = 2**63 - 1

_DELETE_GRAM = "DELETE FROM gram WHERE gram = ? AND record_id = ?"
_INSERT_GRAM = "INSERT OR IGNORE INTO gram (gram, record_id) VALUES (?, ?)"


def speaks_of_index(said: str) -> bool:
    """Whether a line of SQLite's integrity check is about the search index only, which is made anew from the records:
    no record is hurt by it."""
    return _OWN_WORDS.search(said) is not None


def fold(value: str) -> str:
    """One form for upper and lower case, full and half width."""
    return unicodedata.normalize("NFKC", value).casefold().strip()


def grams_of(value: str) -> set[str]:
    """All characters and all pairs of neighbours of a folded text; spaces count as characters between
    words."""
    folded = fold(value)
    return {folded[at : at + size] for size in (1, 2) for at in range(len(folded) - size + 1)} - {" "}


def words_of(value: str) -> str:
    """Free text for the words index: CJK characters stand alone, so that a phrase of them finds any
    substring."""
    return " ".join(_SPLIT.findall(fold(value[:MAX_INDEXED])))


_CJK = (
    "\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
)
_SPLIT = re.compile(rf"[{_CJK}]|[^\W{_CJK}]+")
_CJK_RUN = re.compile(rf"[{_CJK}]+|[^\W{_CJK}]+")


def put_grams(connection: Connection, field: Field, record_id: int, values: Iterable[str]) -> None:
    """Index a record's texts of one field; what is there already stays."""
    rows = [(field.value + gram, record_id) for value in values for gram in grams_of(value)]
    if rows:
        connection.connection.cursor().executemany(_INSERT_GRAM, rows)


def drop_grams(connection: Connection, field: Field, record_id: int, values: Iterable[str]) -> None:
    """Take a record's old texts out of the index, before the new ones go in."""
    rows = [(field.value + gram, record_id) for value in values for gram in grams_of(value)]
    if rows:
        connection.connection.cursor().executemany(_DELETE_GRAM, rows)


def field_grams(field: Field, values: Iterable[str]) -> set[str]:
    """The grams under which ``put_grams`` indexes a record's texts."""
    letter = field.value
    return {letter + gram for value in values for gram in grams_of(value)}


def gram_rows(grams: Mapping[str, Sequence[int]]) -> list[tuple[str, int]]:
    """Rows for ``swap_grams``: of each gram the ids of its records, in rising order, so that what lies side by side in
    the index is written side by side."""
    return [(gram, each) for gram in sorted(grams) for each in grams[gram]]


def swap_grams(
    connection: Connection, dropped: Sequence[tuple[str, int]], put: Sequence[tuple[str, int]]
) -> None:
    """Write the grams of many records at once."""
    cursor = connection.connection.cursor()
    cursor.executemany(_DELETE_GRAM, dropped)
    cursor.executemany(_INSERT_GRAM, put)


def put_order(
    connection: Connection,
    order_id: int,
    *,
    phones: Sequence[str],
    serial: str,
    number: str,
    model: str,
    words: str,
) -> None:
    """Index an order's codes and words, replacing what stood there."""
    cursor = connection.connection.cursor()
    cursor.execute("DELETE FROM order_codes WHERE rowid = ?", (order_id,))
    cursor.execute(
        "INSERT INTO order_codes (rowid, phone, serial, number, model) VALUES (?, ?, ?, ?, ?)",
        (order_id, " ".join(phones), fold(serial), number, fold(model)),
    )
    put_order_words(connection, order_id, words)


def put_order_words(connection: Connection, order_id: int, words: str) -> None:
    """Index an order's free text anew (intake, diagnosis)."""
    cursor = connection.connection.cursor()
    cursor.execute("DELETE FROM order_words WHERE rowid = ?", (order_id,))
    cursor.execute("INSERT INTO order_words (rowid, words) VALUES (?, ?)", (order_id, words_of(words)))


def find_grams(
    connection: Connection, field: Field, typed: str, limit: int, *, before: int = NEWEST
) -> list[int]:
    """Newest record ids below ``before`` (for the next page) that may contain ``typed`` (any length from 1).

    Exact for one and two characters. From three on the pairs may stand in another order, so the caller looks
    at the candidates (``features.finder.checked``); none is missed.
    """
    folded = fold(typed)
    if not folded:
        return []
    if len(folded) <= 2:
        rows = connection.exec_driver_sql(
            "SELECT record_id FROM gram WHERE gram = ? AND record_id < ? ORDER BY record_id DESC LIMIT ?",
            (field.value + folded, before, limit),
        )
        return [row[0] for row in rows]
    pairs = list(dict.fromkeys(folded[at : at + 2] for at in range(len(folded) - 1)))[:6]
    joins = " ".join(
        f"JOIN gram g{at} ON g{at}.gram = ? AND g{at}.record_id = g0.record_id" for at in range(1, len(pairs))
    )
    rows = connection.exec_driver_sql(
        f"SELECT g0.record_id FROM gram g0 {joins} WHERE g0.gram = ? AND g0.record_id < ?"
        " ORDER BY g0.record_id DESC LIMIT ?",
        (*(field.value + pair for pair in pairs[1:]), field.value + pairs[0], before, limit),
    )
    return [row[0] for row in rows]


def find_codes(
    connection: Connection, typed: str, limit: int, columns: Sequence[CodeColumn] = ()
) -> list[int]:
    """Newest order ids with ``typed`` (3 characters and more) inside phone, serial, number or model.

    Fewer than three characters find nothing in a trigram index, silently; the caller does not ask then.
    """
    folded = fold(typed[:MAX_TYPED])
    if len(folded) < 3:
        return []
    match = _quoted(folded)
    if columns:
        match = "{" + " ".join(columns) + "} : " + match
    rows = connection.execute(
        _FIND_CODES,
        {"match": match, "limit": limit},
    )
    return [row[0] for row in rows]


_FIND_CODES = text(
    "SELECT rowid FROM order_codes WHERE order_codes MATCH :match ORDER BY rowid DESC LIMIT :limit"
)
_FIND_WORDS = text(
    "SELECT rowid FROM order_words WHERE order_words MATCH :match ORDER BY rowid DESC LIMIT :limit"
)


def find_words(connection: Connection, typed: str, limit: int) -> list[int]:
    """Newest order ids whose free text has all the typed words: Chinese as phrases, others as beginnings
    of words."""
    runs = _CJK_RUN.findall(fold(typed[:MAX_TYPED]))
    if not runs:
        return []
    parts = []
    for run in runs:
        tokens = words_of(run)
        parts.append(
            _quoted(tokens) + ("" if " " in tokens or (_SPLIT.fullmatch(run) and len(run) == 1) else "*")
        )
    rows = connection.execute(_FIND_WORDS, {"match": " AND ".join(parts), "limit": limit})
    return [row[0] for row in rows]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
