"""Samples of what a brand is told about quality and accidents."""

from __future__ import annotations

from datetime import UTC, date, datetime

from app.core.brand_codes import AssessmentKind, IncidentKind
from app.core.enums import PaperKind
from app.core.money import ZERO, Money
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
from app.papers.shop_block import ShopBlock

QualityForm = NoticeSheet | WeekSheet | FeedbackSheet | AssessmentSheet | IncidentSheet

_MADE = datetime(2026, 11, 23, 2, 5, tzinfo=UTC)
_HAPPENED = datetime(2026, 11, 22, 11, 40, tzinfo=UTC)


def sample(kind: PaperKind, shop: ShopBlock, *, chinese: bool, long: bool) -> QualityForm:
    """A believable form; ``long`` fills every field."""
    brand = "海尔" if chinese else "Haier"
    code = "SH-0731" if long else ""
    by = ("李芳" if chinese else "Fiona Li") if long else ""
    match kind:
        case PaperKind.QUALITY_NOTICE:
            return _notice(shop, brand, code, chinese, long)
        case PaperKind.WEEKLY_SUMMARY:
            rows = (
                WeekRow("cooling", "BCD-216STPT", "F01", 3, 3, 2, 0),
                WeekRow("cooling", "KFR-35GW", "F07", 2, 1, 1, 1),
                WeekRow("cleaning", "XQG80-B12", "", 1, 0, 0, 0),
            )
            first, last = date(2026, 11, 16), date(2026, 11, 22)
            some = rows * 3 if long else rows
            return WeekSheet(shop, "2026-W47", brand, first, last, _MADE, some, code, by)
        case PaperKind.FEEDBACK_FORM:
            return _feedback(shop, brand, code, by, chinese, long)
        case PaperKind.SELF_ASSESSMENT:
            return _assessment(shop, brand, code, chinese, long)
    return _incident(shop, brand, code, by, chinese, long)


def _notice(shop: ShopBlock, brand: str, code: str, chinese: bool, long: bool) -> NoticeSheet:
    cases = tuple(
        NoticeCase(
            f"2611-{at + 40:05d}",
            date(2026, 11, 3 + at),
            f"H2026A{at + 171:05d}",
            f"P2611-{at + 1:05d}" if long else "",
        )
        for at in range(7 if long else 3)
    )
    note = "均为同一批次，使用不足三个月" if chinese else "All of one batch, less than three months old"
    return NoticeSheet(
        shop=shop,
        number="N2611-00001",
        brand=brand,
        category="cooling",
        model="BCD-216STPT",
        fault_code="F01",
        fault="不制冷" if chinese else "Does not cool",
        first_on=cases[0].taken_in_on,
        last_on=cases[-1].taken_in_on,
        raised_at=_MADE,
        cases=cases,
        shop_code=code,
        note=note if long else "",
    )


def _feedback(shop: ShopBlock, brand: str, code: str, by: str, chinese: bool, long: bool) -> FeedbackSheet:
    assessed = (
        AssessedRow(AssessmentKind.LATE_VISIT, 2, Money.yuan(-40), -20),
        AssessedRow(AssessmentKind.PRAISE, 1, Money.yuan(50), 5),
    )
    wish = "希望缩短压缩机到货时间。" if chinese else "Compressors should come sooner."
    return FeedbackSheet(
        shop=shop,
        number="2026-11",
        brand=brand,
        made_at=_MADE,
        repairs=42,
        in_warranty=31,
        late_visits=2 if long else 0,
        reworks=1,
        followed_up=40,
        complaints=1,
        satisfied_permille=965,
        assessed=assessed if long else (),
        suggestions=wish if long else "",
        shop_code=code,
        made_by=by,
    )


def _assessment(shop: ShopBlock, brand: str, code: str, chinese: bool, long: bool) -> AssessmentSheet:
    late = AssessmentItem(AssessmentKind.LATE_VISIT, Money.yuan(-20), -20, 2, Money.yuan(-40), -20)
    fraud = AssessmentItem(AssessmentKind.FRAUD, ZERO, -15, 0, ZERO, 0)
    praise = AssessmentItem(
        AssessmentKind.PRAISE, Money.yuan(50), 5, int(long), Money.yuan(50 * long), 5 * long
    )
    why = "约 9 点，11 点才到" if chinese else "Asked for 9, there at 11"
    notes = (
        AssessmentNote(AssessmentKind.LATE_VISIT, date(2026, 11, 5), Money.yuan(-20), -20, "2611-00042", why),
        AssessmentNote(AssessmentKind.LATE_VISIT, date(2026, 11, 19), Money.yuan(-20), -20),
    )
    return AssessmentSheet(
        shop=shop,
        number="2026-11",
        brand=brand,
        items=(late, fraud, praise),
        notes=notes if long else (),
        amount=late.amount + praise.amount,
        points=100 + late.points + praise.points,
        full_points=100,
        praised=long,
        shop_code=code,
    )


def _incident(shop: ShopBlock, brand: str, code: str, by: str, chinese: bool, long: bool) -> IncidentSheet:
    told = (
        "用户使用中插头处冒烟起火，自行拔下插头后熄灭。"
        if chinese
        else "The plug smoked and burned while in use; it went out when it was pulled."
    )
    done = (
        "断电、拍照、封存机器，当日电话告知厂家。"
        if chinese
        else "Switched off, photographed, sealed; the brand was called the same day."
    )
    return IncidentSheet(
        shop=shop,
        number="E2611-00001",
        kind=IncidentKind.FIRE,
        brand=brand,
        order_number="2611-00042",
        category="kitchen",
        model="XP-20",
        serial="H2026A00171",
        happened_at=_HAPPENED,
        recorded_at=_MADE,
        told=told,
        injured=1 if long else 0,
        town=("清水镇" if chinese else "Clearwater") if long else "",
        done=done if long else "",
        recorded_by=by,
        shop_code=code,
    )
