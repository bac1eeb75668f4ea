"""Forms of the papers of money: corrections, cash slips, shift counts, day closes, statements, reminders."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import aliased

from app.core import formats
from app.core.clock import business_day
from app.core.enums import CashReason, Payer, PaymentMethod, Series, ServiceType, TillMoveKind
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.core.words import N_
from app.features.billing.reading import statement_of
from app.features.customers.reading import family, followed
from app.features.printing.forms_of_shop import shop_block
from app.features.till.closing import Closing
from app.features.till.reading import session_card
from app.features.till.snapshots import DayTotals, SessionCard
from app.model import (
    Allocation,
    CreditLine,
    CreditNote,
    Customer,
    DayClose,
    HeldMoney,
    Invoice,
    InvoiceBalance,
    InvoiceLine,
    RepairOrder,
    Staff,
    Till,
    TillMove,
    TillSession,
    WriteOff,
)
from app.papers.forms_of_money import (
    CashSlip,
    CloseSheet,
    CountedPieces,
    CreditedLine,
    CreditSheet,
    MethodSum,
    MoveSum,
    NumberSpan,
    OwedLine,
    PersonSum,
    ReminderSheet,
    ServiceSum,
    StatementEntry,
    StatementSheet,
    TaxSum,
    TillSheet,
    TillSum,
    WriteOffSheet,
)
from app.store.door import Store

#: What a line of a statement is called; the papers say it in their own language.
STATEMENT_WORDS = {
    "invoice": N_("Invoice"),
    "credit": N_("Credit note"),
    "write_off": N_("Write-off"),
    "deposit": N_("Deposit"),
    "payment": N_("Payment"),
    "refund": N_("Refund"),
}
_Second = aliased(Staff)
_Other = aliased(TillMove)
_OtherSession = aliased(TillSession)
_OtherTill = aliased(Till)


def credit_note(reading: Connection, store: Store, number: str) -> tuple[CreditSheet, int]:
    """A credit note by its number, as it was issued: what came after it is on later papers."""
    row = reading.execute(
        select(
            CreditNote.__table__,
            Invoice.number.label("invoice_number"),
            Invoice.total.label("invoice_total"),
            Invoice.business_day.label("invoice_day"),
            Invoice.order_id,
            Invoice.payer.label("owed_by"),
            Invoice.payer_name,
            RepairOrder.number.label("order_number"),
            RepairOrder.card_code,
            Customer.name.label("customer_name"),
            Customer.phone.label("customer_phone"),
            Staff.name.label("issuer"),
            _Second.name.label("approver"),
        )
        .join(Invoice, Invoice.id == CreditNote.invoice_id)
        .join(RepairOrder, RepairOrder.id == Invoice.order_id)
        .join(Customer, Customer.id == CreditNote.customer_id)
        .join(Staff, Staff.id == CreditNote.issued_by_id)
        .outerjoin(_Second, _Second.id == CreditNote.approved_by_id)
        .where(CreditNote.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    lines = reading.execute(
        select(
            InvoiceLine.kind,
            InvoiceLine.description,
            InvoiceLine.tax_permille,
            RepairOrder.number.label("order_number"),
            RepairOrder.card_code,
            CreditLine.amount,
        )
        .join(InvoiceLine, InvoiceLine.id == CreditLine.invoice_line_id)
        .join(RepairOrder, RepairOrder.id == InvoiceLine.order_id)
        .where(CreditLine.credit_id == row.id)
        .order_by(CreditLine.id)
    ).all()
    # Of an invoice for several devices perhaps another one than the first is credited.
    orders = {each.order_number: each.card_code for each in lines} or {row.order_number: row.card_code}
    several = len(orders) > 1
    replaced_by = reading.execute(
        select(Invoice.number)
        .where(Invoice.replaces_id == row.invoice_id, Invoice.issued_at == row.issued_at)
        .limit(1)
    ).scalar()
    freed, due = _after_credit(reading, row.invoice_id, row.invoice_total, row)
    form = CreditSheet(
        shop=shop_block(store.settings),
        number=row.number,
        invoice_number=row.invoice_number,
        issued_at=row.issued_at,
        kind=row.kind,
        reason=row.reason,
        lines=tuple(
            CreditedLine(
                each.kind,
                each.description,
                each.amount,
                each.tax_permille,
                each.order_number if several else "",
            )
            for each in lines
        ),
        total=row.total,
        tax=row.tax,
        invoice_day=row.invoice_day,
        invoice_total=row.invoice_total,
        order_number=formats.joined(orders),
        card_code=row.card_code if row.order_number in orders else next(iter(orders.values())),
        customer_name=row.customer_name,
        customer_phone=row.customer_phone,
        payer=row.owed_by,
        payer_name=row.payer_name,
        note=row.note,
        issued_by=row.issuer,
        approved_by=row.approver or "",
        freed=freed,
        due=due,
        replaced_by=replaced_by or "",
    )
    return form, row.order_id


def _after_credit(reading: Connection, invoice_id: int, total: Money, credit: Any) -> tuple[Money, Money]:
    """(set free by this credit note, still due after it): what was booked up to its moment."""
    used = reading.execute(
        select(func.sum(Allocation.amount)).where(
            Allocation.invoice_id == invoice_id, Allocation.at <= credit.issued_at
        )
    ).scalar()
    released = reading.execute(
        select(func.sum(Allocation.amount)).where(
            Allocation.invoice_id == invoice_id, Allocation.at == credit.issued_at, Allocation.amount < ZERO
        )
    ).scalar()
    credited = reading.execute(
        select(func.sum(CreditNote.total)).where(
            CreditNote.invoice_id == invoice_id, CreditNote.id <= credit.id
        )
    ).scalar()
    given_up = reading.execute(
        select(func.sum(WriteOff.amount)).where(
            WriteOff.invoice_id == invoice_id, WriteOff.at <= credit.issued_at
        )
    ).scalar()
    due = total - _money(used) - _money(credited) - _money(given_up)
    return -_money(released), max(due, ZERO)


def write_off(reading: Connection, store: Store, number: str) -> tuple[WriteOffSheet, int]:
    """A write-off by its number."""
    row = reading.execute(
        select(
            WriteOff.__table__,
            Invoice.number.label("invoice_number"),
            Invoice.total.label("invoice_total"),
            Invoice.order_id,
            Invoice.payer.label("owed_by"),
            Invoice.payer_name,
            RepairOrder.number.label("order_number"),
            Customer.name.label("customer_name"),
            Customer.phone.label("customer_phone"),
            Staff.name.label("staff"),
            _Second.name.label("approver"),
            InvoiceBalance.due,
        )
        .join(Invoice, Invoice.id == WriteOff.invoice_id)
        .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
        .join(RepairOrder, RepairOrder.id == Invoice.order_id)
        .join(Customer, Customer.id == WriteOff.customer_id)
        .join(Staff, Staff.id == WriteOff.staff_id)
        .outerjoin(_Second, _Second.id == WriteOff.approved_by_id)
        .where(WriteOff.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    form = WriteOffSheet(
        shop=shop_block(store.settings),
        number=row.number,
        invoice_number=row.invoice_number,
        at=row.at,
        reason=row.reason,
        amount=row.amount,
        customer_name=row.customer_name,
        customer_phone=row.customer_phone,
        payer=row.owed_by,
        payer_name=row.payer_name,
        order_number=row.order_number,
        invoice_total=row.invoice_total,
        due=row.due,
        note=row.note,
        staff=row.staff,
        approved_by=row.approver or "",
    )
    return form, row.order_id


def cash_slip(reading: Connection, store: Store, number: str) -> tuple[CashSlip, None]:
    """Cash paid in or out, or handed from drawer to drawer, by its number."""
    row = reading.execute(
        select(
            TillMove.__table__,
            Till.name.label("till"),
            TillSession.number.label("session_number"),
            Staff.name.label("staff"),
            _Second.name.label("approver"),
            _OtherTill.name.label("other_till"),
            _OtherTill.id.label("other_till_id"),
        )
        .join(TillSession, TillSession.id == TillMove.session_id)
        .join(Till, Till.id == TillSession.till_id)
        .join(Staff, Staff.id == TillMove.staff_id)
        .outerjoin(_Second, _Second.id == TillMove.approved_by_id)
        .outerjoin(_Other, (_Other.id == TillMove.other_id) | (_Other.other_id == TillMove.id))
        .outerjoin(_OtherSession, _OtherSession.id == _Other.session_id)
        .outerjoin(_OtherTill, _OtherTill.id == _OtherSession.till_id)
        .where(TillMove.number == number)
        .limit(1)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    form = CashSlip(
        shop=shop_block(store.settings),
        number=row.number,
        kind=row.kind,
        outgoing=row.amount < ZERO,
        reason=row.reason,
        amount=Money(abs(row.amount.fen)),
        at=row.at,
        till=row.till,
        other_till=_other_till(row),
        session_number=row.session_number,
        staff=row.staff,
        approved_by=row.approver or "",
        receipt=row.receipt,
        note=row.note,
    )
    return form, None


def _other_till(row: Any) -> str:
    """The main till has no name of its own: the paper says it with a word of the program."""
    if row.other_till_id is None:
        return ""
    return row.other_till or N_("Main till")


def till_count(reading: Connection, store: Store, number: str) -> tuple[TillSheet, None]:
    """A shift that was counted and closed, by the number of its session. ``Refusal``: NOT_FOUND, TILL_NOT_COUNTED."""
    found = reading.execute(select(TillSession.id).where(TillSession.number == number)).scalar()
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    card = session_card(reading, found)
    if card.counted is None or card.closed_at is None:
        raise Refusal(Reason.TILL_NOT_COUNTED)
    following = reading.execute(
        select(Staff.name)
        .join(TillSession, TillSession.holder_id == Staff.id)
        .where(TillSession.previous_id == card.id, TillSession.opened_at == card.closed_at)
    ).scalar()
    last = card.counts[-1] if card.counts else None
    return _till_sheet(store, card, following or "", last.pieces if last else {}), None


def _till_sheet(store: Store, card: SessionCard, following: str, pieces: Any) -> TillSheet:
    def moved(kind: TillMoveKind) -> Money:
        return Money(sum(each.amount.fen for each in card.moves if each.kind is kind))

    assert card.counted is not None
    assert card.closed_at is not None
    return TillSheet(
        shop=shop_block(store.settings),
        number=card.number,
        opened_at=card.opened_at,
        closed_at=card.closed_at,
        float_amount=card.float_amount,
        expected=card.expected,
        counted=card.counted,
        pieces=tuple(CountedPieces(fen, many) for fen, many in sorted(pieces.items(), reverse=True) if many),
        till=card.till_name,
        holder=card.holder,
        closed_by=card.closed_by,
        next_holder=following,
        taken=card.cash_in,
        given=-card.cash_out,
        paid_in=moved(TillMoveKind.PAY_IN),
        paid_out=moved(TillMoveKind.PAY_OUT),
        handed_in=moved(TillMoveKind.HAND_IN),
        reason=card.reason,
        kept=card.kept or ZERO,
        float_off=_float_off(card.float_amount, card.float_expected, card.float_reason),
        float_reason=card.float_reason,
        counts=len(card.counts) or 1,
    )


def _float_off(counted: Money, left: Money, reason: str) -> Money:
    """A new till's first float differs from nothing and has no reason."""
    return counted - left if reason else ZERO


