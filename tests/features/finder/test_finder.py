"""Whatever the person at the counter remembers finds the order, and nothing else does."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.core.codes import CodeKind, running_code
from app.core.enums import Category, Command, NoteKind, Role
from app.core.errors import Reason
from app.core.labels import label
from app.core.words import Language, speaking
from app.features.finder import indexing
from app.features.finder.service import FinderService
from app.features.finder.snapshots import HitKind
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.model import OrderNote, RepairOrder

if TYPE_CHECKING:
    from tests.features.conftest import Shop

OrderOf = Callable[..., RepairOrder]


@pytest.fixture
def finder(shop: Shop) -> FinderService:
    return FinderService(shop.store)


def test_everything_people_remember_finds_the_order(order_of: OrderOf, finder: FinderService) -> None:
    order = order_of(serial="SN-8807A1", phone="13912345678", fault="漏水，噪音大")
    order_of(
        name="赵敏", phone="15800001111", brand="美的", model="MG80", fault="不脱水", category="cleaning"
    )
    for typed in (
        order.number,
        order.number.replace("-", ""),
        "1",
        "00001",
        "5678",
        "391 2345",
        "王",
        "丽华",
        "王丽华",
        "wlh",
        "LH",
        "8807a",
        "88 07",
        "sn-8807A1",
        "kfr-35",
        "海尔",
        "漏水",
        "噪音",
        "海尔 漏水",
        "海尔kfr",
    ):
        found = [hit.id for hit in finder.find(typed).orders]
        assert order.id in found, typed
    for typed in ("王丽华", "5678", "8807a", "漏水", "wlh"):
        assert [hit.id for hit in finder.find(typed).orders] == [order.id], typed
    for typed in (
        "",
        "   ",
        "丽王",
        "不存在",
        "\ud800",
        "a\0b",
        "%",
        "_",
        '"',
        "' OR 1=1",
        "*",
        "王" * 5000,
    ):
        assert finder.find(typed).hits == (), typed


def test_scans_go_straight_to_the_record(shop: Shop, order_of: OrderOf, finder: FinderService) -> None:
    order = order_of()
    part = StockService(shop.store).save_part(shop.ctx(), None, None, PartEntry("压缩机", "台"))
    with shop.store.read() as reading:
        receipt = reading.execute(text("SELECT code FROM pickup_receipt")).scalar_one()
        badge = reading.execute(text("SELECT badge_code FROM staff WHERE id = 1")).scalar_one()
    for code, kind, record in (
        (order.card_code, HitKind.ORDER, order.id),
        (receipt, HitKind.ORDER, order.id),
        (part.own_code, HitKind.PART, part.row.id),
        (badge, HitKind.STAFF, 1),
        (order.number, HitKind.ORDER, order.id),
    ):
        exact = finder.find(code).exact
        assert exact is not None, code
        assert (exact.kind, exact.id) == (kind, record)


def test_barcodes_that_lead_nowhere_say_why(order_of: OrderOf, finder: FinderService) -> None:
    order = order_of()
    torn = order.card_code[:-1] + str((int(order.card_code[-1]) + 1) % 10)
    assert finder.find(torn).trouble is Reason.CODE_DAMAGED
    assert finder.find(running_code(CodeKind.PART, 777)).trouble is Reason.CODE_UNKNOWN
    assert finder.find(running_code(CodeKind.LOCATION, 1)).trouble is Reason.CODE_UNKNOWN
    assert finder.find("4711").trouble is None


def test_card_number_typed_off_the_paper_finds_as_it_grows(order_of: OrderOf, finder: FinderService) -> None:
    order = order_of()
    for length in range(8, 13):
        assert order.id in [hit.id for hit in finder.find(order.card_code[:length]).orders], length


def test_running_number_of_last_month(shop: Shop, order_of: OrderOf, finder: FinderService) -> None:
    old = order_of()
    shop.clock.advance(timedelta(days=30))
    new = order_of(name="赵敏", phone="15800002222")
    assert old.number[-5:] == new.number[-5:] == "00001"
    assert [hit.id for hit in finder.find("1").orders] == [new.id, old.id]


def test_groups_hold_customers_and_parts(shop: Shop, order_of: OrderOf, finder: FinderService) -> None:
    order = order_of(name="海小燕")
    part = StockService(shop.store).save_part(
        shop.ctx(), None, None, PartEntry("海尔主板", "块", fits="KFR-35GW")
    )
    found = finder.find("海")
    assert [hit.id for hit in found.orders] == [order.id]
    assert [hit.title for hit in found.customers] == ["海小燕"]
    assert [hit.id for hit in found.parts] == [part.row.id]
    assert found.orders[0].status is order.status
    assert "不制冷" in found.orders[0].detail
    assert [hit.kind for hit in found.hits] == [HitKind.ORDER, HitKind.CUSTOMER, HitKind.PART]


def test_category_is_found_by_its_whole_name_in_both_languages(
    order_of: OrderOf, finder: FinderService
) -> None:
    kitchen = order_of(category="kitchen", fault="不加热")
    order_of(category="it", fault="it does not start")
    own = order_of(category="电动车", fault="不走")
    for each in Language:
        with speaking(each):
            word = label(Category.KITCHEN)
        assert [hit.id for hit in finder.by_fault(word)] == [kitchen.id]
        assert [hit.id for hit in finder.by_fault(f"{word} 不加热")] == [kitchen.id]
        assert finder.by_fault(f"{word} 漏水") == ()
    assert finder.by_fault("kitchen") == ()  # the code itself is no word of anybody's
    assert len(finder.by_fault("it")) == 1
    assert [hit.id for hit in finder.by_fault("电动车")] == [own.id]


def test_findings_are_found_after_the_diagnosis(shop: Shop, order_of: OrderOf, finder: FinderService) -> None:
    order = order_of()
    with shop.store.write(Command.DIAGNOSE, shop.ctx(Role.TECHNICIAN)) as tx:
        tx.session.add(OrderNote(order_id=order.id, kind=NoteKind.CAUSE, text="毛细管堵塞", at=tx.now))
        indexing.reindex_words(tx.reading(), order.id)
    assert [hit.id for hit in finder.by_fault("毛细管")] == [order.id]
    assert [hit.id for hit in finder.by_fault("不制冷")] == [order.id]


LIKE = (
    "SELECT o.id FROM repair_order o JOIN customer c ON c.id = o.customer_id"
    " JOIN device d ON d.id = o.device_id WHERE {column} LIKE '%' || :typed || '%' ORDER BY o.id DESC LIMIT 50"
)


def test_same_rows_as_like(shop: Shop, order_of: OrderOf, finder: FinderService) -> None:
    """The bench's own claim, on names whose pairs of letters stand in every order."""
    draw = random.Random(20261122)
    for _ in range(150):
        name = "".join(draw.choices("王丽华李明", k=draw.randint(2, 5)))
        phone = "1" + "".join(draw.choices("38", k=10))
        serial = "".join(draw.choices("AB1", k=draw.randint(4, 9)))
        order_of(name=name, phone=phone, serial=serial)
    queries = (
        (finder.by_name, "c.name", "王丽华李明", (1, 2, 3, 4)),
        (finder.by_phone, "c.phone", "138", (3, 4, 6)),
        (finder.by_serial, "d.serial", "AB1ab", (3, 4, 5)),
        (finder.by_number, "o.number", "26110-", (1, 2, 3, 4, 5)),
        (finder.by_number, "replace(o.number, '-', '')", "26110", (6, 7)),
    )
    hits = 0
    with shop.store.read() as reading:
        for find, column, letters, sizes in queries:
            for size in sizes:
                for _ in range(25):
                    typed = "".join(draw.choices(letters, k=size))
                    if not typed.strip("-"):
                        continue
                    expected = list(
                        reading.execute(text(LIKE.format(column=column)), {"typed": typed}).scalars()
                    )
                    assert [hit.id for hit in find(typed)] == expected, (column, typed)
                    hits += len(expected)
    assert hits > 1000


