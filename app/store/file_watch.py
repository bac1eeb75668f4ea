"""Looking at the shop's file before each write (promises.md row 18).

A database that was deleted, moved or replaced while it is open raises no error at all: what is written goes into a file
that nobody finds again. And ``BEGIN IMMEDIATE`` succeeds on a file that may not be written.
"""

from __future__ import annotations

import os
import stat
import struct
import time
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import IO

from app.core.errors import EnvironmentFault, Fault
from app.store.file_faults import fault_of_file
from app.store.marks import APPLICATION_ID

#: Of SQLite's header: how much of it is read, and where the change counter, our mark and the application's id stand.
_HEADER = 100
_CHANGES, _MARK, _APPLICATION = 24, 60, 68
#: The header is read in the moment another thread writes it: look again before saying that it is another file's.
_SECOND_LOOK = 0.05
_Identity = tuple[int, int]


@dataclass(slots=True)
class _Opened:
    file: IO[bytes]
    count: int


#: A process that closes any descriptor of a file loses all its locks on it (POSIX), SQLite's too: one descriptor a
#: file, and it stays open until the last store on the file has ended its connections.
_opened: dict[_Identity, _Opened] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class _Header:
    changes: int
    mark: int
    application: int


class FileWatch:
    """One shop's file while it is open."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._log = f"{path}-wal"
        found = path.stat()
        self._identity = (found.st_dev, found.st_ino)
        with _lock:
            if self._identity not in _opened:
                _opened[self._identity] = _Opened(path.open("rb", buffering=0), 0)
            _opened[self._identity].count += 1
        self._open = True
        self._known = self._header()
        self._seen = (found.st_size, found.st_mtime_ns)

    def close(self) -> None:
        """After the last connection of the store is closed; once or more."""
        with _lock:
            if not self._open:
                return
            self._open = False
            opened = _opened[self._identity]
            opened.count -= 1
            if not opened.count:
                opened.file.close()
                del _opened[self._identity]

    def check(self) -> None:
        """That the file is the one that was opened and may be written; some microseconds.

        Raises ``EnvironmentFault``: FILE_GONE, READ_ONLY.
        """
        try:
            found = self._path.stat()
        except (FileNotFoundError, NotADirectoryError):
            raise self._gone() from None
        except OSError as error:
            raise fault_of_file(error, self._path) from error
        if (found.st_dev, found.st_ino) != self._identity:
            raise self._gone()
        # Its owner may write on with what he has open, and the administrator always: they are asked to stop, too.
        if not stat.S_IMODE(found.st_mode) & 0o222 or _mounted_read_only(self._path):
            raise EnvironmentFault(Fault.READ_ONLY, path=self._path.parent)
        seen = (found.st_size, found.st_mtime_ns)
        if seen != self._seen:
            self._look_inside()
            self._seen = seen

    def check_log(self) -> None:
        """That the log of changes is there: what is committed lies in nothing else. Within a transaction only.

        Raises ``EnvironmentFault(FILE_GONE)``.
        """
        if not os.path.exists(self._log):  # noqa: PTH110 - a third of the time, at every write
            raise self._gone()

    def _look_inside(self) -> None:
        """Another file's content under the same name: another shop's has another mark, an older copy counts fewer
        changes. Our own checkpoints change the file as well; they keep the one and add to the other."""
        known = self._known
        for wait in (_SECOND_LOOK, 0.0):
            found = self._header()
            if (found.mark, found.application) == (
                known.mark,
                APPLICATION_ID,
            ) and found.changes >= known.changes:
                self._known = found
                return
            time.sleep(wait)
        raise self._gone()

    def _header(self) -> _Header:
        file = _opened[self._identity].file
        try:
            with _lock:
                file.seek(0)
                raw = file.read(_HEADER)
        except OSError as error:
            raise fault_of_file(error, self._path) from error
        if len(raw) < _HEADER:
            return _Header(0, 0, 0)
        changes, mark, application = (
            struct.unpack_from(">I", raw, place)[0] for place in (_CHANGES, _MARK, _APPLICATION)
        )
        return _Header(changes, mark, application)

    def _gone(self) -> EnvironmentFault:
        return EnvironmentFault(Fault.FILE_GONE, path=self._path.parent)


def _mounted_read_only(path: Path) -> bool:
    """Whether the disk itself takes no more writes: a system remounts one that reports errors so."""
    if not hasattr(os, "statvfs"):
        return False
    try:
        return bool(os.statvfs(path).f_flag & os.ST_RDONLY)
    except OSError:
        return False
