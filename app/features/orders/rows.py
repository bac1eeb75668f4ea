"""The row of an order in any list: its columns said once, and building it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, select, text

from app.core.enums import CLOSED
from app.features.orders.promises import is_late
from app.features.orders.snapshots import OrderRow
from app.model import Customer, Device, RepairOrder, Staff

_ORDER = RepairOrder.__table__.c
#: In the words of the partial index ``ix_repair_order_open``: with bound statuses alone SQLite cannot prove that
#: the index covers the question, and reads every order the shop ever had.
STILL_OPEN = text("repair_order.status NOT IN ({})".format(", ".join(f"'{each}'" for each in sorted(CLOSED))))


def select_rows(*more: Any) -> Select[Any]:
    """The columns of an order's row with customer, device and technician joined; ``more`` are further columns."""
    return (
        select(
            _ORDER.id,
            _ORDER.number,
            _ORDER.status,
            Customer.name.label("customer_name"),
            Customer.phone.label("customer_phone"),
            Device.category,
            Device.brand,
            Device.model,
            _ORDER.fault,
            Staff.name.label("technician"),
            _ORDER.promised_at,
            _ORDER.taken_in_at,
            _ORDER.shelf,
            *more,
        )
        .join(Customer, Customer.id == _ORDER.customer_id)
        .join(Device, Device.id == _ORDER.device_id)
        .outerjoin(Staff, Staff.id == _ORDER.technician_id)
    )


def order_row(each: Row[Any], now: datetime) -> OrderRow:
    """The frozen row; late is what should be ready by ``now`` and is not."""
    return OrderRow(
        id=each.id,
        number=each.number,
        status=each.status,
        customer_name=each.customer_name,
        customer_phone=each.customer_phone,
        category=each.category,
        brand=each.brand,
        model=each.model,
        fault=each.fault,
        technician=each.technician or "",
        promised_at=each.promised_at,
        taken_in_at=each.taken_in_at,
        late=is_late(each.status, each.promised_at, now),
        shelf=each.shelf,
    )
