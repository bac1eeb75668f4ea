"""Invoices, credit notes, payments and the rules of money (domain.md §8).

What is booked is append-only. Beside it stand sums that the one booking path (``features.till.booking``) keeps in the
same transaction and ``doctor`` checks: what is due on an invoice, what is held of a payment, what a day changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import (
    CreditKind,
    CreditReason,
    JobKind,
    LineKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    ReminderWay,
    SaleKind,
    ServiceType,
    TaxInvoiceState,
    WriteOffReason,
)
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.model.base import Base

_NOTHING = text("0")


class Invoice(Base):
    """What a payer owes for one order or several. Never changed after issue; its numbers have no gaps."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    #: The order, or the first of several; which orders it covers its lines and ``Sale`` say.
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    payer: Mapped[Payer]
    service_type: Mapped[ServiceType]
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: Tax included, as the customer pays it.
    total: Mapped[Money]
    tax: Mapped[Money]
    tax_inclusive: Mapped[bool]
    issued_at: Mapped[datetime]
    business_day: Mapped[date] = mapped_column(index=True)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: Who pays, where it is not the customer: the brand, the underwriter.
    payer_name: Mapped[str] = mapped_column(default="", server_default=text("''"))
    #: The day it is to be paid by; the day of issue where no terms were agreed.
    due_on: Mapped[date]
    #: The invoice that was credited for this one (换货).
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"))


class InvoiceLine(Base):
    """One line as it was invoiced. ``amount`` includes tax; ``tax`` is the part of it that is tax."""

    __tablename__ = "invoice_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    kind: Mapped[LineKind]
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    description: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Quantity]
    unit_price: Mapped[Money]
    amount: Mapped[Money]
    tax_permille: Mapped[int]
    tax: Mapped[Money]
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    #: The charge it was made of; None for what old versions issued and cannot be told any more.
    order_line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    #: Who did the work: what commission counts.
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: What its parts cost when it was issued; later costs are sales of their own (``SaleKind.COST``).
    cost: Mapped[Money] = mapped_column(default=ZERO)


class InvoiceBalance(Base):
    """What became of an invoice: ``allocated + due = total − credited − written_off`` (domain.md §8). ``allocated`` is
    net of what a credit note released again. Kept by the booking path."""

    __tablename__ = "invoice_balance"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    payer: Mapped[Payer]
    business_day: Mapped[date]
    due_on: Mapped[date]
    allocated: Mapped[Money] = mapped_column(default=ZERO)
    credited: Mapped[Money] = mapped_column(default=ZERO)
    written_off: Mapped[Money] = mapped_column(default=ZERO)
    due: Mapped[Money]

    __table_args__ = (
        CheckConstraint("due >= 0", name="not_negative"),
        # Receivables by age and of a customer: the few that are owed, not the million that are paid.
        Index(
            "ix_invoice_balance_due", "payer", "due_on", "invoice_id", "customer_id", "due",
            sqlite_where=text("due > 0"),
        ),
        Index("ix_invoice_balance_customer", "customer_id", "invoice_id", "due", sqlite_where=text("due > 0")),
    )  # fmt: skip


