"""The one table: pages by key, sorting by value, keys, faces, and its speed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core import formats
from app.core.enums import Status
from app.core.errors import EnvironmentFault, Fault
from app.core.money import Money
from app.ui.chips import status_chip
from app.ui.tables import PAGE, RIGHT, Column, Empty, Table


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    number: str
    name: str
    status: Status
    due: Money


STATUSES = list(Status)


def row(at: int) -> Row:
    return Row(at, f"2611-{at:05d}", f"客户{at}", STATUSES[at % len(STATUSES)], Money(at * 137))


def columns() -> list[Column]:
    return [
        Column("number", "Number", lambda r: str(r.number), bold=True),
        Column("name", "Customer", lambda r: str(r.name), icon=lambda _r: "user", stretch=True),
        Column("phone", "Phone", lambda _r: "138 0013 8000"),
        Column("device", "Device", lambda r: f"海尔 冰箱 {r.id}", width=180),
        Column("fault", "Fault", lambda r: f"不制冷，背面发烫 {r.id}", width=240),
        Column("status", "Status", lambda r: str(r.status), chip=lambda r: status_chip(r.status), width=140),
        Column("due", "Due", lambda r: formats.money(r.due), sort=lambda r: r.due, align=RIGHT),
    ]


@pytest.fixture
def table(qtbot: QtBot) -> Table:
    made = Table(columns(), name="orders", empty=Empty("No orders yet.", "Take in a device"))
    qtbot.addWidget(made)
    made.resize(1100, 500)
    made.show()
    return made


def test_pages_come_by_key_and_stop_at_the_end(table: Table) -> None:
    asked: list[tuple[int | None, int]] = []

    def fetch(after: int | None, limit: int) -> Sequence[Row]:
        asked.append((after, limit))
        first = 0 if after is None else after + 1
        return [row(at) for at in range(first, min(first + limit, 250))]

    table.show_source(fetch)
    assert len(table.rows()) == PAGE
    while table.model.canFetchMore():
        table.model.fetchMore()
    assert [r.id for r in table.rows()] == list(range(250))
    assert asked == [(None, PAGE), (99, PAGE), (199, PAGE)]


def test_the_current_row_stays_through_a_reload(table: Table) -> None:
    table.show_rows([row(at) for at in range(10)])
    assert table.select(7)
    table.show_rows([row(at) for at in range(3, 10)])
    assert table.current() == row(7)
    table.show_rows([row(at) for at in range(3)])
    assert table.current() == row(2)


def test_nine_sorts_before_ten_and_the_header_turns_round(table: Table) -> None:
    table.show_rows([row(at) for at in (10, 9, 100, 1)])
    table._sort_by(6)
    assert [r.id for r in table.rows()] == [1, 9, 10, 100]
    table._sort_by(6)
    assert [r.id for r in table.rows()] == [100, 10, 9, 1]


def test_half_a_list_is_not_sorted(table: Table) -> None:
    table.show_source(lambda after, limit: [row(at) for at in range(limit)])
    assert not table.model.can_sort(0)


def test_enter_opens_arrows_move_home_and_end_go_to_the_ends(table: Table, qtbot: QtBot) -> None:
    opened: list[Row] = []
    table.opened.connect(opened.append)
    table.show_rows([row(at) for at in range(5)])
    table.select_first()
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_End, Qt.Key.Key_Enter, Qt.Key.Key_Home):
        QTest.keyClick(table.view, key)
    assert [r.id for r in opened] == [1, 4]
    assert table.current() == row(0)
    QTest.keyClick(table.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().startswith("2611-00000\t客户0")


def test_an_empty_list_offers_the_one_action_that_fills_it(table: Table, qtbot: QtBot) -> None:
    done: list[bool] = []
    table.set_empty(Empty("No orders yet.", "Take in a device", lambda: done.append(True)))
    table.show_rows([])
    assert table._stack.currentWidget() is table._pane
    table._pane.button.click()
    assert done == [True]


def test_a_list_that_cannot_be_loaded_says_why_and_tries_again(table: Table) -> None:
    broken = [True]

    def fetch(_after: int | None, _limit: int) -> Sequence[Row]:
        if broken[0]:
            raise EnvironmentFault(Fault.BUSY)
        return [row(1)]

    table.show_source(fetch)
    assert "busy" in table._pane.accessibleName()
    broken[0] = False
    table._pane.button.click()
    assert table._stack.currentWidget() is table.view


def test_widths_are_kept(qtbot: QtBot, table: Table) -> None:
    table.view.horizontalHeader().resizeSection(0, 222)
    table._keep_widths()
    again = Table(columns(), name="orders")
    qtbot.addWidget(again)
    assert again.view.horizontalHeader().sectionSize(0) == 222


def test_a_page_of_a_million_rows_asks_each_visible_cell_once(qtbot: QtBot) -> None:
    """What keeps a frame inside 16.7 ms; the milliseconds themselves are ``xiuhu bench``'s (scroll_page)."""
    asked: list[int] = []

    def said(each: object) -> str:
        asked.append(1)
        return str(each)

    made = Table([Column(name, name, said, width=120) for name in ("a", "b", "c")], key=lambda each: each)
    qtbot.addWidget(made)
    made.resize(1366 - 76, 768 - 100)
    made.show_rows(list(range(1_000_000)))
    made.show()
    made.view.verticalScrollBar().setValue(500_000)
    asked.clear()
    made.view.viewport().grab()
    visible = made.view.viewport().height() // made.view.verticalHeader().defaultSectionSize() + 2
    assert 0 < len(asked) <= visible * 3


def test_spare_columns_step_aside_before_the_stretching_one_gets_unreadable(qtbot: QtBot) -> None:
    made = Table(
        [
            Column("number", "Number", lambda r: str(r.number), width=100),
            Column("name", "Customer", lambda r: str(r.name), width=150, stretch=True),
            Column("phone", "Phone", lambda _r: "138", width=120, spare=True),
            Column("due", "Due", lambda r: formats.money(r.due), width=90, align=RIGHT),
            Column("shelf", "Shelf", lambda _r: "A1", width=80, spare=True),
        ]
    )
    qtbot.addWidget(made)
    made.show_rows([row(1)])
    made.resize(700, 200)
    made.show()

    def shown() -> list[str]:
        return [each.key for at, each in enumerate(made.model.columns) if not made.view.isColumnHidden(at)]

    assert shown() == ["number", "name", "phone", "due", "shelf"]
    made.resize(500, 200)
    assert shown() == ["number", "name", "phone", "due"]
    made.resize(400, 200)
    assert shown() == ["number", "name", "due"]
    assert made.view.columnWidth(1) >= 150
    made.resize(700, 200)
    assert shown() == ["number", "name", "phone", "due", "shelf"]
    assert made.view.columnWidth(2) == 120


def test_a_chip_dressed_later_has_its_padding(qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    from app.ui import theme
    from app.ui.chips import ChipLabel

    chip = status_chip(Status.READY)
    label = ChipLabel()
    qtbot.addWidget(label)
    label.show_chip(chip)
    (words,) = (each for each in label.findChildren(QLabel) if each.text())
    text = words.fontMetrics().horizontalAdvance(chip.text)
    assert words.sizeHint().width() >= text + 2 * theme.px(8)
