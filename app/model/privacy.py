"""Who looked at whose records, and whose were erased (issue 5; domain.md §3)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import ErasureCause, LookKind
from app.model.base import Base


class Look(Base):
    """One member of staff looked at one record on one day, so many times. Kept for a while, then swept away."""

    __tablename__ = "look"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[LookKind]
    record_id: Mapped[int]
    first_at: Mapped[datetime]
    last_at: Mapped[datetime]
    times: Mapped[int]

    __table_args__ = (
        Index("ix_look_record", "kind", "record_id", "day", "staff_id", unique=True),
        Index("ix_look_day", "day"),
    )


class Erasure(Base):
    """One customer's personal data were erased. Append-only; played again after a restore of an older backup."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The customer's own: his key inside may have been given to somebody else in an older backup.
    customer_uuid: Mapped[UUID] = mapped_column(unique=True)
    at: Mapped[datetime]
    #: 0 is the program itself, by the retention rule.
    actor_id: Mapped[int]
    cause: Mapped[ErasureCause]
