"""Questions about tools."""

from __future__ import annotations

from sqlalchemy import Connection, Executable, func, literal, select, tuple_
from sqlalchemy.orm import aliased

from app.core.enums import ToolState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO
from app.features.tools.snapshots import KindRow, ToolMoveRow, ToolRow
from app.model import Staff, Tool, ToolKind, ToolMove

_HOLDER = aliased(Staff)
_ROW = (
    select(
        Tool.id,
        Tool.version,
        Tool.kind_id,
        ToolKind.name.label("kind"),
        Tool.name,
        Tool.location,
        Tool.price,
        Tool.state,
        Tool.holder_id,
        func.coalesce(Staff.name, "").label("holder"),
        Tool.since,
        Tool.note,
    )
    .join(ToolKind, ToolKind.id == Tool.kind_id)
    .outerjoin(Staff, Staff.id == Tool.holder_id)
)
_WAY = (ToolKind.name, Tool.name, Tool.id)
_KIND = (
    select(
        ToolKind.id,
        ToolKind.version,
        ToolKind.name,
        ToolKind.wanted,
        ToolKind.note,
        ToolKind.active,
        func.count(Tool.id).filter(Tool.state == ToolState.OK).label("usable"),
        func.count(Tool.id).filter(Tool.state == ToolState.MISSING).label("missing"),
        func.count(Tool.id).filter(Tool.state == ToolState.BROKEN).label("broken"),
        select(Tool.price)
        .where(Tool.kind_id == ToolKind.id, Tool.price > ZERO)
        .order_by(Tool.id.desc())
        .limit(1)
        .correlate(ToolKind)
        .scalar_subquery()
        .label("price"),
    )
    .outerjoin(Tool, Tool.kind_id == ToolKind.id)
    .group_by(ToolKind.id)
    .order_by(ToolKind.name)
)


def page(
    reading: Connection, text: str, after: tuple[str, str, int] | None, limit: int, *, all_of_them: bool
) -> tuple[ToolRow, ...]:
    """A page of tools by kind and name; retired ones only where all are wanted."""
    query = _ROW.order_by(*_WAY).limit(limit)
    if not all_of_them:
        query = query.where(Tool.state != ToolState.RETIRED)
    if text:
        inside = "%" + text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(
            (
                ToolKind.name + " " + Tool.name + " " + Tool.location + " " + func.coalesce(Staff.name, "")
            ).like(inside, escape="\\")
        )
    if after is not None:
        query = query.where(tuple_(*_WAY) > tuple_(*(literal(each) for each in after)))
    return _rows(reading, query)


def one(reading: Connection, tool_id: int) -> ToolRow:
    """One tool. ``Refusal(NOT_FOUND)``."""
    rows = _rows(reading, _ROW.where(Tool.id == tool_id))
    if not rows:
        raise Refusal(Reason.NOT_FOUND)
    return rows[0]


def held_by(reading: Connection, staff_id: int) -> tuple[ToolRow, ...]:
    """The tools somebody has."""
    return _rows(reading, _ROW.where(Tool.holder_id == staff_id).order_by(*_WAY))


def kinds(reading: Connection) -> tuple[KindRow, ...]:
    """All kinds by name, with how many there are of each."""
    return tuple(KindRow(**{**row._mapping, "price": row.price or ZERO}) for row in reading.execute(_KIND))


def moves(reading: Connection, tool_id: int, limit: int) -> tuple[ToolMoveRow, ...]:
    """What happened to a tool, newest first."""
    rows = reading.execute(
        select(
            ToolMove.id,
            ToolMove.action,
            func.coalesce(_HOLDER.name, "").label("holder"),
            func.coalesce(Staff.name, "").label("staff"),
            ToolMove.note,
            ToolMove.at,
        )
        .outerjoin(_HOLDER, _HOLDER.id == ToolMove.holder_id)
        .outerjoin(Staff, Staff.id == ToolMove.staff_id)
        .where(ToolMove.tool_id == tool_id)
        .order_by(ToolMove.id.desc())
        .limit(limit)
    )
    return tuple(ToolMoveRow(**row._mapping) for row in rows)


def _rows(reading: Connection, query: Executable) -> tuple[ToolRow, ...]:
    return tuple(ToolRow(**row._mapping) for row in reading.execute(query))
