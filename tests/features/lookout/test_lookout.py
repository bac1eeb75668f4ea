"""The window's watch on disk and clock: the reserve, the lights, the question to the owner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.core.enums import Command, Role
from app.core.errors import EnvironmentFault, Fault
from app.features.lookout import watch
from app.features.lookout.watch import Lookout
from app.store import reserve as reserves
from app.store.reserve import Reserve
from tests.features.conftest import MORNING
from tests.features.page_tools import Papers, desk_of

if TYPE_CHECKING:
    from pathlib import Path

    from pytestqt.qtbot import QtBot

    from app.ui.messages import Message
    from tests.features.conftest import Shop

MB = 1 << 20


class Window:
    """What the lookout tells the window."""

    def __init__(self, shop: Shop, role: Role, qtbot: QtBot) -> None:
        self.lights: dict[str, tuple[str, str, str]] = {}
        self.said: list[Message] = []
        self.shop = shop
        self._qtbot = qtbot
        self._looked = 0
        self.desk = desk_of(shop, role, Papers())
        self.lookout = Lookout(shop.store, self.desk, self._light, self.said.append)
        shop.store.reserve = Reserve(shop.store.folder, MB, MB)

    def look(self) -> None:
        before = self._looked
        self.lookout.look()
        self._qtbot.waitUntil(lambda: self._looked >= before + 2)  # both lights were set

    def _light(self, name: str, text: str | None, tone: str, hint: str) -> None:
        self._looked += 1
        if text is None:
            self.lights.pop(name, None)
        else:
            self.lights[name] = (text, tone, hint)


@pytest.fixture
def window(shop: Shop, qtbot: QtBot) -> Iterator[Window]:
    made = Window(shop, Role.OWNER, qtbot)
    yield made
    made.desk.tasks.stop()


def room(monkeypatch: pytest.MonkeyPatch, free: int) -> None:
    monkeypatch.setattr(watch, "free_bytes", lambda _folder: free)
    monkeypatch.setattr(reserves, "free_bytes", lambda _folder: free)


def test_all_is_well(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, 4000 * MB)
    window.look()
    assert window.lights == {}
    assert window.said == []
    assert (window.shop.store.folder.root / "reserve.bin").stat().st_size == MB


def test_a_disk_almost_full_is_said_once_and_shown_as_long_as_it_lasts(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    room(monkeypatch, 300 * MB)
    window.look()
    window.look()
    assert window.lights["disk"][1] == "waits"
    assert "300 MB" in window.lights["disk"][2]
    assert len(window.said) == 1
    room(monkeypatch, 4000 * MB)
    window.look()
    assert window.lights == {}


def test_a_full_disk_is_red_until_there_is_room_again(
    window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve = window.shop.store.reserve
    assert reserve is not None
    room(monkeypatch, 0)
    reserve.give_up()
    window.look()
    assert window.lights["disk"][1] == "late"
    room(monkeypatch, 4000 * MB)
    window.look()
    assert window.lights == {}
    assert not reserve.given_up


@pytest.mark.parametrize("answer", [True, False])
def test_the_owner_is_asked_once_whether_the_clock_is_right(
    answer: bool, window: Window, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def confirm(question: str, *_words: str, **_more: object) -> bool:
        asked.append(question)
        return answer

    monkeypatch.setattr(watch, "confirm", confirm)
    room(monkeypatch, 4000 * MB)
    window.look()
    window.shop.clock.set(MORNING + timedelta(days=100))
    window.look()
    assert asked == ["Is today 2027-03-02?"]
    assert window.shop.store.clock_watch.may_erase() is answer
    window.look()
    assert len(asked) == 1
    assert ("clock" in window.lights) is not answer


def test_nobody_else_is_asked(shop: Shop, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "confirm", lambda *_words, **_more: pytest.fail("asked"))
    window = Window(shop, Role.COUNTER, qtbot)
    window.look()
    shop.clock.set(MORNING + timedelta(days=100))
    window.look()
    assert "clock" in window.lights
    window.desk.tasks.stop()


# -- the file ----------------------------------------------------------------------------------------------


def test_the_reserve_is_real_and_made_once(shop: Shop) -> None:
    reserve = Reserve(shop.store.folder, 3 * MB, MB)
    assert reserve.make()
    made = reserve.path.stat()
    assert made.st_size == 3 * MB
    assert made.st_blocks * 512 >= 3 * MB
    assert reserve.make()
    assert reserve.path.stat().st_mtime_ns == made.st_mtime_ns


def test_without_fallocate_it_is_written(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("os.posix_fallocate", raising=False)
    reserve = Reserve(shop.store.folder, 2 * MB, MB)
    assert reserve.make()
    assert reserve.path.stat().st_size == 2 * MB
    assert reserve.path.read_bytes().strip(b"\0")


def test_no_room_is_no_error(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    room(monkeypatch, MB)
    reserve = Reserve(shop.store.folder, MB, MB)
    assert not reserve.make()
    assert not reserve.path.exists()
    assert reserve.allows(Command.TAKE_IN), "nobody has met a full disk yet"


def test_orders_wait_and_the_end_of_the_day_does_not(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    store = shop.store
    store.reserve = Reserve(store.folder, MB, MB)
    assert store.reserve.make()
    store.reserve.give_up()
    assert not store.reserve.path.exists()
    room(monkeypatch, MB)
    with pytest.raises(EnvironmentFault) as told, store.write(Command.TAKE_IN, shop.ctx()):
        pytest.fail("a new order was begun")
    assert told.value.fault is Fault.DISK_FULL
    for command in (Command.ISSUE_PAPER, Command.CLOSE_TILL, Command.SAVE_DRAFT):
        with store.write(command, shop.ctx()):
            pass
    room(monkeypatch, 3 * MB)
    with store.write(Command.TAKE_IN, shop.ctx()):
        pass


def test_a_store_without_a_window_has_no_reserve(shop: Shop, tmp_path: Path) -> None:
    assert shop.store.reserve is None
    assert not (shop.store.folder.root / "reserve.bin").exists()
