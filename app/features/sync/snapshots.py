"""What the push shows: connections, the queue, how a test went, how the two sides compare."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.brand_codes import EventResult, LinkFault, OutboxState
from app.core.money import ZERO, Money


@dataclass(frozen=True, slots=True)
class LinkRow:
    """How one brand's head office is reached, and how that goes."""

    brand_id: int
    version: int
    brand: str
    url: str
    shop: str
    key_id: str
    active: bool
    waiting: int
    dead: int
    last_contact_at: datetime | None
    fault: LinkFault | None
    failures: int
    next_try_at: datetime | None


@dataclass(frozen=True, slots=True)
class QueueRow:
    """One event on its way."""

    id: int
    brand: str
    kind: str
    subject: str
    made_at: datetime
    state: OutboxState
    attempts: int
    result: EventResult | None
    reason: str


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """The light in the top bar: ``links`` 0 means that this shop does not push at all."""

    links: int
    waiting: int
    dead: int
    fault: LinkFault | None
    last_contact_at: datetime | None
    paused: bool


class Step(StrEnum):
    """What a test of the connection tries, in this order."""

    NAME = "name"
    REACH = "reach"
    CERTIFICATE = "certificate"
    CLOCK = "clock"
    KEY = "key"


@dataclass(frozen=True, slots=True)
class StepResult:
    """One step of a test: it went well, or ``fault`` says what is wrong; ``detail`` names the host, the minutes …"""

    step: Step
    fault: LinkFault | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Pushed:
    """What one round did: events answered, decisions applied, and why it ended early."""

    answered: int = 0
    decided: int = 0
    left: int = 0
    fault: LinkFault | None = None
    detail: str = ""


class Odd(StrEnum):
    """How shop and head office differ about a claim."""

    #: It was told and taken, and is not there.
    MISSING_THERE = "missing_there"
    #: It is there, and this shop knows nothing of it: most likely a backup was restored.
    MISSING_HERE = "missing_here"
    #: They have another submission of it.
    VERSION = "version"
    CLAIMED = "claimed"
    STATE = "state"
    ACCEPTED = "accepted"


@dataclass(frozen=True, slots=True)
class ClaimSide:
    """A claim as one side has it; ``state`` is a code of the shop or of the contract."""

    version: int
    state: StrEnum
    claimed: Money
    accepted: Money | None


@dataclass(frozen=True, slots=True)
class ClaimOdd:
    """One claim about which the two differ."""

    claim: str
    kinds: tuple[Odd, ...]
    ours: ClaimSide | None
    theirs: ClaimSide | None


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The claims of one brand beside the head office's. With a ``fault`` nothing was compared."""

    brand_id: int
    brand: str
    #: Claims that both have.
    claims: int = 0
    #: What was claimed with them, here and there.
    ours: Money = ZERO
    theirs: Money = ZERO
    #: Events still on their way.
    waiting: int = 0
    odd: tuple[ClaimOdd, ...] = ()
    fault: LinkFault | None = None

    @property
    def agrees(self) -> bool:
        """The same set of claims, amounts to the fen."""
        return self.fault is None and not self.odd and self.ours == self.theirs


@dataclass(frozen=True, slots=True)
class TakenOff:
    """A deduction; of a bonus the amount is negative."""

    reason: str
    amount: Money


@dataclass(frozen=True, slots=True)
class StatementOdd:
    """A claim that a statement pays otherwise than the shop's settlement says; None: it is not in it.

    With equal amounts another submission of the claim was paid.
    """

    claim: str
    ours: Money | None
    theirs: Money | None


@dataclass(frozen=True, slots=True)
class StatementCheck:
    """A brand's month by its own statements, beside the shop's settlement."""

    month: str
    #: Numbers of the brand's statements: none, one, seldom more.
    statements: tuple[str, ...] = ()
    #: The shop's own settlement; "" where it is not begun.
    settlement: str = ""
    #: Claims in the statements.
    lines: int = 0
    #: What the shop expects, deductions taken off; what the brand says it pays.
    ours: Money = ZERO
    theirs: Money = ZERO
    odd: tuple[StatementOdd, ...] = ()
    taken_here: tuple[TakenOff, ...] = ()
    taken_there: tuple[TakenOff, ...] = ()
    #: Whether the statement is the sum of its own lines.
    adds_up: bool = True
    fault: LinkFault | None = None

    @property
    def agrees(self) -> bool:
        """Every line and the total."""
        return (
            self.fault is None
            and bool(self.statements)
            and not self.odd
            and self.adds_up
            and self.ours == self.theirs
        )
