"""A repair at the bench, from the card to the shelf: moves, clocks, parts, quotes, the check."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from app.core.changes import Kind
from app.core.enums import (
    Action,
    ApprovalWay,
    BenchCommand,
    Command,
    LineKind,
    NoteKind,
    Payer,
    QuoteState,
    Role,
    Status,
)
from app.core.errors import Conflict, Reason, Refusal
from app.core.money import ZERO, Money, Quantity
from app.features.orders.quote_snapshots import QuoteAnswer
from app.model import Setting

if TYPE_CHECKING:
    from tests.features.bench.conftest import World

    Refused = Callable[[Callable[[], object]], Reason]


def test_a_repair_goes_from_the_shelf_to_the_counter(world: World) -> None:
    part = world.part(price=45)
    card = world.take_in()
    card = world.start(card)
    assert (card.status, card.technician, card.running_mine) == (Status.DIAGNOSING, "李强", True)
    card = world.add(card, part)
    card = world.bench.add_line(
        world.ctx(),
        card.id,
        card.version,
        LineKind.LABOUR,
        "更换启动电容",
        Money.yuan(80),
        minutes=30,
        reason="not in the list",
    )
    assert world.on_hand(part) == Quantity.of(5)
    card = world.done(card)
    assert (card.status, card.running_since) == (Status.QUOTED, None)
    assert card.quote is not None
    assert (card.quote.version, card.quote.total) == (1, Money.yuan(125))
    card = world.bench.answer_quote(
        world.ctx(Role.COUNTER), card.id, card.version, agreed=True, given=QuoteAnswer(ApprovalWay.PHONE)
    )
    assert (card.status, card.approved_total) == (Status.APPROVED, Money.yuan(125))
    assert card.quote is not None
    assert (card.quote.state, card.quote.way) == (QuoteState.APPROVED, ApprovalWay.PHONE)
    card = world.start(card)
    assert card.status is Status.REPAIRING
    card = world.bench.take_parts(world.ctx(), card.id, card.version)
    assert world.on_hand(part) == Quantity.of(4)
    card = world.done(card)
    assert card.status is Status.QC
    card = world.move(card, Action.PASS_QC, who=Role.LEAD)
    assert (card.status, card.due) == (Status.READY, Money.yuan(125))
    assert card.ready_at == world.shop.clock.now()


def test_a_covered_repair_needs_no_quote(world: World) -> None:
    today = world.intake.choices().today
    card = world.take_in(purchased_on=today, proof_seen=True)
    assert card.payer is Payer.BRAND
    card = world.done(world.start(card))
    assert (card.status, card.approved_total) == (Status.APPROVED, ZERO)
    part = world.part()
    card = world.done(world.add(world.start(card), part))
    assert (card.status, card.customer_total, card.other_total) == (Status.QC, ZERO, Money.yuan(45))


def test_within_the_limit_done_approves_and_over_it_quotes(world: World) -> None:
    part = world.part(price=45)
    inside = world.done(world.add(world.start(world.take_in(spend_limit=Money.yuan(100))), part))
    assert (inside.status, inside.approved_total) == (Status.APPROVED, Money.yuan(100))
    over = world.add(world.start(world.take_in(spend_limit=Money.yuan(100))), part, Quantity.of(3))
    assert over.refusal(Action.APPROVE_AT_ONCE).reason is Reason.OVER_LIMIT  # type: ignore[union-attr]
    assert world.done(over).status is Status.QUOTED


def test_done_without_charges_says_what_is_missing(world: World, refused: Refused) -> None:
    card = world.start(world.take_in())
    assert refused(lambda: world.done(card)) is Reason.NOTHING_TO_QUOTE
    assert world.open(card.id).status is Status.DIAGNOSING


def test_more_than_was_agreed_stops_before_the_check(world: World, refused: Refused) -> None:
    part = world.part()
    card = world.repairing(part)
    card = world.add(card, part, Quantity.of(2))
    assert [(line.quantity, line.taken) for line in card.lines] == [(Quantity.of(2), Quantity.of(2))]
    assert refused(lambda: world.done(card)) is Reason.OVER_APPROVED
    again = world.bench.quote(world.ctx(), card.id, card.version)
    assert again.quote is not None
    assert (again.status, again.quote.version, again.quote.total) == (Status.QUOTED, 2, Money.yuan(90))
    agreed = world.agree(again)
    assert world.done(world.start(agreed)).status is Status.QC


def test_an_expired_quote_is_made_again_or_accepted_by_a_lead(world: World, refused: Refused) -> None:
    card = world.quoted()
    world.later(days=7)
    card = world.open(card.id, Role.COUNTER)
    assert card.quote is not None
    assert not card.quote.expired
    assert card.refusal(Action.APPROVE) is None
    world.later(days=1)
    card = world.open(card.id, Role.COUNTER)
    assert card.quote is not None
    assert card.quote.expired
    assert card.refusal(Action.APPROVE) is not None
    assert refused(lambda: world.agree(card)) is Reason.QUOTE_EXPIRED
    assert world.open(card.id, Role.LEAD).refusal(Action.APPROVE) is None
    again = world.bench.quote(world.ctx(), card.id, card.version)
    assert again.quote is not None
    assert (again.quote.version, again.quote.expired) == (2, False)
    agreed = world.agree(again)
    assert (agreed.status, agreed.approved_total) == (Status.APPROVED, again.customer_total)
    late = world.quoted()
    world.later(days=30)
    ctx = world.ctx(Role.LEAD)
    agreed = world.bench.answer_quote(ctx, late.id, late.version, agreed=True)
    assert agreed.status is Status.APPROVED
    assert agreed.quote is not None
    assert not agreed.quote.expired


def test_a_newer_quote_replaces_the_open_one(world: World) -> None:
    card = world.quoted()
    card = world.bench.add_line(
        world.ctx(), card.id, card.version, LineKind.VISIT, "", Money.yuan(30), reason="not in the list"
    )
    card = world.bench.quote(world.ctx(), card.id, card.version)
    states = world.shop.store
    with states.read() as reading:
        rows = reading.exec_driver_sql("SELECT version, state FROM quote ORDER BY id").all()
    assert [tuple(row) for row in rows] == [(1, "replaced"), (2, "open")]
    agreed = world.agree(card)
    assert agreed.approved_total == Money.yuan(75)


def test_planned_parts_keep_the_order_from_the_check(world: World, refused: Refused) -> None:
    card = world.repairing()
    assert refused(lambda: world.done(card)) is Reason.PARTS_NOT_TAKEN


def test_only_leads_check(world: World, refused: Refused) -> None:
    card = world.in_check()
    for who in (Role.TECHNICIAN, Role.COUNTER):
        assert refused(lambda who=who: world.move(card, Action.PASS_QC, who=who)) is Reason.NOT_ALLOWED
        offered = world.open(card.id, who).refusal(Action.PASS_QC)
        assert offered is not None
        assert offered.reason is Reason.LEAD_ONLY
    failed = world.move(card, Action.FAIL_QC, "门封漏冷", who=Role.LEAD)
    assert failed.status is Status.REPAIRING
    assert failed.notes[-1].text == "门封漏冷"
    assert world.move(world.done(failed), Action.PASS_QC, who=Role.OWNER).status is Status.READY


def test_a_written_diagnosis_can_be_demanded(world: World, refused: Refused) -> None:
    card = world.repairing()
    card = world.bench.take_parts(world.ctx(), card.id, card.version)
    with world.shop.store.write(Command.SAVE_SETTINGS, world.ctx(Role.OWNER)) as tx:
        tx.session.get_one(Setting, "diagnosis_required").value = True
        tx.changed(Kind.SETTING, 0)
    assert refused(lambda: world.done(card)) is Reason.NO_DIAGNOSIS
    card = world.bench.diagnose(world.ctx(), card.id, card.version, "启动电容失效", "老化", "更换")
    assert [(note.kind, note.text) for note in card.notes[-3:]] == [
        (NoteKind.FAULT, "启动电容失效"),
        (NoteKind.CAUSE, "老化"),
        (NoteKind.FIX, "更换"),
    ]
    assert world.done(card).status is Status.QC


def test_waiting_for_parts_and_going_on(world: World) -> None:
    card = world.move(world.repairing(), Action.WAIT_PARTS, "等压缩机到货")
    assert (card.status, card.running_since, card.notes[-1].text) == (
        Status.WAITING_PARTS,
        None,
        "等压缩机到货",
    )
    card = world.start(card)
    assert (card.status, card.running_mine) == (Status.REPAIRING, True)
    card = world.bench.command(world.ctx(), card, BenchCommand.WAIT_CUSTOMER)
    assert card.status is Status.WAITING_CUSTOMER
    assert world.bench.command(world.ctx(), card, BenchCommand.RESUME).status is Status.REPAIRING


# -- going home unrepaired -----------------------------------------------------------------------------


def test_a_declined_device_goes_home_for_the_diagnosis_fee(world: World) -> None:
    card = world.agree(world.quoted(), agreed=False)
    assert card.status is Status.DECLINED
    assert card.quote is not None
    assert card.quote.state is QuoteState.DECLINED
    card = world.done(card)
    assert (card.status, card.due) == (Status.READY, Money.yuan(50))
    assert [(line.kind, line.gross) for line in card.lines] == [(LineKind.OTHER, Money.yuan(50))]


def test_the_fee_can_be_another_or_none(world: World, refused: Refused) -> None:
    card = world.agree(world.quoted(), agreed=False)
    with pytest.raises(Refusal):
        world.bench.done(world.ctx(), card.id, card.version, Money(-1))
    free = world.bench.done(world.ctx(), card.id, card.version, ZERO)
    assert (free.status, free.lines, free.due) == (Status.READY, (), ZERO)


def test_an_unrepairable_device_goes_home_for_nothing(world: World) -> None:
    card = world.move(world.start(world.take_in()), Action.GIVE_UP, "压缩机停产")
    assert card.status is Status.UNREPAIRABLE
    card = world.done(card)
    assert (card.status, card.due, card.lines) == (Status.READY, ZERO, ())


def test_nobody_is_charged_a_diagnosis_that_is_covered(world: World) -> None:
    today = world.intake.choices().today
    card = world.take_in(purchased_on=today, proof_seen=True)
    card = world.add(world.start(card), world.part())
    card = world.bench.quote(world.ctx(), card.id, card.version)
    card = world.done(world.agree(card, agreed=False))
    assert (card.status, card.lines, card.other_total) == (Status.READY, (), ZERO)


def test_parts_come_out_before_an_unrepairable_device_goes_home(world: World, refused: Refused) -> None:
    part = world.part()
    card = world.repairing(part)
    card = world.bench.take_parts(world.ctx(), card.id, card.version)
    card = world.move(card, Action.GIVE_UP, "主板烧毁")
    assert refused(lambda: world.done(card)) is Reason.PARTS_STILL_USED
    card = world.bench.command(world.ctx(), card, BenchCommand.REMOVE_PART)
    assert world.on_hand(part) == Quantity.of(5)
    assert world.done(card).status is Status.READY


def test_a_lead_takes_a_declined_repair_up_again(world: World, refused: Refused) -> None:
    card = world.agree(world.quoted(), agreed=False)
    assert refused(lambda: world.move(card, Action.RECONSIDER, "顾客来电同意")) is Reason.NOT_ALLOWED
    assert refused(lambda: world.move(card, Action.RECONSIDER, who=Role.LEAD)) is Reason.NOTE_REQUIRED
    again = world.move(card, Action.RECONSIDER, "顾客来电同意", who=Role.LEAD)
    assert (again.status, again.approved_total) == (Status.APPROVED, Money.yuan(45))
    assert again.quote is not None
    assert again.quote.state is QuoteState.APPROVED
    back = world.undo(again, Role.LEAD)
    assert (back.status, back.approved_total) == (Status.DECLINED, None)
    assert back.quote is not None
    assert back.quote.state is QuoteState.DECLINED


def test_cancelling_gives_the_device_back(world: World, refused: Refused) -> None:
    card = world.take_in(passcode="2580")
    assert refused(lambda: world.move(card, Action.CANCEL, "顾客改主意")) is Reason.NOT_ALLOWED
    assert refused(lambda: world.move(card, Action.CANCEL, who=Role.COUNTER)) is Reason.NOTE_REQUIRED
    gone = world.move(card, Action.CANCEL, "顾客改主意", who=Role.COUNTER)
    assert (gone.status, gone.has_passcode) == (Status.CANCELLED, False)
    with world.shop.store.read() as reading:
        ways = reading.exec_driver_sql("SELECT way FROM custody_entry ORDER BY id").scalars().all()
        voided = reading.exec_driver_sql("SELECT voided_at FROM pickup_receipt").scalar_one()
    assert (ways, voided is not None) == (["in", "out"], True)


# -- taking back ---------------------------------------------------------------------------------------


def test_the_maker_takes_a_move_back_for_ten_minutes(world: World, refused: Refused) -> None:
    card = world.start(world.take_in())
    world.later(minutes=9, seconds=59)
    back = world.undo(card)
    assert (back.status, back.running_since) == (Status.RECEIVED, None)
    card = world.start(back)
    world.later(minutes=10, seconds=1)
    assert refused(lambda: world.undo(card)) is Reason.UNDO_TOO_LATE
    assert refused(lambda: world.undo(card, world.zhao)) is Reason.UNDO_TOO_LATE
    assert world.undo(card, Role.LEAD).status is Status.RECEIVED


def test_a_colleague_cannot_take_it_back(world: World, refused: Refused) -> None:
    card = world.start(world.take_in())
    assert refused(lambda: world.undo(card, world.zhao)) is Reason.UNDO_TOO_LATE


def test_taking_back_is_itself_not_taken_back(world: World, refused: Refused) -> None:
    card = world.undo(world.start(world.take_in()))
    assert refused(lambda: world.undo(card)) is Reason.UNDO_IMPOSSIBLE


def test_what_paper_or_custody_hang_on_stays(world: World, refused: Refused) -> None:
    fresh = world.take_in()
    assert refused(lambda: world.undo(fresh, Role.OWNER)) is Reason.UNDO_IMPOSSIBLE
    quoted = world.quoted()
    assert refused(lambda: world.undo(quoted, Role.OWNER)) is Reason.UNDO_IMPOSSIBLE
    home = world.done(world.agree(quoted, agreed=False))
    assert refused(lambda: world.undo(home, Role.OWNER)) is Reason.UNDO_IMPOSSIBLE


def test_an_answer_taken_back_leaves_the_quote_open(world: World) -> None:
    for agreed in (True, False):
        quoted = world.quoted()
        card = world.bench.answer_quote(world.ctx(), quoted.id, quoted.version, agreed=agreed)
        back = world.undo(card)
        assert (back.status, back.approved_total) == (Status.QUOTED, None)
        assert back.quote is not None
        assert (back.quote.state, back.quote.way) == (QuoteState.OPEN, None)
        assert world.agree(back).approved_total == Money.yuan(45)


def test_at_once_approved_and_taken_back_is_not_approved(world: World) -> None:
    card = world.done(world.add(world.start(world.take_in(spend_limit=Money.yuan(100))), world.part()))
    back = world.undo(card)
    assert (back.status, back.approved_total) == (Status.DIAGNOSING, None)


def test_a_passed_check_taken_back_is_not_ready(world: World) -> None:
    card = world.move(world.in_check(), Action.PASS_QC, who=Role.LEAD)
    back = world.undo(card, Role.LEAD)
    assert (back.status, back.ready_at) == (Status.QC, None)


# -- clocks --------------------------------------------------------------------------------------------


def test_one_clock_runs_for_each_technician(world: World) -> None:
    first = world.start(world.take_in())
    world.later(minutes=25)
    second = world.start(world.take_in())
    assert second.running_mine
    stopped = world.open(first.id)
    assert (stopped.running_since, stopped.minutes) == (None, 25)
    entries = [each for each in world.shop.journal(Command.LOG_WORK) if each.get("clock")]
    assert entries[-2:] == [{"clock": "pause"}, {"clock": "start"}]


def test_two_technicians_on_one_device_have_their_own_clocks(world: World, refused: Refused) -> None:
    card = world.start(world.take_in())
    card = world.start(card, world.zhao)
    world.later(minutes=10)
    card = world.bench.pause_work(world.ctx(world.zhao), card.id, card.version)
    mine = world.open(card.id)
    assert (mine.running_mine, mine.running_staff) == (True, "李强")
    assert world.bench.open_card(card.id, world.zhao).running_mine is False
    assert (
        refused(lambda: world.bench.pause_work(world.ctx(world.zhao), card.id, card.version))
        is Reason.WORK_NOT_RUNNING
    )
    card = world.bench.pause_work(world.ctx(Role.LEAD), card.id, card.version)
    assert (card.running_since, card.minutes) == (None, 20)


def test_start_and_pause_twice_are_refused(world: World, refused: Refused) -> None:
    card = world.start(world.take_in())
    assert refused(lambda: world.start(card)) is Reason.WORK_RUNNING
    assert refused(lambda: world.bench.start_work(world.ctx(), card.id, card.version)) is Reason.WORK_RUNNING
    card = world.bench.pause_work(world.ctx(), card.id, card.version)
    assert (
        refused(lambda: world.bench.pause_work(world.ctx(), card.id, card.version)) is Reason.WORK_NOT_RUNNING
    )
    assert world.start(card).running_mine


def test_the_clock_never_runs_backwards(world: World) -> None:
    card = world.start(world.take_in())
    world.later(hours=-2)
    card = world.bench.pause_work(world.ctx(), card.id, card.version)
    assert card.minutes == 0


# -- who and when --------------------------------------------------------------------------------------


def test_free_orders_are_taken_and_colleagues_left_alone(world: World, refused: Refused) -> None:
    bench, card = world.bench, world.take_in()
    me, zhao = world.actor().id, world.zhao.id
    assert refused(lambda: bench.assign(world.ctx(), card.id, card.version, zhao)) is Reason.LEAD_ONLY
    card = bench.assign(world.ctx(), card.id, card.version, me)
    assert card.technician == "李强"
    for wanted in (None, zhao):
        assert (
            refused(lambda wanted=wanted: bench.assign(world.ctx(world.zhao), card.id, card.version, wanted))
            is Reason.LEAD_ONLY
        )
    card = bench.assign(world.ctx(), card.id, card.version, None)
    assert card.technician_id is None
    card = bench.assign(world.ctx(Role.LEAD), card.id, card.version, zhao)
    assert card.technician == "赵明"
    counter = world.actor(Role.COUNTER).id
    for nobody in (counter, 9999):
        assert (
            refused(lambda nobody=nobody: bench.assign(world.ctx(Role.LEAD), card.id, card.version, nobody))
            is Reason.NOT_FOUND
        )


def test_a_stale_card_is_a_conflict_and_changes_nothing(world: World) -> None:
    card = world.start(world.take_in())
    part = world.part()
    world.add(card, part)
    before = world.shop.fingerprint()
    for command in _versioned(world, card.id, card.version, part.id):
        with pytest.raises(Conflict):
            command()
    assert world.shop.fingerprint() == before


def test_a_repeated_gesture_is_booked_once(world: World) -> None:
    part = world.part()
    card = world.start(world.take_in())
    ctx = world.ctx()
    once = world.bench.add_part(ctx, card.id, card.version, part.id)
    again = world.bench.add_part(ctx, card.id, card.version, part.id)
    assert len(once.lines) == len(again.lines) == 1
    assert once.version == again.version
    ctx = world.ctx()
    quoted = world.bench.done(ctx, card.id, once.version)
    assert world.bench.done(ctx, card.id, once.version).status is quoted.status is Status.QUOTED


def test_a_note_needs_no_fresh_card(world: World) -> None:
    card = world.take_in()
    world.start(card)
    noted = world.bench.add_note(world.ctx(Role.COUNTER), card.id, "顾客明天来电")
    assert (noted.notes[-1].text, noted.notes[-1].staff) == ("顾客明天来电", "陈静")


def _versioned(world: World, order_id: int, version: int, part_id: int) -> list[Callable[[], object]]:
    bench, ctx = world.bench, world.ctx
    args = (order_id, version)
    return [
        lambda: bench.move(ctx(), *args, Action.GIVE_UP, "坏"),
        lambda: bench.undo(ctx(), *args),
        lambda: bench.assign(ctx(), *args, None),
        lambda: bench.start_work(ctx(), *args),
        lambda: bench.pause_work(ctx(), *args),
        lambda: bench.go_on(ctx(), *args),
        lambda: bench.done(ctx(), *args),
        lambda: bench.diagnose(ctx(), *args, "坏", "", ""),
        lambda: bench.add_part(ctx(), *args, part_id),
        lambda: bench.take_parts(ctx(), *args),
        lambda: bench.add_line(
            ctx(), *args, LineKind.LABOUR, "检查", Money.yuan(10), reason="not in the list"
        ),
        lambda: bench.remove_line(ctx(), *args, 1),
        lambda: bench.quote(ctx(), *args),
        lambda: bench.answer_quote(ctx(), *args, agreed=True),
    ]
