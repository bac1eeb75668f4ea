"""Promise 10 at the receiver: an event's effect exactly once, whoever is killed, and the control that shows why."""

from __future__ import annotations

import asyncio
import os
import random
import secrets
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import httpx2
import psycopg
import pytest

from app.core.wire.answers import Result
from app.core.wire.checks import Demands
from app.core.wire.envelope import Event, event_to_json
from app.core.wire.seal import Seal
from app.headoffice import admin
from app.headoffice.booking import Sender, book
from app.headoffice.certificates import Identity
from app.headoffice.cluster import free_port
from app.headoffice.records import connected
from app.headoffice.sorting import Office as Wishes
from app.headoffice.sorting import sort_batch
from tests.headoffice.conftest import Office
from tests.headoffice.kit import BRAND, BRAND_NAME, ShopSide, TurnedAway, claim, instance, rows

WISHES = Wishes(BRAND, BRAND_NAME, False, Demands())


def test_killed_again_and_again_every_claim_is_there_once(office: Office, identity: Identity) -> None:
    """A shop sends 400 claims in any order and again; the receiver is killed three times while it does."""
    port = free_port()
    shop = office.shop()
    side = office.side(replace(shop.card, url=f"https://localhost:{port}"))
    chance = random.Random(10)
    events = [side.event(claim(f"K{at:04d}")) for at in range(400)]
    answered: set[UUID] = set()
    for _life in range(3):
        with instance(office.database, identity, port) as process:
            killer = threading.Timer(chance.uniform(0.1, 0.4), process.send_signal, (signal.SIGKILL,))
            killer.start()
            with pytest.raises((httpx2.TransportError, TurnedAway)):
                _send_for_ever(side, events, answered, chance)
            killer.join()
    assert answered, "it was killed before it had answered anything"
    with instance(office.database, identity, port):
        for at in range(0, len(events), 40):
            _send(side, events[at : at + 40], answered)
    side.http.close()
    assert answered == {event.id for event in events}
    standings = shop.standings()
    assert {number: each.claimed_fen for number, each in standings.items()} == {
        event.subject: 3300 for event in events
    }
    counts = "SELECT events, received FROM shop WHERE code = %s"
    assert rows(office.database, counts, shop.card.shop) == [(400, 400)]
    with office.records() as link:
        assert [each for each in admin.check(link) if each.wrong] == []


def _send_for_ever(side: ShopSide, events: list[Event], answered: set[UUID], chance: random.Random) -> None:
    while True:
        _send(side, chance.sample(events, chance.randint(1, 30)), answered)


def _send(side: ShopSide, batch: list[Event], answered: set[UUID]) -> None:
    for event, receipt in zip(batch, side.send(*batch), strict=True):
        assert receipt.effect is Result.ACCEPTED
        assert receipt.result is Result.DUPLICATE or event.id not in answered
        answered.add(event.id)


def test_two_instances_and_many_hands_on_the_same_events(office: Office, identity: Identity) -> None:
    """The same 40 claims through two instances from six connections at once."""
    shop = office.shop()
    events = [shop.event(claim(f"T{at:03d}")) for at in range(40)]
    results: list[Result] = []
    port = free_port()
    with instance(office.database, identity, port):
        cards = [shop.card, replace(shop.card, url=f"https://localhost:{port}")]
        sides = [office.side(cards[at % 2]) for at in range(6)]

        def send(side: ShopSide, seed: int) -> None:
            order = events[:]
            random.Random(seed).shuffle(order)
            for at in range(0, 40, 8):
                results.extend(each.result for each in side.send(*order[at : at + 8]))

        threads = [threading.Thread(target=send, args=(side, at)) for at, side in enumerate(sides)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        for side in sides:
            side.http.close()
    assert results.count(Result.ACCEPTED) == 40
    assert results.count(Result.DUPLICATE) == 200
    assert len(shop.standings()) == 40


def _seal() -> Seal:
    return Seal("S", "k", datetime.now(UTC), secrets.token_urlsafe(18), "", b"\xff" * 64, "")


async def _book_all(database: str, batches: list[list[Event]]) -> None:
    """Book batches one after the other, as two instances would that both got them."""
    async with await psycopg.AsyncConnection.connect(database, autocommit=True) as link:
        for batch in batches:
            values = [event_to_json(each) for each in batch]
            found = sort_batch(values, shop="S", office=WISHES, now=datetime.now(UTC))
            await book(link, Sender(1, "S", "S"), WISHES, _seal(), found)


def _schedule(seed: int) -> tuple[list[Event], list[list[Event]]]:
    """Twelve events and the calls a bad network makes of them: dropped answers, doubles, other orders."""
    chance = random.Random(seed)
    sender = random.Random(seed + 1)
    base = [
        Event(_uuid(sender), "S", BRAND, at, datetime(2026, 11, 1, tzinfo=UTC), claim(f"N{seed}-{at}"))
        for at in range(12)
    ]
    calls = []
    for _attempt in range(6):
        calls.append(chance.sample(base, chance.randint(1, 8)))
    calls.append(base)
    chance.shuffle(calls)
    return base, calls


def _uuid(chance: random.Random) -> UUID:
    return UUID(int=chance.getrandbits(128), version=4)


def _office_with_one_shop(database: str) -> None:
    with connected(database) as link:
        admin.set_up(link, BRAND, BRAND_NAME, admin.Wishes())
        admin.add_shop(link, "S", "S", admin.new_key()[1])


def _twice(database: str) -> int:
    ((count,),) = rows(
        database, "SELECT count(*) FROM (SELECT id FROM event GROUP BY id HAVING count(*) > 1) twice"
    )
    return int(count)


SCHEDULES = 1000 if os.environ.get("XIUHU_FULL") else 12


def test_bad_networks_double_nothing(new_database: Callable[[], str]) -> None:
    database = new_database()
    _office_with_one_shop(database)
    sent: set[object] = set()
    calls: list[list[Event]] = []
    for seed in range(SCHEDULES):
        base, tried = _schedule(seed)
        sent |= {event.id for event in base}
        calls += tried
    asyncio.run(_book_all(database, calls))
    assert _twice(database) == 0
    assert {row[0] for row in rows(database, "SELECT id FROM event")} == sent
    with connected(database) as link:
        assert [each for each in admin.check(link) if each.wrong] == []


def test_control_without_the_unique_key_events_double(new_database: Callable[[], str]) -> None:
    """What the test above would see if the key were not there."""
    database = new_database()
    _office_with_one_shop(database)
    with connected(database) as link:
        link.execute("ALTER TABLE event DROP CONSTRAINT event_pkey")
    for seed in range(3):
        asyncio.run(_book_all(database, _schedule(seed)[1]))
    assert _twice(database) > 0


def test_stopped_politely_it_finishes_what_it_began(office: Office, identity: Identity) -> None:
    port = free_port()
    shop = office.shop()
    side = office.side(replace(shop.card, url=f"https://localhost:{port}"))
    with instance(office.database, identity, port) as process:
        side.one(claim())
        side.http.close()
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        assert time.monotonic() - began < 10
