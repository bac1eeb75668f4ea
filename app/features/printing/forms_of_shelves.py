"""Forms of the papers of old parts, stocktakes, tools, places and defective goods, built from the records."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.core.codes import Code, CodeKind, parse, running_code
from app.core.errors import Reason, Refusal
from app.features.counting import reading as counting
from app.features.counting.snapshots import Lines
from app.features.defective import reading as defective
from app.features.old_parts.reading import Register
from app.features.printing.forms_of_shop import shop_block
from app.features.tools import reading as tools
from app.model import ReturnBatch, Staff, StockCount, StockPlace
from app.papers.forms_of_shelves import (
    CountSheet,
    CountSheetLine,
    DefectiveLabel,
    OldPartLabel,
    PackedLine,
    PackingList,
    PlaceLabel,
    ToolLabel,
)
from app.store.door import Store


def old_part_label(reading: Connection, store: Store, number: str) -> tuple[OldPartLabel, int]:
    """The label of an old part by its barcode."""
    row = Register(store, reading).one(_record(number, CodeKind.OLD_PART))
    label = OldPartLabel(
        code=row.code,
        part_number=row.number,
        part_name=row.name,
        order_number=row.order_number,
        brand=row.brand,
        replaced_at=row.replaced_at,
        rule=row.rule,
        model=row.model,
        quantity=row.quantity,
        unit=row.unit,
        serial=row.serial,
        technician=row.technician,
    )
    return label, row.order_id


def packing_list(reading: Connection, store: Store, number: str) -> tuple[PackingList, None]:
    """The packing list of a return batch by its number."""
    found = reading.execute(
        select(ReturnBatch.id, Staff.name)
        .outerjoin(Staff, Staff.id == ReturnBatch.made_by_id)
        .where(ReturnBatch.number == number)
    ).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    card = Register(store, reading).batch(found.id)
    row = card.row
    sheet = PackingList(
        shop=shop_block(store.settings),
        number=row.number,
        code=row.code,
        brand=row.brand,
        made_at=row.made_at,
        lines=tuple(
            PackedLine(
                code=each.code,
                part_number=each.number,
                part_name=each.name,
                order_number=each.order_number,
                replaced_at=each.replaced_at,
                quantity=each.quantity,
                unit=each.unit,
                serial=each.serial,
                model=each.model,
            )
            for each in card.parts
        ),
        sent_at=row.sent_at,
        carrier=row.carrier,
        waybill=row.waybill,
        packed_by=found.name or "",
        note=row.note,
    )
    return sheet, None


def count_list(reading: Connection, store: Store, number: str) -> tuple[CountSheet, None]:
    """The list of a stocktake by its number; a blind one does not say what should be there."""
    count_id = reading.execute(select(StockCount.id).where(StockCount.number == number)).scalar_one_or_none()
    if count_id is None:
        raise Refusal(Reason.NOT_FOUND)
    row = counting.one(reading, count_id)
    there = counting.expected_now(reading, count_id) if not row.blind else {}
    sheet = CountSheet(
        shop=shop_block(store.settings),
        number=row.number,
        code=row.code,
        kind=row.kind,
        place=row.place_name,
        place_kind=row.place_kind,
        place_main=row.place_main,
        opened_at=row.opened_at,
        lines=tuple(
            CountSheetLine(
                part_number=each.number,
                part_name=each.name,
                location=each.location,
                unit=each.unit,
                expected=there.get(each.id),
                consigned=each.consigned,
                serialised=each.serialised,
            )
            for each in counting.lines(reading, row, Lines.ALL, None, None)
        ),
        scope=row.scope,
        blind=row.blind,
        opened_by=row.opened_by,
        note=row.note,
    )
    return sheet, None


def tool_label(reading: Connection, store: Store, number: str) -> tuple[ToolLabel, None]:
    """The label of a tool by its barcode."""
    row = tools.one(reading, _record(number, CodeKind.TOOL))
    label = ToolLabel(
        code=row.code,
        kind=row.kind,
        name=row.name,
        location=row.location,
        shop_name=store.settings.shop_name,
    )
    return label, None


def place_label(reading: Connection, store: Store, number: str) -> tuple[PlaceLabel, None]:
    """The label of a place by its barcode."""
    code = _record(number, CodeKind.LOCATION)
    row = reading.execute(
        select(StockPlace.name, StockPlace.kind, StockPlace.main).where(StockPlace.id == code)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    label = PlaceLabel(
        code=running_code(CodeKind.LOCATION, code),
        kind=row.kind,
        name=row.name,
        main=row.main,
        shop_name=store.settings.shop_name,
    )
    return label, None


def defective_label(reading: Connection, _store: Store, number: str) -> tuple[DefectiveLabel, None]:
    """The label of defective goods by their barcode."""
    row = defective.one(reading, _record(number, CodeKind.DEFECTIVE))
    label = DefectiveLabel(
        code=row.code,
        number=row.number,
        description=row.description,
        source=row.source,
        received_at=row.received_at,
        grade=row.grade,
        brand=row.brand,
        model=row.model,
        serial=row.serial,
        order_number=row.order_number,
        location=row.location,
    )
    return label, None


def _record(text: str, kind: CodeKind) -> int:
    """The id behind a barcode of ours, or typed as it stands in ``paper --list``. ``Refusal(NOT_FOUND)``."""
    found = parse(text)
    if not isinstance(found, Code) or found.kind is not kind:
        raise Refusal(Reason.NOT_FOUND)
    return found.number
