"""What the head office says back: a receipt for every event, decisions that come later, and why a call was turned away.

A receipt says what became of one event. A decision says what became of a claim; it may come days later and is
fetched, in the order of its ``seq``, as often as one likes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

from app.core.wire.form import Code, Count, Fen, Items, Line, MaybeCode, Month, Note, SignedFen, Text, Whole


class Result(StrEnum):
    """What became of an event."""

    #: Kept, and complete. (Whether a claim is paid is a later decision.)
    ACCEPTED = "accepted"
    #: Kept before; ``first`` says what the answer was then. Nothing was done twice.
    DUPLICATE = "duplicate"
    #: Not kept, a rule says no: the same again gets the same answer.
    REFUSED = "refused"
    #: Kept, but incomplete: ``missing`` says what; send the next version.
    RETURNED = "returned"
    #: The id is known with another content: somebody must look. Not kept.
    CONFLICT = "conflict"
    #: Kept, and head office presses for something: ``text``.
    URGE = "urge"


#: After these the event is with the head office.
KEPT = frozenset({Result.ACCEPTED, Result.DUPLICATE, Result.RETURNED, Result.URGE})


class Refused(StrEnum):
    """Why an event was refused, or a note beside an acceptance."""

    BAD_ENVELOPE = "bad_envelope"
    UNKNOWN_TYPE = "unknown_type"
    #: The source is not the shop whose key sealed the batch.
    FOREIGN_SHOP = "foreign_shop"
    FOREIGN_BRAND = "foreign_brand"
    #: ``text`` is the field and what is wrong with it: ``parts[0].amount_fen: out_of_range``.
    BAD_FIELD = "bad_field"
    SUM_WRONG = "sum_wrong"
    #: The customer's data are said to be masked, but are not.
    UNMASKED = "unmasked"
    #: The event's time lies more than a day ahead.
    FROM_THE_FUTURE = "from_the_future"
    UNKNOWN_CLAIM = "unknown_claim"
    #: The claim was accepted or settled before.
    DECIDED_ALREADY = "decided_already"
    #: Another content under the same claim number and version.
    VERSION_TAKEN = "version_taken"
    UNKNOWN_STATEMENT = "unknown_statement"
    #: With ``accepted``: a newer version came first; this one is kept and changes nothing.
    SUPERSEDED = "superseded"
    #: With ``conflict``: the id is known with another content.
    OTHER_CONTENT = "other_content"
    #: With ``urge``: an old part is owed.
    OLD_PART_OWED = "old_part_owed"
    #: With ``urge``: claims wait for completion.
    CLAIMS_WAITING = "claims_waiting"


class Gap(StrEnum):
    """What a claim lacks. Both sides ask ``checks.gaps``."""

    SERIAL = "serial"
    OUTDOOR_SERIAL = "outdoor_serial"
    FAULT_CODE = "fault_code"
    CAUSE_CODE = "cause_code"
    FIX_CODE = "fix_code"
    SIGNATURE = "signature"
    OLD_PART = "old_part"
    PURCHASE_DATE = "purchase_date"
    PHOTO_SERIAL_PLATE = "photo_serial_plate"
    PHOTO_OUTDOOR_PLATE = "photo_outdoor_plate"
    PHOTO_PROOF = "photo_proof"
    PHOTO_FAULT = "photo_fault"
    PHOTO_OLD_PART = "photo_old_part"
    PHOTO_RESULT = "photo_result"
    #: Head office's own wish, in ``text``.
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Receipt:
    """The answer to one event. ``photos``: digests of photos head office does not have yet.

    ``ignored``: names that are not in the contract; they were not kept.
    """

    id: Annotated[str, Text(64)]
    result: Result
    first: Result | None = None
    reason: Refused | None = None
    text: Note = ""
    missing: Annotated[tuple[Gap, ...], Items(50)] = ()
    photos: Annotated[tuple[Annotated[str, Text(64, 64)], ...], Items(30)] = ()
    ignored: Annotated[tuple[Annotated[str, Text(200)], ...], Items(50)] = ()

    @property
    def effect(self) -> Result:
        """What the event came to, whether this is the first answer or a repeated one."""
        return self.first if self.result is Result.DUPLICATE and self.first is not None else self.result


@dataclass(frozen=True, slots=True)
class Receipts:
    """The answer to a batch: one receipt for each of its events, in their order."""

    receipts: Annotated[tuple[Receipt, ...], Items(500)]


class DecisionKind(StrEnum):
    """What head office decides later."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    RETURNED = "returned"
    SETTLED = "settled"
    URGED = "urged"
    #: A month's statement is there to be fetched.
    STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``seq`` rises by one per shop; apply each once, by ``id``.

    ``amount_fen``: what is accepted or settled for the claim, or the statement's total.
    """

    seq: Annotated[int, Whole(1, 2**62)]
    id: Code
    kind: DecisionKind
    decided_at: datetime
    claim: MaybeCode = ""
    version: Annotated[int, Whole(1, 999)] | None = None
    amount_fen: SignedFen | None = None
    reason: MaybeCode = ""
    text: Note = ""
    missing: Annotated[tuple[Gap, ...], Items(50)] = ()
    month: Annotated[str, Text(7)] = ""
    statement: MaybeCode = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Decisions:
    """A page of decisions after ``since``; ``next`` is the ``since`` of the next page."""

    decisions: Annotated[tuple[Decision, ...], Items(1000)]
    next: Annotated[int, Whole(0, 2**62)]
    more: bool


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One settled claim."""

    claim: Code
    version: Annotated[int, Whole(1, 999)]
    amount_fen: SignedFen


