"""The owner's morning (screens.md "Owner"): what came and went, what is late or waits, who owes, cash, what to order.

Every figure is read from an index of what is open or of today; the list behind it by the same question.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection

from app.core.clock import to_microseconds
from app.core.enums import AT_COUNTER, CLOSED, ON_BENCH, Status
from app.core.rights import Actor, Sight, seen_by
from app.core.words import N_
from app.features.reports import drill
from app.features.reports.figures import Unit
from app.features.reports.service import ReportService
from app.features.reports.snapshots import Entry, Total
from app.store.door import Store


class Door(StrEnum):
    """A figure of the morning, and the list behind it."""

    CAME_IN = "came_in"
    WENT_OUT = "went_out"
    LATE = "late"
    WAITS_PARTS = "waits_parts"
    WAITS_CUSTOMER = "waits_customer"
    OWED = "owed"
    CASH = "cash"
    TO_ORDER = "to_order"
    UNCLAIMED = "unclaimed"


@dataclass(frozen=True, slots=True)
class DoorSpec:
    """What a figure of the morning is called; ``grave`` ones should be nothing."""

    title: str
    unit: Unit
    hint: str
    grave: bool = False


DOORS: Mapping[Door, DoorSpec] = {
    Door.CAME_IN: DoorSpec(N_("Came in today"), Unit.COUNT, N_("Nothing was taken in today.")),
    Door.WENT_OUT: DoorSpec(N_("Went out today"), Unit.COUNT, N_("Nothing was handed over today.")),
    Door.LATE: DoorSpec(N_("Late now"), Unit.COUNT, N_("Nothing is late."), grave=True),
    Door.WAITS_PARTS: DoorSpec(N_("Waits for parts"), Unit.COUNT, N_("No order waits for parts.")),
    Door.WAITS_CUSTOMER: DoorSpec(
        N_("Waits for customers"), Unit.COUNT, N_("No order waits for its customer.")
    ),
    Door.OWED: DoorSpec(N_("Owed to us"), Unit.MONEY, N_("Nobody owes anything.")),
    Door.CASH: DoorSpec(N_("Cash now"), Unit.MONEY, N_("No cash lies in a drawer.")),
    Door.TO_ORDER: DoorSpec(N_("Stock to order"), Unit.COUNT, N_("No part is below its minimum.")),
    Door.UNCLAIMED: DoorSpec(
        N_("Not fetched"), Unit.COUNT, N_("Every device that is ready was fetched in time."), grave=True
    ),
}


@dataclass(frozen=True, slots=True)
class MorningFigure:
    """A figure of the morning: how many rows it has, and what they come to (fen) where it is money. ``before`` is
    yesterday's, where that tells something."""

    door: Door
    count: int
    amount: int
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Morning:
    """The whole screen."""

    figures: tuple[MorningFigure, ...]
    #: Customers' part of what is owed; the rest is brands, underwriters and contracts.
    owed_by_customers: int
    held: int


_OPEN = "o.status NOT IN ({})".format(", ".join(f"'{each}'" for each in sorted(CLOSED)))


def _in(*statuses: Status) -> str:
    found = ", ".join(f"'{each}'" for each in sorted(statuses))
    return f"{_OPEN} AND o.status IN ({found})"


