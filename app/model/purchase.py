"""Buying parts: request 请购, purchase order 采购, goods receipt 收货 (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import PlanKind, PurchaseState, RequestState
from app.core.money import ONE, Money, Quantity
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


# -- rules -------------------------------------------------------------------------------------------------

#: A month that sells as ever, in percent.
AS_EVER = 100


@dataclass(frozen=True, slots=True)
class Plan:
    """A way to work out what to buy: for so many months, by the mean of the last so many full ones."""

    kind: PlanKind
    cover: int
    months: int


#: domain.md §7: monthly plan, cover 1, mean of the last two full months; base stock, cover 3, of the last twelve.
PLANS: Mapping[PlanKind, Plan] = MappingProxyType(
    {PlanKind.MONTHLY: Plan(PlanKind.MONTHLY, 1, 2), PlanKind.BASE: Plan(PlanKind.BASE, 3, 12)}
)


def full_months(today: date, count: int) -> tuple[int, ...]:
    """The last ``count`` months that are over, newest first, as ``part_month`` counts them: 202610, 202609."""
    return tuple(_month(today, -back) for back in range(1, count + 1))


def covered_months(today: date, cover: int) -> tuple[int, ...]:
    """The ``cover`` months that are bought for, 1 to 12: those after this one, whose goods come by then."""
    return tuple(_month(today, ahead) % 100 for ahead in range(1, cover + 1))


def to_order(
    used: Quantity,
    plan: Plan,
    percents: Sequence[int],
    on_hand: Quantity,
    on_order: Quantity,
    minimum: Quantity = Quantity(0),
) -> Quantity:
    """The reorder proposal (domain.md §7): cover × average monthly use × season factor − on hand − on order, rounded
    up to the unit, never below zero; at least what is missing to the minimum.

    ``used`` is the use of the plan's full months together, ``percents`` the season factor of each month that is
    covered. One fraction, rounded once: an average rounded on the way would order a piece too many.
    """
    assert len(percents) == plan.cover
    there = on_hand.milli + on_order.milli
    return Quantity.of(units_to_order(used.milli, plan.months, sum(percents), there, minimum.milli))


def units_to_order(used: int, months: int, percents: int, there: int, minimum: int) -> int:
    """``to_order`` in whole units, by thousandths: a proposal asks it for every part of the shop.

    ``percents`` are the season factors of all covered months together.
    """
    share = months * AS_EVER
    units = -(-(max(used, 0) * percents - there * share) // (share * ONE.milli))
    below = -(-(minimum - there) // ONE.milli)
    return max(units, below, 0)


def still_to_come(ordered: Quantity, received: Quantity, cancelled: Quantity) -> Quantity:
    """What of a purchase line is not here and not called off."""
    return max(Quantity(0), ordered - received - cancelled)


def state_after_receipt(lines: Sequence[tuple[Quantity, Quantity, Quantity]]) -> PurchaseState:
    """How a sent order stands by its lines (ordered, received, cancelled)."""
    if all(not still_to_come(*line) for line in lines):
        return PurchaseState.CLOSED
    received = any(received for _ordered, received, _cancelled in lines)
    return PurchaseState.PART_RECEIVED if received else PurchaseState.SENT


def _month(today: date, step: int) -> int:
    year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
    return year * 100 + month + 1
