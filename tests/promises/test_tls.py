"""Promise 24: nothing is said to whom the connection card does not vouch for; a change of keys loses nothing.

Every round opens a real port on this machine, sets the shop's connection to it, and lets the shop push, test its
connection or ask. The other side writes down what it heard.
"""

from __future__ import annotations

import base64
import json
import ssl
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID
from sqlalchemy import select

from app.core.brand_codes import LinkFault, OutboxState
from app.core.enums import Command
from app.core.errors import Reason, Refusal
from app.core.labels import label
from app.core.wire import envelope, seal
from app.core.wire.answers import Decisions, Problem, Trouble
from app.core.wire.card import Card, card_to_text
from app.core.wire.form import plain
from app.core.words import Language, speaking
from app.features.brands.service import Brands
from app.features.brands.snapshots import BrandEntry
from app.features.sync import client
from app.features.sync.client import LinkFailure
from app.features.sync.service import Sync
from app.model import OutboxEvent
from tests.features.conftest import Shop, open_shop
from tests.https_server import Authority, Listener, Told, answered, beyond_greeting
from tests.promises.conftest import Round
from tests.promises.office import MemoryOffice

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = pytest.mark.promise(24)

DAY = timedelta(days=1)
SECRET = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
_CARD = Card(
    url="", brand="haier", brand_name="海尔", shop="SHOP-0042", key_id="k1", secret=SECRET, shop_name="小王"
)


@dataclass(slots=True)
class Wire:
    """A shop with something to tell, the authority on its card, and one that nobody pinned."""

    shop: Shop
    sync: Sync
    brand: int
    pinned: Authority
    other: Authority

    def card(self, url: str) -> Card:
        return replace(_CARD, url=url, ca=self.pinned.pem)

    def connect(self, url: str) -> None:
        self.sync.connect(self.shop.ctx(), self.brand, card_to_text(self.card(url)))

    def queue(self, count: int = 1) -> None:
        with self.shop.store.write(Command.PUSH_EVENTS, self.shop.ctx()) as tx:
            for _event in range(count):
                tx.outbox(self.brand, "xiuhu.ping.v1", "", {"program": "test", "waiting": count})


def wire_in(folder: Path) -> Wire:
    shop = open_shop(folder / "shop")
    brand = Brands(shop.store).save(shop.ctx(), None, BrandEntry("海尔")).row.id
    made = Wire(shop, Sync(shop.store), brand, Authority(folder / "a"), Authority(folder / "b"))
    made.queue()
    return made


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    made = wire_in(tmp_path_factory.mktemp("tls"))
    made.connect("https://localhost:9")
    yield made
    made.shop.close()


@dataclass(frozen=True, slots=True)
class Wrong:
    """Something that is wrong with who answers, and what the shop must say of it."""

    fault: LinkFault
    tls: Callable[[Wire, Round], ssl.SSLContext | None]


def _old(wire: Wire, each: Round) -> ssl.SSLContext:
    context = wire.pinned.server()
    context.minimum_version = ssl.TLSVersion.TLSv1
    context.maximum_version = each.dice.choice((ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1))
    context.set_ciphers("ALL:@SECLEVEL=0")  # else the server's own library would not offer it
    return context


def _days(each: Round, most: int) -> timedelta:
    return timedelta(minutes=each.dice.randrange(5, most * 24 * 60))


