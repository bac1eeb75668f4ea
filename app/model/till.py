"""Tills, their sessions, counts and moves; the close of a day, the seal of a month (domain.md §8)."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import CashReason, TillMoveKind, TillState
from app.core.money import ZERO, Money
from app.model.base import Base


class Till(Base):
    """A drawer, or the purse in which somebody brings home what he took on site. Never deleted."""

    __tablename__ = "till"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: "" is the main till.
    name: Mapped[str]
    #: Whose purse it is; None for a drawer.
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), unique=True)
    main: Mapped[bool] = mapped_column(default=False)
    active: Mapped[bool] = mapped_column(default=True)
    #: Where the drawer's printer is, as python-escpos names it (``usb:04b8:0202``, ``net:192.168.1.9``); "" for none.
    drawer: Mapped[str] = mapped_column(default="")

    __table_args__ = (Index("ix_till_main", "main", unique=True, sqlite_where=text("main = 1")),)


class TillSession(Base):
    """A drawer from its float to its count (交接班). While it is open ``expected`` is worked out from what moved; the
    close writes it down for good."""

    __tablename__ = "till_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    number: Mapped[str] = mapped_column(unique=True)
    till_id: Mapped[int] = mapped_column(ForeignKey("till.id"))
    state: Mapped[TillState]
    #: The session whose drawer was taken over.
    previous_id: Mapped[int | None] = mapped_column(ForeignKey("till_session.id"))
    #: Who answers for it.
    holder_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    opened_at: Mapped[datetime]
    opened_day: Mapped[date]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: Opened by the first cash of the day, with what the last session left.
    by_itself: Mapped[bool] = mapped_column(default=False)
    float_amount: Mapped[Money]
    #: What the session before left in the drawer; another float has a reason.
    float_expected: Mapped[Money]
    float_reason: Mapped[str] = mapped_column(default="")
    closed_at: Mapped[datetime | None]
    closed_day: Mapped[date | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    expected: Mapped[Money | None]
    counted: Mapped[Money | None]
    #: ``counted − expected``: negative is missing.
    difference: Mapped[Money | None]
    reason: Mapped[str] = mapped_column(default="")
    #: What stays in the drawer for the next session; the rest of the count was taken out with the close.
    kept: Mapped[Money | None]

    __table_args__ = (
        Index("ix_till_session_open", "till_id", unique=True, sqlite_where=text("state = 'open'")),
        Index("ix_till_session_till_id_id", "till_id", "id"),
        Index("ix_till_session_closed_day", "closed_day", sqlite_where=text("closed_day IS NOT NULL")),
    )


class TillCount(Base):
    """One count of a drawer, made before anybody was told what should be in it. A second one is a second row.
    Append-only."""

    __tablename__ = "till_count"

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"), index=True)
    counted: Mapped[Money]
    #: As it was at that moment.
    expected: Mapped[Money]
    #: Pieces by denomination in fen: ``{"10000": 3, "5000": 1 …}``.
    pieces: Mapped[dict[str, Any]]
    at: Mapped[datetime]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))


class TillMove(Base):
    """Cash in or out of a drawer that is no payment: change fetched, a parcel paid, money to the bank. Append-only."""

    __tablename__ = "till_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(unique=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("till_session.id"))
    kind: Mapped[TillMoveKind]
    reason: Mapped[CashReason]
    note: Mapped[str] = mapped_column(default="")
    #: The number on the paper that proves it (the carrier's receipt …).
    receipt: Mapped[str] = mapped_column(default="")
    #: Into the drawer positive, out of it negative.
    amount: Mapped[Money]
    #: The other end, where cash went from drawer to drawer.
    other_id: Mapped[int | None] = mapped_column(ForeignKey("till_move.id"))
    at: Mapped[datetime]
    business_day: Mapped[date]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))

    __table_args__ = (
        Index("ix_till_move_session", "session_id", "amount"),
        Index("ix_till_move_business_day", "business_day", "reason", "amount"),
    )


class DayClose(Base):
    """A closed day (Z): its totals as they were printed, for good. What is booked later belongs to a later day.
    Append-only."""

    __tablename__ = "day_close"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: The last business day it covers; it begins after the one before.
    day: Mapped[date] = mapped_column(unique=True)
    first_day: Mapped[date]
    number: Mapped[str] = mapped_column(unique=True)
    closed_at: Mapped[datetime]
    closed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: Canonical JSON; ``digest`` is its SHA-256.
    content: Mapped[bytes]
    digest: Mapped[bytes]
    #: The newest journal entry before the close, and its digest: what is printed as the journal's head.
    journal_id: Mapped[int]
    journal_head: Mapped[bytes]


class MonthSeal(Base):
    """A sealed month: its report as bytes that never change. Append-only."""

    __tablename__ = "month_seal"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: ``2026-11``.
    month: Mapped[str] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]
    sealed_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    #: Canonical JSON; ``digest`` is its SHA-256.
    content: Mapped[bytes]
    digest: Mapped[bytes]


class Account(Base):
    """Which account of the bookkeeper a kind of money goes to; what is not here has its default
    (``model.accounts``)."""

    __tablename__ = "account"

    key: Mapped[str] = mapped_column(primary_key=True)
    number: Mapped[str]
    name: Mapped[str] = mapped_column(default="")

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own form


#: Notes and coins of the renminbi in fen, largest first; what a count is typed by.
DENOMINATIONS = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5, 2, 1)


def value_of(pieces: dict[int, int]) -> Money:
    """The value of counted notes and coins."""
    return Money(sum(fen * count for fen, count in pieces.items())) if pieces else ZERO
