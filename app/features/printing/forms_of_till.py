"""Forms of the till's papers: cash slips, shift counts, day closes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, select
from sqlalchemy.orm import aliased

from app.core.enums import CashReason, PaymentMethod, Series, ServiceType, TillMoveKind
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.core.words import N_
from app.features.printing.forms_of_shop import shop_block
from app.features.till.closing import Closing
from app.features.till.reading import session_card
from app.features.till.snapshots import DayTotals, SessionCard
from app.model import (
    DayClose,
    Staff,
    Till,
    TillMove,
    TillSession,
)
from app.papers.forms_of_money import (
    CashSlip,
    CloseSheet,
    CountedPieces,
    MethodSum,
    MoveSum,
    NumberSpan,
    PersonSum,
    ServiceSum,
    TaxSum,
    TillSheet,
    TillSum,
)
from app.store.door import Store

_Second = aliased(Staff)
_Other = aliased(TillMove)
_OtherSession = aliased(TillSession)
_OtherTill = aliased(Till)


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
