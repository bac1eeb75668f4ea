"""Charges of the price list on orders: the list's price unless there is a reason, the member's, the day's tax."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.core.enums import Action, Command, LineKind, PriceUse, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import MAX_FEN, Money, Quantity
from app.features.handover.service import HandoverService
from app.features.orders.snapshots import OrderCard
from app.features.pricing.reading import entry_of
from app.features.pricing.service import PriceList
from app.features.pricing.snapshots import PackageEntry, PriceChoice, PriceEntry, PriceRow
from app.features.settings.service import SettingsService
from app.features.stock.snapshots import PartEntry
from app.model import Customer, PriceItem
from tests.features.pricing.conftest import World


@pytest.fixture
def prices(world: World) -> PriceList:
    return PriceList(world.shop.store)


@pytest.fixture
def card(world: World) -> OrderCard:
    return world.start(world.take_in())


def refused(command: Callable[[], object]) -> Reason:
    with pytest.raises(Refusal) as caught:
        command()
    return caught.value.reason


def listed(world: World, card: OrderCard, choice: PriceChoice) -> OrderCard:
    return world.bench.add_listed(world.ctx(), card.id, card.version, choice)


def compressor(prices: PriceList) -> PriceRow:
    return next(row for row in prices.rows("压缩机") if row.name == "更换冰箱压缩机")


def level(world: World, card: OrderCard, name: str) -> None:
    with world.shop.store.write(Command.SAVE_CUSTOMER, world.ctx(Role.COUNTER)) as tx:
        tx.session.get_one(Customer, card.customer_id).level = name


def test_a_price_of_the_list_needs_no_word(world: World, prices: PriceList, card: OrderCard) -> None:
    row = compressor(prices)
    line = listed(world, card, PriceChoice(row.id)).lines[0]
    assert (line.kind, line.description, line.gross, line.minutes) == (
        LineKind.LABOUR,
        "更换冰箱压缩机",
        Money.yuan(300),
        120,
    )
    assert (line.item_code, line.list_price, line.price_reason) == (row.code, Money.yuan(300), "")


def test_another_price_asks_why_and_keeps_it(world: World, prices: PriceList, card: OrderCard) -> None:
    row = compressor(prices)
    dear = PriceChoice(row.id, price=Money.yuan(350))
    before = world.shop.fingerprint()
    assert refused(lambda: listed(world, card, dear)) is Reason.PRICE_REASON_NEEDED
    assert world.shop.fingerprint() == before
    line = listed(world, card, replace(dear, reason="加装支架")).lines[0]
    assert (line.unit_price, line.list_price, line.price_reason) == (
        Money.yuan(350),
        Money.yuan(300),
        "加装支架",
    )


def test_the_price_of_a_charge_is_changed_with_a_reason(
    world: World, prices: PriceList, card: OrderCard
) -> None:
    card = listed(world, card, PriceChoice(compressor(prices).id))
    line = card.lines[0]
    bench = world.bench
    args = (card.id, card.version, line.id)
    assert (
        refused(lambda: bench.change_price(world.ctx(), *args, Money.yuan(200))) is Reason.PRICE_REASON_NEEDED
    )
    assert refused(lambda: bench.change_price(world.ctx(), *args, Money(-1), "x")) is Reason.AMOUNT_NEGATIVE
    assert (
        refused(lambda: bench.change_price(world.ctx(), *args, Money(MAX_FEN + 1), "x")) is Reason.BAD_AMOUNT
    )
    card = bench.change_price(world.ctx(Role.OWNER), *args, Money.yuan(200), "老顾客")
    assert (card.lines[0].gross, card.lines[0].price_reason) == (Money.yuan(200), "老顾客")
    # Back to the list's needs no word, and the reason goes.
    card = bench.change_price(world.ctx(), card.id, card.version, line.id, Money.yuan(300))
    assert card.lines[0].price_reason == ""
    assert world.shop.journal(Command.CHANGE_PRICE)[0]["before_fen"] == 30000


def test_a_price_typed_by_hand_keeps_the_one_of_before(world: World, card: OrderCard) -> None:
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "焊接", Money.yuan(80), reason="not in the list"
    )
    card = world.bench.change_price(
        world.ctx(), card.id, card.version, card.lines[0].id, Money.yuan(60), "快"
    )
    assert (card.lines[0].list_price, card.lines[0].unit_price) == (Money.yuan(80), Money.yuan(60))


def test_what_is_offered_fits_first_and_costs_a_member_his_price(
    world: World, prices: PriceList, card: OrderCard
) -> None:
    offers = world.bench.price_offers(card.id)
    assert all(offer.fits for offer in offers)
    assert offers[0].row.category == "cooling"
    assert {offer.row.category for offer in offers} == {"cooling", ""}
    assert world.bench.price_offers(card.id, "滚筒")[0].row.category == "cleaning"  # searched: everything
    row = compressor(prices)
    prices.save(
        world.ctx(Role.OWNER), row.id, replace(entry_of(row), members={"金卡": Money.yuan(260)}), row.version
    )
    SettingsService(world.shop.store).save(world.ctx(Role.OWNER), {"member_percent": {"金卡": 10}})
    level(world, card, "金卡")
    by_id = {offer.id: offer for offer in world.bench.price_offers(card.id)}
    assert (by_id[row.id].price, by_id[row.id].level) == (Money.yuan(260), "金卡")
    fee = next(offer for offer in by_id.values() if offer.row.name == "上门费·镇内")
    assert (fee.price, fee.level) == (Money.yuan(27), "金卡")
    line = listed(world, world.open(card.id), PriceChoice(row.id)).lines[0]
    assert (line.unit_price, line.list_price, line.price_reason) == (Money.yuan(260), Money.yuan(300), "金卡")


def test_a_package_adds_its_lines_or_none(world: World, prices: PriceList, card: OrderCard) -> None:
    part = world.part(price=45)
    row = compressor(prices)
    package = prices.save(
        world.ctx(Role.OWNER),
        None,
        PriceEntry(
            PriceUse.PACKAGE,
            "换机套餐",
            lines=(
                PackageEntry(item_id=row.id, price=Money.yuan(280)),
                PackageEntry(part_id=part.id, price=Money.yuan(40)),
            ),
        ),
    )
    card = listed(world, card, PriceChoice(package.id))
    assert [(line.kind, line.gross, line.item_code) for line in card.lines] == [
        (LineKind.LABOUR, Money.yuan(280), package.code),
        (LineKind.PART, Money.yuan(40), package.code),
    ]
    stopped = PartEntry(part.name, part.unit, sale_price=part.sale_price, active=False)
    world.stock.save_part(world.ctx(Role.OWNER), part.id, world.stock.part(part.id).version, stopped)
    before = world.shop.fingerprint()
    assert refused(lambda: listed(world, card, PriceChoice(package.id))) is Reason.PART_INACTIVE
    assert world.shop.fingerprint() == before


def test_bad_charges_are_one_sentence_and_nothing_changed(
    world: World, prices: PriceList, card: OrderCard
) -> None:
    row = compressor(prices)
    retired = prices.rows("焊接") or prices.rows("小修")
    gone = prices.retire(world.ctx(Role.OWNER), retired[0].id, retired[0].version)
    before = world.shop.fingerprint()
    for choice, reason in (
        (PriceChoice(10**9), Reason.NOT_FOUND),
        (PriceChoice(gone.id), Reason.PRICE_ITEM_INACTIVE),
        (PriceChoice(row.id, Quantity(0)), Reason.QUANTITY_NOT_POSITIVE),
        (PriceChoice(row.id, Quantity(-1000)), Reason.QUANTITY_NOT_POSITIVE),
        (PriceChoice(row.id, Quantity.of(10**7)), Reason.BAD_QUANTITY),
        (PriceChoice(row.id, price=Money(-1), reason="x"), Reason.AMOUNT_NEGATIVE),
        (PriceChoice(row.id, price=Money(MAX_FEN + 1), reason="x"), Reason.BAD_AMOUNT),
        (PriceChoice(row.id, price=Money(1), reason="长" * 300), Reason.TEXT_TOO_LONG),
        (PriceChoice(row.id, minutes=-5), Reason.OUT_OF_RANGE),
    ):
        assert refused(lambda choice=choice: listed(world, card, choice)) is reason
    assert world.shop.fingerprint() == before


def test_the_tax_is_that_of_the_day(world: World, prices: PriceList, card: OrderCard) -> None:
    """The rate changes on the first of December: what is charged after it has the new one."""
    settings = SettingsService(world.shop.store)
    settings.save(world.ctx(Role.OWNER), {"tax_from": {"2026-12-01/labour": 60}})
    row = compressor(prices)
    card = listed(world, card, PriceChoice(row.id))
    assert card.lines[0].tax_permille == 10
    world.shop.clock.advance(timedelta(days=10))
    card = listed(world, world.open(card.id), PriceChoice(row.id))
    assert [line.tax_permille for line in card.lines] == [10, 60]
    own = prices.save(
        world.ctx(Role.OWNER), row.id, replace(entry_of(row), tax_permille=30), prices.row(row.id).version
    )
    card = listed(world, world.open(card.id), PriceChoice(own.id))
    assert card.lines[-1].tax_permille == 30


def test_at_the_counter_fees_are_added_and_work_is_not(world: World, prices: PriceList) -> None:
    counter = HandoverService(world.shop.store)
    card = world.move(world.in_check(), Action.PASS_QC, who=Role.LEAD)
    assert card.status is Status.READY
    offers = counter.price_offers(card.id)
    assert {offer.row.kind for offer in offers} == {LineKind.VISIT, LineKind.OTHER}
    assert not any(line.kind is LineKind.LABOUR for offer in offers for line in offer.row.lines)
    rush = next(offer for offer in offers if offer.row.name == "加急费")
    card = counter.add_listed(world.ctx(Role.COUNTER), card.id, card.version, PriceChoice(rush.id))
    assert card.lines[-1].description == "加急费"
    work = PriceChoice(compressor(prices).id)
    assert (
        refused(lambda: counter.add_listed(world.ctx(Role.COUNTER), card.id, card.version, work))
        is Reason.LINES_FROZEN
    )


def test_typing_what_the_list_has_is_no_way_around_its_price(
    world: World, prices: PriceList, card: OrderCard
) -> None:
    def typed(words: str, yuan: int) -> OrderCard:
        return world.bench.add_line(
            world.ctx(),
            card.id,
            card.version,
            LineKind.LABOUR,
            words,
            Money.yuan(yuan),
            reason="not in the list",
        )

    for yuan in (1, 299, 301):
        assert refused(lambda yuan=yuan: typed(" 更换冰箱压缩机 ", yuan)) is Reason.IN_PRICE_LIST  # type: ignore[misc]
    line = typed("更换冰箱压缩机", 300).lines[-1]
    assert (line.list_price, line.item_code) == (Money.yuan(300), compressor(prices).code)
    card = world.bench.open_card(card.id, world.ctx().actor)
    assert typed("拆装橱柜", 1).lines[-1].list_price is None


def test_reworded_work_needs_what_another_price_needs(world: World, card: OrderCard) -> None:
    def typed(card: OrderCard, kind: LineKind, reason: str = "") -> OrderCard:
        return world.bench.add_line(
            world.ctx(), card.id, card.version, kind, "换个压机", Money.yuan(5), reason=reason
        )

    before = world.shop.fingerprint()
    for kind in (LineKind.LABOUR, LineKind.VISIT, LineKind.OTHER):
        for reason in ("", "  "):
            assert (
                refused(lambda k=kind, r=reason: typed(card, k, r))  # type: ignore[misc]
                is Reason.NOT_LISTED_REASON_NEEDED
            )
    assert world.shop.fingerprint() == before
    line = typed(card, LineKind.LABOUR, "老型号，表里没有").lines[-1]
    assert (line.price_reason, line.list_price) == ("老型号，表里没有", None)
    entry = world.shop.journal(Command.ADD_LINE)[-1]
    assert entry["by_hand_fen"] == 500


def test_a_list_without_such_charges_asks_nothing(world: World, prices: PriceList, card: OrderCard) -> None:
    with world.shop.store.write(Command.SAVE_PRICE_LIST, world.ctx(Role.OWNER)) as tx:
        tx.session.execute(update(PriceItem).where(PriceItem.kind == LineKind.LABOUR).values(active=False))
    line = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.LABOUR, "换个压机", Money.yuan(5)
    ).lines[-1]
    assert line.price_reason == ""
