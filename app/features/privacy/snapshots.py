"""What the privacy pages show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.enums import ErasureCause, LookKind
from app.core.money import Money


@dataclass(frozen=True, slots=True)
class LookRow:
    """One person's looks at one record on one day."""

    day: date
    who: str
    kind: LookKind
    #: The number of the order that was looked at; "" for the customer's own card.
    order: str
    first: datetime
    last: datetime
    times: int


@dataclass(frozen=True, slots=True)
class LostCustomer:
    """A customer who did not come for longer than data are kept."""

    id: int
    name: str
    phone: str
    last_visit: date
    orders: int


@dataclass(frozen=True, slots=True)
class ErasureRow:
    """One erasure that was done; whose data they were is not known any more."""

    at: datetime
    who: str
    cause: ErasureCause
    number: str


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure took away."""

    customer_id: int
    orders: int
    photos: int


@dataclass(frozen=True, slots=True)
class Obstacle:
    """Why a customer's data cannot be erased yet."""

    name: str
    open_order: str = ""
    open_money: Money | None = None
