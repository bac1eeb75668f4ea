"""The same brand, model and fault three times in thirty days raises a quality notice (domain.md §11, 质量申诉)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, bindparam, func, select

from app.core.brand_codes import ClaimState, NoticeState
from app.core.changes import Kind
from app.core.enums import Series
from app.core.ids import uuid7
from app.core.wire.events import EventType, QualityCase
from app.core.wire.events import QualityNotice as WireNotice
from app.core.wire.form import plain
from app.model import BrandLink, Claim, Device, QualityNotice, RepairOrder
from app.store.door import Tx

#: Our default of domain.md §11.
CASES, WITHIN_DAYS = 3, 30
NOTICE_LETTER = "N"
#: More do not fit into one message; nobody needs more to see the fault.
MOST_CASES = 200

_THIS = (
    select(Claim.brand_id, Claim.fault_code, Claim.state, Device.model, RepairOrder.taken_in_day)
    .join(RepairOrder, RepairOrder.id == Claim.order_id)
    .join(Device, Device.id == RepairOrder.device_id)
    .where(Claim.id == bindparam("claim_id"))
)
_SAME = (
    select(
        RepairOrder.id,
        RepairOrder.number,
        RepairOrder.taken_in_day,
        Device.category,
        Device.serial,
        Claim.number.label("claim"),
    )
    .join(RepairOrder, RepairOrder.id == Claim.order_id)
    .join(Device, Device.id == RepairOrder.device_id)
    .where(
        Claim.brand_id == bindparam("brand_id"),
        Claim.fault_code == bindparam("fault_code"),
        Claim.state != ClaimState.WITHDRAWN,
        func.upper(Device.model) == bindparam("model"),
        RepairOrder.taken_in_day.between(bindparam("first"), bindparam("last")),
    )
    .order_by(RepairOrder.taken_in_day, RepairOrder.id)
)
_NOTICES = (
    select(QualityNotice.id, QualityNotice.found, QualityNotice.state)
    .where(
        QualityNotice.brand_id == bindparam("brand_id"),
        QualityNotice.fault_code == bindparam("fault_code"),
        func.upper(QualityNotice.model) == bindparam("model"),
    )
    .order_by(QualityNotice.id)
)


@dataclass(frozen=True, slots=True)
class Case:
    """One repair that may stand behind a notice."""

    order_id: int
    number: str
    day: date
    category: str
    serial: str
    claim: str


def watch_quality(tx: Tx, claim_id: int) -> QualityNotice | None:
    """Look whether this claim's fault is one of a series; called in the transaction that writes its code down.

    Returns the notice that was raised, or the open one that the case joined. An order stands in one notice only, so
    a fourth case after the letter went out begins the count anew.
    """
    tx.session.flush()
    reading = tx.reading()
    this = reading.execute(_THIS, {"claim_id": claim_id}).one()
    model = this.model.strip().upper()
    if not this.fault_code or not model or this.state is ClaimState.WITHDRAWN:
        return None
    asked = {"brand_id": this.brand_id, "fault_code": this.fault_code, "model": model}
    span = timedelta(days=WITHIN_DAYS - 1)
    notices = reading.execute(_NOTICES, asked).all()
    taken = {order for notice in notices for order in notice.found.get("orders", ())}
    around = {"first": this.taken_in_day - span, "last": this.taken_in_day + span}
    cases = [Case(*row) for row in reading.execute(_SAME, {**asked, **around})]
    free = [each for each in cases if each.order_id not in taken]
    mine = [each for each in free if each.claim == _claim_number(reading, claim_id)]
    if not mine:
        return None
    near = {each.order_id for each in cases}
    for row in notices:
        if row.state is NoticeState.OPEN and near & set(row.found.get("orders", ())):
            return _join(tx, row.id, mine[0])
    found = series(free, this.taken_in_day)
    if len(found) < CASES:
        return None
    return _raise(tx, this.brand_id, this.model.strip(), this.fault_code, found)


def series(cases: Sequence[Case], day: date) -> tuple[Case, ...]:
    """The most cases that lie within thirty days together with ``day``; the earliest of equal ones."""
    span = timedelta(days=WITHIN_DAYS - 1)
    best: tuple[Case, ...] = ()
    for begin in sorted({each.day for each in cases if each.day <= day <= each.day + span}):
        found = tuple(each for each in cases if begin <= each.day <= begin + span)
        if len(found) > len(best):
            best = found
    return best


def linked(reading: Connection, brand_id: int) -> bool:
    """Whether the brand's head office is told by the push."""
    return bool(
        reading.execute(select(func.count()).where(BrandLink.brand_id == brand_id, BrandLink.active)).scalar()
    )


