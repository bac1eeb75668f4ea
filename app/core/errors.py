"""The three ways something can fail, and the codes of every refusal (design.md §8).

``Refusal``: a rule says no; shown where it arose. ``Conflict``: somebody else was faster; reload.
``EnvironmentFault``: disk, file, printer, network; says what is safe. Sentences live in ``core.sentences``.
"""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """Why a command was refused. Every member has a sentence in ``core.sentence_table``."""

    # input
    BAD_AMOUNT = "bad_amount"
    BAD_QUANTITY = "bad_quantity"
    BAD_PERCENT = "bad_percent"
    BAD_DATE = "bad_date"
    BAD_PHONE = "bad_phone"
    MOBILE_LENGTH = "mobile_length"
    BAD_TEXT = "bad_text"
    TEXT_TOO_LONG = "text_too_long"
    FIELD_REQUIRED = "field_required"
    BAD_CHOICE = "bad_choice"
    AMOUNT_NEGATIVE = "amount_negative"
    AMOUNT_NOT_POSITIVE = "amount_not_positive"
    QUANTITY_NOT_POSITIVE = "quantity_not_positive"
    BAD_IMAGE = "bad_image"
    #: {most} million dots.
    IMAGE_TOO_LARGE = "image_too_large"
    FILE_TOO_LARGE = "file_too_large"
    BAD_HOURS = "bad_hours"
    OUT_OF_RANGE = "out_of_range"
    TOO_MANY_ENTRIES = "too_many_entries"
    # people
    NOT_ALLOWED = "not_allowed"
    WRONG_PIN = "wrong_pin"
    PIN_LOCKED = "pin_locked"
    PIN_TOO_SIMPLE = "pin_too_simple"
    STAFF_UNKNOWN = "staff_unknown"
    STAFF_NAME_TAKEN = "staff_name_taken"
    LAST_OWNER = "last_owner"
    TRAINEES_FULL = "trainees_full"
    # records
    NOT_FOUND = "not_found"
    CODE_DAMAGED = "code_damaged"
    CODE_FOREIGN = "code_foreign"
    CODE_UNKNOWN = "code_unknown"
    SAME_CUSTOMER = "same_customer"
    CUSTOMER_UNCLEAR = "customer_unclear"
    PART_NUMBER_TAKEN = "part_number_taken"
    BARCODE_TAKEN = "barcode_taken"
    PART_CODE_UNKNOWN = "part_code_unknown"
    #: The code of a place where nothing is done with places; {place}.
    PLACE_CODE = "place_code"
    NOT_A_PLACE_HERE = "not_a_place_here"
    # lifecycle
    MOVE_NOT_ALLOWED = "move_not_allowed"
    QC_OPEN = "qc_open"
    BALANCE_DUE = "balance_due"
    RECEIPT_NOT_SHOWN = "receipt_not_shown"
    RECEIPT_VOID = "receipt_void"
    RECEIPT_OF_OTHER = "receipt_of_other"
    IDENTITY_NOT_CHECKED = "identity_not_checked"
    NOT_APPROVED = "not_approved"
    OVER_APPROVED = "over_approved"
    OVER_LIMIT = "over_limit"
    NOTHING_TO_QUOTE = "nothing_to_quote"
    QUOTE_EXPIRED = "quote_expired"
    NOT_COVERED = "not_covered"
    PARTS_NOT_TAKEN = "parts_not_taken"
    PARTS_STILL_USED = "parts_still_used"
    DEPOSIT_HELD = "deposit_held"
    TOO_EARLY_UNCLAIMED = "too_early_unclaimed"
    REMINDERS_MISSING = "reminders_missing"
    UNDO_TOO_LATE = "undo_too_late"
    UNDO_IMPOSSIBLE = "undo_impossible"
    LEAD_ONLY = "lead_only"
    NO_DIAGNOSIS = "no_diagnosis"
    NOTE_REQUIRED = "note_required"
    ORDER_CLOSED = "order_closed"
    LINES_FROZEN = "lines_frozen"
    WORK_RUNNING = "work_running"
    WORK_NOT_RUNNING = "work_not_running"
    NOT_YOUR_ORDER = "not_your_order"
    NO_PARTS = "no_parts"
    NOTHING_PLANNED = "nothing_planned"
    CARD_FIRST = "card_first"
    # stock
    OUT_OF_STOCK = "out_of_stock"
    PART_INACTIVE = "part_inactive"
    PART_RESERVED = "part_reserved"
    REQUESTED_ALREADY = "requested_already"
    KIT_EMPTY = "kit_empty"
    KIT_NO_STOCK = "kit_no_stock"
    KIT_STOCK_LEFT = "kit_stock_left"
    KIT_IN_KIT = "kit_in_kit"
    KIT_PART_UNKNOWN = "kit_part_unknown"
    KIT_PART_TWICE = "kit_part_twice"
    SAME_PART = "same_part"
    NOT_IN_PLACE = "not_in_place"
    PLACE_IN_USE = "place_in_use"
    PLACE_NAME_TAKEN = "place_name_taken"
    SAME_PLACE = "same_place"
    NOT_RESERVED = "not_reserved"
    WHOLE_PIECES = "whole_pieces"
    SERIAL_NEEDED = "serial_needed"
    SERIAL_UNKNOWN = "serial_unknown"
    SERIAL_IN_STOCK = "serial_in_stock"
    SERIAL_NOT_HERE = "serial_not_here"
    SERIAL_TWICE = "serial_twice"
    SERIAL_NOT_SERIALISED = "serial_not_serialised"
    SERIAL_STOCK_LEFT = "serial_stock_left"
    STILL_IN_STOCK = "still_in_stock"
    CONSIGN_PRICE_MISSING = "consign_price_missing"
    NOTHING_OWED = "nothing_owed"
    LOAN_REST = "loan_rest"
    LOAN_CLOSED = "loan_closed"
    SUPPLIER_NAME_TAKEN = "supplier_name_taken"
    # purchasing
    PURCHASE_STATE = "purchase_state"
    NOTHING_ORDERED = "nothing_ordered"
    MORE_THAN_ORDERED = "more_than_ordered"
    WRONG_SUPPLIER = "wrong_supplier"
    SUPPLIER_INACTIVE = "supplier_inactive"
    REQUEST_ORDERED = "request_ordered"
    NOTHING_RECEIVED = "nothing_received"
    # old parts
    OLD_PART_FIRST = "old_part_first"
    OLD_PART_STATE = "old_part_state"
    OLD_PART_NOT_BRAND = "old_part_not_brand"
    OLD_PART_NONE = "old_part_none"
    OLD_PART_BRAND = "old_part_brand"
    OLD_PART_MISSING = "old_part_missing"
    BATCH_STATE = "batch_state"
    BATCH_EMPTY = "batch_empty"
    # stocktake, tools, defective goods
    COUNT_STATE = "count_state"
    COUNT_OPEN_ALREADY = "count_open_already"
    NOT_ON_COUNT_LIST = "not_on_count_list"
    COUNTED_ALREADY = "counted_already"
    COUNT_DISTURBED = "count_disturbed"
    NOTHING_COUNTED = "nothing_counted"
    TOOL_HELD = "tool_held"
    TOOL_NOT_HELD = "tool_not_held"
    TOOL_KIND_TAKEN = "tool_kind_taken"
    TOOL_STATE = "tool_state"
    DEFECT_STATE = "defect_state"
    DEFECT_GRADE = "defect_grade"
    NOT_GRADED_SCRAP = "not_graded_scrap"
    # money
    ALREADY_INVOICED = "already_invoiced"
    UNDERPAID = "underpaid"
    CHANGE_ONLY_FOR_CASH = "change_only_for_cash"
    ON_ACCOUNT_NOT_ALLOWED = "on_account_not_allowed"
    REFUND_TOO_MUCH = "refund_too_much"
    LINE_FIRST = "line_first"
    LIMIT_TOO_LOW = "limit_too_low"
    DISCOUNT_TOO_LARGE = "discount_too_large"
    DISCOUNT_OVER_LIMIT = "discount_over_limit"
    PRICE_OVER_LIMIT = "price_over_limit"
    IN_PRICE_LIST = "in_price_list"
    NOT_LISTED_REASON_NEEDED = "not_listed_reason_needed"
    APPROVAL_NEEDED = "approval_needed"
    SAME_PERSON = "same_person"
    OVERPAID = "overpaid"
    NOTHING_DUE = "nothing_due"
    OTHER_CUSTOMER = "other_customer"
    NO_OWN_RULE = "no_own_rule"
    OTHER_PAYER = "other_payer"
    ORDER_TWICE = "order_twice"
    ACCOUNT_LIMIT = "account_limit"
    CREDIT_TOO_MUCH = "credit_too_much"
    NOTHING_TO_CREDIT = "nothing_to_credit"
    CREDIT_OVER_LIMIT = "credit_over_limit"
    REFUND_BY_METHOD = "refund_by_method"
    NO_CREDIT_HELD = "no_credit_held"
    WRITE_OFF_TOO_MUCH = "write_off_too_much"
    TAX_INVOICE_STATE = "tax_invoice_state"
    TAX_INVOICE_TAKEN = "tax_invoice_taken"
    PRICE_REASON_NEEDED = "price_reason_needed"
    PRICE_CODE_TAKEN = "price_code_taken"
    PRICE_ITEM_INACTIVE = "price_item_inactive"
    PACKAGE_EMPTY = "package_empty"
    PACKAGE_IN_PACKAGE = "package_in_package"
    # till and closes
    TILL_NAME_TAKEN = "till_name_taken"
    TILL_INACTIVE = "till_inactive"
    TILL_IN_USE = "till_in_use"
    TILL_OPEN_ALREADY = "till_open_already"
    TILL_CLOSED = "till_closed"
    TILL_NOT_COUNTED = "till_not_counted"
    TILL_FLOAT_DIFFERS = "till_float_differs"
    TILL_DIFFERENCE = "till_difference"
    TILL_TOO_LITTLE = "till_too_little"
    TILL_NOT_ENOUGH = "till_not_enough"
    SAME_TILL = "same_till"
    TILL_STILL_OPEN = "till_still_open"
    FIELD_CASH_OUT = "field_cash_out"
    DRAFTS_OPEN = "drafts_open"
    DAY_CLOSED = "day_closed"
    DAY_TO_COME = "day_to_come"
    CLOCK_BEFORE_CLOSE = "clock_before_close"
    #: {day} {days}; the owner may say that the clock is right.
    CLOCK_FAR_AHEAD = "clock_far_ahead"
    CLOCK_SKIPPED = "clock_skipped"
    MONTH_SEALED = "month_sealed"
    MONTH_NOT_CLOSED = "month_not_closed"
    STATEMENT_FROZEN = "statement_frozen"
    STATEMENT_EARLIER = "statement_earlier"
    MONTH_NOT_OVER = "month_not_over"
    NOT_YOURS = "not_yours"
    SERIES_FULL = "series_full"
    # data folder, commands, files
    FOLDER_NOT_EMPTY = "folder_not_empty"
    FILE_NOT_READABLE = "file_not_readable"
    FILE_KIND = "file_kind"
    COLUMNS_MISSING = "columns_missing"
    COLUMN_TWICE = "column_twice"
    SHEET_UNREADABLE = "sheet_unreadable"
    SHEET_BROKEN = "sheet_broken"
    SHEET_TOO_LARGE = "sheet_too_large"
    SHEET_EMPTY = "sheet_empty"
    CELL_FORMULA = "cell_formula"
    CELL_DATE = "cell_date"
    CELL_MERGED = "cell_merged"
    CELL_TOO_LONG = "cell_too_long"
    TWICE_IN_FILE = "twice_in_file"
    NUMBER_UNCLEAR = "number_unclear"
    SERIAL_STOCK_SWITCH = "serial_stock_switch"
    PAPER_UNKNOWN = "paper_unknown"
    PAPER_SIZE_UNKNOWN = "paper_size_unknown"
    MONTH_UNKNOWN = "month_unknown"
    PASSCODE_GONE = "passcode_gone"
    CUSTOMER_ORDERS_OPEN = "customer_orders_open"
    CUSTOMER_MONEY_OPEN = "customer_money_open"
    CUSTOMER_ERASED = "customer_erased"
    NO_KEY_FOR_JOURNAL = "no_key_for_journal"
    # brands and claims
    #: Another brand has this name or spelling; {name}.
    BRAND_TAKEN = "brand_taken"
    #: On one day two agreements for one product line; {number}.
    AGREEMENT_OVERLAPS = "agreement_overlaps"
    AGREEMENT_USED = "agreement_used"
    #: Not in the brand's code list; {code}.
    BAD_CODE = "bad_code"
    #: The claim is with the brand or finished; {state}.
    CLAIM_CLOSED = "claim_closed"
    CLAIM_INCOMPLETE = "claim_incomplete"
    NOTICE_CLOSED = "notice_closed"
    REPORT_MADE = "report_made"
    REPORT_TOO_EARLY = "report_too_early"
    #: The brand's month has its settlement; {number}.
    SETTLEMENT_EXISTS = "settlement_exists"
    #: {state}.
    SETTLEMENT_STATE = "settlement_state"
    #: More claims may still come into the month; {month}.
    SETTLEMENT_EARLY = "settlement_early"
    #: The brand has not answered {count} claims; {numbers}.
    CLAIMS_UNANSWERED = "claims_unanswered"
    #: The brand's own statement comes to another sum; {ours}, {theirs}.
    SETTLEMENT_DIFFERS = "settlement_differs"
    #: No statement of the brand's is there to dispute, or it is as ours.
    NOTHING_TO_DISPUTE = "nothing_to_dispute"
    #: So much is due from the brand on settled claims; {amount}.
    DEDUCTION_TOO_MUCH = "deduction_too_much"
    #: A bonus is billed on a repair, and the settlement has none.
    BONUS_WITHOUT_CLAIM = "bonus_without_claim"
    #: A line of a code list without list, code or meaning; {line}.
    CODE_LINE_SHORT = "code_line_short"
    CARD_DAMAGED = "card_damaged"
    #: Another brand is connected to this head office as this shop; {name}.
    CARD_OF_OTHER = "card_of_other"
    # head office
    OFFICE_SHOP_UNKNOWN = "office_shop_unknown"
    OFFICE_SHOP_TAKEN = "office_shop_taken"
    OFFICE_SHOP_CODE = "office_shop_code"
    OFFICE_OTHER_BRAND = "office_other_brand"
    OFFICE_KEY_BAD = "office_key_bad"
    OFFICE_CLAIM_UNKNOWN = "office_claim_unknown"
    OFFICE_CLAIM_SHOPS = "office_claim_shops"
    OFFICE_CLAIM_STATE = "office_claim_state"
    OFFICE_NOTHING_TO_SETTLE = "office_nothing_to_settle"
    # backups
    BACKUP_NOT_WHOLE = "backup_not_whole"
    BACKUP_PASSWORD_NEEDED = "backup_password_needed"
    BACKUP_PASSWORD_WRONG = "backup_password_wrong"
    BACKUP_PASSWORD_SHORT = "backup_password_short"
    BACKUP_RUNNING = "backup_running"
    BACKUP_NEWER = "backup_newer"
    BACKUP_PLACE = "backup_place"
    BACKUP_OVER_OTHER = "backup_over_other"
    BACKUP_NONE = "backup_none"
    RESTORE_UNCONFIRMED = "restore_unconfirmed"


