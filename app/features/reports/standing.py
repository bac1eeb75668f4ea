"""How a month ended: what was owed and held, the stock, devices that nobody fetched.

Every figure is a sum that is kept by day or month. The lists behind them are what stands now; of a month that is over,
what happened since is taken back again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from app.core.enums import AT_COUNTER, CLOSED
from app.features.reports.asking import Month

#: Months without a move after which stock is dead (domain.md §8).
DEAD_AFTER = 12

_MONEY = "SELECT coalesce(sum(due_customer), 0), coalesce(sum(due_other), 0), coalesce(sum(held), 0)"
_MONEY_THEN = f"{_MONEY} FROM money_day WHERE day < :beyond"
_STOCK_THEN = "SELECT coalesce(sum(net_value), 0) FROM stock_day WHERE day < :beyond"
#: Every booking of money notes its day.
_NOTHING_SINCE = "SELECT NOT EXISTS (SELECT 1 FROM money_day WHERE day >= :beyond)"

#: What lies since long: of a month that goes on, the parts themselves say so.
DEAD_NOW = "SELECT p.id, p.value FROM part p WHERE p.on_hand > 0 AND p.last_moved_on < :moved_before"
#: Of one that is over, their months.
DEAD_THEN = (
    "SELECT m.part_id AS id, sum(m.net_value) AS value FROM part_month m WHERE m.month <= :month"
    " GROUP BY m.part_id HAVING max(m.month) <= :still_since AND sum(m.net) > 0"
)

_STILL_OPEN = "o.status NOT IN ({})".format(", ".join(f"'{each}'" for each in sorted(CLOSED)))
_AT_COUNTER = "o.status IN ({})".format(", ".join(f"'{each}'" for each in sorted(AT_COUNTER)))
#: Ready for long and not fetched by then: what still stands there, and what was fetched since. Day by day, for of each
#: day's deliveries only the first few of the index were ready so early.
UNCLAIMED = (
    "WITH RECURSIVE went(day) AS (SELECT min(delivered_day) FROM repair_order WHERE delivered_day >= :beyond"
    " UNION ALL SELECT (SELECT min(delivered_day) FROM repair_order WHERE delivered_day > went.day)"
    " FROM went WHERE went.day IS NOT NULL)"
    f" SELECT o.id, o.finished_day AS day FROM repair_order o WHERE {_STILL_OPEN} AND {_AT_COUNTER}"
    " AND o.finished_day <= :ready_by"
    " UNION ALL SELECT o.id, o.finished_day AS day FROM went"
    " CROSS JOIN repair_order o ON o.delivered_day = went.day AND o.finished_day <= :ready_by"
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Fen and counts at the end of a month, or now where it goes on."""

    receivables: int
    receivables_other: int
    held: int
    stock_value: int
    dead_stock: int
    unclaimed: int


def read_standing(reading: Connection, month: Month, today: date, unclaimed_days: int) -> Standing:
    """How the month ended; how it stands where it is not over."""
    values = standing_values(month, today, unclaimed_days)
    customers, others, held = reading.exec_driver_sql(_MONEY_THEN, values).one()
    dead = DEAD_NOW if goes_on(month, today) else DEAD_THEN
    return Standing(
        receivables=customers,
        receivables_other=others,
        held=held,
        stock_value=reading.exec_driver_sql(_STOCK_THEN, values).scalar_one(),
        dead_stock=reading.exec_driver_sql(
            f"SELECT coalesce(sum(value), 0) FROM ({dead})", values
        ).scalar_one(),
        unclaimed=reading.exec_driver_sql(f"SELECT count(*) FROM ({UNCLAIMED})", values).scalar_one(),
    )


def goes_on(month: Month, today: date) -> bool:
    """Whether what stands now is what stands at its end."""
    return today < month.beyond


def standing_values(month: Month, today: date, unclaimed_days: int) -> dict[str, Any]:
    """What the questions of this module are asked with."""
    end = min(month.last, today)
    return {
        "beyond": month.beyond.isoformat(),
        "month": month.key,
        "still_since": month.back(DEAD_AFTER).key,
        "moved_before": month.back(DEAD_AFTER - 1).first.isoformat(),
        "ready_by": (end - timedelta(days=unclaimed_days)).isoformat(),
    }


# -- what the sums of money are made of ----------------------------------------------------------------------

