"""The push to a brand's head office: what waits to be sent, what was answered (design.md §3; promises.md 10, 11)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.brand_codes import EventResult, OutboxState
from app.model.base import Base


class BrandLink(Base):
    """How a brand's head office is reached. The signing key is sealed (``store.secrets``)."""

    __tablename__ = "brand_link"

    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"), primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    url: Mapped[str]
    #: The brand's and the shop's ids at the head office.
    brand_code: Mapped[str]
    shop: Mapped[str]
    key_id: Mapped[str]
    key: Mapped[bytes]
    #: PEM of the authority that alone vouches for the head office.
    authority: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)
    #: Up to here (``Decision.seq``) the head office's decisions were read.
    cursor: Mapped[int] = mapped_column(default=0)
    last_contact_at: Mapped[datetime | None]
    last_fault: Mapped[str] = mapped_column(default="")
    failures: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]


class OutboxEvent(Base):
    """One event for one head office, written in the transaction of the change it tells of."""

    __tablename__ = "outbox_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The event's id: the head office books it at most once.
    uuid: Mapped[UUID] = mapped_column(unique=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    #: ``claim.submitted`` …: ``core.wire``.
    kind: Mapped[str]
    #: What it is about: the claim's UUID.
    subject: Mapped[str]
    body: Mapped[dict[str, Any]]
    made_at: Mapped[datetime]
    state: Mapped[OutboxState]
    attempts: Mapped[int] = mapped_column(default=0)
    result: Mapped[EventResult | None]
    reason: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]

    __table_args__ = (
        # The queue reads what waits, never through years of what arrived.
        Index("ix_outbox_event_waiting", "brand_id", "id", sqlite_where=text("state = 'waiting'")),
        Index("ix_outbox_event_dead", "brand_id", "id", sqlite_where=text("state = 'dead'")),
        Index("ix_outbox_event_subject", "subject"),
    )


class Decision(Base):
    """What a head office decided later, applied at most once. Append-only."""

    __tablename__ = "decision"

    id: Mapped[int] = mapped_column(primary_key=True)
    brand_id: Mapped[int] = mapped_column(ForeignKey("brand.id"))
    #: The head office's own id of it.
    key: Mapped[str]
    kind: Mapped[str]
    subject: Mapped[str]
    body: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    #: "" when it was applied; else why not (a claim that was never sent, an older submission).
    trouble: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_decision_key", "brand_id", "key", unique=True),)
