"""The two doors: ``store.read()`` and the one write door, ``store.write(command, ctx)`` (design.md §3)."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import wraps
from pathlib import Path
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar, cast
from uuid import UUID

from sqlalchemy import Connection, Engine, Text, bindparam, insert, select, text, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app.core.brand_codes import OutboxState
from app.core.changes import ChangeBoard, Changes, Kind
from app.core.clock import Clock, business_day
from app.core.enums import Action, Command, Series, Status
from app.core.errors import Conflict, EnvironmentFault, Fault, Reason, Refusal
from app.core.ids import uuid7
from app.core.logbook import timed
from app.core.rights import UNJOURNALED, Ctx
from app.model import JournalEntry, Operation, OutboxEvent, RepairOrder, Setting, everything
from app.model.base import DayType, UtcDateTime
from app.model.settings import ShopSettings, from_rows
from app.store.backup.restoring import finish, unfinished
from app.store.clock_watch import ClockWatch
from app.store.engine import BUSY_MS, make_engine
from app.store.faults import UNREADABLE, meaning_of, translated
from app.store.file_faults import fault_of_file
from app.store.file_watch import FileWatch
from app.store.folder import DataFolder, FolderLock
from app.store.kept import Kept
from app.store.order_head import OrderHead, grow, read_head
from app.store.photos import PhotoStore
from app.store.prepared import Prepared
from app.store.reserve import Reserve
from app.store.schema import create_fresh, ensure_current
from app.store.sealing import Mark, Note, Seal, reaches, seal_for_writing
from app.store.secrets import SecretBox

log = logging.getLogger(__name__)

_P = ParamSpec("_P")
_R = TypeVar("_R")
_S = TypeVar("_S")


class AlreadyBooked(Exception):
    """This gesture was booked before; ``result`` is what it wrote down for a repeat."""

    def __init__(self, command: Command, result: dict[str, Any]) -> None:
        super().__init__(command)
        self.command = command
        self.result = result


def repeatable(
    reopen: Callable[[Any, dict[str, Any]], Any],
) -> Callable[[Callable[Concatenate[_S, _P], _R]], Callable[Concatenate[_S, _P], _R]]:
    """For service commands: a repeated gesture is answered from what is booked instead of being done twice.

    ``reopen(service, result)`` builds the answer from the booked ``result``.
    """

    def wrap(command: Callable[Concatenate[_S, _P], _R]) -> Callable[Concatenate[_S, _P], _R]:
        @wraps(command)
        def call(self: _S, /, *args: _P.args, **kwargs: _P.kwargs) -> _R:
            try:
                return command(self, *args, **kwargs)
            except AlreadyBooked as booked:
                return cast(_R, reopen(self, booked.result))

        return call

    return wrap


@dataclass(slots=True)
class _Entry:
    order_id: int | None
    action: Action | None
    from_status: Status | None
    to_status: Status | None
    detail: dict[str, Any]


#: Takes the connection of a command before its transaction begins; ``Connection.connection`` alone may be used.
Aside = Callable[[Connection], AbstractContextManager[None]]


def nothing_aside(_connection: Connection) -> AbstractContextManager[None]:
    """What most commands lay ready."""
    return nullcontext()


class Tx:
    """One transaction of one command. Everything that is written goes through it."""

    def __init__(
        self,
        settings: ShopSettings,
        now: datetime,
        session: Session,
        connection: Connection,
        command: Command,
        ctx: Ctx,
        seal: Seal | None,
        folder: DataFolder,
    ) -> None:
        self.session = session
        self.command = command
        self.ctx = ctx
        self.actor = ctx.actor
        self.settings = settings
        self.now = now
        #: What a repeat of this gesture is answered from; ids only.
        self.result: dict[str, Any] = {}
        self._connection = connection
        self._entries: list[_Entry] = []
        self._touched: set[tuple[Kind, int]] = set()
        self._today: date | None = None
        self._last_close: tuple[date, datetime] | None = None
        self._seal = seal
        self._folder = folder

    @property
    def today(self) -> date:
        """The business day: the calendar's in the shop's zone, and never one that is closed already. What is booked
        after the close of a day belongs to the next one (domain.md §8)."""
        if self._today is None:
            self._today = business_day(self.now, self.settings.time_zone)
            last = _NEWEST_CLOSE.row(self._connection)
            if last is not None:
                self._last_close = (last.day, last.closed_at)
                self._today = max(self._today, last.day + timedelta(days=1))
        return self._today

    @property
    def money_day(self) -> date:
        """``today`` for whatever moves money. ``Refusal(CLOCK_BEFORE_CLOSE)`` while the clock stands before the last
        close: the order of money must be told by its days."""
        day = self.today
        if self._last_close is not None and self.now < self._last_close[1]:
            raise Refusal(Reason.CLOCK_BEFORE_CLOSE, when=self._last_close[1])
        return day

    def reading(self) -> Connection:
        """The transaction's connection for plain queries, with everything so far written out."""
        self.session.flush()
        return self._connection

    def order(self, order_id: int, version: int | None) -> RepairOrder:
        """Load an order to change it; ``Conflict`` when it is no longer the version the user saw.

        ``version=None`` is for commands that add a fact whatever else happened (a note, a photo).
        """
        order = self.session.get(RepairOrder, order_id)
        if order is None:
            raise Refusal(Reason.NOT_FOUND)
        # Compared by hand: assigning a version column to a freshly loaded row detects nothing.
        if version is not None and order.version != version:
            raise Conflict(Kind.ORDER, order_id)
        order.version += 1
        self.changed(Kind.ORDER, order_id)
        return order

    def order_head(self, order_id: int, version: int | None) -> OrderHead:
        """As ``order``, for commands that add to an order and change nothing of its own."""
        connection = self.reading()
        head = read_head(connection, order_id)
        if version is not None and head.version != version:
            raise Conflict(Kind.ORDER, order_id)
        grow(connection, head)
        self.changed(Kind.ORDER, order_id)
        return head

    def journal(
        self,
        *,
        order_id: int | None = None,
        action: Action | None = None,
        from_status: Status | None = None,
        to_status: Status | None = None,
        **detail: Any,
    ) -> None:
        """Note who did what. ``detail`` holds codes, ids and amounts in fen, never personal data."""
        self._entries.append(_Entry(order_id, action, from_status, to_status, detail))

    def next_number(self, series: Series, period: str) -> int:
        """The next number of a series in a period, given inside the transaction: no gaps, no doubles."""
        return int(_NEXT_NUMBER.value(self._connection, series=series.value, period=period))

    def outbox(self, brand_id: int, kind: str, subject: str, body: Mapping[str, Any]) -> UUID:
        """Tell a brand's head office, once, in the transaction of what it is told of; returns the event's id.

        ``kind`` and ``body`` are of ``core.wire``; nothing else ever leaves the shop.
        """
        event_id = uuid7()
        _INSERT_EVENT.run(
            self._connection,
            uuid=event_id,
            brand_id=brand_id,
            kind=kind,
            subject=subject,
            body=dict(body),
            made_at=self.now,
            state=OutboxState.WAITING,
            attempts=0,
            reason="",
        )
        return event_id

    def changed(self, kind: Kind, record_id: int) -> None:
        """Tell the pages, after the commit, that a record changed."""
        self._touched.add((kind, record_id))

    def changes(self) -> Changes:
        """All that was touched."""
        return Changes(frozenset(self._touched))

    def found(self, shop_id: str) -> None:
        """The shop has an id from here on: its journal is sealed from the first entry."""
        self._seal = seal_for_writing(shop_id, self._folder.root)

    def book(self, *, denied: bool = False) -> None:
        """Write the operation and the journal; called by the door just before the commit."""
        self.session.flush()
        if self.command in UNJOURNALED and not denied:
            return
        connection = self._connection
        _INSERT_OPERATION.run(
            connection, id=self.ctx.operation_id, command=self.command, result=self.result, at=self.now
        )
        if not self._entries:
            self.journal()
        last = _LAST_ENTRY.row(connection)
        digest = b"" if last is None else last.digest
        seal = self._seal
        if seal is not None and seal.note in (Note.NONE, Note.ELSEWHERE):
            with suppress(EnvironmentFault):
                mark = Mark(0 if last is None else last.id, digest)
                seal.begin(mark, lambda known: reaches(connection, known))
        for entry in self._entries:
            row = {
                "at": self.now,
                "actor_id": self.actor.id,
                "command": self.command,
                "order_id": entry.order_id,
                "action": entry.action,
                "from_status": entry.from_status,
                "to_status": entry.to_status,
                "detail": entry.detail,
                "operation_id": self.ctx.operation_id,
            }
            digest = journal_digest(digest, row)
            mac = None if seal is None else seal.of(digest)
            _INSERT_JOURNAL.run(connection, **row, digest=digest, mac=mac)


