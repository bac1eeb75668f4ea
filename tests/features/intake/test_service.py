"""Taking in, at the service: what is booked, what is warned of, who may decide who pays."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, text

from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, parse
from app.core.enums import (
    Command,
    CoverReason,
    CustodyWay,
    JobKind,
    NoteKind,
    PaperKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    Role,
    ServiceType,
    Status,
    Visit,
)
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.features.intake.service import MOST_DEVICES, IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn, TakenIn, Warn
from app.model import (
    CustodyEntry,
    Customer,
    Device,
    Draft,
    Operation,
    OrderNote,
    Payment,
    Photo,
    PickupReceipt,
    RepairOrder,
)
from tests.features.conftest import Shop
from tests.hostile_pictures import PNG

WANG = CustomerEntry(name="王丽华", phone="138 0013 8000", address="人民路 8 号")
FRIDGE = DeviceEntry(category="cooling", brand="海尔", model="BCD-215", serial="HX20260001", fault="不制冷")


@pytest.fixture
def intake(shop: Shop) -> IntakeService:
    return IntakeService(shop.store)


def take(
    shop: Shop, intake: IntakeService, *devices: DeviceEntry, customer: CustomerEntry = WANG, **more: object
) -> TakenIn:
    role = more.pop("role", Role.COUNTER)
    assert isinstance(role, Role)
    return intake.take_in(shop.ctx(role), TakeIn(customer, devices or (FRIDGE,), **more))  # type: ignore[arg-type]


def one(shop: Shop, query: object) -> object:
    with shop.store.read() as reading:
        return reading.execute(query).one()  # type: ignore[call-overload]


def count(shop: Shop, table: str) -> int:
    with shop.store.read() as reading:
        return int(reading.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def deliver(shop: Shop, order_id: int, until: date | None) -> None:
    """The order as it stands once the device has gone home with our guarantee."""
    with shop.store.write(Command.SETTLE, shop.ctx()) as tx:
        order = tx.order(order_id, None)
        order.status, order.guarantee_until = Status.DELIVERED, until
        order.delivered_at, order.delivered_day = tx.now, tx.today


# -- one visit ---------------------------------------------------------------------------------------------


def test_one_visit_books_everything_that_hangs_on_it(shop: Shop, intake: IntakeService) -> None:
    entry = replace(
        FRIDGE,
        accessories=("电源线", "说明书", "电源线"),
        damage="外壳划痕",
        shelf="A1",
        estimate=Money.yuan(180),
        spend_limit=Money.yuan(200),
        promised_on=date(2026, 11, 25),
        technician_id=shop.people[Role.TECHNICIAN].id,
        photos=(PNG,),
    )
    taken = take(shop, intake, entry, deposit=Money.yuan(50), deposit_method=PaymentMethod.WECHAT)
    (order,) = taken.orders
    row = one(shop, select(RepairOrder.__table__))
    assert (row.number, row.status, row.fault) == ("2611-00001", Status.RECEIVED, "不制冷")
    assert row.accessories == ["电源线", "说明书"]
    assert (row.estimate, row.spend_limit) == (Money.yuan(180), Money.yuan(200))
    # 25 November, when the shop closes (18:00 in Shanghai unless its hours say otherwise).
    assert row.promised_at == intake.promised_moment(date(2026, 11, 25))
    assert row.cover == {"reason": "no_proof", "until": None}
    customer = one(shop, select(Customer.name, Customer.phone))
    assert tuple(customer) == ("王丽华", "13800138000")
    receipt = one(shop, select(PickupReceipt.code, PickupReceipt.order_id))
    assert tuple(receipt) == (order.receipt_code, order.order_id)
    custody = one(shop, select(CustodyEntry.way, CustodyEntry.order_id))
    assert tuple(custody) == (CustodyWay.IN, order.order_id)
    assert one(shop, select(Photo.order_id, Photo.suffix)).suffix == ".jpg"
    payment = one(shop, select(Payment.number, Payment.kind, Payment.method, Payment.amount))
    assert tuple(payment) == (taken.payment_number, PaymentKind.DEPOSIT, PaymentMethod.WECHAT, Money.yuan(50))
    card, slip = parse(order.card_code), parse(order.receipt_code)
    assert isinstance(card, Code)
    assert card.kind is CodeKind.ORDER
    assert isinstance(slip, Code)
    assert slip.kind is CodeKind.RECEIPT
    assert card.digits[:-1] not in slip.digits


def test_numbers_run_without_gaps_and_begin_anew_each_month(shop: Shop, intake: IntakeService) -> None:
    numbers = [take(shop, intake).orders[0].number for _again in range(2)]
    with pytest.raises(Refusal):
        take(shop, intake, replace(FRIDGE, fault=""))
    numbers.append(take(shop, intake).orders[0].number)
    assert numbers == ["2611-00001", "2611-00002", "2611-00003"]
    shop.clock.advance(timedelta(days=10))
    assert take(shop, intake).orders[0].number == "2612-00001"


def test_several_devices_share_the_customer_and_come_in_together(shop: Shop, intake: IntakeService) -> None:
    oven = DeviceEntry(category="kitchen", brand="美的", fault="不加热")
    taken = take(shop, intake, FRIDGE, oven, deposit=Money.yuan(30))
    assert [each.number for each in taken.orders] == ["2611-00001", "2611-00002"]
    assert (count(shop, "customer"), count(shop, "device"), count(shop, "pickup_receipt")) == (1, 2, 2)
    payment = one(shop, select(Payment.order_id))
    assert payment.order_id == taken.orders[0].order_id


def test_a_refused_second_device_leaves_nothing_of_the_first(shop: Shop, intake: IntakeService) -> None:
    before = shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        take(shop, intake, FRIDGE, DeviceEntry(category="kitchen"))
    assert refused.value.reason is Reason.FIELD_REQUIRED
    assert (refused.value.params["field"], refused.value.params["at"]) == ("fault", 1)
    assert shop.fingerprint() == before


def test_the_same_gesture_again_gives_the_same_answer_and_books_once(
    shop: Shop, intake: IntakeService
) -> None:
    ctx = shop.ctx(Role.COUNTER)
    visit = TakeIn(WANG, (replace(FRIDGE, photos=(PNG,)),), deposit=Money.yuan(20))
    first = intake.take_in(ctx, visit)
    again = intake.take_in(ctx, visit)
    assert again == first
    assert (count(shop, "repair_order"), count(shop, "payment"), count(shop, "customer")) == (1, 1, 1)
    assert (
        one(shop, select(Operation.command).where(Operation.id == ctx.operation_id)).command
        is Command.TAKE_IN
    )
    assert intake.take_in(shop.ctx(Role.COUNTER), visit).orders[0].number == "2611-00002"


def test_a_technician_does_not_take_in(shop: Shop, intake: IntakeService) -> None:
    with pytest.raises(Refusal) as refused:
        take(shop, intake, role=Role.TECHNICIAN)
    assert refused.value.reason is Reason.NOT_ALLOWED
    assert count(shop, "repair_order") == 0


def test_the_pages_hear_of_the_new_order(shop: Shop, intake: IntakeService) -> None:
    heard: list[Changes] = []
    shop.store.changes.subscribe(heard.append)
    taken = take(shop, intake, deposit=Money.yuan(5))
    assert heard[0].ids(Kind.ORDER) == {taken.orders[0].order_id}
    assert heard[0].has(Kind.CUSTOMER)
    assert heard[0].has(Kind.MONEY)


def test_the_journal_says_what_happened_and_names_nobody(shop: Shop, intake: IntakeService) -> None:
    take(shop, intake, replace(FRIDGE, passcode="8713"), deposit=Money.yuan(5))
    entries = shop.journal(Command.TAKE_IN)
    assert {"deposit_fen": 500, "payment": "S2611-00001"} in entries
    said = repr(entries)
    assert not any(each in said for each in ("王丽华", "13800138000", "不制冷", "8713", "HX2026"))


def test_a_call_to_the_customers_home_has_no_receipt_yet(shop: Shop, intake: IntakeService) -> None:
    (order,) = take(shop, intake, replace(FRIDGE, visit=Visit.ON_SITE)).orders
    assert order.receipt_code == ""
    assert one(shop, select(RepairOrder.status)).status is Status.REGISTERED
    assert (count(shop, "pickup_receipt"), count(shop, "custody_entry")) == (0, 0)


def test_a_passcode_is_sealed_and_nowhere_in_plain(shop: Shop, intake: IntakeService) -> None:
    take(shop, intake, replace(FRIDGE, passcode="geheim-8713"))
    sealed = one(shop, select(RepairOrder.passcode, RepairOrder.uuid))
    assert sealed.passcode
    assert b"8713" not in sealed.passcode
    assert shop.store.secrets.open(sealed.passcode, sealed.uuid.bytes) == "geheim-8713"
    for file in shop.store.folder.root.rglob("*"):
        if file.is_file():
            assert b"geheim-8713" not in file.read_bytes(), file


def test_the_promised_date_defaults_by_category(shop: Shop, intake: IntakeService) -> None:
    choices = intake.choices()
    take(shop, intake)
    promised = one(shop, select(RepairOrder.promised_at)).promised_at
    assert promised == intake.promised_moment(choices.promised_on["cooling"])


# -- drafts ------------------------------------------------------------------------------------------------


def test_a_draft_survives_without_its_passcodes_and_goes_when_the_visit_is_saved(
    shop: Shop, intake: IntakeService
) -> None:
    clerk = shop.people[Role.COUNTER]
    intake.save_draft(clerk, {"customer": {"phone": "138"}, "devices": [{"fault": "坏", "passcode": "1234"}]})
    intake.save_draft(
        clerk, {"customer": {"phone": "1380"}, "devices": [{"fault": "坏了", "passcode": "12345"}]}
    )
    assert intake.draft(clerk) == {"customer": {"phone": "1380"}, "devices": [{"fault": "坏了"}]}
    assert intake.draft(shop.people[Role.LEAD]) is None
    assert count(shop, "draft") == 1
    with shop.store.read() as reading:
        assert "1234" not in repr(reading.execute(select(Draft.content)).scalar_one())
    take(shop, intake)
    assert intake.draft(clerk) is None


def test_a_draft_may_hold_whatever_was_typed(shop: Shop, intake: IntakeService) -> None:
    clerk = shop.people[Role.COUNTER]
    intake.save_draft(clerk, {"fault": "a\ud800b\x00𠮷" + "长" * 5000})
    kept = intake.draft(clerk)
    assert kept is not None
    assert kept["fault"].startswith("a?b\x00𠮷长")
    intake.save_draft(clerk, None)
    intake.save_draft(clerk, None)
    assert intake.draft(clerk) is None


def test_drafts_leave_no_trace_in_the_journal(shop: Shop, intake: IntakeService) -> None:
    rows = count(shop, "journal")
    intake.save_draft(shop.people[Role.TECHNICIAN], {"fault": "坏"})
    assert count(shop, "journal") == rows


def test_photos_wait_on_the_disk_for_their_order(shop: Shop, intake: IntakeService) -> None:
    kept = intake.keep_photo(PNG)
    content = intake.kept_photo(kept)
    assert content is not None
    assert hashlib.sha256(content).hexdigest() == kept.sha256
    assert intake.keep_photo(content) == kept, "given again with its order it is the same file"
    assert intake.kept_photo(replace(kept, sha256="../../shop.sqlite")) is None
    assert intake.kept_photo(replace(kept, sha256="0" * 64)) is None
    with pytest.raises(Refusal) as refused:
        intake.keep_photo(b"GIF89a")
    assert refused.value.reason is Reason.BAD_IMAGE


# -- known customers and devices ---------------------------------------------------------------------------


def test_a_known_customer_comes_with_devices_and_orders_the_open_ones_first(
    shop: Shop, intake: IntakeService
) -> None:
    oven = DeviceEntry(category="kitchen", brand="美的", fault="不加热")
    taken = take(shop, intake, FRIDGE, oven)
    known = intake.known_customer(FOUNDER, taken.customer_id)
    deliver(shop, taken.orders[1].order_id, None)
    known = intake.known_customer(FOUNDER, taken.customer_id)
    assert (known.name, known.phone, known.open_orders) == ("王丽华", "13800138000", 1)
    assert [each.brand for each in known.devices] == ["美的", "海尔"]
    assert [(each.number, each.status) for each in known.orders] == [
        ("2611-00001", Status.RECEIVED),
        ("2611-00002", Status.DELIVERED),
    ]
    assert known.devices[1].last_fault == "不制冷"
    assert intake.history(known.devices[1].id)[0].number == "2611-00001"


def test_taking_a_known_customer_in_again_fills_gaps_and_keeps_name_and_phone(
    shop: Shop, intake: IntakeService
) -> None:
    first = take(shop, intake, customer=CustomerEntry(name="张伟"))
    again = CustomerEntry(
        id=first.customer_id, name="张三", phone="13900000000", phone2="02988886666", address="新街 1 号"
    )
    take(shop, intake, customer=again)
    known = intake.known_customer(FOUNDER, first.customer_id)
    assert (known.name, known.phone, known.phone2, known.address) == (
        "张伟",
        "13900000000",
        "02988886666",
        "新街 1 号",
    )
    take(shop, intake, customer=replace(again, phone="13911111111", phone2="", address=""))
    assert intake.known_customer(FOUNDER, first.customer_id).phone == "13900000000"
    assert intake.known_customer(FOUNDER, first.customer_id).address == "新街 1 号"
    assert count(shop, "customer") == 1


def test_a_known_device_is_one_device_also_when_its_serial_is_typed_again(
    shop: Shop, intake: IntakeService
) -> None:
    first = take(shop, intake)
    device = intake.known_customer(FOUNDER, first.customer_id).devices[0]
    customer = CustomerEntry(id=first.customer_id)
    take(shop, intake, replace(FRIDGE, device_id=device.id, model="BCD-215K"), customer=customer)
    take(shop, intake, replace(FRIDGE, model=""), customer=customer)
    known = intake.known_customer(FOUNDER, first.customer_id)
    assert [(each.id, each.model) for each in known.devices] == [(device.id, "BCD-215K")]
    assert len(intake.history(device.id)) == 3


def test_a_merged_customer_answers_with_whom_he_became(shop: Shop, intake: IntakeService) -> None:
    kept = take(shop, intake)
    gone = take(shop, intake, DeviceEntry(category="it", serial="L1", fault="不开机"))
    with shop.store.write(Command.MERGE_CUSTOMERS, shop.ctx()) as tx:
        tx.session.get_one(Customer, gone.customer_id).merged_into_id = kept.customer_id
    known = intake.known_customer(FOUNDER, gone.customer_id)
    assert known.id == kept.customer_id
    assert {each.serial for each in known.devices} == {"HX20260001", "L1"}
    laptop = next(each for each in known.devices if each.serial == "L1")
    taken = take(
        shop,
        intake,
        DeviceEntry(device_id=laptop.id, category="it", fault="蓝屏"),
        customer=CustomerEntry(id=gone.customer_id),
    )
    assert taken.customer_id == kept.customer_id
    found = intake.known_serial("L1")
    assert found is not None
    assert (found.customer_id, found.device_id) == (kept.customer_id, laptop.id)


@pytest.mark.parametrize("customer_id", [0, -1, 99, 2**63, 2**80])
def test_an_unknown_customer_is_refused(shop: Shop, intake: IntakeService, customer_id: int) -> None:
    with pytest.raises(Refusal) as refused:
        intake.known_customer(FOUNDER, customer_id)
    assert refused.value.reason is Reason.NOT_FOUND
    with pytest.raises(Refusal) as refused:
        take(shop, intake, customer=CustomerEntry(id=customer_id))
    assert refused.value.reason is Reason.NOT_FOUND
    assert count(shop, "repair_order") == 0


def test_somebody_elses_device_is_not_taken_over(shop: Shop, intake: IntakeService) -> None:
    first = take(shop, intake)
    device = intake.known_customer(FOUNDER, first.customer_id).devices[0]
    with pytest.raises(Refusal) as refused:
        take(shop, intake, replace(FRIDGE, device_id=device.id), customer=CustomerEntry(name="李明"))
    assert refused.value.reason is Reason.NOT_FOUND


def test_brands_and_models_complete_from_what_came_in(shop: Shop, intake: IntakeService) -> None:
    for brand, model in (("海尔", "BCD-1"), ("海尔", "BCD-2"), ("海信", "KFR-35"), ("LG", "GR-1")):
        take(shop, intake, replace(FRIDGE, brand=brand, model=model, serial=""))
    assert intake.brands("海") == ("海尔", "海信")
    assert intake.brands("l") == ("LG",)
    assert intake.models("海尔", "bc") == ("BCD-1", "BCD-2")
    assert intake.models("海信", "") == ("KFR-35",)
    assert intake.models("", "G") == ("GR-1",)
    assert intake.brands("%") == ()
    assert intake.brands("\ud800") == intake.brands("x" * 10**6) == intake.models("\x00", "\x00") == ()


# -- warnings ----------------------------------------------------------------------------------------------


def test_a_serial_number_of_somebody_else_is_warned_of(shop: Shop, intake: IntakeService) -> None:
    first = take(shop, intake)
    fresh = DeviceEntry(category="cooling", serial=" HX20260001 ", fault="漏水")
    (warning,) = intake.warnings(fresh)
    assert (warning.kind, warning.number, warning.customer_name) == (Warn.OPEN_ORDER, "2611-00001", "王丽华")
    assert (warning.status, warning.customer_id) == (Status.RECEIVED, first.customer_id)
    deliver(shop, first.orders[0].order_id, None)
    (warning,) = intake.warnings(fresh)
    assert warning.kind is Warn.SAME_SERIAL
    assert intake.warnings(replace(fresh, device_id=warning.device_id)) == ()
    assert intake.warnings(replace(fresh, serial="HX2026")) == ()


def test_our_guarantee_asks_whether_it_is_the_same_fault(shop: Shop, intake: IntakeService) -> None:
    first = take(shop, intake)
    order_id = first.orders[0].order_id
    device = intake.known_customer(FOUNDER, first.customer_id).devices[0]
    entry = replace(FRIDGE, device_id=device.id)
    assert [each.kind for each in intake.warnings(entry)] == [Warn.OPEN_ORDER]
    deliver(shop, order_id, date(2026, 11, 22))
    (warning,) = intake.warnings(entry)
    assert (warning.kind, warning.until, warning.fault) == (Warn.REWORK, date(2026, 11, 22), "不制冷")
    same = replace(entry, same_fault_as=order_id)
    cover = intake.found_cover(same)
    assert (cover.service_type, cover.payer, cover.reason) == (
        ServiceType.FREE,
        Payer.SHOP,
        CoverReason.OWN_GUARANTEE,
    )
    take(shop, intake, same, customer=CustomerEntry(id=first.customer_id))
    row = one(shop, select(RepairOrder.rework_of_id, RepairOrder.payer).where(RepairOrder.id != order_id))
    assert tuple(row) == (order_id, Payer.SHOP)
    shop.clock.advance(timedelta(days=1))
    assert intake.found_cover(same).payer is Payer.CUSTOMER


def test_rework_points_only_at_an_order_of_the_same_device(shop: Shop, intake: IntakeService) -> None:
    other = take(shop, intake)
    deliver(shop, other.orders[0].order_id, date(2027, 1, 1))
    stranger = DeviceEntry(category="it", fault="不开机", same_fault_as=other.orders[0].order_id)
    assert intake.found_cover(stranger).payer is Payer.CUSTOMER
    with pytest.raises(Refusal) as refused:
        take(shop, intake, stranger)
    assert refused.value.reason is Reason.NOT_FOUND
    assert count(shop, "repair_order") == 1


# -- who pays ----------------------------------------------------------------------------------------------


def test_cover_is_found_from_proof_and_purchase_date(shop: Shop, intake: IntakeService) -> None:
    bought = replace(FRIDGE, purchased_on=date(2025, 11, 22), proof_seen=True)
    cover = intake.found_cover(bought)
    assert (cover.payer, cover.reason, cover.until) == (Payer.BRAND, CoverReason.MAKER, date(2026, 11, 22))
    assert intake.found_cover(replace(bought, proof_seen=False)).reason is CoverReason.NO_PROOF
    assert intake.found_cover(replace(bought, job_kind=JobKind.CLEANING)).reason is CoverReason.NOT_REPAIR
    late = intake.found_cover(replace(bought, purchased_on=date(2025, 11, 21)))
    assert (late.payer, late.reason) == (Payer.CUSTOMER, CoverReason.MAKER_EXPIRED)
    assert intake.found_cover(replace(bought, purchased_on=date.max)).reason is CoverReason.NO_PROOF


def test_a_lead_overrides_who_pays_with_a_note(shop: Shop, intake: IntakeService) -> None:
    goodwill = replace(FRIDGE, service_type=ServiceType.FREE, payer=Payer.SHOP, cover_note="老顾客，免收")
    for role, note, reason in (
        (Role.COUNTER, "老顾客，免收", Reason.LEAD_ONLY),
        (Role.LEAD, " ", Reason.NOTE_REQUIRED),
    ):
        with pytest.raises(Refusal) as refused:
            take(shop, intake, replace(goodwill, cover_note=note), role=role)
        assert (refused.value.reason, refused.value.params["field"]) == (reason, "reason")
    assert count(shop, "repair_order") == 0
    take(shop, intake, goodwill, role=Role.LEAD)
    row = one(shop, select(RepairOrder.cover, RepairOrder.payer, RepairOrder.service_type))
    assert (row.payer, row.service_type) == (Payer.SHOP, ServiceType.FREE)
    assert row.cover["reason"] == CoverReason.OVERRIDDEN
    assert row.cover["who"] == shop.people[Role.LEAD].name
    note = one(shop, select(OrderNote.kind, OrderNote.text))
    assert tuple(note) == (NoteKind.NOTE, "老顾客，免收")


def test_the_counter_may_make_the_customer_pay(shop: Shop, intake: IntakeService) -> None:
    dropped = replace(
        FRIDGE,
        purchased_on=date(2026, 11, 1),
        proof_seen=True,
        service_type=ServiceType.PAID,
        payer=Payer.CUSTOMER,
        cover_note="人为摔坏",
    )
    take(shop, intake, dropped)
    assert one(shop, select(RepairOrder.payer)).payer is Payer.CUSTOMER


@pytest.mark.parametrize(
    ("service_type", "payer"),
    [
        (ServiceType.INTERNAL, Payer.SHOP),
        (ServiceType.PAID, Payer.BRAND),
        (ServiceType.FREE, Payer.CUSTOMER),
        (ServiceType.CONTRACT, Payer.SHOP),
    ],
)
def test_a_letter_and_a_payer_that_do_not_go_together_are_refused(
    shop: Shop, intake: IntakeService, service_type: ServiceType, payer: Payer
) -> None:
    entry = replace(FRIDGE, service_type=service_type, payer=payer, cover_note="因为")
    with pytest.raises(Refusal) as refused:
        take(shop, intake, entry, role=Role.OWNER)
    assert refused.value.reason is Reason.BAD_CHOICE


# -- bad input (promises.md row 9) -------------------------------------------------------------------------

BAD_TEXTS = {
    "lone surrogate": ("a\ud800b", Reason.BAD_TEXT),
    "NUL": ("a\x00b", Reason.BAD_TEXT),
    "bell": ("a\x07b", Reason.BAD_TEXT),
    "a megabyte": ("长" * 350_000, Reason.TEXT_TOO_LONG),
}
KEPT_TEXTS = [
    "=cmd|' /C calc'!A0",
    "+1+1",
    "𠮷野家",
    "👩‍🔧🔧",
    "مرحبا",
    "‮drehrum",
    "a'b\"c;--",
    "NaN",
    "％＄＃",
]
TEXT_FIELDS = ["brand", "model", "serial", "fault", "damage", "passcode", "shelf"]


@pytest.mark.parametrize("field", [*TEXT_FIELDS, "accessories", "name", "address"])
@pytest.mark.parametrize("what", list(BAD_TEXTS))
def test_texts_that_cannot_be_kept_are_refused_at_their_field(
    shop: Shop, intake: IntakeService, field: str, what: str
) -> None:
    typed, reason = BAD_TEXTS[what]
    customer, device = WANG, FRIDGE
    if field in ("name", "address"):
        customer = replace(WANG, **{field: typed})
    else:
        device = replace(FRIDGE, **{field: (typed,) if field == "accessories" else typed})
    before = shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        take(shop, intake, device, customer=customer)
    assert (refused.value.reason, refused.value.params["field"]) == (reason, field)
    assert shop.fingerprint() == before
    # Asking while it is typed never fails.
    intake.warnings(device)
    intake.found_cover(device)
    intake.known_serial(device.serial)


@pytest.mark.parametrize("typed", KEPT_TEXTS)
def test_odd_texts_are_kept_exactly(shop: Shop, intake: IntakeService, typed: str) -> None:
    entry = replace(FRIDGE, **dict.fromkeys(TEXT_FIELDS, typed), accessories=(typed,))
    take(shop, intake, entry, customer=replace(WANG, name=typed, address=typed))
    row = one(shop, select(RepairOrder.fault, RepairOrder.damage, RepairOrder.shelf, RepairOrder.accessories))
    assert tuple(row) == (typed, typed, typed, [typed])
    device = one(shop, select(Device.brand, Device.model, Device.serial))
    assert tuple(device) == (typed, typed, typed)
    assert tuple(one(shop, select(Customer.name, Customer.address))) == (typed, typed)
    assert len(intake.warnings(replace(entry, device_id=None))) == 1


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("category", "", Reason.FIELD_REQUIRED),
        ("category", "spaceships", Reason.BAD_CHOICE),
        ("fault", " \n ", Reason.FIELD_REQUIRED),
        ("estimate", Money(-1), Reason.AMOUNT_NEGATIVE),
        ("estimate", Money(2**63), Reason.BAD_AMOUNT),
        ("limit", Money(-1), Reason.AMOUNT_NEGATIVE),
        ("limit", Money(10**10 + 1), Reason.BAD_AMOUNT),
        ("purchased_on", date(2026, 11, 23), Reason.BAD_DATE),
        ("purchased_on", date.max, Reason.BAD_DATE),
        ("promised_at", date(2026, 11, 21), Reason.BAD_DATE),
        ("promised_at", date.max, Reason.BAD_DATE),
        ("technician", 0, Reason.BAD_CHOICE),
        ("technician", 2**63, Reason.BAD_CHOICE),
        ("accessories", ("线",) * 41, Reason.TOO_MANY_ENTRIES),
        ("device", 2**63, Reason.NOT_FOUND),
        ("photos", (b"MZ not a picture",), Reason.BAD_IMAGE),
        ("photos", (PNG,) * 13, Reason.TOO_MANY_ENTRIES),
    ],
)
def test_values_that_make_no_sense_are_refused_at_their_field(
    shop: Shop, intake: IntakeService, field: str, value: object, reason: Reason
) -> None:
    names = {
        "limit": "spend_limit",
        "promised_at": "promised_on",
        "technician": "technician_id",
        "device": "device_id",
    }
    before = shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        take(shop, intake, replace(FRIDGE, **{names.get(field, field): value}))
    assert (refused.value.reason, refused.value.params["field"]) == (reason, field)
    assert refused.value.params["at"] == 0
    assert shop.fingerprint() == before


@pytest.mark.parametrize(
    ("phone", "phone2", "field"), [("12", "", "phone"), ("", "九九", "phone2"), ("=138", "", "phone")]
)
def test_phones_that_are_none_are_refused_at_their_field(
    shop: Shop, intake: IntakeService, phone: str, phone2: str, field: str
) -> None:
    with pytest.raises(Refusal) as refused:
        take(shop, intake, customer=CustomerEntry(name="王", phone=phone, phone2=phone2))
    assert (refused.value.reason, refused.value.params["field"]) == (Reason.BAD_PHONE, field)


@pytest.mark.parametrize(
    ("deposit", "reason"), [(Money(-1), Reason.AMOUNT_NEGATIVE), (Money(2**63), Reason.BAD_AMOUNT)]
)
def test_deposits_that_make_no_sense_are_refused(
    shop: Shop, intake: IntakeService, deposit: Money, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        take(shop, intake, deposit=deposit)
    assert (refused.value.reason, refused.value.params["field"]) == (reason, "deposit")
    assert count(shop, "payment") == count(shop, "repair_order") == 0


def test_nothing_and_far_too_much_are_refused(shop: Shop, intake: IntakeService) -> None:
    for devices, reason in (
        ((), Reason.FIELD_REQUIRED),
        ((FRIDGE,) * (MOST_DEVICES + 1), Reason.TOO_MANY_ENTRIES),
    ):
        with pytest.raises(Refusal) as refused:
            intake.take_in(shop.ctx(), TakeIn(WANG, devices))
        assert (refused.value.reason, refused.value.params["field"]) == (reason, "device")


def test_a_lead_who_left_is_no_technician_any_more(shop: Shop, intake: IntakeService) -> None:
    counter = shop.people[Role.COUNTER].id
    with pytest.raises(Refusal):
        take(shop, intake, replace(FRIDGE, technician_id=counter))
    assert counter not in [each for each, _name in intake.choices().technicians]


# -- what the form offers ----------------------------------------------------------------------------------


def test_choices_come_from_the_settings(shop: Shop, intake: IntakeService) -> None:
    choices = intake.choices()
    assert len(choices.categories) == 10
    assert choices.today == date(2026, 11, 22)
    assert choices.promised_on["cooling"] == date(2026, 11, 25)
    assert choices.prints == (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD)
    assert choices.shop.name == "修护家电维修"
    cooling = choices.phrases("cooling")
    assert cooling[0] == "不制冷"
    assert "不通电" in cooling
    assert len(set(cooling)) == len(cooling)
    assert choices.phrases("") == choices.phrases("our own")


def test_lookups_while_typing_use_an_index(shop: Shop, intake: IntakeService) -> None:
    from app.features.intake import reading as asked

    queries = {
        "by serial": (asked._BY_SERIAL, {"serial": "x"}),
        "same serial": (asked._SAME_SERIAL, {"serial": "x"}),
        "history": (asked._HISTORY, {"device_id": 1}),
        "devices": (asked._DEVICES, {"ids": [1]}),
        "orders": (asked._ORDERS, {"ids": [1]}),
        "open": (asked._OPEN, {"ids": [1]}),
        "merged": (asked._MERGED_INTO, {"customer_id": 1}),
    }
    with shop.store.read() as reading:
        for name, (query, params) in queries.items():
            sql = str(query.params(**params).compile(reading.engine, compile_kwargs={"literal_binds": True}))
            plan = [row.detail for row in reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}")]
            assert plan
            assert not [step for step in plan if step.startswith("SCAN")], (name, plan)


def test_the_deposit_is_the_customers_until_used(shop: Shop, intake: IntakeService) -> None:
    taken = take(shop, intake, deposit=Money.yuan(66))
    assert taken.payment_number == "S2611-00001"
    assert take(shop, intake, deposit=ZERO).payment_number == ""
    assert count(shop, "allocation") == 0
