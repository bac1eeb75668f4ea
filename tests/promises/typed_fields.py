"""Promise 9 for every command: each field of each call that the sample shop makes, with what breaks programs.

Before a service's command is carried out for the first time, it is tried with one field after the other made bad, in
the same shop and with all else as it was. What is accepted is looked for in the records and then taken back, so that
the sample goes on as if nothing had been tried.
"""

from __future__ import annotations

import ast
import dataclasses
import importlib
import inspect
import json
import os
import random
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import Enum
from functools import wraps
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import Connection, text

from app.core.errors import Conflict, EnvironmentFault, Refusal
from app.core.fields import clean_phone
from app.core.money import Money, Quantity
from app.core.rights import Ctx
from app.core.sentences import sentence
from app.core.words import Language, speaking
from app.model import everything
from app.store.door import Store, Tx
from tests.bad_inputs import BAD_IDS, BAD_INPUTS, as_line, as_text
from tests.hostile_pictures import PNG, SVG, png_bomb

FEATURES = Path(__file__).resolve().parents[2] / "app" / "features"

_NUMBERS = (-1, 0, 2**31, 10**12, 2**53, 2**63 - 1, 2**63, -(2**63) - 1, 10**40)
_DAYS = (date.min, date.max, date(1, 1, 2), date(1899, 12, 31), date(2038, 1, 20))
_MOMENTS = tuple(datetime(year, 1, 2, tzinfo=UTC) for year in (1, 1601, 1969, 2039, 9998))
_CONTENTS = (b"", b"\0" * 40, SVG, PNG[:40], png_bomb(), b"\xff" * 1000)
#: Given by the program and never typed: a wrong one is another record's, or nobody's.
_NOT_TYPED = ("_id", "version", "id", "seed", "at", "code")


class TakenBackError(BaseException):
    """What was tried was accepted, and is undone."""


class DeniedError(BaseException):
    """Who gives the command may not: his try says nothing of its fields."""


@dataclass(slots=True)
class Tried:
    """What came of all tries."""

    count: int = 0
    refused: int = 0
    accepted: int = 0
    methods: set[str] = field(default_factory=set)
    #: Method, field and input, and what went wrong.
    failures: list[str] = field(default_factory=list)
    #: Accepted, and not found in the records as it was typed: ``method field``.
    changed: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Bad:
    name: str
    value: Any


def services() -> Iterator[tuple[type, str]]:
    """Every class of a feature with its public methods that open the write door."""
    for path in sorted(FEATURES.glob("*/*.py")):
        source = path.read_text(encoding="utf-8")
        if ".write(Command." not in source or path.parent.name == "sample":
            continue
        module = importlib.import_module(f"app.features.{path.parent.name}.{path.stem}")
        for node in ast.parse(source).body:
            if not isinstance(node, ast.ClassDef):
                continue
            for method in node.body:
                if (
                    isinstance(method, ast.FunctionDef)
                    and not method.name.startswith("_")
                    and any(
                        isinstance(each, ast.Attribute) and each.attr == "write" for each in ast.walk(method)
                    )
                ):
                    yield getattr(module, node.name), method.name


#: Which of a field's bad inputs are tried.
Choice = Callable[[random.Random, list["_Bad"]], list["_Bad"]]


@contextmanager
def trying(choice: Choice, tried: Tried) -> Iterator[None]:
    """Try every command that is given while this lasts, the first time it is given."""
    trier = _Trier(choice, tried)
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in services():
            patch.setattr(owner, name, trier.wrapped(owner, name))
        plain = Tx.book

        def book(self: Tx, *, denied: bool = False) -> None:
            plain(self, denied=denied)
            if denied and trier.looking is not None:
                raise DeniedError
            if trier.looking is not None:
                trier.looking(self.reading())
                raise TakenBackError

        patch.setattr(Tx, "book", book)
        yield
    trier.close()


