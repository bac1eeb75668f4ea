"""A month that is asked for, its days, and the months it is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.core.enums import Payer, ServiceType
from app.core.errors import Reason, Refusal
from app.features.reports.snapshots import MonthFilter

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
FIRST_YEAR, LAST_YEAR = 2000, 2099
#: Rows of ``sale`` in a month, in the words of ``ix_sale_month``, which has them in the order of the break-downs.
OF_MONTH = "substr(s.business_day, 1, 7) = :month"


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month of the shop."""

    year: int
    number: int

    @property
    def text(self) -> str:
        """``2026-11``."""
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def beyond(self) -> date:
        """The first day after it."""
        return date(self.year + self.number // 12, self.number % 12 + 1, 1)

    @property
    def last(self) -> date:
        """Its last day."""
        return self.beyond - timedelta(days=1)

    @property
    def key(self) -> int:
        """As the sums of parts keep it: 202611."""
        return self.year * 100 + self.number

    def back(self, months: int) -> Month:
        """So many months before (negative: after)."""
        count = self.year * 12 + self.number - 1 - months
        return Month(count // 12, count % 12 + 1)

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    def span(self, day: int | None = None) -> dict[str, Any]:
        """``:first``, ``:beyond`` and ``:month`` of a query; the days of one ``day`` only where it is given."""
        first, beyond = self.first, self.beyond
        if day is not None:
            first = date(self.year, self.number, day)
            beyond = first + timedelta(days=1)
        return {"first": first.isoformat(), "beyond": beyond.isoformat(), "month": self.text}


def parse_month(typed: str) -> tuple[int, int]:
    """``2026-11`` as (2026, 11). Raises ``Refusal(MONTH_UNKNOWN)``."""
    found = _MONTH.fullmatch(typed.strip())
    if found is None:
        raise Refusal(Reason.MONTH_UNKNOWN, text=typed.strip()[:40])
    month = month_of(int(found[1]), int(found[2]), typed.strip())
    return month.year, month.number


def month_of(year: int, month: int, typed: str = "") -> Month:
    """A month of this century. Raises ``Refusal(MONTH_UNKNOWN)``."""
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12):
        raise Refusal(Reason.MONTH_UNKNOWN, text=typed[:40] or f"{year}-{month}")
    return Month(year, month)


def sale_conditions(wanted: MonthFilter, alias: str = "s") -> tuple[str, dict[str, Any]]:
    """A filter as conditions on ``sale``, which keeps device, person and service as they were on its day."""
    text, values = "", {}
    for name, value in _simple(wanted):
        text += f" AND {alias}.{name} IS :{name}"
        values[name] = value
    return text, values


def order_conditions(wanted: MonthFilter, alias: str = "o") -> tuple[str, dict[str, Any]]:
    """The same on ``repair_order``."""
    text, values = "", {}
    of_device = []
    for name, value in _simple(wanted):
        values[name] = value
        if name in ("category", "brand"):
            of_device.append(f"{name} = :{name}")
        else:
            text += f" AND {alias}.{name} IS :{name}"
    if of_device:
        found = " AND ".join(of_device)
        text += f" AND EXISTS (SELECT 1 FROM device WHERE id = {alias}.device_id AND {found})"
    return text, values


def _simple(wanted: MonthFilter) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    if wanted.technician is not None:
        text = wanted.technician
        if text and not (text.isascii() and text.isdigit() and len(text) < 12):
            raise Refusal(Reason.NOT_FOUND)
        found.append(("technician_id", int(text) if text else None))
    if wanted.category is not None:
        found.append(("category", wanted.category))
    if wanted.brand is not None:
        found.append(("brand", wanted.brand))
    if isinstance(wanted.service_type, ServiceType):
        found.append(("service_type", wanted.service_type.value))
    if isinstance(wanted.payer, Payer):
        found.append(("payer", wanted.payer.value))
    return found
