"""Promise 17: the clock set back an hour or 25 years, or on by 30: no order is lost, nothing is erased early, somebody
is warned, and the screen still locks itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from app.core.enums import Command, Role
from app.core.errors import Fault, Reason, Refusal
from app.core.rights import Actor, Ctx
from app.core.sentences import sentence
from app.features.checkup.repairing import Repairing
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn
from app.features.lookout.watch import Lookout
from app.features.privacy.service import Privacy, housekeep
from app.store.clock_watch import ClockWatch
from app.store.door import Store
from app.ui.cover import Cover
from app.ui.scanner import Scanner
from app.ui.shell import Shell, ShellDoors
from app.ui.sign_in import SignInDoors, StaffTile
from tests.features.billing.conftest import open_office
from tests.features.conftest import MORNING, Shop, open_shop
from tests.features.page_tools import Papers, desk_of

if TYPE_CHECKING:
    import random

    from pytestqt.qtbot import QtBot

    from app.ui.messages import Message
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(17)

YEAR = timedelta(days=365.2425)
SHIFTS = {
    "an hour back": (-timedelta(hours=1), Fault.CLOCK_BEHIND),
    "25 years back": (-25 * YEAR, Fault.CLOCK_BEHIND),
    "30 years on": (30 * YEAR, Fault.CLOCK_AHEAD),
}
CODE = "2580-zq"


def visit(name: str) -> TakeIn:
    device = DeviceEntry(category="cooling", brand="海尔", fault="碎屏", passcode=CODE)
    return TakeIn(CustomerEntry(name=name, phone="13800138000"), (device,))


@contextmanager
def working(folder: Path) -> Iterator[Shop]:
    """A shop that has worked for a while: orders with passcodes, one delivered and paid, a draft, a wrong PIN."""
    shop = open_shop(folder)
    try:
        open_office(shop).sold()
        intake = IntakeService(shop.store)
        intake.take_in(shop.ctx(Role.COUNTER), visit("王丽华"))
        intake.save_draft(shop.people[Role.COUNTER], {"name": "赵敏"})
        assert shop.store.clock_watch.doubt() is None
        yield shop
    finally:
        shop.close()


def passcodes(store: Store) -> int:
    with store.read() as reading:
        sql = "SELECT count(*) FROM repair_order WHERE passcode IS NOT NULL"
        return int(reading.exec_driver_sql(sql).scalar_one())


def findings(shop: Shop, shift: timedelta, fault: Fault, dice: random.Random) -> list[str]:
    """What is wrong while the clock stands wrong, and after it was set right."""
    store, clock, wrong = shop.store, shop.clock, []
    intake, privacy = IntakeService(store), Privacy(store)
    before = passcodes(store)
    clock.set(MORNING + shift + timedelta(seconds=dice.randrange(600)))
    numbers = []
    for at in range(dice.randrange(1, 4)):
        taken = intake.take_in(shop.ctx(), visit(f"客户{at}"))
        numbers.append(taken.orders[0].number)
        before += 1
        housekeep(privacy)
        # All of it together ends before the hour: what was set back an hour would have caught up by itself.
        clock.advance(timedelta(minutes=dice.randrange(15)))
    told = store.clock_watch.doubt()
    if told is None or told.fault is not fault or not sentence(told):
        wrong.append("no warning")
    if passcodes(store) != before:
        wrong.append("early purge")
    if intake.draft(shop.people[Role.COUNTER]) is None:
        wrong.append("draft lost")
    with store.read() as reading:
        rows = reading.exec_driver_sql("SELECT number FROM repair_order ORDER BY id DESC").scalars().all()
    if list(reversed(rows[: len(numbers)])) != numbers:
        wrong.append("orders lost or out of their sequence")
    # Another program is started under the wrong clock: what was believed is not forgotten.
    with_new_eyes = ClockWatch(store.folder.root / "clock.json", clock, lambda: clock.now())
    if with_new_eyes.doubt() is None:
        wrong.append("an entry of the wrong time vouches for it")
    clock.set(MORNING + timedelta(hours=2))
    if store.clock_watch.doubt() is not None:
        wrong.append("still warns")
    housekeep(privacy)
    if passcodes(store) != before:
        wrong.append("what was written under the wrong clock is erased early")
    clock.advance(timedelta(days=store.settings.passcode_days))
    housekeep(privacy)
    if passcodes(store):
        wrong.append("kept too long")
    clock.set(MORNING + timedelta(hours=2))
    numbers.append(intake.take_in(shop.ctx(), visit("最后")).orders[0].number)
    if len(set(numbers)) != len(numbers):
        wrong.append("a number twice")
    return wrong


def test_nothing_is_lost_and_nothing_erased(promise: Promise, tmp_path: Path) -> None:
    for each in promise.rounds(share=3, full=40):
        shift, fault = list(SHIFTS.values())[each.number % 3]
        with working(tmp_path / f"shop{each.number}") as shop:
            assert findings(shop, shift, fault, each.dice) == []
            open_office(shop).sound()


def test_a_clock_that_is_believed_erases_early(
    promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Control."""
    import random

    monkeypatch.setattr(ClockWatch, "doubt", lambda _self: None)
    with working(tmp_path / "shop") as shop:
        found = findings(shop, *SHIFTS["30 years on"], random.Random(1))
    assert {"no warning", "early purge", "an entry of the wrong time vouches for it"} <= set(found)
    promise.caught("clock believed")


