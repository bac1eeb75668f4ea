"""A part's picture: read as an untrusted file, kept as a small picture of our own making."""

from __future__ import annotations

from app.store.photos import PhotoStore, StoredPhoto
from app.store.pictures import CleanPicture, clean_picture

#: Large enough to tell one board from another, small enough for a list of thousands.
MAX_SIDE = 1200


def small_picture(content: bytes) -> CleanPicture:
    """Decode a PNG, JPEG or WebP file and encode it anew; takes up to a second.

    Raises ``Refusal``: FILE_TOO_LARGE (MB), BAD_IMAGE, IMAGE_TOO_LARGE.
    """
    return clean_picture(content, most_side=MAX_SIDE)


def keep_picture(photos: PhotoStore, picture: bytes | CleanPicture) -> StoredPhoto:
    """Keep a picture from outside, or what ``small_picture`` made of it already.

    Raises ``Refusal`` as ``small_picture``; ``EnvironmentFault(DISK_FULL)``.
    """
    return photos.keep(small_picture(picture) if isinstance(picture, bytes) else picture)
