"""Sealing the journal: each entry's digest under a key that does not lie with the records (design.md §4).

The chain of digests alone can be worked out again by whoever changes an entry; the seals cannot. The key is drawn
from the shop's secret (``store.secrets``). Beside it, outside DIR, a note says at which entry this computer began to
seal: of what is older it knows nothing but the chain. Each folder of the shop has a note of its own: a backup that is
restored into a second one to look at it says nothing about the first.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from app.core.errors import EnvironmentFault
from app.store.secrets import SecretBox, key_file, write_privately

#: Bytes of a seal: nobody tries 2¹²⁸, and a million orders carry fifteen million of them.
SEAL_BYTES = 16
_AT = text("SELECT digest FROM journal WHERE id = :id")


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
    #: It knows the shop in other folders only: this one was moved or copied, until its journal says otherwise.
    ELSEWHERE = "elsewhere"
    #: Changed by somebody without the key, or the key is another one than it was.
    STRANGE = "strange"


class Seal:
    """Seals entries, tells whether one was sealed here, and remembers since when."""

    def __init__(self, shop_id: str, keys: tuple[bytes, ...], folder: Path) -> None:
        self._shop_id = shop_id
        self._key = keys[0]
        self._keys = keys
        self._file = note_file(shop_id, folder)
        #: What is remembered of the shop's other folders, the latest first; looked up where nothing is of this one.
        self._others: list[Mark] = []
        self.note, self.since = self._look()

    @classmethod
    def of_shop(cls, shop_id: str, folder: Path) -> Seal:
        """Where entries are written; makes the shop's key at the first use. Raises ``EnvironmentFault``."""
        return cls(shop_id, SecretBox.of_shop(shop_id).journal_keys(), folder)

    @classmethod
    def find(cls, shop_id: str, folder: Path) -> Seal | None:
        """Where they are only read; None on a computer that has no key of this shop. Raises ``EnvironmentFault``."""
        box = SecretBox.find(shop_id) if shop_id else None
        return None if box is None else cls(shop_id, box.journal_keys(), folder)

    def of(self, digest: bytes) -> bytes:
        """The seal of an entry."""
        return hmac.digest(self._key, digest, "sha256")[:SEAL_BYTES]

    def fits(self, digest: bytes, seal: bytes | None) -> bool:
        """Whether ``seal`` was made here for this digest."""
        if not isinstance(seal, bytes):
            return False
        return any(hmac.digest(key, digest, "sha256")[:SEAL_BYTES] == seal for key in self._keys)

    def recognise(self, reaches: Callable[[Mark], bool]) -> bool:
        """Whether this folder is another of the shop, moved or copied: its journal has a place that is remembered, and
        from there on it is vouched for. One that has none of them is not the journal that was known here, and is held
        against the latest."""
        if self.note is not Note.ELSEWHERE:
            return False
        found = next(filter(reaches, self._others), None)
        self.note, self.since = Note.GOOD, found or self._others[0]
        return found is not None

    def begin(self, mark: Mark, reaches: Callable[[Mark], bool]) -> None:
        """Remember that every entry after ``mark`` is sealed here, unless something is remembered already. Raises
        ``EnvironmentFault``."""
        # Another store in this process may have begun meanwhile.
        self.note, self.since = self._look()
        if self.recognise(reaches):
            self.begin_anew(self.since)
        elif self.note is Note.NONE:
            self.begin_anew(mark)

    def begin_anew(self, mark: Mark) -> None:
        """As ``begin``, whatever was remembered. Raises ``EnvironmentFault``."""
        since = [mark.entry, mark.digest.hex()]
        content = {"since": since, "seal": self._over(self._file, since, self._key)}
        write_privately(self._file, json.dumps(content).encode())
        self.note, self.since = Note.GOOD, mark

    def _look(self) -> tuple[Note, Mark]:
        note, since = self._read(self._file)
        if note is not Note.NONE:
            return note, since
        found = [self._read(each) for each in self._file.parent.glob(f"{_name(self._shop_id)}.*.journal")]
        self._others = sorted((mark for note, mark in found if note is Note.GOOD), key=_entry, reverse=True)
        if self._others:
            return Note.ELSEWHERE, BEFORE_ALL
        return (Note.STRANGE if found else Note.NONE), BEFORE_ALL

    def _read(self, file: Path) -> tuple[Note, Mark]:
        try:
            content = json.loads(file.read_bytes())
            entry, digest = content["since"]
            if any(
                hmac.compare_digest(self._over(file, [entry, digest], key), content["seal"])
                for key in self._keys
            ):
                return Note.GOOD, Mark(int(entry), bytes.fromhex(digest))
        except FileNotFoundError:
            return Note.NONE, BEFORE_ALL
        except (OSError, ValueError, TypeError, KeyError):
            pass
        return Note.STRANGE, BEFORE_ALL

    def _over(self, file: Path, since: list[Any], key: bytes) -> str:
        return hmac.digest(key, json.dumps([self._shop_id, file.name, *since]).encode(), "sha256").hex()


def reaches(connection: Connection, mark: Mark) -> bool:
    """Whether the journal still has this very entry."""
    return mark.entry == 0 or connection.execute(_AT, {"id": mark.entry}).scalar() == mark.digest


def note_file(shop_id: str, folder: Path) -> Path:
    """Where this computer's note of the journal in ``folder`` lies: beside the key, never in DIR."""
    place = os.path.normcase(folder.resolve()).encode("utf-8", "surrogateescape")
    return key_file(shop_id).with_name(f"{_name(shop_id)}.{hashlib.sha256(place).hexdigest()[:16]}.journal")


def _name(shop_id: str) -> str:
    return key_file(shop_id).stem


def _entry(mark: Mark) -> int:
    return mark.entry


def seal_for_writing(shop_id: str, folder: Path) -> Seal | None:
    """The shop's seal, or None where no key can be had: a shop works on without, and the doctor says so."""
    try:
        return Seal.of_shop(shop_id, folder) if shop_id else None
    except EnvironmentFault:
        return None
