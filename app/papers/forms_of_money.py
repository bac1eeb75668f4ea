"""The data of the papers of money: corrections, cash, shifts, the day's close, what a customer owes; see ``forms`` for
what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import (
    CashReason,
    CreditKind,
    CreditReason,
    LineKind,
    Payer,
    PaymentMethod,
    Series,
    ServiceType,
    TillMoveKind,
    WriteOffReason,
)
from app.core.money import ZERO, Money
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class CreditedLine:
    """What a credit note takes off one line; of the sign of the line."""

    kind: LineKind
    description: str
    amount: Money
    tax_permille: int = 0
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class CreditSheet:
    """红字冲销单: corrects an invoice. ``freed`` was paid before and is the customer's credit now; ``due`` is what is
    still to pay on the invoice after it."""

    shop: ShopBlock
    number: str
    invoice_number: str
    issued_at: datetime
    kind: CreditKind
    reason: CreditReason
    lines: tuple[CreditedLine, ...]
    total: Money
    tax: Money = ZERO
    invoice_day: date | None = None
    invoice_total: Money = ZERO
    order_number: str = ""
    card_code: str = ""
    customer_name: str = ""
    customer_phone: str = ""
    payer: Payer = Payer.CUSTOMER
    payer_name: str = ""
    note: str = ""
    issued_by: str = ""
    approved_by: str = ""
    freed: Money = ZERO
    due: Money = ZERO
    replaced_by: str = ""


@dataclass(frozen=True, slots=True)
class WriteOffSheet:
    """坏账核销单: a debt given up, or (``amount`` negative) taken up again."""

    shop: ShopBlock
    number: str
    invoice_number: str
    at: datetime
    reason: WriteOffReason
    amount: Money
    customer_name: str = ""
    customer_phone: str = ""
    #: Who owes it, where that is not the customer.
    payer: Payer = Payer.CUSTOMER
    payer_name: str = ""
    order_number: str = ""
    invoice_total: Money = ZERO
    due: Money = ZERO
    note: str = ""
    staff: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True)
class CashSlip:
    """现金收支单: cash into or out of a drawer that is no payment; ``amount`` is positive either way."""

    shop: ShopBlock
    number: str
    kind: TillMoveKind
    outgoing: bool
    reason: CashReason
    amount: Money
    at: datetime
    till: str = ""
    other_till: str = ""
    session_number: str = ""
    staff: str = ""
    approved_by: str = ""
    receipt: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class CountedPieces:
    """So many notes or coins of ``fen``."""

    fen: int
    pieces: int


@dataclass(frozen=True, slots=True)
class TillSheet:
    """交接班点钞单: a shift's drawer from float to count. ``expected = float + paid in − paid out + moved``."""

    shop: ShopBlock
    number: str
    opened_at: datetime
    closed_at: datetime
    float_amount: Money
    expected: Money
    counted: Money
    pieces: tuple[CountedPieces, ...] = ()
    till: str = ""
    holder: str = ""
    closed_by: str = ""
    next_holder: str = ""
    taken: Money = ZERO
    given: Money = ZERO
    paid_in: Money = ZERO
    paid_out: Money = ZERO
    handed_in: Money = ZERO
    reason: str = ""
    kept: Money = ZERO
    #: What it began with more (or less) than the shift before had left, and why.
    float_off: Money = ZERO
    float_reason: str = ""
    #: How often the drawer was counted; the last count stands here.
    counts: int = 1

    @property
    def difference(self) -> Money:
        """Negative is missing."""
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class MethodSum:
    """What went through one method."""

    method: PaymentMethod
    taken: Money
    refunded: Money
    count: int = 0


@dataclass(frozen=True, slots=True)
class PersonSum:
    """What one person took and gave back; ``name`` is empty for nobody."""

    name: str
    taken: Money
    refunded: Money = ZERO


@dataclass(frozen=True, slots=True)
class ServiceSum:
    """What one kind of service brought, without tax; credit notes taken off."""

    service: ServiceType
    revenue: Money
    orders: int = 0


@dataclass(frozen=True, slots=True)
class TaxSum:
    """Net and tax at one rate."""

    permille: int
    net: Money
    tax: Money


@dataclass(frozen=True, slots=True)
class NumberSpan:
    """The numbers a series gave that day."""

    series: Series
    first: str
    last: str
    count: int


@dataclass(frozen=True, slots=True)
class TillSum:
    """One session closed that day; ``expected`` and ``counted`` as they were frozen."""

    till: str
    number: str
    holder: str
    expected: Money
    counted: Money
    kept: Money = ZERO
    #: Why it was not what it should be.
    reason: str = ""
    #: What it began with more (or less) than the shift before had left, and why.
    float_off: Money = ZERO
    float_reason: str = ""


@dataclass(frozen=True, slots=True)
class MoveSum:
    """Cash paid in (positive) or out (negative) that day for one reason."""

    kind: TillMoveKind
    reason: CashReason
    amount: Money
    count: int


@dataclass(frozen=True, slots=True)
class CloseSheet:
    """日结单 (Z): the frozen totals of a day. ``head`` is the audit journal's last digest before the close."""

    shop: ShopBlock
    number: str
    day: date
    closed_at: datetime
    first_day: date | None = None
    closed_by: str = ""
    invoiced: Money = ZERO
    invoices: int = 0
    credited: Money = ZERO
    credits: int = 0
    written_off: Money = ZERO
    revenue: Money = ZERO
    visit: Money = ZERO
    labour: Money = ZERO
    parts: Money = ZERO
    other: Money = ZERO
    discount: Money = ZERO
    tax: Money = ZERO
    methods: tuple[MethodSum, ...] = ()
    people: tuple[PersonSum, ...] = ()
    services: tuple[ServiceSum, ...] = ()
    taxes: tuple[TaxSum, ...] = ()
    tills: tuple[TillSum, ...] = ()
    moves: tuple[MoveSum, ...] = ()
    numbers: tuple[NumberSpan, ...] = ()
    held: Money = ZERO
    due_customers: Money = ZERO
    due_others: Money = ZERO
    journal_id: int = 0
    head: str = ""
    digest: str = ""

    @property
    def difference(self) -> Money:
        """Of all tills together; negative is missing."""
        return Money(sum(each.counted.fen - each.expected.fen for each in self.tills))


@dataclass(frozen=True, slots=True)
class StatementEntry:
    """One line of a statement; ``what`` is an English word said in the paper's language."""

    day: date
    what: str
    number: str
    charged: Money
    paid: Money
    balance: Money
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class StatementSheet:
    """客户对账单: a customer's account between two days. A positive balance is owed by the customer."""

    shop: ShopBlock
    number: str
    customer_name: str
    first: date
    last: date
    made_at: datetime
    opening: Money
    closing: Money
    entries: tuple[StatementEntry, ...] = ()
    customer_phone: str = ""
    customer_address: str = ""
    due: Money = ZERO
    held: Money = ZERO
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class OwedLine:
    """One invoice that is not paid in full."""

    number: str
    issued_on: date
    due_on: date
    total: Money
    due: Money
    days_late: int = 0
    order_number: str = ""


@dataclass(frozen=True, slots=True)
class ReminderSheet:
    """催款通知单: what a customer still owes, and by when it was to be paid."""

    shop: ShopBlock
    number: str
    customer_name: str
    made_at: datetime
    lines: tuple[OwedLine, ...]
    total: Money
    customer_phone: str = ""
    customer_address: str = ""
    held: Money = ZERO
    made_by: str = ""
