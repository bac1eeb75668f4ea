"""A look into a data folder without SQLAlchemy: what the window shows before the records are open (limits.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from app.core.clock import Clock
from app.model.settings import ShopSettings, from_rows
from app.store.marks import APPLICATION_ID, HEAD


class Glance:
    """A shop's records, only to be read. Making one never fails: opening the store afterwards says what is wrong."""

    def __init__(self, database: Path, clock: Clock) -> None:
        self.clock = clock
        self._settings: ShopSettings | None = None
        self._raw: dict[str, Any] = {}
        self._connection: Any = None
        if database.exists():
            self._look(database)

    @property
    def settled(self) -> bool:
        """Whether this is a founded shop of this very version, so that its lists can be read."""
        return self._connection is not None

    @property
    def settings(self) -> ShopSettings:
        """The shop's settings; the defaults where none could be read."""
        if self._settings is None:
            self._settings = from_rows(self._raw)
        return self._settings

    def rows(self, sql: str, values: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The rows of a query with ``:named`` values; only of a ``settled`` shop."""
        found: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
        return found

    def close(self) -> None:
        """Let go of the file."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _look(self, database: Path) -> None:
        import pysqlite3.dbapi2 as sqlite

        try:
            connection = sqlite.connect(
                f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=0.2, isolation_level=None
            )
        except sqlite.Error:
            return
        try:
            rows = connection.execute("SELECT key, value FROM setting").fetchall()
            self._raw = {key: json.loads(value) for key, value in rows}
            known = connection.execute("PRAGMA application_id").fetchone()[0] == APPLICATION_ID
            version = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        except (sqlite.Error, ValueError):
            known, version = False, None
        if known and version == (HEAD,) and self._raw.get("shop_id"):
            self._connection = connection
        else:
            connection.close()
