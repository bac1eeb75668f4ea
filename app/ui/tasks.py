"""Work beside the window: one thread pool, one long-lived relay to the GUI thread (design.md §3).

``tasks.run(work, on_done, on_fault, title)``: ``work(progress)`` runs in a worker, everything else in the GUI thread.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Any, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from app.core import last_resort
from app.core.errors import Refusal
from app.core.words import _
from app.ui import theme

log = logging.getLogger(__name__)
T = TypeVar("T")

#: SQLite has one writer and the machine few cores; more threads would only wait for each other.
WORKERS = 2
#: A window that shows a modal dialog of the system, or is ending, answers nobody: work goes on all the same.
MOST_REST_S = 0.1


class Cancelled(Exception):
    """Raised by ``progress.check()`` when the user cancelled; ends the work quietly."""


@dataclass(slots=True)
class Progress:
    """What a worker sees of its task. ``cancelled`` may be read, ``report`` called, from the worker's thread."""

    title: str
    number: int
    _tell: Callable[[int, float, str], None]
    _call: Callable[[Callable[[], None]], None]
    cancelled: bool = False
    started: float = field(default_factory=time.monotonic)

    def report(self, share: float, detail: str = "") -> None:
        """Say how far it is (0 to 1) and what it is at; cheap enough for every row of a loop over chunks."""
        self._tell(self.number, min(1.0, max(0.0, share)), detail)

    def rest(self) -> None:
        """Stand back, between two pieces of work, until the window has done what it was at. Two threads that both
        compute are slower for whoever looks at the window than one after the other."""
        done = threading.Event()
        self._call(done.set)
        done.wait(MOST_REST_S)

    def count(self, done: int, total: int) -> None:
        """Say how far it is: ``done`` of ``total``."""
        self.report(done / max(total, 1))

    def step(self, done: int, total: int) -> None:
        """``count`` for work that may be left between any two steps. Raises ``Cancelled`` if the user cancelled."""
        self.check()
        self.count(done, total)

    def check(self) -> None:
        """Raise ``Cancelled`` if the user cancelled."""
        if self.cancelled:
            raise Cancelled(self.title)


@dataclass(slots=True)
class _Task:
    progress: Progress
    on_done: Callable[[Any], None] | None
    on_fault: Callable[[BaseException], None] | None
    quiet: bool
    running: Future[None] | None = None


class Tasks(QObject):
    """Runs work in threads and brings results home. One for the whole program."""

    #: (number, share, detail); (number) started / ended: what the progress strip shows.
    progressed = Signal(int, float, str)
    started = Signal(int)
    ended = Signal(int)
    _arrived = Signal(int, object, object)
    _called = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="task")
        self._tasks: dict[int, _Task] = {}
        self._last = 0
        self._stopped = False
        queued = Qt.ConnectionType.QueuedConnection
        self._arrived.connect(self._deliver, queued)
        self._called.connect(lambda call: call(), queued)

    def run(
        self,
        work: Callable[[Progress], T],
        on_done: Callable[[T], None] | None = None,
        on_fault: Callable[[BaseException], None] | None = None,
        title: str = "",
        *,
        quiet: bool = False,
    ) -> Progress:
        """Start ``work``. ``on_done(result)`` or ``on_fault(error)`` follow in the GUI thread; neither if cancelled.

        ``quiet`` keeps it out of the progress strip (warm-ups). The returned ``Progress`` can cancel it.
        """
        self._last += 1
        number = self._last
        progress = Progress(title, number, self.progressed.emit, self._called.emit)
        if self._stopped:
            # A timer that fired while the program ends: there is nobody to answer to.
            progress.cancelled = True
            return progress
        task = self._tasks[number] = _Task(progress, on_done, on_fault, quiet)

        def job() -> None:
            try:
                progress.check()
                result = work(progress)
            except BaseException as error:
                self._arrived.emit(number, None, error)
            else:
                self._arrived.emit(number, result, None)

        task.running = self._pool.submit(job)
        self.started.emit(number)
        return progress

    def finish(self, progress: Progress) -> None:
        """Wait for a task, and hand over now what it brings: for what cannot be put off, and takes a moment."""
        task = self._tasks.get(progress.number)
        if task is not None and task.running is not None:
            wait((task.running,))
            QCoreApplication.sendPostedEvents(self, QEvent.Type.MetaCall.value)

    def call(self, function: Callable[[], None]) -> None:
        """Run ``function`` in the GUI thread, from any thread (a worker's commit publishes its changes so)."""
        self._called.emit(function)

    def task(self, number: int) -> Progress | None:
        """A running task's progress; None for quiet and ended ones."""
        found = self._tasks.get(number)
        return None if found is None or found.quiet else found.progress

    def busy(self) -> bool:
        """Whether anything that the user waits for is running."""
        return any(not task.quiet for task in self._tasks.values())

    def stop(self) -> None:
        """Cancel everything and wait for the threads: the program ends, and takes up no more work."""
        self._stopped = True
        for task in self._tasks.values():
            task.progress.cancelled = True
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._tasks.clear()

    def _deliver(self, number: int, result: object, error: BaseException | None) -> None:
        task = self._tasks.pop(number, None)
        if task is None:
            return
        self.ended.emit(number)
        if error is None:
            if task.on_done is not None and not task.progress.cancelled:
                task.on_done(result)
        elif not isinstance(error, Cancelled):
            if isinstance(error, Refusal):
                # Said to who asked; no fault of anything.
                log.info("task %r refused: %s", task.progress.title, error.code)
            else:
                log.error("task %r failed", task.progress.title, exc_info=error)
            if task.on_fault is not None:
                task.on_fault(error)
            elif not task.quiet:
                last_resort.unforeseen(error)


