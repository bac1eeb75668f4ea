"""Head office decides: claim by claim, and a month's settlement. Every decision has its number in the shop's row.

Decisions are numbered under the lock of the shop's row: a shop that read up to a number can never find a smaller
one later, which sequences of PostgreSQL would allow.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from app.core.clock import day_bounds
from app.core.errors import Reason, Refusal
from app.core.ids import uuid7
from app.core.wire.answers import ClaimState, DecisionKind, Deduction, Gap
from app.core.wire.words import word
from app.headoffice.records import Connection

#: From which states a claim may be decided so.
_FROM: dict[DecisionKind, frozenset[ClaimState]] = {
    DecisionKind.ACCEPTED: frozenset({ClaimState.RECEIVED, ClaimState.RETURNED, ClaimState.REFUSED}),
    DecisionKind.REFUSED: frozenset({ClaimState.RECEIVED, ClaimState.RETURNED, ClaimState.ACCEPTED}),
    DecisionKind.RETURNED: frozenset({ClaimState.RECEIVED, ClaimState.REFUSED}),
    DecisionKind.URGED: frozenset({ClaimState.RECEIVED, ClaimState.RETURNED, ClaimState.ACCEPTED}),
}
_INTO = {
    DecisionKind.ACCEPTED: ClaimState.ACCEPTED,
    DecisionKind.REFUSED: ClaimState.REFUSED,
    DecisionKind.RETURNED: ClaimState.RETURNED,
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is decided. ``amount_fen``: what is accepted, if it is not what was claimed."""

    kind: DecisionKind
    amount_fen: int | None = None
    reason: str = ""
    text: str = ""
    missing: tuple[Gap, ...] = ()
    due_on: date | None = None


def decide(link: Connection, claim: str, verdict: Verdict, shop: str | None = None) -> int:
    """Decide one claim; returns the decision's number in its shop. Raises ``Refusal``."""
    rows = link.execute(
        "SELECT shop.no, shop.code FROM claim JOIN shop ON shop.no = claim.shop_no"
        " WHERE claim = %s AND (%s::text IS NULL OR shop.code = %s)",
        (claim, shop, shop),
    ).fetchall()
    if not rows:
        raise Refusal(Reason.OFFICE_CLAIM_UNKNOWN, claim=claim)
    if len(rows) > 1:
        raise Refusal(Reason.OFFICE_CLAIM_SHOPS, claim=claim)
    shop_no = int(rows[0][0])
    # Locked first, read after: a batch of the shop may be changing this very claim.
    link.execute("SELECT 1 FROM shop WHERE no = %s FOR NO KEY UPDATE", (shop_no,))
    row = link.execute(
        "SELECT version, state, claimed_fen FROM claim WHERE shop_no = %s AND claim = %s", (shop_no, claim)
    ).fetchone()
    assert row is not None
    version, state, claimed_fen = row[0], ClaimState(row[1]), row[2]
    if state not in _FROM[verdict.kind]:
        raise Refusal(Reason.OFFICE_CLAIM_STATE, claim=claim, state=word(state))
    amount = None
    if verdict.kind is DecisionKind.ACCEPTED:
        amount = claimed_fen if verdict.amount_fen is None else verdict.amount_fen
    into = _INTO.get(verdict.kind, state)
    if into is not state:
        link.execute(
            "UPDATE claim SET state = %s, accepted_fen = %s, changed_at = now() WHERE shop_no = %s AND claim = %s",
            (into.value, amount, shop_no, claim),
        )
        _count(link, shop_no, {state: -1, into: 1})
    return _tell(link, shop_no, verdict, claim=claim, version=version, amount_fen=amount)


@dataclass(frozen=True, slots=True)
class Settled:
    """One shop's statement; the total in fen."""

    shop: str
    number: str
    claims: int
    total_fen: int


