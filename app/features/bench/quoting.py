"""Quotes as the bench makes them: frozen lines, one open version at a time, and the customer's answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.core.enums import PaperKind, QuoteState, Status
from app.core.errors import Reason, Refusal
from app.core.fields import LINE, SHORT, clean_line
from app.core.money import MAX_FEN, Money
from app.features.orders.moves import keep_signature
from app.features.orders.quote_snapshots import QuoteAnswer
from app.model import OrderLine, Quote, RepairOrder
from app.model.billing import taxed
from app.store.door import Tx


def freeze_quote(tx: Tx, order: RepairOrder, total: Money) -> Quote:
    """Keep the present charges as the next version; an open one is replaced. ``total`` is the customer's share."""
    versions = tx.session.scalars(select(Quote).where(Quote.order_id == order.id)).all()
    for each in versions:
        if each.state is QuoteState.OPEN:
            each.state = QuoteState.REPLACED
    lines = tx.session.scalars(
        select(OrderLine)
        .where(OrderLine.order_id == order.id, OrderLine.removed.is_(False))
        .order_by(OrderLine.id)
    )
    frozen = [
        {
            "line": line.id,
            "kind": line.kind.value,
            "description": line.description,
            "unit": line.unit,
            "milli": line.quantity.milli,
            "price_fen": line.unit_price.fen,
            "tax_permille": line.tax_permille,
            "fen": taxed(line.amount, line.tax_permille, inclusive=tx.settings.tax_inclusive).gross.fen,
            "payer": line.payer.value,
        }
        for line in lines
    ]
    quote = Quote(
        order_id=order.id,
        version=len(versions) + 1,
        state=QuoteState.OPEN,
        lines={"lines": frozen},
        total=total,
        valid_until=tx.today + timedelta(days=tx.settings.quote_valid_days),
        made_at=tx.now,
        made_by_id=tx.actor.id or None,
    )
    tx.session.add(quote)
    return quote


def newest_quote(tx: Tx, order: RepairOrder) -> Quote | None:
    """The newest version, whatever became of it."""
    return tx.session.scalar(
        select(Quote).where(Quote.order_id == order.id).order_by(Quote.id.desc()).limit(1)
    )


def told_of(tx: Tx, order: RepairOrder, line_id: int) -> bool:
    """Whether the customer was told this charge and has not declined: it stands in the newest quote. Where the whole
    repair came to nothing, the order says why already."""
    if order.status in (Status.DECLINED, Status.UNREPAIRABLE):
        return False
    quote = newest_quote(tx, order)
    if quote is None or quote.state not in (QuoteState.OPEN, QuoteState.APPROVED):
        return False
    return any(each.get("line") == line_id for each in quote.lines["lines"])


def answer(tx: Tx, quote: Quote, state: QuoteState, given: QuoteAnswer) -> None:
    """Note the customer's answer on a quote. Raises ``Refusal``: BAD_TEXT, TEXT_TOO_LONG, LIMIT_TOO_LOW."""
    limit = given.limit if state is QuoteState.APPROVED else None
    if limit is not None and limit < quote.total:
        raise Refusal(Reason.LIMIT_TOO_LOW, amount=quote.total)
    if limit is not None and limit.fen > MAX_FEN:
        raise Refusal(Reason.BAD_AMOUNT, text=str(limit))
    quote.state, quote.answered_at, quote.answered_way = state, tx.now, given.way
    quote.answered_by_id = tx.actor.id or None
    quote.answered_name = clean_line("name", given.name, most=SHORT)
    quote.answer_note = clean_line("note", given.note, most=LINE)
    quote.spend_limit = limit


def agreed_to(quote: Quote) -> Money:
    """Up to how much the customer agreed."""
    return quote.total if quote.spend_limit is None else quote.spend_limit


def agree_now(tx: Tx, order: RepairOrder, total: Money, given: QuoteAnswer) -> Quote:
    """The customer agrees to the charges as they stand: a version of its own, made and answered in one step."""
    quote = freeze_quote(tx, order, total)
    answer(tx, quote, QuoteState.APPROVED, given)
    if given.signature_png:
        keep_signature(tx, order, PaperKind.QUOTE, given.signature_png)
    order.approved_total = agreed_to(quote)
    return quote


def forget_answer(quote: Quote) -> None:
    """The answer was noted by mistake: the quote is open again."""
    quote.state, quote.answered_at, quote.answered_way = QuoteState.OPEN, None, None
    quote.answered_by_id, quote.answered_name, quote.answer_note, quote.spend_limit = None, "", "", None
