"""Each figure is the sum of the list it opens; what is asked of one technician, category or brand; how it is asked."""

from __future__ import annotations

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlalchemy import event

from app.core.enums import Payer, PaymentMethod, Role
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import FOUNDER
from app.features.reports.asking import Month
from app.features.reports.figures import SPECS, Dimension, Figure, Measure
from app.features.reports.morning import DOORS, Door, Mornings
from app.features.reports.service import ReportService
from app.features.reports.snapshots import EVERYTHING, Entry, MonthFilter, MonthReport, Question
from tests.features.conftest import Shop
from tests.features.reports.conftest import MONTHS


def whole(reports: ReportService, asked: Question, page: int = 7) -> list[Entry]:
    """The list, by pages that are smaller than it."""
    found: list[Entry] = []
    while entries := reports.entries(FOUNDER, asked, found[-1].id if found else None, page):
        found += entries
    return found


def check_figure(reports: ReportService, report: MonthReport, figure: Figure) -> None:
    asked = Question(report.month, figure, report.wanted)
    entries = whole(reports, asked)
    assert [each.id for each in entries] == sorted({each.id for each in entries}, reverse=True)
    amounts = [each.amount or 0 for each in entries]
    total = reports.total(FOUNDER, asked)
    assert (total.count, total.amount) == (len(entries), sum(amounts))
    raw = getattr(report, figure.value)
    match SPECS[figure].measure:
        case Measure.SUM:
            assert raw.fen == sum(amounts)
        case Measure.COUNT | Measure.SHARE:
            assert raw == len(entries)
        case Measure.MEDIAN:
            assert raw == (statistics.median_low(amounts) if amounts else None)
        case Measure.NINETIETH:
            assert raw is None if not amounts else sum(each <= raw for each in amounts) >= 0.9 * len(amounts)
        case Measure.AVERAGE:
            assert report.revenue.fen == sum(amounts)
            assert raw.fen == pytest.approx(
                sum(amounts) / report.delivered if report.delivered else 0, abs=0.5
            )


@pytest.mark.parametrize("figure", list(Figure))
def test_each_figure_is_the_sum_of_its_list_in_every_month(reports: ReportService, figure: Figure) -> None:
    for year, month in MONTHS:
        check_figure(reports, reports.month_report(FOUNDER, year, month), figure)


@pytest.mark.parametrize("dimension", list(Dimension))
def test_each_row_of_a_break_down_is_the_sum_of_its_list(
    reports: ReportService, dimension: Dimension
) -> None:
    for year, month in MONTHS[-4:]:
        report = reports.month_report(FOUNDER, year, month)
        for share in report.shares(dimension):
            wanted = EVERYTHING.narrowed(dimension, share.key)
            entries = whole(reports, Question(report.month, Figure.REVENUE, wanted))
            assert share.revenue.fen == sum(each.amount or 0 for each in entries)
            narrowed = reports.month_report(FOUNDER, year, month, wanted)
            assert (narrowed.revenue, narrowed.parts_cost) == (share.revenue, share.cost)


@pytest.mark.parametrize("figure", [figure for figure in Figure if SPECS[figure].filtered])
def test_under_a_filter_each_figure_is_the_sum_of_its_list(reports: ReportService, figure: Figure) -> None:
    report = reports.month_report(FOUNDER, 2026, 11)
    technician, category, brand = report.by_technician[0], report.by_category[0], report.by_brand[0]
    for wanted in (
        MonthFilter(technician=technician.key),
        MonthFilter(category=category.key),
        MonthFilter(brand=brand.key),
        MonthFilter(payer=Payer.BRAND),
        MonthFilter(technician=technician.key, category=category.key),
        MonthFilter(brand="nobody has heard of it"),
    ):
        check_figure(reports, reports.month_report(FOUNDER, 2026, 11, wanted), figure)


