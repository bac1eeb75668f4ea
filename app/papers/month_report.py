"""月报: the figures of a month, its days as bars, and what they are made of, on A4."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core import formats
from app.core.enums import Payer, PaymentMethod, ServiceType
from app.core.labels import category_name, label
from app.core.money import Money
from app.core.words import _
from app.papers.blocks import Align, Block
from app.papers.flow import Layout
from app.papers.fonts import Typeface
from app.papers.forms_of_month import MonthBar, MonthSheet, MonthTable, Naming
from app.papers.kit import Kit
from app.papers.pages import MM
from app.papers.pen import Pen
from app.papers.tables import Column, Table

#: Share of the page that a column of figures takes.
_FIGURE = 0.135
_CHART_HIGH = 42 * MM
#: Of a hexadecimal digest so much is told: enough to compare by eye.
_DIGEST = 16


def lay_out(form: MonthSheet, kit: Kit) -> Layout:
    """The report on A4."""
    title = _("Month report")
    facts = [(_("Printed"), formats.moment(form.made_at, kit.zone))]
    if form.sealed_at is not None:
        when = formats.moment(form.sealed_at, kit.zone)
        facts.append((_("Sealed"), f"{when} {form.sealed_by} {form.digest[:_DIGEST]}"))
    blocks = kit.head(form.shop, title, form.number, [])
    blocks.append(kit.pairs(facts))
    for table in form.figures:
        blocks += _titled(table, kit)
    if any(bar.now or bar.before for bar in form.bars):
        blocks += [kit.gap(), kit.heading(_("Revenue by day")), kit.gap(), _chart(form.bars, kit)]
    for table in form.tables:
        if table.rows:
            blocks += _titled(table, kit)
    layout = Layout(title, form.shop.name, blocks)
    layout.running = kit.running(form.shop, title, form.number)
    layout.footer, layout.footer_height = kit.sheet_foot(form.shop, inside=True)
    return layout


def _titled(table: MonthTable, kit: Kit) -> list[Block]:
    return [kit.gap(), _table(table, kit)]


def _table(table: MonthTable, kit: Kit) -> Block:
    size = kit.page.small
    width = kit.page.inner * _FIGURE
    columns = [Column(kit.tidy(_(table.title)))]
    columns += [
        Column(kit.tidy(_said(head.title)), width, Align.RIGHT if head.figures else Align.LEFT)
        for head in table.heads
    ]
    rows: list[Sequence[str]] = [
        [kit.tidy(name_of(row.naming or table.naming, row.name)), *map(kit.tidy, row.cells)]
        for row in table.rows
    ]
    if table.sums:
        rows.append([kit.tidy(_("Total")), *map(kit.tidy, table.sums)])
    return Table(columns, rows, kit.faces.regular, kit.faces.bold, size, size)


def _said(text: str) -> str:
    # A month stands as a head too, and is the same in every language.
    return _(text) if text and not text[0].isdigit() else text


def name_of(naming: Naming, name: str) -> str:
    """A row's name in the paper's language."""
    if not name:
        return _("Unassigned")
    match naming:
        case Naming.WORD:
            return _(name)
        case Naming.CATEGORY:
            return category_name(name)
        case Naming.SERVICE:
            return label(ServiceType(name))
        case Naming.PAYER:
            return label(Payer(name))
        case Naming.METHOD:
            return label(PaymentMethod(name))
        case Naming.TEXT:
            return name


def _chart(bars: Sequence[MonthBar], kit: Kit) -> Block:
    return DayBars(bars, kit.faces.regular, kit.page.small)


@dataclass(slots=True)
class DayBars(Block):
    """Revenue by day: this month filled, last month as an outline beside it. Black only, as every paper."""

    bars: Sequence[MonthBar]
    face: Typeface
    size: float

    def height(self, _width: float) -> float:
        return _CHART_HIGH + 2.4 * self.size

    def draw(self, pen: Pen, left: float, top: float, width: float) -> None:
        most = max(max(bar.now.fen, bar.before.fen, 0) for bar in self.bars) or 1
        high = _CHART_HIGH - self.size
        base = top + self.size + high
        step = width / len(self.bars)
        pen.text(left, top + self.size * 0.8, formats.money(Money(most)), self.face, self.size)
        pen.rule(left, left + width, top + self.size, 0.3, dotted=True)
        pen.rule(left, left + width, base, 0.6)
        for at, bar in enumerate(self.bars):
            x = left + at * step
            self._bar(pen, x + step * 0.12, base, step * 0.36, high * bar.now.fen / most, filled=True)
            self._bar(pen, x + step * 0.5, base, step * 0.36, high * bar.before.fen / most, filled=False)
            if bar.day == 1 or bar.day % 5 == 0:
                pen.text(x + step * 0.2, base + self.size * 1.3, str(bar.day), self.face, self.size)

    def _bar(self, pen: Pen, x: float, base: float, wide: float, high: float, *, filled: bool) -> None:
        # What was credited on a day may outweigh its sales: below the line nothing is drawn.
        if high < 0.4:
            return
        if filled:
            pen.fill(x, base - high, wide, high)
        else:
            pen.box(x, base - high, wide, high, 0.4)
