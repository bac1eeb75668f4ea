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
