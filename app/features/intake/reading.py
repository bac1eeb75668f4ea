"""What the intake page asks before anything is saved: known customers, devices, warnings, completions."""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, func, select

from app.core.enums import CLOSED, CoverReason, JobKind
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT
from app.features.brands.reading import agreed_for, plans_of
from app.features.brands.statutory import Arrival, Bought, device_clock, statutory_clock
from app.features.intake.snapshots import (
    MOST_WARNINGS,
    DeviceEntry,
    IntakeWarning,
    KnownCustomer,
    KnownDevice,
    KnownOrder,
    KnownSerial,
    Warn,
)
from app.model import Customer, Device, RepairOrder
from app.model.agreements import Terms
from app.model.cover import Cover, Plan, find_cover
from app.model.settings import ShopSettings

#: Beyond 64 bits no record has its id; SQLite would fail on the number instead of not finding it.
_LARGEST_ID = 2**63 - 1

_ORDER = RepairOrder.__table__.c
_IDS: BindParameter[Any] = bindparam("ids", expanding=True)
_CUSTOMER = select(
    Customer.id,
    Customer.name,
    Customer.phone,
    Customer.phone2,
    Customer.address,
    Customer.notes,
    Customer.merged_into_id,
).where(Customer.id == bindparam("customer_id"))
_MERGED_INTO = select(Customer.id).where(Customer.merged_into_id == bindparam("customer_id"))
_DEVICES = select(Device.__table__).where(Device.customer_id.in_(_IDS)).order_by(Device.id.desc()).limit(50)
_LAST_ORDER = (
    select(_ORDER.id, _ORDER.number, _ORDER.status, _ORDER.fault, _ORDER.taken_in_at, _ORDER.guarantee_until)
    .where(_ORDER.device_id == bindparam("device_id"))
    .order_by(_ORDER.id.desc())
    .limit(1)
)
_SHOWN = (
    _ORDER.id,
    _ORDER.number,
    _ORDER.status,
    Device.category,
    Device.brand,
    Device.model,
    _ORDER.fault,
    _ORDER.taken_in_at,
)
_ORDERS = (
    select(*_SHOWN)
    .join(Device, Device.id == _ORDER.device_id)
    .where(_ORDER.customer_id.in_(_IDS))
    .order_by(_ORDER.id.desc())
    .limit(8)
)
_OPEN = (
    select(*_SHOWN)
    .join(Device, Device.id == _ORDER.device_id)
    .where(_ORDER.customer_id.in_(_IDS), _ORDER.status.not_in(sorted(CLOSED)))
    .order_by(_ORDER.id.desc())
    .limit(50)
)
_HISTORY = (
    select(*_SHOWN)
    .join(Device, Device.id == _ORDER.device_id)
    .where(_ORDER.device_id == bindparam("device_id"))
    .order_by(_ORDER.id.desc())
    .limit(8)
)
_SAME_SERIAL = (
    select(
        _ORDER.id,
        _ORDER.number,
        _ORDER.status,
        _ORDER.fault,
        Customer.name,
        Customer.id.label("customer_id"),
        Device.id.label("device_id"),
    )
    .join(Device, Device.id == _ORDER.device_id)
    .join(Customer, Customer.id == _ORDER.customer_id)
    .where(Device.serial == bindparam("serial"))
    .order_by(_ORDER.id.desc())
    .limit(5)
)
_BY_SERIAL = (
    select(Device.id, Customer.id.label("customer_id"), Customer.name, Customer.merged_into_id)
    .join(Customer, Customer.id == Device.customer_id)
    .where(Device.serial == bindparam("serial"))
    .order_by(Device.id.desc())
    .limit(1)
)


def is_id(number: int | None) -> bool:
    """Whether a record could have this id at all."""
    return number is not None and 0 < number <= _LARGEST_ID


def askable(text: str) -> str:
    """``text`` as it may be looked up: one line, or "" for what no record holds (NUL, lone surrogates, a page)."""
    typed = text.strip()
    if len(typed) > SHORT or any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in typed):
        return ""
    return typed


def followed(reading: Connection, customer_id: int) -> int:
    """The customer whom a merged record became; ``Refusal(NOT_FOUND)``."""
    for _step in range(20):
        row = None
        if is_id(customer_id):
            row = reading.execute(_CUSTOMER, {"customer_id": customer_id}).one_or_none()
        if row is None:
            raise Refusal(Reason.NOT_FOUND)
        if row.merged_into_id is None:
            return customer_id
        customer_id = row.merged_into_id
    raise Refusal(Reason.NOT_FOUND)


