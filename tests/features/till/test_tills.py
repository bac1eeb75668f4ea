"""Float, count, difference, hand-over, day close: the cash agrees, and what is closed stays closed (domain.md §8)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest

from app.core.clock import business_day
from app.core.enums import CashReason, Command, PaymentMethod, Role, TillMoveKind
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ZERO, Money
from app.core.rights import FOUNDER, Ctx
from app.core.sentences import sentence
from app.features.reports.morning import Door, Mornings
from app.features.till.snapshots import MoveAsked, TillEntry
from app.model import Draft

if TYPE_CHECKING:
    from app.features.till.snapshots import SessionCard
    from tests.features.billing.conftest import Office

YUAN = Money.yuan
MAIN = 1


def refused(reason: Reason) -> pytest.RaisesExc[Refusal]:
    return pytest.RaisesExc(Refusal, check=lambda error: error.reason is reason)


def count_all(office: Office, session: SessionCard, amount: Money, role: Role = Role.COUNTER) -> SessionCard:
    """Count the drawer as ``amount`` in yuan and jiao."""
    yuan, fen = divmod(amount.fen, 100)
    office.tills.count(office.shop.ctx(role), session.id, {100: yuan, 1: fen})
    return office.tills.session(FOUNDER, session.id)


def close(office: Office, session: SessionCard, kept: Money = ZERO, **more: object) -> SessionCard:
    return office.tills.close(office.shop.ctx(), session.id, session.version, kept=kept, **more)  # type: ignore[arg-type]


def test_what_should_be_there_is_float_and_cash_and_moves(office: Office) -> None:
    session = office.tills.open(office.shop.ctx(Role.COUNTER), MAIN, YUAN(200), "备用金")
    office.sold(YUAN(100))
    office.sold(YUAN(70), method=PaymentMethod.WECHAT)
    move = office.tills.move
    move(
        office.shop.ctx(Role.COUNTER),
        MoveAsked(session.id, TillMoveKind.PAY_OUT, CashReason.CARRIER, YUAN(15), "顺丰", "SF123"),
    )
    card = move(
        office.shop.ctx(Role.COUNTER),
        MoveAsked(session.id, TillMoveKind.PAY_IN, CashReason.CHANGE, YUAN(50), "换零钱"),
    )
    assert card.expected == office.tills.cash_now(FOUNDER) == YUAN(335)
    assert [(each.number, each.receipt) for each in card.moves] == [
        ("Y2611-00001", "SF123"),
        ("Y2611-00002", ""),
    ]
    with refused(Reason.TILL_TOO_LITTLE):
        move(
            office.shop.ctx(),
            MoveAsked(session.id, TillMoveKind.PAY_OUT, CashReason.BANK, YUAN(336), "存银行"),
        )
    with refused(Reason.APPROVAL_NEEDED):
        move(
            office.shop.ctx(Role.COUNTER),
            MoveAsked(session.id, TillMoveKind.PAY_OUT, CashReason.BANK, YUAN(300), "存银行"),
        )
    with refused(Reason.NOTE_REQUIRED):
        move(office.shop.ctx(), MoveAsked(session.id, TillMoveKind.PAY_OUT, CashReason.OTHER, YUAN(1), ""))


def test_a_till_is_counted_blind_and_closed_with_its_difference_told(office: Office) -> None:
    session = office.tills.open(office.shop.ctx(Role.COUNTER), MAIN, ZERO)
    office.sold(YUAN(100))
    session = office.tills.session(FOUNDER, session.id)
    with refused(Reason.TILL_NOT_COUNTED):
        close(office, session)
    session = count_all(office, session, YUAN(97))
    with refused(Reason.TILL_DIFFERENCE):
        close(office, session)
    with refused(Reason.TILL_TOO_LITTLE):
        close(office, session, YUAN(98), reason="找错钱")
    done = close(office, session, YUAN(50), reason="找错钱")
    assert (done.expected, done.counted, done.difference, done.kept) == (
        YUAN(100),
        YUAN(97),
        YUAN(-3),
        YUAN(50),
    )
    with refused(Reason.TILL_CLOSED):
        close(office, done)
    with refused(Reason.TILL_FLOAT_DIFFERS):
        office.tills.open(office.shop.ctx(), MAIN, YUAN(49))
    following = office.tills.open(office.shop.ctx(), MAIN, YUAN(50))
    assert following.float_expected == YUAN(50)


def test_cash_that_came_after_the_count_makes_it_void(office: Office) -> None:
    session = office.tills.open(office.shop.ctx(), MAIN, ZERO)
    session = count_all(office, session, ZERO)
    office.sold(YUAN(20))
    with refused(Reason.TILL_NOT_COUNTED):
        close(office, session)


def test_a_large_difference_needs_a_second_person(office: Office) -> None:
    session = office.tills.open(office.shop.ctx(Role.COUNTER), MAIN, YUAN(300), "备用金")
    session = count_all(office, session, YUAN(200))
    asked = {"kept": ZERO, "reason": "不知道"}
    counter = office.shop.people[Role.COUNTER]
    with refused(Reason.APPROVAL_NEEDED):
        office.tills.close(Ctx.gesture(counter), session.id, session.version, **asked)  # type: ignore[arg-type]
    with refused(Reason.APPROVAL_NEEDED):
        office.tills.close(Ctx.gesture(counter), session.id, session.version, approver=counter, **asked)  # type: ignore[arg-type]
    lead = office.shop.people[Role.LEAD]
    done = office.tills.close(Ctx.gesture(counter), session.id, session.version, approver=lead, **asked)  # type: ignore[arg-type]
    assert done.difference == YUAN(-100)


def test_the_first_cash_opens_the_main_till_by_itself(office: Office) -> None:
    office.sold(YUAN(30))
    till = office.tills.tills(FOUNDER)[0]
    assert (till.main, till.by_itself, office.tills.cash_now(FOUNDER)) == (True, True, YUAN(30))
    with refused(Reason.TILL_OPEN_ALREADY):
        office.tills.open(office.shop.ctx(), MAIN, ZERO)


def test_what_closed_tills_kept_is_cash_in_the_owners_morning(office: Office) -> None:
    def morning() -> tuple[int, int]:
        found = next(
            each for each in Mornings(office.shop.store).morning(FOUNDER).figures if each.door is Door.CASH
        )
        entries = Mornings(office.shop.store).entries(FOUNDER, Door.CASH)
        assert sum(each.amount or 0 for each in entries) == found.amount == office.tills.cash_now(FOUNDER).fen
        return len(entries), found.amount

    office.sold(YUAN(30))
    assert morning() == (1, YUAN(30).fen)
    session = count_all(office, office.tills.session(FOUNDER, 1), YUAN(30))
    office.tills.close(office.shop.ctx(), session.id, session.version, kept=YUAN(20))
    assert morning() == (1, YUAN(20).fen)
    session = office.tills.open(office.shop.ctx(), MAIN, YUAN(20))
    assert morning() == (1, YUAN(20).fen)
    session = count_all(office, session, YUAN(20))
    office.tills.close(office.shop.ctx(), session.id, session.version, kept=ZERO)
    assert morning() == (0, 0)


def test_a_shift_is_handed_over_with_what_both_saw(office: Office) -> None:
    session = office.tills.open(office.shop.ctx(Role.COUNTER), MAIN, YUAN(100), "备用金")
    session = count_all(office, session, YUAN(100))
    lead = office.shop.people[Role.LEAD]
    following = office.tills.hand_over(
        office.shop.ctx(Role.COUNTER), session.id, session.version, lead, kept=YUAN(100)
    )
    assert (following.holder, following.float_amount) == (lead.name, YUAN(100))
    with pytest.raises((Conflict, Refusal)):
        office.tills.hand_over(office.shop.ctx(), session.id, session.version, lead, kept=YUAN(100))
    technician = office.shop.people[Role.TECHNICIAN]
    following = count_all(office, following, YUAN(100))
    with refused(Reason.NOT_ALLOWED):
        office.tills.hand_over(office.shop.ctx(), following.id, following.version, technician, kept=ZERO)


def test_who_holds_a_second_till_takes_cash_into_it(office: Office) -> None:
    second = office.tills.save(office.shop.ctx(), None, TillEntry("二号"))
    office.tills.open(office.shop.ctx(), MAIN, ZERO)
    session = office.tills.open(office.shop.ctx(Role.COUNTER), second.id, ZERO)
    office.sold(YUAN(25))  # by the counter
    assert office.tills.session(FOUNDER, session.id).cash_in == YUAN(25)
    # Who will count the drawer blind is not told what lies in it.
    for role, told in ((Role.COUNTER, Reason.TILL_NOT_ENOUGH), (Role.LEAD, Reason.TILL_TOO_LITTLE)):
        with pytest.raises(Refusal) as short:
            office.tills.hand_in(office.shop.ctx(role), session.id, MAIN, YUAN(26))
        assert short.value.reason is told
        assert ("25" in sentence(short.value)) is (role is Role.LEAD)
    with refused(Reason.TILL_IN_USE):
        office.tills.save(office.shop.ctx(), second.id, TillEntry("二号", active=False))
    with refused(Reason.TILL_NAME_TAKEN):
        office.tills.save(office.shop.ctx(), None, TillEntry("二号"))


def test_cash_from_visits_is_handed_in_before_the_day_is_closed(office: Office) -> None:
    technician = office.shop.people[Role.TECHNICIAN]
    purse = office.tills.save(office.shop.ctx(), None, TillEntry("李强", staff_id=technician.id))
    session = office.tills.open(office.shop.ctx(), purse.id, YUAN(80), "上门收款")
    with refused(Reason.FIELD_CASH_OUT):
        office.closing.close(office.shop.ctx())
    left = office.tills.hand_in(office.shop.ctx(Role.COUNTER), session.id, MAIN, YUAN(80))
    assert (left.expected, office.tills.cash_now(FOUNDER)) == (ZERO, YUAN(80))
    with pytest.raises(Refusal) as caught:  # the main till has it now
        office.closing.close(office.shop.ctx())
    assert "Main till" in sentence(caught.value)


def test_a_closed_day_is_frozen_and_what_comes_later_is_the_next_days(office: Office) -> None:
    office.sold(YUAN(100), method=PaymentMethod.WECHAT)
    z = office.closing.close(office.shop.ctx(Role.COUNTER))
    assert (z.day, z.number) == (date(2026, 11, 22), "Z2611-00001")
    assert z.content["payments"]["by_method"] == [
        {"method": "wechat", "count": 1, "paid": 10_000, "refunded": 0}
    ]
    assert z.content["revenue"]["revenue"] + z.content["revenue"]["tax"] == 10_000
    assert len(z.journal_head) == 64
    late = office.sold(YUAN(40), method=PaymentMethod.WECHAT)
    assert late.business_day == date(2026, 11, 23)
    assert office.closing.day(FOUNDER, date(2026, 11, 22)) == z
    assert office.closing.day(FOUNDER).day == date(2026, 11, 23)
    with refused(Reason.DAY_CLOSED):
        office.closing.close(office.shop.ctx(), date(2026, 11, 22))
    with refused(Reason.DAY_TO_COME):
        office.closing.close(office.shop.ctx())
    office.shop.clock.advance(timedelta(days=1))
    following = office.closing.close(office.shop.ctx())
    assert (following.first_day, following.content["revenue"]["revenue"]) == (date(2026, 11, 23), 3_960)
    assert [each.number for each in office.closing.closes(FOUNDER)] == ["Z2611-00002", "Z2611-00001"]


def test_a_day_that_was_left_open_is_closed_without_the_one_that_has_begun(office: Office) -> None:
    session = office.tills.open(office.shop.ctx(), MAIN, YUAN(50))  # its first float needs no reason
    office.sold(YUAN(100), method=PaymentMethod.WECHAT)
    assert office.closing.choices(FOUNDER) == (date(2026, 11, 22),)
    office.shop.clock.advance(timedelta(hours=14, minutes=30))  # half past midnight
    yesterday, today = office.closing.choices(FOUNDER)
    assert (yesterday, today) == (date(2026, 11, 22), date(2026, 11, 23))
    session = count_all(office, office.tills.session(FOUNDER, session.id), YUAN(50))
    with refused(Reason.DAY_TO_COME):
        close(office, session, YUAN(50), day=date(2026, 11, 24))
    close(office, session, YUAN(50), day=yesterday)
    z = office.closing.close(office.shop.ctx(), yesterday)
    assert (z.day, [each["number"] for each in z.content["tills"]]) == (yesterday, [session.number])
    assert office.sold(YUAN(40), method=PaymentMethod.WECHAT).business_day == today
    assert office.closing.choices(FOUNDER) == (today,)
    session = count_all(office, office.tills.open(office.shop.ctx(), MAIN, YUAN(50)), YUAN(50))
    with refused(Reason.DAY_CLOSED):
        close(office, session, YUAN(50), day=yesterday)
    close(office, session, YUAN(50))
    office.shop.clock.advance(timedelta(hours=18))
    z = office.closing.close(office.shop.ctx())
    assert (z.first_day, z.content["revenue"]["revenue"]) == (today, 3_960)


def test_a_day_that_has_only_begun_is_not_closed_by_the_way(office: Office) -> None:
    today = business_day(office.shop.clock.now())
    assert office.closing.only_begun(FOUNDER, None)
    assert office.closing.only_begun(FOUNDER, today)
    assert not office.closing.only_begun(FOUNDER, today - timedelta(days=1))
    office.tills.open(office.shop.ctx(), MAIN, ZERO)
    assert not office.closing.only_begun(FOUNDER, today)


def test_a_clock_before_the_last_close_books_no_money(office: Office) -> None:
    office.closing.close(office.shop.ctx())
    card = office.counter.ready(price=YUAN(10))
    office.shop.clock.advance(timedelta(hours=-1))
    with refused(Reason.CLOCK_BEFORE_CLOSE):
        office.counter.settle(card)
    with refused(Reason.CLOCK_BEFORE_CLOSE):
        office.closing.close(office.shop.ctx())
    office.shop.clock.advance(timedelta(hours=1))
    office.counter.settle(card)


def test_days_without_an_entry_are_asked_about_before_money_waits_for_a_wrong_date(office: Office) -> None:
    """A slip of the hand sets the clock on by some days: nobody closes them without having looked."""
    shop, counter = office.shop, office.shop.people[Role.COUNTER]

    def day_on(days: int, *, asked: bool) -> None:
        shop.clock.advance(timedelta(days=days))
        office.sold(YUAN(10), method=PaymentMethod.WECHAT)
        if asked:
            before = office.closing.closes(FOUNDER)[0].day
            with pytest.raises(Refusal) as told:
                office.closing.close(shop.ctx(Role.COUNTER))
            assert told.value.reason is Reason.CLOCK_SKIPPED
            assert told.value.params["before"] == before
        sure = counter if asked else None
        assert office.closing.close(shop.ctx(Role.COUNTER), sure=sure).number
        vouched = shop.journal(Command.CLOSE_DAY)[-1].get("clock_vouched_by")
        assert vouched == (counter.id if asked else None)

    day_on(0, asked=False)
    day_on(1, asked=False)
    for asked in (True, True, False):  # the weekly day of rest is known after two
        day_on(2, asked=asked)
        day_on(1, asked=False)
    day_on(4, asked=True)
    # The day that was worked is closed without a word, whatever the clock says after it.
    shop.clock.advance(timedelta(days=1))
    office.sold(YUAN(10), method=PaymentMethod.WECHAT)
    worked = office.closing.day(FOUNDER).day
    shop.clock.advance(timedelta(days=20))
    assert office.closing.close(shop.ctx(), worked).day == worked
    with refused(Reason.CLOCK_SKIPPED):
        office.closing.close(shop.ctx())


def test_a_day_with_a_begun_intake_is_not_closed(office: Office) -> None:
    ctx = office.shop.ctx()
    with office.shop.store.write(Command.SAVE_DRAFT, ctx) as tx:
        tx.session.add(Draft(kind="intake", staff_id=ctx.actor.id, content={}, saved_at=tx.now))
    with refused(Reason.DRAFTS_OPEN):
        office.closing.close(office.shop.ctx())
    assert office.closing.blocks(FOUNDER).drafts == (ctx.actor.name,)
    with office.shop.store.write(Command.SAVE_DRAFT, office.shop.ctx()) as tx:
        tx.session.query(Draft).delete()


def test_a_month_is_sealed_when_its_days_are_closed_and_stays_as_it_was(office: Office) -> None:
    with refused(Reason.MONTH_NOT_CLOSED):
        office.closing.seal_month(office.shop.ctx(), "2026-11", b"{}")
    office.shop.clock.advance(timedelta(days=8))
    office.closing.close(office.shop.ctx(), date(2026, 11, 30), sure=FOUNDER)
    assert office.closing.seal_month(office.shop.ctx(), "2026-11", b'{"a":1}') == b'{"a":1}'
    with refused(Reason.MONTH_SEALED):
        office.closing.seal_month(office.shop.ctx(), "2026-11", b"{}")
    assert office.closing.sealed(FOUNDER, "2026-11") == b'{"a":1}'
    assert office.closing.sealed(FOUNDER, "2026-12") is None
    with refused(Reason.MONTH_UNKNOWN):
        office.closing.seal_month(office.shop.ctx(), "2026-13", b"{}")


def test_a_repeated_close_is_one_close(office: Office) -> None:
    ctx = office.shop.ctx()
    assert office.closing.close(ctx) == office.closing.close(ctx)
    assert len(office.closing.closes(FOUNDER)) == 1