_tasks: Tasks | None = None


def shared() -> Tasks:
    """The program's one runner."""
    global _tasks
    if _tasks is None:
        _tasks = Tasks()
    return _tasks


def run(
    work: Callable[[Progress], T],
    on_done: Callable[[T], None] | None = None,
    on_fault: Callable[[BaseException], None] | None = None,
    title: str = "",
    *,
    quiet: bool = False,
) -> Progress:
    """Start ``work`` on the shared runner; see ``Tasks.run``."""
    return shared().run(work, on_done, on_fault, title, quiet=quiet)


def time_left(share: float, elapsed: float) -> str:
    """How long it will still take, in words; empty while that is a guess (``elapsed`` in seconds)."""
    if share < 0.02 or elapsed < 1.0:
        return ""
    seconds = elapsed * (1 - share) / share
    if seconds < 60:
        return _("{n} s left").format(n=max(1, round(seconds)))
    return _("{n} min left").format(n=round(seconds / 60))


class ProgressStrip(QFrame):
    """One line for the task the user waits for: what, how far, time left, cancel. Hidden when nothing runs."""

    def __init__(self, tasks: Tasks | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks or shared()
        self._number = 0
        self._title = QLabel()
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 0)
        self._left = QLabel()
        theme.role_of(self._left, "secondary")
        self._cancel = QPushButton(_("Cancel"))
        theme.role_of(self._cancel, "quiet")
        self._cancel.clicked.connect(self.cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(2), theme.px(8), theme.px(2))
        row.setSpacing(theme.px(8))
        row.addWidget(self._title)
        row.addWidget(self._bar, 1)
        row.addWidget(self._left)
        row.addWidget(self._cancel)
        self._tasks.started.connect(self._begin)
        self._tasks.progressed.connect(self._advance)
        self._tasks.ended.connect(self._end)
        # A task that is over at once must not make the line jump.
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(300)
        self._patience.timeout.connect(self._appear)
        self.hide()

    def cancel(self) -> None:
        """Ask the task that is shown to stop."""
        progress = self._tasks.task(self._number)
        if progress is not None:
            progress.cancelled = True
            self._left.setText(_("Stopping …"))
            self._cancel.setEnabled(False)

    def _begin(self, number: int) -> None:
        if self._number == 0 and self._tasks.task(number) is not None:
            self._number = number
            self._patience.start()

    def _appear(self) -> None:
        progress = self._tasks.task(self._number)
        if progress is None:
            return
        self._title.setText(progress.title)
        self._bar.setAccessibleName(progress.title)
        self._bar.setRange(0, 0)
        self._left.clear()
        self._cancel.setEnabled(True)
        self.show()

    def _advance(self, number: int, share: float, detail: str) -> None:
        progress = self._tasks.task(number)
        if progress is None or number != self._number or progress.cancelled:
            return
        self._bar.setRange(0, 1000)
        self._bar.setValue(round(share * 1000))
        left = time_left(share, time.monotonic() - progress.started)
        self._left.setText(" · ".join(part for part in (detail, left) if part))

    def _end(self, number: int) -> None:
        if number != self._number:
            return
        self._number = 0
        self.hide()
        for waiting in sorted(self._tasks._tasks):
            self._begin(waiting)
