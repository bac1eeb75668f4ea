"""Every paper there is: its form, the sizes it is printed on and whether it carries a barcode (design.md §6).

The forms themselves stand by subject in ``forms_of_*``; ``frozen`` keeps them for later copies.
"""

from __future__ import annotations

from collections.abc import Mapping

from app.core.enums import PaperKind, PaperSize
from app.papers.forms_of_brands import BrandSheet
from app.papers.forms_of_cover import RecordSheet
from app.papers.forms_of_money import (
    CashSlip,
    CloseSheet,
    CreditSheet,
    ReminderSheet,
    StatementSheet,
    TillSheet,
    WriteOffSheet,
)
from app.papers.forms_of_month import MonthSheet
from app.papers.forms_of_orders import (
    CommandSheet,
    DeviceLabel,
    InvoiceSheet,
    PaymentReceipt,
    PickupReceipt,
    QuoteSheet,
    RepairCard,
)
from app.papers.forms_of_pay import LeadSheet, PaySheet, WorkSheet
from app.papers.forms_of_quality import (
    AssessmentSheet,
    FeedbackSheet,
    IncidentSheet,
    NoticeSheet,
    WeekSheet,
)
from app.papers.forms_of_shelves import (
    CountSheet,
    DefectiveLabel,
    OldPartLabel,
    PackingList,
    PlaceLabel,
    ToolLabel,
)
from app.papers.forms_of_stock import ConsignSheet, PurchaseSheet, ReceiptSheet
from app.papers.forms_of_views import PartLabel, PartLabels, StockReport

Form = (
    PickupReceipt
    | RepairCard
    | DeviceLabel
    | QuoteSheet
    | InvoiceSheet
    | PaymentReceipt
    | PartLabel
    | CommandSheet
    | PurchaseSheet
    | ReceiptSheet
    | OldPartLabel
    | PackingList
    | CountSheet
    | ToolLabel
    | StockReport
    | PartLabels
    | PlaceLabel
    | DefectiveLabel
    | ConsignSheet
    | CreditSheet
    | WriteOffSheet
    | CashSlip
    | TillSheet
    | CloseSheet
    | StatementSheet
    | ReminderSheet
    | MonthSheet
    | WorkSheet
    | LeadSheet
    | PaySheet
    | BrandSheet
    | NoticeSheet
    | WeekSheet
    | FeedbackSheet
    | AssessmentSheet
    | IncidentSheet
    | RecordSheet
)

FORMS: Mapping[PaperKind, type[Form]] = {
    PaperKind.PICKUP_RECEIPT: PickupReceipt,
    PaperKind.REPAIR_CARD: RepairCard,
    PaperKind.DEVICE_LABEL: DeviceLabel,
    PaperKind.QUOTE: QuoteSheet,
    PaperKind.INVOICE: InvoiceSheet,
    PaperKind.PAYMENT_RECEIPT: PaymentReceipt,
    PaperKind.PART_LABEL: PartLabel,
    PaperKind.COMMAND_SHEET: CommandSheet,
    PaperKind.PURCHASE_ORDER: PurchaseSheet,
    PaperKind.GOODS_RECEIPT: ReceiptSheet,
    PaperKind.OLD_PART_LABEL: OldPartLabel,
    PaperKind.RETURN_PACKING_LIST: PackingList,
    PaperKind.COUNT_LIST: CountSheet,
    PaperKind.TOOL_LABEL: ToolLabel,
    PaperKind.STOCK_REPORT: StockReport,
    PaperKind.PART_LABELS: PartLabels,
    PaperKind.PLACE_LABEL: PlaceLabel,
    PaperKind.DEFECTIVE_LABEL: DefectiveLabel,
    PaperKind.CONSIGN_SETTLEMENT: ConsignSheet,
    PaperKind.CREDIT_NOTE: CreditSheet,
    PaperKind.WRITE_OFF: WriteOffSheet,
    PaperKind.CASH_SLIP: CashSlip,
    PaperKind.TILL_COUNT: TillSheet,
    PaperKind.DAY_CLOSE: CloseSheet,
    PaperKind.STATEMENT: StatementSheet,
    PaperKind.PAYMENT_REMINDER: ReminderSheet,
    PaperKind.MONTH_REPORT: MonthSheet,
    PaperKind.TECHNICIAN_DAY: WorkSheet,
    PaperKind.LEAD_DAY: LeadSheet,
    PaperKind.PAY_STATEMENT: PaySheet,
    PaperKind.BRAND_SETTLEMENT: BrandSheet,
    PaperKind.QUALITY_NOTICE: NoticeSheet,
    PaperKind.WEEKLY_SUMMARY: WeekSheet,
    PaperKind.FEEDBACK_FORM: FeedbackSheet,
    PaperKind.SELF_ASSESSMENT: AssessmentSheet,
    PaperKind.INCIDENT_REPORT: IncidentSheet,
    PaperKind.STATUTORY_RECORD: RecordSheet,
}
_KINDS: Mapping[type[Form], PaperKind] = {form: kind for kind, form in FORMS.items()}

