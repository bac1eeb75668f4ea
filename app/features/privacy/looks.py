"""Who looked at whose records: noted in memory, written down by the minute, kept for a year."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any

from sqlalchemy import bindparam, delete, select, text

from app.core.clock import business_day
from app.core.enums import Command, LookKind
from app.core.errors import ShopError
from app.core.rights import FOUNDER, Actor, Ctx, Sight, seen_by
from app.features.privacy.snapshots import LookRow
from app.model import Look, RepairOrder, Staff
from app.store.door import Store
from app.store.prepared import Prepared

KEPT = timedelta(days=365)
#: In memory at most; a page that is scrolled through writes earlier than by the minute.
MOST = 500
LONGEST = 500

_NOTE = Prepared(
    text(
        "INSERT INTO look (day, staff_id, kind, record_id, first_at, last_at, times)"
        " VALUES (:day, :staff_id, :kind, :record_id, :first_at, :last_at, :times)"
        " ON CONFLICT (kind, record_id, day, staff_id) DO UPDATE SET times = times + excluded.times,"
        " first_at = min(first_at, excluded.first_at), last_at = max(last_at, excluded.last_at)"
    ).bindparams(
        bindparam("day", type_=Look.__table__.c.day.type),
        bindparam("kind", type_=Look.__table__.c.kind.type),
        bindparam("first_at", type_=Look.__table__.c.first_at.type),
        bindparam("last_at", type_=Look.__table__.c.last_at.type),
    )
)
_WHO = (
    select(
        Look.day, Look.kind, Look.record_id, Look.first_at, Look.last_at, Look.times, Staff.name,
        RepairOrder.number,
    )
    .join(Staff, Staff.id == Look.staff_id)
    .outerjoin(RepairOrder, (Look.kind == LookKind.ORDER) & (RepairOrder.id == Look.record_id))
)  # fmt: skip


@dataclass(slots=True)
class _Seen:
    first: datetime
    last: datetime
    times: int


class Looks:
    """Notes looks and tells them. ``saw`` costs a dictionary entry: a scan waits for nothing."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = Lock()
        self._waiting: dict[tuple[date, int, LookKind, int], _Seen] = {}

    def saw(self, actor: Actor, kind: LookKind, record_id: int) -> None:
        """``actor`` looks at a record. Whoever has not signed in, and the program itself, looks at nothing."""
        if not actor.id or not record_id:
            return
        now = self._store.clock.now()
        key = (business_day(now, self._store.settings.time_zone), actor.id, kind, record_id)
        with self._lock:
            seen = self._waiting.get(key)
            if seen is None:
                self._waiting[key] = _Seen(now, now, 1)
            else:
                seen.last, seen.times = now, seen.times + 1
            full = len(self._waiting) >= MOST
        if full:
            self.flush()

    @property
    def waiting(self) -> int:
        """How many are not written down yet."""
        return len(self._waiting)

    def flush(self) -> int:
        """Write down what waits, in one short command; how many. What cannot be written now waits for the next time."""
        with self._lock:
            waiting, self._waiting = self._waiting, {}
        if not waiting:
            return 0
        try:
            with self._store.write(Command.NOTE_LOOKS, Ctx.gesture(FOUNDER)) as tx:
                connection = tx.reading()
                for (day, staff_id, kind, record_id), seen in waiting.items():
                    _NOTE.run(
                        connection, day=day, staff_id=staff_id, kind=kind, record_id=record_id,
                        first_at=seen.first, last_at=seen.last, times=seen.times,
                    )  # fmt: skip
        except ShopError:
            with self._lock:
                for key, seen in waiting.items():
                    now = self._waiting.setdefault(key, seen)
                    if now is not seen:
                        now.first, now.times = min(now.first, seen.first), now.times + seen.times
            return 0
        return len(waiting)

    def sweep(self) -> int:
        """Forget what is older than a year; nothing while the clock cannot be believed."""
        store = self._store
        last = business_day(store.clock.now() - KEPT, store.settings.time_zone)
        with store.read() as reading:
            if reading.execute(select(Look.id).where(Look.day < last).limit(1)).first() is None:
                return 0
        if not store.clock_watch.may_erase():
            return 0
        with store.write(Command.NOTE_LOOKS, Ctx.gesture(FOUNDER)) as tx:
            return int(tx.reading().execute(delete(Look).where(Look.day < last)).rowcount)

    @seen_by(Sight.LOOKS)
    def of_customer(self, _actor: Actor, customer_id: int) -> tuple[LookRow, ...]:
        """Who looked at a customer and at his orders, newest first, at most 500. ``Refusal(NOT_ALLOWED)``."""
        self.flush()
        with self._store.read() as reading:
            ids = [
                row.id
                for row in reading.exec_driver_sql(
                    "SELECT id FROM customer WHERE id = ? OR merged_into_id = ?", (customer_id, customer_id)
                )
            ]
            orders = select(RepairOrder.id).where(RepairOrder.customer_id.in_(ids))
            wanted = _WHO.where(
                ((Look.kind == LookKind.CUSTOMER) & Look.record_id.in_(ids))
                | ((Look.kind == LookKind.ORDER) & Look.record_id.in_(orders))
            )
            return _rows(reading.execute(wanted.order_by(Look.day.desc(), Look.id.desc()).limit(LONGEST)))


def _rows(found: Any) -> tuple[LookRow, ...]:
    rows: Sequence[Any] = found.all()
    return tuple(
        LookRow(
            day=row.day,
            who=row.name,
            kind=row.kind,
            order=row.number or "",
            first=row.first_at,
            last=row.last_at,
            times=row.times,
        )
        for row in rows
    )
