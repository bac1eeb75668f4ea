"""What a customer may ask for: his data handed out, or erased; the rule of years, and erasures that hold after a
restore (domain.md §3)."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import closing, suppress
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import select, text

from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, ErasureCause
from app.core.errors import Conflict, Reason, Refusal
from app.core.rights import FOUNDER, Actor, Ctx, Sight, seen_by
from app.features.privacy.erasing import Gone, erase, refuse_open
from app.features.privacy.handing_out import packed
from app.features.privacy.looks import Looks
from app.features.privacy.passcodes import Passcodes
from app.features.privacy.snapshots import Erased, ErasureRow, LostCustomer
from app.features.sheets.writing import write_whole
from app.model import Customer, Erasure, Staff
from app.store.door import AlreadyBooked, Store, Tx, repeatable
from app.store.erasing import forget_terms
from app.store.photos import StoredPhoto
from app.store.wal import empty_log

#: UUIDs of everybody who was erased: beside the records, so that older ones put in their place know it too.
ERASED_FILE = "erased.json"
LONGEST = 500
#: What was struck off and not cleared away when the program ended is cleared away at its next start.
_LATELY = timedelta(days=7)

_LOST = text(
    "SELECT c.id, c.name, c.phone, coalesce(max(o.taken_in_day), date(c.created_at / 1000000, 'unixepoch')) AS last,"
    " count(o.id) AS orders FROM customer c"
    " LEFT JOIN customer m ON m.merged_into_id = c.id"
    " LEFT JOIN repair_order o ON o.customer_id = c.id OR o.customer_id = m.id"
    " WHERE c.merged_into_id IS NULL AND NOT EXISTS (SELECT 1 FROM erasure e WHERE e.customer_uuid = c.uuid)"
    " GROUP BY c.id HAVING last < :before"
    " AND NOT EXISTS (SELECT 1 FROM repair_order r WHERE r.customer_id = c.id"
    "  AND r.status NOT IN ('delivered', 'disposed', 'cancelled'))"
    " AND NOT EXISTS (SELECT 1 FROM invoice_balance b WHERE b.customer_id = c.id AND b.due != 0"
    "  AND b.payer = 'customer')"
    " AND NOT EXISTS (SELECT 1 FROM held_money h WHERE h.customer_id = c.id AND h.amount != 0"
    "  AND h.payer = 'customer')"
    " ORDER BY last, c.id LIMIT :most"
)


class Privacy:
    """People's data: handed out, erased, forgotten after years, and who looked at them."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.passcodes = Passcodes(store)
        #: Whether somebody was erased whose words still lie, struck off, in the search index; perhaps before the
        #: program was last closed.
        self._struck_off = _erased_lately(store)
        self.looks = Looks(store)

    # commands

    def hand_out(self, ctx: Ctx, customer_id: int, file: Path) -> None:
        """Write all that is held about a customer to ``file`` (.zip: a workbook to read, JSON, photos); who did it is
        in the journal before the file is there. No passcode is in it.

        Raises ``Refusal``: NOT_ALLOWED, NOT_FOUND, CUSTOMER_ERASED; ``EnvironmentFault(FILE_NOT_WRITABLE)``.
        """
        try:
            with self._store.write(Command.EXPORT_PERSON, ctx) as tx:
                customer = _customer(tx, customer_id, None)
                tx.journal(customer=customer.id)
        except AlreadyBooked:
            # The same gesture once more: it stands there already.
            pass
        with self._store.read() as reading:
            content = packed(reading, self._store.photos, customer_id, self._store.settings.time_zone)
        write_whole(file, content)

    @repeatable(lambda _self, result: Erased(**result))
    def erase(
        self, ctx: Ctx, customer_id: int, version: int | None, cause: ErasureCause = ErasureCause.ASKED
    ) -> Erased:
        """Erase everything that says who a customer is. What was repaired, invoiced and paid stays, without him; the
        bytes are neither in the database nor in its log afterwards.

        Raises ``Conflict`` and ``Refusal``: NOT_ALLOWED, NOT_FOUND, CUSTOMER_ERASED, CUSTOMER_ORDERS_OPEN,
        CUSTOMER_MONEY_OPEN.
        """
        with self._store.write(Command.ERASE_CUSTOMER, ctx) as tx:
            customer = _customer(tx, customer_id, version)
            refuse_open(tx, customer.id)
            done, gone = _erase(tx, customer, cause)
            tx.result = {"customer_id": done.customer_id, "orders": done.orders, "photos": done.photos}
        self._afterwards([gone])
        return done

    def erase_lost(self, ctx: Ctx, customer_ids: Iterable[int]) -> int:
        """Erase customers that the rule of years named, each in a command of its own; those who came again meanwhile
        are left alone. How many."""
        erased = 0
        for customer_id in customer_ids:
            with suppress(Refusal, Conflict):
                self.erase(Ctx.gesture(ctx.actor), customer_id, None, ErasureCause.RETENTION)
                erased += 1
        return erased

    # reads

    @seen_by(Sight.RETENTION)
    def lost(self, _actor: Actor) -> tuple[LostCustomer, ...]:
        """Who did not come for longer than the settings keep data, and owes and is owed nothing, longest first; at most
        500. () where the rule is off. ``Refusal(NOT_ALLOWED)``; nothing while the clock cannot be believed."""
        settings = self._store.settings
        if not settings.retention_years or not self._store.clock_watch.may_erase():
            return ()
        today = business_day(self._store.clock.now(), settings.time_zone)
        before = _years_before(today, settings.retention_years)
        with self._store.read() as reading:
            rows = reading.execute(_LOST, {"before": before.isoformat(), "most": LONGEST}).all()
        return tuple(
            LostCustomer(row.id, row.name, row.phone, date.fromisoformat(row.last), row.orders)
            for row in rows
        )

    @seen_by(Sight.RETENTION)
    def erasures(self, _actor: Actor) -> tuple[ErasureRow, ...]:
        """The erasures that were done, newest first. ``Refusal(NOT_ALLOWED)``."""
        wanted = (
            select(Erasure.at, Erasure.cause, Erasure.customer_uuid, Staff.name)
            .outerjoin(Staff, Staff.id == Erasure.actor_id)
            .order_by(Erasure.id.desc())
            .limit(LONGEST)
        )
        with self._store.read() as reading:
            return tuple(
                ErasureRow(row.at, row.name or "", row.cause, row.customer_uuid.hex[-8:])
                for row in reading.execute(wanted)
            )

    # inside

    def _afterwards(self, gone: Iterable[Gone]) -> None:
        """After the commit: pictures nobody shows any more, the list beside the records, the log."""
        for each in gone:
            _drop_files(self._store, each.files)
        keep_list(self._store)
        empty_log(self._store)
        self._struck_off = True

    @property
    def waiting(self) -> bool:
        """Whether something is to be written down or cleared away within the minute."""
        return self._struck_off or bool(self.looks.waiting)

    def clear_index(self) -> None:
        """Take what is struck off out of the search index. Some seconds in a large shop: in the background."""
        if not self._struck_off:
            return
        forget_terms(self._store)
        empty_log(self._store)
        self._struck_off = False


