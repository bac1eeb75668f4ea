"""The price list: labour by category and kind of work, visit fees by zone, diagnosis, packages, member prices
(domain.md §4)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import JobKind, LineKind, PriceUse
from app.core.money import ONE, ZERO, Money, Quantity
from app.model.base import Base


class PriceItem(Base):
    """One entry of the price list (工时价目). Never deleted: lines that took their price from it name its code."""

    __tablename__ = "price_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    #: Short, unique, typed at the counter (``L01``).
    code: Mapped[str] = mapped_column(unique=True)
    use: Mapped[PriceUse]
    #: The kind of line it becomes; a package's lines have their own.
    kind: Mapped[LineKind]
    #: The work, as the customer reads it (``更换压缩机``).
    name: Mapped[str]
    #: "" for every category.
    category: Mapped[str] = mapped_column(default="")
    #: None for every kind of job.
    job_kind: Mapped[JobKind | None]
    #: Zone of a visit fee; "" for every zone.
    zone: Mapped[str] = mapped_column(default="")
    unit: Mapped[str] = mapped_column(default="")
    #: Tax-inclusive or exclusive as the shop's setting says. A package's is the sum of its lines.
    price: Mapped[Money]
    #: Standard time.
    minutes: Mapped[int] = mapped_column(default=0)
    #: None takes the shop's rate for the kind of line.
    tax_permille: Mapped[int | None]
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_price_item_use", "use", "category", "name"),)


class MemberPrice(Base):
    """The price of an entry for customers of a level."""

    __tablename__ = "member_price"

    item_id: Mapped[int] = mapped_column(ForeignKey("price_item.id"), primary_key=True)
    level: Mapped[str] = mapped_column(primary_key=True)
    price: Mapped[Money]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


class PackageLine(Base):
    """One line of a package: an entry of the list or a part, at its price within the package."""

    __tablename__ = "package_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    package_id: Mapped[int] = mapped_column(ForeignKey("price_item.id"), index=True)
    kind: Mapped[LineKind]
    item_id: Mapped[int | None] = mapped_column(ForeignKey("price_item.id"))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("part.id"), index=True)
    description: Mapped[str] = mapped_column(default="")
    quantity: Mapped[Quantity] = mapped_column(default=ONE)
    price: Mapped[Money] = mapped_column(default=ZERO)


class PriceItemChange(Base):
    """A price of the list before and after; ``level`` "" is the price for everybody. Append-only."""

    __tablename__ = "price_item_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("price_item.id"))
    level: Mapped[str] = mapped_column(default="")
    old: Mapped[Money | None]
    new: Mapped[Money | None]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_price_item_change_item_id_id", "item_id", "id"),)
