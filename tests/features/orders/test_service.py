"""The list of orders by look and by key, and an order's history."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.enums import Command, NoteKind, Role, Status
from app.core.errors import Reason, Refusal
from app.features.bench.service import BenchService
from app.features.orders import listing
from app.features.orders.listing import OrderList
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderFilter
from app.store.glance import Glance
from tests.features.conftest import Shop, take_in


def statuses(orders: OrdersService, look: OrderFilter) -> set[Status]:
    return {row.status for row in orders.page(look, None, 100).rows}


def test_each_look_shows_its_orders_and_no_others(shop: Shop) -> None:
    orders = OrdersService(shop.store)
    for status in Status:
        take_in(shop, status=status)
    assert statuses(orders, OrderFilter.ALL) == set(Status)
    assert statuses(orders, OrderFilter.OPEN) == set(Status) - {
        Status.DELIVERED,
        Status.CANCELLED,
        Status.DISPOSED,
    }
    assert statuses(orders, OrderFilter.UNCLAIMED) == {Status.UNCLAIMED}
    assert Status.READY in statuses(orders, OrderFilter.AT_COUNTER)
    assert Status.REPAIRING not in statuses(orders, OrderFilter.AT_COUNTER)
    # Nothing was promised, so nothing is late.
    assert statuses(orders, OrderFilter.LATE) == set()


def test_late_is_what_was_promised_and_is_not_ready(shop: Shop) -> None:
    orders = OrdersService(shop.store)
    late = take_in(shop, status=Status.REPAIRING)
    on_time = take_in(shop, status=Status.REPAIRING)
    ready = take_in(shop, status=Status.READY)
    now = shop.clock.now()
    promise(shop, late.id, -1)
    promise(shop, on_time.id, 1)
    promise(shop, ready.id, -1)
    (row,) = orders.page(OrderFilter.LATE, None, 10).rows
    assert row.id == late.id
    assert row.late
    assert not next(each for each in orders.page(OrderFilter.ALL, None, 10).rows if each.id == ready.id).late
    # The very moment of the promise is still in time.
    promise(shop, on_time.id, 0)
    assert shop.clock.now() == now
    assert [each.id for each in orders.page(OrderFilter.LATE, None, 10).rows] == [late.id]


def promise(shop: Shop, order_id: int, hours: int) -> None:
    with shop.store.write(Command.EDIT_ORDER, shop.ctx()) as tx:
        tx.order(order_id, None).promised_at = tx.now + timedelta(hours=hours)


@pytest.mark.parametrize("look", list(OrderFilter))
def test_pages_join_without_gap_or_double_newest_first(shop: Shop, look: OrderFilter) -> None:
    orders = OrdersService(shop.store)
    for at in range(7):
        order = take_in(shop, status=Status.UNCLAIMED if at % 2 else Status.REPAIRING)
        promise(shop, order.id, -2)
    whole = [row.id for row in orders.page(look, None, 100).rows]
    assert whole == sorted(whole, reverse=True)
    walked: list[int] = []
    after = None
    while rows := orders.page(look, after, 2).rows:
        walked += [row.id for row in rows]
        after = walked[-1]
    assert walked == whole


def test_a_page_is_read_by_key_never_by_scan(shop: Shop) -> None:
    values = {"before": 9, "limit": 9, "now": 9}
    plans = {
        look: " ".join(row[-1] for row in shop.store.rows(f"EXPLAIN QUERY PLAN {query}", values))
        for look, query in listing._QUERIES.items()
    }
    assert "SEARCH o USING INTEGER PRIMARY KEY (rowid<?)" in plans.pop(OrderFilter.ALL)
    assert all("ix_repair_order_open" in plan for plan in plans.values()), plans


def test_a_glance_shows_the_same_rows_as_the_store(shop: Shop) -> None:
    for status in Status:
        promise(shop, take_in(shop, status=status).id, -1)
    glance = Glance(shop.store.folder.database, shop.clock)
    assert glance.settled
    for look in OrderFilter:
        seen = OrderList(lambda: glance).page(look, None, 100)
        assert seen.rows
        assert seen == OrdersService(shop.store).page(look, None, 100)
    glance.close()


def test_history_tells_moves_and_notes_in_the_order_of_time(shop: Shop) -> None:
    orders, bench = OrdersService(shop.store), BenchService(shop.store)
    order = take_in(shop)
    card = bench.open_card(order.id, shop.people[Role.TECHNICIAN])
    shop.clock.advance(timedelta(minutes=5))
    card = bench.go_on(shop.ctx(Role.TECHNICIAN), card.id, card.version)
    shop.clock.advance(timedelta(minutes=5))
    bench.add_note(shop.ctx(Role.TECHNICIAN), card.id, "压缩机不启动", NoteKind.FAULT)
    told = orders.history(order.id)
    assert [entry.at for entry in told] == sorted(entry.at for entry in told)
    assert any(entry.to_status is Status.DIAGNOSING for entry in told)
    note = next(entry for entry in told if entry.note is NoteKind.FAULT)
    assert (note.text, note.staff) == ("压缩机不启动", shop.people[Role.TECHNICIAN].name)


def test_what_was_denied_stands_in_the_order_s_history(shop: Shop) -> None:
    orders, bench = OrdersService(shop.store), BenchService(shop.store)
    order, other = take_in(shop), take_in(shop)
    card = bench.open_card(order.id, shop.people[Role.COUNTER])
    for attempt in (
        lambda: bench.go_on(shop.ctx(Role.COUNTER), card.id, card.version),
        lambda: bench.reveal_passcode(shop.ctx(Role.COUNTER), card.id),
        # Nobody's order: the trace is kept all the same.
        lambda: bench.go_on(shop.ctx(Role.COUNTER), 404, 1),
    ):
        with pytest.raises(Refusal) as refused:
            attempt()
        assert refused.value.reason is Reason.NOT_ALLOWED
    told = [entry for entry in orders.history(order.id) if entry.denied]
    assert [entry.command for entry in told] == [Command.LOG_WORK, Command.REVEAL_PASSCODE]
    assert {entry.staff for entry in told} == {shop.people[Role.COUNTER].name}
    assert not any(entry.denied for entry in orders.history(other.id))
    assert shop.journal(Command.LOG_WORK) == [{"denied": True}] * 2


def test_an_order_that_is_not_there(shop: Shop) -> None:
    orders = OrdersService(shop.store)
    with pytest.raises(Refusal) as refused:
        orders.card(404, shop.people[Role.OWNER])
    assert refused.value.reason is Reason.NOT_FOUND
    assert orders.history(404) == ()
    assert orders.page(OrderFilter.ALL, None, 10).rows == ()
