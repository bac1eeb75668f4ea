"""What customers owe and have to their credit (domain.md §8): receivables by age, statements, payment of several
invoices, refunds, official invoices, reminders."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select

from app.core.changes import Kind
from app.core.enums import Command, Payer, PaymentKind, ReminderWay, TaxInvoiceState
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line, clean_text
from app.core.money import ZERO, Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.core.tenders import Booked, Tender, split_tenders
from app.features.billing import reading as asked
from app.features.billing.snapshots import (
    AgedReceivables,
    BilledInvoice,
    HeldRow,
    PaidTogether,
    RefundAsked,
    Refunded,
    Reminder,
    Statement,
    TaxInvoiceEntry,
    TaxInvoiceRow,
)
from app.features.customers.reading import family, followed
from app.features.till.approval import vouched
from app.features.till.booking import Use, balance_of, book_payment, book_refund, use_held
from app.features.till.customer_money import Party, due_of, held_of, held_on
from app.features.till.refunds import refund_sources
from app.model import Customer, Invoice, Payment, PaymentReminder, RepairOrder, Staff, TaxInvoice
from app.store.door import Store, Tx, repeatable

TAX_PAGE = 50
#: What may follow what, for the official invoice.
_NEXT = {
    TaxInvoiceState.NOT_ASKED: {TaxInvoiceState.ASKED, TaxInvoiceState.ISSUED},
    TaxInvoiceState.ASKED: {TaxInvoiceState.ASKED, TaxInvoiceState.ISSUED, TaxInvoiceState.NOT_ASKED},
    #: Issued again: a number or title that was mistyped is put right.
    TaxInvoiceState.ISSUED: {TaxInvoiceState.RED, TaxInvoiceState.ISSUED},
    TaxInvoiceState.RED: {TaxInvoiceState.ASKED, TaxInvoiceState.ISSUED},
}


class Billing:
    """Queries on invoices and accounts, and commands on what is owed and held."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # queries

    def invoice(self, invoice_id: int, actor: Actor) -> BilledInvoice:
        """An invoice with all that became of it. ``Refusal(NOT_FOUND)``."""
        with self.store.read() as reading:
            return asked.billed_invoice(reading, self.store.settings, invoice_id, actor)

    def invoice_by_number(self, number: str, actor: Actor) -> BilledInvoice:
        """The same by its number."""
        with self.store.read() as reading:
            invoice_id = asked.invoice_id_of(reading, number)
            return asked.billed_invoice(reading, self.store.settings, invoice_id, actor)

    @seen_by(Sight.RECEIVABLES)
    def receivables(self, _actor: Actor, payer: Payer | None = None) -> AgedReceivables:
        """Everything that is due today by customer and age, largest first; of one kind of payer, or all."""
        today = asked.today_of(self.store.settings, self.store.clock.now())
        with self.store.read() as reading:
            return asked.receivables_by_age(reading, today, payer)

    @seen_by(Sight.RECEIVABLES)
    def statement(self, _actor: Actor, customer_id: int, first: date, last: date) -> Statement:
        """A customer's account between two days, both included. ``Refusal(NOT_FOUND)``."""
        with self.store.read() as reading:
            return asked.statement_of(reading, followed(reading, customer_id), first, last)

    @seen_by(Sight.RECEIVABLES)
    def held(
        self, _actor: Actor, customer_id: int, payer: Payer = Payer.CUSTOMER, payer_name: str = ""
    ) -> tuple[HeldRow, ...]:
        """What is held for a customer (deposits and credit) or for a third party (what a credit note set free),
        oldest first."""
        with self.store.read() as reading:
            if payer is Payer.CUSTOMER:
                return asked.held_rows(reading, customer_id)
            return asked.held_rows_of(reading, Party(payer, payer_name, family(reading, customer_id)))

    @seen_by(Sight.RECEIVABLES)
    def tax_invoices(
        self, _actor: Actor, state: TaxInvoiceState, before: int | None = None, limit: int = TAX_PAGE
    ) -> tuple[TaxInvoiceRow, ...]:
        """Invoices whose official invoice is in a state, newest first."""
        with self.store.read() as reading:
            return asked.tax_invoice_rows(reading, state, before, limit)

    @seen_by(Sight.RECEIVABLES)
    def reminders(self, _actor: Actor, customer_id: int) -> tuple[Reminder, ...]:
        """How often a customer was reminded, newest first."""
        return self._reminders(customer_id)

    def _reminders(self, customer_id: int) -> tuple[Reminder, ...]:
        with self.store.read() as reading:
            rows = reading.execute(
                select(PaymentReminder.__table__, Staff.name)
                .join(Staff, Staff.id == PaymentReminder.staff_id)
                .where(PaymentReminder.customer_id.in_(family(reading, customer_id)))
                .order_by(PaymentReminder.id.desc())
            )
            return tuple(Reminder(each.way, each.note, each.amount, each.at, each.name) for each in rows)

    # commands

    @repeatable(lambda _self, result: _paid(result))
    def pay_invoices(
        self,
        ctx: Ctx,
        customer_id: int | None,
        invoice_ids: Sequence[int],
        tenders: Sequence[Tender],
        *,
        use_credit: bool = False,
        keep_rest: bool = False,
        till_id: int | None = None,
    ) -> PaidTogether:
        """Pay one invoice or several of one payer, in the order given; less than all is possible. With ``use_credit``
        the payer's credit goes first; with ``keep_rest`` what is above becomes the customer's credit (also without any
        invoice); a third party pays no more than is due.

        A third party's invoices may be of many customers: ``customer_id`` may be None then, and the payment is booked
        with the customer of the first. Raises ``Refusal``: OTHER_CUSTOMER, OTHER_PAYER, NOTHING_DUE, NOT_FOUND,
        CHANGE_ONLY_FOR_CASH, AMOUNT_NEGATIVE, AMOUNT_NOT_POSITIVE, ORDER_TWICE.
        """
        with self.store.write(Command.PAY_INVOICE, ctx) as tx:
            invoices = _open_invoices(tx, customer_id, invoice_ids)
            payer = invoices[0].payer if invoices else Payer.CUSTOMER
            if customer_id is None or payer is not Payer.CUSTOMER:
                customer_id = invoices[0].customer_id
            dues = {each.id: balance_of(tx, each.id).due for each in invoices}
            party = Party(
                payer, invoices[0].payer_name if invoices else "", family(tx.reading(), customer_id)
            )
            used = _use_credit(tx, party, invoices, dues) if use_credit else ZERO
            due = Money(sum(each.fen for each in dues.values()))
            if keep_rest and payer is Payer.CUSTOMER:
                booked = _keep(tenders)
            else:
                booked, _unpaid = split_tenders(due, tenders)
            if not booked and not used:
                raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
            numbers, paid = [], {each.id: ZERO for each in invoices}
            for each in booked:
                uses = _uses(dues, each.amount)
                payment = book_payment(
                    tx,
                    customer_id=customer_id,
                    order_id=invoices[0].order_id if len(invoices) == 1 else None,
                    kind=PaymentKind.PAYMENT if uses else PaymentKind.DEPOSIT,
                    method=each.method,
                    amount=each.amount,
                    tendered=each.tendered,
                    uses=uses,
                    till_id=till_id,
                    payer=payer,
                )
                numbers.append(payment.number)
                for use in uses:
                    dues[use.invoice_id] -= use.amount
            for invoice in invoices:
                paid[invoice.id] = balance_of(tx, invoice.id).allocated
                tx.order(invoice.order_id, None)
            kept = Money(sum(each.amount.fen for each in booked)) - (
                due - Money(sum(d.fen for d in dues.values()))
            )
            tx.journal(customer=customer_id, invoices=[each.number for each in invoices], payments=numbers,
                       credit_used_fen=used.fen)  # fmt: skip
            tx.result = {
                "payments": numbers,
                "uses": [[each.number, paid[each.id].fen] for each in invoices],
                "used_fen": used.fen,
                "kept_fen": kept.fen,
                "change_fen": sum(each.tendered.fen - each.amount.fen for each in booked),
            }
            return _paid(tx.result)

    @repeatable(lambda self, result: self._refunded(result))
    def refund(self, ctx: Ctx, wanted: RefundAsked, approver: Actor | None = None) -> Refunded:
        """Give money back to who paid it: a deposit, an overpayment, what a credit note set free; a third party's to
        the third party.

        Never more by a method than was paid by it, without the owner. Raises ``Refusal``: REFUND_TOO_MUCH,
        REFUND_BY_METHOD, NO_CREDIT_HELD, NOTE_REQUIRED, AMOUNT_NOT_POSITIVE, TILL_TOO_LITTLE, TILL_NOT_ENOUGH.
        """
        reason = clean_text("reason", wanted.reason, most=LINE)
        if not reason:
            raise Refusal(Reason.NOTE_REQUIRED)
        if wanted.amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        with self.store.write(Command.REFUND, ctx) as tx:
            ids = family(tx.reading(), wanted.customer_id)
            own = wanted.payer is Payer.CUSTOMER
            if wanted.order_id is None or not own:
                held = held_of(tx.reading(), Party(wanted.payer, wanted.payer_name, ids))
            else:
                held = held_on(tx.reading(), wanted.order_id)
                order = tx.session.get(RepairOrder, wanted.order_id)
                if order is None or order.customer_id not in ids:
                    raise Refusal(Reason.NOT_FOUND)
            if not held:
                raise Refusal(Reason.NO_CREDIT_HELD)
            sources = refund_sources(tx.actor, approver, held, wanted.method, wanted.amount)
            # A third party's refund stands where its payment stands: with the customer whose invoice it paid.
            payment = book_refund(
                tx,
                customer_id=wanted.customer_id if own else _customer_of(tx, sources[0].payment_id),
                order_id=wanted.order_id if own else None,
                method=wanted.method,
                sources=sources,
                till_id=wanted.till_id,
                note={"reason": reason, **vouched(tx.actor, approver)},
                payer=wanted.payer,
            )
            if wanted.order_id is not None:
                tx.order(wanted.order_id, None)
            left = Money(sum(each.amount.fen for each in held)) - wanted.amount
            tx.journal(order_id=wanted.order_id, payment=payment.number, fen=-wanted.amount.fen)
            tx.result = {"payment": payment.id, "left_fen": left.fen}
            return Refunded(payment.id, payment.number, payment.method, wanted.amount, left)

    @repeatable(lambda self, result: self._tax_row(result))
    def note_tax_invoice(self, ctx: Ctx, invoice_id: int, entry: TaxInvoiceEntry) -> TaxInvoiceEntry:
        """Note what became of the official invoice: asked for, issued with its number, reversed with the red one.

        Raises ``Refusal``: NOT_FOUND, TAX_INVOICE_STATE, TAX_INVOICE_TAKEN, FIELD_REQUIRED (number).
        """
        number = clean_line("number", entry.number, most=SHORT)
        red = clean_line("number", entry.red_number, most=SHORT)
        title = clean_line("name", entry.title, most=LINE)
        tax_number = clean_line("tax_number", entry.tax_number, most=SHORT)
        with self.store.write(Command.NOTE_TAX_INVOICE, ctx) as tx:
            invoice = tx.session.get(Invoice, invoice_id)
            if invoice is None:
                raise Refusal(Reason.NOT_FOUND)
            row = tx.session.get(TaxInvoice, invoice_id)
            before = TaxInvoiceState.NOT_ASKED if row is None else row.state
            if entry.state not in _NEXT[before]:
                raise Refusal(Reason.TAX_INVOICE_STATE, number=invoice.number, state=before)
            missing = (entry.state is TaxInvoiceState.ISSUED and not number) or (
                entry.state is TaxInvoiceState.RED and not red
            )
            if missing:
                which = "red_invoice" if entry.state is TaxInvoiceState.RED else "tax_invoice"
                raise Refusal(Reason.FIELD_REQUIRED, field=which)
            _refuse_taken(tx, invoice_id, number)
            if row is None:
                row = TaxInvoice(invoice_id=invoice_id, version=0)
                tx.session.add(row)
            row.version += 1
            row.state, row.red_number = entry.state, red
            if entry.state is not TaxInvoiceState.RED:
                # What is reversed keeps the number and the buyer it was issued with.
                row.title, row.tax_number, row.number = title, tax_number, number or (row.number or "")
            row.asked_on = tx.today if entry.state is TaxInvoiceState.ASKED else row.asked_on
            if entry.state is TaxInvoiceState.ISSUED and before is not TaxInvoiceState.ISSUED:
                row.issued_on = tx.today
            row.changed_at, row.staff_id = tx.now, tx.actor.id
            tx.changed(Kind.MONEY, 0)
            tx.journal(invoice=invoice.number, state=entry.state, before=before, number=row.number, red=red)
            tx.result = {"invoice": invoice_id}
            return TaxInvoiceEntry(row.state, row.title, row.tax_number, row.number, row.red_number)

    @repeatable(lambda self, result: self._reminders(result["customer"])[0])
    def remind(self, ctx: Ctx, customer_id: int, way: ReminderWay, note: str = "") -> Reminder:
        """A customer was reminded of what is due. ``Refusal(NOTHING_DUE)`` where nothing is."""
        note = clean_text("note", note, most=LINE)
        with self.store.write(Command.REMIND_CUSTOMER, ctx) as tx:
            customer = tx.session.get(Customer, customer_id)
            if customer is None:
                raise Refusal(Reason.NOT_FOUND)
            due = due_of(tx.reading(), family(tx.reading(), customer_id))
            if not due:
                raise Refusal(Reason.NOTHING_DUE, number=customer.name)
            tx.session.add(
                PaymentReminder(
                    customer_id=customer_id, amount=due, way=way, note=note, at=tx.now, staff_id=tx.actor.id
                )
            )
            tx.changed(Kind.CUSTOMER, customer_id)
            tx.journal(customer=customer_id, way=way, fen=due.fen)
            tx.result = {"customer": customer_id}
            return Reminder(way, note, due, tx.now, tx.actor.name)

    # answers to a repeated gesture

    def _refunded(self, result: dict[str, Any]) -> Refunded:
        with self.store.read() as reading:
            row = reading.execute(select(Payment.__table__).where(Payment.id == result["payment"])).one()
        return Refunded(row.id, row.number, row.method, -row.amount, Money(result["left_fen"]))

    def _tax_row(self, result: dict[str, Any]) -> TaxInvoiceEntry:
        with self.store.read() as reading:
            row = reading.execute(
                select(TaxInvoice.__table__).where(TaxInvoice.invoice_id == result["invoice"])
            ).one()
        return TaxInvoiceEntry(row.state, row.title, row.tax_number, row.number, row.red_number)


