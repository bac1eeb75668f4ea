"""Pages as tabs under one entry of the rail."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QTabBar
from pytestqt.qtbot import QtBot

from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, Foreign, Scan, parse, running_code
from app.core.enums import Role
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.rights import Actor
from app.core.waiting import Waiting
from app.ui.messages import Message, Mood
from app.ui.page import KeyHint, Page
from app.ui.room import InTab, Room, RoomTab
from app.ui.shell import PageEntry, Shell, ShellDoors

TOOL = parse(running_code(CodeKind.TOOL, 7))


class Tab(Page):
    """Remembers what happened to it."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.key = key
        self.line = QLineEdit()
        self.body.addWidget(self.line)
        self.subjects: list[Any] = []
        self.scans: list[Scan] = []
        self.done: list[str] = []
        self.loads = 0
        self.refuse = False

    def title(self) -> str:
        return self.key.title()

    def keys_here(self) -> list[KeyHint]:
        return [KeyHint("Ctrl+N", f"new {self.key}")]

    def first_focus(self) -> QLineEdit:
        return self.line

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.PART)

    def refresh(self) -> None:
        self.loads += 1

    def take_scan(self, scan: Scan) -> bool:
        if self.refuse:
            raise Refusal(Reason.NOT_FOUND)
        self.scans.append(scan)
        return True

    def takes_parts(self) -> bool:
        return self.key == "parts"

    def open_with(self, subject: Any) -> None:
        self.subjects.append(subject)

    def save_and_print(self) -> None:
        self.done.append("save")

    def print_paper(self) -> None:
        self.done.append("print")

    def back(self) -> bool:
        self.done.append("back")
        return True

    def draft(self) -> str | None:
        return self.line.text() or None

    def restore(self, draft: str) -> None:
        self.line.setText(draft)


class House:
    """A shell with one room of three tabs, of which the last may be hidden."""

    def __init__(self, qtbot: QtBot) -> None:
        self.built: list[str] = []
        self.open = True
        self.waiting: Waiting | None = Waiting(3, "3 to mend")
        self.damaged = False
        everybody = frozenset(Role)
        self.shell = Shell([PageEntry("parts", "Parts", "boxes", self._room, everybody, "F7")], ShellDoors())
        qtbot.addWidget(self.shell)
        self.shell.show()
        self.shell.sign_in_as(Actor(1, "李芳", Role.LEAD))

    def _room(self) -> Room:
        return Room(
            "parts",
            [
                RoomTab("parts", "Parts", "boxes", lambda: self._tab("parts")),
                RoomTab(
                    "tools",
                    "Tools",
                    "wrench",
                    lambda: self._tab("tools"),
                    frozenset({CodeKind.TOOL}),
                    waiting=self._waits,
                ),
                RoomTab("views", "Views", "chart-column", self._broken, shown=lambda: self.open),
            ],
        )

    def _tab(self, key: str) -> Tab:
        self.built.append(key)
        return Tab(key)

    def _waits(self) -> Waiting | None:
        if self.damaged:
            raise EnvironmentFault(Fault.DISK_FULL)
        return self.waiting

    def _broken(self) -> Page:
        raise RuntimeError("cannot be built")

    @property
    def room(self) -> Room:
        room = self.shell.page("parts")
        assert isinstance(room, Room)
        return room

    def tab(self, key: str) -> Tab:
        tab = self.room.tab(key)
        assert isinstance(tab, Tab)
        return tab


@pytest.fixture
def house(qtbot: QtBot) -> House:
    return House(qtbot)


def test_a_tab_is_built_when_it_is_first_shown(house: House) -> None:
    assert house.built == ["parts"]
    QTest.keyClick(house.shell, Qt.Key.Key_PageDown, Qt.KeyboardModifier.ControlModifier)
    assert house.built == ["parts", "tools"]
    assert house.room.front() is house.tab("tools")
    assert house.tab("tools").loads == 1
    QTest.keyClick(house.shell, Qt.Key.Key_PageUp, Qt.KeyboardModifier.ControlModifier)
    assert house.room.front() is house.tab("parts")
    assert house.built == ["parts", "tools"]


