"""Between goods in and the device: reserved, taken along, consigned, with serial numbers, owed (domain.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from app.core.enums import (
    Action,
    Command,
    MoveKind,
    Payer,
    PlaceKind,
    Role,
    ScrapReason,
    SerialState,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ONE, ZERO, Money, Quantity
from app.core.rights import Ctx
from app.features.bench.service import BenchService
from app.features.checkup.service import examine
from app.features.stock.ledger import counts, goods_in
from app.features.stock.scans import serial_code
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry
from app.model import Part
from tests.features.conftest import take_in

if TYPE_CHECKING:
    from tests.features.conftest import Shop

TECHNICIAN, LEAD, COUNTER = Role.TECHNICIAN, Role.LEAD, Role.COUNTER
NOTHING = Quantity(0)


@dataclass(slots=True)
class Room:
    """The stock room with its neighbours."""

    shop: Shop
    stock: StockService
    shelf: Shelf
    bench: BenchService

    def part(self, pieces: int = 0, cost: int = 0, name: str = "压缩机", **fields: object) -> int:
        part = self.stock.save_part(
            self.shop.ctx(), None, None, PartEntry(name, "台", sale_price=Money.yuan(420))
        ).row.id
        if fields:
            with self.shop.store.write(Command.SAVE_PART, self.shop.ctx()) as tx:
                for key, value in fields.items():
                    setattr(tx.session.get_one(Part, part), key, value)
        if pieces:
            self.stock.receive(self.shop.ctx(), part, Quantity.of(pieces), Money(cost))
        return part

    def order(self, status: Status = Status.REPAIRING, payer: Payer = Payer.CUSTOMER) -> int:
        order = take_in(self.shop)
        with self.shop.store.write(Command.MOVE_ORDER, self.shop.ctx()) as tx:
            found = tx.order(order.id, None)
            found.status, found.payer = status, payer
        return order.id

    def add(
        self, order: int, part: int, pieces: int = 1, who: Role = TECHNICIAN, serials: tuple[str, ...] = ()
    ):  # type: ignore[no-untyped-def]
        card = self.bench.open_card(order, self.shop.people[who])
        return self.bench.add_part(
            self.shop.ctx(who), order, card.version, part, Quantity.of(pieces), serials
        )

    def refused(self) -> set[str]:
        names = (
            "stock_sums",
            "stock_places",
            "stock_months",
            "reservations",
            "serials",
            "stock_lines",
            "consigned",
        )
        return {each.name for each in examine(self.shop.store).checks if each.name in names and not each.ok}


@pytest.fixture
def room(shop: Shop) -> Room:
    return Room(shop, StockService(shop.store), Shelf(shop.store), BenchService(shop.store))


def test_what_is_reserved_for_one_order_is_not_used_on_another(room: Room) -> None:
    part, mine, other = room.part(2, 200), room.order(), room.order()
    stock = room.shelf.reserve(room.shop.ctx(COUNTER), mine, part, Quantity.of(2))
    assert (stock.reserved, stock.free) == (Quantity.of(2), NOTHING)
    assert [(each.order_id, each.quantity) for each in stock.reservations] == [(mine, Quantity.of(2))]
    assert room.shelf.reserved_for(mine) == stock.reservations
    with pytest.raises(Refusal) as refused:
        room.add(other, part)
    assert refused.value.reason is Reason.PART_RESERVED
    assert (refused.value.params["quantity"], refused.value.params["reserved"]) == (NOTHING, Quantity.of(2))
    with pytest.raises(Refusal) as refused:
        room.shelf.reserve(room.shop.ctx(), other, part, ONE)
    assert refused.value.reason is Reason.PART_RESERVED
    room.add(mine, part)
    stock = room.shelf.stock_of(part)
    assert (stock.on_hand, stock.reserved) == (ONE, ONE)
    room.shelf.release(room.shop.ctx(TECHNICIAN), mine, part)
    room.add(other, part)
    with pytest.raises(Refusal) as refused:
        room.shelf.release(room.shop.ctx(TECHNICIAN), mine, part)
    assert refused.value.reason is Reason.NOT_RESERVED
    assert room.refused() == set()


def test_a_closed_order_holds_nothing(room: Room) -> None:
    part, order = room.part(1, 100), room.order(Status.RECEIVED)
    room.shelf.reserve(room.shop.ctx(), order, part, ONE)
    card = room.bench.open_card(order, room.shop.people[LEAD])
    room.bench.move(room.shop.ctx(LEAD), order, card.version, Action.CANCEL, "客户不修了")
    assert room.shelf.stock_of(part).free == ONE
    with pytest.raises(Refusal) as refused:
        room.shelf.reserve(room.shop.ctx(), order, part, ONE)
    assert refused.value.reason is Reason.ORDER_CLOSED
    assert room.refused() == set()


def test_a_technician_uses_what_he_carries_and_gives_back_the_rest(room: Room) -> None:
    part, order = room.part(5, 500), room.order()
    stock = room.shelf.take_out(room.shop.ctx(TECHNICIAN), part, Quantity.of(3))
    assert (stock.on_hand, stock.away, stock.free) == (Quantity.of(5), Quantity.of(3), Quantity.of(2))
    room.add(order, part)
    (held,) = room.shelf.held_by(room.shop.people[TECHNICIAN].id)
    assert (held.part_id, held.on_hand, held.place.kind) == (part, Quantity.of(2), PlaceKind.PERSON)
    assert held in room.shelf.held_by()
    with pytest.raises(Refusal) as refused:
        room.add(order, part, 3, LEAD)  # two on the shelf; another's bag is not his
    assert refused.value.reason is Reason.OUT_OF_STOCK
    assert refused.value.params["quantity"] == Quantity.of(2)
    with pytest.raises(Refusal) as refused:
        room.shelf.give_back(room.shop.ctx(TECHNICIAN), part, Quantity.of(3))
    assert refused.value.reason is Reason.NOT_IN_PLACE
    stock = room.shelf.give_back(room.shop.ctx(COUNTER), part, Quantity.of(2), staff_id=held.place.staff_id)
    assert (stock.away, stock.free) == (NOTHING, Quantity.of(4))
    assert room.shelf.held_by() == ()
    assert room.refused() == set()


def test_a_part_taken_off_an_order_returns_to_the_bag_it_came_from(room: Room) -> None:
    part, order = room.part(2, 201), room.order()
    room.shelf.take_out(room.shop.ctx(TECHNICIAN), part, ONE)
    card = room.add(order, part, 2)
    assert room.shelf.stock_of(part).on_hand == NOTHING
    room.bench.remove_line(room.shop.ctx(TECHNICIAN), order, card.version, card.lines[-1].id)
    stock = room.shelf.stock_of(part)
    assert {(each.place.kind, each.on_hand) for each in stock.places} == {
        (PlaceKind.SHELF, ONE),
        (PlaceKind.PERSON, ONE),
    }
    assert room.stock.part(part).value == Money(201)


def test_the_brands_repair_takes_consigned_goods_first_and_owned_value_stays(room: Room) -> None:
    part = room.part(1, 100, consign_price=Money(90))
    room.shelf.consign_in(room.shop.ctx(COUNTER), part, Quantity.of(2), "铺底 11 月")
    stock = room.shelf.stock_of(part)
    assert (stock.on_hand, stock.consigned, stock.free) == (ONE, Quantity.of(2), Quantity.of(3))
    room.add(room.order(payer=Payer.BRAND), part)
    assert room.stock.part(part).value == Money(100)
    assert room.shelf.stock_of(part).consigned == ONE
    room.add(room.order(payer=Payer.CUSTOMER), part)
    stock = room.shelf.stock_of(part)
    assert (stock.on_hand, stock.consigned, room.stock.part(part).value) == (NOTHING, ONE, ZERO)
    room.shelf.consign_out(room.shop.ctx(COUNTER), part, ONE)
    with room.shop.store.read() as reading:
        owed = reading.exec_driver_sql("SELECT sum(owed_value) FROM stock_move").scalar_one()
        cost = reading.exec_driver_sql("SELECT used, used_value FROM part_month").one()
    assert owed == 90
    assert tuple(cost) == (2000, 190)
    with pytest.raises(Refusal) as refused:
        room.shelf.consign_in(room.shop.ctx(COUNTER), room.part(name="电机"), ONE)
    assert refused.value.reason is Reason.CONSIGN_PRICE_MISSING
    assert room.refused() == set()


def test_used_and_owed_until_the_receipt_is_booked(room: Room) -> None:
    part, order = room.part(), room.order()
    card = room.bench.open_card(order, room.shop.people[LEAD])
    with pytest.raises(Refusal) as refused:
        room.shelf.owe(room.shop.ctx(TECHNICIAN), order, card.version, part, ONE)
    assert refused.value.reason is Reason.NOT_ALLOWED
    stock = room.shelf.owe(room.shop.ctx(LEAD), order, card.version, part, Quantity.of(2))
    assert [(each.order_id, each.quantity) for each in stock.debts] == [(order, Quantity.of(2))]
    card = room.bench.open_card(order, room.shop.people[LEAD])
    assert (card.lines[-1].planned, card.lines[-1].owed) == (NOTHING, Quantity.of(2))
    room.stock.receive(room.shop.ctx(COUNTER), part, ONE, Money(300))
    assert room.shelf.stock_of(part).debts[0].quantity == ONE
    assert room.stock.part(part).value == ZERO
    room.stock.receive(room.shop.ctx(COUNTER), part, Quantity.of(3), Money(301))
    stock = room.shelf.stock_of(part)
    assert (stock.debts, stock.on_hand) == ((), Quantity.of(2))
    assert room.stock.part(part).value == Money(201)
    line = room.bench.open_card(order, room.shop.people[LEAD]).lines[-1]
    assert (line.taken, line.owed) == (Quantity.of(2), NOTHING)
    card = room.bench.open_card(order, room.shop.people[LEAD])
    with pytest.raises(Refusal) as refused:
        room.shelf.owe(room.shop.ctx(LEAD), order, card.version, part, ONE)
    assert refused.value.reason is Reason.STILL_IN_STOCK
    assert room.refused() == set()


def test_a_debt_is_settled_by_consigned_goods_too_and_dropped_with_its_line(room: Room) -> None:
    part, order = room.part(consign_price=Money(90)), room.order()
    for _each in range(2):
        card = room.bench.open_card(order, room.shop.people[LEAD])
        room.shelf.owe(room.shop.ctx(LEAD), order, card.version, part, ONE)
    card = room.bench.open_card(order, room.shop.people[LEAD])
    room.bench.remove_line(room.shop.ctx(LEAD), order, card.version, card.lines[0].id)
    stock = room.shelf.consign_in(room.shop.ctx(COUNTER), part, Quantity.of(2))
    assert (stock.debts, stock.consigned) == ((), ONE)
    assert room.refused() == set()


def test_pieces_with_serial_numbers_are_known_by_name(room: Room) -> None:
    part, order = room.part(serialised=True, warranty_months=12), room.order()
    with room.shop.store.write(Command.RECEIVE_PART, room.shop.ctx()) as tx:
        found = tx.session.get_one(Part, part)
        goods_in.receive(tx, found, Quantity.of(3), Money(1000), serials=("A1", "A2", "A3"))
        for serials, reason in (
            (("A1",), Reason.SERIAL_IN_STOCK),
            ((), Reason.SERIAL_NEEDED),
            (("B1", "B1"), Reason.SERIAL_TWICE),
        ):
            with pytest.raises(Refusal) as refused:
                goods_in.receive(tx, found, Quantity.of(max(1, len(serials))), ZERO, serials=serials)
            assert refused.value.reason is reason
    with pytest.raises(Refusal) as refused:
        room.add(order, part)
    assert refused.value.reason is Reason.SERIAL_NEEDED
    with pytest.raises(Refusal) as refused:
        room.add(order, part, serials=("Z9",))
    assert refused.value.reason is Reason.SERIAL_UNKNOWN
    piece = room.shelf.piece_by_scan("A2")
    assert piece is not None
    assert piece.code == serial_code(piece.id)
    card = room.bench.open_card(order, room.shop.people[TECHNICIAN])
    card = room.bench.add_part_by_code(room.shop.ctx(TECHNICIAN), order, card.version, piece.code)
    piece = room.shelf.piece(piece.id)
    assert (piece.state, piece.order_id, piece.place) == (SerialState.USED, order, None)
    assert piece.device == "海尔 KFR-35GW"
    assert piece.warranty_until is not None
    assert room.stock.part(part).value == Money(667)
    with pytest.raises(Refusal) as refused:
        room.add(order, part, serials=("A2",))
    assert refused.value.reason is Reason.SERIAL_NOT_HERE
    room.bench.remove_line(room.shop.ctx(TECHNICIAN), order, card.version, card.lines[-1].id)
    room.shelf.take_out(room.shop.ctx(TECHNICIAN), part, ONE, serials=("A2",))
    with pytest.raises(Refusal) as refused:
        room.add(order, part, who=LEAD, serials=("A2",))
    assert refused.value.reason is Reason.SERIAL_NOT_HERE
    room.shelf.give_back(room.shop.ctx(TECHNICIAN), part, ONE, serials=("A2",))
    room.shelf.scrap(room.shop.ctx(LEAD), part, ONE, ScrapReason.LOST, serials=("A3",))
    with room.shop.store.write(Command.ADJUST_STOCK, room.shop.ctx()) as tx:
        found = tx.session.get_one(Part, part)
        rows = counts.count(tx, found, Quantity.of(2), "盘点", serials=("A2", "A3"))
        assert [each.quantity for each in rows] == [-ONE, ONE]
    kinds = [each.kind for each in room.shelf.piece(piece.id).moves]
    assert kinds == [
        MoveKind.RECEIVE,
        MoveKind.USE,
        MoveKind.UNUSE,
        *[MoveKind.TAKE] * 2,
        *[MoveKind.GIVE_BACK] * 2,
    ]
    gone = room.shelf.piece_by_scan("A1")
    assert gone is not None
    assert gone.state is SerialState.LOST
    assert room.refused() == set()


def test_scrap_and_return_take_their_share_of_the_value(room: Room) -> None:
    part, order = room.part(4, 1001), room.order()
    room.shelf.scrap(room.shop.ctx(LEAD), part, ONE, ScrapReason.BROKEN)
    assert room.stock.part(part).value == Money(751)
    room.shelf.reserve(room.shop.ctx(), order, part, Quantity.of(2))
    with pytest.raises(Refusal) as refused:
        room.shelf.return_to_supplier(room.shop.ctx(COUNTER), part, Quantity.of(2))
    assert refused.value.reason is Reason.PART_RESERVED
    room.shelf.return_to_supplier(room.shop.ctx(COUNTER), part, ONE, "发错货")
    # What is broken is broken, whoever waits for it.
    stock = room.shelf.scrap(room.shop.ctx(LEAD), part, ONE, ScrapReason.BROKEN)
    assert (stock.on_hand, stock.reserved, stock.free) == (ONE, Quantity.of(2), NOTHING)
    room.shelf.scrap(room.shop.ctx(LEAD), part, ONE, ScrapReason.BROKEN)
    assert room.stock.part(part).value == ZERO
    with pytest.raises(Refusal) as refused:
        room.shelf.scrap(room.shop.ctx(LEAD), part, ONE, ScrapReason.OTHER)
    assert refused.value.reason is Reason.NOTE_REQUIRED
    assert room.refused() == set()


def test_places_are_named_once_and_kept_while_they_hold_stock(room: Room) -> None:
    part = room.part(2, 200)
    van = next(
        each
        for each in room.shelf.save_place(room.shop.ctx(), None, PlaceKind.VAN, "1 号车")
        if not each.main
    )
    main = next(each for each in room.shelf.places() if each.main)
    room.shelf.transfer(room.shop.ctx(COUNTER), part, ONE, main.id, van.id)
    assert room.shelf.stock_of(part).free == Quantity.of(2)
    save = room.shelf.save_place
    for call, reason in (
        (lambda: save(room.shop.ctx(), None, PlaceKind.SHELF, "1 号车"), Reason.PLACE_NAME_TAKEN),
        (lambda: save(room.shop.ctx(), van.id, PlaceKind.VAN, "1 号车", active=False), Reason.PLACE_IN_USE),
        (lambda: save(room.shop.ctx(), van.id, PlaceKind.QUARANTINE, "1 号车"), Reason.PLACE_IN_USE),
        (lambda: save(room.shop.ctx(), None, PlaceKind.PERSON, "包"), Reason.BAD_CHOICE),
        (lambda: room.shelf.transfer(room.shop.ctx(), part, ONE, van.id, van.id), Reason.SAME_PLACE),
        (lambda: room.shelf.transfer(room.shop.ctx(), part, Quantity.of(2), van.id, main.id), Reason.NOT_IN_PLACE),
    ):  # fmt: skip
        before = room.shop.fingerprint()
        with pytest.raises(Refusal) as refused:
            call()
        assert refused.value.reason is reason
        assert room.shop.fingerprint() == before
    room.shelf.transfer(room.shop.ctx(), part, ONE, van.id, main.id)
    room.shelf.save_place(room.shop.ctx(), van.id, PlaceKind.VAN, "1 号车", active=False)


def test_two_programs_issue_the_last_piece_and_one_wins(room: Room) -> None:
    part, first, second = room.part(1, 100), room.order(), room.order()
    other = Shelf(room.shop.store.second())
    try:
        room.shelf.reserve(room.shop.ctx(), first, part, ONE)
        with pytest.raises(Refusal) as refused:
            other.reserve(room.shop.ctx(), second, part, ONE)
        assert refused.value.reason is Reason.PART_RESERVED
        bench = BenchService(other._store)
        seen = bench.open_card(first, room.shop.people[TECHNICIAN])
        room.add(first, part)
        with pytest.raises(Conflict):
            bench.add_part(room.shop.ctx(TECHNICIAN), first, seen.version, part)
        card = bench.open_card(second, room.shop.people[TECHNICIAN])
        with pytest.raises(Refusal) as refused:
            bench.add_part(room.shop.ctx(TECHNICIAN), second, card.version, part)
        assert refused.value.reason is Reason.OUT_OF_STOCK
    finally:
        other._store.close()
    assert room.shelf.stock_of(part).on_hand == NOTHING


def test_a_repeated_gesture_takes_out_once(room: Room) -> None:
    part = room.part(3, 300)
    ctx = Ctx.gesture(room.shop.people[TECHNICIAN])
    once = room.shelf.take_out(ctx, part, ONE)
    assert room.shelf.take_out(ctx, part, ONE) == once
    assert once.away == ONE


def test_roles(room: Room) -> None:
    part = room.part(3, 300)
    for call in (
        lambda: room.shelf.scrap(room.shop.ctx(COUNTER), part, ONE, ScrapReason.BROKEN),
        lambda: room.shelf.transfer(room.shop.ctx(TECHNICIAN), part, ONE, 1, 1),
        lambda: room.shelf.return_to_supplier(room.shop.ctx(TECHNICIAN), part, ONE),
        lambda: room.shelf.save_place(room.shop.ctx(TECHNICIAN), None, PlaceKind.VAN, "车"),
    ):
        with pytest.raises(Refusal) as refused:
            call()
        assert refused.value.reason is Reason.NOT_ALLOWED
    assert room.shelf.stock_of(part).on_hand == Quantity.of(3)