WRONG = {
    "another host": Wrong(
        LinkFault.HOST,
        lambda wire, each: wire.pinned.server(
            each.dice.choice((("xiuhu.example",), ("localhost.example",), ("*.localhost",), ("127.0.0.1",)))
        ),
    ),
    "expired": Wrong(
        LinkFault.EXPIRED, lambda wire, each: wire.pinned.server(since=-999 * DAY, until=-_days(each, 900))
    ),
    "not yet good": Wrong(LinkFault.EXPIRED, lambda wire, each: wire.pinned.server(since=_days(each, 300))),
    "not pinned": Wrong(LinkFault.CERTIFICATE, lambda wire, _each: wire.other.server()),
    "self-signed": Wrong(LinkFault.CERTIFICATE, lambda wire, _each: wire.pinned.server(self_signed=True)),
    "no server's": Wrong(
        LinkFault.CERTIFICATE,
        lambda wire, each: wire.pinned.server(
            usage=each.dice.choice((ExtendedKeyUsageOID.CLIENT_AUTH, ExtendedKeyUsageOID.CODE_SIGNING))
        ),
    ),
    "old TLS": Wrong(LinkFault.OLD_TLS, _old),
    "no TLS": Wrong(LinkFault.PLAIN, lambda _wire, _each: None),
}


def attempt(wire: Wire, each: Round, wrong: Wrong) -> tuple[bytes, LinkFault | None]:
    """Let the shop try to talk to whoever answers wrongly; what was heard beyond greetings, what the shop says."""
    with Listener(lambda _told: answered(b'{"receipts":[]}'), wrong.tls(wire, each)) as there:
        wire.connect(there.url)
        if each.dice.random() < 0.3:
            found = wire.sync.test(wire.card(there.url))[-1].fault
        else:
            found = wire.sync.push(wire.brand).fault
            (link,) = wire.sync.links()
            assert link.fault is found
    return beyond_greeting(there.heard), found


def waiting(wire: Wire) -> int:
    return len(wire.sync.queue(OutboxState.WAITING))


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_nothing_is_sent_to_whom_nobody_vouches_for(promise: Promise, wire: Wire) -> None:
    kinds = list(WRONG.values())
    queued = waiting(wire)
    for each in promise.rounds(share=len(kinds), full=24):
        wrong = kinds[each.number % len(kinds)]
        assert attempt(wire, each, wrong) == (b"", wrong.fault), f"seed {each.seed}"
        assert waiting(wire) == queued
    with Listener(_office(MemoryOffice(), {}), wire.pinned.server(("localhost", "127.0.0.1"))) as there:
        wire.connect(there.url)
        assert wire.sync.push(wire.brand).fault is LinkFault.KEY, "the same shop, told by who is vouched for"
    assert there.told[0].method == "POST"