class _Trier:
    def __init__(self, choice: Choice, tried: Tried) -> None:
        self._each_field, self._tried = choice, tried
        self.looking: Callable[[Connection], None] | None = None
        self._watchers: dict[Path, Any] = {}

    def close(self) -> None:
        """Let go of the shops' files: a log that somebody still reads is not brought home when a shop is closed."""
        for each in self._watchers.values():
            each.close()
        self._watchers.clear()

    def wrapped(self, owner: type, name: str) -> Callable[..., Any]:
        plain = getattr(owner, name)
        whole = f"{owner.__name__}.{name}"

        @wraps(plain)
        def call(service: Any, *args: Any, **kwargs: Any) -> Any:
            if self.looking is None and whole not in self._tried.methods and _store_of(service) is not None:
                self._tried.methods.add(whole)
                try:
                    self._try_all(whole, plain, service, args, kwargs)
                except DeniedError:
                    self._tried.methods.discard(whole)
                self.close()
            return plain(service, *args, **kwargs)

        return call

    def _try_all(
        self,
        whole: str,
        plain: Callable[..., Any],
        service: Any,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
    ) -> None:
        bound = inspect.signature(plain).bind(service, *args, **kwargs)
        names = list(bound.arguments)[1:]
        for name in names:
            value = bound.arguments[name]
            if isinstance(value, Ctx):
                continue
            for where, leaf, put in _leaves(name, value):
                dice = random.Random(f"{whole} {where}")
                for bad in self._each_field(dice, list(_bad_for(leaf))):
                    self._try(whole, where, bad, plain, bound, name, put)

    def _try(
        self,
        whole: str,
        where: str,
        bad: _Bad,
        plain: Callable[..., Any],
        bound: inspect.BoundArguments,
        name: str,
        put: Callable[[Any], Any],
    ) -> None:
        place = f"{whole} {where}"
        store = _store_of(bound.args[0])
        before = self._commits(store)
        kept = bound.arguments[name]
        gestures = {
            key: Ctx.gesture(each.actor) for key, each in bound.arguments.items() if isinstance(each, Ctx)
        }
        self._tried.count += 1

        def look(reading: Connection) -> None:
            if not _stored(reading, bad.value):
                self._tried.changed.setdefault(place, bad.name)

        self.looking = look
        try:
            arguments = dict(bound.arguments)
            arguments.update(gestures)
            arguments[name] = put(bad.value() if callable(bad.value) else bad.value)
            again = inspect.BoundArguments(bound.signature, arguments)  # type: ignore[arg-type]
            plain(*again.args, **again.kwargs)
        except TakenBackError:
            self._tried.accepted += 1
        except Refusal as refusal:
            self._tried.refused += 1
            wrong = _sentence_fault(refusal, bad.value)
            if wrong:
                self._tried.failures.append(f"{place} [{bad.name}]: {wrong}")
        except (Conflict, EnvironmentFault):
            self._tried.refused += 1
        except Exception as error:
            self._tried.failures.append(f"{place} [{bad.name}]: {type(error).__name__}: {str(error)[:100]!r}")
        finally:
            self.looking = None
            assert bound.arguments[name] is kept
        if self._commits(store) != before:
            self._tried.failures.append(f"{place} [{bad.name}]: something was written")

    def _commits(self, store: Any) -> int:
        path = store.folder.database
        if path not in self._watchers:
            self._watchers[path] = sqlite.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        return int(self._watchers[path].execute("PRAGMA data_version").fetchone()[0])


def _store_of(service: Any) -> Any:
    """The store that a service writes to."""
    found = getattr(service, "_store", None) or getattr(service, "store", None)
    return found if isinstance(found, Store) else None


# -- in a run of other tests -------------------------------------------------------------------------------

#: Where a run of pytest with ``-p tests.promises.typed_fields`` writes what it tried.
_OUT = os.environ.get("XIUHU_TRIED")
_held = ExitStack()
_found = Tried()


def pytest_sessionstart() -> None:
    """Every command that a test gives for the first time is tried with each field made bad, before it is given."""
    if _OUT:
        _held.enter_context(trying(lambda _dice, bad: bad, _found))


def pytest_sessionfinish() -> None:
    if _OUT:
        _held.close()
        found = {**dataclasses.asdict(_found), "methods": sorted(_found.methods)}
        Path(_OUT).write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")


# -- fields ------------------------------------------------------------------------------------------------