def family(reading: Connection, customer_id: int) -> list[int]:
    """A customer and every record merged into him: what hangs on those is his."""
    ids, at = [customer_id], 0
    while at < len(ids):
        ids += reading.execute(_MERGED_INTO, {"customer_id": ids[at]}).scalars().all()
        at += 1
    return ids


def known_customer(reading: Connection, customer_id: int) -> KnownCustomer:
    """A customer with his devices and orders; ``Refusal(NOT_FOUND)``."""
    customer_id = followed(reading, customer_id)
    row = reading.execute(_CUSTOMER, {"customer_id": customer_id}).one()
    ids = {"ids": family(reading, customer_id)}
    waiting = reading.execute(_OPEN, ids).all()
    seen = {each.id for each in waiting}
    rest = [each for each in reading.execute(_ORDERS, ids) if each.id not in seen]
    return KnownCustomer(
        id=row.id,
        name=row.name,
        phone=row.phone,
        phone2=row.phone2,
        address=row.address,
        notes=row.notes,
        open_orders=len(waiting),
        devices=tuple(_known_device(reading, device) for device in reading.execute(_DEVICES, ids).all()),
        orders=tuple(KnownOrder(*each) for each in (*waiting, *rest)[:8]),
    )


def known_serial(reading: Connection, serial: str) -> KnownSerial | None:
    """The newest device with this serial number and whose it is now."""
    serial = askable(serial)
    row = reading.execute(_BY_SERIAL, {"serial": serial}).one_or_none() if serial else None
    if row is None:
        return None
    owner = reading.execute(_CUSTOMER, {"customer_id": followed(reading, row.customer_id)}).one()
    return KnownSerial(row.id, owner.id, owner.name)


def history(reading: Connection, device_id: int) -> tuple[KnownOrder, ...]:
    """What was done on a device before, newest first."""
    if not is_id(device_id):
        return ()
    return tuple(KnownOrder(*each) for each in reading.execute(_HISTORY, {"device_id": device_id}))


def find_warnings(reading: Connection, device: DeviceEntry, today: date) -> tuple[IntakeWarning, ...]:
    """Same serial number at somebody else's or still in the shop; a repair of ours that may not have held."""
    found: list[IntakeWarning] = []
    serial = askable(device.serial)
    for row in reading.execute(_SAME_SERIAL, {"serial": serial}) if serial else ():
        if row.status in CLOSED and row.device_id == device.device_id:
            continue
        kind = Warn.SAME_SERIAL if row.status in CLOSED else Warn.OPEN_ORDER
        if kind is Warn.SAME_SERIAL and any(each.device_id == row.device_id for each in found):
            continue
        found.append(
            IntakeWarning(
                kind,
                row.id,
                row.number,
                row.name,
                status=row.status,
                fault=row.fault,
                customer_id=row.customer_id,
                device_id=row.device_id,
            )
        )
    last = None
    if device.device_id is not None and is_id(device.device_id):
        last = reading.execute(_LAST_ORDER, {"device_id": device.device_id}).one_or_none()
    if last is not None:
        mine = {"status": last.status, "fault": last.fault, "device_id": device.device_id or 0}
        if last.status not in CLOSED:
            if all(each.order_id != last.id for each in found):
                found.append(IntakeWarning(Warn.OPEN_ORDER, last.id, last.number, "", **mine))
        elif last.guarantee_until is not None and last.guarantee_until >= today:
            # The question first: its answer decides who pays.
            found.insert(
                0, IntakeWarning(Warn.REWORK, last.id, last.number, "", last.guarantee_until, **mine)
            )
    # The statutory alarm comes beside these.
    return tuple(found[: MOST_WARNINGS - 1])


#: What a day in repair moves the end of.
_BY_MAKER = frozenset(
    {CoverReason.MAKER, CoverReason.MAKER_EXPIRED, CoverReason.PRODUCTION_DATE, CoverReason.USER_DAMAGE}
)


