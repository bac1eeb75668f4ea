"""Money and the month: the month report with all comparisons, the owner's page, the lists behind them, the workbook,
the bookkeeper's journal and its file, everybody's commission.

No floor beside them: the issue bounds them in milliseconds. The month is the newest whole one.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from app.core.enums import CommissionKind
from app.core.money import ZERO
from app.core.rights import FOUNDER, Ctx
from app.features.books.export import export_books
from app.features.books.service import Books
from app.features.pay.service import Pay
from app.features.pay.snapshots import RuleEntry
from app.features.reports.asking import Month
from app.features.reports.figures import Figure
from app.features.reports.morning import Door, Mornings
from app.features.reports.service import ReportService
from app.features.reports.snapshots import EVERYTHING, Question
from app.features.reports.workbook import export_month
from tests.bench.measure import Effort, figure
from tests.bench.measure import Figure as Measured
from tests.bench.shops import Shop

Wanted = Callable[[str], bool]

NAMES = (
    "month_report",
    "owner_page",
    "drill_first_page",
    "month_xlsx",
    "books_month",
    "books_xlsx",
    "pay_month",
)


def measure(shop: Shop, wanted: Wanted, effort: Effort) -> Iterator[Measured]:
    """Every figure of this module that is wanted."""
    store = shop.services.store
    reports, mornings = ReportService(store), Mornings(store)
    month = Month.of(reports.today).back(1)
    few = max(effort.rounds // 10, 3)
    if wanted("month_report"):
        yield figure(
            "month_report",
            lambda: reports.look(FOUNDER, month.year, month.number, EVERYTHING),
            rounds=few,
            median_bound_ms=300,
        )
    if wanted("owner_page"):
        yield figure("owner_page", lambda: mornings.morning(FOUNDER), rounds=few, median_bound_ms=100)
    if wanted("drill_first_page"):
        # Each figure in turn, of the month that goes on and of the one before.
        asked = [Question(each.text, which) for each in (month, month.back(-1)) for which in Figure]
        turn = itertools.cycle([*asked, *Door])

        def first_page() -> object:
            which = next(turn)
            return (
                mornings.entries(FOUNDER, which)
                if isinstance(which, Door)
                else reports.entries(FOUNDER, which)
            )

        rounds = max(effort.rounds, len(asked)) if effort.rounds > len(asked) else effort.rounds
        yield figure("drill_first_page", first_page, rounds=rounds, median_bound_ms=16)
    if wanted("month_xlsx"):
        with tempfile.TemporaryDirectory(prefix="xiuhu-bench-") as place:
            file = Path(place) / "month.xlsx"
            yield figure(
                "month_xlsx",
                lambda: export_month(reports, FOUNDER, file, month.year, month.number),
                rounds=min(effort.starts, 3),
                warm=1,
                median_bound_ms=5000,
            )
    yield from _of_the_month(shop, wanted, effort, month)


def _of_the_month(shop: Shop, wanted: Wanted, effort: Effort, month: Month) -> Iterator[Measured]:
    """What the bookkeeper and the staff get of it; somebody waits for a file, nobody for the screen."""
    books, pay = Books(shop.services.store), Pay(shop.services.store)
    rounds = min(effort.starts, 3)
    if wanted("books_month"):
        yield figure(
            "books_month",
            lambda: books.journal(FOUNDER, month.text),
            rounds=rounds,
            warm=1,
            median_bound_ms=2000,
        )
    if wanted("books_xlsx"):
        with tempfile.TemporaryDirectory(prefix="xiuhu-bench-") as place:
            file = Path(place) / "books.xlsx"
            yield figure(
                "books_xlsx", lambda: export_books(books, FOUNDER, month.text, file), rounds=rounds, warm=1
            )
    if wanted("pay_month"):
        # A tenth of the labour for everybody: without a rule nothing would be worked out.
        rule = RuleEntry(
            staff_id=None,
            kind=CommissionKind.LABOUR,
            category="",
            permille=100,
            amount=ZERO,
            valid_from=month.first,
        )
        pay.save_rule(Ctx.gesture(shop.actor), rule)
        yield figure(
            "pay_month",
            lambda: pay.month(shop.actor, month.text),
            rounds=rounds,
            warm=1,
            median_bound_ms=2000,
        )
