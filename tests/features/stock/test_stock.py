"""The parts keeper's day."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.core.codes import CodeKind, running_code
from app.core.enums import Command, MoveKind, Role
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money, Quantity
from app.core.rights import Ctx
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry

if TYPE_CHECKING:
    from tests.features.conftest import Shop

COMPRESSOR = PartEntry("压缩机 QD-65", "台", brand="美的", fits="BCD-215 BCD-186", sale_price=Money.yuan(420))


@pytest.fixture
def stock(shop: Shop) -> StockService:
    return StockService(shop.store)


def test_new_part_gets_number_and_own_label(shop: Shop, stock: StockService) -> None:
    card = stock.save_part(shop.ctx(), None, None, COMPRESSOR)
    assert card.row.number == "P00001"
    assert card.own_code == running_code(CodeKind.PART, card.row.id)
    assert card.row.on_hand == Quantity(0)
    assert card == stock.part(card.row.id)


def test_given_numbers_go_round_one_that_was_typed(shop: Shop, stock: StockService) -> None:
    stock.save_part(shop.ctx(), None, None, PartEntry("保险丝", "个", number="p00001"))
    assert stock.save_part(shop.ctx(), None, None, COMPRESSOR).row.number == "P00002"


def test_goods_in_keep_their_cost_to_the_fen(shop: Shop, stock: StockService) -> None:
    part = stock.save_part(shop.ctx(), None, None, COMPRESSOR).row.id
    stock.receive(shop.ctx(), part, Quantity.of(3), Money(1000), "进货单 12")
    card = stock.receive(shop.ctx(), part, Quantity.of(1), Money(999))
    assert card.row.on_hand == Quantity.of(4)
    assert card.value == Money(1999)
    assert card.average_cost == Money(500)
    assert [move.kind for move in card.moves.rows] == [MoveKind.RECEIVE, MoveKind.RECEIVE]
    assert card.moves.rows[1].note == "进货单 12"
    assert shop.journal(Command.RECEIVE_PART)[-1] == {"part": part, "quantity": 1000, "cost": 999}


def test_a_repeated_gesture_receives_once(shop: Shop, stock: StockService) -> None:
    part = stock.save_part(shop.ctx(), None, None, COMPRESSOR).row.id
    ctx = shop.ctx()
    once = stock.receive(ctx, part, Quantity.of(2), Money(100))
    again = stock.receive(ctx, part, Quantity.of(2), Money(100))
    assert again == once
    assert again.row.on_hand == Quantity.of(2)


def test_count_brings_the_ledger_to_what_lies_on_the_shelf(shop: Shop, stock: StockService) -> None:
    part = stock.save_part(shop.ctx(), None, None, COMPRESSOR).row.id
    stock.receive(shop.ctx(), part, Quantity.of(4), Money(2000))
    with pytest.raises(Refusal) as refused:
        stock.adjust(shop.ctx(Role.LEAD), part, Quantity.of(3), " ")
    assert refused.value.reason is Reason.NOTE_REQUIRED
    card = stock.adjust(shop.ctx(Role.LEAD), part, Quantity.of(3), "盘亏")
    assert (card.row.on_hand, card.value) == (Quantity.of(3), Money(1500))
    same = stock.adjust(shop.ctx(Role.LEAD), part, Quantity.of(3), "")
    assert len(same.moves.rows) == 2


def test_counter_may_not_adjust(shop: Shop, stock: StockService) -> None:
    part = stock.save_part(shop.ctx(Role.COUNTER), None, None, COMPRESSOR).row.id
    with pytest.raises(Refusal) as refused:
        stock.adjust(shop.ctx(Role.COUNTER), part, Quantity.of(3), "盘")
    assert refused.value.reason is Reason.NOT_ALLOWED
    assert stock.part(part).row.on_hand == Quantity(0)


def test_found_by_label_ean_and_number(shop: Shop, stock: StockService) -> None:
    entry = PartEntry("遥控器", "个", number="yk-01", barcodes=("6901234567892", " 6901234567892 "))
    card = stock.save_part(shop.ctx(), None, None, entry)
    assert card.barcodes == ("6901234567892",)
    for code in (card.own_code, "6901234567892", "YK-01", "yk-01"):
        assert stock.find_by_code(code) == card.row
    assert stock.find_by_code("6901234567893") is None
    assert stock.find_by_code("") is None


def test_barcodes_and_numbers_belong_to_one_part(shop: Shop, stock: StockService) -> None:
    first = stock.save_part(shop.ctx(), None, None, PartEntry("甲", "个", barcodes=("6900000000013",)))
    with pytest.raises(Refusal) as refused:
        stock.save_part(shop.ctx(), None, None, PartEntry("乙", "个", barcodes=("6900000000013",)))
    assert refused.value.reason is Reason.BARCODE_TAKEN
    assert refused.value.params["number"] == first.row.number
    with pytest.raises(Refusal) as refused:
        stock.save_part(shop.ctx(), None, None, PartEntry("乙", "个", barcodes=(first.own_code,)))
    assert refused.value.reason is Reason.BARCODE_TAKEN
    with pytest.raises(Refusal) as refused:
        stock.save_part(
            shop.ctx(), None, None, PartEntry("乙", "个", barcodes=(running_code(CodeKind.STAFF, 1),))
        )
    assert refused.value.reason is Reason.BAD_CHOICE
    with pytest.raises(Refusal) as refused:
        stock.save_part(shop.ctx(), None, None, PartEntry("乙", "个", number=first.row.number.lower()))
    assert refused.value.reason is Reason.PART_NUMBER_TAKEN
    assert len(stock.parts_page().rows) == 1


def test_a_barcode_taken_off_one_part_may_go_to_another(shop: Shop, stock: StockService) -> None:
    first = stock.save_part(shop.ctx(), None, None, PartEntry("甲", "个", barcodes=("6900000000013",)))
    again = stock.save_part(shop.ctx(), first.row.id, first.version, PartEntry("甲", "个"))
    assert again.barcodes == ()
    assert again.own_code == first.own_code
    assert again.row.number == first.row.number
    stock.save_part(shop.ctx(), None, None, PartEntry("乙", "个", barcodes=("6900000000013",)))


def test_two_people_edit_the_same_part(shop: Shop, stock: StockService) -> None:
    card = stock.save_part(shop.ctx(), None, None, COMPRESSOR)
    stock.save_part(shop.ctx(), card.row.id, card.version, COMPRESSOR)
    with pytest.raises(Conflict):
        stock.save_part(shop.ctx(Role.COUNTER), card.row.id, card.version, COMPRESSOR)


def test_search_by_name_model_number_and_initials(shop: Shop, stock: StockService) -> None:
    compressor = stock.save_part(shop.ctx(), None, None, COMPRESSOR).row
    board = stock.save_part(shop.ctx(), None, None, PartEntry("电脑板", "块", fits="KFR-35GW")).row
    for typed, expected in (
        ("压缩", compressor),
        ("压缩机", compressor),
        ("缩", compressor),
        ("ysj", compressor),
        ("bcd-186", compressor),
        ("P00002", board),
        ("p0000", compressor),
        ("dnb", board),
        ("35gw", board),
        (board.number, board),
    ):
        assert expected in stock.search(typed), typed
        assert expected in stock.parts_page(typed).rows, typed
    assert stock.search("机压缩") == ()
    assert stock.search("  ") == ()


def test_renamed_part_is_found_by_its_new_name_only(shop: Shop, stock: StockService) -> None:
    card = stock.save_part(shop.ctx(), None, None, COMPRESSOR)
    stock.save_part(shop.ctx(), card.row.id, card.version, PartEntry("冰箱启动器", "个"))
    assert stock.search("压缩") == ()
    assert stock.search("ysj") == ()
    assert [row.name for row in stock.search("启动")] == ["冰箱启动器"]


def test_parts_out_of_use_are_listed_but_not_offered(shop: Shop, stock: StockService) -> None:
    card = stock.save_part(shop.ctx(), None, None, PartEntry("老款灯管", "支", active=False))
    assert stock.search("灯管") == ()
    assert stock.parts_page("灯管").rows == (card.row,)
    with pytest.raises(Refusal) as refused:
        stock.receive(shop.ctx(), card.row.id, Quantity.of(1), Money(1))
    assert refused.value.reason is Reason.PART_INACTIVE


def test_pages_follow_one_another_without_gap_or_double(shop: Shop, stock: StockService) -> None:
    for at in range(7):
        stock.save_part(shop.ctx(), None, None, PartEntry(f"电容 {at}uF", "个"))
    for text in ("", "电容", "电容 "):
        seen: list[str] = []
        key = None
        while True:
            page = stock.parts_page(text, key, 3)
            seen += [row.name for row in page.rows]
            key = page.next_key
            if key is None:
                break
        assert seen == [f"电容 {at}uF" for at in reversed(range(7))]


def test_moves_page_by_key(shop: Shop, stock: StockService) -> None:
    part = stock.save_part(shop.ctx(), None, None, COMPRESSOR).row.id
    for cost in range(1, 6):
        stock.receive(shop.ctx(), part, Quantity.of(1), Money(cost))
    first = stock.moves(part, None, 3)
    rest = stock.moves(part, first.next_key, 3)
    assert [row.value.fen for row in (*first.rows, *rest.rows)] == [5, 4, 3, 2, 1]
    assert rest.next_key is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (PartEntry("", "个"), Reason.FIELD_REQUIRED),
        (PartEntry("阀", ""), Reason.FIELD_REQUIRED),
        (PartEntry("阀", "个", sale_price=Money(-1)), Reason.AMOUNT_NEGATIVE),
        (PartEntry("阀", "个", sale_price=Money(2**63)), Reason.BAD_AMOUNT),
        (PartEntry("阀", "个", minimum=Quantity(-1)), Reason.QUANTITY_NOT_POSITIVE),
        (PartEntry("阀", "个", minimum=Quantity(2**63)), Reason.BAD_QUANTITY),
        (PartEntry("阀", "个", barcodes=tuple(f"69{at:011d}" for at in range(21))), Reason.TOO_MANY_ENTRIES),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(
    shop: Shop, stock: StockService, entry: PartEntry, reason: Reason
) -> None:
    before = shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        stock.save_part(shop.ctx(), None, None, entry)
    assert refused.value.reason is reason
    assert shop.fingerprint() == before


def test_receiving_nothing_or_for_less_than_nothing(shop: Shop, stock: StockService) -> None:
    part = stock.save_part(shop.ctx(), None, None, COMPRESSOR).row.id
    before = shop.fingerprint()
    for quantity, cost in (
        (Quantity(0), Money(1)),
        (Quantity(-1), Money(1)),
        (Quantity.of(1), Money(-1)),
        (Quantity.of(1), Money(2**63)),
        (Quantity(2**63), Money(1)),
    ):
        with pytest.raises(Refusal):
            stock.receive(shop.ctx(), part, quantity, cost)
    assert shop.fingerprint() == before


def test_a_part_that_does_not_exist(shop: Shop, stock: StockService) -> None:
    for call in (
        lambda: stock.part(99),
        lambda: stock.save_part(shop.ctx(), 99, 1, COMPRESSOR),
        lambda: stock.receive(Ctx.gesture(shop.people[Role.OWNER]), 99, Quantity.of(1), Money(1)),
    ):
        with pytest.raises(Refusal) as refused:
            call()
        assert refused.value.reason is Reason.NOT_FOUND
