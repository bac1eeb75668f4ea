"""Questions about defective goods."""

from __future__ import annotations

from datetime import date

from sqlalchemy import Connection, Executable, func, select, text

from app.core.enums import MoveKind
from app.core.errors import Reason, Refusal
from app.features.defective.snapshots import DefectiveRow, Goods, WonPart
from app.model import DefectiveGood, Part, RepairOrder, StockMove
from app.store.search import NEWEST

#: Written out, so that the partial index answers.
_OPEN = text("defective_good.state IN ('received', 'graded')")
_ROW = select(
    DefectiveGood.id,
    DefectiveGood.version,
    DefectiveGood.number,
    DefectiveGood.description,
    DefectiveGood.category,
    DefectiveGood.brand,
    DefectiveGood.model,
    DefectiveGood.serial,
    DefectiveGood.source,
    DefectiveGood.order_id,
    func.coalesce(RepairOrder.number, "").label("order_number"),
    DefectiveGood.grade,
    DefectiveGood.state,
    DefectiveGood.set_value,
    DefectiveGood.sold_for,
    DefectiveGood.location,
    DefectiveGood.note,
    DefectiveGood.received_at,
).outerjoin(RepairOrder, RepairOrder.id == DefectiveGood.order_id)


def page(reading: Connection, shown: Goods, before: int | None, limit: int) -> tuple[DefectiveRow, ...]:
    """A page of defective goods, newest first."""
    query = _ROW.where(DefectiveGood.id < (NEWEST if before is None else before))
    if shown is Goods.OPEN:
        query = query.where(_OPEN)
    return _rows(reading, query.order_by(DefectiveGood.id.desc()).limit(limit))


def one(reading: Connection, good_id: int) -> DefectiveRow:
    """One entry. ``Refusal(NOT_FOUND)``."""
    rows = _rows(reading, _ROW.where(DefectiveGood.id == good_id))
    if not rows:
        raise Refusal(Reason.NOT_FOUND)
    return rows[0]


def won_from(reading: Connection, good_id: int, since: date) -> tuple[WonPart, ...]:
    """The parts that were taken out of it, not before the day it came: the ledger is read from there on."""
    rows = reading.execute(
        select(
            StockMove.id,
            StockMove.part_id,
            Part.number,
            Part.name,
            Part.unit,
            StockMove.quantity,
            StockMove.value,
            StockMove.at,
        )
        .join(Part, Part.id == StockMove.part_id)
        .where(StockMove.day >= since, StockMove.kind == MoveKind.STRIP, StockMove.defective_id == good_id)
        .order_by(StockMove.id)
    )
    return tuple(WonPart(**row._mapping) for row in rows)


def _rows(reading: Connection, query: Executable) -> tuple[DefectiveRow, ...]:
    return tuple(DefectiveRow(**row._mapping) for row in reading.execute(query))
