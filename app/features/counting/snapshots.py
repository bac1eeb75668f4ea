"""What pages hold of stocktakes: frozen, without a database behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.codes import CodeKind, running_code
from app.core.enums import CountKind, CountState, PlaceKind
from app.core.labels import label
from app.core.money import ZERO, Money, Quantity
from app.core.words import _

_NOTHING = Quantity(0)


class Lines(StrEnum):
    """Which lines of a stocktake a list shows."""

    ALL = "all"
    TO_COUNT = "to_count"
    COUNTED = "counted"


@dataclass(frozen=True, slots=True)
class CountRow:
    """A stocktake; ``lines`` are on its list, ``counted`` of them are done."""

    id: int
    version: int
    number: str
    kind: CountKind
    scope: str
    place_id: int
    place_kind: PlaceKind
    place_name: str
    place_main: bool
    blind: bool
    state: CountState
    note: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    lines: int
    counted: int

    @property
    def code(self) -> str:
        """The barcode on its list."""
        return running_code(CodeKind.STOCK_COUNT, self.id)

    @property
    def place(self) -> str:
        """The place's name, or the word for what it is."""
        return self.place_name or (_("Main shelf") if self.place_main else label(self.place_kind))

    @property
    def hides_expected(self) -> bool:
        """Whoever counts must not see what should be there."""
        return self.blind and self.state is CountState.OPEN


@dataclass(frozen=True, slots=True)
class CountLineRow:
    """One part of a stocktake. ``expected`` is None where it is hidden or not counted yet; ``value`` is what the
    difference is worth at average cost."""

    id: int
    count_id: int
    part_id: int
    number: str
    name: str
    location: str
    unit: str
    consigned: bool
    serialised: bool
    expected: Quantity | None
    counted: Quantity | None
    value: Money
    counted_at: datetime | None
    counted_by: str
    recounts: int

    @property
    def key(self) -> tuple[str, str, int]:
        """Its place in the list: the way along the shelves."""
        return (self.location, self.number, self.id)

    @property
    def difference(self) -> Quantity | None:
        """Counted less expected; None where either is not known."""
        if self.expected is None or self.counted is None:
            return None
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class Differences:
    """What a stocktake found, the dearest first: what a lead looks at before he approves."""

    count: CountRow
    rows: tuple[CountLineRow, ...]

    @property
    def surplus(self) -> Money:
        """The worth of what was found."""
        return Money(sum(each.value.fen for each in self.rows if each.value > ZERO))

    @property
    def missing(self) -> Money:
        """The worth of what is missing, below zero."""
        return Money(sum(each.value.fen for each in self.rows if each.value < ZERO))

    @property
    def net(self) -> Money:
        """By how much the stock's value will change."""
        return self.surplus + self.missing
