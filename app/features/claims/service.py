"""Claims: the worklist, completing, sending, answers of the brand (domain.md §11)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, func, or_, select

from app.core.brand_codes import ClaimState, CodeList
from app.core.changes import Kind
from app.core.clock import business_day
from app.core.enums import Command
from app.core.errors import Conflict, Reason, Refusal
from app.core.fields import LINE, LONG, SHORT, clean_line, clean_text
from app.core.money import Money
from app.core.rights import Ctx
from app.core.waiting import Waiting
from app.core.wire.events import ClaimWithdrawn, EventType, PhotoOf
from app.core.wire.form import plain
from app.core.words import ngettext
from app.features.brands.quality import watch_quality
from app.features.brands.reading import code_rows
from app.features.claims.facts import claim_body, lacking
from app.features.claims.making import step
from app.features.claims.reading import (
    OPEN,
    ROWS,
    claim_card,
    linked,
    row_of,
    stale_claims,
    terms_of,
    was_pushed,
)
from app.features.claims.snapshots import (
    ClaimCard,
    ClaimEntryForm,
    ClaimRow,
    ClaimTally,
    NewPhoto,
)
from app.features.orders.entries import checked_amount
from app.model import Claim, Device, Photo, RepairOrder
from app.store.door import Store, Tx, repeatable

#: The brand may still answer.
ANSWERABLE = frozenset({ClaimState.SENT, ClaimState.RETURNED, ClaimState.REFUSED, ClaimState.ACCEPTED})
_ANSWERS = frozenset({ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.RETURNED})
MOST_AT_ONCE = 500
#: More are not taken in with one save.
MOST_PHOTOS = 30


class Claims:
    """The claims of the shop. Commands answer with the claim as it is then."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def zone(self) -> str:
        """The shop's time zone: moments are shown in it."""
        return self._store.settings.time_zone

    # queries

    def page(
        self,
        states: Iterable[ClaimState] = (),
        brand_id: int | None = None,
        typed: str = "",
        after: int | None = None,
        limit: int = 50,
    ) -> tuple[ClaimRow, ...]:
        """A page of claims, newest first; ``typed`` is (a piece of) a claim's or an order's number, or a serial."""
        query = ROWS.order_by(Claim.id.desc()).limit(limit)
        chosen = tuple(states)
        if chosen:
            query = query.where(Claim.state.in_(chosen))
        if brand_id is not None:
            query = query.where(Claim.brand_id == brand_id)
        if after is not None:
            query = query.where(Claim.id < after)
        wanted = typed.strip()
        if wanted:
            query = query.where(
                or_(
                    Claim.number.endswith(wanted, autoescape=True),
                    RepairOrder.number.endswith(wanted, autoescape=True),
                    Device.serial == wanted,
                )
            )
        with self._store.read() as reading:
            return tuple(row_of(each) for each in reading.execute(query))

    def card(self, claim_id: int) -> ClaimCard:
        """One claim. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            return claim_card(reading, self._store.photos, claim_id)

    def row(self, claim_id: int) -> ClaimRow:
        """One claim as it stands in lists. ``Refusal(NOT_FOUND)``."""
        with self._store.read() as reading:
            found = reading.execute(ROWS.where(Claim.id == claim_id)).one_or_none()
        if found is None:
            raise Refusal(Reason.NOT_FOUND)
        return row_of(found)

    def of_order(self, order_id: int) -> int | None:
        """The claim of an order."""
        with self._store.read() as reading:
            return reading.execute(select(Claim.id).where(Claim.order_id == order_id)).scalar()

    def tally(self) -> ClaimTally:
        """How many wait for what."""
        with self._store.read() as reading:
            counts = dict(
                reading.execute(
                    select(Claim.state, func.count())
                    .where(Claim.state.in_((*OPEN, ClaimState.SENT)))
                    .group_by(Claim.state)
                ).all()
            )
        return ClaimTally(
            incomplete=counts.get(ClaimState.DRAFT, 0),
            ready=counts.get(ClaimState.READY, 0),
            back=counts.get(ClaimState.REFUSED, 0) + counts.get(ClaimState.RETURNED, 0),
            sent=counts.get(ClaimState.SENT, 0),
        )

    def waiting(self) -> Waiting | None:
        """How many wait for somebody: the chip on the tab; what came back is late."""
        tally = self.tally()
        count = tally.incomplete + tally.ready + tally.back
        if not count:
            return None
        words = ngettext("{n} claim to look at", "{n} claims to look at", count).format(n=count)
        return Waiting(count, words, late=tally.back > 0)

    def came_back(self) -> Waiting | None:
        """How many a brand refused or returned: the owner's morning."""
        count = self.tally().back
        if not count:
            return None
        words = ngettext("{n} claim came back from a brand", "{n} claims came back from brands", count)
        return Waiting(count, words.format(n=count), late=True)

    # commands

    @repeatable(lambda self, result: self.card(result["claim"]))
    def complete(self, ctx: Ctx, claim_id: int, version: int, entry: ClaimEntryForm) -> ClaimCard:
        """Fill in what the brand wants to know. A claim that lacks nothing any more is ready to be sent (again).

        Raises ``Refusal``: CLAIM_CLOSED, BAD_TEXT, TEXT_TOO_LONG, BAD_CODE (not in the brand's list), BAD_DATE;
        ``Conflict``.
        """
        typed = replace(
            entry,
            fault_code=clean_line("fault_code", entry.fault_code, most=40),
            cause_code=clean_line("cause_code", entry.cause_code, most=40),
            fix_code=clean_line("fix_code", entry.fix_code, most=40),
            serial=clean_line("serial", entry.serial, most=SHORT),
            outdoor_serial=clean_line("outdoor_serial", entry.outdoor_serial, most=SHORT),
            unsigned_reason=clean_line("unsigned_reason", entry.unsigned_reason, most=LINE),
            note=clean_text("note", entry.note, most=LONG // 2),
        )
        with self._store.write(Command.EDIT_CLAIM, ctx) as tx:
            claim = _open_claim(tx, claim_id, version)
            order = tx.session.get_one(RepairOrder, claim.order_id)
            device = tx.session.get_one(Device, order.device_id)
            for name in ("produced_on", "purchased_on"):
                day = getattr(typed, name)
                if day is not None and day > tx.today:
                    raise Refusal(Reason.BAD_DATE, text=day.isoformat(), field=name)
            for kind, code in (
                (CodeList.FAULT, typed.fault_code),
                (CodeList.CAUSE, typed.cause_code),
                (CodeList.FIX, typed.fix_code),
            ):
                _check_code(tx.reading(), claim.brand_id, kind, code)
            claim.fault_code, claim.cause_code, claim.fix_code = (
                typed.fault_code,
                typed.cause_code,
                typed.fix_code,
            )
            claim.unsigned_reason, claim.note = typed.unsigned_reason, typed.note
            device.serial, device.outdoor_serial = typed.serial, typed.outdoor_serial
            device.produced_on = typed.produced_on
            if typed.purchased_on is not None:
                device.purchased_on, device.proof_seen = typed.purchased_on, True
            self._settle_state(tx, claim)
            tx.journal(order_id=order.id, claim=claim.id, state=claim.state)
            watch_quality(tx, claim.id)
            return self._answer(tx, claim)

    @repeatable(lambda _self, result: result["changed"])
    def recheck(self, ctx: Ctx) -> int:
        """Look at all open claims again: a photo was added, an old part came back. Returns how many changed."""
        with self._store.read() as reading:
            stale = stale_claims(reading, self._store.photos)
        if not stale:
            return 0
        with self._store.write(Command.EDIT_CLAIM, ctx) as tx:
            for claim_id in stale:
                claim = tx.session.get_one(Claim, claim_id)
                if claim.state in (ClaimState.DRAFT, ClaimState.READY):
                    self._settle_state(tx, claim)
                    tx.journal(order_id=claim.order_id, claim=claim.id, state=claim.state)
            tx.result = {"changed": len(stale)}
            return len(stale)

    @repeatable(lambda self, result: self.card(result["claim"]))
    def show_photos(
        self,
        ctx: Ctx,
        claim_id: int,
        version: int,
        shows: Mapping[int, PhotoOf],
        added: Sequence[NewPhoto] = (),
    ) -> ClaimCard:
        """Say what the order's photos show (by id), and keep new ones with it.

        Raises ``Refusal``: CLAIM_CLOSED, TOO_MANY_ENTRIES, NOT_FOUND (a photo of another order), BAD_IMAGE,
        IMAGE_TOO_LARGE, FILE_TOO_LARGE; ``Conflict``.
        """
        if len(added) > MOST_PHOTOS:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="photos", most=MOST_PHOTOS)
        files = [self._store.photos.put(each.content) for each in added]
        with self._store.write(Command.EDIT_CLAIM, ctx) as tx:
            claim = _open_claim(tx, claim_id, version)
            for photo_id, kind in shows.items():
                photo = tx.session.get(Photo, photo_id)
                if photo is None or photo.order_id != claim.order_id:
                    raise Refusal(Reason.NOT_FOUND)
                photo.shows = "" if kind is PhotoOf.OTHER else kind.value
            for each, file in zip(added, files, strict=True):
                tx.session.add(
                    Photo(
                        order_id=claim.order_id,
                        sha256=file.sha256,
                        suffix=file.suffix,
                        staff_id=tx.actor.id or None,
                        at=tx.now,
                        shows="" if each.shows is PhotoOf.OTHER else each.shows.value,
                    )
                )
            self._settle_state(tx, claim)
            tx.journal(order_id=claim.order_id, claim=claim.id, photos=len(added), state=claim.state)
            tx.changed(Kind.ORDER, claim.order_id)
            return self._answer(tx, claim)

    @repeatable(lambda _self, result: tuple(result["sent"]))
    def send(self, ctx: Ctx, claim_ids: Sequence[int]) -> tuple[int, ...]:
        """Send complete claims: into the push of a brand that has one, else they count as handed in. Returns those
        that were sent; what is not complete stays where it is.

        Raises ``Refusal``: TOO_MANY_ENTRIES, CLAIM_INCOMPLETE where none can be sent.
        """
        if len(claim_ids) > MOST_AT_ONCE:
            raise Refusal(Reason.TOO_MANY_ENTRIES, field="claims", most=MOST_AT_ONCE)
        with self._store.write(Command.SEND_CLAIM, ctx) as tx:
            sent = [each for each in dict.fromkeys(claim_ids) if self._send(tx, each)]
            if not sent:
                raise Refusal(Reason.CLAIM_INCOMPLETE)
            tx.result = {"sent": sent}
            return tuple(sent)

    @repeatable(lambda self, result: self.card(result["claim"]))
    def withdraw(self, ctx: Ctx, claim_id: int, version: int, reason: str) -> ClaimCard:
        """Give a claim up, with a reason. ``Refusal``: NOTE_REQUIRED, CLAIM_CLOSED; ``Conflict``."""
        why = clean_line("reason", reason, most=LINE)
        if not why:
            raise Refusal(Reason.NOTE_REQUIRED)
        with self._store.write(Command.WITHDRAW_CLAIM, ctx) as tx:
            claim = _claim(tx, claim_id, version)
            if claim.state not in OPEN | {ClaimState.SENT}:
                raise Refusal(Reason.CLAIM_CLOSED, state=claim.state)
            reading = tx.reading()
            told = linked(reading, claim.brand_id) and was_pushed(reading, claim.number, claim.submission)
            if claim.submission and told:
                body = ClaimWithdrawn(claim=claim.number, version=claim.submission, reason=why)
                tx.outbox(claim.brand_id, EventType.CLAIM_WITHDRAWN.value, claim.number, plain(body))
                tx.changed(Kind.SYNC, 0)
            step(tx, claim, ClaimState.WITHDRAWN, before=claim.state, reason=why)
            tx.journal(order_id=claim.order_id, claim=claim.id, state=claim.state)
            return self._answer(tx, claim)

    @repeatable(lambda self, result: self.card(result["claim"]))
    def note_answer(
        self,
        ctx: Ctx,
        claim_id: int,
        version: int,
        answer: ClaimState,
        amount: Money | None = None,
        reason: str = "",
    ) -> ClaimCard:
        """Write down what a brand answered by letter or portal.

        Raises ``Refusal``: BAD_CHOICE, AMOUNT_NEGATIVE, BAD_AMOUNT, CLAIM_CLOSED,
        NOTE_REQUIRED (a refusal or a return says why).
        """
        if answer not in _ANSWERS:
            raise Refusal(Reason.BAD_CHOICE, text=str(answer), field="answer")
        amount = checked_amount("amount", amount)
        why = clean_line("reason", reason, most=LINE)
        if answer is not ClaimState.ACCEPTED and not why:
            raise Refusal(Reason.NOTE_REQUIRED)
        with self._store.write(Command.ANSWER_CLAIM, ctx) as tx:
            claim = _claim(tx, claim_id, version)
            apply_answer(tx, claim, answer, amount, why)
            return self._answer(tx, claim)

    # what they share

    def _send(self, tx: Tx, claim_id: int) -> bool:
        claim = tx.session.get(Claim, claim_id)
        if claim is None or claim.state not in OPEN or claim.agreement_id is None:
            return False
        reading = tx.reading()
        body = claim_body(reading, self._store.photos, claim_id)
        if lacking(body, terms_of(reading, claim_id)):
            if claim.state is ClaimState.READY:
                step(tx, claim, ClaimState.DRAFT, before=claim.state)
            return False
        if claim.state in (ClaimState.REFUSED, ClaimState.RETURNED):
            # Somebody must have looked at it since.
            return False
        before = claim.state
        claim.submission += 1
        claim.sent_at, claim.answer, claim.accepted, claim.answered_at = tx.now, "", None, None
        fields = plain(body)
        step(tx, claim, ClaimState.SENT, before=before, body=fields)
        if linked(reading, claim.brand_id):
            tx.outbox(claim.brand_id, EventType.CLAIM_SUBMITTED.value, claim.number, fields)
            tx.changed(Kind.SYNC, 0)
        tx.journal(order_id=claim.order_id, claim=claim.id, state=claim.state, submission=claim.submission)
        return True

    def _settle_state(self, tx: Tx, claim: Claim) -> None:
        """Ready when nothing is missing, else a draft."""
        tx.session.flush()
        state = ClaimState.READY if self._complete(tx.reading(), claim.id) else ClaimState.DRAFT
        if state is claim.state:
            claim.version += 1
            tx.changed(Kind.CLAIM, claim.id)
            return
        if state is ClaimState.DRAFT and claim.state in (ClaimState.REFUSED, ClaimState.RETURNED):
            # It stays on the list of what came back until it is complete.
            claim.version += 1
            tx.changed(Kind.CLAIM, claim.id)
            return
        step(tx, claim, state, before=claim.state)

    def _complete(self, reading: Connection, claim_id: int) -> bool:
        terms = terms_of(reading, claim_id)
        return terms is not None and not lacking(claim_body(reading, self._store.photos, claim_id), terms)

    def _answer(self, tx: Tx, claim: Claim) -> ClaimCard:
        tx.result = {"claim": claim.id}
        return claim_card(tx.reading(), self._store.photos, claim.id)

    def today(self) -> Any:
        """The shop's day."""
        return business_day(self._store.clock.now(), self.zone)


