"""Codes kept in the database and passed between rooms. Words for them are in ``core.labels``."""

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


class Role(StrEnum):
    """Staff roles; rights by command are in ``core.rights``."""

    COUNTER = "counter"
    TECHNICIAN = "technician"
    LEAD = "lead"
    OWNER = "owner"


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


class QuoteState(StrEnum):
    """A quote's fate."""

    OPEN = "open"
    APPROVED = "approved"
    DECLINED = "declined"
    REPLACED = "replaced"


class ApprovalWay(StrEnum):
    """How the customer agreed."""

    COUNTER = "counter"
    PHONE = "phone"
    SIGNATURE = "signature"
    LIMIT = "limit"
    COVERED = "covered"


class MoveKind(StrEnum):
    """Stock moves (domain.md §7); stock on hand is their sum."""

    RECEIVE = "receive"
    USE = "use"
    UNUSE = "unuse"
    SCRAP = "scrap"
    RETURN = "return"
    COUNT = "count"


class PaymentMethod(StrEnum):
    """How money changes hands (domain.md §8)."""

    CASH = "cash"
    WECHAT = "wechat"
    ALIPAY = "alipay"
    CARD = "card"
    TRANSFER = "transfer"


class PaymentKind(StrEnum):
    """Why money changed hands."""

    DEPOSIT = "deposit"
    PAYMENT = "payment"
    REFUND = "refund"


class ReceiptProof(StrEnum):
    """What entitles somebody to take a device home."""

    SCANNED = "scanned"
    IDENTITY = "identity"


class CustodyWay(StrEnum):
    """Movements in the custody register."""

    IN = "in"
    OUT = "out"


class Series(StrEnum):
    """Number series; each counts by month and has no gaps."""

    ORDER = "order"
    INVOICE = "invoice"
    PAYMENT = "payment"
    PART = "part"
    STAFF = "staff"


class PaperKind(StrEnum):
    """Everything that is printed. The values are the command line's names (``xiuhu paper KIND``)."""

    PICKUP_RECEIPT = "pickup-receipt"
    REPAIR_CARD = "repair-card"
    DEVICE_LABEL = "device-label"
    QUOTE = "quote"
    INVOICE = "invoice"
    PAYMENT_RECEIPT = "payment-receipt"
    PART_LABEL = "part-label"
    COMMAND_SHEET = "command-sheet"


class PaperSize(StrEnum):
    """Sizes of paper; the values are the command line's names."""

    ROLL_58 = "58mm"
    ROLL_80 = "80mm"
    LABEL_40X30 = "40x30"
    LABEL_50X30 = "50x30"
    LABEL_60X40 = "60x40"
    A6 = "A6"
    A5 = "A5"
    A4 = "A4"


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


class CoverReason(StrEnum):
    """Why a payer pays (domain.md §5)."""

    OWN_GUARANTEE = "own_guarantee"
    MAKER = "maker"
    MAKER_EXPIRED = "maker_expired"
    NO_PROOF = "no_proof"
    NOT_REPAIR = "not_repair"
    OVERRIDDEN = "overridden"


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


class Command(StrEnum):
    """Every command that writes; each has its roles in ``core.rights``."""

    # intake
    SAVE_DRAFT = "save_draft"
    TAKE_IN = "take_in"
    EDIT_ORDER = "edit_order"
    ADD_PHOTO = "add_photo"
    ADD_NOTE = "add_note"
    REVEAL_PASSCODE = "reveal_passcode"
    # bench
    MOVE_ORDER = "move_order"
    UNDO_MOVE = "undo_move"
    LEAD_MOVE = "lead_move"
    ASSIGN = "assign"
    LOG_WORK = "log_work"
    DIAGNOSE = "diagnose"
    ADD_PART = "add_part"
    ADD_LINE = "add_line"
    REMOVE_LINE = "remove_line"
    QUOTE = "quote"
    ANSWER_QUOTE = "answer_quote"
    CHECK_QUALITY = "check_quality"
    # hand-over
    TAKE_DEPOSIT = "take_deposit"
    REFUND_DEPOSIT = "refund_deposit"
    SETTLE = "settle"
    SETTLE_ON_ACCOUNT = "settle_on_account"
    PAY_INVOICE = "pay_invoice"
    RECORD_CONTACT = "record_contact"
    # customers
    SAVE_CUSTOMER = "save_customer"
    MERGE_CUSTOMERS = "merge_customers"
    # stock
    SAVE_PART = "save_part"
    RECEIVE_PART = "receive_part"
    ADJUST_STOCK = "adjust_stock"
    # papers
    ISSUE_PAPER = "issue_paper"
    # people and settings
    SIGN_IN = "sign_in"
    SAVE_STAFF = "save_staff"
    SAVE_SETTINGS = "save_settings"
    SAVE_OWN_SETTINGS = "save_own_settings"
    FOUND_SHOP = "found_shop"
    IMPORT = "import"
