"""Forms of many part labels and of the stock report."""

from __future__ import annotations

from urllib.parse import parse_qsl

from sqlalchemy import Connection

from app.core.errors import Reason, Refusal
from app.core.labels import category_name, label
from app.core.rights import FOUNDER
from app.features.printing.forms_of_shop import part_label, shop_block
from app.features.stock_views.asking import cell_text, figures_of, read_number
from app.features.stock_views.service import StockViews
from app.features.stock_views.snapshots import STATE_WORDS, VIEW_WORDS, StockFilter, StockState, View
from app.papers.forms_of_views import PartLabel, PartLabels, ReportFact, ReportHead, ReportLine, StockReport
from app.store.door import Store

#: A report of more lines is for the workbook: 40 pages.
MOST_LINES = 1500
MOST_LABELS = 2400
_PLACES = 24


def part_labels(reading: Connection, store: Store, number: str) -> tuple[PartLabels, None]:
    """Labels asked for like ``P00001=3&P00007=1&start=5``: three of one part, one of another, beginning at the fifth
    place of the sheet. Raises ``Refusal``: NOT_FOUND, OUT_OF_RANGE, TOO_MANY_ENTRIES."""
    start = 1
    labels: list[PartLabel] = []
    for part, wanted in parse_qsl(number, keep_blank_values=True) or [(number, "")]:
        # A part's number alone asks for one label.
        text = wanted or "1"
        count = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1
        if part == "start":
            if not 1 <= count <= _PLACES:
                raise Refusal(Reason.OUT_OF_RANGE, field="start", low=1, high=_PLACES)
            start = count
            continue
        if count < 1:
            raise Refusal(Reason.NOT_FOUND)
        if len(labels) + count > MOST_LABELS:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="labels", most=MOST_LABELS)
        labels += [part_label(reading, store, part)[0]] * count
    if not labels:
        raise Refusal(Reason.NOT_FOUND)
    return PartLabels(tuple(labels), start), None


def stock_report(reading: Connection, store: Store, number: str) -> tuple[StockReport, None]:
    """A view of the stock as it is now, asked for like ``list?state=short`` or ``dead?months=12``."""
    view, wanted, months = read_number(number)
    views = StockViews(store)
    figures = (
        views.stock_figures(FOUNDER, wanted, limit=MOST_LINES)
        if view is View.LIST
        else figures_of(views, FOUNDER, view, wanted, months, whole=True)
    )
    report = StockReport(
        shop=shop_block(store.settings),
        number=number,
        title=VIEW_WORDS[view],
        made_at=store.clock.now(),
        heads=tuple(ReportHead(head.title, head.figures) for head in figures.heads),
        rows=tuple(ReportLine(tuple(map(cell_text, row.cells))) for row in figures.rows[:MOST_LINES]),
        sums=tuple(map(cell_text, figures.sums)),
        facts=_facts(reading, view, wanted, months),
        count=figures.count,
    )
    return report, None


def _facts(reading: Connection, view: View, wanted: StockFilter, months: int) -> tuple[ReportFact, ...]:
    if view in (View.DEAD, View.FAST, View.SLOW, View.USAGE):
        return (ReportFact("Months", str(months)),)
    place = ""
    if wanted.place_id is not None:
        place = str(
            reading.exec_driver_sql(
                "SELECT coalesce(nullif(name, ''), kind) FROM stock_place WHERE id = ?", (wanted.place_id,)
            ).scalar()
            or wanted.place_id
        )
    facts = (
        ReportFact("State", STATE_WORDS[wanted.state] if wanted.state is not StockState.ALL else ""),
        ReportFact("Category", category_name(wanted.category) if wanted.category else ""),
        ReportFact("Brand", wanted.brand),
        ReportFact("Place", place),
        ReportFact("Class", label(wanted.abc) if wanted.abc else ""),
    )
    return tuple(fact for fact in facts if fact.text)
