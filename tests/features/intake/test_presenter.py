"""The form without its window: who is known, what is taken over, what is kept, what is refused where."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from app.core.enums import Command, Payer, Role, ServiceType, Status, Visit
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER, Actor
from app.features.customers.service import CustomersService
from app.features.intake.drafts import Drafts
from app.features.intake.presenter import IntakePresenter
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn, Warn
from app.features.intake.typed import TypedDevice, TypedVisit, empty, from_draft, to_draft
from app.model import RepairOrder
from tests.features.conftest import Shop

FRIDGE = DeviceEntry(category="cooling", brand="海尔", model="BCD-215", serial="HX1", fault="不制冷")
OVEN = DeviceEntry(category="kitchen", brand="美的", fault="不加热")


@pytest.fixture
def intake(shop: Shop) -> IntakeService:
    service = IntakeService(shop.store)
    wang = CustomerEntry(name="王丽华", phone="13800138000", address="人民路 8 号")
    service.take_in(shop.ctx(Role.COUNTER), TakeIn(wang, (FRIDGE, OVEN)))
    return service


@pytest.fixture
def form(shop: Shop, intake: IntakeService) -> IntakePresenter:
    return IntakePresenter(intake, CustomersService(shop.store), shop.clock, lambda: FOUNDER)


def filled(form: IntakePresenter) -> None:
    form.customer.name = "李明"
    form.device.category, form.device.fault = "it", "不开机"


# -- customers and devices ---------------------------------------------------------------------------------


@pytest.mark.parametrize("digits", ["138", "13800138000", "8000"])
def test_a_customer_is_found_by_the_beginning_or_the_last_four(form: IntakePresenter, digits: str) -> None:
    form.type_phone(digits, digits)
    assert [each.name for each in form.matches] == ["王丽华"]


@pytest.mark.parametrize("digits", ["", "1", "13", "800", "9999"])
def test_too_little_or_a_strange_number_finds_nobody(form: IntakePresenter, digits: str) -> None:
    form.type_phone(digits, digits)
    assert form.matches == ()
    assert form.exact_match(digits) is None


def test_taking_a_customer_over_keeps_what_was_typed_beside_his_number(form: IntakePresenter) -> None:
    form.type_phone("8000", "8000")
    form.customer.phone2, form.customer.address = "139 0000 0000", "新街 1 号"
    form.take_customer(form.matches[0].id)
    assert asdict(form.customer) == {
        "id": 1,
        "phone": "13800138000",
        "name": "王丽华",
        "phone2": "139 0000 0000",
        "address": "新街 1 号",
    }
    assert form.matches == ()
    form.drop_customer()
    assert asdict(form.customer) | {"phone": "", "name": ""} == asdict(form.customer)
    assert (form.customer.phone2, form.customer.address) == ("139 0000 0000", "新街 1 号")


def test_another_number_is_another_customer_but_the_same_one_is_not(form: IntakePresenter) -> None:
    form.take_customer(1)
    form.take_device(1)
    form.type_phone("138 0013 8000", "13800138000")
    assert form.known is not None
    form.type_phone("138 0013 800", "1380013800")
    assert form.known is None
    assert form.device.device_id is None
    assert (form.customer.phone, form.customer.name) == ("138 0013 800", "")


def test_a_device_taken_over_keeps_todays_fault(form: IntakePresenter) -> None:
    form.take_customer(1)
    form.device.fault = "漏水"
    form.take_device(1)
    device = form.device
    assert (device.brand, device.model, device.serial, device.fault) == ("海尔", "BCD-215", "HX1", "漏水")
    form.new_device()
    assert (form.device.device_id, form.device.brand, form.device.fault) == (None, "", "漏水")
    with pytest.raises(Refusal):
        form.take_device(99)


def test_a_device_chosen_by_mistake_leaves_nothing_of_its_record_behind(form: IntakePresenter) -> None:
    form.take_customer(1)
    form.take_device(1)
    form.device.purchased_on, form.device.proof_seen = "2026-01-02", True
    form.take_device(2)
    device = form.device
    assert (device.brand, device.serial, device.purchased_on, device.proof_seen) == ("美的", "", "", False)


def test_a_serial_number_typed_before_the_device_was_found_stays(form: IntakePresenter) -> None:
    form.take_customer(1)
    form.device.serial = "MD88"
    form.take_device(2)
    assert form.device.serial == "MD88"


def test_devices_are_added_shown_and_removed(form: IntakePresenter) -> None:
    form.take_customer(1)
    form.take_device(1)
    form.add_device()
    form.add_device()  # the empty one is used
    assert (len(form.visit.devices), form.visit.at) == (2, 1)
    assert [each.id for each in form.known_devices()] == [2]
    form.take_device(2)
    form.show_device(2)
    assert form.visit.at == 0
    form.remove_device(0)
    assert (form.visit.at, form.device.brand) == (0, "美的")
    form.remove_device(0)
    assert form.visit.devices == [TypedDevice()]


def test_a_serial_number_brings_device_and_owner_only_into_an_empty_customer(form: IntakePresenter) -> None:
    assert form.take_serial("unknown") is None
    found = form.take_serial("HX1")
    assert found is not None
    assert (form.customer.name, form.device.device_id) == ("王丽华", found.device_id)
    form.clear()
    form.customer.name = "李明"
    form.take_serial("HX1")
    assert (form.customer.name, form.device.device_id, form.device.serial) == ("李明", None, "HX1")


# -- advice ------------------------------------------------------------------------------------------------


def test_advice_never_fails_on_what_is_half_typed(form: IntakePresenter) -> None:
    device = form.device
    device.purchased_on, device.estimate, device.promised_on = "2026-1", "1..2", "soon"
    device.serial, device.category = "\ud800", "spaceships"
    assert form.advice().warnings == ()
    receipt = form.receipt()
    assert (receipt.estimate, receipt.promised_at) == (None, None)


def test_the_answer_to_the_guarantee_can_be_taken_back(shop: Shop, form: IntakePresenter) -> None:
    with shop.store.write(Command.SETTLE, shop.ctx()) as tx:
        order = tx.session.get_one(RepairOrder, 1)
        order.status, order.guarantee_until = Status.DELIVERED, date(2027, 1, 1)
    form.take_customer(1)
    form.take_device(1)
    question = form.advice().question
    assert question is not None
    assert question.kind is Warn.REWORK
    form.same_fault(question.order_id, same=False)
    assert form.advice().question is None
    assert form.advice().payer is Payer.CUSTOMER
    form.same_fault(question.order_id, same=True)
    assert form.advice().payer is Payer.SHOP
    form.same_fault(question.order_id, same=None)
    assert (form.device.same_fault_as, form.device.new_fault) == (None, [])


def test_who_may_decide_who_pays(form: IntakePresenter) -> None:
    assert form.covers(Role.COUNTER) == ((ServiceType.PAID, Payer.CUSTOMER),)
    assert (ServiceType.FREE, Payer.BRAND) in form.covers(Role.LEAD)
    assert all(letter is not ServiceType.INTERNAL for letter, _payer in form.covers(Role.OWNER))


# -- reading what is typed ---------------------------------------------------------------------------------


def test_everything_typed_arrives_in_the_visit(form: IntakePresenter) -> None:
    filled(form)
    device = form.device
    device.accessories, device.other_accessories = ["电源线"], "黑色手提袋，电源线; 鼠标"
    device.damages, device.other_damage = ["外壳划痕"], "左下角凹陷"
    device.passcode, device.passcode_way = "8713", "repair_mode"
    device.estimate, device.limit, device.promised_on = "180", "￥200.50", "+3"
    device.purchased_on, device.cover_note = "2025-3-1", "left over"
    form.visit.deposit, form.visit.method = "５０", "alipay"
    visit = form.take_in()
    (entry,) = visit.devices
    assert entry.accessories == ("电源线", "黑色手提袋", "鼠标")
    assert entry.damage == "外壳划痕、左下角凹陷"
    assert (entry.passcode, entry.repair_mode, entry.cover_note) == ("", True, "")
    assert (entry.estimate, entry.spend_limit) == (Money.yuan(180), Money(20050))
    assert (entry.promised_on, entry.purchased_on) == (date(2026, 11, 25), date(2025, 3, 1))
    assert (visit.deposit, visit.deposit_method.value) == (Money.yuan(50), "alipay")


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        ({"category": " "}, "category", Reason.FIELD_REQUIRED),
        ({"fault": ""}, "fault", Reason.FIELD_REQUIRED),
        ({"estimate": "1,2"}, "estimate", Reason.BAD_AMOUNT),
        ({"estimate": "-1"}, "estimate", Reason.AMOUNT_NEGATIVE),
        ({"limit": "NaN"}, "limit", Reason.BAD_AMOUNT),
        ({"purchased_on": "31-31"}, "purchased_on", Reason.BAD_DATE),
        ({"promised_on": "=1+1"}, "promised_at", Reason.BAD_DATE),
    ],
)
def test_a_refusal_names_its_field_and_its_device(
    form: IntakePresenter, change: dict[str, Any], field: str, reason: Reason
) -> None:
    filled(form)
    form.add_device()
    form.add_device()
    form.visit.devices.append(replace(form.visit.devices[0], **change))
    form.show_device(0)
    with pytest.raises(Refusal) as refused:
        form.take_in()
    assert (refused.value.reason, refused.value.params["field"]) == (reason, field)
    # The empty device between the two is left out, not refused.
    assert form.place_of(refused.value) == 2


def test_the_services_count_is_turned_into_the_forms(form: IntakePresenter) -> None:
    filled(form)
    form.visit.devices = [TypedDevice(), form.device, replace(form.device)]
    assert form.place_of(Refusal(Reason.BAD_DATE, at=1)) == 2
    assert form.place_of(Refusal(Reason.BAD_PHONE)) == form.visit.at == 0


def test_name_and_an_address_for_a_visit_at_home_are_needed(form: IntakePresenter) -> None:
    filled(form)
    form.device.visit = Visit.ON_SITE.value
    with pytest.raises(Refusal) as refused:
        form.take_in()
    assert refused.value.params["field"] == "address"
    form.customer.address, form.customer.name = "新街 1 号", " "
    with pytest.raises(Refusal) as refused:
        form.take_in()
    assert refused.value.params["field"] == "name"


# -- drafts ------------------------------------------------------------------------------------------------


def test_a_draft_comes_back_as_typed_but_for_the_passcode(form: IntakePresenter) -> None:
    assert form.draft() is None
    form.take_customer(1)
    form.take_device(1)
    form.device.passcode, form.device.estimate = "8713", "18,0"
    form.add_device()
    form.device.fault = "漏水"
    content, whole = form.draft(), form.draft(secrets=True)
    assert content is not None
    assert "8713" not in repr(content)
    form.clear()
    form.restore(content)
    assert form.known is not None
    assert (form.visit.at, form.device.fault) == (1, "漏水")
    assert (form.visit.devices[0].device_id, form.visit.devices[0].estimate) == (1, "18,0")
    assert whole is not None
    form.restore(whole)
    assert form.visit.devices[0].passcode == "8713"


@pytest.mark.parametrize(
    "content",
    [
        {},
        {"customer": None, "devices": None, "at": "x"},
        {
            "customer": {"id": True, "name": 5},
            "devices": [None, {"photos": "x", "technician_id": "1"}],
            "at": 9,
        },
        {"devices": [], "deposit": 5, "later": {"version": 2}},
        {"customer": {"id": 99, "name": "走了的人"}, "devices": [{"device_id": 77, "brand": "海尔"}]},
    ],
)
def test_a_draft_of_another_version_never_stops_the_counter(
    form: IntakePresenter, content: dict[str, Any]
) -> None:
    form.restore(content)
    assert form.known is None
    assert form.device.device_id is None
    form.receipt()
    assert isinstance(from_draft(content), TypedVisit)


def test_empty_means_nothing_typed() -> None:
    visit = TypedVisit()
    assert empty(visit)
    visit.customer.phone = "  "
    assert empty(visit)
    visit.devices[0].proof_seen = True
    assert not empty(visit)
    assert from_draft(to_draft(visit)) == visit


class FakeShelf:
    """Drafts in memory; ``full`` is a full disk."""

    def __init__(self) -> None:
        self.kept: dict[int, Any] = {}
        self.writes = 0
        self.full = False

    def draft(self, actor: Actor) -> Any:
        return self.kept.get(actor.id)

    def save_draft(self, actor: Actor, content: Any) -> None:
        if self.full:
            raise EnvironmentFault(Fault.DISK_FULL, path="x")
        self.writes += 1
        self.kept[actor.id] = content


CLERK, LEAD = Actor(1, "陈静", Role.COUNTER), Actor(2, "周建国", Role.LEAD)


def test_a_draft_is_written_only_when_it_changed() -> None:
    shelf = FakeShelf()
    drafts = Drafts(shelf, lambda: CLERK)
    drafts.look()
    for typed in (None, {"a": 1}, {"a": 1}, {"a": 2}):
        assert drafts.keep(typed) is None
    assert shelf.writes == 2


def test_a_full_disk_is_told_and_tried_again() -> None:
    shelf = FakeShelf()
    drafts = Drafts(shelf, lambda: CLERK)
    shelf.full = True
    fault = drafts.keep({"a": 1})
    assert isinstance(fault, EnvironmentFault)
    shelf.full = False
    assert drafts.keep({"a": 1}) is None
    assert shelf.kept[1] == {"a": 1}


def test_two_unfinished_visits_wait_one_behind_the_other() -> None:
    shelf = FakeShelf()
    shelf.kept[1] = {"who": "first"}
    drafts = Drafts(shelf, lambda: CLERK)
    assert drafts.look()
    drafts.keep({"who": "second"})
    assert shelf.kept[1] == {"who": "second", "earlier": {"who": "first"}}
    # The program dies and starts again.
    drafts = Drafts(shelf, lambda: CLERK)
    drafts.look()
    assert drafts.go_on(None) == {"who": "second"}
    assert drafts.offered == {"who": "first"}
    assert drafts.go_on({"who": "second"}) == {"who": "first"}
    assert drafts.offered == {"who": "second"}
    drafts.discard({"who": "first"})
    assert (drafts.offered, shelf.kept[1]) == (None, {"who": "first"})


def test_nobody_has_no_draft() -> None:
    shelf = FakeShelf()
    drafts = Drafts(shelf, lambda: Actor(0, "", Role.TECHNICIAN))
    assert not drafts.look()
    assert drafts.keep({"a": 1}) is None
    assert shelf.kept == {}


def test_a_form_on_the_counter_follows_who_stands_there() -> None:
    shelf, who = FakeShelf(), [CLERK]
    shelf.kept[1] = {"who": "old"}
    drafts = Drafts(shelf, lambda: who[0])
    drafts.look()
    drafts.keep({"who": "now"})
    who[0] = LEAD
    drafts.change_hands({"who": "now"})
    assert shelf.kept == {1: {"who": "old"}, 2: {"who": "now"}}
    assert drafts.offered is None
