"""A price below the list has the limit that a discount has, and both together have one limit (domain.md §8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from app.core.enums import Command, LineKind, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.features.handover.service import HandoverService
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import OrderCard
from app.features.pricing.reading import entry_of
from app.features.pricing.service import PriceList
from app.features.pricing.snapshots import PriceChoice, PriceRow
from app.features.settings.service import SettingsService
from app.features.stock.snapshots import KitEntry, PartEntry
from app.model import Customer
from tests.features.pricing.conftest import World
from tests.features.pricing.test_quotes import answered, ready, settled


@pytest.fixture
def card(world: World) -> OrderCard:
    return world.start(world.take_in())


@pytest.fixture
def work(world: World) -> PriceRow:
    """Labour that the list has at 300 yuan."""
    rows = PriceList(world.shop.store).rows("压缩机")
    return next(row for row in rows if row.name == "更换冰箱压缩机")


def refused(command: Callable[[], object]) -> Reason:
    with pytest.raises(Refusal) as caught:
        command()
    return caught.value.reason


def reprice(
    world: World, card: OrderCard, at: int, price: int, who: Role, second: Role | None = None
) -> OrderCard:
    approver = None if second is None else world.actor(second)
    return world.bench.change_price(
        world.ctx(who), card.id, card.version, card.lines[at].id, Money.yuan(price), "老顾客", approver
    )


def charge(world: World, card: OrderCard, choice: PriceChoice, who: Role = Role.TECHNICIAN) -> OrderCard:
    return world.bench.add_listed(world.ctx(who), card.id, card.version, choice)


def test_lowering_a_price_has_the_limit_of_the_role(world: World, card: OrderCard, work: PriceRow) -> None:
    card = charge(world, card, PriceChoice(work.id))
    before = world.shop.fingerprint()
    # A technician gives nothing away, a lead up to 15 %, the owner what he likes.
    assert refused(lambda: reprice(world, card, 0, 299, Role.TECHNICIAN)) is Reason.PRICE_OVER_LIMIT
    assert refused(lambda: reprice(world, card, 0, 254, Role.LEAD)) is Reason.PRICE_OVER_LIMIT
    assert (
        refused(lambda: reprice(world, card, 0, 254, Role.TECHNICIAN, Role.LEAD)) is Reason.PRICE_OVER_LIMIT
    )
    assert world.shop.fingerprint() == before
    card = reprice(world, card, 0, 255, Role.LEAD)
    card = reprice(world, card, 0, 100, Role.TECHNICIAN, Role.OWNER)
    assert card.lines[0].gross == Money.yuan(100)
    noted = world.shop.journal(Command.CHANGE_PRICE)[-1]
    assert (noted["approved_by"], noted["below_list_fen"]) == (world.actor(Role.OWNER).id, 20000)


def test_raising_is_free_also_from_below_the_limit(world: World, card: OrderCard, work: PriceRow) -> None:
    card = charge(world, card, PriceChoice(work.id))
    card = reprice(world, card, 0, 100, Role.OWNER)
    card = reprice(world, card, 0, 150, Role.TECHNICIAN)
    assert reprice(world, card, 0, 500, Role.TECHNICIAN).lines[0].gross == Money.yuan(500)


def test_a_price_typed_at_once_is_no_way_round(world: World, card: OrderCard, work: PriceRow) -> None:
    cheap = PriceChoice(work.id, price=Money.yuan(200), reason="老顾客")
    before = world.shop.fingerprint()
    assert refused(lambda: charge(world, card, cheap)) is Reason.PRICE_OVER_LIMIT
    assert world.shop.fingerprint() == before
    owner = world.actor(Role.OWNER)
    card = world.bench.add_listed(world.ctx(), card.id, card.version, cheap, owner)
    assert card.lines[0].gross == Money.yuan(200)
    noted = world.shop.journal(Command.ADD_LINE)[-1]
    assert (noted["approved_by"], noted["below_list_fen"]) == (owner.id, 10000)


def test_a_part_has_its_own_list_price(world: World, card: OrderCard) -> None:
    card = world.add(card, world.part(price=100))
    assert refused(lambda: reprice(world, card, 0, 84, Role.LEAD)) is Reason.PRICE_OVER_LIMIT
    assert reprice(world, card, 0, 85, Role.LEAD).lines[0].gross == Money.yuan(85)


def test_the_labour_of_a_kit_has_the_kit_s_price(world: World, card: OrderCard) -> None:
    part = world.part(price=45)
    kit = world.stock.save_part(
        world.ctx(Role.OWNER),
        None,
        None,
        PartEntry(
            "电容套件",
            "套",
            kit=True,
            kit_labour=Money.yuan(80),
            kit_lines=(KitEntry(part.id, Quantity.of(1)),),
        ),
    ).row
    card = world.bench.add_part(world.ctx(), card.id, card.version, kit.id)
    at = next(at for at, line in enumerate(card.lines) if line.kind is LineKind.LABOUR)
    assert refused(lambda: reprice(world, card, at, 60, Role.LEAD)) is Reason.PRICE_OVER_LIMIT
    assert reprice(world, card, at, 68, Role.LEAD).lines[at].gross == Money.yuan(68)


def test_a_typed_price_has_no_list_to_be_below(world: World, card: OrderCard) -> None:
    """A slip of the finger is put right by who made it."""
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "焊接", Money.yuan(800), reason="not in the list"
    )
    assert reprice(world, card, 0, 80, Role.TECHNICIAN).lines[0].gross == Money.yuan(80)


def test_a_member_s_price_is_no_discount(world: World, card: OrderCard, work: PriceRow) -> None:
    owner, prices = world.ctx(Role.OWNER), PriceList(world.shop.store)
    prices.save(owner, work.id, replace(entry_of(work), members={"金卡": Money.yuan(200)}), work.version)
    with world.shop.store.write(Command.SAVE_CUSTOMER, world.ctx(Role.COUNTER)) as tx:
        tx.session.get_one(Customer, card.customer_id).level = "金卡"
    card = charge(world, card, PriceChoice(work.id))
    assert card.lines[0].unit_price == Money.yuan(200)
    assert refused(lambda: reprice(world, card, 0, 169, Role.LEAD)) is Reason.PRICE_OVER_LIMIT
    assert reprice(world, card, 0, 170, Role.LEAD).lines[0].gross == Money.yuan(170)


def test_lowered_prices_add_up_over_the_lines(world: World, card: OrderCard, work: PriceRow) -> None:
    """Ten lines of one percent each are ten percent; what is dearer than the list makes up for nothing."""
    SettingsService(world.shop.store).save(world.ctx(Role.OWNER), {"discount_limit": {"technician": 10}})
    card = charge(world, charge(world, card, PriceChoice(work.id)), PriceChoice(work.id))
    card = reprice(world, card, 0, 400, Role.OWNER)
    card = reprice(world, card, 1, 270, Role.TECHNICIAN)  # 30 of 700
    card = world.add(card, world.part(price=10))
    assert refused(lambda: reprice(world, card, 2, 8, Role.TECHNICIAN)) is Reason.PRICE_OVER_LIMIT
    assert reprice(world, card, 2, 9, Role.TECHNICIAN).lines[2].gross == Money.yuan(9)


def test_lowering_and_discount_have_one_limit(world: World, card: OrderCard, work: PriceRow) -> None:
    counter = HandoverService(world.shop.store)
    card = world.start(answered(world, world.done(charge(world, card, PriceChoice(work.id))), QuoteAnswer()))
    card = reprice(world, card, 0, 270, Role.LEAD)  # 10 of the lead's 15 %
    card = ready(world, card)

    def discount(yuan: int, second: Role | None = None) -> OrderCard:
        approver = None if second is None else world.actor(second)
        now = world.open(card.id)
        return counter.set_discount(world.ctx(Role.LEAD), now.id, now.version, Money.yuan(yuan), approver)

    before = world.shop.fingerprint()
    with pytest.raises(Refusal) as over:
        discount(16)
    assert (over.value.reason, over.value.params["role"]) == (Reason.DISCOUNT_OVER_LIMIT, Role.OWNER)
    assert world.shop.fingerprint() == before
    assert discount(15).customer_total == Money.yuan(255)
    assert discount(16, Role.OWNER).customer_total == Money.yuan(254)
    assert discount(0).customer_total == Money.yuan(270)


def test_after_a_discount_no_price_is_lowered_beyond_the_limit(
    world: World, card: OrderCard, work: PriceRow
) -> None:
    counter = HandoverService(world.shop.store)
    card = charge(world, card, PriceChoice(work.id))
    card = counter.set_discount(world.ctx(Role.LEAD), card.id, card.version, Money.yuan(30))
    assert refused(lambda: reprice(world, card, 0, 284, Role.LEAD)) is Reason.PRICE_OVER_LIMIT
    assert reprice(world, card, 0, 285, Role.LEAD).customer_total == Money.yuan(255)


def test_a_discount_that_outlived_its_charges_is_not_handed_over(
    world: World, card: OrderCard, work: PriceRow
) -> None:
    """Five percent of 645 become far more of what is left when the dear line is taken off."""
    counter = HandoverService(world.shop.store)
    part = world.part(price=45)
    card = world.add(charge(world, charge(world, card, PriceChoice(work.id)), PriceChoice(work.id)), part)
    card = counter.set_discount(world.ctx(Role.COUNTER), card.id, card.version, Money.yuan(32))
    card = world.start(answered(world, world.done(card), QuoteAnswer()))
    for line in card.lines[:2]:
        card = world.bench.remove_line(world.ctx(Role.LEAD), card.id, card.version, line.id, "顾客不做了")
    card = ready(world, card)
    before = world.shop.fingerprint()
    assert refused(lambda: settled(world, counter, card)) is Reason.DISCOUNT_OVER_LIMIT
    assert world.shop.fingerprint() == before
    card = counter.set_discount(world.ctx(Role.OWNER), card.id, card.version, Money.yuan(30))
    # The owner gave this one: whoever is at the counter hands it over.
    assert settled(world, counter, world.open(card.id))
