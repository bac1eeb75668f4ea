"""Customers and their devices (domain.md §3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.money import Money
from app.model.base import Base


class Customer(Base):
    """A person or a firm. Merged customers stay and point at the one they became."""

    __tablename__ = "customer"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str]
    #: Digits only (with a leading + for foreign numbers); "" when the customer gave none.
    phone: Mapped[str] = mapped_column(index=True)
    phone2: Mapped[str] = mapped_column(default="", index=True)
    address: Mapped[str] = mapped_column(default="")
    notes: Mapped[str] = mapped_column(default="")
    #: 统一社会信用代码, for invoices to firms.
    tax_number: Mapped[str] = mapped_column(default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"))
    created_at: Mapped[datetime]
    #: Member level, by which the price list has its own prices; "" for none.
    level: Mapped[str] = mapped_column(default="", server_default=text("''"))
    #: On account: days until an invoice is due; None for the shop's own terms.
    terms_days: Mapped[int | None]
    #: On account: no more than this in all; None without a limit.
    account_limit: Mapped[Money | None]

    __table_args__ = (
        Index("ix_customer_phone_last4", text("substr(phone, -4)")),
        Index("ix_customer_phone2_last4", text("substr(phone2, -4)")),
        # Reads of a customer follow those who were merged into him: their invoices and payments stay theirs.
        Index(
            "ix_customer_merged_into_id",
            "merged_into_id",
            sqlite_where=text("merged_into_id IS NOT NULL"),
        ),
    )


class Device(Base):
    """One appliance of one customer; its history hangs on it."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customer.id"), index=True)
    #: A ``Category`` code, or the owner's own name for a category.
    category: Mapped[str]
    brand: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="", index=True)
    purchased_on: Mapped[date | None]
    proof_seen: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    #: From the type plate; without proof of purchase the warranty counts from it (domain.md §5).
    produced_on: Mapped[date | None]
    #: The outdoor unit of an air conditioner.
    outdoor_serial: Mapped[str] = mapped_column(default="", server_default=text("''"))
