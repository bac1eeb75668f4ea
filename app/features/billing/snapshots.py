"""What the pages of billing send and get."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import (
    CreditKind,
    CreditReason,
    LineKind,
    Payer,
    PaymentMethod,
    ReminderWay,
    TaxInvoiceState,
    WriteOffReason,
)
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.tenders import Tender


@dataclass(frozen=True, slots=True)
class BilledLine:
    """A line of an invoice and what of it was credited; amounts with tax."""

    id: int
    kind: LineKind
    order_number: str
    description: str
    unit: str
    quantity: Quantity
    unit_price: Money
    amount: Money
    tax: Money
    credited: Money
    #: A part that may go back to the shelf: it came from stock and is still with the order.
    returnable: bool

    @property
    def rest(self) -> Money:
        """What can still be credited, of the sign of the line."""
        return self.amount - self.credited


@dataclass(frozen=True, slots=True)
class CreditRow:
    """A credit note on an invoice."""

    id: int
    number: str
    kind: CreditKind
    reason: CreditReason
    note: str
    total: Money
    tax: Money
    issued_at: datetime
    issued_by: str
    approved_by: str


@dataclass(frozen=True, slots=True)
class UsedPayment:
    """A payment and what of it an invoice used."""

    id: int
    number: str
    method: PaymentMethod
    at: datetime
    used: Money


@dataclass(frozen=True, slots=True)
class BilledInvoice:
    """An invoice with everything that became of it: allocated + due = total − credited − written off."""

    id: int
    number: str
    customer_id: int
    customer_name: str
    payer: Payer
    payer_name: str
    #: The orders it covers: (id, number).
    orders: tuple[tuple[int, str], ...]
    issued_at: datetime
    business_day: date
    due_on: date
    total: Money
    tax: Money
    allocated: Money
    credited: Money
    written_off: Money
    due: Money
    lines: tuple[BilledLine, ...]
    credits: tuple[CreditRow, ...]
    payments: tuple[UsedPayment, ...]
    tax_invoice: TaxInvoiceState
    tax_invoice_number: str
    #: Number of the invoice it replaced, and of the one that replaced it; "" without.
    replaces: str
    replaced_by: str
    #: The most the actor may credit alone; None without a limit.
    credit_limit: Money | None

    @property
    def creditable(self) -> Money:
        """What can still be credited in all."""
        return self.total - self.credited - self.written_off


@dataclass(frozen=True, slots=True)
class CreditAsked:
    """One credit note to issue. ``lines`` (by invoice line id, positive or of the line's sign) for LINES, ``amount``
    for AMOUNT; WHOLE needs neither. ``restock`` are invoice lines whose parts go back to the shelf."""

    invoice_id: int
    kind: CreditKind
    reason: CreditReason
    note: str
    lines: tuple[tuple[int, Money], ...] = ()
    amount: Money = ZERO
    restock: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundAsked:
    """Money to give back of a customer's credit; ``method`` as it goes out. ``order_id`` None takes any credit that is
    for no open order. A third party's own money goes back to it: ``payer`` and ``payer_name`` as on its invoices (where
    they name none, ``customer_id`` says whose orders it paid)."""

    customer_id: int
    method: PaymentMethod
    amount: Money
    reason: str
    order_id: int | None = None
    till_id: int | None = None
    payer: Payer = Payer.CUSTOMER
    payer_name: str = ""


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line of the invoice that comes in place of a credited one."""

    kind: LineKind
    description: str
    price: Money
    quantity: Quantity = ONE
    #: A part out of stock; its description and tax are the part's.
    part_id: int | None = None
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ExchangeAsked:
    """Credit some lines and invoice others in one go (换货). What is set free pays the new invoice first."""

    credit: CreditAsked
    lines: tuple[NewLine, ...]
    tenders: tuple[Tender, ...] = ()
    on_account: bool = False


@dataclass(frozen=True, slots=True)
class Credited:
    """What was booked: the credit note, what it set free, the invoice as it stands."""

    number: str
    credit_id: int
    total: Money
    #: Paid before and now the customer's credit: to be refunded or kept.
    freed: Money
    invoice: BilledInvoice


