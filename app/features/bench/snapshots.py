"""What the bench page holds besides the card."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.core.enums import BenchCommand
from app.core.errors import Refusal
from app.features.orders.snapshots import OrderRow


class QueueKind(StrEnum):
    """The four looks at the open orders."""

    MINE = "mine"
    FREE = "free"
    WAITING = "waiting"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class BenchQueue:
    """The open orders by look, late ones first; ``counts`` are whole, the rows are at most a few hundred."""

    mine: tuple[OrderRow, ...]
    free: tuple[OrderRow, ...]
    waiting: tuple[OrderRow, ...]
    late: tuple[OrderRow, ...]

    def rows(self, kind: QueueKind) -> tuple[OrderRow, ...]:
        """The rows of one look."""
        return {
            QueueKind.MINE: self.mine,
            QueueKind.FREE: self.free,
            QueueKind.WAITING: self.waiting,
            QueueKind.LATE: self.late,
        }[kind]


@dataclass(frozen=True, slots=True)
class OfferedCommand:
    """A command of the bench sheet as it stands now: allowed when ``refusal`` is None."""

    command: BenchCommand
    refusal: Refusal | None
