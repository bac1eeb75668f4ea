"""Quality towards brands: the notice by itself, due reports, self-assessment, and what a head office hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.core.brand_codes import AssessmentKind, NoticeState
from app.core.enums import Command, Role
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money
from app.core.wire.events import EventType, FeedbackMonthly, QualityNotice, QualityWeekly
from app.core.wire.form import read
from app.features.brands.quality import Case, series
from app.features.brands.quality_reading import period_days, week_of
from app.features.brands.quality_service import Quality
from app.features.brands.quality_snapshots import AssessmentEntry, MonthlyEntry, QualityRow, Subject
from app.model import BrandLink, BrandReport, OutboxEvent
from app.model.assessment import amount_of, score
from tests.features.claims.conftest import FILLED, Works

if TYPE_CHECKING:
    from tests.features.conftest import Shop

LATE, PRAISE, FRAUD = AssessmentKind.LATE_VISIT, AssessmentKind.PRAISE, AssessmentKind.FRAUD


def link(shop: Shop, brand_id: int) -> None:
    """The brand has a head office that is told by the push."""
    with shop.store.write(Command.SAVE_LINK, shop.ctx(Role.OWNER)) as tx:
        tx.session.add(
            BrandLink(
                brand_id=brand_id,
                url="https://office.example",
                brand_code="H",
                shop="S",
                key_id="k",
                key=b"k",
            )
        )


def events(shop: Shop) -> list[Any]:
    with shop.store.read() as reading:
        return reading.execute(select(OutboxEvent.kind, OutboxEvent.subject, OutboxEvent.body)).all()


def rows(quality: Quality, subject: Subject) -> list[QualityRow]:
    return [row for row in quality.rows() if row.subject is subject]


def another(works: Works, days: int = 0, **entry: Any) -> None:
    """One more repair of the same model with the same fault."""
    works.shop.clock.advance(timedelta(days=days))
    works.complete(works.delivered(), replace(FILLED, **entry))


# -- the notice --------------------------------------------------------------------------------------------


def test_three_in_thirty_days_raise_one_notice(works: Works) -> None:
    works.brand()
    quality = Quality(works.shop.store)
    another(works)
    another(works, 10)
    assert not rows(quality, Subject.NOTICE)
    another(works, 19)
    (row,) = rows(quality, Subject.NOTICE)
    assert (row.about, row.state, row.waits) == ("BCD-216 · F01", NoticeState.OPEN, True)
    assert row.number.startswith("N26")
    assert len(quality.card(row).lines) == 3
    assert not events(works.shop)
    # The fourth joins the open one.
    another(works, 1)
    (row,) = rows(quality, Subject.NOTICE)
    assert len(quality.card(row).lines) == 4


def test_other_faults_and_longer_times_raise_nothing(works: Works) -> None:
    works.brand()
    quality = Quality(works.shop.store)
    another(works)
    another(works, 15)
    another(works, 15)
    another(works, fault_code="F02")
    assert not rows(quality, Subject.NOTICE)


def test_a_linked_brand_hears_of_it_in_the_same_transaction(works: Works) -> None:
    card = works.brand()
    link(works.shop, card.row.id)
    for _each in range(3):
        another(works)
    (row,) = rows(Quality(works.shop.store), Subject.NOTICE)
    assert (row.state, row.waits) == (NoticeState.REPORTED, False)
    (event,) = events(works.shop)
    assert (event.kind, event.subject) == (EventType.QUALITY_NOTICE.value, row.number)
    body = read(QualityNotice, event.body)
    assert (body.model, body.fault_code, len(body.cases)) == ("BCD-216", "F01", 3)
    # Filling in the same claim again raises and tells nothing more; three new ones do.
    works.complete(1)
    assert len(events(works.shop)) == 1
    for _each in range(3):
        another(works)
    assert len(events(works.shop)) == 2


def test_a_notice_is_handed_in_and_closed_with_a_word(works: Works) -> None:
    works.brand()
    for _each in range(3):
        another(works)
    quality, ctx = Quality(works.shop.store), works.shop.ctx
    (row,) = rows(quality, Subject.NOTICE)
    gesture = ctx(Role.LEAD)
    card = quality.report(gesture, row)
    assert card.row.state is NoticeState.REPORTED
    # The same gesture again is the same answer, another one is too late.
    assert quality.report(gesture, row) == card
    with pytest.raises(Conflict):
        quality.report(ctx(Role.LEAD), row)
    with pytest.raises(Refusal) as caught:
        quality.report(ctx(Role.LEAD), card.row)
    assert caught.value.reason is Reason.NOTICE_CLOSED
    with pytest.raises(Refusal) as caught:
        quality.close(ctx(Role.LEAD), card.row, " ")
    assert caught.value.reason is Reason.NOTE_REQUIRED
    card = quality.close(ctx(Role.LEAD), card.row, "厂家已更换批次")
    assert (card.row.state, card.note) == (NoticeState.CLOSED, "厂家已更换批次")
    with pytest.raises(Refusal) as caught:
        quality.close(ctx(Role.COUNTER), card.row, "再关")
    assert caught.value.reason is Reason.NOT_ALLOWED


def test_the_most_cases_within_thirty_days_are_taken() -> None:
    def case(order: int, day: date) -> Case:
        return Case(order, str(order), day, "cooling", "", "")

    first = date(2026, 1, 1)
    cases = [case(each, first + timedelta(days)) for each, days in enumerate((0, 20, 29, 30, 49))]
    assert [each.order_id for each in series(cases, first)] == [0, 1, 2]
    assert [each.order_id for each in series(cases, first + timedelta(29))] == [1, 2, 3, 4]


# -- reports -----------------------------------------------------------------------------------------------


def test_reports_are_due_on_their_day_and_made_once(works: Works) -> None:
    # Sunday, 22 November 2026: what was before the agreement was written down is asked of nobody.
    card = works.brand()
    quality, ctx = Quality(works.shop.store), works.shop.ctx
    another(works)
    assert quality.rows() == ()
    works.shop.clock.advance(timedelta(days=1))
    (row,) = rows(quality, Subject.WEEKLY)
    assert row.period == "2026-W47"
    waiting = quality.waiting()
    assert waiting is not None
    assert (waiting.count, waiting.late) == (1, False)
    with pytest.raises(Refusal) as caught:
        quality.report(ctx(Role.LEAD), replace(row, period="2026-W48"))
    assert caught.value.reason is Reason.REPORT_TOO_EARLY
    assert quality.card(row).lines[0].figure == "1"
    link(works.shop, card.row.id)
    made = quality.report(ctx(Role.LEAD), row)
    assert not made.row.waits
    with pytest.raises(Refusal) as caught:
        quality.report(ctx(Role.LEAD), row)
    assert caught.value.reason is Reason.REPORT_MADE
    (event,) = events(works.shop)
    body = read(QualityWeekly, event.body)
    assert (event.kind, body.week) == (EventType.QUALITY_WEEKLY.value, "2026-W47")
    (line,) = body.lines
    assert (line.model, line.fault_code, line.repairs, line.in_warranty, line.unsolved) == (
        "BCD-216", "F01", 1, 1, 0,
    )  # fmt: skip


def test_the_months_form_counts_and_asks_the_rest(works: Works) -> None:
    card = works.brand()
    quality, ctx = Quality(works.shop.store), works.shop.ctx
    another(works)
    quality.assess(ctx(Role.LEAD), card.row.id, "2026-11", AssessmentEntry(LATE, points=5))
    works.shop.clock.advance(timedelta(days=12))
    assert "2026-11" not in [row.period for row in rows(quality, Subject.MONTHLY)]
    works.shop.clock.advance(timedelta(days=1))
    row = next(row for row in rows(quality, Subject.MONTHLY) if row.period == "2026-11")
    assert row.day == date(2026, 12, 5)
    with pytest.raises(Refusal) as caught:
        quality.report(ctx(Role.LEAD), row, MonthlyEntry(satisfied_percent=101))
    assert caught.value.params["field"] == "satisfied"
    quality.report(ctx(Role.LEAD), row, MonthlyEntry(9, 1, 96, "请加固压缩机支架"))
    with works.shop.store.read() as reading:
        body = read(FeedbackMonthly, reading.execute(select(BrandReport.content)).scalar_one())
    assert (body.repairs, body.in_warranty, body.late_visits, body.satisfied_permille) == (1, 1, 1, 960)
    assert [(line.item, line.money_fen, line.points) for line in body.assessment] == [(LATE, -2000, -5)]
    # No link: nothing waits to be pushed.
    assert not events(works.shop)


def test_a_brand_without_an_agreement_owes_no_reports(works: Works) -> None:
    from app.features.brands.snapshots import BrandEntry

    works.brands.save(works.shop.ctx(), None, BrandEntry("美的"))
    assert Quality(works.shop.store).rows() == ()
    assert Quality(works.shop.store).waiting() is None


def test_weeks_and_months_have_their_days() -> None:
    from app.core.brand_codes import BrandReportKind

    assert week_of(date(2026, 1, 1)) == "2026-W01"
    assert week_of(date(2027, 1, 1)) == "2026-W53"
    assert period_days(BrandReportKind.WEEKLY, "2026-W53") == (date(2026, 12, 28), date(2027, 1, 3))
    assert period_days(BrandReportKind.MONTHLY, "2028-02") == (date(2028, 2, 1), date(2028, 2, 29))
    for wrong in ("2026-13", "2026-11-1", "", "x" * 5000):
        with pytest.raises(Refusal):
            period_days(BrandReportKind.MONTHLY, wrong)


# -- the month's self-assessment ---------------------------------------------------------------------------


def test_yuan_for_each_time_points_up_to_what_the_item_is_worth(works: Works) -> None:
    card = works.brand()
    quality, ctx = Quality(works.shop.store), works.shop.ctx

    def assess(**entry: Any) -> tuple[Money, int]:
        found = quality.assess(ctx(Role.LEAD), card.row.id, "2026-11", AssessmentEntry(**entry))
        return found.money, found.points

    assert assess(kind=LATE) == (Money.yuan(-20), 80)
    assert assess(kind=LATE) == (Money.yuan(-40), 80)
    assert assess(kind=FRAUD, basis=Money.yuan(30), points=10) == (Money.yuan(-340), 70)
    assert assess(kind=PRAISE) == (Money.yuan(-290), 75)
    assert assess(kind=PRAISE) == (Money.yuan(-240), 80)
    (row,) = rows(quality, Subject.ASSESSMENT)
    assert len(quality.card(row).lines) == 6
    for entry, reason in (
        (AssessmentEntry(FRAUD), Reason.FIELD_REQUIRED),
        (AssessmentEntry(FRAUD, basis=Money.yuan(-1)), Reason.AMOUNT_NEGATIVE),
        (AssessmentEntry(LATE, points=21), Reason.OUT_OF_RANGE),
        (AssessmentEntry(LATE, order_number="2611-99999"), Reason.NOT_FOUND),
    ):
        with pytest.raises(Refusal) as caught:
            quality.assess(ctx(Role.LEAD), card.row.id, "2026-11", entry)
        assert caught.value.reason is reason
    with pytest.raises(Refusal) as caught:
        quality.assess(ctx(Role.LEAD), card.row.id, "2026-12", AssessmentEntry(LATE))
    assert caught.value.reason is Reason.BAD_DATE
    with pytest.raises(Refusal) as caught:
        quality.assess(ctx(Role.COUNTER), card.row.id, "2026-11", AssessmentEntry(LATE))
    assert caught.value.reason is Reason.NOT_ALLOWED


def test_the_table_is_worth_a_hundred_points() -> None:
    from app.model.assessment import TABLE

    assert sum(-item.points for kind, item in TABLE.items() if kind is not PRAISE) == 100
    assert score((kind, item.points) for kind, item in TABLE.items() if kind is not PRAISE) == 0
    assert amount_of(AssessmentKind.MEDIA_EXPOSURE, Money(0)) == Money.yuan(-1000)
