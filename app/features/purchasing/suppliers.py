"""Suppliers: who they are and how long they take (domain.md §7)."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, func, select

from app.core.changes import Kind
from app.core.enums import Command
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import SHORT, clean_line, clean_phone, clean_text
from app.core.ids import uuid7
from app.core.rights import Ctx
from app.features.purchasing.snapshots import SupplierEntry, SupplierRow
from app.model import Part, Supplier
from app.store.door import Store, repeatable

#: Nobody waits longer than a year; more is a typing mistake.
MOST_LEAD_DAYS = 365

_COUNT = (
    select(Part.supplier_id, func.count().label("parts"))
    .where(Part.supplier_id.is_not(None), Part.active)
    .group_by(Part.supplier_id)
    .subquery()
)
_ROWS = (
    select(Supplier.__table__, func.coalesce(_COUNT.c.parts, 0).label("parts"))
    .outerjoin(_COUNT, _COUNT.c.supplier_id == Supplier.id)
    .order_by(Supplier.active.desc(), Supplier.name)
)


class Suppliers:
    """The shop's suppliers."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def all(self) -> tuple[SupplierRow, ...]:
        """All suppliers: those in use first, by name."""
        with self._store.read() as reading:
            return tuple(_row(each) for each in reading.execute(_ROWS))

    def one(self, supplier_id: int) -> SupplierRow:
        """One supplier. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return supplier_row(reading, supplier_id)

    @repeatable(lambda self, result: self.one(result["supplier"]))
    def save(
        self, ctx: Ctx, supplier_id: int | None, version: int | None, entry: SupplierEntry
    ) -> SupplierRow:
        """Add a supplier, or change the one the user saw as ``version``.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_PHONE, OUT_OF_RANGE,
        SUPPLIER_NAME_TAKEN, NOT_FOUND.
        """
        values: dict[str, Any] = {
            "name": clean_line("name", entry.name, most=SHORT, required=True),
            "contact": clean_line("contact", entry.contact, most=SHORT),
            "phone": clean_phone(entry.phone),
            "address": clean_line("address", entry.address),
            "note": clean_text("note", entry.note, most=1000),
            "lead_days": entry.lead_days,
            "active": entry.active,
        }
        if not 0 <= entry.lead_days <= MOST_LEAD_DAYS:
            raise Refusal(Reason.OUT_OF_RANGE, field="lead_days", low=0, high=MOST_LEAD_DAYS)
        with self._store.write(Command.SAVE_SUPPLIER, ctx) as tx:
            same = tx.session.scalars(select(Supplier).where(Supplier.name == values["name"])).first()
            if same is not None and same.id != supplier_id:
                raise Refusal(Reason.SUPPLIER_NAME_TAKEN, name=same.name)
            if supplier_id is None:
                supplier = Supplier(uuid=uuid7(), created_at=tx.now, **values)
                tx.session.add(supplier)
            else:
                found = tx.session.get(Supplier, supplier_id)
                if found is None:
                    raise Refusal(Reason.NOT_FOUND)
                supplier = found
                if version is not None and supplier.version != version:
                    raise Conflict(Kind.SUPPLIER, supplier_id)
                supplier.version += 1
                for key, value in values.items():
                    setattr(supplier, key, value)
            tx.session.flush()
            tx.journal(supplier=supplier.id, new=supplier_id is None, active=supplier.active)
            tx.changed(Kind.SUPPLIER, supplier.id)
            tx.result = {"supplier": supplier.id}
            return supplier_row(tx.reading(), supplier.id)


def supplier_row(reading: Connection, supplier_id: int) -> SupplierRow:
    """One supplier. Raises ``Refusal(NOT_FOUND)``."""
    found = reading.execute(_ROWS.where(Supplier.id == supplier_id)).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return _row(found)


def _row(each: Any) -> SupplierRow:
    return SupplierRow(
        id=each.id,
        version=each.version,
        name=each.name,
        contact=each.contact,
        phone=each.phone,
        address=each.address,
        lead_days=each.lead_days,
        note=each.note,
        active=each.active,
        parts=each.parts,
    )
