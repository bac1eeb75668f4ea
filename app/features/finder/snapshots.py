"""What the finder and lists of orders hold: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.enums import Status
from app.core.errors import Reason


@dataclass(frozen=True, slots=True)
class OrderHit:
    """One order in a list of hits."""

    id: int
    number: str
    status: Status
    customer_id: int
    customer: str
    phone: str
    category: str
    brand: str
    model: str
    serial: str
    fault: str
    taken_in: date


class HitKind(StrEnum):
    """What a hit is; the values are the command line's (``xiuhu find --json``)."""

    ORDER = "order"
    CUSTOMER = "customer"
    PART = "part"
    STAFF = "staff"
    INVOICE = "invoice"
    CREDIT_NOTE = "credit-note"
    PAYMENT = "payment"
    WRITE_OFF = "write-off"
    QUOTE = "quote"
    CLAIM = "claim"
    DAY_CLOSE = "day-close"
    SHIFT = "till-count"
    CASH_SLIP = "cash-slip"


@dataclass(frozen=True, slots=True)
class FinderHit:
    """One line of the finder. ``title`` and ``detail`` are the shop's own words; the category, the method and the state
    of a quote are in the language of the moment. ``id`` is of the record that it opens: ``opens`` where that is
    another one (a credit note opens its invoice), else of its own kind."""

    kind: HitKind
    id: int
    number: str
    title: str
    detail: str
    status: Status | None = None
    opens: HitKind | None = None


@dataclass(frozen=True, slots=True)
class FinderResults:
    """Hits by group, newest first in each."""

    orders: tuple[FinderHit, ...] = ()
    customers: tuple[FinderHit, ...] = ()
    parts: tuple[FinderHit, ...] = ()
    #: Invoices, credit notes, payments, write-offs, quotes, claims and papers of the till: by their own numbers only.
    papers: tuple[FinderHit, ...] = ()
    #: The one record behind a sound barcode or a whole order number: the page opens it at once.
    exact: FinderHit | None = None
    #: Why a barcode led to nothing: CODE_DAMAGED or CODE_UNKNOWN.
    trouble: Reason | None = None

    @property
    def hits(self) -> tuple[FinderHit, ...]:
        """All hits in the order they are shown, the exact one first, none twice."""
        first = (self.exact,) if self.exact is not None else ()
        return tuple(dict.fromkeys((*first, *self.papers, *self.orders, *self.customers, *self.parts)))
