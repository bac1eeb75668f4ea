"""Forms to JSON and back: a paper is kept as it was issued, for later copies (design.md §6)."""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, Union, get_args, get_origin, get_type_hints

from app.core.enums import PaperKind
from app.core.money import Money, Quantity
from app.papers.forms import FORMS, Form


def freeze(form: Form) -> dict[str, Any]:
    """The form as JSON values: Money in fen, quantities in thousandths, moments in ISO UTC, codes as text."""
    frozen = _freeze(form)
    assert isinstance(frozen, dict)
    return frozen


def thaw(kind: PaperKind, data: Mapping[str, Any]) -> Form:
    """The form that was frozen. Fields added since take their defaults, dropped ones are ignored.

    Raises ``ValueError`` for data that is no such form.
    """
    try:
        form: Form = _record_thawer(FORMS[kind])(data)
    except (TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"no frozen {kind}: {error}") from error
    return form


_readers: dict[type[Any], Callable[[Any], Any]] = {}


def _freeze(value: object) -> Any:
    match value:
        case None | bool():
            return value
        case StrEnum():
            return value.value
        case str() | int():
            return value
        case Money():
            return value.fen
        case Quantity():
            return value.milli
        case datetime():
            if value.tzinfo is None:
                raise ValueError("a paper's moments must be aware")
            return value.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case tuple():
            return [_freeze(item) for item in value]
        case _ if is_dataclass(value):
            return {item.name: _freeze(getattr(value, item.name)) for item in fields(value)}
        case _:
            raise TypeError(f"a paper cannot hold {type(value).__name__}")


def _thawer(kind: Any) -> Callable[[Any], Any]:
    """How a value of the annotated type is read back."""
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        inner = _thawer(next(arg for arg in get_args(kind) if arg is not type(None)))
        return lambda value: None if value is None else inner(value)
    if origin is tuple:
        item = _thawer(get_args(kind)[0])
        return lambda value: tuple(item(one) for one in value)
    if kind in (Money, Quantity):
        return lambda value: kind(value)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is date:
        return date.fromisoformat
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return kind
    if isinstance(kind, type) and is_dataclass(kind):
        return _record_thawer(kind)
    return lambda value: _checked(value, kind)


def _record_thawer(kind: type[Any]) -> Callable[[Any], Any]:
    if known := _readers.get(kind):
        return known
    hints = get_type_hints(kind)
    readers = [(item.name, _thawer(hints[item.name]), item.default is MISSING) for item in fields(kind)]

    def read(data: Mapping[str, Any]) -> Any:
        return kind(
            **{name: reader(data[name]) for name, reader, needed in readers if needed or name in data}
        )

    _readers[kind] = read
    return read


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError(f"{kind.__name__} expected, not {type(value).__name__}")
    return value
