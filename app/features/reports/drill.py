"""From a figure to the list that it is made of, and from a row to the order: pages by key, newest first.

Each figure's rows are found in the index of their month and cut to a page before anything is looked up for them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection

from app.core.enums import Payer, SaleKind
from app.core.errors import Reason, Refusal
from app.features.reports import counts, standing
from app.features.reports.asking import OF_MONTH, Month, order_conditions, sale_conditions
from app.features.reports.figures import SPECS, Figure, Measure
from app.features.reports.snapshots import Entry, Question, Total

#: Behind every id there is.
NEWEST = 1 << 62


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one kind: a query for ``id, day, amount, number, order_id, customer_id, technician_id, category, brand``
    and its values. ``order_id`` and ``customer_id`` tell what they belong to; the last three stand for those of the
    order where the row has its own."""

    query: str
    values: Mapping[str, Any]
    #: Their ids alone, out of an index: what is not on the page is not looked up. "" where the query is one itself.
    keys: str = ""
    #: A page of them, where there is a shorter way to it than through all of them.
    cut: str = ""


_NET = "(s.visit + s.labour + s.parts + s.other + s.discount)"
_OF_SALE = (
    "SELECT s.id, s.business_day AS day, {amount} AS amount, NULL AS number, s.order_id, NULL AS customer_id,"
    " 1 AS own, s.technician_id, s.category, s.brand"
    f" FROM sale s WHERE {OF_MONTH} AND {{amount}} != 0{{more}}"
)
_OF_DAYS = " AND s.business_day >= :first AND s.business_day < :beyond"
_NOT_OURS = f" AND s.payer != '{Payer.SHOP.value}'"
_SALES: Mapping[Figure, tuple[str, str]] = {
    Figure.REVENUE: (_NET, ""),
    Figure.AVERAGE: (_NET, ""),
    Figure.VISIT: ("s.visit", ""),
    Figure.LABOUR: ("s.labour", ""),
    Figure.PARTS: ("s.parts", ""),
    Figure.OTHER: ("s.other", ""),
    Figure.DISCOUNT: ("-s.discount", ""),
    Figure.CREDITED: (f"-{_NET}", f" AND s.kind = '{SaleKind.CREDIT.value}'"),
    Figure.TAX: ("s.tax", ""),
    Figure.PARTS_COST: ("s.cost", _NOT_OURS),
    Figure.GROSS_PROFIT: (f"({_NET} - s.cost)", _NOT_OURS),
    Figure.GUARANTEE_COST: ("s.cost", f" AND s.payer = '{Payer.SHOP.value}'"),
}

_OWN = "0 AS own, NULL AS technician_id, NULL AS category, NULL AS brand"
OF_ORDER = (
    f"SELECT o.id, o.{{day}} AS day, {{amount}} AS amount, o.number, o.id AS order_id, NULL AS customer_id, {_OWN}"
    " FROM repair_order o WHERE {where}{more}"
)
_KEYS_OF_ORDER = "SELECT o.id FROM repair_order o WHERE {where}{more}"
_ORDERS: Mapping[Figure, tuple[str, str]] = {
    Figure.TAKEN_IN: ("taken_in_day", counts.CAME),
    Figure.APPOINTED: ("taken_in_day", f"{counts.CAME} AND {counts.APPOINTED}"),
    Figure.DELIVERED: ("delivered_day", counts.WENT),
    Figure.REWORKS: ("delivered_day", f"{counts.WENT} AND {counts.REWORK}"),
    Figure.FIRST_TIME: ("delivered_day", f"{counts.WENT} AND {counts.HELD}"),
    Figure.LATE: ("delivered_day", f"{counts.WENT} AND {counts.TOO_LATE}"),
}
_OF_INVOICE = (
    f"SELECT i.id, i.business_day AS day, i.total AS amount, i.number, i.order_id, i.customer_id, {_OWN}"
    " FROM invoice i WHERE i.business_day >= :first AND i.business_day < :beyond{more}"
)
_KEYS_OF_INVOICE = (
    "SELECT i.id FROM invoice i WHERE i.business_day >= :first AND i.business_day < :beyond{more}"
)
_OF_PAYMENT = (
    f"SELECT p.id, p.business_day AS day, {{sign}}p.amount AS amount, p.number, p.order_id, p.customer_id, {_OWN}"
    " FROM payment p WHERE p.business_day >= :first AND p.business_day < :beyond AND {sign}p.amount > 0{more}"
)
_KEYS_OF_PAYMENT = (
    "SELECT p.id FROM payment p"
    " WHERE p.business_day >= :first AND p.business_day < :beyond AND {sign}p.amount > 0{more}"
)
OF_DUE = (
    f"SELECT x.id, i.business_day AS day, x.amount, i.number, i.order_id, i.customer_id, {_OWN}"
    " FROM ({found}) x CROSS JOIN invoice i ON i.id = x.id"
)
_OF_HELD = (
    f"SELECT x.id, p.business_day AS day, x.amount, p.number, p.order_id, p.customer_id, {_OWN}"
    " FROM ({found}) x CROSS JOIN payment p ON p.id = x.id"
)
_OF_UNCLAIMED = (
    f"SELECT x.id, x.day, NULL AS amount, NULL AS number, x.id AS order_id, NULL AS customer_id, {_OWN}"
    f" FROM ({standing.UNCLAIMED}) x"
)

