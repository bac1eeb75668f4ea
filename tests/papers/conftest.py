"""A proof of a printed paper: its text, its codes as a 203 dpi scanner sees them, its ink."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from app.core.enums import PaperKind, PaperSize
from app.papers.pages import MM, PAGES

DPI = 203
#: What our papers carry, upright and black on white: a hand scanner gets no better chance than that.
_FORMATS = (zxingcpp.BarcodeFormat.Code128, zxingcpp.BarcodeFormat.QRCode)


@dataclass
class Proof:
    """One PDF looked at the way a customer, a scanner and a printer do."""

    pdf: bytes

    def __post_init__(self) -> None:
        self._document = pypdfium2.PdfDocument(self.pdf)

    def __len__(self) -> int:
        return len(self._document)

    @property
    def meta(self) -> dict[str, str]:
        return dict(self._document.get_metadata_dict())

    @property
    def sizes_mm(self) -> list[tuple[float, float]]:
        return [tuple(side / 72 * 25.4 for side in page.get_size()) for page in self._document]  # type: ignore[misc]

    @cached_property
    def texts(self) -> list[str]:
        # PDFium marks a hyphen at a line's end as U+FFFE: the word may go on.
        return [page.get_textpage().get_text_range().replace("\ufffe", "-") for page in self._document]

    @cached_property
    def text(self) -> str:
        """All text without white space: where lines break is the layout's affair."""
        return re.sub(r"\s", "", "".join(self.texts))

    @cached_property
    def _drawn(self) -> list[Any]:
        return list(self._draw(DPI))

    def _draw(self, dpi: int) -> Iterator[Any]:
        for page in self._document:
            yield page.render(scale=dpi / 72, grayscale=True).to_pil()

    def images(self, dpi: int = DPI) -> Iterator[Any]:
        return iter(self._drawn) if dpi == DPI else self._draw(dpi)

    def codes(self) -> list[str]:
        """Every bar or QR code read from the page as a label printer would draw it: black or white dots."""
        found: list[str] = []
        for image in self.images():
            dots = image.point(lambda shade: 255 if shade >= 128 else 0)
            codes = zxingcpp.read_barcodes(
                dots, formats=_FORMATS, try_rotate=False, try_downscale=False, try_invert=False
            )
            found += [code.text for code in codes]
        return found

    def stray_ink(self, side: float, top: float, bottom: float) -> list[str]:
        """Edges (points) with ink beyond them; a ring on a capital may stand two dots high."""
        wrong = []
        for number, image in enumerate(self.images(), start=1):
            ink = image.point(lambda shade: 255 if shade < 200 else 0).getbbox()
            if ink is None:
                wrong.append(f"page {number} is empty")
                continue
            left, high, right, low = ink
            scale = DPI / 72
            if left < side * scale - 1:
                wrong.append(f"page {number} left {left}")
            if right > image.width - side * scale + 1:
                wrong.append(f"page {number} right {right} of {image.width}")
            if high < top * scale - 3:
                wrong.append(f"page {number} top {high}")
            if low > image.height - bottom * scale + 1:
                wrong.append(f"page {number} bottom {low} of {image.height}")
        return wrong

    def overlaps(self) -> list[str]:
        """Pairs of text lines that lie on each other."""
        wrong = []
        for page in self._document:
            text = page.get_textpage()
            boxes = [text.get_rect(at) for at in range(text.count_rects())]
            boxes.sort(key=lambda box: -box[3])
            for at, one in enumerate(boxes):
                for other in boxes[at + 1 :]:
                    if other[3] <= one[1]:
                        break
                    wide = min(one[2], other[2]) - max(one[0], other[0])
                    high = min(one[3], other[3]) - max(one[1], other[1])
                    smaller = min((box[2] - box[0]) * (box[3] - box[1]) for box in (one, other))
                    if wide > 0.5 and high > 0.5 and wide * high > 0.12 * smaller:
                        first = text.get_text_bounded(*one).strip()
                        second = text.get_text_bounded(*other).strip()
                        wrong.append(f"{first!r} and {second!r}")
        return wrong

    def greys(self) -> int:
        """Share (per mille) of dots that are neither black nor white at six times the head's resolution."""
        worst = 0
        for image in self.images(DPI * 6):
            counts = image.histogram()
            worst = max(worst, sum(counts[40:216]) * 1000 // sum(counts))
        return worst


def margins(kind: PaperKind, size: PaperSize) -> tuple[float, float, float]:
    """What a paper leaves white at the side, above and below, in points. A sheet of labels has margins of its own:
    those of each label."""
    if kind is PaperKind.PART_LABELS and size is PaperSize.A4:
        return 12 * MM, 5 * MM, 5 * MM
    page = PAGES[size]
    return page.side, page.top, page.bottom


@pytest.fixture
def proof() -> Callable[[bytes], Proof]:
    return Proof