def replay_erasures(store: Store, replaced_database: Path | None = None) -> int:
    """After a restore: erase again whoever was erased since that backup was made; how many.

    Whom to erase stands in DIR/erased.json and in the records that were replaced. Nothing is refused: what is open in
    the older records was closed before the erasure.
    """
    wanted = _listed(store) | _erased_in(replaced_database)
    gone: list[Gone] = []
    with store.read() as reading:
        everybody = select(Customer.id, Customer.uuid, Customer.merged_into_id)
        there = reading.execute(everybody).all() if wanted else []
        done = set(reading.execute(select(Erasure.customer_uuid)).scalars())
    again = [row.merged_into_id or row.id for row in there if row.uuid in wanted - done]
    if again:
        with store.write(Command.ERASE_CUSTOMER, Ctx.gesture(FOUNDER)) as tx:
            for customer_id in sorted(set(again)):
                customer = tx.session.get_one(Customer, customer_id)
                gone.append(_erase(tx, customer, ErasureCause.ASKED)[1])
        for each in gone:
            _drop_files(store, each.files)
    keep_list(store, wanted)
    if again:
        forget_terms(store)
    empty_log(store)
    return len(set(again))


def keep_list(store: Store, known: Iterable[UUID] = ()) -> None:
    """Write DIR/erased.json: UUIDs only, of everybody who was erased here or before a restore."""
    with store.read() as reading:
        uuids = set(reading.execute(select(Erasure.customer_uuid)).scalars())
    uuids |= set(known) | _listed(store)
    if not uuids:
        return
    path = store.folder.root / ERASED_FILE
    write_whole(path, json.dumps(sorted(each.hex for each in uuids)).encode())
    with suppress(OSError), path.open("rb") as file:
        os.fsync(file.fileno())


