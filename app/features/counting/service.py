"""Stocktakes: open a list, count by scan or by typing, look at the differences, approve (domain.md §7)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.codes import Code, CodeKind, parse
from app.core.enums import AbcClass, Command, CountKind, CountState, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.ids import uuid7
from app.core.money import ONE, Quantity
from app.core.rights import Actor, Ctx
from app.features.counting import reading as asked
from app.features.counting.snapshots import CountLineRow, CountRow, Differences, Lines
from app.features.finder.checked import to_look_for
from app.features.stock import serials as pieces
from app.features.stock.booking import Moved, Origin, balance_of, place_of
from app.features.stock.ledger import counts
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.numbering import next_number
from app.features.stock.scans import part_by_scan
from app.features.stock.service import checked_quantity
from app.model import CountLine, Part, StockCount, StockPlace
from app.store.door import Store, Tx, repeatable

_NOTHING = Quantity(0)
#: Scans of the same part by the same person go on with his count for so long; later ones count it a second time.
GOES_ON = timedelta(minutes=10)


def _reopen(service: Counting, result: dict[str, Any]) -> CountRow:
    return service.count(result["count"])


def _reopen_line(service: Counting, result: dict[str, Any]) -> CountLineRow:
    return service.line(result["line"])


class Counting:
    """The stocktakes of the shop. The shop goes on working meanwhile: what is expected is taken at the moment of
    counting, and only the difference is booked."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    # queries

    def page(self, after_key: int | None = None, limit: int = 50) -> tuple[CountRow, ...]:
        """A page of stocktakes, newest first."""
        with self._store.read() as reading:
            return asked.page(reading, after_key, limit)

    def count(self, count_id: int) -> CountRow:
        """One stocktake. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return asked.one(reading, count_id)

    def by_scan(self, text: str) -> CountRow | None:
        """The stocktake behind a scan of its list, or the open one of a scanned place; None for anything else."""
        found = parse(text)
        if not isinstance(found, Code):
            return None
        with self._store.read() as reading:
            if found.kind is CodeKind.LOCATION:
                count_id = asked.open_at(reading, found.number)
            elif found.kind is CodeKind.STOCK_COUNT:
                count_id = reading.execute(
                    select(StockCount.id).where(StockCount.id == found.number)
                ).scalar_one_or_none()
            else:
                return None
            return None if count_id is None else asked.one(reading, count_id)

    def knows_part(self, text: str) -> bool:
        """Whether a barcode is a part's or a piece's."""
        with self._store.read() as reading:
            return part_by_scan(reading, to_look_for(text)) is not None

    def lines(
        self,
        count_id: int,
        shown: Lines = Lines.ALL,
        after_key: tuple[str, str, int] | None = None,
        limit: int | None = 50,
    ) -> tuple[CountLineRow, ...]:
        """Lines of a stocktake along the shelves; a blind one does not say what should be there."""
        with self._store.read() as reading:
            return asked.lines(reading, asked.one(reading, count_id), shown, after_key, limit)

    def line(self, line_id: int) -> CountLineRow:
        """One line. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            of = select(StockCount.blind, StockCount.state).join(
                CountLine, CountLine.count_id == StockCount.id
            )
            count = reading.execute(of.where(CountLine.id == line_id)).one_or_none()
            if count is None:
                raise Refusal(Reason.NOT_FOUND)
            return asked.line(reading, line_id, hidden=count.blind and count.state is CountState.OPEN)

    def differences(self, actor: Actor, count_id: int) -> Differences:
        """What does not agree, the dearest first. ``Refusal``: NOT_FOUND, NOT_ALLOWED (a blind stocktake that is
        open shows them to whoever may approve it)."""
        with self._store.read() as reading:
            found = asked.differences(reading, count_id)
        if found.count.hides_expected and not actor.may(Command.APPROVE_COUNT):
            raise Refusal(Reason.NOT_ALLOWED, command=Command.APPROVE_COUNT)
        return found

    # commands

    @repeatable(_reopen)
    def open(
        self,
        ctx: Ctx,
        kind: CountKind,
        scope: str = "",
        *,
        place_id: int | None = None,
        blind: bool = True,
        note: str = "",
    ) -> CountRow:
        """A new stocktake of a place (the main shelf for None) with a line for everything that lies in its scope.

        ``scope`` is the class's letter or the beginning of the locations. Raises ``Refusal``: NOT_FOUND, BAD_CHOICE,
        FIELD_REQUIRED, COUNT_OPEN_ALREADY, BAD_TEXT, TEXT_TOO_LONG.
        """
        kind = CountKind(kind)
        scope = clean_line("location", scope, most=SHORT, required=kind is CountKind.LOCATION)
        if kind is CountKind.CLASS:
            scope = scope.upper()
            if scope not in {each.value for each in AbcClass}:
                raise Refusal(Reason.BAD_CHOICE, field="category", text=scope)
        elif kind is not CountKind.LOCATION:
            scope = ""
        note = clean_line("note", note)
        with self._store.write(Command.OPEN_COUNT, ctx) as tx:
            count = StockCount(
                uuid=uuid7(),
                number=next_number(tx, Series.STOCK_COUNT),
                kind=kind,
                scope=scope,
                place_id=place_of(tx, place_id).id,
                blind=bool(blind),
                state=CountState.OPEN,
                note=note,
                opened_at=tx.now,
                opened_by_id=tx.actor.id or None,
            )
            tx.session.add(count)
            tx.session.flush()
            lines = asked.fill(tx.reading(), count)
            other = asked.overlapping(tx.reading(), count)
            if other is not None:
                raise Refusal(Reason.COUNT_OPEN_ALREADY, number=other)
            tx.journal(count=count.number, kind=kind.value, lines=lines)
            return _answer(tx, count)

    @repeatable(_reopen_line)
    def scan(
        self, ctx: Ctx, count_id: int, text: str, quantity: Quantity = ONE, *, consigned: bool = False
    ) -> CountLineRow:
        """A scanned part adds to its line: one piece, or as many as are told before the scan.

        Raises ``Refusal``: NOT_FOUND, COUNT_STATE, PART_CODE_UNKNOWN, NOT_ON_COUNT_LIST, QUANTITY_NOT_POSITIVE,
        BAD_QUANTITY, COUNTED_ALREADY (by somebody else, a while ago, or the same piece), COUNT_DISTURBED (stock moved
        between two scans), SERIAL_NEEDED (the part's label of a part that is counted piece by piece).
        """
        checked_quantity(quantity)
        if not quantity:
            raise Refusal(Reason.QUANTITY_NOT_POSITIVE)
        with self._store.write(Command.COUNT_STOCK, ctx) as tx:
            count = _open_count(tx, count_id)
            found = part_by_scan(tx.reading(), to_look_for(text))
            if found is None:
                raise Refusal(Reason.PART_CODE_UNKNOWN, text=text.strip()[:40])
            part = part_to_move(tx, found.part_id)
            if part.serialised:
                if not found.serial:
                    raise Refusal(Reason.SERIAL_NEEDED, part=part.name, count=1)
                return _count_piece(tx, count, part, found.serial)
            line = _line(tx, count, part, consigned=consigned, guess=True)
            there = balance_of(tx, part.id, line.place_id, consigned=line.consigned)
            before = _NOTHING
            if line.counted is not None:
                before = line.counted
                _refuse_second_count(tx, line, part)
                if line.expected != there:
                    raise Refusal(Reason.COUNT_DISTURBED, part=part.name)
            counted = checked_quantity(before + quantity)
            return _counted(tx, count, line, there, counted)

    @repeatable(_reopen_line)
    def enter(
        self,
        ctx: Ctx,
        count_id: int,
        part_id: int,
        counted: Quantity,
        *,
        consigned: bool = False,
        again: bool = False,
    ) -> CountLineRow:
        """What was counted of a part, typed. ``again`` replaces an earlier count.

        Raises ``Refusal``: NOT_FOUND, COUNT_STATE, NOT_ON_COUNT_LIST, QUANTITY_NOT_POSITIVE, BAD_QUANTITY,
        COUNTED_ALREADY, SERIAL_NEEDED (pieces are scanned one by one; only zero may be typed).
        """
        checked_quantity(counted)
        with self._store.write(Command.COUNT_STOCK, ctx) as tx:
            count = _open_count(tx, count_id)
            part = part_to_move(tx, part_id)
            line = _line(tx, count, part, consigned=consigned, guess=False)
            if part.serialised and counted:
                raise Refusal(Reason.SERIAL_NEEDED, part=part.name, count=counted)
            if line.counted is not None:
                if not again:
                    raise Refusal(Reason.COUNTED_ALREADY, part=part.name, quantity=line.counted)
                line.recounts += 1
            line.serials = []
            there = balance_of(tx, part.id, line.place_id, consigned=line.consigned)
            return _counted(tx, count, line, there, counted)

    @repeatable(_reopen_line)
    def enter_piece(self, ctx: Ctx, count_id: int, part_id: int, serial: str) -> CountLineRow:
        """A piece lies there that no label tells: its serial number, typed. Refusals as ``scan``, and
        SERIAL_NOT_SERIALISED, FIELD_REQUIRED, BAD_TEXT, TEXT_TOO_LONG."""
        serial = clean_line("serial", serial, most=SHORT, required=True)
        with self._store.write(Command.COUNT_STOCK, ctx) as tx:
            count = _open_count(tx, count_id)
            part = part_to_move(tx, part_id)
            if not part.serialised:
                raise Refusal(Reason.SERIAL_NOT_SERIALISED, part=part.name)
            return _count_piece(tx, count, part, serial)

    @repeatable(_reopen_line)
    def recount(self, ctx: Ctx, line_id: int) -> CountLineRow:
        """A line is counted again from the start. ``Refusal``: NOT_FOUND, COUNT_STATE."""
        with self._store.write(Command.COUNT_STOCK, ctx) as tx:
            line = tx.session.get(CountLine, line_id)
            if line is None:
                raise Refusal(Reason.NOT_FOUND)
            count = _open_count(tx, line.count_id)
            if line.counted is not None:
                tx.journal(count=count.number, line=line.id, dropped_milli=line.counted.milli)
                line.recounts += 1
            line.expected = line.counted = line.counted_at = line.counted_by_id = None
            line.serials = []
            return _line_answer(tx, count, line)

    @repeatable(_reopen)
    def approve(self, ctx: Ctx, count_id: int, version: int) -> CountRow:
        """Book every difference; lines that were not counted stay as the ledger has them.

        Raises ``Conflict`` and ``Refusal``: NOT_FOUND, COUNT_STATE, NOTHING_COUNTED, and those of ``counts.adjust``
        where less is left than is missing: count that line again.
        """
        with self._store.write(Command.APPROVE_COUNT, ctx) as tx:
            count = _open_count(tx, count_id)
            if count.version != version:
                raise Conflict(Kind.STOCK_COUNT, count_id)
            done = tx.session.scalars(
                select(CountLine)
                .where(CountLine.count_id == count.id, CountLine.counted.is_not(None))
                .order_by(CountLine.id)
            ).all()
            if not done:
                raise Refusal(Reason.NOTHING_COUNTED)
            fen = 0
            differing = 0
            for line in done:
                rows = _adjust(tx, line)
                differing += bool(rows)
                fen += sum(each.value.fen for each in rows)
            count.state, count.closed_at, count.closed_by_id = (
                CountState.APPROVED,
                tx.now,
                tx.actor.id or None,
            )
            tx.journal(count=count.number, lines=len(done), differing=differing, value=fen)
            return _answer(tx, count)

    @repeatable(_reopen)
    def cancel(self, ctx: Ctx, count_id: int, version: int) -> CountRow:
        """A stocktake is called off: nothing is booked. ``Conflict``; ``Refusal``: NOT_FOUND, COUNT_STATE."""
        with self._store.write(Command.OPEN_COUNT, ctx) as tx:
            count = _open_count(tx, count_id)
            if count.version != version:
                raise Conflict(Kind.STOCK_COUNT, count_id)
            count.state, count.closed_at, count.closed_by_id = (
                CountState.CANCELLED,
                tx.now,
                tx.actor.id or None,
            )
            tx.journal(count=count.number, cancelled=True)
            return _answer(tx, count)


