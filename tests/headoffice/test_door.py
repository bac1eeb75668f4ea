"""Who is turned away at the head office's door, and with which answer."""

from __future__ import annotations

import base64
import json
import random
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from app.core.wire import envelope
from app.core.wire.answers import PASSING, ClaimState, Problem, Result
from app.core.wire.envelope import BATCH_TYPE, batch_to_bytes
from app.core.wire.events import Ping
from app.headoffice import admin
from app.headoffice.certificates import Identity
from app.headoffice.door import Pace
from app.headoffice.serve import Place, serving
from app.headoffice.site import Setting
from tests.headoffice.conftest import Office
from tests.headoffice.kit import ShopSide, TurnedAway, answer, claim, raw_batch, rows, turned_away


def test_nobody_without_a_seal(office: Office, shop: ShopSide) -> None:
    for path in (envelope.DECISIONS, envelope.CLAIMS, envelope.HELLO, f"{envelope.STATEMENTS}/x"):
        with turned_away(Problem.UNSIGNED):
            answer(shop.http.get(path))
    with turned_away(Problem.UNSIGNED):
        answer(shop.http.post(envelope.EVENTS, content=b"[]", headers={"Content-Type": BATCH_TYPE}))


def test_another_key_a_foreign_shop_and_a_changed_body(office: Office, shop: ShopSide) -> None:
    body = batch_to_bytes([shop.event(claim())])
    thief = Ed25519PrivateKey.generate()
    headers = shop.headers("POST", envelope.EVENTS, "", body) | {"Content-Type": BATCH_TYPE}
    with turned_away(Problem.BAD_DIGEST):
        answer(shop.http.post(envelope.EVENTS, content=body + b" ", headers=headers))
    mine, shop.key = shop.key, thief
    with turned_away(Problem.BAD_SIGNATURE):
        shop.post(body)
    shop.key = mine
    with turned_away(Problem.UNKNOWN_KEY):
        shop.post(body, key_id="0123456789abcdef")
    other = office.shop()
    with turned_away(Problem.KEY_OF_OTHER_SHOP):
        shop.post(body, shop=other.card.shop)
    for method, path, query in (
        ("PUT", envelope.EVENTS, ""),
        ("POST", "/v1/x", ""),
        ("POST", envelope.EVENTS, "a"),
    ):
        foreign = shop.headers(method, path, query, body) | {"Content-Type": BATCH_TYPE}
        with turned_away(Problem.BAD_SIGNATURE):
            answer(shop.http.post(envelope.EVENTS, content=body, headers=foreign))
    assert shop.standings() == {}


@pytest.mark.parametrize("minutes", [-6, 6, -60 * 24 * 365])
def test_a_clock_that_is_wrong_hears_what_time_it_is(shop: ShopSide, minutes: int) -> None:
    with pytest.raises(TurnedAway) as caught:
        shop.post(b"[]", now=datetime.now(UTC) + timedelta(minutes=minutes))
    trouble = caught.value.trouble
    assert trouble.code is Problem.CLOCK
    assert trouble.server_time is not None
    assert abs(trouble.server_time - datetime.now(UTC)) < timedelta(seconds=30)
    assert abs(int(trouble.detail) - minutes * 60) < 30


def test_four_minutes_are_near_enough(shop: ShopSide) -> None:
    for minutes in (-4, 4):
        shop.post(b"[]", now=datetime.now(UTC) + timedelta(minutes=minutes))


def test_exactly_the_same_call_again_is_refused_and_sealed_anew_taken(shop: ShopSide) -> None:
    body = batch_to_bytes([shop.event(claim())])
    headers = shop.headers("POST", envelope.EVENTS, "", body) | {"Content-Type": BATCH_TYPE}
    answer(shop.http.post(envelope.EVENTS, content=body, headers=headers))
    with turned_away(Problem.REPLAYED):
        answer(shop.http.post(envelope.EVENTS, content=body, headers=headers))
    assert [each.result for each in shop.post(body)] == [Result.DUPLICATE]
    assert Problem.REPLAYED in PASSING


def test_a_call_that_failed_has_not_used_its_number_up(office: Office, shop: ShopSide) -> None:
    body = batch_to_bytes([shop.event(claim())])
    headers = shop.headers("POST", envelope.EVENTS, "", body) | {"Content-Type": "text/html"}
    with turned_away(Problem.BAD_MEDIA_TYPE):
        answer(shop.http.post(envelope.EVENTS, content=body, headers=headers))
    headers["Content-Type"] = BATCH_TYPE + "; charset=utf-8"
    answer(shop.http.post(envelope.EVENTS, content=body, headers=headers))


