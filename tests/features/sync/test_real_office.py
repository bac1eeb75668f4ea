"""The shop's side against the real receiver: HTTPS, signatures, PostgreSQL; both sides hold the same claims."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.cli import main
from app.core.brand_codes import ClaimState, LinkFault, OutboxState
from app.core.enums import Command
from app.core.money import Money
from app.core.wire.answers import DecisionKind
from app.core.wire.card import Card, card_to_text
from app.features.sync.service import Sync
from app.features.sync.snapshots import Odd, Step
from app.headoffice import admin, deciding
from app.headoffice.deciding import Verdict
from app.model import OutboxEvent
from tests.features.claims.conftest import FILLED, works
from tests.headoffice.conftest import identity, new_database, office, postgres
from tests.headoffice.kit import rows

if TYPE_CHECKING:
    from tests.features.claims.conftest import Works
    from tests.headoffice.conftest import Office

__all__ = ["identity", "new_database", "office", "postgres", "works"]


def now() -> datetime:
    """The receiver's clock is a real one."""
    return datetime.now(UTC)


def test_a_claim_goes_there_and_its_decision_comes_back(works: Works, office: Office) -> None:
    sync = Sync(works.shop.store, now=now)
    brand = works.brand("格力", names=("gree",)).row.id
    side = office.shop()
    sync.connect(works.shop.ctx(), brand, card_to_text(replace(side.card, ca=office.authority)))
    claim_id = works.delivered(brand="格力")
    works.complete(claim_id)
    works.claims.send(works.shop.ctx(), [claim_id])
    done = sync.push(brand)
    assert (done.answered, done.left, done.fault) == (1, 0, None)
    number = works.claims.card(claim_id).row.number
    there = side.standings()
    assert (there[number].version, there[number].claimed_fen) == (1, 8000)
    assert sync.queue()[0].state is OutboxState.DONE
    # Sent twice is there once.
    assert sync.push(brand).answered == 0
    # The brand accepts less; the shop hears of it.
    with office.records() as link:
        deciding.decide(link, number, Verdict(DecisionKind.ACCEPTED, 7500), side.card.shop)
    assert sync.push(brand).decided == 1
    row = works.claims.card(claim_id).row
    assert (row.state, row.accepted) == (ClaimState.ACCEPTED, Money(7500))
    assert sync.push(brand).decided == 0


def test_the_test_of_a_connection_says_at_which_step_it_fails(works: Works, office: Office) -> None:
    sync = Sync(works.shop.store, now=now)
    card = replace(office.shop().card, ca=office.authority)
    good = sync.test(card)
    assert [(each.step, each.fault) for each in good] == [(step, None) for step in Step]
    port = card.url.rpartition(":")[2]

    def failing(changed: Card) -> tuple[Step, LinkFault | None]:
        last = sync.test(changed)[-1]
        return last.step, last.fault

    assert failing(replace(card, url="https://no-such-office.invalid")) == (Step.NAME, LinkFault.NAME)
    assert failing(replace(card, url="https://localhost:9")) == (Step.REACH, LinkFault.REFUSED)
    assert failing(replace(card, ca="")) == (Step.CERTIFICATE, LinkFault.CERTIFICATE)
    assert failing(replace(card, url=f"https://[::1]:{port}"))[0] in (Step.REACH, Step.CERTIFICATE)
    assert failing(replace(card, key_id="another")) == (Step.KEY, LinkFault.KEY)
    late = Sync(works.shop.store, now=lambda: now() + timedelta(minutes=6)).test(card)
    assert [(each.step, each.fault) for each in late[-2:]] == [
        (Step.CERTIFICATE, None),
        (Step.CLOCK, LinkFault.CLOCK),
    ]


