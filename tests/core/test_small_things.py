"""Time, identity, formats, changes and typed fields."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core import formats
from app.core.changes import ChangeBoard, Changes, Kind
from app.core.clock import SetClock, SystemClock, business_day, day_bounds
from app.core.errors import Reason, Refusal
from app.core.fields import clean_line, clean_phone, clean_text
from app.core.ids import uuid7
from app.core.money import Money, Quantity

NIGHT = datetime(2026, 11, 21, 16, 30, tzinfo=UTC)


def test_the_shops_day_begins_at_its_own_midnight() -> None:
    assert business_day(NIGHT) == date(2026, 11, 22)
    assert business_day(NIGHT, "Europe/London") == date(2026, 11, 21)
    start, end = day_bounds(date(2026, 11, 22))
    assert start == datetime(2026, 11, 21, 16, tzinfo=UTC)
    assert end - start == timedelta(days=1)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)))
def test_every_moment_lies_inside_its_day(moment: datetime) -> None:
    for zone in ("Asia/Shanghai", "Europe/Berlin"):
        start, end = day_bounds(business_day(moment, zone), zone)
        assert start <= moment < end


def test_clocks() -> None:
    clock = SetClock(NIGHT)
    assert clock.monotonic() == 0
    assert clock.advance(timedelta(minutes=2)) == clock.now() == NIGHT + timedelta(minutes=2)
    assert clock.monotonic() == 120
    clock.set(NIGHT - timedelta(days=365))
    assert clock.now() == NIGHT - timedelta(days=365)
    system = SystemClock()
    assert system.now().utcoffset() == timedelta(0)
    assert system.monotonic() <= system.monotonic()


def test_uuid7_is_sorted_by_time_and_unique() -> None:
    made = [uuid7(ms) for ms in (0, 1, 1_000_000, 1_795_000_000_000, 2**48 - 1)]
    assert made == sorted(made)
    assert {each.version for each in made} == {7}
    assert {each.variant for each in made} == {"specified in RFC 4122"}
    assert len({uuid7(5) for _ in range(1000)}) == 1000


@pytest.mark.parametrize(
    ("fen", "written"),
    [(0, "¥0.00"), (5, "¥0.05"), (123450, "¥1,234.50"), (-5, "-¥0.05"), (-123450, "-¥1,234.50")],
)
def test_money_is_written_one_way(fen: int, written: str) -> None:
    assert formats.money(Money(fen)) == written
    assert formats.money(Money(fen), sign=False) == written.replace("¥", "")


def test_other_formats() -> None:
    assert formats.quantity(Quantity(2000)) == "2"
    assert formats.quantity(Quantity(-350)) == "-0.35"
    assert formats.day(date(2026, 1, 2)) == "2026-01-02"
    assert formats.short_day(date(2026, 1, 2)) == "01-02"
    assert formats.moment(NIGHT) == "2026-11-22 00:30"
    assert formats.short_moment(NIGHT) == "11-22 00:30"
    assert formats.clock_time(NIGHT) == "00:30"
    assert formats.phone("13800138000") == "138 0013 8000"
    assert formats.phone("0571-8888") == "0571-8888"
    assert formats.masked_phone("13800138000") == "138****8000"
    assert formats.minutes(85) == "1:25"


@pytest.mark.parametrize("number", ["", "1", "12", "12345", "12345678"])
def test_a_masked_short_number_gives_little_away(number: str) -> None:
    assert sum(letter.isdigit() for letter in formats.masked_phone(number)) <= 2


def test_changes_reach_every_listener_even_past_a_broken_one() -> None:
    board = ChangeBoard()
    heard: list[Changes] = []

    def broken(_changes: Changes) -> None:
        raise RuntimeError("this page cannot redraw")

    board.subscribe(broken)
    leave = board.subscribe(heard.append)
    change = Changes(frozenset({(Kind.ORDER, 7), (Kind.ORDER, 8), (Kind.PART, 1)}))
    board.publish(change)
    assert heard == [change]
    assert change.has(Kind.PART)
    assert not change.has(Kind.STAFF)
    assert change.ids(Kind.ORDER) == {7, 8}
    leave()
    leave()
    board.publish(change)
    assert heard == [change]


@given(st.text(max_size=300))
def test_typed_text_is_kept_exactly_or_refused(typed: str) -> None:
    try:
        kept = clean_text("note", typed)
    except Refusal as refused:
        assert refused.reason is Reason.BAD_TEXT  # noqa: PT017 - one of two right answers
        return
    assert kept == typed.replace("\r\n", "\n").replace("\r", "\n").strip()
    kept.encode("utf-8")


@pytest.mark.parametrize("bad", ["a\x00b", "\ud800", "x\x07", "\x1b[2J"])
def test_what_no_file_can_hold_is_refused(bad: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_text("note", bad)
    assert refused.value.reason is Reason.BAD_TEXT


def test_lines_lengths_and_required_fields() -> None:
    assert clean_line("name", " 张\r\n喆 𠮷 ") == "张 喆 𠮷"
    assert clean_line("name", "") == ""
    for value, reason in (
        ("", Reason.FIELD_REQUIRED),
        ("  ", Reason.FIELD_REQUIRED),
        ("长" * 201, Reason.TEXT_TOO_LONG),
    ):
        with pytest.raises(Refusal) as refused:
            clean_line("name", value, required=True)
        assert refused.value.reason is reason


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("138 0013 8000", "13800138000"),
        ("０１３８００１３８０００", "013800138000"),
        ("+86-138-0013-8000", "+8613800138000"),
        ("(0571) 8888 6666", "057188886666"),
        ("", ""),
    ],
)
def test_phones_as_people_write_them(typed: str, kept: str) -> None:
    assert clean_phone(typed) == kept


@pytest.mark.parametrize(
    "typed", ["1234", "1" * 21, "phone", "138x", "++8613800138000", "=1380013800", "٣٤٥٦٧٨", "1" * 10**6]
)
def test_phones_that_are_none(typed: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_phone(typed)
    assert refused.value.reason is Reason.BAD_PHONE


@given(st.text())
def test_any_phone_is_digits_or_a_refusal(typed: str) -> None:
    try:
        kept = clean_phone(typed)
    except Refusal:
        return
    assert kept == "" or kept.lstrip("+").isdigit()
