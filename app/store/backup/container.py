"""A backup's file: a ZIP that any tool opens (``manifest.json``, ``shop.sqlite``, ``photos.json``, perhaps the photos),
or that ZIP locked under a password (``locked``).

Whoever reads one trusts nothing in it: names are compared with those we write, sizes with the manifest and with what is
free, every byte with its digest. Nothing is unpacked to a path that the file names.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, cast

from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.incoming import name_of
from app.core.os_words import os_words
from app.store.backup.locked import Header, LockedReader, LockKey, is_locked, lock_stream, read_header
from app.store.backup.manifest import MOST_MANIFEST, Manifest, parse_manifest
from app.store.file_faults import fault_of_file
from app.store.photos import MAX_BYTES

MANIFEST, DATABASE, PHOTOS = "manifest.json", "shop.sqlite", "photos.json"
_PHOTO = re.compile(r"^photos/([0-9a-f]{2})/(\1[0-9a-f]{62})(\.jpg|\.png|\.webp)$")
_SHA = re.compile(r"^[0-9a-f]{64}$")
_SUFFIXES = frozenset({".jpg", ".png", ".webp"})
#: Bytes that a list of photos may have: a million of them have a tenth of it.
_MOST_LIST = 1 << 30
#: Entries of a ZIP, and bytes of its table of contents.
_MOST_ENTRIES = 5_000_000
_CHUNK = 1 << 20
#: A quarter of the size at a third of the time of more.
_LEVEL = 1
#: Bytes that are packed between two flushes, and that a file that goes is shortened by.
_SETTLED = 32 << 20
#: Kept free on the disk whatever is unpacked, in bytes.
SPARE = 64 << 20
#: (bytes done, bytes in all).
Tell = Callable[[int, int], None]


def quiet(_done: int, _total: int) -> None:
    """Tells nobody."""


@dataclass(frozen=True, slots=True)
class PhotoName:
    """A photo as the records know it."""

    sha256: str
    suffix: str

    @property
    def path(self) -> str:
        """Where it lies in a folder of photos."""
        return f"{self.sha256[:2]}/{self.sha256}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Said:
    """What a list of backups shows of a locked file."""

    number: int
    kind: str
    made_at: str
    shop_id: str


def pack(
    target: Path,
    manifest: Manifest,
    database: Path,
    photos: Sequence[PhotoName],
    photo_folder: Path | None,
    tell: Tell = quiet,
) -> None:
    """Write a backup's ZIP, flushed to the disk; ``photo_folder`` puts the photos themselves inside.

    A photo that is missing there is left out: its row says so as it did before. Raises ``OSError``.
    """
    total = manifest.size + (manifest.photo_bytes if photo_folder else 0)
    done = 0

    def note(count: int) -> None:
        nonlocal done
        if done // _SETTLED != (done + count) // _SETTLED:
            settle(target)
        done += count
        tell(done, total)

    with target.open("wb") as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=_LEVEL) as archive:
            archive.writestr(_entry(MANIFEST), manifest.to_json(), zipfile.ZIP_STORED)
            names = json.dumps([[each.sha256, each.suffix] for each in photos]).encode()
            archive.writestr(_entry(PHOTOS), names, zipfile.ZIP_DEFLATED, _LEVEL)
            _put(archive, DATABASE, database, zipfile.ZIP_DEFLATED, note)
            for each in photos if photo_folder is not None else ():
                assert photo_folder is not None
                path = photo_folder / each.path
                if path.is_file():
                    _put(archive, f"photos/{each.path}", path, zipfile.ZIP_STORED, note)
        flush(file)


def _entry(name: str) -> zipfile.ZipInfo:
    # Without the clock: the same records make the same bytes.
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def _put(archive: zipfile.ZipFile, name: str, path: Path, method: int, note: Callable[[int], None]) -> None:
    entry = _entry(name)
    entry.compress_type = method
    # What ``writestr`` is told by its argument, an opened entry has to carry.
    entry._compresslevel = _LEVEL  # type: ignore[attr-defined]
    entry.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as into:
        while chunk := source.read(_CHUNK):
            into.write(chunk)
            note(len(chunk))


def settle(path: Path) -> None:
    """Let what was written to ``path`` so far reach the disk now: many small waits of ours, no long one of others."""
    with suppress(OSError), path.open("rb") as file:
        os.fsync(file.fileno())


def drop(path: Path) -> None:
    """Remove a file that counts no more, piece by piece where it is large: a gigabyte freed at once keeps the file
    system, and with it the next commit at the counter, busy for a tenth of a second. Not for a file that has a second
    name. Raises ``OSError``; nothing where no file is.
    """
    with suppress(OSError), path.open("r+b") as file:
        left = path.stat().st_size
        while left > _SETTLED:
            left -= _SETTLED
            file.truncate(left)
            os.fsync(file.fileno())
    path.unlink(missing_ok=True)


def flush(file: IO[bytes]) -> None:
    """Onto the disk, and out of the cache: what is read back then comes from the disk as far as the system lets us."""
    file.flush()
    os.fsync(file.fileno())
    if hasattr(os, "posix_fadvise"):
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def lock_file(source: Path, target: Path, manifest: Manifest, key: LockKey, tell: Tell = quiet) -> None:
    """Write a backup's ZIP locked; what a list shows of it stays readable. Raises ``OSError``."""
    size = source.stat().st_size
    said = {
        "number": manifest.number,
        "kind": manifest.kind.value,
        "made_at": manifest.made_at.isoformat(),
        "shop_id": manifest.shop_id,
    }
    with source.open("rb") as plain, target.open("wb") as file:
        lock_stream(plain, size, file, key, said, lambda done: tell(done, size))
        flush(file)


