"""What billing asks the records: an invoice with all that became of it, receivables by age, a customer's account."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, text
from sqlalchemy.orm import aliased

from app.core.clock import business_day
from app.core.enums import CLOSED, LineKind, Payer, TaxInvoiceState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.core.rights import Actor
from app.features.billing.snapshots import (
    AgedReceivable,
    AgedReceivables,
    BilledInvoice,
    BilledLine,
    CreditRow,
    HeldRow,
    Statement,
    StatementRow,
    TaxInvoiceEntry,
    TaxInvoiceRow,
    UsedPayment,
)
from app.features.customers.reading import family
from app.features.till.approval import limit_of
from app.features.till.customer_money import Party, due_of, held_of
from app.model import (
    Allocation,
    CreditLine,
    CreditNote,
    Customer,
    HeldMoney,
    Invoice,
    InvoiceBalance,
    InvoiceLine,
    OrderLine,
    Payment,
    PaymentReminder,
    RepairOrder,
    Staff,
    TaxInvoice,
    WriteOff,
)
from app.model.settings import ShopSettings

#: Days late at which the second, third, fourth and fifth age begin.
AGES = (1, 31, 61, 91)

_Second = aliased(Staff)
_Other = aliased(Invoice)


def invoice_id_of(reading: Connection, number: str) -> int:
    """The invoice with this number. ``Refusal(NOT_FOUND)``."""
    found = reading.execute(select(Invoice.id).where(Invoice.number == number.strip())).scalar()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return int(found)


def billed_invoice(
    reading: Connection, settings: ShopSettings, invoice_id: int, actor: Actor
) -> BilledInvoice:
    """An invoice as it stands. ``Refusal(NOT_FOUND)``."""
    row = reading.execute(
        select(
            Invoice.__table__,
            Customer.name.label("customer_name"),
            InvoiceBalance.allocated,
            InvoiceBalance.credited,
            InvoiceBalance.written_off,
            InvoiceBalance.due,
            TaxInvoice.state.label("tax_state"),
            TaxInvoice.number.label("tax_invoice_number"),
            _Other.number.label("replaces"),
        )
        .join(Customer, Customer.id == Invoice.customer_id)
        .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
        .outerjoin(TaxInvoice, TaxInvoice.invoice_id == Invoice.id)
        .outerjoin(_Other, _Other.id == Invoice.replaces_id)
        .where(Invoice.id == invoice_id)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    replaced_by = reading.execute(
        select(Invoice.number)
        .where(Invoice.order_id == row.order_id, Invoice.replaces_id == invoice_id)
        .order_by(Invoice.id.desc())
        .limit(1)
    ).scalar()
    lines, orders = _lines(reading, invoice_id)
    return BilledInvoice(
        id=row.id,
        number=row.number,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        payer=row.payer,
        payer_name=row.payer_name,
        orders=orders,
        issued_at=row.issued_at,
        business_day=row.business_day,
        due_on=row.due_on,
        total=row.total,
        tax=row.tax,
        allocated=row.allocated,
        credited=row.credited,
        written_off=row.written_off,
        due=row.due,
        lines=lines,
        credits=_credits(reading, invoice_id),
        payments=_payments(reading, invoice_id),
        tax_invoice=row.tax_state or TaxInvoiceState.NOT_ASKED,
        tax_invoice_number=row.tax_invoice_number or "",
        replaces=row.replaces or "",
        replaced_by=replaced_by or "",
        credit_limit=limit_of(actor.role, settings.credit_limit),
    )


def _lines(
    reading: Connection, invoice_id: int
) -> tuple[tuple[BilledLine, ...], tuple[tuple[int, str], ...]]:
    credited = (
        select(func.coalesce(func.sum(CreditLine.amount), 0))
        .where(CreditLine.invoice_line_id == InvoiceLine.id)
        .correlate(InvoiceLine)
        .scalar_subquery()
    )
    rows = reading.execute(
        select(
            InvoiceLine.__table__,
            RepairOrder.number.label("order_number"),
            credited.label("credited"),
            OrderLine.taken,
            OrderLine.removed,
        )
        .join(RepairOrder, RepairOrder.id == InvoiceLine.order_id)
        .outerjoin(OrderLine, OrderLine.id == InvoiceLine.order_line_id)
        .where(InvoiceLine.invoice_id == invoice_id)
        .order_by(InvoiceLine.id)
    ).all()
    lines = tuple(
        BilledLine(
            id=each.id,
            kind=each.kind,
            order_number=each.order_number,
            description=each.description,
            unit=each.unit,
            quantity=each.quantity,
            unit_price=each.unit_price,
            amount=each.amount,
            tax=each.tax,
            credited=_money(each.credited),
            returnable=each.kind is LineKind.PART and not each.removed and bool(each.taken or Quantity(0)),
        )
        for each in rows
    )
    return lines, tuple(dict.fromkeys((each.order_id, each.order_number) for each in rows))


def _credits(reading: Connection, invoice_id: int) -> tuple[CreditRow, ...]:
    rows = reading.execute(
        select(CreditNote.__table__, Staff.name.label("issuer"), _Second.name.label("approver"))
        .join(Staff, Staff.id == CreditNote.issued_by_id)
        .outerjoin(_Second, _Second.id == CreditNote.approved_by_id)
        .where(CreditNote.invoice_id == invoice_id)
        .order_by(CreditNote.id)
    )
    return tuple(
        CreditRow(
            each.id, each.number, each.kind, each.reason, each.note, each.total, each.tax, each.issued_at,
            each.issuer, each.approver or "",
        )
        for each in rows
    )  # fmt: skip


def _payments(reading: Connection, invoice_id: int) -> tuple[UsedPayment, ...]:
    used = func.sum(Allocation.amount)
    rows = reading.execute(
        select(Payment.id, Payment.number, Payment.method, Payment.at, used.label("used"))
        .join(Payment, Payment.id == Allocation.payment_id)
        .where(Allocation.invoice_id == invoice_id)
        .group_by(Payment.id)
        .having(used != ZERO)
        .order_by(Payment.id)
    )
    return tuple(UsedPayment(each.id, each.number, each.method, each.at, _money(each.used)) for each in rows)


def held_rows(reading: Connection, customer_id: int) -> tuple[HeldRow, ...]:
    """What is held for a customer, deposits of open orders and free credit, oldest first."""
    rows = reading.execute(
        select(
            HeldMoney.payment_id,
            HeldMoney.method,
            HeldMoney.amount,
            Payment.number,
            Payment.at,
            RepairOrder.number.label("order_number"),
            RepairOrder.status,
        )
        .join(Payment, Payment.id == HeldMoney.payment_id)
        .outerjoin(RepairOrder, RepairOrder.id == HeldMoney.order_id)
        .where(HeldMoney.customer_id.in_(family(reading, customer_id)), HeldMoney.payer == Payer.CUSTOMER)
        .order_by(HeldMoney.payment_id)
    )
    return tuple(
        HeldRow(
            each.payment_id, each.number, each.order_number or "", each.method, each.amount, each.at,
            each.status is not None and each.status not in CLOSED,
        )
        for each in rows
    )  # fmt: skip


def held_rows_of(reading: Connection, party: Party) -> tuple[HeldRow, ...]:
    """What a credit note set free of a third party's payments, oldest first."""
    held = held_of(reading, party)
    numbers = {
        each.id: each
        for each in reading.execute(
            select(Payment.id, Payment.number, Payment.at, RepairOrder.number.label("order_number"))
            .outerjoin(RepairOrder, RepairOrder.id == Payment.order_id)
            .where(Payment.id.in_([each.payment_id for each in held]))
        )
    }
    return tuple(
        HeldRow(
            each.payment_id, numbers[each.payment_id].number, numbers[each.payment_id].order_number or "",
            each.method, each.amount, numbers[each.payment_id].at, deposit=False,
        )
        for each in held
    )  # fmt: skip


