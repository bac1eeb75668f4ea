"""The statutory guarantee clock (三包, domain.md §5.5): when a customer may ask for a replacement. Fixed numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.core.brand_codes import Claimable

#: Repairs of the same main fault that did not hold.
FAILED_REPAIRS = 2
#: More than so many days in repair by the repairer's own delay.
REPAIR_DAYS = 30
#: More than so many days waiting for the maker's parts.
PART_DAYS = 90
#: Goods faulty within so many days of the sale: refund or exchange; exchange.
REFUND_DAYS, EXCHANGE_DAYS = 7, 15


@dataclass(frozen=True, slots=True)
class Repair:
    """One stay of the device in the shop within the warranty; ``ended_on`` None while it lasts."""

    order_id: int
    fault: str
    began_on: date
    ended_on: date | None
    #: Days of it on which parts of the maker were waited for.
    waited_days: int = 0
    #: It was repaired (not returned unrepaired, not cancelled).
    repaired: bool = True

    def days(self, today: date) -> int:
        """Days in the shop: the day the device is brought counts, the day it is ready does not."""
        return max(((self.ended_on or today) - self.began_on).days, 0)


@dataclass(frozen=True, slots=True)
class StatutoryClock:
    """The counts as they stand, and what follows from them."""

    failed_repairs: int
    repair_days: int
    part_days: int
    reasons: tuple[Claimable, ...]

    @property
    def alarm(self) -> bool:
        """Whether the customer may ask for a replacement (or, in the first days, for his money)."""
        return bool(self.reasons)

    @property
    def extends_days(self) -> int:
        """So many days the warranty is longer: all days in repair."""
        return self.repair_days + self.part_days


def clock(
    repairs: Sequence[Repair], *, today: date, purchased_on: date | None, until: date | None
) -> StatutoryClock:
    """Count the repairs of one device within its warranty.

    ``until`` is the warranty's last day without its extension by repairs; None counts nothing. A repair did not hold
    when the same fault came in again after it. Money back or an exchange in the first days is for
    as long as the device is here: who took it back repaired has chosen.
    """
    if until is None:
        return StatutoryClock(0, 0, 0, ())
    inside = sorted(
        (each for each in repairs if each.began_on <= until), key=lambda each: (each.began_on, each.order_id)
    )
    failed = max(
        (
            sum(1 for each in inside[:at] if each.repaired and each.fault == last.fault)
            for at, last in enumerate(inside)
            if last.fault
        ),
        default=0,
    )
    waited = sum(each.waited_days for each in inside)
    stayed = sum(each.days(today) for each in inside)
    own = max(stayed - waited, 0)
    reasons = []
    if failed >= FAILED_REPAIRS:
        reasons.append(Claimable.FAILED_REPAIRS)
    if own > REPAIR_DAYS:
        reasons.append(Claimable.REPAIR_DAYS)
    if waited > PART_DAYS:
        reasons.append(Claimable.PART_DAYS)
    if purchased_on is not None and inside and inside[-1].ended_on is None:
        after = (inside[-1].began_on - purchased_on).days
        if 0 <= after <= REFUND_DAYS:
            reasons.append(Claimable.REFUND)
        elif 0 <= after <= EXCHANGE_DAYS:
            reasons.append(Claimable.EXCHANGE)
    return StatutoryClock(failed, own, waited, tuple(reasons))
