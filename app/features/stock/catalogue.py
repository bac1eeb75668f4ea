"""What is kept of a part beside its record: substitutes, price history, ABC class (domain.md §7)."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from sqlalchemy import bindparam, delete, func, select

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import AbcClass, Command
from app.core.errors import Reason, Refusal
from app.core.fields import clean_line
from app.core.rights import Ctx
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.reading import part_rows
from app.features.stock.snapshots import PriceRow, SubstituteRow
from app.model import Part, PartMonth, PartSubstitute, PriceChange, Staff
from app.model.stock import month_of
from app.store.door import Store, Tx, repeatable
from app.store.search import NEWEST

PRICES_PAGE = 50
#: Shares of the usage value of twelve months, in percent, up to which a part is of class A and B.
A_TO, B_TO = 80, 95

_SUBSTITUTES = select(PartSubstitute.substitute_id, PartSubstitute.note).where(
    PartSubstitute.part_id == bindparam("part_id")
)
_BACK = select(PartSubstitute.part_id).where(PartSubstitute.substitute_id == bindparam("part_id"))
_PRICES = (
    select(
        PriceChange.id,
        PriceChange.at,
        PriceChange.kind,
        PriceChange.old,
        PriceChange.new,
        PriceChange.source,
        Staff.name.label("staff"),
    )
    .outerjoin(Staff, Staff.id == PriceChange.staff_id)
    .where(PriceChange.part_id == bindparam("part_id"), PriceChange.id < bindparam("before"))
    .order_by(PriceChange.id.desc())
    .limit(bindparam("most"))
)
_USAGE = (
    select(PartMonth.part_id, func.sum(PartMonth.used_value).label("fen"))
    .where(PartMonth.month > bindparam("after"), PartMonth.month <= bindparam("upto"))
    .group_by(PartMonth.part_id)
)
_CLASSES = select(Part.id, Part.abc)


def _nothing(_service: Catalogue, _result: dict[str, Any]) -> None:
    return None


def _classified(_service: Catalogue, result: dict[str, Any]) -> int:
    return int(result["changed"])


class Catalogue:
    """Substitutes, prices and classes of the parts."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def substitutes(self, part_id: int) -> tuple[SubstituteRow, ...]:
        """What may be used in place of a part, those in stock first."""
        with self._store.read() as reading:
            found = {
                row.substitute_id: row.note for row in reading.execute(_SUBSTITUTES, {"part_id": part_id})
            }
            back = set(reading.execute(_BACK, {"part_id": part_id}).scalars())
            rows = part_rows(reading, list(found))
        made = [SubstituteRow(row, row.id in back, found[row.id]) for row in rows]
        return tuple(sorted(made, key=lambda each: (-each.part.free.milli, each.part.number)))

    def prices(
        self, part_id: int, after_key: int | None = None, limit: int = PRICES_PAGE
    ) -> tuple[PriceRow, ...]:
        """A page of the changes of a part's prices, newest first."""
        key = {"part_id": part_id, "before": NEWEST if after_key is None else after_key, "most": limit}
        with self._store.read() as reading:
            return tuple(
                PriceRow(each.id, each.at, each.kind, each.old, each.new, each.source, each.staff or "")
                for each in reading.execute(_PRICES, key)
            )

    @repeatable(_nothing)
    def add_substitute(
        self, ctx: Ctx, part_id: int, substitute_id: int, *, mutual: bool = True, note: str = ""
    ) -> None:
        """``substitute_id`` may be used in place of ``part_id``, and the other way round if ``mutual``; what is said
        of the pair already is said anew. Raises ``Refusal``: NOT_FOUND, SAME_PART, BAD_TEXT, TEXT_TOO_LONG."""
        note = clean_line("note", note)
        if part_id == substitute_id:
            raise Refusal(Reason.SAME_PART)
        with self._store.write(Command.SAVE_PART, ctx) as tx:
            for each in (part_id, substitute_id):
                part_to_move(tx, each)
            _forget(tx, part_id, substitute_id)
            tx.session.add(PartSubstitute(part_id=part_id, substitute_id=substitute_id, note=note))
            if mutual:
                tx.session.add(PartSubstitute(part_id=substitute_id, substitute_id=part_id, note=note))
            tx.journal(part=part_id, substitute=substitute_id, mutual=mutual)
            tx.changed(Kind.PART, part_id)
            tx.changed(Kind.PART, substitute_id)

    @repeatable(_nothing)
    def remove_substitute(self, ctx: Ctx, part_id: int, substitute_id: int) -> None:
        """They are no longer substitutes of each other, in neither direction. Raises ``Refusal(NOT_FOUND)``."""
        with self._store.write(Command.SAVE_PART, ctx) as tx:
            if not _forget(tx, part_id, substitute_id):
                raise Refusal(Reason.NOT_FOUND)
            tx.journal(part=part_id, substitute=substitute_id, removed=True)
            tx.changed(Kind.PART, part_id)
            tx.changed(Kind.PART, substitute_id)

    @repeatable(_classified)
    def classify(self, ctx: Ctx) -> int:
        """Work out the classes by the usage value of the twelve months before this one; how many parts changed.

        A is what makes up the first 80 % of the value, B up to 95 %, C the rest. A part without use is C.
        """
        # Worked out beside the write lock: a hundred thousand parts with a year of months each.
        with self._store.read() as reading:
            today = business_day(self._store.clock.now(), self._store.settings.time_zone)
            upto = months_back(today, 1)
            year = {"after": months_back(today, 13), "upto": upto}
            usage = {row.part_id: row.fen.fen for row in reading.execute(_USAGE, year)}
            kept = {row.id: row.abc for row in reading.execute(_CLASSES)}
        classes = classes_of({each: usage.get(each, 0) for each in kept})
        changed = [(abc.value, part_id) for part_id, abc in classes.items() if kept[part_id] is not abc]
        with self._store.write(Command.CLASSIFY_PARTS, ctx) as tx:
            if changed:
                tx.reading().connection.cursor().executemany("UPDATE part SET abc = ? WHERE id = ?", changed)
            counted = Counter(abc.value for abc in classes.values())
            tx.journal(changed=len(changed), upto=upto, classes=dict(counted))
            tx.changed(Kind.PART, 0)
            tx.result = {"changed": len(changed)}
        return len(changed)


