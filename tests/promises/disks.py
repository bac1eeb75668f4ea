"""Two disks (``file_layer``): one remembers what was flushed, for power cuts; one fails where it is told to."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any, ClassVar

from tests.promises.file_layer import OK, Disk

#: What a disk writes whole or not at all.
SECTOR = 512


class Kind(Enum):
    """What can happen on a disk, and to the program (``MARK``)."""

    WRITE = "write"
    TRUNCATE = "truncate"
    SYNC = "sync"
    DELETE = "delete"
    MARK = "mark"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened; for TRUNCATE ``offset`` is the new length."""

    kind: Kind
    file: str = ""
    offset: int = 0
    content: bytes = b""
    mark: Any = None


class Recorder(Disk):
    """Passes everything on, and notes it."""

    sees: ClassVar = frozenset({"write", "truncate", "sync"})

    def __init__(self) -> None:
        super().__init__()
        self.events: list[Event] = []
        #: The files as they lay on the disk when recording began, all of it flushed.
        self._before: dict[str, bytes] = {}

    def begin(self, *files: Path) -> None:
        """Record from here on; ``files`` are closed, and whole on the disk."""
        self.events.clear()
        self._before = {str(file): file.read_bytes() for file in files if file.exists()}

    def mark(self, what: Any) -> None:
        """Note a moment of the program's: something was acknowledged."""
        self.events.append(Event(Kind.MARK, mark=what))

    def marks(self, until: int) -> list[Any]:
        """What was acknowledged before the event ``until``."""
        return [each.mark for each in self.events[:until] if each.kind is Kind.MARK]

    def after(self, call: str, file: str, content: bytes, offset: int) -> None:
        # What has no name, and the shared memory, is nobody's after a power cut.
        if file and call != "open" and not file.endswith("-shm"):
            self.events.append(Event(Kind(call), file, offset, content))

    def cut(self, until: int, dice: random.Random) -> dict[str, bytes]:
        """The files as a power cut right before event ``until`` may leave them.

        What was flushed is there. Of what was not, each write is there, or not, or in torn pieces of whole sectors, in
        any combination: a later one may be there without an earlier. Files are deleted in the order it was done (the
        folder's own journal).
        """
        flushed = {name: bytearray(content) for name, content in self._before.items()}
        waiting: dict[str, list[Event]] = {}
        for event in self.events[:until]:
            match event.kind:
                case Kind.WRITE | Kind.TRUNCATE:
                    waiting.setdefault(event.file, []).append(event)
                case Kind.SYNC:
                    content = flushed.setdefault(event.file, bytearray())
                    for write in waiting.pop(event.file, []):
                        _apply(content, write)
                case Kind.DELETE:
                    flushed.pop(event.file, None)
                    waiting.pop(event.file, None)
                case Kind.MARK:
                    pass
        for file, writes in waiting.items():
            content = flushed.get(file, bytearray())
            kept = dice.choice((0.0, 0.1, 0.5, 0.9, 1.0))
            for write in writes:
                if dice.random() < kept:
                    _apply(content, write)
                elif write.kind is Kind.WRITE and dice.random() < kept / 2:
                    _tear(content, write, dice)
            if content:
                flushed[file] = content
        return {name: bytes(content) for name, content in flushed.items()}


def _apply(content: bytearray, event: Event) -> None:
    if event.kind is Kind.TRUNCATE:
        del content[event.offset :]
        content.extend(bytes(event.offset - len(content)))
        return
    content.extend(bytes(max(event.offset - len(content), 0)))
    content[event.offset : event.offset + len(event.content)] = event.content


def _tear(content: bytearray, event: Event, dice: random.Random) -> None:
    """Some of the write's sectors are there."""
    at, end = event.offset, event.offset + len(event.content)
    while at < end:
        upto = min((at // SECTOR + 1) * SECTOR, end)
        if dice.random() < 0.5:
            piece = event.content[at - event.offset : upto - event.offset]
            _apply(content, Event(Kind.WRITE, event.file, at, piece))
        at = upto


#: What SQLite's own file layer reports when the system refuses.
_CODES = {
    "read": 266,  # SQLITE_IOERR_READ
    "write": 778,
    "sync": 1034,
    "truncate": 1546,
    "size": 1802,
    "delete": 2570,
    "access": 3338,
    "lock": 3850,
    "shm_lock": 5130,
    "shm_map": 5386,
    "open": 14,  # SQLITE_CANTOPEN
}
FULL = 13
CALLS = frozenset(_CODES)


class Failing(Disk):
    """Counts every call from ``armed`` on and fails the one it is told to: once, or from there on for good."""

    sees: ClassVar = CALLS

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        #: What failed, in turn.
        self.failed: list[str] = []
        self._at: int | None = None
        self._for_good = False
        self._only = CALLS
        self._code = 0

    @contextmanager
    def armed(
        self, at: int, *, for_good: bool = False, only: frozenset[str] = CALLS, code: int = 0
    ) -> Iterator[None]:
        """Inside, fail the ``at``-th call of those in ``only``; 0 fails none and only counts."""
        self.count, self._at, self._for_good, self._only, self._code = 0, at, for_good, only, code
        self.failed = []
        try:
            yield
        finally:
            self._at = None

    def before(self, call: str, file: str, content: bytes, offset: int) -> int:
        if self._at is None or call not in self._only:
            return OK
        self.count += 1
        if not self._at or (self.count < self._at if self._for_good else self.count != self._at):
            return OK
        self.failed.append(call)
        return self._code or _CODES[call]


class Dying(Recorder):
    """Remembers what was flushed, and fails one write or flush: the commit says it failed, then the power goes."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self._at = 0

    def die_at(self, at: int) -> None:
        """Fail the ``at``-th write or flush from now and every one after it; 0 fails none and only counts."""
        self.count, self._at = 0, at

    def before(self, call: str, file: str, content: bytes, offset: int) -> int:
        if call not in ("write", "sync"):
            return OK
        self.count += 1
        if not self._at or self.count < self._at:
            return OK
        if call == "write":
            self.events.append(Event(Kind.WRITE, file, offset, content[: len(content) // 2]))
        return _CODES[call]
