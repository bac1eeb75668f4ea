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
from tests.bench.measure import Effort, Figure
from tests.bench.shops import Shop

NAMES = ("backup", "backup_block")
#: A command may wait so long for a backup, in milliseconds.
BLOCK_MS = 50
#: Between two commands, in seconds: a busy counter, not a flood.
_PAUSE = 0.02


def measure(shop: Shop, wanted: Callable[[str], bool], effort: Effort) -> Iterator[Figure]:
    """Every figure of this module that is wanted. ``backup_block`` has the middle and the longest of the commands given
    while a backup is made, beside the middle and the longest of as many given without one: a disk that is slow now and
    then is slow without a backup, too."""
    if not any(map(wanted, NAMES)):
        return
    ours = Lives(shop.services, shop.actor, shop.part_ids)
    for _turn in range(2):
        ours.write_order()  # loads what commands load once
    took, beside = _beside_a_backup(shop, ours.write_order)
    quiet = [_unhurried(ours.write_order) for _turn in range(max(len(beside), effort.rounds // 4))]
    if wanted("backup"):
        yield Figure("backup", took * 1000, took * 1000)
    if wanted("backup_block"):
        floor = statistics.median(quiet)
        yield Figure(
            "backup_block",
            statistics.median(beside),
            max(beside),
            floor_ms=floor,
            p99_bound_ms=BLOCK_MS + max(quiet),
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
        beside.append(_unhurried(command))
    took = time.perf_counter() - started
    thread.join()
    run = ended[0]
    if run is None or not run.made:
        raise RuntimeError(f"no backup: {run}")
    return took, beside


def _unhurried(command: Callable[[], object]) -> float:
    took = _timed(command)
    time.sleep(_PAUSE)
    return took


def _timed(command: Callable[[], object]) -> float:
    gc.disable()
    started = time.perf_counter()
    command()
    took = (time.perf_counter() - started) * 1000
    gc.enable()
    return took
