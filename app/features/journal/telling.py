"""An entry in words: what was done, and the small facts that stand beside it."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

from app.core import formats
from app.core.enums import Command
from app.core.field_words import FIELDS
from app.core.labels import label
from app.core.money import Money, Quantity
from app.core.words import _
from app.features.checkup.snapshots import CHECK_WORDS
from app.features.journal.detail_words import CODES, CODES_OF, KEYS, LEFT_OUT, NAMED, WORDS
from app.features.journal.snapshots import JournalRow
from app.model.accounts import STANDARD, AccountKey

_CODE = TypeVar("_CODE", bound=StrEnum)


def done_words(row: JournalRow) -> str:
    """What was done: the command, and the move it made."""
    said = [said_code(row.command)]
    if row.action is not None:
        said.append(said_code(row.action))
    return " · ".join(dict.fromkeys(said))


def move_words(row: JournalRow) -> str:
    """From which status to which; "" where none changed."""
    if row.after is None:
        return ""
    return f"{said_code(row.before) if row.before else '—'} → {said_code(row.after)}"


def detail_words(row: JournalRow) -> str:
    """The facts beside it, in words."""
    return " · ".join(_facts(row))


def said_code(code: StrEnum | str | None) -> str:
    """A code's label; one of another version stands as it is."""
    if code is None:
        return ""
    return label(code) if isinstance(code, StrEnum) else code


def _facts(row: JournalRow) -> Iterator[str]:
    for key, value in row.detail.items():
        if key in LEFT_OUT or value in (None, "", [], {}):
            continue
        word = _(KEYS[key]) if key in KEYS else key
        if value is True:
            yield word
        elif value is not False:
            yield f"{word}: {_said(key, value, row)}"


def _said(key: str, value: Any, row: JournalRow) -> str:
    if isinstance(value, list):
        return formats.joined(_said(key, each, row) for each in value[:12]) + (
            " …" if len(value) > 12 else ""
        )
    if isinstance(value, dict):
        return formats.joined(f"{_said(key, inner, row)}: {each}" for inner, each in value.items())
    if isinstance(value, int) and not isinstance(value, bool):
        return _number(key, value, row)
    return _text(key, str(value), row.command)


def _number(key: str, value: int, row: JournalRow) -> str:
    if key.endswith("fen") or key in ("price", "cost", "value"):
        return formats.money(Money(value))
    if key.endswith("milli") or key in ("quantity", "counted"):
        return formats.quantity(Quantity(value))
    if key == "permille":
        return f"{value / 10:g} %"
    if key in NAMED:
        name = row.named.get(f"{NAMED[key]}/{value}")
        if name is None:
            return f"#{value}"
        # The main one has no name of its own.
        return name or _("Main till")
    return str(value)


def _text(key: str, text: str, command: Command | str) -> str:
    if key in ("keys", "changed", "filled") and text in FIELDS:
        return _(FIELDS[text])
    if key == "repaired" and text in CHECK_WORDS:
        return _(CHECK_WORDS[text])
    if key == "account":
        account = _member(AccountKey, text)
        return text if account is None else _(STANDARD[account].name)
    if key == "photo":
        return text[:8]
    of_command = CODES_OF.get(command, {}) if isinstance(command, Command) else {}
    for codes in of_command.get(key, CODES.get(key, ())):
        code = _member(codes, text)
        if code is not None:
            return label(code)
    return _(WORDS[text]) if text in WORDS else text


def _member(codes: type[_CODE], text: str) -> _CODE | None:
    try:
        return codes(text)
    except ValueError:
        return None  # of another version
