"""A first look into a data folder without SQLAlchemy: what the window needs before its first paint (limits.md)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

#: Settings that decide how the very first frame looks.
LOOK = ("language", "theme", "text_scale", "shop_name", "shop_id")


def glance(database: Path) -> Mapping[str, Any]:
    """The settings in ``LOOK`` as far as they can be read; empty for a new or unreadable shop.

    Never raises: opening the store afterwards says what is wrong.
    """
    if not database.exists():
        return {}
    import pysqlite3.dbapi2 as sqlite

    marks = ",".join("?" * len(LOOK))
    try:
        connection = sqlite.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True, timeout=0.2)
        try:
            rows = connection.execute(
                f"SELECT key, value FROM setting WHERE key IN ({marks})", LOOK
            ).fetchall()
        finally:
            connection.close()
        return {key: json.loads(value) for key, value in rows}
    except (sqlite.Error, ValueError):
        return {}
