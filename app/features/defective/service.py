"""Defective goods (残次品): register, grade, take apart, sell, give away, dispose of (domain.md §7)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.codes import Code, CodeKind, parse
from app.core.enums import Command, DefectGrade, DefectSource, DefectState, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.core.rights import Ctx
from app.features.defective import reading as asked
from app.features.defective.snapshots import DefectiveEntry, DefectiveRow, Goods, StripEntry, WonPart
from app.features.stock.ledger import goods_in
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.numbering import next_number
from app.features.stock.service import checked_price, checked_quantity
from app.model import DefectiveGood, RepairOrder
from app.store.door import Store, Tx, repeatable

#: What may become of goods of a grade, besides being taken apart (domain.md §7).
_ENDS: Mapping[DefectState, frozenset[DefectGrade]] = MappingProxyType(
    {
        DefectState.SOLD: frozenset({DefectGrade.SELLABLE, DefectGrade.SAMPLE}),
        DefectState.GIVEN_AWAY: frozenset({DefectGrade.SAMPLE}),
        DefectState.STRIPPED: frozenset({DefectGrade.SCRAP}),
        DefectState.DISPOSED: frozenset({DefectGrade.SCRAP}),
    }
)
_OPEN = frozenset({DefectState.RECEIVED, DefectState.GRADED})
MOST_PARTS = 200


def _reopen(service: Defective, result: dict[str, Any]) -> DefectiveRow:
    return service.good(result["good"])


class Defective:
    """The register of defective goods. Commands answer with the entry as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    # queries

    def page(
        self, shown: Goods = Goods.OPEN, after_key: int | None = None, limit: int = 50
    ) -> tuple[DefectiveRow, ...]:
        """A page of defective goods, newest first."""
        with self._store.read() as reading:
            return asked.page(reading, shown, after_key, limit)

    def good(self, good_id: int) -> DefectiveRow:
        """One entry. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return asked.one(reading, good_id)

    def by_scan(self, text: str) -> DefectiveRow | None:
        """The entry behind a scan of its label; None for anything else."""
        found = parse(text)
        if not isinstance(found, Code) or found.kind is not CodeKind.DEFECTIVE:
            return None
        with self._store.read() as reading:
            known = reading.execute(select(DefectiveGood.id).where(DefectiveGood.id == found.number)).first()
            return asked.one(reading, found.number) if known else None

    def won_from(self, good_id: int) -> tuple[WonPart, ...]:
        """The parts that were taken out of it. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            row = asked.one(reading, good_id)
            since = business_day(row.received_at, self._store.settings.time_zone)
            return asked.won_from(reading, good_id, since)

    # commands

    @repeatable(_reopen)
    def save(self, ctx: Ctx, good_id: int | None, version: int | None, entry: DefectiveEntry) -> DefectiveRow:
        """Register goods, or change what is written about them.

        Raises ``Conflict`` and ``Refusal``: FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG, NOT_FOUND, DEFECT_STATE,
        BAD_CHOICE (no order of this number).
        """
        description = clean_line("description", entry.description, most=LINE, required=True)
        number = clean_line("number", entry.order_number, most=SHORT)
        texts = {
            name: clean_line(name, getattr(entry, name), most=SHORT)
            for name in ("category", "brand", "model", "serial", "location")
        }
        note = clean_line("note", entry.note)
        with self._store.write(Command.SAVE_DEFECTIVE, ctx) as tx:
            if good_id is None:
                good = DefectiveGood(
                    uuid=uuid7(),
                    number=next_number(tx, Series.DEFECTIVE),
                    description=description,
                    source=entry.source,
                    state=DefectState.RECEIVED,
                    received_at=tx.now,
                    received_by_id=tx.actor.id or None,
                )
                tx.session.add(good)
            else:
                good = _good(tx, good_id, version, _OPEN)
            order = _order(tx, number)
            good.order_id = None if order is None else order.id
            good.device_id = None if order is None else order.device_id
            good.description, good.source, good.note = description, DefectSource(entry.source), note
            for name, value in texts.items():
                setattr(good, name, value)
            tx.session.flush()
            tx.journal(order_id=good.order_id, defective=good.number, new=good_id is None)
            return _answer(tx, good)

    @repeatable(_reopen)
    def grade(
        self, ctx: Ctx, good_id: int, version: int, grade: DefectGrade, set_value: Money = ZERO
    ) -> DefectiveRow:
        """Decide what the goods are, and what the shop puts them at; they may be graded again while nothing became
        of them. Raises ``Conflict`` and ``Refusal``: NOT_FOUND, DEFECT_STATE, AMOUNT_NEGATIVE, BAD_AMOUNT."""
        checked_price(set_value)
        with self._store.write(Command.GRADE_DEFECTIVE, ctx) as tx:
            good = _good(tx, good_id, version, _OPEN)
            good.grade, good.state, good.set_value = DefectGrade(grade), DefectState.GRADED, set_value
            good.graded_at, good.graded_by_id = tx.now, tx.actor.id or None
            tx.journal(
                order_id=good.order_id, defective=good.number, grade=good.grade.value, fen=set_value.fen
            )
            return _answer(tx, good)

    @repeatable(_reopen)
    def strip(
        self, ctx: Ctx, good_id: int, version: int, parts: Sequence[StripEntry], *, finished: bool = True
    ) -> DefectiveRow:
        """Usable parts of scrap enter stock at zero or a set value; ``finished``: nothing more is in it.

        Raises ``Conflict`` and ``Refusal``: NOT_FOUND, DEFECT_STATE, NOT_GRADED_SCRAP, FIELD_REQUIRED (no part),
        TOO_MANY_ENTRIES, PART_INACTIVE, QUANTITY_NOT_POSITIVE, BAD_QUANTITY, AMOUNT_NEGATIVE, BAD_AMOUNT,
        KIT_NO_STOCK, and those of serial numbers.
        """
        if not parts and not finished:
            raise Refusal(Reason.FIELD_REQUIRED, field="quantity")
        if len(parts) > MOST_PARTS:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="quantity", most=MOST_PARTS)
        for each in parts:
            checked_quantity(each.quantity)
            checked_price(each.value)
        with self._store.write(Command.STRIP_DEFECTIVE, ctx) as tx:
            good = _good(tx, good_id, version, _OPEN)
            if good.grade is not DefectGrade.SCRAP:
                raise Refusal(Reason.NOT_GRADED_SCRAP, number=good.number)
            for each in parts:
                part = part_to_move(tx, each.part_id)
                if not part.active:
                    raise Refusal(Reason.PART_INACTIVE, part=part.name)
                goods_in.strip(tx, part, each.quantity, each.value, good.id, serials=each.serials)
            if finished:
                good.state, good.closed_at = DefectState.STRIPPED, tx.now
            fen = sum(each.value.fen for each in parts)
            tx.journal(order_id=good.order_id, defective=good.number, parts=len(parts), fen=fen)
            return _answer(tx, good)

    @repeatable(_reopen)
    def close(
        self, ctx: Ctx, good_id: int, version: int, end: DefectState, note: str, price: Money = ZERO
    ) -> DefectiveRow:
        """The goods were sold (for ``price``), given away, or disposed of; the note says to whom or how.

        Raises ``Conflict`` and ``Refusal``: NOT_FOUND, DEFECT_STATE (also where the grade does not allow it),
        FIELD_REQUIRED, AMOUNT_NEGATIVE, BAD_AMOUNT, BAD_TEXT, TEXT_TOO_LONG, BAD_CHOICE.
        """
        end = DefectState(end)
        if end not in _ENDS:
            raise Refusal(Reason.BAD_CHOICE, field="reason", text=end.value)
        note = clean_line("note", note, required=True)
        checked_price(price)
        with self._store.write(Command.SAVE_DEFECTIVE, ctx) as tx:
            good = _good(tx, good_id, version, frozenset({DefectState.GRADED}))
            if good.grade not in _ENDS[end]:
                raise Refusal(Reason.DEFECT_GRADE, number=good.number, grade=good.grade)
            good.state, good.closed_at, good.note = end, tx.now, note
            good.sold_for = price if end is DefectState.SOLD else None
            tx.journal(order_id=good.order_id, defective=good.number, end=end.value, fen=price.fen)
            return _answer(tx, good)


def _answer(tx: Tx, good: DefectiveGood) -> DefectiveRow:
    good.version += 1
    tx.changed(Kind.DEFECTIVE, good.id)
    tx.result = {"good": good.id}
    return asked.one(tx.reading(), good.id)


def _good(tx: Tx, good_id: int, version: int | None, allowed: frozenset[DefectState]) -> DefectiveGood:
    good = tx.session.get(DefectiveGood, good_id)
    if good is None:
        raise Refusal(Reason.NOT_FOUND)
    if good.version != version:
        raise Conflict(Kind.DEFECTIVE, good_id)
    if good.state not in allowed:
        raise Refusal(Reason.DEFECT_STATE, number=good.number, state=good.state)
    return good


def _order(tx: Tx, number: str) -> RepairOrder | None:
    if not number:
        return None
    order = tx.session.scalars(select(RepairOrder).where(RepairOrder.number == number)).one_or_none()
    if order is None:
        raise Refusal(Reason.BAD_CHOICE, field="number", text=number)
    return order