_SIDES = {True: "= 'customer'", False: "!= 'customer'"}
_DUE_NOW = (
    "SELECT b.invoice_id AS id, b.due AS amount FROM invoice_balance b WHERE b.due > 0 AND b.payer {side}"
)
#: Of each later day the money that went to invoices of before: the first few of the day in the index.
_DUE_THEN = (
    "WITH RECURSIVE later(day) AS (SELECT min(business_day) FROM allocation WHERE business_day >= :beyond"
    " UNION ALL SELECT (SELECT min(business_day) FROM allocation WHERE business_day > later.day)"
    " FROM later WHERE later.day IS NOT NULL)"
    " SELECT x.invoice_id AS id, sum(x.fen) AS amount FROM ("
    " SELECT a.invoice_id, a.amount AS fen FROM later"
    " CROSS JOIN allocation a ON a.business_day = later.day AND a.invoice_id < :upto"
    " UNION ALL SELECT invoice_id, total FROM credit_note WHERE business_day >= :beyond"
    " UNION ALL SELECT invoice_id, amount FROM write_off WHERE business_day >= :beyond"
    " UNION ALL SELECT invoice_id, due FROM invoice_balance WHERE due > 0 AND business_day < :beyond"
    ") x CROSS JOIN invoice i ON i.id = x.invoice_id"
    " WHERE i.business_day < :beyond AND i.payer {side} GROUP BY x.invoice_id HAVING sum(x.fen) != 0"
)
_HELD_NOW = "SELECT h.payment_id AS id, h.amount FROM held_money h"
_HELD_THEN = (
    "SELECT x.payment_id AS id, sum(x.fen) AS amount FROM ("
    " SELECT payment_id, amount AS fen FROM allocation WHERE business_day >= :beyond AND payment_id < :upto"
    " UNION ALL SELECT payment_id, amount FROM held_money"
    ") x CROSS JOIN payment p ON p.id = x.payment_id"
    " WHERE p.business_day < :beyond GROUP BY x.payment_id HAVING sum(x.fen) != 0"
)
# Of the first day that had any: asked for the least id of all, SQLite would walk the table from its beginning.
_FIRST_AFTER = (
    "SELECT coalesce(min(+id), 1 << 62) FROM {table} WHERE business_day ="
    " (SELECT min(business_day) FROM {table} WHERE business_day >= ?)"
)
_EVERY = 1 << 62
#: Rows that were found once, and as a query again.
_GATHERED = "SELECT coalesce(sum(amount), 0), json_group_array(json_array(id, amount)) FROM ({query})"
_FOUND = "SELECT value ->> 0 AS id, value ->> 1 AS amount FROM json_each(:found)"


def due_query(reading: Connection, month: Month, *, customers: bool) -> tuple[str, dict[str, Any]]:
    """Invoices with what was due on each: a query for ``id, amount``, and its values."""
    beyond = month.beyond.isoformat()
    if _nothing_since(reading, beyond):
        return _DUE_NOW.format(side=_SIDES[customers]), {}
    wanted = reading.exec_driver_sql(_MONEY_THEN, {"beyond": beyond}).one()[0 if customers else 1]
    return _then(reading, _DUE_THEN.format(side=_SIDES[customers]), "invoice", beyond, wanted)


def held_query(reading: Connection, month: Month) -> tuple[str, dict[str, Any]]:
    """Payments with what was held of each, as ``due_query``."""
    beyond = month.beyond.isoformat()
    if _nothing_since(reading, beyond):
        return _HELD_NOW, {}
    wanted = reading.exec_driver_sql(_MONEY_THEN, {"beyond": beyond}).one()[2]
    return _then(reading, _HELD_THEN, "payment", beyond, wanted)


def _nothing_since(reading: Connection, beyond: str) -> bool:
    return bool(reading.exec_driver_sql(_NOTHING_SINCE, {"beyond": beyond}).scalar_one())


def _then(
    reading: Connection, query: str, table: str, beyond: str, wanted: int
) -> tuple[str, dict[str, Any]]:
    """What ``query`` finds of before ``beyond``. Numbers follow the days but for a clock that was set back: where the
    sum is not what the days say, everything is read."""
    upto = reading.exec_driver_sql(_FIRST_AFTER.format(table=table), (beyond,)).scalar_one()
    found = "[]"
    for each in (upto, _EVERY):
        values = {"beyond": beyond, "upto": each}
        total, found = reading.exec_driver_sql(_GATHERED.format(query=query), values).one()
        if total == wanted:
            break
    return _FOUND, {"found": found}
