"""A founded shop for service tests: real SQLite in its own folder, a standing clock, staff of each role."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import select

from app.core.clock import SetClock
from app.core.codes import new_receipt_code, order_code, order_number
from app.core.enums import Command, JobKind, Payer, Role, Series, ServiceType, Status, Visit
from app.core.ids import uuid7
from app.core.rights import Actor, Ctx
from app.core.words import Language
from app.features.finder.indexing import index_customer, index_order
from app.features.settings.service import SettingsService
from app.features.settings.snapshots import FirstRun
from app.features.staff.pins import PinHasher
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.model import Customer, Device, JournalEntry, PickupReceipt, RepairOrder
from app.store.door import Store
from app.store.folder import DataFolder

#: Ten in the morning in the shop.
MORNING = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
#: argon2id at its cheapest: the real numbers have a test of their own.
FAST = PinHasher(passes=1, memory_kib=8, lanes=1)
PEOPLE = {Role.COUNTER: "陈静", Role.TECHNICIAN: "李强", Role.LEAD: "周建国", Role.OWNER: "王丽华"}


@dataclass(slots=True)
class Shop:
    """A shop to test in."""

    store: Store
    clock: SetClock
    people: dict[Role, Actor] = field(default_factory=dict)
    _watcher: Any = None

    def ctx(self, role: Role = Role.OWNER) -> Ctx:
        """A new gesture of somebody with this role."""
        return Ctx.gesture(self.people[role])

    def journal(self, command: Command) -> list[dict[str, Any]]:
        """The details of every journal entry of a command, oldest first."""
        with self.store.read() as reading:
            rows = reading.execute(
                select(JournalEntry.detail).where(JournalEntry.command == command).order_by(JournalEntry.id)
            )
            return [row.detail for row in rows]

    def commits(self) -> int:
        """A number that is another one after any commit: SQLite's own answer to "did anything change?", seen
        from a connection of its own. Cheap enough to ask after every field."""
        if self._watcher is None:
            path = self.store.folder.database
            self._watcher = sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        return int(self._watcher.execute("PRAGMA data_version").fetchone()[0])

    def close(self) -> None:
        """End the connections."""
        if self._watcher is not None:
            self._watcher.close()
        self.store.close()

    def fingerprint(self) -> str:
        """A digest of every row of every table, the search index included: the same before and after a
        command that wrote nothing."""
        digest = hashlib.sha256()
        with self.store.read() as reading:
            tables = reading.exec_driver_sql(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%' ORDER BY name"
            ).scalars()
            for table in tables.all():
                for row in reading.exec_driver_sql(f'SELECT * FROM "{table}"'):
                    digest.update(repr((table, tuple(row))).encode("utf-8", "surrogatepass"))
        return digest.hexdigest()


def take_in(
    shop: Shop,
    *,
    name: str = "王丽华",
    phone: str = "13800138000",
    phone2: str = "",
    customer_id: int | None = None,
    category: str = "cooling",
    brand: str = "海尔",
    model: str = "KFR-35GW",
    serial: str = "",
    fault: str = "不制冷",
    status: Status = Status.RECEIVED,
) -> RepairOrder:
    """An order with its customer and device, as plain rows and indexed: for tests of what reads orders."""
    with shop.store.write(Command.TAKE_IN, shop.ctx(Role.COUNTER)) as tx:
        if customer_id is None:
            customer = Customer(uuid=uuid7(), name=name, phone=phone, phone2=phone2, created_at=tx.now)
            tx.session.add(customer)
            tx.session.flush()
            index_customer(tx.reading(), customer.id, name)
        else:
            customer = tx.session.get_one(Customer, customer_id)
        device = Device(
            uuid=uuid7(),
            customer_id=customer.id,
            category=category,
            brand=brand,
            model=model,
            serial=serial,
            purchased_on=None,
            created_at=tx.now,
        )
        tx.session.add(device)
        tx.session.flush()
        card = order_code(tx.today, tx.next_number(Series.ORDER, f"{tx.today:%y%m}"))
        order = RepairOrder(
            uuid=uuid7(),
            number=order_number(card),
            card_code=card,
            status=status,
            customer_id=customer.id,
            device_id=device.id,
            visit=Visit.COUNTER,
            job_kind=JobKind.REPAIR,
            service_type=ServiceType.PAID,
            payer=Payer.CUSTOMER,
            cover={"reason": "no_proof", "until": None},
            fault=fault,
            accessories=[],
            damage="",
            taken_in_at=tx.now,
            taken_in_day=tx.today,
        )
        tx.session.add(order)
        tx.session.flush()
        tx.session.add(PickupReceipt(order_id=order.id, code=new_receipt_code(), issued_at=tx.now))
        index_order(
            tx.reading(),
            order_id=order.id,
            number=order.number,
            customer_name=customer.name,
            phones=(customer.phone, customer.phone2),
            serial=serial,
            model=model,
            brand=brand,
            category=category,
            fault=fault,
        )
    return order


@pytest.fixture
def order_of(shop: Shop) -> Callable[..., RepairOrder]:
    """``order_of(name=…, phone=…, serial=…)``: an order on record and in the index."""
    return partial(take_in, shop)


def found_shop(folder: Path) -> Shop:
    """Found a Chinese shop in ``folder`` with one person of each role, by the services."""
    clock = SetClock(MORNING)
    store = Store.open(folder, clock)
    owner = SettingsService(store, FAST).found_shop(
        FirstRun(Language.ZH, shop_name="修护家电维修", owner_name=PEOPLE[Role.OWNER])
    )
    made = Shop(store, clock, {Role.OWNER: owner})
    staff = StaffService(store, FAST)
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        row = staff.save(made.ctx(), None, StaffEntry(PEOPLE[role], role))
        made.people[role] = Actor(row.id, row.name, row.role)
    return made


@dataclass(frozen=True, slots=True)
class Mould:
    """A shop's file and its people, for any number of shops alike: a copy takes a twentieth of founding one."""

    content: bytes
    people: dict[Role, Actor]

    @classmethod
    def of(cls, made: Shop) -> Mould:
        """What ``made`` holds now; it is closed by it, so that its file is whole."""
        made.close()
        return cls(made.store.folder.database.read_bytes(), made.people)

    def shop(self, folder: Path) -> Shop:
        """Another such shop in ``folder``; its id is its own."""
        folder.mkdir(parents=True)
        database = DataFolder(folder).database
        database.write_bytes(self.content)
        raw = sqlite.connect(str(database), isolation_level=None)
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("UPDATE setting SET value = json_quote(?) WHERE key = 'shop_id'", (str(uuid7()),))
        raw.close()
        clock = SetClock(MORNING)
        return Shop(Store.open(folder, clock), clock, dict(self.people))


@cache
def _founded() -> Mould:
    with tempfile.TemporaryDirectory() as place:
        return Mould.of(found_shop(Path(place) / "shop"))


def open_shop(folder: Path) -> Shop:
    """A founded Chinese shop in ``folder`` with one person of each role: a copy of one that was founded."""
    return _founded().shop(folder)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A shop of its own for each test."""
    made = open_shop(tmp_path / "shop")
    yield made
    made.close()


@pytest.fixture(scope="module")
def shared_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """One shop for a whole module of tests that do not mind each other's records."""
    made = open_shop(tmp_path_factory.mktemp("shop") / "shop")
    yield made
    made.close()


#: Half past two in the afternoon of the day that the lively shop is filled up to.
LIVELY_NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)


@pytest.fixture(scope="session")
def lively(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a sample shop with orders in every status, made once: open it to read, copy it to change."""
    from app.features.sample.service import fill
    from app.features.sample.stories import SHOWPIECES

    root = tmp_path_factory.mktemp("lively") / "shop"
    clock = SetClock(LIVELY_NOW)
    store = Store.open(root, clock)
    fill(store, clock, now=LIVELY_NOW, orders=len(SHOWPIECES) + 36, seed=4, hasher=FAST)
    store.close()
    return root
