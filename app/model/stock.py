"""Parts and the ledger of their moves (domain.md §7): stock on hand is the sum of the moves."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import MoveKind
from app.core.money import Money, Quantity, divide_half_up
from app.model.base import Base


class Part(Base):
    """A stock item. ``on_hand`` and ``value`` are the running sums of its moves, kept in the same
    transaction as each move and checked by ``doctor``; without them a scan would sum the ledger."""

    __tablename__ = "part"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    #: Models it fits, as the shop writes them.
    fits: Mapped[str] = mapped_column(default="")
    unit: Mapped[str]
    sale_price: Mapped[Money]
    location: Mapped[str] = mapped_column(default="")
    minimum: Mapped[Quantity] = mapped_column(default=Quantity(0))
    supplier: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    on_hand: Mapped[Quantity] = mapped_column(default=Quantity(0))
    value: Mapped[Money] = mapped_column(default=Money(0))
    created_at: Mapped[datetime]

    @property
    def average_cost(self) -> Money:
        """Moving average cost of one unit, rounded; zero without stock."""
        if self.on_hand.milli <= 0:
            return Money(0)
        return Money(divide_half_up(self.value.fen * 1000, self.on_hand.milli))


class PartBarcode(Base):
    """A barcode that names a part: our own label, an EAN, the supplier's."""

    __tablename__ = "part_barcode"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    own: Mapped[bool] = mapped_column(default=False)


class StockMove(Base):
    """One move of the ledger: signed quantity and signed value. Append-only."""

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

    __table_args__ = (Index("ix_stock_move_part_id_id", "part_id", "id"),)


def value_of_issue(on_hand: Quantity, value: Money, quantity: Quantity) -> Money:
    """The value that leaves with ``quantity`` at moving average (domain.md §7).

    The last piece takes the whole rest with it, so that nothing is left on an empty shelf:
    value in − value out = value on hand, to the fen.
    """
    if quantity.milli >= on_hand.milli:
        return value
    return Money(divide_half_up(value.fen * quantity.milli, on_hand.milli))
