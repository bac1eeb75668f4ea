"""Sealing the journal: each entry's digest under a key that does not lie with the records (design.md §4).

The chain of digests alone can be worked out again by whoever changes an entry; the seals cannot. The key is drawn
from the shop's secret (``store.secrets``). Beside it, outside DIR, a note says at which entry this computer began to
seal: of what is older it knows nothing but the chain.
"""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.core.errors import EnvironmentFault
from app.store.secrets import SecretBox, key_file, write_privately

#: Bytes of a seal: nobody tries 2¹²⁸, and a million orders carry fifteen million of them.
SEAL_BYTES = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in the journal: an entry's id and its digest. (0, b"") is before the first."""

    entry: int
    digest: bytes


BEFORE_ALL = Mark(0, b"")


class Note(StrEnum):
    """What this computer remembers of a shop's journal."""

    NONE = "none"
    GOOD = "good"
    #: Changed by somebody without the key, or the key is another one than it was.
    STRANGE = "strange"


class Seal:
    """Seals entries, tells whether one was sealed here, and remembers since when."""

    def __init__(self, shop_id: str, keys: tuple[bytes, ...]) -> None:
        self._shop_id = shop_id
        self._key = keys[0]
        self._keys = keys
        self.note, self.since = self._read()

    @classmethod
    def of_shop(cls, shop_id: str) -> Seal:
        """Where entries are written; makes the shop's key at the first use. Raises ``EnvironmentFault``."""
        return cls(shop_id, SecretBox.of_shop(shop_id).journal_keys())

    @classmethod
    def find(cls, shop_id: str) -> Seal | None:
        """Where they are only read; None on a computer that has no key of this shop. Raises ``EnvironmentFault``."""
        box = SecretBox.find(shop_id) if shop_id else None
        return None if box is None else cls(shop_id, box.journal_keys())

    def of(self, digest: bytes) -> bytes:
        """The seal of an entry."""
        return hmac.digest(self._key, digest, "sha256")[:SEAL_BYTES]

    def fits(self, digest: bytes, seal: bytes | None) -> bool:
        """Whether ``seal`` was made here for this digest."""
        if not isinstance(seal, bytes):
            return False
        return any(hmac.digest(key, digest, "sha256")[:SEAL_BYTES] == seal for key in self._keys)

    def begin(self, mark: Mark) -> None:
        """Remember that every entry after ``mark`` is sealed here, unless something is remembered already. Raises
        ``EnvironmentFault``."""
        # Another store in this process may have begun meanwhile.
        self.note, self.since = self._read()
        if self.note is Note.NONE:
            self.begin_anew(mark)

    def begin_anew(self, mark: Mark) -> None:
        """As ``begin``, whatever was remembered. Raises ``EnvironmentFault``."""
        since = [mark.entry, mark.digest.hex()]
        content = {"since": since, "seal": self._over(since)}
        write_privately(note_file(self._shop_id), json.dumps(content).encode())
        self.note, self.since = Note.GOOD, mark

    def _read(self) -> tuple[Note, Mark]:
        try:
            content = json.loads(note_file(self._shop_id).read_bytes())
            entry, digest = content["since"]
            if any(
                hmac.compare_digest(self._over([entry, digest], key), content["seal"]) for key in self._keys
            ):
                return Note.GOOD, Mark(int(entry), bytes.fromhex(digest))
        except FileNotFoundError:
            return Note.NONE, BEFORE_ALL
        except (OSError, ValueError, TypeError, KeyError):
            pass
        return Note.STRANGE, BEFORE_ALL

    def _over(self, since: list[Any], key: bytes | None = None) -> str:
        said = json.dumps([self._shop_id, *since]).encode()
        return hmac.digest(key or self._key, said, "sha256").hex()


def note_file(shop_id: str) -> Path:
    """Where this computer's note of the journal lies: beside the key, never in DIR."""
    return key_file(shop_id).with_suffix(".journal")


def seal_for_writing(shop_id: str) -> Seal | None:
    """The shop's seal, or None where no key can be had: a shop works on without, and the doctor says so."""
    try:
        return Seal.of_shop(shop_id) if shop_id else None
    except EnvironmentFault:
        return None