def test_the_owner_may_say_that_the_clock_is_right(tmp_path: Path) -> None:
    with working(tmp_path / "shop") as shop:
        shop.clock.set(MORNING + timedelta(days=90))
        assert not shop.store.clock_watch.may_erase()
        shop.store.clock_watch.confirm()
        assert shop.store.clock_watch.may_erase()


def test_a_rest_of_weeks_is_no_doubt_and_the_network_may_set_the_clock(tmp_path: Path) -> None:
    with working(tmp_path / "shop") as shop:
        shop.clock.set(MORNING + timedelta(days=30))
        assert shop.store.clock_watch.may_erase()
        shop.clock.set(MORNING + timedelta(days=30) - timedelta(minutes=2))
        assert shop.store.clock_watch.may_erase()


def test_a_note_that_was_lost_or_damaged_is_made_again(tmp_path: Path) -> None:
    with working(tmp_path / "shop") as shop:
        note = shop.store.folder.root / "clock.json"
        for content in ("", "{}", '{"believed": "yesterday"}', '{"believed": "2026-01-01T00:00:00"}'):
            note.write_text(content)
            watch = ClockWatch(note, shop.clock, lambda: MORNING)
            assert watch.doubt() is None
            assert datetime.fromisoformat(note.read_text().split('"')[3]).tzinfo is not None


def test_money_waits_for_the_clock_after_a_day_close(tmp_path: Path) -> None:
    shop = open_shop(tmp_path / "shop")
    office = open_office(shop)
    office.closing.close(Ctx.gesture(shop.people[Role.OWNER]))
    shop.clock.set(MORNING - timedelta(hours=1))
    assert office.counter.take_in().number
    with pytest.raises(Refusal) as told:
        office.sold()
    assert told.value.reason is Reason.CLOCK_BEFORE_CLOSE
    shop.close()


@pytest.mark.parametrize("role", [Role.COUNTER, Role.LEAD, Role.OWNER])
def test_a_day_years_ahead_is_closed_by_the_owners_word_only(tmp_path: Path, role: Role) -> None:
    """Closed by mistake, all money would wait thirty years."""
    shop = open_shop(tmp_path / "shop")
    try:
        office, people = open_office(shop), shop.people
        assert shop.store.clock_watch.doubt() is None
        shop.clock.set(MORNING + 30 * YEAR)
        for sure in (None, people[Role.LEAD]):
            with pytest.raises(Refusal) as told:
                office.closing.close(shop.ctx(role), sure=sure)
            assert told.value.reason is Reason.CLOCK_FAR_AHEAD
            assert "10957" in sentence(told.value)
        shop.clock.set(MORNING + timedelta(hours=1))
        assert office.closing.close(shop.ctx(role)).number
        shop.clock.set(MORNING + timedelta(days=100))
        closed = office.closing.close(shop.ctx(role), sure=people[Role.OWNER])
        assert closed.number
        assert shop.journal(Command.CLOSE_DAY)[-1]["clock_vouched_by"] == people[Role.OWNER].id
        assert shop.store.clock_watch.may_erase()
    finally:
        shop.close()


def test_the_check_up_erases_nothing_by_a_clock_ahead(tmp_path: Path) -> None:
    with working(tmp_path / "shop") as shop:
        before = passcodes(shop.store)
        shop.clock.set(MORNING + 30 * YEAR)
        repairs = Repairing(shop.store, lambda: None)
        repairs.repair(shop.ctx(Role.OWNER), ["passcodes"])
        assert passcodes(shop.store) == before > 0
        shop.clock.set(MORNING + timedelta(days=shop.store.settings.passcode_days + 2))
        repairs.repair(shop.ctx(Role.OWNER), ["passcodes"])
        assert passcodes(shop.store) == 0


