"""Pictures from outside: what is kept was written by us, what cannot be kept is refused and leaves nothing."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from app.core.errors import EnvironmentFault, Fault, Reason, Refusal
from app.core.places import ROOT
from app.store import photos, pictures
from app.store.photos import PhotoStore
from app.store.pictures import MAX_BYTES, clean_picture
from tests.hostile_pictures import (
    JPEG,
    PNG,
    SVG,
    WEBP,
    film,
    jpeg_claiming,
    jpeg_with_notes,
    picture,
    png_bomb,
    png_text_bomb,
)


@pytest.mark.parametrize("content", [JPEG, PNG, WEBP], ids=["jpeg", "png", "webp"])
def test_a_picture_is_named_by_its_content_and_kept_once(tmp_path: Path, content: bytes) -> None:
    store = PhotoStore(tmp_path)
    first, second = store.put(content), store.put(content)
    assert first == second
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files == [store.path(first.sha256, first.suffix)]
    kept = files[0].read_bytes()
    assert hashlib.sha256(kept).hexdigest() == first.sha256
    with Image.open(io.BytesIO(kept)) as shown:
        assert (shown.format, shown.size) == ("JPEG", (8, 6))


def test_what_was_kept_is_not_encoded_a_second_time(tmp_path: Path) -> None:
    """An intake's photo is kept when it is added and given again with the order: not a dot may change."""
    store = PhotoStore(tmp_path)
    first = store.put(picture("JPEG", (300, 200)))
    kept = store.path(first.sha256, first.suffix).read_bytes()
    assert store.put(kept) == first
    assert len([path for path in tmp_path.rglob("*") if path.is_file()]) == 1


