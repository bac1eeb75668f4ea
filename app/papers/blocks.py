"""What a page is built of: blocks that know their height, draw themselves and break where a page ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import lru_cache

from app.papers import barcodes
from app.papers.barcodes import DOT, MODULE, QR_QUIET, QUIET, snap
from app.papers.fonts import Typeface
from app.papers.lines import clip, wrap
from app.papers.pen import Pen
from app.papers.pictures import Picture

LEADING = 1.36
#: Share of the line's height above the baseline: puts Chinese letters in the middle of their line.
_BASELINE = 0.78
_FEW_LINES = 2


class Align(Enum):
    """Where a text or a picture stands in its width."""

    LEFT = 0.0
    CENTRE = 0.5
    RIGHT = 1.0


class Block:
    """A part of a page. Heights and widths are points."""

    def height(self, width: float) -> float:
        """How high the block is when it may be ``width`` wide."""
        raise NotImplementedError

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        """Draw with the upper left corner there."""
        raise NotImplementedError

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        """(what fits into ``room``, the rest); most blocks stay whole."""
        return (self, None) if self.height(width) <= room else (None, self)


@lru_cache(maxsize=4096)
def _wrapped(text: str, face: Typeface, size: float, width: float) -> tuple[str, ...]:
    return tuple(wrap(text, face, size, width))


@dataclass(slots=True)
class Text(Block):
    """A paragraph or several; ``hang`` points are left free on the left of every line."""

    text: str
    face: Typeface
    size: float
    align: Align = Align.LEFT
    leading: float = LEADING
    hang: float = 0

    def lines(self, width: float) -> Sequence[str]:
        """The text as it breaks in ``width``."""
        return _wrapped(self.text, self.face, self.size, width - self.hang)

    def height(self, width: float) -> float:
        return len(self.lines(width)) * self.size * self.leading

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        step = self.size * self.leading
        base = top + step * 0.5 + self.size * (_BASELINE - 0.42)
        for line in self.lines(width):
            shift = 0.0
            if self.align is not Align.LEFT:
                shift = (width - self.hang - self.face.width(line, self.size)) * self.align.value
            pen.text(left + self.hang + shift, base, line, self.face, self.size)
            base += step

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        lines = self.lines(width)
        fit = int(room / (self.size * self.leading))
        if fit >= len(lines):
            return self, None
        if fit < min(_FEW_LINES, len(lines)):
            return None, self
        head = replace(self, text="\n".join(lines[:fit]))
        return head, replace(self, text="\n".join(lines[fit:]))


@dataclass(slots=True)
class Space(Block):
    """Nothing, ``size`` points high."""

    size: float

    def height(self, _width: float) -> float:
        return self.size

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        pass


@dataclass(slots=True)
class Rule(Block):
    """A line across, with ``around`` points free above and below."""

    thick: float = 0.6
    around: float = 3
    dotted: bool = False

    def height(self, _width: float) -> float:
        return self.thick + 2 * self.around

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        pen.rule(left, left + width, top + self.around + self.thick / 2, self.thick, dotted=self.dotted)


@dataclass(slots=True)
class Stack(Block):
    """Blocks below each other; kept together where a page has room for all (``whole``)."""

    blocks: Sequence[Block]
    whole: bool = False

    def height(self, width: float) -> float:
        return sum(block.height(width) for block in self.blocks)

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        for block in self.blocks:
            block.draw(pen, left, top, width)
            top += block.height(width)

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        if self.height(width) <= room:
            return self, None
        if self.whole:  # first ask for a fresh page; only then break
            return None, replace(self, whole=False)
        head: list[Block] = []
        rest = list(self.blocks)
        while rest:
            fits, over = rest[0].split(width, room)
            if fits is not None:
                head.append(fits)
                room -= fits.height(width)
            if over is not None:
                rest[0] = over
                break
            del rest[0]
        return (replace(self, blocks=head) if head else None), replace(self, blocks=rest)


class Heading(Stack):
    """A section's name: it does not stand at the foot of a sheet with its section on the next one."""


@dataclass(slots=True)
class OnNewPage(Block):
    """What begins a page of its own; on a roll it follows where it stands."""

    block: Block

    def height(self, width: float) -> float:
        return self.block.height(width)

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        self.block.draw(pen, left, top, width)

    def split(self, _width: float, _room: float) -> tuple[Block | None, Block | None]:
        return None, self.block


