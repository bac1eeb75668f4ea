"""What the bench page holds besides the card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.core.money import Money
from app.features.orders.snapshots import OrderRow


class QueueKind(StrEnum):
    """The four looks at the open orders."""

    MINE = "mine"
    FREE = "free"
    WAITING = "waiting"
    LATE = "late"


class BagWay(StrEnum):
    """What a part scanned at the open bag does."""

    TAKE = "take"
    GIVE_BACK = "give_back"


@dataclass(frozen=True, slots=True)
class BenchQueue:
    """The open orders by look, late ones first; ``counts`` are whole, the rows are at most a few hundred."""

    mine: tuple[OrderRow, ...] = ()
    free: tuple[OrderRow, ...] = ()
    waiting: tuple[OrderRow, ...] = ()
    late: tuple[OrderRow, ...] = ()
    counts: Mapping[QueueKind, int] = field(default_factory=dict)

    def rows(self, kind: QueueKind) -> tuple[OrderRow, ...]:
        """The rows of one look."""
        return {
            QueueKind.MINE: self.mine,
            QueueKind.FREE: self.free,
            QueueKind.WAITING: self.waiting,
            QueueKind.LATE: self.late,
        }[kind]


@dataclass(frozen=True, slots=True)
class BenchChoices:
    """What the page's small forms start from."""

    #: Who may be given an order: (staff id, name).
    technicians: tuple[tuple[int, str], ...] = ()
    labour_price: Money = field(default_factory=Money)
    visit_fee: Money = field(default_factory=Money)
    diagnosis_fee: Money = field(default_factory=Money)
    time_zone: str = ""
