"""Invoices: found, looked into, paid, corrected, written off; the official invoice noted. The invoice never changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from app.core import formats
from app.core.changes import Changes, Kind
from app.core.codes import Code
from app.core.enums import Command, PaperKind, Payer, TaxInvoiceState, WriteOffReason
from app.core.labels import label
from app.core.money import ZERO, Money
from app.core.words import _
from app.features.billing import credit_dialog
from app.features.billing.invoice_view import InvoiceBody, PaperRow, facts_of, invoice_chip
from app.features.billing.listing import InvoiceLook, InvoiceRow
from app.features.billing.offices import BillingOffices
from app.features.billing.part_given import PartGiven
from app.features.billing.pay_forms import free_of, give_back, print_payments, print_refund, take_payment
from app.features.billing.snapshots import BilledInvoice, WrittenOff
from app.features.billing.tax_form import note_official
from app.ui.approval import with_approval
from app.ui.desk import Desk
from app.ui.fields import ChipGroup, ComboField, LineField, MoneyField
from app.ui.form_dialog import ask
from app.ui.messages import confirm
from app.ui.page import KeyHint, Page
from app.ui.search_field import SearchField
from app.ui.side_card import SideCard, beside
from app.ui.tables import RIGHT, Column, Empty, Table

_LOST = tuple(each for each in WriteOffReason if each is not WriteOffReason.RECOVERED)


class InvoicesPage(Page):
    """Left the list with its looks, right what became of the picked invoice and what can be done with it."""

    key = "invoices"

    def __init__(self, offices: BillingOffices, desk: Desk) -> None:
        super().__init__()
        self._list, self._billing, self._correcting = (
            offices.invoices,
            offices.billing,
            offices.corrections,
        )
        self._offices = offices
        self.desk = desk
        self.invoice: BilledInvoice | None = None
        self.look = ChipGroup("", _looks(), single=True, numbers=False)
        self.look.set_value(InvoiceLook.ALL)
        self.look.changed.connect(lambda: self.run(self._load))
        self.search = SearchField(_("Search invoices"), _("Invoice, order, name or phone"))
        self.search.searched.connect(lambda: self.run(self._load))
        self.search.entered.connect(lambda: self.run(self._found))
        self.search.line.installEventFilter(self)
        top = QHBoxLayout()
        top.addWidget(self.look, 3)
        top.addWidget(self.search, 2)
        self.body.addLayout(top)
        self.list = _table()
        self.list.picked.connect(self._picked)
        self.list.opened.connect(lambda _row: self.print_paper())
        self.record = InvoiceBody(self._look_at, lambda: self._list.zone)
        self.card = SideCard(_("Choose an invoice on the left."), self.record)
        card = self.card
        self.pay_button = card.button(_("Take a payment …"), self.pay, primary=True, key="Ctrl+R")
        self.credit_button = card.button(_("Credit note …"), self.credit, key="Ctrl+D")
        self.exchange_button = card.button(_("Exchange …"), self.exchange, key="Ctrl+H")
        self.refund_button = card.button(_("Refund …"), self.refund, key="Ctrl+T")
        self.off_button = card.button(_("Write off …"), self.write_off, key="Ctrl+W")
        self.again_button = card.button(_("Paid after all …"), self.take_up_again, key="Ctrl+G")
        self.tax_button = card.button(_("Official invoice …"), self.note_tax_invoice, key="Ctrl+I")
        self.order_button = card.button(_("Order"), self._show_order, key="Ctrl+O")
        self.print_button = card.button(_("Print …"), self.print_paper)
        # The shell's own key.
        self.print_button.setToolTip("Ctrl+P")
        self.body.addWidget(beside(self.list, card, wide=740, narrow=500), 1)

    # -- what the shell asks ---------------------------------------------------------------------------

    def title(self) -> str:
        return _("Invoices")

    def keys_here(self) -> Sequence[KeyHint]:
        return (
            KeyHint("Ctrl+R", _("take a payment")),
            KeyHint("Ctrl+D", _("credit note")),
            KeyHint("Ctrl+T", _("refund")),
            KeyHint("↵", _("look at it")),
            KeyHint("Ctrl+P", _("print again")),
        )

    def first_focus(self) -> QWidget | None:
        return self.search.line

    def concerns(self, changes: Changes) -> bool:
        return changes.has(Kind.MONEY) or changes.has(Kind.CUSTOMER)

    def refresh(self) -> None:
        self._load()
        if self.invoice is not None:
            self._show(self.invoice.id)

    def open_with(self, subject: Any) -> None:
        """An invoice's id or number."""
        if isinstance(subject, Code):
            return
        if isinstance(subject, int):
            self._open(subject)
        else:
            self._open(self._billing.invoice_by_number(str(subject), self.desk.actor).id)

    def print_paper(self) -> None:
        """The invoice once more: COPY n."""
        if self.invoice is not None:
            self.desk.papers.preview(PaperKind.INVOICE, self.invoice.number)

    def back(self) -> bool:
        if self.search.value():
            self.search.set_value("")
            self._load()
            return True
        return False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down goes from the search into what it found."""
        if watched is self.search.line and isinstance(event, QKeyEvent):
            down = event.type() is QEvent.Type.KeyPress and event.key() == Qt.Key.Key_Down
            if down:
                self.run(self._found)
                return True
        return super().eventFilter(watched, event)

    # -- the deeds -------------------------------------------------------------------------------------

    def pay(self) -> None:
        """Money for the picked invoice."""
        invoice = self.invoice
        if invoice is None or not invoice.due:
            return
        own = invoice.payer is Payer.CUSTOMER
        paid = take_payment(
            self._billing,
            self.desk,
            invoice.customer_id,
            [invoice.id],
            invoice.due,
            self,
            free=self._free(invoice),
            own=own,
            title=_("Payment for {number}").format(number=invoice.number),
        )
        if paid is not None:
            self._done(invoice.id, print_payments(self.desk, paid))

    def credit(self) -> None:
        """A credit note on the picked invoice, then the question what becomes of money set free."""
        invoice = self.invoice
        if invoice is None:
            return
        done = credit_dialog.credit(self._correcting, self.desk, invoice, self)
        if done is None:
            return
        self.desk.papers.print_now(PaperKind.CREDIT_NOTE, done.number)
        text = _("{number}: {amount} credited.").format(number=done.number, amount=formats.money(done.total))
        self._done(invoice.id, text)
        if done.freed:
            self._offer_refund(invoice, done.freed, done.number)

    def exchange(self) -> None:
        """Lines of the picked invoice for another one."""
        invoice = self.invoice
        if invoice is None:
            return
        given = PartGiven(self._offices.stock, self._offices.shelf)
        done = credit_dialog.exchange(self._correcting, self.desk, invoice, given, self)
        if done is None:
            return
        self.desk.papers.print_now(PaperKind.CREDIT_NOTE, done.credit_number)
        self.desk.papers.print_now(PaperKind.INVOICE, done.invoice_number)
        if done.payment_numbers:
            self.desk.drawer(None)
        text = _("{old} credited by {credit}, new invoice {new}.")
        self._load()
        self._open(done.invoice.id)
        self.confirm_done(text.format(old=invoice.number, credit=done.credit_number, new=done.invoice_number))

    def refund(self) -> None:
        """Give back what the payer has to his credit."""
        if self.invoice is not None:
            self._refund(self.invoice, None, "")

    def write_off(self) -> None:
        """Give up what is due; the owner decides or confirms."""
        invoice = self.invoice
        if invoice is None or not invoice.due:
            return
        amount = MoneyField(_("Amount"), required=True)
        amount.set_value(invoice.due)
        reason = ComboField(_("Reason"), [(each, label(each)) for each in _LOST], required=True)
        note = LineField(_("Explained"), required=True)
        ctx = self.desk.gesture()
        done: list[WrittenOff] = []
        if ask(
            _("Write off {number}").format(number=invoice.number),
            [amount, reason, note],
            _("Write off"),
            lambda: done.append(
                with_approval(
                    self.desk,
                    lambda second: self._correcting.write_off(
                        ctx,
                        invoice.id,
                        amount.value() or ZERO,
                        WriteOffReason(reason.value()),
                        note.value(),
                        second,
                    ),
                    self,
                )
            ),
            text=_("The debt is given up. If it is paid after all, it can be taken up again."),
            danger=True,
            parent=self,
        ):
            self._written(done[0])

    def take_up_again(self) -> None:
        """What was written off is paid after all."""
        invoice = self.invoice
        if invoice is None or not invoice.written_off:
            return
        amount = MoneyField(_("Amount"), required=True)
        amount.set_value(invoice.written_off)
        note = LineField(_("Explained"), required=True)
        ctx = self.desk.gesture()
        done: list[WrittenOff] = []
        if ask(
            _("Paid after all: {number}").format(number=invoice.number),
            [amount, note],
            _("Due again"),
            lambda: done.append(
                self._correcting.take_up_again(ctx, invoice.id, amount.value() or ZERO, note.value())
            ),
            text=_("So much is due again; take the payment afterwards."),
            parent=self,
        ):
            self._written(done[0])

    def note_tax_invoice(self) -> None:
        """What became of the official invoice."""
        invoice = self.invoice
        if invoice is None:
            return
        now = self._list.tax_entry(invoice.id)
        noted = note_official(self._billing, self.desk, invoice, now, self)
        if noted is not None:
            said = noted.red_number if noted.state is TaxInvoiceState.RED else noted.number
            self._done(invoice.id, f"{invoice.number}  {label(noted.state)} {said}".strip())

    # -- inside ----------------------------------------------------------------------------------------

    def _offer_refund(self, invoice: BilledInvoice, freed: Money, credit: str) -> None:
        own = invoice.payer is Payer.CUSTOMER
        if confirm(
            _("{amount} is the customer's now. Give it back?").format(amount=formats.money(freed)),
            _("Give it back"),
            detail=_("Otherwise it stays the customer's credit and pays his next invoice.")
            if own
            else _(
                "Otherwise it stays the payer's credit: it can be given back later, or pay another invoice."
            ),
            no_word=_("Keep as credit"),
            parent=self,
        ):
            self._refund(invoice, freed, credit)

    def _free(self, invoice: BilledInvoice) -> Money:
        """What is held for whoever pays this invoice."""
        return free_of(
            self._billing.held(self.desk.actor, invoice.customer_id, invoice.payer, invoice.payer_name)
        )

    def _refund(self, invoice: BilledInvoice, most: Money | None, why: str) -> None:
        def ask_for_it() -> None:
            done = give_back(
                self._billing,
                self.desk,
                invoice.customer_id,
                self,
                most=most,
                payer=invoice.payer,
                payer_name=invoice.payer_name,
                why=why,
            )
            if done is not None:
                text = print_refund(self.desk, done)
                self._done(self.invoice.id if self.invoice is not None else None, text)

        self.run(ask_for_it)

    def _written(self, done: WrittenOff) -> None:
        words = (
            _("{number}: {amount} written off.") if done.amount > ZERO else _("{number}: {amount} due again.")
        )
        amount = formats.money(max(done.amount, -done.amount))
        self.desk.papers.print_now(PaperKind.WRITE_OFF, done.number)
        self._done(done.invoice.id, words.format(number=done.number, amount=amount))

    def _done(self, invoice_id: int | None, text: str) -> None:
        self._load()
        if invoice_id is not None:
            self._show(invoice_id)
        self.confirm_done(text)

    def _look_at(self, row: PaperRow) -> None:
        self.desk.papers.preview(row.kind, row.number)

    def _show_order(self) -> None:
        if self.invoice is not None and self.invoice.orders:
            self.wants.emit("orders", self.invoice.orders[0][0])

    def _found(self) -> None:
        """Enter in the search: the first one found has the keys."""
        self.search.hold()
        self._load()
        if self.list.rows():
            self.list.select_first()
            self.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _load(self) -> None:
        look = self.look.value() or InvoiceLook.ALL
        text = self.search.value()
        self.list.set_empty(_empty(look, text))
        self.list.show_source(lambda after, limit: self._list.page(look, text, after, limit))
        if not self.list.rows():
            self.invoice = None
            self.card.show_nothing()

    def _open(self, invoice_id: int) -> None:
        self.look.set_value(InvoiceLook.ALL)
        self.search.set_value("")
        self._load()
        if not self.list.select(invoice_id):
            self.list.view.clearSelection()
        self._show(invoice_id)

    def _picked(self, row: InvoiceRow | None) -> None:
        if row is None:
            return
        self._show(row.id)

    def _show(self, invoice_id: int) -> None:
        row = self._list.one(invoice_id)
        if row is None:
            return
        invoice = self._billing.invoice(invoice_id, self.desk.actor)
        self.invoice = invoice
        free = self._free(invoice)
        self.card.show_record(invoice.number, facts_of(invoice, row.days_late, free), invoice_chip(row))
        self.record.show_invoice(invoice, self._list.write_offs(invoice_id))
        may = self.desk.may
        rest = invoice.creditable > ZERO
        self.card.offer(
            self.pay_button if invoice.due and may(Command.PAY_INVOICE) else None,
            self.credit_button if rest and may(Command.ISSUE_CREDIT) else None,
            self.exchange_button if rest and may(Command.EXCHANGE) else None,
            self.refund_button if free and may(Command.REFUND) else None,
            self.off_button if invoice.due and may(Command.WRITE_OFF) else None,
            self.again_button if invoice.written_off and may(Command.WRITE_OFF) else None,
            self.tax_button if may(Command.NOTE_TAX_INVOICE) else None,
            self.order_button,
            self.print_button,
        )


def _looks() -> list[tuple[InvoiceLook, str]]:
    return [
        (InvoiceLook.ALL, _("All")),
        (InvoiceLook.DUE, _("Due")),
        (InvoiceLook.OVERDUE, _("Overdue")),
        (InvoiceLook.CORRECTED, _("Corrected")),
        (InvoiceLook.TAX_ASKED, _("Official invoice asked for")),
    ]


def _empty(look: InvoiceLook, text: str) -> Empty:
    if text.strip():
        return Empty(_("No invoice is like that."), icon="search")
    if look in (InvoiceLook.DUE, InvoiceLook.OVERDUE):
        return Empty(_("Everything is paid."), icon="circle-check")
    if look is not InvoiceLook.ALL:
        return Empty(_("None."), icon="circle-check")
    return Empty(_("No invoices yet. The first one comes with the first hand-over."), icon="receipt-text")


def _table() -> Table:
    return Table(
        [
            Column("number", _("Number"), lambda row: row.number, width=118, bold=True),
            Column("customer", _("Customer"), _who, width=120, stretch=True),
            Column("day", _("Date"), lambda row: formats.day(row.business_day), width=100, spare=True),
            Column("order", _("Order no."), lambda row: row.order_number, width=92, spare=True),
            Column(
                "total", _("Total"), lambda row: formats.money(row.total, sign=False), align=RIGHT, width=84
            ),
            Column(
                "due",
                _("Due"),
                lambda row: formats.money(row.due, sign=False) if row.due else "",
                align=RIGHT,
                width=84,
                bold=True,
                tone=lambda row: "late_ink" if row.days_late else None,
            ),
            Column("state", _("State"), lambda row: invoice_chip(row).text, width=100, chip=invoice_chip),
        ],
        name="invoices",
    )


def _who(row: InvoiceRow) -> str:
    if row.payer is Payer.CUSTOMER:
        return row.customer_name
    return f"{row.payer_name or label(row.payer)} ({row.customer_name})"
