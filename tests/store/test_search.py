"""The search index finds what LIKE would find, and says so newest first (limits.md "Search")."""

from __future__ import annotations

from collections.abc import Iterator

import pysqlite3.dbapi2 as sqlite
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import StaticPool

from app.model import everything
from app.store.schema import recreate_extras
from app.store.search import (
    CodeColumn,
    Field,
    drop_grams,
    find_codes,
    find_grams,
    find_words,
    fold,
    grams_of,
    put_grams,
    put_order,
    words_of,
)

CHINESE = "王丽华张喆𠮷㐂李小明・々가"
MIXED = st.text(alphabet=CHINESE + "abcABCéßＡａ12 -'\"%_*", min_size=1, max_size=12)
NAMES = st.lists(MIXED, min_size=1, max_size=8)
RELAXED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
MANY = 100


@pytest.fixture(scope="module")
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://", module=sqlite, poolclass=StaticPool)
    with engine.connect() as opened:
        everything().metadata.create_all(opened)
        recreate_extras(opened)
        yield opened
    engine.dispose()


@pytest.fixture(autouse=True)
def _empty(connection: Connection) -> None:
    clear(connection)


def clear(connection: Connection) -> None:
    for table in ("gram", "order_codes", "order_words"):
        connection.exec_driver_sql(f"DELETE FROM {table}")


def containing(texts: dict[int, str], typed: str) -> list[int]:
    """What LIKE '%typed%' would find over folded texts."""
    return sorted((at for at, text in texts.items() if fold(typed) in fold(text)), reverse=True)


@RELAXED
@given(names=NAMES, typed=MIXED)
def test_grams_miss_nothing_and_are_exact_for_one_and_two_characters(
    connection: Connection, names: list[str], typed: str
) -> None:
    clear(connection)
    texts = dict(enumerate(names, start=1))
    for at, name in texts.items():
        put_grams(connection, Field.CUSTOMER_NAME, at, [name])
    for wanted in {typed, typed[:1], typed[:2], names[0], names[0][1:4]}:
        if not fold(wanted):
            assert find_grams(connection, Field.CUSTOMER_NAME, wanted, MANY) == []
            continue
        found = find_grams(connection, Field.CUSTOMER_NAME, wanted, MANY)
        expected = containing(texts, wanted)
        assert found == sorted(found, reverse=True)
        # From three characters on the caller looks at the candidates, exactly like this.
        assert [each for each in found if fold(wanted) in fold(texts[each])] == expected
        if len(fold(wanted)) <= 2:
            assert found == expected


def test_the_candidates_need_that_look(connection: Connection) -> None:
    put_grams(connection, Field.ORDER_NAME, 1, ["丽华王丽"])
    assert find_grams(connection, Field.ORDER_NAME, "王丽华", MANY) == [1]


def test_fields_do_not_mix_and_pages_follow_each_other(connection: Connection) -> None:
    for at in range(1, 8):
        put_grams(connection, Field.ORDER_NAME, at, ["王丽华"])
    put_grams(connection, Field.PART_NAME, 99, ["王丽华牌"])
    first = find_grams(connection, Field.ORDER_NAME, "王丽华", 3)
    assert first == [7, 6, 5]
    assert find_grams(connection, Field.ORDER_NAME, "王丽华", 3, before=5) == [4, 3, 2]
    assert find_grams(connection, Field.ORDER_NAME, "王", 3, before=2) == [1]


def test_a_renamed_customer_is_found_by_the_new_name_only(connection: Connection) -> None:
    put_grams(connection, Field.CUSTOMER_NAME, 1, ["王丽华"])
    drop_grams(connection, Field.CUSTOMER_NAME, 1, ["王丽华"])
    put_grams(connection, Field.CUSTOMER_NAME, 1, ["王小明"])
    put_grams(connection, Field.CUSTOMER_NAME, 1, ["王小明"])
    assert find_grams(connection, Field.CUSTOMER_NAME, "丽", MANY) == []
    assert find_grams(connection, Field.CUSTOMER_NAME, "小明", MANY) == [1]


@given(MIXED)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert all(1 <= len(gram) <= 2 for gram in grams_of(text))


def test_wide_and_capital_letters_are_the_same() -> None:
    assert fold("ＨＡＩＥＲ　Ｘ１") == "haier x1"


CODES = st.text(alphabet='0123456789ABCabcÄä-/."*', min_size=1, max_size=14)


