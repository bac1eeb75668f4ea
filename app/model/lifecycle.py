"""The life of a repair order: one table of moves and the guards in front of them (domain.md §2,
design.md §5).

``refusal(facts, action)`` answers once for the button, its tooltip and the command.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType

from app.core.clock import DEFAULT_ZONE, business_day
from app.core.enums import Action, Command, Role, Status, Visit
from app.core.errors import Reason, Refusal
from app.core.money import ZERO, Money

_S = Status
_A = Action

_BENCH_STATUSES = (
    _S.DIAGNOSING,
    _S.QUOTED,
    _S.APPROVED,
    _S.REPAIRING,
    _S.WAITING_PARTS,
    _S.WAITING_CUSTOMER,
    _S.QC,
)

#: (status, action) → next status. What is not here is refused.
MOVES: Mapping[tuple[Status, Action], Status] = MappingProxyType(
    {
        (_S.REGISTERED, _A.DISPATCH): _S.DISPATCHED,
        (_S.REGISTERED, _A.RECEIVE): _S.RECEIVED,
        (_S.REGISTERED, _A.CANCEL): _S.CANCELLED,
        (_S.DISPATCHED, _A.ARRIVE): _S.ON_SITE,
        (_S.DISPATCHED, _A.RECALL): _S.REGISTERED,
        (_S.DISPATCHED, _A.CANCEL): _S.CANCELLED,
        (_S.ON_SITE, _A.FINISH_ON_SITE): _S.READY,
        (_S.ON_SITE, _A.DELIVER_ON_SITE): _S.DELIVERED,
        (_S.ON_SITE, _A.BRING_IN): _S.RECEIVED,
        (_S.ON_SITE, _A.REVISIT): _S.DISPATCHED,
        (_S.ON_SITE, _A.WAIT_PARTS): _S.WAITING_PARTS,
        (_S.ON_SITE, _A.GIVE_UP): _S.UNREPAIRABLE,
        (_S.RECEIVED, _A.START_DIAGNOSIS): _S.DIAGNOSING,
        (_S.RECEIVED, _A.CANCEL): _S.CANCELLED,
        (_S.DIAGNOSING, _A.QUOTE): _S.QUOTED,
        (_S.DIAGNOSING, _A.APPROVE_AT_ONCE): _S.APPROVED,
        (_S.QUOTED, _A.QUOTE): _S.QUOTED,
        (_S.QUOTED, _A.APPROVE): _S.APPROVED,
        (_S.QUOTED, _A.DECLINE): _S.DECLINED,
        (_S.DECLINED, _A.RECONSIDER): _S.APPROVED,
        (_S.DECLINED, _A.RETURN_UNREPAIRED): _S.READY,
        (_S.APPROVED, _A.START_REPAIR): _S.REPAIRING,
        (_S.APPROVED, _A.WAIT_PARTS): _S.WAITING_PARTS,
        (_S.REPAIRING, _A.WAIT_PARTS): _S.WAITING_PARTS,
        (_S.REPAIRING, _A.WAIT_CUSTOMER): _S.WAITING_CUSTOMER,
        (_S.REPAIRING, _A.QUOTE): _S.QUOTED,
        (_S.REPAIRING, _A.SEND_TO_QC): _S.QC,
        (_S.WAITING_PARTS, _A.RESUME): _S.REPAIRING,
        (_S.WAITING_CUSTOMER, _A.RESUME): _S.REPAIRING,
        (_S.QC, _A.PASS_QC): _S.READY,
        (_S.QC, _A.FAIL_QC): _S.REPAIRING,
        **{(status, _A.GIVE_UP): _S.UNREPAIRABLE for status in _BENCH_STATUSES},
        (_S.UNREPAIRABLE, _A.RETURN_UNREPAIRED): _S.READY,
        (_S.READY, _A.DELIVER): _S.DELIVERED,
        (_S.READY, _A.SEND_BACK): _S.RETURNING,
        (_S.READY, _A.MARK_UNCLAIMED): _S.UNCLAIMED,
        (_S.READY, _A.REOPEN): _S.REPAIRING,
        (_S.RETURNING, _A.DELIVER): _S.DELIVERED,
        (_S.RETURNING, _A.BACK_TO_SHELF): _S.READY,
        (_S.UNCLAIMED, _A.DELIVER): _S.DELIVERED,
        (_S.UNCLAIMED, _A.DISPOSE): _S.DISPOSED,
    }
)

#: Moves that a lead technician (or the owner) must make, and must give a reason for.
LEAD_ACTIONS = frozenset({_A.REOPEN, _A.RECONSIDER, _A.DISPOSE})
#: The sign-off before a device may be returned.
QC_ACTIONS = frozenset({_A.PASS_QC, _A.FAIL_QC})
#: Moves that need a reason in words.
NEEDS_NOTE = LEAD_ACTIONS | {_A.CANCEL}
#: Moves that money, custody or paper hang on: never taken back by "undo".
FINAL_ACTIONS = frozenset(
    {
        _A.DELIVER,
        _A.DELIVER_ON_SITE,
        _A.CANCEL,
        _A.DISPOSE,
        _A.RETURN_UNREPAIRED,
        _A.QUOTE,
        _A.RECEIVE,
        _A.BRING_IN,
    }
)

UNDO_WITHIN = timedelta(minutes=10)

_LEADS = frozenset({Role.LEAD, Role.OWNER})
#: What stands in everybody's way but a lead's, who answers for it.
_LEADS_DECIDE = frozenset({Reason.QUOTE_EXPIRED})
_BENCH_ROLES = frozenset({Role.TECHNICIAN, Role.LEAD, Role.OWNER})
_COUNTER_ROLES = frozenset({Role.COUNTER, Role.LEAD, Role.OWNER})
_BENCH_MOVES = (
    _A.START_DIAGNOSIS,
    _A.APPROVE_AT_ONCE,
    _A.START_REPAIR,
    _A.SEND_TO_QC,
    _A.GIVE_UP,
    _A.ARRIVE,
    _A.REVISIT,
    _A.FINISH_ON_SITE,
    _A.DELIVER_ON_SITE,
)
_COUNTER_MOVES = (_A.CANCEL, _A.DELIVER, _A.RECEIVE, _A.SEND_BACK, _A.BACK_TO_SHELF, _A.MARK_UNCLAIMED)
#: Who may make a move, where not everybody may.
_MOVE_ROLES: Mapping[Action, frozenset[Role]] = MappingProxyType(
    {
        **dict.fromkeys(LEAD_ACTIONS | QC_ACTIONS, _LEADS),
        **dict.fromkeys(_BENCH_MOVES, _BENCH_ROLES),
        **dict.fromkeys(_COUNTER_MOVES, _COUNTER_ROLES),
    }
)


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """All that the guards need to know of an order, gathered by the one who asks."""

    status: Status
    visit: Visit = Visit.COUNTER
    #: What the customer has to pay for the present lines, less what was paid and deposited.
    due: Money = ZERO
    #: The customer's share of the present lines.
    customer_total: Money = ZERO
    approved_total: Money | None = None
    #: Last day of the quote that waits for the customer's answer.
    quote_until: date | None = None
    spend_limit: Money | None = None
    line_count: int = 0
    #: Somebody else than the customer pays (warranty, contract, the shop itself).
    covered: bool = False
    #: Names of parts that are planned but not taken from stock.
    parts_not_taken: tuple[str, ...] = ()
    #: Names of parts that are booked on the order.
    parts_used: tuple[str, ...] = ()
    deposit_held: Money = ZERO
    diagnosed: bool = False
    ready_at: datetime | None = None
    reminders: int = 0
    receipt_shown: bool = False
    on_account: bool = False


@dataclass(frozen=True, slots=True)
class LifecycleRules:
    """The numbers an owner may change (domain.md §2)."""

    unclaimed_days: int = 90
    unclaimed_reminders: int = 2
    #: Whether fault and fix must be written down before the check; off, so that a bench can work by
    #: scanner alone.
    diagnosis_required: bool = False
    #: The shop's: days begin and end in it.
    time_zone: str = DEFAULT_ZONE


def next_status(status: Status, action: Action) -> Status:
    """Where ``action`` leads; ``Refusal(MOVE_NOT_ALLOWED)`` when the table has no such move."""
    found = MOVES.get((status, action))
    if found is None:
        raise Refusal(Reason.MOVE_NOT_ALLOWED, action=action, status=status)
    return found


def refusal(
    facts: OrderFacts,
    action: Action,
    role: Role,
    *,
    now: datetime | None = None,
    rules: LifecycleRules | None = None,
) -> Refusal | None:
    """Why ``action`` may not be done now by this role, or None when it may."""
    if (facts.status, action) not in MOVES:
        return Refusal(Reason.MOVE_NOT_ALLOWED, action=action, status=facts.status)
    allowed = _MOVE_ROLES.get(action)
    if allowed is not None and role not in allowed:
        if allowed == _LEADS:
            return Refusal(Reason.LEAD_ONLY)
        return Refusal(Reason.NOT_ALLOWED, command=action)
    guard = _GUARDS.get(action)
    refused = guard(facts, now, rules or LifecycleRules()) if guard else None
    if refused is not None and refused.reason in _LEADS_DECIDE and role in _LEADS:
        return None
    return refused


def required_command(action: Action) -> Command:
    """The right that a move needs at the write door."""
    if action in QC_ACTIONS:
        return Command.CHECK_QUALITY
    if action in LEAD_ACTIONS:
        return Command.LEAD_MOVE
    return Command.MOVE_ORDER


def within_agreement(facts: OrderFacts) -> Refusal | None:
    """Whether the customer's share stays inside what he agreed to, or inside his pre-authorised limit."""
    if facts.customer_total <= ZERO:
        return None
    agreed = max(facts.approved_total or ZERO, facts.spend_limit or ZERO)
    if facts.customer_total <= agreed:
        return None
    if facts.approved_total is None and facts.spend_limit is None:
        return Refusal(Reason.NOT_APPROVED)
    return Refusal(Reason.OVER_APPROVED, amount=facts.customer_total, approved=agreed)


