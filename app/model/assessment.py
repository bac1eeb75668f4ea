"""The month's self-assessment for a brand: what each item costs, yuan and points apart (domain.md §11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.core.brand_codes import AssessmentKind
from app.core.money import ZERO, Money

#: All points of a month without an entry.
FULL = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One row of the table: the sum for each time, and the points that it can cost (or bring) at most in a month."""

    amount: Money
    points: int
    #: The sum is so many times the amount in question.
    times: int = 0


TABLE: Mapping[AssessmentKind, Item] = {
    AssessmentKind.LATE_VISIT: Item(Money.yuan(-20), -20),
    AssessmentKind.REPEAT_REPAIR: Item(Money.yuan(-20), -20),
    AssessmentKind.BELOW_STANDARD: Item(Money.yuan(-20), -20),
    AssessmentKind.MEDIA_EXPOSURE: Item(Money.yuan(-1000), -10),
    AssessmentKind.FRAUD: Item(ZERO, -15, times=-10),
    AssessmentKind.LATE_PART: Item(Money.yuan(-50), -15),
    AssessmentKind.PRAISE: Item(Money.yuan(50), 5),
}


def amount_of(kind: AssessmentKind, basis: Money) -> Money:
    """The sum of one entry; ``basis`` is the amount in question of a fraud."""
    item = TABLE[kind]
    return item.amount + Money(basis.fen * item.times)


def points_by_item(entries: Iterable[tuple[AssessmentKind, int]]) -> dict[AssessmentKind, int]:
    """The points of a month by item: an item never costs more than it is worth; every praise counts."""
    found: dict[AssessmentKind, int] = {}
    for kind, points in entries:
        found[kind] = found.get(kind, 0) + points
    return {
        kind: points if kind is AssessmentKind.PRAISE else max(points, TABLE[kind].points)
        for kind, points in found.items()
    }


def score(entries: Iterable[tuple[AssessmentKind, int]]) -> int:
    """The month's points."""
    return FULL + sum(points_by_item(entries).values())
