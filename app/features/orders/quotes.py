"""Quotes as they were told: their versions, the customer's answers, and what became otherwise by the invoice
(domain.md §8)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, bindparam, select
from sqlalchemy.orm import aliased

from app.core.enums import LineKind, Payer, QuoteState
from app.core.money import Money, Quantity
from app.features.orders.quote_snapshots import Explained, QuoteRow, Said, differences
from app.model import Invoice, InvoiceLine, OrderLine, Quote, Sale, Staff
from app.model.billing import taxed
from app.model.settings import ShopSettings

_MADE_BY = aliased(Staff)
_ANSWERED_BY = aliased(Staff)
_QUOTES = (
    select(
        Quote.__table__,
        _MADE_BY.name.label("made_by"),
        _ANSWERED_BY.name.label("answered_by"),
    )
    .outerjoin(_MADE_BY, _MADE_BY.id == Quote.made_by_id)
    .outerjoin(_ANSWERED_BY, _ANSWERED_BY.id == Quote.answered_by_id)
    .where(Quote.order_id == bindparam("order_id"))
    .order_by(Quote.id)
)
_LINES = (
    select(OrderLine.__table__)
    .where(
        OrderLine.order_id == bindparam("order_id"),
        OrderLine.removed.is_(False),
        OrderLine.payer == Payer.CUSTOMER,
    )
    .order_by(OrderLine.id)
)
_BILLED = (
    select(InvoiceLine.__table__, OrderLine.price_reason, OrderLine.item_code)
    .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    .outerjoin(OrderLine, OrderLine.id == InvoiceLine.order_line_id)
    .where(
        # The order's invoices by the index of its sales; lines have one by invoice only.
        InvoiceLine.invoice_id.in_(select(Sale.invoice_id).where(Sale.order_id == bindparam("order_id"))),
        InvoiceLine.order_id == bindparam("order_id"),
        Invoice.payer == Payer.CUSTOMER,
        Invoice.replaces_id.is_(None),
    )
    .order_by(InvoiceLine.id)
)


def read_quotes(reading: Connection, order_id: int) -> tuple[QuoteRow, ...]:
    """Every version of an order's quote, oldest first."""
    return tuple(_quote(each) for each in reading.execute(_QUOTES, {"order_id": order_id}))


def explain(reading: Connection, settings: ShopSettings, order_id: int) -> Explained | None:
    """The quote that the customer agreed to against what he pays, line by line; None where he agreed to no quote.

    After the invoice its lines count, before it the present charges.
    """
    agreed = [each for each in read_quotes(reading, order_id) if each.state is QuoteState.APPROVED]
    if not agreed:
        return None
    told = [each for each in agreed if not each.at_once] or agreed[:1]
    base = told[-1]
    now = _billed(reading, order_id) or _present(reading, settings, order_id)
    return Explained(
        quote=base,
        total=Money(sum(each.gross.fen for each in now)),
        differences=differences(base.lines, now),
        agreed_since=tuple(each for each in agreed if each.version > base.version),
    )


def _present(reading: Connection, settings: ShopSettings, order_id: int) -> list[Said]:
    return [
        Said(
            each.id,
            each.kind,
            each.description,
            each.unit,
            each.quantity,
            each.unit_price,
            taxed(each.amount, each.tax_permille, inclusive=settings.tax_inclusive).gross,
            each.tax_permille,
            each.price_reason,
        )
        for each in reading.execute(_LINES, {"order_id": order_id})
    ]


def _billed(reading: Connection, order_id: int) -> list[Said]:
    return [
        Said(
            each.order_line_id,
            each.kind,
            each.description,
            each.unit,
            each.quantity,
            each.unit_price,
            each.amount,
            each.tax_permille,
            each.price_reason or "",
        )
        for each in reading.execute(_BILLED, {"order_id": order_id})
    ]


def said_of(frozen: Mapping[str, Any]) -> Said:
    """A charge as a quote keeps it."""
    return Said(
        frozen.get("line"),
        LineKind(frozen["kind"]),
        frozen["description"],
        frozen["unit"],
        Quantity(frozen["milli"]),
        Money(frozen["price_fen"]),
        Money(frozen["fen"]),
        frozen["tax_permille"],
    )


def _quote(row: Any) -> QuoteRow:
    return QuoteRow(
        id=row.id,
        version=row.version,
        state=row.state,
        total=row.total,
        valid_until=row.valid_until,
        made_at=row.made_at,
        made_by=row.made_by or "",
        printed_at=row.printed_at,
        answered_at=row.answered_at,
        way=row.answered_way,
        answered_by=row.answered_by or "",
        answered_name=row.answered_name,
        note=row.answer_note,
        limit=row.spend_limit,
        at_once=row.answered_at is not None and row.answered_at == row.made_at,
        lines=tuple(said_of(each) for each in row.lines["lines"] if each["payer"] == Payer.CUSTOMER),
    )
