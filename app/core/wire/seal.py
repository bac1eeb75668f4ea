"""The seal on every call: HTTP Message Signatures (RFC 9421) with Ed25519, one fixed profile of it.

Sealed are method, path, query, the body's digest and the shop, with the moment and a number used once. The host is
left out on purpose: balancers rewrite it, and a key is made for one head office only. This module knows the text
that is signed; the two sides bring the arithmetic.
"""

from __future__ import annotations

import base64
import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

TAG = "xiuhu-v1"
#: How far the two clocks may be apart, in seconds.
WINDOW_S = 300

_COVERED = '("@method" "@path" "@query" "content-digest" "xiuhu-shop")'
_INPUT = re.compile(
    re.escape(f"xiuhu={_COVERED};created=")
    + r'([0-9]{1,12});keyid="([A-Za-z0-9._-]{1,64})";nonce="([A-Za-z0-9_-]{16,64})";alg="ed25519";tag="'
    + re.escape(TAG)
    + '"'
)
_SIGNATURE = re.compile(r"xiuhu=:([A-Za-z0-9+/]{86}==):")
_SHOP = re.compile(r"[A-Za-z0-9._-]{1,64}")


@dataclass(frozen=True, slots=True)
class Seal:
    """What a seal says; that it is true is for ``base`` and the public key to show."""

    shop: str
    key_id: str
    created: datetime
    nonce: str
    digest: str
    signature: bytes
    parameters: str


class NoSeal(ValueError):
    """The call carries no seal of this profile."""


def content_digest(body: bytes) -> str:
    """``sha-256=:…:`` (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def base(method: str, path: str, query: str, digest: str, shop: str, parameters: str) -> bytes:
    """The text that is signed (RFC 9421 §2.5). ``query`` without its question mark."""
    return (
        f'"@method": {method}\n"@path": {path}\n"@query": ?{query}\n"content-digest": {digest}\n'
        f'"xiuhu-shop": {shop}\n"@signature-params": {parameters}'
    ).encode()


def sealed(
    sign: Callable[[bytes], bytes],
    *,
    key_id: str,
    shop: str,
    method: str,
    path: str,
    query: str,
    body: bytes,
    now: datetime,
    nonce: str | None = None,
) -> dict[str, str]:
    """The headers of a call. Made anew for every attempt: a stamp is good for five minutes, a nonce for once.

    ``path`` and ``query`` as they stand in the request line (percent-encoded); ``sign``: 64 bytes of Ed25519.
    """
    digest = content_digest(body)
    once = nonce or secrets.token_urlsafe(18)
    created = int(now.timestamp())
    parameters = f'{_COVERED};created={created};keyid="{key_id}";nonce="{once}";alg="ed25519";tag="{TAG}"'
    signature = sign(base(method, path, query, digest, shop, parameters))
    return {
        "Content-Digest": digest,
        "Xiuhu-Shop": shop,
        "Signature-Input": f"xiuhu={parameters}",
        "Signature": f"xiuhu=:{base64.b64encode(signature).decode()}:",
    }


def seal_in(headers: Mapping[str, str]) -> Seal:
    """The seal in a call's headers (names in lower case). Raises ``NoSeal``."""
    found = _INPUT.fullmatch(headers.get("signature-input", ""))
    signature = _SIGNATURE.fullmatch(headers.get("signature", ""))
    shop = headers.get("xiuhu-shop", "")
    if found is None or signature is None or not _SHOP.fullmatch(shop):
        raise NoSeal
    return Seal(
        shop,
        found.group(2),
        datetime.fromtimestamp(int(found.group(1)), UTC),
        found.group(3),
        headers.get("content-digest", ""),
        base64.b64decode(signature.group(1)),
        headers["signature-input"].removeprefix("xiuhu="),
    )
