"""Brands and agreements: one word one brand, one agreement a day, old claims keep their rules; plans and the cover they
give at intake; the statutory clock of a real device (domain.md §5)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.core.brand_codes import Claimable, CodeList, CoverPlanKind
from app.core.enums import CoverReason, PaperKind, Payer, Role
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.features.brands.alarms import Alarms
from app.features.brands.reading import agreed_for
from app.features.brands.snapshots import AgreementEntry, BrandEntry, CodeEntry, PlanEntry
from app.features.brands.statutory import statutory_clock, stays
from app.features.intake.snapshots import DeviceEntry, FoundCover
from app.features.printing.service import PrintingService
from app.model.agreements import Terms
from app.papers.forms_of_cover import RecordSheet
from tests.features.claims.conftest import TERMS, Works, works

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["works"]

TODAY = date(2026, 11, 22)


def refused(call: Callable[..., Any], *given: Any, **named: Any) -> Refusal:
    with pytest.raises(Refusal) as found:
        call(*given, **named)
    return found.value


def test_a_word_means_one_brand(works: Works) -> None:
    ctx, brands = works.shop.ctx, works.brands
    haier = brands.save(ctx(), None, BrandEntry("海尔", names=("Haier",)))
    before = works.shop.fingerprint()
    for taken in (BrandEntry("HAIER"), BrandEntry("卡萨帝", names=("海 尔",))):
        found = refused(brands.save, ctx(), None, taken)
        assert (found.reason, found.params["name"]) == (Reason.BRAND_TAKEN, "海尔")
    assert works.shop.fingerprint() == before
    again = brands.save(
        ctx(), haier.row.id, BrandEntry("海尔", names=("Haier", "海尔智家")), haier.row.version
    )
    assert again.row.names == ("Haier", "海尔智家")
    with pytest.raises(Conflict):
        brands.save(ctx(), haier.row.id, BrandEntry("海尔"), haier.row.version)
    assert refused(brands.save, ctx(Role.COUNTER), None, BrandEntry("美的")).reason is Reason.NOT_ALLOWED


def test_one_agreement_a_day(works: Works) -> None:
    ctx, brands = works.shop.ctx, works.brands
    brand = works.brand().row.id  # from 2026-01-01 on
    early = AgreementEntry(date(2025, 1, 1), date(2026, 1, 1), "HA-0")
    found = refused(brands.save_agreement, ctx(), brand, None, early)
    assert (found.reason, found.params["number"]) == (Reason.AGREEMENT_OVERLAPS, "HA-1")
    brands.save_agreement(ctx(), brand, None, replace(early, valid_to=date(2025, 12, 31)))
    # One that names its product lines stands before the one for all.
    card = brands.save_agreement(
        ctx(), brand, None, AgreementEntry(date(2026, 1, 1), number="HA-K", categories=("kitchen",))
    )
    assert len(card.agreements) == 3
    with works.shop.store.read() as reading:
        days = {
            (category, day): agreed_for(reading, "海尔", category, day)
            for category in ("kitchen", "cooling")
            for day in (date(2024, 6, 1), date(2025, 6, 1), TODAY)
        }
    numbers = {each.id: each.number for each in card.agreements}
    assert {key: numbers[found.id] if found else None for key, found in days.items()} == {
        ("kitchen", date(2024, 6, 1)): None,
        ("kitchen", date(2025, 6, 1)): "HA-0",
        ("kitchen", TODAY): "HA-K",
        ("cooling", date(2024, 6, 1)): None,
        ("cooling", date(2025, 6, 1)): "HA-0",
        ("cooling", TODAY): "HA-1",
    }


def test_old_claims_keep_their_rules(works: Works) -> None:
    ctx, brands = works.shop.ctx, works.brands
    brand = works.brand().row.id
    works.delivered()
    (used,) = brands.card(brand).agreements
    changed = AgreementEntry(used.valid_from, None, used.number, (), replace(TERMS, repair_fee={"": 1}))
    assert refused(brands.save_agreement, ctx(), brand, used.id, changed).reason is Reason.AGREEMENT_USED
    ended = AgreementEntry(used.valid_from, TODAY, used.number, (), TERMS, note="改签新协议")
    assert (
        refused(
            brands.save_agreement, ctx(), brand, used.id, replace(ended, valid_to=TODAY - timedelta(1))
        ).reason
        is Reason.BAD_DATE
    )
    card = brands.save_agreement(ctx(), brand, used.id, ended, used.version)
    assert (card.agreements[0].valid_to, card.agreements[0].note) == (TODAY, "改签新协议")


@pytest.mark.parametrize(
    ("terms", "reason"),
    [
        (Terms(report_day=31), Reason.OUT_OF_RANGE),
        (Terms(warranty_months={"": -1}), Reason.OUT_OF_RANGE),
        (Terms(repair_fee={"": 10**9}), Reason.OUT_OF_RANGE),
        (Terms(visit_fee={str(each): 1 for each in range(101)}), Reason.TOO_MANY_ENTRIES),
        (Terms(photos=("passport",)), Reason.BAD_CHOICE),
        (Terms(free_part_limit=Money(-1)), Reason.AMOUNT_NEGATIVE),
        (Terms(split_units=("\x00",)), Reason.BAD_TEXT),
        (Terms(percent_permille=10_001), Reason.OUT_OF_RANGE),
    ],
)
def test_terms_that_cannot_be_true_are_refused(works: Works, terms: Terms, reason: Reason) -> None:
    brand = works.brands.save(works.shop.ctx(), None, BrandEntry("海尔")).row.id
    before = works.shop.fingerprint()
    entry = AgreementEntry(date(2026, 1, 1), terms=terms)
    assert refused(works.brands.save_agreement, works.shop.ctx(), brand, None, entry).reason is reason
    assert works.shop.fingerprint() == before


def test_a_brand_without_a_list_uses_the_shops(works: Works) -> None:
    ctx, brands = works.shop.ctx, works.brands
    brand = works.brand().row.id
    brands.save_codes(ctx(), None, [CodeEntry(CodeList.FAULT, "G1", "不通电")])
    assert [each.code for each in brands.codes(brand, CodeList.FAULT)] == ["G1"]
    brands.save_codes(
        ctx(),
        brand,
        [CodeEntry(CodeList.FAULT, "F1", "不制冷", "cooling"), CodeEntry(CodeList.FAULT, "F2", "漏水")],
    )
    assert [each.code for each in brands.codes(brand, CodeList.FAULT)] == ["F1", "F2"]
    assert [each.code for each in brands.codes(brand, CodeList.FAULT, "kitchen")] == ["F2"]


def test_a_plan_pays_when_the_maker_does_not(works: Works) -> None:
    card = works.counter.take_in(purchased_on=date(2024, 1, 5), proof_seen=True)
    assert card.payer is Payer.CUSTOMER
    plan = PlanEntry(
        CoverPlanKind.EXTENDED, "平安", "P-1", date(2025, 1, 6), date(2028, 1, 5), Money.yuan(279)
    )
    (kept,) = works.brands.add_plan(works.shop.ctx(Role.COUNTER), card.device_id, plan)
    again = DeviceEntry(
        device_id=card.device_id,
        category="cooling",
        brand="海尔",
        purchased_on=date(2024, 1, 5),
        proof_seen=True,
        user_damage=True,
    )
    cover = works.counter.intake.found_cover(again)
    assert (cover.payer, cover.reason, cover.until) == (
        Payer.UNDERWRITER,
        CoverReason.EXTENDED_PLAN,
        date(2028, 1, 5),
    )
    works.brands.end_plan(works.shop.ctx(Role.COUNTER), kept.id)
    assert works.counter.intake.found_cover(again).payer is Payer.CUSTOMER
    for wrong in (replace(plan, ends_on=date(2025, 1, 5)), replace(plan, ends_on=date(2099, 1, 1))):
        found = refused(works.brands.add_plan, works.shop.ctx(), card.device_id, wrong)
        assert found.reason is Reason.BAD_DATE


def cover(works: Works, **given: Any) -> FoundCover:
    return works.counter.intake.found_cover(DeviceEntry(category="cooling", brand="海尔", **given))


def test_the_agreement_says_how_long_the_maker_pays(works: Works) -> None:
    bought = {"purchased_on": date(2025, 3, 1), "proof_seen": True}
    assert cover(works, **bought).reason is CoverReason.MAKER_EXPIRED
    works.brand(terms=replace(TERMS, warranty_months={"": 12, "cooling": 36}))
    assert cover(works, **bought).until == date(2028, 3, 1)
    made = cover(works, produced_on=date(2025, 3, 1))
    assert (made.payer, made.reason, made.until) == (
        Payer.BRAND,
        CoverReason.PRODUCTION_DATE,
        date(2028, 5, 30),
    )


def test_days_in_repair_extend_the_warranty_and_the_clock_counts(works: Works) -> None:
    works.brand()
    bought = date(2025, 12, 1)
    # It waited ten days on the shelf until it was repaired, then came again with the same fault, twice.
    card = works.counter.take_in(purchased_on=bought, proof_seen=True, model="BCD-216")
    works.shop.clock.advance(timedelta(days=10))
    first = works.counter.finish(card)
    works.counter.settle(first)
    entry = DeviceEntry(
        device_id=card.device_id,
        category="cooling",
        brand="海尔",
        purchased_on=bought,
        proof_seen=True,
    )
    found = works.counter.intake.found_cover(entry)
    # 2026-12-01 and ten days: the twelfth of December is the first day after it.
    assert (found.payer, found.until) == (Payer.BRAND, date(2026, 12, 11))
    with works.shop.store.read() as reading:
        (stay,) = stays(reading, card.device_id, works.brands.today(), works.claims.zone)
        assert (stay.ended_on, stay.repaired) == (TODAY + timedelta(10), True)
        clock = statutory_clock(
            reading,
            card.device_id,
            today=works.brands.today(),
            zone=works.claims.zone,
            purchased_on=bought,
            until=date(2026, 12, 1),
        )
    assert (clock.repair_days, clock.failed_repairs, clock.alarm) == (10, 0, False)


def test_two_repairs_that_did_not_hold_raise_the_alarm(works: Works) -> None:
    works.brand()
    bought = date(2026, 3, 1)
    given: dict[str, Any] = {"purchased_on": bought, "proof_seen": True, "model": "BCD-216"}
    card = works.counter.ready(**given)
    works.counter.settle(card)
    earlier = card.id
    for _again in range(2):
        works.shop.clock.advance(timedelta(days=1))
        back = works.counter.take_in(
            customer_id=card.customer_id, device_id=card.device_id, same_fault_as=earlier, **given
        )
        earlier = back.id
        if _again == 0:
            works.counter.settle(works.counter.finish(back))
    with works.shop.store.read() as reading:
        clock = statutory_clock(
            reading,
            card.device_id,
            today=works.brands.today(),
            zone=works.claims.zone,
            purchased_on=bought,
            until=date(2027, 3, 1),
        )
    assert (clock.failed_repairs, clock.reasons) == (2, (Claimable.FAILED_REPAIRS,))

    assert [each.order_id for each in Alarms(works.shop.store).rows()] == [back.id]

    # The paper says the same, with every repair behind it; where it is looked for.
    printing = PrintingService(works.shop.store)
    assert (PaperKind.STATUTORY_RECORD, back.number) in printing.numbers_of_order(earlier)
    sheet = printing.look(FOUNDER, PaperKind.STATUTORY_RECORD, back.number).form
    assert isinstance(sheet, RecordSheet)
    assert (sheet.failed_repairs, sheet.may_ask, sheet.until) == (2, clock.reasons, date(2027, 3, 1))
    assert [(each.failed, each.counts, each.ended_on is None) for each in sheet.repairs] == [
        (True, True, False),
        (True, True, False),
        (False, True, True),
    ]
    assert sheet.repairs[0].fault == card.fault
    assert sheet.repairs[0].done
    # A device without any begin of a warranty has none in its menu.
    plain = works.counter.take_in()
    assert PaperKind.STATUTORY_RECORD not in dict(printing.numbers_of_order(plain.id))
