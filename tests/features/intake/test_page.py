"""The counter's form in the real window, by keyboard alone, in both languages."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from threading import Event

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from app.core import words
from app.core.codes import Foreign
from app.core.enums import PaperKind, Payer, PaymentMethod, Role, Status, Visit
from app.core.errors import EnvironmentFault, Fault
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.words import Language
from app.features.intake.page import DOUBLE_PRESS
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, KeptPhoto
from app.model import Device, Payment, RepairOrder
from tests.features.conftest import Shop
from tests.features.intake.conftest import FRIDGE, OVEN, WANG, Counter, FakePapers, open_counter

ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab
CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier
ANOTHER = (Qt.Key.Key_N, CTRL)


def orders(shop: Shop) -> list[object]:
    with shop.store.read() as reading:
        return list(reading.execute(select(RepairOrder.__table__).order_by(RepairOrder.id)).all())


# -- the day's work ----------------------------------------------------------------------------------------


def test_a_known_customer_with_a_new_fault_costs_four_keys_besides_the_text(counter: Counter) -> None:
    """F2 · last four · Enter (customer) · 1 (device) · fault · F9."""
    counter.know()
    counter.deliver(1, None)
    counter.press(Qt.Key.Key_F2)
    counter.text("8000")
    counter.press(ENTER)
    assert counter.page.presenter.customer.name == "王丽华"
    counter.press(Qt.Key.Key_1)
    counter.text("漏水")
    counter.press(Qt.Key.Key_F9)
    assert counter.strokes == 4
    order = orders(counter.shop)[1]
    assert (order.number, order.fault, order.device_id, order.customer_id) == ("2611-00002", "漏水", 1, 1)
    assert counter.papers.printed == [
        (PaperKind.PICKUP_RECEIPT, "2611-00002"),
        (PaperKind.REPAIR_CARD, "2611-00002"),
    ]
    assert "2611-00002" in counter.said()


def test_a_thorough_intake_of_a_known_customer_stays_within_fifteen_keys(counter: Counter) -> None:
    """The same with our guarantee asking, a phrase, two accessories, damage:

    F2 · 8000 · Enter · 1 · N (new fault) · Ctrl+1 (phrase) · Tab Tab Tab (to the accessories) · 1 · 2 · Enter Enter
    (past the free text) · 1 (damage) · … and the money by Tab: fifteen at most up to there, F9 included.
    """
    counter.know()
    counter.deliver(1, date(2027, 1, 1))
    counter.press(Qt.Key.Key_F2)
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1, Qt.Key.Key_N)
    counter.text("冷冻室结霜")
    counter.press((Qt.Key.Key_4, CTRL), TAB, TAB, TAB, Qt.Key.Key_1, Qt.Key.Key_7, ENTER, ENTER, Qt.Key.Key_1)
    counter.press(Qt.Key.Key_F9)
    assert counter.strokes <= 15
    order = orders(counter.shop)[1]
    assert order.fault == "冷冻室结霜，漏水"
    assert order.accessories == ["电源线", "说明书"]
    assert order.damage == "外壳划痕"
    assert (order.rework_of_id, order.payer) == (None, Payer.CUSTOMER)


def test_a_new_customer_by_keyboard_alone(counter: Counter) -> None:
    form = counter.page.form
    assert counter.focus() is form.customer.phone.line
    counter.text("13911112222")
    counter.press(ENTER)
    counter.text("李明")
    counter.press(ENTER, ENTER)
    counter.text("新街 1 号")
    counter.press(ENTER)
    assert counter.focus() is form.device.category.combo
    category = form.device.category.combo.itemText(9)
    form.device.category.combo.completer().setCompletionMode(
        form.device.category.combo.completer().CompletionMode.InlineCompletion
    )
    counter.text(category)
    counter.press(ENTER)
    counter.text("联想")
    counter.press(ENTER)
    counter.text("E14")
    counter.press(ENTER)
    counter.text("PF2X9Q")
    counter.press(ENTER)
    counter.text("2025-03-01")
    counter.press(ENTER, Qt.Key.Key_Space, ENTER, TAB)
    assert counter.focus() is form.device.fault.text
    counter.text("开机蓝屏")
    counter.press(TAB, ENTER, ENTER, Qt.Key.Key_3, ENTER)
    counter.text("黑色手提袋")
    counter.press(ENTER, Qt.Key.Key_1, ENTER, ENTER, Qt.Key.Key_3)
    counter.text("8713")
    counter.press(ENTER)
    counter.text("B2")
    counter.press(ENTER, ENTER, TAB)
    counter.text("180")
    counter.press(ENTER)
    counter.text("200")
    counter.press(ENTER)
    counter.text("50")
    counter.press(ENTER, Qt.Key.Key_2, ENTER)
    counter.text("+5")
    counter.press(ENTER)
    assert counter.focus() is form.agreed.save
    counter.press(ENTER)
    (order,) = orders(counter.shop)
    assert (order.fault, order.accessories, order.damage) == (
        "开机蓝屏",
        ["充电器", "黑色手提袋"],
        "外壳划痕",
    )
    assert (order.estimate, order.spend_limit, order.shelf) == (Money.yuan(180), Money.yuan(200), "B2")
    assert order.promised_at == counter.intake.promised_moment(date(2026, 11, 27))
    assert counter.shop.store.secrets.open(order.passcode, order.uuid.bytes) == "8713"
    with counter.shop.store.read() as reading:
        payment = reading.execute(select(Payment.method, Payment.amount)).one()
        device = reading.execute(select(Device.category, Device.brand, Device.model, Device.serial)).one()
    assert tuple(payment) == (PaymentMethod.WECHAT, Money.yuan(50))
    assert tuple(device) == ("it", "联想", "E14", "PF2X9Q")
    # Ready for the next one.
    assert counter.page.presenter.is_empty()
    assert counter.focus() is form.customer.phone.line
    assert form.customer.name.line.text() == form.device.fault.text.toPlainText() == ""


def test_a_second_device_is_one_key_away_and_shares_the_customer(counter: Counter) -> None:
    counter.know(FRIDGE, OVEN)
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("不转")
    counter.press(ANOTHER)
    form = counter.page.form
    assert counter.focus() is form.customer.devices
    # The one in the form already is not offered twice.
    assert [pick.id for pick in form.customer.devices.picks()] == [1, 0]
    counter.press(ENTER)
    counter.text("漏水")
    counter.press((Qt.Key.Key_PageUp, CTRL))
    assert form.device.fault.text.toPlainText() == "不转"
    counter.press((Qt.Key.Key_PageDown, CTRL), Qt.Key.Key_F9)
    assert [order.fault for order in orders(counter.shop)[2:]] == ["不转", "漏水"]
    assert len({order.customer_id for order in orders(counter.shop)}) == 1
    kinds = (PaperKind.PICKUP_RECEIPT, PaperKind.REPAIR_CARD)
    assert counter.papers.printed == [
        (kind, number) for kind in kinds for number in ("2611-00003", "2611-00004")
    ]


def test_the_same_fault_again_is_rework_and_free(counter: Counter) -> None:
    counter.know()
    counter.deliver(1, date(2027, 1, 1))
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    form = counter.page.form
    assert counter.focus() is form.device.advice.question
    counter.press(ENTER)  # answers nothing by itself
    assert counter.page.presenter.device.same_fault_as is None
    form.device.advice.focus_question()
    counter.press(Qt.Key.Key_Y)
    assert counter.focus() is form.device.fault.text
    assert "2027-01-01" in form.device.advice.cover.text()
    counter.text("还是不制冷")
    counter.press(Qt.Key.Key_F9)
    order = orders(counter.shop)[1]
    assert (order.rework_of_id, order.payer) == (1, Payer.SHOP)


# -- finding ------------------------------------------------------------------------------------------------


def test_arrows_choose_among_those_with_the_same_last_digits(counter: Counter) -> None:
    counter.know()
    counter.know(customer=CustomerEntry(name="张伟", phone="13911118000"))
    counter.text("8000")
    matches = counter.page.form.customer.matches
    assert [pick.title for pick in matches.picks()] == ["张伟", "王丽华"]
    counter.press(Qt.Key.Key_Down, ENTER)
    assert counter.page.form.customer.name.line.text() == "王丽华"
    assert counter.page.form.customer.phone.line.text() == "138 0013 8000"
    assert matches.isHidden()


def test_a_whole_number_is_taken_over_by_tab_too_and_another_number_is_another_customer(
    counter: Counter,
) -> None:
    counter.know()
    counter.text("13800138000")
    counter.press(TAB)
    form = counter.page.form
    assert form.customer.name.line.text() == "王丽华"
    assert form.customer.name.line.isReadOnly()
    form.customer.phone.take_focus()
    counter.press(Qt.Key.Key_Backspace)
    assert (form.customer.name.line.text(), form.customer.address.line.text()) == ("", "")
    assert not form.customer.name.line.isReadOnly()
    assert counter.page.presenter.customer.id is None


def test_a_scanned_serial_number_brings_the_device_and_its_owner(counter: Counter) -> None:
    counter.know()
    counter.deliver(1, None)
    counter.shell.take_foreign("HX20260001")
    form = counter.page.form
    assert form.customer.name.line.text() == "王丽华"
    assert form.device.serial.line.text() == "HX20260001"
    assert counter.focus() is form.device.fault.text
    assert "王丽华" in counter.said()


def test_an_unknown_serial_number_lands_in_its_field(counter: Counter) -> None:
    counter.page.form.customer.phone.take_focus()
    assert counter.page.take_scan(Foreign("6901234567892"))
    assert counter.page.form.device.serial.line.text() == "6901234567892"
    assert counter.page.presenter.customer.name == ""


def test_a_serial_number_of_somebody_elses_device_warns_while_another_customer_is_typed(
    counter: Counter,
) -> None:
    counter.know()
    counter.deliver(1, None)
    form = counter.page.form
    form.customer.name.line.setText("李明")
    counter.page.take_scan(Foreign("HX20260001"))
    assert form.customer.name.line.text() == "李明"
    (notice,) = [each for each in form.device.advice.notices if each.isVisible()]
    assert "王丽华" in notice.words.text()


def test_an_open_order_of_this_device_is_warned_of(counter: Counter) -> None:
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    (notice,) = [each for each in counter.page.form.device.advice.notices if each.isVisible()]
    assert "2611-00001" in notice.words.text()
    with_order: list[tuple[str, object]] = []
    counter.page.wants.connect(lambda key, subject: with_order.append((key, subject)))
    notice.buttons[0].click()
    assert with_order == [("orders", 1)]


# -- who pays ----------------------------------------------------------------------------------------------


def test_cover_is_shown_live_with_its_reason(counter: Counter, qtbot: QtBot) -> None:
    form = counter.page.form
    form.device.category.set_value("cooling")
    form.device.purchased_on.line.setText("2026-03-01")
    before = form.device.advice.cover.text()
    form.device.proof_seen.click()
    qtbot.waitUntil(lambda: "2027-03-01" in form.device.advice.cover.text(), timeout=2000)
    assert "2027-03-01" not in before


def test_only_a_lead_is_offered_more_than_the_customer_as_payer(shop: Shop, counter: Counter) -> None:
    advice = counter.page.form.device.advice
    assert [code for code, _word in advice._codes()] == ["", "A/customer"]
    counter.desk.switch(shop.people[Role.LEAD])
    assert "C/shop" in [code for code, _word in advice._codes()]


def test_a_lead_overrides_with_a_note_or_is_told_so_at_the_note(shop: Shop, counter: Counter) -> None:
    counter.know()
    counter.deliver(1, None)
    counter.desk.switch(shop.people[Role.LEAD])
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("不制冷")
    counter.press((Qt.Key.Key_M, CTRL))
    advice = counter.page.form.device.advice
    word = next(word for code, word in advice._codes() if code == "C/shop")
    advice.payer.combo.setEditText(word)
    counter.press(Qt.Key.Key_F9)
    assert len(orders(shop)) == 1
    assert advice.note.error()
    advice.note.line.setText("老顾客")
    counter.press(Qt.Key.Key_F9)
    assert orders(shop)[1].payer is Payer.SHOP


# -- refusals ----------------------------------------------------------------------------------------------


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(counter: Counter) -> None:
    form = counter.page.form
    form.customer.address.line.setText("人民路")
    counter.press(Qt.Key.Key_F9)
    assert form.customer.name.error()
    assert form.device.category.error()
    assert form.device.fault.error()
    assert counter.focus() is form.customer.name.line
    assert form.customer.address.line.text() == "人民路"
    assert counter.page.banner.text() == ""
    assert counter.said()
    assert orders(counter.shop) == []


def test_a_refusal_about_another_device_shows_that_device(counter: Counter) -> None:
    counter.know(FRIDGE, OVEN)
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    form = counter.page.form
    form.device.fault.text.setPlainText("不转")
    form.agreed.estimate.line.setText("18,0")
    counter.press(ANOTHER, ENTER)
    counter.text("漏水")
    counter.press(Qt.Key.Key_F9)
    assert counter.page.presenter.visit.at == 0
    assert form.agreed.estimate.error()
    assert counter.focus() is form.agreed.estimate.line
    assert len(orders(counter.shop)) == 2
    form.agreed.estimate.line.setText("180")
    counter.press(Qt.Key.Key_F9)
    assert len(orders(counter.shop)) == 4


def test_a_rule_of_the_service_shows_at_the_field_too(counter: Counter) -> None:
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    form = counter.page.form
    form.device.fault.text.setPlainText("漏水")
    form.device.purchased_on.line.setText("2027-01-01")
    counter.press(Qt.Key.Key_F9)
    assert "2027-01-01" in form.device.purchased_on.error()
    assert counter.focus() is form.device.purchased_on.line


def test_a_visit_at_home_needs_an_address_and_prints_no_receipt(counter: Counter) -> None:
    form = counter.page.form
    form.customer.name.line.setText("李明")
    form.device.category.set_value("cooling")
    form.device.fault.text.setPlainText("不制冷")
    form.device.visit.press(2)
    assert counter.page.presenter.device.visit == Visit.ON_SITE
    counter.press(Qt.Key.Key_F9)
    assert form.customer.address.error()
    form.customer.address.line.setText("新街 1 号")
    counter.press(Qt.Key.Key_F9)
    assert orders(counter.shop)[0].status is Status.REGISTERED
    assert counter.papers.printed == [(PaperKind.REPAIR_CARD, "2611-00001")]


def test_a_jammed_printer_undoes_nothing(counter: Counter) -> None:
    counter.know()
    counter.papers.jammed = True
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    counter.press(Qt.Key.Key_F9)
    assert len(orders(counter.shop)) == 2
    assert counter.page.presenter.is_empty()
    assert counter.page.banner.text()


def test_f9_again_after_a_fault_is_the_same_gesture(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    real = counter.intake.take_in

    def booked_but_lost(ctx: object, visit: object) -> object:
        real(ctx, visit)  # type: ignore[arg-type]
        raise EnvironmentFault(Fault.DISK_ERROR, path="x")

    monkeypatch.setattr(counter.intake, "take_in", booked_but_lost)
    counter.press(Qt.Key.Key_F9)
    assert counter.page.form.device.fault.text.toPlainText() == "漏水"
    assert counter.page.banner.text()
    monkeypatch.setattr(counter.intake, "take_in", real)
    counter.press(Qt.Key.Key_F9)
    assert len(orders(counter.shop)) == 2
    assert counter.page.presenter.is_empty()


# -- drafts ------------------------------------------------------------------------------------------------


def test_what_was_typed_survives_a_crash_without_the_passcode(
    shop: Shop, counter: Counter, qtbot: QtBot, language: Language, tmp_path: Path
) -> None:
    clerk = shop.people[Role.COUNTER]
    picture = tmp_path / "front.png"
    QImage(40, 30, QImage.Format.Format_RGB32).save(str(picture))
    form = counter.page.form
    counter.text("139")
    form.customer.name.line.setText("李明")
    form.device.fault.text.setPlainText("不转")
    form.handed.passcode.line.setText("8713")
    form.agreed.estimate.line.setText("18,0")
    form.handed.photos.add_files([picture])
    form.handed.photos.reading.finish()
    qtbot.waitUntil(lambda: "estimate" in repr(counter.intake.draft(clerk)), timeout=2000)
    assert "8713" not in repr(counter.intake.draft(clerk))
    # The program died here; the same person starts it again.
    again = open_counter(shop, qtbot)
    bar = again.page.form.draft_bar
    assert bar.isVisible()
    assert "李明" in bar.accessibleName()
    again.press((Qt.Key.Key_G, CTRL))
    form = again.page.form
    assert (form.customer.name.line.text(), form.device.fault.text.toPlainText()) == ("李明", "不转")
    assert form.agreed.estimate.line.text() == "18,0"
    assert form.handed.passcode.line.text() == ""
    assert form.handed.way.value() == "written", "it is asked for once more"
    assert len(form.handed.photos.value()) == 1
    assert not bar.isVisible()


def test_a_save_waits_for_photos_that_are_still_being_read(
    counter: Counter, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each stands by the device it was given for, in its order; a hostile one holds the visit back."""
    gate, keep = Event(), counter.intake.keep_photo

    def slowly(content: bytes) -> KeptPhoto:
        gate.wait(5)
        return keep(content)

    form, page = counter.page.form, counter.page
    monkeypatch.setattr(form.handed, "_keep", slowly)
    files = []
    for at, name in enumerate(("front", "back", "plate")):
        files.append(tmp_path / f"{name}.png")
        image = QImage(40 + at, 30, QImage.Format.Format_RGB32)
        image.fill(at)
        image.save(str(files[-1]))
    hostile = tmp_path / "bomb.png"
    hostile.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    form.handed.photos.add_files(files[:2])
    counter.press((Qt.Key.Key_N, CTRL))
    form.device.category.set_value("cleaning")
    form.device.fault.text.setPlainText("不转")
    form.handed.photos.add_files([files[2], hostile])
    counter.press(Qt.Key.Key_F9, Qt.Key.Key_F9)
    assert len(orders(counter.shop)) == 1
    gate.set()
    form.handed.photos.reading.finish()
    assert len(orders(counter.shop)) == 1, "one was refused: it is looked at first"
    assert not form.handed.photos._error.isHidden()
    assert [len(each.kept_photos) for each in page.presenter.visit.devices] == [2, 1]
    gate.clear()
    form.handed.photos.remove(0)
    form.handed.photos.add_files([files[2]])
    counter.press(Qt.Key.Key_F9)
    gate.set()
    form.handed.photos.reading.finish()
    assert len(orders(counter.shop)) == 3
    with counter.shop.store.read() as reading:
        named = reading.exec_driver_sql("SELECT order_id, sha256 FROM photo ORDER BY id").all()
    shown = [keep(file.read_bytes()).sha256 for file in files]
    assert [each[1] for each in named] == shown
    assert named[0][0] == named[1][0] != named[2][0]
    counter.desk.tasks.stop()


