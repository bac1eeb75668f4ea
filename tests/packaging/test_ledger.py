"""The ledger of the promises: what counts, what does not, and where a run that was cut off goes on."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.promises import ledger
from tests.promises.ledger import ROWS, Record

ROOT = Path(__file__).resolve().parent.parent.parent
PLAN = """
import pytest
pytestmark = pytest.mark.promise(7)

def test_rounds(promise, tmp_path):
    for each in promise.rounds(share=3, full=100, each=10, always=(99,)):
        with open(LOG, "a") as log:
            print(each.number, each.seed, each.dice.random(), file=log)
        assert each.number != STOP, "found"

def test_control(promise):
    promise.caught("planted")

def test_not_here():
    pytest.skip("no small disk")
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(ledger, "sources", lambda: "abc")
    made = tmp_path / "noted"
    made.mkdir()
    return made


def all_kept(folder: Path) -> None:
    """A run in which everything was tried and every control caught."""
    for row, promise in ROWS.items():
        Record(row, f"test_{row}", "abc", 1, tried=promise.full, outcome="passed", controls=["bug"]).save(
            folder
        )


def table(folder: Path, capsys: pytest.CaptureFixture[str], *, full: bool = True) -> tuple[int, str]:
    code = ledger.table(folder, full)
    return code, capsys.readouterr().out


def test_all_kept_is_zero_and_every_row_stands_in_the_table(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    all_kept(folder)
    code, said = table(folder, capsys)
    assert code == 0
    assert [int(line[:2]) for line in said.splitlines()[1 : len(ROWS) + 1]] == list(range(1, 25))
    assert "!!" not in said


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"controls": []}, "no negative control was caught"),
        ({"outcome": "failed", "failing": 4711}, "XIUHU_ROUND=4711"),
        ({"outcome": "running"}, "was cut off"),
        ({"tried": 99}, "tried less than 100"),
        ({"sources": "other"}, "no test ran"),
    ],
)
def test_a_promise_that_is_not_shown_to_be_kept_fails_the_table(
    change: dict[str, object], said: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    all_kept(folder)
    given = {"sources": "abc", "tried": 100, "outcome": "passed", "controls": ["bug"], **change}
    Record(7, "test_7", seed=1, **given).save(folder)  # type: ignore[arg-type]
    code, told = table(folder, capsys)
    assert code == 1
    assert said in told


def test_a_row_that_cannot_be_tried_here_is_said_and_is_no_failure(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    all_kept(folder)
    Record(7, "test_7", "abc", 1, outcome="skipped", why="no small disk").save(folder)
    code, told = table(folder, capsys)
    assert code == 0
    assert "not here: test_7: no small disk" in told


def test_a_full_run_goes_on_with_its_seed_until_all_has_passed(folder: Path) -> None:
    first = ledger.begin(folder, full=True)
    Record(7, "test_7", "abc", first, tried=40).save(folder)
    assert ledger.begin(folder, full=True) == first
    assert ledger.read(folder)
    all_kept(folder)
    ledger.begin(folder, full=True)
    assert ledger.read(folder) == []


def test_a_share_begins_anew(folder: Path) -> None:
    all_kept(folder)
    assert ledger.begin(folder, full=False) == ledger.SEED
    assert ledger.read(folder) == []


def test_a_record_that_was_cut_off_is_none(folder: Path) -> None:
    (folder / "07-x.json").write_text('{"row": 7, "te')
    assert ledger.read(folder) == []


def test_rounds_stop_at_a_finding_and_go_on_there(tmp_path: Path) -> None:
    """The harness itself, in a pytest of its own."""
    noted, log = tmp_path / "noted", tmp_path / "log"
    noted.mkdir()
    plan = ROOT / "tests" / "promises" / f"test_plan_{tmp_path.name}.py"

    def run(stop: int) -> str:
        plan.write_text(f"LOG, STOP = {str(log)!r}, {stop}\n{PLAN}", encoding="utf-8")
        environment = {"XIUHU_FULL": "1", "XIUHU_PROMISES": str(noted), "XIUHU_SEED": "5", "PATH": ""}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", str(plan)],
            cwd=ROOT, env=environment, capture_output=True, text=True,
        )  # fmt: skip
        return done.stdout

    try:
        said = run(stop=4)
        (cut,) = [each for each in ledger.read(noted) if each.outcome == "failed"]
        assert (cut.tried, cut.failing) == (40, int(log.read_text().split("\n")[4].split()[1]))
        assert f"XIUHU_ROUND={cut.failing}" in said
        log.unlink()
        assert "2 skipped" in run(stop=-1)
        numbers = [line.split() for line in log.read_text().splitlines()]
        assert [int(each[0]) for each in numbers] == list(range(4, 11)), (
            "ten rounds and the one that failed once"
        )
        assert {each.outcome for each in ledger.read(noted)} == {"passed", "skipped"}
    finally:
        plan.unlink()
