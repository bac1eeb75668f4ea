"""Invoices, payments and the rules of money (domain.md §8). Everything here is append-only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import LineKind, Payer, PaymentKind, PaymentMethod, ServiceType
from app.core.money import Money, Quantity
from app.model.base import Base


class Invoice(Base):
    """What a payer owes for an order. Never changed after issue; its numbers have no gaps."""

    __tablename__ = "invoice"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
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
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    #: The payment that a refund gives back.
    refund_of_id: Mapped[int | None] = mapped_column(ForeignKey("payment.id"))
    at: Mapped[datetime]
    business_day: Mapped[date]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[dict[str, Any]] = mapped_column(default=dict)

    __table_args__ = (Index("ix_payment_business_day_amount", "business_day", "method", "amount"),)


class Allocation(Base):
    """How much of a payment pays which invoice. What is not allocated is the customer's own money."""

    __tablename__ = "allocation"

    id: Mapped[int] = mapped_column(primary_key=True)
    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), index=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    amount: Mapped[Money]
    at: Mapped[datetime]


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
