"""Words for what is printed."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from app.core.enums import PaperKind, PaperSize
from app.core.words import N_

LABELS: Mapping[type[StrEnum], Mapping[StrEnum, str]] = {
    PaperKind: {
        PaperKind.PICKUP_RECEIPT: N_("Pickup receipt"),
        PaperKind.REPAIR_CARD: N_("Repair card"),
        PaperKind.DEVICE_LABEL: N_("Device label"),
        PaperKind.QUOTE: N_("Quote"),
        PaperKind.INVOICE: N_("Invoice"),
        PaperKind.PAYMENT_RECEIPT: N_("Payment receipt"),
        PaperKind.PART_LABEL: N_("Part label"),
        PaperKind.COMMAND_SHEET: N_("Command sheet"),
        PaperKind.PURCHASE_ORDER: N_("Purchase order"),
        PaperKind.GOODS_RECEIPT: N_("Goods receipt"),
        PaperKind.OLD_PART_LABEL: N_("Old part label"),
        PaperKind.RETURN_PACKING_LIST: N_("Return packing list"),
        PaperKind.COUNT_LIST: N_("Count list"),
        PaperKind.TOOL_LABEL: N_("Tool label"),
        PaperKind.STOCK_REPORT: N_("Stock report"),
        PaperKind.PART_LABELS: N_("Part labels"),
        PaperKind.PLACE_LABEL: N_("Place label"),
        PaperKind.DEFECTIVE_LABEL: N_("Defective goods label"),
        PaperKind.CONSIGN_SETTLEMENT: N_("Consignment settlement"),
        PaperKind.CREDIT_NOTE: N_("Credit note"),
        PaperKind.WRITE_OFF: N_("Bad debt write-off"),
        PaperKind.CASH_SLIP: N_("Cash slip"),
        PaperKind.TILL_COUNT: N_("Till count"),
        PaperKind.DAY_CLOSE: N_("Day close"),
        PaperKind.STATEMENT: N_("Statement of account"),
        PaperKind.PAYMENT_REMINDER: N_("Payment reminder"),
        PaperKind.MONTH_REPORT: N_("Month report"),
        PaperKind.TECHNICIAN_DAY: N_("Technician's day report"),
        PaperKind.LEAD_DAY: N_("Lead's day report"),
        PaperKind.PAY_STATEMENT: N_("Pay statement"),
        PaperKind.BRAND_SETTLEMENT: N_("Brand settlement"),
        PaperKind.QUALITY_NOTICE: N_("Quality notice"),
        PaperKind.WEEKLY_SUMMARY: N_("Week's quality summary"),
        PaperKind.FEEDBACK_FORM: N_("Month's feedback form"),
        PaperKind.SELF_ASSESSMENT: N_("Month's self-assessment"),
        PaperKind.INCIDENT_REPORT: N_("Incident report"),
        PaperKind.STATUTORY_RECORD: N_("Statutory repair record"),
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
}
