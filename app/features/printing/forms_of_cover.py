"""The form of the statutory repair record (domain.md §3, §5.5), asked for by one of the device's orders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection, select

from app.core import formats
from app.core.clock import business_day
from app.core.enums import JobKind, LineKind, NoteKind
from app.core.errors import Reason, Refusal
from app.features.brands.statutory import device_record
from app.features.printing.forms_of_shop import shop_block
from app.model import Customer, Device, OrderLine, OrderNote, RepairOrder
from app.model.statutory import Repair
from app.papers.forms_of_cover import RecordedRepair, RecordSheet
from app.store.door import Store

_DONE = (LineKind.LABOUR, LineKind.PART)
_ASKED = (
    select(
        RepairOrder.id,
        RepairOrder.device_id,
        Device.category,
        Device.brand,
        Device.model,
        Device.serial,
        Device.outdoor_serial,
        Customer.name,
        Customer.phone,
    )
    .join(Device, Device.id == RepairOrder.device_id)
    .join(Customer, Customer.id == RepairOrder.customer_id)
)


def statutory_record(reading: Connection, store: Store, number: str) -> tuple[RecordSheet, int]:
    """The record of the order's device as it stands today. ``Refusal(NOT_FOUND)``: no such order of a repair."""
    order = reading.execute(
        _ASKED.where(RepairOrder.number == number, RepairOrder.job_kind == JobKind.REPAIR)
    ).one_or_none()
    if order is None:
        raise Refusal(Reason.NOT_FOUND)
    settings = store.settings
    today = business_day(store.clock.now(), settings.time_zone)
    found = device_record(reading, settings, order.device_id, today)
    told = _told(reading, found.repairs)
    counted, bought = found.clock, found.bought
    longer = counted.extends_days
    sheet = RecordSheet(
        shop=shop_block(settings),
        number=number,
        as_of=today,
        category=order.category,
        brand=order.brand,
        model=order.model,
        serial=order.serial,
        customer_name=order.name,
        customer_phone=order.phone,
        purchased_on=bought.purchased_on,
        proof_seen=bought.proof_seen,
        produced_on=bought.produced_on,
        until=None if found.until is None else found.until + timedelta(days=longer),
        longer_days=longer,
        repairs=tuple(
            RecordedRepair(
                order_number=told[each.order_id][0],
                began_on=each.began_on,
                ended_on=each.ended_on,
                days=each.days(today),
                waited_days=each.waited_days,
                fault=told[each.order_id][1],
                done=told[each.order_id][2],
                failed=found.failed(each),
                counts=found.counts(each),
            )
            for each in found.repairs
        ),
        failed_repairs=counted.failed_repairs,
        repair_days=counted.repair_days,
        part_days=counted.part_days,
        may_ask=counted.reasons,
        outdoor_serial=order.outdoor_serial,
    )
    return sheet, order.id


def has_record(reading: Connection, order_id: int) -> bool:
    """Whether an order is a repair of a device whose warranty has a begin: only then the law's clock runs."""
    row = reading.execute(
        select(RepairOrder.job_kind, Device.purchased_on, Device.proof_seen, Device.produced_on)
        .join(Device, Device.id == RepairOrder.device_id)
        .where(RepairOrder.id == order_id)
    ).one()
    began = (row.purchased_on is not None and row.proof_seen) or row.produced_on is not None
    return row.job_kind is JobKind.REPAIR and began


def _told(reading: Connection, repairs: Sequence[Repair]) -> dict[int, tuple[str, str, str]]:
    """By order: its number, the fault as told and as found, what was done."""
    ids = [each.order_id for each in repairs]
    noted: dict[tuple[int, NoteKind], str] = {}
    for note in reading.execute(
        select(OrderNote.order_id, OrderNote.kind, OrderNote.text)
        .where(OrderNote.order_id.in_(ids), OrderNote.kind.in_((NoteKind.FAULT, NoteKind.FIX)))
        .order_by(OrderNote.id)
    ):
        noted[note.order_id, note.kind] = note.text
    done: dict[int, list[str]] = {}
    for line in reading.execute(
        select(OrderLine.order_id, OrderLine.description)
        .where(OrderLine.order_id.in_(ids), OrderLine.removed.is_(False), OrderLine.kind.in_(_DONE))
        .order_by(OrderLine.id)
    ):
        done.setdefault(line.order_id, []).append(line.description)
    return {
        row.id: (
            row.number,
            _lines(row.fault, noted.get((row.id, NoteKind.FAULT), "")),
            _lines(noted.get((row.id, NoteKind.FIX), ""), formats.joined(filter(None, done.get(row.id, ())))),
        )
        for row in reading.execute(
            select(RepairOrder.id, RepairOrder.number, RepairOrder.fault).where(RepairOrder.id.in_(ids))
        )
    }


def _lines(*texts: str) -> str:
    """Each text once, on a line of its own."""
    return "\n".join(dict.fromkeys(filter(None, texts)))
