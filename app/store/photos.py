"""Photos as content-addressed files: the file first, the row after (design.md §4)."""

from __future__ import annotations

import hashlib
import os
import threading
from dataclasses import dataclass
from pathlib import Path

from app.store.file_faults import fault_of_file
from app.store.pictures import MAX_BYTES, CleanPicture, clean_picture, kind_of

__all__ = ["MAX_BYTES", "PhotoStore", "StoredPhoto"]

_SUFFIXES = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp"}


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A file that is safely on the disk."""

    sha256: str
    suffix: str


class PhotoStore:
    """The folder of pictures; two letters of the digest make the sub-folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes | CleanPicture) -> StoredPhoto:
        """Keep a picture from outside, encoded anew and without its notes; the same picture twice is one file, and one
        that was kept before and is given again is kept as it is. What was cleaned already (beside the window: it
        takes up to a second) is kept at once.

        Raises ``Refusal``: BAD_IMAGE, IMAGE_TOO_LARGE, FILE_TOO_LARGE; ``EnvironmentFault(DISK_FULL)``.
        """
        if isinstance(content, CleanPicture):
            return self.keep(content)
        kind = kind_of(content)
        if kind is not None and len(content) <= MAX_BYTES:
            known = StoredPhoto(hashlib.sha256(content).hexdigest(), _SUFFIXES[kind])
            if self.path(known.sha256, known.suffix).exists():
                return known
        return self.keep(clean_picture(content))

    def keep(self, picture: CleanPicture) -> StoredPhoto:
        """Keep a picture of our own making. Raises ``EnvironmentFault(DISK_FULL)``."""
        kept = StoredPhoto(hashlib.sha256(picture.content).hexdigest(), picture.suffix)
        path = self.path(kept.sha256, kept.suffix)
        if not path.exists():
            half = path.with_suffix(f".{os.getpid()}-{threading.get_ident()}.half")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with half.open("wb") as file:
                    file.write(picture.content)
                    file.flush()
                    os.fsync(file.fileno())
                half.replace(path)
            except OSError as error:
                half.unlink(missing_ok=True)
                raise fault_of_file(error, self._root) from error
        return kept

    def path(self, sha256: str, suffix: str) -> Path:
        """Where a picture lies."""
        return self._root / sha256[:2] / f"{sha256}{suffix}"
