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
from app.store.marks import HEAD
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
    "0002": {
        "SELECT count(*), sum(quantity), sum(value) FROM stock_move": (134, 1_350_000, 2_876_910),
        "SELECT count(*), sum(on_hand), sum(value) FROM part": (120, 1_350_000, 2_876_910),
        "SELECT count(*) FROM repair_order": (30,),
        "SELECT count(*), sum(total), sum(tax) FROM invoice": (5, 141_500, 1_403),
        "SELECT sum(amount), sum(tax) FROM invoice_line": (141_500, 1_403),
        "SELECT count(*), sum(amount) FROM payment": (12, 98_000),
        "SELECT count(*), sum(amount) FROM payment WHERE amount < 0": (1, -5_000),
        "SELECT sum(amount) FROM allocation WHERE invoice_id IS NOT NULL": (58_000,),
        "SELECT count(*) FROM journal": (549,),
    },
    "0003": {
        "SELECT count(*), sum(quantity), sum(value) FROM stock_move": (166, 1353000, 2928610),
        "SELECT count(*), sum(on_hand), sum(value) FROM part": (123, 1349000, 2928610),
        "SELECT count(*) FROM repair_order": (30,),
        "SELECT count(*), sum(total), sum(tax) FROM invoice": (5, 141500, 1403),
        "SELECT sum(amount), sum(tax) FROM invoice_line": (141500, 1403),
        "SELECT count(*), sum(amount) FROM payment": (12, 98000),
        "SELECT sum(amount) FROM allocation WHERE invoice_id IS NOT NULL": (58000,),
        "SELECT count(*) FROM day_close": (46,),
        "SELECT count(*), sum(held), sum(due_customer) FROM money_day": (13, 40000, 0),
        "SELECT count(*) FROM journal": (640,),
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


@pytest.mark.parametrize("revision", ["0001", "0002"])
def test_what_the_month_adds_is_worked_out_from_what_was_there(revision: str, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    root.mkdir()
    path = root / "shop.sqlite"
    path.write_bytes(gzip.decompress((HERE / f"shop-{revision}.sqlite.gz").read_bytes()))
    paid = _one(path, "SELECT sum(amount) FROM payment")
    used = _one(path, "SELECT sum(amount) FROM allocation")
    billed = _one(path, "SELECT sum(total), sum(tax) FROM invoice")
    cash = _one(path, "SELECT coalesce(sum(amount), 0) FROM payment WHERE method = 'cash'")
    Store.open(root, SetClock(NOW)).close()
    assert _one(path, "SELECT sum(amount) FROM held_money") == (paid[0] - used[0],)
    assert _one(path, "SELECT sum(held), sum(due_customer + due_other) FROM money_day") == (
        paid[0] - used[0],
        billed[0] - used[0],
    )
    assert _one(path, "SELECT sum(due) FROM invoice_balance") == (billed[0] - used[0],)
    assert (
        _one(path, "SELECT sum(visit + labour + parts + other + discount + tax), sum(tax) FROM sale")
        == billed
    )
    assert _one(path, "SELECT count(*) FROM invoice_line WHERE order_line_id IS NULL") == (0,)
    assert _one(path, "SELECT sum(cost) FROM sale WHERE payer != 'shop'") == _one(
        path, "SELECT sum(cost) FROM invoice_line"
    )
    assert _one(path, "SELECT sum(expected) FROM till_session WHERE state = 'closed'") == cash
    # Every refund gives back named payments.
    assert _one(path, "SELECT coalesce(-sum(amount), 0) FROM payment WHERE amount < 0") == _one(
        path, "SELECT coalesce(sum(amount), 0) FROM allocation WHERE refund_id IS NOT NULL"
    )


def _one(path: Path, question: str) -> Any:
    raw = sqlite.connect(str(path))
    try:
        return raw.execute(question).fetchone()
    finally:
        raw.close()
