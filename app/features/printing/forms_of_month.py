"""The form of the month report."""

from __future__ import annotations

from sqlalchemy import Connection

from app.core import formats
from app.core.errors import Reason, Refusal
from app.core.rights import FOUNDER
from app.core.words import N_
from app.features.printing.forms_of_shop import shop_block
from app.features.reports.asking import month_of, parse_month
from app.features.reports.figures import (
    DIMENSION_WORDS,
    GROUP_WORDS,
    SPECS,
    Dimension,
    Group,
)
from app.features.reports.service import ReportService
from app.features.reports.snapshots import UNASSIGNED, MonthLook
from app.features.reports.telling import change_text, value_text
from app.papers.forms_of_month import MonthBar, MonthRow, MonthSheet, MonthTable, Naming
from app.papers.forms_of_views import ReportHead
from app.store.door import Store

#: More brands than this are for the workbook.
_MOST = 30
_CHANGE, _ORDERS, _REVENUE, _PROFIT = N_("Change"), N_("Orders"), N_("Revenue"), N_("Gross profit")
_PAID, _REFUNDED = N_("Money taken in"), N_("Money given back")
_SHARE_HEADS = tuple(ReportHead(head, figures=True) for head in (_ORDERS, _REVENUE, _PROFIT))
_NAMING = {
    Dimension.TECHNICIAN: Naming.TEXT,
    Dimension.CATEGORY: Naming.CATEGORY,
    Dimension.BRAND: Naming.TEXT,
    Dimension.SERVICE_TYPE: Naming.SERVICE,
    Dimension.PAYER: Naming.PAYER,
}


def month_report(_reading: Connection, store: Store, number: str) -> tuple[MonthSheet, None]:
    """A month, asked for like ``2026-11``. ``Refusal``: NOT_FOUND for what is no month."""
    try:
        month = month_of(*parse_month(number))
    except Refusal:
        raise Refusal(Reason.NOT_FOUND) from None
    look = ReportService(store).look(FOUNDER, month.year, month.number)
    sealed = look.sealed
    sheet = MonthSheet(
        shop=shop_block(store.settings),
        number=month.text,
        made_at=store.clock.now(),
        figures=tuple(_figures(look, group) for group in Group),
        bars=_bars(look),
        tables=(*(_shares(look, dimension) for dimension in Dimension), _methods(look)),
        sealed_at=None if sealed is None else sealed.at,
        sealed_by="" if sealed is None else sealed.by,
        digest="" if sealed is None else sealed.digest,
    )
    return sheet, None


def _figures(look: MonthLook, group: Group) -> MonthTable:
    report, before, year_ago = look.report, look.last_month, look.last_year
    heads = tuple(
        ReportHead(head, figures=True)
        for head in (report.month, before.month, _CHANGE, year_ago.month, _CHANGE)
    )
    rows = tuple(
        MonthRow(
            spec.title,
            (
                value_text(figure, report.value(figure)),
                value_text(figure, before.value(figure)),
                change_text(look, figure, before),
                value_text(figure, year_ago.value(figure)),
                change_text(look, figure, year_ago),
            ),
        )
        for figure, spec in SPECS.items()
        if spec.group is group
    )
    return MonthTable(GROUP_WORDS[group], Naming.WORD, heads, rows)


def _bars(look: MonthLook) -> tuple[MonthBar, ...]:
    now = {each.day: each.revenue for each in look.report.days}
    before = {each.day: each.revenue for each in look.last_month.days}
    zero = look.report.revenue - look.report.revenue
    return tuple(
        MonthBar(day, now.get(day, zero), before.get(day, zero))
        for day in range(1, max([*now, *before], default=0) + 1)
    )


def _shares(look: MonthLook, dimension: Dimension) -> MonthTable:
    report = look.report
    shares = report.shares(dimension)
    rows = tuple(
        MonthRow(
            "" if share.name == UNASSIGNED else share.name,
            (f"{share.orders:,}", formats.money(share.revenue), formats.money(share.profit)),
        )
        for share in shares[:_MOST]
    )
    # The sums are the month's, also where a long list is cut.
    sums = ("", formats.money(report.revenue), formats.money(report.gross_profit)) if rows else ()
    return MonthTable(DIMENSION_WORDS[dimension], _NAMING[dimension], _SHARE_HEADS, rows, sums)


def _methods(look: MonthLook) -> MonthTable:
    rows = tuple(
        MonthRow(each.name, (formats.money(each.paid), formats.money(each.refunded)))
        for each in look.report.by_method
    )
    sums = (formats.money(look.report.paid), formats.money(look.report.refunded)) if rows else ()
    heads = tuple(ReportHead(head, figures=True) for head in (_PAID, _REFUNDED))
    return MonthTable(N_("By payment method"), Naming.METHOD, heads, rows, sums)
