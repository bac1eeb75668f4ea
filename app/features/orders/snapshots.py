"""What pages hold of a repair order: frozen, complete, without a database behind it (design.md §2)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.enums import (
    Action,
    ApprovalWay,
    Command,
    CoverReason,
    JobKind,
    LineKind,
    NoteKind,
    Payer,
    QuoteState,
    RequestState,
    ServiceType,
    Status,
    Visit,
)
from app.core.errors import Refusal
from app.core.money import ZERO, Money, Quantity

_NOTHING = Quantity(0)


@dataclass(frozen=True, slots=True)
class CardLine:
    """One charge on the card. ``gross`` is what its payer pays, tax included."""

    id: int
    kind: LineKind
    part_id: int | None
    part_number: str
    description: str
    unit: str
    quantity: Quantity
    taken: Quantity
    on_hand: Quantity | None
    location: str
    unit_price: Money
    amount: Money
    gross: Money
    tax_permille: int
    payer: Payer
    minutes: int
    #: For parts: used before the receipt was booked in.
    owed: Quantity = _NOTHING
    #: For parts: what the person at work may take for this order: his own bag, and shelves without what is held
    #: for others.
    available: Quantity | None = None
    #: For parts: held for this order.
    reserved: Quantity = _NOTHING
    #: For parts: on open shelves and in vans, held or not.
    on_shelf: Quantity = _NOTHING
    #: For parts still to be taken: ordered from suppliers and not yet here.
    on_order: Quantity = _NOTHING
    #: For parts still to be taken: asked for from purchasing for this order, and not ordered yet.
    requested: bool = False
    #: For parts: each piece has its serial number.
    serialised: bool = False
    #: What the price list said for one; None where there is no list price.
    list_price: Money | None = None
    #: Why ``unit_price`` is another one: the customer's level, or what was typed.
    price_reason: str = ""
    #: The entry of the price list.
    item_code: str = ""

    @property
    def planned(self) -> Quantity:
        """How much of a part is still to be taken from stock."""
        return self.quantity - self.taken - self.owed if self.kind is LineKind.PART else Quantity(0)


@dataclass(frozen=True, slots=True)
class CardNote:
    """A dated remark."""

    kind: NoteKind
    text: str
    staff: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardPhoto:
    """A picture of the device: where it lies under DIR/photos."""

    id: int
    sha256: str
    suffix: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CardQuote:
    """The newest quote."""

    id: int
    version: int
    state: QuoteState
    total: Money
    valid_until: date
    way: ApprovalWay | None
    #: Whether it still waits for an answer although its last day is over.
    expired: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier order of the same device, with what was found, done and put in then."""

    id: int
    number: str
    status: Status
    fault: str
    taken_in_at: datetime
    guarantee_until: date | None
    cause: str = ""
    fix: str = ""
    parts: str = ""


@dataclass(frozen=True, slots=True)
class CardWish:
    """Something that was asked for from purchasing for this order, and how far it is."""

    name: str
    quantity: Quantity
    unit: str
    urgent: bool
    state: RequestState
    #: When it should come, once it is ordered.
    expected_on: date | None = None


@dataclass(frozen=True, slots=True)
class OrderEntry:
    """What was written down at intake, as it should read."""

    category: str
    brand: str
    model: str
    serial: str
    fault: str
    accessories: tuple[str, ...] = ()
    damage: str = ""
    shelf: str = ""
    estimate: Money | None = None
    spend_limit: Money | None = None
    promised_on: date | None = None


@dataclass(frozen=True, slots=True)
class OfferedAction:
    """A move that the present status knows: allowed when ``refusal`` is None."""

    action: Action
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class OrderCard:
    """One repair order as the bench and the counter see it."""

    id: int
    version: int
    number: str
    card_code: str
    status: Status
    visit: Visit
    job_kind: JobKind
    service_type: ServiceType
    payer: Payer
    cover_reason: CoverReason
    cover_until: date | None
    #: Who overrode the cover, and why; empty where nobody did.
    cover_who: str
    cover_note: str
    customer_id: int
    customer_name: str
    customer_phone: str
    customer_address: str
    device_id: int
    category: str
    brand: str
    model: str
    serial: str
    fault: str
    accessories: tuple[str, ...]
    damage: str
    shelf: str
    estimate: Money | None
    spend_limit: Money | None
    approved_total: Money | None
    has_passcode: bool
    technician_id: int | None
    technician: str
    promised_at: datetime | None
    late: bool
    taken_in_at: datetime
    ready_at: datetime | None
    delivered_at: datetime | None
    guarantee_until: date | None
    rework_of: str
    lines: tuple[CardLine, ...]
    notes: tuple[CardNote, ...]
    photos: tuple[CardPhoto, ...]
    quote: CardQuote | None
    earlier: tuple[Earlier, ...]
    #: Minutes worked so far, closed stretches only; ``running_since`` is the open one.
    minutes: int
    running_since: datetime | None
    running_staff: str
    #: Whether it is the clock of who looks at the card.
    running_mine: bool
    customer_total: Money
    other_total: Money
    deposit_held: Money
    paid: Money
    due: Money
    invoice_number: str
    actions: tuple[OfferedAction, ...]
    wishes: tuple[CardWish, ...] = ()
    #: What credit notes took off what the customer was charged for this order.
    credited: Money = ZERO

    @property
    def device(self) -> str:
        """Brand and model in one line; the category's word is looked up by the page."""
        return " ".join(part for part in (self.brand, self.model) if part)

    @property
    def repair_mode(self) -> bool:
        """Whether the customer switched the device to its repair mode, so that no passcode is needed."""
        return any(note.kind is NoteKind.REPAIR_MODE for note in self.notes)

    @property
    def passcode_ended(self) -> bool:
        """Whether a passcode was kept here and erased because its days were over."""
        return not self.has_passcode and any(note.kind is NoteKind.PASSCODE_ERASED for note in self.notes)

    def refusal(self, action: Action) -> Refusal | None:
        """Why ``action`` may not be done, None when it may; MOVE_NOT_ALLOWED for moves the status does not know."""
        from app.core.errors import Reason

        for offered in self.actions:
            if offered.action is action:
                return offered.refusal
        return Refusal(Reason.MOVE_NOT_ALLOWED, action=action, status=self.status)


@dataclass(frozen=True, slots=True)
class OrderRow:
    """One line of a list of orders."""

    id: int
    number: str
    status: Status
    customer_name: str
    customer_phone: str
    category: str
    brand: str
    model: str
    fault: str
    technician: str
    promised_at: datetime | None
    taken_in_at: datetime
    late: bool
    shelf: str
    #: It waits for parts, and they are all here now (domain.md §7); known to the bench's queue.
    arrived: bool = False


class OrderFilter(StrEnum):
    """The looks at the list of orders."""

    ALL = "all"
    OPEN = "open"
    AT_COUNTER = "at_counter"
    LATE = "late"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True)
class OrdersPageRows:
    """One page of the list; the last row's id asks for the next."""

    rows: tuple[OrderRow, ...]


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One line of an order's history: a journal entry (``command``) or a note (``note``)."""

    at: datetime
    staff: str
    command: Command | None
    action: Action | None
    from_status: Status | None
    to_status: Status | None
    note: NoteKind | None
    text: str
    denied: bool
