"""Tills (domain.md §8): float, pay-ins and pay-outs, blind count, close, hand-over to the next shift."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import func, select

from app.core.changes import Kind
from app.core.enums import CashReason, Command, Role, Series, TillMoveKind, TillState
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line, clean_text
from app.core.ids import uuid7
from app.core.money import MAX_FEN, ZERO, Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.features.till import reading as asked
from app.features.till.approval import approver_id, needed_for, vouched, within
from app.features.till.drawer import expected_in, left_in, open_session, refuse_closed, refuse_too_much
from app.features.till.numbers import next_number
from app.features.till.snapshots import CountRow, MoveAsked, SessionCard, TillEntry, TillRow
from app.model import Staff, Till, TillCount, TillMove, TillSession
from app.model.till import DENOMINATIONS, value_of
from app.store.door import Store, Tx, repeatable

_MOST_PIECES = 100_000


class Tills:
    """Commands and queries of the drawers."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # queries

    @seen_by(Sight.TILL)
    def tills(self, _actor: Actor) -> tuple[TillRow, ...]:
        """Every till, the main one first, with who holds it."""
        with self.store.read() as reading:
            return asked.till_rows(reading)

    @seen_by(Sight.TILL)
    def session(self, _actor: Actor, session_id: int) -> SessionCard:
        """A session with everything that moved in it. ``Refusal(NOT_FOUND)``."""
        return self._session(session_id)

    def _session(self, session_id: int) -> SessionCard:
        with self.store.read() as reading:
            return asked.session_card(reading, session_id)

    @seen_by(Sight.TILL)
    def sessions(
        self, _actor: Actor, till_id: int | None = None, before: int | None = None, limit: int = 50
    ) -> tuple[SessionCard, ...]:
        """Sessions without their moves, newest first."""
        with self.store.read() as reading:
            return asked.sessions_page(reading, till_id, before, limit)

    @seen_by(Sight.TILL)
    def cash_now(self, _actor: Actor) -> Money:
        """What should be in all drawers and purses now."""
        with self.store.read() as reading:
            return asked.cash_now(reading)

    # commands

    @repeatable(lambda self, result: self._row(result))
    def save(self, ctx: Ctx, till_id: int | None, entry: TillEntry) -> TillRow:
        """A new till, or a change of one. Raises ``Refusal``: TILL_NAME_TAKEN, TILL_IN_USE (switched off while open),
        FIELD_REQUIRED, BAD_CHOICE (somebody has a purse already)."""
        name = clean_line("name", entry.name, most=SHORT)
        drawer = clean_line("printer", entry.drawer, most=LINE)
        with self.store.write(Command.SAVE_TILL, ctx) as tx:
            till = Till(main=False) if till_id is None else tx.session.get(Till, till_id)
            if till is None:
                raise Refusal(Reason.NOT_FOUND)
            if not name and not till.main:
                raise Refusal(Reason.FIELD_REQUIRED, field="name")
            _check_till(tx, till, name, entry)
            till.name, till.drawer, till.active, till.staff_id = name, drawer, entry.active, entry.staff_id
            tx.session.add(till)
            tx.session.flush()
            tx.journal(till=till.id, active=entry.active, staff=entry.staff_id)
            tx.changed(Kind.TILL, till.id)
            tx.result = {"till": till.id}
            return asked.till_row(tx.reading(), till.id)

    @repeatable(lambda self, result: self._card(result))
    def open(self, ctx: Ctx, till_id: int, counted: Money, reason: str = "") -> SessionCard:
        """Begin a shift with the float as it was counted; the actor holds the drawer.

        Raises ``Refusal``: TILL_OPEN_ALREADY, TILL_FLOAT_DIFFERS (another float than was left needs a reason),
        TILL_INACTIVE, AMOUNT_NEGATIVE.
        """
        reason = clean_text("reason", reason, most=LINE)
        if not ZERO <= counted <= Money(MAX_FEN):
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.OPEN_TILL, ctx) as tx:
            _refuse_open(tx, till_id)
            previous, left = left_in(tx, till_id)
            if previous is not None and counted != left and not reason:
                raise Refusal(Reason.TILL_FLOAT_DIFFERS, amount=left)
            session = open_session(tx, till_id, counted, reason)
            tx.journal(till=till_id, session=session.number, float_fen=counted.fen, left_fen=left.fen)
            return self._answer(tx, session.id)

    @repeatable(lambda self, result: self._card(result))
    def move(self, ctx: Ctx, move: MoveAsked, approver: Actor | None = None) -> SessionCard:
        """Pay cash in or out, with reason and the number of the paper that proves it.

        Raises ``Refusal``: TILL_CLOSED, TILL_TOO_LITTLE, TILL_NOT_ENOUGH, APPROVAL_NEEDED (above the limit of the
        role), AMOUNT_NOT_POSITIVE, NOTE_REQUIRED, BAD_CHOICE.
        """
        note = clean_text("reason", move.note, most=LINE)
        receipt = clean_line("number", move.receipt, most=SHORT)
        if not ZERO < move.amount <= Money(MAX_FEN):
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        if not note:
            raise Refusal(Reason.NOTE_REQUIRED)
        if move.kind is TillMoveKind.HAND_IN:
            raise Refusal(Reason.BAD_CHOICE, field="reason", text=move.kind.value)
        with self.store.write(Command.MOVE_CASH, ctx) as tx:
            session = _open_session(tx, move.session_id)
            out = move.kind is TillMoveKind.PAY_OUT
            limits = tx.settings.pay_out_limit
            if out and not within(tx.actor, approver, limits, move.amount):
                raise Refusal(Reason.APPROVAL_NEEDED, role=needed_for(limits, move.amount))
            row = _book_move(
                tx, session, move.kind, move.reason, -move.amount if out else move.amount, note, receipt,
                approver_id(tx.actor, approver),
            )  # fmt: skip
            tx.journal(till=session.till_id, move=row.number, fen=row.amount.fen, reason=move.reason)
            return self._answer(tx, session.id)

    @repeatable(lambda self, result: self._card(result))
    def hand_in(self, ctx: Ctx, from_session_id: int, to_till_id: int, amount: Money) -> SessionCard:
        """Cash from visits (缴款), or from one drawer into another; answers with the session it came from.

        Raises ``Refusal``: TILL_CLOSED, SAME_TILL, TILL_TOO_LITTLE, TILL_NOT_ENOUGH, AMOUNT_NOT_POSITIVE.
        """
        if not ZERO < amount <= Money(MAX_FEN):
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        with self.store.write(Command.MOVE_CASH, ctx) as tx:
            source = _open_session(tx, from_session_id)
            if source.till_id == to_till_id:
                raise Refusal(Reason.SAME_TILL)
            target = tx.session.scalar(
                select(TillSession).where(
                    TillSession.till_id == to_till_id, TillSession.state == TillState.OPEN
                )
            ) or open_session(tx, to_till_id, None)
            gone = _book_move(tx, source, TillMoveKind.HAND_IN, CashReason.FIELD, -amount, "", "", None)
            come = _book_move(
                tx, target, TillMoveKind.HAND_IN, CashReason.FIELD, amount, "", "", None, gone.id
            )
            tx.journal(till=source.till_id, to=to_till_id, move=gone.number, into=come.number, fen=amount.fen)
            return self._answer(tx, source.id)

    @repeatable(lambda self, result: self._count(result))
    def count(self, ctx: Ctx, session_id: int, pieces: Mapping[int, int]) -> CountRow:
        """Count the drawer blind, by denomination (fen → pieces); answers with what should have been there. Each count
        is kept: a second one does not make the first undone. Raises ``Refusal``: TILL_CLOSED, BAD_QUANTITY."""
        counted = _counted(pieces)
        with self.store.write(Command.COUNT_TILL, ctx) as tx:
            session = _open_session(tx, session_id)
            expected = expected_in(tx, session.id)
            row = TillCount(
                session_id=session.id,
                counted=counted,
                expected=expected,
                pieces={str(fen): many for fen, many in sorted(pieces.items(), reverse=True) if many},
                at=tx.now,
                staff_id=tx.actor.id,
            )
            tx.session.add(row)
            tx.session.flush()
            session.version += 1
            tx.journal(
                till=session.till_id, session=session.number, fen=counted.fen, expected_fen=expected.fen
            )
            tx.changed(Kind.TILL, session.id)
            tx.result = {"count": row.id}
            return asked.count_row(tx.reading(), row.id)

    @repeatable(lambda self, result: self._card(result))
    def close(
        self,
        ctx: Ctx,
        session_id: int,
        version: int,
        *,
        kept: Money,
        reason: str = "",
        approver: Actor | None = None,
        day: date | None = None,
    ) -> SessionCard:
        """End the shift by its newest count. ``kept`` stays in the drawer as the next float; the rest was taken out.
        ``day`` is the open day whose close it is counted for, where that is not the present one.

        Raises ``Refusal``: TILL_NOT_COUNTED, TILL_DIFFERENCE (a difference needs a reason), APPROVAL_NEEDED (one above
        the tolerance), TILL_TOO_LITTLE (less was counted than is to stay), TILL_CLOSED, DAY_TO_COME, DAY_CLOSED;
        ``Conflict``.
        """
        with self.store.write(Command.CLOSE_TILL, ctx) as tx:
            session = _close(tx, session_id, version, kept, reason, approver, day)
            return self._answer(tx, session.id)

    @repeatable(lambda self, result: self._card(result))
    def hand_over(
        self,
        ctx: Ctx,
        session_id: int,
        version: int,
        next_holder: Actor,
        *,
        kept: Money,
        reason: str = "",
        approver: Actor | None = None,
    ) -> SessionCard:
        """Close the shift and open the next one of ``next_holder`` with what stays, in one gesture.

        ``next_holder`` confirmed the count with a PIN. Answers with the new session; raises as ``close``.
        """
        with self.store.write(Command.CLOSE_TILL, ctx) as tx:
            session = _close(tx, session_id, version, kept, reason, approver)
            if not next_holder.may(Command.OPEN_TILL):
                raise Refusal(Reason.NOT_ALLOWED, command=Command.OPEN_TILL)
            following = open_session(tx, session.till_id, kept)
            following.holder_id = next_holder.id
            tx.journal(
                till=session.till_id, session=following.number, holder=next_holder.id, float_fen=kept.fen
            )
            return self._answer(tx, following.id)

    # inside

    def _answer(self, tx: Tx, session_id: int) -> SessionCard:
        tx.changed(Kind.TILL, session_id)
        tx.result = {"session": session_id}
        return asked.session_card(tx.reading(), session_id)

    def _card(self, result: dict[str, Any]) -> SessionCard:
        return self._session(result["session"])

    def _row(self, result: dict[str, Any]) -> TillRow:
        with self.store.read() as reading:
            return asked.till_row(reading, result["till"])

    def _count(self, result: dict[str, Any]) -> CountRow:
        with self.store.read() as reading:
            return asked.count_row(reading, result["count"])


