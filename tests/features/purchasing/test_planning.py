"""The reorder proposal over the records, by both plans (domain.md §7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from app.core.enums import Command, PlanKind, Role
from app.core.errors import Reason, Refusal
from app.core.money import ONE, Money, Quantity
from app.features.purchasing.planning import Planning
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import ProposalRow, SupplierEntry, Wanted
from app.features.purchasing.suppliers import Suppliers
from app.features.purchasing.wishes import Requests
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.model import Part, PartMonth
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, prove

if TYPE_CHECKING:
    from tests.features.conftest import Shop


def part_of(shop: Shop, name: str, used: dict[int, int], on_hand: int = 0, **fields: object) -> int:
    """A part with its use by month, in pieces; the clock stands in November 2026."""
    stock = StockService(shop.store)
    part = stock.save_part(shop.ctx(), None, None, PartEntry(name, "个", category="cooling")).row.id
    if on_hand:
        stock.receive(shop.ctx(), part, Quantity.of(on_hand), Money.yuan(on_hand))
    rows = [
        {
            "part_id": part,
            "month": month,
            "used": Quantity.of(count),
            "used_value": Money(0),
            "received": Quantity(0),
            "received_value": Money(0),
            "net": Quantity(0),
            "net_value": Money(0),
        }
        for month, count in used.items()
    ]
    with shop.store.write(Command.SAVE_PART, shop.ctx()) as tx:
        if rows:
            tx.session.execute(insert(PartMonth), rows)
        for key, value in fields.items():
            setattr(tx.session.get_one(Part, part), key, value)
    return part


def row_of(shop: Shop, kind: PlanKind, part: int) -> ProposalRow | None:
    rows = Planning(shop.store).proposal(kind).rows
    return next((row for row in rows if row.part_id == part), None)


@pytest.fixture(scope="module")
def shop(shared_shop: Shop) -> Shop:
    return shared_shop


def test_the_monthly_plan_shows_its_working(shop: Shop) -> None:
    part = part_of(shop, "启动电容", {202610: 5, 202609: 4, 202608: 90}, on_hand=1)
    row = row_of(shop, PlanKind.MONTHLY, part)
    assert row is not None
    assert (row.used, row.average) == (Quantity.of(9), Quantity(4500))
    assert (row.on_hand, row.on_order, row.percents) == (ONE, Quantity(0), (100,))
    assert row.result == Quantity.of(4)
    assert not row.below_minimum


def test_base_stock_looks_back_twelve_months(shop: Shop) -> None:
    part = part_of(shop, "四通阀", {202610: 6, 202511: 6, 202510: 100})
    row = row_of(shop, PlanKind.BASE, part)
    assert row is not None
    assert (row.used, row.average, row.result) == (Quantity.of(12), ONE, Quantity.of(3))


def test_the_season_of_the_months_to_come_counts(shop: Shop) -> None:
    planning = Planning(shop.store)
    part = part_of(shop, "PTC发热片", {202610: 4, 202609: 4}, season="heating")
    percents = [100] * 12
    percents[11], percents[0] = 250, 300
    ctx = shop.ctx(Role.COUNTER)
    (season,) = planning.save_season(ctx, "heating", percents)
    assert (season.category, season.percents) == ("heating", tuple(percents))
    row = row_of(shop, PlanKind.MONTHLY, part)
    assert row is not None
    assert (row.percents, row.result) == ((250,), Quantity.of(10))
    base = row_of(shop, PlanKind.BASE, part)
    assert base is not None
    # 8 in twelve months, in months of 2.5, 3 and 1: 8 / 12 × 6.5 = 4.3.
    assert (base.percents, base.result) == ((250, 300, 100), Quantity.of(5))
    assert planning.save_season(shop.ctx(), "heating", [100] * 12) == ()
    row = row_of(shop, PlanKind.MONTHLY, part)
    assert row is not None
    assert row.result == Quantity.of(4)


def test_a_low_season_proposes_nothing(shop: Shop) -> None:
    part = part_of(shop, "遥控器", {202610: 4, 202609: 4}, on_hand=2, season="summer")
    planning = Planning(shop.store)
    planning.save_season(shop.ctx(), "summer", [100] * 11 + [50])
    assert row_of(shop, PlanKind.MONTHLY, part) is None
    planning.save_season(shop.ctx(), "summer", [100] * 12)


def test_what_falls_below_its_minimum_is_proposed(shop: Shop) -> None:
    part = part_of(shop, "保险丝", {}, on_hand=2, minimum=Quantity.of(10))
    row = row_of(shop, PlanKind.MONTHLY, part)
    assert row is not None
    assert (row.result, row.below_minimum) == (Quantity.of(8), True)
    assert row_of(shop, PlanKind.BASE, part) is not None


def test_what_is_ordered_is_not_proposed_again(shop: Shop) -> None:
    part = part_of(shop, "排水泵", {202610: 3, 202609: 3})
    supplier = Suppliers(shop.store).save(shop.ctx(), None, None, SupplierEntry("广州仓")).id
    purchasing = Purchasing(shop.store)
    card = purchasing.order(shop.ctx(), [Wanted(supplier, Quantity.of(2), part)])[0]
    row = row_of(shop, PlanKind.MONTHLY, part)
    assert row is not None
    assert (row.on_order, row.result) == (Quantity.of(2), ONE)
    card = purchasing.send(shop.ctx(), card.id, card.version)
    assert row_of(shop, PlanKind.MONTHLY, part) == row
    purchasing.cancel(shop.ctx(), card.id, card.version)
    row = row_of(shop, PlanKind.MONTHLY, part)
    assert row is not None
    assert row.result == Quantity.of(3)


@pytest.mark.parametrize("fields", [{"active": False}, {"kit": True}], ids=["not in use", "a kit"])
def test_what_is_not_bought_is_not_proposed(shop: Shop, fields: dict[str, object]) -> None:
    part = part_of(shop, "旧件", {202610: 3}, minimum=Quantity.of(5), **fields)
    assert row_of(shop, PlanKind.MONTHLY, part) is None


def test_parts_of_one_supplier_stand_together_and_nobodys_last(shop: Shop) -> None:
    supplier = Suppliers(shop.store).save(shop.ctx(), None, None, SupplierEntry("阿里仓")).id
    for at in range(2):
        part_of(shop, f"门封 {at}", {202610: 2, 202609: 2}, supplier_id=supplier)
    names = [row.supplier for row in Planning(shop.store).proposal(PlanKind.MONTHLY).rows]
    known = [name for name in names if name]
    assert known == sorted(known)
    assert names == known + [""] * (len(names) - len(known))
    assert "" in names


def test_wishes_without_an_order_stand_in_the_proposal_urgent_first(shop: Shop) -> None:
    requests = Requests(shop.store)
    requests.ask(shop.ctx(Role.TECHNICIAN), description="热风枪喷嘴")
    requests.ask(shop.ctx(Role.TECHNICIAN), description="吸锡器", urgent=True)
    found = Planning(shop.store).proposal(PlanKind.MONTHLY).requests
    assert [each.name for each in found] == ["吸锡器", "热风枪喷嘴"]


@pytest.mark.parametrize("percents", [[100] * 11, [100] * 11 + [-1], [100] * 11 + [1001]])
def test_no_wild_season(shop: Shop, percents: list[int]) -> None:
    with pytest.raises(Refusal) as refused:
        Planning(shop.store).save_season(shop.ctx(), "cooling", percents)
    assert refused.value.reason is Reason.OUT_OF_RANGE


@pytest.mark.parametrize("bad", BAD_INPUTS, ids=BAD_IDS)
def test_any_category_is_kept_or_refused(shop: Shop, bad: str) -> None:
    planning = Planning(shop.store)

    def attempt(text: str) -> str:
        before = {each.category for each in planning.seasons()}
        kept = {each.category for each in planning.save_season(shop.ctx(), text, [90] * 12)}
        (new,) = kept - before
        planning.save_season(shop.ctx(), new, [100] * 12)
        return new

    prove(bad, attempt, shop.commits)
