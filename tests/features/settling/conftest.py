"""A shop whose brand answered November's claims, in December."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.core.brand_codes import ClaimState, SettlementKind
from app.core.enums import Command, Role
from app.core.money import Money
from app.features.bench.service import BenchService
from app.features.billing.service import Billing
from app.features.brands.service import Brands
from app.features.checkup.service import examine
from app.features.claims.service import Claims
from app.features.handover.service import HandoverService
from app.features.intake.service import IntakeService
from app.features.settling.service import Settlements
from app.features.settling.snapshots import LineEntry, SettlementCard
from app.model import BrandLink, Claim, Decision, InvoiceBalance, OutboxEvent
from tests.features.claims.conftest import Works
from tests.features.handover.conftest import Counter

if TYPE_CHECKING:
    from tests.features.conftest import Shop

NOVEMBER = "2026-11"
DECEMBER_2 = datetime(2026, 12, 2, 2, 0, tzinfo=UTC)
#: By the fee table of the agreement: a repair of something that cools.
FEE = Money.yuan(80)


@dataclass(slots=True)
class Month:
    """Claims of a month, the brand's answers, and the settlements over them."""

    works: Works
    settlements: Settlements
    billing: Billing

    @property
    def shop(self) -> Shop:
        return self.works.shop

    def claim(
        self, answer: ClaimState | None = ClaimState.ACCEPTED, amount: Money | None = None, **device: Any
    ) -> int:
        """A claim that was sent and answered; its id. ``answer`` None: the brand has said nothing."""
        claims, ctx = self.works.claims, self.shop.ctx
        claim_id = self.works.delivered(**device)
        self.works.complete(claim_id)
        claims.send(ctx(Role.COUNTER), [claim_id])
        version = claims.card(claim_id).row.version
        if answer is ClaimState.WITHDRAWN:
            claims.withdraw(ctx(Role.LEAD), claim_id, version, "重复提交")
        elif answer is not None:
            reason = "" if answer is ClaimState.ACCEPTED else "照片不清"
            claims.note_answer(ctx(), claim_id, version, answer, amount, reason)
        return claim_id

    def december(self) -> None:
        """The month is over."""
        self.shop.clock.set(DECEMBER_2)

    def make(self, brand_id: int, month: str = NOVEMBER) -> SettlementCard:
        return self.settlements.make(self.shop.ctx(Role.COUNTER), brand_id, month)

    def agree(self, card: SettlementCard, *, leave_out: bool = False) -> SettlementCard:
        return self.settlements.agree(
            self.shop.ctx(Role.COUNTER), card.row.id, card.row.version, leave_out=leave_out
        )

    def post(self, card: SettlementCard) -> SettlementCard:
        return self.settlements.post(self.shop.ctx(), card.row.id, card.row.version)

    def line(self, card: SettlementCard, kind: SettlementKind, amount: Money, words: str) -> SettlementCard:
        entry = LineEntry(kind, words, amount, "协议第 7 条")
        return self.settlements.save_line(
            self.shop.ctx(Role.COUNTER), card.row.id, card.row.version, None, entry
        )

    def claims_of(self, *claim_ids: int) -> list[tuple[ClaimState, int | None]]:
        with self.shop.store.read() as reading:
            rows = reading.execute(
                select(Claim.id, Claim.state, Claim.settlement_id).where(Claim.id.in_(claim_ids))
            ).all()
        found = {each.id: (each.state, each.settlement_id) for each in rows}
        return [found[each] for each in claim_ids]

    def due(self, claim_id: int) -> Money:
        """What stands open on a claim's invoice."""
        with self.shop.store.read() as reading:
            return Money(
                reading.execute(
                    select(InvoiceBalance.due)
                    .join(Claim, Claim.invoice_id == InvoiceBalance.invoice_id)
                    .where(Claim.id == claim_id)
                )
                .scalar_one()
                .fen
            )

    def owed(self) -> Money:
        """What all brands owe."""
        with self.shop.store.read() as reading:
            return Money(sum(each.fen for each in reading.execute(select(InvoiceBalance.due)).scalars()))

    def told(self) -> list[OutboxEvent]:
        with self.shop.store.read() as reading:
            return list(reading.execute(select(OutboxEvent.__table__).order_by(OutboxEvent.id)).all())  # type: ignore[arg-type]

    def linked(self, brand_id: int, total: Money | None = None, statement: str = "S-2026-11-1") -> None:
        """A head office; with ``total`` it told of its statement of November."""
        with self.shop.store.write(Command.SAVE_LINK, self.shop.ctx()) as tx:
            if tx.session.get(BrandLink, brand_id) is None:
                tx.session.add(
                    BrandLink(
                        brand_id=brand_id,
                        url="https://brand.example",
                        brand_code="haier",
                        shop="s1",
                        key_id="k1",
                        key=b"sealed",
                    )
                )
            if total is not None:
                tx.session.add(
                    Decision(
                        brand_id=brand_id,
                        key=f"d-{statement}-{total.fen}",
                        kind="statement",
                        subject=statement,
                        body={"statement": statement, "month": NOVEMBER, "amount_fen": total.fen},
                        at=tx.now,
                    )
                )

    def unsound(self) -> set[str]:
        """Checks of the doctor that find something."""
        return {each.name for each in examine(self.shop.store).checks if not each.ok}


@pytest.fixture
def month(shop: Shop) -> Month:
    store = shop.store
    counter = Counter(shop, IntakeService(store), BenchService(store), HandoverService(store))
    works = Works(shop, counter, Brands(store), Claims(store))
    return Month(works, Settlements(store), Billing(store))
