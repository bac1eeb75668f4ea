"""A counter with everything that billing needs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.enums import CreditKind, CreditReason, PaymentMethod, Role
from app.core.money import Money
from app.core.tenders import Tender
from app.features.bench.service import BenchService
from app.features.billing.correcting import Correcting
from app.features.billing.service import Billing
from app.features.billing.snapshots import BilledInvoice, CreditAsked
from app.features.checkup.service import examine
from app.features.handover.service import HandoverService
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.orders.snapshots import OrderCard
from app.features.till.closing import Closing
from app.features.till.service import Tills
from app.model import Invoice
from tests.features.handover.conftest import Counter

if TYPE_CHECKING:
    from tests.features.conftest import Shop


@dataclass(slots=True)
class SameCustomer(Counter):
    """A counter where one customer comes again and again."""

    customer_id: int | None = None

    def take_in(self, *, deposit: Money = Money(0), **device: object) -> OrderCard:
        given = {
            "category": "cooling",
            "brand": "海尔",
            "fault": "不制冷",
            "spend_limit": Money.yuan(5000),
            **device,
        }
        customer = CustomerEntry(self.customer_id, "王丽华", "13800138000")
        visit = TakeIn(customer, (DeviceEntry(**given),), deposit=deposit)  # type: ignore[arg-type]
        taken = self.intake.take_in(self.shop.ctx(Role.COUNTER), visit)
        card = self.card(taken.orders[0].order_id)
        self.customer_id = card.customer_id
        return card


@dataclass(slots=True)
class Office:
    """The services of money, and short words for its steps."""

    shop: Shop
    counter: Counter
    billing: Billing
    corrections: Correcting
    tills: Tills
    closing: Closing

    def sold(
        self, price: Money = Money.yuan(100), *, method: PaymentMethod = PaymentMethod.CASH
    ) -> BilledInvoice:
        """A repair that was handed over and paid."""
        card = self.counter.ready(price=price)
        settled = self.counter.settle(card, Tender(method, card.due))
        return self.invoice(settled.invoice_number)

    def on_account(self, price: Money = Money.yuan(100)) -> BilledInvoice:
        """A repair that was handed over and not paid."""
        card = self.counter.ready(price=price)
        order = self.counter.settlement(card, on_account=True)
        settled = self.counter.handover.settle(self.shop.ctx(), replace(order, tenders=()))
        return self.invoice(settled.invoice_number)

    def invoice(self, number: str) -> BilledInvoice:
        return self.billing.invoice_by_number(number, self.shop.people[Role.OWNER])

    def credit(self, invoice: BilledInvoice, amount: Money) -> CreditAsked:
        return CreditAsked(invoice.id, CreditKind.AMOUNT, CreditReason.GOODWILL, "客户不满意", amount=amount)

    def sound(self) -> None:
        report = examine(self.shop.store)
        assert report.sound, [(each.name, each.detail) for each in report.checks if not each.ok]

    def last_invoice(self) -> int:
        with self.shop.store.read() as reading:
            return int(reading.execute(select(Invoice.id).order_by(Invoice.id.desc()).limit(1)).scalar_one())


def open_office(shop: Shop) -> Office:
    store = shop.store
    counter = SameCustomer(shop, IntakeService(store), BenchService(store), HandoverService(store))
    return Office(shop, counter, Billing(store), Correcting(store), Tills(store), Closing(store))


@pytest.fixture
def office(shop: Shop) -> Iterator[Office]:
    """An office of its own; whatever a test does, the shop is sound afterwards."""
    made = open_office(shop)
    yield made
    made.sound()


@pytest.fixture(scope="module")
def shared_office(shared_shop: Shop) -> Office:
    return open_office(shared_shop)
