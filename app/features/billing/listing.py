"""The list of invoices: its looks, its search, and what the record beside it needs besides the invoice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, func, select, union

from app.core.clock import business_day
from app.core.enums import CLOSED, Payer, TaxInvoiceState, WriteOffReason
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.features.billing.snapshots import TaxInvoiceEntry
from app.features.customers.reading import family, followed
from app.features.customers.service import CustomersService
from app.model import (
    Allocation,
    CreditNote,
    Customer,
    HeldMoney,
    Invoice,
    InvoiceBalance,
    RepairOrder,
    Sale,
    Staff,
    TaxInvoice,
    WriteOff,
)
from app.store.door import Store

#: Customers whose invoices a typed name or phone may mean.
_MOST_CUSTOMERS = 25
_SHORTEST = 2
#: F2611-00042, or as much of it as was typed.
_NUMBER = re.compile(r"^F\d{0,4}(-\d{0,5})?$", re.IGNORECASE)
_ORDER = re.compile(r"^\d{4}-\d{1,5}$")


class InvoiceLook(StrEnum):
    """Which invoices the list shows."""

    ALL = "all"
    DUE = "due"
    OVERDUE = "overdue"
    CORRECTED = "corrected"
    TAX_ASKED = "tax_asked"


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """One line of the list."""

    id: int
    number: str
    business_day: date
    customer_id: int
    customer_name: str
    payer: Payer
    payer_name: str
    order_number: str
    total: Money
    credited: Money
    written_off: Money
    due: Money
    due_on: date
    tax_invoice: TaxInvoiceState
    #: Days since it was to be paid; 0 for what is paid or not due yet.
    days_late: int


@dataclass(frozen=True, slots=True)
class WriteOffRow:
    """A write-off on an invoice; negative was taken up again."""

    number: str
    reason: WriteOffReason
    note: str
    amount: Money
    at: datetime
    staff: str


_ROWS: Any = (
    select(
        Invoice.id,
        Invoice.number,
        Invoice.business_day,
        Invoice.customer_id,
        Customer.name.label("customer_name"),
        Invoice.payer,
        Invoice.payer_name,
        RepairOrder.number.label("order_number"),
        Invoice.total,
        InvoiceBalance.credited,
        InvoiceBalance.written_off,
        InvoiceBalance.due,
        Invoice.due_on,
        TaxInvoice.state.label("tax_state"),
    )
    .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
    .join(Customer, Customer.id == Invoice.customer_id)
    .join(RepairOrder, RepairOrder.id == Invoice.order_id)
    .outerjoin(TaxInvoice, TaxInvoice.invoice_id == Invoice.id)
)


@dataclass(frozen=True, slots=True)
class HolderRow:
    """Whose money the shop holds: deposits of open orders, and credit that is free. A third party that invoices name
    has no id (0)."""

    id: int
    name: str
    phone: str
    deposits: Money
    credit: Money
    since: date
    payer: Payer = Payer.CUSTOMER
    payer_name: str = ""


class InvoiceList:
    """Queries of the invoices' page; nothing is written here."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._customers = CustomersService(store)

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self.store.settings.time_zone

    def page(
        self, look: InvoiceLook, text: str, after: int | None, limit: int, customer_id: int | None = None
    ) -> tuple[InvoiceRow, ...]:
        """Invoices newest first; ``after`` is the last id of the page before. ``text`` is a number of an invoice or
        order, or a customer as he is found on the customers' page."""
        text = text.strip()
        today = self.today()
        with self.store.read() as reading:
            query = _looked(look, today)
            if customer_id is not None:
                query = query.where(Invoice.customer_id.in_(family(reading, followed(reading, customer_id))))
            if len(text) >= _SHORTEST:
                query = self._found(reading, query, text)
            if after is not None:
                query = query.where(Invoice.id < after)
            rows = reading.execute(query.order_by(Invoice.id.desc()).limit(limit)).all()
        return tuple(_row(each, today) for each in rows)

    def one(self, invoice_id: int) -> InvoiceRow | None:
        """One invoice as the list shows it."""
        with self.store.read() as reading:
            row = reading.execute(_ROWS.where(Invoice.id == invoice_id)).one_or_none()
        return None if row is None else _row(row, self.today())

    def open_of(self, customer_id: int, payer: Payer = Payer.CUSTOMER) -> tuple[InvoiceRow, ...]:
        """What a customer has not paid, the oldest due first; those of records merged into his included."""
        with self.store.read() as reading:
            ids = family(reading, followed(reading, customer_id))
            rows = reading.execute(
                _ROWS.where(
                    InvoiceBalance.customer_id.in_(ids),
                    InvoiceBalance.due > ZERO,
                    InvoiceBalance.payer == payer,
                ).order_by(Invoice.due_on, Invoice.id)
            ).all()
        return tuple(_row(each, self.today()) for each in rows)

    def open_of_payer(self, payer: Payer, payer_name: str) -> tuple[InvoiceRow, ...]:
        """What a brand, an underwriter or a contract has not paid for all customers, the oldest due first."""
        with self.store.read() as reading:
            rows = reading.execute(
                _ROWS.where(
                    InvoiceBalance.payer == payer,
                    InvoiceBalance.due > ZERO,
                    Invoice.payer_name == payer_name,
                ).order_by(Invoice.due_on, Invoice.id)
            ).all()
        return tuple(_row(each, self.today()) for each in rows)

    def tax_entry(self, invoice_id: int) -> TaxInvoiceEntry:
        """What is noted of the official invoice; where nothing is, title and tax number as the customer's record has
        them."""
        with self.store.read() as reading:
            row = reading.execute(
                select(TaxInvoice.__table__).where(TaxInvoice.invoice_id == invoice_id)
            ).one_or_none()
            if row is not None:
                return TaxInvoiceEntry(row.state, row.title, row.tax_number, row.number, row.red_number)
            buyer = reading.execute(
                select(Customer.name, Customer.tax_number)
                .join(Invoice, Invoice.customer_id == Customer.id)
                .where(Invoice.id == invoice_id)
            ).one()
        return TaxInvoiceEntry(TaxInvoiceState.NOT_ASKED, buyer.name, buyer.tax_number)

    def write_offs(self, invoice_id: int) -> tuple[WriteOffRow, ...]:
        """What was given up of an invoice, oldest first."""
        with self.store.read() as reading:
            rows = reading.execute(
                select(WriteOff.__table__, Staff.name)
                .join(Staff, Staff.id == WriteOff.staff_id)
                .where(WriteOff.invoice_id == invoice_id)
                .order_by(WriteOff.id)
            ).all()
        return tuple(
            WriteOffRow(each.number, each.reason, each.note, each.amount, each.at, each.name) for each in rows
        )

    def holders(self) -> tuple[HolderRow, ...]:
        """Everybody whose money is held, most first; merged records are one, and so is a third party by its name."""
        whose = func.coalesce(Customer.merged_into_id, Customer.id).label("whose")
        name = (
            select(func.max(Invoice.payer_name))
            .join(Allocation, Allocation.invoice_id == Invoice.id)
            .where(Allocation.payment_id == HeldMoney.payment_id)
            .correlate(HeldMoney)
            .scalar_subquery()
            .label("payer_name")
        )
        with self.store.read() as reading:
            rows = reading.execute(
                select(whose, HeldMoney.amount, HeldMoney.since, HeldMoney.payer, RepairOrder.status, name)
                .join(Customer, Customer.id == HeldMoney.customer_id)
                .outerjoin(RepairOrder, RepairOrder.id == HeldMoney.order_id)
            ).all()
            people = {
                each.id: each
                for each in reading.execute(
                    select(Customer.id, Customer.name, Customer.phone).where(
                        Customer.id.in_({each.whose for each in rows})
                    )
                )
            }
        found: dict[tuple[int, Payer, str], tuple[int, int, date]] = {}
        for each in rows:
            own = each.payer is Payer.CUSTOMER
            its = "" if own else each.payer_name or ""
            key = (0 if its else each.whose, each.payer, its)
            deposit, credit, since = found.get(key, (0, 0, each.since))
            if own and each.status is not None and each.status not in CLOSED:
                deposit += each.amount.fen
            else:
                credit += each.amount.fen
            found[key] = (deposit, credit, min(since, each.since))
        holders = [
            HolderRow(
                one,
                people[one].name if one else its,
                people[one].phone if one else "",
                Money(deposit),
                Money(credit),
                since,
                payer,
                its,
            )
            for (one, payer, its), (deposit, credit, since) in found.items()
        ]
        return tuple(sorted(holders, key=lambda row: (-row.credit.fen - row.deposits.fen, row.id)))

    def today(self) -> date:
        """The calendar's day in the shop."""
        return business_day(self.store.clock.now(), self.store.settings.time_zone)

    def _found(self, reading: Connection, query: Any, text: str) -> Any:
        if _NUMBER.match(text):
            begin = text.upper()
            return query.where(Invoice.number >= begin, Invoice.number < f"{begin}~")
        if _ORDER.match(text):
            orders = (
                select(Sale.invoice_id)
                .join(RepairOrder, RepairOrder.id == Sale.order_id)
                .where(RepairOrder.number == text)
            )
            return query.where(Invoice.id.in_(orders))
        found = self._customers.page(FOUNDER, text, limit=_MOST_CUSTOMERS).rows
        ids = {one for each in found for one in family(reading, each.id)}
        return query.where(Invoice.customer_id.in_(sorted(ids)))


