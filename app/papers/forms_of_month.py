"""The data of the month report's paper; see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.money import Money
from app.papers.forms_of_views import ReportHead
from app.papers.shop_block import ShopBlock


class Naming(StrEnum):
    """What the first cell of a table's rows is, and so how it is said in the paper's language."""

    #: An English word of the program.
    WORD = "word"
    CATEGORY = "category"
    SERVICE = "service"
    PAYER = "payer"
    METHOD = "method"
    #: What people typed: a name, a brand.
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A line: whose it is, and a text a column."""

    name: str
    cells: tuple[str, ...]
    #: Where it differs from its table's.
    naming: Naming | None = None


@dataclass(frozen=True, slots=True)
class MonthTable:
    """A table of the report; ``title`` and heads are English. ``sums`` is its last line."""

    title: str
    naming: Naming
    heads: tuple[ReportHead, ...]
    rows: tuple[MonthRow, ...]
    sums: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MonthBar:
    """A day's revenue, and that of the same day last month."""

    day: int
    now: Money
    before: Money


@dataclass(frozen=True, slots=True)
class MonthSheet:
    """月报: figures beside last month and last year, revenue by day, break-downs. ``digest`` is the seal's."""

    shop: ShopBlock
    number: str
    made_at: datetime
    figures: tuple[MonthTable, ...]
    bars: tuple[MonthBar, ...]
    tables: tuple[MonthTable, ...]
    sealed_at: datetime | None = None
    sealed_by: str = ""
    digest: str = ""
