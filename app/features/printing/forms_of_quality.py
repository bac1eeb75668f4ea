"""Forms of what a brand is told about quality and accidents (domain.md §11).

Reports and months are asked for like ``3-2026-W47`` and ``3-2026-11``: the brand's number and the period.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from app.core.brand_codes import AssessmentKind, BrandReportKind, CodeList
from app.core.clock import business_day
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.brands.incidents import incident_by_number
from app.features.brands.quality import cases_of
from app.features.brands.quality_reading import entries_of, month_score_of, period_days
from app.features.brands.reading import code_rows
from app.features.printing.forms_of_shop import shop_block
from app.model import Assessment, Brand, BrandReport, QualityNotice, Staff
from app.model.assessment import FULL, TABLE, points_by_item
from app.papers.forms_of_quality import (
    AssessedRow,
    AssessmentItem,
    AssessmentNote,
    AssessmentSheet,
    FeedbackSheet,
    IncidentSheet,
    NoticeCase,
    NoticeSheet,
    WeekRow,
    WeekSheet,
)
from app.store.door import Store

_ASKED = re.compile(r"(\d{1,9})-(\d{4}-(?:W\d{2}|\d{2}))")


class _Brand(NamedTuple):
    id: int
    name: str
    shop_code: str


def quality_notice(reading: Connection, store: Store, number: str) -> tuple[NoticeSheet, None]:
    """A notice by its number, with the repairs behind it. ``Refusal(NOT_FOUND)``."""
    notice = reading.execute(select(QualityNotice).where(QualityNotice.number == number)).one_or_none()
    if notice is None:
        raise Refusal(Reason.NOT_FOUND)
    brand = _brand(reading, notice.brand_id)
    cases = cases_of(reading, notice.found.get("orders", ()))
    codes = {row.code: row.name for row in code_rows(reading, brand.id, CodeList.FAULT)}
    sheet = NoticeSheet(
        shop=shop_block(store.settings),
        number=notice.number,
        brand=brand.name,
        category=cases[0].category if cases else "",
        model=notice.model,
        fault_code=notice.fault_code,
        fault=codes.get(notice.fault_code, ""),
        first_on=notice.first_on,
        last_on=notice.last_on,
        raised_at=notice.raised_at,
        cases=tuple(NoticeCase(each.number, each.day, each.serial, each.claim) for each in cases),
        shop_code=brand.shop_code,
        note=notice.note,
    )
    return sheet, None


def weekly_summary(reading: Connection, store: Store, number: str) -> tuple[WeekSheet, None]:
    """A week's summary as it was made. ``Refusal(NOT_FOUND)``."""
    brand, period, made = _report(reading, BrandReportKind.WEEKLY, number)
    first, last = period_days(BrandReportKind.WEEKLY, period)
    rows = tuple(
        WeekRow(
            each["category"],
            each["model"],
            each["fault_code"],
            each["repairs"],
            each["in_warranty"],
            each["parts_fitted"],
            each["unsolved"],
        )
        for each in made.content.get("lines", ())
    )
    shop = shop_block(store.settings)
    return WeekSheet(
        shop, period, brand.name, first, last, made.made_at, rows, brand.shop_code, made.made_by
    ), None


def feedback_form(reading: Connection, store: Store, number: str) -> tuple[FeedbackSheet, None]:
    """A month's feedback form as it was made. ``Refusal(NOT_FOUND)``."""
    brand, month, made = _report(reading, BrandReportKind.MONTHLY, number)
    content = made.content
    sheet = FeedbackSheet(
        shop=shop_block(store.settings),
        number=month,
        brand=brand.name,
        made_at=made.made_at,
        repairs=content["repairs"],
        in_warranty=content["in_warranty"],
        late_visits=content["late_visits"],
        reworks=content["reworks"],
        followed_up=content["followed_up"],
        complaints=content["complaints"],
        satisfied_permille=content["satisfied_permille"],
        assessed=tuple(
            AssessedRow(AssessmentKind(each["item"]), each["times"], Money(each["money_fen"]), each["points"])
            for each in content.get("assessment", ())
        ),
        suggestions=content.get("suggestions", ""),
        shop_code=brand.shop_code,
        made_by=made.made_by,
    )
    return sheet, None


def self_assessment(reading: Connection, store: Store, number: str) -> tuple[AssessmentSheet, None]:
    """A month's self-assessment as it stands: the whole table, then each entry. ``Refusal(NOT_FOUND)``."""
    brand, month = _asked(reading, number)
    period_days(BrandReportKind.MONTHLY, month)
    entries = entries_of(reading, brand.id, month)
    score = month_score_of(reading, brand.id, month)
    zone = store.settings.time_zone
    praised = reading.execute(
        select(func.count()).where(
            Assessment.brand_id == brand.id,
            Assessment.kind == AssessmentKind.PRAISE,
            Assessment.month.startswith(month[:5]),
        )
    ).scalar()
    sheet = AssessmentSheet(
        shop=shop_block(store.settings),
        number=month,
        brand=brand.name,
        items=tuple(_items(entries)),
        notes=tuple(
            AssessmentNote(
                each.kind, business_day(each.at, zone), each.amount, each.points, each.number, each.note
            )
            for each in entries
        ),
        amount=score.money,
        points=score.points,
        full_points=FULL,
        praised=bool(praised),
        shop_code=brand.shop_code,
    )
    return sheet, None


def incident_report(reading: Connection, store: Store, number: str) -> tuple[IncidentSheet, int]:
    """An incident by its number. ``Refusal(NOT_FOUND)``."""
    found = incident_by_number(reading, number)
    code = "" if found.brand_id is None else _brand(reading, found.brand_id).shop_code
    sheet = IncidentSheet(
        shop=shop_block(store.settings),
        number=found.number,
        kind=found.kind,
        brand=found.brand,
        order_number=found.order_number,
        category=found.category,
        model=found.model,
        serial=found.serial,
        happened_at=found.happened_at,
        recorded_at=found.recorded_at,
        told=found.told,
        injured=found.injured,
        town=found.town,
        done=found.done,
        recorded_by=found.recorded_by,
        shop_code=code,
    )
    return sheet, found.order_id


def _items(entries: list[Any]) -> Iterator[AssessmentItem]:
    """All rows of the table, also those of which there was nothing."""
    points = points_by_item((each.kind, each.points) for each in entries)
    for kind, item in TABLE.items():
        mine = [each for each in entries if each.kind is kind]
        amount = sum((each.amount for each in mine), ZERO)
        yield AssessmentItem(kind, item.amount, item.points, len(mine), amount, points.get(kind, 0))


def _brand(reading: Connection, brand_id: int) -> _Brand:
    row = reading.execute(
        select(Brand.id, Brand.name, Brand.shop_code).where(Brand.id == brand_id)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _Brand(row.id, row.name, row.shop_code)


def _asked(reading: Connection, number: str) -> tuple[_Brand, str]:
    found = _ASKED.fullmatch(number.strip())
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return _brand(reading, int(found[1])), found[2]


def _report(reading: Connection, kind: BrandReportKind, number: str) -> tuple[_Brand, str, Any]:
    brand, period = _asked(reading, number)
    made = reading.execute(
        select(BrandReport.content, BrandReport.made_at, func.coalesce(Staff.name, "").label("made_by"))
        .outerjoin(Staff, Staff.id == BrandReport.made_by_id)
        .where(BrandReport.brand_id == brand.id, BrandReport.kind == kind, BrandReport.period == period)
    ).one_or_none()
    if made is None:
        raise Refusal(Reason.NOT_FOUND)
    return brand, period, made
