"""Day close (Z) and the seal of a month (domain.md §8): the closed is frozen, what comes later is the next day's."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Integer, Text, func, select, text

from app.core.changes import Kind
from app.core.clock import business_day, from_microseconds
from app.core.enums import Command, Role, Series, TillState
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.formats import joined
from app.core.money import Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.features.till.drawer import refuse_closed
from app.features.till.numbers import next_number
from app.features.till.snapshots import CloseRow, DayTotals, Open
from app.features.till.totals import canonical, journal_head, totals
from app.model import DayClose, Draft, MonthSeal, Staff, Till, TillSession
from app.store.door import Store, repeatable

#: Drafts of a visit at the counter; others (a half-typed part) are no money.
_INTAKE_DRAFT = "intake"
_OPEN_DRAWERS = (
    select(Till.name)
    .join(TillSession, TillSession.till_id == Till.id)
    .where(TillSession.state == TillState.OPEN, Till.staff_id.is_(None))
    .order_by(Till.id)
)
_FIELD_CASH = text(
    "SELECT p.name, s.float_amount + coalesce((SELECT sum(y.amount) FROM payment y WHERE y.till_session_id = s.id), 0)"
    " + coalesce((SELECT sum(m.amount) FROM till_move m WHERE m.session_id = s.id), 0) AS fen"
    " FROM till t JOIN staff p ON p.id = t.staff_id JOIN till_session s ON s.till_id = t.id AND s.state = 'open'"
    " ORDER BY t.id"
).columns(name=Text, fen=Integer)
_BOOKED = text(
    "SELECT EXISTS (SELECT 1 FROM payment WHERE business_day BETWEEN :first AND :last)"
    " OR EXISTS (SELECT 1 FROM sale WHERE business_day BETWEEN :first AND :last)"
    " OR EXISTS (SELECT 1 FROM till_move WHERE business_day BETWEEN :first AND :last)"
    " OR EXISTS (SELECT 1 FROM till_session WHERE opened_day BETWEEN :first AND :last)"
)
#: Quarters of an hour in which something was booked since an entry: every zone's days begin with one.
_QUARTER = 900_000_000
_WORKED = text(f"SELECT DISTINCT at / {_QUARTER} AS quarter FROM journal WHERE id > :since").columns(
    quarter=Integer
)
#: Days back of which it is known what rests the shop takes.
_HABITS = timedelta(days=60)
#: A close in the morning is the one that was forgotten the evening before.
_NOON = 12
_FIRST_DAY = text(
    "SELECT min(day) FROM (SELECT min(day) AS day FROM money_day UNION ALL SELECT min(opened_day) FROM till_session"
    " UNION ALL SELECT min(taken_in_day) FROM repair_order)"
)


class Closing:
    """Day closes and sealed months."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # queries

    @seen_by(Sight.TILL)
    def blocks(self, _actor: Actor) -> Open:
        """What stands in the way of closing the day now."""
        with self.store.read() as reading:
            return _open(reading)

    @seen_by(Sight.TILL)
    def day(self, _actor: Actor, day: date | None = None) -> DayTotals:
        """A closed day as it was frozen; an open one (None: the present one) as it stands, without the days before that
        are still open too."""
        return self._day(day)

    def _day(self, day: date | None) -> DayTotals:
        with self.store.read() as reading:
            closed = None if day is None else _close_of(reading, day)
            if closed is not None:
                return closed
            today = business_day(self.store.clock.now(), self.store.settings.time_zone)
            last = _last_day(reading)
            if last is not None:
                today = max(today, last + timedelta(days=1))
            day = today if day is None else day
            first = _first_day(reading, day)
            content = totals(reading, first, day)
            _id, head = journal_head(reading)
            return DayTotals(day, first, None, None, "", content, "", head.hex())

    @seen_by(Sight.TILL)
    def choices(self, _actor: Actor) -> tuple[date, ...]:
        """The days that can be the last one closed now, the likelier first: the present one and, where something was
        booked since the last close, the day before. That one comes first in the morning and while the present day has
        no business of its own: who closes after midnight must not close the day that has only begun."""
        zone = self.store.settings.time_zone
        now = self.store.clock.now()
        with self.store.read() as reading:
            last = _last_day(reading)
            today = business_day(now, zone)
            if last is not None and last >= today:
                return (last + timedelta(days=1),)
            before = today - timedelta(days=1)
            if not _booked(reading, _first_day(reading, today), before):
                return (today,)
            if now.astimezone(ZoneInfo(zone)).hour < _NOON or not _booked(reading, today, today):
                return (before, today)
            return (today, before)

    @seen_by(Sight.TILL)
    def only_begun(self, _actor: Actor, day: date | None) -> bool:
        """Whether ``day`` (None: the present one) is the present one, in the morning, and nothing was booked on it yet.
        Closed now, everything that is still to come today would belong to tomorrow."""
        zone = self.store.settings.time_zone
        now = self.store.clock.now()
        today = business_day(now, zone)
        if day not in (None, today) or now.astimezone(ZoneInfo(zone)).hour >= _NOON:
            return False
        with self.store.read() as reading:
            return not _booked(reading, today, today)

    @seen_by(Sight.TILL)
    def closes(self, _actor: Actor, before: date | None = None, limit: int = 50) -> tuple[CloseRow, ...]:
        """Closed days, newest first; ``before`` is the last day of the page before."""
        query = (
            select(
                DayClose.id, DayClose.number, DayClose.day, DayClose.first_day, DayClose.closed_at, Staff.name
            )
            .join(Staff, Staff.id == DayClose.closed_by_id)
            .order_by(DayClose.day.desc())
            .limit(limit)
        )
        if before is not None:
            query = query.where(DayClose.day < before)
        with self.store.read() as reading:
            return tuple(
                CloseRow(each.id, each.number, each.day, each.first_day, each.closed_at, each.name)
                for each in reading.execute(query)
            )

    @seen_by(Sight.MONTH)
    def sealed(self, _actor: Actor, month: str) -> bytes | None:
        """The report of a sealed month, byte for byte as it was sealed; None of an open one."""
        return self._sealed(month)

    def _sealed(self, month: str) -> bytes | None:
        with self.store.read() as reading:
            found = reading.execute(select(MonthSeal.content).where(MonthSeal.month == month)).scalar()
            return None if found is None else bytes(found)

    # commands

    @repeatable(lambda self, result: self._day(date.fromisoformat(result["day"])))
    def close(self, ctx: Ctx, day: date | None = None, *, sure: Actor | None = None) -> DayTotals:
        """Close ``day`` (None: the present one) and every open day before it, for good: its totals are frozen, and what
        is booked from now on belongs to a later day. ``sure`` looked and says that the clock is right: closed by one
        that is ahead, all money would wait for that day.

        Raises ``Refusal``: DAY_CLOSED, DAY_TO_COME, TILL_STILL_OPEN, FIELD_CASH_OUT, DRAFTS_OPEN, CLOCK_BEFORE_CLOSE,
        CLOCK_FAR_AHEAD (the owner's word is needed), CLOCK_SKIPPED (days without an entry that are no habit of the
        shop: whoever closes may say that it rested).
        """
        doubt = self.store.clock_watch.doubt()
        if doubt is not None and doubt.fault is not Fault.CLOCK_AHEAD:
            doubt = None
        owner = sure is not None and sure.role is Role.OWNER
        found = self._close(ctx, day, None if owner else doubt, sure)
        if doubt is not None:
            self.store.clock_watch.confirm()
        return found

    def _close(
        self, ctx: Ctx, day: date | None, ahead: EnvironmentFault | None, sure: Actor | None
    ) -> DayTotals:
        with self.store.write(Command.CLOSE_DAY, ctx) as tx:
            day = tx.money_day if day is None else day
            reading = tx.reading()
            refuse_closed(reading, day)
            today = business_day(tx.now, tx.settings.time_zone)
            if day > today:
                raise Refusal(Reason.DAY_TO_COME, day=day)
            if ahead is not None:
                raise Refusal(Reason.CLOCK_FAR_AHEAD, day=day, today=today, days=ahead.params["days"])
            before = _before_a_rest(reading, day, tx.settings.time_zone)
            if before is not None and sure is None:
                raise Refusal(Reason.CLOCK_SKIPPED, day=day, today=today, before=before)
            _refuse_open(_open(reading))
            first = _first_day(reading, day)
            # Numbered in the closed day's own month, and drawn before the day is closed.
            number = next_number(tx, Series.DAY_CLOSE)
            head_id, head = journal_head(reading)
            content = canonical(totals(reading, first, day))
            row = DayClose(
                day=day,
                first_day=first,
                number=number,
                closed_at=tx.now,
                closed_by_id=tx.actor.id,
                content=content,
                digest=hashlib.sha256(content).digest(),
                journal_id=head_id,
                journal_head=head,
            )
            tx.session.add(row)
            clock: dict[str, Any] = {}
            if before is not None and sure is not None:
                clock["clock_vouched_by"] = sure.id
            tx.journal(close=number, day=day.isoformat(), digest=row.digest.hex(), **clock)
            tx.changed(Kind.CLOSE, 0)
            tx.result = {"day": day.isoformat()}
            found = _close_of(tx.reading(), day)
            assert found is not None
            return found

    @repeatable(lambda self, result: self._sealed(result["month"]) or b"")
    def seal_month(self, ctx: Ctx, month: str, content: bytes) -> bytes:
        """Keep a month's report for good; the caller made ``content`` out of the rows as they stand. Raises
        ``Refusal``: MONTH_SEALED, MONTH_NOT_CLOSED (its last day is not closed), MONTH_UNKNOWN."""
        last = last_of(month)
        with self.store.write(Command.SEAL_MONTH, ctx) as tx:
            reading = tx.reading()
            if reading.execute(select(MonthSeal.id).where(MonthSeal.month == month)).first():
                raise Refusal(Reason.MONTH_SEALED, month=month)
            closed = _last_day(reading)
            if closed is None or closed < last:
                raise Refusal(Reason.MONTH_NOT_CLOSED, month=month)
            row = MonthSeal(
                month=month,
                sealed_at=tx.now,
                sealed_by_id=tx.actor.id,
                content=content,
                digest=hashlib.sha256(content).digest(),
            )
            tx.session.add(row)
            tx.journal(month=month, digest=row.digest.hex())
            tx.changed(Kind.CLOSE, 0)
            tx.result = {"month": month}
            return content