def test_keys_change_without_losing_anything(office: Office) -> None:
    old = office.shop()
    waiting = old.event(claim())
    with office.records() as link:
        secret, public = admin.new_key()
        later = datetime.now(UTC) + timedelta(days=30)
        key_id = admin.rotate_key(link, old.card.shop, public, later)
        new = office.side(admin.card(link, old.card.shop, key_id=key_id, secret=secret, url=office.url))
    assert old.one(claim()).result is Result.ACCEPTED
    assert new.one(waiting).result is Result.ACCEPTED
    assert abs(datetime.fromisoformat(old.call("GET", envelope.HELLO)["key_retires_at"]) - later) < timedelta(
        seconds=1
    )
    assert "key_retires_at" not in new.call("GET", envelope.HELLO)
    with office.records() as link:
        admin.rotate_key(link, old.card.shop, admin.new_key()[1], datetime.now(UTC))
    for each in (old, new):
        with turned_away(Problem.KEY_RETIRED):
            each.send(Ping("x"))


def test_a_closed_shop_hears_so_and_comes_back(office: Office, shop: ShopSide) -> None:
    with office.records() as link:
        admin.open_shop(link, shop.card.shop, is_open=False)
    with turned_away(Problem.SHOP_CLOSED):
        shop.send(Ping("x"))
    with office.records() as link:
        admin.open_shop(link, shop.card.shop, is_open=True)
    assert shop.one(Ping("x")).result is Result.ACCEPTED


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", Problem.NOT_JSON),
        (b"\xff\xfe", Problem.NOT_JSON),
        (b"<html>login</html>", Problem.NOT_JSON),
        (b'[{"a": NaN}]', Problem.NOT_JSON),
        (b"[" + b"9" * 5000 + b"]", Problem.NOT_JSON),
        (b"{}", Problem.NOT_A_BATCH),
        (b"null", Problem.NOT_A_BATCH),
        (b"[" * 17 + b"]" * 17, Problem.TOO_DEEP),
        (b"[" * 500_000, Problem.TOO_DEEP),
        (b'{"a":' * 100_000, Problem.TOO_DEEP),
        (b'["' + b'\\"' * 500_000, Problem.NOT_JSON),
        (b"[" + b"0," * envelope.MOST_EVENTS + b"0]", Problem.TOO_MANY_EVENTS),
        (b" " * (envelope.MOST_BYTES + 1), Problem.TOO_LARGE),
    ],
)
def test_a_body_that_is_no_batch(shop: ShopSide, body: bytes, problem: Problem) -> None:
    with turned_away(problem):
        shop.post(body)


def test_brackets_inside_texts_are_not_depth(shop: ShopSide) -> None:
    texts = ("[" * 500, "]" * 500, '\\"[[[[' * 50, "{}" * 300)
    receipts = shop.send(*(claim(note=text) for text in texts))
    assert {each.result for each in receipts} == {Result.ACCEPTED}


def test_a_body_that_grows_past_its_announcement_is_cut_off(shop: ShopSide) -> None:
    headers = shop.headers("POST", envelope.EVENTS) | {"Content-Type": BATCH_TYPE}

    def endless() -> Any:
        for _piece in range(100):
            yield b" " * 65536

    try:
        response = shop.http.post(envelope.EVENTS, content=endless(), headers=headers)
    except httpx2.TransportError:
        return  # the door was shut while we were still talking
    with turned_away(Problem.TOO_LARGE):
        answer(response)


def test_compressed_bodies_are_not_taken(shop: ShopSide) -> None:
    headers = shop.headers("POST", envelope.EVENTS, "", b"x") | {
        "Content-Type": BATCH_TYPE,
        "Content-Encoding": "gzip",
    }
    with turned_away(Problem.BAD_MEDIA_TYPE):
        answer(shop.http.post(envelope.EVENTS, content=b"x", headers=headers))


@pytest.mark.parametrize(
    ("method", "path", "problem"),
    [
        ("GET", "/v1/nothing", Problem.NOT_FOUND),
        ("GET", "/../etc/passwd", Problem.NOT_FOUND),
        ("DELETE", envelope.EVENTS, Problem.NOT_ALLOWED),
        ("GET", envelope.EVENTS, Problem.NOT_ALLOWED),
    ],
)
def test_other_addresses_answer_in_json_too(shop: ShopSide, method: str, path: str, problem: Problem) -> None:
    with turned_away(problem):
        answer(shop.http.request(method, path))


@pytest.mark.parametrize(
    "query", ["since=-1", "since=x", "since=99999999999999999999", "limit=0", "limit=501", "since=１"]
)
def test_questions_with_wrong_numbers(shop: ShopSide, query: str) -> None:
    with turned_away(Problem.BAD_QUESTION):
        shop.call("GET", envelope.DECISIONS, httpx2.QueryParams(query).__str__())


def test_a_number_with_nul_is_not_asked_of_the_records(shop: ShopSide) -> None:
    with turned_away(Problem.BAD_QUESTION):
        shop.call("GET", envelope.CLAIMS, "after=%00")
    with turned_away(Problem.NOT_FOUND):
        shop.call("GET", f"{envelope.STATEMENTS}/%20x")


