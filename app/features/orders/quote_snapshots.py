"""Quotes as pages hold them: versions, answers, and what became otherwise by the invoice. No database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import ApprovalWay, LineKind, QuoteChange, QuoteState
from app.core.money import ZERO, Money, Quantity


@dataclass(frozen=True, slots=True)
class QuoteAnswer:
    """How the customer answered: by which way, who it was if not he himself, what he said, up to how much he agrees."""

    way: ApprovalWay = ApprovalWay.COUNTER
    name: str = ""
    note: str = ""
    #: None is the total of the quote.
    limit: Money | None = None
    signature_png: bytes = b""


@dataclass(frozen=True, slots=True)
class QuoteRow:
    """One version of an order's quote."""

    id: int
    version: int
    state: QuoteState
    total: Money
    valid_until: date
    made_at: datetime
    made_by: str
    printed_at: datetime | None
    answered_at: datetime | None
    way: ApprovalWay | None
    answered_by: str
    answered_name: str
    note: str
    limit: Money | None
    #: Made and agreed to in one step: the customer stood at the counter.
    at_once: bool
    lines: tuple[Said, ...] = ()


@dataclass(frozen=True, slots=True)
class Said:
    """A charge as it was told or billed; ``gross`` is what the customer pays for it."""

    line_id: int | None
    kind: LineKind
    description: str
    unit: str
    quantity: Quantity
    price: Money
    gross: Money
    tax_permille: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One charge that is not as it was told; ``before`` or ``now`` is None where it came or went."""

    id: int
    change: QuoteChange
    before: Said | None
    now: Said | None

    @property
    def amount(self) -> Money:
        """What it is dearer by; negative where it is cheaper."""
        return (self.now.gross if self.now else ZERO) - (self.before.gross if self.before else ZERO)

    @property
    def said(self) -> Said:
        """The charge, as it is now or was."""
        found = self.now or self.before
        assert found is not None
        return found


@dataclass(frozen=True, slots=True)
class Explained:
    """A quote and what is billed: the differences add up to the difference of the totals."""

    quote: QuoteRow
    total: Money
    differences: tuple[Difference, ...]
    #: What the customer agreed to since, newest last.
    agreed_since: tuple[QuoteRow, ...] = ()


def differences(before: Sequence[Said], now: Sequence[Said]) -> tuple[Difference, ...]:
    """What became otherwise, in the order of the quote, what was added last. Charges are known by their line; those of
    quotes from before lines were noted by kind and description."""
    rest = list(now)
    found: list[Difference] = []
    for old in before:
        match = _same(old, rest)
        if match is None:
            found.append(Difference(len(found), QuoteChange.LEFT_OUT, old, None))
            continue
        rest.remove(match)
        change = _change(old, match)
        if change is not None:
            found.append(Difference(len(found), change, old, match))
    for new in rest:
        found.append(Difference(len(found), QuoteChange.ADDED, None, new))
    return tuple(found)


def _same(old: Said, rest: Sequence[Said]) -> Said | None:
    if old.line_id is not None:
        by_line = next((each for each in rest if each.line_id == old.line_id), None)
        if by_line is not None:
            return by_line
    # One that was taken off and written again is the same to the customer.
    return next((each for each in rest if (each.kind, each.description) == (old.kind, old.description)), None)


def _change(old: Said, now: Said) -> QuoteChange | None:
    if old.quantity != now.quantity:
        return QuoteChange.QUANTITY
    if old.price != now.price:
        return QuoteChange.PRICE
    return QuoteChange.TAX if old.gross != now.gross else None
