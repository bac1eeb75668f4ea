"""Parts: list, record, goods in, count, find by barcode (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any

from sqlalchemy import bindparam, select

from app.core.changes import Kind
from app.core.codes import Code, CodeKind, parse, running_code
from app.core.enums import Command, PriceKind, PriceSource, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import clean_line
from app.core.ids import uuid7
from app.core.money import ZERO, Money, Quantity
from app.core.rights import Ctx
from app.features.finder.checked import to_look_for
from app.features.finder.indexing import index_part
from app.features.stock.booking import balance_of, place_of
from app.features.stock.catalogue import Catalogue
from app.features.stock.kits import put_kit
from app.features.stock.ledger import counts, goods_in
from app.features.stock.ledger.parts import part_to_move, set_price
from app.features.stock.part_checks import (
    checked_price,
    checked_quantity,
    clean_barcodes,
    clean_kit,
    clean_number,
    clean_values,
)
from app.features.stock.pictures import keep_picture
from app.features.stock.reading import (
    MOVES_PAGE,
    find_by_code,
    id_by_code,
    matching_parts,
    newest_parts,
    part_card,
    part_moves,
    part_rows,
    parts_by_number,
    parts_there,
)
from app.features.stock.scans import Scanned, part_by_scan
from app.features.stock.sheets.service import PartSheets
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import MovesPage, PartCard, PartEntry, PartRow, PartsPage
from app.features.stock.suppliers import supplier_of
from app.model import Part, PartBarcode
from app.store.door import Store, Tx, repeatable
from app.store.search import NEWEST

__all__ = ["StockService", "checked_price", "checked_quantity", "supplier_of"]

_ID_BY_NUMBER = select(Part.id).where(Part.number == bindparam("number"))
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

    @cached_property
    def catalogue(self) -> Catalogue:
        """Substitutes, price history and classes."""
        return Catalogue(self._store)

    @cached_property
    def sheets(self) -> PartSheets:
        """Import and export."""
        return PartSheets(self._store)

    @cached_property
    def shelf(self) -> Shelf:
        """Places, reservations, pieces."""
        return Shelf(self._store)

    def parts_page(self, text: str = "", after_key: int | None = None, limit: int = 50) -> PartsPage:
        """A page of parts, newest first: all, or those with ``text`` in number, name, fits or initials, or
        at the beginning of a barcode."""
        before = NEWEST if after_key is None else after_key
        typed = to_look_for(text)
        with self._store.read() as reading:
            if typed:
                rows = part_rows(reading, matching_parts(reading, typed, limit, before=before))
            else:
                rows = newest_parts(reading, before, limit)
        return PartsPage(rows, rows[-1].id if len(rows) == limit else None)

    def parts_there(self, place_id: int, after_key: int | None = None, limit: int = 50) -> PartsPage:
        """A page of the parts that lie in a place, newest first."""
        with self._store.read() as reading:
            rows = parts_there(reading, place_id, NEWEST if after_key is None else after_key, limit)
        return PartsPage(rows, rows[-1].id if len(rows) == limit else None)

    def search(self, text: str, limit: int = 20) -> tuple[PartRow, ...]:
        """Active parts for the bench's picker: whole number or barcode first, then beginnings of numbers,
        then names, fitting models and initials, newest first."""
        typed = to_look_for(text)
        if not typed:
            return ()
        with self._store.read() as reading:
            ids = [each for each in (id_by_code(reading, typed),) if each is not None]
            ids += parts_by_number(reading, typed, limit)
            ids += matching_parts(reading, typed, 2 * limit)
            rows = part_rows(reading, list(dict.fromkeys(ids)))
        return tuple(row for row in rows if row.active)[:limit]

    def find_by_code(self, text: str) -> PartRow | None:
        """The part behind a scanned or typed code: our label, any barcode of it, or its exact number."""
        with self._store.read() as reading:
            return find_by_code(reading, to_look_for(text))

    def scanned(self, text: str) -> Scanned | None:
        """What a scan means here: a part by any of its codes, or one piece by its label or its maker's number."""
        with self._store.read() as reading:
            return part_by_scan(reading, text)

    def row(self, part_id: int) -> PartRow:
        """One part as the lists show it. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            rows = part_rows(reading, [part_id])
        if not rows:
            raise Refusal(Reason.NOT_FOUND)
        return rows[0]

    def part(self, part_id: int) -> PartCard:
        """Everything about a part, with the newest of its moves. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return part_card(reading, self._store.photos, part_id)

    def moves(self, part_id: int, after_key: int | None = None, limit: int = MOVES_PAGE) -> MovesPage:
        """A page of a part's moves, newest first."""
        with self._store.read() as reading:
            return part_moves(reading, part_id, NEWEST if after_key is None else after_key, limit)

    @repeatable(_reopen)
    def save_part(self, ctx: Ctx, part_id: int | None, version: int | None, entry: PartEntry) -> PartCard:
        """Add a part, or change the one the user saw as ``version``.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, BAD_AMOUNT,
        BAD_QUANTITY, AMOUNT_NEGATIVE, QUANTITY_NOT_POSITIVE, PART_NUMBER_TAKEN, BARCODE_TAKEN, BAD_CHOICE
        (a barcode of ours), TOO_MANY_ENTRIES, OUT_OF_RANGE, SERIAL_STOCK_LEFT, KIT_STOCK_LEFT, KIT_IN_KIT, BAD_IMAGE,
        FILE_TOO_LARGE, NOT_FOUND.
        """
        values = clean_values(entry)
        sale = checked_price(entry.sale_price)
        prices = {PriceKind.SALE: sale, PriceKind.CONSIGNED: checked_price(entry.consign_price)}
        if entry.purchase_price is not None:
            prices[PriceKind.PURCHASE] = checked_price(entry.purchase_price)
        components = clean_kit(entry)
        number = clean_number(entry.number)
        supplier = clean_line("supplier", entry.supplier)
        barcodes = clean_barcodes(entry.barcodes)
        if entry.picture:
            # The file first, the row after.
            kept = keep_picture(self._store.photos, entry.picture)
            values |= {"picture_sha256": kept.sha256, "picture_suffix": kept.suffix}
        elif entry.picture is not None:
            values |= {"picture_sha256": "", "picture_suffix": ""}
        with self._store.write(Command.SAVE_PART, ctx) as tx:
            values["supplier_id"] = supplier_of(tx, supplier)
            if part_id is None:
                part = Part(
                    uuid=uuid7(),
                    number=number or _next_number(tx),
                    created_at=tx.now,
                    sale_price=sale,
                    purchase_price=entry.purchase_price or ZERO,
                    consign_price=entry.consign_price,
                    **values,
                )
                old = None
                _check_number(tx, part.number, None)
                tx.session.add(part)
                tx.session.flush()
                own = running_code(CodeKind.PART, part.id)
                tx.session.add(PartBarcode(part_id=part.id, code=own, own=True))
            else:
                part = part_to_move(tx, part_id)
                if version is not None and part.version != version:
                    raise Conflict(Kind.PART, part_id)
                old = (part.number, part.name, part.fits)
                _check_serialised(part, serialised=values["serialised"])
                _check_number(tx, number or part.number, part_id)
                part.number = number or part.number
                part.version += 1
                for key, value in values.items():
                    setattr(part, key, value)
                for kind, price in prices.items():
                    set_price(tx, part, kind, price, PriceSource.TYPED)
            put_kit(tx, part, components)
            _put_barcodes(tx, part, barcodes)
            index_part(tx.reading(), part.id, number=part.number, name=part.name, fits=part.fits, old=old)
            tx.journal(part=part.id, new=part_id is None, price=part.sale_price.fen, active=part.active)
            tx.changed(Kind.PART, part.id)
            tx.result = {"part": part.id}
            return part_card(tx.reading(), self._store.photos, part.id)

    @repeatable(_reopen)
    def receive(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        cost_total: Money,
        note: str = "",
        *,
        serials: Sequence[str] = (),
    ) -> PartCard:
        """Goods in; ``cost_total`` is what the whole receipt cost, ``serials`` the pieces of a part that has them.

        Raises ``Refusal``: NOT_FOUND, PART_INACTIVE, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, AMOUNT_NEGATIVE,
        BAD_AMOUNT, BAD_TEXT, TEXT_TOO_LONG, SERIAL_NEEDED and its kin, SERIAL_IN_STOCK.
        """
        checked_quantity(quantity)
        checked_price(cost_total)
        note = clean_line("note", note)
        with self._store.write(Command.RECEIVE_PART, ctx) as tx:
            part = part_to_move(tx, part_id)
            if not part.active:
                raise Refusal(Reason.PART_INACTIVE, part=part.name)
            goods_in.receive(tx, part, quantity, cost_total, note, serials=serials)
            tx.journal(part=part.id, quantity=quantity.milli, cost=cost_total.fen)
            tx.result = {"part": part.id}
            return part_card(tx.reading(), self._store.photos, part.id)

    @repeatable(_reopen)
    def adjust(
        self, ctx: Ctx, part_id: int, counted: Quantity, note: str, *, serials: Sequence[str] = ()
    ) -> PartCard:
        """Bring the main shelf to what was counted; a difference needs a word about why. Of parts with serial numbers
        ``serials`` are all the pieces that lie there.

        Raises ``Refusal``: NOT_FOUND, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, NOTE_REQUIRED, BAD_TEXT,
        TEXT_TOO_LONG, SERIAL_NEEDED and its kin.
        """
        checked_quantity(counted)
        note = clean_line("note", note)
        with self._store.write(Command.ADJUST_STOCK, ctx) as tx:
            part = part_to_move(tx, part_id)
            before = balance_of(tx, part.id, place_of(tx, None).id, consigned=False)
            rows = counts.count(tx, part, counted, note, serials=serials)
            # Other pieces in the same number are a difference too.
            if rows and not note:
                raise Refusal(Reason.NOTE_REQUIRED)
            tx.journal(
                part=part.id,
                before=before.milli,
                counted=counted.milli,
                value=sum(each.value.fen for each in rows),
            )
            tx.result = {"part": part.id}
            return part_card(tx.reading(), self._store.photos, part.id)


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


def _check_serialised(part: Part, *, serialised: bool) -> None:
    stock = part.on_hand + part.consigned
    if part.serialised is not serialised and stock:
        raise Refusal(Reason.SERIAL_STOCK_LEFT, part=part.name, quantity=stock)


def _next_number(tx: Tx) -> str:
    while True:
        number = f"P{tx.next_number(Series.PART, ''):05d}"
        if tx.reading().execute(_ID_BY_NUMBER, {"number": number}).first() is None:
            return number


def _check_number(tx: Tx, number: str, part_id: int | None) -> None:
    holder = tx.reading().execute(_ID_BY_NUMBER, {"number": number}).scalar()
    if holder is not None and holder != part_id:
        raise Refusal(Reason.PART_NUMBER_TAKEN, number=number)
