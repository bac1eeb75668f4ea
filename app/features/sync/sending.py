"""What waits for a head office, as one call brings it."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Connection, select

from app.core.brand_codes import OutboxState
from app.core.wire.envelope import MOST_BYTES, MOST_EVENTS, SPEC_VERSION, source_of
from app.core.wire.form import moment_text
from app.features.sync.client import Address
from app.model import OutboxEvent

#: One batch stays well below what a call may hold.
_ROOM = MOST_BYTES - 64 * 1024


def waiting_batch(reading: Connection, brand_id: int, address: Address) -> list[dict[str, Any]]:
    """The oldest events that wait, as many as one call may hold, as the envelope has them."""
    rows = reading.execute(
        select(
            OutboxEvent.id,
            OutboxEvent.uuid,
            OutboxEvent.kind,
            OutboxEvent.subject,
            OutboxEvent.body,
            OutboxEvent.made_at,
        )
        .where(OutboxEvent.brand_id == brand_id, OutboxEvent.state == OutboxState.WAITING)
        .order_by(OutboxEvent.id)
        .limit(MOST_EVENTS)
    ).all()
    found: list[dict[str, Any]] = []
    room = _ROOM
    for row in rows:
        event = {
            "specversion": SPEC_VERSION,
            "id": str(row.uuid),
            "source": source_of(address.shop),
            "type": row.kind,
            "subject": row.subject,
            "time": moment_text(row.made_at),
            "datacontenttype": "application/json",
            "brand": address.brand,
            "sequence": f"{row.id:020d}",
            "data": row.body,
        }
        room -= len(json.dumps(event, ensure_ascii=False).encode()) + 1
        if room < 0 and found:
            break
        found.append(event)
    return found
