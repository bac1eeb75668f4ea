"""A third party's money: a brand pays many customers' invoices at once, and gets back what a credit note set free."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QCheckBox, QLabel
from sqlalchemy import update

from app.core.brand_codes import CoverPlanKind
from app.core.enums import Command, CreditKind, CreditReason, LineKind, PaperKind, Payer, PaymentMethod, Role
from app.core.errors import Reason
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Ctx
from app.core.tenders import Tender
from app.core.words import Language
from app.features.billing.listing import InvoiceList
from app.features.billing.receivables_page import HELD, OTHERS, ReceivablesPage
from app.features.billing.snapshots import CreditAsked, ExchangeAsked, NewLine, RefundAsked
from app.features.billing.ticked import InvoiceTicks
from app.features.brands.plans import book_plan
from app.features.brands.snapshots import PlanEntry
from app.features.printing.service import PrintingService
from app.model import OrderLine
from app.ui.fields import LineField
from app.ui.form_dialog import FormDialog
from tests.features.billing.conftest import Office, SameCustomer, open_office
from tests.features.billing.test_correcting import refused
from tests.features.billing.test_pages import CASH, desk_of, field, offices_of, pays, twice
from tests.features.page_tools import Forms, Papers
from tests.features.pricing.test_papers import text_of

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from app.features.billing.snapshots import BilledInvoice
    from tests.features.conftest import Shop

YUAN = Money.yuan
TRANSFER = PaymentMethod.TRANSFER


def owed_by(office: Office, brand: str, yuan: int, *, unnamed: Payer | None = None) -> BilledInvoice:
    """A guarantee repair of a new customer that the brand pays; or a payer of this kind that no invoice names."""
    counter = office.counter
    assert isinstance(counter, SameCustomer)
    counter.customer_id = None
    card = counter.ready(price=YUAN(yuan), brand=brand, purchased_on=date(2026, 3, 1), proof_seen=True)
    if unnamed is not None:
        with office.shop.store.write(Command.EDIT_ORDER, office.shop.ctx()) as tx:
            tx.order(card.id, None).payer = unnamed
            tx.session.execute(update(OrderLine).where(OrderLine.order_id == card.id).values(payer=unnamed))
        card = counter.card(card.id)
    return office.invoice(counter.settle(card).other_invoices[0])


def freed(office: Office) -> BilledInvoice:
    """A brand's invoice that it paid and that was credited by 30 afterwards."""
    one, two = owed_by(office, "海尔", 100), owed_by(office, "海尔", 50)
    office.billing.pay_invoices(office.shop.ctx(), None, [one.id, two.id], [Tender(TRANSFER, YUAN(150))])
    done = office.corrections.credit(office.shop.ctx(), office.credit(two, YUAN(30)))
    assert done.freed == YUAN(30)
    return done.invoice


def test_invoices_of_several_customers_are_paid_at_once(office: Office) -> None:
    one, two = owed_by(office, "海尔", 100), owed_by(office, "海尔", 50)
    assert one.customer_id != two.customer_id
    ctx = Ctx.gesture(office.shop.people[Role.OWNER])
    given = [Tender(TRANSFER, YUAN(120))]
    paid = office.billing.pay_invoices(ctx, None, [one.id, two.id], given)
    assert paid.uses == ((one.number, YUAN(100)), (two.number, YUAN(20)))
    assert office.billing.pay_invoices(ctx, None, [one.id, two.id], given) == paid, "twice is once"
    assert office.invoice(two.number).due == YUAN(30)
    # A receipt for all of it, in the brand's name.
    said = text_of(
        PrintingService(office.shop.store).pdf_without_booking(
            FOUNDER, PaperKind.PAYMENT_RECEIPT, paid.payment_numbers[0], wanted=Language.ZH
        )
    )
    assert "交款人 海尔" in said
    # It pays no more than it owes: nothing of it becomes a customer's credit.
    with refused(Reason.CHANGE_ONLY_FOR_CASH):
        office.billing.pay_invoices(office.shop.ctx(), None, [two.id], [Tender(TRANSFER, YUAN(31))])