def test_filters_part_the_month_into_its_sums(reports: ReportService) -> None:
    report = reports.month_report(FOUNDER, 2026, 11)
    parts = [
        reports.month_report(FOUNDER, 2026, 11, EVERYTHING.narrowed(Dimension.CATEGORY, share.key))
        for share in report.by_category
    ]
    assert sum(each.revenue.fen for each in parts) == report.revenue.fen
    assert sum(each.labour.fen for each in parts) == report.labour.fen
    assert sum(each.parts_cost.fen for each in parts) == report.parts_cost.fen


def test_methods_and_days_open_their_own_rows(reports: ReportService) -> None:
    report = reports.month_report(FOUNDER, 2026, 11)
    for method in report.by_method:
        asked = Question(report.month, Figure.PAID, method=PaymentMethod(method.name))
        assert sum(each.amount or 0 for each in whole(reports, asked)) == method.paid.fen
    assert sum(each.revenue.fen for each in report.days) == report.revenue.fen
    for day in report.days:
        asked = Question(report.month, Figure.REVENUE, day=day.day)
        assert sum(each.amount or 0 for each in whole(reports, asked)) == day.revenue.fen


def test_a_row_leads_to_its_order(reports: ReportService, corrected: Shop) -> None:
    entry = whole(reports, Question("2026-11", Figure.REVENUE))[0]
    with corrected.store.read() as reading:
        number = reading.exec_driver_sql(
            "SELECT number FROM repair_order WHERE id = ?", (entry.subject,)
        ).scalar()
    assert (entry.room, entry.number) == ("orders", number)
    assert whole(reports, Question("2026-11", Figure.STOCK_VALUE))[0].room == "parts"
    assert whole(reports, Question("2026-11", Figure.CUSTOMERS))[0].room == "customers"


def test_what_belongs_to_nobody_is_not_told_of_somebody(reports: ReportService) -> None:
    wanted = MonthFilter(brand="海尔")
    report = reports.month_report(FOUNDER, 2026, 11, wanted)
    assert report.value(Figure.RECEIVABLES) is None
    with pytest.raises(Refusal) as caught:
        reports.entries(FOUNDER, Question("2026-11", Figure.RECEIVABLES, wanted))
    assert caught.value.reason is Reason.NOT_FOUND
    for technician in ("x", "1 OR 1=1", "٣"):
        with pytest.raises(Refusal):
            reports.month_report(FOUNDER, 2026, 11, MonthFilter(technician=technician))


def test_why_it_changed_is_what_the_months_say(reports: ReportService) -> None:
    look = reports.look(FOUNDER, 2026, 11)
    assert look.movers
    for mover in look.movers:
        assert mover.dimension is not None
        for report, told in ((look.report, mover.now), (look.last_month, mover.before)):
            shares = [share for share in report.shares(mover.dimension) if share.name == mover.name]
            assert told == (getattr(shares[0], mover.component.value) if shares else Money(0))
    changes = [abs(mover.change.fen) for mover in look.movers]
    assert changes == sorted(changes, reverse=True)
    assert look.last_year == reports.month_report(FOUNDER, 2025, 11)


@dataclass
class Asked:
    """What SQLite was asked, with its values."""

    queries: list[tuple[str, object]]


@pytest.fixture
def asked(corrected: Shop) -> Iterator[Asked]:
    found = Asked([])

    def note(_c: object, _k: object, statement: str, values: object, _x: object, _m: bool) -> None:
        found.queries.append((statement, values))

    event.listen(corrected.store.engine, "before_cursor_execute", note)
    yield found
    event.remove(corrected.store.engine, "before_cursor_execute", note)


#: A few rows, whatever the years bring.
_SMALL = (
    "staff",
    "money_day",
    "stock_day",
    "till_session",
    "held_money",
    "part_month",
    "part",
    "p",
    "m",
    "s",
    "h",
    # Days, and what was found of them.
    "went",
    "later",
    "json_each",
)


