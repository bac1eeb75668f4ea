"""Shops of released schemas are brought up to date whole (promises.md row 15)."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.features.checkup.service import examine
from app.store.door import Store
from app.store.schema import HEAD
from tests.golden.make import NOW

HERE = Path(__file__).resolve().parent
#: What each kept shop held when it was kept: it must hold the same for ever.
TOTALS: dict[str, dict[str, Any]] = {
    "0001": {
        "SELECT count(*), sum(quantity), sum(value) FROM stock_move": (132, 1_350_000, 2_877_200),
        "SELECT count(*), sum(on_hand), sum(value) FROM part": (120, 1_350_000, 2_877_200),
        "SELECT count(*) FROM repair_order": (30,),
        "SELECT sum(total) FROM invoice": (141_500,),
        "SELECT sum(amount) FROM payment": (98_000,),
        "SELECT count(*) FROM journal": (511,),
    },
}


@pytest.mark.parametrize("revision", TOTALS)
def test_a_shop_of_an_older_version_keeps_its_totals_and_is_sound(revision: str, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    path = root / "shop.sqlite"
    path.write_bytes(gzip.decompress((HERE / f"shop-{revision}.sqlite.gz").read_bytes()))
    assert _one(path, "SELECT version_num FROM alembic_version") == (revision,)
    for question, totals in TOTALS[revision].items():
        assert _one(path, question) == totals
    store = Store.open(root, SetClock(NOW))
    try:
        report = examine(store)
        assert report.sound, [(each.name, each.detail) for each in report.checks if not each.ok]
    finally:
        store.close()
    assert _one(path, "SELECT version_num FROM alembic_version") == (HEAD,)
    for question, totals in TOTALS[revision].items():
        assert _one(path, question) == totals


def test_what_the_stock_room_adds_is_worked_out_from_what_was_there(tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    path = root / "shop.sqlite"
    path.write_bytes(gzip.decompress((HERE / "shop-0001.sqlite.gz").read_bytes()))
    suppliers = _one(path, "SELECT count(DISTINCT supplier) FROM part WHERE supplier != ''")
    Store.open(root, SetClock(NOW)).close()
    assert _one(path, "SELECT count(*) FROM supplier") == suppliers
    assert _one(path, "SELECT count(*) FROM part WHERE supplier_id IS NULL OR purchase_price = 0") == (0,)
    assert _one(path, "SELECT sum(on_hand), min(place_id), max(place_id) FROM stock_balance") == (
        1_350_000,
        1,
        1,
    )
    assert _one(path, "SELECT sum(net_value) FROM stock_day") == (2_877_200,)
    assert _one(path, "SELECT sum(net), sum(net_value) FROM part_month") == (1_350_000, 2_877_200)
    used = _one(path, "SELECT -sum(quantity), -sum(value) FROM stock_move WHERE kind = 'use'")
    assert _one(path, "SELECT sum(used), sum(used_value) FROM part_month") == used


def _one(path: Path, question: str) -> Any:
    raw = sqlite.connect(str(path))
    try:
        return raw.execute(question).fetchone()
    finally:
        raw.close()
