"""The counts beside the stock room's tabs, from a shop in which something of each waits."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.core.enums import Command, CountKind, DefectGrade, DefectSource, OldPartRule, OldPartState, Role
from app.core.ids import uuid7
from app.core.money import ONE, ZERO
from app.core.waiting import Waiting
from app.features.counting.service import Counting
from app.features.defective.service import Defective
from app.features.defective.snapshots import DefectiveEntry
from app.features.purchasing.service import Purchasing
from app.features.purchasing.snapshots import HeadEntry, SupplierEntry, Wanted
from app.features.purchasing.suppliers import Suppliers
from app.features.purchasing.wishes import Requests
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from app.features.stock.waits import Waits
from app.model import OldPart
from tests.features.conftest import Shop, take_in


@pytest.fixture
def waits(shop: Shop) -> Waits:
    return Waits(shop.store)


def test_where_nothing_waits_nothing_is_counted(waits: Waits) -> None:
    assert [waits.purchase(), waits.old_parts(), waits.counting(), waits.defective()] == [None] * 4


def test_purchase_counts_what_is_asked_for_drafted_and_late(shop: Shop, waits: Waits) -> None:
    stock, requests, purchasing = StockService(shop.store), Requests(shop.store), Purchasing(shop.store)
    supplier = Suppliers(shop.store).save(shop.ctx(), None, None, SupplierEntry("义乌配件行")).id
    part = stock.save_part(shop.ctx(), None, None, PartEntry("压缩机", "只")).row.id
    requests.ask(shop.ctx(Role.TECHNICIAN), part_id=part)
    assert waits.purchase() == Waiting(1, "1 part requested")
    requests.ask(shop.ctx(Role.TECHNICIAN), description="专用螺丝", urgent=True)
    assert waits.purchase() == Waiting(2, "2 parts requested", late=True)
    for each in requests.waiting():
        wanted = Wanted(
            supplier, ONE, each.part_id, description="" if each.part_id else each.name, request_id=each.id
        )
        (card,) = purchasing.order(shop.ctx(), [wanted])
    assert waits.purchase() == Waiting(2, "2 drafts to send")
    head = HeadEntry(supplier, expected_on=date(2030, 1, 1))
    card = purchasing.change(shop.ctx(), card.id, card.version, head)
    purchasing.send(shop.ctx(), card.id, card.version)
    assert waits.purchase() == Waiting(1, "1 draft to send")
    shop.clock.set(shop.clock.now().replace(year=2031))
    assert waits.purchase() == Waiting(2, "1 late delivery, 1 draft to send", late=True)


def test_old_parts_that_are_not_with_their_brand(shop: Shop, waits: Waits) -> None:
    part = StockService(shop.store).save_part(shop.ctx(), None, None, PartEntry("压缩机", "只")).row.id
    order = take_in(shop).id
    with shop.store.write(Command.SAVE_PART, shop.ctx()) as tx:
        for state in (OldPartState.DUE, OldPartState.IN_BATCH, OldPartState.SENT, OldPartState.VOID):
            tx.session.add(
                OldPart(
                    uuid=uuid7(), order_id=order, part_id=part, brand="海尔", quantity=ONE,
                    rule=OldPartRule.RETURN, state=state, replaced_at=tx.now,
                )
            )  # fmt: skip
    assert waits.old_parts() == Waiting(2, "2 old parts to return")
    shop.clock.advance(timedelta(days=shop.store.settings.old_part_days + 1))
    assert waits.old_parts() == Waiting(2, "2 old parts to return, 2 overdue", late=True)


def test_open_stocktakes_and_ungraded_goods(shop: Shop, waits: Waits) -> None:
    stock = StockService(shop.store)
    part = stock.save_part(shop.ctx(), None, None, PartEntry("压缩机", "只")).row.id
    stock.receive(shop.ctx(), part, ONE, ZERO)
    Counting(shop.store).open(shop.ctx(), CountKind.ALL)
    assert waits.counting() == Waiting(1, "1 open stocktake")
    defective = Defective(shop.store)
    good = defective.save(shop.ctx(), None, None, DefectiveEntry("空调外机", DefectSource.TRANSPORT))
    assert waits.defective() == Waiting(1, "1 piece to grade")
    defective.grade(shop.ctx(Role.LEAD), good.id, good.version, DefectGrade.SCRAP)
    assert waits.defective() is None
