"""A sorted batch into PostgreSQL: one transaction, each event's effect exactly once.

The unique key (shop, event id) is what keeps a second effect out: only what ``INSERT … ON CONFLICT DO NOTHING``
returned is booked. The answer is kept with the event, so that a shop whose reply was lost gets the same one again.
The receipt is given after the commit and never before.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, LiteralString
from uuid import UUID

from psycopg import AsyncConnection
from psycopg.rows import TupleRow

from app.core.wire.answers import ClaimState, Gap, Receipt, Refused, Result
from app.core.wire.events import (
    ClaimSubmitted,
    ClaimWithdrawn,
    IncidentReported,
    PartsReturned,
    Ping,
    SettlementAgreed,
    SettlementDisputed,
)
from app.core.wire.seal import Seal
from app.headoffice.ledger import ClaimRow, Ledger
from app.headoffice.sorting import Incoming, Office, Sorted

AsyncLink = AsyncConnection[TupleRow]


class Replayed(Exception):
    """Exactly this call was made before."""


@dataclass(frozen=True, slots=True)
class Sender:
    """The shop whose key sealed the call."""

    no: int
    code: str
    name: str


async def book(link: AsyncLink, sender: Sender, office: Office, seal: Seal, batch: Sorted) -> list[Receipt]:
    """Book a batch and answer every event, in their order. Raises ``Replayed``; then nothing was booked."""
    async with link.transaction():
        await link.execute("SELECT 1 FROM shop WHERE no = %s FOR NO KEY UPDATE", (sender.no,))
        await _use_up(link, sender.no, seal)
        receipts = await _book(link, sender.no, office, batch.incoming)
    receipts |= batch.refused
    return [receipts[at] for at in sorted(receipts)]


async def _use_up(link: AsyncLink, shop_no: int, seal: Seal) -> None:
    used = await link.execute(
        "INSERT INTO used_nonce VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        (shop_no, seal.nonce, seal.created),
    )
    if used.rowcount == 0:
        raise Replayed
    if seal.signature[0] < 4:  # about every sixtieth call sweeps up behind the shop
        await link.execute(
            "DELETE FROM used_nonce WHERE shop_no = %s AND created < now() - interval '15 minutes'",
            (shop_no,),
        )


async def _book(
    link: AsyncLink, shop_no: int, office: Office, batch: tuple[Incoming, ...]
) -> dict[int, Receipt]:
    fresh_ids = await _keep(link, shop_no, batch)
    fresh: dict[UUID, Incoming] = {}
    again: list[Incoming] = []
    for each in batch:
        if each.event.id in fresh_ids and each.event.id not in fresh:
            fresh[each.event.id] = each
        else:
            again.append(each)
    ledger = Ledger(office, await _claims(link, shop_no, fresh.values()))
    answers = {event_id: await _effect(link, shop_no, ledger, each) for event_id, each in fresh.items()}
    wanted = await _write(link, shop_no, ledger)
    receipts = {
        fresh[event_id].at: replace(answer, photos=_photos_of(fresh[event_id], wanted))
        for event_id, answer in answers.items()
    }
    await _note_answers(link, shop_no, answers)
    if again:
        receipts |= await _again(link, shop_no, again)
    waiting = [each.event.body.waiting for each in batch if isinstance(each.event.body, Ping)]
    await _note_shop(link, shop_no, ledger.counts, len(fresh), waiting[-1] if waiting else None)
    return receipts


# Lists go over in binary (%b): as text every quote of every event would be escaped, two thirds of all the work.
_KEEP = """
INSERT INTO event (shop_no, id, sequence, happened_at, kind, subject, digest, data)
SELECT %s, id, sequence, happened_at, kind, subject, digest, data::jsonb
FROM unnest(%b::uuid[], %b::bigint[], %b::timestamptz[], %b::text[], %b::text[], %b::bytea[], %b::text[])
     AS sent (id, sequence, happened_at, kind, subject, digest, data)
