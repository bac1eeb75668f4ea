"""A settings page over a real shop, and a wizard over an empty folder; no printer, no screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.core import words
from app.core.clock import SetClock
from app.core.enums import PaperKind, PaperSize, Role
from app.core.words import Language
from app.features.pricing.service import PriceList
from app.features.printing.service import PrintingService
from app.features.settings.page import SettingsPage
from app.features.settings.service import SettingsService
from app.features.settings.wizard import Wizard
from app.features.staff.pins import PinHasher
from app.features.staff.service import StaffService
from app.features.stock.service import StockService
from app.store.door import Store
from app.ui import keep, tasks
from app.ui.desk import Desk
from tests.features.conftest import MORNING, Shop

FAST = PinHasher(passes=1, memory_kib=8, lanes=1)


@pytest.fixture
def window(qapp: QApplication) -> Iterator[None]:
    keep.open_file(None)
    words.set_language(Language.EN)
    yield
    words.set_language(Language.EN)


class ShownPapers:
    """Remembers what was asked for instead of opening a dialog."""

    def __init__(self) -> None:
        self.asked: list[tuple[PaperKind, str]] = []

    def print_now(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.asked.append((kind, number))

    def preview(self, kind: PaperKind, number: str, size: PaperSize | None = None) -> None:
        self.asked.append((kind, number))


@pytest.fixture
def papers() -> ShownPapers:
    return ShownPapers()


@pytest.fixture
def page_of(shop: Shop, window: None, papers: ShownPapers, qtbot: QtBot) -> Callable[..., SettingsPage]:
    """``page_of(Language.ZH)``: the page as an owner sees it, in front and loaded; ``alone=False`` for a shell."""

    def make(language: Language = Language.EN, *, alone: bool = True) -> SettingsPage:
        words.set_language(language)
        desk = Desk(shop.clock, tasks.shared(), papers, shop.people[Role.OWNER])
        page = SettingsPage(
            SettingsService(shop.store, FAST),
            StaffService(shop.store, FAST),
            PrintingService(shop.store),
            PriceList(shop.store),
            StockService(shop.store),
            desk,
        )
        if not alone:
            return page
        qtbot.addWidget(page)
        page.resize(1290, 640)
        page.show()
        page.come_to_front()
        return page

    return make


@pytest.fixture
def page(page_of: Callable[..., SettingsPage]) -> SettingsPage:
    return page_of()


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "new", SetClock(MORNING))
    yield store
    store.close()


@pytest.fixture
def wizard(empty: Store, window: None, qtbot: QtBot) -> Wizard:
    made = Wizard(SettingsService(empty, FAST), PrintingService(empty))
    # Closing the dialog would ask whether to quit.
    qtbot.addWidget(made, before_close_func=lambda dialog: dialog.hide())
    made.show()
    qtbot.waitActive(made)
    return made
