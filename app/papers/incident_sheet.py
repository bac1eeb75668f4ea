"""事故报告: what happened, who was hurt, what was done at once; no customer's name, the brand calls the shop."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _, pgettext
from app.papers.blocks import Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_orders import DeviceBlock
from app.papers.forms_of_quality import IncidentSheet
from app.papers.kit import Kit


def lay_out(form: IncidentSheet, kit: Kit) -> Layout:
    """The report on A4, with lines for what comes to light later."""
    title = _("Incident report")
    device = DeviceBlock(form.category, form.brand, form.model)
    rows = [
        (_("What kind"), label(form.kind)),
        (_("When it happened"), formats.moment(form.happened_at, kit.zone)),
        (_("Town"), form.town),
        (_("People hurt"), str(form.injured)),
        (_("Brand"), form.brand),
        (_("Our number with the brand"), form.shop_code),
        (_("Order"), form.order_number),
        (_("Device"), kit.device(device)),
        (_("Serial number"), form.serial),
    ]
    blocks: list[Block] = [
        *kit.head(
            form.shop, title, form.number, [(_("Recorded"), formats.moment(form.recorded_at, kit.zone))]
        ),
        kit.pairs(rows, strong=(_("What kind"), _("When it happened"), _("People hurt"))),
        kit.heading(pgettext("incident", "What happened")),
        kit.text(form.told, kit.page.body),
        kit.heading(_("What was done at once")),
        kit.text(form.done or _("Nothing yet"), kit.page.body),
        kit.gap(2),
    ]
    signing = [kit.signing(_("Recorded by"), name=form.recorded_by), kit.signing(_("Owner"))]
    layout = Layout(f"{title} {form.number}", form.shop.name, [*blocks, Beside(signing, (0.5, 0.5), gap=20)])
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout
