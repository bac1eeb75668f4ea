"""备件标签: on the part or its drawer; the shop's code or the maker's."""

from __future__ import annotations

from app.core import formats
from app.core.words import _
from app.papers.flow import Layout
from app.papers.forms_of_views import PartLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def lay_out(form: PartLabel, kit: Kit) -> Layout:
    """The label; the name may take two lines."""
    return Layout(_("Part label") + f" {form.number}", "", [face_of(form, kit)])


def face_of(form: PartLabel, kit: Kit) -> LabelFace:
    """What stands on the label, for a roll or a sheet of many."""
    price = ""
    if form.price is not None:
        price = formats.money(form.price) + (f"/{form.unit.strip()}" if form.unit.strip() else "")
    return LabelFace(
        kit=kit,
        headline=price or form.location,
        corner=form.location if price else "",
        strong=form.name,
        strong_lines=2,
        rows=[" ".join(part.strip() for part in (form.number, form.condition) if part.strip())],
        code=form.barcode,
        strong_first=True,
    )