def _answer(tx: Tx, count: StockCount) -> CountRow:
    count.version += 1
    tx.changed(Kind.STOCK_COUNT, count.id)
    tx.result = {"count": count.id}
    return asked.one(tx.reading(), count.id)


def _line_answer(tx: Tx, count: StockCount, line: CountLine) -> CountLineRow:
    # The version is what the approving lead saw: any count after that is news to him.
    count.version += 1
    tx.changed(Kind.STOCK_COUNT, count.id)
    tx.result = {"line": line.id}
    # Not the whole record: its sums over a hundred thousand lines are no part of a scan.
    return asked.line(tx.reading(), line.id, hidden=count.blind and count.state is CountState.OPEN)


def _counted(
    tx: Tx, count: StockCount, line: CountLine, expected: Quantity, counted: Quantity
) -> CountLineRow:
    line.expected, line.counted = expected, counted
    line.counted_at, line.counted_by_id = tx.now, tx.actor.id or None
    tx.journal(count=count.number, line=line.id, part=line.part_id, milli=counted.milli)
    return _line_answer(tx, count, line)


def _open_count(tx: Tx, count_id: int) -> StockCount:
    count = tx.session.get(StockCount, count_id)
    if count is None:
        raise Refusal(Reason.NOT_FOUND)
    if count.state is not CountState.OPEN:
        raise Refusal(Reason.COUNT_STATE, number=count.number, state=count.state)
    return count


