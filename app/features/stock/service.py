"""Parts in their basic form: list, record, goods in, count, find by barcode (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, select

from app.core.changes import Kind
from app.core.codes import Code, CodeKind, parse, running_code
from app.core.enums import Command, PriceKind, PriceSource, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import MAX_FEN, MAX_MILLI, ZERO, Money, Quantity, divide_half_up
from app.core.rights import Ctx
from app.features.finder.checked import find_checked, merged, to_look_for
from app.features.finder.indexing import index_part
from app.features.stock import ledger
from app.features.stock.booking import balance_of, place_of
from app.features.stock.snapshots import MoveRow, MovesPage, PartCard, PartEntry, PartRow, PartsPage
from app.model import Part, PartBarcode, RepairOrder, Staff, StockMove, Supplier
from app.store.door import Store, Tx, repeatable
from app.store.search import NEWEST, Field

MOST_BARCODES = 20
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
)
_PAGE = select(*_ROW).where(Part.id < bindparam("before")).order_by(Part.id.desc()).limit(bindparam("most"))
_BY_IDS = select(*_ROW).where(Part.id.in_(bindparam("ids", expanding=True)))
_TEXTS = select(Part.id, Part.number, Part.name, Part.fits).where(
    Part.id.in_(bindparam("ids", expanding=True))
)
_CARD = (
    select(*_ROW, Part.version, Supplier.name.label("supplier"), Part.value)
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
_HOLDER = (
    select(PartBarcode.part_id, Part.number)
    .join(Part, Part.id == PartBarcode.part_id)
    .where(PartBarcode.code == bindparam("code"))
)


def _reopen(service: StockService, result: dict[str, Any]) -> PartCard:
    return service.part(result["part"])


class StockService:
    """The parts of the shop."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moves are shown in it."""
        return self._store.settings.time_zone

    def parts_page(self, text: str = "", after_key: int | None = None, limit: int = 50) -> PartsPage:
        """A page of parts, newest first: all, or those with ``text`` in number, name, fits or initials, or
        at the beginning of a barcode."""
        before = NEWEST if after_key is None else after_key
        typed = to_look_for(text)
        with self._store.read() as reading:
            if typed:
                rows = part_rows(reading, matching_parts(reading, typed, limit, before=before))
            else:
                page = reading.execute(_PAGE, {"before": before, "most": limit})
                rows = tuple(_row(each) for each in page)
        return PartsPage(rows, rows[-1].id if len(rows) == limit else None)

    def search(self, text: str, limit: int = 20) -> tuple[PartRow, ...]:
        """Active parts for the bench's picker: whole number or barcode first, then beginnings of numbers,
        then names, fitting models and initials, newest first."""
        typed = to_look_for(text)
        if not typed:
            return ()
        with self._store.read() as reading:
            ids = [each for each in (_id_by_code(reading, typed),) if each is not None]
            ids += reading.execute(_IDS_BY_NUMBER_HEAD, {**_head(typed.upper()), "most": limit}).scalars()
            ids += matching_parts(reading, typed, 2 * limit)
            rows = part_rows(reading, list(dict.fromkeys(ids)))
        return tuple(row for row in rows if row.active)[:limit]

    def find_by_code(self, text: str) -> PartRow | None:
        """The part behind a scanned or typed code: our label, any barcode of it, or its exact number."""
        with self._store.read() as reading:
            return find_by_code(reading, to_look_for(text))

    def part(self, part_id: int) -> PartCard:
        """Everything about a part, with the newest of its moves. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return _card(reading, part_id)

    def moves(self, part_id: int, after_key: int | None = None, limit: int = MOVES_PAGE) -> MovesPage:
        """A page of a part's moves, newest first."""
        with self._store.read() as reading:
            return _moves(reading, part_id, NEWEST if after_key is None else after_key, limit)

    @repeatable(_reopen)
    def save_part(self, ctx: Ctx, part_id: int | None, version: int | None, entry: PartEntry) -> PartCard:
        """Add a part, or change the one the user saw as ``version``.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_AMOUNT,
        BAD_QUANTITY, AMOUNT_NEGATIVE, QUANTITY_NOT_POSITIVE, PART_NUMBER_TAKEN, BARCODE_TAKEN, BAD_CHOICE
        (a barcode of ours), TOO_MANY_ENTRIES, NOT_FOUND.
        """
        values: dict[str, Any] = {
            "name": clean_line("name", entry.name, required=True),
            "unit": clean_line("unit", entry.unit, most=20, required=True),
            "category": clean_line("category", entry.category, most=SHORT),
            "brand": clean_line("brand", entry.brand, most=SHORT),
            "fits": clean_line("fits", entry.fits, most=1000),
            "sale_price": checked_price(entry.sale_price),
            "location": clean_line("location", entry.location, most=SHORT),
            "minimum": checked_quantity(entry.minimum),
            "active": bool(entry.active),
        }
        # Numbers are read aloud and typed by Chinese input methods: capitals only, so that p1 is P1.
        number = clean_line("number", entry.number, most=40).upper()
        supplier = clean_line("supplier", entry.supplier)
        barcodes = _clean_barcodes(entry.barcodes)
        with self._store.write(Command.SAVE_PART, ctx) as tx:
            values["supplier_id"] = supplier_of(tx, supplier)
            price = values.pop("sale_price")
            if part_id is None:
                part = Part(
                    uuid=uuid7(),
                    number=number or _next_number(tx),
                    created_at=tx.now,
                    sale_price=price,
                    **values,
                )
                old = None
                _check_number(tx, part.number, None)
                tx.session.add(part)
                tx.session.flush()
                own = running_code(CodeKind.PART, part.id)
                tx.session.add(PartBarcode(part_id=part.id, code=own, own=True))
            else:
                part = ledger.part_to_move(tx, part_id)
                if version is not None and part.version != version:
                    raise Conflict(Kind.PART, part_id)
                old = (part.number, part.name, part.fits)
                _check_number(tx, number or part.number, part_id)
                part.number = number or part.number
                part.version += 1
                for key, value in values.items():
                    setattr(part, key, value)
                ledger.set_price(tx, part, PriceKind.SALE, price, PriceSource.TYPED)
            _put_barcodes(tx, part, barcodes)
            index_part(tx.reading(), part.id, number=part.number, name=part.name, fits=part.fits, old=old)
            tx.journal(part=part.id, new=part_id is None, price=part.sale_price.fen, active=part.active)
            tx.changed(Kind.PART, part.id)
            tx.result = {"part": part.id}
            return _card(tx.reading(), part.id)

    @repeatable(_reopen)
    def receive(
        self, ctx: Ctx, part_id: int, quantity: Quantity, cost_total: Money, note: str = ""
    ) -> PartCard:
        """Goods in; ``cost_total`` is what the whole receipt cost.

        Raises ``Refusal``: NOT_FOUND, PART_INACTIVE, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, AMOUNT_NEGATIVE,
        BAD_AMOUNT, BAD_TEXT, TEXT_TOO_LONG.
        """
        checked_quantity(quantity)
        checked_price(cost_total)
        note = clean_line("note", note)
        with self._store.write(Command.RECEIVE_PART, ctx) as tx:
            part = ledger.part_to_move(tx, part_id)
            if not part.active:
                raise Refusal(Reason.PART_INACTIVE, part=part.name)
            ledger.receive(tx, part, quantity, cost_total, note)
            tx.journal(part=part.id, quantity=quantity.milli, cost=cost_total.fen)
            tx.result = {"part": part.id}
            return _card(tx.reading(), part.id)

    @repeatable(_reopen)
    def adjust(self, ctx: Ctx, part_id: int, counted: Quantity, note: str) -> PartCard:
        """Bring the main shelf to what was counted; a difference needs a word about why.

        Raises ``Refusal``: NOT_FOUND, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, NOTE_REQUIRED, BAD_TEXT,
        TEXT_TOO_LONG.
        """
        checked_quantity(counted)
        note = clean_line("note", note)
        with self._store.write(Command.ADJUST_STOCK, ctx) as tx:
            part = ledger.part_to_move(tx, part_id)
            before = balance_of(tx, part.id, place_of(tx, None).id, consigned=False)
            if counted != before and not note:
                raise Refusal(Reason.NOTE_REQUIRED)
            rows = ledger.count(tx, part, counted, note)
            tx.journal(
                part=part.id,
                before=before.milli,
                counted=counted.milli,
                value=sum(each.value.fen for each in rows),
            )
            tx.result = {"part": part.id}
            return _card(tx.reading(), part.id)


