"""旧件返还清单: what lies in the box that goes back to a brand."""

from __future__ import annotations

from app.core import formats
from app.core.words import _, ngettext, pgettext
from app.papers.barcodes import bars_width
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_shelves import PackedLine, PackingList
from app.papers.kit import Kit
from app.papers.tables import Column, Table


def lay_out(form: PackingList, kit: Kit) -> Layout:
    """The list on A4."""
    title = _("Return packing list")
    sent = form.sent_at or form.made_at
    blocks = kit.head(form.shop, title, form.number, [(_("Date"), formats.moment(sent, kit.zone))])
    facts = [
        (_("To"), form.brand),
        (_("Carrier"), form.carrier),
        (_("Waybill number"), form.waybill),
        (_("Parts"), ngettext("{n} piece", "{n} pieces", len(form.lines)).format(n=len(form.lines))),
        (_("Note"), form.note),
    ]
    blocks += with_code(kit, facts, form.code, strong=(_("To"), _("Waybill number")))
    blocks += [kit.gap(), _table(form, kit), kit.gap(2)]
    signing = [
        kit.signing(_("Packed by"), name=form.packed_by),
        kit.signing(_("Received by the brand")),
    ]
    layout = Layout(f"{title} {form.number}", form.shop.name, [*blocks, Beside(signing, (0.5, 0.5), gap=20)])
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def with_code(
    kit: Kit, facts: list[tuple[str, str]], code: str, *, strong: tuple[str, ...] = ()
) -> list[Block]:
    """Facts on the left, the paper's bars on the right."""
    pairs = kit.pairs(facts, strong=strong)
    wide = bars_width(code)
    assert wide is not None
    return [Beside([pairs, kit.bars(code, 10, Align.RIGHT)], (kit.page.inner - wide - 8, wide), gap=8)]


def _table(form: PackingList, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    columns = [
        Column("", 18 * scale, Align.RIGHT),
        Column(kit.tidy(_("Barcode")), 74 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(_("Quantity")), 42 * scale, Align.RIGHT),
        Column(kit.tidy(_("Order no.")), 66 * scale),
        Column(kit.tidy(_("Removed on")), 62 * scale),
    ]
    rows = [
        [
            str(at),
            line.code,
            _item(line, kit),
            kit.tidy(f"{formats.quantity(line.quantity)} {line.unit}"),
            kit.tidy(line.order_number),
            formats.day(line.replaced_at.astimezone(kit.shop_zone).date()),
        ]
        for at, line in enumerate(form.lines, start=1)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)


def _item(line: PackedLine, kit: Kit) -> str:
    below = "  ".join(part for part in (line.part_number, line.model, line.serial) if part.strip())
    return "\n".join(filter(None, (kit.tidy(line.part_name), kit.tidy(below))))
