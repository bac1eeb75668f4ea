"""Keep a shop of a released schema for ever: run by the program of that version, before the schema changes.

    python tests/golden/make.py FILE.sqlite.gz [--orders N]

The file is a whole sample shop, closed, checked and packed. What it must hold after every later migration stands
beside it, in the test that opens it.
"""

from __future__ import annotations

import argparse
import gzip
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from app.core.clock import SetClock
from app.features.sample.service import fill
from app.store.door import Store

#: The day that the shop is filled up to.
NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


def make(target: Path, orders: int, seed: int = 4) -> None:
    """Write a sample shop of today's schema to ``target``."""
    with tempfile.TemporaryDirectory() as folder:
        clock = SetClock(NOW)
        store = Store.open(Path(folder) / "shop", clock)
        fill(store, clock, now=NOW, orders=orders, seed=seed)
        database = store.folder.database
        store.close()
        raw = sqlite.connect(str(database), isolation_level=None)
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        raw.execute("PRAGMA journal_mode=DELETE")
        raw.execute("VACUUM")
        raw.close()
        # Without a time or a name inside, so that the same shop is the same bytes.
        with target.open("wb") as out, gzip.GzipFile("", "wb", 9, out, mtime=0) as packed:
            packed.write(database.read_bytes())


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Keep a shop of this schema.")
    parser.add_argument("target", type=Path)
    parser.add_argument("--orders", type=int, default=30)
    asked = parser.parse_args()
    make(asked.target, asked.orders)