#: Sizes that a paper can be printed on; the first is the default (domain.md §3).
SIZES: Mapping[PaperKind, tuple[PaperSize, ...]] = {
    PaperKind.PICKUP_RECEIPT: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.REPAIR_CARD: (PaperSize.A6, PaperSize.ROLL_80),
    PaperKind.DEVICE_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_40X30),
    PaperKind.QUOTE: (PaperSize.A5, PaperSize.A4),
    PaperKind.INVOICE: (PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80),
    PaperKind.PAYMENT_RECEIPT: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.PART_LABEL: (PaperSize.LABEL_40X30, PaperSize.LABEL_50X30),
    PaperKind.COMMAND_SHEET: (PaperSize.A4,),
    PaperKind.PURCHASE_ORDER: (PaperSize.A4, PaperSize.A5),
    PaperKind.GOODS_RECEIPT: (PaperSize.A5, PaperSize.A4),
    PaperKind.OLD_PART_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_40X30),
    PaperKind.RETURN_PACKING_LIST: (PaperSize.A4,),
    PaperKind.COUNT_LIST: (PaperSize.A4,),
    PaperKind.TOOL_LABEL: (PaperSize.LABEL_40X30,),
    PaperKind.STOCK_REPORT: (PaperSize.A4,),
    PaperKind.PART_LABELS: (PaperSize.A4, PaperSize.LABEL_40X30, PaperSize.LABEL_50X30),
    PaperKind.PLACE_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_50X30, PaperSize.LABEL_40X30),
    PaperKind.DEFECTIVE_LABEL: (PaperSize.LABEL_60X40, PaperSize.LABEL_40X30),
    PaperKind.CONSIGN_SETTLEMENT: (PaperSize.A4, PaperSize.A5),
    PaperKind.CREDIT_NOTE: (PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80),
    PaperKind.WRITE_OFF: (PaperSize.A5, PaperSize.ROLL_80),
    PaperKind.CASH_SLIP: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.TILL_COUNT: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A5),
    PaperKind.DAY_CLOSE: (PaperSize.ROLL_80, PaperSize.ROLL_58, PaperSize.A4),
    PaperKind.STATEMENT: (PaperSize.A4, PaperSize.A5),
    PaperKind.PAYMENT_REMINDER: (PaperSize.A5, PaperSize.A4, PaperSize.ROLL_80),
    PaperKind.MONTH_REPORT: (PaperSize.A4,),
    PaperKind.TECHNICIAN_DAY: (PaperSize.A5, PaperSize.A4),
    PaperKind.LEAD_DAY: (PaperSize.A4, PaperSize.A5),
    PaperKind.PAY_STATEMENT: (PaperSize.A5, PaperSize.A4),
    PaperKind.BRAND_SETTLEMENT: (PaperSize.A4,),
    PaperKind.QUALITY_NOTICE: (PaperSize.A4,),
    PaperKind.WEEKLY_SUMMARY: (PaperSize.A4,),
    PaperKind.FEEDBACK_FORM: (PaperSize.A4,),
    PaperKind.SELF_ASSESSMENT: (PaperSize.A4,),
    PaperKind.INCIDENT_REPORT: (PaperSize.A4,),
    PaperKind.STATUTORY_RECORD: (PaperSize.A4, PaperSize.A5),
}

#: Papers that always carry a barcode; quote, invoice and goods receipt carry one if they were given a code.
HAS_BARCODE = frozenset(
    {
        PaperKind.PICKUP_RECEIPT,
        PaperKind.REPAIR_CARD,
        PaperKind.DEVICE_LABEL,
        PaperKind.PART_LABEL,
        PaperKind.COMMAND_SHEET,
        PaperKind.PURCHASE_ORDER,
        PaperKind.OLD_PART_LABEL,
        PaperKind.RETURN_PACKING_LIST,
        PaperKind.COUNT_LIST,
        PaperKind.TOOL_LABEL,
        PaperKind.PART_LABELS,
        PaperKind.PLACE_LABEL,
        PaperKind.DEFECTIVE_LABEL,
    }
)


def kind_of(form: Form) -> PaperKind:
    """Which paper a form is of."""
    return _KINDS[type(form)]


def sample(kind: PaperKind, *, long: bool = False) -> Form:
    """A believable form in the language in force, for previews and tests; ``long`` fills every field."""
    from app.papers import samples  # only previews and tests need them

    return samples.sample(kind, long=long)
