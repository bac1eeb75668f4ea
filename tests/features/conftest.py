"""A founded shop for service tests: real SQLite in a folder of its own, a standing clock, staff of each role."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.core.clock import SetClock
from app.core.enums import Command, Role
from app.core.rights import Actor, Ctx
from app.core.words import Language
from app.features.settings.service import SettingsService
from app.features.settings.snapshots import FirstRun
from app.features.staff.pins import PinHasher
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.model import JournalEntry
from app.store.door import Store

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


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A founded Chinese shop with one person of each role."""
    clock = SetClock(MORNING)
    store = Store.open(tmp_path / "shop", clock)
    owner = SettingsService(store, FAST).found_shop(
        FirstRun(Language.ZH, shop_name="修护家电维修", owner_name=PEOPLE[Role.OWNER])
    )
    made = Shop(store, clock, {Role.OWNER: owner})
    staff = StaffService(store, FAST)
    for role in (Role.COUNTER, Role.TECHNICIAN, Role.LEAD):
        row = staff.save(made.ctx(), None, StaffEntry(PEOPLE[role], role))
        made.people[role] = Actor(row.id, row.name, row.role)
    yield made
    store.close()
