"""Frozen dataclasses to JSON and back, strictly: what is listed is kept, what is not listed never gets in.

A class's annotations are the whole rule: ``Text(64)`` on a string, ``Whole(0, 9)`` on a number, ``Items(50)`` on a
tuple. From the same annotations come the reader, the writer and the JSON Schema, so that they cannot disagree.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import re
import types
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Text:
    """A string of ``least`` to ``most`` characters."""

    most: int
    least: int = 0


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number from ``low`` to ``high``."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Items:
    """At most so many entries."""

    most: int


#: A number, code or name of something: never empty, one line.
Code = Annotated[str, Text(64, 1)]
#: The same where it may be unknown.
MaybeCode = Annotated[str, Text(64)]
Line = Annotated[str, Text(200)]
Note = Annotated[str, Text(2000)]
#: SHA-256, 64 hexadecimal digits; empty where there is none.
Digest = Annotated[str, Text(64)]
#: Whole fen, never negative.
Fen = Annotated[int, Whole(0, 10**12)]
#: Whole fen of either sign.
SignedFen = Annotated[int, Whole(-(10**12), 10**12)]
Count = Annotated[int, Whole(0, 10**9)]
#: Thousandths of a piece or metre.
Milli = Annotated[int, Whole(0, 10**12)]
#: ``2026-11``
Month = Annotated[str, Text(7, 7)]


class Wrong(StrEnum):
    """What a field can have wrong."""

    MISSING = "missing"
    NOT_AN_OBJECT = "not_an_object"
    NOT_A_LIST = "not_a_list"
    NOT_TEXT = "not_text"
    BAD_TEXT = "bad_text"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    NOT_A_NUMBER = "not_a_number"
    OUT_OF_RANGE = "out_of_range"
    NOT_YES_OR_NO = "not_yes_or_no"
    NOT_A_DATE = "not_a_date"
    NOT_A_MOMENT = "not_a_moment"
    UNKNOWN_CODE = "unknown_code"
    TOO_MANY = "too_many"


class Misfit(ValueError):
    """A value does not have the agreed form; ``path`` says where, like ``parts[2].amount_fen``."""

    def __init__(self, path: str, wrong: Wrong) -> None:
        super().__init__(f"{path or '.'}: {wrong.value}")
        self.path = path
        self.wrong = wrong


#: (value, where to note names that are not listed) → the value as Python has it
_Reader = Callable[[object, list[str]], Any]


def read(kind: type[T], value: object, ignored: list[str] | None = None) -> T:
    """``value`` (decoded JSON) as ``kind``. Names that are not listed are left out and noted in ``ignored``.

    Raises ``Misfit`` at the first field that does not fit.
    """
    reader: _Reader = _reader_of(kind)
    result: T = reader(value, [] if ignored is None else ignored)
    return result


def plain(value: object) -> Any:
    """A record as JSON's own types; fields that are None are left out."""
    if isinstance(value, StrEnum):
        return value.value
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [plain(each) for each in value]
    if dataclasses.is_dataclass(value):
        pairs = ((name, getattr(value, name)) for name in _names_of(type(value)))
        return {name: plain(each) for name, each in pairs if each is not None}
    raise TypeError(f"{type(value).__name__} has no place in the contract")


def canonical(value: object) -> bytes:
    """Decoded JSON in one form only: sorted names, no blanks, UTF-8. Equal content has equal bytes."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(
        "utf-8", "surrogatepass"
    )


def fingerprint(value: object) -> bytes:
    """SHA-256 (32 bytes) of decoded JSON, whatever order and blanks it came in."""
    return hashlib.sha256(canonical(value)).digest()


def moment_text(moment: datetime) -> str:
    """``2026-11-22T06:05:00Z``: an aware moment as RFC 3339 in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def moment_of(text: str) -> datetime:
    """The aware moment of an RFC 3339 text, in UTC. Raises ``ValueError``."""
    if not _MOMENT.fullmatch(text):
        raise ValueError("not RFC 3339")
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except OverflowError:
        raise ValueError("out of range") from None


