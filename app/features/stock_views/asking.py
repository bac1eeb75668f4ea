"""A view asked for by a line of text, and its figures as words: for the page, the workbook and the paper."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode

from app.core import formats
from app.core.enums import AbcClass
from app.core.errors import Reason, Refusal
from app.core.money import Money, Quantity
from app.core.rights import Actor
from app.core.words import _, ngettext
from app.features.stock_views.service import StockViews
from app.features.stock_views.snapshots import Cell, Figures, StockFilter, StockState, View

_MONTHS = 12


def figures_of(
    views: StockViews, actor: Actor, view: View, wanted: StockFilter, months: int, *, whole: bool
) -> Figures:
    """A view's figures; the stock list's lines only where the ``whole`` of it is asked for."""
    match view:
        case View.LIST:
            return (
                views.stock_figures(actor, wanted) if whole else views.stock_figures(actor, wanted, limit=0)
            )
        case View.ABC:
            return views.abc(actor)
        case View.DEAD:
            return views.dead(actor, months)
        case View.FAST | View.SLOW:
            return views.movers(actor, view, months)
        case View.USAGE:
            return views.usage(actor, months)


def report_number(view: View, wanted: StockFilter, months: int) -> str:
    """How the stock report is asked for: ``list?state=short``, ``dead?months=12``."""
    asked: dict[str, object] = {}
    if view is View.LIST:
        asked = {
            "state": wanted.state.value if wanted.state is not StockState.ALL else "",
            "category": wanted.category,
            "brand": wanted.brand,
            "place": wanted.place_id or "",
            "abc": wanted.abc.value if wanted.abc else "",
        }
    elif view is not View.ABC:
        asked = {"months": months}
    text = urlencode({key: value for key, value in asked.items() if value})
    return f"{view.value}?{text}" if text else view.value


def cell_text(cell: Cell) -> str:
    """A cell as it is shown."""
    match cell:
        case None:
            return ""
        case Money():
            return formats.money(cell, sign=False)
        case Quantity():
            return formats.quantity(cell)
        case int():
            return f"{cell:,}"
        case _:
            return cell


def sums_text(figures: Figures) -> str:
    """The sums in a line: how many, and each column that has one."""
    parts = [
        f"{_(head.title)} {cell_text(cell)}"
        for head, cell in zip(figures.heads, figures.sums, strict=False)
        if isinstance(cell, Money)
    ]
    if figures.view not in (View.USAGE, View.ABC):
        parts.insert(0, ngettext("{n} part", "{n} parts", figures.count).format(n=f"{figures.count:,}"))
    return "   ".join(parts)


def read_number(text: str) -> tuple[View, StockFilter, int]:
    """What ``report_number`` wrote: view, filter, months. Raises ``Refusal(NOT_FOUND)`` for anything else."""
    name, _mark, rest = text.partition("?")
    asked = dict(parse_qsl(rest))
    try:
        place, months, abc = asked.get("place"), asked.get("months"), asked.get("abc")
        wanted = StockFilter(
            category=asked.get("category", ""),
            brand=asked.get("brand", ""),
            place_id=int(place) if place else None,
            abc=AbcClass(abc) if abc else None,
            state=StockState(asked.get("state", StockState.ALL)),
        )
        return View(name), wanted, int(months) if months else _MONTHS
    except ValueError:
        raise Refusal(Reason.NOT_FOUND) from None
