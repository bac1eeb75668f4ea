"""Moves of the bench with all that hangs on them: start, done, and taking the last one back (domain.md §2)."""

from __future__ import annotations

from sqlalchemy import select

from app.core.enums import Action, ApprovalWay, Payer, PriceUse, QuoteState, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.features.bench.offers import START_STEPS
from app.features.bench.quoting import answer, forget_answer, freeze_quote, newest_quote
from app.features.orders.card import read_facts
from app.features.orders.lines import replace_by_fee
from app.features.orders.moves import move, set_status
from app.features.orders.quote_snapshots import QuoteAnswer
from app.features.pricing.reading import fee_of
from app.model import Device, JournalEntry, Quote, RepairOrder
from app.model.lifecycle import FINAL_ACTIONS, UNDO_WITHIN
from app.store.door import Tx

_TAKES_OVER = frozenset({Action.START_DIAGNOSIS, Action.START_REPAIR, Action.ARRIVE})
#: Moves that set what the customer agreed to.
_AGREED = frozenset({Action.APPROVE, Action.APPROVE_AT_ONCE, Action.RECONSIDER})


def start_step(order: RepairOrder) -> Action | None:
    """The move that "start" makes; None where only the clock starts."""
    return START_STEPS.get(order.status)


def make_move(tx: Tx, order: RepairOrder, action: Action, note: str = "") -> None:
    """Make a move of the table with what belongs to it: agreement, technician, custody."""
    facts = read_facts(tx.reading(), tx.settings, order)
    move(tx, order, action, note=note, facts=facts)
    if action is Action.APPROVE_AT_ONCE:
        order.approved_total = max(facts.customer_total, facts.spend_limit or ZERO)
    if action in _TAKES_OVER and order.technician_id is None:
        order.technician_id = tx.actor.id
    if action is Action.RECONSIDER:
        order.approved_total = facts.customer_total
        quote = newest_quote(tx, order)
        if quote is not None:
            answer(tx, quote, QuoteState.APPROVED, _same_way(quote, note))
    if action in (Action.RECEIVE, Action.BRING_IN):
        from app.features.intake.service import receive_device

        receive_device(tx, order)
    if action in (Action.CANCEL, Action.DISPOSE):
        from app.features.handover.release import release_device

        release_device(tx, order)


def finish(tx: Tx, order: RepairOrder, fee: Money | None) -> None:
    """ "Done": after diagnosis approved where it may be, else quoted; after repair to the check; what was declined or
    cannot be repaired goes to the shelf for ``fee`` (None: the shop's, where the customer would have paid)."""
    if order.status is Status.DIAGNOSING:
        facts = read_facts(tx.reading(), tx.settings, order)
        try:
            make_move(tx, order, Action.APPROVE_AT_ONCE)
        except Refusal:
            move(tx, order, Action.QUOTE, facts=facts)
            freeze_quote(tx, order, facts.customer_total)
    elif order.status in (Status.DECLINED, Status.UNREPAIRABLE):
        if fee is None:
            charged = order.status is Status.DECLINED and order.payer is Payer.CUSTOMER
            fee = _diagnosis_fee(tx, order) if charged else ZERO
        move(tx, order, Action.RETURN_UNREPAIRED, fee_fen=fee.fen)
        replace_by_fee(tx, order, fee)
    else:
        move(tx, order, Action.SEND_TO_QC)


def take_back(tx: Tx, order: RepairOrder) -> None:
    """Take the last move back as a new journal entry (design.md §5).

    Raises ``Refusal``: UNDO_IMPOSSIBLE for moves that money, custody or paper hang on, and where the last move was
    taken back already; UNDO_TOO_LATE for everybody but a lead ten minutes after his own move.
    """
    last = tx.session.scalar(
        select(JournalEntry)
        .where(JournalEntry.order_id == order.id, JournalEntry.to_status.is_not(None))
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )
    if (
        last is None
        or last.from_status is None
        or last.action is None
        or last.action in FINAL_ACTIONS
        or last.to_status is not order.status
        or last.from_status is last.to_status
    ):
        raise Refusal(Reason.UNDO_IMPOSSIBLE)
    own = last.actor_id == tx.actor.id and tx.now - last.at <= UNDO_WITHIN
    if not own and tx.actor.role not in (Role.LEAD, Role.OWNER):
        raise Refusal(Reason.UNDO_TOO_LATE)
    before = order.status
    set_status(tx, order, last.from_status)
    if last.action in _AGREED:
        order.approved_total = None
    quote = newest_quote(tx, order)
    if quote is not None and last.action in (Action.APPROVE, Action.DECLINE):
        forget_answer(quote)
    elif quote is not None and last.action is Action.RECONSIDER:
        answer(tx, quote, QuoteState.DECLINED, _same_way(quote))
    # No action: the entry cannot be taken for a move of the table, and is never "undone" itself.
    tx.journal(order_id=order.id, from_status=before, to_status=last.from_status, undoes=last.id)


def _diagnosis_fee(tx: Tx, order: RepairOrder) -> Money:
    """The list's for the device's category, else the shop's usual one."""
    category = tx.session.get_one(Device, order.device_id).category
    listed = fee_of(tx.reading(), PriceUse.DIAGNOSIS, category, order.job_kind)
    return Money(tx.settings.diagnosis_fee) if listed is None else listed


def _same_way(quote: Quote, note: str = "") -> QuoteAnswer:
    """The answer of before, turned round."""
    way = quote.answered_way or ApprovalWay.COUNTER
    return QuoteAnswer(way, quote.answered_name, note or quote.answer_note)
