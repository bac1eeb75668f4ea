"""工具标签: on a tool; what it is, where it belongs, whose it is."""

from __future__ import annotations

from app.core.words import _
from app.papers.flow import Layout
from app.papers.forms_of_shelves import ToolLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def lay_out(form: ToolLabel, kit: Kit) -> Layout:
    """The label; its name may take two lines."""
    kind = form.kind if form.kind.strip() != form.name.strip() else ""
    face = LabelFace(
        kit=kit,
        headline=kind,
        corner=form.location,
        strong=form.name,
        strong_lines=2,
        rows=[form.shop_name],
        code=form.code,
        strong_first=True,
    )
    return Layout(_("Tool label") + f" {form.name}", "", [face])
