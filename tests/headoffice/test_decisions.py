"""Head office decides, days later: decisions in order, states, settlement, photos, who answers."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from app.core.errors import Reason, Refusal
from app.core.wire import envelope
from app.core.wire.answers import ClaimState, DecisionKind, Deduction, Gap, Problem, Refused, Result
from app.core.wire.checks import Demands
from app.core.wire.events import Difference, Photo, PhotoOf, SettlementAgreed, SettlementDisputed
from app.headoffice import admin
from app.headoffice.deciding import Verdict, decide, month_end, settle
from tests.headoffice.conftest import Office
from tests.headoffice.kit import ShopSide, claim, rows, turned_away

ACCEPTED = Verdict(DecisionKind.ACCEPTED)
MONTH = datetime.now(UTC).strftime("%Y-%m")
PICTURE = b"\xff\xd8\xff\xe0 a picture"
DIGEST = hashlib.sha256(PICTURE).hexdigest()


def taken(shop: ShopSide, count: int = 1) -> list[str]:
    sent = [claim() for _each in range(count)]
    assert {each.result for each in shop.send(*sent)} == {Result.ACCEPTED}
    return [each.claim for each in sent]


def test_decisions_come_in_order_and_as_often_as_asked(office: Office, shop: ShopSide) -> None:
    one, two, three = taken(shop, 3)
    assert shop.decisions() == ()
    with office.records() as link:
        decide(link, one, ACCEPTED)
        decide(link, two, Verdict(DecisionKind.REFUSED, reason="R7", text="超出保修期"))
        decide(link, three, Verdict(DecisionKind.RETURNED, missing=(Gap.PHOTO_FAULT,), text="请补照片"))
        decide(link, three, Verdict(DecisionKind.URGED, text="请尽快", due_on=None))
    found = shop.decisions()
    assert [(each.seq, each.kind, each.claim) for each in found] == [
        (1, DecisionKind.ACCEPTED, one),
        (2, DecisionKind.REFUSED, two),
        (3, DecisionKind.RETURNED, three),
        (4, DecisionKind.URGED, three),
    ]
    assert (found[0].amount_fen, found[0].version) == (3300, 1)
    assert (found[1].reason, found[1].text) == ("R7", "超出保修期")
    assert found[2].missing == (Gap.PHOTO_FAULT,)
    assert shop.decisions(since=2) == found[2:]
    assert shop.decisions(limit=1) == found == shop.decisions()
    assert shop.decisions(since=4) == ()
    states = {number: each.state for number, each in shop.standings(limit=1).items()}
    assert states == {one: ClaimState.ACCEPTED, two: ClaimState.REFUSED, three: ClaimState.RETURNED}


def test_a_shop_sees_its_own_decisions_only(office: Office, shop: ShopSide) -> None:
    other = office.shop()
    (mine,) = taken(shop)
    with office.records() as link:
        decide(link, mine, ACCEPTED)
    assert other.decisions() == ()
    assert other.standings() == {}


def test_an_accepted_claim_is_not_sent_again_nor_withdrawn(office: Office, shop: ShopSide) -> None:
    sent = claim()
    shop.one(sent)
    with office.records() as link:
        decide(link, sent.claim, Verdict(DecisionKind.ACCEPTED, amount_fen=3000))
    receipt = shop.one(replace(sent, version=2))
    assert (receipt.result, receipt.reason) == (Result.REFUSED, Refused.DECIDED_ALREADY)
    assert shop.standings()[sent.claim].accepted_fen == 3000


def test_a_returned_claim_comes_back_complete_and_is_decided_anew(office: Office, shop: ShopSide) -> None:
    sent = claim()
    shop.one(sent)
    with office.records() as link:
        decide(link, sent.claim, Verdict(DecisionKind.RETURNED, text="?"))
    assert shop.one(replace(sent, version=2)).result is Result.ACCEPTED
    with office.records() as link:
        decide(link, sent.claim, ACCEPTED)
    assert [each.version for each in shop.decisions()] == [1, 2]


@pytest.mark.parametrize("kind", [DecisionKind.ACCEPTED, DecisionKind.REFUSED, DecisionKind.RETURNED])
def test_a_settled_claim_stays_settled(office: Office, shop: ShopSide, kind: DecisionKind) -> None:
    (number,) = taken(shop)
    with office.records() as link:
        decide(link, number, ACCEPTED)
        settle(link, MONTH, shop=shop.card.shop)
    with pytest.raises(Refusal) as caught, office.records() as link:
        decide(link, number, Verdict(kind, text="x"))
    assert caught.value.reason is Reason.OFFICE_CLAIM_STATE


def test_a_month_is_settled_line_by_line(office: Office, shop: ShopSide) -> None:
    numbers = taken(shop, 3)
    with office.records() as link:
        for number in numbers[:2]:
            decide(link, number, ACCEPTED)
        (settled,) = settle(link, MONTH, shop=shop.card.shop, deductions=[Deduction("迟到", 2000)])
    assert (settled.claims, settled.total_fen) == (2, 2 * 3300 - 2000)
    statement = shop.statement(settled.number)
    assert [line.claim for line in statement.lines] == sorted(numbers[:2])
    assert statement.total_fen == sum(line.amount_fen for line in statement.lines) - 2000
    assert statement.deductions == (Deduction("迟到", 2000),)
    kinds = [each.kind for each in shop.decisions()][-3:]
    assert kinds == [DecisionKind.SETTLED, DecisionKind.SETTLED, DecisionKind.STATEMENT]
    assert shop.decisions()[-1].amount_fen == settled.total_fen
    with pytest.raises(Refusal) as caught, office.records() as link:
        settle(link, MONTH, shop=shop.card.shop)
    assert caught.value.reason is Reason.OFFICE_NOTHING_TO_SETTLE


def test_the_shop_agrees_or_disputes(office: Office, shop: ShopSide) -> None:
    (number,) = taken(shop)
    with office.records() as link:
        decide(link, number, ACCEPTED)
        (settled,) = settle(link, MONTH, shop=shop.card.shop)
    wrong = SettlementAgreed(settled.number, MONTH, 1)
    assert shop.one(wrong).reason is Refused.SUM_WRONG
    line = Difference(number, 3300, 3000, "工时少算")
    assert shop.one(SettlementDisputed(settled.number, MONTH, 3300, 3000, (line,))).result is Result.ACCEPTED
    answers = "SELECT answer FROM statement JOIN shop ON no = shop_no WHERE code = %s"
    assert rows(office.database, answers, shop.card.shop) == [("disputed",)]
    assert shop.one(SettlementAgreed(settled.number, MONTH, 3300)).result is Result.ACCEPTED
    assert rows(office.database, answers, shop.card.shop) == [("agreed",)]
    with turned_away(Problem.NOT_FOUND):
        office.shop().statement(settled.number)


def test_a_month_ends_in_the_brands_own_time_zone() -> None:
    assert month_end("2026-11") == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert month_end("2026-12") == datetime(2026, 12, 31, 16, tzinfo=UTC)


def test_two_clerks_and_a_shop_at_once_leave_no_gap(office: Office, shop: ShopSide) -> None:
    numbers = taken(shop, 30)
    seen: list[int] = []
    stop = threading.Event()

    def clerk(part: list[str]) -> None:
        for number in part:
            with office.records() as link:
                decide(link, number, ACCEPTED)

    def reader() -> None:
        since = 0
        while not (stop.is_set() and since == len(numbers)):
            for each in shop.decisions(since):
                seen.append(each.seq)
                since = each.seq

    threads = [threading.Thread(target=clerk, args=(numbers[at::2],)) for at in range(2)]
    following = threading.Thread(target=reader)
    for each in (*threads, following):
        each.start()
    for each in threads:
        each.join()
    stop.set()
    following.join(timeout=30)
    assert seen == list(range(1, 31))


def test_photos_are_asked_for_once_and_kept(office: Office, shop: ShopSide) -> None:
    sent = claim(photos=(Photo(DIGEST, PhotoOf.FAULT, len(PICTURE)),))
    event = shop.event(sent)
    assert shop.one(event).photos == (DIGEST,)
    with turned_away(Problem.BAD_DIGEST):
        shop.bring(PICTURE + b"!", DIGEST)
    shop.bring(PICTURE, DIGEST)
    shop.bring(PICTURE, DIGEST)
    assert shop.one(event).photos == ()
    kept = rows(
        office.database, "SELECT body FROM photo JOIN shop ON no = shop_no WHERE code = %s", shop.card.shop
    )
    assert [bytes(row[0]) for row in kept] == [PICTURE]


def test_photos_nobody_asked_for_are_not_kept(office: Office, shop: ShopSide) -> None:
    with turned_away(Problem.NOT_FOUND):
        shop.bring(PICTURE, DIGEST)
    html = b"<script>alert(1)</script>"
    digest = hashlib.sha256(html).hexdigest()
    shop.one(claim(photos=(Photo(digest, PhotoOf.FAULT, len(html)), Photo("zz" * 32, PhotoOf.OTHER, 1))))
    with turned_away(Problem.BAD_MEDIA_TYPE):
        shop.bring(html, digest)
    with turned_away(Problem.NOT_FOUND):
        shop.bring(PICTURE, "../../etc/passwd")
    with turned_away(Problem.TOO_LARGE):
        shop.bring(b"\xff\xd8\xff" + bytes(envelope.MOST_PHOTO), digest)


def test_photos_that_the_brand_wants(shop: ShopSide) -> None:
    from app.core.wire.checks import gaps

    wanted = Demands(frozenset({PhotoOf.FAULT, PhotoOf.OLD_PART, PhotoOf.OUTDOOR_PLATE}), purchase_date=True)
    assert gaps(claim(), wanted) == (
        Gap.PURCHASE_DATE,
        Gap.PHOTO_OUTDOOR_PLATE,
        Gap.PHOTO_FAULT,
        Gap.PHOTO_OLD_PART,
    )
    bare = claim(parts=(), device=replace(claim().device, split=False))
    assert gaps(bare, wanted) == (Gap.PURCHASE_DATE, Gap.PHOTO_FAULT)
    assert gaps(bare) == ()


def test_hello_says_who_answers(office: Office, shop: ShopSide) -> None:
    hello = shop.call("GET", envelope.HELLO)
    assert (hello["brand"], hello["shop"], hello["contract"]) == (shop.card.brand, shop.card.shop, 1)
    assert hello["full_customer"] is False
    assert abs(datetime.fromisoformat(hello["server_time"]) - datetime.now(UTC)).total_seconds() < 30


def test_everything_agrees_afterwards(office: Office) -> None:
    """The last test of the module: what all of them left behind."""
    with office.records() as link:
        assert [each for each in admin.check(link) if each.wrong] == []
    with office.records() as link:
        link.execute("UPDATE shop SET received = received + 1 WHERE no = (SELECT min(no) FROM shop)")
        assert [each.name for each in admin.check(link) if each.wrong] == ["shop counts"]
        link.rollback()
