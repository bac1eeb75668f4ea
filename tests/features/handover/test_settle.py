"""Settling: invoice, payments and the device's way home are one transaction, or nothing."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select

from app.core.codes import new_receipt_code
from app.core.enums import (
    Action,
    CustodyWay,
    LineKind,
    PaymentKind,
    PaymentMethod,
    ReceiptProof,
    Role,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Ctx
from app.core.tenders import Tender
from app.model import Allocation, CustodyEntry, Invoice, InvoiceLine, Payment, PickupReceipt
from tests.features.handover.conftest import PRICE, Counter

CASH, WECHAT, ALIPAY = PaymentMethod.CASH, PaymentMethod.WECHAT, PaymentMethod.ALIPAY
PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40


def refused(reason: Reason, counter: Counter, *args: object, **more: object) -> Refusal:
    before = counter.shop.fingerprint()
    with pytest.raises(Refusal) as caught:
        counter.settle(*args, **more)  # type: ignore[arg-type]
    assert caught.value.reason is reason
    assert counter.shop.fingerprint() == before
    return caught.value


def test_a_paid_device_goes_home(counter: Counter) -> None:
    card = counter.ready(passcode="1234")
    settled = counter.settle(card, Tender(CASH, Money.yuan(500)))
    assert settled.card.status is Status.DELIVERED
    assert settled.change == Money.yuan(80)
    assert settled.invoice_number == "F2611-00001"
    assert settled.card.due == ZERO
    assert settled.card.guarantee_until == date(2027, 2, 20)
    assert not settled.card.has_passcode
    with counter.shop.store.read() as reading:
        ways = [row.way for row in reading.execute(select(CustodyEntry.way).order_by(CustodyEntry.id))]
        assert ways == [CustodyWay.IN, CustodyWay.OUT]
        assert reading.execute(select(PickupReceipt.voided_at)).scalar_one() is not None
        payment = reading.execute(select(Payment.amount, Payment.tendered)).one()
        assert (payment.amount, payment.tendered) == (PRICE, Money.yuan(500))


def test_tax_stands_inside_the_price(counter: Counter) -> None:
    counter.settle(counter.ready())
    with counter.shop.store.read() as reading:
        invoice = reading.execute(select(Invoice.total, Invoice.tax)).one()
        line = reading.execute(select(InvoiceLine.amount, InvoiceLine.tax)).one()
    # 420.00 at 1 % inside: 420 × 10 / 1010 = 4.158…
    assert (invoice.total, invoice.tax) == (Money(42000), Money(416))
    assert (line.amount, line.tax) == (Money(42000), Money(416))


def test_split_between_methods(counter: Counter) -> None:
    settled = counter.settle(
        counter.ready(),
        Tender(WECHAT, Money.yuan(200)),
        Tender(ALIPAY, Money.yuan(120)),
        Tender(CASH, Money.yuan(200)),
    )
    assert settled.change == Money.yuan(100)
    with counter.shop.store.read() as reading:
        rows = reading.execute(select(Payment.method, Payment.amount).order_by(Payment.id)).all()
    assert {(row.method, row.amount.fen) for row in rows} == {(WECHAT, 20000), (ALIPAY, 12000), (CASH, 10000)}


def test_the_deposit_is_used_first(counter: Counter) -> None:
    card = counter.ready(deposit=Money.yuan(100))
    assert card.due == Money.yuan(320)
    settled = counter.settle(card)
    assert settled.card.due == ZERO
    assert settled.card.deposit_held == ZERO
    with counter.shop.store.read() as reading:
        used = reading.execute(
            select(Payment.kind, Allocation.amount).join(Allocation, Allocation.payment_id == Payment.id)
        ).all()
    assert {(row.kind, row.amount.fen) for row in used} == {
        (PaymentKind.DEPOSIT, 10000),
        (PaymentKind.PAYMENT, 32000),
    }


def test_a_deposit_larger_than_the_invoice_stays_the_customers(counter: Counter) -> None:
    card = counter.ready(deposit=Money.yuan(500))
    assert card.due == ZERO
    settled = counter.settle(card)
    assert settled.payment_numbers == ()
    assert settled.card.deposit_held == Money.yuan(80)
    row = counter.handover.refund_deposit(
        counter.shop.ctx(Role.COUNTER), card.id, settled.card.version, CASH, Money.yuan(80), "多收押金退还"
    )
    assert row.amount == -Money.yuan(80)
    assert counter.card(card.id).deposit_held == ZERO


def test_underpaid_is_refused_with_what_is_missing(counter: Counter) -> None:
    refusal = refused(Reason.UNDERPAID, counter, counter.ready(), Tender(CASH, Money.yuan(400)))
    assert refusal.params["amount"] == Money.yuan(20)


def test_only_cash_gives_change(counter: Counter) -> None:
    refused(Reason.CHANGE_ONLY_FOR_CASH, counter, counter.ready(), Tender(WECHAT, Money.yuan(421)))


def test_negative_money_is_refused(counter: Counter) -> None:
    refused(Reason.AMOUNT_NEGATIVE, counter, counter.ready(), Tender(CASH, Money.yuan(-420)))


@pytest.mark.parametrize("role", [Role.COUNTER, Role.LEAD])
def test_on_account_is_the_owners_decision(counter: Counter, role: Role) -> None:
    refused(Reason.ON_ACCOUNT_NOT_ALLOWED, counter, counter.ready(), on_account=True, role=role)


def test_on_account_is_paid_later_and_never_twice(counter: Counter) -> None:
    card = counter.ready()
    settled = counter.settle(card, Tender(CASH, Money.yuan(20)), on_account=True, role=Role.OWNER)
    assert settled.on_account == Money.yuan(400)
    assert settled.card.due == Money.yuan(400)
    (owed,) = counter.handover.receivables(FOUNDER, card.customer_id)
    assert (owed.number, owed.due) == (settled.invoice_number, Money.yuan(400))
    counter.handover.pay_invoice(counter.shop.ctx(Role.COUNTER), owed.invoice_id, WECHAT, Money.yuan(400))
    assert counter.handover.receivables(FOUNDER, card.customer_id) == ()
    before = counter.shop.fingerprint()
    with pytest.raises(Refusal):
        counter.handover.pay_invoice(counter.shop.ctx(Role.COUNTER), owed.invoice_id, WECHAT, Money(1))
    assert counter.shop.fingerprint() == before


def test_the_same_gesture_twice_books_once(counter: Counter) -> None:
    card = counter.ready()
    settlement = counter.settlement(card)
    ctx = counter.shop.ctx(Role.COUNTER)
    first = counter.handover.settle(ctx, settlement)
    again = counter.handover.settle(Ctx(ctx.actor, ctx.operation_id), settlement)
    assert again.invoice_number == first.invoice_number
    assert again.payment_numbers == first.payment_numbers
    with counter.shop.store.read() as reading:
        assert reading.execute(select(func.count()).select_from(Payment)).scalar_one() == 1


def test_two_counters_settling_at_once_one_wins(counter: Counter) -> None:
    card = counter.ready()
    settlement = counter.settlement(card)
    counter.handover.settle(counter.shop.ctx(Role.COUNTER), settlement)
    with pytest.raises(Conflict):
        counter.handover.settle(counter.shop.ctx(Role.OWNER), settlement)


def test_without_the_receipt_nothing_goes_home(counter: Counter) -> None:
    refused(Reason.RECEIPT_NOT_SHOWN, counter, counter.ready(), receipt_code="")
    refused(Reason.RECEIPT_NOT_SHOWN, counter, counter.ready(), receipt_code="102611000428")


def test_an_invented_receipt_is_unknown(counter: Counter) -> None:
    refused(Reason.CODE_UNKNOWN, counter, counter.ready(), receipt_code=new_receipt_code())


def test_anothers_receipt_names_its_order(counter: Counter) -> None:
    card, other = counter.ready(), counter.ready(serial="B")
    refusal = refused(Reason.RECEIPT_OF_OTHER, counter, card, receipt_code=counter.receipt(other))
    assert refusal.params["number"] == other.number


def test_a_void_receipt_says_when(counter: Counter) -> None:
    card, other = counter.ready(), counter.ready(serial="B")
    code = counter.receipt(other)
    counter.settle(other)
    refused(Reason.RECEIPT_VOID, counter, card, receipt_code=code)
    with pytest.raises(Refusal) as caught:
        counter.handover.open_by_receipt(code, counter.shop.people[Role.COUNTER])
    assert caught.value.reason is Reason.RECEIPT_VOID


@pytest.mark.parametrize(
    ("name", "phone"),
    [("王丽", "13800138000"), ("王丽华", "13800138001"), ("王丽华", ""), ("李四", "13800138000")],
)
def test_a_lost_receipt_needs_the_right_person(counter: Counter, name: str, phone: str) -> None:
    refused(
        Reason.IDENTITY_NOT_CHECKED,
        counter,
        counter.ready(),
        proof=ReceiptProof.IDENTITY,
        receipt_code="",
        identity_name=name,
        identity_phone=phone,
    )


def test_a_lost_receipt_is_recorded_in_the_custody_register(counter: Counter) -> None:
    card = counter.ready()
    counter.settle(
        card,
        proof=ReceiptProof.IDENTITY,
        receipt_code="",
        identity_name=" 王 丽华 ",
        identity_phone="138 0013 8000",
    )
    with counter.shop.store.read() as reading:
        out = reading.execute(
            select(CustodyEntry.proof).where(CustodyEntry.way == CustodyWay.OUT)
        ).scalar_one()
    assert out is ReceiptProof.IDENTITY


def test_an_open_check_keeps_the_device_here(counter: Counter) -> None:
    card = counter.ready()
    card = counter.bench.move(
        counter.shop.ctx(Role.LEAD), card.id, card.version, Action.REOPEN, "冰箱又不制冷"
    )
    refused(Reason.MOVE_NOT_ALLOWED, counter, card)


def test_a_signature_must_be_a_picture(counter: Counter) -> None:
    card = counter.ready()
    refused(Reason.BAD_IMAGE, counter, card, signature_png=b"GIF89a")
    counter.settle(card, signature_png=PNG)


def test_what_the_brand_pays_is_not_due_here(counter: Counter) -> None:
    card = counter.ready(purchased_on=date(2026, 3, 1), proof_seen=True)
    assert card.customer_total == ZERO
    assert card.other_total == PRICE
    settled = counter.settle(card)
    assert settled.invoice_number == ""
    assert len(settled.other_invoices) == 1
    assert settled.payment_numbers == ()


def test_invoice_numbers_have_no_gaps_after_refusals(counter: Counter) -> None:
    for turn in range(3):
        card = counter.ready(serial=f"S{turn}")
        refused(Reason.UNDERPAID, counter, card, Tender(CASH, Money(1)))
        assert counter.settle(card).invoice_number == f"F2611-{turn + 1:05d}"


def test_discount_within_the_role(counter: Counter) -> None:
    card = counter.ready(price=Money.yuan(100))
    with pytest.raises(Refusal) as caught:
        counter.handover.set_discount(counter.shop.ctx(Role.COUNTER), card.id, card.version, Money(501))
    assert caught.value.reason is Reason.DISCOUNT_OVER_LIMIT
    card = counter.handover.set_discount(counter.shop.ctx(Role.COUNTER), card.id, card.version, Money(500))
    assert card.due == Money.yuan(95)
    card = counter.handover.set_discount(counter.shop.ctx(Role.LEAD), card.id, card.version, Money.yuan(15))
    assert card.due == Money.yuan(85)
    card = counter.handover.set_discount(counter.shop.ctx(Role.COUNTER), card.id, card.version, ZERO)
    assert card.due == Money.yuan(100)
    with pytest.raises(Refusal) as caught:
        counter.handover.set_discount(counter.shop.ctx(Role.OWNER), card.id, card.version, Money.yuan(101))
    assert caught.value.reason is Reason.DISCOUNT_TOO_LARGE


def test_declined_device_goes_home_for_a_diagnosis_fee(counter: Counter) -> None:
    card = counter.take_in(spend_limit=None)
    bench, ctx = counter.bench, counter.shop.ctx
    card = bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.add_line(
        ctx(Role.TECHNICIAN),
        card.id,
        card.version,
        LineKind.LABOUR,
        "",
        Money.yuan(900),
        reason="not in the list",
    )
    card = bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
    card = bench.answer_quote(ctx(Role.COUNTER), card.id, card.version, agreed=False)
    assert card.status is Status.DECLINED
    at_counter = counter.shop.people[Role.COUNTER]
    assert counter.handover.open(card.id, at_counter).guarantee_until is None
    card = counter.handover.return_unrepaired(ctx(Role.COUNTER), card.id, card.version, Money.yuan(30))
    assert (card.status, card.due) == (Status.READY, Money.yuan(30))
    assert counter.handover.open(card.id, at_counter).guarantee_until is None
    settled = counter.settle(card)
    assert settled.card.guarantee_until is None
    assert counter.handover.open(card.id, at_counter).guarantee_until is None


def test_unrepairable_device_goes_home_for_nothing(counter: Counter) -> None:
    card = counter.take_in()
    card = counter.bench.go_on(counter.shop.ctx(Role.TECHNICIAN), card.id, card.version)
    card = counter.bench.move(
        counter.shop.ctx(Role.TECHNICIAN), card.id, card.version, Action.GIVE_UP, "主板停产"
    )
    card = counter.handover.return_unrepaired(counter.shop.ctx(Role.COUNTER), card.id, card.version, ZERO)
    settled = counter.settle(card)
    assert settled.card.status is Status.DELIVERED
    assert settled.invoice_number == ""


def test_refund_never_more_than_held(counter: Counter) -> None:
    card = counter.ready(deposit=Money.yuan(50))
    with pytest.raises(Refusal) as caught:
        counter.handover.refund_deposit(
            counter.shop.ctx(Role.COUNTER), card.id, card.version, CASH, Money(5001), "退"
        )
    assert caught.value.reason is Reason.REFUND_TOO_MUCH
    with pytest.raises(Refusal) as caught:
        counter.handover.refund_deposit(
            counter.shop.ctx(Role.COUNTER), card.id, card.version, CASH, Money(5000), " "
        )
    assert caught.value.reason is Reason.NOTE_REQUIRED


def test_technicians_take_no_money(counter: Counter) -> None:
    card = counter.ready()
    with pytest.raises(Refusal) as caught:
        counter.settle(card, role=Role.TECHNICIAN)
    assert caught.value.reason is Reason.NOT_ALLOWED
    assert counter.card(card.id).status is Status.READY
