"""Brands the shop works for, what was agreed with them, code lists, plans sold for a device (domain.md §5, §11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.brand_codes import CodeList, CoverPlanKind
from app.core.money import ZERO, Money
from app.model.base import Base


class Brand(Base):
    """A maker with which the shop has an agreement. Devices name their brand in words: ``names`` are its spellings."""

    __tablename__ = "brand"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(unique=True)
    #: Other spellings that mean the same maker (海尔, Haier).
    names: Mapped[list[str]]
    #: The shop's number with the brand.
    shop_code: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class Agreement(Base):
    """What was agreed with a brand for a time. One that a claim was made under is ended, never changed."""

    __tablename__ = "agreement"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    number: Mapped[str] = mapped_column(default="")
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    #: Product lines (device categories); none named means all.
    categories: Mapped[list[str]]
    #: ``model.agreements.Terms``, as kept.
    terms: Mapped[dict[str, Any]]
    note: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]


class BrandCode(Base):
    """One entry of a brand's list of faults, causes or fixes; brand NULL is for brands without a list of their own."""

    __tablename__ = "brand_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    list: Mapped[CodeList]
    code: Mapped[str]
    name: Mapped[str]
    #: Device category it is for; "" for all.
    category: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (Index("ix_brand_code", text("coalesce(brand_id, 0)"), "list", "code", unique=True),)


class CoverPlan(Base):
    """An extended plan or a maker's extension for one device. Who sold it, who pays, from when until when."""

    __tablename__ = "cover_plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), index=True)
    kind: Mapped[CoverPlanKind]
    #: The underwriter of a plan; the brand of an extension.
    underwriter: Mapped[str]
    #: The plan's number, or the brand's approval number.
    number: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    price: Mapped[Money] = mapped_column(default=ZERO)
    note: Mapped[str] = mapped_column(default="")
    #: Not valid any more (sold back, replaced device).
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
