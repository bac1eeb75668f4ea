"""Forms of the papers that correct an invoice: credit notes and write-offs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from app.core import formats
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.printing.forms_of_shop import shop_block
from app.model import (
    Allocation,
    CreditLine,
    CreditNote,
    Customer,
    Invoice,
    InvoiceBalance,
    InvoiceLine,
    RepairOrder,
    Staff,
    WriteOff,
)
from app.papers.forms_of_money import (
    CreditedLine,
    CreditSheet,
    WriteOffSheet,
)
from app.store.door import Store

_Second = aliased(Staff)


def credit_note(reading: Connection, store: Store, number: str) -> tuple[CreditSheet, int]:
    """A credit note by its number, as it was issued: what came after it is on later papers."""
    row = reading.execute(
        select(
            CreditNote.__table__,
            Invoice.number.label("invoice_number"),
            Invoice.total.label("invoice_total"),
            Invoice.business_day.label("invoice_day"),
            Invoice.order_id,
            Invoice.payer.label("owed_by"),
            Invoice.payer_name,
            RepairOrder.number.label("order_number"),
            RepairOrder.card_code,
            Customer.name.label("customer_name"),
            Customer.phone.label("customer_phone"),
            Staff.name.label("issuer"),
            _Second.name.label("approver"),
        )
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(RepairOrder, RepairOrder.id == Invoice.order_id)
        .join(Customer, Customer.id == CreditNote.customer_id)
        .join(Staff, Staff.id == CreditNote.issued_by_id)
        .outerjoin(_Second, _Second.id == CreditNote.approved_by_id)
        .where(CreditNote.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    lines = reading.execute(
        select(
            InvoiceLine.kind,
            InvoiceLine.description,
            InvoiceLine.tax_permille,
            RepairOrder.number.label("order_number"),
            RepairOrder.card_code,
            CreditLine.amount,
        )
        .join(InvoiceLine, InvoiceLine.id == CreditLine.invoice_line_id)
        .join(RepairOrder, RepairOrder.id == InvoiceLine.order_id)
        .where(CreditLine.credit_id == row.id)
        .order_by(CreditLine.id)
    ).all()
    # Of an invoice for several devices perhaps another one than the first is credited.
    orders = {each.order_number: each.card_code for each in lines} or {row.order_number: row.card_code}
    several = len(orders) > 1
    replaced_by = reading.execute(
        select(Invoice.number)
        .where(Invoice.replaces_id == row.invoice_id, Invoice.issued_at == row.issued_at)
        .limit(1)
    ).scalar()
    freed, due = _after_credit(reading, row.invoice_id, row.invoice_total, row)
    form = CreditSheet(
        shop=shop_block(store.settings),
        number=row.number,
        invoice_number=row.invoice_number,
        issued_at=row.issued_at,
        kind=row.kind,
        reason=row.reason,
        lines=tuple(
            CreditedLine(
                each.kind,
                each.description,
                each.amount,
                each.tax_permille,
                each.order_number if several else "",
            )
            for each in lines
        ),
        total=row.total,
        tax=row.tax,
        invoice_day=row.invoice_day,
        invoice_total=row.invoice_total,
        order_number=formats.joined(orders),
        card_code=row.card_code if row.order_number in orders else next(iter(orders.values())),
        customer_name=row.customer_name,
        customer_phone=row.customer_phone,
        payer=row.owed_by,
        payer_name=row.payer_name,
        note=row.note,
        issued_by=row.issuer,
        approved_by=row.approver or "",
        freed=freed,
        due=due,
        replaced_by=replaced_by or "",
    )
    return form, row.order_id


def _after_credit(reading: Connection, invoice_id: int, total: Money, credit: Any) -> tuple[Money, Money]:
    """(set free by this credit note, still due after it): what was booked up to its moment."""
    used = reading.execute(
        select(func.sum(Allocation.amount)).where(
            Allocation.invoice_id == invoice_id, Allocation.at <= credit.issued_at
        )
    ).scalar()
    released = reading.execute(
        select(func.sum(Allocation.amount)).where(
            Allocation.invoice_id == invoice_id, Allocation.at == credit.issued_at, Allocation.amount < ZERO
        )
    ).scalar()
    credited = reading.execute(
        select(func.sum(CreditNote.total)).where(
            CreditNote.invoice_id == invoice_id, CreditNote.id <= credit.id
        )
    ).scalar()
    given_up = reading.execute(
        select(func.sum(WriteOff.amount)).where(
            WriteOff.invoice_id == invoice_id, WriteOff.at <= credit.issued_at
        )
    ).scalar()
    due = total - _money(used) - _money(credited) - _money(given_up)
    return -_money(released), max(due, ZERO)


def write_off(reading: Connection, store: Store, number: str) -> tuple[WriteOffSheet, int]:
    """A write-off by its number."""
    row = reading.execute(
        select(
            WriteOff.__table__,
            Invoice.number.label("invoice_number"),
            Invoice.total.label("invoice_total"),
            Invoice.order_id,
            Invoice.payer.label("owed_by"),
            Invoice.payer_name,
            RepairOrder.number.label("order_number"),
            Customer.name.label("customer_name"),
            Customer.phone.label("customer_phone"),
            Staff.name.label("staff"),
            _Second.name.label("approver"),
            InvoiceBalance.due,
        )
        .join(Invoice, Invoice.id == WriteOff.invoice_id)
        .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
        .join(RepairOrder, RepairOrder.id == Invoice.order_id)
        .join(Customer, Customer.id == WriteOff.customer_id)
        .join(Staff, Staff.id == WriteOff.staff_id)
        .outerjoin(_Second, _Second.id == WriteOff.approved_by_id)
        .where(WriteOff.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    form = WriteOffSheet(
        shop=shop_block(store.settings),
        number=row.number,
        invoice_number=row.invoice_number,
        at=row.at,
        reason=row.reason,
        amount=row.amount,
        customer_name=row.customer_name,
        customer_phone=row.customer_phone,
        payer=row.owed_by,
        payer_name=row.payer_name,
        order_number=row.order_number,
        invoice_total=row.invoice_total,
        due=row.due,
        note=row.note,
        staff=row.staff,
        approved_by=row.approver or "",
    )
    return form, row.order_id


def _money(value: Any) -> Money:
    return value if isinstance(value, Money) else Money(int(value or 0))
