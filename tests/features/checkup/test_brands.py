"""Damage to claims, settlements and the queue: each kind is planted by hand and found by its own check alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import select

from app.core.brand_codes import ClaimState, OutboxState, SettlementKind
from app.core.clock import SetClock
from app.core.enums import Command
from app.core.money import Money
from app.core.rights import FOUNDER, Ctx
from app.core.wire.answers import Decision, DecisionKind, Receipt, Refused, Result
from app.core.wire.card import card_to_text
from app.core.wire.events import EventType
from app.core.words import Language, speaking
from app.features.bench.service import BenchService
from app.features.billing.service import Billing
from app.features.brands.service import Brands
from app.features.checkup import service
from app.features.checkup.rules import RULES
from app.features.checkup.snapshots import Finding
from app.features.claims.service import Claims
from app.features.handover.service import HandoverService
from app.features.intake.service import IntakeService
from app.features.settling.service import Settlements
from app.features.sync.applying import apply_decisions, apply_receipts
from app.features.sync.service import Sync
from app.model import Claim, OutboxEvent
from app.store.door import Store
from tests.features.claims.conftest import Works
from tests.features.conftest import Mould, Shop, open_shop
from tests.features.handover.conftest import Counter
from tests.features.settling.conftest import DECEMBER_2, Month
from tests.promises.office import NOON
from tests.promises.test_push import CARD


def month_in(shop: Shop) -> Month:
    store = shop.store
    counter = Counter(shop, IntakeService(store), BenchService(store), HandoverService(store))
    works = Works(shop, counter, Brands(store), Claims(store))
    return Month(works, Settlements(store), Billing(store))


@pytest.fixture(scope="module")
def mould(tmp_path_factory: pytest.TempPathFactory) -> Mould:
    """Two brands: one settles by letter and its month is booked, the other has a head office that answered."""
    shop = open_shop(tmp_path_factory.mktemp("brands") / "shop")
    month = month_in(shop)
    haier = month.works.brand().row.id
    gree = month.works.brand("格力", names=("gree",)).row.id
    Sync(shop.store).connect(shop.ctx(), gree, card_to_text(CARD))
    month.claim()
    month.claim(amount=Money(6_533))
    month.claim(ClaimState.REFUSED)
    month.claim(ClaimState.WITHDRAWN)
    month.works.delivered()
    sent = [month.claim(None, brand="格力") for _claim in range(3)]
    _answer(shop, gree)
    back = month.works.claims.card(sent[1])
    assert back.row.state is ClaimState.RETURNED
    month.works.complete(sent[1])
    month.works.claims.send(shop.ctx(), [sent[1]])
    month.december()
    card = month.line(month.make(haier), SettlementKind.DEDUCTION, Money(1_000), "迟到上门")
    month.post(month.agree(card, leave_out=True))
    month.make(gree)
    return Mould.of(shop)


def _answer(shop: Shop, brand: int) -> None:
    """The first claim is accepted, the second comes back, the third goes out once more after a conflict."""
    sync = Sync(shop.store)
    with shop.store.write(Command.PUSH_EVENTS, shop.ctx()) as tx:
        # Three of one model and fault are also a quality notice, which waits.
        told = OutboxEvent.kind == EventType.CLAIM_SUBMITTED.value
        events = tx.session.scalars(select(OutboxEvent).where(told).order_by(OutboxEvent.id)).all()
        first, second, third = (str(each.uuid) for each in events)
        number = events[0].subject
        receipts = (
            Receipt(first, Result.ACCEPTED),
            Receipt(second, Result.RETURNED),
            Receipt(third, Result.CONFLICT, reason=Refused.OTHER_CONTENT),
        )
        assert apply_receipts(tx, brand, receipts) == 3
        assert (
            apply_decisions(tx, brand, [Decision(1, "d1", DecisionKind.ACCEPTED, NOON, number, 1, 7000)]) == 1
        )
    (dead,) = sync.queue(OutboxState.DEAD)
    assert sync.try_again(shop.ctx(), [dead.id]) == 1


@pytest.fixture
def root(mould: Mould, tmp_path: Path) -> Path:
    shop = mould.shop(tmp_path / "shop")
    shop.close()
    return shop.store.folder.root


#: What damage to brands' work could show in; the rest is looked at where everything is sound.
LOOKED_AT = ("numbers", "claims", "settlements", "push", "balances", "sales", "money_days")


class Hand:
    """A hand with a database tool. All of it is undone again."""

    def __init__(self, raw: sqlite.Connection) -> None:
        self._raw = raw
        raw.execute("BEGIN")
        for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {name}")

    def damage(self, statement: str) -> None:
        assert self._raw.execute(statement).rowcount != 0, f"the damage found no row: {statement}"

    def found(self) -> dict[str, list[str]]:
        """What the rules find, by check, in both languages the same number of sentences."""
        broken: dict[str, list[str]] = {}
        for name in LOOKED_AT:
            for rule in RULES[name]:
                done = self._raw.execute(rule.sql)
                columns = [each[0] for each in done.description]
                for row in done.fetchall():
                    finding = Finding(rule.sentence, dict(zip(columns, row, strict=True)))
                    broken.setdefault(name, []).append(finding.text())
                    with speaking(Language.ZH):
                        assert finding.text() != broken[name][-1]
        return broken


@pytest.fixture(scope="module")
def records(mould: Mould, tmp_path_factory: pytest.TempPathFactory) -> Iterator[sqlite.Connection]:
    shop = mould.shop(tmp_path_factory.mktemp("records") / "shop")
    shop.close()
    raw = sqlite.connect(str(shop.store.folder.database), isolation_level=None)
    raw.execute("PRAGMA foreign_keys=OFF")
    yield raw
    raw.close()


@pytest.fixture
def hand(records: sqlite.Connection) -> Iterator[Hand]:
    yield Hand(records)
    records.execute("ROLLBACK")


def test_a_shop_as_its_services_leave_it_is_sound(root: Path) -> None:
    store = Store.open(root, SetClock(DECEMBER_2))
    try:
        assert {each.name: each.detail for each in service.examine(store).checks if each.grave} == {}
    finally:
        store.close()


BOOKED = "(SELECT min(claim_id) FROM settlement_line WHERE kind = 'claim' AND accepted > 0)"
LOWER = "(SELECT claim_id FROM settlement_line WHERE kind = 'claim' AND accepted BETWEEN 1 AND by_table - 1)"
OPEN = "(SELECT max(id) FROM claim WHERE state = 'draft')"
FIRST_TOLD = "(SELECT min(id) FROM outbox_event WHERE kind = 'xiuhu.claim.submitted.v1')"
MONTH = "(SELECT id FROM settlement WHERE state = 'posted')"

DAMAGE = [
    ({"claims"}, f"UPDATE claim SET other = other + 1 WHERE id = {OPEN}"),
    ({"claims"}, f"UPDATE claim SET total = total + 1, other = other + 1 WHERE id = {OPEN}"),
    ({"claims"}, f"UPDATE claim SET labour = labour - 1, parts = parts + 1 WHERE id = {OPEN}"),
    ({"claims"}, f"UPDATE claim SET invoice_id = NULL WHERE id = {OPEN}"),
    (
        {"claims"},
        f"UPDATE claim SET invoice_id = (SELECT invoice_id FROM claim WHERE id = {BOOKED}) WHERE id = {OPEN}",
    ),
    ({"claims"}, f"UPDATE claim SET state = 'ready' WHERE id = {OPEN}"),
    (
        {"claims"},
        "UPDATE claim_entry SET from_state = 'accepted' WHERE to_state = 'settled' AND claim_id ="
        " (SELECT max(id) FROM claim WHERE accepted IS NULL AND state = 'settled')",
    ),
    ({"claims"}, f"UPDATE claim SET submission = 2 WHERE id = {BOOKED}"),
    ({"claims", "push"}, "UPDATE claim_entry SET submission = 3 WHERE to_state = 'sent' AND submission = 2"),
    ({"claims"}, f"UPDATE claim SET accepted = 5 WHERE id = {OPEN}"),
    ({"claims"}, "UPDATE claim SET accepted = NULL WHERE state = 'accepted'"),
    (
        {"numbers"},
        "UPDATE claim SET number = 'P2611-00099' WHERE id = " + OPEN,
    ),
    ({"numbers"}, "UPDATE number_series SET last = last + 1 WHERE series = 'settlement'"),
    ({"numbers"}, "DELETE FROM number_series WHERE series = 'claim'"),
    ({"settlements"}, f"UPDATE settlement SET accepted = accepted + 1 WHERE id = {MONTH}"),
    ({"settlements"}, f"UPDATE settlement SET deductions = 0 WHERE id = {MONTH}"),
    (
        {"settlements"},
        "INSERT INTO settlement_line (settlement_id, kind, claim_id, description, by_table, accepted, reason)"
        f" SELECT settlement_id, kind, claim_id, '', 0, 0, '' FROM settlement_line WHERE claim_id = {BOOKED}",
    ),
    ({"settlements"}, f"UPDATE claim SET settlement_id = NULL WHERE id = {BOOKED}"),
    ({"settlements"}, f"UPDATE claim SET settlement_id = {MONTH} WHERE id = {OPEN}"),
    ({"settlements"}, f"UPDATE claim SET accepted = accepted - 1 WHERE id = {BOOKED}"),
    (
        {"settlements"},
        "UPDATE settlement_line SET accepted = accepted + 1 WHERE claim_id IN"
        f" (SELECT id FROM claim WHERE settlement_id = {MONTH}) AND claim_id = {BOOKED}",
    ),
    ({"settlements"}, f"UPDATE settlement SET posted_at = NULL WHERE id = {MONTH}"),
    ({"settlements"}, "UPDATE settlement SET posted_at = 1 WHERE state = 'draft'"),
    ({"push"}, f"UPDATE outbox_event SET subject = 'P2611-09999' WHERE id = {FIRST_TOLD}"),
    ({"push"}, f"UPDATE outbox_event SET brand_id = 1 WHERE id = {FIRST_TOLD}"),
    (
        {"push"},
        f"UPDATE outbox_event SET body = json_set(body, '$.version', 7) WHERE id = {FIRST_TOLD}",
    ),
    (
        {"push"},
        f"UPDATE outbox_event SET body = json_set(body, '$.amounts.total_fen', 7) WHERE id = {FIRST_TOLD}",
    ),
    (
        {"push"},
        "INSERT INTO outbox_event (uuid, brand_id, kind, subject, body, made_at, state, attempts, result, reason,"
        " answered_at) SELECT randomblob(16), brand_id, kind, subject, body, made_at, state, attempts, 'duplicate',"
        f" '', answered_at FROM outbox_event WHERE id = {FIRST_TOLD}",
    ),
    ({"push"}, "UPDATE outbox_event SET result = 'accepted' WHERE state = 'waiting'"),
    ({"push"}, f"UPDATE outbox_event SET state = 'waiting' WHERE id = {FIRST_TOLD}"),
    ({"push"}, f"UPDATE outbox_event SET answered_at = NULL WHERE id = {FIRST_TOLD}"),
]


@pytest.mark.parametrize(("checks", "statement"), DAMAGE, ids=[each[1][:70] for each in DAMAGE])
def test_damage_is_found_by_its_check_alone(hand: Hand, checks: set[str], statement: str) -> None:
    hand.damage(statement)
    assert set(hand.found()) == checks


def test_more_receivable_than_the_brand_accepted_is_found(hand: Hand) -> None:
    """The credit note that the booking made counts no more."""
    hand.damage(
        "UPDATE invoice_balance SET due = due + credited, credited = 0 WHERE invoice_id ="
        f" (SELECT invoice_id FROM claim WHERE id = {LOWER})"
    )
    found = hand.found()
    assert set(found) == {"balances", "settlements"}
    assert [each for each in found["settlements"] if "more stands as receivable" in each] == found[
        "settlements"
    ]


def test_an_answer_about_what_was_never_sent_is_told_and_harmless(root: Path) -> None:
    store = Store.open(root, SetClock(DECEMBER_2))
    try:
        with store.read() as reading:
            number = (
                reading.execute(select(Claim.number).where(Claim.state == ClaimState.DRAFT)).scalars().first()
            )
            before = reading.execute(select(Claim.__table__)).all()
        with store.write(Command.PUSH_EVENTS, Ctx.gesture(FOUNDER)) as tx:
            answers = [
                Decision(7, "d7", DecisionKind.ACCEPTED, NOON, "P2611-77777", 1, 100),
                Decision(8, "d8", DecisionKind.ACCEPTED, NOON, str(number), 1, 100),
            ]
            assert apply_decisions(tx, 2, answers) == 2
        report = service.examine(store)
        with store.read() as reading:
            assert reading.execute(select(Claim.__table__)).all() == before
        (push,) = (each for each in report.checks if each.name == "push")
        assert report.sound
        assert "格力 answered about 2 claims that were never sent" in push.detail
    finally:
        store.close()
