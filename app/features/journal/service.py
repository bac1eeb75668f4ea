"""Reading the journal by key, exporting what was found, and whether it is whole (design.md §4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, text

from app.core import formats
from app.core.clock import day_bounds, from_microseconds, to_microseconds
from app.core.enums import Action, Command, Status
from app.core.errors import Reason, Refusal
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.core.words import N_, _
from app.features.journal.detail_words import NAMED
from app.features.journal.snapshots import Asked, JournalRow, Person
from app.features.journal.telling import detail_words, done_words, move_words
from app.features.sheets.columns import SheetColumn
from app.features.sheets.snapshots import Tell, tell_nobody
from app.features.sheets.writing import checked_suffix, table_content, write_whole
from app.store.audit import Verdict, reanchor, verify
from app.store.door import AlreadyBooked, Store, repeatable
from app.store.sealing import Seal

PAGE = 200
#: What a workbook takes; a longer span is asked for in parts.
MOST_EXPORTED = 100_000
NEWEST = 2**63 - 1

_COLUMNS = (
    SheetColumn("id", N_("Entry"), str, width=10),
    SheetColumn("at", N_("When"), str, width=18),
    SheetColumn("who", N_("Who"), str, width=14),
    SheetColumn("done", N_("What"), str, width=28),
    SheetColumn("order", N_("Order"), str, width=14),
    SheetColumn("move", N_("Status"), str, width=26),
    SheetColumn("detail", N_("Details"), str, width=60),
    SheetColumn("denied", N_("Denied"), str, width=10),
)
_NAMES = {
    "staff": text("SELECT id, name FROM staff WHERE id IN :ids"),
    "customer": text("SELECT id, name FROM customer WHERE id IN :ids"),
    "part": text("SELECT id, name FROM part WHERE id IN :ids"),
    "supplier": text("SELECT id, name FROM supplier WHERE id IN :ids"),
    "brand": text("SELECT id, name FROM brand WHERE id IN :ids"),
    "place": text("SELECT id, name FROM stock_place WHERE id IN :ids"),
    "till": text("SELECT id, name FROM till WHERE id IN :ids"),
    "item": text("SELECT id, name FROM price_item WHERE id IN :ids"),
    "tool": text("SELECT id, name FROM tool WHERE id IN :ids"),
    "tool_kind": text("SELECT id, name FROM tool_kind WHERE id IN :ids"),
}
_CODE = TypeVar("_CODE", bound=StrEnum)


class Journal:
    """The journal as leads and owners read it; nothing in it can be changed."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # reads

    @seen_by(Sight.JOURNAL)
    def page(
        self, _actor: Actor, asked: Asked, before: int | None = None, limit: int = PAGE
    ) -> tuple[JournalRow, ...]:
        """Entries below ``before``, newest first. ``Refusal(NOT_ALLOWED)``."""
        with self._store.read() as reading:
            return self._found(reading, asked, NEWEST if before is None else before, limit)

    @seen_by(Sight.JOURNAL)
    def people(self, _actor: Actor) -> tuple[Person, ...]:
        """Everybody who may stand in it, by name. ``Refusal(NOT_ALLOWED)``."""
        rows = self._store.rows("SELECT id, name FROM staff ORDER BY active DESC, id", {})
        return tuple(Person(int(row[0]), str(row[1])) for row in rows)

    @seen_by(Sight.JOURNAL)
    def verdict(self, _actor: Actor, tell: Callable[[int], None] | None = None) -> Verdict:
        """Whether the whole journal is sound; takes seconds for millions of entries. ``Refusal(NOT_ALLOWED)``,
        ``EnvironmentFault(KEY_MISSING)``."""
        seal = Seal.find(self._store.settings.shop_id, self._store.folder.root)
        # No transaction: the log must not grow while it is read through.
        with self._store.engine.connect() as reading:
            return verify(reading, seal, tell=tell)

    # commands

    @repeatable(lambda _self, result: int(result["sealed_from"]))
    def seal_here(self, ctx: Ctx) -> int:
        """The owner has looked: what stands in the journal counts as it is, and this computer vouches for it from here
        on. The first sealed entry. For a shop that came from another computer, or was put back by hand.

        Raises ``Refusal``: NOT_ALLOWED, NO_KEY_FOR_JOURNAL.
        """
        if ctx.actor.may(Command.SEAL_JOURNAL) and self._store.seal is None:
            raise Refusal(Reason.NO_KEY_FOR_JOURNAL)
        with self._store.write(Command.SEAL_JOURNAL, ctx) as tx:
            # The present entry is the last that counts as it is.
            before = tx.reading().execute(text("SELECT coalesce(max(id), 0) FROM journal")).scalar_one()
            tx.result = {"sealed_from": int(before) + 2}
            tx.journal(**tx.result)
        return reanchor(self._store).entry + 1

    def export(self, ctx: Ctx, asked: Asked, file: Path, tell: Tell = tell_nobody) -> int:
        """Write what was found to ``file`` (.xlsx or .csv), newest first, at most 100,000 entries; how many.

        Raises ``Refusal``: NOT_ALLOWED, FILE_KIND; ``EnvironmentFault(FILE_NOT_WRITABLE)``.
        """
        suffix = checked_suffix(file)
        try:
            with self._store.write(Command.EXPORT_JOURNAL, ctx) as tx:
                tx.journal(kind=suffix.removeprefix("."))
        except AlreadyBooked:
            # The same gesture once more: it stands there already.
            pass
        rows: list[JournalRow] = []
        before = NEWEST
        with self._store.read() as reading:
            while len(rows) < MOST_EXPORTED:
                found = self._found(reading, asked, before, 1000)
                rows += found
                tell(len(rows), MOST_EXPORTED)
                if len(found) < 1000:
                    break
                before = found[-1].id
        zone = self._store.settings.time_zone
        headings = [_(column.title) for column in _COLUMNS]
        cells = (_cells(row, zone) for row in rows)
        write_whole(file, table_content(suffix, _("Activity journal"), _COLUMNS, headings, cells))
        return len(rows)

    # inside

    def _found(self, reading: Connection, asked: Asked, before: int, limit: int) -> tuple[JournalRow, ...]:
        low, high = self._span(reading, asked)
        wheres, values = (
            ["j.id >= :low", "j.id < :high"],
            {"low": low, "high": min(high, before), "most": limit},
        )
        if asked.staff_id is not None:
            wheres.append("j.actor_id = :staff_id")
            values["staff_id"] = asked.staff_id
        if asked.order.strip():
            order_id = _order_id(reading, asked.order.strip())
            wheres.append("j.order_id = :order_id")
            values["order_id"] = order_id
        bound: dict[str, Any] = dict(values)
        if asked.command is not None:
            wheres.append("j.command = :command")
            bound["command"] = asked.command.value
        if asked.denied:
            wheres.append("j.detail LIKE :denied")
            bound["denied"] = '%"denied":true%'
        rows = reading.execute(
            text(
                "SELECT j.id, j.at, j.actor_id, s.name, j.command, j.order_id, o.number, j.action, j.from_status,"
                " j.to_status, j.detail, j.mac IS NOT NULL AS sealed FROM journal j"
                " LEFT JOIN staff s ON s.id = j.actor_id LEFT JOIN repair_order o ON o.id = j.order_id"
                f" WHERE {' AND '.join(wheres)} ORDER BY j.id DESC LIMIT :most"
            ),
            bound,
        ).all()
        details = [_detail(row.detail) for row in rows]
        named = _named(reading, details)
        return tuple(_row(row, detail, named) for row, detail in zip(rows, details, strict=True))

    def _span(self, reading: Connection, asked: Asked) -> tuple[int, int]:
        """The ids between two days, found by halving: entries follow each other in time, by and large."""
        zone = self._store.settings.time_zone
        last = int(reading.execute(text("SELECT coalesce(max(id), 0) FROM journal")).scalar_one())
        low = (
            1
            if asked.first is None
            else _first_at(reading, last, to_microseconds(day_bounds(asked.first, zone)[0]))
        )
        if asked.last is None or asked.last == date.max:
            return low, last + 1
        return low, _first_at(reading, last, to_microseconds(day_bounds(asked.last, zone)[1]))


