"""Promises 10 and 11: what a head office is told has its effect exactly once, over any network, after any absence."""

from __future__ import annotations

from collections import Counter
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select, update

from app.core.brand_codes import ClaimState, OutboxState
from app.core.enums import Command
from app.core.money import Money
from app.core.wire.answers import DecisionKind
from app.core.wire.card import Card, card_to_text
from app.features.bench.service import BenchService
from app.features.brands.service import Brands
from app.features.claims.service import Claims
from app.features.handover.service import HandoverService
from app.features.intake.service import IntakeService
from app.features.sync.service import Sync
from app.model import Claim, ClaimEntry, Decision, OutboxEvent
from tests.features.claims.conftest import Works
from tests.features.conftest import Mould, Shop, open_shop
from tests.features.handover.conftest import Counter as Desk
from tests.promises.office import MemoryOffice, Network, ShopKilled, event_ids

if TYPE_CHECKING:
    from tests.promises.conftest import Promise, Round

CLAIMS = 5
CARD = Card(
    url="https://brand.example",
    brand="haier",
    brand_name="海尔",
    shop="S1",
    key_id="k1",
    secret="AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
)


def works_in(shop: Shop) -> Works:
    store = shop.store
    desk = Desk(shop, IntakeService(store), BenchService(store), HandoverService(store))
    return Works(shop, desk, Brands(store), Claims(store))


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """A connected shop with complete claims, none sent."""
    shop = open_shop(tmp_path_factory.mktemp("push") / "shop")
    works = works_in(shop)
    brand = works.brand().row.id
    for _claim in range(CLAIMS):
        works.complete(works.delivered())
    Sync(shop.store).connect(shop.ctx(), brand, card_to_text(CARD))
    return Mould.of(shop)


class Schedule:
    """One shop, one office, one network, and what is right at the end."""

    def __init__(self, mould: Mould, folder: Path, each: Round, office: MemoryOffice) -> None:
        self.shop = mould.shop(folder)
        self.dice = each.dice
        self.office = office
        self.network = Network(office, each.dice, bad=each.dice.choice((0.2, 0.5, 0.8)))
        self.works = works_in(self.shop)
        # The key is sealed for another shop's id in a copy: the push does not need it here.
        self.sync = Sync(self.shop.store, self.network.connect, each.dice)  # type: ignore[arg-type]
        self.sync._address = lambda _brand_id: _ADDRESS  # type: ignore[method-assign]
        # The shop's program may also end between two transactions of one answer.
        self.sync.piece = each.dice.choice((1, 2, 100))
        self.sync.decided_piece = each.dice.choice((1, 2, 100))
        self._booked, self.sync._book = self.sync._book, self._book  # type: ignore[method-assign]

    def _book(self, brand_id: int, receipts: Any) -> int:
        count = self._booked(brand_id, receipts)
        if self.dice.random() < self.network.bad / 10:
            raise ShopKilled
        return count

    def play(self) -> None:
        """Claims are sent, pushed, decided and mended, in any order; then the network is calm."""
        for _step in range(self.dice.randrange(6, 16)):
            self.dice.choice((self._send, self._push, self._push, self._decide, self._mend))()
        self.network.calm()
        for _round in range(3):
            self._push()

    def _send(self) -> None:
        ready = [row.id for row in self.works.claims.page((ClaimState.READY,))]
        if ready:
            self.works.claims.send(self.shop.ctx(), [self.dice.choice(ready)])

    def _push(self) -> None:
        # A kill leaves the transaction of the moment undone and everything before it done; the next push is the next
        # start of the program.
        with suppress(ShopKilled):
            self.sync.push(1)
        self.shop.clock.advance(timedelta(minutes=self.dice.randrange(1, 90)))

    def _decide(self) -> None:
        newest = dict(sorted(self.office.booked))
        decided = {(each.claim, each.version) for each in self.office.decided}
        open_ones = [each for each in newest.items() if each not in decided]
        if open_ones:
            kind = self.dice.choice((DecisionKind.ACCEPTED, DecisionKind.RETURNED, DecisionKind.REFUSED))
            self.office.decide(*self.dice.choice(open_ones), kind)

    def _mend(self) -> None:
        """What came back is looked at and goes out again as its next version."""
        for row in self.works.claims.page((ClaimState.RETURNED, ClaimState.REFUSED)):
            self.works.complete(row.id)

    def wrong(self) -> list[str]:
        """What is not as it must be; empty where the promise is kept."""
        found = []
        with self.shop.store.read() as reading:
            events = reading.execute(select(OutboxEvent.__table__)).all()
            claims = reading.execute(select(Claim.__table__)).all()
            sent = reading.execute(
                select(Claim.number, ClaimEntry.submission)
                .join(Claim, Claim.id == ClaimEntry.claim_id)
                .where(ClaimEntry.to_state == ClaimState.SENT)
            ).all()
            answers = Counter(
                reading.execute(
                    select(Claim.number, ClaimEntry.submission)
                    .join(Claim, Claim.id == ClaimEntry.claim_id)
                    .where(
                        ClaimEntry.to_state.in_(
                            (ClaimState.ACCEPTED, ClaimState.REFUSED, ClaimState.RETURNED)
                        )
                    )
                ).all()
            )
            kept = [row.key for row in reading.execute(select(Decision.key))]
        if waiting := [row.subject for row in events if row.state is not OutboxState.DONE]:
            found.append(f"not arrived: {waiting}")
        if {row.uuid for row in events} != event_ids(self.office):
            found.append("the office knows other events")
        if Counter(self.office.booked) != Counter((number, version) for number, version in sent):
            found.append(f"booked {sorted(self.office.booked)}, sent {sorted(sent)}")
        if sorted(kept) != sorted(each.id for each in self.office.decided):
            found.append("decisions lost or doubled")
        if twice := [each for each, times in answers.items() if times > 1]:
            found.append(f"answered twice: {twice}")
        last = {each.claim: each for each in self.office.decided}
        for claim in claims:
            told = last.get(claim.number)
            if told is None or told.version != claim.submission or claim.state is ClaimState.READY:
                continue
            if claim.state.value != told.kind.value:
                found.append(f"{claim.number} is {claim.state}, decided {told.kind}")
            if told.kind is DecisionKind.ACCEPTED and claim.accepted != Money(5000):
                found.append(f"{claim.number} accepted {claim.accepted}")
        return found

    def close(self) -> None:
        self.shop.close()


