"""The statutory clock of one device, counted from its orders and their journal (domain.md §5.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, bindparam, or_, select

from app.core.clock import business_day
from app.core.enums import JobKind, LineKind, Status, Visit
from app.features.brands.reading import agreed_for
from app.model import Claim, Device, JournalEntry, OrderLine, RepairOrder
from app.model.cover import maker_until, warranty_months
from app.model.settings import ShopSettings
from app.model.statutory import Repair, StatutoryClock, clock

_STAYS = (
    select(
        RepairOrder.id,
        RepairOrder.rework_of_id,
        RepairOrder.visit,
        RepairOrder.status,
        RepairOrder.taken_in_day,
        RepairOrder.finished_day,
        RepairOrder.delivered_day,
        Claim.fault_code,
        select(OrderLine.id)
        .where(
            OrderLine.order_id == RepairOrder.id,
            OrderLine.removed.is_(False),
            OrderLine.kind.in_((LineKind.LABOUR, LineKind.PART)),
        )
        .limit(1)
        .exists()
        .label("worked"),
    )
    .outerjoin(Claim, Claim.order_id == RepairOrder.id)
    .where(RepairOrder.device_id == bindparam("device_id"), RepairOrder.job_kind == JobKind.REPAIR)
    .order_by(RepairOrder.id)
)
_WAITS = (
    select(JournalEntry.order_id, JournalEntry.at, JournalEntry.to_status)
    .join(RepairOrder, RepairOrder.id == JournalEntry.order_id)
    .where(
        RepairOrder.device_id == bindparam("device_id"),
        or_(
            JournalEntry.to_status == Status.WAITING_PARTS,
            JournalEntry.from_status == Status.WAITING_PARTS,
        ),
    )
    .order_by(JournalEntry.id)
)
_BOUGHT = select(
    Device.brand, Device.category, Device.purchased_on, Device.proof_seen, Device.produced_on
).where(Device.id == bindparam("device_id"))
_GONE = frozenset({Status.CANCELLED})
#: The stay that is about to begin has no order yet; it comes after all others.
_ARRIVING = 2**63 - 1
#: Without an agreement and without proof of purchase (domain.md §5.1).
_PRODUCTION_DAYS = 90


@dataclass(frozen=True, slots=True)
class Bought:
    """What a device's warranty counts from, as typed or as kept."""

    brand: str
    category: str
    purchased_on: date | None
    proof_seen: bool
    produced_on: date | None


@dataclass(frozen=True, slots=True)
class DeviceRecord:
    """A device's repairs, oldest first, and what the clock makes of them."""

    bought: Bought
    #: The warranty's last day before days in repair extend it; None where nothing shows its begin.
    until: date | None
    repairs: tuple[Repair, ...]
    clock: StatutoryClock

    def counts(self, repair: Repair) -> bool:
        """Whether the repair lies within the warranty."""
        return self.until is not None and repair.began_on <= self.until

    def failed(self, repair: Repair) -> bool:
        """Whether it did not hold: the same fault came in again within the warranty."""
        return repair.repaired and any(
            each.fault == repair.fault and self.counts(each) and each.order_id > repair.order_id
            for each in self.repairs
        )


@dataclass(frozen=True, slots=True)
class Arrival:
    """A stay that begins today; ``again``: the order whose fault is back."""

    again: int | None = None


def stays(reading: Connection, device_id: int, today: date, zone: str) -> tuple[Repair, ...]:
    """The device's repairs, oldest first. The main fault is the brand's code where the claim has one, else what the
    counter said came again (``rework_of_id``)."""
    rows = [row for row in reading.execute(_STAYS, {"device_id": device_id}) if row.status not in _GONE]
    waited = _waited(reading, device_id, today, zone)
    root: dict[int, str] = {}
    known: dict[str, str] = {}
    found = []
    for row in rows:
        fault = root.get(row.rework_of_id or 0, f"#{row.id}")
        if row.fault_code:
            fault = known.setdefault(row.fault_code, fault)
        root[row.id] = fault
        ended = row.finished_day or row.delivered_day
        found.append(
            Repair(
                order_id=row.id,
                fault=fault,
                began_on=row.taken_in_day,
                # A visit keeps nobody's device.
                ended_on=row.taken_in_day if row.visit is Visit.ON_SITE and ended is not None else ended,
                waited_days=waited.get(row.id, 0),
                repaired=bool(row.worked) and ended is not None,
            )
        )
    return tuple(found)


