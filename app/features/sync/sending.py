"""What waits for a head office, as one call brings it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy import Connection, Text, select, type_coerce

from app.core.brand_codes import OutboxState
from app.core.wire.envelope import MOST_BYTES, SPEC_VERSION, source_of
from app.core.wire.form import moment_text
from app.features.sync.client import Address
from app.model import OutboxEvent

#: One batch stays well below what a call may hold.
_ROOM = MOST_BYTES - 64 * 1024
#: Fewer than a call may hold: what is put together in one go competes with the window for the interpreter.
_EVENTS = 200


@dataclass(frozen=True, slots=True)
class Waiting:
    """One call's worth: ``body`` is the batch, ``ids`` are those of its events."""

    ids: frozenset[str]
    body: bytes


def waiting_batch(reading: Connection, brand_id: int, address: Address) -> Waiting | None:
    """The oldest events that wait, as many as one call may hold; None where nothing waits.

    What an event says was written as JSON with the change it tells of, and goes out as it was written: to read and
    write it anew would be nearly all the work, in the same process as the window.
    """
    rows = reading.execute(
        select(
            OutboxEvent.id,
            OutboxEvent.uuid,
            OutboxEvent.kind,
            OutboxEvent.subject,
            type_coerce(OutboxEvent.body, Text).label("body"),
            OutboxEvent.made_at,
        )
        .where(OutboxEvent.brand_id == brand_id, OutboxEvent.state == OutboxState.WAITING)
        .order_by(OutboxEvent.id)
        .limit(_EVENTS)
    )
    ids: list[str] = []
    events: list[bytes] = []
    room = _ROOM
    for row in rows:
        event = {
            "specversion": SPEC_VERSION,
            "id": str(row.uuid),
            "source": source_of(address.shop),
            "type": row.kind,
            # CloudEvents knows no empty subject.
            **({"subject": row.subject} if row.subject else {}),
            "time": moment_text(row.made_at),
            "datacontenttype": "application/json",
            "brand": address.brand,
            "sequence": f"{row.id:020d}",
        }
        around = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
        text = f'{around[:-1]},"data":{row.body}}}'.encode()
        room -= len(text) + 1
        if room < 0 and ids:
            break
        ids.append(event["id"])
        events.append(text)
    return Waiting(frozenset(ids), b"[" + b",".join(events) + b"]") if ids else None
