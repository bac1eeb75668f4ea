"""What a file of repair records holds, row by row, and how playing it went."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from app.core.words import N_, _


class Outcome(StrEnum):
    """``repair_status`` of the standard."""

    FIXED = "fixed"
    REPAIRABLE = "repairable"
    END_OF_LIFE = "end of life"
    UNKNOWN = "unknown"


class SkipReason(StrEnum):
    """Why a row is not played."""

    RAGGED = "ragged"
    TORN_QUOTE = "torn_quote"
    NO_ID = "no_id"
    BAD_ID = "bad_id"
    ID_TWICE = "id_twice"
    NO_DATE = "no_date"
    BAD_DATE = "bad_date"
    DATE_OUT_OF_RANGE = "date_out_of_range"
    STATUS_UNKNOWN = "status_unknown"
    TEXT_TOO_LONG = "text_too_long"
    REFUSED = "refused"


SKIP_SENTENCES: Mapping[SkipReason, str] = MappingProxyType(
    {
        SkipReason.RAGGED: N_("It has {found} columns instead of {wanted}."),
        SkipReason.TORN_QUOTE: N_("A quotation mark is never closed: other rows are inside its text."),
        SkipReason.NO_ID: N_("It has no id."),
        SkipReason.BAD_ID: N_("Its id cannot be used: “{text}”."),
        SkipReason.ID_TWICE: N_("Its id {text} stands in line {line} already."),
        SkipReason.NO_DATE: N_("It has no date."),
        SkipReason.BAD_DATE: N_("“{text}” is not a date like 2026-11-22."),
        SkipReason.DATE_OUT_OF_RANGE: N_("The date {text} is not between 2000 and 2099."),
        SkipReason.STATUS_UNKNOWN: N_("“{text}” is not a known repair status."),
        SkipReason.TEXT_TOO_LONG: N_("Its text has {found} characters; at most {most} are taken over."),
        SkipReason.REFUSED: N_("The shop refused it: {text}"),
    }
)


@dataclass(frozen=True, slots=True)
class Skipped:
    """A row that is not played: where it begins in the file (1 is the heading) and why."""

    line: int
    ref: str
    reason: SkipReason
    params: Mapping[str, Any]

    def sentence(self) -> str:
        """Why, in the user's language."""
        return _(SKIP_SENTENCES[self.reason]).format(**self.params)


@dataclass(frozen=True, slots=True)
class Record:
    """One repair of the file, its texts cleaned of what no record can hold."""

    line: int
    ref: str
    #: One of ours.
    category: str
    product: str
    partner_category: str
    brand: str
    year: int | None
    outcome: Outcome
    barrier: str
    group: str
    day: date
    problem: str


@dataclass(frozen=True, slots=True)
class OrdsFile:
    """A whole file: what can be played and what cannot."""

    records: tuple[Record, ...]
    skipped: tuple[Skipped, ...]
    encoding: str


@dataclass(frozen=True, slots=True)
class Replayed:
    """How it went. ``played`` counts the records whose orders stand where they should, ``earlier`` those of
    them that an earlier run had finished already."""

    played: int
    earlier: int
    skipped: tuple[Skipped, ...]
    papers: int
    cancelled: bool
