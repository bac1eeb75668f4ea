"""Correcting an issued invoice (domain.md §8): credit note, exchange, write-off. All is added, nothing changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, func, select

from app.core.enums import Command, CreditKind, PaymentKind, Role, Series, WriteOffReason
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_text
from app.core.ids import uuid7
from app.core.money import ZERO, Money
from app.core.rights import Actor, Ctx
from app.core.tenders import split_tenders
from app.features.billing.reading import billed_invoice
from app.features.billing.snapshots import (
    CreditAsked,
    Credited,
    ExchangeAsked,
    Exchanged,
    NewLine,
    WrittenOff,
)
from app.features.customers.reading import family
from app.features.orders.lines import add_plain_line, exchange_part_line, give_back
from app.features.till.approval import approved, approver_id, limit_of, needed_for, require, within
from app.features.till.booking import Use, balance_of, book_payment, use_held, write_off_balance
from app.features.till.crediting import OpenLine, issue_credit, lines_to_credit, shares_of
from app.features.till.customer_money import Party, held_of
from app.features.till.invoicing import charges_of, issue_invoice
from app.features.till.numbers import next_number
from app.model import CreditNote, Customer, Invoice, OrderLine, RepairOrder, StockMove, WriteOff
from app.store.door import Store, Tx, repeatable


class Correcting:
    """Commands on invoices that are issued."""

    def __init__(self, store: Store) -> None:
        self.store = store

    @repeatable(lambda self, result: self._credited(result))
    def credit(self, ctx: Ctx, asked: CreditAsked, approver: Actor | None = None) -> Credited:
        """Issue a credit note. What was paid of it already becomes the customer's credit (to be refunded or kept).

        Raises ``Refusal``: NOT_FOUND, NOTE_REQUIRED, NOTHING_TO_CREDIT, CREDIT_TOO_MUCH, CREDIT_OVER_LIMIT,
        AMOUNT_NOT_POSITIVE, BAD_CHOICE (a part that cannot go back), CLOCK_BEFORE_CLOSE.
        """
        with self.store.write(Command.ISSUE_CREDIT, ctx) as tx:
            credit, freed = _credit(tx, asked, asked.kind, approver)
            tx.result = {"credit": credit.id, "freed_fen": freed.fen}
            return self._credited_of(tx.reading(), tx.result, tx.actor)

    @repeatable(lambda self, result: self._exchanged(result))
    def exchange(self, ctx: Ctx, asked: ExchangeAsked, approver: Actor | None = None) -> Exchanged:
        """Credit lines of an invoice and invoice others in their place, in one gesture. What the credit sets free
        pays the new invoice; the rest is tendered, or stays the customer's credit.

        Raises ``Refusal`` as ``credit``, those of adding lines, FIELD_REQUIRED for none, UNDERPAID,
        ON_ACCOUNT_NOT_ALLOWED, CHANGE_ONLY_FOR_CASH.
        """
        if not asked.lines:
            raise Refusal(Reason.FIELD_REQUIRED, field="description")
        with self.store.write(Command.EXCHANGE, ctx) as tx:
            credit, freed = _credit(tx, asked.credit, CreditKind.EXCHANGE, approver)
            old = tx.session.get_one(Invoice, asked.credit.invoice_id)
            order = tx.session.get_one(RepairOrder, old.order_id)
            lines = [_new_line(tx, order, old, each) for each in asked.lines]
            charges = charges_of(tx, order, lines)
            gross = Money(sum(each.taxed.gross.fen for each in charges))
            if gross <= ZERO:
                raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
            due = max(gross - freed, ZERO)
            booked, unpaid = split_tenders(due, asked.tenders)
            if unpaid and not asked.on_account:
                raise Refusal(Reason.UNDERPAID, amount=unpaid)
            if unpaid and not approved(ctx.actor, approver, Command.SETTLE_ON_ACCOUNT):
                raise Refusal(Reason.ON_ACCOUNT_NOT_ALLOWED)
            days = tx.session.get_one(Customer, old.customer_id).terms_days
            terms = (
                timedelta(days=tx.settings.terms_days if days is None else days) if unpaid else timedelta(0)
            )
            new = issue_invoice(tx, old.payer, charges, due_on=tx.money_day + terms, replaces_id=old.id)
            _use_freed(tx, old, new, min(freed, gross))
            numbers = [
                book_payment(
                    tx,
                    customer_id=old.customer_id,
                    order_id=order.id,
                    kind=PaymentKind.PAYMENT,
                    method=each.method,
                    amount=each.amount,
                    tendered=each.tendered,
                    uses=[Use(new.id, each.amount)],
                    payer=old.payer,
                ).number
                for each in booked
            ]
            tx.order(order.id, None)
            tx.journal(order_id=order.id, credit=credit.number, invoice=new.number, payments=numbers)
            tx.result = {
                "credit": credit.id,
                "invoice": new.id,
                "payments": numbers,
                "change_fen": sum(each.tendered.fen - each.amount.fen for each in booked),
            }
            return self._exchanged_of(tx.reading(), tx.result, tx.actor)

    @repeatable(lambda self, result: self._written_off(result))
    def write_off(
        self,
        ctx: Ctx,
        invoice_id: int,
        amount: Money,
        reason: WriteOffReason,
        note: str,
        approver: Actor | None = None,
    ) -> WrittenOff:
        """Give up a bad debt, in whole or in part; the owner decides, or vouches for it.

        Raises ``Refusal``: APPROVAL_NEEDED, WRITE_OFF_TOO_MUCH, AMOUNT_NOT_POSITIVE, NOTE_REQUIRED, NOT_FOUND.
        """
        require(ctx.actor, approver, Command.APPROVE_WRITE_OFF)
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        return self._write(ctx, invoice_id, amount, reason, note, approver)

    @repeatable(lambda self, result: self._written_off(result))
    def take_up_again(self, ctx: Ctx, invoice_id: int, amount: Money, note: str) -> WrittenOff:
        """What was written off is paid after all: so much is due again. Raises ``Refusal`` as ``write_off``."""
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        return self._write(ctx, invoice_id, -amount, WriteOffReason.RECOVERED, note, None)

    def _write(
        self,
        ctx: Ctx,
        invoice_id: int,
        amount: Money,
        reason: WriteOffReason,
        note: str,
        approver: Actor | None,
    ) -> WrittenOff:
        note = _reason(note)
        with self.store.write(Command.WRITE_OFF, ctx) as tx:
            entry = book_write_off(tx, invoice_id, amount, reason, note, approver)
            tx.result = {"write_off": entry.id}
            return self._written_off_of(tx.reading(), tx.result, tx.actor)

    # answers, also to a repeated gesture

    def _credited(self, result: dict[str, Any]) -> Credited:
        with self.store.read() as reading:
            return self._credited_of(reading, result, _NOBODY)

    def _credited_of(self, reading: Connection, result: dict[str, Any], actor: Actor) -> Credited:
        row = reading.execute(select(CreditNote.__table__).where(CreditNote.id == result["credit"])).one()
        invoice = billed_invoice(reading, self.store.settings, row.invoice_id, actor)
        return Credited(row.number, row.id, row.total, Money(result["freed_fen"]), invoice)

    def _exchanged(self, result: dict[str, Any]) -> Exchanged:
        with self.store.read() as reading:
            return self._exchanged_of(reading, result, _NOBODY)

    def _exchanged_of(self, reading: Connection, result: dict[str, Any], actor: Actor) -> Exchanged:
        number = reading.execute(
            select(CreditNote.number).where(CreditNote.id == result["credit"])
        ).scalar_one()
        invoice = billed_invoice(reading, self.store.settings, result["invoice"], actor)
        return Exchanged(
            number, invoice.number, tuple(result["payments"]), Money(result["change_fen"]), invoice
        )

    def _written_off(self, result: dict[str, Any]) -> WrittenOff:
        with self.store.read() as reading:
            return self._written_off_of(reading, result, _NOBODY)

    def _written_off_of(self, reading: Connection, result: dict[str, Any], actor: Actor) -> WrittenOff:
        row = reading.execute(select(WriteOff.__table__).where(WriteOff.id == result["write_off"])).one()
        invoice = billed_invoice(reading, self.store.settings, row.invoice_id, actor)
        return WrittenOff(row.number, row.amount, invoice)


_NOBODY = Actor(0, "", Role.COUNTER)


def book_credit(tx: Tx, asked: CreditAsked, approver: Actor | None = None) -> CreditNote:
    """A credit note inside another command's transaction. ``Refusal`` as ``Correcting.credit``."""
    credit, _freed = _credit(tx, asked, asked.kind, approver)
    return credit


