"""Checks that need more than one question: the file, the journal, the settings, the index, the photos."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, text

from app.core.enums import Action, Status
from app.core.errors import EnvironmentFault
from app.core.sentences import sentence
from app.core.words import N_
from app.features.checkup.snapshots import Finding
from app.features.finder import indexing
from app.model import everything
from app.model.lifecycle import MOVES
from app.model.settings import ShopSettings, from_rows, to_rows
from app.store.audit import Broken, verify
from app.store.door import Store
from app.store.marks import APPLICATION_ID, HEAD
from app.store.schema import APPEND_ONLY
from app.store.sealing import Seal
from app.store.search import DDL, speaks_of_index

#: A look yields what is wrong, one finding after the other.
Look = Callable[[Store, Connection], Iterator[Finding]]
_PIECE = 1000


def _database(_store: Store, reading: Connection) -> Iterator[Finding]:
    for (said,) in reading.exec_driver_sql("PRAGMA integrity_check(50)"):
        if said != "ok" and not speaks_of_index(said):
            yield Finding(N_("SQLite says: {text}."), {"text": said})


def _foreign_keys(_store: Store, reading: Connection) -> Iterator[Finding]:
    for table, rowid, parent, _key in reading.exec_driver_sql("PRAGMA foreign_key_check"):
        yield Finding(
            N_("Row {row} of “{table}” points at a row of “{parent}” that is not there."),
            {"row": rowid, "table": table, "parent": parent},
        )


def _schema(_store: Store, reading: Connection) -> Iterator[Finding]:
    found_id = reading.exec_driver_sql("PRAGMA application_id").scalar_one()
    if found_id != APPLICATION_ID:
        yield Finding(N_("The file's mark is {found}, not this program's."), {"found": found_id})
    version = reading.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
    if version != HEAD:
        yield Finding(
            N_("The records are of version {found}, not {wanted}."), {"found": version, "wanted": HEAD}
        )
    there = {name for (name,) in reading.exec_driver_sql("SELECT name FROM sqlite_master")}
    whole = everything().metadata
    wanted = set(whole.tables)
    wanted |= {str(index.name) for table in whole.tables.values() for index in table.indexes}
    wanted |= {statement.split("EXISTS ")[1].split(" ")[0] for statement in DDL}
    for name in sorted(wanted - there):
        yield Finding(N_("The table or index “{name}” is missing."), {"name": name})


def _triggers(_store: Store, reading: Connection) -> Iterator[Finding]:
    there = {
        (name, table)
        for name, table in reading.exec_driver_sql(
            "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger' AND sql LIKE '%RAISE(ABORT%'"
        )
    }
    for table in APPEND_ONLY:
        if not all((f"{table}_no_{verb}", table) in there for verb in ("update", "delete")):
            yield Finding(N_("Rows of “{table}” are not protected any more."), {"table": table})


def _settings(_store: Store, reading: Connection) -> Iterator[Finding]:
    known: dict[str, Any] = {}
    for setting, why, _counts in bad_settings(reading, known):
        yield Finding(why, {"setting": setting})
    staffed = reading.exec_driver_sql("SELECT count(*) FROM staff").scalar_one()
    if staffed and not from_rows(known).shop_id:
        yield Finding(N_("The shop has lost its own id."))


def bad_settings(reading: Connection, known: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """Settings that say nothing or what does not fit: (key, the sentence why, the value that counts instead).

    ``known`` is filled with what the others say.
    """
    usual = _plain(to_rows(ShopSettings()))
    for key, value in reading.exec_driver_sql("SELECT key, value FROM setting ORDER BY key"):
        try:
            known[key] = json.loads(value)
        except ValueError:
            # Keys of other versions count for nothing, and may stay as they are.
            yield key, N_("The setting “{setting}” cannot be read."), usual.get(key)
    kept = _plain(to_rows(from_rows(known)))
    for key, counts in kept.items():
        # What does not fit its field is replaced by the default when it is read: then the two differ.
        if key in known and counts != known[key]:
            yield key, N_("The setting “{setting}” holds a value that does not fit."), counts


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=dict))


#: What is said of a journal that is not sound; ``entry`` is where.
BROKEN: Mapping[Broken, str] = MappingProxyType(
    {
        Broken.CHAIN: N_(
            "Journal entry {entry} does not follow from those before it: something was changed or taken out."
        ),
        Broken.SEAL: N_(
            "Journal entry {entry} bears no seal of this computer: the journal was written anew from there, or the "
            "shop was opened on another computer. The owner looks at it in the journal."
        ),
        Broken.SINCE: N_(
            "Journal entry {entry}, from which this computer vouches for the journal, is another one or gone: older "
            "records were put in their place, or two folders of the shop changed places. The owner looks at it in the "
            "journal."
        ),
        Broken.HEAD: N_(
            "The journal does not reach to entry {entry} any more, as printed on day close {close}."
        ),
        Broken.NOTE: N_(
            "What this computer remembers of the journal was changed, or the key is another one than before. The owner "
            "looks at it in the journal."
        ),
    }
)


def _journal_chain(store: Store, reading: Connection) -> Iterator[Finding]:
    try:
        # Read by itself: another setting may be damaged.
        kept = reading.exec_driver_sql("SELECT value FROM setting WHERE key = 'shop_id'").scalar()
        seal = Seal.find(json.loads(kept or '""'), store.folder.root)
    except EnvironmentFault as fault:
        # What can be checked without the key is.
        seal = None
        yield Finding(N_("The key of the journal cannot be read: {why}"), {"why": sentence(fault)})
    verdict = verify(reading, seal)
    if verdict.broken is not None:
        yield Finding(BROKEN[verdict.broken], {"entry": verdict.entry, "close": verdict.close or "-"})
    if verdict.sealed_from is not None and verdict.sealed_from > 1:
        yield Finding(
            N_("This computer vouches for the journal from entry {entry} on."),
            {"entry": verdict.sealed_from},
            remark=True,
        )
    elif verdict.sealed_from is None and verdict.entry:
        yield Finding(N_("The journal is not sealed on this computer."), remark=True)


def _journal_booked(_store: Store, reading: Connection) -> Iterator[Finding]:
    """Operations and journal name each other. Both are summed, not matched: no memory for millions.

    Drafts, the one command without a trace, are in neither.
    """
    before = b""
    seen, mixed = 0, 0
    rows = reading.execute(text("SELECT operation_id FROM journal ORDER BY id")).yield_per(_PIECE)
    for (operation_id,) in rows:
        if operation_id != before:
            seen, mixed, before = seen + 1, mixed ^ int.from_bytes(operation_id), operation_id
    booked = 0
    for (operation_id,) in reading.execute(text("SELECT id FROM operation")).yield_per(_PIECE):
        booked, mixed = booked + 1, mixed ^ int.from_bytes(operation_id)
    if seen != booked or mixed:
        yield Finding(
            N_("{booked} commands are booked, the journal knows {seen}: entries were added or taken out."),
            {"booked": booked, "seen": seen},
        )


_MOVES = text(
    "SELECT id, order_id, action, from_status, to_status, detail FROM journal"
    " WHERE to_status IS NOT NULL ORDER BY id"
)


def _journal_moves(_store: Store, reading: Connection) -> Iterator[Finding]:
    stands: dict[int, str] = {}
    for entry, order_id, action, before, after, detail in reading.execute(_MOVES).yield_per(_PIECE):
        if order_id is None:
            yield Finding(N_("Journal entry {entry} moves no order."), {"entry": entry})
            continue
        was = stands.get(order_id)
        stands[order_id] = after
        if was is None and before is None:
            fits = after in (Status.RECEIVED, Status.REGISTERED)
        elif was != before:
            fits = False
        elif action is None:
            fits = "undoes" in json.loads(detail)
        else:
            fits = _leads(before, action) == after
        if not fits:
            yield Finding(
                N_(
                    "Journal entry {entry}: from “{before}” by “{action}” to “{after}” is no move from “{was}”."
                ),
                {
                    "entry": entry,
                    "before": before or "-",
                    "action": action or "-",
                    "after": after,
                    "was": was or "-",
                },
            )


def _leads(status: str, action: str) -> str | None:
    try:
        found = MOVES.get((Status(status), Action(action)))
    except ValueError:
        return None
    return None if found is None else found.value


def _order_status(_store: Store, reading: Connection) -> Iterator[Finding]:
    """Every order stands where its last move in the journal left it."""
    last: dict[int, str] = {}
    moved = text("SELECT order_id, to_status FROM journal WHERE to_status IS NOT NULL ORDER BY id")
    for order_id, status in reading.execute(moved).yield_per(_PIECE):
        last[order_id] = status
    orders = text("SELECT id, number, status FROM repair_order")
    for order_id, number, status in reading.execute(orders).yield_per(_PIECE):
        noted = last.pop(order_id, None)
        if noted != status:
            yield Finding(
                N_("Order {number} is “{status}”, its last move in the journal led to “{noted}”."),
                {"number": number, "status": status, "noted": noted or "-"},
            )


def _search(_store: Store, reading: Connection) -> Iterator[Finding]:
    for table in ("order_codes", "order_words"):
        for (said,) in reading.exec_driver_sql(f"PRAGMA integrity_check({table})"):
            if speaks_of_index(said):
                yield Finding(N_("The search index is damaged: {text}."), {"text": said})
    report = indexing.check(reading)
    for order_id in report.orders_missing:
        yield Finding(N_("Order {id} cannot be found."), {"id": order_id})
    for order_id in report.orders_strange:
        yield Finding(N_("The index knows an order {id} that does not exist."), {"id": order_id})
    for kind, record_id in report.names_missing:
        yield Finding(N_("A name cannot be found: {kind} {id}."), {"kind": kind, "id": record_id})


def _photos(store: Store, reading: Connection) -> Iterator[Finding]:
    rows = text("SELECT sha256, suffix, min(order_id) FROM photo GROUP BY sha256, suffix")
    for sha256, suffix, order_id in reading.execute(rows).yield_per(_PIECE):
        place = {"name": f"{sha256[:12]}{suffix}", "order": order_id}
        match _is_whole(store, sha256, suffix):
            case None:
                yield Finding(N_("The photo {name} of order {order} is missing."), place)
            case False:
                yield Finding(N_("The photo {name} of order {order} is damaged."), place)


def _part_pictures(store: Store, reading: Connection) -> Iterator[Finding]:
    """A picture helps to tell parts apart and can be taken again: without it the shop is sound."""
    rows = text(
        "SELECT number, picture_sha256, picture_suffix FROM part WHERE picture_sha256 != '' ORDER BY id"
    )
    for number, sha256, suffix in reading.execute(rows).yield_per(_PIECE):
        match _is_whole(store, sha256, suffix):
            case None:
                yield Finding(N_("The picture of part {number} is missing."), {"number": number})
            case False:
                yield Finding(N_("The picture of part {number} is damaged."), {"number": number})


def _is_whole(store: Store, sha256: str, suffix: str) -> bool | None:
    """Whether a picture's file holds what its name says; None where there is no file to read."""
    try:
        with store.photos.path(sha256, suffix).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return None


