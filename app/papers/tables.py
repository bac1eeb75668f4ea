"""Tables: charge lines with a head that returns on every page, and lines to write on by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.papers.blocks import Align, Block, Text
from app.papers.fonts import Typeface
from app.papers.pen import Pen

#: A row higher than this share of a page is broken, any other one moves to the next page whole.
_TALL_ROW = 0.3


@dataclass(slots=True)
class Column:
    """A column: its head, its width in points (0 shares what is left) and how it is set."""

    head: str
    width: float = 0
    align: Align = Align.LEFT


@dataclass(slots=True)
class Table(Block):
    """Rows of texts under heads, a thin line after each."""

    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    regular: Typeface
    strong: Typeface
    size: float
    head_size: float
    pad: float = 2.2
    gap: float = 5

    def _widths(self, width: float) -> list[float]:
        fixed = sum(column.width for column in self.columns) + self.gap * (len(self.columns) - 1)
        open_ones = sum(1 for column in self.columns if not column.width) or 1
        return [column.width or (width - fixed) / open_ones for column in self.columns]

    def _cells(self, row: Sequence[str], face: Typeface, size: float) -> list[Text]:
        return [Text(text, face, size, column.align) for text, column in zip(row, self.columns, strict=True)]

    def _high(self, cells: list[Text], widths: list[float]) -> float:
        return max(cell.height(wide) for cell, wide in zip(cells, widths, strict=True)) + 2 * self.pad

    def _head(self) -> list[Text]:
        return self._cells([column.head for column in self.columns], self.strong, self.head_size)

    def height(self, width: float) -> float:
        widths = self._widths(width)
        rows = (self._cells(row, self.regular, self.size) for row in self.rows)
        return self._high(self._head(), widths) + sum(self._high(cells, widths) for cells in rows)

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        widths = self._widths(width)
        head = self._head()
        self._draw_row(pen, head, left, top, widths)
        pen.rule(left, left + width, top, 1)
        top += self._high(head, widths)
        pen.rule(left, left + width, top, 0.7)
        for at, row in enumerate(self.rows):
            cells = self._cells(row, self.regular, self.size)
            self._draw_row(pen, cells, left, top, widths)
            top += self._high(cells, widths)
            last = at == len(self.rows) - 1
            pen.rule(left, left + width, top, 0.7 if last else 0.35, dotted=not last)

    def _draw_row(
        self, pen: Pen, cells: list[Text], left: float, top: float, widths: Sequence[float]
    ) -> None:
        for cell, wide in zip(cells, widths, strict=True):
            cell.draw(pen, left, top + self.pad, wide)
            left += wide + self.gap

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        widths = self._widths(width)
        left = room - self._high(self._head(), widths)
        for at, row in enumerate(self.rows):
            cells = self._cells(row, self.regular, self.size)
            high = self._high(cells, widths)
            if high <= left:
                left -= high
                continue
            first, second = list(self.rows[:at]), list(self.rows[at:])
            if high > room * _TALL_ROW and left > 3 * self.size + 2 * self.pad:
                parts = [
                    cell.split(wide, left - 2 * self.pad) for cell, wide in zip(cells, widths, strict=True)
                ]
                first.append([_text(fits) for fits, _over in parts])
                second[0] = [_text(over) for _fits, over in parts]
            return (replace(self, rows=first) if first else None), replace(self, rows=second)
        return self, None


def _text(block: Block | None) -> str:
    return block.text if isinstance(block, Text) else ""


@dataclass(slots=True)
class Ruled(Block):
    """A grid to write on when the power is out; ``fill`` lets it grow to the end of the page."""

    heads: Sequence[str]
    shares: Sequence[float]
    face: Typeface
    size: float
    lines: int
    line_height: float
    fill: bool = True

    def height(self, _width: float) -> float:
        return self.size * 1.7 + self.lines * self.line_height

    def grown(self, room: float) -> Ruled:
        """As many lines as ``room`` points allow, at least those asked for."""
        more = int((room - self.size * 1.7) / self.line_height)
        return replace(self, lines=max(self.lines, more))

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        bottom = top + self.height(width)
        x = left
        for head, share in zip(self.heads, self.shares, strict=True):
            wide = width * share / sum(self.shares)
            if x > left:
                pen.bar(x, top, bottom, 0.4)
            pen.text(x + 2.5, top + self.size * 1.2, head, self.face, self.size)
            x += wide
        y = top + self.size * 1.7
        for _line in range(self.lines):
            pen.rule(left, left + width, y, 0.4)
            y += self.line_height
        pen.box(left, top, width, bottom - top, 0.7)
