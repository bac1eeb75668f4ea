"""The first run, by keyboard, in both languages: nothing is written before the end."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core.enums import PaperKind, Role
from app.core.words import Language, language
from app.features.pricing.defaults import len_of_default_prices
from app.features.pricing.service import PriceList
from app.features.printing.service import PrintingService
from app.features.settings import wizard as wizard_module
from app.features.settings.service import SettingsService
from app.features.settings.wizard import Wizard
from app.features.settings.wizard_steps import HoursStep, OwnerStep, PapersStep, ShopStep
from app.features.staff.service import StaffService
from app.store.door import Store
from tests.features.settings.conftest import FAST


def press(qtbot: QtBot, wizard: Wizard, key: Qt.Key) -> None:
    qtbot.keyClick(QApplication.focusWidget() or wizard, key)


def type_in(qtbot: QtBot, wizard: Wizard, text: str) -> None:
    if text.isascii():
        qtbot.keyClicks(QApplication.focusWidget() or wizard, text)
        return
    # Chinese comes from an input method, not from keys.
    event = QInputMethodEvent()
    event.setCommitString(text)
    QApplication.sendEvent(QApplication.focusWidget(), event)


def founded(store: Store) -> bool:
    return SettingsService(store, FAST).founded()


@pytest.mark.parametrize("steps", range(5))
def test_skipping_on_every_step_gives_a_working_shop(
    wizard: Wizard, empty: Store, qtbot: QtBot, steps: int
) -> None:
    for _step in range(steps):
        press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert not founded(empty)
    press(qtbot, wizard, Qt.Key.Key_F9)
    assert founded(empty)
    assert wizard.actor is not None
    assert wizard.actor.role is Role.OWNER
    assert empty.settings.shop_name == "My repair shop"
    assert StaffService(empty, FAST).sign_in(wizard.actor.id, None) == wizard.actor


def test_who_has_a_backup_is_asked_nothing_else(empty: Store, window: None, qtbot: QtBot) -> None:
    """The usual situation after a PC died."""
    asked: list[QWidget] = []
    answers = iter((False, True))

    def restore(parent: QWidget) -> bool:
        asked.append(parent)
        return next(answers)

    wizard = Wizard(SettingsService(empty, FAST), PrintingService(empty), restore=restore)
    qtbot.addWidget(wizard, before_close_func=lambda dialog: dialog.hide())
    wizard.show()
    qtbot.waitActive(wizard)
    press(qtbot, wizard, Qt.Key.Key_3)
    assert wizard.isVisible(), "he came back without one: the questions stay"
    press(qtbot, wizard, Qt.Key.Key_3)
    assert (asked, wizard.isVisible(), wizard.actor) == ([wizard, wizard], False, None)
    assert not founded(empty)


def test_the_whole_way_by_keyboard_in_chinese(wizard: Wizard, empty: Store, qtbot: QtBot) -> None:
    press(qtbot, wizard, Qt.Key.Key_1)
    assert language() is Language.ZH
    press(qtbot, wizard, Qt.Key.Key_Return)
    assert isinstance(wizard.step, ShopStep)
    assert wizard.step.name.line.placeholderText() == "我的修理店"
    for text in ("安心家电", "13805718000", "人民路 1 号"):
        type_in(qtbot, wizard, text)
        press(qtbot, wizard, Qt.Key.Key_Return)
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert isinstance(wizard.step, HoursStep)
    press(qtbot, wizard, Qt.Key.Key_Return)
    press(qtbot, wizard, Qt.Key.Key_Tab)
    press(qtbot, wizard, Qt.Key.Key_2)
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert isinstance(wizard.step, PapersStep)
    wizard.step.table.sizes.rows[PaperKind.INVOICE.value].line.setText("A4 纸")
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert isinstance(wizard.step, OwnerStep)
    type_in(qtbot, wizard, "李芳")
    press(qtbot, wizard, Qt.Key.Key_Tab)
    press(qtbot, wizard, Qt.Key.Key_2)
    for _twice in range(2):
        type_in(qtbot, wizard, "2580")
        press(qtbot, wizard, Qt.Key.Key_Return)
    settings = empty.settings
    assert (settings.shop_name, settings.hotline, settings.address) == (
        "安心家电",
        "13805718000",
        "人民路 1 号",
    )
    assert set(settings.tax_permille.values()) == {130}
    assert settings.paper_size(PaperKind.INVOICE) == "A4"
    assert settings.language == Language.ZH
    assert wizard.actor is not None
    assert StaffService(empty, FAST).sign_in(wizard.actor.id, "2580").name == "李芳"


@pytest.mark.parametrize("wanted", [True, False])
def test_the_price_list_is_there_unless_its_tick_is_taken_off(
    wizard: Wizard, empty: Store, qtbot: QtBot, wanted: bool
) -> None:
    for _step in range(2):
        press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert isinstance(wizard.step, HoursStep)
    entries = len_of_default_prices(Language.EN)
    assert wizard.step.prices.value()
    assert str(entries) in wizard.step.prices_word.text()
    if not wanted:
        wizard.step.prices.box.click()
        # The answer outlives a change of language.
        wizard.speak(Language.ZH)
        assert isinstance(wizard.step, HoursStep)
        assert not wizard.step.prices.value()
        wizard.speak(Language.EN)
    press(qtbot, wizard, Qt.Key.Key_F9)
    assert len(PriceList(empty).rows()) == (entries if wanted else 0)


def test_changing_the_language_keeps_what_was_typed(wizard: Wizard, qtbot: QtBot) -> None:
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    type_in(qtbot, wizard, "Anxin")
    press(qtbot, wizard, Qt.Key.Key_PageUp)
    wizard.speak(Language.ZH)
    assert wizard.next_button.text().startswith("下一步")
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert isinstance(wizard.step, ShopStep)
    assert wizard.step.name.value() == "Anxin"


@pytest.mark.parametrize(("field", "text"), [("hotline", "abc"), ("name", "x" * 81)])
def test_a_bad_answer_is_refused_at_its_field(wizard: Wizard, qtbot: QtBot, field: str, text: str) -> None:
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    step = wizard.step
    assert isinstance(step, ShopStep)
    bad = getattr(step, field)
    bad.line.setText(text)
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    assert wizard.step is step
    assert bad.error()
    assert QApplication.focusWidget() is bad.line
    press(qtbot, wizard, Qt.Key.Key_PageUp)
    press(qtbot, wizard, Qt.Key.Key_F9)
    assert wizard.actor is None
    assert wizard.step is step, "skipping shows the answer that cannot stand instead of dropping it"


def test_bad_hours_and_pins_are_refused_at_their_fields(wizard: Wizard, empty: Store, qtbot: QtBot) -> None:
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    hours = wizard.step
    assert isinstance(hours, HoursStep)
    hours.hours.line.setText("whenever")
    wizard.go_on()
    assert "whenever" in hours.hours.error()
    hours.hours.line.setText("9:00-12:00，14:00-18:00")
    wizard.go_on()
    wizard.go_on()
    owner = wizard.step
    assert isinstance(owner, OwnerStep)
    owner.way.set_value(True)
    for first, again, field in (("", "", "pin"), ("1111", "1111", "pin"), ("2580", "2581", "again")):
        owner.pin.line.setText(first)
        owner.again.line.setText(again)
        wizard.go_on()
        assert getattr(owner, field).error(), (first, again)
        assert not founded(empty)
    owner.again.line.setText("2580")
    wizard.go_on()
    assert empty.settings.hours == "09:00-12:00,14:00-18:00"


def test_escape_asks_and_writes_nothing(
    wizard: Wizard, empty: Store, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = [False, True]
    monkeypatch.setattr(wizard_module, "confirm", lambda *_words, **_more: answers.pop(0))
    press(qtbot, wizard, Qt.Key.Key_Escape)
    assert wizard.isVisible()
    press(qtbot, wizard, Qt.Key.Key_Escape)
    assert not wizard.isVisible()
    assert wizard.actor is None
    assert not founded(empty)


def test_the_receipt_beside_the_form_shows_the_typed_name(wizard: Wizard, qtbot: QtBot) -> None:
    press(qtbot, wizard, Qt.Key.Key_PageDown)
    with qtbot.waitSignal(wizard.preview.drawn, timeout=20_000):
        pass
    before = wizard.preview.image.copy()
    with qtbot.waitSignal(wizard.preview.drawn, timeout=20_000):
        type_in(qtbot, wizard, "Anxin")
    assert wizard.preview.image != before


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.usefixtures("dressed")
def test_every_step_fits_the_smallest_window(wizard: Wizard, qtbot: QtBot, language: Language) -> None:
    wizard.speak(language)
    wizard.resize(1024, 640)
    for at in range(len(wizard.steps)):
        wizard._turn(at)
        QApplication.processEvents()
        step = wizard.step
        assert step.sizeHint().height() <= step.height(), step.key
        assert step.minimumSizeHint().width() <= step.width(), step.key
        assert step.title()
