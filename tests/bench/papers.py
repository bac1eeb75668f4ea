"""Papers: the PDF of a receipt and an invoice, beside the same marks put on a page by bare reportlab.

The floor draws exactly what our paper shows, string by string and line by line, with the same two font files,
registered once by reportlab itself: everything but finding out where things stand.
"""

from __future__ import annotations

import io
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from reportlab.pdfbase import pdfmetrics, ttfonts
from reportlab.pdfgen.canvas import Canvas

from app.core.enums import PaperKind, PaperSize
from app.core.rights import FOUNDER
from app.core.words import Language
from app.papers import pen, press
from app.papers.fonts import FOLDER
from app.papers.forms import Form
from tests.bench.measure import Effort, Figure, figure
from tests.bench.shops import Shop

Wanted = Callable[[str], bool]

PAPERS = {
    "paper_receipt": (PaperKind.PICKUP_RECEIPT, PaperSize.ROLL_80),
    "paper_invoice": (PaperKind.INVOICE, PaperSize.A5),
}
NAMES = tuple(PAPERS)

_BARE = {
    "XiuhuRegular": ("BareRegular", "NotoSansSC-Regular.ttf"),
    "XiuhuBold": ("BareBold", "NotoSansSC-Bold.ttf"),
}
_FORMS = 12


def measure(shop: Shop, wanted: Wanted, effort: Effort) -> Iterator[Figure]:
    """Warm: fonts registered, libraries loaded, other orders printed before."""
    for name, (kind, size) in PAPERS.items():
        if not wanted(name):
            continue
        forms = forms_of(shop, kind)
        ours, floor = itertools.cycle(forms), itertools.cycle([Marks.of(form, size) for form in forms])
        yield figure(
            name,
            lambda ours=ours, size=size: press.render(next(ours), size, language=Language.ZH),  # type: ignore[misc]
            lambda floor=floor: next(floor).print(),  # type: ignore[misc]
            rounds=max(effort.rounds // 4, 3),
            bound=2,
        )


def forms_of(shop: Shop, kind: PaperKind) -> list[Form]:
    """The frozen papers of several delivered orders."""
    table, key = ("invoice", "number") if kind is PaperKind.INVOICE else ("repair_order", "number")
    with shop.services.store.read() as reading:
        # What the bare lives book has no balance: they write the floor's rows only.
        status = (
            "JOIN invoice_balance b ON b.invoice_id = invoice.id"
            if kind is PaperKind.INVOICE
            else "WHERE status = 'delivered'"
        )
        numbers = reading.exec_driver_sql(
            f"SELECT {key} FROM {table} {status} ORDER BY {table}.id DESC LIMIT {_FORMS}"
        )
        found = numbers.scalars().all()
    return [shop.services.printing.look(FOUNDER, kind, number).form for number in found]


@dataclass(slots=True)
class Marks:
    """Everything that one paper puts on its pages, as bare canvas calls."""

    width: float = 0
    pages: list[tuple[float, list[Callable[[Canvas], None]]]] = field(default_factory=list)

    @classmethod
    def of(cls, form: Form, size: PaperSize) -> Marks:
        """The marks of a paper, taken down while it is printed."""
        marks = cls()
        taker = _taker(marks)
        original = pen.Pen
        from app.papers import flow

        flow.Pen = taker  # type: ignore[misc]
        try:
            sheet = press.typeset(form, size, language=Language.ZH)
        finally:
            flow.Pen = original  # type: ignore[misc]
        marks.width = sheet.width_mm * 72 / 25.4
        return marks

    def print(self) -> bytes:
        """The same pages by bare reportlab."""
        _bare_fonts()
        out = io.BytesIO()
        canvas = Canvas(out, invariant=1, pageCompression=1)
        for height, calls in self.pages:
            canvas.setPageSize((self.width, height))
            for call in calls:
                call(canvas)
            canvas.showPage()
        canvas.save()
        return out.getvalue()


@lru_cache(maxsize=1)
def _bare_fonts() -> None:
    for name, file in _BARE.values():
        pdfmetrics.registerFont(ttfonts.TTFont(name, str(FOLDER / file)))


def _taker(marks: Marks) -> type[pen.Pen]:
    """A pen that also takes down what it draws."""

    class Taker(pen.Pen):
        def __init__(self, canvas: Any, height: float) -> None:
            super().__init__(canvas, height)
            self._calls: list[Callable[[Canvas], None]] = []
            marks.pages.append((height, self._calls))

        def text(self, left: float, baseline: float, text: str, face: Any, size: float) -> None:
            super().text(left, baseline, text, face, size)
            name, y = _BARE[face.name][0], self._height - baseline

            def draw(canvas: Canvas) -> None:
                canvas.setFont(name, size)
                canvas.drawString(left, y, text)

            if text:
                self._calls.append(draw)

        def rule(self, left: float, right: float, y: float, thick: float, *, dotted: bool = False) -> None:
            super().rule(left, right, y, thick, dotted=dotted)
            level = self._height - y
            self._line(left, level, right, level, thick)

        def bar(self, x: float, top: float, bottom: float, thick: float) -> None:
            super().bar(x, top, bottom, thick)
            self._line(x, self._height - top, x, self._height - bottom, thick)

        def box(self, left: float, top: float, width: float, height: float, thick: float) -> None:
            super().box(left, top, width, height, thick)
            low = self._height - top - height
            self._calls.append(lambda canvas: canvas.rect(left, low, width, height))

        def fill(self, left: float, top: float, width: float, height: float) -> None:
            super().fill(left, top, width, height)
            low = self._height - top - height
            self._calls.append(lambda canvas: canvas.rect(left, low, width, height, stroke=0, fill=1))

        def modules(self, left: float, top: float, runs: Any, wide: float, high: float) -> None:
            super().modules(left, top, runs, wide, high)
            base = self._height - top
            places = [(left + x * wide, base - (y + h) * high, w * wide, h * high) for x, y, w, h in runs]

            def draw(canvas: Canvas) -> None:
                for x, y, width, height in places:
                    canvas.rect(x, y, width, height, stroke=0, fill=1)

            self._calls.append(draw)

        def picture(self, left: float, top: float, width: float, height: float, reader: Any) -> None:
            super().picture(left, top, width, height, reader)
            low = self._height - top - height
            self._calls.append(lambda canvas: canvas.drawImage(reader, left, low, width, height))

        def _line(self, x1: float, y1: float, x2: float, y2: float, thick: float) -> None:
            def draw(canvas: Canvas) -> None:
                canvas.setLineWidth(thick)
                canvas.line(x1, y1, x2, y2)

            self._calls.append(draw)

    return Taker