_CUT = "SELECT * FROM ({rows}) WHERE +id < :before ORDER BY +id DESC LIMIT :limit"
_CUT_BY_KEYS = (
    "SELECT * FROM ({rows}) WHERE id IN"
    " (SELECT id FROM ({keys}) WHERE +id < :before ORDER BY +id DESC LIMIT :limit)"
)
#: A page of rows, then what belongs to them. The plus keeps SQLite from walking the table backwards from its end.
PAGE = (
    "SELECT x.id, x.day, x.amount, coalesce(x.number, o.number), c.name,"
    " coalesce(x.category, d.category, ''), coalesce(x.brand, d.brand, ''), coalesce(d.model, ''),"
    " coalesce(t.name, ''), o.id, c.id"
    " FROM ({cut}) x"
    " LEFT JOIN repair_order o ON o.id = x.order_id"
    " LEFT JOIN customer c ON c.id = coalesce(x.customer_id, o.customer_id)"
    " LEFT JOIN device d ON d.id = o.device_id"
    " LEFT JOIN staff t ON t.id = CASE WHEN x.own THEN x.technician_id ELSE o.technician_id END"
    " ORDER BY x.id DESC"
)
#: Customers are looked at from the newest on, until the page is full.
_CUT_CUSTOMERS = "{found} ORDER BY o.customer_id DESC LIMIT :limit"
_NEXT_CUSTOMERS = " AND +o.customer_id < :before"
_CUSTOMER_PAGE = (
    "SELECT x.id, o.taken_in_day, NULL, o.number, c.name, d.category, d.brand, d.model, coalesce(t.name, ''),"
    " NULL, c.id"
    " FROM ({cut}) x"
    " JOIN repair_order o ON o.id = x.order_id JOIN customer c ON c.id = x.id JOIN device d ON d.id = o.device_id"
    " LEFT JOIN staff t ON t.id = o.technician_id ORDER BY x.id DESC"
)
_STOCK_NOW = "SELECT p.id, p.value FROM part p WHERE p.value != 0"
_STOCK_THEN = (
    "SELECT m.part_id AS id, sum(m.net_value) AS value FROM part_month m WHERE m.month <= :month"
    " GROUP BY m.part_id HAVING sum(m.net_value) != 0"
)
PART_PAGE = (
    "SELECT x.id, p.last_moved_on, x.value, p.number, '', p.category, p.brand, p.name, p.location, NULL, NULL"
    " FROM ({cut}) x"
    " JOIN part p ON p.id = x.id ORDER BY x.id DESC"
)


def read_entries(
    reading: Connection,
    month: Month,
    asked: Question,
    today: date,
    unclaimed_days: int,
    *,
    after: int | None,
    limit: int,
) -> tuple[Entry, ...]:
    """The next rows after the one called ``after``; None starts at the top."""
    rows, page = _found(reading, month, asked, today, unclaimed_days)
    found = reading.exec_driver_sql(
        page.format(cut=rows.cut or cut_of(rows.query, rows.keys)),
        {**rows.values, "before": NEWEST if after is None else after, "limit": limit},
    )
    return tuple(entry_of(row, part=page is PART_PAGE) for row in found)


def read_total(reading: Connection, month: Month, asked: Question, today: date, unclaimed_days: int) -> Total:
    """What the whole list comes to."""
    rows, page = _found(reading, month, asked, today, unclaimed_days)
    amount = {_CUSTOMER_PAGE: "0", PART_PAGE: "value"}.get(page, "amount")
    found = reading.exec_driver_sql(
        f"SELECT count(*), coalesce(sum({amount}), 0) FROM ({rows.query})", dict(rows.values)
    ).one()
    return Total(int(found[0]), int(found[1]))


def cut_of(query: str, keys: str = "") -> str:
    """A page's rows out of all of them."""
    return _CUT_BY_KEYS.format(rows=query, keys=keys) if keys else _CUT.format(rows=query)


def entry_of(row: Any, *, part: bool = False, room: str = "customers") -> Entry:
    """A row of one of the pages; ``room`` shows what has no order."""
    key, day, amount, number, customer, category, brand, model, technician, order_id, customer_id = row
    if part:
        room, subject = "parts", int(key)
    elif order_id is not None:
        room, subject = "orders", int(order_id)
    else:
        subject = int(customer_id)
    return Entry(
        id=int(key),
        day=None if day is None else date.fromisoformat(day),
        number=number or "",
        customer=customer or "",
        category=category,
        device=" ".join(filter(None, (brand, model))),
        technician=technician,
        amount=None if amount is None else int(amount),
        room=room,
        subject=subject,
    )