def test_a_draft_goes_when_its_visit_is_saved(counter: Counter, qtbot: QtBot) -> None:
    clerk = counter.shop.people[Role.COUNTER]
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    qtbot.waitUntil(lambda: counter.intake.draft(clerk) is not None, timeout=2000)
    counter.press(Qt.Key.Key_F9)
    assert counter.intake.draft(clerk) is None
    QApplication.processEvents()
    assert not counter.page._draft_timer.isActive()


def test_an_older_draft_waits_while_somebody_else_is_served(
    shop: Shop, counter: Counter, qtbot: QtBot, language: Language
) -> None:
    clerk = shop.people[Role.COUNTER]
    counter.know()
    counter.intake.save_draft(clerk, {"customer": {"name": "李明"}, "devices": [{"fault": "不转"}]})
    again = open_counter(shop, qtbot)
    again.text("8000")
    again.press(ENTER, Qt.Key.Key_1)
    again.text("漏水")
    again.page._keep_draft()
    kept = counter.intake.draft(clerk)
    assert kept is not None
    assert (kept["devices"][0]["fault"], kept["earlier"]["devices"][0]["fault"]) == ("漏水", "不转")
    again.press(Qt.Key.Key_F9)
    assert again.page.form.draft_bar.isVisible()
    assert "李明" in repr(counter.intake.draft(clerk))
    again.page.form.draft_bar.discard.click()
    assert counter.intake.draft(clerk) is None
    assert not again.page.form.draft_bar.isVisible()


