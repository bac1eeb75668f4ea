"""The face of a label: everything in a fixed field, the bars first; texts shrink, then end in an ellipsis."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.papers import barcodes
from app.papers.barcodes import DOT, MODULE, QR_QUIET, QUIET, grouped, snap
from app.papers.blocks import Block
from app.papers.fonts import Typeface
from app.papers.kit import Kit
from app.papers.lines import clip, clip_lines
from app.papers.pages import MM
from app.papers.pen import Pen

_STEP = 1.22
#: Below this many points Chinese is no longer readable at 203 dpi (18 dots).
_SMALLEST = 6.4
_SQUARES_GAP = 4


@dataclass(slots=True)
class LabelFace(Block):
    """Headline with a corner box, a strong line, rows as many as there is room for, bars at the foot."""

    kit: Kit
    headline: str
    strong: str
    code: str
    corner: str = ""
    rows: list[str] = field(default_factory=list)
    strong_lines: int = 1
    strong_first: bool = False

    def height(self, _width: float) -> float:
        page = self.kit.page
        return (page.height or 0) - page.top - page.bottom

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        bottom = top + self.height(width)
        wide = barcodes.bars_width(self.code)
        rows = self.rows
        if wide is not None and wide <= width + DOT:
            foot = self._bars(pen, left, bottom, width)
        elif self.code:
            width, foot = self._squares(pen, left, bottom, width), bottom
            rows = [*rows, self.code]  # what the squares say, for people
        else:
            foot = bottom
        parts = [self._strong, self._headline] if self.strong_first else [self._headline, self._strong]
        y = top
        for part in parts:
            y = part(pen, left, y, width)
        regular, size = self.kit.faces.regular, self.kit.page.small
        for row in map(self.kit.line, rows):
            if row and y + size * _STEP <= foot:
                pen.text(left, y + size, clip(row, regular, size, width), regular, size)
                y += size * _STEP

    def _headline(self, pen: Pen, left: float, top: float, width: float) -> float:
        bold, page = self.kit.faces.bold, self.kit.page
        text, corner = self.kit.line(self.headline), self.kit.line(self.corner)
        mark = self.kit.line(self.kit.copy_words()) if self.kit.copy else ""
        if not (text or corner or mark):
            return top
        right = left + width
        for framed, words in ((True, mark), (False, corner)):
            if not words:
                continue
            size = page.small if framed else page.body
            words = clip(words, bold, size, width * 0.45)
            wide = bold.width(words, size) + 5
            if framed:
                pen.box(right - wide, top + 0.5, wide, page.number * 1.05, 0.8)
            else:
                pen.fill(right - wide, top + 0.5, wide, page.number * 1.05)
            draw = pen.text if framed else pen.white_text
            draw(right - wide + 2.5, top + 0.5 + page.number * 0.525 + size * 0.36, words, bold, size)
            right -= wide + 2
        size = _shrunk(text, bold, page.number, right - left)
        pen.text(left, top + page.number * 0.95, clip(text, bold, size, right - left), bold, size)
        return top + page.number * 1.22

    def _strong(self, pen: Pen, left: float, top: float, width: float) -> float:
        bold, size = self.kit.faces.bold, self.kit.page.body
        text = self.kit.line(self.strong)
        if not text:
            return top
        if self.strong_lines == 1:
            size = _shrunk(text, bold, size, width)
        for line in clip_lines(text, bold, size, width, self.strong_lines):
            pen.text(left, top + size, line, bold, size)
            top += size * _STEP
        return top

    def _bars(self, pen: Pen, left: float, bottom: float, width: float) -> float:
        """The bars at the foot, as high as the label's size allows; returns where they begin."""
        found = barcodes.code128(self.code)
        assert found is not None
        runs, modules = found
        regular, size = self.kit.faces.regular, self.kit.page.small
        tall = snap((8 if (self.kit.page.height or 0) < 31 * MM else 10) * MM)
        top = snap(bottom - size * 1.12 - tall)
        full = (modules + 2 * QUIET) * MODULE
        start = snap(left + (width - full) / 2 + QUIET * MODULE)
        pen.modules(start, top, runs, MODULE, tall)
        text = grouped(self.code)
        shift = (modules * MODULE - regular.width(text, size)) / 2
        pen.text(start + shift, bottom - size * 0.16, text, regular, size)
        return top - 1

    def _squares(self, pen: Pen, left: float, bottom: float, width: float) -> float:
        """A QR code in the lower right corner for a code too long for bars; returns the width beside it."""
        runs, side = barcodes.qr(self.code)
        step = max(2, min(4, int(width * 0.5 / DOT / (side + QR_QUIET)))) * DOT
        start = snap(left + width - side * step)
        pen.modules(start, snap(bottom - side * step), runs, step, step)
        return start - left - _SQUARES_GAP * step


def _shrunk(text: str, face: Typeface, size: float, width: float) -> float:
    """The size at which ``text`` fits one line, not below what can be read."""
    wide = face.width(text, size)
    # A hair less than the width, so that rounding does not cut the last letter.
    return size if wide <= width else max(_SMALLEST, 0.999 * size * width / wide)
