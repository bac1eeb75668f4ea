"""The folders that backups lie in: ``backups`` in the data folder, and a second one on another disk.

Photos are named by their content and lie beside the backups once, however many backups they belong to.
"""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import IO

from app.core.enums import BackupKind
from app.core.errors import Reason, Refusal, ShopError
from app.core.incoming import name_of
from app.core.os_words import os_words
from app.store.backup.container import (
    PhotoName,
    Tell,
    drop,
    flush,
    lock_file,
    opened,
    quiet,
)
from app.store.backup.keeping import Kept, to_drop
from app.store.backup.locked import Header, LockedReader, LockKey, is_locked, lock_stream, read_header
from app.store.backup.manifest import SUFFIX, Manifest, parse_name
from app.store.file_faults import fault_of_file
from app.store.folder import DataFolder, try_lock
from app.store.photos import MAX_BYTES
from app.store.schema import sync_folder

HALF = ".half-"
_SECOND = "xiuhu-"
#: What folders of second places are called, as ``glob`` finds them.
SECOND_NAMES = f"{_SECOND}*"
_LOCKED = ".locked"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A backup in a place. ``manifest`` is None where it is locked (and no key is at hand) or cannot be read;
    ``trouble`` says which."""

    path: Path
    number: int
    made_at: datetime
    kind: BackupKind
    size: int
    locked: bool
    manifest: Manifest | None = None
    trouble: ShopError | None = None

    @property
    def good(self) -> bool:
        """Whether it is whole as far as a look at it tells; its digest is compared when it is restored."""
        return self.trouble is None


class Place:
    """A folder of backups of one shop."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def own(cls, folder: DataFolder) -> Place:
        """The one in the data folder."""
        return cls(folder.backups)

    @classmethod
    def second(cls, chosen: Path, shop_id: str) -> Place:
        """The one on another disk; each shop has a folder of its own there."""
        return cls(chosen / f"{_SECOND}{shop_id.replace('-', '')[-8:] or 'shop'}")

    # what is there

    def files(self) -> list[Path]:
        """The files of backups, oldest first."""
        try:
            found = [path for path in self.root.iterdir() if path.suffix == SUFFIX and path.is_file()]
        except OSError:
            return []
        return sorted((path for path in found if not path.name.startswith(".")), key=lambda path: path.name)

    def found(self, key_for: Callable[[Header], LockKey] | None = None) -> list[Found]:
        """All backups, newest first."""
        looked = [look(path, key_for) for path in self.files()]
        return sorted(looked, key=lambda each: (each.number, each.path.name), reverse=True)

    def newest(self) -> Found | None:
        """The newest good one."""
        for path in reversed(self.files()):
            each = look(path)
            if each.good:
                return each
        return None

    def next_number(self) -> int:
        """The number after the highest; told by the names alone, so that a damaged one counts too."""
        named = (parse_name(path.name) for path in self.files())
        return max((each.number for each in named if each is not None), default=0) + 1

    # writing

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Hold the place against a second backup, and clear away what one that was cut off left. ``Refusal``:
        BACKUP_RUNNING, BACKUP_PLACE; ``EnvironmentFault``."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            file: IO[bytes] = (self.root / ".lock").open("a+b")
        except OSError as error:
            raise fault_of_file(error, self.root / "x") from error
        with file:
            if not try_lock(file):
                raise Refusal(Reason.BACKUP_RUNNING)
            for left in self.root.glob(f"{HALF}*"):
                with suppress(OSError):
                    drop(left)
            yield

    def half(self, name: str) -> Path:
        """Where a file is made before it counts."""
        return self.root / f"{HALF}{os.getpid()}-{name}"

    def take(self, half: Path, name: str) -> Path:
        """Let a finished file count: from here on it is a backup, also after a power cut."""
        path = self.root / name
        half.replace(path)
        sync_folder(self.root)
        return path

    def thin(self, zone: tzinfo, cap: int) -> tuple[str, ...]:
        """Throw away what the rule of ``keeping`` does not keep; the names of those that went."""
        found = [
            Kept(each.path.name, each.number, each.made_at, each.kind, each.size, each.good)
            for each in self.found()
        ]
        gone = []
        for each in to_drop(found, zone, cap):
            with suppress(OSError):
                # Cut off in the midst of it, it is no backup any more.
                half = (self.root / each.name).rename(self.half(each.name))
                gone.append(each.name)
                drop(half)
        return tuple(gone)

    # photos

    def photos(self, key: LockKey | None) -> Path:
        """The folder of photos that are not locked, or locked with ``key``."""
        return self.root / ("photos" if key is None else f"photos-{key.lock.name}")

    def take_photos(
        self,
        photos: Sequence[PhotoName],
        source: Path,
        key: LockKey | None,
        *,
        linked: bool,
        tell: Tell = quiet,
    ) -> int:
        """Bring what is new of ``photos`` here from the folder ``source``; how many were brought.

        ``linked``: on the same disk a second name costs nothing, and where the disk knows none, nothing is done: the
        photos lie on it anyway. Raises ``OSError``.
        """
        folder = self.photos(key)
        brought = 0
        for number, photo in enumerate(photos):
            tell(number, len(photos))
            origin, target = source / photo.path, folder / (photo.path + (_LOCKED if key else ""))
            if target.exists() or not origin.is_file():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            if linked:
                try:
                    os.link(origin, target)
                except OSError as error:
                    if error.errno == errno.ENOSPC:
                        raise
                    return brought
            else:
                self._copy_photo(origin, target, photo, key)
            brought += 1
        return brought

    def _copy_photo(self, origin: Path, target: Path, photo: PhotoName, key: LockKey | None) -> None:
        content = origin.read_bytes()
        if hashlib.sha256(content).hexdigest() != photo.sha256:
            return  # damaged at home: the doctor says so, and a good copy that may lie here stays
        half = self.half("photo")
        with half.open("wb") as file:
            if key is None:
                file.write(content)
            else:
                import io

                lock_stream(io.BytesIO(content), len(content), file, key, {})
            flush(file)
        half.replace(target)

    def photo(self, photo: PhotoName, header: Header | None, key: LockKey | None) -> bytes | None:
        """A photo that lies here, its content compared with its name; None where it does not."""
        name = "photos" if header is None else f"photos-{header.lock.name}"
        path = self.root / name / (photo.path + (_LOCKED if header else ""))
        try:
            with path.open("rb") as file:
                if header is None:
                    content = file.read(MAX_BYTES + 1)
                else:
                    assert key is not None
                    content = LockedReader(file, read_header(file, path.name), key, path.name).read()
        except (OSError, Refusal):
            return None
        return content if hashlib.sha256(content).hexdigest() == photo.sha256 else None

    def drop_photos(self, key_for: Callable[[Header], LockKey] | None = None) -> int:
        """Throw away photos that belong to no backup here any more; nothing while any backup cannot be read."""
        wanted: dict[str, set[str]] = {}
        for path in self.files():
            try:
                with path.open("rb") as file:
                    lock = read_header(file, path.name).lock.name if is_locked(file) else ""
                with opened(path, key_for) as box:
                    names = {each.path for each in box.photos()}
            except (ShopError, OSError):
                return 0
            wanted.setdefault(f"photos-{lock}" if lock else "photos", set()).update(names)
        gone = 0
        for folder in self.root.glob("photos*"):
            keep = wanted.get(folder.name, set())
            for file_path in folder.glob("??/*"):
                name = f"{file_path.parent.name}/{file_path.name.removesuffix(_LOCKED)}"
                if name not in keep:
                    with suppress(OSError):
                        file_path.unlink()
                        gone += 1
        return gone

    # copying a backup to here

    def bring(self, backup: Path, manifest: Manifest, key: LockKey | None, tell: Tell = quiet) -> Path:
        """Copy a backup from another place to here, locked if ``key`` is given; read back and compared before it
        counts. Raises ``OSError``, ``Refusal(BACKUP_NOT_WHOLE)`` where the disk gave back something else."""
        half = self.half(manifest.file_name)
        try:
            if key is None:
                copy_file(backup, half, tell)
            else:
                lock_file(backup, half, manifest, key, tell)
            with opened(half, None if key is None else lambda _header: key) as box:
                if box.manifest != manifest:
                    raise Refusal(Reason.BACKUP_NOT_WHOLE, file=manifest.file_name)
                box.verify()
            return self.take(half, manifest.file_name)
        except BaseException:
            with suppress(OSError):
                half.unlink()
            raise