def statutory_clock(
    reading: Connection,
    device_id: int,
    *,
    today: date,
    zone: str,
    purchased_on: date | None,
    until: date | None,
    without_order: int | None = None,
) -> StatutoryClock:
    """The counts of one device; ``until``: the warranty's end before days in repair extend it."""
    repairs = [each for each in stays(reading, device_id, today, zone) if each.order_id != without_order]
    return clock(repairs, today=today, purchased_on=purchased_on, until=until)


def device_clock(
    reading: Connection,
    settings: ShopSettings,
    device_id: int | None,
    today: date,
    bought: Bought | None = None,
    arrival: Arrival | None = None,
) -> StatutoryClock:
    """The clock of a device as it is known, or as it is typed at the counter (``bought``, ``arrival``).

    Without proof of purchase nothing is counted from a purchase date; without any begin nothing counts at all.
    """
    if bought is None:
        bought = _bought(reading, device_id)
    until = _until(reading, settings, bought, today)
    repairs = (
        () if device_id is None or until is None else stays(reading, device_id, today, settings.time_zone)
    )
    if arrival is not None:
        fault = next((each.fault for each in repairs if each.order_id == arrival.again), "")
        repairs = (*repairs, Repair(_ARRIVING, fault, today, None))
    return clock(repairs, today=today, purchased_on=_proven(bought), until=until)


def device_record(reading: Connection, settings: ShopSettings, device_id: int, today: date) -> DeviceRecord:
    """Every repair of a device and its clock, as the statutory repair record says them (三包维修记录)."""
    bought = _bought(reading, device_id)
    until = _until(reading, settings, bought, today)
    repairs = stays(reading, device_id, today, settings.time_zone)
    counted = clock(repairs, today=today, purchased_on=_proven(bought), until=until)
    return DeviceRecord(bought, until, repairs, counted)


def _bought(reading: Connection, device_id: int | None) -> Bought:
    row = reading.execute(_BOUGHT, {"device_id": device_id}).one_or_none()
    return Bought("", "", None, False, None) if row is None else Bought(*row)


def _proven(bought: Bought) -> date | None:
    return bought.purchased_on if bought.proof_seen else None


def _until(reading: Connection, settings: ShopSettings, bought: Bought, today: date) -> date | None:
    """The warranty's last day before days in repair extend it."""
    purchased = _proven(bought)
    if purchased is None and bought.produced_on is None:
        return None
    agreed = agreed_for(reading, bought.brand, bought.category, today)
    until, _reason = maker_until(
        warranty_months(settings, bought.brand.strip(), bought.category)
        if agreed is None
        else agreed.terms.months(bought.category),
        purchased_on=purchased,
        proof_seen=bought.proof_seen,
        produced_on=bought.produced_on,
        production_days=_PRODUCTION_DAYS if agreed is None else agreed.terms.production_days,
        in_repair_days=0,
    )
    return until


def _waited(reading: Connection, device_id: int, today: date, zone: str) -> dict[int, int]:
    since: dict[int, date] = {}
    days: dict[int, int] = {}
    for row in reading.execute(_WAITS, {"device_id": device_id}):
        day = business_day(row.at, zone)
        if row.to_status is Status.WAITING_PARTS:
            since[row.order_id] = day
        elif row.order_id in since:
            days[row.order_id] = days.get(row.order_id, 0) + _apart(since.pop(row.order_id), day)
    for order_id, day in since.items():
        days[order_id] = days.get(order_id, 0) + _apart(day, today)
    return days


def _apart(first: date, last: date) -> int:
    return max((last - first).days, 0)