def _found(
    reading: Connection, month: Month, asked: Question, today: date, unclaimed_days: int
) -> tuple[Rows, str]:
    """The rows of a figure and the page they are shown by. Raises ``Refusal(NOT_FOUND)`` for one that says nothing
    under the filter."""
    figure = asked.figure
    if asked.wanted and not SPECS[figure].filtered:
        raise Refusal(Reason.NOT_FOUND)
    span = month.span(asked.day)
    if figure in _SALES:
        more, values = sale_conditions(asked.wanted)
        amount, its = _SALES[figure]
        if asked.day is not None:
            more += _OF_DAYS
        return Rows(_OF_SALE.format(amount=amount, more=its + more), {**span, **values}), PAGE
    more, values = order_conditions(asked.wanted)
    if figure in _ORDERS:
        day, where = _ORDERS[figure]
        query = OF_ORDER.format(day=day, amount="NULL", where=where, more=more)
        return Rows(query, {**span, **values}, _KEYS_OF_ORDER.format(where=where, more=more)), PAGE
    if SPECS[figure].measure in (Measure.MEDIAN, Measure.NINETIETH) or figure is Figure.FINISHED:
        took = counts.TOOK if figure is not Figure.FINISHED else "NULL"
        parts = ((counts.READY, "finished_day"), (counts.ON_THE_SPOT, "delivered_day"))
        query = " UNION ALL ".join(
            OF_ORDER.format(day=day, amount=took, where=where, more=more) for where, day in parts
        )
        keys = " UNION ALL ".join(_KEYS_OF_ORDER.format(where=where, more=more) for where, _day in parts)
        return Rows(query, {**span, **values}, keys), PAGE
    if figure in (Figure.CUSTOMERS, Figure.RETURNING):
        who = counts.RETURNING if figure is Figure.RETURNING else counts.VISITORS
        return _customers(who, more, {**span, **values})
    return _standing_rows(reading, month, asked, today, unclaimed_days, span)


def _customers(who: str, more: str, values: Mapping[str, Any]) -> tuple[Rows, str]:
    cut = _CUT_CUSTOMERS.format(found=who.format(more + _NEXT_CUSTOMERS))
    return Rows(who.format(more), values, cut=cut), _CUSTOMER_PAGE


def _of_found(rows: str, found: str, values: Mapping[str, Any]) -> Rows:
    """Rows that stand for what was ``found``: cut to a page before they are looked up."""
    return Rows(rows.format(found=found), values, cut=rows.format(found=cut_of(found)))


def _standing_rows(
    reading: Connection,
    month: Month,
    asked: Question,
    today: date,
    unclaimed_days: int,
    span: dict[str, Any],
) -> tuple[Rows, str]:
    """Rows of the figures that are asked of the whole shop."""
    values: dict[str, Any]
    match asked.figure:
        case Figure.INVOICES:
            more, values = sale_conditions(asked.wanted)
            if asked.wanted:
                more = f" AND EXISTS (SELECT 1 FROM sale s WHERE s.invoice_id = i.id{more})"
            return Rows(
                _OF_INVOICE.format(more=more), {**span, **values}, _KEYS_OF_INVOICE.format(more=more)
            ), PAGE
        case Figure.PAID | Figure.REFUNDED as figure:
            sign = "" if figure is Figure.PAID else "-"
            more = "" if asked.method is None else " AND p.method = :method"
            values = span if asked.method is None else {**span, "method": asked.method.value}
            keys = _KEYS_OF_PAYMENT.format(sign=sign, more=more)
            return Rows(_OF_PAYMENT.format(sign=sign, more=more), values, keys), PAGE
        case Figure.RECEIVABLES | Figure.RECEIVABLES_OTHER as figure:
            query, values = standing.due_query(reading, month, customers=figure is Figure.RECEIVABLES)
            return _of_found(OF_DUE, query, values), PAGE
        case Figure.DEPOSITS_HELD:
            query, values = standing.held_query(reading, month)
            return _of_found(_OF_HELD, query, values), PAGE
        case Figure.LOST:
            return _customers(counts.GONE, "", counts.gone_values(reading, month))
    values = standing.standing_values(month, today, unclaimed_days)
    goes_on = standing.goes_on(month, today)
    match asked.figure:
        case Figure.UNCLAIMED:
            return Rows(_OF_UNCLAIMED, values), PAGE
        case Figure.STOCK_VALUE:
            return Rows(_STOCK_NOW if goes_on else _STOCK_THEN, values), PART_PAGE
        case Figure.DEAD_STOCK:
            return Rows(standing.DEAD_NOW if goes_on else standing.DEAD_THEN, values), PART_PAGE
    raise AssertionError(asked.figure)
