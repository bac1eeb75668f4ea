"""Requests for parts (请购): asked for from the bench or the shelf, on their way to a purchase order."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.types import TypeEngine

from app.core.changes import Kind
from app.core.enums import CLOSED, Command, RequestState
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.money import ONE, Money, Quantity
from app.core.rights import Ctx
from app.features.purchasing.snapshots import RequestRow
from app.features.stock.service import checked_quantity
from app.model import Part, PurchaseRequest
from app.model.base import DayType, UtcDateTime
from app.store.door import Store, Tx, repeatable

# The line that a request is on, unless that order was called off.
_ON_LINE = (
    "(SELECT l.id FROM purchase_line l JOIN purchase_order o ON o.id = l.purchase_id WHERE l.request_id = r.id"
    " AND o.state != 'cancelled' AND l.cancelled < l.quantity ORDER BY l.id DESC LIMIT 1)"
)
_ROW = (
    "SELECT r.id, r.part_id, coalesce(p.number, '') AS number, coalesce(p.name, r.description) AS name,"
    " coalesce(p.unit, '') AS unit, r.quantity, r.order_id, coalesce(o.number, '') AS order_number, r.urgent,"
    " r.state, r.note, coalesce(t.name, '') AS staff, r.at, p.supplier_id, coalesce(s.name, '') AS supplier,"
    " coalesce(p.supplier_number, '') AS supplier_number, coalesce(p.purchase_price, 0) AS price,"
    " coalesce(b.number, '') AS purchase_number, b.expected_on FROM purchase_request r"
    " LEFT JOIN part p ON p.id = r.part_id LEFT JOIN repair_order o ON o.id = r.order_id"
    " LEFT JOIN staff t ON t.id = r.staff_id LEFT JOIN supplier s ON s.id = p.supplier_id"
    f" LEFT JOIN purchase_line l ON l.id = {_ON_LINE} LEFT JOIN purchase_order b ON b.id = l.purchase_id"
)
_TYPES: dict[str, TypeEngine[Any]] = {"at": UtcDateTime(), "expected_on": DayType()}
_ENDED = ", ".join(f"'{each}'" for each in sorted(CLOSED))
# What a closed repair asked for nobody needs any more.
_OPEN = text(
    f"{_ROW} WHERE r.state = 'open' AND l.id IS NULL AND (o.id IS NULL OR o.status NOT IN ({_ENDED}))"
    " ORDER BY r.urgent DESC, r.id"
).columns(**_TYPES)
_OF_ORDER = text(f"{_ROW} WHERE r.order_id = :order_id AND r.state != 'dropped' ORDER BY r.id").columns(
    **_TYPES
)


class Requests:
    """Who needs what."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def waiting(self) -> tuple[RequestRow, ...]:
        """Everything that was asked for and is on no purchase order, urgent ones first."""
        with self._store.read() as reading:
            return open_requests(reading)

    def of_order(self, order_id: int) -> tuple[RequestRow, ...]:
        """What was asked for a repair order, and how far it is."""
        with self._store.read() as reading:
            return requests_of(reading, order_id)

    @repeatable(lambda self, result: self.of_order(result["order"]) if result["order"] else self.waiting())
    def ask(
        self,
        ctx: Ctx,
        quantity: Quantity = ONE,
        *,
        part_id: int | None = None,
        description: str = "",
        order_id: int | None = None,
        urgent: bool = False,
        note: str = "",
    ) -> tuple[RequestRow, ...]:
        """Ask for a part, or for something described in words; answers with the order's requests, or all.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, QUANTITY_NOT_POSITIVE, BAD_QUANTITY,
        ORDER_CLOSED, PART_INACTIVE, KIT_NO_STOCK, NOT_FOUND.
        """
        if checked_quantity(quantity) <= Quantity(0):
            raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
        description = clean_line("description", description, most=LINE, required=part_id is None)
        note = clean_line("note", note)
        with self._store.write(Command.REQUEST_PART, ctx, order_id=order_id) as tx:
            if part_id is not None:
                _refuse_unbuyable(tx, part_id)
            if order_id is not None and tx.order(order_id, None).status in CLOSED:
                raise Refusal(Reason.ORDER_CLOSED)
            request = PurchaseRequest(
                part_id=part_id,
                description=description,
                quantity=quantity,
                order_id=order_id,
                urgent=urgent,
                state=RequestState.OPEN,
                note=note,
                staff_id=tx.actor.id or None,
                at=tx.now,
            )
            tx.session.add(request)
            tx.session.flush()
            tx.journal(order_id=order_id, request=request.id, part=part_id, milli=quantity.milli)
            tx.changed(Kind.PURCHASE, 0)
            tx.result = {"order": order_id}
            if order_id is not None:
                return requests_of(tx.reading(), order_id)
            return open_requests(tx.reading())

    @repeatable(lambda self, result: self.of_order(result["order"]) if result["order"] else self.waiting())
    def drop(self, ctx: Ctx, request_id: int) -> tuple[RequestRow, ...]:
        """No longer needed. What is ordered already is called off on its purchase order: ``Refusal``
        REQUEST_ORDERED, NOT_FOUND."""
        with self._store.write(Command.REQUEST_PART, ctx) as tx:
            request = tx.session.get(PurchaseRequest, request_id)
            if request is None:
                raise Refusal(Reason.NOT_FOUND)
            row = next((each for each in open_requests(tx.reading()) if each.id == request_id), None)
            if row is None:
                raise Refusal(Reason.REQUEST_ORDERED)
            request.state = RequestState.DROPPED
            if request.order_id is not None:
                tx.order(request.order_id, None)
            tx.journal(order_id=request.order_id, request=request.id, dropped=True)
            tx.changed(Kind.PURCHASE, 0)
            tx.result = {"order": request.order_id}
            if request.order_id is not None:
                return requests_of(tx.reading(), request.order_id)
            return open_requests(tx.reading())