def _line(tx: Tx, count: StockCount, part: Part, *, consigned: bool, guess: bool) -> CountLine:
    """The part's line; one that belongs to the scope and was not expected gets a line of its own.

    ``guess``: where the shop has none of its own, the goods of others are meant.
    """
    lines = {
        each.consigned: each
        for each in tx.session.scalars(
            select(CountLine).where(CountLine.count_id == count.id, CountLine.part_id == part.id)
        )
    }
    if guess and not consigned and False not in lines and True in lines:
        consigned = True
    if consigned in lines:
        return lines[consigned]
    inside = select(Part.id).where(Part.id == part.id, asked.in_scope(count.kind, count.scope))
    if part.kit or tx.reading().execute(inside).first() is None:
        raise Refusal(Reason.NOT_ON_COUNT_LIST, part=part.name)
    line = CountLine(
        count_id=count.id,
        part_id=part.id,
        place_id=count.place_id,
        consigned=consigned,
        serials=[],
        recounts=0,
    )
    tx.session.add(line)
    tx.session.flush()
    return line


def _refuse_second_count(tx: Tx, line: CountLine, part: Part) -> None:
    """Scans go on with a count that the same person began just now; anything else counts it a second time."""
    assert line.counted is not None
    assert line.counted_at is not None
    if line.counted_by_id != (tx.actor.id or None) or tx.now - line.counted_at > GOES_ON:
        raise Refusal(Reason.COUNTED_ALREADY, part=part.name, quantity=line.counted)


