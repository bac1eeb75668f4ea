"""Kits in files of parts: what goes out comes in equal, new kits of new parts, and one sentence for each fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.core.errors import Conflict, Reason
from app.core.money import Money, Quantity
from app.features.sheets.snapshots import LineState
from app.features.stock.service import StockService
from app.features.stock.sheets.kits import read_kit_cell, write_kit_cell
from app.features.stock.snapshots import KitEntry, PartCard, PartEntry
from tests.features.conftest import Shop, open_shop
from tests.features.stock.test_sheets import by_number, csv_file, wrongs

HEAD = ("编号", "名称", "单位", "套件明细", "套件工时费")


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


def add(shop: Shop, stock: StockService, number: str, *parts: tuple[str, str], labour: int = 0) -> PartCard:
    lines = tuple(KitEntry(by_number(stock, each).row.id, Quantity.parse(many)) for each, many in parts)
    entry = PartEntry(
        f"件{number}", "个", number=number, kit=bool(lines), kit_lines=lines, kit_labour=Money.yuan(labour)
    )
    return stock.save_part(shop.ctx(), None, None, entry)


def made_of(stock: StockService, number: str) -> dict[str, str]:
    return {each.number: str(each.quantity) for each in by_number(stock, number).kit_lines}


@pytest.mark.parametrize("suffix", [".xlsx", ".csv"])
def test_kits_go_out_and_come_in_equal_here_and_in_an_empty_shop(
    shop: Shop, stock: StockService, tmp_path: Path, suffix: str
) -> None:
    for number in ("BJ1", "M4*20", 'A; "B"'):
        add(shop, stock, number)
    add(shop, stock, "TJ1", ("BJ1", "1"), ("M4*20", "0.5"), ('A; "B"', "2"), labour=80)
    file = tmp_path / f"out{suffix}"
    assert stock.sheets.export(file) == 4
    assert stock.sheets.plan(file).counts == {LineState.SAME: 4}
    other = open_shop(tmp_path / "other")
    there = StockService(other.store)
    plan = there.sheets.plan(file)
    assert plan.counts == {LineState.NEW: 4}
    there.sheets.apply(other.ctx(), plan)
    assert made_of(there, "TJ1") == {"BJ1": "1", "M4*20": "0.5", 'A; "B"': "2"}
    card = by_number(there, "TJ1")
    assert (card.row.kit, card.kit_labour) == (True, Money.yuan(80))
    assert there.sheets.plan(file).counts == {LineState.SAME: 4}
    other.close()


def test_a_kit_of_parts_that_come_further_down_in_the_same_file(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    add(shop, stock, "BJ1")
    rows = (HEAD, ("TJ1", "套件", "套", "bj2*2；BJ1", "50"), ("BJ2", "新件", "个", "", "0"))
    plan = stock.sheets.plan(csv_file(tmp_path, rows))
    assert plan.counts == {LineState.NEW: 2}
    stock.sheets.apply(shop.ctx(), plan)
    assert made_of(stock, "TJ1") == {"BJ1": "1", "BJ2": "2"}
    assert [row.number for row in stock.search("TJ1")] == ["TJ1"]


def test_a_kit_that_changes_says_what_it_was(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    for number in ("BJ1", "BJ2"):
        add(shop, stock, number)
    add(shop, stock, "TJ1", ("BJ1", "1"))
    add(shop, stock, "TJ2", ("BJ1", "1"), ("BJ2", "1"))
    # The order does not matter, and an empty cell leaves what is there.
    rows = (HEAD, ("TJ1", "", "", "BJ2*0.5", ""), ("TJ2", "", "", "BJ2; BJ1", "30"), ("BJ2", "", "", "", ""))
    plan = stock.sheets.plan(csv_file(tmp_path, rows))
    told = [
        (line.number, [(each.column, each.old, each.new) for each in line.changes]) for line in plan.lines
    ]
    assert told == [
        ("TJ1", [("Kit parts", "BJ1*1", "BJ2*0.5")]),
        ("TJ2", [("Labour of the kit", "0.00", "30.00")]),
        ("BJ2", []),
    ]
    stock.sheets.apply(shop.ctx(), plan)
    assert made_of(stock, "TJ1") == {"BJ2": "0.5"}
    assert made_of(stock, "TJ2") == {"BJ1": "1", "BJ2": "1"}
    assert by_number(stock, "TJ2").kit_labour == Money.yuan(30)


def test_a_part_without_stock_becomes_a_kit(shop: Shop, stock: StockService, tmp_path: Path) -> None:
    for number in ("BJ1", "BJ2"):
        add(shop, stock, number)
    stock.sheets.apply(
        shop.ctx(), stock.sheets.plan(csv_file(tmp_path, (HEAD, ("BJ2", "", "", "BJ1*3", ""))))
    )
    assert made_of(stock, "BJ2") == {"BJ1": "3"}
    assert by_number(stock, "BJ2").row.kit


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("NO1*1", Reason.KIT_PART_UNKNOWN),
        ("BAD*1", Reason.KIT_PART_UNKNOWN),
        ("TJ9*1", Reason.KIT_IN_KIT),
        ("TJ2*1", Reason.KIT_IN_KIT),
        ("TJ1*1", Reason.KIT_IN_KIT),
        ("BJ1*1; bj1*2", Reason.KIT_PART_TWICE),
        ("BJ1*0", Reason.QUANTITY_NOT_POSITIVE),
        ("BJ1*-1", Reason.QUANTITY_NOT_POSITIVE),
        ("BJ1*0.0005", Reason.BAD_QUANTITY),
        ("BJ1*1000000001", Reason.BAD_QUANTITY),
        ("BJ1*x", Reason.BAD_QUANTITY),
        ("*2", Reason.FIELD_REQUIRED),
        (";;", Reason.FIELD_REQUIRED),
        ("; ".join(f"N{at}*1" for at in range(31)), Reason.TOO_MANY_ENTRIES),
    ],
)
def test_one_sentence_for_each_fault_of_a_cell(
    shop: Shop, stock: StockService, tmp_path: Path, cell: str, reason: Reason
) -> None:
    add(shop, stock, "BJ1")
    add(shop, stock, "TJ9", ("BJ1", "1"))
    rows = (
        HEAD,
        ("TJ1", "套件", "套", cell, ""),
        ("TJ2", "套件", "套", "BJ1", ""),
        ("BAD", "", "个", "", ""),
    )
    plan = stock.sheets.plan(csv_file(tmp_path, rows))
    assert wrongs(plan) == [(2, "Kit parts", reason), (4, "Part name", Reason.FIELD_REQUIRED)]
    before = stock.parts_page().rows
    stock.sheets.apply(shop.ctx(), plan)
    assert {row.number for row in stock.parts_page().rows} == {"TJ2", *(row.number for row in before)}


def test_what_lies_on_the_shelf_or_in_a_kit_does_not_become_one(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    for number in ("BJ1", "BJ2", "BJ3"):
        add(shop, stock, number)
    stock.receive(shop.ctx(), by_number(stock, "BJ2").row.id, Quantity.of(1), Money.yuan(1))
    add(shop, stock, "TJ1", ("BJ3", "1"))
    rows = (
        (*HEAD, "按序列号管理"),
        ("BJ2", "", "", "BJ1", "", ""),
        ("BJ3", "", "", "BJ1", "", ""),
        ("TJ2", "套件", "套", "BJ1", "", "是"),
        ("TJ1", "", "", "", "", "是"),
        ("BJ1", "", "", "", "20", ""),
    )
    assert wrongs(stock.sheets.plan(csv_file(tmp_path, rows))) == [
        (2, "Kit parts", Reason.KIT_STOCK_LEFT),
        (3, "Kit parts", Reason.KIT_IN_KIT),
        (4, "Serial numbers", Reason.BAD_CHOICE),
        (5, "Serial numbers", Reason.BAD_CHOICE),
        (6, "Kit parts", Reason.FIELD_REQUIRED),
    ]


def test_a_component_that_became_a_kit_meanwhile_stops_the_whole_import(
    shop: Shop, stock: StockService, tmp_path: Path
) -> None:
    for number in ("BJ1", "BJ2"):
        add(shop, stock, number)
    add(shop, stock, "TJ1", ("BJ1", "1"))
    plan = stock.sheets.plan(csv_file(tmp_path, (HEAD, ("TJ1", "", "", "BJ2", ""))))
    card = by_number(stock, "BJ2")
    lines = (KitEntry(by_number(stock, "BJ1").row.id, Quantity.of(1)),)
    stock.save_part(
        shop.ctx(), card.row.id, card.version, PartEntry("件", "个", number="BJ2", kit=True, kit_lines=lines)
    )
    with pytest.raises(Conflict):
        stock.sheets.apply(shop.ctx(), plan)
    assert made_of(stock, "TJ1") == {"BJ1": "1"}


def test_a_cell_is_read_as_it_is_written() -> None:
    cell = (("M4*20", 1000), ("A B", 500), ("X;Y", 2000), ('3/4"', 1), ('"', 7), ("A*", 3000))
    assert read_kit_cell(write_kit_cell(cell)) == cell
    assert read_kit_cell(" p1 × 2 ，P2、p3＊0.5\n") == (("P1", 2000), ("P2", 1000), ("P3", 500))
