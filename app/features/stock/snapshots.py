"""What pages hold of parts: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.enums import MoveKind
from app.core.money import ZERO, Money, Quantity

_NOTHING = Quantity(0)


@dataclass(frozen=True, slots=True)
class PartRow:
    """One row of the parts list and of the bench's part picker. Prices are of one unit."""

    id: int
    number: str
    name: str
    category: str
    brand: str
    fits: str
    unit: str
    sale_price: Money
    location: str
    minimum: Quantity
    #: The shop's own, in all places.
    on_hand: Quantity
    active: bool
    #: Goods of others.
    consigned: Quantity = _NOTHING
    #: Held for orders.
    reserved: Quantity = _NOTHING
    #: Own and consigned, in technicians' bags or set apart.
    away: Quantity = _NOTHING

    @property
    def free(self) -> Quantity:
        """What may be promised to somebody new."""
        return max(_NOTHING, self.on_hand + self.consigned - self.away - self.reserved)

    @property
    def short(self) -> bool:
        """Whether stock is below its minimum."""
        return self.on_hand < self.minimum


@dataclass(frozen=True, slots=True)
class PartsPage:
    """A page of the parts list, newest first; ``next_key`` asks for the next one, None at the end."""

    rows: tuple[PartRow, ...]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move of the ledger. ``balance`` is not kept: stock on hand is the sum of the moves."""

    id: int
    at: datetime
    kind: MoveKind
    quantity: Quantity
    value: Money
    #: The repair order it was used on, or "".
    order_number: str
    order_id: int | None
    staff: str
    note: str


@dataclass(frozen=True, slots=True)
class MovesPage:
    """A page of a part's moves, newest first."""

    rows: tuple[MoveRow, ...]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class PartCard:
    """Everything about one part."""

    row: PartRow
    version: int
    supplier: str
    average_cost: Money
    #: What the stock on hand cost.
    value: Money
    #: The barcode of our own label.
    own_code: str
    #: Further barcodes: EAN, the supplier's.
    barcodes: tuple[str, ...]
    moves: MovesPage


@dataclass(frozen=True, slots=True)
class PartEntry:
    """What is typed about a part. An empty ``number`` is given from the series."""

    name: str
    unit: str
    number: str = ""
    category: str = ""
    brand: str = ""
    fits: str = ""
    sale_price: Money = ZERO
    location: str = ""
    minimum: Quantity = _NOTHING
    supplier: str = ""
    active: bool = True
    barcodes: tuple[str, ...] = ()
