"""The month report (domain.md §8, design.md §9): read in one moment, by business day, from the indexes of its rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection

from app.core.clock import business_day, from_microseconds
from app.core.enums import Command, PaymentMethod
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money, divide_half_up
from app.core.rights import FOUNDER, Actor, Ctx, Sight, seen_by
from app.features.reports import drill
from app.features.reports.asking import OF_MONTH, Month, month_of, parse_month
from app.features.reports.counts import read_counts
from app.features.reports.figures import Figure
from app.features.reports.movers import movers_of
from app.features.reports.sales import read_sales
from app.features.reports.snapshots import (
    EVERYTHING,
    Choices,
    Entry,
    MethodShare,
    MonthFilter,
    MonthLook,
    MonthReport,
    PartMover,
    Question,
    Sealed,
    Total,
)
from app.features.reports.standing import Standing, read_standing
from app.features.reports.telling import reasons
from app.features.till.closing import Closing
from app.store.door import Store

__all__ = ["ReportService", "month_report", "parse_month"]

#: Day by day as the index has them: all at once they would be sorted first.
_BY_METHOD = (
    "SELECT method, sum(paid), sum(refunded) FROM ("
    " SELECT method, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS paid,"
    " sum(CASE WHEN amount < 0 THEN -amount ELSE 0 END) AS refunded"
    " FROM payment WHERE business_day >= :first AND business_day < :beyond GROUP BY business_day, method"
    ") GROUP BY method"
)
_LAST_CLOSE = "SELECT max(day) FROM day_close"
_SEAL = "SELECT content FROM month_seal WHERE month = ?"
_SEALED = (
    "SELECT m.sealed_at, s.name, m.digest FROM month_seal m"
    " JOIN staff s ON s.id = m.sealed_by_id WHERE m.month = ?"
)
_FIRST_DAY = (
    "SELECT min(day) FROM (SELECT min(business_day) AS day FROM sale"
    " UNION ALL SELECT min(taken_in_day) FROM repair_order UNION ALL SELECT min(day) FROM money_day)"
)
_PEOPLE = "SELECT id, name FROM staff"
_SOLD_LATELY = f"SELECT DISTINCT {{name}} FROM sale s WHERE {OF_MONTH} AND {{name}} != ''"
#: Parts whose use changed most, by value; ``part_month`` keeps it.
_PARTS_MOVED = (
    "SELECT p.name, sum(CASE WHEN m.month = :before THEN m.used END), sum(CASE WHEN m.month = :month THEN m.used END),"
    " sum(CASE WHEN m.month = :month THEN m.used_value ELSE -m.used_value END) AS moved"
    " FROM part_month m JOIN part p ON p.id = m.part_id WHERE m.month IN (:before, :month)"
    " GROUP BY m.part_id HAVING moved != 0 ORDER BY abs(moved) DESC LIMIT 3"
)
_YEAR = 12
#: What is owed, held or in stock belongs to no technician or brand.
_NOBODYS = Standing(0, 0, 0, 0, 0, 0)
_NO_METHODS: tuple[MethodShare, ...] = ()
#: Rows read at once where all of a list are wanted.
_CHUNK = 1000


class ReportService:
    """Reports of months, the lists behind their figures, and seals."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def today(self) -> date:
        """The shop's business day: never one that is closed."""
        with self._store.read() as reading:
            return self._today(reading)

    @property
    def zone(self) -> str:
        """The shop's time zone."""
        return self._store.settings.time_zone

    @seen_by(Sight.MONTH)
    def month_report(
        self, _actor: Actor, year: int, month: int, wanted: MonthFilter = EVERYTHING
    ) -> MonthReport:
        """The sums of one month: as they were sealed, else as the records stand now. ``Refusal(MONTH_UNKNOWN)``."""
        asked = month_of(year, month)
        with self._store.read() as reading:
            return self._report(reading, asked, wanted, self._today(reading))

    @seen_by(Sight.MONTH)
    def look(self, _actor: Actor, year: int, month: int, wanted: MonthFilter = EVERYTHING) -> MonthLook:
        """A month beside the one before and the same one a year ago, and why it changed. ``Refusal(MONTH_UNKNOWN)``."""
        asked = month_of(year, month)
        with self._store.read() as reading:
            today = self._today(reading)
            now, before, year_ago = (
                self._report(reading, each, wanted, today)
                for each in (asked, asked.back(1), asked.back(_YEAR))
            )
            return MonthLook(
                report=now,
                last_month=before,
                last_year=year_ago,
                movers=movers_of(now, before),
                parts=() if wanted else _parts_moved(reading, asked),
                sealed=_sealed(reading, asked),
                until=min(today, asked.last),
            )

    @seen_by(Sight.MONTH)
    def month_json(self, actor: Actor, year: int, month: int) -> dict[str, Any]:
        """What the command line prints: the month, and beside it the figures of last month and last year and why it
        changed. The keys of design.md §9 are those of a sealed month, byte for byte. ``Refusal(MONTH_UNKNOWN)``."""
        look = self.look(actor, year, month)
        compared = {
            key: {figure.value: report.value(figure) for figure in Figure}
            for key, report in (("last_month", look.last_month), ("last_year", look.last_year))
        }
        sealed = None
        if look.sealed is not None:
            sealed = {"at": look.sealed.at.isoformat(), "digest": look.sealed.digest}
        return {**look.report.to_json(), "compared": compared, "why": list(reasons(look)), "sealed": sealed}

    @seen_by(Sight.MONTH)
    def entries(
        self, _actor: Actor, asked: Question, after: int | None = None, limit: int = 100
    ) -> tuple[Entry, ...]:
        """The next rows of a figure's list. ``Refusal``: MONTH_UNKNOWN, NOT_FOUND."""
        month = month_of(*parse_month(asked.month))
        with self._store.read() as reading:
            return drill.read_entries(
                reading, month, asked, self._today(reading), self._unclaimed_days, after=after, limit=limit
            )

    @seen_by(Sight.MONTH)
    def total(self, _actor: Actor, asked: Question) -> Total:
        """What a figure's whole list comes to. ``Refusal``: MONTH_UNKNOWN, NOT_FOUND."""
        month = month_of(*parse_month(asked.month))
        with self._store.read() as reading:
            return drill.read_total(reading, month, asked, self._today(reading), self._unclaimed_days)

    @seen_by(Sight.MONTH)
    def all_entries(self, actor: Actor, asked: Question) -> Iterator[tuple[Entry, ...]]:
        """The whole list, a thousand rows at a time."""
        after: int | None = None
        while chunk := self.entries(actor, asked, after, _CHUNK):
            yield chunk
            after = chunk[-1].id

    @seen_by(Sight.MONTH)
    def choices(self, _actor: Actor, year: int, month: int) -> Choices:
        """What can be chosen: the shop's months, newest first, and what this one was sold by."""
        asked = month_of(year, month)
        with self._store.read() as reading:
            begun = reading.exec_driver_sql(_FIRST_DAY).scalar()
            first = asked if begun is None else min(Month.of(date.fromisoformat(begun)), asked, key=_order)
            newest = max(Month.of(self._today(reading)), asked, key=_order)
            count = _order(newest) - _order(first)

            def sold(name: str) -> list[str]:
                span = asked.span()
                return sorted(reading.exec_driver_sql(_SOLD_LATELY.format(name=name), span).scalars())

            people = {int(key): str(name) for key, name in reading.exec_driver_sql(_PEOPLE)}
            theirs = [int(key) for key in sold("technician_id")]
            return Choices(
                months=tuple(newest.back(at).text for at in range(count + 1)),
                technicians=tuple((str(key), people[key]) for key in theirs),
                categories=tuple(sold("category")),
                brands=tuple(sold("brand")),
            )

    @seen_by(Sight.MONTH)
    def sealed(self, _actor: Actor, year: int, month: int) -> Sealed | None:
        """When and by whom a month was sealed; None of an open one."""
        with self._store.read() as reading:
            return _sealed(reading, month_of(year, month))

    def seal(self, ctx: Ctx, year: int, month: int) -> MonthReport:
        """Keep the report of a month that is over for good, byte for byte.

        Raises ``Refusal``: MONTH_SEALED, MONTH_NOT_CLOSED, MONTH_UNKNOWN, NOT_ALLOWED.
        """
        asked = month_of(year, month)
        closing = Closing(self._store)
        with self._store.read() as reading:
            closed = reading.exec_driver_sql(_LAST_CLOSE).scalar()
            # Read only after its last day is closed: from then on nothing more is booked in it.
            complete = closed is not None and closed >= asked.last.isoformat()
            content = b""
            if complete:
                content = self._report(reading, asked, EVERYTHING, self._today(reading)).to_bytes()
        if not complete and ctx.actor.may(Command.SEAL_MONTH):
            raise Refusal(Reason.MONTH_NOT_CLOSED, month=asked.text)
        return MonthReport.from_bytes(closing.seal_month(ctx, asked.text, content))

    # -- inside ----------------------------------------------------------------------------------------

    @property
    def _unclaimed_days(self) -> int:
        return self._store.settings.unclaimed_days

    def _today(self, reading: Connection) -> date:
        today = business_day(self._store.clock.now(), self._store.settings.time_zone)
        closed = reading.exec_driver_sql(_LAST_CLOSE).scalar()
        return today if closed is None else max(today, date.fromisoformat(closed) + timedelta(days=1))

    def _report(self, reading: Connection, month: Month, wanted: MonthFilter, today: date) -> MonthReport:
        if not wanted:
            content = reading.exec_driver_sql(_SEAL, (month.text,)).scalar()
            if content is not None:
                return MonthReport.from_bytes(bytes(content))
        days = (min(today, month.last) - month.first).days + 1
        names = {int(key): str(name) for key, name in reading.exec_driver_sql(_PEOPLE)}
        sales = read_sales(reading, month, wanted, names, days=max(days, 0))
        counts = read_counts(reading, month, wanted)
        standing, methods = _NOBODYS, _NO_METHODS
        if not wanted:
            standing = read_standing(reading, month, today, self._unclaimed_days)
            methods = _methods(reading, month)
        shares: dict[str, Any] = {f"by_{dimension.value}": found for dimension, found in sales.shares.items()}
        return MonthReport(
            month=month.text,
            revenue=Money(sales.revenue),
            visit=Money(sales.visit),
            labour=Money(sales.labour),
            parts=Money(sales.parts),
            other=Money(sales.other),
            discount=Money(-sales.discount),
            credited=Money(sales.credited),
            tax=Money(sales.tax),
            parts_cost=Money(sales.cost),
            gross_profit=Money(sales.revenue - sales.cost),
            guarantee_cost=Money(sales.guarantee_cost),
            **shares,
            by_method=methods,
            days=sales.days,
            taken_in=counts.taken_in,
            finished=counts.finished,
            delivered=counts.delivered,
            invoices=counts.invoices,
            receivables=Money(standing.receivables),
            receivables_other=Money(standing.receivables_other),
            deposits_held=Money(standing.held),
            average=Money(divide_half_up(sales.revenue, counts.delivered)) if counts.delivered else ZERO,
            turnaround_median=counts.turnaround_median,
            turnaround_90=counts.turnaround_90,
            first_time_fixed=counts.first_time_fixed,
            reworks=counts.reworks,
            late=counts.late,
            promised=counts.promised,
            by_appointment=counts.by_appointment,
            customers=counts.customers,
            returning=counts.returning,
            lost=counts.lost,
            unclaimed=standing.unclaimed,
            stock_value=Money(standing.stock_value),
            dead_stock=Money(standing.dead_stock),
            wanted=wanted,
        )


def month_report(store: Store, year: int, month: int) -> MonthReport:
    """The month report of a shop, for the program itself; see ``ReportService.month_report``."""
    return ReportService(store).month_report(FOUNDER, year, month)


def _methods(reading: Connection, month: Month) -> tuple[MethodShare, ...]:
    found = {row[0]: row for row in reading.exec_driver_sql(_BY_METHOD, month.span())}
    return tuple(
        MethodShare(method.value, Money(int(found[method][1])), Money(int(found[method][2])))
        for method in PaymentMethod
        if method in found
    )


def _parts_moved(reading: Connection, month: Month) -> tuple[PartMover, ...]:
    values = {"month": month.key, "before": month.back(1).key}
    return tuple(
        PartMover(name, int(before or 0), int(now or 0))
        for name, before, now, _moved in reading.exec_driver_sql(_PARTS_MOVED, values)
    )


def _sealed(reading: Connection, month: Month) -> Sealed | None:
    found = reading.exec_driver_sql(_SEALED, (month.text,)).one_or_none()
    if found is None:
        return None
    return Sealed(month.text, from_microseconds(found[0]), found[1], bytes(found[2]).hex())


def _order(month: Month) -> int:
    return month.year * 12 + month.number
