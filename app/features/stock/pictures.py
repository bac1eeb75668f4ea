"""A part's picture: read as an untrusted file, kept as a small picture of our own making."""

from __future__ import annotations

import io

from app.core.errors import Reason, Refusal
from app.store.photos import MAX_BYTES, PhotoStore, StoredPhoto

#: Large enough to tell one board from another, small enough for a list of thousands.
MAX_SIDE = 1200
#: A small file can claim gigabytes of pixels; this many are believable.
MAX_PIXELS = 60_000_000


def keep_picture(photos: PhotoStore, content: bytes) -> StoredPhoto:
    """Decode a PNG, JPEG or WebP file, encode it anew and keep that.

    Encoding anew leaves out everything that is not the picture: positions, thumbnails, appended files. Raises
    ``Refusal``: FILE_TOO_LARGE (MB), BAD_IMAGE; ``EnvironmentFault(DISK_FULL)``.
    """
    if len(content) > MAX_BYTES:
        raise Refusal(Reason.FILE_TOO_LARGE, most=MAX_BYTES // 1024 // 1024)
    # Imported here: most of the day nobody adds a picture.
    from PIL import Image, ImageOps

    try:
        with Image.open(io.BytesIO(content), formats=("PNG", "JPEG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise Refusal(Reason.BAD_IMAGE)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            layered = upright.convert("RGBA") if _see_through(upright) else upright.convert("RGB")
        layered.thumbnail((MAX_SIDE, MAX_SIDE))
        clean = Image.new("RGB", layered.size, "white")
        clean.paste(layered, mask=layered if layered.mode == "RGBA" else None)
        kept = io.BytesIO()
        clean.save(kept, "JPEG", quality=85, optimize=True)
    except Refusal:
        raise
    except Exception as error:  # whatever a damaged file makes the decoder raise
        raise Refusal(Reason.BAD_IMAGE) from error
    return photos.put(kept.getvalue())


def _see_through(picture: object) -> bool:
    return getattr(picture, "mode", "") in ("RGBA", "LA", "PA") or "transparency" in getattr(
        picture, "info", {}
    )
