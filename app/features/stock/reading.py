"""Reading parts: rows, one part with its moves, finding by what is typed or scanned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, exists, select

from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.features.finder.checked import find_checked, merged
from app.features.stock.kits import kit_lines
from app.features.stock.snapshots import MoveRow, MovesPage, PartCard, PartRow
from app.model import Part, PartBarcode, RepairOrder, Staff, StockBalance, StockMove, Supplier
from app.store.photos import PhotoStore
from app.store.search import NEWEST, Field

MOVES_PAGE = 20
#: Shorter beginnings of a barcode would find half the shop.
SHORTEST_BARCODE = 4

_ROW = (
    Part.id,
    Part.number,
    Part.name,
    Part.category,
    Part.brand,
    Part.fits,
    Part.unit,
    Part.sale_price,
    Part.location,
    Part.minimum,
    Part.on_hand,
    Part.active,
    Part.consigned,
    Part.reserved,
    Part.away,
    Part.abc,
    Part.kit,
    Part.serialised,
    Part.condition,
)
_PAGE = select(*_ROW).where(Part.id < bindparam("before")).order_by(Part.id.desc()).limit(bindparam("most"))
_THERE = _PAGE.where(
    exists().where(
        StockBalance.part_id == Part.id,
        StockBalance.place_id == bindparam("place_id"),
        StockBalance.on_hand > Quantity(0),
    )
)
_BY_IDS = select(*_ROW).where(Part.id.in_(bindparam("ids", expanding=True)))
_TEXTS = select(Part.id, Part.number, Part.name, Part.fits).where(
    Part.id.in_(bindparam("ids", expanding=True))
)
_CARD = (
    select(
        *_ROW,
        Part.version,
        Supplier.name.label("supplier"),
        Part.value,
        Part.supplier_number,
        Part.purchase_price,
        Part.consign_price,
        Part.tax_permille,
        Part.old_part_rule,
        Part.warranty_months,
        Part.season,
        Part.kit_labour,
        Part.kit_minutes,
        Part.picture_sha256,
        Part.picture_suffix,
    )
    .outerjoin(Supplier, Supplier.id == Part.supplier_id)
    .where(Part.id == bindparam("part_id"))
)
_BARCODES = (
    select(PartBarcode.code, PartBarcode.own)
    .where(PartBarcode.part_id == bindparam("part_id"))
    .order_by(PartBarcode.id)
)
_MOVES = (
    select(
        StockMove.id,
        StockMove.at,
        StockMove.kind,
        StockMove.quantity,
        StockMove.value,
        StockMove.order_id,
        RepairOrder.number,
        Staff.name.label("staff"),
        StockMove.note,
    )
    .outerjoin(RepairOrder, RepairOrder.id == StockMove.order_id)
    .outerjoin(Staff, Staff.id == StockMove.staff_id)
    .where(StockMove.part_id == bindparam("part_id"), StockMove.id < bindparam("before"))
    .order_by(StockMove.id.desc())
    .limit(bindparam("most"))
)
_ID_BY_BARCODE = select(PartBarcode.part_id).where(PartBarcode.code == bindparam("code"))
_ID_BY_NUMBER = select(Part.id).where(Part.number == bindparam("number"))
_IDS_BY_NUMBER_HEAD = (
    select(Part.id)
    .where(Part.number >= bindparam("head"), Part.number < bindparam("beyond"))
    .order_by(Part.number)
    .limit(bindparam("most"))
)
_IDS_BY_BARCODE_HEAD = (
    select(PartBarcode.part_id)
    .where(PartBarcode.code >= bindparam("head"), PartBarcode.code < bindparam("beyond"))
    .order_by(PartBarcode.code)
    .limit(bindparam("most"))
)


def newest_parts(reading: Connection, before: int, limit: int) -> tuple[PartRow, ...]:
    """A page of all parts below ``before``, newest first."""
    return tuple(_row(each) for each in reading.execute(_PAGE, {"before": before, "most": limit}))


def parts_there(reading: Connection, place_id: int, before: int, limit: int) -> tuple[PartRow, ...]:
    """A page of the parts that lie in a place, own or of others, newest first."""
    return tuple(
        _row(each)
        for each in reading.execute(_THERE, {"place_id": place_id, "before": before, "most": limit})
    )


def parts_by_number(reading: Connection, typed: str, limit: int) -> list[int]:
    """Parts whose number begins with what was typed."""
    return list(reading.execute(_IDS_BY_NUMBER_HEAD, {**_head(typed.upper()), "most": limit}).scalars())


def find_by_code(reading: Connection, typed: str) -> PartRow | None:
    """The part behind a scanned or typed code."""
    part_id = id_by_code(reading, typed)
    return None if part_id is None else part_rows(reading, [part_id])[0]


def part_rows(reading: Connection, ids: Sequence[int]) -> tuple[PartRow, ...]:
    """The rows of ``ids``, in their order."""
    if not ids:
        return ()
    found = {row.id: _row(row) for row in reading.execute(_BY_IDS, {"ids": list(ids)})}
    return tuple(found[each] for each in ids if each in found)


def id_by_code(reading: Connection, typed: str) -> int | None:
    """The part with this barcode or exactly this number."""
    found = reading.execute(_ID_BY_BARCODE, {"code": typed}).scalar()
    if found is None and typed:
        found = reading.execute(_ID_BY_NUMBER, {"number": typed.upper()}).scalar()
    return found


def matching_parts(reading: Connection, typed: str, limit: int, *, before: int = NEWEST) -> list[int]:
    """Newest parts below ``before`` by number, name, fitting models, initials, or the beginning of a
    barcode."""
    by_code: list[int] = []
    if len(typed) >= SHORTEST_BARCODE:
        heads = reading.execute(_IDS_BY_BARCODE_HEAD, {**_head(typed), "most": limit}).scalars()
        by_code = [each for each in heads if each < before]
    return merged(
        limit,
        by_code,
        find_checked(reading, Field.PART_NAME, typed, limit, _texts, before=before),
        find_checked(reading, Field.PART_PINYIN, typed, limit, _readings, before=before),
    )


def _head(typed: str) -> dict[str, str]:
    """The range of texts that begin with ``typed``: an index answers it, LIKE would not use one."""
    return {"head": typed, "beyond": typed + "\U0010ffff"}


def _texts(reading: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    return {row.id: (row.number, row.name, row.fits) for row in reading.execute(_TEXTS, {"ids": ids})}


def _readings(reading: Connection, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    from app.store.pinyin import initials

    return {row.id: initials(row.name) for row in reading.execute(_TEXTS, {"ids": ids})}


def part_card(reading: Connection, photos: PhotoStore, part_id: int) -> PartCard:
    """Everything about a part, with the newest of its moves. Raises ``Refusal(NOT_FOUND)``."""
    found = reading.execute(_CARD, {"part_id": part_id}).one_or_none()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    codes = reading.execute(_BARCODES, {"part_id": part_id}).all()
    on_hand = found.on_hand.milli
    return PartCard(
        row=_row(found),
        version=found.version,
        supplier=found.supplier or "",
        average_cost=Money(divide_half_up(found.value.fen * 1000, on_hand)) if on_hand > 0 else ZERO,
        value=found.value,
        own_code=next((code.code for code in codes if code.own), ""),
        barcodes=tuple(code.code for code in codes if not code.own),
        moves=part_moves(reading, part_id, NEWEST, MOVES_PAGE),
        supplier_number=found.supplier_number,
        purchase_price=found.purchase_price,
        consign_price=found.consign_price,
        tax_permille=found.tax_permille,
        old_part_rule=found.old_part_rule,
        warranty_months=found.warranty_months,
        season=found.season,
        kit_labour=found.kit_labour,
        kit_minutes=found.kit_minutes,
        kit_lines=kit_lines(reading, part_id) if found.kit else (),
        picture=str(photos.path(found.picture_sha256, found.picture_suffix)) if found.picture_sha256 else "",
    )


def part_moves(reading: Connection, part_id: int, before: int, limit: int) -> MovesPage:
    """A page of a part's moves below ``before``, newest first."""
    found = reading.execute(_MOVES, {"part_id": part_id, "before": before, "most": limit})
    rows = tuple(
        MoveRow(
            id=each.id,
            at=each.at,
            kind=each.kind,
            quantity=each.quantity,
            value=each.value,
            order_number=each.number or "",
            order_id=each.order_id,
            staff=each.staff or "",
            note=each.note,
        )
        for each in found
    )
    return MovesPage(rows, rows[-1].id if len(rows) == limit else None)


def _row(each: Any) -> PartRow:
    return PartRow(
        id=each.id,
        number=each.number,
        name=each.name,
        category=each.category,
        brand=each.brand,
        fits=each.fits,
        unit=each.unit,
        sale_price=each.sale_price,
        location=each.location,
        minimum=each.minimum,
        on_hand=each.on_hand,
        active=each.active,
        consigned=each.consigned,
        reserved=each.reserved,
        away=each.away,
        abc=each.abc,
        kit=each.kit,
        serialised=each.serialised,
        condition=each.condition,
    )
