"""An import plan as lines of text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.core.sentences import sentence
from app.core.words import N_, _
from app.features.sheets.snapshots import LineState, Plan

#: More would hide what matters; the window shows them all.
MOST_LINES = 200
_WORDS = {
    LineState.WRONG: N_("Wrong"),
    LineState.NEW: N_("New"),
    LineState.CHANGED: N_("Changed"),
    LineState.SAME: N_("Unchanged"),
}


def plan_lines(plan: Plan[Any, Any]) -> Iterator[str]:
    """What is wrong first, then what changes; the counts last."""
    shown = [line for line in plan.lines if line.state in (LineState.WRONG, LineState.CHANGED)]
    for line in shown[:MOST_LINES]:
        head = _("Line {line}").format(line=line.line)
        for cell in line.wrong:
            yield f"✗ {head} {_(cell.column)}: {sentence(cell.refusal)}"
        for change in line.changes:
            yield f"  {head} {line.number} {_(change.column)}: {change.old or '–'} → {change.new}"
    if len(shown) > MOST_LINES:
        yield "…"
    yield " · ".join(
        f"{_(word)} {plan.counts[state]:,}" for state, word in _WORDS.items() if plan.counts.get(state)
    ) or _("Nothing to do.")
