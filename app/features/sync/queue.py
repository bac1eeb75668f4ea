"""The queue of events as somebody looks at it, and what he does with those that were not taken."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, select

from app.core.brand_codes import OutboxState
from app.core.changes import Kind
from app.features.sync.snapshots import QueueRow
from app.model import Brand, BrandLink, OutboxEvent
from app.store.door import Tx


def queue_rows(
    reading: Connection, state: OutboxState | None, after: int | None, limit: int
) -> tuple[QueueRow, ...]:
    """A page of events, newest first."""
    query = (
        select(
            OutboxEvent.id,
            Brand.name,
            OutboxEvent.kind,
            OutboxEvent.subject,
            OutboxEvent.made_at,
            OutboxEvent.state,
            OutboxEvent.attempts,
            OutboxEvent.result,
            OutboxEvent.reason,
        )
        .join(Brand, Brand.id == OutboxEvent.brand_id)
        .order_by(OutboxEvent.id.desc())
        .limit(limit)
    )
    if state is not None:
        query = query.where(OutboxEvent.state == state)
    if state in (OutboxState.WAITING, OutboxState.DEAD):
        # By name of the brands, so that the small index of these is used and not years of what arrived.
        query = query.where(OutboxEvent.brand_id.in_(select(BrandLink.brand_id)))
    if after is not None:
        query = query.where(OutboxEvent.id < after)
    return tuple(QueueRow(*row) for row in reading.execute(query))


def send_again(tx: Tx, event_ids: Sequence[int]) -> int:
    """What was not taken goes out once more, under a new id (the old one is known there with its refusal). Returns how
    many."""
    dead = _dead(tx, event_ids)
    for event in dead:
        tx.outbox(event.brand_id, event.kind, event.subject, event.body)
        event.state = OutboxState.DONE
    tx.journal(again=len(dead))
    tx.changed(Kind.SYNC, 0)
    return len(dead)


def put_aside(tx: Tx, event_ids: Sequence[int]) -> int:
    """Somebody looked at what was not taken, and nothing more is to be done. Returns how many."""
    dead = _dead(tx, event_ids)
    for event in dead:
        event.state = OutboxState.DONE
    tx.journal(dropped=len(dead))
    tx.changed(Kind.SYNC, 0)
    return len(dead)


def _dead(tx: Tx, event_ids: Sequence[int]) -> list[OutboxEvent]:
    return list(
        tx.session.scalars(
            select(OutboxEvent).where(OutboxEvent.id.in_(event_ids), OutboxEvent.state == OutboxState.DEAD)
        )
    )
