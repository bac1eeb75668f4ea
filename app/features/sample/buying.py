"""What a sample shop buys: suppliers one can call, one delivery still half out, one order for the month to come."""

from __future__ import annotations

from app.core.enums import Category, PlanKind
from app.core.rights import Ctx
from app.features.purchasing.planning import Planning
from app.features.purchasing.receiving import Receiving
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import Arrived, PurchaseCard, SupplierEntry, Wanted
from app.features.purchasing.suppliers import Suppliers
from app.features.sample.people import dice
from app.features.sample.player import Crew
from app.store.door import Store

#: Lines of one order of the sample shop, so that its paper is one page.
_LINES = 6
#: Cooling sells in summer, in percent of an average month, January to December.
_SUMMER = (60, 60, 80, 100, 140, 200, 240, 200, 120, 60, 50, 60)


def buy(store: Store, crew: Crew, seed: int) -> None:
    """Suppliers with phones, season factors, and orders to the two suppliers of whom most is needed."""
    by = crew.counter[0]
    _describe_suppliers(store, crew, seed)
    planning, purchasing = Planning(store), Purchasing(store)
    planning.save_season(Ctx.gesture(by), Category.COOLING, _SUMMER)
    needed: dict[int, list[Wanted]] = {}
    for row in planning.proposal(PlanKind.BASE).rows:
        if row.supplier_id is not None:
            lines = needed.setdefault(row.supplier_id, [])
            if len(lines) < _LINES:
                lines.append(Wanted(row.supplier_id, row.result, row.part_id))
    most = sorted(needed.values(), key=lambda lines: (-len(lines), lines[0].supplier_id))[:2]
    for at, lines in enumerate(most):
        (card,) = purchasing.order(Ctx.gesture(by), lines)
        if at == 0:
            _receive_half(store, crew, purchasing.send(Ctx.gesture(by), card.id, card.version))


def _describe_suppliers(store: Store, crew: Crew, seed: int) -> None:
    suppliers = Suppliers(store)
    for row in suppliers.all():
        chance = dice(seed, "supplier", row.name)
        entry = SupplierEntry(
            row.name,
            contact=chance.choice(("张经理", "李姐", "王师傅", "陈经理")),
            phone=f"1{chance.choice('3589')}{chance.randrange(10**9):09d}",
            lead_days=chance.randrange(1, 8),
        )
        suppliers.save(Ctx.gesture(crew.counter[0]), row.id, row.version, entry)


def _receive_half(store: Store, crew: Crew, card: PurchaseCard) -> None:
    """Every other line of it came today."""
    arrived = [Arrived(line.id, line.quantity, line.unit_price) for line in card.lines[::2]]
    Receiving(store).receive(Ctx.gesture(crew.counter[0]), card.id, card.version, arrived, "SD-1122")
