"""A counter to test at: the real window around the page, real records, paper that only remembers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from app.core import words
from app.core.enums import Command, PaperKind, PaperSize, Role, Status
from app.core.errors import EnvironmentFault, Fault
from app.core.words import Language
from app.features.customers.service import CustomersService
from app.features.intake.page import IntakePage
from app.features.intake.service import IntakeService
from app.features.intake.snapshots import CustomerEntry, DeviceEntry, TakeIn, TakenIn
from app.ui import keep
from app.ui.desk import Desk
from app.ui.shell import PageEntry, Shell
from app.ui.tasks import Tasks
from tests.features.conftest import Shop

WANG = CustomerEntry(name="王丽华", phone="13800138000", address="人民路 8 号")
FRIDGE = DeviceEntry(category="cooling", brand="海尔", model="BCD-215", serial="HX20260001", fault="不制冷")
OVEN = DeviceEntry(category="kitchen", brand="美的", model="M1-211A", serial="MD77", fault="不加热")


@dataclass(slots=True)
class FakePapers:
    """Remembers what was printed; with ``jammed`` it fails as a printer does."""

    printed: list[tuple[PaperKind, str]] = field(default_factory=list)
    previewed: list[tuple[PaperKind, str]] = field(default_factory=list)
    jammed: bool = False

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        if self.jammed:
            raise EnvironmentFault(Fault.NO_PRINTER)
        self.printed.append((kind, number))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.previewed.append((kind, number))


@dataclass(slots=True)
class Counter:
    """The window with the intake page in front, and hands that type."""

    shop: Shop
    intake: IntakeService
    customers: CustomersService
    papers: FakePapers
    desk: Desk
    shell: Shell
    #: Key presses that were not typed text.
    strokes: int = 0

    @property
    def page(self) -> IntakePage:
        """The page in front."""
        page = self.shell.page("intake")
        assert isinstance(page, IntakePage)
        return page

    def focus(self) -> QWidget:
        """Who takes the keys now."""
        QApplication.processEvents()
        found = QApplication.focusWidget()
        assert found is not None
        return found

    def press(self, *keys: Qt.Key | tuple[Qt.Key, Qt.KeyboardModifier]) -> None:
        """Press keys, wherever the focus is, and count them."""
        for key in keys:
            self.strokes += 1
            one, held = key if isinstance(key, tuple) else (key, Qt.KeyboardModifier.NoModifier)
            QTest.keyClick(self.focus(), one, held)
            QApplication.processEvents()

    def text(self, text: str) -> None:
        """Type text: ASCII by keys, everything else as an input method commits it."""
        for sign in text:
            if sign.isascii():
                QTest.keyClicks(self.focus(), sign)
            else:
                event = QInputMethodEvent()
                event.setCommitString(sign)
                QApplication.sendEvent(self.focus(), event)
        QApplication.processEvents()

    def know(self, *devices: DeviceEntry, customer: CustomerEntry = WANG) -> TakenIn:
        """Somebody who was here before."""
        return self.intake.take_in(self.shop.ctx(Role.COUNTER), TakeIn(customer, devices or (FRIDGE,)))

    def deliver(self, order_id: int, until: date | None) -> None:
        """That device went home, with our guarantee."""
        with self.shop.store.write(Command.SETTLE, self.shop.ctx()) as tx:
            order = tx.order(order_id, None)
            order.status, order.guarantee_until = Status.DELIVERED, until

    def said(self) -> str:
        """What the bottom line says."""
        message = self.shell._bottom.message()
        return message.text if message else ""


@pytest.fixture(params=[Language.ZH, Language.EN], ids=["zh", "en"])
def language(request: pytest.FixtureRequest) -> Iterator[Language]:
    words.set_language(request.param)
    yield request.param
    words.set_language(Language.EN)


def open_counter(shop: Shop, qtbot: QtBot, role: Role = Role.COUNTER) -> Counter:
    """The program starts; the records may be old."""
    intake, customers, papers = IntakeService(shop.store), CustomersService(shop.store), FakePapers()
    desk = Desk(shop.clock, Tasks(), papers)
    desk.switch(shop.people[role])
    entry = PageEntry(
        "intake",
        "Take in",
        "package-plus",
        lambda: IntakePage(intake, customers, desk),
        frozenset(Role),
        "F2",
    )
    shell = Shell([entry])
    shell.resize(1366, 768)
    qtbot.addWidget(shell)
    leave = shop.store.changes.subscribe(shell.changed)
    shell.destroyed.connect(lambda *_gone: leave())
    shell.sign_in_as(shop.people[role])
    shell.show()
    shell.activateWindow()
    QApplication.processEvents()
    return Counter(shop, intake, customers, papers, desk, shell)


@pytest.fixture
def counter(shop: Shop, qtbot: QtBot, qapp: QApplication, language: Language) -> Counter:
    """The counter in the morning, in either language."""
    keep.open_file(None)
    return open_counter(shop, qtbot)
