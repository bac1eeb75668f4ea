"""The shop's logo: read as an untrusted file, kept as a small picture of our own making."""

from __future__ import annotations

import base64
import binascii
import io

from app.core.errors import Reason, Refusal

MAX_BYTES = 500 * 1024
#: More than any paper prints (A4 at 300 dpi is 2480 dots wide, a logo a third of it).
MAX_SIDE = 1000
#: A picture of 500 KB can claim gigabytes of pixels; this many are believable.
MAX_PIXELS = 40_000_000


def clean_logo(value: bytes | str) -> str:
    """A PNG or JPEG file (or its base64) decoded and encoded anew, as base64 of a PNG.

    Encoding anew leaves out everything that is not the picture: positions, thumbnails, appended files.
    Raises ``Refusal``: FILE_TOO_LARGE (MB), BAD_IMAGE.
    """
    content = value if isinstance(value, bytes) else _decoded(value)
    if len(content) > MAX_BYTES:
        raise Refusal(Reason.FILE_TOO_LARGE, most=MAX_BYTES / 1024 / 1000)
    # Imported here: the sign-in screen is painted without it.
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refusal(Reason.BAD_IMAGE)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            transparent = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
            plain = upright.convert("RGBA" if transparent else "RGB")
        plain.thumbnail((MAX_SIDE, MAX_SIDE))
        clean = Image.new(plain.mode, plain.size)
        clean.paste(plain)
        kept = io.BytesIO()
        clean.save(kept, "PNG", optimize=True)
    except Refusal:
        raise
    except Exception as error:  # whatever a damaged file makes the decoder raise
        raise Refusal(Reason.BAD_IMAGE) from error
    return base64.b64encode(kept.getvalue()).decode("ascii")


def _decoded(value: str) -> bytes:
    if len(value) > MAX_BYTES * 2:
        raise Refusal(Reason.FILE_TOO_LARGE, most=MAX_BYTES / 1024 / 1000)
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        raise Refusal(Reason.BAD_IMAGE) from None