def test_keys_and_scans_go_to_the_tab_in_front(house: House) -> None:
    house.room.show_tab("tools")
    house.shell.take_foreign("6901234567892")
    for key, modifier in (
        (Qt.Key.Key_F9, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    ):
        QTest.keyClick(house.shell, key, modifier)
    tools = house.tab("tools")
    assert tools.done == ["save", "print", "back"]
    assert tools.scans == [Foreign("6901234567892")]
    assert house.tab("parts").done == []
    assert not house.room.takes_parts()
    assert [hint.does for hint in house.room.keys_here()] == ["new tools", "next tab"]


def test_a_subject_opens_its_tab(house: House) -> None:
    house.shell.show_page("parts", TOOL)
    assert house.room.front() is house.tab("tools")
    assert house.tab("tools").subjects == [TOOL]
    house.shell.show_page("parts", 12)
    assert house.tab("parts").subjects == [12]
    house.shell.show_page("parts", InTab("tools", 3))
    house.shell.show_page("parts", InTab("tools"))
    assert house.tab("tools").subjects == [TOOL, 3]
    part = parse(running_code(CodeKind.PART, 1))
    assert isinstance(part, Code)
    house.shell.show_page("parts", part)
    assert house.tab("parts").subjects == [12, part]


def test_what_is_refused_stands_in_the_tabs_banner(house: House) -> None:
    house.tab("parts").refuse = True
    house.shell.take_foreign("6901234567892")
    message = house.tab("parts").banner.message()
    assert message is not None
    assert house.room.banner.message() is None


def test_changes_reach_every_tab_that_they_concern_when_it_is_in_front(house: House) -> None:
    house.room.show_tab("tools")
    parts, tools = house.tab("parts"), house.tab("tools")
    before = parts.loads, tools.loads
    house.shell.changed(Changes(frozenset({(Kind.PART, 1)})))
    assert (parts.loads, tools.loads) == (before[0], before[1] + 1)
    house.room.show_tab("parts")
    assert parts.loads == before[0] + 1
    house.shell.changed(Changes(frozenset({(Kind.CUSTOMER, 1)})))
    assert parts.loads == before[0] + 1


def test_a_rebuilt_room_keeps_its_tab_and_what_was_typed(house: House) -> None:
    house.tab("parts").line.setText("压缩机")
    house.room.show_tab("tools")
    house.tab("tools").line.setText("万用表")
    house.shell.rebuild()
    assert house.room.front() is house.tab("tools")
    assert house.tab("tools").line.text() == "万用表"
    assert house.tab("parts").line.text() == "压缩机"


def test_a_tab_that_is_not_for_this_person_is_not_there(house: House) -> None:
    assert house.room.bar.count() == 3
    house.open = False
    house.room.come_to_front()
    assert house.room.bar.count() == 2
    assert house.room.show_tab("views") is None


def test_a_tab_that_cannot_be_built_says_so_and_the_others_work(house: House) -> None:
    assert house.room.show_tab("views") is None
    said = house.room.banner.message()
    assert said is not None
    assert said.mood is Mood.ERROR
    assert house.room.show_tab("parts") is house.tab("parts")


def test_what_a_tab_says_stands_in_the_bottom_line(house: House) -> None:
    told: list[Message] = []
    house.shell.told.connect(told.append)
    house.tab("parts").confirm_done("Saved")
    assert [each.text for each in told] == ["Saved"]


def test_what_waits_stands_beside_the_tabs_name(house: House, qtbot: QtBot) -> None:
    bar = house.room.bar

    def said() -> tuple[str, str]:
        chip = bar.tabButton(1, QTabBar.ButtonPosition.RightSide)
        return "" if chip is None else chip.accessibleName(), bar.accessibleTabName(1)

    qtbot.waitUntil(lambda: said() == ("3 to mend", "Tools · 3 to mend"))
    assert bar.tabButton(0, QTabBar.ButtonPosition.RightSide) is None
    house.waiting = Waiting(4, "4 to mend", late=True)
    house.shell.changed(Changes(frozenset({(Kind.TOOL, 1)})))
    qtbot.waitUntil(lambda: said()[0] == "4 to mend")
    house.damaged = True
    house.room.count_waiting()
    assert said() == ("", "Tools")


def test_a_subject_brings_the_cursor_to_its_tab(house: House, qtbot: QtBot) -> None:
    house.room.show_tab("tools")
    house.room.open_with(InTab("parts", 7))
    assert house.tab("parts").subjects == [7]
    assert house.room.focusWidget() is house.tab("parts").line


def test_a_room_is_as_wide_as_the_tab_in_front_needs(house: House, qtbot: QtBot) -> None:
    """A wide tab behind would push the buttons of a narrow one out of the window."""
    house.room.show_tab("tools")
    house.tab("tools").line.setMinimumWidth(4000)
    qtbot.waitUntil(lambda: house.room.minimumSizeHint().width() >= 4000)
    house.room.show_tab("parts")
    qtbot.waitUntil(lambda: house.room.minimumSizeHint().width() < 2000)