def test_one_payer_at_a_time(office: Office) -> None:
    haier, midea = owed_by(office, "海尔", 100), owed_by(office, "美的", 50)
    mine = office.on_account(YUAN(10))
    before = office.shop.fingerprint()
    for both in ([haier.id, midea.id], [haier.id, mine.id], [mine.id, haier.id]):
        with refused(Reason.OTHER_PAYER):
            office.billing.pay_invoices(office.shop.ctx(), None, both, [Tender(CASH, YUAN(1))])
    with refused(Reason.OTHER_CUSTOMER):
        office.billing.pay_invoices(office.shop.ctx(), haier.customer_id, [mine.id], [Tender(CASH, YUAN(1))])
    with refused(Reason.NOT_FOUND):
        office.billing.pay_invoices(office.shop.ctx(), None, [], [Tender(CASH, YUAN(1))])
    assert office.shop.fingerprint() == before


def test_a_third_party_s_money_goes_back_to_it(office: Office) -> None:
    invoice = freed(office)
    held = office.billing.held(FOUNDER, invoice.customer_id, Payer.BRAND, "海尔")
    assert [each.amount for each in held] == [YUAN(30)]
    assert office.billing.held(FOUNDER, invoice.customer_id) == (), "it is not the customer's"
    wanted = RefundAsked(
        invoice.customer_id, TRANSFER, YUAN(30), "多报", payer=Payer.BRAND, payer_name="海尔"
    )
    with refused(Reason.NO_CREDIT_HELD):
        office.billing.refund(office.shop.ctx(), replace(wanted, payer_name="美的"))
    with refused(Reason.NO_CREDIT_HELD):
        office.billing.refund(office.shop.ctx(), replace(wanted, payer=Payer.CUSTOMER))
    with refused(Reason.REFUND_TOO_MUCH):
        office.billing.refund(office.shop.ctx(), replace(wanted, amount=YUAN(31)))
    counter = office.shop.ctx(Role.COUNTER)
    with refused(Reason.REFUND_BY_METHOD):
        office.billing.refund(counter, replace(wanted, method=CASH))
    ctx = office.shop.ctx(Role.COUNTER)
    done = office.billing.refund(ctx, wanted)
    assert (done.amount, done.left) == (YUAN(30), ZERO)
    assert office.billing.refund(ctx, wanted) == done, "twice is once"
    with refused(Reason.NO_CREDIT_HELD):
        office.billing.refund(office.shop.ctx(), wanted)
    said = text_of(
        PrintingService(office.shop.store).pdf_without_booking(
            FOUNDER, PaperKind.PAYMENT_RECEIPT, done.number, wanted=Language.ZH
        )
    )
    assert "海尔" in said
    assert "王丽华" not in said


def test_or_it_pays_the_next_invoice(office: Office) -> None:
    freed(office)
    new = owed_by(office, "海尔", 100)
    paid = office.billing.pay_invoices(
        office.shop.ctx(), None, [new.id], [Tender(TRANSFER, YUAN(70))], use_credit=True
    )
    assert (paid.credit_used, office.invoice(new.number).due) == (YUAN(30), ZERO)


def test_an_exchange_uses_it_though_it_was_paid_together(office: Office) -> None:
    """The payment of several invoices belongs to no order: what is set free is found by the payer."""
    one, two = owed_by(office, "海尔", 100), owed_by(office, "海尔", 50)
    office.billing.pay_invoices(office.shop.ctx(), None, [one.id, two.id], [Tender(TRANSFER, YUAN(150))])
    asked = ExchangeAsked(
        CreditAsked(two.id, CreditKind.LINES, CreditReason.EXCHANGE, "换", ((two.lines[0].id, YUAN(50)),)),
        (NewLine(LineKind.OTHER, "清洗", YUAN(40)),),
    )
    done = office.corrections.exchange(office.shop.ctx(), asked)
    assert (done.invoice.due, done.invoice.allocated) == (ZERO, YUAN(40))
    assert [each.amount for each in office.billing.held(FOUNDER, 0, Payer.BRAND, "海尔")] == [YUAN(10)]


