"""The ledger of stock moves, the sums kept beside it, and its pure rules (domain.md §7).

Only ``app.features.stock.ledger`` writes these tables.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import LoanWay, MoveKind, Payer, PlaceKind, ScrapReason, SerialState
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.model.base import Base

_NOTHING = Quantity(0)


class StockPlace(Base):
    """Where stock lies. One shelf is the default: goods come in there unless told otherwise."""

    __tablename__ = "stock_place"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PlaceKind]
    name: Mapped[str]
    #: Whose bag it is.
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    main: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_stock_place_main", "main", unique=True, sqlite_where=text("main = 1")),)


class StockMove(Base):
    """One move of the ledger: signed quantity and signed value at one place. Append-only.

    Consigned rows carry no value: their goods are not the shop's. ``reserved`` is the signed change of what is held
    for ``order_id``; rows that only reserve or release move no goods.
    """

    __tablename__ = "stock_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    kind: Mapped[MoveKind]
    quantity: Mapped[Quantity]
    value: Mapped[Money]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    day: Mapped[date] = mapped_column(index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"))
    consigned: Mapped[bool] = mapped_column(default=False)
    reserved: Mapped[Quantity] = mapped_column(default=_NOTHING)
    #: Consigned goods that were used or lost: what the shop owes their owner for them; negative when they come back.
    owed_value: Mapped[Money] = mapped_column(default=ZERO)
    serial_id: Mapped[int | None] = mapped_column(ForeignKey("part_serial.id"))
    reason: Mapped[ScrapReason | None]
    receipt_line_id: Mapped[int | None] = mapped_column(ForeignKey("goods_receipt_line.id"))
    count_line_id: Mapped[int | None] = mapped_column(ForeignKey("count_line.id"))
    defective_id: Mapped[int | None] = mapped_column(ForeignKey("defective_good.id"))
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("part_loan.id"))

    __table_args__ = (
        Index("ix_stock_move_part_id_id", "part_id", "id"),
        # Three million rows, few of them of serialised or consigned goods.
        Index("ix_stock_move_serial_id", "serial_id", sqlite_where=text("serial_id IS NOT NULL")),
        Index("ix_stock_move_owed", "id", sqlite_where=text("owed_value != 0")),
    )


class StockBalance(Base):
    """What lies in one place, own and consigned apart: the sum of its moves."""

    __tablename__ = "stock_balance"

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"), primary_key=True)
    consigned: Mapped[bool] = mapped_column(primary_key=True)
    on_hand: Mapped[Quantity]
    #: Since when the place has not been empty of it.
    since: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("on_hand >= 0", name="not_negative"),
        Index("ix_stock_balance_place_id", "place_id", sqlite_where=text("on_hand != 0")),
        {"sqlite_with_rowid": False},
    )


class Reservation(Base):
    """What is held for an order: the sum of its ``reserved`` moves; the row goes when it reaches zero."""

    __tablename__ = "reservation"

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), primary_key=True, index=True)
    quantity: Mapped[Quantity]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    since: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("quantity > 0", name="positive"),
        {"sqlite_with_rowid": False},
    )


class StockOwed(Base):
    """Used before the receipt was booked, by a lead's decision: no goods move until the next receipt settles it, so
    that stock is never negative and its value is exact at every moment."""

    __tablename__ = "stock_owed"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"))
    line_id: Mapped[int] = mapped_column(ForeignKey("order_line.id"), index=True)
    quantity: Mapped[Quantity]
    settled: Mapped[Quantity] = mapped_column(default=_NOTHING)
    #: Taken off the order again before it was settled.
    cancelled: Mapped[Quantity] = mapped_column(default=_NOTHING)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (
        CheckConstraint("settled + cancelled <= quantity", name="within"),
        Index("ix_stock_owed_open", "part_id", "id", sqlite_where=text("settled + cancelled < quantity")),
    )


class PartMonth(Base):
    """Sums of a part's moves in a month (``202611``): the base of plans, classes and past values."""

    __tablename__ = "part_month"

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    month: Mapped[int] = mapped_column(primary_key=True)
    #: Used on orders less taken back, own and consigned; what it cost, consigned at what is owed.
    used: Mapped[Quantity]
    used_value: Mapped[Money]
    #: Bought: goods in by receipt.
    received: Mapped[Quantity]
    received_value: Mapped[Money]
    #: Change of own stock.
    net: Mapped[Quantity]
    net_value: Mapped[Money]

    __table_args__ = (
        Index("ix_part_month_usage", "month", "part_id", "used", "used_value"),
        {"sqlite_with_rowid": False},
    )


class StockDay(Base):
    """Change of the value of all own stock on a business day: summed up to a day it is the value then."""

    __tablename__ = "stock_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    net_value: Mapped[Money]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