def _closes(_store: Store, reading: Connection) -> Iterator[Finding]:
    """A frozen day or month is still what was frozen, and the rows of a closed day still make its totals."""
    for number, first, last, content, digest in reading.exec_driver_sql(
        "SELECT number, first_day, day, content, digest FROM day_close ORDER BY day"
    ):
        if hashlib.sha256(content).digest() != digest:
            yield Finding(
                N_("Day close {number}: its totals were changed after it was closed."), {"number": number}
            )
            continue
        frozen = json.loads(content)
        if (frozen["first"], frozen["last"]) != (first, last):
            yield Finding(
                N_("Day close {number}: its days are not those it was closed for."), {"number": number}
            )
        printed = {
            each["method"]: each["paid"] - each["refunded"] for each in frozen["payments"]["by_method"]
        }
        booked: dict[str, int] = dict(
            reading.exec_driver_sql(
                "SELECT method, sum(amount) FROM payment WHERE business_day BETWEEN ? AND ? GROUP BY method",
                (first, last),
            ).fetchall()
        )
        for method in sorted(printed.keys() | booked.keys()):
            if printed.get(method, 0) != booked.get(method, 0):
                yield Finding(
                    N_("Day close {number} printed {printed:fen} for {method}, booked are {booked:fen}."),
                    {
                        "number": number,
                        "printed": printed.get(method, 0),
                        "method": method,
                        "booked": booked.get(method, 0),
                    },
                )
    for month, content, digest in reading.exec_driver_sql("SELECT month, content, digest FROM month_seal"):
        if hashlib.sha256(content).digest() != digest:
            yield Finding(
                N_("Sealed month {month}: its report was changed after it was sealed."), {"month": month}
            )


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "database": _database,
        "foreign_keys": _foreign_keys,
        "schema": _schema,
        "triggers": _triggers,
        "settings": _settings,
        "journal_chain": _journal_chain,
        "journal_booked": _journal_booked,
        "journal_moves": _journal_moves,
        "order_status": _order_status,
        "closes": _closes,
        "search": _search,
        "photos": _photos,
        "part_pictures": _part_pictures,
    }
)
