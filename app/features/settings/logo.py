"""The shop's logo: read as an untrusted file, kept as a small picture of our own making."""

from __future__ import annotations

import base64
import binascii

from app.core.errors import Reason, Refusal
from app.store.pictures import clean_picture

MAX_BYTES = 500 * 1024
#: More than any paper prints (A4 at 300 dpi is 2480 dots wide, a logo a third of it).
MAX_SIDE = 1000


def clean_logo(value: bytes | str) -> str:
    """A PNG or JPEG file (or its base64) decoded and encoded anew, as base64 of a PNG.

    Raises ``Refusal``: FILE_TOO_LARGE (MB), BAD_IMAGE, IMAGE_TOO_LARGE.
    """
    content = value if isinstance(value, bytes) else _decoded(value)
    clean = clean_picture(
        content, kinds=("JPEG", "PNG"), most_bytes=MAX_BYTES, most_side=MAX_SIDE, see_through=True
    )
    return base64.b64encode(clean.content).decode("ascii")


def _decoded(value: str) -> bytes:
    if len(value) > MAX_BYTES * 2:
        raise Refusal(Reason.FILE_TOO_LARGE, most=round(MAX_BYTES / 1024 / 1024, 1))
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(Reason.BAD_IMAGE) from None
