"""What customers owe and have to their credit: several invoices at once, ages, statements, official invoices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from threading import Thread
from typing import TYPE_CHECKING

import pytest

from app.core.enums import CreditKind, PaperKind, PaymentMethod, ReminderWay, Role, TaxInvoiceState
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.features.billing.service import Billing
from app.features.billing.snapshots import RefundAsked, TaxInvoiceEntry
from app.features.printing.service import PrintingService
from app.papers.forms_of_money import CreditSheet
from app.papers.forms_of_orders import InvoiceSheet

if TYPE_CHECKING:
    from tests.features.billing.conftest import Office

YUAN = Money.yuan
CASH, WECHAT = PaymentMethod.CASH, PaymentMethod.WECHAT


def refused(reason: Reason) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda error: error.reason is reason)


def test_several_invoices_are_paid_at_once_in_their_order(office: Office) -> None:
    one, two = office.on_account(YUAN(100)), office.on_account(YUAN(50))
    assert one.customer_id == two.customer_id
    pay = office.billing.pay_invoices
    with refused(Reason.CHANGE_ONLY_FOR_CASH):
        pay(office.shop.ctx(), one.customer_id, [one.id, two.id], [Tender(WECHAT, YUAN(151))])
    done = pay(office.shop.ctx(Role.COUNTER), one.customer_id, [one.id, two.id], [Tender(WECHAT, YUAN(120))])
    assert dict(done.uses) == {one.number: YUAN(100), two.number: YUAN(20)}
    assert office.invoice(two.number).due == YUAN(30)
    with refused(Reason.NOTHING_DUE):
        pay(office.shop.ctx(), one.customer_id, [one.id], [Tender(CASH, YUAN(1))])
    last = pay(office.shop.ctx(), one.customer_id, [two.id], [Tender(CASH, YUAN(100))])
    assert last.change == YUAN(70)


def test_what_is_paid_too_much_is_kept_and_used_for_the_next_repair(office: Office) -> None:
    card = office.counter.ready(price=YUAN(80))
    settled = office.counter.settle(card, Tender(WECHAT, YUAN(100)), keep_rest=True)
    assert settled.change == ZERO
    assert [each.amount for each in office.billing.held(FOUNDER, card.customer_id)] == [YUAN(20)]
    following = office.counter.ready(price=YUAN(50))
    assert following.customer_id == card.customer_id
    used = office.counter.settle(following, Tender(CASH, YUAN(30)), use_credit=True)
    assert office.invoice(used.invoice_number).due == ZERO
    assert office.billing.held(FOUNDER, card.customer_id) == ()


def test_the_deposit_of_an_open_order_is_no_credit_for_another(office: Office) -> None:
    waiting = office.counter.take_in(deposit=YUAN(60))
    invoice = office.on_account(YUAN(50))
    assert waiting.customer_id == invoice.customer_id
    with refused(Reason.NO_CREDIT_HELD):
        office.billing.refund(office.shop.ctx(), RefundAsked(invoice.customer_id, CASH, YUAN(10), "退"))
    with refused(Reason.AMOUNT_NOT_POSITIVE):  # nothing to pay with
        office.billing.pay_invoices(office.shop.ctx(), invoice.customer_id, [invoice.id], [], use_credit=True)
    back = RefundAsked(invoice.customer_id, CASH, YUAN(60), "不修了", order_id=waiting.id)
    assert office.billing.refund(office.shop.ctx(), back).left == ZERO


def test_several_devices_stand_on_one_invoice(office: Office) -> None:
    first, second = office.counter.ready(price=YUAN(100)), office.counter.ready(price=YUAN(60))
    given = [
        office.counter.settlement(first, Tender(CASH, YUAN(200))),
        replace(office.counter.settlement(second), tenders=()),
    ]
    done = office.counter.handover.settle_together(office.shop.ctx(Role.COUNTER), given)
    assert [card.status.value for card in done.cards] == ["delivered", "delivered"]
    assert {card.invoice_number for card in done.cards} == {done.settled.invoice_number}
    assert done.settled.change == YUAN(40)
    invoice = office.invoice(done.settled.invoice_number)
    assert (invoice.total, invoice.due, len(invoice.orders)) == (YUAN(160), ZERO, 2)
    assert len(office.counter.handover.payments(second.id)) == 1
    with refused(Reason.ORDER_TWICE):
        office.counter.handover.settle_together(office.shop.ctx(), [given[0], given[0]])
    # Each device with its fault on the invoice; the credit note names the device that it is about.
    printing, owner = PrintingService(office.shop.store), office.shop.people[Role.OWNER]
    sheet = printing.look(owner, PaperKind.INVOICE, invoice.number).form
    assert isinstance(sheet, InvoiceSheet)
    assert (sheet.fault, [each.fault for each in sheet.orders]) == ("", ["不制冷"] * 2)
    asked = replace(
        office.credit(invoice, ZERO), kind=CreditKind.LINES, lines=((invoice.lines[1].id, YUAN(10)),)
    )
    credited = office.corrections.credit(office.shop.ctx(), asked)
    note = printing.look(owner, PaperKind.CREDIT_NOTE, credited.number).form
    assert isinstance(note, CreditSheet)
    assert (note.order_number, note.card_code) == (second.number, second.card_code)


def test_on_account_with_another_persons_word_and_no_further_than_the_limit(office: Office) -> None:
    from app.core.enums import Command
    from app.model import Customer

    card = office.counter.ready(price=YUAN(100))
    settlement = replace(office.counter.settlement(card, on_account=True), tenders=())
    settle = office.counter.handover.settle
    with refused(Reason.ON_ACCOUNT_NOT_ALLOWED):
        settle(office.shop.ctx(Role.COUNTER), settlement)
    with office.shop.store.write(Command.SAVE_CUSTOMER, office.shop.ctx()) as tx:
        customer = tx.session.get_one(Customer, card.customer_id)
        customer.account_limit, customer.terms_days = YUAN(99), 10
    owner = office.shop.people[Role.OWNER]
    with refused(Reason.ACCOUNT_LIMIT):
        settle(office.shop.ctx(Role.COUNTER), settlement, owner)
    with office.shop.store.write(Command.SAVE_CUSTOMER, office.shop.ctx()) as tx:
        tx.session.get_one(Customer, card.customer_id).account_limit = None
    done = settle(office.shop.ctx(Role.COUNTER), settlement, owner)
    assert office.invoice(done.invoice_number).due_on == date(2026, 12, 2)


def test_receivables_stand_by_age_and_the_customer_is_reminded(office: Office) -> None:
    first = office.on_account(YUAN(100))
    office.shop.clock.advance(timedelta(days=45))
    second = office.on_account(YUAN(50))
    found = office.billing.receivables(FOUNDER)
    assert [row.total for row in found.rows] == [YUAN(150)]
    assert found.ages == (YUAN(50), YUAN(100), ZERO, ZERO, ZERO)  # thirty days of terms are over by fifteen
    office.shop.clock.advance(timedelta(days=100))
    assert office.billing.receivables(FOUNDER).ages == (ZERO, ZERO, ZERO, YUAN(50), YUAN(100))
    done = office.billing.remind(
        office.shop.ctx(Role.COUNTER), first.customer_id, ReminderWay.PHONE, "下周来付"
    )
    assert done.amount == YUAN(150)
    assert office.billing.receivables(FOUNDER).rows[0].reminded_at is not None
    office.billing.pay_invoices(
        office.shop.ctx(), first.customer_id, [first.id, second.id], [Tender(WECHAT, YUAN(150))]
    )
    assert office.billing.receivables(FOUNDER).rows == ()
    with refused(Reason.NOTHING_DUE):
        office.billing.remind(office.shop.ctx(), first.customer_id, ReminderWay.PHONE)


def test_a_statement_ends_with_what_is_due_less_what_is_held(office: Office) -> None:
    invoice = office.on_account(YUAN(100))
    office.corrections.credit(office.shop.ctx(), office.credit(invoice, YUAN(30)))
    office.shop.clock.advance(timedelta(days=1))
    office.billing.pay_invoices(
        office.shop.ctx(), invoice.customer_id, [invoice.id], [Tender(WECHAT, YUAN(90))], keep_rest=True
    )
    whole = office.billing.statement(FOUNDER, invoice.customer_id, date(2026, 11, 1), date(2026, 12, 31))
    assert [each.kind for each in whole.rows] == ["invoice", "credit", "payment"]
    assert (whole.opening, whole.closing) == (ZERO, YUAN(-20))
    assert whole.closing == whole.due - whole.held
    later = office.billing.statement(FOUNDER, invoice.customer_id, date(2026, 11, 23), date(2026, 12, 31))
    assert (later.opening, len(later.rows), later.closing) == (YUAN(70), 1, YUAN(-20))


def test_the_official_invoice_is_asked_issued_and_reversed(office: Office) -> None:
    invoice, other = office.sold(), office.sold()
    note = office.billing.note_tax_invoice
    with refused(Reason.FIELD_REQUIRED):
        note(office.shop.ctx(), invoice.id, TaxInvoiceEntry(TaxInvoiceState.ISSUED))
    note(
        office.shop.ctx(),
        invoice.id,
        TaxInvoiceEntry(TaxInvoiceState.ASKED, "某某公司", "91330000MA27XXXX0X"),
    )
    assert [each.number for each in office.billing.tax_invoices(FOUNDER, TaxInvoiceState.ASKED)] == [
        invoice.number
    ]
    note(
        office.shop.ctx(), invoice.id, TaxInvoiceEntry(TaxInvoiceState.ISSUED, number="25332000000012345678")
    )
    assert office.invoice(invoice.number).tax_invoice_number == "25332000000012345678"
    with refused(Reason.TAX_INVOICE_TAKEN):
        note(
            office.shop.ctx(),
            other.id,
            TaxInvoiceEntry(TaxInvoiceState.ISSUED, number="25332000000012345678"),
        )
    with refused(Reason.TAX_INVOICE_STATE):
        note(office.shop.ctx(), invoice.id, TaxInvoiceEntry(TaxInvoiceState.ASKED))
    # A number that was mistyped is put right; reversing keeps the buyer and the number.
    note(
        office.shop.ctx(),
        invoice.id,
        TaxInvoiceEntry(TaxInvoiceState.ISSUED, "某某公司", number="25332000000012345679"),
    )
    red = note(
        office.shop.ctx(), invoice.id, TaxInvoiceEntry(TaxInvoiceState.RED, red_number="25332000000087654321")
    )
    assert red.title == "某某公司"
    assert office.invoice(invoice.number).tax_invoice_number == "25332000000012345679"
    assert office.invoice(invoice.number).tax_invoice is TaxInvoiceState.RED


def test_two_stores_taking_payment_for_one_invoice_at_once(office: Office) -> None:
    """One gets the money in, the other one sentence; nothing is paid twice."""
    invoice = office.on_account(YUAN(100))
    other = Billing(office.shop.store.second())
    told: list[object] = []

    def pay(billing: Billing) -> None:
        try:
            told.append(
                billing.pay_invoices(
                    office.shop.ctx(), invoice.customer_id, [invoice.id], [Tender(WECHAT, YUAN(100))]
                )
            )
        except Refusal as error:
            told.append(error.reason)

    hands = [Thread(target=pay, args=(each,)) for each in (office.billing, other)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    other.store.engine.dispose()
    assert Reason.NOTHING_DUE in told
    after = office.invoice(invoice.number)
    assert (after.due, after.allocated, len(after.payments)) == (ZERO, YUAN(100), 1)


def test_a_tax_rate_that_changes_in_mid_month_holds_from_its_day(office: Office) -> None:
    from app.features.settings.service import SettingsService

    before = office.counter.ready(price=YUAN(101))
    SettingsService(office.shop.store).save(office.shop.ctx(), {"tax_from": {"2026-11-23/labour": 60}})
    first = office.counter.settle(office.counter.card(before.id))
    assert office.invoice(first.invoice_number).tax == Money(100)
    waiting = office.counter.ready(price=YUAN(106))
    office.shop.clock.advance(timedelta(days=1))
    second = office.counter.settle(office.counter.card(waiting.id))
    assert office.invoice(second.invoice_number).tax == Money(600)
    assert office.invoice(first.invoice_number).tax == Money(100)
