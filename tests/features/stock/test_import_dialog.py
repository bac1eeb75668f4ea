"""The import dialog in both languages: preview, wrong lines, apply, conflict, a file that is no list."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.core.enums import Role
from app.core.words import Language
from app.features.sheets.preview import ImportDialog
from app.features.sheets.snapshots import LineState
from app.features.stock.page import import_words
from app.features.stock.service import StockService
from app.features.stock.snapshots import PartEntry
from tests.features.conftest import Shop
from tests.features.page_tools import Papers, desk_of, english_left, speaking_each


@pytest.fixture(params=list(Language))
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    yield from speaking_each(request)


def dialog_of(shop: Shop, qtbot: QtBot, tmp_path: Path, text: str) -> ImportDialog:
    file = tmp_path / "价目.csv"
    file.write_text(text, encoding="utf-8")
    stock = StockService(shop.store)
    dialog = ImportDialog(stock.sheets, desk_of(shop, Role.COUNTER, Papers()), file, import_words())
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.bar.isVisible())
    return dialog


def test_wrong_lines_first_and_left_out_only_when_asked(
    shop: Shop, qtbot: QtBot, tmp_path: Path, language: Language
) -> None:
    stock = StockService(shop.store)
    stock.save_part(shop.ctx(), None, None, PartEntry("水泵", "台", number="1001"))
    text = "备件编号,备件名称,售价\n1001,水泵,66\n1002,电容,5\n1003,坏,-1\n"
    dialog = dialog_of(shop, qtbot, tmp_path, text)
    assert [row.state for row in dialog.list.rows()] == [
        LineState.WRONG,
        LineState.NEW,
        LineState.CHANGED,
    ]
    if language is Language.ZH:
        assert english_left(dialog, "价目.csv") == []
    assert not dialog.yes.isEnabled()
    dialog.leave_out.setChecked(True)
    dialog.yes.click()
    qtbot.waitUntil(lambda: dialog.imported is not None)
    assert (dialog.imported.new, dialog.imported.changed) == (1, 1)
    assert {row.number for row in stock.parts_page().rows} == {"1001", "1002"}


def test_what_changed_meanwhile_is_read_again(
    shop: Shop, qtbot: QtBot, tmp_path: Path, language: Language
) -> None:
    stock = StockService(shop.store)
    dialog = dialog_of(shop, qtbot, tmp_path, "备件编号,备件名称\n1002,电容\n")
    stock.save_part(shop.ctx(), None, None, PartEntry("电容", "个", number="1002"))
    dialog.yes.click()
    qtbot.waitUntil(lambda: dialog.plan is not None and dialog.plan.empty)
    assert dialog.banner.text()
    assert dialog.imported is None


def test_a_file_that_is_no_list_is_one_sentence(
    shop: Shop, qtbot: QtBot, tmp_path: Path, language: Language
) -> None:
    before = shop.fingerprint()
    dialog = dialog_of(shop, qtbot, tmp_path, "你好\n")
    assert dialog.banner.text()
    assert not dialog.yes.isEnabled()
    dialog.reject()
    assert shop.fingerprint() == before