class Sale(Base):
    """What one order brought on one day, by one payer: its share of an invoice, the opposite of a credit note, or a
    cost alone. The month counts these and nothing else; every figure of it is a sum of rows. Append-only.

    Amounts are without tax; discounts and credits are negative. Device, technician and service stand here as they were
    on that day: what is corrected later changes no closed month.
    """

    __tablename__ = "sale"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[SaleKind]
    business_day: Mapped[date]
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    credit_id: Mapped[int | None] = mapped_column(ForeignKey("credit_note.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"))
    payer: Mapped[Payer]
    service_type: Mapped[ServiceType]
    job_kind: Mapped[JobKind]
    technician_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    category: Mapped[str]
    brand: Mapped[str]
    visit: Mapped[Money] = mapped_column(default=ZERO)
    labour: Mapped[Money] = mapped_column(default=ZERO)
    parts: Mapped[Money] = mapped_column(default=ZERO)
    other: Mapped[Money] = mapped_column(default=ZERO)
    discount: Mapped[Money] = mapped_column(default=ZERO)
    tax: Mapped[Money] = mapped_column(default=ZERO)
    #: What its parts cost at moving average, goods of others at what is owed for them.
    cost: Mapped[Money] = mapped_column(default=ZERO)

    __table_args__ = (
        # Every break-down of a month is read from this alone, in the order in which it is summed.
        Index(
            "ix_sale_month", text("substr(business_day, 1, 7)"), "payer", "service_type", "technician_id", "category",
            "brand", "business_day", "kind", "order_id", "visit", "labour", "parts", "other", "discount", "tax", "cost",
        ),
        # The days of a month, in their order.
        Index("ix_sale_business_day", "business_day", "visit", "labour", "parts", "other", "discount"),
    )  # fmt: skip


class CreditNote(Base):
    """The only way to correct an issued invoice (红字, 折让). Amounts are positive. Append-only."""

    __tablename__ = "credit_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    payer: Mapped[Payer]
    kind: Mapped[CreditKind]
    reason: Mapped[CreditReason]
    note: Mapped[str]
    total: Mapped[Money]
    tax: Mapped[Money]
    issued_at: Mapped[datetime]
    business_day: Mapped[date] = mapped_column(index=True)
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: The second person, where the role of the first was not enough.
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class CreditLine(Base):
    """What a credit note takes off one invoice line; of the sign of that line. Append-only."""

    __tablename__ = "credit_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    credit_id: Mapped[int] = mapped_column(ForeignKey("credit_note.id"), index=True)
    invoice_line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"), index=True)
    amount: Mapped[Money]
    tax: Mapped[Money]
    #: The cost of parts that went back to the shelf with it.
    cost: Mapped[Money] = mapped_column(default=ZERO)


