"""One month of everybody, worked out of the rows or read as it was frozen (domain.md §9)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from app.core.clock import business_day
from app.core.enums import PayItemKind
from app.core.money import ZERO, Money
from app.features.pay.earning import Earned, earned_between, jobs_of, rule_book
from app.features.pay.hours import Stretch, minutes_of, stretches
from app.features.pay.months import bounds, following, months_until
from app.features.pay.snapshots import ItemRow, Minutes, PayMonth, pay_from_json
from app.model import PayItem, PayStatement, RepairOrder, Staff
from app.model.commission import Settled, settle

_ITEMS = (
    select(
        PayItem.id,
        PayItem.staff_id,
        PayItem.kind,
        PayItem.amount,
        PayItem.reason,
        PayItem.order_id,
        RepairOrder.number.label("order_number"),
        PayItem.at,
        Staff.name.label("by"),
    )
    .outerjoin(RepairOrder, RepairOrder.id == PayItem.order_id)
    .join(Staff, Staff.id == PayItem.by_id)
    .order_by(PayItem.id)
)
_FROZEN = select(PayStatement.content, PayStatement.digest, PayStatement.frozen_at).order_by(
    PayStatement.staff_id
)


@dataclass(frozen=True, slots=True)
class Clockwork:
    """What working time is told by."""

    zone: str
    now: datetime


def last_approved(reading: Connection) -> str:
    """The newest approved month; "" before the first."""
    return reading.execute(select(func.max(PayStatement.month))).scalar() or ""


def oldest_open(reading: Connection, month: str) -> str:
    """The month that is approved next, at the latest ``month``: the one after the last approved. Before the first
    approval it is the first month with a bonus or deduction, for what waits of those must not be lost."""
    last = last_approved(reading)
    if last:
        return min(following(last), month)
    first = reading.execute(select(func.min(PayItem.month))).scalar() or month
    return min(first, month)


def frozen(reading: Connection, month: str, staff_id: int | None = None) -> tuple[PayMonth, ...]:
    """The statements of an approved month as they were frozen; none of an open one."""
    query = _FROZEN.where(PayStatement.month == month)
    if staff_id is not None:
        query = query.where(PayStatement.staff_id == staff_id)
    found = []
    for row in reading.execute(query):
        content = json.loads(row.content)
        found.append(
            pay_from_json(
                content["statement"], row.frozen_at, content["approved_by"], bytes(row.digest).hex()
            )
        )
    return tuple(found)


def worked_out(reading: Connection, month: str, work: Clockwork) -> tuple[PayMonth, ...]:
    """An open month as it stands: everybody at work here, and whoever has anything in it."""
    carried = _carried_into(reading, month, work.zone)
    first, after = bounds(month)
    earned = earned_between(reading, first, after, rule_book(reading))
    items = _items(reading, month, work.zone)
    hours: dict[int, list[Stretch]] = defaultdict(list)
    for each in stretches(reading, first, after, work.zone, work.now):
        hours[each.staff_id].append(each)
    concerned = earned.people() | items.keys() | hours.keys() | {who for who, fen in carried.items() if fen}
    people = reading.execute(select(Staff.id, Staff.name, Staff.active).order_by(Staff.id)).all()
    return tuple(
        _pay_month(
            month,
            person.id,
            person.name,
            earned,
            items.get(person.id, ()),
            carried.get(person.id, ZERO),
            minutes_of(hours.get(person.id, ())),
        )
        for person in people
        if person.active or person.id in concerned
    )


def _carried_into(reading: Connection, month: str, zone: str) -> dict[int, Money]:
    """What of earlier months' deductions still waits, by person: from the last approved month on, month by month."""
    start = oldest_open(reading, month)
    carried = {
        row.staff_id: row.carried
        for row in reading.execute(
            select(PayStatement.staff_id, PayStatement.carried).where(
                PayStatement.month == last_approved(reading), PayStatement.month < month
            )
        )
    }
    book = rule_book(reading) if start < month else None
    for earlier in months_until(start, month):
        assert book is not None
        earned = earned_between(reading, *bounds(earlier), book)
        items = _items(reading, earlier, zone)
        for who in earned.people() | items.keys() | carried.keys():
            carried[who] = _settled(earned, who, items.get(who, ()), carried.get(who, ZERO)).carried
    return carried


def _settled(earned: Earned, who: int, items: Iterable[ItemRow], carried_in: Money) -> Settled:
    own = tuple(items)
    commission = sum(each.earned.fen for each in earned.of(who))
    bonus = sum(each.amount.fen for each in own if each.kind is PayItemKind.BONUS)
    deductions = sum(each.amount.fen for each in own if each.kind is PayItemKind.DEDUCTION)
    return settle(Money(commission + bonus), Money(deductions), carried_in)


def _pay_month(
    month: str,
    staff_id: int,
    name: str,
    earned: Earned,
    items: tuple[ItemRow, ...],
    carried_in: Money,
    minutes: Minutes,
) -> PayMonth:
    lines = earned.of(staff_id)
    settled = _settled(earned, staff_id, items, carried_in)
    return PayMonth(
        month=month,
        staff_id=staff_id,
        name=name,
        lines=lines,
        items=items,
        commission=Money(sum(each.earned.fen for each in lines)),
        bonus=settled.bonus,
        taken_back=settled.taken_back,
        carried_in=carried_in,
        deductions=settled.deductions,
        deducted=settled.deducted,
        carried=settled.carried,
        jobs=jobs_of(lines),
        minutes=minutes,
    )


def _items(reading: Connection, month: str, zone: str) -> Mapping[int, tuple[ItemRow, ...]]:
    found: dict[int, list[ItemRow]] = defaultdict(list)
    for row in reading.execute(_ITEMS.where(PayItem.month == month)):
        found[row.staff_id].append(_item(row, zone))
    return {who: tuple(items) for who, items in found.items()}


def _item(row: Any, zone: str) -> ItemRow:
    return ItemRow(
        row.id,
        row.kind,
        row.amount,
        row.reason,
        row.order_id,
        row.order_number or "",
        business_day(row.at, zone),
        row.by,
    )
