"""Bad input to every command that moves money: one sentence, and no sum changed (issue "Money and the month")."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from threading import Thread
from typing import Any

import pytest

from app.core.enums import (
    CashReason,
    CreditKind,
    CreditReason,
    LineKind,
    PaymentMethod,
    Role,
    TillMoveKind,
    WriteOffReason,
)
from app.core.errors import Conflict, Refusal
from app.core.money import MAX_FEN, ZERO, Money
from app.core.rights import Ctx
from app.core.tenders import Tender
from app.features.billing.correcting import Correcting
from app.features.billing.service import Billing
from app.features.billing.snapshots import BilledInvoice, CreditAsked, ExchangeAsked, NewLine, RefundAsked
from app.features.orders.snapshots import OrderCard
from app.features.till.snapshots import MoveAsked
from tests.features.billing.conftest import Office, open_office
from tests.features.conftest import Shop

YUAN = Money.yuan
MAIN = 1
CASH = PaymentMethod.CASH
BAD = (Money(-1), YUAN(-100), Money(MAX_FEN + 1), Money(2**62), Money(-(2**62)))

Command = Callable[["Desk", Ctx, Money], object]


class Desk:
    """One customer with something of everything: due, held, on the way; and an open till."""

    def __init__(self, shop: Shop) -> None:
        self.office: Office = open_office(shop)
        self.session = self.office.tills.open(shop.ctx(), MAIN, YUAN(200), "备用金").id
        self.due: BilledInvoice = self.office.on_account(YUAN(500))
        self.paid: BilledInvoice = self.office.sold(YUAN(300))
        self.office.corrections.credit(shop.ctx(), self.office.credit(self.paid, YUAN(50)))
        self.waiting: OrderCard = self.office.counter.ready(price=YUAN(80), deposit=YUAN(20))

    @property
    def customer(self) -> int:
        return self.due.customer_id


@pytest.fixture(scope="module")
def desk(shared_shop: Shop) -> Desk:
    return Desk(shared_shop)


def _settle(desk: Desk, ctx: Ctx, amount: Money) -> object:
    counter = desk.office.counter
    return counter.handover.settle(ctx, counter.settlement(desk.waiting, Tender(CASH, amount)))


def _exchange(desk: Desk, ctx: Ctx, amount: Money) -> object:
    line = desk.paid.lines[0]
    credit = CreditAsked(
        desk.paid.id, CreditKind.EXCHANGE, CreditReason.EXCHANGE, "换", ((line.id, YUAN(1)),)
    )
    new = NewLine(LineKind.OTHER, "配件", amount)
    return desk.office.corrections.exchange(ctx, ExchangeAsked(credit, (new,), on_account=True))


def _moved(kind: TillMoveKind) -> Command:
    reason = CashReason.OWNER
    return lambda desk, ctx, amount: desk.office.tills.move(
        ctx, MoveAsked(desk.session, kind, reason, amount, "x")
    )


COMMANDS: dict[str, Command] = {
    "pay several": lambda d, ctx, amount: d.office.billing.pay_invoices(
        ctx, d.customer, [d.due.id], [Tender(CASH, amount)], keep_rest=True
    ),
    "pay one": lambda d, ctx, amount: d.office.counter.handover.pay_invoice(ctx, d.due.id, CASH, amount),
    "in advance": lambda d, ctx, amount: d.office.billing.pay_invoices(
        ctx, d.customer, [], [Tender(CASH, amount)], keep_rest=True
    ),
    "deposit": lambda d, ctx, amount: d.office.counter.handover.take_deposit(
        ctx, d.waiting.id, d.waiting.version, CASH, amount
    ),
    "deposit back": lambda d, ctx, amount: d.office.counter.handover.refund_deposit(
        ctx, d.waiting.id, d.waiting.version, CASH, amount, "退"
    ),
    "refund": lambda d, ctx, amount: d.office.billing.refund(
        ctx, RefundAsked(d.customer, CASH, amount, "退")
    ),
    "credit": lambda d, ctx, amount: d.office.corrections.credit(ctx, d.office.credit(d.due, amount)),
    "exchange": _exchange,
    "write off": lambda d, ctx, amount: d.office.corrections.write_off(
        ctx, d.due.id, amount, WriteOffReason.UNREACHABLE, "x"
    ),
    "taken up again": lambda d, ctx, amount: d.office.corrections.take_up_again(ctx, d.due.id, amount, "x"),
    "discount": lambda d, ctx, amount: d.office.counter.handover.set_discount(
        ctx, d.waiting.id, d.waiting.version, amount
    ),
    "hand over": _settle,
    "pay in": _moved(TillMoveKind.PAY_IN),
    "pay out": _moved(TillMoveKind.PAY_OUT),
    "hand in": lambda d, ctx, amount: d.office.tills.hand_in(ctx, d.session, MAIN, amount),
}


@pytest.mark.parametrize("amount", BAD, ids=lambda amount: str(amount.fen))
@pytest.mark.parametrize("name", COMMANDS)
def test_no_negative_and_no_huge_amount_moves_money(desk: Desk, name: str, amount: Money) -> None:
    shop = desk.office.shop
    before = shop.fingerprint()
    with pytest.raises(Refusal):
        COMMANDS[name](desk, shop.ctx(Role.OWNER), amount)
    assert shop.fingerprint() == before


@pytest.mark.parametrize("name", [each for each in COMMANDS if each not in ("discount", "hand over")])
def test_nothing_is_no_amount(desk: Desk, name: str) -> None:
    shop = desk.office.shop
    before = shop.fingerprint()
    with pytest.raises(Refusal):
        COMMANDS[name](desk, shop.ctx(Role.OWNER), ZERO)
    assert shop.fingerprint() == before


# -- twice -----------------------------------------------------------------------------------------------------

#: Each takes all there is: a second time in a gesture of its own is refused.
ALL_OF_IT: dict[str, Callable[[Office, BilledInvoice, BilledInvoice, Ctx], object]] = {
    "pay": lambda office, due, _paid, ctx: office.billing.pay_invoices(
        ctx, due.customer_id, [due.id], [Tender(CASH, due.due)]
    ),
    "pay one": lambda office, due, _paid, ctx: office.counter.handover.pay_invoice(
        ctx, due.id, PaymentMethod.WECHAT, due.due
    ),
    "refund": lambda office, _due, paid, ctx: office.billing.refund(
        ctx, RefundAsked(paid.customer_id, CASH, YUAN(30), "退")
    ),
    "credit": lambda office, due, _paid, ctx: office.corrections.credit(
        ctx, CreditAsked(due.id, CreditKind.WHOLE, CreditReason.NOT_DONE, "没修好")
    ),
    "write off": lambda office, due, _paid, ctx: office.corrections.write_off(
        ctx, due.id, due.due, WriteOffReason.UNREACHABLE, "x"
    ),
}


def numbers_of(booked: Any) -> tuple[str, ...]:
    """The numbers that were given."""
    return getattr(booked, "payment_numbers", None) or (booked.number,)


def _ready(office: Office) -> tuple[BilledInvoice, BilledInvoice]:
    due, paid = office.on_account(YUAN(100)), office.sold(YUAN(60))
    office.corrections.credit(office.shop.ctx(), office.credit(paid, YUAN(30)))
    return due, paid


@pytest.mark.parametrize("name", ALL_OF_IT)
def test_a_double_key_is_once_and_a_second_gesture_is_refused(office: Office, name: str) -> None:
    due, paid = _ready(office)
    ctx = office.shop.ctx()
    first = numbers_of(ALL_OF_IT[name](office, due, paid, ctx))
    once = office.shop.fingerprint()
    assert numbers_of(ALL_OF_IT[name](office, due, paid, ctx)) == first
    assert office.shop.fingerprint() == once
    with pytest.raises(Refusal):
        ALL_OF_IT[name](office, due, paid, office.shop.ctx())
    assert office.shop.fingerprint() == once


@pytest.mark.parametrize("name", ALL_OF_IT)
def test_a_retry_after_a_reported_failure_books_once(
    office: Office, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails once, as late as it can; then the same gesture is given again."""
    due, paid = _ready(office)
    ctx = office.shop.ctx()
    before = office.shop.fingerprint()
    door: Any = type(office.shop.store)
    kept = door.write

    def failing(store: Any, *args: Any, **kwargs: Any) -> Any:
        @contextmanager
        def write() -> Any:
            with kept(store, *args, **kwargs) as tx:
                yield tx
                raise OSError("the disk went away")

        return write()

    monkeypatch.setattr(door, "write", failing)
    with pytest.raises(OSError, match="disk"):
        ALL_OF_IT[name](office, due, paid, ctx)
    monkeypatch.setattr(door, "write", kept)
    assert office.shop.fingerprint() == before
    first = numbers_of(ALL_OF_IT[name](office, due, paid, ctx))
    once = office.shop.fingerprint()
    assert once != before
    assert numbers_of(ALL_OF_IT[name](office, due, paid, ctx)) == first
    assert office.shop.fingerprint() == once


@pytest.mark.parametrize("name", ALL_OF_IT)
def test_two_stores_at_once_move_the_money_once(office: Office, name: str) -> None:
    due, paid = _ready(office)
    second = office.shop.store.second()
    other = open_office(office.shop)
    other.billing, other.corrections = Billing(second), Correcting(second)
    other.counter.handover.store = second
    told: list[object] = []

    def give(hand: Office) -> None:
        try:
            told.append(ALL_OF_IT[name](hand, due, paid, office.shop.ctx()))
        except (Refusal, Conflict) as error:
            told.append(error)

    hands = [Thread(target=give, args=(each,)) for each in (office, other)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    second.engine.dispose()
    assert [isinstance(each, Refusal | Conflict) for each in told].count(True) == 1
