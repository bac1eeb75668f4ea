"""A part's picture: read as an untrusted file, kept as a small picture of our own making."""

from __future__ import annotations

from app.store.photos import PhotoStore, StoredPhoto
from app.store.pictures import clean_picture

#: Large enough to tell one board from another, small enough for a list of thousands.
MAX_SIDE = 1200


def keep_picture(photos: PhotoStore, content: bytes) -> StoredPhoto:
    """Decode a PNG, JPEG or WebP file, encode it anew and keep that.

    Raises ``Refusal``: FILE_TOO_LARGE (MB), BAD_IMAGE, IMAGE_TOO_LARGE; ``EnvironmentFault(DISK_FULL)``.
    """
    return photos.keep(clean_picture(content, most_side=MAX_SIDE))
