"""What pages hold of old parts and return batches: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.codes import CodeKind, running_code
from app.core.enums import BatchState, OldPartRule, OldPartState
from app.core.money import ZERO, Money, Quantity


class Shown(StrEnum):
    """Which old parts a list shows."""

    #: Not with the brand yet: due, on the shelf, packed.
    OPEN = "open"
    DUE = "due"
    ON_SHELF = "on_shelf"
    SENT = "sent"
    REFUSED = "refused"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class OldPartRow:
    """One old part. ``days`` counts from its removal to today; ``overdue`` is past the shop's limit."""

    id: int
    version: int
    state: OldPartState
    rule: OldPartRule
    brand: str
    part_id: int
    number: str
    name: str
    unit: str
    quantity: Quantity
    serial: str
    location: str
    order_id: int
    order_number: str
    model: str
    technician: str
    cost: Money
    reason: str
    replaced_at: datetime
    days: int
    overdue: bool
    batch_id: int | None
    batch_number: str
    #: Whether a new part was issued against it; one that was only handed in may go back to the technician.
    issued: bool

    @property
    def code(self) -> str:
        """The barcode on its label."""
        return old_part_code(self.id)


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch of old parts for one brand; ``pieces`` counts its old parts, ``open_ones`` those not answered yet."""

    id: int
    version: int
    number: str
    brand: str
    state: BatchState
    carrier: str
    waybill: str
    note: str
    made_at: datetime
    sent_at: datetime | None
    pieces: int
    open_ones: int

    @property
    def code(self) -> str:
        """The barcode on its packing list."""
        return running_code(CodeKind.RETURN_BATCH, self.id)


@dataclass(frozen=True, slots=True)
class BatchCard:
    """A batch with what lies in it."""

    row: BatchRow
    parts: tuple[OldPartRow, ...]


@dataclass(frozen=True, slots=True)
class PolicyRow:
    """The rule of a brand for a product line; "" stands for any. Parts below ``free_below`` are exempt."""

    brand: str
    category: str
    rule: OldPartRule
    free_below: Money = ZERO


@dataclass(frozen=True, slots=True)
class OldPartTally:
    """How many old parts wait for somebody; ``lost_cost`` is what the shop paid for lost and charged ones."""

    due: int
    on_shelf: int
    in_batch: int
    refused: int
    overdue: int
    lost_cost: Money

    @property
    def open(self) -> int:
        """Those not with the brand yet."""
        return self.due + self.on_shelf + self.in_batch


def old_part_code(old_part_id: int) -> str:
    """The barcode of an old part's label."""
    return running_code(CodeKind.OLD_PART, old_part_id)
