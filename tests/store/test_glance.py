"""A look at the records without SQLAlchemy: what it shows, and of what it keeps its hands off."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.core.enums import Command
from app.core.rights import FOUNDER, Ctx
from app.model import Setting
from app.store.door import Store
from app.store.glance import Glance


@pytest.fixture
def database(tmp_path: Path, clock: SetClock) -> Path:
    store = Store.open(tmp_path, clock)
    with store.write(Command.FOUND_SHOP, Ctx.gesture(FOUNDER)) as tx:
        tx.session.merge(Setting(key="shop_id", value="0192"))
        tx.session.merge(Setting(key="shop_name", value="小镇家电维修"))
        tx.session.merge(Setting(key="idle_lock_minutes", value=7))
    store.close()
    return store.folder.database


def test_a_founded_shop_shows_its_settings_and_rows(database: Path, clock: SetClock) -> None:
    glance = Glance(database, clock)
    assert glance.settled
    assert (glance.settings.shop_name, glance.settings.idle_lock_minutes) == ("小镇家电维修", 7)
    assert [tuple(row) for row in glance.rows("SELECT :n + 1", {"n": 1})] == [(2,)]
    with pytest.raises(sqlite.OperationalError, match="readonly"):
        glance.rows("DELETE FROM setting", {})
    glance.close()
    assert not glance.settled


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE alembic_version SET version_num = '0001'",
        "UPDATE alembic_version SET version_num = '9999'",
        "DROP TABLE alembic_version",
        "PRAGMA application_id = 7",
        "DELETE FROM setting WHERE key = 'shop_id'",
    ],
)
def test_another_versions_or_programs_lists_are_not_read(
    database: Path, clock: SetClock, change: str
) -> None:
    with sqlite.connect(database) as raw:
        raw.execute(change)
    raw.close()
    glance = Glance(database, clock)
    assert not glance.settled
    # The language and the theme of the window that says what is wrong are still the shop's.
    assert glance.settings.shop_name == "小镇家电维修"


@pytest.mark.parametrize("content", [None, b"", b"SQLite format 3\0" + b"\xff" * 5000, b"no database at all"])
def test_a_missing_or_broken_file_is_a_shop_with_defaults(
    tmp_path: Path, clock: SetClock, content: bytes | None
) -> None:
    database = tmp_path / "shop.sqlite"
    if content is not None:
        database.write_bytes(content)
    glance = Glance(database, clock)
    assert not glance.settled
    assert glance.settings.shop_name == ""


def test_nothing_behind_the_first_list_loads_sqlalchemy() -> None:
    modules = (
        "app.program",
        "app.store.glance",
        "app.features.staff.tiles",
        "app.features.orders.listing",
        "app.features.orders.page",
    )
    asked = f"import sys, {', '.join(modules)}; print([each for each in sys.modules if each == 'sqlalchemy'])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
