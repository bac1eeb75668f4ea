"""Commission by rule, statements frozen for good, and who sees what (domain.md §9)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.core.enums import Command, CommissionKind, PaperKind, PayItemKind, PaymentMethod, Role
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Ctx
from app.core.tenders import Tender
from app.core.words import Language
from app.features.pay.snapshots import ItemEntry, RuleEntry
from app.features.printing.service import PrintingService
from app.features.settings.service import SettingsService
from app.model import PayStatement
from tests.features.billing.test_correcting import refused
from tests.features.conftest import FAST
from tests.features.pay.conftest import DECEMBER, JANUARY, NOVEMBER
from tests.papers.conftest import Proof

if TYPE_CHECKING:
    from tests.features.pay.conftest import PayDesk

YUAN = Money.yuan
LABOUR, SERVICE, PARTS, JOB = CommissionKind


def test_a_share_of_labour_is_earned_by_who_did_it_and_leads_to_the_order(desk: PayDesk) -> None:
    desk.rule(LABOUR, 100)
    invoice = desk.office.sold(YUAN(420))
    month = desk.month()
    [line] = month.lines
    assert (line.document, line.order_id, line.order_number) == (invoice.number, *invoice.orders[0])
    # Net of tax: 420 with 1 % or whatever the shop's rate is, share half up to the fen.
    net = invoice.total - invoice.tax
    assert (line.base, line.earned) == (net, Money((net.fen * 100 + 500) // 1000))
    assert (month.commission, month.payable, month.jobs) == (line.earned, line.earned, 1)
    assert desk.month(who=Role.LEAD).lines == ()


def test_an_amount_for_each_job_counts_the_order_once_until_it_is_wholly_credited(desk: PayDesk) -> None:
    desk.rule(JOB, amount=YUAN(15))
    first, second = desk.office.sold(YUAN(100)), desk.office.sold(YUAN(200))
    desk.office.corrections.credit(desk.shop.ctx(), desk.office.credit(first, YUAN(30)))
    assert desk.month().commission == YUAN(30)
    desk.credit_whole(first)
    assert desk.month().commission == YUAN(15)
    assert second.orders[0][0] in {each.order_id for each in desk.month().lines}


def test_a_credit_note_takes_back_in_its_own_month_what_the_line_earned_by_the_rule_of_then(
    desk: PayDesk,
) -> None:
    desk.rule(LABOUR, 100)
    invoice = desk.office.sold(Money(9_999))
    earned = desk.month().commission
    desk.turn_to(2026, 12, 3)
    desk.pay.approve(desk.shop.ctx(), NOVEMBER)
    desk.rule(LABOUR, 300, valid_from=date(2026, 12, 1))
    desk.office.corrections.credit(desk.shop.ctx(), desk.office.credit(invoice, Money(3_333)))
    desk.credit_whole(invoice)
    december = desk.month(DECEMBER)
    assert sum(each.earned.fen for each in december.lines) == -earned.fen
    # More was taken back than was earned: it waits as a deduction, and nobody pays money in.
    assert (december.taken_back, december.payable, december.carried) == (earned, ZERO, earned)
    assert desk.month().commission == earned


def test_own_rules_go_before_everybodys_and_categories_before_all(desk: PayDesk) -> None:
    desk.rule(LABOUR, 100)
    desk.rule(LABOUR, 200, who=Role.TECHNICIAN)
    desk.rule(LABOUR, 400, who=Role.TECHNICIAN, category="it")
    desk.office.sold(YUAN(100))
    card = desk.office.counter.ready(price=YUAN(100), category="it")
    desk.office.counter.settle(card, Tender(PaymentMethod.WECHAT, card.due))
    assert [each.permille for each in desk.month().lines] == [200, 400]
    in_force = [row for row in desk.pay.rules(FOUNDER) if row.in_force]
    assert [(row.staff, row.category, row.permille) for row in in_force] == [
        ("", "", 100),
        ("李强", "it", 400),
        ("李强", "", 200),
    ]


def test_as_everybody_again_ends_the_own_rule_from_its_day_on(desk: PayDesk) -> None:
    december = date(2026, 12, 1)
    desk.rule(LABOUR, 100)
    desk.rule(LABOUR, 200, who=Role.TECHNICIAN)
    desk.rule(LABOUR, 400, who=Role.TECHNICIAN, category="it")
    before = desk.shop.fingerprint()
    # Nothing of his own ends where he has none, nor everybody's rule.
    for kind, who in ((CommissionKind.PARTS, Role.TECHNICIAN), (LABOUR, None), (LABOUR, Role.LEAD)):
        with pytest.raises(Refusal) as caught:
            desk.rule(kind, who=who, valid_from=december, as_everybody=True)
        assert caught.value.reason is Reason.NO_OWN_RULE
    with pytest.raises(Refusal) as caught:
        desk.rule(LABOUR, 5, who=Role.TECHNICIAN, valid_from=december, as_everybody=True)
    assert caught.value.reason is Reason.OUT_OF_RANGE
    assert desk.shop.fingerprint() == before
    desk.rule(LABOUR, who=Role.TECHNICIAN, valid_from=december, as_everybody=True)
    desk.office.sold(YUAN(100))
    assert [each.permille for each in desk.month().lines] == [200]
    desk.turn_to(2026, 12, 3)
    desk.office.sold(YUAN(100))
    # He still has a rule of his own for one category: he goes by his own alone.
    assert desk.month(DECEMBER).lines == ()
    desk.rule(LABOUR, who=Role.TECHNICIAN, category="it", valid_from=december, as_everybody=True)
    assert [each.permille for each in desk.month(DECEMBER).lines] == [100]
    with pytest.raises(Refusal):
        desk.rule(LABOUR, who=Role.TECHNICIAN, valid_from=december, as_everybody=True)
    desk.rule(LABOUR, 300, who=Role.TECHNICIAN, valid_from=december)
    assert [each.permille for each in desk.month(DECEMBER).lines] == [300]
    assert [each.permille for each in desk.month().lines] == [200], "what was before stays"


def test_deductions_keep_back_at_most_half_and_the_rest_is_carried_over(desk: PayDesk) -> None:
    desk.rule(JOB, amount=YUAN(100))
    desk.office.sold(YUAN(500))
    desk.item(PayItemKind.BONUS, YUAN(20))
    desk.item(PayItemKind.DEDUCTION, YUAN(90))
    november = desk.month()
    assert (november.bonus, november.deducted, november.carried) == (YUAN(120), YUAN(60), YUAN(30))
    # Before November is approved December knows of it already.
    assert desk.month(DECEMBER).carried_in == YUAN(30)
    desk.turn_to(2026, 12, 2)
    desk.pay.approve(desk.shop.ctx(), NOVEMBER)
    desk.item(PayItemKind.BONUS, YUAN(40), DECEMBER)
    december = desk.month(DECEMBER)
    assert (december.carried_in, december.deducted, december.carried) == (YUAN(30), YUAN(20), YUAN(10))
    assert desk.month(JANUARY).carried_in == YUAN(10)


def test_a_deduction_is_taken_back_by_its_opposite(desk: PayDesk) -> None:
    desk.item(PayItemKind.BONUS, YUAN(100))
    desk.item(PayItemKind.DEDUCTION, YUAN(30))
    desk.item(PayItemKind.DEDUCTION, YUAN(-30))
    month = desk.month()
    assert (month.deductions, month.payable, len(month.items)) == (ZERO, YUAN(100), 3)


def test_an_approved_month_is_kept_byte_for_byte_whatever_comes_later(desk: PayDesk) -> None:
    desk.rule(LABOUR, 100)
    invoice = desk.office.sold(YUAN(420))
    desk.turn_to(2026, 12, 1)
    technician = desk.shop.people[Role.TECHNICIAN]
    assert desk.pay.statement_bytes(FOUNDER, technician.id, NOVEMBER) is None
    assert desk.pay.approve(desk.shop.ctx(), NOVEMBER) == len(desk.shop.people)
    kept = desk.pay.statement_bytes(FOUNDER, technician.id, NOVEMBER)
    assert kept is not None
    before = desk.month()
    desk.credit_whole(invoice)
    desk.rule(LABOUR, 900, valid_from=date(2026, 12, 1))
    assert desk.pay.statement_bytes(FOUNDER, technician.id, NOVEMBER) == kept
    assert desk.month() == before
    assert before.frozen_by == "王丽华"
    assert before.digest == hashlib.sha256(kept).hexdigest()
    with desk.shop.store.read() as reading:
        digests = reading.execute(select(PayStatement.digest)).scalars().all()
    assert hashlib.sha256(kept).digest() in digests
    journalled = {each["digest"] for each in desk.shop.journal(Command.FREEZE_PAY)}
    assert before.digest in journalled
    assert json.loads(kept)["shop"]["name"] == "修护家电维修"


def test_months_are_approved_in_their_order_when_they_are_over_and_once(desk: PayDesk) -> None:
    ctx = desk.shop.ctx
    with refused(Reason.MONTH_NOT_OVER):
        desk.pay.approve(ctx(), NOVEMBER)
    desk.item(PayItemKind.DEDUCTION, YUAN(5))
    desk.turn_to(2027, 2, 1)
    with refused(Reason.STATEMENT_EARLIER):
        desk.pay.approve(ctx(), DECEMBER)
    desk.pay.approve(ctx(), NOVEMBER)
    with refused(Reason.STATEMENT_FROZEN):
        desk.pay.approve(ctx(), NOVEMBER)
    with refused(Reason.STATEMENT_EARLIER):
        desk.pay.approve(ctx(), JANUARY)
    desk.pay.approve(ctx(), DECEMBER)
    assert desk.month(DECEMBER).carried_in == YUAN(5)
    assert desk.pay.month(desk.shop.people[Role.OWNER], JANUARY).refusal is None


def test_what_is_final_takes_no_more_rules_bonuses_or_deductions(desk: PayDesk) -> None:
    desk.turn_to(2026, 12, 1)
    desk.pay.approve(desk.shop.ctx(), NOVEMBER)
    before = desk.shop.fingerprint()
    with refused(Reason.STATEMENT_FROZEN):
        desk.item(PayItemKind.BONUS, YUAN(5))
    with refused(Reason.STATEMENT_FROZEN):
        desk.rule(LABOUR, 100, valid_from=date(2026, 11, 30))
    assert desk.shop.fingerprint() == before


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        (RuleEntry(None, LABOUR, date(2026, 11, 1), permille=1001), Reason.OUT_OF_RANGE),
        (RuleEntry(None, LABOUR, date(2026, 11, 1), permille=-1), Reason.OUT_OF_RANGE),
        (RuleEntry(None, JOB, date(2026, 11, 1), permille=10), Reason.OUT_OF_RANGE),
        (RuleEntry(None, JOB, date(2026, 11, 1), amount=YUAN(-1)), Reason.BAD_AMOUNT),
        (RuleEntry(None, LABOUR, date(2026, 11, 1), amount=YUAN(1)), Reason.BAD_AMOUNT),
        (RuleEntry(99_999, LABOUR, date(2026, 11, 1), permille=10), Reason.NOT_FOUND),
    ],
)
def test_rules_that_make_no_sense_are_refused(desk: PayDesk, entry: RuleEntry, reason: Reason) -> None:
    before = desk.shop.fingerprint()
    with refused(reason):
        desk.pay.save_rule(desk.shop.ctx(), entry)
    assert desk.shop.fingerprint() == before


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"amount": ZERO}, Reason.BAD_AMOUNT),
        ({"amount": Money(10**15)}, Reason.BAD_AMOUNT),
        ({"reason": "  "}, Reason.FIELD_REQUIRED),
        ({"month": "2026-13"}, Reason.MONTH_UNKNOWN),
        ({"month": "../etc"}, Reason.MONTH_UNKNOWN),
        ({"staff_id": 99_999}, Reason.NOT_FOUND),
        ({"order_number": "2611-99999"}, Reason.NOT_FOUND),
    ],
)
def test_deductions_that_make_no_sense_are_refused(
    desk: PayDesk, change: dict[str, object], reason: Reason
) -> None:
    given = {
        "staff_id": desk.shop.people[Role.TECHNICIAN].id,
        "month": NOVEMBER,
        "kind": PayItemKind.DEDUCTION,
        "amount": YUAN(5),
        "reason": "迟到",
        **change,
    }
    before = desk.shop.fingerprint()
    with refused(reason):
        desk.pay.add_item(desk.shop.ctx(), ItemEntry(**given))  # type: ignore[arg-type]
    assert desk.shop.fingerprint() == before


def test_a_repeated_gesture_writes_a_deduction_once(desk: PayDesk) -> None:
    ctx = desk.shop.ctx()
    entry = ItemEntry(desk.shop.people[Role.TECHNICIAN].id, NOVEMBER, PayItemKind.DEDUCTION, YUAN(5), "迟到")
    assert desk.pay.add_item(ctx, entry) == desk.pay.add_item(ctx, entry)
    assert len(desk.month().items) == 1


def test_a_technician_sees_his_own_statement_and_nobody_elses(desk: PayDesk) -> None:
    people = desk.shop.people
    technician, owner = people[Role.TECHNICIAN], people[Role.OWNER]
    assert [each.name for each in desk.pay.month(technician, NOVEMBER).people] == ["李强"]
    assert len(desk.pay.month(owner, NOVEMBER).people) == len(people)
    assert desk.pay.statement(technician, technician.id, NOVEMBER).name == "李强"
    with refused(Reason.NOT_YOURS):
        desk.pay.statement(technician, owner.id, NOVEMBER)
    with refused(Reason.NOT_YOURS):
        desk.pay.technician_day(technician, owner.id, date(2026, 11, 22))
    with refused(Reason.NOT_ALLOWED):
        desk.pay.lead_day(technician, date(2026, 11, 22))
    with pytest.raises(Refusal):
        desk.pay.approve(Ctx.gesture(technician), NOVEMBER)
    with pytest.raises(Refusal):
        desk.pay.save_rule(Ctx.gesture(people[Role.LEAD]), RuleEntry(None, LABOUR, date(2026, 11, 1)))


def test_minutes_count_from_clock_to_clock_and_a_forgotten_one_counts_nothing(desk: PayDesk) -> None:
    counter, clock, ctx = desk.office.counter, desk.shop.clock, desk.shop.ctx
    card = counter.take_in()
    # The first step of a repair starts the clock by itself.
    card = counter.bench.go_on(ctx(Role.TECHNICIAN), card.id, card.version)
    clock.advance(timedelta(minutes=25))
    assert desk.month().minutes.total == 25
    card = counter.bench.pause_work(ctx(Role.TECHNICIAN), card.id, card.version)
    clock.advance(timedelta(minutes=30))
    assert desk.month().minutes.total == 25
    counter.bench.start_work(ctx(Role.TECHNICIAN), card.id, card.version)
    clock.advance(timedelta(hours=20))
    forgotten = desk.month().minutes
    assert (forgotten.total, forgotten.running) == (25, 1)


def test_the_leads_day_sums_the_technicians_and_what_was_taken(desk: PayDesk) -> None:
    counter, people, today = desk.office.counter, desk.shop.people, desk.pay.today
    sold = desk.office.sold(YUAN(80))
    left = counter.take_in()
    left = counter.bench.go_on(desk.shop.ctx(Role.TECHNICIAN), left.id, left.version)
    desk.shop.clock.advance(timedelta(minutes=12))
    counter.take_in()
    own = desk.pay.technician_day(people[Role.TECHNICIAN], people[Role.TECHNICIAN].id, today)
    done, working = own.jobs
    assert (done.number, done.finished) == (sold.orders[0][1], True)
    assert (working.number, working.finished, working.running) == (left.number, False, True)
    assert (own.done, own.minutes.total) == (1, 12)
    assert [each.number for each in own.waiting] == [left.number]
    lead = desk.pay.lead_day(people[Role.LEAD], today)
    assert own in lead.technicians
    assert sum(each.minutes.total for each in lead.technicians) == 12
    assert [(each.method, each.taken) for each in lead.takings] == [(PaymentMethod.CASH, YUAN(80))]
    assert (lead.taken_in, lead.delivered, lead.free) == (3, 1, 1)


def test_an_approved_statement_prints_the_same_bytes_whatever_the_shop_is_called_later(desk: PayDesk) -> None:
    desk.rule(LABOUR, 100)
    desk.office.sold(YUAN(420))
    desk.item(PayItemKind.DEDUCTION, YUAN(5))
    printing = PrintingService(desk.shop.store)
    number = f"{NOVEMBER}-{desk.shop.people[Role.TECHNICIAN].id}"
    draft = printing.pdf_without_booking(FOUNDER, PaperKind.PAY_STATEMENT, number, None, Language.EN)
    assert "Notapprovedyet" in Proof(draft).text
    desk.turn_to(2026, 12, 1)
    desk.pay.approve(desk.shop.ctx(), NOVEMBER)
    before = printing.pdf_without_booking(FOUNDER, PaperKind.PAY_STATEMENT, number, None, Language.ZH)
    assert desk.month().digest in Proof(before).text
    SettingsService(desk.shop.store, FAST).save(desk.shop.ctx(), {"shop_name": "新店名", "hotline": "0571-1"})
    desk.turn_to(2027, 3, 9)
    assert printing.pdf_without_booking(FOUNDER, PaperKind.PAY_STATEMENT, number, None, Language.ZH) == before
