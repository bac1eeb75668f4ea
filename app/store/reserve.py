"""Room kept on the disk for the hour when it is full (promises.md row 5).

A file of 64 MB lies in the data folder. When the disk is full it is given up: looking up, printing, counting the till
and closing the program have room again, new orders wait until somebody has made some. Then the file is made anew.
"""

from __future__ import annotations

import logging
import os
import shutil
from contextlib import suppress
from pathlib import Path
from threading import Lock

from app.core.enums import Command
from app.store.folder import DataFolder

log = logging.getLogger(__name__)

SIZE = 64 << 20
#: So much must be free beside the file before it is made, and before new orders are taken again.
MARGIN = 16 << 20
#: Below this the window says that the disk is almost full.
LOW = 512 << 20
#: What goes on while the file is given up: small, and needed to end the day.
EVEN_WHEN_FULL = frozenset(
    {
        Command.SAVE_DRAFT,
        Command.ISSUE_PAPER,
        Command.SIGN_IN,
        Command.COUNT_TILL,
        Command.CLOSE_TILL,
        Command.CLOSE_DAY,
        Command.EXPORT_CUSTOMERS,
        Command.EXPORT_BACKUP,
    }
)
_PIECE = 1 << 20


class Reserve:
    """The file, and whether it had to be given up. The window makes it, in a worker; commands only read."""

    def __init__(self, folder: DataFolder, size: int = SIZE, margin: int = MARGIN) -> None:
        self.path = folder.root / "reserve.bin"
        self._folder = folder.root
        self._size = size
        self._margin = margin
        self._lock = Lock()
        self._given_up = False

    @property
    def given_up(self) -> bool:
        """Whether the disk is full and the room is in use."""
        return self._given_up

    def make(self) -> bool:
        """Have the file whole; False while there is no room for it. May take a second."""
        with self._lock:
            if self._is_whole():
                self._given_up = False
                return True
            if free_bytes(self._folder) < self._size + self._margin:
                return False
            try:
                self._write()
            except OSError as error:
                log.warning("no reserve: %s", error.strerror)
                self._remove()
                return False
            self._given_up = False
            return True

    def give_up(self) -> None:
        """The disk is full: let its room go."""
        with self._lock:
            if not self._given_up:
                log.warning("the disk is full, the reserve is given up")
            self._given_up = True
            self._remove()

    def allows(self, command: Command) -> bool:
        """Whether this command may be given now."""
        if not self._given_up or command in EVEN_WHEN_FULL:
            return True
        # The file is made again by the window's worker; as soon as there is room for it orders are taken.
        return free_bytes(self._folder) >= self._size + self._margin

    def _is_whole(self) -> bool:
        try:
            return self.path.stat().st_size >= self._size
        except OSError:
            return False

    def _write(self) -> None:
        half = self.path.with_name(f".{self.path.name}.new")
        with half.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, self._size)
            else:
                # Zeros would take no room on a disk that packs its files.
                noise = os.urandom(_PIECE)
                for _piece in range(self._size // _PIECE):
                    file.write(noise)
            file.flush()
            os.fsync(file.fileno())
        half.replace(self.path)

    def _remove(self) -> None:
        for file in (self.path, self.path.with_name(f".{self.path.name}.new")):
            with suppress(OSError):
                file.unlink(missing_ok=True)


def free_bytes(folder: Path) -> int:
    """What may still be written on the disk of ``folder``; very much where the system does not say."""
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return 1 << 60
