"""Which drawer cash goes into, and what should be in it (domain.md §8): expected = float + cash in − cash out."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Integer, bindparam, select, text

from app.core.changes import Kind
from app.core.enums import Series, TillState
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.core.rights import Sight
from app.features.till.numbers import next_number
from app.model import DayClose, Till, TillSession
from app.store.door import Tx
from app.store.prepared import Prepared

MAIN_TILL = 1

_SESSION = TillSession.__table__.c
_OPEN_OF_TILL = Prepared(
    select(_SESSION.id, _SESSION.by_itself).where(
        _SESSION.till_id == bindparam("till_id"), _SESSION.state == TillState.OPEN
    )
)
#: Somebody who holds a drawer takes cash into it; else it goes into the main one.
_OPEN_OF_HOLDER = Prepared(
    select(_SESSION.id, _SESSION.by_itself, _SESSION.till_id)
    .where(_SESSION.holder_id == bindparam("staff_id"), _SESSION.state == TillState.OPEN)
    .order_by(_SESSION.till_id)
    .limit(1)
)
_LAST_OF_TILL = (
    select(_SESSION.id, _SESSION.kept)
    .where(_SESSION.till_id == bindparam("till_id"), _SESSION.state == TillState.CLOSED)
    .order_by(_SESSION.id.desc())
    .limit(1)
)
EXPECTED = (
    "SELECT s.float_amount + coalesce((SELECT sum(p.amount) FROM payment p WHERE p.till_session_id = s.id), 0)"
    " + coalesce((SELECT sum(m.amount) FROM till_move m WHERE m.session_id = s.id), 0)"
    " AS fen FROM till_session s WHERE s.id = :session_id"
)
_EXPECTED = Prepared(text(EXPECTED).columns(fen=Integer))


def drawer_for(tx: Tx, till_id: int | None, amount: Money) -> int:
    """The open session that cash of ``amount`` (negative: out) goes through.

    Without ``till_id`` it is the drawer that the actor holds, else the main one. Where that is not open, it opens by
    itself with what was left in it: no customer waits for a float. Raises ``Refusal``: TILL_INACTIVE,
    TILL_TOO_LITTLE or TILL_NOT_ENOUGH (of a drawer whose float was counted).
    """
    connection = tx.reading()
    if till_id is None:
        mine = _OPEN_OF_HOLDER.row(connection, staff_id=tx.actor.id)
        open_there = mine or _OPEN_OF_TILL.row(connection, till_id=MAIN_TILL)
    else:
        open_there = _OPEN_OF_TILL.row(connection, till_id=till_id)
    if open_there is None:
        return open_session(tx, till_id or MAIN_TILL, None).id
    if amount < ZERO and not open_there.by_itself:
        refuse_too_much(tx, open_there.id, amount)
    return int(open_there.id)


def refuse_too_much(tx: Tx, session_id: int, amount: Money) -> None:
    """No more cash goes out (``amount`` below zero) than should be there. Whoever counts the drawer blind is not told
    how much that is: ``Refusal(TILL_NOT_ENOUGH)``; whose morning shows it is: ``Refusal(TILL_TOO_LITTLE)``."""
    there = expected_in(tx, session_id)
    if there + amount >= ZERO:
        return
    if tx.actor.may_see(Sight.MORNING):
        raise Refusal(Reason.TILL_TOO_LITTLE, amount=max(there, ZERO))
    raise Refusal(Reason.TILL_NOT_ENOUGH)


def refuse_closed(reading: Connection, day: date) -> None:
    """``Refusal(DAY_CLOSED)`` for a day that a close covers already."""
    closed = reading.execute(
        select(DayClose.number).where(DayClose.day >= day).order_by(DayClose.day).limit(1)
    ).scalar()
    if closed is not None:
        raise Refusal(Reason.DAY_CLOSED, day=day, number=closed)


def expected_in(tx: Tx, session_id: int) -> Money:
    """What should be in an open drawer now."""
    return Money(int(_EXPECTED.value(tx.reading(), session_id=session_id)))


def left_in(tx: Tx, till_id: int) -> tuple[int | None, Money]:
    """The last session of a till and what it left in the drawer; (None, 0) before the first."""
    last = tx.reading().execute(_LAST_OF_TILL, {"till_id": till_id}).one_or_none()
    return (None, ZERO) if last is None else (int(last.id), last.kept or ZERO)


def open_session(tx: Tx, till_id: int, counted: Money | None, reason: str = "") -> TillSession:
    """Begin a session with a counted float; None opens by itself with what was left."""
    till = tx.session.get(Till, till_id)
    if till is None:
        raise Refusal(Reason.NOT_FOUND)
    if not till.active:
        raise Refusal(Reason.TILL_INACTIVE, name=till.name)
    previous, left = left_in(tx, till_id)
    session = TillSession(
        uuid=uuid7(),
        number=next_number(tx, Series.TILL_SESSION),
        till_id=till_id,
        state=TillState.OPEN,
        previous_id=previous,
        holder_id=tx.actor.id,
        opened_at=tx.now,
        opened_day=tx.today,
        opened_by_id=tx.actor.id,
        by_itself=counted is None,
        float_amount=left if counted is None else counted,
        float_expected=left,
        float_reason=reason,
    )
    tx.session.add(session)
    tx.session.flush()
    tx.changed(Kind.TILL, session.id)
    return session
