"""The log beside the database: settled beside the commands, and how long it is then."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from app.core.enums import Command
from app.core.rights import Actor, Ctx
from app.store.door import Store
from app.store.wal import empty_log, settle_log

if TYPE_CHECKING:
    from collections.abc import Callable

    from app.model import RepairOrder
    from app.store.door import Tx

    Add = Callable[[Tx], RepairOrder]


def pages(store: Store) -> tuple[int, int]:
    """Pages in the log, and how many of them are in the database."""
    raw = store.engine.raw_connection()
    try:
        _busy, logged, settled = raw.cursor().execute("PRAGMA wal_checkpoint(NOOP)").fetchone()
    finally:
        raw.close()
    return logged, settled


def book(store: Store, owner: Actor, add: Any) -> None:
    with store.write(Command.TAKE_IN, Ctx.gesture(owner)) as tx:
        tx.journal(order_id=add(tx).id)


@pytest.fixture
def busy(store: Store, owner: Actor, new_order: Add) -> Store:
    for _turn in range(3):
        book(store, owner, new_order)
    return store


def test_what_was_settled_is_written_over_by_the_next_command(
    busy: Store, owner: Actor, new_order: Add
) -> None:
    logged, settled = pages(busy)
    assert logged > settled
    settle_log(busy)
    assert pages(busy) == (logged, logged)
    book(busy, owner, new_order)
    assert pages(busy)[0] < logged


def test_it_waits_for_no_reader_and_the_reader_sees_his_moment(
    busy: Store, owner: Actor, new_order: Add
) -> None:
    count = "SELECT count(*) FROM repair_order"
    with busy.read() as reading:
        before = reading.exec_driver_sql(count).scalar_one()
        book(busy, owner, new_order)
        settle_log(busy)
        assert reading.exec_driver_sql(count).scalar_one() == before
    settle_log(busy)
    logged, settled = pages(busy)
    assert logged == settled
    assert empty_log(busy)
