"""The crash dialog: what it says, what it gives away, and that the program goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QPushButton

from app.core import last_resort, logbook
from app.core.words import Language, speaking
from app.ui import crash
from app.ui.crash import CrashDialog
from app.ui.page import Page
from app.ui.tasks import Tasks

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


def failed() -> Exception:
    try:
        raise ValueError("王丽华 13800138000") from OSError("/home/lifang/shop.db")
    except ValueError as error:
        return error


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[BaseException]]:
    shown: list[BaseException] = []
    last_resort.show_with(shown.append)
    yield shown
    last_resort.show_with(None)


def test_a_report_holds_places_but_no_personal_data(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = CrashDialog(failed())
    qtbot.addWidget(dialog)
    text = dialog.report.toPlainText()
    assert "ValueError" in text
    assert "OSError" in text
    assert "test_crash.py" in text
    assert not any(secret in text for secret in ("王丽华", "13800138000", "lifang", str(Path.home())))
    dialog.copy()
    assert QGuiApplication.clipboard().text() == text
    dialog.save_to(tmp_path / "report.txt")
    assert (tmp_path / "report.txt").read_text(encoding="utf-8") == text
    dialog.save_to(tmp_path / "none" / "report.txt")
    assert "could not be written" in dialog._answer.text()


def test_a_report_ends_with_the_newest_lines_of_the_log(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / logbook.NAME).write_text("one\ntwo\n", encoding="utf-8")
    monkeypatch.setattr(crash, "_log_folder", tmp_path)
    assert crash.crash_report(failed()).endswith("xiuhu.log\none\ntwo")


def test_what_the_last_start_died_of_is_shown_in_the_users_language(qtbot: QtBot) -> None:
    with speaking(Language.ZH):
        dialog = CrashDialog(None, left_behind="Fatal Python error: Aborted")
    qtbot.addWidget(dialog)
    assert "Fatal Python error: Aborted" in dialog.report.toPlainText()
    said = [each.text() for each in dialog.findChildren(QPushButton)]
    assert all(not text.isascii() for text in said), said


def test_the_last_resort_shows_one_dialog_at_a_time(
    monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    shown: list[BaseException] = []

    class Dialog:
        def __init__(self, error: BaseException, _parent: object) -> None:
            shown.append(error)

        def exec(self) -> None:
            crash.show_crash(RuntimeError("while open"))

    monkeypatch.setattr(crash, "CrashDialog", Dialog)
    crash.show_crash(ValueError("first"))
    crash.show_crash(ValueError("second"))
    assert [str(error) for error in shown] == ["first", "second"]


def test_a_page_goes_on_and_offers_the_report(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page()
    qtbot.addWidget(page)
    shown: list[BaseException] = []
    monkeypatch.setattr(crash, "show_crash", lambda error, _parent=None: shown.append(error))
    error = failed()

    def falls_over() -> None:
        raise error

    assert not page.run(falls_over)
    assert "13800138000" not in page.banner.text()
    page.banner._act()
    assert shown == [error]
    assert page.run(lambda: None)


def test_work_that_nobody_answers_for_ends_in_the_dialog(qtbot: QtBot, told: list[BaseException]) -> None:
    tasks = Tasks()
    error = failed()

    def work(_progress: object) -> None:
        raise error

    tasks.run(work, quiet=True)
    tasks.run(work, on_fault=lambda _error: None)
    tasks.run(work)
    qtbot.waitUntil(lambda: not tasks._tasks)
    tasks.stop()
    assert told == [error]
