"""What a round of the push did, and how the two sides compare, in lines of text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from time import sleep
from typing import Any

from app.core import formats
from app.core.labels import label
from app.core.money import Money
from app.core.wire.words import WORDS, word
from app.core.words import N_, _, ngettext
from app.features.sync.service import Sync
from app.features.sync.snapshots import (
    ClaimOdd,
    ClaimSide,
    LinkRow,
    Odd,
    Pushed,
    Reconciled,
    StatementCheck,
    StatementOdd,
)

#: Between two looks of ``xiuhu sync`` without ``--once``, in seconds.
LOOK_S = 30.0
LOST_WITH_BACKUP = N_(
    "What only the head office has was most likely lost when a backup was restored. Look for a newer backup, or write"
    " those repairs down again."
)


def push_all(
    sync: Sync,
    progress: Callable[[int, int], None] | None = None,
    stop: Callable[[], bool] | None = None,
    rest: Callable[[], None] | None = None,
) -> list[tuple[LinkRow, Pushed]]:
    """One round with every head office that is set up, whatever the waits say."""
    return [(each, sync.push(each.brand_id, progress, stop, rest)) for each in sync.links() if each.active]


def round_lines(rounds: list[tuple[LinkRow, Pushed]]) -> list[str]:
    """What each head office was told and said, a line each."""
    if not rounds:
        return [_("No brand is connected.")]
    lines = []
    for link, done in rounds:
        if done.fault is not None:
            text = label(done.fault)
        else:
            text = ngettext("{n} message arrived.", "{n} messages arrived.", done.answered).format(
                n=done.answered
            )
        lines.append(f"{link.brand}: {text}")
    return lines


def as_json(rounds: list[tuple[LinkRow, Pushed]]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "links": [
            {
                "brand": link.brand,
                "arrived": done.answered,
                "decided": done.decided,
                "waiting": done.left,
                "fault": None if done.fault is None else done.fault.value,
            }
            for link, done in rounds
        ]
    }


def keep_pushing(sync: Sync, say: Callable[[str], None], pause: Callable[[float], None] = sleep) -> None:
    """Push what is due again and again, until somebody presses Ctrl+C."""
    while True:
        due = set(sync.due())
        rounds = [(each, sync.push(each.brand_id)) for each in sync.links() if each.brand_id in due]
        if any(done.answered or done.decided or done.fault for _link, done in rounds):
            for line in round_lines(rounds):
                say(line)
        pause(LOOK_S)


def reconcile_lines(found: Reconciled) -> list[str]:
    """How one brand's claims compare: a line for all, one for each claim that differs."""
    if found.fault is not None:
        return [f"{found.brand}: {label(found.fault)}"]
    if found.agrees:
        agree = ngettext(
            "{brand}: {n} claim on both sides, {amount}. Everything agrees.",
            "{brand}: {n} claims on both sides, {amount}. Everything agrees.",
            found.claims,
        )
        lines = [agree.format(brand=found.brand, n=found.claims, amount=formats.money(found.ours))]
    else:
        differ = ngettext(
            "{brand}: {n} claim differs. Claimed {ours} here, {theirs} there.",
            "{brand}: {n} claims differ. Claimed {ours} here, {theirs} there.",
            len(found.odd),
        )
        sums = {"ours": formats.money(found.ours), "theirs": formats.money(found.theirs)}
        lines = [differ.format(brand=found.brand, n=len(found.odd), **sums)]
    for odd in found.odd:
        lines += _odd_lines(odd)
    if any(Odd.MISSING_HERE in odd.kinds or Odd.VERSION in odd.kinds for odd in found.odd):
        lines.append(_(LOST_WITH_BACKUP))
    if found.waiting:
        lines.append(
            ngettext("{n} message is on its way.", "{n} messages are on their way.", found.waiting).format(
                n=found.waiting
            )
        )
    return lines


def _odd_lines(odd: ClaimOdd) -> Iterator[str]:
    ours, theirs = odd.ours, odd.theirs
    for kind in odd.kinds:
        if kind is Odd.MISSING_THERE and ours is not None:
            yield _("{claim}: the head office does not have it ({amount}).").format(
                claim=odd.claim, amount=formats.money(ours.claimed)
            )
        elif kind is Odd.MISSING_HERE and theirs is not None:
            yield _("{claim}: only the head office has it ({amount}).").format(
                claim=odd.claim, amount=formats.money(theirs.claimed)
            )
        elif ours is not None and theirs is not None:
            sentence, here, there = beside(kind, ours, theirs)
            yield sentence.format(claim=odd.claim, ours=here, theirs=there)


