"""Making a fresh schema, recognising an old, a newer and a foreign one; migrations are Alembic's."""

from __future__ import annotations

import os
import re
import secrets
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Column, Connection, Engine, inspect
from sqlalchemy.schema import CreateIndex

from app.core.clock import SystemClock
from app.core.enums import BackupKind
from app.core.errors import EnvironmentFault, Fault
from app.core.places import MIGRATIONS
from app.model import everything
from app.store.engine import make_engine
from app.store.marks import APPLICATION_ID, HEAD
from app.store.search import DDL

if TYPE_CHECKING:
    from alembic.config import Config as AlembicConfig

#: Alembic's own would have a VARCHAR, which a STRICT table refuses.
VERSION_TABLE = "CREATE TABLE IF NOT EXISTS alembic_version (version_num TEXT NOT NULL PRIMARY KEY) STRICT"

_SMALLEST_PAGE = 512
#: Migrations are numbered from 0001 on; anything else in their place is damage.
_VERSION = re.compile(r"(?!0000)\d{4}", re.ASCII)

#: Where goods lie unless told otherwise; its name is the word for its kind.
MAIN_SHELF = "INSERT INTO stock_place (id, kind, name, main, active) VALUES (1, 'shelf', '', 1, 1)"

#: Where cash goes unless told otherwise.
MAIN_TILL = "INSERT INTO till (id, name, main, active, drawer) VALUES (1, '', 1, 1, '')"

#: Rows of these tables are facts: never changed, never deleted (design.md §4).
APPEND_ONLY = (
    "journal",
    "operation",
    "stock_move",
    "payment",
    "allocation",
    "invoice",
    "invoice_line",
    "custody_entry",
    "order_note",
    "signature",
    "price_change",
    "goods_receipt",
    "goods_receipt_line",
    "tool_move",
    "consign_settled",
    "sale",
    "credit_note",
    "credit_line",
    "write_off",
    "payment_reminder",
    "till_count",
    "till_move",
    "day_close",
    "month_seal",
    "price_item_change",
    "commission_rule",
    "pay_item",
    "pay_statement",
    "erasure",
    "claim_entry",
    "brand_report",
    "assessment",
    "decision",
)


def trigger_ddl() -> Iterator[tuple[str, str]]:
    """The triggers that keep facts as they are, with their tables."""
    for table in APPEND_ONLY:
        for verb in ("update", "delete"):
            yield (
                table,
                f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
                f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
            )


def recreate_extras(connection: Connection) -> None:
    """For the end of every batch migration, which drops triggers and expression indexes: make what is
    missing again. Tables that a later migration makes are left to that one."""
    there = set(inspect(connection).get_table_names())
    for table, statement in trigger_ddl():
        if table in there:
            connection.exec_driver_sql(statement)
    tables = everything().metadata.tables
    for table in there & tables.keys():
        for index in tables[table].indexes:
            if not all(isinstance(part, Column) for part in index.expressions):
                connection.execute(CreateIndex(index, if_not_exists=True))
    for statement in DDL:
        connection.exec_driver_sql(statement)


def create_fresh(path: Path) -> None:
    """Make an empty shop's database: whole, or not at all (made beside it and renamed)."""
    for left in path.parent.glob(".new-*.sqlite*"):
        left.unlink(missing_ok=True)  # of a program that was cut off here; we hold the folder's lock
    half = path.with_name(f".new-{os.getpid()}.sqlite")
    raw = sqlite.connect(str(half), isolation_level=None)
    raw.execute("PRAGMA page_size=4096")
    raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
    raw.execute(f"PRAGMA user_version={_new_mark()}")
    raw.execute("PRAGMA auto_vacuum=NONE")
    raw.execute("PRAGMA journal_mode=DELETE")
    raw.execute(VERSION_TABLE)
    raw.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    raw.close()
    engine = make_engine(half)
    with engine.execution_options(writing=True).begin() as connection:
        everything().metadata.create_all(connection)
        recreate_extras(connection)
        connection.exec_driver_sql(MAIN_SHELF)
        connection.exec_driver_sql(MAIN_TILL)
    engine.dispose()
    with half.open("rb") as file:
        os.fsync(file.fileno())
    # Hard link, not rename: if another program made the file meanwhile, its shop must not be replaced.
    try:
        os.link(half, path)
    except FileExistsError:
        half.unlink()
        ensure_current(path, may_migrate=True)
        return
    except (OSError, NotImplementedError):
        half.rename(path)  # a file system without hard links
    half.unlink(missing_ok=True)
    sync_folder(path.parent)
    _set_wal(path)


