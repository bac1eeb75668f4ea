"""The list of orders, newest first by key, and an order's history (design.md §7: never OFFSET)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select

from app.core.enums import AT_COUNTER, CLOSED, ON_BENCH, Status
from app.core.rights import Actor
from app.features.orders.rows import STILL_OPEN, order_row, select_rows
from app.features.orders.snapshots import HistoryEntry, OrderCard, OrderFilter, OrdersPageRows
from app.model import JournalEntry, OrderNote, RepairOrder, Staff
from app.store.door import Store

_ORDER = RepairOrder.__table__.c
_ROWS = (
    select_rows().where(_ORDER.id < bindparam("before")).order_by(_ORDER.id.desc()).limit(bindparam("limit"))
)
_OPEN = sorted(set(Status) - CLOSED)


def _of(statuses: list[Status]) -> Select[Any]:
    # "+ 0" hides the primary key from the planner: walking it backwards for the few open orders would read
    # every closed one on the way; the index of the open ones has a few hundred rows to sort.
    key: ColumnElement[int] = _ORDER.id + 0
    return (
        select_rows()
        .where(STILL_OPEN, _ORDER.status.in_(statuses), key < bindparam("before"))
        .order_by(key.desc())
        .limit(bindparam("limit"))
    )


_QUERIES = {
    OrderFilter.ALL: _ROWS,
    OrderFilter.OPEN: _of(_OPEN),
    OrderFilter.AT_COUNTER: _of(sorted(AT_COUNTER)),
    OrderFilter.LATE: _of(sorted(ON_BENCH | {Status.REGISTERED, Status.DISPATCHED, Status.ON_SITE})).where(
        _ORDER.promised_at < bindparam("now")
    ),
    OrderFilter.UNCLAIMED: _of([Status.UNCLAIMED]),
}
_JOURNAL = (
    select(JournalEntry.__table__, Staff.name.label("staff"))
    .outerjoin(Staff, Staff.id == JournalEntry.actor_id)
    .where(JournalEntry.order_id == bindparam("order_id"))
    .order_by(JournalEntry.id)
)
_NOTES = (
    select(OrderNote.kind, OrderNote.text, OrderNote.at, Staff.name.label("staff"))
    .outerjoin(Staff, Staff.id == OrderNote.staff_id)
    .where(OrderNote.order_id == bindparam("order_id"))
    .order_by(OrderNote.id)
)
#: Behind every id there is.
_NEWEST = 1 << 62


class OrdersService:
    """Queries of the orders page."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: days and moments are shown in it."""
        return self.store.settings.time_zone

    def page(self, wanted: OrderFilter, after_id: int | None, limit: int) -> OrdersPageRows:
        """The next rows after the order ``after_id``, newest first; None starts at the top."""
        now = self.store.clock.now()
        values: dict[str, Any] = {"before": _NEWEST if after_id is None else after_id, "limit": limit}
        if wanted is OrderFilter.LATE:
            values["now"] = now
        with self.store.read() as reading:
            rows = reading.execute(_QUERIES[wanted], values).all()
        return OrdersPageRows(tuple(order_row(each, now) for each in rows))

    def card(self, order_id: int, actor: Actor) -> OrderCard:
        """One order; ``Refusal(NOT_FOUND)``."""
        # A card reads half of all tables; the list, which is shown first, reads five.
        from app.features.orders.card import card_by_id

        with self.store.read() as reading:
            return card_by_id(reading, self.store.settings, order_id, actor, self.store.clock.now())

    def history(self, order_id: int) -> tuple[HistoryEntry, ...]:
        """Who did what, oldest first: the journal and the notes, in the order of time."""
        key = {"order_id": order_id}
        with self.store.read() as reading:
            moves = [
                HistoryEntry(
                    each.at,
                    each.staff or "",
                    each.command,
                    each.action,
                    each.from_status,
                    each.to_status,
                    None,
                    "",
                    bool(each.detail.get("denied")),
                )
                for each in reading.execute(_JOURNAL, key)
            ]
            notes = [
                HistoryEntry(each.at, each.staff or "", None, None, None, None, each.kind, each.text, False)
                for each in reading.execute(_NOTES, key)
            ]
        return tuple(sorted((*moves, *notes), key=lambda entry: entry.at))
