"""The supplier of a part, by name."""

from __future__ import annotations

from sqlalchemy import select

from app.core.changes import Kind
from app.core.ids import uuid7
from app.model import Supplier
from app.store.door import Tx


def supplier_of(tx: Tx, name: str) -> int | None:
    """The supplier of this name, with a record made where there is none; None for no name."""
    if not name:
        return None
    found = tx.session.scalars(select(Supplier).where(Supplier.name == name)).one_or_none()
    if found is None:
        found = Supplier(uuid=uuid7(), name=name, created_at=tx.now)
        tx.session.add(found)
        tx.session.flush()
        tx.changed(Kind.SUPPLIER, found.id)
    return found.id
