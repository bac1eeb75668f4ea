"""The stock ledger: every move of goods, decided here and written by ``booking`` (domain.md §7).

Each function works in the transaction it is given and leaves these identities whole (``doctor`` checks them):
Σ moves = balances by place = the part's sums = its months; value in − value out = value on hand, to the fen; consigned
goods carry no value; nothing lies below zero anywhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import make_transient_to_detached
from sqlalchemy.orm.util import identity_key

from app.core.changes import Kind
from app.core.enums import AWAY, MoveKind, Payer, PriceKind, PriceSource, ScrapReason, SerialState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.features.stock import serials as pieces
from app.features.stock.booking import (
    NO_ORIGIN,
    Moved,
    Origin,
    Spot,
    balance_of,
    book,
    held_of,
    place_of,
    reserved_of,
)
from app.features.till.invoicing import book_cost
from app.model import (
    OrderLine,
    Part,
    PartSerial,
    PriceChange,
    RepairOrder,
    Reservation,
    StockMove,
    StockOwed,
    StockPlace,
)
from app.model.stock import Reach, Taken, consigned_first, reach_of, sources, split_value, value_of_issue
from app.store.door import Tx
from app.store.prepared import Prepared

_NOTHING = Quantity(0)


_PART = Prepared(select(Part.__table__).where(Part.id == bindparam("part_id")))


def part_to_move(tx: Tx, part_id: int) -> Part:
    """The part, to be moved in this transaction. Raises ``Refusal(NOT_FOUND)``."""
    known = tx.session.identity_map.get(identity_key(Part, part_id))
    if known is not None:
        return known
    row = _PART.row(tx.reading(), part_id=part_id)
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    # As ``session.get`` would give it, for a third of the time.
    part = Part(**row._asdict())
    make_transient_to_detached(part)
    tx.session.add(part)
    return part


# -- in ----------------------------------------------------------------------------------------------------


def receive(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    cost: Money,
    note: str = "",
    *,
    place_id: int | None = None,
    receipt_line_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods in: ``cost`` is the price of the whole receipt, so that no fen is lost in a unit price.

    What was used before it came (``owe``) is settled at once. Raises ``Refusal``: QUANTITY_NOT_POSITIVE,
    AMOUNT_NEGATIVE, KIT_NO_STOCK, and those of ``serials.clean_serials`` and ``serials.arrive``.
    """
    if cost < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    place = place_of(tx, place_id)
    origin = Origin(note=note, receipt_line_id=receipt_line_id)
    rows = _in(tx, part, MoveKind.RECEIVE, place, quantity, cost, serials, origin)
    set_price(
        tx,
        part,
        PriceKind.PURCHASE,
        Money(divide_half_up(cost.fen * 1000, quantity.milli)),
        PriceSource.RECEIPT,
    )
    _settle_owed(tx, part, place, consigned=False)
    return rows