def test_an_intake_is_set_aside_for_the_next_customer_and_gone_on_with(
    shop: Shop, counter: Counter, qtbot: QtBot
) -> None:
    form, clerk = counter.page.form, shop.people[Role.COUNTER]
    assert not form.customer.aside.isVisible()
    form.device.fault.text.setPlainText("不转")
    assert form.customer.aside.isVisible()
    counter.press((Qt.Key.Key_E, CTRL))
    assert counter.page.presenter.is_empty()
    assert form.device.fault.text.toPlainText() == ""
    assert form.customer.phone.line.hasFocus()
    assert form.draft_bar.isVisible()
    assert "不转" in repr(counter.intake.draft(clerk))
    counter.press((Qt.Key.Key_E, CTRL))
    assert "不转" in repr(counter.intake.draft(clerk))
    counter.press((Qt.Key.Key_G, CTRL))
    assert form.device.fault.text.toPlainText() == "不转"
    assert not form.draft_bar.isVisible()


def test_a_double_press_of_f9_reproaches_nobody(counter: Counter, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*_paper: object) -> None:
        counter.shop.clock.advance(timedelta(seconds=DOUBLE_PRESS))

    # The second press waits until the first is done, papers and all, however long that takes.
    monkeypatch.setattr(FakePapers, "print_now", slowly)
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    counter.press(Qt.Key.Key_F9, Qt.Key.Key_F9)
    fields = counter.page.form.fields().values()
    assert not any(field.error() for field in fields)
    counter.shop.clock.advance(timedelta(seconds=DOUBLE_PRESS))
    counter.press(Qt.Key.Key_F9)
    assert any(field.error() for field in fields)


