"""What the settlements page, its paper and its workbook show and take. All amounts are in fen (``Money``)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from app.core.brand_codes import ClaimState, SettlementKind, SettlementState
from app.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class SettlementRow:
    """A settlement in the list."""

    id: int
    version: int
    number: str
    brand_id: int
    brand: str
    #: ``2026-11``.
    month: str
    state: SettlementState
    #: Claimed by the fee tables of their days.
    by_table: Money
    #: Accepted of the claims.
    accepted: Money
    #: Taken off beside the claims; bonuses count against it.
    deductions: Money
    note: str
    made_at: datetime
    made_by: str
    posted_at: datetime | None

    @property
    def payable(self) -> Money:
        """What the brand owes by it."""
        return self.accepted - self.deductions


@dataclass(frozen=True, slots=True)
class SettlementLineRow:
    """A claim, a deduction or a bonus of a settlement."""

    id: int
    kind: SettlementKind
    description: str
    #: By the fee table; zero for a deduction or a bonus.
    by_table: Money
    #: What the brand pays; negative for a deduction.
    accepted: Money
    #: The brand's words, or ours.
    reason: str
    claim_id: int | None = None
    claim: str = ""
    claim_state: ClaimState | None = None
    order_id: int | None = None
    order_number: str = ""
    category: str = ""
    model: str = ""
    serial: str = ""
    delivered_on: date | None = None

    @property
    def difference(self) -> Money:
        """What the shop does not get of its claim; of a deduction all of it."""
        return self.by_table - self.accepted


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """A claim of the month that the brand has not answered: it stays out, and comes into the next settlement."""

    id: int
    number: str
    order_number: str
    state: ClaimState
    total: Money
    delivered_on: date


@dataclass(frozen=True, slots=True)
class BrandSays:
    """The brand's own statements of the month, as its head office told: as a rule one, more where it settled what was
    accepted later in another. ``parts`` are their numbers and totals, the newest last."""

    parts: tuple[tuple[str, Money], ...]

    @property
    def statement(self) -> str:
        """Their numbers, to be read."""
        return ", ".join(number for number, _total in self.parts)

    @property
    def newest(self) -> str:
        """The number of the newest."""
        return self.parts[-1][0]

    @property
    def total(self) -> Money:
        """What the brand pays by all of them."""
        return sum((total for _number, total in self.parts), ZERO)


@dataclass(frozen=True, slots=True)
class SettlementCard:
    """One settlement with all of its lines."""

    row: SettlementRow
    #: Claims by the day of their delivery, then deductions and bonuses.
    lines: tuple[SettlementLineRow, ...]
    unanswered: tuple[OpenClaim, ...]
    #: A draft whose claims were answered or delivered since: it wants to be brought up to date.
    stale: bool
    linked: bool
    says: BrandSays | None

    @property
    def claims(self) -> tuple[SettlementLineRow, ...]:
        """The claims among its lines."""
        return tuple(each for each in self.lines if each.kind is SettlementKind.CLAIM)

    @property
    def differing(self) -> tuple[SettlementLineRow, ...]:
        """Lines of which the brand pays something else than was claimed."""
        return tuple(each for each in self.lines if each.difference)

    @property
    def gap(self) -> Money:
        """Ours less the brand's own statement; zero where it sent none."""
        return ZERO if self.says is None else self.row.payable - self.says.total


@dataclass(frozen=True, slots=True)
class LineEntry:
    """A deduction or bonus to be written down; ``amount`` is positive."""

    kind: SettlementKind
    description: str
    amount: Money
    reason: str = ""