@dataclass(frozen=True, slots=True)
class Exchanged:
    """An exchange as it was booked."""

    credit_number: str
    invoice_number: str
    payment_numbers: tuple[str, ...]
    change: Money
    invoice: BilledInvoice


@dataclass(frozen=True, slots=True)
class Refunded:
    """A refund as it was booked."""

    payment_id: int
    number: str
    method: PaymentMethod
    amount: Money
    #: What the customer still has to his credit.
    left: Money


@dataclass(frozen=True, slots=True)
class WrittenOff:
    """A write-off as it was booked."""

    number: str
    amount: Money
    invoice: BilledInvoice


@dataclass(frozen=True, slots=True)
class PaidTogether:
    """A payment of several invoices."""

    payment_numbers: tuple[str, ...]
    #: (invoice number, paid on it), in the order it was used.
    uses: tuple[tuple[str, Money], ...]
    credit_used: Money
    #: Above what was due, kept as credit.
    kept: Money
    change: Money


@dataclass(frozen=True, slots=True)
class HeldRow:
    """Money held for a customer."""

    payment_id: int
    number: str
    order_number: str
    method: PaymentMethod
    amount: Money
    at: datetime
    #: Held for an open order: a deposit, used by that order's invoice.
    deposit: bool


@dataclass(frozen=True, slots=True)
class AgedReceivable:
    """What one customer (or brand) owes, by age of the due day."""

    customer_id: int
    customer_name: str
    phone: str
    payer: Payer
    payer_name: str
    invoices: int
    oldest_due_on: date
    #: Not due yet, 1–30, 31–60, 61–90, over 90 days late.
    ages: tuple[Money, Money, Money, Money, Money]
    total: Money
    reminded_at: datetime | None


@dataclass(frozen=True, slots=True)
class AgedReceivables:
    """Receivables by age, largest first; ``ages`` and ``total`` are the sums of all rows."""

    rows: tuple[AgedReceivable, ...]
    ages: tuple[Money, Money, Money, Money, Money]
    total: Money


@dataclass(frozen=True, slots=True)
class StatementRow:
    """One line of a customer's statement: what it changed, and the balance after it (positive: he owes)."""

    day: date
    kind: str
    number: str
    order_number: str
    charged: Money
    paid: Money
    balance: Money


@dataclass(frozen=True, slots=True)
class Statement:
    """A customer's account from one day to another. ``closing = opening + Σ charged − Σ paid``."""

    customer_id: int
    customer_name: str
    first: date
    last: date
    opening: Money
    rows: tuple[StatementRow, ...]
    closing: Money
    #: Of the closing balance: what is due on invoices, and what is held.
    due: Money
    held: Money


@dataclass(frozen=True, slots=True)
class TaxInvoiceEntry:
    """The official tax invoice as it is noted on an invoice."""

    state: TaxInvoiceState
    title: str = ""
    tax_number: str = ""
    number: str = ""
    red_number: str = ""


@dataclass(frozen=True, slots=True)
class TaxInvoiceRow:
    """An invoice whose official invoice was asked for."""

    invoice_id: int
    number: str
    customer_name: str
    total: Money
    entry: TaxInvoiceEntry
    asked_on: date | None
    issued_on: date | None


@dataclass(frozen=True, slots=True)
class Reminder:
    """A reminder that was given."""

    way: ReminderWay
    note: str
    amount: Money
    at: datetime
    staff: str


__all__ = [
    "AgedReceivable",
    "AgedReceivables",
    "BilledInvoice",
    "BilledLine",
    "CreditAsked",
    "CreditRow",
    "Credited",
    "ExchangeAsked",
    "Exchanged",
    "HeldRow",
    "NewLine",
    "PaidTogether",
    "RefundAsked",
    "Refunded",
    "Reminder",
    "Statement",
    "StatementRow",
    "TaxInvoiceEntry",
    "TaxInvoiceRow",
    "UsedPayment",
    "WriteOffReason",
    "WrittenOff",
]
