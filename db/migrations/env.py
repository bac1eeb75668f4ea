"""How Alembic runs our migrations: on the engine it is given, all in one transaction (design.md §3).

``app.store.schema.migrate`` calls this; there is no alembic.ini. For developers: ``db/revise.py``.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from sqlalchemy import Connection, Engine

from app.model import everything
from app.store.schema import VERSION_TABLE
from app.store.search import SHADOW


def include_object(_thing: Any, name: str | None, kind: str, reflected: bool, compared_with: Any) -> bool:
    """Leave full-text tables and their shadows alone: SQLAlchemy has no word for them."""
    return not (kind == "table" and reflected and compared_with is None and SHADOW.match(name or ""))


def check_foreign_keys(connection: Connection) -> None:
    """Nothing may point at a row that is gone: foreign keys were off while tables were rebuilt."""
    if connection.dialect.name != "sqlite":
        return
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        raise RuntimeError(f"{len(broken)} rows point nowhere after the migration: {broken[:3]}")


def run() -> None:
    """Migrate, then check; a fault in either takes everything back."""
    engine: Engine = context.config.attributes["engine"]
    with engine.begin() as connection:
        if connection.dialect.name == "sqlite":
            connection.exec_driver_sql(VERSION_TABLE)
        context.configure(
            connection=connection,
            target_metadata=everything().metadata,
            include_object=include_object,
            render_as_batch=True,
            # Given where a new revision is drafted: columns are written by what lies in the file.
            render_item=context.config.attributes.get("render_item"),
            compare_server_default=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        check_foreign_keys(connection)


run()
