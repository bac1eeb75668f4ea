"""Rows that lie ready in TEMP tables before the lock is taken: under it SQLite copies a hundred thousand of them within
itself, in half the time that handing them over takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Dialect, Table

#: Of the TEMP tables.
_NAME = "taken_in_"


@dataclass(slots=True, eq=False)
class Ready:
    """Rows that lie ready in a TEMP table, and the statement that takes them over; ``{rows}`` stands for the table,
    whose columns are ``c0``, ``c1`` …"""

    statement: str
    rows: list[tuple[Any, ...]] = field(default_factory=list)


class Laid:
    """All rows of an import, in the order in which they are taken over."""

    def __init__(self, ready: Sequence[Ready], read_ahead: str = "") -> None:
        """``read_ahead`` is a query that reads the pages about to change before the lock is taken; "" for none."""
        self._all = [each for each in ready if each.rows]
        self._read_ahead = read_ahead

    @contextmanager
    def aside(self, connection: Connection) -> Iterator[None]:
        """Lay the rows ready on the connection that is going to write them."""
        cursor = connection.connection.cursor()
        try:
            # A transaction that writes TEMP tables alone locks nothing.
            cursor.execute("BEGIN")
            for at, ready in enumerate(self._all):
                width = range(len(ready.rows[0]))
                cursor.execute(f"CREATE TEMP TABLE {_NAME}{at} ({', '.join(f'c{each}' for each in width)})")
                cursor.executemany(
                    f"INSERT INTO {_NAME}{at} VALUES ({', '.join('?' for _each in width)})", ready.rows
                )
            if self._read_ahead:
                cursor.execute(self._read_ahead).fetchone()
            cursor.execute("COMMIT")
            yield
        finally:
            if connection.connection.in_transaction:
                cursor.execute("ROLLBACK")
            for at in range(len(self._all)):
                cursor.execute(f"DROP TABLE IF EXISTS temp.{_NAME}{at}")
            cursor.close()

    def take(self, connection: Connection) -> Iterator[tuple[Ready, int]]:
        """Take everything over, one table after the other; how many rows each statement touched."""
        for at, ready in enumerate(self._all):
            taken = connection.exec_driver_sql(ready.statement.format(rows=f"temp.{_NAME}{at}"))
            yield ready, taken.rowcount


def update_known(
    table: str, columns: Sequence[str], instead: Mapping[str, str] = MappingProxyType({})
) -> str:
    """The statement that writes rows of id, version as it was seen, and new values in this order to the records.
    ``instead`` says for a column what is written in place of the value, whose number it has room for."""
    values = (f"{name} = {instead.get(name, 'c{}').format(at)}" for at, name in enumerate(columns, 2))
    sets = ", ".join([*values, "version = version + 1"])
    return f"UPDATE {table} SET {sets} FROM {{rows}} WHERE id = c0 AND version = c1"


def table_of(mapped: Any) -> Table:
    """The table behind a mapped class."""
    table: Table = mapped.__table__
    return table


def kept(mapped: Any, column: str, dialect: Dialect) -> Any:
    """How a value of a column is written into SQLite."""
    kind = table_of(mapped).columns[column].type
    return kind.bind_processor(dialect) or (lambda value: value)
