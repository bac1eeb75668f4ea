"""Promise 1: ``kill -9`` at a random moment loses no acknowledged commit, leaves none half, keeps the identities."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.core.clock import SetClock
from app.core.places import ROOT
from app.store.audit import first_broken_entry
from app.store.door import Store

if TYPE_CHECKING:
    from tests.promises.conftest import Promise

pytestmark = [
    pytest.mark.promise(1),
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the writer forks"),
]

#: A shop serves for so many kills, then a fresh one; checking grows with the shop.
KILLS_A_SHOP = 50
LINES = 3


class Writer:
    """The program that is killed, again and again."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, Path(__file__).with_name("writer.py")],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run_and_kill(self, folder: Path, acks: Path, dice: random.Random, mode: str) -> None:
        """Let it work on ``folder`` until a few orders are done, then kill it at any moment of the next one."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = acks.stat().st_size if acks.exists() else 0
        self._process.stdin.write(f"{folder}\t{acks}\t{dice.randrange(2**31)}\t{mode}\n")
        self._process.stdin.flush()
        child = int(self._process.stdout.readline())
        enough = before + 11 * dice.randrange(1, 6)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline and (acks.stat().st_size if acks.exists() else 0) < enough:
            time.sleep(0.0002)
        time.sleep(dice.choice((0, dice.uniform(0, 0.004))))
        os.kill(child, signal.SIGKILL)
        assert self._process.stdout.readline() == "-9\n", "the writer ended by itself"

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    store = Store.open(folder, SetClock(datetime(2026, 11, 22, 3, tzinfo=UTC)))
    try:
        yield store
    finally:
        store.close()


def findings(folder: Path, acks: Path) -> list[str]:
    """Everything that is wrong with the shop after the kill."""
    said = acks.read_text().splitlines() if acks.exists() else []
    wrong: list[str] = []
    with opened(folder) as store, store.read() as reading:

        def ask(sql: str) -> list[tuple[object, ...]]:
            return [tuple(row) for row in reading.exec_driver_sql(sql)]

        if ask("PRAGMA integrity_check") != [("ok",)]:
            wrong.append("damaged")
        if ask("PRAGMA foreign_key_check"):
            wrong.append("rows point nowhere")
        if first_broken_entry(reading) is not None:
            wrong.append("journal broken")
        numbers = [str(row[0]) for row in ask("SELECT number FROM repair_order ORDER BY id")]
        if lost := set(said) - set(numbers):
            wrong.append(f"lost: {sorted(lost)}")
        if numbers != [f"2611-{at:05d}" for at in range(1, len(numbers) + 1)]:
            wrong.append("numbers have gaps")
        given = dict(ask("SELECT series, last FROM number_series"))
        if given.get("order", 0) != len(numbers):
            wrong.append("the series does not fit")
        half = ask(
            "SELECT o.number FROM repair_order o WHERE"
            f" (SELECT count(*) FROM order_line l WHERE l.order_id = o.id) <> {LINES}"
            " OR (SELECT sum(l.amount) FROM order_line l WHERE l.order_id = o.id)"
            " IS NOT (SELECT sum(p.amount) FROM payment p WHERE p.order_id = o.id)"
        )
        if half:
            wrong.append(f"half there: {half}")
        unbooked = ask(
            "SELECT o.id FROM repair_order o LEFT JOIN journal j ON j.order_id = o.id"
            " LEFT JOIN operation p ON p.id = j.operation_id WHERE p.id IS NULL"
        )
        if unbooked:
            wrong.append("without journal or operation")
    return wrong


@pytest.fixture
def writer() -> Iterator[Writer]:
    made = Writer()
    yield made
    made.close()


def test_nothing_acknowledged_is_lost_and_nothing_is_half_there(
    writer: Writer, tmp_path: Path, promise: Promise
) -> None:
    said = 0
    for each in promise.rounds(share=20, full=10_000):
        shop = tmp_path / f"shop{each.number // KILLS_A_SHOP}"
        acks = tmp_path / f"acks{each.number // KILLS_A_SHOP}"
        writer.run_and_kill(shop, acks, each.dice, "honest")
        assert findings(shop, acks) == []
        said = max(said, len(acks.read_text().splitlines()))
        if each.number % KILLS_A_SHOP == KILLS_A_SHOP - 1:
            shutil.rmtree(shop)
    assert said, "no order was finished before a kill: nothing was tried"


@pytest.mark.parametrize(
    ("mode", "wrong", "control"), [("early", "lost", "early ack"), ("pieces", "half there", "no transaction")]
)
def test_planted_bugs_are_found(
    writer: Writer, tmp_path: Path, promise: Promise, mode: str, wrong: str, control: str
) -> None:
    dice = random.Random(20261122)
    shop, acks = tmp_path / "shop", tmp_path / "acks"
    for _kill in range(100):
        writer.run_and_kill(shop, acks, dice, mode)
        found = findings(shop, acks)
        if found:
            assert any(each.startswith(wrong) for each in found), found
            promise.caught(control)
            return
    pytest.fail(f"100 kills did not show the planted bug {mode!r}")
