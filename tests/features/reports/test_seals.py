"""A sealed month stays byte for byte what it was; what is corrected later counts in the month it is corrected in."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from app.core.enums import Command, CreditKind, CreditReason, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER, Ctx
from app.features.billing.correcting import Correcting
from app.features.billing.snapshots import CreditAsked
from app.features.checkup.service import examine
from app.features.reports.figures import Figure
from app.features.reports.service import ReportService
from app.features.reports.snapshots import MonthFilter, MonthReport, Question
from app.features.till.closing import Closing
from tests.features.conftest import Shop
from tests.features.reports.conftest import close_day, open_corrected


@pytest.fixture
def shop(lively: Path, tmp_path: Path) -> Shop:
    return open_corrected(tmp_path / "shop", lively)


def newest_invoice(shop: Shop) -> int:
    with shop.store.read() as reading:
        return int(
            reading.exec_driver_sql(
                "SELECT i.id FROM invoice i JOIN invoice_balance b ON b.invoice_id = i.id WHERE b.credited = 0"
                " AND b.payer = 'customer' AND i.business_day < '2026-12-01' ORDER BY i.id DESC LIMIT 1"
            ).scalar_one()
        )


def test_a_sealed_month_does_not_change_whatever_comes_later(shop: Shop) -> None:
    reports = ReportService(shop.store)
    before = reports.month_report(FOUNDER, 2026, 11)
    close_day(shop)
    sealed = reports.seal(shop.ctx(), 2026, 11)
    assert sealed == before
    content = Closing(shop.store).sealed(FOUNDER, "2026-11")
    assert content == before.to_bytes()
    assert (
        json.dumps(json.loads(content), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
        == content
    )
    told = reports.sealed(FOUNDER, 2026, 11)
    assert told is not None
    assert (told.digest, told.by) == (hashlib.sha256(content).hexdigest(), shop.people[Role.OWNER].name)
    december = reports.month_report(FOUNDER, 2026, 12)
    asked = CreditAsked(
        newest_invoice(shop), CreditKind.AMOUNT, CreditReason.GOODWILL, "事后优惠", amount=Money(1234)
    )
    Correcting(shop.store).credit(shop.ctx(), asked)
    assert Closing(shop.store).sealed(FOUNDER, "2026-11") == content
    assert reports.month_report(FOUNDER, 2026, 11).to_bytes() == content
    assert reports.month_json(FOUNDER, 2026, 11)["revenue_fen"] == before.revenue.fen
    later = reports.month_report(FOUNDER, 2026, 12)
    assert later.credited > december.credited
    assert later.revenue < december.revenue
    # Comparisons read the seal, and the lists still add up to it.
    assert reports.look(FOUNDER, 2026, 12).last_month == sealed
    entries = reports.entries(FOUNDER, Question("2026-11", Figure.REVENUE), limit=1000)
    assert sum(each.amount or 0 for each in entries) == sealed.revenue.fen
    due = reports.entries(FOUNDER, Question("2026-11", Figure.RECEIVABLES_OTHER), limit=1000)
    assert sum(each.amount or 0 for each in due) == sealed.receivables_other.fen
    assert reports.month_report(FOUNDER, 2026, 11, MonthFilter(brand="海尔")).revenue <= sealed.revenue
    assert [each.name for each in examine(shop.store).checks if not each.ok] == []


def test_the_same_report_gives_the_same_bytes_and_comes_back_from_them(shop: Shop) -> None:
    reports = ReportService(shop.store)
    for month in (10, 11, 12):
        report = reports.month_report(FOUNDER, 2026, month)
        assert report.to_bytes() == reports.month_report(FOUNDER, 2026, month).to_bytes()
        assert MonthReport.from_bytes(report.to_bytes()) == report


def test_a_month_with_an_open_day_is_not_sealed(shop: Shop) -> None:
    reports = ReportService(shop.store)
    with pytest.raises(Refusal) as caught:
        reports.seal(shop.ctx(), 2026, 11)
    assert caught.value.reason is Reason.MONTH_NOT_CLOSED
    close_day(shop)
    for month in (12,):  # it goes on
        with pytest.raises(Refusal) as caught:
            reports.seal(shop.ctx(), 2026, month)
        assert caught.value.reason is Reason.MONTH_NOT_CLOSED
    reports.seal(shop.ctx(), 2026, 11)
    with pytest.raises(Refusal) as caught:
        reports.seal(shop.ctx(), 2026, 11)
    assert caught.value.reason is Reason.MONTH_SEALED


def test_a_repeated_gesture_seals_once(shop: Shop) -> None:
    reports = ReportService(shop.store)
    close_day(shop)
    ctx = Ctx.gesture(shop.people[Role.OWNER])
    assert reports.seal(ctx, 2026, 10) == reports.seal(ctx, 2026, 10)
    assert len(shop.journal(Command.SEAL_MONTH)) == 1


@pytest.mark.parametrize("role", [Role.COUNTER, Role.TECHNICIAN, Role.LEAD])
def test_only_the_owner_seals(shop: Shop, role: Role) -> None:
    if role not in shop.people:
        pytest.skip("nobody has this role in the lively shop")
    with pytest.raises(Refusal) as caught:
        ReportService(shop.store).seal(shop.ctx(role), 2026, 10)
    assert caught.value.reason is Reason.NOT_ALLOWED


def test_closed_on_the_last_evening_the_next_month_has_begun(shop: Shop) -> None:
    shop.clock.set(datetime(2026, 12, 31, 12, 0, tzinfo=UTC))
    close_day(shop)
    reports = ReportService(shop.store)
    assert reports.today.isoformat() == "2027-01-01"
    assert reports.seal(shop.ctx(), 2026, 12).month == "2026-12"