def checked_price(amount: Money) -> Money:
    """An amount from 0 to the largest the shop books. Raises ``Refusal``: AMOUNT_NEGATIVE, BAD_AMOUNT."""
    if amount < ZERO:
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    if amount.fen > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(amount)[:40])
    return amount


def checked_quantity(quantity: Quantity) -> Quantity:
    """A quantity from 0 to a million. Raises ``Refusal``: QUANTITY_NOT_POSITIVE, BAD_QUANTITY."""
    if quantity.milli < 0:
        raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
    if quantity.milli > MAX_MILLI:
        raise Refusal(Reason.BAD_QUANTITY, text=str(quantity)[:40])
    return quantity


def _clean_barcodes(typed: Sequence[str]) -> list[str]:
    cleaned = [clean_line("barcode", each, most=60) for each in typed]
    codes = list(dict.fromkeys(filter(None, cleaned)))
    if len(codes) > MOST_BARCODES:
        raise Refusal(Reason.TOO_MANY_ENTRIES, field="barcode", most=MOST_BARCODES)
    return codes


def _put_barcodes(tx: Tx, part: Part, wanted: Sequence[str]) -> None:
    """Make the further barcodes of a part what was typed; its own label's stays."""
    kept = tx.session.scalars(select(PartBarcode).where(PartBarcode.part_id == part.id)).all()
    own = running_code(CodeKind.PART, part.id)
    for row in kept:
        if not row.own and row.code not in wanted:
            tx.session.delete(row)
    there = {row.code for row in kept}
    for code in wanted:
        if code in there or code == own:
            continue
        holder = tx.reading().execute(_HOLDER, {"code": code}).first()
        if holder is not None:
            raise Refusal(Reason.BARCODE_TAKEN, code=code, number=holder.number)
        if isinstance(parse(code), Code):
            # One of our numbers (an order, a badge) or one that we shall give to another part.
            raise Refusal(Reason.BAD_CHOICE, field="barcode", text=code)
        tx.session.add(PartBarcode(part_id=part.id, code=code, own=False))


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


