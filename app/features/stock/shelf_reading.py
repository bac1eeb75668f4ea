"""Questions about places, reservations and pieces."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from app.core.codes import CodeKind, running_code
from app.core.enums import MoveKind, PlaceKind, SerialState
from app.core.errors import Reason, Refusal
from app.core.money import Quantity
from app.features.stock.shelf_snapshots import (
    HeldPart,
    LiesThere,
    OwedFor,
    PartStock,
    PieceCard,
    PieceEntry,
    PieceMove,
    PieceRow,
    PlaceRow,
    ReservedFor,
)
from app.model import (
    Device,
    Part,
    PartSerial,
    RepairOrder,
    Reservation,
    Staff,
    StockBalance,
    StockMove,
    StockOwed,
    StockPlace,
)

_NOTHING = Quantity(0)
_PLACE = (
    StockPlace.id.label("place_id"),
    StockPlace.kind.label("place_kind"),
    StockPlace.name.label("place_name"),
    StockPlace.staff_id.label("place_staff"),
    StockPlace.main.label("place_main"),
    StockPlace.active.label("place_active"),
)
_PLACES = select(*_PLACE).order_by(StockPlace.main.desc(), StockPlace.kind.desc(), StockPlace.id)
_PART = select(
    Part.id,
    Part.number,
    Part.name,
    Part.unit,
    Part.location,
    Part.on_hand,
    Part.consigned,
    Part.reserved,
    Part.away,
).where(Part.id == bindparam("part_id"))
_LIES = (
    select(*_PLACE, StockBalance.consigned, StockBalance.on_hand, StockBalance.since)
    .join(StockPlace, StockPlace.id == StockBalance.place_id)
    .where(StockBalance.part_id == bindparam("part_id"), StockBalance.on_hand > _NOTHING)
    .order_by(StockPlace.main.desc(), StockPlace.id, StockBalance.consigned)
)
_HELD = (
    select(
        *_PLACE,
        Part.id,
        Part.number,
        Part.name,
        Part.unit,
        StockBalance.consigned,
        StockBalance.on_hand,
        StockBalance.since,
    )
    .join(StockPlace, StockPlace.id == StockBalance.place_id)
    .join(Part, Part.id == StockBalance.part_id)
    .where(StockBalance.on_hand > _NOTHING)
    .order_by(StockBalance.since, Part.number)
)
_RESERVED = (
    select(
        Reservation.part_id,
        Part.number.label("part_number"),
        Part.name,
        Reservation.order_id,
        RepairOrder.number,
        Reservation.quantity,
        Reservation.since,
    )
    .join(Part, Part.id == Reservation.part_id)
    .join(RepairOrder, RepairOrder.id == Reservation.order_id)
    .order_by(Reservation.since, Reservation.order_id)
)
_DEBTS = (
    select(
        StockOwed.order_id,
        RepairOrder.number,
        StockOwed.quantity,
        StockOwed.settled,
        StockOwed.cancelled,
        StockOwed.at,
    )
    .join(RepairOrder, RepairOrder.id == StockOwed.order_id)
    .where(
        StockOwed.part_id == bindparam("part_id"),
        StockOwed.settled + StockOwed.cancelled < StockOwed.quantity,
    )
    .order_by(StockOwed.id)
)
# The index of what is still to come holds few rows, whatever the years bought.
_ON_ORDER = text(
    "SELECT coalesce(sum(l.quantity - l.received - l.cancelled), 0) FROM purchase_line l"
    " JOIN purchase_order o ON o.id = l.purchase_id WHERE l.part_id = :part_id"
    " AND l.received + l.cancelled < l.quantity AND o.state IN ('sent', 'part_received')"
)
_PIECE = (
    select(
        PartSerial.__table__,
        Part.number.label("part_number"),
        Part.name.label("part_name"),
        RepairOrder.number.label("order_number"),
        Device.brand,
        Device.model,
        Device.serial.label("device_serial"),
        *_PLACE[1:],
    )
    .join(Part, Part.id == PartSerial.part_id)
    .outerjoin(RepairOrder, RepairOrder.id == PartSerial.order_id)
    .outerjoin(Device, Device.id == RepairOrder.device_id)
    .outerjoin(StockPlace, StockPlace.id == PartSerial.place_id)
    .where(PartSerial.id == bindparam("serial_id"))
)
_PIECES_HERE = (
    select(PartSerial.id, PartSerial.serial, PartSerial.consigned, PartSerial.received_on, *_PLACE)
    .join(StockPlace, StockPlace.id == PartSerial.place_id)
    .where(PartSerial.part_id == bindparam("part_id"), PartSerial.state == SerialState.IN_STOCK)
    .order_by(PartSerial.received_on, PartSerial.id)
)
_ALL_PIECES = (
    select(
        PartSerial.id,
        PartSerial.serial,
        PartSerial.state,
        PartSerial.received_on,
        PartSerial.warranty_until,
        RepairOrder.number,
        *_PLACE,
    )
    .outerjoin(StockPlace, StockPlace.id == PartSerial.place_id)
    .outerjoin(RepairOrder, RepairOrder.id == PartSerial.order_id)
    .where(PartSerial.part_id == bindparam("part_id"), PartSerial.id < bindparam("before"))
    .order_by(PartSerial.id.desc())
    .limit(bindparam("most"))
)
_PIECE_MOVES = (
    select(
        StockMove.at,
        StockMove.kind,
        StockPlace.name.label("place"),
        RepairOrder.number,
        Staff.name.label("staff"),
        StockMove.note,
    )
    .join(StockPlace, StockPlace.id == StockMove.place_id)
    .outerjoin(RepairOrder, RepairOrder.id == StockMove.order_id)
    .outerjoin(Staff, Staff.id == StockMove.staff_id)
    .where(StockMove.serial_id == bindparam("serial_id"))
    .order_by(StockMove.id)
)


def places(reading: Connection) -> tuple[PlaceRow, ...]:
    """All places, the main shelf first."""
    return tuple(_place(row) for row in reading.execute(_PLACES))


def part_stock(reading: Connection, part_id: int) -> PartStock:
    """Where a part stands. Raises ``Refusal(NOT_FOUND)``."""
    key = {"part_id": part_id}
    part = reading.execute(_PART, key).one_or_none()
    if part is None:
        raise Refusal(Reason.NOT_FOUND)
    return PartStock(
        part_id=part.id,
        number=part.number,
        name=part.name,
        unit=part.unit,
        location=part.location,
        on_hand=part.on_hand,
        consigned=part.consigned,
        reserved=part.reserved,
        away=part.away,
        on_order=on_order(reading, part_id),
        places=tuple(
            LiesThere(_place(row), row.consigned, row.on_hand, row.since)
            for row in reading.execute(_LIES, key)
        ),
        reservations=tuple(
            ReservedFor(*row)
            for row in reading.execute(_RESERVED.where(Reservation.part_id == bindparam("part_id")), key)
        ),
        debts=tuple(
            OwedFor(row.order_id, row.number, row.quantity - row.settled - row.cancelled, row.at)
            for row in reading.execute(_DEBTS, key)
        ),
    )


def on_order(reading: Connection, part_id: int) -> Quantity:
    """What is ordered of a part and not yet here."""
    return Quantity(int(reading.execute(_ON_ORDER, {"part_id": part_id}).scalar_one()))


def reserved_for_order(reading: Connection, order_id: int) -> tuple[ReservedFor, ...]:
    """What is held for an order."""
    rows = reading.execute(
        _RESERVED.where(Reservation.order_id == bindparam("order_id")), {"order_id": order_id}
    )
    return tuple(ReservedFor(*row) for row in rows)


def held_by(reading: Connection, staff_id: int | None = None) -> tuple[HeldPart, ...]:
    """What technicians carry, longest held first: one of them, or all."""
    asked = _HELD.where(StockPlace.kind == PlaceKind.PERSON)
    if staff_id is not None:
        asked = asked.where(StockPlace.staff_id == staff_id)
    return tuple(
        HeldPart(
            place=_place(row),
            part_id=row.id,
            number=row.number,
            name=row.name,
            unit=row.unit,
            consigned=row.consigned,
            on_hand=row.on_hand,
            since=row.since,
        )
        for row in reading.execute(asked)
    )


def pieces_here(reading: Connection, part_id: int) -> tuple[PieceRow, ...]:
    """The pieces of a part that lie in stock, oldest first."""
    return tuple(
        PieceRow(row.id, row.serial, _place(row), row.consigned, row.received_on)
        for row in reading.execute(_PIECES_HERE, {"part_id": part_id})
    )


def all_pieces(reading: Connection, part_id: int, before: int, limit: int) -> tuple[PieceEntry, ...]:
    """A page of the pieces that a part ever had, newest first."""
    key = {"part_id": part_id, "before": before, "most": limit}
    return tuple(
        PieceEntry(
            row.id,
            row.serial,
            row.state,
            _place(row).title if row.place_id is not None else row.number or "",
            row.received_on,
            row.warranty_until,
        )
        for row in reading.execute(_ALL_PIECES, key)
    )


def piece_card(reading: Connection, serial_id: int) -> PieceCard:
    """The life of a piece. Raises ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_PIECE, {"serial_id": serial_id}).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    built_in = row.state is SerialState.USED
    return PieceCard(
        id=row.id,
        code=running_code(CodeKind.SERIAL_PART, row.id),
        part_id=row.part_id,
        part_number=row.part_number,
        part_name=row.part_name,
        serial=row.serial,
        state=row.state,
        consigned=row.consigned,
        place=None if row.place_id is None else _place(row),
        order_id=row.order_id if built_in else None,
        order_number=(row.order_number or "") if built_in else "",
        device=" ".join(filter(None, (row.brand, row.model, row.device_serial))) if built_in else "",
        received_on=row.received_on,
        warranty_until=row.warranty_until,
        moves=tuple(_piece_move(each) for each in reading.execute(_PIECE_MOVES, {"serial_id": serial_id})),
    )


def _piece_move(row: Any) -> PieceMove:
    kind: MoveKind = row.kind
    return PieceMove(row.at, kind, row.place, row.number or "", row.staff or "", row.note)


def _place(row: Any) -> PlaceRow:
    return PlaceRow(
        row.place_id, row.place_kind, row.place_name, row.place_staff, row.place_main, row.place_active
    )
