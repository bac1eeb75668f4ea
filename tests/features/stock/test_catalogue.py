"""What is kept of a part beside name and price: rules, kits, substitutes, price history, classes, picture."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from app.core.enums import (
    AbcClass,
    Command,
    OldPartRule,
    PartCondition,
    PriceKind,
    PriceSource,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.features.bench.service import BenchService
from app.features.stock.catalogue import classes_of
from app.features.stock.ledger import goods_in
from app.features.stock.ledger.parts import part_to_move
from app.features.stock.service import StockService
from app.features.stock.snapshots import KitEntry, PartCard, PartEntry
from tests.features.conftest import Shop

FULL = PartEntry(
    "压缩机 QD-65",
    "台",
    brand="美的",
    supplier="顺达配件",
    supplier_number="SD-65",
    purchase_price=Money.yuan(300),
    consign_price=Money.yuan(280),
    sale_price=Money.yuan(420),
    tax_permille=130,
    old_part_rule=OldPartRule.SWAP,
    serialised=True,
    warranty_months=12,
    condition=PartCondition.REMANUFACTURED,
    season="cooling",
)


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


def add(shop: Shop, stock: StockService, name: str, **more: object) -> PartCard:
    return stock.save_part(shop.ctx(), None, None, PartEntry(name, "只", **more))  # type: ignore[arg-type]


def png(side: int = 8) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (side, side), "red").save(file, "PNG")
    return file.getvalue()


def refusal(call: object) -> Reason:
    with pytest.raises(Refusal) as refused:
        call()  # type: ignore[operator]
    return refused.value.reason


def test_every_field_is_kept_and_changed(shop: Shop, stock: StockService) -> None:
    card = stock.save_part(shop.ctx(), None, None, FULL)
    for name in (
        "supplier", "supplier_number", "purchase_price", "consign_price", "tax_permille", "old_part_rule",
        "warranty_months", "season",
    ):  # fmt: skip
        assert getattr(card, name) == getattr(FULL, name), name
    assert card.row.serialised
    assert card.row.condition is PartCondition.REMANUFACTURED
    plain = stock.save_part(
        shop.ctx(), card.row.id, card.version, PartEntry("压缩机", "台", purchase_price=Money.yuan(310))
    )
    assert (plain.tax_permille, plain.old_part_rule, plain.warranty_months) == (None, None, 0)
    assert not plain.row.serialised
    assert plain.row.condition is PartCondition.NEW


def test_a_form_that_does_not_name_the_purchase_price_leaves_what_a_receipt_said(
    shop: Shop, stock: StockService
) -> None:
    card = add(shop, stock, "水泵")
    stock.receive(shop.ctx(), card.row.id, Quantity.of(2), Money.yuan(90))
    card = stock.part(card.row.id)
    assert card.purchase_price == Money.yuan(45)
    again = stock.save_part(shop.ctx(), card.row.id, card.version, PartEntry("水泵", "只"))
    assert again.purchase_price == Money.yuan(45)


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"tax_permille": 1001}, Reason.OUT_OF_RANGE),
        ({"tax_permille": -1}, Reason.OUT_OF_RANGE),
        ({"warranty_months": 121}, Reason.OUT_OF_RANGE),
        ({"purchase_price": Money(-1)}, Reason.AMOUNT_NEGATIVE),
        ({"consign_price": Money(10**12)}, Reason.BAD_AMOUNT),
        ({"supplier_number": "x" * 81}, Reason.TEXT_TOO_LONG),
        ({"season": "冷\0"}, Reason.BAD_TEXT),
        ({"kit": True}, Reason.FIELD_REQUIRED),
        ({"kit": True, "serialised": True}, Reason.BAD_CHOICE),
        ({"kit": True, "kit_lines": (KitEntry(999, Quantity.of(1)),)}, Reason.NOT_FOUND),
        ({"picture": b"GIF89a"}, Reason.BAD_IMAGE),
        ({"picture": b"\x89PNG\r\n\x1a\n" + b"\0" * 50}, Reason.BAD_IMAGE),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    shop: Shop, stock: StockService, more: dict[str, object], reason: Reason
) -> None:
    before = shop.fingerprint()
    assert refusal(lambda: add(shop, stock, "坏", **more)) is reason
    assert shop.fingerprint() == before


def test_serial_numbers_are_switched_on_an_empty_shelf_only(shop: Shop, stock: StockService) -> None:
    card = add(shop, stock, "主板")
    stock.receive(shop.ctx(), card.row.id, Quantity.of(1), Money.yuan(90))
    card = stock.part(card.row.id)
    change = replace(PartEntry("主板", "只"), serialised=True)
    assert (
        refusal(lambda: stock.save_part(shop.ctx(), card.row.id, card.version, change))
        is Reason.SERIAL_STOCK_LEFT
    )


# -- kits --------------------------------------------------------------------------------------------------


def test_a_kit_is_made_of_plain_parts(shop: Shop, stock: StockService) -> None:
    pipe, gas = add(shop, stock, "铜管").row.id, add(shop, stock, "冷媒").row.id
    lines = (
        KitEntry(pipe, Quantity(3500)),
        KitEntry(gas, Quantity.of(1)),
        KitEntry(pipe, Quantity(500)),
    )
    kit = add(shop, stock, "移机套件", kit=True, kit_lines=lines, kit_labour=Money.yuan(150), kit_minutes=90)
    assert kit.row.kit
    assert [(line.part_id, line.quantity) for line in kit.kit_lines] == [
        (pipe, Quantity.of(4)),
        (gas, Quantity.of(1)),
    ]
    assert (kit.kit_labour, kit.kit_minutes) == (Money.yuan(150), 90)
    inner = (KitEntry(kit.row.id, Quantity.of(1)),)
    assert refusal(lambda: add(shop, stock, "套中套", kit=True, kit_lines=inner)) is Reason.KIT_IN_KIT
    own = PartEntry("铜管", "只", kit=True, kit_lines=(KitEntry(gas, Quantity.of(1)),))
    assert refusal(lambda: stock.save_part(shop.ctx(), pipe, None, own)) is Reason.KIT_IN_KIT
    plain = stock.save_part(shop.ctx(), kit.row.id, None, PartEntry("移机套件", "只", kit_labour=Money(5)))
    assert plain.kit_lines == ()
    assert plain.kit_labour == Money(0)


def test_a_part_with_stock_does_not_become_a_kit(shop: Shop, stock: StockService) -> None:
    pipe, gas = add(shop, stock, "铜管").row.id, add(shop, stock, "冷媒").row.id
    stock.receive(shop.ctx(), pipe, Quantity.of(1), Money.yuan(9))
    entry = PartEntry("铜管", "只", kit=True, kit_lines=(KitEntry(gas, Quantity.of(1)),))
    assert refusal(lambda: stock.save_part(shop.ctx(), pipe, None, entry)) is Reason.KIT_STOCK_LEFT


# -- substitutes -------------------------------------------------------------------------------------------


def test_substitutes_hold_both_ways_or_one(shop: Shop, stock: StockService) -> None:
    old, new, third = (add(shop, stock, name).row.id for name in ("老板", "新板", "拆机板"))
    stock.receive(shop.ctx(), third, Quantity.of(1), Money.yuan(9))
    stock.catalogue.add_substitute(shop.ctx(), old, new, note="要改插头")
    stock.catalogue.add_substitute(shop.ctx(), old, third, mutual=False)
    found = stock.catalogue.substitutes(old)
    # What is there comes first.
    assert [(each.id, each.mutual, each.note) for each in found] == [
        (third, False, ""),
        (new, True, "要改插头"),
    ]
    assert [each.id for each in stock.catalogue.substitutes(new)] == [old]
    assert stock.catalogue.substitutes(third) == ()
    stock.catalogue.add_substitute(shop.ctx(), old, new, mutual=False)
    assert stock.catalogue.substitutes(new) == ()
    stock.catalogue.remove_substitute(shop.ctx(), new, old)
    assert [each.id for each in stock.catalogue.substitutes(old)] == [third]
    assert refusal(lambda: stock.catalogue.remove_substitute(shop.ctx(), new, old)) is Reason.NOT_FOUND
    assert refusal(lambda: stock.catalogue.add_substitute(shop.ctx(), old, old)) is Reason.SAME_PART
    assert refusal(lambda: stock.catalogue.add_substitute(shop.ctx(), old, 99)) is Reason.NOT_FOUND


# -- prices ------------------------------------------------------------------------------------------------


def test_every_change_of_a_price_is_kept(shop: Shop, stock: StockService) -> None:
    card = add(shop, stock, "水泵", sale_price=Money.yuan(60))
    stock.receive(shop.ctx(Role.COUNTER), card.row.id, Quantity.of(3), Money.yuan(90))
    card = stock.save_part(shop.ctx(), card.row.id, None, PartEntry("水泵", "只", sale_price=Money.yuan(66)))
    assert [
        (each.kind, each.old, each.new, each.source, each.staff)
        for each in stock.catalogue.prices(card.row.id)
    ] == [
        (PriceKind.SALE, Money.yuan(60), Money.yuan(66), PriceSource.TYPED, "王丽华"),
        (PriceKind.PURCHASE, Money(0), Money.yuan(30), PriceSource.RECEIPT, "陈静"),
    ]
    newest = stock.catalogue.prices(card.row.id, limit=1)
    assert len(stock.catalogue.prices(card.row.id, newest[-1].id)) == 1


# -- classes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "classes"),
    [
        ({}, {}),
        ({1: 0, 2: 0}, {1: "C", 2: "C"}),
        ({1: 100}, {1: "A"}),
        # 80 % is reached exactly by the first: the second begins beyond it.
        ({1: 80, 2: 15, 3: 5}, {1: "A", 2: "B", 3: "C"}),
        ({1: 79, 2: 17, 3: 4}, {1: "A", 2: "A", 3: "C"}),
        ({1: 50, 2: 50, 3: -20}, {1: "A", 2: "A", 3: "C"}),
    ],
)
def test_classes_by_share_of_value(values: dict[int, int], classes: dict[int, str]) -> None:
    assert {key: abc.value for key, abc in classes_of(values).items()} == classes


def test_classes_are_worked_out_of_a_year_of_use(shop: Shop, stock: StockService, order_of: object) -> None:
    dear, cheap, unused = (add(shop, stock, name).row.id for name in ("压缩机", "保险丝", "没人要"))
    with shop.store.write(Command.RECEIVE_PART, shop.ctx()) as tx:
        for part_id, fen in ((dear, 90_000), (cheap, 300), (unused, 50_000)):
            goods_in.receive(tx, part_to_move(tx, part_id), Quantity.of(3), Money(fen))
    order = order_of(status=Status.REPAIRING).id  # type: ignore[operator]
    use(shop, order, dear, 2)
    use(shop, order, cheap, 3)
    # Nothing of this month counts yet.
    stock.catalogue.classify(shop.ctx())
    assert {stock.part(each).row.abc for each in (dear, cheap, unused)} == {AbcClass.C}
    shop.clock.set(shop.clock.now() + timedelta(days=31))
    assert stock.catalogue.classify(shop.ctx()) == 1
    assert [stock.part(each).row.abc for each in (dear, cheap, unused)] == [
        AbcClass.A,
        AbcClass.C,
        AbcClass.C,
    ]
    ctx = shop.ctx()
    assert stock.catalogue.classify(ctx) == 0
    assert stock.catalogue.classify(ctx) == 0
    # A year later that use is forgotten.
    shop.clock.set(shop.clock.now() + timedelta(days=366))
    assert stock.catalogue.classify(shop.ctx()) == 1
    assert refusal(lambda: stock.catalogue.classify(shop.ctx(Role.TECHNICIAN))) is Reason.NOT_ALLOWED


def use(shop: Shop, order_id: int, part_id: int, count: int) -> None:
    """Use pieces on a line of the order, as the bench does."""
    bench = BenchService(shop.store)
    card = bench.open_card(order_id, shop.people[Role.OWNER])
    bench.add_part(shop.ctx(), order_id, card.version, part_id, Quantity.of(count))


# -- picture -----------------------------------------------------------------------------------------------


def test_a_picture_is_made_anew_and_can_be_taken_away(shop: Shop, stock: StockService) -> None:
    card = add(shop, stock, "主板", picture=png(3000) + b"appended secret")
    kept = Path(card.picture)
    assert b"secret" not in kept.read_bytes()
    with Image.open(kept) as picture:
        assert max(picture.size) == 1200
    same = stock.save_part(shop.ctx(), card.row.id, None, PartEntry("主板", "只"))
    assert same.picture == card.picture
    assert stock.save_part(shop.ctx(), card.row.id, None, PartEntry("主板", "只", picture=b"")).picture == ""


def test_a_picture_that_claims_too_much_is_refused(
    shop: Shop, stock: StockService, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.store.pictures.MAX_WHOLE_PIXELS", 60)
    assert refusal(lambda: add(shop, stock, "主板", picture=png(8))) is Reason.IMAGE_TOO_LARGE
