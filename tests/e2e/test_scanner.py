"""The scanner in the real window: real keys, 5 ms apart, wherever the focus is, in both languages (design.md §6).

What was typed is read from the draft on the disk, what a scan did from the trace and the records.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from app.core.codes import CodeKind, command_code, running_code
from app.core.enums import BenchCommand
from tests.e2e.screen import Program, Screen, running, until
from tests.e2e.shop import EAN, STRANGE_EAN, Codes, damaged, prepare

FULL = bool(os.environ.get("XIUHU_FULL"))


@dataclass(slots=True)
class Counter:
    """The open window and the codes that can be scanned there."""

    program: Program
    codes: Codes
    #: Each language begins with another kind of code; ``--full`` scans every kind everywhere.
    shift: int

    def code(self, kind: str) -> str:
        return {
            "card": self.codes.card,
            "receipt": self.codes.receipt,
            "part": self.codes.part,
            "badge": self.codes.badge,
            "command": command_code(BenchCommand.DONE),
        }[kind]

    def scan(self, kind: str, end: str = "Return") -> None:
        """Scan and wait until it landed where it belongs."""
        self.program.skip_log()
        self.program.scan(self.code(kind), end)
        self.program.wait_lines(*LANDS[kind])

    def take_in(self) -> None:
        """The counter's form, as it was left."""
        self.program.skip_log()
        self.program.keys("F2")
        self.program.wait_line("page intake")

    def open_card(self) -> None:
        """The card on the bench, whatever stood there before."""
        self.program.skip_log()
        self.program.scan(self.codes.card)
        self.program.wait_lines("scan order", "said ok")

    def draft(self) -> dict[str, Any]:
        """What the form holds, as last kept on the disk."""
        rows = self.program.rows("SELECT content FROM draft")
        return json.loads(rows[0][0]) if rows else {}

    def wait_draft(self, what: str, value: str) -> None:
        """Wait until the draft on the disk holds exactly that."""

        def held() -> str:
            draft = self.draft()
            return str(draft.get("customer", {}).get(what, draft.get("devices", [{}])[0].get(what)))

        until(lambda: held() == value, f"draft {what} = {value!r}, not {held()!r}")


#: What the trace says of each kind, when it is scanned at the counter.
LANDS = {
    "card": ("scan order", "page bench", "said ok"),
    "receipt": ("scan receipt", "said ok"),
    "part": ("scan part", "page parts", "said ok"),
    "badge": ("scan staff", "page ", "said ok"),
    "command": ("scan command", "said error"),
}
#: Every kind of widget that can hold the focus while a form is filled in: the beginning of what the trace calls it,
#: and how to get there from the one before.
PLACES = (
    ("QLineEdit", "phone field"),
    ("_Combo", "list"),
    ("Toggle", "tick box"),
    ("QPlainTextEdit", "fault text"),
    ("_Chip", "chips"),
    ("_AmountLine", "amount"),
    ("QPushButton", "button"),
    ("FinderBox", "finder"),
)


@pytest.fixture(scope="module", params=["zh", pytest.param("en", marks=pytest.mark.full)])
def counter(
    request: pytest.FixtureRequest, screen: Screen, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Counter]:
    root = tmp_path_factory.mktemp("shop") / "data"
    codes = prepare(root)
    with running(screen, root, request.param) as program:
        yield Counter(program, codes, 0 if request.param == "zh" else 3)


def test_scans_land_and_leave_no_digit_whatever_has_the_focus(counter: Counter) -> None:
    program = counter.program
    program.keys("F2")
    program.type("139")
    program.keys("Tab")
    program.type("Zhou")
    program.walk("Tab", "QPlainTextEdit")
    program.type("no cold, 3 days")
    counter.wait_draft("fault", "no cold, 3 days")
    before = counter.draft()
    kinds = list(LANDS)
    for at, (place, _words) in enumerate(PLACES):
        for kind in kinds if FULL else (kinds[(at + counter.shift) % 5],):
            counter.take_in()
            program.walk("Tab", place)
            counter.scan(kind, "Tab" if at % 2 else "Return")
    counter.take_in()
    # One more sign after all scans is kept with the rest: the draft below is a fresh one.
    program.walk("Tab", "QLineEdit")
    program.walk("Tab", "QPlainTextEdit")
    program.keys("End", "exclam")
    counter.wait_draft("fault", "no cold, 3 days!")
    after = counter.draft()
    after["devices"][0]["fault"] = before["devices"][0]["fault"]
    assert after == before


