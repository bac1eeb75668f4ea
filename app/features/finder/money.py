"""Papers of money by their numbers: invoice F, credit note H, payment S, write-off W, claim P, quote ORDER/VERSION, and
of the tills: day close Z, shift T, cash slip Y."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.core import formats
from app.core.enums import Series
from app.core.labels import label
from app.features.claims.snapshots import CLAIM_LETTER
from app.features.finder.snapshots import FinderHit, HitKind
from app.features.till.numbers import LETTERS
from app.model import (
    Allocation,
    Brand,
    Claim,
    CreditNote,
    Customer,
    DayClose,
    Device,
    Invoice,
    Payment,
    Quote,
    RepairOrder,
    Staff,
    Till,
    TillMove,
    TillSession,
    WriteOff,
)

_KINDS = {
    LETTERS[Series.INVOICE]: HitKind.INVOICE,
    LETTERS[Series.CREDIT_NOTE]: HitKind.CREDIT_NOTE,
    LETTERS[Series.PAYMENT]: HitKind.PAYMENT,
    LETTERS[Series.WRITE_OFF]: HitKind.WRITE_OFF,
    CLAIM_LETTER: HitKind.CLAIM,
    LETTERS[Series.DAY_CLOSE]: HitKind.DAY_CLOSE,
    LETTERS[Series.TILL_SESSION]: HitKind.SHIFT,
    LETTERS[Series.TILL_MOVE]: HitKind.CASH_SLIP,
}
#: A letter, year and month, a running number: whole, or as far as it is typed; with or without the dash.
_NUMBER = re.compile(rf"^([{''.join(_KINDS)}])(\d{{1,4}})-?(\d{{0,5}})$", re.IGNORECASE)
_WHOLE = 11
_QUOTE = re.compile(r"^(\d{4})-?(\d{5})\s*/\s*(\d{1,3})$")


def _newest_first(
    number: InstrumentedAttribute[str], found: Select[*tuple[Any, ...]]
) -> Select[*tuple[Any, ...]]:
    """The records whose ``number`` lies between what is typed and the next, newest first."""
    between = (number >= bindparam("first"), number < bindparam("last"))
    return found.where(*between).order_by(number.desc()).limit(bindparam("most"))


_INVOICES = _newest_first(
    Invoice.number,
    select(
        Invoice.id.label("opens"),
        Invoice.number,
        Invoice.total.label("amount"),
        Invoice.business_day.label("day"),
        Invoice.payer_name,
        Customer.name,
    ).join(Customer, Customer.id == Invoice.customer_id),
)
_CREDITS = _newest_first(
    CreditNote.number,
    select(
        CreditNote.invoice_id.label("opens"),
        CreditNote.number,
        CreditNote.total.label("amount"),
        CreditNote.business_day.label("day"),
        Invoice.payer_name,
        Customer.name,
        Invoice.number.label("of"),
    )
    .join(Invoice, Invoice.id == CreditNote.invoice_id)
    .join(Customer, Customer.id == CreditNote.customer_id),
)
_WRITE_OFFS = _newest_first(
    WriteOff.number,
    select(
        WriteOff.invoice_id.label("opens"),
        WriteOff.number,
        WriteOff.amount,
        WriteOff.business_day.label("day"),
        Invoice.payer_name,
        Customer.name,
        Invoice.number.label("of"),
    )
    .join(Invoice, Invoice.id == WriteOff.invoice_id)
    .join(Customer, Customer.id == WriteOff.customer_id),
)
_PAID = (
    select(func.min(Allocation.invoice_id))
    .where(Allocation.payment_id == func.coalesce(Payment.refund_of_id, Payment.id))
    .correlate(Payment)
    .scalar_subquery()
)
_PAYMENTS = _newest_first(
    Payment.number,
    select(
        _PAID.label("opens"),
        Payment.order_id,
        Payment.customer_id,
        Payment.number,
        Payment.amount,
        Payment.business_day.label("day"),
        Payment.method,
        Customer.name,
    ).join(Customer, Customer.id == Payment.customer_id),
)
_CLAIMS = _newest_first(
    Claim.number,
    select(
        Claim.id.label("opens"),
        Claim.number,
        Claim.total.label("amount"),
        Claim.delivered_on.label("day"),
        Claim.state,
        Brand.name,
        Device.model,
        RepairOrder.number.label("of"),
    )
    .join(Brand, Brand.id == Claim.brand_id)
    .join(RepairOrder, RepairOrder.id == Claim.order_id)
    .join(Device, Device.id == RepairOrder.device_id),
)
_CLOSES = _newest_first(
    DayClose.number,
    select(DayClose.id.label("opens"), DayClose.number, DayClose.day, Staff.name).join(
        Staff, Staff.id == DayClose.closed_by_id
    ),
)
_SHIFTS = _newest_first(
    TillSession.number,
    select(
        TillSession.id.label("opens"),
        TillSession.number,
        TillSession.opened_day.label("day"),
        Staff.name,
        Till.name.label("till"),
    )
    .join(Staff, Staff.id == TillSession.holder_id)
    .join(Till, Till.id == TillSession.till_id),
)
_SLIPS = _newest_first(
    TillMove.number,
    select(
        TillMove.id.label("opens"),
        TillMove.number,
        TillMove.kind,
        TillMove.reason,
        TillMove.amount,
        TillMove.business_day.label("day"),
        Staff.name,
    ).join(Staff, Staff.id == TillMove.staff_id),
)
_QUERIES = {
    HitKind.DAY_CLOSE: _CLOSES,
    HitKind.SHIFT: _SHIFTS,
    HitKind.CASH_SLIP: _SLIPS,
    HitKind.CLAIM: _CLAIMS,
    HitKind.INVOICE: _INVOICES,
    HitKind.CREDIT_NOTE: _CREDITS,
    HitKind.WRITE_OFF: _WRITE_OFFS,
    HitKind.PAYMENT: _PAYMENTS,
}
_QUOTED = (
    select(
        Quote.order_id.label("opens"),
        RepairOrder.number,
        Quote.version,
        Quote.total,
        Quote.state,
        Customer.name,
    )
    .join(RepairOrder, RepairOrder.id == Quote.order_id)
    .join(Customer, Customer.id == RepairOrder.customer_id)
    .where(RepairOrder.number == bindparam("number"), Quote.version == bindparam("version"))
)


def money_hits(
    connection: Connection, typed: str, limit: int
) -> tuple[tuple[FinderHit, ...], FinderHit | None]:
    """The papers whose number begins as typed, newest first; the second is the one whose whole number it is."""
    plain = re.sub(r"\s", "", unicodedata.normalize("NFKC", typed)).upper()
    quoted = _QUOTE.match(plain)
    if quoted is not None:
        return _quotes(connection, f"{quoted[1]}-{quoted[2]}", int(quoted[3]))
    found = _NUMBER.match(plain)
    if found is None:
        return (), None
    letter, period, running = found.groups()
    if running and len(period) < 4:
        return (), None
    first = f"{letter}{period}" + (f"-{running}" if running or plain.endswith("-") else "")
    kind = _KINDS[letter]
    rows = connection.execute(_QUERIES[kind], {"first": first, "last": f"{first}~", "most": limit})
    hits = tuple(_hit(kind, each) for each in rows)
    return hits, hits[0] if hits and len(first) == _WHOLE else None


def _hit(kind: HitKind, row: Any) -> FinderHit:
    said: Sequence[str]
    if kind is HitKind.PAYMENT:
        said = (label(row.method), formats.money(row.amount), formats.day(row.day))
        opens, key = HitKind.INVOICE, row.opens
        if key is None:
            opens, key = (
                (HitKind.CUSTOMER, row.customer_id) if row.order_id is None else (HitKind.ORDER, row.order_id)
            )
        return FinderHit(kind, key, row.number, row.name, " · ".join(said), opens=opens)
    if kind is HitKind.CLAIM:
        who = " · ".join(filter(None, (row.name, row.model)))
        said = (row.of, formats.money(row.amount), label(row.state))
        return FinderHit(kind, row.opens, row.number, who, " · ".join(said))
    if kind is HitKind.DAY_CLOSE:
        return FinderHit(kind, row.opens, row.number, formats.day(row.day), row.name)
    if kind is HitKind.SHIFT:
        said = (row.till, formats.day(row.day))
        return FinderHit(kind, row.opens, row.number, row.name, " · ".join(filter(None, said)))
    if kind is HitKind.CASH_SLIP:
        said = (label(row.reason), formats.money(row.amount), formats.day(row.day), row.name)
        return FinderHit(kind, row.opens, row.number, label(row.kind), " · ".join(said))
    of = "" if kind is HitKind.INVOICE else row.of
    who = f"{row.payer_name} ({row.name})" if row.payer_name else row.name
    said = (of, formats.money(row.amount), formats.day(row.day))
    return FinderHit(kind, row.opens, row.number, who, " · ".join(filter(None, said)), opens=HitKind.INVOICE)


def _quotes(
    connection: Connection, number: str, version: int
) -> tuple[tuple[FinderHit, ...], FinderHit | None]:
    row = connection.execute(_QUOTED, {"number": number, "version": version}).one_or_none()
    if row is None:
        return (), None
    hit = FinderHit(
        HitKind.QUOTE,
        row.opens,
        f"{row.number}/{row.version}",
        row.name,
        f"{formats.money(row.total)} · {label(row.state)}",
        opens=HitKind.ORDER,
    )
    return (hit,), hit
