"""What a commit changed, told to whoever shows it (design.md §2)."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

_log = logging.getLogger(__name__)


class Kind(StrEnum):
    """Kinds of records that pages listen for."""

    ORDER = "order"
    CUSTOMER = "customer"
    PART = "part"
    STAFF = "staff"
    SETTING = "setting"
    MONEY = "money"
    TILL = "till"
    CLOSE = "close"
    PRICE = "price"
    PAY = "pay"
    PLACE = "place"
    SUPPLIER = "supplier"
    PURCHASE = "purchase"
    OLD_PART = "old_part"
    STOCK_COUNT = "stock_count"
    TOOL = "tool"
    DEFECTIVE = "defective"
    BRAND = "brand"
    CLAIM = "claim"
    SETTLEMENT = "settlement"
    SYNC = "sync"


@dataclass(frozen=True, slots=True)
class Changes:
    """The records one commit touched: ``(kind, id)`` pairs; id 0 means "several"."""

    touched: frozenset[tuple[Kind, int]] = field(default_factory=frozenset)

    def has(self, kind: Kind) -> bool:
        """Whether any record of this kind was touched."""
        return any(touched == kind for touched, _id in self.touched)

    def ids(self, kind: Kind) -> frozenset[int]:
        """The touched ids of one kind."""
        return frozenset(record for touched, record in self.touched if touched == kind)


class ChangeBoard:
    """Publishes ``Changes`` to subscribers, in the thread of the commit."""

    def __init__(self) -> None:
        self._listeners: list[Callable[[Changes], None]] = []

    def subscribe(self, listener: Callable[[Changes], None]) -> Callable[[], None]:
        """Call ``listener`` after each commit; returns the function that ends it."""
        self._listeners.append(listener)

        def leave() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return leave

    def publish(self, changes: Changes) -> None:
        """Tell everybody. The change is booked already: a page that fails to redraw must not make it look
        refused, nor keep the others from hearing of it. A commit that touched no record (a draft) is no news."""
        if not changes.touched:
            return
        for listener in list(self._listeners):
            try:
                listener(changes)
            except Exception:
                _log.exception("a listener failed on %s", changes)