_NOT_READY = _in(*ON_BENCH, Status.REGISTERED, Status.DISPATCHED, Status.ON_SITE)
_ORDERS: Mapping[Door, tuple[str, str]] = {
    Door.CAME_IN: ("taken_in_day", "o.taken_in_day = :today"),
    Door.WENT_OUT: ("delivered_day", "o.delivered_day = :today"),
    Door.LATE: ("taken_in_day", f"{_NOT_READY} AND o.promised_at < :now"),
    Door.WAITS_PARTS: ("taken_in_day", _in(Status.WAITING_PARTS)),
    Door.WAITS_CUSTOMER: ("taken_in_day", _in(Status.WAITING_CUSTOMER, Status.QUOTED)),
    Door.UNCLAIMED: (
        "finished_day",
        f"{_in(*AT_COUNTER)} AND (o.status = '{Status.UNCLAIMED}' OR o.finished_day <= :ready_by)",
    ),
}
_OWED = "SELECT b.invoice_id AS id, b.due AS amount FROM invoice_balance b WHERE b.due > 0"
_OWED_BY_CUSTOMERS = "SELECT coalesce(sum(due), 0) FROM invoice_balance WHERE due > 0 AND payer = 'customer'"
_HELD = "SELECT coalesce(sum(amount), 0) FROM held_money"
#: What lies in a drawer: in an open one its float and what came and went since, in a closed one what was left in it.
_CASH = (
    "SELECT s.id, CASE WHEN s.state = 'open' THEN s.float_amount"
    " + coalesce((SELECT sum(p.amount) FROM payment p WHERE p.till_session_id = s.id), 0)"
    " + coalesce((SELECT sum(m.amount) FROM till_move m WHERE m.session_id = s.id), 0) ELSE s.kept END AS amount"
    " FROM till_session s WHERE s.id IN (SELECT max(l.id) FROM till_session l GROUP BY l.till_id)"
    " AND (s.state = 'open' OR s.kept <> 0)"
)
_CASH_PAGE = (
    "SELECT x.id, s.opened_day, x.amount, s.number, '', '', t.name, '', h.name, NULL, NULL"
    " FROM ({cut}) x"
    " JOIN till_session s ON s.id = x.id JOIN till t ON t.id = s.till_id JOIN staff h ON h.id = s.holder_id"
    " ORDER BY x.id DESC"
)
#: The room where drawers are counted.
TILL_ROOM = "money"
_SHORT = (
    "SELECT p.id, p.value FROM part p WHERE p.minimum > 0 AND p.active = 1 AND p.kit = 0"
    " AND p.on_hand + p.consigned < p.minimum"
)


class Mornings:
    """The morning's figures and their lists."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._reports = ReportService(store)

    @seen_by(Sight.MORNING)
    def morning(self, _actor: Actor) -> Morning:
        """Everything at once."""
        values = self._values()
        with self._store.read() as reading:
            figures = []
            for door in Door:
                total = self._total(reading, door, values)
                before = None
                if door in (Door.CAME_IN, Door.WENT_OUT):
                    yesterday = {**values, "today": values["yesterday"]}
                    before = self._total(reading, door, yesterday).count
                figures.append(MorningFigure(door, total.count, total.amount, before))
            return Morning(
                tuple(figures),
                owed_by_customers=int(reading.exec_driver_sql(_OWED_BY_CUSTOMERS).scalar_one()),
                held=int(reading.exec_driver_sql(_HELD).scalar_one()),
            )

    @seen_by(Sight.MORNING)
    def total(self, _actor: Actor, door: Door) -> Total:
        """What the list behind a figure comes to."""
        with self._store.read() as reading:
            return self._total(reading, door, self._values())

    @seen_by(Sight.MORNING)
    def entries(
        self, _actor: Actor, door: Door, after: int | None = None, limit: int = 100
    ) -> tuple[Entry, ...]:
        """The next rows of the list behind a figure, newest first."""
        query, page = _rows(door)
        values = {**self._values(), "before": drill.NEWEST if after is None else after, "limit": limit}
        with self._store.read() as reading:
            found = reading.exec_driver_sql(page.format(cut=drill.cut_of(query)), values).all()
        if page is _CASH_PAGE:
            return tuple(drill.entry_of((*row[:9], None, row[0]), room=TILL_ROOM) for row in found)
        return tuple(drill.entry_of(row, part=page is drill.PART_PAGE) for row in found)

    def _total(self, reading: Connection, door: Door, values: dict[str, Any]) -> Total:
        query, page = _rows(door)
        amount = "value" if page is drill.PART_PAGE else "amount"
        found = reading.exec_driver_sql(
            f"SELECT count(*), coalesce(sum({amount}), 0) FROM ({query})", values
        ).one()
        return Total(int(found[0]), int(found[1]))

    def _values(self) -> dict[str, Any]:
        today, settings = self._reports.today, self._store.settings
        return {
            "today": today.isoformat(),
            "yesterday": (today - timedelta(days=1)).isoformat(),
            "now": to_microseconds(self._store.clock.now()),
            "ready_by": (today - timedelta(days=settings.unclaimed_days)).isoformat(),
        }


def _rows(door: Door) -> tuple[str, str]:
    """The query of a figure's rows, and the page they are shown by."""
    match door:
        case Door.OWED:
            return drill.OF_DUE.format(found=_OWED), drill.PAGE
        case Door.CASH:
            return _CASH, _CASH_PAGE
        case Door.TO_ORDER:
            return _SHORT, drill.PART_PAGE
        case _:
            day, where = _ORDERS[door]
            return drill.OF_ORDER.format(day=day, amount="NULL", where=where, more=""), drill.PAGE
