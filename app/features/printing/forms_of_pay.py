"""Forms of a month's pay statement and of the day reports of technician and lead (domain.md §9)."""

from __future__ import annotations

import json
import re
from datetime import date, datetime

from sqlalchemy import Connection, select

from app.core.errors import Reason, Refusal
from app.features.pay import days
from app.features.pay.snapshots import Minutes, PayMonth, TechnicianDay, WaitingJob, pay_from_json
from app.features.pay.statements import Clockwork, worked_out
from app.features.printing.forms_of_shop import shop_block
from app.model import PayStatement
from app.papers.forms_of_money import MethodSum
from app.papers.forms_of_pay import (
    CarriedRow,
    EarnedRow,
    LeadSheet,
    PayItemRow,
    PaySheet,
    TechnicianSum,
    TypeMinutes,
    UsedRow,
    WorkedRow,
    WorkSheet,
)
from app.papers.shop_block import ShopBlock
from app.store.door import Store

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})")
_DAY_OF = re.compile(r"(\d{4}-\d{2}-\d{2})-(\d{1,9})")
_MONTH_OF = re.compile(r"(\d{4}-\d{2})-(\d{1,9})")


def technician_day(reading: Connection, store: Store, number: str) -> tuple[WorkSheet, None]:
    """A technician's day, asked for like ``2026-11-22-3``: the day and the person. ``Refusal(NOT_FOUND)``."""
    day, staff_id = _read(_DAY_OF, number)
    zone, now = store.settings.time_zone, store.clock.now()
    report = days.technician_day(reading, int(staff_id), _day(day), zone, now)
    sheet = WorkSheet(
        shop=shop_block(store.settings),
        number=number,
        day=report.day,
        name=report.name,
        made_at=now,
        jobs=tuple(
            WorkedRow(
                each.number,
                each.device,
                each.service,
                each.status,
                each.finished,
                each.minutes,
                each.running,
            )
            for each in report.jobs
        ),
        parts=tuple(
            UsedRow(each.number, each.name, each.quantity, each.unit, each.order_number)
            for each in report.parts
        ),
        carried=tuple(_carried(each) for each in report.waiting),
        minutes=_minutes(report.minutes),
    )
    return sheet, None


def lead_day(reading: Connection, store: Store, number: str) -> tuple[LeadSheet, None]:
    """The lead's day, asked for by its day. ``Refusal(NOT_FOUND)``."""
    (day,) = _read(_DAY, number)
    now = store.clock.now()
    report = days.lead_day(reading, _day(day), store.settings.time_zone, now)
    sheet = LeadSheet(
        shop=shop_block(store.settings),
        number=number,
        day=report.day,
        made_at=now,
        technicians=tuple(_sum_of(each) for each in report.technicians),
        takings=tuple(MethodSum(each.method, each.taken, each.refunded) for each in report.takings),
        carried=tuple(_carried(job, each.name) for each in report.technicians for job in each.waiting),
        taken_in=report.taken_in,
        delivered=report.delivered,
        free=report.free,
    )
    return sheet, None


def pay_statement(reading: Connection, store: Store, number: str) -> tuple[PaySheet, None]:
    """One person's month, asked for like ``2026-11-3``: an approved one out of what was frozen and nothing else, so
    that every print is the same; an open one as it stands. ``Refusal(NOT_FOUND)``."""
    month, staff_id = _read(_MONTH_OF, number)
    _day(f"{month}-01")
    kept = reading.execute(
        select(PayStatement.content, PayStatement.digest).where(
            PayStatement.month == month, PayStatement.staff_id == int(staff_id)
        )
    ).one_or_none()
    if kept is not None:
        content = json.loads(kept.content)
        approved_at = datetime.fromisoformat(content["approved_at"])
        digest = bytes(kept.digest).hex()
        pay = pay_from_json(content["statement"], approved_at, content["approved_by"], digest)
        return _pay(ShopBlock(**content["shop"]), number, pay), None
    work = Clockwork(store.settings.time_zone, store.clock.now())
    for pay in worked_out(reading, month, work):
        if pay.staff_id == int(staff_id):
            return _pay(shop_block(store.settings), number, pay), None
    raise Refusal(Reason.NOT_FOUND)


def _pay(shop: ShopBlock, number: str, pay: PayMonth) -> PaySheet:
    return PaySheet(
        shop=shop,
        number=number,
        month=pay.month,
        name=pay.name,
        commission=pay.commission,
        bonus=pay.bonus,
        deducted=pay.deducted,
        carried=pay.carried,
        lines=tuple(
            EarnedRow(
                each.day,
                each.order_number,
                each.document,
                each.kind,
                each.base,
                each.permille,
                each.earned,
            )
            for each in pay.lines
        ),
        items=tuple(
            PayItemRow(each.day, each.kind, each.amount, each.reason, each.order_number) for each in pay.items
        ),
        deductions=pay.deductions,
        taken_back=pay.taken_back,
        carried_in=pay.carried_in,
        jobs=pay.jobs,
        minutes=_minutes(pay.minutes),
        approved_at=pay.frozen_at,
        approved_by=pay.frozen_by,
        digest=pay.digest,
    )


def _sum_of(report: TechnicianDay) -> TechnicianSum:
    return TechnicianSum(
        report.name,
        report.done,
        len(report.jobs),
        _minutes(report.minutes),
        len(report.parts),
        len(report.waiting),
    )


def _carried(job: WaitingJob, technician: str = "") -> CarriedRow:
    return CarriedRow(job.number, job.device, job.status, job.promised_on, job.late, technician)


def _minutes(minutes: Minutes) -> tuple[TypeMinutes, ...]:
    return tuple(TypeMinutes(service, count) for service, count in minutes.by_type)


def _read(shape: re.Pattern[str], number: str) -> tuple[str, ...]:
    found = shape.fullmatch(number) if number.isascii() else None
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return found.groups()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refusal(Reason.NOT_FOUND) from None
