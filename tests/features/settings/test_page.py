"""The settings page: saved by section, refused at the field, nothing typed lost; staff; the live preview."""

from __future__ import annotations

import base64
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QApplication, QPushButton
from pytestqt.qtbot import QtBot

from app.core import words
from app.core.codes import parse
from app.core.enums import BRAND_PAPERS, Command, PaperKind, Role
from app.core.money import Money
from app.core.rights import FOUNDER, OF_BRANDS, Actor
from app.core.words import Language
from app.features.settings import page as page_module
from app.features.settings import staff_section
from app.features.settings.checks import KEYS
from app.features.settings.desk_sections import ComputerSection, PrintersSection
from app.features.settings.page import KINDS, SettingsPage
from app.features.settings.privacy_section import PrivacySection
from app.features.settings.shop_sections import PricesSection, PromisesSection, ShopSection
from app.features.settings.staff_form import StaffDialog
from app.features.settings.staff_section import StaffSection
from app.features.settings.text_sections import PapersSection, PhrasesSection
from app.features.staff.service import StaffService
from app.ui import keep, theme
from app.ui.shell import PageEntry, Shell
from tests.features.conftest import Shop
from tests.features.settings.conftest import FAST, ShownPapers


def section_of(page: SettingsPage, kind: type[Any]) -> Any:
    at = KINDS.index(kind)
    page.show_section(at)
    return page.section_at(at)


