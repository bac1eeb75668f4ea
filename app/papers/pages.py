"""The sizes of paper: margins, type sizes and the one grid (millimetres outside, points inside)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.core.enums import PaperSize
from app.papers.barcodes import DOT, snap

MM = 72 / 25.4


@dataclass(frozen=True, slots=True)
class Page:
    """One size of paper in points; ``height`` None is a roll, cut where the text ends.

    ``body`` is what is read, ``small`` labels and terms, ``title`` the paper's name, ``number`` what is read
    across the counter, ``gap`` the grid's step.
    """

    width: float
    height: float | None
    side: float
    top: float
    bottom: float
    shop: float
    title: float
    number: float
    body: float
    small: float
    gap: float
    thermal: bool

    @property
    def inner(self) -> float:
        """Width between the margins."""
        return self.width - 2 * self.side


def _page(
    width: float,
    height: float | None,
    margins: tuple[float, float, float],
    type_sizes: tuple[float, float, float, float, float],
    gap: float,
    *,
    thermal: bool,
) -> Page:
    """Millimetres in. Thermal media are whole dots wide, so that bars stay on the head's grid."""
    side, top, bottom = (snap(margin * MM) if thermal else margin * MM for margin in margins)
    shop, title, number, body, small = type_sizes
    return Page(
        width=_whole_dots(width) if thermal else width * MM,
        height=None if height is None else _whole_dots(height) if thermal else height * MM,
        side=side,
        top=top,
        bottom=bottom,
        shop=shop,
        title=title,
        number=number,
        body=body,
        small=small,
        gap=gap * MM,
        thermal=thermal,
    )


def _whole_dots(millimetres: float) -> float:
    return round(millimetres * MM / DOT) * DOT


#: Rolls: the head is narrower than the paper (48 of 58 mm, 72 of 80 mm).
PAGES: Mapping[PaperSize, Page] = {
    PaperSize.ROLL_58: _page(58, None, (5, 3, 6), (13, 11, 14, 8.5, 7.5), 1.5, thermal=True),
    PaperSize.ROLL_80: _page(80, None, (4, 4, 7), (16, 12.5, 18, 9.5, 8), 2, thermal=True),
    PaperSize.LABEL_40X30: _page(40, 30, (1.5, 1.5, 1.5), (7, 7, 12, 8, 7), 0.75, thermal=True),
    PaperSize.LABEL_50X30: _page(50, 30, (2, 1.5, 1.5), (7, 7, 12, 8.5, 7), 0.75, thermal=True),
    PaperSize.LABEL_60X40: _page(60, 40, (2, 2, 2), (8, 8, 17, 9.5, 8), 1, thermal=True),
    PaperSize.A6: _page(105, 148, (7, 7, 7), (10, 11, 27, 9.25, 7.75), 1.5, thermal=False),
    PaperSize.A5: _page(148, 210, (10, 9, 8), (16, 15, 13, 9.25, 7.75), 1.7, thermal=False),
    PaperSize.A4: _page(210, 297, (16, 15, 13), (20, 19, 15, 10.5, 9), 2.5, thermal=False),
}