def test_pinyin_finds_initials_in_order(order_of: OrderOf, finder: FinderService) -> None:
    right = order_of(name="王丽华")
    order_of(name="丽华王丽", phone="13800138009")  # has w-l and l-h, not w-l-h
    assert [hit.id for hit in finder.by_pinyin("wlh")] == [right.id]
    assert len(finder.by_pinyin("lh")) == 2
    assert order_of(name="单晓峰", phone="13800138010").id in [hit.id for hit in finder.by_pinyin("sxf")]


def test_index_can_be_made_anew_and_says_what_it_lacks(
    shop: Shop, order_of: OrderOf, finder: FinderService
) -> None:
    first = order_of(serial="SN-8807A1")
    second = order_of(name="赵敏", phone="15800001111")
    StockService(shop.store).save_part(shop.ctx(), None, None, PartEntry("压缩机", "台"))
    with shop.store.read() as reading:
        assert indexing.check(reading).sound
    with shop.store.write(Command.IMPORT, shop.ctx()) as tx:
        connection = tx.reading()
        connection.exec_driver_sql("DELETE FROM order_codes WHERE rowid = ?", (first.id,))
        connection.exec_driver_sql("DELETE FROM gram WHERE record_id = ? AND gram GLOB 'n*'", (second.id,))
        connection.exec_driver_sql("INSERT INTO order_words (rowid, words) VALUES (99, 'x')")
    with shop.store.read() as reading:
        report = indexing.check(reading)
    assert not report.sound
    assert report.orders_missing == (first.id,)
    assert report.orders_strange == (99,)
    assert report.names_missing == (("order", second.id),)
    assert indexing.rebuild(shop.store) == 5
    with shop.store.read() as reading:
        assert indexing.check(reading).sound
    assert [hit.id for hit in finder.by_serial("8807")] == [first.id]
    assert [hit.title for hit in finder.find("压缩").parts] == ["压缩机"]


