"""The month's settlement with a brand: drafted, agreed or disputed, booked (domain.md §11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from app.core.brand_codes import SettlementKind, SettlementState
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command, Series
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, clean_line
from app.core.ids import uuid7
from app.core.money import MAX_FEN, ZERO, Money
from app.core.rights import Actor, Ctx, Sight, seen_by
from app.core.wire.events import Difference, EventType, SettlementAgreed, SettlementDisputed
from app.core.wire.form import plain
from app.features.pay.months import bounds, month_of
from app.features.settling.posting import book
from app.features.settling.reading import (
    Candidate,
    brand_says,
    candidates,
    is_linked,
    is_stale,
    settlement_card,
    settlement_rows,
)
from app.features.settling.snapshots import BrandSays, LineEntry, SettlementCard, SettlementRow
from app.model import Brand, Claim, Settlement, SettlementLine
from app.store.door import Store, Tx, repeatable

#: Claims P, settlements M, notices N: the letters that money and stock room left free.
SETTLEMENT_LETTER = "M"
#: So many claims are named where they hold a settlement up; their number says how many there are.
_NAMED = 5
#: The wire takes no more lines of a dispute.
_MOST_DISPUTED = 5000
_MOST_REASON = 200


def _reopen(service: Settlements, result: dict[str, Any]) -> SettlementCard:
    with service._store.read() as reading:
        return settlement_card(reading, result["settlement"])


class Settlements:
    """The settlements of the shop. Commands answer with the settlement as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    def today(self) -> date:
        """The shop's day."""
        return business_day(self._store.clock.now(), self.zone)

    # queries

    @seen_by(Sight.SETTLEMENTS)
    def page(
        self, _actor: Actor, brand_id: int | None = None, after: int | None = None, limit: int = 50
    ) -> tuple[SettlementRow, ...]:
        """A page of settlements, newest first."""
        with self._store.read() as reading:
            return settlement_rows(reading, brand_id, after, limit)

    @seen_by(Sight.SETTLEMENTS)
    def card(self, _actor: Actor, settlement_id: int) -> SettlementCard:
        """One settlement. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return settlement_card(reading, settlement_id)

    # commands

    @repeatable(_reopen)
    def make(self, ctx: Ctx, brand_id: int, month: str, note: str = "") -> SettlementCard:
        """Begin a brand's month: everything delivered until its end that is in no other settlement.

        Raises ``Refusal``: NOT_FOUND, MONTH_UNKNOWN, SETTLEMENT_EXISTS, SETTLEMENT_EARLY (a month to come), BAD_TEXT,
        TEXT_TOO_LONG.
        """
        note = clean_line("note", note, most=LINE)
        first, _after = bounds(month)
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            if tx.session.get(Brand, brand_id) is None:
                raise Refusal(Reason.NOT_FOUND)
            there = tx.session.scalar(
                select(Settlement.number).where(Settlement.brand_id == brand_id, Settlement.month == month)
            )
            if there is not None:
                raise Refusal(Reason.SETTLEMENT_EXISTS, number=there)
            if first > tx.today:
                raise Refusal(Reason.SETTLEMENT_EARLY, month=month)
            period = f"{tx.today:%y%m}"
            settlement = Settlement(
                uuid=uuid7(),
                number=f"{SETTLEMENT_LETTER}{period}-{tx.next_number(Series.SETTLEMENT, period):05d}",
                brand_id=brand_id,
                month=month,
                state=SettlementState.DRAFT,
                note=note,
                made_at=tx.now,
                made_by_id=tx.actor.id,
            )
            tx.session.add(settlement)
            tx.session.flush()
            answered, _others = candidates(tx.reading(), brand_id, month, settlement.id)
            _write_claims(tx, settlement, answered)
            return self._answer(tx, settlement)

    @repeatable(_reopen)
    def bring_up_to_date(self, ctx: Ctx, settlement_id: int, version: int) -> SettlementCard:
        """Take in what was delivered and answered since a draft was made.

        Raises ``Refusal(SETTLEMENT_STATE)``, ``Conflict``.
        """
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.DRAFT)
            answered, _others = candidates(tx.reading(), settlement.brand_id, settlement.month, settlement.id)
            _write_claims(tx, settlement, answered)
            return self._answer(tx, settlement)

    @repeatable(_reopen)
    def save_line(
        self, ctx: Ctx, settlement_id: int, version: int, line_id: int | None, entry: LineEntry
    ) -> SettlementCard:
        """Write down a deduction or a bonus.

        Raises ``Refusal``: BAD_CHOICE, FIELD_REQUIRED, AMOUNT_NEGATIVE, BAD_AMOUNT, BAD_TEXT, TEXT_TOO_LONG,
        SETTLEMENT_STATE, NOT_FOUND; ``Conflict``.
        """
        if entry.kind not in (SettlementKind.DEDUCTION, SettlementKind.BONUS):
            raise Refusal(Reason.BAD_CHOICE, text=str(entry.kind), field="kind")
        words = clean_line("description", entry.description, most=LINE)
        why = clean_line("reason", entry.reason, most=LINE)
        if not words:
            raise Refusal(Reason.FIELD_REQUIRED, field="description")
        if entry.amount <= ZERO:
            raise Refusal(Reason.AMOUNT_NEGATIVE)
        if entry.amount.fen > MAX_FEN:
            raise Refusal(Reason.BAD_AMOUNT, text=str(entry.amount))
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.DRAFT)
            line = SettlementLine(settlement_id=settlement.id, by_table=ZERO)
            if line_id is not None:
                line = _own_line(tx, settlement, line_id)
            line.kind = entry.kind
            line.description, line.reason = words, why
            line.accepted = entry.amount if entry.kind is SettlementKind.BONUS else -entry.amount
            tx.session.add(line)
            return self._answer(tx, settlement, line=words, line_fen=line.accepted.fen)

    @repeatable(_reopen)
    def remove_line(self, ctx: Ctx, settlement_id: int, version: int, line_id: int) -> SettlementCard:
        """Take a deduction or bonus out again. ``Refusal``: SETTLEMENT_STATE, NOT_FOUND; ``Conflict``."""
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.DRAFT)
            line = _own_line(tx, settlement, line_id)
            tx.session.delete(line)
            return self._answer(tx, settlement, removed=line.description, line_fen=line.accepted.fen)

    @repeatable(_reopen)
    def agree(self, ctx: Ctx, settlement_id: int, version: int, *, leave_out: bool = False) -> SettlementCard:
        """Both sides say the same: its claims are this settlement's, its lines stand. A linked brand that sent its
        statement is told. With ``leave_out`` what is not answered comes into the next settlement.

        Raises ``Refusal``: SETTLEMENT_STATE, SETTLEMENT_EARLY, CLAIMS_UNANSWERED, SETTLEMENT_DIFFERS; ``Conflict`` also
        where claims were answered since the user looked.
        """
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.DRAFT)
            _first, after = bounds(settlement.month)
            if tx.today < after:
                raise Refusal(Reason.SETTLEMENT_EARLY, month=settlement.month)
            reading = tx.reading()
            card = settlement_card(reading, settlement.id)
            answered, others = candidates(reading, settlement.brand_id, settlement.month, settlement.id)
            if is_stale(card.lines, answered):
                raise Conflict(Kind.SETTLEMENT, settlement.id)
            if others and not leave_out:
                raise Refusal(Reason.CLAIMS_UNANSWERED, count=len(others), numbers=_named(others))
            said = _said(reading, settlement)
            if said is not None and said.total != card.row.payable:
                raise Refusal(Reason.SETTLEMENT_DIFFERS, ours=card.row.payable, theirs=said.total)
            for each in answered:
                tx.session.get_one(Claim, each.id).settlement_id = settlement.id
                tx.changed(Kind.CLAIM, each.id)
            for number, total in said.parts if said is not None else ():
                told = SettlementAgreed(number, settlement.month, total.fen)
                _tell(tx, settlement, EventType.SETTLEMENT_AGREED, number, plain(told))
            settlement.state = SettlementState.AGREED
            return self._answer(tx, settlement, left_out=[each.number for each in others])

    @repeatable(_reopen)
    def dispute(self, ctx: Ctx, settlement_id: int, version: int, note: str) -> SettlementCard:
        """Tell a linked brand that its statement is not ours, line by line. The draft stays one.

        Raises ``Refusal``: NOTE_REQUIRED, NOTHING_TO_DISPUTE, SETTLEMENT_STATE, BAD_TEXT, TEXT_TOO_LONG; ``Conflict``.
        """
        why = clean_line("note", note, most=LINE)
        if not why:
            raise Refusal(Reason.NOTE_REQUIRED)
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.DRAFT)
            reading = tx.reading()
            card = settlement_card(reading, settlement.id)
            said = _said(reading, settlement)
            if said is None or not card.gap:
                raise Refusal(Reason.NOTHING_TO_DISPUTE)
            told = SettlementDisputed(
                statement=said.newest,
                month=settlement.month,
                shop_total_fen=card.row.payable.fen,
                brand_total_fen=said.total.fen,
                lines=tuple(
                    Difference(
                        each.claim, each.by_table.fen, max(each.accepted.fen, 0), each.reason[:_MOST_REASON]
                    )
                    for each in card.claims
                    if each.difference
                )[:_MOST_DISPUTED],
                note=why,
            )
            _tell(tx, settlement, EventType.SETTLEMENT_DISPUTED, said.newest, plain(told))
            return self._answer(tx, settlement, disputed=said.newest, reason=why)

    @repeatable(_reopen)
    def open_again(self, ctx: Ctx, settlement_id: int, version: int) -> SettlementCard:
        """An agreed settlement is a draft again; its claims are free. ``Refusal(SETTLEMENT_STATE)``, ``Conflict``."""
        with self._store.write(Command.SAVE_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.AGREED)
            for claim in tx.session.scalars(select(Claim).where(Claim.settlement_id == settlement.id)):
                claim.settlement_id = None
                tx.changed(Kind.CLAIM, claim.id)
            settlement.state = SettlementState.DRAFT
            return self._answer(tx, settlement)

    @repeatable(_reopen)
    def post(self, ctx: Ctx, settlement_id: int, version: int) -> SettlementCard:
        """Book an agreed settlement, for good: its differences are credited, its deductions written off, its bonuses
        billed, its claims settled. What is left on their invoices is what the brand pays.

        Raises ``Refusal``: SETTLEMENT_STATE (also the second time), DEDUCTION_TOO_MUCH, BONUS_WITHOUT_CLAIM,
        CLOCK_BEFORE_CLOSE; ``Conflict`` also where a claim was answered otherwise since it was agreed.
        """
        with self._store.write(Command.POST_SETTLEMENT, ctx) as tx:
            settlement = _settlement(tx, settlement_id, version, SettlementState.AGREED)
            lines = tx.session.scalars(
                select(SettlementLine)
                .where(SettlementLine.settlement_id == settlement.id)
                .order_by(SettlementLine.id)
            ).all()
            booked = book(tx, settlement, lines)
            settlement.state = SettlementState.POSTED
            settlement.posted_at = tx.now
            return self._answer(
                tx,
                settlement,
                credits=booked.credits,
                write_offs=booked.write_offs,
                invoices=booked.invoices,
            )

    # what they share

    def _answer(self, tx: Tx, settlement: Settlement, **detail: Any) -> SettlementCard:
        _add_up(tx, settlement)
        tx.changed(Kind.SETTLEMENT, settlement.id)
        tx.journal(
            settlement=settlement.number,
            state=settlement.state,
            fen=(settlement.accepted - settlement.deductions).fen,
            **{key: value for key, value in detail.items() if value},
        )
        tx.result = {"settlement": settlement.id}
        return settlement_card(tx.reading(), settlement.id)


def _settlement(tx: Tx, settlement_id: int, version: int, wanted: SettlementState) -> Settlement:
    found = tx.session.get(Settlement, settlement_id)
    if found is None:
        raise Refusal(Reason.NOT_FOUND)
    if found.version != version:
        raise Conflict(Kind.SETTLEMENT, settlement_id)
    if found.state is not wanted:
        raise Refusal(Reason.SETTLEMENT_STATE, state=found.state)
    found.version += 1
    return found


def _own_line(tx: Tx, settlement: Settlement, line_id: int) -> SettlementLine:
    """A deduction or bonus: lines of claims are not edited, their claims are."""
    line = tx.session.get(SettlementLine, line_id)
    if line is None or line.settlement_id != settlement.id or line.kind is SettlementKind.CLAIM:
        raise Refusal(Reason.NOT_FOUND)
    return line


def _write_claims(tx: Tx, settlement: Settlement, answered: Sequence[Candidate]) -> None:
    """The lines of the claims anew; what was written down by hand stays."""
    connection = tx.reading()
    connection.execute(
        delete(SettlementLine).where(
            SettlementLine.settlement_id == settlement.id, SettlementLine.kind == SettlementKind.CLAIM
        )
    )
    if answered:
        connection.execute(
            insert(SettlementLine),
            [
                {
                    "settlement_id": settlement.id,
                    "kind": SettlementKind.CLAIM,
                    "claim_id": each.id,
                    "description": "",
                    "by_table": each.total,
                    "accepted": each.paid,
                    "reason": each.answer,
                }
                for each in answered
            ],
        )


def _add_up(tx: Tx, settlement: Settlement) -> None:
    tx.session.flush()
    rows = tx.reading().execute(
        select(SettlementLine.kind, SettlementLine.by_table, SettlementLine.accepted).where(
            SettlementLine.settlement_id == settlement.id
        )
    )
    table = accepted = deducted = 0
    for each in rows:
        if each.kind is SettlementKind.CLAIM:
            table += each.by_table.fen
            accepted += each.accepted.fen
        else:
            deducted -= each.accepted.fen
    settlement.by_table, settlement.accepted = Money(table), Money(accepted)
    settlement.deductions = Money(deducted)
    tx.session.flush()


def _said(reading: Connection, settlement: Settlement) -> BrandSays | None:
    """The brand's own statement, where there is a head office that an answer reaches."""
    if not is_linked(reading, settlement.brand_id):
        return None
    return brand_says(reading, settlement.brand_id, settlement.month)


def _tell(tx: Tx, settlement: Settlement, kind: EventType, subject: str, body: dict[str, Any]) -> None:
    tx.outbox(settlement.brand_id, kind.value, subject, body)
    tx.changed(Kind.SYNC, 0)


def _named(claims: Sequence[Candidate]) -> str:
    numbers = ", ".join(each.number for each in claims[:_NAMED])
    return f"{numbers} …" if len(claims) > _NAMED else numbers


def last_month(day: date) -> str:
    """The month before the one that ``day`` lies in: what is settled as a rule."""
    return month_of(date.fromordinal(day.replace(day=1).toordinal() - 1))
