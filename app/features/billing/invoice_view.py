"""The record beside the list of invoices: its facts, its lines, and every paper that came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from app.core import formats
from app.core.enums import PaperKind, Payer, TaxInvoiceState
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _, ngettext, pgettext
from app.features.billing.listing import InvoiceRow, WriteOffRow
from app.features.billing.snapshots import BilledInvoice, BilledLine
from app.ui import theme
from app.ui.chips import Chip, Tone
from app.ui.fields import ChipGroup
from app.ui.tables import RIGHT, Column, Empty, Table

LINES, PAPERS = "lines", "papers"


@dataclass(frozen=True, slots=True)
class PaperRow:
    """A paper of an invoice: itself, a payment, a credit note, a write-off."""

    id: str
    kind: PaperKind
    number: str
    what: str
    at: datetime
    amount: Money


class InvoiceBody(QWidget):
    """Lines and papers under one another's chips."""

    def __init__(self, look: Callable[[PaperRow], object], zone: Callable[[], str]) -> None:
        super().__init__()
        self.turn = ChipGroup(
            "",
            [(LINES, pgettext("invoice", "Lines")), (PAPERS, _("Payments and papers"))],
            single=True,
            numbers=False,
        )
        self.turn.set_value(LINES)
        self.turn.changed.connect(self._turned)
        self.lines = Table(
            [
                Column("what", pgettext("paper", "Item"), _line_text, width=150, stretch=True),
                Column("order", _("Order no."), lambda row: row.order_number, width=92, spare=True),
                Column(
                    "amount",
                    _("Amount"),
                    lambda row: formats.money(row.amount, sign=False),
                    align=RIGHT,
                    width=84,
                ),
                Column(
                    "credited",
                    _("Credited"),
                    lambda row: formats.money(row.credited, sign=False) if row.credited else "",
                    align=RIGHT,
                    width=84,
                    tone=lambda row: "late_ink" if row.credited else None,
                ),
            ],
            name="billed_lines",
            empty=Empty(_("No lines."), icon="receipt-text"),
        )
        self.papers = Table(
            [
                Column("number", _("Number"), lambda row: row.number, width=110, bold=True),
                Column("what", _("What"), lambda row: row.what, width=120, stretch=True),
                Column(
                    "at", _("When"), lambda row: formats.short_moment(row.at, zone()), width=92, spare=True
                ),
                Column(
                    "amount",
                    _("Amount"),
                    lambda row: formats.money(row.amount, sign=False),
                    align=RIGHT,
                    width=88,
                ),
            ],
            name="billed_papers",
            empty=Empty(_("No papers yet."), icon="files"),
        )
        self.papers.opened.connect(look)
        self._faces = QStackedWidget()
        self._faces.addWidget(self.lines)
        self._faces.addWidget(self.papers)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(6))
        box.addWidget(self.turn)
        box.addWidget(self._faces, 1)

    def show_invoice(self, invoice: BilledInvoice, write_offs: tuple[WriteOffRow, ...]) -> None:
        """Show what it is made of and what came of it."""
        self.lines.show_rows(invoice.lines)
        self.papers.show_rows(papers_of(invoice, write_offs))

    def _turned(self) -> None:
        self._faces.setCurrentWidget(self.papers if self.turn.value() == PAPERS else self.lines)


def papers_of(invoice: BilledInvoice, write_offs: tuple[WriteOffRow, ...]) -> list[PaperRow]:
    """The invoice first, then what came of it in the order it came."""
    rows = [
        PaperRow(each.number, PaperKind.PAYMENT_RECEIPT, each.number, label(each.method), each.at, each.used)
        for each in invoice.payments
    ]
    rows += [
        PaperRow(
            each.number, PaperKind.CREDIT_NOTE, each.number, label(each.reason), each.issued_at, -each.total
        )
        for each in invoice.credits
    ]
    rows += [
        PaperRow(each.number, PaperKind.WRITE_OFF, each.number, label(each.reason), each.at, -each.amount)
        for each in write_offs
    ]
    rows.sort(key=lambda row: row.at)
    first = PaperRow(
        invoice.number,
        PaperKind.INVOICE,
        invoice.number,
        label(PaperKind.INVOICE),
        invoice.issued_at,
        invoice.total,
    )
    return [first, *rows]


def facts_of(invoice: BilledInvoice, days_late: int, free: Money) -> list[tuple[str, str]]:
    """What is read first: who, how much, what is left and until when."""
    due = ""
    if invoice.due:
        due = formats.money(invoice.due)
        if days_late:
            due += "   " + ngettext("{n} day late", "{n} days late", days_late).format(n=days_late)
    orders = formats.joined([number for _id, number in invoice.orders])
    payer = label(invoice.payer) if invoice.payer is not Payer.CUSTOMER else ""
    tax = label(invoice.tax_invoice) if invoice.tax_invoice is not TaxInvoiceState.NOT_ASKED else ""
    return [
        (_("Customer"), invoice.customer_name),
        (_("Payer"), "  ".join(filter(None, (payer, invoice.payer_name)))),
        (_("Total"), formats.money(invoice.total)),
        (_("Still due"), due),
        (_("Pay by"), formats.day(invoice.due_on) if invoice.due else ""),
        (_("Paid"), formats.money(invoice.allocated) if invoice.allocated else ""),
        (_("Credited"), formats.money(invoice.credited) if invoice.credited else ""),
        (_("Written off"), formats.money(invoice.written_off) if invoice.written_off else ""),
        (
            _("Credit of the customer") if invoice.payer is Payer.CUSTOMER else _("Credit of the payer"),
            formats.money(free) if free else "",
        ),
        (_("Order no."), orders),
        (_("Issued on"), formats.day(invoice.business_day)),
        (_("Tax included"), formats.money(invoice.tax) if invoice.tax else ""),
        (_("Official invoice"), "  ".join(filter(None, (tax, invoice.tax_invoice_number)))),
        (_("In place of"), invoice.replaces),
        (_("Replaced by invoice"), invoice.replaced_by),
    ]


def invoice_chip(row: InvoiceRow) -> Chip:
    """Paid, due, late, credited."""
    if row.due:
        if row.days_late:
            return Chip(_("Overdue"), Tone.LATE, "triangle-alert")
        return Chip(_("Due"), Tone.WAITS, "hourglass")
    if row.written_off:
        return Chip(_("Written off"), Tone.CALM, "x")
    if row.credited >= row.total and row.credited > ZERO:
        return Chip(_("Credited"), Tone.CALM, "undo-2")
    return Chip(_("Paid"), Tone.DONE, "circle-check")


def described(line: BilledLine) -> str:
    """Kind and words of a line."""
    kind = label(line.kind)
    if not line.description or line.description == kind:
        return kind
    return _("{kind}: {text}").format(kind=kind, text=line.description)


def _line_text(line: BilledLine) -> str:
    text = described(line)
    return text if line.quantity.milli == 1000 else f"{text}  × {formats.quantity(line.quantity)}"
