"""The shop's records beside the head office's: the same set of claims, amounts to the fen (promises.md row 10).

Reads only. What is on its way (an event that waits) is no difference.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.core.brand_codes import ClaimState, EventResult, OutboxState, SettlementKind
from app.core.money import ZERO, Money
from app.core.wire.answers import ClaimState as Theirs
from app.core.wire.answers import DecisionKind, Standing, Statement
from app.core.wire.events import EventType
from app.features.settling.reading import candidates
from app.features.sync.snapshots import ClaimOdd, ClaimSide, Odd, StatementCheck, StatementOdd, TakenOff
from app.model import Claim, Decision, OutboxEvent, Settlement, SettlementLine

#: With these answers a submission is at the head office.
_KEPT = (EventResult.ACCEPTED, EventResult.DUPLICATE, EventResult.RETURNED, EventResult.URGE)
#: Where a claim may be here while it is there so; in between somebody mends it, or its month was booked.
_FITS: Mapping[Theirs, frozenset[ClaimState]] = {
    Theirs.RECEIVED: frozenset({ClaimState.SENT}),
    Theirs.RETURNED: frozenset({ClaimState.RETURNED, ClaimState.READY, ClaimState.DRAFT}),
    Theirs.REFUSED: frozenset({ClaimState.REFUSED, ClaimState.READY, ClaimState.DRAFT, ClaimState.SETTLED}),
    Theirs.ACCEPTED: frozenset({ClaimState.ACCEPTED, ClaimState.SETTLED}),
    Theirs.SETTLED: frozenset({ClaimState.ACCEPTED, ClaimState.SETTLED}),
    Theirs.WITHDRAWN: frozenset({ClaimState.WITHDRAWN}),
}
_DECIDED = frozenset({Theirs.ACCEPTED, Theirs.SETTLED})


@dataclass(frozen=True, slots=True)
class _Ours:
    """A claim that was sent. ``kept``: the newest submission that is there; ``claimed``: what each said, by number."""

    side: ClaimSide
    kept: int
    claimed: Mapping[int, Money]
    moving: bool


def claim_odds(
    reading: Connection, brand_id: int, theirs: Iterable[Standing]
) -> tuple[int, Money, Money, tuple[ClaimOdd, ...]]:
    """Claims that both have, what the shop claimed with them, what the head office has of it, and what differs."""
    ours = _sent_claims(reading, brand_id)
    there = {each.claim: each for each in theirs}
    odd: list[ClaimOdd] = []
    both, claimed_here, claimed_there = 0, ZERO, ZERO
    for number in sorted(ours.keys() | there.keys()):
        mine, standing = ours.get(number), there.get(number)
        if standing is None:
            if mine is not None and mine.kept:
                odd.append(ClaimOdd(number, (Odd.MISSING_THERE,), mine.side, None))
            continue
        if mine is None:
            odd.append(ClaimOdd(number, (Odd.MISSING_HERE,), None, _side(standing)))
            continue
        both += 1
        claimed = mine.claimed.get(standing.version, mine.side.claimed)
        if standing.state is not Theirs.WITHDRAWN:
            claimed_here += claimed
            claimed_there += Money(standing.claimed_fen)
        kinds = tuple(_kinds(mine, standing, claimed))
        if kinds:
            odd.append(ClaimOdd(number, kinds, mine.side, _side(standing)))
    return both, claimed_here, claimed_there, tuple(odd)


def _kinds(mine: _Ours, standing: Standing, claimed: Money) -> Iterable[Odd]:
    side = mine.side
    if standing.version > side.version or (standing.version < mine.kept):
        yield Odd.VERSION
        return
    if standing.state is not Theirs.WITHDRAWN and claimed.fen != standing.claimed_fen:
        yield Odd.CLAIMED
    if mine.moving or standing.version < side.version:
        return
    if side.state not in _FITS[standing.state]:
        yield Odd.STATE
    elif standing.state in _DECIDED and side.accepted != Money(standing.accepted_fen or 0):
        yield Odd.ACCEPTED


def _side(standing: Standing) -> ClaimSide:
    accepted = None if standing.accepted_fen is None else Money(standing.accepted_fen)
    return ClaimSide(standing.version, standing.state, Money(standing.claimed_fen), accepted)


def _sent_claims(reading: Connection, brand_id: int) -> dict[str, _Ours]:
    kept: dict[str, int] = {}
    claimed: dict[str, dict[int, Money]] = {}
    moving: set[str] = set()
    events = reading.execute(
        select(
            OutboxEvent.subject,
            OutboxEvent.kind,
            OutboxEvent.state,
            OutboxEvent.result,
            func.json_extract(OutboxEvent.body, "$.version").label("version"),
            func.json_extract(OutboxEvent.body, "$.amounts.total_fen").label("fen"),
        ).where(
            OutboxEvent.brand_id == brand_id,
            OutboxEvent.kind.in_((EventType.CLAIM_SUBMITTED.value, EventType.CLAIM_WITHDRAWN.value)),
        )
    )
    for each in events:
        if each.state is OutboxState.WAITING:
            moving.add(each.subject)
        if each.kind == EventType.CLAIM_SUBMITTED.value:
            # A body that was erased for privacy's sake says neither; then the claim itself does.
            version = int(each.version or 0)
            if each.fen is not None:
                claimed.setdefault(each.subject, {})[version] = Money(int(each.fen))
            if each.state is OutboxState.DONE and each.result in _KEPT:
                kept[each.subject] = max(kept.get(each.subject, 0), version or 1)
    rows = reading.execute(
        select(Claim.number, Claim.submission, Claim.state, Claim.total, Claim.accepted).where(
            Claim.brand_id == brand_id, Claim.submission > 0
        )
    )
    return {
        row.number: _Ours(
            ClaimSide(row.submission, row.state, row.total, row.accepted),
            kept.get(row.number, 0),
            claimed.get(row.number, {}),
            row.number in moving,
        )
        for row in rows
    }


def statement_numbers(reading: Connection, brand_id: int, month: str) -> tuple[str, ...]:
    """Numbers of the statements that the head office told of for a month, in the order they came."""
    bodies = reading.execute(
        select(Decision.body)
        .where(Decision.brand_id == brand_id, Decision.kind == DecisionKind.STATEMENT.value)
        .order_by(Decision.id)
    ).scalars()
    found = (str(body.get("statement") or "") for body in bodies if body.get("month") == month)
    return tuple(dict.fromkeys(filter(None, found)))


def statement_check(
    reading: Connection, brand_id: int, month: str, statements: Sequence[Statement]
) -> StatementCheck:
    """A month as the brand's statements have it, beside the shop's own settlement line by line.

    Where the shop has not begun that month's settlement yet, the claims that belong into it stand in for it.
    ``Refusal(MONTH_UNKNOWN)``.
    """
    number, ours, taken_here = _own_month(reading, brand_id, month)
    theirs = {line.claim: line for each in statements for line in each.lines}
    submissions = dict(
        reading.execute(select(Claim.number, Claim.submission).where(Claim.number.in_(theirs))).all()
    )
    odd = []
    for claim in sorted(ours.keys() | theirs.keys()):
        line = theirs.get(claim)
        mine, other = ours.get(claim), None if line is None else Money(line.amount_fen)
        if (mine or ZERO) == (other or ZERO) and (line is None or submissions.get(claim) == line.version):
            continue
        odd.append(StatementOdd(claim, mine, other))
    taken_there = tuple(
        TakenOff(each.reason, Money(each.amount_fen)) for one in statements for each in one.deductions
    )
    lines_there = sum((Money(line.amount_fen) for line in theirs.values()), ZERO)
    off_here = sum((each.amount for each in taken_here), ZERO)
    off_there = sum((each.amount for each in taken_there), ZERO)
    total_there = sum((Money(each.total_fen) for each in statements), ZERO)
    return StatementCheck(
        month=month,
        statements=tuple(each.number for each in statements),
        settlement=number,
        lines=len(theirs),
        ours=sum(ours.values(), ZERO) - off_here,
        theirs=total_there,
        odd=tuple(odd),
        taken_here=taken_here,
        taken_there=taken_there,
        adds_up=lines_there - off_there == total_there
        and len(theirs) == sum(len(each.lines) for each in statements),
    )


def _own_month(
    reading: Connection, brand_id: int, month: str
) -> tuple[str, dict[str, Money], tuple[TakenOff, ...]]:
    """The own settlement's number ("" where there is none), what is accepted of each claim, what is taken off."""
    found = reading.execute(
        select(Settlement.id, Settlement.number).where(
            Settlement.brand_id == brand_id, Settlement.month == month
        )
    ).one_or_none()
    if found is None:
        answered, _others = candidates(reading, brand_id, month, None)
        return "", {each.number: each.paid for each in answered}, ()
    rows = reading.execute(
        select(SettlementLine.kind, SettlementLine.accepted, SettlementLine.description, Claim.number)
        .outerjoin(Claim, Claim.id == SettlementLine.claim_id)
        .where(SettlementLine.settlement_id == found.id)
        .order_by(SettlementLine.id)
    ).all()
    claims = {each.number: each.accepted for each in rows if each.kind is SettlementKind.CLAIM}
    taken = tuple(
        TakenOff(each.description, -each.accepted) for each in rows if each.kind is not SettlementKind.CLAIM
    )
    return found.number, claims, taken