# By the partial index of what is due; a customer that was merged counts as the one he became.
_DUE = text(
    "SELECT coalesce(c.merged_into_id, c.id) AS customer_id, b.payer, i.payer_name, b.due_on, b.due"
    " FROM invoice_balance b JOIN invoice i ON i.id = b.invoice_id JOIN customer c ON c.id = b.customer_id"
    " WHERE b.due > 0"
).columns(
    customer_id=Customer.__table__.c.id.type,
    payer=Invoice.__table__.c.payer.type,
    payer_name=Invoice.__table__.c.payer_name.type,
    due_on=Invoice.__table__.c.due_on.type,
    due=Invoice.__table__.c.total.type,
)


def receivables_by_age(reading: Connection, today: date, payer: Payer | None) -> AgedReceivables:
    """Everything that is due today, by customer (third parties by name) and age, largest first."""
    found: dict[tuple[int, Payer, str], list[Any]] = {}
    for each in reading.execute(_DUE):
        if payer is not None and each.payer is not payer:
            continue
        mine = each.payer is Payer.CUSTOMER
        # A brand owes for many customers: its name is who it is.
        key = (each.customer_id if mine or not each.payer_name else 0, each.payer, each.payer_name)
        found.setdefault(key, []).append(each)
    people = _people(reading, sorted({key[0] for key in found} - {0}))
    rows = []
    for (customer_id, whose, name), dues in found.items():
        ages = [0, 0, 0, 0, 0]
        for each in dues:
            late = (today - each.due_on).days
            ages[sum(late >= begin for begin in AGES)] += each.due.fen
        person = people.get(customer_id)
        rows.append(
            AgedReceivable(
                customer_id=customer_id,
                customer_name=person.name if person else name,
                phone=person.phone if person else "",
                payer=whose,
                payer_name=name,
                invoices=len(dues),
                oldest_due_on=min(each.due_on for each in dues),
                ages=_five(ages),
                total=Money(sum(ages)),
                reminded_at=person.reminded_at if person and whose is Payer.CUSTOMER else None,
            )
        )
    rows.sort(key=lambda row: (-row.total.fen, row.customer_name, row.customer_id))
    sums = [sum(row.ages[at].fen for row in rows) for at in range(5)]
    return AgedReceivables(tuple(rows), _five(sums), Money(sum(sums)))


