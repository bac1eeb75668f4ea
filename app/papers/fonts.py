"""The two faces every paper is set in, read fast and registered once.

reportlab reads a font of 10 MB number by number (110 ms a face) and copies all outlines for every subset
(3 ms a paper). ``_Face`` reads the same tables as arrays over a mapped file, looks widths up when they are
asked for, shares the character map of both faces (10 ms together) and copies only the outlines used.
"""

from __future__ import annotations

import mmap
import sys
import threading
import unicodedata
from array import array
from functools import lru_cache
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from reportlab import rl_config
from reportlab.pdfbase import pdfmetrics, ttfonts

from app.core.errors import EnvironmentFault, Fault
from app.core.places import RESOURCES

FOLDER = RESOURCES / "fonts"
#: Printed for a character that the fonts lack: a blank would hide that something is missing.
REPLACEMENT = "□"

_HEAD_LOCA_FORMAT = 50
_HHEA_METRICS = 34
_LONG_LOCA = 1
_UNICODE_FULL = (3, 10)
_SEGMENTED = 12
_EM = 1000
_NOTHING: frozenset[str] = frozenset()


class _Outlines:
    """A table of the mapped file, sliced without copying the whole."""

    def __init__(self, data: mmap.mmap, offset: int) -> None:
        self._data = data
        self._offset = offset

    def __getitem__(self, part: slice) -> bytes:
        return self._data[self._offset + part.start : self._offset + part.stop]


class _Metrics:
    """(advance, left side bearing) by glyph, from the two arrays of ``hmtx``."""

    def __init__(self, advances: array[int], bearings: array[int]) -> None:
        self._advances = advances
        self._bearings = bearings

    def __getitem__(self, glyph: int) -> tuple[int, int]:
        return self._advances[glyph], self._bearings[glyph]


class _Widths(dict[int, float]):
    """Width by character code in 1/1000 of the size, computed when first asked for."""

    def __init__(self, codes: dict[int, int], advances: array[int], scale: float) -> None:
        super().__init__()
        self._codes = codes
        self._advances = advances
        self._scale = scale

    def __missing__(self, code: int) -> float:
        width = self[code] = self._advances[self._codes[code]] * self._scale
        return width

    def get(self, code: int, default: Any = None) -> Any:
        """reportlab asks this way."""
        try:
            return self[code]
        except KeyError:
            return default


class _Face(ttfonts.TTFontFace):  # type: ignore[misc]
    """A TrueType face over a mapped file; same attributes as reportlab's own."""

    def readFile(self, f: str) -> None:
        self.filename = f
        with Path(f).open("rb") as file:
            self._ttf_data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        self._pos = 0

    def get_table(self, tag: str) -> Any:
        offset, length = self.get_table_pos(tag)
        if tag == "glyf":
            return _Outlines(self._ttf_data, offset)
        return self._ttf_data[offset : offset + length]

    def extractInfo(self, charInfo: int = 1) -> None:
        codes = _glyphs(self.get_table("cmap"))
        if codes is None:  # not the font that we ship: read it the slow way
            super().extractInfo(charInfo)
            return
        super().extractInfo(0)
        metrics = _numbers("H", self.get_table("hmtx"))
        full = int.from_bytes(self.get_table("hhea")[_HHEA_METRICS : _HHEA_METRICS + 2], "big")
        advances, bearings = metrics[: 2 * full : 2], metrics[1 : 2 * full : 2] + metrics[2 * full :]
        advances.extend([advances[-1]] * (self.numGlyphs - full))  # the last one stands for the rest
        self.hmetrics = _Metrics(advances, bearings)
        self.charToGlyph = codes
        self.charWidths = _Widths(codes, advances, _EM / self.unitsPerEm)
        self.defaultWidth = advances[0] * _EM / self.unitsPerEm
        form = int.from_bytes(self.get_table("head")[_HEAD_LOCA_FORMAT : _HEAD_LOCA_FORMAT + 2], "big")
        if form == _LONG_LOCA:
            self.glyphPos = _numbers("I", self.get_table("loca"))
        else:
            self.glyphPos = array("I", (2 * place for place in _numbers("H", self.get_table("loca"))))


@lru_cache(maxsize=1)
def _glyphs(table: bytes) -> dict[int, int] | None:
    """Glyph by character code from the full Unicode map, which both faces share; None if there is none."""
    count = int.from_bytes(table[2:4], "big")
    for at in range(4, 4 + 8 * count, 8):
        system, coding = _numbers("H", table[at : at + 4])
        start = int.from_bytes(table[at + 4 : at + 8], "big")
        if (system, coding) == _UNICODE_FULL and int.from_bytes(
            table[start : start + 2], "big"
        ) == _SEGMENTED:
            codes: dict[int, int] = {}
            size = int.from_bytes(table[start + 12 : start + 16], "big")
            flat = iter(_numbers("I", table[start + 16 : start + 16 + 12 * size]))
            for first, last, glyph in zip(flat, flat, flat, strict=True):
                codes.update(zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True))
            codes[0xA0] = codes[0x20]  # a space that does not break is as wide as one that does
            return codes
    return None


