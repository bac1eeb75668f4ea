"""Who pays, and until when (domain.md §5).

Precedence: own repair guarantee, maker, extended plan, paid. Maintenance contracts are a table of their own later.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.core.brand_codes import CoverPlanKind
from app.core.enums import CoverReason, JobKind, Payer, ServiceType
from app.model.agreements import Terms
from app.model.settings import ShopSettings

#: Our own, where no agreement says another (domain.md §5.1).
_PRODUCTION_DAYS = 90


@dataclass(frozen=True, slots=True)
class Cover:
    """The answer: service type, payer and the reason, which is shown to staff."""

    service_type: ServiceType
    payer: Payer
    reason: CoverReason
    until: date | None = None

    def frozen(self) -> dict[str, Any]:
        """As kept on the order."""
        return {"reason": self.reason.value, "until": self.until.isoformat() if self.until else None}


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or its last day where the month is shorter."""
    month = day.month - 1 + months
    year, month = day.year + month // 12, month % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def warranty_months(settings: ShopSettings, brand: str, category: str) -> int:
    """The maker's warranty by brand and category, by category, or by default."""
    table = settings.warranty_months
    return table.get(f"{brand}/{category}", table.get(category, table.get("", 0)))


@dataclass(frozen=True, slots=True)
class Plan:
    """An extended plan or an extension of the maker's warranty for this device."""

    kind: CoverPlanKind
    underwriter: str
    number: str
    starts_on: date
    ends_on: date


def maker_until(
    months: int,
    *,
    purchased_on: date | None,
    proof_seen: bool,
    produced_on: date | None,
    production_days: int,
    in_repair_days: int,
    plans: Sequence[Plan] = (),
) -> tuple[date | None, CoverReason]:
    """The last day of the maker's warranty and what it is counted from; None where nothing shows its begin.

    Days spent in repair extend it; an extension with the brand's approval number moves its end (domain.md §5).
    """
    if purchased_on is not None and proof_seen:
        begin, reason = purchased_on, CoverReason.MAKER
    elif produced_on is not None:
        begin, reason = produced_on + timedelta(days=production_days), CoverReason.PRODUCTION_DATE
    else:
        return None, CoverReason.NO_PROOF
    until = add_months(begin, months) + timedelta(days=max(in_repair_days, 0))
    for plan in plans:
        if plan.kind is CoverPlanKind.EXTENSION and plan.ends_on > until:
            until, reason = plan.ends_on, CoverReason.EXTENSION
    return until, reason


def find_cover(
    settings: ShopSettings,
    *,
    today: date,
    job_kind: JobKind,
    brand: str,
    category: str,
    purchased_on: date | None,
    proof_seen: bool,
    same_fault_guarantee_until: date | None,
    terms: Terms | None = None,
    produced_on: date | None = None,
    in_repair_days: int = 0,
    plans: Sequence[Plan] = (),
    user_damage: bool = False,
) -> Cover:
    """Cover at intake: own guarantee, maker (with its extension), extended plan, paid.

    ``same_fault_guarantee_until``: end of the shop's guarantee on the device's last repair, where the
    clerk says it is the same fault again. ``terms``: the agreement with the brand, where there is one; else the shop's
    own table. ``in_repair_days``: of earlier repairs within the warranty. ``user_damage`` ends the maker's cover, not
    an underwriter's, who insures just that.
    """
    if same_fault_guarantee_until is not None and today <= same_fault_guarantee_until:
        return Cover(ServiceType.FREE, Payer.SHOP, CoverReason.OWN_GUARANTEE, same_fault_guarantee_until)
    if job_kind is not JobKind.REPAIR:
        return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.NOT_REPAIR)
    months = warranty_months(settings, brand, category) if terms is None else terms.months(category)
    until, reason = maker_until(
        months,
        purchased_on=purchased_on,
        proof_seen=proof_seen,
        produced_on=produced_on,
        production_days=_PRODUCTION_DAYS if terms is None else terms.production_days,
        in_repair_days=in_repair_days,
        plans=plans,
    )
    within = until is not None and today <= until
    if within and not user_damage:
        return Cover(ServiceType.FREE, Payer.BRAND, reason, until)
    for plan in plans:
        if plan.kind is CoverPlanKind.EXTENDED and plan.starts_on <= today <= plan.ends_on:
            return Cover(ServiceType.FREE, Payer.UNDERWRITER, CoverReason.EXTENDED_PLAN, plan.ends_on)
    if within:
        return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.USER_DAMAGE, until)
    if until is None:
        return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.NO_PROOF)
    return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.MAKER_EXPIRED, until)
