"""The two doors: who may, once only, all or nothing, nobody overwritten (design.md §3)."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event, select, update
from sqlalchemy.exc import DBAPIError

from app.core.brand_codes import OutboxState
from app.core.changes import Changes, Kind
from app.core.clock import SetClock
from app.core.enums import Action, Command, Role, Series, Status
from app.core.errors import Conflict, EnvironmentFault, Fault, Reason, Refusal
from app.core.rights import FOUNDER, RIGHTS, UNJOURNALED, Actor, Ctx
from app.core.sentences import sentence
from app.model import Brand, JournalEntry, NumberSeries, Operation, OutboxEvent, RepairOrder, Setting
from app.model.settings import ShopSettings
from app.store.audit import first_broken_entry, holds, journal_head
from app.store.door import AlreadyBooked, Store, repeatable
from app.store.schema import APPEND_ONLY

NewOrder = Callable[..., RepairOrder]


def ctx(actor: Actor = FOUNDER) -> Ctx:
    return Ctx.gesture(actor)


def everything(store: Store) -> dict[str, list[Any]]:
    """All rows of all tables."""
    with store.read() as reading:
        names = [
            row[0]
            for row in reading.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'order\\_%' ESCAPE '\\'"
            )
        ]
        return {
            name: [tuple(row) for row in reading.exec_driver_sql(f"SELECT * FROM {name}")] for name in names
        }


# -- rights ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", list(Command))
def test_a_denied_command_changes_nothing_and_leaves_a_trace(store: Store, command: Command) -> None:
    denied = [role for role in Role if role not in RIGHTS[command]]
    before = everything(store)
    for role in denied:
        with pytest.raises(Refusal) as refused, store.write(command, ctx(Actor(9, "", role))):
            pytest.fail("the body must not run")
        assert refused.value.reason is Reason.NOT_ALLOWED
        assert sentence(refused.value)
    after = everything(store)
    assert len(after.pop("journal")) == len(before.pop("journal")) + len(denied)
    assert len(after.pop("operation")) == len(before.pop("operation")) + len(denied)
    assert after == before
    with store.read() as reading:
        for entry in reading.execute(
            select(JournalEntry.detail, JournalEntry.actor_id, JournalEntry.command)
        ):
            assert tuple(entry) == ({"denied": True}, 9, command)
        assert first_broken_entry(reading) is None


def test_a_denied_gesture_may_be_repeated_by_somebody_with_the_right(
    store: Store, owner: Actor, technician: Actor
) -> None:
    gesture = ctx(technician)
    with pytest.raises(Refusal), store.write(Command.SAVE_STAFF, gesture):
        pass
    with store.write(Command.SAVE_STAFF, Ctx(owner, gesture.operation_id)) as tx:
        tx.result = {"done": 1}


# -- once only -------------------------------------------------------------------------------------------


def test_the_same_gesture_is_booked_once(store: Store) -> None:
    gesture = ctx()
    with store.write(Command.IMPORT, gesture) as tx:
        tx.next_number(Series.ORDER, "2611")
        tx.result = {"order_id": 7}
    before = everything(store)
    with pytest.raises(AlreadyBooked) as booked, store.write(Command.IMPORT, gesture) as tx:
        tx.next_number(Series.ORDER, "2611")
    assert booked.value.result == {"order_id": 7}
    assert booked.value.command is Command.IMPORT
    assert everything(store) == before


def test_a_repeated_service_command_answers_from_what_is_booked(store: Store) -> None:
    class Service:
        done = 0

        def reopen(self, result: dict[str, Any]) -> str:
            return f"again {result['number']}"

        @repeatable(reopen)
        def give(self, gesture: Ctx) -> str:
            """Give a number."""
            with store.write(Command.IMPORT, gesture) as tx:
                self.done += 1
                tx.result = {"number": tx.next_number(Series.ORDER, "2611")}
                return f"first {tx.result['number']}"

    service, gesture = Service(), ctx()
    assert [service.give(gesture) for _ in range(3)] == ["first 1", "again 1", "again 1"]
    assert service.done == 1
    assert service.give.__doc__ == "Give a number."


def test_a_gesture_that_failed_may_be_tried_again(store: Store) -> None:
    gesture = ctx()
    with pytest.raises(Refusal), store.write(Command.IMPORT, gesture):
        raise Refusal(Reason.NOTE_REQUIRED)
    with store.write(Command.IMPORT, gesture) as tx:
        tx.result = {"ok": True}


# -- all or nothing --------------------------------------------------------------------------------------


class Pulled(Exception):
    """Something nobody foresaw."""


@pytest.mark.parametrize(
    "error", [Pulled(), Refusal(Reason.NOT_FOUND), Conflict("order", 1), KeyboardInterrupt(), MemoryError()]
)
def test_an_error_inside_leaves_nothing(
    store: Store, owner: Actor, new_order: NewOrder, error: BaseException
) -> None:
    before = everything(store)
    heard: list[Changes] = []
    store.changes.subscribe(heard.append)
    with pytest.raises(type(error)), store.write(Command.TAKE_IN, ctx(owner)) as tx:  # noqa: PT012
        order = new_order(tx)
        tx.next_number(Series.ORDER, "2611")
        tx.journal(order_id=order.id)
        tx.changed(Kind.ORDER, order.id)
        raise error
    assert everything(store) == before
    assert heard == []
    with store.write(Command.TAKE_IN, ctx(owner)) as tx:
        assert tx.next_number(Series.ORDER, "2611") == 1


def test_a_broken_constraint_is_the_programs_mistake_and_gives_nothing_away(
    store: Store, owner: Actor
) -> None:
    before = everything(store)
    with pytest.raises(DBAPIError) as broken, store.write(Command.SAVE_SETTINGS, ctx(owner)) as tx:  # noqa: PT012
        for _ in range(2):
            tx.reading().execute(Setting.__table__.insert(), {"key": "phone 13800138000", "value": "张三"})
    assert "13800138000" not in str(broken.value)
    assert "UNIQUE" in str(broken.value)
    assert everything(store) == before


def test_numbers_have_no_gaps_though_transactions_fail(store: Store) -> None:
    given = []
    for at in range(20):
        try:
            with store.write(Command.IMPORT, ctx()) as tx:
                number = tx.next_number(Series.INVOICE, "2611")
                if at % 3 == 0:
                    raise Pulled
                given.append(number)
        except Pulled:
            pass
    assert given == list(range(1, len(given) + 1))
    with store.write(Command.IMPORT, ctx()) as tx:
        assert tx.next_number(Series.INVOICE, "2612") == 1
        assert tx.next_number(Series.PAYMENT, "2611") == 1


@pytest.mark.parametrize("table", APPEND_ONLY)
@pytest.mark.parametrize("verb", ["UPDATE", "DELETE"])
def test_facts_cannot_be_changed(store: Store, table: str, verb: str) -> None:
    with store.read() as reading:
        columns = reading.exec_driver_sql(f"PRAGMA table_info({table})").all()
    names = ", ".join(row[1] for row in columns if not row[5])
    values = ", ".join(
        "x'00'" if row[2] == "BLOB" else "'{}'" if row[2] == "TEXT" else "1" for row in columns if not row[5]
    )
    key = "x'0000000000000000000000000000000000'" if table == "operation" else "1"
    statement = f"UPDATE {table} SET id = id" if verb == "UPDATE" else f"DELETE FROM {table}"
    raw = store.engine.raw_connection()
    try:
        raw.cursor().execute("PRAGMA foreign_keys=OFF")
        raw.cursor().execute("PRAGMA ignore_check_constraints=ON")
        raw.cursor().execute(f"INSERT INTO {table} (id, {names}) VALUES ({key}, {values})")
        with pytest.raises(Exception, match=f"{table} is append-only"):
            raw.cursor().execute(statement)
    finally:
        raw.cursor().execute("PRAGMA foreign_keys=ON")
        raw.cursor().execute("PRAGMA ignore_check_constraints=OFF")
        raw.close()


# -- nobody overwritten ----------------------------------------------------------------------------------


def test_the_second_of_two_who_saw_the_same_version_is_told(
    store: Store, owner: Actor, new_order: NewOrder
) -> None:
    with store.write(Command.TAKE_IN, ctx(owner)) as tx:
        seen = new_order(tx)
    with store.write(Command.EDIT_ORDER, ctx(owner)) as tx:
        tx.order(seen.id, seen.version).shelf = "A1"
    with pytest.raises(Conflict), store.write(Command.EDIT_ORDER, ctx(owner)) as tx:
        tx.order(seen.id, seen.version).shelf = "B2"
    with store.write(Command.ADD_NOTE, ctx(owner)) as tx:
        order = tx.order(seen.id, None)
        assert (order.shelf, order.version) == ("A1", 3)
    with pytest.raises(Refusal) as refused, store.write(Command.ADD_NOTE, ctx(owner)) as tx:
        tx.order(404, None)
    assert refused.value.reason is Reason.NOT_FOUND


def test_two_stores_writing_lose_nothing(store: Store) -> None:
    """SELECT, then UPDATE from what was read: without BEGIN IMMEDIATE this loses most of them."""
    other = store.second()
    with store.write(Command.IMPORT, ctx()) as tx:
        tx.session.add(NumberSeries(series=Series.PART, period="x", last=0))
    failed: list[BaseException] = []

    def work(mine: Store) -> None:
        try:
            for _ in range(50):
                with mine.write(Command.IMPORT, ctx()) as tx:
                    row = tx.session.get_one(NumberSeries, (Series.PART, "x"))
                    row.last += 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(mine,)) for mine in (store, other, store, other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    other.close()
    assert failed == []
    with store.read() as reading:
        assert reading.execute(select(NumberSeries.last)).scalars().all() == [200]
        assert reading.execute(select(Operation.id)).all().__len__() == 201
        assert first_broken_entry(reading) is None


def test_a_reader_sees_one_moment(store: Store) -> None:
    count = select(NumberSeries.last)
    with store.read() as reading:
        assert reading.execute(count).all() == []
        with store.write(Command.IMPORT, ctx()) as tx:
            tx.next_number(Series.ORDER, "2611")
        assert reading.execute(count).all() == []
    with store.read() as reading:
        assert reading.execute(count).scalar() == 1


def test_waiting_too_long_for_another_writer_is_said_plainly(store: Store) -> None:
    other = store.second()

    @event.listens_for(other.engine, "connect")
    def _impatient(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA busy_timeout=20")

    with store.write(Command.IMPORT, ctx()) as tx:
        tx.next_number(Series.ORDER, "2611")
        with pytest.raises(EnvironmentFault) as busy, other.write(Command.IMPORT, ctx()):
            pytest.fail("the lock is held")
    assert busy.value.fault is Fault.BUSY
    with other.write(Command.IMPORT, ctx()) as tx:
        assert tx.next_number(Series.ORDER, "2611") == 2
    other.close()


# -- settings --------------------------------------------------------------------------------------------


def rename(store: Store, name: str) -> None:
    with store.write(Command.SAVE_SETTINGS, ctx()) as tx:
        tx.session.merge(Setting(key="shop_name", value=name))
        tx.changed(Kind.SETTING, 0)


def test_settings_are_read_again_after_a_change(store: Store) -> None:
    assert store.settings == ShopSettings()
    first = store.settings
    assert store.settings is first
    rename(store, "老王维修")
    assert store.settings.shop_name == "老王维修"
    with store.write(Command.IMPORT, ctx()) as tx:
        assert tx.settings.shop_name == "老王维修"


def test_settings_can_be_asked_for_while_a_write_is_open(store: Store) -> None:
    """Also the very first time, and from another thread: no second writer, no waiting."""
    seen = []
    with store.write(Command.IMPORT, ctx()) as tx:
        tx.next_number(Series.ORDER, "2611")
        thread = threading.Thread(target=lambda: seen.append(store.settings.shop_name))
        thread.start()
        thread.join(2)
        assert store.settings.shop_name == ""
    assert seen == [""]


def test_a_reader_between_commit_and_forgetting_keeps_no_old_settings(store: Store) -> None:
    @contextmanager
    def slow() -> Iterator[None]:
        with changing():
            assert store.settings.shop_name == ""  # another thread asks just before the commit
            yield
            assert store.settings.shop_name == "新"  # and just after it

    changing = store._settings.changing
    store._settings.changing = slow  # type: ignore[method-assign]
    rename(store, "新")
    assert store.settings.shop_name == "新"


def test_a_change_that_fails_changes_no_settings(store: Store) -> None:
    with pytest.raises(Pulled), store.write(Command.SAVE_SETTINGS, ctx()) as tx:  # noqa: PT012
        tx.session.merge(Setting(key="shop_name", value="x"))
        tx.changed(Kind.SETTING, 0)
        raise Pulled
    assert store.settings.shop_name == ""


def test_changes_are_told_after_the_commit(store: Store) -> None:
    heard: list[tuple[bool, Changes]] = []

    def listen(changes: Changes) -> None:
        with store.read() as reading:
            heard.append((reading.execute(select(NumberSeries.last)).scalar() == 1, changes))

    store.changes.subscribe(listen)
    with store.write(Command.IMPORT, ctx()) as tx:
        tx.next_number(Series.ORDER, "2611")
        tx.changed(Kind.ORDER, 3)
        assert heard == []
    assert heard == [(True, Changes(frozenset({(Kind.ORDER, 3)})))]


# -- the journal -----------------------------------------------------------------------------------------


@pytest.fixture
def journal(store: Store, clock: SetClock, owner: Actor, new_order: NewOrder) -> Store:
    """A store with a journal of ten entries of all kinds."""
    with store.write(Command.TAKE_IN, ctx(owner)) as tx:
        order = new_order(tx)
        tx.journal(
            order_id=order.id, action=Action.RECEIVE, to_status=Status.RECEIVED, amount=1250, 备注="é\u2028"
        )
    for at in range(9):
        with store.write(Command.MOVE_ORDER, ctx(owner)) as tx:
            tx.journal(
                order_id=order.id,
                action=Action.START_DIAGNOSIS,
                from_status=Status.RECEIVED,
                to_status=Status.DIAGNOSING,
                at=at,
            )
    return store


def tamper(store: Store, *statements: str) -> int | None:
    """Change rows as somebody with the file and a tool would; the answer of the check."""
    raw = store.engine.raw_connection()
    cursor = raw.cursor()
    cursor.execute("DROP TRIGGER journal_no_update")
    cursor.execute("DROP TRIGGER journal_no_delete")
    for statement in statements:
        cursor.execute(statement)
    raw.close()
    with store.read() as reading:
        return first_broken_entry(reading)


def test_an_untouched_journal_is_sound(journal: Store) -> None:
    with journal.read() as reading:
        assert first_broken_entry(reading) is None
        assert len(journal_head(reading)) == 32
        assert holds(reading, journal_head(reading))


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        ("UPDATE journal SET at = at + 1 WHERE id = 4", 4),
        ("UPDATE journal SET actor_id = 2 WHERE id = 4", 4),
        ("UPDATE journal SET command = 'import' WHERE id = 10", 10),
        ("UPDATE journal SET command = 'no such command' WHERE id = 4", 4),
        ("UPDATE journal SET order_id = NULL WHERE id = 4", 4),
        ("UPDATE journal SET action = 'cancel' WHERE id = 4", 4),
        ("UPDATE journal SET from_status = NULL WHERE id = 4", 4),
        ("UPDATE journal SET to_status = 'ready' WHERE id = 4", 4),
        ("UPDATE journal SET detail = '{}' WHERE id = 1", 1),
        ("UPDATE journal SET detail = 'no json' WHERE id = 4", 4),
        ("UPDATE journal SET operation_id = zeroblob(16) WHERE id = 4", 4),
        ("UPDATE journal SET operation_id = x'00' WHERE id = 4", 4),
        ("UPDATE journal SET digest = zeroblob(32) WHERE id = 4", 4),
        ("UPDATE journal SET at = 9223372036854775807 WHERE id = 4", 4),
        ("DELETE FROM journal WHERE id = 1", 2),
        ("DELETE FROM journal WHERE id = 5", 6),
        ("INSERT INTO journal SELECT 11, at, actor_id, command, order_id, action, from_status, to_status,"
         " detail, operation_id, digest, mac FROM journal WHERE id = 10", 11),
    ],
)  # fmt: skip
def test_a_row_that_was_touched_is_found(journal: Store, statement: str, found: int) -> None:
    assert tamper(journal, statement) == found


def test_swapped_rows_are_found(journal: Store) -> None:
    swap = [f"UPDATE journal SET id = {new} WHERE id = {old}" for old, new in ((4, 99), (5, 4), (99, 5))]
    assert tamper(journal, *swap) == 4


def test_a_renumbered_gap_is_found(journal: Store) -> None:
    assert (
        tamper(journal, "DELETE FROM journal WHERE id = 10", "UPDATE journal SET id = 10 WHERE id = 9") == 10
    )


def test_a_journal_cut_at_its_end_no_longer_reaches_the_printed_head(journal: Store) -> None:
    with journal.read() as reading:
        printed = journal_head(reading)
    assert tamper(journal, "DELETE FROM journal WHERE id > 7") is None
    with journal.read() as reading:
        assert not holds(reading, printed)


def test_an_empty_journal_is_sound(store: Store) -> None:
    with store.read() as reading:
        assert first_broken_entry(reading) is None
        assert journal_head(reading) == b""
        assert holds(reading, b"")


def test_every_command_leaves_an_entry_even_if_it_says_nothing(store: Store) -> None:
    with store.write(Command.ASSIGN, ctx()):
        pass
    with store.write(Command.SAVE_DRAFT, ctx()):
        pass
    with store.read() as reading:
        assert reading.execute(select(JournalEntry.command)).scalars().all() == [Command.ASSIGN]
    assert frozenset({Command.SAVE_DRAFT, Command.NOTE_LOOKS, Command.NOTE_CONTACT}) == UNJOURNALED


# -- the world outside -----------------------------------------------------------------------------------


def refuses(store: Store) -> Fault:
    with pytest.raises(EnvironmentFault) as fault, store.write(Command.IMPORT, ctx()) as tx:
        tx.next_number(Series.ORDER, "2611")
    assert sentence(fault.value)
    return fault.value.fault


def test_a_file_deleted_while_open_stops_the_next_write(store: Store) -> None:
    store.folder.database.unlink()
    assert refuses(store) is Fault.FILE_GONE
    assert not store.folder.database.exists()


def test_a_file_replaced_while_open_stops_the_next_write(store: Store) -> None:
    copy = store.folder.root / "copy.sqlite"
    copy.write_bytes(store.folder.database.read_bytes())
    copy.replace(store.folder.database)
    before = store.folder.database.read_bytes()
    assert refuses(store) is Fault.FILE_GONE
    assert store.folder.database.read_bytes() == before


def test_reading_a_file_that_is_gone_says_so_too(store: Store) -> None:
    store.engine.dispose()
    store.folder.database.unlink()
    with pytest.raises(EnvironmentFault) as fault, store.read():
        pass
    assert fault.value.fault is Fault.FILE_GONE


def test_a_full_disk_leaves_nothing_half_and_goes_on_when_there_is_room(store: Store) -> None:
    raw = store.engine.raw_connection()
    pages = raw.cursor().execute("PRAGMA page_count").fetchone()[0]
    raw.cursor().execute(f"PRAGMA max_page_count={pages}")
    raw.close()
    before = everything(store)
    with pytest.raises(EnvironmentFault) as fault, store.write(Command.IMPORT, ctx()) as tx:
        tx.reading().execute(Setting.__table__.insert(), {"key": "terms", "value": "长" * 100_000})
    assert fault.value.fault is Fault.DISK_FULL
    assert everything(store) == before
    raw = store.engine.raw_connection()
    raw.cursor().execute("PRAGMA max_page_count=1073741823")
    raw.close()
    with store.write(Command.IMPORT, ctx()) as tx:
        tx.reading().execute(Setting.__table__.insert(), {"key": "terms", "value": "长" * 100_000})


def test_beside_an_open_window_one_can_read_but_not_write(store: Store, clock: SetClock) -> None:
    rename(store, "老王维修")
    beside = Store.open(store.folder.root, clock, exclusive=False)
    assert beside.settings.shop_name == "老王维修"
    assert refuses(beside) is Fault.READ_ONLY
    rename(store, "改")
    with beside.read() as reading:
        assert reading.execute(select(Setting.value)).scalar() == "改"
    beside.close()


def test_pragmas_are_what_the_house_asks_for(store: Store) -> None:
    wanted = {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 5000, "secure_delete": 1,
        "trusted_schema": 0, "cell_size_check": 1, "mmap_size": 0, "application_id": 0x58495548,
    }  # fmt: skip
    with store.read() as reading:
        found = {name: reading.exec_driver_sql(f"PRAGMA {name}").scalar() for name in wanted}
    assert found == wanted


def test_erased_text_is_gone_from_the_file(store: Store) -> None:
    canary = "canary-passcode-4711"
    with store.write(Command.SAVE_SETTINGS, ctx()) as tx:
        tx.session.add(Setting(key="terms", value=canary))
    with store.write(Command.SAVE_SETTINGS, ctx()) as tx:
        tx.session.execute(update(Setting).values(value=""))
    store.close()
    assert canary.encode() not in store.folder.database.read_bytes()


# -- what is laid ready before the lock ------------------------------------------------------------------


def test_what_lies_ready_was_made_without_the_lock_and_is_gone_afterwards(store: Store) -> None:
    second = store.second()
    left: list[bool] = []

    @contextmanager
    def aside(connection: Connection) -> Iterator[None]:
        connection.connection.cursor().execute("CREATE TEMP TABLE ready AS SELECT 7 AS number")
        # Another's command is not kept waiting.
        with second.write(Command.IMPORT, ctx()) as tx:
            tx.next_number(Series.INVOICE, "2611")
        try:
            yield
        finally:
            left.append(connection.in_transaction())
            connection.connection.cursor().execute("DROP TABLE ready")

    with store.write(Command.IMPORT, ctx(), aside=aside) as tx:
        assert tx.reading().exec_driver_sql("SELECT number FROM ready").scalar_one() == 7
    with pytest.raises(Pulled), store.write(Command.IMPORT, ctx(), aside=aside):
        raise Pulled
    assert left == [False, False]
    second.engine.dispose()


def test_an_open_store_knows_every_table_whatever_was_imported(tmp_path: Path, clock: SetClock) -> None:
    """In a process of its own: here other tests have mapped the classes long since."""
    Store.open(tmp_path, clock).close()
    asked = (
        "import sys, pathlib; from app.core.clock import SystemClock; from app.store.door import Store;"
        " Store.open(pathlib.Path(sys.argv[1]), SystemClock()).close();"
        " from app.model import MODULES; from app.model.base import Base;"
        " known = {each.class_.__name__ for each in Base.registry.mappers};"
        " print({name for names in MODULES.values() for name in names} - known)"
    )
    done = subprocess.run(
        [sys.executable, "-c", asked, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "set()"


def test_what_a_head_office_is_told_stands_or_falls_with_the_change(store: Store) -> None:
    with store.write(Command.SAVE_BRAND, Ctx.gesture(FOUNDER)) as tx:
        brand = Brand(uuid=UUID(int=7), name="海尔", names=["Haier"], created_at=tx.now)
        tx.session.add(brand)
        tx.session.flush()
        told = tx.outbox(brand.id, "ping", "", {"n": 1})

    class Broken(Exception):
        pass

    def breaks() -> None:
        with store.write(Command.SAVE_BRAND, Ctx.gesture(FOUNDER)) as tx:
            tx.outbox(brand.id, "ping", "", {"n": 2})
            raise Broken

    with pytest.raises(Broken):
        breaks()
    with store.read() as reading:
        rows = reading.execute(select(OutboxEvent.uuid, OutboxEvent.body, OutboxEvent.state)).all()
    assert [(row.uuid, row.body, row.state) for row in rows] == [(told, {"n": 1}, OutboxState.WAITING)]


def test_what_was_opened_while_the_file_was_read_only_does_not_stay_so(store: Store) -> None:
    """SQLite opens a file that it may not write for reading, says nothing, and keeps the connection so."""
    database, ctx = store.folder.database, Ctx.gesture(FOUNDER)
    database.chmod(0o444)
    try:
        with pytest.raises(EnvironmentFault) as told, store.write(Command.MOVE_ORDER, ctx):
            pass
        assert told.value.fault is Fault.READ_ONLY
        with store.read() as first, store.read() as second:
            for connection in (first, second):
                # As whoever runs the tests may write everything, it is said to the connections instead.
                connection.exec_driver_sql("PRAGMA query_only=ON")
    finally:
        database.chmod(0o644)
    with store.write(Command.MOVE_ORDER, ctx) as tx:
        tx.journal(after="read-only")