def test_a_change_of_language_keeps_what_is_typed(counter: Counter, language: Language) -> None:
    form = counter.page.form
    counter.text("139")
    form.device.fault.text.setPlainText("不转")
    form.handed.passcode.line.setText("8713")
    other = Language.EN if language is Language.ZH else Language.ZH
    counter.shell.use_language(other)
    words.set_language(other)
    form = counter.page.form
    assert (form.customer.phone.line.text(), form.device.fault.text.toPlainText()) == ("139", "不转")
    assert form.handed.passcode.line.text() == "8713"
    counter.desk.switch(counter.shop.people[Role.LEAD])  # the page that is gone must not answer


def test_somebody_else_signs_in_and_goes_on_with_the_form(shop: Shop, counter: Counter) -> None:
    clerk, lead = shop.people[Role.COUNTER], shop.people[Role.LEAD]
    counter.page.form.device.fault.text.setPlainText("不转")
    counter.page._keep_draft()
    assert counter.intake.draft(clerk) is not None
    counter.desk.switch(lead)
    assert counter.intake.draft(clerk) is None
    assert "不转" in repr(counter.intake.draft(lead))
    assert counter.page.form.device.fault.text.toPlainText() == "不转"


def test_a_draft_that_can_be_kept_again_takes_its_warning_away(
    counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: object) -> None:
        raise EnvironmentFault(Fault.DISK_FULL, path=Path("shop"))

    with monkeypatch.context() as disk:
        disk.setattr(IntakeService, "save_draft", full)
        counter.page.form.device.fault.text.setPlainText("不转")
        counter.page._keep_draft()
        warned = counter.said()
    counter.page._keep_draft()
    assert "full" in warned
    assert counter.said() == "What is typed is kept again."
    assert "不转" in repr(counter.intake.draft(counter.shop.people[Role.COUNTER]))


