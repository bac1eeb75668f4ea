"""The shop's tools (domain.md §7): kind, label, count, place, who has it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.core.enums import ToolAction, ToolState
from app.core.money import ZERO, Money
from app.model.base import Base


class ToolKind(Base):
    """A kind of tool and how many of it there should be: fewer go on the purchase list."""

    __tablename__ = "tool_kind"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(unique=True)
    wanted: Mapped[int] = mapped_column(default=0)
    note: Mapped[str] = mapped_column(default="")
    active: Mapped[bool] = mapped_column(default=True)


class Tool(Base):
    """One tool. Its label's barcode is made of its id; its state and holder follow from its moves."""

    __tablename__ = "tool"

    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(unique=True)
    version: Mapped[int] = mapped_column(default=1)
    kind_id: Mapped[int] = mapped_column(ForeignKey("tool_kind.id"), index=True)
    name: Mapped[str]
    #: Where it belongs.
    location: Mapped[str] = mapped_column(default="")
    price: Mapped[Money] = mapped_column(default=ZERO)
    state: Mapped[ToolState]
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"), index=True)
    #: Since when it is as it is.
    since: Mapped[datetime]
    note: Mapped[str] = mapped_column(default="")


class ToolMove(Base):
    """What happened to a tool. Append-only."""

    __tablename__ = "tool_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    tool_id: Mapped[int] = mapped_column(ForeignKey("tool.id"), index=True)
    action: Mapped[ToolAction]
    #: Who has it afterwards.
    holder_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
