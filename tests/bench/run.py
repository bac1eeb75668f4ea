"""``xiuhu bench``: every figure beside its floor, in one run, on one temporary shop (limits.md)."""

from __future__ import annotations

import gc
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

from app.store.secrets import ELSEWHERE
from tests.bench import backups, durable, headoffice, lives, money, papers, push, reads, stockroom, windows
from tests.bench.measure import Effort, Figure
from tests.bench.shops import Shop, open_shop

Say = Callable[[str], None]

#: What the issue's table asks for; what stands beside them is in the modules.
NAMES = (
    *windows.NAMES,
    *reads.NAMES,
    *papers.NAMES,
    *lives.NAMES,
    *money.NAMES,
    *stockroom.NAMES,
    *backups.NAMES,
    *durable.NAMES,
    *headoffice.NAMES,
    *push.NAMES,
)
_QUICK_BELOW = 1000


def run(orders: int, only: str | None, say: Say) -> list[dict[str, Any]]:
    """Fill a shop with ``orders`` orders and measure; ``only`` keeps the figures whose names contain it.

    Below a thousand orders everything is run a few times only: enough to see that it works.
    """
    return [each.as_dict() for each in figures(orders, only, say)]


def figures(orders: int, only: str | None, say: Say) -> Iterator[Figure]:
    """As ``run``, one by one as they are found."""
    effort = Effort() if orders >= _QUICK_BELOW else Effort(5, 2, 1, 3, 1)

    def wanted(name: str) -> bool:
        return only is None or only in name

    with ExitStack() as leaving:
        leaving.enter_context(_keys_thrown_away())
        # What was there before is not looked through again by the collection before each figure.
        gc.freeze()
        for each in stockroom.measure(orders, wanted, effort, say):
            say(_line(each))
            yield each
        for each in headoffice.measure(wanted, effort):
            say(_line(each))
            yield each
        for each in push.measure(wanted, effort, say):
            say(_line(each))
            yield each
        asked = set(filter(wanted, NAMES))
        if asked and asked <= {*stockroom.NAMES, *headoffice.NAMES, *push.NAMES}:
            return
        say(f"filling a shop with {orders} orders …")
        shop = leaving.enter_context(_opened(orders, say))
        # What writes comes last: the rows that a scan finds stay those that were filled in.
        measures = (reads, money, papers, windows, lives, backups, durable)
        for measure in (each.measure for each in measures):
            for figure in measure(shop, wanted, effort):
                say(_line(figure))
                yield figure


@contextmanager
def _keys_thrown_away() -> Iterator[None]:
    """Shops that are removed leave nothing in anybody's keyring."""
    with tempfile.TemporaryDirectory(prefix="xiuhu-bench-keys-") as place:
        before = os.environ.get(ELSEWHERE)
        os.environ[ELSEWHERE] = place
        try:
            yield
        finally:
            del os.environ[ELSEWHERE]
            if before is not None:
                os.environ[ELSEWHERE] = before


def _opened(orders: int, say: Say) -> AbstractContextManager[Shop]:
    return open_shop(orders, say)


def _line(figure: Figure) -> str:
    ratio = "" if figure.ratio is None else f"{figure.ratio:10.4f}"
    floor = " " * 11 if figure.floor_ms is None else f"{figure.floor_ms:11.3f}"
    used = "" if figure.cpu_ms is None else f"   cpu {figure.cpu_ms:.3f}"
    used += "" if figure.cpu_p99_ms is None else f" p99 {figure.cpu_p99_ms:.3f}"
    used += "" if figure.cpu_ratio is None else f" ratio {figure.cpu_ratio:.4f}"
    asked = f"   {figure.bounds}" if figure.bounds else ""
    mark = "" if figure.held else "   BROKEN" if not figure.held_in_cpu else "   broken by waiting"
    return f"{figure.name:<24}{figure.median_ms:11.3f}{figure.p99_ms:11.3f}{floor}{ratio}{asked}{used}{mark}"