def beside(kind: Odd, ours: ClaimSide, theirs: ClaimSide) -> tuple[str, str, str]:
    """A sentence for a difference, and what stands on each side."""
    if kind is Odd.VERSION:
        return _("{claim}: submission {ours} here, {theirs} there."), str(ours.version), str(theirs.version)
    if kind is Odd.STATE:
        return _("{claim}: “{ours}” here, “{theirs}” there."), _state(ours), _state(theirs)
    if kind is Odd.CLAIMED:
        here, there = formats.money(ours.claimed), formats.money(theirs.claimed)
        return _("{claim}: claimed {ours} here, {theirs} there."), here, there
    return (
        _("{claim}: accepted {ours} here, {theirs} there."),
        amount_text(ours.accepted),
        amount_text(theirs.accepted),
    )


def _state(side: ClaimSide) -> str:
    return word(side.state) if type(side.state) in WORDS else label(side.state)


def amount_text(amount: Money | None) -> str:
    """An amount, or a dash where there is none."""
    return "—" if amount is None else formats.money(amount)


def statement_lines(brand: str, found: StatementCheck) -> list[str]:
    """How a month's statement compares with the shop's settlement: totals, every line that differs, deductions."""
    named = {"brand": brand, "month": found.month}
    if found.fault is not None:
        return [f"{brand}: {label(found.fault)}"]
    if not found.statements:
        return [_("{brand}: no statement of {month} has come yet.").format(**named)]
    sums = {"ours": formats.money(found.ours), "theirs": formats.money(found.theirs)}
    number = ", ".join(found.statements)
    if found.agrees:
        return [_("{brand}: statement {number} agrees, {theirs}.").format(number=number, **named, **sums)]
    lines = [
        _("{brand}: statement {number} pays {theirs}, the shop expects {ours}.").format(
            number=number, **named, **sums
        )
    ]
    lines += map(_statement_odd, found.odd)
    if not found.adds_up:
        lines.append(_("The statement is not the sum of its own lines: ask the brand."))
    for taken, words in (
        (found.taken_there, _("Taken off by the brand: {reason}, {amount}.")),
        (found.taken_here, _("Taken off in the shop's settlement: {reason}, {amount}.")),
    ):
        lines += [words.format(reason=each.reason, amount=formats.money(each.amount)) for each in taken]
    return lines


def _statement_odd(odd: StatementOdd) -> str:
    if odd.ours is not None and odd.ours == odd.theirs:
        return _("{claim}: another submission of it was paid.").format(claim=odd.claim)
    return _("{claim}: {ours} here, {theirs} in the statement.").format(
        claim=odd.claim, ours=amount_text(odd.ours), theirs=amount_text(odd.theirs)
    )


def comparison_json(found: Reconciled) -> dict[str, Any]:
    """A comparison for programs; amounts in fen."""
    return {
        "brand": found.brand,
        "agrees": found.agrees,
        "claims": found.claims,
        "ours_fen": found.ours.fen,
        "theirs_fen": found.theirs.fen,
        "waiting": found.waiting,
        "fault": None if found.fault is None else found.fault.value,
        "differences": [
            {
                "claim": odd.claim,
                "kinds": [kind.value for kind in odd.kinds],
                "ours": _side_json(odd.ours),
                "theirs": _side_json(odd.theirs),
            }
            for odd in found.odd
        ],
    }


def _side_json(side: ClaimSide | None) -> dict[str, Any] | None:
    if side is None:
        return None
    return {
        "version": side.version,
        "state": side.state.value,
        "claimed_fen": side.claimed.fen,
        "accepted_fen": None if side.accepted is None else side.accepted.fen,
    }


def statement_json(brand: str, found: StatementCheck) -> dict[str, Any]:
    """A statement beside the settlement, for programs; amounts in fen."""
    return {
        "brand": brand,
        "month": found.month,
        "agrees": found.agrees,
        "statements": list(found.statements),
        "settlement": found.settlement,
        "ours_fen": found.ours.fen,
        "theirs_fen": found.theirs.fen,
        "adds_up": found.adds_up,
        "fault": None if found.fault is None else found.fault.value,
        "differences": [
            {
                "claim": odd.claim,
                "ours_fen": None if odd.ours is None else odd.ours.fen,
                "theirs_fen": None if odd.theirs is None else odd.theirs.fen,
            }
            for odd in found.odd
        ],
        "taken_here": [{"reason": each.reason, "fen": each.amount.fen} for each in found.taken_here],
        "taken_there": [{"reason": each.reason, "fen": each.amount.fen} for each in found.taken_there],
    }
