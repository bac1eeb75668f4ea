"""How a test of promises.md says what it tried and what it caught (``tests/promises/ledger.py`` makes the table).

    pytestmark = pytest.mark.promise(12)            # every test here names its row

    def test_backup_restores(promise, tmp_path):
        for each in promise.rounds(share=3, full=200, always=()):
            each.dice …                             # random.Random of this round alone; each.number, each.seed
    def test_planted_bug_is_found(promise):
        …                                           # assert that the check finds it
        promise.caught("no fsync")

A round depends on its own seed only, so that one that failed can be repeated alone (``XIUHU_ROUND=seed``) and for good
(``always=(seed,)``), and so that a run that was cut off goes on with the next. What is no round is counted by
``promise.tried(n)``. ``promise.full`` is True under ``XIUHU_FULL=1``.
"""

from __future__ import annotations

import hashlib
import os
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.promises.ledger import ROWS, Record, seed_of, sources

FULL = os.environ.get("XIUHU_FULL") == "1"
_FOLDER = Path(os.environ["XIUHU_PROMISES"]) if os.environ.get("XIUHU_PROMISES") else None
#: Seconds between two notes of how far a test is.
_NOTE_SECONDS = 2.0
_RECORD = pytest.StashKey[Record]()
#: Rounds that a run which was cut off had done.
_DONE = pytest.StashKey[int]()


@dataclass(frozen=True, slots=True)
class Round:
    """One try: everything random in it comes from ``dice``."""

    number: int
    seed: int
    dice: random.Random


class Promise:
    """One test's account of its promise."""

    def __init__(self, record: Record, done: int = 0) -> None:
        self.full = FULL
        self._record = record
        self._done = done
        self._noted = 0.0
        self._rounds_begun = False

    def of(self, share: int, full: int) -> int:
        """How many, in this run."""
        return full if self.full else share

    def tried(self, count: int = 1) -> None:
        """So many more were tried and kept the promise."""
        self._record.tried += count
        self._note()

    def caught(self, control: str) -> None:
        """A planted bug was found by the check; the table lists it."""
        if control not in self._record.controls:
            self._record.controls.append(control)
        self._note()

    def rounds(self, share: int, full: int, *, each: int = 1, always: Sequence[int] = ()) -> Iterator[Round]:
        """The rounds of this run: first the seeds that failed once, then fresh ones. Once a test.

        ``share`` and ``full`` count tries; a round is ``each`` of them.
        """
        assert not self._rounds_begun, "one test has one series of rounds"
        self._rounds_begun = True
        record = self._record
        only = os.environ.get("XIUHU_ROUND")
        fresh = (_fresh(record, number) for number in range(-(-self.of(share, full) // each)))
        seeds = iter((int(only),)) if only else (seed for seeds in (always, fresh) for seed in seeds)
        for number, seed in enumerate(seeds):
            if number >= self._done // each:
                record.failing = seed
                yield Round(number, seed, random.Random(seed))
                record.failing = None
            record.tried += each
            self._note()

    def _note(self) -> None:
        now = time.monotonic()
        if _FOLDER is not None and now - self._noted > _NOTE_SECONDS:
            self._noted = now
            self._record.save(_FOLDER)


def _fresh(record: Record, number: int) -> int:
    """The seed of a round: known by the run's seed and the test, like no other test's."""
    text = f"{record.seed} {record.test} {number}"
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big")


@pytest.fixture
def promise(request: pytest.FixtureRequest) -> Promise:
    """What the test promises, by the row that its mark names."""
    return Promise(request.node.stash[_RECORD], request.node.stash.get(_DONE, 0))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here has its record; in a full run, what passed before is not repeated."""
    here = Path(__file__).parent
    now, seed = "", 0
    for item in items:
        mark = item.get_closest_marker("promise")
        if mark is None or mark.args[0] not in ROWS or not item.path.is_relative_to(here):
            continue
        now, seed = now or sources(), seed or seed_of(_FOLDER)
        record = item.stash[_RECORD] = Record(mark.args[0], item.nodeid, now, seed)
        kept = record.kept(_FOLDER) if FULL and _FOLDER is not None else None
        if kept is not None and kept.outcome == "passed":
            item.stash[_RECORD] = kept
            item.add_marker(pytest.mark.skip(reason="passed before with these sources and this seed"))
        elif kept is not None:
            item.stash[_DONE] = kept.tried


def pytest_runtest_setup(item: pytest.Item) -> None:
    """A test here that keeps no row's promise would be missing in the table."""
    if _RECORD not in item.stash:
        pytest.fail(
            "Which row of promises.md is it? Say pytestmark = pytest.mark.promise(row).", pytrace=False
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Note how each test ended."""
    report: pytest.TestReport = yield  # type: ignore[misc, assignment]
    record = item.stash.get(_RECORD, None)
    if record is None or _FOLDER is None or record.outcome == "passed":
        return report  # type: ignore[return-value]
    if report.skipped:
        record.outcome = "skipped"
        record.why = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    elif report.failed:
        record.outcome = "failed"
    elif report.when == "teardown" and record.outcome == "running":
        record.outcome = "passed"
    if record.failing is not None and report.failed:
        report.sections.append(
            ("promise", f"seed of the round: {record.failing} (XIUHU_ROUND={record.failing})")
        )
    if report.when == "teardown" or record.outcome != "running":
        record.save(_FOLDER)
    return report  # type: ignore[return-value]
