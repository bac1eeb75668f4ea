"""Founding a shop and changing its settings."""

from __future__ import annotations

import base64
import io
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import pytest
from PIL import Image

from app.core.changes import Kind
from app.core.clock import SetClock
from app.core.enums import Category, Command, PaperKind, PaperSize, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.core.words import Language
from app.features.settings.checks import KEYS, clean, clean_hours
from app.features.settings.logo import MAX_SIDE, clean_logo
from app.features.settings.service import SettingsService, default_texts
from app.features.settings.snapshots import FirstRun
from app.features.staff.pins import PinHasher
from app.features.staff.service import StaffService
from app.model.settings import ShopSettings
from app.papers.forms import SIZES
from app.store.door import Store

if TYPE_CHECKING:
    from tests.features.conftest import Shop

FAST = PinHasher(passes=1, memory_kib=8, lanes=1)


@pytest.fixture
def settings(shop: Shop) -> SettingsService:
    return SettingsService(shop.store, FAST)


def fresh(folder: Path) -> Store:
    return Store.open(folder, SetClock(datetime(2026, 11, 22, 2, tzinfo=UTC)))


@pytest.mark.parametrize(
    ("language", "shop_name", "owner"),
    [(Language.ZH, "我的修理店", "店主"), (Language.EN, "My repair shop", "Owner")],
)
def test_skipping_every_question_gives_a_working_shop(
    tmp_path: Path, language: Language, shop_name: str, owner: str
) -> None:
    store = fresh(tmp_path / "shop")
    service = SettingsService(store, FAST)
    assert not service.founded()
    actor = service.found_shop(FirstRun(language))
    found = service.load()
    assert service.founded()
    assert (found.shop_name, actor.name, actor.role) == (shop_name, owner, Role.OWNER)
    assert StaffService(store, FAST).sign_in(actor.id, None) == actor
    assert found.language == language
    assert found.terms
    assert found.guarantee
    assert found.footer
    assert set(found.quick_faults) == {"", *Category}
    assert len(found.shop_id) == 36
    store.close()
    again = fresh(tmp_path / "shop")
    assert again.settings == found
    again.close()


def test_a_shop_is_founded_once(shop: Shop, settings: SettingsService) -> None:
    before = shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        settings.found_shop(FirstRun(shop_name="另一家"))
    assert refused.value.reason is Reason.FOLDER_NOT_EMPTY
    assert shop.fingerprint() == before


def test_what_the_wizard_asked_is_kept(tmp_path: Path) -> None:
    store = fresh(tmp_path / "shop")
    service = SettingsService(store, FAST)
    actor = service.found_shop(
        FirstRun(
            Language.ZH,
            shop_name="城关家电维修",
            owner_name="马师傅",
            pin="2580",
            settings={
                "hotline": "0571-8888 7777",
                "hours": "8:30-12:00，14:00-19:00",
                "paper_sizes": {PaperKind.INVOICE: PaperSize.A4},
                "tax_permille": {"labour": 60},
            },
        )
    )
    found = service.load()
    assert found.hotline == "057188887777"
    assert found.hours == "08:30-12:00,14:00-19:00"
    assert found.paper_size(PaperKind.INVOICE) is PaperSize.A4
    assert found.paper_size(PaperKind.REPAIR_CARD) is PaperSize.A6
    assert (found.tax_permille["labour"], found.tax_permille["part"]) == (60, 10)
    staff = StaffService(store, FAST)
    assert staff.sign_in(actor.id, "2580").name == "马师傅"
    store.close()


def test_refused_founding_leaves_an_empty_folder(tmp_path: Path) -> None:
    store = fresh(tmp_path / "shop")
    service = SettingsService(store, FAST)
    for first in (FirstRun(pin="1234"), FirstRun(settings={"time_zone": "Mars"}), FirstRun(shop_name="\0")):
        with pytest.raises(Refusal):
            service.found_shop(first)
    assert not service.founded()
    assert StaffService(store, FAST).list(FOUNDER) == ()
    store.close()


def test_default_texts_stand_the_checks_of_the_owner() -> None:
    for language in Language:
        texts = default_texts(language)
        texts.pop("owner_name")
        for key, value in texts.items():
            cleaned = clean(key, value, ShopSettings())
            kept = (
                {row: list(phrases) for row, phrases in cleaned.items()} if key == "quick_faults" else cleaned
            )
            assert (list(kept) if isinstance(kept, tuple) else kept) == value, key


