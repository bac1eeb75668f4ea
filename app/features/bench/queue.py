"""The open orders as the bench looks at them: mine, free, waiting, late; late ones first (screens.md "Bench")."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from app.core.enums import ON_BENCH, Role, Status
from app.core.rights import Actor
from app.features.bench.snapshots import BenchQueue, QueueKind
from app.features.orders.rows import SELECT_ROWS, STILL_OPEN, of_statuses, order_row
from app.features.orders.snapshots import OrderRow

#: Rows kept of each look; a shop with more open orders has other worries, and the counts stay whole.
QUEUE_LIMIT = 300

_WORKABLE = (
    Status.REGISTERED,
    Status.DISPATCHED,
    Status.ON_SITE,
    *(status for status in Status if status in ON_BENCH),
)
_QUEUE = (
    f"{SELECT_ROWS} WHERE {STILL_OPEN} AND {of_statuses(_WORKABLE)} ORDER BY o.promised_at NULLS LAST, o.id"
)
_WAITING = frozenset({Status.QUOTED, Status.WAITING_PARTS, Status.WAITING_CUSTOMER})
_LEADS = frozenset({Role.LEAD, Role.OWNER})


def read_queue(reading: Connection, actor: Actor, now: datetime) -> BenchQueue:
    """Every look of this person. What is to be checked is a lead's own work and everybody else's waiting; what waited
    for parts that are here now is work again, on top of its look."""
    looks: dict[QueueKind, list[OrderRow]] = {kind: [] for kind in QueueKind}
    found = [(order_row(each, now), each[-1]) for each in reading.exec_driver_sql(_QUEUE)]
    arrived = _arrived(reading, [row.id for row, _who in found if row.status is Status.WAITING_PARTS])
    for row, technician_id in found:
        if row.id in arrived:
            row = replace(row, arrived=True)
        if row.late:
            looks[QueueKind.LATE].append(row)
        look = _look_of(row, technician_id, actor)
        if look is not None:
            looks[look].append(row)
    for rows in looks.values():
        rows.sort(key=lambda row: not row.arrived)
    return BenchQueue(
        **{kind.value: tuple(rows[:QUEUE_LIMIT]) for kind, rows in looks.items()},
        counts={kind: len(rows) for kind, rows in looks.items()},
    )


def _arrived(reading: Connection, waiting: Sequence[int]) -> frozenset[int]:
    """Which of the orders that wait for parts have them all."""
    if not waiting:
        return frozenset()
    # Loaded by the first order that waits, not with the window.
    from app.features.purchasing.arrivals import orders_that_can_go_on

    return frozenset(orders_that_can_go_on(reading, waiting))


def _look_of(row: OrderRow, technician_id: int | None, actor: Actor) -> QueueKind | None:
    status = row.status
    if status is Status.QC:
        return QueueKind.MINE if actor.role in _LEADS else QueueKind.WAITING
    if status in _WAITING and not row.arrived:
        return QueueKind.WAITING
    if technician_id is None:
        return QueueKind.FREE
    return QueueKind.MINE if technician_id == actor.id else None
