"""What a head office's answers do to the shop's records, each exactly once (promises.md row 10)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, func, select, update

from app.core.brand_codes import ClaimState, EventResult, OutboxState
from app.core.changes import Kind
from app.core.errors import Refusal
from app.core.money import Money
from app.core.wire.answers import Decision as Told
from app.core.wire.answers import DecisionKind, Gap, Receipt, Refused, Result
from app.core.wire.events import EventType
from app.core.wire.form import plain
from app.features.claims.making import step
from app.features.claims.service import apply_answer
from app.model import Claim, Decision, OutboxEvent
from app.store.door import Tx

_RESULTS: Mapping[Result, EventResult] = {
    Result.ACCEPTED: EventResult.ACCEPTED,
    Result.DUPLICATE: EventResult.DUPLICATE,
    Result.REFUSED: EventResult.REFUSED,
    Result.RETURNED: EventResult.RETURNED,
    Result.CONFLICT: EventResult.CONFLICT,
    Result.URGE: EventResult.URGE,
}
#: Somebody has to look: the head office will never take them as they are.
_DEAD = frozenset({Result.REFUSED, Result.CONFLICT})
#: The claim was decided meanwhile: its decision is on the way, this says nothing new.
_LATE = frozenset({Refused.DECIDED_ALREADY, Refused.SUPERSEDED})
_MOST = 500


@dataclass(frozen=True, slots=True)
class _Event:
    """What an answer needs to know of an event; of a body that may hold pictures' digests only its version."""

    id: int
    kind: str
    subject: str
    version: int | None


_ANSWER = (
    update(OutboxEvent)
    .where(OutboxEvent.id == bindparam("event_id"))
    .values(
        attempts=OutboxEvent.attempts + 1,
        result=bindparam("answer"),
        reason=bindparam("words"),
        answered_at=bindparam("at"),
        state=bindparam("became"),
    )
    # Nothing of these rows is in the session.
    .execution_options(synchronize_session=None)
)


def apply_receipts(tx: Tx, brand_id: int, receipts: Sequence[Receipt]) -> int:
    """Book the answers to a batch; returns how many events are off the queue. A receipt for what does not wait (any
    more) changes nothing. Short, because whoever works at the counter waits for it."""
    waiting = _waiting(tx, brand_id, receipts)
    answers = []
    for receipt in receipts:
        event = waiting.pop(_uuid(receipt), None)
        if event is None:
            continue
        effect = receipt.effect
        words = _words(receipt)
        answers.append(
            {
                "event_id": event.id,
                "answer": _RESULTS[receipt.result],
                "words": words,
                "at": tx.now,
                "became": OutboxState.DEAD if effect in _DEAD else OutboxState.DONE,
            }
        )
        if event.kind == EventType.CLAIM_SUBMITTED.value and effect is not Result.ACCEPTED:
            _claim_answered(tx, event, receipt, effect, words)
    if answers:
        tx.session.flush()
        tx.reading().execute(_ANSWER, answers)
    tx.changed(Kind.SYNC, 0)
    return len(answers)


def _waiting(tx: Tx, brand_id: int, receipts: Sequence[Receipt]) -> dict[UUID | None, _Event]:
    rows = tx.reading().execute(
        select(
            OutboxEvent.uuid,
            OutboxEvent.id,
            OutboxEvent.kind,
            OutboxEvent.subject,
            func.json_extract(OutboxEvent.body, "$.version"),
        ).where(
            OutboxEvent.brand_id == brand_id,
            OutboxEvent.state == OutboxState.WAITING,
            OutboxEvent.uuid.in_([each for each in map(_uuid, receipts) if each]),
        )
    )
    return {uuid: _Event(*rest) for uuid, *rest in rows}


def apply_decisions(tx: Tx, brand_id: int, decisions: Sequence[Told]) -> int:
    """Book what was decided; one that is known changes nothing. What cannot be applied (a claim that was never sent, an
    older submission) is kept with its trouble, for somebody to see. Returns how many were new."""
    known = set(
        tx.session.scalars(
            select(Decision.key).where(
                Decision.brand_id == brand_id, Decision.key.in_([each.id for each in decisions])
            )
        )
    )
    new = 0
    for told in decisions:
        if told.id in known:
            continue
        known.add(told.id)
        new += 1
        trouble = _decide(tx, brand_id, told)
        tx.session.add(
            Decision(
                brand_id=brand_id,
                key=told.id,
                kind=told.kind.value,
                subject=told.claim or told.statement,
                body=plain(told),
                at=tx.now,
                trouble=trouble,
            )
        )
    tx.changed(Kind.SYNC, 0)
    return new


def _claim_answered(tx: Tx, event: _Event, receipt: Receipt, effect: Result, words: str) -> None:
    claim = tx.session.scalar(select(Claim).where(Claim.number == event.subject))
    if claim is None or claim.state is not ClaimState.SENT or event.version != claim.submission:
        return  # answered by a later submission, or settled meanwhile
    if effect is Result.RETURNED:
        apply_answer(tx, claim, ClaimState.RETURNED, None, words)
    elif effect in _DEAD and receipt.reason not in _LATE:
        # It is not there: what was wrong with it is to be mended here.
        apply_answer(tx, claim, ClaimState.REFUSED, None, words)
    elif effect is Result.URGE:
        claim.answer = words[:_MOST]
        step(tx, claim, ClaimState.SENT, before=claim.state, reason=words)


def _decide(tx: Tx, brand_id: int, told: Told) -> str:
    if told.kind is DecisionKind.STATEMENT:
        return ""
    claim = tx.session.scalar(select(Claim).where(Claim.number == told.claim, Claim.brand_id == brand_id))
    if claim is None:
        return "unknown_claim"
    if not claim.submission or (told.version is not None and told.version > claim.submission):
        return "never_sent"
    if told.version is not None and told.version < claim.submission and told.kind is not DecisionKind.SETTLED:
        return "older_submission"
    reason = ", ".join(
        filter(None, (told.reason, told.text.strip(), " ".join(gap.value for gap in told.missing)))
    )[:_MOST]
    amount = None if told.amount_fen is None else Money(told.amount_fen)
    try:
        match told.kind:
            case DecisionKind.ACCEPTED:
                apply_answer(tx, claim, ClaimState.ACCEPTED, amount, reason)
            case DecisionKind.REFUSED:
                apply_answer(tx, claim, ClaimState.REFUSED, None, reason)
            case DecisionKind.RETURNED:
                apply_answer(tx, claim, ClaimState.RETURNED, None, reason)
            case DecisionKind.SETTLED:
                if claim.state is not ClaimState.ACCEPTED:
                    apply_answer(tx, claim, ClaimState.ACCEPTED, amount, reason)
                elif amount is not None:
                    claim.accepted = amount
            case DecisionKind.URGED:
                claim.answer = reason
                step(tx, claim, claim.state, before=claim.state, reason=reason)
    except Refusal as refusal:
        return refusal.reason.value
    return ""


def _words(receipt: Receipt) -> str:
    parts = [
        receipt.reason.value if receipt.reason else "",
        receipt.text.strip(),
        " ".join(gap.value for gap in receipt.missing if isinstance(gap, Gap)),
    ]
    return ", ".join(each for each in parts if each)[:_MOST]


def _uuid(receipt: Receipt) -> UUID | None:
    try:
        return UUID(receipt.id)
    except ValueError:
        return None
