"""The scanner among real widgets: whatever has the focus, a scan leaves no digit and typing loses none."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QIntValidator, QKeyEvent, QKeySequence, QShortcut, QShortcutEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QApplication,
    QCompleter,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QTableWidget,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from app.core.codes import Code, Scan, order_code
from app.ui.fields import ChipGroup
from app.ui.scanner import Scanner

ORDER = order_code(date(2026, 11, 22), 42)


class Counter:
    """A scanner with a clock in the test's hand, and hands that type."""

    def __init__(self, app: QApplication) -> None:
        self.now = 100.0
        self.scanner = Scanner(app, clock=lambda: self.now)
        self.scans: list[Scan] = []
        self.strangers: list[str] = []
        self.scanner.scanned.connect(self.scans.append)
        self.scanner.foreign.connect(self.strangers.append)

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (limit := self.scanner._reader.deadline()) is not None and limit <= end:
            self.now = limit
            self.scanner.tick()
        self.now = end

    def key(self, target: QWidget, sign: str) -> None:
        code = {"\n": Qt.Key.Key_Return, "\t": Qt.Key.Key_Tab}.get(sign)
        number = int(code) if code is not None else ord(sign.upper())
        text = "\r" if sign == "\n" else sign
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            QCoreApplication.sendEvent(target, QKeyEvent(kind, number, Qt.KeyboardModifier.NoModifier, text))

    def burst(self, target: QWidget, text: str, gap: float = 0.005) -> None:
        for sign in text:
            self.key(target, sign)
            self.wait(gap)

    def type(self, target: QWidget, text: str, gap: float = 0.15) -> None:
        self.burst(target, text, gap)


@pytest.fixture
def counter(qapp: QApplication) -> Iterator[Counter]:
    made = Counter(qapp)
    yield made
    made.scanner.remove()


def shown(qtbot: QtBot, widget: QWidget) -> QWidget:
    qtbot.addWidget(widget)
    widget.show()
    widget.activateWindow()
    widget.setFocus()
    QApplication.processEvents()
    return widget


def masked() -> QLineEdit:
    line = QLineEdit()
    line.setInputMask("9999-99-99;_")
    return line


def validated() -> QLineEdit:
    line = QLineEdit()
    line.setValidator(QIntValidator(0, 500, line))
    return line


def completing() -> QLineEdit:
    line = QLineEdit()
    line.setCompleter(QCompleter(["1026", "海尔"], line))
    return line


def selected() -> QLineEdit:
    line = QLineEdit("old text")
    line.selectAll()
    return line


@pytest.mark.parametrize(
    "make", [QLineEdit, masked, validated, completing, selected, QPlainTextEdit, QSpinBox]
)
def test_a_scan_leaves_nothing_in_the_focused_field(
    qtbot: QtBot, counter: Counter, make: type[QWidget]
) -> None:
    field = make()
    shown(qtbot, field)

    def content() -> str:
        return str(field.property("text") or field.property("plainText") or field.property("value"))

    before = content()
    counter.burst(field, ORDER + "\n")
    assert [scan.digits for scan in counter.scans if isinstance(scan, Code)] == [ORDER]
    assert content() == before
    if isinstance(field, QLineEdit) and make is selected:
        assert field.selectedText() == "old text"


def test_slow_typing_of_the_same_digits_reaches_the_field(qtbot: QtBot, counter: Counter) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    entered: list[bool] = []
    line.returnPressed.connect(lambda: entered.append(True))
    counter.type(line, ORDER + "\n")
    assert line.text() == ORDER
    assert entered == [True]
    assert counter.scans == []


def test_a_foreign_barcode_goes_to_the_field_and_its_enter_too(qtbot: QtBot, counter: Counter) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    entered: list[bool] = []
    line.returnPressed.connect(lambda: entered.append(True))
    counter.burst(line, "6901234567892\n")
    assert line.text() == "6901234567892"
    assert entered == [True]


def test_a_foreign_barcode_with_no_field_to_go_to_is_told(qtbot: QtBot, counter: Counter) -> None:
    button = QPushButton("7")
    shown(qtbot, button)
    counter.burst(button, "6901234567892\n")
    assert counter.strangers == ["6901234567892"]


