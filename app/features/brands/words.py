"""Plans and the statutory clock in words."""

from __future__ import annotations

from datetime import date

from app.core import formats
from app.core.labels import label
from app.core.words import _
from app.features.brands.snapshots import PlanEntry, PlanRow
from app.model.statutory import StatutoryClock


def clock_text(found: StatutoryClock) -> str:
    """The counts of the clock; "" while all of them are nothing."""
    counted = (
        (found.failed_repairs, _("repairs that did not hold: {n} of 2")),
        (found.repair_days, _("days in repair: {n} of 30")),
        (found.part_days, _("days waiting for parts: {n} of 90")),
    )
    return " · ".join(text.format(n=n) for n, text in counted if n)


def plan_text(plan: PlanEntry | PlanRow) -> str:
    """One plan in a line; one that holds no more says so."""
    words = _("{plan} {number} ({who}) until {day}").format(
        plan=label(plan.kind), number=plan.number, who=plan.underwriter, day=formats.day(plan.ends_on)
    )
    if isinstance(plan, PlanRow) and plan.ended_on is not None:
        return f"{words} · {_ended(plan.ended_on)}"
    return words


def _ended(day: date) -> str:
    return _("ended {day}").format(day=formats.day(day))
