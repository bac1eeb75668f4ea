"""The tab for quality, and what an order's record says of its device, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from PySide6.QtWidgets import QLabel

from app.core.brand_codes import CoverPlanKind, NoticeState
from app.core.enums import Role
from app.core.labels import claimable_words
from app.core.words import Language
from app.features.brands.incidents import Incidents
from app.features.brands.quality_page import QualityPage
from app.features.brands.quality_service import Quality
from app.features.brands.quality_snapshots import Subject
from app.features.brands.snapshots import PlanEntry
from app.features.brands.words import clock_text
from app.features.orders.record_view import RecordView
from app.features.orders.service import OrdersService
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.features.claims.conftest import Works


@pytest.fixture(params=[Language.EN, Language.ZH])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def quality_page(qtbot: QtBot, works: Works, role: Role = Role.LEAD) -> QualityPage:
    page = QualityPage(
        Quality(works.shop.store), Incidents(works.shop.store), desk_of(works.shop, role, Papers())
    )
    qtbot.addWidget(page)
    page.come_to_front()
    return page


def test_the_weeks_of_a_brand_by_keys(
    qtbot: QtBot, works: Works, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    works.brand()
    for _each in range(3):
        works.complete(works.delivered())
    works.shop.clock.advance(timedelta(days=13))
    page, forms = quality_page(qtbot, works), Forms(monkeypatch)
    quality = Quality(works.shop.store)
    by_subject = {row.subject: row for row in quality.rows()}
    assert set(by_subject) == {Subject.NOTICE, Subject.WEEKLY, Subject.MONTHLY}
    page.list.select(by_subject[Subject.NOTICE].key)
    assert page.shown is not None
    page.report()
    assert page.shown.row.state is NoticeState.REPORTED

    def why(dialog: FormDialog) -> None:
        dialog._fields[0].set_value("厂家已换批次")
        dialog.try_it()

    forms.answer(why)
    page.close_notice()
    assert page.shown.row.state is NoticeState.CLOSED

    def month(dialog: FormDialog) -> None:
        fill(dialog, "3", "0", "98")
        dialog.try_it()

    page.list.select(by_subject[Subject.MONTHLY].key)
    forms.answer(month)
    page.report()
    assert not page.shown.row.waits
    page.list.select(by_subject[Subject.WEEKLY].key)
    page.report()
    assert not page.shown.row.waits

    def item(dialog: FormDialog) -> None:
        dialog._fields[2].combo.setCurrentIndex(0)
        fill(dialog)
        dialog.try_it()

    forms.answer(item)
    page.assess()
    assert [row for row in quality.rows() if row.subject is Subject.ASSESSMENT]
    if language is Language.ZH:
        assert not english_left(page, "BCD-216", "F01", "W47", "W48", "N2611")


def test_who_may_not_report_is_offered_nothing(qtbot: QtBot, works: Works) -> None:
    works.brand()
    for _each in range(3):
        works.complete(works.delivered())
    page = quality_page(qtbot, works, Role.COUNTER)
    page.list.select(Quality(works.shop.store).rows()[0].key)
    for button in (page.report_button, page.hand_in_button, page.close_button, page.assess_button):
        assert not button.isVisibleTo(page)


def test_a_record_knows_its_devices_plans_and_clock(works: Works, language: Language) -> None:
    works.brand()
    bought = date(2026, 11, 20)
    card = works.counter.take_in(
        purchased_on=bought, proof_seen=True, produced_on=date(2026, 10, 1), outdoor_serial="OUT-1"
    )
    ctx = works.shop.ctx
    plan = PlanEntry(CoverPlanKind.EXTENDED, "平安", "YB-1", date(2027, 11, 20), date(2028, 11, 19))
    (row,) = works.brands.add_plan(ctx(Role.COUNTER), card.device_id, plan)
    works.brands.end_plan(ctx(Role.COUNTER), row.id)
    works.shop.clock.advance(timedelta(days=31))
    found = OrdersService(works.shop.store).device_facts(card.device_id)
    assert (found.purchased_on, found.produced_on, found.outdoor_serial) == (
        bought,
        date(2026, 10, 1),
        "OUT-1",
    )
    assert [each.ended_on for each in found.plans] == [date(2026, 11, 22)]
    assert found.clock.repair_days == 31
    assert "31" in clock_text(found.clock)
    assert ("三包" if language is Language.ZH else "money back") in claimable_words(found.clock.reasons)


def test_plans_are_added_and_ended_at_the_record(
    qtbot: QtBot, works: Works, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    works.brand()
    card = works.counter.take_in()
    store = works.shop.store
    orders, forms = OrdersService(store), Forms(monkeypatch)

    def absent() -> Any:
        raise AssertionError

    desk = desk_of(works.shop, Role.COUNTER, Papers())
    view = RecordView(lambda: orders, absent, absent, desk, lambda: works.brands)
    qtbot.addWidget(view)
    view.show_order(card.id)

    def typed(dialog: FormDialog) -> None:
        fill(dialog, "平安", "YB-1")
        dialog.try_it()

    forms.answer(typed, FormDialog.try_it)
    (add,) = view.plans_menu().actions()
    add.trigger()
    (plan,) = works.brands.plans(card.device_id)
    assert (plan.underwriter, plan.number, plan.ended_on) == ("平安", "YB-1", None)
    view.reload()
    _add, end = view.plans_menu().actions()
    end.trigger()
    (plan,) = works.brands.plans(card.device_id)
    assert plan.ended_on is not None
    view.reload()
    assert any("YB-1" in each.text() for each in view.findChildren(QLabel))
    technician = RecordView(
        lambda: orders, absent, absent, desk_of(works.shop, Role.TECHNICIAN, Papers()), lambda: works.brands
    )
    qtbot.addWidget(technician)
    technician.show_order(card.id)
    assert not technician._plans.isVisibleTo(technician)