def scans(shop: Shop, asked: Asked) -> list[str]:
    """Steps that walk through a table of the years from end to end."""
    found = []
    with shop.store.read() as reading:
        for statement, values in list(asked.queries):
            if not statement.lstrip().startswith(("SELECT", "WITH")):
                continue
            plan = reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            for step in plan.scalars(3):
                words = step.split()
                walks = words[0] == "SCAN" and "INDEX" not in words and words[1] not in _SMALL
                if walks and not words[1].startswith(("(", "x", "c", "CONSTANT", "LEFT")):
                    found.append(f"{step} <- {statement[:120]}")
    return found


def test_a_month_reads_only_its_own_rows(reports: ReportService, corrected: Shop, asked: Asked) -> None:
    reports.look(FOUNDER, 2026, 11)
    for figure in Figure:
        reports.entries(FOUNDER, Question("2026-11", figure))
        reports.total(FOUNDER, Question("2026-10", figure))
    queries = [statement for statement, _values in asked.queries]
    assert scans(corrected, asked) == []
    assert not [each for each in queries if "OFFSET" in each.upper()]
    # In the order of their indexes and out of them alone: nothing is sorted, no row is looked up.
    ways = {
        "SELECT technician_id,": "ix_sale_month (<expr>=?)",
        "SELECT business_day, sum(": "ix_sale_business_day (business_day>? AND business_day<?)",
    }
    with corrected.store.read() as reading:
        values = Month(2026, 11).span()
        for beginning, way in ways.items():
            statement = next(each for each in queries if each.startswith(beginning))
            plan = reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).scalars(3).all()
            assert plan == [f"SEARCH s USING COVERING INDEX {way}"]


def test_customers_are_counted_without_their_orders(
    reports: ReportService, corrected: Shop, asked: Asked
) -> None:
    reports.look(FOUNDER, 2026, 11)
    queries = [
        (text, values) for text, values in asked.queries if "FROM repair_order o WHERE o.taken_in" in text
    ]
    assert len(queries) == 9
    with corrected.store.read() as reading:
        for statement, values in queries:
            plan = reading.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).scalars(3).all()
            searches = [step for step in plan if step.startswith("SEARCH")]
            assert searches
            assert all("USING COVERING INDEX" in step for step in searches)


@pytest.mark.parametrize("door", list(Door))
def test_each_figure_of_the_morning_is_the_sum_of_its_list(corrected: Shop, door: Door) -> None:
    mornings = Mornings(corrected.store)
    figure = next(each for each in mornings.morning(FOUNDER).figures if each.door is door)
    found: list[Entry] = []
    while entries := mornings.entries(FOUNDER, door, found[-1].id if found else None, 2):
        found += entries
    assert figure.count == len(found) == mornings.total(FOUNDER, door).count
    if door in (Door.OWED, Door.CASH):
        assert figure.amount == sum(each.amount or 0 for each in found)
    assert DOORS[door].title


def test_the_morning_reads_only_what_is_open(corrected: Shop, asked: Asked) -> None:
    mornings = Mornings(corrected.store)
    mornings.morning(FOUNDER)
    for door in Door:
        mornings.entries(FOUNDER, door)
    assert scans(corrected, asked) == []


def test_the_morning_agrees_with_the_till_and_the_month(corrected: Shop, reports: ReportService) -> None:
    from app.features.till.service import Tills

    morning = Mornings(corrected.store).morning(FOUNDER)
    amounts = {each.door: each.amount for each in morning.figures}
    assert amounts[Door.CASH] == Tills(corrected.store).cash_now(FOUNDER).fen
    december = reports.month_report(FOUNDER, 2026, 12)
    assert amounts[Door.OWED] == december.receivables.fen + december.receivables_other.fen
    assert morning.owed_by_customers == december.receivables.fen
    assert morning.held == december.deposits_held.fen
    assert corrected.people[Role.OWNER].name
