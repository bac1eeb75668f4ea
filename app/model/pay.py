"""What staff earn beside their wage: commission rules, bonuses and deductions, month statements (domain.md §9)."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import CommissionKind, PayItemKind
from app.core.money import ZERO, Money
from app.model.base import Base


class CommissionRule(Base):
    """One rule from a day on. The next one of the same person, kind and category takes its place; one with nothing to
    pay ends it, and one of a person may say that everybody's holds for him again. Append-only: what was paid by a rule
    can be told for ever."""

    __tablename__ = "commission_rule"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None is everybody who has no rule of his own of this kind.
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    kind: Mapped[CommissionKind]
    #: "" for every category that has no rule of its own.
    category: Mapped[str] = mapped_column(default="")
    #: For shares: permille of the net amount.
    permille: Mapped[int] = mapped_column(default=0)
    #: For jobs: fen a job.
    amount: Mapped[Money] = mapped_column(default=ZERO)
    valid_from: Mapped[date]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: Of a person: his own rule ends, everybody's holds for him from this day on.
    as_everybody: Mapped[bool] = mapped_column(default=False, server_default=text("0"))

    __table_args__ = (Index("ix_commission_rule_staff_id", "staff_id", "kind", "category", "valid_from"),)


class PayItem(Base):
    """A bonus or a deduction beside the rules, with its reason; the opposite sign takes one back. Append-only."""

    __tablename__ = "pay_item"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: ``2026-11``: the month whose statement it stands in.
    month: Mapped[str]
    kind: Mapped[PayItemKind]
    amount: Mapped[Money]
    reason: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (Index("ix_pay_item_staff_id_month", "staff_id", "month"),)


class PayStatement(Base):
    """One person's month as it was agreed, for good: what was earned, deducted and carried over. Append-only."""

    __tablename__ = "pay_statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    month: Mapped[str]
    #: Commission and bonuses.
    bonus: Mapped[Money]
    #: Never above half of ``bonus`` (domain.md §9).
    deducted: Mapped[Money]
    #: Deductions that go into the next month.
    carried: Mapped[Money]
    content: Mapped[bytes]
    digest: Mapped[bytes]
    frozen_at: Mapped[datetime]
    frozen_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (Index("ix_pay_statement_staff_id_month", "staff_id", "month", unique=True),)
