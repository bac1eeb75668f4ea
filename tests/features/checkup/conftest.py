"""Every test damages a copy of the lively shop."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

#: Runs statements on a shop's database as a hand with a database tool would.
Hand = Callable[..., None]


@pytest.fixture
def copy(lively: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lively, tmp_path / "shop"))


@pytest.fixture
def hand(copy: Path) -> Iterator[Hand]:
    raw = sqlite.connect(str(copy / "shop.sqlite"), isolation_level=None)
    raw.execute("PRAGMA foreign_keys=OFF")
    raw.execute("PRAGMA synchronous=OFF")
    # Facts are protected by triggers: who does damage takes them off first and puts them back.
    triggers = raw.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()

    def run(statement: str, *params: object, protected: bool = False) -> None:
        if not protected:
            for name, _sql in triggers:
                raw.execute(f"DROP TRIGGER IF EXISTS {name}")
        done = raw.execute(statement, params)
        assert done.rowcount != 0, f"the planted damage found no row: {statement}"
        if not protected:
            for _name, sql in triggers:
                raw.execute(sql)

    yield run
    raw.close()
