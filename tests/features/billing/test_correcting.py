"""An issued invoice is corrected by what is added to it: credit notes, refunds, exchange, write-offs (domain.md §8)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from app.core.enums import CreditKind, CreditReason, LineKind, PaymentMethod, Role, WriteOffReason
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Ctx
from app.core.tenders import Tender
from app.features.billing.snapshots import CreditAsked, ExchangeAsked, NewLine, RefundAsked

if TYPE_CHECKING:
    from tests.features.billing.conftest import Office

YUAN = Money.yuan


def refused(reason: Reason) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda error: error.reason is reason)


def test_a_paid_invoice_credited_in_part_leaves_money_to_refund(office: Office) -> None:
    invoice = office.sold(YUAN(100))
    done = office.corrections.credit(office.shop.ctx(), office.credit(invoice, YUAN(30)))
    assert (done.total, done.freed) == (YUAN(30), YUAN(30))
    assert done.number == "H2611-00001"
    after = done.invoice
    assert (after.total, after.allocated, after.credited, after.due) == (YUAN(100), YUAN(70), YUAN(30), ZERO)
    assert [each.amount for each in office.billing.held(FOUNDER, invoice.customer_id)] == [YUAN(30)]
    given = office.billing.refund(
        office.shop.ctx(Role.COUNTER),
        RefundAsked(invoice.customer_id, PaymentMethod.CASH, YUAN(30), "多收"),
    )
    assert (given.amount, given.left) == (YUAN(30), ZERO)
    assert office.billing.held(FOUNDER, invoice.customer_id) == ()
    # The order says that its total was credited in part, once, and only its own.
    card = office.counter.card(1)
    assert (card.customer_total, card.credited, card.due) == (YUAN(100), YUAN(30), ZERO)


def test_an_unpaid_invoice_credited_owes_less(office: Office) -> None:
    invoice = office.on_account(YUAN(100))
    assert invoice.due == YUAN(100)
    after = office.corrections.credit(office.shop.ctx(), office.credit(invoice, YUAN(30))).invoice
    assert (after.due, after.credited, after.allocated) == (YUAN(70), YUAN(30), ZERO)


def test_the_whole_invoice_takes_its_whole_tax_with_it_whatever_the_steps(office: Office) -> None:
    invoice = office.sold(Money(9_999))
    ctx = office.shop.ctx
    first = office.corrections.credit(ctx(), office.credit(invoice, Money(3_333)))
    rest = CreditAsked(invoice.id, CreditKind.WHOLE, CreditReason.NOT_DONE, "没修好")
    last = office.corrections.credit(ctx(), rest)
    assert first.total + last.total == invoice.total
    assert sum(each.tax.fen for each in last.invoice.credits) == invoice.tax.fen
    assert last.invoice.creditable == ZERO
    with refused(Reason.NOTHING_TO_CREDIT):
        office.corrections.credit(ctx(), rest)


def test_a_line_is_credited_and_no_more_than_it_was(office: Office) -> None:
    invoice = office.sold(YUAN(80))
    line = invoice.lines[0]
    asked = CreditAsked(
        invoice.id, CreditKind.LINES, CreditReason.WRONG_PRICE, "价格错", ((line.id, YUAN(81)),)
    )
    with refused(Reason.CREDIT_TOO_MUCH):
        office.corrections.credit(office.shop.ctx(), asked)
    done = office.corrections.credit(office.shop.ctx(), replace(asked, lines=((line.id, YUAN(80)),)))
    assert done.invoice.lines[0].rest == ZERO


def test_above_the_limit_of_a_role_a_second_person_is_asked(office: Office) -> None:
    invoice = office.sold(YUAN(2_000))
    asked = office.credit(invoice, YUAN(600))
    before = office.shop.commits()
    with refused(Reason.APPROVAL_NEEDED):
        office.corrections.credit(office.shop.ctx(Role.COUNTER), asked)
    with refused(Reason.APPROVAL_NEEDED):  # a lead may 500
        office.corrections.credit(
            office.shop.ctx(Role.COUNTER), asked, approver=office.shop.people[Role.LEAD]
        )
    assert office.shop.commits() == before
    owner = office.shop.people[Role.OWNER]
    done = office.corrections.credit(office.shop.ctx(Role.COUNTER), asked, approver=owner)
    assert done.invoice.credits[0].approved_by == owner.name


def test_a_reason_is_asked_and_negative_or_huge_amounts_are_not_credited(office: Office) -> None:
    invoice = office.sold()
    with refused(Reason.NOTE_REQUIRED):
        office.corrections.credit(office.shop.ctx(), replace(office.credit(invoice, YUAN(1)), note="  "))
    for amount in (ZERO, Money(-1)):
        with refused(Reason.AMOUNT_NOT_POSITIVE):
            office.corrections.credit(office.shop.ctx(), office.credit(invoice, amount))
    for amount in (invoice.total + Money(1), Money(2**62)):
        with refused(Reason.CREDIT_TOO_MUCH):
            office.corrections.credit(office.shop.ctx(), office.credit(invoice, amount))


def test_a_repeated_gesture_is_booked_once_and_answered_alike(office: Office) -> None:
    invoice = office.sold()
    ctx = Ctx.gesture(office.shop.people[Role.OWNER])
    first = office.corrections.credit(ctx, office.credit(invoice, YUAN(10)))
    again = office.corrections.credit(ctx, office.credit(invoice, YUAN(10)))
    assert (again.number, again.freed) == (first.number, first.freed)
    assert again.invoice.credited == YUAN(10)
    back = Ctx.gesture(office.shop.people[Role.OWNER])
    wanted = RefundAsked(invoice.customer_id, PaymentMethod.CASH, YUAN(10), "退款")
    assert office.billing.refund(back, wanted) == office.billing.refund(back, wanted)
    with refused(Reason.NO_CREDIT_HELD):
        office.billing.refund(office.shop.ctx(), wanted)


def test_never_more_by_a_method_than_was_paid_by_it_without_the_owner(office: Office) -> None:
    invoice = office.sold(YUAN(100), method=PaymentMethod.WECHAT)
    office.corrections.credit(office.shop.ctx(), office.credit(invoice, YUAN(50)))
    wanted = RefundAsked(invoice.customer_id, PaymentMethod.CASH, YUAN(50), "退款")
    with refused(Reason.REFUND_BY_METHOD):
        office.billing.refund(office.shop.ctx(Role.COUNTER), wanted)
    with refused(Reason.REFUND_TOO_MUCH):
        office.billing.refund(office.shop.ctx(), replace(wanted, amount=YUAN(51)))
    done = office.billing.refund(
        office.shop.ctx(Role.COUNTER), wanted, approver=office.shop.people[Role.OWNER]
    )
    assert done.method is PaymentMethod.CASH


def test_exchange_credits_and_invoices_in_one_gesture(office: Office) -> None:
    invoice = office.sold(YUAN(100))
    line = invoice.lines[0]
    asked = ExchangeAsked(
        CreditAsked(invoice.id, CreditKind.LINES, CreditReason.EXCHANGE, "换一种", ((line.id, YUAN(100)),)),
        (NewLine(LineKind.LABOUR, "深度清洗", YUAN(130)),),
        (Tender(PaymentMethod.WECHAT, YUAN(30)),),
    )
    with refused(Reason.UNDERPAID):
        office.corrections.exchange(office.shop.ctx(), replace(asked, tenders=()))
    done = office.corrections.exchange(office.shop.ctx(), asked)
    assert (done.invoice.total, done.invoice.due, done.invoice.replaces) == (YUAN(130), ZERO, invoice.number)
    old = office.invoice(invoice.number)
    assert (old.credited, old.allocated, old.replaced_by) == (YUAN(100), ZERO, done.invoice_number)


def test_a_cheaper_exchange_leaves_credit(office: Office) -> None:
    invoice = office.sold(YUAN(100))
    credit = CreditAsked(
        invoice.id, CreditKind.LINES, CreditReason.EXCHANGE, "换", ((invoice.lines[0].id, ZERO),)
    )
    done = office.corrections.exchange(
        office.shop.ctx(), ExchangeAsked(credit, (NewLine(LineKind.OTHER, "配件", YUAN(60)),))
    )
    assert done.invoice.due == ZERO
    assert [each.amount for each in office.billing.held(FOUNDER, invoice.customer_id)] == [YUAN(40)]


def test_a_bad_debt_is_written_off_by_the_owner_and_taken_up_again(office: Office) -> None:
    invoice = office.on_account(YUAN(100))
    write = office.corrections.write_off
    gone = WriteOffReason.UNREACHABLE
    with refused(Reason.APPROVAL_NEEDED):
        write(office.shop.ctx(Role.COUNTER), invoice.id, YUAN(40), gone, "联系不上")
    with refused(Reason.WRITE_OFF_TOO_MUCH):
        write(office.shop.ctx(), invoice.id, YUAN(101), gone, "联系不上")
    done = write(office.shop.ctx(), invoice.id, YUAN(40), gone, "联系不上")
    assert (done.invoice.due, done.invoice.written_off) == (YUAN(60), YUAN(40))
    with refused(Reason.CREDIT_TOO_MUCH):
        office.corrections.credit(office.shop.ctx(), office.credit(invoice, YUAN(61)))
    again = office.corrections.take_up_again(office.shop.ctx(), invoice.id, YUAN(40), "来还钱了")
    assert (again.invoice.due, again.invoice.written_off) == (YUAN(100), ZERO)
    with refused(Reason.WRITE_OFF_TOO_MUCH):
        office.corrections.take_up_again(office.shop.ctx(), invoice.id, Money(1), "再来")
