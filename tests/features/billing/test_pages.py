"""Invoices and receivables on screen: found, paid, corrected, reminded; in both languages, each deed booked once."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QScrollArea
from python_calamine import CalamineWorkbook

from app.core.enums import (
    CreditKind,
    CreditReason,
    PaperKind,
    PaymentMethod,
    ReminderWay,
    Role,
    TaxInvoiceState,
    WriteOffReason,
)
from app.core.errors import Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Actor
from app.core.tenders import Tender
from app.core.words import Language
from app.features.billing.credit_dialog import LinesPick
from app.features.billing.listing import InvoiceList, InvoiceLook
from app.features.billing.offices import BillingOffices
from app.features.billing.page import InvoicesPage
from app.features.billing.pay_forms import TenderFields
from app.features.billing.receivables_page import HELD, OTHERS, ReceivablesPage
from app.features.billing.workbook import workbook
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.ui import approval
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, speaking_each

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.features.billing.snapshots import BilledInvoice
    from app.ui.desk import Desk
    from tests.features.billing.conftest import Office

YUAN = Money.yuan
CASH = PaymentMethod.CASH

language = pytest.fixture(params=[Language.ZH, Language.EN])(speaking_each)


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def desk(office: Office, papers: Papers) -> Desk:
    return desk_of(office.shop, Role.OWNER, papers)


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


def offices_of(office: Office) -> BillingOffices:
    store = office.shop.store
    return BillingOffices(
        InvoiceList(store),
        office.billing,
        office.corrections,
        lambda: StockService(store),
        lambda: Shelf(store),
    )


@pytest.fixture
def page(office: Office, desk: Desk, qtbot: QtBot) -> InvoicesPage:
    made = InvoicesPage(offices_of(office), desk)
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    return made


@pytest.fixture
def owed(office: Office, desk: Desk, qtbot: QtBot) -> ReceivablesPage:
    made = ReceivablesPage(offices_of(office), desk)
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    return made


def field(dialog: FormDialog, kind: type, at: int = 0) -> Any:
    """The ``at``-th field of a kind, in reading order."""
    return [each for each in dialog._fields if isinstance(each, kind)][at]


def twice(dialog: FormDialog) -> None:
    """The button pressed twice, as an impatient hand does."""
    dialog.try_it()
    dialog.try_it()


def pays(amounts: dict[PaymentMethod, str]) -> Callable[[FormDialog], None]:
    def answer(dialog: FormDialog) -> None:
        tenders = dialog.findChildren(TenderFields)[0]
        for each in tenders.amounts.values():
            each.set_value(None)
        for method, text in amounts.items():
            tenders.amounts[method].line.setText(text)
        twice(dialog)

    return answer


def credits(kind: CreditKind, *, amount: str = "", note: str = "客户不满意") -> Callable[[FormDialog], None]:
    def answer(dialog: FormDialog) -> None:
        field(dialog, ChipGroup).set_value(kind)
        if amount:
            money = [each for each in dialog._fields if isinstance(each, MoneyField)][-1]
            money.line.setText(amount)
        field(dialog, ComboField).set_value(CreditReason.GOODWILL)
        field(dialog, LineField).set_value(note)
        twice(dialog)

    return answer


def shown(page: InvoicesPage, invoice: BilledInvoice) -> None:
    page.come_to_front()
    page.open_with(invoice.id)


@pytest.mark.usefixtures("language")
def test_an_empty_shop_says_what_belongs_there(page: InvoicesPage, owed: ReceivablesPage) -> None:
    page.come_to_front()
    owed.come_to_front()
    assert page.invoice is None
    assert not page.list.rows()
    assert not owed.list.rows()
    for look in (InvoiceLook.DUE, InvoiceLook.CORRECTED, InvoiceLook.TAX_ASKED):
        page.look.set_value(look)
    owed.look.set_value(HELD)


@pytest.mark.parametrize("language", [Language.ZH], indirect=True)
@pytest.mark.usefixtures("language")
def test_no_english_word_is_left_in_chinese(
    page: InvoicesPage, owed: ReceivablesPage, office: Office
) -> None:
    invoice = office.on_account()
    shown(page, invoice)
    owed.come_to_front()
    typed = ("F2611", "KFR", "GW", "T2611", "S2611", "KFR-35GW", invoice.lines[0].description)
    assert english_left(page, *typed) == []
    assert english_left(owed, *typed, "Excel") == []


def test_the_list_is_found_by_number_order_and_customer(page: InvoicesPage, office: Office) -> None:
    one, two = office.sold(YUAN(100)), office.on_account(YUAN(60))
    listing = InvoiceList(office.shop.store)

    def numbers(text: str, look: InvoiceLook = InvoiceLook.ALL) -> list[str]:
        return [each.number for each in listing.page(look, text, None, 50)]

    assert numbers("") == [two.number, one.number]
    assert numbers(one.number) == numbers(one.number.lower()) == [one.number]
    assert numbers(one.orders[0][1]) == [one.number]
    assert numbers("王丽") == [two.number, one.number]
    assert numbers("13800138000") == [two.number, one.number]
    assert numbers("没有这个人") == []
    assert numbers("'; DROP TABLE invoice; --") == []
    assert numbers("", InvoiceLook.DUE) == [two.number]
    assert numbers("", InvoiceLook.OVERDUE) == []
    page.come_to_front()
    page.search.set_value(one.number)
    page.refresh()
    assert [row.number for row in page.list.rows()] == [one.number]
    first = listing.page(InvoiceLook.ALL, "", None, 1)
    assert [each.number for each in listing.page(InvoiceLook.ALL, "", first[-1].id, 1)] == [one.number]


def test_enter_in_the_search_gives_the_keys_to_what_was_found(page: InvoicesPage, office: Office) -> None:
    invoice = office.on_account()
    page.refresh()
    page.search.line.setText(invoice.number)
    QTest.keyClick(page.search.line, Qt.Key.Key_Return)
    assert page.focusWidget() is page.list.view
    assert page.invoice is not None
    assert page.invoice.number == invoice.number


def test_the_shelf_box_of_a_line_is_in_sight(office: Office, qtbot: QtBot) -> None:
    line = replace(office.on_account().lines[0], description="一个很长很长的备件名称 " * 3, returnable=True)
    pick = LinesPick((line,), line.amount)
    qtbot.addWidget(pick)
    pick.resize(pick.minimumSizeHint())
    pick.show()
    back = pick.backs[line.id]
    area = pick.findChild(QScrollArea)
    assert area is not None
    right = back.mapTo(area.viewport(), QPoint(back.sizeHint().width(), 0)).x()
    assert right <= area.viewport().width()


@pytest.mark.usefixtures("language")
def test_a_payment_in_two_methods_is_booked_once(
    page: InvoicesPage, office: Office, forms: Forms, papers: Papers
) -> None:
    invoice = office.on_account(YUAN(100))
    shown(page, invoice)
    forms.answer(pays({CASH: "50", PaymentMethod.WECHAT: "40"}))
    page.pay()
    now = office.invoice(invoice.number)
    assert (now.due, len(now.payments)) == (YUAN(10), 2)
    assert [kind for kind, _number in papers.printed] == [PaperKind.PAYMENT_RECEIPT] * 2
    assert page.invoice is not None
    assert page.invoice.due == YUAN(10)


def test_too_big_negative_and_unreadable_amounts_are_one_sentence(
    page: InvoicesPage, office: Office, forms: Forms
) -> None:
    invoice = office.on_account(YUAN(100))
    shown(page, invoice)
    before = office.shop.fingerprint()
    for text in ("-5", "99999999999999999999", "abc", "0"):
        forms.answer(pays({PaymentMethod.CARD: text}))
        page.pay()
        dialog = forms.shown[-1]
        said = dialog.banner.text() or "".join(each.error() for each in dialog._fields)
        assert said
        assert "Traceback" not in said
        forms.answer(credits(CreditKind.AMOUNT, amount=text))
        page.credit()
    assert office.shop.fingerprint() == before


@pytest.mark.usefixtures("language")
def test_a_credit_note_is_booked_once_and_its_money_given_back(
    page: InvoicesPage, office: Office, forms: Forms, papers: Papers
) -> None:
    invoice = office.sold(YUAN(100))
    shown(page, invoice)

    def back(dialog: FormDialog) -> None:
        field(dialog, LineField).set_value("退差价")
        twice(dialog)

    forms.answer(credits(CreditKind.AMOUNT, amount="30"), back)
    page.credit()
    now = office.invoice(invoice.number)
    assert (now.credited, now.allocated, len(now.credits)) == (YUAN(30), YUAN(70), 1)
    assert office.billing.held(FOUNDER, invoice.customer_id) == ()
    assert [kind for kind, _number in papers.printed] == [
        PaperKind.CREDIT_NOTE,
        PaperKind.PAYMENT_RECEIPT,
    ]
    assert len(forms.questions) == 1


def test_a_credit_that_is_kept_stays_the_customers(page: InvoicesPage, office: Office, forms: Forms) -> None:
    invoice = office.sold(YUAN(100))
    shown(page, invoice)
    forms.yes = False
    forms.answer(credits(CreditKind.WHOLE))
    page.credit()
    assert [each.amount for each in office.billing.held(FOUNDER, invoice.customer_id)] == [YUAN(100)]
    assert page.refund_button.isVisibleTo(page)
    assert not page.credit_button.isVisibleTo(page)


def test_lines_are_ticked_to_be_credited(page: InvoicesPage, office: Office, forms: Forms) -> None:
    invoice = office.sold(YUAN(100))
    shown(page, invoice)

    def answer(dialog: FormDialog) -> None:
        field(dialog, ChipGroup).set_value(CreditKind.LINES)
        field(dialog, ComboField).set_value(CreditReason.NOT_DONE)
        field(dialog, LineField).set_value("没做")
        dialog.try_it()
        assert dialog.banner.text()  # nothing ticked yet
        ticks = [each for each in dialog.findChildren(QCheckBox) if each.isVisibleTo(dialog)]
        ticks[0].setChecked(True)
        twice(dialog)

    forms.yes = False
    forms.answer(answer)
    page.credit()
    now = office.invoice(invoice.number)
    assert len(now.credits) == 1
    assert now.credits[0].kind is CreditKind.LINES
    assert sum(bool(line.credited) for line in now.lines) == 1


def test_above_the_limit_a_second_person_is_asked(
    page: InvoicesPage, office: Office, forms: Forms, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.switch(office.shop.people[Role.COUNTER])
    asked: list[Refusal] = []

    def confirmed(_desk: object, why: Refusal, give: Callable[[Actor], object], _parent: object) -> bool:
        asked.append(why)
        give(office.shop.people[Role.OWNER])
        return True

    monkeypatch.setattr(approval, "ask_approval", confirmed)
    desk.approval = lambda: pytest.fail("the script answers")
    invoice = office.sold(YUAN(4000))
    shown(page, invoice)
    forms.yes = False
    forms.answer(credits(CreditKind.WHOLE))
    page.credit()
    assert len(asked) == 1
    assert office.invoice(invoice.number).credits[0].approved_by == office.shop.people[Role.OWNER].name


@pytest.mark.usefixtures("language")
def test_written_off_and_paid_after_all(
    page: InvoicesPage, office: Office, forms: Forms, papers: Papers
) -> None:
    invoice = office.on_account(YUAN(80))
    shown(page, invoice)

    def off(dialog: FormDialog) -> None:
        field(dialog, ComboField).set_value(WriteOffReason.UNREACHABLE)
        field(dialog, LineField).set_value("找不到人")
        twice(dialog)

    def again(dialog: FormDialog) -> None:
        field(dialog, LineField).set_value("来付了")
        twice(dialog)

    forms.answer(off, again)
    page.write_off()
    assert office.invoice(invoice.number).written_off == YUAN(80)
    page.take_up_again()
    assert office.invoice(invoice.number).due == YUAN(80)
    assert [kind for kind, _number in papers.printed] == [PaperKind.WRITE_OFF] * 2


@pytest.mark.usefixtures("language")
def test_the_official_invoice_is_noted(page: InvoicesPage, office: Office, forms: Forms) -> None:
    invoice = office.sold(YUAN(50))
    shown(page, invoice)

    def issued(dialog: FormDialog) -> None:
        field(dialog, ChipGroup).set_value(TaxInvoiceState.ISSUED)
        dialog.try_it()
        assert dialog.banner.text()  # without its number it is not issued
        field(dialog, LineField, 2).set_value("04403210")
        twice(dialog)

    forms.answer(issued)
    page.note_tax_invoice()
    now = office.invoice(invoice.number)
    assert (now.tax_invoice, now.tax_invoice_number) == (TaxInvoiceState.ISSUED, "04403210")


@pytest.mark.usefixtures("language")
def test_an_exchange_credits_and_invoices(
    page: InvoicesPage, office: Office, forms: Forms, papers: Papers
) -> None:
    invoice = office.sold(YUAN(100))
    shown(page, invoice)

    def answer(dialog: FormDialog) -> None:
        for tick in dialog.findChildren(QCheckBox):
            if tick.isVisibleTo(dialog) and tick.isEnabled():
                tick.setChecked(True)
        field(dialog, LineField).set_value("换全新主板")
        price = [each for each in dialog._fields if isinstance(each, MoneyField) and each.required]
        price[0].line.setText("130")
        field(dialog, LineField, 2).set_value("客户要换")
        twice(dialog)

    forms.answer(answer)
    page.exchange()
    old = office.invoice(invoice.number)
    assert old.replaced_by
    new = office.invoice(old.replaced_by)
    assert (new.total, new.due) == (YUAN(130), ZERO)
    assert [kind for kind, _number in papers.printed] == [PaperKind.CREDIT_NOTE, PaperKind.INVOICE]


def test_an_exchange_offers_what_can_be_credited_where_a_discount_was_given(
    page: InvoicesPage, office: Office, forms: Forms
) -> None:
    counter = office.counter
    card = counter.ready(price=YUAN(100))
    card = counter.handover.set_discount(office.shop.ctx(Role.OWNER), card.id, card.version, YUAN(15))
    invoice = office.invoice(counter.settle(card).invoice_number)
    assert invoice.creditable == YUAN(85)
    shown(page, invoice)
    full, off = sorted(invoice.lines, key=lambda each: -each.rest.fen)

    def answer(dialog: FormDialog) -> None:
        lines = dialog.findChildren(LinesPick)[0]
        assert "85.00" in lines.most.text()
        assert lines.amounts[full.id].value() == YUAN(85)
        lines.ticks[off.id].setChecked(True)
        assert lines.amounts[full.id].value() == YUAN(100)
        lines.ticks[off.id].setChecked(False)
        lines.ticks[full.id].setChecked(True)
        assert lines.chosen() == ((full.id, YUAN(85)),)
        field(dialog, LineField).set_value("换全新主板")
        price = [each for each in dialog._fields if isinstance(each, MoneyField) and each.required]
        price[0].line.setText("130")
        tenders = dialog.findChildren(TenderFields)[0]
        assert tenders.amounts[CASH].value() == YUAN(45)
        lines.amounts[full.id].line.setText("80")
        assert tenders.amounts[CASH].value() == YUAN(50)
        lines.ticks[off.id].setChecked(True)
        assert lines.amounts[full.id].value() == YUAN(80), "what was typed stays"
        lines.ticks[off.id].setChecked(False)
        field(dialog, LineField, 2).set_value("客户要换")
        twice(dialog)

    forms.answer(answer)
    page.exchange()
    old = office.invoice(invoice.number)
    assert (old.credited, office.invoice(old.replaced_by).total) == (YUAN(80), YUAN(130))


@pytest.mark.usefixtures("language")
def test_several_invoices_are_paid_at_once_oldest_first(
    owed: ReceivablesPage, office: Office, forms: Forms
) -> None:
    one, two = office.on_account(YUAN(100)), office.on_account(YUAN(50))
    owed.come_to_front()
    assert [row.total for row in owed.list.rows()] == [YUAN(150)]
    assert "150.00" in owed.total.text()
    forms.answer(pays({CASH: "120"}))
    owed.pay()
    assert (office.invoice(one.number).due, office.invoice(two.number).due) == (ZERO, YUAN(30))
    assert [row.total for row in owed.list.rows()] == [YUAN(30)]


@pytest.mark.usefixtures("language")
def test_reminded_statement_and_credit_held(
    owed: ReceivablesPage, office: Office, forms: Forms, papers: Papers
) -> None:
    invoice = office.on_account(YUAN(100))
    owed.come_to_front()

    def remind(dialog: FormDialog) -> None:
        field(dialog, ChipGroup).set_value(ReminderWay.LETTER)
        twice(dialog)

    forms.answer(remind, lambda dialog: dialog.try_it())
    owed.remind()
    assert len(office.billing.reminders(FOUNDER, invoice.customer_id)) == 1
    assert papers.printed == [(PaperKind.PAYMENT_REMINDER, str(invoice.customer_id))]
    owed.statement()
    kind, number = papers.previewed[-1]
    assert kind is PaperKind.STATEMENT
    assert number.startswith(f"{invoice.customer_id}?from=")
    forms.answer(pays({CASH: "20"}))
    owed.pay_in_advance()
    owed.look.set_value(HELD)
    assert [(row.deposits, row.credit) for row in owed.held.rows()] == [(ZERO, YUAN(20))]
    owed.look.set_value(OTHERS)
    assert not owed.list.rows()


def test_a_statement_as_a_workbook_ends_with_the_same_balance(office: Office) -> None:
    invoice = office.on_account(YUAN(100))
    given = [Tender(CASH, YUAN(30))]
    office.billing.pay_invoices(office.shop.ctx(), invoice.customer_id, [invoice.id], given)
    found = office.billing.statement(FOUNDER, invoice.customer_id, invoice.business_day, invoice.business_day)
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(workbook(found))).get_sheet_by_index(0)
    rows = sheet.to_python(skip_empty_area=False)
    assert rows[-1][6] == 70
    lines = rows[4:-1]
    assert [row[2] for row in lines] == [row.number for row in found.rows]
    assert sum(float(str(row[4])) - float(str(row[5])) for row in lines) == 70
