"""What the pages of the till send and get."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from app.core.enums import CashReason, TillMoveKind, TillState
from app.core.money import Money


@dataclass(frozen=True, slots=True)
class TillRow:
    """A till as the list shows it; what should be in it is not told before it is counted."""

    id: int
    #: "" is the main till.
    name: str
    main: bool
    active: bool
    #: Whose purse it is; "" for a drawer.
    owner: str
    owner_id: int | None
    drawer: str
    session_id: int | None
    session_number: str
    version: int
    holder: str
    holder_id: int | None
    opened_at: datetime | None
    by_itself: bool
    #: What the last session left, the next float; None while one is open.
    left: Money | None


@dataclass(frozen=True, slots=True)
class TillEntry:
    """A till as it is set up. ``staff_id`` makes it a purse for cash from visits."""

    name: str
    staff_id: int | None = None
    drawer: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class MoveRow:
    """Cash in or out that was no payment."""

    id: int
    number: str
    kind: TillMoveKind
    reason: CashReason
    note: str
    receipt: str
    amount: Money
    at: datetime
    staff: str
    approved_by: str
    #: Where handed-in cash went or came from: a till's name, "" for the main one; None where it is no hand-in.
    other_till: str | None = None


@dataclass(frozen=True, slots=True)
class MoveAsked:
    """Cash to pay in or out; ``amount`` is positive."""

    session_id: int
    kind: TillMoveKind
    reason: CashReason
    amount: Money
    note: str
    receipt: str = ""


@dataclass(frozen=True, slots=True)
class CountRow:
    """One blind count: what was counted, and what should have been there at that moment."""

    id: int
    counted: Money
    expected: Money
    pieces: Mapping[int, int]
    at: datetime
    staff: str

    @property
    def difference(self) -> Money:
        """Negative is missing."""
        return self.counted - self.expected


@dataclass(frozen=True, slots=True)
class SessionCard:
    """A till session with what moved in it; ``expected`` is what should be in the drawer (for whoever may know)."""

    id: int
    version: int
    number: str
    till_id: int
    till_name: str
    state: TillState
    holder: str
    holder_id: int
    opened_at: datetime
    opened_day: date
    opened_by: str
    by_itself: bool
    float_amount: Money
    float_expected: Money
    float_reason: str
    cash_in: Money
    cash_out: Money
    moved_in: Money
    moved_out: Money
    expected: Money
    counted: Money | None
    difference: Money | None
    reason: str
    kept: Money | None
    closed_at: datetime | None
    closed_by: str
    moves: tuple[MoveRow, ...]
    counts: tuple[CountRow, ...]


@dataclass(frozen=True, slots=True)
class CloseRow:
    """A day close in the list."""

    id: int
    number: str
    day: date
    first_day: date
    closed_at: datetime
    closed_by: str


@dataclass(frozen=True, slots=True)
class DayTotals:
    """A day as it is or was closed. ``content`` is what is printed: fen, codes and numbers (``till.totals``)."""

    day: date
    first_day: date
    #: None while the day is open.
    number: str | None
    closed_at: datetime | None
    closed_by: str
    content: Mapping[str, Any]
    digest: str
    journal_head: str


@dataclass(frozen=True, slots=True)
class Open:
    """What stands in the way of closing a day."""

    tills: tuple[str, ...]
    field_cash: tuple[tuple[str, Money], ...]
    #: Who has an intake half typed.
    drafts: tuple[str, ...]

    @property
    def clear(self) -> bool:
        """Whether the day can be closed now."""
        return not self.tills and not self.field_cash and not self.drafts
