"""Timing two things in turns, so that the machine's noise falls on both."""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. Times in milliseconds (memory figures: MB); ``ratio`` = median / floor's median."""

    name: str
    median_ms: float
    p99_ms: float
    floor_ms: float | None = None
    bound: float | None = None
    p99_bound_ms: float | None = None
    #: The same in processor time of this thread: other work on a busy machine does not touch it, waiting for a disk
    #: is not seen in it. The bounds are on time as the user feels it; this tells whether we or others broke one.
    cpu_ms: float | None = None
    cpu_p99_ms: float | None = None
    floor_cpu_ms: float | None = None
    #: Some issues give a bound in milliseconds: "≤ 1 s".
    median_bound_ms: float | None = None
    #: What must not be quicker: a PIN that is checked at once is guessed at once.
    median_least_ms: float | None = None

    @property
    def bounds(self) -> str:
        """What is asked of this figure; "" where nothing is."""
        least = "" if self.median_least_ms is None else f"{self.median_least_ms:g} ≤ "
        asked = (
            ("ratio ≤ {:g}", self.bound),
            ("p99 ≤ {:g} ms", self.p99_bound_ms),
            (least + "median ≤ {:g} ms", self.median_bound_ms),
        )
        return ", ".join(words.format(bound) for words, bound in asked if bound is not None)

    @property
    def cpu_ratio(self) -> float | None:
        """As ``ratio``, of processor time."""
        return None if not self.floor_cpu_ms or self.cpu_ms is None else self.cpu_ms / self.floor_cpu_ms

    @property
    def held_in_cpu(self) -> bool:
        """Whether processor time alone keeps the bounds."""
        ratio_held = self.bound is None or self.cpu_ratio is None or self.cpu_ratio <= self.bound
        return (
            ratio_held
            and _within(self.cpu_p99_ms, self.p99_bound_ms)
            and _within(self.cpu_ms, self.median_bound_ms)
        )

    @property
    def ratio(self) -> float | None:
        """How many times its floor this costs."""
        return None if not self.floor_ms else self.median_ms / self.floor_ms

    @property
    def held(self) -> bool:
        """Whether every bound given for this figure holds."""
        ratio_held = self.bound is None or self.ratio is None or self.ratio <= self.bound
        return (
            ratio_held
            and _within(self.p99_ms, self.p99_bound_ms)
            and _within(self.median_ms, self.median_bound_ms)
            and _within(self.median_least_ms, self.median_ms)
        )

    def as_dict(self) -> dict[str, Any]:
        """As ``xiuhu bench --json`` prints it."""
        return {
            "name": self.name,
            "median_ms": round(self.median_ms, 4),
            "p99_ms": round(self.p99_ms, 4),
            "floor_ms": _rounded(self.floor_ms),
            "ratio": _rounded(self.ratio),
            "bound": self.bound,
            "p99_bound_ms": self.p99_bound_ms,
            "median_bound_ms": self.median_bound_ms,
            "median_least_ms": self.median_least_ms,
            "bounds": self.bounds,
            "held": self.held,
            "cpu_ms": _rounded(self.cpu_ms),
            "cpu_p99_ms": _rounded(self.cpu_p99_ms),
            "cpu_ratio": _rounded(self.cpu_ratio),
            "held_in_cpu": self.held_in_cpu,
        }


@dataclass(frozen=True, slots=True)
class Effort:
    """How often things are run: enough for a p99, or once for a test of the bench itself."""

    #: Rounds of what takes a millisecond, of a whole order's life, of a LIKE scan.
    rounds: int = 400
    lives: int = 40
    scans: int = 12
    #: Needles whose rows are compared with the scan's.
    compared: int = 8
    #: Processes started of each kind.
    starts: int = 7


def timed(action: Callable[[], object]) -> tuple[float, float]:
    """One run in milliseconds: as the user feels it, and of processor time."""
    cpu, started = time.thread_time(), time.perf_counter()
    action()
    felt, used = time.perf_counter() - started, time.thread_time() - cpu
    return felt * 1000, used * 1000


def figure(
    name: str,
    ours: Callable[[], object],
    floor: Callable[[], object] | None = None,
    *,
    rounds: int = 100,
    warm: int = 3,
    floor_rounds: int | None = None,
    bound: float | None = None,
    p99_bound_ms: float | None = None,
    median_bound_ms: float | None = None,
    median_least_ms: float | None = None,
) -> Figure:
    """Run both in turns and compare medians. ``floor_rounds`` runs a slow floor (a LIKE scan) less often."""
    every = 1 if floor_rounds is None else max(1, rounds // floor_rounds)
    for _turn in range(warm):
        ours()
    if floor is not None:
        floor()
    gc.collect()
    ours_ms, floor_ms = [], []
    for turn in range(rounds):
        ours_ms.append(timed(ours))
        if floor is not None and turn % every == 0:
            floor_ms.append(timed(floor))
    felt, used = map(list, zip(*ours_ms, strict=True))
    floor_felt, floor_used = map(list, zip(*floor_ms, strict=True)) if floor_ms else ([], [])
    return Figure(
        name,
        statistics.median(felt),
        percentile(felt, 99),
        _median(floor_felt),
        bound,
        p99_bound_ms,
        statistics.median(used),
        percentile(used, 99),
        _median(floor_used),
        median_bound_ms,
        median_least_ms,
    )


def _median(values: list[float]) -> float | None:
    return statistics.median(values) if values else None


def _within(value: float | None, bound: float | None) -> bool:
    """Whether a bound holds; without bound or value nothing is broken."""
    return bound is None or value is None or value <= bound


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)


def percentile(values: list[float], share: int) -> float:
    """The value that ``share`` percent do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-len(ordered) * share // 100) - 1))]
