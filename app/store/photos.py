"""Photos as content-addressed files: the file first, the row after (design.md §4)."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from app.core.errors import Reason, Refusal
from app.store.file_faults import fault_of_file

MAX_BYTES = 20 * 1024 * 1024
_MAGIC = ((b"\xff\xd8\xff", ".jpg"), (b"\x89PNG\r\n\x1a\n", ".png"), (b"RIFF", ".webp"))


@dataclass(frozen=True, slots=True)
class StoredPhoto:
    """A file that is safely on the disk."""

    sha256: str
    suffix: str


class PhotoStore:
    """The folder of pictures; two letters of the digest make the sub-folder."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, content: bytes) -> StoredPhoto:
        """Keep a picture; the same picture twice is one file.

        Raises ``Refusal``: BAD_IMAGE, FILE_TOO_LARGE; ``EnvironmentFault(DISK_FULL)``.
        """
        if len(content) > MAX_BYTES:
            raise Refusal(Reason.FILE_TOO_LARGE, most=MAX_BYTES // 1024 // 1024)
        suffix = next((name for magic, name in _MAGIC if content.startswith(magic)), None)
        if suffix is None or (suffix == ".webp" and content[8:12] != b"WEBP"):
            raise Refusal(Reason.BAD_IMAGE)
        digest = hashlib.sha256(content).hexdigest()
        path = self.path(digest, suffix)
        if not path.exists():
            half = path.with_suffix(f".{os.getpid()}.half")
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                with half.open("wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                half.replace(path)
            except OSError as error:
                half.unlink(missing_ok=True)
                raise fault_of_file(error, self._root) from error
        return StoredPhoto(digest, suffix)

    def path(self, sha256: str, suffix: str) -> Path:
        """Where a picture lies."""
        return self._root / sha256[:2] / f"{sha256}{suffix}"
