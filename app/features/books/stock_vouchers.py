"""Vouchers of goods: received, used, scrapped, counted, lent, and consigned ones settled.

A part that is used leaves the stock for the repair and becomes a cost with the invoice of its order: the stock account
is the stock's value on any day, and the cost is the month report's. Goods of others have no value here; what is used of
them is owed to their owner from that day.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Integer, Text, text

from app.core.clock import business_day, from_microseconds
from app.core.enums import MoveKind
from app.core.labels import LABELS
from app.features.books.snapshots import Voucher, VoucherKind
from app.model.accounts import AccountKey
from app.model.base import DayType

_RECEIPTS = text(
    "SELECT r.id, r.number, r.day, r.total, r.delivery_note,"
    " (SELECT coalesce(sum(m.value), 0) FROM goods_receipt_line l JOIN stock_move m ON m.receipt_line_id = l.id"
    "   AND m.kind = 'receive' AND m.day = r.day WHERE l.receipt_id = r.id) AS value"
    " FROM goods_receipt r WHERE r.consigned = 0 AND r.day >= :first AND r.day < :after"
).columns(id=Integer, number=Text, day=DayType(), total=Integer, delivery_note=Text, value=Integer)
#: What came with a receipt stands in the receipt's own voucher.
_MOVED = text(
    "SELECT m.day, m.kind, sum(m.value) AS value, sum(m.owed_value) AS owed, min(m.id) AS first_id FROM stock_move m"
    " WHERE m.day >= :first AND m.day < :after AND NOT (m.kind = 'receive' AND m.receipt_line_id IS NOT NULL)"
    " GROUP BY m.day, m.kind HAVING value != 0 OR owed != 0"
).columns(day=DayType(), kind=Text, value=Integer, owed=Integer, first_id=Integer)
_SETTLED = text(
    "SELECT id, number, total, at FROM consign_settlement WHERE at >= :begin AND at < :end"
).columns(id=Integer, number=Text, total=Integer, at=Integer)

#: Where goods come from or go to; what only changes its place has no value to book.
_OTHER_SIDE: Mapping[MoveKind, AccountKey] = MappingProxyType(
    {
        MoveKind.RECEIVE: AccountKey.SUPPLIER,
        MoveKind.RETURN: AccountKey.SUPPLIER,
        MoveKind.USE: AccountKey.IN_REPAIR,
        MoveKind.UNUSE: AccountKey.IN_REPAIR,
        MoveKind.SCRAP: AccountKey.SCRAP,
        MoveKind.COUNT: AccountKey.STOCK_DIFFERENCE,
        MoveKind.STRIP: AccountKey.STRIPPED,
        MoveKind.BORROW: AccountKey.BORROWED,
        MoveKind.BORROW_BACK: AccountKey.BORROWED,
        MoveKind.LEND: AccountKey.LENT,
        MoveKind.LEND_BACK: AccountKey.LENT,
    }
)


def goods_in(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """Goods receipts: own stock, and what of them is not kept on stock."""
    for row in reading.execute(_RECEIPTS, span):
        entries = {
            AccountKey.STOCK: row.value,
            AccountKey.PURCHASE_OTHER: row.total - row.value,
            AccountKey.SUPPLIER: -row.total,
        }
        yield Voucher(row.day, VoucherKind.GOODS_IN, row.id, row.number, entries, row.delivery_note)


def moves(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """All other moves of goods, one voucher for each day and kind."""
    for row in reading.execute(_MOVED, span):
        kind = MoveKind(row.kind)
        other = _OTHER_SIDE.get(kind, AccountKey.STOCK_DIFFERENCE)
        entries = {
            AccountKey.STOCK: row.value,
            AccountKey.CONSIGNED: -row.owed,
            other: row.owed - row.value,
        }
        yield Voucher(row.day, VoucherKind.STOCK, row.first_id, "", entries, word=LABELS[MoveKind][kind])


def settlements(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """Used consigned goods settled with their owner: from now on an invoice to pay."""
    for row in reading.execute(_SETTLED, span):
        day = business_day(from_microseconds(row.at), span["zone"])
        entries = {AccountKey.CONSIGNED: row.total, AccountKey.SUPPLIER: -row.total}
        yield Voucher(day, VoucherKind.CONSIGNED, row.id, row.number, entries)
