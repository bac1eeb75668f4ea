"""Customers through the shop's day: taken on, corrected, found twice, made one."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from app.core.enums import Command, Payer, PaymentKind, PaymentMethod, Role, ServiceType
from app.core.errors import Conflict, Reason, Refusal
from app.core.ids import uuid7
from app.core.money import Money
from app.core.rights import FOUNDER
from app.features.customers.doubles import same_place, similar_phones
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import Alike, CustomerEntry, CustomerRecord
from app.features.finder import indexing
from app.features.finder.service import FinderService
from app.features.handover.service import HandoverService
from app.features.till.booking import Use, book_payment, book_refund, open_balance
from app.features.till.customer_money import held_on, sources_of
from app.model import Invoice, RepairOrder

if TYPE_CHECKING:
    from tests.features.conftest import Shop

OrderOf = Callable[..., RepairOrder]


@pytest.fixture
def customers(shop: Shop) -> CustomersService:
    return CustomersService(shop.store)


def invoice(shop: Shop, order: RepairOrder, fen: int, payer: Payer = Payer.CUSTOMER) -> int:
    """An issued invoice over ``fen``."""
    with shop.store.write(Command.SETTLE, shop.ctx()) as tx:
        issued = Invoice(
            uuid=uuid7(),
            number=f"F{order.id}-{payer}",
            order_id=order.id,
            customer_id=order.customer_id,
            payer=payer,
            service_type=ServiceType.PAID,
            technician_id=None,
            total=Money(fen),
            tax=Money(0),
            tax_inclusive=True,
            issued_at=tx.now,
            business_day=tx.today,
            issued_by_id=tx.actor.id,
            due_on=tx.today,
        )
        tx.session.add(issued)
        tx.session.flush()
        open_balance(tx, issued)
        return issued.id


def pay(shop: Shop, order: RepairOrder, fen: int, *, of: int | None = None, used: int = 0) -> None:
    """Money taken for an order, ``used`` fen of it for invoice ``of``."""
    with shop.store.write(Command.PAY_INVOICE, shop.ctx()) as tx:
        if fen < 0:
            held = held_on(tx.reading(), order.id)
            book_refund(
                tx,
                customer_id=order.customer_id,
                order_id=order.id,
                method=PaymentMethod.CASH,
                sources=sources_of(held, PaymentMethod.CASH, Money(-fen)),
            )
        else:
            book_payment(
                tx,
                customer_id=order.customer_id,
                order_id=order.id,
                kind=PaymentKind.DEPOSIT,
                method=PaymentMethod.CASH,
                amount=Money(fen),
                uses=[] if of is None else [Use(of, Money(used))],
            )


def new(shop: Shop, customers: CustomersService, name: str, phone: str = "", **more: str) -> CustomerRecord:
    return customers.save(shop.ctx(Role.COUNTER), None, None, CustomerEntry(name, phone, **more))


def test_new_customer_is_found_at_once(shop: Shop, customers: CustomersService) -> None:
    record = new(shop, customers, " 王丽华 ", "138 0013-8000", address="建设路 12 号")
    assert (record.name, record.phone) == ("王丽华", "13800138000")
    for typed in ("王", "丽华", "wlh", "138", "1380013", "8000", "0138000"):
        assert [row.id for row in customers.page(FOUNDER, typed).rows] == [record.id], typed
    assert customers.page(FOUNDER, "赵").rows == ()
    assert customers.record(FOUNDER, record.id) == record
    assert shop.journal(Command.SAVE_CUSTOMER) == [
        {"customer": record.id, "new": True, "keys": ["address", "name", "phone"]}
    ]


def test_known_customer_appears_as_the_phone_is_typed(shop: Shop, customers: CustomersService) -> None:
    first = new(shop, customers, "王丽华", "13800138000", phone2="05712345678")
    second = new(shop, customers, "赵敏", "13800999900")
    assert customers.match_phone(FOUNDER, "13") == ()
    assert [row.id for row in customers.match_phone(FOUNDER, "138")] == [second.id, first.id]
    assert [row.id for row in customers.match_phone(FOUNDER, "138001")] == [first.id]
    assert [row.id for row in customers.match_phone(FOUNDER, "8000")] == [first.id]
    assert [row.id for row in customers.match_phone(FOUNDER, "0571")] == [first.id]
    assert [row.id for row in customers.match_phone(FOUNDER, "5678")] == [first.id]
    assert [row.id for row in customers.match_phone(FOUNDER, "138 0099 9900")] == [second.id]
    assert customers.match_phone(FOUNDER, "王丽") == ()
    foreign = new(shop, customers, "Smith", "+4930123456")
    assert [row.id for row in customers.match_phone(FOUNDER, "+4930")] == [foreign.id]
    assert [row.id for row in customers.match_phone(FOUNDER, "3456")] == [foreign.id]


def test_second_phone_alone_becomes_the_first(shop: Shop, customers: CustomersService) -> None:
    record = new(shop, customers, "王丽华", "", phone2="13800138000")
    assert (record.phone, record.phone2) == ("13800138000", "")


def test_corrected_name_and_phone_find_the_old_orders(
    shop: Shop, customers: CustomersService, order_of: OrderOf
) -> None:
    order = order_of(name="王力华", phone="13800138000")
    finder = FinderService(shop.store)
    record = customers.record(FOUNDER, order.customer_id)
    changed = customers.save(
        shop.ctx(Role.COUNTER), record.id, record.version, CustomerEntry("王丽华", "15811112222")
    )
    assert changed.version == record.version + 1
    for typed in ("王丽", "丽", "2222", "15811112222"):
        assert [hit.id for hit in finder.find(typed).orders] == [order.id], typed
    for typed in ("力", "王力华", "13800138000"):
        assert finder.find(typed).orders == (), typed
    assert [hit.id for hit in finder.by_pinyin("wlh")] == [order.id]
    assert customers.page(FOUNDER, "力").rows == ()
    with shop.store.read() as reading:
        assert indexing.check(reading).sound


def test_two_clerks_edit_the_same_customer(shop: Shop, customers: CustomersService) -> None:
    record = new(shop, customers, "王丽华")
    customers.save(shop.ctx(), record.id, record.version, CustomerEntry("王丽华", "13800138000"))
    before = shop.fingerprint()
    with pytest.raises(Conflict):
        customers.save(shop.ctx(), record.id, record.version, CustomerEntry("王小华"))
    assert shop.fingerprint() == before


def test_repeated_save_makes_one_customer(shop: Shop, customers: CustomersService) -> None:
    ctx = shop.ctx(Role.COUNTER)
    entry = CustomerEntry("王丽华", "13800138000")
    assert customers.save(ctx, None, None, entry) == customers.save(ctx, None, None, entry)
    assert len(customers.page(FOUNDER).rows) == 1


def test_balance_is_what_is_due_and_what_is_held(
    shop: Shop, customers: CustomersService, order_of: OrderOf
) -> None:
    order = order_of()
    due = invoice(shop, order, 24_200)
    invoice(shop, order, 9_900, Payer.BRAND)
    pay(shop, order, 10_000, of=due, used=8_000)
    pay(shop, order, -500)
    balance = customers.record(FOUNDER, order.customer_id).balance
    assert balance.receivable == Money(16_200)
    assert balance.held == Money(1_500)
    assert [(each.total, each.due) for each in balance.unpaid] == [(Money(24_200), Money(16_200))]
    assert balance.unpaid[0].order_number == order.number


def test_orders_page_by_key_newest_first(customers: CustomersService, order_of: OrderOf) -> None:
    first = order_of()
    ids = [first.id] + [order_of(customer_id=first.customer_id).id for _ in range(4)]
    page = customers.orders(FOUNDER, first.customer_id, None, 3)
    rest = customers.orders(FOUNDER, first.customer_id, page.next_key, 3)
    assert [hit.id for hit in (*page.rows, *rest.rows)] == ids[::-1]
    assert rest.next_key is None
    record = customers.record(FOUNDER, first.customer_id)
    assert [device.orders for device in record.devices] == [1] * 5
    assert customers.page(FOUNDER).rows[0].orders == 5


def test_two_records_of_one_person_become_one(
    shop: Shop, customers: CustomersService, order_of: OrderOf
) -> None:
    kept = order_of(name="王丽华", phone="13800138000")
    lost = order_of(name="王女士", phone="13955556666", phone2="05718888777", serial="SN8807")
    due = invoice(shop, lost, 5_000)
    pay(shop, lost, 2_000, of=due, used=1_500)
    pay(shop, kept, 300)
    keep, drop = customers.record(FOUNDER, kept.customer_id), customers.record(FOUNDER, lost.customer_id)
    version = lost.version
    merged = customers.merge(shop.ctx(Role.COUNTER), keep.id, keep.version, drop.id, drop.version)

    assert [hit.id for hit in merged.orders.rows] == [lost.id, kept.id]
    assert {hit.customer for hit in merged.orders.rows} == {"王丽华"}
    assert len(merged.devices) == 2
    assert merged.merged == 1
    assert merged.balance.receivable == Money(3_500)
    assert merged.balance.held == Money(800)
    assert (merged.phone, merged.phone2) == ("13800138000", "13955556666")
    assert customers.record(FOUNDER, drop.id) == merged
    assert customers.orders(FOUNDER, drop.id).rows == merged.orders.rows
    assert [row.id for row in customers.page(FOUNDER).rows] == [keep.id]
    # A number that found no room on the kept record still leads to it.
    assert [row.id for row in customers.match_phone(FOUNDER, "05718888")] == [keep.id]
    finder = FinderService(shop.store)
    assert [hit.id for hit in finder.by_name("王丽华")] == [lost.id, kept.id]
    assert finder.by_name("女士") == ()
    assert {hit.id for hit in finder.by_phone("6666")} == {lost.id, kept.id}
    with shop.store.read() as reading:
        assert indexing.check(reading).sound
        rows = reading.execute(
            text("SELECT customer_id, version FROM repair_order WHERE id = :id"), {"id": lost.id}
        ).one()
        assert tuple(rows) == (keep.id, version + 1)
        issued = reading.execute(text("SELECT customer_id FROM invoice")).scalars().all()
        assert issued == [drop.id]
    assert shop.journal(Command.MERGE_CUSTOMERS) == [
        {
            "keep": keep.id,
            "drop": drop.id,
            "orders": [lost.id],
            "devices": [lost.device_id],
            "filled": ["phone2"],
        }
    ]


def test_debts_of_a_merged_record_can_still_be_paid(
    shop: Shop, customers: CustomersService, order_of: OrderOf
) -> None:
    kept, lost = order_of(), order_of(name="王女士", phone="13955556666")
    due = invoice(shop, lost, 5_000)
    customers.merge(shop.ctx(), kept.customer_id, None, lost.customer_id, None)
    handover = HandoverService(shop.store)
    assert [each.due for each in handover.receivables(FOUNDER, kept.customer_id)] == [Money(5_000)]
    handover.pay_invoice(shop.ctx(), due, PaymentMethod.CASH, Money(5_000))
    assert handover.receivables(FOUNDER, kept.customer_id) == ()
    assert customers.record(FOUNDER, kept.customer_id).balance.receivable == Money(0)


def test_merges_of_merges_leave_no_chain(shop: Shop, customers: CustomersService, order_of: OrderOf) -> None:
    orders = [order_of(name=f"王{at}", phone=f"1380013800{at}") for at in range(3)]
    for order in orders:
        pay(shop, order, 100)
    one, two, three = (order.customer_id for order in orders)
    customers.merge(shop.ctx(), two, None, three, None)
    merged = customers.merge(shop.ctx(), one, None, two, None)
    assert merged.balance.held == Money(300)
    assert merged.merged == 2
    assert customers.record(FOUNDER, three).id == one
    with shop.store.read() as reading:
        rows = reading.execute(text("SELECT merged_into_id FROM customer ORDER BY id")).scalars().all()
    assert rows == [None, one, one]


def test_merging_is_refused_for_one_and_the_same_and_for_those_already_merged(
    shop: Shop, customers: CustomersService
) -> None:
    one, two = new(shop, customers, "甲"), new(shop, customers, "乙")
    with pytest.raises(Refusal) as refused:
        customers.merge(shop.ctx(), one.id, one.version, one.id, one.version)
    assert refused.value.reason is Reason.SAME_CUSTOMER
    with pytest.raises(Refusal) as refused:
        customers.merge(shop.ctx(), one.id, one.version, 99, 1)
    assert refused.value.reason is Reason.NOT_FOUND
    customers.merge(shop.ctx(), one.id, one.version, two.id, two.version)
    before = shop.fingerprint()
    with pytest.raises(Conflict):
        customers.merge(shop.ctx(), one.id, None, two.id, None)
    with pytest.raises(Conflict):
        customers.save(shop.ctx(), two.id, None, CustomerEntry("乙"))
    assert shop.fingerprint() == before
    with pytest.raises(Refusal) as refused:
        customers.merge(shop.ctx(Role.TECHNICIAN), one.id, None, two.id, None)
    assert refused.value.reason is Reason.NOT_ALLOWED


def test_repeated_merge_is_answered_not_done_again(shop: Shop, customers: CustomersService) -> None:
    one, two = new(shop, customers, "甲", notes="老客户"), new(shop, customers, "乙", notes="要发票")
    ctx = shop.ctx()
    first = customers.merge(ctx, one.id, one.version, two.id, two.version)
    assert first == customers.merge(ctx, one.id, one.version, two.id, two.version)
    assert first.notes == "老客户\n要发票"


def test_doubles_are_found_for_good_reasons_only(
    shop: Shop, customers: CustomersService, order_of: OrderOf
) -> None:
    phone = order_of(name="王丽华", phone="13800138000").customer_id
    same_phone = new(shop, customers, "王女士", "13800138000").id
    second_phone = new(shop, customers, "老王", "13711112222", phone2="13800138000").id
    typo = new(shop, customers, "赵敏", "15811112222").id
    swapped = new(shop, customers, "赵敏", "15811121222").id
    home = new(shop, customers, "李强", "13300000001", address="建设路12号3栋201").id
    home_too = new(shop, customers, "李强", "18900000002", address="建设路 12号 3栋 201").id
    new(shop, customers, "李强", "17700000003", address="城北")
    new(shop, customers, "赵六", "15811112223")
    found = {(pair.keep.id, pair.drop.id, pair.why) for pair in customers.duplicates(FOUNDER, 50)}
    assert found == {
        (phone, same_phone, Alike.SAME_PHONE),
        (phone, second_phone, Alike.SAME_PHONE),
        (same_phone, second_phone, Alike.SAME_PHONE),
        (typo, swapped, Alike.SAME_NAME_SIMILAR_PHONE),
        (home, home_too, Alike.SAME_NAME_SAME_ADDRESS),
    }
    assert len(customers.duplicates(FOUNDER, 2)) == 2
    assert customers.duplicates(FOUNDER, 1)[0].why is Alike.SAME_PHONE
    customers.merge(shop.ctx(), phone, None, same_phone, None)
    assert same_phone not in {
        each.id for pair in customers.duplicates(FOUNDER) for each in (pair.keep, pair.drop)
    }


def test_one_mistake_in_a_phone_number_is_similar_and_two_are_not() -> None:
    draw = random.Random(7)
    for _ in range(300):
        phone = "1" + "".join(draw.choices("0123456789", k=10))
        at = draw.randrange(1, 10)
        wrong = phone[:at] + str((int(phone[at]) + 1) % 10) + phone[at + 1 :]
        swapped = phone[:at] + phone[at + 1] + phone[at] + phone[at + 2 :]
        missing = phone[:at] + phone[at + 1 :]
        assert similar_phones(phone, wrong)
        assert similar_phones(phone, missing)
        assert similar_phones(missing, phone)
        assert similar_phones(phone, swapped) or swapped == phone
        far = wrong[:-1] + str((int(wrong[-1]) + 1) % 10)
        assert not similar_phones(phone, far) or at == 9
    assert not similar_phones("13800138000", "13800138000")
    assert not similar_phones("12345", "12346")
    assert same_place("建设路 12 号") == same_place("建设路１２号")
    assert same_place("城北") == ""


def test_no_list_of_customers_reads_them_all(
    shop: Shop, customers: CustomersService, order_of: OrderOf
) -> None:
    from sqlalchemy import event

    order = order_of()
    plans: list[str] = []

    def explain(connection, _cursor, statement, parameters, _context, _many):  # type: ignore[no-untyped-def]
        if statement.startswith("SELECT"):
            raw = connection.connection.cursor()
            raw.execute("EXPLAIN QUERY PLAN " + statement, parameters)
            plans.extend(f"{row[3]} :: {statement[:90]}" for row in raw.fetchall())

    event.listen(shop.store.engine, "before_cursor_execute", explain)
    try:
        customers.record(FOUNDER, order.customer_id)
        customers.match_phone(FOUNDER, "138")
        customers.match_phone(FOUNDER, "8000")
        for typed in ("王", "王丽华", "wl", "13800138000"):
            customers.page(FOUNDER, typed)
    finally:
        event.remove(shop.store.engine, "before_cursor_execute", explain)
    assert plans
    assert [plan for plan in plans if plan.startswith("SCAN") and "(subquery" not in plan] == []
