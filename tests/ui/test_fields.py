"""Form rows: what is typed becomes a value, what cannot be read is said below it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from threading import Event, current_thread

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.core.sentences import sentence
from app.ui.fields import (
    ChipGroup,
    ComboField,
    DateField,
    LineField,
    MoneyField,
    PhoneField,
    Photo,
    PhotoStrip,
    PinPad,
    QuantityField,
    SignaturePad,
    TextField,
    check_all,
    plain,
    read_day,
)
from app.ui.photo_reading import Coming
from app.ui.tasks import Tasks

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("label", "spoken"),
    [
        ("客户电话(&P)", "客户电话"),
        ("&Name", "Name"),
        ("Parts && labour:", "Parts & labour"),
        ("地址：", "地址"),
    ],
)
def test_mnemonics_do_not_reach_the_screen_reader(label: str, spoken: str) -> None:
    assert plain(label) == spoken


def test_every_row_has_an_accessible_name(qtbot: QtBot) -> None:
    rows = [
        LineField("&Name"),
        TextField("Fault"),
        PhoneField("Phone"),
        MoneyField("Estimate"),
        QuantityField("Quantity"),
        ComboField("Brand"),
        DateField("Promised", lambda: TODAY),
        ChipGroup("Accessories", [(1, "Cable")]),
    ]
    for row in rows:
        qtbot.addWidget(row)
        assert row.editor.accessibleName() == row.label_text != ""


def test_a_phone_number_is_grouped_while_typed_and_kept_as_digits(qtbot: QtBot) -> None:
    field = PhoneField("Phone")
    qtbot.addWidget(field)
    seen: list[str] = []
    field.typed.connect(seen.append)
    QTest.keyClicks(field.line, "13800138000")
    assert field.line.text() == "138 0013 8000"
    assert field.value() == "13800138000"
    assert seen[3] == "1380"
    QTest.keyClick(field.line, Qt.Key.Key_Home)
    QTest.keyClick(field.line, Qt.Key.Key_Delete)
    assert field.digits() == "3800138000"


def test_a_landline_with_hyphen_is_a_phone_number_and_a_word_is_not(qtbot: QtBot) -> None:
    field = PhoneField("Phone")
    qtbot.addWidget(field)
    field.line.setText("0571-8888 6666")
    assert field.value() == "057188886666"
    field.line.setText("abc12345")
    assert not field.check()
    assert "abc12345" in field.error()


@pytest.mark.parametrize("number", ["1381234", "1380013800", "138001380000"])
def test_a_mobile_number_with_a_digit_too_few_or_too_many_is_told(qtbot: QtBot, number: str) -> None:
    field = PhoneField("Phone")
    qtbot.addWidget(field)
    QTest.keyClicks(field.line, number)
    assert not field.check()
    assert f" {len(number)} " in field.error()


@pytest.mark.parametrize(
    "number", ["13800138000", "8888668", "10086", "661234", "4008001234", "+8613800138000"]
)
def test_other_numbers_are_as_long_as_they_are(qtbot: QtBot, number: str) -> None:
    field = PhoneField("Phone")
    qtbot.addWidget(field)
    QTest.keyClicks(field.line, number)
    assert field.check()


def test_an_amount_is_read_written_in_one_shape_and_refused_below(qtbot: QtBot) -> None:
    field = MoneyField("Estimate")
    qtbot.addWidget(field)
    assert field.value() is None
    field.line.setText("1234.5")
    field.line.editingFinished.emit()
    assert field.line.text() == "1,234.50"
    assert field.value() == Money(123450)
    field.line.setText("12,5,0")
    assert not field.check()
    assert field.error()
    field.line.setText("-3")
    with pytest.raises(Refusal) as refused:
        field.value()
    assert refused.value.reason is Reason.AMOUNT_NEGATIVE


def test_a_quantity_must_be_more_than_nothing(qtbot: QtBot) -> None:
    field = QuantityField("Quantity")
    qtbot.addWidget(field)
    field.line.setText("0.35")
    assert field.value() == Quantity(350)
    field.line.setText("0")
    assert not field.check()


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-11-25", date(2026, 11, 25)),
        ("20261125", date(2026, 11, 25)),
        ("1125", date(2026, 11, 25)),
        ("11-25", date(2026, 11, 25)),
        ("11月25日", date(2026, 11, 25)),
        ("105", date(2027, 1, 5)),
        ("25", date(2026, 11, 25)),
        ("3", date(2026, 12, 3)),
        ("+3", date(2026, 11, 25)),
        ("0229", date(2028, 2, 29)),
    ],
)
def test_a_promised_day_is_typed_the_way_people_write_it(text: str, day: date) -> None:
    assert read_day(text, TODAY) == day


def test_a_day_of_purchase_lies_in_the_past() -> None:
    assert read_day("1125", TODAY, past=True) == date(2025, 11, 25)
    assert read_day("1101", TODAY, past=True) == date(2026, 11, 1)


@pytest.mark.parametrize(
    "text", ["13-40", "abc", "2026-02-30", "1", "99999999", "++3", "２０２６", "0", "1-2-3-4"]
)
def test_what_is_no_day_is_refused(text: str) -> None:
    if text == "1":
        assert read_day(text, TODAY) == date(2026, 12, 1)
        return
    with pytest.raises(Refusal) as refused:
        read_day(text, TODAY)
    assert refused.value.reason is Reason.BAD_DATE


def test_the_day_is_written_out_when_the_field_is_left(qtbot: QtBot) -> None:
    field = DateField("Promised", lambda: TODAY)
    qtbot.addWidget(field)
    field.line.setText("+3")
    field.line.editingFinished.emit()
    assert field.line.text() == "2026-11-25"
    assert field.value() == date(2026, 11, 25)


def test_the_calendar_opens_and_gives_the_day_picked(qtbot: QtBot) -> None:
    field = DateField("Promised", lambda: TODAY)
    qtbot.addWidget(field)
    field.show()
    QTest.keyClick(field.line, Qt.Key.Key_Down)
    assert field._popup is not None
    popup = field._popup
    assert popup.calendar.selectedDate().toString("yyyy-MM-dd") == "2026-11-22"
    QTest.keyClick(popup.calendar, Qt.Key.Key_Return)
    popup._take(popup.calendar.selectedDate())
    assert field.value() == TODAY


def test_a_choice_is_completed_when_the_field_is_left(qtbot: QtBot) -> None:
    field = ComboField("Brand", [("haier", "海尔 Haier"), ("midea", "美的 Midea")])
    qtbot.addWidget(field)
    field.combo.setEditText("hai")
    field.line.editingFinished.emit()
    assert field.value() == "haier"
    field.combo.setEditText("Nokia")
    assert not field.check()
    free = ComboField("Brand", [("haier", "海尔")], free=True)
    qtbot.addWidget(free)
    free.combo.setEditText("Nokia")
    assert free.value() == "Nokia"


def test_a_long_choice_shows_its_beginning_and_its_list_is_read_whole(qtbot: QtBot) -> None:
    long = "Refrigeration and air conditioning of the whole house"
    field = ComboField("Category", [("it", "Computers"), ("cooling", long)])
    qtbot.addWidget(field)
    field.setFixedWidth(120)
    field.show()
    field.combo.showPopup()
    assert field.combo.view().width() > field.line.fontMetrics().horizontalAdvance(long)
    field.combo.hidePopup()
    field.combo.setCurrentIndex(1)
    field.line.end(False)
    field.combo.activated.emit(1)
    assert field.line.cursorPosition() == 0
    field.combo.setEditText("refrig")
    field.line.editingFinished.emit()
    assert (field.value(), field.line.cursorPosition()) == ("cooling", 0)


def test_number_keys_tick_chips(qtbot: QtBot) -> None:
    chips = ChipGroup("Accessories", [("cable", "Cable"), ("remote", "Remote")])
    qtbot.addWidget(chips)
    chips.show()
    first = chips._chips[0][1]
    QTest.keyClick(first, Qt.Key.Key_2)
    assert chips.value() == frozenset({"remote"})
    assert chips.is_dirty()
    assert chips.words() == ("Remote",)
    single = ChipGroup("Method", [("cash", "Cash"), ("card", "Card")], single=True)
    qtbot.addWidget(single)
    single.press(1)
    single.press(2)
    assert single.value() == "card"


def test_a_form_goes_to_its_first_fault(qtbot: QtBot) -> None:
    name, amount = LineField("Name", required=True), MoneyField("Estimate")
    for field in (name, amount):
        qtbot.addWidget(field)
    amount.line.setText("x")
    assert not check_all([name, amount])
    assert "Name" in name.error()
    assert amount.error()
    name.set_value("王丽华")
    amount.set_value(Money.yuan(5))
    assert check_all([name, amount])
    assert not name.is_dirty()


@pytest.mark.parametrize("text", ["\x00null", "a\x07b", "x" * 201, "\ud800"])
def test_text_that_cannot_be_kept_is_refused_in_its_field(qtbot: QtBot, text: str) -> None:
    field = LineField("Name")
    qtbot.addWidget(field)
    field.line.setText(text)
    if field.line.text() == text:
        assert not field.check()
        assert field.error()


def test_tab_leaves_a_text_of_several_lines(qtbot: QtBot) -> None:
    field = TextField("Fault")
    qtbot.addWidget(field)
    QTest.keyClicks(field.text, "leaks")
    QTest.keyClick(field.text, Qt.Key.Key_Tab)
    assert field.value() == "leaks"
    field.add_phrase("no power")
    assert field.value() == "leaks，no power"


def test_a_pin_is_typed_or_pressed(qtbot: QtBot) -> None:
    pad = PinPad()
    qtbot.addWidget(pad)
    done: list[str] = []
    pad.done.connect(done.append)
    QTest.keyClicks(pad, "123")
    pad.press("4")
    pad.press("")
    pad.press("5")
    QTest.keyClick(pad, Qt.Key.Key_Return)
    assert done == ["1235"]


def test_a_signature_becomes_a_picture_and_can_be_wiped(qtbot: QtBot) -> None:
    pad = SignaturePad()
    qtbot.addWidget(pad)
    pad.resize(400, 160)
    pad.show()
    assert pad.value() is None
    pad._ink.begin(QPointF(20, 20))
    pad._ink.go_on(QPointF(200, 80))
    data = pad.value()
    assert data is not None
    image = QImage.fromData(data)
    assert image.width() == 960
    colours = {QColor(image.pixel(x, y)).lightness() for x in range(0, 960, 4) for y in range(0, 360, 4)}
    assert min(colours) < 100 < max(colours)
    pad.clear()
    assert pad.value() is None


def test_photos_are_added_refused_and_removed(qtbot: QtBot, tmp_path: Path) -> None:
    good, bad = tmp_path / "good.png", tmp_path / "bad.jpg"
    image = QImage(40, 20, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    image.save(str(good))
    bad.write_bytes(b"not a picture")
    strip = PhotoStrip()
    qtbot.addWidget(strip)
    strip.show()
    strip.add_files([bad, good])
    assert [photo.suffix for photo in strip.value()] == [".png"]
    assert strip._error.text()
    assert strip.is_dirty()
    strip.remove(0)
    assert strip.value() == ()


def test_photos_are_read_beside_the_window_each_in_its_place(qtbot: QtBot, tmp_path: Path) -> None:
    """One at a time; a bad one leaves its place; what is not shown any more finds its way by its name."""
    tasks, gate, threads = Tasks(), Event(), set()

    def take(file: Path) -> Photo:
        gate.wait(5)
        threads.add(current_thread())
        if file.name == "bad":
            raise Refusal(Reason.BAD_IMAGE)
        return Photo(b"", ".jpg", file.name)

    strip = PhotoStrip(take=take, tasks=tasks)
    qtbot.addWidget(strip)
    ends: list[bool] = []
    strip.reading.settled.connect(ends.append)
    strip.set_value((Photo(b"", ".jpg", "old"),))
    strip.add_files([Path("one"), Path("bad"), Path("two"), Path("gone")])
    assert [each.key for each in strip.value()] == ["old"]
    assert strip.is_dirty()
    coming = [each for each in strip.places() if isinstance(each, Coming)]
    assert [strip.reading.coming(each.name) for each in coming] == coming
    strip.remove(4)
    strip.set_value(())
    strip.add_files([Path("three")])
    gate.set()
    strip.reading.finish()
    assert [each.key for each in strip.value()] == ["three"]
    assert [each.name for each in coming] == [["one", ".jpg"], [], ["two", ".jpg"], ["gone", ".jpg"]]
    assert ends == [False]
    assert strip._error.text() == sentence(Refusal(Reason.BAD_IMAGE))
    assert current_thread() not in threads
    tasks.stop()


def test_a_view_that_is_chosen_stays_chosen_when_pressed_again(qtbot: QtBot) -> None:
    views = ChipGroup("", [("journal", "Journal"), ("sums", "By account")], single=True, required=True)
    qtbot.addWidget(views)
    views.set_value("journal")
    [journal, sums] = views.findChildren(QPushButton)
    with qtbot.assertNotEmitted(views.changed):
        journal.click()
    assert views.value() == "journal"
    sums.click()
    assert views.value() == "sums"
