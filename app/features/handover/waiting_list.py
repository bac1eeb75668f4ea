"""The devices that wait at the counter for their owners."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core import formats
from app.core.labels import category_name, label
from app.core.words import _
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderFilter, OrderRow
from app.ui.chips import status_chip
from app.ui.tables import Column, Empty, Table


class WaitingList(Table):
    """What the hand-over shows while no order is in front."""

    def __init__(self, orders: OrdersService) -> None:
        super().__init__(
            [
                Column("number", _("Number"), lambda row: row.number, width=110, bold=True),
                Column(
                    "status",
                    _("Status"),
                    lambda row: label(row.status),
                    width=128,
                    chip=lambda row: status_chip(row.status),
                ),
                Column("customer", _("Customer"), lambda row: row.customer_name, width=120),
                Column("phone", _("Phone"), lambda row: formats.phone(row.customer_phone), width=140),
                Column("device", _("Device"), _device_text, width=220, stretch=True),
                Column("shelf", _("Shelf"), lambda row: row.shelf, width=90),
                Column(
                    "in",
                    _("Taken in"),
                    lambda row: formats.short_moment(row.taken_in_at, orders.zone),
                    width=110,
                ),
            ],
            name="handover_waiting",
            empty=Empty(
                _("Nothing waits at the counter. Scan a pickup receipt, or look for an order with Ctrl+K."),
                icon="hand-coins",
            ),
        )
        self._orders = orders

    def read(self) -> None:
        """Read it anew, page by page as it is scrolled."""
        self.show_source(self._fetch, key=lambda row: row.id)

    def _fetch(self, after: Any, limit: int) -> Sequence[OrderRow]:
        return self._orders.page(OrderFilter.AT_COUNTER, after, limit).rows


def _device_text(row: OrderRow) -> str:
    return " ".join(part for part in (row.brand, row.model or category_name(row.category)) if part)