def look(path: Path, key_for: Callable[[Header], LockKey] | None = None) -> Found:
    """What a file says that may be a backup; never fails."""
    named = parse_name(path.name)
    number = named.number if named else 0
    kind = named.kind if named else BackupKind.BY_HAND
    made_at = named.made_at if named else datetime.fromtimestamp(0, UTC)
    size, locked, manifest, trouble = 0, False, None, None
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            locked = is_locked(file)
            if locked:
                header = read_header(file, path.name)
                number, kind, made_at = _said(header, number, kind, made_at)
        if not locked or key_for is not None:
            with opened(path, key_for) as box:
                manifest = box.manifest
                number, kind, made_at = manifest.number, manifest.kind, manifest.made_at
    except ShopError as error:
        trouble = error
    except OSError as error:
        trouble = Refusal(Reason.FILE_NOT_READABLE, path=name_of(path), why=os_words(error))
    if locked and trouble is not None and trouble.code in (Reason.BACKUP_PASSWORD_WRONG,):
        trouble = None  # whole, and of another password: it is asked for when it is restored
    return Found(path, number, made_at, kind, size, locked, manifest, trouble)


def _said(
    header: Header, number: int, kind: BackupKind, made_at: datetime
) -> tuple[int, BackupKind, datetime]:
    try:
        moment = datetime.fromisoformat(str(header.said["made_at"]))
        if moment.tzinfo is not None:
            return int(header.said["number"]), BackupKind(header.said["kind"]), moment
    except (KeyError, ValueError, TypeError):
        pass
    return number, kind, made_at


def copy_file(source: Path, target: Path, tell: Tell = quiet) -> None:
    """Copy a file, flushed. Raises ``OSError``."""
    size, done = source.stat().st_size, 0
    with source.open("rb") as origin, target.open("wb") as file:
        while chunk := origin.read(_CHUNK):
            file.write(chunk)
            done += len(chunk)
            tell(done, size)
        flush(file)
