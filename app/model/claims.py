"""Claims, settlements and reports to brands (domain.md §11)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.brand_codes import (
    AssessmentKind,
    BrandReportKind,
    ClaimState,
    IncidentKind,
    NoticeState,
    SettlementKind,
    SettlementState,
)
from app.core.money import ZERO, Money
from app.model.base import Base


class Claim(Base):
    """One order under a brand's warranty, made when it is delivered; sent again as a new submission of the same."""

    __tablename__ = "claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    #: The rules of its day; None while no agreement was found.
    agreement_id: Mapped[int | None] = mapped_column(ForeignKey("agreement.id"), index=True)
    #: What was billed to the brand for it.
    invoice_id: Mapped[int | None] = mapped_column(ForeignKey("invoice.id"), index=True)
    state: Mapped[ClaimState]
    #: How often it was sent.
    submission: Mapped[int] = mapped_column(default=0)
    fault_code: Mapped[str] = mapped_column(default="")
    cause_code: Mapped[str] = mapped_column(default="")
    fix_code: Mapped[str] = mapped_column(default="")
    #: Why the customer's signature is missing; "" where he signed.
    unsigned_reason: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    #: By the agreement's fee table, without tax.
    visit: Mapped[Money] = mapped_column(default=ZERO)
    labour: Mapped[Money] = mapped_column(default=ZERO)
    parts: Mapped[Money] = mapped_column(default=ZERO)
    other: Mapped[Money] = mapped_column(default=ZERO)
    #: The sum of the four.
    total: Mapped[Money] = mapped_column(default=ZERO)
    #: What the brand accepted; None before its answer.
    accepted: Mapped[Money | None]
    #: Why it was refused, what it lacks: the brand's words.
    answer: Mapped[str] = mapped_column(default="")
    delivered_on: Mapped[date]
    made_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    settlement_id: Mapped[int | None] = mapped_column(ForeignKey("settlement.id"), index=True)

    __table_args__ = (
        # The worklist reads what still wants somebody; a brand's month what was delivered in it.
        Index(
            "ix_claim_open",
            "state",
            "id",
            sqlite_where=text("state IN ('draft', 'ready', 'sent', 'refused', 'returned')"),
        ),
        Index("ix_claim_brand", "brand_id", "delivered_on", "id"),
    )


class ClaimEntry(Base):
    """One step of a claim. Append-only; what was sent stands in it as it was sent."""

    __tablename__ = "claim_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    claim_id: Mapped[int] = mapped_column(ForeignKey("claim.id"), index=True)
    at: Mapped[datetime]
    actor_id: Mapped[int]
    from_state: Mapped[ClaimState | None]
    to_state: Mapped[ClaimState]
    submission: Mapped[int]
    #: The brand's words, or why the shop did it.
    reason: Mapped[str] = mapped_column(default="")
    #: The fields of the event, of a submission; else empty.
    body: Mapped[dict[str, Any]]


class Settlement(Base):
    """A month's statement of one brand: claims by the fee table, bonuses, deductions, what the brand accepted."""

    __tablename__ = "settlement"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    #: ``2026-11``.
    month: Mapped[str]
    state: Mapped[SettlementState]
    by_table: Mapped[Money] = mapped_column(default=ZERO)
    accepted: Mapped[Money] = mapped_column(default=ZERO)
    deductions: Mapped[Money] = mapped_column(default=ZERO)
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    posted_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_settlement_brand", "brand_id", "month", unique=True),)


class SettlementLine(Base):
    """One claim, deduction or bonus of a settlement; the difference is ``by_table − accepted``."""

    __tablename__ = "settlement_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    settlement_id: Mapped[int] = mapped_column(ForeignKey("settlement.id"), index=True)
    kind: Mapped[SettlementKind]
    claim_id: Mapped[int | None] = mapped_column(ForeignKey("claim.id"), index=True)
    description: Mapped[str] = mapped_column(default="")
    by_table: Mapped[Money]
    accepted: Mapped[Money]
    reason: Mapped[str] = mapped_column(default="")


class QualityNotice(Base):
    """The same brand, model and fault came too often in too few days (质量申诉)."""

    __tablename__ = "quality_notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), index=True)
    model: Mapped[str]
    fault_code: Mapped[str]
    first_on: Mapped[date]
    last_on: Mapped[date]
    #: ``{"orders": [id, …]}``.
    found: Mapped[dict[str, Any]]
    state: Mapped[NoticeState]
    note: Mapped[str] = mapped_column(default="")
    raised_at: Mapped[datetime]


class Incident(Base):
    """Injury, fire, gas: recorded and reported at once (事故)."""

    __tablename__ = "incident"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_order.id"), index=True)
    brand_id: Mapped[int | None] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[IncidentKind]
    happened_at: Mapped[datetime]
    #: How many were hurt.
    injured: Mapped[int] = mapped_column(default=0)
    #: Where, without street and name.
    town: Mapped[str] = mapped_column(default="")
    text: Mapped[str]
    #: What was done at once.
    done: Mapped[str] = mapped_column(default="")
    recorded_at: Mapped[datetime]
    recorded_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class BrandReport(Base):
    """A weekly summary or a monthly feedback form as it was made, for paper and for the brand. Append-only."""

    __tablename__ = "brand_report"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    kind: Mapped[BrandReportKind]
    #: ``2026-W47`` or ``2026-11``.
    period: Mapped[str]
    content: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    made_by_id: Mapped[int]

    __table_args__ = (Index("ix_brand_report_period", "brand_id", "kind", "period"),)


class Assessment(Base):
    """One entry of a month's self-assessment; yuan and points apart (domain.md §11). Append-only."""

    __tablename__ = "assessment"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    month: Mapped[str]
    kind: Mapped[AssessmentKind]
    #: Negative for a deduction.
    amount: Mapped[Money]
    points: Mapped[int]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[int]

    __table_args__ = (Index("ix_assessment_month", "brand_id", "month"),)