def classes_of(values: dict[int, int]) -> dict[int, AbcClass]:
    """The class of each part by its usage value in fen.

    The part that crosses a limit still belongs to the better class, so that the dearest part is always A.
    """
    total = sum(value for value in values.values() if value > 0)
    classes: dict[int, AbcClass] = {}
    before = 0
    for part_id, value in sorted(values.items(), key=lambda each: (-each[1], each[0])):
        if value <= 0 or total == 0 or before * 100 >= total * B_TO:
            classes[part_id] = AbcClass.C
        elif before * 100 >= total * A_TO:
            classes[part_id] = AbcClass.B
        else:
            classes[part_id] = AbcClass.A
        before += max(value, 0)
    return classes


def months_back(today: date, count: int) -> int:
    """The month ``count`` months before that of ``today``, like 202511."""
    year, month = divmod(today.year * 12 + today.month - 1 - count, 12)
    return month_of(date(year, month + 1, 1))


def _forget(tx: Tx, part_id: int, substitute_id: int) -> int:
    """Take both directions away; how many rows there were."""
    reading = tx.reading()
    return sum(
        reading.execute(_DROP, {"first": one, "second": other}).rowcount
        for one, other in ((part_id, substitute_id), (substitute_id, part_id))
    )


_DROP = delete(PartSubstitute).where(
    PartSubstitute.part_id == bindparam("first"), PartSubstitute.substitute_id == bindparam("second")
)
