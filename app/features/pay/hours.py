"""Working time out of the clocks of the bench (domain.md §9), in whole minutes, by type of service.

A stretch belongs to the day on which it was started. A clock that still runs counts up to now on its own day; one that
nobody stopped on an earlier day counts nothing: the night is no work, and guessing would pay for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, select

from app.core.clock import business_day, day_bounds
from app.core.enums import ServiceType
from app.features.pay.snapshots import Minutes
from app.model import RepairOrder, Staff, WorkLog


@dataclass(frozen=True, slots=True)
class Stretch:
    """One stretch of work. ``seconds`` is None for a clock that was left running."""

    staff_id: int
    order_id: int
    service: ServiceType
    seconds: int | None
    running: bool


def stretches(
    reading: Connection, first: date, after: date, zone: str, now: datetime, staff_id: int | None = None
) -> list[Stretch]:
    """All work begun from ``first`` up to, not including, ``after``, in the shop's zone."""
    begin, end = day_bounds(first, zone)[0], day_bounds(after, zone)[0]
    query = (
        select(
            WorkLog.staff_id,
            WorkLog.order_id,
            RepairOrder.service_type,
            WorkLog.started_at,
            WorkLog.ended_at,
        )
        .join(RepairOrder, RepairOrder.id == WorkLog.order_id)
        .where(WorkLog.started_at >= begin, WorkLog.started_at < end)
        .order_by(WorkLog.id)
    )
    # Of everybody too it is asked person by person, as the index has it.
    people = select(Staff.id) if staff_id is None else select(Staff.id).where(Staff.id == staff_id)
    query = query.where(WorkLog.staff_id.in_(people))
    return [_stretch(row, zone, now) for row in reading.execute(query)]


def _stretch(row: Any, zone: str, now: datetime) -> Stretch:
    ended: datetime | None = row.ended_at
    if ended is None and row.started_at <= now:
        today, tomorrow = day_bounds(business_day(now, zone), zone)
        if today <= row.started_at < tomorrow:
            ended = now
    seconds = None if ended is None else max(0, int((ended - row.started_at).total_seconds()))
    return Stretch(row.staff_id, row.order_id, row.service_type, seconds, row.ended_at is None)


def minutes_of(work: Iterable[Stretch]) -> Minutes:
    """Stretches together. Seconds are summed before they become minutes: short ones are not lost."""
    seconds: dict[ServiceType, int] = defaultdict(int)
    left = 0
    for each in work:
        if each.seconds is None:
            left += 1
        else:
            seconds[each.service] += each.seconds
    return Minutes(
        tuple((service, seconds[service] // 60) for service in ServiceType if seconds[service]), left
    )