@dataclass(frozen=True, slots=True)
class Deduction:
    """What the brand takes off."""

    reason: Line
    amount_fen: Fen


@dataclass(frozen=True, slots=True)
class Statement:
    """A month's settlement: total = Σ lines − Σ deductions."""

    number: Code
    month: Month
    total_fen: SignedFen
    lines: Annotated[tuple[StatementLine, ...], Items(100_000)]
    deductions: Annotated[tuple[Deduction, ...], Items(200)] = ()


class ClaimState(StrEnum):
    """Where a claim stands at the head office."""

    RECEIVED = "received"
    RETURNED = "returned"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Standing:
    """One claim as head office has it, for reconciling."""

    claim: Code
    version: Annotated[int, Whole(1, 999)]
    state: ClaimState
    claimed_fen: Fen
    accepted_fen: SignedFen | None = None


@dataclass(frozen=True, slots=True)
class Standings:
    """A page of claims in the order of their numbers; ``next`` is the ``after`` of the next page."""

    claims: Annotated[tuple[Standing, ...], Items(1000)]
    next: MaybeCode
    more: bool


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answers, for the set-up screen. ``key_retires_at``: when the key in use ends, if it was replaced."""

    brand: Code
    brand_name: Line
    shop: Code
    shop_name: Line
    server_time: datetime
    contract: Annotated[int, Whole(1, 99)]
    full_customer: bool
    event_types: Annotated[tuple[Line, ...], Items(100)]
    last_contact: datetime | None = None
    decisions: Count = 0
    key_retires_at: datetime | None = None


class Problem(StrEnum):
    """Why a whole call was turned away; in ``code`` of an ``application/problem+json`` answer."""

    UNSIGNED = "unsigned"
    BAD_SIGNATURE = "bad_signature"
    #: What was signed is not what arrived.
    BAD_DIGEST = "bad_digest"
    UNKNOWN_KEY = "unknown_key"
    KEY_RETIRED = "key_retired"
    KEY_OF_OTHER_SHOP = "key_of_other_shop"
    SHOP_CLOSED = "shop_closed"
    #: The stamp is more than five minutes off; ``server_time`` tells what it is here.
    CLOCK = "clock"
    #: Exactly this call was made before.
    REPLAYED = "replayed"
    TOO_LARGE = "too_large"
    TOO_MANY_EVENTS = "too_many_events"
    TOO_DEEP = "too_deep"
    BAD_MEDIA_TYPE = "bad_media_type"
    NOT_JSON = "not_json"
    NOT_A_BATCH = "not_a_batch"
    BAD_QUESTION = "bad_question"
    TOO_SLOW = "too_slow"
    TOO_OFTEN = "too_often"
    BUSY = "busy"
    NOT_FOUND = "not_found"
    NOT_ALLOWED = "not_allowed"
    INTERNAL = "internal"


#: Trying again later may help; everything else wants a person or another message.
PASSING = frozenset({Problem.TOO_SLOW, Problem.TOO_OFTEN, Problem.BUSY, Problem.INTERNAL, Problem.REPLAYED})


@dataclass(frozen=True, slots=True)
class Trouble:
    """Body of an answer that is no 2xx (RFC 9457). ``retry_s``: when to try again, also in ``Retry-After``."""

    status: Annotated[int, Whole(300, 599)]
    code: Problem
    title: Line
    detail: Note = ""
    server_time: datetime | None = None
    retry_s: Annotated[int, Whole(0, 86400)] | None = None
