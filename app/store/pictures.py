"""Pictures from outside, decoded within bounds and encoded anew: what is kept was written by us.

Encoding anew leaves out everything that is not the picture: where and when it was taken, thumbnails, appended
archives, pages of scripts. How the camera was held is applied first.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Sequence
from dataclasses import dataclass

from app.core.errors import Reason, Refusal

MAX_BYTES = 20 * 1024 * 1024
#: A file of a few KB can claim gigabytes of dots; a telephone's camera makes fifty million.
MAX_PIXELS = 51_000_000
#: Of pictures that are decoded whole, whatever size is wanted: a screenshot has at most nine million.
MAX_WHOLE_PIXELS = 25_000_000
#: Nobody sees more on a screen or on paper: four times that of Full HD.
MAX_SIDE = 4096
#: The longest a picture may be for its width: a banner of one dot's height is none.
_MAX_RATIO = 200
_QUALITY = 88
#: The note that says how the camera was held.
_ORIENTATION = 0x0112
#: What is decoded, by how its file begins. Nothing else reaches a decoder: no scripts, no vectors, no films.
_MAGIC = ((b"\xff\xd8\xff", "JPEG"), (b"\x89PNG\r\n\x1a\n", "PNG"), (b"RIFF", "WEBP"))


@dataclass(frozen=True, slots=True)
class CleanPicture:
    """A picture of our own making."""

    content: bytes
    suffix: str
    width: int
    height: int


def kind_of(content: bytes) -> str | None:
    """How the file says it is to be read: ``JPEG``, ``PNG``, ``WEBP``; None for anything else."""
    found = next((kind for magic, kind in _MAGIC if content.startswith(magic)), None)
    return None if found == "WEBP" and content[8:12] != b"WEBP" else found


def clean_picture(
    content: bytes,
    *,
    kinds: Sequence[str] = ("JPEG", "PNG", "WEBP"),
    most_bytes: int = MAX_BYTES,
    most_side: int = MAX_SIDE,
    see_through: bool = False,
) -> CleanPicture:
    """Decode an untrusted picture and encode it anew: as JPEG, on white where it is transparent, or as PNG that keeps
    it with ``see_through``. Longer sides than ``most_side`` are made smaller.

    Raises ``Refusal``: FILE_TOO_LARGE (MB), BAD_IMAGE, IMAGE_TOO_LARGE (millions of dots).
    """
    if len(content) > most_bytes:
        raise Refusal(Reason.FILE_TOO_LARGE, most=round(most_bytes / 1024 / 1024, 1))
    kind = kind_of(content)
    if kind is None or kind not in kinds:
        raise Refusal(Reason.BAD_IMAGE)
    # Imported here: most of the day nobody adds a picture.
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is refused two lines further on
            picture = Image.open(io.BytesIO(content), formats=(kind,))
        with picture:
            _check_claim(picture.width, picture.height, MAX_PIXELS if kind == "JPEG" else MAX_WHOLE_PIXELS)
            if getattr(picture, "n_frames", 1) != 1 and kind != "JPEG":
                raise Refusal(Reason.BAD_IMAGE)  # a film
            # A large JPEG is decoded at half or a quarter of its size at once: a little below is as good and faster.
            share = 0.75 * most_side / max(picture.size)
            picture.draft("RGB", (max(1, int(picture.width * share)), max(1, int(picture.height * share))))
            layered = picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
            wanted = "RGBA" if layered else "RGB"
            small = picture if picture.mode == wanted else picture.convert(wanted)
            if max(small.size) > most_side:
                small.thumbnail((most_side, most_side), Image.Resampling.BICUBIC, reducing_gap=2.0)
            small.getexif()[_ORIENTATION] = picture.getexif().get(_ORIENTATION, 1)
            upright = ImageOps.exif_transpose(small)
        ground = "white" if layered and not see_through else None
        # Pasted into a new one: the old one carries its notes along.
        clean = Image.new("RGB" if ground else wanted, upright.size, ground)
        clean.paste(upright, mask=upright if ground else None)
        kept = io.BytesIO()
        if see_through:
            clean.save(kept, "PNG", optimize=True)
        else:
            clean.save(kept, "JPEG", quality=_QUALITY)
    except Refusal:
        raise
    except (MemoryError, Image.DecompressionBombError):
        raise Refusal(Reason.IMAGE_TOO_LARGE, most=MAX_PIXELS // 1_000_000) from None
    except Exception as error:  # whatever a damaged file makes the decoder raise
        raise Refusal(Reason.BAD_IMAGE) from error
    return CleanPicture(kept.getvalue(), ".png" if see_through else ".jpg", *clean.size)


def _check_claim(width: int, height: int, most: int) -> None:
    """What the file says of itself, before a single dot is decoded."""
    if width < 1 or height < 1 or max(width, height) > _MAX_RATIO * min(width, height) + _MAX_RATIO:
        raise Refusal(Reason.BAD_IMAGE)
    if width * height > most:
        raise Refusal(Reason.IMAGE_TOO_LARGE, most=most // 1_000_000)
