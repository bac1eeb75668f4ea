"""Making a fresh schema, recognising an old, a newer and a foreign one; migrations are Alembic's."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from sqlalchemy import Engine

from app.core.errors import EnvironmentFault, Fault
from app.core.places import MIGRATIONS
from app.model import Base
from app.store.engine import APPLICATION_ID, make_engine
from app.store.search import DDL

#: The newest migration; a test compares it with db/migrations. Known here so that an up-to-date shop opens
#: without loading Alembic.
HEAD = "0001"

#: Rows of these tables are facts: never changed, never deleted (design.md §4).
_APPEND_ONLY = (
    "journal",
    "operation",
    "stock_move",
    "payment",
    "allocation",
    "invoice",
    "invoice_line",
    "custody_entry",
    "order_note",
)


def extra_ddl() -> tuple[str, ...]:
    """What SQLAlchemy's metadata does not hold: full-text tables and the triggers that keep facts as
    they are."""
    triggers = [
        f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb} BEFORE {verb.upper()} ON {table}"
        f" BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        for table in _APPEND_ONLY
        for verb in ("update", "delete")
    ]
    return (*DDL, *triggers)


def recreate_extras(connection: Any) -> None:
    """For the end of every batch migration, which drops triggers: make what is missing again."""
    for statement in extra_ddl():
        connection.exec_driver_sql(statement)


def create_fresh(path: Path) -> None:
    """Make an empty shop's database: whole, or not at all (made beside it and renamed)."""
    half = path.with_name(f".new-{os.getpid()}.sqlite")
    half.unlink(missing_ok=True)
    raw = sqlite.connect(str(half), isolation_level=None)
    raw.execute("PRAGMA page_size=4096")
    raw.execute(f"PRAGMA application_id={APPLICATION_ID}")
    raw.execute("PRAGMA auto_vacuum=NONE")
    raw.execute("PRAGMA journal_mode=DELETE")
    raw.execute("CREATE TABLE alembic_version (version_num TEXT NOT NULL PRIMARY KEY) STRICT")
    raw.execute("INSERT INTO alembic_version VALUES (?)", (HEAD,))
    raw.close()
    engine = make_engine(half)
    with engine.execution_options(writing=True).begin() as connection:
        Base.metadata.create_all(connection)
        recreate_extras(connection)
    engine.dispose()
    with half.open("rb") as file:
        os.fsync(file.fileno())
    # Hard link, not rename: if another program made the file meanwhile, its shop must not be replaced.
    try:
        os.link(half, path)
    except (OSError, NotImplementedError):
        if path.exists():
            raise
        half.rename(path)
    half.unlink(missing_ok=True)
    _set_wal(path)


def ensure_current(path: Path, *, may_migrate: bool) -> None:
    """Check that ``path`` is a shop of ours and of this version; bring an older one up to date.

    Raises ``EnvironmentFault``: OTHER_PROGRAM, NEWER_VERSION, DAMAGED; the bytes stay as they are.
    """
    if path.stat().st_size == 0:
        # A database cut to nothing opens as an empty one: never take it for a new shop.
        raise EnvironmentFault(Fault.DAMAGED, path=path.parent)
    raw = sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None)
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
    if row is None:
        raise EnvironmentFault(Fault.DAMAGED, path=path.parent)
    if row[0] == HEAD:
        if may_migrate:
            _set_wal(path)
        return
    if row[0] > HEAD:
        raise EnvironmentFault(Fault.NEWER_VERSION, path=path.parent)
    if may_migrate:
        migrate(path)


def migrate(path: Path, revision: str = "head") -> None:
    """Run the migrations on their own engine (design.md §3)."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    engine = migration_engine(path)
    try:
        config.attributes["engine"] = engine
        command.upgrade(config, revision)
    finally:
        engine.dispose()
    _set_wal(path)


def migration_engine(path: Path) -> Engine:
    """An engine for migrations: foreign keys are off from *connect* on, because inside a transaction the
    pragma is ignored and batch mode would then delete child rows."""
    from sqlalchemy import event

    engine = make_engine(path)

    @event.listens_for(engine, "connect")
    def _off(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")

    return engine.execution_options(writing=True)


def _set_wal(path: Path) -> None:
    raw = sqlite.connect(str(path), isolation_level=None)
    try:
        raw.execute("PRAGMA journal_mode=WAL")
    finally:
        raw.close()
