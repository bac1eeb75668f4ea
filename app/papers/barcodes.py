"""Bars and squares as vectors whose edges fall on whole dots of a 203 dpi label printer (design.md §6).

A Code 128 module is exactly 2 dots (0.2502 mm): 0.25 mm was decoded one time in four, 0.2 mm never.
"""

from __future__ import annotations

from functools import lru_cache

from barcode.codex import Code128
from barcode.errors import BarcodeError
from barcode.writer import BaseWriter

#: One dot of a 203 dpi head, in points.
DOT = 72 / 203
MODULE = 2 * DOT
#: Modules left white on either side; the standard's minimum.
QUIET = 10
QR_QUIET = 4

#: A run of dark modules: (left, top, width, height) in modules.
Rects = list[tuple[int, int, int, int]]


def grouped(code: str) -> str:
    """The text under the bars, in fours: ``1026 1100 0428``."""
    if not code.isdigit():
        return code
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def snap(value: float) -> float:
    """The nearest whole dot, in points."""
    return round(value / DOT) * DOT


class _Runs(BaseWriter):  # type: ignore[misc]
    """python-barcode's writer that keeps the dark runs instead of drawing them."""

    def __init__(self) -> None:
        super().__init__(None, self._paint, None, lambda: self.runs)
        self.runs: Rects = []
        self.set_options({"module_width": 1, "module_height": 1, "quiet_zone": 0, "margin_top": 0})

    def _paint(self, left: float, _top: float, width: float, colour: str) -> None:
        if colour == self.foreground:
            self.runs.append((round(left), 0, round(width), 1))


@lru_cache(maxsize=256)
def code128(code: str) -> tuple[Rects, int] | None:
    """(dark runs, width in modules without quiet zones); None for what Code 128 cannot say."""
    if len(code) < 2:  # python-barcode falls over a single sign
        return None
    try:
        bars = Code128(code, writer=_Runs())
        pattern = bars.build()[0]
        runs: Rects = bars.writer.render([pattern])
    except (BarcodeError, ValueError, KeyError):
        return None
    return runs, len(pattern)


def bars_width(code: str) -> float | None:
    """Width in points with quiet zones; None for what Code 128 cannot say."""
    found = code128(code)
    return None if found is None else (found[1] + 2 * QUIET) * MODULE


@lru_cache(maxsize=64)
def qr(text: str) -> tuple[Rects, int]:
    """(dark runs by row, side in modules without the quiet zone); digits are packed by threes."""
    import segno  # 40 ms; only receipts and codes too long for bars need it

    matrix = segno.make(text, micro=False, error="m", boost_error=False).matrix
    runs: Rects = []
    for top, row in enumerate(matrix):
        left = 0
        while left < len(row):
            end = left
            while end < len(row) and row[end]:
                end += 1
            if end > left:
                runs.append((left, top, end - left, 1))
            left = max(end, left + 1)
    return runs, len(matrix)