def fields_of(kind: Any) -> tuple[tuple[str, Any, bool], ...]:
    """Name, annotation and whether it must be there, of every field of a record."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        (each.name, hints[each.name], each.default is dataclasses.MISSING)
        for each in dataclasses.fields(kind)
    )


def listed(kind: Any, prefix: str = "") -> tuple[str, ...]:
    """Every field of a record and of the records inside it: ``device.serial``, ``parts[].amount_fen``."""
    names: list[str] = []
    for name, hint, _needed in fields_of(kind):
        inner, many = _inside(hint)
        path = f"{prefix}{name}{'[]' if many else ''}"
        names += listed(inner, f"{path}.") if dataclasses.is_dataclass(inner) else (path,)
    return tuple(names)


def _names(kind: Any) -> tuple[str, ...]:
    return tuple(each.name for each in dataclasses.fields(kind))


#: Looked up for every record of every event, so worked out once a class.
_names_of: Callable[[Any], tuple[str, ...]] = cache(_names)


def _inside(hint: Any) -> tuple[Any, bool]:
    """The class a field holds, and whether it holds many of them."""
    if get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    if get_origin(hint) in (Union, types.UnionType):
        (hint,) = (each for each in get_args(hint) if each is not type(None))
    if get_origin(hint) is tuple:
        return _inside(get_args(hint)[0])[0], True
    return hint, False


# -- readers -------------------------------------------------------------------------------------------------


def _reader(hint: Any) -> _Reader:
    rule: Any = None
    if get_origin(hint) is Annotated:
        hint, rule, *_rest = get_args(hint)
    if get_origin(hint) in (Union, types.UnionType):
        (inner,) = (each for each in get_args(hint) if each is not type(None))
        return _maybe(_reader(inner))
    if get_origin(hint) is tuple:
        return _many(_reader(get_args(hint)[0]), rule.most if rule else 1000)
    if dataclasses.is_dataclass(hint):
        return _record(hint)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return _choice(hint)
    if hint is bool:
        return _yes_no
    if hint is int:
        return _number(rule)
    if hint is str:
        return _text(rule)
    if hint in (date, datetime):
        return _day if hint is date else _moment
    raise TypeError(f"{hint!r} has no place in the contract")


_reader_of: Callable[[Any], _Reader] = cache(_reader)


def _maybe(inner: _Reader) -> _Reader:
    return lambda value, ignored: None if value is None else inner(value, ignored)


def _many(inner: _Reader, most: int) -> _Reader:
    def read_many(value: object, ignored: list[str]) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise Misfit("", Wrong.NOT_A_LIST)
        if len(value) > most:
            raise Misfit("", Wrong.TOO_MANY)
        found = []
        for at, each in enumerate(value):
            before = len(ignored)
            try:
                found.append(inner(each, ignored))
            except Misfit as error:
                raise Misfit(_joined(f"[{at}]", error.path), error.wrong) from None
            if len(ignored) > before:
                ignored[before:] = [_joined(f"[{at}]", name) for name in ignored[before:]]
        return tuple(found)

    return read_many


def _record(kind: Any) -> _Reader:
    """A path is put together on the way out of what failed: what fits, nearly all, pays nothing for it."""
    readers = tuple(
        (name, _reader(hint), needed, dataclasses.is_dataclass(_inside(hint)[0]))
        for name, hint, needed in fields_of(kind)
    )
    names = frozenset(name for name, *_rest in readers)

    def read_record(value: object, ignored: list[str]) -> Any:
        if not isinstance(value, dict):
            raise Misfit("", Wrong.NOT_AN_OBJECT)
        found: dict[str, Any] = {}
        for name, inner, needed, deep in readers:
            if name in value:
                noted: list[str] = [] if deep else ignored
                try:
                    found[name] = inner(value[name], noted)
                except Misfit as error:
                    raise Misfit(_joined(name, error.path), error.wrong) from None
                if deep and noted:
                    ignored += [_joined(name, each) for each in noted]
            elif needed:
                raise Misfit(name, Wrong.MISSING)
        if len(found) < len(value):
            ignored += [_printable(name) for name in value if name not in names]
        return kind(**found)

    return read_record


def _joined(outer: str, inner: str) -> str:
    return f"{outer}{'' if not inner or inner.startswith('[') else '.'}{inner}"


def _printable(name: str) -> str:
    return "".join(letter if letter.isprintable() else "?" for letter in name[:64])


def _choice(kind: type[StrEnum]) -> _Reader:
    members: dict[object, StrEnum] = {each.value: each for each in kind}

    def read_choice(value: object, _ignored: list[str]) -> StrEnum:
        if not isinstance(value, str):
            raise Misfit("", Wrong.NOT_TEXT)
        if value not in members:
            raise Misfit("", Wrong.UNKNOWN_CODE)
        return members[value]

    return read_choice


def _yes_no(value: object, _ignored: list[str]) -> bool:
    if not isinstance(value, bool):
        raise Misfit("", Wrong.NOT_YES_OR_NO)
    return value


def _number(rule: Whole) -> _Reader:
    low, high = rule.low, rule.high

    def read_number(value: object, _ignored: list[str]) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Misfit("", Wrong.NOT_A_NUMBER)
        if not low <= value <= high:
            raise Misfit("", Wrong.OUT_OF_RANGE)
        return value

    return read_number


#: Control characters but tab and new line; halves of surrogate pairs, which no UTF-8 can hold.
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def _text(rule: Text) -> _Reader:
    least, most = rule.least, rule.most

    def read_text(value: object, _ignored: list[str]) -> str:
        if not isinstance(value, str):
            raise Misfit("", Wrong.NOT_TEXT)
        if len(value) > most:
            raise Misfit("", Wrong.TOO_LONG)
        if len(value) < least:
            raise Misfit("", Wrong.TOO_SHORT)
        # Printable is stricter and quickly seen; what is not is looked at letter by letter.
        if not value.isprintable() and _UNFIT.search(value):
            raise Misfit("", Wrong.BAD_TEXT)
        return value

    return read_text


def _day(value: object, _ignored: list[str]) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    raise Misfit("", Wrong.NOT_A_DATE)


def _moment(value: object, _ignored: list[str]) -> datetime:
    if isinstance(value, str):
        try:
            return moment_of(value)
        except ValueError:
            pass
    raise Misfit("", Wrong.NOT_A_MOMENT)
