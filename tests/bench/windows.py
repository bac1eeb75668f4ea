"""What needs a window or a process of its own: starting, memory, scrolling, a card painted, the first paper.

Each is measured in processes started in turns with a bare PySide6 window's, so that noise falls on both.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench.measure import Effort, Figure, percentile
from tests.bench.shops import Shop

Wanted = Callable[[str], bool]

ROOT = Path(__file__).resolve().parents[2]
STARTS = {
    # name: (what of the program, what of the bare window, bound)
    "start_first_paint": ("first_paint", "first_paint", 1.3),
    "start_usable": ("usable", "first_paint", 5),
    "memory_start": ("signed_in_mb", "first_paint_mb", 3),
    "memory_list": ("list_mb", "first_paint_mb", 3.5),
}
#: Beside them, without a bound: after the PDF fonts and pinyin were loaded in the background.
LATER = {"memory_warm": ("warm_mb", "first_paint_mb", None)}
NAMES = (*STARTS, "scan_to_card_painted", "scroll_page", "paper_receipt_first", "paper_invoice_first")
_PAPERS = ("paper_receipt_first", "paper_invoice_first")
_PATIENCE = 120


class ChildFailed(RuntimeError):
    """A process of the bench died; its last words."""


def measure(shop: Shop, wanted: Wanted, effort: Effort) -> Iterator[Figure]:
    """Every figure of this module that is wanted."""
    with shop.closed() as root:
        yield from _all(str(root), wanted, effort)


def _all(place: str, wanted: Wanted, effort: Effort) -> Iterator[Figure]:
    if any(map(wanted, (*STARTS, *LATER))):
        yield from _starts(place, wanted, effort, "offscreen", "")
    with _screen() as display:
        if display and any(wanted(f"{name}_xcb") for name in STARTS):
            yield from _starts(place, wanted, effort, "xcb", "_xcb", DISPLAY=display)
    rounds = str(effort.rounds)
    if wanted("scan_to_card_painted"):
        yield _durations(
            "scan_to_card_painted", run_child("card", place, XIUHU_BENCH_ROUNDS=rounds)["took"], 50
        )
    if wanted("scroll_page"):
        yield _durations("scroll_page", run_child("scroll", XIUHU_BENCH_ROUNDS=rounds)["took"], 16.7)
    if any(map(wanted, _PAPERS)):
        found = [run_child("first_paper", place) for _turn in range(effort.starts)]
        for name in _PAPERS:
            if wanted(name):
                yield _durations(name, [each[name] for each in found], 100)


def _starts(
    place: str, wanted: Wanted, effort: Effort, platform: str, suffix: str, **environment: str
) -> Iterator[Figure]:
    ours: list[dict[str, Any]] = []
    floors: list[dict[str, Any]] = []
    # The first of several fills the page cache and writes the bytecode.
    warming = effort.starts > 1
    for turn in range(effort.starts + warming):
        for what, found in (("bare", floors), ("program", ours)):
            told = run_child(what, place, QT_QPA_PLATFORM=platform, **environment)
            if turn or not warming:
                found.append(told)
    for name, (mine, bare, bound) in {**STARTS, **LATER}.items():
        if wanted(name + suffix):
            values = [each[mine] for each in ours]
            used, bare_used = (_used(found, key) for found, key in ((ours, mine), (floors, bare)))
            yield Figure(
                name + suffix,
                statistics.median(values),
                percentile(values, 99),
                statistics.median(each[bare] for each in floors),
                bound,
                cpu_ms=statistics.median(used) if used else None,
                floor_cpu_ms=statistics.median(bare_used) if bare_used else None,
            )


def _used(found: list[dict[str, Any]], key: str) -> list[float]:
    """Processor time up to that moment; memory has none."""
    return [] if key.endswith("_mb") else [each[f"{key}_cpu"] for each in found]


def _durations(name: str, took: list[tuple[float, float]], bound: float) -> Figure:
    """A child's durations: as felt and of processor time."""
    felt, used = map(list, zip(*took, strict=True))
    return Figure(
        name,
        statistics.median(felt),
        percentile(felt, 99),
        None,
        None,
        bound,
        statistics.median(used),
        percentile(used, 99),
    )


def run_child(what: str, place: str = "", **environment: str) -> dict[str, Any]:
    """Run one process of ``tests.bench.child`` to its end; what it found."""
    started = {"XIUHU_BENCH_T0": str(time.monotonic_ns())}
    known = {"QT_QPA_PLATFORM": "offscreen", **environment, **started}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.child", what, place],
        cwd=ROOT,
        env={**os.environ, **known},
        capture_output=True,
        text=True,
        timeout=_PATIENCE,
        check=False,
    )
    if done.returncode != 0 or not done.stdout.strip():
        raise ChildFailed(f"{what}: exit {done.returncode}\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


@contextmanager
def _screen() -> Iterator[str]:
    """A screen for xcb: Xvfb where it is installed, "" without it."""
    if shutil.which("Xvfb") is None or sys.platform == "win32":
        yield ""
        return
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=(write,),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    try:
        with os.fdopen(read) as told:
            number = told.readline().strip()
        yield f":{number}" if number else ""
    finally:
        server.terminate()
        server.wait()