def sync_folder(folder: Path) -> None:
    """Make new names in ``folder`` survive a power cut; Windows has no such call and needs none."""
    if sys.platform != "win32":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def ensure_current(path: Path, *, may_migrate: bool, now: datetime | None = None) -> None:
    """Check that ``path`` is a shop of ours and of this version; bring an older one up to date, after a backup.

    Raises ``EnvironmentFault``: OTHER_PROGRAM, NEWER_VERSION, DAMAGED, and OLDER_VERSION where it may not be
    brought up to date; the bytes stay as they are.
    """
    if path.stat().st_size < _SMALLEST_PAGE:
        # A database cut to less than a page opens as an empty one: never take it for a new shop.
        raise EnvironmentFault(Fault.DAMAGED, path=path.parent)
    # A program that was cut off while it turned the log on left a journal to be taken back; else nothing is written.
    cut_off = may_migrate and path.with_name(f"{path.name}-journal").exists()
    mode = "rw" if cut_off else "ro"
    raw = sqlite.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True, isolation_level=None)
    try:
        if raw.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
            raise EnvironmentFault(Fault.OTHER_PROGRAM, path=path)
        try:
            row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
        except sqlite.OperationalError as error:
            if "no such table" not in str(error):
                raise
            row = None
    finally:
        raw.close()
    if row is None or not _VERSION.fullmatch(str(row[0])):
        raise EnvironmentFault(Fault.DAMAGED, path=path.parent)
    if row[0] == HEAD:
        if may_migrate:
            _set_wal(path)
        return
    if row[0] > HEAD:
        raise EnvironmentFault(Fault.NEWER_VERSION, path=path.parent)
    if not may_migrate:
        raise EnvironmentFault(Fault.OLDER_VERSION, path=path.parent)
    _back_up(path, now or SystemClock().now())
    migrate(path)


def _back_up(path: Path, now: datetime) -> None:
    """No migration without a backup: one that fails leaves the records at their version."""
    from app.store.backup.making import make
    from app.store.folder import DataFolder

    folder = DataFolder(path.parent)
    if folder.database != path:
        return  # a file beside: only a shop has backups
    try:
        make(folder, BackupKind.MIGRATION, now)
    except EnvironmentFault as error:
        if error.fault is Fault.BACKUP_UNSOUND:
            raise EnvironmentFault(Fault.DAMAGED, path=path.parent) from error
        raise


def holds_records(connection: Connection) -> bool:
    """Whether anybody ever worked here: a shop without its settings is a damaged one, not a new one."""
    return any(
        connection.exec_driver_sql(f"SELECT EXISTS (SELECT 1 FROM {table})").scalar_one()
        for table in ("staff", "journal", "repair_order")
    )


def migrate(path: Path, revision: str = "head") -> None:
    """Run the migrations on their own engine (design.md §3): all of them, or none."""
    from alembic import command
    from alembic.util import CommandError

    config = migration_config()
    engine = migration_engine(path)
    try:
        config.attributes["engine"] = engine
        command.upgrade(config, revision)
    except CommandError as error:
        # A revision that no version of the program ever had.
        raise EnvironmentFault(Fault.DAMAGED, path=path.parent) from error
    finally:
        engine.dispose()
    _set_wal(path)


def migration_config() -> AlembicConfig:
    """Alembic's settings, without a file of them."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    return config


def migration_engine(path: Path) -> Engine:
    """An engine for migrations: foreign keys are off from *connect* on, because inside a transaction the
    pragma is ignored and batch mode would then delete child rows."""
    from sqlalchemy import event

    engine = make_engine(path)

    @event.listens_for(engine, "connect")
    def _off(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")

    return engine.execution_options(writing=True)


def _new_mark() -> int:
    """What tells one shop's file from another's in its first bytes (``store.file_watch``)."""
    return 1 + secrets.randbelow((1 << 31) - 1)


def _set_wal(path: Path) -> None:
    raw = sqlite.connect(str(path), isolation_level=None)
    try:
        raw.execute("PRAGMA journal_mode=WAL")
        if raw.execute("PRAGMA user_version").fetchone()[0] == 0:  # made before files had a mark
            raw.execute(f"PRAGMA user_version={_new_mark()}")
    finally:
        raw.close()
