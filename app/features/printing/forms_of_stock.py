"""Forms of the stock room's papers, built from the records."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.core.codes import CodeKind, running_code
from app.core.enums import PurchaseState
from app.core.errors import Reason, Refusal
from app.features.defective.consigned import settlement_row, uses_settled
from app.features.printing.forms_of_shop import shop_block
from app.features.purchasing.reading import id_by_number, purchase_card
from app.features.purchasing.snapshots import SupplierRow
from app.features.purchasing.suppliers import supplier_row
from app.model import (
    ConsignSettlement,
    GoodsReceipt,
    GoodsReceiptLine,
    Part,
    PurchaseLine,
    PurchaseOrder,
    RepairOrder,
    Staff,
)
from app.model.purchase import still_to_come
from app.papers.forms_of_stock import (
    ConsignSheet,
    OrderedLine,
    PurchaseSheet,
    ReceiptSheet,
    ReceivedLine,
    SettledUse,
    SupplierBlock,
)
from app.store.door import Store

_RECEIPT = (
    select(GoodsReceipt.__table__, Staff.name, PurchaseOrder.number.label("purchase_number"))
    .outerjoin(Staff, Staff.id == GoodsReceipt.staff_id)
    .outerjoin(PurchaseOrder, PurchaseOrder.id == GoodsReceipt.purchase_id)
)
_RECEIPT_LINES = (
    select(
        GoodsReceiptLine.description,
        GoodsReceiptLine.quantity,
        GoodsReceiptLine.cost,
        Part.number,
        PurchaseLine.supplier_number,
        PurchaseLine.unit,
        PurchaseLine.quantity.label("ordered"),
        PurchaseLine.received,
        PurchaseLine.cancelled,
        RepairOrder.number.label("order_number"),
    )
    .outerjoin(Part, Part.id == GoodsReceiptLine.part_id)
    .outerjoin(PurchaseLine, PurchaseLine.id == GoodsReceiptLine.purchase_line_id)
    .outerjoin(RepairOrder, RepairOrder.id == PurchaseLine.order_id)
    .order_by(GoodsReceiptLine.id)
)


def purchase_order(reading: Connection, store: Store, number: str) -> tuple[PurchaseSheet, None]:
    """A purchase order by its number, as it stands."""
    purchase_id = id_by_number(reading, number)
    if purchase_id is None:
        raise Refusal(Reason.NOT_FOUND)
    card = purchase_card(reading, purchase_id)
    sheet = PurchaseSheet(
        shop=shop_block(store.settings),
        number=card.number,
        code=card.code,
        supplier=_supplier(card.supplier),
        ordered_at=card.ordered_at or card.made_at,
        lines=tuple(
            OrderedLine(
                description=line.description,
                quantity=line.quantity,
                number=line.part_number,
                supplier_number=line.supplier_number,
                unit=line.unit,
                price=line.unit_price,
                order_number=line.order_number,
            )
            for line in card.lines
        ),
        total=card.total,
        ordered_by=card.made_by,
        expected_on=card.expected_on,
        draft=card.state is PurchaseState.DRAFT,
        urgent=card.urgent,
        consigned=card.consigned,
        note=card.note,
    )
    return sheet, None


def goods_receipt(reading: Connection, store: Store, number: str) -> tuple[ReceiptSheet, None]:
    """A goods receipt by its number; what is still to come is as of now."""
    row = reading.execute(_RECEIPT.where(GoodsReceipt.number == number)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    lines = reading.execute(_RECEIPT_LINES.where(GoodsReceiptLine.receipt_id == row.id)).all()
    supplier = (
        SupplierBlock("") if row.supplier_id is None else _supplier(supplier_row(reading, row.supplier_id))
    )
    sheet = ReceiptSheet(
        shop=shop_block(store.settings),
        number=row.number,
        supplier=supplier,
        received_at=row.at,
        lines=tuple(
            ReceivedLine(
                description=line.description,
                quantity=line.quantity,
                number=line.number or "",
                supplier_number=line.supplier_number or "",
                unit=line.unit or "",
                amount=line.cost,
                open=still_to_come(line.ordered, line.received, line.cancelled),
                order_number=line.order_number or "",
            )
            for line in lines
        ),
        total=row.total,
        code="" if row.purchase_id is None else running_code(CodeKind.PURCHASE, row.purchase_id),
        purchase_number=row.purchase_number or "",
        delivery_note=row.delivery_note,
        received_by=row.name or "",
        consigned=row.consigned,
    )
    return sheet, None


def consign_settlement(reading: Connection, store: Store, number: str) -> tuple[ConsignSheet, None]:
    """A settlement with the owner of consigned goods by its number."""
    found = reading.execute(
        select(ConsignSettlement.id, ConsignSettlement.supplier_id).where(ConsignSettlement.number == number)
    ).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    row = settlement_row(reading, found.id)
    owner = SupplierBlock(row.name)
    if found.supplier_id is not None:
        owner = _supplier(supplier_row(reading, found.supplier_id))
    sheet = ConsignSheet(
        shop=shop_block(store.settings),
        number=row.number,
        owner=owner,
        settled_at=row.at,
        uses=tuple(
            SettledUse(
                at=each.at,
                kind=each.kind,
                part_number=each.number,
                part_name=each.name,
                quantity=each.quantity,
                owed=each.owed,
                order_number=each.order_number,
            )
            for each in uses_settled(reading, found.id)
        ),
        total=row.total,
        settled_by=row.staff,
        note=row.note,
    )
    return sheet, None


def _supplier(row: SupplierRow) -> SupplierBlock:
    return SupplierBlock(row.name, row.contact, row.phone, row.address)
