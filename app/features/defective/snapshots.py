"""What pages hold of defective goods, consigned goods and loans: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.codes import CodeKind, running_code
from app.core.enums import DefectGrade, DefectSource, DefectState, LoanWay, MoveKind
from app.core.money import ZERO, Money, Quantity


class Goods(StrEnum):
    """Which defective goods a list shows."""

    OPEN = "open"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class DefectiveEntry:
    """What is typed of defective goods; ``order_number`` names the repair order they came from, "" none."""

    description: str
    source: DefectSource
    category: str = ""
    brand: str = ""
    model: str = ""
    serial: str = ""
    order_number: str = ""
    location: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class DefectiveRow:
    """One device or lot that cannot be sold as it is."""

    id: int
    version: int
    number: str
    description: str
    category: str
    brand: str
    model: str
    serial: str
    source: DefectSource
    order_id: int | None
    order_number: str
    grade: DefectGrade | None
    state: DefectState
    set_value: Money
    sold_for: Money | None
    location: str
    note: str
    received_at: datetime

    @property
    def code(self) -> str:
        """The barcode of its label."""
        return running_code(CodeKind.DEFECTIVE, self.id)

    @property
    def open(self) -> bool:
        """Whether something is still to be done with it."""
        return self.state in (DefectState.RECEIVED, DefectState.GRADED)


@dataclass(frozen=True, slots=True)
class WonPart:
    """A part that was taken out of scrap."""

    id: int
    part_id: int
    number: str
    name: str
    unit: str
    quantity: Quantity
    value: Money
    at: datetime


@dataclass(frozen=True, slots=True)
class StripEntry:
    """A part to be taken out: how many, and at what value in all (zero by default, domain.md §7)."""

    part_id: int
    quantity: Quantity
    value: Money = ZERO
    serials: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OwnerKey:
    """Who owns consigned goods: a supplier, or the brand of parts that have none."""

    supplier_id: int | None
    brand: str = ""


@dataclass(frozen=True, slots=True)
class OwedTo:
    """What was used of somebody's goods and is not settled; ``last_move_id`` is the newest use in the sum."""

    owner: OwnerKey
    name: str
    uses: int
    total: Money
    last_move_id: int


@dataclass(frozen=True, slots=True)
class OwedUse:
    """One use (or loss, or taking back) of somebody's goods."""

    id: int
    at: datetime
    kind: MoveKind
    part_id: int
    number: str
    name: str
    quantity: Quantity
    owed: Money
    order_number: str


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement with the owner of consigned goods."""

    id: int
    number: str
    name: str
    total: Money
    uses: int
    note: str
    staff: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LoanRow:
    """Parts borrowed from or lent to another shop; ``rest`` is still out."""

    id: int
    number: str
    way: LoanWay
    part_id: int
    part_number: str
    part_name: str
    unit: str
    shop: str
    quantity: Quantity
    returned: Quantity
    value: Money
    staff: str
    at: datetime
    days: int

    @property
    def rest(self) -> Quantity:
        """What is still out."""
        return self.quantity - self.returned
