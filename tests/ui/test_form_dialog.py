"""The small form: as tall as what it asks needs."""

from __future__ import annotations

from pathlib import Path
from threading import Event, current_thread

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QScrollArea
from pytestqt.qtbot import QtBot

from app.core.codes import CodeKind, parse, running_code
from app.ui.fields import ChipGroup, LineField, MoneyField, Photo, PhotoStrip
from app.ui.form_dialog import FormDialog
from app.ui.tasks import Tasks


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


def test_enter_stays_in_what_cannot_be_read_and_skips_what_is_not_shown(qtbot: QtBot) -> None:
    given: list[bool] = []
    amount, hidden, off, note = MoneyField("Amount"), LineField("Hidden"), LineField("Off"), LineField("Note")
    form = FormDialog("Deposit", [amount, hidden, off, note], "Take it", lambda: given.append(True))
    qtbot.addWidget(form)
    hidden.hide()
    off.setEnabled(False)
    form.show()
    amount.line.setText("12.345")
    QTest.keyClick(amount.line, Qt.Key.Key_Return)
    assert amount.error()
    assert form.focusWidget() is amount.line
    amount.line.setText("12.34")
    QTest.keyClick(amount.line, Qt.Key.Key_Return)
    assert form.focusWidget() is note.line
    assert not given
    QTest.keyClick(note.line, Qt.Key.Key_Return)
    assert given


def test_enter_takes_the_chip_it_is_on_and_goes_on(qtbot: QtBot) -> None:
    chips, note = ChipGroup("Why", [(1, "one"), (2, "two")], single=True), LineField("Note")
    form = FormDialog("Pay out", [chips, note], "Pay", lambda: None)
    qtbot.addWidget(form)
    form.show()
    chip = form.focusWidget()
    assert chip is not None
    QTest.keyClick(chip, Qt.Key.Key_Return)
    assert chips.value() == 1
    assert form.focusWidget() is note.line


def test_ctrl_enter_gives_the_command_from_any_field(qtbot: QtBot) -> None:
    given: list[bool] = []
    first = LineField("What")
    form = FormDialog("Goods", [first, LineField("Note")], "Save", lambda: given.append(True))
    qtbot.addWidget(form)
    form.show()
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    QTest.keyClick(first.line, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert given


def test_a_form_taller_than_the_screen_scrolls_and_keeps_its_buttons(qtbot: QtBot) -> None:
    fields = [LineField(f"Field {at}") for at in range(60)]
    form = FormDialog("Long", fields, "Save", lambda: None)
    qtbot.addWidget(form)
    form.show()
    screen = form.screen().availableGeometry().height()
    assert form.height() <= screen
    assert form.yes.mapTo(form, QPoint(0, form.yes.height())).y() <= form.height()
    fields[-2].line.setFocus()
    QTest.keyClick(fields[-2].line, Qt.Key.Key_Return)
    foot = fields[-1].line.mapTo(form, QPoint(0, fields[-1].line.height()))
    assert 0 < foot.y() <= form.yes.mapTo(form, QPoint(0, 0)).y(), "where the keys go is in sight"


def test_a_form_that_fits_does_not_scroll(qtbot: QtBot) -> None:
    fields = [LineField(f"Field {at}") for at in range(5)]
    form = FormDialog("Short", fields, "Save", lambda: None)
    qtbot.addWidget(form)
    form.show()
    for each in fields:
        each.show_error("a sentence that says why it is refused")
    form.try_it()
    area = form.findChild(QScrollArea)
    assert area is not None
    assert area.verticalScrollBar().maximum() == 0


def test_a_form_that_grows_below_the_screen_moves_up(qtbot: QtBot) -> None:
    fields = [LineField(f"Field {at}") for at in range(6)]
    form = FormDialog("Low", fields, "Save", lambda: None)
    qtbot.addWidget(form)
    form.show()
    screen = form.screen().availableGeometry()
    form.move(form.x(), screen.bottom() - form.frameGeometry().height())
    for each in fields:
        each.show_error("a sentence that says why it is refused")
    qtbot.waitUntil(lambda: form.frameGeometry().bottom() <= screen.bottom())
    form.try_it()
    assert form.frameGeometry().bottom() <= screen.bottom()


def test_saving_waits_for_photos_unless_the_form_was_left(qtbot: QtBot) -> None:
    tasks, gate, threads = Tasks(), Event(), set()

    def take(file: Path) -> Photo:
        gate.wait(5)
        threads.add(current_thread())
        return Photo(b"", ".jpg", file.name)

    given: list[tuple[str, ...]] = []
    for leave in (False, True):
        gate.clear()
        strip = PhotoStrip(take=take, tasks=tasks)
        save = lambda strip=strip: given.append(tuple(each.key for each in strip.value()))  # noqa: E731
        form = FormDialog("Part", [strip], "Save", save)
        qtbot.addWidget(form)
        strip.add_files([Path("one"), Path("two")])
        form.try_it()
        assert form.banner.isVisibleTo(form)
        if leave:
            form.reject()
        gate.set()
        strip.reading.finish()
        assert bool(form.result()) is not leave
    assert given == [("one", "two")]
    assert current_thread() not in threads
    tasks.stop()
