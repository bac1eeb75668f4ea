"""What a shop tells the head office: event types and the fields of each (domain.md §5, §7, §11).

Nothing else is ever sent. Amounts are whole fen, quantities thousandths, moments aware UTC. A customer's name and
phone are masked unless the agreement with the brand asks for them; passcodes have no field.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from app.core.enums import PartCondition
from app.core.wire.form import (
    Code,
    Count,
    Digest,
    Fen,
    Items,
    Line,
    MaybeCode,
    Milli,
    Month,
    Note,
    SignedFen,
    Text,
    Whole,
)


class EventType(StrEnum):
    """Every kind of event; the value is the CloudEvents ``type``. A changed meaning gets a new ``.v2`` name."""

    CLAIM_SUBMITTED = "xiuhu.claim.submitted.v1"
    CLAIM_WITHDRAWN = "xiuhu.claim.withdrawn.v1"
    PARTS_RETURNED = "xiuhu.parts.returned.v1"
    QUALITY_NOTICE = "xiuhu.quality.notice.v1"
    QUALITY_WEEKLY = "xiuhu.quality.weekly.v1"
    FEEDBACK_MONTHLY = "xiuhu.feedback.monthly.v1"
    INCIDENT_REPORTED = "xiuhu.incident.reported.v1"
    SETTLEMENT_AGREED = "xiuhu.settlement.agreed.v1"
    SETTLEMENT_DISPUTED = "xiuhu.settlement.disputed.v1"
    PING = "xiuhu.ping.v1"


class CoverKind(StrEnum):
    """Why the brand pays."""

    MAKER = "maker"
    COMPONENT = "component"
    EXTENSION = "extension"
    GOODWILL = "goodwill"
    #: Damage by the user inside the warranty, charged by the brand's fee table.
    USER_DAMAGE = "user_damage"


class Proof(StrEnum):
    """What showed the date of purchase."""

    INVOICE = "invoice"
    RECEIPT = "receipt"
    WARRANTY_CARD = "warranty_card"
    BRAND_RECORD = "brand_record"
    #: No proof: the production date and a fixed number of days.
    PRODUCTION_DATE = "production_date"


class OldPartStand(StrEnum):
    """Where the replaced part is."""

    #: Not handed in by technician or customer yet: head office urges.
    OWED = "owed"
    ON_SHELF = "on_shelf"
    SENT = "sent"
    #: The agreement lets it go (a price below the limit).
    EXEMPT = "exempt"
    LOST = "lost"
    #: Nothing was replaced (a part was added).
    NONE = "none"


class Supply(StrEnum):
    """Whose part was fitted."""

    OWN = "own"
    CONSIGNED = "consigned"
    #: Sent by the brand for nothing.
    FREE = "free"
    SWAPPED = "swapped"


class VisitKind(StrEnum):
    """Where the work was done."""

    CARRIED_IN = "carried_in"
    ON_SITE = "on_site"


class PhotoOf(StrEnum):
    """What a photo shows."""

    SERIAL_PLATE = "serial_plate"
    OUTDOOR_PLATE = "outdoor_plate"
    PROOF = "proof"
    FAULT = "fault"
    OLD_PART = "old_part"
    RESULT = "result"
    OTHER = "other"


class IncidentKind(StrEnum):
    """Accidents that a brand must hear of at once."""

    INJURY = "injury"
    FIRE = "fire"
    GAS = "gas"
    #: A gas appliance changed from its own kind of gas.
    GAS_CHANGED = "gas_changed"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Device:
    """The appliance. ``split``: an air conditioner of two units, which has two serial numbers."""

    category: Code
    brand: Code
    model: Code
    serial: MaybeCode = ""
    split: bool = False
    outdoor_serial: MaybeCode = ""
    product_line: MaybeCode = ""
    purchased_on: date | None = None
    produced_on: date | None = None
    installed_on: date | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class CoverShown:
    """Why the repair is in warranty. ``approval``: the brand's number, where it allowed an exception."""

    kind: CoverKind
    until: date | None = None
    approval: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class Customer:
    """Masked (``王**``, ``138****8000``) unless the agreement asks for both in full."""

    masked: bool = True
    name: Line = ""
    phone: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class Visit:
    """Coming and going, for the fee table and the response times."""

    kind: VisitKind
    called_at: datetime
    visits: Annotated[int, Whole(0, 99)] = 0
    zone: MaybeCode = ""
    arrived_at: datetime | None = None
    repaired_at: datetime | None = None
    delivered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class OldPart:
    """The part that came out; ``label`` is the number on it, unique in the shop."""

    stand: OldPartStand
    label: MaybeCode = ""
    serial: MaybeCode = ""
    reason: Line = ""