class _Address:
    shop, brand = "S1", "haier"


_ADDRESS: Any = _Address()


@pytest.mark.promise(10)
def test_everything_has_its_effect_exactly_once(promise: Promise, mould: Mould, tmp_path: Path) -> None:
    for each in promise.rounds(share=15, full=10_000):
        schedule = Schedule(mould, tmp_path / str(each.number), each, MemoryOffice())
        try:
            schedule.play()
            assert schedule.wrong() == [], f"seed {each.seed}"
        finally:
            schedule.close()


@pytest.mark.promise(10)
def test_without_the_unique_key_there_are_doubles(promise: Promise, mould: Mould, tmp_path: Path) -> None:
    """The planted bug: an office that books whatever comes."""
    from random import Random

    from tests.promises.conftest import Round

    for number in range(30):
        each = Round(number, number, Random(number))
        schedule = Schedule(mould, tmp_path / str(number), each, MemoryOffice(unique=False))
        try:
            schedule.play()
            if any(text.startswith("booked") for text in schedule.wrong()):
                promise.caught("no unique key at the office")
                return
        finally:
            schedule.close()
    pytest.fail("thirty schedules without the unique key, and no double was found")


@pytest.mark.promise(10)
def test_decisions_applied_twice_are_found(
    promise: Promise, mould: Mould, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The planted bug: the shop does not look at what it knows already."""
    from random import Random

    from app.features.sync import applying
    from tests.promises.conftest import Round

    def careless(tx: Any, brand_id: int, decisions: Any) -> int:
        for told in decisions:
            applying._decide(tx, brand_id, told)
        return len(decisions)

    monkeypatch.setattr("app.features.sync.service.apply_decisions", careless)
    for number in range(30):
        each = Round(number, number, Random(number))
        schedule = Schedule(mould, tmp_path / str(number), each, MemoryOffice())
        try:
            schedule.play()
            if schedule.wrong():
                promise.caught("decisions applied again")
                return
        finally:
            schedule.close()
    pytest.fail("thirty schedules without looking, and nothing was found")


@pytest.mark.promise(10)
def test_the_same_id_with_another_body_is_seen_on_both_sides(
    mould: Mould, tmp_path: Path, promise: Promise
) -> None:
    from random import Random

    from tests.promises.conftest import Round

    office = MemoryOffice()
    schedule = Schedule(mould, tmp_path / "shop", Round(0, 1, Random(1)), office)
    try:
        schedule.network.calm()
        schedule._send()
        schedule.sync.push(1)
        with schedule.shop.store.write(Command.PUSH_EVENTS, schedule.shop.ctx()) as tx:
            (event,) = tx.session.scalars(select(OutboxEvent)).all()
            tx.session.execute(
                update(OutboxEvent)
                .where(OutboxEvent.id == event.id)
                .values(body={**event.body, "note": "另一内容"}, state=OutboxState.WAITING)
            )
        done = schedule.sync.push(1)
        assert (done.answered, office.conflicts) == (1, 1)
        (row,) = schedule.sync.queue(OutboxState.DEAD)
        assert row.reason == "other_content"
        assert len(office.booked) == 1
        promise.tried()
    finally:
        schedule.close()


@pytest.mark.promise(11)
def test_sixty_days_without_a_network(promise: Promise, mould: Mould, tmp_path: Path) -> None:
    """What was queued in two months drains when the network is back; nothing is tried more often than once an hour."""
    queued = promise.of(400, 5_000)
    for each in promise.rounds(share=1, full=20):
        office = MemoryOffice()
        schedule = Schedule(mould, tmp_path / str(each.number), each, office)
        shop, sync = schedule.shop, schedule.sync
        try:
            schedule.network.bad = 1.0
            schedule.network.send = _nobody  # type: ignore[method-assign]
            body = {"program": "test", "waiting": 0}
            with shop.store.write(Command.PUSH_EVENTS, shop.ctx()) as tx:
                for _event in range(queued):
                    tx.outbox(1, "xiuhu.ping.v1", "", body)
            tries = 0
            hours = promise.of(12, 1)
            for _look in range(60 * 24 // hours):
                shop.clock.advance(timedelta(hours=hours))
                if sync.due():
                    assert sync.push(1).fault is not None
                    tries += 1
            assert tries == 60 * 24 // hours
            (link,) = sync.links()
            assert (link.waiting, link.failures) == (queued, tries)
            del schedule.network.send
            schedule.network.calm()
            shop.clock.advance(timedelta(hours=1))
            assert sync.due() == (1,)
            done = sync.push(1)
            assert (done.answered, done.left, done.fault) == (queued, 0, None)
            assert len(office.booked) == queued
        finally:
            schedule.close()


@pytest.mark.promise(11)
def test_a_push_that_gives_up_is_found(promise: Promise, mould: Mould, tmp_path: Path) -> None:
    """The planted bug: waits that grow without end; the shop would be silent for years after two months."""
    from random import Random

    from app.features.sync.waits import LONGEST_WAIT
    from tests.promises.conftest import Round

    schedule = Schedule(mould, tmp_path / "shop", Round(0, 1, Random(1)), MemoryOffice())
    try:
        schedule.sync._wait = lambda failures, _failure: timedelta(seconds=15) * (1 << failures)  # type: ignore[method-assign]
        schedule.network.send = _nobody  # type: ignore[method-assign]
        with schedule.shop.store.write(Command.PUSH_EVENTS, schedule.shop.ctx()) as tx:
            tx.outbox(1, "xiuhu.ping.v1", "", {})
        for _try in range(20):
            schedule.sync.push(1)
        (link,) = schedule.sync.links()
        assert link.next_try_at is not None
        assert link.next_try_at - schedule.shop.clock.now() > LONGEST_WAIT
        promise.caught("waits without end")
    finally:
        schedule.close()


def _nobody(_batch: bytes) -> Any:
    from app.core.brand_codes import LinkFault
    from app.features.sync.client import LinkFailure

    raise LinkFailure(LinkFault.NAME)
