"""Backups under a password: AES-GCM in pieces of 1 MiB, its key by argon2id, each file's own key by HKDF.

A locked file is ``XIUHU-LOCKED-1\\n``, four bytes of length, a header in JSON (salts, costs, what the manifest says
that a list shows) and the pieces. Each piece's nonce is its number, the last one is marked: pieces that were swapped,
left out, added or cut off are found. The header is bound to every piece.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import secrets
import struct
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.core.errors import Reason, Refusal
from app.store.secrets import key_file, write_privately

MAGIC = b"XIUHU-LOCKED-1\n"
LEAST_PASSWORD = 8
MOST_PASSWORD = 200
PIECE = 1 << 20
_TAG = 16
_KEY = 32
_MOST_HEADER = 64 * 1024
_LENGTH = struct.Struct(">I")
#: argon2id: passes, KiB, lanes. A file that asks for more than eight times that is refused: it could stop the PC.
_COSTS = (3, 64 * 1024, 4)
_MOST_COSTS = (24, 512 * 1024, 16)


@dataclass(frozen=True, slots=True)
class Lock:
    """How a key is made of a password; kept in the settings and in every locked file."""

    salt: bytes
    costs: tuple[int, int, int] = _COSTS

    @classmethod
    def new(cls) -> Lock:
        """With a salt of its own."""
        return cls(secrets.token_bytes(16))

    def key(self, password: str) -> bytes:
        """The key behind a password; takes a few tenths of a second."""
        from argon2.low_level import Type, hash_secret_raw

        passes, memory, lanes = self.costs
        return hash_secret_raw(
            _as_typed(password).encode("utf-8", "surrogatepass"),
            self.salt,
            passes,
            memory,
            lanes,
            _KEY,
            Type.ID,
        )

    @property
    def name(self) -> str:
        """Tells the photos locked by this from those locked by another: eight hex digits."""
        return hashlib.sha256(self.salt).hexdigest()[:8]

    def to_text(self) -> str:
        """For the settings."""
        return json.dumps({"salt": self.salt.hex(), "costs": list(self.costs)})


def _as_typed(password: str) -> str:
    """The same letters whichever input method was on, and without the blank that copying brings."""
    return unicodedata.normalize("NFKC", password[:MOST_PASSWORD]).strip()


def parse_lock(text: str) -> Lock | None:
    """A lock out of the settings or a file; None where it is none."""
    try:
        found = json.loads(text)
        passes, memory, lanes = (int(each) for each in found["costs"])
        salt = bytes.fromhex(found["salt"])
    except (ValueError, TypeError, KeyError):
        return None
    fits = all(1 <= cost <= most for cost, most in zip((passes, memory, lanes), _MOST_COSTS, strict=True))
    return Lock(salt, (passes, memory, lanes)) if len(salt) == 16 and fits and memory >= 8 * lanes else None


@dataclass(frozen=True, slots=True)
class LockKey:
    """A lock and its key, ready to lock and open with."""

    lock: Lock
    key: bytes

    @classmethod
    def of(cls, lock: Lock, password: str) -> LockKey:
        """The key that a password makes."""
        return cls(lock, lock.key(password))


# the key on this computer


def kept_key_file(shop_id: str) -> Path:
    """Where the key lies that hourly backups are locked with: beside the shop's other keys, never in DIR."""
    return key_file(f"{shop_id or 'shop'}-backup")


def keep_key(shop_id: str, key: LockKey) -> None:
    """Remember the key on this computer, so that backups need no password each time. Raises ``EnvironmentFault``."""
    content = f"{key.lock.name} {base64.b64encode(key.key).decode()}"
    write_privately(kept_key_file(shop_id), content.encode())


def kept_key(shop_id: str, lock: Lock) -> LockKey | None:
    """The key for ``lock`` if this computer has it."""
    try:
        name, text = kept_key_file(shop_id).read_text(encoding="ascii").split(" ")
        key = base64.b64decode(text, validate=True)
    except (OSError, ValueError):
        return None
    return LockKey(lock, key) if name == lock.name and len(key) == _KEY else None


# the file


