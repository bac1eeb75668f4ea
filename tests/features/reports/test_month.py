"""The month report: its keys, its day's edge, prices without tax, deposits and debts. The sums themselves are made
again from the raw rows in ``test_raw_rows``."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.core.clock import SetClock
from app.core.enums import Action, LineKind, PaymentMethod, ReceiptProof, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.features.bench.service import BenchService
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import Settlement
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.reports.service import ReportService, month_report, parse_month
from app.features.reports.snapshots import UNASSIGNED
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
        ReportService(store).month_report(FOUNDER, 2026, 13)


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
    card = bench.add_line(
        shop.ctx(Role.TECHNICIAN),
        card.id,
        card.version,
        LineKind.LABOUR,
        "清洗",
        labour,
        reason="not in the list",
    )
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
