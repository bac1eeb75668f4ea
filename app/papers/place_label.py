"""货位标签: on a shelf, a van or a bag; scanned, it says where."""

from __future__ import annotations

from app.core.labels import label
from app.core.words import _
from app.papers.flow import Layout
from app.papers.forms_of_shelves import PlaceLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def lay_out(form: PlaceLabel, kit: Kit) -> Layout:
    """The label; the place's name is the largest word on it, read from across the room."""
    kind = label(form.kind)
    name = form.name.strip() or (_("Main shelf") if form.main else kind)
    face = LabelFace(
        kit=kit,
        headline=name,
        corner=kind if kind not in name else "",
        strong="",
        rows=[form.shop_name],
        code=form.code,
    )
    return Layout(_("Place label") + f" {name}", "", [face])