@dataclass(frozen=True, slots=True)
class Header:
    """What a locked file says in the clear; ``said`` may be forged until a piece was opened with the right key."""

    lock: Lock
    file_salt: bytes
    size: int
    said: Mapping[str, Any]
    digest: bytes
    begin: int

    @property
    def whole(self) -> int:
        """Bytes that the file must have."""
        pieces = max(1, -(-self.size // PIECE))
        return self.begin + self.size + pieces * _TAG


def is_locked(file: IO[bytes]) -> bool:
    """Whether the file begins like a locked one; it is read from its beginning afterwards."""
    file.seek(0)
    found = file.read(len(MAGIC)) == MAGIC
    file.seek(0)
    return found


def read_header(file: IO[bytes], name: str) -> Header:
    """Raises ``Refusal(BACKUP_NOT_WHOLE)`` where the file is none of ours or was cut short."""
    wrong = Refusal(Reason.BACKUP_NOT_WHOLE, file=name)
    file.seek(0)
    if file.read(len(MAGIC)) != MAGIC:
        raise wrong
    length = file.read(_LENGTH.size)
    if len(length) != _LENGTH.size or not 0 < _LENGTH.unpack(length)[0] <= _MOST_HEADER:
        raise wrong
    content = file.read(_LENGTH.unpack(length)[0])
    try:
        found = json.loads(content)
        lock = parse_lock(json.dumps(found["lock"]))
        file_salt = bytes.fromhex(found["file_salt"])
        size, said = found["size"], found["said"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise wrong from None
    fits = isinstance(size, int) and not isinstance(size, bool) and 0 <= size < 1 << 45
    if lock is None or len(file_salt) != 32 or not fits or not isinstance(said, dict):
        raise wrong
    digest = hashlib.sha256(MAGIC + length + content).digest()
    header = Header(lock, file_salt, size, said, digest, file.tell())
    if file.seek(0, io.SEEK_END) != header.whole:
        raise wrong
    return header


def lock_stream(
    source: IO[bytes],
    size: int,
    target: IO[bytes],
    key: LockKey,
    said: Mapping[str, Any],
    tell: Callable[[int], None] = lambda _bytes: None,
) -> None:
    """Write ``size`` bytes of ``source`` locked to ``target``; ``tell`` hears how many are done."""
    file_salt = secrets.token_bytes(32)
    content = json.dumps(
        {
            "lock": json.loads(key.lock.to_text()),
            "file_salt": file_salt.hex(),
            "size": size,
            "said": dict(said),
        },
        ensure_ascii=False,
        sort_keys=True,
    ).encode()
    length = _LENGTH.pack(len(content))
    target.write(MAGIC + length + content)
    digest = hashlib.sha256(MAGIC + length + content).digest()
    box = _box(key.key, file_salt)
    pieces = max(1, -(-size // PIECE))
    for number in range(pieces):
        last = number == pieces - 1
        wanted = size - number * PIECE if last else PIECE
        piece = source.read(wanted)
        if len(piece) != wanted:
            raise OSError("the file that is being locked became shorter")
        target.write(box.encrypt(_nonce(number, last=last), piece, digest))
        tell(number * PIECE + wanted)


class LockedReader(io.RawIOBase):
    """A locked file as if it were not: readable anywhere, every piece checked before a byte of it is given out.

    Raises ``Refusal``: BACKUP_PASSWORD_WRONG at once, BACKUP_NOT_WHOLE where a later piece was changed.
    """

    def __init__(self, file: IO[bytes], header: Header, key: LockKey, name: str) -> None:
        super().__init__()
        self._file, self._header, self._name = file, header, name
        self._box = _box(key.key, header.file_salt)
        self._pieces = max(1, -(-header.size // PIECE))
        self._at = 0
        self._held = (-1, b"")
        if self._open_piece(0) is None:
            raise Refusal(Reason.BACKUP_PASSWORD_WRONG)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._header.size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning")
        self._at = start + offset
        return self._at

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        number, inside = divmod(self._at, PIECE)
        if self._at >= self._header.size or not view.nbytes:
            return 0
        piece = self._open_piece(number)
        if piece is None:
            raise Refusal(Reason.BACKUP_NOT_WHOLE, file=self._name)
        part = piece[inside : inside + view.nbytes]
        view[: len(part)] = part
        self._at += len(part)
        return len(part)

    def _open_piece(self, number: int) -> bytes | None:
        from cryptography.exceptions import InvalidTag

        if self._held[0] == number:
            return self._held[1]
        self._file.seek(self._header.begin + number * (PIECE + _TAG))
        last = number == self._pieces - 1
        size = self._header.size - number * PIECE if last else PIECE
        try:
            piece: bytes = self._box.decrypt(
                _nonce(number, last=last), self._file.read(size + _TAG), self._header.digest
            )
        except (InvalidTag, ValueError):
            return None
        self._held = (number, piece)
        return piece


def _box(key: bytes, file_salt: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    # HKDF-SHA256 for one block: a key of the file's own, so that piece numbers may be nonces.
    drawn = hmac.digest(file_salt, key, "sha256")
    return AESGCM(hmac.digest(drawn, b"xiuhu backup file\x01", "sha256"))


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")


def clean_password(typed: str) -> str:
    """A new password. ``Refusal(BACKUP_PASSWORD_SHORT)``."""
    if len(_as_typed(typed)) < LEAST_PASSWORD:
        raise Refusal(Reason.BACKUP_PASSWORD_SHORT, least=LEAST_PASSWORD)
    return typed
