"""The reorder proposal against the same sentence in Decimal (domain.md §7)."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_CEILING, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.enums import PlanKind, PurchaseState
from app.core.money import Quantity
from app.model.purchase import (
    PLANS,
    covered_months,
    full_months,
    state_after_receipt,
    still_to_come,
    to_order,
)

milli = st.integers(0, 10**9).map(Quantity)
NONE = Quantity(0)


def of(count: int) -> Quantity:
    return Quantity.of(count)


@given(
    kind=st.sampled_from(list(PlanKind)),
    used=milli,
    percents=st.lists(st.integers(0, 1000), min_size=3, max_size=3),
    on_hand=milli,
    on_order=milli,
    minimum=milli,
)
def test_the_proposal_is_the_domains_sentence(
    kind: PlanKind,
    used: Quantity,
    percents: list[int],
    on_hand: Quantity,
    on_order: Quantity,
    minimum: Quantity,
) -> None:
    plan = PLANS[kind]
    factors = percents[: plan.cover]
    average = Decimal(used.milli) / 1000 / plan.months
    factor = Decimal(sum(factors)) / 100 / plan.cover
    there = Decimal((on_hand + on_order).milli) / 1000
    # Twelve is no power of ten: what Decimal cuts off far behind the point must not make a unit of it.
    wanted = (plan.cover * average * factor - there).quantize(Decimal("1e-12"))
    lacking = Decimal(minimum.milli) / 1000 - there
    expected = max(each.to_integral_value(ROUND_CEILING) for each in (wanted, lacking, Decimal(0)))
    assert to_order(used, plan, factors, on_hand, on_order, minimum) == of(int(expected))


@given(used=milli, on_hand=milli, on_order=milli)
def test_what_is_bought_covers_the_plan_and_nothing_more_than_a_unit(
    used: Quantity, on_hand: Quantity, on_order: Quantity
) -> None:
    plan = PLANS[PlanKind.MONTHLY]
    bought = to_order(used, plan, [100], on_hand, on_order)
    there = on_hand + on_order + bought
    assert 2 * there.milli >= used.milli
    assert not bought or 2 * (there.milli - 1000) < used.milli


def test_monthly_plan_takes_the_last_two_full_months() -> None:
    plan = PLANS[PlanKind.MONTHLY]
    assert (plan.cover, plan.months) == (1, 2)
    # 7 used in two months: 3.5 a month, in a month that sells by half more 5.25.
    assert to_order(of(7), plan, [150], of(1), of(1)) == of(4)


def test_base_stock_covers_three_months_of_the_last_twelve() -> None:
    plan = PLANS[PlanKind.BASE]
    assert (plan.cover, plan.months) == (3, 12)
    assert to_order(of(24), plan, [100, 100, 100], NONE, NONE) == of(6)
    # Each covered month has its own factor: 2 + 4 + 1.
    assert to_order(of(24), plan, [100, 200, 50], NONE, NONE) == of(7)


@pytest.mark.parametrize(
    ("used", "hand", "minimum", "expected"),
    [(0, 0, 0, 0), (2, 100, 0, 0), (0, 1, 5, 4), (10, 0, 3, 5), (-4, 0, 0, 0)],
)
def test_never_below_zero_and_at_least_the_minimum(used: int, hand: int, minimum: int, expected: int) -> None:
    plan = PLANS[PlanKind.MONTHLY]
    assert to_order(of(used), plan, [100], of(hand), NONE, of(minimum)) == of(expected)


def test_metres_are_bought_by_the_whole_metre() -> None:
    assert to_order(Quantity(700), PLANS[PlanKind.MONTHLY], [100], Quantity(349), NONE) == of(1)
    assert to_order(Quantity(700), PLANS[PlanKind.MONTHLY], [100], Quantity(350), NONE) == NONE


def test_months_around_new_year() -> None:
    assert full_months(date(2026, 1, 31), 2) == (202512, 202511)
    assert full_months(date(2026, 11, 22), 12)[-1] == 202511
    assert covered_months(date(2026, 11, 22), 3) == (12, 1, 2)
    assert covered_months(date(2026, 12, 1), 1) == (1,)


def test_state_by_what_came() -> None:
    assert still_to_come(of(5), of(6), NONE) == NONE
    assert still_to_come(of(5), of(1), of(2)) == of(2)
    assert state_after_receipt([(of(5), of(5), NONE), (of(2), NONE, of(2))]) is PurchaseState.CLOSED
    assert state_after_receipt([(of(5), of(1), NONE)]) is PurchaseState.PART_RECEIVED
    assert state_after_receipt([(of(5), NONE, NONE)]) is PurchaseState.SENT
