"""Every part replaced at the brand's cost is accounted for (domain.md §7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.core.enums import (
    BatchState,
    Command,
    OldPartRule,
    OldPartState,
    Payer,
    Role,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ONE, Money, Quantity
from app.core.rights import Ctx
from app.features.bench.service import BenchService
from app.features.checkup.service import examine
from app.features.old_parts.register import missing_of, refuse_missing
from app.features.old_parts.service import OldParts
from app.features.old_parts.snapshots import OldPartRow, PolicyRow, Shown
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry
from app.model import Part
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, prove
from tests.features.conftest import take_in

if TYPE_CHECKING:
    from tests.features.conftest import Shop

TECHNICIAN, LEAD, COUNTER = Role.TECHNICIAN, Role.LEAD, Role.COUNTER
RETURN = (PolicyRow("海尔", "", OldPartRule.RETURN, Money.yuan(20)),)
SWAP = (PolicyRow("海尔", "cooling", OldPartRule.SWAP),)


@dataclass(slots=True)
class Room:
    shop: Shop
    old: OldParts
    stock: StockService
    bench: BenchService

    def part(self, pieces: int = 5, cost: int = 30_000, price: int = 420, **fields: object) -> int:
        part = self.stock.save_part(
            self.shop.ctx(), None, None, PartEntry("压缩机", "台", sale_price=Money.yuan(price))
        ).row.id
        with self.shop.store.write(Command.SAVE_PART, self.shop.ctx()) as tx:
            for key, value in fields.items():
                setattr(tx.session.get_one(Part, part), key, value)
        if pieces:
            self.stock.receive(self.shop.ctx(), part, Quantity.of(pieces), Money(cost))
        return part

    def order(self, payer: Payer = Payer.BRAND, brand: str = "海尔") -> int:
        order = take_in(self.shop, brand=brand)
        with self.shop.store.write(Command.MOVE_ORDER, self.shop.ctx()) as tx:
            found = tx.order(order.id, None)
            found.status, found.payer = Status.REPAIRING, payer
        return order.id

    def add(self, order: int, part: int, pieces: int = 1, who: Role = TECHNICIAN) -> int:
        card = self.bench.open_card(order, self.shop.people[who])
        card = self.bench.add_part(self.shop.ctx(who), order, card.version, part, Quantity.of(pieces))
        return card.lines[-1].id

    def remove(self, order: int, line: int) -> None:
        card = self.bench.open_card(order, self.shop.people[LEAD])
        self.bench.remove_line(self.shop.ctx(LEAD), order, card.version, line)

    def due(self) -> OldPartRow:
        """One old part, removed and not back."""
        order = self.order()
        self.add(order, self.part())
        (row,) = self.old.of_order(order)
        return row

    def sound(self) -> bool:
        wanted = ("old_parts", "stock_sums", "stock_lines", "numbers")
        return all(each.ok for each in examine(self.shop.store).checks if each.name in wanted)


@pytest.fixture
def room(shop: Shop) -> Room:
    store = shop.store
    made = Room(shop, OldParts(store), StockService(store), BenchService(store))
    made.old.save_policies(shop.ctx(), RETURN)
    return made


def reason(caught: pytest.ExceptionInfo[Refusal]) -> Reason:
    return caught.value.reason


def test_a_part_replaced_at_the_brands_cost_is_due(room: Room) -> None:
    part, order = room.part(5, 1_001), room.order()
    room.add(order, part, 2)
    (row,) = room.old.of_order(order)
    assert (row.state, row.rule, row.brand) == (OldPartState.DUE, OldPartRule.RETURN, "海尔")
    assert (row.quantity, row.cost) == (Quantity.of(2), Money(400))
    assert (row.technician, row.days, row.overdue) == ("李强", 0, False)
    assert room.old.missing_for_order(order) == (row,)
    assert room.old.by_scan(row.code) == row
    assert room.old.by_scan("6901234567892") is None
    with room.shop.store.read() as reading, pytest.raises(Refusal) as caught:
        refuse_missing(reading, order)
    assert reason(caught) is Reason.OLD_PART_MISSING


def test_nobody_asks_for_it_where_the_customer_pays_or_no_rule_does(room: Room) -> None:
    part = room.part()
    for order in (room.order(Payer.CUSTOMER), room.order(Payer.SHOP), room.order(brand="美的")):
        room.add(order, part)
        assert room.old.of_order(order) == ()
    bought = room.part(old_part_rule=OldPartRule.NONE)
    order = room.order()
    room.add(order, bought)
    assert room.old.of_order(order) == ()


def test_the_brand_is_known_however_it_was_typed(room: Room) -> None:
    room.old.save_policies(room.shop.ctx(), (PolicyRow("Haier", "", OldPartRule.RETURN),))
    order = room.order(brand="HAIER")
    room.add(order, room.part())
    assert room.old.of_order(order)[0].brand == "Haier"


def test_parts_under_the_set_price_are_exempt_unless_the_part_says_otherwise(room: Room) -> None:
    order = room.order()
    room.add(order, room.part(price=19))
    room.add(order, room.part(price=19, old_part_rule=OldPartRule.RETURN))
    room.add(order, room.part(price=20))
    assert [each.state for each in room.old.of_order(order)] == [
        OldPartState.EXEMPT,
        OldPartState.DUE,
        OldPartState.DUE,
    ]
    assert len(room.old.missing_for_order(order)) == 2


def test_a_part_that_is_taken_off_the_order_leaves_no_old_one(room: Room) -> None:
    order = room.order()
    line = room.add(order, room.part())
    room.remove(order, line)
    assert room.old.of_order(order) == ()
    assert room.old.tally().open == 0
    assert room.sound()


def test_what_is_owed_to_stock_was_replaced_all_the_same(room: Room) -> None:
    part, order = room.part(0, purchase_price=Money(6_000)), room.order()
    card = room.bench.open_card(order, room.shop.people[LEAD])
    Shelf(room.shop.store).owe(room.shop.ctx(LEAD), order, card.version, part, Quantity.of(2))
    (row,) = room.old.of_order(order)
    assert (row.state, row.cost) == (OldPartState.DUE, Money(12_000))
    room.stock.receive(room.shop.ctx(), part, Quantity.of(3), Money(18_000))
    assert len(room.old.of_order(order)) == 1


def test_on_the_shelf_once(room: Room) -> None:
    row = room.due()
    shelved = room.old.shelve(room.shop.ctx(TECHNICIAN), row.id, " 旧件架 3 ", serial="SN1")
    assert (shelved.state, shelved.location, shelved.serial) == (OldPartState.ON_SHELF, "旧件架 3", "SN1")
    assert room.old.missing_for_order(row.order_id) == ()
    assert room.old.move(room.shop.ctx(TECHNICIAN), row.id, "旧件架 4 ").location == "旧件架 4"
    before = room.shop.fingerprint()
    with pytest.raises(Refusal) as caught:
        room.old.shelve(room.shop.ctx(TECHNICIAN), row.id)
    assert reason(caught) is Reason.OLD_PART_STATE
    assert caught.value.params == {"code": row.code, "state": OldPartState.ON_SHELF}
    assert room.shop.fingerprint() == before


def test_a_batch_from_shelf_to_answer(room: Room) -> None:
    first, second, third = room.due(), room.due(), room.due()
    for each in (first, second):
        room.old.shelve(room.shop.ctx(), each.id)
    batch = room.old.pack(room.shop.ctx(COUNTER), "海尔")
    assert batch.row.number == "B2611-00001"
    assert [each.id for each in batch.parts] == [first.id, second.id]
    # A scan of one that nobody shelved packs it all the same, into the same batch; twice is refused.
    batch = room.old.pack_one(room.shop.ctx(COUNTER), third.id)
    assert (batch.row.pieces, len(batch.parts)) == (3, 3)
    with pytest.raises(Refusal) as caught:
        room.old.pack_one(room.shop.ctx(COUNTER), third.id)
    assert reason(caught) is Reason.OLD_PART_STATE
    batch = room.old.unpack(room.shop.ctx(COUNTER), third.id)
    assert room.old.old_part(third.id).state is OldPartState.ON_SHELF
    with pytest.raises(Refusal) as caught:
        room.old.send(room.shop.ctx(COUNTER), batch.row.id, batch.row.version, "顺丰", " ")
    assert reason(caught) is Reason.FIELD_REQUIRED
    with pytest.raises(Conflict):
        room.old.send(room.shop.ctx(COUNTER), batch.row.id, batch.row.version - 1, "顺丰", "SF1")
    batch = room.old.send(room.shop.ctx(COUNTER), batch.row.id, batch.row.version, "顺丰", "SF1234567890")
    assert (batch.row.state, batch.row.waybill) == (BatchState.SENT, "SF1234567890")
    assert {each.state for each in batch.parts} == {OldPartState.SENT}
    # The brand has it: the new part cannot be taken off the order any more.
    with room.shop.store.read() as reading:
        assert missing_of(reading, first.order_id) == 0
    line = room.bench.open_card(first.order_id, room.shop.people[LEAD]).lines[-1].id
    with pytest.raises(Refusal) as caught:
        room.remove(first.order_id, line)
    assert reason(caught) is Reason.OLD_PART_STATE
    with pytest.raises(Refusal) as caught:
        room.old.judge(room.shop.ctx(), first.id, room.old.old_part(first.id).version, accepted=False)
    assert reason(caught) is Reason.FIELD_REQUIRED
    row = room.old.judge(
        room.shop.ctx(), first.id, room.old.old_part(first.id).version, accepted=False, reason="不是原厂件"
    )
    assert (row.state, row.reason) == (OldPartState.REFUSED, "不是原厂件")
    batch = room.old.accept_batch(room.shop.ctx(), batch.row.id, room.old.batch(batch.row.id).row.version)
    assert (batch.row.state, batch.row.open_ones) == (BatchState.CLOSED, 0)
    assert {each.state for each in batch.parts} == {OldPartState.REFUSED, OldPartState.ACCEPTED}
    # Sent again, or paid by the shop.
    again = room.old.shelve(room.shop.ctx(), first.id)
    assert (again.state, again.batch_id) == (OldPartState.ON_SHELF, None)
    assert room.sound()


def test_another_brands_part_does_not_go_into_the_batch(room: Room) -> None:
    room.old.save_policies(room.shop.ctx(), (PolicyRow("", "", OldPartRule.RETURN),))
    mine = room.due()
    order = room.order(brand="美的")
    room.add(order, room.part())
    (other,) = room.old.of_order(order)
    batch = room.old.pack_one(room.shop.ctx(), mine.id)
    with pytest.raises(Refusal) as caught:
        room.old.pack_one(room.shop.ctx(), other.id, batch.row.id)
    assert reason(caught) is Reason.OLD_PART_BRAND
    assert room.old.brands() == ("海尔", "美的")


def test_a_batch_that_is_called_off_leaves_its_parts_on_the_shelf(room: Room) -> None:
    row = room.due()
    batch = room.old.pack_one(room.shop.ctx(), row.id)
    batch = room.old.unpack(room.shop.ctx(), row.id)
    with pytest.raises(Refusal) as caught:
        room.old.send(room.shop.ctx(), batch.row.id, batch.row.version, "", "SF1")
    assert reason(caught) is Reason.BATCH_EMPTY
    batch = room.old.pack_one(room.shop.ctx(), row.id)
    batch = room.old.cancel_batch(room.shop.ctx(), batch.row.id, batch.row.version)
    assert (batch.row.state, batch.parts) == (BatchState.CANCELLED, ())
    assert room.old.old_part(row.id).state is OldPartState.ON_SHELF
    with pytest.raises(Refusal) as caught:
        room.old.pack_one(room.shop.ctx(), row.id, batch.row.id)
    assert reason(caught) is Reason.BATCH_STATE
    assert room.old.pack(room.shop.ctx(), "海尔").row.number == "B2611-00002"
    with pytest.raises(Refusal) as caught:
        room.old.pack(room.shop.ctx(), "海尔")
    assert reason(caught) is Reason.OLD_PART_NONE
    assert room.sound()


def test_old_for_new(room: Room) -> None:
    room.old.save_policies(room.shop.ctx(), SWAP)
    part, order = room.part(), room.order()
    before = room.shop.fingerprint()
    with pytest.raises(Refusal) as caught:
        room.add(order, part)
    assert reason(caught) is Reason.OLD_PART_FIRST
    assert room.shop.fingerprint() == before
    handed = room.old.hand_in(
        room.shop.ctx(TECHNICIAN), order, part, Quantity.of(3), serial="OLD", location="旧1"
    )
    assert (handed.state, handed.rule) == (OldPartState.ON_SHELF, OldPartRule.SWAP)
    line = room.add(order, part, 2)
    with_new, waiting = sorted(room.old.of_order(order), key=lambda row: row.cost, reverse=True)
    assert (with_new.quantity, with_new.cost) == (Quantity.of(2), Money(12_000))
    assert (with_new.state, with_new.location) == (OldPartState.ON_SHELF, "旧1")
    assert (waiting.id, waiting.quantity) == (handed.id, ONE)
    with pytest.raises(Refusal) as caught:
        room.add(order, part, 2)
    assert (reason(caught), caught.value.params["quantity"]) == (Reason.OLD_PART_FIRST, ONE)
    # What waits for its new one is not packed; taken off again, the old ones wait for the next.
    room.old.take_back(room.shop.ctx(TECHNICIAN), waiting.id)
    with pytest.raises(Refusal) as caught:
        room.old.take_back(room.shop.ctx(TECHNICIAN), with_new.id)
    assert reason(caught) is Reason.OLD_PART_STATE
    room.remove(order, line)
    room.add(order, part, 2)
    assert [each.id for each in room.old.of_order(order)] == [with_new.id]
    assert room.sound()


def test_a_lead_may_issue_without_the_old_one(room: Room) -> None:
    room.old.save_policies(room.shop.ctx(), SWAP)
    part, order = room.part(), room.order()
    room.add(order, part, who=LEAD)
    assert room.shop.journal(Command.ADD_PART)[-2]["without_old"] is True
    with pytest.raises(Refusal) as caught:
        room.old.waive(room.shop.ctx(TECHNICIAN), order, part, ONE, "急")
    assert reason(caught) is Reason.NOT_ALLOWED
    room.old.waive(room.shop.ctx(LEAD), order, part, ONE, "客户在等")
    room.add(order, part)
    assert [each.state for each in room.old.of_order(order)] == [OldPartState.DUE, OldPartState.DUE]
    with pytest.raises(Refusal) as caught:
        room.add(order, part)
    assert reason(caught) is Reason.OLD_PART_FIRST


def test_only_orders_that_a_brand_pays_hand_old_parts_in(room: Room) -> None:
    part = room.part()
    with pytest.raises(Refusal) as caught:
        room.old.hand_in(room.shop.ctx(), room.order(Payer.CUSTOMER), part, ONE)
    assert reason(caught) is Reason.OLD_PART_NOT_BRAND
    with pytest.raises(Refusal) as caught:
        room.old.hand_in(room.shop.ctx(), room.order(), part, Quantity(0))
    assert reason(caught) is Reason.QUANTITY_NOT_POSITIVE
    with pytest.raises(Refusal) as caught:
        room.old.hand_in(room.shop.ctx(), 10**6, part, ONE)
    assert reason(caught) is Reason.NOT_FOUND


def test_the_shop_pays_for_a_lost_one(room: Room) -> None:
    row = room.due()
    with pytest.raises(Refusal) as caught:
        room.old.write_off(room.shop.ctx(TECHNICIAN), row.id, row.version, "不见了", lost=True)
    assert reason(caught) is Reason.NOT_ALLOWED
    with pytest.raises(Refusal) as caught:
        room.old.write_off(room.shop.ctx(LEAD), row.id, row.version, " ", lost=True)
    assert reason(caught) is Reason.FIELD_REQUIRED
    gone = room.old.write_off(room.shop.ctx(LEAD), row.id, row.version, "不见了", lost=True)
    assert (gone.state, gone.reason) == (OldPartState.LOST, "不见了")
    assert room.shop.journal(Command.WRITE_OFF_OLD_PART)[-1]["cost_fen"] == 6_000
    assert (room.old.tally().open, room.old.tally().lost_cost) == (0, Money(6_000))
    # Found again: a lead's word, as the loss was.
    with pytest.raises(Refusal) as caught:
        room.old.shelve(room.shop.ctx(TECHNICIAN), row.id)
    assert reason(caught) is Reason.LEAD_ONLY
    room.old.shelve(room.shop.ctx(LEAD), row.id)
    assert room.old.tally().lost_cost == Money(0)


def test_lost_on_the_way_closes_the_batch(room: Room) -> None:
    row = room.due()
    batch = room.old.pack_one(room.shop.ctx(), row.id)
    batch = room.old.send(room.shop.ctx(), batch.row.id, batch.row.version, "", "SF1")
    charged = room.old.write_off(room.shop.ctx(), row.id, batch.parts[0].version, "快递丢失", lost=False)
    assert charged.state is OldPartState.CHARGED
    assert room.old.batch(batch.row.id).row.state is BatchState.CLOSED
    assert room.sound()


def test_ageing(room: Room) -> None:
    old = room.due()
    room.shop.clock.advance(timedelta(days=16))
    new = room.due()
    rows = room.old.page(Shown.OPEN)
    assert [(each.id, each.days, each.overdue) for each in rows] == [(old.id, 16, True), (new.id, 0, False)]
    tally = room.old.tally()
    assert (tally.due, tally.overdue, tally.open) == (2, 1, 2)
    assert room.old.page(Shown.OPEN, after_key=old.id) == (rows[1],)
    assert room.old.page(Shown.OPEN, brand="美的") == ()
    assert [each.id for each in room.old.page(Shown.ALL)] == [new.id, old.id]
    for shown in (Shown.ON_SHELF, Shown.SENT, Shown.REFUSED):
        assert room.old.page(shown) == ()
    assert len(room.old.page(Shown.DUE)) == 2


def test_two_stores_shelve_the_same_label(room: Room) -> None:
    row = room.due()
    other = OldParts(room.shop.store.second())
    room.old.shelve(room.shop.ctx(), row.id)
    with pytest.raises(Refusal) as caught:
        other.shelve(room.shop.ctx(), row.id)
    assert reason(caught) is Reason.OLD_PART_STATE


def test_a_repeated_gesture_shelves_once(room: Room) -> None:
    row = room.due()
    ctx: Ctx = room.shop.ctx()
    assert room.old.shelve(ctx, row.id) == room.old.shelve(ctx, row.id)


def test_the_table_of_rules(room: Room) -> None:
    rows = (
        PolicyRow("海尔", "cooling", OldPartRule.SWAP, Money.yuan(5)),
        PolicyRow("", "", OldPartRule.RETURN),
    )
    assert room.old.save_policies(room.shop.ctx(), rows) == (rows[1], rows[0])
    assert room.old.policies() == (rows[1], rows[0])
    for bad, why in (
        ((rows[0], PolicyRow("海尔", "cooling", OldPartRule.NONE)), Reason.BAD_CHOICE),
        ((PolicyRow("海尔", "", OldPartRule.NONE, Money(-1)),), Reason.AMOUNT_NEGATIVE),
        ((PolicyRow("海尔", "", OldPartRule.NONE, Money(10**15)),), Reason.BAD_AMOUNT),
        ((PolicyRow("x" * 81, "", OldPartRule.NONE),), Reason.TEXT_TOO_LONG),
        (tuple(PolicyRow(f"b{at}", "", OldPartRule.NONE) for at in range(501)), Reason.TOO_MANY_ENTRIES),
    ):
        with pytest.raises(Refusal) as caught:
            room.old.save_policies(room.shop.ctx(), bad)
        assert reason(caught) is why
    assert len(room.old.policies()) == 2
    with pytest.raises(Refusal) as caught:
        room.old.save_policies(room.shop.ctx(COUNTER), rows)
    assert reason(caught) is Reason.NOT_ALLOWED


@pytest.fixture(scope="module")
def worn(shared_shop: Shop) -> tuple[Room, int, int]:
    store = shared_shop.store
    made = Room(shared_shop, OldParts(store), StockService(store), BenchService(store))
    return made, made.order(), made.part()


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
def test_bad_words(worn: tuple[Room, int, int], bad: str) -> None:
    room, order, part = worn
    ctx = room.shop.ctx

    def hand_in(text: str) -> str:
        return room.old.hand_in(ctx(), order, part, ONE, location=text).location

    def waive(text: str) -> str:
        return room.old.waive(ctx(), order, part, ONE, text).reason

    prove(bad, hand_in, room.shop.commits)
    prove(bad, waive, room.shop.commits)
    prove(
        bad,
        lambda text: room.old.save_policies(ctx(), (PolicyRow(text, "", OldPartRule.RETURN),))[0].brand,
        room.shop.commits,
    )
