"""A view of the stock as figures: the same for the screen, the workbook and the paper."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.enums import AbcClass
from app.core.money import Money, Quantity
from app.core.words import N_

#: A month is written like ``202611`` in the records.
Cell = str | Money | Quantity | int | None


class View(StrEnum):
    """The views."""

    LIST = "list"
    ABC = "abc"
    DEAD = "dead"
    FAST = "fast"
    SLOW = "slow"
    USAGE = "usage"


VIEW_WORDS = {
    View.LIST: N_("Stock list"),
    View.ABC: N_("ABC classes"),
    View.DEAD: N_("Dead stock"),
    View.FAST: N_("Fast movers"),
    View.SLOW: N_("Slow movers"),
    View.USAGE: N_("Usage by month"),
}


class StockState(StrEnum):
    """Which parts of the stock list."""

    ALL = "all"
    HELD = "held"
    SHORT = "short"
    NONE = "none"
    CONSIGNED = "consigned"


STATE_WORDS = {
    StockState.ALL: N_("All"),
    StockState.HELD: N_("In stock"),
    StockState.SHORT: N_("Below minimum"),
    StockState.NONE: N_("None in stock"),
    StockState.CONSIGNED: N_("Consigned"),
}


@dataclass(frozen=True, slots=True)
class StockFilter:
    """What the stock list shows; "" and None do not filter."""

    category: str = ""
    brand: str = ""
    place_id: int | None = None
    abc: AbcClass | None = None
    state: StockState = StockState.ALL


@dataclass(frozen=True, slots=True)
class Head:
    """A column: its marked English heading, and whether it holds figures."""

    title: str
    figures: bool = False
    width: int = 100


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A line; ``id`` is the part's where it is one."""

    id: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """A view: columns, lines, and the sums below them (None where a column has none)."""

    view: View
    heads: tuple[Head, ...]
    rows: tuple[FigureRow, ...]
    sums: tuple[Cell, ...] = ()
    #: Lines there are, of which ``rows`` may be the first.
    count: int = 0


@dataclass(frozen=True, slots=True)
class CurvePoint:
    """So many permille of the parts make up so many permille of the value."""

    parts: int
    value: int


@dataclass(frozen=True, slots=True)
class AbcCurve:
    """Usage value of twelve months, dearest parts first; ends of the classes in permille of the parts."""

    points: tuple[CurvePoint, ...]
    a_to: int
    b_to: int
    total: Money


@dataclass(frozen=True, slots=True)
class PlaceChoice:
    """A place to filter by; ``name`` is "" for the main shelf, which has a word of its own."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What can be filtered by."""

    categories: tuple[str, ...]
    brands: tuple[str, ...]
    places: tuple[PlaceChoice, ...]
