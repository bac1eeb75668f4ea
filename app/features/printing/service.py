"""Issuing papers: the data is frozen and committed first, rendered afterwards (design.md §6)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Select, Text, bindparam, cast, func, literal, select, type_coerce

from app.core.brand_codes import BrandReportKind
from app.core.codes import CodeKind, running_code
from app.core.enums import BRAND_PAPERS, Command, JobKind, PaperKind, PaperSize, Payer, Role
from app.core.errors import Reason, Refusal
from app.core.fields import SHORT, clean_line
from app.core.money import ZERO
from app.core.rights import Actor, Ctx, Sight
from app.core.words import Language, language, parse_language
from app.features.printing import forms_of_accounts as accounts
from app.features.printing import forms_of_brands as brands
from app.features.printing import forms_of_cover as cover
from app.features.printing import forms_of_money as money
from app.features.printing import forms_of_month as month
from app.features.printing import forms_of_orders as orders
from app.features.printing import forms_of_pay as pay
from app.features.printing import forms_of_quality as quality
from app.features.printing import forms_of_shelves as shelves
from app.features.printing import forms_of_shop as shop
from app.features.printing import forms_of_stock as stock
from app.features.printing import forms_of_till as till
from app.features.printing import forms_of_views as views
from app.model import (
    Assessment,
    BrandReport,
    ConsignSettlement,
    CreditNote,
    Customer,
    DayClose,
    DefectiveGood,
    GoodsReceipt,
    Incident,
    Invoice,
    InvoiceBalance,
    JournalEntry,
    OldPart,
    PaperIssue,
    Part,
    Payment,
    PickupReceipt,
    PurchaseOrder,
    QualityNotice,
    Quote,
    RepairOrder,
    ReturnBatch,
    Sale,
    Staff,
    StockCount,
    StockPlace,
    TillMove,
    TillSession,
    Tool,
    WriteOff,
)
from app.model import Settlement as BrandSettlement
from app.model.settings import ShopSettings
from app.papers.forms import HAS_BARCODE, SIZES, Form
from app.papers.forms_of_orders import QuoteSheet
from app.papers.frozen import freeze, thaw
from app.store.door import Store, Tx, repeatable


@dataclass(frozen=True, slots=True)
class IssuedPaper:
    """A paper whose data is frozen. ``copy`` is 0 for the original, n for its nth reprint."""

    issue_id: int
    kind: PaperKind
    number: str
    size: PaperSize
    copy: int
    form: Form


@dataclass(frozen=True, slots=True)
class PaperEntry:
    """One line of ``xiuhu paper --list``."""

    kind: PaperKind
    sizes: tuple[PaperSize, ...]
    barcode: bool
    example: str | None


_Builder = Callable[[Connection, "Store", str], tuple[Form, int | None]]

_BUILDERS: Mapping[PaperKind, _Builder] = MappingProxyType(
    {
        PaperKind.PICKUP_RECEIPT: orders.pickup_receipt,
        PaperKind.REPAIR_CARD: orders.repair_card,
        PaperKind.DEVICE_LABEL: orders.device_label,
        PaperKind.QUOTE: orders.quote,
        PaperKind.INVOICE: orders.invoice,
        PaperKind.PAYMENT_RECEIPT: orders.payment_receipt,
        PaperKind.PART_LABEL: shop.part_label,
        PaperKind.COMMAND_SHEET: shop.command_sheet,
        PaperKind.PURCHASE_ORDER: stock.purchase_order,
        PaperKind.GOODS_RECEIPT: stock.goods_receipt,
        PaperKind.OLD_PART_LABEL: shelves.old_part_label,
        PaperKind.RETURN_PACKING_LIST: shelves.packing_list,
        PaperKind.COUNT_LIST: shelves.count_list,
        PaperKind.TOOL_LABEL: shelves.tool_label,
        PaperKind.STOCK_REPORT: views.stock_report,
        PaperKind.PART_LABELS: views.part_labels,
        PaperKind.PLACE_LABEL: shelves.place_label,
        PaperKind.DEFECTIVE_LABEL: shelves.defective_label,
        PaperKind.CONSIGN_SETTLEMENT: stock.consign_settlement,
        PaperKind.CREDIT_NOTE: money.credit_note,
        PaperKind.WRITE_OFF: money.write_off,
        PaperKind.CASH_SLIP: till.cash_slip,
        PaperKind.TILL_COUNT: till.till_count,
        PaperKind.DAY_CLOSE: till.day_close,
        PaperKind.STATEMENT: accounts.statement,
        PaperKind.PAYMENT_REMINDER: accounts.reminder,
        PaperKind.MONTH_REPORT: month.month_report,
        PaperKind.TECHNICIAN_DAY: pay.technician_day,
        PaperKind.LEAD_DAY: pay.lead_day,
        PaperKind.PAY_STATEMENT: pay.pay_statement,
        PaperKind.BRAND_SETTLEMENT: brands.brand_settlement,
        PaperKind.QUALITY_NOTICE: quality.quality_notice,
        PaperKind.WEEKLY_SUMMARY: quality.weekly_summary,
        PaperKind.FEEDBACK_FORM: quality.feedback_form,
        PaperKind.SELF_ASSESSMENT: quality.self_assessment,
        PaperKind.INCIDENT_REPORT: quality.incident_report,
        PaperKind.STATUTORY_RECORD: cover.statutory_record,
    }
)
#: Papers whose content is the newest state each time: a label glued on anew is no copy of a document.
_ALWAYS_FRESH = frozenset(
    {
        PaperKind.DEVICE_LABEL,
        PaperKind.PART_LABEL,
        PaperKind.COMMAND_SHEET,
        PaperKind.REPAIR_CARD,
        # Printed while it is a draft, and again as it was sent.
        PaperKind.PURCHASE_ORDER,
        PaperKind.OLD_PART_LABEL,
        PaperKind.RETURN_PACKING_LIST,
        PaperKind.COUNT_LIST,
        PaperKind.TOOL_LABEL,
        PaperKind.STOCK_REPORT,
        PaperKind.PART_LABELS,
        PaperKind.PLACE_LABEL,
        PaperKind.DEFECTIVE_LABEL,
        # As the account stands on the day it is printed.
        PaperKind.STATEMENT,
        PaperKind.PAYMENT_REMINDER,
        # As the records stand; a sealed month as it was sealed.
        PaperKind.MONTH_REPORT,
        PaperKind.TECHNICIAN_DAY,
        PaperKind.LEAD_DAY,
        # As it stands: in work, agreed, booked.
        PaperKind.BRAND_SETTLEMENT,
        # It grows while it is open: a case that joins, the note of how it ended.
        PaperKind.QUALITY_NOTICE,
        PaperKind.SELF_ASSESSMENT,
        # As the clock stands today.
        PaperKind.STATUTORY_RECORD,
        # An approved one is made of what was frozen: the same each time.
        PaperKind.PAY_STATEMENT,
    }
)


def _reported(kind: BrandReportKind) -> Select[Any]:
    return (
        select(cast(BrandReport.brand_id, Text).concat("-").concat(BrandReport.period))
        .where(BrandReport.kind == kind)
        .order_by(BrandReport.id.desc())
    )


_EXAMPLES = MappingProxyType(
    {
        PaperKind.PICKUP_RECEIPT: select(RepairOrder.number)
        .join(PickupReceipt, PickupReceipt.order_id == RepairOrder.id)
        .order_by(PickupReceipt.id.desc()),
        PaperKind.REPAIR_CARD: select(RepairOrder.number).order_by(RepairOrder.id.desc()),
        PaperKind.DEVICE_LABEL: select(RepairOrder.number).order_by(RepairOrder.id.desc()),
        PaperKind.QUOTE: select(RepairOrder.number)
        .join(Quote, Quote.order_id == RepairOrder.id)
        .order_by(Quote.id.desc()),
        PaperKind.INVOICE: select(Invoice.number).order_by(Invoice.id.desc()),
        PaperKind.PAYMENT_RECEIPT: select(Payment.number).order_by(Payment.id.desc()),
        PaperKind.PART_LABEL: select(Part.number).order_by(Part.id.desc()),
        PaperKind.PURCHASE_ORDER: select(PurchaseOrder.number).order_by(PurchaseOrder.id.desc()),
        PaperKind.GOODS_RECEIPT: select(GoodsReceipt.number).order_by(GoodsReceipt.id.desc()),
        PaperKind.OLD_PART_LABEL: select(OldPart.id).order_by(OldPart.id.desc()),
        PaperKind.RETURN_PACKING_LIST: select(ReturnBatch.number).order_by(ReturnBatch.id.desc()),
        PaperKind.COUNT_LIST: select(StockCount.number).order_by(StockCount.id.desc()),
        PaperKind.TOOL_LABEL: select(Tool.id).order_by(Tool.id.desc()),
        PaperKind.STOCK_REPORT: select(literal("list")),
        PaperKind.PART_LABELS: select(Part.number)
        .where(Part.number.not_like("%=%"))
        .order_by(Part.id.desc()),
        PaperKind.PLACE_LABEL: select(StockPlace.id).order_by(StockPlace.id),
        PaperKind.DEFECTIVE_LABEL: select(DefectiveGood.id).order_by(DefectiveGood.id.desc()),
        PaperKind.CONSIGN_SETTLEMENT: select(ConsignSettlement.number).order_by(ConsignSettlement.id.desc()),
        PaperKind.BRAND_SETTLEMENT: select(BrandSettlement.number).order_by(BrandSettlement.id.desc()),
        PaperKind.QUALITY_NOTICE: select(QualityNotice.number).order_by(QualityNotice.id.desc()),
        PaperKind.WEEKLY_SUMMARY: _reported(BrandReportKind.WEEKLY),
        PaperKind.FEEDBACK_FORM: _reported(BrandReportKind.MONTHLY),
        PaperKind.SELF_ASSESSMENT: select(
            cast(Assessment.brand_id, Text).concat("-").concat(Assessment.month)
        ).order_by(Assessment.id.desc()),
        PaperKind.INCIDENT_REPORT: select(Incident.number).order_by(Incident.id.desc()),
        PaperKind.STATUTORY_RECORD: select(RepairOrder.number)
        .where(RepairOrder.job_kind == JobKind.REPAIR)
        .order_by(RepairOrder.id.desc()),
        PaperKind.CREDIT_NOTE: select(CreditNote.number).order_by(CreditNote.id.desc()),
        PaperKind.WRITE_OFF: select(WriteOff.number).order_by(WriteOff.id.desc()),
        PaperKind.CASH_SLIP: select(TillMove.number).order_by(TillMove.id.desc()),
        PaperKind.TILL_COUNT: select(TillSession.number)
        .where(TillSession.counted.is_not(None))
        .order_by(TillSession.id.desc()),
        PaperKind.DAY_CLOSE: select(DayClose.number).order_by(DayClose.day.desc()),
        PaperKind.STATEMENT: select(Customer.id).order_by(Customer.id.desc()),
        PaperKind.MONTH_REPORT: select(func.substr(type_coerce(Sale.business_day, Text), 1, 7)).order_by(
            Sale.business_day.desc()
        ),
        PaperKind.TECHNICIAN_DAY: select(
            type_coerce(RepairOrder.taken_in_day, Text).concat("-").concat(cast(Staff.id, Text))
        )
        .select_from(RepairOrder)
        .join(Staff, Staff.role == Role.TECHNICIAN)
        .order_by(RepairOrder.id.desc(), Staff.id),
        PaperKind.LEAD_DAY: select(type_coerce(RepairOrder.taken_in_day, Text)).order_by(
            RepairOrder.id.desc()
        ),
        PaperKind.PAY_STATEMENT: select(
            func.substr(type_coerce(Sale.business_day, Text), 1, 8).concat(cast(Sale.technician_id, Text))
        )
        .where(Sale.technician_id.is_not(None))
        .order_by(Sale.business_day.desc()),
        PaperKind.PAYMENT_REMINDER: select(InvoiceBalance.customer_id)
        .where(InvoiceBalance.due > ZERO, InvoiceBalance.payer == Payer.CUSTOMER)
        .order_by(InvoiceBalance.due_on),
    }
)
#: Papers about a customer are asked for by his id.
_BY_CUSTOMER = frozenset({PaperKind.STATEMENT, PaperKind.PAYMENT_REMINDER})
#: Labels of what has no number of its own are asked for by their barcode.
_CODED = MappingProxyType(
    {
        PaperKind.OLD_PART_LABEL: CodeKind.OLD_PART,
        PaperKind.TOOL_LABEL: CodeKind.TOOL,
        PaperKind.PLACE_LABEL: CodeKind.LOCATION,
        PaperKind.DEFECTIVE_LABEL: CodeKind.DEFECTIVE,
    }
)


_EDITED = select(JournalEntry.at, JournalEntry.detail).where(
    JournalEntry.order_id == bindparam("order_id"),
    JournalEntry.command == Command.EDIT_ORDER,
    JournalEntry.at > bindparam("since"),
)


def _overtaken(reading: Connection, kind: PaperKind, order_id: int | None, issued_at: datetime) -> bool:
    """Whether a receipt says what was put right since: the next print is a receipt of its own, not a copy."""
    if kind is not PaperKind.PICKUP_RECEIPT or order_id is None:
        return False
    edits = reading.execute(_EDITED, {"order_id": order_id, "since": issued_at})
    return any(each.detail.get("changed") for each in edits)


#: Papers that say what not everybody may see.
PAPER_SIGHTS: Mapping[PaperKind, Sight] = MappingProxyType(
    {
        PaperKind.MONTH_REPORT: Sight.MONTH,
        PaperKind.PAY_STATEMENT: Sight.PAY,
        PaperKind.TECHNICIAN_DAY: Sight.DAY_REPORTS,
        PaperKind.LEAD_DAY: Sight.DAY_REPORTS,
        PaperKind.DAY_CLOSE: Sight.TILL,
        PaperKind.TILL_COUNT: Sight.TILL,
        PaperKind.STATEMENT: Sight.RECEIVABLES,
        PaperKind.PAYMENT_REMINDER: Sight.RECEIVABLES,
        PaperKind.STOCK_REPORT: Sight.STOCK_VALUE,
        PaperKind.CONSIGN_SETTLEMENT: Sight.STOCK_VALUE,
        PaperKind.BRAND_SETTLEMENT: Sight.SETTLEMENTS,
    }
)
#: Papers of one person: their number ends in who it is, and everybody may see his own.
_OWN = frozenset({PaperKind.PAY_STATEMENT, PaperKind.TECHNICIAN_DAY})


def must_see_paper(actor: Actor, kind: PaperKind, number: str) -> None:
    """``Refusal(NOT_ALLOWED)`` where ``actor`` may not look at what this paper says."""
    sight = PAPER_SIGHTS.get(kind)
    if sight is None or (kind in _OWN and number.rpartition("-")[2] == str(actor.id)):
        return
    actor.must_see(sight)


def papers_of(settings: ShopSettings) -> tuple[PaperKind, ...]:
    """The papers of this shop."""
    return tuple(kind for kind in PaperKind if settings.brands or kind not in BRAND_PAPERS)


class PrintingService:
    """Freezes papers, counts copies, renders them to PDF."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def list_papers(self) -> tuple[PaperEntry, ...]:
        """Every paper, its sizes, and a number in this shop that it can be printed for; those for brands only where the
        shop works for them."""
        entries = []
        with self.store.read() as reading:
            for kind in papers_of(self.store.settings):
                example = _EXAMPLES.get(kind)
                number: Any = "1"
                if example is not None:
                    number = reading.execute(example.limit(1)).scalar_one_or_none()
                if number is not None and kind in _CODED:
                    number = running_code(_CODED[kind], number)
                if kind in _BY_CUSTOMER and number is not None:
                    number = str(number)
                entries.append(PaperEntry(kind, SIZES[kind], kind in HAS_BARCODE, number))
        return tuple(entries)

    def size_of(self, kind: PaperKind) -> PaperSize:
        """The size this shop prints a paper in."""
        wanted = self.store.settings.paper_size(kind)
        return wanted if wanted in SIZES[kind] else SIZES[kind][0]

    @repeatable(lambda self, result: self._issued(result))
    def issue(
        self,
        ctx: Ctx,
        kind: PaperKind,
        number: str,
        size: PaperSize | None = None,
        *,
        looked: IssuedPaper | None = None,
    ) -> IssuedPaper:
        """Freeze a paper for printing; where it was issued before, this is COPY n of the frozen data.

        ``looked`` is what ``look`` gave and the printer has: what is on paper is what is kept, whatever happened to the
        record since. Raises ``Refusal``: NOT_FOUND for a number that has no such paper, PAPER_SIZE_UNKNOWN, NOT_ALLOWED
        for a paper of what this person may not see.
        """
        number = clean_line("number", number, most=SHORT)
        must_see_paper(ctx.actor, kind, number)
        size = _checked_size(kind, size or self.size_of(kind))
        with self.store.write(Command.ISSUE_PAPER, ctx) as tx:
            form, order_id = _BUILDERS[kind](tx.reading(), self.store, number)
            if looked is not None:
                form = looked.form
            earlier = None
            if kind not in _ALWAYS_FRESH:
                earlier = tx.session.scalar(
                    select(PaperIssue)
                    .where(PaperIssue.kind == kind, PaperIssue.number == _key(kind, number, form))
                    .order_by(PaperIssue.id.desc())
                    .limit(1)
                )
            if earlier is None or _overtaken(tx.reading(), kind, order_id, earlier.issued_at):
                issue = PaperIssue(
                    kind=kind,
                    number=_key(kind, number, form),
                    order_id=order_id,
                    form=freeze(form),
                    size=size,
                    copies=0,
                    issued_at=tx.now,
                    issued_by_id=tx.actor.id,
                )
                tx.session.add(issue)
            else:
                issue = earlier
                issue.copies += 1
            if isinstance(form, QuoteSheet):
                _note_printed(tx, order_id, form.version)
            tx.session.flush()
            tx.journal(order_id=order_id, paper=kind.value, issue=issue.id, copy=issue.copies)
            tx.result = {"issue": issue.id, "copy": issue.copies, "size": size.value}
            return IssuedPaper(issue.id, kind, number, size, issue.copies, thaw(kind, issue.form))

    def look(self, actor: Actor, kind: PaperKind, number: str, size: PaperSize | None = None) -> IssuedPaper:
        """The paper as the next print would be (``copy`` says which COPY); nothing is written, ``issue_id`` is 0.

        ``Refusal``: NOT_FOUND, PAPER_SIZE_UNKNOWN, NOT_ALLOWED for a paper of what ``actor`` may not see.
        """
        must_see_paper(actor, kind, number)
        size = _checked_size(kind, size or self.size_of(kind))
        with self.store.read() as reading:
            form, order_id = _BUILDERS[kind](reading, self.store, number)
            frozen = None
            if kind not in _ALWAYS_FRESH:
                frozen = reading.execute(
                    select(PaperIssue.form, PaperIssue.copies, PaperIssue.issued_at)
                    .where(PaperIssue.kind == kind, PaperIssue.number == _key(kind, number, form))
                    .order_by(PaperIssue.id.desc())
                    .limit(1)
                ).one_or_none()
                if frozen is not None and _overtaken(reading, kind, order_id, frozen.issued_at):
                    frozen = None
        if frozen is None:
            return IssuedPaper(0, kind, number, size, 0, form)
        return IssuedPaper(0, kind, number, size, frozen.copies + 1, thaw(kind, frozen.form))

    def pdf_without_booking(
        self,
        actor: Actor,
        kind: PaperKind,
        number: str,
        size: PaperSize | None = None,
        wanted: Language | None = None,
    ) -> bytes:
        """The paper as PDF for a file; it neither counts as printed nor says COPY. ``Refusal`` as ``look``."""
        looked = self.look(actor, kind, number, size)
        return self.pdf_of(looked.form, looked.size, 0, wanted)

    def pdf(self, paper: IssuedPaper, wanted: Language | None = None) -> bytes:
        """Render an issued paper."""
        return self.pdf_of(paper.form, paper.size, paper.copy, wanted)

    def pdf_of(self, form: Form, size: PaperSize, copy: int = 0, wanted: Language | None = None) -> bytes:
        """Render a form in the papers' language (a setting; else the window's)."""
        from app.papers.press import render

        settings = self.store.settings
        if wanted is None:
            wanted = parse_language(settings.paper_language) if settings.paper_language else language()
        return render(form, size, copy=copy, language=wanted, zone=settings.time_zone)

    def language_without_window(self) -> Language:
        """A paper's language where nobody chose one: the papers' own, else the shop's, else this machine's."""
        settings = self.store.settings
        kept = settings.paper_language or settings.language
        return parse_language(kept) if kept else language()

    def printer_for(self, kind: PaperKind) -> str:
        """The printer of a paper; "" is the system's default, "none" prints nothing."""
        return self.store.settings.printers.get(kind.value, "")

    def papers_of_order(self, order_id: int) -> tuple[tuple[PaperKind, str, int], ...]:
        """What was issued for an order: kind, number, copies so far; newest first."""
        with self.store.read() as reading:
            rows = reading.execute(
                select(PaperIssue.kind, PaperIssue.number, func.max(PaperIssue.copies))
                .where(PaperIssue.order_id == order_id)
                .group_by(PaperIssue.kind, PaperIssue.number)
                .order_by(func.max(PaperIssue.id).desc())
            ).all()
        return tuple((each[0], _asked_by(each[0], each[1]), int(each[2])) for each in rows)

    def numbers_of_order(self, order_id: int) -> tuple[tuple[PaperKind, str], ...]:
        """Every paper that can be printed for an order now, with the number to ask for it by."""
        with self.store.read() as reading:
            return tuple(orders.available(reading, order_id))

    def _issued(self, result: dict[str, Any]) -> IssuedPaper:
        with self.store.read() as reading:
            row = reading.execute(select(PaperIssue.__table__).where(PaperIssue.id == result["issue"])).one()
        return IssuedPaper(
            row.id,
            row.kind,
            _asked_by(row.kind, row.number),
            PaperSize(result["size"]),
            result["copy"],
            thaw(row.kind, row.form),
        )


def _note_printed(tx: Tx, order_id: int | None, version: int) -> None:
    """A quote remembers when it was first printed: until then it was only told."""
    quote = tx.session.scalar(select(Quote).where(Quote.order_id == order_id, Quote.version == version))
    if quote is not None and quote.printed_at is None:
        quote.printed_at = tx.now


def _checked_size(kind: PaperKind, size: PaperSize) -> PaperSize:
    if size not in SIZES[kind]:
        sizes = ", ".join(each.value for each in SIZES[kind])
        raise Refusal(Reason.PAPER_SIZE_UNKNOWN, kind=kind.value, size=size.value, sizes=sizes)
    return size


def _asked_by(kind: PaperKind, key: str) -> str:
    """The number that a paper kept under ``key`` is asked for by."""
    return key.rpartition("-")[0] if kind is PaperKind.QUOTE else key


def _key(kind: PaperKind, number: str, form: Form) -> str:
    """Quotes have versions: each version is a paper of its own, everything else goes by its number."""
    version = getattr(form, "version", None)
    if kind is not PaperKind.QUOTE or version is None:
        return number
    return f"{number.partition('/')[0]}-{version}"