def _next_number(tx: Tx) -> str:
    while True:
        number = f"P{tx.next_number(Series.PART, ''):05d}"
        if tx.reading().execute(_ID_BY_NUMBER, {"number": number}).first() is None:
            return number


def _check_number(tx: Tx, number: str, part_id: int | None) -> None:
    holder = tx.reading().execute(_ID_BY_NUMBER, {"number": number}).scalar()
    if holder is not None and holder != part_id:
        raise Refusal(Reason.PART_NUMBER_TAKEN, number=number)


def find_by_code(reading: Connection, typed: str) -> PartRow | None:
    """The part behind a scanned or typed code."""
    part_id = _id_by_code(reading, typed)
    return None if part_id is None else part_rows(reading, [part_id])[0]


def part_rows(reading: Connection, ids: Sequence[int]) -> tuple[PartRow, ...]:
    """The rows of ``ids``, in their order."""
    if not ids:
        return ()
    found = {row.id: _row(row) for row in reading.execute(_BY_IDS, {"ids": list(ids)})}
    return tuple(found[each] for each in ids if each in found)


def _id_by_code(reading: Connection, typed: str) -> int | None:
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


def _card(reading: Connection, part_id: int) -> PartCard:
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
        moves=_moves(reading, part_id, NEWEST, MOVES_PAGE),
    )


def _moves(reading: Connection, part_id: int, before: int, limit: int) -> MovesPage:
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
    )