# -- beside the form ---------------------------------------------------------------------------------------


def test_the_receipt_grows_while_one_types(counter: Counter) -> None:
    form = counter.page.form
    paper = form.agreed.receipt.paper
    assert "修护家电维修" in paper.words()
    form.customer.name.line.setText("李明")
    form.device.fault.text.setPlainText("不转")
    form.handed.other_accessories.line.setText("黑色手提袋")
    form.agreed.estimate.line.setText("1234.5")
    form.device.category.set_value("cooling")
    said = paper.words()
    assert all(word in said for word in ("李明", "不转", "黑色手提袋", "¥1,234.50", "2026-11-25 18:00"))
    form.agreed.promised_on.line.setText("+1")
    assert "2026-11-23 18:00" in paper.words()


def test_quick_phrases_follow_the_category_and_the_keys(counter: Counter) -> None:
    form = counter.page.form
    form.device.category.set_value("cooling")
    counter.press((Qt.Key.Key_1, CTRL), (Qt.Key.Key_4, CTRL))
    assert form.device.fault.text.toPlainText() == "不制冷，漏水"
    menu = form.device.all_phrases()
    assert len(menu.actions()) > 9
    menu.close()


def test_the_customers_devices_and_orders_stand_beside_the_form(counter: Counter) -> None:
    counter.know(FRIDGE, OVEN)
    counter.text("8000")
    counter.press(ENTER)
    customer = counter.page.form.customer
    assert [pick.title for pick in customer.devices.picks()][:2] == ["美的 M1-211A", "海尔 BCD-215"]
    assert [pick.title for pick in customer.orders.picks()] == ["2611-00002", "2611-00001"]
    counter.press(Qt.Key.Key_0)
    assert counter.focus() is counter.page.form.device.category.combo


