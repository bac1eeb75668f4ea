"""What a week's summary and a month's feedback form say, counted from orders and claims (domain.md §11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, func, select

from app.core.brand_codes import AssessmentKind
from app.core.enums import JobKind, LineKind, Payer
from app.core.errors import Reason, Refusal
from app.core.fields import LONG, clean_text
from app.core.money import ZERO
from app.core.wire.events import AssessmentLine, FeedbackMonthly, QualityWeekly, WeeklyLine
from app.features.brands.quality_snapshots import MonthlyEntry
from app.features.brands.reading import folded
from app.model import Assessment, Claim, Device, OrderLine, RepairOrder
from app.model.assessment import points_by_item

MOST_LINES, MOST_COUNT = 2000, 100_000


def _lines_of(*kinds: LineKind) -> Any:
    return (
        select(func.count())
        .select_from(OrderLine)
        .where(OrderLine.order_id == RepairOrder.id, OrderLine.removed.is_(False), OrderLine.kind.in_(kinds))
        .correlate(RepairOrder)
        .scalar_subquery()
    )


_DELIVERED = (
    select(
        RepairOrder.payer,
        RepairOrder.rework_of_id,
        Device.category,
        Device.brand,
        Device.model,
        func.coalesce(Claim.fault_code, "").label("fault_code"),
        _lines_of(LineKind.PART).label("parts"),
        _lines_of(LineKind.PART, LineKind.LABOUR).label("worked"),
    )
    .join(Device, Device.id == RepairOrder.device_id)
    .outerjoin(Claim, Claim.order_id == RepairOrder.id)
    .where(RepairOrder.job_kind == JobKind.REPAIR)
    .order_by(RepairOrder.id)
)


def weekly_body(
    reading: Connection, names: Sequence[str], week: str, first: date, last: date
) -> QualityWeekly:
    """The week's repairs of a brand by model and fault; unsolved is what left without work or part."""
    found: dict[tuple[str, str, str], list[int]] = {}
    for row in _delivered(reading, names, first, last):
        sums = found.setdefault((row.category or "-", row.model[:64] or "-", row.fault_code), [0, 0, 0, 0])
        sums[0] += 1
        sums[1] += row.payer is Payer.BRAND
        sums[2] += row.parts
        sums[3] += not row.worked
    ranked = sorted(found.items(), key=lambda item: (-item[1][0], item[0]))
    lines = tuple(WeeklyLine(*key, *sums) for key, sums in ranked[:MOST_LINES])
    return QualityWeekly(week, first, last, lines)


def monthly_body(
    reading: Connection,
    brand_id: int,
    names: Sequence[str],
    month: str,
    first: date,
    last: date,
    entry: MonthlyEntry,
) -> FeedbackMonthly:
    """The month's feedback form. ``Refusal``: OUT_OF_RANGE with the field, BAD_TEXT, TEXT_TOO_LONG."""
    for field, value, high in (
        ("followed_up", entry.followed_up, MOST_COUNT),
        ("complaints", entry.complaints, MOST_COUNT),
        ("satisfied", entry.satisfied_percent, 100),
    ):
        if isinstance(value, bool) or not 0 <= value <= high:
            raise Refusal(Reason.OUT_OF_RANGE, field=field, low=0, high=high)
    rows = _delivered(reading, names, first, last)
    assessed = _assessed(reading, brand_id, month)
    return FeedbackMonthly(
        month=month,
        repairs=len(rows),
        in_warranty=sum(row.payer is Payer.BRAND for row in rows),
        late_visits=next(
            (line.times for line in assessed if line.item == AssessmentKind.LATE_VISIT.value), 0
        ),
        reworks=sum(row.rework_of_id is not None for row in rows),
        followed_up=entry.followed_up,
        complaints=entry.complaints,
        satisfied_permille=entry.satisfied_percent * 10,
        assessment=assessed,
        suggestions=clean_text("suggestions", entry.suggestions, most=LONG // 2),
    )


def _delivered(reading: Connection, names: Sequence[str], first: date, last: date) -> list[Any]:
    """A brand's devices that left in these days; compared by word, as the counter wrote the brand."""
    wanted = {folded(each) for each in names}
    rows = reading.execute(_DELIVERED.where(RepairOrder.delivered_day.between(first, last)))
    return [row for row in rows if folded(row.brand) in wanted]


def _assessed(reading: Connection, brand_id: int, month: str) -> tuple[AssessmentLine, ...]:
    rows = reading.execute(
        select(Assessment.kind, Assessment.amount, Assessment.points)
        .where(Assessment.brand_id == brand_id, Assessment.month == month)
        .order_by(Assessment.id)
    ).all()
    points = points_by_item((row.kind, row.points) for row in rows)
    return tuple(
        AssessmentLine(
            item=kind.value,
            times=sum(row.kind is kind for row in rows),
            money_fen=sum((row.amount for row in rows if row.kind is kind), ZERO).fen,
            points=points[kind],
        )
        for kind in AssessmentKind
        if kind in points
    )
