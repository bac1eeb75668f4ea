"""Forms of an order's papers, built from the records as they stand."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.core import formats
from app.core.enums import (
    CoverReason,
    CustodyWay,
    LineKind,
    NoteKind,
    PaperKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    QuoteState,
)
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.features.orders.card import read_lines
from app.features.orders.quotes import explain
from app.features.printing.forms_of_cover import has_record
from app.features.printing.forms_of_shop import shop_block
from app.model import (
    Allocation,
    CreditNote,
    CustodyEntry,
    Customer,
    Device,
    Invoice,
    InvoiceBalance,
    InvoiceLine,
    OrderNote,
    Payment,
    Quote,
    RepairOrder,
    Sale,
    Signature,
    Staff,
    WriteOff,
)
from app.model import PickupReceipt as PickupReceiptRow
from app.papers import forms_of_orders as forms
from app.store.door import Store

_ORDER = RepairOrder.__table__.c
_BASE = (
    select(
        RepairOrder.__table__,
        Customer.name.label("customer_name"),
        Customer.phone.label("customer_phone"),
        Customer.address.label("customer_address"),
        Customer.tax_number.label("customer_tax_number"),
        Device.category,
        Device.brand,
        Device.model,
        Device.serial,
        Staff.name.label("technician"),
    )
    .join(Customer, Customer.id == _ORDER.customer_id)
    .join(Device, Device.id == _ORDER.device_id)
    .outerjoin(Staff, Staff.id == _ORDER.technician_id)
)


def pickup_receipt(reading: Connection, store: Store, number: str) -> tuple[forms.PickupReceipt, int]:
    """The claim ticket by order number; an order that never came in has none."""
    order = _order(reading, number)
    receipt = reading.execute(
        select(PickupReceiptRow.code, Staff.name)
        .outerjoin(
            CustodyEntry,
            (CustodyEntry.order_id == PickupReceiptRow.order_id) & (CustodyEntry.way == CustodyWay.IN),
        )
        .outerjoin(Staff, Staff.id == CustodyEntry.staff_id)
        .where(PickupReceiptRow.order_id == order.id)
        .order_by(PickupReceiptRow.id.desc())
        .limit(1)
    ).one_or_none()
    if receipt is None:
        raise Refusal(Reason.NOT_FOUND)
    settings = store.settings
    form = forms.PickupReceipt(
        shop=shop_block(settings),
        number=order.number,
        receipt_code=receipt.code,
        taken_in_at=order.taken_in_at,
        device=_device(order),
        fault=order.fault,
        taken_by=receipt.name or "",
        customer_name=order.customer_name,
        customer_phone=order.customer_phone,
        accessories=formats.joined(order.accessories),
        damage=order.damage,
        service=order.service_type,
        estimate=order.estimate,
        limit=order.spend_limit,
        deposit=_held(reading, order.id),
        promised_at=order.promised_at,
        terms=settings.terms,
        care=settings.care.get(order.category, ""),
    )
    return form, order.id


def repair_card(reading: Connection, store: Store, number: str) -> tuple[forms.RepairCard, int]:
    """The card that hangs on the device, by order number."""
    order = _order(reading, number)
    form = forms.RepairCard(
        shop=shop_block(store.settings),
        number=order.number,
        card_code=order.card_code,
        taken_in_at=order.taken_in_at,
        device=_device(order),
        fault=order.fault,
        customer_name=order.customer_name,
        customer_phone=order.customer_phone,
        accessories=formats.joined(order.accessories),
        damage=order.damage,
        cover_reason=CoverReason(order.cover["reason"]),
        cover_until=date.fromisoformat(order.cover["until"]) if order.cover.get("until") else None,
        cover_who=order.cover.get("who", ""),
        cover_note=order.cover.get("note", ""),
        service=order.service_type,
        limit=order.spend_limit,
        shelf=order.shelf,
        promised_at=order.promised_at,
        technician=order.technician or "",
        has_passcode=order.passcode is not None,
        repair_mode=_has_note(reading, order.id, NoteKind.REPAIR_MODE),
    )
    return form, order.id


def device_label(reading: Connection, _store: Store, number: str) -> tuple[forms.DeviceLabel, int]:
    """The label on the device or one of its pieces, by order number."""
    order = _order(reading, number)
    form = forms.DeviceLabel(
        number=order.number,
        card_code=order.card_code,
        taken_in_at=order.taken_in_at,
        device=_device(order),
        customer_name=order.customer_name,
        customer_phone=order.customer_phone,
        fault=order.fault,
        shelf=order.shelf,
        promised_at=order.promised_at,
    )
    return form, order.id


def quote(reading: Connection, store: Store, number: str) -> tuple[forms.QuoteSheet, int]:
    """The newest quote of an order, by order number; an older version by ``number/version``."""
    number, _slash, version = number.partition("/")
    order = _order(reading, number)
    wanted = (
        select(Quote.__table__, Staff.name.label("made_by"))
        .outerjoin(Staff, Staff.id == Quote.made_by_id)
        .where(Quote.order_id == order.id)
        .order_by(Quote.id.desc())
        .limit(1)
    )
    if version:
        wanted = wanted.where(Quote.version == (int(version) if version.isdecimal() else 0))
    row = reading.execute(wanted).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    settings = store.settings
    lines = [line for line in row.lines["lines"] if line["payer"] == Payer.CUSTOMER]
    discount = Money(-sum(line["fen"] for line in lines if line["kind"] == LineKind.DISCOUNT))
    tax = Money(sum(Money(line["fen"]).tax_within(line["tax_permille"]).fen for line in lines))
    form = forms.QuoteSheet(
        shop=shop_block(settings),
        number=order.number,
        quoted_at=row.made_at,
        device=_device(order),
        lines=tuple(
            forms.ChargeLine(
                kind=LineKind(line["kind"]),
                description=line["description"],
                amount=Money(line["fen"]),
                quantity=Quantity(line["milli"]),
                unit=line["unit"],
                price=Money(line["price_fen"]),
                tax_permille=line["tax_permille"],
            )
            for line in lines
            if line["kind"] != LineKind.DISCOUNT
        ),
        total=row.total,
        version=row.version,
        subtotal=row.total - tax,
        discount=discount,
        tax=tax,
        tax_included=settings.tax_inclusive,
        card_code=order.card_code,
        quoted_by=row.made_by or "",
        customer_name=order.customer_name,
        customer_phone=order.customer_phone,
        fault=order.fault,
        diagnosis=_newest_note(reading, order.id, NoteKind.FAULT),
        valid_until=row.valid_until,
        approval=row.answered_way if row.state is QuoteState.APPROVED else None,
        approved_at=row.answered_at if row.state is QuoteState.APPROVED else None,
        # What was signed for another version says nothing of this one.
        signature=_signature(reading, order.id, PaperKind.QUOTE, row.answered_at)
        if row.state is QuoteState.APPROVED
        else None,
        limit=row.spend_limit,
        answered_name=row.answered_name,
        answer_note=row.answer_note,
        declined=row.state is QuoteState.DECLINED,
        replaced=row.state is QuoteState.REPLACED,
        terms=settings.terms,
    )
    return form, order.id


def invoice(reading: Connection, store: Store, number: str) -> tuple[forms.InvoiceSheet, int]:
    """An invoice by its own number, with what was paid and what is due."""
    row = reading.execute(
        select(Invoice.__table__, Staff.name.label("issued_by"))
        .outerjoin(Staff, Staff.id == Invoice.issued_by_id)
        .where(Invoice.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    order = reading.execute(_BASE.where(_ORDER.id == row.order_id)).one()
    settings = store.settings
    lines = reading.execute(
        select(InvoiceLine.__table__).where(InvoiceLine.invoice_id == row.id).order_by(InvoiceLine.id)
    ).all()
    used = func.sum(Allocation.amount)
    paid = reading.execute(
        select(Payment.kind, Payment.method, Payment.amount, Payment.tendered, Payment.at, used.label("used"))
        .join(Allocation, Allocation.payment_id == Payment.id)
        .where(Allocation.invoice_id == row.id)
        .group_by(Payment.id)
        .having(used > ZERO)
        .order_by(Payment.id)
    ).all()
    # What was there before the invoice is a deposit or credit; what came later is no change of that day.
    deposits = [each for each in paid if each.kind is PaymentKind.DEPOSIT]
    credit = [each for each in paid if each.kind is PaymentKind.PAYMENT and each.at < row.issued_at]
    payments = [each for each in paid if each.kind is PaymentKind.PAYMENT and each.at >= row.issued_at]
    at_once = [each for each in payments if each.at == row.issued_at]
    cash = [each for each in at_once if each.method is PaymentMethod.CASH]
    balance = reading.execute(
        select(InvoiceBalance.due, InvoiceBalance.credited).where(InvoiceBalance.invoice_id == row.id)
    ).one()
    several = _billed_orders(reading, row.id)
    form = forms.InvoiceSheet(
        shop=shop_block(settings),
        number=row.number,
        order_number=order.number,
        issued_at=row.issued_at,
        device=_device(order),
        lines=tuple(
            forms.ChargeLine(
                kind=each.kind,
                description=each.description,
                amount=each.amount,
                quantity=each.quantity,
                unit=each.unit,
                price=each.unit_price,
                tax_permille=each.tax_permille,
                order_number=several[each.order_id].number if several else "",
            )
            for each in lines
            if each.kind is not LineKind.DISCOUNT
        ),
        total=row.total,
        issued_by=row.issued_by or "",
        card_code=order.card_code,
        customer_name=order.customer_name,
        customer_phone=order.customer_phone,
        customer_address=order.customer_address,
        customer_tax_number=order.customer_tax_number,
        # Of several devices each says its own.
        fault="" if several else order.fault,
        work_done="" if several else _newest_note(reading, order.id, NoteKind.FIX),
        service=row.service_type,
        subtotal=row.total - row.tax,
        discount=Money(-sum(each.amount.fen for each in lines if each.kind is LineKind.DISCOUNT)),
        tax=row.tax,
        tax_included=row.tax_inclusive,
        payments=tuple(forms.PaidLine(each.method, _money(each.used)) for each in payments),
        deposit_used=_used(deposits),
        credit_used=_used(credit),
        cash_received=Money(sum(each.tendered.fen for each in cash)),
        change=Money(sum(each.tendered.fen - each.amount.fen for each in cash)),
        kept=Money(sum(each.amount.fen - _money(each.used).fen for each in at_once)),
        credited=balance.credited,
        on_account=balance.due,
        due=balance.due,
        due_on=row.due_on if balance.due else None,
        payer=row.payer,
        payer_name=row.payer_name,
        orders=tuple(several.values()),
        guarantee_until=order.guarantee_until,
        guarantee=settings.guarantee,
        signature=_signature(reading, order.id, PaperKind.INVOICE),
        **_against_quote(reading, store, row, several),
    )
    return form, order.id


def _against_quote(reading: Connection, store: Store, invoice: Row[Any], several: Any) -> dict[str, Any]:
    """What the customer agreed to and what is billed otherwise, where the shop wants it said and something is."""
    if not store.settings.quote_on_invoice or invoice.payer is not Payer.CUSTOMER or several:
        return {}
    explained = explain(reading, store.settings, invoice.order_id)
    if explained is None or not explained.differences or explained.total != invoice.total:
        return {}
    return {
        "quoted": explained.quote.total,
        "differences": tuple(
            forms.QuoteDifference(
                each.change,
                each.said.description,
                each.before.gross if each.before else ZERO,
                each.now.gross if each.now else ZERO,
                each.said.reason,
            )
            for each in explained.differences
        ),
    }


def payment_receipt(
    reading: Connection, store: Store, number: str
) -> tuple[forms.PaymentReceipt, int | None]:
    """The receipt for one payment, deposit or refund, by its own number."""
    row = reading.execute(
        select(Payment.__table__, Staff.name.label("taken_by"), Customer.name.label("customer_name"))
        .join(Customer, Customer.id == Payment.customer_id)
        .outerjoin(Staff, Staff.id == Payment.staff_id)
        .where(Payment.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    order = reading.execute(_BASE.where(_ORDER.id == row.order_id)).one_or_none() if row.order_id else None
    invoices = reading.execute(
        select(Invoice.id, Invoice.number, Invoice.total, Invoice.payer_name)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .where(Allocation.payment_id == row.id)
        .group_by(Invoice.id)
        .order_by(Invoice.id)
    ).all()
    given_up = reading.execute(
        select(Staff.name).where(Staff.id == (row.note or {}).get("approved_by"))
    ).scalar()
    form = forms.PaymentReceipt(
        shop=shop_block(store.settings),
        number=row.number,
        kind=row.kind,
        amount=Money(abs(row.amount.fen)),
        method=row.method,
        at=row.at,
        order_number=order.number if order else "",
        invoice_number=formats.joined(each.number for each in invoices),
        received_from=_who_paid(reading, row),
        taken_by=row.taken_by or "",
        device=_device(order) if order else None,
        due=_due_after(reading, store, row, invoices),
        note=(row.note or {}).get("reason", ""),
        approved_by=given_up or "",
    )
    return form, row.order_id


def _who_paid(reading: Connection, payment: Row[Any]) -> str:
    """The customer, or the third party as its invoices name it: of a refund those that its money had paid."""
    if payment.payer is Payer.CUSTOMER:
        return str(payment.customer_name)
    name = reading.execute(
        select(Invoice.payer_name)
        .join(Allocation, Allocation.invoice_id == Invoice.id)
        .where(Allocation.payment_id == (payment.refund_of_id or payment.id), Invoice.payer_name != "")
        .limit(1)
    ).scalar()
    return str(payment.customer_name if name is None else name)


def available(reading: Connection, order_id: int) -> Iterator[tuple[PaperKind, str]]:
    """Every paper that an order has, with the number it is asked for by."""
    order = reading.execute(select(_ORDER.number).where(_ORDER.id == order_id)).scalar_one_or_none()
    if order is None:
        raise Refusal(Reason.NOT_FOUND)
    if reading.execute(
        select(PickupReceiptRow.id).where(PickupReceiptRow.order_id == order_id).limit(1)
    ).first():
        yield PaperKind.PICKUP_RECEIPT, order
    yield PaperKind.REPAIR_CARD, order
    yield PaperKind.DEVICE_LABEL, order
    if reading.execute(select(Quote.id).where(Quote.order_id == order_id).limit(1)).first():
        yield PaperKind.QUOTE, order
    if has_record(reading, order_id):
        yield PaperKind.STATUTORY_RECORD, order
    # By the lines: an invoice for several devices is a paper of each of them.
    ids = select(Sale.invoice_id).where(Sale.order_id == order_id, Sale.invoice_id.is_not(None))
    for row in reading.execute(
        select(Invoice.number)
        .where(Invoice.id.in_(ids), Invoice.payer == Payer.CUSTOMER)
        .order_by(Invoice.id)
    ):
        yield PaperKind.INVOICE, row.number
    for row in reading.execute(
        select(CreditNote.number).where(CreditNote.invoice_id.in_(ids)).order_by(CreditNote.id)
    ):
        yield PaperKind.CREDIT_NOTE, row.number
    for row in reading.execute(
        select(Payment.number).where(Payment.order_id == order_id).order_by(Payment.id)
    ):
        yield PaperKind.PAYMENT_RECEIPT, row.number


def _order(reading: Connection, number: str) -> Row[Any]:
    row = reading.execute(_BASE.where(_ORDER.number == number)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return row


def _device(order: Row[Any]) -> forms.DeviceBlock:
    return forms.DeviceBlock(order.category, order.brand, order.model, order.serial)


def _held(reading: Connection, order_id: int, up_to: int | None = None) -> Money:
    """Deposits less refunds of an order; ``up_to`` leaves out the payments after that id."""
    held = select(func.coalesce(func.sum(Payment.amount), 0)).where(
        Payment.order_id == order_id, Payment.kind != PaymentKind.PAYMENT
    )
    if up_to is not None:
        held = held.where(Payment.id <= up_to)
    return _money(reading.execute(held).scalar_one())


def _money(sum_: Any) -> Money:
    return sum_ if isinstance(sum_, Money) else Money(int(sum_ or 0))


def _used(payments: Sequence[Any]) -> Money:
    """What of these payments went into the invoice."""
    return Money(sum(_money(each.used).fen for each in payments))


def _billed_orders(reading: Connection, invoice_id: int) -> dict[int, forms.BilledOrder]:
    """The orders of an invoice that is for several, by id; none of an ordinary one."""
    ids = select(InvoiceLine.order_id).where(InvoiceLine.invoice_id == invoice_id).distinct()
    rows = reading.execute(_BASE.where(_ORDER.id.in_(ids)).order_by(_ORDER.id)).all()
    if len(rows) < 2:
        return {}
    return {each.id: forms.BilledOrder(each.number, _device(each), each.fault) for each in rows}


def _due_after(reading: Connection, store: Store, payment: Row[Any], invoices: Sequence[Any]) -> Money | None:
    """What was still to pay once this payment was in: of its invoices, before there is one of the order's charges.
    None for refunds and where nothing has been charged yet."""
    if payment.kind is PaymentKind.REFUND:
        return None
    if invoices:
        ids = [each.id for each in invoices]
        settled = select(func.sum(Allocation.amount)).where(
            Allocation.invoice_id.in_(ids), Allocation.payment_id <= payment.id
        )
        credited = select(func.sum(CreditNote.total)).where(
            CreditNote.invoice_id.in_(ids), CreditNote.issued_at <= payment.at
        )
        given_up = select(func.sum(WriteOff.amount)).where(
            WriteOff.invoice_id.in_(ids), WriteOff.at <= payment.at
        )
        gone = sum(_money(reading.execute(each).scalar()).fen for each in (settled, credited, given_up))
        return max(Money(sum(each.total.fen for each in invoices) - gone), ZERO)
    if payment.order_id is None:
        return None
    lines = read_lines(reading, store.settings, payment.order_id)
    if not lines:
        return None
    charges = Money(sum(line.gross.fen for line in lines if line.payer is Payer.CUSTOMER))
    return max(charges - _held(reading, payment.order_id, payment.id), ZERO)


def _newest_note(reading: Connection, order_id: int, kind: NoteKind) -> str:
    return (
        reading.execute(
            select(OrderNote.text)
            .where(OrderNote.order_id == order_id, OrderNote.kind == kind)
            .order_by(OrderNote.id.desc())
            .limit(1)
        ).scalar_one_or_none()
        or ""
    )


def _has_note(reading: Connection, order_id: int, kind: NoteKind) -> bool:
    there = select(OrderNote.id).where(OrderNote.order_id == order_id, OrderNote.kind == kind).limit(1)
    return reading.execute(there).scalar_one_or_none() is not None


def _signature(
    reading: Connection, order_id: int, paper: PaperKind, at: datetime | None = None
) -> str | None:
    """The newest signature on a paper of an order; ``at``: the one that was given at this moment."""
    wanted = select(Signature.png).where(Signature.order_id == order_id, Signature.paper == paper)
    if at is not None:
        wanted = wanted.where(Signature.at == at)
    png = reading.execute(wanted.order_by(Signature.id.desc()).limit(1)).scalar_one_or_none()
    return None if png is None else base64.b64encode(png).decode("ascii")
