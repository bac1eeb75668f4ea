"""机器标签: glued to the device; number and bars, then whose it is."""

from __future__ import annotations

from app.core import formats
from app.core.words import _
from app.papers.blocks import Block
from app.papers.flow import Layout
from app.papers.forms_of_orders import DeviceLabel
from app.papers.kit import Kit
from app.papers.labels import LabelFace


def lay_out(form: DeviceLabel, kit: Kit) -> Layout:
    """The label; a text too long for it ends in an ellipsis, the codes never do."""
    customer = [form.customer_name.strip()]
    if form.customer_phone.strip():
        customer.append(formats.masked_phone(form.customer_phone))
    promised = formats.short_day(form.promised_at.astimezone(kit.shop_zone)) if form.promised_at else ""
    taken_in = formats.short_day(form.taken_in_at.astimezone(kit.shop_zone))
    face = LabelFace(
        kit=kit,
        headline=form.number,
        corner=form.shelf or taken_in,
        strong=kit.device(form.device, brief=True),
        rows=[
            " ".join(part for part in customer if part),
            form.fault,
            " ".join(
                part
                for part in (
                    _("In {day}").format(day=taken_in) if form.shelf else "",
                    _("Due {day}").format(day=promised) if promised else "",
                    form.device.serial,
                )
                if part
            ),
        ],
        code=form.card_code,
    )
    blocks: list[Block] = [face]
    return Layout(_("Device label") + f" {form.number}", "", blocks)
