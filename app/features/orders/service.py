"""The list of orders, an order's card and its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import bindparam, select

from app.core.clock import business_day
from app.core.errors import Reason, Refusal
from app.core.rights import Actor
from app.features.brands.reading import plan_rows
from app.features.brands.snapshots import PlanRow
from app.features.brands.statutory import device_clock
from app.features.orders.card import card_by_id
from app.features.orders.listing import OrderList
from app.features.orders.quote_snapshots import Explained, QuoteRow
from app.features.orders.quotes import explain, read_quotes
from app.features.orders.snapshots import HistoryEntry, OrderCard, OrderFilter, OrdersPageRows
from app.model import Device, JournalEntry, OrderNote, Staff
from app.model.statutory import StatutoryClock
from app.store.door import Store

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


_DEVICE = select(Device.purchased_on, Device.proof_seen, Device.produced_on, Device.outdoor_serial).where(
    Device.id == bindparam("device_id")
)


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """What a device's warranty hangs on; plans newest first, ended ones too."""

    purchased_on: date | None
    proof_seen: bool
    produced_on: date | None
    outdoor_serial: str
    clock: StatutoryClock
    plans: tuple[PlanRow, ...]


class OrdersService:
    """Queries of the orders page."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._list = OrderList(lambda: store)

    @property
    def zone(self) -> str:
        """The shop's time zone: days and moments are shown in it."""
        return self.store.settings.time_zone

    def page(self, wanted: OrderFilter, after_id: int | None, limit: int) -> OrdersPageRows:
        """The next rows after the order ``after_id``, newest first; None starts at the top."""
        return self._list.page(wanted, after_id, limit)

    def card(self, order_id: int, actor: Actor) -> OrderCard:
        """One order; ``Refusal(NOT_FOUND)``."""
        with self.store.read() as reading:
            return card_by_id(reading, self.store.settings, order_id, actor, self.store.clock.now())

    def quotes(self, order_id: int) -> tuple[QuoteRow, ...]:
        """Every version of the order's quote, oldest first."""
        with self.store.read() as reading:
            return read_quotes(reading, order_id)

    def explained(self, order_id: int) -> Explained | None:
        """The quote that the customer agreed to against what he pays; None without one."""
        with self.store.read() as reading:
            return explain(reading, self.store.settings, order_id)

    def device_facts(self, device_id: int) -> DeviceFacts:
        """What the warranty of the order's device hangs on, and how its statutory clock stands."""
        settings = self.store.settings
        today = business_day(self.store.clock.now(), settings.time_zone)
        with self.store.read() as reading:
            row = reading.execute(_DEVICE, {"device_id": device_id}).one_or_none()
            if row is None:
                raise Refusal(Reason.NOT_FOUND)
            return DeviceFacts(
                row.purchased_on,
                row.proof_seen,
                row.produced_on,
                row.outdoor_serial,
                device_clock(reading, settings, device_id, today),
                plan_rows(reading, device_id),
            )

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