def test_a_page_that_takes_parts_gets_the_barcodes_it_knows_before_the_field(
    qtbot: QtBot, counter: Counter
) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    entered: list[str] = []
    line.returnPressed.connect(lambda: entered.append(line.text()))
    counter.scanner.foreign_wanted = lambda: True
    counter.scanner.foreign_known = lambda text: text == "KX-6901"
    counter.burst(line, "KX-6901\n")
    assert (counter.strangers, line.text(), entered) == (["KX-6901"], "", [])
    # A serial number scanned there is the field's, letters, order, Enter and all.
    counter.burst(line, "SN-77A1\n")
    assert (counter.strangers, line.text(), entered) == (["KX-6901"], "SN-77A1", ["SN-77A1"])
    # A scanner that sends its Enter late, or a hand that does.
    counter.burst(line, "B2C3D4")
    counter.wait(0.1)
    counter.burst(line, "\n")
    assert entered == ["SN-77A1", "SN-77A1B2C3D4"]
    counter.type(line, "5x")
    assert line.text() == "SN-77A1B2C3D45x"


def test_number_keys_of_chips_do_not_fire_during_a_scan_but_do_when_typed(
    qtbot: QtBot, counter: Counter
) -> None:
    chips = ChipGroup("Accessories", [(number, f"thing {number}") for number in range(1, 10)])
    shown(qtbot, chips)
    chips.take_focus()
    first = chips._chips[0][1]
    counter.burst(first, ORDER + "\n")
    assert chips.value() == frozenset()
    counter.type(first, "2")
    assert chips.value() == frozenset({2})


def test_a_table_does_not_move_during_a_scan(qtbot: QtBot, counter: Counter) -> None:
    table = QTableWidget(20, 1)
    shown(qtbot, table)
    table.setCurrentCell(3, 0)
    counter.burst(table, ORDER + "\n")
    assert table.currentRow() == 3
    assert len(counter.scans) == 1


def test_a_digit_shortcut_waits_for_the_gap_and_never_fires_in_a_scan(qtbot: QtBot, counter: Counter) -> None:
    window = QWidget()
    button = QPushButton("here", window)
    fired: list[int] = []
    shortcut = QShortcut(QKeySequence("1"), window)
    shortcut.activated.connect(lambda: fired.append(1))
    shown(qtbot, window)
    button.setFocus()
    handle = window.windowHandle()
    for sign in ORDER:
        QTest.keyClick(handle, Qt.Key(ord(sign)))
        counter.wait(0.004)
    QTest.keyClick(handle, Qt.Key.Key_Return)
    assert fired == []
    assert [scan.digits for scan in counter.scans if isinstance(scan, Code)] == [ORDER]
    counter.wait(1)
    QTest.keyClick(handle, Qt.Key.Key_1)
    assert fired == []
    counter.wait(0.040)
    assert fired == [1]


def test_digit_shortcuts_of_a_scan_are_told_by_when_they_were_pressed(qtbot: QtBot, counter: Counter) -> None:
    """A window busy with a page handles the keys late and all at once; their shortcuts carry no time."""
    window = QWidget()
    fired: list[str] = []
    for sign in "0123456789":
        QShortcut(QKeySequence(sign), window).activated.connect(lambda sign=sign: fired.append(sign))
    shown(qtbot, window)
    for at, sign in enumerate(ORDER):
        pressed = QKeyEvent(QEvent.Type.ShortcutOverride, ord(sign), Qt.KeyboardModifier.NoModifier, sign)
        pressed.setTimestamp(5_000 + 5 * at)
        QCoreApplication.sendEvent(window, pressed)
        for shortcut in window.findChildren(QShortcut):
            if shortcut.key().toString() == sign:
                event = QShortcutEvent(shortcut.key(), 1)
                QCoreApplication.sendEvent(shortcut, event)
        # Handled far apart, pressed close together.
        counter.now += 0.050
    counter.scanner.tick()
    counter.wait(1)
    assert [scan.digits for scan in counter.scans if isinstance(scan, Code)] == [ORDER]
    assert fired == []


def test_a_scan_into_a_dialog_does_not_press_its_default_button(qtbot: QtBot, counter: Counter) -> None:
    dialog = QDialog()
    box = QVBoxLayout(dialog)
    line, default = QLineEdit(), QPushButton("Delete everything")
    default.setDefault(True)
    pressed: list[bool] = []
    default.clicked.connect(lambda: pressed.append(True))
    box.addWidget(line)
    box.addWidget(default)
    shown(qtbot, dialog)
    line.setFocus()
    counter.burst(line, ORDER + "\n")
    assert pressed == []
    assert line.text() == ""
    assert len(counter.scans) == 1
    counter.type(line, "12\n")
    assert line.text() == "12"
    assert pressed == [True]


