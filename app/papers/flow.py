"""From blocks to pages: one page as long as its content on a roll, as many as needed on sheets."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from app.papers.barcodes import DOT
from app.papers.blocks import Block, Heading, Space
from app.papers.pages import Page
from app.papers.pen import Pen
from app.papers.tables import Ruled

#: PDF's own limit of a page's length, in points (5 m of roll).
_LONGEST = 14_000
#: How deep blocks that stay whole stand inside each other at most.
_LEVELS = 8

PageFooter = Callable[[Pen, Page, int, int], None]


@dataclass(slots=True)
class Layout:
    """A paper laid out: its blocks, what heads later pages, and what stands at the foot of every sheet."""

    title: str
    author: str
    blocks: Sequence[Block]
    running: Sequence[Block] = ()
    footer: PageFooter | None = None
    footer_height: float = 0
    last: Sequence[Block] = field(default=())


@dataclass(frozen=True, slots=True)
class _Placed:
    block: Block
    top: float


def write(layout: Layout, page: Page, language: str) -> tuple[bytes, int, float]:
    """(PDF, pages, height of a page in points). The same layout gives the same bytes."""
    from reportlab.pdfgen.canvas import Canvas

    sheets, height = (
        _on_a_roll(layout, page) if page.height is None else _on_sheets(layout, page, page.height)
    )
    out = io.BytesIO()
    canvas: Any = Canvas(out, pagesize=(page.width, height), invariant=1, pageCompression=1, lang=language)
    canvas.setTitle(layout.title)
    canvas.setAuthor(layout.author)
    canvas.setCreator("Xiuhu")
    for number, placed in enumerate(sheets, start=1):
        canvas.setPageSize((page.width, height))
        pen = Pen(canvas, height)
        for one in placed:
            one.block.draw(pen, page.side, one.top, page.inner)
        if layout.footer:
            layout.footer(pen, page, number, len(sheets))
        canvas.showPage()
    canvas.save()
    return out.getvalue(), len(sheets), height


def _on_a_roll(layout: Layout, page: Page) -> tuple[list[list[_Placed]], float]:
    blocks = [*layout.blocks, *layout.last]
    used = sum(block.height(page.inner) for block in blocks)
    if page.top + used + page.bottom > _LONGEST:
        return _on_sheets(layout, page, _LONGEST)
    placed = []
    top = page.top
    for block in blocks:
        placed.append(_Placed(block, top))
        top += block.height(page.inner)
    # A whole number of dots keeps the bars on the head's grid, counted from either end.
    return [placed], -(-(top + page.bottom) // DOT) * DOT


def _on_sheets(layout: Layout, page: Page, height: float) -> tuple[list[list[_Placed]], float]:
    end = height - page.bottom - layout.footer_height
    sheets: list[list[_Placed]] = [[]]
    top = page.top
    fresh = top
    stuck = 0
    rest = [*layout.blocks, *layout.last]
    while rest:
        block = rest[0]
        fits, over = block.split(page.inner, end - top)
        if isinstance(block, Heading) and over is None and top > fresh and len(rest) > 1:
            below = end - top - block.height(page.inner)
            if rest[1].split(page.inner, below)[0] is None:
                fits, over = None, block
        if fits is None and over is not None and top <= fresh:
            # Blocks that want to stay whole have loosened themselves by now, one level at a time; what no page
            # has room for even then is drawn where it stands rather than never.
            stuck += 1
            if stuck <= _LEVELS:
                rest[0] = over
                continue
            fits, over = block, None
        stuck = 0
        if fits is not None:
            if isinstance(fits, Ruled) and fits.fill and over is None:
                after = sum(later.height(page.inner) for later in rest[1:])
                fits = fits.grown(end - top - after)
            if not (isinstance(fits, Space) and top <= fresh and len(sheets) > 1):
                sheets[-1].append(_Placed(fits, top))
                top += fits.height(page.inner)
        if over is None:
            del rest[0]
            continue
        rest[0] = over
        sheets.append([])
        top = page.top
        for running in layout.running:
            sheets[-1].append(_Placed(running, top))
            top += running.height(page.inner)
        fresh = top
    return sheets, height
