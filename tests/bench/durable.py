"""What safety costs: an order's life as it is, beside the same life without journal, operation ids, seals and looks at
the shop's file. Rules, rows and transactions, each flushed to the disk, are the same on both sides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

from app.store.door import Tx
from app.store.file_watch import FileWatch
from app.store.reserve import Reserve
from tests.bench.lives import Lives
from tests.bench.measure import Effort, Figure, figure
from tests.bench.shops import Shop

NAMES = ("order_life_durable",)


def measure(shop: Shop, wanted: Callable[[str], bool], effort: Effort) -> Iterator[Figure]:
    """The figure, if it is wanted."""
    if not wanted("order_life_durable"):
        return
    lives = Lives(shop.services, shop.actor, shop.part_ids)
    store = shop.services.store
    before = store.reserve
    store.reserve = Reserve(store.folder)  # asked at each command; the file itself is the window's
    try:
        yield figure(
            "order_life_durable", lives.live, lambda: _unsafe(lives.live), rounds=effort.lives, bound=1.3
        )
    finally:
        store.reserve = before


def _unsafe(live: Callable[[], None]) -> None:
    with (
        patch.object(Tx, "book", lambda tx: tx.session.flush()),
        patch.object(FileWatch, "check", _nothing),
        patch.object(FileWatch, "check_log", _nothing),
        patch.object(Reserve, "allows", lambda _reserve, _command: True),
        patch("app.store.door._BOOKED", _Nobody()),
    ):
        live()


def _nothing(_watch: FileWatch) -> None:
    """The planted carelessness."""


class _Nobody:
    """Finds no operation."""

    def row(self, _connection: object, **_values: object) -> None:
        """Nothing was booked before."""
