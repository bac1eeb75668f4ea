"""The connection card: everything a shop needs to reach its head office, as one line of text to paste.

It holds the shop's private key, so it is handed over like a password and typed into one shop only.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import zlib
from dataclasses import dataclass, field
from typing import Annotated

from app.core.wire.form import Code, Line, MaybeCode, Misfit, Text, plain, read

_MARK = "xiuhu-card1."
_MOST = 64 * 1024


@dataclass(frozen=True, slots=True)
class Card:
    """``secret``: the Ed25519 private key, 32 bytes in base64. ``ca``: PEM to pin, or "" for a public one."""

    url: Annotated[str, Text(300, 1)]
    brand: Code
    brand_name: Line
    shop: Code
    key_id: Code
    secret: Annotated[str, Text(44, 44)] = field(repr=False)
    shop_name: Line = ""
    ca: Annotated[str, Text(16_000)] = ""
    contract: MaybeCode = "1"


class BadCard(ValueError):
    """The text is no connection card, or a piece of one."""


def card_to_text(card: Card) -> str:
    """One line: mark, content, and a check over it that shows a piece cut off."""
    packed = zlib.compress(json.dumps(plain(card), ensure_ascii=False).encode(), 9)
    content = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return f"{_MARK}{content}.{_check(content)}"


def card_from_text(text: str) -> Card:
    """The card in a pasted text; blanks and line breaks inside it do no harm. Raises ``BadCard``."""
    joined = "".join(text.split())
    content, _dot, check = joined.removeprefix(_MARK).rpartition(".")
    if not joined.startswith(_MARK) or len(joined) > _MOST or _check(content) != check:
        raise BadCard
    try:
        opener = zlib.decompressobj()
        raw = opener.decompress(base64.b64decode(content + "=" * (-len(content) % 4), b"-_", True), _MOST)
        return read(Card, json.loads(raw))
    except (binascii.Error, zlib.error, ValueError, Misfit):
        raise BadCard from None


def _check(content: str) -> str:
    return hashlib.sha256(content.encode()).hexdigest()[:8]