def test_a_device_taken_over_shows_what_was_done_on_it_before(counter: Counter) -> None:
    counter.know(FRIDGE, OVEN)
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_2)
    assert [pick.title for pick in counter.page.form.customer.orders.picks()] == ["2611-00001"]


def test_an_open_row_for_who_pays_asks_for_no_reason_where_nothing_was_changed(counter: Counter) -> None:
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    counter.press((Qt.Key.Key_M, CTRL), Qt.Key.Key_F9)
    assert len(orders(counter.shop)) == 2


def test_esc_goes_back_and_throws_nothing_away(counter: Counter) -> None:
    form = counter.page.form
    form.device.fault.text.setPlainText("不转")
    form.device.fault.take_focus()
    counter.press(Qt.Key.Key_Escape)
    assert counter.focus() is form.customer.phone.line
    assert form.device.fault.text.toPlainText() == "不转"


def test_tab_stops_once_at_a_group_of_chips(counter: Counter) -> None:
    form = counter.page.form
    form.handed.accessories.take_focus()
    counter.press(Qt.Key.Key_Right, Qt.Key.Key_Right, TAB)
    assert counter.focus() is form.handed.other_accessories.line


@pytest.mark.parametrize(("width", "height"), [(1024, 640), (1366, 768), (1920, 1080)])
@pytest.mark.usefixtures("dressed")
def test_nothing_is_cut_off_sideways(counter: Counter, width: int, height: int) -> None:
    counter.know(FRIDGE, OVEN)
    counter.deliver(1, date(2027, 1, 1))
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_2)
    counter.page.form.agreed.deposit.line.setText("50")
    counter.shell.resize(width, height)
    QApplication.processEvents()
    for scroll in counter.page.findChildren(QScrollArea):
        inner = scroll.widget()
        assert inner.width() <= scroll.viewport().width(), (width, inner)
    right = counter.page.mapToGlobal(counter.page.rect().topRight()).x()
    for child in counter.page.findChildren(QWidget):
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert child.mapToGlobal(child.rect().topRight()).x() <= right, child
    save = counter.page.form.agreed.save
    low = counter.page.mapToGlobal(counter.page.rect().bottomLeft()).y()
    assert save.mapToGlobal(save.rect().bottomLeft()).y() <= low


