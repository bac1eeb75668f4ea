"""The question of the reorder proposal: for every part of the shop in one pass (domain.md §7).

Hundred thousand parts answer within a second because the months are summed by their covering index and the database
keeps back every part that needs nothing; the last word on each quantity is ``app.model.purchase.to_order``.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from sqlalchemy import Connection, bindparam, select, text

from app.core.enums import PlanKind
from app.core.money import ONE, Money, Quantity
from app.features.purchasing.snapshots import Proposal, ProposalRow, Season
from app.features.purchasing.wishes import open_requests
from app.model import SeasonFactor
from app.model.purchase import AS_EVER, PLANS, covered_months, full_months, units_to_order

# What is on a draft is on its way as well: the same need is not proposed twice.
_NEEDED = text(
    "WITH coming AS (SELECT l.part_id, sum(l.quantity - l.received - l.cancelled) AS milli FROM purchase_line l"
    " JOIN purchase_order o ON o.id = l.purchase_id WHERE l.received + l.cancelled < l.quantity"
    " AND o.state IN ('draft', 'sent', 'part_received') AND l.part_id IS NOT NULL GROUP BY l.part_id),"
    " season AS (SELECT category, :as_ever + sum(percent - 100) AS percents FROM season_factor"
    " WHERE month IN :covers GROUP BY category),"
    # Parts without use are asked for only where they have a minimum: there are few of those.
    " asked AS (SELECT part_id, max(sum(used), 0) AS used FROM (SELECT part_id, used FROM part_month"
    " INDEXED BY ix_part_month_usage WHERE month IN :months UNION ALL SELECT id, 0 FROM part WHERE minimum > 0)"
    " GROUP BY part_id)"
    " SELECT p.id, p.number, p.name, p.unit, p.supplier_id, coalesce(s.name, '') AS supplier, p.supplier_number,"
    " p.purchase_price AS price, asked.used, p.on_hand + p.consigned AS on_hand, p.reserved,"
    " coalesce(coming.milli, 0) AS on_order, p.minimum,"
    " CASE p.season WHEN '' THEN p.category ELSE p.season END AS season"
    " FROM asked JOIN part p ON p.id = asked.part_id"
    " LEFT JOIN coming ON coming.part_id = p.id"
    " LEFT JOIN season f ON f.category = CASE p.season WHEN '' THEN p.category ELSE p.season END"
    " LEFT JOIN supplier s ON s.id = p.supplier_id"
    " WHERE p.active = 1 AND p.kit = 0 AND (asked.used * coalesce(f.percents, :as_ever)"
    " > (p.on_hand + p.consigned + coalesce(coming.milli, 0)) * :share"
    " OR p.on_hand + p.consigned + coalesce(coming.milli, 0) < p.minimum)"
    " ORDER BY s.name IS NULL, s.name, p.number"
).bindparams(bindparam("months", expanding=True), bindparam("covers", expanding=True))
_SEASONS = select(SeasonFactor.category, SeasonFactor.month, SeasonFactor.percent).order_by(
    SeasonFactor.category, SeasonFactor.month
)


def read_proposal(reading: Connection, kind: PlanKind, today: date) -> Proposal:
    """What to buy by a plan, by supplier and part number, with the requests that wait for an order."""
    plan = PLANS[kind]
    months = full_months(today, plan.months)
    covers = covered_months(today, plan.cover)
    seasons = {each.category: tuple(each.percents[at - 1] for at in covers) for each in read_seasons(reading)}
    as_ever = (AS_EVER,) * plan.cover
    found = reading.execute(
        _NEEDED,
        {"months": months, "covers": covers, "as_ever": AS_EVER * plan.cover, "share": plan.months * AS_EVER},
    )
    rows = []
    # Tens of thousands of rows, and few different quantities among them: each is made once.
    for (
        part_id, number, name, unit, supplier_id, supplier, supplier_number, price, used, on_hand, reserved,
        on_order, minimum, category,
    ) in found:  # fmt: skip
        percents = seasons.get(category, as_ever)
        units = units_to_order(used, plan.months, sum(percents), on_hand + on_order, minimum)
        rows.append(
            ProposalRow(
                part_id,
                number,
                name,
                unit,
                supplier_id,
                supplier,
                supplier_number,
                _money(price),
                _quantity(used),
                _quantity(used // plan.months),
                percents,
                _quantity(on_hand),
                _quantity(reserved),
                _quantity(on_order),
                _quantity(minimum),
                _quantity(units * ONE.milli),
            )
        )
    return Proposal(kind, months, covers, tuple(rows), open_requests(reading))


def read_seasons(reading: Connection) -> tuple[Season, ...]:
    """The season factors of each category that has any; a month without one sells as ever."""
    found: dict[str, list[int]] = {}
    for each in reading.execute(_SEASONS):
        found.setdefault(each.category, [AS_EVER] * 12)[each.month - 1] = each.percent
    return tuple(Season(category, tuple(percents)) for category, percents in found.items())


_quantity = lru_cache(maxsize=65_536)(Quantity)
_money = lru_cache(maxsize=65_536)(Money)
