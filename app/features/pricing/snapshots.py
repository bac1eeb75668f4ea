"""What pages hold of the price list: frozen, without a database behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from app.core.enums import JobKind, LineKind, PriceUse
from app.core.money import ONE, ZERO, Money, Quantity


@dataclass(frozen=True, slots=True)
class PackageRow:
    """One line of a package as it becomes a charge."""

    kind: LineKind
    item_id: int | None
    part_id: int | None
    #: The entry's code or the part's number.
    code: str
    description: str
    quantity: Quantity
    #: For one, within the package.
    price: Money


@dataclass(frozen=True, slots=True)
class PriceRow:
    """An entry of the list. ``members`` are the prices for levels that have their own."""

    id: int
    version: int
    code: str
    use: PriceUse
    kind: LineKind
    name: str
    category: str
    job_kind: JobKind | None
    zone: str
    unit: str
    price: Money
    minutes: int
    tax_permille: int | None
    note: str
    active: bool
    members: tuple[tuple[str, Money], ...] = ()
    lines: tuple[PackageRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PackageEntry:
    """One line of a package as typed: an entry of the list (by id) or a part, never both."""

    item_id: int | None = None
    part_id: int | None = None
    quantity: Quantity = ONE
    #: None takes the list's or the part's.
    price: Money | None = None


@dataclass(frozen=True, slots=True)
class PriceEntry:
    """An entry as typed. An empty code is given by the program; a package's price is the sum of its lines."""

    use: PriceUse
    name: str
    price: Money = ZERO
    code: str = ""
    category: str = ""
    job_kind: JobKind | None = None
    zone: str = ""
    unit: str = ""
    minutes: int = 0
    tax_permille: int | None = None
    note: str = ""
    active: bool = True
    members: Mapping[str, Money] = field(default_factory=dict)
    lines: tuple[PackageEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of a price; ``level`` "" is the price for everybody, None no price of its own."""

    id: int
    at: datetime
    level: str
    old: Money | None
    new: Money | None
    staff: str


@dataclass(frozen=True, slots=True)
class PriceOffer:
    """An entry as an order is offered it: ``price`` is what this customer pays, ``row.price`` what the list says."""

    row: PriceRow
    price: Money
    #: The customer's level where ``price`` is its; "" else.
    level: str = ""
    #: Whether it is meant for the category and the kind of job of this order.
    fits: bool = True

    @property
    def id(self) -> int:
        """The entry's id: what tables know it by."""
        return self.row.id


@dataclass(frozen=True, slots=True)
class PriceChoice:
    """What was taken of the list for an order; None takes the offered price and the entry's minutes."""

    item_id: int
    quantity: Quantity = ONE
    price: Money | None = None
    reason: str = ""
    minutes: int | None = None
