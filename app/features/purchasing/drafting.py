"""Writing a draft: its head, its lines, and what may not stand on it."""

from __future__ import annotations

from sqlalchemy import select

from app.core.changes import Kind
from app.core.enums import CLOSED, PurchaseState, RequestState, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import ZERO, Money, Quantity
from app.features.purchasing.snapshots import HeadEntry, LineEntry
from app.features.stock.numbering import next_number
from app.features.stock.service import checked_price, checked_quantity
from app.model import Part, PurchaseLine, PurchaseOrder, PurchaseRequest, RepairOrder, Supplier
from app.model.purchase import state_after_receipt
from app.store.door import Tx

_NOTHING = Quantity(0)
#: More than any supplier is sent in one go; the paper stays printable.
MOST_LINES = 500


def purchase_to_change(
    tx: Tx, purchase_id: int, version: int | None, *states: PurchaseState
) -> PurchaseOrder:
    """The order, to be changed in one of ``states``. Raises ``Conflict`` and ``Refusal``: NOT_FOUND,
    PURCHASE_STATE."""
    purchase = tx.session.get(PurchaseOrder, purchase_id)
    if purchase is None:
        raise Refusal(Reason.NOT_FOUND)
    if version is not None and purchase.version != version:
        raise Conflict(Kind.PURCHASE, purchase_id)
    if purchase.state not in states:
        raise Refusal(Reason.PURCHASE_STATE, number=purchase.number, state=purchase.state)
    purchase.version += 1
    return purchase


def lines_of(tx: Tx, purchase: PurchaseOrder) -> list[PurchaseLine]:
    """The lines of an order, as written."""
    tx.session.flush()
    found = tx.session.scalars(
        select(PurchaseLine).where(PurchaseLine.purchase_id == purchase.id).order_by(PurchaseLine.id)
    )
    return list(found)


def line_of(tx: Tx, purchase: PurchaseOrder, line_id: int) -> PurchaseLine:
    """One line of this order. Raises ``Refusal(NOT_FOUND)``."""
    line = tx.session.get(PurchaseLine, line_id)
    if line is None or line.purchase_id != purchase.id:
        raise Refusal(Reason.NOT_FOUND)
    return line


def settle_state(tx: Tx, purchase: PurchaseOrder) -> None:
    """Bring the state to what the lines say."""
    lines = lines_of(tx, purchase)
    purchase.state = state_after_receipt([(each.quantity, each.received, each.cancelled) for each in lines])
    if purchase.state is PurchaseState.CLOSED:
        if not any(each.received for each in lines):
            purchase.state = PurchaseState.CANCELLED
        purchase.closed_at = tx.now


def new_purchase(tx: Tx, head: HeadEntry) -> PurchaseOrder:
    """A draft with its number. Raises ``Refusal``: NOT_FOUND, SUPPLIER_INACTIVE."""
    purchase = PurchaseOrder(
        uuid=uuid7(),
        version=1,
        number=next_number(tx, Series.PURCHASE),
        supplier_id=supplier_to_buy_from(tx, head.supplier_id).id,
        state=PurchaseState.DRAFT,
        urgent=head.urgent,
        consigned=head.consigned,
        note=head.note,
        expected_on=head.expected_on,
        made_at=tx.now,
        made_by_id=tx.actor.id or None,
    )
    tx.session.add(purchase)
    tx.session.flush()
    return purchase


def supplier_to_buy_from(tx: Tx, supplier_id: int) -> Supplier:
    """A supplier in use. Raises ``Refusal``: NOT_FOUND, SUPPLIER_INACTIVE."""
    supplier = tx.session.get(Supplier, supplier_id)
    if supplier is None:
        raise Refusal(Reason.NOT_FOUND)
    if not supplier.active:
        raise Refusal(Reason.SUPPLIER_INACTIVE, name=supplier.name)
    return supplier


