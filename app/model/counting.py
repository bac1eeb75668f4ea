"""Stocktakes (盘点, domain.md §7): the shop goes on working while it counts."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import CountKind, CountState
from app.core.money import Quantity
from app.model.base import Base


class StockCount(Base):
    """One stocktake: a list of what is to be counted."""

    __tablename__ = "stock_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[CountKind]
    #: The class's letter, or the beginning of the locations; "" for everything.
    scope: Mapped[str] = mapped_column(default="")
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"))
    #: Whoever counts does not see what should be there.
    blind: Mapped[bool] = mapped_column(default=True)
    state: Mapped[CountState]
    note: Mapped[str] = mapped_column(default="")
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (Index("ix_stock_count_open", "id", sqlite_where=text("state = 'open'")),)


class CountLine(Base):
    """One part of a stocktake. ``expected`` is what the ledger said at the moment of counting: what is sold later
    does not disturb the difference, which is booked at approval."""

    __tablename__ = "count_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    count_id: Mapped[int] = mapped_column(ForeignKey("stock_count.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("stock_place.id"))
    consigned: Mapped[bool] = mapped_column(default=False)
    #: None until it is counted.
    expected: Mapped[Quantity | None]
    counted: Mapped[Quantity | None]
    #: For serialised parts: what was scanned.
    serials: Mapped[list[str]]
    counted_at: Mapped[datetime | None]
    counted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    #: How many times it was counted again.
    recounts: Mapped[int] = mapped_column(default=0)

    __table_args__ = (Index("ix_count_line_of", "count_id", "part_id", "place_id", "consigned", unique=True),)