def last_of(month: str) -> date:
    """The last day of ``2026-11``. ``Refusal(MONTH_UNKNOWN)``."""
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refusal(Reason.MONTH_UNKNOWN, text=month[:40]) from None
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)


def _open(reading: Connection) -> Open:
    drafts = reading.execute(
        select(func.coalesce(Staff.name, ""))
        .select_from(Draft)
        .outerjoin(Staff, Staff.id == Draft.staff_id)
        .where(Draft.kind == _INTAKE_DRAFT)
        .order_by(Draft.id)
    ).scalars()
    return Open(
        tills=tuple(reading.execute(_OPEN_DRAWERS).scalars()),
        field_cash=tuple(
            (each.name, Money(int(each.fen))) for each in reading.execute(_FIELD_CASH) if each.fen
        ),
        drafts=tuple(drafts),
    )


def _refuse_open(found: Open) -> None:
    if found.field_cash:
        name, amount = found.field_cash[0]
        raise Refusal(Reason.FIELD_CASH_OUT, name=name, amount=amount)
    if found.tills:
        raise Refusal(Reason.TILL_STILL_OPEN, till=found.tills[0])
    if found.drafts:
        raise Refusal(Reason.DRAFTS_OPEN, names=joined(found.drafts))


def _before_a_rest(reading: Connection, day: date, zone: str) -> date | None:
    """The last day with an entry before days without any, up to ``day``: the shop rested, or somebody set the clock on.
    None where there are none, or it rests that long by habit (twice lately)."""
    last = reading.execute(
        select(DayClose.day, DayClose.journal_id).order_by(DayClose.day.desc()).limit(1)
    ).one_or_none()
    quarters = reading.execute(_WORKED, {"since": last.journal_id if last else 0}).scalars()
    worked = {business_day(from_microseconds(each * _QUARTER), zone) for each in quarters}
    days = sorted({day, *(each for each in worked if each < day and (last is None or each > last.day))})
    if last is not None:
        days.insert(0, last.day)
    closes = reading.execute(
        select(DayClose.day).where(DayClose.day >= day - _HABITS).order_by(DayClose.day)
    ).scalars()
    habit = sorted((step.days for _before, step in _steps(list(closes))), reverse=True)[1:2]
    rest = max(_steps(days), key=itemgetter(1), default=None)
    return rest[0] if rest is not None and rest[1].days > max([1, *habit]) else None


