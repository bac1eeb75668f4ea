"""Prepared statements read and write what the same Core statements would."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pysqlite3.dbapi2 as sqlite
import pytest
from sqlalchemy import (
    Column,
    Connection,
    Integer,
    MetaData,
    Table,
    Text,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from app.core.enums import Role
from app.core.money import Money, Quantity
from app.model.base import CodeType, DayType, Flag, JsonText, MoneyType, QuantityType, UtcDateTime, UuidBytes
from app.store.engine import make_engine
from app.store.prepared import Prepared

_THINGS = Table(
    "thing",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("uuid", UuidBytes()),
    Column("role", CodeType(Role)),
    Column("price", MoneyType()),
    Column("many", QuantityType()),
    Column("active", Flag()),
    Column("at", UtcDateTime()),
    Column("day", DayType()),
    Column("facts", JsonText()),
    Column("note", Text, unique=True),
)
_T = _THINGS.c
_ROW: dict[str, Any] = {
    "uuid": UUID(int=7),
    "role": Role.LEAD,
    "price": Money(1250),
    "many": Quantity.of(3),
    "active": True,
    "at": datetime(2026, 11, 22, 8, 0, 0, 5, tzinfo=UTC),
    "day": date(2026, 11, 22),
    "facts": {"who": "王师傅"},
    "note": "",
}
_PUT = Prepared(insert(_THINGS), tuple(_ROW))
_ALL = select(_THINGS, _T.price.label("fee")).order_by(_T.id)


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[Connection]:
    (tmp_path / "things.sqlite").touch()
    engine = make_engine(tmp_path / "things.sqlite")
    with engine.execution_options(writing=True).begin() as writing:
        _THINGS.create(writing)
        yield writing
    engine.dispose()


def test_what_is_inserted_is_what_core_reads(connection: Connection) -> None:
    assert _PUT.insert(connection, **_ROW) == 1
    assert _PUT.insert(connection, **_ROW | {"note": "b", "role": None, "facts": None}) == 2
    plain = connection.execute(_ALL).all()
    assert dict(plain[0]._mapping) == {"id": 1, **_ROW, "fee": Money(1250)}
    ours = Prepared(_ALL).rows(connection)
    assert [each._asdict() for each in ours] == [dict(each._mapping) for each in plain]
    assert ours[1].role is None


def test_values_that_change_and_those_that_never_do(connection: Connection) -> None:
    for each in ("a", "b", "c"):
        _PUT.insert(connection, **_ROW | {"note": each, "active": each != "b"})
    found = Prepared(select(_T.note).where(_T.role == Role.LEAD, _T.price > bindparam("over")).limit(2))
    assert [row.note for row in found.rows(connection, over=Money(1249))] == ["a", "b"]
    assert found.rows(connection, over=Money(1250)) == []
    assert found.row(connection, over=Money(1)).note == "a"
    assert found.value(connection, over=Money(1)) == "a"
    assert found.row(connection, over=Money(9999)) is None
    assert found.value(connection, over=Money(9999)) is None
    assert Prepared(select(func.sum(_T.price)).where(_T.active)).value(connection) == Money(2500)


def test_changes_are_counted(connection: Connection) -> None:
    for each in ("a", "b"):
        _PUT.insert(connection, **_ROW | {"note": each})
    dearer = Prepared(update(_THINGS).where(_T.note == bindparam("its")).values(price=bindparam("new")))
    assert dearer.run(connection, its="a", new=Money(1)) == 1
    assert dearer.run(connection, its="z", new=Money(1)) == 0
    plain = Prepared(text("UPDATE thing SET day = :day").bindparams(bindparam("day", type_=DayType())))
    assert plain.run(connection, day=date(2027, 1, 1)) == 2
    assert connection.execute(select(_T.price, _T.day).order_by(_T.id)).all() == [
        (Money(1), date(2027, 1, 1)),
        (Money(1250), date(2027, 1, 1)),
    ]
    assert Prepared(delete(_THINGS)).run(connection) == 2


def test_a_missing_value_is_an_error(connection: Connection) -> None:
    with pytest.raises(KeyError):
        Prepared(select(_T.id).where(_T.note == bindparam("its"))).rows(connection)


def test_statements_of_changing_shape_are_refused(connection: Connection) -> None:
    with pytest.raises(ValueError, match="not to be prepared"):
        Prepared(select(_T.id).where(_T.note.in_(["a", "b"]))).rows(connection)
    with pytest.raises(ValueError, match="not to be prepared"):
        Prepared(select(func.aggregate_strings(_T.note, ", "))).value(connection)
    made_up = Table(
        "other", MetaData(), Column("id", Integer, primary_key=True), Column("x", Text, default=str)
    )
    with pytest.raises(ValueError, match="not to be prepared"):
        Prepared(insert(made_up), ("id",)).run(connection, id=1)


def test_columns_that_are_not_given_take_the_models_defaults(connection: Connection) -> None:
    priced = Table(
        "priced",
        MetaData(),
        Column("id", Integer, primary_key=True),
        Column("price", MoneyType(), default=Money(5)),
        Column("note", Text),
    )
    priced.create(connection)
    Prepared(insert(priced), ("id",)).run(connection, id=1)
    assert connection.execute(select(priced)).all() == [(1, Money(5), None)]


def test_a_broken_constraint_is_the_drivers_error(connection: Connection) -> None:
    _PUT.insert(connection, **_ROW)
    with pytest.raises(sqlite.IntegrityError):
        _PUT.insert(connection, **_ROW)
