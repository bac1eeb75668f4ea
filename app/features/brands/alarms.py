"""Devices in the shop whose customer may ask for another one: the statutory clock's alarms (domain.md §5.5, 三包)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, text

from app.core.clock import business_day
from app.core.enums import CLOSED, JobKind
from app.core.waiting import Waiting
from app.core.words import ngettext
from app.features.brands.statutory import device_clock
from app.model.settings import ShopSettings
from app.model.statutory import EXCHANGE_DAYS, FAILED_REPAIRS, REPAIR_DAYS, StatutoryClock
from app.store.door import Store

#: In the words of the partial index of open orders. Only a device that came a third time, was here for longer than the
#: law allows or was sold the other day can raise an alarm: of all others the clock is not counted. Days are summed
#: generously (waits, visits, repairs after the warranty): what the law says of them is the clock's.
_CANDIDATES = text(
    "SELECT o.id, o.number, o.device_id, o.taken_in_day, c.name AS customer, c.phone, d.brand, d.category, d.model,"
    " d.serial FROM repair_order o JOIN customer c ON c.id = o.customer_id JOIN device d ON d.id = o.device_id"
    " WHERE o.status NOT IN ({})"
    " AND o.job_kind = :job AND ((d.purchased_on IS NOT NULL AND d.proof_seen) OR d.produced_on IS NOT NULL)"
    " AND (julianday(o.taken_in_day) - julianday(d.purchased_on) <= :new"
    " OR (SELECT count(*) > :failed OR sum(julianday(coalesce(e.finished_day, e.delivered_day, :today))"
    " - julianday(e.taken_in_day)) > :days FROM repair_order e WHERE e.device_id = o.device_id))"
    " ORDER BY o.id".format(", ".join(f"'{each}'" for each in sorted(CLOSED)))
)


@dataclass(frozen=True, slots=True)
class AlarmRow:
    """A device in hand with an alarm."""

    order_id: int
    number: str
    customer: str
    phone: str
    brand: str
    category: str
    model: str
    serial: str
    taken_in_on: date
    clock: StatutoryClock


class Alarms:
    """Reads only."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def rows(self) -> tuple[AlarmRow, ...]:
        """All alarms of devices in hand, the oldest stay first."""
        settings = self._store.settings
        today = business_day(self._store.clock.now(), settings.time_zone)
        with self._store.read() as reading:
            return alarm_rows(reading, settings, today)

    def waiting(self) -> Waiting | None:
        """How many there are: the tab's chip, the owner's morning."""
        count = len(self.rows())
        if not count:
            return None
        words = ngettext("{n} guarantee alarm", "{n} guarantee alarms", count)
        return Waiting(count, words.format(n=count), late=True)


def alarm_rows(reading: Connection, settings: ShopSettings, today: date) -> tuple[AlarmRow, ...]:
    """Devices in hand whose clock raises an alarm."""
    asked = {
        "job": JobKind.REPAIR.value,
        "new": EXCHANGE_DAYS,
        "failed": FAILED_REPAIRS,
        "days": REPAIR_DAYS,
        "today": today.isoformat(),
    }
    found = []
    for row in reading.execute(_CANDIDATES, asked).all():
        counted = device_clock(reading, settings, row.device_id, today)
        if counted.alarm:
            found.append(
                AlarmRow(
                    row.id,
                    row.number,
                    row.customer,
                    row.phone,
                    row.brand,
                    row.category,
                    row.model,
                    row.serial,
                    date.fromisoformat(row.taken_in_day),
                    counted,
                )
            )
    return tuple(found)