class Container:
    """An open backup. Use ``opened``."""

    def __init__(self, archive: zipfile.ZipFile, manifest: Manifest, name: str) -> None:
        self._archive = archive
        self.manifest = manifest
        self._name = name

    def photos(self) -> tuple[PhotoName, ...]:
        """The photos that belong to it, inside or beside. ``Refusal(BACKUP_NOT_WHOLE)``."""
        with self._reading():
            info = self._archive.getinfo(PHOTOS)
            if info.file_size > _MOST_LIST:
                raise self._wrong()
            with self._archive.open(info) as file:
                found = json.loads(_read_all(file, info.file_size))
            return tuple(_photo_name(each) for each in found)

    def unpack_database(self, target: Path, tell: Tell = quiet) -> None:
        """Write the database to ``target``, flushed, its digest compared.

        Raises ``Refusal(BACKUP_NOT_WHOLE)``, ``EnvironmentFault(DISK_FULL)``; ``target`` is gone then.
        """
        size = self.manifest.size
        try:
            if shutil.disk_usage(target.parent).free < size + SPARE:
                raise EnvironmentFault(Fault.DISK_FULL, path=target.parent)
            with target.open("wb") as file:
                self._copy(file.write, tell)
                flush(file)
        except OSError as error:
            target.unlink(missing_ok=True)
            raise fault_of_file(error, target) from error
        except BaseException:
            target.unlink(missing_ok=True)
            raise

    def verify(self, tell: Tell = quiet) -> None:
        """Read all of the database and compare its digest. ``Refusal(BACKUP_NOT_WHOLE)``."""
        self._copy(lambda chunk: len(chunk), tell)
        self.photos()

    def holds_photo(self, photo: PhotoName) -> bool:
        """Whether the photo itself is inside."""
        return f"photos/{photo.path}" in self._archive.NameToInfo

    def photo(self, photo: PhotoName) -> bytes:
        """A photo that is inside. ``Refusal(BACKUP_NOT_WHOLE)`` where its content is another one."""
        with self._reading():
            info = self._archive.getinfo(f"photos/{photo.path}")
            if info.file_size > MAX_BYTES:
                raise self._wrong()
            with self._archive.open(info) as file:
                content = _read_all(file, info.file_size)
        if hashlib.sha256(content).hexdigest() != photo.sha256:
            raise self._wrong()
        return content

    def _copy(self, write: Callable[[bytes], Any], tell: Tell) -> None:
        digest, done, size = hashlib.sha256(), 0, self.manifest.size
        with self._reading(), self._archive.open(DATABASE) as source:
            while chunk := source.read(_CHUNK):
                done += len(chunk)
                if done > size:
                    raise self._wrong()
                digest.update(chunk)
                write(chunk)
                tell(done, size)
        if done != size or digest.hexdigest() != self.manifest.sha256:
            raise self._wrong()

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with unharmed(self._name):
            yield

    def _wrong(self) -> Refusal:
        return Refusal(Reason.BACKUP_NOT_WHOLE, file=self._name)