def test_tab_goes_down_the_columns_left_to_right(counter: Counter) -> None:
    form = counter.page.form
    device, handed, agreed = form.device, form.handed, form.agreed
    wanted = [
        *(
            row.line
            for row in (form.customer.phone, form.customer.name, form.customer.phone2, form.customer.address)
        ),
        *(device.category.combo, device.brand.line, device.model.line, device.serial.line),
        *(device.purchased_on.line, device.proof_seen, device.advice.change, device.fault.text),
        *(device.job_kind.combo, device.visit._chips[0][1]),
        *(handed.accessories._chips[0][1], handed.other_accessories.line),
        *(handed.damages._chips[0][1], handed.other_damage.line, handed.way._chips[0][1]),
        *(handed.shelf.combo, handed.technician.combo, handed.photos._add),
        *(agreed.estimate.line, agreed.limit.line, agreed.deposit.line, agreed.promised_on.line, agreed.save),
    ]
    for stop in wanted:
        assert counter.focus() is stop, (stop, counter.focus(), counter.focus().accessibleName())
        counter.press(TAB)
    # Chips that settings changed are still where they were.
    handed.offer()
    handed.before.setFocus()
    counter.press(TAB)
    assert counter.focus() is handed.accessories._chips[0][1]
    counter.press(TAB, TAB)
    assert counter.focus() is handed.damages._chips[0][1]


