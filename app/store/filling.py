"""Filling an empty data folder whole or not at all: the shop is made in a hidden folder inside and then moved out."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from app.core.errors import Reason, Refusal
from app.store.file_faults import fault_of_file
from app.store.folder import DataFolder, FolderLock

#: Inside the data folder, so that it lies on the same disk whatever is mounted or linked there.
_HIDDEN = ".filling"


@contextmanager
def filled_whole(root: Path, now: datetime) -> Iterator[Path]:
    """A folder to make a shop in; it becomes the shop of ``root`` when the block ends without an error.

    Cut off at any moment ``root`` holds no shop, and the next call clears away what was begun. The store in it must be
    closed within the block. Raises ``Refusal(FOLDER_NOT_EMPTY)`` where a shop is, ``EnvironmentFault``: ALREADY_OPEN,
    READ_ONLY, NETWORK_SHARE, DISK_FULL …
    """
    folder, hidden = DataFolder(root), DataFolder(root / _HIDDEN)
    if folder.database.exists():
        raise Refusal(Reason.FOLDER_NOT_EMPTY, path=root)
    folder.prepare()
    lock = FolderLock(folder, now)
    try:
        # Under the lock nobody is at work in there.
        shutil.rmtree(hidden.root, ignore_errors=True)
        yield hidden.root
        if folder.database.exists():
            raise Refusal(Reason.FOLDER_NOT_EMPTY, path=root)
        _move_out(hidden, folder)
    except OSError as error:
        raise fault_of_file(error, folder.database) from error
    finally:
        shutil.rmtree(hidden.root, ignore_errors=True)
        lock.release()


def _move_out(hidden: DataFolder, folder: DataFolder) -> None:
    """The files first, the records last: with them the shop is there."""
    for part in (hidden.photos, hidden.papers):
        for file in sorted(path for path in part.rglob("*") if path.is_file()):
            place = folder.root / file.relative_to(hidden.root)
            place.parent.mkdir(parents=True, exist_ok=True)
            file.replace(place)
    hidden.database.replace(folder.database)