def drop_wishes(tx: Tx, order_id: int, part_id: int) -> None:
    """A repair needs a part no longer: what was asked for it and is on no purchase order is asked for no more."""
    for row in requests_of(tx.reading(), order_id):
        if row.part_id != part_id or row.state is not RequestState.OPEN or row.purchase_number:
            continue
        request = tx.session.get(PurchaseRequest, row.id)
        assert request is not None
        request.state = RequestState.DROPPED
        tx.changed(Kind.PURCHASE, 0)


def open_requests(reading: Connection) -> tuple[RequestRow, ...]:
    """What was asked for and is on no purchase order, urgent ones first."""
    return tuple(_request(each) for each in reading.execute(_OPEN))


def requests_of(reading: Connection, order_id: int) -> tuple[RequestRow, ...]:
    """What was asked for a repair order, and how far it is."""
    return tuple(_request(each) for each in reading.execute(_OF_ORDER, {"order_id": order_id}))


def _refuse_unbuyable(tx: Tx, part_id: int) -> None:
    part = tx.session.get(Part, part_id)
    if part is None:
        raise Refusal(Reason.NOT_FOUND)
    if not part.active:
        raise Refusal(Reason.PART_INACTIVE, part=part.name)
    if part.kit:
        raise Refusal(Reason.KIT_NO_STOCK, part=part.name)


def _request(each: Any) -> RequestRow:
    return RequestRow(
        id=each.id,
        part_id=each.part_id,
        number=each.number,
        name=each.name,
        unit=each.unit,
        quantity=Quantity(each.quantity),
        order_id=each.order_id,
        order_number=each.order_number,
        urgent=bool(each.urgent),
        state=RequestState(each.state),
        note=each.note,
        staff=each.staff,
        at=each.at,
        supplier_id=each.supplier_id,
        supplier=each.supplier,
        supplier_number=each.supplier_number,
        price=Money(each.price),
        purchase_number=each.purchase_number,
        expected_on=each.expected_on,
    )