def test_both_languages_offer_the_same() -> None:
    chinese, english = (default_texts(each) for each in Language)
    assert chinese.keys() == english.keys()
    for key in ("accessories", "damages", "shelves"):
        assert len(chinese[key]) == len(english[key]), key
    for category, phrases in chinese["quick_faults"].items():
        assert len(phrases) == len(english["quick_faults"][category]), category


def test_every_setting_has_a_check() -> None:
    assert {each.name for each in fields(ShopSettings)} - {"shop_id"} == KEYS


def test_defaults_are_themselves_possible() -> None:
    plain = ShopSettings()
    for key in KEYS - {"shop_name"}:
        assert clean(key, getattr(plain, key), plain) == getattr(plain, key), key


def test_changes_are_kept_and_journaled_by_key_only(shop: Shop, settings: SettingsService) -> None:
    seen = []
    shop.store.changes.subscribe(seen.append)
    found = settings.save(
        shop.ctx(), {"hotline": "13800138000", "labour_price": Money.yuan(120), "sounds": True}
    )
    assert (found.hotline, found.labour_price) == ("13800138000", 12_000)
    assert settings.load() == shop.store.second().settings == found
    assert shop.journal(Command.SAVE_SETTINGS) == [{"keys": ["hotline", "labour_price"]}]
    assert len(seen) == 1


def test_a_torn_setting_can_be_set_again(shop: Shop, settings: SettingsService) -> None:
    settings.save(shop.ctx(), {"passcode_days": 5})
    with shop.store.write(Command.SAVE_SETTINGS, shop.ctx()) as tx:
        tx.reading().exec_driver_sql("UPDATE setting SET value = '{torn' WHERE key = 'passcode_days'")
        tx.changed(Kind.SETTING, 0)
        tx.journal()
    assert settings.load().passcode_days == ShopSettings().passcode_days
    assert settings.save(shop.ctx(), {"passcode_days": 9}).passcode_days == 9


def test_one_bad_setting_keeps_all_as_they_were(shop: Shop, settings: SettingsService) -> None:
    before = shop.fingerprint()
    with pytest.raises(Refusal):
        settings.save(shop.ctx(), {"hotline": "13800138000", "time_zone": "Asia/Nowhere"})
    assert shop.fingerprint() == before


def test_only_the_owner_changes_settings(shop: Shop, settings: SettingsService) -> None:
    with pytest.raises(Refusal) as refused:
        settings.save(shop.ctx(Role.LEAD), {"hotline": "13800138000"})
    assert refused.value.reason is Reason.NOT_ALLOWED


@pytest.mark.parametrize(
    ("key", "value", "reason"),
    [
        ("shop_name", " ", Reason.FIELD_REQUIRED),
        ("hotline", "call me", Reason.BAD_PHONE),
        ("time_zone", "Asia/Nowhere", Reason.BAD_CHOICE),
        ("time_zone", "", Reason.BAD_CHOICE),
        ("time_zone", "../../etc/passwd", Reason.BAD_CHOICE),
        ("time_zone", "/etc/localtime", Reason.BAD_CHOICE),
        ("hours", "18:00-08:30", Reason.BAD_HOURS),
        ("tax_permille", {"labour": 55}, Reason.BAD_CHOICE),
        ("tax_permille", {"labour": True}, Reason.BAD_CHOICE),
        ("tax_permille", {"food": 10}, Reason.BAD_CHOICE),
        ("paper_sizes", {"invoice": "A6"}, Reason.PAPER_SIZE_UNKNOWN),
        ("paper_sizes", {"newspaper": "A4"}, Reason.BAD_CHOICE),
        ("labour_price", -1, Reason.OUT_OF_RANGE),
        ("labour_price", 12.5, Reason.OUT_OF_RANGE),
        ("idle_lock_minutes", True, Reason.OUT_OF_RANGE),
        ("quote_valid_days", 0, Reason.OUT_OF_RANGE),
        ("unclaimed_days", 2**63, Reason.OUT_OF_RANGE),
        ("text_scale", 103, Reason.BAD_CHOICE),
        ("theme", "pink", Reason.BAD_CHOICE),
        ("sounds", "yes", Reason.BAD_CHOICE),
        ("discount_limit", {"counter": 101}, Reason.OUT_OF_RANGE),
        ("accessories", "电源线", Reason.BAD_CHOICE),
        ("accessories", [f"附件{at}" for at in range(101)], Reason.TOO_MANY_ENTRIES),
        ("accessories", ["长" * 81], Reason.TEXT_TOO_LONG),
        ("quick_faults", {"cooling": "不制冷"}, Reason.BAD_CHOICE),
        ("care", {f"类{at}": "文" for at in range(501)}, Reason.TOO_MANY_ENTRIES),
        ("terms", "长" * 4001, Reason.TEXT_TOO_LONG),
        ("print_at_intake", ["newspaper"], Reason.BAD_CHOICE),
        ("language", "fr", Reason.BAD_CHOICE),
        ("shop_id", "x", Reason.BAD_CHOICE),
        ("no_such_setting", 1, Reason.BAD_CHOICE),
        ("logo", b"GIF89a", Reason.BAD_IMAGE),
        ("logo", 7, Reason.BAD_IMAGE),
        ("logo", "not base64!", Reason.BAD_IMAGE),
    ],
)
def test_impossible_settings_are_refused(
    shop: Shop, settings: SettingsService, key: str, value: Any, reason: Reason
) -> None:
    with pytest.raises(Refusal) as refused:
        settings.save(shop.ctx(), {key: value})
    assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("08:30-18:00", "08:30-18:00"),
        ("8：30～18：00", "08:30-18:00"),
        ("8:30 至 12:00、14:00 至 24:00", "08:30-12:00,14:00-24:00"),
        ("00:00-24:00", "00:00-24:00"),
        ("", ""),
    ],
)
def test_hours_as_people_write_them(typed: str, kept: str) -> None:
    assert clean_hours(typed) == kept
    assert clean_hours(kept) == kept


