"""Questions about stocktakes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Executable, and_, func, insert, literal, or_, select, tuple_

from app.core.enums import AbcClass, CountKind, CountState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, Quantity, divide_half_up
from app.features.counting.snapshots import CountLineRow, CountRow, Differences, Lines
from app.model import CountLine, Part, PartSerial, Staff, StockBalance, StockCount, StockMove, StockPlace
from app.model.stock import value_of_issue
from app.store.search import NEWEST

_NOTHING = Quantity(0)
_LINES = (
    select(func.count()).where(CountLine.count_id == StockCount.id).correlate(StockCount).scalar_subquery()
)
_COUNTED = (
    select(func.count())
    .where(CountLine.count_id == StockCount.id, CountLine.counted.is_not(None))
    .correlate(StockCount)
    .scalar_subquery()
)
_COUNT = (
    select(
        StockCount.id,
        StockCount.version,
        StockCount.number,
        StockCount.kind,
        StockCount.scope,
        StockCount.place_id,
        StockPlace.kind.label("place_kind"),
        StockPlace.name.label("place_name"),
        StockPlace.main.label("place_main"),
        StockCount.blind,
        StockCount.state,
        StockCount.note,
        StockCount.opened_at,
        func.coalesce(Staff.name, "").label("opened_by"),
        StockCount.closed_at,
        _LINES.label("lines"),
        _COUNTED.label("counted"),
    )
    .join(StockPlace, StockPlace.id == StockCount.place_id)
    .outerjoin(Staff, Staff.id == StockCount.opened_by_id)
)
_LINE = (
    select(
        CountLine.id,
        CountLine.count_id,
        CountLine.part_id,
        Part.number,
        Part.name,
        Part.location,
        Part.unit,
        CountLine.consigned,
        Part.serialised,
        CountLine.expected,
        CountLine.counted,
        CountLine.counted_at,
        func.coalesce(Staff.name, "").label("counted_by"),
        CountLine.recounts,
        Part.on_hand,
        Part.value,
        Part.purchase_price,
    )
    .join(Part, Part.id == CountLine.part_id)
    .outerjoin(Staff, Staff.id == CountLine.counted_by_id)
)
_WAY = (Part.location, Part.number, CountLine.id)


def one(reading: Connection, count_id: int) -> CountRow:
    """A stocktake. ``Refusal(NOT_FOUND)``."""
    row = reading.execute(_COUNT.where(StockCount.id == count_id)).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return CountRow(**row._mapping)


def page(reading: Connection, before: int | None, limit: int) -> tuple[CountRow, ...]:
    """A page of stocktakes, newest first."""
    query = _COUNT.where(StockCount.id < (NEWEST if before is None else before))
    rows = reading.execute(query.order_by(StockCount.id.desc()).limit(limit))
    return tuple(CountRow(**row._mapping) for row in rows)


def open_at(reading: Connection, place_id: int) -> int | None:
    """The newest open stocktake of a place."""
    return reading.execute(
        select(StockCount.id)
        .where(StockCount.place_id == place_id, StockCount.state == CountState.OPEN)
        .order_by(StockCount.id.desc())
        .limit(1)
    ).scalar_one_or_none()


def lines(
    reading: Connection,
    count: CountRow,
    shown: Lines,
    after: tuple[str, str, int] | None,
    limit: int | None,
) -> tuple[CountLineRow, ...]:
    """Lines of a stocktake along the shelves; what is expected is hidden as the stocktake says."""
    query = _LINE.where(CountLine.count_id == count.id).order_by(*_WAY)
    if shown is not Lines.ALL:
        done = CountLine.counted.is_not(None)
        query = query.where(done if shown is Lines.COUNTED else ~done)
    if after is not None:
        query = query.where(tuple_(*_WAY) > tuple_(*(literal(each) for each in after)))
    if limit is not None:
        query = query.limit(limit)
    return _rows(reading, query, hidden=count.hides_expected)


def line(reading: Connection, line_id: int, *, hidden: bool) -> CountLineRow:
    """One line; ``hidden``: without what should be there. ``Refusal(NOT_FOUND)``."""
    rows = _rows(reading, _LINE.where(CountLine.id == line_id), hidden=hidden)
    if not rows:
        raise Refusal(Reason.NOT_FOUND)
    return rows[0]


def differences(reading: Connection, count_id: int) -> Differences:
    """Lines that do not agree, the dearest difference first."""
    query = _LINE.where(
        CountLine.count_id == count_id,
        CountLine.counted.is_not(None),
        CountLine.counted != CountLine.expected,
    )
    rows = _rows(reading, query, hidden=False)
    return Differences(
        one(reading, count_id), tuple(sorted(rows, key=lambda row: (-abs(row.value.fen), row.key)))
    )


def expected_now(reading: Connection, count_id: int) -> dict[int, Quantity]:
    """What the ledger has of each line now, by the line's id: for lists that are not blind."""
    rows = reading.execute(
        select(CountLine.id, StockBalance.on_hand)
        .join(
            StockBalance,
            and_(
                StockBalance.part_id == CountLine.part_id,
                StockBalance.place_id == CountLine.place_id,
                StockBalance.consigned == CountLine.consigned,
            ),
        )
        .where(CountLine.count_id == count_id)
    )
    return {row.id: row.on_hand for row in rows}


