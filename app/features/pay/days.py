"""The day of a technician and of the lead (domain.md §9): jobs, minutes by type, parts, what is carried to tomorrow.

The lead's minutes are the technicians' minutes together, internal work (D) included.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, Text, func, select, text

from app.core.clock import business_day
from app.core.enums import (
    AT_COUNTER,
    CLOSED,
    MoveKind,
    PaymentMethod,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.labels import category_name
from app.core.money import Money, Quantity
from app.features.pay.hours import Stretch, minutes_of, stretches
from app.features.pay.snapshots import (
    LeadDay,
    TakenBy,
    TechnicianDay,
    UsedPart,
    WaitingJob,
    WorkedJob,
)
from app.model import Device, Part, RepairOrder, Staff, StockMove

_ORDER = select(
    RepairOrder.id,
    RepairOrder.number,
    RepairOrder.status,
    RepairOrder.service_type,
    RepairOrder.job_kind,
    RepairOrder.technician_id,
    RepairOrder.promised_at,
    RepairOrder.finished_day,
    RepairOrder.delivered_day,
    Device.category,
    Device.brand,
    Device.model,
).join(Device, Device.id == RepairOrder.device_id)
#: In the words of the partial index ``ix_repair_order_open``, and of no other: the few open orders, not years of them.
_ON_BENCH = text(
    "repair_order.status NOT IN ({}) AND repair_order.status NOT IN ({})"
    " AND +repair_order.taken_in_day <= :until".format(
        *(", ".join(f"'{status}'" for status in sorted(statuses)) for statuses in (CLOSED, AT_COUNTER))
    )
)
_TAKINGS = text(
    "SELECT method, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS taken,"
    " sum(CASE WHEN amount < 0 THEN amount ELSE 0 END) AS refunded FROM payment"
    " WHERE business_day = :day GROUP BY method"
).columns(method=Text, taken=Integer, refunded=Integer)


@dataclass(frozen=True, slots=True)
class _Day:
    """Everything of a day that more than one report needs, asked once."""

    day: date
    today: date
    zone: str
    now: datetime
    work: Sequence[Stretch]
    finished: Sequence[Any]
    carried: Sequence[Any]
    parts: Mapping[int, tuple[UsedPart, ...]]


def technician_day(reading: Connection, staff_id: int, day: date, zone: str, now: datetime) -> TechnicianDay:
    """One technician's day. ``Refusal(NOT_FOUND)`` for a person there is not."""
    name = reading.execute(select(Staff.name).where(Staff.id == staff_id)).scalar()
    if name is None:
        raise Refusal(Reason.NOT_FOUND)
    return _of(reading, _asked(reading, day, zone, now, staff_id), staff_id, str(name))


def lead_day(reading: Connection, day: date, zone: str, now: datetime) -> LeadDay:
    """The lead's day: everybody of the bench who works here, and whoever else did something that day."""
    asked = _asked(reading, day, zone, now, None)
    busy = (
        {each.staff_id for each in asked.work}
        | {each.technician_id for each in asked.finished}
        | asked.parts.keys()
    )
    people = reading.execute(select(Staff.id, Staff.name, Staff.role, Staff.active).order_by(Staff.id)).all()
    technicians = tuple(
        _of(reading, asked, person.id, person.name)
        for person in people
        if person.id in busy or (person.active and person.role is Role.TECHNICIAN)
    )
    taken = {row.method: row for row in reading.execute(_TAKINGS, {"day": day.isoformat()})}
    takings = tuple(
        TakenBy(method, Money(taken[method].taken), Money(-taken[method].refunded))
        for method in PaymentMethod
        if method in taken
    )
    count = select(func.count()).select_from(RepairOrder)
    return LeadDay(
        day=day,
        technicians=technicians,
        takings=takings,
        taken_in=reading.execute(count.where(RepairOrder.taken_in_day == day)).scalar_one(),
        delivered=reading.execute(count.where(RepairOrder.delivered_day == day)).scalar_one(),
        free=sum(each.technician_id is None for each in asked.carried),
    )


# -- inside ------------------------------------------------------------------------------------------------


