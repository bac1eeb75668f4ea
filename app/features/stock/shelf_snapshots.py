"""What pages hold of places, reservations and pieces: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import MoveKind, PlaceKind, SerialState
from app.core.labels import label
from app.core.money import Quantity
from app.core.words import _

_NOTHING = Quantity(0)


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """A place where stock may lie. Its barcode is ``running_code(LOCATION, id)``."""

    id: int
    kind: PlaceKind
    name: str
    staff_id: int | None
    main: bool
    active: bool

    @property
    def title(self) -> str:
        """Its name; one without a name goes by the word for what it is."""
        return self.name or (_("Main shelf") if self.main else label(self.kind))


@dataclass(frozen=True, slots=True)
class LiesThere:
    """What lies of a part in one place."""

    place: PlaceRow
    consigned: bool
    on_hand: Quantity
    since: datetime


@dataclass(frozen=True, slots=True)
class HeldPart:
    """A part in one place, seen from the place: who holds what, since when (借件)."""

    place: PlaceRow
    part_id: int
    number: str
    name: str
    unit: str
    consigned: bool
    on_hand: Quantity
    since: datetime

    @property
    def id(self) -> tuple[int, int, bool]:
        """What tables know the row by."""
        return self.place.id, self.part_id, self.consigned


@dataclass(frozen=True, slots=True)
class ReservedFor:
    """What is held of a part for one order."""

    part_id: int
    part_number: str
    part_name: str
    order_id: int
    order_number: str
    quantity: Quantity
    since: datetime


@dataclass(frozen=True, slots=True)
class OwedFor:
    """Used on an order before its receipt was booked."""

    order_id: int
    order_number: str
    quantity: Quantity
    at: datetime


@dataclass(frozen=True, slots=True)
class PartStock:
    """Where a part stands: everything the bench asks before it reserves, takes or orders it."""

    part_id: int
    number: str
    name: str
    unit: str
    location: str
    on_hand: Quantity
    consigned: Quantity
    reserved: Quantity
    away: Quantity
    #: Ordered and not yet here.
    on_order: Quantity
    places: tuple[LiesThere, ...]
    reservations: tuple[ReservedFor, ...]
    debts: tuple[OwedFor, ...]

    @property
    def free(self) -> Quantity:
        """What may be promised to somebody new."""
        return max(_NOTHING, self.on_hand + self.consigned - self.away - self.reserved)


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One piece that lies in stock."""

    id: int
    serial: str
    place: PlaceRow
    consigned: bool
    received_on: date


@dataclass(frozen=True, slots=True)
class PieceEntry:
    """One piece of a part wherever it is: in stock, in a device, gone."""

    id: int
    serial: str
    state: SerialState
    #: The place it lies in, or the number of the order whose device it is in.
    where: str
    received_on: date
    warranty_until: date | None


@dataclass(frozen=True, slots=True)
class PieceMove:
    """One event in the life of a piece."""

    at: datetime
    kind: MoveKind
    place: str
    order_number: str
    staff: str
    note: str


@dataclass(frozen=True, slots=True)
class PieceCard:
    """One piece of a serialised part: where it is now and how it came there."""

    id: int
    code: str
    part_id: int
    part_number: str
    part_name: str
    serial: str
    state: SerialState
    consigned: bool
    #: While in stock.
    place: PlaceRow | None
    #: While built in: the order and the device.
    order_id: int | None
    order_number: str
    device: str
    received_on: date
    warranty_until: date | None
    moves: tuple[PieceMove, ...]
