"""Words for the contract's codes, for both sides: what a clerk at the shop or a person at head office reads."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.wire.answers import ClaimState, DecisionKind, Gap, Problem, Refused, Result
from app.core.wire.events import EventType, IncidentKind, OldPartStand, PhotoOf
from app.core.words import N_, _

WORDS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    ClaimState: {
        ClaimState.RECEIVED: N_("To be decided"),
        ClaimState.RETURNED: N_("Back for completion"),
        ClaimState.ACCEPTED: N_("Accepted by the brand"),
        ClaimState.REFUSED: N_("Refused by the brand"),
        ClaimState.SETTLED: N_("Settled with the brand"),
        ClaimState.WITHDRAWN: N_("Withdrawn by the shop"),
    },
    EventType: {
        EventType.CLAIM_SUBMITTED: N_("Claim submitted"),
        EventType.CLAIM_WITHDRAWN: N_("Claim withdrawn"),
        EventType.PARTS_RETURNED: N_("Old parts sent back"),
        EventType.QUALITY_NOTICE: N_("Quality notice"),
        EventType.QUALITY_WEEKLY: N_("Week's quality summary"),
        EventType.FEEDBACK_MONTHLY: N_("Month's feedback form"),
        EventType.INCIDENT_REPORTED: N_("Incident"),
        EventType.SETTLEMENT_AGREED: N_("Statement agreed"),
        EventType.SETTLEMENT_DISPUTED: N_("Statement disputed"),
        EventType.PING: N_("Connection check"),
    },
    Result: {
        Result.ACCEPTED: N_("Taken by head office"),
        Result.DUPLICATE: N_("Was there already"),
        Result.REFUSED: N_("Refused by head office"),
        Result.RETURNED: N_("Sent back: incomplete"),
        Result.CONFLICT: N_("Same number, other content"),
        Result.URGE: N_("Taken; head office presses"),
    },
    DecisionKind: {
        DecisionKind.ACCEPTED: N_("Claim accepted"),
        DecisionKind.REFUSED: N_("Claim refused"),
        DecisionKind.RETURNED: N_("Claim sent back"),
        DecisionKind.SETTLED: N_("Claim settled"),
        DecisionKind.URGED: N_("Head office presses"),
        DecisionKind.STATEMENT: N_("Month's statement"),
    },
    Refused: {
        Refused.BAD_ENVELOPE: N_("The message is not in the agreed form."),
        Refused.UNKNOWN_TYPE: N_("Head office does not know this kind of message; its program may be older."),
        Refused.FOREIGN_SHOP: N_("The message belongs to another shop."),
        Refused.FOREIGN_BRAND: N_("The message or its device belongs to another brand."),
        Refused.BAD_FIELD: N_("A field is not in the agreed form."),
        Refused.SUM_WRONG: N_("The amounts do not add up."),
        Refused.UNMASKED: N_("It holds the customer's name or phone, which this brand may not have."),
        Refused.FROM_THE_FUTURE: N_("It is dated in the future: check this computer's clock."),
        Refused.UNKNOWN_CLAIM: N_("Head office does not know this claim."),
        Refused.DECIDED_ALREADY: N_("Head office has decided this claim already."),
        Refused.VERSION_TAKEN: N_("This version of the claim is there with another content."),
        Refused.UNKNOWN_STATEMENT: N_("Head office does not know this statement."),
        Refused.SUPERSEDED: N_("A newer version was there already."),
        Refused.OTHER_CONTENT: N_(
            "This message is there with another content. Ask head office which one counts."
        ),
        Refused.OLD_PART_OWED: N_("Old parts are still to be handed in."),
        Refused.CLAIMS_WAITING: N_("Claims wait to be completed."),
    },
    Gap: {
        Gap.SERIAL: N_("serial number"),
        Gap.OUTDOOR_SERIAL: N_("serial number of the outdoor unit"),
        Gap.FAULT_CODE: N_("fault code"),
        Gap.CAUSE_CODE: N_("cause code"),
        Gap.FIX_CODE: N_("fix code"),
        Gap.SIGNATURE: N_("customer's signature, or why there is none"),
        Gap.OLD_PART: N_("where the old part is"),
        Gap.PURCHASE_DATE: N_("date of purchase"),
        Gap.PHOTO_SERIAL_PLATE: N_("photo of the serial plate"),
        Gap.PHOTO_OUTDOOR_PLATE: N_("photo of the outdoor unit's plate"),
        Gap.PHOTO_PROOF: N_("photo of the proof of purchase"),
        Gap.PHOTO_FAULT: N_("photo of the fault"),
        Gap.PHOTO_OLD_PART: N_("photo of the old part"),
        Gap.PHOTO_RESULT: N_("photo after the repair"),
        Gap.OTHER: N_("what head office wrote"),
    },
    Problem: {
        Problem.UNSIGNED: N_("The call was not sealed."),
        Problem.BAD_SIGNATURE: N_("The key does not fit: paste the connection card again."),
        Problem.BAD_DIGEST: N_("What arrived is not what was sent: something on the way changes it."),
        Problem.UNKNOWN_KEY: N_("Head office does not know this key. Ask for a new connection card."),
        Problem.KEY_RETIRED: N_("This key was replaced. Ask for the new connection card."),
        Problem.KEY_OF_OTHER_SHOP: N_("This key belongs to another shop."),
        Problem.SHOP_CLOSED: N_("Head office has closed this shop's access."),
        Problem.CLOCK: N_("The clocks differ by more than five minutes: set this computer's clock."),
        Problem.REPLAYED: N_("This call was made before; it will be sent anew."),
        Problem.TOO_LARGE: N_("The call is too large."),
        Problem.TOO_MANY_EVENTS: N_("The call holds too many messages."),
        Problem.TOO_DEEP: N_("The call is no message of ours."),
        Problem.BAD_MEDIA_TYPE: N_("The kind of content is not the agreed one."),
        Problem.NOT_JSON: N_("The content is damaged."),
        Problem.NOT_A_BATCH: N_("The content is not a list of messages."),
        Problem.BAD_QUESTION: N_("Head office does not understand the question."),
        Problem.TOO_SLOW: N_("The line was too slow; it will be tried again."),
        Problem.TOO_OFTEN: N_("Too many calls at once; it will be tried again in a moment."),
        Problem.BUSY: N_("Head office is busy; it will be tried again."),
        Problem.NOT_FOUND: N_("Head office does not have what was asked for."),
        Problem.NOT_ALLOWED: N_("This address does not take such calls. Check the address."),
        Problem.INTERNAL: N_("Head office has a fault; it will be tried again."),
    },
    PhotoOf: {
        PhotoOf.SERIAL_PLATE: N_("serial plate"),
        PhotoOf.OUTDOOR_PLATE: N_("outdoor unit's plate"),
        PhotoOf.PROOF: N_("proof of purchase"),
        PhotoOf.FAULT: N_("the fault"),
        PhotoOf.OLD_PART: N_("the old part"),
        PhotoOf.RESULT: N_("after the repair"),
        PhotoOf.OTHER: N_("something else"),
    },
    OldPartStand: {
        OldPartStand.OWED: N_("not handed in yet"),
        OldPartStand.ON_SHELF: N_("on the shelf for the brand"),
        OldPartStand.SENT: N_("sent to the brand"),
        OldPartStand.EXEMPT: N_("need not be returned"),
        OldPartStand.LOST: N_("lost part"),
        OldPartStand.NONE: N_("nothing was replaced"),
    },
    IncidentKind: {
        IncidentKind.INJURY: N_("somebody was hurt"),
        IncidentKind.FIRE: N_("fire"),
        IncidentKind.GAS: N_("gas accident"),
        IncidentKind.GAS_CHANGED: N_("appliance changed to another gas"),
        IncidentKind.OTHER: N_("another incident"),
    },
}


def word(code: StrEnum) -> str:
    """The words for a code of the contract, in the user's language."""
    return _(WORDS[type(code)][code])
