"""The row of an order in any list: its columns said once, and building it. Plain SQL: the first list that the window
shows does not wait for SQLAlchemy (limits.md)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from app.core.clock import from_microseconds
from app.core.enums import CLOSED, Status
from app.features.orders.promises import is_late
from app.features.orders.snapshots import OrderRow


def of_statuses(statuses: Iterable[Status]) -> str:
    """The condition that an order has one of these statuses."""
    return "o.status IN ({})".format(", ".join(f"'{each}'" for each in sorted(statuses)))


#: In the words of the partial index ``ix_repair_order_open``: with a list of statuses alone SQLite cannot prove that
#: the index covers the question, and reads every order the shop ever had.
STILL_OPEN = "o.status NOT IN ({})".format(", ".join(f"'{each}'" for each in sorted(CLOSED)))

#: The columns of ``order_row`` and one more, the technician's id; a condition on ``o`` follows.
SELECT_ROWS = """
    SELECT o.id, o.number, o.status, c.name, c.phone, d.category, d.brand, d.model, o.fault, s.name,
        o.promised_at, o.taken_in_at, o.shelf, o.technician_id
    FROM repair_order o
    JOIN customer c ON c.id = o.customer_id
    JOIN device d ON d.id = o.device_id
    LEFT JOIN staff s ON s.id = o.technician_id
"""


def order_row(found: Sequence[Any], now: datetime) -> OrderRow:
    """The frozen row of what ``SELECT_ROWS`` found; late is what should be ready by ``now`` and is not."""
    (
        key,
        number,
        status,
        name,
        phone,
        category,
        brand,
        model,
        fault,
        technician,
        promised,
        taken_in,
        shelf,
    ) = found[:13]
    promised_at = None if promised is None else from_microseconds(promised)
    return OrderRow(
        id=key,
        number=number,
        status=Status(status),
        customer_name=name,
        customer_phone=phone,
        category=category,
        brand=brand,
        model=model,
        fault=fault,
        technician=technician or "",
        promised_at=promised_at,
        taken_in_at=from_microseconds(taken_in),
        late=is_late(Status(status), promised_at, now),
        shelf=shelf,
    )