ON CONFLICT DO NOTHING RETURNING id
"""


async def _keep(link: AsyncLink, shop_no: int, batch: tuple[Incoming, ...]) -> set[UUID]:
    """Insert the events; returns the ids of those that were not there."""
    if not batch:
        return set()
    events = [each.event for each in batch]
    done = await link.execute(
        _KEEP,
        (
            shop_no,
            [each.id for each in events],
            [each.sequence for each in events],
            [each.time for each in events],
            [each.type.value for each in events],
            [each.subject for each in events],
            [each.digest for each in batch],
            [each.data for each in batch],
        ),
    )
    return {row[0] for row in await done.fetchall()}


_CLAIMS = """
SELECT claim, version, state, event_id, body_digest, claimed_fen, category, model, fault_code, serial
FROM claim WHERE shop_no = %s AND claim = ANY(%s)
"""


async def _claims(link: AsyncLink, shop_no: int, fresh: Any) -> dict[str, ClaimRow]:
    bodies = [each.event.body for each in fresh]
    numbers = sorted({body.claim for body in bodies if isinstance(body, ClaimSubmitted | ClaimWithdrawn)})
    if not numbers:
        return {}
    found = await link.execute(_CLAIMS, (shop_no, numbers))
    return {row[0]: ClaimRow(row[0], row[1], ClaimState(row[2]), *row[3:]) for row in await found.fetchall()}


async def _effect(link: AsyncLink, shop_no: int, ledger: Ledger, incoming: Incoming) -> Receipt:
    done = Receipt(str(incoming.event.id), Result.ACCEPTED, ignored=incoming.ignored[:50])
    match incoming.event.body:
        case ClaimSubmitted() as claim:
            return ledger.submit(incoming, claim)
        case ClaimWithdrawn() as body:
            return ledger.withdraw(incoming, body)
        case PartsReturned() as body:
            ledger.send_back(body)
        case IncidentReported() as body:
            ledger.want(body.incident, body.photos)
        case SettlementAgreed() as body:
            return await _agree(link, shop_no, body, done)
        case SettlementDisputed() as body:
            return await _dispute(link, shop_no, body, done)
        case Ping():
            return await _waits(link, shop_no, done)
    return done


async def _agree(link: AsyncLink, shop_no: int, body: SettlementAgreed, done: Receipt) -> Receipt:
    found = await link.execute(
        "SELECT total_fen FROM statement WHERE shop_no = %s AND number = %s", (shop_no, body.statement)
    )
    row = await found.fetchone()
    if row is None:
        return replace(done, result=Result.REFUSED, reason=Refused.UNKNOWN_STATEMENT)
    if row[0] != body.total_fen:
        return replace(done, result=Result.REFUSED, reason=Refused.SUM_WRONG, text=str(row[0]))
    await _answer_statement(link, shop_no, body.statement, "agreed")
    return done


async def _dispute(link: AsyncLink, shop_no: int, body: SettlementDisputed, done: Receipt) -> Receipt:
    if not await _answer_statement(link, shop_no, body.statement, "disputed"):
        return replace(done, result=Result.REFUSED, reason=Refused.UNKNOWN_STATEMENT)
    return done


async def _answer_statement(link: AsyncLink, shop_no: int, number: str, answer: str) -> bool:
    done = await link.execute(
        "UPDATE statement SET answer = %s, answered_at = now() WHERE shop_no = %s AND number = %s",
        (answer, shop_no, number),
    )
    return done.rowcount == 1


async def _waits(link: AsyncLink, shop_no: int, done: Receipt) -> Receipt:
    """A ping is answered with what head office waits for."""
    found = await link.execute(
        "SELECT returned, (SELECT count(*) FROM old_part WHERE shop_no = shop.no AND stand = 'owed')"
        " FROM shop WHERE no = %s",
        (shop_no,),
    )
    row = await found.fetchone()
    returned, owed = row if row is not None else (0, 0)
    if returned:
        return replace(done, result=Result.URGE, reason=Refused.CLAIMS_WAITING, text=str(returned))
    if owed:
        return replace(done, result=Result.URGE, reason=Refused.OLD_PART_OWED, text=str(owed))
    return done


# -- writing -------------------------------------------------------------------------------------------------

_PUT_CLAIMS = """
INSERT INTO claim AS kept (shop_no, claim, version, state, event_id, body_digest, claimed_fen, category, model,
                           fault_code, serial)
SELECT %s, * FROM unnest(%b::text[], %b::integer[], %b::text[], %b::uuid[], %b::bytea[], %b::bigint[], %b::text[],
                         %b::text[], %b::text[], %b::text[])
ON CONFLICT (shop_no, claim) DO UPDATE SET
    version = excluded.version, state = excluded.state, event_id = excluded.event_id,
    body_digest = excluded.body_digest, claimed_fen = excluded.claimed_fen, category = excluded.category,
    model = excluded.model, fault_code = excluded.fault_code, serial = excluded.serial, changed_at = now()
"""

# What was sent stays sent: a claim that is corrected later still says "on the shelf".
_PUT_OLD_PARTS = """
INSERT INTO old_part AS kept (shop_no, label, claim, part_no, stand, batch)
SELECT %s, * FROM unnest(%b::text[], %b::text[], %b::text[], %b::text[], %b::text[])
ON CONFLICT (shop_no, label) DO UPDATE SET
    stand = excluded.stand, batch = excluded.batch, claim = excluded.claim, changed_at = now()
