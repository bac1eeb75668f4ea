"""Vouchers of sales and money: invoices, credit notes, payments, refunds, debts given up, cash in and out.

Revenue, tax and cost come from the rows that the month report counts (``Sale``): books and report cannot differ. Money
of a customer is an advance until an invoice uses it; what was used on the day it came is booked against the receivable
at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, Integer, Text, text

from app.core.enums import CashReason, Payer, PaymentKind, PaymentMethod
from app.core.labels import LABELS
from app.features.books.snapshots import Voucher, VoucherKind
from app.model.accounts import METHOD_ACCOUNTS, REASON_ACCOUNTS, AccountKey
from app.model.base import DayType

_SALES = text(
    "SELECT s.kind, s.business_day AS day, s.payer, coalesce(s.credit_id, s.invoice_id, s.order_id) AS record_id,"
    " coalesce(n.number, i.number, o.number) AS document, min(o.number) AS order_number, sum(s.visit) AS visit,"
    " sum(s.labour) AS labour, sum(s.parts) AS parts, sum(s.other) AS other, sum(s.discount) AS discount,"
    " sum(s.tax) AS tax, sum(s.cost) AS cost FROM sale s JOIN repair_order o ON o.id = s.order_id"
    " LEFT JOIN invoice i ON i.id = s.invoice_id LEFT JOIN credit_note n ON n.id = s.credit_id"
    " WHERE s.business_day >= :first AND s.business_day < :after"
    # A cost alone is a voucher of its own for each row; an invoice over several orders is one.
    " GROUP BY s.kind, CASE s.kind WHEN 'cost' THEN s.id ELSE coalesce(s.credit_id, s.invoice_id) END"
).columns(
    kind=Text,
    day=DayType(),
    payer=Text,
    record_id=Integer,
    document=Text,
    order_number=Text,
    **dict.fromkeys(("visit", "labour", "parts", "other", "discount", "tax", "cost"), Integer),
)
_PAYMENTS = text(
    "SELECT id, number, kind, method, amount, business_day AS day FROM payment"
    " WHERE business_day >= :first AND business_day < :after"
).columns(id=Integer, number=Text, kind=Text, method=Text, amount=Integer, day=DayType())
_USED = text(
    "SELECT a.payment_id, a.business_day AS day, p.business_day AS paid_on, i.id AS invoice_id, i.number, i.payer,"
    " sum(a.amount) AS fen FROM allocation a JOIN payment p ON p.id = a.payment_id"
    " JOIN invoice i ON i.id = a.invoice_id WHERE a.business_day >= :first AND a.business_day < :after"
    " GROUP BY a.payment_id, a.business_day, i.id"
).columns(
    payment_id=Integer,
    day=DayType(),
    paid_on=DayType(),
    invoice_id=Integer,
    number=Text,
    payer=Text,
    fen=Integer,
)
_WRITE_OFFS = text(
    "SELECT w.id, w.number, w.amount, w.business_day AS day, i.payer, i.number AS invoice FROM write_off w"
    " JOIN invoice i ON i.id = w.invoice_id WHERE w.business_day >= :first AND w.business_day < :after"
).columns(id=Integer, number=Text, amount=Integer, day=DayType(), payer=Text, invoice=Text)
#: From drawer to drawer both ends are cash: nothing to book.
_MOVES = text(
    "SELECT id, number, reason, amount, business_day AS day FROM till_move"
    " WHERE kind != 'hand_in' AND business_day >= :first AND business_day < :after"
).columns(id=Integer, number=Text, reason=Text, amount=Integer, day=DayType())
_DIFFERENCES = text(
    "SELECT id, number, difference AS fen, closed_day AS day FROM till_session"
    " WHERE closed_day >= :first AND closed_day < :after AND difference != 0"
).columns(id=Integer, number=Text, fen=Integer, day=DayType())


def sales(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """Invoices, credit notes, and costs without an invoice."""
    for row in reading.execute(_SALES, span):
        cost = AccountKey.GUARANTEE if row.payer == Payer.SHOP else AccountKey.COST
        gross = row.visit + row.labour + row.parts + row.other + row.discount + row.tax
        entries = {
            receivable(row.payer): gross,
            AccountKey.VISIT: -row.visit,
            AccountKey.LABOUR: -row.labour,
            AccountKey.PARTS: -row.parts,
            AccountKey.OTHER: -row.other,
            AccountKey.DISCOUNT: -row.discount,
            AccountKey.TAX: -row.tax,
            cost: row.cost,
            AccountKey.IN_REPAIR: -row.cost,
        }
        yield Voucher(row.day, VoucherKind(row.kind), row.record_id, row.document, entries, row.order_number)


def payments(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """Money in and out, and what advances of earlier days were used for."""
    at_once: dict[int, dict[AccountKey, int]] = defaultdict(lambda: defaultdict(int))
    for row in reading.execute(_USED, span):
        account = receivable(row.payer)
        if row.day == row.paid_on:
            at_once[row.payment_id][account] += row.fen
        else:
            entries = {AccountKey.HELD: row.fen, account: -row.fen}
            yield Voucher(row.day, VoucherKind.ADVANCE_USED, row.payment_id, row.number, entries)
    for row in reading.execute(_PAYMENTS, span):
        method = PaymentMethod(row.method)
        kind = VoucherKind.REFUND if row.kind == PaymentKind.REFUND else VoucherKind.PAYMENT
        used = at_once.get(row.id, {})
        entries = {
            METHOD_ACCOUNTS[method]: row.amount,
            AccountKey.HELD: sum(used.values()) - row.amount,
            **{account: -fen for account, fen in used.items()},
        }
        yield Voucher(row.day, kind, row.id, row.number, entries, word=LABELS[PaymentMethod][method])


def write_offs(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """Debts given up, and those that were paid after all."""
    for row in reading.execute(_WRITE_OFFS, span):
        entries = {AccountKey.BAD_DEBT: row.amount, receivable(row.payer): -row.amount}
        yield Voucher(row.day, VoucherKind.WRITE_OFF, row.id, row.number, entries, row.invoice)


def cash(reading: Connection, span: Mapping[str, Any]) -> Iterator[Voucher]:
    """Cash in and out of the drawers without a payment, and what a count found too much or too little."""
    for row in reading.execute(_MOVES, span):
        reason = CashReason(row.reason)
        entries = {AccountKey.CASH: row.amount, REASON_ACCOUNTS[reason]: -row.amount}
        yield Voucher(row.day, VoucherKind.CASH, row.id, row.number, entries, word=LABELS[CashReason][reason])
    for row in reading.execute(_DIFFERENCES, span):
        entries = {AccountKey.CASH: row.fen, AccountKey.TILL_DIFFERENCE: -row.fen}
        yield Voucher(row.day, VoucherKind.TILL_DIFFERENCE, row.id, row.number, entries)


def receivable(payer: str) -> AccountKey:
    """Where what is due from a payer stands."""
    return AccountKey.DUE_CUSTOMER if payer == Payer.CUSTOMER else AccountKey.DUE_OTHER
