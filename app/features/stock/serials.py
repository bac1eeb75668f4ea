"""Pieces with serial numbers: which they are, where they lie, which device they are in (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select

from app.core.enums import PlaceKind, SerialState
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import ONE, Quantity
from app.model import Part, PartSerial, StockPlace
from app.model.cover import add_months
from app.store.door import Tx


def clean_serials(part: Part, quantity: Quantity, typed: Sequence[str]) -> list[str]:
    """As many different serial numbers as pieces. Raises ``Refusal``: SERIAL_NOT_SERIALISED, WHOLE_PIECES,
    SERIAL_NEEDED, SERIAL_TWICE, BAD_TEXT, TEXT_TOO_LONG."""
    numbers = [each for each in (clean_line("serial", text, most=SHORT) for text in typed) if each]
    if not part.serialised:
        if numbers:
            raise Refusal(Reason.SERIAL_NOT_SERIALISED, part=part.name)
        return []
    pieces, rest = divmod(quantity.milli, ONE.milli)
    if rest:
        raise Refusal(Reason.WHOLE_PIECES, part=part.name)
    for number in numbers:
        if numbers.count(number) > 1:
            raise Refusal(Reason.SERIAL_TWICE, serial=number)
    if len(numbers) != pieces:
        raise Refusal(Reason.SERIAL_NEEDED, part=part.name, count=pieces)
    return numbers


def piece(tx: Tx, part: Part, serial: str) -> PartSerial | None:
    """The piece of this part with this serial number."""
    return tx.session.scalars(
        select(PartSerial).where(PartSerial.part_id == part.id, PartSerial.serial == serial)
    ).one_or_none()


def pieces_in(tx: Tx, part: Part, place_id: int, *, consigned: bool) -> list[PartSerial]:
    """The pieces that lie in a place."""
    found = tx.session.scalars(
        select(PartSerial)
        .where(
            PartSerial.part_id == part.id,
            PartSerial.place_id == place_id,
            PartSerial.consigned.is_(consigned),
            PartSerial.state == SerialState.IN_STOCK,
        )
        .order_by(PartSerial.id)
    )
    return list(found)


def arrive(tx: Tx, part: Part, serial: str, place: StockPlace, *, consigned: bool) -> PartSerial:
    """A piece comes in: a new one, or one that left the shop and returns. ``Refusal(SERIAL_IN_STOCK)``."""
    found = piece(tx, part, serial)
    if found is None:
        found = PartSerial(part_id=part.id, serial=serial, received_on=tx.today, state=SerialState.IN_STOCK)
        tx.session.add(found)
    elif found.state is SerialState.IN_STOCK:
        raise Refusal(Reason.SERIAL_IN_STOCK, part=part.name, serial=serial)
    put(found, place.id)
    found.received_on = tx.today
    found.consigned = consigned
    tx.session.flush()
    return found


def pick(tx: Tx, part: Part, serial: str) -> PartSerial:
    """A piece that lies in stock. Raises ``Refusal``: SERIAL_UNKNOWN, SERIAL_NOT_HERE."""
    found = piece(tx, part, serial)
    if found is None:
        raise Refusal(Reason.SERIAL_UNKNOWN, part=part.name, serial=serial)
    if found.state is not SerialState.IN_STOCK:
        raise Refusal(Reason.SERIAL_NOT_HERE, part=part.name, serial=serial, state=found.state)
    return found


def pick_from(tx: Tx, part: Part, serial: str, place_id: int, *, consigned: bool) -> PartSerial:
    """A piece that lies in this very place. Raises ``Refusal``: SERIAL_UNKNOWN, SERIAL_NOT_HERE."""
    found = pick(tx, part, serial)
    if found.place_id != place_id or found.consigned != consigned:
        raise Refusal(Reason.SERIAL_NOT_HERE, part=part.name, serial=serial, state=_where(tx, found))
    return found


def pick_within_reach(tx: Tx, part: Part, serial: str, staff_id: int | None) -> tuple[PartSerial, StockPlace]:
    """A piece that ``staff_id`` may lay hands on, and where it lies. Raises ``Refusal``: SERIAL_UNKNOWN,
    SERIAL_NOT_HERE."""
    found = pick(tx, part, serial)
    place = tx.session.get_one(StockPlace, found.place_id)
    away = place.kind is PlaceKind.QUARANTINE
    if away or (place.kind is PlaceKind.PERSON and place.staff_id != staff_id):
        raise Refusal(Reason.SERIAL_NOT_HERE, part=part.name, serial=serial, state=_where(tx, found))
    return found, place


def put(found: PartSerial, place_id: int) -> None:
    """A piece lies in a place; it is in no device."""
    found.state = SerialState.IN_STOCK
    found.place_id = place_id
    found.order_id = None
    found.line_id = None
    found.warranty_until = None


def leave(found: PartSerial, state: SerialState) -> None:
    """A piece leaves the stock for good."""
    found.state = state
    found.place_id = None


def build_in(part: Part, found: PartSerial, order_id: int, line_id: int, today: date) -> None:
    """A piece is built into the device of an order; its own warranty begins."""
    leave(found, SerialState.USED)
    found.order_id = order_id
    found.line_id = line_id
    found.warranty_until = add_months(today, part.warranty_months) if part.warranty_months else None


def _where(tx: Tx, found: PartSerial) -> str:
    """The name of the place it lies in, or the code of that place's kind."""
    place = tx.session.get_one(StockPlace, found.place_id)
    return place.name or place.kind
