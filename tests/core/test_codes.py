"""Barcode numbers: built, read, and every slip of a finger found (domain.md §3, design.md §6)."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.codes import (
    Code,
    CodeKind,
    DamagedCode,
    Foreign,
    check_digit,
    command_code,
    command_of,
    new_receipt_code,
    order_code,
    order_number,
    parse,
    running_code,
)
from app.core.enums import BenchCommand

DAY = date(2026, 11, 22)
#: A receipt's digits are random; here they stand still, so that every run has the same tests.
RECEIPT = "208350917264031"
SOUND = [
    order_code(DAY, 42),
    order_code(DAY, 99_999),
    RECEIPT + check_digit(RECEIPT),
    running_code(CodeKind.PART, 1),
    running_code(CodeKind.SERIAL_PART, 987_654_321),
    running_code(CodeKind.STAFF, 7),
    running_code(CodeKind.LOCATION, 12),
    command_code(BenchCommand.DONE),
]


@pytest.mark.parametrize("code", SOUND)
def test_every_single_wrong_digit_is_found(code: str) -> None:
    for at, right in enumerate(code):
        for wrong in set("0123456789") - {right}:
            assert not isinstance(parse(code[:at] + wrong + code[at + 1 :]), Code)


@pytest.mark.parametrize("code", SOUND)
def test_every_swap_of_neighbours_is_found(code: str) -> None:
    for at in range(len(code) - 1):
        if code[at] != code[at + 1]:
            assert not isinstance(parse(code[:at] + code[at + 1] + code[at] + code[at + 2 :]), Code)


@given(st.text(alphabet="0123456789", min_size=1, max_size=15))
def test_the_check_digit_finds_slips_in_any_number(body: str) -> None:
    sound = body + check_digit(body)
    for at in range(len(sound) - 1):
        swapped = sound[:at] + sound[at + 1] + sound[at] + sound[at + 2 :]
        assert swapped == sound or check_digit(swapped[:-1]) != swapped[-1]


@given(st.one_of(st.text(), st.text(alphabet="0123456789", min_size=10, max_size=18)))
def test_reading_never_raises_and_keeps_what_is_not_ours(text: str) -> None:
    match parse(text):
        case Foreign(kept):
            assert kept == text.strip()
        case DamagedCode(digits) | Code(digits=digits):
            assert digits == text.strip()
            assert digits.isascii()


@pytest.mark.parametrize("code", SOUND)
def test_built_codes_are_read(code: str) -> None:
    read = parse(f"  {code}\r\n")
    assert isinstance(read, Code)
    assert read.digits == code
    assert len(code) == (16 if read.kind is CodeKind.RECEIPT else 12)


def test_the_card_and_the_number_people_say_hold_the_same_digits() -> None:
    code = order_code(DAY, 42)
    assert order_number(code) == "2611-00042"
    read = parse(code)
    assert isinstance(read, Code)
    assert read.number == 261_100_042


@pytest.mark.parametrize("month", ["00", "13", "99"])
def test_an_order_of_a_month_that_is_none_is_foreign(month: str) -> None:
    body = f"10 26 {month} 00042".replace(" ", "")
    assert isinstance(parse(body + check_digit(body)), Foreign)


@pytest.mark.parametrize(
    "scanned",
    [
        "6901234567892",
        "860461030000018",
        "",
        "10",
        "102611000420",
        "１０２６１１０００４２０",
        "R2611-00042",
        "601234567890",
    ],
)
def test_other_peoples_numbers_are_not_ours(scanned: str) -> None:
    assert not isinstance(parse(scanned), Code)


def test_receipts_cannot_be_guessed() -> None:
    codes = {new_receipt_code() for _ in range(500)}
    assert len(codes) == 500
    assert len({code[2:6] for code in codes}) > 200  # no month, no running number in them


def test_every_bench_command_has_its_barcode_and_comes_back() -> None:
    seen = set()
    for command in BenchCommand:
        read = parse(command_code(command))
        assert isinstance(read, Code)
        assert command_of(read) is command
        seen.add(read.digits)
    assert len(seen) == len(BenchCommand)


def test_bench_sheets_already_printed_stay_right() -> None:
    """Sheets hang in shops: a command's number never changes, new ones go to the end."""
    assert [command.value for command in BenchCommand][:19] == [
        "start", "pause", "done", "wait_parts", "wait_customer", "resume", "qc_pass", "qc_fail", "unrepairable",
        "take_parts", "undo", "print_label", "times_2", "times_3", "times_5", "times_10", "remove_part",
        "close_card", "switch_user",
    ]  # fmt: skip
    assert command_code(BenchCommand.START) == "900000000012"


def test_a_command_of_a_newer_sheet_is_known_to_be_a_command() -> None:
    read = parse(running_code(CodeKind.COMMAND, 999))
    assert isinstance(read, Code)
    assert command_of(read) is None
    part = parse(running_code(CodeKind.PART, 1))
    assert isinstance(part, Code)
    assert command_of(part) is None
