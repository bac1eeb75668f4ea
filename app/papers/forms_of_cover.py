"""The data of the statutory repair record (三包维修记录); see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.core.brand_codes import Claimable
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class RecordedRepair:
    """One stay of the device; days of 24 hours are not counted, only days of the calendar."""

    order_number: str
    began_on: date
    #: None while the device is here.
    ended_on: date | None
    #: Days in the shop, and how many of them the maker's parts were waited for.
    days: int
    waited_days: int
    fault: str
    done: str = ""
    #: The same fault came in again.
    failed: bool = False
    #: It lies within the warranty.
    counts: bool = True


@dataclass(frozen=True, slots=True)
class RecordSheet:
    """三包维修记录: a device's repairs, what the statutory clock counts, what its customer may ask for."""

    shop: ShopBlock
    #: Of the order that it was printed for.
    number: str
    as_of: date
    category: str
    brand: str
    model: str
    serial: str
    customer_name: str
    customer_phone: str
    purchased_on: date | None
    proof_seen: bool
    produced_on: date | None
    #: The warranty's last day with the days in repair; None where nothing shows its begin.
    until: date | None
    #: So many of them.
    longer_days: int
    repairs: tuple[RecordedRepair, ...]
    failed_repairs: int
    repair_days: int
    part_days: int
    may_ask: tuple[Claimable, ...] = ()
    outdoor_serial: str = ""
