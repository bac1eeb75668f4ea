"""The steps of settling: who may take the device, invoices by payer, deposits, the guarantee (domain.md §3, §8)."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.core import codes
from app.core.enums import LineKind, Payer, ReceiptProof, Series
from app.core.errors import Reason, Refusal
from app.core.fields import clean_phone
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.features.handover.snapshots import Settlement
from app.features.till.booking import allocate
from app.model import Customer, Device, Invoice, InvoiceLine, OrderLine, Payment, PickupReceipt, RepairOrder
from app.model.billing import taxed
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


def issue_invoices(tx: Tx, order: RepairOrder) -> list[Invoice]:
    lines = tx.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
        .order_by(OrderLine.id)
    ).all()
    invoices = []
    for payer in (Payer.CUSTOMER, Payer.BRAND, Payer.UNDERWRITER, Payer.CONTRACT):
        charged = [line for line in lines if line.payer is payer]
        if not charged:
            continue
        invoices.append(_issue_invoice(tx, order, payer, charged))
    return invoices


def _issue_invoice(tx: Tx, order: RepairOrder, payer: Payer, lines: list[OrderLine]) -> Invoice:
    inclusive = tx.settings.tax_inclusive
    amounts = [taxed(line.amount, line.tax_permille, inclusive=inclusive) for line in lines]
    period = f"{tx.today:%y%m}"
    invoice = Invoice(
        uuid=uuid7(),
        number=f"F{period}-{tx.next_number(Series.INVOICE, period):05d}",
        order_id=order.id,
        customer_id=order.customer_id,
        payer=payer,
        service_type=order.service_type,
        technician_id=order.technician_id,
        total=Money(sum(each.gross.fen for each in amounts)),
        tax=Money(sum(each.tax.fen for each in amounts)),
        tax_inclusive=inclusive,
        issued_at=tx.now,
        business_day=tx.today,
        issued_by_id=tx.actor.id,
    )
    tx.session.add(invoice)
    tx.session.flush()
    for line, amount in zip(lines, amounts, strict=True):
        tx.session.add(
            InvoiceLine(
                invoice_id=invoice.id,
                kind=line.kind,
                part_id=line.part_id,
                description=line.description,
                unit=line.unit,
                quantity=line.quantity,
                unit_price=line.unit_price,
                amount=amount.gross,
                tax_permille=line.tax_permille,
                tax=amount.tax,
            )
        )
    return invoice


def use_deposits(tx: Tx, order: RepairOrder, invoice: Invoice | None) -> Money:
    """Allocate what is held on the order, oldest first; what is left stays the customer's credit."""
    if invoice is None:
        return ZERO
    rows = tx.session.execute(
        select(Payment.id, Payment.amount).where(Payment.order_id == order.id).order_by(Payment.id)
    ).all()
    refunds = Money(-sum(amount.fen for _id, amount in rows if amount < ZERO))
    left, used = invoice.total, ZERO
    for payment_id, amount in rows:
        if amount < ZERO:
            continue
        # Refunds were given out of the oldest deposits first.
        back = min(amount, refunds)
        refunds -= back
        take = min(amount - back, left)
        allocate(tx, payment_id, invoice.id, take)
        left -= take
        used += take
    return used


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