def _close(
    tx: Tx,
    session_id: int,
    version: int,
    kept: Money,
    reason: str,
    approver: Actor | None,
    day: date | None = None,
) -> TillSession:
    reason = clean_text("reason", reason, most=LINE)
    session = _open_session(tx, session_id)
    if session.version != version:
        raise Conflict(Kind.TILL, session_id)
    count = tx.session.scalar(
        select(TillCount).where(TillCount.session_id == session_id).order_by(TillCount.id.desc()).limit(1)
    )
    expected = expected_in(tx, session_id)
    if count is None or count.expected != expected:
        # Cash moved since it was counted: what was counted is not what is there.
        raise Refusal(Reason.TILL_NOT_COUNTED)
    difference = count.counted - expected
    if difference and not reason:
        raise Refusal(Reason.TILL_DIFFERENCE, amount=difference)
    if abs(difference.fen) > tx.settings.till_tolerance and not _looked_at(tx.actor, approver):
        raise Refusal(Reason.APPROVAL_NEEDED, role=Role.LEAD)
    if not ZERO <= kept <= count.counted:
        raise Refusal(Reason.TILL_TOO_LITTLE, amount=count.counted)
    session.state, session.version = TillState.CLOSED, session.version + 1
    session.closed_at, session.closed_day, session.closed_by_id = (
        tx.now,
        _counted_for(tx, session, day),
        tx.actor.id,
    )
    session.expected, session.counted, session.difference = expected, count.counted, difference
    session.reason, session.kept = reason, kept
    tx.session.flush()
    tx.changed(Kind.TILL, session.id)
    tx.journal(
        till=session.till_id,
        session=session.number,
        counted_fen=count.counted.fen,
        difference_fen=difference.fen,
        kept_fen=kept.fen,
        **vouched(tx.actor, approver),
    )
    return session