def _looked(look: InvoiceLook, today: date) -> Any:
    match look:
        case InvoiceLook.DUE:
            return _ROWS.where(InvoiceBalance.due > ZERO)
        case InvoiceLook.OVERDUE:
            return _ROWS.where(InvoiceBalance.due > ZERO, InvoiceBalance.due_on < today)
        case InvoiceLook.CORRECTED:
            corrected = union(select(CreditNote.invoice_id), select(WriteOff.invoice_id)).subquery()
            return _ROWS.where(Invoice.id.in_(select(corrected.c.invoice_id)))
        case InvoiceLook.TAX_ASKED:
            return _ROWS.where(TaxInvoice.state == TaxInvoiceState.ASKED)
        case _:
            return _ROWS


def _row(row: Any, today: date) -> InvoiceRow:
    late = (today - row.due_on).days if row.due else 0
    return InvoiceRow(
        id=row.id,
        number=row.number,
        business_day=row.business_day,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        payer=row.payer,
        payer_name=row.payer_name,
        order_number=row.order_number,
        total=row.total,
        credited=row.credited,
        written_off=row.written_off,
        due=row.due,
        due_on=row.due_on,
        tax_invoice=row.tax_state or TaxInvoiceState.NOT_ASKED,
        days_late=max(late, 0),
    )
