"""How old parts are said on screens: chips and short texts."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core.enums import BatchState, OldPartState
from app.core.labels import category_name, label
from app.core.words import _, ngettext
from app.features.old_parts.snapshots import BatchRow, OldPartRow, PolicyRow
from app.ui.chips import Chip, Tone

_STATES: Mapping[OldPartState, tuple[Tone, str]] = MappingProxyType(
    {
        OldPartState.DUE: (Tone.WAITS, "hourglass"),
        OldPartState.ON_SHELF: (Tone.INFO, "archive"),
        OldPartState.IN_BATCH: (Tone.INFO, "package"),
        OldPartState.SENT: (Tone.INFO, "truck"),
        OldPartState.ACCEPTED: (Tone.DONE, "circle-check"),
        OldPartState.REFUSED: (Tone.LATE, "circle-x"),
        OldPartState.LOST: (Tone.LATE, "triangle-alert"),
        OldPartState.CHARGED: (Tone.LATE, "coins"),
        OldPartState.EXEMPT: (Tone.CALM, "badge-check"),
        OldPartState.VOID: (Tone.CALM, "undo-2"),
    }
)
_BATCHES: Mapping[BatchState, tuple[Tone, str]] = MappingProxyType(
    {
        BatchState.OPEN: (Tone.WAITS, "package"),
        BatchState.SENT: (Tone.INFO, "truck"),
        BatchState.CLOSED: (Tone.DONE, "circle-check"),
        BatchState.CANCELLED: (Tone.CALM, "ban"),
    }
)


def state_chip(row: OldPartRow) -> Chip:
    """Where it is, red once it is overdue."""
    tone, icon = _STATES[row.state]
    return Chip(label(row.state), Tone.LATE if row.overdue else tone, icon)


def batch_chip(row: BatchRow) -> Chip:
    """Where a batch is."""
    tone, icon = _BATCHES[row.state]
    return Chip(label(row.state), tone, icon)


def days_text(row: OldPartRow) -> str:
    """How long it has been out."""
    return ngettext("{n} day", "{n} days", row.days).format(n=row.days)


def pieces_text(row: OldPartRow) -> str:
    """``2 pc``."""
    return f"{row.quantity} {row.unit}".strip()


def policy_text(row: PolicyRow) -> tuple[str, str]:
    """Brand and product line, with words for "any"."""
    return row.brand or _("Every brand"), category_name(row.category) if row.category else _("Everything")
