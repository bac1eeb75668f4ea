"""Every text of the schema is known as personal or not: a new column that nobody thought about fails here."""

from __future__ import annotations

from sqlalchemy import LargeBinary, Text

from app.features.privacy.personal import BOOKS, BY_CONTENT, NOT_PERSONAL, PERSONAL
from app.model import everything
from app.model.base import JsonText, UuidBytes


def texts() -> set[str]:
    """Every column that can hold words, a picture or a free form."""
    return {
        f"{table.name}.{column.name}"
        for table in everything().metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, Text | LargeBinary | JsonText | UuidBytes)
    }


def known() -> set[str]:
    found = {f"{table}.{column}" for table, columns in NOT_PERSONAL.items() for column in columns}
    for place in PERSONAL:
        names = everything().metadata.tables[place.table].columns.keys()
        found |= {f"{place.table}.{column}" for column in (place.columns or names)}
    return found | BY_CONTENT


def test_every_text_of_the_schema_is_known_as_personal_or_not() -> None:
    assert texts() - known() == set()


def test_what_is_known_is_there() -> None:
    there = {
        f"{table.name}.{column}"
        for table in everything().metadata.tables.values()
        for column in table.columns.keys()  # noqa: SIM118 - a column collection, not a mapping
    }
    assert known() - there == set()
    assert set(BOOKS) <= set(everything().metadata.tables)


def test_nothing_is_both() -> None:
    erased = {f"{place.table}.{column}" for place in PERSONAL for column in place.columns or ()}
    kept = {f"{table}.{column}" for table, columns in NOT_PERSONAL.items() for column in columns}
    assert erased & kept == set()
