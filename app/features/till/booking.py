"""Booking payments (domain.md §8): append-only rows, one method each."""

from __future__ import annotations

from app.core.changes import Kind
from app.core.enums import PaymentKind, PaymentMethod, Series
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7
from app.core.money import MAX_FEN, ZERO, Money
from app.model import Allocation, Payment
from app.store.door import Tx


def book_payment(
    tx: Tx,
    *,
    customer_id: int,
    order_id: int | None,
    kind: PaymentKind,
    method: PaymentMethod,
    amount: Money,
    tendered: Money,
    refund_of_id: int | None = None,
) -> Payment:
    """Book money that changed hands; refunds are negative. ``tendered − amount`` was given back as change."""
    if abs(amount.fen) > MAX_FEN or not amount:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount))
    if (amount < ZERO) != (kind is PaymentKind.REFUND):
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    period = f"{tx.today:%y%m}"
    payment = Payment(
        uuid=uuid7(),
        number=f"S{period}-{tx.next_number(Series.PAYMENT, period):05d}",
        kind=kind,
        method=method,
        amount=amount,
        tendered=tendered,
        customer_id=customer_id,
        order_id=order_id,
        refund_of_id=refund_of_id,
        at=tx.now,
        business_day=tx.today,
        staff_id=tx.actor.id,
        note={},
    )
    tx.session.add(payment)
    tx.session.flush()
    tx.changed(Kind.MONEY, payment.id)
    return payment


def allocate(tx: Tx, payment_id: int, invoice_id: int, amount: Money) -> None:
    """Use part of a payment for an invoice."""
    if amount:
        tx.session.add(Allocation(payment_id=payment_id, invoice_id=invoice_id, amount=amount, at=tx.now))
