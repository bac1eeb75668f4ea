"""Putting right what was written down at intake: a slip of the pen is not a reason to cancel an order.

The journal keeps which fields were changed, and never what stood in them: it holds no personal data.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line, clean_text
from app.core.rights import FOUNDER, Ctx
from app.features.finder.indexing import orders_of_device, reindex_order
from app.features.orders.card import card_by_id
from app.features.orders.entries import (
    checked_accessories,
    checked_amount,
    checked_category,
    checked_promise,
)
from app.features.orders.promises import closing_time
from app.features.orders.snapshots import OrderCard, OrderEntry
from app.model import Device, RepairOrder
from app.store.door import Store, Tx, repeatable


def entry_of(card: OrderCard, zone: str) -> OrderEntry:
    """What is written down now, to begin the correction with."""
    return OrderEntry(
        category=card.category,
        brand=card.brand,
        model=card.model,
        serial=card.serial,
        fault=card.fault,
        accessories=card.accessories,
        damage=card.damage,
        shelf=card.shelf,
        estimate=card.estimate,
        spend_limit=card.spend_limit,
        promised_on=None if card.promised_at is None else business_day(card.promised_at, zone),
    )


class Correcting:
    """Corrections of open orders, by the counter."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @property
    def categories(self) -> tuple[str, ...]:
        """The kinds of devices this shop takes in."""
        return tuple(self.store.settings.all_categories())

    @property
    def today(self) -> date:
        """The shop's business day."""
        return business_day(self.store.clock.now(), self.store.settings.time_zone)

    @repeatable(lambda self, result: self._reopen(result))
    def correct(self, ctx: Ctx, order_id: int, version: int, entry: OrderEntry) -> OrderCard:
        """Make the order say what ``entry`` says. A corrected device is corrected in its earlier orders, too.

        Raises ``Conflict`` and ``Refusal``: ORDER_CLOSED, FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_CHOICE,
        BAD_AMOUNT, AMOUNT_NEGATIVE, BAD_DATE, TOO_MANY_ENTRIES, NOT_FOUND.
        """
        with self.store.write(Command.EDIT_ORDER, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            if not order.open:
                raise Refusal(Reason.ORDER_CLOSED)
            device = tx.session.get_one(Device, order.device_id)
            of_device, of_order = _set(device, _device(tx, entry)), _set(order, _order(tx, order, entry))
            if of_device:
                for each in orders_of_device(tx.reading(), device.id):
                    reindex_order(tx.reading(), each)
            elif "fault" in of_order:
                reindex_order(tx.reading(), order.id)
            tx.journal(order_id=order.id, changed=of_device + of_order)
            tx.changed(Kind.CUSTOMER, order.customer_id)
            tx.result = {"order_id": order.id}
            return card_by_id(tx.reading(), tx.settings, order.id, tx.actor, tx.now)

    def _reopen(self, result: dict[str, Any]) -> OrderCard:
        # A repeat shows the order as it is now, to nobody in particular: the page reads it again for its user.
        with self.store.read() as reading:
            return card_by_id(
                reading, self.store.settings, int(result["order_id"]), FOUNDER, self.store.clock.now()
            )


def _device(tx: Tx, entry: OrderEntry) -> dict[str, Any]:
    return {
        "category": checked_category(tx.settings, entry.category),
        "brand": clean_line("brand", entry.brand, most=SHORT),
        "model": clean_line("model", entry.model, most=SHORT),
        "serial": clean_line("serial", entry.serial, most=SHORT),
    }


def _order(tx: Tx, order: RepairOrder, entry: OrderEntry) -> dict[str, Any]:
    promised_at = order.promised_at
    before = None if promised_at is None else business_day(promised_at, tx.settings.time_zone)
    if entry.promised_on is not None and entry.promised_on != before:
        # A promise that was not kept stays as it is until another is made.
        promised_at = closing_time(checked_promise(entry.promised_on, tx.today), tx.settings)
    return {
        "fault": clean_text("fault", entry.fault, required=True),
        "accessories": checked_accessories(entry.accessories),
        "damage": clean_text("damage", entry.damage, most=LINE * 2),
        "shelf": clean_line("shelf", entry.shelf, most=SHORT),
        "estimate": checked_amount("estimate", entry.estimate),
        "spend_limit": checked_amount("limit", entry.spend_limit),
        "promised_at": promised_at,
    }


def _set(record: Device | RepairOrder, values: dict[str, Any]) -> list[str]:
    """Write what differs; its names."""
    changed = [name for name, value in values.items() if getattr(record, name) != value]
    for name in changed:
        setattr(record, name, values[name])
    return changed
