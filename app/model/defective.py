"""Defective goods (残次品, domain.md §7): graded sellable, sample or scrap; scrap is taken apart."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import DefectGrade, DefectSource, DefectState
from app.core.money import ZERO, Money
from app.model.base import Base


class DefectiveGood(Base):
    """One device or lot of goods that cannot be sold as it is. Parts won from it name it in their moves."""

    __tablename__ = "defective_good"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    description: Mapped[str]
    category: Mapped[str] = mapped_column(default="")
    brand: Mapped[str] = mapped_column(default="")
    model: Mapped[str] = mapped_column(default="")
    serial: Mapped[str] = mapped_column(default="")
    source: Mapped[DefectSource]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    grade: Mapped[DefectGrade | None]
    state: Mapped[DefectState]
    #: What the shop puts it at; the parts taken from scrap come in at zero or a set value.
    set_value: Mapped[Money] = mapped_column(default=ZERO)
    #: What it was sold for.
    sold_for: Mapped[Money | None]
    location: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    received_at: Mapped[datetime]
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    graded_at: Mapped[datetime | None]
    graded_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_defective_good_open", "id", sqlite_where=text("state IN ('received', 'graded')")),
    )
