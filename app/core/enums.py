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


class MoveKind(StrEnum):
    """Stock moves (domain.md §7); stock on hand is their sum."""

    RECEIVE = "receive"
    USE = "use"
    UNUSE = "unuse"
    SCRAP = "scrap"
    RETURN = "return"
    COUNT = "count"
    RESERVE = "reserve"
    RELEASE = "release"
    TRANSFER = "transfer"
    TAKE = "take"
    GIVE_BACK = "give_back"
    CONSIGN_IN = "consign_in"
    CONSIGN_OUT = "consign_out"
    STRIP = "strip"
    BORROW = "borrow"
    BORROW_BACK = "borrow_back"
    LEND = "lend"
    LEND_BACK = "lend_back"


class PlaceKind(StrEnum):
    """Where stock may lie: a shelf, a technician's bag (借件), a van, or apart until somebody decides."""

    SHELF = "shelf"
    PERSON = "person"
    VAN = "van"
    QUARANTINE = "quarantine"


#: Places whose stock is not free to everybody: held by one person, or set apart.
AWAY = frozenset({PlaceKind.PERSON, PlaceKind.QUARANTINE})


class ScrapReason(StrEnum):
    """Why stock was thrown away."""

    BROKEN = "broken"
    EXPIRED = "expired"
    LOST = "lost"
    OBSOLETE = "obsolete"
    OTHER = "other"


class AbcClass(StrEnum):
    """Classes by 12-month usage value: A to 80 %, B to 95 %, C the rest (domain.md §7)."""

    A = "A"
    B = "B"
    C = "C"


class PartCondition(StrEnum):
    """Condition of a part; shown to the customer (domain.md §7)."""

    NEW = "new"
    REMANUFACTURED = "remanufactured"
    USED = "used"


class OldPartRule(StrEnum):
    """What happens to the part that was replaced (domain.md §7)."""

    #: Bought: nobody asks for the old one.
    NONE = "none"
    #: The old one goes back to the brand.
    RETURN = "return"
    #: A new one is issued against the old one.
    SWAP = "swap"
    #: The brand's rule knows it and lets it go (a small part).
    EXEMPT = "exempt"


class PriceKind(StrEnum):
    """Which price of a part changed."""

    SALE = "sale"
    PURCHASE = "purchase"
    CONSIGNED = "consigned"


class PriceSource(StrEnum):
    """Where a new price came from."""

    TYPED = "typed"
    IMPORT = "import"
    RECEIPT = "receipt"


class SerialState(StrEnum):
    """Where a serialised piece is."""

    IN_STOCK = "in_stock"
    USED = "used"
    RETURNED = "returned"
    SCRAPPED = "scrapped"
    LOST = "lost"


class RequestState(StrEnum):
    """A request for parts (请购) on its way to an order."""

    OPEN = "open"
    ORDERED = "ordered"
    RECEIVED = "received"
    DROPPED = "dropped"


class PurchaseState(StrEnum):
    """A purchase order's fate."""

    DRAFT = "draft"
    SENT = "sent"
    PART_RECEIVED = "part_received"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class PlanKind(StrEnum):
    """The two ways to work out what to buy (domain.md §7)."""

    #: 月计划: next month's need by the last two.
    MONTHLY = "monthly"
    #: 基本库存: three months' need by the last twelve.
    BASE = "base"


class OldPartState(StrEnum):
    """Where a replaced part is on its way back to the brand (domain.md §7)."""

    DUE = "due"
    ON_SHELF = "on_shelf"
    IN_BATCH = "in_batch"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    LOST = "lost"
    EXEMPT = "exempt"
    CHARGED = "charged"
    #: The new part went back to stock, so the old one stayed in the device.
    VOID = "void"


class BatchState(StrEnum):
    """A batch of old parts for one brand."""

    OPEN = "open"
    SENT = "sent"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class CountKind(StrEnum):
    """What a stocktake covers."""

    ALL = "all"
    CLASS = "class"
    LOCATION = "location"
    PLACE = "place"


class CountState(StrEnum):
    """A stocktake's fate."""

    OPEN = "open"
    APPROVED = "approved"
    CANCELLED = "cancelled"