def _counted_for(tx: Tx, session: TillSession, day: date | None) -> date:
    """The day whose close shows the count: never one that is closed or to come, nor one before the shift began."""
    today = tx.money_day
    if day is None:
        return today
    if day > today:
        raise Refusal(Reason.DAY_TO_COME, day=day)
    refuse_closed(tx.reading(), day)
    return max(day, session.opened_day)


def _looked_at(actor: Actor, approver: Actor | None) -> bool:
    """A large difference is not told by one person alone; the owner answers to nobody."""
    if actor.role is Role.OWNER:
        return True
    return approver is not None and approver.id != actor.id and approver.role in (Role.LEAD, Role.OWNER)


def _book_move(
    tx: Tx,
    session: TillSession,
    kind: TillMoveKind,
    reason: CashReason,
    amount: Money,
    note: str,
    receipt: str,
    approved_by_id: int | None,
    other_id: int | None = None,
) -> TillMove:
    if amount < ZERO:
        refuse_too_much(tx, session.id, amount)
    row = TillMove(
        uuid=uuid7(),
        number=next_number(tx, Series.TILL_MOVE),
        session_id=session.id,
        kind=kind,
        reason=reason,
        note=note,
        receipt=receipt,
        amount=amount,
        other_id=other_id,
        at=tx.now,
        business_day=tx.money_day,
        staff_id=tx.actor.id,
        approved_by_id=approved_by_id,
    )
    tx.session.add(row)
    tx.session.flush()
    session.version += 1
    return row


