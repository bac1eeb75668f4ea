"""The sample shop: lively, in every status, the same for the same seed, and sound."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.core.clock import SetClock, business_day
from app.core.enums import Category, Role, Status
from app.core.errors import Reason, Refusal
from app.core.rights import FOUNDER
from app.features.checkup.service import examine
from app.features.sample.hours import OpeningHours
from app.features.sample.people import person
from app.features.sample.service import fill
from app.features.sample.shop import DEMO_PIN
from app.features.sample.stories import DAYS, SHOWPIECES, invent
from app.features.sample.supplies import supplies
from app.features.staff.pins import clean_pin
from app.features.staff.service import StaffService
from app.store.door import Store
from tests.features.conftest import FAST
from tests.features.conftest import LIVELY_NOW as NOW

ORDERS = len(SHOWPIECES) + 36


@pytest.fixture(scope="module")
def store(lively: Path) -> Iterator[Store]:
    opened = Store.open(lively, SetClock(NOW))
    yield opened
    opened.close()


def column(store: Store, query: str) -> list[object]:
    with store.read() as reading:
        return [row[0] for row in reading.exec_driver_sql(query)]


def test_every_status_is_there(store: Store) -> None:
    assert set(column(store, "SELECT DISTINCT status FROM repair_order")) == {each.value for each in Status}
    assert column(store, "SELECT count(*) FROM repair_order") == [ORDERS]


def test_the_sample_shop_is_sound(store: Store) -> None:
    report = examine(store)
    assert report.sound, [(each.name, each.detail) for each in report.checks if not each.ok]


def test_the_year_ends_now(store: Store) -> None:
    days = [str(day) for day in column(store, "SELECT taken_in_day FROM repair_order")]
    today = business_day(NOW)
    assert min(days) >= (today - timedelta(days=DAYS)).isoformat()
    assert max(days) == today.isoformat()
    latest = column(store, "SELECT max(at) FROM journal")[0]
    assert isinstance(latest, int)
    assert latest <= NOW.timestamp() * 1_000_000
    moments = column(store, "SELECT at FROM journal ORDER BY id")
    assert moments == sorted(moments)  # type: ignore[type-var]


def test_staff_in_all_roles_sign_in_with_the_demo_pin(store: Store) -> None:
    service = StaffService(store, FAST)
    people = service.list(FOUNDER)
    assert {each.role for each in people} == set(Role)
    assert len(people) == 7
    assert clean_pin(DEMO_PIN) == DEMO_PIN
    for each in people:
        assert service.sign_in(each.id, DEMO_PIN).role is each.role


def test_there_is_money_of_every_kind_and_something_late(store: Store) -> None:
    assert set(column(store, "SELECT DISTINCT method FROM payment")) >= {"cash", "wechat", "alipay"}
    assert column(store, "SELECT count(*) > 0 FROM payment WHERE tendered > amount") == [1]
    assert column(store, "SELECT count(*) > 0 FROM payment WHERE kind = 'deposit'") == [1]
    assert column(store, "SELECT count(*) > 0 FROM quote") == [1]
    now = int(NOW.timestamp() * 1_000_000)
    late = "SELECT count(*) > 0 FROM repair_order WHERE promised_at < {} AND status = 'waiting_parts'"
    assert column(store, late.format(now)) == [1]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT count(*) FROM part_serial WHERE state = 'in_stock'",
        "SELECT count(*) FROM part_serial WHERE state != 'in_stock'",
        "SELECT count(*) FROM part WHERE kit = 1 AND id IN (SELECT kit_id FROM kit_line)",
        "SELECT count(*) FROM stock_balance b JOIN stock_place p ON p.id = b.place_id WHERE p.kind = 'person'"
        " AND b.on_hand > 0",
        "SELECT count(*) FROM part WHERE consigned > 0",
        "SELECT count(*) FROM consign_settlement",
        "SELECT count(*) FROM stock_move m WHERE owed_value != 0"
        " AND NOT EXISTS (SELECT 1 FROM consign_settled c WHERE c.move_id = m.id)",
        "SELECT count(*) FROM stock_count WHERE state = 'approved'",
        "SELECT count(*) FROM stock_count WHERE state = 'open'",
        "SELECT count(*) FROM tool WHERE holder_id IS NOT NULL",
        "SELECT count(*) FROM stock_move WHERE kind = 'strip'",
        "SELECT count(*) FROM defective_good WHERE grade = 'sample'",
        "SELECT count(*) FROM part_loan",
    ],
)
def test_every_tab_of_the_stock_room_is_lively(store: Store, query: str) -> None:
    (found,) = column(store, query)
    assert found


def test_a_founded_shop_is_refused(store: Store) -> None:
    clock = store.clock
    assert isinstance(clock, SetClock)
    before = column(store, "SELECT count(*) FROM journal")
    with pytest.raises(Refusal) as caught:
        fill(store, clock, now=NOW, orders=5, hasher=FAST)
    assert caught.value.reason is Reason.FOLDER_NOT_EMPTY
    assert column(store, "SELECT count(*) FROM journal") == before


def test_the_same_seed_tells_the_same_stories() -> None:
    hours = OpeningHours("08:30-12:00,13:30-18:00", "Asia/Shanghai")
    told = [invent(supplies(), hours, orders=120, seed=seed, now=NOW) for seed in (1, 1, 2)]
    assert told[0] == told[1]
    assert told[0] != told[2]
    assert len({story.key for story in told[0]}) == len(told[0]) == 120
    assert all(story.arrives <= NOW for story in told[0])
    assert any(story.rework_of for story in told[0])
    assert {story.device.category for story in told[0]} == {each.value for each in Category}


@pytest.mark.parametrize("orders", [0, 1, len(SHOWPIECES), len(SHOWPIECES) + 1])
def test_small_shops_have_as_many_orders_as_asked(orders: int) -> None:
    hours = OpeningHours("08:30-18:00", "Asia/Shanghai")
    assert len(invent(supplies(), hours, orders=orders, seed=1, now=NOW)) == orders


def test_summer_brings_air_conditioners_and_winter_heaters() -> None:
    hours = OpeningHours("08:30-18:00", "Asia/Shanghai")
    told = invent(supplies(), hours, orders=3000, seed=1, now=NOW)

    def share(category: Category, months: set[int]) -> float:
        those = [story for story in told if business_day(story.arrives).month in months]
        return sum(story.device.category == category for story in those) / len(those)

    assert share(Category.COOLING, {6, 7, 8}) > 2 * share(Category.COOLING, {11, 12, 1})
    assert share(Category.HEATING, {12, 1, 2}) > 2 * share(Category.HEATING, {6, 7, 8})


def test_600_orders_come_from_about_300_customers() -> None:
    hours = OpeningHours("08:30-18:00", "Asia/Shanghai")
    told = invent(supplies(), hours, orders=600, seed=1, now=NOW)
    assert 230 <= len({story.customer.phone for story in told}) <= 300


def test_a_person_is_the_same_for_the_same_key_and_names_fit_their_fields() -> None:
    people = [person(supplies(), 1, at) for at in range(2000)]
    assert people[7] == person(supplies(), 1, 7)
    assert len({each.phone for each in people}) == 2000
    assert all(each.name and len(each.phone) == 11 and each.phone.isdigit() for each in people)
    assert any(ord(letter) > 0xFFFF for each in people for letter in each.name)


def test_every_fault_names_parts_that_exist_and_devices_that_can_have_it() -> None:
    numbers = {each.number for each in supplies().goods}
    assert len(numbers) == len(supplies().goods) == 120
    assert set(supplies().trades) == {each.value for each in Category}
    for trade in supplies().trades.values():
        assert len(trade.months) == 12
        kinds = {make.kind for make in trade.makes}
        for trouble in trade.troubles:
            assert set(trouble.parts) <= numbers
            assert trouble.kinds
            assert set(trouble.kinds) <= kinds
        assert {kind for trouble in trade.troubles for kind in trouble.kinds} == kinds


@pytest.mark.parametrize(
    ("local", "opens_at"),
    [
        ("07:10", "08:35"),
        ("09:00", "09:00"),
        ("12:20", "13:40"),
        ("17:59", "17:59"),
        ("18:00", "08:30"),
        ("23:30", "08:45"),
    ],
)
def test_work_happens_while_the_shop_is_open(local: str, opens_at: str) -> None:
    hours = OpeningHours("08:30-12:00,13:30-18:00", "Asia/Shanghai")
    moment = datetime.fromisoformat(f"2026-11-20T{local}:00+08:00")
    found = hours.within(moment).astimezone(moment.tzinfo)
    assert f"{found:%H:%M}" == opens_at
    assert found.day == (21 if local >= "18:00" else 20)


@pytest.mark.parametrize("hours", ["", "nonsense"])
def test_a_shop_without_hours_works_by_day(hours: str) -> None:
    found = OpeningHours(hours, "Asia/Shanghai")
    assert found.at(business_day(NOW), 0.0) < found.at(business_day(NOW), 1.0)


def test_without_brands_the_sample_shop_hears_of_none(store: Store) -> None:
    for table in ("brand", "claim", "settlement", "incident"):
        assert column(store, f"SELECT count(*) FROM {table}") == [0]
    assert not store.settings.brands
