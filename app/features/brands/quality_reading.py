"""What is read for the tab of quality: what is due, notices, made reports, months of self-assessment, their lines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from app.core import formats
from app.core.brand_codes import AssessmentKind, BrandReportKind, NoticeState
from app.core.clock import business_day
from app.core.errors import Reason, Refusal
from app.core.labels import category_name, label
from app.core.money import ZERO, Money
from app.core.words import _
from app.features.brands.incidents import newest_incidents
from app.features.brands.quality_snapshots import MonthScore, QualityLine, QualityRow, Subject
from app.features.brands.reading import agreed_with
from app.model import Agreement, Assessment, Brand, BrandReport, QualityNotice, RepairOrder
from app.model.agreements import Agreed, agreement_on
from app.model.assessment import points_by_item, score

#: So many weeks and months back a report is still asked for.
WEEKS_BACK, MONTHS_BACK = 4, 2
#: So many notices, reports and months are listed.
MOST_ROWS = 200
_SUBJECTS = {BrandReportKind.WEEKLY: Subject.WEEKLY, BrandReportKind.MONTHLY: Subject.MONTHLY}


def week_of(day: date) -> str:
    """``2026-W47``."""
    year, week, _day = day.isocalendar()
    return f"{year}-W{week:02d}"


def period_days(kind: BrandReportKind, period: str) -> tuple[date, date]:
    """First and last day of a week or month. ``Refusal(BAD_DATE)``."""
    if kind is BrandReportKind.MONTHLY:
        first = first_of(period)
        return first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    try:
        first = date.fromisoformat(f"{period}-1")
    except ValueError:
        raise Refusal(Reason.BAD_DATE, text=period[:20], field="period") from None
    return first, first + timedelta(days=6)


def first_of(month: str) -> date:
    """A month's first day. ``Refusal(BAD_DATE)``."""
    try:
        return date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Refusal(Reason.BAD_DATE, text=month[:20], field="month") from None


def due_rows(reading: Connection, today: date, zone: str) -> Iterator[QualityRow]:
    """Reports of ended weeks and months under an agreement that were not made: a week's on Monday, a month's on the
    agreement's day of the next."""
    made = {
        (row.brand_id, row.kind, row.period)
        for row in reading.execute(
            select(BrandReport.brand_id, BrandReport.kind, BrandReport.period)
            .order_by(BrandReport.id.desc())
            .limit(MOST_ROWS * 4)
        )
    }
    known = dict(
        reading.execute(
            select(Agreement.brand_id, func.min(Agreement.created_at)).group_by(Agreement.brand_id)
        ).all()
    )
    for brand in reading.execute(select(Brand.id, Brand.name).where(Brand.active).order_by(Brand.name)):
        agreed = agreed_with(reading, brand.id)
        for kind, period, day in _periods(agreed, today):
            # Nobody is asked for reports of the time before the agreement was written down here.
            since = business_day(known[brand.id], zone)
            if (brand.id, kind, period) not in made and period_days(kind, period)[1] >= since:
                yield QualityRow(
                    _SUBJECTS[kind], brand.id, brand.name, "", period, "", day, None, None, waits=True
                )


def _periods(agreed: tuple[Agreed, ...], today: date) -> Iterator[tuple[BrandReportKind, str, date]]:
    monday = today - timedelta(days=today.weekday())
    for back in range(1, WEEKS_BACK + 1):
        first = monday - timedelta(days=7 * back)
        if _held(agreed, first, first + timedelta(days=6)) is not None:
            yield BrandReportKind.WEEKLY, week_of(first), first + timedelta(days=7)
    beyond = today.replace(day=1)
    for _back in range(MONTHS_BACK):
        last = beyond - timedelta(days=1)
        first = last.replace(day=1)
        held = _held(agreed, first, last)
        if held is not None:
            day = beyond.replace(day=held.terms.report_day)
            if day <= today:
                yield BrandReportKind.MONTHLY, f"{first:%Y-%m}", day
        beyond = first


def _held(agreed: tuple[Agreed, ...], first: date, last: date) -> Agreed | None:
    """An agreement of the period; the youngest on its last day before one that ended within it."""
    return agreement_on([each for each in agreed if not each.categories], last, "") or next(
        (
            each
            for each in sorted(agreed, key=lambda one: one.valid_from, reverse=True)
            if each.valid_from <= last and (each.valid_to is None or first <= each.valid_to)
        ),
        None,
    )


def notice_rows(reading: Connection, names: dict[int, str]) -> Iterator[QualityRow]:
    """Notices, the newest first."""
    for row in reading.execute(select(QualityNotice).order_by(QualityNotice.id.desc()).limit(MOST_ROWS)):
        yield QualityRow(
            Subject.NOTICE,
            row.brand_id,
            names.get(row.brand_id, ""),
            row.number,
            f"{row.first_on:%Y-%m}",
            f"{row.model} · {row.fault_code}",
            row.last_on,
            row.state,
            row.id,
            waits=row.state is NoticeState.OPEN,
            version=row.version,
        )