@pytest.fixture
def yes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every question is answered with yes and remembered."""
    asked: list[str] = []

    def confirm(question: str, *_words: str, **_more: object) -> bool:
        asked.append(question)
        return True

    for module in (page_module, staff_section):
        monkeypatch.setattr(module, "confirm", confirm)
    return asked


def test_every_setting_has_its_place(page: SettingsPage) -> None:
    shown = [key for at in range(len(KINDS)) for key in page.section_at(at).entries]
    assert len(shown) == len(set(shown))
    # Look, text size and sounds belong to the computer, not to the shop's records; backups have a page of their own.
    backups = {"backup_place", "backup_lock", "sync_paused"}
    assert set(shown) == KEYS - {"theme", "text_scale", "sounds"} - backups


def test_nothing_is_dirty_after_loading_and_nothing_is_written_by_saving_it(
    page: SettingsPage, shop: Shop
) -> None:
    before = shop.commits()
    for at in range(len(KINDS)):
        page.show_section(at)
        assert not page.section.is_dirty(), page.section.key
        page.save_and_print()
    assert shop.commits() == before


def test_a_section_is_saved_by_itself_and_the_other_keeps_its_mark(page: SettingsPage, shop: Shop) -> None:
    prices = section_of(page, PricesSection)
    prices.labour.line.setText("120")
    shop_section = section_of(page, ShopSection)
    shop_section.name.line.setText("安心家电")
    assert [page.list.item(at).text().endswith("•") for at in (0, 3)] == [True, True]
    page.save_and_print()
    assert shop.store.settings.shop_name == "安心家电"
    assert shop.store.settings.labour_price == 8000
    assert not shop_section.is_dirty()
    assert prices.is_dirty(), "what is typed elsewhere stays"
    section_of(page, PricesSection)
    page.save_and_print()
    assert shop.store.settings.labour_price == Money.yuan(120).fen
    assert shop.journal(Command.SAVE_SETTINGS)[-1]["keys"] == ["labour_price"]


_BAD: tuple[tuple[type[Any], str, str], ...] = (
    (ShopSection, "name", ""),
    (ShopSection, "hotline", "abc"),
    (ShopSection, "hours", "9 to 5"),
    (ShopSection, "zone", "Moon/Crater"),
    (ShopSection, "lock", "481"),
    (PricesSection, "labour", "-1"),
    (PricesSection, "diagnosis", "1.234"),
    (PricesSection, "valid", "0"),
    (PromisesSection, "brands", "Haier = 36"),
    (PromisesSection, "days", "x"),
    (PapersSection, "terms", "x" * 4001),
    (PhrasesSection, "accessories", "x" * 81),
)


@pytest.mark.parametrize("language", list(Language))
def test_a_bad_value_is_refused_at_its_field_and_nothing_is_saved(
    page_of: Callable[..., SettingsPage], shop: Shop, yes: list[str], language: Language
) -> None:
    page = page_of(language)
    before = shop.commits()
    for kind, field, text in _BAD:
        section = section_of(page, kind)
        entry = getattr(section, field)
        (entry.text.setPlainText if hasattr(entry, "text") else entry.line.setText)(text)
        page.save_and_print()
        assert entry.error(), field
        assert entry.is_dirty(), "typed text stays"
        page.discard()
        assert not entry.is_dirty()
    assert shop.commits() == before


def test_tables_are_saved_row_by_row_and_empty_rows_follow_the_first(page: SettingsPage, shop: Shop) -> None:
    promises = section_of(page, PromisesSection)
    promises.tables["promise_days"].rows["it"].line.setText("５")
    promises.tables["warranty_months"].rows["cooling"].line.setText("72")
    promises.brands.text.setPlainText("海尔 / Kitchen appliances = 36")
    page.save_and_print()
    settings = shop.store.settings
    assert settings.promise_days == {"": 3, "it": 5}
    assert settings.warranty_months == {"": 12, "cooling": 72, "海尔/kitchen": 36}
    promises.tables["promise_days"].rows["it"].line.clear()
    promises.brands.text.clear()
    page.save_and_print()
    assert shop.store.settings.promise_days == {"": 3}
    assert shop.store.settings.warranty_months == {"": 12, "cooling": 72}


def test_phrases_by_category_and_an_own_category_that_gets_its_rows(page: SettingsPage, shop: Shop) -> None:
    phrases = section_of(page, PhrasesSection)
    phrases.faults.show_category("it")
    phrases.faults.text.setPlainText("蓝屏\n\n不开机\n蓝屏")
    phrases.faults.show_category("")
    phrases.categories.text.setPlainText("电动工具")
    page.save_and_print()
    settings = shop.store.settings
    assert settings.quick_faults["it"] == ("蓝屏", "不开机")
    assert settings.quick_faults[""], "the other categories stay"
    promises = section_of(page, PromisesSection)
    promises.tables["promise_days"].rows["电动工具"].line.setText("2")
    page.save_and_print()
    assert shop.store.settings.promise_days["电动工具"] == 2


def test_papers_sizes_printers_and_what_comes_out_at_intake(page: SettingsPage, shop: Shop) -> None:
    table = section_of(page, PrintersSection).table
    table.sizes.rows[PaperKind.INVOICE.value].line.setText("A4 sheet")
    table.printers.rows[PaperKind.QUOTE.value].line.setText("Print nothing")
    table.intake.rows[PaperKind.DEVICE_LABEL.value].box.setChecked(True)
    page.save_and_print()
    settings = shop.store.settings
    assert settings.paper_size(PaperKind.INVOICE) == "A4"
    assert settings.printers[PaperKind.QUOTE.value] == "none"
    assert settings.print_at_intake == ("pickup-receipt", "repair-card", "device-label")


def test_papers_for_brands_are_seen_by_a_shop_that_works_for_them(page: SettingsPage, shop: Shop) -> None:
    table = section_of(page, PrintersSection).table
    hidden = {kind for kind, button in table.buttons.items() if button.isHidden()}
    assert hidden == BRAND_PAPERS
    rights = section_of(page, PrivacySection)
    assert not OF_BRANDS & set(rights.rights.rows())
    page._settings.save(shop.ctx(), {"brands": True})
    page.refresh()
    assert not any(button.isHidden() for button in table.buttons.values())
    rights.filter()
    assert set(rights.rights.rows()) >= OF_BRANDS


def test_a_printer_that_is_gone_stays_named(page: SettingsPage, shop: Shop) -> None:
    page._settings.save(shop.ctx(), {"printers": {"quote": "Old EPSON"}})
    page.refresh()
    field = section_of(page, PrintersSection).table.printers.rows["quote"]
    assert field.value() == "Old EPSON"
    assert "not found" in field.line.text()


# -- the live preview --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "paper"), [("terms", "pickup-receipt"), ("guarantee", "invoice"), ("care", "pickup-receipt")]
)
def test_the_preview_follows_what_is_typed(page: SettingsPage, qtbot: QtBot, field: str, paper: str) -> None:
    papers = section_of(page, PapersSection)
    preview = papers.preview
    with qtbot.waitSignal(preview.drawn, timeout=20_000):
        preview.show_kind(PaperKind(paper))
    before = preview.image.copy()
    with qtbot.waitSignal(preview.drawn, timeout=20_000):
        getattr(papers, field).text.setPlainText("取机请带好凭证，谢谢！" * 3)
    assert preview.image != before
    assert preview.kind.value() == paper


def test_typing_the_guarantee_turns_to_the_invoice_and_back(page: SettingsPage, qtbot: QtBot) -> None:
    papers = section_of(page, PapersSection)
    assert papers.preview.kind.value() == PaperKind.PICKUP_RECEIPT
    papers.guarantee.text.setPlainText("90 天")
    assert papers.preview.kind.value() == PaperKind.INVOICE
    papers.terms.text.setPlainText("凭此单取机")
    assert papers.preview.kind.value() == PaperKind.PICKUP_RECEIPT
    with qtbot.waitSignal(papers.preview.drawn, timeout=20_000):
        papers.preview.speech.set_value("en")
        papers.preview.touch()


def test_a_logo_is_shown_saved_and_a_bad_file_refused(page: SettingsPage, shop: Shop, tmp_path: Path) -> None:
    papers = section_of(page, PapersSection)
    bad = tmp_path / "logo.png"
    bad.write_bytes(b"no picture")
    papers.logo.take_file(bad)
    assert papers.logo.error()
    assert not papers.is_dirty()
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "black").save(picture, "PNG")
    good = tmp_path / "good.png"
    good.write_bytes(picture.getvalue())
    papers.logo.take_file(good)
    page.save_and_print()
    kept = Image.open(io.BytesIO(base64.b64decode(shop.store.settings.logo)))
    assert kept.size == (40, 20)
    papers.logo.take_file(tmp_path / "missing.png")
    assert papers.logo.error()


def test_why_a_logo_is_refused_comes_in_sight(page: SettingsPage, qtbot: QtBot, tmp_path: Path) -> None:
    """The logo is the last field: on a small screen its refusal stood below the edge, and nothing seemed to happen."""
    papers = section_of(page, PapersSection)
    page.show_section(KINDS.index(PapersSection))
    page.resize(1000, 420)
    page.show()
    qtbot.waitExposed(page)
    assert papers.logo.visibleRegion().isEmpty()
    papers.logo.take_file(tmp_path / "missing.png")
    qtbot.waitUntil(lambda: not papers.logo.visibleRegion().isEmpty())


# -- nothing typed is lost ---------------------------------------------------------------------------------


def test_escape_asks_before_typed_text_goes(page: SettingsPage, monkeypatch: pytest.MonkeyPatch) -> None:
    shop_section = section_of(page, ShopSection)
    shop_section.name.line.setText("Typed")
    answers = [False, True]
    monkeypatch.setattr(page_module, "confirm", lambda *_words, **_more: answers.pop(0))
    assert page.back()
    assert shop_section.name.value() == "Typed"
    assert page.back()
    assert shop_section.name.value() == "修护家电维修"
    assert not shop_section.is_dirty()


def test_leaving_the_program_names_what_is_not_saved(page: SettingsPage, yes: list[str]) -> None:
    assert page.can_leave()
    assert yes == []
    section_of(page, ShopSection).address.line.setText("Typed")
    assert page.can_leave()
    assert len(yes) == 1


def test_a_change_of_records_does_not_take_typed_text_away(page: SettingsPage, shop: Shop) -> None:
    shop_section = section_of(page, ShopSection)
    shop_section.name.line.setText("Typed")
    page._settings.save(shop.ctx(), {"shop_name": "Elsewhere", "address": "Other street"})
    page.refresh()
    assert shop_section.name.value() == "Typed"
    assert shop_section.address.value() == "Other street"


def test_typed_text_lives_through_a_change_of_language(page_of: Callable[..., SettingsPage]) -> None:
    before = page_of()
    typed = {
        ShopSection: lambda s: s.name.line.setText("Typed"),
        PapersSection: lambda s: (s.footer.text.setPlainText("Bye"), s.care.text.setPlainText("Dust it")),
        PrintersSection: lambda s: s.table.intake.rows["device-label"].box.setChecked(True),
        PromisesSection: lambda s: s.tables["promise_days"].rows["it"].line.setText("9"),
        PhrasesSection: lambda s: s.faults.text.setPlainText("One"),
    }
    for kind, type_it in typed.items():
        type_it(section_of(before, kind))
    draft = before.draft()
    after = page_of(Language.ZH)
    after.restore(draft)
    assert after.section.key == "phrases"
    for kind in typed:
        old = next(each for each in before.sections if isinstance(each, kind))
        new = next(each for each in after.sections if isinstance(each, kind))
        assert new.changes() == old.changes()


# -- staff -------------------------------------------------------------------------------------------------


def open_dialog(page: SettingsPage, shop: Shop, qtbot: QtBot, role: Role | None) -> StaffDialog:
    staff = StaffService(shop.store, FAST)
    row = None if role is None else staff.row(FOUNDER, shop.people[role].id)
    dialog = StaffDialog(staff, page.desk, row, staff.list(FOUNDER))
    qtbot.addWidget(dialog, before_close_func=lambda each: each.hide())
    dialog.show()
    return dialog


def test_somebody_is_taken_on_with_a_pin(page: SettingsPage, shop: Shop, qtbot: QtBot) -> None:
    dialog = open_dialog(page, shop, qtbot, None)
    dialog.name.line.setText("赵敏")
    dialog.role.line.setText("Counter staff")
    dialog.pin_way.line.setText("Set a new PIN")
    for first, again, field in (("", "", "pin"), ("1234", "1234", "pin"), ("2580", "2581", "pin_again")):
        dialog.pin.line.setText(first)
        dialog.pin_again.line.setText(again)
        dialog.try_it()
        assert getattr(dialog, field).error(), (first, again)
    assert dialog.saved is None
    dialog.pin_again.line.setText("2580")
    dialog.try_it()
    assert dialog.saved is not None
    staff = StaffService(shop.store, FAST)
    assert staff.sign_in(dialog.saved.id, "2580") == Actor(dialog.saved.id, "赵敏", Role.COUNTER)
    again = StaffDialog(staff, page.desk, dialog.saved, staff.list(FOUNDER))
    qtbot.addWidget(again, before_close_func=lambda each: each.hide())
    again.pin_way.line.setText("No PIN")
    again.try_it()
    assert not staff.row(FOUNDER, dialog.saved.id).has_pin


@pytest.mark.parametrize("language", list(Language))
def test_the_last_owner_stays(
    page_of: Callable[..., SettingsPage], shop: Shop, qtbot: QtBot, language: Language
) -> None:
    dialog = open_dialog(page_of(language), shop, qtbot, Role.OWNER)
    dialog.active.box.setChecked(False)
    dialog.try_it()
    assert dialog.active.error()
    assert dialog.banner.text() == dialog.active.error()
    assert dialog.saved is None
    assert StaffService(shop.store, FAST).row(FOUNDER, shop.people[Role.OWNER].id).active


def test_a_lost_badge_opens_nothing_and_badges_print_on_the_command_sheet(
    page: SettingsPage, shop: Shop, papers: ShownPapers, yes: list[str]
) -> None:
    section = section_of(page, StaffSection)
    assert len(section.list.rows()) == 4
    section.list.select(shop.people[Role.TECHNICIAN].id)
    before = section.list.current().badge_code
    section.new_badge()
    assert len(yes) == 1
    assert section.list.current().badge_code != before
    page.print_paper()
    assert papers.asked == [(PaperKind.COMMAND_SHEET, "1")]


# -- this computer -----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("dressed")
def test_look_and_language_count_at_once_and_typed_text_stays(
    page_of: Callable[..., SettingsPage], shop: Shop, qtbot: QtBot
) -> None:
    entry = PageEntry(
        "settings", "Settings", "settings", lambda: page_of(alone=False), frozenset(Role), "F10"
    )
    shell = Shell([entry])
    qtbot.addWidget(shell, before_close_func=lambda each: each.hide())
    shell.sign_in_as(shop.people[Role.OWNER])
    page = shell.page()
    assert isinstance(page, SettingsPage)
    section_of(page, ShopSection).address.line.setText("Typed")
    section_of(page, ComputerSection).look.press(3)
    qtbot.waitUntil(lambda: shell.page() is not page)
    assert theme.mode() is theme.Mode.DARK
    assert keep.text("theme") == "dark"
    anew = shell.page()
    assert isinstance(anew, SettingsPage)
    assert isinstance(anew.section, ComputerSection)
    assert anew.section_at(0).is_dirty()
    # The window asks before it closes over typed text.
    anew.section_at(0).load(anew._values, over_typed=True)


def test_a_scan_is_only_tried_out_in_this_section(page: SettingsPage, shop: Shop) -> None:
    scan = parse(StaffService(shop.store, FAST).list(FOUNDER)[0].badge_code)
    assert not page.take_scan(scan)
    computer = section_of(page, ComputerSection)
    assert page.take_scan(scan)
    assert scan.digits in computer.scanned.text()
    computer.speed.press(2)
    assert keep.text("scanner") == "slow"


# -- looks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("mode", [theme.Mode.LIGHT, theme.Mode.DARK])
@pytest.mark.usefixtures("dressed")
def test_every_section_opens_and_nothing_is_cut_off(
    page_of: Callable[..., SettingsPage], language: Language, mode: theme.Mode
) -> None:
    theme.use(mode=mode)
    page = page_of(language)
    page.resize(1024 - 76, 640 - 88)
    for at in range(len(KINDS)):
        page.show_section(at)
        section = page.section
        QApplication.processEvents()
        assert section.title()
        for button in section.findChildren(QPushButton):
            if button.isVisible() and button.parentWidget().isVisible():
                right = button.mapTo(page, QPoint(button.width(), 0)).x()
                assert right <= page.width(), (section.key, button.text())
                assert button.width() >= button.minimumSizeHint().width()
        entry = next(iter(section.entries.values()), None)
        if entry is not None:
            assert entry.raw() is not None


def test_sections_by_number_key_and_by_page_keys(page: SettingsPage, qtbot: QtBot) -> None:
    page.list.setFocus()
    qtbot.keyClick(page, Qt.Key.Key_4)
    assert isinstance(page.section, PricesSection)
    assert QApplication.focusWidget() is page.section.labour.line
    words.set_language(Language.EN)
