"""Why a month changed: what moved most, by category, person and brand; pure."""

from __future__ import annotations

from app.core.money import ZERO, Money
from app.features.reports.figures import Dimension, Figure
from app.features.reports.snapshots import MonthReport, Mover, Share

#: So many reasons are read; more is a table.
MOST = 6
#: A change below this share of the month before (percent) is no reason.
_WORTH_TELLING = 2
_WHO = (Dimension.CATEGORY, Dimension.TECHNICIAN, Dimension.BRAND)
_COMPONENTS = (Figure.LABOUR, Figure.PARTS, Figure.VISIT)


def movers_of(now: MonthReport, before: MonthReport) -> tuple[Mover, ...]:
    """What moved most since ``before``: for each component and each way to break it down the one that moved furthest,
    the largest first."""
    least = abs(before.revenue.fen) * _WORTH_TELLING // 100
    found: list[Mover] = []
    for dimension in _WHO:
        moved = sorted(_moved(now, before, dimension), key=lambda mover: -abs(mover.change.fen))
        # Two of a kind: one may have grown at the cost of the other.
        found += moved[:2]
    for component in _COMPONENTS:
        found += sorted(_within(now, before, component), key=lambda mover: -abs(mover.change.fen))[:1]
    telling = [mover for mover in found if abs(mover.change.fen) > least]
    return tuple(sorted(telling, key=lambda mover: -abs(mover.change.fen))[:MOST])


def _moved(now: MonthReport, before: MonthReport, dimension: Dimension) -> list[Mover]:
    ours, theirs = _by_key(now, dimension), _by_key(before, dimension)
    return [
        Mover(
            Figure.REVENUE,
            dimension,
            (ours.get(key) or theirs[key]).name,
            theirs[key].revenue if key in theirs else ZERO,
            ours[key].revenue if key in ours else ZERO,
        )
        for key in {**theirs, **ours}
    ]


def _within(now: MonthReport, before: MonthReport, component: Figure) -> list[Mover]:
    ours, theirs = _by_key(now, Dimension.CATEGORY), _by_key(before, Dimension.CATEGORY)

    def amount(shares: dict[str, Share], key: str) -> Money:
        found: Money = getattr(shares[key], component.value) if key in shares else ZERO
        return found

    return [
        Mover(
            component,
            Dimension.CATEGORY,
            (ours.get(key) or theirs[key]).name,
            amount(theirs, key),
            amount(ours, key),
        )
        for key in {**theirs, **ours}
    ]


def _by_key(report: MonthReport, dimension: Dimension) -> dict[str, Share]:
    return {share.key: share for share in report.shares(dimension)}
