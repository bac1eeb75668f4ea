"""What a month sold: one walk through its rows of ``sale``, summed by everything that is asked (domain.md §8)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import add
from typing import Any

from sqlalchemy import Connection

from app.core.enums import Payer, SaleKind
from app.core.money import Money
from app.features.reports.asking import OF_MONTH, Month, sale_conditions
from app.features.reports.figures import Dimension
from app.features.reports.snapshots import UNASSIGNED, DayRevenue, MonthFilter, Share

_NET = "s.visit + s.labour + s.parts + s.other + s.discount"
#: What belongs to the same person, kind of device, brand, service and payer, summed at once: a few hundred groups are
#: then added up in five ways. One index (``ix_sale_month``) has all of it in this order: nothing is sorted.
GROUPS = (
    "SELECT technician_id, category, brand, service_type, payer, sum(visit), sum(labour), sum(parts), sum(other),"
    f" sum(discount), sum(tax), sum(cost), sum(CASE kind WHEN '{SaleKind.CREDIT.value}' THEN {_NET} ELSE 0 END),"
    f" group_concat(CASE kind WHEN '{SaleKind.INVOICE.value}' THEN order_id END) FROM sale s WHERE {OF_MONTH}{{}}"
    " GROUP BY payer, service_type, technician_id, category, brand"
)
_BY_DAY = f"SELECT business_day, sum({_NET}) FROM sale s WHERE {{}} GROUP BY business_day"
#: Of everything in the order of the days; what is asked for in part is found as its sums are.
DAYS = _BY_DAY.format("s.business_day >= :first AND s.business_day < :beyond")
DAYS_OF_PART = _BY_DAY.format(f"{OF_MONTH}{{}}")
_SHOP = Payer.SHOP.value
#: So many columns say whose a group is.
_OF_WHOM = len(Dimension)
#: Where amounts stand in a sum.
_VISIT, _LABOUR, _PARTS, _OTHER, _DISCOUNT, _TAX, _COST, _CREDITED = range(8)


@dataclass(slots=True)
class Sales:
    """Sums of a month, in fen."""

    visit: int = 0
    labour: int = 0
    parts: int = 0
    other: int = 0
    discount: int = 0
    tax: int = 0
    cost: int = 0
    credited: int = 0
    guarantee_cost: int = 0
    shares: Mapping[Dimension, tuple[Share, ...]] = field(default_factory=dict)
    days: tuple[DayRevenue, ...] = ()

    @property
    def revenue(self) -> int:
        """Without tax."""
        return self.visit + self.labour + self.parts + self.other + self.discount


def read_sales(
    reading: Connection, month: Month, wanted: MonthFilter, names: Mapping[int, str], *, days: int
) -> Sales:
    """The sums of a month. ``names`` are people's by id; the first ``days`` of the month are told."""
    conditions, values = sale_conditions(wanted)
    asked = {**month.span(), **values}
    sums = Sales()
    found = []
    for *key, orders in reading.exec_driver_sql(GROUPS.format(conditions), asked):
        who, totals = tuple(key[:_OF_WHOM]), key[_OF_WHOM:]
        if who[-1] == _SHOP:
            sums.guarantee_cost += totals[_COST]
            continue
        found.append((who, totals, orders.split(",") if orders else []))
    groups = _told_apart(found)
    days_query = DAYS_OF_PART.format(conditions) if conditions else DAYS
    by_day = {day: int(fen) for day, fen in reading.exec_driver_sql(days_query, asked)}
    for group in groups:
        totals = group.totals
        sums.visit += totals[_VISIT]
        sums.labour += totals[_LABOUR]
        sums.parts += totals[_PARTS]
        sums.other += totals[_OTHER]
        sums.discount += totals[_DISCOUNT]
        sums.tax += totals[_TAX]
        sums.cost += totals[_COST]
        sums.credited -= totals[_CREDITED]
    sums.shares = {
        dimension: _rolled_up(groups, at, _naming(dimension, names)) for at, dimension in enumerate(Dimension)
    }
    sums.days = tuple(
        DayRevenue(day, Money(by_day.get(f"{month.text}-{day:02d}", 0))) for day in range(1, days + 1)
    )
    return sums


@dataclass(slots=True)
class _Group:
    """Sums of what is alike, and how many orders they are of: an order may stand in several groups (brand and customer
    pay), or twice in one (invoiced again). It is counted by who it is, not by rows."""

    key: tuple[Any, ...]
    totals: list[int]
    #: Orders with one row in the whole month.
    alone: int
    #: Those with several, by their ids as text.
    repeated: set[str]


def _told_apart(found: Sequence[tuple[tuple[Any, ...], list[int], list[str]]]) -> list[_Group]:
    """Groups with their orders counted. Nearly all orders stand in one row: only the others are kept by id."""
    rows = sum(len(orders) for _key, _totals, orders in found)
    if len(set().union(*(orders for _key, _totals, orders in found))) == rows:
        return [_Group(key, totals, len(orders), set()) for key, totals, orders in found]
    times = Counter(chain.from_iterable(orders for _key, _totals, orders in found))
    several = {order for order, count in times.items() if count > 1}
    groups = []
    for key, totals, orders in found:
        repeated = several.intersection(orders)
        alone = sum(order not in several for order in orders)
        groups.append(_Group(key, totals, alone, repeated))
    return groups


def _naming(dimension: Dimension, names: Mapping[int, str]) -> Callable[[Any], str]:
    if dimension is Dimension.TECHNICIAN:
        return lambda value: names.get(value, UNASSIGNED)
    return lambda value: value or UNASSIGNED


def _rolled_up(groups: Iterable[_Group], at: int, name: Callable[[Any], str]) -> tuple[Share, ...]:
    summed: dict[Any, _Group] = {}
    for each in groups:
        value = each.key[at]
        found = summed.get(value)
        if found is None:
            summed[value] = _Group((value,), list(each.totals), each.alone, set(each.repeated))
            continue
        found.totals = list(map(add, found.totals, each.totals))
        found.alone += each.alone
        found.repeated |= each.repeated
    shares = [
        Share(
            name=name(value),
            revenue=Money(sum(its.totals[:_TAX])),
            orders=its.alone + len(its.repeated),
            key="" if value is None else str(value),
            visit=Money(its.totals[_VISIT]),
            labour=Money(its.totals[_LABOUR]),
            parts=Money(its.totals[_PARTS]),
            cost=Money(its.totals[_COST]),
        )
        for value, its in summed.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.revenue.fen, share.name, share.key)))