def day_close(reading: Connection, store: Store, number: str) -> tuple[CloseSheet, None]:
    """A closed day by the number of its close: what was frozen, never worked out again."""
    row = reading.execute(
        select(DayClose.day, DayClose.journal_id).where(DayClose.number == number)
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return close_sheet(store, Closing(store).day(FOUNDER, row.day), row.journal_id), None


def close_sheet(store: Store, closed: DayTotals, journal_id: int) -> CloseSheet:
    """The frozen content of a close (``till.totals``) as its paper."""
    content = closed.content
    sold, paid = content["revenue"], content["payments"]
    billed, credit, given_up = content["invoices"], content["credit_notes"], content["write_offs"]
    end = content["at_end"]
    assert closed.number is not None
    assert closed.closed_at is not None
    return CloseSheet(
        shop=shop_block(store.settings),
        number=closed.number,
        day=closed.day,
        closed_at=closed.closed_at,
        first_day=closed.first_day,
        closed_by=closed.closed_by,
        invoiced=Money(sum(each["total"] for each in billed)),
        invoices=sum(each["count"] for each in billed),
        credited=Money(credit["total"]),
        credits=credit["count"],
        written_off=Money(given_up["total"]),
        revenue=Money(sold["revenue"]),
        visit=Money(sold["visit"]),
        labour=Money(sold["labour"]),
        parts=Money(sold["parts"]),
        other=Money(sold["other"]),
        discount=Money(sold["discount"]),
        tax=Money(sold["tax"]),
        methods=tuple(
            MethodSum(
                PaymentMethod(each["method"]), Money(each["paid"]), Money(each["refunded"]), each["count"]
            )
            for each in paid["by_method"]
        ),
        people=_people(paid["by_person"]),
        services=tuple(
            ServiceSum(ServiceType(each["service_type"]), Money(each["revenue"]), each["orders"])
            for each in content["by_service_type"]
        ),
        taxes=tuple(
            TaxSum(each["tax_permille"], Money(each["net"]), Money(each["tax"]))
            for each in content["by_tax"]
            if each["net"] or each["tax"]
        ),
        tills=tuple(
            TillSum(
                each["till"],
                each["number"],
                each["holder"],
                Money(each["expected"]),
                Money(each["counted"]),
                Money(each["kept"]),
                each["reason"],
                _float_off(Money(each["float_amount"]), Money(each["float_expected"]), each["float_reason"]),
                each["float_reason"],
            )
            for each in content["tills"]
        ),
        # Cash from one drawer into another is neither in nor out.
        moves=tuple(
            MoveSum(
                TillMoveKind(each["kind"]), CashReason(each["reason"]), Money(each["total"]), each["count"]
            )
            for each in content["till_moves"]
            if each["kind"] != TillMoveKind.HAND_IN
        ),
        numbers=_spans(content),
        held=Money(end["held"]),
        due_customers=Money(end["due_customer"]),
        due_others=Money(end["due_other"]),
        journal_id=journal_id,
        head=closed.journal_head,
        digest=closed.digest,
    )


def _people(rows: list[dict[str, Any]]) -> tuple[PersonSum, ...]:
    """Per person over all methods; two of one name stay two."""
    found: dict[int, tuple[str, int]] = {}
    for each in rows:
        found[each["id"]] = (each["name"], found.get(each["id"], ("", 0))[1] + each["total"])
    return tuple(PersonSum(name, Money(fen)) for name, fen in found.values())


def _spans(content: Any) -> tuple[NumberSpan, ...]:
    billed = [each for each in content["invoices"] if each["count"]]
    spans = []
    if billed:
        first, last = min(each["first"] for each in billed), max(each["last"] for each in billed)
        spans.append(NumberSpan(Series.INVOICE, first, last, sum(each["count"] for each in billed)))
    for series, part in (
        (Series.CREDIT_NOTE, content["credit_notes"]),
        (Series.WRITE_OFF, content["write_offs"]),
        (Series.PAYMENT, content["payments"]),
    ):
        if part["count"]:
            spans.append(NumberSpan(series, part["first"], part["last"], part["count"]))
    moves = content["till_moves"]
    if moves:
        first, last = min(each["first"] for each in moves), max(each["last"] for each in moves)
        spans.append(NumberSpan(Series.TILL_MOVE, first, last, sum(each["count"] for each in moves)))
    return tuple(spans)


def statement(reading: Connection, store: Store, number: str) -> tuple[StatementSheet, None]:
    """A customer's account asked for like ``7?from=2026-11-01&to=2026-11-30``; without days the last three months."""
    customer, _mark, asked = number.partition("?")
    wanted = dict(parse_qsl(asked))
    today = business_day(store.clock.now(), store.settings.time_zone)
    last = _day(wanted.get("to"), today)
    first = _day(wanted.get("from"), (last - timedelta(days=90)).replace(day=1))
    if first > last:
        raise Refusal(Reason.BAD_DATE, text=wanted.get("from", ""))
    row = _customer(reading, customer)
    found = statement_of(reading, row.id, first, last)
    sheet = StatementSheet(
        shop=shop_block(store.settings),
        number=number,
        customer_name=found.customer_name,
        first=first,
        last=last,
        made_at=store.clock.now(),
        opening=found.opening,
        closing=found.closing,
        entries=tuple(
            StatementEntry(
                each.day,
                STATEMENT_WORDS.get(each.kind, ""),
                each.number,
                each.charged,
                each.paid,
                each.balance,
                each.order_number,
            )
            for each in found.rows
        ),
        customer_phone=row.phone,
        customer_address=row.address,
        # Of today: a statement of a past month says only what the balance was then.
        due=found.due if last >= today else ZERO,
        held=found.held if last >= today else ZERO,
    )
    return sheet, None


def reminder(reading: Connection, store: Store, number: str) -> tuple[ReminderSheet, None]:
    """What a customer owes today, by his id. ``Refusal``: NOT_FOUND, NOTHING_DUE."""
    row = _customer(reading, number)
    ids = family(reading, row.id)
    today = business_day(store.clock.now(), store.settings.time_zone)
    lines = tuple(
        OwedLine(
            each.number,
            each.business_day,
            each.due_on,
            each.total,
            each.due,
            (today - each.due_on).days,
            each.order_number,
        )
        for each in reading.execute(
            select(
                Invoice.number,
                Invoice.business_day,
                Invoice.due_on,
                Invoice.total,
                InvoiceBalance.due,
                RepairOrder.number.label("order_number"),
            )
            .join(InvoiceBalance, InvoiceBalance.invoice_id == Invoice.id)
            .join(RepairOrder, RepairOrder.id == Invoice.order_id)
            .where(
                InvoiceBalance.customer_id.in_(ids),
                InvoiceBalance.due > ZERO,
                InvoiceBalance.payer == Payer.CUSTOMER,
            )
            .order_by(Invoice.due_on, Invoice.id)
        )
    )
    if not lines:
        raise Refusal(Reason.NOTHING_DUE, number=row.name)
    held = reading.execute(
        select(func.sum(HeldMoney.amount)).where(
            HeldMoney.customer_id.in_(ids), HeldMoney.payer == Payer.CUSTOMER
        )
    ).scalar()
    sheet = ReminderSheet(
        shop=shop_block(store.settings),
        number=number,
        customer_name=row.name,
        made_at=store.clock.now(),
        lines=lines,
        total=Money(sum(each.due.fen for each in lines)),
        customer_phone=row.phone,
        customer_address=row.address,
        held=_money(held),
    )
    return sheet, None


def _customer(reading: Connection, text: str) -> Any:
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Refusal(Reason.NOT_FOUND)
    row = reading.execute(
        select(Customer.id, Customer.name, Customer.phone, Customer.address).where(
            Customer.id == followed(reading, int(text))
        )
    ).one_or_none()
    if row is None:
        raise Refusal(Reason.NOT_FOUND)
    return row


def _day(text: str | None, otherwise: date) -> date:
    try:
        return date.fromisoformat(text) if text else otherwise
    except ValueError:
        raise Refusal(Reason.BAD_DATE, text=text or "") from None


def _money(value: Any) -> Money:
    return value if isinstance(value, Money) else Money(int(value or 0))
