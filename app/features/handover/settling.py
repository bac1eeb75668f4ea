"""The steps of settling: who may take the device, invoices by payer, deposits, the guarantee (domain.md §3, §8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from app.core import codes
from app.core.enums import LineKind, Payer, ReceiptProof
from app.core.errors import Reason, Refusal
from app.core.fields import clean_phone
from app.core.money import ZERO, Money
from app.features.handover.snapshots import Settlement
from app.features.till.booking import use_held
from app.features.till.customer_money import Held
from app.features.till.invoicing import PAYERS, book_own_cost, charges_of, issue_invoice, renew_tax
from app.model import Customer, Device, Invoice, OrderLine, PickupReceipt, RepairOrder
from app.model.settings import by_category
from app.store.door import Tx

#: What makes a hand-over a repair: their absence (a diagnosis fee alone, nothing at all) starts no guarantee.
REPAIR_LINES = (LineKind.LABOUR, LineKind.PART)


def check_proof(tx: Tx, order: RepairOrder, settlement: Settlement) -> None:
    out = tx.session.scalars(
        select(PickupReceipt).where(PickupReceipt.order_id == order.id, PickupReceipt.voided_at.is_(None))
    ).all()
    if not out:
        return  # nothing was handed to the customer: an on-site job
    if settlement.proof is ReceiptProof.SCANNED:
        known = codes.parse(settlement.receipt_code)
        if not isinstance(known, codes.Code) or known.kind is not codes.CodeKind.RECEIPT:
            raise Refusal(Reason.RECEIPT_NOT_SHOWN)
        if known.digits in {each.code for each in out}:
            return
        other = tx.session.scalar(select(PickupReceipt).where(PickupReceipt.code == known.digits))
        if other is None:
            raise Refusal(Reason.CODE_UNKNOWN, text=known.digits)
        if other.voided_at is not None:
            raise Refusal(Reason.RECEIPT_VOID, when=other.voided_at, order_id=other.order_id)
        number = tx.session.get_one(RepairOrder, other.order_id).number
        raise Refusal(Reason.RECEIPT_OF_OTHER, number=number)
    customer = tx.session.get_one(Customer, order.customer_id)
    if not settlement.identity_name.strip():
        raise Refusal(Reason.RECEIPT_NOT_SHOWN)
    if not is_person(
        customer.name,
        (customer.phone, customer.phone2),
        settlement.identity_name,
        settlement.identity_phone,
    ):
        raise Refusal(Reason.IDENTITY_NOT_CHECKED)


def open_charges(tx: Tx, order: RepairOrder) -> list[OrderLine]:
    """The charges of an order at the rates of today; call before what is due is worked out."""
    lines = list(
        tx.session.scalars(
            select(OrderLine)
            .where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
            .order_by(OrderLine.id)
        )
    )
    renew_tax(tx, lines)
    return lines


def issue_invoices(
    tx: Tx, orders: Sequence[tuple[RepairOrder, Sequence[OrderLine]]], due_on: date | None
) -> list[Invoice]:
    """One invoice to the customer for all orders, one to each third party for each order: a claim is one order's."""
    charges = [(order, charges_of(tx, order, lines)) for order, lines in orders]
    invoices = []
    mine = [each for _order, its in charges for each in its if each.line.payer is Payer.CUSTOMER]
    if mine:
        invoices.append(issue_invoice(tx, Payer.CUSTOMER, mine, due_on=due_on))
    terms = tx.money_day + timedelta(days=tx.settings.terms_days)
    for order, its in charges:
        for payer in PAYERS[1:]:
            theirs = [each for each in its if each.line.payer is payer]
            if theirs:
                invoices.append(issue_invoice(tx, payer, theirs, due_on=terms))
        book_own_cost(tx, order, [each.line for each in its])
    return invoices


def use_deposits(tx: Tx, held: Sequence[Held], invoice: Invoice | None) -> Money:
    """Use money held for an invoice, in its order; what is left stays the customer's credit."""
    if invoice is None:
        return ZERO
    left = invoice.total
    for each in held:
        take = min(each.amount, left)
        if take:
            use_held(tx, each.payment_id, invoice.id, take)
            left -= take
    return invoice.total - left


def start_guarantee(tx: Tx, order: RepairOrder) -> None:
    order.delivered_at, order.delivered_day = tx.now, tx.today
    repaired = tx.session.scalar(
        select(OrderLine.id)
        .where(
            OrderLine.order_id == order.id,
            OrderLine.removed.is_(False),
            OrderLine.kind.in_(REPAIR_LINES),
        )
        .limit(1)
    )
    if repaired is not None:
        category = tx.session.get_one(Device, order.device_id).category
        order.guarantee_until = tx.today + timedelta(days=by_category(tx.settings.guarantee_days, category))


def is_person(name: str, phones: tuple[str, str], given_name: str, given_phone: str) -> bool:
    """Name and phone as given against the record; a customer without any phone is known by his name alone."""
    same_name = "".join(given_name.split()).casefold() == "".join(name.split()).casefold()
    known = {phone for phone in phones if phone}
    return same_name and (not known or clean_phone(given_phone) in known)