def test_nothing_is_sent_to_whom_the_card_does_not_vouch_for(works: Works, office: Office) -> None:
    sync = Sync(works.shop.store, now=now)
    brand = works.brand("格力").row.id
    card = replace(office.shop().card, ca=office.authority)
    sync.connect(works.shop.ctx(), brand, card_to_text(replace(card, ca="")))
    claim_id = works.delivered(brand="格力")
    works.complete(claim_id, FILLED)
    works.claims.send(works.shop.ctx(), [claim_id])
    done = sync.push(brand)
    assert (done.fault, done.left) == (LinkFault.CERTIFICATE, 1)
    (link,) = sync.links()
    assert (link.fault, link.failures) == (LinkFault.CERTIFICATE, 1)
    assert sync.due() == ()
    # The next card of the same shop: what waited goes out under the new key.
    sync.connect(works.shop.ctx(), brand, card_to_text(card))
    assert sync.due() == (brand,)
    assert (sync.push(brand).answered, sync.status().fault) == (1, None)


def test_the_command_line_pushes_once_and_says_what_arrived(
    works: Works, office: Office, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = works.shop.store
    brand = works.brand("格力").row.id
    sync = Sync(store, now=now)
    sync.connect(works.shop.ctx(), brand, card_to_text(replace(office.shop().card, ca=office.authority)))
    claim_id = works.delivered(brand="格力")
    works.complete(claim_id, FILLED)
    works.claims.send(works.shop.ctx(), [claim_id])
    works.shop.close()
    assert main(["--data", str(store.folder.root), "sync", "--once", "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out) == {
        "links": [{"brand": "格力", "arrived": 1, "decided": 0, "waiting": 0, "fault": None}]
    }
    assert "格力" in said.err


def test_the_same_id_with_another_body_is_seen_on_both_sides(works: Works, office: Office) -> None:
    """Somebody edited what was sent already, in the shop's database: the first counts, and both sides show it."""
    sync = Sync(works.shop.store, now=now)
    brand = works.brand("格力").row.id
    side = office.shop()
    sync.connect(works.shop.ctx(), brand, card_to_text(replace(side.card, ca=office.authority)))
    claim_id = works.delivered(brand="格力")
    works.complete(claim_id, FILLED)
    works.claims.send(works.shop.ctx(), [claim_id])
    assert sync.push(brand).answered == 1
    with works.shop.store.write(Command.PUSH_EVENTS, works.shop.ctx()) as tx:
        (event,) = tx.session.scalars(select(OutboxEvent)).all()
        event.body = {**event.body, "note": "另一内容"}
        event.state, event.result, event.answered_at = OutboxState.WAITING, None, None
    assert sync.push(brand).answered == 1
    (row,) = sync.queue(OutboxState.DEAD)
    assert (row.reason, sync.status().dead) == ("other_content", 1)
    assert [each.kinds for each in sync.reconcile(brand).odd] == [(Odd.STATE,)]
    ((subject, note),) = rows(office.database, "SELECT subject, data ->> 'note' FROM clash")
    assert (subject, note) == (works.claims.card(claim_id).row.number, "另一内容")
    with office.records() as link:
        password = admin.new_reader_password(link)
    page = side.http.get("/?lang=en", auth=("x", password)).text
    assert works.claims.card(claim_id).row.number in page.partition("Same event, other content")[2]


def test_a_new_key_goes_on_where_the_old_one_ended(works: Works, office: Office) -> None:
    """The brand changes the key; the shop hears of it when the old one is refused, and loses nothing."""
    sync = Sync(works.shop.store, now=now)
    brand = works.brand("格力").row.id
    side = office.shop()
    sync.connect(works.shop.ctx(), brand, card_to_text(replace(side.card, ca=office.authority)))
    with office.records() as link:
        secret, public = admin.new_key()
        key_id = admin.rotate_key(link, side.card.shop, public, now())
        card = admin.card(
            link, side.card.shop, key_id=key_id, secret=secret, url=office.url, authority=office.authority
        )
    claim_id = works.delivered(brand="格力")
    works.complete(claim_id, FILLED)
    works.claims.send(works.shop.ctx(), [claim_id])
    done = sync.push(brand)
    assert (done.fault, done.left) == (LinkFault.KEY, 1)
    sync.connect(works.shop.ctx(), brand, card_to_text(card))
    assert (sync.push(brand).answered, sync.reconcile(brand).agrees) == (1, True)
