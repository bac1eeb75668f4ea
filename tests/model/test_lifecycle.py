"""Every move of a repair order, written out once more from domain.md §2, and every guard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from app.core.clock import business_day
from app.core.enums import CLOSED, Action, Command, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import Money
from app.core.rights import RIGHTS
from app.model import lifecycle
from app.model.lifecycle import LifecycleRules, OrderFacts, next_status, refusal, required_command

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)

#: domain.md §2 as a drawing: from, action, to.
DRAWING = """
    registered       dispatch           dispatched
    registered       receive            received
    registered       cancel             cancelled
    dispatched       arrive             on_site
    dispatched       recall             registered
    dispatched       cancel             cancelled
    on_site          finish_on_site     ready
    on_site          deliver_on_site    delivered
    on_site          bring_in           received
    on_site          revisit            dispatched
    on_site          wait_parts         waiting_parts
    on_site          give_up            unrepairable
    received         start_diagnosis    diagnosing
    received         cancel             cancelled
    diagnosing       quote              quoted
    diagnosing       approve_at_once    approved
    diagnosing       give_up            unrepairable
    quoted           quote              quoted
    quoted           approve            approved
    quoted           decline            declined
    quoted           give_up            unrepairable
    declined         return_unrepaired  ready
    declined         reconsider         approved
    approved         start_repair       repairing
    approved         wait_parts         waiting_parts
    approved         give_up            unrepairable
    repairing        wait_parts         waiting_parts
    repairing        wait_customer      waiting_customer
    repairing        quote              quoted
    repairing        send_to_qc         qc
    repairing        give_up            unrepairable
    waiting_parts    resume             repairing
    waiting_parts    give_up            unrepairable
    waiting_customer resume             repairing
    waiting_customer give_up            unrepairable
    qc               pass_qc            ready
    qc               fail_qc            repairing
    qc               give_up            unrepairable
    unrepairable     return_unrepaired  ready
    ready            deliver            delivered
    ready            send_back          returning
    ready            mark_unclaimed     unclaimed
    ready            reopen             repairing
    returning        deliver            delivered
    returning        back_to_shelf      ready
    unclaimed        deliver            delivered
    unclaimed        dispose            disposed