@dataclass(frozen=True, slots=True)
class ClaimPart:
    """One fitted part."""

    part_no: Code
    name: Line
    quantity_milli: Milli
    amount_fen: Fen
    supply: Supply
    old_part: OldPart
    condition: PartCondition = PartCondition.NEW
    serial: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class Labour:
    """The work, by the brand's labour code if it has such."""

    minutes: Count
    code: MaybeCode = ""
    technician: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Whether the customer signed: SHA-256 of the signed voucher's picture, or why there is none."""

    signed: bool
    digest: Digest = ""
    reason: Line = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo by its SHA-256; head office asks for those it does not have."""

    digest: Annotated[str, Text(64, 64)]
    shows: PhotoOf
    size: Annotated[int, Whole(1, 4 * 1024 * 1024)]


@dataclass(frozen=True, slots=True)
class Amounts:
    """What is claimed: total = visit + labour + parts + other."""

    visit_fen: Fen
    labour_fen: Fen
    parts_fen: Fen
    other_fen: Fen
    total_fen: Fen


@dataclass(frozen=True, slots=True)
class ClaimSubmitted:
    """One in-warranty order. A re-submission is the next ``version`` of the same ``claim``."""

    claim: Code
    version: Annotated[int, Whole(1, 999)]
    order: Code
    device: Device
    cover: CoverShown
    customer: Customer
    visit: Visit
    labour: Labour
    signature: Signature
    amounts: Amounts
    fault_code: MaybeCode = ""
    cause_code: MaybeCode = ""
    fix_code: MaybeCode = ""
    parts: Annotated[tuple[ClaimPart, ...], Items(100)] = ()
    photos: Annotated[tuple[Photo, ...], Items(30)] = ()
    note: Note = ""


@dataclass(frozen=True, slots=True)
class ClaimWithdrawn:
    """The shop takes a claim back that was not decided yet."""

    claim: Code
    version: Annotated[int, Whole(1, 999)]
    reason: Line


@dataclass(frozen=True, slots=True)
class ReturnedPart:
    """One old part in the box."""

    label: Code
    claim: Code
    part_no: Code
    quantity_milli: Milli
    serial: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class PartsReturned:
    """A batch of old parts on its way to the brand."""

    batch: Code
    sent_on: date
    parts: Annotated[tuple[ReturnedPart, ...], Items(500)]
    carrier: Line = ""
    waybill: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class QualityCase:
    """One of the repairs behind a quality notice."""

    order: Code
    taken_in_on: date
    serial: MaybeCode = ""
    claim: MaybeCode = ""


@dataclass(frozen=True, slots=True)
class QualityNotice:
    """The same model failing in the same way again and again (质量申诉)."""

    notice: Code
    category: Code
    model: Code
    fault_code: Code
    first_on: date
    last_on: date
    cases: Annotated[tuple[QualityCase, ...], Items(200)]
    note: Note = ""


@dataclass(frozen=True, slots=True)
class WeeklyLine:
    """Repairs of one model with one fault in the week."""

    category: Code
    model: Code
    fault_code: MaybeCode
    repairs: Count
    in_warranty: Count
    parts_fitted: Count
    unsolved: Count


@dataclass(frozen=True, slots=True)
class QualityWeekly:
    """The week's summary by item. ``week``: ``2026-W47``."""

    week: Annotated[str, Text(8, 8)]
    first_on: date
    last_on: date
    lines: Annotated[tuple[WeeklyLine, ...], Items(2000)] = ()