def _leaves(where: str, value: Any, kind: str = "") -> Iterator[tuple[str, Any, Callable[[Any], Any]]]:
    """Each plain value in an argument: where it stands, what it is, and how another is put in its place."""
    # One of ``order_ids`` is as little typed as an ``order_id``.
    last = re.sub(r"s\[\d+\]$", "", where.rsplit(".", maxsplit=1)[-1])
    if isinstance(value, bool | Enum | Path) or callable(value):
        return
    if isinstance(value, int) and last.endswith(_NOT_TYPED):
        return
    if value is None:
        for name, sample in (
            ("str", ""),
            ("Money", Money(1)),
            ("Quantity", Quantity(1)),
            ("date", date(2026, 1, 1)),
        ):
            if name in kind.replace("datetime", "").replace("update", "").split(" | "):
                yield where, sample, lambda new: new
        return
    if isinstance(value, str | int | Money | Quantity | date | bytes):
        yield where, value, lambda new: new
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        for each in dataclasses.fields(value):
            if each.init:
                for place, leaf, put in _leaves(
                    f"{where}.{each.name}", getattr(value, each.name), str(each.type)
                ):
                    yield (
                        place,
                        leaf,
                        lambda new, put=put, name=each.name: dataclasses.replace(  # type: ignore[misc]
                            value, **{name: put(new)}
                        ),
                    )
    elif isinstance(value, tuple | list) and value and not hasattr(value, "_fields"):
        for place, leaf, put in _leaves(f"{where}[0]", value[0]):
            yield place, leaf, lambda new, put=put: type(value)([put(new), *value[1:]])  # type: ignore[misc]
    elif isinstance(value, dict) and value:
        key = next(iter(value))
        for place, leaf, put in _leaves(f"{where}[{key}]", value[key]):
            yield place, leaf, lambda new, put=put: {**value, key: put(new)}  # type: ignore[misc]


def _bad_for(leaf: Any) -> Iterator[_Bad]:
    match leaf:
        case str():
            yield from (_Bad(name, each) for name, each in zip(BAD_IDS, BAD_INPUTS, strict=True))
        case Money():
            # Made when it is tried: an amount too large is refused where it is made.
            yield from (_Bad(f"Money({each})", lambda each=each: Money(each)) for each in _NUMBERS)
        case Quantity():
            yield from (_Bad(f"Quantity({each})", lambda each=each: Quantity(each)) for each in _NUMBERS)
        case int():
            yield from (_Bad(str(each), each) for each in _NUMBERS)
        case datetime():
            yield from (_Bad(str(each), each) for each in _MOMENTS)
        case date():
            yield from (_Bad(str(each), each) for each in _DAYS)
        case bytes():
            yield from (_Bad(f"bytes {at}", each) for at, each in enumerate(_CONTENTS))


# -- what came of it ---------------------------------------------------------------------------------------


def _sentence_fault(refusal: Refusal, value: Any) -> str:
    for language in Language:
        with speaking(language):
            told = sentence(refusal)
        if not told or len(told) >= 300:
            return f"no short sentence: {told[:60]!r}"
        plain = told.replace(str(value)[:40].strip(), "") if isinstance(value, str) else told
        if "{" in plain and isinstance(value, str) and "{" not in value:
            return f"an empty place in its sentence: {told[:80]!r}"
    return ""


def forms(typed: str) -> set[str]:
    """How a text may stand in the records and be what was typed: outer spaces, line ends, case of numbers, a phone."""
    found = {as_line(typed), as_text(typed), as_line(typed).upper(), as_line(typed).casefold()}
    with suppress(Refusal):
        found.add(clean_phone(typed))
    return found


_QUERIES: list[str] = []


def _stored(reading: Connection, value: Any) -> bool:
    """Whether a text that was accepted stands somewhere in the records; numbers and days have rules of their own."""
    if not isinstance(value, str):
        return True
    wanted = {each for each in forms(value) if each}
    if not wanted:
        return True
    if not _QUERIES:
        for table in everything().metadata.tables.values():
            columns = [
                f'"{each.name}"' for each in table.columns if str(each.type) == "TEXT" or _textual(each)
            ]
            tests = " OR ".join(f"{each} = :plain OR instr({each}, :quoted)" for each in columns)
            if columns:
                _QUERIES.append(f'SELECT 1 FROM "{table.name}" WHERE {tests}')
    if any(not _fits(form) for form in wanted):
        return False  # what no file can hold was accepted, so it is not what was kept
    for form in wanted:
        for quoted in {json.dumps(form), json.dumps(form, ensure_ascii=False)}:
            values = {"plain": form, "quoted": quoted}
            for query in _QUERIES:
                if reading.execute(text(query), values).first() is not None:
                    return True
    return False


def _fits(form: str) -> bool:
    try:
        form.encode()
    except UnicodeEncodeError:
        return False
    return True


def _textual(column: Any) -> bool:
    return "TEXT" in str(column.type.dialect_impl(_dialect()).compile(_dialect())).upper()


def _dialect() -> Any:
    from sqlalchemy.dialects.sqlite import dialect

    return dialect()