def book_write_off(
    tx: Tx, invoice_id: int, amount: Money, reason: WriteOffReason, note: str, approver: Actor | None = None
) -> WriteOff:
    """A write-off inside another command's transaction; a negative ``amount`` takes it up again.

    Raises ``Refusal``: WRITE_OFF_TOO_MUCH, NOT_FOUND, CLOCK_BEFORE_CLOSE.
    """
    invoice = _invoice(tx, invoice_id)
    write_off_balance(tx, invoice_id, amount)
    entry = WriteOff(
        uuid=uuid7(),
        number=next_number(tx, Series.WRITE_OFF),
        invoice_id=invoice_id,
        customer_id=invoice.customer_id,
        reason=reason,
        note=note,
        amount=amount,
        at=tx.now,
        business_day=tx.money_day,
        staff_id=tx.actor.id,
        approved_by_id=approver_id(tx.actor, approver),
    )
    tx.session.add(entry)
    tx.session.flush()
    tx.order(invoice.order_id, None)
    tx.journal(order_id=invoice.order_id, write_off=entry.number, fen=amount.fen, reason=reason)
    return entry


def _credit(tx: Tx, asked: CreditAsked, kind: CreditKind, approver: Actor | None) -> tuple[CreditNote, Money]:
    note = _reason(asked.note)
    invoice = _invoice(tx, asked.invoice_id)
    lines = lines_to_credit(tx, invoice.id)
    balance = balance_of(tx, invoice.id)
    if balance.total - balance.credited - balance.written_off <= ZERO:
        raise Refusal(Reason.NOTHING_TO_CREDIT, number=invoice.number)
    shares = shares_of(lines, kind, asked.amount, dict(asked.lines))
    amount = Money(sum(each.fen for each in shares.values()))
    limits = tx.settings.credit_limit
    if not within(tx.actor, approver, limits, amount):
        alone, role = limit_of(tx.actor.role, limits), needed_for(limits, amount)
        # Of nothing there is no "at most".
        raise (
            Refusal(Reason.CREDIT_OVER_LIMIT, amount=alone, role=role)
            if alone
            else Refusal(Reason.APPROVAL_NEEDED, role=role)
        )
    returned = _restock(tx, lines, shares, asked.restock)
    credit, freed = issue_credit(
        tx,
        invoice,
        lines,
        shares,
        kind=kind,
        reason=asked.reason,
        note=note,
        approved_by_id=approver_id(tx.actor, approver),
        returned=returned,
    )
    for order_id in sorted({line.order_id for line in lines if line.id in shares}):
        tx.order(order_id, None)
        tx.journal(order_id=order_id, credit=credit.number, fen=credit.total.fen, reason=asked.reason)
    return credit, freed


