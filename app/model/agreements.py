"""What an agreement with a brand says, as plain rules (domain.md §5, §11): warranty, fees, parts, what is shared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.core.brand_codes import FeeRule, PartsRule, WarrantyStart
from app.core.enums import LineKind
from app.core.money import ZERO, Money, divide_half_up

#: KF and KFR in a Chinese model's name: room air conditioner (K) of two units (F), R with a heat pump (GB/T 7725).
_SPLIT_MODEL = re.compile(r"(?<![A-Za-z])KFR?[Dd]?-?\d", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Terms:
    """The terms of one agreement. Months by device category, fees in fen, rates in permille; the key "" is for all
    that are not named."""

    warranty_months: Mapping[str, int] = field(default_factory=lambda: {"": 12})
    #: Longer or shorter for one component (压缩机, 主板), by its name.
    component_months: Mapping[str, int] = field(default_factory=dict)
    warranty_start: WarrantyStart = WarrantyStart.SALE
    #: Without proof of purchase the warranty counts from the production date and so many days.
    production_days: int = 90
    fee_rule: FeeRule = FeeRule.TABLE
    #: For each repair, by category.
    repair_fee: Mapping[str, int] = field(default_factory=dict)
    #: For each visit, by zone.
    visit_fee: Mapping[str, int] = field(default_factory=dict)
    #: Of the shop's own prices, where the brand pays by percent.
    percent_permille: int = 1000
    parts: PartsRule = PartsRule.COST
    #: Parts under this price are free of the old-part rule and need no number.
    free_part_limit: Money = ZERO
    #: Hours from call to arrival.
    response_hours: int = 24
    #: Of the month's repairs, so many percent are called afterwards.
    follow_up_percent: int = 0
    #: Day of the month on which the quality feedback form is due.
    report_day: int = 5
    #: Name and phone in full; else masked.
    share_customer: bool = False
    #: What photos the brand asks for (``wire.events.PhotoOf``).
    photos: Sequence[str] = ()
    #: A claim wants the date of purchase.
    purchase_date: bool = True
    #: Device categories, or words in a model's name, that stand for an appliance of two units.
    split_units: Sequence[str] = ("空调", "air conditioner")

    def kept(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "warranty_months": dict(self.warranty_months),
            "component_months": dict(self.component_months),
            "warranty_start": self.warranty_start.value,
            "production_days": self.production_days,
            "fee_rule": self.fee_rule.value,
            "repair_fee": dict(self.repair_fee),
            "visit_fee": dict(self.visit_fee),
            "percent_permille": self.percent_permille,
            "parts": self.parts.value,
            "free_part_limit": self.free_part_limit.fen,
            "response_hours": self.response_hours,
            "follow_up_percent": self.follow_up_percent,
            "report_day": self.report_day,
            "share_customer": self.share_customer,
            "photos": list(self.photos),
            "purchase_date": self.purchase_date,
            "split_units": list(self.split_units),
        }

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Terms:
        """From what the database keeps; what an older version did not know has its default."""
        known = {key: kept[key] for key in cls().kept() if key in kept}
        for key, code in (("warranty_start", WarrantyStart), ("fee_rule", FeeRule), ("parts", PartsRule)):
            if key in known:
                known[key] = code(known[key])
        if "free_part_limit" in known:
            known["free_part_limit"] = Money(known["free_part_limit"])
        return cls(**known)

    def months(self, category: str) -> int:
        """The maker's warranty of a device."""
        return self.warranty_months.get(category, self.warranty_months.get("", 0))

    def is_split(self, category: str, model: str) -> bool:
        """Whether the device has an outdoor unit with a number of its own: by its words, or by the model's letters."""
        text = f"{category} {model}".casefold()
        return any(word and word.casefold() in text for word in self.split_units) or bool(
            _SPLIT_MODEL.search(model)
        )


@dataclass(frozen=True, slots=True)
class Agreed:
    """An agreement as the rules need it."""

    id: int
    brand_id: int
    valid_from: date
    valid_to: date | None
    categories: Sequence[str]
    terms: Terms

    def holds(self, day: date, category: str) -> bool:
        """Whether it holds for a device category on a day."""
        return (
            self.valid_from <= day
            and (self.valid_to is None or day <= self.valid_to)
            and (not self.categories or category in self.categories)
        )


def agreement_on(agreements: Iterable[Agreed], day: date, category: str) -> Agreed | None:
    """The agreement of a day: one that names the category before one for all, the youngest of several."""
    found = [each for each in agreements if each.holds(day, category)]
    return max(found, key=lambda each: (bool(each.categories), each.valid_from, each.id), default=None)


def line_fee(
    terms: Terms,
    kind: LineKind,
    *,
    own: Money,
    cost: Money,
    category: str,
    zone: str,
    times: int,
    first: bool,
) -> Money:
    """What the brand pays for one line of a covered order, by the agreement of the day.

    ``own`` is the shop's price, ``cost`` what its own parts cost it (the brand's own goods: nothing). The fee for the
    repair stands on the ``first`` line of labour, whatever the work was; ``times`` counts visits. Other charges are the
    brand's only where it pays by percent.
    """
    if kind is LineKind.PART:
        return {PartsRule.LIST: own, PartsRule.COST: cost, PartsRule.NONE: ZERO}[terms.parts]
    if terms.fee_rule is FeeRule.PERCENT:
        return Money(divide_half_up(own.fen * terms.percent_permille, 1000))
    if kind is LineKind.LABOUR and first:
        return repair_fee(terms, category)
    if kind is LineKind.VISIT:
        return Money(terms.visit_fee.get(zone, terms.visit_fee.get("", 0)) * times)
    return ZERO


def repair_fee(terms: Terms, category: str) -> Money:
    """For each repair, by category; zero where the brand pays by percent."""
    if terms.fee_rule is FeeRule.PERCENT:
        return ZERO
    return Money(terms.repair_fee.get(category, terms.repair_fee.get("", 0)))
