"""Passcodes and pinyin: what lies beside the records."""

from __future__ import annotations

import base64
import stat
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.errors import KeyringLocked

from app.core.errors import EnvironmentFault, Fault
from app.store import secrets
from app.store.pinyin import initials
from app.store.secrets import SecretBox, key_file

# -- passcodes -------------------------------------------------------------------------------------------


class Memory(KeyringBackend):
    """A keyring that works, in memory."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Locked(Memory):
    """A keyring whose owner has not unlocked it."""

    def get_password(self, service: str, username: str) -> str | None:
        raise KeyringLocked


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own and no keyring."""
    before = keyring.get_keyring()
    home = tmp_path / "home"
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / ".config"))
    keyring.set_keyring(fail.Keyring())
    yield home
    keyring.set_keyring(before)


PURPOSE = b"order 1"


@pytest.mark.parametrize("backend", [fail.Keyring, null.Keyring, Locked, Memory])
def test_what_is_sealed_is_opened_again_and_shows_nothing(backend: type[KeyringBackend]) -> None:
    keyring.set_keyring(backend())
    box = SecretBox.of_shop("shop-1")
    assert box.in_keyring is (backend is Memory)
    sealed = box.seal("解锁图案 4711", PURPOSE)
    assert sealed != box.seal("解锁图案 4711", PURPOSE)
    for form in ("4711", "解锁"):
        for plain in (form.encode(), form.encode("utf-16-le"), base64.b64encode(form.encode())):
            assert plain not in sealed
    again = SecretBox.of_shop("shop-1")
    assert again.open(sealed, PURPOSE) == "解锁图案 4711"
    assert key_file("shop-1").exists() is (backend is not Memory)


@pytest.mark.parametrize(
    "spoil", [lambda sealed: sealed[:-1], lambda sealed: b"", lambda sealed: sealed[:11] + b"x" + sealed[12:]]
)
def test_changed_bytes_another_order_and_another_shop_are_refused(spoil: object) -> None:
    box = SecretBox.of_shop("shop-1")
    sealed = box.seal("4711", PURPOSE)
    for content, purpose, shop in (
        (sealed, b"order 2", "shop-1"),
        (sealed, PURPOSE, "shop-2"),
        (spoil(sealed), PURPOSE, "shop-1"),  # type: ignore[operator]
    ):
        with pytest.raises(EnvironmentFault) as refused:
            SecretBox.of_shop(shop).open(content, purpose)
        assert refused.value.fault is Fault.KEY_MISSING


def test_the_key_file_is_its_owners_alone_and_not_in_the_data_folder(home: Path) -> None:
    SecretBox.of_shop("shop-1")
    path = key_file("shop-1")
    assert home in path.parents
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert len(base64.b64decode(path.read_bytes())) == 32
    assert [each.name for each in path.parent.iterdir()] == ["shop-1.key"]


@pytest.mark.parametrize("content", [b"", b"AAAA", b"\xff" * 44, base64.b64encode(bytes(31))])
def test_a_damaged_key_file_is_said_so_and_not_replaced(content: bytes) -> None:
    path = key_file("shop-1")
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    with pytest.raises(EnvironmentFault) as refused:
        SecretBox.of_shop("shop-1")
    assert refused.value.fault is Fault.KEY_MISSING
    assert path.read_bytes() == content


def test_a_key_file_cut_off_while_written_is_never_used(monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(secrets.os, "fsync", cut_off)
    with pytest.raises(EnvironmentFault) as refused:
        SecretBox.of_shop("shop-1")
    assert refused.value.fault is Fault.DISK_FULL
    assert not key_file("shop-1").exists()


def test_what_was_sealed_while_the_keyring_was_locked_opens_when_it_is_back() -> None:
    ring = Memory()
    keyring.set_keyring(ring)
    first = SecretBox.of_shop("shop-1").seal("1", PURPOSE)
    keyring.set_keyring(Locked())
    second = SecretBox.of_shop("shop-1").seal("2", PURPOSE)
    keyring.set_keyring(ring)
    box = SecretBox.of_shop("shop-1")
    assert [box.open(each, PURPOSE) for each in (first, second)] == ["1", "2"]


def test_a_keyring_with_garbage_in_it_falls_back_to_the_file() -> None:
    ring = Memory()
    ring.set_password("xiuhu", "shop-1", "garbage!")
    keyring.set_keyring(ring)
    assert SecretBox.of_shop("shop-1").in_keyring is False


# -- pinyin ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("王丽华", "wlh"),
        ("单田芳", "stf"),
        ("曾国藩", "zgf"),
        ("解晓东", "xxd"),
        ("仇英", "qy"),
        ("区小明", "oxm"),
        ("查良镛", "zly"),
        ("朴树", "ps"),
        ("缪昌文", "mcw"),
        ("覃辉", "qh"),
        ("张喆", "zz"),
        ("王A1", "wa1"),
        ("李 明", "lm"),
        ("海尔（售后）", "hesh"),
        ("王𠮷", "w"),
    ],
)
def test_initials_of_names(name: str, expected: str) -> None:
    assert any(each.startswith(expected) for each in initials(name))


def test_surnames_are_read_as_surnames_only_in_front() -> None:
    assert initials("单") == ("s",)
    assert all(each.startswith("s") for each in initials("单田芳"))
    assert any(each.endswith("d") for each in initials("王单"))


@pytest.mark.parametrize("name", ["", "Smith", "123", "…", "𠮷", "カタ", "é"])
def test_names_without_chinese_characters_have_none(name: str) -> None:
    assert initials(name) == ()


def test_a_firm_with_a_long_name_is_found_by_its_everyday_reading() -> None:
    assert any(each == "hedqshfwzx" for each in initials("海尔电器售后服务中心"))
    assert any(each.startswith("cqcs") for each in initials("重庆长寿行乐会所"))


def test_a_name_of_many_readings_gives_few() -> None:
    assert len(initials("长重行乐单解曾仇朴盖")) == 8
    assert len(initials("重" * 500)) <= 8
