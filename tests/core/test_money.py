"""Money and quantity: what is read, what is refused, how it is rounded (domain.md §8)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import formats
from app.core.errors import Reason, Refusal
from app.core.money import MAX_FEN, MAX_MILLI, Money, Quantity, divide_half_up, total

FEN = st.integers(-MAX_FEN, MAX_FEN)
MILLI = st.integers(-MAX_MILLI, MAX_MILLI)


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("12.", 1200),
        (".5", 50),
        ("0.05", 5),
        ("12.50", 1250),
        ("1,234.50", 123450),
        ("1，234.50", 123450),
        ("¥12", 1200),
        ("￥12.3", 1230),
        ("12元", 1200),
        (" 7 ", 700),
        ("-3.20", -320),
        ("+3.20", 320),
        ("１２．５０", 1250),
        ("12。5", 1250),
        ("100,000,000", MAX_FEN),
    ],
)
def test_amounts_as_people_type_them(typed: str, fen: int) -> None:
    assert Money.parse(typed) == Money(fen)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        ".",
        "-",
        "¥",
        "abc",
        "1.234",
        "0.001",
        "1e3",
        "1E3",
        "NaN",
        "Infinity",
        "0x10",
        "1_000",
        "1,23",
        "12,34,567",
        ",123",
        "1,234,56",
        "1.2.3",
        "1 2",
        "--5",
        "+-5",
        "5-",
        "1.2,3",
        "1.,5",
        "100000000.01",
        "9" * 40,
        "六",
        "½",
        "²",
        "1\x00",
        "1\ud800",
        "=1+1",
    ],
)
def test_everything_else_is_refused(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        Money.parse(typed)
    assert refused.value.reason is Reason.BAD_AMOUNT


@given(st.text())
def test_reading_an_amount_gives_money_or_a_refusal(typed: str) -> None:
    for parse, reason in ((Money.parse, Reason.BAD_AMOUNT), (Quantity.parse, Reason.BAD_QUANTITY)):
        try:
            parse(typed)
        except Refusal as refused:
            assert refused.reason is reason  # noqa: PT017 - a refusal is one of the two right answers


@given(FEN)
def test_what_is_written_is_read_back(fen: int) -> None:
    amount = Money(fen)
    assert Money.parse(str(amount)) == amount
    assert Money.parse(formats.money(amount)) == amount


@given(MILLI)
def test_quantities_are_read_back(milli: int) -> None:
    assert Quantity.parse(str(Quantity(milli))) == Quantity(milli)


@pytest.mark.parametrize("typed", ["", "0.0001", "1000000.001", "1,00", "1e2", "two"])
def test_quantities_that_are_none(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        Quantity.parse(typed)
    assert refused.value.reason is Reason.BAD_QUANTITY


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [(5, 10, 1), (4, 10, 0), (15, 10, 2), (25, 10, 3), (-5, 10, -1), (-4, 10, 0), (-15, 10, -2), (0, 7, 0)],
)
def test_half_goes_up_away_from_zero(numerator: int, denominator: int, rounded: int) -> None:
    assert divide_half_up(numerator, denominator) == rounded


@given(st.integers(-(10**20), 10**20), st.integers(1, 10**9))
def test_rounding_agrees_with_decimal(numerator: int, denominator: int) -> None:
    exact = Decimal(divide_half_up(numerator, denominator))
    # Decimal's quotient must be long enough not to round before it is asked to.
    from decimal import localcontext

    with localcontext() as context:
        context.prec = 60
        assert exact == (Decimal(numerator) / denominator).quantize(Decimal(1), ROUND_HALF_UP)


def test_no_division_by_nothing() -> None:
    with pytest.raises(ValueError, match="positive"):
        divide_half_up(1, 0)


@given(FEN, st.integers(0, 1000))
def test_tax_inside_an_amount_is_the_tax_on_its_net(fen: int, permille: int) -> None:
    amount = Money(fen)
    tax = amount.tax_within(permille)
    assert abs(tax.fen) <= abs(fen)
    # Taking the tax off and putting it on again comes back to the fen.
    assert abs((amount - tax + (amount - tax).tax_on_top(permille) - amount).fen) <= 1


def test_thirteen_percent() -> None:
    assert Money(11300).tax_within(130) == Money(1300)
    assert Money(10000).tax_on_top(130) == Money(1300)
    assert Money(-11300).tax_within(130) == Money(-1300)


@given(st.lists(FEN))
def test_a_sum_is_exact(parts: list[int]) -> None:
    assert total(Money(part) for part in parts).fen == sum(parts)


def test_unit_price_by_quantity_is_rounded_once() -> None:
    assert Money(333).times(Quantity(500)) == Money(167)
    assert Money(-333).times(Quantity(500)) == Money(-167)
    assert Money(1999).times(Quantity.of(3)) == Money(5997)


@pytest.mark.parametrize("wrong", [1.0, "1", True, None, Decimal(1)])
def test_money_is_whole_fen_and_nothing_else(wrong: object) -> None:
    with pytest.raises(TypeError):
        Money(wrong)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Quantity(wrong)  # type: ignore[arg-type]
