"""What a round of the push did, for the command line."""

from __future__ import annotations

from collections.abc import Callable
from time import sleep
from typing import Any

from app.core.labels import label
from app.core.words import _, ngettext
from app.features.sync.service import Sync
from app.features.sync.snapshots import LinkRow, Pushed

#: Between two looks of ``xiuhu sync`` without ``--once``, in seconds.
LOOK_S = 30.0


def push_all(sync: Sync) -> list[tuple[LinkRow, Pushed]]:
    """One round with every head office that is set up, whatever the waits say."""
    return [(each, sync.push(each.brand_id)) for each in sync.links() if each.active]


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
