"""残次品标签: on goods that cannot be sold as they are; its grade stands out, so that nobody sells scrap."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _
from app.papers.flow import Layout
from app.papers.forms_of_shelves import DefectiveLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def lay_out(form: DefectiveLabel, kit: Kit) -> Layout:
    """The label; what is too long for it ends in an ellipsis, the bars never do."""
    day = formats.short_day(form.received_at.astimezone(kit.shop_zone))
    face = LabelFace(
        kit=kit,
        headline=form.number,
        corner=label(form.grade) if form.grade is not None else _("Not graded"),
        strong=form.description,
        strong_lines=2,
        rows=[
            _joined(form.brand, form.model),
            _joined(form.location, label(form.source), _("in {day}").format(day=day)),
            _joined(form.serial, form.order_number),
        ],
        code=form.code,
    )
    return Layout(_("Defective goods label") + f" {form.number}", "", [face])


def _joined(*parts: str) -> str:
    return " ".join(part.strip() for part in parts if part.strip())
