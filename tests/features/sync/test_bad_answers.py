"""Whatever answers at a head office's address: the shop says which trouble it is, and what waits goes on waiting.

The other side speaks real HTTPS and answers as each case says; the shop is the real push.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from cloudevents.core.formats.json import JSONFormat
from sqlalchemy import select

from app.core.brand_codes import LinkFault, OutboxState
from app.core.enums import Command
from app.core.wire import envelope
from app.core.wire.answers import (
    Decision,
    DecisionKind,
    Decisions,
    Problem,
    Receipt,
    Receipts,
    Result,
    Standings,
    Trouble,
)
from app.core.wire.card import card_to_text
from app.core.wire.form import moment_of, plain
from app.features.brands.service import Brands
from app.features.brands.snapshots import BrandEntry
from app.features.sync import client, service
from app.features.sync.client import LinkFailure
from app.features.sync.service import Sync
from app.features.sync.waits import LONGEST_WAIT, SPREAD
from app.model import BrandLink, OutboxEvent
from app.model import Decision as Kept
from tests.features.conftest import Shop, open_shop
from tests.https_server import Authority, Listener, Told, answered
from tests.promises.test_push import CARD

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


@dataclass(slots=True)
class Line:
    """A shop with something to tell, and whoever answers it."""

    shop: Shop
    sync: Sync
    brand: int
    authority: Authority
    tls: Any

    def push(self, answer: Callable[[Told], Iterable[bytes] | None]) -> tuple[Any, list[Told]]:
        """One round with somebody who answers so."""
        with Listener(answer, self.tls) as there:
            card = replace(CARD, url=there.url, ca=self.authority.pem)
            self.sync.connect(self.shop.ctx(), self.brand, card_to_text(card))
            return self.sync.push(self.brand), there.told

    def tell(self, count: int = 1) -> list[str]:
        """Put events into the queue; their ids."""
        with self.shop.store.write(Command.PUSH_EVENTS, self.shop.ctx()) as tx:
            body = {"program": "修护 1", "waiting": 0}
            return [str(tx.outbox(self.brand, "xiuhu.ping.v1", "", body)) for _each in range(count)]

    def states(self) -> dict[str, OutboxState]:
        with self.shop.store.read() as reading:
            rows = reading.execute(select(OutboxEvent.uuid, OutboxEvent.state))
            return {str(each.uuid): each.state for each in rows}

    def cursor(self) -> int:
        with self.shop.store.read() as reading:
            return int(reading.execute(select(BrandLink.cursor)).scalar_one())


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    folder: Path = tmp_path_factory.mktemp("answers")
    shop = open_shop(folder / "shop")
    brand = Brands(shop.store).save(shop.ctx(), None, BrandEntry("海尔")).row.id
    authority = Authority(folder / "a")
    made = Line(shop, Sync(shop.store), brand, authority, authority.server())
    made.tell()
    yield made
    shop.close()


def said(
    value: Any, status: str = "200 OK", media: str = "application/json", **headers: str
) -> Iterable[bytes]:
    return answered(json.dumps(plain(value)).encode(), media, status, **headers)


def turned(problem: Problem, status: str, retry_s: int | None = None) -> Iterable[bytes]:
    trouble = Trouble(int(status[:3]), problem, problem.value, server_time=NOON, retry_s=retry_s)
    return said(trouble, status, envelope.PROBLEM_TYPE)


def good(told: Told) -> Iterable[bytes]:
    """A head office that takes everything and has decided nothing."""
    if told.path == envelope.EVENTS:
        return said(Receipts(tuple(Receipt(each["id"], Result.ACCEPTED) for each in json.loads(told.body))))
    return said(Decisions((), 0, False))


HTML = "<!doctype html><title>免费上网</title><form action=/login>".encode()
_HALF = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"receipts":['
_ENDLESS = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n"


def _drip() -> Iterator[bytes]:
    yield _ENDLESS
    while True:
        yield b" " * 1000


def _then_gone(piece: bytes) -> Iterator[bytes]:
    yield piece
    raise ConnectionAbortedError


#: Name, what is answered, and what the shop says of it.
BAD: list[tuple[str, Callable[[Told], Iterable[bytes] | None], LinkFault]] = [
    ("a log-in page", lambda _told: answered(HTML, "text/html"), LinkFault.NOT_OFFICE),
    ("HTML called JSON", lambda _told: answered(HTML), LinkFault.NOT_OFFICE),
    ("an empty answer", lambda _told: answered(b""), LinkFault.NOT_OFFICE),
    ("JSON of another kind", lambda _told: answered(b'{"ok":true}'), LinkFault.NOT_OFFICE),
    ("a list", lambda _told: answered(b"[]"), LinkFault.NOT_OFFICE),
    ("deep brackets", lambda _told: answered(b"[" * 100_000), LinkFault.NOT_OFFICE),
    ("no UTF-8", lambda _told: answered(b'{"receipts":["\xff\xfe"]}'), LinkFault.NOT_OFFICE),
    ("no receipts at all", lambda _told: said(Receipts(())), LinkFault.NOT_OFFICE),
    ("no content", lambda _told: (b"HTTP/1.1 204 No Content\r\n\r\n",), LinkFault.NOT_OFFICE),
    ("a redirect", lambda _told: answered(b"", status="302 Found", Location="/x"), LinkFault.NOT_OFFICE),
    ("not found", lambda _told: answered(HTML, "text/html", "404 Not Found"), LinkFault.NOT_OFFICE),
    ("a balancer's 429", lambda _told: answered(HTML, "text/html", "429 Too Many"), LinkFault.BUSY),
    ("a balancer's 502", lambda _told: answered(HTML, "text/html", "502 Bad Gateway"), LinkFault.BUSY),
    ("500", lambda _told: answered(b"", "text/plain", "500 Oops"), LinkFault.BUSY),
    ("our own 500", lambda _told: turned(Problem.INTERNAL, "500 Oops", 60), LinkFault.BUSY),
    ("our own 429", lambda _told: turned(Problem.TOO_OFTEN, "429 Too Many", 7), LinkFault.BUSY),
    ("our own 503", lambda _told: turned(Problem.BUSY, "503 Busy", 15), LinkFault.BUSY),
    ("a wrong clock here", lambda _told: turned(Problem.CLOCK, "401 No"), LinkFault.CLOCK),
    ("a key nobody knows", lambda _told: turned(Problem.UNKNOWN_KEY, "401 No"), LinkFault.KEY),
    ("a seal that is not true", lambda _told: turned(Problem.BAD_SIGNATURE, "401 No"), LinkFault.KEY),
    ("a closed shop", lambda _told: turned(Problem.SHOP_CLOSED, "403 No"), LinkFault.SHOP_CLOSED),
    ("too large", lambda _told: turned(Problem.TOO_LARGE, "413 No"), LinkFault.REJECTED),
    (
        "a problem nobody knows",
        lambda _told: answered(b"{}", envelope.PROBLEM_TYPE, "400 No"),
        LinkFault.NOT_OFFICE,
    ),
    ("hung up at once", lambda _told: None, LinkFault.BROKEN),
    ("half an answer", lambda _told: _then_gone(_HALF), LinkFault.BROKEN),
    ("half a line", lambda _told: _then_gone(b"HTTP/1.1 200 O"), LinkFault.BROKEN),
    ("no HTTP", lambda _told: _then_gone(b"SSH-2.0-OpenSSH\r\n"), LinkFault.BROKEN),
    ("an answer without end", lambda _told: _drip(), LinkFault.NOT_OFFICE),
    (
        "a bomb",
        lambda _told: answered(gzip.compress(b" " * 3_000_000), Content_Encoding="gzip"),
        LinkFault.NOT_OFFICE,
    ),
    (
        "what is not packed as it says",
        lambda _told: answered(b"{}", Content_Encoding="gzip"),
        LinkFault.BROKEN,
    ),
]


@pytest.mark.parametrize(("answer", "fault"), [each[1:] for each in BAD], ids=[each[0] for each in BAD])
def test_what_waits_is_kept_whatever_answers(
    line: Line,
    answer: Callable[[Told], Iterable[bytes] | None],
    fault: LinkFault,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(client, "MOST_ANSWER", 1_000_000)
    monkeypatch.setattr(client, "ANSWER_S", 0.2)
    before = line.states()
    done, told = line.push(answer)
    assert (done.fault, done.answered, done.left) == (fault, 0, 1)
    assert (line.states(), len(told)) == (before, 1), "tried once, nothing lost"
    (link,) = line.sync.links()
    assert (link.fault, link.failures) == (fault, 1)
    assert link.next_try_at is not None
    assert link.next_try_at - line.shop.clock.now() <= LONGEST_WAIT


@pytest.mark.parametrize("retry_s", [1, 40, 10**4])
def test_the_head_office_s_own_wish_when_to_come_back_is_heard(line: Line, retry_s: int) -> None:
    line.push(lambda _told: turned(Problem.BUSY, "503 Busy", retry_s))
    (link,) = line.sync.links()
    assert link.next_try_at is not None
    wait = (link.next_try_at - line.shop.clock.now()).total_seconds()
    wished = min(max(retry_s, 15), 3600)
    assert wished * (1 - SPREAD) <= wait <= wished


def test_silence_and_dripping_end_in_time(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> Iterator[bytes]:
        Event().wait(0.3)
        yield b""

    monkeypatch.setattr(client, "ANSWER_S", 0.1)
    assert line.push(lambda _told: silent())[0].fault is LinkFault.TIMEOUT
    monkeypatch.setattr(client, "WHOLE_S", -1.0)
    assert line.push(lambda _told: _drip())[0].fault is LinkFault.TIMEOUT


def test_only_what_was_sent_can_be_acknowledged(line: Line) -> None:
    """A receipt for an event that waits behind the batch, for nobody's, for one that is no id: they change nothing."""
    first, *_rest = line.states()
    behind: list[str] = []

    def answer(told: Told) -> Iterable[bytes]:
        if told.path != envelope.EVENTS:
            return said(Decisions((), 0, False))
        sent = [each["id"] for each in json.loads(told.body)]
        if not behind:
            behind.extend(line.tell(2))
            foreign = ("01980000-0000-7000-8000-000000000000", "'; DROP TABLE claim; --", "x")
            return said(Receipts(tuple(Receipt(each, Result.ACCEPTED) for each in (*behind, *foreign))))
        # In another order, and twice.
        return said(Receipts(tuple(Receipt(each, Result.ACCEPTED) for each in (*sent[::-1], *sent))))

    done, _told = line.push(answer)
    assert (done.fault, done.answered, done.left) == (LinkFault.NOT_OFFICE, 0, 3)
    assert set(line.states().values()) == {OutboxState.WAITING}
    done, _told = line.push(answer)
    assert (done.fault, done.answered, done.left) == (None, 3, 0)
    assert {line.states()[each] for each in (first, *behind)} == {OutboxState.DONE}
    line.tell()