def add_line(
    tx: Tx, purchase: PurchaseOrder, entry: LineEntry, *, request_id: int | None = None
) -> PurchaseLine:
    """A line on a draft; more of a part that is on it already adds to its line. ``Refusal`` as
    ``Purchasing.add_line``."""
    quantity = positive(entry.quantity)
    part = None if entry.part_id is None else _part_to_buy(tx, purchase, entry.part_id)
    description = clean_line("description", entry.description, most=LINE, required=part is None)
    number = clean_line("number", entry.supplier_number, most=SHORT)
    order_id = entry.order_id if request_id is None else _order_of_request(tx, request_id)
    if order_id is not None:
        _refuse_closed(tx, order_id)
    lines = lines_of(tx, purchase)
    price = entry.unit_price
    if part is not None and request_id is None:
        for line in lines:
            if (line.part_id, line.order_id, line.request_id) == (part.id, order_id, None):
                line.quantity = positive(line.quantity + quantity)
                line.unit_price = checked_line_price(
                    line.unit_price if price is None else price, line.quantity
                )
                return line
    if len(lines) >= MOST_LINES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="description", most=MOST_LINES)
    if price is None:
        price = part.purchase_price if part is not None else ZERO
    line = PurchaseLine(
        purchase_id=purchase.id,
        part_id=entry.part_id,
        description=description if part is None else part.name,
        unit=clean_line("unit", entry.unit, most=20) if part is None else part.unit,
        supplier_number=number or (part.supplier_number if part is not None else ""),
        quantity=quantity,
        received=_NOTHING,
        cancelled=_NOTHING,
        unit_price=checked_line_price(ZERO if purchase.consigned else price, quantity),
        order_id=order_id,
        request_id=request_id,
    )
    tx.session.add(line)
    tx.session.flush()
    return line


def _part_to_buy(tx: Tx, purchase: PurchaseOrder, part_id: int) -> Part:
    part = tx.session.get(Part, part_id)
    if part is None:
        raise Refusal(Reason.NOT_FOUND)
    if not part.active:
        raise Refusal(Reason.PART_INACTIVE, part=part.name)
    if part.kit:
        raise Refusal(Reason.KIT_NO_STOCK, part=part.name)
    if purchase.consigned and not part.consign_price:
        raise Refusal(Reason.CONSIGN_PRICE_MISSING, part=part.name)
    return part


def _refuse_closed(tx: Tx, order_id: int) -> None:
    order = tx.session.get(RepairOrder, order_id)
    if order is None:
        raise Refusal(Reason.NOT_FOUND)
    if order.status in CLOSED:
        raise Refusal(Reason.ORDER_CLOSED)


def _order_of_request(tx: Tx, request_id: int) -> int | None:
    """The repair that asked. ``Refusal``: NOT_FOUND, REQUEST_ORDERED for what is on its way already."""
    request = tx.session.get(PurchaseRequest, request_id)
    if request is None:
        raise Refusal(Reason.NOT_FOUND)
    if request.state is not RequestState.OPEN or _on_an_order(tx, request_id):
        raise Refusal(Reason.REQUEST_ORDERED)
    return request.order_id


def _on_an_order(tx: Tx, request_id: int) -> bool:
    found = tx.reading().execute(
        select(PurchaseLine.id)
        .join(PurchaseOrder, PurchaseOrder.id == PurchaseLine.purchase_id)
        .where(
            PurchaseLine.request_id == request_id,
            PurchaseOrder.state != PurchaseState.CANCELLED,
            PurchaseLine.cancelled < PurchaseLine.quantity,
        )
    )
    return found.first() is not None


def positive(quantity: Quantity) -> Quantity:
    """More than nothing, at most a million. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY."""
    if checked_quantity(quantity) <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    return quantity


def checked_line_price(price: Money, quantity: Quantity) -> Money:
    """A unit price whose line the shop can book. Raises ``Refusal``: AMOUNT_NEGATIVE, BAD_AMOUNT."""
    checked_price(checked_price(price).times(quantity))
    return price
