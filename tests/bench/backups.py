"""Backups beside the counter: how long one takes, and what it makes a command wait (issue: at most 50 ms at 1 GB)."""

from __future__ import annotations

import gc
import statistics
import threading
import time
from collections.abc import Callable, Iterator

from app.core.enums import BackupKind
from app.core.words import Language
from app.features.backups.worker import Run, run_backup
from tests.bench.lives import Lives
from tests.bench.measure import Effort, Figure, percentile
from tests.bench.shops import Shop

NAMES = ("backup", "backup_block")
#: A command may wait so long for a backup, in milliseconds.
BLOCK_MS = 50
#: Between two commands, in seconds: a busy counter, not a flood.
_PAUSE = 0.02


def measure(shop: Shop, wanted: Callable[[str], bool], effort: Effort) -> Iterator[Figure]:
    """Every figure of this module that is wanted. ``backup_block`` has the middle and the longest of the commands given
    while a backup is made, beside the middle of those given without one."""
    if not any(map(wanted, NAMES)):
        return
    ours = Lives(shop.services, shop.actor, shop.part_ids)
    # The first ones load what commands load once.
    quiet = [_timed(ours.write_order) for _turn in range(effort.rounds // 4 + 4)][2:]
    took, beside = _beside_a_backup(shop, ours.write_order)
    if wanted("backup"):
        yield Figure("backup", took * 1000, took * 1000)
    if wanted("backup_block"):
        floor = statistics.median(quiet)
        yield Figure(
            "backup_block",
            statistics.median(beside),
            max(beside),
            floor_ms=floor,
            p99_bound_ms=BLOCK_MS + percentile(quiet, 99),
        )


def _beside_a_backup(shop: Shop, command: Callable[[], object]) -> tuple[float, list[float]]:
    """Seconds that a backup takes in its process, and milliseconds of each command given meanwhile."""
    ended: list[Run | None] = []
    kind = BackupKind.HOURLY

    def make() -> None:
        ended.append(run_backup(shop.root, kind, Language.EN, lambda: False))

    thread = threading.Thread(target=make)
    beside: list[float] = []
    started = time.perf_counter()
    thread.start()
    while thread.is_alive() or not beside:
        beside.append(_timed(command))
        time.sleep(_PAUSE)
    took = time.perf_counter() - started
    thread.join()
    run = ended[0]
    if run is None or not run.made:
        raise RuntimeError(f"no backup: {run}")
    return took, beside


def _timed(command: Callable[[], object]) -> float:
    gc.disable()
    started = time.perf_counter()
    command()
    took = (time.perf_counter() - started) * 1000
    gc.enable()
    return took