def test_a_payer_without_a_name_pays_for_several_customers_too(office: Office) -> None:
    one, two = (owed_by(office, "海尔", yuan, unnamed=Payer.UNDERWRITER) for yuan in (100, 50))
    office.billing.pay_invoices(
        office.shop.ctx(), one.customer_id, [one.id, two.id], [Tender(TRANSFER, YUAN(150))]
    )
    office.corrections.credit(office.shop.ctx(), office.credit(two, YUAN(30)))
    for each in (one, two):
        assert [row.amount for row in office.billing.held(FOUNDER, each.customer_id, Payer.UNDERWRITER)] == [
            YUAN(30)
        ]


def test_the_paper_names_who_pays_where_it_is_not_the_customer(office: Office) -> None:
    """Before: the invoice to an underwriter looked like a debt of the customer, whose name alone stood on it."""
    one = owed_by(office, "海尔", 100, unnamed=Payer.UNDERWRITER)
    printing = PrintingService(office.shop.store)
    for speech, words in ((Language.ZH, "延保公司"), (Language.EN, "Underwriter")):
        paper = printing.pdf_without_booking(FOUNDER, PaperKind.INVOICE, one.number, wanted=speech)
        assert words in text_of(paper)


def test_an_underwriter_is_owed_by_its_name_for_all_customers(office: Office) -> None:
    """Before: every plan's invoice said "underwriter" only, and two companies' debts could not be told apart."""
    invoices = []
    for company, yuan in (("国华延保", 100), ("平安延保", 30), ("国华延保", 50)):
        counter = office.counter
        assert isinstance(counter, SameCustomer)
        counter.customer_id = None
        card = counter.ready(price=YUAN(yuan))
        with office.shop.store.write(Command.EDIT_ORDER, office.shop.ctx()) as tx:
            order = tx.order(card.id, None)
            order.payer = Payer.UNDERWRITER
            tx.session.execute(
                update(OrderLine).where(OrderLine.order_id == card.id).values(payer=order.payer)
            )
            for number, name, kind, starts, ends in (
                ("1", "旧公司", CoverPlanKind.EXTENDED, date(2020, 1, 1), date(2020, 12, 31)),
                ("2", company, CoverPlanKind.EXTENDED, tx.today, tx.today),
                ("3", "海尔", CoverPlanKind.EXTENSION, tx.today, tx.today),
                ("4", "以后的", CoverPlanKind.EXTENDED, date(2099, 1, 1), date(2099, 12, 31)),
            ):
                book_plan(tx, order.device_id, PlanEntry(kind, name, number, starts, ends))
        invoices.append(office.invoice(counter.settle(counter.card(card.id)).other_invoices[0]))
    assert [each.payer_name for each in invoices] == ["国华延保", "平安延保", "国华延保"]
    one, other, two = invoices
    given = [Tender(TRANSFER, YUAN(150))]
    pay = office.billing.pay_invoices
    with refused(Reason.OTHER_PAYER):
        pay(office.shop.ctx(), None, [one.id, other.id], given)
    pay(office.shop.ctx(), None, [one.id, two.id], given)
    assert [office.invoice(each.number).due for each in invoices] == [ZERO, YUAN(30), ZERO]


@pytest.fixture
def receivables(office: Office, qtbot: QtBot) -> tuple[ReceivablesPage, Papers]:
    papers = Papers()
    made = ReceivablesPage(offices_of(office), desk_of(office.shop, Role.OWNER, papers))
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    return made, papers


