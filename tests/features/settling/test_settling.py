"""A brand's month: every claim once, differences in the books to the fen, told, booked once (domain.md §11)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.brand_codes import ClaimState, SettlementKind, SettlementState
from app.core.enums import CreditReason, Payer, PaymentMethod, Role, WriteOffReason
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER
from app.core.tenders import Tender
from app.core.wire.events import EventType, SettlementAgreed, SettlementDisputed
from app.core.wire.form import read
from app.features.settling.service import last_month
from app.features.settling.snapshots import LineEntry
from app.model import CreditNote, Invoice, InvoiceBalance, WriteOff
from tests.features.settling.conftest import DECEMBER_2, FEE, NOVEMBER

if TYPE_CHECKING:
    from tests.features.settling.conftest import Month

YUAN = Money.yuan


def test_a_month_has_every_claim_of_its_brand_once_and_adds_up(month: Month) -> None:
    brand = month.works.brand().row.id
    other = month.works.brand("美的").row.id
    whole = month.claim()
    less = month.claim(amount=Money(6_533))
    none = month.claim(ClaimState.REFUSED)
    waits = month.claim(None)
    foreign = month.claim(brand="美的")
    month.december()
    later = month.claim()
    card = month.make(brand)
    assert card.row.number == "M2612-00001"
    assert [each.claim_id for each in card.lines] == [whole, less, none]
    assert [each.id for each in card.unanswered] == [waits]
    assert (card.row.by_table, card.row.accepted, card.row.payable) == (FEE * 3, Money(14_533), Money(14_533))
    assert [each.difference for each in card.differing] == [Money(1_467), FEE]
    assert card.differing[1].reason == "照片不清"
    theirs = month.make(other)
    assert [each.claim_id for each in theirs.lines] == [foreign]
    assert [each.number for each in month.settlements.page(FOUNDER)] == ["M2612-00002", "M2612-00001"]
    assert [each.claim_id for each in month.make(brand, "2026-12").lines] == [whole, less, none, later]
    assert month.unsound() == set()


def test_one_settlement_a_brand_and_month(month: Month) -> None:
    brand = month.works.brand().row.id
    gesture = month.shop.ctx(Role.COUNTER)
    card = month.settlements.make(gesture, brand, NOVEMBER)
    assert month.settlements.make(gesture, brand, NOVEMBER) == card, "a gesture again is the same gesture"
    before = month.shop.fingerprint()
    for given, reason in (
        ((brand, NOVEMBER), Reason.SETTLEMENT_EXISTS),
        ((brand, "2026-12"), Reason.SETTLEMENT_EARLY),
        ((brand, "2026-13"), Reason.MONTH_UNKNOWN),
        ((999, NOVEMBER), Reason.NOT_FOUND),
    ):
        with pytest.raises(Refusal) as refused:
            month.settlements.make(month.shop.ctx(), *given)
        assert refused.value.reason is reason
    assert month.shop.fingerprint() == before


def test_a_draft_follows_the_answers_and_keeps_what_was_written(month: Month) -> None:
    brand = month.works.brand().row.id
    first = month.claim(None)
    card = month.make(brand)
    card = month.line(card, SettlementKind.DEDUCTION, YUAN(20), "迟到上门")
    assert (card.row.payable, card.stale) == (-YUAN(20), False)
    claim = month.works.claims.card(first).row
    month.works.claims.note_answer(month.shop.ctx(), first, claim.version, ClaimState.ACCEPTED, YUAN(70))
    card = month.settlements.card(FOUNDER, card.row.id)
    assert card.stale
    card = month.settlements.bring_up_to_date(month.shop.ctx(Role.COUNTER), card.row.id, card.row.version)
    assert (card.stale, card.row.accepted, card.row.deductions, card.row.payable) == (
        False,
        YUAN(70),
        YUAN(20),
        YUAN(50),
    )
    assert [each.kind for each in card.lines] == [SettlementKind.CLAIM, SettlementKind.DEDUCTION]
    line = card.lines[1]
    card = month.settlements.save_line(
        month.shop.ctx(),
        card.row.id,
        card.row.version,
        line.id,
        LineEntry(SettlementKind.BONUS, "媒体表扬", YUAN(50)),
    )
    assert card.row.payable == YUAN(120)
    card = month.settlements.remove_line(month.shop.ctx(), card.row.id, card.row.version, line.id)
    assert (len(card.lines), card.row.payable) == (1, YUAN(70))
    with pytest.raises(Refusal) as refused:
        month.settlements.remove_line(month.shop.ctx(), card.row.id, card.row.version, card.lines[0].id)
    assert refused.value.reason is Reason.NOT_FOUND, "a claim is no line to take out"


def test_bad_lines_change_nothing(month: Month) -> None:
    card = month.make(month.works.brand().row.id)
    before = month.shop.fingerprint()
    good = LineEntry(SettlementKind.DEDUCTION, "迟到上门", YUAN(20))
    for entry, reason in (
        (LineEntry(SettlementKind.CLAIM, "x", YUAN(1)), Reason.BAD_CHOICE),
        (LineEntry(SettlementKind.BONUS, "  ", YUAN(1)), Reason.FIELD_REQUIRED),
        (LineEntry(SettlementKind.BONUS, "x", ZERO), Reason.AMOUNT_NEGATIVE),
        (LineEntry(SettlementKind.BONUS, "x", -YUAN(1)), Reason.AMOUNT_NEGATIVE),
        (LineEntry(SettlementKind.BONUS, "x", Money(10**11)), Reason.BAD_AMOUNT),
        (LineEntry(SettlementKind.BONUS, "x" * 5000, YUAN(1)), Reason.TEXT_TOO_LONG),
    ):
        with pytest.raises(Refusal) as refused:
            month.settlements.save_line(month.shop.ctx(), card.row.id, card.row.version, None, entry)
        assert refused.value.reason is reason
    with pytest.raises(Refusal):
        month.settlements.save_line(
            month.shop.ctx(Role.TECHNICIAN), card.row.id, card.row.version, None, good
        )
    with pytest.raises(Conflict):
        month.settlements.save_line(month.shop.ctx(), card.row.id, card.row.version + 1, None, good)
    # A command that was not allowed is in the journal; nothing else was written.
    assert month.settlements.card(FOUNDER, card.row.id) == card
    assert before


def test_what_is_unanswered_is_named_and_may_come_next_month(month: Month) -> None:
    brand = month.works.brand().row.id
    month.claim()
    waits = month.claim(None)
    card = month.make(brand)
    with pytest.raises(Refusal) as refused:
        month.agree(card)
    assert refused.value.reason is Reason.SETTLEMENT_EARLY
    month.december()
    with pytest.raises(Refusal) as refused:
        month.agree(card)
    assert refused.value.reason is Reason.CLAIMS_UNANSWERED
    assert refused.value.params == {"count": 1, "numbers": month.works.claims.card(waits).row.number}
    agreed = month.agree(card, leave_out=True)
    assert agreed.row.state is SettlementState.AGREED
    month.post(agreed)
    version = month.works.claims.card(waits).row.version
    month.works.claims.note_answer(month.shop.ctx(), waits, version, ClaimState.ACCEPTED)
    assert [each.claim_id for each in month.make(brand, "2026-12").lines] == [waits]


def test_booked_it_is_what_the_brand_owes(month: Month) -> None:
    brand = month.works.brand().row.id
    whole, less, none = month.claim(), month.claim(amount=Money(6_533)), month.claim(ClaimState.REFUSED)
    more, gone = month.claim(amount=YUAN(95)), month.claim(ClaimState.WITHDRAWN)
    month.december()
    card = month.make(brand)
    card = month.line(card, SettlementKind.DEDUCTION, YUAN(100), "迟到上门")
    card = month.line(card, SettlementKind.BONUS, YUAN(50), "媒体表扬")
    assert card.row.payable == FEE + Money(6_533) + YUAN(95) - YUAN(100) + YUAN(50)
    assert month.owed() == FEE * 5, "before it is booked every claim stands as it was billed"
    done = month.post(month.agree(card))
    assert (done.row.state, done.row.posted_at) == (SettlementState.POSTED, DECEMBER_2)
    # The books say the same as the settlement, to the fen.
    assert month.owed() == card.row.payable
    assert month.claims_of(whole, less, none, more, gone) == [
        (ClaimState.SETTLED, done.row.id),
        (ClaimState.SETTLED, done.row.id),
        (ClaimState.SETTLED, done.row.id),
        (ClaimState.SETTLED, done.row.id),
        (ClaimState.WITHDRAWN, done.row.id),
    ]
    assert [month.due(each) for each in (whole, less, none, more, gone)] == [
        ZERO,  # the deduction took it, and 20 yuan of the next
        Money(4_533),
        ZERO,
        FEE,
        ZERO,
    ]
    with month.shop.store.read() as reading:
        credits = reading.execute(select(CreditNote.total, CreditNote.reason, CreditNote.note)).all()
        given_up = reading.execute(select(WriteOff.amount, WriteOff.reason)).all()
        billed = reading.execute(
            select(Invoice.total, Invoice.payer).order_by(Invoice.id.desc()).limit(2)
        ).all()
    assert {each.reason for each in credits} == {CreditReason.SETTLED_LOWER}
    assert sorted(each.total for each in credits) == [Money(1_467), FEE, FEE]
    assert all(each.note.startswith("M2612-00001 P2611-") for each in credits)
    assert [tuple(each) for each in given_up] == [
        (FEE, WriteOffReason.DEDUCTED),
        (YUAN(20), WriteOffReason.DEDUCTED),
    ]
    assert sorted(tuple(each) for each in billed) == [(YUAN(15), Payer.BRAND), (YUAN(50), Payer.BRAND)]
    assert month.unsound() == set()
    # Paid in one sum it is even.
    with month.shop.store.read() as reading:
        open_ones = reading.execute(
            select(InvoiceBalance.invoice_id).where(InvoiceBalance.due > ZERO)
        ).scalars()
        ids = list(open_ones)
    owner = month.works.claims.card(whole).row.order_id
    with month.shop.store.read() as reading:
        customer = (
            reading.execute(select(Invoice.customer_id).where(Invoice.order_id == owner)).scalars().first()
        )
    assert customer is not None
    month.billing.pay_invoices(
        month.shop.ctx(), customer, ids, [Tender(PaymentMethod.TRANSFER, card.row.payable)]
    )
    assert month.owed() == ZERO
    assert month.unsound() == set()


def test_it_is_booked_once_by_the_owner_alone(month: Month) -> None:
    brand = month.works.brand().row.id
    month.claim(ClaimState.REFUSED)
    month.december()
    card = month.make(brand)
    with pytest.raises(Refusal) as refused:
        month.post(card)
    assert refused.value.reason is Reason.SETTLEMENT_STATE
    agreed = month.agree(card)
    with pytest.raises(Refusal):
        month.settlements.post(month.shop.ctx(Role.COUNTER), agreed.row.id, agreed.row.version)
    with pytest.raises(Conflict):
        month.settlements.post(month.shop.ctx(), agreed.row.id, card.row.version)
    gesture = month.shop.ctx()
    done = month.settlements.post(gesture, agreed.row.id, agreed.row.version)
    assert month.settlements.post(gesture, agreed.row.id, agreed.row.version) == done
    before = month.shop.fingerprint()
    for again in (month.post, month.agree):
        with pytest.raises(Refusal) as refused:
            again(done)
        assert refused.value.reason is Reason.SETTLEMENT_STATE
    with pytest.raises(Refusal):
        month.settlements.open_again(month.shop.ctx(), done.row.id, done.row.version)
    assert month.shop.fingerprint() == before
    assert month.owed() == ZERO


def test_what_was_credited_by_hand_is_not_credited_again(month: Month) -> None:
    from app.core.enums import CreditKind
    from app.features.billing.correcting import Correcting
    from app.features.billing.snapshots import CreditAsked

    brand = month.works.brand().row.id
    less = month.claim(amount=YUAN(60))
    with month.shop.store.read() as reading:
        invoice = reading.execute(select(Invoice.id)).scalar_one()
    asked = CreditAsked(invoice, CreditKind.AMOUNT, CreditReason.WRONG_PRICE, "厂家少付", amount=YUAN(15))
    Correcting(month.shop.store).credit(month.shop.ctx(), asked)
    month.december()
    month.post(month.agree(month.make(brand)))
    assert month.due(less) == YUAN(60)
    assert month.unsound() == set()


def test_more_than_is_owed_cannot_be_deducted(month: Month) -> None:
    brand = month.works.brand().row.id
    month.claim()
    month.december()
    card = month.line(month.make(brand), SettlementKind.DEDUCTION, YUAN(81), "罚款")
    agreed = month.agree(card)
    before = month.shop.fingerprint()
    with pytest.raises(Refusal) as refused:
        month.post(agreed)
    assert (refused.value.reason, refused.value.params["amount"]) == (Reason.DEDUCTION_TOO_MUCH, FEE)
    assert month.shop.fingerprint() == before
    again = month.settlements.open_again(month.shop.ctx(Role.COUNTER), agreed.row.id, agreed.row.version)
    assert again.row.state is SettlementState.DRAFT
    bonus = month.line(month.make(month.works.brand("美的").row.id), SettlementKind.BONUS, YUAN(5), "奖励")
    with pytest.raises(Refusal) as refused:
        month.post(month.agree(bonus))
    assert refused.value.reason is Reason.BONUS_WITHOUT_CLAIM


def test_an_answer_that_changes_after_the_agreement_is_seen(month: Month) -> None:
    brand = month.works.brand().row.id
    claim_id = month.claim()
    month.december()
    card = month.make(brand)
    version = month.works.claims.card(claim_id).row.version
    month.works.claims.note_answer(month.shop.ctx(), claim_id, version, ClaimState.ACCEPTED, YUAN(70))
    with pytest.raises(Conflict):
        month.agree(card)
    fresh = month.settlements.bring_up_to_date(month.shop.ctx(), card.row.id, card.row.version)
    agreed = month.agree(fresh)
    version = month.works.claims.card(claim_id).row.version
    month.works.claims.note_answer(month.shop.ctx(), claim_id, version, ClaimState.REFUSED, reason="查无此单")
    before = month.shop.fingerprint()
    with pytest.raises(Conflict):
        month.post(agreed)
    assert month.shop.fingerprint() == before


def test_two_months_do_not_share_a_claim(month: Month) -> None:
    brand = month.works.brand().row.id
    claim_id = month.claim()
    month.december()
    november, december = month.make(brand), month.make(brand, "2026-12")
    assert [each.claim_id for each in december.lines] == [claim_id]
    agreed = month.agree(november)
    december = month.settlements.card(FOUNDER, december.row.id)
    assert december.stale
    december = month.settlements.bring_up_to_date(month.shop.ctx(), december.row.id, december.row.version)
    assert december.lines == ()
    month.settlements.open_again(month.shop.ctx(), agreed.row.id, agreed.row.version)
    assert month.settlements.card(FOUNDER, december.row.id).stale


def test_a_linked_brand_is_told_that_we_agree(month: Month) -> None:
    brand = month.works.brand().row.id
    month.claim()
    month.linked(brand, YUAN(60))
    month.december()
    card = month.make(brand)
    assert (card.says is not None, card.gap) == (True, YUAN(20))
    with pytest.raises(Refusal) as refused:
        month.agree(card)
    assert refused.value.params == {"ours": FEE, "theirs": YUAN(60)}
    agreed = month.agree(month.line(card, SettlementKind.DEDUCTION, YUAN(20), "迟到上门"))
    (event,) = [each for each in month.told() if each.kind == EventType.SETTLEMENT_AGREED.value]
    assert event.subject == "S-2026-11-1"
    assert read(SettlementAgreed, event.body) == SettlementAgreed("S-2026-11-1", NOVEMBER, 6000)
    assert agreed.gap == ZERO


def test_a_linked_brand_is_told_line_by_line_that_we_do_not(month: Month) -> None:
    brand = month.works.brand().row.id
    month.claim()
    less = month.claim(amount=YUAN(60))
    month.december()
    card = month.make(brand)
    with pytest.raises(Refusal) as refused:
        month.settlements.dispute(month.shop.ctx(), card.row.id, card.row.version, "少付一单")
    assert refused.value.reason is Reason.NOTHING_TO_DISPUTE
    month.linked(brand, YUAN(60))
    with pytest.raises(Refusal) as refused:
        month.settlements.dispute(month.shop.ctx(), card.row.id, card.row.version, " ")
    assert refused.value.reason is Reason.NOTE_REQUIRED
    told = month.settlements.dispute(month.shop.ctx(), card.row.id, card.row.version, "少付一单")
    assert told.row.state is SettlementState.DRAFT
    (event,) = [each for each in month.told() if each.kind == EventType.SETTLEMENT_DISPUTED.value]
    body = read(SettlementDisputed, event.body)
    assert (body.shop_total_fen, body.brand_total_fen, body.note) == (14_000, 6_000, "少付一单")
    assert [(each.claim, each.shop_fen, each.brand_fen) for each in body.lines] == [
        (month.works.claims.card(less).row.number, 8_000, 6_000)
    ]


def test_the_month_before(month: Month) -> None:
    assert last_month(month.settlements.today()) == "2026-10"
    month.december()
    assert last_month(month.settlements.today()) == NOVEMBER