def report_rows(reading: Connection, names: dict[int, str]) -> Iterator[QualityRow]:
    """Reports that were made, the newest first."""
    for row in reading.execute(
        select(BrandReport.id, BrandReport.brand_id, BrandReport.kind, BrandReport.period)
        .order_by(BrandReport.id.desc())
        .limit(MOST_ROWS)
    ):
        _first, last = period_days(row.kind, row.period)
        yield QualityRow(
            _SUBJECTS[row.kind],
            row.brand_id,
            names.get(row.brand_id, ""),
            "",
            row.period,
            "",
            last,
            None,
            row.id,
            waits=False,
        )


def month_rows(reading: Connection, names: dict[int, str]) -> Iterator[QualityRow]:
    """Months with a self-assessment."""
    months = reading.execute(
        select(Assessment.brand_id, Assessment.month)
        .distinct()
        .order_by(Assessment.month.desc(), Assessment.brand_id)
        .limit(MOST_ROWS)
    ).all()
    for row in months:
        _first, last = period_days(BrandReportKind.MONTHLY, row.month)
        found = month_score_of(reading, row.brand_id, row.month)
        yield QualityRow(
            Subject.ASSESSMENT,
            row.brand_id,
            names.get(row.brand_id, ""),
            "",
            row.month,
            _("{points} points").format(points=found.points),
            last,
            None,
            None,
            waits=False,
        )


def month_score_of(reading: Connection, brand_id: int, month: str) -> MonthScore:
    """The sum of a month's self-assessment."""
    rows = entries_of(reading, brand_id, month)
    money = sum((row.amount for row in rows), ZERO)
    return MonthScore(money, score((row.kind, row.points) for row in rows))


def entries_of(reading: Connection, brand_id: int, month: str) -> list[Any]:
    """The entries of a month's self-assessment, oldest first."""
    return list(
        reading.execute(
            select(
                Assessment.kind,
                Assessment.amount,
                Assessment.points,
                Assessment.note,
                Assessment.order_id,
                Assessment.at,
                func.coalesce(RepairOrder.number, "").label("number"),
            )
            .outerjoin(RepairOrder, RepairOrder.id == Assessment.order_id)
            .where(Assessment.brand_id == brand_id, Assessment.month == month)
            .order_by(Assessment.id)
        )
    )


def assessed_lines(reading: Connection, brand_id: int, month: str) -> Iterator[QualityLine]:
    """A month's self-assessment in lines, its sum last."""
    rows = entries_of(reading, brand_id, month)
    for row in rows:
        about = formats.joined(filter(None, (row.number, row.note)))
        figure = _figure(row.amount, row.points)
        yield QualityLine(label(row.kind), about, figure, row.order_id)
    found = month_score_of(reading, brand_id, month)
    lost = points_by_item((row.kind, row.points) for row in rows)
    if lost.get(AssessmentKind.PRAISE, 0) == 0:
        yield QualityLine(label(AssessmentKind.PRAISE), _("without one a year no award"), "")
    yield QualityLine(_("Total"), "", _figure(found.money, found.points))


def _figure(amount: Money, points: int) -> str:
    """Yuan and points stand apart (domain.md §11)."""
    words = _("{points} points").format(points=points)
    return f"{formats.money(amount)} · {words}"


def content_lines(content: dict[str, Any]) -> Iterator[QualityLine]:
    """A report's content in lines: the items of a week, the figures of a month."""
    for line in content.get("lines", ()):
        about = _("{warranty} in warranty, {parts} parts, {open} unsolved").format(
            warranty=line["in_warranty"], parts=line["parts_fitted"], open=line["unsolved"]
        )
        model = line["model"] if line["model"] != "-" else category_name(line["category"])
        name = f"{model} {line['fault_code']}".strip()
        yield QualityLine(name, about, str(line["repairs"]))
    if "repairs" not in content:
        return
    for words, name in (
        (_("Repairs handed over"), "repairs"),
        (_("Of them in warranty"), "in_warranty"),
        (_("Late visits"), "late_visits"),
        (_("Repeat repairs"), "reworks"),
        (_("Customers called afterwards"), "followed_up"),
        (_("Complaints"), "complaints"),
    ):
        yield QualityLine(words, "", str(content[name]))
    yield QualityLine(_("Satisfied customers"), "", f"{content['satisfied_permille'] / 10:g} %")
    for line in content.get("assessment", ()):
        yield QualityLine(
            label(AssessmentKind(line["item"])),
            _("{points} points").format(points=line["points"]),
            str(line["times"]),
        )


def incident_rows(reading: Connection, names: dict[int, str], zone: str) -> Iterator[QualityRow]:
    """Incidents, the newest first."""
    for row in newest_incidents(reading, MOST_ROWS):
        yield QualityRow(
            Subject.INCIDENT,
            row.brand_id or 0,
            names.get(row.brand_id or 0, row.brand),
            row.number,
            "",
            formats.joined(filter(None, (label(row.kind), row.model or category_name(row.category)))),
            business_day(row.happened_at, zone),
            None,
            row.id,
            waits=False,
        )
