"""Ways to index the free text of an order, measured before one was chosen: ``python -m tests.bench.schemes [ORDERS]``.

The texts are those of a poured shop (brand, kind, model, fault, findings). Found at 100,000 orders (SQLite 3.53,
a busy machine; sizes are exact, times compare with each other only):

    fault texts of 50 distinct pairs         bytes    µs      answers     p50     p99 of 200 phrases of 2–4 characters
    words, Chinese split into characters       115    49   every one   0.5 ms   1.2 ms
    trigram (FTS5)                             201    40   107 of 200  0.2 ms   0.8 ms
    table of bigrams (WITHOUT ROWID)           719   326   every one   0.1 ms   0.5 ms
    LIKE '%text%', read to its end               –     –   every one    50 ms

Chosen: words with Chinese split into characters (``store.search``): every substring of any length from one character
on, the smallest of all, and words in any order. A trigram index finds nothing below three characters, which is
half of what is typed in Chinese; a table of bigrams is fast, but six times as large and as dear to write, finds no
single character, and its candidates have to be looked at.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import pysqlite3.dbapi2 as sqlite

from app.store.search import fold, words_of
from tests.bench.measure import percentile, timed
from tests.bench.reads import phrase
from tests.bench.shops import SEED, open_shop

_CHUNK = 5000
_NEEDLES = 200
_NEWEST = " ORDER BY rowid DESC LIMIT 50"


@dataclass(frozen=True, slots=True)
class Scheme:
    """A table, its rows for a text, and the question for a typed phrase (None: it cannot answer that)."""

    name: str
    make: str
    insert: str
    rows: Callable[[int, str], Iterable[tuple[Any, ...]]]
    ask: Callable[[str], tuple[str, tuple[Any, ...]] | None]


def _pairs(text: str) -> set[str]:
    folded = fold(text)
    return {folded[at : at + 2] for at in range(len(folded) - 1)}


def _ask_trigram(typed: str) -> tuple[str, tuple[Any, ...]] | None:
    return (
        None if len(typed) < 3 else (f"SELECT rowid FROM words WHERE words MATCH ?{_NEWEST}", (f'"{typed}"',))
    )


def _ask_pairs(typed: str) -> tuple[str, tuple[Any, ...]]:
    pairs = sorted(_pairs(typed))
    joins = " ".join(
        f"JOIN words w{at} ON w{at}.pair = ? AND w{at}.id = w0.id" for at in range(1, len(pairs))
    )
    return (
        f"SELECT w0.id FROM words w0 {joins} WHERE w0.pair = ? ORDER BY w0.id DESC LIMIT 50",
        (*pairs[1:], pairs[0]),
    )


_FTS = "CREATE VIRTUAL TABLE words USING fts5(told, content='', contentless_delete=1, {})"
SCHEMES = (
    Scheme(
        "words, Chinese split (chosen)",
        _FTS.format('tokenize="unicode61 remove_diacritics 2"'),
        "INSERT INTO words (rowid, told) VALUES (?, ?)",
        lambda order_id, text: [(order_id, words_of(text))],
        lambda typed: (f"SELECT rowid FROM words WHERE words MATCH ?{_NEWEST}", (f'"{words_of(typed)}"',)),
    ),
    Scheme(
        "trigram",
        _FTS.format("tokenize='trigram case_sensitive 0'"),
        "INSERT INTO words (rowid, told) VALUES (?, ?)",
        lambda order_id, text: [(order_id, fold(text))],
        _ask_trigram,
    ),
    Scheme(
        "table of bigrams",
        "CREATE TABLE words (pair TEXT, id INTEGER, PRIMARY KEY (pair, id)) WITHOUT ROWID, STRICT",
        "INSERT INTO words (pair, id) VALUES (?, ?)",
        lambda order_id, text: ((pair, order_id) for pair in sorted(_pairs(text))),
        _ask_pairs,
    ),
)


def main(orders: int) -> None:
    """Build each scheme over the same texts and ask each the same phrases."""
    with open_shop(orders, _say) as shop, tempfile.TemporaryDirectory(prefix="xiuhu-bench-") as place:
        told = sqlite.connect(f"{shop.floor_database.absolute().as_uri()}?mode=ro", uri=True)
        texts = told.execute("SELECT order_id, words FROM told ORDER BY order_id").fetchall()
        needles = _phrases(texts)
        _say(
            f"{len(texts)} texts, {statistics.mean(len(_pairs(text)) for _id, text in texts[:2000]):.0f} pairs each"
        )
        for each in SCHEMES:
            _measure(each, texts, needles, Path(place))
        floor = [timed(lambda needle=needle: _scan(told, needle))[1] for needle in needles[:12]]  # type: ignore[misc]
        _say(f"{'LIKE, read to its end':<30} {'':>40} p50 {statistics.median(floor):8.3f} ms")


def _measure(scheme: Scheme, texts: list[tuple[int, str]], needles: list[str], place: Path) -> None:
    file = place / f"{SCHEMES.index(scheme)}.sqlite"
    raw = sqlite.connect(str(file), isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=OFF", "cache_size=-65536"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute(scheme.make)
    started = time.process_time()
    for low in range(0, len(texts), _CHUNK):
        raw.execute("BEGIN")
        for order_id, text in texts[low : low + _CHUNK]:
            raw.executemany(scheme.insert, scheme.rows(order_id, text))
        raw.execute("COMMIT")
    micros = (time.process_time() - started) / len(texts) * 1e6
    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    asked = [question for needle in needles if (question := scheme.ask(needle)) is not None]
    took = [timed(lambda question=question: raw.execute(*question).fetchall())[1] for question in asked]  # type: ignore[misc]
    raw.close()
    _say(
        f"{scheme.name:<30} {os.path.getsize(file) / len(texts):5.0f} bytes, {micros:4.0f} µs an order;"  # noqa: PTH202
        f" answers {len(asked)} of {len(needles)}:"
        f" p50 {statistics.median(took):8.3f} ms, p99 {percentile(took, 99):8.3f}"
    )


def _scan(told: Any, needle: str) -> Any:
    return told.execute(
        "SELECT order_id FROM told WHERE words LIKE ? ORDER BY +order_id DESC LIMIT 50", (f"%{needle}%",)
    ).fetchall()


def _phrases(texts: list[tuple[int, str]]) -> list[str]:
    chance = Random(SEED)
    found: list[str] = []
    while len(found) < _NEEDLES:
        needle = phrase(chance.choice(texts)[1], chance)
        if needle:
            found.append(needle)
    return found


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