WHERE kept.stand <> 'sent' OR excluded.stand = 'sent'
"""

_PUT_PHOTOS = """
INSERT INTO photo (shop_no, digest, subject, size)
SELECT %s, * FROM unnest(%b::bytea[], %b::text[], %b::integer[])
ON CONFLICT DO NOTHING
"""


async def _write(link: AsyncLink, shop_no: int, ledger: Ledger) -> set[str]:
    """Write what the batch changed; returns the digests of named photos that are not here."""
    rows = list(ledger.changed.values())
    if rows:
        await link.execute(
            _PUT_CLAIMS,
            (
                shop_no,
                [row.claim for row in rows],
                [row.version for row in rows],
                [row.state.value for row in rows],
                [row.event_id for row in rows],
                [row.body_digest for row in rows],
                [row.claimed_fen for row in rows],
                [row.category for row in rows],
                [row.model for row in rows],
                [row.fault_code for row in rows],
                [row.serial for row in rows],
            ),
        )
    parts = list(ledger.old_parts.values())
    if parts:
        await link.execute(
            _PUT_OLD_PARTS,
            (
                shop_no,
                [part.label for part in parts],
                [part.claim for part in parts],
                [part.part_no for part in parts],
                [part.stand for part in parts],
                [part.batch for part in parts],
            ),
        )
    if not ledger.photos:
        return set()
    digests = _raw(ledger.photos)
    if digests:
        named = [ledger.photos[digest.hex()] for digest in digests]
        await link.execute(
            _PUT_PHOTOS, (shop_no, digests, [each[0] for each in named], [each[1] for each in named])
        )
    return await _not_here(link, shop_no, digests)


def _raw(digests: Any) -> list[bytes]:
    """Digests as bytes; what is no SHA-256 in lower-case hexadecimal can never be uploaded and is left out."""
    found = []
    for digest in digests:
        try:
            raw = bytes.fromhex(digest)
        except ValueError:
            continue
        if raw.hex() == digest:
            found.append(raw)
    return found


async def _not_here(link: AsyncLink, shop_no: int, digests: list[bytes]) -> set[str]:
    if not digests:
        return set()
    found = await link.execute(
        "SELECT digest FROM photo WHERE shop_no = %s AND digest = ANY(%s) AND came_at IS NULL",
        (shop_no, digests),
    )
    return {bytes(row[0]).hex() for row in await found.fetchall()}


def _photos_of(incoming: Incoming, wanted: set[str]) -> tuple[str, ...]:
    body = incoming.event.body
    if not wanted or not isinstance(body, ClaimSubmitted | IncidentReported):
        return ()
    return tuple(dict.fromkeys(photo.digest for photo in body.photos if photo.digest in wanted))


_NOTE_ANSWER = """
UPDATE event SET result = %s, reason = %s, told = %s, missing = %s WHERE shop_no = %s AND id = %s
"""


async def _note_answers(link: AsyncLink, shop_no: int, answers: dict[UUID, Receipt]) -> None:
    """Most are plain acceptances, which is what a new row says."""
    notes = [
        (answer.result.value, answer.reason, answer.text, [gap.value for gap in answer.missing], shop_no, key)
        for key, answer in answers.items()
        if answer.result is not Result.ACCEPTED or answer.reason is not None
    ]
    if notes:
        async with link.cursor() as cursor:
            await cursor.executemany(_NOTE_ANSWER, notes)


_CLASH = """
INSERT INTO clash (shop_no, id, digest, kind, subject, data) VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


async def _again(link: AsyncLink, shop_no: int, again: list[Incoming]) -> dict[int, Receipt]:
    """Events that are here already: the same answer as then, or a conflict if the content differs."""
    found = await link.execute(
        "SELECT id, digest, result, reason, told, missing FROM event WHERE shop_no = %s AND id = ANY(%s)",
        (shop_no, [each.event.id for each in again]),
    )
    kept = {row[0]: row[1:] for row in await found.fetchall()}
    wanted = await _not_here(link, shop_no, _raw(_named(again)))
    receipts = {}
    for each in again:
        event = each.event
        digest, result, reason, told, missing = kept[event.id]
        if bytes(digest) != each.digest:
            await link.execute(
                _CLASH,
                (shop_no, event.id, each.digest, event.type.value, event.subject, each.data),
            )
            receipts[each.at] = Receipt(str(event.id), Result.CONFLICT, reason=Refused.OTHER_CONTENT)
            continue
        receipts[each.at] = Receipt(
            str(event.id),
            Result.DUPLICATE,
            Result(result),
            Refused(reason) if reason else None,
            told or "",
            tuple(Gap(each) for each in missing or ()),
            _photos_of(each, wanted),
            each.ignored[:50],
        )
    return receipts


def _named(incoming: list[Incoming]) -> list[str]:
    bodies = [each.event.body for each in incoming]
    shown = [body.photos for body in bodies if isinstance(body, ClaimSubmitted | IncidentReported)]
    return [photo.digest for photos in shown for photo in photos]


_STATES: dict[ClaimState, LiteralString] = {
    ClaimState.RECEIVED: "received = received + %s",
    ClaimState.RETURNED: "returned = returned + %s",
    ClaimState.ACCEPTED: "accepted = accepted + %s",
    ClaimState.REFUSED: "refused = refused + %s",
    ClaimState.SETTLED: "settled = settled + %s",
    ClaimState.WITHDRAWN: "withdrawn = withdrawn + %s",
}


async def _note_shop(
    link: AsyncLink, shop_no: int, counts: dict[ClaimState, int], fresh: int, waiting: int | None
) -> None:
    settings: list[LiteralString] = [
        "last_contact = now()",
        "events = events + %s",
        "waiting = coalesce(%s, waiting)",
    ]
    values: list[Any] = [fresh, waiting]
    for state, change in counts.items():
        settings.append(_STATES[state])
        values.append(change)
    text: LiteralString = "UPDATE shop SET " + ", ".join(settings) + " WHERE no = %s"
    await link.execute(text, (*values, shop_no))
