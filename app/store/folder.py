"""The data folder: where a shop's things lie, and the lock that keeps a second program out (design.md §3)."""

from __future__ import annotations

import json
import os
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from app.core.errors import EnvironmentFault, Fault
from app.store.faults import fault_of_file

_NETWORK_KINDS = frozenset(
    {"nfs", "nfs4", "cifs", "smb3", "smbfs", "fuse.sshfs", "9p", "afs", "ncpfs", "fuse.davfs"}
)


@dataclass(frozen=True, slots=True)
class DataFolder:
    """Everything of one shop lies under ``root``."""

    root: Path

    @property
    def database(self) -> Path:
        return self.root / "shop.sqlite"

    @property
    def photos(self) -> Path:
        return self.root / "photos"

    @property
    def papers(self) -> Path:
        return self.root / "papers"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def lock(self) -> Path:
        return self.root / "open.lock"

    def orphaned(self) -> bool:
        """Whether a shop's things lie here without its database: an empty shop must not take its place, and a
        fresh file would swallow the old one's log."""
        logs = (self.root / f"{self.database.name}{end}" for end in ("-wal", "-journal"))
        return any(log.exists() for log in logs) or any(self.photos.glob("*/*"))

    def prepare(self) -> None:
        """Make the folder and its parts; an ``EnvironmentFault`` says why it cannot be used."""
        try:
            for part in (self.root, self.photos, self.papers, self.log):
                part.mkdir(parents=True, exist_ok=True)
            probe = self.root / f".probe-{os.getpid()}"
            probe.write_bytes(b"x")
            probe.unlink()
        except OSError as error:
            raise fault_of_file(error, self.database) from error
        if filesystem_of(self.root) in _NETWORK_KINDS:
            raise EnvironmentFault(Fault.NETWORK_SHARE, path=self.root)


def filesystem_of(path: Path) -> str:
    """The kind of file system ``path`` lies on, or "" where the system does not say."""
    if sys.platform == "win32":
        return "cifs" if str(path.absolute()).startswith("\\\\") else ""
    try:
        rows = Path("/proc/self/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = str(path.resolve())
    best, kind = "", ""
    for row in rows:
        _device, mount, name, *_rest = row.split(" ")
        mount = mount.replace("\\040", " ")
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, name
    return kind


class FolderLock:
    """An OS lock: gone with the process, however it ends, so nothing needs cleaning up after a power cut."""

    def __init__(self, folder: DataFolder, now: datetime) -> None:
        self._file: IO[bytes] = _open_lock(folder)
        if not _try_lock(self._file):
            owner = _read_owner(self._file)
            self._file.close()
            raise EnvironmentFault(Fault.ALREADY_OPEN, owner=owner)
        # The lock byte lies far behind this text, so that a refused program can still read it on Windows.
        note = json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}).encode()
        self._file.seek(0)
        self._file.truncate()
        self._file.write(note)
        self._file.flush()

    def release(self) -> None:
        """Let the next program in."""
        self._file.close()


def _open_lock(folder: DataFolder) -> IO[bytes]:
    try:
        return os.fdopen(os.open(folder.lock, os.O_RDWR | os.O_CREAT, 0o644), "r+b")
    except OSError as error:
        raise fault_of_file(error, folder.lock) from error


def _try_lock(file: IO[bytes]) -> bool:
    locker: Any
    try:
        if sys.platform == "win32":
            import msvcrt as locker

            file.seek(1 << 20)
            locker.locking(file.fileno(), locker.LK_NBLCK, 1)
        else:
            import fcntl as locker

            locker.flock(file.fileno(), locker.LOCK_EX | locker.LOCK_NB)
    except OSError:
        return False
    return True


def _read_owner(file: IO[bytes]) -> str:
    try:
        file.seek(0)
        note = json.loads(file.read(400) or b"{}")
        return f"PID {note['pid']}, {note['since']}"
    except (ValueError, KeyError, OSError):
        return "?"
