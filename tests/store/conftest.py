"""A real shop on a real disk, a clock that stands still, and people with roles."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.core.clock import SetClock
from app.core.enums import (
    JobKind,
    Payer,
    Role,
    ServiceType,
    Status,
    Visit,
)
from app.core.ids import uuid7
from app.core.rights import Actor
from app.model import Customer, Device, RepairOrder
from app.store.door import Store, Tx
from app.store.folder import DataFolder


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 22, 3, tzinfo=UTC))


@pytest.fixture
def owner() -> Actor:
    return Actor(1, "店主", Role.OWNER)


@pytest.fixture
def technician() -> Actor:
    return Actor(2, "技师", Role.TECHNICIAN)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """The data folder; empty until a store opens it."""
    return tmp_path / "店 铺"


@cache
def _fresh() -> bytes:
    """An empty shop's file: making its tables takes ten times as long as a copy (test_schema.py makes them)."""
    with tempfile.TemporaryDirectory() as place:
        Store.open(Path(place), SetClock(datetime(2026, 11, 22, 3, tzinfo=UTC))).close()
        return DataFolder(Path(place)).database.read_bytes()


@pytest.fixture
def store(shop: Path, clock: SetClock) -> Iterator[Store]:
    shop.mkdir(parents=True)
    DataFolder(shop).database.write_bytes(_fresh())
    opened = Store.open(shop, clock)
    yield opened
    opened.close()


@pytest.fixture
def new_order() -> Callable[[Tx], RepairOrder]:
    """Add an order with its customer and device, inside a transaction."""

    def add(tx: Tx, **given: Any) -> RepairOrder:
        customer = Customer(uuid=uuid7(), name="王丽华", phone="13800138000", created_at=tx.now)
        tx.session.add(customer)
        tx.session.flush()
        device = Device(uuid=uuid7(), customer_id=customer.id, category="cooling", created_at=tx.now)
        tx.session.add(device)
        tx.session.flush()
        number = given.pop("number", f"2611-{customer.id:05d}")
        order = RepairOrder(
            uuid=uuid7(),
            number=number,
            card_code=number.replace("-", ""),
            status=Status.RECEIVED,
            customer_id=customer.id,
            device_id=device.id,
            visit=Visit.COUNTER,
            job_kind=JobKind.REPAIR,
            service_type=ServiceType.PAID,
            payer=Payer.CUSTOMER,
            cover={},
            fault="不制冷",
            accessories=[],
            damage="",
            taken_in_at=tx.now,
            taken_in_day=tx.today,
            **given,
        )
        tx.session.add(order)
        tx.session.flush()
        return order

    return add
