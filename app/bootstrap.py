"""The composition root: opens the store, builds services, pages and the window. The only module that knows everything.

Nothing is imported before it is needed: the first paint waits for no database, no PDF library, no pinyin.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from app.core.clock import Clock, SystemClock
from app.core.errors import Reason, Refusal
from app.core.words import Language

if TYPE_CHECKING:
    from app.features.bench.service import BenchService
    from app.features.customers.service import CustomersService
    from app.features.finder.service import FinderService
    from app.features.handover.service import HandoverService
    from app.features.intake.service import IntakeService
    from app.features.orders.service import OrdersService
    from app.features.printing.service import PrintingService
    from app.features.reports.service import ReportsService
    from app.features.settings.service import SettingsService
    from app.features.staff.service import StaffService
    from app.features.stock.service import StockService
    from app.store.door import Store
    from app.store.folder import FolderLock

log = logging.getLogger(__name__)
#: (done, total) of long work.
Tell = Callable[[int, int], None]


class Services:
    """Every capability over one store, each built when it is first asked for. A context manager that closes it."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __enter__(self) -> Services:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.store.close()

    @cached_property
    def intake(self) -> IntakeService:
        from app.features.intake.service import IntakeService

        return IntakeService(self.store)

    @cached_property
    def bench(self) -> BenchService:
        from app.features.bench.service import BenchService

        return BenchService(self.store)

    @cached_property
    def handover(self) -> HandoverService:
        from app.features.handover.service import HandoverService

        return HandoverService(self.store)

    @cached_property
    def customers(self) -> CustomersService:
        from app.features.customers.service import CustomersService

        return CustomersService(self.store)

    @cached_property
    def stock(self) -> StockService:
        from app.features.stock.service import StockService

        return StockService(self.store)

    @cached_property
    def finder(self) -> FinderService:
        from app.features.finder.service import FinderService

        return FinderService(self.store)

    @cached_property
    def staff(self) -> StaffService:
        from app.features.staff.service import StaffService

        return StaffService(self.store)

    @cached_property
    def settings(self) -> SettingsService:
        from app.features.settings.service import SettingsService

        return SettingsService(self.store)

    @cached_property
    def orders(self) -> OrdersService:
        from app.features.orders.service import OrdersService

        return OrdersService(self.store)

    @cached_property
    def printing(self) -> PrintingService:
        from app.features.printing.service import PrintingService

        return PrintingService(self.store)

    @cached_property
    def reports(self) -> ReportsService:
        from app.features.reports.service import ReportsService

        return ReportsService(self.store)


def open_services(root: Path, *, exclusive: bool, clock: Clock | None = None) -> Services:
    """The services of the shop in ``root``; ``exclusive=False`` only reads, also beside an open window."""
    from app.store.door import Store

    return Services(Store.open(root, clock or SystemClock(), exclusive=exclusive))


def fill_demo(root: Path, *, orders: int, seed: int, ords: Path | None, tell: Tell) -> None:
    """Fill an empty folder with the sample shop. Raises ``Refusal(FOLDER_NOT_EMPTY)`` where there is a shop."""
    from app.features.sample.service import fill
    from app.store.folder import DataFolder

    if DataFolder(root).database.exists():
        raise Refusal(Reason.FOLDER_NOT_EMPTY, path=root)
    fill(root, orders=orders, seed=seed, ords=ords, tell=tell)


def play_day(root: Path, ords: Path, *, orders: int | None, seed: int, tell: Tell) -> list[str]:
    """Play real repairs through the counter's day; returns the closing lines to show."""
    from app.features.replay.service import play_file

    return play_file(root, ords, orders=orders, seed=seed, tell=tell)


def run_bench(orders: int, only: str | None, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Measure on temporary shops; figures as design.md §9 names them."""
    try:
        from tests.bench.run import run
    except ModuleNotFoundError:
        raise Refusal(Reason.FILE_NOT_READABLE, path="tests/bench", why="bench?") from None
    return run(orders, only, say)


def open_window(root: Path, asked: Language | None) -> int:
    """Open the program's window and stay until it is closed; returns the exit code."""
    from app.window import run

    return run(root, asked, _open_locked)


def _open_locked(root: Path, lock: FolderLock) -> Services:
    from app.store.door import Store

    return Services(Store.open(root, SystemClock(), lock=lock))