def test_a_scan_in_the_middle_of_typing_leaves_the_typed_text_whole(counter: Counter) -> None:
    program, xdotool = counter.program, counter.program.screen.xdotool
    counter.take_in()
    program.walk("Tab", "QPlainTextEdit")
    program.keys("ctrl+a", "Delete")
    program.skip_log()
    hand = ["key", "--delay", "90"]
    scanner = ["key", "--delay", "5", *damaged(counter.codes.card), "Return", "sleep", "0.07"]
    xdotool(*hand, "a", "1", "2", *scanner, *hand, "3", "b", *scanner, *hand, "4", "c")
    program.wait_lines("scan damaged", "scan refused: code_damaged", "said error")
    counter.wait_draft("fault", "a123b4c")


def test_foreign_codes_go_to_the_field_as_typed(counter: Counter) -> None:
    program = counter.program
    counter.take_in()
    program.walk("Tab", "QPlainTextEdit")
    program.keys("ctrl+a", "Delete")
    program.scan(STRANGE_EAN, "")
    program.scan("SN4X7-99812".replace("-", ""), "")
    counter.wait_draft("fault", STRANGE_EAN + "SN4X799812")


def test_a_foreign_code_without_a_field_is_a_serial_number_at_the_counter(counter: Counter) -> None:
    program = counter.program
    counter.take_in()
    program.walk("Tab", "Toggle")
    program.scan(STRANGE_EAN)
    counter.wait_draft("serial", STRANGE_EAN)


def test_damaged_and_unknown_codes_say_so(counter: Counter) -> None:
    program = counter.program
    counter.take_in()
    for code, reason in (
        (damaged(counter.codes.receipt), "scan refused: code_damaged"),
        (running_code(CodeKind.COMMAND, 999), "scan refused: code_unknown"),
        (running_code(CodeKind.PART, 99), "refused on page 'parts'"),
    ):
        program.skip_log()
        program.scan(code)
        program.wait_lines(reason, "said error")


def test_a_scan_into_a_dialog_is_refused_and_what_is_typed_there_stays(counter: Counter) -> None:
    program = counter.program
    counter.open_card()
    program.keys("n")
    program.wait_for_dialog()
    program.type("fan is")
    program.skip_log()
    program.scan(counter.codes.receipt)
    program.wait_lines("scan receipt", "said error")
    program.scan(counter.codes.badge)
    program.wait_lines("scan staff", "said error")
    program.type(" loud 5")
    program.keys("ctrl+Return")
    program.wait_for_no_dialog()
    program.wait_rows("SELECT 1 FROM order_note WHERE text = 'fan is loud 5'")


def test_a_part_is_scanned_into_its_dialog_and_onto_the_card(counter: Counter) -> None:
    program = counter.program
    counter.open_card()
    sql = "SELECT count(*) FROM stock_move HAVING sum(quantity) = ?"
    program.scan(counter.codes.part)
    program.wait_rows(sql, 9_000)
    # A maker's own barcode, where no text field waits for it.
    program.scan(EAN)
    program.wait_rows(sql, 8_000)
    program.skip_log()
    program.scan(STRANGE_EAN)
    program.wait_lines("scan foreign", "said error")
    for command in (BenchCommand.REMOVE_PART, BenchCommand.REMOVE_PART, BenchCommand.CLOSE_CARD):
        program.skip_log()
        program.scan(command_code(command))
        program.wait_lines("scan command", "said ok")
    program.wait_rows(sql, 10_000)


def test_a_maker_s_barcode_is_a_part_wherever_the_cursor_stands(counter: Counter) -> None:
    program = counter.program
    sql = "SELECT count(*) FROM stock_move HAVING sum(quantity) = ?"
    counter.open_card()
    program.skip_log()
    program.scan(command_code(BenchCommand.TIMES_2))
    program.wait_lines("scan command", "said ok")
    program.keys("ctrl+k")
    program.scan(EAN)
    program.wait_rows(sql, 8_000)
    for command in (BenchCommand.REMOVE_PART, BenchCommand.CLOSE_CARD):
        program.skip_log()
        program.scan(command_code(command))
        program.wait_lines("scan command", "said ok")
    program.wait_rows(sql, 10_000)


def test_typed_slowly_the_same_digits_find_the_order(counter: Counter) -> None:
    program = counter.program
    for typed in (counter.codes.card, counter.codes.number):
        counter.take_in()
        program.keys("ctrl+k")
        program.skip_log()
        program.type(typed)
        program.keys("Return")
        program.wait_lines("page bench")


def test_locked_only_a_badge_opens(counter: Counter) -> None:
    program = counter.program
    counter.take_in()
    program.keys("ctrl+l")
    program.skip_log()
    program.scan(counter.codes.card)
    program.wait_lines("scan order", "said error")
    program.scan(counter.codes.badge)
    program.wait_lines("scan staff", "page intake")