class ToolState(StrEnum):
    """Whether a tool can be used."""

    OK = "ok"
    MISSING = "missing"
    BROKEN = "broken"
    RETIRED = "retired"


class ToolAction(StrEnum):
    """What happened to a tool."""

    ADD = "add"
    TAKE = "take"
    GIVE_BACK = "give_back"
    MISS = "miss"
    FIND = "find"
    BREAK = "break"
    MEND = "mend"
    RETIRE = "retire"


class DefectSource(StrEnum):
    """Where defective goods come from (domain.md §7)."""

    TRANSPORT = "transport"
    OUT_OF_BOX = "out_of_box"
    CUSTOMER_RETURN = "customer_return"
    OTHER = "other"


class DefectGrade(StrEnum):
    """What defective goods are good for (domain.md §7)."""

    SELLABLE = "sellable"
    SAMPLE = "sample"
    SCRAP = "scrap"


class DefectState(StrEnum):
    """What became of defective goods."""

    RECEIVED = "received"
    GRADED = "graded"
    SOLD = "sold"
    GIVEN_AWAY = "given_away"
    STRIPPED = "stripped"
    DISPOSED = "disposed"


class LoanWay(StrEnum):
    """Parts between shops (调借)."""

    BORROWED = "borrowed"
    LENT = "lent"


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


class SaleKind(StrEnum):
    """Why a row of the month's sales is there."""

    INVOICE = "invoice"
    CREDIT = "credit"
    #: Parts that cost the shop something without an invoice of that day: its own guarantee, a receipt booked late.
    COST = "cost"


class CreditKind(StrEnum):
    """How much of an invoice a credit note takes back (domain.md §8)."""

    WHOLE = "whole"
    LINES = "lines"
    AMOUNT = "amount"
    EXCHANGE = "exchange"


class CreditReason(StrEnum):
    """Why an invoice is corrected."""

    WRONG_PRICE = "wrong_price"
    WRONG_CUSTOMER = "wrong_customer"
    NOT_DONE = "not_done"
    RETURNED = "returned"
    COMPLAINT = "complaint"
    GOODWILL = "goodwill"
    EXCHANGE = "exchange"
    #: A brand pays less than its fee table says (domain.md §11).
    SETTLED_LOWER = "settled_lower"
    OTHER = "other"


class WriteOffReason(StrEnum):
    """Why a debt is given up, or comes back."""

    UNREACHABLE = "unreachable"
    INSOLVENT = "insolvent"
    TOO_OLD = "too_old"
    TOO_SMALL = "too_small"
    DISPUTED = "disputed"
    #: Taken off by a brand in its month's settlement (domain.md §11).
    DEDUCTED = "deducted"
    OTHER = "other"
    #: Paid after all: what was written off is due again.
    RECOVERED = "recovered"


class TaxInvoiceState(StrEnum):
    """The official tax invoice of a customer's invoice."""

    NOT_ASKED = "not_asked"
    ASKED = "asked"
    ISSUED = "issued"
    RED = "red"


class ReminderWay(StrEnum):
    """How a customer was reminded of what is due."""

    PHONE = "phone"
    MESSAGE = "message"
    LETTER = "letter"
    IN_PERSON = "in_person"


class TillState(StrEnum):
    """A till session's life."""

    OPEN = "open"
    CLOSED = "closed"


class TillMoveKind(StrEnum):
    """Cash that moves without a payment."""

    PAY_IN = "pay_in"
    PAY_OUT = "pay_out"
    #: From one drawer or purse to another.
    HAND_IN = "hand_in"


class CashReason(StrEnum):
    """Why cash went in or out without a payment."""

    CHANGE = "change"
    EXPENSE = "expense"
    PARTS = "parts"
    CARRIER = "carrier"
    WAGE = "wage"
    BANK = "bank"
    OWNER = "owner"
    FIELD = "field"
    OTHER = "other"


class PriceUse(StrEnum):
    """What an entry of the price list is for."""

    LABOUR = "labour"
    VISIT = "visit"
    DIAGNOSIS = "diagnosis"
    OTHER = "other"
    PACKAGE = "package"


class CommissionKind(StrEnum):
    """What a commission rule counts (domain.md §9)."""

    #: Permille of net labour.
    LABOUR = "labour"
    #: Permille of net revenue less parts.
    SERVICE = "service"
    #: Permille of net parts.
    PARTS = "parts"
    #: Fen a job.
    JOB = "job"