@pytest.mark.parametrize(
    "typed",
    ["8-18", "08:30-08:30", "08:60-18:00", "08:30-24:01", "25:00-26:00", "10:00-18:00,09:00-11:00", "all day",
     "08:30-18:00;", "\0", "1:00-2:00,3:00-4:00,5:00-6:00,7:00-8:00,9:00-10:00", "08:30-18:00" * 100],
)  # fmt: skip
def test_hours_that_cannot_be(typed: str) -> None:
    if typed == "08:30-18:00;":
        assert clean_hours(typed) == "08:30-18:00"
        return
    with pytest.raises(Refusal) as refused:
        clean_hours(typed)
    assert refused.value.reason is Reason.BAD_HOURS


def test_every_size_of_every_paper_can_be_chosen(shop: Shop, settings: SettingsService) -> None:
    for kind, sizes in SIZES.items():
        for size in sizes:
            assert settings.save(shop.ctx(), {"paper_sizes": {kind: size}}).paper_size(kind) is size
    assert "Asia/Urumqi" in available_timezones()
    assert settings.save(shop.ctx(), {"time_zone": "Asia/Urumqi"}).time_zone == "Asia/Urumqi"


def picture(kind: str, size: tuple[int, int] = (300, 120), mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, size, "red" if mode != "1" else 1).save(file, kind)
    return file.getvalue()


def test_logo_is_drawn_anew_and_small(shop: Shop, settings: SettingsService) -> None:
    sneaky = picture("JPEG") + b"<script>alert(1)</script>"
    found = settings.save(shop.ctx(), {"logo": sneaky})
    kept = base64.b64decode(found.logo)
    assert kept.startswith(b"\x89PNG")
    assert b"script" not in kept
    with Image.open(io.BytesIO(kept)) as shown:
        assert shown.size == (300, 120)
    assert settings.save(shop.ctx(), {"logo": found.logo}).logo == found.logo
    assert settings.save(shop.ctx(), {"logo": b""}).logo == ""


def test_logos_of_every_common_form() -> None:
    for kind, mode in (
        ("PNG", "RGBA"),
        ("PNG", "1"),
        ("PNG", "L"),
        ("PNG", "P"),
        ("JPEG", "L"),
        ("JPEG", "CMYK"),
    ):
        assert clean_logo(picture(kind, mode=mode)), (kind, mode)
    with Image.open(io.BytesIO(base64.b64decode(clean_logo(picture("PNG", (3000, 900)))))) as shown:
        assert max(shown.size) == MAX_SIDE


def test_logos_that_are_none() -> None:
    whole = picture("PNG")
    for content in (
        b"",
        whole[:60],
        picture("GIF"),
        picture("BMP"),
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"x" * 1000,
    ):
        with pytest.raises(Refusal) as refused:
            clean_logo(content)
        assert refused.value.reason is Reason.BAD_IMAGE
    with pytest.raises(Refusal) as refused:
        clean_logo(whole + b"x" * 500 * 1024)
    assert refused.value.reason is Reason.FILE_TOO_LARGE
    bomb = picture("PNG", (9000, 9000), "1")
    assert len(bomb) < 500 * 1024
    with pytest.raises(Refusal) as refused:
        clean_logo(bomb)
    assert refused.value.reason is Reason.IMAGE_TOO_LARGE
