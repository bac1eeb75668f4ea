"""What the intake page sends and gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType

from app.core.brand_codes import Claimable
from app.core.enums import (
    CoverReason,
    JobKind,
    PaperKind,
    Payer,
    PaymentMethod,
    ServiceType,
    Status,
    Visit,
)
from app.core.money import Money
from app.features.brands.snapshots import PlanEntry
from app.papers.shop_block import ShopBlock

#: More would push the form out of sight.
MOST_WARNINGS = 4
#: Who may pay under which letter (domain.md §4); any other pair is refused.
PAYERS: Mapping[ServiceType, tuple[Payer, ...]] = MappingProxyType(
    {
        ServiceType.PAID: (Payer.CUSTOMER,),
        ServiceType.FREE: (Payer.BRAND, Payer.SHOP, Payer.UNDERWRITER),
        ServiceType.CONTRACT: (Payer.CONTRACT, Payer.CUSTOMER),
    }
)


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """The customer as typed.

    With ``id`` a known one was taken over: then gaps in his record are filled and the address corrected, while his
    name and a phone he has are changed on the customers page only.
    """

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
    #: The device is in its repair mode: no passcode is needed, and that is written down.
    repair_mode: bool = False
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
    #: From the type plate: without proof of purchase the warranty counts from it.
    produced_on: date | None = None
    #: The outdoor unit of an air conditioner.
    outdoor_serial: str = ""
    #: The user broke it: the maker's warranty does not pay.
    user_damage: bool = False
    #: A plan or an extension that the customer shows, written down with the device.
    plan: PlanEntry | None = None


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
    produced_on: date | None = None
    outdoor_serial: str = ""


@dataclass(frozen=True, slots=True)
class KnownOrder:
    """An order beside the form: the customer's newest ones, or what was tried before on a device."""

    id: int
    number: str
    status: Status
    category: str
    brand: str
    model: str
    fault: str
    taken_in_at: datetime


@dataclass(frozen=True, slots=True)
class KnownCustomer:
    """A known customer beside the form; ``orders`` are his newest, the open ones first."""

    id: int
    name: str
    phone: str
    phone2: str
    address: str
    notes: str
    open_orders: int
    devices: tuple[KnownDevice, ...]
    orders: tuple[KnownOrder, ...] = ()

    def device(self, device_id: int | None) -> KnownDevice | None:
        """One of his devices."""
        return next((each for each in self.devices if each.id == device_id), None)


@dataclass(frozen=True, slots=True)
class KnownSerial:
    """Whose device has a serial number."""

    device_id: int
    customer_id: int
    customer_name: str


@dataclass(frozen=True, slots=True)
class FoundCover:
    """Who pays, with the reason that is shown."""

    service_type: ServiceType
    payer: Payer
    reason: CoverReason
    until: date | None
    #: Whether the production date would decide, or the outdoor unit's number will be asked for.
    asks_production: bool = False
    asks_outdoor: bool = False


class Warn(StrEnum):
    """What an ``IntakeWarning`` is about."""

    SAME_SERIAL = "same_serial"
    OPEN_ORDER = "open_order"
    REWORK = "rework"
    STATUTORY = "statutory"


@dataclass(frozen=True, slots=True)
class IntakeWarning:
    """Something the clerk should know before saving.

    ``SAME_SERIAL``: the serial number belongs to ``customer_name``'s device, taken in before.
    ``OPEN_ORDER``: this device is still in the shop's care. ``REWORK``: our guarantee on its last repair
    runs until ``until``: is it the same fault again? ``STATUTORY``: by the statutory guarantee the customer may ask for
    another one, for ``claimable``; it belongs to no order.
    """

    kind: Warn
    order_id: int
    number: str
    customer_name: str
    until: date | None = None
    status: Status | None = None
    fault: str = ""
    customer_id: int = 0
    device_id: int = 0
    claimable: tuple[Claimable, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptPhoto:
    """A picture that is safely on the disk; drafts hold these instead of the bytes."""

    sha256: str
    suffix: str


@dataclass(frozen=True, slots=True)
class IntakeChoices:
    """What the form offers: categories, phrases, chips, shelves, technicians, defaults, and the shop's words
    for the receipt."""

    categories: tuple[str, ...]
    quick_faults: Mapping[str, tuple[str, ...]]
    accessories: tuple[str, ...]
    damages: tuple[str, ...]
    shelves: tuple[str, ...]
    technicians: tuple[tuple[int, str], ...]
    promised_on: Mapping[str, date]
    today: date
    time_zone: str
    shop: ShopBlock
    terms: str
    care: Mapping[str, str]
    #: "" = papers speak the window's language.
    paper_language: str
    prints: tuple[PaperKind, ...]

    def phrases(self, category: str) -> tuple[str, ...]:
        """Quick phrases for a fault: the category's own first, then those for every category."""
        own = self.quick_faults.get(category, ()) if category else ()
        return tuple(dict.fromkeys((*own, *self.quick_faults.get("", ()))))