class PayItemKind(StrEnum):
    """What is paid or kept back beside the commission."""

    BONUS = "bonus"
    DEDUCTION = "deduction"


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
    PURCHASE = "purchase"
    GOODS_RECEIPT = "goods_receipt"
    RETURN_BATCH = "return_batch"
    STOCK_COUNT = "stock_count"
    DEFECTIVE = "defective"
    CONSIGN_SETTLEMENT = "consign_settlement"
    PART_LOAN = "part_loan"
    CREDIT_NOTE = "credit_note"
    WRITE_OFF = "write_off"
    TILL_SESSION = "till_session"
    TILL_MOVE = "till_move"
    DAY_CLOSE = "day_close"
    CLAIM = "claim"
    SETTLEMENT = "settlement"
    QUALITY_NOTICE = "quality_notice"
    INCIDENT = "incident"


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
    PURCHASE_ORDER = "purchase-order"
    GOODS_RECEIPT = "goods-receipt"
    OLD_PART_LABEL = "old-part-label"
    RETURN_PACKING_LIST = "return-packing-list"
    COUNT_LIST = "count-list"
    TOOL_LABEL = "tool-label"
    STOCK_REPORT = "stock-report"
    PART_LABELS = "part-labels"
    PLACE_LABEL = "place-label"
    DEFECTIVE_LABEL = "defective-label"
    CONSIGN_SETTLEMENT = "consign-settlement"
    CREDIT_NOTE = "credit-note"
    WRITE_OFF = "write-off"
    CASH_SLIP = "cash-slip"
    TILL_COUNT = "till-count"
    DAY_CLOSE = "day-close"
    STATEMENT = "statement"
    PAYMENT_REMINDER = "payment-reminder"
    MONTH_REPORT = "month-report"
    TECHNICIAN_DAY = "technician-day"
    LEAD_DAY = "lead-day"
    PAY_STATEMENT = "pay-statement"
    BRAND_SETTLEMENT = "brand-settlement"
    QUALITY_NOTICE = "quality-notice"
    WEEKLY_SUMMARY = "weekly-summary"
    FEEDBACK_FORM = "feedback-form"
    SELF_ASSESSMENT = "self-assessment"
    INCIDENT_REPORT = "incident-report"
    STATUTORY_RECORD = "statutory-record"


#: Papers of work under brands' warranties: a shop without brands never sees them.
BRAND_PAPERS = frozenset(
    {
        PaperKind.BRAND_SETTLEMENT,
        PaperKind.QUALITY_NOTICE,
        PaperKind.WEEKLY_SUMMARY,
        PaperKind.FEEDBACK_FORM,
        PaperKind.SELF_ASSESSMENT,
        PaperKind.INCIDENT_REPORT,
    }
)


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
    TAKE_OUT = "take_out"
    GIVE_BACK = "give_back"


class ErasureCause(StrEnum):
    """Why a customer's personal data were erased."""

    ASKED = "asked"
    RETENTION = "retention"


