"""Groups of chips under the keys: one stop of Tab, arrows inside."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from app.ui.fields import ChipGroup, LineField


def test_tab_comes_to_a_group_of_chips_once_and_arrows_move_in_it(qtbot: QtBot) -> None:
    form = QWidget()
    box = QVBoxLayout(form)
    before, after = LineField("Before"), LineField("After")
    chips = ChipGroup("Why", [(at, f"reason {at}") for at in range(4)], single=True, required=True)
    for row in (before, chips, after):
        box.addWidget(row)
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)

    def go(key: Qt.Key, shift: bool = False) -> QWidget | None:
        at = form.focusWidget()
        assert at is not None
        QTest.keyClick(
            at, key, Qt.KeyboardModifier.ShiftModifier if shift else Qt.KeyboardModifier.NoModifier
        )
        return form.focusWidget()

    [first, second, third, last] = chips.findChildren(QPushButton)
    before.take_focus()
    assert go(Qt.Key.Key_Tab) is first
    assert go(Qt.Key.Key_Tab) is after.line
    # The one that is chosen is where Tab comes to; Enter there changes nothing.
    chips.set_value(2)
    assert go(Qt.Key.Key_Tab, shift=True) is third
    go(Qt.Key.Key_Return)
    assert chips.value() == 2
    # Arrows go round and pass by what is switched off; Home and End; walking chooses nothing.
    last.setEnabled(False)
    assert go(Qt.Key.Key_Right) is first
    assert go(Qt.Key.Key_Left) is third
    assert go(Qt.Key.Key_Home) is first
    assert go(Qt.Key.Key_Down) is second
    assert chips.value() == 2
    assert go(Qt.Key.Key_Tab) is after.line
    assert go(Qt.Key.Key_Tab, shift=True) is second
    # Other chips: the group is still one stop.
    after.take_focus()
    chips.set_choices([(7, "seven"), (8, "eight")])
    qtbot.waitUntil(lambda: len([each for each in chips.findChildren(QPushButton) if each.isVisible()]) == 2)
    seven = chips.stop()
    assert isinstance(seven, QPushButton)
    assert seven.accessibleName() == "seven"
    assert go(Qt.Key.Key_Tab, shift=True) is seven
    assert go(Qt.Key.Key_Tab, shift=True) is before.line
