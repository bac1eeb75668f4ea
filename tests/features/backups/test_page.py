"""The room of backups, the restore dialog, the light, and the start of a damaged shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.core.enums import BackupKind, Command, Role
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.rights import FOUNDER
from app.core.words import Language, set_language
from app.features.backups.doors import BackupDoors
from app.features.backups.exchange import Prepared, owner_pins, prepare
from app.features.backups.page import BackupsPage
from app.features.backups.rescue import Rescue, helps
from app.features.backups.restore_dialog import RestoreDialog, RestoreDoors
from app.features.backups.service import Backups
from app.features.backups.watch import BackupWatch, light_of
from app.features.backups.worker import Run, _result
from app.features.staff.service import StaffService
from app.features.staff.snapshots import StaffEntry
from app.store.folder import DataFolder
from app.ui.desk import Desk
from app.ui.messages import Message
from tests.features.conftest import FAST, MORNING, PEOPLE, Shop, take_in
from tests.features.page_tools import Papers, desk_of


@pytest.fixture
def desk(shop: Shop) -> Iterator[Desk]:
    made = desk_of(shop, Role.OWNER, Papers())
    yield made
    made.tasks.stop()


@pytest.fixture
def backups(shop: Shop) -> Backups:
    return Backups(shop.store)


def in_process(backups: Backups) -> Callable[[Path, BackupKind, Callable[[], bool]], Run | None]:
    """What the worker's process does, without one."""

    def run(_root: Path, kind: BackupKind, _stop: Callable[[], bool]) -> Run:
        report = backups.make(kind)
        return Run(kind, number=report.number, made_at=report.made_at, findings=report.findings)

    return run


def wait_quiet(qtbot: QtBot, desk: Desk) -> None:
    qtbot.waitUntil(lambda: not desk.tasks._tasks, timeout=20_000)


