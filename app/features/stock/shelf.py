"""Commands of the shelf: reserve, take out, give back, move, scrap, return, consigned goods (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.enums import Command, PlaceKind, ScrapReason
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import Quantity
from app.core.rights import Ctx
from app.features.orders.lines import owe_part_line
from app.features.stock import shelf_reading
from app.features.stock.booking import Origin, place_of
from app.features.stock.ledger import goods_in, goods_out, reservations, transfers
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.part_checks import checked_quantity
from app.features.stock.scans import part_by_scan
from app.features.stock.shelf_snapshots import (
    HeldPart,
    PartStock,
    PieceCard,
    PieceEntry,
    PieceRow,
    PlaceRow,
    ReservedFor,
)
from app.model import Part, RepairOrder, Staff, StockBalance, StockPlace
from app.store.door import Store, Tx, repeatable
from app.store.search import NEWEST


def _reopen(shelf: Shelf, result: dict[str, Any]) -> PartStock:
    return shelf.stock_of(result["part"])


def _reopen_places(shelf: Shelf, _result: dict[str, Any]) -> tuple[PlaceRow, ...]:
    return shelf.places()


class Shelf:
    """What happens to parts between goods in and the device. Commands answer with where the part stands then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # queries

    def stock_of(self, part_id: int) -> PartStock:
        """Where a part lies, for whom it is held, what is owed and on order. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return shelf_reading.part_stock(reading, part_id)

    def places(self) -> tuple[PlaceRow, ...]:
        """All places, the main shelf first."""
        with self._store.read() as reading:
            return shelf_reading.places(reading)

    def place(self, place_id: int) -> PlaceRow:
        """One place, by the number on its label. ``Refusal(NOT_FOUND)``."""
        found = next((each for each in self.places() if each.id == place_id), None)
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        return found

    def reserved_for(self, order_id: int) -> tuple[ReservedFor, ...]:
        """What is held for an order."""
        with self._store.read() as reading:
            return shelf_reading.reserved_for_order(reading, order_id)

    def held_by(self, staff_id: int | None = None) -> tuple[HeldPart, ...]:
        """Who holds what, since when, longest held first; one technician or all."""
        with self._store.read() as reading:
            return shelf_reading.held_by(reading, staff_id)

    def pieces(self, part_id: int) -> tuple[PieceRow, ...]:
        """The pieces of a part with serial numbers that lie in stock, oldest first."""
        with self._store.read() as reading:
            return shelf_reading.pieces_here(reading, part_id)

    def all_pieces(
        self, part_id: int, after_key: int | None = None, limit: int = 50
    ) -> tuple[PieceEntry, ...]:
        """A page of the pieces that a part ever had, newest first: in stock, in a device, gone."""
        before = NEWEST if after_key is None else after_key
        with self._store.read() as reading:
            return shelf_reading.all_pieces(reading, part_id, before, limit)

    def piece(self, serial_id: int) -> PieceCard:
        """One piece: where it is now and its history. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return shelf_reading.piece_card(reading, serial_id)

    def piece_by_scan(self, text: str) -> PieceCard | None:
        """The piece behind a scan of its label or its maker's number; None where it names none."""
        with self._store.read() as reading:
            found = part_by_scan(reading, text)
            if found is None or found.serial_id is None:
                return None
            return shelf_reading.piece_card(reading, found.serial_id)

    # places

    @repeatable(_reopen_places)
    def save_place(
        self, ctx: Ctx, place_id: int | None, kind: PlaceKind, name: str, *, active: bool = True
    ) -> tuple[PlaceRow, ...]:
        """Add a shelf, van or set-apart place, rename one, or take it out of use. Bags make themselves.

        Raises ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, PLACE_NAME_TAKEN, PLACE_IN_USE, BAD_CHOICE,
        NOT_FOUND.
        """
        name = clean_line("name", name, most=SHORT, required=True)
        if kind is PlaceKind.PERSON:
            raise Refusal(Reason.BAD_CHOICE, field="location", text=name)
        with self._store.write(Command.SAVE_PLACE, ctx) as tx:
            same = tx.session.scalars(select(StockPlace).where(StockPlace.name == name)).first()
            if same is not None and same.id != place_id:
                raise Refusal(Reason.PLACE_NAME_TAKEN, name=name)
            if place_id is None:
                place = StockPlace(kind=kind, name=name)
                tx.session.add(place)
                tx.session.flush()
            else:
                found = tx.session.get(StockPlace, place_id)
                if found is None:
                    raise Refusal(Reason.NOT_FOUND)
                place = found
                if place.kind is PlaceKind.PERSON:
                    raise Refusal(Reason.BAD_CHOICE, field="location", text=place.name)
                # What lies in a place counts as free or not by its kind.
                if (not active or kind is not place.kind) and (place.main or _holds_stock(tx, place.id)):
                    raise Refusal(Reason.PLACE_IN_USE, place=place.name or place.kind)
                place.name, place.kind, place.active = name, kind, active
            tx.journal(place=place.id, kind=kind.value, active=active)
            tx.changed(Kind.PLACE, place.id)
            tx.result = {"place": place.id}
            return shelf_reading.places(tx.reading())

    # for orders

    @repeatable(_reopen)
    def reserve(self, ctx: Ctx, order_id: int, part_id: int, quantity: Quantity) -> PartStock:
        """Hold stock for an order. Raises ``Refusal``: NOT_FOUND, ORDER_CLOSED, PART_INACTIVE,
        QUANTITY_NOT_POSITIVE, BAD_QUANTITY, OUT_OF_STOCK, PART_RESERVED."""
        checked_quantity(quantity)
        with self._store.write(Command.RESERVE_PART, ctx) as tx:
            order = _open_order(tx, order_id)
            part = _active(tx, part_id)
            reservations.reserve(tx, part, order.id, quantity)
            tx.journal(order_id=order.id, part=part.id, milli=quantity.milli)
            return _answer(tx, part)

    @repeatable(_reopen)
    def release(self, ctx: Ctx, order_id: int, part_id: int, quantity: Quantity | None = None) -> PartStock:
        """Give up what is held for an order: all for None. ``Refusal``: NOT_FOUND, NOT_RESERVED."""
        with self._store.write(Command.RELEASE_PART, ctx) as tx:
            order = tx.order(order_id, None)
            part = part_to_move(tx, part_id)
            row = reservations.release(tx, part, order.id, quantity)
            if row is None:
                raise Refusal(Reason.NOT_RESERVED, part=part.name)
            tx.journal(order_id=order.id, part=part.id, milli=None if quantity is None else quantity.milli)
            return _answer(tx, part)

    @repeatable(_reopen)
    def owe(self, ctx: Ctx, order_id: int, version: int, part_id: int, quantity: Quantity) -> PartStock:
        """A lead books a part as used that is not booked in yet; the next receipt settles it.

        Raises ``Conflict`` and ``Refusal``: LINES_FROZEN, STILL_IN_STOCK, SERIAL_NEEDED, and those of a planned part.
        """
        with self._store.write(Command.OWE_PART, ctx) as tx:
            order = tx.order(order_id, version)
            line = owe_part_line(tx, order, part_id, quantity)
            tx.journal(order_id=order.id, line=line.id, part=part_id, milli=quantity.milli)
            return _answer(tx, part_to_move(tx, part_id))

    # technicians' bags

    @repeatable(_reopen)
    def take_out(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        *,
        staff_id: int | None = None,
        order_id: int | None = None,
        serials: Sequence[str] = (),
    ) -> PartStock:
        """Parts go into a technician's bag (借件): the actor's own for None. With an order, what is reserved for it
        goes along. Raises ``Refusal``: NOT_FOUND, PART_INACTIVE, OUT_OF_STOCK, PART_RESERVED, those of serials."""
        checked_quantity(quantity)
        with self._store.write(Command.TAKE_OUT, ctx) as tx:
            part = _active(tx, part_id)
            bag = bag_of(tx, staff_id or tx.actor.id)
            if order_id is not None:
                _open_order(tx, order_id)
            transfers.take_out(tx, part, quantity, bag, order_id=order_id, serials=serials)
            tx.journal(order_id=order_id, part=part.id, milli=quantity.milli, holder=bag.staff_id)
            return _answer(tx, part)

    @repeatable(_reopen)
    def give_back(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        *,
        staff_id: int | None = None,
        place_id: int | None = None,
        serials: Sequence[str] = (),
    ) -> PartStock:
        """Parts come back out of a technician's bag (还件). Raises ``Refusal``: NOT_FOUND, NOT_IN_PLACE, those of
        serials."""
        checked_quantity(quantity)
        with self._store.write(Command.GIVE_BACK, ctx) as tx:
            part = part_to_move(tx, part_id)
            bag = bag_of(tx, staff_id or tx.actor.id)
            transfers.give_back(tx, part, quantity, bag, place_id=place_id, serials=serials)
            tx.journal(part=part.id, milli=quantity.milli, holder=bag.staff_id)
            return _answer(tx, part)

    # goods that move, leave, or belong to others

    @repeatable(_reopen)
    def transfer(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        source_id: int,
        target_id: int,
        *,
        consigned: bool = False,
        serials: Sequence[str] = (),
        note: str = "",
    ) -> PartStock:
        """From one place to another. Raises ``Refusal``: NOT_FOUND, SAME_PLACE, NOT_IN_PLACE, PART_RESERVED,
        QUANTITY_NOT_POSITIVE, those of serials."""
        checked_quantity(quantity)
        note = clean_line("note", note)
        with self._store.write(Command.TRANSFER_PART, ctx) as tx:
            part = part_to_move(tx, part_id)
            source, target = place_of(tx, source_id), place_of(tx, target_id)
            transfers.transfer(
                tx, part, quantity, source, target, consigned=consigned, serials=serials, note=note
            )
            tx.journal(part=part.id, milli=quantity.milli, source=source.id, target=target.id)
            return _answer(tx, part)

    @repeatable(_reopen)
    def scrap(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        reason: ScrapReason,
        note: str = "",
        *,
        place_id: int | None = None,
        consigned: bool = False,
        serials: Sequence[str] = (),
    ) -> PartStock:
        """Parts that are gone. Raises ``Refusal``: NOT_FOUND, NOT_IN_PLACE, QUANTITY_NOT_POSITIVE, NOTE_REQUIRED for
        another reason, those of serials."""
        checked_quantity(quantity)
        note = clean_line("note", note)
        if reason is ScrapReason.OTHER and not note:
            raise Refusal(Reason.NOTE_REQUIRED)
        with self._store.write(Command.SCRAP_PART, ctx) as tx:
            part = part_to_move(tx, part_id)
            rows = goods_out.scrap(
                tx, part, quantity, reason, note, place_id=place_id, consigned=consigned, serials=serials
            )
            tx.journal(
                part=part.id,
                milli=quantity.milli,
                reason=reason.value,
                value=sum(each.value.fen for each in rows),
            )
            return _answer(tx, part)

    @repeatable(_reopen)
    def return_to_supplier(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        note: str = "",
        *,
        place_id: int | None = None,
        serials: Sequence[str] = (),
    ) -> PartStock:
        """Own goods go back to the supplier. Raises ``Refusal``: NOT_FOUND, NOT_IN_PLACE, PART_RESERVED,
        QUANTITY_NOT_POSITIVE, those of serials."""
        checked_quantity(quantity)
        note = clean_line("note", note)
        with self._store.write(Command.RETURN_PART, ctx) as tx:
            part = part_to_move(tx, part_id)
            rows = goods_out.return_to_supplier(tx, part, quantity, note, place_id=place_id, serials=serials)
            tx.journal(part=part.id, milli=quantity.milli, value=sum(each.value.fen for each in rows))
            return _answer(tx, part)

    @repeatable(_reopen)
    def consign_in(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        note: str = "",
        *,
        place_id: int | None = None,
        serials: Sequence[str] = (),
    ) -> PartStock:
        """Goods of others come in (铺底). Raises ``Refusal``: NOT_FOUND, PART_INACTIVE, CONSIGN_PRICE_MISSING,
        QUANTITY_NOT_POSITIVE, those of serials."""
        checked_quantity(quantity)
        note = clean_line("note", note)
        with self._store.write(Command.CONSIGN_PART, ctx) as tx:
            part = _active(tx, part_id)
            goods_in.consign_in(tx, part, quantity, Origin(note=note), place_id=place_id, serials=serials)
            tx.journal(part=part.id, milli=quantity.milli, way="in")
            return _answer(tx, part)

    @repeatable(_reopen)
    def consign_out(
        self,
        ctx: Ctx,
        part_id: int,
        quantity: Quantity,
        note: str = "",
        *,
        place_id: int | None = None,
        serials: Sequence[str] = (),
    ) -> PartStock:
        """Goods of others go back to their owner, unused. Raises ``Refusal`` as ``return_to_supplier``."""
        checked_quantity(quantity)
        note = clean_line("note", note)
        with self._store.write(Command.CONSIGN_PART, ctx) as tx:
            part = part_to_move(tx, part_id)
            goods_out.return_to_supplier(
                tx, part, quantity, note, place_id=place_id, consigned=True, serials=serials
            )
            tx.journal(part=part.id, milli=quantity.milli, way="out")
            return _answer(tx, part)


