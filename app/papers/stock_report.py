"""库存报表: a view of the stock with its sums."""

from __future__ import annotations

from app.core import formats
from app.core.words import _, ngettext
from app.papers.blocks import Align, Block
from app.papers.flow import Layout
from app.papers.forms_of_views import StockReport
from app.papers.kit import Kit
from app.papers.tables import Column, Table

#: What one column may take of the page, and all but the one that stretches together.
_WIDEST, _FOR_ALL_OTHERS = 0.22, 0.68


def lay_out(form: StockReport, kit: Kit) -> Layout:
    """The report on A4."""
    title = _said(form.title)
    blocks = kit.head(form.shop, title, "", [(_("Date"), formats.moment(form.made_at, kit.zone))])
    facts = [(_said(fact.title), _said(fact.text)) for fact in form.facts]
    if form.count > len(form.rows):
        first = ngettext("the first {n} of {count}", "the first {n} of {count}", form.count)
        facts.append((_("Lines"), first.format(n=len(form.rows), count=form.count)))
    if facts:
        blocks.append(kit.pairs(facts))
    blocks += [kit.gap(), _table(form, kit)]
    layout = Layout(title, form.shop.name, blocks)
    layout.running = kit.running(form.shop, title, "")
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _table(form: StockReport, kit: Kit) -> Block:
    size = kit.page.small
    heads = [kit.tidy(_said(head.title)) for head in form.heads]
    rows = [[kit.tidy(cell) for cell in line.cells] for line in form.rows]
    if form.sums:
        sums = [kit.tidy(cell) for cell in form.sums]
        rows.append([sums[0] or kit.tidy(_("Total")), *sums[1:]])
    # The second column holds names where there are any: it takes what the others leave.
    stretching = 1 if len(heads) > 4 else 0
    wide = [_wide([head, *(row[at] for row in rows)], kit) for at, head in enumerate(heads)]
    wide[stretching] = 0
    room = kit.page.inner * _FOR_ALL_OTHERS
    scale = min(1.0, room / (sum(wide) or room))
    columns = [
        Column(head, width * scale, Align.RIGHT if spec.figures else Align.LEFT)
        for head, width, spec in zip(heads, wide, form.heads, strict=True)
    ]
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, size, size)


def _wide(texts: list[str], kit: Kit) -> float:
    face, size = kit.faces.bold, kit.page.small
    longest = max(face.width(part, size) for text in texts for part in (text.split("\n") or [""]))
    return min(longest + 1, kit.page.inner * _WIDEST)


def _said(text: str) -> str:
    """A word of the program in the paper's language; anything else as it is."""
    return _(text) if text else ""