def _steps(days: Sequence[date]) -> list[tuple[date, timedelta]]:
    """From each day to the next."""
    return [(before, after - before) for before, after in pairwise(days)]


def _booked(reading: Connection, first: date, last: date) -> bool:
    """Whether any money was booked, or a drawer opened, on these days."""
    return bool(reading.execute(_BOOKED, {"first": first.isoformat(), "last": last.isoformat()}).scalar())


def _last_day(reading: Connection) -> date | None:
    found: date | None = reading.execute(select(DayClose.day).order_by(DayClose.day.desc()).limit(1)).scalar()
    return found


def _first_day(reading: Connection, day: date) -> date:
    """After the last close; before the first one, the first day that anything was booked."""
    last = _last_day(reading)
    if last is not None:
        return last + timedelta(days=1)
    begun = reading.execute(_FIRST_DAY).scalar()
    return day if begun is None else min(day, date.fromisoformat(begun))


def _close_of(reading: Connection, day: date) -> DayTotals | None:
    """The close that covers ``day``."""
    row: Any = reading.execute(
        select(DayClose.__table__, Staff.name.label("closed_by"))
        .join(Staff, Staff.id == DayClose.closed_by_id)
        .where(DayClose.day >= day)
        .order_by(DayClose.day)
        .limit(1)
    ).one_or_none()
    if row is None or row.first_day > day:
        return None
    return DayTotals(
        row.day,
        row.first_day,
        row.number,
        row.closed_at,
        row.closed_by,
        json.loads(row.content),
        bytes(row.digest).hex(),
        bytes(row.journal_head).hex(),
    )
