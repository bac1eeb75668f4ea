"""The pay page: a month of everybody for the owner, one's own for the others, forms that keep what was typed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QCheckBox, QFileDialog
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from app.core.enums import CommissionKind, PaperKind, PaymentMethod, Role
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.core.words import Language
from app.features.pay.page import RULES, PayPage
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, QuantityField
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each
from tests.features.pay.conftest import NOVEMBER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.features.pay.conftest import PayDesk

YUAN = Money.yuan


@pytest.fixture
def papers() -> Papers:
    return Papers()


@pytest.fixture
def forms(monkeypatch: pytest.MonkeyPatch) -> Forms:
    return Forms(monkeypatch)


@pytest.fixture(params=list(Language), ids=lambda each: each.value)
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def page_of(desk: PayDesk, papers: Papers, qtbot: QtBot) -> Iterator[Callable[[Role], PayPage]]:
    desks: list[Desk] = []

    def make(role: Role) -> PayPage:
        seat = desk_of(desk.shop, role, papers)
        desks.append(seat)
        page = PayPage(desk.pay, seat)
        qtbot.addWidget(page)
        page.come_to_front()
        qtbot.waitUntil(lambda: page.shown is not None)
        return page

    yield make
    for seat in desks:
        seat.tasks.stop()


def reloaded(page: PayPage, qtbot: QtBot, done: Callable[[], bool]) -> None:
    qtbot.waitUntil(lambda: page.shown is not None and done())


def test_the_owner_sees_everybody_and_goes_from_a_line_to_its_order(
    desk: PayDesk, page_of: Callable[[Role], PayPage], papers: Papers, qtbot: QtBot
) -> None:
    desk.rule(CommissionKind.LABOUR, 100)
    invoice = desk.office.sold(YUAN(420))
    page = page_of(Role.OWNER)
    assert page.people.rows()[0].name == "李强"
    assert len(page.people.rows()) == len(desk.shop.people)
    [line] = page.lines.rows()
    with qtbot.waitSignal(page.wants) as wanted:
        page.lines.opened.emit(line)
    assert wanted.args == ["orders", invoice.orders[0][0]]
    page.print_paper()
    technician = desk.shop.people[Role.TECHNICIAN].id
    assert papers.previewed == [(PaperKind.PAY_STATEMENT, f"{NOVEMBER}-{technician}")]
    # The month goes on: it says so instead of being approved.
    assert not page.approve_button.isEnabled()
    assert page.approve_button.toolTip()


def test_a_technician_finds_himself_alone_and_nothing_to_change(
    desk: PayDesk, page_of: Callable[[Role], PayPage]
) -> None:
    desk.rule(CommissionKind.JOB, amount=YUAN(8))
    page = page_of(Role.TECHNICIAN)
    assert [row.name for row in page.people.rows()] == ["李强"]
    for button in (page.rule_button, page.excel_button, page.approve_button, page.item_button, page.view):
        assert button.isHidden()
    page.add_rule()
    page.add_item()
    assert len(desk.pay.rules(FOUNDER)) == 1


def test_a_rule_is_written_and_a_share_that_is_none_is_refused_in_the_form(
    desk: PayDesk, page_of: Callable[[Role], PayPage], forms: Forms
) -> None:
    page = page_of(Role.OWNER)

    def answer(dialog: FormDialog) -> None:
        share = dialog.findChildren(QuantityField)[0]
        for text in ("", "150", "-5", "12.345", "x"):  # nothing typed is no rule that pays nothing
            fill(dialog, None, None, text)
            dialog.try_it()
            assert share.error(), text
        assert desk.pay.rules(FOUNDER) == ()
        fill(dialog, None, None, "12.5")
        dialog.try_it()

    forms.answer(answer)
    page.add_rule()
    [rule] = desk.pay.rules(FOUNDER)
    assert (rule.kind, rule.permille, rule.staff_id) == (CommissionKind.LABOUR, 125, None)
    assert page.view.value() == RULES
    assert len(page.rules.rows()) == 1


def test_the_form_ends_an_own_rule(desk: PayDesk, page_of: Callable[[Role], PayPage], forms: Forms) -> None:
    desk.rule(CommissionKind.LABOUR, 100)
    desk.rule(CommissionKind.LABOUR, 200, who=Role.TECHNICIAN)
    seen: list[bool] = []

    def answer(dialog: FormDialog) -> None:
        [again] = dialog.findChildren(QCheckBox)
        share = dialog.findChildren(QuantityField)[0]
        seen.extend((again.isVisibleTo(dialog), share.isVisibleTo(dialog)))
        who = dialog.findChildren(ComboField)[0]
        name = str(who.raw())
        who.line.setText(name[:-1])  # half a name while it is typed
        seen.append(again.isVisibleTo(dialog))
        who.line.setText(name)
        again.setChecked(True)
        seen.append(share.isVisibleTo(dialog))
        dialog.try_it()

    forms.answer(answer)
    page = page_of(Role.OWNER)
    page.add_rule(next(row for row in desk.pay.rules(FOUNDER) if row.staff_id))
    assert seen == [True, True, False, False]
    ended = next(row for row in desk.pay.rules(FOUNDER) if row.staff_id and row.in_force)
    assert (ended.as_everybody, ended.permille) == (True, 0)


def test_the_form_asks_for_an_amount_where_jobs_are_paid(
    desk: PayDesk, page_of: Callable[[Role], PayPage], forms: Forms
) -> None:
    def answer(dialog: FormDialog) -> None:
        [kind] = dialog.findChildren(ChipGroup)
        kind.set_value(CommissionKind.JOB)
        kind.changed.emit()
        fill(dialog, None, None, None, "15")
        dialog.try_it()

    forms.answer(answer)
    page_of(Role.OWNER).add_rule()
    [rule] = desk.pay.rules(FOUNDER)
    assert (rule.kind, rule.amount, rule.permille) == (CommissionKind.JOB, YUAN(15), 0)


def test_a_deduction_is_added_to_the_person_in_front(
    desk: PayDesk, page_of: Callable[[Role], PayPage], forms: Forms, qtbot: QtBot
) -> None:
    desk.rule(CommissionKind.JOB, amount=YUAN(40))
    desk.office.sold(YUAN(100))
    page = page_of(Role.OWNER)

    def answer(dialog: FormDialog) -> None:
        dialog.findChildren(ChipGroup)[0].set_value("deduction")
        fill(dialog, "30", "")
        dialog.try_it()
        fill(dialog, None, "上门迟到")
        dialog.try_it()

    forms.answer(answer)
    page.add_item()
    reloaded(page, qtbot, lambda: page.people.rows()[0].deductions == YUAN(30))
    row = page.people.rows()[0]
    assert (row.deducted, row.carried, row.payable) == (YUAN(20), YUAN(10), YUAN(20))
    assert [line.amount for line in page.lines.rows()] == [YUAN(40), YUAN(-30)]


def test_a_month_that_is_over_is_approved_after_one_question(
    desk: PayDesk, page_of: Callable[[Role], PayPage], forms: Forms, qtbot: QtBot
) -> None:
    desk.turn_to(2026, 12, 2)
    page = page_of(Role.OWNER)
    page.month.choose(NOVEMBER)
    reloaded(page, qtbot, lambda: page.shown is not None and page.shown.month == NOVEMBER)
    assert page.approve_button.isEnabled()
    page.approve()
    reloaded(page, qtbot, lambda: page.shown is not None and page.shown.approved)
    assert len(forms.questions) == 1
    assert not page.approve_button.isEnabled()
    assert page.item_button.isHidden()


def test_day_reports_are_shown_of_oneself_and_by_the_lead_of_everybody(
    desk: PayDesk, page_of: Callable[[Role], PayPage], forms: Forms, papers: Papers
) -> None:
    own = page_of(Role.TECHNICIAN)
    forms.answer(lambda dialog: dialog.try_it())
    own.day_button.click()
    technician = desk.shop.people[Role.TECHNICIAN].id
    assert papers.previewed == [(PaperKind.TECHNICIAN_DAY, f"2026-11-22-{technician}")]

    def of_technician(dialog: FormDialog) -> None:
        dialog.findChildren(ComboField)[0].set_value(technician)
        dialog.try_it()

    lead = page_of(Role.LEAD)
    forms.answer(lambda dialog: dialog.try_it(), of_technician)
    lead.day_button.click()
    lead.day_button.click()
    assert papers.previewed[1:] == [
        (PaperKind.LEAD_DAY, "2026-11-22"),
        (PaperKind.TECHNICIAN_DAY, f"2026-11-22-{technician}"),
    ]


def test_the_workbook_says_what_the_page_says(
    desk: PayDesk,
    page_of: Callable[[Role], PayPage],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
) -> None:
    desk.rule(CommissionKind.JOB, amount=YUAN(40))
    desk.office.sold(YUAN(100))
    page = page_of(Role.OWNER)
    file = tmp_path / "pay.xlsx"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(file), ""))
    page.export()
    qtbot.waitUntil(file.exists)
    book = CalamineWorkbook.from_path(file)
    _head, *people, total = book.get_sheet_by_index(0).to_python()
    assert {row[0]: row[-1] for row in people}["李强"] == 40
    assert total[-1] == 40
    [_heads, line] = book.get_sheet_by_index(1).to_python()
    assert (line[0], line[-1]) == ("李强", 40)


def test_everything_is_said_in_the_language(
    language: Language, desk: PayDesk, page_of: Callable[[Role], PayPage]
) -> None:
    desk.rule(CommissionKind.LABOUR, 100, category="it")
    desk.rule(CommissionKind.JOB, amount=YUAN(5))
    card = desk.office.counter.ready(price=YUAN(100))
    desk.office.counter.settle(card, Tender(PaymentMethod.CASH, card.due))
    page = page_of(Role.OWNER)
    page.view.set_value(RULES)
    page._turned()
    if language is Language.ZH:
        documents = [line.document for line in page.lines.rows()]
        assert english_left(page, "Excel", "E", "B", *documents) == []
    assert page.title() == ("提成" if language is Language.ZH else "Pay")
    assert datetime(2026, 11, 22, tzinfo=UTC).strftime("%Y-%m") == page.month.value()