@pytest.mark.parametrize("fault", sorted({each.fault for each in WRONG.values()}))
def test_the_status_says_it_in_one_plain_sentence(fault: LinkFault, promise: Promise) -> None:
    promise.tried(0)
    for language, silent, stop in (
        (Language.EN, "Nothing was sent.", ". "),
        (Language.ZH, "未发送任何内容", "。"),
    ):
        with speaking(language):
            said = label(fault)
            assert silent in said
            assert len(said) < 140
            assert said.count(stop) <= 3
            assert [each for each in LinkFault if label(each) == said] == [fault]


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion")
def test_verification_switched_off_is_found(
    promise: Promise, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bugs: a client that believes everybody, one that minds no name, one that still speaks old TLS."""

    def careless(_authority: str) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        return context

    def nameless(authority: str) -> ssl.SSLContext:
        context = sound(authority)
        context.check_hostname = False
        return context

    def old(authority: str) -> ssl.SSLContext:
        context = sound(authority)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.set_ciphers("ALL:@SECLEVEL=0")
        return context

    sound = client.trusting
    for planted, names, control in (
        (
            careless,
            ("another host", "expired", "not yet good", "not pinned", "self-signed", "no server's"),
            "verification switched off",
        ),
        (nameless, ("another host",), "the name is not looked at"),
        (old, ("old TLS",), "old TLS allowed"),
    ):
        monkeypatch.setattr(client, "trusting", planted)
        for name in names:
            heard, _fault = attempt(wire, Round(0, 1, _Pushes(1)), WRONG[name])
            assert b"SHOP-0042" in heard, name
        promise.caught(control)


class _Pushes(Random):
    """Dice by which a round pushes, whatever it does else."""

    def random(self) -> float:
        return 0.9


def test_a_card_without_https_is_none(promise: Promise, wire: Wire) -> None:
    for url in ("http://localhost:1", "HTTP://localhost", "ftp://localhost", "localhost"):
        with pytest.raises(Refusal) as refused:
            wire.connect(url)
        assert refused.value.reason is Reason.CARD_DAMAGED
    address = client.Address("http://localhost:1", "S", "b", "k", bytes(32))
    with pytest.raises(LinkFailure) as failed:
        client.HeadOffice(address, wire.shop.clock.now)
    assert failed.value.fault is LinkFault.PLAIN
    promise.tried(0)


def test_a_redirect_is_not_followed(promise: Promise, wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    """Down to http, or to another host: where it leads to, nobody hears a word."""

    def redirected(each: Round) -> tuple[bytes, LinkFault | None]:
        status = each.dice.choice(("301 Moved", "302 Found", "307 Temporary", "308 Permanent"))
        secure = each.dice.random() < 0.5
        with Listener(tls=wire.pinned.server() if secure else None) as beyond:
            leads = f"{'https' if secure else 'http'}://localhost:{beyond.port}{envelope.EVENTS}"
            answer = answered(b"<html>", "text/html", status, Location=leads)
            with Listener(lambda _told: answer, wire.pinned.server()) as there:
                wire.connect(there.url)
                fault = wire.sync.push(wire.brand).fault
        return bytes(beyond.heard), fault

    queued = waiting(wire)
    for each in promise.rounds(share=2, full=8):
        assert redirected(each) == (b"", LinkFault.NOT_OFFICE)
        assert waiting(wire) == queued
    import httpx2

    sound = httpx2.Client
    monkeypatch.setattr(httpx2, "Client", lambda **given: sound(**given | {"follow_redirects": True}))
    assert any(redirected(Round(at, at, _Pushes(at)))[0] for at in range(3))
    promise.caught("redirects followed")


# -- keys change ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Keys:
    """The keys of one shop at its office: public key, and until when it is good."""

    known: dict[str, tuple[Ed25519PublicKey, datetime | None]]

    def add(self, key_id: str, old_until: datetime) -> str:
        """The next key; the ones before are good until ``old_until``. Its secret."""
        for name, (public, until) in self.known.items():
            self.known[name] = public, min(until or old_until, old_until)
        key = Ed25519PrivateKey.generate()
        self.known[key_id] = key.public_key(), None
        return base64.b64encode(key.private_bytes_raw()).decode()


def _office(
    office: MemoryOffice, keys: dict[str, tuple[Ed25519PublicKey, datetime | None]]
) -> Callable[[Told], Iterable[bytes]]:
    """A head office that judges seals as the real one does; the moment is the seal's own."""

    def trouble(problem: Problem) -> Iterable[bytes]:
        body = json.dumps(plain(Trouble(401, problem, problem.value))).encode()
        return answered(body, envelope.PROBLEM_TYPE, "401 Unauthorized")

    def answer(told: Told) -> Iterable[bytes]:
        sealed = seal.seal_in(told.headers)
        if sealed.key_id not in keys:
            return trouble(Problem.UNKNOWN_KEY)
        public, until = keys[sealed.key_id]
        assert sealed.digest == seal.content_digest(told.body)
        signed = seal.base(told.method, told.path, told.query, sealed.digest, sealed.shop, sealed.parameters)
        try:
            public.verify(sealed.signature, signed)
        except InvalidSignature:
            return trouble(Problem.BAD_SIGNATURE)
        if until is not None and until <= sealed.created:
            return trouble(Problem.KEY_RETIRED)
        if told.path == envelope.EVENTS:
            return answered(json.dumps(plain(office.take(told.body))).encode())
        return answered(json.dumps(plain(Decisions((), 0, False))).encode())

    return answer


class Rotation:
    """One shop over several changes of keys, and of the office's certificate."""

    def __init__(self, wire: Wire, each: Round) -> None:
        self.wire, self.dice = wire, each.dice
        self.office = MemoryOffice()
        self.keys = Keys({})
        self.card = wire.card("")
        self.number = 0
        self.refused = 0

    def play(self, stack: ExitStack) -> list[str]:
        """Work, change keys, paste the new card sooner or later; then what was lost or doubled."""
        wire = self.wire
        overlap = self.wire.pinned, self.wire.other
        # Old and new authority stand on the card together: the office may change its certificate any day.
        pem = "".join(each.pem for each in overlap)
        doors = [
            stack.enter_context(Listener(_office(self.office, self.keys.known), each.server()))
            for each in overlap
        ]
        self.card = replace(self.card, ca=pem)
        self._new_key(wire.shop.clock.now())
        cards = [self.card]
        for _step in range(self.dice.randrange(8, 14)):
            match self.dice.randrange(5):
                case 0:
                    days = timedelta(days=self.dice.choice((0, 1, 30)))
                    self._new_key(wire.shop.clock.now() + days)
                    cards.append(self.card)
                case 1:
                    self._paste(cards[-1], self.dice.choice(doors).url)
                case _:
                    wire.queue(self.dice.randrange(1, 4))
                    self._push()
            wire.shop.clock.advance(timedelta(hours=self.dice.randrange(1, 60)))
        self._paste(cards[-1], doors[-1].url)
        self._push()
        return self._wrong()

    def _new_key(self, old_until: datetime) -> None:
        self.number += 1
        key_id = f"k{self.number}"
        self.card = replace(self.card, key_id=key_id, secret=self.keys.add(key_id, old_until))

    def _paste(self, card: Card, url: str) -> None:
        wire = self.wire
        wire.sync.connect(wire.shop.ctx(), wire.brand, card_to_text(replace(card, url=url)))

    def _push(self) -> None:
        if not self.wire.sync.links():
            self._paste(self.card, "https://localhost:9")
        fault = self.wire.sync.push(self.wire.brand).fault
        assert fault in (None, LinkFault.KEY, LinkFault.REFUSED), fault
        self.refused += fault is LinkFault.KEY

    def _wrong(self) -> list[str]:
        with self.wire.shop.store.read() as reading:
            events = reading.execute(select(OutboxEvent.uuid, OutboxEvent.state)).all()
        wrong = [f"{each.uuid} {each.state}" for each in events if each.state is not OutboxState.DONE]
        if {str(each.uuid) for each in events} != self.office.known.keys():
            wrong.append("lost")
        if len(self.office.booked) != len(events):
            wrong.append("doubled")
        return wrong


def test_a_change_of_keys_loses_nothing(promise: Promise, tmp_path: Path) -> None:
    refused = 0
    for each in promise.rounds(share=2, full=8):
        wire = wire_in(tmp_path / str(each.number))
        try:
            with ExitStack() as stack:
                rotation = Rotation(wire, each)
                assert rotation.play(stack) == [], f"seed {each.seed}"
                refused += rotation.refused
        finally:
            wire.shop.close()
    assert refused or not promise.full, "some key was used after its end"


def test_a_queue_emptied_at_a_refused_key_is_found(
    promise: Promise, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: what a retired key could not bring is taken off the queue."""

    def careless(self: Sync, brand_id: int, failure: LinkFailure) -> None:
        failed(self, brand_id, failure)
        with self._store.write(Command.PUSH_EVENTS, wire.shop.ctx()) as tx:
            for event in tx.session.scalars(select(OutboxEvent)):
                event.state = OutboxState.DONE

    failed = Sync._failed
    monkeypatch.setattr(Sync, "_failed", careless)
    for number in range(20):
        wire = wire_in(tmp_path / str(number))
        try:
            with ExitStack() as stack:
                if Rotation(wire, Round(number, number, Random(number))).play(stack):
                    promise.caught("queue emptied at a refused key")
                    return
        finally:
            wire.shop.close()
    pytest.fail("twenty rotations with a careless queue, and nothing was found")
