"""Quotes as the bench makes them: frozen lines, one open version at a time, and the customer's answer."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.core.enums import ApprovalWay, QuoteState
from app.core.money import Money
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


def answer(tx: Tx, quote: Quote, state: QuoteState, way: ApprovalWay | None) -> None:
    """Note the customer's answer on a quote."""
    quote.state, quote.answered_at, quote.answered_way = state, tx.now, way


def forget_answer(quote: Quote) -> None:
    """The answer was noted by mistake: the quote is open again."""
    quote.state, quote.answered_at, quote.answered_way = QuoteState.OPEN, None, None
