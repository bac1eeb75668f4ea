"""What nobody caught: into the log, to the user in a sentence, and after a crash of the whole process to the next
start. Loaded before the first frame: nothing heavy here.
"""

from __future__ import annotations

import faulthandler
import logging
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from types import TracebackType

log = logging.getLogger(__name__)

#: In the log's folder: what the interpreter writes with its last breath.
CRASH_FILE = "crash.txt"
_MOST_BYTES = 100_000
_MOST_LINES = 200

_FRAME = re.compile(r'^  File "(?P<file>.*)", line (?P<line>\d+|\?\?\?) in (?P<name>[\w<>.]{1,80}|\?\?\?)$')
#: The other lines that faulthandler writes, as far as they hold nothing but its own words.
_KNOWN = re.compile(
    r"^(?:(?:Fatal Python error|Windows fatal exception): [A-Za-z0-9 ,_()-]{1,80}"
    r"|(?:Current thread|Thread) 0x[0-9a-f]+(?: \[[\w -]{1,40}\])? \(most recent call first\):"
    r"|  Garbage-collecting|  <no Python frame>|  \.\.\.|)$"
)

_file: TextIO | None = None
_show: Callable[[BaseException], None] | None = None


def watch(folder: Path) -> str:
    """Be told of a crash of the whole process from now on; what the last one left, "" if it ended as it should.

    Only for the one program that owns the shop. Writes into ``folder``; one that cannot be written to costs only this.
    """
    global _file
    path = folder / CRASH_FILE
    found = _left_behind(path)
    rest()
    with suppress(OSError, ValueError):
        _file = path.open("w", encoding="utf-8")
        faulthandler.enable(_file, all_threads=True)
    return found


def rest() -> None:
    """The program ends as it should: whatever was written meanwhile was survived."""
    global _file
    if _file is None:
        return
    faulthandler.disable()
    path = Path(_file.name)
    _file.close()
    _file = None
    with suppress(OSError):
        path.unlink()


def show_with(show: Callable[[BaseException], None] | None) -> None:
    """Who tells the user, in the window's thread; None while there is nobody."""
    global _show
    _show = show


def note(error: BaseException) -> None:
    """Log an error that the user is told of elsewhere."""
    log.critical("unexpected error", exc_info=error)


def unforeseen(error: BaseException) -> None:
    """Log an error that nobody caught, and tell the user if somebody can."""
    note(error)
    if _show is not None:
        _show(error)


def install() -> None:
    """Every error nobody caught ends here, in whatever thread it was raised."""
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread
    sys.unraisablehook = _unraisable


@contextmanager
def installed() -> Iterator[None]:
    """``install``, and everything as before at the end: for a command that is called from another program."""
    before = sys.excepthook, threading.excepthook, sys.unraisablehook
    install()
    try:
        yield
    finally:
        sys.excepthook, threading.excepthook, sys.unraisablehook = before


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
        return
    unforeseen(error.with_traceback(trace))


def _uncaught_in_thread(raised: threading.ExceptHookArgs) -> None:
    # A thread that dies has no dialog: what it was asked for says so where it was asked.
    if raised.exc_value is not None and not isinstance(raised.exc_value, SystemExit):
        log.critical("unexpected error in a thread", exc_info=raised.exc_value)


def _unraisable(raised: Any) -> None:
    """An error while something was being cleared away: nothing depends on it any more."""
    if raised.exc_value is not None:
        log.error("unexpected error while clearing away", exc_info=raised.exc_value)


def _left_behind(path: Path) -> str:
    """What a crash wrote, without what may tell a person's name."""
    try:
        with path.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(_MOST_BYTES).splitlines()
    except OSError:
        return ""
    from app.core.logbook import place

    kept: list[str] = []
    for line in lines[:_MOST_LINES]:
        frame = _FRAME.match(line)
        if frame is not None:
            kept.append(f"  {place(frame['file'])}:{frame['line']} {frame['name']}")
        elif _KNOWN.match(line):
            kept.append(line)
    return "\n".join(kept).strip()
