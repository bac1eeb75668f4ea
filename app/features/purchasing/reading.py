"""Questions about purchase orders and receipts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from app.core.codes import CodeKind, running_code
from app.core.enums import PurchaseState
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.features.purchasing.snapshots import (
    COMING_STATES,
    OPEN_STATES,
    PurchaseCard,
    PurchaseLineRow,
    PurchaseRow,
    ReceiptRow,
)
from app.features.purchasing.suppliers import supplier_row
from app.model import GoodsReceipt, Part, PurchaseLine, PurchaseOrder, RepairOrder, Staff, Supplier

#: Above every id there will be.
NEWEST = 2**62

_ROWS = (
    select(
        PurchaseOrder.id,
        PurchaseOrder.number,
        Supplier.name.label("supplier"),
        PurchaseOrder.state,
        PurchaseOrder.urgent,
        PurchaseOrder.consigned,
        PurchaseOrder.made_at,
        PurchaseOrder.ordered_at,
        PurchaseOrder.expected_on,
    )
    .join(Supplier, Supplier.id == PurchaseOrder.supplier_id)
    .where(PurchaseOrder.id < bindparam("before"))
    .order_by(PurchaseOrder.id.desc())
    .limit(bindparam("most"))
)
_CARD = (
    select(PurchaseOrder.__table__, Staff.name.label("made_by"))
    .outerjoin(Staff, Staff.id == PurchaseOrder.made_by_id)
    .where(PurchaseOrder.id == bindparam("purchase_id"))
)
_LINES = (
    select(
        PurchaseLine.__table__,
        Part.number.label("part_number"),
        Part.serialised,
        Part.location,
        RepairOrder.number.label("order_number"),
    )
    .outerjoin(Part, Part.id == PurchaseLine.part_id)
    .outerjoin(RepairOrder, RepairOrder.id == PurchaseLine.order_id)
    .order_by(PurchaseLine.id)
)
_RECEIPTS = (
    select(
        GoodsReceipt.id,
        GoodsReceipt.number,
        GoodsReceipt.at,
        Staff.name.label("staff"),
        GoodsReceipt.delivery_note,
        GoodsReceipt.total,
    )
    .outerjoin(Staff, Staff.id == GoodsReceipt.staff_id)
    .order_by(GoodsReceipt.id.desc())
)


def purchase_rows(
    reading: Connection,
    today: date,
    *,
    states: Sequence[PurchaseState] = (),
    before: int = NEWEST,
    most: int = 50,
) -> tuple[PurchaseRow, ...]:
    """A page of purchase orders, newest first: all, or those in ``states``."""
    asked = _ROWS if not states else _ROWS.where(PurchaseOrder.state.in_(list(states)))
    found = reading.execute(asked, {"before": before, "most": most}).all()
    sums = _sums(reading, [each.id for each in found])
    return tuple(
        PurchaseRow(
            id=each.id,
            number=each.number,
            supplier=each.supplier,
            state=each.state,
            urgent=each.urgent,
            consigned=each.consigned,
            made_at=each.made_at,
            ordered_at=each.ordered_at,
            expected_on=each.expected_on,
            lines=sums.get(each.id, (0, Money(0)))[0],
            total=sums.get(each.id, (0, Money(0)))[1],
            late=each.state in COMING_STATES and each.expected_on is not None and each.expected_on < today,
        )
        for each in found
    )


def purchase_card(reading: Connection, purchase_id: int) -> PurchaseCard:
    """Everything about a purchase order. Raises ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_CARD, {"purchase_id": purchase_id}).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    lines = reading.execute(_LINES.where(PurchaseLine.purchase_id == purchase_id))
    receipts = reading.execute(_RECEIPTS.where(GoodsReceipt.purchase_id == purchase_id))
    return PurchaseCard(
        id=row.id,
        version=row.version,
        number=row.number,
        code=running_code(CodeKind.PURCHASE, row.id),
        supplier=supplier_row(reading, row.supplier_id),
        state=row.state,
        urgent=row.urgent,
        consigned=row.consigned,
        note=row.note,
        made_at=row.made_at,
        made_by=row.made_by or "",
        ordered_at=row.ordered_at,
        expected_on=row.expected_on,
        closed_at=row.closed_at,
        lines=tuple(_line(each) for each in lines),
        receipts=tuple(_receipt(each) for each in receipts),
    )


def receipt_row(reading: Connection, receipt_id: int) -> ReceiptRow:
    """One goods receipt. Raises ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_RECEIPTS.where(GoodsReceipt.id == receipt_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return _receipt(row)


def id_by_number(reading: Connection, number: str) -> int | None:
    """The purchase order with this number."""
    found = reading.execute(select(PurchaseOrder.id).where(PurchaseOrder.number == number))
    return found.scalar_one_or_none()


def open_count(reading: Connection) -> int:
    """How many purchase orders are not closed."""
    asked = select(func.count()).where(PurchaseOrder.state.in_(list(OPEN_STATES)))
    return int(reading.execute(asked).scalar_one())


def _sums(reading: Connection, ids: Sequence[int]) -> dict[int, tuple[int, Money]]:
    rows = reading.execute(
        select(PurchaseLine.purchase_id, PurchaseLine.unit_price, PurchaseLine.quantity).where(
            PurchaseLine.purchase_id.in_(list(ids))
        )
    )
    found: dict[int, tuple[int, Money]] = {}
    for each in rows:
        lines, fen = found.get(each.purchase_id, (0, Money(0)))
        found[each.purchase_id] = (lines + 1, fen + each.unit_price.times(each.quantity))
    return found


def _line(each: Any) -> PurchaseLineRow:
    return PurchaseLineRow(
        id=each.id,
        part_id=each.part_id,
        part_number=each.part_number or "",
        description=each.description,
        unit=each.unit,
        supplier_number=each.supplier_number,
        quantity=each.quantity,
        received=each.received,
        cancelled=each.cancelled,
        unit_price=each.unit_price,
        order_id=each.order_id,
        order_number=each.order_number or "",
        request_id=each.request_id,
        serialised=bool(each.serialised),
        location=each.location or "",
    )


def _receipt(each: Any) -> ReceiptRow:
    return ReceiptRow(each.id, each.number, each.at, each.staff or "", each.delivery_note, each.total)
