"""The check-up's screen: looks, says what is wrong and what to do, repairs when it is told to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.clock import SetClock
from app.core.enums import Role
from app.core.rights import Actor
from app.core.words import Language, speaking
from app.features.checkup import page as pages
from app.features.checkup.page import CheckupPage
from app.features.checkup.repairing import Repairing
from app.features.checkup.service import examine
from app.store.door import Store
from app.ui.desk import Desk
from app.ui.tasks import Tasks
from tests.features.checkup.conftest import Hand
from tests.features.conftest import LIVELY_NOW as NOW

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def screen(qtbot: QtBot, copy: Path, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> Iterator[CheckupPage]:
    hand("DELETE FROM gram")
    hand("UPDATE money_day SET held = held + 1 WHERE day = (SELECT max(day) FROM money_day)")
    store = Store.open(copy, SetClock(NOW))
    tasks = Tasks()
    desk = Desk(store.clock, tasks, papers=None)  # type: ignore[arg-type]
    desk.switch(Actor(1, "王丽华", Role.OWNER))
    monkeypatch.setattr(pages, "confirm", lambda *_all, **_more: True)
    page = CheckupPage(
        lambda progress, cancelled: examine(store, progress, cancelled), Repairing(store, lambda: None), desk
    )
    qtbot.addWidget(page)
    yield page
    tasks.stop()
    store.close()


def looked(page: CheckupPage, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: page._running is None, timeout=30_000)


def test_it_looks_by_itself_says_what_to_do_and_repairs(
    screen: CheckupPage, qtbot: QtBot, tmp_path: Path
) -> None:
    assert screen.repair_button.isHidden()
    screen.come_to_front()
    looked(screen, qtbot)
    first, second = screen.list.rows()[:2]
    assert [first.name, second.name] == ["money_days", "search"], "what is wrong stands first"
    assert "2 checks failed." in screen.state.text()
    assert screen._advice.text() == first.advice
    assert [each.name for each in screen.planned()] == ["search"]
    assert not screen.repair_button.isHidden()
    screen.repair_button.click()
    looked(screen, qtbot)
    assert "1 check failed." in screen.state.text()
    assert screen.planned() == ()
    assert screen.repair_button.isHidden()
    screen.save_to(tmp_path / "report.txt")
    text = (tmp_path / "report.txt").read_text(encoding="utf-8")
    assert "✗ Sums of the days" in text
    assert "→" in text


def test_stopping_keeps_what_was_known(screen: CheckupPage, qtbot: QtBot) -> None:
    screen.check_now()
    assert screen._running is not None
    screen._running.cancelled = True
    qtbot.waitUntil(lambda: not screen.desk.tasks.busy(), timeout=30_000)
    assert screen.report is None


def test_who_may_not_repair_is_not_asked(screen: CheckupPage, qtbot: QtBot) -> None:
    screen.desk.switch(Actor(2, "李强", Role.LEAD))
    screen.check_now()
    looked(screen, qtbot)
    assert screen.repair_button.isHidden()
    screen.ask_repair()
    assert screen._running is None


def test_what_fails_in_the_worker_is_said(screen: CheckupPage, qtbot: QtBot, tmp_path: Path) -> None:
    def broken(*_all: object) -> None:
        raise RuntimeError("13800138000")

    screen._examine = broken  # type: ignore[assignment]
    screen.check_now()
    looked(screen, qtbot)
    assert "RuntimeError" in screen.banner.text()
    assert "13800138000" not in screen.banner.text()


def test_it_speaks_chinese(screen: CheckupPage, qtbot: QtBot) -> None:
    with speaking(Language.ZH):
        screen.check_now()
        looked(screen, qtbot)
        assert not any(each.advice.isascii() for each in screen.list.rows() if each.advice)
