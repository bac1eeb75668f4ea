"""Every move of the ledger against a plain dictionary: quantity, value, reservations, consigned goods apart (issue 3).

The dictionary knows nothing of the program: it decides by itself what must be refused and what a move is worth.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from app.core.enums import Command, PlaceKind, Role, ScrapReason, Status
from app.core.errors import Refusal
from app.core.money import Money, Quantity
from app.features.checkup.service import examine
from app.features.orders.lines import NewLine, add_part_line, give_back, owe_part_line
from app.features.stock.booking import place_of
from app.features.stock.ledger import counts, goods_in, goods_out, reservations, transfers
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry
from app.model import OrderLine, Part
from app.store.engine import relaxed
from tests.features.conftest import take_in

if TYPE_CHECKING:
    from tests.features.conftest import Shop

FULL = os.environ.get("XIUHU_FULL") == "1"
PRICE = 700  # fen for a consigned unit
MAIN, BAG, VAN, APART = "main", "bag", "van", "apart"
OPEN = (MAIN, VAN)

QUANTITIES = st.sampled_from([1, 350, 1000, 1000, 1000, 2000, 3000, 7001])
COSTS = st.integers(0, 5000)
ORDERS = st.integers(0, 1)


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


@dataclass
class Plain:
    """The shelf as a dictionary."""

    stock: dict[tuple[str, bool], int] = field(default_factory=lambda: defaultdict(int))
    value: int = 0
    reserved: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    used: int = 0
    used_value: int = 0
    #: line → what it took: (place, consigned) → [milli, fen, owed fen]
    taken: dict[int, dict[tuple[str, bool], list[int]]] = field(default_factory=dict)
    #: (order, line, milli), oldest first
    debts: list[list[int]] = field(default_factory=list)

    @property
    def own(self) -> int:
        return sum(milli for (_place, consigned), milli in self.stock.items() if not consigned)

    def open(self) -> int:
        return sum(milli for (place, _c), milli in self.stock.items() if place in OPEN)

    def free(self, order: int | None = None) -> int:
        others = sum(milli for each, milli in self.reserved.items() if each != order)
        return max(0, self.open() - others)

    def bag(self) -> int:
        return self.stock[BAG, False] + self.stock[BAG, True]

    def out(self, milli: int) -> int:
        """The value that ``milli`` of the own stock takes along; call before the stock is lowered."""
        gone = self.value if milli == self.own else half_up(self.value * milli, self.own)
        self.value -= gone
        return gone

    def take_for(self, line: int, place: str, consigned: bool, milli: int) -> None:
        fen = 0 if consigned else self.out(milli)
        owed = half_up(PRICE * milli, 1000) if consigned else 0
        self.stock[place, consigned] -= milli
        share = self.taken.setdefault(line, {}).setdefault((place, consigned), [0, 0, 0])
        for at, amount in enumerate((milli, fen, owed)):
            share[at] += amount
        self.used += milli
        self.used_value += fen + owed

    def settle(self, place: str, consigned: bool) -> None:
        for debt in self.debts:
            milli = min(debt[2], self.stock[place, consigned])
            if milli:
                self.take_for(debt[1], place, consigned, milli)
                debt[2] -= milli
        self.debts = [debt for debt in self.debts if debt[2]]


class LedgerMachine(RuleBasedStateMachine):
    """Random moves of one part by a lead who carries a bag."""

    shop: ClassVar[Any]
    places: ClassVar[dict[str, int]]
    orders: ClassVar[list[int]]

    @initialize()
    def begin(self) -> None:
        self.plain = Plain()
        stock = StockService(self.shop.store)
        self.part = stock.save_part(self.shop.ctx(), None, None, PartEntry("铜管", "米")).row.id
        with self.shop.store.write(Command.SAVE_PART, self.shop.ctx()) as tx:
            tx.session.get_one(Part, self.part).consign_price = Money(PRICE)
        # What another example left reserved for these orders is of another part.
        self.lines: dict[int, int] = {}

    def moved(self, move: Callable[[Any, Part], Any], *, refused: bool) -> Any:
        """Make a move; it must be refused exactly where the dictionary says so, and then change nothing."""
        try:
            with self.shop.store.write(Command.ADD_PART, self.shop.ctx(Role.LEAD)) as tx:
                found = move(tx, tx.session.get_one(Part, self.part))
                if isinstance(found, OrderLine | NewLine):
                    tx.session.flush()
                    found = found.id
        except Refusal:
            if not refused:
                raise
            return None
        assert not refused, "this should have been refused"
        return found

    @rule(milli=QUANTITIES, cost=COSTS)
    def receive(self, milli: int, cost: int) -> None:
        self.moved(lambda tx, part: goods_in.receive(tx, part, Quantity(milli), Money(cost)), refused=False)
        self.plain.stock[MAIN, False] += milli
        self.plain.value += cost
        self.plain.settle(MAIN, consigned=False)

    @rule(milli=QUANTITIES)
    def consign(self, milli: int) -> None:
        self.moved(lambda tx, part: goods_in.consign_in(tx, part, Quantity(milli)), refused=False)
        self.plain.stock[MAIN, True] += milli
        self.plain.settle(MAIN, consigned=True)

    @rule(at=ORDERS, milli=QUANTITIES)
    def use(self, at: int, milli: int) -> None:
        order = self.orders[at]
        plain = self.plain
        line = self.moved(
            lambda tx, part: add_part_line(tx, tx.order(order, None), part.id, Quantity(milli)),
            refused=milli > plain.bag() + plain.free(order),
        )
        if line is None:
            return
        self.lines[line] = order
        plain.reserved[order] -= min(plain.reserved[order], milli)
        for place in (BAG, MAIN, VAN):
            for consigned in (False, True):
                share = min(milli, plain.stock[place, consigned])
                if share:
                    plain.take_for(line, place, consigned, share)
                    milli -= share

    @precondition(lambda self: self.lines)
    @rule(data=st.data())
    def unuse(self, data: st.DataObject) -> None:
        line = data.draw(st.sampled_from(sorted(self.lines)))
        order = self.lines.pop(line)
        plain = self.plain

        def back(tx: Any, _part: Part) -> None:
            found = tx.session.get_one(OrderLine, line)
            give_back(tx, tx.order(order, None), found)
            found.removed = True

        self.moved(back, refused=False)
        for key, (milli, fen, owed) in plain.taken.pop(line, {}).items():
            plain.stock[key] += milli
            plain.value += fen
            plain.used -= milli
            plain.used_value -= fen + owed
        plain.debts = [debt for debt in plain.debts if debt[1] != line]
        # Nothing is planned any more: what was held for the plan is free.
        plain.reserved[order] = 0

    @rule(at=ORDERS, milli=QUANTITIES)
    def owe(self, at: int, milli: int) -> None:
        order = self.orders[at]
        plain = self.plain
        line = self.moved(
            lambda tx, part: owe_part_line(tx, tx.order(order, None), part.id, Quantity(milli)),
            refused=milli <= plain.bag() + plain.free(order),
        )
        if line is not None:
            self.lines[line] = order
            plain.debts.append([order, line, milli])

    @rule(at=ORDERS, milli=QUANTITIES)
    def reserve(self, at: int, milli: int) -> None:
        order = self.orders[at]
        refused = milli > self.plain.free()
        self.moved(lambda tx, part: reservations.reserve(tx, part, order, Quantity(milli)), refused=refused)
        if not refused:
            self.plain.reserved[order] += milli

    @rule(at=ORDERS, milli=QUANTITIES)
    def release(self, at: int, milli: int) -> None:
        order = self.orders[at]
        refused = milli > self.plain.reserved[order]
        self.moved(lambda tx, part: reservations.release(tx, part, order, Quantity(milli)), refused=refused)
        if not refused:
            self.plain.reserved[order] -= milli

    @rule(at=st.none() | ORDERS, milli=QUANTITIES)
    def take_out(self, at: int | None, milli: int) -> None:
        order = None if at is None else self.orders[at]
        plain = self.plain
        refused = milli > plain.free(order)
        bag = self.places[BAG]
        self.moved(
            lambda tx, part: transfers.take_out(tx, part, Quantity(milli), place_of(tx, bag), order_id=order),
            refused=refused,
        )
        if refused:
            return
        if order is not None:
            plain.reserved[order] -= min(plain.reserved[order], milli)
        for place in OPEN:
            for consigned in (False, True):
                share = min(milli, plain.stock[place, consigned])
                plain.stock[place, consigned] -= share
                plain.stock[BAG, consigned] += share
                milli -= share

    @rule(milli=QUANTITIES)
    def give_back(self, milli: int) -> None:
        plain = self.plain
        refused = milli > plain.bag()
        bag = self.places[BAG]
        self.moved(
            lambda tx, part: transfers.give_back(tx, part, Quantity(milli), place_of(tx, bag)),
            refused=refused,
        )
        if not refused:
            for consigned in (False, True):
                share = min(milli, plain.stock[BAG, consigned])
                plain.stock[BAG, consigned] -= share
                plain.stock[MAIN, consigned] += share
                milli -= share

    @rule(
        way=st.sampled_from([(MAIN, VAN), (VAN, MAIN), (MAIN, APART), (APART, MAIN), (VAN, APART)]),
        milli=QUANTITIES,
        consigned=st.booleans(),
    )
    def transfer(self, way: tuple[str, str], milli: int, consigned: bool) -> None:
        source, target = way
        plain = self.plain
        refused = milli > plain.stock[source, consigned]
        refused = refused or (target == APART and milli > plain.free())
        self.moved(
            lambda tx, part: transfers.transfer(
                tx,
                part,
                Quantity(milli),
                place_of(tx, self.places[source]),
                place_of(tx, self.places[target]),
                consigned=consigned,
            ),
            refused=refused,
        )
        if not refused:
            plain.stock[source, consigned] -= milli
            plain.stock[target, consigned] += milli

    @rule(milli=QUANTITIES, consigned=st.booleans(), place=st.sampled_from([MAIN, VAN, APART, BAG]))
    def scrap(self, milli: int, consigned: bool, place: str) -> None:
        plain = self.plain
        refused = milli > plain.stock[place, consigned]
        self.moved(
            lambda tx, part: goods_out.scrap(
                tx,
                part,
                Quantity(milli),
                ScrapReason.BROKEN,
                place_id=self.places[place],
                consigned=consigned,
            ),
            refused=refused,
        )
        if not refused:
            if not consigned:
                plain.out(milli)
            plain.stock[place, consigned] -= milli

    @rule(milli=QUANTITIES, consigned=st.booleans())
    def send_back(self, milli: int, consigned: bool) -> None:
        plain = self.plain
        refused = milli > plain.stock[MAIN, consigned] or (
            sum(plain.reserved.values()) > 0 and milli > plain.free()
        )
        self.moved(
            lambda tx, part: goods_out.return_to_supplier(tx, part, Quantity(milli), consigned=consigned),
            refused=refused,
        )
        if not refused:
            if not consigned:
                plain.out(milli)
            plain.stock[MAIN, consigned] -= milli

    @rule(milli=st.just(0) | QUANTITIES)
    def count(self, milli: int) -> None:
        plain = self.plain
        difference = milli - plain.stock[MAIN, False]
        with self.shop.store.read() as reading:
            last = reading.exec_driver_sql(
                f"SELECT purchase_price FROM part WHERE id = {self.part}"
            ).scalar_one()
        self.moved(lambda tx, part: counts.count(tx, part, Quantity(milli), "盘点"), refused=False)
        if difference > 0:
            unit = half_up(plain.value * 1000, plain.own) if plain.own else last
            plain.value += half_up(unit * difference, 1000)
        elif difference < 0:
            plain.out(-difference)
        plain.stock[MAIN, False] = milli

    @invariant()
    def the_shop_agrees(self) -> None:
        if not hasattr(self, "part"):
            return
        plain = self.plain
        names = {place_id: name for name, place_id in self.places.items()}
        with self.shop.store.read() as reading:

            def ask(question: str) -> list[Any]:
                return [tuple(row) for row in reading.exec_driver_sql(question.format(part=self.part))]

            assert ask("SELECT on_hand, value, consigned, reserved, away FROM part WHERE id = {part}") == [
                (
                    plain.own,
                    plain.value,
                    sum(milli for (_p, consigned), milli in plain.stock.items() if consigned),
                    sum(plain.reserved.values()),
                    sum(milli for (place, _c), milli in plain.stock.items() if place not in OPEN),
                )
            ]
            lies = ask(
                "SELECT place_id, consigned, on_hand FROM stock_balance WHERE part_id = {part} AND on_hand"
            )
            assert {(names[place], bool(own)): milli for place, own, milli in lies} == {
                key: milli for key, milli in plain.stock.items() if milli
            }
            held = ask("SELECT order_id, quantity FROM reservation WHERE part_id = {part}")
            assert dict(held) == {order: milli for order, milli in plain.reserved.items() if milli}
            assert ask("SELECT coalesce(sum(value), 0) FROM stock_move WHERE part_id = {part}") == [
                (plain.value,)
            ]
            assert ask(
                "SELECT coalesce(sum(used), 0), coalesce(sum(used_value), 0), coalesce(sum(net), 0),"
                " coalesce(sum(net_value), 0) FROM part_month WHERE part_id = {part}"
            ) == [(plain.used, plain.used_value, plain.own, plain.value)]
            assert ask(
                "SELECT coalesce(sum(quantity - settled - cancelled), 0) FROM stock_owed WHERE part_id = {part}"
            ) == [(sum(debt[2] for debt in plain.debts),)]


@pytest.fixture(scope="module")
def machine(shared_shop: Shop) -> Iterator[type[LedgerMachine]]:
    shop = shared_shop
    shelf = Shelf(shop.store)
    ids = [take_in(shop).id, take_in(shop, phone="13900139000").id]
    with shop.store.write(Command.MOVE_ORDER, shop.ctx()) as tx:
        for order_id in ids:
            tx.order(order_id, None).status = Status.REPAIRING
    shelf.save_place(shop.ctx(), None, PlaceKind.VAN, "服务车")
    shelf.save_place(shop.ctx(), None, PlaceKind.QUARANTINE, "待定")
    part = StockService(shop.store).save_part(shop.ctx(), None, None, PartEntry("样件", "个")).row.id
    StockService(shop.store).receive(shop.ctx(), part, Quantity.of(1), Money(1))
    shelf.take_out(shop.ctx(Role.LEAD), part, Quantity.of(1))
    by_kind = {each.kind: each.id for each in shelf.places()}
    LedgerMachine.shop = shop
    LedgerMachine.orders = ids
    LedgerMachine.places = {
        MAIN: by_kind[PlaceKind.SHELF],
        BAG: by_kind[PlaceKind.PERSON],
        VAN: by_kind[PlaceKind.VAN],
        APART: by_kind[PlaceKind.QUARANTINE],
    }
    with relaxed(shop.store.engine):
        yield LedgerMachine


def test_every_move_against_a_plain_dictionary(machine: type[LedgerMachine]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=500 if FULL else 10,
            stateful_step_count=60 if FULL else 25,
            deadline=None,
            derandomize=not FULL,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    stock = {
        "stock_sums",
        "stock_places",
        "stock_months",
        "reservations",
        "serials",
        "stock_lines",
        "consigned",
    }
    found = [each for each in examine(machine.shop.store).checks if each.name in stock and not each.ok]
    assert not found, [each.detail for each in found]
