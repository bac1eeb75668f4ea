"""The month report against the same sums made another way: row by row, with Decimal, without the services."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import text
from sqlalchemy.sql.elements import TextClause

from app.core.clock import SetClock
from app.core.enums import Action, LineKind, Payer, PaymentMethod, ReceiptProof, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.tenders import Tender
from app.features.bench.service import BenchService
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import Settlement
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.reports import service as queries
from app.features.reports.service import ReportService, month_report, parse_month
from app.features.reports.snapshots import UNASSIGNED, MonthReport
from app.features.settings.service import SettingsService
from app.store.door import Store
from tests.features.conftest import LIVELY_NOW as NOW
from tests.features.conftest import Shop

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONTHS = [(2025, 11), (2025, 12), *((2026, month) for month in range(1, 12))]
Rows = Callable[[str], list[dict[str, Any]]]


@pytest.fixture(scope="module")
def store(lively: Path) -> Iterator[Store]:
    opened = Store.open(lively, SetClock(NOW))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def rows(store: Store) -> Iterator[Rows]:
    raw = sqlite.connect(str(store.folder.database))
    raw.row_factory = sqlite.Row
    yield lambda table: [dict(row) for row in raw.execute(f"SELECT * FROM {table}")]
    raw.close()


def by_id(rows: list[dict[str, Any]]) -> dict[int, dict[str, Any]]:
    return {row["id"]: row for row in rows}


def in_month(day: str | None, year: int, month: int) -> bool:
    return day is not None and day.startswith(f"{year:04d}-{month:02d}")


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_revenue_and_its_lists_by_hand(store: Store, rows: Rows, year: int, month: int) -> None:
    invoices = by_id([row for row in rows("invoice") if in_month(row["business_day"], year, month)])
    orders, devices, staff = by_id(rows("repair_order")), by_id(rows("device")), by_id(rows("staff"))
    net: dict[str, Decimal] = defaultdict(Decimal)
    tax = Decimal(0)
    lists: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for line in rows("invoice_line"):
        invoice = invoices.get(line["invoice_id"])
        if invoice is None:
            continue
        order = orders[invoice["order_id"]]
        device = devices[order["device_id"]]
        amount = (Decimal(line["amount"]) - Decimal(line["tax"])) / 100
        net[line["kind"]] += amount
        tax += Decimal(line["tax"]) / 100
        technician = invoice["technician_id"]
        lists["by_technician"][staff[technician]["name"] if technician else UNASSIGNED] += amount
        lists["by_category"][device["category"]] += amount
        lists["by_brand"][device["brand"] or UNASSIGNED] += amount
        lists["by_service_type"][invoice["service_type"]] += amount
    found = month_report(store, year, month).to_json()

    def yuan(key: str) -> Decimal:
        return Decimal(found[key]) / 100

    assert yuan("visit_fen") == net["visit"]
    assert yuan("labour_fen") == net["labour"]
    assert yuan("parts_fen") == net["part"]
    assert yuan("other_fen") == net["other"]
    assert yuan("discount_fen") == -net["discount"]
    assert yuan("tax_fen") == tax
    assert yuan("revenue_fen") == sum(net.values())
    for key, wanted in lists.items():
        assert {each["name"]: Decimal(each["revenue_fen"]) / 100 for each in found[key]} == wanted
    for key in ("by_technician", "by_category", "by_brand", "by_service_type"):
        assert sum(each["revenue_fen"] for each in found[key]) == found["revenue_fen"]


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_costs_money_and_counts_by_hand(store: Store, rows: Rows, year: int, month: int) -> None:
    found = month_report(store, year, month)
    invoices = rows("invoice")
    charged = {
        (row["order_id"], row["payer"]) for row in invoices if in_month(row["business_day"], year, month)
    }
    lines = by_id(rows("order_line"))
    cost = 0
    for move in rows("stock_move"):
        line = lines.get(move["line_id"])
        if line and not line["removed"] and (line["order_id"], line["payer"]) in charged:
            cost -= move["value"]
    assert found.parts_cost == Money(cost)
    assert found.gross_profit == found.revenue - found.parts_cost
    paid: dict[str, int] = defaultdict(int)
    refunded: dict[str, int] = defaultdict(int)
    for row in rows("payment"):
        if in_month(row["business_day"], year, month):
            paid[row["method"]] += max(row["amount"], 0)
            refunded[row["method"]] += max(-row["amount"], 0)
    assert {each.name: each.paid.fen for each in found.by_method} == dict(paid)
    assert {each.name: each.refunded.fen for each in found.by_method} == dict(refunded)
    orders = rows("repair_order")
    assert found.taken_in == sum(in_month(row["taken_in_day"], year, month) for row in orders)
    assert found.delivered == sum(in_month(row["delivered_day"], year, month) for row in orders)
    assert found.finished == sum(
        in_month(row["finished_day"] or row["delivered_day"], year, month) for row in orders
    )
    assert found.invoices == sum(in_month(row["business_day"], year, month) for row in invoices)


@pytest.mark.parametrize(("year", "month"), MONTHS)
def test_what_is_owed_and_held_at_the_months_end_by_hand(
    store: Store, rows: Rows, year: int, month: int
) -> None:
    beyond = date(year + month // 12, month % 12 + 1, 1)
    end = int(datetime(beyond.year, beyond.month, 1, tzinfo=SHANGHAI).timestamp()) * 1_000_000
    invoices = [row for row in rows("invoice") if row["issued_at"] < end]
    allocations = [row for row in rows("allocation") if row["at"] < end]
    paid: dict[int, int] = defaultdict(int)
    for row in allocations:
        paid[row["invoice_id"]] += row["amount"]
    due = {
        side: sum(row["total"] - paid[row["id"]] for row in invoices if (row["payer"] == "customer") is side)
        for side in (True, False)
    }
    held = sum(row["amount"] for row in rows("payment") if row["at"] < end) - sum(paid.values())
    found = month_report(store, year, month)
    assert (found.receivables.fen, found.receivables_other.fen) == (due[True], due[False])
    assert found.deposits_held.fen == held


def test_the_year_has_something_of_everything(store: Store) -> None:
    year = [month_report(store, *month) for month in MONTHS]

    def any_month(what: Callable[[MonthReport], Money]) -> bool:
        return any(what(report) for report in year)

    assert any_month(lambda report: report.visit)
    assert any_month(lambda report: report.other)
    assert any_month(lambda report: report.discount)
    assert any_month(lambda report: report.parts_cost)
    assert any_month(lambda report: report.receivables_other)
    assert year[-1].deposits_held


def test_the_keys_are_those_that_others_rely_on(store: Store) -> None:
    found = month_report(store, 2026, 10).to_json()
    assert {
        "month", "revenue_fen", "visit_fen", "labour_fen", "parts_fen", "other_fen", "discount_fen",
        "tax_fen", "parts_cost_fen", "gross_profit_fen", "by_technician", "by_category", "by_brand",
        "by_service_type", "by_method", "taken_in", "finished", "delivered", "receivables_fen",
        "deposits_held_fen",
    } <= set(found)  # fmt: skip
    assert found["month"] == "2026-10"
    assert set(found["by_brand"][0]) == {"name", "revenue_fen", "orders"}
    assert set(found["by_method"][0]) == {"name", "paid_fen", "refunded_fen"}


@pytest.mark.parametrize(
    "typed", ["2026-13", "2026-00", "26-11", "2026/11", "", "1999-12", "２０２６-11", "x"]
)
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as caught:
        parse_month(typed)
    assert caught.value.reason is Reason.MONTH_UNKNOWN
    assert parse_month(" 2026-11 ") == (2026, 11)


def test_an_impossible_month_is_refused(store: Store) -> None:
    with pytest.raises(Refusal):
        ReportService(store).month_report(2026, 13)


def repaired(shop: Shop, labour: Money, *, tenders: bool = True) -> None:
    """One device through the whole shop at the clock's moment, paid in cash or put on account."""
    limit = Money(labour.fen * 2)
    taken = IntakeService(shop.store).take_in(
        shop.ctx(),
        TakeIn(
            CustomerEntry(name="王丽华", phone="13900000001"),
            (DeviceEntry(category="kitchen", fault="不加热", spend_limit=limit),),
            deposit=Money.yuan(10),
        ),
    )
    bench, order = BenchService(shop.store), taken.orders[0]
    card = bench.go_on(shop.ctx(Role.TECHNICIAN), order.order_id, order.version)
    card = bench.done(shop.ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.go_on(shop.ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.add_line(shop.ctx(Role.TECHNICIAN), card.id, card.version, LineKind.LABOUR, "清洗", labour)
    card = bench.done(shop.ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.move(shop.ctx(Role.LEAD), card.id, card.version, Action.PASS_QC)
    HandoverService(shop.store).settle(
        shop.ctx(),
        Settlement(
            card.id,
            card.version,
            ReceiptProof.SCANNED,
            order.receipt_code,
            tenders=(Tender(PaymentMethod.CASH, card.due),) if tenders else (),
            on_account=not tenders,
        ),
    )


def test_the_business_day_decides_the_month_not_the_utc_date(shop: Shop) -> None:
    # Half past midnight on the first of December in the shop; still November in UTC.
    shop.clock.set(datetime(2026, 11, 30, 16, 30, tzinfo=UTC))
    repaired(shop, Money.yuan(101))
    assert month_report(shop.store, 2026, 11).revenue == Money(0)
    december = month_report(shop.store, 2026, 12)
    assert (december.revenue, december.tax) == (Money.yuan(100), Money.yuan(1))
    assert [(each.name, each.revenue.fen) for each in december.by_brand] == [(UNASSIGNED, 10_000)]
    assert december.average == Money.yuan(100)


def test_prices_without_tax_report_the_same_revenue(shop: Shop) -> None:
    SettingsService(shop.store).save(shop.ctx(), {"tax_inclusive": False})
    repaired(shop, Money.yuan(100))
    report = month_report(shop.store, 2026, 11)
    assert (report.revenue, report.tax) == (Money.yuan(100), Money.yuan(1))
    assert report.by_method[0].paid == Money.yuan(101)


def test_deposits_are_held_until_an_invoice_uses_them_and_debts_until_paid(shop: Shop) -> None:
    IntakeService(shop.store).take_in(
        shop.ctx(),
        TakeIn(
            CustomerEntry(name="李明", phone="13900000002"),
            (DeviceEntry(category="it", fault="蓝屏"),),
            deposit=Money.yuan(50),
        ),
    )
    shop.clock.advance(timedelta(days=30))
    repaired(shop, Money.yuan(101), tenders=False)
    november, december = month_report(shop.store, 2026, 11), month_report(shop.store, 2026, 12)
    assert (november.deposits_held, november.receivables) == (Money.yuan(50), Money(0))
    assert (december.deposits_held, december.receivables) == (Money.yuan(50), Money.yuan(91))
    assert (november.taken_in, december.taken_in, december.delivered) == (1, 1, 1)


@pytest.mark.parametrize(
    "name",
    [key for key, value in vars(queries).items() if isinstance(value, TextClause)],
)
def test_every_question_of_a_month_is_answered_from_an_index(store: Store, name: str) -> None:
    span = {"first": "2026-11-01", "beyond": "2026-12-01", "end": 1, "shop": Payer.SHOP.value}
    if name == "_USED":
        return  # the one sum over everything: what was ever used, an integer each
    with store.read() as reading:
        explained = text(f"EXPLAIN QUERY PLAN {vars(queries)[name]}")
        needed = {key: value for key, value in span.items() if key in explained.compile().params}
        plan = [row[3] for row in reading.execute(explained, needed)]
    tables = ("invoice", "payment", "repair_order", "order_line", "stock_move", "invoice_line", "allocation")
    scanned = [step for step in plan if step.startswith("SCAN") and any(word in step for word in tables)]
    assert not [step for step in scanned if "INDEX" not in step], plan
