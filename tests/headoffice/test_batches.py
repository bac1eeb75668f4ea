"""A shop's events at the head office: kept once, answered one by one, whatever arrives and in whatever order."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from app.core.ids import uuid7
from app.core.wire import envelope
from app.core.wire.answers import ClaimState, Gap, Refused, Result
from app.core.wire.checks import masked
from app.core.wire.envelope import event_to_json
from app.core.wire.events import (
    Amounts,
    ClaimWithdrawn,
    Customer,
    FeedbackMonthly,
    IncidentKind,
    IncidentReported,
    OldPartStand,
    PartsReturned,
    Ping,
    QualityCase,
    QualityNotice,
    QualityWeekly,
    ReturnedPart,
    SettlementAgreed,
    Signature,
    WeeklyLine,
)
from tests.headoffice.conftest import Office
from tests.headoffice.kit import NOON, ShopSide, claim, part, raw_batch, rows


def test_a_complete_claim_is_taken_and_waits_for_a_decision(office: Office, shop: ShopSide) -> None:
    sent = claim()
    receipt = shop.one(sent)
    assert (receipt.result, receipt.reason, receipt.missing) == (Result.ACCEPTED, None, ())
    standing = shop.standings()[sent.claim]
    assert (standing.state, standing.claimed_fen, standing.version) == (ClaimState.RECEIVED, 3300, 1)
    ((data,),) = rows(office.database, "SELECT data FROM event WHERE subject = %s", sent.claim)
    assert data["customer"] == {"masked": True, "name": "王**", "phone": "138****8000"}


def test_the_same_event_again_is_a_duplicate_with_the_first_answer(office: Office, shop: ShopSide) -> None:
    whole, lacking = shop.event(claim()), shop.event(claim(fault_code=""))
    first = shop.send(whole, lacking)
    again = shop.send(lacking, whole)
    assert [each.result for each in first] == [Result.ACCEPTED, Result.RETURNED]
    assert [each.result for each in again] == [Result.DUPLICATE, Result.DUPLICATE]
    assert [each.effect for each in again] == [Result.RETURNED, Result.ACCEPTED]
    assert again[0].missing == (Gap.FAULT_CODE,)
    assert rows(
        office.database, "SELECT events, received, returned FROM shop WHERE code = %s", shop.card.shop
    ) == [(2, 1, 1)]


def test_twice_in_one_batch_is_booked_once(office: Office, shop: ShopSide) -> None:
    event = shop.event(claim())
    assert [each.result for each in shop.send(event, event)] == [Result.ACCEPTED, Result.DUPLICATE]
    assert len(shop.standings()) == 1


def test_the_order_of_names_and_blanks_make_no_other_event(shop: ShopSide) -> None:
    value = event_to_json(shop.event(claim()))
    shop.post(raw_batch([value]))
    turned = {name: value[name] for name in reversed(value)}
    (receipt,) = shop.post(json.dumps([turned], indent=3, ensure_ascii=True).encode())
    assert receipt.result is Result.DUPLICATE


def test_same_id_with_another_body_is_a_conflict_that_both_sides_see(office: Office, shop: ShopSide) -> None:
    event = shop.event(claim())
    changed = replace(event, body=replace(event.body, note="anders"))
    shop.one(event)
    for _time in range(2):
        receipt = shop.one(changed)
        assert (receipt.result, receipt.reason) == (Result.CONFLICT, Refused.OTHER_CONTENT)
    assert rows(office.database, "SELECT subject FROM clash WHERE id = %s", event.id) == [(event.subject,)]
    assert shop.one(event).result is Result.DUPLICATE


def test_two_shops_may_use_the_same_numbers(office: Office) -> None:
    one, two = office.shop(), office.shop()
    event = one.event(claim("SAME"))
    assert one.one(event).result is Result.ACCEPTED
    assert two.one(replace(event, shop=two.card.shop)).result is Result.ACCEPTED
    assert set(one.standings()) == set(two.standings()) == {"SAME"}


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        (
            {"fault_code": "", "cause_code": " ", "fix_code": ""},
            (Gap.FAULT_CODE, Gap.CAUSE_CODE, Gap.FIX_CODE),
        ),
        ({"signature": Signature(True)}, (Gap.SIGNATURE,)),
        ({"signature": Signature(False, reason="客户不在家")}, ()),
        ({"parts": (part(OldPartStand.LOST),)}, (Gap.OLD_PART,)),
        ({"parts": (part(OldPartStand.EXEMPT),)}, ()),
    ],
)
def test_an_incomplete_claim_is_sent_back_with_what_is_missing(
    shop: ShopSide, changes: dict[str, Any], missing: tuple[Gap, ...]
) -> None:
    sent = claim(**changes)
    receipt = shop.one(sent)
    assert receipt.missing == missing
    assert receipt.result is (Result.RETURNED if missing else Result.ACCEPTED)
    state = shop.standings()[sent.claim].state
    assert state is (ClaimState.RETURNED if missing else ClaimState.RECEIVED)


def test_an_air_conditioner_needs_both_serial_numbers(shop: ShopSide) -> None:
    sent = claim()
    bare = replace(sent, device=replace(sent.device, serial="", outdoor_serial=""))
    assert shop.one(bare).missing == (Gap.SERIAL, Gap.OUTDOOR_SERIAL)
    one_unit = replace(claim(), device=replace(sent.device, split=False, outdoor_serial=""))
    assert shop.one(one_unit).result is Result.ACCEPTED


def test_the_completed_claim_is_the_next_version_of_the_same(shop: ShopSide) -> None:
    first = claim(fault_code="")
    assert shop.one(first).result is Result.RETURNED
    assert shop.one(replace(first, version=2, fault_code="E6")).result is Result.ACCEPTED
    standing = shop.standings()[first.claim]
    assert (standing.version, standing.state) == (2, ClaimState.RECEIVED)


def test_whatever_order_versions_arrive_in_the_outcome_is_the_same(shop: ShopSide) -> None:
    """Three versions and a withdrawal of the second, in all 24 orders."""
    for order in permutations(range(4)):
        base = claim()
        bodies = [
            base,
            replace(base, version=2, amounts=Amounts(1000, 2500, 300, 0, 3800)),
            ClaimWithdrawn(base.claim, 2, "客户自费"),
            replace(base, version=3, amounts=Amounts(1000, 2600, 300, 0, 3900)),
        ]
        for at in order:
            assert shop.one(bodies[at]).result is Result.ACCEPTED
        standing = shop.standings()[base.claim]
        assert (standing.version, standing.state, standing.claimed_fen) == (3, ClaimState.RECEIVED, 3900)


def test_a_withdrawal_before_its_claim_holds(shop: ShopSide) -> None:
    sent = claim()
    assert shop.one(ClaimWithdrawn(sent.claim, 1, "重复")).result is Result.ACCEPTED
    assert shop.one(sent).reason is Refused.SUPERSEDED
    assert shop.standings()[sent.claim].state is ClaimState.WITHDRAWN


def test_one_version_has_one_content(shop: ShopSide) -> None:
    sent = claim()
    shop.one(sent)
    assert shop.one(sent).reason is Refused.SUPERSEDED  # the same under another id: nothing happens
    receipt = shop.one(replace(sent, note="other"))
    assert (receipt.result, receipt.reason) == (Result.REFUSED, Refused.VERSION_TAKEN)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"shop": "S-other"}, Refused.FOREIGN_SHOP),
        ({"brand": "midea"}, Refused.FOREIGN_BRAND),
        ({"time": datetime.now(UTC) + timedelta(days=2)}, Refused.FROM_THE_FUTURE),
        ({"body": claim(amounts=Amounts(1000, 2000, 300, 0, 3301))}, Refused.SUM_WRONG),
        ({"body": claim(amounts=Amounts(1000, 2000, 301, 0, 3301))}, Refused.SUM_WRONG),
        ({"body": claim(customer=Customer(True, "王小明", "138****8000"))}, Refused.UNMASKED),
        ({"body": claim(customer=Customer(False, "王小明", "13800138000"))}, Refused.UNMASKED),
        ({"body": claim(device=replace(claim().device, brand="美的"))}, Refused.FOREIGN_BRAND),
        ({"body": SettlementAgreed("2026-11-0001", "2026-11", 1)}, Refused.UNKNOWN_STATEMENT),
    ],
)
def test_what_breaks_a_rule_is_refused_and_the_rest_of_the_batch_kept(
    shop: ShopSide, changes: dict[str, Any], reason: Refused
) -> None:
    good = shop.event(claim())
    bad = replace(shop.event(claim()), **changes)
    refused, kept = shop.send(bad, good)
    assert (refused.id, refused.result, refused.reason) == (str(bad.id), Result.REFUSED, reason)
    assert (kept.id, kept.result) == (str(good.id), Result.ACCEPTED)
    assert shop.one(bad).effect is Result.REFUSED


def test_weeks_offline_are_no_reason_to_refuse(shop: ShopSide) -> None:
    old = shop.event(claim(), time=NOON - timedelta(days=60))
    assert shop.one(old).result is Result.ACCEPTED


_DROP = object()


@pytest.mark.parametrize(
    ("path", "value", "where"),
    [
        ("id", "7", "id: too_short"),
        ("id", "not-a-uuid-but-thirty-six-letters-xx", "id: bad_text"),
        ("id", _DROP, "id: missing"),
        ("specversion", "0.3", "specversion: unknown_code"),
        ("source", "https://elsewhere", "source: unknown_code"),
        ("sequence", "x" * 20, "sequence: not_a_number"),
        ("sequence", "9" * 20, "sequence: out_of_range"),
        ("time", "yesterday", "time: not_a_moment"),
        ("time", "2026-02-30T00:00:00Z", "time: not_a_moment"),
        ("time", "0001-01-01T00:00:00+23:59", "time: not_a_moment"),
        ("data", _DROP, "data: missing"),
        ("data", [], "data: not_an_object"),
        ("data.claim", "", "data.claim: too_short"),
        ("data.claim", "a\x00b", "data.claim: bad_text"),
        ("data.claim", "\ud800", "data.claim: bad_text"),
        ("data.claim", 7, "data.claim: not_text"),
        ("data.version", 0, "data.version: out_of_range"),
        ("data.version", True, "data.version: not_a_number"),
        ("data.version", 1.0, "data.version: not_a_number"),
        ("data.amounts.total_fen", -1, "data.amounts.total_fen: out_of_range"),
        ("data.amounts.total_fen", 10**40, "data.amounts.total_fen: out_of_range"),
        ("data.cover.kind", "because", "data.cover.kind: unknown_code"),
        ("data.device.split", "yes", "data.device.split: not_yes_or_no"),
        ("data.device.purchased_on", "2026-13-01", "data.device.purchased_on: not_a_date"),
        ("data.parts", {}, "data.parts: not_a_list"),
        ("data.note", "x" * 2001, "data.note: too_long"),
        ("data.photos", [{"digest": "a" * 64, "shows": "fault", "size": 1}] * 31, "data.photos: too_many"),
    ],
)
def test_a_wrong_field_is_named_and_refuses_its_event_only(
    shop: ShopSide, path: str, value: object, where: str
) -> None:
    good, bad = event_to_json(shop.event(claim())), event_to_json(shop.event(claim()))
    *outer, last = path.split(".")
    place = bad
    for name in outer:
        place = place[name]
    if value is _DROP:
        del place[last]
    else:
        place[last] = value
    refused, kept = shop.post(raw_batch([bad, good]))
    assert (refused.result, refused.text) == (Result.REFUSED, where)
    assert refused.reason in (Refused.BAD_ENVELOPE, Refused.BAD_FIELD)
    assert kept.result is Result.ACCEPTED


def test_unknown_types_and_things_that_are_no_events(shop: ShopSide) -> None:
    newer = event_to_json(shop.event(claim())) | {"type": "xiuhu.claim.submitted.v9"}
    receipts = shop.post(raw_batch([newer, None, 7, "x", [], {}]))
    assert receipts[0].reason is Refused.UNKNOWN_TYPE
    assert {each.reason for each in receipts[1:]} == {Refused.BAD_ENVELOPE}
    assert shop.post(b"[]") == ()


def test_fields_that_are_not_listed_are_not_kept_and_said_so(office: Office, shop: ShopSide) -> None:
    value = event_to_json(shop.event(claim()))
    value["data"]["passcode"] = "tiger-77"
    value["data"]["device"]["imei"] = "\ud800\x00"
    value["traceparent"] = "00-1"
    (receipt,) = shop.post(raw_batch([value]))
    assert receipt.result is Result.ACCEPTED
    assert set(receipt.ignored) == {"traceparent", "data.passcode", "data.device.imei"}
    ((text,),) = rows(office.database, "SELECT data::text FROM event WHERE id = %s", value["id"])
    assert "tiger-77" not in text
    assert "passcode" not in text


def test_an_owed_old_part_is_pressed_for_until_it_is_sent(shop: ShopSide) -> None:
    owing = part(OldPartStand.OWED, "OP-LATE")
    sent = claim(parts=(owing,))
    receipt = shop.one(sent)
    assert (receipt.result, receipt.reason, receipt.text) == (Result.URGE, Refused.OLD_PART_OWED, "OP-LATE")
    assert shop.one(Ping("test")).reason is Refused.OLD_PART_OWED
    back = PartsReturned("B1", date(2026, 11, 21), (ReturnedPart("OP-LATE", sent.claim, "P-100", 1000),))
    assert shop.one(back).result is Result.ACCEPTED
    assert shop.one(Ping("test")).result is Result.ACCEPTED
    # A version that says "on the shelf" arrives late: what was sent stays sent.
    shop.one(replace(sent, version=2, parts=(part(OldPartStand.OWED, "OP-LATE"),)))
    assert shop.one(Ping("test")).result is Result.ACCEPTED


def test_a_ping_says_what_waits(office: Office, shop: ShopSide) -> None:
    shop.one(claim(fix_code=""))
    receipt = shop.one(Ping("修护 0.1", waiting=7))
    assert (receipt.result, receipt.reason, receipt.text) == (Result.URGE, Refused.CLAIMS_WAITING, "1")
    assert rows(office.database, "SELECT waiting FROM shop WHERE code = %s", shop.card.shop) == [(7,)]


def test_every_kind_of_event_is_kept(office: Office, shop: ShopSide) -> None:
    day = date(2026, 11, 16)
    bodies = [
        QualityNotice("Q1", "air", "KFR-35GW", "E6", day, day, (QualityCase("1", day),)),
        QualityWeekly("2026-W47", day, day, (WeeklyLine("air", "KFR-35GW", "E6", 3, 2, 2, 0),)),
        FeedbackMonthly("2026-11", 120, 80, 2, 1, 119, 1, 970),
        IncidentReported("I1", IncidentKind.GAS, NOON, claim().device, 0, "桃源县", "胶管老化漏气"),
        Ping("修护"),
    ]
    assert {each.result for each in shop.send(*bodies)} == {Result.ACCEPTED}
    kinds = rows(
        office.database,
        "SELECT count(DISTINCT kind) FROM event JOIN shop ON no = shop_no WHERE code = %s",
        shop.card.shop,
    )
    assert kinds == [(len(bodies),)]


def test_full_customer_data_only_where_the_agreement_says_so(office: Office) -> None:
    assert masked("王小明", "13800138000") == Customer(True, "王**", "138****8000")
    assert masked("", "") == Customer(True)
    assert masked("A", "81234567") == Customer(True, "A**", "****67")


def test_the_largest_batch_and_one_more(shop: ShopSide) -> None:
    pings = [event_to_json(shop.event(Ping("x"), uuid7())) for _each in range(envelope.MOST_EVENTS)]
    assert {each.result for each in shop.post(raw_batch(pings))} == {Result.ACCEPTED}
