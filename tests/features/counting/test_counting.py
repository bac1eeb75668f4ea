"""Stocktakes: what is counted is booked, what happens meanwhile does not disturb it (domain.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from app.core.codes import CodeKind, running_code
from app.core.enums import AbcClass, Command, CountKind, CountState, PlaceKind, Role, SerialState
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ONE, ZERO, Money, Quantity
from app.features.checkup.service import examine
from app.features.counting.service import Counting
from app.features.counting.snapshots import Lines
from app.features.stock.ledger import goods_in, goods_out
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry
from app.model import Part
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, prove

if TYPE_CHECKING:
    from tests.features.conftest import Shop

TECHNICIAN, LEAD, COUNTER = Role.TECHNICIAN, Role.LEAD, Role.COUNTER
NOTHING = Quantity(0)


@dataclass(slots=True)
class Room:
    shop: Shop
    counting: Counting
    stock: StockService
    shelf: Shelf

    def part(
        self,
        pieces: int = 0,
        cost: int = 0,
        *,
        location: str = "A1",
        serials: tuple[str, ...] = (),
        consigned: int = 0,
        **fields: object,
    ) -> int:
        part = self.stock.save_part(
            self.shop.ctx(), None, None, PartEntry("压缩机", "台", location=location)
        ).row.id
        with self.shop.store.write(Command.SAVE_PART, self.shop.ctx()) as tx:
            found = tx.session.get_one(Part, part)
            found.serialised = bool(serials)
            for key, value in fields.items():
                setattr(found, key, value)
        with self.shop.store.write(Command.RECEIVE_PART, self.shop.ctx()) as tx:
            found = tx.session.get_one(Part, part)
            if pieces or serials:
                wanted = Quantity.of(pieces or len(serials))
                goods_in.receive(tx, found, wanted, Money(cost), serials=serials)
            if consigned:
                found.consign_price = Money(700)
                goods_in.consign_in(tx, found, Quantity.of(consigned))
        return part

    def code(self, part: int) -> str:
        return running_code(CodeKind.PART, part)

    def scan(self, count: int, part: int, who: Role = TECHNICIAN, times: int = 1) -> None:
        for _time in range(times):
            self.counting.scan(self.shop.ctx(who), count, self.code(part))

    def approve(self, count: int) -> None:
        self.counting.approve(self.shop.ctx(LEAD), count, self.counting.count(count).version)

    def sound(self) -> bool:
        wanted = ("counts", "stock_sums", "stock_places", "serials", "numbers", "consigned")
        return all(each.ok for each in examine(self.shop.store).checks if each.name in wanted)


@pytest.fixture
def room(shop: Shop) -> Room:
    return Room(shop, Counting(shop.store), StockService(shop.store), Shelf(shop.store))


def reason(caught: pytest.ExceptionInfo[Refusal]) -> Reason:
    return caught.value.reason


def test_scans_make_a_count_and_approval_books_the_difference(room: Room) -> None:
    short, more, even, untouched = (
        room.part(5, 1_000),
        room.part(2, 501),
        room.part(1, 100),
        room.part(3, 300),
    )
    count = room.counting.open(room.shop.ctx(COUNTER), CountKind.ALL)
    assert (count.number, count.lines, count.counted, count.blind) == ("K2611-00001", 4, 0, True)
    room.scan(count.id, short, times=3)
    room.scan(count.id, more, times=4)
    room.scan(count.id, even)
    found = room.counting.differences(room.shop.people[LEAD], count.id)
    assert [(each.part_id, each.difference, each.value) for each in found.rows] == [
        (more, Quantity.of(2), Money(502)),
        (short, -Quantity.of(2), Money(-400)),
    ]
    assert (found.surplus, found.missing, found.net) == (Money(502), Money(-400), Money(102))
    assert [each.part_id for each in room.counting.lines(count.id, Lines.TO_COUNT)] == [untouched]
    room.approve(count.id)
    assert [room.stock.part(each).row.on_hand.milli // 1000 for each in (short, more, even, untouched)] == [
        3, 4, 1, 3,
    ]  # fmt: skip
    assert room.stock.part(more).value == Money(1_003)
    assert room.counting.count(count.id).state is CountState.APPROVED
    assert room.shop.journal(Command.APPROVE_COUNT)[-1]["value"] == 102
    assert room.sound()


def test_the_shop_goes_on_working_while_it_is_counted(room: Room) -> None:
    part = room.part(10, 1_000)
    count = room.counting.open(room.shop.ctx(COUNTER), CountKind.ALL)
    room.counting.enter(room.shop.ctx(TECHNICIAN), count.id, part, Quantity.of(9))
    room.stock.receive(room.shop.ctx(), part, Quantity.of(5), Money(500))
    room.shelf.take_out(room.shop.ctx(TECHNICIAN), part, Quantity.of(2))
    room.approve(count.id)
    stock = room.shelf.stock_of(part)
    # Ten less one missing, five came, two are in a bag.
    assert stock.on_hand == Quantity.of(14)
    assert room.sound()


def test_blind(room: Room) -> None:
    part = room.part(5, 1_000)
    count = room.counting.open(room.shop.ctx(COUNTER), CountKind.ALL)
    row = room.counting.enter(room.shop.ctx(TECHNICIAN), count.id, part, Quantity.of(4))
    assert (row.expected, row.difference, row.value, row.counted) == (None, None, ZERO, Quantity.of(4))
    assert room.counting.lines(count.id)[0].expected is None
    with pytest.raises(Refusal) as caught:
        room.counting.differences(room.shop.people[COUNTER], count.id)
    assert reason(caught) is Reason.NOT_ALLOWED
    room.approve(count.id)
    (row,) = room.counting.lines(count.id)
    assert (row.expected, row.difference) == (Quantity.of(5), -ONE)
    open_count = room.counting.open(room.shop.ctx(COUNTER), CountKind.ALL, blind=False)
    row = room.counting.enter(room.shop.ctx(TECHNICIAN), open_count.id, part, Quantity.of(4))
    assert row.expected == Quantity.of(4)
    assert room.counting.differences(room.shop.people[COUNTER], open_count.id).rows == ()


def test_counting_twice_is_told(room: Room) -> None:
    part = room.part(5, 1_000)
    count = room.counting.open(room.shop.ctx(COUNTER), CountKind.ALL)
    room.scan(count.id, part, times=5)
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, part, who=LEAD)
    assert reason(caught) is Reason.COUNTED_ALREADY
    assert caught.value.params["quantity"] == Quantity.of(5)
    room.shop.clock.advance(timedelta(minutes=11))
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, part)
    assert reason(caught) is Reason.COUNTED_ALREADY
    with pytest.raises(Refusal) as caught:
        room.counting.enter(room.shop.ctx(), count.id, part, Quantity.of(4))
    assert reason(caught) is Reason.COUNTED_ALREADY
    row = room.counting.enter(room.shop.ctx(), count.id, part, Quantity.of(4), again=True)
    assert (row.counted, row.recounts) == (Quantity.of(4), 1)
    row = room.counting.recount(room.shop.ctx(), row.id)
    assert (row.counted, row.recounts) == (None, 2)
    room.scan(count.id, part, who=LEAD, times=2)
    assert room.counting.line(row.id).counted == Quantity.of(2)


def test_a_sale_between_two_scans_is_told(room: Room) -> None:
    part = room.part(5, 1_000)
    count = room.counting.open(room.shop.ctx(COUNTER), CountKind.ALL)
    room.scan(count.id, part, times=2)
    room.shelf.take_out(room.shop.ctx(LEAD), part, ONE)
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, part)
    assert reason(caught) is Reason.COUNT_DISTURBED
    room.counting.recount(room.shop.ctx(), room.counting.lines(count.id)[0].id)
    room.scan(count.id, part, times=4)
    room.approve(count.id)
    assert room.shelf.stock_of(part).on_hand == Quantity.of(5)


def test_lists_by_class_and_by_location(room: Room) -> None:
    dear = room.part(1, 100, location="A1-02", abc=AbcClass.A)
    cheap = room.part(1, 100, location="A1-01", abc=AbcClass.C)
    new = room.part(1, 100, location="B2")
    empty = room.part(0, 0, location="A1-09")
    count = room.counting.open(room.shop.ctx(), CountKind.CLASS, "c")
    assert [each.part_id for each in room.counting.lines(count.id)] == [cheap, new]
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, dear)
    assert reason(caught) is Reason.NOT_ON_COUNT_LIST
    with pytest.raises(Refusal) as caught:
        room.counting.open(room.shop.ctx(), CountKind.ALL)
    assert (reason(caught), caught.value.params["number"]) == (Reason.COUNT_OPEN_ALREADY, count.number)
    room.counting.cancel(room.shop.ctx(), count.id, count.version)
    # The number of the refused one was never given.
    count = room.counting.open(room.shop.ctx(), CountKind.LOCATION, "A1-0")
    assert count.number == "K2611-00002"
    assert [each.location for each in room.counting.lines(count.id)] == ["A1-01", "A1-02"]
    first = room.counting.lines(count.id, limit=1)
    assert [each.part_id for each in room.counting.lines(count.id, after_key=first[0].key)] == [dear]
    # One of the shelf that should be empty is found: it gets its line.
    room.scan(count.id, empty)
    assert room.counting.count(count.id).lines == 3
    room.approve(count.id)
    assert room.stock.part(empty).row.on_hand == ONE
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, cheap)
    assert reason(caught) is Reason.COUNT_STATE
    with pytest.raises(Refusal) as caught:
        room.counting.cancel(room.shop.ctx(), count.id, room.counting.count(count.id).version)
    assert reason(caught) is Reason.COUNT_STATE
    assert room.sound()


def test_pieces_are_counted_one_by_one(room: Room) -> None:
    part = room.part(serials=("S1", "S2", "S3"), cost=300)
    count = room.counting.open(room.shop.ctx(), CountKind.ALL)
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, part)
    assert reason(caught) is Reason.SERIAL_NEEDED
    with pytest.raises(Refusal) as caught:
        room.counting.enter(room.shop.ctx(), count.id, part, Quantity.of(3))
    assert reason(caught) is Reason.SERIAL_NEEDED
    room.counting.scan(room.shop.ctx(TECHNICIAN), count.id, "S1")
    with pytest.raises(Refusal) as caught:
        room.counting.scan(room.shop.ctx(TECHNICIAN), count.id, "S1")
    assert reason(caught) is Reason.COUNTED_ALREADY
    room.counting.scan(room.shop.ctx(TECHNICIAN), count.id, "S3")
    room.counting.enter_piece(room.shop.ctx(TECHNICIAN), count.id, part, "S9")
    (row,) = room.counting.differences(room.shop.people[LEAD], count.id).rows or (None,)
    assert row is None  # three for three, yet not the same three
    # S1 is used after it was counted, S4 comes: neither is the count's business.
    room.shop.clock.advance(timedelta(minutes=1))
    with room.shop.store.write(Command.SCRAP_PART, room.shop.ctx()) as tx:
        found = tx.session.get_one(Part, part)
        goods_out.return_to_supplier(tx, found, ONE, serials=("S1",))
        goods_in.receive(tx, found, ONE, Money(100), serials=("S4",))
    room.approve(count.id)
    states = {
        serial: card.state
        for serial in ("S1", "S2", "S3", "S4", "S9")
        if (card := room.shelf.piece_by_scan(serial)) is not None
    }
    assert states == {
        "S1": SerialState.RETURNED,
        "S2": SerialState.LOST,
        "S3": SerialState.IN_STOCK,
        "S4": SerialState.IN_STOCK,
        "S9": SerialState.IN_STOCK,
    }
    assert room.sound()


def test_goods_of_others_have_a_line_of_their_own(room: Room) -> None:
    part = room.part(2, 200, consigned=3)
    only = room.part(consigned=1)
    count = room.counting.open(room.shop.ctx(), CountKind.ALL)
    assert count.lines == 3
    room.scan(count.id, part, times=2)
    room.counting.scan(room.shop.ctx(TECHNICIAN), count.id, room.code(part), Quantity.of(2), consigned=True)
    room.scan(count.id, only)
    room.approve(count.id)
    stock = room.shelf.stock_of(part)
    assert stock.on_hand == Quantity.of(2)
    # One consigned piece is missing: the shop owes its owner the price.
    with room.shop.store.read() as reading:
        owed = reading.exec_driver_sql("SELECT sum(owed_value) FROM stock_move").scalar()
    assert owed == 700
    assert room.sound()


def test_approval(room: Room) -> None:
    part = room.part(5, 1_000)
    count = room.counting.open(room.shop.ctx(), CountKind.ALL)
    with pytest.raises(Refusal) as caught:
        room.approve(count.id)
    assert reason(caught) is Reason.NOTHING_COUNTED
    seen = room.counting.count(count.id).version
    room.scan(count.id, part)
    with pytest.raises(Conflict):
        room.counting.approve(room.shop.ctx(LEAD), count.id, seen)
    with pytest.raises(Refusal) as caught:
        room.counting.approve(room.shop.ctx(COUNTER), count.id, seen)
    assert reason(caught) is Reason.NOT_ALLOWED
    # Less is left than is missing: it was not missing after all.
    room.shelf.take_out(room.shop.ctx(TECHNICIAN), part, Quantity.of(3))
    before = room.shop.fingerprint()
    with pytest.raises(Refusal) as caught:
        room.approve(count.id)
    assert reason(caught) is Reason.NOT_IN_PLACE
    assert room.shop.fingerprint() == before


def test_two_leads_approve_at_once(room: Room) -> None:
    part = room.part(5, 1_000)
    count = room.counting.open(room.shop.ctx(), CountKind.ALL)
    room.scan(count.id, part, times=2)
    version = room.counting.count(count.id).version
    other = Counting(room.shop.store.second())
    room.counting.approve(room.shop.ctx(LEAD), count.id, version)
    with pytest.raises(Refusal) as caught:
        other.approve(room.shop.ctx(), count.id, version)
    assert reason(caught) is Reason.COUNT_STATE
    assert room.stock.part(part).row.on_hand == Quantity.of(2)


def test_a_van_is_counted_by_itself(room: Room) -> None:
    part = room.part(5, 1_000)
    van = next(
        each
        for each in room.shelf.save_place(room.shop.ctx(), None, PlaceKind.VAN, "面包车")
        if not each.main
    )
    room.shelf.transfer(room.shop.ctx(), part, Quantity.of(2), 1, van.id)
    count = room.counting.open(room.shop.ctx(), CountKind.PLACE, place_id=van.id)
    assert (count.place, count.lines) == ("面包车", 1)
    main = room.counting.open(room.shop.ctx(), CountKind.ALL)
    assert room.counting.by_scan(running_code(CodeKind.LOCATION, van.id)) == room.counting.count(count.id)
    assert room.counting.by_scan(main.code) == main
    assert room.counting.by_scan("6901234567892") is None
    room.scan(count.id, part)
    room.approve(count.id)
    places = {each.place.id: each.on_hand for each in room.shelf.stock_of(part).places}
    assert places == {1: Quantity.of(3), van.id: ONE}


def test_what_no_stocktake_can_be(room: Room) -> None:
    for kind, scope, why in (
        (CountKind.CLASS, "D", Reason.BAD_CHOICE),
        (CountKind.LOCATION, " ", Reason.FIELD_REQUIRED),
        (CountKind.LOCATION, "a\0", Reason.BAD_TEXT),
    ):
        with pytest.raises(Refusal) as caught:
            room.counting.open(room.shop.ctx(), kind, scope)
        assert reason(caught) is why
    part = room.part(1, 100)
    count = room.counting.open(room.shop.ctx(), CountKind.ALL)
    for quantity, why in (
        (NOTHING, Reason.QUANTITY_NOT_POSITIVE),
        (-ONE, Reason.QUANTITY_NOT_POSITIVE),
        (Quantity.of(10**9), Reason.BAD_QUANTITY),
    ):
        with pytest.raises(Refusal) as caught:
            room.counting.scan(room.shop.ctx(), count.id, room.code(part), quantity)
        assert reason(caught) is why
    # Parts that are kits have no stock of their own.
    with room.shop.store.write(Command.SAVE_PART, room.shop.ctx()) as tx:
        tx.session.execute(update(Part).where(Part.id == room.stock.part(part).row.id).values(kit=False))
    kit = room.part(kit=True)
    with pytest.raises(Refusal) as caught:
        room.scan(count.id, kit)
    assert reason(caught) is Reason.NOT_ON_COUNT_LIST


@pytest.fixture(scope="module")
def worn(shared_shop: Shop) -> tuple[Room, int, int]:
    store = shared_shop.store
    made = Room(shared_shop, Counting(store), StockService(store), Shelf(store))
    part = made.part(serials=("A",), cost=1)
    return made, made.counting.open(made.shop.ctx(), CountKind.ALL).id, part


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
def test_bad_words(worn: tuple[Room, int, int], bad: str) -> None:
    room, count, part = worn

    def scan(text: str) -> None:
        room.counting.scan(room.shop.ctx(), count, text)

    def piece(text: str) -> str:
        room.counting.enter_piece(room.shop.ctx(), count, part, text)
        with room.shop.store.read() as reading:
            found = reading.exec_driver_sql("SELECT json_extract(serials, '$[#-1]') FROM count_line")
            return str(found.scalar_one())

    assert not prove(bad, scan, room.shop.commits)
    prove(bad, piece, room.shop.commits)