def _open_session(tx: Tx, session_id: int) -> TillSession:
    session = tx.session.get(TillSession, session_id)
    if session is None:
        raise Refusal(Reason.NOT_FOUND)
    if session.state is not TillState.OPEN:
        raise Refusal(Reason.TILL_CLOSED)
    return session


def _refuse_open(tx: Tx, till_id: int) -> None:
    row = (
        tx.reading()
        .execute(
            select(TillSession.number, Staff.name)
            .join(Staff, Staff.id == TillSession.holder_id)
            .where(TillSession.till_id == till_id, TillSession.state == TillState.OPEN)
        )
        .one_or_none()
    )
    if row is not None:
        raise Refusal(Reason.TILL_OPEN_ALREADY, number=row.number, name=row.name)


def _check_till(tx: Tx, till: Till, name: str, entry: TillEntry) -> None:
    reading = tx.reading()
    others = Till.id != (till.id or 0)
    if name and reading.execute(select(Till.id).where(func.lower(Till.name) == name.lower(), others)).first():
        raise Refusal(Reason.TILL_NAME_TAKEN, name=name)
    if entry.staff_id is not None:
        person = tx.session.get(Staff, entry.staff_id)
        taken = reading.execute(select(Till.id).where(Till.staff_id == entry.staff_id, others)).first()
        if person is None or till.main or taken:
            raise Refusal(Reason.BAD_CHOICE, field="name", text=person.name if person else "?")
    if not entry.active:
        if till.main:
            raise Refusal(Reason.BAD_CHOICE, field="active", text=till.name)
        open_now = reading.execute(
            select(TillSession.id).where(TillSession.till_id == till.id, TillSession.state == TillState.OPEN)
        ).first()
        if open_now:
            raise Refusal(Reason.TILL_IN_USE, name=till.name)


def _counted(pieces: Mapping[int, int]) -> Money:
    for fen, many in pieces.items():
        if fen not in DENOMINATIONS or not isinstance(many, int) or not 0 <= many <= _MOST_PIECES:
            raise Refusal(Reason.BAD_QUANTITY, text=str(many)[:40])
    return value_of(dict(pieces))