def notice_body(notice: QualityNotice, cases: Sequence[Case]) -> WireNotice:
    """The notice as the head office reads it."""
    return WireNotice(
        notice=notice.number,
        category=cases[0].category or "-",
        model=notice.model[:64],
        fault_code=notice.fault_code[:64],
        first_on=notice.first_on,
        last_on=notice.last_on,
        cases=tuple(
            QualityCase(each.number, each.day, each.serial[:64], each.claim) for each in cases[:MOST_CASES]
        ),
        note=notice.note[:2000],
    )


def cases_of(reading: Connection, orders: Sequence[int]) -> tuple[Case, ...]:
    """The cases of a notice, oldest first."""
    rows = reading.execute(
        select(
            RepairOrder.id,
            RepairOrder.number,
            RepairOrder.taken_in_day,
            Device.category,
            Device.serial,
            func.coalesce(Claim.number, "").label("claim"),
        )
        .join(Device, Device.id == RepairOrder.device_id)
        .outerjoin(Claim, Claim.order_id == RepairOrder.id)
        .where(RepairOrder.id.in_(orders))
        .order_by(RepairOrder.taken_in_day, RepairOrder.id)
    )
    return tuple(Case(*row) for row in rows)


def push_notice(tx: Tx, notice: QualityNotice, cases: Sequence[Case]) -> None:
    """Tell the head office, in the transaction in which the notice counts as reported."""
    tx.outbox(
        notice.brand_id, EventType.QUALITY_NOTICE.value, notice.number, plain(notice_body(notice, cases))
    )
    tx.changed(Kind.SYNC, 0)


def _claim_number(reading: Connection, claim_id: int) -> str:
    return str(reading.execute(select(Claim.number).where(Claim.id == claim_id)).scalar_one())


def _join(tx: Tx, notice_id: int, case: Case) -> QualityNotice:
    notice = tx.session.get_one(QualityNotice, notice_id)
    notice.found = {"orders": [*notice.found.get("orders", ()), case.order_id]}
    notice.first_on = min(notice.first_on, case.day)
    notice.last_on = max(notice.last_on, case.day)
    notice.version += 1
    tx.journal(order_id=case.order_id, notice=notice.id)
    tx.changed(Kind.CLAIM, 0)
    return notice


def _raise(tx: Tx, brand_id: int, model: str, fault_code: str, found: Sequence[Case]) -> QualityNotice:
    period = f"{tx.today:%y%m}"
    pushed = linked(tx.reading(), brand_id)
    notice = QualityNotice(
        uuid=uuid7(),
        number=f"{NOTICE_LETTER}{period}-{tx.next_number(Series.QUALITY_NOTICE, period):05d}",
        brand_id=brand_id,
        model=model,
        fault_code=fault_code,
        first_on=found[0].day,
        last_on=found[-1].day,
        found={"orders": [each.order_id for each in found]},
        state=NoticeState.REPORTED if pushed else NoticeState.OPEN,
        note="",
        raised_at=tx.now,
    )
    tx.session.add(notice)
    tx.session.flush()
    if pushed:
        push_notice(tx, notice, found)
    tx.journal(notice=notice.id, state=notice.state)
    tx.changed(Kind.CLAIM, 0)
    return notice