@dataclass(slots=True)
class Beside(Block):
    """Blocks beside each other; ``shares`` are parts of the width, ``middle`` centres them vertically."""

    blocks: Sequence[Block]
    shares: Sequence[float]
    gap: float = 8
    middle: bool = False

    def _widths(self, width: float) -> list[float]:
        room = width - self.gap * (len(self.blocks) - 1)
        return [room * share / sum(self.shares) for share in self.shares]

    def height(self, width: float) -> float:
        return max(block.height(wide) for block, wide in zip(self.blocks, self._widths(width), strict=True))

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        full = self.height(width)
        for block, wide in zip(self.blocks, self._widths(width), strict=True):
            shift = (full - block.height(wide)) / 2 if self.middle else 0
            block.draw(pen, left, top + shift, wide)
            left += wide + self.gap

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        if self.height(width) <= room:
            return self, None
        parts = [
            block.split(wide, room) for block, wide in zip(self.blocks, self._widths(width), strict=True)
        ]
        if all(fits is None for fits, _over in parts):
            return None, self
        head = [fits or Space(0) for fits, _over in parts]
        return replace(self, blocks=head), replace(self, blocks=[over or Space(0) for _fits, over in parts])


@dataclass(slots=True)
class Pair:
    """A label and what it says."""

    key: str
    value: str
    bold: bool = False


@dataclass(slots=True)
class Pairs(Block):
    """Labels in a column of their own, values beside them."""

    pairs: Sequence[Pair]
    regular: Typeface
    strong: Typeface
    size: float
    key_size: float
    key_width: float = 0
    gap: float = 6
    leading: float = LEADING
    align: Align = Align.LEFT

    def _key_width(self, width: float) -> float:
        widest = max((self.regular.width(pair.key, self.key_size) for pair in self.pairs), default=0)
        return min(max(widest + 0.1, self.key_width), width * 0.42)

    def _cells(self, pair: Pair, width: float) -> tuple[Text, Text, float, float]:
        wide = self._key_width(width)
        face = self.strong if pair.bold else self.regular
        key = Text(pair.key, self.regular, self.key_size, leading=self.size / self.key_size * self.leading)
        return key, Text(pair.value, face, self.size, self.align, self.leading), wide, width - wide - self.gap

    def height(self, width: float) -> float:
        total = 0.0
        for pair in self.pairs:
            key, value, wide, rest = self._cells(pair, width)
            total += max(key.height(wide), value.height(rest))
        return total

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        for pair in self.pairs:
            key, value, wide, rest = self._cells(pair, width)
            key.draw(pen, left, top, wide)
            value.draw(pen, left + wide + self.gap, top, rest)
            top += max(key.height(wide), value.height(rest))

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        fixed = replace(self, key_width=self._key_width(width))
        for at, pair in enumerate(self.pairs):
            key, value, wide, rest = self._cells(pair, width)
            high = max(key.height(wide), value.height(rest))
            if high <= room:
                room -= high
                continue
            first, second = list(self.pairs[:at]), list(self.pairs[at:])
            fits, over = value.split(rest, room)
            if isinstance(fits, Text) and isinstance(over, Text) and key.height(wide) <= room:
                first.append(replace(pair, value=fits.text))
                second[0] = replace(pair, key="", value=over.text)
            return (replace(fixed, pairs=first) if first else None), replace(fixed, pairs=second)
        return self, None


@dataclass(slots=True)
class Framed(Block):
    """A block in a frame."""

    inside: Block
    padding: float = 5
    thick: float = 0.8

    def height(self, width: float) -> float:
        return self.inside.height(width - 2 * self.padding) + 2 * self.padding

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        pen.box(left, top, width, self.height(width), self.thick)
        self.inside.draw(pen, left + self.padding, top + self.padding, width - 2 * self.padding)

    def split(self, width: float, room: float) -> tuple[Block | None, Block | None]:
        if self.height(width) <= room:
            return self, None
        fits, over = self.inside.split(width - 2 * self.padding, room - 2 * self.padding)
        if fits is None or over is None:
            return None, self if over is None else replace(self, inside=over)
        return replace(self, inside=fits), replace(self, inside=over)


@dataclass(slots=True)
class Band(Block):
    """White on black: the paper's name on the left, its number on the right, below each other if too long."""

    name: str
    number: str
    face: Typeface
    size: float
    number_size: float
    padding: float = 5

    def _stacked(self, width: float) -> bool:
        both = self.face.width(self.name, self.size) + self.face.width(self.number, self.number_size)
        return both + 3 * self.padding > width

    def height(self, width: float) -> float:
        tall = max(self.size, self.number_size) * 1.1
        if self._stacked(width):
            inner = width - 2 * self.padding
            rows = len(_wrapped(self.name, self.face, self.size, inner))
            tall = rows * self.size * LEADING
            tall += (
                len(_wrapped(self.number, self.face, self.number_size, inner)) * self.number_size * LEADING
            )
        return tall + 1.6 * self.padding

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        high = self.height(width)
        pen.fill(left, top, width, high)
        inner = width - 2 * self.padding
        if self._stacked(width):
            y = top + 0.8 * self.padding
            for text, size in ((self.name, self.size), (self.number, self.number_size)):
                for line in _wrapped(text, self.face, size, inner):
                    pen.white_text(left + self.padding, y + size * 1.04, line, self.face, size)
                    y += size * LEADING
            return
        base = top + high / 2 + max(self.size, self.number_size) * 0.36
        pen.white_text(left + self.padding, base, self.name, self.face, self.size)
        shift = width - self.padding - self.face.width(self.number, self.number_size)
        pen.white_text(left + shift, base, self.number, self.face, self.number_size)