def _five(fen: Sequence[int]) -> tuple[Money, Money, Money, Money, Money]:
    a, b, c, d, e = (Money(each) for each in fen)
    return a, b, c, d, e


def _people(reading: Connection, ids: Sequence[int]) -> dict[int, Any]:
    reminded = (
        select(PaymentReminder.at)
        .where(PaymentReminder.customer_id == Customer.id)
        .order_by(PaymentReminder.id.desc())
        .limit(1)
        .correlate(Customer)
        .scalar_subquery()
    )
    found: dict[int, Any] = {}
    query = select(Customer.id, Customer.name, Customer.phone, reminded.label("reminded_at")).where(
        Customer.id.in_(bindparam("ids", expanding=True))
    )
    for start in range(0, len(ids), 500):
        found |= {each.id: each for each in reading.execute(query, {"ids": ids[start : start + 500]})}
    return found


def statement_of(reading: Connection, customer_id: int, first: date, last: date) -> Statement:
    """A customer's own account: invoices charge it, credit notes, write-offs and payments relieve it, refunds charge
    it again. ``Refusal(NOT_FOUND)``."""
    name = reading.execute(select(Customer.name).where(Customer.id == customer_id)).scalar()
    if name is None:
        raise Refusal(Reason.NOT_FOUND)
    ids = family(reading, customer_id)
    entries = sorted(_entries(reading, ids, last), key=lambda each: (each[0], each[1]))
    opening = sum(charged.fen - paid.fen for day, _at, _k, _n, _o, charged, paid in entries if day < first)
    balance, rows = opening, []
    for day, _at, kind, number, order_number, charged, paid in entries:
        if day < first:
            continue
        balance += charged.fen - paid.fen
        rows.append(StatementRow(day, kind, number, order_number, charged, paid, Money(balance)))
    held = reading.execute(
        select(func.coalesce(func.sum(HeldMoney.amount), 0)).where(
            HeldMoney.customer_id.in_(ids), HeldMoney.payer == Payer.CUSTOMER
        )
    ).scalar_one()
    return Statement(
        customer_id, name, first, last, Money(opening), tuple(rows), Money(balance), due_of(reading, ids), _money(held)
    )  # fmt: skip