def _approve_at_once(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    if facts.customer_total <= ZERO and (facts.covered or facts.line_count):
        return None
    if facts.spend_limit is None:
        # Without a limit the customer has agreed to nothing, however little is charged so far.
        return Refusal(Reason.NOT_COVERED)
    if facts.customer_total > facts.spend_limit:
        return Refusal(Reason.OVER_LIMIT, amount=facts.customer_total, limit=facts.spend_limit)
    return None


def _quote(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    return None if facts.line_count else Refusal(Reason.NOTHING_TO_QUOTE)


def _approve(facts: OrderFacts, now: datetime | None, rules: LifecycleRules) -> Refusal | None:
    if facts.quote_until is None or now is None or business_day(now, rules.time_zone) <= facts.quote_until:
        return None
    return Refusal(Reason.QUOTE_EXPIRED, until=facts.quote_until)


def _to_check(facts: OrderFacts, _now: datetime | None, rules: LifecycleRules) -> Refusal | None:
    if facts.parts_not_taken:
        return Refusal(Reason.PARTS_NOT_TAKEN, parts=", ".join(facts.parts_not_taken))
    if rules.diagnosis_required and not facts.diagnosed:
        return Refusal(Reason.NO_DIAGNOSIS)
    return within_agreement(facts)


def _pass_qc(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    if facts.parts_not_taken:
        return Refusal(Reason.PARTS_NOT_TAKEN, parts=", ".join(facts.parts_not_taken))
    return None


def _fixed_on_site(facts: OrderFacts, _now: datetime | None, rules: LifecycleRules) -> Refusal | None:
    if facts.parts_not_taken:
        return Refusal(Reason.PARTS_NOT_TAKEN, parts=", ".join(facts.parts_not_taken))
    return Refusal(Reason.NO_DIAGNOSIS) if rules.diagnosis_required and not facts.diagnosed else None


def _beyond_agreement(facts: OrderFacts) -> Refusal | None:
    """What was added since the customer agreed needs his word too; where he agreed to nothing he pays and goes."""
    if facts.approved_total is None:
        return None
    return within_agreement(facts)


def _deliver(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    if not facts.receipt_shown:
        return Refusal(Reason.RECEIPT_NOT_SHOWN)
    beyond = _beyond_agreement(facts)
    if beyond is not None:
        return beyond
    if facts.due > ZERO and not facts.on_account:
        return Refusal(Reason.BALANCE_DUE, amount=facts.due)
    return None


def _deliver_on_site(facts: OrderFacts, now: datetime | None, rules: LifecycleRules) -> Refusal | None:
    open_point = _fixed_on_site(facts, now, rules) or _beyond_agreement(facts)
    if open_point is None and facts.due > ZERO and not facts.on_account:
        return Refusal(Reason.BALANCE_DUE, amount=facts.due)
    return open_point


def _return_unrepaired(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    if facts.parts_used:
        return Refusal(Reason.PARTS_STILL_USED, parts=", ".join(facts.parts_used))
    return None


def _cancel(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    if facts.parts_used:
        return Refusal(Reason.PARTS_STILL_USED, parts=", ".join(facts.parts_used))
    if facts.deposit_held > ZERO:
        return Refusal(Reason.DEPOSIT_HELD, amount=facts.deposit_held)
    return None


def _unclaimed(facts: OrderFacts, now: datetime | None, rules: LifecycleRules) -> Refusal | None:
    waited = now - facts.ready_at if now and facts.ready_at else timedelta(0)
    if waited < timedelta(days=rules.unclaimed_days):
        since = business_day(facts.ready_at, rules.time_zone) if facts.ready_at else "?"
        return Refusal(Reason.TOO_EARLY_UNCLAIMED, days=rules.unclaimed_days, since=since)
    if facts.reminders < rules.unclaimed_reminders:
        return Refusal(Reason.REMINDERS_MISSING, needed=rules.unclaimed_reminders, made=facts.reminders)
    return None


def _dispose(facts: OrderFacts, _now: datetime | None, _rules: LifecycleRules) -> Refusal | None:
    return Refusal(Reason.DEPOSIT_HELD, amount=facts.deposit_held) if facts.deposit_held > ZERO else None


_GUARDS = {
    _A.APPROVE_AT_ONCE: _approve_at_once,
    _A.QUOTE: _quote,
    _A.APPROVE: _approve,
    _A.SEND_TO_QC: _to_check,
    _A.PASS_QC: _pass_qc,
    _A.FINISH_ON_SITE: _fixed_on_site,
    _A.DELIVER_ON_SITE: _deliver_on_site,
    _A.DELIVER: _deliver,
    _A.RETURN_UNREPAIRED: _return_unrepaired,
    _A.CANCEL: _cancel,
    _A.MARK_UNCLAIMED: _unclaimed,
    _A.DISPOSE: _dispose,
}
