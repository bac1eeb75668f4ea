"""Pay is tested at the same counter as billing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest

from app.core.enums import CommissionKind, CreditKind, CreditReason, PayItemKind, Role
from app.core.money import ZERO, Money
from app.features.billing.snapshots import BilledInvoice, CreditAsked
from app.features.pay.service import Pay
from app.features.pay.snapshots import ItemEntry, PayMonth, RuleEntry
from tests.features.billing.conftest import Office, office, shared_office

if TYPE_CHECKING:
    from tests.features.conftest import Shop

__all__ = ["office", "shared_office"]
NOVEMBER, DECEMBER, JANUARY = "2026-11", "2026-12", "2027-01"
FIRST = date(2026, 11, 1)


@dataclass(slots=True)
class PayDesk:
    """The owner at the pay tab, and short words for what he does."""

    shop: Shop
    office: Office
    pay: Pay

    def rule(
        self,
        kind: CommissionKind,
        permille: int = 0,
        *,
        amount: Money = ZERO,
        who: Role | None = None,
        category: str = "",
        valid_from: date = FIRST,
        as_everybody: bool = False,
    ) -> None:
        staff_id = None if who is None else self.shop.people[who].id
        entry = RuleEntry(staff_id, kind, valid_from, category, permille, amount, as_everybody)
        self.pay.save_rule(self.shop.ctx(), entry)

    def item(self, kind: PayItemKind, amount: Money, month: str = NOVEMBER) -> int:
        entry = ItemEntry(self.shop.people[Role.TECHNICIAN].id, month, kind, amount, "上门迟到")
        return self.pay.add_item(self.shop.ctx(), entry)

    def month(self, month: str = NOVEMBER, who: Role = Role.TECHNICIAN) -> PayMonth:
        return self.pay.statement(self.shop.people[Role.OWNER], self.shop.people[who].id, month)

    def turn_to(self, year: int, month: int, day: int) -> None:
        """Ten in the morning of that day."""
        self.shop.clock.set(datetime(year, month, day, 2, 0, tzinfo=UTC))

    def credit_whole(self, invoice: BilledInvoice) -> None:
        asked = CreditAsked(invoice.id, CreditKind.WHOLE, CreditReason.NOT_DONE, "没修好")
        self.office.corrections.credit(self.shop.ctx(), asked)


@pytest.fixture
def desk(shop: Shop, office: Office) -> PayDesk:
    return PayDesk(shop, office, Pay(shop.store))
