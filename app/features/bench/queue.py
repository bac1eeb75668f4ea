"""The open orders as the bench looks at them: mine, free, waiting, late; late ones first (screens.md "Bench")."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, bindparam

from app.core.enums import ON_BENCH, Role, Status
from app.core.rights import Actor
from app.features.bench.snapshots import BenchQueue, QueueKind
from app.features.orders.rows import STILL_OPEN, order_row, select_rows
from app.features.orders.snapshots import OrderRow
from app.model import RepairOrder

#: Rows kept of each look; a shop with more open orders has other worries, and the counts stay whole.
QUEUE_LIMIT = 300

_ORDER = RepairOrder.__table__.c
_QUEUE = (
    select_rows(_ORDER.technician_id)
    .where(STILL_OPEN, _ORDER.status.in_(bindparam("statuses", expanding=True)))
    .order_by(_ORDER.promised_at.nulls_last(), _ORDER.id)
)
_WORKABLE = (
    Status.REGISTERED,
    Status.DISPATCHED,
    Status.ON_SITE,
    *(status for status in Status if status in ON_BENCH),
)
_WAITING = frozenset({Status.QUOTED, Status.WAITING_PARTS, Status.WAITING_CUSTOMER})
_LEADS = frozenset({Role.LEAD, Role.OWNER})


def read_queue(reading: Connection, actor: Actor, now: datetime) -> BenchQueue:
    """Every look of this person. What is to be checked is a lead's own work and everybody else's waiting."""
    looks: dict[QueueKind, list[OrderRow]] = {kind: [] for kind in QueueKind}
    for each in reading.execute(_QUEUE, {"statuses": list(_WORKABLE)}):
        row = order_row(each, now)
        if row.late:
            looks[QueueKind.LATE].append(row)
        look = _look_of(row.status, each.technician_id, actor)
        if look is not None:
            looks[look].append(row)
    return BenchQueue(
        **{kind.value: tuple(rows[:QUEUE_LIMIT]) for kind, rows in looks.items()},
        counts={kind: len(rows) for kind, rows in looks.items()},
    )


def _look_of(status: Status, technician_id: int | None, actor: Actor) -> QueueKind | None:
    if status is Status.QC:
        return QueueKind.MINE if actor.role in _LEADS else QueueKind.WAITING
    if status in _WAITING:
        return QueueKind.WAITING
    if technician_id is None:
        return QueueKind.FREE
    return QueueKind.MINE if technician_id == actor.id else None
