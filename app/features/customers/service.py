"""The customers page: list, record, editing, doubles, merging (domain.md §3)."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select, update

from app.core.changes import Kind
from app.core.enums import Command
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LONG, SHORT, clean_line, clean_phone, clean_text
from app.core.ids import uuid7
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.features.customers.doubles import find_doubles
from app.features.customers.reading import (
    ORDERS_PAGE,
    followed,
    ids_by_phone,
    matching_ids,
    newest_rows,
    orders_page,
    record_of,
    rows_of,
)
from app.features.customers.sheets.service import CustomerSheets
from app.features.customers.snapshots import (
    CustomerEntry,
    CustomerRecord,
    CustomerRow,
    CustomersPage,
    DuplicatePair,
    OrdersPage,
)
from app.features.finder.checked import to_look_for
from app.features.finder.indexing import drop_customer, index_customer, rename_orders
from app.features.pricing.reading import member_levels
from app.model import Customer, Device, RepairOrder
from app.store.door import Store, Tx, repeatable
from app.store.search import NEWEST

_ORDER_IDS = select(RepairOrder.id).where(RepairOrder.customer_id == bindparam("customer_id"))
_DEVICE_IDS = select(Device.id).where(Device.customer_id == bindparam("customer_id"))


def _reopen(service: CustomersService, result: dict[str, Any]) -> CustomerRecord:
    with service._store.read() as reading:
        return record_of(reading, result["customer"])


class CustomersService:
    """The people and firms the shop works for."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @cached_property
    def sheets(self) -> CustomerSheets:
        """Import and export."""
        return CustomerSheets(self._store)

    @seen_by(Sight.CUSTOMERS)
    def page(
        self, _actor: Actor, text: str = "", after_key: int | None = None, limit: int = 50
    ) -> CustomersPage:
        """A page of customers, newest first: all, or those found by name, initials or digits of the phone."""
        before = NEWEST if after_key is None else after_key
        typed = to_look_for(text)
        with self._store.read() as reading:
            if typed:
                rows = rows_of(reading, matching_ids(reading, typed, limit, before=before))
            else:
                rows = newest_rows(reading, before, limit)
        return CustomersPage(rows, rows[-1].id if len(rows) == limit else None)

    @seen_by(Sight.CUSTOMERS)
    def match_phone(self, _actor: Actor, digits: str, limit: int = 8) -> tuple[CustomerRow, ...]:
        """Customers as a phone number is typed: by its beginning from three digits on, by its end from four.

        The number of a record that was merged finds the one it became.
        """
        with self._store.read() as reading:
            return rows_of(reading, ids_by_phone(reading, to_look_for(digits), limit))

    @seen_by(Sight.CUSTOMERS)
    def record(self, _actor: Actor, customer_id: int) -> CustomerRecord:
        """Everything about a customer; a merged record answers with the one it became. ``NOT_FOUND``."""
        with self._store.read() as reading:
            return record_of(reading, customer_id)

    @seen_by(Sight.CUSTOMERS)
    def orders(
        self, _actor: Actor, customer_id: int, after_key: int | None = None, limit: int = ORDERS_PAGE
    ) -> OrdersPage:
        """A page of a customer's orders, newest first."""
        with self._store.read() as reading:
            before = NEWEST if after_key is None else after_key
            return orders_page(reading, followed(reading, customer_id), before, limit)

    @seen_by(Sight.CUSTOMERS)
    def duplicates(self, _actor: Actor, limit: int = 100) -> tuple[DuplicatePair, ...]:
        """Pairs who may be one; takes some seconds at 300,000 customers: run it in the background."""
        with self._store.read() as reading:
            return find_doubles(reading, limit)

    def levels(self) -> tuple[str, ...]:
        """Every member level that there is."""
        with self._store.read() as reading:
            return member_levels(reading, self._store.settings)

    @repeatable(_reopen)
    def save(
        self, ctx: Ctx, customer_id: int | None, version: int | None, entry: CustomerEntry
    ) -> CustomerRecord:
        """Add a customer, or change the one the user saw as ``version``.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_PHONE, NOT_FOUND.
        """
        values = {
            "name": clean_line("name", entry.name, most=SHORT, required=True),
            "phone": clean_phone(entry.phone),
            "phone2": clean_phone(entry.phone2, field="phone2"),
            "address": clean_line("address", entry.address),
            "notes": clean_text("notes", entry.notes),
            "tax_number": clean_line("tax_number", entry.tax_number, most=30),
            "level": clean_line("level", entry.level, most=SHORT),
        }
        if values["phone2"] and not values["phone"]:
            values["phone"], values["phone2"] = values["phone2"], ""
        if values["phone2"] == values["phone"]:
            values["phone2"] = ""
        with self._store.write(Command.SAVE_CUSTOMER, ctx) as tx:
            if customer_id is None:
                customer = Customer(uuid=uuid7(), created_at=tx.now, **values)
                tx.session.add(customer)
                tx.session.flush()
                index_customer(tx.reading(), customer.id, customer.name)
                changed = sorted(key for key, value in values.items() if value)
            else:
                customer = _customer(tx, customer_id, version)
                changed = _change(tx, customer, values)
            tx.journal(customer=customer.id, new=customer_id is None, keys=changed)
            tx.changed(Kind.CUSTOMER, customer.id)
            tx.result = {"customer": customer.id}
            return record_of(tx.reading(), customer.id)

    @repeatable(_reopen)
    def merge(
        self, ctx: Ctx, keep_id: int, keep_version: int | None, drop_id: int, drop_version: int | None
    ) -> CustomerRecord:
        """Make one customer of two: devices and orders go over, gaps in the kept record are filled.

        Invoices and payments are facts and stay as they were issued and booked; reads of the kept customer
        include those of everyone merged into him (``reading.family``). The journal holds the ids that went
        over, so that a mistake can be traced. Raises ``Conflict`` and ``Refusal``: SAME_CUSTOMER, NOT_FOUND.
        """
        if keep_id == drop_id:
            raise Refusal(Reason.SAME_CUSTOMER)
        with self._store.write(Command.MERGE_CUSTOMERS, ctx) as tx:
            keep = _customer(tx, keep_id, keep_version)
            drop = _customer(tx, drop_id, drop_version)
            orders = list(tx.reading().execute(_ORDER_IDS, {"customer_id": drop.id}).scalars())
            devices = list(tx.reading().execute(_DEVICE_IDS, {"customer_id": drop.id}).scalars())
            _hand_over(tx, keep, drop)
            filled = _change(tx, keep, _gaps_filled(keep, drop))
            drop.merged_into_id = keep.id
            drop.version += 1
            connection = tx.reading()
            drop_customer(connection, drop.id, drop.name)
            rename_orders(connection, orders, drop.name)
            tx.journal(keep=keep.id, drop=drop.id, orders=orders, devices=devices, filled=filled)
            tx.changed(Kind.CUSTOMER, keep.id)
            tx.changed(Kind.CUSTOMER, drop.id)
            for order_id in orders:
                tx.changed(Kind.ORDER, order_id)
            tx.result = {"customer": keep.id}
            return record_of(connection, keep.id)


