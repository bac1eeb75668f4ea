"""The data of part labels, single and many, and of the stock report; see ``forms`` for what a form is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.core.money import Money
from app.papers.shop_block import ShopBlock


@dataclass(frozen=True, slots=True)
class PartLabel:
    """备件标签: ``barcode`` is ours or the maker's; one too long for bars is printed as a QR code."""

    number: str
    barcode: str
    name: str
    price: Money | None = None
    location: str = ""
    unit: str = ""
    condition: str = ""


@dataclass(frozen=True, slots=True)
class PartLabels:
    """备件标签（多张）: a label a page on a roll, or sheets of 24; ``start`` is the first free place, from 1."""

    labels: tuple[PartLabel, ...]
    start: int = 1


@dataclass(frozen=True, slots=True)
class ReportHead:
    """A column: its English heading, which is said in the paper's language, and whether it holds figures."""

    title: str
    figures: bool = False


@dataclass(frozen=True, slots=True)
class ReportFact:
    """What the report was filtered by: an English word, and a value."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    """A line: a text a column."""

    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StockReport:
    """库存报表: a view of the stock as it was at a moment. ``title`` is English and said in the paper's language."""

    shop: ShopBlock
    number: str
    title: str
    made_at: datetime
    heads: tuple[ReportHead, ...]
    rows: tuple[ReportLine, ...]
    sums: tuple[str, ...] = ()
    facts: tuple[ReportFact, ...] = ()
    #: Lines there are, of which ``rows`` may be the first.
    count: int = 0
