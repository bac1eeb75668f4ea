"""How stocktakes are said on screens."""

from __future__ import annotations

from app.core import formats
from app.core.enums import CountKind, CountState
from app.core.labels import label
from app.core.money import ZERO
from app.core.words import _
from app.features.counting.snapshots import CountLineRow, CountRow
from app.ui.chips import Chip, Tone

_STATES = {
    CountState.OPEN: (Tone.WAITS, "clipboard-list"),
    CountState.APPROVED: (Tone.DONE, "circle-check"),
    CountState.CANCELLED: (Tone.CALM, "ban"),
}


def count_chip(row: CountRow) -> Chip:
    """Where a stocktake stands."""
    tone, icon = _STATES[row.state]
    return Chip(label(row.state), tone, icon)


def scope_text(row: CountRow) -> str:
    """What is counted: ``By class A``."""
    if row.kind is CountKind.PLACE:
        return row.place
    return f"{label(row.kind)} {row.scope}".strip()


def progress_text(row: CountRow) -> str:
    """``12 / 80``."""
    return f"{row.counted} / {row.lines}"


def part_text(row: CountLineRow) -> str:
    """The part, and whose it is where it is not the shop's."""
    return " · ".join((row.name, _("Goods of others"))) if row.consigned else row.name


def difference_text(row: CountLineRow) -> str:
    """``+2``, ``−1``; nothing where it agrees or is not known."""
    difference = row.difference
    if not difference:
        return ""
    return f"+{difference}" if difference.milli > 0 else f"−{-difference}"


def value_text(row: CountLineRow) -> str:
    """The worth of the difference."""
    return formats.money(row.value, sign=False) if row.value != ZERO else ""


def difference_tone(row: CountLineRow) -> str | None:
    """Missing goods are red."""
    difference = row.difference
    return "late_ink" if difference is not None and difference.milli < 0 else None
