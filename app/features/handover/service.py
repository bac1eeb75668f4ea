"""Commands of the counter at hand-over: settle, deposits, lost receipts, unrepaired returns (domain.md §3, §8)."""

from __future__ import annotations

import dataclasses
from typing import Any

from sqlalchemy import select

from app.core.enums import (
    Action,
    Command,
    LineKind,
    NoteKind,
    PaperKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    ReceiptProof,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line, clean_text
from app.core.money import ONE, ZERO, Money
from app.core.rights import Actor, Ctx
from app.core.tenders import split_tenders
from app.features.handover import reading as asked
from app.features.handover.release import release_device
from app.features.handover.settling import (
    check_proof,
    issue_invoices,
    start_guarantee,
    use_deposits,
)
from app.features.handover.snapshots import HandoverCard, PaymentRow, Receivable, Settled, Settlement
from app.features.orders.card import card_by_id, read_facts, read_lines
from app.features.orders.lines import add_plain_line, refuse_frozen_lines, replace_by_fee
from app.features.orders.moves import add_note, keep_signature, move
from app.features.orders.snapshots import OrderCard
from app.features.till.booking import allocate, book_payment
from app.model import (
    Invoice,
    OrderLine,
    Payment,
    RepairOrder,
)
from app.store.door import Store, Tx, repeatable

_ORDER = RepairOrder.__table__.c


class HandoverService:
    """Commands and queries of the hand-over page."""

    def __init__(self, store: Store) -> None:
        self.store = store

    # queries

    def open_by_receipt(self, text: str, actor: Actor) -> HandoverCard:
        """The order behind a scanned pickup receipt. ``Refusal``: CODE_…, RECEIPT_VOID with its date."""
        with self.store.read() as reading:
            order_id, receipt = asked.order_behind(reading, text)
        if receipt:
            return self.open(order_id, actor, ReceiptProof.SCANNED, receipt)
        return self.open(order_id, actor)

    def open(
        self, order_id: int, actor: Actor, proof: ReceiptProof | None = None, receipt_code: str = ""
    ) -> HandoverCard:
        """An order at the counter, found or scanned."""
        with self.store.read() as reading:
            return asked.handover_card(
                reading, self.store.settings, self.store.clock.now(), order_id, actor, proof, receipt_code
            )

    def payments(self, order_id: int) -> tuple[PaymentRow, ...]:
        """What was paid and refunded on an order, oldest first."""
        with self.store.read() as reading:
            return asked.payments_of(reading, order_id)

    def receivables(self, customer_id: int) -> tuple[Receivable, ...]:
        """The customer's unpaid invoices, oldest first, those of records merged into his included."""
        with self.store.read() as reading:
            return asked.receivables_of(reading, customer_id)

    def check_identity(self, order_id: int, name: str, phone: str) -> None:
        """Whether the person who lost the receipt is the customer; ``Refusal(IDENTITY_NOT_CHECKED)`` if not."""
        with self.store.read() as reading:
            asked.check_identity(reading, order_id, name, phone)

    # commands

    @repeatable(lambda self, result: self._settled(result))
    def settle(self, ctx: Ctx, settlement: Settlement) -> Settled:
        """Invoice, payments and hand-over in one transaction: everything or nothing (domain.md §3, §8).

        Deposits are used first. What third parties pay is invoiced to them apart and is not due here. Raises
        ``Refusal``: MOVE_NOT_ALLOWED, RECEIPT_…, IDENTITY_NOT_CHECKED, UNDERPAID, CHANGE_ONLY_FOR_CASH,
        ON_ACCOUNT_NOT_ALLOWED, DISCOUNT_TOO_LARGE.
        """
        if settlement.on_account and not ctx.actor.may(Command.SETTLE_ON_ACCOUNT):
            raise Refusal(Reason.ON_ACCOUNT_NOT_ALLOWED)
        command = Command.SETTLE_ON_ACCOUNT if settlement.on_account else Command.SETTLE
        with self.store.write(command, ctx, order_id=settlement.order_id) as tx:
            order = tx.order(settlement.order_id, settlement.version)
            check_proof(tx, order, settlement)
            facts = read_facts(tx.reading(), tx.settings, order)
            if facts.customer_total < ZERO:
                raise Refusal(Reason.DISCOUNT_TOO_LARGE)
            booked, unpaid = split_tenders(facts.due, settlement.tenders)
            if unpaid > ZERO and not settlement.on_account:
                raise Refusal(Reason.UNDERPAID, amount=unpaid)
            move(
                tx,
                order,
                Action.DELIVER_ON_SITE if order.status is Status.ON_SITE else Action.DELIVER,
                facts=dataclasses.replace(
                    facts, due=unpaid, receipt_shown=True, on_account=settlement.on_account
                ),
                proof=settlement.proof.value,
            )
            invoices = issue_invoices(tx, order)
            customer_invoice = next((each for each in invoices if each.payer is Payer.CUSTOMER), None)
            numbers = []
            used = use_deposits(tx, order, customer_invoice)
            for each in booked:
                payment = book_payment(
                    tx,
                    customer_id=order.customer_id,
                    order_id=order.id,
                    kind=PaymentKind.PAYMENT,
                    method=each.method,
                    amount=each.amount,
                    tendered=each.tendered,
                )
                numbers.append(payment.number)
                assert customer_invoice is not None
                allocate(tx, payment.id, customer_invoice.id, each.amount)
            release_device(
                tx,
                order,
                settlement.proof,
                note=clean_line("name", settlement.identity_name, most=LINE)
                if settlement.proof is ReceiptProof.IDENTITY
                else "",
            )
            start_guarantee(tx, order)
            if settlement.signature_png:
                keep_signature(tx, order, PaperKind.INVOICE, settlement.signature_png)
            change = Money(sum(each.tendered.fen - each.amount.fen for each in booked))
            tx.journal(
                order_id=order.id,
                invoices=[each.number for each in invoices],
                payments=numbers,
                deposit_used_fen=used.fen,
                on_account_fen=unpaid.fen,
            )
            tx.result = {
                "order_id": order.id,
                "invoice": customer_invoice.number if customer_invoice else "",
                "others": [each.number for each in invoices if each.payer is not Payer.CUSTOMER],
                "payments": numbers,
                "change_fen": change.fen,
                "on_account_fen": unpaid.fen,
            }
            card = card_by_id(tx.reading(), tx.settings, order.id, tx.actor, tx.now)
            return _settled_of(tx.result, card)

    @repeatable(lambda self, result: self._payment_row(result))
    def take_deposit(
        self, ctx: Ctx, order_id: int, version: int, method: PaymentMethod, amount: Money
    ) -> PaymentRow:
        """Money taken before the invoice: held for the customer until it is used or refunded."""
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.TAKE_DEPOSIT, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            if not order.open:
                raise Refusal(Reason.ORDER_CLOSED)
            payment = book_payment(
                tx,
                customer_id=order.customer_id,
                order_id=order.id,
                kind=PaymentKind.DEPOSIT,
                method=method,
                amount=amount,
                tendered=amount,
            )
            tx.journal(order_id=order.id, payment=payment.number, fen=amount.fen)
            return self._answer(tx, payment)

    @repeatable(lambda self, result: self._payment_row(result))
    def refund_deposit(
        self, ctx: Ctx, order_id: int, version: int, method: PaymentMethod, amount: Money, reason: str
    ) -> PaymentRow:
        """Give back money that is held on an order and not used by an invoice; ``Refusal(REFUND_TOO_MUCH)``."""
        note = clean_text("reason", reason, most=LINE)
        if not note:
            raise Refusal(Reason.NOTE_REQUIRED)
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.REFUND_DEPOSIT, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            held = read_facts(tx.reading(), tx.settings, order).deposit_held
            if amount > held:
                raise Refusal(Reason.REFUND_TOO_MUCH, amount=max(held, ZERO))
            payment = book_payment(
                tx,
                customer_id=order.customer_id,
                order_id=order.id,
                kind=PaymentKind.REFUND,
                method=method,
                amount=-amount,
                tendered=-amount,
            )
            add_note(tx, order, NoteKind.NOTE, note)
            tx.journal(order_id=order.id, payment=payment.number, fen=-amount.fen)
            return self._answer(tx, payment)

    @repeatable(lambda self, result: self._payment_row(result))
    def pay_invoice(self, ctx: Ctx, invoice_id: int, method: PaymentMethod, amount: Money) -> PaymentRow:
        """A later payment for an invoice that was put on account; never more than is due."""
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.PAY_INVOICE, ctx) as tx:
            invoice = tx.session.get(Invoice, invoice_id)
            if invoice is None:
                raise Refusal(Reason.NOT_FOUND)
            due = invoice.total - asked.settled_of(tx.reading(), invoice_id)
            if amount > due:
                raise Refusal(
                    Reason.REFUND_TOO_MUCH if due <= ZERO else Reason.CHANGE_ONLY_FOR_CASH, amount=due
                )
            payment = book_payment(
                tx,
                customer_id=invoice.customer_id,
                order_id=invoice.order_id,
                kind=PaymentKind.PAYMENT,
                method=method,
                amount=amount,
                tendered=amount,
            )
            allocate(tx, payment.id, invoice.id, amount)
            tx.order(invoice.order_id, None)
            tx.journal(order_id=invoice.order_id, payment=payment.number, fen=amount.fen)
            return self._answer(tx, payment)

    @repeatable(lambda self, result: self._reopen(result))
    def set_discount(self, ctx: Ctx, order_id: int, version: int, amount: Money) -> OrderCard:
        """One discount for the whole order, replacing an earlier one; zero takes it off.

        ``Refusal``: DISCOUNT_OVER_LIMIT (percent by role), DISCOUNT_TOO_LARGE, LINES_FROZEN.
        """
        if amount < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.ADD_LINE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            refuse_frozen_lines(order, LineKind.DISCOUNT)
            for line in tx.session.scalars(
                select(OrderLine).where(
                    OrderLine.order_id == order_id,
                    OrderLine.kind == LineKind.DISCOUNT,
                    OrderLine.removed.is_(False),
                )
            ):
                line.removed = True
            lines = read_lines(tx.reading(), tx.settings, order_id)
            charges = Money(sum(line.amount.fen for line in lines if line.payer is Payer.CUSTOMER))
            if amount > charges:
                raise Refusal(Reason.DISCOUNT_TOO_LARGE)
            percent = tx.settings.discount_limit.get(tx.actor.role.value, 0)
            if amount.fen * 100 > charges.fen * percent:
                raise Refusal(Reason.DISCOUNT_OVER_LIMIT, percent=percent)
            if amount:
                line = add_plain_line(tx, order, LineKind.DISCOUNT, "", -amount, ONE)
                line.payer = Payer.CUSTOMER
            tx.journal(order_id=order.id, discount_fen=amount.fen)
            return self._card(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def return_unrepaired(self, ctx: Ctx, order_id: int, version: int, fee: Money) -> OrderCard:
        """A declined or unrepairable device goes to the shelf for pickup: planned charges fall away, a diagnosis
        fee may stand instead. ``Refusal(PARTS_STILL_USED)`` while parts of stock are in it."""
        if fee < ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        with self.store.write(Command.MOVE_ORDER, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            move(tx, order, Action.RETURN_UNREPAIRED, fee_fen=fee.fen)
            replace_by_fee(tx, order, fee)
            return self._card(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def record_contact(self, ctx: Ctx, order_id: int, text: str) -> OrderCard:
        """The customer was told (called, messaged): a dated fact, and a reminder where the device is ready."""
        text = clean_text("note", text, required=True)
        with self.store.write(Command.RECORD_CONTACT, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, None)
            add_note(tx, order, NoteKind.CONTACT, text)
            tx.journal(order_id=order.id, contact=True)
            return self._card(tx, order)

    # inside

    def _answer(self, tx: Tx, payment: Payment) -> PaymentRow:
        tx.result = {"payment": payment.id}
        return asked.payment_row(payment)

    def _payment_row(self, result: dict[str, Any]) -> PaymentRow:
        with self.store.read() as reading:
            row = reading.execute(select(Payment.__table__).where(Payment.id == result["payment"])).one()
        return asked.payment_row(row)

    def _card(self, tx: Tx, order: RepairOrder) -> OrderCard:
        tx.result = {"order_id": order.id}
        return card_by_id(tx.reading(), tx.settings, order.id, tx.actor, tx.now)

    def _reopen(self, result: dict[str, Any]) -> OrderCard:
        with self.store.read() as reading:
            return card_by_id(
                reading,
                self.store.settings,
                int(result["order_id"]),
                Actor(0, "", Role.OWNER),
                self.store.clock.now(),
            )

    def _settled(self, result: dict[str, Any]) -> Settled:
        return _settled_of(result, self._reopen(result))


def _settled_of(result: dict[str, Any], card: OrderCard) -> Settled:
    return Settled(
        card=card,
        invoice_number=result["invoice"],
        other_invoices=tuple(result["others"]),
        payment_numbers=tuple(result["payments"]),
        change=Money(result["change_fen"]),
        on_account=Money(result["on_account_fen"]),
    )
