"""What can be done with an open card now, and why the rest cannot: from the snapshot alone, no database, no Qt.

The commands answer with the same reasons; this says them before the key is pressed (style.md 6).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from app.core.enums import CLOSED, Action, BenchCommand, Command, LineKind, Role, Status
from app.core.errors import Reason, Refusal
from app.core.money import Quantity
from app.core.rights import Actor
from app.core.words import N_
from app.features.orders.snapshots import OrderCard

#: What "start" means where an order stands.
START_STEPS: Mapping[Status, Action] = MappingProxyType(
    {
        Status.RECEIVED: Action.START_DIAGNOSIS,
        Status.APPROVED: Action.START_REPAIR,
        Status.WAITING_PARTS: Action.RESUME,
        Status.WAITING_CUSTOMER: Action.RESUME,
        Status.DISPATCHED: Action.ARRIVE,
    }
)
#: Where work is done, so that its time counts.
WORKING = frozenset({Status.DIAGNOSING, Status.REPAIRING, Status.ON_SITE})
#: Where a part leaves the stock at once.
TAKING = frozenset({Status.REPAIRING, Status.ON_SITE})
#: Reached only by moves that are never taken back (money, custody or paper hang on them), or by taking one back.
_REACHED_FOR_GOOD = frozenset(
    {Status.RECEIVED, Status.QUOTED, Status.DELIVERED, Status.CANCELLED, Status.DISPOSED}
)
_LEADS = frozenset({Role.LEAD, Role.OWNER})

#: The number key of each command: its own for ever, as on the command sheet its place is.
KEYS: Mapping[BenchCommand, int] = MappingProxyType(
    {
        BenchCommand.START: 1,
        BenchCommand.PAUSE: 2,
        BenchCommand.DONE: 3,
        BenchCommand.WAIT_PARTS: 4,
        BenchCommand.WAIT_CUSTOMER: 5,
        BenchCommand.TAKE_PARTS: 6,
        BenchCommand.QC_PASS: 7,
        BenchCommand.QC_FAIL: 8,
        BenchCommand.UNREPAIRABLE: 9,
        BenchCommand.UNDO: 0,
    }
)
#: One picture a command, on the keys and wherever else the command is drawn.
ICONS: Mapping[BenchCommand, str] = MappingProxyType(
    {
        BenchCommand.START: "circle-play",
        BenchCommand.PAUSE: "circle-pause",
        BenchCommand.DONE: "circle-check",
        BenchCommand.RESUME: "circle-play",
        BenchCommand.WAIT_PARTS: "package",
        BenchCommand.WAIT_CUSTOMER: "hourglass",
        BenchCommand.TAKE_PARTS: "package-check",
        BenchCommand.QC_PASS: "badge-check",
        BenchCommand.QC_FAIL: "circle-x",
        BenchCommand.UNREPAIRABLE: "ban",
        BenchCommand.UNDO: "undo-2",
        BenchCommand.PRINT_LABEL: "tag",
        BenchCommand.REMOVE_PART: "package-plus",
        BenchCommand.CLOSE_CARD: "x",
        BenchCommand.SWITCH_USER: "users",
        BenchCommand.TAKE_OUT: "archive",
        BenchCommand.GIVE_BACK: "archive",
    }
)


class Tool(StrEnum):
    """What is done to a card besides its moves; each has a letter key."""

    QUOTE = "quote"
    AGREE = "agree"
    DECLINE = "decline"
    DIAGNOSE = "diagnose"
    LABOUR = "labour"
    PART = "part"
    NOTE = "note"
    PHOTO = "photo"
    ASSIGN = "assign"
    PASSCODE = "passcode"
    LABEL = "label"
    MORE = "more"
    RESERVE = "reserve"
    REQUEST = "request"
    OWE = "owe"
    BAG = "bag"
    PRICE = "price"


#: What is done to one charge of the card: the one that is marked.
LINE_TOOLS = frozenset({Tool.RESERVE, Tool.REQUEST, Tool.OWE, Tool.PRICE})

TOOL_KEYS: Mapping[Tool, str] = MappingProxyType(
    {
        Tool.QUOTE: "Q",
        Tool.AGREE: "A",
        Tool.DECLINE: "R",
        Tool.DIAGNOSE: "D",
        Tool.LABOUR: "L",
        Tool.PART: "/",
        Tool.NOTE: "N",
        Tool.PHOTO: "P",
        Tool.ASSIGN: "T",
        Tool.PASSCODE: "W",
        Tool.LABEL: "K",
        Tool.MORE: "M",
        Tool.RESERVE: "S",
        Tool.REQUEST: "B",
        Tool.OWE: "O",
        Tool.BAG: "G",
        Tool.PRICE: "E",
    }
)
TOOL_ICONS: Mapping[Tool, str] = MappingProxyType(
    {
        Tool.QUOTE: "receipt-text",
        Tool.AGREE: "thumbs-up",
        Tool.DECLINE: "thumbs-down",
        Tool.DIAGNOSE: "stethoscope",
        Tool.LABOUR: "wrench",
        Tool.PART: "package-plus",
        Tool.NOTE: "sticky-note",
        Tool.PHOTO: "camera",
        Tool.ASSIGN: "user-check",
        Tool.PASSCODE: "key-round",
        Tool.LABEL: "printer",
        Tool.MORE: "ellipsis",
        Tool.RESERVE: "bookmark",
        Tool.REQUEST: "truck",
        Tool.OWE: "hourglass",
        Tool.BAG: "archive",
        Tool.PRICE: "pencil",
    }
)
TOOL_WORDS: Mapping[Tool, str] = MappingProxyType(
    {
        Tool.QUOTE: N_("Quote"),
        Tool.AGREE: N_("Customer agrees"),
        Tool.DECLINE: N_("Customer declines"),
        Tool.DIAGNOSE: N_("Diagnosis"),
        Tool.LABOUR: N_("Labour"),
        Tool.PART: N_("Part"),
        Tool.NOTE: N_("Note"),
        Tool.PHOTO: N_("Photo"),
        Tool.ASSIGN: N_("Technician"),
        Tool.PASSCODE: N_("Device passcode"),
        Tool.LABEL: N_("Print the device label"),
        Tool.MORE: N_("More …"),
        Tool.RESERVE: N_("Reserve"),
        Tool.REQUEST: N_("Request"),
        Tool.OWE: N_("Use and owe"),
        Tool.BAG: N_("My bag"),
        Tool.PRICE: N_("Change the price"),
    }
)
_TOOL_RIGHTS: Mapping[Tool, Command] = MappingProxyType(
    {
        Tool.QUOTE: Command.QUOTE,
        Tool.AGREE: Command.ANSWER_QUOTE,
        Tool.DECLINE: Command.ANSWER_QUOTE,
        Tool.DIAGNOSE: Command.DIAGNOSE,
        Tool.LABOUR: Command.ADD_LINE,
        Tool.PART: Command.ADD_PART,
        Tool.NOTE: Command.ADD_NOTE,
        Tool.PHOTO: Command.ADD_PHOTO,
        Tool.ASSIGN: Command.ASSIGN,
        Tool.PASSCODE: Command.REVEAL_PASSCODE,
        Tool.RESERVE: Command.RESERVE_PART,
        Tool.REQUEST: Command.REQUEST_PART,
        Tool.OWE: Command.OWE_PART,
        Tool.PRICE: Command.CHANGE_PRICE,
    }
)
_EDITABLE = frozenset(
    {
        Status.DIAGNOSING,
        Status.QUOTED,
        Status.APPROVED,
        Status.REPAIRING,
        Status.WAITING_PARTS,
        Status.WAITING_CUSTOMER,
        Status.ON_SITE,
    }
)


@dataclass(frozen=True, slots=True)
class Offer:
    """A command of the sheet as it stands now. ``step`` is the move it makes, for its words; None where it has none."""

    command: BenchCommand
    key: int
    step: Action | None
    refusal: Refusal | None


def offers(card: OrderCard, actor: Actor) -> tuple[Offer, ...]:
    """Every command with a number key, in the order of the keys."""
    return tuple(Offer(command, key, *_stand(card, actor, command)) for command, key in KEYS.items())


def offer(card: OrderCard, actor: Actor, command: BenchCommand) -> Offer:
    """One command as it stands now."""
    return Offer(command, KEYS.get(command, -1), *_stand(card, actor, command))


def tool_refusal(card: OrderCard, actor: Actor, tool: Tool) -> Refusal | None:
    """Why a tool cannot be used now, None when it can."""
    right = _TOOL_RIGHTS.get(tool)
    if right is not None and not actor.may(right):
        return Refusal(Reason.NOT_ALLOWED, command=right)
    match tool:
        case Tool.QUOTE:
            return card.refusal(Action.QUOTE)
        case Tool.AGREE:
            return card.refusal(Action.APPROVE)
        case Tool.DECLINE:
            return card.refusal(Action.DECLINE)
        case Tool.PART | Tool.LABOUR | Tool.PRICE:
            return None if card.status in _EDITABLE else Refusal(Reason.LINES_FROZEN, status=card.status)
        case Tool.PASSCODE:
            return _passcode(card, actor)
        case Tool.OWE if card.status not in TAKING:
            return Refusal(Reason.LINES_FROZEN, status=card.status)
        case Tool.RESERVE | Tool.REQUEST | Tool.OWE:
            planned = any(line.planned > Quantity(0) for line in card.lines)
            return None if planned and card.status in _EDITABLE else Refusal(Reason.NOTHING_PLANNED)
        case Tool.DIAGNOSE | Tool.ASSIGN:
            closed = card.status in (Status.DELIVERED, Status.CANCELLED, Status.DISPOSED)
            return Refusal(Reason.ORDER_CLOSED) if closed else None
        case _:
            return None


#: Moves that have a key or a tool of their own, and those that the counter makes with money or proof.
_ELSEWHERE = frozenset(
    {
        Action.START_DIAGNOSIS,
        Action.START_REPAIR,
        Action.RESUME,
        Action.ARRIVE,
        Action.SEND_TO_QC,
        Action.RETURN_UNREPAIRED,
        Action.WAIT_PARTS,
        Action.WAIT_CUSTOMER,
        Action.PASS_QC,
        Action.FAIL_QC,
        Action.GIVE_UP,
        Action.QUOTE,
        Action.APPROVE,
        Action.APPROVE_AT_ONCE,
        Action.DECLINE,
        Action.DELIVER,
        Action.DELIVER_ON_SITE,
    }
)


def other_moves(card: OrderCard) -> tuple[tuple[Action, Refusal | None], ...]:
    """The rarer moves of the present status (cancel, reopen, dispatch …), each with its refusal or None."""
    return tuple((each.action, each.refusal) for each in card.actions if each.action not in _ELSEWHERE)


def _passcode(card: OrderCard, actor: Actor) -> Refusal | None:
    if not card.has_passcode and card.status in CLOSED:
        return Refusal(Reason.PASSCODE_GONE)
    if actor.role is Role.TECHNICIAN and card.technician_id != actor.id:
        return Refusal(Reason.NOT_YOUR_ORDER)
    return None


def _stand(card: OrderCard, actor: Actor, command: BenchCommand) -> tuple[Action | None, Refusal | None]:
    match command:
        case BenchCommand.START | BenchCommand.RESUME:
            return _start(card, actor)
        case BenchCommand.PAUSE:
            return None, _pause(card, actor)
        case BenchCommand.DONE:
            return _done(card)
        case BenchCommand.WAIT_PARTS:
            return Action.WAIT_PARTS, card.refusal(Action.WAIT_PARTS)
        case BenchCommand.WAIT_CUSTOMER:
            return Action.WAIT_CUSTOMER, card.refusal(Action.WAIT_CUSTOMER)
        case BenchCommand.QC_PASS:
            return Action.PASS_QC, card.refusal(Action.PASS_QC)
        case BenchCommand.QC_FAIL:
            return Action.FAIL_QC, card.refusal(Action.FAIL_QC)
        case BenchCommand.UNREPAIRABLE:
            return Action.GIVE_UP, card.refusal(Action.GIVE_UP)
        case BenchCommand.TAKE_PARTS:
            return None, _take_parts(card, actor)
        case BenchCommand.UNDO if card.status in _REACHED_FOR_GOOD:
            return None, Refusal(Reason.UNDO_IMPOSSIBLE)
        case _:
            # Whether another step can be taken back stands in the journal; the command says it.
            return None, None


def _start(card: OrderCard, actor: Actor) -> tuple[Action | None, Refusal | None]:
    step = START_STEPS.get(card.status)
    if not actor.may(Command.LOG_WORK):
        return step, Refusal(Reason.NOT_ALLOWED, command=Command.LOG_WORK)
    if step is not None:
        return step, card.refusal(step)
    if card.status not in WORKING:
        return None, Refusal(Reason.MOVE_NOT_ALLOWED, action=BenchCommand.START, status=card.status)
    return None, Refusal(Reason.WORK_RUNNING) if card.running_mine else None


def _pause(card: OrderCard, actor: Actor) -> Refusal | None:
    if not actor.may(Command.LOG_WORK):
        return Refusal(Reason.NOT_ALLOWED, command=Command.LOG_WORK)
    stoppable = card.running_mine or (card.running_since is not None and actor.role in _LEADS)
    return None if stoppable else Refusal(Reason.WORK_NOT_RUNNING)


def _done(card: OrderCard) -> tuple[Action, Refusal | None]:
    if card.status is Status.DIAGNOSING:
        if card.refusal(Action.APPROVE_AT_ONCE) is None:
            return Action.APPROVE_AT_ONCE, None
        return Action.QUOTE, card.refusal(Action.QUOTE)
    if card.status in (Status.DECLINED, Status.UNREPAIRABLE):
        return Action.RETURN_UNREPAIRED, card.refusal(Action.RETURN_UNREPAIRED)
    return Action.SEND_TO_QC, card.refusal(Action.SEND_TO_QC)


def _take_parts(card: OrderCard, actor: Actor) -> Refusal | None:
    if not actor.may(Command.ADD_PART):
        return Refusal(Reason.NOT_ALLOWED, command=Command.ADD_PART)
    if card.status not in TAKING:
        return Refusal(Reason.LINES_FROZEN, status=card.status)
    wanted: dict[int, Quantity] = {}
    for line in card.lines:
        if line.kind is LineKind.PART and line.part_id is not None and line.planned > Quantity(0):
            wanted[line.part_id] = wanted.get(line.part_id, Quantity(0)) + line.planned
            if line.available is not None and wanted[line.part_id] > line.available:
                return Refusal(Reason.OUT_OF_STOCK, part=line.description, quantity=line.available)
    return None if wanted else Refusal(Reason.NOTHING_PLANNED)
