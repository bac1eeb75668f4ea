"""What a month counts: orders that came and went, how long they took and how well they held, customers."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.core.enums import Visit
from app.features.reports.asking import Month, order_conditions, sale_conditions
from app.features.reports.snapshots import MonthFilter

#: Months without a visit after which a customer is lost (domain.md §8).
LOST_AFTER = 12
_MINUTE = 60_000_000

CAME = "o.taken_in_day >= :first AND o.taken_in_day < :beyond"
WENT = "o.delivered_day >= :first AND o.delivered_day < :beyond"
#: What was fixed and paid on the spot never stood at the counter: it was ready when it was delivered.
READY = "o.finished_day >= :first AND o.finished_day < :beyond"
#: Records of old versions: delivered on the spot, no day of its own.
ON_THE_SPOT = f"{WENT} AND o.finished_day IS NULL"
TOOK = f"(coalesce(o.ready_at, o.delivered_at) - o.taken_in_at) / {_MINUTE}"

REWORK = "o.rework_of_id IS NOT NULL"
HELD = (
    "o.rework_of_id IS NULL AND NOT EXISTS (SELECT 1 FROM repair_order again WHERE again.rework_of_id = o.id)"
)
PROMISED = "o.promised_at IS NOT NULL"
TOO_LATE = f"{PROMISED} AND coalesce(o.ready_at, o.delivered_at) > o.promised_at"
#: A visit that nobody is named for was not agreed yet: it only waits.
APPOINTED = f"(o.visit = '{Visit.ON_SITE.value}' AND o.technician_id IS NOT NULL)"

_WENT = (
    f"SELECT count(*), coalesce(sum({REWORK}), 0), coalesce(sum({HELD}), 0), coalesce(sum({PROMISED}), 0),"
    f" coalesce(sum({TOO_LATE}), 0) FROM repair_order o WHERE {WENT}"
)
#: Beside the counter's, whose two moments stand in the index, the few that were fixed on the spot. Each in one list:
#: handing over thousands of rows costs four times as much as finding them.
_ALL = "SELECT json_group_array({took}) FROM repair_order o WHERE {where}{{}}"
_TOOK = (
    _ALL.format(
        took=f"(o.ready_at - o.taken_in_at) / {_MINUTE}", where=f"{READY} AND o.ready_at IS NOT NULL"
    ),
    _ALL.format(took=TOOK, where=f"{READY} AND o.ready_at IS NULL"),
    _ALL.format(took=TOOK, where=ON_THE_SPOT),
)
_INVOICED = "SELECT count(*) FROM invoice i WHERE i.business_day >= :first AND i.business_day < :beyond"

# Before and after are told by ids, as everywhere; a customer's ids stand in one index, their days do not.
_CAME = f"SELECT count(*), coalesce(sum({APPOINTED}), 0), count(DISTINCT customer_id) FROM repair_order o WHERE {CAME}"
#: Orders that follow another one. Every customer who came for the first time has just one that does not.
_FOLLOWING = (
    f"SELECT count(*) FROM repair_order o WHERE {CAME}{{}} AND EXISTS (SELECT 1 FROM repair_order earlier"
    " WHERE earlier.customer_id = o.customer_id AND earlier.id < o.id)"
)
#: Orders that no other one followed up to ``:last_id``: one of each customer who was lost then, out of the month that
#: is twelve months back (``:first``, ``:beyond``).
_THEN = f"{CAME} AND +o.id <= :last_id"
_LAST_ONES = (
    f"SELECT count(*) FROM repair_order o WHERE {_THEN} AND NOT EXISTS (SELECT 1 FROM repair_order later"
    " WHERE later.customer_id = o.customer_id AND later.id > o.id AND later.id <= :last_id)"
)

#: The customers of these figures, each with an order of the month.
VISITORS = (
    f"SELECT customer_id AS id, min(id) AS order_id FROM repair_order o WHERE {CAME}{{}} GROUP BY customer_id"
)
RETURNING = (
    f"{VISITORS} HAVING min(id) > (SELECT min(a.id) FROM repair_order a WHERE a.customer_id = o.customer_id)"
)
GONE = (
    f"SELECT customer_id AS id, max(id) AS order_id FROM repair_order o WHERE {_THEN}{{}} GROUP BY customer_id HAVING"
    " max(id) = (SELECT max(a.id) FROM repair_order a WHERE a.customer_id = o.customer_id AND a.id <= :last_id)"
)
_LAST_ID = (
    "SELECT coalesce(max(id), 0) FROM repair_order WHERE taken_in_day ="
    " (SELECT max(taken_in_day) FROM repair_order WHERE taken_in_day < ?)"
)


@dataclass(frozen=True, slots=True)
class Counts:
    """Counts of a month; see ``MonthReport`` for what each is."""

    taken_in: int
    by_appointment: int
    finished: int
    delivered: int
    reworks: int
    first_time_fixed: int
    promised: int
    late: int
    invoices: int
    customers: int
    returning: int
    lost: int
    turnaround_median: int | None
    turnaround_90: int | None


def read_counts(reading: Connection, month: Month, wanted: MonthFilter) -> Counts:
    """The counts of a month; ``lost`` only of everybody."""
    conditions, values = order_conditions(wanted)
    span = {**month.span(), **values}

    def row(query: str) -> Any:
        return reading.exec_driver_sql(query, span).one()

    came = row(_CAME + conditions)
    went = row(_WENT + conditions)
    took: list[int] = []
    for query in _TOOK:
        took += json.loads(row(query.format(conditions))[0])
    took.sort()
    of_sales, sale_values = sale_conditions(wanted)
    invoiced = _INVOICED
    if wanted:
        invoiced += f" AND EXISTS (SELECT 1 FROM sale s WHERE s.invoice_id = i.id{of_sales})"
    following = row(_FOLLOWING.format(conditions))[0]
    lost = 0
    if not wanted:
        lost = int(reading.exec_driver_sql(_LAST_ONES, gone_values(reading, month)).scalar_one())
    return Counts(
        taken_in=came[0],
        by_appointment=came[1],
        finished=len(took),
        delivered=went[0],
        reworks=went[1],
        first_time_fixed=went[2],
        promised=went[3],
        late=went[4],
        invoices=int(reading.exec_driver_sql(invoiced, {**month.span(), **sale_values}).scalar_one()),
        customers=came[2],
        returning=came[2] - (came[0] - following),
        lost=lost,
        turnaround_median=percentile(took, 50),
        turnaround_90=percentile(took, 90),
    )


def gone_values(reading: Connection, month: Month) -> dict[str, Any]:
    """What the lost customers are asked with."""
    last_id = reading.exec_driver_sql(_LAST_ID, (month.beyond.isoformat(),)).scalar_one()
    return {**month.back(LOST_AFTER).span(), "last_id": last_id}


def percentile(ordered: list[int], share: int) -> int | None:
    """The smallest value that ``share`` percent do not exceed; None of nothing."""
    return ordered[-(-len(ordered) * share // 100) - 1] if ordered else None
