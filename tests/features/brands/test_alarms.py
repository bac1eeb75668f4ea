"""Devices in hand whose customer may ask for another one; and where a brand's work shows beside the orders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPushButton
from sqlalchemy import event

from app.core.brand_codes import Claimable
from app.core.enums import PaperKind, Role
from app.core.words import Language
from app.features.brands.alarms import Alarms
from app.features.brands.alarms_page import AlarmsPage
from app.features.brands.incidents import Incidents
from app.features.finder.hits import shell_hits
from app.features.finder.service import FinderService
from app.features.finder.snapshots import HitKind
from app.features.orders.correcting import Correcting
from app.features.orders.listing import OrderList
from app.features.orders.page import OrdersPage
from app.features.orders.record_view import BrandWork
from app.features.orders.service import OrdersService
from app.features.printing.service import PrintingService
from app.ui.room import InTab
from tests.features.brands.test_quality_page import language as language
from tests.features.page_tools import Papers, desk_of, english_left

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.features.claims.conftest import Works


def test_an_alarm_is_of_a_device_in_hand_and_quiet_ones_cost_nothing(works: Works) -> None:
    shop, alarms = works.shop, Alarms(works.shop.store)
    works.brand()
    long_ago, bought = date(2025, 12, 1), {"proof_seen": True}
    quiet = [works.counter.take_in(purchased_on=long_ago, **bought) for _each in range(3)]
    asked: list[str] = []

    def count(*given: object) -> None:
        asked.append(str(given[2]))

    with shop.store.read() as reading:
        event.listen(reading.engine, "before_cursor_execute", count)
    assert alarms.rows() == ()
    event.remove(reading.engine, "before_cursor_execute", count)
    assert sum("FROM repair_order" in each for each in asked) == 1
    assert alarms.waiting() is None
    new = works.counter.take_in(purchased_on=shop.clock.now().date() - timedelta(days=10), **bought)
    (row,) = alarms.rows()
    assert (row.order_id, row.clock.reasons) == (new.id, (Claimable.EXCHANGE,))
    shop.clock.advance(timedelta(days=31))
    assert [each.order_id for each in alarms.rows()] == [*(each.id for each in quiet), new.id]
    waiting = alarms.waiting()
    assert waiting is not None
    assert (waiting.count, waiting.late) == (4, True)


def test_the_alarms_open_their_orders(qtbot: QtBot, works: Works, language: Language) -> None:
    card = works.counter.take_in(purchased_on=works.shop.clock.now().date(), proof_seen=True)
    papers = Papers()
    page = AlarmsPage(Alarms(works.shop.store), desk_of(works.shop, Role.LEAD, papers))
    qtbot.addWidget(page)
    page.come_to_front()
    page.list.select(card.id)
    wanted: list[tuple[str, object]] = []
    page.wants.connect(lambda room, subject: wanted.append((room, subject)))
    page.open_order()
    assert wanted == [("orders", card.id)]
    page.print_paper()
    assert papers.previewed == [(PaperKind.STATUTORY_RECORD, card.number)]
    if language is Language.ZH:
        assert english_left(page, "BCD HR") == []


def test_a_claim_is_found_by_its_number_and_stands_on_its_orders_record(qtbot: QtBot, works: Works) -> None:
    works.brand()
    claim = works.claims.card(works.delivered()).row
    finder = FinderService(works.shop.store)
    for typed in (claim.number, claim.number.lower().replace("-", "")):
        found = finder.find(typed).exact
        assert found is not None
        assert (found.kind, found.id, found.number) == (HitKind.CLAIM, claim.id, claim.number)
    assert [each.number for each in finder.find(claim.number[:5]).papers] == [claim.number]
    (hit,) = shell_hits(finder.find(claim.number))
    assert (hit.kind, hit.id) == ("claim", claim.id)

    class Work:
        claims = works.claims
        incidents = Incidents(works.shop.store)

    work: BrandWork | None = Work()
    store = works.shop.store
    page = OrdersPage(
        OrderList(lambda: store),
        lambda: OrdersService(store),
        lambda: Correcting(store),
        lambda: PrintingService(store),
        desk_of(works.shop, Role.LEAD, Papers()),
        brand_work=lambda: work,
    )
    qtbot.addWidget(page)
    page.come_to_front()
    wanted: list[tuple[str, object]] = []
    page.wants.connect(lambda room, subject: wanted.append((room, subject)))
    page.open_with(claim.order_id)
    link = next(each for each in page.record.findChildren(QPushButton) if claim.number in each.text())
    link.click()
    assert wanted == [("brands", InTab("claims", claim.id))]
    assert page.record._incident.isVisibleTo(page)
    # A shop without brands sees nothing of either.
    work = None
    page.open_with(claim.order_id)
    assert not any(claim.number in each.text() for each in page.record.findChildren(QPushButton))
    assert not page.record._incident.isVisibleTo(page)
