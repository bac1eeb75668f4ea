"""Parts and what describes them: barcodes, suppliers, prices, substitutes, kits (domain.md §7)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import AbcClass, OldPartRule, PartCondition, PriceKind, PriceSource
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.model.base import Base

_NOTHING = Quantity(0)


class Supplier(Base):
    """Where parts are bought; a brand's depot is one too."""

    __tablename__ = "supplier"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(unique=True)
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    #: Days from order to delivery, as a rule.
    lead_days: Mapped[int] = mapped_column(default=3)
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Part(Base):
    """A stock item. Its sums are those of its moves, kept by the ledger in the same transaction as each move and
    checked by ``doctor``; without them a scan would sum the ledger."""

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
    #: Where it lies on the shelf, as the shop writes it.
    location: Mapped[str] = mapped_column(default="")
    minimum: Mapped[Quantity] = mapped_column(default=_NOTHING)
    active: Mapped[bool] = mapped_column(default=True)
    #: The shop's own stock in all places, and what it cost.
    on_hand: Mapped[Quantity] = mapped_column(default=_NOTHING)
    value: Mapped[Money] = mapped_column(default=ZERO)
    created_at: Mapped[datetime]
    supplier_id: Mapped[int | None] = mapped_column(ForeignKey("supplier.id"), index=True)
    #: The supplier's number for it.
    supplier_number: Mapped[str] = mapped_column(default="")
    #: What a unit cost last, or costs by the supplier's list.
    purchase_price: Mapped[Money] = mapped_column(default=ZERO)
    #: Tax rate in permille; None takes the shop's rate for parts.
    tax_permille: Mapped[int | None]
    #: As of the last time the classes were worked out.
    abc: Mapped[AbcClass | None]
    #: None asks the table of rules by brand and category.
    old_part_rule: Mapped[OldPartRule | None]
    #: Each piece has a serial number of its own.
    serialised: Mapped[bool] = mapped_column(default=False)
    #: For serialised pieces: the part's own warranty, from the day it is built in.
    warranty_months: Mapped[int] = mapped_column(default=0)
    condition: Mapped[PartCondition] = mapped_column(default=PartCondition.NEW)
    #: Category of the season factors; "" takes the part's own category.
    season: Mapped[str] = mapped_column(default="")
    #: Several parts as one; it has no stock of its own (``KitLine``).
    kit: Mapped[bool] = mapped_column(default=False)
    kit_labour: Mapped[Money] = mapped_column(default=ZERO)
    kit_minutes: Mapped[int] = mapped_column(default=0)
    #: The picture's file under DIR/photos; both "" without one.
    picture_sha256: Mapped[str] = mapped_column(default="")
    picture_suffix: Mapped[str] = mapped_column(default="")
    #: What the shop owes the owner of consigned goods for a unit it uses.
    consign_price: Mapped[Money] = mapped_column(default=ZERO)
    #: Goods of others in all places (铺底); never part of ``on_hand`` or ``value``.
    consigned: Mapped[Quantity] = mapped_column(default=_NOTHING)
    #: Held for orders (``Reservation``).
    reserved: Mapped[Quantity] = mapped_column(default=_NOTHING)
    #: Own and consigned stock in technicians' bags and set apart: here, but not free.
    away: Mapped[Quantity] = mapped_column(default=_NOTHING)
    #: The business day of its last move of goods; None before the first.
    last_moved_on: Mapped[date | None]
    #: The business day it was last used on an order.
    last_used_on: Mapped[date | None]

    __table_args__ = (
        # Each list of what is short reads this, not the hundred thousand parts that are not.
        Index("ix_part_minimum", "minimum", sqlite_where=text("minimum > 0")),
    )

    @property
    def average_cost(self) -> Money:
        """Moving average cost of one unit, rounded; zero without stock."""
        if self.on_hand.milli <= 0:
            return ZERO
        return Money(divide_half_up(self.value.fen * 1000, self.on_hand.milli))

    @property
    def free(self) -> Quantity:
        """What may be promised to somebody new: on shelves and vans, not reserved; below zero where a count
        found less than is reserved."""
        return self.on_hand + self.consigned - self.away - self.reserved


class PartBarcode(Base):
    """A barcode that names a part: our own label, an EAN, the supplier's."""

    __tablename__ = "part_barcode"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), index=True)
    code: Mapped[str] = mapped_column(unique=True)
    own: Mapped[bool] = mapped_column(default=False)


class PriceChange(Base):
    """A price before and after, in fen for a unit. Append-only."""

    __tablename__ = "price_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"))
    kind: Mapped[PriceKind]
    old: Mapped[Money]
    new: Mapped[Money]
    source: Mapped[PriceSource]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime]

    __table_args__ = (Index("ix_price_change_part_id_id", "part_id", "id"),)


class PartSubstitute(Base):
    """``substitute_id`` may be used in place of ``part_id``; two rows where it also holds the other way."""

    __tablename__ = "part_substitute"

    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    substitute_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True, index=True)
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


class KitLine(Base):
    """One component of a kit. A kit's components are plain parts: no kits in kits."""

    __tablename__ = "kit_line"

    kit_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("part.id"), primary_key=True, index=True)
    quantity: Mapped[Quantity]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


class SeasonFactor(Base):
    """How much more (or less) a category sells in a month than on average, in percent (100 = as ever)."""

    __tablename__ = "season_factor"

    category: Mapped[str] = mapped_column(primary_key=True)
    #: 1 to 12.
    month: Mapped[int] = mapped_column(primary_key=True)
    percent: Mapped[int]

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form
