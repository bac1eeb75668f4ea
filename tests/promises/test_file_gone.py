"""Promise 18: a file that is read-only, deleted, moved or replaced while open takes no more orders within one write.

An administrator's writes go through a read-only mark, and a file overwritten in its place keeps its name and number;
both are found all the same (``store.file_watch``).
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.enums import Role
from app.core.errors import EnvironmentFault, Fault
from app.core.rights import FOUNDER, Ctx
from app.core.sentences import sentence
from app.store.file_watch import FileWatch
from tests.features.conftest import Shop, open_shop
from tests.promises.money import at_work, owner, write_shop

if TYPE_CHECKING:
    from tests.features.billing.conftest import Office
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(18)

needs_posix = pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be taken away here")


def _take_in(office: Office) -> str:
    return office.counter.take_in().number


def _copy_of_another_shop(folder: Path) -> bytes:
    other = open_shop(folder / "other")
    other.close()
    raw = bytearray((folder / "other" / "shop.sqlite").read_bytes())
    # A shop that was founded for itself and not from the tests' mould has its own mark.
    raw[60:64] = random.Random(1).randbytes(4)
    return bytes(raw)


def delete(database: Path) -> None:
    database.unlink()


def move(database: Path) -> None:
    database.rename(database.with_name("shop (1).sqlite"))


def move_folder(database: Path) -> None:
    database.parent.rename(database.parent.with_name(f"{database.parent.name} pulled out"))


def replace_by_copy(database: Path) -> None:
    copy = database.with_name("copy")
    shutil.copy(database, copy)
    copy.replace(database)


def replace_by_other(database: Path) -> None:
    copy = database.with_name("copy")
    copy.write_bytes(_copy_of_another_shop(database.parent))
    copy.replace(database)


def overwrite_by_other(database: Path) -> None:
    database.write_bytes(_copy_of_another_shop(database.parent))


def overwrite_by_older(database: Path) -> None:
    raw = bytearray(database.read_bytes())
    raw[24:28] = (int.from_bytes(raw[24:28], "big") - 1).to_bytes(4, "big")
    database.write_bytes(raw)


def empty(database: Path) -> None:
    os.truncate(database, 0)


def delete_log(database: Path) -> None:
    database.with_name(f"{database.name}-wal").unlink()


def write_protect(database: Path) -> None:
    database.chmod(0o444)


ACCIDENTS: dict[str, tuple[Callable[[Path], None], Fault]] = {
    "deleted": (delete, Fault.FILE_GONE),
    "moved": (move, Fault.FILE_GONE),
    "folder moved": (move_folder, Fault.FILE_GONE),
    "replaced by a copy": (replace_by_copy, Fault.FILE_GONE),
    "replaced by another shop": (replace_by_other, Fault.FILE_GONE),
    "overwritten by another shop": (overwrite_by_other, Fault.FILE_GONE),
    "overwritten by an older copy": (overwrite_by_older, Fault.FILE_GONE),
    "emptied": (empty, Fault.FILE_GONE),
    "log deleted": (delete_log, Fault.FILE_GONE),
    "write-protected": (write_protect, Fault.READ_ONLY),
}


def orders_after(office: Office, accident: Callable[[Path], None], database: Path) -> tuple[int, list[Fault]]:
    """How many of three orders were taken after the accident, and what the others were told."""
    for _order in range(2):
        _take_in(office)
    accident(database)
    taken, told = 0, []
    for _order in range(3):
        try:
            _take_in(office)
            taken += 1
        except EnvironmentFault as fault:
            sentence(fault)
            told.append(fault.fault)
    return taken, told


@needs_posix
def test_no_more_orders_are_taken(promise: Promise, tmp_path: Path) -> None:
    for each in promise.rounds(share=len(ACCIDENTS), full=30):
        name, (accident, fault) = list(ACCIDENTS.items())[each.number % len(ACCIDENTS)]
        folder = tmp_path / f"{each.number}"
        write_shop(folder)
        with at_work(folder) as office:
            for _order in range(each.dice.randrange(3)):
                _take_in(office)
            taken, told = orders_after(office, accident, folder / "shop.sqlite")
            assert (taken, told) == (0, [fault] * 3), name


@needs_posix
@pytest.mark.parametrize("name", ["deleted", "overwritten by another shop", "log deleted", "write-protected"])
def test_without_the_watch_orders_go_on(
    name: str, promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control: SQLite itself says nothing, at least to the administrator."""
    monkeypatch.setattr(FileWatch, "check", lambda _self: None)
    monkeypatch.setattr(FileWatch, "check_log", lambda _self: None)
    write_shop(tmp_path / "shop")
    accident, _fault = ACCIDENTS[name]
    with at_work(tmp_path / "shop") as office:
        taken, _told = orders_after(office, accident, tmp_path / "shop" / "shop.sqlite")
    assert taken > 0
    promise.caught("no watch")


def test_our_own_checkpoints_and_other_stores_are_no_accident(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    with at_work(tmp_path / "shop") as office:
        store = office.shop.store
        second = store.second()
        other = Shop(second, office.shop.clock, office.shop.people)
        for _order in range(3):
            _take_in(office)
            with store.engine.connect() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
            assert other.store.settings.shop_name
            _take_in(office)
        second.close()
        store.engine.dispose()  # as ``relaxed`` does: the log goes and comes again
        _take_in(office)


def test_a_write_protected_file_takes_orders_again_when_it_may(tmp_path: Path) -> None:
    write_shop(tmp_path / "shop")
    database = tmp_path / "shop" / "shop.sqlite"
    with at_work(tmp_path / "shop") as office:
        database.chmod(0o444)
        with pytest.raises(EnvironmentFault):
            _take_in(office)
        database.chmod(0o644)
        assert _take_in(office)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only the administrator may mount"
)
def test_a_disk_that_is_mounted_read_only_takes_no_orders(promise: Promise, tmp_path: Path) -> None:
    place = tmp_path / "disk"
    place.mkdir()
    if subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "none", place], capture_output=True
    ).returncode:
        pytest.skip("nothing can be mounted here")
    try:
        write_shop(place / "shop")
        with at_work(place / "shop") as office:
            _take_in(office)
        remount = ["mount", "-o", "remount,ro", str(place)]
        with at_work(place / "shop") as office:
            _take_in(office)
            # The system refuses while a file is open for writing; a second mount over it shows what it would do.
            if subprocess.run(remount, capture_output=True).returncode:
                subprocess.run(["mount", "--bind", place, place], check=True)
                subprocess.run(["mount", "-o", "remount,ro,bind", place], check=True)
            with pytest.raises(EnvironmentFault) as told:
                _take_in(office)
            assert told.value.fault is Fault.READ_ONLY
            with office.shop.store.read() as reading:
                assert reading.exec_driver_sql("SELECT count(*) FROM repair_order").scalar_one()
    finally:
        while subprocess.run(["umount", "-l", place], capture_output=True).returncode == 0:
            pass
    promise.tried()


def test_read_only_is_said_before_anything_is_done(tmp_path: Path) -> None:
    """Nobody's number is used up and no journal entry is made for an order that cannot be kept."""
    write_shop(tmp_path / "shop")
    with at_work(tmp_path / "shop") as office:
        before = office.shop.fingerprint()
        (tmp_path / "shop" / "shop.sqlite").chmod(0o444)
        with pytest.raises(EnvironmentFault):
            office.tills.open(Ctx.gesture(owner()), 1, office.tills.cash_now(FOUNDER))
        assert office.shop.people[Role.OWNER].id
        assert office.shop.fingerprint() == before
