"""铺底结算单: what was used of somebody's goods, and what it comes to; both sides sign it."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _, ngettext, pgettext
from app.papers.blocks import Align, Beside
from app.papers.flow import Layout
from app.papers.forms_of_stock import ConsignSheet, SettledUse
from app.papers.kit import Kit
from app.papers.purchase_order import money_width, supplier_and_code
from app.papers.tables import Column, Table


def lay_out(form: ConsignSheet, kit: Kit) -> Layout:
    """The settlement on A4 or A5."""
    title = _("Consignment settlement")
    facts = [
        (_("Date"), formats.moment(form.settled_at, kit.zone)),
        (pgettext("paper", "By"), form.settled_by),
    ]
    uses = ngettext("{n} use", "{n} uses", len(form.uses)).format(n=len(form.uses))
    more = [(_("Uses"), uses), (_("Note"), form.note)]
    blocks = [
        *kit.head(form.shop, title, form.number, facts),
        *supplier_and_code(form.owner, "", more, kit),
        kit.gap(),
        _table(form, kit),
        kit.gap(0.5),
        kit.grand(_("To pay"), form.total),
    ]
    signing = [
        kit.signing(_("For the shop"), name=form.settled_by),
        kit.signing(_("For the owner of the goods")),
    ]
    layout = Layout(
        f"{title} {form.number}", form.shop.name, [*blocks, kit.gap(), Beside(signing, (0.5, 0.5), gap=20)]
    )
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _table(form: ConsignSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    amounts = [formats.money(use.owed, sign=False) for use in form.uses]
    columns = [
        Column(kit.tidy(_("When")), 62 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(_("Move")), 50 * scale),
        Column(kit.tidy(_("Order no.")), 66 * scale),
        Column(kit.tidy(_("Quantity")), 44 * scale, Align.RIGHT),
        Column(kit.tidy(_("Amount")), money_width(amounts, kit), Align.RIGHT),
    ]
    rows = [
        [
            formats.day(use.at.astimezone(kit.shop_zone).date()),
            _item(use, kit),
            kit.tidy(label(use.kind)),
            kit.tidy(use.order_number),
            kit.tidy(f"{formats.quantity(use.quantity)} {use.unit}"),
            amount,
        ]
        for use, amount in zip(form.uses, amounts, strict=True)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _item(use: SettledUse, kit: Kit) -> str:
    return "\n".join(filter(None, (kit.tidy(use.part_name), kit.tidy(use.part_number))))