def test_a_passcode_is_written_down_only_where_one_says_so(counter: Counter) -> None:
    """Offered first: none is needed, or the repair mode (promises.md 20); chosen and left empty it is asked for."""
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    handed = counter.page.form.handed
    assert (handed.way.value(), handed.passcode.isEnabled()) == ("not_needed", False)
    handed.way.take_focus()
    counter.press(Qt.Key.Key_3)
    assert counter.focus() is handed.passcode.line
    counter.press(Qt.Key.Key_F9)
    assert len(orders(counter.shop)) == 1
    assert counter.focus() is handed.passcode.line
    counter.text("8713")
    handed.way.take_focus()
    counter.press(Qt.Key.Key_2)
    assert (handed.passcode.isEnabled(), handed.passcode.line.text()) == (False, "")
    counter.press(Qt.Key.Key_F9)
    _known, order = orders(counter.shop)
    assert order.passcode is None
    with counter.shop.store.read() as reading:
        assert reading.exec_driver_sql("SELECT kind FROM order_note").scalars().all() == ["repair_mode"]


def test_every_stop_of_the_tab_key_has_a_name(counter: Counter) -> None:
    for child in counter.page.findChildren(QWidget):
        if child.isVisible() and child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None:
            assert child.accessibleName() or getattr(child, "text", str)(), child


def test_the_papers_of_the_last_visit_come_up_again(counter: Counter) -> None:
    counter.page.print_paper()
    assert counter.papers.previewed == []
    counter.know()
    counter.text("8000")
    counter.press(ENTER, Qt.Key.Key_1)
    counter.text("漏水")
    counter.press(Qt.Key.Key_F9, (Qt.Key.Key_P, CTRL))
    assert counter.papers.previewed == [(PaperKind.PICKUP_RECEIPT, "2611-00002")]


def test_a_customer_without_a_phone_is_found_by_his_serial_and_keeps_the_new_number(counter: Counter) -> None:
    counter.know(customer=CustomerEntry(name=WANG.name))
    counter.deliver(1, None)
    counter.page.take_scan(Foreign("HX20260001"))
    form = counter.page.form
    form.customer.phone.take_focus()
    counter.text("13700001111")
    assert form.customer.name.line.text() == "王丽华"
    form.device.fault.text.setPlainText("漏水")
    counter.press(Qt.Key.Key_F9)
    assert counter.intake.known_customer(FOUNDER, 1).phone == "13700001111"