def _paid(result: dict[str, Any]) -> PaidTogether:
    return PaidTogether(
        payment_numbers=tuple(result["payments"]),
        uses=tuple((number, Money(fen)) for number, fen in result["uses"]),
        credit_used=Money(result["used_fen"]),
        kept=Money(result["kept_fen"]),
        change=Money(result["change_fen"]),
    )


def _customer_of(tx: Tx, payment_id: int) -> int:
    return tx.session.get_one(Payment, payment_id).customer_id


def _open_invoices(tx: Tx, customer_id: int | None, invoice_ids: Sequence[int]) -> list[Invoice]:
    if not invoice_ids and (customer_id is None or tx.session.get(Customer, customer_id) is None):
        raise Refusal(Reason.NOT_FOUND)
    found: list[Invoice] = []
    for invoice_id in invoice_ids:
        invoice = tx.session.get(Invoice, invoice_id)
        if invoice is None:
            raise Refusal(Reason.NOT_FOUND)
        if invoice in found:
            raise Refusal(Reason.ORDER_TWICE, number=invoice.number)
        first = found[0] if found else invoice
        if (invoice.payer, invoice.payer_name) != (first.payer, first.payer_name):
            raise Refusal(Reason.OTHER_PAYER, number=invoice.number)
        # A third party pays for whomever it likes.
        whose = first.customer_id if customer_id is None else customer_id
        if invoice.payer is Payer.CUSTOMER and invoice.customer_id not in family(tx.reading(), whose):
            raise Refusal(Reason.OTHER_CUSTOMER, number=invoice.number)
        if not balance_of(tx, invoice_id).due:
            raise Refusal(Reason.NOTHING_DUE, number=invoice.number)
        found.append(invoice)
    return found


