"""Goods that change their place: moved, taken out (借件), given back (还件)."""

from __future__ import annotations

from collections.abc import Sequence

from app.core.enums import AWAY, MoveKind
from app.core.errors import Reason, Refusal
from app.core.money import Quantity
from app.features.stock import serials as pieces
from app.features.stock.booking import Moved, Origin, book, held_of, place_of, reserved_of
from app.features.stock.ledger.parts import NOTHING, refuse_beyond, refuse_missing, shares
from app.model import Part, PartSerial, StockPlace
from app.model.stock import reach_of, sources
from app.store.door import Tx


def transfer(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    source: StockPlace,
    target: StockPlace,
    *,
    kind: MoveKind = MoveKind.TRANSFER,
    consigned: bool = False,
    serials: Sequence[str] = (),
    order_id: int | None = None,
    note: str = "",
) -> list[Moved]:
    """Goods change their place, not their value: two rows a move.

    What leaves the open shelves must not be reserved for others; with ``order_id`` its own reservation is
    consumed. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, SAME_PLACE, NOT_IN_PLACE, PART_RESERVED, and those of
    ``serials``.
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if source.id == target.id:
        raise Refusal(Reason.SAME_PLACE)
    numbers = pieces.clean_serials(part, quantity, serials)
    refuse_missing(tx, part, source, quantity, consigned=consigned)
    released = NOTHING
    if source.kind not in AWAY and target.kind in AWAY:
        mine = NOTHING if order_id is None else reserved_of(tx, part.id, order_id)
        refuse_beyond(part, reach_of(held_of(tx, part.id), None, part.reserved - mine), quantity)
        released = min(mine, quantity)
    origin = Origin(note=note)
    rows = []
    for piece, share in shares(tx, part, source, quantity, numbers, consigned=consigned):
        serial_id = None if piece is None else piece.id
        rows.append(
            book(
                tx, part, source, kind, -share, consigned=consigned, reserved=-released, order_id=order_id,
                serial_id=serial_id, origin=origin,
            )
        )  # fmt: skip
        released = NOTHING
        rows.append(
            book(
                tx, part, target, kind, share, consigned=consigned, order_id=order_id,
                serial_id=serial_id, origin=origin,
            )
        )  # fmt: skip
        if piece is not None:
            pieces.put(piece, target.id)
    return rows


def take_out(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    bag: StockPlace,
    *,
    order_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """A technician takes parts with him (借件): from the shelves into his bag.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, OUT_OF_STOCK, PART_RESERVED, and those of ``serials``.
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    held = [each for each in held_of(tx, part.id) if each.kind not in AWAY]
    mine = NOTHING if order_id is None else reserved_of(tx, part.id, order_id)
    refuse_beyond(part, reach_of(held, None, part.reserved - mine), quantity)
    if part.serialised:
        numbers = pieces.clean_serials(part, quantity, serials)
        found = [pieces.pick_within_reach(tx, part, number, None)[0] for number in numbers]
        return _carry(tx, part, MoveKind.TAKE, found, bag, order_id)
    rows = []
    for taken in sources(held, None, quantity, consigned_first=False):
        source = tx.session.get_one(StockPlace, taken.place_id)
        rows += transfer(
            tx, part, taken.quantity, source, bag, kind=MoveKind.TAKE, consigned=taken.consigned, order_id=order_id
        )  # fmt: skip
    return rows


def give_back(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    bag: StockPlace,
    *,
    place_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """A technician gives parts back (还件): out of his bag onto the shelf.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, and those of ``serials``.
    """
    if quantity <= NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    held = [each for each in held_of(tx, part.id) if each.place_id == bag.id]
    there = Quantity(sum(each.on_hand.milli for each in held))
    if quantity > there:
        raise Refusal(Reason.NOT_IN_PLACE, part=part.name, quantity=there, place=bag.name)
    target = place_of(tx, place_id)
    if part.serialised:
        numbers = pieces.clean_serials(part, quantity, serials)
        found = [pieces.pick(tx, part, number) for number in numbers]
        for piece in found:
            pieces.pick_from(tx, part, piece.serial, bag.id, consigned=piece.consigned)
        return _carry(tx, part, MoveKind.GIVE_BACK, found, target, None)
    rows = []
    for taken in sources(held, bag.staff_id, quantity, consigned_first=False):
        rows += transfer(
            tx, part, taken.quantity, bag, target, kind=MoveKind.GIVE_BACK, consigned=taken.consigned
        )  # fmt: skip
    return rows


def _carry(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    found: Sequence[PartSerial],
    target: StockPlace,
    order_id: int | None,
) -> list[Moved]:
    """Pieces with serial numbers change their place one by one, each from where it lies."""
    rows = []
    for piece in found:
        source = tx.session.get_one(StockPlace, piece.place_id)
        rows += transfer(
            tx, part, Quantity.of(1), source, target, kind=kind, consigned=piece.consigned,
            serials=(piece.serial,), order_id=order_id,
        )  # fmt: skip
    return rows
