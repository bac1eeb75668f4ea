"""The figures of a month (domain.md §8): what each is called, counted in, and the list that it is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.core.words import N_


class Unit(StrEnum):
    """What a figure is counted in."""

    #: Fen.
    MONEY = "money"
    COUNT = "count"
    #: Permille of another figure's rows, shown as percent.
    SHARE = "share"
    #: Minutes.
    TIME = "time"


class Measure(StrEnum):
    """How a figure follows from its list."""

    #: The sum of the rows' amounts.
    SUM = "sum"
    #: How many rows there are.
    COUNT = "count"
    #: Rows of it in a thousand rows of another figure's list.
    SHARE = "share"
    #: The middle of the rows' amounts, and what nine of ten do not exceed.
    MEDIAN = "median"
    NINETIETH = "ninetieth"
    #: The sum of the rows' amounts by the rows of another figure's list.
    AVERAGE = "average"


class Group(StrEnum):
    """Figures that are read together."""

    SALES = "sales"
    PROFIT = "profit"
    JOBS = "jobs"
    MONEY = "money"
    QUALITY = "quality"
    CUSTOMERS = "customers"
    GOODS = "goods"


GROUP_WORDS: Mapping[Group, str] = {
    Group.SALES: N_("Sales without tax"),
    Group.PROFIT: N_("Profit"),
    Group.JOBS: N_("Jobs"),
    Group.MONEY: N_("Money and debts"),
    Group.QUALITY: N_("Quality"),
    Group.CUSTOMERS: N_("Customers"),
    Group.GOODS: N_("Goods at the end of the month"),
}


class Figure(StrEnum):
    """A figure of the month."""

    REVENUE = "revenue"
    VISIT = "visit"
    LABOUR = "labour"
    PARTS = "parts"
    OTHER = "other"
    DISCOUNT = "discount"
    CREDITED = "credited"
    TAX = "tax"
    GROSS_PROFIT = "gross_profit"
    PARTS_COST = "parts_cost"
    GUARANTEE_COST = "guarantee_cost"
    AVERAGE = "average"
    TAKEN_IN = "taken_in"
    FINISHED = "finished"
    DELIVERED = "delivered"
    INVOICES = "invoices"
    PAID = "paid"
    REFUNDED = "refunded"
    RECEIVABLES = "receivables"
    RECEIVABLES_OTHER = "receivables_other"
    DEPOSITS_HELD = "deposits_held"
    TURNAROUND = "turnaround_median"
    TURNAROUND_90 = "turnaround_90"
    FIRST_TIME = "first_time_fixed"
    REWORKS = "reworks"
    LATE = "late"
    APPOINTED = "by_appointment"
    CUSTOMERS = "customers"
    RETURNING = "returning"
    LOST = "lost"
    UNCLAIMED = "unclaimed"
    STOCK_VALUE = "stock_value"
    DEAD_STOCK = "dead_stock"


@dataclass(frozen=True, slots=True)
class FigureSpec:
    """What is known of a figure before it is read. ``title`` and ``hint`` are marked English."""

    title: str
    group: Group
    unit: Unit
    measure: Measure
    #: Whose rows a share or an average is of.
    of: Figure | None = None
    #: Whether it can be asked for one technician, category …; what is held, owed or in stock belongs to nobody.
    filtered: bool = True
    #: More is better (1), worse (-1) or neither (0).
    good: int = 0
    hint: str = ""


def _sum(title: str, group: Group, *, filtered: bool = True, good: int = 0, hint: str = "") -> FigureSpec:
    return FigureSpec(title, group, Unit.MONEY, Measure.SUM, None, filtered, good, hint)


def _count(title: str, group: Group, *, filtered: bool = True, good: int = 0, hint: str = "") -> FigureSpec:
    return FigureSpec(title, group, Unit.COUNT, Measure.COUNT, None, filtered, good, hint)


def _share(title: str, of: Figure, good: int, hint: str) -> FigureSpec:
    return FigureSpec(title, Group.QUALITY, Unit.SHARE, Measure.SHARE, of, True, good, hint)


SPECS: Mapping[Figure, FigureSpec] = {
    Figure.REVENUE: _sum(N_("Revenue"), Group.SALES, good=1, hint=N_("Invoiced less credited, without tax.")),
    Figure.VISIT: _sum(N_("Visit fees"), Group.SALES, good=1),
    Figure.LABOUR: _sum(N_("Labour"), Group.SALES, good=1),
    Figure.PARTS: _sum(N_("Parts"), Group.SALES, good=1),
    Figure.OTHER: _sum(N_("Other charges"), Group.SALES, good=1),
    Figure.DISCOUNT: _sum(N_("Discounts"), Group.SALES, good=-1),
    Figure.CREDITED: _sum(
        N_("Credited"), Group.SALES, good=-1, hint=N_("Credit notes of this month; the revenue is without them.")
    ),
    Figure.TAX: _sum(N_("Tax"), Group.SALES),
    Figure.GROSS_PROFIT: _sum(
        N_("Gross profit"), Group.PROFIT, good=1, hint=N_("Revenue less what the invoiced parts cost.")
    ),
    Figure.PARTS_COST: _sum(N_("Cost of parts"), Group.PROFIT, good=-1),
    Figure.GUARANTEE_COST: _sum(
        N_("Own guarantee"), Group.PROFIT, good=-1, hint=N_("Parts that the shop paid itself.")
    ),
    Figure.AVERAGE: FigureSpec(
        N_("Average per job"), Group.PROFIT, Unit.MONEY, Measure.AVERAGE, Figure.DELIVERED, good=1,
        hint=N_("Revenue by delivered order."),
    ),
    Figure.TAKEN_IN: _count(N_("Jobs taken in"), Group.JOBS, good=1),
    Figure.FINISHED: _count(N_("Jobs finished"), Group.JOBS, good=1),
    Figure.DELIVERED: _count(N_("Jobs delivered"), Group.JOBS, good=1),
    Figure.INVOICES: _count(N_("Invoices issued"), Group.JOBS, good=1),
    Figure.PAID: _sum(N_("Money taken in"), Group.MONEY, filtered=False, good=1),
    Figure.REFUNDED: _sum(N_("Money given back"), Group.MONEY, filtered=False, good=-1),
    Figure.RECEIVABLES: _sum(N_("Owed by customers"), Group.MONEY, filtered=False, good=-1),
    Figure.RECEIVABLES_OTHER: _sum(
        N_("Owed by others"), Group.MONEY, filtered=False, good=-1, hint=N_("Brands, underwriters, contracts.")
    ),
    Figure.DEPOSITS_HELD: _sum(
        N_("Deposits held"), Group.MONEY, filtered=False,
        hint=N_("Customers' money that no invoice has used yet."),
    ),
    Figure.TURNAROUND: FigureSpec(
        N_("Turnaround, median"), Group.QUALITY, Unit.TIME, Measure.MEDIAN, good=-1,
        hint=N_("From taking in to ready."),
    ),
    Figure.TURNAROUND_90: FigureSpec(
        N_("Turnaround, nine of ten"), Group.QUALITY, Unit.TIME, Measure.NINETIETH, good=-1,
        hint=N_("Nine of ten orders were ready within this time."),
    ),
    Figure.FIRST_TIME: _share(
        N_("Fixed the first time"), Figure.DELIVERED, 1,
        N_("Delivered, no rework, and has not come back since; of those that were no rework."),
    ),
    Figure.REWORKS: _share(
        N_("Rework rate"), Figure.DELIVERED, -1, N_("Of the delivered orders: the same fault again in our guarantee.")
    ),
    Figure.LATE: _share(
        N_("Late jobs"), Figure.DELIVERED, -1, N_("Ready after the promised time; of those with a promise.")
    ),
    Figure.APPOINTED: _share(
        N_("By appointment"), Figure.TAKEN_IN, 1, N_("Visits that somebody is named for, of all that was taken in.")
    ),
    Figure.CUSTOMERS: _count(N_("Customers who came"), Group.CUSTOMERS, good=1),
    Figure.RETURNING: _count(N_("Of them, had been here before"), Group.CUSTOMERS, good=1),
    Figure.LOST: _count(
        N_("Lost customers"), Group.CUSTOMERS, filtered=False, good=-1,
        hint=N_("Came for the last time twelve months ago: none since."),
    ),
    Figure.UNCLAIMED: _count(
        N_("Unclaimed devices"), Group.GOODS, filtered=False, good=-1,
        hint=N_("Ready for longer than the days in Settings, and not fetched."),
    ),
    Figure.STOCK_VALUE: _sum(N_("Stock value"), Group.GOODS, filtered=False),
    Figure.DEAD_STOCK: _sum(
        N_("Dead stock"), Group.GOODS, filtered=False, good=-1, hint=N_("Did not move in twelve months.")
    ),
}  # fmt: skip


class Dimension(StrEnum):
    """What the month's sales are broken down by."""

    TECHNICIAN = "technician"
    CATEGORY = "category"
    BRAND = "brand"
    SERVICE_TYPE = "service_type"
    PAYER = "payer"


DIMENSION_WORDS: Mapping[Dimension, str] = {
    Dimension.TECHNICIAN: N_("By technician"),
    Dimension.CATEGORY: N_("By category"),
    Dimension.BRAND: N_("By brand"),
    Dimension.SERVICE_TYPE: N_("By service type"),
    Dimension.PAYER: N_("By payer"),
}