def _use_credit(tx: Tx, party: Party, invoices: Sequence[Invoice], dues: dict[int, Money]) -> Money:
    used = ZERO
    for held in held_of(tx.reading(), party):
        left = held.amount
        for invoice in invoices:
            take = min(left, dues[invoice.id])
            if take:
                use_held(tx, held.payment_id, invoice.id, take)
                dues[invoice.id] -= take
                left -= take
                used += take
    return used


def _keep(tenders: Sequence[Tender]) -> tuple[Booked, ...]:
    if any(each.amount < ZERO for each in tenders):
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    return tuple(Booked(each.method, each.amount, each.amount) for each in tenders if each.amount)


def _uses(dues: dict[int, Money], amount: Money) -> list[Use]:
    found, left = [], amount
    for invoice_id, due in dues.items():
        take = min(left, due)
        if take:
            found.append(Use(invoice_id, take))
            left -= take
    return found


def _refuse_taken(tx: Tx, invoice_id: int, number: str) -> None:
    if not number:
        return
    other = (
        tx.reading()
        .execute(
            select(Invoice.number)
            .join(TaxInvoice, TaxInvoice.invoice_id == Invoice.id)
            .where(TaxInvoice.number == number, TaxInvoice.invoice_id != invoice_id)
        )
        .scalar()
    )
    if other is not None:
        raise Refusal(Reason.TAX_INVOICE_TAKEN, text=number, number=other)