REFUSED = {
    "empty": b"",
    "pdf": b"%PDF-1.7",
    "program": b"MZ\x90",
    "sound": b"RIFF\x00\x00\x00\x00WAVE",
    "gif": film("GIF"),
    "svg": SVG,
    "two_bytes": b"\xff\xd8",
    "zeros": b"\x00" * 99,
    "png_head_only": PNG[:40],
    "png_half": picture("PNG", (40, 30))[:70],
    "jpeg_half": picture("JPEG", (400, 300))[:700],
    "jpeg_head_only": JPEG[:4],
    "webp_half": WEBP[: len(WEBP) // 2],
    "moving_png": film("PNG"),
    "moving_webp": film("WEBP"),
    "png_called_jpeg": b"\xff\xd8\xff" + PNG,
    "svg_after_magic": b"\x89PNG\r\n\x1a\n" + SVG,
    "one_row_banner": picture("PNG", (4000, 1)),
    "note_bomb": png_text_bomb(),
    "no_width": png_bomb(0, 5),
}
TOO_LARGE = {
    "png_50000": png_bomb(),
    "png_2_31": png_bomb(2**31 - 1, 2**31 - 1),
    "png_whole_400m": png_bomb(20_000, 20_000, whole=True),
    "jpeg_65535": jpeg_claiming(65_535, 65_535),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_what_is_no_picture_is_refused(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        PhotoStore(tmp_path).put(content)
    assert refused.value.reason is Reason.BAD_IMAGE
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", TOO_LARGE.values(), ids=TOO_LARGE)
def test_a_picture_that_claims_gigabytes_is_refused_by_its_claim(tmp_path: Path, content: bytes) -> None:
    assert len(content) < 10_000_000
    began = time.perf_counter()
    with pytest.raises(Refusal) as refused:
        PhotoStore(tmp_path).put(content)
    assert refused.value.reason is Reason.IMAGE_TOO_LARGE
    assert time.perf_counter() - began < 2
    assert list(tmp_path.iterdir()) == []


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refused:
        PhotoStore(tmp_path).put(JPEG + bytes(MAX_BYTES))
    assert refused.value.reason is Reason.FILE_TOO_LARGE


def test_a_picture_is_kept_without_its_notes_and_upright() -> None:
    sneaky = jpeg_with_notes(orientation=6)
    assert sneaky.count(b"CANARY") == 4
    clean = clean_picture(sneaky)
    assert b"CANARY" not in clean.content
    with Image.open(io.BytesIO(clean.content)) as shown:
        assert dict(shown.getexif()) == {}
        assert "exif" not in shown.info
        # Held sideways: the red quarter, top left in the file, is top right when it stands upright.
        assert shown.size == (40, 80)
        assert shown.getpixel((35, 5))[0] > 200  # type: ignore[index]
        assert shown.getpixel((5, 5))[0] < 60  # type: ignore[index]


def test_without_encoding_anew_the_notes_would_be_there() -> None:
    """The control: Pillow itself carries a picture's notes on."""
    with Image.open(io.BytesIO(jpeg_with_notes())) as carried:
        file = io.BytesIO()
        carried.save(file, "JPEG", exif=carried.info["exif"])
    assert b"CANARY" in file.getvalue()


def test_an_archive_or_a_script_behind_a_picture_stays_outside() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../evil.sh", "rm -rf /")
    for whole in (JPEG + packed.getvalue(), PNG + b"<script>alert(1)</script>", PNG + SVG):
        clean = clean_picture(whole).content
        assert b"evil" not in clean
        assert b"script" not in clean
        assert not zipfile.is_zipfile(io.BytesIO(clean))


def test_large_pictures_become_smaller_and_transparent_ones_white() -> None:
    clean = clean_picture(picture("JPEG", (5000, 1000)))
    assert (clean.width, clean.height) == (4096, 819)
    with Image.open(io.BytesIO(clean_picture(picture("PNG", mode="RGBA")).content)) as shown:
        assert shown.mode == "RGB"
        assert min(shown.getpixel((7, 5))) > 240  # type: ignore[type-var, arg-type]


def test_no_memory_is_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(*_all: object, **_more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Image.Image, "paste", none)
    with pytest.raises(Refusal) as refused:
        clean_picture(JPEG)
    assert refused.value.reason is Reason.IMAGE_TOO_LARGE


@pytest.mark.parametrize(
    ("number", "fault"),
    [(errno.ENOSPC, Fault.DISK_FULL), (errno.EACCES, Fault.READ_ONLY), (errno.EIO, Fault.DISK_ERROR)],
)
def test_a_half_written_picture_is_never_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, fault: Fault
) -> None:
    store = PhotoStore(tmp_path)
    seen = []

    def cut_off(_descriptor: int) -> None:
        seen.extend(path.name for path in tmp_path.rglob("*") if path.suffix == ".jpg")
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(photos.os, "fsync", cut_off)
    with pytest.raises(EnvironmentFault) as failed:
        store.put(JPEG)
    assert failed.value.fault is fault
    assert seen == []
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
    monkeypatch.undo()
    kept = store.put(JPEG)
    assert store.path(kept.sha256, ".jpg").stat().st_size > 0


PEAK = """
import resource, sys
from app.core.errors import Refusal
from app.store.pictures import clean_picture
from PIL import Image, ImageOps
from pathlib import Path
import app.store.pictures as pictures
if sys.argv[2] == "unchecked":
    pictures._check_claim = lambda width, height, most: None
    Image.MAX_IMAGE_PIXELS = None
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    clean_picture(Path(sys.argv[1]).read_bytes())
except Refusal:
    pass
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def peak_mb(file: Path, mode: str = "checked") -> int:
    done = subprocess.run(
        [sys.executable, "-c", PEAK, str(file), mode], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return int(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured by the resource module")
def test_a_bomb_takes_no_memory(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.png"
    bomb.write_bytes(png_bomb(20_000, 20_000, whole=True))
    assert peak_mb(bomb) < 20
    assert peak_mb(bomb, "unchecked") > 40, "the control: decoded, it takes its dots"
    assert pictures.MAX_PIXELS == 51_000_000