@dataclass(frozen=True, slots=True)
class AssessmentLine:
    """One line of the month's self-assessment; yuan and points apart."""

    item: Code
    times: Count
    money_fen: SignedFen
    points: Annotated[int, Whole(-1000, 1000)]


@dataclass(frozen=True, slots=True)
class FeedbackMonthly:
    """The month's quality feedback form."""

    month: Month
    repairs: Count
    in_warranty: Count
    late_visits: Count
    reworks: Count
    followed_up: Count
    complaints: Count
    #: Answers in the top two levels, in thousandths of all answers.
    satisfied_permille: Annotated[int, Whole(0, 1000)]
    assessment: Annotated[tuple[AssessmentLine, ...], Items(50)] = ()
    suggestions: Note = ""


@dataclass(frozen=True, slots=True)
class IncidentReported:
    """An accident. No names: the brand calls the shop."""

    incident: Code
    kind: IncidentKind
    happened_at: datetime
    device: Device
    injured: Annotated[int, Whole(0, 9999)]
    town: Line
    told: Note
    done: Note = ""
    order: MaybeCode = ""
    photos: Annotated[tuple[Photo, ...], Items(30)] = ()


@dataclass(frozen=True, slots=True)
class SettlementAgreed:
    """The shop agrees with the brand's statement."""

    statement: Code
    month: Month
    total_fen: SignedFen


@dataclass(frozen=True, slots=True)
class Difference:
    """One claim on which the two sides' figures differ."""

    claim: Code
    shop_fen: Fen
    brand_fen: Fen
    reason: Line


@dataclass(frozen=True, slots=True)
class SettlementDisputed:
    """The shop does not agree, line by line."""

    statement: Code
    month: Month
    shop_total_fen: SignedFen
    brand_total_fen: SignedFen
    lines: Annotated[tuple[Difference, ...], Items(5000)] = ()
    note: Note = ""


@dataclass(frozen=True, slots=True)
class Ping:
    """ "Are you there?": from the set-up screen and once a day."""

    program: Line
    waiting: Count = 0


EventBody = (
    ClaimSubmitted
    | ClaimWithdrawn
    | PartsReturned
    | QualityNotice
    | QualityWeekly
    | FeedbackMonthly
    | IncidentReported
    | SettlementAgreed
    | SettlementDisputed
    | Ping
)

#: Which fields belong to which type.
BODIES: dict[EventType, type[EventBody]] = {
    EventType.CLAIM_SUBMITTED: ClaimSubmitted,
    EventType.CLAIM_WITHDRAWN: ClaimWithdrawn,
    EventType.PARTS_RETURNED: PartsReturned,
    EventType.QUALITY_NOTICE: QualityNotice,
    EventType.QUALITY_WEEKLY: QualityWeekly,
    EventType.FEEDBACK_MONTHLY: FeedbackMonthly,
    EventType.INCIDENT_REPORTED: IncidentReported,
    EventType.SETTLEMENT_AGREED: SettlementAgreed,
    EventType.SETTLEMENT_DISPUTED: SettlementDisputed,
    EventType.PING: Ping,
}


def subject_of(body: EventBody) -> str:
    """What the event is about, as CloudEvents' ``subject``: the number a person would look for."""
    match body:
        case ClaimSubmitted() | ClaimWithdrawn():
            return body.claim
        case PartsReturned():
            return body.batch
        case QualityNotice():
            return body.notice
        case QualityWeekly():
            return body.week
        case FeedbackMonthly():
            return body.month
        case IncidentReported():
            return body.incident
        case SettlementAgreed() | SettlementDisputed():
            return body.statement
        case Ping():
            return "ping"
