"""旧件标签: on the part that came out; its number, the order it belongs to, and since when it is out."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.money import ONE
from app.core.words import _
from app.papers.flow import Layout
from app.papers.forms_of_shelves import OldPartLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def lay_out(form: OldPartLabel, kit: Kit) -> Layout:
    """The label; whatever is too long for it ends in an ellipsis, the bars never do."""
    day = formats.short_day(form.replaced_at.astimezone(kit.shop_zone))
    pieces = f"× {formats.quantity(form.quantity)} {form.unit}".strip() if form.quantity != ONE else ""
    face = LabelFace(
        kit=kit,
        headline=form.order_number,
        corner=label(form.rule),
        strong=" ".join(part for part in (form.part_name.strip(), pieces) if part),
        rows=[
            " ".join(part.strip() for part in (form.brand, form.model) if part.strip()),
            " ".join(
                part.strip()
                for part in (_("Removed {day}").format(day=day), form.technician, form.part_number)
                if part.strip()
            ),
            form.serial,
        ],
        code=form.code,
    )
    return Layout(_("Old part label") + f" {form.code}", "", [face])