def test_a_receipt_opens_its_own_order(shop: Shop, order_of: OrderOf, finder: FinderService) -> None:
    first, second = order_of(), order_of(name="赵敏", phone="15800001111")
    with shop.store.read() as reading:
        rows = dict(reading.execute(text("SELECT order_id, code FROM pickup_receipt")).all())
    assert finder.find(rows[second.id]).exact.id == second.id  # type: ignore[union-attr]
    assert finder.find(rows[first.id]).exact.id == first.id  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "typed", ["13800138000", "8000", "王", "王丽", "王丽华", "wlh", "2611-0", "SN8", "不制冷"]
)
def test_no_query_reads_all_orders(shop: Shop, order_of: OrderOf, finder: FinderService, typed: str) -> None:
    """Every statement of a search uses an index: no SCAN of a table of records."""
    order_of(serial="SN8807")
    plans: list[str] = []
    from sqlalchemy import event

    def explain(connection, _cursor, statement, parameters, _context, _many):  # type: ignore[no-untyped-def]
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            raw.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            plans.extend(row[3] for row in raw.fetchall())

    event.listen(shop.store.engine, "before_cursor_execute", explain)
    try:
        finder.find(typed)
        for query in (finder.by_name, finder.by_phone, finder.by_serial, finder.by_pinyin, finder.by_number):
            query(typed)
    finally:
        event.remove(shop.store.engine, "before_cursor_execute", explain)
    assert plans
    scans = [plan for plan in plans if plan.startswith("SCAN") and "VIRTUAL TABLE INDEX" not in plan]
    assert [scan for scan in scans if "CONSTANT" not in scan and "(subquery" not in scan] == []
