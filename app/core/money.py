"""Money and quantity: whole fen and whole thousandths, one rounding rule (half up, away from zero)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import total_ordering

from app.core.errors import Reason, Refusal

#: The largest amount the shop books in one go: 100 million yuan. Beyond it something was mistyped or scanned
#: into the wrong field, and sums of many such amounts still stay far inside 64 bits.
MAX_FEN = 10_000_000_000
#: One million pieces (or metres, or kilograms) in thousandths.
MAX_MILLI = 1_000_000_000


def divide_half_up(numerator: int, denominator: int) -> int:
    """Round ``numerator / denominator`` half up (away from zero); the one rounding rule of the shop
    (domain.md §8)."""
    if denominator <= 0:
        raise ValueError("denominator must be positive")
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


@total_ordering
@dataclass(frozen=True, slots=True)
class Money:
    """An amount in whole fen (1/100 yuan). May be negative; never a float."""

    fen: int = 0

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f"fen must be int, not {type(self.fen).__name__}")

    @classmethod
    def yuan(cls, amount: int) -> Money:
        """Whole yuan, for tables and tests."""
        return cls(amount * 100)

    @classmethod
    def parse(cls, text: str) -> Money:
        """Read what a person typed: ``12``, ``12.5``, ``1,234.50``, ``¥12``, full-width digits.

        Raises ``Refusal(Reason.BAD_AMOUNT)`` for anything else, for more than two decimals and beyond
        MAX_FEN.
        """
        number = _decimal(text.replace("¥", "").replace("￥", "").replace("元", ""), Reason.BAD_AMOUNT)
        scaled = number * 100
        if scaled != scaled.to_integral_value() or abs(scaled) > MAX_FEN:
            raise Refusal(Reason.BAD_AMOUNT, text=text[:40])
        return cls(int(scaled))

    def __add__(self, other: Money) -> Money:
        return Money(self.fen + other.fen)

    def __sub__(self, other: Money) -> Money:
        return Money(self.fen - other.fen)

    def __neg__(self) -> Money:
        return Money(-self.fen)

    def __mul__(self, count: int) -> Money:
        return Money(self.fen * count)

    def __lt__(self, other: Money) -> bool:
        return self.fen < other.fen

    def __bool__(self) -> bool:
        return self.fen != 0

    def times(self, quantity: Quantity) -> Money:
        """This unit price for ``quantity``, rounded half up to the fen."""
        return Money(divide_half_up(self.fen * quantity.milli, 1000))

    def tax_within(self, rate_permille: int) -> Money:
        """The tax contained in this tax-inclusive amount; ``rate_permille`` 130 = 13 %."""
        return Money(divide_half_up(self.fen * rate_permille, 1000 + rate_permille))

    def tax_on_top(self, rate_permille: int) -> Money:
        """The tax to add to this tax-exclusive amount."""
        return Money(divide_half_up(self.fen * rate_permille, 1000))

    def __str__(self) -> str:
        sign = "-" if self.fen < 0 else ""
        return f"{sign}{abs(self.fen) // 100}.{abs(self.fen) % 100:02d}"


ZERO = Money(0)


def total(amounts: object) -> Money:
    """Sum of an iterable of Money; zero for an empty one."""
    return Money(sum(amount.fen for amount in amounts))  # type: ignore[attr-defined]


@total_ordering
@dataclass(frozen=True, slots=True)
class Quantity:
    """A count in thousandths of the part's unit: 1 piece = 1000, 0.35 m of copper pipe = 350."""

    milli: int = 0

    def __post_init__(self) -> None:
        if type(self.milli) is not int:
            raise TypeError(f"milli must be int, not {type(self.milli).__name__}")

    @classmethod
    def of(cls, count: int) -> Quantity:
        """Whole pieces."""
        return cls(count * 1000)

    @classmethod
    def parse(cls, text: str) -> Quantity:
        """Read a typed quantity with at most three decimals; ``Refusal(Reason.BAD_QUANTITY)`` otherwise."""
        scaled = _decimal(text, Reason.BAD_QUANTITY) * 1000
        if scaled != scaled.to_integral_value() or abs(scaled) > MAX_MILLI:
            raise Refusal(Reason.BAD_QUANTITY, text=text[:40])
        return cls(int(scaled))

    def __add__(self, other: Quantity) -> Quantity:
        return Quantity(self.milli + other.milli)

    def __sub__(self, other: Quantity) -> Quantity:
        return Quantity(self.milli - other.milli)

    def __neg__(self) -> Quantity:
        return Quantity(-self.milli)

    def __lt__(self, other: Quantity) -> bool:
        return self.milli < other.milli

    def __bool__(self) -> bool:
        return self.milli != 0

    def __str__(self) -> str:
        sign = "-" if self.milli < 0 else ""
        whole, rest = divmod(abs(self.milli), 1000)
        return f"{sign}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")


ONE = Quantity(1000)


def _decimal(text: str, reason: Reason) -> Decimal:
    """A finite plain decimal; commas may only group thousands, exponents and NaN are refused."""
    cleaned = text.strip().replace("，", ",").replace("．", ".").replace("。", ".")
    head, _dot, tail = cleaned.partition(".")
    groups = head.lstrip("+-").split(",")
    grouped = len(groups) == 1 or (all(len(group) == 3 for group in groups[1:]) and 1 <= len(groups[0]) <= 3)
    digits = "".join(groups) + tail
    if len(cleaned) > 30 or not grouped or not digits.isdecimal():
        raise Refusal(reason, text=text[:40])
    try:
        number = Decimal(cleaned.replace(",", ""))
    except InvalidOperation:
        raise Refusal(reason, text=text[:40]) from None
    return number
