"""A bench to test at: a shop with two technicians, parts on the shelf and devices to be repaired."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from app.core.codes import CodeKind, running_code
from app.core.enums import Action, Command, Role, Status
from app.core.errors import Refusal
from app.core.money import ONE, Money, Quantity
from app.core.rights import Actor, Ctx
from app.features.bench.service import BenchService
from app.features.bench.view import StockRoom
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.orders.snapshots import OrderCard
from app.features.purchasing.wishes import Requests
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.features.stock.service import StockService
from app.features.stock.shelf import Shelf
from app.features.stock.snapshots import PartEntry, PartRow

if TYPE_CHECKING:
    from tests.features.conftest import Shop


@dataclass(slots=True)
class World:
    """The services a technician's day needs, and short words for its steps."""

    shop: Shop
    bench: BenchService
    stock: StockService
    intake: IntakeService
    shelf: Shelf
    #: A second technician.
    zhao: Actor

    @property
    def room(self) -> StockRoom:
        """The stock room as the bench page is given it."""
        return StockRoom(self.stock, self.shelf, lambda: Requests(self.shop.store))

    def ctx(self, who: Role | Actor = Role.TECHNICIAN) -> Ctx:
        return self.shop.ctx(who) if isinstance(who, Role) else Ctx.gesture(who)

    def actor(self, role: Role = Role.TECHNICIAN) -> Actor:
        return self.shop.people[role]

    def take_in(self, **device: Any) -> OrderCard:
        """A fridge comes in."""
        given: dict[str, Any] = {
            "category": "cooling",
            "brand": "海尔",
            "model": "BCD-215",
            "serial": "SN2150042",
            "fault": "不制冷，压缩机不启动",
            "accessories": ("隔板 2 块",),
            "shelf": "A-03",
            **device,
        }
        customer = given.pop("customer", CustomerEntry(name="王丽华", phone="13800138000"))
        taken = self.intake.take_in(self.ctx(Role.COUNTER), TakeIn(customer, (DeviceEntry(**given),)))
        return self.open(taken.orders[0].order_id)

    def open(self, order_id: int, role: Role = Role.TECHNICIAN) -> OrderCard:
        return self.bench.open_card(order_id, self.actor(role))

    def part(
        self, name: str = "启动电容 35µF", on_hand: int = 5, price: int = 45, cost: int = 100
    ) -> PartRow:
        """A part with ``on_hand`` pieces, bought for ``cost`` fen together."""
        card = self.stock.save_part(
            self.ctx(Role.OWNER), None, None, PartEntry(name, "个", sale_price=Money.yuan(price))
        )
        if on_hand:
            card = self.stock.receive(self.ctx(Role.OWNER), card.row.id, Quantity.of(on_hand), Money(cost))
        return card.row

    def label_of(self, part: PartRow) -> str:
        return running_code(CodeKind.PART, part.id)

    def on_hand(self, part: PartRow) -> Quantity:
        return self.stock.part(part.id).row.on_hand

    def add(
        self, card: OrderCard, part: PartRow, quantity: Quantity = ONE, who: Role = Role.TECHNICIAN
    ) -> OrderCard:
        return self.bench.add_part(self.ctx(who), card.id, card.version, part.id, quantity)

    def start(self, card: OrderCard, who: Role | Actor = Role.TECHNICIAN) -> OrderCard:
        return self.bench.go_on(self.ctx(who), card.id, card.version)

    def done(self, card: OrderCard, who: Role = Role.TECHNICIAN) -> OrderCard:
        return self.bench.done(self.ctx(who), card.id, card.version)

    def move(self, card: OrderCard, action: Action, note: str = "", who: Role = Role.TECHNICIAN) -> OrderCard:
        return self.bench.move(self.ctx(who), card.id, card.version, action, note)

    def undo(self, card: OrderCard, who: Role | Actor = Role.TECHNICIAN) -> OrderCard:
        return self.bench.undo(self.ctx(who), card.id, card.version)

    def agree(self, card: OrderCard, agreed: bool = True) -> OrderCard:
        return self.bench.answer_quote(self.ctx(Role.COUNTER), card.id, card.version, agreed=agreed)

    def quoted(self, part: PartRow | None = None) -> OrderCard:
        """An order that waits for the customer's answer."""
        card = self.start(self.take_in())
        card = self.add(card, part or self.part())
        return self.done(card)

    def repairing(self, part: PartRow | None = None) -> OrderCard:
        """An order in repair, its one part planned and not yet taken."""
        return self.start(self.agree(self.quoted(part)))

    def in_check(self) -> OrderCard:
        """An order whose repair waits for the quality check."""
        card = self.repairing()
        card = self.bench.take_parts(self.ctx(), card.id, card.version)
        return self.done(card)

    def later(self, **step: float) -> None:
        self.shop.clock.advance(timedelta(**step))

    def set_status(self, card: OrderCard, status: Status) -> OrderCard:
        """Put an order into a status by hand, past every rule."""
        with self.shop.store.write(Command.MOVE_ORDER, self.ctx(Role.OWNER)) as tx:
            order = tx.order(card.id, None)
            order.status = status
        return self.open(card.id)


@pytest.fixture
def world(shop: Shop) -> World:
    zhao = StaffService(shop.store).save(shop.ctx(), None, StaffEntry("赵明", Role.TECHNICIAN))
    return World(
        shop,
        BenchService(shop.store),
        StockService(shop.store),
        IntakeService(shop.store),
        Shelf(shop.store),
        Actor(zhao.id, zhao.name, zhao.role),
    )


def reason_of(command: Callable[[], object]) -> object:
    """The reason a command is refused for; the test fails where it is done."""
    with pytest.raises(Refusal) as refused:
        command()
    return refused.value.reason


@pytest.fixture
def refused() -> Callable[[Callable[[], object]], object]:
    return reason_of
