"""Which repair orders that wait for parts can go on now (domain.md §7).

What an order needs of a part is what is planned on it, asked for it, or bought for it alone, whichever is most. It can
go on when its own reservation and what is free cover all of that; what is free is promised once, to the order that is
due first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlalchemy import Connection, bindparam, select, text

from app.core.enums import CLOSED, RequestState, Status
from app.core.money import Quantity
from app.features.orders.rows import STILL_OPEN
from app.features.purchasing.snapshots import WaitingOrder
from app.features.stock.booking import held_of
from app.features.stock.ledger import reservations
from app.model import Customer, Device, Part, PurchaseRequest, RepairOrder, Staff
from app.model.stock import reach_of
from app.store.door import Tx

#: Called ``o`` as in ``STILL_OPEN``.
_ORDER = RepairOrder.__table__.alias("o").c
_WAITING = (
    select(_ORDER.id)
    .where(text(STILL_OPEN), _ORDER.status == Status.WAITING_PARTS)
    .order_by(_ORDER.promised_at.nulls_last(), _ORDER.id)
)
# Four looks at the same few orders: what is planned, asked for, still coming for them, and held or here already.
_NEEDS = text(
    "SELECT 'need' AS what, l.order_id, l.part_id, sum(l.quantity - l.taken - l.owed) AS milli FROM order_line l"
    " WHERE l.order_id IN :orders AND l.kind = 'part' AND l.removed = 0 AND l.quantity > l.taken + l.owed"
    " GROUP BY l.order_id, l.part_id"
    " UNION ALL SELECT CASE WHEN r.state = 'received' THEN 'here' ELSE 'need' END, r.order_id, r.part_id,"
    " sum(r.quantity) FROM purchase_request r WHERE r.order_id IN :orders AND r.state != 'dropped'"
    " GROUP BY 1, r.order_id, r.part_id"
    " UNION ALL SELECT CASE WHEN l.quantity <= l.received THEN 'here' ELSE 'coming' END, l.order_id, l.part_id,"
    " sum(l.quantity - l.received - l.cancelled) FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id"
    " WHERE l.order_id IN :orders AND o.state IN ('sent', 'part_received', 'closed') AND l.cancelled = 0"
    " GROUP BY 1, l.order_id, l.part_id"
    " UNION ALL SELECT 'held', v.order_id, v.part_id, v.quantity FROM reservation v WHERE v.order_id IN :orders"
).bindparams(bindparam("orders", expanding=True))
_FREE = text(
    "SELECT id, on_hand + consigned - away - reserved AS free FROM part WHERE id IN :parts"
).bindparams(bindparam("parts", expanding=True))
_ROWS = (
    select(
        _ORDER.id,
        _ORDER.number,
        _ORDER.status,
        Customer.name.label("customer"),
        Device.brand,
        Device.model,
        Staff.name.label("technician"),
    )
    .join(Customer, Customer.id == _ORDER.customer_id)
    .join(Device, Device.id == _ORDER.device_id)
    .outerjoin(Staff, Staff.id == _ORDER.technician_id)
    .where(_ORDER.id.in_(bindparam("orders", expanding=True)))
)
# Urgent wishes first; what is on a purchase order gets its own goods.
_WISHES = text(
    "SELECT r.id FROM purchase_request r JOIN repair_order o ON o.id = r.order_id WHERE r.part_id = :part_id"
    " AND r.state = 'open' AND NOT EXISTS (SELECT 1 FROM purchase_line l JOIN purchase_order b"
    " ON b.id = l.purchase_id WHERE l.request_id = r.id AND b.state != 'cancelled' AND l.cancelled < l.quantity)"
    " ORDER BY r.urgent DESC, r.id"
)


def orders_that_can_go_on(reading: Connection, waiting: Sequence[int] | None = None) -> tuple[int, ...]:
    """Ids of the orders in ``waiting_parts`` that have all they wait for, those due first in front.

    ``waiting`` are those orders, due ones first, where the caller has read them already.
    """
    if waiting is None:
        waiting = reading.execute(_WAITING).scalars().all()
    if not waiting:
        return ()
    needs: dict[int, dict[int | None, int]] = defaultdict(dict)
    held: dict[tuple[int, int | None], int] = {}
    coming: dict[tuple[int, int | None], int] = {}
    something: set[int] = set()
    for what, order_id, part_id, milli in reading.execute(_NEEDS, {"orders": waiting}):
        something.add(order_id)
        if what == "held":
            held[order_id, part_id] = milli
        elif what in ("need", "coming"):
            needs[order_id][part_id] = max(milli, needs[order_id].get(part_id, 0))
        if what == "coming":
            coming[order_id, part_id] = milli
    parts = {part_id for wanted in needs.values() for part_id in wanted if part_id is not None}
    free: dict[int, int] = {}
    if parts:
        free = {row.id: row.free for row in reading.execute(_FREE, {"parts": list(parts)})}
    found = []
    for order_id in waiting:
        if order_id not in something:
            continue
        # What has no part number cannot be looked for on the shelf: it is here when its request says so.
        lacking = {
            part_id: max(milli - held.get((order_id, part_id), 0), coming.get((order_id, part_id), 0))
            for part_id, milli in needs[order_id].items()
        }
        if any(
            milli > 0 and (part_id is None or milli > free[part_id]) for part_id, milli in lacking.items()
        ):
            continue
        for part_id, milli in lacking.items():
            if part_id is not None:
                free[part_id] -= max(milli, 0)
        found.append(order_id)
    return tuple(found)


def waiting_orders(reading: Connection, ids: Collection[int]) -> tuple[WaitingOrder, ...]:
    """What is said about orders that can go on, in the order of ``ids``."""
    if not ids:
        return ()
    rows = {each.id: each for each in reading.execute(_ROWS, {"orders": list(ids)})}
    return tuple(
        WaitingOrder(
            id=row.id,
            number=row.number,
            status=row.status,
            customer=row.customer,
            device=" ".join(filter(None, (row.brand, row.model))),
            technician=row.technician or "",
        )
        for row in (rows[each] for each in ids if each in rows)
    )


def hold_for(tx: Tx, part: Part, order_id: int, quantity: Quantity) -> Quantity:
    """Reserve what came for an order that is still open, as far as it is free; how much that was."""
    order = tx.session.get(RepairOrder, order_id)
    if order is None or order.status in CLOSED:
        return Quantity(0)
    share = min(quantity, _usable(tx, part))
    if share <= Quantity(0):
        return Quantity(0)
    reservations.reserve(tx, part, order_id, share)
    return share


def serve_wishes(tx: Tx, part: Part) -> None:
    """What is free now goes to those who asked for it for an order and wait without a purchase order."""
    for request_id in tx.reading().execute(_WISHES, {"part_id": part.id}).scalars().all():
        request = tx.session.get_one(PurchaseRequest, request_id)
        assert request.order_id is not None
        if _usable(tx, part) < request.quantity:
            return
        if hold_for(tx, part, request.order_id, request.quantity):
            request.state = RequestState.RECEIVED


def _usable(tx: Tx, part: Part) -> Quantity:
    return reach_of(held_of(tx, part.id), None, part.reserved).usable