"""
DRAWN = {
    (Status(start), Action(action)): Status(end)
    for start, action, end in (line.split() for line in DRAWING.strip().splitlines())
}


@pytest.mark.parametrize(("status", "action"), list(product(Status, Action)))
def test_the_table_is_the_drawing(status: Status, action: Action) -> None:
    if (status, action) in DRAWN:
        assert next_status(status, action) is DRAWN[status, action]
        return
    with pytest.raises(Refusal) as refused:
        next_status(status, action)
    assert refused.value.reason is Reason.MOVE_NOT_ALLOWED
    for role in Role:
        answer = refusal(OrderFacts(status), action, role, now=NOW)
        assert answer is not None
        assert answer.reason is Reason.MOVE_NOT_ALLOWED


def test_every_action_is_somewhere_and_every_status_can_be_left_and_reached() -> None:
    assert {action for _status, action in DRAWN} == set(Action)
    assert {status for status, _action in DRAWN} == set(Status) - CLOSED
    assert set(DRAWN.values()) >= set(Status) - {Status.REGISTERED}


def test_from_everywhere_an_order_can_still_be_closed() -> None:
    closing = set(CLOSED)
    while grown := {status for (status, _action), end in DRAWN.items() if end in closing} - closing:
        closing |= grown
    assert closing == set(Status)


def reason(
    status: Status,
    action: Action,
    role: Role = Role.OWNER,
    rules: LifecycleRules | None = None,
    **facts: object,
) -> Reason | None:
    answer = refusal(OrderFacts(status, **facts), action, role, now=NOW, rules=rules)  # type: ignore[arg-type]
    return answer.reason if answer else None


def test_cannot_deliver_with_a_balance() -> None:
    shown = {"receipt_shown": True}
    for status in (Status.READY, Status.RETURNING, Status.UNCLAIMED):
        assert reason(status, Action.DELIVER, due=Money(1), **shown) is Reason.BALANCE_DUE
        assert reason(status, Action.DELIVER, due=Money(1), on_account=True, **shown) is None
        assert reason(status, Action.DELIVER, due=Money(0), **shown) is None
        assert reason(status, Action.DELIVER, due=Money(-5), **shown) is None


def test_an_expired_quote_is_accepted_by_a_lead_only() -> None:
    today = business_day(NOW)
    for role in (Role.COUNTER, Role.TECHNICIAN):
        assert reason(Status.QUOTED, Action.APPROVE, role) is None
        assert reason(Status.QUOTED, Action.APPROVE, role, quote_until=today) is None
        late = {"quote_until": today - timedelta(days=1)}
        assert reason(Status.QUOTED, Action.APPROVE, role, **late) is Reason.QUOTE_EXPIRED
        # He may say no, and be quoted anew.
        assert reason(Status.QUOTED, Action.DECLINE, role, **late) is None
        assert reason(Status.QUOTED, Action.QUOTE, role, line_count=1, **late) is None
        # Where the shop is it may still be the day before.
        west = LifecycleRules(time_zone="Pacific/Pago_Pago")
        assert reason(Status.QUOTED, Action.APPROVE, role, west, **late) is None
    for role in (Role.LEAD, Role.OWNER):
        assert reason(Status.QUOTED, Action.APPROVE, role, quote_until=today - timedelta(days=400)) is None


def test_cannot_deliver_without_the_pickup_receipt() -> None:
    assert reason(Status.READY, Action.DELIVER) is Reason.RECEIPT_NOT_SHOWN


def test_on_site_the_signed_voucher_takes_the_receipts_place() -> None:
    assert reason(Status.ON_SITE, Action.DELIVER_ON_SITE, diagnosed=True) is None
    assert reason(Status.ON_SITE, Action.DELIVER_ON_SITE, diagnosed=True, due=Money(1)) is Reason.BALANCE_DUE
    assert (
        reason(Status.ON_SITE, Action.DELIVER_ON_SITE, diagnosed=True, due=Money(1), on_account=True) is None
    )


@pytest.mark.parametrize("action", [Action.FINISH_ON_SITE, Action.DELIVER_ON_SITE])
def test_planned_parts_must_be_taken_before_the_job_is_done_on_site(action: Action) -> None:
    facts = {"parts_not_taken": ("压缩机",), "diagnosed": True}
    assert reason(Status.ON_SITE, action, **facts) is Reason.PARTS_NOT_TAKEN


def test_the_check_waits_for_parts_and_for_the_customers_word() -> None:
    done = (Status.REPAIRING, Action.SEND_TO_QC)
    assert reason(*done, diagnosed=True, parts_not_taken=("fan",)) is Reason.PARTS_NOT_TAKEN
    assert reason(*done, diagnosed=True, customer_total=Money(1)) is Reason.NOT_APPROVED
    assert reason(*done, diagnosed=True, customer_total=Money(500), approved_total=Money(500)) is None
    over = {"customer_total": Money(501), "approved_total": Money(500)}
    assert reason(*done, diagnosed=True, **over) is Reason.OVER_APPROVED
    assert reason(*done, diagnosed=True, spend_limit=Money(501), **over) is None
    assert reason(*done, diagnosed=True) is None
    assert reason(Status.QC, Action.PASS_QC, parts_not_taken=("fan",)) is Reason.PARTS_NOT_TAKEN
    assert reason(Status.QC, Action.PASS_QC) is None


def test_an_owner_can_ask_for_a_written_diagnosis_before_the_check() -> None:
    strict = LifecycleRules(diagnosis_required=True)
    assert reason(Status.REPAIRING, Action.SEND_TO_QC, rules=strict) is Reason.NO_DIAGNOSIS
    assert reason(Status.REPAIRING, Action.SEND_TO_QC, rules=strict, diagnosed=True) is None


def test_approved_at_once_only_when_covered_or_within_the_limit() -> None:
    at_once = (Status.DIAGNOSING, Action.APPROVE_AT_ONCE)
    assert reason(*at_once) is Reason.NOT_COVERED
    assert reason(*at_once, covered=True) is None
    assert reason(*at_once, customer_total=Money(1), line_count=1) is Reason.NOT_COVERED
    assert reason(*at_once, customer_total=Money(1), line_count=1, covered=True) is Reason.NOT_COVERED
    assert reason(*at_once, customer_total=Money(300), spend_limit=Money(300), line_count=1) is None
    over = {"customer_total": Money(301), "spend_limit": Money(300), "line_count": 1}
    assert reason(*at_once, **over) is Reason.OVER_LIMIT


def test_an_empty_quote_is_none() -> None:
    assert reason(Status.DIAGNOSING, Action.QUOTE) is Reason.NOTHING_TO_QUOTE
    assert reason(Status.DIAGNOSING, Action.QUOTE, line_count=1) is None


@pytest.mark.parametrize("status", [Status.DECLINED, Status.UNREPAIRABLE])
def test_used_parts_come_out_before_the_device_goes_back_unrepaired(status: Status) -> None:
    assert reason(status, Action.RETURN_UNREPAIRED, parts_used=("fan",)) is Reason.PARTS_STILL_USED
    assert reason(status, Action.RETURN_UNREPAIRED) is None


def test_nothing_of_the_customers_stays_behind_a_cancelled_order() -> None:
    assert reason(Status.RECEIVED, Action.CANCEL, deposit_held=Money(1)) is Reason.DEPOSIT_HELD
    assert reason(Status.RECEIVED, Action.CANCEL, parts_used=("fan",)) is Reason.PARTS_STILL_USED
    assert reason(Status.RECEIVED, Action.CANCEL) is None
    assert reason(Status.UNCLAIMED, Action.DISPOSE, deposit_held=Money(1)) is Reason.DEPOSIT_HELD
    assert reason(Status.UNCLAIMED, Action.DISPOSE) is None


def test_unclaimed_after_ninety_days_and_two_reminders() -> None:
    mark = (Status.READY, Action.MARK_UNCLAIMED)
    long_ago, lately = NOW - timedelta(days=90), NOW - timedelta(days=90) + timedelta(seconds=1)
    assert reason(*mark, ready_at=lately, reminders=2) is Reason.TOO_EARLY_UNCLAIMED
    assert reason(*mark, ready_at=long_ago, reminders=1) is Reason.REMINDERS_MISSING
    assert reason(*mark, ready_at=long_ago, reminders=2) is None
    assert reason(*mark, rules=LifecycleRules(30, 0), ready_at=NOW - timedelta(days=30)) is None


def test_without_a_time_nothing_counts_as_long_ago() -> None:
    facts = OrderFacts(Status.READY, ready_at=NOW - timedelta(days=1000), reminders=9)
    answer = refusal(facts, Action.MARK_UNCLAIMED, Role.OWNER)
    assert answer is not None
    assert answer.reason is Reason.TOO_EARLY_UNCLAIMED
    assert reason(Status.READY, Action.MARK_UNCLAIMED, reminders=9) is Reason.TOO_EARLY_UNCLAIMED


@pytest.mark.parametrize(
    ("status", "action"),
    [
        (Status.READY, Action.REOPEN),
        (Status.DECLINED, Action.RECONSIDER),
        (Status.UNCLAIMED, Action.DISPOSE),
        (Status.QC, Action.PASS_QC),
        (Status.QC, Action.FAIL_QC),
    ],
)
def test_a_leads_moves_are_a_leads(status: Status, action: Action) -> None:
    for role, wanted in {
        Role.COUNTER: Reason.LEAD_ONLY,
        Role.TECHNICIAN: Reason.LEAD_ONLY,
        Role.LEAD: None,
        Role.OWNER: None,
    }.items():
        assert reason(status, action, role) is wanted


def test_the_counter_does_not_repair_and_the_bench_does_not_hand_over() -> None:
    assert reason(Status.APPROVED, Action.START_REPAIR, Role.COUNTER) is Reason.NOT_ALLOWED
    assert reason(Status.APPROVED, Action.START_REPAIR, Role.TECHNICIAN) is None
    assert reason(Status.READY, Action.DELIVER, Role.TECHNICIAN, receipt_shown=True) is Reason.NOT_ALLOWED
    assert reason(Status.RECEIVED, Action.CANCEL, Role.TECHNICIAN) is Reason.NOT_ALLOWED


@pytest.mark.parametrize("action", list(Action))
def test_whoever_may_make_a_move_may_pass_the_write_door(action: Action) -> None:
    """Two tables say who may: what one allows the other must not deny, or the button would lie."""
    allowed = lifecycle._MOVE_ROLES.get(action, frozenset(Role))
    assert allowed <= RIGHTS[required_command(action)]


def test_moves_by_their_command() -> None:
    assert required_command(Action.PASS_QC) is Command.CHECK_QUALITY
    assert required_command(Action.REOPEN) is Command.LEAD_MOVE
    assert required_command(Action.START_REPAIR) is Command.MOVE_ORDER


def test_what_money_and_custody_hang_on_is_never_taken_back() -> None:
    assert {Action.DELIVER, Action.DELIVER_ON_SITE, Action.DISPOSE, Action.CANCEL} <= lifecycle.FINAL_ACTIONS
    assert timedelta(minutes=10) == lifecycle.UNDO_WITHIN
    assert {Action.REOPEN, Action.RECONSIDER, Action.DISPOSE, Action.CANCEL} <= lifecycle.NEEDS_NOTE
