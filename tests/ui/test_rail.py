"""The rail on a low screen: its entries move together, and then lose their words; no word is cut."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from app.ui import theme
from app.ui.bars import Rail

_ENTRIES = [(str(at), "Customers", "users", "F8") for at in range(10)]


@pytest.mark.usefixtures("dressed")
@pytest.mark.parametrize(("height", "icon", "words"), [(768, 24, True), (560, 18, True), (400, 24, False)])
def test_no_word_is_cut_off(qtbot: QtBot, height: int, icon: int, words: bool) -> None:
    rail = Rail()
    qtbot.addWidget(rail)
    rail.show_entries(_ENTRIES)
    rail.resize(rail.width(), height)
    rail.show()
    QApplication.processEvents()
    for button in rail.findChildren(QToolButton):
        assert button.height() >= button.sizeHint().height()
        assert button.iconSize().height() == theme.px(icon)
        under = Qt.ToolButtonStyle.ToolButtonTextUnderIcon
        assert (button.toolButtonStyle() is under) == words
        assert button.accessibleName() == "Customers"
        assert button.geometry().bottom() < rail.height()
