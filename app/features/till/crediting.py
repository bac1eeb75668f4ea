"""Credit notes (domain.md §8): which amount of which line, with its tax and cost, and what the month loses by it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, insert, select

from app.core.enums import CreditKind, CreditReason, LineKind, SaleKind, Series
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.features.till.booking import credit_balance
from app.features.till.invoicing import Counted, add_sale, counted
from app.features.till.numbers import next_number
from app.model import CreditLine, CreditNote, Invoice, InvoiceLine, RepairOrder, Sale
from app.model.billing import TaxedAmount, spread, tax_share
from app.store.door import Tx


@dataclass(frozen=True, slots=True)
class OpenLine:
    """An invoice line and what of it was credited before."""

    id: int
    kind: LineKind
    order_id: int
    order_line_id: int | None
    part_id: int | None
    description: str
    amount: Money
    tax: Money
    credited: Money
    cost: Money

    @property
    def rest(self) -> Money:
        """What is left of it, of its own sign."""
        return self.amount - self.credited


def lines_to_credit(tx: Tx, invoice_id: int) -> list[OpenLine]:
    """The lines of an invoice as they stand after earlier credit notes."""
    credited = (
        select(CreditLine.invoice_line_id, func.sum(CreditLine.amount).label("fen"))
        .join(InvoiceLine, InvoiceLine.id == CreditLine.invoice_line_id)
        .where(InvoiceLine.invoice_id == invoice_id)
        .group_by(CreditLine.invoice_line_id)
        .subquery()
    )
    rows = tx.reading().execute(
        select(InvoiceLine.__table__, credited.c.fen)
        .outerjoin(credited, credited.c.invoice_line_id == InvoiceLine.id)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.id)
    )
    return [
        OpenLine(
            each.id,
            each.kind,
            each.order_id,
            each.order_line_id,
            each.part_id,
            each.description,
            each.amount,
            each.tax,
            _money(each.fen),
            each.cost,
        )
        for each in rows
    ]


def shares_of(
    lines: Sequence[OpenLine], kind: CreditKind, amount: Money, chosen: Mapping[int, Money]
) -> dict[int, Money]:
    """How much of which line is credited, of the sign of the line.

    WHOLE: all that is left. AMOUNT: spread over all lines in proportion, discounts too. LINES and EXCHANGE: as chosen;
    zero takes all that is left of a line. Raises ``Refusal``: CREDIT_TOO_MUCH, AMOUNT_NOT_POSITIVE, NOT_FOUND.
    """
    if kind is CreditKind.WHOLE:
        return {each.id: each.rest for each in lines if each.rest}
    rest = Money(sum(each.rest.fen for each in lines))
    if kind is CreditKind.AMOUNT:
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        if amount > rest:
            raise Refusal(Reason.CREDIT_TOO_MUCH, amount=rest)
        found = spread(amount, [each.rest for each in lines])
        return {each.id: share for each, share in zip(lines, found, strict=True) if share}
    known = {each.id: each for each in lines}
    shares: dict[int, Money] = {}
    for line_id, asked in chosen.items():
        line = known.get(line_id)
        if line is None:
            raise Refusal(Reason.NOT_FOUND)
        share = asked or line.rest
        if (share < ZERO) != (line.rest < ZERO) or abs(share.fen) > abs(line.rest.fen) or not share:
            raise Refusal(Reason.CREDIT_TOO_MUCH, amount=line.rest)
        shares[line_id] = share
    if Money(sum(each.fen for each in shares.values())) <= ZERO:
        raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
    return shares


def issue_credit(
    tx: Tx,
    invoice: Invoice,
    lines: Sequence[OpenLine],
    shares: Mapping[int, Money],
    *,
    kind: CreditKind,
    reason: CreditReason,
    note: str,
    approved_by_id: int | None,
    returned: Mapping[int, Money],
) -> tuple[CreditNote, Money]:
    """Book a credit note; the second value is what it set free of what was paid.

    ``returned`` is the cost by invoice line of parts that went back to the shelf. Raises ``Refusal``: CREDIT_TOO_MUCH,
    CLOCK_BEFORE_CLOSE.
    """
    parts: list[tuple[OpenLine, TaxedAmount, Money]] = []
    for line in lines:
        share = shares.get(line.id)
        if share:
            tax = tax_share(TaxedAmount(line.amount, line.tax), line.credited, share)
            parts.append((line, TaxedAmount(share, tax), returned.get(line.id, ZERO)))
    credit = CreditNote(
        uuid=uuid7(),
        number=next_number(tx, Series.CREDIT_NOTE),
        invoice_id=invoice.id,
        customer_id=invoice.customer_id,
        payer=invoice.payer,
        kind=kind,
        reason=reason,
        note=note,
        total=Money(sum(amount.gross.fen for _line, amount, _cost in parts)),
        tax=Money(sum(amount.tax.fen for _line, amount, _cost in parts)),
        issued_at=tx.now,
        business_day=tx.money_day,
        issued_by_id=tx.actor.id,
        approved_by_id=approved_by_id,
    )
    tx.session.add(credit)
    tx.session.flush()
    tx.reading().execute(
        insert(CreditLine),
        [
            {
                "credit_id": credit.id,
                "invoice_line_id": line.id,
                "amount": amount.gross,
                "tax": amount.tax,
                "cost": cost,
            }
            for line, amount, cost in parts
        ],
    )
    freed = credit_balance(tx, invoice.id, credit.total)
    _count(tx, invoice, credit, parts)
    return credit, freed


def _count(
    tx: Tx, invoice: Invoice, credit: CreditNote, parts: Sequence[tuple[OpenLine, TaxedAmount, Money]]
) -> None:
    """The month loses what it had counted: for the same technician, category and service as then."""
    by_order: dict[int, list[tuple[OpenLine, TaxedAmount, Money]]] = {}
    for each in parts:
        by_order.setdefault(each[0].order_id, []).append(each)
    for order_id, its in by_order.items():
        row: Counted = -counted((line.kind, amount, cost) for line, amount, cost in its)
        sold = tx.session.scalar(
            select(Sale).where(
                Sale.invoice_id == invoice.id, Sale.order_id == order_id, Sale.kind == SaleKind.INVOICE
            )
        )
        add_sale(
            tx,
            tx.session.get_one(RepairOrder, order_id),
            invoice.payer,
            SaleKind.CREDIT,
            row,
            invoice_id=invoice.id,
            credit_id=credit.id,
            like=sold,
        )


def _money(value: Any) -> Money:
    return value if isinstance(value, Money) else Money(int(value or 0))
