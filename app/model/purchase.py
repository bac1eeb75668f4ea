"""Buying parts: request 请购, purchase order 采购, goods receipt 收货 (domain.md §7)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import PurchaseState, RequestState
from app.core.money import Money, Quantity
from app.model.base import Base


class PurchaseRequest(Base):
    """Somebody needs a part (or a tool, by its description) that is not here."""

    __tablename__ = "purchase_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"), index=True)
    #: What is wanted, where it is no part: a tool, a part nobody has entered yet.
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Quantity]
    #: The repair order that waits for it.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    urgent: Mapped[bool] = mapped_column(default=False)
    state: Mapped[RequestState]
    note: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_purchase_request_open", "id", sqlite_where=text("state = 'open'")),)


class PurchaseOrder(Base):
    """An order to a supplier."""

    __tablename__ = "purchase_order"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int] = mapped_column(ForeignKey("supplier.id"), index=True)
    state: Mapped[PurchaseState]
    #: Outside the plan (domain.md §7).
    urgent: Mapped[bool] = mapped_column(default=False)
    #: Asks the brand for consigned goods: they come in without a price.
    consigned: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    ordered_at: Mapped[datetime | None]
    expected_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index(
            "ix_purchase_order_open",
            "state",
            "id",
            sqlite_where=text("state IN ('draft', 'sent', 'part_received')"),
        ),
    )


class PurchaseLine(Base):
    """One line of a purchase order. Still to come: quantity − received − cancelled; receiving more than that is
    written on the line too, so that ``received`` may exceed ``quantity``."""

    __tablename__ = "purchase_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    purchase_id: Mapped[int] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"))
    description: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    supplier_number: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Quantity]
    received: Mapped[Quantity] = mapped_column(default=Quantity(0))
    cancelled: Mapped[Quantity] = mapped_column(default=Quantity(0))
    unit_price: Mapped[Money]
    #: A special order: bought for this repair order alone.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    request_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_request.id"), index=True)

    __table_args__ = (
        CheckConstraint("quantity > 0 AND received >= 0 AND cancelled >= 0", name="signs"),
        # What is on order is asked for each part of each proposal: not through years of received lines.
        Index(
            "ix_purchase_line_coming", "part_id", "id", sqlite_where=text("received + cancelled < quantity")
        ),
    )


class GoodsReceipt(Base):
    """Goods that came in together. Append-only."""

    __tablename__ = "goods_receipt"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    purchase_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_order.id"), index=True)
    consigned: Mapped[bool] = mapped_column(default=False)
    #: The supplier's delivery note or invoice.
    delivery_note: Mapped[str] = mapped_column(default="")
    total: Mapped[Money]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]
    day: Mapped[date] = mapped_column(index=True)


class GoodsReceiptLine(Base):
    """One part of a receipt; its stock moves name it. Append-only."""

    __tablename__ = "goods_receipt_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    receipt_id: Mapped[int] = mapped_column(ForeignKey("goods_receipt.id"), index=True)
    purchase_line_id: Mapped[int | None] = mapped_column(ForeignKey("purchase_line.id"), index=True)
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"), index=True)
    description: Mapped[str]
    quantity: Mapped[Quantity]
    #: Of the whole line.
    cost: Mapped[Money]
