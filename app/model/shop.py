"""The shop's own records: settings, number series, the journal, booked operations, drafts, printed papers."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import Action, Command, PaperKind, PaperSize, Series, Status
from app.model.base import Base, JsonText


class Setting(Base):
    """One setting of the shop; the known keys and their defaults are in ``model.settings``."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[Any] = mapped_column(JsonText)


class NumberSeries(Base):
    """The last number given in a series and period (``2611``); taken inside the transaction, so without
    gaps."""

    __tablename__ = "number_series"

    series: Mapped[Series] = mapped_column(primary_key=True)
    period: Mapped[str] = mapped_column(primary_key=True)
    last: Mapped[int]


class Operation(Base):
    """A user gesture that was booked; the same id is never booked twice (design.md §3)."""

    __tablename__ = "operation"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    command: Mapped[Command]
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime]


class JournalEntry(Base):
    """Who did what, when and why. Append-only; each entry's digest covers the one before it.

    Holds codes and record ids, never names, phones or free text of customers.
    """

    __tablename__ = "journal"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    #: 0 is the program itself, while founding a shop.
    actor_id: Mapped[int]
    command: Mapped[Command]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    action: Mapped[Action | None]
    from_status: Mapped[Status | None]
    to_status: Mapped[Status | None]
    detail: Mapped[dict[str, Any]]
    operation_id: Mapped[UUID]
    digest: Mapped[bytes]
    #: HMAC of the digest under the shop's key (``store.audit``); None of entries older than the key.
    mac: Mapped[bytes | None]


class Draft(Base):
    """Something typed and not saved yet; survives a crash. Never holds a passcode."""

    __tablename__ = "draft"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    content: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime]

    __table_args__ = (Index("ix_draft_kind_staff_id", "kind", "staff_id", unique=True),)


class PaperIssue(Base):
    """A paper's frozen data; reprints use it and count as COPY n (design.md §6)."""

    __tablename__ = "paper_issue"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PaperKind]
    #: The number it is asked for by: order, invoice, payment or part number.
    number: Mapped[str]
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_order.id"), index=True)
    form: Mapped[dict[str, Any]]
    size: Mapped[PaperSize | None]
    copies: Mapped[int] = mapped_column(default=0)
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int]

    __table_args__ = (Index("ix_paper_issue_kind_number", "kind", "number"),)
