"""The counter's sums while somebody pays, without Qt and without a database."""

from __future__ import annotations

import dataclasses

import pytest

from app.core.enums import PaymentMethod, ReceiptProof, Role
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.handover.presenter import HandoverPresenter
from app.features.handover.snapshots import HandoverCard
from app.features.handover.sums import sums_of
from tests.features.handover.conftest import Counter

CASH, WECHAT = PaymentMethod.CASH, PaymentMethod.WECHAT


@pytest.fixture
def handover(counter: Counter) -> HandoverCard:
    card = counter.ready()
    return counter.handover.open_by_receipt(counter.receipt(card), counter.shop.people[Role.COUNTER])


@pytest.fixture
def presenter(handover: HandoverCard) -> HandoverPresenter:
    made = HandoverPresenter()
    made.show(handover)
    return made


def test_a_methods_key_takes_what_is_left_and_gives_it_back(presenter: HandoverPresenter) -> None:
    assert presenter.take_rest(WECHAT) == Money.yuan(420)
    assert presenter.left == ZERO
    assert presenter.take_rest(WECHAT) == ZERO
    assert presenter.left == Money.yuan(420)


def test_change_comes_out_of_cash_only(presenter: HandoverPresenter) -> None:
    presenter.set_tendered(WECHAT, Money.yuan(20))
    presenter.set_tendered(CASH, Money.yuan(500))
    assert presenter.change == Money.yuan(100)
    assert presenter.left == ZERO


def test_scanned_receipt_is_the_proof(presenter: HandoverPresenter) -> None:
    presenter.take_rest(CASH)
    settlement = presenter.settlement()
    assert settlement.proof is ReceiptProof.SCANNED
    assert settlement.tenders[0].amount == Money.yuan(420)


def test_found_without_receipt_asks_for_it(presenter: HandoverPresenter, handover: HandoverCard) -> None:
    presenter.show(None)
    presenter.show(dataclasses.replace(handover, proof=None, receipt_code=""))
    assert presenter.blocks()[0].reason is Reason.RECEIPT_NOT_SHOWN
    with pytest.raises(Refusal):
        presenter.settlement()
    presenter.identity_name, presenter.identity_phone = "王丽华", "13800138000"
    assert presenter.blocks() == ()
    assert presenter.settlement().proof is ReceiptProof.IDENTITY


def test_reload_keeps_proof_and_tenders_another_order_does_not(
    presenter: HandoverPresenter, handover: HandoverCard
) -> None:
    presenter.take_rest(CASH)
    presenter.show(dataclasses.replace(handover, proof=None, receipt_code=""))
    assert presenter.handover is not None
    assert presenter.handover.proof is ReceiptProof.SCANNED
    assert presenter.tendered(CASH) == Money.yuan(420)
    other = dataclasses.replace(handover, card=dataclasses.replace(handover.card, id=handover.card.id + 1))
    presenter.show(other)
    assert presenter.tendered(CASH) == ZERO


def test_what_was_given_is_not_collected_again_after_the_hand_over(
    presenter: HandoverPresenter, counter: Counter
) -> None:
    presenter.set_tendered(CASH, Money.yuan(100))
    presenter.on_account = True
    settled = counter.handover.settle(counter.shop.ctx(), presenter.settlement())
    owner = counter.shop.people[Role.OWNER]
    presenter.show(counter.handover.open(settled.card.id, owner))
    presenter.settled = settled
    assert presenter.due == Money.yuan(320)
    # F9 is "next" now; only who opens the order again takes money for it.
    assert not presenter.collecting
    presenter.show(None)
    presenter.show(counter.handover.open(settled.card.id, owner))
    assert presenter.collecting
    assert presenter.tenders() == ()


def test_the_sums_name_every_device_and_the_credit_and_add_up(counter: Counter) -> None:
    owner, presenter = counter.shop.people[Role.OWNER], HandoverPresenter()
    first = counter.ready()
    second = counter.ready(customer_id=first.customer_id, price=Money.yuan(80), deposit=Money.yuan(30))
    cards = [counter.handover.open_by_receipt(counter.receipt(each), owner) for each in (first, second)]
    presenter.show(dataclasses.replace(cards[0], credit=Money.yuan(50)))
    presenter.add_device(cards[1])
    presenter.use_credit = True
    before = sums_of(presenter)
    assert [each.amount.fen for each in before] == [42000, 8000, -3000, -5000, 42000]
    assert second.number in before[1].text
    presenter.use_credit = False
    presenter.take_rest(CASH)
    together = counter.handover.settle_together(counter.shop.ctx(), presenter.settlements())
    presenter.show(counter.handover.open(together.settled.card.id, owner))
    assert [each.amount.fen for each in sums_of(presenter)] == [42000, 8000, -50000, 0]
