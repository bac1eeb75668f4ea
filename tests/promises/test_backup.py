"""Promises 12 and 13: a backup made while others write restores, a killed one never looks good; the restore drill."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.core.errors import Refusal, ShopError
from app.store.backup.container import opened
from app.store.backup.manifest import Manifest
from app.store.backup.places import Place
from app.store.folder import DataFolder
from tests.promises.conftest import Promise
from tests.promises.crew import Crew, crew_at_work
from tests.promises.test_kill import findings

pytestmark = [
    pytest.mark.promise(12),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the crew forks"),
]
#: Orders before the first backup: enough for several pages of every table.
BEGUN = 12


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    with crew_at_work() as made:
        yield made


def acks(folder: Path) -> list[str]:
    path = folder.with_name(f"{folder.name}.acks")
    return path.read_text().splitlines() if path.exists() else []


def wait_for(folder: Path, count: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and len(acks(folder)) < count:
        time.sleep(0.002)


def whole(path: Path) -> Manifest | None:
    """What a file that looks like a backup is worth: None where it is not whole."""
    try:
        with opened(path) as box:
            box.verify()
            return box.manifest
    except ShopError:
        return None


def restored(crew: Crew, path: Path, target: Path) -> Path:
    shutil.rmtree(target, ignore_errors=True)
    assert crew.do("restore", target, str(path)) == 0, f"{path.name} does not restore"
    return target


def missing_after(crew: Crew, path: Path, target: Path, said: list[str]) -> list[str]:
    """What is wrong with a shop that was restored from ``path``, made after everything in ``said`` was booked."""
    noted = target.with_name("said")
    noted.write_text("".join(f"{each}\n" for each in said))
    return findings(restored(crew, path, target), noted)


def test_a_backup_made_while_orders_come_in_restores(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    writer = crew.begin("write", shop)
    try:
        wait_for(shop, BEGUN)
        for each in promise.rounds(share=4, full=200):
            time.sleep(each.dice.uniform(0, 0.05))
            said = acks(shop)
            assert crew.do("backup", shop) == 0
            (path,) = Place.own(DataFolder(shop)).files()[-1:]
            assert missing_after(crew, path, tmp_path / "again", said) == []
            if len(acks(shop)) > 2_000:
                os.kill(writer, signal.SIGSTOP)  # the rest is asked of a shop that stands still
    finally:
        os.kill(writer, signal.SIGKILL)
        crew.wait(writer)


def test_a_copy_of_the_file_alone_is_found_short(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop, again = tmp_path / "shop", tmp_path / "again"
    writer = crew.begin("write", shop)
    try:
        wait_for(shop, BEGUN)
        again.mkdir()
        said = acks(shop)
        shutil.copy(DataFolder(shop).database, DataFolder(again).database)
    finally:
        os.kill(writer, signal.SIGKILL)
        crew.wait(writer)
    noted = tmp_path / "said"
    noted.write_text("".join(f"{each}\n" for each in said))
    try:
        wrong = findings(again, noted)
    except ShopError as error:
        wrong = [error.code.value]
    assert wrong, "a copy without its log went for a backup"
    promise.caught("database file copied without its log")


def test_a_killed_backup_never_looks_good(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert crew.do("write", shop, str(BEGUN)) == 0
    longest = crew.timed("backup", shop)
    place = Place.own(DataFolder(shop))
    for each in promise.rounds(share=8, full=200):
        before = {path.name for path in place.files()}
        crew.kill_during("backup", shop, "", each.dice, longest)
        for path in place.files():
            found = whole(path)
            assert found is not None, f"{path.name} looks like a backup"
            assert found.orders == BEGUN
        # A backup that was done before the kill stands for its hour: the one before it was thinned out by rule.
        now = {path.name for path in place.files()}
        gone = before - now
        assert not gone or max(now) > max(gone), "an older backup went with the killed one"
    assert crew.do("backup", shop) == 0
    assert not list(place.root.glob(".half-*")), "what was cut off is still there"


def test_a_backup_written_in_its_place_is_caught(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert crew.do("write", shop, str(BEGUN)) == 0
    dice = random.Random(12)
    place = Place.own(DataFolder(shop))
    longest = crew.timed("careless_backup", shop)
    for _kill in range(60):
        shutil.rmtree(place.root, ignore_errors=True)  # a kill may come before the folder
        crew.kill_during("careless_backup", shop, "", dice, longest)
        if any(whole(path) is None for path in place.files()):
            promise.caught("backup written under its last name")
            return
    pytest.fail("60 kills did not show the planted bug")


@pytest.mark.promise(12)
@pytest.mark.parametrize("keep", [0.0, 0.3, 0.9, 0.999])
def test_a_backup_cut_short_is_refused(crew: Crew, promise: Promise, keep: float, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert crew.do("write", shop, "2") == 0
    assert crew.do("backup", shop) == 0
    (path,) = Place.own(DataFolder(shop)).files()
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * keep)])
    with pytest.raises(Refusal), opened(path) as box:
        box.verify()
    assert Place.own(DataFolder(shop)).newest() is None
    promise.tried()


# 13: the drill


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def rows(database: Path) -> list[tuple[object, ...]]:
    """What the counter cares about, in order."""
    import pysqlite3.dbapi2 as sqlite

    raw = sqlite.connect(str(database))
    try:
        return [
            *raw.execute("SELECT number, fault, version FROM repair_order ORDER BY id"),
            *raw.execute("SELECT number, amount FROM payment ORDER BY id"),
            *raw.execute("SELECT id, digest FROM journal WHERE command != 'restore' ORDER BY id"),
        ]
    finally:
        raw.close()


@pytest.mark.promise(13)
def test_restore_drill(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert crew.do("write", shop, str(BEGUN)) == 0
    assert crew.do("backup", shop) == 0
    (path,) = Place.own(DataFolder(shop)).files()
    with opened(path) as box:
        box.unpack_database(tmp_path / "plain.sqlite")
        assert digest(tmp_path / "plain.sqlite") == box.manifest.sha256
    wanted = rows(tmp_path / "plain.sqlite")
    for _each in promise.rounds(share=2, full=20):
        assert rows(DataFolder(restored(crew, path, tmp_path / "again")).database) == wanted


@pytest.mark.promise(13)
def test_a_stale_log_beside_the_target_is_harmless(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert crew.do("write", shop, str(BEGUN)) == 0
    assert crew.do("backup", shop) == 0
    (path,) = Place.own(DataFolder(shop)).files()
    with opened(path) as box:
        box.unpack_database(tmp_path / "plain.sqlite")
    wanted = rows(tmp_path / "plain.sqlite")
    for each in promise.rounds(share=3, full=40):
        target = with_stale_log(crew, tmp_path, each.dice)
        assert crew.do("restore", target, str(path)) == 0
        assert rows(DataFolder(target).database) == wanted
        (aside,) = (target / "replaced").iterdir()
        assert (aside / "shop.sqlite").exists(), "what was replaced is gone"
        shutil.rmtree(target)


def with_stale_log(crew: Crew, tmp_path: Path, dice: random.Random) -> Path:
    """A shop whose program was killed: much of it stands in its log alone."""
    target = tmp_path / "killed"
    shutil.rmtree(target, ignore_errors=True)
    target.with_name("killed.acks").unlink(missing_ok=True)
    child = crew.begin("write", target)
    wait_for(target, dice.randrange(15, 40))
    os.kill(child, signal.SIGKILL)
    crew.wait(child)
    assert (target / "shop.sqlite-wal").stat().st_size > 0
    return target


@pytest.mark.promise(13)
def test_a_database_copied_over_a_stale_log_is_caught(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop = tmp_path / "shop"
    assert crew.do("write", shop, str(BEGUN)) == 0
    assert crew.do("backup", shop) == 0
    (path,) = Place.own(DataFolder(shop)).files()
    with opened(path) as box:
        box.unpack_database(tmp_path / "plain.sqlite")
    wanted = rows(tmp_path / "plain.sqlite")
    target = with_stale_log(crew, tmp_path, random.Random(13))
    assert crew.do("careless_restore", target, str(path)) == 0
    try:
        found = rows(DataFolder(target).database)
    except Exception as error:
        found = [(type(error).__name__,)]
    assert found != wanted, "a mixture of two databases was not seen"
    promise.caught("database copied over one with a log")


@pytest.mark.promise(13)
def test_a_killed_restore_leaves_old_or_new(crew: Crew, promise: Promise, tmp_path: Path) -> None:
    shop, other = tmp_path / "shop", tmp_path / "other"
    assert crew.do("write", shop, str(BEGUN)) == 0
    assert crew.do("backup", shop) == 0
    (path,) = Place.own(DataFolder(shop)).files()
    assert crew.do("write", other, "20") == 0
    new, old = rows(DataFolder(shop).database), rows(DataFolder(other).database)
    target = tmp_path / "target"
    shutil.copytree(other, target)
    longest = crew.timed("restore", target, str(path))
    seen = set()
    for number in range(promise.of(6, 100)):
        shutil.rmtree(target)
        shutil.copytree(other, target)
        dice = random.Random(number)
        crew.kill_during("restore", target, str(path), dice, longest)
        assert crew.do("migrate", target) == 0, "it does not open after the kill"
        found = rows(DataFolder(target).database)
        assert found in (old, new), "neither the old records nor the new ones"
        seen.add("old" if found == old else "new")
        promise.tried()
    assert "old" in seen
