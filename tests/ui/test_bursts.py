"""Bursts against typing, by time alone: whatever is interleaved, text and scans come out exactly."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.codes import (
    Code,
    CodeKind,
    DamagedCode,
    Scan,
    new_receipt_code,
    order_code,
    parse,
    running_code,
)
from app.ui.bursts import BurstReader, Outcome, Scanned, Stranger, Stroke, Typed

ORDER = order_code(date(2026, 11, 22), 42)


@dataclass
class Desk:
    """Plays keys into a reader the way the filter does, with time only where it is given."""

    reader: BurstReader = field(default_factory=BurstReader)
    now: float = 0.0
    take_all: bool = False
    text: str = ""
    scans: list[Scan] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    longest_wait: float = 0.0

    def wait(self, seconds: float) -> None:
        end = self.now + seconds
        while (limit := self.reader.deadline()) is not None and limit <= end:
            self.now = limit
            self._act(self.reader.expire(limit))
        self.now = end

    def key(self, sign: str, stamp: int = 0) -> None:
        stroke = Stroke(sign, self.now, stamp)
        if sign == "\n":
            outcomes, taken = self.reader.terminator(stroke)
        else:
            outcomes, taken = self.reader.key(stroke, take_all=self.take_all)
        self._act(outcomes)
        if not taken:
            self.text += sign

    def burst(self, text: str, gap: float = 0.005, end: str = "\n") -> None:
        for at, sign in enumerate(text + end):
            if at:
                self.wait(gap)
            self.key(sign)

    def type(self, text: str, gap: float = 0.12) -> None:
        for sign in text:
            self.key(sign)
            self.wait(gap)

    def _act(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            match outcome:
                case Typed(strokes):
                    self.text += "".join(stroke.text for stroke in strokes)
                    self.longest_wait = max(self.longest_wait, *(self.now - stroke.at for stroke in strokes))
                case Scanned(scan):
                    self.scans.append(scan)
                case Stranger(text):
                    self.strangers.append(text)


def test_a_burst_of_ours_becomes_a_scan_and_leaves_no_digit() -> None:
    desk = Desk()
    desk.burst(ORDER)
    assert desk.scans == [parse(ORDER)]
    assert desk.text == ""


def test_a_burst_without_enter_ends_by_a_pause_and_a_late_enter_is_still_its_own() -> None:
    desk = Desk()
    desk.burst(ORDER, end="")
    assert desk.scans == []
    desk.wait(0.060)
    assert len(desk.scans) == 1
    desk.wait(0.1)
    desk.key("\n")
    assert desk.text == ""
    desk.wait(1)
    desk.key("\n")
    assert desk.text == "\n"


def test_the_same_digits_typed_slowly_are_text_and_wait_at_most_one_gap() -> None:
    desk = Desk()
    desk.type(ORDER + "\n")
    assert desk.text == ORDER + "\n"
    assert desk.scans == []
    assert desk.longest_wait <= 0.0351


def test_letters_are_never_held_back_while_text_is_typed() -> None:
    desk = Desk()
    desk.key("a")
    assert desk.text == "a"


def test_a_torn_label_is_reported_as_damaged() -> None:
    desk = Desk()
    torn = ORDER[:5] + str((int(ORDER[5]) + 1) % 10) + ORDER[6:]
    desk.burst(torn)
    assert desk.scans == [DamagedCode(torn)]
    assert desk.text == ""


def test_a_foreign_burst_goes_to_the_field_with_its_enter() -> None:
    desk = Desk()
    desk.burst("6901234567892")
    assert (desk.text, desk.scans, desk.strangers) == ("6901234567892\n", [], [])


def test_a_foreign_burst_is_reported_where_no_field_waits() -> None:
    desk = Desk(take_all=True)
    desk.burst("SN12AB34")
    assert (desk.text, desk.scans, desk.strangers) == ("", [], ["SN12AB34"])


def test_a_serial_with_letters_that_ends_like_our_code_stays_a_serial() -> None:
    desk = Desk()
    desk.burst("AB" + ORDER)
    assert (desk.text, desk.scans) == (f"AB{ORDER}\n", [])


def test_a_thirteen_digit_barcode_that_ends_like_our_code_stays_foreign() -> None:
    desk = Desk(take_all=True)
    desk.burst("6" + ORDER)
    assert (desk.strangers, desk.scans) == (["6" + ORDER], [])


def test_a_digit_typed_just_before_and_just_behind_a_burst_stays_text() -> None:
    desk = Desk()
    desk.key("7")
    desk.wait(0.030)
    desk.burst(ORDER, end="")
    desk.wait(0.045)
    desk.key("8")
    desk.wait(1)
    assert desk.text == "78"
    assert [scan.digits for scan in desk.scans if isinstance(scan, Code)] == [ORDER]


def test_two_cards_scanned_without_a_pause_are_two_scans() -> None:
    desk = Desk()
    other = order_code(date(2026, 11, 22), 43)
    desk.burst(ORDER)
    desk.wait(0.005)
    desk.burst(other)
    assert [scan.digits for scan in desk.scans if isinstance(scan, Code)] == [ORDER, other]


def test_a_scanner_that_stumbles_once_is_not_cut_in_two() -> None:
    desk = Desk()
    for at, sign in enumerate(ORDER + "\n"):
        desk.wait(0.055 if at == 6 else 0.005)
        desk.key(sign)
    assert len(desk.scans) == 1
    assert desk.text == ""


def test_typing_that_piled_up_while_the_program_was_busy_is_still_typing() -> None:
    desk = Desk()
    for at, sign in enumerate(ORDER):
        desk.key(sign, stamp=1000 + 150 * at)
    desk.wait(1)
    assert desk.text == ORDER
    assert desk.scans == []


CODES = st.one_of(
    st.integers(1, 99_999).map(lambda running: order_code(date(2026, 11, 22), running)),
    st.integers(1, 999_999).map(lambda running: running_code(CodeKind.PART, running)),
    st.builds(new_receipt_code),
)
TYPING = st.text(st.sampled_from("0123456789abcx 修.-"), min_size=1, max_size=12)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("type"), TYPING, st.floats(0.040, 0.4)),
        st.tuples(st.just("scan"), CODES, st.floats(0.001, 0.030)),
        st.tuples(st.just("bare"), CODES, st.floats(0.001, 0.030)),
    ),
    max_size=8,
)


@settings(max_examples=300, deadline=None)
@given(STEPS)
def test_any_interleaving_of_typing_and_bursts_gives_the_text_and_the_scans_exactly(
    steps: list[tuple[str, str, float]],
) -> None:
    desk, text, scans = Desk(), "", []
    for kind, what, gap in steps:
        if kind == "type":
            desk.type(what, gap)
            text += what
        else:
            desk.burst(what, gap, end="\n" if kind == "scan" else "")
            scans.append(what)
            desk.wait(0.061 if kind == "bare" else 0.0)
    desk.wait(1)
    assert desk.text == text
    assert [scan.digits for scan in desk.scans if isinstance(scan, Code)] == scans
    assert desk.longest_wait <= 0.0611
