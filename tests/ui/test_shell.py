"""The window around the pages: people, pages, scans, keys, language."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QPushButton
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

import app.features
from app.core.changes import Changes, Kind
from app.core.codes import Code, CodeKind, DamagedCode, Foreign, Scan, order_code, parse, running_code
from app.core.enums import Role
from app.core.errors import Conflict, EnvironmentFault, Fault, Reason, Refusal
from app.core.money import Money
from app.core.rights import Actor
from app.core.words import Language
from app.ui import theme
from app.ui.chips import Chip
from app.ui.finder_box import FinderHit
from app.ui.messages import Mood
from app.ui.page import KeyHint, Page
from app.ui.page_stack import PageStack
from app.ui.shell import PageEntry, Shell, ShellDoors
from app.ui.sign_in import SignInDoors, StaffTile
from app.ui.user_menu import UserMenu

ORDER = parse(order_code(date(2026, 11, 22), 42))
BADGE = parse(running_code(CodeKind.STAFF, 2))
LI, WANG = Actor(1, "李芳", Role.COUNTER), Actor(2, "王师傅", Role.LEAD)


#: What the window does on every page; F9, Ctrl+P and Esc are the page's own, and a dialog's too.
_TAKEN = re.compile(r"""(?:setShortcut\(|QKeySequence\(|key=)"(F[1-8]|F1[0-2]|Ctrl\+[KL]|Alt\+\d)\"""")


def test_no_page_takes_a_key_of_the_window() -> None:
    # Qt calls a key that two want ambiguous, and does neither.
    features = Path(app.features.__file__ or "").parent
    taken = [
        f"{file.relative_to(features)}: {key}"
        for file in features.rglob("*.py")
        for key in _TAKEN.findall(file.read_text(encoding="utf-8"))
    ]
    assert taken == []


class Desk(Page):
    """A page that remembers what happened to it."""

    key = "desk"

    def __init__(self) -> None:
        super().__init__()
        self.line = QLineEdit()
        self.body.addWidget(self.line)
        self.scans: list[Scan] = []
        self.loads = 0
        self.subject: Any = None
        self.answer: bool | Exception = True
        self.saved = 0

    def title(self) -> str:
        return "Desk"

    def keys_here(self) -> list[KeyHint]:
        return [KeyHint("F9", "save")]

    def first_focus(self) -> QLineEdit:
        return self.line

    def take_scan(self, scan: Scan) -> bool:
        self.scans.append(scan)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer

    def open_with(self, subject: Any) -> None:
        self.subject = subject

    def refresh(self) -> None:
        self.loads += 1

    def save_and_print(self) -> None:
        self.saved += 1

    def draft(self) -> str:
        return self.line.text()

    def restore(self, draft: str) -> None:
        self.line.setText(draft)


class Other(Desk):
    key = "other"


@dataclass
class Doors:
    """The rest of the program, as far as the shell knows it."""

    hits: list[FinderHit] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    route: tuple[str, Any] | None = None
    actors: list[Actor | None] = field(default_factory=list)

    def find(self, text: str) -> list[FinderHit]:
        self.asked.append(text)
        return self.hits

    def check(self, who: int, pin: str) -> Actor:
        if pin != "1234":
            raise Refusal(Reason.WRONG_PIN)
        return LI if who == 1 else WANG

    def badge(self, code: Code) -> Actor:
        if code.number != 2:
            raise Refusal(Reason.STAFF_UNKNOWN)
        return WANG


@pytest.fixture
def doors() -> Doors:
    return Doors()


@pytest.fixture
def shell(qtbot: QtBot, doors: Doors) -> Shell:
    everybody = frozenset(Role)
    made = Shell(
        [
            PageEntry("desk", "Take in", "package-plus", Desk, everybody, "F2"),
            PageEntry("other", "Bench", "wrench", Other, frozenset({Role.LEAD, Role.OWNER}), "F4"),
        ],
        ShellDoors(
            sign_in=SignInDoors(
                lambda: [StaffTile(1, "李芳", "Counter"), StaffTile(2, "王师傅", "Lead")],
                doors.check,
                doors.badge,
            ),
            find=doors.find,
            open_hit=lambda hit: ("desk", hit.id),
            route=lambda _code: doors.route,
            signed=doors.actors.append,
            shop_name=lambda: "幸福家电维修",
        ),
    )
    qtbot.addWidget(made)
    made.show()
    made.activateWindow()
    QApplication.processEvents()
    return made


def desk(shell: Shell, key: str = "desk") -> Desk:
    page = shell.page(key)
    assert isinstance(page, Desk)
    return page


def bottom(shell: Shell) -> tuple[str, Mood]:
    message = shell._bottom.message()
    assert message is not None
    return message.text, message.mood


def test_roles_see_only_their_rooms(shell: Shell) -> None:
    shell.sign_in_as(LI)
    assert shell.show_page("other") is None
    shell.sign_in_as(WANG)
    assert shell.show_page("other") is not None


def test_pages_are_built_when_first_shown_and_reload_only_when_stale(shell: Shell) -> None:
    shell.sign_in_as(WANG)
    assert shell.page("other") is None
    shell.show_page("other")
    assert desk(shell, "other").loads == 1
    assert desk(shell).loads == 1
    shell.changed(Changes(frozenset({(Kind.ORDER, 1)})))
    assert (desk(shell, "other").loads, desk(shell).loads) == (2, 1)
    shell.show_page("desk")
    shell.show_page("other")
    assert (desk(shell, "other").loads, desk(shell).loads) == (2, 2)


def test_sign_in_by_pin_and_a_wrong_one_says_so(shell: Shell, doors: Doors) -> None:
    shell.lock()
    sign_in = shell._sign_in
    assert sign_in is not None
    QTest.keyClicks(sign_in.pad, "9999")
    QTest.keyClick(sign_in.pad, Qt.Key.Key_Return)
    assert shell.actor is None
    assert "wrong" in sign_in.banner.text()
    QTest.keyClick(sign_in.pad, Qt.Key.Key_Right)
    QTest.keyClicks(sign_in.pad, "1234")
    QTest.keyClick(sign_in.pad, Qt.Key.Key_Return)
    assert shell.actor == WANG
    assert doors.actors == [None, WANG]


def test_a_badge_switches_the_person_and_typed_text_stays(shell: Shell) -> None:
    shell.sign_in_as(LI)
    desk(shell).line.setText("half a sentence")
    shell.take_scan(BADGE)
    assert shell.actor == WANG
    assert desk(shell).line.text() == "half a sentence"


def test_while_locked_only_a_badge_does_something(shell: Shell) -> None:
    shell.sign_in_as(LI)
    shell.lock()
    shell.take_scan(ORDER)
    assert desk(shell).scans == []
    shell.take_scan(BADGE)
    assert shell.actor == WANG


def test_escape_leaves_a_quick_switch_as_it_was(shell: Shell) -> None:
    shell.sign_in_as(LI)
    shell.switch_user()
    assert shell._sign_in is not None
    QTest.keyClick(shell._sign_in, Qt.Key.Key_Escape)
    assert shell.actor == LI
    assert shell._faces.currentWidget() is shell._work


def test_a_scan_goes_to_the_page_in_front(shell: Shell) -> None:
    shell.sign_in_as(LI)
    shell.take_scan(ORDER)
    assert desk(shell).scans == [ORDER]
    assert bottom(shell) == ("102611000428 → Desk", Mood.OK)


def test_a_scan_the_page_has_no_use_for_opens_the_page_it_belongs_to(shell: Shell, doors: Doors) -> None:
    shell.sign_in_as(WANG)
    desk(shell).answer = False
    doors.route = ("other", 42)
    shell.take_scan(ORDER)
    assert desk(shell, "other").subject == 42
    doors.route = None
    desk(shell, "other").answer = False
    shell.take_scan(ORDER)
    assert bottom(shell)[1] is Mood.ERROR


def test_a_refused_scan_is_said_in_red_with_its_number_and_changes_nothing(shell: Shell) -> None:
    shell.sign_in_as(LI)
    desk(shell).answer = Refusal(Reason.BALANCE_DUE, amount=Money.yuan(120))
    shell.take_scan(ORDER)
    assert bottom(shell) == ("102611000428 → ¥120.00 is still to be paid.", Mood.ERROR)
    assert desk(shell).banner.text() == "¥120.00 is still to be paid."


def test_a_torn_and_a_foreign_barcode_are_named(shell: Shell) -> None:
    shell.sign_in_as(LI)
    shell.take_scan(DamagedCode("102611000420"))
    assert "102611000420" in bottom(shell)[0]
    desk(shell).answer = False
    shell.take_foreign("6901234567892")
    assert desk(shell).scans == [Foreign("6901234567892")]
    assert "6901234567892" in bottom(shell)[0]


def test_a_scan_while_a_question_is_open_does_not_go_behind_it(shell: Shell) -> None:
    shell.sign_in_as(LI)
    dialog = QDialog(shell)
    dialog.setModal(True)
    dialog.show()
    shell.take_scan(ORDER)
    shell.take_foreign("6901234567892")
    dialog.close()
    assert desk(shell).scans == []
    assert bottom(shell)[1] is Mood.ERROR


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_enter_presses_the_button_that_has_the_keys_and_no_other(shell: Shell, key: Qt.Key) -> None:
    shell.sign_in_as(LI)
    page, pressed = desk(shell), []
    button, off = QPushButton("Do it"), QPushButton("Not now")
    for each in (button, off):
        each.clicked.connect(lambda _on, each=each: pressed.append(each))
        page.body.addWidget(each)
        each.show()
    button.setFocus()
    assert page.focusWidget() is button
    QTest.keyClick(button, key)
    assert pressed == [button]
    off.setEnabled(False)
    page.line.setFocus()
    QTest.keyClick(page.line, key)
    assert pressed == [button], "in a field the key stays the field's"


def test_the_keys_of_the_shell(shell: Shell, qapp: QApplication) -> None:
    shell.sign_in_as(WANG)
    window = shell.windowHandle()
    QTest.keyClick(window, Qt.Key.Key_F9)
    assert desk(shell).saved == 1
    QTest.keyClick(window, Qt.Key.Key_F4)
    assert shell._front == "other"
    QTest.keyClick(window, Qt.Key.Key_1, Qt.KeyboardModifier.AltModifier)
    assert shell._front == "desk"
    QTest.keyClick(window, Qt.Key.Key_F5)
    assert desk(shell).loads == 2
    QTest.keyClick(window, Qt.Key.Key_F1)
    assert shell._help.isVisible()
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not shell._help.isVisible()
    QTest.keyClick(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert qapp.focusWidget() is shell.finder


def test_language_theme_and_scale_switch_live_and_keep_drafts(shell: Shell) -> None:
    shell.sign_in_as(WANG)
    desk(shell).line.setText("半句话")
    shell.set_light("backup", "backup 10:02", "done")
    shell.use_language(Language.ZH)
    try:
        assert desk(shell).line.text() == "半句话"
        assert shell.finder.placeholderText().startswith("扫码或搜索")
        UserMenu(shell).use_mode(theme.Mode.DARK)
        UserMenu(shell).use_scale(150)
        assert desk(shell).line.text() == "半句话"
        assert shell.actor == WANG
        assert "backup" in shell._top.lights
    finally:
        theme.use(mode=theme.Mode.LIGHT, scale=100)


def test_the_finder_shows_groups_and_opens_with_enter(shell: Shell, doors: Doors) -> None:
    shell.sign_in_as(LI)
    doors.hits = [
        FinderHit("Orders", "order", 7, "2611-00042", "海尔冰箱", Chip("Ready")),
        FinderHit("Orders", "order", 8, "2611-00043"),
        FinderHit("Customers", "customer", 9, "王丽华"),
    ]
    shell.finder.setFocus()
    shell.finder.setText("王")
    shell.finder.look()
    assert shell.finder.hits() == doors.hits
    QTest.keyClick(shell.finder, Qt.Key.Key_Down)
    QTest.keyClick(shell.finder, Qt.Key.Key_Down)
    QTest.keyClick(shell.finder, Qt.Key.Key_Return)
    assert desk(shell).subject == 9
    assert shell.finder.text() == ""
    # The page was in front already; its keys are meant from here on.
    assert desk(shell).line.hasFocus()


def test_the_cursor_moves_on_while_the_window_closes(shell: Shell, qapp: QApplication) -> None:
    shell.sign_in_as(LI)
    shell.finder.setText("42")
    shell.finder.look()
    shiboken6.delete(shell.finder.popup)
    with capture_exceptions() as raised:
        qapp.focusChanged.emit(shell.finder, shell)
    assert raised == []


def test_enter_asks_for_what_was_typed_last(shell: Shell, doors: Doors) -> None:
    shell.sign_in_as(LI)
    doors.hits = [FinderHit("Orders", "order", 7, "2611-00042")]
    QTest.keyClicks(shell.finder, "42")
    QTest.keyClick(shell.finder, Qt.Key.Key_Return)
    assert doors.asked == ["42"]
    assert desk(shell).subject == 7


def test_escape_in_the_finder_closes_empties_and_gives_the_cursor_back(
    shell: Shell, qapp: QApplication
) -> None:
    shell.sign_in_as(LI)
    shell.finder.setFocus()
    shell.finder.setText("x")
    shell.finder.look()
    for _press in range(3):
        QTest.keyClick(shell.finder, Qt.Key.Key_Escape)
    assert shell.finder.text() == ""
    assert qapp.focusWidget() is desk(shell).line


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Refusal(Reason.NOTE_REQUIRED), "say why"),
        (Conflict("order", 1), "Somebody else"),
        (EnvironmentFault(Fault.DISK_FULL), "disk is full"),
        (ZeroDivisionError("secret 13800138000"), "ZeroDivisionError"),
    ],
)
def test_every_failure_of_a_command_is_one_sentence_in_the_page(
    shell: Shell, error: Exception, words: str
) -> None:
    shell.sign_in_as(LI)
    page = desk(shell)
    page.line.setText("typed")

    def command() -> None:
        raise error

    done: list[object] = []
    assert not page.run(command, done.append)
    assert words in page.banner.text()
    assert "13800138000" not in page.banner.text()
    assert page.line.text() == "typed"
    assert done == []
    assert page.run(lambda: 7, done.append)
    assert done == [7]
    assert page.banner.text() == ""