@dataclass(slots=True)
class Bars(Block):
    """A barcode with its digits below in fours; a QR code where bars would not fit."""

    code: str
    face: Typeface
    size: float
    tall: float
    align: Align = Align.CENTRE

    def _fits(self, width: float) -> bool:
        wide = barcodes.bars_width(self.code)
        return wide is not None and wide <= width + DOT

    def height(self, width: float) -> float:
        if not self._fits(width):
            return Squares(self.code, self._squares_dots(width), self.align).height(width)
        return self.tall + self.size * 1.25

    def _squares_dots(self, width: float) -> int:
        side = barcodes.qr(self.code)[1] + 2 * QR_QUIET
        return max(3, min(4, int(min(width, self.tall * 2.4) / DOT / side)))

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        found = barcodes.code128(self.code)
        if found is None or not self._fits(width):
            Squares(self.code, self._squares_dots(width), self.align).draw(pen, left, top, width)
            return
        runs, modules = found
        full = (modules + 2 * QUIET) * MODULE
        start = snap(left + (width - full) * self.align.value + QUIET * MODULE)
        pen.modules(start, top, runs, MODULE, self.tall)
        text = barcodes.grouped(self.code)
        shift = (modules * MODULE - self.face.width(text, self.size)) / 2
        pen.text(max(left, start + shift), top + self.tall + self.size * 1.02, text, self.face, self.size)


@dataclass(slots=True)
class Squares(Block):
    """A QR code with modules of ``dots`` whole dots and its quiet zone."""

    code: str
    dots: int = 4
    align: Align = Align.LEFT

    def side(self) -> float:
        """Width and height in points, quiet zone included."""
        return (barcodes.qr(self.code)[1] + 2 * QR_QUIET) * self.dots * DOT

    def height(self, _width: float) -> float:
        return self.side()

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        runs, _side = barcodes.qr(self.code)
        step = self.dots * DOT
        start = snap(left + (width - self.side()) * self.align.value)
        pen.modules(start + QR_QUIET * step, snap(top) + QR_QUIET * step, runs, step, step)


@dataclass(slots=True)
class Image(Block):
    """A logo or a signature."""

    picture: Picture
    align: Align = Align.CENTRE

    def height(self, _width: float) -> float:
        return self.picture.height

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        start = snap(left + (width - self.picture.width) * self.align.value)
        pen.picture(start, snap(top), self.picture.width, self.picture.height, self.picture.reader)


@dataclass(slots=True)
class Ticks(Block):
    """Boxes to tick with a pen, each with its words (no font has the signs: they are drawn)."""

    words: Sequence[str]
    face: Typeface
    size: float
    gap: float = 10
    ticked: frozenset[int] = frozenset()

    def _places(self, width: float) -> list[tuple[float, int, list[str]]]:
        """(left, row, lines) of each."""
        box = self.size * 1.5
        left, row = 0.0, 0
        places = []
        for word in self.words:
            wide = box + self.face.width(word, self.size)
            if left and left + wide > width:
                left, row = 0.0, row + 1
            lines = list(_wrapped(word, self.face, self.size, width - box))
            places.append((left, row, lines))
            row += len(lines) - 1
            left += wide + self.gap
        return places

    def height(self, width: float) -> float:
        places = self._places(width)
        last = places[-1][1] + 1 if places else 0
        return last * self.size * 1.75

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        side = self.size * 1.05
        for at, (shift, row, lines) in enumerate(self._places(width)):
            y = top + (row - len(lines) + 1) * self.size * 1.75
            box_top = y + self.size * 0.35
            pen.box(left + shift, box_top, side, side, 0.7)
            if at in self.ticked:
                pen.fill(left + shift + side * 0.25, box_top + side * 0.25, side * 0.5, side * 0.5)
            for line in lines:
                pen.text(left + shift + self.size * 1.5, y + self.size * 1.24, line, self.face, self.size)
                y += self.size * 1.75


@dataclass(slots=True)
class Signing(Block):
    """``words ________``: a line to sign on, or the signature that was given."""

    words: str
    face: Typeface
    size: float
    tall: float
    given: Picture | None = None
    name: str = ""

    def height(self, _width: float) -> float:
        return self.tall + self.size * 0.5

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        base = top + self.tall
        pen.text(left, base - 1.5, self.words, self.face, self.size)
        start = left + self.face.width(self.words, self.size) + 4
        pen.rule(min(start, left + width - 20), left + width, base, 0.6)
        if self.name and not self.given:
            room = left + width - start - 4
            size = max(6.0, min(self.size, self.size * room / self.face.width(self.name, self.size)))
            pen.text(start + 4, base - 2.5, clip(self.name, self.face, size, room), self.face, size)
        if self.given:
            pen.picture(
                start + 2,
                base - self.given.height - 1,
                self.given.width,
                self.given.height,
                self.given.reader,
            )