def _asked(reading: Connection, day: date, zone: str, now: datetime, staff_id: int | None) -> _Day:
    finished = _ORDER.where(RepairOrder.finished_day == day)
    # Fixed on the spot: given back without standing ready first.
    at_once = _ORDER.where(RepairOrder.delivered_day == day, RepairOrder.finished_day.is_(None))
    carried = _ORDER.where(_ON_BENCH.bindparams(until=day.isoformat()))
    if staff_id is not None:
        finished = finished.where(RepairOrder.technician_id == staff_id)
        at_once = at_once.where(RepairOrder.technician_id == staff_id)
        carried = carried.where(RepairOrder.technician_id == staff_id)
    return _Day(
        day,
        business_day(now, zone),
        zone,
        now,
        stretches(reading, day, day + timedelta(days=1), zone, now, staff_id),
        _in_order([*reading.execute(finished), *reading.execute(at_once)]),
        _in_order(reading.execute(carried)),
        _parts(reading, day, staff_id),
    )


def _in_order(rows: Iterable[Any]) -> list[Any]:
    """By age; asked of the records, it would lead them through all orders there are."""
    return sorted(rows, key=lambda row: int(row.id))


def _of(reading: Connection, asked: _Day, staff_id: int, name: str) -> TechnicianDay:
    own = [each for each in asked.work if each.staff_id == staff_id]
    return TechnicianDay(
        day=asked.day,
        staff_id=staff_id,
        name=name,
        jobs=_jobs(reading, asked, own, staff_id),
        parts=asked.parts.get(staff_id, ()),
        waiting=tuple(_waiting(row, asked) for row in asked.carried if row.technician_id == staff_id),
        minutes=minutes_of(own),
    )


def _jobs(reading: Connection, asked: _Day, own: Iterable[Stretch], staff_id: int) -> tuple[WorkedJob, ...]:
    """Orders he worked on or finished that day, the finished ones first."""
    by_order: dict[int, list[Stretch]] = defaultdict(list)
    for each in own:
        by_order[each.order_id].append(each)
    finished = {row.id: row for row in asked.finished if row.technician_id == staff_id}
    others = by_order.keys() - finished.keys()
    rows = (
        [*finished.values(), *reading.execute(_ORDER.where(RepairOrder.id.in_(others)))]
        if others
        else [*finished.values()]
    )
    return tuple(
        WorkedJob(
            row.id,
            row.number,
            _device(row),
            row.service_type,
            row.job_kind,
            row.status,
            row.id in finished,
            minutes_of(by_order.get(row.id, ())).total,
            any(each.running for each in by_order.get(row.id, ())),
        )
        for row in rows
    )


def _waiting(row: Any, asked: _Day) -> WaitingJob:
    promised = None if row.promised_at is None else business_day(row.promised_at, asked.zone)
    late = row.promised_at is not None and row.promised_at < asked.now
    return WaitingJob(row.id, row.number, _device(row), Status(row.status), promised, late)


def _device(row: Any) -> str:
    return " ".join(filter(None, (row.brand, row.model or category_name(row.category))))


def _parts(reading: Connection, day: date, staff_id: int | None) -> dict[int, tuple[UsedPart, ...]]:
    """What each used that day, less what he put back, by part and order."""
    used = -func.sum(StockMove.quantity)
    query = (
        select(
            StockMove.staff_id,
            Part.number,
            Part.name,
            Part.unit,
            used.label("used"),
            RepairOrder.number.label("order_number"),
        )
        .join(Part, Part.id == StockMove.part_id)
        .join(RepairOrder, RepairOrder.id == StockMove.order_id)
        .where(
            StockMove.day == day,
            StockMove.kind.in_([MoveKind.USE, MoveKind.UNUSE]),
            StockMove.staff_id.is_not(None),
        )
        .group_by(StockMove.staff_id, StockMove.part_id, StockMove.order_id)
        .order_by(StockMove.staff_id, RepairOrder.id, StockMove.part_id)
    )
    if staff_id is not None:
        query = query.where(StockMove.staff_id == staff_id)
    found: dict[int, list[UsedPart]] = defaultdict(list)
    for row in reading.execute(query):
        quantity = row.used if isinstance(row.used, Quantity) else Quantity(int(row.used))
        if quantity.milli:
            found[row.staff_id].append(UsedPart(row.number, row.name, row.unit, quantity, row.order_number))
    return {who: tuple(parts) for who, parts in found.items()}
