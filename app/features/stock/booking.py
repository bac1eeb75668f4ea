"""One row of the ledger and every sum kept beside it, in one step: nothing else writes any of them.

``ledger`` decides what moves; here it is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Protocol

from sqlalchemy import Connection, bindparam, delete, insert, select, text, update
from sqlalchemy.orm.attributes import set_committed_value

from app.core.changes import Kind
from app.core.enums import AWAY, MoveKind, PlaceKind, ScrapReason
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.model import Part, Reservation, StockBalance, StockMove, StockPlace
from app.model.base import UtcDateTime
from app.model.stock import Held, month_of
from app.store.door import Tx
from app.store.prepared import Prepared

_NOTHING = Quantity(0)
_USED = frozenset({MoveKind.USE, MoveKind.UNUSE})


@dataclass(frozen=True, slots=True)
class Origin:
    """What a move belongs to besides an order; written on its rows."""

    note: str = ""
    receipt_line_id: int | None = None
    count_line_id: int | None = None
    defective_id: int | None = None
    loan_id: int | None = None
    reason: ScrapReason | None = None


NO_ORIGIN = Origin()


class Place(Protocol):
    """What is asked of a place: a mapped one or a ``Spot``."""

    @property
    def id(self) -> int: ...
    @property
    def kind(self) -> PlaceKind: ...


@dataclass(frozen=True, slots=True)
class Spot:
    """A place as a scan sees it, without loading its record."""

    id: int
    kind: PlaceKind


@dataclass(frozen=True, slots=True)
class Moved:
    """A row that was written: signed quantity, signed value in fen."""

    id: int
    place_id: int
    consigned: bool
    quantity: Quantity
    value: Money
    serial_id: int | None = None


_AT = bindparam("at", type_=UtcDateTime())
_MOVE = Prepared(
    insert(StockMove.__table__),  # type: ignore[arg-type]
    [column.name for column in StockMove.__table__.columns if column.name != "id"],
)
#: The sums of a part; here alone they are written.
_SUMS = ("on_hand", "value", "consigned", "reserved", "away", "last_moved_on", "last_used_on")
_SUM = Prepared(
    update(Part.__table__)  # type: ignore[arg-type]
    .where(Part.id == bindparam("part_id"))
    .values({name: bindparam(name) for name in _SUMS})
)
_ADD = Prepared(
    text(
        "INSERT INTO stock_balance (part_id, place_id, consigned, on_hand, since)"
        " VALUES (:part_id, :place_id, :consigned, :milli, :at) ON CONFLICT (part_id, place_id, consigned) DO UPDATE"
        " SET since = CASE WHEN stock_balance.on_hand = 0 THEN excluded.since ELSE stock_balance.since END,"
        " on_hand = stock_balance.on_hand + excluded.on_hand"
    ).bindparams(_AT)
)
# Not by the same upsert: its row would be checked for being negative before it is found to be there.
_TAKE = Prepared(
    text(
        "UPDATE stock_balance SET on_hand = on_hand + :milli"
        " WHERE part_id = :part_id AND place_id = :place_id AND consigned = :consigned"
    )
)
_MONTH = Prepared(
    text(
        "INSERT INTO part_month (part_id, month, used, used_value, received, received_value, net, net_value)"
        " VALUES (:part_id, :month, :used, :used_value, :received, :received_value, :net, :net_value)"
        " ON CONFLICT (part_id, month) DO UPDATE SET used = part_month.used + excluded.used,"
        " used_value = part_month.used_value + excluded.used_value,"
        " received = part_month.received + excluded.received,"
        " received_value = part_month.received_value + excluded.received_value,"
        " net = part_month.net + excluded.net, net_value = part_month.net_value + excluded.net_value"
    )
)
_DAY = Prepared(
    text(
        "INSERT INTO stock_day (day, net_value) VALUES (:day, :fen)"
        " ON CONFLICT (day) DO UPDATE SET net_value = stock_day.net_value + excluded.net_value"
    )
)
_RESERVE = Prepared(
    text(
        "INSERT INTO reservation (part_id, order_id, quantity, staff_id, since)"
        " VALUES (:part_id, :order_id, :milli, :staff_id, :at) ON CONFLICT (part_id, order_id)"
        " DO UPDATE SET quantity = reservation.quantity + excluded.quantity"
    ).bindparams(_AT)
)
_RELEASE = Prepared(
    text(
        "UPDATE reservation SET quantity = quantity + :milli WHERE part_id = :part_id AND order_id = :order_id"
    )
)
_RELEASE_ALL = Prepared(
    delete(Reservation).where(
        Reservation.part_id == bindparam("part_id"), Reservation.order_id == bindparam("order_id")
    )
)
_HELD = Prepared(
    select(
        StockBalance.place_id,
        StockPlace.kind,
        StockPlace.staff_id,
        StockPlace.main,
        StockBalance.consigned,
        StockBalance.on_hand,
    )
    .join(StockPlace, StockPlace.id == StockBalance.place_id)
    .where(StockBalance.part_id == bindparam("part_id"), StockBalance.on_hand > _NOTHING)
)
_RESERVED = Prepared(
    select(Reservation.quantity).where(
        Reservation.part_id == bindparam("part_id"), Reservation.order_id == bindparam("order_id")
    )
)


def book(
    tx: Tx,
    part: Part,
    place: Place,
    kind: MoveKind,
    quantity: Quantity,
    value: Money = ZERO,
    *,
    consigned: bool = False,
    reserved: Quantity = _NOTHING,
    owed_value: Money = ZERO,
    order_id: int | None = None,
    line_id: int | None = None,
    serial_id: int | None = None,
    origin: Origin = NO_ORIGIN,
) -> Moved:
    """Write one move and add it to the sums of its part, place, month and day."""
    if consigned and value:
        raise ValueError("consigned goods carry no value")
    connection = tx.reading()
    _add_to_part(
        tx, connection, part, kind, quantity, value, reserved, consigned=consigned, away=place.kind in AWAY
    )
    move_id = _MOVE.insert(
        connection,
        part_id=part.id,
        kind=kind,
        quantity=quantity,
        value=value,
        order_id=order_id,
        line_id=line_id,
        staff_id=tx.actor.id or None,
        note=origin.note,
        at=tx.now,
        day=tx.today,
        place_id=place.id,
        consigned=consigned,
        reserved=reserved,
        owed_value=owed_value,
        serial_id=serial_id,
        reason=origin.reason,
        receipt_line_id=origin.receipt_line_id,
        count_line_id=origin.count_line_id,
        defective_id=origin.defective_id,
        loan_id=origin.loan_id,
    )
    if quantity:
        _add_to_balance(tx, connection, part.id, place.id, quantity, consigned=consigned)
        _add_to_month(tx, connection, part.id, kind, quantity, value, owed_value, consigned=consigned)
    if value:
        _DAY.run(connection, day=tx.today.isoformat(), fen=value.fen)
    if reserved:
        if order_id is None:
            raise ValueError("a reservation is an order's")
        _add_to_reservation(tx, connection, part.id, order_id, reserved)
    tx.changed(Kind.PART, part.id)
    return Moved(move_id, place.id, consigned, quantity, value, serial_id)


def _add_to_part(
    tx: Tx,
    connection: Connection,
    part: Part,
    kind: MoveKind,
    quantity: Quantity,
    value: Money,
    reserved: Quantity,
    *,
    consigned: bool,
    away: bool,
) -> None:
    sums: dict[str, Any] = {name: getattr(part, name) for name in _SUMS}
    if quantity:
        sums["last_moved_on"] = tx.today
        if away:
            sums["away"] += quantity
        if consigned:
            sums["consigned"] += quantity
        else:
            sums["on_hand"] += quantity
            sums["value"] += value
        if kind is MoveKind.USE:
            sums["last_used_on"] = tx.today
    sums["reserved"] += reserved
    _SUM.run(connection, part_id=part.id, **sums)
    for name, total in sums.items():
        # It is written: the session need not find that out and write it again.
        set_committed_value(part, name, total)


def _add_to_balance(
    tx: Tx, connection: Connection, part_id: int, place_id: int, quantity: Quantity, *, consigned: bool
) -> None:
    row = {"part_id": part_id, "place_id": place_id, "consigned": int(consigned), "milli": quantity.milli}
    if quantity > _NOTHING:
        _ADD.run(connection, **row, at=tx.now)
    elif _TAKE.run(connection, **row) != 1:
        raise ValueError(f"part {part_id} never lay in place {place_id}")


def _add_to_month(
    tx: Tx,
    connection: Connection,
    part_id: int,
    kind: MoveKind,
    quantity: Quantity,
    value: Money,
    owed_value: Money,
    *,
    consigned: bool,
) -> None:
    used = kind in _USED
    bought = kind is MoveKind.RECEIVE
    if consigned and not used:
        return
    _MONTH.run(
        connection,
        part_id=part_id,
        month=month_of(tx.today),
        used=-quantity.milli if used else 0,
        used_value=owed_value.fen - value.fen if used else 0,
        received=quantity.milli if bought else 0,
        received_value=value.fen if bought else 0,
        net=0 if consigned else quantity.milli,
        net_value=value.fen,
    )


def _add_to_reservation(
    tx: Tx, connection: Connection, part_id: int, order_id: int, reserved: Quantity
) -> None:
    key = {"part_id": part_id, "order_id": order_id}
    if reserved > _NOTHING:
        _RESERVE.run(connection, **key, milli=reserved.milli, staff_id=tx.actor.id or None, at=tx.now)
    elif reserved_of(tx, part_id, order_id) == -reserved:
        _RELEASE_ALL.run(connection, **key)
    else:
        _RELEASE.run(connection, **key, milli=reserved.milli)


def held_of(tx: Tx, part_id: int) -> list[Held]:
    """Everywhere the part lies."""
    return [Held(*row) for row in _HELD.rows(tx.reading(), part_id=part_id)]


def balance_of(tx: Tx, part_id: int, place_id: int, *, consigned: bool) -> Quantity:
    """What lies in one place."""
    for each in held_of(tx, part_id):
        if each.place_id == place_id and each.consigned == consigned:
            return each.on_hand
    return _NOTHING


def reserved_of(tx: Tx, part_id: int, order_id: int) -> Quantity:
    """What is held of a part for an order."""
    found = _RESERVED.value(tx.reading(), part_id=part_id, order_id=order_id)
    return found or _NOTHING


_MAIN = select(StockPlace).where(StockPlace.main.is_(True))


def place_of(tx: Tx, place_id: int | None) -> StockPlace:
    """A place in use; the main shelf for None. Raises ``Refusal(NOT_FOUND)``."""
    if place_id is None:
        return tx.session.scalars(_MAIN).one()
    place = tx.session.get(StockPlace, place_id)
    if place is None or not place.active:
        raise Refusal(Reason.NOT_FOUND)
    return place
