"""The owner's room: nine doors in the morning; the month's figures, days, break-downs, reasons, each with its list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QDialog, QLabel, QPushButton
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from app.commands.terminal import print_json
from app.core.enums import PaperKind, Role
from app.core.errors import EnvironmentFault, Fault
from app.core.rights import FOUNDER
from app.core.waiting import Waiting
from app.core.words import Language, _
from app.features.reports.asking import Month
from app.features.reports.figures import Dimension, Figure
from app.features.reports.month_page import MonthPage
from app.features.reports.morning import DOORS, Door, Mornings
from app.features.reports.morning_page import MorningPage
from app.features.reports.service import ReportService
from app.features.reports.snapshots import MonthFilter
from app.ui import theme
from app.ui.messages import Question
from app.ui.room import InTab
from tests.features.conftest import Shop
from tests.features.page_tools import Papers, desk_of, english_left, speaking_each
from tests.features.reports.conftest import close_day, open_corrected


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def shown(page: MonthPage, qtbot: QtBot) -> MonthPage:
    qtbot.addWidget(page)
    page.resize(1290, 640)
    page.show()
    page.come_to_front()
    qtbot.waitUntil(lambda: page.look is not None)
    return page


@pytest.fixture
def page(corrected: Shop, qtbot: QtBot, language: Language) -> MonthPage:
    made = MonthPage(ReportService(corrected.store), desk_of(corrected, Role.OWNER, Papers()))
    made.month = Month(2026, 11)
    return shown(made, qtbot)


@pytest.fixture
def morning(corrected: Shop, qtbot: QtBot, language: Language) -> MorningPage:
    waits = (
        ("parts", InTab("purchase"), lambda: Waiting(3, "3 待办", True)),
        ("brands", InTab("claims", "back"), lambda: None),
    )
    made = MorningPage(Mornings(corrected.store), waits, desk_of(corrected, Role.LEAD, Papers()))
    qtbot.addWidget(made)
    made.resize(1290, 640)
    made.show()
    made.come_to_front()
    return made


def asked_for(page: MonthPage | MorningPage) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    page.wants.connect(lambda room, subject: found.append((room, subject)))
    return found


# -- the morning -------------------------------------------------------------------------------------------


def test_nine_doors_each_with_its_list(morning: MorningPage, corrected: Shop) -> None:
    said = {each.door: each for each in Mornings(corrected.store).morning(FOUNDER).figures}
    for door in Door:
        card = morning.cards[door]
        assert _(DOORS[door].title) in card.accessibleName()
        card.click()
        assert morning.open_now is door
        assert len(morning.list.table.rows()) == min(said[door].count, 100)
        assert morning.list.heading.text() == _(DOORS[door].title)
        assert morning.back()
        assert not morning.back()


def test_a_row_of_the_morning_opens_its_record(morning: MorningPage) -> None:
    wanted = asked_for(morning)
    for door, room in ((Door.OWED, "orders"), (Door.CASH, "money"), (Door.TO_ORDER, "parts")):
        morning.open_door(door)
        if morning.list.table.rows():
            morning.list.table.select_first()
            morning.list.table.view.enter.emit()
            assert wanted[-1][0] == room
    assert wanted


def test_what_is_not_to_be_forgotten_opens_its_tab(morning: MorningPage) -> None:
    wanted = asked_for(morning)
    button = morning.warnings.itemAt(0).widget()
    assert button is not None
    assert button.text() == "3 待办"  # type: ignore[attr-defined]
    button.click()  # type: ignore[attr-defined]
    assert wanted == [("parts", InTab("purchase"))]
    assert morning.warnings.count() == 1


def test_the_morning_speaks_the_language(morning: MorningPage, language: Language, corrected: Shop) -> None:
    if language is Language.ZH:
        assert english_left(morning, "Esc") == []


def test_the_morning_says_that_it_is_coming_and_no_figure_before(corrected: Shop, qtbot: QtBot) -> None:
    made = MorningPage(Mornings(corrected.store), (), desk_of(corrected, Role.OWNER, Papers()))
    qtbot.addWidget(made)
    made.show()
    assert {card.more.text() for card in made.cards.values()} == {"Loading …"}
    assert {card.value.text() for card in made.cards.values()} == {"–"}
    made.come_to_front()
    assert "Loading …" not in {card.more.text() for card in made.cards.values()}


# -- the month ---------------------------------------------------------------------------------------------


def test_every_figure_opens_its_list(page: MonthPage) -> None:
    overview = page.overview
    for figure in Figure:
        assert overview.figures.select(figure.value), figure
        overview.figures.view.enter.emit()
        assert page.stack.currentWidget() is page.list
        assert page.list.heading.text().endswith("2026-11")
        assert page.list.sums.text()
        assert page.back()
    # A heading between them opens nothing.
    overview.figures.select("group sales")
    overview.figures.view.enter.emit()
    assert page.stack.currentWidget() is overview


def test_break_downs_reasons_and_days_open_theirs(page: MonthPage, qtbot: QtBot) -> None:
    assert page.look is not None
    overview = page.overview
    for chosen in (*(each.value for each in Dimension), "method"):
        overview.by.set_value(chosen)
        assert overview.parts.rows()
        overview.parts.select_first()
        overview.parts.view.enter.emit()
        assert page.stack.currentWidget() is page.list
        page.back()
    for at in range(len(overview.why.rows())):
        overview.why.select(at)
        overview.why.view.enter.emit()
        assert page.back()
    qtbot.keyClick(overview.bars, Qt.Key.Key_Right)
    assert overview.bars.day == 2
    assert overview.bars.accessibleDescription() == overview.bars.day_text(2)
    qtbot.keyClick(overview.bars, Qt.Key.Key_Return)
    assert "2026-11-02" in page.list.heading.text()
    page.back()
    middle = QPointF(overview.bars.width() / 2, overview.bars.height() / 2)
    press = QMouseEvent(
        QEvent.Type.MouseButtonPress, middle, overview.bars.mapToGlobal(middle), Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    overview.bars.mousePressEvent(press)
    assert 13 <= overview.bars.day <= 17
    assert page.stack.currentWidget() is page.list


def test_a_row_opens_its_order(page: MonthPage) -> None:
    wanted = asked_for(page)
    page.overview.figures.select(Figure.REVENUE.value)
    page.overview.figures.view.enter.emit()
    page.list.table.view.enter.emit()
    assert wanted == [("orders", page.list.table.current().subject)]


def test_filters_and_months(page: MonthPage, qtbot: QtBot) -> None:
    assert page.look is not None
    technician = page.look.report.by_technician[0]
    field = page.filters[Dimension.TECHNICIAN]
    field.set_value(technician.key)
    field.entered.emit()
    qtbot.waitUntil(lambda: page.look is not None and bool(page.look.report.wanted))
    assert page.look.report.wanted == MonthFilter(technician=technician.key)
    assert page.look.report.revenue == technician.revenue
    assert not page.overview.figures.select(Figure.RECEIVABLES.value)
    page.earlier.click()
    qtbot.waitUntil(lambda: page.look is not None and page.look.report.month == "2026-10")
    page.picker.set_value("2026-12")
    page.picker.entered.emit()
    qtbot.waitUntil(lambda: page.look is not None and page.look.report.month == "2026-12")
    # The arrow ends where the present month does.
    assert not page.later.isEnabled()
    assert not page.grab().isNull()


class Held:
    """A runner that begins nothing before it is told to."""

    def __init__(self) -> None:
        self.waiting: list[
            tuple[Callable[[Any], Any], Callable[[Any], object], Callable[[Exception], object]]
        ] = []

    def run(
        self,
        work: Callable[[Any], Any],
        on_done: Callable[[Any], object],
        on_fault: Callable[[Exception], object],
        title: str = "",
        *,
        quiet: bool = False,
    ) -> None:
        self.waiting.append((work, on_done, on_fault))

    def go_on(self) -> None:
        work, done, _fault = self.waiting.pop(0)
        done(work(None))


@pytest.fixture
def held(corrected: Shop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> tuple[MonthPage, Held]:
    desk, runner = desk_of(corrected, Role.OWNER, Papers()), Held()
    monkeypatch.setattr(desk.tasks, "run", runner.run)
    page = MonthPage(ReportService(corrected.store), desk)
    page.month = Month(2026, 11)
    qtbot.addWidget(page)
    page.resize(1290, 640)
    page.show()
    page.come_to_front()
    return page, runner


def said(page: MonthPage) -> list[str]:
    """What is read where the month's tables and bars are."""
    labels = page.overview.findChildren(QLabel)
    texts = [label.text() for label in labels if label.isVisible() and label.text()]
    return [*texts, page.overview.bars.accessibleDescription()]


