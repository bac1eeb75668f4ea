"""Promise 14: a damaged database is never opened as an empty shop, and the newest good backup is offered."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.core.clock import SetClock
from app.core.enums import BackupKind, Command
from app.core.errors import EnvironmentFault, Fault, ShopError
from app.core.rights import Ctx
from app.features.backups.rescue import found_rows, helps
from app.features.backups.service import Backups
from app.store.backup.making import make
from app.store.door import Store
from app.store.folder import DataFolder
from app.store.glance import Glance
from app.store.schema import create_fresh, holds_records
from tests.features.conftest import MORNING, open_shop, take_in
from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(14)
ORDERS = 30
PAGE = 4096


@dataclass(frozen=True, slots=True)
class Sample:
    """A shop's files: its database, closed and whole, and one backup."""

    root: Path
    content: bytes
    #: Numbers of the pages, from 1, where the table of suppliers and its indexes begin.
    suppliers: tuple[int, ...]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    root = tmp_path_factory.mktemp("sample") / "shop"
    shop = open_shop(root)
    for number in range(ORDERS):
        take_in(shop, name=f"王{number}", phone=f"1380013{number:04d}")
    make(DataFolder(root), BackupKind.HOURLY, MORNING)
    with shop.store.read() as reading:
        roots = "SELECT rootpage FROM sqlite_master WHERE tbl_name = 'supplier' AND rootpage > 0"
        suppliers = tuple(reading.exec_driver_sql(roots).scalars())
    shop.close()
    return Sample(root, DataFolder(root).database.read_bytes(), suppliers)


def cut(content: bytes, dice: random.Random) -> bytes:
    return content[: dice.choice((0, 1, 100, 511, 512, PAGE, dice.randrange(len(content))))]


def zeroed(content: bytes, dice: random.Random) -> bytes:
    first = dice.choice((0, dice.randrange(len(content) // PAGE)))
    pages = dice.choice((1, 1, 2, 16, len(content) // PAGE))
    end = min(len(content), (first + pages) * PAGE)
    return content[: first * PAGE] + bytes(end - first * PAGE) + content[end:]


def flipped(content: bytes, dice: random.Random) -> bytes:
    found = bytearray(content)
    for _at in range(dice.choice((1, 8, 64))):
        where = dice.choice((dice.randrange(100), dice.randrange(len(found)), PAGE * dice.randrange(20)))
        found[where] ^= 1 << dice.randrange(8)
    return bytes(found)


def shuffled(content: bytes, dice: random.Random) -> bytes:
    """Pages in each other's places, as a disk that lost its way leaves them."""
    pages = [content[at : at + PAGE] for at in range(0, len(content), PAGE)]
    one, two = dice.randrange(1, len(pages)), dice.randrange(1, len(pages))
    pages[one], pages[two] = pages[two], pages[one]
    return b"".join(pages)


def gone(_content: bytes, _dice: random.Random) -> bytes | None:
    return None


def headless(content: bytes, dice: random.Random) -> bytes:
    return bytes(dice.randrange(256) for _ in range(100)) + content[100:]


HARMS: tuple[Callable[[bytes, random.Random], bytes | None], ...] = (
    cut,
    zeroed,
    flipped,
    shuffled,
    gone,
    headless,
)


def start(root: Path) -> tuple[ShopError | None, int]:
    """Open a shop as the program does; why it does not open, and how many orders it shows."""
    clock = SetClock(MORNING)
    glance = Glance(DataFolder(root).database, clock)
    glance.close()
    try:
        store = Store.open(root, clock)
        try:
            if not store.settings.shop_id:
                with store.read() as reading:
                    if holds_records(reading):
                        raise EnvironmentFault(Fault.DAMAGED, path=root)
                return None, 0
            with store.read() as reading:
                return None, int(reading.exec_driver_sql("SELECT count(*) FROM repair_order").scalar_one())
        finally:
            store.close()
    except ShopError as error:
        return error, 0


def harmed(sample: Sample, root: Path, dice: random.Random) -> bytes | None:
    """A copy of the shop with one harm done to it."""
    shutil.rmtree(root, ignore_errors=True)
    shutil.copytree(sample.root, root)
    for left in root.glob("shop.sqlite*"):
        left.unlink()
    content = HARMS[dice.randrange(len(HARMS))](sample.content, dice)
    if content is not None:
        DataFolder(root).database.write_bytes(content)
    return content


def test_a_damaged_database_is_never_an_empty_shop(promise: Promise, sample: Sample, tmp_path: Path) -> None:
    root = tmp_path / "shop"
    refused = 0
    for each in promise.rounds(share=40, full=400):
        content = harmed(sample, root, each.dice)
        error, orders = start(root)
        if error is None:
            # What a byte in a text changed nobody can see; but it is this shop, with its orders, or found by the look
            # at every page that follows the start.
            store = Store.open(root, SetClock(MORNING))
            try:
                damage = Backups(store).confirm_damage()
            finally:
                store.close()
            assert orders == ORDERS or damage is not None, f"{orders} orders and nothing said"
            continue
        refused += 1
        assert isinstance(error, EnvironmentFault)
        assert helps(error) or error.fault is Fault.NEWER_VERSION or error.fault is Fault.DISK_ERROR, (
            error.fault
        )
        kept = DataFolder(root).database
        assert (kept.read_bytes() if kept.exists() else None) == content, "the damaged file was touched"
        rows = found_rows(DataFolder(root))
        assert [row.orders for row in rows if row.good] == [ORDERS]
    assert refused > 0


def test_a_program_that_makes_what_is_missing_is_caught(
    promise: Promise, sample: Sample, tmp_path: Path
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(sample.root, root)
    database = DataFolder(root).database
    for left in root.glob("shop.sqlite*"):
        left.unlink()
    create_fresh(database)
    error, orders = start(root)
    assert error is None
    assert orders != ORDERS
    promise.caught("a missing database made anew")


def test_records_found_damaged_while_open_take_no_more(
    sample: Sample, promise: Promise, tmp_path: Path
) -> None:
    root = tmp_path / "shop"
    shutil.copytree(sample.root, root)
    database = DataFolder(root).database
    content = bytearray(sample.content)
    # The pages of suppliers: opening reads none of them.
    for page in sample.suppliers:
        content[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
    for left in root.glob("shop.sqlite*"):
        left.unlink()
    database.write_bytes(content)
    store = Store.open(root, SetClock(MORNING))
    try:
        backups = Backups(store)
        fault = backups.confirm_damage()
        assert isinstance(fault, EnvironmentFault)
        assert fault.fault is Fault.DAMAGED
        backups.stop_writing(fault)
        with store.read() as reading:
            owner = reading.exec_driver_sql("SELECT id FROM staff WHERE role = 'owner'").scalar_one()
        from app.core.enums import Role
        from app.core.rights import Actor

        ctx = Ctx.gesture(Actor(owner, "", Role.OWNER))
        with pytest.raises(EnvironmentFault), store.write(Command.SAVE_SETTINGS, ctx) as tx:
            tx.journal(keys=[])
    finally:
        store.close()
    promise.tried()
