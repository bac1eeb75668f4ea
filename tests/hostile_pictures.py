"""Pictures that break programs, made here: small whole ones, and what only looks like one (promises.md rows 9, 23)."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from PIL import Image


def picture(kind: str = "PNG", size: tuple[int, int] = (8, 6), mode: str = "RGB", **more: Any) -> bytes:
    """A whole picture; its dots differ, so that turning it shows."""
    made = Image.new(mode, size, "white" if mode in ("1", "L", "P") else None)
    made.paste(
        "red" if mode not in ("1", "L", "P") else 0, (0, 0, max(1, size[0] // 2), max(1, size[1] // 2))
    )
    file = io.BytesIO()
    made.save(file, kind, **more)
    return file.getvalue()


PNG = picture("PNG")
JPEG = picture("JPEG")
WEBP = picture("WEBP")


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG's chunk with its checksum."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_bomb(width: int = 50_000, height: int = 50_000, *, whole: bool = False) -> bytes:
    """A small PNG of gigabytes of dots; ``whole`` ones hold them all, well squeezed."""
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((width // 8 + 1) * height), 9) if whole else zlib.compress(bytes(10))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def png_text_bomb() -> bytes:
    """A PNG whose note unpacks to a hundred megabytes."""
    note = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    return PNG[:33] + chunk(b"zTXt", note) + PNG[33:]


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose frame says that it is larger than it is."""
    at = JPEG.index(b"\xff\xc0")
    return JPEG[: at + 5] + struct.pack(">HH", height, width) + JPEG[at + 9 :]


def jpeg_with_notes(orientation: int = 6) -> bytes:
    """A photo as a telephone makes it: held sideways, with the place, the owner's name and a comment inside."""
    made = Image.open(io.BytesIO(picture("JPEG", (80, 40))))
    notes = made.getexif()
    notes[0x0112] = orientation
    notes[0x010F] = "CANARY-MAKER"
    notes[0x013B] = "CANARY-ARTIST"
    notes.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 49.0), 3: "E", 4: (121.0, 28.0, 25.0)})
    notes.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0CANARY-COMMENT"
    file = io.BytesIO()
    made.save(file, "JPEG", exif=notes, comment=b"CANARY-COM", quality=95)
    return file.getvalue()


def film(kind: str) -> bytes:
    """A picture that moves."""
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    file = io.BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


SVG = (
    b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>&x;</text></svg>'
)
