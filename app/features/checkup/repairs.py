"""What can be repaired safely: what is made anew from the records, and what belongs to nobody. Never a fact, never
money: no payment, invoice, line, move or balance is touched here.

Each repair goes through the write door in short transactions, is journaled, and can be stopped between them: begun
anew it goes on.
"""

from __future__ import annotations

import logging
import stat
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType

from sqlalchemy import bindparam, delete, text, update
from sqlalchemy.schema import CreateIndex

from app.core.changes import Kind
from app.core.clock import to_microseconds
from app.core.enums import CLOSED, Command
from app.core.rights import Ctx
from app.core.words import N_
from app.features.checkup.house_looks import bad_drafts, leftovers, orphan_photos, passcode_limit
from app.features.checkup.looks import bad_settings
from app.features.finder import indexing
from app.model import Setting, everything
from app.store.door import Store
from app.store.schema import recreate_extras

log = logging.getLogger(__name__)

#: Files removed in one transaction.
_FILES = 500
#: (done, total); raises to stop.
Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Repair:
    """``word`` says what will be done; ``run`` does it and answers how many records it touched."""

    word: str
    run: Callable[[Store, Ctx, Tell], int]


def _search(store: Store, ctx: Ctx, tell: Tell) -> int:
    return indexing.rebuild(store, Command.REPAIR_RECORDS, ctx.actor, tell)


def _schema(store: Store, ctx: Ctx, _tell: Tell) -> int:
    """Missing indexes, protections and search tables; a missing table would come back empty and is left alone."""
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        connection = tx.reading()
        names = text("SELECT name FROM sqlite_master")
        before = set(connection.execute(names).scalars())
        for name, table in everything().metadata.tables.items():
            for index in table.indexes if name in before else ():
                connection.execute(CreateIndex(index, if_not_exists=True))
        recreate_extras(connection)
        made = sorted(set(connection.execute(names).scalars()) - before)
        tx.journal(repaired="schema", made=made[:50], rows=len(made))
    return len(made)


def _settings(store: Store, ctx: Ctx, _tell: Tell) -> int:
    """Put what counts already where nothing can be read. The shop's own id comes back with a backup only."""
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        found = {key: counts for key, _why, counts in bad_settings(tx.reading(), {}) if key != "shop_id"}
        for key, counts in found.items():
            said = update(Setting).where(Setting.key == key).values(value=counts)
            tx.session.execute(said if counts is not None else delete(Setting).where(Setting.key == key))
        tx.changed(Kind.SETTING, 0)
        tx.journal(repaired="settings", keys=sorted(found), rows=len(found))
    return len(found)


def _stock_months(store: Store, ctx: Ctx, _tell: Tell) -> int:
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        connection = tx.reading()
        rows = 0
        for statement in _STOCK_SUMS:
            rows += max(0, connection.exec_driver_sql(statement).rowcount)
        tx.journal(repaired="stock_months", rows=rows)
    return rows


def _passcodes(store: Store, ctx: Ctx, _tell: Tell) -> int:
    # By a clock that cannot be believed nothing is old; what belongs to closed orders goes all the same.
    believed = store.clock_watch.may_erase()
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        late = to_microseconds(passcode_limit(store, tx.now)) if believed else 0
        orders = (
            tx.reading().execute(_LATE_PASSCODES, {"closed": sorted(CLOSED), "late": late}).scalars().all()
        )
        for order_id in orders:
            tx.reading().execute(_ERASE_PASSCODE, {"id": order_id})
            tx.changed(Kind.ORDER, order_id)
            tx.journal(order_id=order_id, repaired="passcodes")
        if not orders:
            tx.journal(repaired="passcodes", rows=0)
    return len(orders)


def _drafts(store: Store, ctx: Ctx, _tell: Tell) -> int:
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        found = [row for row, _why in bad_drafts(tx.reading())]
        for row in found:
            tx.reading().execute(text("DELETE FROM draft WHERE id = :id"), {"id": row})
        tx.journal(repaired="drafts", rows=len(found))
    return len(found)


