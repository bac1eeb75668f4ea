"""The month report as it is shown, exported, sealed and printed as JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from app.core.enums import Payer, PaymentMethod, ServiceType
from app.core.money import ZERO, Money, divide_half_up
from app.features.reports.figures import SPECS, Dimension, Figure, Measure, Unit

#: The name of what has no technician, no brand, no category.
UNASSIGNED = "unassigned"
#: A share of nothing is no number.
_PERMILLE = 1000


@dataclass(frozen=True, slots=True)
class Share:
    """One row of a break-down. ``name`` is a code where there is one, a person's or brand's name else, ``unassigned``
    where there is neither; ``key`` is what a filter asks for (a technician's id, "" for none). Amounts without tax."""

    name: str
    revenue: Money
    #: Orders invoiced.
    orders: int
    key: str = ""
    visit: Money = ZERO
    labour: Money = ZERO
    parts: Money = ZERO
    cost: Money = ZERO

    @property
    def profit(self) -> Money:
        """Revenue less the cost of parts."""
        return self.revenue - self.cost


@dataclass(frozen=True, slots=True)
class MethodShare:
    """Money that changed hands in one way: paid in and given back, both positive."""

    name: str
    paid: Money
    refunded: Money


@dataclass(frozen=True, slots=True)
class DayRevenue:
    """Revenue of one day of the month (1–31)."""

    day: int
    revenue: Money


@dataclass(frozen=True, slots=True)
class MonthFilter:
    """Whose month; None does not filter. A technician, category or brand of "" is what has none."""

    technician: str | None = None
    category: str | None = None
    brand: str | None = None
    service_type: ServiceType | None = None
    payer: Payer | None = None

    def __bool__(self) -> bool:
        return self != EVERYTHING

    def narrowed(self, dimension: Dimension, key: str) -> MonthFilter:
        """The same and one thing more."""
        values: dict[str, Any] = {each.value: getattr(self, each.value) for each in Dimension}
        values[dimension.value] = key
        if dimension is Dimension.SERVICE_TYPE:
            values["service_type"] = ServiceType(key)
        elif dimension is Dimension.PAYER:
            values["payer"] = Payer(key)
        return MonthFilter(**values)


EVERYTHING = MonthFilter()


@dataclass(frozen=True, slots=True)
class MonthReport:
    """Sums of one month (domain.md §8). Revenue is what was invoiced less what was credited in the month, tax excluded:
    visit + labour + parts + other − discount."""

    month: str
    revenue: Money = ZERO
    visit: Money = ZERO
    labour: Money = ZERO
    parts: Money = ZERO
    other: Money = ZERO
    #: Positive: what was given off.
    discount: Money = ZERO
    #: Positive: what credit notes of the month took back; the amounts above are without it.
    credited: Money = ZERO
    tax: Money = ZERO
    #: What the invoiced parts cost, at moving average.
    parts_cost: Money = ZERO
    gross_profit: Money = ZERO
    #: What parts cost that the shop used up on its own guarantee; not in ``parts_cost``.
    guarantee_cost: Money = ZERO
    by_technician: tuple[Share, ...] = ()
    by_category: tuple[Share, ...] = ()
    by_brand: tuple[Share, ...] = ()
    by_service_type: tuple[Share, ...] = ()
    by_payer: tuple[Share, ...] = ()
    by_method: tuple[MethodShare, ...] = ()
    days: tuple[DayRevenue, ...] = ()
    taken_in: int = 0
    finished: int = 0
    delivered: int = 0
    invoices: int = 0
    #: At the end of the month: invoiced to customers and not paid.
    receivables: Money = ZERO
    #: The same for brands, underwriters and contracts.
    receivables_other: Money = ZERO
    #: At the end of the month: customers' money that no invoice has used yet.
    deposits_held: Money = ZERO
    #: Revenue by delivered order, rounded half up; zero without any.
    average: Money = ZERO
    #: Minutes from taking in to ready of the orders finished; None where there are none.
    turnaround_median: int | None = None
    turnaround_90: int | None = None
    #: Of ``delivered − reworks``.
    first_time_fixed: int = 0
    #: Of ``delivered``.
    reworks: int = 0
    #: Of ``promised``, the delivered orders that had a promised time.
    late: int = 0
    promised: int = 0
    #: Of ``taken_in``: visits that were agreed beforehand.
    by_appointment: int = 0
    customers: int = 0
    returning: int = 0
    lost: int = 0
    unclaimed: int = 0
    stock_value: Money = ZERO
    dead_stock: Money = ZERO
    #: What it was asked for; figures that belong to nobody are zero then.
    wanted: MonthFilter = EVERYTHING

    @property
    def paid(self) -> Money:
        """Money taken in by all methods."""
        return Money(sum(each.paid.fen for each in self.by_method))

    @property
    def refunded(self) -> Money:
        """Money given back by all methods."""
        return Money(sum(each.refunded.fen for each in self.by_method))

    def shares(self, dimension: Dimension) -> tuple[Share, ...]:
        """One of the break-downs."""
        found: tuple[Share, ...] = getattr(self, f"by_{dimension.value}")
        return found

    def base(self, figure: Figure) -> int:
        """How many rows a share is a share of."""
        match figure:
            case Figure.FIRST_TIME:
                return self.delivered - self.reworks
            case Figure.REWORKS:
                return self.delivered
            case Figure.LATE:
                return self.promised
            case Figure.APPOINTED:
                return self.taken_in
            case _:
                return 0

    def has(self, figure: Figure) -> bool:
        """Whether the figure says something for what was asked."""
        return SPECS[figure].filtered or not self.wanted

    def value(self, figure: Figure) -> int | None:
        """Fen, a count, permille or minutes (``SPECS[figure].unit``); None where there is nothing to tell."""
        if not self.has(figure):
            return None
        raw = getattr(self, figure.value)
        if isinstance(raw, Money):
            return raw.fen
        if SPECS[figure].measure is Measure.SHARE:
            base = self.base(figure)
            return divide_half_up(_PERMILLE * raw, base) if base else None
        return None if raw is None else int(raw)

    def to_json(self) -> dict[str, Any]:
        """The object that ``xiuhu report month --json`` prints (design.md §9); amounts in fen."""
        shares = {
            f"by_{dimension.value}": [
                {"name": each.name, "revenue_fen": each.revenue.fen, "orders": each.orders}
                for each in self.shares(dimension)
            ]
            for dimension in Dimension
        }
        return {
            "month": self.month,
            **{f"{name}_fen": getattr(self, name).fen for name in _AMOUNTS},
            **{name: getattr(self, name) for name in _COUNTS},
            **shares,
            "by_method": [
                {"name": each.name, "paid_fen": each.paid.fen, "refunded_fen": each.refunded.fen}
                for each in self.by_method
            ],
            "days": [{"day": each.day, "revenue_fen": each.revenue.fen} for each in self.days],
            "breakdowns": {
                dimension.value: [_share_to_json(each) for each in self.shares(dimension)]
                for dimension in Dimension
            },
        }

    def to_bytes(self) -> bytes:
        """The canonical form that a seal keeps: the same report gives the same bytes."""
        return json.dumps(self.to_json(), ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> MonthReport:
        """What ``to_bytes`` wrote. Figures that a newer version tells and an older seal does not are zero."""
        read: Mapping[str, Any] = json.loads(content)
        broken_down: Mapping[str, Any] = read.get("breakdowns", {})
        values: dict[str, Any] = {name: Money(read.get(f"{name}_fen", 0)) for name in _AMOUNTS}
        values |= {name: read.get(name, None if name in _UNKNOWN else 0) for name in _COUNTS}
        for dimension in Dimension:
            values[f"by_{dimension.value}"] = tuple(map(_share_of, broken_down.get(dimension.value, ())))
        return cls(
            month=read["month"],
            by_method=tuple(
                MethodShare(each["name"], Money(each["paid_fen"]), Money(each["refunded_fen"]))
                for each in read["by_method"]
            ),
            days=tuple(DayRevenue(each["day"], Money(each["revenue_fen"])) for each in read["days"]),
            **values,
        )


_AMOUNTS = (
    "revenue", "visit", "labour", "parts", "other", "discount", "credited", "tax", "parts_cost", "gross_profit",
    "guarantee_cost", "receivables", "receivables_other", "deposits_held", "average", "stock_value", "dead_stock",
)  # fmt: skip
_COUNTS = (
    "taken_in", "finished", "delivered", "invoices", "turnaround_median", "turnaround_90", "first_time_fixed",
    "reworks", "late", "promised", "by_appointment", "customers", "returning", "lost", "unclaimed",
)  # fmt: skip
_UNKNOWN = frozenset({"turnaround_median", "turnaround_90"})
_SHARE_AMOUNTS = ("revenue", "visit", "labour", "parts", "cost")


def _share_to_json(share: Share) -> dict[str, Any]:
    amounts = {f"{name}_fen": getattr(share, name).fen for name in _SHARE_AMOUNTS}
    return {"key": share.key, "name": share.name, "orders": share.orders, **amounts}


def _share_of(read: Mapping[str, Any]) -> Share:
    amounts = {name: Money(read[f"{name}_fen"]) for name in _SHARE_AMOUNTS}
    return Share(name=read["name"], key=read["key"], orders=read["orders"], **amounts)


@dataclass(frozen=True, slots=True)
class Sealed:
    """That a month is sealed: when, by whom, and the digest of its bytes in hexadecimal."""

    month: str
    at: datetime
    by: str
    digest: str


@dataclass(frozen=True, slots=True)
class Mover:
    """A part of the revenue that changed: which component (None: all of it), by what, from and to."""

    component: Figure
    dimension: Dimension | None
    name: str
    before: Money
    now: Money

    @property
    def change(self) -> Money:
        """Positive where it grew."""
        return self.now - self.before


@dataclass(frozen=True, slots=True)
class PartMover:
    """A part that was used more or less often than the month before."""

    name: str
    before: int
    now: int


@dataclass(frozen=True, slots=True)
class MonthLook:
    """A month beside the one before and the same one of last year, and why it changed."""

    report: MonthReport
    last_month: MonthReport
    last_year: MonthReport
    movers: tuple[Mover, ...] = ()
    parts: tuple[PartMover, ...] = ()
    sealed: Sealed | None = None
    #: The last day the figures know of: today, or the month's last day.
    until: date | None = None
    #: Whether there is anything before it to compare with.
    compared: bool = field(default=True)

    def change(self, figure: Figure, before: MonthReport) -> int | None:
        """By how much, in permille of before (shares: in permille points); None where nothing was before."""
        now, then = self.report.value(figure), before.value(figure)
        if now is None or then is None:
            return None
        if SPECS[figure].unit is Unit.SHARE:
            return now - then
        return divide_half_up(_PERMILLE * (now - then), abs(then)) if then else None


@dataclass(frozen=True, slots=True)
class Question:
    """Which figure's list is asked for."""

    month: str
    figure: Figure
    wanted: MonthFilter = EVERYTHING
    method: PaymentMethod | None = None
    #: Only this day of the month.
    day: int | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a figure's list. ``amount`` is fen, minutes, or None where rows are only counted."""

    id: int
    day: date | None
    number: str
    customer: str
    category: str
    device: str
    technician: str
    amount: int | None
    #: The page that shows it, and what it is asked for.
    room: str
    subject: int


@dataclass(frozen=True, slots=True)
class Total:
    """What a list comes to."""

    count: int
    amount: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the month can be filtered by; technicians as (id, name)."""

    months: tuple[str, ...]
    technicians: tuple[tuple[str, str], ...]
    categories: tuple[str, ...]
    brands: tuple[str, ...]
