"""Settling one order or several of a customer in one gesture: invoice, payments, hand-over; everything or nothing
(domain.md §3, §8)."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import date, timedelta

from app.core.enums import (
    Action,
    Command,
    PaperKind,
    Payer,
    PaymentKind,
    ReceiptProof,
    Role,
    Status,
)
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.money import ZERO, Money
from app.core.rights import Actor, Ctx
from app.core.tenders import Booked, Tender, split_tenders
from app.features.claims.making import make_claim, price_for_brand
from app.features.customers.reading import family
from app.features.handover.release import release_device
from app.features.handover.settling import (
    check_proof,
    issue_invoices,
    open_charges,
    start_guarantee,
    use_deposits,
)
from app.features.handover.snapshots import Settlement
from app.features.orders.card import read_facts
from app.features.orders.moves import keep_signature, move
from app.features.pricing.allowance import refuse_unvouched
from app.features.till.approval import approved, vouched
from app.features.till.booking import Use, book_payment
from app.features.till.customer_money import due_of, free_credit, held_on
from app.model import Customer, RepairOrder
from app.model.lifecycle import OrderFacts
from app.store.door import Tx


def may_put_on_account(ctx: Ctx, approver: Actor | None) -> bool:
    """Whether the actor, or the second person, may let a device go before it is paid."""
    return approved(ctx.actor, approver, Command.SETTLE_ON_ACCOUNT)


def settle_orders(tx: Tx, given: Sequence[Settlement], approver: Actor | None) -> None:
    """Settle in the transaction; fills ``tx.result``. The first settlement has the money and the terms."""
    first = given[0]
    _refuse_twice(tx, given)
    orders = [tx.order(each.order_id, each.version) for each in given]
    for order in orders:
        if order.customer_id != orders[0].customer_id:
            raise Refusal(Reason.OTHER_CUSTOMER, number=order.number)
    lines = []
    facts = []
    for order, each in zip(orders, given, strict=True):
        check_proof(tx, order, each)
        lines.append(price_for_brand(tx, order, open_charges(tx, order)))
        its = read_facts(tx.reading(), tx.settings, order)
        if its.customer_total < ZERO:
            raise Refusal(Reason.DISCOUNT_TOO_LARGE)
        refuse_unvouched(tx, order, lines[-1], approver)
        facts.append(its)
    held = [each for order in orders for each in held_on(tx.reading(), order.id)]
    if first.use_credit:
        there = {each.payment_id for each in held}
        loose = free_credit(tx.reading(), family(tx.reading(), orders[0].customer_id))
        held += [each for each in loose if each.payment_id not in there]
    total = Money(sum(each.customer_total.fen for each in facts))
    due = max(total - Money(sum(each.amount.fen for each in held)), ZERO)
    booked, unpaid = _split(due, first.tenders, keep_rest=first.keep_rest)
    if unpaid > ZERO and not first.on_account:
        raise Refusal(Reason.UNDERPAID, amount=unpaid)
    _move_all(tx, given, orders, facts, unpaid)
    invoices = issue_invoices(tx, list(zip(orders, lines, strict=True)), _due_on(tx, orders[0], unpaid))
    mine = next((each for each in invoices if each.payer is Payer.CUSTOMER), None)
    used = use_deposits(tx, held, mine)
    numbers = []
    left = ZERO if mine is None else mine.total - used
    for paid in booked:
        take = min(paid.amount, left)
        left -= take
        payment = book_payment(
            tx,
            customer_id=orders[0].customer_id,
            order_id=orders[0].id if len(orders) == 1 else None,
            kind=PaymentKind.PAYMENT,
            method=paid.method,
            amount=paid.amount,
            tendered=paid.tendered,
            uses=[Use(mine.id, take)] if mine is not None and take else [],
            till_id=first.till_id,
        )
        numbers.append(payment.number)
    if unpaid > ZERO:
        _check_account_limit(tx, orders[0].customer_id)
    for order, each in zip(orders, given, strict=True):
        _hand_over(tx, order, each)
    for order, charges in zip(orders, lines, strict=True):
        make_claim(tx, order, invoices, charges)
    change = Money(sum(each.tendered.fen - each.amount.fen for each in booked))
    for order in orders:
        tx.journal(
            order_id=order.id,
            invoices=[each.number for each in invoices],
            payments=numbers,
            deposit_used_fen=used.fen,
            on_account_fen=unpaid.fen,
            **vouched(tx.actor, approver),
        )
    tx.result = {
        "order_id": orders[0].id,
        "orders": [each.id for each in orders],
        "invoice": mine.number if mine else "",
        "others": [each.number for each in invoices if each.payer is not Payer.CUSTOMER],
        "payments": numbers,
        "change_fen": change.fen,
        "on_account_fen": unpaid.fen,
    }


def _refuse_twice(tx: Tx, given: Sequence[Settlement]) -> None:
    """Before their versions are compared: the second time it would look like a conflict."""
    seen: set[int] = set()
    for each in given:
        if each.order_id in seen:
            raise Refusal(Reason.ORDER_TWICE, number=tx.session.get_one(RepairOrder, each.order_id).number)
        seen.add(each.order_id)


def _split(due: Money, tenders: Sequence[Tender], *, keep_rest: bool) -> tuple[tuple[Booked, ...], Money]:
    """What is booked of the tenders. With ``keep_rest`` nothing goes back: what is above is the customer's credit."""
    if not keep_rest:
        return split_tenders(due, tenders)
    offered = [each for each in tenders if each.amount]
    if any(each.amount < ZERO for each in offered):
        raise Refusal(Reason.AMOUNT_NEGATIVE)
    paid = Money(sum(each.amount.fen for each in offered))
    return tuple(Booked(each.method, each.amount, each.amount) for each in offered), max(due - paid, ZERO)


def _move_all(
    tx: Tx,
    given: Sequence[Settlement],
    orders: Sequence[RepairOrder],
    facts: Sequence[OrderFacts],
    unpaid: Money,
) -> None:
    for order, each, its in zip(orders, given, facts, strict=True):
        move(
            tx,
            order,
            Action.DELIVER_ON_SITE if order.status is Status.ON_SITE else Action.DELIVER,
            facts=dataclasses.replace(its, due=unpaid, receipt_shown=True, on_account=given[0].on_account),
            proof=each.proof.value,
        )


def _due_on(tx: Tx, order: RepairOrder, unpaid: Money) -> date | None:
    if not unpaid:
        return None
    days = tx.session.get_one(Customer, order.customer_id).terms_days
    return tx.money_day + timedelta(days=tx.settings.terms_days if days is None else days)


def _check_account_limit(tx: Tx, customer_id: int) -> None:
    limit = tx.session.get_one(Customer, customer_id).account_limit
    if limit is None or tx.actor.role is Role.OWNER:
        return
    due = due_of(tx.reading(), family(tx.reading(), customer_id))
    if due > limit:
        raise Refusal(Reason.ACCOUNT_LIMIT, limit=limit, amount=due)


def _hand_over(tx: Tx, order: RepairOrder, settlement: Settlement) -> None:
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