def housekeep(privacy: Privacy) -> None:
    """What is due at the start, at each day close and every hour: passcodes whose days are over, looks of last year."""
    privacy.looks.flush()
    privacy.clear_index()
    privacy.passcodes.sweep()
    privacy.looks.sweep()


def _erased_lately(store: Store) -> bool:
    since = store.clock.now() - _LATELY
    with store.read() as reading:
        return reading.execute(select(Erasure.id).where(Erasure.at > since).limit(1)).first() is not None


def _customer(tx: Tx, customer_id: int, version: int | None) -> Customer:
    customer = tx.session.get(Customer, customer_id)
    if customer is None:
        raise Refusal(Reason.NOT_FOUND)
    if tx.reading().execute(select(Erasure.id).where(Erasure.customer_uuid == customer.uuid)).first():
        raise Refusal(Reason.CUSTOMER_ERASED)
    if customer.merged_into_id is not None or (version is not None and customer.version != version):
        raise Conflict(Kind.CUSTOMER, customer_id)
    return customer


def _erase(tx: Tx, customer: Customer, cause: ErasureCause) -> tuple[Erased, Gone]:
    number = customer.id
    # Those who were merged into him stand by themselves in older backups.
    merged = select(Customer.uuid).where((Customer.id == number) | (Customer.merged_into_id == number))
    uuids = list(tx.reading().execute(merged).scalars())
    gone = erase(tx, number)
    for uuid in uuids:
        tx.session.add(Erasure(customer_uuid=uuid, at=tx.now, actor_id=tx.actor.id, cause=cause))
    tx.journal(customer=number, erased=cause.value, orders=gone.orders, photos=gone.photos)
    return Erased(number, gone.orders, gone.photos), gone


def _drop_files(store: Store, files: Iterable[StoredPhoto]) -> None:
    for each in files:
        # A picture that cannot be removed now is an orphan: the doctor finds it.
        with suppress(OSError):
            store.photos.path(each.sha256, each.suffix).unlink(missing_ok=True)


def _listed(store: Store) -> set[UUID]:
    try:
        return {UUID(hex=each) for each in json.loads((store.folder.root / ERASED_FILE).read_bytes())}
    except (OSError, ValueError, TypeError, AttributeError):
        return set()


def _erased_in(database: Path | None) -> set[UUID]:
    """The erasures of records that were replaced; none where they cannot be read, for they may be damaged."""
    if database is None or not database.exists():
        return set()
    try:
        with closing(sqlite.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as raw:
            rows: list[Any] = raw.execute("SELECT customer_uuid FROM erasure").fetchall()
            return {UUID(bytes=bytes(uuid)) for (uuid,) in rows}
    except (sqlite.Error, ValueError):
        return set()


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)
