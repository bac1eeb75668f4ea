"""Device passcodes under AES-GCM; the key lies in the OS keyring, or in a protected file outside DIR
(design.md §4)."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from app.core.errors import EnvironmentFault, Fault

_SERVICE = "xiuhu"
_NONCE = 12


class SecretBox:
    """Seals and opens short texts with the shop's key."""

    def __init__(self, key: bytes, *, in_keyring: bool) -> None:
        self._key = key
        self.in_keyring = in_keyring

    @classmethod
    def of_shop(cls, shop_id: str) -> SecretBox:
        """The shop's box; makes its key at the first use."""
        found = _from_keyring(shop_id)
        if found is not None:
            return cls(found, in_keyring=True)
        return cls(_from_file(shop_id), in_keyring=False)

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

        try:
            return AESGCM(self._key).decrypt(sealed[:_NONCE], sealed[_NONCE:], purpose).decode()
        except (InvalidTag, ValueError):
            raise EnvironmentFault(Fault.KEY_MISSING) from None


def key_file(shop_id: str) -> Path:
    """Where the key lies on a PC without a keyring."""
    from platformdirs import user_config_path

    return user_config_path("xiuhu", appauthor=False) / "keys" / f"{shop_id or 'shop'}.key"


def _from_keyring(shop_id: str) -> bytes | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        kept = keyring.get_password(_SERVICE, shop_id)
        if kept is None:
            kept = base64.b64encode(secrets.token_bytes(32)).decode()
            keyring.set_password(_SERVICE, shop_id, kept)
            if keyring.get_password(_SERVICE, shop_id) != kept:
                return None
        return base64.b64decode(kept)
    except (KeyringError, RuntimeError, OSError, ValueError):
        return None


def _from_file(shop_id: str) -> bytes:
    path = key_file(shop_id)
    try:
        return base64.b64decode(path.read_bytes())
    except FileNotFoundError:
        pass
    key = secrets.token_bytes(32)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return base64.b64decode(path.read_bytes())
    with os.fdopen(descriptor, "wb") as file:
        file.write(base64.b64encode(key))
        file.flush()
        os.fsync(file.fileno())
    return key
