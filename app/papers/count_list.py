"""盘点表: what is to be counted, along the shelves, with boxes to write into."""

from __future__ import annotations

from app.core import formats
from app.core.labels import label
from app.core.words import _, ngettext, pgettext
from app.papers.blocks import Align, Beside
from app.papers.flow import Layout
from app.papers.forms_of_shelves import CountSheet, CountSheetLine
from app.papers.kit import Kit
from app.papers.packing_list import with_code
from app.papers.place_label import place_name
from app.papers.tables import Column, Table

#: What a line to write on is drawn with: the form is filled in by hand.
_TO_WRITE = "________"


def lay_out(form: CountSheet, kit: Kit) -> Layout:
    """The list on A4."""
    title = _("Count list")
    blocks = kit.head(form.shop, title, form.number, [(_("Date"), formats.moment(form.opened_at, kit.zone))])
    scope = f"{label(form.kind)} {form.scope}".strip()
    count = len(form.lines)
    facts = [
        (_("Place"), place_name(form.place, form.place_kind, main=form.place_main)),
        (_("What is counted"), scope),
        (_("Lines"), ngettext("{n} line", "{n} lines", count).format(n=count)),
        (_("Opened by"), form.opened_by),
        (_("Note"), form.note),
    ]
    blocks += with_code(kit, facts, form.code, strong=(_("Place"),))
    blocks += [kit.gap(), _table(form, kit), kit.gap(2)]
    signing = [kit.signing(_("Counted by")), kit.signing(_("Date"))]
    layout = Layout(f"{title} {form.number}", form.shop.name, [*blocks, Beside(signing, (0.6, 0.4), gap=20)])
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _table(form: CountSheet, kit: Kit) -> Table:
    scale = kit.page.body / 9.5
    columns = [
        Column(kit.tidy(_("Location")), 62 * scale),
        Column(kit.tidy(_("Part number")), 66 * scale),
        Column(kit.tidy(pgettext("paper", "Item"))),
        Column(kit.tidy(_("Unit")), 34 * scale),
    ]
    if not form.blind:
        columns.append(Column(kit.tidy(_("Expected")), 50 * scale, Align.RIGHT))
    columns.append(Column(kit.tidy(_("Counted")), 62 * scale, Align.RIGHT))
    rows = []
    for line in form.lines:
        row = [kit.tidy(line.location), kit.tidy(line.part_number), _item(line, kit), kit.tidy(line.unit)]
        if not form.blind:
            row.append("" if line.expected is None else formats.quantity(line.expected))
        rows.append([*row, _TO_WRITE])
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, kit.page.body, kit.page.small, pad=3.4)


def _item(line: CountSheetLine, kit: Kit) -> str:
    marks = [
        _("Goods of others") if line.consigned else "",
        _("count piece by piece") if line.serialised else "",
    ]
    return "\n".join(filter(None, (kit.tidy(line.part_name), " · ".join(filter(None, marks)))))