@RELAXED
@given(rows=st.lists(st.tuples(CODES, CODES, CODES), min_size=1, max_size=6), typed=CODES)
def test_codes_are_found_by_any_three_characters_inside(
    connection: Connection, rows: list[tuple[str, str, str]], typed: str
) -> None:
    clear(connection)
    for at, (phone, serial, model) in enumerate(rows, start=1):
        put_order(
            connection, at, phones=[phone], serial=serial, number=f"2611-{at:05d}", model=model, words=""
        )
    for wanted in {typed, rows[0][1], rows[-1][2][1:5], "2611-0"}:
        if len(fold(wanted)) < 3:
            assert find_codes(connection, wanted, MANY) == []
            continue
        texts = {at: [*map(fold, row), f"2611-{at:05d}"] for at, row in enumerate(rows, start=1)}
        expected = sorted(
            (at for at, each in texts.items() if any(fold(wanted) in text for text in each)), reverse=True
        )
        assert find_codes(connection, wanted, MANY) == expected


def test_one_column_can_be_asked_for(connection: Connection) -> None:
    put_order(
        connection,
        1,
        phones=["13800138000", "057188886666"],
        serial="SN-138001",
        number="2611-00001",
        model="X",
        words="",
    )
    put_order(
        connection, 2, phones=["13900000000"], serial="138001", number="2611-00002", model="X", words=""
    )
    assert find_codes(connection, "13800", MANY) == [2, 1]
    assert find_codes(connection, "13800", MANY, [CodeColumn.PHONE]) == [1]
    assert find_codes(connection, "888866", MANY, [CodeColumn.PHONE, CodeColumn.MODEL]) == [1]
    assert find_codes(connection, "38", MANY) == []
    assert find_codes(connection, "2611-0000", 1) == [2]


def test_a_changed_serial_number_replaces_the_old_one(connection: Connection) -> None:
    for serial in ("OLD123", "NEW456"):
        put_order(connection, 1, phones=[], serial=serial, number="2611-00001", model="", words="漏水")
    assert find_codes(connection, "old123", MANY) == []
    assert find_codes(connection, "new456", MANY) == [1]


FAULTS = st.text(alphabet="不制冷漏水响声大 abcx，。12", min_size=1, max_size=20)


@RELAXED
@given(
    before=FAULTS,
    phrase=st.text(alphabet="不制冷漏水响声大", min_size=1, max_size=6),
    others=st.lists(FAULTS, max_size=6),
)
def test_a_chinese_phrase_is_found_anywhere(
    connection: Connection, before: str, phrase: str, others: list[str]
) -> None:
    clear(connection)
    faults = [before + phrase + before, *others]
    for at, fault in enumerate(faults, start=1):
        put_order(connection, at, phones=[], serial="", number="", model="", words=fault)
    found = find_words(connection, phrase, MANY)
    # Marks and spaces between characters are not kept: a phrase may reach over them.
    bare = {at: words_of(fault).split(" ") for at, fault in enumerate(faults, start=1)}
    wanted = list(phrase)
    expected = [
        at
        for at in sorted(bare, reverse=True)
        if any(bare[at][start : start + len(wanted)] == wanted for start in range(len(bare[at])))
    ]
    assert found == expected
    assert 1 in found


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("不制冷", [2, 1]),
        ("制冷", [2, 1]),
        ("冷制", []),
        ("制冷 漏水", [2]),
        ("漏水，制冷", [2]),
        ("comp", [3]),
        ("COMPRESSOR", [3]),
        ("pressor", []),
        ("cafe", [3]),
        ("e5", [1]),
        ("E5故障", [1]),
        ("𬭎", [4]),
        ("㐂𬭎", []),
        ("", []),
        ("，。!?", []),
        ('"', []),
        ("NOT", []),
        ("a AND b", []),
        ("*", []),
        ("words:", []),
    ],
)
def test_words(connection: Connection, typed: str, found: list[int]) -> None:
    for at, fault in enumerate(
        ("不制冷，显示E5故障", "漏水。不制冷", "Compressor humming, café fridge", "部件𬭎损坏"), start=1
    ):
        put_order(connection, at, phones=[], serial="", number="", model="", words=fault)
    assert find_words(connection, typed, MANY) == found


@given(st.text())
@RELAXED
def test_no_typed_text_breaks_a_query(connection: Connection, typed: str) -> None:
    assume("\x00" not in typed and not any("\ud800" <= letter <= "\udfff" for letter in typed))
    for text in (typed, typed * 3, f'"{typed}'):
        find_words(connection, text, 5)
        find_codes(connection, text, 5)
        find_grams(connection, Field.ORDER_NAME, text, 5)


@pytest.mark.parametrize(
    "pasted", ["x " * 500_000, "漏" * 1_000_000, '"' * 10_000, "(" * 10_000, "1" * 1_000_000]
)
def test_a_pasted_page_is_no_query(connection: Connection, pasted: str) -> None:
    assert find_words(connection, pasted, 5) == []
    assert find_codes(connection, pasted, 5) == []
    assert find_grams(connection, Field.ORDER_NAME, pasted, 5) == []
