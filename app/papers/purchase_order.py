"""采购单: what the supplier shall send, in his own part numbers."""

from __future__ import annotations

from collections.abc import Sequence

from app.core import formats
from app.core.words import _, pgettext
from app.papers.barcodes import bars_width
from app.papers.blocks import Align, Beside, Block
from app.papers.flow import Layout
from app.papers.forms_of_stock import OrderedLine, PurchaseSheet, ReceivedLine, SupplierBlock
from app.papers.kit import Kit
from app.papers.tables import Column, Table


def lay_out(form: PurchaseSheet, kit: Kit) -> Layout:
    """The order on A4 or A5."""
    title = _("Purchase order")
    facts = [
        (_("Date"), formats.moment(form.ordered_at, kit.zone)),
        (pgettext("paper", "State"), _state(form)),
    ]
    blocks = kit.head(form.shop, title, form.number, facts)
    more = [
        (_("Wanted by"), formats.day(form.expected_on) if form.expected_on else ""),
        (_("Note"), form.note),
    ]
    blocks += [*supplier_and_code(form.supplier, form.code, more, kit), kit.gap(), _table(form, kit)]
    blocks += [kit.gap(0.5), kit.grand(_("Total"), form.total)] if not form.consigned else [kit.gap()]
    signing = [
        kit.signing(_("Confirmed by the supplier")),
        kit.signing(_("For the shop"), name=form.ordered_by),
    ]
    layout = Layout(
        f"{title} {form.number}", form.shop.name, [*blocks, kit.gap(), Beside(signing, (0.5, 0.5), gap=20)]
    )
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop)
    return layout


def supplier_and_code(
    supplier: SupplierBlock, code: str, more: Sequence[tuple[str, str]], kit: Kit
) -> list[Block]:
    """Who it is about on the left, the purchase order's barcode on the right."""
    rows = [
        (_("Supplier"), supplier.name),
        (_("Contact"), supplier.contact),
        (_("Phone"), kit.phone(supplier.phone)),
        (_("Address"), supplier.address),
        *more,
    ]
    facts = kit.pairs(rows, strong=(_("Supplier"),))
    wide = bars_width(code) if code else None
    if wide is None:
        return [facts]
    return [Beside([facts, kit.bars(code, 10, Align.RIGHT)], (kit.page.inner - wide - 8, wide), gap=8)]


def item(line: OrderedLine | ReceivedLine, kit: Kit) -> str:
    """The part with our number, and the repair it is for."""
    below = [line.number]
    if line.order_number:
        below.append(_("for repair {number}").format(number=line.order_number))
    words = [kit.tidy(line.description), kit.tidy("  ".join(filter(None, below)))]
    return "\n".join(filter(None, words))


def money_width(figures: Sequence[str], kit: Kit) -> float:
    """Width in points of a column of amounts."""
    wide = max([kit.faces.regular.width(figure, kit.page.body) for figure in figures], default=0)
    return max(wide + 1, 46 * kit.page.body / 9.5)


def _state(form: PurchaseSheet) -> str:
    if form.draft:
        return _("Draft")
    if form.urgent:
        return _("Urgent")
    return _("Consigned goods") if form.consigned else ""


def _table(form: PurchaseSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    prices = [formats.money(line.price, sign=False) for line in form.lines]
    amounts = [formats.money(line.price.times(line.quantity), sign=False) for line in form.lines]
    columns = [
        Column(kit.tidy(_("Supplier's no.")), 66 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(_("Quantity")), 42 * scale, Align.RIGHT),
    ]
    if not form.consigned:
        money = money_width([*prices, *amounts], kit)
        columns += [
            Column(kit.tidy(_("Unit price")), money, Align.RIGHT),
            Column(kit.tidy(_("Amount")), money, Align.RIGHT),
        ]
    rows = []
    for line, price, amount in zip(form.lines, prices, amounts, strict=True):
        row = [
            kit.tidy(line.supplier_number),
            item(line, kit),
            kit.tidy(f"{formats.quantity(line.quantity)} {line.unit}"),
        ]
        rows.append(row if form.consigned else [*row, price, amount])
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small)
