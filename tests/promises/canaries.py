"""Texts that must not be found, in every form bytes may hold them: UTF-8, UTF-16, base64 at its three alignments."""

from __future__ import annotations

import base64
import gzip
import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

#: An archive in an archive in an archive is looked into; deeper ones are not made here.
_DEPTH = 4


def forms(text: str) -> frozenset[bytes]:
    """Every form in which ``text`` is looked for."""
    plain = {text.encode("utf-8"), text.encode("utf-16-le"), text.encode("utf-16-be")}
    return frozenset(plain | {piece for each in plain for piece in _in_base64(each)})


def _in_base64(content: bytes) -> Iterator[bytes]:
    for ahead in range(3):
        coded = base64.b64encode(bytes(ahead) + content)
        # The first and last characters depend on what stands beside it.
        first = -(-ahead * 8 // 6)
        last = len(coded) - (4 if (ahead + len(content)) % 3 else 0)
        yield coded[first:last]


def found_in(content: bytes, canaries: Iterable[str]) -> set[str]:
    """Which canaries are somewhere in ``content``, compressed parts of archives, workbooks and PDFs included."""
    wanted = {canary: forms(canary) for canary in canaries}
    pieces = list(_unpacked(content, _DEPTH))
    return {
        canary for canary, its in wanted.items() if any(form in piece for piece in pieces for form in its)
    }


def found_under(root: Path, canaries: Iterable[str], *, leave: Iterable[Path] = ()) -> dict[str, set[str]]:
    """Every file under ``root`` that holds a canary, with those it holds."""
    left = set(leave)
    found: dict[str, set[str]] = {}
    for path in sorted(root.rglob("*")):
        if path.is_file() and path not in left:
            here = found_in(path.read_bytes() + str(path.relative_to(root)).encode(), canaries)
            if here:
                found[str(path.relative_to(root))] = here
    return found


def _unpacked(content: bytes, depth: int) -> Iterator[bytes]:
    yield content
    if depth == 0:
        return
    if content.startswith(b"PK"):
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                for name in archive.namelist():
                    yield name.encode()
                    yield from _unpacked(archive.read(name), depth - 1)
        except zipfile.BadZipFile:
            pass
    elif content.startswith(b"\x1f\x8b"):
        yield from _unpacked(gzip.decompress(content), depth - 1)
    elif content.startswith(b"%PDF"):
        yield from _streams(content)


def _streams(content: bytes) -> Iterator[bytes]:
    """A PDF's compressed streams, and its text as a reader copies it."""
    at = content.find(b"stream")
    while at >= 0:
        end = content.find(b"endstream", at)
        body = content[at + 6 : end].lstrip(b"\r\n")
        try:
            yield zlib.decompress(body)
        except zlib.error:
            pass
        at = content.find(b"stream", end + 9)
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    for page in document:
        yield page.get_textpage().get_text_bounded().encode()
    document.close()
