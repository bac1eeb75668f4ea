"""A checked import, applied whole in one short transaction of prepared rows.

The search index of what is new follows in short transactions of its own, so that nobody's entry waits for seven million
grams; a gesture that is repeated finishes it, and ``doctor`` tells what it lacks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.core.changes import Kind
from app.core.codes import CodeKind, running_code
from app.core.enums import Command, PriceKind, PriceSource
from app.core.errors import Conflict
from app.core.ids import uuid7
from app.core.rights import Ctx
from app.features.finder.indexing import part_grams
from app.features.sheets.indexing import Texts, write_grams
from app.features.sheets.ready import Laid, Ready, kept, table_of, update_known
from app.features.sheets.snapshots import Imported, Tell, tell_nobody
from app.features.stock.sheets.snapshots import ImportPlan, KitPart
from app.features.stock.suppliers import supplier_of
from app.model import Part, PriceChange
from app.store.door import Store, Tx

_KIND_OF_PRICE = {
    "sale_price": PriceKind.SALE,
    "purchase_price": PriceKind.PURCHASE,
    "consign_price": PriceKind.CONSIGNED,
}
_NO_SUMS: dict[str, Any] = {
    "version": 1, "on_hand": 0, "value": 0, "abc": None, "kit": False, "kit_labour": 0, "kit_minutes": 0,
    "picture_sha256": "", "picture_suffix": "", "consigned": 0, "reserved": 0, "away": 0, "last_moved_on": None,
    "last_used_on": None,
}  # fmt: skip
#: The id of a supplier by its name in a column; none for "".
_SUPPLIER = "(SELECT s.id FROM supplier s WHERE s.name = c{})"
_READ_AHEAD = "SELECT sum(version) FROM part"
_LAST_ID = "SELECT coalesce(max(id), 0) FROM part"
#: A kit in a kit, or one with stock of its own.
_BROKEN_KIT = (
    "SELECT 1 FROM part k JOIN kit_line l ON l.kit_id = k.id JOIN part p ON p.id = l.part_id"
    " WHERE k.kit = 1 AND (p.kit = 1 OR k.on_hand <> 0 OR k.consigned <> 0) LIMIT 1"
)
_SERIES = (
    "INSERT INTO number_series (series, period, last) VALUES ('part', '', ?)"
    " ON CONFLICT (series, period) DO UPDATE SET last = excluded.last WHERE number_series.last = ?"
)


def apply_plan(store: Store, ctx: Ctx, plan: ImportPlan, tell: Tell = tell_nobody) -> Imported:
    """Write a plan. Whole or not at all: ``Conflict`` when the records changed since it was made, ``Refusal``
    (NOT_ALLOWED)."""
    rows = _Rows(store, plan, ctx)
    tell(0, 100)
    with store.write(Command.IMPORT_PARTS, ctx, aside=rows.laid.aside) as tx:
        rows.write(tx)
        tx.journal(new=len(plan.new), changed=len(plan.changed), after=plan.last_id)
        tx.changed(Kind.PART, 0)
        tx.result = {"new": len(plan.new), "changed": len(plan.changed), "after": plan.last_id}
    index_plan(store, ctx, plan, tell)
    return Imported(len(plan.new), len(plan.changed))


def index_plan(store: Store, ctx: Ctx, plan: ImportPlan, tell: Tell = tell_nobody) -> None:
    """Index what an applied plan added or renamed."""
    work: list[Texts] = [
        Texts(part_id, (each.number, each.values["name"], each.values["fits"]))
        for part_id, each in enumerate(plan.new, plan.last_id + 1)
    ]
    for changed in plan.changed:
        number, name, fits = changed.old_texts
        now = (number, changed.values.get("name", name), changed.values.get("fits", fits))
        if now != changed.old_texts:
            work.append(Texts(changed.part_id, now, changed.old_texts))
    write_grams(store, Command.IMPORT_PARTS, ctx, work, part_grams, tell)


class _Rows:
    """The rows of a plan as SQLite takes them; all is made and laid ready before the lock is held."""

    def __init__(self, store: Store, plan: ImportPlan, ctx: Ctx) -> None:
        self._plan = plan
        self._dialect = store.engine.dialect
        names = [column.name for column in table_of(Part).columns]
        places = (
            _SUPPLIER.format(at) if name == "supplier_id" else f"c{at}" for at, name in enumerate(names)
        )
        parts = Ready(
            f"INSERT INTO part ({', '.join(names)}) SELECT {', '.join(places)} FROM {{rows}} ORDER BY rowid"
        )
        barcodes = Ready(
            "INSERT INTO part_barcode (part_id, code, own) SELECT c0, c1, c2 FROM {rows} ORDER BY rowid"
        )
        dropped = Ready(
            "DELETE FROM part_barcode WHERE own = 0 AND (part_id, code) IN (SELECT c0, c1 FROM {rows})"
        )
        prices = Ready(
            "INSERT INTO price_change (part_id, kind, old, new, source, staff_id, at)"
            " SELECT c0, c1, c2, c3, c4, c5, c6 FROM {rows} ORDER BY rowid"
        )
        now = store.clock.now()
        created, uuid = (
            kept(Part, "created_at", self._dialect)(now),
            kept(Part, "uuid", self._dialect),
        )
        for part_id, each in enumerate(plan.new, plan.last_id + 1):
            values = {
                **_NO_SUMS, **each.values, "id": part_id, "uuid": uuid(uuid7()), "number": each.number,
                "created_at": created, "supplier_id": each.supplier,
            }  # fmt: skip
            parts.rows.append(tuple(_plain(values[name]) for name in names))
            barcodes.rows.append((part_id, running_code(CodeKind.PART, part_id), 1))
            barcodes.rows += [(part_id, code, 0) for code in each.barcodes]
        kits = Ready(
            "INSERT INTO kit_line (kit_id, part_id, quantity) SELECT c0, c1, c2 FROM {rows} ORDER BY c0, c1"
        )
        undone = Ready("DELETE FROM kit_line WHERE kit_id IN (SELECT c0 FROM {rows})")
        new_ids: dict[str, int] = {}
        if any(each.kit for each in plan.new) or any(each.kit for each in plan.changed):
            new_ids = {each.number: part_id for part_id, each in enumerate(plan.new, plan.last_id + 1)}

        def fill(kit_id: int, made_of: Sequence[KitPart]) -> None:
            kits.rows += [(kit_id, each.part_id or new_ids[each.number], each.quantity) for each in made_of]

        for new in plan.new:
            if new.kit:
                fill(new_ids[new.number], new.kit)
        updates: dict[tuple[str, ...], Ready] = {}
        at = kept(PriceChange, "at", self._dialect)(now)
        source, staff = PriceSource.IMPORT.value, ctx.actor.id or None
        for changed in plan.changed:
            if changed.barcodes is not None:
                barcodes.rows += [(changed.part_id, code, 0) for code in changed.barcodes[0]]
                dropped.rows += [(changed.part_id, code) for code in changed.barcodes[1]]
            if changed.kit is not None:
                undone.rows.append((changed.part_id,))
                fill(changed.part_id, changed.kit)
            columns = sorted(changed.values)
            row = [_plain(changed.values[name]) for name in columns]
            if changed.supplier is not None:
                columns.append("supplier_id")
                row.append(changed.supplier)
            ready = updates.setdefault(
                tuple(columns), Ready(update_known("part", columns, {"supplier_id": _SUPPLIER}))
            )
            ready.rows.append((changed.part_id, changed.version, *row))
            prices.rows += [
                (changed.part_id, _KIND_OF_PRICE[key].value, old, changed.values[key], source, staff, at)
                for key, old in changed.old_prices.items()
            ]
        self._updates = list(updates.values())
        self._kits = bool(kits.rows)
        #: The pages that are about to change are read before the lock is held.
        ahead = _READ_AHEAD if self._updates else ""
        self.laid = Laid((parts, *self._updates, dropped, barcodes, prices, undone, kits), ahead)
        self._suppliers = sorted(
            {each.supplier for each in plan.new} | {each.supplier or "" for each in plan.changed}
        )

    def write(self, tx: Tx) -> None:
        """All of it. Raises ``Conflict``."""
        plan, connection = self._plan, tx.reading()
        if plan.new and int(connection.exec_driver_sql(_LAST_ID).scalar_one()) != plan.last_id:
            raise Conflict(Kind.PART, 0)
        self._give_numbers(tx)
        for name in self._suppliers:
            supplier_of(tx, name)
        tx.session.flush()
        done = 0
        try:
            for ready, touched in self.laid.take(connection):
                if ready in self._updates:
                    done += touched
        except IntegrityError as error:
            # Somebody gave one of these numbers or barcodes meanwhile.
            raise Conflict(Kind.PART, 0) from error
        if done != len(plan.changed):
            # Somebody changed one of them after the file was checked.
            raise Conflict(Kind.PART, 0)
        if self._kits and connection.exec_driver_sql(_BROKEN_KIT).first() is not None:
            # Somebody made a kit of a component, or put a kit's like on the shelf, meanwhile.
            raise Conflict(Kind.PART, 0)

    def _give_numbers(self, tx: Tx) -> None:
        plan = self._plan
        if plan.next_number == plan.last_number:
            return
        given = tx.reading().exec_driver_sql(_SERIES, (plan.next_number, plan.last_number))
        if given.rowcount != 1:
            raise Conflict(Kind.PART, 0)


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, bool) else value
