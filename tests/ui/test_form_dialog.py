"""The small form: as tall as what it asks needs."""

from __future__ import annotations

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from app.core.codes import CodeKind, parse, running_code
from app.ui.fields import ChipGroup, LineField
from app.ui.form_dialog import FormDialog


def test_chips_that_wrap_are_all_in_sight(qtbot: QtBot) -> None:
    chips = ChipGroup("Source", [(at, f"a long word number {at}") for at in range(8)], single=True)
    form = FormDialog("Goods", [LineField("What"), chips, LineField("Note")], "Save", lambda: None)
    qtbot.addWidget(form)
    form.show()
    for chip in chips.findChildren(QAbstractButton):
        foot = chip.mapTo(chips, QPoint(0, chip.height()))
        assert foot.y() <= chips.height() + 1


def test_a_scan_that_no_field_takes_is_left_alone(qtbot: QtBot) -> None:
    form = FormDialog("Goods", [LineField("What")], "Save", lambda: None)
    qtbot.addWidget(form)
    assert not form.take_scan(parse(running_code(CodeKind.LOCATION, 1)))
