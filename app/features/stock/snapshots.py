"""What pages hold of parts: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.enums import AbcClass, MoveKind, OldPartRule, PartCondition, PriceKind, PriceSource
from app.core.money import ZERO, Money, Quantity
from app.store.pictures import CleanPicture

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
    abc: AbcClass | None = None
    #: Several parts as one, without stock of its own.
    kit: bool = False
    serialised: bool = False
    condition: PartCondition = PartCondition.NEW

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
    supplier_number: str = ""
    #: What a unit cost last, or costs by the supplier's list.
    purchase_price: Money = ZERO
    #: What is owed for a consigned unit that is used.
    consign_price: Money = ZERO
    #: None takes the shop's rate for parts.
    tax_permille: int | None = None
    #: None asks the rules by brand and category.
    old_part_rule: OldPartRule | None = None
    #: Of a serialised piece, from the day it is built in.
    warranty_months: int = 0
    #: Category of the season factors; "" takes the part's own.
    season: str = ""
    kit_labour: Money = ZERO
    kit_minutes: int = 0
    kit_lines: tuple[KitRow, ...] = ()
    #: File of the picture, "" without one.
    picture: str = ""


@dataclass(frozen=True, slots=True)
class KitRow:
    """One component of a kit."""

    part_id: int
    number: str
    name: str
    unit: str
    quantity: Quantity
    sale_price: Money
    on_hand: Quantity


@dataclass(frozen=True, slots=True)
class SubstituteRow:
    """A part that may be used in place of another one."""

    part: PartRow
    #: Whether it also holds the other way round.
    mutual: bool
    note: str

    @property
    def id(self) -> int:
        """The part's id, which tables and pages know rows by."""
        return self.part.id


@dataclass(frozen=True, slots=True)
class PriceRow:
    """One change of a price of a unit."""

    id: int
    at: datetime
    kind: PriceKind
    old: Money
    new: Money
    source: PriceSource
    staff: str


@dataclass(frozen=True, slots=True)
class KitEntry:
    """A component of a kit as it is typed."""

    part_id: int
    quantity: Quantity


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
    supplier_number: str = ""
    #: None leaves it: receipts keep it up to date.
    purchase_price: Money | None = None
    consign_price: Money = ZERO
    tax_permille: int | None = None
    old_part_rule: OldPartRule | None = None
    serialised: bool = False
    warranty_months: int = 0
    condition: PartCondition = PartCondition.NEW
    season: str = ""
    kit: bool = False
    kit_labour: Money = ZERO
    kit_minutes: int = 0
    kit_lines: tuple[KitEntry, ...] = ()
    #: A file's bytes, or what was made of them beside the window; None leaves the picture, b"" takes it away.
    picture: bytes | CleanPicture | None = None
