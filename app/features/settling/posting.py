"""A settlement in the books: what the brand does not pay leaves its invoices, what it pays more is billed to it.

A claim's invoice stands as receivable from the brand since the delivery. What it does not accept is credited on that
invoice: the month loses that revenue. What it deducts beside the claims is written off on its open invoices, oldest
first: a loss of the shop's, and nobody's work is worth less for it. Bonuses, and what it accepts above a claim, are
billed on the repair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import select

from app.core.brand_codes import ClaimState, SettlementKind
from app.core.changes import Kind
from app.core.enums import CreditKind, CreditReason, LineKind, Payer, WriteOffReason
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE
from app.core.money import ONE, ZERO, Money, divide_half_up
from app.features.billing.correcting import book_credit, book_write_off
from app.features.billing.snapshots import CreditAsked
from app.features.claims.making import step
from app.features.orders.lines import add_plain_line
from app.features.till.booking import balance_of
from app.features.till.invoicing import charges_of, issue_invoice
from app.model import Claim, Invoice, InvoiceBalance, RepairOrder, Settlement, SettlementLine
from app.store.door import Tx


@dataclass(slots=True)
class Booked:
    """Numbers of what a settlement left in the books."""

    credits: list[str] = field(default_factory=list)
    write_offs: list[str] = field(default_factory=list)
    invoices: list[str] = field(default_factory=list)


def book(tx: Tx, settlement: Settlement, lines: Sequence[SettlementLine]) -> Booked:
    """Book all lines and settle the claims.

    Raises ``Refusal``: DEDUCTION_TOO_MUCH, BONUS_WITHOUT_CLAIM, CLOCK_BEFORE_CLOSE; ``Conflict`` where a claim was
    answered otherwise meanwhile.
    """
    booked = Booked()
    claims: list[Claim] = []
    for line in lines:
        if line.kind is SettlementKind.CLAIM and line.claim_id is not None:
            claim = tx.session.get_one(Claim, line.claim_id)
            _book_claim(tx, settlement, line, claim, booked)
            claims.append(claim)
    tx.session.flush()
    for line in lines:
        if line.kind is SettlementKind.BONUS:
            if not claims:
                raise Refusal(Reason.BONUS_WITHOUT_CLAIM)
            booked.invoices.append(_bill(tx, claims[-1], line.description, line.accepted))
    # After the bonuses: what a brand grants and takes in one month may be set against each other.
    for line in lines:
        if line.kind is SettlementKind.DEDUCTION:
            _deduct(tx, settlement, line, booked)
    return booked


def _book_claim(tx: Tx, settlement: Settlement, line: SettlementLine, claim: Claim, booked: Booked) -> None:
    paid = claim.accepted if claim.state is ClaimState.ACCEPTED else None
    if claim.settlement_id != settlement.id or (claim.total, paid or ZERO) != (line.by_table, line.accepted):
        raise Conflict(Kind.SETTLEMENT, settlement.id)
    if line.accepted < line.by_table and claim.invoice_id is not None:
        balance = balance_of(tx, claim.invoice_id)
        # Where tax comes on top of prices, the invoice is more than the claim, and shrinks with it.
        stays = Money(divide_half_up(balance.total.fen * line.accepted.fen, line.by_table.fen))
        # Somebody may have credited or given up some of it by hand before.
        goes = balance.total - balance.credited - balance.written_off - stays
        if goes > ZERO:
            note = " ".join(filter(None, (settlement.number, claim.number, line.reason)))[:LINE]
            asked = CreditAsked(
                claim.invoice_id,
                CreditKind.AMOUNT,
                CreditReason.SETTLED_LOWER,
                note,
                amount=goes,
            )
            booked.credits.append(book_credit(tx, asked).number)
    if line.accepted > line.by_table:
        more = line.accepted - line.by_table
        booked.invoices.append(_bill(tx, claim, f"{settlement.number} {claim.number}", more))
    if claim.state is not ClaimState.WITHDRAWN:
        step(tx, claim, ClaimState.SETTLED, before=claim.state, reason=settlement.number)


def _bill(tx: Tx, claim: Claim, description: str, amount: Money) -> str:
    """Bill the brand more on a claim's repair; the number of the invoice."""
    order = tx.session.get_one(RepairOrder, claim.order_id)
    line = add_plain_line(tx, order, LineKind.OTHER, description, amount, ONE)
    line.payer = Payer.BRAND
    tx.session.flush()
    due_on = tx.money_day + timedelta(days=tx.settings.terms_days)
    invoice = issue_invoice(tx, Payer.BRAND, charges_of(tx, order, [line]), due_on=due_on)
    tx.order(order.id, None)
    tx.journal(order_id=order.id, invoice=invoice.number, fen=invoice.total.fen)
    return invoice.number


def _deduct(tx: Tx, settlement: Settlement, line: SettlementLine, booked: Booked) -> None:
    """Write a deduction off on open invoices of settled claims: this settlement's first, in their order."""
    tx.session.flush()
    left = -line.accepted
    rows = (
        tx.reading()
        .execute(
            select(Invoice.id, InvoiceBalance.due)
            .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
            .join(Claim, Claim.order_id == Invoice.order_id)
            .where(
                InvoiceBalance.payer == Payer.BRAND,
                InvoiceBalance.due > ZERO,
                Claim.brand_id == settlement.brand_id,
                Claim.settlement_id.is_not(None),
            )
            .order_by(Claim.settlement_id != settlement.id, Invoice.id)
        )
        .all()
    )
    there = Money(sum(each.due.fen for each in rows))
    if there < left:
        raise Refusal(Reason.DEDUCTION_TOO_MUCH, amount=there)
    note = " ".join(filter(None, (settlement.number, line.description, line.reason)))[:LINE]
    for each in rows:
        share = min(left, each.due)
        if not share:
            break
        entry = book_write_off(tx, each.id, share, WriteOffReason.DEDUCTED, note)
        booked.write_offs.append(entry.number)
        left -= share