class WriteOff(Base):
    """A bad debt given up; negative where it was paid after all. Append-only."""

    __tablename__ = "write_off"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    reason: Mapped[WriteOffReason]
    note: Mapped[str]
    amount: Mapped[Money]
    at: Mapped[datetime]
    business_day: Mapped[date] = mapped_column(index=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class Payment(Base):
    """Money that changed hands; refunds are negative. Methods never mix within one row."""

    __tablename__ = "payment"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[PaymentKind]
    method: Mapped[PaymentMethod]
    amount: Mapped[Money]
    #: Cash handed over, where change was given: ``tendered − amount``.
    tendered: Mapped[Money]
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    #: None where it pays for several orders, or for none yet.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    #: The (first) payment that a refund gives back; how much of which, the allocations say.
    refund_of_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    at: Mapped[datetime]
    business_day: Mapped[date]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: ``reason`` and ``approved_by`` of a refund.
    note: Mapped[dict[str, Any]] = mapped_column(default=dict)
    #: The drawer that cash went into or came out of.
    till_session_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"))
    #: Whose money it is: a brand's payment never becomes the customer's credit.
    payer: Mapped[Payer] = mapped_column(default=Payer.CUSTOMER, server_default=text("'customer'"))

    __table_args__ = (
        Index("ix_payment_business_day_amount", "business_day", "method", "amount"),
        Index(
            "ix_payment_till",
            "till_session_id",
            "amount",
            sqlite_where=text("till_session_id IS NOT NULL"),
        ),
    )


class Allocation(Base):
    """How much of a payment pays which invoice, or was given back by which refund; negative where a credit note
    released it again. What is not allocated is the customer's own money. Append-only."""

    __tablename__ = "allocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Money]
    at: Mapped[datetime]
    #: The refund that gave it back, in place of an invoice.
    refund_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    business_day: Mapped[date]

    __table_args__ = (
        CheckConstraint("(invoice_id IS NULL) != (refund_id IS NULL)", name="one_use"),
        Index("ix_allocation_refund_id", "refund_id", sqlite_where=text("refund_id IS NOT NULL")),
        # What was used from a day on, without the rows: what was due and held before is that taken back.
        Index("ix_allocation_business_day", "business_day", "invoice_id", "payment_id", "amount"),
    )


class HeldMoney(Base):
    """What of a payment no invoice has used and nobody was given back: deposits and credit. The row goes when nothing
    is left. Kept by the booking path."""

    __tablename__ = "held_money"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    method: Mapped[PaymentMethod]
    amount: Mapped[Money]
    since: Mapped[date]
    payer: Mapped[Payer] = mapped_column(default=Payer.CUSTOMER, server_default=text("'customer'"))

    __table_args__ = (CheckConstraint("amount > 0", name="positive"),)


class MoneyDay(Base):
    """What a business day changed: summed up to a day, what was held and due then. Kept by the booking path."""

    __tablename__ = "money_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    #: Customers' money held.
    held: Mapped[Money] = mapped_column(default=ZERO, server_default=_NOTHING)
    #: Due from customers.
    due_customer: Mapped[Money] = mapped_column(default=ZERO, server_default=_NOTHING)
    #: Due from brands, underwriters, contracts.
    due_other: Mapped[Money] = mapped_column(default=ZERO, server_default=_NOTHING)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


class TaxInvoice(Base):
    """The official tax invoice (发票) of an invoice: asked for, issued, red. The shop's own invoice never changes; the
    journal keeps the history of this row."""

    __tablename__ = "tax_invoice"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    state: Mapped[TaxInvoiceState]
    #: Title (抬头) and tax number of the buyer.
    title: Mapped[str] = mapped_column(default="")
    tax_number: Mapped[str] = mapped_column(default="")
    number: Mapped[str] = mapped_column(default="")
    red_number: Mapped[str] = mapped_column(default="")
    asked_on: Mapped[date | None]
    issued_on: Mapped[date | None]
    changed_at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (
        Index("ix_tax_invoice_asked", "asked_on", "invoice_id", sqlite_where=text("state = 'asked'")),
        Index("ix_tax_invoice_number", "number", sqlite_where=text("number != ''")),
    )


class PaymentReminder(Base):
    """The customer was reminded of what is due (催款). Append-only."""

    __tablename__ = "payment_reminder"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    #: Due in all on that day.
    amount: Mapped[Money]
    way: Mapped[ReminderWay]
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


# -- rules -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TaxedAmount:
    """A line's amount as the payer pays it and the tax inside it."""

    gross: Money
    tax: Money


def taxed(amount: Money, permille: int, *, inclusive: bool) -> TaxedAmount:
    """Tax of one line, rounded half up per line (domain.md §8)."""
    if inclusive:
        return TaxedAmount(amount, amount.tax_within(permille))
    tax = amount.tax_on_top(permille)
    return TaxedAmount(amount + tax, tax)


def tax_share(line: TaxedAmount, credited: Money, more: Money) -> Money:
    """The tax of ``more`` credited on a line of which ``credited`` was credited before: whatever the steps, the whole
    line takes its whole tax with it."""
    if not line.gross:
        return ZERO

    def until(amount: Money) -> int:
        sign = -1 if line.gross < ZERO else 1
        return divide_half_up(sign * line.tax.fen * amount.fen, abs(line.gross.fen))

    return Money(until(credited + more) - until(credited))


def spread(amount: Money, over: list[Money]) -> list[Money]:
    """``amount`` over shares in proportion, summing to it exactly; no share grows beyond what it was, where
    ``amount`` is no more than all of them."""
    whole = sum(each.fen for each in over)
    if whole <= 0:
        raise ValueError("nothing to spread over")
    found, reached, given = [], 0, 0
    for each in over:
        reached += each.fen
        upto = divide_half_up(amount.fen * reached, whole)
        found.append(Money(upto - given))
        given = upto
    return found
