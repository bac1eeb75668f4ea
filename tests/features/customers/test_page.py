"""The customers page in both languages: search, record, balance, edit, doubles and merging."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from app.core import formats
from app.core.enums import Command, PaymentMethod, Role
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.core.words import Language, _
from app.features.customers.page import CustomersPage
from app.features.customers.service import CustomersService
from app.features.customers.snapshots import CustomerEntry, CustomerRecord
from app.features.sheets.preview import ImportDialog
from app.features.sheets.snapshots import LineState
from app.ui.form_dialog import FormDialog
from tests.features.conftest import Shop, take_in
from tests.features.handover.conftest import Counter, counter  # noqa: F401
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def customers(shop: Shop) -> CustomersService:
    return CustomersService(shop.store)


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


def page_of(shop: Shop, customers: CustomersService, qtbot: QtBot, role: Role) -> CustomersPage:
    page = CustomersPage(customers, desk_of(shop, role, Papers()))
    qtbot.addWidget(page)
    page.resize(1270, 640)
    page.show()
    page.come_to_front()
    return page


@pytest.fixture
def page(shop: Shop, customers: CustomersService, qtbot: QtBot, language: Language) -> CustomersPage:
    return page_of(shop, customers, qtbot, Role.COUNTER)


def add(shop: Shop, customers: CustomersService, name: str = "王丽华", **more: str) -> CustomerRecord:
    return customers.save(shop.ctx(), None, None, CustomerEntry(name, **more))


def texts(page: CustomersPage) -> str:
    return "\n".join(each.text() for each in page.customer.findChildren(QLabel) if each.isVisible())


def test_an_empty_list_offers_the_first_customer(
    page: CustomersPage, forms: Forms, customers: CustomersService
) -> None:
    offer = next(each for each in page.list.findChildren(QPushButton) if each.isVisible())

    def type_it(dialog: FormDialog) -> None:
        fill(dialog, "赵敏", "138 0013 8000", "", "人民路 8 号")
        dialog.try_it()

    forms.answer(type_it)
    offer.click()
    (row,) = customers.page(FOUNDER).rows
    assert (row.name, row.phone, row.address) == ("赵敏", "13800138000", "人民路 8 号")
    assert page.customer.record is not None
    assert page.customer.record.id == row.id


def test_wrong_input_is_said_in_the_form_and_nothing_is_saved(
    page: CustomersPage, forms: Forms, customers: CustomersService, shop: Shop
) -> None:
    before = shop.fingerprint()

    def wrong(dialog: FormDialog) -> None:
        fill(dialog, "", "13800138000")
        dialog.try_it()
        assert not dialog.result()
        fill(dialog, "赵敏", "12")
        dialog.try_it()
        assert not dialog.result()
        dialog.reject()

    forms.answer(wrong)
    page.add_button.click()
    assert shop.fingerprint() == before


def test_the_record_tells_how_to_reach_him_and_what_is_owed(
    page: CustomersPage,
    counter: Counter,  # noqa: F811
) -> None:
    card = counter.ready()
    counter.settle(card, Tender(PaymentMethod.CASH, Money.yuan(100)), role=Role.OWNER, on_account=True)
    page.refresh()
    page.list.select_first()
    said = texts(page)
    assert "138 0013 8000" in said
    assert formats.money(Money.yuan(320)) in said
    assert [row.number for row in page.customer.orders.rows()] == [card.number]
    assert [row.due for row in page.customer.unpaid.rows()] == [Money.yuan(320)]
    assert [row.brand for row in page.customer.devices.rows()] == ["海尔"]


def test_orders_and_owed_invoices_are_doors(page: CustomersPage, counter: Counter) -> None:  # noqa: F811
    card = counter.ready()
    counter.settle(card, Tender(PaymentMethod.CASH, Money.yuan(100)), role=Role.OWNER, on_account=True)
    page.open_with(card.customer_id)
    rooms: list[tuple[str, int]] = []
    page.wants.connect(lambda key, order_id: rooms.append((key, order_id)))
    for table in (page.customer.orders, page.customer.unpaid):
        table.select_first()
        table.opened.emit(table.current())
    assert rooms == [("orders", card.id), ("handover", card.id)]


def test_nobody_chosen_shows_no_empty_tables(page: CustomersPage) -> None:
    assert not page.customer.orders.isVisible()
    assert _("Choose a customer on the left.") in texts(page)


def test_editing_starts_from_what_is_kept_and_changes_only_that(
    page: CustomersPage, shop: Shop, forms: Forms, customers: CustomersService
) -> None:
    record = add(shop, customers, phone="13800138000", notes="电话慢慢打", tax_number="9133")
    page.open_with(record.id)

    def change(dialog: FormDialog) -> None:
        fill(dialog, None, None, "0571 8765 4321")
        dialog.try_it()

    forms.answer(change)
    page.edit_customer()
    after = customers.record(FOUNDER, record.id)
    assert (after.phone2, after.notes, after.tax_number) == ("057187654321", "电话慢慢打", "9133")
    assert shop.journal(Command.SAVE_CUSTOMER)[-1]["keys"] == ["phone2"]


def test_two_hands_on_one_record_do_not_overwrite_each_other(
    page: CustomersPage, shop: Shop, forms: Forms, customers: CustomersService
) -> None:
    record = add(shop, customers)
    page.open_with(record.id)
    said: list[str] = []

    def late(dialog: FormDialog) -> None:
        customers.save(shop.ctx(), record.id, record.version, CustomerEntry("别人改的"))
        fill(dialog, "我改的")
        dialog.try_it()
        said.append(dialog.banner.text())

    forms.answer(late)
    page.edit_customer()
    assert said[0]
    assert customers.record(FOUNDER, record.id).name == "别人改的"


@pytest.mark.parametrize("typed", ["丽", "wlh", "8000", "1380013"])
def test_search_finds_by_name_initials_and_digits(
    page: CustomersPage, shop: Shop, customers: CustomersService, qtbot: QtBot, typed: str
) -> None:
    record = add(shop, customers, phone="13800138000")
    add(shop, customers, "陈静", phone="13911112222")
    page.refresh()
    page.search.line.setText(typed)
    qtbot.waitUntil(lambda: [row.id for row in page.list.rows()] == [record.id])
    qtbot.keyClick(page.search.line, Qt.Key.Key_Return)
    assert page.customer.record is not None
    assert page.customer.record.id == record.id
    assert page.back()
    assert len(page.list.rows()) == 2


def test_nothing_found_says_what_was_looked_for(page: CustomersPage) -> None:
    page.search.set_value("没有的人")
    page._load()
    assert any("没有的人" in each.text() for each in page.list.findChildren(QLabel) if each.isVisible())


def test_further_rows_come_by_key(shop: Shop, customers: CustomersService, qtbot: QtBot) -> None:
    for at in range(115):
        add(shop, customers, f"客户{at}")
    page = page_of(shop, customers, qtbot, Role.COUNTER)
    assert len(page.list.rows()) == 100
    page.list.view.scrollToBottom()
    qtbot.waitUntil(lambda: len(page.list.rows()) == 115)


def pair(shop: Shop, page: CustomersPage, qtbot: QtBot, customers: CustomersService) -> tuple[int, int]:
    """Two records of one phone, the first with an order; the doubles shown and picked."""
    take_in(shop, name="王丽华", phone="13800138000")
    keep = customers.page(FOUNDER).rows[0].id
    drop = add(shop, customers, "王丽花", phone="13800138000", address="人民路 8 号").id
    page.doubles_button.setChecked(True)
    qtbot.waitUntil(lambda: len(page.doubles.list.rows()) > 0)
    page.doubles.list.select_first()
    return keep, drop


def test_merging_asks_first_and_no_changes_nothing(
    page: CustomersPage, shop: Shop, forms: Forms, customers: CustomersService, qtbot: QtBot
) -> None:
    pair(shop, page, qtbot, customers)
    before = shop.fingerprint()
    forms.yes = False
    page.doubles.merge_button.click()
    assert len(forms.questions) == 1
    assert shop.fingerprint() == before


def test_merging_makes_one_of_two_and_says_so(
    page: CustomersPage, shop: Shop, forms: Forms, customers: CustomersService, qtbot: QtBot
) -> None:
    keep, drop = pair(shop, page, qtbot, customers)
    assert page.customer.record is not None
    assert page.customer.record.id == drop
    said: list[str] = []
    page.said.connect(lambda message: said.append(message.text))
    page.doubles.merge_button.click()
    qtbot.waitUntil(lambda: not page.doubles.list.rows())
    assert [row.id for row in customers.page(FOUNDER).rows] == [keep]
    assert customers.record(FOUNDER, drop).id == keep
    assert customers.record(FOUNDER, keep).address == "人民路 8 号"
    assert "王丽华" in said[-1]
    question = "".join(each.text() for each in forms.questions[0].findChildren(QLabel))
    assert "王丽华" in question
    assert "王丽花" in question
    assert not page.doubles.merge_button.isEnabled()


def test_a_record_changed_meanwhile_is_not_merged(
    page: CustomersPage, shop: Shop, forms: Forms, customers: CustomersService, qtbot: QtBot
) -> None:
    _keep, drop = pair(shop, page, qtbot, customers)
    record = customers.record(FOUNDER, drop)
    customers.save(shop.ctx(), drop, record.version, CustomerEntry("王小花", phone="13911112222"))
    page.doubles.merge_button.click()
    assert page.banner.text()
    assert len(customers.page(FOUNDER).rows) == 2


def test_esc_leaves_the_doubles_before_the_search(
    page: CustomersPage, shop: Shop, customers: CustomersService, qtbot: QtBot
) -> None:
    pair(shop, page, qtbot, customers)
    assert page.back()
    assert not page.doubles.isVisible()
    assert page.list.isVisible()
    assert not page.back()


def test_no_doubles_is_said(page: CustomersPage, qtbot: QtBot) -> None:
    page.doubles_button.setChecked(True)
    words = _("No two records look like one customer.")
    qtbot.waitUntil(
        lambda: any(
            each.text() == words for each in page.doubles.list.findChildren(QLabel) if each.isVisible()
        )
    )
    assert not page.doubles.merge_button.isEnabled()


def test_no_english_is_left_in_chinese(
    page: CustomersPage,
    counter: Counter,  # noqa: F811
    customers: CustomersService,
    forms: Forms,
    language: Language,
    qtbot: QtBot,
) -> None:
    card = counter.ready()
    counter.settle(card, Tender(PaymentMethod.CASH, Money.yuan(100)), role=Role.OWNER, on_account=True)
    pair(counter.shop, page, qtbot, customers)
    page.open_with(card.customer_id)
    forms.answer(lambda dialog: dialog.reject())
    page.edit_customer()
    forms.yes = False
    page.doubles.list.select_first()
    page.doubles.merge_button.click()
    if language is Language.ZH:
        for widget in (page, *forms.shown, *forms.questions):
            assert english_left(widget, "KFR-35GW", "Scroll Left Right") == []


def test_the_owner_brings_a_list_in_and_takes_it_out(
    shop: Shop,
    customers: CustomersService,
    qtbot: QtBot,
    language: Language,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file, out = tmp_path / "k.csv", tmp_path / "o"
    file.write_text("姓名,电话,地址\n孙倩,13900139000,新街\n坏,12,\n", encoding="gb18030")
    page = page_of(shop, customers, qtbot, Role.OWNER)
    if language is Language.ZH:
        assert english_left(page.import_button) == english_left(page.export_button) == []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_a: (str(file), ""))
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_a: (str(out), ""))
    seen: list[list[str]] = []

    def look(dialog: ImportDialog) -> int:
        qtbot.addWidget(dialog)
        dialog.show()
        qtbot.waitUntil(lambda: dialog.plan is not None)
        assert [row.state for row in dialog.list.rows()] == [LineState.WRONG, LineState.NEW]
        if language is Language.ZH:
            seen.append(english_left(dialog, "k.csv"))
        dialog.leave_out.setChecked(True)
        dialog.yes.click()
        qtbot.waitUntil(lambda: dialog.imported is not None)
        return 1

    monkeypatch.setattr(ImportDialog, "exec", look)
    page.import_button.click()
    assert [row.name for row in page.list.rows()] == ["孙倩"]
    page.export_button.click()
    qtbot.waitUntil(lambda: out.with_name("o.xlsx").exists())
    assert shop.journal(Command.EXPORT_CUSTOMERS) == [{"rows": 1, "kind": "xlsx"}]
    assert seen in ([], [[]])


def test_nobody_else_is_offered_the_whole_list(page: CustomersPage) -> None:
    assert not page.import_button.isVisible()
    assert not page.export_button.isVisible()
    assert not any(hint.key in ("Ctrl+I", "Ctrl+E") for hint in page.keys_here())
