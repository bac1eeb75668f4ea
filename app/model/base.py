"""Column types and the declarative base (design.md §4).

STRICT tables accept Integer, Text, LargeBinary and REAL only, so every Python type has one decorator
here over those; the same model creates on PostgreSQL.
"""

# ruff: noqa: ARG002 - the unused dialect is SQLAlchemy's signature

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from sqlalchemy import BigInteger, Connection, Dialect, Integer, LargeBinary, MetaData, Table, Text, event
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator, TypeEngine

from app.core import brand_codes, enums
from app.core.clock import from_microseconds, to_microseconds
from app.core.errors import UnreadableValue
from app.core.money import Money, Quantity

#: 64-bit on every database: PostgreSQL's INTEGER has 32.
BigInt = BigInteger().with_variant(Integer(), "sqlite")

_V = TypeVar("_V")


def _kept(read: Callable[[Any], _V], value: Any) -> _V:
    """A value as it was kept. Nothing else is ever written, so what cannot be read back was damaged."""
    try:
        return read(value)
    except (ValueError, TypeError, KeyError, OverflowError) as error:
        raise UnreadableValue from error


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, kept as whole microseconds since 1970 UTC; a naive one is a programming error."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise TypeError("naive datetime")
        return to_microseconds(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:
        return None if value is None else _kept(from_microseconds, value)


class DayType(TypeDecorator[date]):
    """A calendar day as ISO text: sorts rightly and reads plainly."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> date | None:
        return None if value is None else _kept(date.fromisoformat, value)


class MoneyType(TypeDecorator[Money]):
    """Whole fen."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        return None if value is None else value.fen

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        return None if value is None else _kept(Money, value)


class QuantityType(TypeDecorator[Quantity]):
    """Whole thousandths of a unit."""

    impl = BigInteger
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())

    def process_bind_param(self, value: Quantity | None, dialect: Dialect) -> int | None:
        return None if value is None else value.milli

    def process_result_value(self, value: int | None, dialect: Dialect) -> Quantity | None:
        return None if value is None else _kept(Quantity, value)


class Flag(TypeDecorator[bool]):
    """True and false as 1 and 0; STRICT tables know no BOOLEAN."""

    impl = Integer
    cache_ok = True

    def process_bind_param(self, value: bool | None, dialect: Dialect) -> int | None:
        return None if value is None else int(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> bool | None:
        return None if value is None else bool(value)


class JsonText(TypeDecorator[Any]):
    """JSON as text with sorted keys, so that the same content is the same bytes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else _kept(json.loads, value)


class UuidBytes(TypeDecorator[UUID]):
    """A UUID as sixteen bytes."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: UUID | None, dialect: Dialect) -> bytes | None:
        return None if value is None else value.bytes

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> UUID | None:
        return None if value is None else _kept(_uuid, value)


class CodeType(TypeDecorator[StrEnum]):
    """A ``StrEnum`` by its value; an unknown value in the database is an error, not a guess."""

    impl = Text
    cache_ok = True

    def __init__(self, enum: type[StrEnum]) -> None:
        super().__init__()
        self.enum = enum
        self._members = {member.value: member for member in enum}

    def process_bind_param(self, value: StrEnum | None, dialect: Dialect) -> str | None:
        return None if value is None else self.enum(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> StrEnum | None:
        return None if value is None else _kept(self._members.__getitem__, value)


def _uuid(value: Any) -> UUID:
    return UUID(bytes=bytes(value))


def _types() -> dict[Any, TypeEngine[Any]]:
    found: dict[Any, TypeEngine[Any]] = {
        str: Text(),
        int: BigInt,
        bool: Flag(),
        bytes: LargeBinary(),
        datetime: UtcDateTime(),
        date: DayType(),
        Money: MoneyType(),
        Quantity: QuantityType(),
        UUID: UuidBytes(),
        dict[str, Any]: JsonText(),
        list[str]: JsonText(),
    }
    for code in (*vars(enums).values(), *vars(brand_codes).values()):
        if isinstance(code, type) and issubclass(code, StrEnum) and code is not StrEnum:
            found[code] = CodeType(code)
    return found


class Base(DeclarativeBase):
    """Every mapped class; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = _types()


@event.listens_for(Base.metadata, "before_create")
def _narrow_on_postgresql(metadata: MetaData, connection: Connection, **_kw: Any) -> None:
    """Partial indexes are written with ``sqlite_where`` alone: naming PostgreSQL beside it would load its whole
    dialect at every start of the program."""
    if connection.dialect.name != "postgresql":
        return
    for index in (index for table in metadata.tables.values() for index in table.indexes):
        where = index.dialect_options["sqlite"]["where"]
        if where is not None:
            index.dialect_options["postgresql"]["where"] = where


@event.listens_for(Table, "after_parent_attach")
def _strict(table: Table, _metadata: MetaData) -> None:
    """Make every table STRICT on SQLite: without it an INTEGER column stores 'abc'."""
    table.dialect_options["sqlite"]["strict"] = True
