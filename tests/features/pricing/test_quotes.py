"""Quotes: versions, who answered and how, up to how much, and what became otherwise by the invoice (domain.md §8)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.core.enums import (
    Action,
    ApprovalWay,
    LineKind,
    PaymentMethod,
    QuoteChange,
    QuoteState,
    ReceiptProof,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.money import MAX_FEN, Money, Quantity
from app.core.tenders import Tender
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import Settlement
from app.features.orders.quote_snapshots import Difference, QuoteAnswer
from app.features.orders.service import OrdersService
from app.features.orders.snapshots import OrderCard
from app.features.pricing.snapshots import PriceChoice
from tests.features.pricing.conftest import World


@pytest.fixture
def orders(world: World) -> OrdersService:
    return OrdersService(world.shop.store)


@pytest.fixture
def counter(world: World) -> HandoverService:
    return HandoverService(world.shop.store)


def refused(command: Callable[[], object]) -> Reason:
    with pytest.raises(Refusal) as caught:
        command()
    return caught.value.reason


def answered(world: World, card: OrderCard, given: QuoteAnswer, *, agreed: bool = True) -> OrderCard:
    return world.bench.answer_quote(
        world.ctx(Role.COUNTER), card.id, card.version, agreed=agreed, given=given
    )


def ready(world: World, card: OrderCard) -> OrderCard:
    """From repair to the shelf."""
    if any(line.planned.milli for line in card.lines):
        card = world.bench.take_parts(world.ctx(), card.id, card.version)
    return world.move(world.done(card), Action.PASS_QC, who=Role.LEAD)


def settled(world: World, counter: HandoverService, card: OrderCard) -> str:
    shown = counter.open(card.id, world.actor(Role.COUNTER))
    tenders = (Tender(PaymentMethod.CASH, shown.card.due),) if shown.card.due else ()
    given = Settlement(
        card.id,
        shown.card.version,
        ReceiptProof.IDENTITY,
        identity_name=card.customer_name,
        identity_phone=card.customer_phone,
        tenders=tenders,
    )
    return counter.settle(world.ctx(Role.COUNTER), given).invoice_number


def test_who_answered_how_and_what_he_said_stays_on_record(world: World, orders: OrdersService) -> None:
    card = world.quoted()
    given = QuoteAnswer(ApprovalWay.WECHAT, "他太太", "周六前要", Money.yuan(200))
    card = answered(world, card, given)
    quote = orders.quotes(card.id)[0]
    assert (quote.state, quote.way, quote.answered_name, quote.note) == (
        QuoteState.APPROVED,
        ApprovalWay.WECHAT,
        "他太太",
        "周六前要",
    )
    assert (quote.answered_by, quote.limit, quote.total) == ("陈静", Money.yuan(200), Money.yuan(45))
    assert card.approved_total == Money.yuan(200)


def test_a_limit_below_the_quote_and_other_bad_answers_change_nothing(world: World) -> None:
    card = world.quoted()
    before = world.shop.fingerprint()
    for given, reason in (
        (QuoteAnswer(limit=Money.yuan(44)), Reason.LIMIT_TOO_LOW),
        (QuoteAnswer(limit=Money(-1)), Reason.LIMIT_TOO_LOW),
        (QuoteAnswer(limit=Money(MAX_FEN + 1)), Reason.BAD_AMOUNT),
        (QuoteAnswer(name="长" * 100), Reason.TEXT_TOO_LONG),
        (QuoteAnswer(note="a\0b"), Reason.BAD_TEXT),
    ):
        assert refused(lambda given=given: answered(world, card, given)) is reason
        assert world.shop.fingerprint() == before


def test_a_new_quote_is_a_version_and_the_older_is_replaced(world: World, orders: OrdersService) -> None:
    card = world.quoted()
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "清洗", Money.yuan(80), reason="not in the list"
    )
    card = world.bench.quote(world.ctx(), card.id, card.version)
    assert [(each.version, each.state, each.total) for each in orders.quotes(card.id)] == [
        (1, QuoteState.REPLACED, Money.yuan(45)),
        (2, QuoteState.OPEN, Money.yuan(125)),
    ]
    card = answered(world, card, QuoteAnswer(ApprovalWay.PHONE, note="太贵"), agreed=False)
    last = orders.quotes(card.id)[-1]
    assert (card.status, last.state, last.note, last.limit) == (
        Status.DECLINED,
        QuoteState.DECLINED,
        "太贵",
        None,
    )


def test_taking_the_answer_back_takes_its_limit_back(world: World, orders: OrdersService) -> None:
    card = answered(world, world.quoted(), QuoteAnswer(limit=Money.yuan(500), name="他弟弟"))
    card = world.undo(card, Role.COUNTER)
    quote = orders.quotes(card.id)[0]
    assert (card.approved_total, quote.state, quote.limit, quote.answered_name) == (
        None,
        QuoteState.OPEN,
        None,
        "",
    )


def test_more_than_agreed_is_not_handed_over_before_the_customer_agrees(
    world: World, orders: OrdersService, counter: HandoverService
) -> None:
    card = ready(world, world.start(answered(world, world.quoted(), QuoteAnswer(ApprovalWay.PHONE))))
    rush = next(each for each in counter.price_offers(card.id) if each.row.name == "加急费")
    card = counter.add_listed(world.ctx(Role.COUNTER), card.id, card.version, PriceChoice(rush.id))
    blocks = [each.reason for each in counter.open(card.id, world.actor(Role.COUNTER)).blocks]
    assert Reason.OVER_APPROVED in blocks
    before = world.shop.fingerprint()
    assert refused(lambda: settled(world, counter, card)) is Reason.OVER_APPROVED
    assert world.shop.fingerprint() == before
    card = counter.agree_total(world.ctx(Role.COUNTER), card.id, card.version, QuoteAnswer(note="当面说好"))
    assert card.approved_total == Money.yuan(65)
    assert settled(world, counter, card)
    explained = orders.explained(card.id)
    assert explained is not None
    assert (explained.quote.version, explained.quote.total, explained.total) == (
        1,
        Money.yuan(45),
        Money.yuan(65),
    )
    assert [(each.change, each.said.description, each.amount) for each in explained.differences] == [
        (QuoteChange.ADDED, "加急费", Money.yuan(20))
    ]
    assert [(each.version, each.note, each.at_once) for each in explained.agreed_since] == [
        (2, "当面说好", True)
    ]


def test_inside_the_limit_nobody_is_asked_again(world: World, counter: HandoverService) -> None:
    card = world.start(answered(world, world.quoted(), QuoteAnswer(ApprovalWay.PHONE, limit=Money.yuan(100))))
    card = ready(world, card)
    rush = next(each for each in counter.price_offers(card.id) if each.row.name == "加急费")
    card = counter.add_listed(world.ctx(Role.COUNTER), card.id, card.version, PriceChoice(rush.id))
    assert settled(world, counter, card)


def test_every_difference_is_explained_and_they_add_up(
    world: World, orders: OrdersService, counter: HandoverService
) -> None:
    card = world.start(world.take_in())
    part, second = world.part(), world.part("温控器", price=60)
    card = world.add(card, part)
    card = world.add(card, second)
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "更换", Money.yuan(80), reason="not in the list"
    )
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.OTHER, "运费", Money.yuan(10), reason="not in the list"
    )
    card = world.start(answered(world, world.done(card), QuoteAnswer(limit=Money.yuan(400))))
    labour = next(line for line in card.lines if line.kind is LineKind.LABOUR)
    card = world.bench.change_price(
        world.ctx(), card.id, card.version, labour.id, Money.yuan(120), "要拆内胆"
    )
    dropped = next(line for line in card.lines if line.part_id == second.id)
    card = world.bench.remove_line(world.ctx(), card.id, card.version, dropped.id, "不需要换")
    card = world.add(card, part, Quantity.of(2))
    card = ready(world, card)
    card = counter.set_discount(world.ctx(Role.OWNER), card.id, card.version, Money.yuan(5))
    explained = orders.explained(card.id)
    assert explained is not None
    found = {each.change: each for each in explained.differences}
    assert set(found) == {QuoteChange.QUANTITY, QuoteChange.LEFT_OUT, QuoteChange.PRICE, QuoteChange.ADDED}
    assert found[QuoteChange.PRICE].said.reason == "要拆内胆"
    assert (found[QuoteChange.LEFT_OUT].said.description, found[QuoteChange.LEFT_OUT].amount) == (
        "温控器",
        Money.yuan(-60),
    )
    assert _sum(explained.differences) == explained.total - explained.quote.total
    settled(world, counter, card)
    after = orders.explained(card.id)
    assert after is not None
    # What was billed says the same as the charges did.
    assert (after.total, [each.amount for each in after.differences]) == (
        explained.total,
        [each.amount for each in explained.differences],
    )


def _sum(differences: tuple[Difference, ...]) -> Money:
    return Money(sum(each.amount.fen for each in differences))


def test_an_order_without_a_quote_has_nothing_to_explain(world: World, orders: OrdersService) -> None:
    assert orders.explained(world.take_in().id) is None


def test_nothing_is_agreed_to_where_nothing_is_charged(world: World, counter: HandoverService) -> None:
    card = world.start(world.take_in())
    args = (world.ctx(Role.COUNTER), card.id, card.version, QuoteAnswer())
    assert refused(lambda: counter.agree_total(*args)) is Reason.NOTHING_TO_QUOTE