def test_a_month_that_is_on_its_way_says_so_and_nothing_else(held: tuple[MonthPage, Held]) -> None:
    page, runner = held
    assert said(page) == ["Loading …"] * 4
    page.overview.figures.view.enter.emit()
    assert page.stack.currentWidget() is page.overview
    runner.go_on()
    assert "Loading …" not in said(page)
    assert page.overview.figures.view.isVisible()
    # A change elsewhere reads it again without a word.
    page.refresh()
    assert "Loading …" not in said(page)
    runner.go_on()


def test_another_month_takes_its_place_and_the_row_in_hand_stays(
    held: tuple[MonthPage, Held], qtbot: QtBot
) -> None:
    page, runner = held
    runner.go_on()
    page.activateWindow()
    page.overview.figures.setFocus()
    qtbot.waitUntil(page.overview.figures.view.hasFocus)
    page.overview.figures.select(Figure.TAX.value)
    page.show_month(Month(2026, 10))
    assert page._slow.isActive()
    assert "Loading …" not in said(page)
    page._slow.timeout.emit()
    assert said(page).count("Loading …") == 4
    runner.go_on()
    assert not page._slow.isActive()
    assert "Loading …" not in said(page)
    assert page.overview.figures.view.hasFocus()
    assert page.overview.figures.current().id == Figure.TAX.value