def test_digits_committed_by_an_input_method_are_a_scan_too(qtbot: QtBot, counter: Counter) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    for sign in ORDER:
        event = QInputMethodEvent()
        event.setCommitString(sign)
        QCoreApplication.sendEvent(line, event)
        counter.wait(0.005)
    counter.key(line, "\n")
    assert len(counter.scans) == 1
    assert line.text() == ""


def test_full_width_digits_of_an_input_method_are_a_scan_too(qtbot: QtBot, counter: Counter) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    for sign in ORDER:
        event = QInputMethodEvent()
        event.setCommitString(chr(ord(sign) - ord("0") + ord("０")))
        QCoreApplication.sendEvent(line, event)
        counter.wait(0.005)
    counter.wait(0.1)
    assert [scan.digits for scan in counter.scans if isinstance(scan, Code)] == [ORDER]
    assert line.text() == ""


def test_words_committed_by_an_input_method_pass_at_once_and_in_order(qtbot: QtBot, counter: Counter) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    counter.key(line, "5")
    event = QInputMethodEvent()
    event.setCommitString("冰箱")
    QCoreApplication.sendEvent(line, event)
    assert line.text() == "5冰箱"


def test_a_held_digit_comes_before_the_key_that_follows_it(qtbot: QtBot, counter: Counter) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    counter.key(line, "5")
    QCoreApplication.sendEvent(
        line, QKeyEvent(QEvent.Type.KeyPress, int(Qt.Key.Key_Backspace), Qt.KeyboardModifier.NoModifier)
    )
    assert line.text() == ""
    counter.wait(1)
    assert line.text() == ""


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), st.text(st.sampled_from("0123456789ab x"), min_size=1, max_size=8)),
        st.tuples(st.just("scan"), st.integers(1, 99_999).map(lambda n: order_code(date(2026, 11, 22), n))),
    ),
    max_size=6,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_any_interleaving_leaves_the_typed_text_and_the_scans(
    qtbot: QtBot, counter: Counter, steps: list[tuple[str, str]]
) -> None:
    line = QLineEdit()
    shown(qtbot, line)
    counter.scans.clear()
    text, scans = "", []
    for kind, what in steps:
        if kind == "type":
            counter.type(line, what, 0.06)
            text += what
        else:
            counter.burst(line, what + "\n")
            scans.append(what)
    counter.wait(1)
    assert line.text() == text
    assert [scan.digits for scan in counter.scans if isinstance(scan, Code)] == scans


def test_a_dialog_opened_by_a_held_key_still_hears_the_scanner(qtbot: QtBot, counter: Counter) -> None:
    """A letter key is held back and then given: its dialog's own event loop runs inside that giving."""
    dialog = QDialog()
    line = QLineEdit(dialog)
    qtbot.addWidget(dialog)

    class Bench(QWidget):
        def keyPressEvent(self, event: QKeyEvent) -> None:
            if event.text() == "n":
                QTimer.singleShot(0, use_dialog)
                dialog.exec()

    def use_dialog() -> None:
        counter.burst(line, ORDER + "\n")
        counter.type(line, "12")
        dialog.accept()

    bench = Bench()
    shown(qtbot, bench)
    counter.type(bench, "n")
    assert [scan.digits for scan in counter.scans if isinstance(scan, Code)] == [ORDER]
    assert line.text() == "12"


def test_on_a_busy_computer_a_digit_waits_for_the_keys_that_are_still_on_their_way(
    qtbot: QtBot, counter: Counter
) -> None:
    button = QPushButton("9")
    shown(qtbot, button)
    counter.key(button, ORDER[0])
    counter.now += 0.2  # the timer comes late, and the keys that were sent meanwhile later still
    counter.scanner._overdue()
    assert counter.scanner._reader.holding()
    assert counter.scanner._timer.interval() > 0
    counter.scanner._overdue()
    assert not counter.scanner._reader.holding()


def test_the_programs_keys_are_not_taken_by_a_field(qapp: QApplication, qtbot: QtBot) -> None:
    """Ctrl+Y is "redo" to a text field here, as it is under Windows; on a page it takes a deposit."""
    page = QWidget()
    qtbot.addWidget(page)
    field = QLineEdit(page)
    pressed: list[str] = []
    shortcut = QShortcut(QKeySequence("Ctrl+Y"), page)
    shortcut.activated.connect(lambda: pressed.append("deposit"))
    page.show()
    field.setFocus()
    qtbot.waitUntil(field.hasFocus)
    QTest.keyClick(field, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert pressed == []  # the control: without the scanner the field keeps it
    scanner = Scanner(qapp)
    try:
        QTest.keyClick(field, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
        assert pressed == ["deposit"]
    finally:
        scanner.remove()
