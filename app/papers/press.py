"""From a frozen form to a PDF: ``render(form, size)`` (design.md §6).

Printing happens after the record is saved, away from the window's thread; the same form gives the same bytes.
"""

from __future__ import annotations

import logging
import threading
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.core.clock import DEFAULT_ZONE
from app.core.enums import PaperKind, PaperSize
from app.core.errors import Reason, Refusal
from app.core.words import Language, speaking
from app.core.words import language as language_in_force
from app.papers.forms import SIZES, Form, kind_of, sample
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

if TYPE_CHECKING:
    from app.papers.flow import Layout
    from app.papers.kit import Kit

_log = logging.getLogger(__name__)
#: reportlab's fonts are shared by all documents and keep a reading position: one paper at a time.
_press = threading.RLock()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A printed paper: the PDF, its pages, their size in millimetres, and the characters no font has."""

    pdf: bytes
    pages: int
    width_mm: float
    height_mm: float
    missing: str = ""


def render(
    form: Form, size: PaperSize, *, copy: int = 0, language: Language | None = None, zone: str = DEFAULT_ZONE
) -> bytes:
    """The form as a PDF of that size; ``copy`` n > 0 is marked 补打 n. ``Refusal(PAPER_SIZE_UNKNOWN)``."""
    return typeset(form, size, copy=copy, language=language, zone=zone).pdf


def typeset(
    form: Form, size: PaperSize, *, copy: int = 0, language: Language | None = None, zone: str = DEFAULT_ZONE
) -> Sheet:
    """As ``render``, with the page count and the size for the printer and the preview."""
    kind = kind_of(form)
    sizes = SIZES[kind]
    if size not in sizes:
        raise Refusal(Reason.PAPER_SIZE_UNKNOWN, kind=kind, size=size, sizes=", ".join(sizes))
    with _press, nullcontext() if language is None else speaking(language):
        from app.papers.flow import write
        from app.papers.fonts import faces
        from app.papers.kit import Kit
        from app.papers.pages import MM, PAGES

        page = PAGES[size]
        kit = Kit(page, faces(), zone, copy)
        layout = _lay_out(form, kit)
        layout.title, layout.author = kit.line(layout.title), kit.line(layout.author)
        pdf, pages, height = write(layout, page, language_in_force().value.replace("_", "-"))
    missing = "".join(sorted(kit.missing))
    if missing:
        _log.warning("%s: printed as a box, not in the fonts: %s", kind, ascii(missing))
    return Sheet(pdf, pages, page.width / MM, height / MM, missing)


def warm() -> None:
    """Load the fonts and libraries and print one receipt to nowhere: for a thread after the first paint."""
    for kind in (PaperKind.PICKUP_RECEIPT, PaperKind.INVOICE):
        render(sample(kind, long=True), SIZES[kind][0])


def _lay_out(form: Form, kit: Kit) -> Layout:
    """Each paper's module is loaded when it is first printed."""
    match form:
        case PickupReceipt():
            from app.papers import pickup_receipt

            return pickup_receipt.lay_out(form, kit)
        case RepairCard():
            from app.papers import repair_card

            return repair_card.lay_out(form, kit)
        case DeviceLabel():
            from app.papers import device_label

            return device_label.lay_out(form, kit)
        case QuoteSheet():
            from app.papers import quote

            return quote.lay_out(form, kit)
        case InvoiceSheet():
            from app.papers import invoice

            return invoice.lay_out(form, kit)
        case PaymentReceipt():
            from app.papers import payment_receipt

            return payment_receipt.lay_out(form, kit)
        case PartLabel():
            from app.papers import part_label

            return part_label.lay_out(form, kit)
        case CommandSheet():
            from app.papers import command_sheet

            return command_sheet.lay_out(form, kit)
        case PurchaseSheet():
            from app.papers import purchase_order

            return purchase_order.lay_out(form, kit)
        case ReceiptSheet():
            from app.papers import goods_receipt

            return goods_receipt.lay_out(form, kit)
        case OldPartLabel():
            from app.papers import old_part_label

            return old_part_label.lay_out(form, kit)
        case PackingList():
            from app.papers import packing_list

            return packing_list.lay_out(form, kit)
        case CountSheet():
            from app.papers import count_list

            return count_list.lay_out(form, kit)
        case ToolLabel():
            from app.papers import tool_label

            return tool_label.lay_out(form, kit)
        case StockReport():
            from app.papers import stock_report

            return stock_report.lay_out(form, kit)
        case PartLabels():
            from app.papers import part_labels

            return part_labels.lay_out(form, kit)
        case PlaceLabel():
            from app.papers import place_label

            return place_label.lay_out(form, kit)
        case DefectiveLabel():
            from app.papers import defective_label

            return defective_label.lay_out(form, kit)
        case ConsignSheet():
            from app.papers import consign_sheet

            return consign_sheet.lay_out(form, kit)
        case BrandSheet():
            from app.papers import brand_sheet

            return brand_sheet.lay_out(form, kit)
        case NoticeSheet():
            from app.papers import quality_sheets

            return quality_sheets.lay_out_notice(form, kit)
        case WeekSheet():
            from app.papers import quality_sheets

            return quality_sheets.lay_out_week(form, kit)
        case FeedbackSheet():
            from app.papers import quality_sheets

            return quality_sheets.lay_out_feedback(form, kit)
        case AssessmentSheet():
            from app.papers import quality_sheets

            return quality_sheets.lay_out_assessment(form, kit)
        case IncidentSheet():
            from app.papers import incident_sheet

            return incident_sheet.lay_out(form, kit)
        case RecordSheet():
            from app.papers import record_sheet

            return record_sheet.lay_out(form, kit)
        case CreditSheet():
            from app.papers import credit_note

            return credit_note.lay_out(form, kit)
        case WriteOffSheet():
            from app.papers import write_off_slip

            return write_off_slip.lay_out(form, kit)
        case CashSlip():
            from app.papers import cash_slip

            return cash_slip.lay_out(form, kit)
        case TillSheet():
            from app.papers import till_sheet

            return till_sheet.lay_out(form, kit)
        case CloseSheet():
            from app.papers import day_close

            return day_close.lay_out(form, kit)
        case StatementSheet():
            from app.papers import statement

            return statement.lay_out(form, kit)
        case MonthSheet():
            from app.papers import month_report

            return month_report.lay_out(form, kit)
        case ReminderSheet():
            from app.papers import reminder

            return reminder.lay_out(form, kit)
        case WorkSheet():
            from app.papers import work_sheet

            return work_sheet.lay_out(form, kit)
        case LeadSheet():
            from app.papers import lead_sheet

            return lead_sheet.lay_out(form, kit)
        case PaySheet():
            from app.papers import pay_sheet

            return pay_sheet.lay_out(form, kit)
