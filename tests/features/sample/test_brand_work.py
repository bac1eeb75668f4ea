"""The sample shop that works for brands: its months are settled, today's claims stand everywhere."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from app.core.brand_codes import ClaimState, SettlementState
from app.features.sample.brand_work import BrandDesk, in_warranty, take_up
from app.features.sample.hours import OpeningHours
from app.features.sample.player import crew_of
from app.features.sample.stories import invent
from app.features.sample.supplies import supplies
from app.model import Claim, Settlement
from tests.features.claims.conftest import works as works
from tests.features.conftest import LIVELY_NOW as NOW

if TYPE_CHECKING:
    from tests.features.claims.conftest import Works


def test_months_are_settled_and_todays_claims_stand_everywhere(works: Works) -> None:
    shop, crew = works.shop, crew_of(works.shop.store)
    assert crew is not None
    shop.clock.set(datetime(2026, 9, 30, 2, tzinfo=UTC))
    take_up(shop.store, crew)
    desk = BrandDesk(shop.store, crew, 5)
    works.delivered()
    desk.month_end(shop.clock.now().date())
    shop.clock.set(datetime(2026, 10, 31, 2, tzinfo=UTC))
    works.delivered()
    desk.month_end(shop.clock.now().date())
    shop.clock.advance(timedelta(days=9))
    for model in ("BCD-216", "KFR-35GW", *["BCD-530"] * 6):
        works.delivered(model=model)
    desk.today()
    with shop.store.read() as reading:
        states = dict(reading.execute(select(Claim.state, func.count()).group_by(Claim.state)).all())
        settled = list(reading.execute(select(Settlement.state).order_by(Settlement.id)).scalars())
    assert states == {
        ClaimState.SETTLED: 1,
        ClaimState.ACCEPTED: 2,
        ClaimState.SENT: 3,
        ClaimState.RETURNED: 1,
        ClaimState.REFUSED: 1,
        ClaimState.DRAFT: 2,
    }
    assert settled == [SettlementState.POSTED, SettlementState.DRAFT]
    assert shop.store.settings.brands


def test_who_works_for_brands_is_brought_what_is_in_warranty() -> None:
    hours = OpeningHours("08:30-12:00,13:30-18:00", "Asia/Shanghai")
    told = invent(supplies(), hours, orders=300, seed=1, now=NOW)
    covered = in_warranty(told, 1, NOW)
    assert [each.key for each in covered] == [each.key for each in told]
    assert sum(each.device.proof_seen for each in covered) > 2 * sum(each.device.proof_seen for each in told)
    assert covered == in_warranty(told, 1, NOW)
