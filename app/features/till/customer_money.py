"""What a customer's money is: what is held for him, what he owes (domain.md §8). Records merged into his are his."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, func, or_, select

from app.core.enums import CLOSED, Payer, PaymentMethod
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.till.booking import Source
from app.model import Allocation, HeldMoney, Invoice, InvoiceBalance, RepairOrder


@dataclass(frozen=True, slots=True)
class Held:
    """Money held of one payment."""

    payment_id: int
    order_id: int | None
    method: PaymentMethod
    amount: Money


@dataclass(frozen=True, slots=True)
class Party:
    """Who pays: customers ``customers`` (one person's records), or a third party. That is known by its name; where
    invoices name none, by the customers whose orders it pays."""

    payer: Payer
    name: str
    customers: Sequence[int]


_HELD = (
    select(HeldMoney.payment_id, HeldMoney.order_id, HeldMoney.method, HeldMoney.amount)
    .outerjoin(RepairOrder, RepairOrder.id == HeldMoney.order_id)
    .order_by(HeldMoney.payment_id)
)


def held_on(reading: Connection, order_id: int, payer: Payer = Payer.CUSTOMER) -> list[Held]:
    """Deposits on one order, oldest first."""
    return _rows(reading, _HELD.where(HeldMoney.order_id == order_id, HeldMoney.payer == payer))


def free_credit(reading: Connection, ids: Sequence[int]) -> list[Held]:
    """The credit of customers ``ids``: held for no order, or for one that is closed; oldest first. The deposit of an
    open order is for that order."""
    loose = or_(HeldMoney.order_id.is_(None), RepairOrder.status.in_(sorted(CLOSED)))
    return _rows(
        reading, _HELD.where(HeldMoney.customer_id.in_(ids), HeldMoney.payer == Payer.CUSTOMER, loose)
    )


def held_of(reading: Connection, party: Party) -> list[Held]:
    """What is held for a third party (a credit note set it free), oldest first; deposits are customers' only."""
    if party.payer is Payer.CUSTOMER:
        return free_credit(reading, party.customers)
    paid = (
        select(Allocation.id)
        .join(Invoice, Invoice.id == Allocation.invoice_id)
        .where(Allocation.payment_id == HeldMoney.payment_id, Invoice.payer_name == party.name)
    )
    if not party.name:
        paid = paid.where(Invoice.customer_id.in_(party.customers))
    return _rows(reading, _HELD.where(HeldMoney.payer == party.payer, paid.exists()))


def due_of(reading: Connection, ids: Sequence[int]) -> Money:
    """What customers ``ids`` owe themselves, all invoices together."""
    found = reading.execute(
        select(func.coalesce(func.sum(InvoiceBalance.due), 0)).where(
            InvoiceBalance.customer_id.in_(ids),
            InvoiceBalance.due > ZERO,
            InvoiceBalance.payer == Payer.CUSTOMER,
        )
    ).scalar_one()
    return found if isinstance(found, Money) else Money(int(found))


def sources_of(held: Sequence[Held], method: PaymentMethod, amount: Money) -> list[Source]:
    """Which payments ``amount`` is given back of: those of the same method first, oldest first. ``REFUND_TOO_MUCH``
    where less is held."""
    there = Money(sum(each.amount.fen for each in held))
    if amount > there:
        raise Refusal(Reason.REFUND_TOO_MUCH, amount=there)
    found, rest = [], amount
    for each in sorted(held, key=lambda each: (each.method is not method, each.payment_id)):
        share = min(rest, each.amount)
        if share:
            found.append(Source(each.payment_id, share))
            rest -= share
    return found


def _rows(reading: Connection, query: Any) -> list[Held]:
    return [Held(each.payment_id, each.order_id, each.method, each.amount) for each in reading.execute(query)]
