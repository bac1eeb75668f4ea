"""Drawing on a page: points from the top left corner, black only (a thermal head knows no grey).

Operators are written straight into the page: reportlab's own calls cost ten times as much, and a
receipt has hundreds.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from app.papers.barcodes import DOT, Rects
from app.papers.fonts import Typeface


class Pen:
    """Writes on one canvas page of ``height`` points."""

    def __init__(self, canvas: Any, height: float) -> None:
        self._canvas = canvas
        self._height = height
        self._out = canvas.addLiteral

    def text(self, left: float, baseline: float, text: str, face: Typeface, size: float) -> None:
        """One line of tidy text."""
        if not text:
            return
        document = self._canvas._doc
        font = face.font
        out = [f"BT {left:.2f} {self._height - baseline:.2f} Td"]
        for subset, codes in font.splitString(text, document):
            out.append(f"{font.getSubsetInternalName(subset, document)} {size:g} Tf <{codes.hex()}> Tj")
        out.append("ET")
        self._out(" ".join(out))

    def white_text(self, left: float, baseline: float, text: str, face: Typeface, size: float) -> None:
        """Text on a black field."""
        self._out("1 g")
        self.text(left, baseline, text, face, size)
        self._out("0 g")

    def rule(self, left: float, right: float, y: float, thick: float, *, dotted: bool = False) -> None:
        """A horizontal line; dotted ones are dashes that a 203 dpi head can print."""
        dashes = f"[{4 * DOT:.3f} {4 * DOT:.3f}] 0 d " if dotted else ""
        end = " [] 0 d" if dotted else ""
        y = self._height - y
        self._out(f"{dashes}{thick:.2f} w {left:.2f} {y:.2f} m {right:.2f} {y:.2f} l S{end}")

    def bar(self, x: float, top: float, bottom: float, thick: float) -> None:
        """A vertical line."""
        high, low = self._height - top, self._height - bottom
        self._out(f"{thick:.2f} w {x:.2f} {high:.2f} m {x:.2f} {low:.2f} l S")

    def box(self, left: float, top: float, width: float, height: float, thick: float) -> None:
        """A frame, its line inside the given edges."""
        half = thick / 2
        low = self._height - top - height + half
        self._out(f"{thick:.2f} w {left + half:.2f} {low:.2f} {width - thick:.2f} {height - thick:.2f} re S")

    def fill(self, left: float, top: float, width: float, height: float) -> None:
        """A black field."""
        self._out(f"{left:.2f} {self._height - top - height:.2f} {width:.2f} {height:.2f} re f")

    def modules(self, left: float, top: float, runs: Rects, wide: float, high: float) -> None:
        """Bars or squares: runs in modules of ``wide`` × ``high`` points, from the given corner."""
        base = self._height - top
        self._out(
            " ".join(_rectangles(runs, left, base, wide, high)) + " f",
        )

    def picture(self, left: float, top: float, width: float, height: float, reader: Any) -> None:
        """An image that was made ready (``app.papers.pictures``)."""
        self._canvas.drawImage(reader, left, self._height - top - height, width, height)


def _rectangles(runs: Rects, left: float, base: float, wide: float, high: float) -> Iterable[str]:
    for x, y, width, height in runs:
        low = base - (y + height) * high
        yield f"{left + x * wide:.4f} {low:.4f} {width * wide:.4f} {height * high:.4f} re"