@contextmanager
def unharmed(name: str) -> Iterator[None]:
    """What a broken or hostile ZIP makes Python raise is one refusal."""
    try:
        yield
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        KeyError,
        ValueError,
        TypeError,
        NotImplementedError,
        RecursionError,
        OverflowError,
        MemoryError,
        RuntimeError,
    ) as error:
        raise Refusal(Reason.BACKUP_NOT_WHOLE, file=name) from error


@contextmanager
def opened(path: Path, key_for: Callable[[Header], LockKey] | None = None) -> Iterator[Container]:
    """Open a backup to read. ``key_for`` answers the key of a locked one.

    Raises ``Refusal``: FILE_NOT_READABLE, BACKUP_NOT_WHOLE, BACKUP_NEWER, BACKUP_PASSWORD_NEEDED,
    BACKUP_PASSWORD_WRONG.
    """
    name = path.name
    if path.exists() and not path.is_file():
        # A pipe waits for a writer for ever.
        raise Refusal(Reason.BACKUP_NOT_WHOLE, file=name)
    with ExitStack() as held:
        try:
            file: IO[bytes] = held.enter_context(path.open("rb"))
            if is_locked(file):
                header = read_header(file, name)
                if key_for is None:
                    raise Refusal(Reason.BACKUP_PASSWORD_NEEDED)
                reader = LockedReader(file, header, key_for(header), name)
                file = cast(IO[bytes], held.enter_context(io.BufferedReader(reader, _CHUNK)))
            with unharmed(name):
                _check_table(file, name)
                archive = held.enter_context(zipfile.ZipFile(file))
                manifest = _check_entries(archive, name)
        except OSError as error:
            # The file is no part of the data folder: it may lie on a stick that was pulled out.
            raise Refusal(Reason.FILE_NOT_READABLE, path=name_of(path), why=os_words(error)) from error
        yield Container(archive, manifest, name)


def _check_table(file: IO[bytes], name: str) -> None:
    """The table of contents is read at once by Python: not one that claims to be huge."""
    size = file.seek(0, io.SEEK_END)
    if size < 22:
        raise Refusal(Reason.BACKUP_NOT_WHOLE, file=name)
    ends = zipfile._EndRecData(file)  # type: ignore[attr-defined]
    if ends is None or ends[3] > _MOST_ENTRIES or ends[5] > _MOST_ENTRIES * 128:
        raise Refusal(Reason.BACKUP_NOT_WHOLE, file=name)
    file.seek(0)


def _check_entries(archive: zipfile.ZipFile, name: str) -> Manifest:
    """Only names that we write, each once, none larger than it may be; the manifest they are held against."""
    wrong = Refusal(Reason.BACKUP_NOT_WHOLE, file=name)
    infos = archive.infolist()
    if len({each.filename for each in infos}) != len(infos):
        raise wrong
    for each in infos:
        known = each.filename in (MANIFEST, DATABASE, PHOTOS) or _PHOTO.match(each.filename)
        if not known or each.flag_bits & 0x1 or each.compress_type not in (0, 8):
            raise wrong
    if not {MANIFEST, DATABASE, PHOTOS} <= archive.NameToInfo.keys():
        raise wrong
    info = archive.getinfo(MANIFEST)
    if info.file_size > MOST_MANIFEST:
        raise wrong
    with archive.open(info) as file:
        manifest = parse_manifest(_read_all(file, info.file_size), name)
    if archive.getinfo(DATABASE).file_size != manifest.size:
        raise wrong
    return manifest


def _read_all(file: IO[bytes], size: int) -> bytes:
    """All of a small entry, and not a byte more than it said."""
    content = file.read(size + 1)
    if len(content) != size:
        raise ValueError(size)
    return content


def _photo_name(found: Any) -> PhotoName:
    sha256, suffix = found
    if not is_photo(sha256, suffix):
        raise ValueError(found)
    return PhotoName(sha256, suffix)


def is_photo(sha256: Any, suffix: Any) -> bool:
    """Whether this names a photo's file, and nothing outside the folder of photos."""
    return isinstance(sha256, str) and _SHA.fullmatch(sha256) is not None and suffix in _SUFFIXES