def settle(
    link: Connection, month: str, *, shop: str | None = None, deductions: Sequence[Deduction] = ()
) -> tuple[Settled, ...]:
    """Settle what was accepted until the end of ``month`` (``2026-11``): a statement per shop.

    ``deductions`` belong to one ``shop``. Raises ``Refusal`` if nothing waits.
    """
    end = month_end(month)
    rows = link.execute(
        "SELECT DISTINCT shop.no, shop.code FROM claim JOIN shop ON shop.no = claim.shop_no"
        " WHERE state = 'accepted' AND changed_at < %s AND (%s::text IS NULL OR shop.code = %s) ORDER BY shop.no",
        (end, shop, shop),
    ).fetchall()
    if not rows:
        raise Refusal(Reason.OFFICE_NOTHING_TO_SETTLE, month=month)
    return tuple(_settle_shop(link, int(no), code, month, end, deductions) for no, code in rows)


def month_end(month: str) -> datetime:
    """The first moment after a month, as the brand's calendar has it."""
    year, number = int(month[:4]), int(month[5:])
    return day_bounds(date(year + number // 12, number % 12 + 1, 1))[0]


def _settle_shop(
    link: Connection, shop_no: int, code: str, month: str, end: datetime, deductions: Sequence[Deduction]
) -> Settled:
    count = link.execute(
        "UPDATE shop SET statements = statements + 1 WHERE no = %s RETURNING statements", (shop_no,)
    ).fetchone()
    assert count is not None
    number = f"{month}-{count[0]:04d}"
    lines = link.execute(
        "UPDATE claim SET state = 'settled', statement = %s, changed_at = now()"
        " WHERE shop_no = %s AND state = 'accepted' AND changed_at < %s RETURNING claim, version, accepted_fen",
        (number, shop_no, end),
    ).fetchall()
    total = sum(line[2] for line in lines) - sum(each.amount_fen for each in deductions)
    taken = json.dumps([{"reason": each.reason, "amount_fen": each.amount_fen} for each in deductions])
    link.execute(
        "INSERT INTO statement (shop_no, number, month, total_fen, deductions) VALUES (%s, %s, %s, %s, %s)",
        (shop_no, number, month, total, taken),
    )
    _count(link, shop_no, {ClaimState.ACCEPTED: -len(lines), ClaimState.SETTLED: len(lines)})
    settled = Verdict(DecisionKind.SETTLED)
    for claim, version, amount in sorted(lines):
        _tell(
            link,
            shop_no,
            settled,
            claim=claim,
            version=version,
            amount_fen=amount,
            month=month,
            statement=number,
        )
    _tell(link, shop_no, Verdict(DecisionKind.STATEMENT), amount_fen=total, month=month, statement=number)
    return Settled(code, number, len(lines), total)


def _count(link: Connection, shop_no: int, changes: dict[ClaimState, int]) -> None:
    for state, change in changes.items():
        column = state.value  # a word of our own, the same as the column's name
        link.execute(f"UPDATE shop SET {column} = {column} + %s WHERE no = %s".encode(), (change, shop_no))


def _tell(
    link: Connection,
    shop_no: int,
    verdict: Verdict,
    *,
    claim: str = "",
    version: int | None = None,
    amount_fen: int | None = None,
    month: str = "",
    statement: str = "",
) -> int:
    row = link.execute(
        "UPDATE shop SET decisions = decisions + 1 WHERE no = %s RETURNING decisions", (shop_no,)
    ).fetchone()
    assert row is not None
    link.execute(
        "INSERT INTO decision (shop_no, seq, id, kind, claim, version, amount_fen, reason, told, missing, month,"
        " statement, due_on) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        (
            shop_no,
            row[0],
            uuid7(),
            verdict.kind.value,
            claim,
            version,
            amount_fen,
            verdict.reason,
            verdict.text,
            [gap.value for gap in verdict.missing],
            month,
            statement,
            verdict.due_on,
        ),
    )
    return int(row[0])
