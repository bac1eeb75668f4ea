"""What is said when something is refused or fails: one sentence a code, saying what to do (design.md §8)."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from app.core import formats
from app.core.errors import Conflict, EnvironmentFault, ShopError
from app.core.field_words import FIELDS
from app.core.labels import LABELS, label
from app.core.money import Money, Quantity
from app.core.sentence_table import SENTENCES
from app.core.words import _

#: What somebody typed or pasted is repeated up to here: a sentence stays one.
_LONGEST_SAID = 160


def sentence(error: ShopError | Conflict) -> str:
    """What to tell the user, in his language."""
    if isinstance(error, Conflict):
        return _(
            "Somebody else changed this record just now. It has been loaded again; please look and repeat."
        )
    return _(SENTENCES[error.code]).format(**{key: _say(key, value) for key, value in error.params.items()})


def unexpected(error: BaseException) -> str:
    """The sentence for a fault nobody foresaw; the details are in the log."""
    return _(
        "Something went wrong that should not ({kind}). Nothing was half saved; the details are in the log."
    ).format(kind=type(error).__name__)


def exit_code(error: ShopError | Conflict) -> int:
    """The command line's exit code: 1 refused, 3 environment fault (design.md §9)."""
    return 3 if isinstance(error, EnvironmentFault) else 1


def _say(key: str, value: object) -> str:
    match value:
        case Money():
            return formats.money(value)
        case Quantity():
            return formats.quantity(value)
        case StrEnum() if value in LABELS.get(type(value), {}):
            return label(value)
        case datetime():
            return formats.moment(value)
        case date():
            return formats.day(value)
        case "" if key == "till":
            # The main one has no name of its own.
            return _("Main till")
        case str() if key == "field":
            return _(FIELDS.get(value, value))
        case _:
            text = str(value)
            return text if len(text) <= _LONGEST_SAID else f"{text[:_LONGEST_SAID]}…"