def test_digits_are_number_keys_only_while_no_text_is_typed(shell: Shell) -> None:
    shell.sign_in_as(LI)
    page = desk(shell)
    pressed: list[int] = []
    page.number_key(3, lambda: pressed.append(3))
    QTest.keyClick(page.line, Qt.Key.Key_3)
    assert (pressed, page.line.text()) == ([], "3")
    page.line.clearFocus()
    page.setFocus()
    QTest.keyClick(page, Qt.Key.Key_3)
    assert pressed == [3]


def test_a_page_wider_than_the_window_scrolls(shell: Shell, qtbot: QtBot) -> None:
    shell.sign_in_as(WANG)
    shell.resize(1024, 640)
    desk, bar = shell.page(), shell.findChild(PageStack).horizontalScrollBar()
    assert isinstance(desk, Desk)
    shell.show()
    assert bar.maximum() == 0
    # Downwards it never scrolls: a paragraph that may wrap takes no room from the page's width.
    words = QLabel("word " * 2000)
    words.setWordWrap(True)
    desk.body.addWidget(words)
    QApplication.processEvents()
    stack = shell.findChild(PageStack)
    assert desk.width() == stack.width()
    desk.line.setMinimumWidth(1400)
    qtbot.waitUntil(lambda: bar.maximum() > 0)
    assert desk.width() >= 1400
    shell.show_page("other")
    qtbot.waitUntil(lambda: bar.maximum() == 0)
