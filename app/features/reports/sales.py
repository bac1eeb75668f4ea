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

_MONTH = "FROM sale s WHERE s.business_day >= :first AND s.business_day < :beyond"
_NET = "s.visit + s.labour + s.parts + s.other + s.discount"
#: What belongs to the same person, kind of device, brand, service and payer, summed at once: a few hundred groups are
#: then added up in five ways. All of it stands in one index (``ix_sale_business_day``): the table itself is not read.
GROUPS = (
    "SELECT technician_id, category, brand, service_type, payer, sum(visit), sum(labour), sum(parts), sum(other),"
    f" sum(discount), sum(tax), sum(cost), sum(CASE kind WHEN '{SaleKind.CREDIT.value}' THEN {_NET} ELSE 0 END),"
    f" group_concat(CASE kind WHEN '{SaleKind.INVOICE.value}' THEN order_id END) {_MONTH}{{}}"
    " GROUP BY payer, service_type, technician_id, category, brand"
)
DAYS = f"SELECT business_day, sum({_NET}) {_MONTH}{{}} GROUP BY business_day"
_SHOP = Payer.SHOP.value
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
    groups: dict[tuple[Any, ...], tuple[list[int], set[str]]] = {}
    for technician, category, brand, service, payer, *amounts, orders in reading.exec_driver_sql(
        GROUPS.format(conditions), asked
    ):
        if payer == _SHOP:
            sums.guarantee_cost += amounts[_COST]
            continue
        # An order may stand in several groups (brand and customer pay): counted by who it is, not by rows.
        groups[technician, category, brand, service, payer] = (
            amounts,
            set(orders.split(",") if orders else ()),
        )
    by_day = {day: int(fen) for day, fen in reading.exec_driver_sql(DAYS.format(conditions), asked)}
    for totals, _orders in groups.values():
        sums.visit += totals[_VISIT]
        sums.labour += totals[_LABOUR]
        sums.parts += totals[_PARTS]
        sums.other += totals[_OTHER]
        sums.discount += totals[_DISCOUNT]
        sums.tax += totals[_TAX]
        sums.cost += totals[_COST]
        sums.credited -= totals[_CREDITED]
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
    groups: Iterable[tuple[tuple[Any, ...], tuple[list[int], set[str]]]],
    at: int,
    name: Callable[[Any], str],
) -> tuple[Share, ...]:
    summed: dict[Any, tuple[list[int], set[str]]] = {}
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