def test_the_window_warns_by_a_light(qtbot: QtBot, tmp_path: Path) -> None:
    lights: dict[str, str | None] = {}
    said: list[Message] = []

    def light(name: str, text: str | None, _tone: str, hint: str) -> None:
        lights[name] = hint if text is not None else None

    with working(tmp_path / "shop") as shop:
        desk = desk_of(shop, Role.COUNTER, Papers())
        lookout = Lookout(shop.store, desk, light, said.append)
        lookout.start()
        qtbot.waitUntil(lambda: lights.get("clock", "") is None)
        shop.clock.set(MORNING - timedelta(hours=1))
        lookout.look()
        qtbot.waitUntil(lambda: bool(lights["clock"]))
        assert [each.text for each in said if each.text == lights["clock"]] == [lights["clock"]]
        lookout.look()
        qtbot.wait(50)
        assert len([each for each in said if each.text == lights["clock"]]) == 1
        desk.tasks.stop()


@pytest.mark.parametrize("shift", [shift for shift, _fault in SHIFTS.values()])
def test_the_screen_locks_itself_whatever_the_clock_says(
    qtbot: QtBot, qapp: QApplication, shift: timedelta, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    seconds = 1000.0
    scanner = Scanner(qapp, clock=lambda: seconds)
    request.addfinalizer(scanner.remove)
    with working(tmp_path / "shop") as shop:
        owner = shop.people[Role.OWNER]
        tiles = [StaffTile(owner.id, owner.name, "")]
        shell = Shell(
            (), ShellDoors(sign_in=SignInDoors(lambda: tiles, lambda *_pin: owner, lambda _code: owner))
        )
        qtbot.addWidget(shell)
        shell.attach(scanner)
        shell.lock_after(300)
        shell.sign_in_as(owner)
        shop.clock.set(MORNING + shift)
        seconds += 299
        shell._look_idle()
        assert not shell.locked()
        seconds += 2
        shell._look_idle()
        assert shell.locked()


@pytest.mark.parametrize("same", [True, False])
def test_an_open_question_is_locked_too(
    qtbot: QtBot, qapp: QApplication, same: bool, request: pytest.FixtureRequest
) -> None:
    """Who asked goes on with what was typed; anybody else finds it closed, unsaved."""
    chen, zhao = Actor(2, "陈静", Role.COUNTER), Actor(5, "赵明", Role.TECHNICIAN)
    people = {"2222": chen, "5555": zhao}
    tiles = [StaffTile(each.id, each.name, "", has_pin=True) for each in people.values()]
    seconds = 1000.0
    scanner = Scanner(qapp, clock=lambda: seconds)
    request.addfinalizer(scanner.remove)
    doors = SignInDoors(lambda: tiles, lambda _id, pin: people[pin], lambda _code: zhao)
    shell = Shell((), ShellDoors(sign_in=doors))
    qtbot.addWidget(shell)
    shell.attach(scanner)
    shell.lock_after(300)
    shell.sign_in_as(chen)
    shell.show()
    question = QDialog(shell)
    question.open()
    seconds += 301
    shell._look_idle()
    cover = QApplication.activeModalWidget()
    assert isinstance(cover, Cover)
    assert "陈静" in cover.sign_in.banner.text()
    qtbot.keyClick(cover, Qt.Key.Key_Escape)
    cover.close()
    shell._look_idle()
    assert QApplication.activeModalWidget() is cover
    cover.sign_in.signed.emit(chen if same else zhao)
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is not cover)
    assert question.isVisible() is same
    qtbot.waitUntil(lambda: shell.actor == (chen if same else zhao))
    question.close()


def test_the_idle_lock_asks_the_clock_that_nobody_sets(
    qtbot: QtBot, qapp: QApplication, promise: Promise, request: pytest.FixtureRequest
) -> None:
    """What the program itself gives the scanner; on the wall clock an hour back would keep the till open (control)."""
    import inspect
    import time

    from app import program

    assert inspect.signature(Scanner).parameters["clock"].default is time.monotonic
    assert "Scanner(self._app)" in inspect.getsource(program)
    wall = 1_000_000.0
    scanner = Scanner(qapp, clock=lambda: wall)
    request.addfinalizer(scanner.remove)
    wall -= 3600
    wall += 301
    assert scanner.idle() < 0, "five minutes later it would not lock for an hour"
    promise.caught("idle lock by the wall clock")
