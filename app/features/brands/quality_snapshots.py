"""What the tab for quality shows and takes: notices, due and made reports, the month's self-assessment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.core.brand_codes import AssessmentKind, NoticeState
from app.core.money import ZERO, Money


class Subject(StrEnum):
    """What a row of the tab is about."""

    NOTICE = "notice"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    ASSESSMENT = "assessment"
    INCIDENT = "incident"


@dataclass(frozen=True, slots=True)
class QualityRow:
    """A notice, a report that is due or was made, a month's self-assessment of one brand, an incident.

    ``period``: ``2026-W47`` or ``2026-11``. ``record_id``: the notice or report; None while it is not made.
    """

    subject: Subject
    brand_id: int
    brand: str
    #: A notice's or an incident's number; "" for all else.
    number: str
    period: str
    #: A notice's model and fault code; an assessment's points; what kind of incident.
    about: str
    day: date
    state: NoticeState | None
    record_id: int | None
    #: Somebody has to do something.
    waits: bool
    version: int = 0

    @property
    def key(self) -> str:
        """What the list knows the row by."""
        return f"{self.subject}/{self.brand_id}/{self.number or self.period}"


@dataclass(frozen=True, slots=True)
class QualityLine:
    """One line of a row's content: an order of a notice, an item of a report, an entry of an assessment."""

    item: str
    about: str
    figure: str
    order_id: int | None = None


@dataclass(frozen=True, slots=True)
class QualityCard:
    """One row with its content."""

    row: QualityRow
    lines: tuple[QualityLine, ...]
    note: str
    linked: bool


@dataclass(frozen=True, slots=True)
class MonthlyEntry:
    """What the month's feedback form asks that no record of the shop knows."""

    followed_up: int = 0
    complaints: int = 0
    #: Of those who were asked, so many percent were satisfied or very satisfied.
    satisfied_percent: int = 100
    suggestions: str = ""


@dataclass(frozen=True, slots=True)
class AssessmentEntry:
    """One item of the month's self-assessment as noted. ``basis``: the amount of a fraud; ``points``: how many of the
    item's are lost, None for all of them."""

    kind: AssessmentKind
    points: int | None = None
    basis: Money = ZERO
    order_number: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class MonthScore:
    """The sum of a month's self-assessment; yuan and points apart."""

    money: Money
    points: int
