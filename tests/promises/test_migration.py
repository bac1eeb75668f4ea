"""Promises 15 and 16: released schemas keep their totals, killed anywhere they are old or new; newer are refused."""

from __future__ import annotations

import gzip
import os
import random
import shutil
from collections.abc import Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest

from app.core.clock import SetClock
from app.core.errors import EnvironmentFault, Fault
from app.store.backup.container import opened
from app.store.backup.places import Place
from app.store.door import Store
from app.store.folder import DataFolder
from app.store.marks import HEAD
from tests.golden.make import NOW
from tests.golden.test_golden import HERE, TOTALS
from tests.promises.conftest import Promise
from tests.promises.crew import Crew, crew_at_work

pytestmark = [
    pytest.mark.promise(15),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the crew forks"),
]


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with crew_at_work() as made:
        yield made


def golden(revision: str, root: Path) -> Path:
    """A shop of a released version, as it was kept."""
    shutil.rmtree(root, ignore_errors=True)
    root.mkdir(parents=True)
    database = DataFolder(root).database
    database.write_bytes(gzip.decompress((HERE / f"shop-{revision}.sqlite.gz").read_bytes()))
    return database


def state(database: Path) -> tuple[str, str]:
    """Version and a word for the tables: what a half migration cannot keep equal to either end."""
    raw = sqlite.connect(str(database))
    try:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        version = str(raw.execute("SELECT version_num FROM alembic_version").fetchone()[0])
        tables = raw.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()
        return version, repr(tables)
    finally:
        raw.close()


def totals(database: Path, revision: str) -> list[object]:
    raw = sqlite.connect(str(database))
    try:
        return [raw.execute(question).fetchone() for question in TOTALS[revision]]
    finally:
        raw.close()


@pytest.mark.parametrize("revision", TOTALS)
def test_a_released_schema_keeps_its_totals_and_is_backed_up_first(
    crew: Crew, promise: Promise, revision: str, tmp_path: Path
) -> None:
    database = golden(revision, tmp_path / "shop")
    before = totals(database, revision)
    assert before == list(TOTALS[revision].values())
    assert crew.do("migrate", tmp_path / "shop") == 0
    assert state(database)[0] == HEAD
    assert totals(database, revision) == before
    (path,) = Place.own(DataFolder(tmp_path / "shop")).files()
    with opened(path) as box:
        assert (box.manifest.schema, box.manifest.kind.value) == (revision, "migration")
        box.unpack_database(tmp_path / "kept.sqlite")
    assert totals(tmp_path / "kept.sqlite", revision) == before
    promise.tried()


def test_a_killed_migration_leaves_old_or_new(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    ends, longest = {}, {}
    for revision in TOTALS:
        database = golden(revision, root)
        old = state(database)
        longest[revision] = crew.timed("migrate", root)
        ends[revision] = (old, state(database))
    seen = set()
    for each in promise.rounds(share=6, full=300):
        revision = sorted(TOTALS)[each.number % len(TOTALS)]
        database = golden(revision, root)
        crew.kill_during("migrate", root, "", each.dice, longest[revision])
        found = state(database)
        assert found in ends[revision], f"half way from {revision}"
        assert totals(database, revision) == list(TOTALS[revision].values())
        seen.add(found == ends[revision][1])
    assert seen


def test_a_migration_in_pieces_is_caught(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    revision = max(TOTALS)
    database = golden(revision, root)
    old = state(database)
    longest = crew.timed("careless_migrate", root)
    new = state(database)
    dice = random.Random(15)
    for _kill in range(40):
        golden(revision, root)
        crew.kill_during("careless_migrate", root, "", dice, longest)
        if state(database) not in (old, new):
            promise.caught("migration statement by statement")
            return
    pytest.fail("40 kills did not show the planted bug")


def test_a_migration_whose_backup_fails_does_not_begin(promise: Promise, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    database = golden(min(TOTALS), root)
    before = database.read_bytes()
    # Where backups lie there is a file: none can be made.
    DataFolder(root).backups.write_bytes(b"")
    with pytest.raises(EnvironmentFault):
        Store.open(root, SetClock(NOW))
    assert database.read_bytes() == before
    promise.tried()


# 16


def newer(root: Path, version: str) -> Path:
    """A shop that a later version of the program wrote, with things in it that nobody here knows."""
    database = golden(max(TOTALS), root)
    raw = sqlite.connect(str(database), isolation_level=None)
    raw.execute("UPDATE alembic_version SET version_num = ?", (version,))
    raw.execute("CREATE TABLE of_tomorrow (id INTEGER PRIMARY KEY, words TEXT NOT NULL) STRICT")
    raw.close()
    return database


@pytest.mark.promise(16)
def test_a_newer_version_is_refused_and_its_bytes_stay(promise: Promise, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    for each in promise.rounds(share=4, full=20):
        version = f"{int(HEAD) + each.dice.randrange(1, 5000):04d}"
        database = newer(root, version)
        before = database.read_bytes()
        for exclusive in (True, False):
            with pytest.raises(EnvironmentFault) as refused:
                Store.open(root, SetClock(NOW), exclusive=exclusive)
            assert refused.value.fault is Fault.NEWER_VERSION
        assert database.read_bytes() == before
        assert not DataFolder(root).backups.exists()


@pytest.mark.promise(16)
def test_a_program_that_only_looks_at_tables_is_caught(promise: Promise, tmp_path: Path) -> None:
    database = newer(tmp_path / "shop", f"{int(HEAD) + 1:04d}")
    before = database.read_bytes()
    # What every opening of a shop of ours does first.
    raw = sqlite.connect(str(database), isolation_level=None)
    raw.execute("PRAGMA journal_mode=WAL")
    raw.close()
    assert database.read_bytes() != before, "a changed byte was not seen"
    promise.caught("opened before its version was asked")