def _first_at(reading: Connection, last: int, moment: int) -> int:
    low, high = 1, last + 1
    at = text("SELECT at FROM journal WHERE id = :id")
    while low < high:
        middle = (low + high) // 2
        if reading.execute(at, {"id": middle}).scalar_one() < moment:
            low = middle + 1
        else:
            high = middle
    return low


def _order_id(reading: Connection, number: str) -> int:
    found = reading.execute(
        text("SELECT id FROM repair_order WHERE number = :number OR card_code = :number LIMIT 1"),
        {"number": number},
    ).scalar()
    # Nobody's number: nothing is found, and the page says so.
    return -1 if found is None else int(found)


def _detail(content: str) -> dict[str, Any]:
    try:
        found = json.loads(content)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _named(reading: Connection, details: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    wanted: dict[str, set[int]] = {}
    for detail in details:
        for key, table in NAMED.items():
            value = detail.get(key)
            if isinstance(value, int) and not isinstance(value, bool):
                wanted.setdefault(table, set()).add(value)
    named: dict[str, str] = {}
    for table, ids in wanted.items():
        asked = _NAMES[table].bindparams(bindparam("ids", expanding=True))
        named |= {f"{table}/{row.id}": row.name for row in reading.execute(asked, {"ids": sorted(ids)})}
    return named


def _row(row: Any, detail: dict[str, Any], named: Mapping[str, str]) -> JournalRow:
    return JournalRow(
        id=row.id,
        at=from_microseconds(row.at),
        who=row.name or ("" if not row.actor_id else f"#{row.actor_id}"),
        command=_code(Command, row.command) or row.command,
        order_id=row.order_id,
        order=row.number or "",
        action=_code(Action, row.action),
        before=_code(Status, row.from_status),
        after=_code(Status, row.to_status),
        detail=detail,
        named=named,
        sealed=bool(row.sealed),
    )


def _code(codes: type[_CODE], value: str | None) -> _CODE | str | None:
    try:
        return None if value is None else codes(value)
    except ValueError:
        return value


def _cells(row: JournalRow, zone: str) -> Sequence[str]:
    return (
        str(row.id),
        formats.moment(row.at, zone),
        row.who or _("The program"),
        done_words(row),
        row.order,
        move_words(row),
        detail_words(row),
        _("Denied") if row.denied else "",
    )