def words_of(dialog: RestoreDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


# the watch


def test_hourly_where_something_was_booked_and_at_day_close(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk
) -> None:
    lights: list[tuple[str, str | None, str, str]] = []
    said: list[Message] = []
    watch = BackupWatch(backups, desk, lambda *light: lights.append(light), said.append, in_process(backups))
    watch.look()
    wait_quiet(qtbot, desk)
    assert len(backups.rows(FOUNDER)) == 1
    assert lights[-1][2] == "done"
    for _minute in range(3):
        watch.look()
        wait_quiet(qtbot, desk)
    shop.clock.advance(timedelta(hours=2))
    watch.look()
    wait_quiet(qtbot, desk)
    assert len(backups.rows(FOUNDER)) == 1, "nothing was booked"
    with shop.store.write(Command.SAVE_SETTINGS, shop.ctx()) as tx:
        tx.journal(keys=[])
    watch.look()
    wait_quiet(qtbot, desk)
    assert [row.kind for row in backups.rows(FOUNDER)] == [BackupKind.HOURLY] * 2
    watch.day_closed()
    wait_quiet(qtbot, desk)
    assert backups.rows(FOUNDER)[0].kind is BackupKind.DAY_CLOSE
    assert said == []


def test_a_failed_backup_is_red_and_tried_again_soon(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk
) -> None:
    lights: list[tuple[str, str | None, str, str]] = []
    runs: list[BackupKind] = []

    def fail(_root: Path, kind: BackupKind, _stop: Callable[[], bool]) -> Run:
        runs.append(kind)
        return Run(kind, fault=Fault.DISK_FULL.value, text="The disk is full.")

    watch = BackupWatch(backups, desk, lambda *light: lights.append(light), lambda _message: None, fail)
    for _look in range(3):
        watch.look()
        wait_quiet(qtbot, desk)
    assert len(runs) == 1
    assert lights[-1][2:] == ("late", "The disk is full.")
    shop.clock.advance(timedelta(minutes=11))
    watch.look()
    wait_quiet(qtbot, desk)
    assert len(runs) == 2


def test_damage_found_by_a_backup_stops_writing_once_it_is_confirmed(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    lights: list[tuple[str, str | None, str, str]] = []
    said: list[Message] = []

    def unsound(_root: Path, kind: BackupKind, _stop: Callable[[], bool]) -> Run:
        return Run(kind, fault=Fault.BACKUP_UNSOUND.value, text="unsound")

    watch = BackupWatch(backups, desk, lambda *light: lights.append(light), said.append, unsound)
    watch.back_up(BackupKind.HOURLY)
    wait_quiet(qtbot, desk)
    assert said == [], "a disk that stuttered once is not yet damage"
    with shop.store.write(Command.SAVE_SETTINGS, shop.ctx()) as tx:
        tx.journal(keys=[])
    damaged = EnvironmentFault(Fault.DAMAGED, path=shop.store.folder.root)
    monkeypatch.setattr(backups, "confirm_damage", lambda: damaged)
    watch.back_up(BackupKind.HOURLY)
    wait_quiet(qtbot, desk)
    assert lights[-1][2] == "late"
    assert len(said) == 1
    with pytest.raises(EnvironmentFault), shop.store.write(Command.SAVE_SETTINGS, shop.ctx()):
        pass


def test_the_light_says_the_gravest(shop: Shop, backups: Backups) -> None:
    zone = backups.zone
    set_language(Language.EN)
    assert light_of(backups.status(), "", MORNING, zone)[:2] == ("no backup yet", "waits")
    backups.make(BackupKind.HOURLY)
    assert light_of(backups.status(), "", MORNING, zone)[:2] == ("backup 10:00", "done")
    assert light_of(backups.status(), "failed", MORNING, zone)[1:] == ("late", "failed")
    shop.clock.advance(timedelta(days=4))
    text, tone, hint = light_of(backups.status(), "", shop.clock.now(), zone)
    assert (text, tone) == ("backup 11-22 10:00", "waits")
    assert "second place" in hint


def test_what_the_worker_says_is_understood() -> None:
    kind = BackupKind.HOURLY
    assert _result(kind, '{"fault": "busy", "text": "later"}').fault == "busy"
    assert _result(kind, "Traceback").fault == "process"
    assert _result(kind, "{}").fault == "process"
    second = '"second": {"file": null, "fault": null}'
    made = f'{{"number": 3, "made_at": "2026-11-22T10:00:00+00:00", "findings": [], {second}}}'
    assert _result(kind, made).made


def test_what_is_asked_for_meanwhile_is_made_and_heard(qtbot: QtBot, backups: Backups, desk: Desk) -> None:
    """Asked by hand while the hourly one runs: the button must not stay pressed for ever."""
    watch = BackupWatch(backups, desk, lambda *_light: None, lambda _message: None, in_process(backups))
    ended: list[int] = []
    heard: list[Run] = []
    watch.ended.connect(lambda: ended.append(1))
    watch.back_up(BackupKind.HOURLY)
    watch.back_up(BackupKind.BY_HAND, heard.append)
    wait_quiet(qtbot, desk)
    assert [row.kind for row in backups.rows(FOUNDER)] == [BackupKind.BY_HAND, BackupKind.HOURLY]
    assert ([each.kind for each in heard], len(ended)) == ([BackupKind.BY_HAND], 2)


# the page


def test_the_page_says_what_the_light_says(qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk) -> None:
    """The first backup is made by itself while the page stands open and says that there is none."""
    set_language(Language.EN)
    page = page_of(shop, backups, desk, [])
    qtbot.addWidget(page)
    page.come_to_front()
    wait_quiet(qtbot, desk)
    assert (page.state.text(), len(page.list.rows())) == ("No backup yet", 0)
    watch = page._doors.watch()
    assert watch is not None
    watch.back_up(BackupKind.HOURLY)
    wait_quiet(qtbot, desk)
    assert page.state.text().startswith("Last backup")
    assert page.list.current() is not None


def page_of(shop: Shop, backups: Backups, desk: Desk, anew: list[Prepared]) -> BackupsPage:
    staff = StaffService(shop.store, FAST)
    watch = BackupWatch(backups, desk, lambda *_light: None, lambda _message: None, in_process(backups))
    doors = BackupDoors(lambda: watch, lambda: True, lambda pin: staff.vouch(desk.actor.id, pin), anew.append)
    return BackupsPage(backups, doors, desk)


@pytest.mark.parametrize("language", list(Language))
def test_the_page_shows_how_the_shop_stands(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk, language: Language
) -> None:
    set_language(language)
    try:
        page = page_of(shop, backups, desk, [])
        qtbot.addWidget(page)
        page.come_to_front()
        wait_quiet(qtbot, desk)
        assert page.list.rows() == []
        page.back_up()
        wait_quiet(qtbot, desk)
        qtbot.waitUntil(lambda: len(page.list.rows()) == 1, timeout=10_000)
        assert page.make_button.isEnabled()
        assert "10:00" in page.state.text()
        assert not page.restore_button.isHidden()
        assert page.sync_button.isHidden()
    finally:
        set_language(Language.EN)


def _pin(shop: Shop, pin: str) -> None:
    owner = shop.people[Role.OWNER]
    StaffService(shop.store, FAST).save(
        shop.ctx(), owner.id, StaffEntry(PEOPLE[Role.OWNER], Role.OWNER, pin=pin)
    )


def dialog_of(
    qtbot: QtBot, shop: Shop, desk: Desk, path: Path, prove: Callable[[Prepared, str], None]
) -> RestoreDialog:
    doors = RestoreDoors(shop.store.folder, shop.clock, desk.tasks, "Asia/Shanghai", lambda _one: True, prove)
    dialog = RestoreDialog(doors, path)
    qtbot.addWidget(dialog)
    return dialog


def test_restoring_shows_the_losses_and_asks_for_the_pin(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk
) -> None:
    _pin(shop, "2580")
    report = backups.make(BackupKind.HOURLY)
    take_in(shop)
    staff = StaffService(shop.store, FAST)

    def prove(_prepared: Prepared, pin: str) -> None:
        staff.vouch(desk.actor.id, pin)

    dialog = dialog_of(qtbot, shop, desk, Path(report.file), prove)
    qtbot.waitUntil(lambda: dialog.prepared is not None, timeout=10_000)
    assert "2611-00001" in words_of(dialog)
    dialog.restore("1111")
    assert dialog.result() == 0
    assert dialog.banner.text()
    dialog.restore("2580")
    wait_quiet(qtbot, desk)
    assert dialog.result() == RestoreDialog.DialogCode.Accepted
    assert backups.rows(FOUNDER)[0].kind is BackupKind.RESTORE


def test_what_failed_for_want_of_room_can_be_tried_again_where_no_pin_is_asked(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path(backups.make(BackupKind.HOURLY).file)
    doors = RestoreDoors(
        shop.store.folder,
        shop.clock,
        desk.tasks,
        "Asia/Shanghai",
        lambda _one: False,
        lambda _one, _pin: None,
    )
    dialog = RestoreDialog(doors, path)
    qtbot.addWidget(dialog)
    qtbot.waitUntil(lambda: dialog.prepared is not None, timeout=10_000)

    def full(*_args: object) -> int:
        raise EnvironmentFault(Fault.DISK_FULL, path=shop.store.folder.root)

    monkeypatch.setattr("app.features.backups.restore_dialog.get_ready", full)
    dialog.yes.click()
    wait_quiet(qtbot, desk)
    assert dialog.banner.text()
    assert not dialog.yes.isHidden()
    assert dialog.no.isEnabled()
    dialog.reject()


def test_a_locked_backup_asks_for_its_password(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk, tmp_path: Path
) -> None:
    target = tmp_path / "carried.xiuhu"
    backups.save_file(shop.ctx(), target, "ein langes Wort")
    dialog = dialog_of(qtbot, shop, desk, target, lambda _prepared, _pin: None)
    wait_quiet(qtbot, desk)
    assert dialog.prepared is None
    dialog.password.set_value("das falsche Wort")
    dialog.go_on.click()
    wait_quiet(qtbot, desk)
    assert dialog.prepared is None
    dialog.password.set_value("ein langes Wort")
    dialog.go_on.click()
    qtbot.waitUntil(lambda: dialog.prepared is not None, timeout=10_000)
    dialog.reject()
    assert not (shop.store.folder.root / ".restoring").exists()


def test_a_broken_backup_changes_nothing(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.xiuhu"
    bad.write_bytes(b"PK")
    dialog = dialog_of(qtbot, shop, desk, bad, lambda _prepared, _pin: None)
    wait_quiet(qtbot, desk)
    assert dialog.banner.text()
    assert dialog.prepared is None
    dialog.reject()
    assert shop.store.folder.database.exists()


# the start of a damaged shop


def test_a_damaged_shop_offers_its_newest_good_backup(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk
) -> None:
    _pin(shop, "2580")
    backups.make(BackupKind.HOURLY)
    shop.clock.advance(timedelta(hours=1))
    newest = backups.make(BackupKind.HOURLY)
    shop.store.close()
    folder = shop.store.folder
    folder.database.write_bytes(b"")
    error = EnvironmentFault(Fault.DAMAGED, path=folder.root)
    assert helps(error)
    assert not helps(EnvironmentFault(Fault.DISK_FULL, path=folder.root))
    rescue = Rescue(folder, error, shop.clock, desk.tasks)
    qtbot.addWidget(rescue)
    assert rescue.yes.isEnabled()
    assert rescue.list.current().path == Path(newest.file)
    assert len(rescue.list.rows()) == 2


def test_a_new_computer_finds_the_backups_on_the_stick(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing here yet; of the stick the newest good one is picked, and a cut one can be seen and not chosen."""
    stick = tmp_path / "media" / "stick"
    stick.mkdir(parents=True)
    backups.set_place(shop.ctx(), str(stick))
    first = Path(backups.make(BackupKind.BY_HAND).second_file)
    take_in(shop)
    second = Path(backups.make(BackupKind.BY_HAND).second_file)
    take_in(shop)
    cut = Path(backups.make(BackupKind.BY_HAND).second_file)
    cut.write_bytes(cut.read_bytes()[:5000])

    class Volume:
        def __init__(self, root: Path) -> None:
            self._root = root

        def rootPath(self) -> str:
            return str(self._root)

        def isReady(self) -> bool:
            return True

        def isRoot(self) -> bool:
            return False

    class Volumes:
        @staticmethod
        def mountedVolumes() -> list[Volume]:
            return [Volume(stick), Volume(tmp_path / "asleep")]

    monkeypatch.setattr("app.features.backups.rescue.QStorageInfo", Volumes)
    rescue = Rescue(DataFolder(tmp_path / "new"), None, shop.clock, desk.tasks)
    qtbot.addWidget(rescue)
    assert (rescue.yes.isEnabled(), rescue.list.rows()) == (False, [])
    rescue.show()
    wait_quiet(qtbot, desk)
    assert [row.path for row in rescue.list.rows()][1:] == [second, first] or not rescue.list.rows()[0].good
    assert rescue.list.current().path == second
    assert rescue.yes.isEnabled()


def test_the_owner_of_a_damaged_shop_is_known_by_the_backup(
    qtbot: QtBot, shop: Shop, backups: Backups, desk: Desk
) -> None:
    """And who tries PIN after PIN waits as at the sign-in, by the clock that nobody sets."""
    _pin(shop, "2580")
    report = backups.make(BackupKind.HOURLY)
    prepared = prepare(shop.store.folder, Path(report.file))
    assert len(owner_pins(prepared)) == 1
    rescue = Rescue(DataFolder(shop.store.folder.root), None, shop.clock, desk.tasks)
    qtbot.addWidget(rescue)
    rescue._prove(prepared, "2580")
    told = []
    for _try in range(4):
        with pytest.raises(Refusal) as refused:
            rescue._prove(prepared, "2581")
        told.append(refused.value.reason)
    assert told == [Reason.WRONG_PIN] * 2 + [Reason.PIN_LOCKED] * 2
    with pytest.raises(Refusal):
        rescue._prove(prepared, "2580")
    shop.clock.advance(timedelta(seconds=6))
    rescue._prove(prepared, "2580")
    rescue.reject()