_Entry = tuple[date, datetime, str, str, str, Money, Money]


def _entries(reading: Connection, ids: Sequence[int], last: date) -> list[_Entry]:
    found: list[_Entry] = []
    for day, at, number, order, total in reading.execute(
        select(
            Invoice.business_day,
            Invoice.issued_at,
            Invoice.number,
            RepairOrder.number.label("o"),
            Invoice.total,
        )
        .join(RepairOrder, RepairOrder.id == Invoice.order_id)
        .where(Invoice.customer_id.in_(ids), Invoice.payer == Payer.CUSTOMER, Invoice.business_day <= last)
    ):
        found.append((day, at, "invoice", number, order, total, ZERO))
    for day, at, number, total in reading.execute(
        select(CreditNote.business_day, CreditNote.issued_at, CreditNote.number, CreditNote.total).where(
            CreditNote.customer_id.in_(ids),
            CreditNote.payer == Payer.CUSTOMER,
            CreditNote.business_day <= last,
        )
    ):
        found.append((day, at, "credit", number, "", ZERO, total))
    for day, at, number, amount in reading.execute(
        select(WriteOff.business_day, WriteOff.at, WriteOff.number, WriteOff.amount)
        .join(Invoice, Invoice.id == WriteOff.invoice_id)
        .where(WriteOff.customer_id.in_(ids), Invoice.payer == Payer.CUSTOMER, WriteOff.business_day <= last)
    ):
        found.append((day, at, "write_off", number, "", ZERO, amount))
    for day, at, number, order, amount, kind in reading.execute(
        select(
            Payment.business_day, Payment.at, Payment.number, RepairOrder.number.label("o"), Payment.amount,
            Payment.kind,
        )
        .outerjoin(RepairOrder, RepairOrder.id == Payment.order_id)
        .where(Payment.customer_id.in_(ids), Payment.payer == Payer.CUSTOMER, Payment.business_day <= last)
    ):  # fmt: skip
        back = amount < ZERO
        found.append(
            (day, at, kind.value, number, order or "", -amount if back else ZERO, ZERO if back else amount)
        )
    return found


def tax_invoice_rows(
    reading: Connection, state: TaxInvoiceState, before: int | None, limit: int
) -> tuple[TaxInvoiceRow, ...]:
    """Invoices whose official invoice is in a state, newest first; ``before`` is the last invoice id of the page
    before."""
    query = (
        select(
            TaxInvoice.__table__, Invoice.number.label("its"), Invoice.total, Customer.name.label("customer")
        )
        .join(Invoice, Invoice.id == TaxInvoice.invoice_id)
        .join(Customer, Customer.id == Invoice.customer_id)
        .where(TaxInvoice.state == state)
        .order_by(TaxInvoice.invoice_id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(TaxInvoice.invoice_id < before)
    return tuple(
        TaxInvoiceRow(
            each.invoice_id,
            each.its,
            each.customer,
            each.total,
            TaxInvoiceEntry(each.state, each.title, each.tax_number, each.number, each.red_number),
            each.asked_on,
            each.issued_on,
        )
        for each in reading.execute(query)
    )


def today_of(settings: ShopSettings, now: datetime) -> date:
    """The calendar's day in the shop."""
    return business_day(now, settings.time_zone)


def _money(value: Any) -> Money:
    return value if isinstance(value, Money) else Money(int(value or 0))