def cover_of(reading: Connection, settings: ShopSettings, device: DeviceEntry, today: date) -> Cover:
    """Who would pay; ``same_fault_as`` counts only for an order of this very device."""
    guarantee = None
    if device.same_fault_as is not None and is_id(device.same_fault_as):
        guarantee = reading.execute(
            select(_ORDER.guarantee_until).where(
                _ORDER.id == device.same_fault_as, _ORDER.device_id == device.device_id
            )
        ).scalar_one_or_none()
    bought = device.purchased_on if device.purchased_on is not None and device.purchased_on <= today else None
    agreed = agreed_for(reading, device.brand, device.category, today)
    known = device.device_id if device.device_id is not None and is_id(device.device_id) else None
    plans = () if known is None else plans_of(reading, known)
    if device.plan is not None:
        shown = device.plan
        plans = (*plans, Plan(shown.kind, shown.underwriter, shown.number, shown.starts_on, shown.ends_on))
    produced = device.produced_on
    if known is not None and produced is None:
        produced = reading.execute(select(Device.produced_on).where(Device.id == known)).scalar()
    ask = partial(
        find_cover,
        settings,
        today=today,
        job_kind=device.job_kind,
        brand=device.brand.strip(),
        category=device.category,
        purchased_on=bought,
        proof_seen=device.proof_seen,
        same_fault_guarantee_until=guarantee,
        terms=None if agreed is None else agreed.terms,
        produced_on=produced,
        plans=plans,
        user_damage=device.user_damage,
    )
    found = ask()
    if known is None or found.until is None or found.reason not in _BY_MAKER:
        return found
    # Days in repair extend the warranty; most devices were never here and cost nothing more.
    clock = statutory_clock(
        reading, known, today=today, zone=settings.time_zone, purchased_on=bought, until=found.until
    )
    return ask(in_repair_days=clock.extends_days) if clock.extends_days else found


def statutory_warning(
    reading: Connection, settings: ShopSettings, device: DeviceEntry, today: date
) -> IntakeWarning | None:
    """Whether the customer may ask for another one instead of this repair (domain.md §5.5). Not for what he broke."""
    if device.job_kind is not JobKind.REPAIR or device.user_damage:
        return None
    bought = device.purchased_on if device.purchased_on is not None and device.purchased_on <= today else None
    known = device.device_id if device.device_id is not None and is_id(device.device_id) else None
    found = device_clock(
        reading,
        settings,
        known,
        today,
        Bought(device.brand, device.category, bought, device.proof_seen, device.produced_on),
        Arrival(device.same_fault_as),
    )
    if not found.alarm:
        return None
    return IntakeWarning(Warn.STATUTORY, 0, "", "", device_id=known or 0, claimable=found.reasons)


def asked_of(
    reading: Connection, settings: ShopSettings, device: DeviceEntry, today: date
) -> tuple[bool, bool]:
    """Whether the production date and the outdoor unit's number are of use: a shop without brands needs neither."""
    if not settings.brands:
        return False, False
    agreed = agreed_for(reading, device.brand, device.category, today)
    terms = Terms() if agreed is None else agreed.terms
    unproved = device.purchased_on is None or not device.proof_seen
    produced = unproved and bool(device.brand.strip()) and device.job_kind is JobKind.REPAIR
    return produced, terms.is_split(device.category, device.model)


def completions(reading: Connection, column: Any, typed: str, limit: int, brand: str = "") -> tuple[str, ...]:
    """Words of a device column that begin with ``typed``, the most used first."""
    wanted = askable(typed)
    if typed.strip() and not wanted:
        return ()
    # The newest few thousand devices hold what comes in again; a whole scan would cost more than it finds.
    newest = select(column.label("word"), Device.brand, Device.id).order_by(Device.id.desc()).limit(3000)
    rows = newest.subquery()
    query = (
        select(rows.c.word)
        .where(rows.c.word != "", rows.c.word.istartswith(wanted, autoescape=True))
        .group_by(rows.c.word)
        .order_by(func.count().desc(), rows.c.word)
        .limit(limit)
    )
    if askable(brand):
        query = query.where(rows.c.brand == askable(brand))
    return tuple(reading.execute(query).scalars())


def _known_device(reading: Connection, device: Any) -> KnownDevice:
    last = reading.execute(_LAST_ORDER, {"device_id": device.id}).one_or_none()
    return KnownDevice(
        id=device.id,
        category=device.category,
        brand=device.brand,
        model=device.model,
        serial=device.serial,
        purchased_on=device.purchased_on,
        proof_seen=device.proof_seen,
        last_order_id=last.id if last else None,
        last_number=last.number if last else "",
        last_status=last.status if last else None,
        last_fault=last.fault if last else "",
        last_taken_in_at=last.taken_in_at if last else None,
        guarantee_until=last.guarantee_until if last else None,
        produced_on=device.produced_on,
        outdoor_serial=device.outdoor_serial,
    )
