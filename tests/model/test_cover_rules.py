"""Who pays, and until when (domain.md §5): precedence, what a warranty counts from, the statutory clock."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from app.core.brand_codes import Claimable, CoverPlanKind, FeeRule, PartsRule
from app.core.enums import CoverReason, JobKind, LineKind, Payer, ServiceType
from app.core.money import Money
from app.model.agreements import Agreed, Terms, agreement_on, line_fee
from app.model.cover import Plan, find_cover
from app.model.settings import ShopSettings
from app.model.statutory import Repair, clock

TODAY = date(2026, 11, 22)
EXTENDED = Plan(CoverPlanKind.EXTENDED, "平安", "P1", date(2026, 1, 1), date(2028, 12, 31))
EXTENSION = Plan(CoverPlanKind.EXTENSION, "海尔", "A7", date(2025, 1, 1), date(2026, 12, 31))


def cover(**given: Any) -> tuple[ServiceType, Payer, CoverReason, date | None]:
    asked = {
        "today": TODAY,
        "job_kind": JobKind.REPAIR,
        "brand": "海尔",
        "category": "cooling",
        "purchased_on": None,
        "proof_seen": False,
        "same_fault_guarantee_until": None,
        **given,
    }
    found = find_cover(ShopSettings(), **asked)
    return found.service_type, found.payer, found.reason, found.until


BOUGHT = {"purchased_on": date(2025, 12, 1), "proof_seen": True}
OLD = {"purchased_on": date(2024, 12, 1), "proof_seen": True}


@pytest.mark.parametrize(
    ("given", "payer", "reason", "until"),
    [
        (BOUGHT, Payer.BRAND, CoverReason.MAKER, date(2026, 12, 1)),
        (OLD, Payer.CUSTOMER, CoverReason.MAKER_EXPIRED, date(2025, 12, 1)),
        ({}, Payer.CUSTOMER, CoverReason.NO_PROOF, None),
        # Without proof: production date + 90 days + 12 months.
        ({"produced_on": date(2025, 9, 1)}, Payer.BRAND, CoverReason.PRODUCTION_DATE, date(2026, 11, 30)),
        ({"produced_on": date(2025, 8, 1)}, Payer.CUSTOMER, CoverReason.MAKER_EXPIRED, date(2026, 10, 30)),
        # Days in repair extend it, to the day.
        ({**BOUGHT, "purchased_on": date(2025, 11, 12), "in_repair_days": 10}, Payer.BRAND, CoverReason.MAKER, TODAY),
        (
            {**BOUGHT, "purchased_on": date(2025, 11, 12), "in_repair_days": 9},
            Payer.CUSTOMER, CoverReason.MAKER_EXPIRED, date(2026, 11, 21),
        ),
        ({**OLD, "plans": (EXTENSION,)}, Payer.BRAND, CoverReason.EXTENSION, date(2026, 12, 31)),
        ({**OLD, "plans": (EXTENDED,)}, Payer.UNDERWRITER, CoverReason.EXTENDED_PLAN, date(2028, 12, 31)),
        # The maker before the plan; the user's own damage before neither, but an underwriter insures it.
        ({**BOUGHT, "plans": (EXTENDED,)}, Payer.BRAND, CoverReason.MAKER, date(2026, 12, 1)),
        ({**BOUGHT, "user_damage": True}, Payer.CUSTOMER, CoverReason.USER_DAMAGE, date(2026, 12, 1)),
        (
            {**BOUGHT, "user_damage": True, "plans": (EXTENDED,)},
            Payer.UNDERWRITER, CoverReason.EXTENDED_PLAN, date(2028, 12, 31),
        ),
        (
            {**BOUGHT, "terms": Terms(warranty_months={"": 6, "cooling": 36})},
            Payer.BRAND, CoverReason.MAKER, date(2028, 12, 1),
        ),
        (
            {**BOUGHT, "terms": Terms(warranty_months={"": 6})},
            Payer.CUSTOMER, CoverReason.MAKER_EXPIRED, date(2026, 6, 1),
        ),
        ({**BOUGHT, "job_kind": JobKind.CLEANING}, Payer.CUSTOMER, CoverReason.NOT_REPAIR, None),
        (
            {**BOUGHT, "same_fault_guarantee_until": TODAY},
            Payer.SHOP, CoverReason.OWN_GUARANTEE, TODAY,
        ),
    ],
)  # fmt: skip
def test_who_pays_and_until_when(
    given: dict[str, Any], payer: Payer, reason: CoverReason, until: date | None
) -> None:
    assert cover(**given)[1:] == (payer, reason, until)


def repair(order: int, began: date, ended: date | None, fault: str = "不制冷", **given: Any) -> Repair:
    return Repair(order, fault, began, ended, **given)


MARCH = date(2026, 3, 1)


def test_the_second_repair_that_did_not_hold_raises_the_alarm() -> None:
    first = repair(1, date(2026, 3, 1), date(2026, 3, 3))
    second = repair(2, date(2026, 4, 1), date(2026, 4, 3))
    third = repair(3, date(2026, 5, 1), None)
    args: dict[str, Any] = {
        "today": date(2026, 5, 2),
        "purchased_on": date(2026, 1, 1),
        "until": date(2027, 1, 1),
    }
    assert clock([first, second], **args).failed_repairs == 1
    found = clock([first, second, third], **args)
    assert (found.failed_repairs, found.reasons) == (2, (Claimable.FAILED_REPAIRS,))
    other = repair(3, date(2026, 5, 1), None, fault="漏水")
    assert not clock([first, second, other], **args).alarm
    # One that came after the warranty does not count.
    assert not clock([first, second, third], **{**args, "until": date(2026, 4, 30)}).alarm
    unrepaired = repair(2, date(2026, 4, 1), date(2026, 4, 3), repaired=False)
    assert clock([first, unrepaired], **args).failed_repairs == 1


@pytest.mark.parametrize(
    ("days", "waited", "reasons"),
    [
        (30, 0, ()),
        (31, 0, (Claimable.REPAIR_DAYS,)),
        (100, 90, ()),
        (121, 91, (Claimable.PART_DAYS,)),
        (122, 91, (Claimable.REPAIR_DAYS, Claimable.PART_DAYS)),
    ],
)
def test_own_delay_and_the_makers_parts_are_counted_apart(
    days: int, waited: int, reasons: tuple[Claimable, ...]
) -> None:
    ended = date.fromordinal(MARCH.toordinal() + days)
    found = clock(
        [repair(1, MARCH, ended, waited_days=waited)], today=ended, purchased_on=None, until=date(2027, 1, 1)
    )
    assert found.reasons == reasons
    assert (found.repair_days, found.part_days, found.extends_days) == (days - waited, waited, days)


@pytest.mark.parametrize(
    ("after", "reasons"),
    [
        (0, (Claimable.REFUND,)),
        (7, (Claimable.REFUND,)),
        (8, (Claimable.EXCHANGE,)),
        (15, (Claimable.EXCHANGE,)),
        (16, ()),
    ],
)
def test_goods_faulty_in_the_first_days(after: int, reasons: tuple[Claimable, ...]) -> None:
    bought = date(2026, 2, 1)
    began = date.fromordinal(bought.toordinal() + after)
    found = clock([repair(1, began, None)], today=began, purchased_on=bought, until=date(2027, 2, 1))
    assert found.reasons == reasons


def agreed(number: int, start: date, end: date | None = None, *categories: str) -> Agreed:
    return Agreed(number, 1, start, end, categories, Terms())


def test_the_agreement_of_the_day_and_the_product_line() -> None:
    old = agreed(1, date(2025, 1, 1), date(2025, 12, 31))
    new = agreed(2, date(2026, 1, 1))
    cooling = agreed(3, date(2024, 1, 1), None, "cooling")
    assert agreement_on([old, new], date(2025, 12, 31), "kitchen") == old
    assert agreement_on([old, new], date(2026, 1, 1), "kitchen") == new
    assert agreement_on([old, new, cooling], date(2026, 1, 1), "cooling") == cooling
    assert agreement_on([old], date(2026, 1, 1), "kitchen") is None


TABLE = Terms(
    repair_fee={"": 5000, "cooling": 8000}, visit_fee={"": 1500, "town": 1000}, parts=PartsRule.COST
)
PERCENT = Terms(fee_rule=FeeRule.PERCENT, percent_permille=655, parts=PartsRule.LIST)


@pytest.mark.parametrize(
    ("terms", "kind", "given", "fen"),
    [
        (TABLE, LineKind.LABOUR, {}, 8000),
        (TABLE, LineKind.LABOUR, {"category": "kitchen"}, 5000),
        (TABLE, LineKind.LABOUR, {"first": False}, 0),
        (TABLE, LineKind.VISIT, {"times": 2}, 2000),
        (TABLE, LineKind.VISIT, {"zone": "far"}, 1500),
        (TABLE, LineKind.PART, {}, 7000),
        (TABLE, LineKind.OTHER, {}, 0),
        (PERCENT, LineKind.LABOUR, {"first": False}, 7860),
        (PERCENT, LineKind.OTHER, {"own": Money(500)}, 328),
        (PERCENT, LineKind.PART, {}, 12000),
        (Terms(parts=PartsRule.NONE), LineKind.PART, {}, 0),
    ],
)
def test_what_a_brand_pays_for_a_line(terms: Terms, kind: LineKind, given: dict[str, Any], fen: int) -> None:
    asked = {
        "own": Money(12000),
        "cost": Money(7000),
        "category": "cooling",
        "zone": "town",
        "times": 1,
        "first": True,
        **given,
    }
    assert line_fee(terms, kind, **asked) == Money(fen)


def test_terms_are_kept_whole_and_old_ones_get_the_defaults() -> None:
    terms = Terms(
        warranty_months={"cooling": 72},
        fee_rule=FeeRule.PERCENT,
        parts=PartsRule.LIST,
        free_part_limit=Money(5000),
        photos=("serial_plate",),
        share_customer=True,
    )
    again = Terms.of(terms.kept())
    assert again.kept() == terms.kept()
    assert Terms.of({"report_day": 7, "of_a_later_version": 1}).kept() == {**Terms().kept(), "report_day": 7}


@pytest.mark.parametrize(
    ("category", "model", "split"),
    [
        ("cooling", "KFR-35GW 空调", True),
        ("空调", "KFR", True),
        ("cooling", "BCD-216", False),
        ("IT", "Air Conditioner X", True),
    ],
)
def test_two_units_have_two_numbers(category: str, model: str, split: bool) -> None:
    assert Terms().is_split(category, model) is split
