"""The list of orders, newest first by key (design.md §7: never OFFSET). The first page is read before the store is
open, so nothing here may load SQLAlchemy."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.core.clock import to_microseconds
from app.core.enums import AT_COUNTER, CLOSED, ON_BENCH, Status
from app.features.orders.rows import SELECT_ROWS, STILL_OPEN, of_statuses, order_row
from app.features.orders.snapshots import OrderFilter, OrdersPageRows
from app.store.records import Records

#: Behind every id there is.
_NEWEST = 1 << 62
_ALL = f"{SELECT_ROWS} WHERE o.id < :before ORDER BY o.id DESC LIMIT :limit"


def _of(statuses: Iterable[Status], more: str = "") -> str:
    # "+ 0" hides the primary key from the planner: walking it backwards for the few open orders would read
    # every closed one on the way; the index of the open ones has a few hundred rows to sort.
    return (
        f"{SELECT_ROWS} WHERE {STILL_OPEN} AND {of_statuses(statuses)} AND o.id + 0 < :before {more}"
        " ORDER BY o.id + 0 DESC LIMIT :limit"
    )


_QUERIES = {
    OrderFilter.ALL: _ALL,
    OrderFilter.OPEN: _of(set(Status) - CLOSED),
    OrderFilter.AT_COUNTER: _of(AT_COUNTER),
    OrderFilter.LATE: _of(
        ON_BENCH | {Status.REGISTERED, Status.DISPATCHED, Status.ON_SITE}, "AND o.promised_at < :now"
    ),
    OrderFilter.UNCLAIMED: _of([Status.UNCLAIMED]),
}


class OrderList:
    """Pages of the list, of whatever shows the records now."""

    def __init__(self, records: Callable[[], Records]) -> None:
        self._records = records

    @property
    def zone(self) -> str:
        """The shop's time zone: days and moments are shown in it."""
        return self._records().settings.time_zone

    def page(self, wanted: OrderFilter, after_id: int | None, limit: int) -> OrdersPageRows:
        """The next rows after the order ``after_id``, newest first; None starts at the top."""
        records = self._records()
        now = records.clock.now()
        before = _NEWEST if after_id is None else after_id
        found = records.rows(
            _QUERIES[wanted], {"before": before, "limit": limit, "now": to_microseconds(now)}
        )
        return OrdersPageRows(tuple(order_row(each, now) for each in found))
