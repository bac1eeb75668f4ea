"""Commands of the counter at hand-over: settle, deposits, lost receipts, unrepaired returns (domain.md §3, §8)."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy import Connection, select

from app.core.enums import (
    Action,
    Command,
    LineKind,
    NoteKind,
    Payer,
    PaymentKind,
    PaymentMethod,
    ReceiptProof,
    Role,
)
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_text
from app.core.money import ONE, ZERO, Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.features.bench.quoting import agree_now
from app.features.handover import reading as asked
from app.features.handover.snapshots import (
    HandoverCard,
    PaymentRow,
    Receivable,
    Settled,
    SettledTogether,
    Settlement,
)
from app.features.handover.together import may_put_on_account, settle_orders
from app.features.orders.card import card_by_id, read_facts
from app.features.orders.lines import add_plain_line, may_charge, refuse_frozen_lines, replace_by_fee
from app.features.orders.moves import add_note, move
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.orders.snapshots import OrderCard
from app.features.pricing.allowance import Given, given_away, percent_of, too_much
from app.features.pricing.charging import charge_listed, listed
from app.features.pricing.reading import offers_for
from app.features.pricing.snapshots import PriceChoice, PriceOffer
from app.features.till.approval import vouched
from app.features.till.booking import Use, balance_of, book_payment, book_refund
from app.features.till.customer_money import held_on
from app.features.till.refunds import refund_sources
from app.model import Invoice, OrderLine, Payment, RepairOrder
from app.store.door import Store, Tx, repeatable


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

    @seen_by(Sight.RECEIVABLES)
    def receivables(self, _actor: Actor, customer_id: int) -> tuple[Receivable, ...]:
        """The customer's unpaid invoices, oldest first, those of records merged into his included."""
        with self.store.read() as reading:
            return asked.receivables_of(reading, customer_id)

    def check_identity(self, order_id: int, name: str, phone: str) -> None:
        """Whether the person who lost the receipt is the customer; ``Refusal(IDENTITY_NOT_CHECKED)`` if not."""
        with self.store.read() as reading:
            asked.check_identity(reading, order_id, name, phone)

    # commands

    @repeatable(lambda self, result: self._settled(result))
    def settle(self, ctx: Ctx, settlement: Settlement, approver: Actor | None = None) -> Settled:
        """Invoice, payments and hand-over in one transaction: everything or nothing (domain.md §3, §8).

        Deposits are used first. What third parties pay is invoiced to them apart and is not due here. ``approver`` is a
        second person who lets the device go on account. Raises ``Refusal``: MOVE_NOT_ALLOWED, RECEIPT_…,
        IDENTITY_NOT_CHECKED, UNDERPAID, CHANGE_ONLY_FOR_CASH, ON_ACCOUNT_NOT_ALLOWED, ACCOUNT_LIMIT,
        DISCOUNT_TOO_LARGE, DISCOUNT_OVER_LIMIT, CLOCK_BEFORE_CLOSE.
        """
        with self._settling(ctx, settlement, approver) as tx:
            settle_orders(tx, (settlement,), approver)
            card = card_by_id(tx.reading(), tx.settings, settlement.order_id, tx.actor, tx.now)
            return _settled_of(tx.result, card)

    @repeatable(lambda self, result: self._settled_together(result))
    def settle_together(
        self, ctx: Ctx, settlements: Sequence[Settlement], approver: Actor | None = None
    ) -> SettledTogether:
        """Several devices of one customer at once, on one invoice. Tenders, terms and the till are the first one's.

        Raises ``Refusal`` as ``settle``, and OTHER_CUSTOMER, ORDER_TWICE, NOT_FOUND for none.
        """
        if not settlements:
            raise Refusal(Reason.NOT_FOUND)
        with self._settling(ctx, settlements[0], approver) as tx:
            settle_orders(tx, settlements, approver)
            return self._together_of(tx.reading(), tx.result, tx.actor)

    def _settling(
        self, ctx: Ctx, settlement: Settlement, approver: Actor | None
    ) -> AbstractContextManager[Tx]:
        if settlement.on_account and not may_put_on_account(ctx, approver):
            raise Refusal(Reason.ON_ACCOUNT_NOT_ALLOWED)
        own = settlement.on_account and ctx.actor.may(Command.SETTLE_ON_ACCOUNT)
        command = Command.SETTLE_ON_ACCOUNT if own else Command.SETTLE
        return self.store.write(command, ctx, order_id=settlement.order_id)

    @repeatable(lambda self, result: self._payment_row(result))
    def take_deposit(
        self, ctx: Ctx, order_id: int, version: int, method: PaymentMethod, amount: Money
    ) -> PaymentRow:
        """Money taken before the invoice: held for the customer until it is used or refunded."""
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
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
            )
            tx.journal(order_id=order.id, payment=payment.number, fen=amount.fen)
            return self._answer(tx, payment)

    @repeatable(lambda self, result: self._payment_row(result))
    def refund_deposit(
        self,
        ctx: Ctx,
        order_id: int,
        version: int,
        method: PaymentMethod,
        amount: Money,
        reason: str,
        approver: Actor | None = None,
    ) -> PaymentRow:
        """Give back money that is held on an order and not used by an invoice. ``Refusal``: REFUND_TOO_MUCH,
        REFUND_BY_METHOD (more than was paid so, without the owner), TILL_TOO_LITTLE, TILL_NOT_ENOUGH."""
        note = clean_text("reason", reason, most=LINE)
        if not note:
            raise Refusal(Reason.NOTE_REQUIRED)
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        with self.store.write(Command.REFUND_DEPOSIT, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            payment = book_refund(
                tx,
                customer_id=order.customer_id,
                order_id=order.id,
                method=method,
                sources=refund_sources(tx.actor, approver, held_on(tx.reading(), order.id), method, amount),
                note={"reason": note, **vouched(tx.actor, approver)},
            )
            add_note(tx, order, NoteKind.NOTE, note)
            tx.journal(order_id=order.id, payment=payment.number, fen=-amount.fen)
            return self._answer(tx, payment)

    @repeatable(lambda self, result: self._payment_row(result))
    def pay_invoice(self, ctx: Ctx, invoice_id: int, method: PaymentMethod, amount: Money) -> PaymentRow:
        """A later payment for an invoice that was put on account; never more than is due."""
        if amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NOT_POSITIVE)
        with self.store.write(Command.PAY_INVOICE, ctx) as tx:
            invoice = tx.session.get(Invoice, invoice_id)
            if invoice is None:
                raise Refusal(Reason.NOT_FOUND)
            due = balance_of(tx, invoice_id).due
            if amount > due:
                raise Refusal(
                    Reason.NOTHING_DUE if not due else Reason.OVERPAID, amount=due, number=invoice.number
                )
            payment = book_payment(
                tx,
                customer_id=invoice.customer_id,
                order_id=invoice.order_id,
                kind=PaymentKind.PAYMENT,
                method=method,
                amount=amount,
                uses=[Use(invoice.id, amount)],
                payer=invoice.payer,
            )
            tx.order(invoice.order_id, None)
            tx.journal(order_id=invoice.order_id, payment=payment.number, fen=amount.fen)
            return self._answer(tx, payment)

    @repeatable(lambda self, result: self._reopen(result))
    def set_discount(
        self, ctx: Ctx, order_id: int, version: int, amount: Money, approver: Actor | None = None
    ) -> OrderCard:
        """One discount for the whole order, replacing an earlier one; zero takes it off.

        What was taken off the list's prices counts with it. Above the limit of the actor's role a second person with a
        higher one vouches for it. ``Refusal``: DISCOUNT_OVER_LIMIT (percent by role), DISCOUNT_TOO_LARGE, LINES_FROZEN.
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
            tx.session.flush()
            given = given_away(tx, order, Payer.CUSTOMER)
            if amount > given.listed - given.away:
                raise Refusal(Reason.DISCOUNT_TOO_LARGE)
            percent = percent_of(tx, approver)
            wanted = Given(given.listed, given.away + amount)
            if amount and wanted.over(percent):
                raise too_much(tx, Reason.DISCOUNT_OVER_LIMIT, percent, wanted)
            if amount:
                line = add_plain_line(tx, order, LineKind.DISCOUNT, "", -amount, ONE)
                line.payer = Payer.CUSTOMER
            tx.journal(order_id=order.id, discount_fen=amount.fen, **vouched(tx.actor, approver))
            return self._card(tx, order)

    def price_offers(self, order_id: int, typed: str = "") -> tuple[PriceOffer, ...]:
        """What the price list offers for an order where it stands now: at the counter fees and other charges, on site
        work too."""
        with self.store.read() as reading:
            status = reading.execute(select(RepairOrder.status).where(RepairOrder.id == order_id)).scalar()
            found = offers_for(reading, self.store.settings, order_id, typed)
        return tuple(
            each
            for each in found
            if status is not None
            and all(
                may_charge(status, kind) for kind in {each.row.kind, *(line.kind for line in each.row.lines)}
            )
        )

    @repeatable(lambda self, result: self._reopen(result))
    def add_listed(
        self, ctx: Ctx, order_id: int, version: int, choice: PriceChoice, approver: Actor | None = None
    ) -> OrderCard:
        """A fee of the price list. Raises ``Refusal`` as ``charge_listed``; LINES_FROZEN for work and parts at the
        counter."""
        with self.store.write(Command.ADD_LINE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            lines = charge_listed(tx, order, choice, approver)
            tx.journal(order_id=order.id, **listed(tx, order, lines), **vouched(tx.actor, approver))
            return self._card(tx, order)

    @repeatable(lambda self, result: self._reopen(result))
    def agree_total(self, ctx: Ctx, order_id: int, version: int, given: QuoteAnswer) -> OrderCard:
        """The customer agrees to the charges as they stand: a new version of the quote, made and approved in one step.

        Raises ``Refusal``: ORDER_CLOSED, NOTHING_TO_QUOTE, LIMIT_TOO_LOW, BAD_TEXT, TEXT_TOO_LONG, LINES_FROZEN while
        the order is not at the counter.
        """
        with self.store.write(Command.ANSWER_QUOTE, ctx, order_id=order_id) as tx:
            order = tx.order(order_id, version)
            refuse_frozen_lines(order, LineKind.OTHER)
            facts = read_facts(tx.reading(), tx.settings, order)
            if not facts.line_count:
                raise Refusal(Reason.NOTHING_TO_QUOTE)
            quote = agree_now(tx, order, facts.customer_total, given)
            tx.journal(
                order_id=order.id,
                version=quote.version,
                fen=quote.total.fen,
                way=given.way.value,
                at_once=True,
            )
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

    def _settled_together(self, result: dict[str, Any]) -> SettledTogether:
        with self.store.read() as reading:
            return self._together_of(reading, result, Actor(0, "", Role.OWNER))

    def _together_of(self, reading: Connection, result: dict[str, Any], actor: Actor) -> SettledTogether:
        settings, now = self.store.settings, self.store.clock.now()
        cards = tuple(card_by_id(reading, settings, each, actor, now) for each in result["orders"])
        return SettledTogether(_settled_of(result, cards[0]), cards)


def _settled_of(result: dict[str, Any], card: OrderCard) -> Settled:
    return Settled(
        card=card,
        invoice_number=result["invoice"],
        other_invoices=tuple(result["others"]),
        payment_numbers=tuple(result["payments"]),
        change=Money(result["change_fen"]),
        on_account=Money(result["on_account_fen"]),
    )
