"""The settlements' room: a month begun, completed, agreed, booked, printed and saved; in both languages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook

from app.core.brand_codes import ClaimState, SettlementKind, SettlementState
from app.core.enums import PaperKind, Role
from app.core.money import ZERO, Money
from app.core.words import Language, speaking
from app.features.settling.page import SettlementsPage
from app.features.settling.workbook import workbook
from app.ui.fields import ComboField
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each
from tests.features.settling.conftest import FEE, NOVEMBER

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from tests.features.settling.conftest import Month

language = pytest.fixture(params=[Language.ZH, Language.EN])(speaking_each)


@pytest.fixture
def papers() -> Papers:
    return Papers()


def page_of(month: Month, papers: Papers, qtbot: QtBot, role: Role = Role.OWNER) -> SettlementsPage:
    made = SettlementsPage(month.settlements, month.works.brands, desk_of(month.shop, role, papers))
    qtbot.addWidget(made)
    made.resize(1270, 640)
    made.show()
    made.refresh()
    return made


def begins(brand_id: int) -> Callable[[FormDialog], None]:
    def answer(dialog: FormDialog) -> None:
        next(each for each in dialog._fields if isinstance(each, ComboField)).set_value(brand_id)
        dialog.try_it()
        dialog.try_it()

    return answer


def writes(*texts: str) -> Callable[[FormDialog], None]:
    def answer(dialog: FormDialog) -> None:
        fill(dialog, *texts)
        dialog.try_it()

    return answer


def agrees(dialog: FormDialog) -> None:
    dialog.try_it()
    dialog.try_it()


def test_a_month_from_its_first_draft_to_the_books(
    month: Month, papers: Papers, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    brand = month.works.brand().row.id
    month.claim()
    month.claim(ClaimState.REFUSED)
    month.claim(None)
    month.december()
    forms = Forms(monkeypatch)
    page = page_of(month, papers, qtbot)
    forms.answer(
        begins(brand),
        writes("迟到上门", "20", "协议第 7 条"),
        writes("媒体表扬", "50"),
        agrees,
        agrees,
    )
    page.make()
    assert page.shown is not None
    assert (page.shown.row.month, len(page.shown.lines), len(page.shown.unanswered)) == (NOVEMBER, 2, 1)
    page.save_and_print()  # nothing is agreed yet: nothing is asked, and it is said
    assert len(forms.shown) == 1
    assert page.banner.text()
    page.add_line(SettlementKind.DEDUCTION)
    page.add_line(SettlementKind.BONUS)
    assert page.shown.row.payable == FEE + Money.yuan(30)
    page.lines.select(page.shown.lines[2].id)
    assert not page.remove_button.isHidden()
    page.remove_line()
    assert page.shown.row.payable == FEE + Money.yuan(50)
    page.agree()
    assert page.shown.row.state is SettlementState.AGREED
    assert page.agree_button.isHidden()
    if language is Language.ZH:
        assert (
            english_left(
                page, "BCD Excel Ctrl", page.shown.row.number, *(each.claim for each in page.shown.lines)
            )
            == []
        )
    page.save_and_print()
    assert page.shown.row.state is SettlementState.POSTED
    assert month.owed() == FEE * 2 + Money.yuan(50), "the unanswered claim stands as it was billed"
    page.print_paper()
    assert papers.previewed == [(PaperKind.BRAND_SETTLEMENT, page.shown.row.number)]
    assert forms.scripts == []


def test_a_draft_is_brought_up_to_date_when_it_is_looked_at(
    month: Month, papers: Papers, qtbot: QtBot
) -> None:
    brand = month.works.brand().row.id
    card = month.make(brand)
    page = page_of(month, papers, qtbot, Role.COUNTER)
    page.open_with(card.row.id)
    assert page.shown is not None
    assert page.shown.lines == ()
    month.claim()
    page.refresh()
    assert [each.accepted for each in page.shown.lines] == [FEE]
    month.december()
    agreed = month.agree(page.shown)
    page.refresh()
    assert page.shown.row == agreed.row
    assert page.post_button.isHidden(), "the owner books"
    page.open_again()
    assert page.shown.row.state is SettlementState.DRAFT


def test_the_workbook_has_the_same_sums(month: Month, language: Language) -> None:
    brand = month.works.brand().row.id
    month.claim(amount=Money(6_533))
    month.claim(None)
    card = month.line(month.make(brand), SettlementKind.DEDUCTION, Money.yuan(20), '=cmd|"x"!A1')
    with speaking(language):
        content = workbook(card)
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0][:3] == [card.row.number, "海尔", NOVEMBER]
    claim, deduction, sums = rows[3:6]
    assert claim[5:8] == [80.0, 65.33, -14.67]
    assert (deduction[3], deduction[6]) == ('=cmd|"x"!A1', -20.0)
    assert sums[5:8] == [80.0, 45.33, -34.67]
    assert rows[-1][0] == card.unanswered[0].number
    assert card.row.payable == Money(4_533) != ZERO
