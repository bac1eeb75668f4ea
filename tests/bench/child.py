"""A process of its own for what must be measured in one: ``python -m tests.bench.child WHAT [PLACE]``.

Prints one JSON object of milliseconds since the parent's ``XIUHU_BENCH_T0`` (``time.monotonic_ns``), of durations in
milliseconds, and of resident megabytes. Nothing is imported before ``WHAT`` is known: imports are what is measured.
"""

import os
import sys
import time

if False:  # for type checkers; typing costs milliseconds that are measured here
    from typing import Any

_SAID: "dict[str, Any]" = {}
_GIVE_UP_MS = 60_000


def stamp(name: str) -> None:
    """Note the first time that something happened, and the memory then."""
    if name not in _SAID:
        _SAID[name] = (time.monotonic_ns() - int(os.environ["XIUHU_BENCH_T0"])) / 1e6
        _SAID[f"{name}_mb"] = resident_mb()
        _SAID[f"{name}_cpu"] = time.process_time() * 1000


def resident_mb() -> float:
    """Resident memory of this process."""
    try:
        with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - pathlib is not loaded yet
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        import resource

        unit = 1 if sys.platform == "darwin" else 1000
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def timed(action: "Any") -> "tuple[float, float]":
    """One run in milliseconds, as felt and of processor time."""
    cpu, started = time.thread_time(), time.perf_counter()
    action()
    return (time.perf_counter() - started) * 1000, (time.thread_time() - cpu) * 1000


def tell() -> None:
    """Give the parent what was found."""
    import json

    print(json.dumps(_SAID))


def owner_of(services: "Any") -> "Any":
    """The first owner, as the giver of commands."""
    from app.core.enums import Role
    from app.core.rights import Actor

    tile = next(each for each in services.staff.tiles() if each.role is Role.OWNER)
    return Actor(tile.id, tile.name, tile.role)


