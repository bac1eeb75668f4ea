"""The hand-over page in both languages: keys, scans and what stands in the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.core.codes import parse
from app.core.enums import PaperKind, PaperSize, PaymentMethod, Role, Status
from app.core.money import Money
from app.core.rights import Actor
from app.core.tenders import Tender
from app.core.words import Language, set_language
from app.features.handover.page import READ_FIRST, HandoverPage
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderCard
from app.features.settings.service import SettingsService
from app.ui.desk import Desk
from app.ui.messages import Message, Mood
from app.ui.tasks import Tasks
from tests.features.billing.conftest import SameCustomer
from tests.features.handover.conftest import Counter


class _Papers:
    def __init__(self) -> None:
        self.printed: list[tuple[PaperKind, str]] = []

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.printed.append((kind, number))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.printed.append((kind, number))


@pytest.fixture(params=[Language.ZH, Language.EN])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    set_language(request.param)
    yield request.param
    set_language(Language.EN)


@pytest.fixture
def papers() -> _Papers:
    return _Papers()


@pytest.fixture
def page(counter: Counter, papers: _Papers, qtbot: QtBot, language: Language) -> HandoverPage:
    actor: Actor = counter.shop.people[Role.COUNTER]
    desk = Desk(counter.shop.clock, Tasks(), papers, actor)
    made = HandoverPage(counter.handover, OrdersService(counter.shop.store), desk)
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    return made


def test_scan_pay_settle(page: HandoverPage, counter: Counter, papers: _Papers, qtbot: QtBot) -> None:
    card = counter.ready()
    page.come_to_front()
    assert page.take_scan(parse(counter.receipt(card)))
    qtbot.keyClick(page, Qt.Key.Key_1)
    assert page.presenter.tendered(PaymentMethod.CASH) == Money.yuan(420)
    page.money.cash.line.setText("500")
    assert page.money.change.value() == Money.yuan(80)
    page.save_and_print()
    assert counter.card(card.id).status is Status.DELIVERED
    assert papers.printed == [(PaperKind.INVOICE, "F2611-00001")]
    assert page.money.change.value() == Money.yuan(80)
    # The program tells the page of its own change a moment later: nothing is due then, and still 80 goes back.
    page.stale()
    assert page.money.change.value() == Money.yuan(80)
    assert page.money.settle.isEnabled()


def test_found_device_needs_the_receipt_first(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready()
    page.come_to_front()
    page.open_with(card.id)
    assert page.banner.text()
    page.take_rest(PaymentMethod.WECHAT)
    assert not page.money.settle.isEnabled()
    page.save_and_print()
    assert counter.card(card.id).status is Status.READY


def test_wrong_scan_changes_nothing_and_says_so(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready()
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    code = counter.receipt(card)
    damaged = code[:-1] + str((int(code[-1]) + 1) % 10)
    assert not page.take_scan(parse(damaged))
    assert page.presenter.handover is not None
    assert page.presenter.handover.card.id == card.id


def test_a_scan_in_the_middle_of_a_payment_forgets_no_money(page: HandoverPage, counter: Counter) -> None:
    first, second = counter.ready(), counter.ready()
    said: list[Message] = []
    page.said.connect(said.append)
    page.take_scan(parse(counter.receipt(first)))
    page.presenter.set_tendered(PaymentMethod.CASH, Money.yuan(50))
    page.take_scan(parse(counter.receipt(second)))
    assert page.presenter.handover is not None
    assert page.presenter.handover.card.id == first.id
    assert page.presenter.tendered(PaymentMethod.CASH) == Money.yuan(50)
    assert (said[-1].mood, first.number in said[-1].text) == (Mood.ERROR, True)
    page.presenter.set_tendered(PaymentMethod.CASH, Money(0))
    page.take_scan(parse(counter.receipt(second)))
    assert page.presenter.handover.card.id == second.id


def test_moments_are_the_shop_s(page: HandoverPage, counter: Counter) -> None:
    SettingsService(counter.shop.store).save(counter.shop.ctx(), {"time_zone": "Pacific/Auckland"})
    card = counter.ready()
    counter.handover.record_contact(counter.shop.ctx(Role.COUNTER), card.id, "周五来取")
    page.come_to_front()
    # 10:00 in Shanghai.
    assert "15:00" in page.waiting.view.model().index(0, 6).data()
    page.open_with(card.id)
    texts = [each.text() for each in page.device.findChildren(QLabel)]
    assert any("15:00" in text and "周五来取" in text for text in texts)


def test_esc_goes_back_to_the_waiting_devices(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready()
    page.come_to_front()
    assert [row.id for row in page.waiting.rows()] == [card.id]
    page.open_with(card.id)
    assert page.back()
    assert page.presenter.handover is None
    assert not page.back()


def test_no_english_word_is_left_in_chinese(page: HandoverPage, counter: Counter, language: Language) -> None:
    card = counter.ready()
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    if language is not Language.ZH:
        return
    allowed = {"Ctrl", "K", "F9", "Esc", "BCD"}
    texts = [label.text() for label in page.findChildren(QLabel)]
    texts += [button.text() for button in page.findChildren(QPushButton)]
    for text in texts:
        words = {
            word
            for word in "".join(c if c.isascii() and c.isalnum() else " " for c in text).split()
            if word.isalpha()
        }
        assert words <= allowed, text


def test_enter_opens_the_chosen_device(page: HandoverPage, counter: Counter, qtbot: QtBot) -> None:
    card = counter.ready()
    page.come_to_front()
    page.waiting.select_first()
    qtbot.keyClick(page.waiting.view, Qt.Key.Key_Return)
    assert page.presenter.handover is not None
    assert page.presenter.handover.card.id == card.id


def test_cash_key_and_the_note_typed_over_it(page: HandoverPage, counter: Counter, qtbot: QtBot) -> None:
    card = counter.ready()
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.keyClicks(page.money.cash.line, "500")
    assert page.money.cash.line.text() == "500"
    assert page.money.change.value() == Money.yuan(80)


def test_an_unreadable_amount_is_not_the_one_before(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready()
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    page.take_rest(PaymentMethod.CASH)
    page.money.cash.line.setText("420.0020")
    assert not page.money.settle.isEnabled()
    page.save_and_print()
    assert counter.card(card.id).status is Status.READY
    assert page.money.cash.error()
    page.money.cash.line.setText("420")
    page.save_and_print()
    assert counter.card(card.id).status is Status.DELIVERED


def test_the_change_outlasts_a_double_press(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready()
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    page.take_rest(PaymentMethod.CASH)
    page.money.cash.line.setText("500")
    page.save_and_print()
    page.save_and_print()
    assert page.presenter.settled is not None
    assert page.money.change.value() == Money.yuan(80)
    counter.shop.clock.advance(timedelta(seconds=READ_FIRST))
    page.save_and_print()
    assert page.presenter.handover is None


def test_keys_split_a_payment(page: HandoverPage, counter: Counter, qtbot: QtBot) -> None:
    card = counter.ready()
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    qtbot.keyClick(page, Qt.Key.Key_1)
    qtbot.keyClicks(page.money.cash.line, "20")
    qtbot.keyClick(page.money.cash.line, Qt.Key.Key_Return)
    assert page.money.method_button(PaymentMethod.WECHAT).hasFocus()
    qtbot.keyClick(page, Qt.Key.Key_2)
    assert page.presenter.tendered(PaymentMethod.WECHAT) == Money.yuan(400)
    assert page.money.settle.isEnabled()


def test_money_on_account_comes_by_several_methods(
    page: HandoverPage, counter: Counter, papers: _Papers
) -> None:
    card = counter.ready()
    counter.settle(card, Tender(PaymentMethod.CASH, Money.yuan(20)), role=Role.OWNER, on_account=True)
    page.come_to_front()
    page.open_with(card.id)
    page.money.cash.line.setText("500")
    page.money.amount(PaymentMethod.WECHAT).line.setText("150")
    page.save_and_print()
    assert not page.banner.text()
    paid = {row.method: row.amount for row in counter.handover.payments(card.id)}
    assert paid[PaymentMethod.WECHAT] == Money.yuan(150)
    assert counter.card(card.id).due == Money(0)
    assert [kind for kind, _number in papers.printed] == [PaperKind.PAYMENT_RECEIPT] * 2


def test_a_used_receipt_leads_to_its_order(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready()
    code = counter.receipt(card)
    counter.settle(card)
    page.come_to_front()
    asked: list[tuple[str, object]] = []
    page.wants.connect(lambda key, subject: asked.append((key, subject)))
    page.take_scan(parse(code))
    page.banner.findChildren(QPushButton)[0].click()
    assert asked == [("orders", card.id)]


@pytest.mark.usefixtures("dressed")
def test_what_was_refused_is_not_said_any_more_once_it_is_mended(
    page: HandoverPage, counter: Counter
) -> None:
    page.take_scan(parse(counter.receipt(counter.ready())))
    page.save_and_print()
    assert page.banner.mood() is Mood.ERROR
    page.take_rest(PaymentMethod.WECHAT)
    assert not page.banner.text()


def test_the_rest_goes_on_account_by_its_key_and_off_again(
    page: HandoverPage, counter: Counter, qtbot: QtBot
) -> None:
    page.take_scan(parse(counter.receipt(counter.ready())))
    qtbot.keyClick(page, Qt.Key.Key_6)
    assert not page.presenter.on_account, "who may not, and has nobody to ask, has no such key"
    page.money.account.show()
    qtbot.keyClick(page, Qt.Key.Key_6)
    assert page.presenter.on_account
    qtbot.keyClick(page, Qt.Key.Key_6)
    assert not page.presenter.on_account


def test_the_way_out_of_what_blocks_has_a_key(
    page: HandoverPage, counter: Counter, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.open_order(counter.ready().id)
    assert page.keys_here()[0].key == "Ctrl+O"
    asked: list[str] = []
    monkeypatch.setattr(
        "app.features.handover.order_forms.ask", lambda title, *_args, **_kw: asked.append(title)
    )
    page.banner.act()
    assert len(asked) == 1


def test_the_sum_is_never_cut(page: HandoverPage, counter: Counter) -> None:
    card = counter.ready(price=Money.yuan(2000))
    page.come_to_front()
    page.take_scan(parse(counter.receipt(card)))
    page.resize(page.minimumSizeHint().width(), 500)
    column = page.money.due.parentWidget()
    assert column is not None
    assert column.width() >= column.minimumSizeHint().width()
    assert page.money.due.mapTo(page.money, page.money.due.rect().topRight()).x() < page.money.width()


def same_customer(counter: Counter, first: OrderCard) -> OrderCard:
    """Another device of the same customer, ready at the counter."""
    again = SameCustomer(
        counter.shop, counter.intake, counter.bench, counter.handover, customer_id=first.customer_id
    )
    return again.ready(price=Money.yuan(60))


def test_a_second_receipt_of_the_customer_goes_on_the_same_invoice(
    page: HandoverPage, counter: Counter, papers: _Papers
) -> None:
    first = counter.ready(price=Money.yuan(100))
    second = same_customer(counter, first)
    page.come_to_front()
    page.take_scan(parse(counter.receipt(first)))
    due = page.presenter.due
    page.take_scan(parse(counter.receipt(second)))
    assert page.presenter.handover is not None
    assert page.presenter.handover.card.id == first.id
    assert page.presenter.due == due + Money.yuan(60)
    assert page.money.more.devices[second.id].isChecked()
    page.take_rest(PaymentMethod.WECHAT)
    page.save_and_print()
    page.save_and_print()
    assert counter.card(second.id).status is counter.card(first.id).status is Status.DELIVERED
    assert counter.card(second.id).invoice_number == counter.card(first.id).invoice_number
    assert papers.printed == [(PaperKind.INVOICE, counter.card(first.id).invoice_number)]
    assert page.money.due.value() == due + Money.yuan(60)


def test_a_device_taken_along_needs_its_receipt_too(page: HandoverPage, counter: Counter) -> None:
    first = counter.ready(price=Money.yuan(100))
    second = same_customer(counter, first)
    page.come_to_front()
    page.take_scan(parse(counter.receipt(first)))
    page.money.more.devices[second.id].setChecked(True)
    assert page.banner.text()
    page.take_rest(PaymentMethod.CASH)
    page.save_and_print()
    assert counter.card(first.id).status is Status.READY
    page.money.more.devices[second.id].setChecked(False)
    assert not page.presenter.others
    page.take_rest(PaymentMethod.CASH)
    page.take_rest(PaymentMethod.CASH)
    page.save_and_print()
    assert counter.card(first.id).status is Status.DELIVERED
    assert counter.card(second.id).status is Status.READY


def test_what_is_too_much_is_kept_and_used_next_time(page: HandoverPage, counter: Counter) -> None:
    first = counter.ready(price=Money.yuan(100))
    second = same_customer(counter, first)
    page.come_to_front()
    page.take_scan(parse(counter.receipt(first)))
    due = page.presenter.due
    page.presenter.set_tendered(PaymentMethod.WECHAT, due + Money.yuan(20))
    page.money.more.keep.setChecked(True)
    assert (page.presenter.change, page.presenter.kept) == (Money(0), Money.yuan(20))
    page.save_and_print()
    page.close_order()
    page.take_scan(parse(counter.receipt(second)))
    assert page.presenter.due == Money.yuan(60)
    page.money.more.credit.setChecked(True)
    assert page.presenter.due == Money.yuan(40)
    page.take_rest(PaymentMethod.CASH)
    page.save_and_print()
    assert counter.card(second.id).status is Status.DELIVERED
    assert page.presenter.handover is not None
    assert page.presenter.handover.credit == Money(0)
    assert counter.card(second.id).due == Money(0)
