"""Goods that go into a device and come back out of it, and those that were used before they came."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import func, select

from app.core.changes import Kind
from app.core.enums import MoveKind, Payer
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Quantity
from app.features.stock import serials as pieces
from app.features.stock.booking import Moved, Spot, balance_of, book, held_of, place_of, reserved_of
from app.features.stock.ledger.parts import NOTHING, refuse_beyond, value_out
from app.features.till.invoicing import book_cost
from app.model import OrderLine, Part, PartSerial, RepairOrder, StockMove, StockOwed, StockPlace
from app.model.stock import Taken, consigned_first, reach_of, sources
from app.store.door import Tx


def use(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    order_id: int,
    line_id: int,
    *,
    payer: Payer = Payer.CUSTOMER,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """A part goes into a device: out of the actor's own bag first, then from shelves and vans.

    What was reserved for the order is consumed by it; what is reserved for others stays. Raises ``Refusal``:
    QUANTITY_NOT_POSITIVE, OUT_OF_STOCK, PART_RESERVED, and those of ``serials``. Stock never falls below zero.
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    staff_id = tx.actor.id or None
    numbers = pieces.clean_serials(part, quantity, serials)
    held = held_of(tx, part.id)
    mine = reserved_of(tx, part.id, order_id) if part.reserved else NOTHING
    refuse_beyond(part, reach_of(held, staff_id, part.reserved - mine), quantity)
    found: list[tuple[Taken, PartSerial | None]]
    if part.serialised:
        found = []
        for number in numbers:
            piece, place = pieces.pick_within_reach(tx, part, number, staff_id)
            found.append((Taken(place.id, place.kind, piece.consigned, Quantity.of(1)), piece))
    else:
        first = consigned_first(payer)
        found = [(each, None) for each in sources(held, staff_id, quantity, consigned_first=first)]
    consumed = min(mine, quantity)
    rows = []
    for taken, its in found:
        rows.append(_use_row(tx, part, taken, its, order_id=order_id, line_id=line_id, reserved=-consumed))
        consumed = NOTHING
    return rows


def _use_row(
    tx: Tx,
    part: Part,
    taken: Taken,
    piece: PartSerial | None,
    *,
    order_id: int,
    line_id: int,
    reserved: Quantity = NOTHING,
) -> Moved:
    if piece is not None:
        pieces.build_in(part, piece, order_id, line_id, tx.today)
    return book(
        tx,
        part,
        Spot(taken.place_id, taken.kind),
        MoveKind.USE,
        -taken.quantity,
        value_out(part, taken.quantity, consigned=taken.consigned),
        consigned=taken.consigned,
        reserved=reserved,
        owed_value=part.consign_price.times(taken.quantity) if taken.consigned else ZERO,
        order_id=order_id,
        line_id=line_id,
        serial_id=piece.id if piece is not None else None,
    )


def unuse(tx: Tx, part: Part, order_id: int, line_id: int) -> list[Moved]:
    """Everything a line took goes back to where it came from, at the value it left with."""
    taken = tx.reading().execute(
        select(
            StockMove.place_id,
            StockMove.consigned,
            StockMove.serial_id,
            func.sum(StockMove.quantity),
            func.sum(StockMove.value),
            func.sum(StockMove.owed_value),
        )
        .where(
            StockMove.order_id == order_id,
            StockMove.line_id == line_id,
            StockMove.part_id == part.id,
            StockMove.kind.in_([MoveKind.USE, MoveKind.UNUSE]),
        )
        .group_by(StockMove.place_id, StockMove.consigned, StockMove.serial_id)
    )
    rows = []
    for place_id, consigned, serial_id, quantity, value, owed_value in taken.all():
        if not quantity:
            continue
        place = tx.session.get_one(StockPlace, place_id)
        if not place.active:
            place = place_of(tx, None)
        if serial_id is not None:
            pieces.put(tx.session.get_one(PartSerial, serial_id), place.id)
        rows.append(
            book(
                tx, part, place, MoveKind.UNUSE, -quantity, -value, consigned=consigned, owed_value=-owed_value,
                order_id=order_id, line_id=line_id, serial_id=serial_id,
            )
        )  # fmt: skip
    return rows


def owe(tx: Tx, part: Part, quantity: Quantity, line: OrderLine) -> StockOwed:
    """A part was used that is not booked in yet; the next receipt settles it.

    The caller holds the right (``Command.OWE_PART``). Raises ``Refusal``: QUANTITY_NOT_POSITIVE, STILL_IN_STOCK,
    SERIAL_NEEDED (a piece has its number with the receipt only).
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if part.serialised:
        raise Refusal(Reason.SERIAL_NEEDED, part=part.name, count=quantity)
    mine = reserved_of(tx, part.id, line.order_id)
    reach = reach_of(held_of(tx, part.id), tx.actor.id or None, part.reserved - mine)
    if quantity <= reach.usable:
        raise Refusal(Reason.STILL_IN_STOCK, part=part.name, quantity=reach.usable)
    owed = StockOwed(
        part_id=part.id,
        order_id=line.order_id,
        line_id=line.id,
        quantity=quantity,
        staff_id=tx.actor.id or None,
        at=tx.now,
    )
    tx.session.add(owed)
    line.owed += quantity
    tx.changed(Kind.PART, part.id)
    return owed


def disown(tx: Tx, line: OrderLine) -> None:
    """A line that owed parts gives them up: they were not used after all."""
    if not line.owed:
        return
    for owed in tx.session.scalars(select(StockOwed).where(StockOwed.line_id == line.id)):
        owed.cancelled = owed.quantity - owed.settled
    line.owed = NOTHING


def settle_owed(tx: Tx, part: Part, place: StockPlace, *, consigned: bool) -> None:
    """What was used before it came leaves with the goods that came, oldest debt first."""
    open_debts = (
        select(StockOwed)
        .where(StockOwed.part_id == part.id, StockOwed.settled + StockOwed.cancelled < StockOwed.quantity)
        .order_by(StockOwed.id)
    )
    tx.session.flush()
    for owed in tx.session.scalars(open_debts).all():
        there = balance_of(tx, part.id, place.id, consigned=consigned)
        share = min(there, owed.quantity - owed.settled - owed.cancelled)
        if share <= NOTHING:
            return
        taken = Taken(place.id, place.kind, consigned, share)
        moved = _use_row(tx, part, taken, None, order_id=owed.order_id, line_id=owed.line_id)
        line = tx.session.get_one(OrderLine, owed.line_id)
        order = tx.session.get_one(RepairOrder, owed.order_id)
        if order.delivered_day is not None:
            # Invoiced before its goods came: the month of the receipt bears the cost.
            owed_value = part.consign_price.times(share) if consigned else ZERO
            book_cost(tx, order, line.payer, owed_value - moved.value)
        line.owed -= share
        line.taken += share
        owed.settled += share
        tx.changed(Kind.ORDER, owed.order_id)
