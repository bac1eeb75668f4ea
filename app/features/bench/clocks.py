"""Working time on orders: one clock a technician, started and stopped by scan (domain.md §9)."""

from __future__ import annotations

from sqlalchemy import select

from app.core.changes import Kind
from app.core.enums import BenchCommand, Role
from app.core.errors import Reason, Refusal
from app.features.bench.offers import WORKING
from app.model import RepairOrder, WorkLog
from app.store.door import Tx


def start_clock(tx: Tx, order: RepairOrder, *, again: bool = False) -> None:
    """Run this person's clock on this order; his clock on any other order stops, and the order is his if nobody's.

    ``again`` allows one that runs already. Raises ``Refusal``: MOVE_NOT_ALLOWED, WORK_RUNNING.
    """
    if order.status not in WORKING:
        raise Refusal(Reason.MOVE_NOT_ALLOWED, action=BenchCommand.START, status=order.status)
    running = tx.session.scalars(
        select(WorkLog).where(WorkLog.ended_at.is_(None), WorkLog.staff_id == tx.actor.id)
    ).all()
    here = any(log.order_id == order.id for log in running)
    if here and not again:
        raise Refusal(Reason.WORK_RUNNING)
    for log in running:
        if log.order_id != order.id:
            log.ended_at = max(tx.now, log.started_at)
            tx.journal(order_id=log.order_id, clock="pause")
            tx.changed(Kind.ORDER, log.order_id)
    if order.technician_id is None:
        order.technician_id = tx.actor.id
    if not here:
        tx.session.add(WorkLog(order_id=order.id, staff_id=tx.actor.id, started_at=tx.now))
        tx.journal(order_id=order.id, clock="start")


def pause_clock(tx: Tx, order: RepairOrder) -> None:
    """Stop this person's clock on this order; a lead stops a colleague's. ``Refusal(WORK_NOT_RUNNING)``."""
    running = tx.session.scalars(
        select(WorkLog).where(WorkLog.order_id == order.id, WorkLog.ended_at.is_(None))
    ).all()
    stopped = [log for log in running if log.staff_id == tx.actor.id]
    if not stopped and tx.actor.role in (Role.LEAD, Role.OWNER):
        stopped = list(running)
    if not stopped:
        raise Refusal(Reason.WORK_NOT_RUNNING)
    for log in stopped:
        log.ended_at = max(tx.now, log.started_at)
    tx.journal(order_id=order.id, clock="pause")