def fill(reading: Connection, count: StockCount) -> int:
    """Put what is expected in the scope on the list; returns how many lines."""
    listed = (
        select(
            literal(count.id),
            StockBalance.part_id,
            StockBalance.place_id,
            StockBalance.consigned,
            literal("[]"),
            literal(0),
        )
        .join(Part, Part.id == StockBalance.part_id)
        .where(
            StockBalance.place_id == count.place_id,
            StockBalance.on_hand != _NOTHING,
            in_scope(count.kind, count.scope),
        )
    )
    made = reading.execute(
        insert(CountLine).from_select(
            ["count_id", "part_id", "place_id", "consigned", "serials", "recounts"],
            listed,
            include_defaults=False,
        )
    )
    return int(made.rowcount)


def in_scope(kind: CountKind, scope: str) -> Any:
    """Whether a part belongs to a stocktake of this kind."""
    match kind:
        case CountKind.CLASS:
            wanted = AbcClass(scope)
            # Never classified is as good as seldom used.
            return or_(Part.abc == wanted, Part.abc.is_(None)) if wanted is AbcClass.C else Part.abc == wanted
        case CountKind.LOCATION:
            return and_(Part.location >= scope, Part.location < scope + "\U0010ffff")
        case _:
            return literal(True)


def overlapping(reading: Connection, count: StockCount) -> str | None:
    """The number of another open stocktake that has some of the same parts on its list."""
    mine = select(CountLine.part_id).where(CountLine.count_id == count.id)
    return reading.execute(
        select(StockCount.number)
        .join(CountLine, CountLine.count_id == StockCount.id)
        .where(
            StockCount.state == CountState.OPEN,
            StockCount.id != count.id,
            StockCount.place_id == count.place_id,
            CountLine.part_id.in_(mine),
        )
        .limit(1)
    ).scalar_one_or_none()


def pieces_then(reading: Connection, counted: CountLine) -> dict[int, str]:
    """The pieces that the ledger had in the line's place when it was counted: id to serial number."""
    rows = reading.execute(
        select(PartSerial.id, PartSerial.serial)
        .join(StockMove, StockMove.serial_id == PartSerial.id)
        .where(
            PartSerial.part_id == counted.part_id,
            StockMove.place_id == counted.place_id,
            StockMove.consigned == counted.consigned,
            StockMove.at <= counted.counted_at,
        )
        .group_by(PartSerial.id)
        .having(func.sum(StockMove.quantity) > _NOTHING)
    )
    return {row.id: row.serial for row in rows}


def _rows(reading: Connection, query: Executable, *, hidden: bool) -> tuple[CountLineRow, ...]:
    rows = []
    for each in reading.execute(query):
        fields = dict(each._mapping)
        on_hand, value, price = fields.pop("on_hand"), fields.pop("value"), fields.pop("purchase_price")
        expected, counted = each.expected, each.counted
        worth = ZERO
        if expected is not None and counted is not None and not each.consigned and not hidden:
            worth = _worth(counted - expected, on_hand, value, price)
        fields["expected"] = None if hidden else expected
        rows.append(CountLineRow(**fields, value=worth))
    return tuple(rows)


def _worth(difference: Quantity, on_hand: Quantity, value: Money, price: Money) -> Money:
    """What ``counts.adjust`` would book for it today."""
    if difference < _NOTHING:
        return -value_of_issue(on_hand, value, -difference) if on_hand else price.times(difference)
    unit = Money(divide_half_up(value.fen * 1000, on_hand.milli)) if on_hand else price
    return unit.times(difference)
