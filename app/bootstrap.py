"""The composition root: opens the store, builds services, pages and the window. The only module that knows everything.

Nothing is imported before it is needed: the first paint waits for no database, no PDF library, no pinyin.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.clock import Clock, SetClock, SystemClock
from app.core.errors import Reason, Refusal
from app.core.words import Language, _, ngettext

if TYPE_CHECKING:
    from app.services import Services
    from app.store.door import Store
    from app.store.folder import FolderLock

#: (done, total) of long work.
Tell = Callable[[int, int], None]
_MOST_SKIPPED_LINES = 20


def open_services(root: Path, *, exclusive: bool, clock: Clock | None = None) -> Services:
    """The services of the shop in ``root``; ``exclusive=False`` only reads, also beside an open window."""
    from app.services import Services
    from app.store.door import Store

    store = Store.open(root, clock or SystemClock(), exclusive=exclusive)
    if exclusive:
        _settle(store)
    return Services(store)


def _settle(store: Store) -> None:
    """What follows from a restore is done before anybody works in the shop."""
    if not (store.folder.root / "restored.json").exists():
        return
    from app.features.backups.settling import settle

    try:
        settle(store)
    except BaseException:
        store.close()
        raise


def fill_demo(
    root: Path, *, orders: int, seed: int, ords: Path | None, tell: Tell, brands: bool = False
) -> None:
    """Fill an empty folder with the sample shop, whole or not at all.

    Raises ``Refusal(FOLDER_NOT_EMPTY)`` where there is a shop.
    """
    from app.features.sample.service import fill
    from app.store.door import Store
    from app.store.filling import filled_whole
    from app.store.folder import DataFolder

    if DataFolder(root).database.exists():
        raise Refusal(Reason.FOLDER_NOT_EMPTY, path=root)
    file = None
    if ords is not None:
        from app.features.replay.ords import read_ords

        # Before anything is made: a file that is refused leaves no shop behind.
        file = read_ords(ords)
    now = SystemClock().now()
    clock = SetClock(now)
    with filled_whole(root, now) as place:
        store = Store.open(place, clock)
        try:
            stories = None
            if file is not None:
                from app.features.replay.telling import retold

                stories = retold(file.records[:orders], seed=seed, now=now)
            fill(
                store, clock, now=now, orders=orders, seed=seed, progress=tell, stories=stories, brands=brands
            )
        finally:
            store.close()


def play_day(root: Path, ords: Path, *, orders: int | None, seed: int, tell: Tell) -> list[str]:
    """Play real repairs through the counter's day; returns the closing lines to show."""
    from app.features.replay.ords import read_ords
    from app.features.replay.service import replay
    from app.store.door import Store

    # Before anything is made: a file that is refused leaves no shop behind.
    file = read_ords(ords)
    clock = SetClock(SystemClock().now())
    store = Store.open(root, clock)
    try:
        played = replay(store, clock, file, orders=orders, seed=seed, progress=tell)
    finally:
        store.close()
    lines = [
        _("Line {line} ({ref}) is not played: {why}").format(
            line=each.line, ref=each.ref or "-", why=each.sentence()
        )
        for each in played.skipped[:_MOST_SKIPPED_LINES]
    ]
    hidden = len(played.skipped) - len(lines)
    if hidden > 0:
        lines.append(ngettext("… and {n} more line", "… and {n} more lines", hidden).format(n=hidden))
    lines.append(
        _(
            "{played} repairs stand in the shop, {new} of them new, {skipped} lines skipped, {papers} papers written."
        ).format(
            played=played.played,
            new=played.played - played.earlier,
            skipped=len(played.skipped),
            papers=played.papers,
        )
    )
    return lines


def run_bench(orders: int, only: str | None, say: Callable[[str], None]) -> list[dict[str, Any]]:
    """Measure on temporary shops; figures as design.md §9 names them."""
    try:
        from tests.bench.run import run
    except ModuleNotFoundError:
        raise Refusal(Reason.FILE_NOT_READABLE, path="tests/bench", why="bench?") from None
    figures: list[dict[str, Any]] = run(orders, only, say)
    return figures


def open_window(root: Path, asked: Language | None) -> int:
    """Open the program's window and stay until it is closed; returns the exit code."""
    from app.window import run

    return run(root, asked, _open_locked)


def _open_locked(root: Path, lock: FolderLock) -> Services:
    from app.services import Services
    from app.store.door import Store

    store = Store.open(root, SystemClock(), lock=lock)
    _settle(store)
    return Services(store)