class _Font(ttfonts.TTFont):  # type: ignore[misc]
    """A font of ours: our face, and subsets without the 95 ASCII letters a paper does not use."""

    def __init__(self, name: str, file: Path) -> None:
        self.fontName = name
        self.face = _Face(str(file))
        self.encoding = ttfonts.TTEncoding()
        self.state: WeakKeyDictionary[Any, Any] = (
            WeakKeyDictionary()
        )  # what a document uses of the font, forgotten with the document
        self._asciiReadable = False
        self.shapable = False


class Typeface:
    """A face as the layout needs it: its name and the widths of its characters in 1/1000 of the size."""

    def __init__(self, name: str, font: _Font) -> None:
        self.name = name
        self.font = font
        self.widths: dict[int, float] = font.face.charWidths
        self.ascent: float = font.face.ascent / 1000
        self.descent: float = -font.face.descent / 1000

    def width(self, text: str, size: float) -> float:
        """Width in points of tidy ``text``."""
        return sum(map(self.widths.__getitem__, map(ord, text))) * size / 1000


class Faces:
    """Regular and bold."""

    def __init__(self, regular: Typeface, bold: Typeface) -> None:
        self.regular = regular
        self.bold = bold
        ours, theirs = regular.font.face.charToGlyph, bold.font.face.charToGlyph
        self._known = ours.keys() if ours is theirs else ours.keys() & theirs.keys()

    def tidy(self, text: str, missing: set[str]) -> str:
        """``text`` as it can be printed: composed, lines ended by newlines, no control or direction marks.

        What the fonts lack becomes a box and is added to ``missing``.
        """
        clean, lacking = self._tidied(text)
        missing.update(lacking)
        return clean

    @lru_cache(maxsize=4096)  # noqa: B019 - there is one Faces in a process
    def _tidied(self, text: str) -> tuple[str, frozenset[str]]:
        if not unicodedata.is_normalized("NFC", text):
            text = unicodedata.normalize("NFC", text)
        changes = {ord(sign): _instead(sign, self._known) for sign in set(text)}
        changes = {code: new for code, new in changes.items() if new != chr(code)}
        if not changes:
            return text, _NOTHING
        lacking = frozenset(chr(code) for code, new in changes.items() if new == REPLACEMENT)
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text.translate(changes), lacking


def _instead(sign: str, known: Any) -> str:
    if sign == "\n":
        return sign
    kind = unicodedata.category(sign)
    if sign in "\r\v\f\x85" or kind in ("Zl", "Zp"):
        return "\n"
    if sign == "\t" or kind == "Zs":
        return sign if ord(sign) in known and sign != "\xa0" else " "
    if kind in ("Cc", "Cf") or "\ufe00" <= sign <= "\ufe0f":
        return ""  # signs that steer, not signs that are seen
    return sign if ord(sign) in known else REPLACEMENT


def _numbers(code: str, data: bytes) -> array[int]:
    """Big-endian unsigned numbers."""
    numbers = array(code, data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _to_unicode(name: str, subset: list[int]) -> str:
    """The map by which text copies out of the PDF; UTF-16 pairs beyond the first plane (reportlab writes one
    number there), and blocks of at most 100 as the standard has it."""
    rows = [
        f"<{at:02X}> <{chr(code).encode('utf-16-be', 'replace').hex().upper()}>"
        for at, code in enumerate(subset)
    ]
    blocks = [rows[at : at + 100] for at in range(0, len(rows), 100)]
    return "\n".join(
        [
            "/CIDInit /ProcSet findresource begin",
            "12 dict begin",
            "begincmap",
            f"/CIDSystemInfo << /Registry ({name}) /Ordering ({name}) /Supplement 0 >> def",
            f"/CMapName /{name} def",
            "/CMapType 2 def",
            "1 begincodespacerange",
            "<00> <FF>",
            "endcodespacerange",
            *(line for block in blocks for line in (f"{len(block)} beginbfchar", *block, "endbfchar")),
            "endcmap",
            "CMapName currentdict /CMap defineresource pop",
            "end",
            "end",
        ]
    )


_lock = threading.Lock()


def faces() -> Faces:
    """The two faces; read and registered at the first call. ``EnvironmentFault(FONT_MISSING)``."""
    with _lock:
        return _faces()


@lru_cache(maxsize=1)
def _faces() -> Faces:
    ttfonts.makeToUnicodeCMap = _to_unicode
    rl_config.useA85 = 0  # text armour that no reader needs; a quarter of a paper's size and time
    return Faces(
        _typeface("XiuhuRegular", "NotoSansSC-Regular.ttf"), _typeface("XiuhuBold", "NotoSansSC-Bold.ttf")
    )


def _typeface(name: str, file: str) -> Typeface:
    place = FOLDER / file
    try:
        font = _Font(name, place)
    except (OSError, ValueError, ttfonts.TTFError) as error:
        raise EnvironmentFault(Fault.FONT_MISSING, path=str(place)) from error
    pdfmetrics.registerFont(font)
    return Typeface(name, font)