def bag_of(tx: Tx, staff_id: int) -> StockPlace:
    """A member of staff's bag; made when it is first needed. Raises ``Refusal(NOT_FOUND)``."""
    bag = tx.session.scalars(select(StockPlace).where(StockPlace.staff_id == staff_id)).one_or_none()
    if bag is None:
        staff = tx.session.get(Staff, staff_id)
        if staff is None or not staff.active:
            raise Refusal(Reason.NOT_FOUND)
        bag = StockPlace(kind=PlaceKind.PERSON, name=staff.name, staff_id=staff_id)
        tx.session.add(bag)
        tx.session.flush()
        tx.changed(Kind.PLACE, bag.id)
    return bag


def _holds_stock(tx: Tx, place_id: int) -> bool:
    held = select(StockBalance.part_id).where(
        StockBalance.place_id == place_id, StockBalance.on_hand != Quantity(0)
    )
    return tx.reading().execute(held.limit(1)).first() is not None


def _open_order(tx: Tx, order_id: int) -> RepairOrder:
    order = tx.order(order_id, None)
    if not order.open:
        raise Refusal(Reason.ORDER_CLOSED)
    return order


def _active(tx: Tx, part_id: int) -> Part:
    part = part_to_move(tx, part_id)
    if not part.active:
        raise Refusal(Reason.PART_INACTIVE, part=part.name)
    return part


def _answer(tx: Tx, part: Part) -> PartStock:
    tx.result = {"part": part.id}
    return shelf_reading.part_stock(tx.reading(), part.id)
