"""A fresh shop and a migrated one are the same; foreign, newer, damaged and empty files are left as they are."""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Text
from sqlalchemy.exc import DBAPIError

from app.core.clock import SetClock
from app.core.enums import Command
from app.core.errors import EnvironmentFault, Fault
from app.core.places import ROOT
from app.core.rights import FOUNDER, Actor, Ctx
from app.model import everything
from app.store import schema
from app.store.door import Store
from app.store.engine import make_engine
from app.store.marks import APPLICATION_ID, HEAD
from app.store.schema import (
    APPEND_ONLY,
    create_fresh,
    ensure_current,
    migrate,
    migration_config,
    migration_engine,
    recreate_extras,
)


def empty_file_of_ours(path: Path) -> None:
    raw = sqlite.connect(str(path), isolation_level=None)
    raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
    raw.close()


def contents(path: Path) -> dict[tuple[str, str], str]:
    """``sqlite_master`` without what differs by the way a statement was written."""
    raw = sqlite.connect(str(path))
    rows = raw.execute("SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    raw.close()
    return {(kind, name): normal(sql) for kind, name, sql in rows}


def normal(sql: str) -> str:
    flat = re.sub(r"\s*([(),])\s*", r"\1", re.sub(r"\s+", " ", sql.replace('"', ""))).strip()
    head, opened, inside = flat.partition("(")
    if not head.startswith("CREATE TABLE"):
        return flat
    # The order of a table's constraints says nothing; that of its columns does.
    body, closed, tail = inside.rpartition(")")
    parts = re.split(r",(?![^(]*\))", body)
    columns = [part for part in parts if not part.startswith("CONSTRAINT")]
    return head + opened + ",".join(columns + sorted(set(parts) - set(columns))) + closed + tail


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a shop made anew and one that every migration made; tests work on copies."""
    folder = tmp_path_factory.mktemp("originals")
    create_fresh(folder / "fresh.sqlite")
    empty_file_of_ours(folder / "migrated.sqlite")
    migrate(folder / "migrated.sqlite")
    return folder


@pytest.fixture
def fresh(tmp_path: Path, originals: Path) -> Path:
    (tmp_path / "fresh").mkdir()
    return Path(shutil.copy(originals / "fresh.sqlite", tmp_path / "fresh" / "shop.sqlite"))


@pytest.fixture
def migrated(tmp_path: Path, originals: Path) -> Path:
    return Path(shutil.copy(originals / "migrated.sqlite", tmp_path / "migrated.sqlite"))


def test_migrated_is_fresh(fresh: Path, migrated: Path) -> None:
    assert contents(migrated) == contents(fresh)
    assert len(contents(fresh)) > 90


def test_the_comparison_sees_a_difference(fresh: Path, migrated: Path) -> None:
    """Control: each kind of difference is found."""
    for change in (
        "DROP TRIGGER payment_no_update",
        "DROP INDEX ix_customer_phone_last4",
        "ALTER TABLE part ADD COLUMN extra TEXT",
        "ALTER TABLE part DROP COLUMN extra",  # and back: equal again but for the two above
    ):
        raw = sqlite.connect(str(migrated), isolation_level=None)
        raw.execute(change)
        raw.close()
        assert contents(migrated) != contents(fresh)
    engine = make_engine(migrated)
    with engine.execution_options(writing=True).begin() as connection:
        recreate_extras(connection)
    engine.dispose()
    assert contents(migrated) == contents(fresh)


def test_the_model_has_nothing_that_the_migrations_lack(migrated: Path) -> None:
    config = migration_config()
    config.attributes["engine"] = migration_engine(migrated)
    with warnings.catch_warnings():
        warnings.simplefilter(
            "ignore"
        )  # expression indexes cannot be read back; the test above compares them
        command.check(config)
    config.attributes["engine"].dispose()


def test_the_developers_tool_finds_no_difference() -> None:
    """``db/revise.py check`` is asked before a model's change is committed."""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", ROOT / "db" / "revise.py", "check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"a revision is missing: {done.stderr[-2000:]}"


def test_head_is_the_newest_revision() -> None:
    script = ScriptDirectory.from_config(migration_config())
    assert script.get_heads() == [HEAD]
    names = [revision.revision for revision in script.walk_revisions()]
    assert names == sorted(names, reverse=True)
    assert all(re.fullmatch(r"\d{4}", name) for name in names)  # compared as texts when a shop is opened


def test_every_append_only_table_exists_and_has_both_triggers(fresh: Path) -> None:
    triggers = {name for kind, name in contents(fresh) if kind == "trigger"}
    assert triggers == {f"{table}_no_{verb}" for table in APPEND_ONLY for verb in ("update", "delete")}
    assert set(APPEND_ONLY) <= set(everything().metadata.tables)


def test_batch_mode_loses_triggers_and_the_mend_brings_them_back(fresh: Path) -> None:
    before = contents(fresh)
    engine = migration_engine(fresh)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with engine.begin() as connection:
            operations = Operations(MigrationContext.configure(connection))
            for table in ("customer", "payment", "repair_order"):
                with operations.batch_alter_table(table, recreate="always") as batch:
                    batch.add_column(Column("later", Text()))
    lost = {name for _kind, name in before.keys() - contents(fresh).keys()}
    assert {"payment_no_update", "payment_no_delete", "ix_customer_phone_last4"} <= lost
    with engine.begin() as connection:
        recreate_extras(connection)
    engine.dispose()
    after = contents(fresh)
    assert after.keys() == before.keys()
    assert {key for key in before if before[key] != after[key]} <= {
        ("table", "customer"),
        ("table", "payment"),
        ("table", "repair_order"),
    }
    assert all("STRICT" in after["table", table] for table in ("customer", "payment", "repair_order"))


def test_rebuilding_a_table_keeps_the_rows_that_hang_on_it(
    store: Store, owner: Actor, new_order: Callable
) -> None:
    with store.write(Command.TAKE_IN, Ctx.gesture(owner)) as tx:
        new_order(tx)
    store.close()
    engine = migration_engine(store.folder.database)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with engine.begin() as connection:
            operations = Operations(MigrationContext.configure(connection))
            with operations.batch_alter_table("customer", recreate="always") as batch:
                batch.add_column(Column("later", Text()))
            assert connection.exec_driver_sql("SELECT count(*) FROM repair_order").scalar() == 1
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    engine.dispose()


# -- what must never be taken for a shop of ours, nor be changed -----------------------------------------


def foreign_database(path: Path) -> None:
    raw = sqlite.connect(str(path))
    raw.execute("CREATE TABLE alembic_version (version_num TEXT)")
    raw.execute("INSERT INTO alembic_version VALUES ('0001')")
    raw.commit()
    raw.close()


def of_version(number: str) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        create_fresh(path)
        raw = sqlite.connect(str(path), isolation_level=None)
        raw.execute("UPDATE alembic_version SET version_num = ?", (number,))
        raw.close()

    return make


def cut(share: float) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        create_fresh(path)
        path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    return make


def zeroed(start: int, count: int | None = None) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        create_fresh(path)
        content = bytearray(path.read_bytes())
        end = len(content) if count is None else start + count
        content[start:end] = bytes(end - start)
        path.write_bytes(content)

    return make


def without_version(path: Path) -> None:
    empty_file_of_ours(path)
    raw = sqlite.connect(str(path))
    raw.execute("CREATE TABLE customer (id INTEGER)")
    raw.commit()
    raw.close()


def misnamed(path: Path) -> None:
    """SQLite names the table in what it says of it, and that is no UTF-8."""
    create_fresh(path)
    content = path.read_bytes()
    harmed = content.replace(b"tablesupplier", b"table\x81upplier").replace(
        b"CREATE TABLE supplier", b"CREATX TABLE supplier"
    )
    assert harmed.count(b"\x81upplier") == harmed.count(b"CREATX") == 1
    path.write_bytes(harmed)


UNFIT: list[tuple[str, Callable[[Path], object], Fault]] = [
    ("newer", of_version(f"{int(HEAD) + 1:04d}"), Fault.NEWER_VERSION),
    ("much newer", of_version("9999"), Fault.NEWER_VERSION),
    ("of no version", of_version("0000"), Fault.DAMAGED),
    ("of a version that is no number", of_version("0\u00010x"), Fault.DAMAGED),
    ("a table whose name is no text any more", misnamed, Fault.DAMAGED),
    ("another program's", foreign_database, Fault.OTHER_PROGRAM),
    ("of 0 bytes", Path.touch, Fault.DAMAGED),
    ("a text", lambda path: path.write_text("hello " * 1000), Fault.DAMAGED),
    ("one byte", lambda path: path.write_bytes(b"S"), Fault.DAMAGED),
    ("ours, without tables", without_version, Fault.DAMAGED),
    ("cut in half", cut(0.5), Fault.DAMAGED),
    ("cut at the end", cut(0.99), Fault.DAMAGED),
    ("cut inside the first page", cut(0.001), Fault.DAMAGED),
    ("all zeros", zeroed(0), Fault.DAMAGED),
    ("first page zeros", zeroed(0, 4096), Fault.DAMAGED),
    ("schema zeros", zeroed(100, 3996), Fault.DAMAGED),
    ("all but the first page zeros", zeroed(4096), Fault.DAMAGED),
]


@pytest.mark.parametrize(("make", "fault"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_what_is_no_shop_of_this_version_is_refused_and_left_alone(
    shop: Path, clock: SetClock, make: Callable[[Path], object], fault: Fault
) -> None:
    path = shop / "shop.sqlite"
    shop.mkdir()
    make(path)
    before = digest(path)
    for exclusive in (True, False):
        with pytest.raises(EnvironmentFault) as refused:
            Store.open(shop, clock, exclusive=exclusive)
        assert refused.value.fault is fault
        assert digest(path) == before
    assert not list(shop.glob(".new-*"))


def test_the_rest_of_a_lost_database_is_not_covered_by_an_empty_shop(shop: Path, clock: SetClock) -> None:
    (shop / "photos" / "ab").mkdir(parents=True)
    Store.open(shop, clock).close()
    (shop / "shop.sqlite").unlink()
    (shop / "photos" / "ab" / "abcd.jpg").write_bytes(b"x")
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock)
    assert refused.value.fault is Fault.DAMAGED
    (shop / "photos" / "ab" / "abcd.jpg").unlink()
    (shop / "shop.sqlite-wal").write_bytes(b"old log")
    with pytest.raises(EnvironmentFault):
        Store.open(shop, clock)
    assert not (shop / "shop.sqlite").exists()


def test_reading_beside_makes_nothing(shop: Path, clock: SetClock) -> None:
    with pytest.raises(EnvironmentFault) as refused:
        Store.open(shop, clock, exclusive=False)
    assert refused.value.fault is Fault.NO_SHOP
    assert not shop.exists()


def test_left_overs_of_a_program_cut_off_while_founding_are_swept_away(shop: Path, clock: SetClock) -> None:
    shop.mkdir()
    (shop / ".new-1.sqlite").write_bytes(b"half")
    (shop / ".new-1.sqlite-journal").write_bytes(b"half")
    Store.open(shop, clock).close()
    assert not list(shop.glob(".new-*"))


def test_a_shop_that_appears_meanwhile_is_not_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, faster = tmp_path / "ours" / "shop.sqlite", tmp_path / "theirs" / "shop.sqlite"
    link = schema.os.link
    for each in (path, faster):
        each.parent.mkdir()
    create_fresh(faster)
    raw = sqlite.connect(str(faster), isolation_level=None)
    raw.execute("INSERT INTO setting VALUES ('shop_name', '\"first\"')")
    raw.close()

    def too_late(half: Path, final: Path) -> None:
        link(faster, final)
        link(half, final)

    monkeypatch.setattr(schema.os, "link", too_late)
    create_fresh(path)
    raw = sqlite.connect(str(path))
    assert raw.execute("SELECT value FROM setting").fetchone() == ('"first"',)
    raw.close()
    assert [each.name for each in path.parent.iterdir()] == ["shop.sqlite"]


def test_a_file_system_without_hard_links_does_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(_half: Path, _final: Path) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(schema.os, "link", no_links)
    create_fresh(tmp_path / "shop.sqlite")
    ensure_current(tmp_path / "shop.sqlite", may_migrate=True)
    assert [each.name for each in tmp_path.iterdir()] == ["shop.sqlite"]


# -- migrations are all or nothing -----------------------------------------------------------------------


def test_a_migration_that_fails_halfway_leaves_the_old_shop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "shop.sqlite"
    empty_file_of_ours(path)
    before = contents(path)

    def fail(_connection: object) -> None:
        raise RuntimeError("pulled")

    monkeypatch.setattr(schema, "recreate_extras", fail)
    with pytest.raises(RuntimeError, match="pulled"):
        migrate(path)
    assert contents(path) == before
    monkeypatch.undo()
    migrate(path)
    assert ("table", "repair_order") in contents(path)


KILLED = """
import os, sys
from pathlib import Path
from sqlalchemy import event
from app.store import schema
path, at = Path(sys.argv[1]), int(sys.argv[2])
make, count = schema.make_engine, 0
def watched(*given, **named):
    engine = make(*given, **named)
    @event.listens_for(engine, "before_cursor_execute")
    def _count(*_rest):
        global count
        count += 1
        if count == at:
            os.kill(os.getpid(), 9)
    return engine
schema.make_engine = watched
schema.migrate(path)
"""


@pytest.mark.parametrize("at", [2, 60])  # anywhere else, and from every release: promise 15
def test_a_killed_migration_from_nothing_is_old_or_new(tmp_path: Path, migrated: Path, at: int) -> None:
    path = tmp_path / "shop.sqlite"
    empty_file_of_ours(path)
    old = contents(path)
    done = subprocess.run(
        [sys.executable, "-c", KILLED, path, str(at)], cwd=ROOT, check=False, capture_output=True
    )
    assert done.returncode in (-9, 0), done.stderr
    assert contents(path) in (old, contents(migrated))
    assert done.returncode == 0 or contents(path) == old
    migrate(path)
    assert contents(path) == contents(migrated)


def test_an_old_shop_is_brought_up_to_date_when_it_is_opened(shop: Path, clock: SetClock) -> None:
    shop.mkdir()
    path = shop / "shop.sqlite"
    empty_file_of_ours(path)
    raw = sqlite.connect(str(path), isolation_level=None)
    raw.execute(schema.VERSION_TABLE)
    raw.close()
    with pytest.raises(EnvironmentFault) as refused:  # tables of ours, but no version: nothing to start from
        Store.open(shop, clock)
    assert refused.value.fault is Fault.DAMAGED


def test_dangling_rows_stop_a_migration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "shop.sqlite"
    empty_file_of_ours(path)
    mend = schema.recreate_extras

    def and_dangle(connection: object) -> None:
        mend(connection)  # type: ignore[arg-type]
        connection.exec_driver_sql(  # type: ignore[attr-defined]
            "INSERT OR IGNORE INTO part_barcode (part_id, code, own) VALUES (77, '1', 0)"
        )

    monkeypatch.setattr(schema, "recreate_extras", and_dangle)
    with pytest.raises(RuntimeError, match="point nowhere"):
        migrate(path)
    assert contents(path) == {}


def test_the_engine_itself_refuses_what_the_schema_forbids(store: Store) -> None:
    with (
        pytest.raises(DBAPIError, match="FOREIGN KEY"),
        store.write(Command.SAVE_DRAFT, Ctx.gesture(FOUNDER)) as tx,
    ):
        tx.reading().exec_driver_sql("INSERT INTO part_barcode (part_id, code, own) VALUES (77, '1', 0)")
