"""A month of the books and of everybody's pay is read from the indexes of its days, not through the years."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event

from app.core.clock import SetClock
from app.core.enums import Role
from app.core.rights import FOUNDER, Actor
from app.features.books.service import Books
from app.features.pay.service import Pay
from app.store.door import Store
from tests.features.conftest import LIVELY_NOW

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Tables that grow with every order; by the names that the queries give them.
_OF_THE_YEARS = {
    "s", "sale", "i", "invoice", "l", "invoice_line", "p", "payment", "a", "allocation", "o", "repair_order",
    "work_log", "m", "stock_move", "n", "credit_note", "c", "credit_line", "w", "write_off", "till_move",
}  # fmt: skip


@pytest.fixture(scope="module")
def store(lively: Path) -> Iterator[Store]:
    opened = Store.open(lively, SetClock(LIVELY_NOW), exclusive=False)
    yield opened
    opened.close()


def _books(store: Store, month: str) -> object:
    return Books(store).journal(FOUNDER, month).lines


def _pay(store: Store, month: str) -> object:
    return Pay(store).month(Actor(1, "", Role.OWNER), month).people


@pytest.mark.parametrize("read", [_books, _pay])
def test_a_month_is_found_by_its_days(store: Store, read: Callable[[Store, str], object]) -> None:
    asked: list[tuple[str, object]] = []

    def note(_c: object, _k: object, statement: str, values: object, _x: object, _m: bool) -> None:
        asked.append((statement, values))

    event.listen(store.engine, "before_cursor_execute", note)
    try:
        assert read(store, "2026-10")
    finally:
        event.remove(store.engine, "before_cursor_execute", note)
    steps = []
    with store.read() as reading:
        for statement, values in asked:
            if statement.lstrip().startswith(("SELECT", "WITH")):
                plan = reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[arg-type]
                steps += plan.scalars(3).all()
    assert [step for step in steps if step.startswith("SCAN") and step.split()[1] in _OF_THE_YEARS] == []
    if read is _pay:
        person_by_person = (
            "SEARCH work_log USING INDEX ix_work_log_staff_id (staff_id=? AND started_at>? AND started_at<?)"
        )
        assert person_by_person in steps
    else:
        assert any("ix_allocation_business_day" in step for step in steps)
