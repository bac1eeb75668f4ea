"""Column types on real SQLite: exact there and back, and refused where they cannot be (design.md §4)."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pysqlite3.dbapi2 as sqlite
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import BigInteger, create_engine, create_mock_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects import sqlite as sqlite_dialect
from sqlalchemy.exc import StatementError
from sqlalchemy.schema import CreateIndex, CreateTable

from app.core.enums import Status
from app.core.errors import UnreadableValue
from app.core.ids import uuid7
from app.core.money import Money, Quantity
from app.model import MODULES, everything
from app.model.base import (
    BigInt,
    CodeType,
    DayType,
    Flag,
    JsonText,
    MoneyType,
    QuantityType,
    UtcDateTime,
    UuidBytes,
)

SQLITE = sqlite_dialect.dialect()
WHOLE = everything().metadata
MOMENTS = st.datetimes(timezones=st.just(UTC))
CHINA = timezone(timedelta(hours=8))


def there_and_back(column: Any, value: Any) -> Any:
    """Through a real STRICT table."""
    connection = sqlite.connect(":memory:")
    kind = column.compile(dialect=SQLITE)
    connection.execute(f"CREATE TABLE t (v {kind}) STRICT")
    connection.execute("INSERT INTO t VALUES (?)", (column.process_bind_param(value, SQLITE),))
    return column.process_result_value(connection.execute("SELECT v FROM t").fetchone()[0], SQLITE)


@given(MOMENTS)
def test_moments_are_kept_to_the_microsecond_from_year_1_to_9999(moment: datetime) -> None:
    column = UtcDateTime()
    assert column.process_result_value(column.process_bind_param(moment, SQLITE), SQLITE) == moment


@given(MOMENTS, MOMENTS)
def test_moments_sort_as_numbers(one: datetime, other: datetime) -> None:
    column = UtcDateTime()
    kept = [column.process_bind_param(each, SQLITE) for each in (one, other)]
    assert all(each is not None for each in kept)
    assert (kept[0] < kept[1]) == (one < other)  # type: ignore[operator]


@pytest.mark.parametrize(
    "moment",
    [
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime(2038, 1, 19, 3, 14, 8, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(2026, 11, 22, 8, tzinfo=CHINA),
    ],
)
def test_moments_before_1970_and_far_ahead(moment: datetime) -> None:
    back = there_and_back(UtcDateTime(), moment)
    assert back == moment
    assert back.utcoffset() == timedelta(0)


def test_a_naive_moment_is_a_mistake() -> None:
    with pytest.raises(TypeError, match="naive"):
        UtcDateTime().process_bind_param(datetime(2026, 1, 1), SQLITE)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        (MoneyType(), Money(-123456789012)),
        (QuantityType(), Quantity(350)),
        (DayType(), date(1, 1, 1)),
        (DayType(), date(9999, 12, 31)),
        (Flag(), True),
        (Flag(), False),
        (UuidBytes(), uuid7()),
        (CodeType(Status), Status.ON_SITE),
        (JsonText(), {"b": [1, None, "张喆 𠮷"], "a": {}}),
        (JsonText(), []),
    ],
)
def test_values_come_back_as_they_were(column: Any, value: Any) -> None:
    back = there_and_back(column, value)
    assert back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "column", [MoneyType(), QuantityType(), DayType(), Flag(), UuidBytes(), CodeType(Status)]
)
def test_nothing_stays_nothing(column: Any) -> None:
    assert there_and_back(column, None) is None


def test_the_same_json_is_the_same_bytes() -> None:
    column = JsonText()
    assert column.process_bind_param({"a": 1, "b": 2}, SQLITE) == column.process_bind_param(
        {"b": 2, "a": 1}, SQLITE
    )


@pytest.mark.parametrize(
    ("column", "found"),
    [
        (CodeType(Status), "melted"),
        (CodeType(Status), 7),
        (MoneyType(), "12"),
        (QuantityType(), 1.5),
        (DayType(), "2026-13-01"),
        (UtcDateTime(), 1 << 62),
        (UtcDateTime(), "noon"),
        (UuidBytes(), b"short"),
        (JsonText(), '{"half'),
    ],
)
def test_what_is_no_value_of_its_kind_is_damage_and_not_guessed(column: Any, found: Any) -> None:
    with pytest.raises(UnreadableValue):
        column.process_result_value(found, SQLITE)


def test_an_unknown_code_is_not_written() -> None:
    with pytest.raises(ValueError, match="melted"):
        CodeType(Status).process_bind_param("melted", SQLITE)  # type: ignore[arg-type]


def test_every_table_is_strict_and_refuses_the_wrong_type() -> None:
    engine = create_engine("sqlite://", module=sqlite)
    with engine.begin() as connection:
        WHOLE.create_all(connection)
        tables = connection.exec_driver_sql(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
        ).all()
        ours = {name: strict for name, strict in tables if name in WHOLE.tables}
        assert set(ours) == set(WHOLE.tables)
        assert all(ours.values())
        with pytest.raises(StatementError, match="cannot store TEXT value in INTEGER"):
            connection.exec_driver_sql(
                "INSERT INTO number_series (series, period, last) VALUES ('order', '2611', 'abc')"
            )


@pytest.mark.parametrize("table", WHOLE.sorted_tables, ids=lambda table: table.name)
def test_the_same_model_can_be_made_on_postgresql(table: Any) -> None:
    dialect = postgresql.dialect()
    made = str(CreateTable(table).compile(dialect=dialect))
    assert "STRICT" not in made
    for column in table.columns:
        kind = column.type.dialect_impl(dialect)
        inner = getattr(kind, "impl_instance", kind)
        if column.type.__class__ in (UtcDateTime, MoneyType, QuantityType) or column.type is BigInt:
            assert isinstance(inner, BigInteger), column
    for index in table.indexes:
        CreateIndex(index).compile(dialect=dialect)


def test_all_foreign_keys_have_fixed_names() -> None:
    for table in WHOLE.sorted_tables:
        for constraint in table.constraints:
            assert constraint.name, f"{table.name}: {constraint}"


def test_uuids_are_sixteen_bytes() -> None:
    assert UuidBytes().process_bind_param(UUID(int=1), SQLITE) == b"\0" * 15 + b"\1"


def test_partial_indexes_are_partial_on_postgresql_too() -> None:
    made: list[str] = []
    engine = create_mock_engine(
        "postgresql+psycopg://",
        lambda sql, *_args, **_kw: made.append(str(sql.compile(dialect=engine.dialect))),
    )
    WHOLE.create_all(engine, checkfirst=False)
    partial = {
        line.split(" INDEX ")[1].split()[0] for line in made if " INDEX " in line and " WHERE " in line
    }
    assert partial >= {"ix_customer_merged_into_id", "ix_repair_order_open", "ix_work_log_running"}
    assert partial == {
        index.name
        for table in WHOLE.tables.values()
        for index in table.indexes
        if index.dialect_options["sqlite"]["where"] is not None
    }


def test_model_loads_no_dialect_but_its_own() -> None:
    told = "import sys, app.model; print([name for name in sys.modules if name.startswith('sqlalchemy.dialects.p')])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_every_mapped_class_is_found_in_the_package() -> None:
    """``app.model`` maps a class when it is asked for: one that it does not know of would never be asked for."""
    import app.model

    told = {(f"app.model.{module}", name) for module, names in MODULES.items() for name in names}
    assert told == {
        (each.class_.__module__, each.class_.__name__) for each in app.model.Base.registry.mappers
    }
    assert set(app.model.__all__) == {name for _module, name in told} | {"MODULES", "Base", "everything"}