_NEXT_NUMBER = Prepared(
    text(
        "INSERT INTO number_series (series, period, last) VALUES (:series, :period, 1)"
        " ON CONFLICT (series, period) DO UPDATE SET last = last + 1 RETURNING last"
    )
)
# In plain SQL: the door opens before the classes of the money are mapped.
_NEWEST_CLOSE = Prepared(
    text("SELECT day, closed_at FROM day_close ORDER BY day DESC LIMIT 1").columns(
        day=DayType, closed_at=UtcDateTime
    )
)
_INSERT_OPERATION = Prepared(
    insert(Operation.__table__),  # type: ignore[arg-type]
    ("id", "command", "result", "at"),
)
_INSERT_EVENT = Prepared(
    insert(OutboxEvent.__table__),  # type: ignore[arg-type]
    ("uuid", "brand_id", "kind", "subject", "body", "made_at", "state", "attempts", "reason"),
)
_INSERT_JOURNAL = Prepared(
    insert(JournalEntry.__table__),  # type: ignore[arg-type]
    (
        *("at", "actor_id", "command", "order_id", "action", "from_status", "to_status", "detail"),
        *("operation_id", "digest", "mac"),
    ),
)
_LAST_ENTRY = Prepared(select(JournalEntry.id, JournalEntry.digest).order_by(JournalEntry.id.desc()).limit(1))
_LAST_AT = select(JournalEntry.at).order_by(JournalEntry.id.desc()).limit(1)
_BOOKED = Prepared(
    select(Operation.command, Operation.result).where(Operation.id == bindparam("operation_id"))
)


