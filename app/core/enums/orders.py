"""Codes of a repair order: its life, its charges, its quote, who pays, what is said at the bench."""

from __future__ import annotations

from enum import StrEnum


class Status(StrEnum):
    """Where a repair order stands (domain.md §2)."""

    REGISTERED = "registered"
    DISPATCHED = "dispatched"
    ON_SITE = "on_site"
    RECEIVED = "received"
    DIAGNOSING = "diagnosing"
    QUOTED = "quoted"
    APPROVED = "approved"
    DECLINED = "declined"
    REPAIRING = "repairing"
    WAITING_PARTS = "waiting_parts"
    WAITING_CUSTOMER = "waiting_customer"
    QC = "qc"
    UNREPAIRABLE = "unrepairable"
    READY = "ready"
    RETURNING = "returning"
    UNCLAIMED = "unclaimed"
    DELIVERED = "delivered"
    DISPOSED = "disposed"
    CANCELLED = "cancelled"


#: Orders that have left the shop's care.
CLOSED = frozenset({Status.DELIVERED, Status.DISPOSED, Status.CANCELLED})

#: Orders that a technician may still work on.
ON_BENCH = frozenset(
    {
        Status.RECEIVED,
        Status.DIAGNOSING,
        Status.QUOTED,
        Status.APPROVED,
        Status.DECLINED,
        Status.REPAIRING,
        Status.WAITING_PARTS,
        Status.WAITING_CUSTOMER,
        Status.QC,
        Status.UNREPAIRABLE,
    }
)

#: Statuses in which the device waits at the counter for its owner.
AT_COUNTER = frozenset({Status.READY, Status.RETURNING, Status.UNCLAIMED})


class Action(StrEnum):
    """A move of a repair order from one status to another (domain.md §2)."""

    DISPATCH = "dispatch"
    RECALL = "recall"
    ARRIVE = "arrive"
    REVISIT = "revisit"
    BRING_IN = "bring_in"
    FINISH_ON_SITE = "finish_on_site"
    DELIVER_ON_SITE = "deliver_on_site"
    RECEIVE = "receive"
    START_DIAGNOSIS = "start_diagnosis"
    QUOTE = "quote"
    APPROVE = "approve"
    APPROVE_AT_ONCE = "approve_at_once"
    DECLINE = "decline"
    RECONSIDER = "reconsider"
    START_REPAIR = "start_repair"
    WAIT_PARTS = "wait_parts"
    WAIT_CUSTOMER = "wait_customer"
    RESUME = "resume"
    SEND_TO_QC = "send_to_qc"
    PASS_QC = "pass_qc"
    FAIL_QC = "fail_qc"
    GIVE_UP = "give_up"
    RETURN_UNREPAIRED = "return_unrepaired"
    DELIVER = "deliver"
    SEND_BACK = "send_back"
    BACK_TO_SHELF = "back_to_shelf"
    REOPEN = "reopen"
    MARK_UNCLAIMED = "mark_unclaimed"
    DISPOSE = "dispose"
    CANCEL = "cancel"


class ServiceType(StrEnum):
    """Who pays in principle (domain.md §4); the letters are fixed."""

    PAID = "A"
    CONTRACT = "B"
    FREE = "C"
    INTERNAL = "D"


class Payer(StrEnum):
    """Who pays a charge; a fact of its own beside the service type."""

    CUSTOMER = "customer"
    CONTRACT = "contract"
    BRAND = "brand"
    UNDERWRITER = "underwriter"
    SHOP = "shop"


class JobKind(StrEnum):
    """Kinds of jobs (domain.md §1)."""

    REPAIR = "repair"
    INSTALLATION = "installation"
    CLEANING = "cleaning"
    RELOCATION = "relocation"
    ADVICE = "advice"


class Visit(StrEnum):
    """Where the job begins: the customer brings the device, or the technician goes there."""

    COUNTER = "counter"
    ON_SITE = "on_site"


class LineKind(StrEnum):
    """Parts of a charge (domain.md §4)."""

    VISIT = "visit"
    LABOUR = "labour"
    PART = "part"
    OTHER = "other"
    DISCOUNT = "discount"


class NoteKind(StrEnum):
    """What a dated remark on an order is about."""

    NOTE = "note"
    FAULT = "fault"
    CAUSE = "cause"
    FIX = "fix"
    CONTACT = "contact"
    #: The customer switched the device to its repair mode at the counter; the note has no text.
    REPAIR_MODE = "repair_mode"
    #: A charge that the customer was told was taken off: which, and why.
    REMOVED = "removed"
    #: The device's passcode was erased because it was kept long enough; the note has no text.
    PASSCODE_ERASED = "passcode_erased"


class QuoteState(StrEnum):
    """A quote's fate."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    REPLACED = "replaced"


class QuoteChange(StrEnum):
    """What became otherwise of a quoted charge by the invoice (domain.md §8)."""

    ADDED = "added"
    LEFT_OUT = "left_out"
    PRICE = "price"
    QUANTITY = "quantity"
    TAX = "tax"


class ApprovalWay(StrEnum):
    """How the customer agreed."""

    COUNTER = "counter"
    PHONE = "phone"
    WECHAT = "wechat"
    SIGNATURE = "signature"
    LIMIT = "limit"
    COVERED = "covered"


class ReceiptProof(StrEnum):
    """What entitles somebody to take a device home."""

    SCANNED = "scanned"
    IDENTITY = "identity"


class CustodyWay(StrEnum):
    """Movements in the custody register."""

    IN = "in"
    OUT = "out"


class BenchCommand(StrEnum):
    """Commands on the bench sheet (domain.md §3): each is one barcode."""

    START = "start"
    PAUSE = "pause"
    DONE = "done"
    WAIT_PARTS = "wait_parts"
    WAIT_CUSTOMER = "wait_customer"
    RESUME = "resume"
    QC_PASS = "qc_pass"
    QC_FAIL = "qc_fail"
    UNREPAIRABLE = "unrepairable"
    TAKE_PARTS = "take_parts"
    UNDO = "undo"
    PRINT_LABEL = "print_label"
    TIMES_2 = "times_2"
    TIMES_3 = "times_3"
    TIMES_5 = "times_5"
    TIMES_10 = "times_10"
    REMOVE_PART = "remove_part"
    CLOSE_CARD = "close_card"
    SWITCH_USER = "switch_user"
    TAKE_OUT = "take_out"
    GIVE_BACK = "give_back"


class CoverReason(StrEnum):
    """Why a payer pays (domain.md §5)."""

    OWN_GUARANTEE = "own_guarantee"
    MAKER = "maker"
    MAKER_EXPIRED = "maker_expired"
    NO_PROOF = "no_proof"
    NOT_REPAIR = "not_repair"
    OVERRIDDEN = "overridden"
    PRODUCTION_DATE = "production_date"
    EXTENSION = "extension"
    EXTENDED_PLAN = "extended_plan"
    USER_DAMAGE = "user_damage"


class Category(StrEnum):
    """The ten device categories of the trade's regulation; the owner can add more by name."""

    COOLING = "cooling"
    CLEANING = "cleaning"
    KITCHEN = "kitchen"
    VENTILATION = "ventilation"
    HEATING = "heating"
    PERSONAL_CARE = "personal_care"
    HEALTH_CARE = "health_care"
    ENTERTAINMENT = "entertainment"
    AUDIO_VIDEO = "audio_video"
    IT = "it"