def test_a_brand_is_collected_from_and_paid_back_on_the_page(
    receivables: tuple[ReceivablesPage, Papers], office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, papers = receivables
    one, two = owed_by(office, "海尔", 100), owed_by(office, "海尔", 50)
    forms = Forms(monkeypatch)
    page.come_to_front()
    page.look.set_value(OTHERS)
    assert [row.total for row in page.list.rows()] == [YUAN(150)]
    forms.answer(pays({TRANSFER: "150"}))
    page.pay()
    assert "海尔" in forms.shown[-1].windowTitle()
    assert not [each for each in forms.shown[-1].findChildren(QCheckBox) if "credit" in each.text()]
    assert (office.invoice(one.number).due, office.invoice(two.number).due) == (ZERO, ZERO)
    office.corrections.credit(office.shop.ctx(), office.credit(two, YUAN(30)))
    page.look.set_value(HELD)
    rows = page.held.rows()
    assert [(row.name, row.credit, row.payer) for row in rows] == [("海尔", YUAN(30), Payer.BRAND)]
    assert page.refund_button.isVisibleTo(page)
    assert not page.statement_button.isVisibleTo(page)

    def give(dialog: FormDialog) -> None:
        field(dialog, LineField).set_value("多报的退回")
        twice(dialog)

    forms.answer(give)
    page.refund()
    assert not page.held.rows()
    assert papers.printed[-1][0] is PaperKind.PAYMENT_RECEIPT


def test_the_unnamed_are_offered_together_and_only_their_own_are_ticked(
    shared_shop: Shop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = open_office(shared_shop)
    one, two = (owed_by(office, "海尔", yuan, unnamed=Payer.CONTRACT) for yuan in (100, 50))
    page = ReceivablesPage(offices_of(office), desk_of(shared_shop, Role.OWNER, Papers()))
    qtbot.addWidget(page)
    page.show()
    page.come_to_front()
    page.look.set_value(OTHERS)
    assert len(page.list.rows()) == 2
    # A contract's debt does not look like its customer's own.
    assert page.list.view.model().index(0, 0).data() == "Maintenance contract (王丽华)"
    forms = Forms(monkeypatch)
    # Before: Ctrl+P asked for the span of the customer's own account, in which this debt does not stand.
    page.print_paper()
    assert not forms.shown
    seen: list[tuple[str, bool]] = []

    def look(dialog: FormDialog) -> None:
        ticks = [each for each in dialog.findChildren(QCheckBox) if each.text().startswith("F")]
        seen.extend((each.text()[:11], each.isChecked()) for each in ticks)
        for each in ticks:
            each.setChecked(True)
        pays({TRANSFER: "150"})(dialog)

    forms.answer(look)
    page.pay()
    assert sorted(seen) == [(one.number, True), (two.number, False)]
    assert InvoiceList(shared_shop.store).open_of_payer(Payer.CONTRACT, "") == ()


def test_hundreds_of_invoices_are_ticked_at_once_and_the_newest_wait(office: Office, qtbot: QtBot) -> None:
    owed_by(office, "海尔", 100)
    [row] = InvoiceList(office.shop.store).open_of_payer(Payer.BRAND, "海尔")
    rows = [replace(row, id=each, due=YUAN(1)) for each in range(1, 251)]
    ticks = InvoiceTicks(rows, {each.id for each in rows})
    qtbot.addWidget(ticks)
    ticks.show()
    assert (ticks.all.isChecked(), ticks.due(), len(ticks.chosen())) == (True, YUAN(200), 200)
    assert "50" in " ".join(each.text() for each in ticks.findChildren(QLabel))
    with qtbot.waitSignal(ticks.changed):
        ticks.all.click()
    assert ticks.chosen() == []
    ticks.ticks[7].setChecked(True)
    assert (ticks.chosen(), ticks.due(), ticks.all.isChecked()) == ([7], YUAN(1), False)
    assert ticks.minimumSizeHint().height() <= 400, "a list scrolls; the form does not grow out of the screen"