def _restock(
    tx: Tx, lines: Sequence[OpenLine], shares: Mapping[int, Money], wanted: Sequence[int]
) -> dict[int, Money]:
    """Parts of lines that are credited in full go back to the shelf at the value they left with. Answers with their
    cost by invoice line; ``Refusal(BAD_CHOICE)`` for a line that has none to give."""
    known = {each.id: each for each in lines}
    returned = {}
    for line_id in dict.fromkeys(wanted):
        line = known.get(line_id)
        made_of = (
            None
            if line is None or line.order_line_id is None
            else tx.session.get(OrderLine, line.order_line_id)
        )
        whole = line is not None and shares.get(line_id) == line.rest
        if line is None or made_of is None or not whole or made_of.removed or not made_of.taken:
            raise Refusal(Reason.BAD_CHOICE, field="description", text=line.description if line else "?")
        cost = _cost(tx, made_of)
        give_back(tx, tx.session.get_one(RepairOrder, line.order_id), made_of)
        made_of.removed = True
        returned[line_id] = cost - _cost(tx, made_of)
    return returned


def _cost(tx: Tx, line: OrderLine) -> Money:
    found = (
        tx.reading()
        .execute(
            select(func.coalesce(func.sum(StockMove.owed_value - StockMove.value), 0)).where(
                StockMove.order_id == line.order_id, StockMove.line_id == line.id
            )
        )
        .scalar_one()
    )
    return found if isinstance(found, Money) else Money(int(found))


def _new_line(tx: Tx, order: RepairOrder, old: Invoice, asked: NewLine) -> OrderLine:
    if asked.part_id is not None:
        return exchange_part_line(
            tx, order, asked.part_id, asked.quantity, asked.price, old.payer, asked.serials
        )
    line = add_plain_line(tx, order, asked.kind, asked.description, asked.price, asked.quantity)
    line.payer = old.payer
    return line


def _use_freed(tx: Tx, old: Invoice, new: Invoice, amount: Money) -> None:
    """What the credit note set free pays the new invoice: credit of who paid the old one, the newest first."""
    customers = family(tx.reading(), old.customer_id)
    held = held_of(tx.reading(), Party(old.payer, old.payer_name, customers))
    left = amount
    for each in reversed(held):
        take = min(left, each.amount)
        if take:
            use_held(tx, each.payment_id, new.id, take)
            left -= take


def _invoice(tx: Tx, invoice_id: int) -> Invoice:
    found = tx.session.get(Invoice, invoice_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    return found


def _reason(note: str) -> str:
    cleaned = clean_text("reason", note, most=LINE)
    if not cleaned:
        raise Refusal(Reason.NOTE_REQUIRED)
    return cleaned