def _count_piece(tx: Tx, count: StockCount, part: Part, serial: str) -> CountLineRow:
    known = pieces.piece(tx, part, serial)
    line = _line(tx, count, part, consigned=known is not None and known.consigned, guess=known is None)
    if serial in line.serials:
        raise Refusal(Reason.COUNTED_ALREADY, part=f"{part.name} {serial}", quantity=ONE)
    there = balance_of(tx, part.id, line.place_id, consigned=line.consigned)
    if line.counted is not None and line.expected != there:
        raise Refusal(Reason.COUNT_DISTURBED, part=part.name)
    # A new list: a JSON column does not notice what is appended to the old one.
    line.serials = [*line.serials, serial]
    return _counted(tx, count, line, there, Quantity.of(len(line.serials)))


def _adjust(tx: Tx, line: CountLine) -> list[Moved]:
    """Book one line's difference."""
    assert line.counted is not None
    assert line.expected is not None
    part = part_to_move(tx, line.part_id)
    place = tx.session.get_one(StockPlace, line.place_id)
    origin = Origin(count_line_id=line.id)
    if not part.serialised:
        difference = line.counted - line.expected
        return counts.adjust(tx, part, difference, place, origin, consigned=line.consigned)
    then = set(asked.pieces_then(tx.reading(), line).values())
    seen = set(line.serials)
    missing, found = sorted(then - seen), sorted(seen - then)
    return [
        *counts.adjust(
            tx, part, -Quantity.of(len(missing)), place, origin, consigned=line.consigned, serials=missing
        ),
        *counts.adjust(
            tx, part, Quantity.of(len(found)), place, origin, consigned=line.consigned, serials=found
        ),
    ]
