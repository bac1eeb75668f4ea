"""The shop's log: what happened and where in the program, never about whom (promises.md row 20).

Whatever the program hands over is sieved once more on its way to the file: of an error only its kind, its code and
places in the program; of a message of ours only codes and counts; of a message of anybody else only where it comes
from. A name, a number, a text typed or a passcode has no way through, whoever puts it into a message by mistake.
"""

from __future__ import annotations

import errno
import logging
import re
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from types import TracebackType
from typing import Any

#: Five files of a megabyte: months of a quiet shop, an afternoon of one in trouble.
MOST_BYTES = 1_000_000
OLDER_FILES = 4
NAME = "xiuhu.log"
#: A command or look-up that takes longer is noticed at the counter (design.md §3).
SLOW_MS = 50

_OURS = "app"
#: Writes kinds of widgets and labels of fields for tests that drive the window, and only when asked for.
_TRACE = "app.ui.trace"
_MASK = "…"
#: Codes and keys of ours, and names of kinds of errors; no digit run long enough for a phone or a passcode.
_CODE = re.compile(
    r"^(?:[a-z][a-z_.]*[a-z]?\d{0,2}|[A-Za-z_.]{1,60}(?:Error|Exception|Timeout|Warning|Fault))$"
)
_MOST_CODE = 60
#: Ids and counts are smaller than any phone number.
_MOST_NUMBER = 9_999_999
#: Frames of a trace that never ends are alike.
_MOST_FRAMES = 60
_FOLDERS = ("app", "PySide6", "site-packages")


class Sieve(logging.Formatter):
    """Writes a record with everything left out that may be about people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def format(self, record: logging.LogRecord) -> str:
        line = " ".join((self.formatTime(record), record.levelname, record.name, _message(record)))
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        return line if error is None else "\n".join((line, *trace_lines(error)))


def trace_lines(error: BaseException) -> list[str]:
    """An error and those behind it: kinds, codes, places in the program. Their messages are left out, they may hold
    names, phone numbers or paths."""
    lines: list[str] = []
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        lines.append(" ".join(filter(None, (type(found).__name__, _code_of(found)))))
        lines += _places(found.__traceback__)
        found = found.__cause__ or (None if found.__suppress_context__ else found.__context__)
    return lines


def place(file: str) -> str:
    """Where in the program a file lies; the folders above may tell a person's name."""
    parts = file.replace("\\", "/").split("/")
    for start in _FOLDERS:
        if start in parts[:-1]:
            return "/".join(parts[parts.index(start) :])
    return parts[-1] if parts[-1].endswith(".py") else _MASK


def open_log(folder: Path) -> None:
    """Let everything that is logged end in ``folder``; one that cannot be written to costs only the log."""
    from logging.handlers import RotatingFileHandler

    class Quiet(RotatingFileHandler):
        """A full disk, or a file held by another program, is no reason for a second error."""

        def handleError(self, record: logging.LogRecord) -> None:
            pass

    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each.formatter, Sieve)]:
        root.removeHandler(each)
        each.close()
    try:
        handler = Quiet(
            folder / NAME, maxBytes=MOST_BYTES, backupCount=OLDER_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        return
    handler.setFormatter(Sieve())
    root.addHandler(handler)
    root.setLevel(logging.INFO)


def close_log() -> None:
    """Let go of the file."""
    root = logging.getLogger()
    for each in [each for each in root.handlers if isinstance(each.formatter, Sieve)]:
        root.removeHandler(each)
        each.close()


def newest_lines(folder: Path, most: int = 40) -> list[str]:
    """The end of the log, for a report; nothing where there is none."""
    try:
        with (folder / NAME).open("rb") as file:
            file.seek(0, 2)
            file.seek(max(0, file.tell() - 16_000))
            return file.read().decode("utf-8", "replace").splitlines()[-most:]
    except OSError:
        return []


@contextmanager
def timed(log: logging.Logger, what: str, clock: Callable[[], float] = time.perf_counter) -> Iterator[None]:
    """Note what kept the window waiting; ``what`` is a code of ours. In a worker nobody waits for it."""
    began = clock()
    try:
        yield
    finally:
        took = round((clock() - began) * 1000)
        if took > SLOW_MS and threading.current_thread() is threading.main_thread():
            log.info("slow: %s took %d ms", what, took)


def log_qt(mood: str, category: str) -> None:
    """A complaint of Qt, by its category; its text may hold what was typed."""
    level = logging.ERROR if mood == "error" else logging.WARNING
    logging.getLogger("app.qt").log(level, "Qt complains: %s", category)


# -- the sieve -----------------------------------------------------------------------------------------


def _message(record: logging.LogRecord) -> str:
    if record.name == _TRACE:
        return record.getMessage()
    ours = record.name == _OURS or record.name.startswith(f"{_OURS}.")
    if not ours or not isinstance(record.msg, str):
        return f"({place(record.pathname)}:{record.lineno})"
    arguments = record.args
    try:
        if isinstance(arguments, dict):
            return record.msg % {key: _sieved(value) for key, value in arguments.items()}
        return record.msg % tuple(map(_sieved, arguments)) if arguments else record.msg
    except (TypeError, ValueError, KeyError):
        return f"{record.msg} ({place(record.pathname)}:{record.lineno})"


def _sieved(value: Any) -> Any:
    match value:
        case None | bool() | float():
            return value
        case Enum():
            return _sieved(value.value)
        case int():
            return value if abs(value) <= _MOST_NUMBER else -1
        case str():
            return value if len(value) <= _MOST_CODE and _CODE.match(value) else _MASK
        case BaseException():
            return " ".join(filter(None, (type(value).__name__, _code_of(value))))
        case _:
            return _MASK


def _code_of(error: BaseException) -> str:
    """The code of one of our errors, of the system's, of the database's."""
    for name in ("code", "sqlite_errorname"):
        code = getattr(error, name, None)
        if isinstance(code, Enum):
            code = code.value
        if (
            isinstance(code, str)
            and len(code) <= _MOST_CODE
            and re.match(r"^[A-Za-z0-9_]{2,8}$|^[a-zA-Z_]+$", code)
        ):
            return code
    if isinstance(error, OSError) and error.errno:
        return errno.errorcode.get(error.errno, str(error.errno))
    inner = getattr(error, "orig", None)
    return _code_of(inner) if isinstance(inner, BaseException) else ""


def _places(trace: TracebackType | None) -> list[str]:
    frames = [
        f"  {place(frame.f_code.co_filename)}:{line} {frame.f_code.co_name}"
        for frame, line in traceback.walk_tb(trace)
    ]
    if len(frames) > _MOST_FRAMES:
        half = _MOST_FRAMES // 2
        frames = [*frames[:half], f"  {_MASK} {len(frames) - _MOST_FRAMES}", *frames[-half:]]
    return frames
