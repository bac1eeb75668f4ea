"""A checked import of customers, applied whole in one short transaction of prepared rows.

The search index of who is new or has another name or number follows in short transactions of its own; a gesture that is
repeated finishes it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from app.core.changes import Kind
from app.core.enums import Command
from app.core.errors import Conflict
from app.core.ids import uuid7
from app.core.rights import Ctx
from app.features.customers.sheets.columns import KEYS
from app.features.customers.sheets.plan import STAMP
from app.features.customers.sheets.snapshots import CustomerPlan
from app.features.finder.indexing import customer_grams, rename_orders
from app.features.sheets.indexing import Texts, write_grams
from app.features.sheets.ready import Laid, Ready, kept, table_of, update_known
from app.features.sheets.snapshots import Imported, Tell, tell_nobody
from app.model import Customer, RepairOrder
from app.store.door import Store, Tx

#: Customers whose orders are indexed anew in one transaction.
_ORDERS_BATCH = 200
_EMPTY: dict[str, Any] = {
    "version": 1, "name": "", "phone": "", "phone2": "", "address": "", "notes": "", "tax_number": "",
    "merged_into_id": None, "level": "", "terms_days": None, "account_limit": None,
}  # fmt: skip
#: By what an order is found.
_FOUND_BY = frozenset({"name", "phone", "phone2"})
_ORDER_IDS = select(RepairOrder.id).where(RepairOrder.customer_id == bindparam("customer_id"))


def apply_plan(store: Store, ctx: Ctx, plan: CustomerPlan, tell: Tell = tell_nobody) -> Imported:
    """Write a plan. Whole or not at all: ``Conflict`` when the records changed since it was made, ``Refusal``
    (NOT_ALLOWED)."""
    tell(0, 100)
    new, updates = _new_rows(store, plan), _update_rows(plan)
    laid = Laid((new, *updates))
    with store.write(Command.IMPORT_CUSTOMERS, ctx, aside=laid.aside) as tx:
        _check_unchanged(tx, plan)
        done = sum(touched for ready, touched in laid.take(tx.reading()) if ready is not new)
        if done != len(plan.changed):
            # Somebody changed or merged one of them after the file was checked.
            raise Conflict(Kind.CUSTOMER, 0)
        tx.journal(new=len(plan.new), changed=len(plan.changed), after=plan.last_id)
        tx.changed(Kind.CUSTOMER, 0)
        if any(_FOUND_BY & each.values.keys() for each in plan.changed):
            tx.changed(Kind.ORDER, 0)
        tx.result = {"new": len(plan.new), "changed": len(plan.changed), "after": plan.last_id}
    index_plan(store, ctx, plan, tell)
    return Imported(len(plan.new), len(plan.changed))


def index_plan(store: Store, ctx: Ctx, plan: CustomerPlan, tell: Tell = tell_nobody) -> None:
    """Index who an applied plan added or renamed, and the orders of those who have another name or number."""
    work = [
        Texts(customer_id, (each.values["name"],))
        for customer_id, each in enumerate(plan.new, plan.last_id + 1)
    ]
    work += [
        Texts(each.customer_id, (each.values["name"],), (each.old_name,))
        for each in plan.changed
        if "name" in each.values
    ]
    write_grams(store, Command.IMPORT_CUSTOMERS, ctx, work, customer_grams, tell)
    moved = [each for each in plan.changed if _FOUND_BY & each.values.keys()]
    for at in range(0, len(moved), _ORDERS_BATCH):
        batch = moved[at : at + _ORDERS_BATCH]
        with store.write(Command.IMPORT_CUSTOMERS, Ctx.gesture(ctx.actor)) as tx:
            connection = tx.reading()
            for each in batch:
                ids = connection.execute(_ORDER_IDS, {"customer_id": each.customer_id}).scalars().all()
                rename_orders(connection, ids, each.old_name)
            tx.journal(indexed=len(batch), orders_of=batch[0].customer_id)
    tell(100, 100)


def _check_unchanged(tx: Tx, plan: CustomerPlan) -> None:
    """Who is new was looked for among records that are still the same. Raises ``Conflict``."""
    if not plan.new:
        return
    last_id, versions = tx.reading().exec_driver_sql(STAMP).one()
    if (int(last_id), int(versions)) != (plan.last_id, plan.versions):
        raise Conflict(Kind.CUSTOMER, 0)


def _new_rows(store: Store, plan: CustomerPlan) -> Ready:
    names = [column.name for column in table_of(Customer).columns]
    places = ", ".join(f"c{at}" for at in range(len(names)))
    rows = Ready(f"INSERT INTO customer ({', '.join(names)}) SELECT {places} FROM {{rows}} ORDER BY rowid")
    dialect = store.engine.dialect
    created = kept(Customer, "created_at", dialect)(store.clock.now())
    uuid = kept(Customer, "uuid", dialect)
    for customer_id, each in enumerate(plan.new, plan.last_id + 1):
        values = {**_EMPTY, **each.values, "id": customer_id, "uuid": uuid(uuid7()), "created_at": created}
        rows.rows.append(tuple(values[name] for name in names))
    return rows


def _update_rows(plan: CustomerPlan) -> list[Ready]:
    """One statement for each set of columns that change together."""
    updates: dict[tuple[str, ...], Ready] = {}
    for each in plan.changed:
        columns = tuple(key for key in KEYS if key in each.values)
        ready = updates.setdefault(columns, Ready(update_known("customer", columns)))
        ready.rows.append((each.customer_id, each.version, *(each.values[key] for key in columns)))
    return list(updates.values())