class Fault(StrEnum):
    """What outside the program failed. Every member has a sentence saying what is safe and what to do."""

    BUSY = "busy"
    DISK_FULL = "disk_full"
    #: Said before it is too late; {free} in MB.
    DISK_LOW = "disk_low"
    DISK_ERROR = "disk_error"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    #: Of the records only what makes them findable, which the check-up makes anew.
    INDEX_DAMAGED = "index_damaged"
    NEWER_VERSION = "newer_version"
    OLDER_VERSION = "older_version"
    OTHER_PROGRAM = "other_program"
    ALREADY_OPEN = "already_open"
    NETWORK_SHARE = "network_share"
    FOLDER_UNUSABLE = "folder_unusable"
    NO_SHOP = "no_shop"
    FILE_GONE = "file_gone"
    #: The clock stands before, or far after, the last entry; said by the window, refuses nothing.
    CLOCK_BEHIND = "clock_behind"
    CLOCK_AHEAD = "clock_ahead"
    KEY_MISSING = "key_missing"
    SQLITE_TOO_OLD = "sqlite_too_old"
    NO_DISPLAY = "no_display"
    NO_PRINTER = "no_printer"
    NO_USB_PRINTING = "no_usb_printing"
    PRINTER = "printer"
    FILE_NOT_WRITABLE = "file_not_writable"
    FONT_MISSING = "font_missing"
    OFFICE_UNREACHABLE = "office_unreachable"
    OFFICE_EMPTY = "office_empty"
    OFFICE_NEWER = "office_newer"
    OFFICE_NOT_INSTALLED = "office_not_installed"
    POSTGRES_MISSING = "postgres_missing"
    POSTGRES_FAILED = "postgres_failed"
    PORT_TAKEN = "port_taken"
    CERTIFICATE_UNUSABLE = "certificate_unusable"
    BACKUP_UNSOUND = "backup_unsound"
    RESTORE_UNFINISHED = "restore_unfinished"


class ShopError(Exception):
    """Base of what a user is told in a sentence; ``params`` fill the sentence's placeholders."""

    def __init__(self, code: StrEnum, /, **params: object) -> None:
        super().__init__(code.value, params)
        self.code = code
        self.params = params


class Refusal(ShopError):
    """A rule of the shop says no; nothing was changed."""

    def __init__(self, reason: Reason, /, **params: object) -> None:
        super().__init__(reason, **params)
        self.reason = reason


class EnvironmentFault(ShopError):
    """Disk, file, printer or network failed; nothing was half saved."""

    def __init__(self, fault: Fault, /, **params: object) -> None:
        super().__init__(fault, **params)
        self.fault = fault


class UnreadableValue(Exception):
    """What stands in the records is no value of its kind: the file is damaged, whatever it says of itself."""


class Conflict(Exception):
    """The record changed since the user saw it; the page reloads and shows what changed."""

    def __init__(self, kind: str, record_id: int) -> None:
        super().__init__(kind, record_id)
        self.kind = kind
        self.record_id = record_id
