"""Defective goods, consigned goods and loans between shops (domain.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from app.core.enums import (
    Command,
    DefectGrade,
    DefectSource,
    DefectState,
    LoanWay,
    MoveKind,
    Payer,
    Role,
    ScrapReason,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ONE, ZERO, Money, Quantity
from app.features.bench.service import BenchService
from app.features.checkup.service import examine
from app.features.defective.consigned import Consigned
from app.features.defective.loans import Loans
from app.features.defective.service import Defective
from app.features.defective.snapshots import DefectiveEntry, DefectiveRow, Goods, OwnerKey, StripEntry
from app.features.stock.ledger import goods_in, goods_out
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.model import Part
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, prove
from tests.features.conftest import take_in

if TYPE_CHECKING:
    from tests.features.conftest import Shop

TECHNICIAN, LEAD, COUNTER = Role.TECHNICIAN, Role.LEAD, Role.COUNTER


@dataclass(slots=True)
class Room:
    shop: Shop
    defective: Defective
    consigned: Consigned
    loans: Loans
    stock: StockService

    def part(
        self, pieces: int = 0, cost: int = 0, *, supplier: str = "", brand: str = "", consigned: int = 0
    ) -> int:
        entry = PartEntry("压缩机", "台", supplier=supplier, brand=brand)
        part = self.stock.save_part(self.shop.ctx(), None, None, entry).row.id
        with self.shop.store.write(Command.RECEIVE_PART, self.shop.ctx()) as tx:
            found = tx.session.get_one(Part, part)
            if pieces:
                goods_in.receive(tx, found, Quantity.of(pieces), Money(cost))
            if consigned:
                found.consign_price = Money(700)
                goods_in.consign_in(tx, found, Quantity.of(consigned))
        return part

    def register(self, **fields: str) -> DefectiveRow:
        entry = DefectiveEntry("海尔空调外机 运输磕碰", DefectSource.TRANSPORT, **fields)
        return self.defective.save(self.shop.ctx(COUNTER), None, None, entry)

    def scrap(self) -> DefectiveRow:
        row = self.register()
        return self.defective.grade(self.shop.ctx(LEAD), row.id, row.version, DefectGrade.SCRAP)

    def use(self, part: int) -> tuple[int, int]:
        """One piece on an order that the brand pays; order and line."""
        order = take_in(self.shop)
        with self.shop.store.write(Command.MOVE_ORDER, self.shop.ctx()) as tx:
            found = tx.order(order.id, None)
            found.status, found.payer = Status.REPAIRING, Payer.BRAND
        bench = BenchService(self.shop.store)
        card = bench.open_card(order.id, self.shop.people[TECHNICIAN])
        card = bench.add_part(self.shop.ctx(TECHNICIAN), order.id, card.version, part, ONE)
        return order.id, card.lines[-1].id

    def sound(self) -> bool:
        wanted = ("stock_sums", "stock_places", "numbers", "consigned", "part_loans")
        return all(each.ok for each in examine(self.shop.store).checks if each.name in wanted)


@pytest.fixture
def room(shop: Shop) -> Room:
    return _room(shop)


def _room(shop: Shop) -> Room:
    store = shop.store
    return Room(shop, Defective(store), Consigned(store), Loans(store), StockService(store))


def reason(caught: pytest.ExceptionInfo[Refusal]) -> Reason:
    return caught.value.reason


def test_scrap_is_taken_apart_and_its_parts_enter_stock(room: Room) -> None:
    row = room.register()
    assert (row.number, row.state, row.grade) == ("D2611-00001", DefectState.RECEIVED, None)
    free, valued = room.part(), room.part()
    parts = (StripEntry(free, Quantity.of(2)), StripEntry(valued, ONE, Money(1_500)))
    with pytest.raises(Refusal) as caught:
        room.defective.strip(room.shop.ctx(TECHNICIAN), row.id, row.version, parts)
    assert reason(caught) is Reason.NOT_GRADED_SCRAP
    row = room.defective.grade(room.shop.ctx(LEAD), row.id, row.version, DefectGrade.SCRAP, Money(5_000))
    assert (row.state, row.set_value) == (DefectState.GRADED, Money(5_000))
    row = room.defective.strip(room.shop.ctx(TECHNICIAN), row.id, row.version, parts[:1], finished=False)
    row = room.defective.strip(room.shop.ctx(TECHNICIAN), row.id, row.version, parts[1:])
    assert row.state is DefectState.STRIPPED
    won = room.defective.won_from(row.id)
    assert [(each.part_id, each.quantity, each.value) for each in won] == [
        (free, Quantity.of(2), ZERO),
        (valued, ONE, Money(1_500)),
    ]
    assert room.stock.part(free).value == ZERO
    assert room.stock.part(valued).value == Money(1_500)
    with pytest.raises(Refusal) as caught:
        room.defective.strip(room.shop.ctx(TECHNICIAN), row.id, row.version, parts)
    assert reason(caught) is Reason.DEFECT_STATE
    assert room.sound()


def test_a_part_that_cannot_be_booked_leaves_nothing_half_taken_apart(room: Room) -> None:
    row, part = room.scrap(), room.part()
    before = room.shop.fingerprint()
    for bad, why in (
        (StripEntry(part, ONE, Money(-1)), Reason.AMOUNT_NEGATIVE),
        (StripEntry(part, Quantity(0)), Reason.QUANTITY_NOT_POSITIVE),
        (StripEntry(10**6, ONE), Reason.NOT_FOUND),
        (StripEntry(part, ONE, serials=("S1",)), Reason.SERIAL_NOT_SERIALISED),
    ):
        with pytest.raises(Refusal) as caught:
            room.defective.strip(room.shop.ctx(TECHNICIAN), row.id, row.version, (StripEntry(part, ONE), bad))
        assert reason(caught) is why
    assert room.shop.fingerprint() == before


@pytest.mark.parametrize(
    ("grade", "end", "allowed"),
    [
        (DefectGrade.SELLABLE, DefectState.SOLD, True),
        (DefectGrade.SAMPLE, DefectState.SOLD, True),
        (DefectGrade.SAMPLE, DefectState.GIVEN_AWAY, True),
        (DefectGrade.SCRAP, DefectState.DISPOSED, True),
        (DefectGrade.SELLABLE, DefectState.GIVEN_AWAY, False),
        (DefectGrade.SELLABLE, DefectState.DISPOSED, False),
        (DefectGrade.SCRAP, DefectState.SOLD, False),
    ],
)
def test_what_may_become_of_a_grade(
    shared_shop: Shop, grade: DefectGrade, end: DefectState, *, allowed: bool
) -> None:
    room = _room(shared_shop)
    row = room.register()
    with pytest.raises(Refusal) as caught:
        room.defective.close(room.shop.ctx(COUNTER), row.id, row.version, end, "张三")
    assert reason(caught) is Reason.DEFECT_STATE
    row = room.defective.grade(room.shop.ctx(LEAD), row.id, row.version, grade)
    if not allowed:
        with pytest.raises(Refusal) as caught:
            room.defective.close(room.shop.ctx(COUNTER), row.id, row.version, end, "张三")
        assert reason(caught) is Reason.DEFECT_GRADE
        return
    price = Money.yuan(300) if end is DefectState.SOLD else ZERO
    row = room.defective.close(room.shop.ctx(COUNTER), row.id, row.version, end, "张三", price)
    assert (row.state, row.sold_for) == (end, price or None)
    assert row.id not in {each.id for each in room.defective.page(Goods.OPEN)}
    assert row.id in {each.id for each in room.defective.page(Goods.ALL)}


def test_the_register(room: Room) -> None:
    order = take_in(room.shop)
    row = room.register(order_number=order.number, category="cooling", brand="海尔")
    assert (row.order_id, row.order_number) == (order.id, order.number)
    assert room.defective.by_scan(row.code) == row
    with pytest.raises(Refusal) as caught:
        room.register(order_number="2611-99999")
    assert reason(caught) is Reason.BAD_CHOICE
    entry = DefectiveEntry("改", DefectSource.OTHER)
    changed = room.defective.save(room.shop.ctx(), row.id, row.version, entry)
    assert (changed.description, changed.order_id) == ("改", None)
    with pytest.raises(Conflict):
        room.defective.save(room.shop.ctx(), row.id, row.version, entry)
    with pytest.raises(Refusal) as caught:
        room.defective.grade(room.shop.ctx(COUNTER), row.id, changed.version, DefectGrade.SCRAP)
    assert reason(caught) is Reason.NOT_ALLOWED
    # The number of the refused one was never given.
    assert room.register().number == "D2611-00002"


def test_used_goods_of_others_are_settled_with_their_owner(room: Room) -> None:
    mine = room.part(supplier="海尔备件中心", consigned=5)
    brand = room.part(brand="美的", consigned=5)
    own = room.part(5, 500)
    assert room.consigned.owed() == ()
    room.use(mine)
    order, line = room.use(mine)
    room.use(brand)
    room.use(own)
    first, second = room.consigned.owed()
    assert (first.name, first.uses, first.total) == ("海尔备件中心", 2, Money(1_400))
    assert (second.name, second.owner, second.total) == ("美的", OwnerKey(None, "美的"), Money(700))
    assert [each.quantity for each in room.consigned.uses(first.owner)] == [ONE, ONE]
    # What is used after the list was read waits for the next settlement.
    room.use(mine)
    settled = room.consigned.settle(room.shop.ctx(LEAD), first, "11月")
    assert (settled.number, settled.total, settled.uses) == ("L2611-00001", Money(1_400), 2)
    assert len(room.consigned.settled_uses(settled.id)) == 2
    assert [(each.name, each.total) for each in room.consigned.owed()] == [
        ("海尔备件中心", Money(700)),
        ("美的", Money(700)),
    ]
    with pytest.raises(Refusal) as caught:
        room.consigned.settle(room.shop.ctx(LEAD), first)
    assert reason(caught) is Reason.NOTHING_OWED
    # A settled one that is taken off the order is a credit of the next settlement.
    bench = BenchService(room.shop.store)
    version = bench.open_card(order, room.shop.people[LEAD]).version
    bench.remove_line(room.shop.ctx(LEAD), order, version, line)
    (owed,) = (each for each in room.consigned.owed() if each.owner == first.owner)
    assert (owed.uses, owed.total) == (2, ZERO)
    assert room.consigned.settle(room.shop.ctx(LEAD), owed).total == ZERO
    assert [each.number for each in room.consigned.settlements()] == ["L2611-00002", "L2611-00001"]
    assert room.sound()


def test_what_was_lost_of_others_goods_is_owed_too(room: Room) -> None:
    part = room.part(supplier="海尔备件中心", consigned=2)
    with room.shop.store.write(Command.SCRAP_PART, room.shop.ctx()) as tx:
        goods_out.scrap(tx, tx.session.get_one(Part, part), ONE, ScrapReason.LOST, consigned=True)
    (owed,) = room.consigned.owed()
    (use,) = room.consigned.uses(owed.owner)
    assert (use.kind, use.owed, use.order_number) == (MoveKind.SCRAP, Money(700), "")


def test_two_settle_the_same_uses(room: Room) -> None:
    part = room.part(supplier="海尔备件中心", consigned=2)
    order, line = room.use(part)
    (owed,) = room.consigned.owed()
    bench = BenchService(room.shop.store)
    version = bench.open_card(order, room.shop.people[LEAD]).version
    bench.remove_line(room.shop.ctx(LEAD), order, version, line)
    (now,) = room.consigned.owed()
    other = Consigned(room.shop.store.second())
    room.consigned.settle(room.shop.ctx(LEAD), now)
    with pytest.raises(Refusal) as caught:
        other.settle(room.shop.ctx(LEAD), now)
    assert reason(caught) is Reason.NOTHING_OWED
    with pytest.raises(Refusal) as caught:
        room.consigned.settle(room.shop.ctx(COUNTER), owed)
    assert reason(caught) is Reason.NOT_ALLOWED


def test_lent_parts_come_back_at_the_value_they_left_with(room: Room) -> None:
    part = room.part(3, 1_000)
    loan = room.loans.lend(room.shop.ctx(LEAD), part, Quantity.of(2), "老张家电")
    assert (loan.number, loan.way, loan.rest, loan.value) == (
        "J2611-00001",
        LoanWay.LENT,
        Quantity.of(2),
        Money(667),
    )
    assert room.stock.part(part).value == Money(333)
    loan = room.loans.give_back(room.shop.ctx(LEAD), loan.id, ONE)
    assert room.loans.page() == (loan,)
    with pytest.raises(Refusal) as caught:
        room.loans.give_back(room.shop.ctx(LEAD), loan.id, Quantity.of(2))
    assert reason(caught) is Reason.LOAN_REST
    room.loans.give_back(room.shop.ctx(LEAD), loan.id, ONE)
    assert room.stock.part(part).value == Money(1_000)
    assert (room.loans.page(), len(room.loans.page(closed=True))) == ((), 1)
    with pytest.raises(Refusal) as caught:
        room.loans.give_back(room.shop.ctx(LEAD), loan.id, ONE)
    assert reason(caught) is Reason.LOAN_CLOSED
    assert room.sound()


def test_borrowed_parts_are_used_and_others_given_back(room: Room) -> None:
    part = room.part()
    loan = room.loans.borrow(room.shop.ctx(LEAD), part, Quantity.of(2), "老张家电", Money(900))
    assert (loan.way, room.stock.part(part).value) == (LoanWay.BORROWED, Money(900))
    room.use(part)
    with pytest.raises(Refusal) as caught:
        room.loans.give_back(room.shop.ctx(LEAD), loan.id, Quantity.of(2))
    assert reason(caught) is Reason.NOT_IN_PLACE
    room.stock.receive(room.shop.ctx(), part, ONE, Money(450))
    loan = room.loans.give_back(room.shop.ctx(LEAD), loan.id, Quantity.of(2))
    assert (loan.rest, room.stock.part(part).row.on_hand) == (Quantity(0), Quantity(0))
    assert room.sound()


def test_what_no_loan_can_be(room: Room) -> None:
    part = room.part(1, 100)
    for quantity, shop, value, why in (
        (Quantity(0), "老张", ZERO, Reason.QUANTITY_NOT_POSITIVE),
        (Quantity.of(10**9), "老张", ZERO, Reason.BAD_QUANTITY),
        (ONE, " ", ZERO, Reason.FIELD_REQUIRED),
        (ONE, "老张", Money(-1), Reason.AMOUNT_NEGATIVE),
    ):
        with pytest.raises(Refusal) as caught:
            room.loans.borrow(room.shop.ctx(LEAD), part, quantity, shop, value)
        assert reason(caught) is why
    with pytest.raises(Refusal) as caught:
        room.loans.lend(room.shop.ctx(LEAD), part, Quantity.of(2), "老张")
    assert reason(caught) is Reason.NOT_IN_PLACE
    with pytest.raises(Refusal) as caught:
        room.loans.lend(room.shop.ctx(COUNTER), part, ONE, "老张")
    assert reason(caught) is Reason.NOT_ALLOWED
    assert room.loans.lend(room.shop.ctx(LEAD), part, ONE, "老张").number == "J2611-00001"


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
def test_bad_words(shared_shop: Shop, bad: str) -> None:
    room = _room(shared_shop)
    ctx = shared_shop.ctx

    def describe(text: str) -> str:
        entry = DefectiveEntry(text, DefectSource.OTHER)
        return room.defective.save(ctx(), None, None, entry).description

    def shop(text: str) -> str:
        return room.loans.borrow(ctx(), 1, ONE, text, ZERO).shop

    if not room.stock.parts_page().rows:
        room.part()
    prove(bad, describe, shared_shop.commits)
    prove(bad, shop, shared_shop.commits)
