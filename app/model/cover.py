"""Who pays, and until when (domain.md §5): the basic form with the shop's own guarantee and the maker's
warranty.

Precedence: own repair guarantee, maker, paid. Extended plans and contracts are tables of their own later.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core.enums import CoverReason, JobKind, Payer, ServiceType
from app.model.settings import ShopSettings


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
) -> Cover:
    """Cover at intake.

    ``same_fault_guarantee_until``: end of the shop's guarantee on the device's last repair, where the
    clerk says it is the same fault again.
    """
    if same_fault_guarantee_until is not None and today <= same_fault_guarantee_until:
        return Cover(ServiceType.FREE, Payer.SHOP, CoverReason.OWN_GUARANTEE, same_fault_guarantee_until)
    if job_kind is not JobKind.REPAIR:
        return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.NOT_REPAIR)
    if purchased_on is None or not proof_seen:
        return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.NO_PROOF)
    until = add_months(purchased_on, warranty_months(settings, brand, category))
    if today <= until:
        return Cover(ServiceType.FREE, Payer.BRAND, CoverReason.MAKER, until)
    return Cover(ServiceType.PAID, Payer.CUSTOMER, CoverReason.MAKER_EXPIRED, until)