def _decided(*numbers: int, key: str = "") -> tuple[Decision, ...]:
    return tuple(
        Decision(each, key or f"d{each}", DecisionKind.ACCEPTED, NOON, "P2611-00001", 1, 100)
        for each in numbers
    )


@pytest.mark.parametrize(
    "page",
    [
        Decisions(_decided(1, 2), 900, True),
        Decisions(_decided(2, 1), 1, False),
        Decisions(_decided(3, 3), 3, False),
        Decisions(_decided(1), 0, True),
    ],
    ids=["leaps ahead", "backwards", "twice", "stands still"],
)
def test_a_list_of_decisions_that_would_skip_some_is_not_read(line: Line, page: Decisions) -> None:
    done, _told = line.push(lambda told: good(told) if told.path == envelope.EVENTS else said(page))
    assert (done.fault, done.decided, line.cursor()) == (LinkFault.NOT_OFFICE, 0, 0)
    line.tell()


def test_a_list_without_end_is_left_for_the_next_round(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST_PAGES", 3)

    def answer(told: Told) -> Iterable[bytes]:
        if told.path == envelope.EVENTS:
            return good(told)
        since = int(told.query.partition("since=")[2].partition("&")[0])
        return said(Decisions(_decided(since + 1, key="always the same"), since + 1, True))

    done, told = line.push(answer)
    assert (done.fault, done.decided, len(told)) == (None, 1, 4)
    # For a claim that nobody sent: kept with its trouble, and nothing else.
    with line.shop.store.read() as reading:
        assert [tuple(row) for row in reading.execute(select(Kept.key, Kept.trouble))] == [
            ("always the same", "unknown_claim")
        ]
    line.tell()


def test_a_page_of_decisions_is_booked_in_pieces_and_none_is_lost_between_them(line: Line) -> None:
    """Nobody at the counter waits for hundreds of them; what was booked is not heard again after a break."""
    line.sync.decided_piece = 2
    rests: list[int] = []

    def stop_after_three() -> None:
        rests.append(line.cursor())
        if line.cursor() == 4:
            raise LinkFailure(LinkFault.BROKEN)

    page = said(Decisions(_decided(*range(1, 6)), 5, False))
    answer = lambda told: good(told) if told.path == envelope.EVENTS else page  # noqa: E731
    with Listener(answer, line.tls) as there:
        card = replace(CARD, url=there.url, ca=line.authority.pem)
        line.sync.connect(line.shop.ctx(), line.brand, card_to_text(card))
        assert line.sync.push(line.brand, rest=stop_after_three).fault is LinkFault.BROKEN
    assert (line.cursor(), [each for each in rests if each]) == (4, [2, 4])
    done, _told = line.push(answer)
    assert (done.decided, line.cursor()) == (1, 5)
    line.tell()


def test_an_endless_list_of_claims_is_no_head_office_s(line: Line) -> None:
    def answer(told: Told) -> Iterable[bytes]:
        if told.path == envelope.CLAIMS:
            return said(Standings((), "", True))
        return good(told)

    with Listener(answer, line.tls) as there:
        card = replace(CARD, url=there.url, ca=line.authority.pem)
        line.sync.connect(line.shop.ctx(), line.brand, card_to_text(card))
        assert line.sync.reconcile(line.brand).fault is LinkFault.NOT_OFFICE
    line.tell()


def test_an_independent_reader_finds_cloudevents_in_what_is_sent(line: Line) -> None:
    (event_id,) = (each for each, state in line.states().items() if state is OutboxState.WAITING)
    done, told = line.push(good)
    assert done.answered == 1
    (value,) = json.loads(told[0].body)
    found = JSONFormat().read(None, json.dumps(value))
    assert told[0].headers["content-type"] == envelope.BATCH_TYPE
    assert (found.get_id(), found.get_source()) == (event_id, f"urn:xiuhu:shop:{CARD.shop}")
    assert (found.get_type(), found.get_specversion()) == ("xiuhu.ping.v1", "1.0")
    assert found.get_time() == moment_of(value["time"])
    assert found.get_data() == {"program": "修护 1", "waiting": 0}
    # And the contract's own reader: nothing in it that is not listed.
    assert envelope.event_from_json(value)[1] == ()
    line.tell()


def test_another_body_under_a_known_id_is_seen_here(line: Line) -> None:
    (event_id,) = (each for each, state in line.states().items() if state is OutboxState.WAITING)
    conflict = Receipts((Receipt(event_id, Result.CONFLICT, text="two contents"),))
    done, _told = line.push(
        lambda told: said(conflict if told.path == envelope.EVENTS else Decisions((), 0, False))
    )
    assert (done.answered, done.left) == (1, 0)
    (row,) = line.sync.queue(OutboxState.DEAD)
    assert (row.reason, line.sync.status().dead) == ("two contents", 1)