def bare(_place: str) -> None:
    """The floor: a bare window of the same size."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMainWindow

    app = QApplication(sys.argv[:1])

    class Window(QMainWindow):
        def paintEvent(self, event: "Any") -> None:
            super().paintEvent(event)
            if "first_paint" not in _SAID:
                stamp("first_paint")
                QTimer.singleShot(0, app.quit)

    window = Window()
    window.resize(1366, 768)
    window.show()
    app.exec()
    stamp("end")


def program(place: str) -> None:
    """The program as ``python -m app --data PLACE`` starts it; the owner signs in and looks at the list of orders."""
    # In the order of ``python -m app``: behind PySide6 every import costs more.
    from app.cli import main

    # isort: split
    import app.bootstrap
    import app.window  # noqa: F401

    # isort: split
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QTableView

    from app.ui import curtain

    painted = curtain._Sketch.paintEvent

    def sketch_painted(self: "Any", event: "Any") -> None:
        painted(self, event)
        if "first_paint" not in _SAID:
            stamp("first_paint")
            QTimer.singleShot(0, watch)
            QTimer.singleShot(_GIVE_UP_MS, QApplication.quit)

    curtain._Sketch.paintEvent = sketch_painted  # type: ignore[method-assign]

    def watch() -> None:
        from app.core.enums import Role
        from app.core.rights import Actor
        from app.program import Program
        from app.ui import tables

        def enter(self: "Any", _actor: "Any" = None) -> None:
            stamp("opened")
            globals()["_program"] = self
            # As after a lock: the page that was in front comes back, here the list.
            self.shell._front = "orders"
            owner = next(each for each in self._people() if each.role is Role.OWNER)
            self.shell.sign_in_as(Actor(owner.id, owner.name, owner.role))
            stamp("signed_in")

        def list_painted(self: "Any", event: "Any") -> None:
            QTableView.paintEvent(self, event)
            if self.model().rowCount() and "usable" not in _SAID:
                stamp("usable")
                QTimer.singleShot(0, afterwards)

        Program._enter = enter  # type: ignore[method-assign]
        tables._View.paintEvent = list_painted  # type: ignore[attr-defined]

    def afterwards() -> None:
        """Two thousand rows of all orders, the fonts and pinyin loaded as after some minutes of work."""
        from app.features.orders.snapshots import OrderFilter
        from app.program import _load_heavy

        program = globals()["_program"]
        program.services  # noqa: B018 - what a list of this length has long been waiting for
        page = program.shell.page("orders")
        page.show_look(OrderFilter.ALL)
        while page.list.model.canFetchMore() and page.list.model.rowCount() < 2000:
            page.list.model.fetchMore()
        page.list.view.scrollToBottom()
        QApplication.processEvents()
        stamp("list")
        _load_heavy(None)
        stamp("warm")
        QApplication.instance().activeWindow()
        QApplication.quit()

    main(["--data", place])


def first_paper(place: str) -> None:
    """The first paper that somebody waits for, after the background has warmed the press (limits.md)."""
    from functools import partial
    from pathlib import Path

    from app.core.clock import SystemClock
    from app.core.enums import PaperKind, PaperSize
    from app.core.rights import FOUNDER
    from app.core.words import Language
    from app.services import Services
    from app.store.door import Store

    papers = {
        "paper_receipt_first": (PaperKind.PICKUP_RECEIPT, PaperSize.ROLL_80, "repair_order"),
        "paper_invoice_first": (PaperKind.INVOICE, PaperSize.A5, "invoice"),
    }
    forms = []
    with Services(Store.open(Path(place), SystemClock(), exclusive=False)) as services:
        for name, (kind, size, table) in papers.items():
            with services.store.read() as reading:
                newest = f"SELECT number FROM {table} ORDER BY id DESC LIMIT 1"
                number = reading.exec_driver_sql(newest).scalar_one()
            forms.append((name, services.printing.look(FOUNDER, kind, number).form, size))
    from app.papers import press

    _SAID["warm_up"] = timed(press.warm)
    for name, form, size in forms:
        _SAID[name] = timed(partial(press.render, form, size, language=Language.ZH))


def card(place: str) -> None:
    """Scan to painted card on the bench page, for ``XIUHU_BENCH_ROUNDS`` random orders; a list of durations."""
    from functools import partial
    from pathlib import Path
    from random import Random

    from PySide6.QtCore import QEvent, QObject
    from PySide6.QtWidgets import QApplication

    from app.core import codes
    from app.core.clock import SystemClock
    from app.features.bench.page import BenchPage
    from app.features.bench.view import StockRoom
    from app.services import Services
    from app.store.door import Store
    from app.ui import tasks, theme
    from app.ui.desk import Desk

    class Painted(QObject):
        count = 0

        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            self.count += event.type() == QEvent.Type.Paint
            return False

    app = QApplication(sys.argv[:1])
    theme.start(app, theme.Mode.LIGHT)
    with Services(Store.open(Path(place), SystemClock(), exclusive=False)) as services:
        desk = Desk(services.store.clock, tasks.shared(), _NoPapers(), owner_of(services))
        page = BenchPage(
            services.bench, StockRoom(services.stock, services.shelf, lambda: services.requests), desk
        )
        page.resize(1366, 680)
        page.show()
        page.come_to_front()
        app.processEvents()
        painted = Painted()
        page.card.viewport().installEventFilter(painted)
        with services.store.read() as reading:
            last = reading.exec_driver_sql("SELECT max(id) FROM repair_order").scalar_one()
            chance, found = Random(1), []
            for turn in range(int(os.environ["XIUHU_BENCH_ROUNDS"])):
                wanted = last - turn % min(200, last) if turn % 2 else chance.randrange(last) + 1
                row = reading.exec_driver_sql(
                    "SELECT card_code FROM repair_order WHERE id = ?", (wanted,)
                ).one()
                found.append(codes.parse(row.card_code))

        def show(scan: codes.Scan) -> None:
            page.take_scan(scan)
            # Layout first, then what it made dirty.
            app.processEvents()
            app.processEvents()

        took = []
        for scan in found:
            before = painted.count
            took.append(timed(partial(show, scan)))
            if painted.count == before:
                raise AssertionError("nothing was painted")
        _SAID["took"] = took
        page.close()
        desk.tasks.stop()


class _NoPapers:
    def print_now(self, *_what: object) -> None: ...

    def preview(self, *_what: object) -> None: ...


def scroll(_place: str) -> None:
    """Page by page through a million rows, painted."""
    from datetime import UTC, datetime
    from functools import partial

    from PySide6.QtWidgets import QApplication

    from app.core.enums import Status
    from app.core.labels import label
    from app.features.orders.page import device_text
    from app.features.orders.snapshots import OrderRow
    from app.ui import tables, theme
    from app.ui.chips import status_chip

    app = QApplication(sys.argv[:1])
    theme.start(app, theme.Mode.LIGHT)
    at = datetime(2026, 1, 1, tzinfo=UTC)
    some = [
        OrderRow(
            id=turn,
            number=f"2601-{turn:05d}",
            status=list(Status)[turn % len(Status)],
            customer_name="王丽华",
            customer_phone="13800138000",
            category="cooling",
            brand="海尔",
            model=f"BCD-{turn}",
            fault="不制冷",
            technician="李强",
            promised_at=at,
            taken_in_at=at,
            late=False,
            shelf=f"A{turn % 40}",
        )
        for turn in range(1000)
    ]
    table = tables.Table(
        [
            tables.Column("number", "Number", lambda row: row.number, width=104, bold=True),
            tables.Column(
                "status",
                "Status",
                lambda row: label(row.status),
                width=112,
                chip=lambda row: status_chip(row.status),
            ),
            tables.Column("customer", "Customer", lambda row: row.customer_name, width=92),
            tables.Column("device", "Device", device_text, width=180, stretch=True),
            tables.Column("technician", "Technician", lambda row: row.technician, width=84),
            tables.Column("shelf", "Shelf", lambda row: row.shelf, width=72),
        ]
    )
    table.resize(1290, 680)
    table.show_rows(some * 1000)
    table.show()
    app.processEvents()
    bar = table.view.verticalScrollBar()

    def turn_page(turn: int) -> None:
        bar.setValue((turn * 7919 + 1) * bar.pageStep() % bar.maximum())
        app.processEvents()

    _SAID["took"] = [timed(partial(turn_page, turn)) for turn in range(int(os.environ["XIUHU_BENCH_ROUNDS"]))]


if __name__ == "__main__":
    what = {"bare": bare, "program": program, "first_paper": first_paper, "card": card, "scroll": scroll}
    what[sys.argv[1]](sys.argv[2] if len(sys.argv) > 2 else "")
    tell()
