"""What a month sold: one walk through its rows of ``sale``, summed by everything that is asked (domain.md §8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from app.core.enums import Payer, SaleKind
from app.core.money import Money
from app.features.reports.asking import Month, sale_conditions
from app.features.reports.figures import Dimension
from app.features.reports.snapshots import UNASSIGNED, DayRevenue, MonthFilter, Share

#: In the order of the index that covers it (``ix_sale_business_day``): the table itself is not read.
SALES = (
    "SELECT technician_id, category, brand, service_type, payer, kind, business_day, order_id, visit, labour, parts,"
    " other, discount, tax, cost FROM sale s WHERE s.business_day >= :first AND s.business_day < :beyond"
)
_SHOP, _INVOICE, _CREDIT = Payer.SHOP.value, SaleKind.INVOICE.value, SaleKind.CREDIT.value
#: Where amounts stand in a sum.
_VISIT, _LABOUR, _PARTS, _OTHER, _DISCOUNT, _TAX, _COST = range(7)


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
    sums = Sales()
    by_day: dict[str, int] = {}
    # What belongs to the same person, kind of device, brand, service and payer is summed at once: a few hundred
    # groups are then added up in five ways, instead of every row.
    groups: dict[tuple[Any, ...], tuple[list[int], set[int]]] = {}
    for row in reading.exec_driver_sql(SALES + conditions, {**month.span(), **values}):
        technician, category, brand, service, payer, kind, day, order_id, *amounts = row
        if payer == _SHOP:
            sums.guarantee_cost += amounts[_COST]
            continue
        key = (technician, category, brand, service, payer)
        found = groups.get(key)
        if found is None:
            found = groups[key] = ([0] * 7, set())
        totals, orders = found
        for at, fen in enumerate(amounts):
            if fen:
                totals[at] += fen
        net = amounts[0] + amounts[1] + amounts[2] + amounts[3] + amounts[4]
        by_day[day] = by_day.get(day, 0) + net
        if kind == _INVOICE:
            orders.add(order_id)
        elif kind == _CREDIT:
            sums.credited -= net
    for totals, _orders in groups.values():
        sums.visit += totals[_VISIT]
        sums.labour += totals[_LABOUR]
        sums.parts += totals[_PARTS]
        sums.other += totals[_OTHER]
        sums.discount += totals[_DISCOUNT]
        sums.tax += totals[_TAX]
        sums.cost += totals[_COST]
    sums.shares = {
        dimension: _rolled_up(groups.items(), at, _naming(dimension, names))
        for at, dimension in enumerate(Dimension)
    }
    sums.days = tuple(
        DayRevenue(day, Money(by_day.get(f"{month.text}-{day:02d}", 0))) for day in range(1, days + 1)
    )
    return sums


def _naming(dimension: Dimension, names: Mapping[int, str]) -> Callable[[Any], str]:
    if dimension is Dimension.TECHNICIAN:
        return lambda value: names.get(value, UNASSIGNED)
    return lambda value: value or UNASSIGNED


def _rolled_up(
    groups: Iterable[tuple[tuple[Any, ...], tuple[list[int], set[int]]]],
    at: int,
    name: Callable[[Any], str],
) -> tuple[Share, ...]:
    summed: dict[Any, tuple[list[int], set[int]]] = {}
    for key, (totals, orders) in groups:
        value = key[at]
        found = summed.get(value)
        if found is None:
            summed[value] = (list(totals), set(orders))
            continue
        for each, fen in enumerate(totals):
            found[0][each] += fen
        found[1].update(orders)
    shares = [
        Share(
            name=name(value),
            revenue=Money(sum(totals[:_TAX])),
            orders=len(orders),
            key="" if value is None else str(value),
            visit=Money(totals[_VISIT]),
            labour=Money(totals[_LABOUR]),
            parts=Money(totals[_PARTS]),
            cost=Money(totals[_COST]),
        )
        for value, (totals, orders) in summed.items()
    ]
    return tuple(sorted(shares, key=lambda share: (-share.revenue.fen, share.name, share.key)))