class PartSerial(Base):
    """One piece of a serialised part (domain.md §7); its life is the moves that name it."""

    __tablename__ = "part_serial"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    serial: Mapped[str] = mapped_column(index=True)
    state: Mapped[SerialState]
    consigned: Mapped[bool] = mapped_column(default=False)
    #: Where it lies, while in stock.
    place_id: Mapped[int | None] = mapped_column(ForeignKey("stock_place.id"))
    #: The order, and so the device, that it was last built in.
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    line_id: Mapped[int | None] = mapped_column(ForeignKey("order_line.id"))
    received_on: Mapped[date]
    #: The part's own warranty, set when it is built in.
    warranty_until: Mapped[date | None]

    __table_args__ = (Index("ix_part_serial_part_id_serial", "part_id", "serial", unique=True),)


class PartLoan(Base):
    """Parts borrowed from or lent to another shop (调借)."""

    __tablename__ = "part_loan"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    way: Mapped[LoanWay]
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    shop: Mapped[str]
    quantity: Mapped[Quantity]
    #: What the stock gained or lost with it.
    value: Mapped[Money]
    returned: Mapped[Quantity] = mapped_column(default=_NOTHING)
    returned_value: Mapped[Money] = mapped_column(default=ZERO)
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (CheckConstraint("returned <= quantity", name="within"),)


class ConsignSettlement(Base):
    """Used consigned goods, settled with their owner (domain.md §7)."""

    __tablename__ = "consign_settlement"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    brand: Mapped[str] = mapped_column(default="")
    total: Mapped[Money]
    note: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]


class ConsignSettled(Base):
    """A move that a settlement covers; each once. Append-only."""

    __tablename__ = "consign_settled"

    id: Mapped[int] = mapped_column(primary_key=True)
    move_id: Mapped[int] = mapped_column(ForeignKey("stock_move.id"), unique=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("consign_settlement.id"), index=True)


# -- rules -------------------------------------------------------------------------------------------------


def value_of_issue(on_hand: Quantity, value: Money, quantity: Quantity) -> Money:
    """The value that leaves with ``quantity`` at moving average (domain.md §7).

    The last piece takes the whole rest with it, so that nothing is left on an empty shelf:
    value in − value out = value on hand, to the fen.
    """
    if quantity.milli >= on_hand.milli:
        return value
    return Money(divide_half_up(value.fen * quantity.milli, on_hand.milli))


def month_of(day: date) -> int:
    """The month of ``part_month``: 202611."""
    return day.year * 100 + day.month


@dataclass(frozen=True, slots=True)
class Held:
    """What lies in one place, as a rule sees it."""

    place_id: int
    kind: PlaceKind
    staff_id: int | None
    main: bool
    consigned: bool
    on_hand: Quantity


@dataclass(frozen=True, slots=True)
class Taken:
    """A share of an issue: so much from this place."""

    place_id: int
    kind: PlaceKind
    consigned: bool
    quantity: Quantity


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may lay hands on for an order."""

    #: In his own bag.
    bag: Quantity
    #: On shelves and in vans.
    open: Quantity
    #: Of those, held for other orders.
    others: Quantity

    @property
    def usable(self) -> Quantity:
        """What he may use without taking from another order."""
        return self.bag + max(_NOTHING, self.open - self.others)


def reach_of(held: Sequence[Held], staff_id: int | None, others: Quantity) -> Reach:
    """What ``staff_id`` may use: his bag, shelves and vans less what is reserved for ``others``. Never another's
    bag, nor what is set apart."""
    bag = sum(each.on_hand.milli for each in held if _own_bag(each, staff_id))
    shelves = sum(each.on_hand.milli for each in held if each.kind in (PlaceKind.SHELF, PlaceKind.VAN))
    return Reach(Quantity(bag), Quantity(shelves), others)


def sources(
    held: Sequence[Held], staff_id: int | None, quantity: Quantity, *, consigned_first: bool
) -> list[Taken]:
    """Where ``quantity`` is taken from: the own bag, the main shelf, other shelves, vans; own or consigned first.

    The caller has checked with ``reach_of`` that there is enough.
    """
    order = {PlaceKind.PERSON: 0, PlaceKind.SHELF: 1, PlaceKind.VAN: 2}
    near = sorted(
        (each for each in held if each.kind is not PlaceKind.QUARANTINE and _may_reach(each, staff_id)),
        key=lambda each: (order[each.kind], each.consigned != consigned_first, not each.main, each.place_id),
    )
    found: list[Taken] = []
    rest = quantity
    for each in near:
        share = min(rest, each.on_hand)
        if share > _NOTHING:
            found.append(Taken(each.place_id, each.kind, each.consigned, share))
            rest -= share
    return found


def consigned_first(payer: Payer) -> bool:
    """The brand's own goods go into the repairs that the brand pays; elsewhere the shop's own."""
    return payer is Payer.BRAND


def split_value(value: Money, count: int) -> list[Money]:
    """``value`` over ``count`` pieces, as evenly as fen allow, summing to it exactly."""
    return [Money(value.fen * (at + 1) // count - value.fen * at // count) for at in range(count)]


def _own_bag(each: Held, staff_id: int | None) -> bool:
    return each.kind is PlaceKind.PERSON and each.staff_id is not None and each.staff_id == staff_id


def _may_reach(each: Held, staff_id: int | None) -> bool:
    return each.kind is not PlaceKind.PERSON or _own_bag(each, staff_id)
