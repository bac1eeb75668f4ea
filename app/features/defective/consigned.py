"""Consigned goods (铺底): what was used of them and is not settled, and the settlements with their owners."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, func, insert, literal, select, text

from app.core.changes import Kind
from app.core.enums import Command, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import clean_line
from app.core.money import Money
from app.core.rights import Ctx
from app.features.defective.snapshots import OwedTo, OwedUse, OwnerKey, SettlementRow
from app.features.stock.numbering import next_number
from app.model import (
    ConsignSettled,
    ConsignSettlement,
    Part,
    RepairOrder,
    Staff,
    StockMove,
    Supplier,
)
from app.store.door import Store, repeatable
from app.store.search import NEWEST

#: Written out, so that the partial index answers: few of millions of moves owe anything.
_OWES = text("stock_move.owed_value != 0")
_OPEN = ~select(literal(1)).where(ConsignSettled.move_id == StockMove.id).exists()
#: Parts without a supplier belong to their brand.
_BRAND = func.iif(Part.supplier_id.is_(None), Part.brand, "").label("brand")


def _reopen(service: Consigned, result: dict[str, Any]) -> SettlementRow:
    return service.settlement(result["settlement"])


class Consigned:
    """What the shop owes for goods of others. Settled on use, never bought (domain.md §7)."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    def owed(self) -> tuple[OwedTo, ...]:
        """Whom the shop owes for used goods, the largest sum first."""
        with self._store.read() as reading:
            return _owed(reading)

    def uses(self, owner: OwnerKey, after_key: int | None = None, limit: int = 50) -> tuple[OwedUse, ...]:
        """A page of what was used of an owner's goods and is not settled, newest first."""
        query = _uses().where(_OWES, _OPEN, *_of(owner))
        return self._uses(query, after_key, limit)

    def settled_uses(
        self, settlement_id: int, after_key: int | None = None, limit: int = 50
    ) -> tuple[OwedUse, ...]:
        """A page of what a settlement covers, newest first."""
        query = (
            _uses()
            .join(ConsignSettled, ConsignSettled.move_id == StockMove.id)
            .where(ConsignSettled.settlement_id == settlement_id)
        )
        return self._uses(query, after_key, limit)

    def settlements(self, after_key: int | None = None, limit: int = 50) -> tuple[SettlementRow, ...]:
        """A page of settlements, newest first."""
        before = NEWEST if after_key is None else after_key
        query = _settlements().where(ConsignSettlement.id < before)
        with self._store.read() as reading:
            rows = reading.execute(query.order_by(ConsignSettlement.id.desc()).limit(limit))
            return tuple(SettlementRow(**row._mapping) for row in rows)

    def settlement(self, settlement_id: int) -> SettlementRow:
        """One settlement. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return settlement_row(reading, settlement_id)

    @repeatable(_reopen)
    def settle(self, ctx: Ctx, owed: OwedTo, note: str = "") -> SettlementRow:
        """Settle with an owner exactly what the user saw; what was used since waits for the next settlement.

        Raises ``Conflict`` where the sum is another one meanwhile, and ``Refusal``: NOTHING_OWED, BAD_TEXT,
        TEXT_TOO_LONG.
        """
        note = clean_line("note", note)
        brand = clean_line("brand", owed.owner.brand)
        with self._store.write(Command.SETTLE_CONSIGNED, ctx) as tx:
            moves = tx.reading().execute(
                select(StockMove.id, StockMove.owed_value)
                .join(Part, Part.id == StockMove.part_id)
                .where(_OWES, _OPEN, StockMove.id <= owed.last_move_id, *_of(owed.owner))
                .order_by(StockMove.id)
            )
            found = moves.all()
            if not found:
                raise Refusal(Reason.NOTHING_OWED, name=owed.name)
            total = Money(sum(each.owed_value.fen for each in found))
            if (len(found), total) != (owed.uses, owed.total):
                raise Conflict(Kind.SUPPLIER, owed.owner.supplier_id or 0)
            settlement = ConsignSettlement(
                number=next_number(tx, Series.CONSIGN_SETTLEMENT),
                supplier_id=owed.owner.supplier_id,
                brand=brand,
                total=total,
                note=note,
                staff_id=tx.actor.id or None,
                at=tx.now,
            )
            tx.session.add(settlement)
            tx.session.flush()
            tx.reading().execute(
                insert(ConsignSettled),
                [{"move_id": each.id, "settlement_id": settlement.id} for each in found],
            )
            tx.journal(settlement=settlement.number, uses=len(found), fen=total.fen)
            tx.changed(Kind.SUPPLIER, owed.owner.supplier_id or 0)
            tx.result = {"settlement": settlement.id}
            return settlement_row(tx.reading(), settlement.id)

    def _uses(
        self, query: Select[*tuple[Any, ...]], after_key: int | None, limit: int
    ) -> tuple[OwedUse, ...]:
        before = NEWEST if after_key is None else after_key
        query = query.where(StockMove.id < before).order_by(StockMove.id.desc()).limit(limit)
        with self._store.read() as reading:
            return tuple(OwedUse(**row._mapping) for row in reading.execute(query))


def _owed(reading: Connection) -> tuple[OwedTo, ...]:
    rows = reading.execute(
        select(
            Part.supplier_id,
            _BRAND,
            func.coalesce(Supplier.name, "").label("supplier"),
            func.count().label("uses"),
            func.sum(StockMove.owed_value).label("total"),
            func.max(StockMove.id).label("last"),
        )
        .select_from(StockMove)
        .join(Part, Part.id == StockMove.part_id)
        .outerjoin(Supplier, Supplier.id == Part.supplier_id)
        .where(_OWES, _OPEN)
        .group_by(Part.supplier_id, _BRAND)
    )
    found = [
        OwedTo(OwnerKey(row.supplier_id, row.brand), row.supplier or row.brand, row.uses, row.total, row.last)
        for row in rows
    ]
    return tuple(sorted(found, key=lambda each: (-each.total.fen, each.name)))


def _of(owner: OwnerKey) -> list[Any]:
    if owner.supplier_id is not None:
        return [Part.supplier_id == owner.supplier_id]
    return [Part.supplier_id.is_(None), Part.brand == owner.brand]


def _uses() -> Select[*tuple[Any, ...]]:
    return (
        select(
            StockMove.id,
            StockMove.at,
            StockMove.kind,
            StockMove.part_id,
            Part.number,
            Part.name,
            (-StockMove.quantity).label("quantity"),
            StockMove.owed_value.label("owed"),
            func.coalesce(RepairOrder.number, "").label("order_number"),
        )
        .join(Part, Part.id == StockMove.part_id)
        .outerjoin(RepairOrder, RepairOrder.id == StockMove.order_id)
    )


def uses_settled(reading: Connection, settlement_id: int) -> tuple[OwedUse, ...]:
    """Everything that a settlement covers, oldest first."""
    query = (
        _uses()
        .join(ConsignSettled, ConsignSettled.move_id == StockMove.id)
        .where(ConsignSettled.settlement_id == settlement_id)
        .order_by(StockMove.id)
    )
    return tuple(OwedUse(**row._mapping) for row in reading.execute(query))


def _settlements() -> Select[*tuple[Any, ...]]:
    uses = (
        select(func.count())
        .where(ConsignSettled.settlement_id == ConsignSettlement.id)
        .correlate(ConsignSettlement)
        .scalar_subquery()
    )
    return (
        select(
            ConsignSettlement.id,
            ConsignSettlement.number,
            func.coalesce(Supplier.name, ConsignSettlement.brand).label("name"),
            ConsignSettlement.total,
            uses.label("uses"),
            ConsignSettlement.note,
            func.coalesce(Staff.name, "").label("staff"),
            ConsignSettlement.at,
        )
        .outerjoin(Supplier, Supplier.id == ConsignSettlement.supplier_id)
        .outerjoin(Staff, Staff.id == ConsignSettlement.staff_id)
    )


def settlement_row(reading: Connection, settlement_id: int) -> SettlementRow:
    row = reading.execute(_settlements().where(ConsignSettlement.id == settlement_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return SettlementRow(**row._mapping)
