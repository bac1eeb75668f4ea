"""收货单: what came in together, what it cost, and what is still to come."""

from __future__ import annotations

from app.core import formats
from app.core.words import _, pgettext
from app.papers.blocks import Align, Beside
from app.papers.flow import Layout
from app.papers.forms_of_stock import ReceiptSheet
from app.papers.kit import Kit
from app.papers.purchase_order import item, money_width, supplier_and_code
from app.papers.tables import Column, Table


def lay_out(form: ReceiptSheet, kit: Kit) -> Layout:
    """The receipt on A5 or A4."""
    title = _("Goods receipt")
    facts = [
        (_("Date"), formats.moment(form.received_at, kit.zone)),
        (pgettext("paper", "By"), form.received_by),
    ]
    blocks = kit.head(form.shop, title, form.number, facts)
    more = [
        (_("Purchase order"), form.purchase_number),
        (_("Delivery note"), form.delivery_note),
        (pgettext("paper", "Kind"), _("Consigned goods") if form.consigned else ""),
    ]
    blocks += [*supplier_and_code(form.supplier, form.code, more, kit), kit.gap(), _table(form, kit)]
    blocks += [kit.gap(0.5), kit.grand(_("Total"), form.total)] if not form.consigned else [kit.gap()]
    signing = [kit.signing(_("Delivered by")), kit.signing(_("Received by"), name=form.received_by)]
    layout = Layout(
        f"{title} {form.number}", form.shop.name, [*blocks, kit.gap(), Beside(signing, (0.5, 0.5), gap=20)]
    )
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def _table(form: ReceiptSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    amounts = [formats.money(line.amount, sign=False) for line in form.lines]
    columns = [
        Column(kit.tidy(_("Supplier's no.")), 66 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(pgettext("paper", "Received")), 42 * scale, Align.RIGHT),
        Column(kit.tidy(_("To come")), 42 * scale, Align.RIGHT),
    ]
    if not form.consigned:
        columns.append(Column(kit.tidy(_("Amount")), money_width(amounts, kit), Align.RIGHT))
    rows = []
    for line, amount in zip(form.lines, amounts, strict=True):
        row = [
            kit.tidy(line.supplier_number),
            item(line, kit),
            kit.tidy(f"{formats.quantity(line.quantity)} {line.unit}"),
            formats.quantity(line.open) if line.open else "",
        ]
        rows.append(row if form.consigned else [*row, amount])
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)
