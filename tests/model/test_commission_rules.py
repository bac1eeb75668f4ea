"""Which commission rule holds, what a credit note takes back, and how much of a bonus is kept back (domain.md §9)."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.core.enums import CommissionKind
from app.core.money import ZERO, Money
from app.model.commission import Rule, RuleBook, settle, share_of, share_taken_back

DAY = date(2026, 11, 22)
LABOUR = CommissionKind.LABOUR
HE, SHE = 1, 2
amounts = st.integers(0, 10_000_000).map(Money)


def rule(
    staff_id: int | None, permille: int, *, category: str = "", valid_from: date = DAY, number: int = 0
) -> Rule:
    return Rule(number, staff_id, LABOUR, category, permille, ZERO, valid_from)


def permille(book: RuleBook, staff_id: int, category: str = "cooling", day: date = DAY) -> int:
    found = book.find(staff_id, LABOUR, category, day)
    return 0 if found is None else found.permille


def test_a_person_goes_by_his_own_rules_and_everybody_else_by_the_common_one() -> None:
    book = RuleBook([rule(None, 100), rule(None, 120, category="it"), rule(HE, 300, category="cooling")])
    assert permille(book, SHE) == 100
    assert permille(book, SHE, "it") == 120
    assert permille(book, HE) == 300
    # His own rule is for cooling only: for the rest nothing was agreed with him.
    assert permille(book, HE, "it") == 0


def test_a_rule_holds_from_its_day_until_the_next_one() -> None:
    later = DAY + timedelta(days=10)
    book = RuleBook([rule(None, 100, number=1), rule(None, 150, valid_from=later, number=2)])
    assert permille(book, HE, day=DAY - timedelta(days=1)) == 0
    assert permille(book, HE) == 100
    assert permille(book, HE, day=later - timedelta(days=1)) == 100
    assert permille(book, HE, day=later) == 150


def test_of_two_written_for_a_day_the_later_one_holds_and_one_of_nothing_ends_it() -> None:
    assert permille(RuleBook([rule(HE, 100, number=1), rule(HE, 90, number=2)]), HE) == 90
    ended = RuleBook([rule(None, 100, number=1), rule(HE, 0, number=2)])
    assert permille(ended, HE) == 0
    assert permille(ended, SHE) == 100


def test_before_his_own_rule_begins_everybodys_holds() -> None:
    book = RuleBook([rule(None, 100), rule(HE, 300, valid_from=DAY + timedelta(days=1))])
    assert permille(book, HE) == 100


@given(st.lists(amounts, min_size=1, max_size=6), st.integers(0, 1000), st.booleans())
def test_whatever_the_steps_a_credited_line_takes_its_whole_share_back(
    parts: list[Money], share: int, negative: bool
) -> None:
    sign = -1 if negative else 1
    steps = [Money(sign * part.fen) for part in parts]
    whole = Money(sum(step.fen for step in steps))
    taken, before = 0, ZERO
    for step in steps:
        taken += share_taken_back(before, step, share).fen
        before += step
    assert taken == -share_of(whole, share).fen


@given(st.lists(st.tuples(st.integers(-5_000_000, 5_000_000), st.integers(-100_000, 5_000_000)), max_size=12))
def test_never_more_than_half_of_a_months_bonus_is_kept_back_and_nothing_is_lost(
    months: list[tuple[int, int]],
) -> None:
    carried = ZERO
    for earned, deductions in months:
        month = settle(Money(earned), Money(deductions), carried)
        assert ZERO <= month.deducted <= month.bonus
        assert month.deducted.fen * 2 <= month.bonus.fen
        assert month.payable >= ZERO
        assert month.carried >= ZERO
        # What came in is paid or waits: nothing appears and nothing goes.
        assert earned - deductions - carried.fen == month.payable.fen - month.carried.fen
        carried = month.carried


def test_the_rest_of_a_deduction_waits_for_the_next_month() -> None:
    november = settle(Money.yuan(300), Money.yuan(200), ZERO)
    assert (november.deducted, november.carried, november.payable) == tuple(map(Money.yuan, (150, 50, 150)))
    december = settle(Money.yuan(300), ZERO, november.carried)
    assert (december.deducted, december.carried, december.payable) == tuple(map(Money.yuan, (50, 0, 250)))


def test_half_of_an_odd_bonus_is_rounded_down() -> None:
    assert settle(Money(101), Money(500), ZERO).deducted == Money(50)
