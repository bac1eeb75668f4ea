"""Shops of any size to measure in, filled by plain SQL: the rows that the services would have written, in minutes.

``open_shop(orders, say)`` founds a shop through the services (settings, staff, parts) and pours years of orders in.
Nothing is random but by seed, and the shop is sound: ``xiuhu doctor`` finds nothing (a test asks it).
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite

from app.core.clock import SystemClock
from app.core.enums import Role
from app.core.money import Money, Quantity
from app.core.rights import Actor, Ctx
from app.core.words import Language
from app.features.sample.supplies import supplies
from app.features.settings.snapshots import FirstRun
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.features.stock.snapshots import PartEntry
from app.services import Services
from app.store.audit import reanchor
from app.store.door import Store
from app.store.engine import relaxed
from app.store.marks import HEAD
from tests.bench.pour import Pour

Say = Callable[[str], None]

#: Another number makes kept shops of earlier runs worthless: raise it with every change of what is poured in.
VERSION = 2
SEED = 20260101
#: Parts in the stock room, and how many of each came in before the first order: enough for a million orders.
GOODS, STOCKED = 40, 100_000

FAST = (
    "PRAGMA journal_mode=MEMORY",
    "PRAGMA synchronous=OFF",
    "PRAGMA foreign_keys=OFF",
    "PRAGMA cache_size=-1000000",
    "PRAGMA locking_mode=EXCLUSIVE",
)


@dataclass(slots=True)
class Shop:
    """One filled shop, open."""

    services: Services
    actor: Actor
    part_ids: tuple[int, int]
    orders: int

    @property
    def root(self) -> Path:
        """Its data folder."""
        return self.services.store.folder.root

    @property
    def floor_database(self) -> Path:
        """Beside it: texts that only a floor reads (pinyin initials, the words of an order in one column)."""
        return self.root.parent / "floor.sqlite"

    @contextmanager
    def closed(self) -> Iterator[Path]:
        """Let another process have the shop for a while; gives its folder."""
        root = self.root
        self.services.store.close()
        try:
            yield root
        finally:
            self.services = Services(Store.open(root, SystemClock()))


@contextmanager
def open_shop(orders: int, say: Say) -> Iterator[Shop]:
    """A shop with so many orders in a folder of its own, which is removed afterwards.

    With ``XIUHU_BENCH_KEEP`` the filled shop is kept in that folder and copied for the next run.
    """
    with tempfile.TemporaryDirectory(prefix="xiuhu-bench-") as temporary:
        place = Path(temporary) / "bench"
        kept = os.environ.get("XIUHU_BENCH_KEEP")
        if kept:
            template = Path(kept) / f"{HEAD}-{VERSION}-{orders}"
            if not (template / "done").exists():
                shutil.rmtree(template, ignore_errors=True)
                _make(template, orders, say)
                (template / "done").touch()
            shutil.copytree(template, place)
        else:
            _make(place, orders, say)
        if hasattr(os, "sync"):
            # A gigabyte that was just written is brought to the disk half a minute later: commands would wait for that.
            os.sync()
        shop = _shop_of(Services(Store.open(place / "shop", SystemClock())), orders)
        # What was poured in bears no seals.
        reanchor(shop.services.store)
        try:
            yield shop
        finally:
            shop.services.store.close()


def _make(place: Path, orders: int, say: Say) -> None:
    started = time.perf_counter()
    with Services(Store.open(place / "shop", SystemClock())) as services:
        with relaxed(services.store.engine):
            found(services)
        database = services.store.folder.database
    raw = sqlite.connect(str(database), isolation_level=None)
    floor = sqlite.connect(str(place / "floor.sqlite"), isolation_level=None)
    try:
        for pragma in FAST:
            raw.execute(pragma)
        for pragma in FAST[:2]:
            floor.execute(pragma)
        Pour(raw, floor, orders, SEED, say).all()
        raw.execute("PRAGMA locking_mode=NORMAL")
        raw.execute("PRAGMA journal_mode=WAL")
        # What was written without flushing is flushed once.
        raw.execute("PRAGMA synchronous=FULL")
    finally:
        raw.close()
        floor.close()
    for file in (database, place / "floor.sqlite"):
        with file.open("rb") as written:
            os.fsync(written.fileno())
    took = time.perf_counter() - started
    say(f"{orders} orders in {took:.0f} s, {database.stat().st_size / 1e6:.0f} MB: {_sizes(database)}")


def found(services: Services) -> None:
    """Owner without a PIN, two technicians, a clerk, a lead, and a stock room."""
    stuff = supplies()
    owner = services.settings.found_shop(
        FirstRun(Language.ZH, shop_name=stuff.shop["shop_name"], owner_name="王丽华")
    )
    staff = StaffService(services.store)
    for name, role in (
        ("周建国", Role.LEAD),
        ("李强", Role.TECHNICIAN),
        ("张敏", Role.TECHNICIAN),
        ("陈静", Role.COUNTER),
    ):
        staff.save(Ctx.gesture(owner), None, StaffEntry(name, role))
    for goods in stuff.goods[:GOODS]:
        card = services.stock.save_part(
            Ctx.gesture(owner),
            None,
            None,
            PartEntry(
                name=goods.name,
                unit=goods.unit,
                number=goods.number,
                category=goods.category,
                brand=goods.brand,
                fits=goods.fits,
                sale_price=goods.price,
            ),
        )
        services.stock.receive(
            Ctx.gesture(owner),
            card.row.id,
            Quantity.of(STOCKED),
            Money(goods.cost.fen * STOCKED),
            stuff.suppliers[0],
        )


def _shop_of(services: Services, orders: int) -> Shop:
    with services.store.read() as reading:
        owner = reading.exec_driver_sql("SELECT id, name FROM staff WHERE role = 'owner'").one()
        parts = reading.exec_driver_sql("SELECT id FROM part ORDER BY id LIMIT 2").scalars().all()
    actor = Actor(owner.id, owner.name, Role.OWNER)
    return Shop(services, actor, (parts[0], parts[1]), orders)


def _sizes(database: Path) -> str:
    """Megabytes by table, its indexes included, largest first."""
    # Python's own SQLite: the wheel of ours is built without dbstat.
    raw = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    try:
        rows: list[tuple[Any, ...]] = raw.execute(
            "SELECT coalesce(m.tbl_name, s.name), sum(s.pgsize) AS size FROM dbstat s"
            " LEFT JOIN sqlite_master m ON m.name = s.name WHERE s.aggregate = TRUE"
            " GROUP BY 1 ORDER BY size DESC LIMIT 14"
        ).fetchall()
    except sqlite3.OperationalError:  # built without it too
        return "-"
    finally:
        raw.close()
    return ", ".join(f"{name} {size / 1e6:.1f}" for name, size in rows)