class LookKind(StrEnum):
    """Whose records somebody looked at."""

    CUSTOMER = "customer"
    ORDER = "order"


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
    # billing
    CHANGE_PRICE = "change_price"
    ISSUE_CREDIT = "issue_credit"
    REFUND = "refund"
    REFUND_OTHERWISE = "refund_otherwise"
    EXCHANGE = "exchange"
    WRITE_OFF = "write_off"
    APPROVE_WRITE_OFF = "approve_write_off"
    USE_CREDIT = "use_credit"
    REMIND_CUSTOMER = "remind_customer"
    NOTE_TAX_INVOICE = "note_tax_invoice"
    SAVE_PRICE_LIST = "save_price_list"
    # till and closes
    SAVE_TILL = "save_till"
    OPEN_TILL = "open_till"
    MOVE_CASH = "move_cash"
    COUNT_TILL = "count_till"
    CLOSE_TILL = "close_till"
    CLOSE_DAY = "close_day"
    SEAL_MONTH = "seal_month"
    SAVE_ACCOUNTS = "save_accounts"
    # pay
    SAVE_COMMISSION = "save_commission"
    SAVE_PAY_ITEM = "save_pay_item"
    FREEZE_PAY = "freeze_pay"
    # customers
    SAVE_CUSTOMER = "save_customer"
    MERGE_CUSTOMERS = "merge_customers"
    IMPORT_CUSTOMERS = "import_customers"
    EXPORT_CUSTOMERS = "export_customers"
    # privacy
    WRITE_PASSCODE = "write_passcode"
    SWEEP_PASSCODES = "sweep_passcodes"
    EXPORT_PERSON = "export_person"
    ERASE_CUSTOMER = "erase_customer"
    NOTE_LOOKS = "note_looks"
    # the journal
    EXPORT_JOURNAL = "export_journal"
    SEAL_JOURNAL = "seal_journal"
    # stock
    SAVE_PART = "save_part"
    RECEIVE_PART = "receive_part"
    RECEIVE_MORE = "receive_more"
    ADJUST_STOCK = "adjust_stock"
    SAVE_PLACE = "save_place"
    SAVE_SUPPLIER = "save_supplier"
    IMPORT_PARTS = "import_parts"
    CLASSIFY_PARTS = "classify_parts"
    RESERVE_PART = "reserve_part"
    RELEASE_PART = "release_part"
    TAKE_OUT = "take_out"
    GIVE_BACK = "give_back"
    TRANSFER_PART = "transfer_part"
    SCRAP_PART = "scrap_part"
    RETURN_PART = "return_part"
    OWE_PART = "owe_part"
    CONSIGN_PART = "consign_part"
    SETTLE_CONSIGNED = "settle_consigned"
    LEND_PART = "lend_part"
    # purchasing
    REQUEST_PART = "request_part"
    SAVE_PURCHASE = "save_purchase"
    SEND_PURCHASE = "send_purchase"
    CANCEL_PURCHASE = "cancel_purchase"
    # old parts
    SAVE_OLD_PART_RULE = "save_old_part_rule"
    SHELVE_OLD_PART = "shelve_old_part"
    SEND_OLD_PARTS = "send_old_parts"
    JUDGE_OLD_PART = "judge_old_part"
    WRITE_OFF_OLD_PART = "write_off_old_part"
    # stocktake, tools, defective goods
    OPEN_COUNT = "open_count"
    COUNT_STOCK = "count_stock"
    APPROVE_COUNT = "approve_count"
    SAVE_TOOL = "save_tool"
    MOVE_TOOL = "move_tool"
    SAVE_DEFECTIVE = "save_defective"
    GRADE_DEFECTIVE = "grade_defective"
    STRIP_DEFECTIVE = "strip_defective"
    # brands
    SAVE_BRAND = "save_brand"
    SAVE_AGREEMENT = "save_agreement"
    IMPORT_CODES = "import_codes"
    SAVE_COVER_PLAN = "save_cover_plan"
    EDIT_CLAIM = "edit_claim"
    SEND_CLAIM = "send_claim"
    WITHDRAW_CLAIM = "withdraw_claim"
    ANSWER_CLAIM = "answer_claim"
    SAVE_SETTLEMENT = "save_settlement"
    POST_SETTLEMENT = "post_settlement"
    CLOSE_NOTICE = "close_notice"
    REPORT_INCIDENT = "report_incident"
    REPORT_TO_BRAND = "report_to_brand"
    ASSESS_MONTH = "assess_month"
    SAVE_LINK = "save_link"
    PUSH_EVENTS = "push_events"
    NOTE_CONTACT = "note_contact"
    # papers
    ISSUE_PAPER = "issue_paper"
    # people and settings
    SIGN_IN = "sign_in"
    SAVE_STAFF = "save_staff"
    SAVE_SETTINGS = "save_settings"
    SAVE_OWN_SETTINGS = "save_own_settings"
    FOUND_SHOP = "found_shop"
    REPAIR_RECORDS = "repair_records"
    IMPORT = "import"
    EXPORT_BACKUP = "export_backup"
    RESTORE = "restore"


class BackupKind(StrEnum):
    """Why a backup was made."""

    HOURLY = "hourly"
    DAY_CLOSE = "day_close"
    BY_HAND = "by_hand"
    MIGRATION = "migration"
    RESTORE = "restore"
    REPAIR = "repair"
