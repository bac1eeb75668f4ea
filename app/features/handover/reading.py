"""What hand-over asks the records: the order behind a scan, the card at the counter, payments, what is owed."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, or_, select

from app.core import codes
from app.core.clock import business_day
from app.core.enums import AT_COUNTER, Action, Command, Payer, PriceUse, ReceiptProof, Status
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import Actor
from app.features.customers.reading import family
from app.features.handover.settling import REPAIR_LINES, is_person
from app.features.handover.snapshots import HandoverCard, PaymentRow, Receivable
from app.features.old_parts.register import missing_of
from app.features.orders.card import card_by_id
from app.features.orders.quotes import explain
from app.features.orders.snapshots import OrderCard
from app.features.pricing.reading import fee_of
from app.features.till.customer_money import free_credit
from app.model import Allocation, Customer, Invoice, InvoiceBalance, Payment, PickupReceipt, RepairOrder, Sale
from app.model.lifecycle import OrderFacts, within_agreement
from app.model.settings import ShopSettings, by_category

_ORDER = RepairOrder.__table__.c
#: Further devices of the same customer named beside the one that is handed over.
_MOST_ALSO_READY = 5
_UNREPAIRED = (Status.DECLINED, Status.UNREPAIRABLE)


def order_behind(reading: Connection, text: str) -> tuple[int, str]:
    """The order that a scan names, and the receipt's code where it was a receipt.

    ``Refusal``: CODE_DAMAGED, CODE_FOREIGN, CODE_UNKNOWN, RECEIPT_VOID with its date.
    """
    match codes.parse(text):
        case codes.Code(kind=codes.CodeKind.RECEIPT, digits=digits):
            row = reading.execute(
                select(PickupReceipt.order_id, PickupReceipt.voided_at).where(PickupReceipt.code == digits)
            ).one_or_none()
            if row is None:
                raise Refusal(Reason.CODE_UNKNOWN, text=digits)
            if row.voided_at is not None:
                raise Refusal(Reason.RECEIPT_VOID, when=row.voided_at, order_id=int(row.order_id))
            return int(row.order_id), digits
        case codes.Code(kind=codes.CodeKind.ORDER, digits=digits):
            order_id = reading.execute(
                select(_ORDER.id).where(_ORDER.card_code == digits)
            ).scalar_one_or_none()
            if order_id is None:
                raise Refusal(Reason.CODE_UNKNOWN, text=digits)
            return int(order_id), ""
        case codes.DamagedCode(digits=digits):
            raise Refusal(Reason.CODE_DAMAGED, text=digits)
        case _:
            raise Refusal(Reason.CODE_FOREIGN, text=text[:40])


def handover_card(
    reading: Connection,
    settings: ShopSettings,
    now: datetime,
    order_id: int,
    actor: Actor,
    proof: ReceiptProof | None,
    receipt_code: str,
) -> HandoverCard:
    """An order at the counter with what stands in the way of handing it over."""
    card = card_by_id(reading, settings, order_id, actor, now)
    receipt_out = reading.execute(
        select(PickupReceipt.id).where(PickupReceipt.order_id == order_id, PickupReceipt.voided_at.is_(None))
    ).first()
    also = reading.execute(
        select(_ORDER.id, _ORDER.number)
        .where(
            _ORDER.customer_id == card.customer_id,
            _ORDER.id != order_id,
            _ORDER.status.in_(sorted(AT_COUNTER)),
        )
        .order_by(_ORDER.id)
        .limit(_MOST_ALSO_READY)
    ).all()
    blocks = []
    if card.status is Status.QC:
        blocks.append(Refusal(Reason.QC_OPEN))
    elif card.status not in AT_COUNTER and card.status is not Status.ON_SITE:
        blocks.append(Refusal(Reason.MOVE_NOT_ALLOWED, action=Action.DELIVER, status=card.status))
    elif card.approved_total is not None and card.invoice_number == "":
        beyond = within_agreement(
            OrderFacts(
                card.status,
                customer_total=card.customer_total,
                approved_total=card.approved_total,
                spend_limit=card.spend_limit,
            )
        )
        if beyond is not None:
            blocks.append(beyond)
    if proof is None and receipt_out is not None:
        blocks.append(Refusal(Reason.RECEIPT_NOT_SHOWN))
    return HandoverCard(
        card=card,
        proof=proof,
        receipt_out=receipt_out is not None,
        receipt_code=receipt_code,
        blocks=tuple(blocks),
        may_put_on_account=actor.may(Command.SETTLE_ON_ACCOUNT),
        discount_limit_percent=settings.discount_limit.get(actor.role.value, 0),
        guarantee_until=_guarantee_until(card, settings, now),
        diagnosis_fee=_diagnosis_fee(reading, settings, card),
        explained=explain(reading, settings, order_id) if card.quote is not None else None,
        also_ready=tuple((each.id, each.number) for each in also),
        old_parts_missing=missing_of(reading, card.id) if card.payer is Payer.BRAND else 0,
        credit=_credit(reading, card.customer_id),
        pay_by=_pay_by(reading, settings, now, card.customer_id),
    )


def _credit(reading: Connection, customer_id: int) -> Money:
    return Money(sum(each.amount.fen for each in free_credit(reading, family(reading, customer_id))))


def _pay_by(reading: Connection, settings: ShopSettings, now: datetime, customer_id: int) -> date:
    """The customer's own terms, else the shop's."""
    own = reading.execute(select(Customer.terms_days).where(Customer.id == customer_id)).scalar()
    days = settings.terms_days if own is None else own
    return business_day(now, settings.time_zone) + timedelta(days=days)


def _diagnosis_fee(reading: Connection, settings: ShopSettings, card: OrderCard) -> Money:
    fee = fee_of(reading, PriceUse.DIAGNOSIS, card.category, card.job_kind)
    return Money(settings.diagnosis_fee) if fee is None else fee


def _guarantee_until(card: OrderCard, settings: ShopSettings, now: datetime) -> date | None:
    """What was promised; before the hand-over what would be. Nothing that was not repaired has a guarantee."""
    if card.status is Status.DELIVERED:
        return card.guarantee_until
    if card.status in _UNREPAIRED or not any(line.kind in REPAIR_LINES for line in card.lines):
        return None
    days = by_category(settings.guarantee_days, card.category)
    return business_day(now, settings.time_zone) + timedelta(days=days)


def payments_of(reading: Connection, order_id: int) -> tuple[PaymentRow, ...]:
    """What was paid and refunded on an order, oldest first."""
    # Paid for several orders together, or with credit of another one: found by the invoice.
    used = (
        select(Allocation.payment_id)
        .join(Sale, Sale.invoice_id == Allocation.invoice_id)
        .where(Sale.order_id == order_id)
    )
    rows = reading.execute(
        select(Payment.id, Payment.number, Payment.kind, Payment.method, Payment.amount, Payment.at)
        .where(or_(Payment.order_id == order_id, Payment.id.in_(used)))
        .order_by(Payment.id)
    )
    return tuple(payment_row(each) for each in rows)


def payment_row(payment: Any) -> PaymentRow:
    """A payment, mapped or read, as pages hold it."""
    return PaymentRow(
        payment.id, payment.number, payment.kind.value, payment.method, payment.amount, payment.at
    )


def receivables_of(reading: Connection, customer_id: int) -> tuple[Receivable, ...]:
    """The customer's unpaid invoices, oldest first, those of records merged into his included."""
    rows = reading.execute(
        select(
            Invoice.id,
            Invoice.number,
            Invoice.issued_at,
            Invoice.total,
            Customer.name,
            InvoiceBalance.due,
            InvoiceBalance.due_on,
        )
        .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(
            InvoiceBalance.customer_id.in_(family(reading, customer_id)),
            InvoiceBalance.due > ZERO,
            InvoiceBalance.payer == Payer.CUSTOMER,
        )
        .order_by(Invoice.id)
    )
    return tuple(
        Receivable(
            each.id, each.number, customer_id, each.name, each.issued_at, each.total, each.due, each.due_on
        )
        for each in rows
    )


def check_identity(reading: Connection, order_id: int, name: str, phone: str) -> None:
    """Whether the person who lost the receipt is the customer. ``Refusal``: IDENTITY_NOT_CHECKED, NOT_FOUND."""
    row = reading.execute(
        select(Customer.name, Customer.phone, Customer.phone2)
        .join(RepairOrder, RepairOrder.customer_id == Customer.id)
        .where(RepairOrder.id == order_id)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    if not is_person(row.name, (row.phone, row.phone2), name, phone):
        raise Refusal(Reason.IDENTITY_NOT_CHECKED)
