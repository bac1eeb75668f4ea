"""What the intake page sends and gets."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from app.core.enums import CoverReason, JobKind, Payer, PaymentMethod, ServiceType, Status, Visit
from app.core.money import Money


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """The customer as typed; ``id`` when a known one was taken over (then name, phone … update the record)."""

    id: int | None = None
    name: str = ""
    phone: str = ""
    phone2: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """One device and its job as typed. Amounts are Money; the passcode is encrypted when saved."""

    device_id: int | None = None
    category: str = ""
    brand: str = ""
    model: str = ""
    serial: str = ""
    purchased_on: date | None = None
    proof_seen: bool = False
    fault: str = ""
    accessories: tuple[str, ...] = ()
    damage: str = ""
    passcode: str = ""
    shelf: str = ""
    job_kind: JobKind = JobKind.REPAIR
    visit: Visit = Visit.COUNTER
    #: The clerk says it is the same fault as in this earlier order (own guarantee, rework).
    same_fault_as: int | None = None
    #: A lead's override of the cover that was found, with his note.
    service_type: ServiceType | None = None
    payer: Payer | None = None
    cover_note: str = ""
    estimate: Money | None = None
    spend_limit: Money | None = None
    promised_on: date | None = None
    technician_id: int | None = None
    photos: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class TakeIn:
    """One visit to the counter: a customer with one or more devices, and perhaps a deposit for the first."""

    customer: CustomerEntry
    devices: tuple[DeviceEntry, ...]
    deposit: Money = field(default_factory=Money)
    deposit_method: PaymentMethod = PaymentMethod.CASH
    source_refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TakenInOrder:
    """What was saved for one device."""

    order_id: int
    version: int
    number: str
    card_code: str
    receipt_code: str


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What was saved for one visit; ``payment_number`` is the deposit's receipt, or ""."""

    customer_id: int
    orders: tuple[TakenInOrder, ...]
    payment_number: str = ""


@dataclass(frozen=True, slots=True)
class KnownDevice:
    """A device of a known customer, with its newest order."""

    id: int
    category: str
    brand: str
    model: str
    serial: str
    purchased_on: date | None
    proof_seen: bool
    last_order_id: int | None
    last_number: str
    last_status: Status | None
    last_fault: str
    last_taken_in_at: datetime | None
    guarantee_until: date | None


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A known customer beside the form."""

    id: int
    name: str
    phone: str
    phone2: str
    address: str
    notes: str
    open_orders: int
    devices: tuple[KnownDevice, ...]


@dataclass(frozen=True, slots=True)
class FoundCover:
    """Who pays, with the reason that is shown."""

    service_type: ServiceType
    payer: Payer
    reason: CoverReason
    until: date | None


@dataclass(frozen=True, slots=True)
class IntakeWarning:
    """Something the clerk should know before saving; ``kind`` is ``same_serial``, ``open_order`` or ``rework``."""

    kind: str
    order_id: int
    number: str
    customer_name: str
    until: date | None = None


@dataclass(frozen=True, slots=True)
class IntakeChoices:
    """What the form offers: categories, phrases, chips, shelves, technicians, defaults."""

    categories: tuple[str, ...]
    quick_faults: dict[str, tuple[str, ...]]
    accessories: tuple[str, ...]
    damages: tuple[str, ...]
    shelves: tuple[str, ...]
    technicians: tuple[tuple[int, str], ...]
    promised_on: dict[str, date]
    today: date
