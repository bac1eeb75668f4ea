"""The running program without its first frame: what it does when records change under it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QApplication

from app.core.clock import SystemClock
from app.core.codes import Code, CodeKind, parse, running_code
from app.core.enums import Role
from app.core.errors import EnvironmentFault, Fault, Reason, Refusal, ShopError
from app.core.rights import Actor, Ctx
from app.core.words import Language
from app.features.settings.snapshots import FirstRun
from app.features.staff.snapshots import StaffEntry
from app.program import Program
from app.services import Services
from app.store.door import Store
from app.store.folder import DataFolder, FolderLock
from app.ui import keep, tasks, theme
from app.ui.curtain import Curtain
from app.ui.finder_box import FinderHit
from app.ui.room import InTab
from app.ui.shell import Shell

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot


@pytest.fixture
def unopened(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Program]:
    with Services(Store.open(tmp_path, SystemClock())) as shop:
        shop.settings.found_shop(FirstRun(Language.EN, shop_name="修护", owner_name="王丽华"))
    workers = tasks.Tasks()
    monkeypatch.setattr(tasks, "shared", lambda: workers)
    monkeypatch.setattr(Program, "_warm_up", lambda _self: None)
    keep.open_file(None)
    theme.start(qapp, theme.Mode.LIGHT)
    curtain = Curtain()
    qtbot.addWidget(curtain)
    made = Program(
        qapp,
        curtain,
        tmp_path,
        FolderLock(DataFolder(tmp_path), SystemClock().now()),
        lambda root, lock: Services(Store.open(root, SystemClock(), lock=lock)),
        lambda _error: 3,
        SystemClock(),
    )
    made.shell = Shell(made._rooms.entries(), made.doors)
    curtain.adopt(made.shell)
    yield made
    made._scanner.remove()
    made.close()


@pytest.fixture
def program(unopened: Program) -> Program:
    unopened._begin()
    return unopened


def test_the_list_is_there_before_the_records_are_open(unopened: Program, qtbot: QtBot) -> None:
    unopened.shell._front = "orders"
    unopened._begin()
    assert unopened.shell.actor is not None, "alone and without a PIN there is nobody to ask for"
    assert unopened.shell.page("orders") is not None
    assert unopened._services is None
    qtbot.waitUntil(lambda: unopened._services is not None)
    assert last_command(unopened) == "sign_in"


def test_records_that_do_not_open_behind_the_list_end_the_program_with_its_sentence(
    unopened: Program, qtbot: QtBot
) -> None:
    refused: list[ShopError] = []

    def broken(_root: Path, lock: FolderLock) -> Services:
        lock.release()
        raise EnvironmentFault(Fault.DAMAGED, path="shop")

    def refuse(error: ShopError) -> int:
        refused.append(error)
        return 7

    unopened._open_services, unopened._refuse = broken, refuse
    unopened.shell._front = "orders"
    unopened._begin()
    qtbot.waitUntil(lambda: bool(refused))
    assert unopened.exit_code == 7
    with pytest.raises(EnvironmentFault):
        unopened.services  # noqa: B018 - asking is the test
    QApplication.processEvents()
    assert len(refused) == 1


def test_a_shop_of_one_opens_signed_in_and_the_journal_says_so(program: Program, qtbot: QtBot) -> None:
    assert program.shell.actor is not None
    assert last_command(program) == "sign_in"


def last_command(program: Program) -> str:
    ((command,),) = program.services.store.rows("SELECT command FROM journal ORDER BY id DESC LIMIT 1", {})
    return str(command)


def test_the_idle_lock_follows_settings_and_staff_at_once(program: Program, qtbot: QtBot) -> None:
    services, shell = program.services, program.shell
    assert services is not None
    owner = shell.actor
    assert owner is not None, "alone and without a PIN there is nobody to ask for"
    assert shell._idle_after == 0
    # Somebody else works here from now on: an open window is no longer the owner's alone.
    services.staff.save(Ctx.gesture(owner), None, StaffEntry(name="李强", role=Role.TECHNICIAN, pin="2580"))
    qtbot.waitUntil(lambda: shell._idle_after == 600)
    services.settings.save(Ctx.gesture(owner), {"idle_lock_minutes": 3})
    qtbot.waitUntil(lambda: shell._idle_after == 180)
    services.settings.save(Ctx.gesture(owner), {"idle_lock_minutes": 0})
    qtbot.waitUntil(lambda: shell._idle_after == 0)
    assert not shell._idle.isActive()


def test_a_places_label_scanned_elsewhere_is_said_for_what_it_is(program: Program) -> None:
    code = parse(running_code(CodeKind.LOCATION, 1))
    assert isinstance(code, Code)
    with pytest.raises(Refusal) as refused:
        program._route(code)
    assert refused.value.reason is Reason.PLACE_CODE
    assert refused.value.params["place"]


def test_a_found_paper_of_money_opens_its_invoice(program: Program, monkeypatch: pytest.MonkeyPatch) -> None:
    hit = FinderHit("Invoices", "invoice", 7, "F2611-00007  王丽华")
    assert program._open_hit(hit) == ("money", InTab("invoices", 7))
    # Who may not enter that room sees the order it is of.
    assert program.desk is not None
    monkeypatch.setattr(program.desk, "actor", Actor(9, "李强", Role.TECHNICIAN))
    billed = SimpleNamespace(orders=((3, "2611-00003"),))
    monkeypatch.setattr(program.services.billing, "invoice", lambda _id, _actor: billed)
    assert program._open_hit(hit) == ("orders", 3)
