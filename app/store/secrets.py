"""Device passcodes under AES-GCM; the key lies in the OS keyring, or in a protected file outside DIR
(design.md §4). The key that seals the journal (``store.sealing``) is drawn from the same secret."""

from __future__ import annotations

import base64
import hmac
import os
import secrets
from pathlib import Path

from app.core.errors import EnvironmentFault, Fault
from app.store.file_faults import fault_of_file

_SERVICE = "xiuhu"
_NONCE = 12
_KEY = 32
#: Names a folder for the keys instead of the keyring and the user's own: for shops that are made to be thrown away.
ELSEWHERE = "XIUHU_KEYS"
#: What a key drawn from the shop's secret is for; another number when the rule changes.
_FOR_JOURNAL = b"xiuhu journal 1"


class SecretBox:
    """Seals and opens short texts with the shop's key."""

    def __init__(self, key: bytes, *older: bytes, in_keyring: bool) -> None:
        self._key = key
        self._older = older
        self.in_keyring = in_keyring

    @classmethod
    def of_shop(cls, shop_id: str) -> SecretBox:
        """The shop's box; makes its key at the first use.

        Raises ``EnvironmentFault``: KEY_MISSING for a key file that is damaged, READ_ONLY, DISK_FULL.
        """
        found = _from_keyring(shop_id)
        if found is None:
            return cls(_from_file(shop_id), in_keyring=False)
        # A keyring that was locked for a while left a file behind: what was sealed under it opens too.
        kept = key_file(shop_id)
        return cls(found, *([_read_key(kept)] if kept.exists() else []), in_keyring=True)

    @classmethod
    def find(cls, shop_id: str) -> SecretBox | None:
        """The shop's box where this computer has its key; makes nothing. Raises ``EnvironmentFault(KEY_MISSING)``."""
        found, kept = _ask_keyring(shop_id), key_file(shop_id)
        in_file = [_read_key(kept)] if kept.exists() else []
        if found is not None:
            return cls(found, *in_file, in_keyring=True)
        return cls(in_file[0], in_keyring=False) if in_file else None

    def journal_keys(self) -> tuple[bytes, ...]:
        """What journal entries are sealed with, and what older ones may be: HKDF-Expand (RFC 5869) of the secrets,
        which are uniform already."""
        return tuple(hmac.digest(key, _FOR_JOURNAL + b"\x01", "sha256") for key in (self._key, *self._older))

    def seal(self, plain: str, purpose: bytes) -> bytes:
        """Encrypt; ``purpose`` (the order's UUID) binds the result to its row."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(_NONCE)
        return nonce + AESGCM(self._key).encrypt(nonce, plain.encode(), purpose)

    def open(self, sealed: bytes, purpose: bytes) -> str:
        """Decrypt; ``EnvironmentFault(KEY_MISSING)`` when the key is another one or the bytes were
        changed."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        for key in (self._key, *self._older):
            try:
                return AESGCM(key).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose).decode()
            except (InvalidTag, ValueError):
                continue
        raise EnvironmentFault(Fault.KEY_MISSING)


def key_file(shop_id: str) -> Path:
    """Where the key lies on a PC without a keyring."""
    return _folder() / f"{shop_id or 'shop'}.key"


def _folder() -> Path:
    elsewhere = os.environ.get(ELSEWHERE)
    if elsewhere:
        return Path(elsewhere)
    from platformdirs import user_config_path

    return user_config_path("xiuhu", appauthor=False) / "keys"


def _ask_keyring(shop_id: str) -> bytes | None:
    if os.environ.get(ELSEWHERE):
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        key = base64.b64decode(keyring.get_password(_SERVICE, shop_id) or "")
    except (KeyringError, RuntimeError, OSError, ValueError):
        return None
    return key if len(key) == _KEY else None


def _from_keyring(shop_id: str) -> bytes | None:
    if os.environ.get(ELSEWHERE):
        return None
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password(_SERVICE, shop_id)
        if kept is None:
            kept = base64.b64encode(secrets.token_bytes(_KEY)).decode()
            keyring.set_password(_SERVICE, shop_id, kept)
            if keyring.get_password(_SERVICE, shop_id) != kept:
                return None
        key = base64.b64decode(kept)
        return key if len(key) == _KEY else None
    except (KeyringError, RuntimeError, OSError, ValueError):
        return None


def _from_file(shop_id: str) -> bytes:
    path = key_file(shop_id)
    if path.exists():
        return _read_key(path)
    key = secrets.token_bytes(_KEY)
    # Whole or not at all: a key file cut short would lose every passcode sealed from then on.
    write_privately(path, base64.b64encode(key))
    return key


def write_privately(path: Path, content: bytes) -> None:
    """A file that only this user reads, whole or not at all; ``EnvironmentFault`` where it cannot be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        half = path.with_name(f"{path.name}.{os.getpid()}.half")
        descriptor = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.replace(path)
    except OSError as error:
        raise fault_of_file(error, path) from error


def _read_key(path: Path) -> bytes:
    try:
        key = base64.b64decode(path.read_bytes(), validate=True)
    except OSError as error:
        raise fault_of_file(error, path) from error
    except ValueError:
        raise EnvironmentFault(Fault.KEY_MISSING) from None
    if len(key) != _KEY:
        raise EnvironmentFault(Fault.KEY_MISSING)
    return key
