"""Forms of what a customer owes: statements and reminders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection, func, select

from app.core.clock import business_day
from app.core.enums import Payer
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.words import N_
from app.features.billing.reading import statement_of
from app.features.customers.reading import family, followed
from app.features.printing.forms_of_shop import shop_block
from app.model import (
    Customer,
    HeldMoney,
    Invoice,
    InvoiceBalance,
    RepairOrder,
)
from app.papers.forms_of_money import (
    OwedLine,
    ReminderSheet,
    StatementEntry,
    StatementSheet,
)
from app.store.door import Store

#: What a line of a statement is called; the papers say it in their own language.
STATEMENT_WORDS = {
    "invoice": N_("Invoice"),
    "credit": N_("Credit note"),
    "write_off": N_("Write-off"),
    "deposit": N_("Deposit"),
    "payment": N_("Payment"),
    "refund": N_("Refund"),
}


def statement(reading: Connection, store: Store, number: str) -> tuple[StatementSheet, None]:
    """A customer's account asked for like ``7?from=2026-11-01&to=2026-11-30``; without days the last three months."""
    customer, _mark, asked = number.partition("?")
    wanted = dict(parse_qsl(asked))
    today = business_day(store.clock.now(), store.settings.time_zone)
    last = _day(wanted.get("to"), today)
    first = _day(wanted.get("from"), (last - timedelta(days=90)).replace(day=1))
    if first > last:
        raise Refusal(Reason.BAD_DATE, text=wanted.get("from", ""))
    row = _customer(reading, customer)
    found = statement_of(reading, row.id, first, last)
    sheet = StatementSheet(
        shop=shop_block(store.settings),
        number=number,
        customer_name=found.customer_name,
        first=first,
        last=last,
        made_at=store.clock.now(),
        opening=found.opening,
        closing=found.closing,
        entries=tuple(
            StatementEntry(
                each.day,
                STATEMENT_WORDS.get(each.kind, ""),
                each.number,
                each.charged,
                each.paid,
                each.balance,
                each.order_number,
            )
            for each in found.rows
        ),
        customer_phone=row.phone,
        customer_address=row.address,
        # Of today: a statement of a past month says only what the balance was then.
        due=found.due if last >= today else ZERO,
        held=found.held if last >= today else ZERO,
    )
    return sheet, None


def reminder(reading: Connection, store: Store, number: str) -> tuple[ReminderSheet, None]:
    """What a customer owes today, by his id. ``Refusal``: NOT_FOUND, NOTHING_DUE."""
    row = _customer(reading, number)
    ids = family(reading, row.id)
    today = business_day(store.clock.now(), store.settings.time_zone)
    lines = tuple(
        OwedLine(
            each.number,
            each.business_day,
            each.due_on,
            each.total,
            each.due,
            (today - each.due_on).days,
            each.order_number,
        )
        for each in reading.execute(
            select(
                Invoice.number,
                Invoice.business_day,
                Invoice.due_on,
                Invoice.total,
                InvoiceBalance.due,
                RepairOrder.number.label("order_number"),
            )
            .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
            .join(RepairOrder, RepairOrder.id == Invoice.order_id)
            .where(
                InvoiceBalance.customer_id.in_(ids),
                InvoiceBalance.due > ZERO,
                InvoiceBalance.payer == Payer.CUSTOMER,
            )
            .order_by(Invoice.due_on, Invoice.id)
        )
    )
    if not lines:
        raise Refusal(Reason.NOTHING_DUE, number=row.name)
    held = reading.execute(
        select(func.sum(HeldMoney.amount)).where(
            HeldMoney.customer_id.in_(ids), HeldMoney.payer == Payer.CUSTOMER
        )
    ).scalar()
    sheet = ReminderSheet(
        shop=shop_block(store.settings),
        number=number,
        customer_name=row.name,
        made_at=store.clock.now(),
        lines=lines,
        total=Money(sum(each.due.fen for each in lines)),
        customer_phone=row.phone,
        customer_address=row.address,
        held=held or ZERO,
    )
    return sheet, None


def _customer(reading: Connection, text: str) -> Any:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refusal(Reason.NOT_FOUND)
    row = reading.execute(
        select(Customer.id, Customer.name, Customer.phone, Customer.address).where(
            Customer.id == followed(reading, int(text))
        )
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return row


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise Refusal(Reason.BAD_DATE, text=text or "") from None
