"""What the push shows: connections, the queue, how a test went."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.core.brand_codes import EventResult, LinkFault, OutboxState


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