def consign_in(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    origin: Origin = NO_ORIGIN,
    *,
    place_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods of others come in (铺底): they have a price when they are used, and no value here.

    Raises ``Refusal``: CONSIGN_PRICE_MISSING and those of ``receive``.
    """
    if not part.consign_price:
        raise Refusal(Reason.CONSIGN_PRICE_MISSING, part=part.name)
    place = place_of(tx, place_id)
    rows = _in(tx, part, MoveKind.CONSIGN_IN, place, quantity, ZERO, serials, origin, consigned=True)
    _settle_owed(tx, part, place, consigned=True)
    return rows


def strip(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    value: Money,
    defective_id: int,
    *,
    place_id: int | None = None,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """A usable part taken out of a scrap device enters at zero or a set value (domain.md §7)."""
    if value < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    origin = Origin(defective_id=defective_id)
    return _in(tx, part, MoveKind.STRIP, place_of(tx, place_id), quantity, value, serials, origin)


def gain(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    value: Money,
    origin: Origin,
    *,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Own goods come to the main shelf by another way: borrowed, or back from another shop."""
    return _in(tx, part, kind, place_of(tx, None), quantity, value, serials, origin)


def _in(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    place: StockPlace,
    quantity: Quantity,
    value: Money,
    serials: Sequence[str],
    origin: Origin,
    *,
    consigned: bool = False,
) -> list[Moved]:
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if part.kit:
        raise Refusal(Reason.KIT_NO_STOCK, part=part.name)
    numbers = pieces.clean_serials(part, quantity, serials)
    if not part.serialised:
        return [book(tx, part, place, kind, quantity, value, consigned=consigned, origin=origin)]
    rows = []
    for number, share in zip(numbers, split_value(value, len(numbers)), strict=True):
        piece = pieces.arrive(tx, part, number, place, consigned=consigned)
        rows.append(
            book(
                tx, part, place, kind, Quantity.of(1), share,
                consigned=consigned, serial_id=piece.id, origin=origin,
            )
        )  # fmt: skip
    return rows


def set_price(tx: Tx, part: Part, kind: PriceKind, new: Money, source: PriceSource) -> None:
    """Change a price of a part and keep what it was."""
    field = {
        PriceKind.SALE: "sale_price",
        PriceKind.PURCHASE: "purchase_price",
        PriceKind.CONSIGNED: "consign_price",
    }[kind]
    old: Money = getattr(part, field)
    if old == new:
        return
    setattr(part, field, new)
    tx.session.add(
        PriceChange(
            part_id=part.id,
            kind=kind,
            old=old,
            new=new,
            source=source,
            staff_id=tx.actor.id or None,
            at=tx.now,
        )
    )


# -- on an order -------------------------------------------------------------------------------------------


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
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    staff_id = tx.actor.id or None
    numbers = pieces.clean_serials(part, quantity, serials)
    held = held_of(tx, part.id)
    mine = reserved_of(tx, part.id, order_id) if part.reserved else _NOTHING
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
        consumed = _NOTHING
    return rows


def _use_row(
    tx: Tx,
    part: Part,
    taken: Taken,
    piece: PartSerial | None,
    *,
    order_id: int,
    line_id: int,
    reserved: Quantity = _NOTHING,
) -> Moved:
    if piece is not None:
        pieces.build_in(part, piece, order_id, line_id, tx.today)
    return book(
        tx,
        part,
        Spot(taken.place_id, taken.kind),
        MoveKind.USE,
        -taken.quantity,
        _value_out(part, taken.quantity, consigned=taken.consigned),
        consigned=taken.consigned,
        reserved=reserved,
        owed_value=part.consign_price.times(taken.quantity) if taken.consigned else ZERO,
        order_id=order_id,
        line_id=line_id,
        serial_id=piece.id if piece is not None else None,
    )


def refuse_beyond(part: Part, reach: Reach, quantity: Quantity) -> None:
    """``Refusal``: OUT_OF_STOCK where there is not enough, PART_RESERVED where it is held for other orders."""
    if quantity <= reach.usable:
        return
    if quantity <= reach.bag + reach.open:
        raise Refusal(Reason.PART_RESERVED, part=part.name, quantity=reach.usable, reserved=reach.others)
    raise Refusal(Reason.OUT_OF_STOCK, part=part.name, quantity=reach.bag + reach.open)


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
    if quantity <= _NOTHING:
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
    line.owed = _NOTHING


def _settle_owed(tx: Tx, part: Part, place: StockPlace, *, consigned: bool) -> None:
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
        if share <= _NOTHING:
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


# -- reservations ------------------------------------------------------------------------------------------


def reserve(tx: Tx, part: Part, order_id: int, quantity: Quantity) -> Moved:
    """Hold stock for an order. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, OUT_OF_STOCK, PART_RESERVED."""
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    refuse_beyond(part, reach_of(held_of(tx, part.id), None, part.reserved), quantity)
    main = place_of(tx, None)
    return book(tx, part, main, MoveKind.RESERVE, _NOTHING, reserved=quantity, order_id=order_id)


def release(tx: Tx, part: Part, order_id: int, quantity: Quantity | None = None) -> Moved | None:
    """Give up what is held for an order: all of it for None. ``Refusal(NOT_RESERVED)`` for more than is held."""
    held = reserved_of(tx, part.id, order_id)
    wanted = held if quantity is None else quantity
    if quantity is not None and not _NOTHING < quantity <= held:
        raise Refusal(Reason.NOT_RESERVED, part=part.name)
    if not wanted:
        return None
    main = place_of(tx, None)
    return book(tx, part, main, MoveKind.RELEASE, _NOTHING, reserved=-wanted, order_id=order_id)


def release_all(tx: Tx, order_id: int) -> None:
    """An order that is closed holds nothing any more."""
    held = tx.reading().execute(select(Reservation.part_id).where(Reservation.order_id == order_id))
    for part_id in held.scalars().all():
        release(tx, part_to_move(tx, part_id), order_id)


# -- from place to place -----------------------------------------------------------------------------------


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
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if source.id == target.id:
        raise Refusal(Reason.SAME_PLACE)
    numbers = pieces.clean_serials(part, quantity, serials)
    refuse_missing(tx, part, source, quantity, consigned=consigned)
    released = _NOTHING
    if source.kind not in AWAY and target.kind in AWAY:
        mine = _NOTHING if order_id is None else reserved_of(tx, part.id, order_id)
        refuse_beyond(part, reach_of(held_of(tx, part.id), None, part.reserved - mine), quantity)
        released = min(mine, quantity)
    origin = Origin(note=note)
    rows = []
    for piece, share in _shares(tx, part, source, quantity, numbers, consigned=consigned):
        serial_id = None if piece is None else piece.id
        rows.append(
            book(
                tx, part, source, kind, -share, consigned=consigned, reserved=-released, order_id=order_id,
                serial_id=serial_id, origin=origin,
            )
        )  # fmt: skip
        released = _NOTHING
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
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    held = [each for each in held_of(tx, part.id) if each.kind not in AWAY]
    mine = _NOTHING if order_id is None else reserved_of(tx, part.id, order_id)
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
    if quantity <= _NOTHING:
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


def refuse_missing(tx: Tx, part: Part, place: StockPlace, quantity: Quantity, *, consigned: bool) -> None:
    """``Refusal(NOT_IN_PLACE)`` where a place holds less than ``quantity``."""
    there = balance_of(tx, part.id, place.id, consigned=consigned)
    if quantity > there:
        raise Refusal(Reason.NOT_IN_PLACE, part=part.name, quantity=there, place=place.name or place.kind)


def _shares(
    tx: Tx,
    part: Part,
    place: StockPlace,
    quantity: Quantity,
    numbers: Sequence[str],
    *,
    consigned: bool,
) -> list[tuple[PartSerial | None, Quantity]]:
    """The rows that ``quantity`` makes: one, or one a piece where they have serial numbers."""
    if not part.serialised:
        return [(None, quantity)]
    return [
        (pieces.pick_from(tx, part, number, place.id, consigned=consigned), Quantity.of(1))
        for number in numbers
    ]


# -- out ---------------------------------------------------------------------------------------------------


def scrap(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    reason: ScrapReason,
    note: str = "",
    *,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods that are gone, whoever waits for them. Of consigned goods the shop owes the owner their price.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, and those of ``serials``.
    """
    lost = reason is ScrapReason.LOST
    return _out(
        tx, part, MoveKind.SCRAP, quantity, Origin(note=note, reason=reason), place_id=place_id,
        consigned=consigned, serials=serials, state=SerialState.LOST if lost else SerialState.SCRAPPED,
        paid=True,
    )  # fmt: skip


def return_to_supplier(
    tx: Tx,
    part: Part,
    quantity: Quantity,
    note: str = "",
    *,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Goods go back to the supplier at moving average; consigned ones to their owner.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, PART_RESERVED, and those of ``serials``.
    """
    _refuse_promised(tx, part, quantity, place_of(tx, place_id))
    kind = MoveKind.CONSIGN_OUT if consigned else MoveKind.RETURN
    return _out(
        tx, part, kind, quantity, Origin(note=note), place_id=place_id, consigned=consigned, serials=serials,
        state=SerialState.RETURNED,
    )  # fmt: skip


def part_with(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    origin: Origin,
    *,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Own goods leave the main shelf by another way: lent, or back to the shop they were borrowed from.

    Raises ``Refusal``: QUANTITY_NOT_POSITIVE, NOT_IN_PLACE, PART_RESERVED, and those of ``serials``.
    """
    _refuse_promised(tx, part, quantity, place_of(tx, None))
    return _out(tx, part, kind, quantity, origin, serials=serials, state=SerialState.RETURNED)


def _refuse_promised(tx: Tx, part: Part, quantity: Quantity, place: StockPlace) -> None:
    if place.kind not in AWAY and part.reserved:
        open_stock = reach_of(held_of(tx, part.id), None, part.reserved)
        if open_stock.usable < quantity <= open_stock.open:
            raise Refusal(
                Reason.PART_RESERVED, part=part.name, quantity=open_stock.usable, reserved=part.reserved
            )


def _out(
    tx: Tx,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    origin: Origin,
    *,
    state: SerialState,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
    paid: bool = False,
) -> list[Moved]:
    if quantity <= _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    place = place_of(tx, place_id)
    numbers = pieces.clean_serials(part, quantity, serials)
    refuse_missing(tx, part, place, quantity, consigned=consigned)
    rows = []
    for piece, share in _shares(tx, part, place, quantity, numbers, consigned=consigned):
        if piece is not None:
            pieces.leave(piece, state)
        owed = part.consign_price.times(share) if consigned and paid else ZERO
        rows.append(
            book(
                tx, part, place, kind, -share, _value_out(part, share, consigned=consigned),
                consigned=consigned, owed_value=owed, serial_id=None if piece is None else piece.id,
                origin=origin,
            )
        )  # fmt: skip
    return rows


def _value_out(part: Part, quantity: Quantity, *, consigned: bool) -> Money:
    return ZERO if consigned else -value_of_issue(part.on_hand, part.value, quantity)


# -- counting ----------------------------------------------------------------------------------------------


def count(
    tx: Tx,
    part: Part,
    counted: Quantity,
    note: str,
    *,
    place_id: int | None = None,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Bring a place to what was counted there; nothing where they agree. Raises ``Refusal``:
    QUANTITY_NOT_POSITIVE, and those of ``serials`` (all that lie there are scanned)."""
    if counted < _NOTHING:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    place = place_of(tx, place_id)
    origin = Origin(note=note)
    if part.serialised:
        there = {each.serial for each in pieces.pieces_in(tx, part, place.id, consigned=consigned)}
        seen = set(pieces.clean_serials(part, counted, serials))
        return [
            *adjust(tx, part, -Quantity.of(len(there - seen)), place, origin, consigned=consigned,
                    serials=sorted(there - seen)),
            *adjust(tx, part, Quantity.of(len(seen - there)), place, origin, consigned=consigned,
                    serials=sorted(seen - there)),
        ]  # fmt: skip
    pieces.clean_serials(part, counted, serials)
    difference = counted - balance_of(tx, part.id, place.id, consigned=consigned)
    return adjust(tx, part, difference, place, origin, consigned=consigned)


def adjust(
    tx: Tx,
    part: Part,
    difference: Quantity,
    place: StockPlace,
    origin: Origin,
    *,
    consigned: bool = False,
    serials: Sequence[str] = (),
) -> list[Moved]:
    """Book a difference that a count found. Surplus comes in at average cost, or on an empty shelf at the last
    purchase price; of missing consigned goods the shop owes the owner their price.

    Raises ``Refusal``: NOT_IN_PLACE where less is left than is missing, and those of ``serials``.
    """
    if not difference:
        return []
    if difference < _NOTHING:
        return _out(
            tx, part, MoveKind.COUNT, -difference, origin, place_id=place.id, consigned=consigned,
            serials=serials, state=SerialState.LOST, paid=True,
        )  # fmt: skip
    unit = part.average_cost if part.on_hand else part.purchase_price
    value = ZERO if consigned else unit.times(difference)
    return _in(tx, part, MoveKind.COUNT, place, difference, value, serials, origin, consigned=consigned)
