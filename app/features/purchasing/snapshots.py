"""What pages hold of suppliers, proposals, purchase orders and receipts: frozen, without a database behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.enums import PlanKind, PurchaseState, RequestState, Status
from app.core.money import ZERO, Money, Quantity, total

_NOTHING = Quantity(0)

#: What may still change or arrive.
OPEN_STATES = frozenset({PurchaseState.DRAFT, PurchaseState.SENT, PurchaseState.PART_RECEIVED})
#: What goods may come in for.
COMING_STATES = frozenset({PurchaseState.SENT, PurchaseState.PART_RECEIVED})


@dataclass(frozen=True, slots=True)
class SupplierEntry:
    """What is typed about a supplier."""

    name: str
    contact: str = ""
    phone: str = ""
    address: str = ""
    #: Days from order to delivery, as a rule.
    lead_days: int = 3
    note: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class SupplierRow:
    """A supplier, with how many parts come from him."""

    id: int
    version: int
    name: str
    contact: str
    phone: str
    address: str
    lead_days: int
    note: str
    active: bool
    parts: int = 0


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A part to be bought, with the working (domain.md §7). Prices are of one unit, tax as the supplier's."""

    part_id: int
    number: str
    name: str
    unit: str
    supplier_id: int | None
    supplier: str
    supplier_number: str
    price: Money
    #: Use of the plan's full months together, and a month's share of it.
    used: Quantity
    average: Quantity
    #: Season factor of each covered month, in percent.
    percents: tuple[int, ...]
    #: Own and consigned, in all places.
    on_hand: Quantity
    reserved: Quantity
    #: Ordered or on a draft, and not here.
    on_order: Quantity
    minimum: Quantity
    #: What the formula says.
    result: Quantity

    @property
    def below_minimum(self) -> bool:
        """Whether stock and what comes are less than the shop wants to have."""
        return self.on_hand + self.on_order < self.minimum


@dataclass(frozen=True, slots=True)
class RequestRow:
    """Something somebody asked for (请购). ``part_id`` is None for what is no part yet; ``name`` says what it is."""

    id: int
    part_id: int | None
    number: str
    name: str
    unit: str
    quantity: Quantity
    order_id: int | None
    order_number: str
    urgent: bool
    state: RequestState
    note: str
    staff: str
    at: datetime
    supplier_id: int | None = None
    supplier: str = ""
    supplier_number: str = ""
    price: Money = ZERO
    #: The purchase order it is on, and when that should come.
    purchase_number: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """What to buy by one plan. ``months`` are the full months averaged (202610), ``covers`` those bought for (1 to
    12)."""

    plan: PlanKind
    months: tuple[int, ...]
    covers: tuple[int, ...]
    rows: tuple[ProposalRow, ...]
    #: Asked for and on no order yet; urgent ones first.
    requests: tuple[RequestRow, ...]


@dataclass(frozen=True, slots=True)
class Season:
    """The season factors of a category: January to December, in percent of an average month."""

    category: str
    percents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A line that shall be ordered: a part or a description, from this supplier. ``unit_price`` None takes the
    part's last one."""

    supplier_id: int
    quantity: Quantity
    part_id: int | None = None
    description: str = ""
    unit_price: Money | None = None
    order_id: int | None = None
    request_id: int | None = None


@dataclass(frozen=True, slots=True)
class LineEntry:
    """What is typed about one line of a draft."""

    quantity: Quantity
    part_id: int | None = None
    description: str = ""
    unit: str = ""
    supplier_number: str = ""
    unit_price: Money | None = None
    #: The repair order it is bought for alone.
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class HeadEntry:
    """What is typed about a purchase order as a whole. ``expected_on`` None is worked out when it is sent."""

    supplier_id: int
    urgent: bool = False
    consigned: bool = False
    note: str = ""
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class PurchaseRow:
    """One row of the list of purchase orders."""

    id: int
    number: str
    supplier: str
    state: PurchaseState
    urgent: bool
    consigned: bool
    made_at: datetime
    ordered_at: datetime | None
    expected_on: date | None
    lines: int
    total: Money
    #: Whether it should have come by today.
    late: bool


@dataclass(frozen=True, slots=True)
class PurchaseLineRow:
    """One line of a purchase order."""

    id: int
    part_id: int | None
    part_number: str
    description: str
    unit: str
    supplier_number: str
    quantity: Quantity
    received: Quantity
    cancelled: Quantity
    unit_price: Money
    order_id: int | None
    order_number: str
    request_id: int | None
    serialised: bool
    location: str

    @property
    def open(self) -> Quantity:
        """What is still to come."""
        return max(_NOTHING, self.quantity - self.received - self.cancelled)

    @property
    def amount(self) -> Money:
        """Price of what was ordered."""
        return self.unit_price.times(self.quantity)


@dataclass(frozen=True, slots=True)
class ReceiptRow:
    """A goods receipt (收货单)."""

    id: int
    number: str
    at: datetime
    staff: str
    delivery_note: str
    total: Money


@dataclass(frozen=True, slots=True)
class PurchaseCard:
    """Everything about one purchase order."""

    id: int
    version: int
    number: str
    #: Its barcode.
    code: str
    supplier: SupplierRow
    state: PurchaseState
    urgent: bool
    consigned: bool
    note: str
    made_at: datetime
    made_by: str
    ordered_at: datetime | None
    expected_on: date | None
    closed_at: datetime | None
    lines: tuple[PurchaseLineRow, ...]
    receipts: tuple[ReceiptRow, ...]

    @property
    def total(self) -> Money:
        """Price of all that was ordered."""
        return total(line.amount for line in self.lines)

    @property
    def draft(self) -> bool:
        """Whether its lines may still be changed."""
        return self.state is PurchaseState.DRAFT

    @property
    def coming(self) -> bool:
        """Whether goods may be received for it."""
        return self.state in COMING_STATES


@dataclass(frozen=True, slots=True)
class Arrived:
    """What came of one purchase line: its price for a unit, and the serial numbers of serialised pieces."""

    line_id: int
    quantity: Quantity
    unit_price: Money
    serials: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class WaitingOrder:
    """A repair order that waited for parts and has them now."""

    id: int
    number: str
    status: Status
    customer: str
    device: str
    technician: str


@dataclass(frozen=True, slots=True)
class Received:
    """What a receipt brought about."""

    receipt: ReceiptRow
    purchase: PurchaseCard
    #: Repairs that can go on now; they stand on top of the bench's queue.
    can_go_on: tuple[WaitingOrder, ...] = field(default=())
