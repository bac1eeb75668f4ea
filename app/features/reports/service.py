"""The basic month report (design.md §9): read in one moment, by business day, from indexes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from app.core.clock import day_bounds
from app.core.enums import LineKind, Payer, PaymentMethod
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, divide_half_up
from app.features.reports.snapshots import UNASSIGNED, MethodShare, MonthReport, Share
from app.store.door import Store

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)

_KINDS = text(
    "SELECT l.kind, sum(l.amount - l.tax) AS net, sum(l.tax) AS tax"
    " FROM invoice i JOIN invoice_line l ON l.invoice_id = i.id"
    " WHERE i.business_day >= :first AND i.business_day < :beyond GROUP BY l.kind"
)
# The invoice keeps its total and tax: the lists need no lines. That both agree is what `doctor` checks.
_SHARES = """
    SELECT {name} AS name, sum(i.total - i.tax) AS net, count(DISTINCT i.order_id) AS orders
    FROM invoice i {joins}
    WHERE i.business_day >= :first AND i.business_day < :beyond
    GROUP BY {group} ORDER BY net DESC, name
"""
_ORDER_AND_DEVICE = "JOIN repair_order o ON o.id = i.order_id JOIN device d ON d.id = o.device_id"
_BY_TECHNICIAN = text(
    _SHARES.format(
        name="s.name", joins="LEFT JOIN staff s ON s.id = i.technician_id", group="i.technician_id, s.name"
    )
)
_BY_CATEGORY = text(_SHARES.format(name="d.category", joins=_ORDER_AND_DEVICE, group="d.category"))
_BY_BRAND = text(_SHARES.format(name="d.brand", joins=_ORDER_AND_DEVICE, group="d.brand"))
_BY_SERVICE_TYPE = text(_SHARES.format(name="i.service_type", joins="", group="i.service_type"))

_BY_METHOD = text(
    "SELECT method, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS paid,"
    " sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS refunded"
    " FROM payment WHERE business_day >= :first AND business_day < :beyond GROUP BY method"
)
_INVOICED = text("SELECT count(*) FROM invoice WHERE business_day >= :first AND business_day < :beyond")
# Net of what went back to the shelf; an invoice knows its payer, a line its own.
_PARTS_COST = text(
    "SELECT coalesce(sum(m.owed_value - m.value), 0) FROM invoice i"
    " JOIN order_line l ON l.order_id = i.order_id AND l.payer = i.payer AND l.removed = 0"
    " JOIN stock_move m ON m.order_id = i.order_id AND m.line_id = l.id"
    " WHERE i.business_day >= :first AND i.business_day < :beyond"
)
_GUARANTEE_COST = text(
    "SELECT coalesce(sum(m.owed_value - m.value), 0) FROM repair_order o"
    " JOIN order_line l ON l.order_id = o.id AND l.payer = :shop AND l.removed = 0"
    " JOIN stock_move m ON m.order_id = o.id AND m.line_id = l.id"
    " WHERE o.delivered_day >= :first AND o.delivered_day < :beyond"
)
_TAKEN_IN = text("SELECT count(*) FROM repair_order WHERE taken_in_day >= :first AND taken_in_day < :beyond")
_DELIVERED = text(
    "SELECT count(*) FROM repair_order WHERE delivered_day >= :first AND delivered_day < :beyond"
)
# What was fixed and paid on the spot never stood at the counter: it was finished the day it was delivered.
_FINISHED = text(
    "SELECT (SELECT count(*) FROM repair_order WHERE finished_day >= :first AND finished_day < :beyond)"
    " + (SELECT count(*) FROM repair_order"
    " WHERE delivered_day >= :first AND delivered_day < :beyond AND finished_day IS NULL)"
)
_RECEIVABLES = text(
    "SELECT i.payer, sum(i.total - coalesce((SELECT sum(a.amount) FROM allocation a"
    " WHERE a.invoice_id = i.id AND a.at < :end), 0)) AS due"
    " FROM invoice i WHERE i.business_day < :beyond GROUP BY i.payer"
)
_RECEIVED = text("SELECT coalesce(sum(amount), 0) FROM payment WHERE business_day < :beyond")
_USED = text("SELECT coalesce(sum(amount), 0) FROM allocation WHERE at < :end")


def parse_month(typed: str) -> tuple[int, int]:
    """``2026-11`` as (2026, 11). Raises ``Refusal(MONTH_UNKNOWN)``."""
    found = _MONTH.fullmatch(typed.strip())
    if found is None or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 2099:
        raise Refusal(Reason.MONTH_UNKNOWN, text=typed.strip()[:40])
    return int(found[1]), int(found[2])


class ReportService:
    """Reports; nothing here writes."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def month_report(self, year: int, month: int) -> MonthReport:
        """The sums of one month as the records stand now. Raises ``Refusal(MONTH_UNKNOWN)``."""
        if not (2000 <= year <= 2099 and 1 <= month <= 12):
            raise Refusal(Reason.MONTH_UNKNOWN, text=f"{year}-{month}")
        first = date(year, month, 1)
        beyond = date(year + month // 12, month % 12 + 1, 1)
        span = {"first": first.isoformat(), "beyond": beyond.isoformat()}
        end = _micros(beyond, self._store.settings.time_zone)
        with self._store.read() as reading:
            kinds = {row.kind: row for row in reading.execute(_KINDS, span)}
            net = {kind: Money(kinds[kind].net if kind in kinds else 0) for kind in LineKind}
            revenue = Money(sum(each.fen for each in net.values()))
            parts_cost = Money(int(reading.execute(_PARTS_COST, span).scalar_one()))
            delivered = int(reading.execute(_DELIVERED, span).scalar_one())
            due = {row.payer: int(row.due) for row in reading.execute(_RECEIVABLES, {**span, "end": end})}
            received = int(reading.execute(_RECEIVED, span).scalar_one())
            used = int(reading.execute(_USED, {"end": end}).scalar_one())
            return MonthReport(
                month=f"{year:04d}-{month:02d}",
                revenue=revenue,
                visit=net[LineKind.VISIT],
                labour=net[LineKind.LABOUR],
                parts=net[LineKind.PART],
                other=net[LineKind.OTHER],
                discount=-net[LineKind.DISCOUNT],
                tax=Money(sum(int(row.tax) for row in kinds.values())),
                parts_cost=parts_cost,
                gross_profit=revenue - parts_cost,
                guarantee_cost=Money(
                    int(reading.execute(_GUARANTEE_COST, {**span, "shop": Payer.SHOP.value}).scalar_one())
                ),
                by_technician=_shares(reading, _BY_TECHNICIAN, span),
                by_category=_shares(reading, _BY_CATEGORY, span),
                by_brand=_shares(reading, _BY_BRAND, span),
                by_service_type=_shares(reading, _BY_SERVICE_TYPE, span),
                by_method=_methods(reading, span),
                taken_in=int(reading.execute(_TAKEN_IN, span).scalar_one()),
                finished=int(reading.execute(_FINISHED, span).scalar_one()),
                delivered=delivered,
                invoices=int(reading.execute(_INVOICED, span).scalar_one()),
                receivables=Money(due.get(Payer.CUSTOMER.value, 0)),
                receivables_other=Money(
                    sum(fen for payer, fen in due.items() if payer != Payer.CUSTOMER.value)
                ),
                deposits_held=Money(received - used),
                average=Money(divide_half_up(revenue.fen, delivered)) if delivered else ZERO,
            )


def month_report(store: Store, year: int, month: int) -> MonthReport:
    """The month report of a shop; see ``ReportService.month_report``."""
    return ReportService(store).month_report(year, month)


def _shares(reading: Connection, query: Any, span: dict[str, str]) -> tuple[Share, ...]:
    return tuple(
        Share(row.name or UNASSIGNED, Money(int(row.net)), int(row.orders))
        for row in reading.execute(query, span)
    )


def _methods(reading: Connection, span: dict[str, str]) -> tuple[MethodShare, ...]:
    found = {row.method: row for row in reading.execute(_BY_METHOD, span)}
    return tuple(
        MethodShare(method.value, Money(int(found[method].paid)), Money(int(found[method].refunded)))
        for method in PaymentMethod
        if method in found
    )


def _micros(day: date, zone: str) -> int:
    start, _after = day_bounds(day, zone)
    return int(start.timestamp()) * 1_000_000