def _customer(tx: Tx, customer_id: int, version: int | None) -> Customer:
    customer = tx.session.get(Customer, customer_id)
    if customer is None:
        raise Refusal(Reason.NOT_FOUND)
    # A record merged meanwhile is no longer what the user saw.
    if customer.merged_into_id is not None or (version is not None and customer.version != version):
        raise Conflict(Kind.CUSTOMER, customer_id)
    return customer


def _change(tx: Tx, customer: Customer, values: dict[str, str]) -> list[str]:
    """Set ``values``, keep the index true; returns the keys that changed."""
    changed = sorted(key for key, value in values.items() if getattr(customer, key) != value)
    old_name = customer.name
    for key in changed:
        setattr(customer, key, values[key])
    customer.version += 1
    connection = tx.reading()
    if "name" in changed:
        index_customer(connection, customer.id, customer.name, old_name=old_name)
    if {"name", "phone", "phone2"} & set(changed):
        orders = list(connection.execute(_ORDER_IDS, {"customer_id": customer.id}).scalars())
        rename_orders(connection, orders, old_name)
        for order_id in orders:
            tx.changed(Kind.ORDER, order_id)
    return changed


def _hand_over(tx: Tx, keep: Customer, drop: Customer) -> None:
    connection = tx.reading()
    connection.execute(update(Device).where(Device.customer_id == drop.id).values(customer_id=keep.id))
    # The version grows: who has such an order open sees the other customer before going on.
    connection.execute(
        update(RepairOrder)
        .where(RepairOrder.customer_id == drop.id)
        .values(customer_id=keep.id, version=RepairOrder.version + 1)
    )
    # No chains: whoever was merged into the dropped one now points at the kept one.
    connection.execute(
        update(Customer).where(Customer.merged_into_id == drop.id).values(merged_into_id=keep.id)
    )


def _gaps_filled(keep: Customer, drop: Customer) -> dict[str, str]:
    """The kept record with what only the dropped one knew. What finds no room stays on the dropped record,
    whose phone numbers go on finding the kept one."""
    phones = list(dict.fromkeys(filter(None, (keep.phone, keep.phone2, drop.phone, drop.phone2))))
    notes = keep.notes
    if drop.notes and drop.notes not in notes:
        notes = f"{notes}\n{drop.notes}".strip()
    return {
        "phone": phones[0] if phones else "",
        "phone2": phones[1] if len(phones) > 1 else "",
        "address": keep.address or drop.address,
        "tax_number": keep.tax_number or drop.tax_number,
        "level": keep.level or drop.level,
        "notes": notes if len(notes) <= LONG else keep.notes,
    }