def test_noise_never_breaks_it(shop: ShopSide) -> None:
    """Two hundred damaged batches: each is turned away or answered, and the shop can go on."""
    chance = random.Random(6)
    whole = batch_to_bytes([shop.event(claim()) for _each in range(3)])
    seen: set[Problem] = set()
    for _time in range(200):
        damaged = bytearray(whole)
        for _hit in range(chance.randint(1, 4)):
            at = chance.randrange(len(damaged))
            choice = chance.random()
            if choice < 0.4:
                damaged[at] = chance.randrange(256)
            elif choice < 0.7:
                del damaged[at : at + chance.randint(1, 40)]
            else:
                damaged[at:at] = bytes(chance.randrange(256) for _each in range(chance.randint(1, 9)))
        try:
            shop.post(bytes(damaged))
        except TurnedAway as error:
            seen.add(error.code)
    assert seen <= {Problem.NOT_JSON, Problem.NOT_A_BATCH, Problem.TOO_DEEP}
    assert Problem.NOT_JSON in seen
    assert shop.one(Ping("x")).result in (Result.ACCEPTED, Result.URGE)


def test_half_open_and_silent_connections_keep_nobody_out(office: Office, shop: ShopSide) -> None:
    host, port = "localhost", httpx2.URL(office.url).port
    idle = []
    for _each in range(30):
        raw = socket.create_connection((host, port), timeout=10)
        idle.append(raw)
    secure = office.trust().wrap_socket(idle.pop(), server_hostname=host)
    secure.sendall(b"POST /v1/events HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n[")
    assert shop.one(claim()).result is Result.ACCEPTED
    for each in (*idle, secure):
        each.close()


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_plain_http_and_old_tls_get_no_answer(office: Office) -> None:
    port = httpx2.URL(office.url).port
    with pytest.raises(httpx2.TransportError):
        httpx2.get(f"http://localhost:{port}/health", trust_env=False)
    # Only a client that insists on it: no server of ours offers it.
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    old.load_verify_locations(cadata=office.authority)
    old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(OSError), socket.create_connection(("localhost", port), timeout=10) as raw:
        old.wrap_socket(raw, server_hostname="localhost")


def test_nobody_who_does_not_trust_our_authority_talks_to_us(office: Office) -> None:
    with pytest.raises(httpx2.ConnectError):
        httpx2.get(f"{office.url}/health", trust_env=False)


def test_one_shop_that_calls_too_often_waits_and_the_others_do_not(
    new_database: Callable[[], str], identity: Identity, office: Office
) -> None:
    place = Place("127.0.0.1", 0, identity.certificate, identity.key)
    setting = Setting(office.database, calls_per_second=0.01, calls_at_once=3)
    hasty, calm = office.shop(), office.shop()
    with serving(setting, place) as port:
        url = f"https://localhost:{port}"
        hasty, calm = (office.side(replace(each.card, url=url)) for each in (hasty, calm))
        for _each in range(3):
            hasty.send(Ping("x"))
        with pytest.raises(TurnedAway) as caught:
            hasty.send(Ping("x"))
        assert caught.value.code is Problem.TOO_OFTEN
        assert 1 <= int(caught.value.headers["retry-after"]) <= 101
        assert calm.one(Ping("x")).result is Result.ACCEPTED
        for each in (hasty, calm):
            each.http.close()


def test_pace_lets_a_shop_in_again_after_its_wait() -> None:
    pace = Pace(2.0, 2)
    assert [pace.wait_s("S", 0.0) for _each in range(3)] == [0, 0, 0.5]
    assert pace.wait_s("S", 0.5) == 0
    assert pace.wait_s("S", 0.5) > 0
    assert pace.wait_s("S", 1000.0) == pace.wait_s("S", 1000.0) == 0
    assert pace.wait_s("S", 1000.0) > 0


def test_without_its_database_it_is_busy_and_says_when_to_come_back(
    postgres: str, identity: Identity, office: Office, shop: ShopSide
) -> None:
    nowhere = office.database.replace("port=", "connect_timeout=1 port=1")
    gone = nowhere.replace("port=1" + office.database.partition("port=")[2].partition(" ")[0], "port=1")
    place = Place("127.0.0.1", 0, identity.certificate, identity.key)
    with serving(Setting(gone, patience_s=0.2), place) as port:
        lost = office.side(replace(shop.card, url=f"https://localhost:{port}"))
        with pytest.raises(TurnedAway) as caught:
            lost.send(Ping("x"))
        assert caught.value.code is Problem.BUSY
        assert caught.value.headers["retry-after"] == "15"
        health = lost.http.get("/health")
        assert (health.status_code, health.json()["ok"]) == (503, False)
        lost.http.close()


def test_what_was_refused_left_nothing_behind(office: Office, shop: ShopSide) -> None:
    value = json.loads(batch_to_bytes([shop.event(claim())]))[0]
    value["data"]["version"] = 0
    shop.post(raw_batch([value]))
    no = "(SELECT no FROM shop WHERE code = %s)"
    for table in ("event", "claim", "old_part", "photo", "decision"):
        assert rows(office.database, f"SELECT 1 FROM {table} WHERE shop_no = {no}", shop.card.shop) == []
    assert base64.b64decode(shop.card.secret)
    assert ClaimState.RECEIVED not in {each.state for each in shop.standings().values()}
