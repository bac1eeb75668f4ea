"""What the claims page shows and takes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from app.core.brand_codes import ClaimState
from app.core.money import Money
from app.core.wire.answers import Gap
from app.core.wire.events import ClaimSubmitted, PhotoOf
from app.store.pictures import CleanPicture

#: Claims P, settlements M, notices N, incidents E: the letters that money and stock room left free.
CLAIM_LETTER = "P"


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim in the list."""

    id: int
    version: int
    number: str
    state: ClaimState
    brand_id: int
    brand: str
    order_id: int
    order_number: str
    category: str
    model: str
    serial: str
    total: Money
    accepted: Money | None
    answer: str
    delivered_on: date
    submission: int


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """One entry of a claim's history."""

    at: datetime
    who: str
    from_state: ClaimState | None
    to_state: ClaimState
    submission: int
    reason: str


@dataclass(frozen=True, slots=True)
class ClaimPhoto:
    """A photo of the order; its file may be gone."""

    id: int
    shows: PhotoOf
    path: Path


@dataclass(frozen=True, slots=True)
class NewPhoto:
    """A picture to be kept with the order: file bytes, or what was made of them beside the window; what it shows."""

    content: bytes | CleanPicture
    shows: PhotoOf


@dataclass(frozen=True, slots=True)
class ClaimCard:
    """One claim with what it says, what it lacks, and what became of it."""

    row: ClaimRow
    #: As it would be sent now.
    body: ClaimSubmitted
    lacks: tuple[Gap, ...]
    #: No agreement of the brand's held on the day: nothing can be sent.
    agreed: bool
    outdoor_serial: str
    unsigned_reason: str
    note: str
    steps: tuple[ClaimStep, ...]
    #: Its newest submission went to the head office by the push: it answers by itself.
    pushed: bool
    #: All photos of the order.
    photos: tuple[ClaimPhoto, ...] = ()
    #: What photos the brand asks for of this device.
    wants: tuple[PhotoOf, ...] = ()


@dataclass(frozen=True, slots=True)
class ClaimEntryForm:
    """What is filled in: codes of the brand's lists, numbers of the device, why nobody signed. ``purchased_on`` is of a
    proof that was seen since; None leaves what the counter wrote down."""

    fault_code: str = ""
    cause_code: str = ""
    fix_code: str = ""
    serial: str = ""
    outdoor_serial: str = ""
    produced_on: date | None = None
    purchased_on: date | None = None
    unsigned_reason: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ClaimTally:
    """How many claims wait for what: the chip on the tab, the owner's page."""

    incomplete: int
    ready: int
    back: int
    sent: int
