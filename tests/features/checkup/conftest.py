"""A lively shop made once; every test damages a copy of it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.features.sample.service import fill
from app.features.sample.stories import SHOWPIECES
from app.features.staff.pins import PinHasher
from app.store.door import Store

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
FAST = PinHasher(passes=1, memory_kib=8, lanes=1)

#: Runs statements on a shop's database as a hand with a database tool would.
Hand = Callable[..., None]


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("lively") / "shop"
    clock = SetClock(NOW)
    store = Store.open(root, clock)
    fill(store, clock, now=NOW, orders=len(SHOWPIECES) + 30, seed=4, hasher=FAST)
    store.close()
    return root


@pytest.fixture
def copy(lively: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(lively, tmp_path / "shop"))


@pytest.fixture
def hand(copy: Path) -> Iterator[Hand]:
    raw = sqlite.connect(str(copy / "shop.sqlite"), isolation_level=None)
    raw.execute("PRAGMA foreign_keys=OFF")
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
