"""The counter's sums while somebody pays, without Qt and without a database."""

from __future__ import annotations

import dataclasses

import pytest

from app.core.enums import PaymentMethod, ReceiptProof, Role
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.handover.presenter import HandoverPresenter
from app.features.handover.snapshots import HandoverCard
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
