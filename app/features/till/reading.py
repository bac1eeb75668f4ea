"""What the tills' pages ask the records."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select, text
from sqlalchemy.orm import aliased

from app.core.enums import TillState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.till.snapshots import CountRow, MoveRow, SessionCard, TillRow
from app.model import Staff, Till, TillCount, TillMove, TillSession

_Holder, _Owner, _Opener, _Closer, _Second = (aliased(Staff) for _ in range(5))
_Other, _OtherSession, _OtherTill = aliased(TillMove), aliased(TillSession), aliased(Till)
_TILLS = (
    select(
        Till.__table__,
        _Owner.name.label("owner"),
        TillSession.id.label("session_id"),
        TillSession.number.label("session_number"),
        TillSession.version,
        TillSession.opened_at,
        TillSession.by_itself,
        TillSession.holder_id,
        _Holder.name.label("holder"),
    )
    .outerjoin(TillSession, (TillSession.till_id == Till.id) & (TillSession.state == TillState.OPEN))
    .outerjoin(_Holder, _Holder.id == TillSession.holder_id)
    .outerjoin(_Owner, _Owner.id == Till.staff_id)
    .order_by(Till.main.desc(), Till.active.desc(), Till.id)
)
_SESSIONS = (
    select(
        TillSession.__table__,
        Till.name.label("till_name"),
        _Holder.name.label("holder"),
        _Opener.name.label("opened_by"),
        _Closer.name.label("closed_by"),
    )
    .join(Till, Till.id == TillSession.till_id)
    .join(_Holder, _Holder.id == TillSession.holder_id)
    .join(_Opener, _Opener.id == TillSession.opened_by_id)
    .outerjoin(_Closer, _Closer.id == TillSession.closed_by_id)
)
_FLOWS = text(
    "SELECT coalesce(sum(CASE WHEN amount > 0 THEN amount END), 0) AS come,"
    " coalesce(sum(CASE WHEN amount < 0 THEN -amount END), 0) AS gone FROM payment WHERE till_session_id = :id"
    " UNION ALL SELECT coalesce(sum(CASE WHEN amount > 0 THEN amount END), 0),"
    " coalesce(sum(CASE WHEN amount < 0 THEN -amount END), 0) FROM till_move WHERE session_id = :id"
)
# Open drawers hold what they should; closed ones what was left in them.
_CASH_NOW = text(
    "SELECT coalesce(sum(CASE WHEN s.state = 'open' THEN s.float_amount"
    " + coalesce((SELECT sum(p.amount) FROM payment p WHERE p.till_session_id = s.id), 0)"
    " + coalesce((SELECT sum(m.amount) FROM till_move m WHERE m.session_id = s.id), 0) ELSE s.kept END), 0)"
    " FROM till_session s WHERE s.id IN (SELECT max(l.id) FROM till_session l GROUP BY l.till_id)"
)


def till_rows(reading: Connection) -> tuple[TillRow, ...]:
    """Every till, the main one first."""
    return tuple(_till(reading, each) for each in reading.execute(_TILLS).all())


def till_row(reading: Connection, till_id: int) -> TillRow:
    """One till. ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_TILLS.where(Till.id == till_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _till(reading, row)


def _till(reading: Connection, row: Any) -> TillRow:
    left = None
    if row.session_id is None:
        left = reading.execute(
            select(TillSession.kept)
            .where(TillSession.till_id == row.id)
            .order_by(TillSession.id.desc())
            .limit(1)
        ).scalar()
    return TillRow(
        id=row.id,
        name=row.name,
        main=row.main,
        active=row.active,
        owner=row.owner or "",
        owner_id=row.staff_id,
        drawer=row.drawer,
        session_id=row.session_id,
        session_number=row.session_number or "",
        version=row.version or 0,
        holder=row.holder or "",
        holder_id=row.holder_id,
        opened_at=row.opened_at,
        by_itself=bool(row.by_itself),
        left=(left or ZERO) if row.session_id is None else None,
    )


def session_card(reading: Connection, session_id: int) -> SessionCard:
    """A session with its moves and counts. ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_SESSIONS.where(TillSession.id == session_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    moves = tuple(
        MoveRow(
            each.id, each.number, each.kind, each.reason, each.note, each.receipt, each.amount, each.at, each.staff,
            each.second or "", each.other_till,
        )
        for each in reading.execute(
            select(
                TillMove.__table__, Staff.name.label("staff"), _Second.name.label("second"),
                _OtherTill.name.label("other_till"),
            )
            .join(Staff, Staff.id == TillMove.staff_id)
            .outerjoin(_Second, _Second.id == TillMove.approved_by_id)
            .outerjoin(_Other, (_Other.id == TillMove.other_id) | (_Other.other_id == TillMove.id))
            .outerjoin(_OtherSession, _OtherSession.id == _Other.session_id)
            .outerjoin(_OtherTill, _OtherTill.id == _OtherSession.till_id)
            .where(TillMove.session_id == session_id)
            .order_by(TillMove.id)
        )
    )  # fmt: skip
    counts = tuple(
        _count(each)
        for each in reading.execute(
            select(TillCount.__table__, Staff.name.label("staff"))
            .join(Staff, Staff.id == TillCount.staff_id)
            .where(TillCount.session_id == session_id)
            .order_by(TillCount.id)
        )
    )
    return _card(reading, row, moves, counts)


def sessions_page(
    reading: Connection, till_id: int | None, before: int | None, limit: int
) -> tuple[SessionCard, ...]:
    """Sessions without their moves, newest first."""
    query = _SESSIONS.order_by(TillSession.id.desc()).limit(limit)
    if till_id is not None:
        query = query.where(TillSession.till_id == till_id)
    if before is not None:
        query = query.where(TillSession.id < before)
    return tuple(_card(reading, row, (), ()) for row in reading.execute(query).all())


def _card(
    reading: Connection, row: Any, moves: tuple[MoveRow, ...], counts: tuple[CountRow, ...]
) -> SessionCard:
    cash, moved = reading.execute(_FLOWS, {"id": row.id}).all()
    expected = Money(row.float_amount.fen + cash.come - cash.gone + moved.come - moved.gone)
    return SessionCard(
        id=row.id,
        version=row.version,
        number=row.number,
        till_id=row.till_id,
        till_name=row.till_name,
        state=row.state,
        holder=row.holder,
        holder_id=row.holder_id,
        opened_at=row.opened_at,
        opened_day=row.opened_day,
        opened_by=row.opened_by,
        by_itself=row.by_itself,
        float_amount=row.float_amount,
        float_expected=row.float_expected,
        float_reason=row.float_reason,
        cash_in=Money(cash.come),
        cash_out=Money(cash.gone),
        moved_in=Money(moved.come),
        moved_out=Money(moved.gone),
        expected=expected,
        counted=row.counted,
        difference=row.difference,
        reason=row.reason,
        kept=row.kept,
        closed_at=row.closed_at,
        closed_by=row.closed_by or "",
        moves=moves,
        counts=counts,
    )


def count_row(reading: Connection, count_id: int) -> CountRow:
    """One count."""
    return _count(
        reading.execute(
            select(TillCount.__table__, Staff.name.label("staff"))
            .join(Staff, Staff.id == TillCount.staff_id)
            .where(TillCount.id == count_id)
        ).one()
    )


def _count(row: Any) -> CountRow:
    pieces = {int(fen): int(many) for fen, many in row.pieces.items()}
    return CountRow(row.id, row.counted, row.expected, pieces, row.at, row.staff)


def cash_now(reading: Connection) -> Money:
    """What should be in all drawers and purses now."""
    return Money(int(reading.execute(_CASH_NOW).scalar_one()))
