"""Tax, tenders and the value of stock: nothing is lost, nothing is made (domain.md §7, §8)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.enums import CoverReason, JobKind, Payer, PaymentMethod, ServiceType
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.core.tenders import Tender, split_tenders
from app.model import Part
from app.model.billing import taxed
from app.model.cover import Cover, add_months, find_cover, warranty_months
from app.model.settings import ShopSettings
from app.model.stock import value_of_issue

AMOUNTS = st.integers(0, 10**9).map(Money)
TENDERS = st.lists(st.builds(Tender, st.sampled_from(PaymentMethod), AMOUNTS), max_size=6)


@given(AMOUNTS, TENDERS)
def test_no_fen_is_lost_between_what_is_offered_and_what_is_booked(due: Money, tenders: list[Tender]) -> None:
    try:
        booked, left = split_tenders(due, tenders)
    except Refusal as refused:
        assert refused.reason is Reason.CHANGE_ONLY_FOR_CASH  # noqa: PT017 - one of two right answers
        cashless = sum(each.amount.fen for each in tenders if each.method is not PaymentMethod.CASH)
        assert cashless > due.fen
        return
    assert sum(each.amount.fen for each in booked) + left.fen == due.fen
    assert left >= ZERO
    offered = sum(each.amount.fen for each in tenders)
    assert left == max(ZERO, due - Money(offered))
    for each in booked:
        assert ZERO < each.amount <= each.tendered
        assert each.amount == each.tendered or each.method is PaymentMethod.CASH


def test_cash_comes_last_because_only_cash_gives_change() -> None:
    tenders = [Tender(PaymentMethod.CASH, Money(10000)), Tender(PaymentMethod.WECHAT, Money(3000))]
    booked, left = split_tenders(Money(5000), tenders)
    assert [(each.method, each.amount, each.tendered) for each in booked] == [
        (PaymentMethod.WECHAT, Money(3000), Money(3000)),
        (PaymentMethod.CASH, Money(2000), Money(10000)),
    ]
    assert left == ZERO


def test_two_notes_of_cash_give_all_their_change_back() -> None:
    tenders = [Tender(PaymentMethod.CASH, Money(5000)), Tender(PaymentMethod.CASH, Money(5000))]
    booked, left = split_tenders(Money(3000), tenders)
    assert left == ZERO
    assert sum(each.amount.fen for each in booked) == 3000
    assert sum(each.tendered.fen for each in booked) == 10000  # 70 yuan change, not 20


def test_tenders_that_cannot_be() -> None:
    for tender, reason in (
        (Tender(PaymentMethod.CASH, Money(-1)), Reason.AMOUNT_NEGATIVE),
        (Tender(PaymentMethod.CARD, Money(101)), Reason.CHANGE_ONLY_FOR_CASH),
    ):
        with pytest.raises(Refusal) as refused:
            split_tenders(Money(100), [tender])
        assert refused.value.reason is reason
    assert split_tenders(Money(100), []) == ((), Money(100))
    assert split_tenders(Money(100), [Tender(PaymentMethod.CARD, ZERO)]) == ((), Money(100))


@given(st.integers(-(10**10), 10**10).map(Money), st.sampled_from([0, 10, 30, 60, 130]))
def test_a_line_is_its_net_and_its_tax(amount: Money, permille: int) -> None:
    inside = taxed(amount, permille, inclusive=True)
    assert inside.gross == amount
    on_top = taxed(amount, permille, inclusive=False)
    assert on_top.gross - on_top.tax == amount
    if permille == 0:
        assert inside.tax == on_top.tax == ZERO
    # A discount mirrors a charge to the fen.
    mirrored = taxed(-amount, permille, inclusive=True)
    assert mirrored.tax == -inside.tax


MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("in"), st.integers(1, 10**7), st.integers(0, 10**9)),
        st.tuples(st.just("out"), st.integers(1, 10**7), st.just(0)),
    ),
    max_size=40,
)


@given(MOVES)
def test_value_in_less_value_out_is_value_on_hand(moves: list[tuple[str, int, int]]) -> None:
    on_hand, value = Quantity(0), Money(0)
    came = went = 0
    for way, milli, fen in moves:
        if way == "in":
            on_hand, value, came = on_hand + Quantity(milli), value + Money(fen), came + fen
        elif on_hand:
            taken = min(Quantity(milli), on_hand)
            out = value_of_issue(on_hand, value, taken)
            assert ZERO <= out <= value
            on_hand, value, went = on_hand - taken, value - out, went + out.fen
        assert came - went == value.fen
        if not on_hand:
            assert value == ZERO  # nothing is left on an empty shelf


def test_moving_average_of_one_unit() -> None:
    part = Part(on_hand=Quantity.of(3), value=Money(1000))
    assert part.average_cost == Money(333)
    assert value_of_issue(part.on_hand, part.value, Quantity.of(1)) == Money(333)
    assert value_of_issue(part.on_hand, part.value, Quantity.of(3)) == Money(1000)
    assert Part(on_hand=Quantity(0), value=Money(0)).average_cost == ZERO


SETTINGS = ShopSettings(warranty_months={"": 12, "cooling": 36, "Haier/cooling": 72})


def cover(
    *,
    today: date = date(2026, 11, 22),
    job: JobKind = JobKind.REPAIR,
    brand: str = "Haier",
    category: str = "cooling",
    bought: date | None = date(2026, 1, 1),
    proof: bool = True,
    own_until: date | None = None,
) -> Cover:
    return find_cover(
        SETTINGS,
        today=today,
        job_kind=job,
        brand=brand,
        category=category,
        purchased_on=bought,
        proof_seen=proof,
        same_fault_guarantee_until=own_until,
    )


def test_own_guarantee_comes_before_the_makers() -> None:
    found = cover(own_until=date(2026, 11, 22))
    assert (found.service_type, found.payer, found.reason) == (
        ServiceType.FREE,
        Payer.SHOP,
        CoverReason.OWN_GUARANTEE,
    )
    assert cover(own_until=date(2026, 11, 21)).payer is Payer.BRAND


def test_the_makers_warranty_ends_with_its_last_day() -> None:
    last = date(2032, 1, 1)
    assert cover(today=last).reason is CoverReason.MAKER
    assert cover(today=last).until == last
    after = cover(today=date(2032, 1, 2))
    assert (after.reason, after.payer, after.until) == (CoverReason.MAKER_EXPIRED, Payer.CUSTOMER, last)


def test_no_proof_no_warranty() -> None:
    assert cover(proof=False).reason is CoverReason.NO_PROOF
    assert cover(bought=None).reason is CoverReason.NO_PROOF


def test_an_installation_is_no_repair() -> None:
    assert cover(job=JobKind.INSTALLATION).reason is CoverReason.NOT_REPAIR


def test_warranty_by_brand_then_category_then_default() -> None:
    assert warranty_months(SETTINGS, "Haier", "cooling") == 72
    assert warranty_months(SETTINGS, "Gree", "cooling") == 36
    assert warranty_months(SETTINGS, "Gree", "it") == 12
    assert warranty_months(ShopSettings(warranty_months={}), "Gree", "it") == 0


@pytest.mark.parametrize(
    ("day", "months", "later"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 10), 0, date(2026, 3, 10)),
    ],
)
def test_months_later(day: date, months: int, later: date) -> None:
    assert add_months(day, months) == later


def test_what_is_kept_of_a_cover_on_the_order() -> None:
    assert cover().frozen() == {"reason": "maker", "until": "2032-01-01"}
    assert cover(bought=None).frozen() == {"reason": "no_proof", "until": None}
