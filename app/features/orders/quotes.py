"""Quotes as they were told: their versions, the customer's answers, and what became otherwise by the invoice
(domain.md §8)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from app.core.enums import ApprovalWay, LineKind, Payer, QuoteChange, QuoteState
from app.core.money import ZERO, Money, Quantity
from app.model import Invoice, InvoiceLine, OrderLine, Quote, Staff
from app.model.billing import taxed
from app.model.settings import ShopSettings

_MADE_BY = aliased(Staff)
_ANSWERED_BY = aliased(Staff)
_QUOTES = (
    select(
        Quote.__table__,
        _MADE_BY.name.label("made_by"),
        _ANSWERED_BY.name.label("answered_by"),
    )
    .outerjoin(_MADE_BY, _MADE_BY.id == Quote.made_by_id)
    .outerjoin(_ANSWERED_BY, _ANSWERED_BY.id == Quote.answered_by_id)
    .where(Quote.order_id == bindparam("order_id"))
    .order_by(Quote.id)
)
_LINES = (
    select(OrderLine.__table__)
    .where(
        OrderLine.order_id == bindparam("order_id"),
        OrderLine.removed.is_(False),
        OrderLine.payer == Payer.CUSTOMER,
    )
    .order_by(OrderLine.id)
)
_BILLED = (
    select(InvoiceLine.__table__, OrderLine.price_reason, OrderLine.item_code)
    .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    .outerjoin(OrderLine, OrderLine.id == InvoiceLine.order_line_id)
    .where(
        InvoiceLine.order_id == bindparam("order_id"),
        Invoice.payer == Payer.CUSTOMER,
        Invoice.replaces_id.is_(None),
    )
    .order_by(InvoiceLine.id)
)


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


def read_quotes(reading: Connection, order_id: int) -> tuple[QuoteRow, ...]:
    """Every version of an order's quote, oldest first."""
    return tuple(_quote(each) for each in reading.execute(_QUOTES, {"order_id": order_id}))


def explain(reading: Connection, settings: ShopSettings, order_id: int) -> Explained | None:
    """The quote that the customer agreed to against what he pays, line by line; None where he agreed to no quote.

    After the invoice its lines count, before it the present charges.
    """
    agreed = [each for each in read_quotes(reading, order_id) if each.state is QuoteState.APPROVED]
    if not agreed:
        return None
    told = [each for each in agreed if not each.at_once] or agreed[:1]
    base = told[-1]
    now = _billed(reading, order_id) or _present(reading, settings, order_id)
    return Explained(
        quote=base,
        total=Money(sum(each.gross.fen for each in now)),
        differences=differences(base.lines, now),
        agreed_since=tuple(each for each in agreed if each.version > base.version),
    )


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


def _present(reading: Connection, settings: ShopSettings, order_id: int) -> list[Said]:
    return [
        Said(
            each.id,
            each.kind,
            each.description,
            each.unit,
            each.quantity,
            each.unit_price,
            taxed(each.amount, each.tax_permille, inclusive=settings.tax_inclusive).gross,
            each.tax_permille,
            each.price_reason,
        )
        for each in reading.execute(_LINES, {"order_id": order_id})
    ]


def _billed(reading: Connection, order_id: int) -> list[Said]:
    return [
        Said(
            each.order_line_id,
            each.kind,
            each.description,
            each.unit,
            each.quantity,
            each.unit_price,
            each.amount,
            each.tax_permille,
            each.price_reason or "",
        )
        for each in reading.execute(_BILLED, {"order_id": order_id})
    ]


def said_of(frozen: Mapping[str, Any]) -> Said:
    """A charge as a quote keeps it."""
    return Said(
        frozen.get("line"),
        LineKind(frozen["kind"]),
        frozen["description"],
        frozen["unit"],
        Quantity(frozen["milli"]),
        Money(frozen["price_fen"]),
        Money(frozen["fen"]),
        frozen["tax_permille"],
    )


def _quote(row: Any) -> QuoteRow:
    return QuoteRow(
        id=row.id,
        version=row.version,
        state=row.state,
        total=row.total,
        valid_until=row.valid_until,
        made_at=row.made_at,
        made_by=row.made_by or "",
        printed_at=row.printed_at,
        answered_at=row.answered_at,
        way=row.answered_way,
        answered_by=row.answered_by or "",
        answered_name=row.answered_name,
        note=row.answer_note,
        limit=row.spend_limit,
        at_once=row.answered_at is not None and row.answered_at == row.made_at,
        lines=tuple(said_of(each) for each in row.lines["lines"] if each["payer"] == Payer.CUSTOMER),
    )
