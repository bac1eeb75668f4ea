"""Stock that is held for an order."""

from __future__ import annotations

from sqlalchemy import select

from app.core.enums import MoveKind
from app.core.errors import Reason, Refusal
from app.core.money import Quantity
from app.features.stock.booking import Moved, book, held_of, place_of, reserved_of
from app.features.stock.ledger.parts import NOTHING, part_to_move, refuse_beyond
from app.model import Part, Reservation
from app.model.stock import reach_of
from app.store.door import Tx


def reserve(tx: Tx, part: Part, order_id: int, quantity: Quantity) -> Moved:
    """Hold stock for an order. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, OUT_OF_STOCK, PART_RESERVED."""
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    refuse_beyond(part, reach_of(held_of(tx, part.id), None, part.reserved), quantity)
    main = place_of(tx, None)
    return book(tx, part, main, MoveKind.RESERVE, NOTHING, reserved=quantity, order_id=order_id)


def release(tx: Tx, part: Part, order_id: int, quantity: Quantity | None = None) -> Moved | None:
    """Give up what is held for an order: all of it for None. ``Refusal(NOT_RESERVED)`` for more than is held."""
    held = reserved_of(tx, part.id, order_id)
    wanted = held if quantity is None else quantity
    if quantity is not None and not NOTHING < quantity <= held:
        raise Refusal(Reason.NOT_RESERVED, part=part.name)
    if not wanted:
        return None
    main = place_of(tx, None)
    return book(tx, part, main, MoveKind.RELEASE, NOTHING, reserved=-wanted, order_id=order_id)


def release_all(tx: Tx, order_id: int) -> None:
    """An order that is closed holds nothing any more."""
    held = tx.reading().execute(select(Reservation.part_id).where(Reservation.order_id == order_id))
    for part_id in held.scalars().all():
        release(tx, part_to_move(tx, part_id), order_id)
