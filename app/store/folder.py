"""The data folder: where a shop's things lie, and the lock that keeps a second program out (design.md §3)."""

from __future__ import annotations

import json
import os
import re
import sys
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any

from app.core.errors import EnvironmentFault, Fault
from app.store.file_faults import fault_of_file

_NETWORK_KINDS = frozenset(
    (
        "9p",
        "afs",
        "ceph",
        "cifs",
        "davfs",
        "davfs2",
        "glusterfs",
        "gvfsd-fuse",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "rclone",
        "smb3",
        "smbfs",
        "smbnetfs",
        "sshfs",
    )
)
_MOUNTS = Path("/proc/self/mounts")


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
    def backups(self) -> Path:
        return self.root / "backups"

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
        things = (self.photos.glob("*/*"), self.papers.glob("*"), self.backups.glob("*.xiuhu"))
        return any(log.exists() for log in logs) or any(any(each) for each in things)

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
        if on_network(self.root):
            raise EnvironmentFault(Fault.NETWORK_SHARE, path=self.root)


def on_network(path: Path) -> bool:
    """Whether ``path`` lies on another computer's disk, as far as the system says."""
    return filesystem_of(path).removeprefix("fuse.") in _NETWORK_KINDS


def filesystem_of(path: Path) -> str:
    """The kind of file system ``path`` lies on, or "" where the system does not say."""
    if sys.platform == "win32":
        import ctypes

        place = path.absolute()
        remote = 4  # DRIVE_REMOTE: a share that was given a letter
        drive = ctypes.windll.kernel32.GetDriveTypeW(f"{place.drive}\\")
        return "cifs" if str(place).startswith("\\\\") or drive == remote else ""
    try:
        rows = _MOUNTS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    place = str(path.resolve())
    best, kind = "", ""
    for row in rows:
        mount, name = map(_unescaped, row.split(" ")[1:3])
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(best):
            best, kind = mount, name
    return kind


def _unescaped(field: str) -> str:
    """Spaces and the like stand in the list of mounts as ``\\040``."""
    return re.sub(r"\\([0-7]{3})", lambda code: chr(int(code[1], 8)), field)


class FolderLock:
    """An OS lock: gone with the process, however it ends, so nothing needs cleaning up after a power cut."""

    def __init__(self, folder: DataFolder, now: datetime) -> None:
        self._file: IO[bytes] = _open_lock(folder)
        if not try_lock(self._file):
            owner = _read_owner(self._file)
            self._file.close()
            raise EnvironmentFault(Fault.ALREADY_OPEN, owner=owner)
        # The lock byte lies far behind this text, so that a refused program can still read it on Windows.
        note = json.dumps({"pid": os.getpid(), "since": now.isoformat(timespec="seconds")}).encode()
        # The lock holds without its note, too: a full disk must not keep the owner from looking at his shop.
        with suppress(OSError):
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


def try_lock(file: IO[bytes]) -> bool:
    """Take the OS lock of an open file without waiting; it goes with the file."""
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
    from app.core import formats  # the window's first frame waits for nothing that is said to few

    try:
        file.seek(0)
        note = json.loads(file.read(400) or b"{}")
        # The moment on the shop's wall clock is for its people, the process for who helps them.
        return f"{formats.moment(datetime.fromisoformat(note['since']))} (PID {note['pid']})"
    except (ValueError, KeyError, TypeError, OSError):
        return "?"
