"""货位标签: on a shelf, a van or a bag; scanned, it says where."""

from __future__ import annotations

from app.core.enums import PlaceKind
from app.core.labels import label
from app.core.words import _
from app.papers.flow import Layout
from app.papers.forms_of_shelves import PlaceLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def place_name(name: str, kind: PlaceKind, *, main: bool) -> str:
    """A place's name; one without a name goes by the word for what it is."""
    return name.strip() or (_("Main shelf") if main else label(kind))


def lay_out(form: PlaceLabel, kit: Kit) -> Layout:
    """The label; the place's name is the largest word on it, read from across the room."""
    kind = label(form.kind)
    name = place_name(form.name, form.kind, main=form.main)
    face = LabelFace(
        kit=kit,
        headline=name,
        corner=kind if kind not in name else "",
        strong="",
        rows=[form.shop_name],
        code=form.code,
    )
    return Layout(_("Place label") + f" {name}", "", [face])
