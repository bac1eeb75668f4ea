"""Codes of what is printed."""

from __future__ import annotations

from enum import StrEnum


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