def _orphan_photos(store: Store, ctx: Ctx, tell: Tell) -> int:
    done = 0
    while True:
        tell(0, 1)
        with store.write(Command.REPAIR_RECORDS, Ctx.gesture(ctx.actor)) as tx:
            found = list(islice(orphan_photos(store, tx.reading()), _FILES))
            tx.journal(repaired="orphan_photos", rows=len(found))
            # Under the lock nobody can begin to name one of them.
            removed = _remove(found)
        done += removed
        if len(found) < _FILES or not removed:
            return done


def _leftovers(store: Store, ctx: Ctx, _tell: Tell) -> int:
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        found = list(leftovers(store))
        tx.journal(repaired="leftovers", rows=len(found))
    return _remove(found)


def _remove(found: list[Path]) -> int:
    removed = 0
    for path in found:
        try:
            path.unlink(missing_ok=True)
            removed += 1
        except OSError as error:
            log.warning("a file could not be removed: %s", error)
    return removed


def _folder(store: Store, ctx: Ctx, _tell: Tell) -> int:
    if sys.platform == "win32":
        return 0
    with store.write(Command.REPAIR_RECORDS, ctx) as tx:
        tx.journal(repaired="folder")
    root = store.folder.root
    root.chmod(stat.S_IMODE(root.stat().st_mode) & ~(stat.S_IRWXG | stat.S_IRWXO))
    return 1


_MONTH = "CAST(substr(day, 1, 4) || substr(day, 6, 2) AS INTEGER)"
#: As ``features.stock.booking`` keeps them move by move, and as the check ``stock_months`` compares them.
_STOCK_SUMS = (
    "DELETE FROM part_month",
    "INSERT INTO part_month (part_id, month, used, used_value, received, received_value, net, net_value)"
    f" SELECT part_id, {_MONTH} AS month,"
    " sum(CASE WHEN kind IN ('use', 'unuse') THEN -quantity ELSE 0 END),"
    " sum(CASE WHEN kind IN ('use', 'unuse') THEN owed_value - value ELSE 0 END),"
    " sum(CASE WHEN kind = 'receive' THEN quantity ELSE 0 END),"
    " sum(CASE WHEN kind = 'receive' THEN value ELSE 0 END),"
    " sum(CASE WHEN consigned = 0 THEN quantity ELSE 0 END), sum(value)"
    " FROM stock_move GROUP BY part_id, month",
    "DELETE FROM stock_day",
    "INSERT INTO stock_day (day, net_value) SELECT day, sum(value) FROM stock_move GROUP BY day",
)
_LATE_PASSCODES = text(
    "SELECT id FROM repair_order WHERE passcode IS NOT NULL AND (status IN :closed OR passcode_at < :late) ORDER BY id"
).bindparams(bindparam("closed", expanding=True))
_ERASE_PASSCODE = text(
    "UPDATE repair_order SET passcode = NULL, passcode_at = NULL, version = version + 1 WHERE id = :id"
)

#: By check, in the order they are done: the shape of the tables first.
REPAIRS: Mapping[str, Repair] = MappingProxyType(
    {
        "schema": Repair(N_("Make missing indexes and search tables anew"), _schema),
        "triggers": Repair(N_("Protect facts against change again"), _schema),
        "settings": Repair(N_("Put the usual value where a setting cannot be read"), _settings),
        "passcodes": Repair(N_("Erase passcodes that are kept too long"), _passcodes),
        "drafts": Repair(N_("Remove drafts that nobody can go on with"), _drafts),
        "stock_months": Repair(N_("Add up the stock's sums of months and days again"), _stock_months),
        "search": Repair(N_("Make the search index anew"), _search),
        "orphan_photos": Repair(N_("Remove pictures that nothing refers to"), _orphan_photos),
        "leftovers": Repair(N_("Remove half-written files"), _leftovers),
        "folder": Repair(N_("Close the data folder to other people of this computer"), _folder),
    }
)
