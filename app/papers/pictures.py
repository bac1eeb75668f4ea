"""Logos and signatures made ready for the paper they go on."""

from __future__ import annotations

import base64
import binascii
import io
import logging
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.papers.barcodes import DOT

_SHEET_DPI = 300
#: A picture that claims more pixels than this is not a logo; decoding it would stop the shop.
_MOST_PIXELS = 40_000_000

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Picture:
    """An image and its size on paper in points."""

    reader: Any
    width: float
    height: float


@lru_cache(maxsize=16)
def picture(data: str, most_width: float, most_height: float, *, thermal: bool) -> Picture | None:
    """The PNG or JPEG in base64, fitted into the given points; None (and a line in the log) if it is damaged.

    On thermal paper it becomes black dots at the head's resolution, so that colours print as shades and not
    as one black patch.
    """
    from PIL import Image, UnidentifiedImageError  # only papers with pictures need it
    from reportlab.lib.utils import ImageReader

    try:
        image: Any = Image.open(io.BytesIO(base64.b64decode(data, validate=True)))
        if image.width * image.height > _MOST_PIXELS:
            raise ValueError("too many pixels")
        image = image.convert("RGBA")
    except (OSError, ValueError, SyntaxError, binascii.Error, UnidentifiedImageError) as error:
        _log.warning("a picture of the shop cannot be printed: %s", error)
        return None
    white = Image.new("RGBA", image.size, "white")
    image = Image.alpha_composite(white, image).convert("RGB")
    scale = min(most_width / image.width, most_height / image.height)
    width, height = image.width * scale, image.height * scale
    if thermal:
        dots = (max(1, round(width / DOT)), max(1, round(height / DOT)))
        image = image.convert("L").resize(dots, Image.Resampling.LANCZOS).convert("1").convert("L")
        width, height = dots[0] * DOT, dots[1] * DOT
    else:
        most = (max(1, round(width / 72 * _SHEET_DPI)), max(1, round(height / 72 * _SHEET_DPI)))
        if image.width > most[0]:
            image = image.resize(most, Image.Resampling.LANCZOS)
    return Picture(ImageReader(image), width, height)
