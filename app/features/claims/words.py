"""How claims are said on screens."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from app.core import formats
from app.core.brand_codes import ClaimState
from app.core.labels import label
from app.core.money import Money
from app.core.wire.answers import Gap, Refused
from app.core.wire.words import word
from app.core.words import _
from app.features.claims.snapshots import ClaimCard, ClaimRow
from app.ui.chips import Chip, Tone

_CHIPS: Mapping[ClaimState, tuple[Tone, str]] = MappingProxyType(
    {
        ClaimState.DRAFT: (Tone.WAITS, "list-checks"),
        ClaimState.READY: (Tone.INFO, "check-check"),
        ClaimState.SENT: (Tone.INFO, "upload"),
        ClaimState.ACCEPTED: (Tone.DONE, "circle-check"),
        ClaimState.REFUSED: (Tone.LATE, "circle-x"),
        ClaimState.RETURNED: (Tone.LATE, "undo-2"),
        ClaimState.SETTLED: (Tone.DONE, "coins"),
        ClaimState.WITHDRAWN: (Tone.CALM, "ban"),
    }
)


def state_chip(row: ClaimRow) -> Chip:
    """Where a claim is."""
    tone, icon = _CHIPS[row.state]
    return Chip(label(row.state), tone, icon)


def missing_text(card: ClaimCard) -> str:
    """What the claim lacks, in words; "" where it is complete."""
    if not card.agreed:
        return _("No agreement with this brand held on the day the device came in.")
    return formats.joined(word(gap) for gap in card.lacks)


def amounts_text(card: ClaimCard) -> str:
    """How the claim adds up: visit + labour + parts + other."""
    amounts = card.body.amounts
    parts = (
        (_("Visit"), amounts.visit_fen),
        (_("Labour"), amounts.labour_fen),
        (_("Parts"), amounts.parts_fen),
        (_("Other"), amounts.other_fen),
    )
    return (
        " + ".join(f"{name} {formats.money(Money(fen), sign=False)}" for name, fen in parts if fen) or "0.00"
    )


#: After these no comma is set.
_STOPS = (".", "!", "?", "。", "！", "？")


def reason_text(kept: str) -> str:
    """A kept answer in the user's language: its codes as words, its text as it came."""
    said = kept.split(", ")
    if len(said) > 1:
        # What the head office wrote stands there itself.
        said = [each for each in said if each != Gap.OTHER]
    told = ""
    for each in map(_one, said):
        told += ((" " if told.endswith(_STOPS) else ", ") if told else "") + each
    return told


def _one(text: str) -> str:
    for codes in (Refused, Gap):
        try:
            return word(codes(text))
        except ValueError:
            continue
    gaps = text.split()
    if len(gaps) > 1 and all(each in set(Gap) for each in gaps):
        return formats.joined(word(Gap(each)) for each in gaps)
    return text
