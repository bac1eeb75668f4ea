"""What a shop may ask for: decisions since a number, its claims, a statement, who answers. Photos it brings."""

from __future__ import annotations

import hashlib
from datetime import datetime

from app.core.wire.answers import (
    ClaimState,
    Decision,
    DecisionKind,
    Decisions,
    Deduction,
    Gap,
    Hello,
    Problem,
    Standing,
    Standings,
    Statement,
    StatementLine,
)
from app.core.wire.envelope import CONTRACT
from app.core.wire.events import EventType
from app.headoffice.booking import AsyncLink
from app.headoffice.door import Call, TurnedAway
from app.headoffice.sorting import Office

MOST_A_PAGE = 500

_DECISIONS = """
SELECT seq, id, kind, decided_at, claim, version, amount_fen, reason, told, missing, month, statement, due_on
FROM decision WHERE shop_no = %s AND seq > %s ORDER BY seq LIMIT %s
"""


async def decisions(link: AsyncLink, shop_no: int, since: int, limit: int) -> Decisions:
    """Decisions after ``since``. Numbers are given under the shop's lock, so that none can appear behind a reader."""
    found = await link.execute(_DECISIONS, (shop_no, since, limit + 1))
    rows = await found.fetchall()
    page = tuple(
        Decision(
            seq=row[0],
            id=str(row[1]),
            kind=DecisionKind(row[2]),
            decided_at=row[3],
            claim=row[4],
            version=row[5],
            amount_fen=row[6],
            reason=row[7],
            text=row[8],
            missing=tuple(Gap(each) for each in row[9]),
            month=row[10],
            statement=row[11],
            due_on=row[12],
        )
        for row in rows[:limit]
    )
    return Decisions(page, page[-1].seq if page else since, len(rows) > limit)


_STANDINGS = """
SELECT claim, version, state, claimed_fen, accepted_fen FROM claim
WHERE shop_no = %s AND claim > %s ORDER BY claim LIMIT %s
"""


async def standings(link: AsyncLink, shop_no: int, after: str, limit: int) -> Standings:
    """The shop's claims in the order of their numbers, for reconciling."""
    found = await link.execute(_STANDINGS, (shop_no, after, limit + 1))
    rows = await found.fetchall()
    page = tuple(Standing(row[0], row[1], ClaimState(row[2]), row[3], row[4]) for row in rows[:limit])
    return Standings(page, page[-1].claim if page else after, len(rows) > limit)


async def statement(link: AsyncLink, shop_no: int, number: str) -> Statement:
    """A statement with its lines. Raises ``TurnedAway``."""
    found = await link.execute(
        "SELECT month, total_fen, deductions FROM statement WHERE shop_no = %s AND number = %s",
        (shop_no, number),
    )
    row = await found.fetchone()
    if row is None:
        raise TurnedAway(Problem.NOT_FOUND, "statement")
    lines = await link.execute(
        "SELECT claim, version, coalesce(accepted_fen, 0) FROM claim"
        " WHERE shop_no = %s AND statement = %s ORDER BY claim",
        (shop_no, number),
    )
    return Statement(
        number,
        row[0],
        row[1],
        tuple(StatementLine(*line) for line in await lines.fetchall()),
        tuple(Deduction(each["reason"], each["amount_fen"]) for each in row[2]),
    )


async def hello(link: AsyncLink, call: Call, office: Office, now: datetime) -> Hello:
    """Who answers, to whom, and what is agreed."""
    found = await link.execute("SELECT last_contact, decisions FROM shop WHERE no = %s", (call.sender.no,))
    row = await found.fetchone()
    last_contact, given = row if row is not None else (None, 0)
    return Hello(
        brand=office.brand,
        brand_name=office.name,
        shop=call.sender.code,
        shop_name=call.sender.name,
        server_time=now,
        contract=CONTRACT,
        full_customer=office.full_customer,
        event_types=tuple(each.value for each in EventType),
        last_contact=last_contact,
        decisions=given,
        key_retires_at=call.key_retires_at,
    )


async def take_photo(link: AsyncLink, shop_no: int, digest: str, body: bytes) -> None:
    """Keep a photo that a claim has named; the same again changes nothing. Raises ``TurnedAway``."""
    raw = hashlib.sha256(body)
    if raw.hexdigest() != digest:
        raise TurnedAway(Problem.BAD_DIGEST, "photo")
    if not body.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")):
        raise TurnedAway(Problem.BAD_MEDIA_TYPE, "photo")
    async with link.transaction():
        found = await link.execute(
            "SELECT came_at IS NOT NULL FROM photo WHERE shop_no = %s AND digest = %s FOR UPDATE",
            (shop_no, raw.digest()),
        )
        row = await found.fetchone()
        if row is None:  # nobody asked for it
            raise TurnedAway(Problem.NOT_FOUND, "photo")
        if not row[0]:
            await link.execute(
                "UPDATE photo SET body = %s, came_at = now() WHERE shop_no = %s AND digest = %s",
                (body, shop_no, raw.digest()),
            )