def apply_answer(tx: Tx, claim: Claim, answer: ClaimState, amount: Money | None, reason: str) -> None:
    """What the brand said of a claim, whoever brought it: a letter, the push. ``Refusal(CLAIM_CLOSED)``."""
    if claim.state not in ANSWERABLE or not claim.submission:
        raise Refusal(Reason.CLAIM_CLOSED, state=claim.state)
    before = claim.state
    claim.answer, claim.answered_at = reason, tx.now
    claim.accepted = None
    if answer is ClaimState.ACCEPTED:
        claim.accepted = claim.total if amount is None else amount
    step(tx, claim, answer, before=before, reason=reason)
    tx.journal(
        order_id=claim.order_id,
        claim=claim.id,
        state=claim.state,
        fen=None if claim.accepted is None else claim.accepted.fen,
    )


def _claim(tx: Tx, claim_id: int, version: int) -> Claim:
    claim = tx.session.get(Claim, claim_id)
    if claim is None:
        raise Refusal(Reason.NOT_FOUND)
    if claim.version != version:
        raise Conflict(Kind.CLAIM, claim_id)
    return claim


def _open_claim(tx: Tx, claim_id: int, version: int) -> Claim:
    claim = _claim(tx, claim_id, version)
    if claim.state not in OPEN:
        raise Refusal(Reason.CLAIM_CLOSED, state=claim.state)
    return claim


def _check_code(reading: Connection, brand_id: int, kind: CodeList, code: str) -> None:
    """Free text where neither brand nor shop has a list."""
    known = {each.code for each in code_rows(reading, brand_id, kind) if each.active}
    if code and known and code not in known:
        raise Refusal(Reason.BAD_CODE, code=code, field=f"{kind.value}_code")
