"""The books page: journal and sums of a month, accounts that the owner changes, a file that is written beside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QFileDialog, QLabel
from pytestqt.qtbot import QtBot

from app.core.enums import Role
from app.core.errors import EnvironmentFault, Fault
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.words import Language
from app.features.books.page import ACCOUNTS, SUMS, BooksPage
from app.features.books.service import Books
from app.model.accounts import AccountKey
from app.ui.form_dialog import FormDialog
from tests.features.page_tools import Forms, Papers, desk_of, english_left, fill, speaking_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.features.billing.conftest import Office
    from tests.features.conftest import Shop

YUAN = Money.yuan


@pytest.fixture(params=list(Language), ids=lambda each: each.value)
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


@pytest.fixture
def page_of(shared_shop: Shop, shared_office: Office, qtbot: QtBot) -> Iterator[Callable[[], BooksPage]]:
    shared_office.sold(YUAN(80))
    seat = desk_of(shared_shop, Role.OWNER, Papers())

    def make() -> BooksPage:
        page = BooksPage(Books(shared_shop.store), seat)
        qtbot.addWidget(page)
        page.come_to_front()
        qtbot.waitUntil(lambda: page.journal is not None)
        return page

    yield make
    seat.tasks.stop()


def test_the_month_is_listed_and_its_sides_are_equal(page_of: Callable[[], BooksPage]) -> None:
    page = page_of()
    assert page.journal is not None
    assert len(page.lines.rows()) == len(page.journal.lines) > 0
    assert page.journal.debit == page.journal.credit
    assert page.totals.text().count(str(page.journal.debit)) == 2
    page.view.set_value(SUMS)
    page._turned()
    assert sum(row.balance.fen for row in page.sums.rows()) == 0


def test_a_month_that_is_on_its_way_says_so(
    page_of: Callable[[], BooksPage], qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = page_of()
    page.show()
    begun: list[tuple[object, ...]] = []
    monkeypatch.setattr(page.desk.tasks, "run", lambda *work, quiet: begun.append(work))

    def said() -> list[str]:
        return [each.text() for each in page.lines.findChildren(QLabel) if each.isVisible()]

    page.refresh()
    assert said() == []
    page.month.choose("2019-01")
    assert said() == ["Loading …"]
    assert page.totals.text() == ""
    _work, show, fail = begun[-1]
    fail(EnvironmentFault(Fault.DISK_FULL))  # type: ignore[operator]
    assert "Loading …" not in said()
    show(page._books.journal(FOUNDER, "2019-01"))  # type: ignore[operator]
    assert "Nothing was booked in this month." in said()


def test_an_account_is_changed_in_its_form_and_a_number_that_is_none_stays_there(
    page_of: Callable[[], BooksPage], shared_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    forms = Forms(monkeypatch)
    page = page_of()
    page.view.set_value(ACCOUNTS)
    page._turned()
    assert page.accounts.current().key is AccountKey.CASH

    def answer(dialog: FormDialog) -> None:
        fill(dialog, "10 01")
        dialog.try_it()
        assert dialog.banner.isVisibleTo(dialog)
        fill(dialog, "100101", "库存现金-门店")
        dialog.try_it()

    def standard_again(dialog: FormDialog) -> None:
        fill(dialog, "", "")
        dialog.try_it()

    forms.answer(answer, standard_again)
    page.edit_account()
    row = page.accounts.rows()[0]
    assert (row.number, row.name, row.changed) == ("100101", "库存现金-门店", True)
    page.edit_account()
    assert not any(each.changed for each in Books(shared_shop.store).accounts(FOUNDER))


@pytest.mark.parametrize(("typed", "chosen", "written"), [
    ("a.xlsx", "", "a.xlsx"), ("a.csv", "", "a.csv"), ("a", "CSV (*.csv)", "a.csv"), ("a", "", "a.xlsx"),
])  # fmt: skip
def test_the_file_is_written_beside_the_window(
    page_of: Callable[[], BooksPage],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    qtbot: QtBot,
    typed: str,
    chosen: str,
    written: str,
) -> None:
    page = page_of()
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / typed), chosen))
    with qtbot.waitSignal(page.said):
        page.export()
    assert [each.name for each in tmp_path.iterdir()] == [written]


def test_everything_is_said_in_the_language(language: Language, page_of: Callable[[], BooksPage]) -> None:
    page = page_of()
    documents = [line.document for line in page.lines.rows()]
    if language is Language.ZH:
        assert english_left(page, "E", "B", *documents) == []
    assert page.title() == ("记账" if language is Language.ZH else "Books")
