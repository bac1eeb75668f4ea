"""A shop that works for a brand: an agreement, a covered repair, its claim."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from app.core.brand_codes import ClaimState, PartsRule
from app.core.enums import Role
from app.core.money import Money
from app.features.bench.service import BenchService
from app.features.brands.service import Brands
from app.features.brands.snapshots import AgreementEntry, BrandCard, BrandEntry
from app.features.claims.service import Claims
from app.features.claims.snapshots import ClaimCard, ClaimEntryForm
from app.features.handover.service import HandoverService
from app.features.intake.service import IntakeService
from app.model.agreements import Terms
from tests.features.handover.conftest import Counter

if TYPE_CHECKING:
    from tests.features.conftest import Shop

TERMS = Terms(
    warranty_months={"": 12},
    repair_fee={"": 5000, "cooling": 8000},
    visit_fee={"": 1000},
    parts=PartsRule.COST,
    purchase_date=True,
)
FILLED = ClaimEntryForm(
    fault_code="F01",
    cause_code="C02",
    fix_code="R03",
    serial="HR2026X1",
    outdoor_serial="",
    unsigned_reason="由家人代取",
)


@dataclass(slots=True)
class Works:
    """The counter, the brands' room and the claims of one shop."""

    shop: Shop
    counter: Counter
    brands: Brands
    claims: Claims

    def brand(self, name: str = "海尔", terms: Terms = TERMS, **given: Any) -> BrandCard:
        ctx = self.shop.ctx
        card = self.brands.save(ctx(), None, BrandEntry(name, **given))
        return self.brands.save_agreement(
            ctx(), card.row.id, None, AgreementEntry(date(2026, 1, 1), number="HA-1", terms=terms)
        )

    def delivered(self, price: Money = Money.yuan(120), **device: Any) -> int:
        """A repair in the maker's warranty, handed over; the id of its claim."""
        given = {"model": "BCD-216", "purchased_on": date(2026, 3, 1), "proof_seen": True, **device}
        card = self.counter.ready(price=price, **given)
        self.counter.settle(card)
        claim_id = self.claims.of_order(card.id)
        assert claim_id is not None
        return claim_id

    def complete(self, claim_id: int, entry: ClaimEntryForm = FILLED) -> ClaimCard:
        card = self.claims.card(claim_id)
        return self.claims.complete(self.shop.ctx(Role.COUNTER), claim_id, card.row.version, entry)

    def sent(self) -> ClaimCard:
        """A claim that is with the brand."""
        claim_id = self.delivered()
        assert self.complete(claim_id).row.state is ClaimState.READY
        assert self.claims.send(self.shop.ctx(Role.COUNTER), [claim_id]) == (claim_id,)
        return self.claims.card(claim_id)


@pytest.fixture
def works(shop: Shop) -> Works:
    store = shop.store
    counter = Counter(shop, IntakeService(store), BenchService(store), HandoverService(store))
    return Works(shop, counter, Brands(store), Claims(store))
