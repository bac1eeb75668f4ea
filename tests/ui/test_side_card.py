"""The card beside a list: what it says of a record stands whole."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from app.ui.side_card import SideCard


@pytest.mark.usefixtures("dressed")
def test_the_last_fact_is_not_cut_off(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    body = QWidget()
    body.setMinimumHeight(100)
    card = SideCard("nothing", body)
    QHBoxLayout(window).addWidget(card)
    window.resize(700, 750)
    window.show()
    card.show_record("F2611-00011", [(f"fact {at}", "2611-00034, 2611-00035") for at in range(6)])
    for _turn in range(3):
        QApplication.processEvents()
    last = next(each for each in card.findChildren(QLabel) if each.text() == "fact 5")
    facts = last.parentWidget()
    assert facts is not None
    assert last.geometry().bottom() < facts.height()
    layout = facts.layout()
    assert layout is not None
    assert layout.geometry() == facts.rect()


@pytest.mark.usefixtures("dressed")
def test_every_button_stands_whole_on_a_low_screen(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    body = QWidget()
    body.setMinimumHeight(60)
    card = SideCard("nothing", body)
    QHBoxLayout(window).addWidget(card)
    buttons = [card.button(f"A button with many words {at}", lambda: None) for at in range(4)]
    window.resize(420, 400)
    window.show()
    card.show_record("F2611-00011", [(f"fact {at}", "2611-00034, 2611-00035") for at in range(9)])
    card.offer(*buttons)
    for _turn in range(3):
        QApplication.processEvents()
    deeds = buttons[0].parentWidget()
    assert deeds is not None
    assert buttons[0].y() < buttons[-1].y()
    assert all(each.geometry().bottom() < deeds.height() for each in buttons)
    assert deeds.geometry().bottom() < card.height()
