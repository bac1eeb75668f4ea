"""Claims: made at delivery by the agreement's fees, complete with everything, sent once, answered (domain.md §11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import event, select

from app.core.brand_codes import ClaimState, CodeList, OutboxState
from app.core.enums import Command, Payer, Role
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import Money
from app.core.wire.answers import Gap
from app.core.wire.events import ClaimSubmitted, EventType, PhotoOf, Proof
from app.core.wire.form import plain, read
from app.features.brands.snapshots import CodeEntry
from app.features.claims.facts import claim_bodies
from app.features.claims.snapshots import ClaimEntryForm, NewPhoto
from app.model import BrandLink, Invoice, OutboxEvent, Photo
from app.model.agreements import Terms
from tests.features.claims.conftest import FILLED, TERMS
from tests.hostile_pictures import picture

if TYPE_CHECKING:
    from tests.features.claims.conftest import Works

YUAN = Money.yuan


def link(works: Works, brand_id: int) -> None:
    with works.shop.store.write(Command.SAVE_LINK, works.shop.ctx()) as tx:
        tx.session.add(
            BrandLink(
                brand_id=brand_id,
                url="https://brand.example",
                brand_code="haier",
                shop="s1",
                key_id="k1",
                key=b"sealed",
            )
        )


def events(works: Works) -> list[OutboxEvent]:
    with works.shop.store.read() as reading:
        return list(reading.execute(select(OutboxEvent.__table__).order_by(OutboxEvent.id)).all())  # type: ignore[arg-type]


def test_a_covered_repair_becomes_a_claim_by_the_fee_of_its_agreement(works: Works) -> None:
    works.brand()
    claim_id = works.delivered(price=YUAN(420))
    card = works.claims.card(claim_id)
    assert (card.row.state, card.row.brand, card.agreed) == (ClaimState.DRAFT, "海尔", True)
    # The brand pays what was agreed, not the shop's price; its invoice says the same.
    assert card.row.total == YUAN(80)
    with works.shop.store.read() as reading:
        invoice = reading.execute(select(Invoice.payer, Invoice.payer_name, Invoice.total)).one()
    assert tuple(invoice) == (Payer.BRAND, "海尔", YUAN(80))
    assert card.lacks == (Gap.SERIAL, Gap.FAULT_CODE, Gap.CAUSE_CODE, Gap.FIX_CODE, Gap.SIGNATURE)
    # Without a claim stay: what the customer pays, and makers the shop has no agreement with.
    paid = works.counter.ready()
    works.counter.settle(paid)
    other = works.counter.ready(brand="西门子", purchased_on=date(2026, 3, 1), proof_seen=True)
    works.counter.settle(other)
    assert works.claims.of_order(paid.id) is None
    assert works.claims.of_order(other.id) is None


def test_other_spellings_mean_the_same_brand(works: Works) -> None:
    works.brand(names=("Haier", "HAIER 海尔"))
    assert works.claims.card(works.delivered(brand="haier")).row.brand == "海尔"


def test_without_an_agreement_of_that_day_a_claim_waits(works: Works) -> None:
    works.brand()
    claim_id = works.delivered()
    card = works.brands.card(works.claims.card(claim_id).row.brand_id)
    assert card.agreements[0].used
    # An order taken in before the first agreement is nobody's by it.
    works.shop.clock.set(works.shop.clock.now().replace(year=2025))
    early = works.delivered(purchased_on=date(2025, 3, 1))
    late = works.claims.card(early)
    assert (late.agreed, late.row.total) == (False, YUAN(120))
    works.complete(early)
    assert works.claims.card(early).row.state is ClaimState.DRAFT
    with pytest.raises(Refusal) as refused:
        works.claims.send(works.shop.ctx(), [early])
    assert refused.value.reason is Reason.CLAIM_INCOMPLETE


def test_complete_is_complete_and_says_what_it_lacks(works: Works) -> None:
    works.brand(terms=replace(TERMS, photos=("serial_plate",)))
    claim_id = works.delivered(model="KFR-35GW 空调")
    found = works.complete(claim_id)
    assert found.row.state is ClaimState.DRAFT
    assert found.lacks == (Gap.OUTDOOR_SERIAL, Gap.PHOTO_SERIAL_PLATE)
    with pytest.raises(Refusal) as refused:
        works.claims.send(works.shop.ctx(), [claim_id])
    assert refused.value.reason is Reason.CLAIM_INCOMPLETE
    assert works.claims.card(claim_id).row.submission == 0


def test_the_letters_of_a_model_say_that_there_are_two_units() -> None:
    for model in ("KFR-35GW/BP3", "kf-23gw", "格力 KFR26GW", "挂机空调"):
        assert Terms().is_split("cooling", model), model
    for model in ("BCD-216", "KC-25", "SKFR-1", "MKF", ""):
        assert not Terms().is_split("cooling", model), model


def test_photos_say_what_they_show_and_a_proof_seen_later_is_filled_in(works: Works) -> None:
    works.brand(terms=replace(TERMS, photos=("serial_plate", "old_part", "fault")))
    claim_id = works.delivered(purchased_on=date(2026, 3, 1))
    ctx = works.shop.ctx
    card = works.complete(claim_id)
    assert (card.lacks, card.wants) == (
        (Gap.PHOTO_SERIAL_PLATE, Gap.PHOTO_FAULT),
        (PhotoOf.SERIAL_PLATE, PhotoOf.FAULT),
    )
    added = [NewPhoto(picture(), PhotoOf.OTHER), NewPhoto(picture(size=(9, 9)), PhotoOf.FAULT)]
    card = works.claims.show_photos(ctx(Role.TECHNICIAN), claim_id, card.row.version, {}, added)
    assert [each.shows for each in card.photos] == [PhotoOf.OTHER, PhotoOf.FAULT]
    assert card.lacks == (Gap.PHOTO_SERIAL_PLATE,)
    with pytest.raises(Refusal) as refused:
        works.claims.show_photos(ctx(), claim_id, card.row.version, {9999: PhotoOf.FAULT})
    assert refused.value.reason is Reason.NOT_FOUND
    shows = {card.photos[0].id: PhotoOf.SERIAL_PLATE}
    card = works.claims.show_photos(ctx(), claim_id, card.row.version, shows)
    assert (card.row.state, card.lacks) == (ClaimState.READY, ())
    # What showed the date may be seen after the device went home.
    later = works.delivered(purchased_on=None, produced_on=date(2026, 6, 1))
    filled = works.complete(later, replace(FILLED, purchased_on=date(2026, 5, 2)))
    assert (filled.body.device.purchased_on, filled.body.device.proof) == (date(2026, 5, 2), Proof.RECEIPT)


def test_all_open_claims_are_looked_at_with_as_many_questions_as_one(works: Works) -> None:
    works.brand(terms=replace(TERMS, photos=("fault",)))
    ids = [works.delivered() for _each in range(3)]
    for claim_id in ids:
        works.complete(claim_id)
    store = works.shop.store

    def questions(claims: list[int]) -> int:
        asked: list[str] = []
        with store.read() as reading:
            event.listen(reading, "before_cursor_execute", lambda *given: asked.append(given[2]))
            found = claim_bodies(reading, store.photos, claims)
        assert list(found) == claims
        return len(asked)

    assert questions(ids) == questions(ids[:1])
    # A photo that came from the bench makes its claim ready, and no other.
    with store.write(Command.ADD_PHOTO, works.shop.ctx()) as tx:
        file = store.photos.put(picture())
        order_id = works.claims.card(ids[1]).row.order_id
        tx.session.add(
            Photo(order_id=order_id, sha256=file.sha256, suffix=file.suffix, at=tx.now, shows="fault")
        )
    assert works.claims.recheck(works.shop.ctx()) == 1
    assert [each.id for each in works.claims.page((ClaimState.READY,))] == [ids[1]]
    assert works.claims.recheck(works.shop.ctx()) == 0


def test_codes_come_from_the_brands_list(works: Works) -> None:
    brand = works.brand().row.id
    ctx = works.shop.ctx
    assert works.brands.save_codes(ctx(), brand, [CodeEntry(CodeList.FAULT, "F01", "不制冷")]) == 1
    assert works.brands.save_codes(ctx(), brand, [CodeEntry(CodeList.FAULT, "F01", "不制冷")]) == 0
    claim_id = works.delivered()
    before = works.shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        works.complete(claim_id, replace(FILLED, fault_code="F99"))
    assert (refused.value.reason, refused.value.params["field"]) == (Reason.BAD_CODE, "fault_code")
    assert works.shop.fingerprint() == before
    assert works.complete(claim_id).row.state is ClaimState.READY


def test_a_claim_goes_out_once_in_the_transaction_that_says_so(works: Works) -> None:
    brand = works.brand().row.id
    link(works, brand)
    claim_id = works.delivered()
    works.complete(claim_id)
    gesture = works.shop.ctx(Role.COUNTER)
    assert works.claims.send(gesture, [claim_id]) == (claim_id,)
    assert works.claims.send(gesture, [claim_id]) == (claim_id,), "the retry of a gesture is the same gesture"
    with pytest.raises(Refusal):
        works.claims.send(works.shop.ctx(), [claim_id])
    (told,) = events(works)
    card = works.claims.card(claim_id)
    assert (told.kind, told.subject, told.state) == (
        EventType.CLAIM_SUBMITTED.value,
        card.row.number,
        OutboxState.WAITING,
    )
    body = read(ClaimSubmitted, told.body)
    assert plain(body) == told.body
    assert (body.claim, body.version, body.amounts.total_fen) == (card.row.number, 1, 8000)
    # However the counter spelled it: the head office knows itself by its code.
    assert body.device.brand == "haier"
    # Name and phone only where the agreement says so; never a passcode.
    assert (body.customer.masked, body.customer.name, body.customer.phone) == (True, "王**", "138****8000")
    assert "13800138000" not in str(told.body)


def test_the_customer_is_named_where_the_agreement_says_so(works: Works) -> None:
    link(works, works.brand(terms=replace(TERMS, share_customer=True)).row.id)
    claim_id = works.delivered()
    works.complete(claim_id)
    works.claims.send(works.shop.ctx(), [claim_id])
    assert read(ClaimSubmitted, events(works)[0].body).customer.phone == "13800138000"


def test_what_comes_back_goes_out_again_as_the_next_version(works: Works) -> None:
    brand = works.brand().row.id
    link(works, brand)
    card = works.sent()
    ctx = works.shop.ctx
    with pytest.raises(Refusal) as refused:
        works.claims.note_answer(ctx(), card.row.id, card.row.version, ClaimState.RETURNED)
    assert refused.value.reason is Reason.NOTE_REQUIRED
    back = works.claims.note_answer(
        ctx(), card.row.id, card.row.version, ClaimState.RETURNED, reason="缺原因说明"
    )
    assert (back.row.state, back.row.answer, works.claims.tally().back) == (
        ClaimState.RETURNED,
        "缺原因说明",
        1,
    )
    with pytest.raises(Refusal):
        works.claims.send(ctx(), [card.row.id])  # nobody looked at it since
    again = works.complete(card.row.id, replace(FILLED, note="压缩机线圈断路"))
    assert again.row.state is ClaimState.READY
    works.claims.send(ctx(), [card.row.id])
    first, second = (read(ClaimSubmitted, each.body) for each in events(works))
    assert (first.claim, first.version) == (second.claim, second.version - 1)
    assert second.note == "压缩机线圈断路"
    done = works.claims.card(card.row.id)
    accepted = works.claims.note_answer(ctx(), done.row.id, done.row.version, ClaimState.ACCEPTED, YUAN(75))
    assert (accepted.row.accepted, accepted.row.total) == (YUAN(75), YUAN(80))
    assert [step.to_state for step in accepted.steps] == [
        ClaimState.DRAFT, ClaimState.READY, ClaimState.SENT, ClaimState.RETURNED, ClaimState.READY, ClaimState.SENT,
        ClaimState.ACCEPTED,
    ]  # fmt: skip


def test_a_claim_is_given_up_with_a_reason(works: Works) -> None:
    link(works, works.brand().row.id)
    card = works.sent()
    lead = works.shop.ctx(Role.LEAD)
    gone = works.claims.withdraw(lead, card.row.id, card.row.version, "重复提交")
    assert gone.row.state is ClaimState.WITHDRAWN
    assert [each.kind for each in events(works)] == [
        EventType.CLAIM_SUBMITTED.value,
        EventType.CLAIM_WITHDRAWN.value,
    ]
    with pytest.raises(Refusal) as refused:
        works.claims.complete(works.shop.ctx(), card.row.id, gone.row.version, FILLED)
    assert refused.value.reason is Reason.CLAIM_CLOSED


def test_what_went_by_letter_before_the_brand_was_connected_is_answered_by_letter(works: Works) -> None:
    brand = works.brand().row.id
    by_letter, given_up = works.sent(), works.sent()
    link(works, brand)
    by_push = works.sent()
    assert [works.claims.card(each.row.id).pushed for each in (by_letter, by_push)] == [False, True]
    works.claims.withdraw(works.shop.ctx(Role.LEAD), given_up.row.id, given_up.row.version, "重复提交")
    # The head office never heard of it: there is nothing to take back.
    claims = [each.subject for each in events(works) if each.kind.startswith("xiuhu.claim.")]
    assert claims == [by_push.row.number]


def test_two_at_once_are_told_apart(works: Works) -> None:
    works.brand()
    claim_id = works.delivered()
    seen = works.claims.card(claim_id).row.version
    works.claims.complete(works.shop.ctx(), claim_id, seen, FILLED)
    with pytest.raises(Conflict):
        works.claims.complete(works.shop.ctx(), claim_id, seen, ClaimEntryForm())
    assert works.claims.card(claim_id).body.fault_code == "F01"


def test_an_answer_to_what_was_never_sent_is_refused(works: Works) -> None:
    works.brand()
    claim_id = works.delivered()
    version = works.claims.card(claim_id).row.version
    before = works.shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        works.claims.note_answer(works.shop.ctx(), claim_id, version, ClaimState.ACCEPTED)
    assert refused.value.reason is Reason.CLAIM_CLOSED
    assert works.shop.fingerprint() == before
