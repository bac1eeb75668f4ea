"""What pages hold of customers: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from app.core.money import Money
from app.features.finder.snapshots import OrderHit


@dataclass(frozen=True, slots=True)
class CustomerRow:
    """One row of the customers list."""

    id: int
    version: int
    name: str
    phone: str
    phone2: str
    address: str
    #: How many orders, and the day of the newest.
    orders: int
    last_order: date | None


@dataclass(frozen=True, slots=True)
class CustomersPage:
    """A page of customers, newest first; ``next_key`` asks for the next one, None at the end."""

    rows: tuple[CustomerRow, ...]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """One device of a customer."""

    id: int
    category: str
    brand: str
    model: str
    serial: str
    purchased_on: date | None
    proof_seen: bool
    orders: int


@dataclass(frozen=True, slots=True)
class OrdersPage:
    """A page of a customer's orders, newest first."""

    rows: tuple[OrderHit, ...]
    next_key: int | None


@dataclass(frozen=True, slots=True)
class UnpaidInvoice:
    """An invoice to the customer that is not paid in full (挂账)."""

    id: int
    number: str
    order_id: int
    order_number: str
    issued_on: date
    total: Money
    due: Money


@dataclass(frozen=True, slots=True)
class Balance:
    """Where the shop and the customer stand."""

    #: What he still has to pay: Σ due of ``unpaid``.
    receivable: Money
    #: What the shop holds for him: deposits and credit, money paid and not used for an invoice.
    held: Money
    unpaid: tuple[UnpaidInvoice, ...]


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """Everything about one customer, those merged into him included."""

    id: int
    version: int
    name: str
    phone: str
    phone2: str
    address: str
    notes: str
    tax_number: str
    #: Member level; "" for none.
    level: str
    created_at: datetime
    #: How many records were merged into this one.
    merged: int
    devices: tuple[DeviceRow, ...]
    orders: OrdersPage
    balance: Balance


@dataclass(frozen=True, slots=True)
class CustomerEntry:
    """What is typed about a customer."""

    name: str
    phone: str = ""
    phone2: str = ""
    address: str = ""
    notes: str = ""
    tax_number: str = ""
    #: Member level, by which the price list has its own prices.
    level: str = ""


class Alike(StrEnum):
    """Why two customers may be one, the strongest reason first."""

    SAME_PHONE = "same_phone"
    SAME_NAME_SIMILAR_PHONE = "same_name_similar_phone"
    SAME_NAME_SAME_ADDRESS = "same_name_same_address"


@dataclass(frozen=True, slots=True)
class DuplicatePair:
    """Two customers who may be one. ``keep`` is the one with more orders, then the older."""

    keep: CustomerRow
    drop: CustomerRow
    why: Alike