#: Made once: a million entries are encoded again by every check.
_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode


def journal_digest(before: bytes, row: dict[str, Any]) -> bytes:
    """The digest of a journal row: SHA-256 over the previous digest and the row's content.

    An entry that is edited, deleted or swapped breaks every digest after it.
    """
    operation_id: UUID = row["operation_id"]
    return chained(
        before,
        row["at"],
        row["actor_id"],
        row["command"],
        row["order_id"],
        row["action"],
        row["from_status"],
        row["to_status"],
        row["detail"],
        operation_id.bytes,
    )


def chained(before: bytes, at: datetime, *content: Any) -> bytes:
    """The digest of an entry's plain values; the operation's sixteen bytes come last."""
    *values, operation = content
    encoded = _ENCODE([at.isoformat(timespec="microseconds"), *values, operation.hex()])
    return hashlib.sha256(before + encoded.encode("ascii")).digest()


class Store:
    """One shop's records. Open it with ``Store.open``; close it at the end."""

    def __init__(self, folder: DataFolder, clock: Clock, engine: Engine, lock: FolderLock | None) -> None:
        self.folder = folder
        self.clock = clock
        self.engine = engine
        self.changes = ChangeBoard()
        self.photos = PhotoStore(folder.photos)
        self._lock = lock
        self._write_engine = engine.execution_options(writing=True)
        self._watch = FileWatch(folder.database)
        #: Room for a full disk; the window's worker makes it (``app.lookout``), nobody else needs it.
        self.reserve: Reserve | None = None
        self.clock_watch = ClockWatch(folder.root / "clock.json", clock, self._last_entry)
        self._doubted = False
        self._read_only = False
        self._stopped: EnvironmentFault | None = None
        self._settings: Kept[ShopSettings] = Kept()
        self._secrets: SecretBox | None = None
        self._seal: Seal | None = None
        self._seal_asked = False
        self._seal_lock = Lock()
        self._turns = Lock()

    @classmethod
    def open(
        cls, root: Path, clock: Clock, *, exclusive: bool = True, lock: FolderLock | None = None
    ) -> Store:
        """Open the shop in ``root``, making a new one where the folder holds none.

        ``exclusive=False`` is for reading beside an open window: it takes no lock and makes nothing.
        ``lock`` was taken before, by a window that painted first; it now belongs to the store.
        Raises ``EnvironmentFault``: ALREADY_OPEN, READ_ONLY, NETWORK_SHARE, DAMAGED, NEWER_VERSION,
        OTHER_PROGRAM …
        """
        # What refers to another's table cannot be written before that one is mapped, whichever page asks first.
        everything()
        folder = DataFolder(root)
        if exclusive:
            if lock is None:
                folder.prepare()
                lock = FolderLock(folder, clock.now())
        elif unfinished(folder):
            raise EnvironmentFault(Fault.RESTORE_UNFINISHED, path=root)
        elif not folder.database.exists():
            raise EnvironmentFault(Fault.NO_SHOP, path=root)
        try:
            if exclusive:
                finish(folder)
            with translated(folder.database):
                if folder.database.exists() or not exclusive:
                    _ensure_current(folder, exclusive, clock)
                elif folder.orphaned():
                    raise EnvironmentFault(Fault.DAMAGED, path=root)
                else:
                    create_fresh(folder.database)
            return cls(folder, clock, make_engine(folder.database, read_only=not exclusive), lock)
        except BaseException as error:
            if lock is not None:
                lock.release()
            if isinstance(error, OSError):
                raise fault_of_file(error, folder.database) from error
            raise

    def second(self) -> Store:
        """Another ``Store`` on the same records in this process, for tests of two at once."""
        return Store(self.folder, self.clock, make_engine(self.folder.database), None)

    def close(self) -> None:
        """End all connections and let the next program in."""
        self.engine.dispose()
        self._watch.close()
        if self._lock is not None:
            self._lock.release()

    @property
    def settings(self) -> ShopSettings:
        """The shop's settings, read once and again after each change."""

        def load() -> ShopSettings:
            with self.read() as reading:
                return _settings_of(reading)

        return self._settings.get(load)

    @property
    def secrets(self) -> SecretBox:
        """What encrypts device passcodes; its key is found at the first use."""
        if self._secrets is None:
            self._secrets = SecretBox.of_shop(self.settings.shop_id)
        return self._secrets

    @property
    def seal(self) -> Seal | None:
        """What seals the journal; asked of the keyring once. None before the shop has an id, and where no key can be
        had."""
        if not self._seal_asked:
            with self._seal_lock:
                shop_id = self.settings.shop_id
                if not self._seal_asked and shop_id:
                    self._seal = seal_for_writing(shop_id, self.folder.root)
                    self._seal_asked = True
        return self._seal

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A connection that sees one moment of the records and writes nothing."""
        with self._told(), ExitStack() as leaving:
            try:
                connection = leaving.enter_context(self.engine.begin())
            except DBAPIError as error:
                # On a full disk a first look needs a little room, too: the reserve makes it.
                fault = meaning_of(error, self.folder.database)
                if fault is None or fault.fault is not Fault.DISK_FULL or not self._gives_room():
                    raise
                connection = leaving.enter_context(self.engine.begin())
            yield connection

    def rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows that a plain query finds, as they are stored (``store.records.Records``)."""
        with self.read() as reading:
            return reading.exec_driver_sql(sql, dict(values)).all()

    @contextmanager
    def write(
        self, command: Command, ctx: Ctx, *, order_id: int | None = None, aside: Aside = nothing_aside
    ) -> Iterator[Tx]:
        """The one write door: right, repeat, transaction, journal, then the changes are told.

        ``order_id`` of a command on an order: one that is denied stands in that order's history.
        ``aside`` is entered on the same connection before the lock is taken and left after it is given back: for TEMP
        tables of rows that lie ready. No dialog, file, printer or network inside: the lock is held. Raises
        ``Refusal(NOT_ALLOWED)``, ``AlreadyBooked`` (see ``repeatable``) and ``EnvironmentFault``; on any error nothing
        is written.
        """
        if not ctx.actor.may(command):
            self._journal_denied(command, ctx, order_id)
            raise Refusal(Reason.NOT_ALLOWED, command=command)
        with self._told(), timed(log, command):
            self._check_file()
            if self.reserve is not None and not self.reserve.allows(command):
                raise EnvironmentFault(Fault.DISK_FULL, path=self.folder.root)
            # Before the lock is taken: a keyring may ask its user something.
            seal = None if command in UNJOURNALED else self.seal
            with (
                ExitStack() as committing,
                self._write_engine.connect() as connection,
                aside(connection),
                self._turn(),
                connection.begin(),
            ):
                self._watch.check_log()
                booked = _BOOKED.row(connection, operation_id=ctx.operation_id)
                if booked is not None:
                    raise AlreadyBooked(booked.command, booked.result)
                with Session(bind=connection, expire_on_commit=False, autoflush=False) as session:
                    # By this connection and under the lock: nobody can be changing them now.
                    settings = self._settings.get(lambda: _settings_of(connection))
                    tx = Tx(settings, self.clock.now(), session, connection, command, ctx, seal, self.folder)
                    yield tx
                    tx.book()
                changes = tx.changes()
                if changes.has(Kind.SETTING):
                    committing.enter_context(self._settings.changing())
            # Taken away while this was written: nobody may be told that it is saved.
            self._watch.check()
        self.changes.publish(changes)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Writers of this program take turns: whose turn comes is woken at once. SQLite's own waiting looks again only
        after up to 100 ms, and the window would stand still behind a background task that was long done."""
        mine = self._turns.acquire(timeout=BUSY_MS / 1000)
        try:
            yield  # after so long without a turn SQLite says itself who holds the records
        finally:
            if mine:
                self._turns.release()

    def _journal_denied(self, command: Command, ctx: Ctx, order_id: int | None) -> None:
        """A denied command leaves a trace and nothing else."""
        seal = self.seal
        with (
            self._told(),
            self._write_engine.begin() as connection,
            Session(bind=connection, autoflush=False) as session,
        ):
            # Its own operation id: the gesture itself was not booked and may be repeated by somebody
            # with the right.
            settings = self._settings.get(lambda: _settings_of(connection))
            denied = Ctx.gesture(ctx.actor)
            tx = Tx(settings, self.clock.now(), session, connection, command, denied, seal, self.folder)
            there = order_id is not None and session.get(RepairOrder, order_id) is not None
            tx.journal(order_id=order_id if there else None, denied=True)
            tx.book(denied=True)

    def stop_writing(self, fault: EnvironmentFault) -> None:
        """The records are found damaged while open: from now on every command is refused with ``fault``, reading goes
        on as far as it goes. What would be saved could not be trusted, and makes the damage larger."""
        self._stopped = fault

    def _check_file(self) -> None:
        """A database file deleted or replaced while open raises no error at all (promises.md): look each time."""
        if self._stopped is not None:
            raise self._stopped
        self._watch.check()
        if self._read_only:
            # What was opened meanwhile stays as it was opened, however the file is marked now.
            self.engine.dispose()
            self._read_only = False

    @contextmanager
    def _told(self) -> Iterator[None]:
        """What the database reports becomes a fault with a sentence, and what follows from it is done."""
        try:
            with translated(self.folder.database):
                yield
        except EnvironmentFault as fault:
            if fault.fault is Fault.DISK_FULL:
                self._gives_room()
            self._read_only = self._read_only or fault.fault is Fault.READ_ONLY
            if fault.fault is Fault.DAMAGED and fault is not self._stopped and not self._doubted:
                # A page that could not be read shows as damage, too: whatever lies in the caches is read again first.
                self._doubted = True
                self.engine.dispose()
                raise EnvironmentFault(Fault.DISK_ERROR, path=self.folder.root) from fault
            raise

    def _gives_room(self) -> bool:
        """The disk is full: whether there was a reserve to give up."""
        if self.reserve is None or self.reserve.given_up:
            return False
        self.reserve.give_up()
        return True

    def _last_entry(self) -> datetime | None:
        """When the newest entry of the journal was made, as the clock stood then."""
        with self.read() as reading:
            found = reading.execute(_LAST_AT).scalar()
        return found if isinstance(found, datetime) else None


def _ensure_current(folder: DataFolder, exclusive: bool, clock: Clock) -> None:
    """As ``ensure_current``; damage is looked at twice, since a failed read shows as damage."""
    try:
        ensure_current(folder.database, may_migrate=exclusive, now=clock.now())
    except UNREADABLE as error:
        fault = meaning_of(error, folder.database)
        if fault is None or fault.fault is not Fault.DAMAGED:
            raise
        ensure_current(folder.database, may_migrate=exclusive, now=clock.now())


def _settings_of(connection: Connection) -> ShopSettings:
    rows = connection.execute(select(Setting.key, type_coerce(Setting.value, Text)))
    return from_rows({key: _spoken(value) for key, value in rows})


def _spoken(value: str) -> Any:
    """What a setting says; None where it is torn: a shop opens all the same, and the check-up tells of it."""
    try:
        return json.loads(value)
    except ValueError:
        return None
