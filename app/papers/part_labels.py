"""备件标签（多张）: a label a page on a roll; on A4 three across and eight down, the sheets every stationer sells."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.core.enums import PaperSize
from app.core.words import _
from app.papers.blocks import Block
from app.papers.flow import Layout
from app.papers.forms_of_views import PartLabels
from app.papers.kit import Kit
from app.papers.labels import LabelFace
from app.papers.pages import MM, PAGES
from app.papers.part_label import face_of
from app.papers.pen import Pen

ACROSS, DOWN = 3, 8
PLACES = ACROSS * DOWN
#: A label of such a sheet, in millimetres: 3 × 70 = 210, 8 × 37 = 296 of 297.
_WIDE, _HIGH, _ABOVE = 70.0, 37.0, 0.5


def lay_out(form: PartLabels, kit: Kit) -> Layout:
    """The labels in the order they were asked for."""
    title = _("Part labels")
    if kit.page.height is not None and kit.page.thermal:
        return Layout(title, "", [face_of(each, kit) for each in form.labels])
    # The faces are those of a 50 × 30 label, in the middle of a cell of 70 × 37: a printer's feed is never exact.
    small = replace(PAGES[PaperSize.LABEL_50X30])
    inner = Kit(small, kit.faces, kit.zone, kit.copy, kit.missing)
    faces: list[LabelFace | None] = [None] * (form.start - 1) + [face_of(each, inner) for each in form.labels]
    sheets = [faces[at : at + PLACES] for at in range(0, len(faces), PLACES)]
    return Layout(title, "", [_SheetOfLabels(sheet, kit) for sheet in sheets])


@dataclass(slots=True)
class _SheetOfLabels(Block):
    """One sheet; it has the page for itself, margins included."""

    faces: list[LabelFace | None]
    kit: Kit

    def height(self, _width: float) -> float:
        page = self.kit.page
        return (page.height or 0) - page.top - page.bottom

    def draw(self, pen: Pen, _left: float, _top: float, _width: float) -> None:
        for place, face in enumerate(self.faces):
            if face is None:
                continue
            down, across = divmod(place, ACROSS)
            label = face.kit.page
            left = (across * _WIDE + _WIDE / 2) * MM - label.inner / 2
            middle = (_ABOVE + down * _HIGH + _HIGH / 2) * MM
            face.draw(pen, left, middle - face.height(label.inner) / 2, label.inner)
