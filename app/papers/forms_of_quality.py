"""The data of what a brand is told about quality and accidents; see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.brand_codes import AssessmentKind, IncidentKind
from app.core.money import Money
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class NoticeCase:
    """One of the repairs behind a notice."""

    order_number: str
    taken_in_on: date
    serial: str = ""
    claim: str = ""


@dataclass(frozen=True, slots=True)
class NoticeSheet:
    """质量申诉: the same model with the same fault, too often in too few days."""

    shop: ShopBlock
    number: str
    brand: str
    category: str
    model: str
    fault_code: str
    #: The code's meaning in the brand's list.
    fault: str
    first_on: date
    last_on: date
    raised_at: datetime
    cases: tuple[NoticeCase, ...]
    #: The shop's number with the brand.
    shop_code: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """A model with a fault: repairs of the week, those in warranty, parts fitted, those not solved."""

    category: str
    model: str
    fault_code: str
    repairs: int
    in_warranty: int
    parts: int
    unsolved: int


@dataclass(frozen=True, slots=True)
class WeekSheet:
    """质量周报: a brand's repairs of a week by model and fault."""

    shop: ShopBlock
    #: ``2026-W47``.
    number: str
    brand: str
    first_on: date
    last_on: date
    made_at: datetime
    lines: tuple[WeekRow, ...]
    shop_code: str = ""
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class AssessedRow:
    """One item of the self-assessment in a month: how often, yuan and points apart."""

    kind: AssessmentKind
    times: int
    amount: Money
    points: int


@dataclass(frozen=True, slots=True)
class FeedbackSheet:
    """月度反馈表: a brand's month in figures."""

    shop: ShopBlock
    #: ``2026-11``.
    number: str
    brand: str
    made_at: datetime
    repairs: int
    in_warranty: int
    late_visits: int
    reworks: int
    followed_up: int
    complaints: int
    satisfied_permille: int
    assessed: tuple[AssessedRow, ...] = ()
    suggestions: str = ""
    shop_code: str = ""
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentItem:
    """One row of the table: what a time costs, the points of the item at most, and what the month came to."""

    kind: AssessmentKind
    each: Money
    most_points: int
    times: int
    amount: Money
    points: int


@dataclass(frozen=True, slots=True)
class AssessmentNote:
    """One entry: what, about which order, and why."""

    kind: AssessmentKind
    noted_on: date
    amount: Money
    points: int
    order_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentSheet:
    """月度自评表: the shop's own marks of a month for a brand."""

    shop: ShopBlock
    #: ``2026-11``.
    number: str
    brand: str
    items: tuple[AssessmentItem, ...]
    notes: tuple[AssessmentNote, ...]
    amount: Money
    points: int
    full_points: int
    #: Somebody praised the shop in public this year; without one there is no award.
    praised: bool
    shop_code: str = ""


@dataclass(frozen=True, slots=True)
class IncidentSheet:
    """事故报告: injury, fire, gas. No customer's name: the brand calls the shop."""

    shop: ShopBlock
    number: str
    kind: IncidentKind
    brand: str
    order_number: str
    category: str
    model: str
    serial: str
    happened_at: datetime
    recorded_at: datetime
    told: str
    injured: int = 0
    town: str = ""
    done: str = ""
    recorded_by: str = ""
    shop_code: str = ""