def test_a_month_that_cannot_be_read_says_why_and_is_asked_for_again(held: tuple[MonthPage, Held]) -> None:
    page, runner = held
    work, _done, fault = runner.waiting.pop(0)
    fault(EnvironmentFault(Fault.DISK_FULL))
    assert "Loading …" not in said(page)
    assert page.overview.bars.accessibleDescription() == ""
    assert page.banner.isVisible()
    button = next(each for each in page.overview.figures.findChildren(QPushButton) if each.isVisible())
    button.click()
    assert said(page) == ["Loading …"] * 4
    assert runner.waiting[0][0] is not work
    runner.go_on()
    assert page.overview.figures.view.isVisible()


@pytest.mark.parametrize("mode", list(theme.Mode))
def test_the_month_speaks_the_language_in_either_theme(
    page: MonthPage, language: Language, mode: theme.Mode
) -> None:
    theme.use(mode=mode)
    try:
        assert not page.grab().isNull()
        if language is Language.ZH:
            assert english_left(page, "Excel Ctrl TCL TP LINK") == []
    finally:
        theme.use(mode=theme.Mode.LIGHT)


def test_it_fits_the_smallest_window(page: MonthPage, morning: MorningPage) -> None:
    # 1366 × 768 without the rail, the top bar, the tabs and the bottom line.
    for each in (page, morning):
        needed = each.minimumSizeHint()
        assert needed.width() <= theme.px(1290), each.key
        assert needed.height() <= theme.px(600), each.key


def test_paper_and_workbook(
    page: MonthPage, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.print_paper()
    papers = page.desk.papers
    assert isinstance(papers, Papers)
    assert papers.previewed == [(PaperKind.MONTH_REPORT, "2026-11")]
    file = tmp_path / "月报"
    monkeypatch.setattr("app.ui.saving.QFileDialog.getSaveFileName", lambda *_a: (str(file), ""))
    said: list[object] = []
    page.said.connect(said.append)
    page.export()
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    assert len(CalamineWorkbook.from_path(str(file.with_suffix(".xlsx"))).sheet_names) >= 8


def test_the_month_is_saved_as_the_command_line_prints_it(
    page: MonthPage,
    reports: ReportService,
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    asked: list[str] = []

    def answer(*given: object) -> tuple[str, str]:
        asked.append(str(given[-1]))
        return str(tmp_path / "月报"), asked[-1].split(";;")[1]

    monkeypatch.setattr("app.ui.saving.QFileDialog.getSaveFileName", answer)
    said: list[object] = []
    page.said.connect(said.append)
    page.export()
    qtbot.waitUntil(lambda: bool(said), timeout=20_000)
    print_json(reports.month_json(FOUNDER, 2026, 11))
    assert (tmp_path / "月报.json").read_text("utf-8") == capsys.readouterr().out
    assert [each.name for each in tmp_path.iterdir()] == ["月报.json"]


def test_the_owner_seals_a_month_that_is_over(
    lively: Path, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = open_corrected(tmp_path / "shop", lively)
    made = MonthPage(ReportService(shop.store), desk_of(shop, Role.OWNER, Papers()))
    made.month = Month(2026, 11)
    page = shown(made, qtbot)
    assert page.seal_button.isVisible()
    monkeypatch.setattr(Question, "exec", lambda _dialog: QDialog.DialogCode.Accepted)
    page.seal()
    # A day is still open: one sentence, nothing sealed.
    assert page.banner.isVisible()
    assert page.seal_button.isVisible()
    close_day(shop)
    page.seal()
    qtbot.waitUntil(page.seal_chip.isVisible)
    assert not page.seal_button.isVisible()
    page.show_month(Month(2026, 12))
    qtbot.waitUntil(lambda: page.look is not None and page.look.report.month == "2026-12")
    assert not page.seal_button.isVisible()
    shop.close()
