"""The word for every code, the same on screen, paper, export and command line (domain.md §1)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from app.core import formats
from app.core.enums import (
    Action,
    ApprovalWay,
    BenchCommand,
    Category,
    Command,
    CoverReason,
    CustodyWay,
    JobKind,
    LineKind,
    MoveKind,
    NoteKind,
    PaperKind,
    PaperSize,
    Payer,
    PaymentKind,
    PaymentMethod,
    QuoteState,
    ReceiptProof,
    Role,
    ServiceType,
    Status,
    Visit,
)
from app.core.words import N_, _

_Words = Mapping[type[StrEnum], Mapping[StrEnum, str]]

#: By kind of code first: members of different enums with the same value are equal
#: (``Status.ON_SITE == Visit.ON_SITE``), so that in one flat table the later one would take the other's word.
LABELS: _Words = {
    Status: {
        Status.REGISTERED: N_("Registered"),
        Status.DISPATCHED: N_("Dispatched"),
        Status.ON_SITE: N_("On site"),
        Status.RECEIVED: N_("Received"),
        Status.DIAGNOSING: N_("Diagnosing"),
        Status.QUOTED: N_("Waiting for the customer's answer"),
        Status.APPROVED: N_("Approved, to repair"),
        Status.DECLINED: N_("Customer declined"),
        Status.REPAIRING: N_("Repairing"),
        Status.WAITING_PARTS: N_("Waiting for parts"),
        Status.WAITING_CUSTOMER: N_("Waiting for the customer"),
        Status.QC: N_("To be checked"),
        Status.UNREPAIRABLE: N_("Unrepairable"),
        Status.READY: N_("Ready for pickup"),
        Status.RETURNING: N_("On its way back"),
        Status.UNCLAIMED: N_("Unclaimed"),
        Status.DELIVERED: N_("Delivered"),
        Status.DISPOSED: N_("Disposed of"),
        Status.CANCELLED: N_("Cancelled"),
    },
    Action: {
        Action.DISPATCH: N_("Dispatch"),
        Action.RECALL: N_("Call back"),
        Action.ARRIVE: N_("Arrive on site"),
        Action.REVISIT: N_("Another visit"),
        Action.BRING_IN: N_("Bring to the shop"),
        Action.FINISH_ON_SITE: N_("Fixed on site, to be paid"),
        Action.DELIVER_ON_SITE: N_("Fixed and paid on site"),
        Action.RECEIVE: N_("Receive the device"),
        Action.START_DIAGNOSIS: N_("Start diagnosis"),
        Action.QUOTE: N_("Quote"),
        Action.APPROVE: N_("Customer agrees"),
        Action.APPROVE_AT_ONCE: N_("Approve at once"),
        Action.DECLINE: N_("Customer declines"),
        Action.RECONSIDER: N_("Customer agrees after all"),
        Action.START_REPAIR: N_("Start repair"),
        Action.WAIT_PARTS: N_("Wait for parts"),
        Action.WAIT_CUSTOMER: N_("Wait for the customer"),
        Action.RESUME: N_("Go on"),
        Action.SEND_TO_QC: N_("Done, to the check"),
        Action.PASS_QC: N_("Check passed"),
        Action.FAIL_QC: N_("Check failed"),
        Action.GIVE_UP: N_("Cannot be repaired"),
        Action.RETURN_UNREPAIRED: N_("Return unrepaired"),
        Action.DELIVER: N_("Hand over"),
        Action.SEND_BACK: N_("Send back to the customer"),
        Action.BACK_TO_SHELF: N_("Back to the shelf"),
        Action.REOPEN: N_("Back to repair"),
        Action.MARK_UNCLAIMED: N_("Mark as unclaimed"),
        Action.DISPOSE: N_("Dispose of"),
        Action.CANCEL: N_("Cancel the order"),
    },
    ServiceType: {
        ServiceType.PAID: N_("A Paid service"),
        ServiceType.CONTRACT: N_("B Contract service"),
        ServiceType.FREE: N_("C Free service"),
        ServiceType.INTERNAL: N_("D Internal"),
    },
    Payer: {
        Payer.CUSTOMER: N_("Customer"),
        Payer.CONTRACT: N_("Maintenance contract"),
        Payer.BRAND: N_("Brand"),
        Payer.UNDERWRITER: N_("Underwriter"),
        Payer.SHOP: N_("Shop"),
    },
    JobKind: {
        JobKind.REPAIR: N_("Repair"),
        JobKind.INSTALLATION: N_("Installation"),
        JobKind.CLEANING: N_("Cleaning and care"),
        JobKind.RELOCATION: N_("Relocation"),
        JobKind.ADVICE: N_("Advice"),
    },
    Visit: {
        Visit.COUNTER: N_("At the counter"),
        Visit.ON_SITE: N_("At the customer's"),
    },
    Role: {
        Role.COUNTER: N_("Counter staff"),
        Role.TECHNICIAN: N_("Technician"),
        Role.LEAD: N_("Lead technician"),
        Role.OWNER: N_("Owner"),
    },
    LineKind: {
        LineKind.VISIT: N_("Visit fee"),
        LineKind.LABOUR: N_("Labour"),
        LineKind.PART: N_("Part"),
        LineKind.OTHER: N_("Other charge"),
        LineKind.DISCOUNT: N_("Discount"),
    },
    NoteKind: {
        NoteKind.NOTE: N_("Note"),
        NoteKind.FAULT: N_("Fault found"),
        NoteKind.CAUSE: N_("Cause"),
        NoteKind.FIX: N_("Fix"),
        NoteKind.CONTACT: N_("Customer informed"),
    },
    QuoteState: {
        QuoteState.OPEN: N_("Open"),
        QuoteState.APPROVED: N_("Approved"),
        QuoteState.DECLINED: N_("Declined"),
        QuoteState.REPLACED: N_("Replaced"),
    },
    ApprovalWay: {
        ApprovalWay.COUNTER: N_("At the counter, in person"),
        ApprovalWay.PHONE: N_("By phone"),
        ApprovalWay.SIGNATURE: N_("By signature"),
        ApprovalWay.LIMIT: N_("Within the agreed limit"),
        ApprovalWay.COVERED: N_("Covered, nothing to pay"),
    },
    MoveKind: {
        MoveKind.RECEIVE: N_("Goods in"),
        MoveKind.USE: N_("Used on an order"),
        MoveKind.UNUSE: N_("Taken back from an order"),
        MoveKind.SCRAP: N_("Scrapped"),
        MoveKind.RETURN: N_("Returned to the supplier"),
        MoveKind.COUNT: N_("Count adjustment"),
    },
    PaymentMethod: {
        PaymentMethod.CASH: N_("Cash"),
        PaymentMethod.WECHAT: N_("WeChat Pay"),
        PaymentMethod.ALIPAY: N_("Alipay"),
        PaymentMethod.CARD: N_("Bank card"),
        PaymentMethod.TRANSFER: N_("Bank transfer"),
    },
    PaymentKind: {
        PaymentKind.DEPOSIT: N_("Deposit"),
        PaymentKind.PAYMENT: N_("Payment"),
        PaymentKind.REFUND: N_("Refund"),
    },
    ReceiptProof: {
        ReceiptProof.SCANNED: N_("Pickup receipt scanned"),
        ReceiptProof.IDENTITY: N_("Receipt lost, identity checked"),
    },
    CustodyWay: {
        CustodyWay.IN: N_("In"),
        CustodyWay.OUT: N_("Out"),
    },
    PaperKind: {
        PaperKind.PICKUP_RECEIPT: N_("Pickup receipt"),
        PaperKind.REPAIR_CARD: N_("Repair card"),
        PaperKind.DEVICE_LABEL: N_("Device label"),
        PaperKind.QUOTE: N_("Quote"),
        PaperKind.INVOICE: N_("Invoice"),
        PaperKind.PAYMENT_RECEIPT: N_("Payment receipt"),
        PaperKind.PART_LABEL: N_("Part label"),
        PaperKind.COMMAND_SHEET: N_("Command sheet"),
    },
    PaperSize: {
        PaperSize.ROLL_58: N_("58 mm roll"),
        PaperSize.ROLL_80: N_("80 mm roll"),
        PaperSize.LABEL_40X30: N_("Label 40 × 30 mm"),
        PaperSize.LABEL_50X30: N_("Label 50 × 30 mm"),
        PaperSize.LABEL_60X40: N_("Label 60 × 40 mm"),
        PaperSize.A6: N_("A6 sheet"),
        PaperSize.A5: N_("A5 sheet"),
        PaperSize.A4: N_("A4 sheet"),
    },
    BenchCommand: {
        BenchCommand.START: N_("Start"),
        BenchCommand.PAUSE: N_("Pause"),
        BenchCommand.DONE: N_("Done"),
        BenchCommand.WAIT_PARTS: N_("Waiting for parts"),
        BenchCommand.WAIT_CUSTOMER: N_("Waiting for the customer"),
        BenchCommand.RESUME: N_("Go on"),
        BenchCommand.QC_PASS: N_("Check passed"),
        BenchCommand.QC_FAIL: N_("Check failed"),
        BenchCommand.UNREPAIRABLE: N_("Cannot be repaired"),
        BenchCommand.TAKE_PARTS: N_("Take planned parts"),
        BenchCommand.UNDO: N_("Undo the last step"),
        BenchCommand.PRINT_LABEL: N_("Print the device label"),
        BenchCommand.TIMES_2: N_("Quantity × 2"),
        BenchCommand.TIMES_3: N_("Quantity × 3"),
        BenchCommand.TIMES_5: N_("Quantity × 5"),
        BenchCommand.TIMES_10: N_("Quantity × 10"),
        BenchCommand.REMOVE_PART: N_("Take the last part back"),
        BenchCommand.CLOSE_CARD: N_("Close the card"),
        BenchCommand.SWITCH_USER: N_("Switch user"),
    },
    CoverReason: {
        CoverReason.OWN_GUARANTEE: N_("Own repair guarantee until {until}: the shop pays"),
        CoverReason.MAKER: N_("Maker's warranty until {until}: the brand pays"),
        CoverReason.MAKER_EXPIRED: N_("Maker's warranty ended on {until}: the customer pays"),
        CoverReason.NO_PROOF: N_("No proof of purchase: the customer pays"),
        CoverReason.NOT_REPAIR: N_("Ordered service: the customer pays"),
        CoverReason.OVERRIDDEN: N_("Set by {who}: {note}"),
    },
    Category: {
        Category.COOLING: N_("Refrigeration and air conditioning"),
        Category.CLEANING: N_("Cleaning appliances"),
        Category.KITCHEN: N_("Kitchen appliances"),
        Category.VENTILATION: N_("Ventilation"),
        Category.HEATING: N_("Heating and ironing"),
        Category.PERSONAL_CARE: N_("Personal care"),
        Category.HEALTH_CARE: N_("Health care"),
        Category.ENTERTAINMENT: N_("Entertainment appliances"),
        Category.AUDIO_VIDEO: N_("Audio and video"),
        Category.IT: N_("Information technology"),
    },
    Command: {
        Command.SAVE_DRAFT: N_("Keep a draft"),
        Command.TAKE_IN: N_("Take in a device"),
        Command.EDIT_ORDER: N_("Edit an order"),
        Command.ADD_PHOTO: N_("Add a photo"),
        Command.ADD_NOTE: N_("Add a note"),
        Command.REVEAL_PASSCODE: N_("Show the device passcode"),
        Command.MOVE_ORDER: N_("Move an order on"),
        Command.UNDO_MOVE: N_("Take a move back"),
        Command.LEAD_MOVE: N_("Lead's decision on an order"),
        Command.ASSIGN: N_("Assign a technician"),
        Command.LOG_WORK: N_("Log working time"),
        Command.DIAGNOSE: N_("Record the diagnosis"),
        Command.ADD_PART: N_("Use a part"),
        Command.ADD_LINE: N_("Add a charge"),
        Command.REMOVE_LINE: N_("Remove a charge"),
        Command.QUOTE: N_("Make a quote"),
        Command.ANSWER_QUOTE: N_("Record the customer's answer"),
        Command.CHECK_QUALITY: N_("Check the quality"),
        Command.TAKE_DEPOSIT: N_("Take a deposit"),
        Command.REFUND_DEPOSIT: N_("Refund a deposit"),
        Command.SETTLE: N_("Settle and hand over"),
        Command.SETTLE_ON_ACCOUNT: N_("Hand over on account"),
        Command.PAY_INVOICE: N_("Take a payment"),
        Command.RECORD_CONTACT: N_("Record a contact with the customer"),
        Command.SAVE_CUSTOMER: N_("Save a customer"),
        Command.MERGE_CUSTOMERS: N_("Merge customers"),
        Command.SAVE_PART: N_("Save a part"),
        Command.RECEIVE_PART: N_("Receive goods"),
        Command.ADJUST_STOCK: N_("Adjust the stock"),
        Command.ISSUE_PAPER: N_("Print a paper"),
        Command.SIGN_IN: N_("Sign in"),
        Command.SAVE_STAFF: N_("Save a member of staff"),
        Command.SAVE_SETTINGS: N_("Change the shop's settings"),
        Command.SAVE_OWN_SETTINGS: N_("Change one's own settings"),
        Command.FOUND_SHOP: N_("Set up the shop"),
        Command.IMPORT: N_("Import records"),
    },
}

#: Words short enough for chips and narrow columns, where the full label is long.
SHORT_LABELS: _Words = {
    Status: {
        Status.QUOTED: N_("Quoted"),
        Status.APPROVED: N_("To repair"),
        Status.DECLINED: N_("Declined"),
        Status.WAITING_CUSTOMER: N_("On hold"),
        Status.QC: N_("Check"),
        Status.READY: N_("Ready"),
        Status.RETURNING: N_("Returning"),
    },
}


def label(code: StrEnum) -> str:
    """The word for a code in the user's language."""
    return _(LABELS[type(code)][code])


def short_label(code: StrEnum) -> str:
    """The short word for a code, for chips and columns."""
    short = SHORT_LABELS.get(type(code), {}).get(code)
    return _(short) if short else label(code)


def cover_words(reason: CoverReason, until: date | None = None, *, who: str = "", note: str = "") -> str:
    """Why the payer pays, in the user's language; ``who`` and ``note`` are of an override (domain.md §5)."""
    day = formats.day(until) if until is not None else "—"
    if reason is CoverReason.OVERRIDDEN and not who:
        return note
    return label(reason).format(until=day, who=who, note=note)


def category_name(text: str) -> str:
    """A device category: the word of a built-in code, or the owner's own name as it is."""
    try:
        return label(Category(text))
    except ValueError:
        return text
