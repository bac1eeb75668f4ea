"""Rows of the form that only work for brands needs: production date, outdoor unit, user's damage, plan, the alarm."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from sqlalchemy import select

from app.core.brand_codes import Claimable, CoverPlanKind
from app.core.enums import Command, CoverReason, Payer, Role
from app.core.rights import FOUNDER, RIGHTS
from app.core.words import Language
from app.features.brands.plan_form import PlanForm
from app.features.brands.service import Brands
from app.features.brands.snapshots import PlanEntry
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import DeviceEntry, TakeIn, Warn
from app.features.intake.typed import from_draft, to_draft
from app.features.settings.service import SettingsService
from app.model import Device
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop
from tests.features.intake.conftest import WANG, Counter, open_counter
from tests.features.page_tools import Forms, fill

AIRCON = DeviceEntry(category="cooling", brand="海尔", model="KFR-35GW 空调", serial="KF1", fault="不制冷")
PLAN = PlanEntry(CoverPlanKind.EXTENDED, "平安保险", "YB-7", date(2026, 1, 1), date(2027, 12, 31))


@pytest.fixture
def intake(shop: Shop) -> IntakeService:
    return IntakeService(shop.store)


def works_for_brands(shop: Shop) -> None:
    SettingsService(shop.store).save(shop.ctx(Role.OWNER), {"brands": True})


def given(**fields: object) -> DeviceEntry:
    return DeviceEntry(
        **{"category": "cooling", "brand": "海尔", "model": "BCD-215", "fault": "不制冷", **fields}  # type: ignore[arg-type]
    )


# -- the service -------------------------------------------------------------------------------------------


def test_a_shop_without_brands_is_asked_nothing_more(shop: Shop, intake: IntakeService) -> None:
    found = intake.found_cover(AIRCON)
    assert (found.asks_production, found.asks_outdoor) == (False, False)
    works_for_brands(shop)
    found = intake.found_cover(AIRCON)
    assert (found.asks_production, found.asks_outdoor) == (True, True)
    proved = given(purchased_on=date(2026, 3, 1), proof_seen=True)
    found = intake.found_cover(proved)
    assert (found.asks_production, found.asks_outdoor) == (False, False)


def test_a_plan_shown_at_the_counter_is_kept_and_pays(shop: Shop, intake: IntakeService) -> None:
    entry = given(plan=PLAN)
    assert intake.found_cover(entry).reason is CoverReason.EXTENDED_PLAN
    visit = TakeIn(WANG, (entry,))
    taken = intake.take_in(shop.ctx(Role.COUNTER), visit)
    card = intake.known_customer(FOUNDER, taken.customer_id)
    (plan,) = Brands(shop.store).plans(card.devices[0].id)
    assert (plan.number, plan.underwriter, plan.ended_on) == ("YB-7", "平安保险", None)
    again = given(device_id=card.devices[0].id)
    assert intake.found_cover(again).payer is Payer.UNDERWRITER
    Brands(shop.store).end_plan(shop.ctx(Role.COUNTER), plan.id)
    assert intake.found_cover(again).payer is Payer.CUSTOMER


def test_who_takes_in_may_note_a_plan() -> None:
    assert RIGHTS[Command.TAKE_IN] <= RIGHTS[Command.SAVE_COVER_PLAN]


@pytest.mark.parametrize(
    ("bought", "claimable"),
    [
        (date(2026, 11, 20), (Claimable.REFUND,)),
        (date(2026, 11, 10), (Claimable.EXCHANGE,)),
        (date(2026, 10, 1), None),
    ],
)
def test_new_goods_that_fail_raise_the_alarm(
    intake: IntakeService, bought: date, claimable: tuple[Claimable, ...] | None
) -> None:
    entry = given(purchased_on=bought, proof_seen=True)
    found = [each for each in intake.warnings(entry) if each.kind is Warn.STATUTORY]
    assert [each.claimable for each in found] == ([claimable] if claimable else [])
    for unproved in (
        given(purchased_on=bought),
        given(purchased_on=bought, proof_seen=True, user_damage=True),
    ):
        assert not [each for each in intake.warnings(unproved) if each.kind is Warn.STATUTORY]


# -- the form ----------------------------------------------------------------------------------------------


def test_the_rows_come_where_they_are_of_use_and_a_draft_keeps_them(
    counter: Counter, language: Language
) -> None:
    form, device = counter.page.form, counter.page.form.device
    assert device.produced_on.isHidden()
    assert device.outdoor_serial.isHidden()
    works_for_brands(counter.shop)
    device.brand.line.setText("海尔")
    device.model.line.setText("KFR-35GW 空调")
    form.advise()
    assert not device.produced_on.isHidden()
    assert not device.outdoor_serial.isHidden()
    device.produced_on.line.setText("2026-06-01")
    device.outdoor_serial.line.setText("OUT-9")
    form.advise()
    advice = device.advice
    assert counter.page.presenter.advice().cover.reason is CoverReason.PRODUCTION_DATE
    assert not advice.damaged.isHidden()
    advice.damaged.setFocus()
    counter.press(Qt.Key.Key_Space)
    assert counter.page.presenter.advice().cover.reason is CoverReason.USER_DAMAGE
    kept = from_draft(to_draft(counter.page.presenter.visit)).device
    assert (kept.produced_on, kept.outdoor_serial, kept.user_damage) == ("2026-06-01", "OUT-9", True)


def test_a_known_device_fills_them(counter: Counter) -> None:
    works_for_brands(counter.shop)
    known = given(produced_on=date(2026, 6, 1), outdoor_serial="OUT-9", serial="IN-9", model="KFR 空调")
    counter.know(known)
    counter.deliver(1, None)
    page = counter.page
    page.presenter.take_serial("IN-9")
    page.form.load()
    assert page.form.device.produced_on.line.text() == "2026-06-01"
    assert page.form.device.outdoor_serial.line.text() == "OUT-9"
    assert not page.form.device.outdoor_serial.isHidden()


def test_what_the_form_says_is_saved(counter: Counter) -> None:
    works_for_brands(counter.shop)
    typed = counter.page.presenter.device
    typed.category, typed.brand, typed.fault = "cooling", "海尔", "不制冷"
    typed.produced_on, typed.outdoor_serial = "2026-06-01", "OUT-9"
    counter.page.presenter.customer.name = "李明"
    counter.page.form.load()
    counter.press(Qt.Key.Key_F9)
    with counter.shop.store.read() as reading:
        row = reading.execute(select(Device.produced_on, Device.outdoor_serial)).one()
    assert tuple(row) == (date(2026, 6, 1), "OUT-9")


def test_a_plan_is_written_down_by_its_key_and_taken_out_again(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = Forms(monkeypatch)
    advice = counter.page.form.device.advice

    def typed(dialog: FormDialog) -> None:
        fill(dialog, "平安保险", "YB-7")
        dialog.try_it()

    forms.answer(typed)
    counter.press((Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier))
    kept = counter.page.presenter.device.plan
    assert (kept["underwriter"], kept["number"], kept["ends_on"]) == ("平安保险", "YB-7", "2027-11-21")
    assert "YB-7" in advice.plan_words.text()
    assert from_draft(to_draft(counter.page.presenter.visit)).device.plan == kept
    advice.plan.click()
    assert counter.page.presenter.device.plan == {}
    assert advice.plan_words.isHidden()


def test_years_fill_in_the_last_day(counter: Counter) -> None:
    form = PlanForm(counter.intake.today, date(2027, 3, 1))
    assert form.ends_on.value() == date(2028, 2, 29)
    form.years.set_value(5)
    form.years.changed.emit()
    assert form.ends_on.value() == date(2032, 2, 29)


def test_a_technician_has_no_plan_button(shop: Shop, qtbot: object) -> None:
    counter = open_counter(shop, qtbot, Role.TECHNICIAN)  # type: ignore[arg-type]
    assert counter.page.form.device.advice.plan.isHidden()


def test_the_alarm_stands_in_the_form_in_words(counter: Counter, language: Language) -> None:
    typed = counter.page.presenter.device
    typed.category, typed.brand = "cooling", "海尔"
    typed.purchased_on, typed.proof_seen = "2026-11-20", True
    counter.page.form.load()
    said = [each.words.text() for each in counter.page.form.device.advice.notices if not each.isHidden()]
    assert any(("三包" if language is Language.ZH else "money back") in each for each in said)


def test_an_unreadable_draft_loses_only_its_plan() -> None:
    draft = {"devices": [{"plan": {"kind": "?", "number": 7}, "brand": "海尔"}]}
    kept = from_draft(draft).device
    assert kept.brand == "海尔"
    from app.features.intake.entries import entry_so_far

    assert entry_so_far(kept, date(2026, 11, 22)).plan is None
