"""A counter to test at: a repaired device that waits, with its receipt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.enums import Action, LineKind, PaymentMethod, ReceiptProof, Role, Status
from app.core.money import Money
from app.core.tenders import Tender
from app.features.bench.service import BenchService
from app.features.handover.service import HandoverService
from app.features.handover.snapshots import Settled, Settlement
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.orders.snapshots import OrderCard
from app.model import PickupReceipt

if TYPE_CHECKING:
    from tests.features.conftest import Shop

PRICE = Money.yuan(420)


@dataclass(slots=True)
class Counter:
    """The services of the counter and short words for its steps."""

    shop: Shop
    intake: IntakeService
    bench: BenchService
    handover: HandoverService

    def take_in(
        self, *, deposit: Money = Money(0), customer_id: int | None = None, **device: object
    ) -> OrderCard:
        given = {
            "category": "cooling",
            "brand": "海尔",
            "fault": "不制冷",
            "spend_limit": Money.yuan(2000),
            **device,
        }
        visit = TakeIn(
            CustomerEntry(id=customer_id, name="王丽华", phone="13800138000"),
            (DeviceEntry(**given),),  # type: ignore[arg-type]
            deposit=deposit,
        )
        taken = self.intake.take_in(self.shop.ctx(Role.COUNTER), visit)
        return self.card(taken.orders[0].order_id)

    def card(self, order_id: int, role: Role = Role.LEAD) -> OrderCard:
        return self.bench.open_card(order_id, self.shop.people[role])

    def ready(self, *, deposit: Money = Money(0), price: Money = PRICE, **device: object) -> OrderCard:
        """A device that was repaired for ``price`` and passed the check."""
        return self.finish(self.take_in(deposit=deposit, **device), price)

    def finish(self, card: OrderCard, price: Money = PRICE) -> OrderCard:
        """Repair what was taken in, up to the check."""
        bench, ctx = self.bench, self.shop.ctx
        card = bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
        card = bench.add_line(
            ctx(Role.TECHNICIAN),
            card.id,
            card.version,
            LineKind.LABOUR,
            "更换压缩机",
            price,
            reason="not in the list",
        )
        card = bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
        card = bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
        card = bench.done(ctx(Role.TECHNICIAN), card.id, card.version)
        card = bench.move(ctx(Role.LEAD), card.id, card.version, Action.PASS_QC)
        assert card.status is Status.READY
        return card

    def receipt(self, card: OrderCard) -> str:
        with self.shop.store.read() as reading:
            return str(
                reading.execute(
                    select(PickupReceipt.code)
                    .where(PickupReceipt.order_id == card.id)
                    .order_by(PickupReceipt.id.desc())
                    .limit(1)
                ).scalar_one()
            )

    def settlement(self, card: OrderCard, *tenders: Tender, **more: object) -> Settlement:
        """A hand-over with the receipt scanned, paid in cash to the fen unless told otherwise."""
        money = tenders or ((Tender(PaymentMethod.CASH, card.due),) if card.due else ())
        given = {"proof": ReceiptProof.SCANNED, "receipt_code": self.receipt(card), "tenders": money, **more}
        return Settlement(card.id, card.version, **given)  # type: ignore[arg-type]

    def settle(self, card: OrderCard, *tenders: Tender, role: Role = Role.COUNTER, **more: object) -> Settled:
        return self.handover.settle(self.shop.ctx(role), self.settlement(card, *tenders, **more))


@pytest.fixture
def counter(shop: Shop) -> Counter:
    store = shop.store
    return Counter(shop, IntakeService(store), BenchService(store), HandoverService(store))
