"""Core statements that are compiled once and then handed to SQLite as they are.

A command runs some twenty statements. Each of them costs SQLite 5 to 50 µs and SQLAlchemy 200 µs more where the
processor has other work in between (limits.md measures 38 µs in a loop): the whole of a scan's time. What the bench
does a hundred times a day goes through here; everything else is written in Core or with mapped classes as usual.

The types of the columns and of the values are those of the model, as with any Core statement; the rows are named
tuples. The transaction is the connection's own.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.sql.compiler import SQLCompiler

Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """A statement as the driver takes it."""

    sql: str
    #: For each place in turn: the name of its value (None for one that never changes), how it is written, the value
    #: that never changes.
    places: tuple[tuple[str | None, Process | None, Any], ...]
    #: Makes a row of a list of values.
    make: Callable[[Sequence[Any]], Any] | None
    #: Columns that are not read as they are.
    readers: tuple[tuple[int, Process], ...]


class Prepared:
    """One statement, for the life of the program: a module's constant.

    ``columns`` are those that an INSERT is given; the others take the model's defaults. Statements that are finished at
    their execution only (``IN`` with a list, ``aggregate_strings``) or whose defaults are functions are not for this:
    ``ValueError`` at their first use. Broken constraints come as the driver's errors.
    """

    __slots__ = ("_columns", "_compiled", "_statement")

    def __init__(self, statement: Executable, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: _Compiled | None = None

    def rows(self, connection: Connection, /, **values: Any) -> list[Any]:
        """All rows."""
        compiled, cursor = self._execute(connection, values)
        found = [_read(compiled, raw) for raw in cursor.fetchall()]
        cursor.close()
        return found

    def row(self, connection: Connection, /, **values: Any) -> Any:
        """The first row, or None."""
        compiled, cursor = self._execute(connection, values)
        raw = cursor.fetchone()
        found = None if raw is None else _read(compiled, raw)
        cursor.close()
        return found

    def value(self, connection: Connection, /, **values: Any) -> Any:
        """The first column of the first row; None where there is none."""
        found = self.row(connection, **values)
        return None if found is None else found[0]

    def run(self, connection: Connection, /, **values: Any) -> int:
        """Write; how many rows were changed."""
        _compiled, cursor = self._execute(connection, values)
        changed = int(cursor.rowcount)
        cursor.close()
        return changed

    def insert(self, connection: Connection, /, **values: Any) -> int:
        """Write one new row; its id."""
        _compiled, cursor = self._execute(connection, values)
        made = int(cursor.lastrowid)
        cursor.close()
        return made

    def _execute(self, connection: Connection, values: dict[str, Any]) -> tuple[_Compiled, Any]:
        compiled = self._compiled
        if compiled is None:
            # Two threads may both do it, to the same end.
            compiled = self._compiled = _compile(self._statement, self._columns, connection.dialect)
        written = [
            fixed if name is None else values[name] if write is None else write(values[name])
            for name, write, fixed in compiled.places
        ]
        return compiled, connection.connection.cursor().execute(compiled.sql, written)


def _compile(statement: Executable, columns: Sequence[str] | None, dialect: Dialect) -> _Compiled:
    compiled = statement.compile(dialect=dialect, column_keys=columns)  # type: ignore[attr-defined]
    assert isinstance(compiled, SQLCompiler)
    late = compiled.post_compile_params or compiled.literal_execute_params
    # Typed as any generator of values; one that is scalar has its value in ``arg``.
    defaults: dict[str, Any] = {column.key: column.default for column in compiled.insert_prefetch}
    if late or compiled.update_prefetch or not all(each.is_scalar for each in defaults.values()):
        raise ValueError(f"not to be prepared: {compiled.string}")
    places: list[tuple[str | None, Process | None, Any]] = []
    for name in compiled.positiontup or ():
        bind = compiled.binds[name]
        write = bind.type.dialect_impl(dialect).bind_processor(dialect)
        if bind.required and bind.key not in defaults:
            places.append((bind.key, write, None))
        else:
            value = defaults[bind.key].arg if bind.key in defaults else bind.effective_value
            places.append((None, None, value if write is None else write(value)))
    selected = list(getattr(statement, "selected_columns", ()))
    if not selected:
        return _Compiled(compiled.string, tuple(places), None, ())
    reads = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]
    row = namedtuple("Row", [column.key for column in selected], rename=True)  # type: ignore[misc]
    return _Compiled(
        compiled.string,
        tuple(places),
        row._make,
        tuple((at, read) for at, read in enumerate(reads) if read is not None),
    )


def _read(compiled: _Compiled, raw: tuple[Any, ...]) -> Any:
    if compiled.make is None:
        return raw
    values = list(raw)
    for at, read in compiled.readers:
        if values[at] is not None:
            values[at] = read(values[at])
    return compiled.make(values)
