"""Views of the stock, from the sums that the ledger keeps: no view walks through the moves (domain.md §7)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection
from sqlalchemy import text as _text

from app.core.clock import business_day
from app.core.enums import AbcClass, PlaceKind
from app.core.errors import Reason, Refusal
from app.core.labels import category_name, label
from app.core.money import ZERO, Money, Quantity
from app.core.rights import Actor, Sight, seen_by
from app.core.words import N_
from app.features.stock.catalogue import classes_of, months_back
from app.features.stock_views.snapshots import (
    AbcCurve,
    Choices,
    CurvePoint,
    FigureRow,
    Figures,
    Head,
    PlaceChoice,
    StockFilter,
    StockState,
    View,
)
from app.store.door import Store

#: More lines of a ranking nobody reads.
MOST_RANKED = 500
#: Points of a curve: as fine as a screen is wide.
_POINTS = 400
_NEWEST = 2**63 - 1

_COLUMNS = (
    "p.id, p.number, p.name, p.category, p.brand, p.location, p.abc, p.unit, p.on_hand, p.consigned, p.value,"
    " p.sale_price, p.minimum, p.last_moved_on"
)
_STATES = {
    StockState.ALL: "",
    StockState.HELD: " AND p.on_hand > 0",
    StockState.SHORT: " AND p.minimum > 0 AND p.on_hand + p.consigned < p.minimum",
    StockState.NONE: " AND p.on_hand + p.consigned = 0",
    StockState.CONSIGNED: " AND p.consigned > 0",
}
_PART_HEADS = (
    Head(N_("Part number"), width=104),
    Head(N_("Part name"), width=180),
    Head(N_("Category"), width=128),
    Head(N_("Brand"), width=80),
)
_LIST_HEADS = (
    *_PART_HEADS,
    Head(N_("Location"), width=76),
    Head(N_("Class"), width=56),
    Head(N_("On hand"), figures=True, width=76),
    Head(N_("Consigned"), figures=True, width=76),
    Head(N_("Stock value"), figures=True, width=96),
    Head(N_("At sale price"), figures=True, width=96),
)
_DEAD = (
    f"SELECT {_COLUMNS} FROM part p WHERE p.on_hand > 0 AND p.last_moved_on < :before"
    " ORDER BY p.value DESC, p.id LIMIT :most"
)
_DEAD_SUMS = (
    "SELECT count(*), coalesce(sum(value), 0) FROM part WHERE on_hand > 0 AND last_moved_on < :before"
)
_USED = (
    "WITH used AS (SELECT part_id, sum(used) AS milli, sum(used_value) AS fen FROM part_month"
    " WHERE month > :after AND month <= :upto GROUP BY part_id)"
)
_FAST = (
    f"{_USED} SELECT {_COLUMNS}, u.milli, u.fen FROM used u JOIN part p ON p.id = u.part_id WHERE u.milli > 0"
    " ORDER BY u.milli DESC, p.id LIMIT :most"
)
# Least use for what lies there: so many years of stock are on top.
_SLOW = (
    f"{_USED} SELECT {_COLUMNS}, coalesce(u.milli, 0) AS milli, coalesce(u.fen, 0) AS fen FROM part p"
    " LEFT JOIN used u ON u.part_id = p.id WHERE p.on_hand > 0"
    " ORDER BY CAST(max(coalesce(u.milli, 0), 0) AS REAL) / p.on_hand, p.value DESC, p.id LIMIT :most"
)
_USAGE_VALUES = (
    "SELECT part_id, sum(used_value) FROM part_month WHERE month > ? AND month <= ? GROUP BY part_id"
)
_MONTHS = (
    "SELECT month, sum(used) AS used, sum(used_value) AS used_value, sum(received_value) AS received_value,"
    " sum(net_value) AS net_value FROM part_month WHERE month > ? AND month <= ? GROUP BY month ORDER BY month"
)
_VALUE_ON = "SELECT coalesce(sum(net_value), 0) FROM stock_day WHERE day <= ?"


class StockViews:
    """The views. Each reads one moment of the records."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def today(self) -> date:
        """The shop's day."""
        return business_day(self._store.clock.now(), self._store.settings.time_zone)

    def choices(self) -> Choices:
        """Categories, brands and places there are."""
        with self._store.read() as reading:
            return Choices(
                tuple(_texts(reading, "category")),
                tuple(_texts(reading, "brand")),
                tuple(
                    PlaceChoice(int(row[0]), _place_name(str(row[1]), str(row[2])))
                    for row in reading.exec_driver_sql(
                        "SELECT id, name, kind FROM stock_place WHERE active = 1 ORDER BY main DESC, id"
                    )
                ),
            )

    @seen_by(Sight.STOCK_VALUE)
    def stock_list(
        self, _actor: Actor, wanted: StockFilter, after_key: int | None = None, limit: int = 100
    ) -> tuple[FigureRow, ...]:
        """A page of the stock list, newest parts first. In one place it shows what lies there."""
        with self._store.read() as reading:
            return _list_rows(reading, wanted, _NEWEST if after_key is None else after_key, limit)

    @seen_by(Sight.STOCK_VALUE)
    def stock_figures(self, _actor: Actor, wanted: StockFilter, limit: int = _NEWEST) -> Figures:
        """The stock list with its sums; ``limit`` lines of it."""
        with self._store.read() as reading:
            rows = _list_rows(reading, wanted, _NEWEST, limit)
            sums = _list_sums(reading, wanted)
        count = int(sums[0])
        cells: tuple[Any, ...] = (
            str(count), None, None, None, None, None, None, None, Money(sums[1]), Money(sums[2])
        )  # fmt: skip
        return Figures(View.LIST, _LIST_HEADS, rows, cells, count)

    @seen_by(Sight.STOCK_VALUE)
    def dead(self, _actor: Actor, months: int, limit: int = MOST_RANKED) -> Figures:
        """Own stock that has not moved for ``months`` full months, the dearest first. ``Refusal(OUT_OF_RANGE)``."""
        before = _months_before(self.today, _checked_months(months))
        with self._store.read() as reading:
            rows = reading.execute(_text(_DEAD), {"before": before.isoformat(), "most": limit}).all()
            count, fen = reading.execute(_text(_DEAD_SUMS), {"before": before.isoformat()}).one()
        heads = (
            *_PART_HEADS,
            Head(N_("On hand"), figures=True, width=80),
            Head(N_("Stock value"), figures=True, width=96),
            Head(N_("Last moved"), width=96),
        )
        lines = tuple(
            FigureRow(row.id, (*_about(row), Quantity(row.on_hand), Money(row.value), row.last_moved_on))
            for row in rows
        )
        sums = (str(count), None, None, None, None, Money(fen), None)
        return Figures(View.DEAD, heads, lines, sums, int(count))

    @seen_by(Sight.STOCK_VALUE)
    def movers(self, _actor: Actor, view: View, months: int, limit: int = MOST_RANKED) -> Figures:
        """What was used most (FAST), or least for what lies there (SLOW), in so many full months.

        How long the stock lasts is told in months at that pace, rounded. ``Refusal(OUT_OF_RANGE)``.
        """
        span = self._span(_checked_months(months))
        with self._store.read() as reading:
            rows = reading.execute(
                _text(_FAST if view is View.FAST else _SLOW), {**span, "most": limit}
            ).all()
        heads = (
            *_PART_HEADS,
            Head(N_("Used"), figures=True, width=76),
            Head(N_("Used, value"), figures=True, width=96),
            Head(N_("On hand"), figures=True, width=76),
            Head(N_("Stock value"), figures=True, width=96),
            Head(N_("Months left"), figures=True, width=86),
        )
        lines = tuple(
            FigureRow(
                row.id,
                (
                    *_about(row),
                    Quantity(row.milli),
                    Money(row.fen),
                    Quantity(row.on_hand),
                    Money(row.value),
                    round(row.on_hand * months / row.milli) if row.milli > 0 else None,
                ),
            )
            for row in rows
        )
        return Figures(view, heads, lines, count=len(lines))

    @seen_by(Sight.STOCK_VALUE)
    def usage(self, _actor: Actor, months: int) -> Figures:
        """Used, bought and the change of the stock's value by month, this one included. ``Refusal(OUT_OF_RANGE)``."""
        _checked_months(months)
        today = self.today
        span = (months_back(today, months), months_back(today, 0))
        with self._store.read() as reading:
            found = {row.month: row for row in reading.exec_driver_sql(_MONTHS, span)}
        rows = []
        for back in range(months - 1, -1, -1):
            month = months_back(today, back)
            row = found.get(month)
            figures = (row.used_value, row.received_value, row.net_value) if row is not None else (0, 0, 0)
            text = f"{month // 100}-{month % 100:02d}"
            rows.append(FigureRow(month, (text, *(Money(int(fen)) for fen in figures))))
        heads = (
            Head(N_("Month"), width=96),
            Head(N_("Used, value"), figures=True, width=120),
            Head(N_("Bought"), figures=True, width=120),
            Head(N_("Change of stock value"), figures=True, width=150),
        )
        sums = (None, *(_sum(rows, at) for at in (1, 2, 3)))
        return Figures(View.USAGE, heads, tuple(rows), sums, len(rows))

    @seen_by(Sight.STOCK_VALUE)
    def abc(self, _actor: Actor) -> Figures:
        """The classes by usage value of the twelve months before this one: how many parts, what they used and hold."""
        values = self._usage_values()
        classes = classes_of(values)
        with self._store.read() as reading:
            held = {
                row[0]: row[1]
                for row in reading.exec_driver_sql("SELECT id, value FROM part WHERE value > 0")
            }
        total = sum(max(value, 0) for value in values.values())
        rows = []
        for at, abc in enumerate(AbcClass):
            ids = [part_id for part_id, each in classes.items() if each is abc]
            used = sum(max(values[part_id], 0) for part_id in ids)
            share = f"{100 * used / total:.1f} %" if total else ""
            rows.append(
                FigureRow(
                    at,
                    (
                        label(abc),
                        len(ids),
                        Money(used),
                        share,
                        Money(sum(held.get(part_id, 0) for part_id in ids)),
                    ),
                )
            )
        heads = (
            Head(N_("Class"), width=96),
            Head(N_("Parts"), figures=True, width=90),
            Head(N_("Used in 12 months"), figures=True, width=130),
            Head(N_("Share"), figures=True, width=80),
            Head(N_("Stock value"), figures=True, width=120),
        )
        sums = (None, len(classes), _sum(rows, 2), None, _sum(rows, 4))
        return Figures(View.ABC, heads, tuple(rows), sums, len(rows))

    @seen_by(Sight.STOCK_VALUE)
    def curve(self, _actor: Actor) -> AbcCurve:
        """The curve of the classes: what share of the parts makes up what share of the value."""
        values = self._usage_values()
        classes = classes_of(values)
        ranked = sorted((max(value, 0) for value in values.values()), reverse=True)
        total, count = sum(ranked), len(ranked)
        if not total:
            return AbcCurve((), 0, 0, ZERO)
        points = [CurvePoint(0, 0)]
        running, every = 0, max(count // _POINTS, 1)
        for at, value in enumerate(ranked, 1):
            running += value
            if at % every == 0 or at == count:
                points.append(CurvePoint(1000 * at // count, 1000 * running // total))
        ends = [sum(1 for abc in classes.values() if abc.value <= last) for last in ("A", "B")]
        return AbcCurve(tuple(points), 1000 * ends[0] // count, 1000 * ends[1] // count, Money(total))

    @seen_by(Sight.STOCK_VALUE)
    def value_on(self, _actor: Actor, day: date) -> Money:
        """What the shop's own stock was worth at the end of a business day."""
        with self._store.read() as reading:
            return Money(int(reading.exec_driver_sql(_VALUE_ON, (day.isoformat(),)).scalar_one()))

    def _span(self, months: int) -> dict[str, int]:
        today = self.today
        return {"after": months_back(today, months + 1), "upto": months_back(today, 1)}

    def _usage_values(self) -> dict[int, int]:
        span = self._span(12)
        with self._store.read() as reading:
            values = dict.fromkeys(reading.exec_driver_sql("SELECT id FROM part").scalars(), 0)
            used = reading.exec_driver_sql(_USAGE_VALUES, (span["after"], span["upto"]))
            values.update({int(part_id): int(fen) for part_id, fen in used})
        return values


def _where(wanted: StockFilter) -> tuple[str, dict[str, object]]:
    text = "p.kit = 0" + _STATES[wanted.state]
    values: dict[str, object] = {}
    for name in ("category", "brand"):
        if value := getattr(wanted, name):
            text += f" AND p.{name} = :{name}"
            values[name] = value
    if wanted.abc is not None:
        text += " AND p.abc = :abc"
        values["abc"] = wanted.abc.value
    return text, values


_IN_PLACE = (
    " JOIN (SELECT part_id, sum(CASE WHEN consigned = 0 THEN on_hand ELSE 0 END) AS own,"
    " sum(CASE WHEN consigned = 1 THEN on_hand ELSE 0 END) AS others FROM stock_balance"
    " WHERE place_id = :place AND on_hand != 0 GROUP BY part_id) b ON b.part_id = p.id"
)


def _list_rows(reading: Connection, wanted: StockFilter, before: int, limit: int) -> tuple[FigureRow, ...]:
    where, values = _where(wanted)
    columns, join = _COLUMNS, ""
    if wanted.place_id is not None:
        columns, join, values["place"] = f"{_COLUMNS}, b.own, b.others", _IN_PLACE, wanted.place_id
    found = reading.execute(
        _text(
            f"SELECT {columns} FROM part p{join} WHERE {where} AND p.id < :before ORDER BY p.id DESC LIMIT :most"
        ),
        {**values, "before": before, "most": limit},
    )
    rows = []
    for row in found:
        here = wanted.place_id is not None
        own, others = (row.own, row.others) if here else (row.on_hand, row.consigned)
        # What lies in one place is worth its share at moving average.
        worth = row.value if own == row.on_hand else row.value * own // row.on_hand
        rows.append(
            FigureRow(
                row.id,
                (
                    *_about(row),
                    row.location,
                    row.abc or "",
                    Quantity(own),
                    Quantity(others),
                    Money(worth),
                    Money(row.sale_price).times(Quantity(own)),
                ),
            )
        )
    return tuple(rows)


def _list_sums(reading: Connection, wanted: StockFilter) -> Sequence[int]:
    where, values = _where(wanted)
    own, join = "p.on_hand", ""
    if wanted.place_id is not None:
        own, join, values["place"] = "b.own", _IN_PLACE, wanted.place_id
    row = reading.execute(
        _text(
            f"SELECT count(*), coalesce(sum(CASE WHEN {own} = p.on_hand THEN p.value"
            f" ELSE p.value * {own} / p.on_hand END), 0),"
            f" coalesce(sum((p.sale_price * {own} + 500) / 1000), 0) FROM part p{join} WHERE {where}"
        ),
        values,
    ).one()
    return tuple(int(each) for each in row)


def _about(row: Any) -> tuple[str, str, str, str]:
    return row.number, row.name, category_name(row.category) if row.category else "", row.brand


def _texts(reading: Connection, column: str) -> list[str]:
    found = reading.exec_driver_sql(f"SELECT DISTINCT {column} FROM part WHERE {column} != ''")
    return sorted(found.scalars())


def _place_name(name: str, kind: str) -> str:
    return name or label(PlaceKind(kind))


def _sum(rows: Sequence[FigureRow], at: int) -> Money:
    return Money(sum(cell.fen for row in rows if isinstance(cell := row.cells[at], Money)))


def _checked_months(months: int) -> int:
    if not 1 <= months <= 60:
        raise Refusal(Reason.OUT_OF_RANGE, field="months", low=1, high=60)
    return months


def _months_before(today: date, months: int) -> date:
    """The same day so many months ago, the month's last where there is none."""
    month = months_back(today, months)
    year, number = divmod(month, 100)
    for day in range(today.day, today.day - 4, -1):
        try:
            return date(year, number, day)
        except ValueError:
            continue
    raise AssertionError("a month has 28 days")
